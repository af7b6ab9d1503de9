//! The command line: what an operator does without a browser.
//!
//! To add a command: a variant of [`Command`], its file beside the others, and its arm in [`run`].

mod check;
mod demo;
mod index;
mod keys;
mod serve;
mod user;

use crate::config::{self, Config};
use clap::{Parser, Subcommand};
use std::io::Write;
use std::process::ExitCode;

/// Keeps testimony, and works on it, for a committee of inquiry.
#[derive(Parser)]
#[command(name = "sijill", version, max_term_width = 110)]
pub struct Cli {
    #[command(flatten)]
    pub config: Config,
    #[command(subcommand)]
    pub command: Command,
}

/// What is to be done.
#[derive(Subcommand)]
pub enum Command {
    /// Serve the pages
    Serve,
    /// Accounts, for when nobody can sign in to make one
    #[command(subcommand)]
    User(user::User),
    /// The recovery kit of the root key, and renewing the keys
    #[command(subcommand)]
    Keys(keys::Key),
    /// Fill an empty database with invented cases
    Demo(demo::Demo),
    /// Make the index of words anew
    Index,
    /// Look whether everything is in order, and say what isn't
    Check,
}

/// Runs the process from its command line to its end.
pub async fn run() -> ExitCode {
    let cli = match config::parse(std::env::args_os(), |name| std::env::var_os(name)) {
        Ok(cli) => cli,
        Err(told) => {
            let _ = told.print();
            return ExitCode::from(u8::try_from(told.exit_code()).unwrap_or(2));
        }
    };
    tell(&cli.config.log);
    let done = match cli.command {
        Command::Serve => serve::run(cli.config).await,
        Command::User(user::User::Add(add)) => user::add(&cli.config, add).await,
        Command::Keys(keys::Key::Kit(kit)) => keys::kit(&cli.config, &kit),
        Command::Keys(keys::Key::Restore) => keys::restore(&cli.config),
        Command::Keys(keys::Key::Rotate(rotate)) => keys::rotate(&cli.config, rotate).await,
        Command::Demo(demo) => demo::run(&cli.config, demo).await,
        Command::Index => index::run(&cli.config).await,
        Command::Check => return check::run(&cli.config).await,
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => {
            eprintln!("sijill: {sentence}");
            ExitCode::FAILURE
        }
    }
}

/// Starts telling on standard error. A panic tells where it was, not what it said: that may hold what a record holds.
fn tell(filter: &str) {
    let filter = tracing_subscriber::EnvFilter::new(filter);
    let ansi = std::io::IsTerminal::is_terminal(&std::io::stderr());
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(ansi)
        .init();
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(target: "sijill", place, "panic");
    }));
}

/// Writes a line for the operator to standard output.
fn say(line: impl std::fmt::Display) {
    let _ = writeln!(std::io::stdout().lock(), "{line}");
}

/// What went wrong, for the operator.
fn sentence(error: &domain::Error) -> String {
    use domain::{Error, ProblemKind};
    match error {
        Error::Invalid(problems) => {
            let told = problems.iter().map(|problem| {
                let what = match &problem.kind {
                    ProblemKind::Missing => "is missing".to_owned(),
                    ProblemKind::TooShort(least) => format!("must have at least {least} characters"),
                    ProblemKind::TooLong(most) => format!("may have at most {most} characters"),
                    ProblemKind::Taken => "is in use already".to_owned(),
                    ProblemKind::Common => "is too common, or holds the login".to_owned(),
                    ProblemKind::RolesClash => "may not be held by one person".to_owned(),
                    ProblemKind::BadCharacters => "has characters that are not allowed".to_owned(),
                    other => format!("is not accepted ({other:?})"),
                };
                format!("{} {what}", problem.field)
            });
            told.collect::<Vec<_>>().join("; ")
        }
        Error::Busy => "the database does not answer, or the disk is full".to_owned(),
        Error::Internal => "this failed; the lines above say where".to_owned(),
        other => other.to_string(),
    }
}
