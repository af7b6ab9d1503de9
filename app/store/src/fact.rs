//! Facts of a case, kept: append-only, with what speaks for each and against it, and what was concluded.

use crate::case::of_kind;
use crate::db::{Tx, on};
use crate::involvement::CitationView;
use crate::record::{Head, supervises, visible};
use crate::seal::{Class, Place};
use crate::work::{On, Work};
use crate::{Fault, Result, Store};
use chrono::{DateTime, Utc};
use domain::access::{self, Act};
use domain::fact::{FactDraft, GradeDraft, Source, corroboration, independent};
use domain::link::Citation;
use domain::{AccountId, Actor, Code, Error, Kind, ProblemKind, Words};
use std::collections::HashMap;
use uuid::Uuid;

/// A fact.
#[derive(Clone, Debug)]
pub struct FactView {
    /// Within the case, from 1.
    pub number: u32,
    pub replaces: Option<u32>,
    pub words: Words,
    pub is_key: bool,
    pub supporting: Vec<CitationView>,
    pub against: Vec<CitationView>,
    /// Independent sources for and against, as far as this reader may see them.
    pub independent: (u32, u32),
    /// What the sources come to: a code of `vocabulary::CORROBORATION`.
    pub computed: &'static str,
    /// What was concluded.
    pub grade: Option<GradeView>,
    pub recorded_at: DateTime<Utc>,
    pub recorded_by: String,
    pub ended: bool,
}

/// A conclusion about a fact.
#[derive(Clone, Debug)]
pub struct GradeView {
    pub grade: String,
    /// What was computed then.
    pub computed: String,
    pub reasons: Words,
    pub at: DateTime<Utc>,
    pub by: String,
}

/// Two testimonies that repeat one account.
#[derive(Clone, Debug)]
pub struct SameAccount {
    pub codes: (Code, Code),
    pub reason: Words,
    pub by: String,
    pub at: DateTime<Utc>,
}

/// The facts of a case.
#[derive(Clone, Debug)]
pub struct FactFile {
    pub head: Head,
    /// Those that stand, by number; then those that ended.
    pub facts: Vec<FactView>,
    pub same: Vec<SameAccount>,
    pub may_record: bool,
    pub may_grade: bool,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    number: i64,
    replaces: Option<i64>,
    is_key: bool,
    wrapped_key: Vec<u8>,
    words: Vec<u8>,
    recorded_at: DateTime<Utc>,
    recorded_by: Uuid,
    superseded_at: Option<DateTime<Utc>>,
}

#[derive(sqlx::FromRow)]
struct Cited {
    link_id: Uuid,
    code: String,
    id: Uuid,
    paragraph: Option<i64>,
    against: bool,
    witness: Option<String>,
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

impl Store {
    /// Opens the facts of a case, with what speaks for each and against it, as far as this person may see the sources.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden`, `PurposeNeeded`.
    pub async fn see_facts(&self, actor: &Actor, case: &Code) -> domain::Result<FactFile> {
        let case = of_kind(case, Kind::Case)?;
        self.act(actor, On::Record(case), async |work: &mut Work<access::SeeFacts>| {
            let found = work.found()?;
            let (head, ..) = work.head().await?;
            let rows: Vec<Row> = on!(&mut work.tx, |c| {
                sqlx::query_as(
                "SELECT f.id, f.number, o.number AS replaces, f.is_key, f.wrapped_key, f.words, f.recorded_at, f.recorded_by, f.superseded_at
                 FROM fact f
                 LEFT JOIN fact o ON o.id = f.replaces_id
                 WHERE f.case_id = $1
                 ORDER BY f.superseded_at IS NOT NULL, f.number
                 LIMIT 1000"
            )
            .bind(found.id)
            .fetch_all(c)
            .await
            })?;
            let weighed = Weighed::of(self, &mut work.tx, actor, found.id).await?;
            let mut grades = grades(self, &mut work.tx, found.id).await?;
            let people: Vec<Uuid> = rows.iter().map(|row| row.recorded_by).collect();
            self.know_staff(&mut work.tx, people).await?;
            let mut facts = Vec::with_capacity(rows.len());
            for row in rows {
                let counted = weighed.count(row.id);
                let key = self.0.keys.unwrap(Class::Narrative, row.id, &row.wrapped_key)?;
                facts.push(FactView {
                    number: small(row.number),
                    replaces: row.replaces.map(small),
                    words: Words::from(key.open(place("fact", "words", row.id), &row.words)?),
                    is_key: row.is_key,
                    supporting: shown(&weighed.side(row.id, false)),
                    against: shown(&weighed.side(row.id, true)),
                    independent: counted,
                    computed: corroboration(counted.0, counted.1),
                    grade: grades.remove(&row.id),
                    recorded_at: row.recorded_at,
                    recorded_by: self.staff_name(AccountId(row.recorded_by)),
                    ended: row.superseded_at.is_some(),
                });
            }
            work.note("facts", facts.len());
            let own = work.facts_again(&found);
            Ok(FactFile {
                head,
                facts,
                same: weighed.same,
                may_record: access::RecordFact::grounds(actor, &own).is_ok(),
                may_grade: access::GradeFact::grounds(actor, &own).is_ok(),
            })
        })
        .await
    }

    /// Writes down a fact with what speaks for it; its number. One that it replaces is ended.
    ///
    /// # Errors
    /// `Invalid` at a citation or `replaces`; `NotFound`, `Forbidden`, `PurposeNeeded`.
    pub async fn record_fact(&self, actor: &Actor, case: &Code, draft: &FactDraft) -> domain::Result<u32> {
        let case = of_kind(case, Kind::Case)?;
        self.act(actor, On::Record(case), async |work: &mut Work<access::RecordFact>| {
            let found = work.found()?;
            let replaces = match draft.replaces {
                None => None,
                Some(number) => Some(work.standing_fact(found.id, number).await?),
            };
            if let Some(old) = replaces {
                work.end_fact_row(old).await?;
            }
            let (id, number) = work.insert_fact(found.id, draft, replaces).await?;
            work.cite_side(id, &draft.citations, false).await?;
            work.note("fact", number);
            work.note("citations", draft.citations.len());
            Ok(number)
        })
        .await
    }

    /// Cites more sources for a fact, or against it.
    ///
    /// # Errors
    /// `Invalid` at a citation; `NotFound` if there is no such fact; `Forbidden`, `PurposeNeeded`.
    pub async fn cite_fact(
        &self,
        actor: &Actor,
        case: &Code,
        number: u32,
        citations: &[Citation],
        against: bool,
    ) -> domain::Result<()> {
        let case = of_kind(case, Kind::Case)?;
        self.act(actor, On::Record(case), async |work: &mut Work<access::RecordFact>| {
            let found = work.found()?;
            let id = work.standing_fact(found.id, number).await?;
            work.note("fact", number);
            work.note(if against { "against" } else { "for" }, citations.len());
            work.not_cited_yet(id, citations).await?;
            work.cite_side(id, citations, against).await
        })
        .await
    }

    /// Ends a fact; that it was recorded stays in the record.
    ///
    /// # Errors
    /// `NotFound` if there is no such fact; `Forbidden`, `PurposeNeeded`.
    pub async fn end_fact(&self, actor: &Actor, case: &Code, number: u32) -> domain::Result<()> {
        let case = of_kind(case, Kind::Case)?;
        self.act(actor, On::Record(case), async |work: &mut Work<access::RecordFact>| {
            let found = work.found()?;
            let id = work.standing_fact(found.id, number).await?;
            work.note("fact", number);
            work.note("ended", true);
            work.end_fact_row(id).await
        })
        .await
    }

    /// Concludes how far a fact is corroborated; what is computed at that moment is kept beside it.
    ///
    /// # Errors
    /// `NotFound` if there is no such fact; `Forbidden`, `PurposeNeeded`.
    pub async fn grade_fact(&self, actor: &Actor, case: &Code, number: u32, draft: &GradeDraft) -> domain::Result<()> {
        let case = of_kind(case, Kind::Case)?;
        self.act(actor, On::Record(case), async |work: &mut Work<access::GradeFact>| {
            let found = work.found()?;
            let id = work.standing_fact(found.id, number).await?;
            let (now, by) = (work.now, actor.account);
            let weighed = Weighed::of(self, &mut work.tx, actor, found.id).await?;
            let (supporting, against) = weighed.count(id);
            let computed = corroboration(supporting, against);
            work.note("fact", number);
            work.note("grade", draft.grade.as_str());
            work.note("computed", computed);
            insert_grade(self, &mut work.tx, id, computed, draft, now, by).await
        })
        .await
    }

    /// Says that two testimonies repeat one account, so that they count as one source.
    ///
    /// # Errors
    /// `Invalid` at `other` unless both are testimonies that this person may see; `NotFound`, `Forbidden`, `PurposeNeeded`.
    pub async fn say_same_account(
        &self,
        actor: &Actor,
        case: &Code,
        (one, other): (&Code, &Code),
        reason: &Words,
    ) -> domain::Result<()> {
        let case = of_kind(case, Kind::Case)?;
        self.act(actor, On::Record(case), async |work: &mut Work<access::RecordFact>| {
            let mut ids = Vec::with_capacity(2);
            for (field, code) in [("one", one), ("other", other)] {
                let known = if code.kind() == Kind::Testimony {
                    work.visible_record(code).await?
                } else {
                    None
                };
                ids.push(known.ok_or_else(|| Error::at(field, ProblemKind::NoSuchRecord))?);
            }
            if ids[0] == ids[1] {
                return Err(Error::at("other", ProblemKind::Same).into());
            }
            let id = self.0.chance.id(work.now);
            let (key, wrapped) = self.0.keys.new_key(Class::Narrative, id, &self.0.chance);
            let (a, b) = (ids[0].min(ids[1]), ids[0].max(ids[1]));
            let said = on!(&mut work.tx, |c| sqlx::query(
                "INSERT INTO same_account (id, a_id, b_id, wrapped_key, reason, recorded_at, recorded_by)
                 SELECT $1, $2, $3, $4, $5, $6, $7
                 WHERE NOT EXISTS (SELECT 1 FROM same_account WHERE a_id = $2 AND b_id = $3 AND superseded_at IS NULL)"
            )
            .bind(id)
            .bind(a)
            .bind(b)
            .bind(&wrapped)
            .bind(key.seal(place("same_account", "reason", id), reason, &self.0.chance))
            .bind(work.now)
            .bind(actor.account.0)
            .execute(c)
            .await
            .map(crate::db::rows))?;
            work.note("same", format!("{one} {other}"));
            if said == 1 {
                Ok(())
            } else {
                Err(Error::at("other", ProblemKind::Taken).into())
            }
        })
        .await
    }
}

/// What the facts of a case rest on, as far as a person may see it, and what of it is one account.
struct Weighed {
    cited: Vec<Cited>,
    first_hand: HashMap<(Uuid, i64), bool>,
    same: Vec<SameAccount>,
    pairs: Vec<(Code, Code)>,
}

impl Weighed {
    async fn of(store: &Store, tx: &mut Tx, actor: &Actor, case: Uuid) -> Result<Self> {
        let cited: Vec<Cited> = on!(&mut *tx, |c| sqlx::query_as(concat!(
            "SELECT n.link_id, r.code, r.id, n.paragraph, n.against, w.code AS witness
             FROM citation n
             JOIN fact f ON f.id = n.link_id
             JOIN record r ON r.id = n.source_id
             LEFT JOIN testimony t ON t.id = r.id
             LEFT JOIN record w ON w.id = t.witness_id
             WHERE f.case_id = $3 AND (",
            visible!(),
            ")
             ORDER BY n.against, r.code, n.paragraph"
        ))
        .bind(actor.account.0)
        .bind(supervises(actor))
        .bind(case)
        .fetch_all(c)
        .await)?;
        let first_hand = first_hand(store, &mut *tx, &cited).await?;
        let same = same_accounts(store, tx, actor, case).await?;
        let pairs = same.iter().map(|one| one.codes.clone()).collect();
        Ok(Self {
            cited,
            first_hand,
            same,
            pairs,
        })
    }

    /// What speaks for a fact, or against it.
    fn side(&self, fact: Uuid, against: bool) -> Vec<&Cited> {
        let cited = self.cited.iter();
        cited
            .filter(|one| one.link_id == fact && one.against == against)
            .collect()
    }

    /// Independent sources for a fact, and against it.
    fn count(&self, fact: Uuid) -> (u32, u32) {
        let [supporting, against] = [false, true].map(|against| {
            let side = self.side(fact, against);
            independent(&sources(&side, &self.first_hand), &self.pairs)
        });
        (supporting, against)
    }
}

/// Which of the cited paragraphs say what the witness saw, heard, suffered or did.
async fn first_hand(store: &Store, tx: &mut Tx, cited: &[Cited]) -> Result<HashMap<(Uuid, i64), bool>> {
    let mut known: HashMap<(Uuid, i64), bool> = HashMap::new();
    let mut opened: Vec<Uuid> = Vec::new();
    for one in cited {
        if one.paragraph.is_none() || opened.contains(&one.id) {
            continue;
        }
        opened.push(one.id);
        let record = crate::record::row(tx, one.id).await?;
        let key = record.key(store, Kind::Testimony)?;
        let statement = crate::testimony::content_of(tx, one.id, &key, &record).await?;
        for paragraph in &statement.paragraphs {
            if let Some(number) = paragraph.number {
                let observed = paragraph.basis.starts_with("first_hand") || paragraph.basis == "expert";
                known.insert((one.id, i64::from(number)), observed);
            }
        }
    }
    Ok(known)
}

fn sources(cited: &[&Cited], first_hand: &HashMap<(Uuid, i64), bool>) -> Vec<Source> {
    let mut sources: Vec<Source> = Vec::new();
    for one in cited {
        let Ok(code) = one.code.parse::<Code>() else { continue };
        let observed = one
            .paragraph
            .is_none_or(|number| first_hand.get(&(one.id, number)).copied().unwrap_or_default());
        match sources.iter_mut().find(|source| source.code == code) {
            Some(source) => source.first_hand |= observed,
            None => sources.push(Source {
                code,
                witness: one.witness.as_deref().and_then(|code| code.parse().ok()),
                first_hand: observed,
            }),
        }
    }
    sources
}

fn shown(cited: &[&Cited]) -> Vec<CitationView> {
    let mut views: Vec<CitationView> = Vec::new();
    for one in cited {
        let Ok(source) = one.code.parse::<Code>() else { continue };
        let paragraph = one.paragraph.map(small);
        match views.last_mut() {
            Some(last) if last.source == source => last.paragraphs.extend(paragraph),
            _ => views.push(CitationView {
                source,
                paragraphs: paragraph.into_iter().collect(),
            }),
        }
    }
    views
}

/// Testimonies of a case that are said to repeat one account, as far as this person may see both.
async fn same_accounts(store: &Store, tx: &mut Tx, actor: &Actor, case: Uuid) -> Result<Vec<SameAccount>> {
    type Row = (Uuid, String, String, Vec<u8>, Vec<u8>, DateTime<Utc>, Uuid);
    let rows: Vec<Row> = on!(&mut *tx, |c| sqlx::query_as(concat!(
        "SELECT s.id, r.code, o.code, s.wrapped_key, s.reason, s.recorded_at, s.recorded_by
         FROM same_account s
         JOIN holding h ON h.record_id = s.a_id AND h.case_id = $3 AND h.superseded_at IS NULL
         JOIN record r ON r.id = s.a_id
         JOIN record o ON o.id = s.b_id
         WHERE s.superseded_at IS NULL AND EXISTS (SELECT 1 FROM record r WHERE r.id = s.b_id AND (",
        visible!(),
        ")) AND (",
        visible!(),
        ")
         ORDER BY s.recorded_at
         LIMIT 500"
    ))
    .bind(actor.account.0)
    .bind(supervises(actor))
    .bind(case)
    .fetch_all(c)
    .await)?;
    rows.into_iter()
        .map(|(id, one, other, wrapped, reason, at, by)| {
            let key = store.0.keys.unwrap(Class::Narrative, id, &wrapped)?;
            let code = |text: String| {
                text.parse::<Code>().map_err(|_| Fault::Malformed {
                    table: "record",
                    column: "code",
                    row: id,
                })
            };
            Ok(SameAccount {
                codes: (code(one)?, code(other)?),
                reason: Words::from(key.open(place("same_account", "reason", id), &reason)?),
                by: store.staff_name(AccountId(by)),
                at,
            })
        })
        .collect()
}

async fn grades(store: &Store, tx: &mut Tx, case: Uuid) -> Result<HashMap<Uuid, GradeView>> {
    type Row = (Uuid, Uuid, String, String, Vec<u8>, Vec<u8>, DateTime<Utc>, Uuid);
    let rows: Vec<Row> = on!(&mut *tx, |c| sqlx::query_as(
        "SELECT g.id, g.fact_id, g.computed, g.grade, g.wrapped_key, g.reasons, g.recorded_at, g.recorded_by
         FROM fact_grade g JOIN fact f ON f.id = g.fact_id
         WHERE f.case_id = $1 AND g.superseded_at IS NULL"
    )
    .bind(case)
    .fetch_all(c)
    .await)?;
    let people: Vec<Uuid> = rows.iter().map(|row| row.7).collect();
    store.know_staff(tx, people).await?;
    rows.into_iter()
        .map(|(id, fact, computed, grade, wrapped, reasons, at, by)| {
            let key = store.0.keys.unwrap(Class::Narrative, id, &wrapped)?;
            let view = GradeView {
                grade,
                computed,
                reasons: Words::from(key.open(place("fact_grade", "reasons", id), &reasons)?),
                at,
                by: store.staff_name(AccountId(by)),
            };
            Ok((fact, view))
        })
        .collect()
}

async fn insert_grade(
    store: &Store,
    tx: &mut Tx,
    fact: Uuid,
    computed: &str,
    draft: &GradeDraft,
    at: DateTime<Utc>,
    by: AccountId,
) -> Result<()> {
    on!(&mut *tx, |c| sqlx::query(
        "UPDATE fact_grade SET superseded_at = $2, superseded_by = $3 WHERE fact_id = $1 AND superseded_at IS NULL"
    )
    .bind(fact)
    .bind(at)
    .bind(by.0)
    .execute(c)
    .await
    .map(crate::db::rows))?;
    let id = store.0.chance.id(at);
    let (key, wrapped) = store.0.keys.new_key(Class::Narrative, id, &store.0.chance);
    on!(tx, |c| sqlx::query(
        "INSERT INTO fact_grade (id, fact_id, computed, grade, wrapped_key, reasons, recorded_at, recorded_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
    )
    .bind(id)
    .bind(fact)
    .bind(computed)
    .bind(&draft.grade)
    .bind(&wrapped)
    .bind(key.seal(place("fact_grade", "reasons", id), &draft.reasons, &store.0.chance))
    .bind(at)
    .bind(by.0)
    .execute(c)
    .await
    .map(crate::db::rows))?;
    Ok(())
}

impl<A: Act> Work<A> {
    async fn standing_fact(&mut self, case: Uuid, number: u32) -> Result<Uuid> {
        let id: Option<Uuid> = on!(&mut self.tx, |c| sqlx::query_scalar(
            "SELECT id FROM fact WHERE case_id = $1 AND number = $2 AND superseded_at IS NULL"
        )
        .bind(case)
        .bind(i64::from(number))
        .fetch_optional(c)
        .await)?;
        id.ok_or(Fault::Known(Error::NotFound))
    }

    async fn end_fact_row(&mut self, id: Uuid) -> Result<()> {
        on!(&mut self.tx, |c| sqlx::query(
            "UPDATE fact SET superseded_at = $2, superseded_by = $3 WHERE id = $1 AND superseded_at IS NULL"
        )
        .bind(id)
        .bind(self.now)
        .bind(self.actor.account.0)
        .execute(c)
        .await
        .map(crate::db::rows))?;
        Ok(())
    }

    async fn insert_fact(&mut self, case: Uuid, draft: &FactDraft, replaces: Option<Uuid>) -> Result<(Uuid, u32)> {
        let (store, actor) = (self.store.clone(), self.actor.clone());
        let id = store.0.chance.id(self.now);
        let (key, wrapped) = store.0.keys.new_key(Class::Narrative, id, &store.0.chance);
        let number: i64 = on!(&mut self.tx, |c| {
            sqlx::query_scalar(
            "INSERT INTO fact (id, case_id, number, replaces_id, is_key, wrapped_key, words, recorded_at, recorded_by)
             SELECT $1, $2, COALESCE(max(number), 0) + 1, $3, $4, $5, $6, $7, $8 FROM fact WHERE case_id = $2
             RETURNING number"
        )
        .bind(id)
        .bind(case)
        .bind(replaces)
        .bind(draft.is_key)
        .bind(&wrapped)
        .bind(key.seal(place("fact", "words", id), &draft.words, &store.0.chance))
        .bind(self.now)
        .bind(actor.account.0)
        .fetch_one(c)
        .await
        })?;
        Ok((id, small(number)))
    }
}

impl Work<access::Import> {
    /// A fact that was recorded elsewhere, with what speaks for it and against it, and what was concluded.
    ///
    /// # Errors
    /// `Internal`, `Busy`.
    pub async fn add_fact(
        &mut self,
        case: &crate::Imported,
        draft: &FactDraft,
        cited: &[(crate::Imported, Vec<u32>, bool)],
        grade: &GradeDraft,
        by: AccountId,
    ) -> domain::Result<()> {
        let done = async {
            let (id, _) = self.insert_fact(case.id, draft, None).await?;
            for (source, paragraphs, against) in cited {
                if paragraphs.is_empty() {
                    self.insert_citation(id, source.id, None, None, *against).await?;
                }
                for number in paragraphs {
                    let paragraph = Some((i64::from(*number), 1));
                    self.insert_citation(id, source.id, paragraph, None, *against).await?;
                }
            }
            let (store, now) = (self.store.clone(), self.now);
            insert_grade(&store, &mut self.tx, id, "imported", grade, now, by).await
        };
        done.await.map_err(Fault::shown)
    }
}
