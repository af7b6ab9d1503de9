//! `sijill check`: one line for each thing that must be in order. Works beside a running server.

use super::say;
use crate::config::Config;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::ExitCode;
use store::{Chance, Clock, Keys, Options, Pool, Store};

/// Too little room to take in files.
const LEAST_FREE: u64 = 1024 * 1024 * 1024;

/// Looks, and says what it found; fails if anything is wrong.
pub(super) async fn run(config: &Config) -> ExitCode {
    let mut findings = Findings { wrong: 0 };
    look(config, &mut findings).await;
    if findings.wrong == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// Says each finding as it comes.
struct Findings {
    wrong: usize,
}

impl Findings {
    fn tell(&mut self, what: &str, found: Result<String, String>) -> bool {
        match &found {
            Ok(good) => say(format_args!("ok     {what}: {good}")),
            Err(wrong) => say(format_args!("WRONG  {what}: {wrong}")),
        }
        self.wrong += usize::from(found.is_err());
        found.is_ok()
    }
}

async fn look(config: &Config, findings: &mut Findings) {
    findings.tell("configuration", Ok(described(config)));
    let begun = config.sqlite_file().is_none_or(|file| file.exists());
    let there = findings.tell("data folder", folder(&config.data));
    if there {
        findings.tell("free disk", free(&config.data));
    }
    let keys = keys(config);
    findings.tell(
        "key file",
        keys.as_ref().map(|(_, told)| told.clone()).map_err(Clone::clone),
    );
    if !begun {
        findings.tell("database", Err("there is none yet; `sijill serve` makes it".to_owned()));
        return;
    }
    let pool = match crate::connect(config).await {
        Ok(pool) => pool,
        Err(wrong) => {
            findings.tell("database", Err(wrong));
            return;
        }
    };
    findings.tell(
        "database",
        Ok(if pool.is_sqlite() {
            "SQLite, it answers"
        } else {
            "PostgreSQL, it answers"
        }
        .to_owned()),
    );
    for store::Finding { what, found } in pool.examine().await {
        findings.tell(what, found);
    }
    match keys {
        Ok((keys, _)) => {
            let mut rows = Ok("there is none yet".to_owned());
            findings.tell("record", opens(config, pool, keys, &mut rows).await);
            findings.tell("log and record", rows);
        }
        Err(_) => pool.close().await,
    }
}

fn described(config: &Config) -> String {
    let file = config
        .config
        .as_ref()
        .map_or_else(|| "no file".to_owned(), |path| path.display().to_string());
    format!(
        "{file}; listens on {}, takes files up to {}, forms up to {}",
        config.addr, config.upload_limit, config.form_limit
    )
}

fn mode(path: &Path) -> Result<u32, String> {
    std::fs::metadata(path)
        .map(|found| found.permissions().mode() & 0o777)
        .map_err(|e| format!("{}: {e}", path.display()))
}

fn folder(path: &Path) -> Result<String, String> {
    let mode = mode(path)?;
    let shown = path.display();
    if mode & 0o077 == 0 {
        Ok(format!("{shown}, mode {mode:04o}"))
    } else {
        Err(format!("{shown} is open to others (mode {mode:04o}); chmod 700 it"))
    }
}

fn free(path: &Path) -> Result<String, String> {
    let disk = rustix::fs::statvfs(path).map_err(|e| e.to_string())?;
    let free = disk.f_bavail.saturating_mul(disk.f_frsize);
    let told = format!("{} MB", free / (1024 * 1024));
    if free >= LEAST_FREE {
        Ok(told)
    } else {
        Err(format!("only {told} left"))
    }
}

fn keys(config: &Config) -> Result<(Keys, String), String> {
    let path = config.key_file()?;
    let keys = Keys::from_file(path, &config.data, false, &Chance::real())?;
    let mode = mode(path)?;
    let shown = path.display();
    if mode & 0o077 != 0 {
        return Err(format!("{shown} is open to others (mode {mode:04o}); chmod 600 it"));
    }
    let told = format!("{shown}, mode {mode:04o}, fingerprint {}", keys.fingerprint());
    Ok((keys, told))
}

/// Whether schema and key fit: opening brings the schema up to date and unseals the names of the staff. `rows` takes what
/// came of holding every record against the log.
async fn opens(config: &Config, pool: Pool, keys: Keys, rows: &mut Result<String, String>) -> Result<String, String> {
    let options = Options {
        pool,
        keys,
        data: config.data.clone(),
        clock: Clock::real(),
        chance: Chance::real(),
        limits: config.limits(),
        reader: None,
    };
    let store = Store::open(options).await?;
    let ready = store.is_ready().await;
    let set_up = store.committee().is_some();
    *rows = store.compare_with_log().await;
    store.close().await;
    match (ready, set_up) {
        (false, _) => Err("it can't be written to".to_owned()),
        (true, true) => Ok("schema up to date, the key fits, it can be written to".to_owned()),
        (true, false) => Ok("schema up to date, it can be written to; the committee is not set up yet".to_owned()),
    }
}
