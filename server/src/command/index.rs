//! `sijill index`: makes the index of words anew, from the sealed records.

use super::{say, sentence};
use crate::config::Config;
use store::{Chance, Clock};

/// Makes it anew.
pub(super) async fn run(config: &Config) -> Result<(), String> {
    let opened = crate::open_beside(config, Clock::real(), Chance::real()).await?;
    let done = opened.store.index_all().await;
    opened.store.close().await;
    done.map_err(|e| sentence(&e))?;
    say(format_args!("every record is indexed."));
    Ok(())
}
