//! The chain of command, kept: which unit stood under which; and what of it held on a day.
//!
//! Of a unit of which no subordination is recorded, what its own page says holds (`unit.parent_id`). Where one is recorded, the
//! days say: between them nobody knows.

use crate::affiliation::{self, AffiliationView, citations, span};
use crate::case::of_kind;
use crate::db::{Tx, on};
use crate::involvement::CitationView;
use crate::involvement::link_of;
use crate::record::{Head, count_up, supervises, title_place, visible};
use crate::seal::{Class, Place};
use crate::work::{On, Work};
use crate::{Fault, Result, Store};
use chrono::{DateTime, NaiveDate, Utc};
use domain::access;
use domain::command::{Span, Subordination, Under, circle, contradict};
use domain::{Actor, Code, Error, Kind, ProblemKind, Words};
use std::collections::{HashSet, VecDeque};
use uuid::Uuid;

/// The most units around one that are shown.
const MOST: usize = 120;

/// A unit under another, as shown on either side of it.
#[derive(Clone, Debug)]
pub struct SubordinationView {
    /// For ending it; none where the unit's own page says it, without a source.
    pub id: Option<Uuid>,
    /// The unit on the other side.
    pub other: Code,
    pub title: Words,
    pub when: Span,
    /// None where it has no source.
    pub confidence: Option<String>,
    pub note: Words,
    pub citations: Vec<CitationView>,
    pub(crate) other_id: Uuid,
}

/// A unit in the chain of command on a day.
#[derive(Clone, Debug)]
pub struct CommandUnit {
    pub code: Code,
    pub title: Words,
    /// 0 for the unit that is asked about, -1 for one above, 1 for one below, and so on.
    pub level: i32,
    /// What says under which unit it stood on the day; more than one is a contradiction. Empty: not known.
    pub under: Vec<SubordinationView>,
    /// Who had its command on the day; empty: not known.
    pub command: Vec<AffiliationView>,
    /// Different people in the same role of command.
    pub contradiction: bool,
}

/// The chain of command around a unit on a day, as far as this reader may know of it: from the top down.
#[derive(Clone, Debug)]
pub struct CommandView {
    pub head: Head,
    pub day: NaiveDate,
    pub units: Vec<CommandUnit>,
    /// There are more units than are shown.
    pub more: bool,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Option<Uuid>,
    from_day: Option<String>,
    to_day: Option<String>,
    confidence: Option<String>,
    wrapped_key: Option<Vec<u8>>,
    note: Option<Vec<u8>>,
    other_id: Uuid,
    other_code: String,
    other_version: i64,
    other_key: Option<Vec<u8>>,
    other_title: Vec<u8>,
}

const fn note_place(row: Uuid) -> Place {
    Place {
        table: "subordination",
        column: "note",
        row,
        version: 1,
    }
}

/// What is recorded, and after it what a unit's own page says where nothing is recorded of it.
macro_rules! subordinated {
    ($other:literal, $mine:literal, $own_other:literal, $own_mine:literal) => {
        concat!(
            "SELECT s.id, s.from_day, s.to_day, s.confidence, s.wrapped_key, s.note,
                r.id AS other_id, r.code AS other_code, r.version AS other_version, r.wrapped_key AS other_key, r.title AS other_title
             FROM subordination s
             JOIN record r ON r.id = s.",
            $other,
            "
             WHERE s.",
            $mine,
            " = $3 AND s.superseded_at IS NULL AND (",
            visible!(),
            ")
             UNION ALL
             SELECT CAST(NULL AS UUID), u.valid_from, u.valid_to, CAST(NULL AS TEXT), CAST(NULL AS BYTEA), CAST(NULL AS BYTEA),
                r.id, r.code, r.version, r.wrapped_key, r.title
             FROM unit u
             JOIN record r ON r.id = u.",
            $own_other,
            "
             WHERE u.",
            $own_mine,
            " = $3
               AND NOT EXISTS (SELECT 1 FROM subordination o WHERE o.unit_id = u.id AND o.superseded_at IS NULL)
               AND (",
            visible!(),
            ")
             ORDER BY 8
             LIMIT 500"
        )
    };
}

/// Units under which a unit stood.
pub(crate) async fn above(store: &Store, tx: &mut Tx, actor: &Actor, unit: Uuid) -> Result<Vec<SubordinationView>> {
    views(
        store,
        tx,
        actor,
        unit,
        subordinated!("above_id", "unit_id", "parent_id", "id"),
    )
    .await
}

/// Units that stood under a unit.
pub(crate) async fn below(store: &Store, tx: &mut Tx, actor: &Actor, unit: Uuid) -> Result<Vec<SubordinationView>> {
    views(
        store,
        tx,
        actor,
        unit,
        subordinated!("unit_id", "above_id", "id", "parent_id"),
    )
    .await
}

async fn views(
    store: &Store,
    tx: &mut Tx,
    actor: &Actor,
    mine: Uuid,
    text: &'static str,
) -> Result<Vec<SubordinationView>> {
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
            let malformed = |column| Fault::Malformed {
                table: "record",
                column,
                row: row.other_id,
            };
            let wrapped = row.other_key.as_deref().ok_or_else(|| malformed("wrapped_key"))?;
            let key = store.0.keys.unwrap(Class::Narrative, row.other_id, wrapped)?;
            let title = Words::from(key.open(title_place(row.other_id, row.other_version), &row.other_title)?);
            let note = match (row.id, &row.wrapped_key, &row.note) {
                (Some(id), Some(wrapped), Some(note)) => {
                    let key = store.0.keys.unwrap(Class::Narrative, id, wrapped)?;
                    Words::from(key.open(note_place(id), note)?)
                }
                _ => Words::default(),
            };
            Ok(SubordinationView {
                other: row.other_code.parse().map_err(|_| malformed("code"))?,
                title,
                when: span(row.from_day.as_deref(), row.to_day.as_deref()),
                confidence: row.confidence,
                note,
                citations: row.id.and_then(|id| citations.remove(&id)).unwrap_or_default(),
                id: row.id,
                other_id: row.other_id,
            })
        })
        .collect()
}

/// Days on which incidents began in which a unit has a part, newest first; as far as this reader may know of them.
pub(crate) async fn days_of(store: &Store, tx: &mut Tx, actor: &Actor, unit: Uuid) -> Result<Vec<(Code, NaiveDate)>> {
    let rows: Vec<(String, DateTime<Utc>)> = on!(tx, |c| sqlx::query_as(concat!(
        "SELECT DISTINCT r.code, i.starts_at
         FROM involvement v
         JOIN incident i ON i.id = v.incident_id
         JOIN record r ON r.id = i.id
         WHERE v.party_id = $3 AND v.superseded_at IS NULL AND i.starts_at IS NOT NULL AND (",
        visible!(),
        ")
         ORDER BY i.starts_at DESC, r.code
         LIMIT 100"
    ))
    .bind(actor.account.0)
    .bind(supervises(actor))
    .bind(unit)
    .fetch_all(c)
    .await)?;
    let offset = store.offset();
    let day = |(code, at): (String, DateTime<Utc>)| Some((code.parse().ok()?, at.with_timezone(&offset).date_naive()));
    Ok(rows.into_iter().filter_map(day).collect())
}

/// Whether a link would put a unit under itself on some day, whoever may know of the links between. From here until the
/// transaction ends nobody else is told of another: of two who close a circle together the second learns of the first.
pub(crate) async fn closes_circle(tx: &mut Tx, new: &Under<Uuid>) -> Result<bool> {
    count_up(tx, "command", 0).await?;
    let rows: Vec<(Uuid, Uuid, Option<String>, Option<String>)> = on!(tx, |c| sqlx::query_as(
        "WITH RECURSIVE up(id) AS (
            SELECT id FROM unit WHERE id = $1
            UNION
            SELECT l.above_id
            FROM (SELECT s.unit_id, s.above_id FROM subordination s WHERE s.superseded_at IS NULL
                  UNION ALL
                  SELECT u.id, u.parent_id FROM unit u WHERE u.parent_id IS NOT NULL) l
            JOIN up ON up.id = l.unit_id
         )
         SELECT s.unit_id, s.above_id, s.from_day, s.to_day
         FROM subordination s JOIN up ON up.id = s.unit_id
         WHERE s.superseded_at IS NULL
         UNION ALL
         SELECT u.id, u.parent_id, u.valid_from, u.valid_to
         FROM unit u JOIN up ON up.id = u.id
         WHERE u.parent_id IS NOT NULL AND u.id <> $2"
    )
    .bind(new.above)
    .bind(new.unit)
    .fetch_all(c)
    .await)?;
    let standing: Vec<Under<Uuid>> = rows
        .into_iter()
        .map(|(unit, above, from, to)| Under {
            unit,
            above,
            when: span(from.as_deref(), to.as_deref()),
        })
        .collect();
    Ok(circle(&standing, new).is_some())
}

impl Work<access::SeeCommand> {
    /// A unit as it stood on a day.
    async fn unit_on(
        &mut self,
        (id, code, title): (Uuid, Code, Words),
        level: i32,
        day: NaiveDate,
    ) -> Result<CommandUnit> {
        let (store, actor) = (self.store.clone(), self.actor.clone());
        let mut under = above(&store, &mut self.tx, &actor, id).await?;
        under.retain(|link| link.when.has(day));
        let mut command = affiliation::commanders(&store, &mut self.tx, &actor, id).await?;
        command.retain(|claim| claim.when.has(day));
        let claims: Vec<(Option<Uuid>, &str)> = command
            .iter()
            .map(|claim| (claim.counts, claim.role.as_str()))
            .collect();
        let contradiction = contradict(&claims);
        Ok(CommandUnit {
            code,
            title,
            level,
            under,
            command,
            contradiction,
        })
    }

    /// The units around one: those above it from the top, itself, and those below it, each after the one it stands under.
    async fn chain(&mut self, own: (Uuid, Code, Words), day: NaiveDate) -> Result<(Vec<(Uuid, CommandUnit)>, bool)> {
        let (store, actor) = (self.store.clone(), self.actor.clone());
        let mut seen = HashSet::from([own.0]);
        let mut more = false;
        let mut units = Vec::new();
        let mut queue = VecDeque::from([(own.clone(), 0)]);
        while let Some((unit, level)) = queue.pop_front() {
            let id = unit.0;
            let unit = self.unit_on(unit, level, day).await?;
            for link in &unit.under {
                if units.len() + queue.len() >= MOST {
                    more = true;
                } else if seen.insert(link.other_id) {
                    queue.push_back(((link.other_id, link.other.clone(), link.title.clone()), level - 1));
                }
            }
            units.push((id, unit));
        }
        units.reverse();
        let children = async |work: &mut Self, id: Uuid| {
            let mut links = below(&store, &mut work.tx, &actor, id).await?;
            links.retain(|link| link.when.has(day));
            Ok::<_, Fault>(links)
        };
        let mut stack = Vec::new();
        for link in children(self, own.0).await?.into_iter().rev() {
            stack.push((link, 1));
        }
        while let Some((link, level)) = stack.pop() {
            if !seen.insert(link.other_id) {
                continue;
            }
            if units.len() >= MOST {
                more = true;
                break;
            }
            let id = link.other_id;
            let unit = self.unit_on((id, link.other, link.title), level, day).await?;
            units.push((id, unit));
            for link in children(self, id).await?.into_iter().rev() {
                stack.push((link, level + 1));
            }
        }
        Ok((units, more))
    }
}

impl Store {
    /// Says that a unit stood under another, resting on citations.
    ///
    /// # Errors
    /// `Invalid` at `above` or a citation; `NotFound`, `Forbidden`, `PurposeNeeded` for the unit.
    pub async fn subordinate(&self, actor: &Actor, unit: &Code, link: &Subordination) -> domain::Result<()> {
        let unit = of_kind(unit, Kind::Unit)?;
        self.act(actor, On::Record(unit), async |work: &mut Work<access::Link>| {
            let found = work.found()?;
            work.note("above", link.above.as_str());
            work.note("confidence", link.confidence.as_str());
            work.note("citations", link.citations.len());
            let above = work
                .visible_record(&link.above)
                .await?
                .ok_or_else(|| Error::at("above", ProblemKind::NoSuchRecord))?;
            let new = Under { unit: found.id, above, when: link.when };
            if above == found.id || closes_circle(&mut work.tx, &new).await? {
                return Err(Error::at("above", ProblemKind::Circular).into());
            }
            let id = self.0.chance.id(work.now);
            let (key, wrapped) = self.0.keys.new_key(Class::Narrative, id, &self.0.chance);
            let day = |day: Option<NaiveDate>| day.map(|day| day.to_string());
            on!(&mut work.tx, |c| sqlx::query(
                "INSERT INTO subordination (id, unit_id, above_id, from_day, to_day, confidence, wrapped_key, note, recorded_at, recorded_by)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
            )
            .bind(id)
            .bind(found.id)
            .bind(above)
            .bind(day(link.when.from))
            .bind(day(link.when.to))
            .bind(&link.confidence)
            .bind(&wrapped)
            .bind(key.seal(note_place(id), &link.note, &self.0.chance))
            .bind(work.now)
            .bind(actor.account.0)
            .execute(c)
            .await
            .map(crate::db::rows))?;
            work.cite(id, &link.citations).await
        })
        .await
    }

    /// Ends what was said about under which unit another stood; that it was recorded stays in the record.
    ///
    /// # Errors
    /// `NotFound` if it is not of this unit or has ended.
    pub async fn end_subordination(&self, actor: &Actor, unit: &Code, id: Uuid) -> domain::Result<()> {
        let unit = of_kind(unit, Kind::Unit)?;
        self.act(actor, On::Record(unit), async |work: &mut Work<access::Unlink>| {
            work.end_link(link_of!("subordination", "unit_id"), id).await
        })
        .await
    }

    /// Who commanded a unit on a day, the units above it up to the top, and those below it.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden`, `PurposeNeeded`.
    pub async fn chain_of_command(&self, actor: &Actor, unit: &Code, day: NaiveDate) -> domain::Result<CommandView> {
        let unit = of_kind(unit, Kind::Unit)?;
        self.act(actor, On::Record(unit), async |work: &mut Work<access::SeeCommand>| {
            let found = work.found()?;
            let (head, record, key) = work.head().await?;
            work.note("day", day.to_string());
            let own = (found.id, found.code.clone(), record.title(&key)?);
            let (units, more) = work.chain(own, day).await?;
            work.returned(&units.iter().map(|(id, _)| *id).collect::<Vec<_>>());
            Ok(CommandView {
                head,
                day,
                units: units.into_iter().map(|(_, unit)| unit).collect(),
                more,
            })
        })
        .await
    }
}
