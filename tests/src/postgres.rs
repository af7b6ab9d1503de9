//! A private PostgreSQL server: the installed binaries, a folder of its own, a unix socket and nothing else.
//!
//! It is started once per test process, by a shell that then waits on a pipe of which the test process holds the other
//! end. When the process ends, however it ends, the pipe closes, and the shell stops the server and removes the folder.
//! Nothing is synced to disk.

use std::io::{BufRead, BufReader, Read};
use std::path::PathBuf;
use std::process::{ChildStdin, Command, Stdio};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU32, Ordering};

const SCRIPT: &str = r#"
trap '' INT TERM HUP
dir=$(mktemp -d "${TMPDIR:-/tmp}/sijill-postgres.XXXXXX") || exit 1
fail() { cat "$dir/log" >&2; rm -rf "$dir"; exit 1; }
"$1/initdb" --pgdata="$dir/data" --username=sijill --auth=trust --encoding=UTF8 --locale=C --no-sync >"$dir/log" 2>&1 </dev/null || fail
"$1/pg_ctl" --pgdata="$dir/data" --log="$dir/log" --wait --silent --options="-k $dir -c listen_addresses='' -c fsync=off \
 -c full_page_writes=off -c synchronous_commit=off -c autovacuum=off -c max_connections=400 -c shared_buffers=64MB -c wal_level=minimal \
 -c max_wal_senders=0 -c max_wal_size=64MB" start >/dev/null 2>&1 </dev/null || fail
echo "$dir"
read -r end
"$1/pg_ctl" --pgdata="$dir/data" --mode=immediate --silent --wait stop >/dev/null 2>&1
rm -rf "$dir"
"#;

struct Server {
    folder: PathBuf,
    /// The watching shell waits for its end.
    _pipe: ChildStdin,
}

static SERVER: LazyLock<Result<Server, String>> = LazyLock::new(start);
static NEXT: AtomicU32 = AtomicU32::new(1);

/// The folder of the binaries: the one on `PATH`, or the newest under `/usr/lib/postgresql`.
fn binaries() -> Result<PathBuf, String> {
    let complete = |folder: &PathBuf| {
        folder.join("initdb").is_file() && folder.join("pg_ctl").is_file() && folder.join("postgres").is_file()
    };
    let path = std::env::var_os("PATH").unwrap_or_default();
    if let Some(folder) = std::env::split_paths(&path).find(complete) {
        return Ok(folder);
    }
    let mut installed: Vec<(u32, PathBuf)> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin"))))
        .filter(|(_, folder)| complete(folder))
        .collect();
    installed.sort();
    installed.pop().map(|(_, folder)| folder).ok_or_else(|| {
        "PostgreSQL is not installed: initdb, pg_ctl and postgres are neither on PATH nor under /usr/lib/postgresql/*/bin. \
         The store is tested on both databases, so this is a failure; install the distribution's postgresql package."
            .to_owned()
    })
}

fn start() -> Result<Server, String> {
    let binaries = binaries()?;
    let user = Command::new("id")
        .arg("-u")
        .output()
        .map_err(|e| format!("id -u: {e}"))?;
    // initdb refuses to work as root.
    let mut command = if user.stdout.trim_ascii() == b"0" {
        let mut command = Command::new("runuser");
        command.args(["-u", "postgres", "--", "sh"]);
        command
    } else {
        Command::new("sh")
    };
    command
        .arg("-c")
        .arg(SCRIPT)
        .arg("sijill-postgres")
        .arg(binaries)
        .current_dir("/");
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|e| format!("the shell that watches over PostgreSQL can't be started: {e}"))?;
    let pipe = child.stdin.take().ok_or("no pipe")?;
    let mut line = String::new();
    let read = BufReader::new(child.stdout.take().ok_or("no output")?).read_line(&mut line);
    if read.is_err() || line.trim().is_empty() {
        let mut why = String::new();
        let _ = child.stderr.take().map(|mut errors| errors.read_to_string(&mut why));
        return Err(format!("PostgreSQL can't be started for the tests: {why}"));
    }
    Ok(Server {
        folder: PathBuf::from(line.trim()),
        _pipe: pipe,
    })
}

fn server() -> &'static Server {
    match &*SERVER {
        Ok(server) => server,
        Err(why) => panic!("{why}"),
    }
}

/// The folder in which the server keeps everything.
///
/// # Panics
/// If PostgreSQL is not installed or can't be started.
#[must_use]
pub fn folder() -> PathBuf {
    server().folder.join("data")
}

/// The address of a database on the server.
///
/// # Panics
/// If PostgreSQL is not installed or can't be started.
#[must_use]
pub fn address(database: &str) -> String {
    format!(
        "postgres://sijill@localhost/{database}?host={}",
        server().folder.display()
    )
}

/// A name for a database that no other test of this process uses.
#[must_use]
pub fn fresh_name() -> String {
    format!("house_{}", NEXT.fetch_add(1, Ordering::Relaxed))
}
