//! What the server does with the index of words now and then while it runs: it keeps it quick, and looks for what is new in
//! watched searches.

use std::time::Duration;
use store::Store;
use tokio::sync::watch;

/// Looks each time so much time has passed, until told to stop.
pub async fn look(store: Store, every: Duration, mut stopped: watch::Receiver<bool>) {
    loop {
        tokio::select! {
            _ = stopped.wait_for(|stopped| *stopped) => return,
            () = tokio::time::sleep(every) => {}
        }
        if store.keep_index().await.is_err() {
            tracing::warn!(target: "sijill", "the index of words can't be tidied");
        }
        match store.look_for_news().await {
            Ok(looked) if looked.failed > 0 => {
                tracing::warn!(target: "sijill", accounts = looked.failed, "some watched searches can't be looked at");
            }
            Ok(_) => {}
            Err(_) => tracing::warn!(target: "sijill", "watched searches can't be looked at"),
        }
    }
}
