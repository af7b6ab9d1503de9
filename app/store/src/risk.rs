//! Risks to a witness: assessed, superseded, cleared; never overwritten. And what warns whoever speaks with them next.

use crate::case::of_kind;
use crate::db::{Tx, on};
use crate::footing::meant_by;
use crate::record::{supervises, visible};
use crate::seal::{Class, Place};
use crate::testimony::Body;
use crate::work::{Found, On, Work};
use crate::{Fault, Result, Store};
use chrono::{DateTime, NaiveDate, Utc};
use domain::access::{self, Act};
use domain::risk::{Assessed, ClearanceDraft, RiskDraft, Score, Standing};
use domain::status::Witness;
use domain::warning::{Interviewed, Known, Warning, warnings};
use domain::{AccountId, Actor, Code, Error, Kind, ProblemKind, Words};
use uuid::Uuid;

/// An assessment as it was recorded.
#[derive(Clone, Debug)]
pub struct RiskView {
    /// For the form that clears it.
    pub id: Uuid,
    /// A code of the vocabulary `PROTECTION_RISK`.
    pub risk: String,
    /// Before the measures.
    pub score: Score,
    /// Codes of the vocabulary `PROTECTION_MEASURE`.
    pub measures: Vec<String>,
    /// What is left with them, since when, until when, and whether it was cleared.
    pub assessed: Assessed,
    pub note: Words,
    pub recorded_at: DateTime<Utc>,
    pub recorded_by: AccountId,
    pub clearance: Option<ClearanceView>,
    /// A later one took its place.
    pub superseded: bool,
}

/// How a critical risk was cleared.
#[derive(Clone, Debug)]
pub struct ClearanceView {
    pub reason: Words,
    pub at: DateTime<Utc>,
    pub by: AccountId,
}

/// The risks to a person.
#[derive(Clone, Debug)]
pub struct RiskFile {
    /// The pseudonym; risks are read without the name.
    pub code: Code,
    /// Those in force, the highest first; then those that were superseded, newest first.
    pub risks: Vec<RiskView>,
    /// How many assessments and clearances were ever recorded: a form that was shown another number is overtaken.
    pub seen: i64,
    pub standing: Standing,
    pub warnings: Vec<Warning>,
    pub may_assess: bool,
    pub may_clear: bool,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    risk: String,
    score: i64,
    measures: String,
    residual: i64,
    assessed_on: String,
    review_on: String,
    wrapped_key: Vec<u8>,
    note: Vec<u8>,
    recorded_at: DateTime<Utc>,
    recorded_by: Uuid,
    superseded: bool,
    clearance_id: Option<Uuid>,
    clearance_key: Option<Vec<u8>>,
    reason: Option<Vec<u8>>,
    cleared_at: Option<DateTime<Utc>>,
    cleared_by: Option<Uuid>,
}

/// What of an assessment says where a person stands.
#[derive(sqlx::FromRow)]
struct InForce {
    id: Uuid,
    person_id: Uuid,
    residual: i64,
    assessed_on: String,
    review_on: String,
    cleared: bool,
}

fn note_place(row: Uuid) -> Place {
    Place {
        table: "risk_assessment",
        column: "note",
        row,
        version: 1,
    }
}

fn reason_place(row: Uuid) -> Place {
    Place {
        table: "risk_clearance",
        column: "reason",
        row,
        version: 1,
    }
}

fn malformed(column: &'static str, row: Uuid) -> Fault {
    Fault::Malformed {
        table: "risk_assessment",
        column,
        row,
    }
}

fn assessed(id: Uuid, residual: i64, assessed_on: &str, review_on: &str, cleared: bool) -> Result<Assessed> {
    Ok(Assessed {
        residual: Score::kept(residual).ok_or_else(|| malformed("residual", id))?,
        assessed_on: assessed_on.parse().map_err(|_| malformed("assessed_on", id))?,
        review_on: review_on.parse().map_err(|_| malformed("review_on", id))?,
        cleared,
    })
}

impl Row {
    fn view(self, store: &Store) -> Result<RiskView> {
        let key = store.0.keys.unwrap(Class::Narrative, self.id, &self.wrapped_key)?;
        let clearance = match (
            self.clearance_id,
            self.clearance_key,
            self.reason,
            self.cleared_at,
            self.cleared_by,
        ) {
            (Some(id), Some(wrapped), Some(reason), Some(at), Some(by)) => {
                let key = store.0.keys.unwrap(Class::Narrative, id, &wrapped)?;
                Some(ClearanceView {
                    reason: Words::from(key.open(reason_place(id), &reason)?),
                    at,
                    by: AccountId(by),
                })
            }
            _ => None,
        };
        Ok(RiskView {
            score: Score::kept(self.score).ok_or_else(|| malformed("score", self.id))?,
            measures: self.measures.split_whitespace().map(str::to_owned).collect(),
            assessed: assessed(
                self.id,
                self.residual,
                &self.assessed_on,
                &self.review_on,
                clearance.is_some(),
            )?,
            note: Words::from(key.open(note_place(self.id), &self.note)?),
            id: self.id,
            risk: self.risk,
            recorded_at: self.recorded_at,
            recorded_by: AccountId(self.recorded_by),
            clearance,
            superseded: self.superseded,
        })
    }
}

/// Every assessment of a person: those in force first, the highest residual risk first.
async fn all(store: &Store, tx: &mut Tx, person: Uuid) -> Result<Vec<RiskView>> {
    let rows: Vec<Row> = on!(&mut *tx, |c| {
        sqlx::query_as(
        "SELECT a.id, a.risk, a.score, a.measures, a.residual, a.assessed_on, a.review_on, a.wrapped_key, a.note, a.recorded_at, a.recorded_by,
            a.superseded_at IS NOT NULL AS superseded,
            q.id AS clearance_id, q.wrapped_key AS clearance_key, q.reason, q.cleared_at, q.cleared_by
         FROM risk_assessment a
         LEFT JOIN risk_clearance q ON q.assessment_id = a.id
         WHERE a.person_id = $1
         ORDER BY a.recorded_at DESC, a.id DESC"
    )
    .bind(person)
    .fetch_all(c)
    .await
    })?;
    let mut who: Vec<Uuid> = rows.iter().map(|row| row.recorded_by).collect();
    who.extend(rows.iter().filter_map(|row| row.cleared_by));
    store.know_staff(tx, who).await?;
    let mut risks = rows
        .into_iter()
        .map(|row| row.view(store))
        .collect::<Result<Vec<_>>>()?;
    // The sort is stable: what was superseded stays newest first.
    let height = |view: &RiskView| std::cmp::Reverse((!view.superseded).then_some(view.assessed.residual));
    risks.sort_by_key(|view| (view.superseded, height(view)));
    Ok(risks)
}

fn standing_of(risks: &[RiskView], today: NaiveDate) -> Standing {
    let in_force: Vec<Assessed> = risks
        .iter()
        .filter(|view| !view.superseded)
        .map(|view| view.assessed)
        .collect();
    Standing::of(&in_force, today)
}

/// Assessments in force of the persons that a condition on `a` selects.
macro_rules! assessments {
    ($persons:literal) => {
        concat!(
            "SELECT a.id, a.person_id, a.residual, a.assessed_on, a.review_on, q.id IS NOT NULL AS cleared
             FROM risk_assessment a
             LEFT JOIN risk_clearance q ON q.assessment_id = a.id
             WHERE a.superseded_at IS NULL AND ",
            $persons
        )
    };
}

fn by_person(rows: Vec<InForce>) -> Result<Vec<(Uuid, Assessed)>> {
    rows.into_iter()
        .map(|row| {
            let assessed = assessed(row.id, row.residual, &row.assessed_on, &row.review_on, row.cleared)?;
            Ok((row.person_id, assessed))
        })
        .collect()
}

/// The assessments in force of whoever gave a testimony, or one of those that a case cites; by the person's id.
pub(crate) async fn in_force(tx: &mut Tx, id: Uuid) -> Result<Vec<(Uuid, Assessed)>> {
    let rows: Vec<InForce> = on!(tx, |c| sqlx::query_as(concat!(
        assessments!(""),
        "a.person_id IN (SELECT t.witness_id FROM testimony t WHERE t.id IN ",
        meant_by!("$1"),
        ")"
    ))
    .bind(id)
    .fetch_all(c)
    .await)?;
    by_person(rows)
}

/// Whether a person's id is that of a witness of the case `$case`: who gave one of its testimonies, or is linked as a witness
/// to one of its incidents.
macro_rules! witness_of {
    ($person:literal, $case:literal) => {
        concat!(
            $person,
            " IN (SELECT t.witness_id FROM testimony t JOIN holding h ON h.record_id = t.id
                  WHERE h.case_id = ",
            $case,
            " AND h.superseded_at IS NULL AND t.witness_id IS NOT NULL
                  UNION
                  SELECT v.party_id FROM involvement v JOIN holding h ON h.record_id = v.incident_id
                  WHERE h.case_id = ",
            $case,
            " AND h.superseded_at IS NULL AND v.superseded_at IS NULL AND v.role = 'witness')"
        )
    };
}

/// The witnesses of a case and where they stand, for its guards.
pub(crate) async fn witnesses_of(store: &Store, tx: &mut Tx, actor: &Actor, case: Uuid) -> Result<Vec<Witness>> {
    let persons: Vec<(Uuid, String, bool)> = on!(&mut *tx, |c| sqlx::query_as(concat!(
        "SELECT r.id, r.code, (",
        visible!(),
        ") AS shown
         FROM record r
         WHERE r.kind = 'person' AND ",
        witness_of!("r.id", "$3"),
        "
         ORDER BY r.code"
    ))
    .bind(actor.account.0)
    .bind(supervises(actor))
    .bind(case)
    .fetch_all(c)
    .await)?;
    let rows: Vec<InForce> = on!(tx, |c| sqlx::query_as(concat!(
        assessments!(""),
        witness_of!("a.person_id", "$1")
    ))
    .bind(case)
    .fetch_all(c)
    .await)?;
    let in_force = by_person(rows)?;
    let sees_risks = actor.roles.any(access::RISK_READERS);
    persons
        .into_iter()
        .map(|(id, code, shown)| {
            let of_person = in_force.iter().filter(|(person, _)| *person == id);
            let assessed: Vec<Assessed> = of_person.map(|(_, assessed)| *assessed).collect();
            Ok(Witness {
                code: code.parse().map_err(|_| Fault::Malformed {
                    table: "record",
                    column: "code",
                    row: id,
                })?,
                shown: shown && sees_risks,
                standing: Standing::of(&assessed, store.today()),
            })
        })
        .collect()
}

/// What is known of a person that warns. Risks are left out for who may not see them.
pub(crate) async fn known_of(store: &Store, tx: &mut Tx, actor: &Actor, person: Uuid, risks: bool) -> Result<Known> {
    let rows: Vec<InForce> = on!(&mut *tx, |c| sqlx::query_as(assessments!("a.person_id = $1"))
        .bind(person)
        .fetch_all(c)
        .await)?;
    let in_force: Vec<Assessed> = by_person(rows)?.into_iter().map(|(_, assessed)| assessed).collect();
    let interviews: Vec<(String, Option<String>, Uuid)> = on!(&mut *tx, |c| sqlx::query_as(concat!(
        "SELECT r.code, t.interview_date, t.lead_id
         FROM testimony t
         JOIN record r ON r.id = t.id
         WHERE t.witness_id = $3 AND (",
        visible!(),
        ")
         ORDER BY r.code LIMIT 100"
    ))
    .bind(actor.account.0)
    .bind(supervises(actor))
    .bind(person)
    .fetch_all(c)
    .await)?;
    store.know_staff(tx, interviews.iter().map(|(.., lead)| *lead)).await?;
    let attached: bool = on!(&mut *tx, |c| {
        sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM consent n JOIN testimony t ON t.id = n.testimony_id
                        WHERE t.witness_id = $1 AND n.superseded_at IS NULL AND n.withdrawn_on IS NULL
                          AND ' ' || n.conditions || ' ' LIKE '% female_staff_only %')
             OR EXISTS (SELECT 1 FROM risk_assessment a
                        WHERE a.person_id = $1 AND a.superseded_at IS NULL AND ' ' || a.measures || ' ' LIKE '% female_team %')"
    )
    .bind(person)
    .fetch_one(c)
    .await
    })?;
    let same_sex = attached || wishes_same_sex(store, tx, person).await?;
    Ok(Known {
        standing: risks.then(|| Standing::of(&in_force, store.today())),
        interviews: interviews
            .into_iter()
            .filter_map(|(code, on, by)| {
                Some(Interviewed {
                    testimony: code.parse().ok()?,
                    on: on.and_then(|day| day.parse().ok()),
                    by: AccountId(by),
                })
            })
            .collect(),
        same_sex,
    })
}

/// Whether a person asked for an interviewer of their own sex when they gave testimony: what they said last counts. Read out
/// of statements that this reader may not see too: that the wish is there is all that leaves, and who is not told of it
/// does harm.
async fn wishes_same_sex(store: &Store, tx: &mut Tx, person: Uuid) -> Result<bool> {
    let given: Vec<Uuid> = on!(&mut *tx, |c| sqlx::query_scalar(
        "SELECT t.id
         FROM testimony t
         JOIN record r ON r.id = t.id
         WHERE t.witness_id = $1
         ORDER BY r.created_at DESC, r.id DESC LIMIT 100"
    )
    .bind(person)
    .fetch_all(c)
    .await)?;
    for id in given {
        let record = crate::record::row(tx, id).await?;
        let key = record.key(store, Kind::Testimony)?;
        let body: Body = record.body(&key)?;
        let statement = crate::testimony::row(tx, id).await?.content(id, &key, &body)?;
        match statement.answers.get("interviewer_sex") {
            "same" => return Ok(true),
            "any" => return Ok(false),
            // Not asked, or nothing said.
            _ => {}
        }
    }
    Ok(false)
}

impl Store {
    async fn insert_risk(
        &self,
        tx: &mut Tx,
        (by, at): (AccountId, DateTime<Utc>),
        person: Uuid,
        assessed_on: NaiveDate,
        draft: &RiskDraft,
    ) -> Result<()> {
        let id = self.0.chance.id(self.now());
        let (key, wrapped) = self.0.keys.new_key(Class::Narrative, id, &self.0.chance);
        on!(&mut *tx, |c| sqlx::query(
            "UPDATE risk_assessment SET superseded_at = $3, superseded_by = $4
             WHERE person_id = $1 AND risk = $2 AND superseded_at IS NULL"
        )
        .bind(person)
        .bind(&draft.risk)
        .bind(at)
        .bind(by.0)
        .execute(c)
        .await
        .map(crate::db::rows))?;
        on!(tx, |c| {
            sqlx::query(
            "INSERT INTO risk_assessment (id, person_id, risk, score, measures, residual, assessed_on, review_on, wrapped_key, note, recorded_at, recorded_by)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"
        )
        .bind(id)
        .bind(person)
        .bind(&draft.risk)
        .bind(i64::from(draft.score.value()))
        .bind(draft.measures.join(" "))
        .bind(i64::from(draft.residual.value()))
        .bind(assessed_on.to_string())
        .bind(draft.review_on.to_string())
        .bind(&wrapped)
        .bind(key.seal(note_place(id), &draft.note, &self.0.chance))
        .bind(at)
        .bind(by.0)
        .execute(c)
        .await
        .map(crate::db::rows)
        })?;
        Ok(())
    }

    /// Opens the risks to a person.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden`, `PurposeNeeded`.
    pub async fn see_risks(&self, actor: &Actor, code: &Code) -> domain::Result<RiskFile> {
        let code = of_kind(code, Kind::Person)?;
        self.act(actor, On::Record(code), async |work: &mut Work<access::SeeRisks>| {
            let found = work.found()?;
            let risks = all(self, &mut work.tx, found.id).await?;
            let known = known_of(self, &mut work.tx, actor, found.id, true).await?;
            let facts = work.facts_again(&found);
            Ok(RiskFile {
                code: code.clone(),
                seen: seen_of(&risks),
                standing: standing_of(&risks, self.today()),
                warnings: warnings(&known, true),
                risks,
                may_assess: access::AssessRisk::grounds(actor, &facts).is_ok(),
                may_clear: access::ClearRisk::grounds(actor, &facts).is_ok(),
            })
        })
        .await
    }

    /// What must be weighed before this witness is interviewed: for the step in which a testimony names them. The
    /// testimony that is being written does not count as an interview before.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden`, `PurposeNeeded`.
    pub async fn witness_warnings(
        &self,
        actor: &Actor,
        code: &Code,
        written: Option<&Code>,
    ) -> domain::Result<Vec<Warning>> {
        let code = of_kind(code, Kind::Person)?;
        self.act(actor, On::Record(code), async |work: &mut Work<access::SeeRisks>| {
            let found = work.found()?;
            let mut known = known_of(self, &mut work.tx, actor, found.id, true).await?;
            known.interviews.retain(|held| Some(&held.testimony) != written);
            Ok(warnings(&known, true))
        })
        .await
    }

    /// Records an assessment, in the place of the one before it of the same risk. `seen` is [`RiskFile::seen`] of the page
    /// on which it was typed.
    ///
    /// # Errors
    /// `Conflict` if somebody assessed or cleared since.
    pub async fn assess_risk(&self, actor: &Actor, code: &Code, seen: i64, draft: &RiskDraft) -> domain::Result<()> {
        let code = of_kind(code, Kind::Person)?;
        self.act(actor, On::Record(code), async |work: &mut Work<access::AssessRisk>| {
            let (found, _) = work.expect_risks(seen).await?;
            let by = (actor.account, work.now);
            self.insert_risk(&mut work.tx, by, found.id, self.today(), draft).await
        })
        .await
    }

    /// Clears a critical residual risk: the witness may be named and the case referred, as far as this risk goes. Never
    /// by who assessed it.
    ///
    /// # Errors
    /// `Conflict` if somebody assessed or cleared since; `Invalid` at `assessment` (`Unknown` if it is not an open
    /// critical one of this person, `NotBySelf`).
    pub async fn clear_risk(
        &self,
        actor: &Actor,
        code: &Code,
        seen: i64,
        draft: &ClearanceDraft,
    ) -> domain::Result<()> {
        let code = of_kind(code, Kind::Person)?;
        self.act(actor, On::Record(code), async |work: &mut Work<access::ClearRisk>| {
            let (_, risks) = work.expect_risks(seen).await?;
            let cleared = risks
                .iter()
                .find(|view| view.id == draft.assessment && !view.superseded && view.assessed.is_open_critical())
                .ok_or_else(|| Error::at("assessment", ProblemKind::Unknown))?;
            if cleared.recorded_by == actor.account {
                return Err(Error::at("assessment", ProblemKind::NotBySelf).into());
            }
            let id = self.0.chance.id(work.now);
            let (key, wrapped) = self.0.keys.new_key(Class::Narrative, id, &self.0.chance);
            on!(&mut work.tx, |c| sqlx::query(
                "INSERT INTO risk_clearance (id, assessment_id, wrapped_key, reason, cleared_at, cleared_by)
                 VALUES ($1, $2, $3, $4, $5, $6)"
            )
            .bind(id)
            .bind(draft.assessment)
            .bind(&wrapped)
            .bind(key.seal(reason_place(id), &draft.reason, &self.0.chance))
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

fn seen_of(risks: &[RiskView]) -> i64 {
    let cleared = risks.iter().filter(|view| view.clearance.is_some()).count();
    i64::try_from(risks.len() + cleared).unwrap_or(i64::MAX)
}

impl<A: Act> Work<A> {
    /// The person and their risks, if nothing was recorded about these since `seen` of it was shown.
    async fn expect_risks(&mut self, seen: i64) -> Result<(Found, Vec<RiskView>)> {
        let found = self.found()?;
        let risks = all(&self.store.clone(), &mut self.tx, found.id).await?;
        if seen_of(&risks) == seen {
            Ok((found, risks))
        } else {
            Err(Fault::Known(Error::Conflict))
        }
    }
}

impl Work<access::Import> {
    /// An assessment that was made elsewhere, in the place of the one before it of the same risk: the earlier first.
    ///
    /// # Errors
    /// `Internal`, `Busy`.
    pub async fn add_risk(
        &mut self,
        person: &crate::Imported,
        assessed_on: NaiveDate,
        draft: &RiskDraft,
        by: AccountId,
        at: DateTime<Utc>,
    ) -> domain::Result<()> {
        let store = self.store.clone();
        store
            .insert_risk(&mut self.tx, (by, at), person.id, assessed_on, draft)
            .await
            .map_err(Fault::shown)
    }
}
