//! `sijill keys`: the recovery kit of the root key, and a new generation of class keys.

use super::{say, sentence};
use crate::config::Config;
use std::io::Read;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use store::{Chance, Clock, Keys, recovery};

/// What to do with keys.
#[derive(clap::Subcommand)]
pub enum Key {
    /// Make a recovery kit: shares of the root key, to print and keep apart. Loss of the key loses all that is sealed
    Kit(Kit),
    /// Rebuild the key file from shares on standard input, one a line
    Restore,
    /// Wrap every data key under a new generation of class keys, while the server runs
    Rotate(Rotate),
}

/// How many shares.
#[derive(clap::Args)]
pub struct Kit {
    /// Shares to make
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u8).range(2..=100))]
    shares: u8,
    /// Shares that rebuild the key; fewer tell nothing
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u8).range(2..=100))]
    needed: u8,
    /// A folder for the shares, a file each; without it they are printed
    #[arg(long)]
    out: Option<PathBuf>,
}

/// How to rotate.
#[derive(clap::Args)]
pub struct Rotate {
    /// Keys wrapped in one transaction; while it lasts others wait to write
    #[arg(long, default_value_t = 500, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    batch: u32,
}

/// Makes the shares.
pub(super) fn kit(config: &Config, kit: &Kit) -> Result<(), String> {
    let chance = Chance::real();
    let keys = Keys::from_file(config.key_file()?, &config.data, false, &chance)?;
    let lines = recovery::split(&keys, kit.shares, kit.needed, &chance)?;
    let told = format!(
        "Recovery kit of the key {}: any {} of {} shares rebuild it with `sijill keys restore`, fewer tell nothing.\n\
         Give each share to another person, on paper, apart from the data and its backups. Without the key file and without\n\
         {} shares, everything that is sealed is lost for good.",
        keys.fingerprint(),
        kit.needed,
        kit.shares,
        kit.needed
    );
    match &kit.out {
        None => {
            say(told);
            for line in &lines {
                say(format_args!("\n{}", **line));
            }
        }
        Some(folder) => {
            std::fs::create_dir_all(folder).map_err(|e| format!("{} can't be made: {e}", folder.display()))?;
            for (index, line) in lines.iter().enumerate() {
                let path = folder.join(format!("share-{}-of-{}.txt", index + 1, kit.shares));
                recovery::write_share(&path, line)?;
            }
            say(told);
            say(format_args!("\n{} files in {}", lines.len(), folder.display()));
        }
    }
    Ok(())
}

/// Rebuilds the key file.
pub(super) fn restore(config: &Config) -> Result<(), String> {
    let mut text = String::new();
    std::io::stdin()
        .lock()
        .read_to_string(&mut text)
        .map_err(|e| format!("standard input can't be read: {e}"))?;
    let keys = recovery::join(&text).map_err(|fault| fault.to_string())?;
    let path = config.key_file()?;
    recovery::write(&keys, path)?;
    // The same rules as at every start: not inside the data folder.
    if let Err(wrong) = Keys::from_file(path, &config.data, false, &Chance::real()) {
        let _ = std::fs::remove_file(path);
        return Err(wrong);
    }
    say(format_args!(
        "The key {} is in {} again. `sijill check` says whether it fits the data.",
        keys.fingerprint(),
        path.display()
    ));
    Ok(())
}

/// Makes a new generation; goes on with one that broke off.
pub(super) async fn rotate(config: &Config, rotate: Rotate) -> Result<(), String> {
    let opened = crate::open_beside(config, Clock::real(), Chance::real()).await?;
    let stop = Arc::new(AtomicBool::new(false));
    let asked = stop.clone();
    tokio::spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            asked.store(true, Ordering::Relaxed);
        }
    });
    let mut told = 0;
    let rotated = opened
        .store
        .rotate_keys(rotate.batch, |done| {
            if done >= told + 10_000 {
                told = done;
                say(format_args!("{done} keys wrapped anew"));
            }
            !stop.load(Ordering::Relaxed)
        })
        .await;
    opened.store.close().await;
    let rotated = rotated.map_err(|e| sentence(&e))?;
    if rotated.finished {
        say(format_args!(
            "{} keys are wrapped anew; generation {} is in force, nothing is left under an older one.",
            rotated.rewrapped, rotated.generation
        ));
        Ok(())
    } else {
        Err(format!(
            "stopped after {} keys; both generations open until `sijill keys rotate` has finished",
            rotated.rewrapped
        ))
    }
}
