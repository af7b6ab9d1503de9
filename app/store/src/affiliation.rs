//! Affiliations of persons, kept: append-only; one that was wrong is ended, and another made.

use crate::case::of_kind;
use crate::db::{Tx, on};
use crate::involvement::link_of;
use crate::involvement::{CitationView, grouped};
use crate::record::{class_of, supervises, title_place, visible};
use crate::seal::{Class, Place};
use crate::work::{On, Work};
use crate::{Fault, Result, Store};
use chrono::{DateTime, NaiveDate, Utc};
use domain::access;
use domain::affiliation::{Affiliation, With};
use domain::command::Span;
use domain::{AccountId, Actor, Code, Error, Kind, ProblemKind, Words};
use std::collections::HashMap;
use uuid::Uuid;

/// An affiliation, as shown on either side of it.
#[derive(Clone, Debug)]
pub struct AffiliationView {
    /// For ending it.
    pub id: Uuid,
    /// The record on the other side: the person on a unit's page, the unit on a person's; none where only a party is known.
    pub other: Option<Code>,
    /// None where the name stays hidden from this reader.
    pub title: Option<Words>,
    pub party_type: Option<String>,
    pub role: String,
    pub when: Span,
    pub confidence: String,
    pub note: Words,
    pub citations: Vec<CitationView>,
    pub recorded_at: DateTime<Utc>,
    pub recorded_by: String,
    /// On a unit's side: the person as it counts, so that two records of one person are one.
    pub(crate) counts: Option<Uuid>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    party_type: Option<String>,
    role: String,
    from_day: Option<String>,
    to_day: Option<String>,
    confidence: String,
    wrapped_key: Vec<u8>,
    note: Vec<u8>,
    recorded_at: DateTime<Utc>,
    recorded_by: Uuid,
    other_id: Option<Uuid>,
    other_kind: Option<String>,
    other_code: Option<String>,
    other_version: Option<i64>,
    other_key: Option<Vec<u8>>,
    other_title: Option<Vec<u8>>,
    shown: bool,
    counts: Option<Uuid>,
}

const fn note_place(row: Uuid) -> Place {
    Place {
        table: "affiliation",
        column: "note",
        row,
        version: 1,
    }
}

/// Days as they are kept.
pub(crate) fn span(from: Option<&str>, to: Option<&str>) -> Span {
    let day = |text: Option<&str>| text.and_then(|day| day.parse::<NaiveDate>().ok());
    Span {
        from: day(from),
        to: day(to),
    }
}

macro_rules! affiliated {
    ($other:literal, $mine:literal, $which:literal) => {
        concat!(
            "SELECT a.id, a.party_type, a.role, a.from_day, a.to_day, a.confidence, a.wrapped_key, a.note, a.recorded_at, a.recorded_by,
                r.id AS other_id, r.kind AS other_kind, r.code AS other_code, r.version AS other_version,
                COALESCE(r.wrapped_key, k.wrapped_key) AS other_key, r.title AS other_title,
                (p.id IS NULL OR NOT p.protected) AS shown, COALESCE(p.same_as, p.id) AS counts
             FROM affiliation a
             LEFT JOIN record r ON r.id = a.",
            $other,
            "
             LEFT JOIN person p ON p.id = r.id
             LEFT JOIN identity_key k ON k.record_id = r.id
             WHERE a.",
            $mine,
            " = $3 AND a.superseded_at IS NULL AND ",
            $which,
            " AND (a.",
            $other,
            " IS NULL OR (",
            visible!(),
            "))
             ORDER BY COALESCE(a.from_day, ''), a.recorded_at, a.id
             LIMIT 500"
        )
    };
}

/// With whom a person was.
pub(crate) async fn of_person(store: &Store, tx: &mut Tx, actor: &Actor, person: Uuid) -> Result<Vec<AffiliationView>> {
    views(store, tx, actor, person, affiliated!("unit_id", "person_id", "TRUE")).await
}

/// Who was in a unit.
pub(crate) async fn of_unit(store: &Store, tx: &mut Tx, actor: &Actor, unit: Uuid) -> Result<Vec<AffiliationView>> {
    views(store, tx, actor, unit, affiliated!("person_id", "unit_id", "TRUE")).await
}

/// Who commanded a unit at any time.
pub(crate) async fn commanders(store: &Store, tx: &mut Tx, actor: &Actor, unit: Uuid) -> Result<Vec<AffiliationView>> {
    let text = affiliated!("person_id", "unit_id", "a.role IN ('commander', 'acting_commander')");
    views(store, tx, actor, unit, text).await
}

async fn views(
    store: &Store,
    tx: &mut Tx,
    actor: &Actor,
    mine: Uuid,
    text: &'static str,
) -> Result<Vec<AffiliationView>> {
    let rows: Vec<Row> = on!(&mut *tx, |c| sqlx::query_as(text)
        .bind(actor.account.0)
        .bind(supervises(actor))
        .bind(mine)
        .fetch_all(c)
        .await)?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let mut citations = citations(tx, actor, mine).await?;
    rows.into_iter()
        .map(|row| {
            let key = store.0.keys.unwrap(Class::Narrative, row.id, &row.wrapped_key)?;
            Ok(AffiliationView {
                title: row.title(store)?,
                other: row.other_code.as_deref().and_then(|code| code.parse().ok()),
                party_type: row.party_type,
                role: row.role,
                when: span(row.from_day.as_deref(), row.to_day.as_deref()),
                confidence: row.confidence,
                note: Words::from(key.open(note_place(row.id), &row.note)?),
                citations: citations.remove(&row.id).unwrap_or_default(),
                recorded_at: row.recorded_at,
                recorded_by: store.staff_name(AccountId(row.recorded_by)),
                counts: row.counts,
                id: row.id,
            })
        })
        .collect()
}

impl Row {
    fn title(&self, store: &Store) -> Result<Option<Words>> {
        let (Some(id), Some(kind), Some(version), Some(title), true) = (
            self.other_id,
            &self.other_kind,
            self.other_version,
            &self.other_title,
            self.shown,
        ) else {
            return Ok(None);
        };
        let malformed = |column| Fault::Malformed {
            table: "record",
            column,
            row: id,
        };
        let kind = Kind::named(kind).ok_or_else(|| malformed("kind"))?;
        let wrapped = self.other_key.as_deref().ok_or_else(|| malformed("wrapped_key"))?;
        let key = store.0.keys.unwrap(class_of(kind), id, wrapped)?;
        Ok(Some(Words::from(key.open(title_place(id, version), title)?)))
    }
}

/// The citations of every affiliation and subordination of a person or unit, by what they belong to, as far as this person
/// may see the sources.
pub(crate) async fn citations(tx: &mut Tx, actor: &Actor, mine: Uuid) -> Result<HashMap<Uuid, Vec<CitationView>>> {
    let rows: Vec<(Uuid, String, Option<i64>)> = on!(tx, |c| {
        sqlx::query_as(concat!(
        "SELECT n.link_id, r.code, n.paragraph
         FROM citation n
         JOIN record r ON r.id = n.source_id
         WHERE n.link_id IN (SELECT a.id FROM affiliation a WHERE a.person_id = $3 AND a.superseded_at IS NULL
                             UNION ALL SELECT a.id FROM affiliation a WHERE a.unit_id = $3 AND a.superseded_at IS NULL
                             UNION ALL SELECT s.id FROM subordination s WHERE s.unit_id = $3 AND s.superseded_at IS NULL
                             UNION ALL SELECT s.id FROM subordination s WHERE s.above_id = $3 AND s.superseded_at IS NULL)
           AND (",
        visible!(),
        ")
         ORDER BY r.code, n.paragraph"
    ))
    .bind(actor.account.0)
    .bind(supervises(actor))
    .bind(mine)
    .fetch_all(c)
    .await
    })?;
    grouped(rows)
}

impl Store {
    /// Says that a person was with a unit or a party, resting on citations.
    ///
    /// # Errors
    /// `Invalid` at `unit` or a citation; `NotFound`, `Forbidden`, `PurposeNeeded` for the person.
    pub async fn affiliate(&self, actor: &Actor, person: &Code, affiliation: &Affiliation) -> domain::Result<()> {
        let person = of_kind(person, Kind::Person)?;
        self.act(actor, On::Record(person), async |work: &mut Work<access::Link>| {
            let found = work.found()?;
            let (unit, party) = match &affiliation.with {
                With::Unit(code) => {
                    work.note("unit", code.as_str());
                    let unit = work.visible_record(code).await?;
                    (Some(unit.ok_or_else(|| Error::at("unit", ProblemKind::NoSuchRecord))?), None)
                }
                With::Party(party) => {
                    work.note("party_type", party.as_str());
                    (None, Some(party.as_str()))
                }
            };
            work.note("role", affiliation.role.as_str());
            work.note("confidence", affiliation.confidence.as_str());
            work.note("citations", affiliation.citations.len());
            let id = self.0.chance.id(work.now);
            let (key, wrapped) = self.0.keys.new_key(Class::Narrative, id, &self.0.chance);
            let day = |day: Option<NaiveDate>| day.map(|day| day.to_string());
            on!(&mut work.tx, |c| sqlx::query(
                "INSERT INTO affiliation (id, person_id, unit_id, party_type, role, from_day, to_day, confidence, wrapped_key, note, recorded_at, recorded_by)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"
            )
            .bind(id)
            .bind(found.id)
            .bind(unit)
            .bind(party)
            .bind(&affiliation.role)
            .bind(day(affiliation.when.from))
            .bind(day(affiliation.when.to))
            .bind(&affiliation.confidence)
            .bind(&wrapped)
            .bind(key.seal(note_place(id), &affiliation.note, &self.0.chance))
            .bind(work.now)
            .bind(actor.account.0)
            .execute(c)
            .await
            .map(crate::db::rows))?;
            work.cite(id, &affiliation.citations).await
        })
        .await
    }

    /// Ends an affiliation of a person; that it was recorded stays in the record.
    ///
    /// # Errors
    /// `NotFound` if it is not of this person or has ended.
    pub async fn end_affiliation(&self, actor: &Actor, person: &Code, id: Uuid) -> domain::Result<()> {
        let person = of_kind(person, Kind::Person)?;
        self.act(actor, On::Record(person), async |work: &mut Work<access::Unlink>| {
            work.end_link(link_of!("affiliation", "person_id"), id).await
        })
        .await
    }
}
