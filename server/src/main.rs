//! The binary `sijill`.

use std::process::ExitCode;

/// A page is thousands of small pieces for a moment; this allocator makes that cheaper than the system's.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> ExitCode {
    server::close_to_others();
    server::command::run().await
}
