//! The process around the application: settings, sockets, layers, the command line.
//!
//! [`start`] is all that `sijill serve` does; tests start a server in their own process with it. A request walks through
//! [`listen`] (its connection), [`http`] (the layers, outermost first), [`session`] (who asks, and may they go on) and
//! then into `app::router`.

pub mod assets;
pub mod body;
pub mod command;
pub mod config;
pub mod demo;
pub mod extract;
pub mod http;
pub mod listen;
pub mod news;
pub mod origin;
pub mod session;
pub mod visitor;

use config::Config;
use std::fs::File;
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;
use store::{Chance, Clock, Keys, Options, Pool, Store};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// How long requests under way may take to end when the server is stopped.
const FAREWELL: Duration = Duration::from_secs(10);

/// A server at work. Dropping it leaves it at work; [`Running::shutdown`] ends it.
pub struct Running {
    /// Where it listens: the port is known also where the setting said 0.
    pub addr: SocketAddr,
    /// The record, for tests to look into.
    pub store: Store,
    stop: watch::Sender<bool>,
    serving: JoinHandle<()>,
    looking: JoinHandle<()>,
    reading: JoinHandle<()>,
    _lock: Option<File>,
}

impl Running {
    /// Takes no more connections, lets the requests under way end, closes the database.
    pub async fn shutdown(self) {
        let _ = self.stop.send(true);
        let _ = self.serving.await;
        let _ = self.looking.await;
        self.reading.abort();
        let _ = self.reading.await;
        self.store.close().await;
    }
}

/// Starts a server.
///
/// # Errors
/// A sentence for the operator.
pub async fn start(config: Config, clock: Clock, chance: Chance) -> Result<Running, String> {
    let listener = TcpListener::bind(config.addr)
        .await
        .map_err(|e| format!("SIJILL_ADDR: can't listen on {}: {e}", config.addr))?;
    let addr = listener.local_addr().map_err(|e| format!("SIJILL_ADDR: {e}"))?;
    let Opened { store, lock } = open(&config, clock, chance.clone()).await?;
    let state = app::AppState {
        store: store.clone(),
        assets: bundled().into(),
        demo: Some(demo::loader()),
    };
    let router = http::router(state, &config, chance);
    let reading = tokio::spawn(store.clone().keep_reading());
    let (stop, stopped) = watch::channel(false);
    let connections = config.max_requests as usize * 4;
    let looking = tokio::spawn(news::look(store.clone(), config.look_time(), stopped.clone()));
    let serving = tokio::spawn(listen::serve(listener, router, connections, stopped, FAREWELL));
    Ok(Running {
        addr,
        store,
        stop,
        serving,
        looking,
        reading,
        _lock: lock,
    })
}

/// The record, opened by one process.
pub struct Opened {
    pub store: Store,
    /// Held as long as the store is open; none for PostgreSQL, which may serve several processes.
    pub lock: Option<File>,
}

/// Opens the record: data folder, lock, key, database.
///
/// # Errors
/// A sentence for the operator.
pub async fn open(config: &Config, clock: Clock, chance: Chance) -> Result<Opened, String> {
    let data = &config.data;
    make_folder(data).map_err(|e| format!("SIJILL_DATA: the folder {} can't be made: {e}", data.display()))?;
    let lock = config.sqlite_file().map(|_| lock(data)).transpose()?;
    let store = open_store(config, clock, chance).await?;
    Ok(Opened { store, lock })
}

/// Opens the record beside a server that runs on it: for what is made to be done meanwhile, and nothing else.
///
/// # Errors
/// A sentence for the operator.
pub async fn open_beside(config: &Config, clock: Clock, chance: Chance) -> Result<Opened, String> {
    if config.sqlite_file().is_some_and(|file| !file.exists()) {
        return Err("there is no database yet; `sijill serve` makes it".to_owned());
    }
    let store = open_store(config, clock, chance).await?;
    Ok(Opened { store, lock: None })
}

async fn open_store(config: &Config, clock: Clock, chance: Chance) -> Result<Store, String> {
    let data = &config.data;
    let sqlite = config.sqlite_file();
    // A database without its key must not get a new one: what is sealed would look lost for good.
    let begun = sqlite.is_some_and(|file| file.exists());
    let keys =
        Keys::from_file(config.key_file()?, data, !begun, &chance).map_err(|e| format!("SIJILL_KEY_FILE: {e}"))?;
    let pool = connect(config).await?;
    Store::open(Options {
        pool,
        keys,
        data: data.clone(),
        clock,
        chance,
        limits: config.limits(),
        reader: config.reader.clone(),
    })
    .await
}

async fn connect(config: &Config) -> Result<Pool, String> {
    let named = |e: String| {
        if e.contains("DATABASE_URL") {
            e
        } else {
            format!("DATABASE_URL: {e}")
        }
    };
    Pool::connect(&config.database()?).await.map_err(named)
}

/// Nothing this process writes is for other users of the machine, and its memory is for nobody: it holds keys.
///
/// A core dump that goes through a pipe (systemd-coredump, apport) ignores the limit; it is the process being
/// "not dumpable" that ends it.
pub fn close_to_others() {
    use rustix::process::{Resource, Rlimit};
    rustix::process::umask(rustix::fs::Mode::RWXG | rustix::fs::Mode::RWXO);
    let none = Rlimit {
        current: Some(0),
        maximum: Some(0),
    };
    let limited = rustix::process::setrlimit(Resource::Core, none);
    #[cfg(target_os = "linux")]
    let limited = limited.and(rustix::process::set_dumpable_behavior(
        rustix::process::DumpableBehavior::NotDumpable,
    ));
    if limited.is_err() {
        eprintln!("sijill: core dumps can't be switched off; a crash may write keys to disk");
    }
}

fn make_folder(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(path)
}

/// Takes the data folder for this process. The system gives it back when the process ends, however it ends.
fn lock(data: &Path) -> Result<File, String> {
    let path = data.join("sijill.lock");
    let file = File::options()
        .create(true)
        .append(true)
        .open(&path)
        .map_err(|e| format!("{} can't be opened: {e}", path.display()))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(std::fs::TryLockError::WouldBlock) => Err(format!(
            "another sijill works on the data folder {}; stop it first",
            data.display()
        )),
        Err(std::fs::TryLockError::Error(e)) => Err(format!("{} can't be locked: {e}", path.display())),
    }
}

/// The addresses of the bundle's files; empty where the server was built without the bundle.
fn bundled() -> app::Assets {
    let url = |name: &str| assets::url(name).unwrap_or_default();
    app::Assets {
        css: url("sijill.css"),
        keys: url("keys.js"),
        start: url("start.js"),
        glue: url("sijill.js"),
        wasm: url("sijill.wasm"),
        offline: app::ask::OfflineAssets {
            page: url("offline.js"),
            vault: url("offline-vault.js"),
            line: url("offline-line.js"),
            form: url("offline-form.js"),
            leave: url("offline-leave.js"),
            icon: url("icon.svg"),
        },
    }
}
