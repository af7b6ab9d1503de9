//! The one way to the record: an act with grounds, a log entry, and then the work.

use crate::db::{Pool, Tx, on};
use crate::log::{Entry, Log, Outcome, object_kind};
use crate::throttle::Throttle;
use crate::{Chance, Clock, Fault, Keys, Result};
use chrono::{DateTime, FixedOffset, NaiveDate, Utc};
use domain::access::{Act, Duty, Facts, Grounds, Refusal};
use domain::{AccountId, Actor, Code, Error, Kind};
use serde_json::{Map, Value};
use std::collections::HashMap;
use std::marker::PhantomData;
use std::path::PathBuf;
use std::sync::{Arc, RwLock};
use uuid::Uuid;

/// Limits and time-outs of the store.
#[derive(Clone, Debug)]
pub struct Limits {
    /// A session ends after so long without a request.
    pub idle: chrono::Duration,
    /// A session ends so long after sign-in.
    pub absolute: chrono::Duration,
    /// Password or factor given again counts for so long.
    pub step_up: chrono::Duration,
    /// A one-time link works for so long.
    pub link: chrono::Duration,
    /// The largest file of a document, in bytes.
    pub upload: u64,
    /// Argon2id: memory in KiB, passes. Tests take less.
    pub argon2: (u32, u32),
    /// A revealed identity stays open for so long.
    pub reveal: chrono::Duration,
    /// Identities that one person may have revealed in a day.
    pub reveals: u32,
    /// How many hits of a search are ranked and counted; of more, the newest come first.
    pub ranked: u32,
    /// Sign-in attempts a stranger's address may make at once, and how many seconds give back one.
    pub attempts: (u32, u32),
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            idle: chrono::Duration::minutes(30),
            absolute: chrono::Duration::hours(10),
            step_up: chrono::Duration::minutes(5),
            link: chrono::Duration::hours(72),
            upload: 2 * 1024 * 1024 * 1024,
            argon2: (64 * 1024, 3),
            reveal: chrono::Duration::minutes(10),
            reveals: 20,
            ranked: 2_000,
            attempts: (10, 6),
        }
    }
}

/// What a store is opened with.
pub struct Options {
    pub pool: Pool,
    pub keys: Keys,
    /// The data folder; files go into its `files` folder.
    pub data: PathBuf,
    pub clock: Clock,
    pub chance: Chance,
    pub limits: Limits,
    /// The program that reads the text in files, each in a process of its own (`sijill extract`); without it files wait.
    pub reader: Option<PathBuf>,
}

pub(crate) struct Inner {
    pub pool: Pool,
    pub keys: Keys,
    pub data: PathBuf,
    pub clock: Clock,
    pub chance: Chance,
    pub limits: Limits,
    pub log: Log,
    pub throttle: Throttle,
    pub reader: Option<PathBuf>,
    /// A file came in that is to be read.
    pub unread: tokio::sync::Notify,
    /// Names of staff by account, unsealed once.
    pub staff: RwLock<HashMap<AccountId, (String, String)>>,
    pub committee: RwLock<Option<crate::Committee>>,
}

/// The record of one committee.
#[derive(Clone)]
pub struct Store(pub(crate) Arc<Inner>);

/// What an act is on.
#[derive(Clone, Copy)]
pub(crate) enum On<'a> {
    /// A record, by its code.
    Record(&'a Code),
    /// A register as a whole; the name stands in the log.
    Register(&'static str),
    /// A staff account.
    Account(AccountId),
}

/// The record an act is on.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    pub id: Uuid,
    pub kind: Kind,
    pub code: Code,
    pub version: i64,
    pub duties: Vec<Duty>,
    /// The cases it hangs on that this person may know of; the first is the one they come by.
    pub cases: Vec<(Uuid, Code)>,
    /// The case that the log entry names.
    pub case: Option<Uuid>,
    pub author_of_loose: bool,
}

/// One permitted act. Its log entry is written before its result is released.
pub struct Work<A: Act> {
    pub(crate) tx: Tx,
    pub(crate) store: Store,
    pub(crate) actor: Actor,
    pub(crate) now: DateTime<Utc>,
    pub(crate) grounds: Grounds,
    found: Option<Found>,
    entry: Entry,
    act: PhantomData<fn() -> A>,
}

#[derive(sqlx::FromRow)]
struct FactRow {
    id: Uuid,
    kind: String,
    version: i64,
    restricted: bool,
    closed: bool,
    created_by: Uuid,
    case_id: Option<Uuid>,
    case_code: Option<String>,
    duty: Option<String>,
    purpose: Option<String>,
    conflict: Option<bool>,
}

impl Store {
    /// Opens the store: brings the schema up to date and starts the log writer.
    ///
    /// # Errors
    /// A sentence for the person who starts the server.
    pub async fn open(options: Options) -> std::result::Result<Self, String> {
        let Options {
            pool,
            keys,
            data,
            clock,
            chance,
            limits,
            reader,
        } = options;
        crate::dialect::migrate(&pool).await?;
        let now = clock.now();
        let log = Log::start(pool.clone(), chance.id(now), now)
            .await
            .map_err(|_| "the access log can't be opened".to_owned())?;
        crate::blob::prepare(&data).map_err(|e| format!("the folder for files can't be made: {e}"))?;
        let throttle = Throttle::new(limits.attempts);
        let inner = Inner {
            pool,
            keys,
            data,
            clock,
            chance,
            limits,
            log,
            throttle,
            reader,
            unread: tokio::sync::Notify::new(),
            staff: RwLock::default(),
            committee: RwLock::default(),
        };
        let store = Self(Arc::new(inner));
        let unreadable = |_| "the generations of the keys can't be read".to_owned();
        let tx = store.write().await.map_err(unreadable)?;
        tx.rollback().await.map_err(unreadable)?;
        store
            .load_committee()
            .await
            .map_err(|_| "the committee's settings can't be read: is this the right key file?".to_owned())?;
        store.load_staff().await.map_err(|_| {
            "the staff's names can't be opened: this is not the key that they were sealed with".to_owned()
        })?;
        store
            .index_rest()
            .await
            .map_err(|_| "the index of words can't be made".to_owned())?;
        store
            .sweep()
            .await
            .map_err(|_| "what is left of destroyed identities can't be swept away".to_owned())?;
        Ok(store)
    }

    /// Begins a transaction that may write; what is sealed in it, is sealed under the newest generation of keys.
    pub(crate) async fn write(&self) -> Result<Tx> {
        let mut tx = self.0.pool.write().await?;
        crate::rotation::learn(&self.0.keys, &mut tx, self.now()).await?;
        Ok(tx)
    }

    /// The real time (UTC): sessions, log, one-time codes.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.0.clock.now()
    }

    /// The time for business dates and ages: real, but standing at midday of its day in a demonstration.
    #[must_use]
    pub fn business_now(&self) -> DateTime<Utc> {
        let now = self.now();
        let Some(today) = self.committee().and_then(|committee| committee.demo_today) else {
            return now;
        };
        domain::form::local(
            today,
            chrono::NaiveTime::from_hms_opt(12, 0, 0).unwrap_or_default(),
            self.offset(),
        )
    }

    /// The committee's offset from UTC.
    #[must_use]
    pub fn offset(&self) -> FixedOffset {
        let minutes = self.committee().map_or(180, |committee| committee.utc_offset);
        FixedOffset::east_opt(minutes * 60).unwrap_or_else(|| FixedOffset::east_opt(0).expect("zero is an offset"))
    }

    /// The committee's date today.
    #[must_use]
    pub fn today(&self) -> NaiveDate {
        self.business_now().with_timezone(&self.offset()).date_naive()
    }

    /// The limits in force.
    #[must_use]
    pub fn limits(&self) -> &Limits {
        &self.0.limits
    }

    /// Whether the database answers and the log can be written to: for `/readyz`.
    pub async fn is_ready(&self) -> bool {
        let Ok(mut tx) = self.0.pool.write().await else {
            return false;
        };
        let wrote = on!(&mut tx, |c| sqlx::query(
            "UPDATE code_counter SET last_number = last_number WHERE prefix = ''"
        )
        .execute(c)
        .await
        .is_ok());
        wrote && tx.rollback().await.is_ok()
    }

    /// Closes the database.
    pub async fn close(&self) {
        self.0.pool.close().await;
    }

    pub(crate) fn entry(
        &self,
        actor: Option<&Actor>,
        act: &'static str,
        object_kind: &'static str,
        object: Option<Uuid>,
        outcome: Outcome,
    ) -> Entry {
        let now = self.now();
        Entry {
            id: self.0.chance.id(now),
            at: now,
            account: actor.map(|actor| actor.account),
            role: actor
                .map(|actor| actor.roles.iter().map(domain::Role::name).collect::<Vec<_>>().join("+"))
                .unwrap_or_default(),
            act,
            changed: false,
            outcome,
            grounds: None,
            object_kind,
            object,
            case: None,
            purpose: None,
            request: actor.map(|actor| actor.request.clone()).unwrap_or_default(),
            address: actor.map(|actor| actor.address.clone()).unwrap_or_default(),
            detail: Map::new(),
        }
    }

    /// Decides, logs, works, commits. A refusal and a failure are logged too; of a failed write nothing is kept.
    pub(crate) async fn act<A: Act, T>(
        &self,
        actor: &Actor,
        on: On<'_>,
        run: impl AsyncFnOnce(&mut Work<A>) -> Result<T>,
    ) -> domain::Result<T> {
        let mut tx = if A::WRITES {
            self.write().await
        } else {
            self.0.pool.read().await
        }
        .map_err(Fault::shown)?;
        let (register, object) = match on {
            On::Register(name) => (name, None),
            On::Account(account) => ("account", Some(account.0)),
            On::Record(code) => (code.kind().name(), None),
        };
        let mut entry = self.entry(Some(actor), A::NAME, register, object, Outcome::Done);
        entry.changed = A::WRITES;
        let (facts, found, purpose) = match on {
            On::Record(code) => match self.facts(&mut tx, actor, code, A::WRITES).await {
                Ok(Some((facts, found, purpose))) => (facts, Some(found), purpose),
                Ok(None) => {
                    let _ = tx.rollback().await;
                    entry.outcome = Outcome::NotFound;
                    entry.detail.insert("code".into(), Value::from(code.as_str()));
                    self.0.log.write(entry).await?;
                    // Who may read no record at all learns nothing from asking for one that does not exist.
                    let nobody = Facts {
                        kind: Some(code.kind()),
                        ..Facts::default()
                    };
                    return Err(if A::grounds(actor, &nobody) == Err(Refusal::Role) {
                        Error::Forbidden
                    } else {
                        Error::NotFound
                    });
                }
                Err(fault) => return Err(fault.shown()),
            },
            On::Register(_) => (Facts::default(), None, Purpose::NotNeeded),
            On::Account(account) => (
                Facts {
                    own_account: account == actor.account,
                    ..Facts::default()
                },
                None,
                Purpose::NotNeeded,
            ),
        };
        if let Some(found) = &found {
            entry.object_kind = object_kind(Some(found.kind), register);
            entry.object = Some(found.id);
            entry.case = found.case;
        }
        let grounds = match A::grounds(actor, &facts) {
            Ok(grounds) => grounds,
            Err(refusal) => {
                let _ = tx.rollback().await;
                entry.outcome = Outcome::Refused;
                self.0.log.write(entry).await?;
                return Err(match refusal {
                    Refusal::Role => Error::Forbidden,
                    Refusal::NeedToKnow => Error::NotFound,
                });
            }
        };
        match purpose {
            Purpose::Chosen(case, purpose) => {
                entry.case = Some(case);
                entry.purpose = Some(purpose);
            }
            Purpose::Needed(case) if A::NEEDS_PURPOSE => {
                let _ = tx.rollback().await;
                return Err(Error::PurposeNeeded(case));
            }
            Purpose::Needed(_) | Purpose::NotNeeded => {}
        }
        entry.grounds = Some(grounds.name());
        let mut work = Work::<A> {
            tx,
            store: self.clone(),
            actor: actor.clone(),
            now: self.now(),
            grounds,
            found,
            entry,
            act: PhantomData,
        };
        let done = run(&mut work).await;
        let done = match done {
            Ok(done) if A::WRITES => work.note_version().await.map(|()| done),
            done => done,
        };
        let Work { tx, mut entry, .. } = work;
        match done {
            Ok(done) if A::WRITES => self.0.log.commit(tx, &entry).await.map(|()| done).map_err(Fault::shown),
            Ok(done) => {
                let _ = tx.rollback().await;
                self.0.log.write(entry).await?;
                Ok(done)
            }
            Err(fault) => {
                let _ = tx.rollback().await;
                if let Fault::Sealed { table, column, .. } = &fault {
                    // Somebody moved it or put it back: who reads the log is told where.
                    entry
                        .detail
                        .insert("alarm".into(), Value::from(format!("{table}.{column}")));
                }
                let error = fault.shown();
                entry.outcome = match (&error, entry.outcome) {
                    (Error::NotFound, _) => Outcome::NotFound,
                    (_, Outcome::Refused) => Outcome::Refused,
                    _ => Outcome::Failed,
                };
                self.0.log.write(entry).await?;
                Err(error)
            }
        }
    }

    async fn facts(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        code: &Code,
        lock: bool,
    ) -> Result<Option<(Facts, Found, Purpose)>> {
        if lock && matches!(tx, Tx::Postgres(_)) {
            on!(&mut *tx, |c| sqlx::query(
                "UPDATE record SET version = version WHERE code = $1"
            )
            .bind(code.as_str())
            .execute(c)
            .await
            .map(crate::db::rows))?;
        }
        let session = actor.session.map(|session| session.0);
        let rows: Vec<FactRow> = on!(tx, |c| {
            sqlx::query_as(
            "SELECT r.id, r.kind, r.version, r.restricted, r.closed, r.created_by, h.case_id, k.code AS case_code, a.duty, s.purpose, x.conflict
             FROM record r
             LEFT JOIN holding h ON h.record_id = r.id AND h.superseded_at IS NULL
             LEFT JOIN record k ON k.id = h.case_id
             LEFT JOIN assignment a ON a.case_id = h.case_id AND a.account_id = $2 AND a.ended_at IS NULL
             LEFT JOIN sitting s ON s.case_id = h.case_id AND s.session_id = $3
             LEFT JOIN conflict_of_interest x ON x.case_id = h.case_id AND x.account_id = $2 AND x.conflict
             WHERE r.code = $1"
        )
        .bind(code.as_str())
        .bind(actor.account.0)
        .bind(session)
        .fetch_all(c)
        .await
        })?;
        let Some(first) = rows.first() else { return Ok(None) };
        let kind = Kind::named(&first.kind).ok_or(Fault::Malformed {
            table: "record",
            column: "kind",
            row: first.id,
        })?;
        let (id, version, restricted, closed, mine) = (
            first.id,
            first.version,
            first.restricted,
            first.closed,
            first.created_by == actor.account.0,
        );
        let loose = rows.iter().all(|row| row.case_id.is_none());
        let duties: Vec<Duty> = rows
            .iter()
            .filter_map(|row| row.duty.as_deref().and_then(Duty::named))
            .collect();
        let walled = rows.iter().any(|row| row.conflict == Some(true));
        // The case the person comes by, of those that they may know of: one with a chosen purpose first, then one where
        // they have a duty.
        let supervises = crate::record::supervises(actor);
        let mut ways: Vec<&FactRow> = rows
            .iter()
            .filter(|row| row.case_id.is_some() && (row.duty.is_some() || supervises))
            .collect();
        ways.sort_by_key(|row| (row.purpose.is_none(), row.duty.is_none(), row.case_code.clone()));
        let mut cases: Vec<(Uuid, Code)> = Vec::new();
        for row in &ways {
            if let (Some(id), Some(Ok(code))) = (row.case_id, row.case_code.as_deref().map(str::parse::<Code>))
                && !cases.iter().any(|(known, _)| *known == id)
            {
                cases.push((id, code));
            }
        }
        let purpose = match (ways.first(), cases.first(), session) {
            (
                Some(FactRow {
                    purpose: Some(purpose), ..
                }),
                Some((case, _)),
                _,
            ) => Purpose::Chosen(*case, purpose.clone()),
            (_, Some((_, code)), Some(_)) => Purpose::Needed(code.clone()),
            _ => Purpose::NotNeeded,
        };
        let facts = Facts {
            kind: Some(kind),
            duties: duties.clone(),
            mine,
            loose,
            restricted,
            closed,
            walled,
            own_account: false,
        };
        let case = cases.first().map(|(id, _)| *id).or_else(|| {
            rows.iter()
                .filter(|row| row.case_id.is_some())
                .min_by_key(|row| row.case_code.clone())?
                .case_id
        });
        let found = Found {
            id,
            kind,
            code: code.clone(),
            version,
            duties,
            cases,
            case,
            author_of_loose: mine && loose,
        };
        Ok(Some((facts, found, purpose)))
    }
}

enum Purpose {
    Chosen(Uuid, String),
    Needed(Code),
    NotNeeded,
}

impl<A: Act> Work<A> {
    /// The record the act is on.
    ///
    /// # Errors
    /// `Internal` if the act is on no record: a defect.
    pub(crate) fn found(&self) -> Result<Found> {
        self.found.clone().ok_or(Fault::Known(Error::Internal))
    }

    /// The act made this record: the log entry is about it.
    pub(crate) fn made(&mut self, kind: Kind, id: Uuid, case: Option<Uuid>) {
        self.entry.object_kind = kind.name();
        self.entry.object = Some(id);
        if case.is_some() {
            self.entry.case = case;
        }
    }

    /// The list returned these: the log entry commits to them.
    pub(crate) fn returned(&mut self, ids: &[Uuid]) {
        self.entry.detail.append(&mut crate::log::commitment(ids));
    }

    /// Which version of the record the act left behind: only the log knows that there was a later one, if a whole row is put
    /// back (see `audit`).
    async fn note_version(&mut self) -> Result<()> {
        let Some(id) = self
            .entry
            .object
            .filter(|_| Kind::named(self.entry.object_kind).is_some())
        else {
            return Ok(());
        };
        let version: Option<i64> = on!(&mut self.tx, |c| sqlx::query_scalar(
            "SELECT version FROM record WHERE id = $1"
        )
        .bind(id)
        .fetch_optional(c)
        .await)?;
        if let Some(version) = version {
            self.note("record", version);
        }
        Ok(())
    }

    /// Adds to the log entry. Codes and numbers only.
    pub(crate) fn note(&mut self, name: &str, value: impl Into<Value>) {
        self.entry.detail.insert(name.to_owned(), value.into());
    }

    /// The entry says that the act was refused, and by which rule; what the act wrote until then is kept only if it ends well.
    pub(crate) fn refused(&mut self, bar: &'static str) {
        self.entry.outcome = Outcome::Refused;
        self.note("bar", bar);
    }

    /// The entry is about this account.
    pub(crate) fn about(&mut self, account: Uuid) {
        self.entry.object_kind = "account";
        self.entry.object = Some(account);
    }

    /// Refuses on the version of the record that was read before: somebody else changed it since.
    pub(crate) fn expect_version(&self, version: i64) -> Result<Found> {
        let found = self.found()?;
        if found.version == version {
            Ok(found)
        } else {
            Err(Fault::Known(Error::Conflict))
        }
    }
}
