//! The binary `sijill`.

use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    server::close_to_others();
    server::command::run().await
}
