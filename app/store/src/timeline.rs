//! The timeline of a case: when its incidents and their acts were, and when witnesses were heard.

use crate::case::of_kind;
use crate::db::on;
use crate::record::{open_title, supervises, visible};
use crate::work::{On, Work};
use crate::{CaseView, Fault, Store};
use chrono::{DateTime, NaiveDate, Utc};
use domain::access;
use domain::{Actor, Code, Kind, Words};
use uuid::Uuid;

/// An act on a timeline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimelineAct {
    pub number: u32,
    pub violation: String,
    /// None where it has no time of its own.
    pub starts_at: Option<DateTime<Utc>>,
    pub ends_at: Option<DateTime<Utc>>,
}

/// An incident on a timeline, with its standing acts.
#[derive(Clone, Debug)]
pub struct TimelineIncident {
    pub id: Uuid,
    pub code: Code,
    pub title: Words,
    pub starts_at: Option<DateTime<Utc>>,
    pub ends_at: Option<DateTime<Utc>>,
    /// Of the incident's interval, and of its acts' as far as these don't tell.
    pub precision: String,
    pub acts: Vec<TimelineAct>,
}

/// A timeline.
#[derive(Clone, Debug, Default)]
pub struct TimelineView {
    /// In the order in which they started; those without a time come last.
    pub incidents: Vec<TimelineIncident>,
    /// Testimonies by the day of their interview; those without one are left out.
    pub interviews: Vec<(NaiveDate, Code)>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    code: String,
    version: i64,
    wrapped_key: Option<Vec<u8>>,
    title: Vec<u8>,
    starts_at: Option<DateTime<Utc>>,
    ends_at: Option<DateTime<Utc>>,
    precision: String,
    act: Option<i64>,
    violation: Option<String>,
    act_starts_at: Option<DateTime<Utc>>,
    act_ends_at: Option<DateTime<Utc>>,
}

/// The incidents of a case that this person may see, a row for each of their acts.
const INCIDENTS: &str = concat!(
    "SELECT r.id, r.code, r.version, r.wrapped_key, r.title, i.starts_at, i.ends_at, i.precision,
        a.number AS act, a.violation, a.starts_at AS act_starts_at, a.ends_at AS act_ends_at
     FROM holding lh
     JOIN record r ON r.id = lh.record_id
     JOIN incident i ON i.id = r.id
     LEFT JOIN act a ON a.incident_id = i.id AND a.superseded_at IS NULL
     WHERE lh.case_id = $3 AND lh.superseded_at IS NULL AND (",
    visible!(),
    ")
     ORDER BY r.code, a.number
     LIMIT 5000"
);

const INTERVIEWS: &str = concat!(
    "SELECT r.id, r.code, t.interview_date
     FROM holding lh
     JOIN record r ON r.id = lh.record_id
     JOIN testimony t ON t.id = r.id
     WHERE lh.case_id = $3 AND lh.superseded_at IS NULL AND t.interview_date IS NOT NULL AND (",
    visible!(),
    ")
     ORDER BY t.interview_date, r.code
     LIMIT 5000"
);

impl Store {
    /// Opens a case as a timeline.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden`, `PurposeNeeded`.
    pub async fn case_timeline(&self, actor: &Actor, code: &Code) -> domain::Result<(CaseView, TimelineView)> {
        let code = of_kind(code, Kind::Case)?;
        self.act(actor, On::Record(code), async |work: &mut Work<access::Open>| {
            let case = work.found()?.id;
            let view = work.case().await?;
            let rows: Vec<Row> = on!(&mut work.tx, |c| sqlx::query_as(INCIDENTS)
                .bind(actor.account.0)
                .bind(supervises(actor))
                .bind(case)
                .fetch_all(c)
                .await)?;
            let malformed = |column, row| Fault::Malformed {
                table: "record",
                column,
                row,
            };
            let mut incidents: Vec<TimelineIncident> = Vec::new();
            for row in rows {
                let act = row.act.zip(row.violation).map(|(number, violation)| TimelineAct {
                    number: u32::try_from(number).unwrap_or_default(),
                    violation,
                    starts_at: row.act_starts_at,
                    ends_at: row.act_ends_at,
                });
                match incidents.last_mut() {
                    Some(last) if last.id == row.id => last.acts.extend(act),
                    _ => {
                        let key = row.wrapped_key.as_deref();
                        incidents.push(TimelineIncident {
                            title: open_title(self, Kind::Incident, (row.id, row.version), key, &row.title)?,
                            code: row.code.parse().map_err(|_| malformed("code", row.id))?,
                            id: row.id,
                            starts_at: row.starts_at,
                            ends_at: row.ends_at,
                            precision: row.precision,
                            acts: act.into_iter().collect(),
                        });
                    }
                }
            }
            incidents.sort_by_key(|incident| (incident.starts_at.is_none(), incident.starts_at));
            let heard: Vec<(Uuid, String, String)> = on!(&mut work.tx, |c| sqlx::query_as(INTERVIEWS)
                .bind(actor.account.0)
                .bind(supervises(actor))
                .bind(case)
                .fetch_all(c)
                .await)?;
            work.note("list", "timeline");
            let ids = incidents.iter().map(|incident| incident.id);
            work.returned(&ids.chain(heard.iter().map(|(id, _, _)| *id)).collect::<Vec<_>>());
            let interviews = heard
                .into_iter()
                .filter_map(|(id, code, day)| {
                    let day = day.parse().ok()?;
                    Some(code.parse().map(|code| (day, code)).map_err(|_| malformed("code", id)))
                })
                .collect::<Result<_, _>>()?;
            Ok((view, TimelineView { incidents, interviews }))
        })
        .await
    }
}
