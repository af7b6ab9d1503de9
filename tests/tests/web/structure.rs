//! The shape of the house, held by tests: what may depend on what.

use std::process::Command;

fn tree(args: &[&str]) -> String {
    let out = Command::new(env!("CARGO"))
        .args(["tree", "--offline", "--prefix", "none", "--edges", "normal,build"])
        .args(args)
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
        .output()
        .expect("cargo tree");
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8(out.stdout).expect("text")
}

fn has(tree: &str, name: &str) -> bool {
    tree.lines().any(|line| line.split(' ').next() == Some(name))
}

#[test]
fn store_and_server_never_reach_the_browser() {
    let browser = tree(&[
        "-p",
        "app",
        "--no-default-features",
        "--features",
        "hydrate",
        "--target",
        "wasm32-unknown-unknown",
    ]);
    assert!(has(&browser, "domain"));
    for kept_away in [
        "store",
        "server",
        "sqlx",
        "argon2",
        "chacha20poly1305",
        "axum",
        "leptos_i18n",
    ] {
        assert!(!has(&browser, kept_away), "{kept_away} is in the browser's tree");
    }
}

#[test]
fn sqlx_is_the_stores_alone() {
    for manifest in [
        "app/Cargo.toml",
        "app/domain/Cargo.toml",
        "server/Cargo.toml",
        "app/bundle/Cargo.toml",
    ] {
        let path = format!("{}/../{manifest}", env!("CARGO_MANIFEST_DIR"));
        assert!(
            !std::fs::read_to_string(path).expect("a manifest").contains("sqlx"),
            "{manifest}"
        );
    }
}

#[test]
fn no_arrow_goes_up() {
    let domain = tree(&["-p", "domain"]);
    let store = tree(&["-p", "store"]);
    let app = tree(&["-p", "app", "--features", "ssr"]);
    assert!(["store", "app", "server"].iter().all(|above| !has(&domain, above)));
    assert!(["app", "server"].iter().all(|above| !has(&store, above)));
    assert!(!has(&app, "server"));
}
