//! Notices of a withdrawal: made with it for every recipient who may have received the statement, answered once.

use crate::case::of_kind;
use crate::db::{Tx, on};
use crate::link::links;
use crate::seal::{Class, Place};
use crate::work::{On, Work};
use crate::{Fault, Result, Store};
use chrono::{DateTime, NaiveDate, Utc};
use domain::access::{self, Act};
use domain::consent::notice_due;
use domain::notice::{NoticeDraft, can_be_told};
use domain::{AccountId, Actor, Code, Error, Kind, ProblemKind, Words};
use uuid::Uuid;

/// A recipient who must be told, or was.
#[derive(Clone, Debug)]
pub struct NoticeView {
    /// For the form that answers it.
    pub id: Uuid,
    /// A code of the vocabulary `CONSENT_PURPOSE`.
    pub purpose: String,
    /// A code of the vocabulary `CONSENT_RECIPIENT`.
    pub recipient: String,
    pub withdrawn_on: NaiveDate,
    /// The last day on which it is in time.
    pub due_on: NaiveDate,
    /// None while nobody has told them.
    pub told: Option<Told>,
}

/// How a recipient was told.
#[derive(Clone, Debug)]
pub struct Told {
    pub on: NaiveDate,
    /// A code of the vocabulary `NOTICE_MEANS`.
    pub means: String,
    pub by: AccountId,
    /// What the recipient answered.
    pub answer: Words,
    pub recorded_at: DateTime<Utc>,
    pub recorded_by: AccountId,
}

/// The notices about one testimony.
#[derive(Clone, Debug)]
pub struct NoticeFile {
    pub code: Code,
    /// Those that wait first, by the day on which they are due.
    pub notices: Vec<NoticeView>,
    /// Login and name of everybody who may have told a recipient.
    pub staff: Vec<(String, String)>,
    pub may_answer: bool,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    purpose: String,
    recipient: String,
    withdrawn_on: String,
    due_on: String,
    answer_id: Option<Uuid>,
    told_on: Option<String>,
    means: Option<String>,
    told_by: Option<Uuid>,
    wrapped_key: Option<Vec<u8>>,
    answer: Option<Vec<u8>>,
    recorded_at: Option<DateTime<Utc>>,
    recorded_by: Option<Uuid>,
}

fn answer_place(row: Uuid) -> Place {
    Place {
        table: "notice_answer",
        column: "answer",
        row,
        version: 1,
    }
}

impl Row {
    fn view(self, store: &Store) -> Result<NoticeView> {
        let day = |table, column, row, text: &str| {
            text.parse::<NaiveDate>()
                .map_err(|_| Fault::Malformed { table, column, row })
        };
        let told = match (self.answer_id, self.told_on, self.means, self.told_by) {
            (Some(id), Some(on), Some(means), Some(by)) => {
                let malformed = |column| Fault::Malformed {
                    table: "notice_answer",
                    column,
                    row: id,
                };
                let wrapped = self.wrapped_key.ok_or_else(|| malformed("wrapped_key"))?;
                let key = store.0.keys.unwrap(Class::Narrative, id, &wrapped)?;
                let answer = self.answer.ok_or_else(|| malformed("answer"))?;
                Some(Told {
                    on: day("notice_answer", "told_on", id, &on)?,
                    means,
                    by: AccountId(by),
                    answer: Words::from(key.open(answer_place(id), &answer)?),
                    recorded_at: self.recorded_at.ok_or_else(|| malformed("recorded_at"))?,
                    recorded_by: AccountId(self.recorded_by.ok_or_else(|| malformed("recorded_by"))?),
                })
            }
            _ => None,
        };
        Ok(NoticeView {
            withdrawn_on: day("withdrawal_notice", "withdrawn_on", self.id, &self.withdrawn_on)?,
            due_on: day("withdrawal_notice", "due_on", self.id, &self.due_on)?,
            id: self.id,
            purpose: self.purpose,
            recipient: self.recipient,
            told,
        })
    }
}

/// Every notice about a testimony: those that wait first.
pub(crate) async fn of_testimony(store: &Store, tx: &mut Tx, testimony: Uuid) -> Result<Vec<NoticeView>> {
    let rows: Vec<Row> = on!(&mut *tx, |c| sqlx::query_as(
        "SELECT n.id, n.purpose, n.recipient, n.withdrawn_on, n.due_on,
            w.id AS answer_id, w.told_on, w.means, w.told_by, w.wrapped_key, w.answer, w.recorded_at, w.recorded_by
         FROM withdrawal_notice n
         LEFT JOIN notice_answer w ON w.notice_id = n.id
         WHERE n.testimony_id = $1
         ORDER BY w.id IS NOT NULL, n.due_on, n.id"
    )
    .bind(testimony)
    .fetch_all(c)
    .await)?;
    let mut who: Vec<Uuid> = rows.iter().filter_map(|row| row.told_by).collect();
    who.extend(rows.iter().filter_map(|row| row.recorded_by));
    store.know_staff(tx, who).await?;
    rows.into_iter().map(|row| row.view(store)).collect()
}

/// Whether a recipient may have received the testimony: a case on which it hangs or hung, or which cites or cited it, was
/// once referred. It rather tells one too many.
pub(crate) async fn was_sent(tx: &mut Tx, testimony: Uuid) -> Result<bool> {
    Ok(on!(tx, |c| sqlx::query_scalar(concat!(
        "SELECT EXISTS (SELECT 1 FROM case_move m
                        WHERE m.to_status IN ('referred', 'accepted', 'returned')
                          AND m.case_id IN (SELECT h.case_id FROM holding h WHERE h.record_id = $1
                                            UNION
                                            SELECT r.id FROM citation q JOIN record r ON r.id IN ",
        links!("l.record_id", "l.id = q.link_id"),
        "                                   WHERE q.source_id = $1
                                            UNION
                                            SELECT h.case_id FROM citation q JOIN holding h ON h.record_id IN ",
        links!("l.record_id", "l.id = q.link_id"),
        "                                   WHERE q.source_id = $1))"
    ))
    .bind(testimony)
    .fetch_one(c)
    .await)?)
}

impl Store {
    /// Makes a notice for each of these recipients who can be told and may have received the testimony, but for those
    /// for whom one waits already. How many were made.
    pub(crate) async fn insert_notices(
        &self,
        tx: &mut Tx,
        (by, at): (AccountId, DateTime<Utc>),
        testimony: Uuid,
        cells: &[(String, String)],
        withdrawn_on: NaiveDate,
    ) -> Result<usize> {
        if !was_sent(&mut *tx, testimony).await? {
            return Ok(0);
        }
        let mut made = 0;
        for (purpose, recipient) in cells.iter().filter(|(_, recipient)| can_be_told(recipient)) {
            let waits: bool = on!(&mut *tx, |c| sqlx::query_scalar(
                "SELECT EXISTS (SELECT 1 FROM withdrawal_notice n
                                WHERE n.testimony_id = $1 AND n.purpose = $2 AND n.recipient = $3
                                  AND NOT EXISTS (SELECT 1 FROM notice_answer w WHERE w.notice_id = n.id))"
            )
            .bind(testimony)
            .bind(purpose)
            .bind(recipient)
            .fetch_one(c)
            .await)?;
            if waits {
                continue;
            }
            on!(&mut *tx, |c| {
                sqlx::query(
                "INSERT INTO withdrawal_notice (id, testimony_id, purpose, recipient, withdrawn_on, due_on, recorded_at, recorded_by)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
            )
            .bind(self.0.chance.id(self.now()))
            .bind(testimony)
            .bind(purpose)
            .bind(recipient)
            .bind(withdrawn_on.to_string())
            .bind(notice_due(withdrawn_on).to_string())
            .bind(at)
            .bind(by.0)
            .execute(c)
            .await
            .map(crate::db::rows)
            })?;
            made += 1;
        }
        Ok(made)
    }

    /// Opens the notices about a testimony.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden`, `PurposeNeeded`.
    pub async fn see_notices(&self, actor: &Actor, code: &Code) -> domain::Result<NoticeFile> {
        let code = of_kind(code, Kind::Testimony)?;
        self.act(actor, On::Record(code), async |work: &mut Work<access::SeeNotices>| {
            let found = work.found()?;
            let notices = of_testimony(self, &mut work.tx, found.id).await?;
            let staff = self
                .staff_with_roles(&mut work.tx)
                .await?
                .into_iter()
                .map(|(_, colleague)| (colleague.login, colleague.name))
                .collect();
            Ok(NoticeFile {
                code: code.clone(),
                notices,
                staff,
                may_answer: access::AnswerNotice::grounds(actor, &work.facts_again(&found)).is_ok(),
            })
        })
        .await
    }

    /// Records that a recipient was told, and what they answered.
    ///
    /// # Errors
    /// `Conflict` if somebody recorded it already; `Invalid` at `notice`, `told_on` (before the withdrawal) or `told_by`.
    pub async fn answer_notice(&self, actor: &Actor, code: &Code, draft: &NoticeDraft) -> domain::Result<()> {
        let code = of_kind(code, Kind::Testimony)?;
        self.act(actor, On::Record(code), async |work: &mut Work<access::AnswerNotice>| {
            let found = work.found()?;
            let notices = of_testimony(self, &mut work.tx, found.id).await?;
            let notice = notices
                .iter()
                .find(|notice| notice.id == draft.notice)
                .ok_or_else(|| Error::at("notice", ProblemKind::Unknown))?;
            if notice.told.is_some() {
                return Err(Error::Conflict.into());
            }
            if draft.told_on < notice.withdrawn_on {
                return Err(Error::at("told_on", ProblemKind::EndsBeforeStart).into());
            }
            let staff = self.staff_with_roles(&mut work.tx).await?;
            let (told_by, _) = staff
                .iter()
                .find(|(_, colleague)| colleague.login == draft.told_by)
                .ok_or_else(|| Error::at("told_by", ProblemKind::Unknown))?;
            let id = self.0.chance.id(work.now);
            let (key, wrapped) = self.0.keys.new_key(Class::Narrative, id, &self.0.chance);
            on!(&mut work.tx, |c| sqlx::query(
                "INSERT INTO notice_answer (id, notice_id, told_on, means, told_by, wrapped_key, answer, recorded_at, recorded_by)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
            )
            .bind(id)
            .bind(notice.id)
            .bind(draft.told_on.to_string())
            .bind(&draft.means)
            .bind(told_by.0)
            .bind(&wrapped)
            .bind(key.seal(answer_place(id), &draft.answer, &self.0.chance))
            .bind(work.now)
            .bind(actor.account.0)
            .execute(c)
            .await
            .map(crate::db::rows))?;
            work.note("recipient", notice.recipient.as_str());
            Ok(())
        })
        .await
    }
}

impl Work<access::Import> {
    /// The notice of a withdrawal that was recorded elsewhere, once the links that say where the testimony went are there.
    ///
    /// # Errors
    /// `Internal`, `Busy`.
    pub async fn add_notices(
        &mut self,
        testimony: &crate::Imported,
        cells: &[(String, String)],
        withdrawn_on: NaiveDate,
        by: AccountId,
        at: DateTime<Utc>,
    ) -> domain::Result<()> {
        let store = self.store.clone();
        store
            .insert_notices(&mut self.tx, (by, at), testimony.id, cells, withdrawn_on)
            .await
            .map(drop)
            .map_err(Fault::shown)
    }
}
