//! The ladder of suspicion about persons and units of a case: each step proposed by one with reasons, and signed by another.

use crate::case::of_kind;
use crate::db::on;
use crate::record::{Head, class_of, supervises, title_place, visible};
use crate::seal::{Class, Place};
use crate::work::{On, Work};
use crate::{Fault, Result, Store};
use chrono::{DateTime, Utc};
use domain::access::{self, Act};
use domain::fact::{Standing, Step, may_step};
use domain::{AccountId, Actor, Code, Error, Kind, ProblemKind, Words};
use uuid::Uuid;

/// A step, proposed or decided.
#[derive(Clone, Debug)]
pub struct StepView {
    pub step: Step,
    pub reasons: Words,
    pub proposed_at: DateTime<Utc>,
    pub proposed_by: String,
    /// Signed or declined, when, by whom, and why.
    pub decided: Option<(bool, DateTime<Utc>, String, Words)>,
    /// The reader proposed it.
    pub mine: bool,
}

/// Where a party stands.
#[derive(Clone, Debug)]
pub struct SuspectView {
    pub code: Code,
    /// None where the name is protected.
    pub name: Option<Words>,
    pub standing: Standing,
    /// Newest first.
    pub steps: Vec<StepView>,
}

/// The ladder of a case.
#[derive(Clone, Debug)]
pub struct Ladder {
    pub head: Head,
    pub parties: Vec<SuspectView>,
    pub may_propose: bool,
    pub may_decide: bool,
}

#[derive(sqlx::FromRow)]
struct PartyRow {
    id: Uuid,
    kind: String,
    code: String,
    version: i64,
    wrapped_key: Option<Vec<u8>>,
    title: Vec<u8>,
    shown: bool,
    confidence: Option<String>,
}

#[derive(sqlx::FromRow)]
struct StepRow {
    id: Uuid,
    party_id: Uuid,
    step: String,
    wrapped_key: Vec<u8>,
    reasons: Vec<u8>,
    proposed_at: DateTime<Utc>,
    proposed_by: Uuid,
    decided_at: Option<DateTime<Utc>>,
    decided_by: Option<Uuid>,
    confirmed: Option<bool>,
    decision: Option<Vec<u8>>,
}

const fn place(column: &'static str, row: Uuid) -> Place {
    Place {
        table: "suspicion",
        column,
        row,
        version: 1,
    }
}

impl Store {
    /// Opens the ladder of a case: everybody with a part as alleged perpetrator in one of its incidents, and who was put on it.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden`, `PurposeNeeded`.
    pub async fn ladder(&self, actor: &Actor, case: &Code) -> domain::Result<Ladder> {
        let case = of_kind(case, Kind::Case)?;
        self.act(actor, On::Record(case), async |work: &mut Work<access::SeeFacts>| {
            let found = work.found()?;
            let (head, ..) = work.head().await?;
            let parties = work.suspects(found.id).await?;
            work.note("list", "suspicions");
            let own = work.facts_again(&found);
            Ok(Ladder {
                head,
                parties,
                may_propose: access::ProposeSuspicion::grounds(actor, &own).is_ok(),
                may_decide: access::DecideSuspicion::grounds(actor, &own).is_ok(),
            })
        })
        .await
    }

    /// Proposes the next step about a party.
    ///
    /// # Errors
    /// `Invalid` at `party`, or at `step` with what is missing; `Conflict` while another waits; `NotFound`, `Forbidden`,
    /// `PurposeNeeded`.
    pub async fn propose_suspicion(
        &self,
        actor: &Actor,
        case: &Code,
        party: &Code,
        step: Step,
        reasons: &Words,
    ) -> domain::Result<()> {
        let case = of_kind(case, Kind::Case)?;
        self.act(
            actor,
            On::Record(case),
            async |work: &mut Work<access::ProposeSuspicion>| {
                let found = work.found()?;
                let no_such = || Error::at("party", ProblemKind::NoSuchRecord);
                if !matches!(party.kind(), Kind::Person | Kind::Unit) {
                    return Err(no_such().into());
                }
                let id = work.visible_record(party).await?.ok_or_else(no_such)?;
                let known = work.suspects(found.id).await?;
                let standing = known.iter().find(|one| one.code == *party);
                if standing.is_some_and(|one| one.steps.iter().any(|step| step.decided.is_none())) {
                    return Err(Fault::Known(Error::Conflict));
                }
                let standing = standing.map_or(
                    Standing {
                        step: None,
                        kind: party.kind(),
                        confidence: None,
                        unit_is_grounded: false,
                        referred: false,
                    },
                    |one| one.standing,
                );
                may_step(&standing, step).map_err(|problem| Error::Invalid(vec![problem]))?;
                let row = self.0.chance.id(work.now);
                let (key, wrapped) = self.0.keys.new_key(Class::Narrative, row, &self.0.chance);
                on!(&mut work.tx, |c| {
                    sqlx::query(
                "INSERT INTO suspicion (id, case_id, party_id, step, wrapped_key, reasons, proposed_at, proposed_by)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
            )
            .bind(row)
            .bind(found.id)
            .bind(id)
            .bind(step.name())
            .bind(&wrapped)
            .bind(key.seal(place("reasons", row), reasons, &self.0.chance))
            .bind(work.now)
            .bind(actor.account.0)
            .execute(c)
            .await
            .map(crate::db::rows)
                })?;
                work.note("party", party.as_str());
                work.note("step", step.name());
                Ok(())
            },
        )
        .await
    }

    /// Signs the step that waits about a party, or declines it; never one's own proposal.
    ///
    /// # Errors
    /// `NotFound` if none waits; `Invalid` with `NotBySelf`; `Forbidden`, `PurposeNeeded`.
    pub async fn decide_suspicion(
        &self,
        actor: &Actor,
        case: &Code,
        party: &Code,
        confirmed: bool,
        decision: &Words,
    ) -> domain::Result<()> {
        let case = of_kind(case, Kind::Case)?;
        self.act(actor, On::Record(case), async |work: &mut Work<access::DecideSuspicion>| {
            let found = work.found()?;
            let id = work.visible_record(party).await?.ok_or(Fault::Known(Error::NotFound))?;
            let waiting: Option<(Uuid, Uuid, String, Vec<u8>)> = on!(&mut work.tx, |c| sqlx::query_as(
                "SELECT id, proposed_by, step, wrapped_key FROM suspicion WHERE case_id = $1 AND party_id = $2 AND decided_at IS NULL"
            )
            .bind(found.id)
            .bind(id)
            .fetch_optional(c)
            .await)?;
            let (row, by, step, wrapped) = waiting.ok_or(Fault::Known(Error::NotFound))?;
            work.note("party", party.as_str());
            work.note("step", step);
            if by == actor.account.0 {
                work.refused("own_proposal");
                return Err(Error::at("decision", ProblemKind::NotBySelf).into());
            }
            let key = self.0.keys.unwrap(Class::Narrative, row, &wrapped)?;
            on!(&mut work.tx, |c| sqlx::query(
                "UPDATE suspicion SET decided_at = $2, decided_by = $3, confirmed = $4, decision = $5 WHERE id = $1 AND decided_at IS NULL"
            )
            .bind(row)
            .bind(work.now)
            .bind(actor.account.0)
            .bind(confirmed)
            .bind(key.seal(place("decision", row), decision, &self.0.chance))
            .execute(c)
            .await
            .map(crate::db::rows))?;
            work.note("confirmed", confirmed);
            Ok(())
        })
        .await
    }
}

impl<A: Act> Work<A> {
    /// Everybody on the ladder of a case, or with a part that could put them there; as far as this reader may see them.
    async fn suspects(&mut self, case: Uuid) -> Result<Vec<SuspectView>> {
        let (store, actor) = (self.store.clone(), self.actor.clone());
        let rows: Vec<PartyRow> = on!(&mut self.tx, |c| {
            sqlx::query_as(concat!(
            "SELECT r.id, r.kind, r.code, r.version, COALESCE(r.wrapped_key, k.wrapped_key) AS wrapped_key, r.title,
                (p.id IS NULL OR NOT p.protected) AS shown,
                (SELECT max(v.confidence) FROM involvement v
                 JOIN holding ih ON ih.record_id = v.incident_id AND ih.case_id = $3 AND ih.superseded_at IS NULL
                 WHERE v.party_id = r.id AND v.role = 'alleged_perpetrator' AND v.superseded_at IS NULL) AS confidence
             FROM record r
             LEFT JOIN person p ON p.id = r.id
             LEFT JOIN identity_key k ON k.record_id = r.id
             WHERE r.id IN (SELECT v.party_id FROM involvement v
                            JOIN holding ih ON ih.record_id = v.incident_id AND ih.case_id = $3 AND ih.superseded_at IS NULL
                            WHERE v.role = 'alleged_perpetrator' AND v.superseded_at IS NULL
                            UNION SELECT s.party_id FROM suspicion s WHERE s.case_id = $3)
               AND (",
            visible!(),
            ")
             ORDER BY r.kind, r.code
             LIMIT 500"
        ))
        .bind(actor.account.0)
        .bind(supervises(&actor))
        .bind(case)
        .fetch_all(c)
        .await
        })?;
        let steps: Vec<StepRow> = on!(&mut self.tx, |c| {
            sqlx::query_as(
            "SELECT id, party_id, step, wrapped_key, reasons, proposed_at, proposed_by, decided_at, decided_by, confirmed, decision
             FROM suspicion WHERE case_id = $1 ORDER BY proposed_at DESC, id DESC LIMIT 2000"
        )
        .bind(case)
        .fetch_all(c)
        .await
        })?;
        let status: String = on!(&mut self.tx, |c| sqlx::query_scalar(
            "SELECT status FROM case_file WHERE id = $1"
        )
        .bind(case)
        .fetch_one(c)
        .await)?;
        let mut people: Vec<Uuid> = steps.iter().map(|row| row.proposed_by).collect();
        people.extend(steps.iter().filter_map(|row| row.decided_by));
        store.know_staff(&mut self.tx, people).await?;
        let confidence = |row: &PartyRow| {
            let grade = row.confidence.as_deref()?.strip_prefix("AC")?;
            grade.parse::<u8>().ok()
        };
        let unit_is_grounded = rows
            .iter()
            .any(|row| row.kind == "unit" && confidence(row).is_some_and(|grade| grade >= 3));
        let mut views = Vec::with_capacity(rows.len());
        for row in &rows {
            let malformed = |column| Fault::Malformed {
                table: "record",
                column,
                row: row.id,
            };
            let kind = Kind::named(&row.kind).ok_or_else(|| malformed("kind"))?;
            let name = if row.shown {
                let wrapped = row.wrapped_key.as_deref().ok_or_else(|| malformed("wrapped_key"))?;
                let key = store.0.keys.unwrap(class_of(kind), row.id, wrapped)?;
                Some(Words::from(key.open(title_place(row.id, row.version), &row.title)?))
            } else {
                None
            };
            let steps = steps
                .iter()
                .filter(|step| step.party_id == row.id)
                .map(|step| step.open(&store, &actor))
                .collect::<Result<Vec<StepView>>>()?;
            let signed = |step: &&StepView| step.decided.as_ref().is_some_and(|(confirmed, ..)| *confirmed);
            views.push(SuspectView {
                code: row.code.parse().map_err(|_| malformed("code"))?,
                name,
                standing: Standing {
                    step: steps.iter().filter(signed).map(|step| step.step).max(),
                    kind,
                    confidence: confidence(row),
                    unit_is_grounded,
                    referred: status == "referred",
                },
                steps,
            });
        }
        Ok(views)
    }
}

impl StepRow {
    fn open(&self, store: &Store, actor: &Actor) -> Result<StepView> {
        let key = store.0.keys.unwrap(Class::Narrative, self.id, &self.wrapped_key)?;
        let decided = match (self.decided_at, self.decided_by, self.confirmed, &self.decision) {
            (Some(at), Some(by), Some(confirmed), Some(decision)) => Some((
                confirmed,
                at,
                store.staff_name(AccountId(by)),
                Words::from(key.open(place("decision", self.id), decision)?),
            )),
            _ => None,
        };
        Ok(StepView {
            step: Step::named(&self.step).ok_or(Fault::Malformed {
                table: "suspicion",
                column: "step",
                row: self.id,
            })?,
            reasons: Words::from(key.open(place("reasons", self.id), &self.reasons)?),
            proposed_at: self.proposed_at,
            proposed_by: store.staff_name(AccountId(self.proposed_by)),
            decided,
            mine: self.proposed_by == actor.account.0,
        })
    }
}
