//! `sijill serve`.

use super::{say, sentence};
use crate::config::Config;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use store::{Chance, Clock};
use tokio::signal::unix::{SignalKind, signal};

/// Serves until SIGINT or SIGTERM.
pub(super) async fn run(mut config: Config) -> Result<(), String> {
    let signals = |kind| signal(kind).map_err(|e| format!("signals can't be received: {e}"));
    let (mut interrupt, mut terminate) = (signals(SignalKind::interrupt())?, signals(SignalKind::terminate())?);
    let exposed = !config.addr.ip().is_loopback() && config.trusted_proxy.is_empty();
    config.reader = myself();
    let running = crate::start(config, Clock::real(), Chance::real()).await?;
    let open = address(running.addr);
    say(format_args!("Sijill listens on {}; open {open}", running.addr));
    if exposed {
        say(
            "Careful: other machines reach this address without encryption. Put a proxy with TLS in front, and name it in SIJILL_TRUSTED_PROXY.",
        );
    }
    if running.store.needs_setup().await.map_err(|e| sentence(&e))? {
        let token = running.store.new_setup_link().await.map_err(|e| sentence(&e))?;
        say(format_args!(
            "The committee is not set up yet. This link works once:\n\n  {open}/setup/{token}\n"
        ));
    }
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
    tracing::info!(target: "sijill", "stopping");
    running.shutdown().await;
    Ok(())
}

/// This program, also where another was put in its place meanwhile.
fn myself() -> Option<PathBuf> {
    if cfg!(target_os = "linux") {
        return Some(PathBuf::from("/proc/self/exe"));
    }
    std::env::current_exe().ok()
}

/// What to open in a browser on this machine.
pub(super) fn address(listening: SocketAddr) -> String {
    match listening.ip() {
        ip if ip.is_unspecified() => format!("http://localhost:{}", listening.port()),
        IpAddr::V4(ip) => format!("http://{ip}:{}", listening.port()),
        IpAddr::V6(ip) => format!("http://[{ip}]:{}", listening.port()),
    }
}
