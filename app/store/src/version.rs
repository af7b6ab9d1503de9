//! Versions of a statement: read back, final, corrected by a new version, supplemented by a record of its own.
//!
//! A final version never changes: no function here writes to it, and triggers forbid it. It is known by the SHA-256 of its
//! canonical JSON, which stands in its row and in the log entry of its filing.

use crate::case::of_kind;
use crate::db::{Tx, on};
use crate::draft::Draft;
use crate::seal::{hex, sha256};
use crate::testimony::{is_close, unseal};
use crate::work::{On, Work};
use crate::{Fault, Result, Store};
use chrono::{DateTime, Utc};
use domain::access::{self, Act};
use domain::form::Check;
use domain::testimony::{Answers, Needed, Question, Statement, TestimonyStatus};
use domain::{AccountId, Actor, Code, Error, Kind, Problem, ProblemKind};
use serde_json::json;
use uuid::Uuid;

/// A final version of a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionRow {
    /// From 1.
    pub number: i64,
    pub frozen_at: DateTime<Utc>,
    pub by: String,
    /// Lower-case hex; none for versions that were filed before hashes were kept.
    pub sha256: Option<String>,
}

/// A version of a statement, opened.
#[derive(Clone, Debug)]
pub struct VersionView {
    pub number: i64,
    /// When it became final; none for the one being written.
    pub frozen_at: Option<DateTime<Utc>>,
    pub by: String,
    pub sha256: Option<String>,
    /// Without the answers that this reader may not see.
    pub statement: Statement,
    /// The questions whose answers this reader may not see.
    pub withheld: Vec<&'static Question>,
}

#[derive(sqlx::FromRow)]
struct Row {
    version: i64,
    revision: i64,
    body: Vec<u8>,
    frozen_at: Option<DateTime<Utc>>,
    frozen_by: Option<Uuid>,
    sha256: Option<String>,
}

/// Every final version of a testimony, newest first.
pub(crate) async fn all(store: &Store, tx: &mut Tx, testimony: Uuid) -> Result<Vec<VersionRow>> {
    let rows: Vec<(i64, DateTime<Utc>, Option<Uuid>, Option<String>)> = on!(tx, |c| sqlx::query_as(
        "SELECT version, frozen_at, frozen_by, sha256 FROM statement
         WHERE testimony_id = $1 AND frozen_at IS NOT NULL
         ORDER BY version DESC"
    )
    .bind(testimony)
    .fetch_all(c)
    .await)?;
    let by = |account: Option<Uuid>| account.map(|id| store.staff_name(AccountId(id))).unwrap_or_default();
    Ok(rows
        .into_iter()
        .map(|(number, frozen_at, account, sha256)| VersionRow {
            number,
            frozen_at,
            by: by(account),
            sha256,
        })
        .collect())
}

/// The bytes that are hashed: JSON with sorted members and no white space, as RFC 8785 has it for strings, booleans and
/// small integers (`serde_json`'s maps are sorted; the members are ASCII).
pub(crate) fn canonical(testimony: &Code, version: i64, statement: &Statement) -> Vec<u8> {
    json!({
        "form": "sijill/statement/1",
        "testimony": testimony.as_str(),
        "version": version,
        "statement": statement,
    })
    .to_string()
    .into_bytes()
}

/// The SHA-256 of a version, in lower-case hex.
pub(crate) fn hash(testimony: &Code, version: i64, statement: &Statement) -> String {
    hex(&sha256(&canonical(testimony, version, statement)))
}

impl Store {
    /// A draft is complete: its numbers freeze, and it can be printed and read back to the witness.
    ///
    /// # Errors
    /// `Invalid` with everything that is missing or can't be; `Conflict` if it was saved since `version`, or is read back
    /// already.
    pub async fn read_back(&self, actor: &Actor, code: &Code, version: i64) -> domain::Result<()> {
        let code = of_kind(code, Kind::Testimony)?;
        self.act(actor, On::Record(code), async |work: &mut Work<access::ReadBack>| {
            let mut draft = work.expect_draft(version).await?;
            if draft.status == TestimonyStatus::ReadBack {
                return Err(Fault::Known(Error::Conflict));
            }
            work.complete(&mut draft, Needed::ReadBack).await?;
            work.keep(&draft).await?;
            work.stand(draft.id, TestimonyStatus::ReadBack).await
        })
        .await
    }

    /// Files a testimony that was read back: from now on it never changes.
    ///
    /// # Errors
    /// `Invalid` with everything that is missing or can't be; `Conflict` if it was saved since `version`, or was not read
    /// back.
    pub async fn file_testimony(&self, actor: &Actor, code: &Code, version: i64) -> domain::Result<()> {
        let code = of_kind(code, Kind::Testimony)?;
        self.act(
            actor,
            On::Record(code),
            async |work: &mut Work<access::FileTestimony>| {
                let mut draft = work.expect_draft(version).await?;
                if draft.status != TestimonyStatus::ReadBack {
                    return Err(Fault::Known(Error::Conflict));
                }
                work.complete(&mut draft, Needed::Final).await?;
                work.keep(&draft).await?;
                work.stand(draft.id, TestimonyStatus::Final).await?;
                let now = work.now;
                let hash = self
                    .freeze(
                        &mut work.tx,
                        code,
                        draft.id,
                        draft.number,
                        &draft.statement,
                        (now, actor.account),
                    )
                    .await?;
                work.note("sha256", hash);
                work.note("paragraphs", draft.statement.paragraphs.len());
                Ok(())
            },
        )
        .await
    }

    /// Makes a version unchangeable; its hash.
    pub(crate) async fn freeze(
        &self,
        tx: &mut Tx,
        code: &Code,
        id: Uuid,
        version: i64,
        statement: &Statement,
        (at, by): (DateTime<Utc>, AccountId),
    ) -> Result<String> {
        let hash = hash(code, version, statement);
        on!(&mut *tx, |c| sqlx::query(
            "UPDATE testimony SET filed_at = $2, filed_by = $3 WHERE id = $1"
        )
        .bind(id)
        .bind(at)
        .bind(by.0)
        .execute(c)
        .await
        .map(crate::db::rows))?;
        on!(tx, |c| sqlx::query(
            "UPDATE statement SET frozen_at = $3, frozen_by = $4, sha256 = $5 WHERE testimony_id = $1 AND version = $2"
        )
        .bind(id)
        .bind(version)
        .bind(at)
        .bind(by.0)
        .bind(&hash)
        .execute(c)
        .await
        .map(crate::db::rows))?;
        Ok(hash)
    }

    /// Opens a final testimony for correction: a new version that begins as the last one, and says why it is needed. The
    /// last one stays as it is.
    ///
    /// # Errors
    /// `Invalid` at `why`; `Conflict` if it is not final.
    pub async fn correct_testimony(&self, actor: &Actor, code: &Code, why: &str) -> domain::Result<()> {
        let code = of_kind(code, Kind::Testimony)?;
        self.act(
            actor,
            On::Record(code),
            async |work: &mut Work<access::CorrectTestimony>| {
                let mut check = Check::new();
                let why = check.reason("why", why);
                check.finish(())?;
                work.open_version(TestimonyStatus::Correcting, why).await?;
                Ok(())
            },
        )
        .await
    }

    /// Starts a supplementary statement of the same witness on the same cases: a record of its own.
    ///
    /// # Errors
    /// `Conflict` if the testimony is not final.
    pub async fn supplement_testimony(&self, actor: &Actor, code: &Code) -> domain::Result<Code> {
        let code = of_kind(code, Kind::Testimony)?;
        self.act(actor, On::Record(code), async |work: &mut Work<access::Supplement>| {
            let before = work.kept().await?;
            if before.status != TestimonyStatus::Final {
                return Err(Fault::Known(Error::Conflict));
            }
            let found = work.found()?;
            let mut answers = Answers::from([("follow_up_of", code.as_str()), ("interviewed_before", "yes")]);
            for name in [
                "witness",
                "interviewee_role",
                "relation",
                "interviewer_sex",
                "sensitivity",
                "language",
                "record_language",
            ] {
                answers.set(name, [before.statement.answers.get(name)]);
            }
            let vulnerabilities = before.statement.answers.all("vulnerabilities").to_vec();
            answers.set("vulnerabilities", vulnerabilities);
            let statement = Statement {
                answers,
                ..Statement::default()
            };
            let parties = work.parties(&statement).await?;
            let (id, made) = self
                .insert_testimony(&mut work.tx, actor, &statement, actor.account, parties, None)
                .await?;
            for (case, _) in &found.cases {
                self.hold(&mut work.tx, actor, *case, id).await?;
            }
            work.note("made", made.as_str());
            Ok(made)
        })
        .await
    }

    /// Opens versions of a statement for reading, in the order they are asked for.
    ///
    /// # Errors
    /// `NotFound` also if there is no such version.
    pub async fn open_versions<const N: usize>(
        &self,
        actor: &Actor,
        code: &Code,
        numbers: [i64; N],
    ) -> domain::Result<[VersionView; N]> {
        let code = of_kind(code, Kind::Testimony)?;
        self.act(actor, On::Record(code), async |work: &mut Work<access::OpenVersion>| {
            let mut views = Vec::with_capacity(N);
            for number in numbers {
                views.push(work.version(number).await?);
            }
            work.note("versions", numbers.to_vec());
            views.try_into().map_err(|_| Fault::Known(Error::Internal))
        })
        .await
    }
}

impl<A: Act> Work<A> {
    /// The draft, if nothing of it was saved since it was read at `version`.
    async fn expect_draft(&mut self, version: i64) -> Result<Draft> {
        let draft = self.draft().await?;
        if draft.version == version {
            Ok(draft)
        } else {
            Err(Fault::Known(Error::Conflict))
        }
    }

    /// Checks that the draft may go on, and freezes its numbers.
    async fn complete(&mut self, draft: &mut Draft, needed: Needed) -> Result<()> {
        let form = draft.statement.form();
        let known = self.known(&form.answers, draft.lead).await?;
        let checked = form.check(needed, &known);
        let mut problems = checked.as_ref().err().cloned().unwrap_or_default();
        let mut at = |field: &str, kind| {
            if !problems.iter().any(|problem| problem.field == field) {
                problems.push(Problem::new(field, kind));
            }
        };
        let (witness, follow_up_of) = self.parties(&draft.statement).await?;
        if witness.is_none() {
            at("witness", ProblemKind::NoSuchRecord);
        }
        let other = form.answers.get("follow_up_of");
        if !other.is_empty() && follow_up_of.is_none_or(|id| id == draft.id) {
            at("follow_up_of", ProblemKind::NoSuchRecord);
        }
        if let Some(kind) = self.second_interviewer(&form.answers, draft.lead).await? {
            at("second_interviewer", kind);
        }
        match checked {
            Ok(filing) if problems.is_empty() => {
                draft.statement.paragraphs = filing.statement.paragraphs;
                draft.touch();
                Ok(())
            }
            _ => Err(problems.into()),
        }
    }

    /// What is wrong with the second interviewer: nobody of the staff who takes testimony, or the lead again.
    async fn second_interviewer(&mut self, answers: &Answers, lead: Uuid) -> Result<Option<ProblemKind>> {
        let login = answers.get("second_interviewer").trim();
        if login.is_empty() {
            return Ok(None);
        }
        let staff = self.store.clone().staff_with_roles(&mut self.tx).await?;
        Ok(match staff.iter().find(|(_, colleague)| colleague.login == login) {
            None => Some(ProblemKind::NoSuchRecord),
            Some((account, _)) if account.0 == lead => Some(ProblemKind::Same),
            Some(_) => None,
        })
    }

    /// Puts a testimony into a state.
    async fn stand(&mut self, id: Uuid, status: TestimonyStatus) -> Result<()> {
        let since = self.store.business_now();
        on!(&mut self.tx, |c| sqlx::query(
            "UPDATE testimony SET status = $2, status_since = $3 WHERE id = $1"
        )
        .bind(id)
        .bind(status.name())
        .bind(since)
        .execute(c)
        .await
        .map(crate::db::rows))?;
        self.note("status", status.name());
        Ok(())
    }

    /// Opens a new version of a final testimony for writing.
    pub(crate) async fn open_version(&mut self, status: TestimonyStatus, why: domain::Words) -> Result<i64> {
        let mut draft = self.kept().await?;
        if draft.status != TestimonyStatus::Final {
            return Err(Fault::Known(Error::Conflict));
        }
        draft.number += 1;
        draft.statement = draft.statement.reopened(why);
        draft.touch();
        on!(&mut self.tx, |c| sqlx::query(
            "UPDATE testimony SET statement = $2 WHERE id = $1"
        )
        .bind(draft.id)
        .bind(draft.number)
        .execute(c)
        .await
        .map(crate::db::rows))?;
        self.keep(&draft).await?;
        self.stand(draft.id, status).await?;
        Ok(draft.number)
    }

    async fn version(&mut self, number: i64) -> Result<VersionView> {
        let found = self.found()?;
        let record = crate::record::row(&mut self.tx, found.id).await?;
        let key = record.key(&self.store, Kind::Testimony)?;
        let row: Row = on!(&mut self.tx, |c| sqlx::query_as(
            "SELECT version, revision, body, frozen_at, frozen_by, sha256 FROM statement WHERE testimony_id = $1 AND version = $2"
        )
        .bind(found.id)
        .bind(number)
        .fetch_optional(c)
        .await)?
        .ok_or(Fault::Known(Error::NotFound))?;
        let mut statement = unseal(&key, found.id, row.revision, &row.body)?;
        let withheld = if is_close(&found) {
            Vec::new()
        } else {
            statement.answers.withhold()
        };
        Ok(VersionView {
            number: row.version,
            frozen_at: row.frozen_at,
            by: row
                .frozen_by
                .map(|id| self.store.staff_name(AccountId(id)))
                .unwrap_or_default(),
            sha256: row.sha256,
            statement,
            withheld,
        })
    }
}
