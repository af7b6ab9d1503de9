//! Incidents, kept.

use crate::act::ActView;
use crate::case::of_kind;
use crate::db::{Tx, on};
use crate::involvement::{InvolvementView, of_incident};
use crate::past::Upon;
use crate::record::Head;
use crate::search::Indexed;
use crate::work::{On, Work};
use crate::{Result, Store};
use chrono::{DateTime, Utc};
use domain::access;
use domain::incident::{IncidentBody, IncidentDraft};
use domain::{Actor, Code, Kind};
use uuid::Uuid;

/// An incident, opened.
#[derive(Clone, Debug)]
pub struct IncidentView {
    pub head: Head,
    pub body: IncidentBody,
    pub starts_at: Option<DateTime<Utc>>,
    pub ends_at: Option<DateTime<Utc>>,
    pub precision: String,
    pub place: Option<String>,
    pub violations: Vec<String>,
    pub acts: Vec<ActView>,
    pub involved: Vec<InvolvementView>,
    pub history: Vec<crate::LogRow>,
}

#[derive(sqlx::FromRow)]
struct Row {
    starts_at: Option<DateTime<Utc>>,
    ends_at: Option<DateTime<Utc>>,
    precision: String,
    place: Option<String>,
}

pub(crate) async fn violations(tx: &mut Tx, id: Uuid) -> Result<Vec<String>> {
    Ok(on!(tx, |c| sqlx::query_scalar(
        "SELECT violation FROM incident_violation WHERE incident_id = $1 ORDER BY violation"
    )
    .bind(id)
    .fetch_all(c)
    .await)?)
}

async fn write_violations(tx: &mut Tx, id: Uuid, violations: &[String]) -> Result<()> {
    on!(&mut *tx, |c| sqlx::query(
        "DELETE FROM incident_violation WHERE incident_id = $1"
    )
    .bind(id)
    .execute(c)
    .await
    .map(crate::db::rows))?;
    let mut codes = violations.to_vec();
    codes.sort_unstable();
    codes.dedup();
    for code in codes {
        on!(&mut *tx, |c| sqlx::query(
            "INSERT INTO incident_violation (incident_id, violation) VALUES ($1, $2)"
        )
        .bind(id)
        .bind(&code)
        .execute(c)
        .await
        .map(crate::db::rows))?;
    }
    Ok(())
}

impl Store {
    pub(crate) async fn insert_incident(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        draft: &IncidentDraft,
        previous: Option<&str>,
    ) -> Result<(Uuid, Code)> {
        let made = self
            .make(
                tx,
                actor,
                Kind::Incident,
                (&draft.title, &draft.body),
                &Indexed {
                    names: &[&draft.title, &draft.body.locality],
                    words: &[&draft.body.summary],
                    ..Indexed::default()
                },
                false,
                previous,
            )
            .await?;
        on!(&mut *tx, |c| sqlx::query(
            "INSERT INTO incident (id, starts_at, ends_at, precision, place) VALUES ($1, $2, $3, $4, $5)"
        )
        .bind(made.id)
        .bind(draft.starts_at)
        .bind(draft.ends_at)
        .bind(&draft.precision)
        .bind(&draft.place)
        .execute(c)
        .await
        .map(crate::db::rows))?;
        write_violations(tx, made.id, &draft.violations).await?;
        Ok((made.id, made.code))
    }

    /// Writes down a new incident, on a case if one is given.
    ///
    /// # Errors
    /// `Invalid` at `case` if this person can't write on it, at `violations` if one is reserved to other roles.
    pub async fn create_incident(
        &self,
        actor: &Actor,
        case: Option<&Code>,
        draft: &IncidentDraft,
    ) -> domain::Result<Code> {
        self.act(
            actor,
            On::Register("incident"),
            async |work: &mut Work<access::Create>| {
                draft.check_reserved(actor.roles, &[])?;
                let case = work.case_for(case).await?;
                let (id, code) = self.insert_incident(&mut work.tx, actor, draft, None).await?;
                work.finish_new(Kind::Incident, id, &code, case).await?;
                Ok(code)
            },
        )
        .await
    }

    /// Opens an incident for reading.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden`, `PurposeNeeded`.
    pub async fn open_incident(&self, actor: &Actor, code: &Code) -> domain::Result<IncidentView> {
        let code = of_kind(code, Kind::Incident)?;
        self.act(actor, On::Record(code), async |work: &mut Work<access::Open>| {
            let found = work.found()?;
            let (head, row, key) = work.head().await?;
            let body = row.body(&key)?;
            let row: Row = on!(&mut work.tx, |c| sqlx::query_as(
                "SELECT starts_at, ends_at, precision, place FROM incident WHERE id = $1"
            )
            .bind(found.id)
            .fetch_one(c)
            .await)?;
            let violations = violations(&mut work.tx, found.id).await?;
            let acts = crate::act::of_incident(self, &mut work.tx, actor, found.id).await?;
            let involved = of_incident(self, &mut work.tx, actor, found.id).await?;
            let history = Store::history(&mut work.tx, found.id, false, 30).await?;
            Ok(IncidentView {
                head,
                body,
                starts_at: row.starts_at,
                ends_at: row.ends_at,
                precision: row.precision,
                place: row.place,
                violations,
                acts,
                involved,
                history,
            })
        })
        .await
    }

    /// Changes an incident that was read at `version`.
    ///
    /// # Errors
    /// `Conflict` if it has changed since; `Invalid` at `violations` if one was added that is reserved to other roles.
    pub async fn change_incident(
        &self,
        actor: &Actor,
        code: &Code,
        version: impl Into<Upon<'_>>,
        draft: &IncidentDraft,
    ) -> domain::Result<()> {
        let code = of_kind(code, Kind::Incident)?;
        let upon = version.into();
        self.act(actor, On::Record(code), async |work: &mut Work<access::Edit>| {
            let found = work.expect_version(upon.version)?;
            draft.check_reserved(actor.roles, &violations(&mut work.tx, found.id).await?)?;
            self.change(
                &mut work.tx,
                actor,
                found.id,
                Kind::Incident,
                upon,
                (&draft.title, &draft.body),
                &Indexed {
                    names: &[&draft.title, &draft.body.locality],
                    words: &[&draft.body.summary],
                    ..Indexed::default()
                },
                None,
            )
            .await?;
            on!(&mut work.tx, |c| sqlx::query(
                "UPDATE incident SET starts_at = $2, ends_at = $3, precision = $4, place = $5 WHERE id = $1"
            )
            .bind(found.id)
            .bind(draft.starts_at)
            .bind(draft.ends_at)
            .bind(&draft.precision)
            .bind(&draft.place)
            .execute(c)
            .await
            .map(crate::db::rows))?;
            write_violations(&mut work.tx, found.id, &draft.violations).await
        })
        .await
    }
}
