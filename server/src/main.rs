//! The binary `sijill`.

use std::process::ExitCode;

/// A page is thousands of small pieces for a moment; this allocator makes that cheaper than the system's.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    server::close_to_others();
    match server::extract::asked() {
        Some(media_type) => server::extract::run(&media_type),
        None => serve(),
    }
}

#[tokio::main]
async fn serve() -> ExitCode {
    server::command::run().await
}
