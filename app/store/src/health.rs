//! What `sijill check` asks the database. It changes nothing.

use crate::db::{Pool, on, plain};
use crate::dialect;
use std::collections::HashSet;

/// One thing looked at: what is good about it, or what is wrong.
pub struct Finding {
    pub what: &'static str,
    pub found: Result<String, String>,
}

impl Pool {
    /// Looks at schema, settings and triggers.
    pub async fn examine(&self) -> Vec<Finding> {
        let settings = match self {
            Self::Sqlite { .. } => self.sqlite_settings().await,
            Self::Postgres(_) => self.postgres_settings().await,
        };
        vec![
            Finding {
                what: "schema",
                found: self.schema().await,
            },
            Finding {
                what: "settings",
                found: settings,
            },
            Finding {
                what: "triggers",
                found: self.triggers().await,
            },
        ]
    }

    async fn texts(&self, sql: &'static str) -> Result<Vec<String>, String> {
        let mut tx = self
            .read()
            .await
            .map_err(|_| "the database does not answer".to_owned())?;
        let texts = on!(&mut tx, |c| sqlx::query_scalar(sql).fetch_all(c).await);
        let _ = tx.rollback().await;
        texts.map_err(|e| plain(&e))
    }

    async fn schema(&self) -> Result<String, String> {
        let done = self
            .texts("SELECT CAST(version AS TEXT) FROM _sqlx_migrations WHERE success ORDER BY version")
            .await?;
        let known: Vec<String> = dialect::versions().iter().map(ToString::to_string).collect();
        if let Some(missing) = known.iter().find(|version| !done.contains(version)) {
            return Err(format!("migration {missing} is still to come; `sijill serve` runs it"));
        }
        if let Some(newer) = done.iter().find(|version| !known.contains(version)) {
            return Err(format!(
                "migration {newer} is unknown to this version of sijill: it is older than the database"
            ));
        }
        Ok(format!("version {}", known.last().map_or("0", String::as_str)))
    }

    async fn sqlite_settings(&self) -> Result<String, String> {
        let version = self.texts("SELECT sqlite_version()").await?.concat();
        let asked = [
            ("journal_mode", "SELECT journal_mode FROM pragma_journal_mode", "wal"),
            (
                "synchronous",
                "SELECT CAST(synchronous AS TEXT) FROM pragma_synchronous",
                "2",
            ),
            (
                "foreign_keys",
                "SELECT CAST(foreign_keys AS TEXT) FROM pragma_foreign_keys",
                "1",
            ),
            (
                "secure_delete",
                "SELECT CAST(secure_delete AS TEXT) FROM pragma_secure_delete",
                "1",
            ),
        ];
        for (name, sql, wanted) in asked {
            let is = self.texts(sql).await?.concat();
            if is != wanted {
                return Err(format!("{name} is {is}, not {wanted}"));
            }
        }
        Ok(format!(
            "SQLite {version}; WAL, synchronous=FULL, foreign keys, secure delete"
        ))
    }

    async fn postgres_settings(&self) -> Result<String, String> {
        let version = self.texts("SELECT current_setting('server_version')").await?.concat();
        let asked = [
            ("fsync", "SELECT current_setting('fsync')"),
            ("full_page_writes", "SELECT current_setting('full_page_writes')"),
            ("synchronous_commit", "SELECT current_setting('synchronous_commit')"),
        ];
        for (name, sql) in asked {
            let is = self.texts(sql).await?.concat();
            if is == "off" {
                return Err(format!("{name} is off: what was answered can be lost"));
            }
        }
        let way = self
            .texts(
                "SELECT CASE
                   WHEN ssl THEN 'encrypted'
                   WHEN inet_server_addr() IS NULL OR inet_server_addr() <<= '127.0.0.0/8' OR inet_server_addr() = '::1' THEN 'on this machine'
                   ELSE 'open' END
                 FROM pg_stat_ssl
                 WHERE pid = pg_backend_pid()",
            )
            .await?
            .concat();
        if way == "open" {
            return Err(format!(
                "PostgreSQL {version} is on another machine, and the way to it is not encrypted"
            ));
        }
        Ok(format!("PostgreSQL {version}, {way}; durable"))
    }

    async fn triggers(&self) -> Result<String, String> {
        let (there, expected) = match self {
            Self::Sqlite { .. } => (
                "SELECT name FROM sqlite_master WHERE type = 'trigger'",
                dialect::trigger_names(true),
            ),
            Self::Postgres(_) => (
                "SELECT CAST(tgname AS TEXT) FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'",
                dialect::trigger_names(false),
            ),
        };
        let there: HashSet<String> = self.texts(there).await?.into_iter().collect();
        let missing: Vec<&str> = expected
            .iter()
            .filter(|name| !there.contains(*name))
            .map(String::as_str)
            .collect();
        if missing.is_empty() {
            Ok(format!("all {} that keep rows from being changed", expected.len()))
        } else {
            Err(format!("missing or switched off: {}", missing.join(", ")))
        }
    }
}
