//! A new generation of class keys, while the server runs: every wrapped data key is opened under the old generation and
//! wrapped under the new one. What the data keys seal is not touched.
//!
//! Between the beginning and the end both generations open, and whatever is written uses the new one: a transaction that
//! writes asks for the generation first ([`learn`]), and a rotation begins and ends only where no such transaction is open.
//! A rotation that broke off goes on where it is begun again.
//!
//! To add a table with wrapped keys: its line in [`TABLES`] (a test finds the tables that have none).

use crate::db::{Tx, on};
use crate::log::Outcome;
use crate::seal::{Class, Keys};
use crate::{Fault, Result, Store};
use chrono::{DateTime, Duration, Utc};
use domain::Error;
use uuid::Uuid;

/// PostgreSQL's advisory lock: shared by who writes, alone for who begins or ends a rotation. SQLite has one writer.
const LOCK: i64 = 6_214_552;
/// The older generations open for so long after the end of a rotation: whoever reads at that moment reads what was before.
const RETIRED: Duration = Duration::minutes(1);
/// A batch that met another writer is tried again so often.
const ATTEMPTS: u32 = 10;

/// A table whose rows hold wrapped data keys.
struct Wrapped {
    name: &'static str,
    column: &'static str,
    /// id, class and wrapped key of rows after `$2` that are not under generation `$1`, at most `$3`.
    next: &'static str,
    /// Puts `$3` in the place of `$2` in row `$1`.
    put: &'static str,
    /// How many rows are not under generation `$1`.
    left: &'static str,
}

macro_rules! wrapped {
    ($table:literal, $id:literal, $column:literal, $class:literal) => {
        Wrapped {
            name: $table,
            column: $column,
            next: concat!(
                "SELECT ",
                $id,
                " AS id, ",
                $class,
                " AS class, ",
                $column,
                " AS wrapped FROM ",
                $table,
                " WHERE ",
                $column,
                " IS NOT NULL AND (length(",
                $column,
                ") = 72 OR substr(",
                $column,
                ", 1, 4) <> $1) AND ",
                $id,
                " > $2
                 ORDER BY ",
                $id,
                "
                 LIMIT $3"
            ),
            put: concat!(
                "UPDATE ",
                $table,
                " SET ",
                $column,
                " = $3 WHERE ",
                $id,
                " = $1 AND ",
                $column,
                " = $2"
            ),
            left: concat!(
                "SELECT count(*) FROM ",
                $table,
                " WHERE ",
                $column,
                " IS NOT NULL AND (length(",
                $column,
                ") = 72 OR substr(",
                $column,
                ", 1, 4) <> $1)"
            ),
        }
    };
}

const TABLES: [Wrapped; 37] = [
    wrapped!("identity_key", "record_id", "wrapped_key", "'identity'"),
    wrapped!(
        "record",
        "id",
        "wrapped_key",
        "CASE kind WHEN 'document' THEN 'evidence' ELSE 'narrative' END"
    ),
    wrapped!("document", "file_id", "file_key", "'evidence'"),
    wrapped!("account", "id", "wrapped_key", "'account'"),
    wrapped!("offline_device", "id", "wrapped_key", "'account'"),
    wrapped!("kept_post", "id", "wrapped_key", "'account'"),
    wrapped!("saved_search", "id", "wrapped_key", "'account'"),
    wrapped!("case_move", "id", "wrapped_key", "'narrative'"),
    wrapped!("attestation", "id", "wrapped_key", "'narrative'"),
    wrapped!("conflict_of_interest", "id", "wrapped_key", "'narrative'"),
    wrapped!("match_decision", "id", "wrapped_key", "'narrative'"),
    wrapped!("claim", "id", "wrapped_key", "'narrative'"),
    wrapped!("source_list", "id", "wrapped_key", "'evidence'"),
    wrapped!("source_row", "id", "wrapped_key", "'evidence'"),
    wrapped!("source_decision", "id", "wrapped_key", "'narrative'"),
    wrapped!("victim_status", "id", "wrapped_key", "'narrative'"),
    wrapped!("fact", "id", "wrapped_key", "'narrative'"),
    wrapped!("fact_grade", "id", "wrapped_key", "'narrative'"),
    wrapped!("same_account", "id", "wrapped_key", "'narrative'"),
    wrapped!("suspicion", "id", "wrapped_key", "'narrative'"),
    wrapped!("act", "id", "wrapped_key", "'narrative'"),
    wrapped!("affiliation", "id", "wrapped_key", "'narrative'"),
    wrapped!("subordination", "id", "wrapped_key", "'narrative'"),
    wrapped!("involvement", "id", "wrapped_key", "'narrative'"),
    wrapped!("remark", "id", "wrapped_key", "'narrative'"),
    wrapped!("consent", "id", "wrapped_key", "'narrative'"),
    wrapped!("grading", "id", "wrapped_key", "'narrative'"),
    wrapped!("risk_assessment", "id", "wrapped_key", "'narrative'"),
    wrapped!("risk_clearance", "id", "wrapped_key", "'narrative'"),
    wrapped!("notice_answer", "id", "wrapped_key", "'narrative'"),
    wrapped!("sealed_opening", "id", "wrapped_key", "'narrative'"),
    wrapped!("sealed_answer", "testimony_id", "wrapped_key", "'identity'"),
    wrapped!("sealed_block", "testimony_id", "wrapped_key", "'identity'"),
    wrapped!("block_request", "id", "wrapped_key", "'narrative'"),
    wrapped!("reveal_request", "id", "wrapped_key", "'narrative'"),
    wrapped!("reveal", "id", "wrapped_key", "'narrative'"),
    wrapped!("shredding", "id", "wrapped_key", "'narrative'"),
];

/// Search tickets: their row is named by a text.
const TICKETS: Wrapped = wrapped!("search_ticket", "ticket", "wrapped_key", "'account'");

/// What a rotation did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rotated {
    /// The new generation.
    pub generation: u32,
    /// Data keys wrapped anew in this run.
    pub rewrapped: u64,
    /// Whether all are; else it is to be begun again.
    pub finished: bool,
}

async fn lock(tx: &mut Tx, alone: bool) -> Result<()> {
    if let Tx::Postgres(tx) = tx {
        let sql = if alone {
            "SELECT pg_advisory_xact_lock($1)"
        } else {
            "SELECT pg_advisory_xact_lock_shared($1)"
        };
        sqlx::query(sql).bind(LOCK).execute(&mut **tx).await?;
    }
    Ok(())
}

/// Goes over to the generation that is current for as long as this transaction lasts.
pub(crate) async fn learn(keys: &Keys, tx: &mut Tx, now: DateTime<Utc>) -> Result<()> {
    lock(tx, false).await?;
    learn_locked(keys, tx, now).await
}

async fn learn_locked(keys: &Keys, tx: &mut Tx, now: DateTime<Utc>) -> Result<()> {
    let (current, oldest): (i64, i64) = on!(tx, |c| {
        sqlx::query_as(
        "SELECT COALESCE(MAX(generation), 1), COALESCE(MAX(CASE WHEN finished_at <= $1 THEN generation END), 1) FROM key_generation"
    )
    .bind(now - RETIRED)
    .fetch_one(c)
    .await
    })?;
    let number = |generation| u32::try_from(generation).map_err(|_| Fault::Known(Error::Internal));
    keys.learn(number(current)?, number(oldest)?);
    Ok(())
}

fn class_named(name: &str, row: Uuid) -> Result<Class> {
    let known = Class::ALL.into_iter().find(|class| class.name() == name);
    known.ok_or(Fault::Malformed {
        table: "record",
        column: "kind",
        row,
    })
}

impl Store {
    /// Tables and columns that hold wrapped data keys, as a rotation knows them.
    #[must_use]
    pub fn wrapped_columns() -> Vec<(&'static str, &'static str)> {
        TABLES
            .iter()
            .chain([&TICKETS])
            .map(|table| (table.name, table.column))
            .collect()
    }

    /// Wraps every data key under a new generation of class keys, `batch` rows at a time; goes on with a rotation that
    /// broke off. After each batch `go_on` is told how many were wrapped so far; if it says no, the rotation stops there
    /// and both generations open.
    ///
    /// # Errors
    /// `Busy` if the database does not answer; `Internal` if a data key does not open.
    pub async fn rotate_keys(&self, batch: u32, mut go_on: impl FnMut(u64) -> bool) -> domain::Result<Rotated> {
        self.rotate_from(batch.max(1), &mut go_on).await.map_err(Fault::shown)
    }

    async fn rotate_from(&self, batch: u32, go_on: &mut impl FnMut(u64) -> bool) -> Result<Rotated> {
        let generation = self.begin_rotation().await?;
        let mut rotated = Rotated {
            generation,
            rewrapped: 0,
            finished: false,
        };
        for table in &TABLES {
            let mut after = Uuid::nil();
            while let Some(last) = self.batch(table, after, batch, &mut rotated.rewrapped).await? {
                after = last;
                if !go_on(rotated.rewrapped) {
                    return Ok(rotated);
                }
            }
        }
        self.tickets(&mut rotated.rewrapped).await?;
        self.end_rotation(&mut rotated).await?;
        Ok(rotated)
    }

    async fn begin_rotation(&self) -> Result<u32> {
        let mut tx = self.0.pool.write().await?;
        lock(&mut tx, true).await?;
        learn_locked(&self.0.keys, &mut tx, self.now()).await?;
        let current = self.0.keys.current();
        let open: i64 = on!(&mut tx, |c| sqlx::query_scalar(
            "SELECT count(*) FROM key_generation WHERE finished_at IS NULL"
        )
        .fetch_one(c)
        .await)?;
        let generation = if open > 0 { current } else { current + 1 };
        if open == 0 {
            on!(&mut tx, |c| sqlx::query(
                "INSERT INTO key_generation (generation, started_at) VALUES ($1, $2)"
            )
            .bind(i64::from(generation))
            .bind(self.now())
            .execute(c)
            .await
            .map(crate::db::rows))?;
        }
        let mut entry = self.entry(None, "rotate_keys", "keys", None, Outcome::Done);
        entry.detail.insert("generation".into(), generation.into());
        entry
            .detail
            .insert("step".into(), if open > 0 { "go_on" } else { "begin" }.into());
        self.0.log.commit(tx, &entry).await?;
        // Our own next transaction learns it like everybody's.
        self.write().await?.rollback().await?;
        Ok(generation)
    }

    /// Wraps the next rows of a table; the id of the last, none if there were none.
    async fn batch(&self, table: &Wrapped, after: Uuid, batch: u32, done: &mut u64) -> Result<Option<Uuid>> {
        let mut attempt = 0;
        loop {
            attempt += 1;
            match self.batch_once(table, after, batch).await {
                Ok((last, count)) => {
                    *done += count;
                    return Ok(last);
                }
                // Another writer was there first (a deadlock on PostgreSQL, a lock that was waited for too long on SQLite).
                Err(Fault::Db(error)) if attempt < ATTEMPTS => {
                    tracing::warn!(
                        attempt,
                        reason = crate::db::plain(&error),
                        "a batch of keys is tried again"
                    );
                    tokio::task::yield_now().await;
                }
                Err(fault) => return Err(fault),
            }
        }
    }

    async fn batch_once(&self, table: &Wrapped, after: Uuid, batch: u32) -> Result<(Option<Uuid>, u64)> {
        let mut tx = self.write().await?;
        let current = self.0.keys.current().to_be_bytes().to_vec();
        let rows: Vec<(Uuid, String, Vec<u8>)> = on!(&mut tx, |c| sqlx::query_as(table.next)
            .bind(&current)
            .bind(after)
            .bind(i64::from(batch))
            .fetch_all(c)
            .await)?;
        let mut count = 0;
        for (id, class, wrapped) in &rows {
            let class = class_named(class, *id)?;
            if let Some(anew) = self.0.keys.rewrap(class, *id, wrapped, &self.0.chance)? {
                count += on!(&mut tx, |c| sqlx::query(table.put)
                    .bind(*id)
                    .bind(wrapped)
                    .bind(&anew)
                    .execute(c)
                    .await
                    .map(crate::db::rows))?;
            }
        }
        tx.commit().await?;
        Ok((rows.last().map(|row| row.0), count))
    }

    async fn tickets(&self, done: &mut u64) -> Result<()> {
        let mut tx = self.write().await?;
        let current = self.0.keys.current().to_be_bytes().to_vec();
        let rows: Vec<(String, String, Vec<u8>)> = on!(&mut tx, |c| sqlx::query_as(TICKETS.next)
            .bind(&current)
            .bind("")
            .bind(i64::MAX)
            .fetch_all(c)
            .await)?;
        for (ticket, class, wrapped) in rows {
            let row = Uuid::try_parse(&ticket).map_err(|_| Fault::Known(Error::Internal))?;
            if let Some(anew) = self
                .0
                .keys
                .rewrap(class_named(&class, row)?, row, &wrapped, &self.0.chance)?
            {
                *done += on!(&mut tx, |c| sqlx::query(TICKETS.put)
                    .bind(&ticket)
                    .bind(&wrapped)
                    .bind(&anew)
                    .execute(c)
                    .await
                    .map(crate::db::rows))?;
            }
        }
        tx.commit().await
    }

    /// Retires the old generations, if nothing is left under them.
    async fn end_rotation(&self, rotated: &mut Rotated) -> Result<()> {
        let mut tx = self.0.pool.write().await?;
        lock(&mut tx, true).await?;
        let current = rotated.generation.to_be_bytes().to_vec();
        for table in TABLES.iter().chain([&TICKETS]) {
            let left: i64 = on!(&mut tx, |c| sqlx::query_scalar(table.left)
                .bind(&current)
                .fetch_one(c)
                .await)?;
            if left > 0 {
                tracing::error!(table = table.name, left, "keys are left under an older generation");
                return Err(Fault::Known(Error::Internal));
            }
        }
        on!(&mut tx, |c| sqlx::query(
            "UPDATE key_generation SET finished_at = $2 WHERE generation = $1"
        )
        .bind(i64::from(rotated.generation))
        .bind(self.now())
        .execute(c)
        .await
        .map(crate::db::rows))?;
        let mut entry = self.entry(None, "rotate_keys", "keys", None, Outcome::Done);
        entry.detail.insert("generation".into(), rotated.generation.into());
        entry.detail.insert("step".into(), "end".into());
        entry.detail.insert("rewrapped".into(), rotated.rewrapped.into());
        self.0.log.commit(tx, &entry).await?;
        self.write().await?.rollback().await?;
        rotated.finished = true;
        Ok(())
    }
}
