//! Drafts of testimonies: kept exactly as typed, step by step, never one person's words over another's.

use crate::case::of_kind;
use crate::db::{Tx, on};
use crate::record::{supervises, visible};
use crate::search::Indexed;
use crate::testimony::{Body, Saved, is_close, row};
use crate::work::{On, Work};
use crate::{Fault, Result, Store};
use chrono::{DateTime, NaiveDate, Utc};
use domain::access::{self, Act};
use domain::testimony::{Statement, Step, TestimonyForm, TestimonyStatus, step_of};
use domain::{AccountId, Actor, Code, Error, Kind, Problem, ProblemKind, vocabulary};
use uuid::Uuid;

/// A draft was kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DraftSaved {
    /// The record's version now.
    pub version: i64,
    pub at: DateTime<Utc>,
    /// What was answered in the steps that were saved and can't be right; it is kept all the same.
    pub wrong: Vec<Problem>,
}

/// A testimony that somebody gave before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Earlier {
    pub code: Code,
    /// None where the draft does not say yet.
    pub on: Option<NaiveDate>,
    /// Who led the interview.
    pub by: AccountId,
    /// A final one may be supplemented.
    pub status: TestimonyStatus,
}

/// The line by which a testimony is known in lists: the beginning of its summary.
pub(crate) fn title_of(statement: &Statement) -> String {
    let line = statement
        .answers
        .get("summary")
        .lines()
        .next()
        .unwrap_or_default()
        .trim();
    let short: String = line.chars().take(140).collect();
    if short.len() < line.len() {
        format!("{short}…")
    } else {
        short
    }
}

fn sensitivity_of(statement: &Statement) -> (&str, bool) {
    let answer = statement.answers.get("sensitivity");
    let sensitivity = if vocabulary::SENSITIVITY.has(answer) {
        answer
    } else {
        "normal"
    };
    (sensitivity, sensitivity == "restricted")
}

fn date_of(statement: &Statement) -> Option<String> {
    statement.answers.day("interview_date").map(|day| day.to_string())
}

/// The highest number, or how many paragraphs there are before numbers freeze.
fn count(statement: &Statement) -> i64 {
    let paragraphs = &statement.paragraphs;
    let highest = paragraphs.iter().filter_map(|paragraph| paragraph.number).max();
    highest.map_or_else(
        || {
            let written = paragraphs.iter().filter(|paragraph| !paragraph.is_blank()).count();
            i64::try_from(written).unwrap_or(i64::MAX)
        },
        i64::from,
    )
}

impl Store {
    /// Indexes the words of a statement: its summary and its paragraphs, which everybody reads who may open it. Nothing else.
    pub(crate) async fn index_statement(&self, tx: &mut Tx, id: Uuid, statement: &Statement) -> Result<()> {
        let title = title_of(statement);
        let paragraphs = statement.paragraphs.iter();
        let mut words: Vec<&str> = paragraphs
            .flat_map(|paragraph| [paragraph.text.as_str(), paragraph.translation.as_str()])
            .collect();
        words.push(statement.answers.get("summary"));
        let of = Indexed {
            names: &[&title],
            words: &words,
            ..Indexed::default()
        };
        self.index(tx, id, &of).await
    }

    pub(crate) async fn insert_testimony(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        statement: &Statement,
        lead: AccountId,
        (witness, follow_up_of): (Option<Uuid>, Option<Uuid>),
        previous: Option<&str>,
    ) -> Result<(Uuid, Code)> {
        let (sensitivity, restricted) = sensitivity_of(statement);
        let title = title_of(statement);
        let made = self
            .make(
                tx,
                actor,
                Kind::Testimony,
                (&title, &Body::default()),
                &Indexed::titles(&[&title]),
                restricted,
                previous,
            )
            .await?;
        on!(&mut *tx, |c| {
            sqlx::query(
            "INSERT INTO testimony (id, status, status_since, sensitivity, witness_id, interview_date, lead_id, statement, paragraphs, follow_up_of)
             VALUES ($1, 'draft', $2, $3, $4, $5, $6, 1, $7, $8)"
        )
        .bind(made.id)
        .bind(self.business_now())
        .bind(sensitivity)
        .bind(witness)
        .bind(date_of(statement))
        .bind(lead.0)
        .bind(count(statement))
        .bind(follow_up_of)
        .execute(c)
        .await.map(crate::db::rows)
        })?;
        self.write_statement(tx, made.id, 1, 1, &made.key, statement).await?;
        self.index_statement(tx, made.id, statement).await?;
        Ok((made.id, made.code))
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
                let statement = unnumbered(form.clone());
                let parties = work.parties(&statement).await?;
                let (id, code) = self
                    .insert_testimony(&mut work.tx, actor, &statement, actor.account, parties, None)
                    .await?;
                work.finish_new(Kind::Testimony, id, &code, case).await?;
                Ok(code)
            },
        )
        .await
    }

    /// Testimonies that these people gave before, as far as this person may know of them: asked before a new one is begun.
    ///
    /// # Errors
    /// `Forbidden` for roles that read no content.
    pub async fn earlier_testimonies(
        &self,
        actor: &Actor,
        people: &[Code],
    ) -> domain::Result<Vec<(Code, Vec<Earlier>)>> {
        self.act(
            actor,
            On::Register("testimony"),
            async |work: &mut Work<access::List>| {
                let mut earlier = Vec::with_capacity(people.len());
                let mut ids = Vec::new();
                for person in people {
                    let Some(id) = work.visible_record(person).await? else {
                        continue;
                    };
                    ids.push(id);
                    earlier.push((person.clone(), work.given_by(id).await?));
                }
                work.returned(&ids);
                Ok(earlier)
            },
        )
        .await
    }

    /// Keeps every step of a draft that was read at `version`, exactly as typed.
    ///
    /// # Errors
    /// `Conflict` if anything of it was saved since; `Invalid` for fields that are too long, or if it is final.
    pub async fn save_draft(
        &self,
        actor: &Actor,
        code: &Code,
        version: i64,
        form: &TestimonyForm,
    ) -> domain::Result<DraftSaved> {
        self.save_steps(actor, code, &Step::ALL, version, form).await
    }

    /// Keeps one step of a draft that was read at `version`, exactly as typed; the others stay as they are.
    ///
    /// # Errors
    /// `Conflict` if the step was saved since; `Invalid` for fields that are too long, or if it is final.
    pub async fn save_step(
        &self,
        actor: &Actor,
        code: &Code,
        step: Step,
        version: i64,
        form: &TestimonyForm,
    ) -> domain::Result<DraftSaved> {
        self.save_steps(actor, code, &[step], version, form).await
    }

    async fn save_steps(
        &self,
        actor: &Actor,
        code: &Code,
        steps: &[Step],
        version: i64,
        form: &TestimonyForm,
    ) -> domain::Result<DraftSaved> {
        let code = of_kind(code, Kind::Testimony)?;
        self.act(actor, On::Record(code), async |work: &mut Work<access::WriteDraft>| {
            form.check_lengths()?;
            let mut draft = work.draft().await?;
            if version > draft.version || steps.iter().any(|step| draft.saved.at(*step) > version) {
                return Err(Fault::Known(Error::Conflict));
            }
            let close = is_close(&work.found()?);
            draft.write(steps, |typed| {
                steps.iter().for_each(|step| typed.take(*step, form, close))
            });
            let version = work.keep(&draft).await?;
            let typed = draft.statement.form();
            let mut wrong = typed.wrong(&work.known(&typed.answers, draft.lead).await?);
            wrong.retain(|problem| steps.contains(&step_of(&problem.field)));
            let at = work.now;
            Ok(DraftSaved { version, at, wrong })
        })
        .await
    }
}

/// What was typed, without numbers: until a testimony is read back, its order is its numbering.
pub(crate) fn unnumbered(form: TestimonyForm) -> Statement {
    let mut paragraphs = form.paragraphs;
    paragraphs.iter_mut().for_each(|paragraph| paragraph.number = None);
    Statement {
        answers: form.answers,
        paragraphs,
        ..Statement::default()
    }
}

/// A testimony that is not final, as it is kept.
pub(crate) struct Draft {
    pub id: Uuid,
    /// The record's version.
    pub version: i64,
    /// The version of the statement.
    pub number: i64,
    pub status: TestimonyStatus,
    pub lead: Uuid,
    pub statement: Statement,
    pub saved: Saved,
}

impl Draft {
    /// Every step has changed: who still writes on what was before is told so.
    pub(crate) fn touch(&mut self) {
        for step in Step::ALL {
            self.saved.note(step, self.version + 1);
        }
    }

    /// Writes in these steps.
    pub(crate) fn write(&mut self, steps: &[Step], change: impl FnOnce(&mut TestimonyForm)) {
        for step in steps {
            self.saved.note(*step, self.version + 1);
        }
        let mut typed = self.statement.form();
        change(&mut typed);
        self.retype(typed);
    }

    /// Takes what was typed. Numbers that are frozen stay with their paragraphs, and none of those disappears; what a form
    /// says is a number never becomes one.
    fn retype(&mut self, typed: TestimonyForm) {
        if !self.status.is_numbered() {
            let Statement {
                answers, paragraphs, ..
            } = unnumbered(typed);
            self.statement.answers = answers;
            self.statement.paragraphs = paragraphs;
            return;
        }
        let before = std::mem::take(&mut self.statement.paragraphs);
        let mut kept: Vec<u32> = Vec::new();
        let mut paragraphs = typed.paragraphs;
        for paragraph in &mut paragraphs {
            paragraph.number = paragraph
                .number
                .filter(|number| !kept.contains(number) && before.iter().any(|old| old.number == Some(*number)));
            kept.extend(paragraph.number);
        }
        let gone = |old: &domain::testimony::Paragraph| old.number.is_some_and(|number| !kept.contains(&number));
        paragraphs.extend(before.into_iter().filter(gone));
        self.statement.paragraphs = paragraphs;
        self.statement.answers = typed.answers;
    }
}

impl Work<access::List> {
    /// What a person told before, as far as this reader may know of it.
    async fn given_by(&mut self, person: Uuid) -> Result<Vec<Earlier>> {
        let actor = self.actor.clone();
        let rows: Vec<(Uuid, String, Option<String>, Uuid, String)> = on!(&mut self.tx, |c| sqlx::query_as(concat!(
            "SELECT r.id, r.code, t.interview_date, t.lead_id, t.status
             FROM testimony t
             JOIN record r ON r.id = t.id
             WHERE t.witness_id = $3 AND (",
            visible!(),
            ")
             ORDER BY r.code LIMIT 100"
        ))
        .bind(actor.account.0)
        .bind(supervises(&actor))
        .bind(person)
        .fetch_all(c)
        .await)?;
        let store = self.store.clone();
        store
            .know_staff(&mut self.tx, rows.iter().map(|(.., lead, _)| *lead))
            .await?;
        rows.into_iter()
            .map(|(id, code, on, by, status)| {
                let malformed = |table, column| Fault::Malformed { table, column, row: id };
                Ok(Earlier {
                    code: code.parse().map_err(|_| malformed("record", "code"))?,
                    on: on.and_then(|day| day.parse().ok()),
                    by: AccountId(by),
                    status: TestimonyStatus::named(&status).ok_or_else(|| malformed("testimony", "status"))?,
                })
            })
            .collect()
    }
}

impl<A: Act> Work<A> {
    /// The testimony, if it may still be written in.
    pub(crate) async fn draft(&mut self) -> Result<Draft> {
        let draft = self.kept().await?;
        if draft.status.is_open() {
            Ok(draft)
        } else {
            Err(Error::at("", ProblemKind::Frozen).into())
        }
    }

    /// The testimony as it is kept, with everything in it.
    pub(crate) async fn kept(&mut self) -> Result<Draft> {
        let found = self.found()?;
        let record = crate::record::row(&mut self.tx, found.id).await?;
        let key = record.key(&self.store, Kind::Testimony)?;
        let body: Body = record.body(&key)?;
        let row = row(&mut self.tx, found.id).await?;
        Ok(Draft {
            id: found.id,
            version: record.version,
            number: row.statement,
            status: row.status(found.id)?,
            lead: row.lead_id,
            statement: row.content(found.id, &key, &body)?,
            saved: body.saved,
        })
    }

    /// Writes a draft over what was kept; the record's new version.
    pub(crate) async fn keep(&mut self, draft: &Draft) -> Result<i64> {
        let (store, actor) = (self.store.clone(), self.actor.clone());
        let (sensitivity, restricted) = sensitivity_of(&draft.statement);
        let title = title_of(&draft.statement);
        let key = store
            .change(
                &mut self.tx,
                &actor,
                draft.id,
                Kind::Testimony,
                draft.version.into(),
                (&title, &Body::of(draft.saved.clone())),
                &Indexed::titles(&[&title]),
                Some(restricted),
            )
            .await?;
        let version = draft.version + 1;
        store
            .write_statement(&mut self.tx, draft.id, draft.number, version, &key, &draft.statement)
            .await?;
        store.index_statement(&mut self.tx, draft.id, &draft.statement).await?;
        let (witness, follow_up_of) = self.parties(&draft.statement).await?;
        on!(&mut self.tx, |c| {
            sqlx::query(
            "UPDATE testimony SET sensitivity = $2, witness_id = $3, interview_date = $4, paragraphs = $5, follow_up_of = $6
             WHERE id = $1"
        )
        .bind(draft.id)
        .bind(sensitivity)
        .bind(witness)
        .bind(date_of(&draft.statement))
        .bind(count(&draft.statement))
        .bind(follow_up_of.filter(|other| *other != draft.id))
        .execute(c)
        .await
        .map(crate::db::rows)
        })?;
        self.note("statement", draft.number);
        self.note("revision", version);
        Ok(version)
    }

    /// The witness and the testimony that it goes on from, as far as what was typed are codes of records that this person
    /// may know of.
    pub(crate) async fn parties(&mut self, statement: &Statement) -> Result<(Option<Uuid>, Option<Uuid>)> {
        let mut of = async |name: &str, kind: Kind| match statement.answers.get(name).parse::<Code>() {
            Ok(code) if code.kind() == kind => self.visible_record(&code).await,
            _ => Ok(None),
        };
        Ok((
            of("witness", Kind::Person).await?,
            of("follow_up_of", Kind::Testimony).await?,
        ))
    }
}
