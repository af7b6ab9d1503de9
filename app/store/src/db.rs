//! Two databases, one SQL: a pool and a transaction of either, and the macro that runs one text on both.

use crate::{Fault, Result};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{PgPool, Postgres, Sqlite, SqlitePool, Transaction};
use std::num::NonZero;
use std::str::FromStr;
use std::time::Duration;

/// Connections to the database.
#[derive(Clone)]
pub enum Pool {
    /// One writer, several readers (WAL).
    Sqlite { writer: SqlitePool, readers: SqlitePool },
    /// A server for larger committees.
    Postgres(PgPool),
}

/// A transaction on either database.
pub(crate) enum Tx {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

/// `on!(tx, |c| sqlx::query(…).execute(c).await.map(crate::db::rows))`: the expression, compiled once for each database.
macro_rules! on {
    ($tx:expr, |$c:ident| $run:expr) => {
        match $tx {
            $crate::db::Tx::Sqlite(t) => {
                let $c = &mut **t;
                $run
            }
            $crate::db::Tx::Postgres(t) => {
                let $c = &mut **t;
                $run
            }
        }
    };
}
pub(crate) use on;

/// `once!(pool, |c| sqlx::query(…).fetch_all(c).await)`: one reading statement by itself, without a transaction around it.
macro_rules! once {
    ($pool:expr, |$c:ident| $run:expr) => {
        match $pool {
            $crate::db::Pool::Sqlite { readers: $c, .. } => $run,
            $crate::db::Pool::Postgres($c) => $run,
        }
    };
}
pub(crate) use once;

/// `listed!(tx, numbers "$3", text)`: the statement `text!` of a list that is bound as one text with a comma between two, as
/// either database takes it; `ids "$3"` of ids without hyphens. `text!` takes what stands after the column.
macro_rules! listed {
    ($tx:expr, numbers $list:literal, $text:ident) => {
        match $tx {
            $crate::db::Tx::Sqlite(_) => $text!(concat!("IN (SELECT value FROM json_each('[' || ", $list, " || ']'))")),
            $crate::db::Tx::Postgres(_) => $text!(concat!("= ANY (string_to_array(", $list, "::text, ',')::bigint[])")),
        }
    };
    ($tx:expr, ids $list:literal, $text:ident) => {
        match $tx {
            $crate::db::Tx::Sqlite(_) => $text!(concat!(
                "IN (SELECT unhex(value) FROM json_each('[\"' || replace(",
                $list,
                ", ',', '\",\"') || '\"]'))"
            )),
            $crate::db::Tx::Postgres(_) => $text!(concat!("= ANY (string_to_array(", $list, "::text, ',')::uuid[])")),
        }
    };
}
pub(crate) use listed;

/// A list as [`listed!`] takes it.
pub(crate) fn list<T: ToString>(of: impl IntoIterator<Item = T>) -> String {
    of.into_iter().map(|one| one.to_string()).collect::<Vec<_>>().join(",")
}

/// The oldest SQLite without the WAL-reset corruption bug (<https://www.sqlite.org/wal.html>).
const SQLITE_LEAST: (u32, u32, u32) = (3, 51, 3);

impl Pool {
    /// Connects to `sqlite://path` or `postgres://…`. The folder of a SQLite file must exist.
    ///
    /// # Errors
    /// A sentence for the person who starts the server; it never holds the address, which may hold a password.
    pub async fn connect(url: &str) -> std::result::Result<Self, String> {
        if url.starts_with("postgres") {
            let options = PgConnectOptions::from_str(url)
                .map_err(|_| "DATABASE_URL is not a valid PostgreSQL address".to_owned())?;
            let options = options.application_name("sijill");
            let pool = PgPoolOptions::new()
                .max_connections(16)
                .acquire_timeout(Duration::from_secs(10))
                .connect_with(options)
                .await;
            return pool
                .map(Self::Postgres)
                .map_err(|e| format!("PostgreSQL can't be reached: {}", plain(&e)));
        }
        let options = SqliteConnectOptions::from_str(url)
            .map_err(|_| "DATABASE_URL is neither a PostgreSQL nor a SQLite address".to_owned())?
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .pragma("secure_delete", "ON")
            .pragma("temp_store", "MEMORY")
            .pragma("trusted_schema", "OFF")
            // To wait for a row costs more than to find it.
            .row_buffer_size(1_000)
            .busy_timeout(Duration::from_secs(5));
        let failed = |e: sqlx::Error| format!("the database file can't be opened: {}", plain(&e));
        let writer = SqlitePoolOptions::new()
            .max_connections(1)
            .idle_timeout(None)
            .max_lifetime(None)
            .test_before_acquire(false)
            .acquire_timeout(Duration::from_secs(30))
            .connect_with(options.clone())
            .await
            .map_err(failed)?;
        let version: String = sqlx::query_scalar("SELECT sqlite_version()")
            .fetch_one(&writer)
            .await
            .map_err(failed)?;
        let mut parts = version.split('.').map(|part| part.parse::<u32>().unwrap_or(0));
        let mut part = || parts.next().unwrap_or(0);
        if (part(), part(), part()) < SQLITE_LEAST {
            return Err(format!(
                "SQLite {version} is older than 3.51.3, which it takes to keep the database sound"
            ));
        }
        // Every log entry empties the caches of the readers, so that each reads its pages again: few share more.
        let cores = std::thread::available_parallelism().map_or(2, NonZero::get);
        let readers = SqlitePoolOptions::new()
            .max_connections(u32::try_from(cores.clamp(2, 8)).unwrap_or(8))
            .idle_timeout(None)
            .max_lifetime(None)
            .test_before_acquire(false)
            .acquire_timeout(Duration::from_secs(10))
            .connect_with(options.read_only(true).create_if_missing(false))
            .await
            .map_err(failed)?;
        Ok(Self::Sqlite { writer, readers })
    }

    /// Begins a transaction that may write. On SQLite it takes the write lock at once.
    pub(crate) async fn write(&self) -> Result<Tx> {
        Ok(match self {
            Self::Sqlite { writer, .. } => Tx::Sqlite(writer.begin_with("BEGIN IMMEDIATE").await?),
            Self::Postgres(pool) => Tx::Postgres(pool.begin().await?),
        })
    }

    /// Begins a transaction that reads one snapshot.
    pub(crate) async fn read(&self) -> Result<Tx> {
        Ok(match self {
            Self::Sqlite { readers, .. } => Tx::Sqlite(readers.begin().await?),
            Self::Postgres(pool) => Tx::Postgres(
                pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
                    .await?,
            ),
        })
    }

    /// Whether it is SQLite.
    #[must_use]
    pub fn is_sqlite(&self) -> bool {
        matches!(self, Self::Sqlite { .. })
    }

    /// Closes every connection; on SQLite the WAL is folded into the file first.
    pub async fn close(&self) {
        match self {
            Self::Sqlite { writer, readers } => {
                readers.close().await;
                let _ = sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(writer).await;
                writer.close().await;
            }
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

impl Tx {
    /// Keeps what was done.
    pub(crate) async fn commit(self) -> Result<()> {
        match self {
            Self::Sqlite(tx) => tx.commit().await.map_err(Fault::from),
            Self::Postgres(tx) => tx.commit().await.map_err(Fault::from),
        }
    }

    /// Lets go of what was done.
    pub(crate) async fn rollback(self) -> Result<()> {
        match self {
            Self::Sqlite(tx) => tx.rollback().await.map_err(Fault::from),
            Self::Postgres(tx) => tx.rollback().await.map_err(Fault::from),
        }
    }
}

/// An error without the address it was about.
pub(crate) fn plain(error: &sqlx::Error) -> String {
    match error {
        sqlx::Error::Database(e) => e.message().to_owned(),
        sqlx::Error::Io(e) => e.kind().to_string(),
        sqlx::Error::PoolTimedOut => "no answer in time".to_owned(),
        _ => "the connection failed".to_owned(),
    }
}

/// What a statement tells when it is done: how many rows it touched, on either database.
pub(crate) trait Done {
    fn rows_affected(&self) -> u64;
}

impl Done for sqlx::sqlite::SqliteQueryResult {
    fn rows_affected(&self) -> u64 {
        Self::rows_affected(self)
    }
}

impl Done for sqlx::postgres::PgQueryResult {
    fn rows_affected(&self) -> u64 {
        Self::rows_affected(self)
    }
}

/// The number of rows a statement touched.
#[expect(clippy::needless_pass_by_value, reason = "it stands in `map`")]
pub(crate) fn rows(done: impl Done) -> u64 {
    done.rows_affected()
}
