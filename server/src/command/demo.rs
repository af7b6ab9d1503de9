//! `sijill demo`: an invented committee to look around in.

use super::say;
use crate::config::Config;
use store::{Chance, Clock};

/// How to make the demonstration.
#[derive(clap::Args)]
pub struct Demo {
    /// The password of all its accounts; without it each gets the one that is printed
    #[arg(long)]
    password: Option<String>,
}

/// Fills an empty database.
pub(super) async fn run(config: &Config, demo: Demo) -> Result<(), String> {
    let opened = crate::open(config, Clock::real(), Chance::real()).await?;
    let loaded = crate::demo::load(&opened.store, demo.password.as_deref()).await;
    opened.store.close().await;
    say(loaded?);
    Ok(())
}
