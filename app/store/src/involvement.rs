//! A person's or unit's part in an incident, and what it rests on.

use crate::case::of_kind;
use crate::db::{Tx, list, listed, on};
use crate::record::{class_of, supervises, title_place, visible};
use crate::seal::{Class, Place};
use crate::work::{On, Work};
use crate::{Fault, Result, Store};
use chrono::{DateTime, Utc};
use domain::access::{self, Act};
use domain::link::{Citation, Involvement};
use domain::{AccountId, Actor, Code, Error, Kind, Problem, ProblemKind, Words};
use std::collections::HashMap;
use uuid::Uuid;

fn note_place(row: Uuid) -> Place {
    Place {
        table: "involvement",
        column: "note",
        row,
        version: 1,
    }
}

/// A source that a link cites.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CitationView {
    pub source: Code,
    /// Of a testimony, ascending.
    pub paragraphs: Vec<u32>,
}

/// A part in an incident, as shown on either side of the link.
#[derive(Clone, Debug)]
pub struct InvolvementView {
    /// For ending the link.
    pub id: Uuid,
    /// The record on the other side: the party on an incident's page, the incident on a party's.
    pub other: Code,
    /// None where the name stays hidden from this reader.
    pub title: Option<Words>,
    /// The act's number in the incident; none for the incident as a whole.
    pub act: Option<u32>,
    pub role: String,
    /// In what way an alleged perpetrator answers for it.
    pub mode: Option<String>,
    pub confidence: String,
    pub note: Words,
    pub citations: Vec<CitationView>,
    pub recorded_at: DateTime<Utc>,
    pub recorded_by: String,
}

/// Parts of a person or unit: a page of them, the first recorded first.
#[derive(Clone, Debug, Default)]
pub struct PartPage {
    pub rows: Vec<InvolvementView>,
    /// How many there are in all, where they are more than a page.
    pub of: Option<u32>,
    /// There are more after the last.
    pub more: bool,
}

/// A source that a link on an incident can cite.
#[derive(Clone, Debug)]
pub struct Source {
    pub code: Code,
    pub title: Words,
    /// How many a testimony has; none for a document.
    pub paragraphs: Option<u32>,
}

/// Parts on a page.
const PARTS: usize = 50;
/// The most sources that are offered.
const MOST_SOURCES: i64 = 50;

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    act: Option<i64>,
    role: String,
    mode: Option<String>,
    confidence: String,
    wrapped_key: Vec<u8>,
    note: Vec<u8>,
    recorded_at: DateTime<Utc>,
    recorded_by: Uuid,
    other_id: Uuid,
    other_kind: String,
    other_code: String,
    other_version: i64,
    other_key: Option<Vec<u8>>,
    other_title: Vec<u8>,
    shown: bool,
}

macro_rules! involved {
    ($other:literal, $mine:literal, $page:literal) => {
        concat!(
            "SELECT v.id, a.number AS act, v.role, v.mode, v.confidence, v.wrapped_key, v.note, v.recorded_at, v.recorded_by,
                r.id AS other_id, r.kind AS other_kind, r.code AS other_code, r.version AS other_version,
                COALESCE(r.wrapped_key, k.wrapped_key) AS other_key, r.title AS other_title,
                (p.id IS NULL OR NOT p.protected) AS shown
             FROM involvement v
             JOIN record r ON r.id = v.",
            $other,
            "
             LEFT JOIN act a ON a.id = v.act_id
             LEFT JOIN person p ON p.id = r.id
             LEFT JOIN identity_key k ON k.record_id = r.id
             WHERE v.",
            $mine,
            " = $3 AND v.superseded_at IS NULL AND (",
            visible!(),
            ")",
            $page
        )
    };
}

/// Who was involved in an incident.
pub(crate) async fn of_incident(
    store: &Store,
    tx: &mut Tx,
    actor: &Actor,
    incident: Uuid,
) -> Result<Vec<InvolvementView>> {
    let rows: Vec<Row> = on!(&mut *tx, |c| sqlx::query_as(involved!(
        "party_id",
        "incident_id",
        " ORDER BY v.recorded_at, v.id LIMIT 500"
    ))
    .bind(actor.account.0)
    .bind(supervises(actor))
    .bind(incident)
    .fetch_all(c)
    .await)?;
    views(store, tx, actor, rows).await
}

/// What a person or unit was involved in, after one of these parts if it is given.
pub(crate) async fn of_party(
    store: &Store,
    tx: &mut Tx,
    actor: &Actor,
    party: Uuid,
    after: Option<Uuid>,
) -> Result<PartPage> {
    let last: Option<DateTime<Utc>> = match after {
        Some(part) => on!(&mut *tx, |c| sqlx::query_scalar(
            "SELECT recorded_at FROM involvement WHERE id = $1 AND party_id = $2"
        )
        .bind(part)
        .bind(party)
        .fetch_optional(c)
        .await)?,
        None => None,
    };
    let mut rows: Vec<Row> = on!(&mut *tx, |c| sqlx::query_as(involved!(
        "incident_id",
        "party_id",
        " AND (v.recorded_at > $4 OR (v.recorded_at = $4 AND v.id > $5)) ORDER BY v.recorded_at, v.id LIMIT $6"
    ))
    .bind(actor.account.0)
    .bind(supervises(actor))
    .bind(party)
    .bind(last.unwrap_or(DateTime::UNIX_EPOCH))
    .bind(last.and(after).unwrap_or(Uuid::nil()))
    .bind(i64::try_from(PARTS + 1).unwrap_or(i64::MAX))
    .fetch_all(c)
    .await)?;
    let more = rows.len() > PARTS;
    rows.truncate(PARTS);
    let of = if more || last.is_some() {
        let count: i64 = on!(&mut *tx, |c| sqlx::query_scalar(concat!(
            "SELECT count(*) FROM involvement v JOIN record r ON r.id = v.incident_id
             WHERE v.party_id = $3 AND v.superseded_at IS NULL AND (",
            visible!(),
            ")"
        ))
        .bind(actor.account.0)
        .bind(supervises(actor))
        .bind(party)
        .fetch_one(c)
        .await)?;
        u32::try_from(count).ok()
    } else {
        None
    };
    let rows = views(store, tx, actor, rows).await?;
    Ok(PartPage { rows, of, more })
}

async fn views(store: &Store, tx: &mut Tx, actor: &Actor, rows: Vec<Row>) -> Result<Vec<InvolvementView>> {
    let links: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    let mut citations = citations_on(tx, actor, &links).await?;
    rows.into_iter()
        .map(|row| {
            let malformed = |column| Fault::Malformed {
                table: "record",
                column,
                row: row.other_id,
            };
            let kind = Kind::named(&row.other_kind).ok_or_else(|| malformed("kind"))?;
            let title = if row.shown {
                let key = store.0.keys.unwrap(
                    class_of(kind),
                    row.other_id,
                    row.other_key.as_deref().ok_or_else(|| malformed("wrapped_key"))?,
                )?;
                Some(Words::from(
                    key.open(title_place(row.other_id, row.other_version), &row.other_title)?,
                ))
            } else {
                None
            };
            let key = store.0.keys.unwrap(Class::Narrative, row.id, &row.wrapped_key)?;
            Ok(InvolvementView {
                other: row.other_code.parse().map_err(|_| malformed("code"))?,
                title,
                note: Words::from(key.open(note_place(row.id), &row.note)?),
                citations: citations.remove(&row.id).unwrap_or_default(),
                recorded_by: store.staff_name(AccountId(row.recorded_by)),
                id: row.id,
                act: row.act.and_then(|number| u32::try_from(number).ok()),
                role: row.role,
                mode: row.mode,
                confidence: row.confidence,
                recorded_at: row.recorded_at,
            })
        })
        .collect()
}

/// The citations of links, by the link, as far as this person may see the sources.
pub(crate) async fn citations_on(
    tx: &mut Tx,
    actor: &Actor,
    links: &[Uuid],
) -> Result<HashMap<Uuid, Vec<CitationView>>> {
    macro_rules! cited {
        ($links:expr) => {
            concat!(
                "SELECT n.link_id, r.code, n.paragraph FROM citation n JOIN record r ON r.id = n.source_id
                 WHERE n.link_id ",
                $links,
                " AND (",
                visible!(),
                ")
                 ORDER BY r.code, n.paragraph"
            )
        };
    }
    let text = listed!(&*tx, ids "$3", cited);
    let rows = on!(tx, |c| sqlx::query_as(text)
        .bind(actor.account.0)
        .bind(supervises(actor))
        .bind(list(links.iter().map(Uuid::as_simple)))
        .fetch_all(c)
        .await)?;
    grouped(rows)
}

/// Rows of link, source and paragraph, in the order of sources, by the link.
pub(crate) fn grouped(rows: Vec<(Uuid, String, Option<i64>)>) -> Result<HashMap<Uuid, Vec<CitationView>>> {
    let mut all: HashMap<Uuid, Vec<CitationView>> = HashMap::new();
    for (link, code, paragraph) in rows {
        let source: Code = code.parse().map_err(|_| Fault::Malformed {
            table: "record",
            column: "code",
            row: link,
        })?;
        let paragraph = paragraph.and_then(|n| u32::try_from(n).ok());
        let list = all.entry(link).or_default();
        match list.last_mut() {
            Some(last) if last.source == source => last.paragraphs.extend(paragraph),
            _ => list.push(CitationView {
                source,
                paragraphs: paragraph.into_iter().collect(),
            }),
        }
    }
    Ok(all)
}

/// `link_of!("affiliation", "person_id")`: a table of links and the record that they are of, for [`Work::end_link`].
macro_rules! link_of {
    ($table:literal, $record:literal) => {
        (
            $table,
            concat!(
                "UPDATE ",
                $table,
                " SET superseded_at = $3, superseded_by = $4 WHERE id = $1 AND ",
                $record,
                " = $2 AND superseded_at IS NULL"
            ),
        )
    };
}
pub(crate) use link_of;

impl Work<access::Unlink> {
    /// Ends a link of the record; that it was recorded stays. `NotFound` if it is not of this record or has ended.
    pub(crate) async fn end_link(&mut self, (table, end): (&'static str, &'static str), id: Uuid) -> Result<()> {
        let record = self.found()?.id;
        self.note(table, id.to_string());
        let ended = on!(&mut self.tx, |c| sqlx::query(end)
            .bind(id)
            .bind(record)
            .bind(self.now)
            .bind(self.actor.account.0)
            .execute(c)
            .await
            .map(crate::db::rows))?;
        if ended == 1 {
            Ok(())
        } else {
            Err(Error::NotFound.into())
        }
    }
}

impl<A: Act> Work<A> {
    /// Writes the citations of a link. A source must be visible to this person; a testimony must be final and have the
    /// paragraphs.
    pub(crate) async fn cite(&mut self, link: Uuid, citations: &[Citation]) -> Result<()> {
        self.cite_side(link, citations, false).await
    }

    /// The same, for what speaks against it where `against`.
    pub(crate) async fn cite_side(&mut self, link: Uuid, citations: &[Citation], against: bool) -> Result<()> {
        let mut problems = Vec::new();
        for citation in citations {
            let (source, statement) = match self.source(citation).await? {
                Ok(found) => found,
                Err(kind) => {
                    problems.push(Problem::new(&format!("cite.{}", citation.source), kind));
                    continue;
                }
            };
            let Some(statement) = statement else {
                self.insert_citation(link, source, None, None, against).await?;
                continue;
            };
            for number in &citation.paragraphs {
                let paragraph = Some((i64::from(*number), statement));
                self.insert_citation(link, source, paragraph, citation.mark, against)
                    .await?;
            }
        }
        if problems.is_empty() {
            Ok(())
        } else {
            Err(problems.into())
        }
    }

    /// Refuses what is cited for a link, or against it, already.
    pub(crate) async fn not_cited_yet(&mut self, link: Uuid, citations: &[Citation]) -> Result<()> {
        let cited: Vec<(String, Option<i64>)> = on!(&mut self.tx, |c| sqlx::query_as(
            "SELECT r.code, n.paragraph FROM citation n JOIN record r ON r.id = n.source_id WHERE n.link_id = $1"
        )
        .bind(link)
        .fetch_all(c)
        .await)?;
        let has = |citation: &Citation, number: i64| citation.paragraphs.iter().any(|one| i64::from(*one) == number);
        let again = |citation: &&Citation| {
            let of_source = |code: &str| code == citation.source.as_str();
            cited
                .iter()
                .any(|(code, paragraph)| of_source(code) && paragraph.is_none_or(|number| has(citation, number)))
        };
        let problem = |one: &Citation| Problem::new(&format!("cite.{}", one.source), ProblemKind::CitedAlready);
        let problems: Vec<Problem> = citations.iter().filter(again).map(problem).collect();
        if problems.is_empty() {
            Ok(())
        } else {
            Err(problems.into())
        }
    }

    /// The source of a citation, and of a testimony the version of its statement; or why it can't be cited.
    pub(crate) async fn source(
        &mut self,
        citation: &Citation,
    ) -> Result<std::result::Result<(Uuid, Option<i64>), ProblemKind>> {
        let Some(source) = self.visible_record(&citation.source).await? else {
            return Ok(Err(ProblemKind::NoSuchRecord));
        };
        if citation.source.kind() == Kind::Document {
            return Ok(Ok((source, None)));
        }
        let (status, statement, count): (String, i64, i64) = on!(&mut self.tx, |c| sqlx::query_as(
            "SELECT status, statement, paragraphs FROM testimony WHERE id = $1"
        )
        .bind(source)
        .fetch_one(c)
        .await)?;
        if status != "final" {
            return Ok(Err(ProblemKind::DraftCited));
        }
        let beyond = citation.paragraphs.iter().find(|number| i64::from(**number) > count);
        Ok(match beyond {
            Some(number) => Err(ProblemKind::NoSuchParagraph(*number)),
            None => Ok((source, Some(statement))),
        })
    }

    pub(crate) async fn insert_citation(
        &mut self,
        link: Uuid,
        source: Uuid,
        paragraph: Option<(i64, i64)>,
        mark: Option<(u32, u32)>,
        against: bool,
    ) -> Result<()> {
        let id = self.store.0.chance.id(self.now);
        let (paragraph, statement) = paragraph.unzip();
        let (from, to) = mark.unzip();
        on!(&mut self.tx, |c| {
            sqlx::query(
            "INSERT INTO citation (id, link_id, source_id, paragraph, statement, mark_from, mark_to, against) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
        )
        .bind(id)
        .bind(link)
        .bind(source)
        .bind(paragraph)
        .bind(statement)
        .bind(from.map(i64::from))
        .bind(to.map(i64::from))
        .bind(against)
        .execute(c)
        .await
        .map(crate::db::rows)
        })?;
        Ok(())
    }

    /// Writes a part in an incident with its citations.
    pub(crate) async fn involve_party(
        &mut self,
        incident: Uuid,
        party: Uuid,
        involvement: &Involvement,
    ) -> Result<Uuid> {
        let id = self.insert_involvement(incident, party, involvement).await?;
        self.cite(id, &involvement.citations).await?;
        Ok(id)
    }

    /// Writes a part in an incident; its citations are still to come.
    pub(crate) async fn insert_involvement(
        &mut self,
        incident: Uuid,
        party: Uuid,
        involvement: &Involvement,
    ) -> Result<Uuid> {
        let (store, actor) = (self.store.clone(), self.actor.clone());
        let act = self.chosen_act(incident, involvement.act).await?;
        let id = store.0.chance.id(self.now);
        let (key, wrapped) = store.0.keys.new_key(Class::Narrative, id, &store.0.chance);
        on!(&mut self.tx, |c| {
            sqlx::query(
            "INSERT INTO involvement (id, incident_id, party_id, act_id, role, mode, confidence, wrapped_key, note, recorded_at, recorded_by)
             VALUES ($1, $2, $3, $10, $4, $11, $5, $6, $7, $8, $9)"
        )
        .bind(id)
        .bind(incident)
        .bind(party)
        .bind(&involvement.role)
        .bind(&involvement.confidence)
        .bind(&wrapped)
        .bind(key.seal(note_place(id), &involvement.note, &store.0.chance))
        .bind(self.now)
        .bind(actor.account.0)
        .bind(act)
        .bind(&involvement.mode)
        .execute(c)
        .await.map(crate::db::rows)
        })?;
        // The party hangs on every case of the incident from now on: who works on those may know of it.
        let cases: Vec<Uuid> = on!(&mut self.tx, |c| sqlx::query_scalar(
            "SELECT case_id FROM holding WHERE record_id = $1 AND superseded_at IS NULL"
        )
        .bind(incident)
        .fetch_all(c)
        .await)?;
        for case in cases {
            store.hold(&mut self.tx, &actor, case, party).await?;
        }
        Ok(id)
    }
}

#[derive(sqlx::FromRow)]
struct RawSource {
    id: Uuid,
    kind: String,
    code: String,
    version: i64,
    wrapped_key: Option<Vec<u8>>,
    title: Vec<u8>,
    paragraphs: Option<i64>,
}

impl Store {
    /// What a link on an incident, person or unit, or a fact of a case, can cite: final testimonies and documents of the
    /// record's cases, as far as this person sees them, testimonies first, newest first.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden`, `PurposeNeeded` for the record.
    pub async fn citable(&self, actor: &Actor, record: &Code) -> domain::Result<Vec<Source>> {
        self.act(actor, On::Record(record), async |work: &mut Work<access::OpenForEdit>| {
            let found = work.found()?;
            let rows: Vec<RawSource> = on!(&mut work.tx, |c| sqlx::query_as(concat!(
                "SELECT r.id, r.kind, r.code, r.version, r.wrapped_key, r.title, t.paragraphs
                 FROM record r
                 LEFT JOIN testimony t ON t.id = r.id
                 WHERE (t.status = 'final' OR r.kind = 'document')
                   AND EXISTS (SELECT 1 FROM holding sh JOIN holding ih ON ih.case_id = sh.case_id AND ih.record_id = $3 AND ih.superseded_at IS NULL
                               WHERE sh.record_id = r.id AND sh.superseded_at IS NULL)
                   AND (", visible!(), ")
                 ORDER BY r.kind DESC, r.created_at DESC, r.id DESC
                 LIMIT $4"
            ))
            .bind(actor.account.0)
            .bind(supervises(actor))
            .bind(found.id)
            .bind(MOST_SOURCES)
            .fetch_all(c)
            .await)?;
            work.note("list", "sources");
            work.returned(&rows.iter().map(|row| row.id).collect::<Vec<_>>());
            rows.into_iter()
                .map(|row| {
                    let malformed = |column| Fault::Malformed { table: "record", column, row: row.id };
                    let kind = Kind::named(&row.kind).ok_or_else(|| malformed("kind"))?;
                    let key = self.0.keys.unwrap(class_of(kind), row.id, row.wrapped_key.as_deref().ok_or_else(|| malformed("wrapped_key"))?)?;
                    Ok(Source {
                        code: row.code.parse().map_err(|_| malformed("code"))?,
                        title: Words::from(key.open(title_place(row.id, row.version), &row.title)?),
                        paragraphs: row.paragraphs.and_then(|count| u32::try_from(count).ok()),
                    })
                })
                .collect()
        })
        .await
    }

    /// Says that a person or unit had a part in an incident, resting on citations.
    ///
    /// # Errors
    /// `Invalid` at `party` or a citation; `NotFound`, `Forbidden`, `PurposeNeeded` for the incident.
    pub async fn involve(&self, actor: &Actor, incident: &Code, involvement: &Involvement) -> domain::Result<()> {
        let incident = of_kind(incident, Kind::Incident)?;
        self.act(actor, On::Record(incident), async |work: &mut Work<access::Link>| {
            let found = work.found()?;
            let party = work
                .visible_record(&involvement.party)
                .await?
                .ok_or_else(|| Error::at("party", ProblemKind::NoSuchRecord))?;
            work.note("party", involvement.party.as_str());
            work.note("role", involvement.role.as_str());
            if let Some(act) = involvement.act {
                work.note("act", act);
            }
            work.note("confidence", involvement.confidence.as_str());
            work.note("citations", involvement.citations.len());
            work.involve_party(found.id, party, involvement).await.map(drop)
        })
        .await
    }

    /// Ends a part in an incident; that it was recorded stays in the record.
    ///
    /// # Errors
    /// `NotFound` if it is not of this incident or has ended.
    pub async fn end_involvement(&self, actor: &Actor, incident: &Code, id: Uuid) -> domain::Result<()> {
        let incident = of_kind(incident, Kind::Incident)?;
        self.act(actor, On::Record(incident), async |work: &mut Work<access::Unlink>| {
            work.end_link(link_of!("involvement", "incident_id"), id).await
        })
        .await
    }
}
