//! `sijill user`: makes an account when nobody can sign in to make one.

use super::{say, sentence};
use crate::config::Config;
use domain::{Role, Roles};
use std::io::BufRead;
use store::{Chance, Clock};

/// What to do with accounts.
#[derive(clap::Subcommand)]
pub enum User {
    /// Add an account; prints a one-time link for choosing a password, unless one is given
    Add(Add),
}

/// A new account.
#[derive(clap::Args)]
pub struct Add {
    /// The name for signing in
    #[arg(long)]
    login: String,
    /// The person's name
    #[arg(long)]
    name: String,
    /// What the person is there to do; may be given several times
    #[arg(long, required = true, value_parser = role)]
    role: Vec<Role>,
    /// Read the password from the first line of standard input
    #[arg(long)]
    password_stdin: bool,
}

fn role(text: &str) -> Result<Role, String> {
    Role::named(&text.replace('-', "_")).ok_or_else(|| format!("one of {}", Role::ALL.map(Role::name).join(", ")))
}

/// Adds an account.
pub(super) async fn add(config: &Config, add: Add) -> Result<(), String> {
    let password = if add.password_stdin {
        let mut line = String::new();
        std::io::stdin()
            .lock()
            .read_line(&mut line)
            .map_err(|e| format!("standard input can't be read: {e}"))?;
        Some(line.trim_end_matches(['\r', '\n']).to_owned())
    } else {
        None
    };
    let roles: Roles = add.role.into_iter().collect();
    let opened = crate::open(config, Clock::real(), Chance::real()).await?;
    if opened.store.needs_setup().await.map_err(|e| sentence(&e))? {
        opened.store.close().await;
        return Err("the committee is not set up yet; start `sijill serve` and open the link it prints".to_owned());
    }
    let added = opened
        .store
        .add_account_from_command_line(&add.login, &add.name, roles, password.as_deref())
        .await;
    opened.store.close().await;
    match added.map_err(|e| sentence(&e))? {
        Some(token) => say(format_args!(
            "Account {} is made. Hand this link to the person; it works once:\n\n  {}/invite/{token}\n",
            add.login,
            super::serve::address(config.addr)
        )),
        None => say(format_args!("Account {} is made.", add.login)),
    }
    Ok(())
}
