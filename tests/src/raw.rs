//! A connection of one's own to the database, past the store: for auditors who check and for attackers who tamper.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sha2::{Digest, Sha256};
use sqlx::{AssertSqlSafe, ConnectOptions, PgConnection, SqliteConnection};
use std::collections::BTreeMap;
use std::str::FromStr;
use uuid::Uuid;

/// A raw connection.
pub enum Raw {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

macro_rules! on {
    ($raw:expr, |$c:ident| $run:expr) => {
        match $raw {
            Raw::Sqlite($c) => $run,
            Raw::Postgres($c) => $run,
        }
    };
}

/// One row of the access log, with codes and logins instead of ids.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct LogEntry {
    pub instance_id: Uuid,
    pub counter: i64,
    pub id: Uuid,
    pub at: DateTime<Utc>,
    pub account_id: Option<Uuid>,
    pub login: Option<String>,
    pub role: String,
    pub act: String,
    pub outcome: String,
    pub grounds: Option<String>,
    pub object_kind: String,
    pub object_id: Option<Uuid>,
    pub code: Option<String>,
    pub case_id: Option<Uuid>,
    pub case_code: Option<String>,
    pub purpose: Option<String>,
    pub request: String,
    pub address: String,
    pub detail: String,
    pub leaf: Vec<u8>,
    pub leaf_hash: Vec<u8>,
}

impl Raw {
    /// Connects.
    ///
    /// # Panics
    /// If the database does not answer.
    pub async fn connect(url: &str) -> Self {
        if url.starts_with("postgres") {
            let options = sqlx::postgres::PgConnectOptions::from_str(url).expect("an address");
            Self::Postgres(options.connect().await.expect("PostgreSQL answers"))
        } else {
            let options = sqlx::sqlite::SqliteConnectOptions::from_str(url).expect("an address");
            Self::Sqlite(
                options
                    .busy_timeout(std::time::Duration::from_secs(20))
                    .connect()
                    .await
                    .expect("the file opens"),
            )
        }
    }

    /// Runs a statement; the rows it touched, or what the database said.
    ///
    /// # Errors
    /// The database's message.
    pub async fn run(&mut self, sql: &str) -> Result<u64, String> {
        let sql = AssertSqlSafe(sql.to_owned());
        on!(self, |c| sqlx::query(sql)
            .execute(c)
            .await
            .map(|done| done.rows_affected())
            .map_err(|e| e.to_string()))
    }

    /// Runs a statement that must succeed.
    ///
    /// # Panics
    /// If it does not.
    pub async fn must(&mut self, sql: &str) -> u64 {
        self.run(sql).await.unwrap_or_else(|e| panic!("{sql}: {e}"))
    }

    /// One number.
    ///
    /// # Panics
    /// If the query gives none.
    pub async fn number(&mut self, sql: &str) -> i64 {
        let query = AssertSqlSafe(sql.to_owned());
        on!(self, |c| sqlx::query_scalar(query).fetch_one(c).await).unwrap_or_else(|e| panic!("{sql}: {e}"))
    }

    /// One column of texts.
    ///
    /// # Panics
    /// If the query fails.
    pub async fn texts(&mut self, sql: &str) -> Vec<String> {
        let query = AssertSqlSafe(sql.to_owned());
        on!(self, |c| sqlx::query_scalar(query).fetch_all(c).await).unwrap_or_else(|e| panic!("{sql}: {e}"))
    }

    /// One sealed value.
    ///
    /// # Panics
    /// If the query gives none.
    pub async fn bytes(&mut self, sql: &str) -> Vec<u8> {
        let query = AssertSqlSafe(sql.to_owned());
        on!(self, |c| sqlx::query_scalar(query).fetch_one(c).await).unwrap_or_else(|e| panic!("{sql}: {e}"))
    }

    /// Bytes as this database writes them in SQL.
    #[must_use]
    pub fn blob(&self, bytes: &[u8]) -> String {
        let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        match self {
            Self::Sqlite(_) => format!("x'{hex}'"),
            Self::Postgres(_) => format!("'\\x{hex}'::bytea"),
        }
    }

    /// An id as this database writes it in SQL.
    #[must_use]
    pub fn uuid(&self, id: Uuid) -> String {
        match self {
            Self::Sqlite(_) => self.blob(id.as_bytes()),
            Self::Postgres(_) => format!("'{id}'::uuid"),
        }
    }

    /// The access log, in the order of its counters.
    ///
    /// # Panics
    /// If it can't be read.
    pub async fn log(&mut self) -> Vec<LogEntry> {
        on!(self, |c| sqlx::query_as(
            "SELECT e.instance_id, e.counter, e.id, e.at, e.account_id, a.login, e.role, e.act, e.outcome, e.grounds, e.object_kind, e.object_id,
                COALESCE(r.code, o.login) AS code, e.case_id, k.code AS case_code, e.purpose, e.request, e.address, e.detail, e.leaf, e.leaf_hash
             FROM log_entry e
             LEFT JOIN account a ON a.id = e.account_id
             LEFT JOIN record r ON r.id = e.object_id
             LEFT JOIN account o ON o.id = e.object_id
             LEFT JOIN record k ON k.id = e.case_id
             ORDER BY e.instance_id, e.counter"
        )
        .fetch_all(c)
        .await)
        .expect("the log can be read")
    }

    /// Makes the access log refuse new entries, as a full or damaged disk would.
    pub async fn break_log(&mut self) {
        match self {
            Self::Sqlite(_) => {
                self.must(
                    "CREATE TRIGGER broken_log BEFORE INSERT ON log_entry BEGIN SELECT RAISE(ABORT, 'broken'); END",
                )
                .await;
            }
            Self::Postgres(_) => {
                self.must("CREATE OR REPLACE FUNCTION broken_log() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'broken'; END $$").await;
                self.must(
                    "CREATE TRIGGER broken_log BEFORE INSERT ON log_entry FOR EACH ROW EXECUTE FUNCTION broken_log()",
                )
                .await;
            }
        }
    }

    /// Makes it take entries again.
    pub async fn mend_log(&mut self) {
        match self {
            Self::Sqlite(_) => self.must("DROP TRIGGER broken_log").await,
            Self::Postgres(_) => self.must("DROP TRIGGER broken_log ON log_entry").await,
        };
    }
}

impl LogEntry {
    /// A member of the entry's detail.
    ///
    /// # Panics
    /// If the detail is not JSON.
    #[must_use]
    pub fn noted(&self, name: &str) -> Value {
        let detail: Value = serde_json::from_str(&self.detail).expect("JSON");
        detail[name].clone()
    }

    /// Act and outcome, for comparing: `open done`.
    #[must_use]
    pub fn line(&self) -> String {
        format!("{} {}", self.act, self.outcome)
    }

    /// Checks that the leaf is canonical, hashes to its hash, and says the same as the row.
    ///
    /// # Panics
    /// If not.
    pub fn is_sound(&self) {
        let hash: [u8; 32] = Sha256::new()
            .chain_update([0])
            .chain_update(&self.leaf)
            .finalize()
            .into();
        assert_eq!(hash.as_slice(), self.leaf_hash, "leaf hash of entry {}", self.counter);
        let text = std::str::from_utf8(&self.leaf).expect("UTF-8");
        let leaf: Value = serde_json::from_str(text).expect("JSON");
        assert_eq!(canonical(&leaf), text, "canonical form of entry {}", self.counter);
        let id = |id: Option<Uuid>| id.map_or(Value::Null, |id| Value::from(id.to_string()));
        let text = |text: &Option<String>| text.as_deref().map_or(Value::Null, Value::from);
        let row: BTreeMap<&str, Value> = [
            ("instance", id(Some(self.instance_id))),
            ("counter", self.counter.into()),
            ("id", id(Some(self.id))),
            (
                "at",
                self.at.to_rfc3339_opts(chrono::SecondsFormat::Micros, true).into(),
            ),
            ("account", id(self.account_id)),
            ("role", self.role.as_str().into()),
            ("act", self.act.as_str().into()),
            ("outcome", self.outcome.as_str().into()),
            ("grounds", text(&self.grounds)),
            ("kind", self.object_kind.as_str().into()),
            ("object", id(self.object_id)),
            ("case", id(self.case_id)),
            ("purpose", text(&self.purpose)),
            ("request", self.request.as_str().into()),
            ("address", self.address.as_str().into()),
            ("detail", serde_json::from_str(&self.detail).expect("JSON")),
        ]
        .into();
        for (name, value) in row {
            assert_eq!(leaf[name], value, "{name} of entry {}", self.counter);
        }
    }
}

/// JSON with sorted members and no white space, whatever order `serde_json` keeps.
fn canonical(value: &Value) -> String {
    match value {
        Value::Object(members) => {
            let sorted: BTreeMap<_, _> = members.iter().collect();
            let members: Vec<String> = sorted
                .into_iter()
                .map(|(name, value)| format!("{}:{}", Value::from(name.as_str()), canonical(value)))
                .collect();
            format!("{{{}}}", members.join(","))
        }
        Value::Array(values) => format!("[{}]", values.iter().map(canonical).collect::<Vec<_>>().join(",")),
        plain => plain.to_string(),
    }
}
