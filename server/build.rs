//! Rebuilds the server when the browser's bundle changes (see `src/assets.rs`).

use std::fs;
use std::path::Path;

fn main() {
    let site = Path::new("../target/site");
    let manifest = site.join("manifest.json");
    // Without a bundle the server has none to offer. An absent file would make cargo
    // run this again, and compile the server again, on every build.
    if !manifest.exists() {
        fs::create_dir_all(site).expect("the target folder can be written");
        fs::write(&manifest, "{}").expect("the target folder can be written");
    }
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed={}", manifest.display());
}
