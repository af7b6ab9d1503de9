//! Lists of people out of documents, kept as the sources have them, and what people decided about their rows. A list hangs on its
//! document: who sees that sees the list. Nothing here is counted; how a list stands to the count is read from the judgements.

use crate::case::of_kind;
use crate::db::{Tx, on};
use crate::matching::{Candidate, profile};
use crate::record::{Head, found_by_name, supervises, visible};
use crate::seal::{Class, Place};
use crate::work::{Found, On, Work};
use crate::{Fault, Result, Store};
use chrono::{DateTime, Datelike, NaiveDate, Utc};
use domain::access::{self, Act};
use domain::count::Of;
use domain::matching::{Comparison, POSSIBLE, Profile, compare};
use domain::person::PersonDraft;
use domain::source_list::{Cells, Decision, DecisionDraft, Fate, ListBody, ListDraft, Standing};
use domain::{AccountId, Actor, Code, Error, Kind, ProblemKind, Words};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// Rows and keys that are written at once.
const BATCH: usize = 200;
/// The most rows that are offered as doubles of one.
const MOST_DOUBLES: usize = 10;

/// A list, without its rows.
#[derive(Clone, Debug)]
pub struct ListView {
    pub document: Code,
    /// Within the document, from 1.
    pub number: u32,
    pub body: ListBody,
    pub source: String,
    pub listed: String,
    pub status: Option<String>,
    /// The published figure that it is the list of.
    pub claim: Option<u32>,
    pub drawn_up_on: Option<NaiveDate>,
    pub period_from: Option<NaiveDate>,
    pub period_to: Option<NaiveDate>,
    pub recorded_at: DateTime<Utc>,
    pub recorded_by: String,
    pub ended: bool,
    /// Of all lists at once without persons and count.
    pub standing: Standing,
}

impl ListView {
    /// Its address.
    #[must_use]
    pub fn path(&self) -> String {
        format!("{}/lists/{}", self.document.path(), self.number)
    }
}

/// Which rows are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowFilter {
    All,
    Of(Fate),
    /// Whose person the committee counts, or does not.
    Counted(bool),
}

/// A row.
#[derive(Clone, Debug)]
pub struct RowView {
    pub number: u32,
    pub cells: Cells,
    /// What stands about it.
    pub decision: Option<DecisionView>,
}

/// A decision that stands or stood.
#[derive(Clone, Debug)]
pub struct DecisionView {
    pub id: Uuid,
    pub fate: Fate,
    /// Of one of the register: none where this reader may not know who it is.
    pub person: Option<Code>,
    pub double_of: Option<u32>,
    pub reason: Words,
    pub at: DateTime<Utc>,
    pub by: String,
    pub ended: Option<(DateTime<Utc>, String, Words)>,
}

/// A page of a list.
#[derive(Clone, Debug)]
pub struct ListPageView {
    pub head: Head,
    pub list: ListView,
    pub rows: Vec<RowView>,
    pub earlier: bool,
    pub later: bool,
    /// The first row that nobody has decided about.
    pub next_open: Option<u32>,
    pub may_decide: bool,
    pub may_end: bool,
}

/// A row of the same list that may be a double.
#[derive(Clone, Debug)]
pub struct RowAlike {
    pub number: u32,
    pub cells: Cells,
    pub fate: Fate,
    pub comparison: Comparison,
}

/// A row, with whom it may be.
#[derive(Clone, Debug)]
pub struct RowDesk {
    pub list: ListView,
    pub row: RowView,
    /// Decisions that were undone, newest first.
    pub before: Vec<DecisionView>,
    /// People on record, each with the row of this list that is decided to be them.
    pub candidates: Vec<(Candidate, Option<u32>)>,
    pub alike: Vec<RowAlike>,
    /// Rows that are doubles of this one.
    pub doubles: Vec<u32>,
    /// The next row that nobody has decided about.
    pub next_open: Option<u32>,
    pub may_decide: bool,
}

/// Where a person stands in a list.
#[derive(Clone, Debug)]
pub struct ListedIn {
    pub document: Code,
    pub list: u32,
    pub row: u32,
}

const fn place(table: &'static str, column: &'static str, row: Uuid) -> Place {
    Place {
        table,
        column,
        row,
        version: 1,
    }
}

fn small(number: i64) -> u32 {
    u32::try_from(number).unwrap_or_default()
}

fn fate(name: Option<&str>, row: Uuid) -> Result<Fate> {
    name.map_or(Some(Fate::Open), Fate::named).ok_or(Fault::Malformed {
        table: "source_decision",
        column: "fate",
        row,
    })
}

#[derive(sqlx::FromRow)]
struct ListRow {
    id: Uuid,
    code: String,
    number: i64,
    source: String,
    listed: String,
    status: Option<String>,
    claim: Option<i64>,
    drawn_up_on: Option<String>,
    period_from: Option<String>,
    period_to: Option<String>,
    wrapped_key: Vec<u8>,
    body: Vec<u8>,
    recorded_at: DateTime<Utc>,
    recorded_by: Uuid,
    superseded_at: Option<DateTime<Utc>>,
}

impl ListRow {
    fn view(self, store: &Store) -> Result<ListView> {
        let key = store.0.keys.unwrap(Class::Evidence, self.id, &self.wrapped_key)?;
        let day = |text: Option<String>| text.and_then(|text| text.parse().ok());
        Ok(ListView {
            document: self.code.parse().map_err(|_| Fault::Malformed {
                table: "record",
                column: "code",
                row: self.id,
            })?,
            number: small(self.number),
            body: key.open_json(place("source_list", "body", self.id), &self.body)?,
            source: self.source,
            listed: self.listed,
            status: self.status,
            claim: self.claim.map(small),
            drawn_up_on: day(self.drawn_up_on),
            period_from: day(self.period_from),
            period_to: day(self.period_to),
            recorded_at: self.recorded_at,
            recorded_by: store.staff_name(AccountId(self.recorded_by)),
            ended: self.superseded_at.is_some(),
            standing: Standing::default(),
        })
    }
}

/// The lists that this person may see, newest first: of one document, or of all.
pub(crate) async fn lists(
    store: &Store,
    tx: &mut Tx,
    actor: &Actor,
    document: Option<Uuid>,
) -> Result<Vec<(Uuid, ListView)>> {
    let rows: Vec<ListRow> = on!(&mut *tx, |c| {
        sqlx::query_as(concat!(
        "SELECT l.id, r.code, l.number, l.source, l.listed, l.status, m.number AS claim, l.drawn_up_on, l.period_from, l.period_to,
            l.wrapped_key, l.body, l.recorded_at, l.recorded_by, l.superseded_at
         FROM source_list l
         JOIN record r ON r.id = l.document_id
         LEFT JOIN claim m ON m.id = l.claim_id AND m.superseded_at IS NULL
         WHERE ($3 IS NULL OR l.document_id = $3) AND (",
        visible!(),
        ")
         ORDER BY l.superseded_at IS NOT NULL, l.recorded_at DESC, l.id DESC
         LIMIT 500"
    ))
    .bind(actor.account.0)
    .bind(supervises(actor))
    .bind(document)
    .fetch_all(c)
    .await
    })?;
    let tallies: Vec<(Uuid, Option<String>, i64)> = on!(&mut *tx, |c| sqlx::query_as(concat!(
        "SELECT l.id, d.fate, count(*)
         FROM source_list l
         JOIN record r ON r.id = l.document_id
         JOIN source_row w ON w.list_id = l.id
         LEFT JOIN source_decision d ON d.row_id = w.id AND d.superseded_at IS NULL
         WHERE ($3 IS NULL OR l.document_id = $3) AND (",
        visible!(),
        ")
         GROUP BY l.id, d.fate"
    ))
    .bind(actor.account.0)
    .bind(supervises(actor))
    .bind(document)
    .fetch_all(c)
    .await)?;
    store.know_staff(tx, rows.iter().map(|row| row.recorded_by)).await?;
    let mut standings: HashMap<Uuid, Standing> = HashMap::new();
    for (list, name, count) in tallies {
        let standing = standings.entry(list).or_default();
        standing.rows += small(count);
        standing.of[fate(name.as_deref(), list)? as usize] += small(count);
    }
    rows.into_iter()
        .map(|row| {
            let id = row.id;
            let mut view = row.view(store)?;
            view.standing = standings.get(&id).copied().unwrap_or_default();
            Ok((id, view))
        })
        .collect()
}

/// The lists in which a person stands, of documents that this reader may see.
pub(crate) async fn of_person(tx: &mut Tx, actor: &Actor, person: Uuid) -> Result<Vec<ListedIn>> {
    let rows: Vec<(String, i64, i64)> = on!(tx, |c| sqlx::query_as(concat!(
        "SELECT r.code, l.number, w.number
         FROM source_decision d
         JOIN source_row w ON w.id = d.row_id
         JOIN source_list l ON l.id = w.list_id
         JOIN record r ON r.id = l.document_id
         WHERE d.person_id = $3 AND d.superseded_at IS NULL AND l.superseded_at IS NULL AND (",
        visible!(),
        ")
         ORDER BY r.code, l.number, w.number
         LIMIT 100"
    ))
    .bind(actor.account.0)
    .bind(supervises(actor))
    .bind(person)
    .fetch_all(c)
    .await)?;
    let listed = |(code, list, row): (String, i64, i64)| {
        Some(ListedIn {
            document: code.parse().ok()?,
            list: small(list),
            row: small(row),
        })
    };
    Ok(rows.into_iter().filter_map(listed).collect())
}

/// The names in a row, as the search finds them.
pub(crate) struct Named {
    pub list: u32,
    pub row: u32,
    pub names: Vec<Words>,
}

/// Every name in rows, as the index takes them.
pub(crate) fn every_name(rows: &[Named]) -> Vec<&str> {
    rows.iter()
        .flat_map(|row| &row.names)
        .map(|name| name.as_str())
        .collect()
}

/// The names in the lists of a document that have not ended.
pub(crate) async fn names(store: &Store, tx: &mut Tx, document: Uuid) -> Result<Vec<Named>> {
    let rows: Vec<(i64, Uuid, i64, Vec<u8>, Vec<u8>)> = on!(tx, |c| sqlx::query_as(
        "SELECT l.number, w.id, w.number, w.wrapped_key, w.cells
         FROM source_list l JOIN source_row w ON w.list_id = l.id
         WHERE l.document_id = $1 AND l.superseded_at IS NULL
         ORDER BY l.number, w.number"
    )
    .bind(document)
    .fetch_all(c)
    .await)?;
    let named = |(list, id, row, wrapped, cells): (i64, Uuid, i64, Vec<u8>, Vec<u8>)| {
        let key = store.0.keys.unwrap(Class::Evidence, id, &wrapped)?;
        let cells: Cells = key.open_json(place("source_row", "cells", id), &cells)?;
        let names = [cells.name, cells.latin, cells.father, cells.mother];
        Ok(Named {
            list: small(list),
            row: small(row),
            names: names.into_iter().filter(|name| !name.is_blank()).collect(),
        })
    };
    rows.into_iter().map(named).collect()
}

async fn insert(
    store: &Store,
    tx: &mut Tx,
    document: Uuid,
    draft: &ListDraft,
    (at, by): (DateTime<Utc>, AccountId),
) -> Result<u32> {
    let claim: Option<Uuid> = match draft.claim {
        None => None,
        Some(number) => {
            let id: Option<Uuid> = on!(&mut *tx, |c| sqlx::query_scalar(
                "SELECT id FROM claim WHERE number = $1 AND superseded_at IS NULL"
            )
            .bind(i64::from(number))
            .fetch_optional(c)
            .await)?;
            Some(id.ok_or_else(|| Error::at("claim", ProblemKind::Unknown))?)
        }
    };
    let day = |day: Option<NaiveDate>| day.map(|day| day.to_string());
    let id = store.0.chance.id(at);
    let (key, wrapped) = store.0.keys.new_key(Class::Evidence, id, &store.0.chance);
    let number: i64 = on!(&mut *tx, |c| {
        sqlx::query_scalar(
        "INSERT INTO source_list (id, document_id, number, source, listed, status, claim_id, drawn_up_on, period_from, period_to,
            wrapped_key, body, recorded_at, recorded_by)
         SELECT $1, $2, COALESCE(max(number), 0) + 1, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13 FROM source_list WHERE document_id = $2
         RETURNING number"
    )
    .bind(id)
    .bind(document)
    .bind(&draft.source)
    .bind(&draft.listed)
    .bind(&draft.status)
    .bind(claim)
    .bind(day(draft.drawn_up_on))
    .bind(day(draft.period_from))
    .bind(day(draft.period_to))
    .bind(&wrapped)
    .bind(key.seal_json(place("source_list", "body", id), &draft.body, &store.0.chance))
    .bind(at)
    .bind(by.0)
    .fetch_one(c)
    .await
    })?;
    let mut next = 0_i64;
    for rows in draft.rows.chunks(BATCH) {
        let (mut sealed, mut keys) = (Vec::with_capacity(rows.len()), Vec::new());
        for cells in rows {
            next += 1;
            let row = store.0.chance.id(at);
            let (key, wrapped) = store.0.keys.new_key(Class::Evidence, row, &store.0.chance);
            let cells_sealed = key.seal_json(place("source_row", "cells", row), cells, &store.0.chance);
            sealed.push((row, next, wrapped, cells_sealed));
            if let Some(person) = cells.person(store.today().year()) {
                keys.extend(
                    store
                        .match_keys(&of(&person))
                        .into_iter()
                        .take(50)
                        .map(|key| (key, row)),
                );
            }
        }
        on!(&mut *tx, |c| {
            let mut insert =
                sqlx::QueryBuilder::new("INSERT INTO source_row (id, list_id, number, wrapped_key, cells) ");
            insert.push_values(&sealed, |mut values, (row, number, wrapped, cells)| {
                values.push_bind(*row).push_bind(id).push_bind(*number);
                values.push_bind(wrapped.as_slice()).push_bind(cells.as_slice());
            });
            insert.build().execute(c).await.map(crate::db::rows)
        })?;
        for keys in keys.chunks(BATCH) {
            on!(&mut *tx, |c| {
                let mut insert = sqlx::QueryBuilder::new("INSERT INTO source_key (key, row_id) ");
                insert.push_values(keys, |mut values, (key, row)| {
                    values.push_bind(*key).push_bind(*row);
                });
                insert.build().execute(c).await.map(crate::db::rows)
            })?;
        }
    }
    Ok(small(number))
}

/// What a row is compared by.
fn of(person: &PersonDraft) -> Profile {
    profile(&person.body, &person.sex, person.birth_year, Vec::new())
}

/// A row of a list, sealed: where it stands, and whose it is.
#[derive(Clone, Copy)]
struct Bone {
    id: Uuid,
    number: u32,
    fate: Fate,
    person: Option<Uuid>,
    /// The record under which that one counts.
    counts_as: Option<Uuid>,
}

impl Store {
    /// Every list that this person may see, newest first, with where its rows stand.
    ///
    /// # Errors
    /// `Forbidden` for roles that read no content.
    pub async fn source_lists(&self, actor: &Actor) -> domain::Result<Vec<ListView>> {
        self.act(actor, On::Register("list"), async |work: &mut Work<access::List>| {
            let lists = lists(self, &mut work.tx, actor, None).await?;
            work.returned(&lists.iter().map(|(id, _)| *id).collect::<Vec<_>>());
            Ok(lists.into_iter().map(|(_, list)| list).collect())
        })
        .await
    }

    /// Whether this person may load a list out of a document: asked where nothing is loaded yet. The document's head.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden`, `PurposeNeeded`.
    pub async fn list_desk(&self, actor: &Actor, document: &Code) -> domain::Result<Head> {
        let document = of_kind(document, Kind::Document)?;
        self.act(
            actor,
            On::Record(document),
            async |work: &mut Work<access::OpenForEdit>| {
                work.note("list", "new");
                Ok(work.head().await?.0)
            },
        )
        .await
    }

    /// Loads a list out of a document; its number.
    ///
    /// # Errors
    /// `Invalid` at `claim`; `NotFound`, `Forbidden`, `PurposeNeeded`.
    pub async fn load_list(&self, actor: &Actor, document: &Code, draft: &ListDraft) -> domain::Result<u32> {
        let document = of_kind(document, Kind::Document)?;
        self.act(
            actor,
            On::Record(document),
            async |work: &mut Work<access::LoadList>| {
                let found = work.found()?;
                let stamp = (work.now, actor.account);
                let number = insert(self, &mut work.tx, found.id, draft, stamp).await?;
                self.index_document(&mut work.tx, found.id).await?;
                work.note("list", number);
                work.note("rows", draft.rows.len());
                Ok(number)
            },
        )
        .await
    }

    /// Ends a list that was loaded wrongly, and what it said of people; that it was loaded stays in the record.
    ///
    /// # Errors
    /// `NotFound` if there is none or it has ended; `Forbidden`, `PurposeNeeded`.
    pub async fn end_list(&self, actor: &Actor, document: &Code, number: u32) -> domain::Result<()> {
        let document = of_kind(document, Kind::Document)?;
        self.act(
            actor,
            On::Record(document),
            async |work: &mut Work<access::LoadList>| {
                let found = work.found()?;
                let (id, list) = work.list(&found, number).await?;
                if list.ended {
                    return Err(Fault::Known(Error::NotFound));
                }
                on!(&mut work.tx, |c| sqlx::query(
                    "UPDATE victim_status SET superseded_at = $2, superseded_by = $3
                     WHERE superseded_at IS NULL
                       AND id IN (SELECT d.status_id FROM source_decision d JOIN source_row w ON w.id = d.row_id
                                  WHERE w.list_id = $1 AND d.superseded_at IS NULL)"
                )
                .bind(id)
                .bind(work.now)
                .bind(actor.account.0)
                .execute(c)
                .await
                .map(crate::db::rows))?;
                on!(&mut work.tx, |c| sqlx::query(
                    "UPDATE source_list SET superseded_at = $2, superseded_by = $3 WHERE id = $1"
                )
                .bind(id)
                .bind(work.now)
                .bind(actor.account.0)
                .execute(c)
                .await
                .map(crate::db::rows))?;
                self.index_document(&mut work.tx, found.id).await?;
                work.note("list", number);
                work.note("ended", true);
                Ok(())
            },
        )
        .await
    }

    /// Opens a page of a list: rows after one, or before one, by number.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden`, `PurposeNeeded`.
    pub async fn see_list(
        &self,
        actor: &Actor,
        document: &Code,
        number: u32,
        filter: RowFilter,
        (after, before): (Option<u32>, Option<u32>),
        limit: usize,
    ) -> domain::Result<ListPageView> {
        let document = of_kind(document, Kind::Document)?;
        self.act(actor, On::Record(document), async |work: &mut Work<access::SeeList>| {
            let found = work.found()?;
            let (head, ..) = work.head().await?;
            let (id, mut list) = work.list(&found, number).await?;
            let bones = work.bones(id).await?;
            let counted = work.counted_of(id, &list.listed).await?;
            list.standing = standing(&bones, &counted);
            let of = |bone: &&Bone| match filter {
                RowFilter::All => true,
                RowFilter::Of(fate) => bone.fate == fate,
                RowFilter::Counted(is) => bone.counts_as.is_some_and(|person| counted.contains(&person) == is),
            };
            let kept: Vec<Bone> = bones.iter().filter(of).copied().collect();
            let (from, to) = match (after, before) {
                (_, Some(before)) => {
                    let to = kept.partition_point(|bone| bone.number < before);
                    (to.saturating_sub(limit), to)
                }
                (after, None) => {
                    let from = kept.partition_point(|bone| after.is_some_and(|after| bone.number <= after));
                    (from, (from + limit).min(kept.len()))
                }
            };
            let shown = &kept[from..to];
            let rows = work.rows(id, shown).await?;
            work.note("list", number);
            work.returned(&shown.iter().map(|bone| bone.id).collect::<Vec<_>>());
            let facts = work.facts_again(&found);
            Ok(ListPageView {
                head,
                next_open: next_open(&bones, 0),
                may_decide: !list.ended && access::DecideRow::grounds(actor, &facts).is_ok(),
                may_end: !list.ended && access::LoadList::grounds(actor, &facts).is_ok(),
                rows,
                earlier: from > 0,
                later: to < kept.len(),
                list,
            })
        })
        .await
    }

    /// Opens a row beside those of the register, and of its list, who may be the same. Who is protected is none of them.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden`, `PurposeNeeded`.
    pub async fn see_row(&self, actor: &Actor, document: &Code, number: u32, row: u32) -> domain::Result<RowDesk> {
        let document = of_kind(document, Kind::Document)?;
        self.act(actor, On::Record(document), async |work: &mut Work<access::SeeList>| {
            let found = work.found()?;
            let (id, mut list) = work.list(&found, number).await?;
            let bones = work.bones(id).await?;
            list.standing = standing(&bones, &HashSet::new());
            let bone = *bones
                .iter()
                .find(|bone| bone.number == row)
                .ok_or(Fault::Known(Error::NotFound))?;
            let view = work
                .rows(id, &[bone])
                .await?
                .pop()
                .ok_or(Fault::Known(Error::NotFound))?;
            let (mut shown, mut candidates, mut alike) = (vec![bone.id], Vec::new(), Vec::new());
            let person = view
                .cells
                .person(self.today().year())
                .filter(|_| bone.fate == Fate::Open);
            if let Some(person) = person {
                let of = of(&person);
                for (person, candidate) in work.alike(&of, None).await? {
                    shown.push(person);
                    let listed = bones.iter().find(|bone| bone.person == Some(person));
                    candidates.push((candidate, listed.map(|bone| bone.number)));
                }
                alike = work.rows_alike(id, &bones, bone.id, &of).await?;
            }
            shown.extend(alike.iter().map(|(id, _)| *id));
            let before = work
                .decisions(id, (row, row), true)
                .await?
                .into_iter()
                .map(|(_, decision)| decision)
                .collect();
            let doubles: Vec<i64> = on!(&mut work.tx, |c| sqlx::query_scalar(
                "SELECT w.number FROM source_decision d JOIN source_row w ON w.id = d.row_id
                 WHERE d.double_of = $1 AND d.superseded_at IS NULL
                 ORDER BY w.number"
            )
            .bind(bone.id)
            .fetch_all(c)
            .await)?;
            work.note("list", number);
            work.note("row", row);
            work.returned(&shown);
            let may_decide = !list.ended && access::DecideRow::grounds(actor, &work.facts_again(&found)).is_ok();
            Ok(RowDesk {
                next_open: next_open(&bones, row),
                list,
                row: view,
                before,
                candidates,
                alike: alike.into_iter().map(|(_, row)| row).collect(),
                doubles: doubles.into_iter().map(small).collect(),
                may_decide,
            })
        })
        .await
    }

    /// Whether this person decides about the rows of a list: asked where the form says nothing yet. A refusal is logged.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden`, `PurposeNeeded`.
    pub async fn may_decide_row(&self, actor: &Actor, document: &Code) -> domain::Result<()> {
        let document = of_kind(document, Kind::Document)?;
        self.act(actor, On::Record(document), async |_: &mut Work<access::DecideRow>| {
            Ok(())
        })
        .await
    }

    /// Records who a row is: makes the person if it is a new one, and writes down what the source says they were. The next row
    /// that nobody has decided about.
    ///
    /// # Errors
    /// `Conflict` if somebody has decided meanwhile, or the list has ended; `Invalid` at `person`, `double`, `fate`; `NotFound`,
    /// `Forbidden`, `PurposeNeeded`.
    pub async fn decide_row(
        &self,
        actor: &Actor,
        document: &Code,
        number: u32,
        row: u32,
        draft: &DecisionDraft,
    ) -> domain::Result<Option<u32>> {
        let document = of_kind(document, Kind::Document)?;
        self.act(actor, On::Record(document), async |work: &mut Work<access::DecideRow>| {
            let found = work.found()?;
            let (id, list) = work.list(&found, number).await?;
            work.note("list", number);
            work.note("row", row);
            let bones = work.bones(id).await?;
            let bone = *bones.iter().find(|bone| bone.number == row).ok_or(Fault::Known(Error::NotFound))?;
            if list.ended || bone.fate != Fate::Open {
                return Err(Fault::Known(Error::Conflict));
            }
            let cells = work.cells(&[bone]).await?.remove(&row).unwrap_or_default();
            let person = match &draft.decision {
                Decision::Same(code) => Some(work.listed_as(code, &bones).await?),
                Decision::New => Some(work.written_down(&found, &cells).await?),
                Decision::Double(_) | Decision::Aside => None,
            };
            let double_of = match &draft.decision {
                Decision::Double(other) => Some(work.other_row(&bones, bone, *other).await?),
                _ => None,
            };
            let said = cells.victim_status().or(list.status.as_deref());
            let status = match (&person, said) {
                (Some((person, _)), Some(said)) => work.say_as_source(found.id, *person, said).await?,
                _ => None,
            };
            work.note("fate", draft.decision.fate().name());
            if let Some((_, code)) = &person {
                work.note("person", code.as_str());
            }
            let decision = self.0.chance.id(work.now);
            let (key, wrapped) = self.0.keys.new_key(Class::Narrative, decision, &self.0.chance);
            on!(&mut work.tx, |c| sqlx::query(
                "INSERT INTO source_decision (id, row_id, fate, person_id, double_of, status_id, wrapped_key, reason, recorded_at, recorded_by)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
            )
            .bind(decision)
            .bind(bone.id)
            .bind(draft.decision.fate().name())
            .bind(person.as_ref().map(|(id, _)| *id))
            .bind(double_of)
            .bind(status)
            .bind(&wrapped)
            .bind(key.seal(place("source_decision", "reason", decision), &draft.reason, &self.0.chance))
            .bind(work.now)
            .bind(actor.account.0)
            .execute(c)
            .await
            .map(crate::db::rows))?;
            Ok(next_open(&bones, row).filter(|next| *next != row))
        })
        .await
    }

    /// Undoes a decision about a row: the row waits again, and what the source said of the person ends. A person who was written
    /// down out of it stays on record.
    ///
    /// # Errors
    /// `Conflict` if that decision does not stand any more, or the list has ended; `NotFound`, `Forbidden`, `PurposeNeeded`.
    pub async fn undo_row(
        &self,
        actor: &Actor,
        document: &Code,
        (number, row): (u32, u32),
        decision: Uuid,
        why: &Words,
    ) -> domain::Result<()> {
        let document = of_kind(document, Kind::Document)?;
        self.act(actor, On::Record(document), async |work: &mut Work<access::DecideRow>| {
            let found = work.found()?;
            let (id, list) = work.list(&found, number).await?;
            work.note("list", number);
            work.note("row", row);
            work.note("undone", true);
            let standing: Option<(Vec<u8>, Option<Uuid>)> = on!(&mut work.tx, |c| sqlx::query_as(
                "SELECT d.wrapped_key, d.status_id FROM source_decision d JOIN source_row w ON w.id = d.row_id
                 WHERE d.id = $1 AND w.list_id = $2 AND w.number = $3 AND d.superseded_at IS NULL"
            )
            .bind(decision)
            .bind(id)
            .bind(i64::from(row))
            .fetch_optional(c)
            .await)?;
            let (wrapped, status) = standing.filter(|_| !list.ended).ok_or(Fault::Known(Error::Conflict))?;
            let key = self.0.keys.unwrap(Class::Narrative, decision, &wrapped)?;
            on!(&mut work.tx, |c| sqlx::query(
                "UPDATE source_decision SET superseded_at = $2, superseded_by = $3, undone = $4 WHERE id = $1"
            )
            .bind(decision)
            .bind(work.now)
            .bind(actor.account.0)
            .bind(key.seal(place("source_decision", "undone", decision), why, &self.0.chance))
            .execute(c)
            .await
            .map(crate::db::rows))?;
            on!(&mut work.tx, |c| sqlx::query(
                "UPDATE victim_status SET superseded_at = $2, superseded_by = $3 WHERE id = $1 AND superseded_at IS NULL"
            )
            .bind(status)
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

/// The next open row after one; from the beginning again, if there is none.
fn next_open(bones: &[Bone], after: u32) -> Option<u32> {
    let open = || {
        bones
            .iter()
            .filter(|bone| bone.fate == Fate::Open)
            .map(|bone| bone.number)
    };
    open().find(|number| *number > after).or_else(|| open().next())
}

fn standing(bones: &[Bone], counted: &HashSet<Uuid>) -> Standing {
    let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    let mut of = [0; 5];
    for bone in bones {
        of[bone.fate as usize] += 1;
    }
    let persons: HashSet<Uuid> = bones.iter().filter_map(|bone| bone.counts_as).collect();
    Standing {
        rows: count(bones.len()),
        of,
        persons: count(persons.len()),
        counted: count(persons.intersection(counted).count()),
    }
}

#[derive(sqlx::FromRow)]
struct DecisionRow {
    id: Uuid,
    number: i64,
    fate: String,
    person: Option<String>,
    shown: bool,
    double_of: Option<i64>,
    wrapped_key: Vec<u8>,
    reason: Vec<u8>,
    recorded_at: DateTime<Utc>,
    recorded_by: Uuid,
    superseded_at: Option<DateTime<Utc>>,
    superseded_by: Option<Uuid>,
    undone: Option<Vec<u8>>,
}

impl<A: Act> Work<A> {
    async fn list(&mut self, found: &Found, number: u32) -> Result<(Uuid, ListView)> {
        let (store, actor) = (self.store.clone(), self.actor.clone());
        let lists = lists(&store, &mut self.tx, &actor, Some(found.id)).await?;
        let list = lists.into_iter().find(|(_, list)| list.number == number);
        list.ok_or(Fault::Known(Error::NotFound))
    }

    /// Every row of a list by number, unopened.
    async fn bones(&mut self, list: Uuid) -> Result<Vec<Bone>> {
        type Row = (Uuid, i64, Option<String>, Option<Uuid>, Option<Uuid>);
        let rows: Vec<Row> = on!(&mut self.tx, |c| sqlx::query_as(
            "SELECT w.id, w.number, d.fate, d.person_id, COALESCE(p.same_as, p.id)
             FROM source_row w
             LEFT JOIN source_decision d ON d.row_id = w.id AND d.superseded_at IS NULL
             LEFT JOIN person p ON p.id = d.person_id
             WHERE w.list_id = $1
             ORDER BY w.number"
        )
        .bind(list)
        .fetch_all(c)
        .await)?;
        rows.into_iter()
            .map(|(id, number, name, person, counts_as)| {
                Ok(Bone {
                    id,
                    number: small(number),
                    fate: fate(name.as_deref(), id)?,
                    person,
                    counts_as,
                })
            })
            .collect()
    }

    /// Those of a list whom the committee counts, by the records under which they count: victims of unlawful killings if it is a
    /// list of the killed, else of any violation; in incidents that this person may see.
    async fn counted_of(&mut self, list: Uuid, listed: &str) -> Result<HashSet<Uuid>> {
        let actor = self.actor.clone();
        let rows: Vec<(Uuid, String)> = on!(&mut self.tx, |c| sqlx::query_as(concat!(
            "SELECT DISTINCT COALESCE(q.same_as, q.id), a.violation
             FROM source_decision d
             JOIN source_row w ON w.id = d.row_id
             JOIN person p ON p.id = d.person_id
             JOIN person q ON q.id = COALESCE(p.same_as, p.id) OR q.same_as = COALESCE(p.same_as, p.id)
             JOIN involvement v ON v.party_id = q.id AND v.role = 'victim' AND v.superseded_at IS NULL
             JOIN act a ON a.id = v.act_id AND a.superseded_at IS NULL
             JOIN record r ON r.id = v.incident_id
             WHERE w.list_id = $3 AND d.superseded_at IS NULL AND (",
            visible!(),
            ")"
        ))
        .bind(actor.account.0)
        .bind(supervises(&actor))
        .bind(list)
        .fetch_all(c)
        .await)?;
        let of = if listed == "killed" {
            Of::Killings
        } else {
            Of::Violations
        };
        Ok(rows
            .into_iter()
            .filter(|(_, violation)| of.counts(violation))
            .map(|(person, _)| person)
            .collect())
    }

    /// Rows, opened, by number.
    async fn cells(&mut self, of: &[Bone]) -> Result<HashMap<u32, Cells>> {
        let store = self.store.clone();
        if of.is_empty() {
            return Ok(HashMap::new());
        }
        let rows: Vec<(Uuid, i64, Vec<u8>, Vec<u8>)> = on!(&mut self.tx, |c| {
            let mut select =
                sqlx::QueryBuilder::new("SELECT id, number, wrapped_key, cells FROM source_row WHERE id IN (");
            let mut list = select.separated(", ");
            for bone in of {
                list.push_bind(bone.id);
            }
            select.push(")");
            select.build_query_as().fetch_all(c).await
        })?;
        rows.into_iter()
            .map(|(id, number, wrapped, cells)| {
                let key = store.0.keys.unwrap(Class::Evidence, id, &wrapped)?;
                Ok((small(number), key.open_json(place("source_row", "cells", id), &cells)?))
            })
            .collect()
    }

    /// Rows of a list in order, with what stands about them.
    async fn rows(&mut self, list: Uuid, shown: &[Bone]) -> Result<Vec<RowView>> {
        let (Some(first), Some(last)) = (shown.first(), shown.last()) else {
            return Ok(Vec::new());
        };
        let mut cells = self.cells(shown).await?;
        let decisions = self.decisions(list, (first.number, last.number), false).await?;
        let mut decisions: HashMap<u32, DecisionView> = decisions.into_iter().collect();
        Ok(shown
            .iter()
            .map(|bone| RowView {
                number: bone.number,
                cells: cells.remove(&bone.number).unwrap_or_default(),
                decision: decisions.remove(&bone.number),
            })
            .collect())
    }

    /// Decisions about rows from one number to another, newest first: those that stand, or those that were undone.
    async fn decisions(
        &mut self,
        list: Uuid,
        (from, to): (u32, u32),
        undone: bool,
    ) -> Result<Vec<(u32, DecisionView)>> {
        let (store, actor) = (self.store.clone(), self.actor.clone());
        let rows: Vec<DecisionRow> = on!(&mut self.tx, |c| sqlx::query_as(concat!(
            "SELECT d.id, w.number, d.fate, r.code AS person, COALESCE((",
            visible!(),
            ") AND ",
            found_by_name!(),
            ", FALSE) AS shown, o.number AS double_of, d.wrapped_key, d.reason, d.recorded_at, d.recorded_by,
                d.superseded_at, d.superseded_by, d.undone
             FROM source_decision d
             JOIN source_row w ON w.id = d.row_id
             LEFT JOIN record r ON r.id = d.person_id
             LEFT JOIN person p ON p.id = d.person_id
             LEFT JOIN source_row o ON o.id = d.double_of
             WHERE w.list_id = $3 AND w.number >= $4 AND w.number <= $5 AND (d.superseded_at IS NOT NULL) = $6
             ORDER BY d.recorded_at DESC, d.id DESC
             LIMIT 2000"
        ))
        .bind(actor.account.0)
        .bind(supervises(&actor))
        .bind(list)
        .bind(i64::from(from))
        .bind(i64::from(to))
        .bind(undone)
        .fetch_all(c)
        .await)?;
        let people = rows.iter().flat_map(|row| [Some(row.recorded_by), row.superseded_by]);
        let people: Vec<Uuid> = people.flatten().collect();
        store.know_staff(&mut self.tx, people).await?;
        rows.into_iter()
            .map(|row| {
                let key = store.0.keys.unwrap(Class::Narrative, row.id, &row.wrapped_key)?;
                let open = |column, sealed: &[u8]| {
                    key.open(place("source_decision", column, row.id), sealed)
                        .map(Words::from)
                };
                let ended = match row.superseded_at {
                    None => None,
                    Some(at) => {
                        let by = row
                            .superseded_by
                            .map(|by| store.staff_name(AccountId(by)))
                            .unwrap_or_default();
                        let why = row.undone.as_deref().map(|sealed| open("undone", sealed)).transpose()?;
                        Some((at, by, why.unwrap_or_default()))
                    }
                };
                let view = DecisionView {
                    id: row.id,
                    fate: fate(Some(&row.fate), row.id)?,
                    person: row.person.filter(|_| row.shown).and_then(|code| code.parse().ok()),
                    double_of: row.double_of.map(small),
                    reason: open("reason", &row.reason)?,
                    at: row.recorded_at,
                    by: store.staff_name(AccountId(row.recorded_by)),
                    ended,
                };
                Ok((small(row.number), view))
            })
            .collect()
    }
}

impl Work<access::SeeList> {
    /// Rows of the same list that share a group with one, and are alike enough to be said.
    async fn rows_alike(
        &mut self,
        list: Uuid,
        bones: &[Bone],
        row: Uuid,
        of: &Profile,
    ) -> Result<Vec<(Uuid, RowAlike)>> {
        let this_year = self.store.today().year();
        let ids: Vec<Uuid> = on!(&mut self.tx, |c| sqlx::query_scalar(
            "SELECT DISTINCT o.row_id
             FROM source_key k
             JOIN source_key o ON o.key = k.key AND o.row_id <> k.row_id
             JOIN source_row w ON w.id = o.row_id
             WHERE k.row_id = $1 AND w.list_id = $2
             LIMIT 200"
        )
        .bind(row)
        .bind(list)
        .fetch_all(c)
        .await)?;
        // A double of another is no row to be a double of.
        let near: Vec<Bone> = bones
            .iter()
            .filter(|bone| ids.contains(&bone.id) && bone.fate != Fate::Double)
            .copied()
            .collect();
        let mut cells = self.cells(&near).await?;
        let mut alike: Vec<(Uuid, RowAlike)> = near
            .into_iter()
            .filter_map(|bone| {
                let cells = cells.remove(&bone.number)?;
                let comparison = compare(of, &self::of(&cells.person(this_year)?));
                let row = RowAlike {
                    number: bone.number,
                    cells,
                    fate: bone.fate,
                    comparison,
                };
                (row.comparison.score >= POSSIBLE).then_some((bone.id, row))
            })
            .collect();
        alike.sort_by_key(|(_, row)| std::cmp::Reverse(row.comparison.score));
        alike.truncate(MOST_DOUBLES);
        Ok(alike)
    }
}

impl Work<access::DecideRow> {
    /// A person of the register, whom no other row is decided to be. Who is protected is none here: the name stands in the row.
    async fn listed_as(&mut self, code: &Code, bones: &[Bone]) -> Result<(Uuid, Code)> {
        let actor = self.actor.clone();
        let known: Option<(Uuid, Option<Uuid>)> = on!(&mut self.tx, |c| sqlx::query_as(concat!(
            "SELECT r.id, p.same_as FROM record r JOIN person p ON p.id = r.id
             WHERE r.code = $3 AND NOT p.protected AND (",
            visible!(),
            ")"
        ))
        .bind(actor.account.0)
        .bind(supervises(&actor))
        .bind(code.as_str())
        .fetch_optional(c)
        .await)?;
        let (id, same_as) = known.ok_or_else(|| Error::at("person", ProblemKind::NoSuchRecord))?;
        let person = same_as.unwrap_or(id);
        if let Some(other) = bones.iter().find(|bone| bone.counts_as == Some(person)) {
            return Err(Error::at("person", ProblemKind::ListedAlready(other.number)).into());
        }
        Ok((id, code.clone()))
    }

    /// A new person out of a row, on the cases of the document.
    async fn written_down(&mut self, found: &Found, cells: &Cells) -> Result<(Uuid, Code)> {
        let (store, actor) = (self.store.clone(), self.actor.clone());
        let draft = cells
            .person(store.today().year())
            .ok_or_else(|| Error::at("fate", ProblemKind::NoNameInRow))?;
        let (id, code) = store.insert_person(&mut self.tx, &actor, &draft, None).await?;
        for (case, _) in &found.cases {
            store.hold(&mut self.tx, &actor, *case, id).await?;
        }
        Ok((id, code))
    }

    /// The row of which one is a double: itself no double, and the one has none.
    async fn other_row(&mut self, bones: &[Bone], bone: Bone, other: u32) -> Result<Uuid> {
        let other = bones.iter().find(|bone| bone.number == other);
        let other = other.ok_or_else(|| Error::at("double", ProblemKind::Unknown))?;
        let doubles: i64 = on!(&mut self.tx, |c| sqlx::query_scalar(
            "SELECT count(*) FROM source_decision WHERE double_of = $1 AND superseded_at IS NULL"
        )
        .bind(bone.id)
        .fetch_one(c)
        .await)?;
        if other.id == bone.id || other.fate == Fate::Double || doubles > 0 {
            return Err(Error::at("double", ProblemKind::DoubleOfDouble).into());
        }
        Ok(other.id)
    }

    /// What the document says somebody was; none if it says something of them already.
    async fn say_as_source(&mut self, document: Uuid, person: Uuid, status: &str) -> Result<Option<Uuid>> {
        let said: i64 = on!(&mut self.tx, |c| sqlx::query_scalar(
            "SELECT count(*) FROM victim_status WHERE person_id = $1 AND source_id = $2 AND superseded_at IS NULL"
        )
        .bind(person)
        .bind(document)
        .fetch_one(c)
        .await)?;
        if said > 0 {
            return Ok(None);
        }
        // Which row it was stands with the decision: beside a name that may be protected later, it would tell whose it is.
        let id = self
            .write_status((person, Some(document)), status, &Words::default())
            .await?;
        Ok(Some(id))
    }
}

impl Work<access::Import> {
    /// A list that was loaded elsewhere; its number.
    ///
    /// # Errors
    /// `Internal`, `Busy`.
    pub async fn add_list(
        &mut self,
        document: &crate::Imported,
        draft: &ListDraft,
        at: DateTime<Utc>,
        by: AccountId,
    ) -> domain::Result<u32> {
        let store = self.store.clone();
        let done = async {
            let number = insert(&store, &mut self.tx, document.id, draft, (at, by)).await?;
            store.index_document(&mut self.tx, document.id).await?;
            Ok(number)
        };
        done.await.map_err(Fault::shown)
    }
}
