//! What can be set: one struct, read once, when the process starts.
//!
//! A setting has one name, shown in `sijill --help`: the environment variable (`SIJILL_IDLE_MINUTES`), the flag
//! (`--idle-minutes`) and the key in the optional TOML file (`idle_minutes`). A flag beats the environment, the
//! environment beats the file, the file beats the default. To add a setting: a field of [`Config`], with its sentence
//! and its variable as `value_name`; nothing else.

use crate::command::Cli;
use clap::builder::OsStr;
use clap::error::ErrorKind;
use clap::{CommandFactory, FromArgMatches};
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt::Display;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;
use store::Limits;

/// The settings of one process.
#[derive(Clone, clap::Args)]
#[command(next_help_heading = "Settings (flag, environment variable, or key in the file)")]
pub struct Config {
    /// A TOML file with settings (addr, data, key_file, …)
    #[arg(long, value_name = "SIJILL_CONFIG", global = true)]
    pub config: Option<PathBuf>,

    /// Address and port to listen on
    #[arg(long, value_name = "SIJILL_ADDR", global = true, default_value = "127.0.0.1:3000")]
    pub addr: SocketAddr,

    /// Folder for database and files; made with mode 0700
    #[arg(long, value_name = "SIJILL_DATA", global = true, default_value = "./data")]
    pub data: PathBuf,

    /// The root key, outside the data folder; made on the first start. Without it nothing sealed can be read again
    /// [default: sijill/root.key in $XDG_CONFIG_HOME or ~/.config]
    #[arg(long, value_name = "SIJILL_KEY_FILE", global = true)]
    pub key_file: Option<PathBuf>,

    /// Database, `sqlite://path` or `postgres://…` [default: sijill.db in the data folder]
    #[arg(long, value_name = "DATABASE_URL", global = true)]
    pub database_url: Option<String>,

    /// The largest file of a document; KB, MB, GB count in 1024s
    #[arg(long, value_name = "SIJILL_UPLOAD_LIMIT", global = true, default_value = "2GB")]
    pub upload_limit: Bytes,

    /// The largest form without a file
    #[arg(long, value_name = "SIJILL_FORM_LIMIT", global = true, default_value = "4MB")]
    pub form_limit: Bytes,

    /// A session ends after so many minutes without a request
    #[arg(long, value_name = "SIJILL_IDLE_MINUTES", global = true, default_value = "30", value_parser = clap::value_parser!(u32).range(1..=1440))]
    pub idle_minutes: u32,

    /// A session ends so many hours after sign-in
    #[arg(long, value_name = "SIJILL_SESSION_HOURS", global = true, default_value = "10", value_parser = clap::value_parser!(u32).range(1..=72))]
    pub session_hours: u32,

    /// Protected identities that one person may have revealed in a day; supervisors are told when they are used up
    #[arg(long, value_name = "SIJILL_REVEALS_PER_DAY", global = true, default_value = "20", value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub reveals_per_day: u32,

    /// The server looks for what is new in watched searches, and tidies the index of words, each time so many minutes have passed
    #[arg(long, value_name = "SIJILL_LOOK_MINUTES", global = true, default_value = "10", value_parser = clap::value_parser!(u32).range(1..=1440))]
    pub look_minutes: u32,

    /// A request is given up after so many seconds; an upload, when nothing came for so long
    #[arg(long, value_name = "SIJILL_REQUEST_SECONDS", global = true, default_value = "30", value_parser = clap::value_parser!(u32).range(1..=3600))]
    pub request_seconds: u32,

    /// Requests answered at once; more are told to come back in a moment
    #[arg(long, value_name = "SIJILL_MAX_REQUESTS", global = true, default_value = "512", value_parser = clap::value_parser!(u32).range(1..=65536))]
    pub max_requests: u32,

    /// Addresses of proxies whose X-Forwarded-For and X-Forwarded-Proto count, separated by commas
    #[arg(long, value_name = "SIJILL_TRUSTED_PROXY", global = true, value_delimiter = ',')]
    pub trusted_proxy: Vec<IpAddr>,

    /// What is told on standard error, as a filter of `tracing`
    #[arg(long, value_name = "SIJILL_LOG", global = true, default_value = "warn,sijill=info", value_parser = log_filter)]
    pub log: String,

    /// Limits that are no settings. Tests make password hashing cheap here.
    #[arg(skip)]
    pub fixed: Limits,

    /// The program that reads the text in files: this one, where it serves.
    #[arg(skip)]
    pub reader: Option<PathBuf>,
}

impl Config {
    /// The settings of a test: everything in one folder (the key beside the data, not in it), any free port, nothing
    /// taken from the environment.
    ///
    /// # Panics
    /// Never: the defaults are good settings.
    #[must_use]
    pub fn in_folder(folder: &Path) -> Self {
        let none = |_: &str| None;
        let mut config = parse(["sijill", "serve", "--addr", "127.0.0.1:0"].map(OsString::from), none)
            .expect("the defaults are good")
            .config;
        config.data = folder.join("data");
        config.key_file = Some(folder.join("root.key"));
        config
    }

    /// The place of the root key.
    ///
    /// # Errors
    /// A sentence, where neither the setting nor a home folder tells.
    pub fn key_file(&self) -> Result<&Path, String> {
        self.key_file
            .as_deref()
            .ok_or_else(|| "SIJILL_KEY_FILE is not set, and there is no home folder to keep the key in".to_owned())
    }

    /// The address of the database. It may hold a password: never show it.
    ///
    /// # Errors
    /// A sentence, where the data folder's name can't stand in an address.
    pub fn database(&self) -> Result<String, String> {
        if let Some(url) = &self.database_url {
            return Ok(url.clone());
        }
        let file = self.data.join("sijill.db");
        let path = file
            .to_str()
            .ok_or("SIJILL_DATA: the folder's name is not UTF-8; set DATABASE_URL as well")?;
        const PLAIN: &percent_encoding::AsciiSet = &percent_encoding::NON_ALPHANUMERIC
            .remove(b'/')
            .remove(b'.')
            .remove(b'-')
            .remove(b'_');
        Ok(format!(
            "sqlite://{}",
            percent_encoding::utf8_percent_encode(path, PLAIN)
        ))
    }

    /// The file of a SQLite database; none for PostgreSQL.
    #[must_use]
    pub fn sqlite_file(&self) -> Option<PathBuf> {
        let Some(url) = &self.database_url else {
            return Some(self.data.join("sijill.db"));
        };
        let path = url.strip_prefix("sqlite:")?;
        let path = path.strip_prefix("//").unwrap_or(path).split('?').next()?;
        percent_encoding::percent_decode_str(path)
            .decode_utf8()
            .ok()
            .map(|path| PathBuf::from(path.into_owned()))
    }

    /// The limits of the store.
    #[must_use]
    pub fn limits(&self) -> Limits {
        Limits {
            idle: chrono::Duration::minutes(self.idle_minutes.into()),
            absolute: chrono::Duration::hours(self.session_hours.into()),
            upload: self.upload_limit.0,
            reveals: self.reveals_per_day,
            ..self.fixed.clone()
        }
    }

    /// How long it is between two looks for what is new.
    #[must_use]
    pub fn look_time(&self) -> Duration {
        Duration::from_secs(u64::from(self.look_minutes) * 60)
    }

    /// How long a request may take.
    #[must_use]
    pub fn request_time(&self) -> Duration {
        Duration::from_secs(self.request_seconds.into())
    }
}

/// A number of bytes, written `4MB`, `512 KB` or `1048576`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bytes(pub u64);

impl FromStr for Bytes {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim().to_ascii_uppercase();
        let digits = text.trim_end_matches(|c: char| !c.is_ascii_digit());
        let unit = match text[digits.len()..].trim() {
            "" | "B" => 1,
            "K" | "KB" | "KIB" => 1024,
            "M" | "MB" | "MIB" => 1024 * 1024,
            "G" | "GB" | "GIB" => 1024 * 1024 * 1024,
            "T" | "TB" | "TIB" => 1024_u64.pow(4),
            _ => return Err("write a number of bytes, or one with KB, MB, GB".to_owned()),
        };
        let bytes = digits
            .parse::<u64>()
            .ok()
            .and_then(|number| number.checked_mul(unit))
            .filter(|bytes| *bytes > 0);
        bytes
            .map(Self)
            .ok_or_else(|| "write a number of bytes, or one with KB, MB, GB".to_owned())
    }
}

impl Display for Bytes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (mut number, mut unit) = (self.0, 0);
        while unit < 4 && number >= 1024 && number % 1024 == 0 {
            (number, unit) = (number / 1024, unit + 1);
        }
        write!(f, "{number} {}", ["bytes", "KB", "MB", "GB", "TB"][unit])
    }
}

fn log_filter(text: &str) -> Result<String, String> {
    tracing_subscriber::EnvFilter::try_new(text)
        .map(|_| text.to_owned())
        .map_err(|e| e.to_string())
}

/// Reads the command line, the environment and the file.
///
/// # Errors
/// What is wrong, naming the setting; also the text of `--help` and `--version`.
pub fn parse(
    args: impl IntoIterator<Item = OsString>,
    env: impl Fn(&str) -> Option<OsString>,
) -> Result<Cli, clap::Error> {
    let args: Vec<OsString> = args.into_iter().collect();
    let env = |name: &str| env(name).filter(|value| !value.is_empty());
    let mut command = Cli::command();
    let mut found = match config_file(&args).or_else(|| env("SIJILL_CONFIG")) {
        Some(path) => from_file(Path::new(&path)).map_err(|e| command.error(ErrorKind::ValueValidation, e))?,
        None => BTreeMap::new(),
    };
    if !found.contains_key("key_file") {
        let home = env("XDG_CONFIG_HOME")
            .map(PathBuf::from)
            .or_else(|| env("HOME").map(|home| PathBuf::from(home).join(".config")));
        if let Some(home) = home {
            found.insert("key_file".to_owned(), home.join("sijill/root.key").into_os_string());
        }
    }
    // What stands in the file or in the environment becomes the default of its flag, so that one parser reads, checks
    // and names them all. It is not shown in --help: DATABASE_URL may hold a password.
    command = command.mut_args(|arg| {
        let Some(name) = arg
            .get_value_names()
            .and_then(|names| names.first())
            .map(ToString::to_string)
        else {
            return arg;
        };
        let in_file = found.remove(arg.get_id().as_str());
        match env(&name).or(in_file) {
            Some(value) => arg.default_value(OsStr::from(value)).hide_default_value(true),
            None => arg,
        }
    });
    if let Some(key) = found.keys().next() {
        return Err(command.error(
            ErrorKind::UnknownArgument,
            format!("the configuration file sets `{key}`, which is no setting"),
        ));
    }
    let mut matches = command.clone().try_get_matches_from(args)?;
    Cli::from_arg_matches_mut(&mut matches).map_err(|e| e.format(&mut command))
}

/// The value of `--config`, before the rest is read.
fn config_file(args: &[OsString]) -> Option<OsString> {
    args.iter().enumerate().find_map(|(i, arg)| match arg.to_str() {
        Some("--config") => args.get(i + 1).cloned(),
        Some(arg) => arg.strip_prefix("--config=").map(OsString::from),
        None => None,
    })
}

fn from_file(path: &Path) -> Result<BTreeMap<String, OsString>, String> {
    let shown = path.display();
    let text = std::fs::read_to_string(path).map_err(|e| format!("SIJILL_CONFIG: {shown} can't be read: {e}"))?;
    let table: toml::Table = text
        .parse()
        .map_err(|e: toml::de::Error| format!("SIJILL_CONFIG: {shown}: {}", e.message()))?;
    table
        .into_iter()
        .map(|(key, value)| match plain(&value) {
            Some(text) => Ok((key, OsString::from(text))),
            None => Err(format!(
                "SIJILL_CONFIG: {shown}: `{key}` is neither a text nor a number nor a list of texts"
            )),
        })
        .collect()
}

fn plain(value: &toml::Value) -> Option<String> {
    match value {
        toml::Value::String(text) => Some(text.clone()),
        toml::Value::Integer(number) => Some(number.to_string()),
        toml::Value::Array(items) => {
            let items: Option<Vec<&str>> = items.iter().map(toml::Value::as_str).collect();
            items.map(|items| items.join(","))
        }
        toml::Value::Float(_) | toml::Value::Boolean(_) | toml::Value::Datetime(_) | toml::Value::Table(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(args: &[&str], env: &[(&str, &str)]) -> Result<Config, String> {
        let args = std::iter::once("sijill")
            .chain(args.iter().copied())
            .map(OsString::from);
        let lookup = |name: &str| {
            env.iter()
                .find(|(key, _)| *key == name)
                .map(|(_, value)| OsString::from(value))
        };
        parse(args, lookup).map(|cli| cli.config).map_err(|e| e.to_string())
    }

    fn file(name: &str, text: &str) -> String {
        let path = std::env::temp_dir().join(format!("sijill-config-{}-{name}.toml", std::process::id()));
        std::fs::write(&path, text).expect("a temporary file");
        path.to_str().expect("a plain path").to_owned()
    }

    #[test]
    fn a_flag_beats_the_environment_beats_the_file_beats_the_default() {
        let path = file(
            "order",
            "idle_minutes = 5\nsession_hours = 2\ndata = \"/file\"\ntrusted_proxy = [\"10.0.0.1\", \"::1\"]\n",
        );
        let env = [
            ("SIJILL_CONFIG", path.as_str()),
            ("SIJILL_DATA", "/env"),
            ("SIJILL_SESSION_HOURS", "3"),
        ];
        for args in [&["--data", "/flag", "serve"][..], &["serve", "--data=/flag"]] {
            let config = read(args, &env).expect("good settings");
            assert_eq!(config.data, Path::new("/flag"));
            assert_eq!(config.session_hours, 3);
            assert_eq!(config.idle_minutes, 5);
            assert_eq!(config.max_requests, 512);
            assert_eq!(
                config.trusted_proxy,
                ["10.0.0.1".parse::<IpAddr>().unwrap(), "::1".parse().unwrap()]
            );
        }
        let by_flag = read(&["serve", "--config", &path], &[]).expect("good settings");
        assert_eq!(by_flag.data, Path::new("/file"));
    }

    #[test]
    fn what_is_wrong_is_said_with_the_name_of_the_setting() {
        let table: [(&str, &str); 7] = [
            ("SIJILL_ADDR", "localhost"),
            ("SIJILL_UPLOAD_LIMIT", "much"),
            ("SIJILL_FORM_LIMIT", "0"),
            ("SIJILL_IDLE_MINUTES", "0"),
            ("SIJILL_TRUSTED_PROXY", "10.0.0.1,nginx"),
            ("SIJILL_LOG", "sijill=loud"),
            ("SIJILL_CONFIG", "/nowhere/sijill.toml"),
        ];
        for (name, value) in table {
            let told = read(&["serve"], &[(name, value)]).err().expect("a wrong setting");
            assert!(told.contains(name), "{told}");
        }
        let told = read(&["serve", "--config", &file("unknown", "idle = 5\n")], &[])
            .err()
            .expect("an unknown setting");
        assert!(told.contains("`idle`"), "{told}");
        let told = read(&["serve", "--config", &file("wrong", "idle_minutes = \"soon\"\n")], &[])
            .err()
            .expect("a wrong setting");
        assert!(told.contains("SIJILL_IDLE_MINUTES"), "{told}");
    }

    #[test]
    fn help_names_every_variable_and_hides_what_they_hold() {
        let told = read(&["serve", "--help"], &[("DATABASE_URL", "postgres://u:secret@h/d")])
            .err()
            .expect("the help");
        for name in ["SIJILL_ADDR", "SIJILL_KEY_FILE", "DATABASE_URL", "SIJILL_TRUSTED_PROXY"] {
            assert!(told.contains(name), "{told}");
        }
        assert!(!told.contains("secret"), "{told}");
    }

    #[test]
    fn bytes_are_written_with_or_without_a_unit() {
        let table = [
            ("1048576", Some(1_048_576)),
            ("4MB", Some(4_194_304)),
            (" 2 gb ", Some(2_147_483_648)),
            ("1k", Some(1024)),
            ("MB", None),
            ("-1", None),
            ("1.5GB", None),
            ("99999999999TB", None),
            ("", None),
        ];
        for (text, bytes) in table {
            assert_eq!(text.parse::<Bytes>().ok(), bytes.map(Bytes), "{text}");
        }
        assert_eq!(Bytes(2_147_483_648).to_string(), "2 GB");
        assert_eq!(Bytes(1500).to_string(), "1500 bytes");
    }

    #[test]
    fn the_database_stands_in_the_data_folder_unless_said_otherwise() {
        let config = read(&["serve", "--data", "/srv/a b?"], &[]).expect("good settings");
        assert_eq!(
            config.database().expect("an address"),
            "sqlite:///srv/a%20b%3F/sijill.db"
        );
        assert_eq!(config.sqlite_file(), Some(PathBuf::from("/srv/a b?/sijill.db")));
        let config = read(
            &["serve"],
            &[
                ("DATABASE_URL", "postgres://h/d"),
                ("XDG_CONFIG_HOME", "/x"),
                ("HOME", "/h"),
            ],
        )
        .expect("good settings");
        assert_eq!(config.database().expect("an address"), "postgres://h/d");
        assert_eq!(config.sqlite_file(), None);
        assert_eq!(config.key_file().expect("a place"), Path::new("/x/sijill/root.key"));
        let config = read(
            &["serve"],
            &[("HOME", "/h"), ("DATABASE_URL", "sqlite://other%20place.db?mode=rwc")],
        )
        .expect("good settings");
        assert_eq!(
            config.key_file().expect("a place"),
            Path::new("/h/.config/sijill/root.key")
        );
        assert_eq!(config.sqlite_file(), Some(PathBuf::from("other place.db")));
        assert!(read(&["serve"], &[]).expect("good settings").key_file().is_err());
    }
}
