//! The access log: every read and write of a protected record, every refusal, written before the answer leaves.
//!
//! A write's entry commits in the write's own transaction. Entries of reads and refusals go to one task that commits
//! those of all waiting requests together. Every entry carries the number it has among the entries of its process, without gaps, its
//! canonical bytes and their hash, for the Merkle log. Never a name, never a text of the record.

use crate::db::{Pool, Tx, on};
use crate::seal::sha256;
use crate::{Fault, Result};
use chrono::{DateTime, SecondsFormat, Utc};
use domain::{AccountId, Actor, Code, Error, Kind, access};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use std::sync::Arc;
use tokio::sync::{Mutex, MutexGuard, mpsc, oneshot};
use uuid::Uuid;

/// The form of the leaf.
const LEAF_VERSION: i64 = 1;
/// The most entries committed together.
const BATCH: usize = 256;

/// How an act ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Done,
    Refused,
    NotFound,
    Failed,
}

impl Outcome {
    const fn name(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Refused => "refused",
            Self::NotFound => "not_found",
            Self::Failed => "failed",
        }
    }
}

/// One entry before it has its number.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub id: Uuid,
    pub at: DateTime<Utc>,
    pub account: Option<AccountId>,
    pub role: String,
    pub act: &'static str,
    /// The act is one that changes something; not part of the leaf, which names the act.
    pub changed: bool,
    pub outcome: Outcome,
    pub grounds: Option<&'static str>,
    pub object_kind: &'static str,
    pub object: Option<Uuid>,
    pub case: Option<Uuid>,
    pub purpose: Option<String>,
    pub request: String,
    pub address: String,
    /// Codes and numbers only.
    pub detail: Map<String, Value>,
}

impl Entry {
    /// The canonical bytes: JSON with sorted members and no white space, as RFC 8785 has it for strings and small
    /// integers (`serde_json`'s maps are sorted; the members are ASCII).
    fn leaf(&self, instance: Uuid, counter: i64) -> Vec<u8> {
        json!({
            "v": LEAF_VERSION,
            "instance": instance,
            "counter": counter,
            "id": self.id,
            "at": self.at.to_rfc3339_opts(SecondsFormat::Micros, true),
            "account": self.account.map(|account| account.0),
            "role": self.role,
            "act": self.act,
            "outcome": self.outcome.name(),
            "grounds": self.grounds,
            "kind": self.object_kind,
            "object": self.object,
            "case": self.case,
            "purpose": self.purpose,
            "request": self.request,
            "address": self.address,
            "detail": self.detail,
        })
        .to_string()
        .into_bytes()
    }
}

/// Hash of a leaf (RFC 6962, 2.1).
fn leaf_hash(leaf: &[u8]) -> [u8; 32] {
    Sha256::new().chain_update([0]).chain_update(leaf).finalize().into()
}

struct Waiting {
    entry: Entry,
    done: oneshot::Sender<Result<(), Error>>,
}

/// Numbers handed out by this process.
struct Counter {
    last: i64,
    /// The last number may not be the last: a write failed, or a commit's outcome is unknown. The database is asked.
    unsure: bool,
}

/// The only writer of `log_entry`.
#[derive(Clone)]
pub(crate) struct Log {
    instance: Uuid,
    counter: Arc<Mutex<Counter>>,
    queue: mpsc::Sender<Waiting>,
}

impl Log {
    /// Registers this run of the process and starts the task that commits entries.
    pub(crate) async fn start(pool: Pool, instance: Uuid, now: DateTime<Utc>) -> Result<Self> {
        let mut tx = pool.write().await?;
        on!(&mut tx, |c| sqlx::query(
            "INSERT INTO instance (id, started_at, release) VALUES ($1, $2, $3)"
        )
        .bind(instance)
        .bind(now)
        .bind(env!("CARGO_PKG_VERSION"))
        .execute(c)
        .await
        .map(crate::db::rows))?;
        tx.commit().await?;
        let (queue, waiting) = mpsc::channel(4096);
        let log = Self {
            instance,
            counter: Arc::new(Mutex::new(Counter { last: 0, unsure: false })),
            queue,
        };
        tokio::spawn(run(pool, log.instance, log.counter.clone(), waiting));
        Ok(log)
    }

    /// Writes an entry and waits until it is durable.
    pub(crate) async fn write(&self, entry: Entry) -> Result<(), Error> {
        let (done, answer) = oneshot::channel();
        self.queue
            .send(Waiting { entry, done })
            .await
            .map_err(|_| Error::Busy)?;
        answer.await.map_err(|_| Error::Busy)?
    }

    /// Writes an entry in the transaction of the act it is about, and commits both.
    pub(crate) async fn commit(&self, mut tx: Tx, entry: &Entry) -> Result<()> {
        let mut counter = locked(&self.counter, &mut tx, self.instance).await?;
        insert(&mut tx, self.instance, counter.last + 1, entry).await?;
        finish(tx, &mut counter, 1).await
    }
}

/// Takes the counter; asks the database where it stands if the last commit's outcome is unknown.
async fn locked<'a>(counter: &'a Mutex<Counter>, tx: &mut Tx, instance: Uuid) -> Result<MutexGuard<'a, Counter>> {
    let mut counter = counter.lock().await;
    if counter.unsure {
        let last: Option<i64> = on!(tx, |c| sqlx::query_scalar(
            "SELECT max(counter) FROM log_entry WHERE instance_id = $1"
        )
        .bind(instance)
        .fetch_one(c)
        .await)?;
        counter.last = last.unwrap_or(0);
    }
    // Until a commit has gone well: whatever happens in between, even that the request is dropped.
    counter.unsure = true;
    Ok(counter)
}

async fn finish(tx: Tx, counter: &mut Counter, used: i64) -> Result<()> {
    tx.commit().await?;
    counter.last += used;
    counter.unsure = false;
    Ok(())
}

async fn run(pool: Pool, instance: Uuid, counter: Arc<Mutex<Counter>>, mut queue: mpsc::Receiver<Waiting>) {
    let mut batch = Vec::with_capacity(BATCH);
    while queue.recv_many(&mut batch, BATCH).await > 0 {
        let written = write_batch(&pool, instance, &counter, &batch)
            .await
            .map_err(Fault::shown);
        if written.is_err() {
            tracing::error!(
                entries = batch.len(),
                "the access log can't be written: protected reads stay closed"
            );
        }
        for waiting in batch.drain(..) {
            let _ = waiting.done.send(written.clone().map_err(|_| Error::Busy));
        }
    }
}

async fn write_batch(pool: &Pool, instance: Uuid, counter: &Mutex<Counter>, batch: &[Waiting]) -> Result<()> {
    let mut tx = pool.write().await?;
    let mut counter = locked(counter, &mut tx, instance).await?;
    let mut used = 0;
    for waiting in batch {
        used += 1;
        insert(&mut tx, instance, counter.last + used, &waiting.entry).await?;
    }
    finish(tx, &mut counter, used).await
}

async fn insert(tx: &mut Tx, instance: Uuid, counter: i64, entry: &Entry) -> Result<()> {
    let leaf = entry.leaf(instance, counter);
    let hash = leaf_hash(&leaf);
    on!(tx, |c| {
        sqlx::query(
        "INSERT INTO log_entry (instance_id, counter, id, at, version, account_id, role, act, outcome, grounds, object_kind, object_id,
            case_id, purpose, request, address, detail, leaf, leaf_hash, changed)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)"
    )
    .bind(instance)
    .bind(counter)
    .bind(entry.id)
    .bind(entry.at)
    .bind(LEAF_VERSION)
    .bind(entry.account.map(|account| account.0))
    .bind(&entry.role)
    .bind(entry.act)
    .bind(entry.outcome.name())
    .bind(entry.grounds)
    .bind(entry.object_kind)
    .bind(entry.object)
    .bind(entry.case)
    .bind(&entry.purpose)
    .bind(&entry.request)
    .bind(&entry.address)
    .bind(Value::Object(entry.detail.clone()).to_string())
    .bind(&leaf)
    .bind(hash.as_slice())
    .bind(entry.changed)
    .execute(c)
    .await
    .map(drop)
    .map_err(unwritable)
    })
}

/// An entry that can't be written: nothing is done without it, and it may pass.
fn unwritable(error: sqlx::Error) -> Fault {
    let _ = Fault::Db(error).shown();
    Fault::Known(Error::Busy)
}

/// What a list or search commits to: how many records it returned, and a hash over their sorted ids.
pub(crate) fn commitment(ids: &[Uuid]) -> Map<String, Value> {
    let mut sorted = ids.to_vec();
    sorted.sort_unstable();
    let bytes: Vec<u8> = sorted.iter().flat_map(|id| *id.as_bytes()).collect();
    let mut detail = Map::new();
    detail.insert("n".to_owned(), json!(ids.len()));
    detail.insert("ids".to_owned(), json!(crate::seal::hex(&sha256(&bytes))));
    detail
}

/// The auditor's filter. Empty fields filter nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogFilter {
    pub login: String,
    pub act: String,
    /// A reference code.
    pub object: String,
    pub outcome: String,
    /// Only what did not open because somebody moved it or put it back.
    pub alarms: bool,
    /// From this day on (UTC).
    pub from: Option<DateTime<Utc>>,
    /// Before this moment (UTC).
    pub until: Option<DateTime<Utc>>,
    /// Entries older than this one: (its time, its id).
    pub before: Option<(DateTime<Utc>, Uuid)>,
}

/// One entry as the auditor sees it: codes, names of acts, who and when.
#[derive(Clone, Debug)]
pub struct LogRow {
    pub id: Uuid,
    pub at: DateTime<Utc>,
    /// The login; none for what happened before anybody was known.
    pub login: Option<String>,
    pub role: String,
    pub act: String,
    pub outcome: String,
    pub grounds: Option<String>,
    pub object_kind: String,
    pub object_code: Option<Code>,
    /// The login, where the object is an account.
    pub object_login: Option<String>,
    pub case_code: Option<Code>,
    pub purpose: Option<String>,
    pub request: String,
    pub address: String,
    pub detail: String,
    pub counter: i64,
    pub instance: Uuid,
    /// Lower-case hex.
    pub leaf_hash: String,
}

impl LogRow {
    /// The `table.column` of a sealed value that did not open: somebody moved it or put it back.
    #[must_use]
    pub fn alarm(&self) -> Option<String> {
        let detail: Value = serde_json::from_str(&self.detail).ok()?;
        Some(detail.get("alarm")?.as_str()?.to_owned())
    }
}

/// A page of the log, newest first.
#[derive(Clone, Debug, Default)]
pub struct LogPage {
    pub rows: Vec<LogRow>,
    /// There are older entries that match.
    pub more: bool,
}

#[derive(sqlx::FromRow)]
struct RawRow {
    id: Uuid,
    at: DateTime<Utc>,
    login: Option<String>,
    role: String,
    act: String,
    outcome: String,
    grounds: Option<String>,
    object_kind: String,
    object_code: Option<String>,
    object_login: Option<String>,
    case_code: Option<String>,
    purpose: Option<String>,
    request: String,
    address: String,
    detail: String,
    counter: i64,
    instance_id: Uuid,
    leaf_hash: Vec<u8>,
}

impl From<RawRow> for LogRow {
    fn from(row: RawRow) -> Self {
        let code = |code: Option<String>| code.and_then(|code| code.parse().ok());
        Self {
            id: row.id,
            at: row.at,
            login: row.login,
            role: row.role,
            act: row.act,
            outcome: row.outcome,
            grounds: row.grounds,
            object_kind: row.object_kind,
            object_code: code(row.object_code),
            object_login: row.object_login,
            case_code: code(row.case_code),
            purpose: row.purpose,
            request: row.request,
            address: row.address,
            detail: row.detail,
            counter: row.counter,
            instance: row.instance_id,
            leaf_hash: crate::seal::hex(&row.leaf_hash),
        }
    }
}

pub(crate) async fn page(tx: &mut Tx, filter: &LogFilter, limit: i64) -> Result<LogPage> {
    let (before_at, before_id) = filter.before.unzip();
    let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let mut rows: Vec<RawRow> = on!(tx, |c| {
        sqlx::query_as(
        "SELECT e.id, e.at, a.login, e.role, e.act, e.outcome, e.grounds, e.object_kind,
            r.code AS object_code, o.login AS object_login, k.code AS case_code, e.purpose, e.request, e.address, e.detail,
            e.counter, e.instance_id, e.leaf_hash
         FROM log_entry e
         LEFT JOIN account a ON a.id = e.account_id
         LEFT JOIN record r ON r.id = e.object_id
         LEFT JOIN account o ON o.id = e.object_id
         LEFT JOIN record k ON k.id = e.case_id
         WHERE (CAST($1 AS TEXT) IS NULL OR a.login = $1)
           AND (CAST($2 AS TEXT) IS NULL OR e.act = $2)
           AND (CAST($3 AS TEXT) IS NULL OR e.object_id = (SELECT id FROM record WHERE code = $3) OR e.object_id = (SELECT id FROM account WHERE login = $3)
                OR e.case_id = (SELECT id FROM record WHERE code = $3))
           AND (CAST($4 AS TEXT) IS NULL OR e.outcome = $4)
           AND ($5 IS NULL OR e.at >= $5)
           AND ($6 IS NULL OR e.at < $6)
           AND ($7 IS NULL OR e.at < $7 OR (e.at = $7 AND e.id < $8))
           AND (NOT $10 OR (e.outcome = 'failed' AND e.detail LIKE '%\"alarm\":%'))
         ORDER BY e.at DESC, e.id DESC
         LIMIT $9"
    )
    .bind(text(&filter.login))
    .bind(text(&filter.act))
    .bind(text(&filter.object))
    .bind(text(&filter.outcome))
    .bind(filter.from)
    .bind(filter.until)
    .bind(before_at)
    .bind(before_id)
    .bind(limit + 1)
    .bind(filter.alarms)
    .fetch_all(c)
    .await
    })?;
    let more = i64::try_from(rows.len()).is_ok_and(|n| n > limit);
    rows.truncate(usize::try_from(limit).unwrap_or(0));
    Ok(LogPage {
        rows: rows.into_iter().map(LogRow::from).collect(),
        more,
    })
}

impl crate::Store {
    /// A page of the access log, newest first.
    ///
    /// # Errors
    /// `Forbidden` for all but auditors.
    pub async fn read_log(&self, actor: &Actor, filter: &LogFilter, limit: u32) -> domain::Result<LogPage> {
        self.act(
            actor,
            crate::work::On::Register("log"),
            async |work: &mut crate::work::Work<access::ReadLog>| {
                let page = page(&mut work.tx, filter, limit.into()).await?;
                work.returned(&page.rows.iter().map(|row| row.id).collect::<Vec<_>>());
                Ok(page)
            },
        )
        .await
    }

    /// How many alarms there were since a moment: sealed values that did not open because somebody moved them or put them
    /// back.
    ///
    /// # Errors
    /// `Forbidden` for all but auditors.
    pub async fn alarms(&self, actor: &Actor, since: DateTime<Utc>) -> domain::Result<u32> {
        self.act(
            actor,
            crate::work::On::Register("log"),
            async |work: &mut crate::work::Work<access::ReadLog>| {
                let count: i64 = on!(&mut work.tx, |c| sqlx::query_scalar(
                    "SELECT count(*) FROM log_entry WHERE outcome = 'failed' AND at >= $1 AND detail LIKE '%\"alarm\":%'"
                )
                .bind(since)
                .fetch_one(c)
                .await)?;
                work.note("alarms", count);
                Ok(u32::try_from(count).unwrap_or(u32::MAX))
            },
        )
        .await
    }

    /// The same, on its way out as a file; one entry for each page of it.
    ///
    /// # Errors
    /// `Forbidden` for all but auditors.
    pub async fn export_log(&self, actor: &Actor, filter: &LogFilter, limit: u32) -> domain::Result<LogPage> {
        self.act(
            actor,
            crate::work::On::Register("log"),
            async |work: &mut crate::work::Work<access::ExportLog>| {
                let page = page(&mut work.tx, filter, limit.into()).await?;
                work.returned(&page.rows.iter().map(|row| row.id).collect::<Vec<_>>());
                Ok(page)
            },
        )
        .await
    }

    /// What was done to a record or on a case, newest first: for its history. Part of opening it, so without an entry of its own.
    pub(crate) async fn history(tx: &mut Tx, object: Uuid, case: bool, limit: i64) -> Result<Vec<LogRow>> {
        let text = if case { HISTORY_OF_CASE } else { HISTORY_OF_RECORD };
        let rows: Vec<RawRow> = on!(tx, |c| sqlx::query_as(text).bind(object).bind(limit).fetch_all(c).await)?;
        Ok(rows.into_iter().map(LogRow::from).collect())
    }
}

macro_rules! history {
    ($of:literal) => {
        concat!(
            "SELECT e.id, e.at, a.login, e.role, e.act, e.outcome, e.grounds, e.object_kind, r.code AS object_code, CAST(NULL AS TEXT) AS object_login, k.code AS case_code,
                e.purpose, e.request, e.address, e.detail, e.counter, e.instance_id, e.leaf_hash
             FROM log_entry e
             LEFT JOIN account a ON a.id = e.account_id
             LEFT JOIN record r ON r.id = e.object_id
             LEFT JOIN record k ON k.id = e.case_id
             WHERE ", $of, "
               AND e.changed
               AND e.outcome = 'done'
               AND e.act NOT IN ('choose_purpose', 'decide_row')
             ORDER BY e.at DESC, e.id DESC
             LIMIT $2"
        )
    };
}

/// Both leave out reads as the indexes `log_entry_history_of_…` do, so that a record that was read a thousand times has a
/// short history all the same; and decisions about rows of lists, which may be thousands and stand with the rows.
const HISTORY_OF_RECORD: &str = history!("e.object_id = $1");
/// A case's own entries name it as their case. What the machine did with a file stands in the document's history.
const HISTORY_OF_CASE: &str = history!(
    "e.case_id = $1 AND e.act <> 'find_text' AND (r.id IS NULL OR NOT (r.restricted OR r.closed) OR e.object_id = $1)"
);

/// The kind of object an entry is about, where it is a record.
pub(crate) const fn object_kind(kind: Option<Kind>, register: &'static str) -> &'static str {
    match kind {
        Some(kind) => kind.name(),
        None => register,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_leaf_is_canonical() {
        let entry = Entry {
            id: Uuid::from_u128(5),
            at: DateTime::from_timestamp_micros(1_743_000_000_000_001).expect("a time"),
            account: None,
            role: "investigator".into(),
            act: "open",
            changed: false,
            outcome: Outcome::Done,
            grounds: Some("assigned"),
            object_kind: "case",
            object: Some(Uuid::from_u128(9)),
            case: None,
            purpose: None,
            request: "r".into(),
            address: "127.0.0.0/24".into(),
            detail: Map::new(),
        };
        let leaf = String::from_utf8(entry.leaf(Uuid::from_u128(1), 2)).expect("text");
        assert!(leaf.starts_with(r#"{"account":null,"act":"open","address":"127.0.0.0/24","at":"2025-03-26T14:40:00.000001Z","case":null,"#), "{leaf}");
        assert!(!leaf.contains(' '));
    }
}
