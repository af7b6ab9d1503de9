//! Acts of incidents, kept: append-only; one that was wrong is ended, and another made.

use crate::case::of_kind;
use crate::db::{Tx, on};
use crate::involvement::{CitationView, citations_on};
use crate::seal::{Class, Place};
use crate::work::{On, Work};
use crate::{Fault, Result, Store};
use chrono::{DateTime, Utc};
use domain::access;
use domain::act::ActDraft;
use domain::{AccountId, Actor, Code, Error, Kind, ProblemKind, Words};
use uuid::Uuid;

/// An act of an incident.
#[derive(Clone, Debug)]
pub struct ActView {
    /// Within the incident, from 1.
    pub number: u32,
    pub violation: String,
    /// None where it has no time of its own.
    pub starts_at: Option<DateTime<Utc>>,
    pub ends_at: Option<DateTime<Utc>>,
    /// Victims at least and at most, where not all are known by name.
    pub least: Option<u32>,
    pub most: Option<u32>,
    pub note: Words,
    pub citations: Vec<CitationView>,
    pub recorded_at: DateTime<Utc>,
    pub recorded_by: String,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    number: i64,
    violation: String,
    starts_at: Option<DateTime<Utc>>,
    ends_at: Option<DateTime<Utc>>,
    least: Option<i64>,
    most: Option<i64>,
    wrapped_key: Vec<u8>,
    note: Vec<u8>,
    recorded_at: DateTime<Utc>,
    recorded_by: Uuid,
}

const fn note_place(row: Uuid) -> Place {
    Place {
        table: "act",
        column: "note",
        row,
        version: 1,
    }
}

/// The standing acts of an incident in order.
pub(crate) async fn of_incident(store: &Store, tx: &mut Tx, actor: &Actor, incident: Uuid) -> Result<Vec<ActView>> {
    let rows: Vec<Row> = on!(&mut *tx, |c| {
        sqlx::query_as(
            "SELECT id, number, violation, starts_at, ends_at, least, most, wrapped_key, note, recorded_at, recorded_by
         FROM act
         WHERE incident_id = $1 AND superseded_at IS NULL
         ORDER BY number",
        )
        .bind(incident)
        .fetch_all(c)
        .await
    })?;
    let acts: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    let mut citations = citations_on(tx, actor, &acts).await?;
    let number = |count: Option<i64>| count.and_then(|count| u32::try_from(count).ok());
    rows.into_iter()
        .map(|row| {
            let key = store.0.keys.unwrap(Class::Narrative, row.id, &row.wrapped_key)?;
            Ok(ActView {
                number: number(Some(row.number)).unwrap_or_default(),
                violation: row.violation,
                starts_at: row.starts_at,
                ends_at: row.ends_at,
                least: number(row.least),
                most: number(row.most),
                note: Words::from(key.open(note_place(row.id), &row.note)?),
                citations: citations.remove(&row.id).unwrap_or_default(),
                recorded_at: row.recorded_at,
                recorded_by: store.staff_name(AccountId(row.recorded_by)),
            })
        })
        .collect()
}

impl Store {
    /// The standing acts of an incident, for a form that chooses one.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden`, `PurposeNeeded` for the incident.
    pub async fn acts(&self, actor: &Actor, incident: &Code) -> domain::Result<Vec<ActView>> {
        let incident = of_kind(incident, Kind::Incident)?;
        self.act(
            actor,
            On::Record(incident),
            async |work: &mut Work<access::OpenForEdit>| {
                let found = work.found()?;
                work.note("list", "acts");
                of_incident(self, &mut work.tx, actor, found.id).await
            },
        )
        .await
    }

    /// Writes down an act of an incident; its number.
    ///
    /// # Errors
    /// `Invalid` at a citation; `NotFound`, `Forbidden`, `PurposeNeeded` for the incident.
    pub async fn add_act(&self, actor: &Actor, incident: &Code, draft: &ActDraft) -> domain::Result<u32> {
        let incident = of_kind(incident, Kind::Incident)?;
        self.act(actor, On::Record(incident), async |work: &mut Work<access::Link>| {
            let found = work.found()?;
            let (id, number) = work.insert_act(found.id, draft).await?;
            work.cite(id, &draft.citations).await?;
            work.note("act", number);
            work.note("violation", draft.violation.as_str());
            Ok(number)
        })
        .await
    }

    /// Ends an act in which nobody has a part any more; that it was recorded stays in the record.
    ///
    /// # Errors
    /// `NotFound` if it is not of this incident or has ended; `Conflict` while somebody has a part in it.
    pub async fn end_act(&self, actor: &Actor, incident: &Code, number: u32) -> domain::Result<()> {
        let incident = of_kind(incident, Kind::Incident)?;
        self.act(actor, On::Record(incident), async |work: &mut Work<access::Unlink>| {
            let found = work.found()?;
            let id = work
                .standing_act(found.id, number)
                .await?
                .ok_or(Fault::Known(Error::NotFound))?;
            let parts: i64 = on!(&mut work.tx, |c| sqlx::query_scalar(
                "SELECT count(*) FROM involvement WHERE act_id = $1 AND superseded_at IS NULL"
            )
            .bind(id)
            .fetch_one(c)
            .await)?;
            if parts > 0 {
                return Err(Fault::Known(Error::Conflict));
            }
            work.note("act", number);
            on!(&mut work.tx, |c| sqlx::query(
                "UPDATE act SET superseded_at = $2, superseded_by = $3 WHERE id = $1 AND superseded_at IS NULL"
            )
            .bind(id)
            .bind(work.now)
            .bind(actor.account.0)
            .execute(c)
            .await
            .map(crate::db::rows))?;
            Ok(())
        })
        .await
    }
}

impl<A: access::Act> Work<A> {
    /// A standing act of an incident.
    pub(crate) async fn standing_act(&mut self, incident: Uuid, number: u32) -> Result<Option<Uuid>> {
        Ok(on!(&mut self.tx, |c| sqlx::query_scalar(
            "SELECT id FROM act WHERE incident_id = $1 AND number = $2 AND superseded_at IS NULL"
        )
        .bind(incident)
        .bind(i64::from(number))
        .fetch_optional(c)
        .await)?)
    }

    /// The act that was chosen in a form, which must stand.
    pub(crate) async fn chosen_act(&mut self, incident: Uuid, number: Option<u32>) -> Result<Option<Uuid>> {
        match number {
            None => Ok(None),
            Some(number) => match self.standing_act(incident, number).await? {
                Some(id) => Ok(Some(id)),
                None => Err(Error::at("act", ProblemKind::Unknown).into()),
            },
        }
    }

    /// Writes an act with the next number of its incident; its citations are still to come.
    pub(crate) async fn insert_act(&mut self, incident: Uuid, draft: &ActDraft) -> Result<(Uuid, u32)> {
        let (store, actor) = (self.store.clone(), self.actor.clone());
        let id = store.0.chance.id(self.now);
        let (key, wrapped) = store.0.keys.new_key(Class::Narrative, id, &store.0.chance);
        let number: i64 = on!(&mut self.tx, |c| {
            sqlx::query_scalar(
            "INSERT INTO act (id, incident_id, number, violation, starts_at, ends_at, least, most, wrapped_key, note, recorded_at, recorded_by)
             SELECT $1, $2, COALESCE(max(number), 0) + 1, $3, $4, $5, $6, $7, $8, $9, $10, $11 FROM act WHERE incident_id = $2
             RETURNING number"
        )
        .bind(id)
        .bind(incident)
        .bind(&draft.violation)
        .bind(draft.starts_at)
        .bind(draft.ends_at)
        .bind(draft.least.map(i64::from))
        .bind(draft.most.map(i64::from))
        .bind(&wrapped)
        .bind(key.seal(note_place(id), &draft.note, &store.0.chance))
        .bind(self.now)
        .bind(actor.account.0)
        .fetch_one(c)
        .await
        })?;
        Ok((id, u32::try_from(number).unwrap_or(u32::MAX)))
    }
}

impl Work<access::Import> {
    /// An act that was recorded elsewhere; its number.
    ///
    /// # Errors
    /// `Internal`, `Busy`.
    pub async fn import_act(&mut self, incident: &crate::Imported, draft: &ActDraft) -> domain::Result<u32> {
        self.insert_act(incident.id, draft)
            .await
            .map(|(_, number)| number)
            .map_err(Fault::shown)
    }
}
