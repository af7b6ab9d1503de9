//! The link chart of a case: its incidents, who had a part in them, and how sure that is.

use crate::case::of_kind;
use crate::db::on;
use crate::record::{open_title, supervises, visible};
use crate::work::{On, Work};
use crate::{CaseView, Fault, Result, Store};
use chrono::{DateTime, Utc};
use domain::access;
use domain::chart::most_linked;
use domain::{Actor, Code, Kind, Words};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use uuid::Uuid;

/// A person, unit or incident of a chart.
#[derive(Clone, Debug)]
pub struct ChartNode {
    pub id: Uuid,
    pub code: Code,
    /// None where the name is protected.
    pub title: Option<Words>,
    /// When an incident started.
    pub since: Option<DateTime<Utc>>,
}

/// What part a party has in an incident, both by their place in the chart's lists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChartPart {
    pub party: usize,
    pub incident: usize,
    pub role: String,
    /// The highest of its acts.
    pub confidence: String,
    /// The acts it is in, ascending; none for the incident as a whole.
    pub acts: Vec<u32>,
}

/// A link chart.
#[derive(Clone, Debug, Default)]
pub struct ChartView {
    /// In the order in which they started; those without a time come last.
    pub incidents: Vec<ChartNode>,
    /// By code.
    pub parties: Vec<ChartNode>,
    pub parts: Vec<ChartPart>,
    /// Incidents and parties that there was no room for.
    pub left_out: usize,
}

#[derive(sqlx::FromRow)]
struct IncidentRow {
    id: Uuid,
    code: String,
    version: i64,
    wrapped_key: Option<Vec<u8>>,
    title: Vec<u8>,
    starts_at: Option<DateTime<Utc>>,
}

#[derive(sqlx::FromRow)]
struct PartRow {
    incident_id: Uuid,
    role: String,
    confidence: String,
    act: Option<i64>,
    id: Uuid,
    kind: String,
    code: String,
    version: i64,
    wrapped_key: Option<Vec<u8>>,
    title: Vec<u8>,
    shown: bool,
}

/// The incidents of a case, as far as this person may see them.
const INCIDENTS: &str = concat!(
    "SELECT r.id, r.code, r.version, r.wrapped_key, r.title, i.starts_at
     FROM holding lh
     JOIN record r ON r.id = lh.record_id
     JOIN incident i ON i.id = r.id
     WHERE lh.case_id = $3 AND lh.superseded_at IS NULL AND (",
    visible!(),
    ")
     ORDER BY r.code
     LIMIT 5000"
);

/// Every part of a party that this person may see, in an incident of a case; whether they may see the incident is asked above.
const PARTS: &str = concat!(
    "SELECT v.incident_id, v.role, v.confidence, a.number AS act, r.id, r.kind, r.code, r.version,
        COALESCE(r.wrapped_key, k.wrapped_key) AS wrapped_key, r.title, (p.id IS NULL OR NOT p.protected) AS shown
     FROM holding lh
     JOIN involvement v ON v.incident_id = lh.record_id AND v.superseded_at IS NULL
     JOIN record r ON r.id = v.party_id
     LEFT JOIN act a ON a.id = v.act_id
     LEFT JOIN person p ON p.id = r.id
     LEFT JOIN identity_key k ON k.record_id = r.id
     WHERE lh.case_id = $3 AND lh.superseded_at IS NULL AND (",
    visible!(),
    ")
     ORDER BY r.code, v.id
     LIMIT 20000"
);

fn malformed(table: &'static str, column: &'static str, row: Uuid) -> Fault {
    Fault::Malformed { table, column, row }
}

impl Store {
    /// Opens a case as a link chart of at most `most` records.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden`, `PurposeNeeded`.
    pub async fn case_chart(&self, actor: &Actor, code: &Code, most: usize) -> domain::Result<(CaseView, ChartView)> {
        let code = of_kind(code, Kind::Case)?;
        self.act(actor, On::Record(code), async |work: &mut Work<access::Open>| {
            let case = work.found()?.id;
            let view = work.case().await?;
            let mut incidents: Vec<IncidentRow> = on!(&mut work.tx, |c| sqlx::query_as(INCIDENTS)
                .bind(actor.account.0)
                .bind(supervises(actor))
                .bind(case)
                .fetch_all(c)
                .await)?;
            incidents.sort_by_key(|row| (row.starts_at.is_none(), row.starts_at));
            let parts: Vec<PartRow> = on!(&mut work.tx, |c| sqlx::query_as(PARTS)
                .bind(actor.account.0)
                .bind(supervises(actor))
                .bind(case)
                .fetch_all(c)
                .await)?;
            let chart = drawn(self, incidents, parts, most)?;
            work.note("list", "chart");
            let ids = chart.incidents.iter().chain(&chart.parties).map(|node| node.id);
            work.returned(&ids.collect::<Vec<_>>());
            Ok((view, chart))
        })
        .await
    }
}

/// What of all rows is drawn; only their titles are opened.
fn drawn(store: &Store, incidents: Vec<IncidentRow>, parts: Vec<PartRow>, most: usize) -> Result<ChartView> {
    let at: HashMap<Uuid, usize> = incidents.iter().enumerate().map(|(at, row)| (row.id, at)).collect();
    let mut parties: Vec<PartRow> = Vec::new();
    // By party, incident and role: how sure, and in which acts.
    let mut merged: BTreeMap<(usize, usize, String), (String, BTreeSet<u32>)> = BTreeMap::new();
    for row in parts {
        let Some(&incident) = at.get(&row.incident_id) else {
            continue;
        };
        let act = row.act.and_then(|number| u32::try_from(number).ok());
        let (role, confidence) = (row.role.clone(), row.confidence.clone());
        // Rows come by party.
        if parties.last().is_none_or(|last| last.id != row.id) {
            parties.push(row);
        }
        let part = merged.entry((parties.len() - 1, incident, role)).or_default();
        part.0 = confidence.max(std::mem::take(&mut part.0));
        part.1.extend(act);
    }
    let all = incidents.len() + parties.len();
    let pairs: BTreeSet<(usize, usize)> = merged
        .keys()
        .map(|(party, incident, _)| (incidents.len() + party, *incident))
        .collect();
    let kept = most_linked(all, pairs, most);
    // Where what is drawn stands in its list.
    let places = |kept: &[bool]| -> Vec<Option<usize>> {
        let mut next = 0..;
        kept.iter().map(|kept| if *kept { next.next() } else { None }).collect()
    };
    let (incident_places, party_places) = (places(&kept[..incidents.len()]), places(&kept[incidents.len()..]));
    let parts = merged
        .into_iter()
        .filter_map(|((party, incident, role), (confidence, acts))| {
            Some(ChartPart {
                party: party_places[party]?,
                incident: incident_places[incident]?,
                role,
                confidence,
                acts: acts.into_iter().collect(),
            })
        })
        .collect();
    let incidents = incidents
        .into_iter()
        .zip(&incident_places)
        .filter(|(_, place)| place.is_some())
        .map(|(row, _)| {
            let title = open_title(
                store,
                Kind::Incident,
                (row.id, row.version),
                row.wrapped_key.as_deref(),
                &row.title,
            )?;
            Ok(ChartNode {
                id: row.id,
                code: row.code.parse().map_err(|_| malformed("record", "code", row.id))?,
                title: Some(title),
                since: row.starts_at,
            })
        })
        .collect::<Result<Vec<_>>>()?;
    let parties = parties
        .into_iter()
        .zip(&party_places)
        .filter(|(_, place)| place.is_some())
        .map(|(row, _)| {
            let kind = Kind::named(&row.kind).ok_or_else(|| malformed("record", "kind", row.id))?;
            let title = row
                .shown
                .then(|| {
                    open_title(
                        store,
                        kind,
                        (row.id, row.version),
                        row.wrapped_key.as_deref(),
                        &row.title,
                    )
                })
                .transpose()?;
            Ok(ChartNode {
                id: row.id,
                code: row.code.parse().map_err(|_| malformed("record", "code", row.id))?,
                title,
                since: None,
            })
        })
        .collect::<Result<Vec<_>>>()?;
    Ok(ChartView {
        left_out: all - incidents.len() - parties.len(),
        incidents,
        parties,
        parts,
    })
}
