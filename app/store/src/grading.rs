//! Gradings of a testimony and of its paragraphs: append-only; a person's later grading supersedes their earlier one.

use crate::case::of_kind;
use crate::db::{Tx, on};
use crate::record::Head;
use crate::seal::{Class, Place};
use crate::work::{On, Work};
use crate::{Fault, Result, Store};
use chrono::{DateTime, Utc};
use domain::access::{self, Act};
use domain::grading::{GradingDraft, GradingForm};
use domain::testimony::TestimonyStatus;
use domain::{AccountId, Actor, Code, Error, Kind, Words};
use uuid::Uuid;

/// A grading that stands.
#[derive(Clone, Debug)]
pub struct GradingView {
    /// A paragraph's number; none for the testimony as a whole.
    pub paragraph: Option<u32>,
    /// The version of the statement that was graded.
    pub statement: i64,
    pub source_grade: String,
    pub information_grade: String,
    pub reasons: Words,
    pub at: DateTime<Utc>,
    pub account: AccountId,
    pub by: String,
}

/// The gradings of a testimony.
#[derive(Clone, Debug)]
pub struct GradingFile {
    pub head: Head,
    pub gradings: Vec<GradingView>,
    /// Numbers of paragraphs that the case rests on.
    pub key_facts: Vec<u32>,
    pub may_grade: bool,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    paragraph: Option<i64>,
    statement: i64,
    source_grade: String,
    information_grade: String,
    wrapped_key: Vec<u8>,
    reasons: Vec<u8>,
    recorded_at: DateTime<Utc>,
    recorded_by: Uuid,
}

fn place(row: Uuid) -> Place {
    Place {
        table: "grading",
        column: "reasons",
        row,
        version: 1,
    }
}

async fn standing(store: &Store, tx: &mut Tx, testimony: Uuid) -> Result<Vec<GradingView>> {
    let rows: Vec<Row> = on!(&mut *tx, |c| {
        sqlx::query_as(
        "SELECT id, paragraph, statement, source_grade, information_grade, wrapped_key, reasons, recorded_at, recorded_by
         FROM grading
         WHERE testimony_id = $1 AND superseded_at IS NULL
         ORDER BY COALESCE(paragraph, 0), recorded_at"
    )
    .bind(testimony)
    .fetch_all(c)
    .await
    })?;
    store.know_staff(tx, rows.iter().map(|row| row.recorded_by)).await?;
    rows.into_iter()
        .map(|row| {
            let key = store.0.keys.unwrap(Class::Narrative, row.id, &row.wrapped_key)?;
            Ok(GradingView {
                paragraph: row.paragraph.and_then(|number| u32::try_from(number).ok()),
                statement: row.statement,
                reasons: Words::from(key.open(place(row.id), &row.reasons)?),
                source_grade: row.source_grade,
                information_grade: row.information_grade,
                at: row.recorded_at,
                account: AccountId(row.recorded_by),
                by: store.staff_name(AccountId(row.recorded_by)),
            })
        })
        .collect()
}

impl Store {
    /// Opens the gradings of a testimony.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden`, `PurposeNeeded`.
    pub async fn see_gradings(&self, actor: &Actor, code: &Code) -> domain::Result<GradingFile> {
        let code = of_kind(code, Kind::Testimony)?;
        self.act(actor, On::Record(code), async |work: &mut Work<access::Open>| {
            let found = work.found()?;
            let (head, ..) = work.head().await?;
            let kept = work.kept().await?;
            let key_facts = kept.statement.paragraphs.iter().filter(|paragraph| paragraph.is_key);
            let is_final = kept.status == TestimonyStatus::Final;
            Ok(GradingFile {
                key_facts: key_facts.filter_map(|paragraph| paragraph.number).collect(),
                gradings: standing(self, &mut work.tx, found.id).await?,
                may_grade: is_final && access::Grade::grounds(actor, &work.facts_again(&found)).is_ok(),
                head,
            })
        })
        .await
    }

    /// Records a grading of a final testimony, in place of this person's earlier one of the same.
    ///
    /// # Errors
    /// `Invalid`; `Conflict` if the testimony is not final.
    pub async fn grade(&self, actor: &Actor, code: &Code, form: &GradingForm) -> domain::Result<()> {
        let code = of_kind(code, Kind::Testimony)?;
        self.act(actor, On::Record(code), async |work: &mut Work<access::Grade>| {
            let kept = work.kept().await?;
            if kept.status != TestimonyStatus::Final {
                return Err(Fault::Known(Error::Conflict));
            }
            let draft = form.check(|number| kept.statement.paragraph(number).is_some())?;
            let now = work.now;
            self.insert_grading(&mut work.tx, kept.id, kept.number, &draft, now, actor.account)
                .await?;
            work.note("source", draft.source_grade);
            work.note("information", draft.information_grade);
            if let Some(number) = draft.paragraph {
                work.note("paragraph", number);
            }
            Ok(())
        })
        .await
    }

    async fn insert_grading(
        &self,
        tx: &mut Tx,
        testimony: Uuid,
        statement: i64,
        draft: &GradingDraft,
        at: DateTime<Utc>,
        by: AccountId,
    ) -> Result<()> {
        on!(&mut *tx, |c| sqlx::query(
            "UPDATE grading SET superseded_at = $4
             WHERE testimony_id = $1 AND recorded_by = $2 AND COALESCE(paragraph, 0) = $3 AND superseded_at IS NULL"
        )
        .bind(testimony)
        .bind(by.0)
        .bind(i64::from(draft.paragraph.unwrap_or(0)))
        .bind(at)
        .execute(c)
        .await
        .map(crate::db::rows))?;
        let id = self.0.chance.id(at);
        let (key, wrapped) = self.0.keys.new_key(Class::Narrative, id, &self.0.chance);
        on!(tx, |c| {
            sqlx::query(
            "INSERT INTO grading (id, testimony_id, statement, paragraph, source_grade, information_grade, wrapped_key, reasons,
                recorded_at, recorded_by)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
        )
        .bind(id)
        .bind(testimony)
        .bind(statement)
        .bind(draft.paragraph.map(i64::from))
        .bind(&draft.source_grade)
        .bind(&draft.information_grade)
        .bind(&wrapped)
        .bind(key.seal(place(id), &draft.reasons, &self.0.chance))
        .bind(at)
        .bind(by.0)
        .execute(c)
        .await
        .map(crate::db::rows)
        })?;
        Ok(())
    }
}

impl Work<access::Import> {
    /// A grading that was made elsewhere.
    ///
    /// # Errors
    /// `Internal`, `Busy`.
    pub async fn add_grading(
        &mut self,
        testimony: &crate::Imported,
        draft: &GradingDraft,
        at: DateTime<Utc>,
        by: AccountId,
    ) -> domain::Result<()> {
        let store = self.store.clone();
        store
            .insert_grading(&mut self.tx, testimony.id, 1, draft, at, by)
            .await
            .map_err(Fault::shown)
    }
}
