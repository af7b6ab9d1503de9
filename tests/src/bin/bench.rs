//! `make bench`: how fast the release binary is, as ratios measured in one run.
//!
//! Fills databases of its own (a small and a large one), drives `sijill serve` over HTTP as a signed-in person, and beside
//! it, in the same run, a bare axum handler and the same pages rendered from memory without log and database (the
//! rendering limit). CPU time and peak memory are the server process's own, from `/proc`.

#[path = "../bench/fill.rs"]
mod fill;
#[path = "../bench/limit.rs"]
mod limit;
#[path = "../bench/load.rs"]
mod load;

use load::{Figures, Load, Server};
use std::path::PathBuf;
use tests::register;

/// The server's own, so that the rendering limit is measured with it too.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// What is measured.
struct Plan {
    /// Testimonies in the large database; the small one has a tenth.
    scale: u32,
    requests: u32,
    /// Where the databases stay, for another run.
    folder: Option<PathBuf>,
    binary: PathBuf,
}

fn plan() -> Plan {
    let mut plan = Plan {
        scale: 20_000,
        requests: 2_000,
        folder: None,
        binary: PathBuf::from(std::env::var("SIJILL_BIN").unwrap_or_else(|_| "target/release/sijill".to_owned())),
    };
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        let number = |text: Option<String>| {
            text.and_then(|text| text.parse().ok())
                .unwrap_or_else(|| panic!("{arg} takes a number"))
        };
        match arg.as_str() {
            "--scale" => plan.scale = number(args.next()),
            "--requests" => plan.requests = number(args.next()),
            "--folder" => plan.folder = args.next().map(PathBuf::from),
            other => panic!("unknown: {other} (--scale N, --requests N, --folder DIR)"),
        }
    }
    plan
}

fn main() {
    if std::env::args().nth(1).as_deref() == Some("--limit") {
        return limit::serve();
    }
    let plan = plan();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(run(&plan));
}

#[expect(clippy::print_stdout, reason = "the table is the point")]
async fn run(plan: &Plan) {
    println!(
        "sijill bench: {} and {} testimonies, {} requests each, 8 at a time",
        plan.scale / 10,
        plan.scale,
        plan.requests
    );
    let mut all = Vec::new();
    for testimonies in [plan.scale / 10, plan.scale] {
        let folder = plan.folder.clone().map_or_else(
            || fill::folder(testimonies),
            |folder| folder.join(testimonies.to_string()),
        );
        std::fs::create_dir_all(folder.join("data")).expect("a folder");
        let begun = std::time::Instant::now();
        let filled = match fill::Filled::read(&folder) {
            Some(filled) => filled,
            None => fill::fill(&folder, testimonies).await,
        };
        println!(
            "filled {testimonies} testimonies, {} persons, {} citations in {:.0} s ({} MB)",
            filled.persons,
            filled.citations,
            begun.elapsed().as_secs_f64(),
            fill::size(&folder) / 1_000_000
        );
        let server = Server::start(&plan.binary, &folder).await;
        let load = Load::new(&server, plan.requests, "supervisor").await;
        load.warm(&filled).await;
        let own = Load::new(&server, plan.requests, "own").await;
        let queue = load.get("queue page of 50", "/queue").await;
        let open = load
            .get("open a testimony", &format!("/testimonies/{}", filled.testimony))
            .await;
        let rare = load.get("search, a word in 1 %", &load.ticket(fill::RARE).await).await;
        let common = load
            .get("search, a word in 30 %", &load.ticket(fill::COMMON).await)
            .await;
        let own = own
            .get("the same, of somebody's own 40 cases", &own.ticket(fill::COMMON).await)
            .await;
        let ahead = load.type_ahead("name type-ahead", &filled.names).await;
        let person = load
            .get("person with 200 parts", &format!("/persons/{}", filled.busy))
            .await;
        let incident = load
            .get("incident with 110 parts", &format!("/incidents/{}", filled.incident))
            .await;
        let victims = load.get("the count, 1,500 victims", "/count").await;
        let new = load
            .new_person("a new person against the register", &filled.names)
            .await;
        let create = load.create("create a testimony, 3 links", &filled).await;
        let sign_in = load.sign_in("sign-in (Argon2id 64 MiB, 3 passes)").await;
        let first = load.first_visit().await;
        let peak = server.peak_memory();
        let figures = vec![
            queue, open, create, sign_in, rare, common, own, ahead, person, incident, victims, new,
        ];
        table(testimonies, &figures);
        println!(
            "peak memory {:.0} MiB · first visit to /cases: {} requests, {:.0} kB",
            peak as f64 / 1024.0,
            first.0,
            first.1 as f64 / 1000.0
        );
        let (seconds, cpu) = load.match_register().await;
        println!(
            "matching {} persons: {seconds:.1} s ({cpu:.1} s of CPU) · peak memory then {:.0} MiB",
            filled.persons,
            server.peak_memory() as f64 / 1024.0
        );
        all.push((testimonies, figures));
        server.stop();
        if testimonies == plan.scale {
            let limit = Server::start_limit(&folder).await;
            let bare = Load::new_open(&limit, plan.requests).await;
            let figures = vec![
                bare.get("bare axum handler, 10 kB", "/bare").await,
                bare.get("queue page from memory", "/queue").await,
                bare.get("testimony from memory", "/testimony").await,
            ];
            table(testimonies, &figures);
            limit.stop();
            let (_, own) = &all[all.len() - 1];
            println!(
                "\nratio to the rendering limit (CPU): queue {:.2}, open {:.2}",
                own[0].cpu / figures[1].cpu,
                own[1].cpu / figures[2].cpu
            );
        }
        if plan.folder.is_none() {
            let _ = std::fs::remove_dir_all(&folder);
        }
    }
    quality();
    if let [(_, small), (_, large)] = all.as_slice() {
        let growth = small
            .iter()
            .zip(large)
            .map(|(s, l)| format!("{} {:.2}", l.name, l.cpu / s.cpu))
            .collect::<Vec<_>>()
            .join(" · ");
        println!("growth of CPU from small to large: {growth}");
    }
}

/// How well the matching does on a register whose duplicates are known.
#[expect(clippy::print_stdout, reason = "the table is the point")]
fn quality() {
    let (people, same) = register::register(100_000, 5_000);
    let begun = std::time::Instant::now();
    let quality = register::quality(&people, &same);
    println!(
        "\nmatching 100,000 and 5,000 duplicates from memory: {:.1} s, {} compared, recall {:.4}, likely {} (precision {:.4}), possible {}",
        begun.elapsed().as_secs_f64(),
        quality.compared,
        quality.recall,
        quality.likely,
        quality.precision,
        quality.possible
    );
}

#[expect(clippy::print_stdout, reason = "the table is the point")]
fn table(testimonies: u32, figures: &[Figures]) {
    println!(
        "\n{testimonies} testimonies{:27} requests/s   p50 ms   p99 ms   CPU ms/request",
        ""
    );
    for f in figures {
        println!(
            "{:<44} {:>8.0} {:>8.2} {:>8.2} {:>12.3}",
            f.name, f.per_second, f.p50, f.p99, f.cpu
        );
    }
}
