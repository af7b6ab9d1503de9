//! Testimonies: opening one for reading, and what a page about one needs.
//!
//! Keeping a draft is in `draft`, what becomes of it (read back, final, corrected, supplemented) in `version`.

use crate::case::of_kind;
use crate::db::{Tx, on};
use crate::link::links;
use crate::marking::Mark;
use crate::record::{Head, RecordRow, supervises, title_place, visible};
use crate::returns::{RemarkView, remarks_on};
use crate::seal::{Class, DataKey, Place};
use crate::version::VersionRow;
use crate::work::{Found, On, Work};
use crate::{Fault, Result, Store};
use chrono::{DateTime, Utc};
use domain::access::{self, Act};
use domain::consent::Bar;
use domain::testimony::{Answers, Known, Progress, Question, Statement, TestimonyStatus};
use domain::{AccountId, Actor, Code, Error, Kind, Problem, ProblemKind, Words};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use uuid::Uuid;

/// A statement is sealed at its testimony's row; `revision` is the record's version when it was saved.
fn statement_place(testimony: Uuid, revision: i64) -> Place {
    Place {
        table: "statement",
        column: "body",
        row: testimony,
        version: revision,
    }
}

/// A testimony, opened.
#[derive(Clone, Debug)]
pub struct TestimonyView {
    pub head: Head,
    /// Without the answers that this reader may not see.
    pub statement: Statement,
    /// The questions whose answers this reader may not see.
    pub withheld: Vec<&'static Question>,
    /// Whether this reader sees what only those close to the case see.
    pub close: bool,
    pub status: TestimonyStatus,
    pub since: DateTime<Utc>,
    /// The witness, and the name where this reader may see it.
    pub witness: Option<(Code, Option<Words>)>,
    pub lead: String,
    /// Version of the statement, from 1.
    pub statement_version: i64,
    pub filed_at: Option<DateTime<Utc>>,
    /// The SHA-256 of the version's canonical content in lower-case hex: of a final one as it was filed, of one that is read
    /// back as it is now.
    pub sha256: Option<String>,
    /// Every final version, newest first.
    pub versions: Vec<VersionRow>,
    /// The testimony that it goes on from, and those that go on from it, as far as this reader may know of them.
    pub follow_up_of: Option<Code>,
    pub followed_by: Vec<Code>,
    pub remarks: Vec<RemarkView>,
    /// Incidents whose links cite it, with the paragraphs.
    pub cited_by: Vec<(Code, Vec<u32>)>,
    /// Words of the current version that something rests on.
    pub marks: Vec<Mark>,
    /// Whether this reader may mark words of it.
    pub may_mark: bool,
    /// How far each step has come, while it is not final.
    pub progress: Vec<Progress>,
    /// What is still to be answered before it goes on from here, while it is not final.
    pub missing: Vec<Problem>,
    /// What was answered and can't be right, while it is not final.
    pub wrong: Vec<Problem>,
    /// Why the committee's own analysis does not hold today; nothing if it does.
    pub analysis: Vec<Bar>,
    pub may_write: bool,
    pub may_return: bool,
    pub may_correct: bool,
    pub may_grade: bool,
    /// Whether this reader may open what is sealed by itself.
    pub may_open_sealed: bool,
    pub history: Vec<crate::LogRow>,
}

/// At which version of the record each step was last saved, by the step's name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Saved(BTreeMap<String, i64>);

impl Saved {
    /// The version at which a step was last saved; 1, at which it was made, if never.
    #[must_use]
    pub fn at(&self, step: domain::testimony::Step) -> i64 {
        self.0.get(step.name()).copied().unwrap_or(1)
    }

    pub(crate) fn note(&mut self, step: domain::testimony::Step, version: i64) {
        self.0.insert(step.name().to_owned(), version);
    }
}

/// The sealed body of a testimony's record.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Body {
    #[serde(default)]
    pub saved: Saved,
    /// Before answers had versions they stood here.
    #[serde(flatten, skip_serializing)]
    before: serde_json::Map<String, serde_json::Value>,
}

impl Body {
    pub(crate) fn of(saved: Saved) -> Self {
        Self {
            saved,
            ..Self::default()
        }
    }

    /// Gives a statement that was kept without answers those that were kept beside it.
    fn fill(&self, statement: &mut Statement, sensitivity: &str) {
        if statement.answers != Answers::default() || self.before.is_empty() {
            return;
        }
        for (name, answer) in &self.before {
            if let (Some(question), Some(answer)) = (domain::testimony::questions::named(name), answer.as_str()) {
                statement.answers.set(question.name, [answer]);
            }
        }
        statement.answers.set("sensitivity", [sensitivity]);
        let names = self.before.get("not_recorded").and_then(serde_json::Value::as_array);
        statement.not_recorded = names
            .into_iter()
            .flatten()
            .filter_map(|name| name.as_str().map(str::to_owned))
            .collect();
    }
}

#[derive(sqlx::FromRow)]
pub(crate) struct Row {
    status: String,
    pub status_since: DateTime<Utc>,
    sensitivity: String,
    pub lead_id: Uuid,
    /// The current version of the statement.
    pub statement: i64,
    pub filed_at: Option<DateTime<Utc>>,
    pub revision: i64,
    body: Vec<u8>,
    pub witness_id: Option<Uuid>,
    pub follow_up_of: Option<Uuid>,
    pub sha256: Option<String>,
}

impl Row {
    pub(crate) fn status(&self, id: Uuid) -> Result<TestimonyStatus> {
        TestimonyStatus::named(&self.status).ok_or(Fault::Malformed {
            table: "testimony",
            column: "status",
            row: id,
        })
    }

    pub(crate) fn content(&self, id: Uuid, key: &DataKey, body: &Body) -> Result<Statement> {
        let mut statement = unseal(key, id, self.revision, &self.body)?;
        body.fill(&mut statement, &self.sensitivity);
        Ok(statement)
    }
}

/// Opens the current version of a testimony, whatever its state.
pub(crate) async fn content_of(tx: &mut Tx, id: Uuid, key: &DataKey, record: &RecordRow) -> Result<Statement> {
    let body: Body = record.body(key)?;
    row(tx, id).await?.content(id, key, &body)
}

/// Opens the sealed content of one version.
pub(crate) fn unseal(key: &DataKey, testimony: Uuid, revision: i64, sealed: &[u8]) -> Result<Statement> {
    key.open_json(statement_place(testimony, revision), sealed)
}

#[derive(sqlx::FromRow)]
struct WitnessRow {
    id: Uuid,
    code: String,
    version: i64,
    wrapped_key: Option<Vec<u8>>,
    title: Vec<u8>,
    shown: bool,
}

/// Testimonies that a person gave, as far as this reader may know of them.
pub(crate) async fn of_witness(tx: &mut Tx, actor: &Actor, person: Uuid) -> Result<Vec<Code>> {
    let codes: Vec<String> = on!(tx, |c| sqlx::query_scalar(concat!(
        "SELECT r.code FROM testimony t JOIN record r ON r.id = t.id WHERE t.witness_id = $3 AND (",
        visible!(),
        ") ORDER BY r.code LIMIT 100"
    ))
    .bind(actor.account.0)
    .bind(supervises(actor))
    .bind(person)
    .fetch_all(c)
    .await)?;
    Ok(codes.into_iter().filter_map(|code| code.parse().ok()).collect())
}

/// Records of which a link or fact cites a testimony, each with the paragraphs; as far as this reader may know of them.
pub(crate) async fn citing(tx: &mut Tx, actor: &Actor, testimony: Uuid) -> Result<Vec<(Code, Vec<u32>)>> {
    let cited: Vec<(String, Option<i64>)> = on!(tx, |c| sqlx::query_as(concat!(
        "SELECT DISTINCT r.code, n.paragraph
         FROM citation n
         JOIN record r ON r.id IN ",
        links!("l.record_id", "l.id = n.link_id AND l.ended IS NULL"),
        "
         WHERE n.source_id = $3 AND (",
        visible!(),
        ")
         ORDER BY r.code, n.paragraph"
    ))
    .bind(actor.account.0)
    .bind(supervises(actor))
    .bind(testimony)
    .fetch_all(c)
    .await)?;
    let mut cited_by: Vec<(Code, Vec<u32>)> = Vec::new();
    for (code, paragraph) in cited {
        let Ok(code) = code.parse::<Code>() else { continue };
        let paragraph = paragraph.and_then(|n| u32::try_from(n).ok());
        match cited_by.last_mut() {
            Some((last, list)) if *last == code => list.extend(paragraph),
            _ => cited_by.push((code, paragraph.into_iter().collect())),
        }
    }
    Ok(cited_by)
}

/// The row of a testimony with its current statement.
pub(crate) async fn row(tx: &mut Tx, id: Uuid) -> Result<Row> {
    Ok(on!(tx, |c| {
        sqlx::query_as(
        "SELECT t.status, t.status_since, t.sensitivity, t.lead_id, t.statement, t.filed_at, s.revision, s.body, t.witness_id,
            t.follow_up_of, s.sha256
         FROM testimony t JOIN statement s ON s.testimony_id = t.id AND s.version = t.statement WHERE t.id = $1"
    )
    .bind(id)
    .fetch_one(c)
    .await
    })?)
}

impl Store {
    pub(crate) async fn write_statement(
        &self,
        tx: &mut Tx,
        id: Uuid,
        version: i64,
        revision: i64,
        key: &DataKey,
        statement: &Statement,
    ) -> Result<()> {
        let body = key.seal_json(statement_place(id, revision), statement, &self.0.chance);
        on!(tx, |c| sqlx::query(
            "INSERT INTO statement (testimony_id, version, revision, body) VALUES ($1, $2, $3, $4)
             ON CONFLICT (testimony_id, version) DO UPDATE SET revision = excluded.revision, body = excluded.body"
        )
        .bind(id)
        .bind(version)
        .bind(revision)
        .bind(&body)
        .execute(c)
        .await
        .map(crate::db::rows))?;
        Ok(())
    }

    /// Opens a testimony for reading.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden`, `PurposeNeeded`.
    pub async fn open_testimony(&self, actor: &Actor, code: &Code) -> domain::Result<TestimonyView> {
        let code = of_kind(code, Kind::Testimony)?;
        self.act(actor, On::Record(code), async |work: &mut Work<access::Open>| {
            work.testimony().await
        })
        .await
    }

    /// Opens the print view of a testimony. A print stays with the committee, so it asks for consent to the committee's own
    /// analysis alone, and says on the paper when that does not hold: to whoever must act upon a withdrawal it is not
    /// refused. The copy for reading back is the witness's own words for the witness, who may always have them read: it
    /// asks for nothing.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden`, `PurposeNeeded`.
    pub async fn print_testimony(&self, actor: &Actor, code: &Code) -> domain::Result<TestimonyView> {
        let code = of_kind(code, Kind::Testimony)?;
        self.act(actor, On::Record(code), async |work: &mut Work<access::Print>| {
            work.testimony().await
        })
        .await
    }

    /// Opens a testimony that is not final for writing.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden`, `PurposeNeeded`; `Invalid` (`Frozen`) if it is final.
    pub async fn open_draft(&self, actor: &Actor, code: &Code) -> domain::Result<TestimonyView> {
        let code = of_kind(code, Kind::Testimony)?;
        self.act(actor, On::Record(code), async |work: &mut Work<access::OpenDraft>| {
            let view = work.testimony().await?;
            if view.status.is_open() {
                Ok(view)
            } else {
                Err(Error::at("", ProblemKind::Frozen).into())
            }
        })
        .await
    }
}

/// Whether a person sees what only those close to the case see.
pub(crate) fn is_close(found: &Found) -> bool {
    found.author_of_loose || found.duties.iter().any(|duty| duty.reveals())
}

impl<A: Act> Work<A> {
    /// What a check of the statement needs to know besides it.
    pub(crate) async fn known(&mut self, answers: &Answers, lead: Uuid) -> Result<Known> {
        let witness = answers.get("witness").parse::<Code>().ok();
        let birth_year: Option<Option<i64>> = match witness.filter(|code| code.kind() == Kind::Person) {
            None => None,
            Some(code) => on!(&mut self.tx, |c| sqlx::query_scalar(
                "SELECT p.birth_year FROM person p JOIN record r ON r.id = p.id WHERE r.code = $1"
            )
            .bind(code.as_str())
            .fetch_optional(c)
            .await)?,
        };
        let second = answers.get("second_interviewer").trim().to_owned();
        let mut interviewers: Vec<Words> = Vec::new();
        if let Some((login, name)) = self.store.staff_of(AccountId(lead)) {
            interviewers.extend([login.into(), name.into()]);
        }
        if let Some((_, name)) = self.store.staff_named(&second) {
            interviewers.extend([second.into(), name.into()]);
        }
        Ok(Known {
            today: self.store.today(),
            birth_year: birth_year.flatten().and_then(|year| i32::try_from(year).ok()),
            interviewers,
        })
    }

    async fn testimony(&mut self) -> Result<TestimonyView> {
        let found = self.found()?;
        let (store, actor) = (self.store.clone(), self.actor.clone());
        let (head, record, key) = self.head().await?;
        let body: Body = record.body(&key)?;
        let row = row(&mut self.tx, found.id).await?;
        let mut statement = row.content(found.id, &key, &body)?;
        let status = row.status(found.id)?;
        let (mut progress, mut missing, mut wrong) = (Vec::new(), Vec::new(), Vec::new());
        if status.is_open() {
            let form = statement.form();
            missing = form.missing(status.next_needs());
            wrong = form.wrong(&self.known(&form.answers, row.lead_id).await?);
            progress = form.progress(&missing, &wrong);
        }
        let sha256 = row.sha256.clone().or_else(|| {
            let read_back = status == TestimonyStatus::ReadBack;
            read_back.then(|| crate::version::hash(&found.code, row.statement, &statement))
        });
        let close = is_close(&found);
        let withheld = if close {
            Vec::new()
        } else {
            statement.answers.withhold()
        };
        let witness = match row.witness_id {
            Some(id) => self.witness_row(id).await?,
            None => None,
        };
        let versions = crate::version::all(&store, &mut self.tx, found.id).await?;
        let (follow_up_of, followed_by) = self.follow_ups(found.id, row.follow_up_of).await?;
        let cited_by = citing(&mut self.tx, &actor, found.id).await?;
        let footing = crate::footing::of_one(&store, &mut self.tx, &actor, found.id).await?;
        let marks = crate::marking::marks(&mut self.tx, &actor, found.id, row.statement).await?;
        let facts = self.facts_again(&found);
        let remarks = remarks_on(&store, &mut self.tx, found.id).await?;
        let history = Store::history(&mut self.tx, found.id, false, 30).await?;
        let is_final = status == TestimonyStatus::Final;
        Ok(TestimonyView {
            may_write: status.is_open() && access::WriteDraft::grounds(&actor, &facts).is_ok(),
            may_return: is_final && access::Return::grounds(&actor, &facts).is_ok(),
            may_correct: is_final && access::CorrectTestimony::grounds(&actor, &facts).is_ok(),
            may_open_sealed: access::OpenSealed::grounds(&actor, &facts).is_ok(),
            may_mark: is_final && access::Link::grounds(&actor, &facts).is_ok(),
            may_grade: is_final && access::Grade::grounds(&actor, &facts).is_ok(),
            head,
            statement,
            withheld,
            close,
            status,
            since: row.status_since,
            witness,
            lead: store.staff_name(AccountId(row.lead_id)),
            statement_version: row.statement,
            filed_at: row.filed_at,
            sha256,
            versions,
            follow_up_of,
            followed_by,
            remarks,
            cited_by,
            marks,
            progress,
            missing,
            wrong,
            analysis: footing.analysis(store.today()),
            history,
        })
    }

    /// The testimony that one goes on from, and those that go on from it.
    async fn follow_ups(&mut self, id: Uuid, of: Option<Uuid>) -> Result<(Option<Code>, Vec<Code>)> {
        let actor = self.actor.clone();
        let codes: Vec<(Uuid, String)> = on!(&mut self.tx, |c| sqlx::query_as(concat!(
            "SELECT r.id, r.code FROM record r
             WHERE (r.id = $3 OR r.id IN (SELECT t.id FROM testimony t WHERE t.follow_up_of = $4)) AND (",
            visible!(),
            ") ORDER BY r.code"
        ))
        .bind(actor.account.0)
        .bind(supervises(&actor))
        .bind(of)
        .bind(id)
        .fetch_all(c)
        .await)?;
        let mut known = codes
            .into_iter()
            .filter_map(|(other, code)| Some((other, code.parse::<Code>().ok()?)))
            .collect::<Vec<_>>();
        let first = known.iter().position(|(other, _)| Some(*other) == of);
        let of = first.map(|at| known.remove(at).1);
        Ok((of, known.into_iter().map(|(_, code)| code).collect()))
    }

    async fn witness_row(&mut self, id: Uuid) -> Result<Option<(Code, Option<Words>)>> {
        let actor = self.actor.clone();
        let row: Option<WitnessRow> = on!(&mut self.tx, |c| sqlx::query_as(concat!(
            "SELECT r.id, r.code, r.version, k.wrapped_key, r.title, (NOT p.protected AND ",
            visible!(),
            ") AS shown
             FROM record r JOIN person p ON p.id = r.id LEFT JOIN identity_key k ON k.record_id = r.id
             WHERE r.id = $3"
        ))
        .bind(actor.account.0)
        .bind(supervises(&actor))
        .bind(id)
        .fetch_optional(c)
        .await)?;
        let Some(row) = row else { return Ok(None) };
        let code = row.code.parse().map_err(|_| Fault::Malformed {
            table: "record",
            column: "code",
            row: row.id,
        })?;
        let name = if row.shown {
            let wrapped = row.wrapped_key.as_deref().ok_or(Fault::Sealed {
                table: "identity_key",
                column: "wrapped_key",
                row: row.id,
            })?;
            let key = self.store.0.keys.unwrap(Class::Identity, row.id, wrapped)?;
            Some(Words::from(key.open(title_place(row.id, row.version), &row.title)?))
        } else {
            None
        };
        Ok(Some((code, name)))
    }
}
