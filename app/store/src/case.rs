//! A case: opening it, its state and moves, guards and attestations, and what hangs on it.

use crate::assignment::{Assigned, assigned_on};
use crate::db::{Tx, on};
use crate::link::{cited_on, links};
use crate::log::LogRow;
use crate::past::Upon;
use crate::record::{Head, ListFilter, ListPage, page, supervises, visible};
use crate::seal::{Class, Place};
use crate::search::Indexed;
use crate::work::{Found, On, Work};
use crate::{Fault, Result, Store};
use chrono::{DateTime, NaiveDate, Utc};
use domain::access::{self, Act, Duty, Grounds};
use domain::case::{CaseBody, CaseDraft};
use domain::consent::Footing;
use domain::form::{Check, FromPairs, Pairs};
use domain::status::{
    Attested, CaseFacts, CaseStatus, CitedTestimony, Guard, GuardResult, LinkedIncident, Proposal, Transition, assess,
    check_move, moves_from,
};
use domain::{AccountId, Actor, Code, Error, Kind, Problem, ProblemKind, Role, Words};
use std::collections::HashMap;
use uuid::Uuid;

fn reason_place(row: Uuid) -> Place {
    Place {
        table: "case_move",
        column: "reason",
        row,
        version: 1,
    }
}

fn attest_place(row: Uuid) -> Place {
    Place {
        table: "attestation",
        column: "words",
        row,
        version: 1,
    }
}

/// A state that the case was or is in.
#[derive(Clone, Debug)]
pub struct CaseMove {
    /// T01 … T31, `opened`, `imported`.
    pub transition: String,
    pub from: Option<CaseStatus>,
    pub to: CaseStatus,
    pub reason_code: Option<String>,
    pub reason: Words,
    pub at: DateTime<Utc>,
    pub by: String,
}

/// A guard attested in writing since the case came into its present state.
#[derive(Clone, Debug)]
pub struct Attestation {
    pub guard: Guard,
    pub text: Words,
    pub at: DateTime<Utc>,
    pub by: String,
}

/// A way on from the present state, and what stands in it.
#[derive(Clone, Debug)]
pub struct MoveOutcome {
    pub transition: &'static Transition,
    pub to: CaseStatus,
    pub guards: Vec<GuardResult>,
    /// The role of this reader may make it.
    pub mine: bool,
}

/// How many records of a kind hang on the case, as far as this person may see them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Linked {
    pub kind: Kind,
    pub count: i64,
}

/// A case, opened.
#[derive(Clone, Debug)]
pub struct CaseView {
    pub head: Head,
    pub body: CaseBody,
    pub status: CaseStatus,
    pub since: DateTime<Utc>,
    pub priority: String,
    pub review_on: Option<NaiveDate>,
    pub assigned: Vec<Assigned>,
    pub linked: Vec<Linked>,
    pub states: Vec<CaseMove>,
    pub attestations: Vec<Attestation>,
    pub moves: Vec<MoveOutcome>,
    /// What was written on the case, newest first.
    pub history: Vec<LogRow>,
    /// The purpose chosen for this sitting.
    pub purpose: Option<String>,
    pub may_write: bool,
    pub may_assign: bool,
}

/// The form that moves a case, as typed.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct MoveForm {
    pub transition: String,
    pub reason_code: String,
    pub reason: String,
    pub review_on: String,
    /// Guards attested together with the move: code and text.
    pub attest: Vec<(String, String)>,
}

impl FromPairs for MoveForm {
    fn from_pairs(pairs: &Pairs) -> Self {
        Self {
            transition: pairs.get("transition"),
            reason_code: pairs.get("reason_code"),
            reason: pairs.get("reason"),
            review_on: pairs.get("review_on"),
            attest: pairs.under("attest."),
        }
    }
}

#[derive(sqlx::FromRow)]
struct FileRow {
    status: String,
    status_since: DateTime<Utc>,
    previous_status: Option<String>,
    review_on: Option<String>,
    priority: String,
}

#[derive(sqlx::FromRow)]
struct MoveRow {
    id: Uuid,
    transition: String,
    from_status: Option<String>,
    to_status: String,
    reason_code: Option<String>,
    wrapped_key: Vec<u8>,
    reason: Vec<u8>,
    moved_at: DateTime<Utc>,
    moved_by: Uuid,
}

#[derive(sqlx::FromRow)]
struct AttestRow {
    id: Uuid,
    guard: String,
    wrapped_key: Vec<u8>,
    words: Vec<u8>,
    attested_at: DateTime<Utc>,
    attested_by: Uuid,
}

/// What a move of a case writes.
pub(crate) struct MoveRecord<'a> {
    pub case: Uuid,
    pub transition: &'a str,
    pub from: Option<CaseStatus>,
    pub to: CaseStatus,
    pub reason_code: Option<&'a str>,
    pub reason: &'a str,
    pub moved_at: DateTime<Utc>,
    pub moved_by: Uuid,
}

fn status_of(text: &str, row: Uuid) -> Result<CaseStatus> {
    CaseStatus::parse(text).ok_or(Fault::Malformed {
        table: "case_file",
        column: "status",
        row,
    })
}

impl Store {
    pub(crate) async fn insert_move(&self, tx: &mut Tx, made: &MoveRecord<'_>) -> Result<()> {
        let id = self.0.chance.id(self.now());
        let (key, wrapped) = self.0.keys.new_key(Class::Narrative, id, &self.0.chance);
        on!(tx, |c| {
            sqlx::query(
            "INSERT INTO case_move (id, case_id, transition, from_status, to_status, reason_code, wrapped_key, reason, moved_at, moved_by)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
        )
        .bind(id)
        .bind(made.case)
        .bind(made.transition)
        .bind(made.from.map(CaseStatus::code))
        .bind(made.to.code())
        .bind(made.reason_code)
        .bind(&wrapped)
        .bind(key.seal(reason_place(id), made.reason, &self.0.chance))
        .bind(made.moved_at)
        .bind(made.moved_by)
        .execute(c)
        .await.map(crate::db::rows)
        })?;
        Ok(())
    }

    /// Writes a case with its first state; it hangs on itself, which is the ground of need-to-know.
    pub(crate) async fn insert_case(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        draft: &CaseDraft,
        previous: Option<&str>,
    ) -> Result<(Uuid, Code)> {
        let made = self
            .make(
                tx,
                actor,
                Kind::Case,
                (&draft.title, &draft.body),
                &Indexed {
                    names: &[&draft.title],
                    words: &[&draft.body.summary],
                    ..Indexed::default()
                },
                false,
                previous,
            )
            .await?;
        let since = self.business_now();
        on!(&mut *tx, |c| sqlx::query(
            "INSERT INTO case_file (id, status, status_since, priority) VALUES ($1, $2, $3, $4)"
        )
        .bind(made.id)
        .bind(CaseStatus::Intake.code())
        .bind(since)
        .bind(&draft.priority)
        .execute(c)
        .await
        .map(crate::db::rows))?;
        self.hold(tx, actor, made.id, made.id).await?;
        Ok((made.id, made.code))
    }

    /// Opens a new case. An investigator becomes its lead, a supervisor its supervisor.
    ///
    /// # Errors
    /// `Forbidden` for other roles.
    pub async fn create_case(&self, actor: &Actor, draft: &CaseDraft) -> domain::Result<Code> {
        self.act(
            actor,
            On::Register("case"),
            async |work: &mut Work<access::OpenCase>| {
                let (id, code) = self.insert_case(&mut work.tx, actor, draft, None).await?;
                let made = MoveRecord {
                    case: id,
                    transition: "opened",
                    from: None,
                    to: CaseStatus::Intake,
                    reason_code: None,
                    reason: "",
                    moved_at: work.now,
                    moved_by: actor.account.0,
                };
                self.insert_move(&mut work.tx, &made).await?;
                let investigates = actor.roles.has(Role::Investigator);
                let duty = if investigates { Duty::Lead } else { Duty::Supervisor };
                self.insert_assignment(&mut work.tx, id, actor.account, duty, actor.account)
                    .await?;
                if let Some(session) = actor.session {
                    let purpose = if investigates {
                        "interview_preparation"
                    } else {
                        "supervision"
                    };
                    choose(&mut work.tx, session.0, id, purpose, work.now).await?;
                }
                work.made(Kind::Case, id, Some(id));
                work.note("code", code.as_str());
                Ok(code)
            },
        )
        .await
    }

    /// Opens a case for reading.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden`, `PurposeNeeded`.
    pub async fn open_case(&self, actor: &Actor, code: &Code) -> domain::Result<CaseView> {
        let code = of_kind(code, Kind::Case)?;
        self.act(actor, On::Record(code), async |work: &mut Work<access::Open>| {
            work.case().await
        })
        .await
    }

    /// What of one kind hangs on a case, a page at a time, newest first.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden`, `PurposeNeeded`.
    pub async fn case_records(
        &self,
        actor: &Actor,
        code: &Code,
        kind: Kind,
        filter: &ListFilter,
        limit: u32,
    ) -> domain::Result<ListPage> {
        let code = of_kind(code, Kind::Case)?;
        self.act(actor, On::Record(code), async |work: &mut Work<access::Open>| {
            let found = work.found()?;
            let page = page(self, &mut work.tx, actor, kind, Some(found.id), filter, limit).await?;
            work.note("list", kind.name());
            work.returned(&page.rows.iter().map(|row| row.id).collect::<Vec<_>>());
            Ok(page)
        })
        .await
    }

    /// Opens a case together with what of some kinds hangs on it, for one of its tabs: one act, one log entry. A cursor
    /// of the filter counts for the kind of its code; the other kinds start from their newest.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden`, `PurposeNeeded`.
    pub async fn open_case_with(
        &self,
        actor: &Actor,
        code: &Code,
        kinds: &[Kind],
        filter: &ListFilter,
        limit: u32,
    ) -> domain::Result<(CaseView, Vec<ListPage>)> {
        let code = of_kind(code, Kind::Case)?;
        self.act(actor, On::Record(code), async |work: &mut Work<access::Open>| {
            let found = work.found()?;
            let view = work.case().await?;
            let mut pages = Vec::with_capacity(kinds.len());
            let mut returned = Vec::new();
            for &kind in kinds {
                let of_kind = |cursor: &Option<Code>| cursor.clone().filter(|code| code.kind() == kind);
                let filter = ListFilter {
                    status: filter.status.clone(),
                    before: of_kind(&filter.before),
                    after: of_kind(&filter.after),
                };
                let page = page(self, &mut work.tx, actor, kind, Some(found.id), &filter, limit).await?;
                returned.extend(page.rows.iter().map(|row| row.id));
                pages.push(page);
            }
            work.note(
                "list",
                kinds.iter().map(|kind| kind.name()).collect::<Vec<_>>().join(" "),
            );
            work.returned(&returned);
            Ok((view, pages))
        })
        .await
    }

    /// Changes a case that was read at `version`.
    ///
    /// # Errors
    /// `Conflict` if it has changed since.
    pub async fn change_case(
        &self,
        actor: &Actor,
        code: &Code,
        version: impl Into<Upon<'_>>,
        draft: &CaseDraft,
    ) -> domain::Result<()> {
        let code = of_kind(code, Kind::Case)?;
        let upon = version.into();
        self.act(actor, On::Record(code), async |work: &mut Work<access::Edit>| {
            let found = work.expect_version(upon.version)?;
            self.change(
                &mut work.tx,
                actor,
                found.id,
                Kind::Case,
                upon,
                (&draft.title, &draft.body),
                &Indexed {
                    names: &[&draft.title],
                    words: &[&draft.body.summary],
                    ..Indexed::default()
                },
                None,
            )
            .await?;
            on!(&mut work.tx, |c| sqlx::query(
                "UPDATE case_file SET priority = $2 WHERE id = $1"
            )
            .bind(found.id)
            .bind(&draft.priority)
            .execute(c)
            .await
            .map(crate::db::rows))?;
            Ok(())
        })
        .await
    }

    /// Moves a case along a transition. Guards that the mover may attest can be attested with it.
    ///
    /// # Errors
    /// `Invalid` with every unmet guard; `Conflict` if the case has left the state meanwhile.
    pub async fn move_case(&self, actor: &Actor, code: &Code, form: &MoveForm) -> domain::Result<CaseStatus> {
        let code = of_kind(code, Kind::Case)?;
        self.act(actor, On::Record(code), async |work: &mut Work<access::MoveCase>| {
            let found = work.found()?;
            let transition = Transition::get(&form.transition).ok_or_else(|| Error::at("transition", ProblemKind::NoSuchMove))?;
            work.note("transition", transition.id);
            let facts = case_facts(self, &mut work.tx, actor, &found).await?;
            let mut problems = Vec::new();
            let mut written = attestations(self, &mut work.tx, &found, facts.since).await?;
            for (guard, text) in form.attest.iter().filter(|(_, text)| !text.trim().is_empty()) {
                let Some(guard) = Guard::parse(guard) else { continue };
                let field = format!("attest.{}", guard.code());
                if guard.attested_by() != domain::status::Attestation::Mover {
                    problems.push(Problem::new(&field, ProblemKind::NotBySelf));
                    continue;
                }
                match Attested::check(code.clone(), guard, actor.account, facts.since.max(work.now), Words::from(text.as_str())) {
                    Ok(attested) => {
                        self.insert_attestation(&mut work.tx, found.id, &attested, work.now).await?;
                        written.push(attested);
                    }
                    Err(found) => problems.extend(found.into_iter().map(|problem| Problem { field: field.clone(), kind: problem.kind })),
                }
            }
            let mut check = Check::new();
            let review_on = check.optional_date("review_on", &form.review_on);
            problems.extend(check.finish(()).err().unwrap_or_default());
            let proposal = Proposal { mover: actor.account, roles: actor.roles, reason_code: form.reason_code.clone(), reason: Words::from(form.reason.as_str()), review_on };
            let checked = match check_move(transition, &facts, &written, &proposal) {
                Ok(checked) if problems.is_empty() => checked,
                Ok(_) => return Err(problems.into()),
                Err(unmet) => {
                    problems.extend(unmet.into_iter().filter(|p| !problems.iter().any(|q| q.field == p.field)).collect::<Vec<_>>());
                    return Err(problems.into());
                }
            };
            let since = self.business_now();
            let leaves_for = if checked.to() == CaseStatus::Suspended { Some(checked.from().code()) } else { None };
            let moved = on!(&mut work.tx, |c| sqlx::query(
                "UPDATE case_file SET status = $3, status_since = $4, previous_status = $5, review_on = $6 WHERE id = $1 AND status = $2"
            )
            .bind(found.id)
            .bind(checked.from().code())
            .bind(checked.to().code())
            .bind(since)
            .bind(leaves_for)
            .bind(checked.review_on().map(|day| day.to_string()))
            .execute(c)
            .await
            .map(crate::db::rows))?;
            if moved == 0 {
                return Err(Error::Conflict.into());
            }
            let made = MoveRecord {
                case: found.id,
                transition: transition.id,
                from: Some(checked.from()),
                to: checked.to(),
                reason_code: checked.reason().map(|reason| reason.code),
                reason: checked.reason().map_or("", |reason| reason.text.as_str()),
                moved_at: work.now,
                moved_by: actor.account.0,
            };
            self.insert_move(&mut work.tx, &made).await?;
            work.note("from", checked.from().code());
            work.note("to", checked.to().code());
            work.note("guards", checked.guards().iter().map(|result| result.guard.code()).collect::<Vec<_>>().join(" "));
            Ok(checked.to())
        })
        .await
    }

    /// Attests a guard in writing, for the state the case is in.
    ///
    /// # Errors
    /// `Invalid` at `text` or `guard`.
    pub async fn attest(&self, actor: &Actor, code: &Code, guard: Guard, text: &str) -> domain::Result<()> {
        let code = of_kind(code, Kind::Case)?;
        self.act(actor, On::Record(code), async |work: &mut Work<access::Attest>| {
            let found = work.found()?;
            let attested = Attested::check(code.clone(), guard, actor.account, work.now, Words::from(text))?;
            work.note("guard", guard.code());
            self.insert_attestation(&mut work.tx, found.id, &attested, work.now)
                .await
        })
        .await
    }

    async fn insert_attestation(&self, tx: &mut Tx, case: Uuid, attested: &Attested, at: DateTime<Utc>) -> Result<()> {
        let id = self.0.chance.id(at);
        let (key, wrapped) = self.0.keys.new_key(Class::Narrative, id, &self.0.chance);
        on!(tx, |c| {
            sqlx::query("INSERT INTO attestation (id, case_id, guard, wrapped_key, words, attested_at, attested_by) VALUES ($1, $2, $3, $4, $5, $6, $7)")
            .bind(id)
            .bind(case)
            .bind(attested.guard.code())
            .bind(&wrapped)
            .bind(key.seal(attest_place(id), &attested.text, &self.0.chance))
            .bind(at)
            .bind(attested.by.0)
            .execute(c)
            .await.map(crate::db::rows)
        })?;
        Ok(())
    }

    /// Chooses the purpose of access to a case for this sitting.
    ///
    /// # Errors
    /// `Invalid` at `purpose`.
    pub async fn choose_purpose(&self, actor: &Actor, code: &Code, purpose: &str) -> domain::Result<()> {
        let code = of_kind(code, Kind::Case)?;
        self.act(
            actor,
            On::Record(code),
            async |work: &mut Work<access::ChoosePurpose>| {
                let mut check = Check::new();
                let purpose = check.choice("purpose", purpose, |code| {
                    domain::vocabulary::PURPOSE_OF_ACCESS.has(code)
                });
                check.finish(())?;
                let found = work.found()?;
                let session = actor.session.ok_or(Fault::Known(Error::SignedOut))?;
                work.note("purpose", purpose.as_str());
                choose(&mut work.tx, session.0, found.id, &purpose, work.now).await
            },
        )
        .await
    }

    /// Hangs a record on a case; the id of the holding, which citations point to.
    pub(crate) async fn hold(&self, tx: &mut Tx, actor: &Actor, case: Uuid, record: Uuid) -> Result<Uuid> {
        let now = self.now();
        let id = self.0.chance.id(now);
        on!(&mut *tx, |c| sqlx::query(
            "INSERT INTO holding (id, case_id, record_id, recorded_at, recorded_by)
             SELECT $1, $2, $3, $4, $5
             WHERE NOT EXISTS (SELECT 1 FROM holding WHERE case_id = $2 AND record_id = $3 AND superseded_at IS NULL)"
        )
        .bind(id)
        .bind(case)
        .bind(record)
        .bind(now)
        .bind(actor.account.0)
        .execute(c)
        .await
        .map(crate::db::rows))?;
        self.reach(tx, record).await?;
        Ok(on!(tx, |c| sqlx::query_scalar(
            "SELECT id FROM holding WHERE case_id = $1 AND record_id = $2 AND superseded_at IS NULL"
        )
        .bind(case)
        .bind(record)
        .fetch_one(c)
        .await)?)
    }

    /// Hangs an existing record on a case, with the citations that say why.
    ///
    /// # Errors
    /// `Invalid` at `record`, or at a citation.
    pub async fn link_to_case(
        &self,
        actor: &Actor,
        case: &Code,
        record: &str,
        citations: &domain::link::CitationForm,
    ) -> domain::Result<()> {
        let case = of_kind(case, Kind::Case)?;
        self.act(actor, On::Record(case), async |work: &mut Work<access::Link>| {
            let found = work.found()?;
            let no_such = || Error::at("record", ProblemKind::NoSuchRecord);
            let mut check = Check::new();
            let citations = citations.check(&mut check);
            check.finish(())?;
            let code = record
                .parse::<Code>()
                .ok()
                .filter(|code| code.kind() != Kind::Case)
                .ok_or_else(no_such)?;
            let id = work.visible_record(&code).await?.ok_or_else(no_such)?;
            let holding = self.hold(&mut work.tx, actor, found.id, id).await?;
            work.cite(holding, &citations).await?;
            work.note("linked", code.as_str());
            work.note("citations", citations.len());
            Ok(())
        })
        .await
    }

    /// Takes a record off a case; that it hung there stays in the record.
    ///
    /// # Errors
    /// `NotFound` if it does not hang there.
    pub async fn unlink_from_case(&self, actor: &Actor, case: &Code, record: &Code) -> domain::Result<()> {
        let case = of_kind(case, Kind::Case)?;
        self.act(actor, On::Record(case), async |work: &mut Work<access::Unlink>| {
            let found = work.found()?;
            work.note("unlinked", record.as_str());
            let ended: Option<Uuid> = on!(&mut work.tx, |c| sqlx::query_scalar(
                "UPDATE holding SET superseded_at = $3, superseded_by = $4
                 WHERE case_id = $1 AND record_id = (SELECT id FROM record WHERE code = $2) AND record_id <> case_id AND superseded_at IS NULL
                 RETURNING record_id"
            )
            .bind(found.id)
            .bind(record.as_str())
            .bind(work.now)
            .bind(actor.account.0)
            .fetch_optional(c)
            .await)?;
            match ended {
                Some(record) => self.reach(&mut work.tx, record).await,
                None => Err(Error::NotFound.into()),
            }
        })
        .await
    }
}

/// Refuses a code of another kind, as if it did not exist.
pub(crate) fn of_kind(code: &Code, kind: Kind) -> domain::Result<&Code> {
    if code.kind() == kind {
        Ok(code)
    } else {
        Err(Error::NotFound)
    }
}

async fn choose(tx: &mut Tx, session: Uuid, case: Uuid, purpose: &str, now: DateTime<Utc>) -> Result<()> {
    on!(tx, |c| sqlx::query(
        "INSERT INTO sitting (session_id, case_id, purpose, chosen_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (session_id, case_id) DO UPDATE SET purpose = excluded.purpose, chosen_at = excluded.chosen_at"
    )
    .bind(session)
    .bind(case)
    .bind(purpose)
    .bind(now)
    .execute(c)
    .await
    .map(crate::db::rows))?;
    Ok(())
}

/// What the record knows about a case, for its guards. What this person may not know of counts, and is not shown.
async fn case_facts(store: &Store, tx: &mut Tx, actor: &Actor, found: &Found) -> Result<CaseFacts> {
    let file = file(tx, found.id).await?;
    let malformed = |column| Fault::Malformed {
        table: "record",
        column,
        row: found.id,
    };
    let code = |text: &str| text.parse::<Code>().map_err(|_| malformed("code"));
    let people: Vec<(Uuid, String)> = on!(&mut *tx, |c| {
        sqlx::query_as(
        "SELECT account_id, duty FROM assignment WHERE case_id = $1 AND ended_at IS NULL AND duty IN ('lead', 'second')"
    )
    .bind(found.id)
    .fetch_all(c)
    .await
    })?;
    let who = |duty: Duty| {
        people
            .iter()
            .find(|(_, held)| held == duty.name())
            .map(|(id, _)| AccountId(*id))
    };
    let incidents: Vec<(String, bool, bool, i64)> = on!(&mut *tx, |c| {
        sqlx::query_as(concat!(
        "SELECT r.code, i.place IS NOT NULL AS placed, (i.starts_at IS NOT NULL AND i.ends_at IS NOT NULL) AS dated,
            (SELECT count(DISTINCT n.source_id) FROM citation n WHERE n.link_id = h.id OR n.link_id IN ",
        links!("l.id", "l.ended IS NULL AND l.record_id = i.id"),
        ") AS sources
         FROM holding h
         JOIN incident i ON i.id = h.record_id
         JOIN record r ON r.id = i.id
         WHERE h.case_id = $1 AND h.superseded_at IS NULL
         ORDER BY r.code"
    ))
        .bind(found.id)
        .fetch_all(c)
        .await
    })?;
    let cited = cited(store, &mut *tx, actor, found.id).await?;
    Ok(CaseFacts {
        case: found.code.clone(),
        status: status_of(&file.status, found.id)?,
        previous: file.previous_status.as_deref().and_then(CaseStatus::parse),
        since: file.status_since,
        today: store.today(),
        lead: who(Duty::Lead),
        second: who(Duty::Second),
        incidents: incidents
            .into_iter()
            .map(|(text, placed, dated, sources)| {
                Ok(LinkedIncident {
                    code: code(&text)?,
                    placed,
                    dated,
                    sources: u32::try_from(sources).unwrap_or(u32::MAX),
                })
            })
            .collect::<Result<_>>()?,
        cited,
        witnesses: crate::risk::witnesses_of(store, tx, actor, found.id).await?,
    })
}

/// Every testimony that a case cites, once, with what a sharing of it depends on.
async fn cited(store: &Store, tx: &mut Tx, actor: &Actor, case: Uuid) -> Result<Vec<CitedTestimony>> {
    let rows: Vec<(Uuid, String, bool)> = on!(&mut *tx, |c| sqlx::query_as(concat!(
        "SELECT r.id, r.code, (",
        visible!(),
        ") AS shown
         FROM testimony t
         JOIN record r ON r.id = t.id
         WHERE t.id IN (SELECT q.source_id FROM citation q WHERE ",
        cited_on!("$3"),
        ")
         ORDER BY r.code"
    ))
    .bind(actor.account.0)
    .bind(supervises(actor))
    .bind(case)
    .fetch_all(c)
    .await)?;
    let mut footings: HashMap<Uuid, Footing> = crate::footing::of_each(store, tx, actor, case)
        .await?
        .into_iter()
        .collect();
    rows.into_iter()
        .map(|(id, code, shown)| {
            let malformed = |column| Fault::Malformed {
                table: "record",
                column,
                row: id,
            };
            Ok(CitedTestimony {
                code: code.parse().map_err(|_| malformed("code"))?,
                shown,
                footing: footings.remove(&id).ok_or_else(|| malformed("id"))?,
            })
        })
        .collect()
}

/// A case that uses a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseUse {
    pub code: Code,
    pub status: CaseStatus,
    /// The state it had before it was suspended.
    pub previous: Option<CaseStatus>,
    /// A link or fact of it cites the record: its guards depend on it.
    pub cites: bool,
}

/// The cases that a record hangs on or that cite it, as far as this reader may know of them; and how many more there are.
pub(crate) async fn uses_of(tx: &mut Tx, actor: &Actor, record: Uuid) -> Result<(Vec<CaseUse>, usize)> {
    let rows: Vec<UseRow> = on!(tx, |c| {
        sqlx::query_as(concat!(
            "SELECT r.id, r.code, f.status, f.previous_status, (",
            visible!(),
            ") AS shown,
            EXISTS (SELECT 1 FROM citation q WHERE q.source_id = $3 AND ",
            cited_on!("f.id"),
            ") AS cites
         FROM case_file f
         JOIN record r ON r.id = f.id
         WHERE f.id IN (SELECT h.case_id FROM holding h WHERE h.record_id = $3 AND h.superseded_at IS NULL
                        UNION
                        SELECT r.id FROM citation q JOIN record r ON r.id IN ",
            links!("l.record_id", "l.id = q.link_id AND l.ended IS NULL"),
            "               WHERE q.source_id = $3
                        UNION
                        SELECT h.case_id FROM citation q JOIN holding h ON h.record_id IN ",
            links!("l.record_id", "l.id = q.link_id AND l.ended IS NULL"),
            "               WHERE q.source_id = $3 AND h.superseded_at IS NULL)
         ORDER BY r.code"
        ))
        .bind(actor.account.0)
        .bind(supervises(actor))
        .bind(record)
        .fetch_all(c)
        .await
    })?;
    let hidden = rows.iter().filter(|row| !row.shown).count();
    let shown = rows.into_iter().filter(|row| row.shown);
    let uses = shown.map(UseRow::view).collect::<Result<_>>()?;
    Ok((uses, hidden))
}

#[derive(sqlx::FromRow)]
struct UseRow {
    id: Uuid,
    code: String,
    status: String,
    previous_status: Option<String>,
    shown: bool,
    cites: bool,
}

impl UseRow {
    fn view(self) -> Result<CaseUse> {
        Ok(CaseUse {
            code: self.code.parse().map_err(|_| Fault::Malformed {
                table: "record",
                column: "code",
                row: self.id,
            })?,
            status: status_of(&self.status, self.id)?,
            previous: self.previous_status.as_deref().and_then(CaseStatus::parse),
            cites: self.cites,
        })
    }
}

async fn file(tx: &mut Tx, id: Uuid) -> Result<FileRow> {
    Ok(on!(tx, |c| sqlx::query_as(
        "SELECT status, status_since, previous_status, review_on, priority FROM case_file WHERE id = $1"
    )
    .bind(id)
    .fetch_one(c)
    .await)?)
}

/// Attestations made since the case came into its present state. Which those are is told by the real time of the last
/// move; `since` is business time, which stands still in a demonstration.
async fn attestations(store: &Store, tx: &mut Tx, found: &Found, since: DateTime<Utc>) -> Result<Vec<Attested>> {
    let rows: Vec<AttestRow> = on!(tx, |c| sqlx::query_as(
        "SELECT id, guard, wrapped_key, words, attested_at, attested_by FROM attestation
         WHERE case_id = $1 AND attested_at > (SELECT max(moved_at) FROM case_move WHERE case_id = $1)
         ORDER BY attested_at"
    )
    .bind(found.id)
    .fetch_all(c)
    .await)?;
    rows.into_iter()
        .map(|row| {
            let key = store.0.keys.unwrap(Class::Narrative, row.id, &row.wrapped_key)?;
            Ok(Attested {
                case: found.code.clone(),
                guard: Guard::parse(&row.guard).ok_or(Fault::Malformed {
                    table: "attestation",
                    column: "guard",
                    row: row.id,
                })?,
                by: AccountId(row.attested_by),
                at: row.attested_at.max(since),
                text: Words::from(key.open(attest_place(row.id), &row.words)?),
            })
        })
        .collect()
}

impl<A: Act> Work<A> {
    /// The case that a new record is to hang on: one that this person may write on.
    pub(crate) async fn case_for(&mut self, code: Option<&Code>) -> Result<Option<Uuid>> {
        let Some(code) = code else { return Ok(None) };
        let no_such = || Fault::Known(Error::at("case", ProblemKind::NoSuchRecord));
        if code.kind() != Kind::Case {
            return Err(no_such());
        }
        let facts = self.writable(code).await?;
        facts.map(Some).ok_or_else(no_such)
    }
}

impl Work<access::Open> {
    /// The case that is opened.
    pub(crate) async fn case(&mut self) -> Result<CaseView> {
        let found = self.found()?;
        let store = self.store.clone();
        let (head, row, key) = self.head().await?;
        let body = row.body(&key)?;
        let file = file(&mut self.tx, found.id).await?;
        let assigned = assigned_on(&store, &mut self.tx, found.id).await?;
        let actor = self.actor.clone();
        let facts = case_facts(&store, &mut self.tx, &actor, &found).await?;
        let written = attestations(&store, &mut self.tx, &found, facts.since).await?;
        let moves = moves_from(facts.status, facts.previous)
            .into_iter()
            .map(|step| MoveOutcome {
                transition: step.transition,
                to: step.to,
                guards: assess(
                    step.transition,
                    &facts,
                    &written,
                    &Proposal::by(self.actor.account, self.actor.roles),
                ),
                mine: step.transition.may(self.actor.roles) && step.transition.open_yet().is_ok(),
            })
            .collect();
        let states: Vec<MoveRow> = on!(&mut self.tx, |c| sqlx::query_as(
            "SELECT id, transition, from_status, to_status, reason_code, wrapped_key, reason, moved_at, moved_by
             FROM case_move WHERE case_id = $1 ORDER BY moved_at DESC, id DESC LIMIT 200"
        )
        .bind(found.id)
        .fetch_all(c)
        .await)?;
        let states = states
            .into_iter()
            .map(|row| {
                let key = store.0.keys.unwrap(Class::Narrative, row.id, &row.wrapped_key)?;
                Ok(CaseMove {
                    from: row.from_status.as_deref().and_then(CaseStatus::parse),
                    to: status_of(&row.to_status, found.id)?,
                    reason: Words::from(key.open(reason_place(row.id), &row.reason)?),
                    transition: row.transition,
                    reason_code: row.reason_code,
                    at: row.moved_at,
                    by: store.staff_name(AccountId(row.moved_by)),
                })
            })
            .collect::<Result<_>>()?;
        let linked = self.linked(found.id).await?;
        let mut history = Vec::new();
        for row in Store::history(&mut self.tx, found.id, true, 50).await? {
            // A record that was linked or taken off is named only to who may know of it.
            let detail: serde_json::Value = serde_json::from_str(&row.detail).unwrap_or_default();
            let named = ["linked", "unlinked"]
                .iter()
                .find_map(|name| detail[*name].as_str()?.parse::<Code>().ok());
            let known = match named {
                Some(code) => self.visible_record(&code).await?.is_some(),
                None => true,
            };
            if known {
                history.push(row);
            }
        }
        let purpose: Option<String> = match self.actor.session {
            Some(session) => on!(&mut self.tx, |c| sqlx::query_scalar(
                "SELECT purpose FROM sitting WHERE session_id = $1 AND case_id = $2"
            )
            .bind(session.0)
            .bind(found.id)
            .fetch_optional(c)
            .await)?,
            None => None,
        };
        let may_assign = self.actor.roles.has(Role::Supervisor);
        Ok(CaseView {
            status: facts.status,
            since: file.status_since,
            priority: file.priority,
            review_on: file.review_on.and_then(|day| day.parse().ok()),
            may_write: head.may_edit && self.grounds != Grounds::Own,
            may_assign,
            attestations: written
                .into_iter()
                .map(|attested| Attestation {
                    guard: attested.guard,
                    text: attested.text,
                    at: attested.at,
                    by: store.staff_name(attested.by),
                })
                .collect(),
            head,
            body,
            assigned,
            linked,
            states,
            moves,
            history,
            purpose,
        })
    }

    async fn linked(&mut self, case: Uuid) -> Result<Vec<Linked>> {
        let actor = self.actor.clone();
        let counts: Vec<(String, i64)> = on!(&mut self.tx, |c| sqlx::query_as(concat!(
            "SELECT r.kind, count(*) FROM holding lh JOIN record r ON r.id = lh.record_id
             WHERE lh.case_id = $3 AND lh.superseded_at IS NULL AND (",
            visible!(),
            ")
             GROUP BY r.kind"
        ))
        .bind(actor.account.0)
        .bind(supervises(&actor))
        .bind(case)
        .fetch_all(c)
        .await)?;
        Ok(counts
            .into_iter()
            .filter_map(|(kind, count)| {
                Some(Linked {
                    kind: Kind::named(&kind)?,
                    count,
                })
            })
            .collect())
    }
}
