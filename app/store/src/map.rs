//! The map of incidents: how many are where, as far as one may see them.

use crate::db::on;
use crate::record::{supervises, visible};
use crate::work::{On, Work};
use crate::{Fault, Result, Store};
use domain::access;
use domain::{Actor, Code, Kind};
use uuid::Uuid;

/// The most incidents that a map counts; the newest.
const MOST: i64 = 5000;

/// The incidents at one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlaceRow {
    /// A code of [`PLACE`](domain::vocabulary::PLACE); none while unknown.
    pub place: Option<String>,
    /// Newest first.
    pub incidents: Vec<Code>,
}

/// Incidents by place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MapView {
    /// By code of the place.
    pub places: Vec<PlaceRow>,
    /// There are older ones, which are not counted.
    pub more: bool,
    /// The case that was asked for is none that this person may see.
    pub no_such_case: bool,
}

const ALL: &str = concat!(
    "SELECT r.id, r.code, i.place
     FROM record r
     JOIN incident i ON i.id = r.id
     WHERE r.kind = 'incident' AND (",
    visible!(),
    ")
     ORDER BY r.created_at DESC, r.id DESC
     LIMIT $3"
);
const OF_CASE: &str = concat!(
    "SELECT r.id, r.code, i.place
     FROM holding lh
     JOIN record r ON r.id = lh.record_id
     JOIN incident i ON i.id = r.id
     WHERE lh.case_id = $4 AND lh.superseded_at IS NULL AND (",
    visible!(),
    ")
     ORDER BY r.created_at DESC, r.id DESC
     LIMIT $3"
);

impl Store {
    /// The incidents that this person may see by their place: all, or those of the case whose code was typed. What is no code
    /// of a case that they may know of is no such case.
    ///
    /// # Errors
    /// `Forbidden` for roles that read no content.
    pub async fn incident_map(&self, actor: &Actor, case: &str) -> domain::Result<MapView> {
        self.act(
            actor,
            On::Register("incident"),
            async |work: &mut Work<access::List>| {
                let code = case
                    .trim()
                    .parse::<Code>()
                    .ok()
                    .filter(|code| code.kind() == Kind::Case);
                let known = match &code {
                    Some(code) => work.visible_record(code).await?,
                    None => None,
                };
                if known.is_none() && !case.trim().is_empty() {
                    work.returned(&[]);
                    return Ok(MapView {
                        no_such_case: true,
                        ..MapView::default()
                    });
                }
                let mut rows: Vec<(Uuid, String, Option<String>)> = on!(&mut work.tx, |c| {
                    let query = sqlx::query_as(if known.is_some() { OF_CASE } else { ALL })
                        .bind(actor.account.0)
                        .bind(supervises(actor))
                        .bind(MOST + 1);
                    let query = if let Some(case) = known {
                        query.bind(case)
                    } else {
                        query
                    };
                    query.fetch_all(c).await
                })?;
                let most = usize::try_from(MOST).unwrap_or(usize::MAX);
                let more = rows.len() > most;
                rows.truncate(most);
                work.note("list", "map");
                work.returned(&rows.iter().map(|row| row.0).collect::<Vec<_>>());
                rows.sort_by(|one, other| one.2.cmp(&other.2));
                let places = rows
                    .chunk_by(|one, other| one.2 == other.2)
                    .map(|rows| {
                        let code = |(id, code, _): &(Uuid, String, Option<String>)| {
                            code.parse().map_err(|_| Fault::Malformed {
                                table: "record",
                                column: "code",
                                row: *id,
                            })
                        };
                        Ok(PlaceRow {
                            place: rows.first().and_then(|row| row.2.clone()),
                            incidents: rows.iter().map(code).collect::<Result<_>>()?,
                        })
                    })
                    .collect::<Result<_>>()?;
                Ok(MapView {
                    places,
                    more,
                    no_such_case: false,
                })
            },
        )
        .await
    }
}
