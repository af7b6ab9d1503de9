//! The server's look for what is new in watched searches, now and then while it runs.

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
        match store.look_for_news().await {
            Ok(looked) if looked.failed > 0 => {
                tracing::warn!(target: "sijill", accounts = looked.failed, "some watched searches can't be looked at");
            }
            Ok(_) => {}
            Err(_) => tracing::warn!(target: "sijill", "watched searches can't be looked at"),
        }
    }
}
