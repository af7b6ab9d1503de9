//! What every record has, whatever its kind: code, version, sealed title and body; and the lists of records.

use crate::db::{Tx, list, listed, on};
use crate::past::Upon;
use crate::seal::{Class, DataKey, Place};
use crate::search::Indexed;
use crate::work::{Found, On, Work};
use crate::{Fault, Result, Store};
use chrono::{DateTime, Datelike, Utc};
use domain::access::{self, Act};
use domain::{AccountId, Actor, Code, Kind, Role, Words};
use std::collections::HashSet;
use uuid::Uuid;

/// The rule of need-to-know as SQL, for a record `r`; `$1` is the account, `$2` whether its role supervises.
/// It says the same as `domain::access::need_to_know`; a test holds them against each other.
/// `CROSS JOIN` is for SQLite's planner: from the record's few cases to the account, never through all of the account's.
/// Whether there is any conflict of interest is asked once, not for each row.
macro_rules! visible {
    () => {
        "(($2 AND NOT r.restricted)
          OR EXISTS (SELECT 1 FROM holding vh CROSS JOIN assignment va
                     WHERE vh.record_id = r.id AND vh.superseded_at IS NULL
                       AND va.case_id = vh.case_id AND va.account_id = $1 AND va.ended_at IS NULL
                       AND (NOT r.restricted OR va.duty IN ('lead', 'second', 'legal_officer', 'protection_officer', 'supervisor')))
          OR (r.created_by = $1 AND NOT EXISTS (SELECT 1 FROM holding vh WHERE vh.record_id = r.id AND vh.superseded_at IS NULL)))
         AND (NOT EXISTS (SELECT 1 FROM conflict_of_interest vy WHERE vy.account_id = $1 AND vy.conflict)
              OR NOT EXISTS (SELECT 1 FROM holding vh CROSS JOIN conflict_of_interest vx
                             WHERE vh.record_id = r.id AND vh.superseded_at IS NULL
                               AND vx.case_id = vh.case_id AND vx.account_id = $1 AND vx.conflict))
         AND (NOT r.closed
              OR EXISTS (SELECT 1 FROM holding vh CROSS JOIN assignment va
                         WHERE vh.record_id = r.id AND vh.superseded_at IS NULL
                           AND va.case_id = vh.case_id AND va.account_id = $1 AND va.ended_at IS NULL
                           AND va.duty IN ('legal_officer', 'protection_officer')))"
    };
}
pub(crate) use visible;

/// The duties that reveal, as SQL: `Duty::reveals`.
macro_rules! revealing {
    () => {
        "('lead', 'second', 'protection_officer', 'supervisor')"
    };
}
pub(crate) use revealing;

/// Whether account `$1` finds a person `p` (record `r`) by name, as SQL; the rule is `Duty::reveals`. In the index of words
/// `search::reach` says the same.
macro_rules! found_by_name {
    () => {
        concat!(
            "(NOT p.protected
          OR EXISTS (SELECT 1 FROM holding ih CROSS JOIN assignment ia
                     WHERE ih.record_id = r.id AND ih.superseded_at IS NULL
                       AND ia.case_id = ih.case_id AND ia.account_id = $1 AND ia.ended_at IS NULL AND ia.duty IN ",
            $crate::record::revealing!(),
            ")
          OR (r.created_by = $1 AND NOT EXISTS (SELECT 1 FROM holding ih WHERE ih.record_id = r.id AND ih.superseded_at IS NULL)))"
        )
    };
}
pub(crate) use found_by_name;

/// Holds a record until the transaction ends: whoever changes it meanwhile waits. In SQLite one alone writes as it is.
pub(crate) async fn hold(tx: &mut Tx, id: Uuid) -> Result<()> {
    if let Tx::Postgres(tx) = tx {
        sqlx::query("SELECT FROM record WHERE id = $1 FOR NO KEY UPDATE")
            .bind(id)
            .execute(&mut **tx)
            .await?;
    }
    Ok(())
}

/// The next number of a counter, from 1; its row stays locked until the number is committed or given back.
pub(crate) async fn count_up(tx: &mut Tx, prefix: &str, year: i32) -> Result<i64> {
    Ok(on!(tx, |c| sqlx::query_scalar(
        "INSERT INTO code_counter (prefix, year, last_number) VALUES ($1, $2, 1)
         ON CONFLICT (prefix, year) DO UPDATE SET last_number = code_counter.last_number + 1
         RETURNING last_number"
    )
    .bind(prefix)
    .bind(i64::from(year))
    .fetch_one(c)
    .await)?)
}

/// Whether a person supervises all cases: `$2` of [`visible`].
pub(crate) fn supervises(actor: &Actor) -> bool {
    actor.roles.any(&[Role::Supervisor, Role::Chair])
}

/// What stands at the head of a record's page.
#[derive(Clone, Debug)]
pub struct Head {
    pub code: Code,
    /// None where the name is protected: it is opened by a reveal only.
    pub title: Option<Words>,
    /// For the form that changes it: the version it was read at.
    pub version: i64,
    pub created_at: DateTime<Utc>,
    pub created_by: String,
    pub updated_at: DateTime<Utc>,
    pub updated_by: String,
    /// The code it had where it was imported from.
    pub previous_code: Option<String>,
    /// The cases it hangs on, by code, as far as this reader may know of them.
    pub cases: Vec<Code>,
    /// Whether this reader may change it.
    pub may_edit: bool,
}

impl Head {
    /// The title as it stands in a form; empty where it stays hidden.
    #[must_use]
    pub fn title_typed(&self) -> String {
        self.title.as_ref().map(|title| title.to_string()).unwrap_or_default()
    }
}

/// A record's common columns.
#[derive(sqlx::FromRow)]
pub(crate) struct RecordRow {
    pub id: Uuid,
    pub version: i64,
    pub created_at: DateTime<Utc>,
    pub created_by: Uuid,
    pub updated_at: DateTime<Utc>,
    pub updated_by: Uuid,
    pub previous_code: Option<String>,
    pub wrapped_key: Option<Vec<u8>>,
    pub title: Vec<u8>,
    pub body: Vec<u8>,
}

pub(crate) const fn class_of(kind: Kind) -> Class {
    match kind {
        Kind::Person => Class::Identity,
        Kind::Document => Class::Evidence,
        Kind::Case | Kind::Testimony | Kind::Incident | Kind::Unit => Class::Narrative,
    }
}

pub(crate) const fn title_place(row: Uuid, version: i64) -> Place {
    Place {
        table: "record",
        column: "title",
        row,
        version,
    }
}

pub(crate) const fn body_place(row: Uuid, version: i64) -> Place {
    Place {
        table: "record",
        column: "body",
        row,
        version,
    }
}

/// Opens the title of a record that is shown.
pub(crate) fn open_title(
    store: &Store,
    kind: Kind,
    (id, version): (Uuid, i64),
    wrapped: Option<&[u8]>,
    sealed: &[u8],
) -> Result<Words> {
    let wrapped = wrapped.ok_or(Fault::Sealed {
        table: "identity_key",
        column: "wrapped_key",
        row: id,
    })?;
    let key = store.0.keys.unwrap(class_of(kind), id, wrapped)?;
    key.open(title_place(id, version), sealed).map(Words::from)
}

/// A record that was just made.
pub(crate) struct Made {
    pub id: Uuid,
    pub code: Code,
    pub key: DataKey,
}

impl RecordRow {
    pub(crate) fn key(&self, store: &Store, kind: Kind) -> Result<DataKey> {
        let wrapped = self.wrapped_key.as_deref().ok_or(Fault::Sealed {
            table: "identity_key",
            column: "wrapped_key",
            row: self.id,
        })?;
        store.0.keys.unwrap(class_of(kind), self.id, wrapped)
    }

    pub(crate) fn title(&self, key: &DataKey) -> Result<Words> {
        key.open(title_place(self.id, self.version), &self.title)
            .map(Words::from)
    }

    pub(crate) fn body<T: serde::de::DeserializeOwned>(&self, key: &DataKey) -> Result<T> {
        key.open_json(body_place(self.id, self.version), &self.body)
    }
}

/// The common columns of one record.
pub(crate) async fn row(tx: &mut Tx, id: Uuid) -> Result<RecordRow> {
    Ok(on!(tx, |c| sqlx::query_as(
        "SELECT r.id, r.version, r.created_at, r.created_by, r.updated_at, r.updated_by, r.previous_code,
            COALESCE(r.wrapped_key, k.wrapped_key) AS wrapped_key, r.title, r.body
         FROM record r
         LEFT JOIN identity_key k ON k.record_id = r.id
         WHERE r.id = $1"
    )
    .bind(id)
    .fetch_one(c)
    .await)?)
}

impl Store {
    /// Makes a record of its kind: the next code, a new key, sealed title and body, and its search words.
    pub(crate) async fn make(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        kind: Kind,
        text: (&str, &impl serde::Serialize),
        words: &Indexed<'_>,
        restricted: bool,
        previous: Option<&str>,
    ) -> Result<Made> {
        let now = self.now();
        let id = self.0.chance.id(now);
        let code = self.next_code(tx, kind).await?;
        let (key, wrapped) = self.0.keys.new_key(class_of(kind), id, &self.0.chance);
        let title = key.seal(title_place(id, 1), text.0, &self.0.chance);
        let body = key.seal_json(body_place(id, 1), text.1, &self.0.chance);
        let in_row = (kind != Kind::Person).then_some(&wrapped);
        on!(&mut *tx, |c| {
            sqlx::query(
            "INSERT INTO record (id, kind, code, version, restricted, created_at, created_by, updated_at, updated_by, previous_code, wrapped_key, title, body)
             VALUES ($1, $2, $3, 1, $4, $5, $6, $5, $6, $7, $8, $9, $10)"
        )
        .bind(id)
        .bind(kind.name())
        .bind(code.as_str())
        .bind(restricted)
        .bind(now)
        .bind(actor.account.0)
        .bind(previous)
        .bind(in_row)
        .bind(&title)
        .bind(&body)
        .execute(c)
        .await.map(crate::db::rows)
        })?;
        if kind == Kind::Person {
            on!(&mut *tx, |c| sqlx::query(
                "INSERT INTO identity_key (record_id, wrapped_key) VALUES ($1, $2)"
            )
            .bind(id)
            .bind(&wrapped)
            .execute(c)
            .await
            .map(crate::db::rows))?;
        }
        self.index(tx, id, words).await?;
        Ok(Made { id, code, key })
    }

    /// Changes title and body of a record that was read before; as it was, it stays in its past.
    ///
    /// # Errors
    /// `Conflict` if it has changed since.
    pub(crate) async fn change(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        id: Uuid,
        kind: Kind,
        upon: Upon<'_>,
        text: (&str, &impl serde::Serialize),
        words: &Indexed<'_>,
        restricted: Option<bool>,
    ) -> Result<DataKey> {
        let row = row(tx, id).await?;
        let version = upon.version;
        if row.version != version {
            return Err(Fault::Known(domain::Error::Conflict));
        }
        let key = row.key(self, kind)?;
        // A testimony has versions of its own.
        if kind != Kind::Testimony {
            self.keep_past(tx, kind, &row, &key, upon.why).await?;
        }
        let next = version + 1;
        let title = key.seal(title_place(id, next), text.0, &self.0.chance);
        let body = key.seal_json(body_place(id, next), text.1, &self.0.chance);
        let changed = on!(&mut *tx, |c| {
            sqlx::query(
            "UPDATE record
             SET version = version + 1, title = $3, body = $4, updated_at = $5, updated_by = $6, restricted = COALESCE($7, restricted)
             WHERE id = $1 AND version = $2"
        )
        .bind(id)
        .bind(version)
        .bind(&title)
        .bind(&body)
        .bind(self.now())
        .bind(actor.account.0)
        .bind(restricted)
        .execute(c)
        .await
        .map(crate::db::rows)
        })?;
        if changed == 0 {
            return Err(Fault::Known(domain::Error::Conflict));
        }
        self.index(tx, id, words).await?;
        Ok(key)
    }

    /// The next code of a kind: a number of the committee's year, or a pseudonym nobody has.
    async fn next_code(&self, tx: &mut Tx, kind: Kind) -> Result<Code> {
        if kind == Kind::Person {
            for _ in 0..16 {
                let code = Code::pseudonym(self.0.chance.bytes());
                let taken: i64 = on!(&mut *tx, |c| sqlx::query_scalar(
                    "SELECT count(*) FROM record WHERE code = $1"
                )
                .bind(code.as_str())
                .fetch_one(c)
                .await)?;
                if taken == 0 {
                    return Ok(code);
                }
            }
            return Err(Fault::Known(domain::Error::Busy));
        }
        let year = self.today().year();
        let number = count_up(tx, &kind.prefix().to_string(), year).await?;
        Ok(Code::numbered(kind, year, number))
    }

    /// A staff member's name, or the login where there is none.
    #[must_use]
    pub fn staff_name(&self, account: AccountId) -> String {
        self.0
            .staff
            .read()
            .ok()
            .and_then(|staff| staff.get(&account).map(|(_, name)| name.clone()))
            .unwrap_or_default()
    }

    /// A staff member's login and name.
    pub(crate) fn staff_of(&self, account: AccountId) -> Option<(String, String)> {
        self.0.staff.read().ok()?.get(&account).cloned()
    }

    /// A staff member's name by login.
    #[must_use]
    pub fn staff_named(&self, login: &str) -> Option<(AccountId, String)> {
        let staff = self.0.staff.read().ok()?;
        staff
            .iter()
            .find(|(_, (known, _))| known == login)
            .map(|(id, (_, name))| (*id, name.clone()))
    }
}

impl<A: Act> Work<A> {
    /// What another act on the record would be decided by: whether to offer it. The act decides for itself.
    pub(crate) fn facts_again(&self, found: &Found) -> access::Facts {
        access::Facts {
            kind: Some(found.kind),
            duties: found.duties.clone(),
            mine: found.author_of_loose,
            loose: found.author_of_loose,
            ..access::Facts::default()
        }
    }

    /// The head of the record that the act is on, and its row and key.
    pub(crate) async fn head(&mut self) -> Result<(Head, RecordRow, DataKey)> {
        let (mut head, row) = self.nameless_head().await?;
        let key = row.key(&self.store, head.code.kind())?;
        head.title = Some(row.title(&key)?);
        Ok((head, row, key))
    }

    /// The same without opening anything: the head of a protected person.
    pub(crate) async fn nameless_head(&mut self) -> Result<(Head, RecordRow)> {
        let found = self.found()?;
        let row = row(&mut self.tx, found.id).await?;
        let may_edit = access::Edit::grounds(&self.actor, &self.facts_again(&found)).is_ok();
        let known = self.visible_of(found.cases.iter().map(|(id, _)| id)).await?;
        let cases = found.cases.into_iter().filter(|(id, _)| known.contains(id));
        let cases = cases.map(|(_, code)| code).collect();
        let head = Head {
            code: found.code.clone(),
            title: None,
            version: row.version,
            created_at: row.created_at,
            created_by: self.store.staff_name(AccountId(row.created_by)),
            updated_at: row.updated_at,
            updated_by: self.store.staff_name(AccountId(row.updated_by)),
            previous_code: row.previous_code.clone(),
            cases,
            may_edit,
        };
        Ok((head, row))
    }
}

/// What of a register is listed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListFilter {
    /// A state of the noun: a case status, a testimony status.
    pub status: String,
    /// Rows older than this one.
    pub before: Option<Code>,
    /// Rows newer than this one.
    pub after: Option<Code>,
}

/// One row of a list. What the columns mean depends on the kind; see [`Store::list`].
#[derive(Clone, Debug)]
pub struct ListRow {
    pub id: Uuid,
    pub code: Code,
    /// None where the name is protected: it is opened by a reveal only.
    pub title: Option<Words>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    /// Case and testimony: their state. Person: victim status.
    pub status: Option<String>,
    /// Case and testimony: since when. Incident: when it started.
    pub since: Option<DateTime<Utc>>,
    /// Testimony: day of the interview. Document: day of collection. YYYY-MM-DD.
    pub date: Option<String>,
    /// Case: priority. Testimony: sensitivity. Document, unit: type. Incident: place. Person: sex.
    pub fact: Option<String>,
    /// Testimony: paragraphs. Document: bytes. Incident: people and units involved. Person: year of birth.
    pub number: Option<i64>,
    /// Testimony: the witness. Unit: the unit above, where this reader may know of it.
    pub other: Option<Code>,
    /// Case, testimony: who leads it.
    pub lead: Option<String>,
    /// The name is protected.
    pub protected: bool,
}

/// A page of a list, newest first.
#[derive(Clone, Debug, Default)]
pub struct ListPage {
    pub rows: Vec<ListRow>,
    pub older: bool,
    pub newer: bool,
}

#[derive(sqlx::FromRow)]
struct RawList {
    id: Uuid,
    code: String,
    version: i64,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    wrapped_key: Option<Vec<u8>>,
    title: Vec<u8>,
    status: Option<String>,
    since: Option<DateTime<Utc>>,
    date: Option<String>,
    fact: Option<String>,
    number: Option<i64>,
    other: Option<String>,
    lead_id: Option<Uuid>,
    protected: bool,
    shown: bool,
}

/// `list!(columns, joins)`: the four texts of a list: by direction, and of all cases or of one (`$7`).
macro_rules! list {
    ($columns:expr, $joins:literal, $wrapped:literal, $shown:expr, $status:literal) => {
        [
            list!(@ $columns, $joins, $wrapped, $shown, $status, "", "<", "DESC"),
            list!(@ $columns, $joins, $wrapped, $shown, $status, "", ">", "ASC"),
            list!(@ $columns, $joins, $wrapped, $shown, $status, "JOIN holding lh ON lh.record_id = r.id AND lh.case_id = $7 AND lh.superseded_at IS NULL", "<", "DESC"),
            list!(@ $columns, $joins, $wrapped, $shown, $status, "JOIN holding lh ON lh.record_id = r.id AND lh.case_id = $7 AND lh.superseded_at IS NULL", ">", "ASC"),
        ]
    };
    (@ $columns:expr, $joins:literal, $wrapped:literal, $shown:expr, $status:literal, $case:literal, $than:literal, $order:literal) => {
        concat!(
            "SELECT r.id, r.code, r.version, r.created_at, r.updated_at, ", $wrapped, " AS wrapped_key, r.title, ", $columns, ", ", $shown, " AS shown
             FROM record r ", $joins, " ", $case, "
             WHERE r.kind = $3
               AND (CAST($4 AS TEXT) IS NULL OR ", $status, " = $4)
               AND (CAST($5 AS TEXT) IS NULL OR (r.created_at, r.id) ", $than, " (SELECT m.created_at, m.id FROM record m WHERE m.code = $5))
               AND (", visible!(), ")
             ORDER BY r.created_at ", $order, ", r.id ", $order, "
             LIMIT $6"
        )
    };
}

const CASES: [&str; 4] = list!(
    "f.status, f.status_since AS since, NULL AS date, f.priority AS fact, CAST(NULL AS BIGINT) AS number, NULL AS other, l.account_id AS lead_id, FALSE AS protected",
    "JOIN case_file f ON f.id = r.id LEFT JOIN assignment l ON l.case_id = r.id AND l.duty = 'lead' AND l.ended_at IS NULL",
    "r.wrapped_key",
    "TRUE",
    "f.status"
);
const TESTIMONIES: [&str; 4] = list!(
    "t.status, t.status_since AS since, t.interview_date AS date, t.sensitivity AS fact, t.paragraphs AS number, w.code AS other, t.lead_id, FALSE AS protected",
    "JOIN testimony t ON t.id = r.id LEFT JOIN record w ON w.id = t.witness_id",
    "r.wrapped_key",
    "TRUE",
    "t.status"
);
const DOCUMENTS: [&str; 4] = list!(
    "NULL AS status, CAST(NULL AS TIMESTAMPTZ) AS since, d.collected_on AS date, d.document_type AS fact, d.size AS number, NULL AS other, CAST(NULL AS UUID) AS lead_id, FALSE AS protected",
    "JOIN document d ON d.id = r.id",
    "r.wrapped_key",
    "TRUE",
    "d.document_type"
);
const INCIDENTS: [&str; 4] = list!(
    "NULL AS status, i.starts_at AS since, NULL AS date, i.place AS fact, (SELECT count(*) FROM involvement n WHERE n.incident_id = r.id AND n.superseded_at IS NULL) AS number, NULL AS other, CAST(NULL AS UUID) AS lead_id, FALSE AS protected",
    "JOIN incident i ON i.id = r.id",
    "r.wrapped_key",
    "TRUE",
    "i.place"
);
const PERSONS: [&str; 4] = list!(
    "p.victim_status AS status, CAST(NULL AS TIMESTAMPTZ) AS since, NULL AS date, p.sex AS fact, p.birth_year AS number, NULL AS other, CAST(NULL AS UUID) AS lead_id, p.protected",
    "JOIN person p ON p.id = r.id LEFT JOIN identity_key k ON k.record_id = r.id",
    "k.wrapped_key",
    "NOT p.protected",
    "p.victim_status"
);
const UNITS: [&str; 4] = list!(
    concat!(
        "NULL AS status, CAST(NULL AS TIMESTAMPTZ) AS since, u.valid_from AS date, u.party_type AS fact, CAST(NULL AS BIGINT) AS number,
         (SELECT r.code FROM record r WHERE r.id = u.parent_id AND (", visible!(), ")) AS other, CAST(NULL AS UUID) AS lead_id, FALSE AS protected"
    ),
    "JOIN unit u ON u.id = r.id",
    "r.wrapped_key", "TRUE", "u.party_type"
);

/// One page of a register, or of what hangs on one case, as this person may see it.
pub(crate) async fn page(
    store: &Store,
    tx: &mut Tx,
    actor: &Actor,
    kind: Kind,
    case: Option<Uuid>,
    filter: &ListFilter,
    limit: u32,
) -> Result<ListPage> {
    let texts = match kind {
        Kind::Case => CASES,
        Kind::Testimony => TESTIMONIES,
        Kind::Document => DOCUMENTS,
        Kind::Incident => INCIDENTS,
        Kind::Person => PERSONS,
        Kind::Unit => UNITS,
    };
    let backwards = filter.after.is_some();
    let text = texts[usize::from(backwards) + if case.is_some() { 2 } else { 0 }];
    let cursor = filter.after.as_ref().or(filter.before.as_ref());
    let mut raw: Vec<RawList> = on!(tx, |c| {
        let query = sqlx::query_as(text)
            .bind(actor.account.0)
            .bind(supervises(actor))
            .bind(kind.name())
            .bind((!filter.status.is_empty()).then_some(filter.status.as_str()))
            .bind(cursor.map(Code::as_str))
            .bind(i64::from(limit) + 1);
        let query = if let Some(case) = case { query.bind(case) } else { query };
        query.fetch_all(c).await
    })?;
    let more = raw.len() > limit as usize;
    raw.truncate(limit as usize);
    if backwards {
        raw.reverse();
    }
    let rows = raw
        .into_iter()
        .map(|row| listed(store, kind, row))
        .collect::<Result<Vec<_>>>()?;
    let (older, newer) = if backwards {
        (true, more)
    } else {
        (more, filter.before.is_some())
    };
    Ok(ListPage { rows, older, newer })
}

fn listed(store: &Store, kind: Kind, row: RawList) -> Result<ListRow> {
    let code = |text: String| {
        text.parse::<Code>().map_err(|_| Fault::Malformed {
            table: "record",
            column: "code",
            row: row.id,
        })
    };
    let title = if row.shown {
        let wrapped = row.wrapped_key.as_deref().ok_or(Fault::Sealed {
            table: "identity_key",
            column: "wrapped_key",
            row: row.id,
        })?;
        let key = store.0.keys.unwrap(class_of(kind), row.id, wrapped)?;
        Some(Words::from(key.open(title_place(row.id, row.version), &row.title)?))
    } else {
        None
    };
    Ok(ListRow {
        id: row.id,
        code: code(row.code)?,
        title,
        created_at: row.created_at,
        updated_at: row.updated_at,
        status: row.status,
        since: row.since,
        date: row.date,
        fact: row.fact,
        number: row.number,
        other: row.other.map(code).transpose()?,
        lead: row.lead_id.map(|id| store.staff_name(AccountId(id))),
        protected: row.protected,
    })
}

impl Store {
    /// Whether this person may make records of a kind at all: asked before an empty form is shown or a file is taken
    /// in. A refusal is logged; who may is logged when the record is made.
    ///
    /// # Errors
    /// `Forbidden`.
    pub async fn may_make(&self, actor: &Actor, kind: Kind) -> domain::Result<()> {
        match kind {
            Kind::Case => self.refuse_early::<access::OpenCase>(actor, kind).await,
            Kind::Testimony => self.refuse_early::<access::TakeTestimony>(actor, kind).await,
            Kind::Document => self.refuse_early::<access::TakeDocument>(actor, kind).await,
            Kind::Incident | Kind::Person | Kind::Unit => self.refuse_early::<access::Create>(actor, kind).await,
        }
    }

    async fn refuse_early<A: Act>(&self, actor: &Actor, kind: Kind) -> domain::Result<()> {
        if A::grounds(actor, &access::Facts::default()).is_ok() {
            return Ok(());
        }
        self.act(actor, On::Register(kind.name()), async |_: &mut Work<A>| {
            Err::<(), _>(Fault::Known(domain::Error::Forbidden))
        })
        .await
    }

    /// A page of the register of one kind, newest first, as this person may see it.
    ///
    /// # Errors
    /// `Forbidden` for roles that read no content.
    pub async fn list(&self, actor: &Actor, kind: Kind, filter: &ListFilter, limit: u32) -> domain::Result<ListPage> {
        self.act(
            actor,
            On::Register(kind.name()),
            async |work: &mut Work<access::List>| {
                let page = page(&work.store.clone(), &mut work.tx, actor, kind, None, filter, limit).await?;
                work.returned(&page.rows.iter().map(|row| row.id).collect::<Vec<_>>());
                Ok(page)
            },
        )
        .await
    }
}

impl<A: Act> Work<A> {
    /// The id of another record that this person may know of; none otherwise. Used to link to it.
    pub(crate) async fn visible_record(&mut self, code: &Code) -> Result<Option<Uuid>> {
        let actor = self.actor.clone();
        Ok(on!(&mut self.tx, |c| sqlx::query_scalar(concat!(
            "SELECT r.id FROM record r WHERE r.code = $3 AND (",
            visible!(),
            ")"
        ))
        .bind(actor.account.0)
        .bind(supervises(&actor))
        .bind(code.as_str())
        .fetch_optional(c)
        .await)?)
    }

    /// Of these records those that this person may know of.
    async fn visible_of<'a>(&mut self, ids: impl Iterator<Item = &'a Uuid>) -> Result<HashSet<Uuid>> {
        macro_rules! visible_of {
            ($ids:expr) => {
                concat!(
                    "SELECT r.id FROM record r WHERE r.id ",
                    $ids,
                    " AND (",
                    visible!(),
                    ")"
                )
            };
        }
        let actor = self.actor.clone();
        let text = listed!(&self.tx, ids "$3", visible_of);
        let ids: Vec<Uuid> = on!(&mut self.tx, |c| sqlx::query_scalar(text)
            .bind(actor.account.0)
            .bind(supervises(&actor))
            .bind(list(ids.map(Uuid::as_simple)))
            .fetch_all(c)
            .await)?;
        Ok(ids.into_iter().collect())
    }

    /// The id of a case that this person may write on; none otherwise.
    pub(crate) async fn writable(&mut self, code: &Code) -> Result<Option<Uuid>> {
        let actor = self.actor.clone();
        let Some(id) = self.visible_record(code).await? else {
            return Ok(None);
        };
        let duties: Vec<String> = on!(&mut self.tx, |c| sqlx::query_scalar(
            "SELECT duty FROM assignment WHERE case_id = $1 AND account_id = $2 AND ended_at IS NULL"
        )
        .bind(id)
        .bind(actor.account.0)
        .fetch_all(c)
        .await)?;
        let facts = access::Facts {
            kind: Some(Kind::Case),
            duties: duties.iter().filter_map(|duty| access::Duty::named(duty)).collect(),
            ..access::Facts::default()
        };
        Ok(access::Link::grounds(&actor, &facts).is_ok().then_some(id))
    }

    /// A new record: hangs it on its case, and makes the log entry about it.
    pub(crate) async fn finish_new(&mut self, kind: Kind, id: Uuid, code: &Code, case: Option<Uuid>) -> Result<()> {
        let (store, actor) = (self.store.clone(), self.actor.clone());
        if let Some(case) = case {
            store.hold(&mut self.tx, &actor, case, id).await?;
        }
        self.made(kind, id, case);
        self.note("code", code.as_str());
        Ok(())
    }
}
