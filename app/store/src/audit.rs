//! What `sijill check` compares with the access log: a whole row put back to an older state opens as it did then, so that
//! only the log knows that there was a later one.

use crate::db::on;
use crate::seal::Class;
use crate::testimony::unseal;
use crate::version::hash;
use crate::{Result, Store};
use chrono::{DateTime, Utc};
use domain::Code;
use serde_json::Value;
use std::collections::HashMap;
use uuid::Uuid;

/// Rows read at a time.
const PAGE: i64 = 2_000;

/// The latest that the log knows of a record.
#[derive(Default)]
struct Latest {
    /// The record's version.
    version: i64,
    /// By version of a testimony's statement: the record's version when it was last saved, and its hash once it was final.
    statements: HashMap<i64, (i64, Option<String>)>,
}

#[derive(sqlx::FromRow)]
struct StatementRow {
    testimony_id: Uuid,
    code: String,
    version: i64,
    revision: i64,
    body: Vec<u8>,
    sha256: Option<String>,
    wrapped_key: Vec<u8>,
    current: bool,
}

impl Store {
    /// Holds every record and every final statement against the log; the codes of those that differ, or how many agree.
    ///
    /// # Errors
    /// A sentence for the person who checks.
    pub async fn compare_with_log(&self) -> std::result::Result<String, String> {
        match self.compare().await {
            Ok((records, statements, differing)) if differing.is_empty() => Ok(format!(
                "{records} records and {statements} statements are as the log has them"
            )),
            Ok((_, _, differing)) => Err(format!("not as the log has them: {}", differing.join(", "))),
            Err(fault) => {
                let _ = fault.shown();
                Err("they can't be read".to_owned())
            }
        }
    }

    async fn compare(&self) -> Result<(usize, usize, Vec<String>)> {
        let known = self.latest().await?;
        let mut differing = Vec::new();
        let (mut records, mut after) = (0, Uuid::nil());
        loop {
            let mut tx = self.0.pool.read().await?;
            let rows: Vec<(Uuid, String, i64)> = on!(&mut tx, |c| sqlx::query_as(
                "SELECT id, code, version FROM record WHERE id > $1 ORDER BY id LIMIT $2"
            )
            .bind(after)
            .bind(PAGE)
            .fetch_all(c)
            .await)?;
            let _ = tx.rollback().await;
            let Some((last, ..)) = rows.last() else { break };
            after = *last;
            records += rows.len();
            // What was never changed since the log counts versions has none there.
            let differs = |id: &Uuid, version: i64| {
                known
                    .get(id)
                    .is_some_and(|latest| latest.version > 0 && latest.version != version)
            };
            differing.extend(
                rows.into_iter()
                    .filter(|(id, _, version)| differs(id, *version))
                    .map(|(_, code, _)| code),
            );
        }
        let mut statements = 0;
        for code in self.statements_that_differ(&known, &mut statements).await? {
            if !differing.contains(&code) {
                differing.push(code);
            }
        }
        Ok((records, statements, differing))
    }

    async fn latest(&self) -> Result<HashMap<Uuid, Latest>> {
        let mut known: HashMap<Uuid, Latest> = HashMap::new();
        let mut after = (Uuid::nil(), DateTime::<Utc>::UNIX_EPOCH, Uuid::nil());
        loop {
            let mut tx = self.0.pool.read().await?;
            let rows: Vec<(Uuid, DateTime<Utc>, Uuid, String)> = on!(&mut tx, |c| sqlx::query_as(
                "SELECT object_id, at, id, detail FROM log_entry
                 WHERE changed AND outcome = 'done' AND object_id IS NOT NULL AND (object_id, at, id) > ($1, $2, $3)
                 ORDER BY object_id, at, id
                 LIMIT $4"
            )
            .bind(after.0)
            .bind(after.1)
            .bind(after.2)
            .bind(PAGE)
            .fetch_all(c)
            .await)?;
            let _ = tx.rollback().await;
            let Some((object, at, id, _)) = rows.last() else { break };
            after = (*object, *at, *id);
            for (object, _, _, detail) in rows {
                let Ok(Value::Object(detail)) = serde_json::from_str(&detail) else {
                    continue;
                };
                let number = |name: &str| detail.get(name).and_then(Value::as_i64);
                let latest = known.entry(object).or_default();
                latest.version = latest.version.max(number("record").unwrap_or_default());
                if let (Some(statement), Some(revision)) = (number("statement"), number("revision")) {
                    let kept = latest.statements.entry(statement).or_default();
                    kept.0 = kept.0.max(revision);
                    if let Some(hash) = detail.get("sha256").and_then(Value::as_str) {
                        kept.1 = Some(hash.to_owned());
                    }
                }
            }
        }
        Ok(known)
    }

    /// Testimonies with a statement that was put back, or whose content is not what its hash says.
    async fn statements_that_differ(&self, known: &HashMap<Uuid, Latest>, count: &mut usize) -> Result<Vec<String>> {
        let mut differing = Vec::new();
        let mut after = (Uuid::nil(), 0_i64);
        loop {
            let mut tx = self.0.pool.read().await?;
            let rows: Vec<StatementRow> = on!(&mut tx, |c| {
                sqlx::query_as(
                "SELECT s.testimony_id, r.code, s.version, s.revision, s.body, s.sha256, r.wrapped_key, t.statement = s.version AS current
                 FROM statement s
                 JOIN testimony t ON t.id = s.testimony_id
                 JOIN record r ON r.id = s.testimony_id
                 WHERE (s.testimony_id, s.version) > ($1, $2)
                 ORDER BY s.testimony_id, s.version
                 LIMIT $3"
            )
            .bind(after.0)
            .bind(after.1)
            .bind(PAGE)
            .fetch_all(c)
            .await
            })?;
            let Some(last) = rows.last() else {
                let _ = tx.rollback().await;
                break;
            };
            after = (last.testimony_id, last.version);
            *count += rows.len();
            for row in rows {
                let latest = known
                    .get(&row.testimony_id)
                    .and_then(|latest| latest.statements.get(&row.version));
                let older = latest.is_some_and(|(revision, _)| *revision != row.revision);
                let logged = latest.and_then(|(_, hash)| hash.as_ref());
                let other_hash = logged.is_some() && logged != row.sha256.as_ref();
                let gone = row.current
                    && known
                        .get(&row.testimony_id)
                        .is_some_and(|latest| latest.statements.keys().any(|number| *number > row.version));
                if older || other_hash || gone || self.is_not_what_its_hash_says(&row) {
                    differing.push(row.code);
                }
            }
            let _ = tx.rollback().await;
        }
        Ok(differing)
    }

    fn is_not_what_its_hash_says(&self, row: &StatementRow) -> bool {
        let Some(told) = &row.sha256 else { return false };
        let key = self.0.keys.unwrap(Class::Narrative, row.testimony_id, &row.wrapped_key);
        let (Ok(key), Ok(code)) = (key, row.code.parse::<Code>()) else {
            return true;
        };
        unseal(&key, row.testimony_id, row.revision, &row.body)
            .map_or(true, |statement| hash(&code, row.version, &statement) != *told)
    }
}
