//! Testimonies: drafts that never lose words, filing, and statements that no longer change.

use crate::case::of_kind;
use crate::db::{Tx, on};
use crate::record::{Head, identity_shown, supervises, title_place, visible};
use crate::returns::{RemarkView, remarks_on};
use crate::seal::{Class, DataKey, Place};
use crate::work::{On, Work};
use crate::{Fault, Result, Store};
use chrono::{DateTime, Utc};
use domain::access::{self, Act};
use domain::testimony::{Interview, Statement, TestimonyForm, TestimonyStatus};
use domain::{AccountId, Actor, Code, Error, Kind, ProblemKind, Words, vocabulary};
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
    pub interview: Interview,
    pub statement: Statement,
    pub status: TestimonyStatus,
    pub since: DateTime<Utc>,
    pub sensitivity: String,
    /// The witness, and the name where this reader may see it.
    pub witness: Option<(Code, Option<Words>)>,
    pub lead: String,
    /// Version of the statement, from 1.
    pub statement_version: i64,
    pub filed_at: Option<DateTime<Utc>>,
    pub remarks: Vec<RemarkView>,
    /// Incidents whose links cite it, with the paragraphs.
    pub cited_by: Vec<(Code, Vec<u32>)>,
    pub may_write: bool,
    pub may_return: bool,
    pub history: Vec<crate::LogRow>,
}

/// A draft was kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DraftSaved {
    /// The record's version now.
    pub version: i64,
    pub at: DateTime<Utc>,
}

#[derive(sqlx::FromRow)]
struct Row {
    status: String,
    status_since: DateTime<Utc>,
    sensitivity: String,
    lead_id: Uuid,
    statement: i64,
    filed_at: Option<DateTime<Utc>>,
    revision: i64,
    body: Vec<u8>,
    witness_id: Option<Uuid>,
}

#[derive(sqlx::FromRow)]
struct WitnessRow {
    id: Uuid,
    code: String,
    version: i64,
    wrapped_key: Vec<u8>,
    title: Vec<u8>,
    shown: bool,
}

/// The line by which a testimony is known in lists: the beginning of its summary.
pub(crate) fn title_of(form: &TestimonyForm) -> String {
    let line = form.interview.summary.lines().next().unwrap_or_default().trim();
    let short: String = line.chars().take(140).collect();
    if short.len() < line.len() {
        format!("{short}…")
    } else {
        short
    }
}

fn sensitivity_of(form: &TestimonyForm) -> (String, bool) {
    let known = vocabulary::SENSITIVITY.has(&form.sensitivity);
    let sensitivity = if known {
        form.sensitivity.clone()
    } else {
        "normal".to_owned()
    };
    let restricted = sensitivity == "restricted";
    (sensitivity, restricted)
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

/// Incidents whose links cite a testimony, each with the paragraphs; as far as this reader may know of them.
pub(crate) async fn citing(tx: &mut Tx, actor: &Actor, testimony: Uuid) -> Result<Vec<(Code, Vec<u32>)>> {
    let cited: Vec<(String, Option<i64>)> = on!(tx, |c| sqlx::query_as(concat!(
        "SELECT DISTINCT r.code, n.paragraph
         FROM citation n
         JOIN involvement v ON v.id = n.link_id AND v.superseded_at IS NULL
         JOIN record r ON r.id = v.incident_id
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
async fn row(tx: &mut Tx, id: Uuid) -> Result<Row> {
    Ok(on!(tx, |c| {
        sqlx::query_as(
        "SELECT t.status, t.status_since, t.sensitivity, t.lead_id, t.statement, t.filed_at, s.revision, s.body, t.witness_id
         FROM testimony t JOIN statement s ON s.testimony_id = t.id AND s.version = t.statement WHERE t.id = $1"
    )
    .bind(id)
    .fetch_one(c)
    .await
    })?)
}

fn status_of(row: &Row, id: Uuid) -> Result<TestimonyStatus> {
    TestimonyStatus::named(&row.status).ok_or(Fault::Malformed {
        table: "testimony",
        column: "status",
        row: id,
    })
}

impl Store {
    pub(crate) async fn insert_testimony(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        form: &TestimonyForm,
        lead: AccountId,
        witness: Option<Uuid>,
        previous: Option<&str>,
    ) -> Result<(Uuid, Code)> {
        let (sensitivity, restricted) = sensitivity_of(form);
        let title = title_of(form);
        let made = self
            .make(
                tx,
                actor,
                Kind::Testimony,
                (&title, &form.interview),
                &[&title],
                restricted,
                previous,
            )
            .await?;
        on!(&mut *tx, |c| {
            sqlx::query(
            "INSERT INTO testimony (id, status, status_since, sensitivity, witness_id, interview_date, lead_id, statement, paragraphs)
             VALUES ($1, 'draft', $2, $3, $4, $5, $6, 1, $7)"
        )
        .bind(made.id)
        .bind(self.business_now())
        .bind(&sensitivity)
        .bind(witness)
        .bind(date_of(form))
        .bind(lead.0)
        .bind(count(form))
        .execute(c)
        .await.map(crate::db::rows)
        })?;
        self.write_statement(tx, made.id, 1, 1, &made.key, form).await?;
        Ok((made.id, made.code))
    }

    async fn write_statement(
        &self,
        tx: &mut Tx,
        id: Uuid,
        version: i64,
        revision: i64,
        key: &DataKey,
        form: &TestimonyForm,
    ) -> Result<()> {
        let statement = Statement {
            paragraphs: form.paragraphs.clone(),
        };
        let body = key.seal_json(statement_place(id, revision), &statement, &self.0.chance);
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

    /// Starts a testimony: a draft, on a case if one is given. It always succeeds with what was typed, within the limits
    /// of length.
    ///
    /// # Errors
    /// `Invalid` at `case`, or for fields that are too long.
    pub async fn create_testimony(
        &self,
        actor: &Actor,
        case: Option<&Code>,
        form: &TestimonyForm,
    ) -> domain::Result<Code> {
        self.act(
            actor,
            On::Register("testimony"),
            async |work: &mut Work<access::TakeTestimony>| {
                form.check_lengths()?;
                let case = work.case_for(case).await?;
                let witness = work.witness(form).await?;
                let (id, code) = self
                    .insert_testimony(&mut work.tx, actor, form, actor.account, witness, None)
                    .await?;
                work.finish_new(Kind::Testimony, id, &code, case).await?;
                Ok(code)
            },
        )
        .await
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

    /// Opens the print view of a testimony.
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

    /// Opens a draft for writing.
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

    /// Keeps a draft that was read at `version`, exactly as typed.
    ///
    /// # Errors
    /// `Conflict` if somebody saved it since; `Invalid` for fields that are too long, or if it is final.
    pub async fn save_draft(
        &self,
        actor: &Actor,
        code: &Code,
        version: i64,
        form: &TestimonyForm,
    ) -> domain::Result<DraftSaved> {
        let code = of_kind(code, Kind::Testimony)?;
        self.act(actor, On::Record(code), async |work: &mut Work<access::WriteDraft>| {
            work.keep_draft(version, form).await?;
            Ok(DraftSaved {
                version: version + 1,
                at: work.now,
            })
        })
        .await
    }

    /// Files a testimony: what is missing is listed; else its numbers and its text freeze.
    ///
    /// # Errors
    /// `Invalid` with everything that is missing (the draft is not saved by this); `Conflict`.
    pub async fn file_testimony(
        &self,
        actor: &Actor,
        code: &Code,
        version: i64,
        form: &TestimonyForm,
    ) -> domain::Result<()> {
        let code = of_kind(code, Kind::Testimony)?;
        self.act(actor, On::Record(code), async |work: &mut Work<access::FileTestimony>| {
            let mut problems = Vec::new();
            let form = &work.unnumbered(form).await?;
            let filing = form.check(self.today()).map_err(|found| problems.extend(found)).ok();
            if let Some(problem) = work.second_interviewer(form).await? {
                problems.push(problem);
            }
            let witness = work.witness(form).await?;
            if witness.is_none() && !problems.iter().any(|problem| problem.field == "witness") {
                problems.push(domain::Problem::new("witness", ProblemKind::NoSuchRecord));
            }
            let (Some(filing), true) = (filing, problems.is_empty()) else { return Err(problems.into()) };
            let numbered = TestimonyForm { paragraphs: filing.statement.paragraphs.clone(), ..form.clone() };
            work.keep_draft(version, &numbered).await?;
            let (id, now, since) = (work.found()?.id, work.now, self.business_now());
            on!(&mut work.tx, |c| sqlx::query(
                "UPDATE testimony SET status = 'final', status_since = $2, filed_at = $3, filed_by = $4, interview_date = $5 WHERE id = $1"
            )
            .bind(id)
            .bind(since)
            .bind(now)
            .bind(actor.account.0)
            .bind(filing.interview_date.to_string())
            .execute(c)
            .await.map(crate::db::rows))?;
            on!(&mut work.tx, |c| sqlx::query(
                "UPDATE statement SET frozen_at = $2 WHERE testimony_id = $1 AND version = (SELECT statement FROM testimony WHERE id = $1)"
            )
            .bind(id)
            .bind(now)
            .execute(c)
            .await.map(crate::db::rows))?;
            work.note("paragraphs", filing.statement.paragraphs.len());
            Ok(())
        })
        .await
    }
}

fn date_of(form: &TestimonyForm) -> Option<String> {
    chrono::NaiveDate::parse_from_str(&domain::text::digits(form.interview.interview_date.trim()), "%Y-%m-%d")
        .ok()
        .map(|day| day.to_string())
}

/// The highest number, or how many paragraphs there are before numbers freeze.
pub(crate) fn count(form: &TestimonyForm) -> i64 {
    let highest = form
        .paragraphs
        .iter()
        .filter_map(|paragraph| paragraph.number)
        .max()
        .map(i64::from);
    highest.unwrap_or_else(|| {
        i64::try_from(
            form.paragraphs
                .iter()
                .filter(|paragraph| !paragraph.text.is_blank())
                .count(),
        )
        .unwrap_or(i64::MAX)
    })
}

impl<A: Act> Work<A> {
    /// The witness's id, if the code typed is of a person this actor may know of.
    pub(crate) async fn witness(&mut self, form: &TestimonyForm) -> Result<Option<Uuid>> {
        match form.interview.witness.parse::<Code>() {
            Ok(code) if code.kind() == Kind::Person => self.visible_record(&code).await,
            _ => Ok(None),
        }
    }

    /// The form without numbers where none are frozen yet: a first draft's numbers are its order, whatever was posted.
    async fn unnumbered(&mut self, form: &TestimonyForm) -> Result<TestimonyForm> {
        let mut form = form.clone();
        let id = self.found()?.id;
        if row(&mut self.tx, id).await?.statement == 1 {
            form.paragraphs.iter_mut().for_each(|paragraph| paragraph.number = None);
        }
        Ok(form)
    }

    async fn second_interviewer(&mut self, form: &TestimonyForm) -> Result<Option<domain::Problem>> {
        let login = form.interview.second_interviewer.trim().to_owned();
        if login.is_empty() {
            return Ok(None);
        }
        let store = self.store.clone();
        let staff = store.staff_with_roles(&mut self.tx).await?;
        let id = self.found()?.id;
        let lead: Uuid = on!(&mut self.tx, |c| sqlx::query_scalar(
            "SELECT t.lead_id FROM testimony t WHERE t.id = $1"
        )
        .bind(id)
        .fetch_one(c)
        .await)?;
        Ok(match staff.iter().find(|(_, colleague)| colleague.login == login) {
            None => Some(domain::Problem::new("second_interviewer", ProblemKind::NoSuchRecord)),
            Some((account, _)) if account.0 == lead => {
                Some(domain::Problem::new("second_interviewer", ProblemKind::Same))
            }
            Some(_) => None,
        })
    }

    /// Writes a draft's fields and paragraphs over those that were read at `version`. Numbers once frozen stay with
    /// their paragraphs, and none of those paragraphs disappears.
    pub(crate) async fn keep_draft(&mut self, version: i64, form: &TestimonyForm) -> Result<()> {
        form.check_lengths()?;
        let (store, actor) = (self.store.clone(), self.actor.clone());
        let found = self.expect_version(version)?;
        let old = row(&mut self.tx, found.id).await?;
        if !status_of(&old, found.id)?.is_open() {
            return Err(Error::at("", ProblemKind::Frozen).into());
        }
        let record = crate::record::row(&mut self.tx, found.id).await?;
        let key = record.key(&store, Kind::Testimony)?;
        let before: Statement = key.open_json(statement_place(found.id, old.revision), &old.body)?;
        let mut form = form.clone();
        let frozen: Vec<u32> = before
            .paragraphs
            .iter()
            .filter_map(|paragraph| paragraph.number)
            .collect();
        let mut kept = Vec::new();
        for paragraph in &mut form.paragraphs {
            paragraph.number = paragraph
                .number
                .filter(|number| old.statement > 1 && frozen.contains(number) && !kept.contains(number));
            kept.extend(paragraph.number);
        }
        if old.statement > 1 {
            form.paragraphs.extend(
                before
                    .paragraphs
                    .iter()
                    .filter(|paragraph| paragraph.number.is_some_and(|number| !kept.contains(&number)))
                    .cloned(),
            );
        }
        // Numbers are given here and nowhere else: what a form says is a number never becomes one.
        if A::NAME == access::FileTestimony::NAME {
            form.paragraphs = Statement {
                paragraphs: form.paragraphs,
            }
            .numbered()
            .paragraphs;
        }
        let interview = Interview {
            not_recorded: record.body::<Interview>(&key)?.not_recorded,
            ..form.interview.clone()
        };
        let (sensitivity, restricted) = sensitivity_of(&form);
        let title = title_of(&form);
        store
            .change(
                &mut self.tx,
                &actor,
                found.id,
                Kind::Testimony,
                version,
                (&title, &interview),
                &[&title],
                Some(restricted),
            )
            .await?;
        store
            .write_statement(&mut self.tx, found.id, old.statement, version + 1, &key, &form)
            .await?;
        let witness = self.witness(&form).await?;
        on!(&mut self.tx, |c| sqlx::query(
            "UPDATE testimony SET sensitivity = $2, witness_id = $3, interview_date = $4, paragraphs = $5 WHERE id = $1"
        )
        .bind(found.id)
        .bind(&sensitivity)
        .bind(witness)
        .bind(date_of(&form))
        .bind(count(&form))
        .execute(c)
        .await
        .map(crate::db::rows))?;
        Ok(())
    }

    async fn testimony(&mut self) -> Result<TestimonyView> {
        let found = self.found()?;
        let (store, actor) = (self.store.clone(), self.actor.clone());
        let (head, record, key) = self.head().await?;
        let interview = record.body(&key)?;
        let row = row(&mut self.tx, found.id).await?;
        let statement = key.open_json(statement_place(found.id, row.revision), &row.body)?;
        let status = status_of(&row, found.id)?;
        let witness = match row.witness_id {
            Some(id) => self.witness_row(id).await?,
            None => None,
        };
        let cited_by = citing(&mut self.tx, &actor, found.id).await?;
        let facts = self.facts_again(&found);
        let remarks = remarks_on(&store, &mut self.tx, found.id).await?;
        let history = Store::history(&mut self.tx, found.id, false, 30).await?;
        Ok(TestimonyView {
            may_write: status.is_open() && access::WriteDraft::grounds(&actor, &facts).is_ok(),
            may_return: status == TestimonyStatus::Final && access::Return::grounds(&actor, &facts).is_ok(),
            head,
            interview,
            statement,
            status,
            since: row.status_since,
            sensitivity: row.sensitivity,
            witness,
            lead: store.staff_name(AccountId(row.lead_id)),
            statement_version: row.statement,
            filed_at: row.filed_at,
            remarks,
            cited_by,
            history,
        })
    }

    async fn witness_row(&mut self, id: Uuid) -> Result<Option<(Code, Option<Words>)>> {
        let actor = self.actor.clone();
        let row: Option<WitnessRow> = on!(&mut self.tx, |c| sqlx::query_as(concat!(
            "SELECT r.id, r.code, r.version, k.wrapped_key, r.title, (",
            identity_shown!(),
            " AND ",
            visible!(),
            ") AS shown
             FROM record r JOIN person p ON p.id = r.id JOIN identity_key k ON k.record_id = r.id
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
            let key = self.store.0.keys.unwrap(Class::Identity, row.id, &row.wrapped_key)?;
            Some(Words::from(key.open(title_place(row.id, row.version), &row.title)?))
        } else {
            None
        };
        Ok(Some((code, name)))
    }
}
