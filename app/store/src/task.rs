//! What is due by a date, for who has to do it: out of the record itself, so that nobody has to keep a list.

use crate::db::{Tx, on};
use crate::record::{supervises, visible};
use crate::work::{On, Work};
use crate::{Result, Store};
use chrono::{Days, NaiveDate};
use domain::risk::REVIEW_DAYS;
use domain::{Actor, Code, access};
use uuid::Uuid;

/// The most rows of one sort; they are sorted by their dates.
const MOST: i64 = 50;

/// What is due on somebody's cases; for who supervises, on all.
#[derive(Clone, Debug, Default)]
pub struct Due {
    /// Witnesses the review of whose risks is overdue: for lead, second and protection officer.
    pub reviews: Vec<ReviewDue>,
    /// Recipients that must still be told of a withdrawal: for legal and protection officer.
    pub notices: Vec<NoticeDue>,
}

/// The review of a person's risks is overdue.
#[derive(Clone, Debug)]
pub struct ReviewDue {
    pub id: Uuid,
    /// The pseudonym.
    pub person: Code,
    /// The last day on which it would have been in time.
    pub since: NaiveDate,
}

/// A recipient must still be told of a withdrawal.
#[derive(Clone, Debug)]
pub struct NoticeDue {
    pub id: Uuid,
    pub testimony: Code,
    /// A code of the vocabulary `CONSENT_RECIPIENT`.
    pub recipient: String,
    /// The last day on which it is in time.
    pub due_on: NaiveDate,
}

impl Due {
    /// Ids of what is listed, for the log.
    pub(crate) fn ids(&self) -> Vec<Uuid> {
        let notices = self.notices.iter().map(|row| row.id);
        self.reviews.iter().map(|row| row.id).chain(notices).collect()
    }

    /// Whether nothing is due.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.reviews.is_empty() && self.notices.is_empty()
    }
}

/// What is due for this person.
pub(crate) async fn due(store: &Store, tx: &mut Tx, actor: &Actor) -> Result<Due> {
    Ok(Due {
        reviews: reviews(store, tx, actor).await?,
        notices: notices(tx, actor).await?,
    })
}

/// Says the same as `Assessed::due`: the day of the review, or ninety days after the assessment, whichever is earlier.
async fn reviews(store: &Store, tx: &mut Tx, actor: &Actor) -> Result<Vec<ReviewDue>> {
    let today = store.today();
    let rows: Vec<(Uuid, String, String, String)> = on!(tx, |c| {
        sqlx::query_as(concat!(
        "SELECT r.id, r.code, min(a.review_on), min(a.assessed_on)
         FROM risk_assessment a
         JOIN record r ON r.id = a.person_id
         WHERE a.superseded_at IS NULL
           AND (a.review_on < $3 OR a.assessed_on < $4)
           AND ($2 OR EXISTS (SELECT 1 FROM holding h JOIN assignment d ON d.case_id = h.case_id
                              WHERE h.record_id = r.id AND h.superseded_at IS NULL
                                AND d.account_id = $1 AND d.ended_at IS NULL AND d.duty IN ('lead', 'second', 'protection_officer')))
           AND (",
        visible!(),
        ")
         GROUP BY r.id, r.code
         ORDER BY min(a.review_on), r.code
         LIMIT $5"
    ))
    .bind(actor.account.0)
    .bind(supervises(actor))
    .bind(today.to_string())
    .bind((today - Days::new(REVIEW_DAYS)).to_string())
    .bind(MOST)
    .fetch_all(c)
    .await
    })?;
    let mut due: Vec<ReviewDue> = rows
        .into_iter()
        .filter_map(|(id, code, review, assessed)| {
            let (review, assessed): (NaiveDate, NaiveDate) = (review.parse().ok()?, assessed.parse().ok()?);
            Some(ReviewDue {
                id,
                person: code.parse().ok()?,
                since: review.min(assessed + Days::new(REVIEW_DAYS)),
            })
        })
        .collect();
    due.sort_by_key(|row| row.since);
    Ok(due)
}

/// Those that nobody has answered.
async fn notices(tx: &mut Tx, actor: &Actor) -> Result<Vec<NoticeDue>> {
    let rows: Vec<(Uuid, String, String, String)> = on!(tx, |c| {
        sqlx::query_as(concat!(
        "SELECT n.id, r.code, n.recipient, n.due_on
         FROM withdrawal_notice n
         JOIN record r ON r.id = n.testimony_id
         WHERE NOT EXISTS (SELECT 1 FROM notice_answer w WHERE w.notice_id = n.id)
           AND ($2 OR EXISTS (SELECT 1 FROM holding h JOIN assignment d ON d.case_id = h.case_id
                              WHERE h.record_id = r.id AND h.superseded_at IS NULL
                                AND d.account_id = $1 AND d.ended_at IS NULL AND d.duty IN ('legal_officer', 'protection_officer')))
           AND (",
        visible!(),
        ")
         ORDER BY n.due_on, n.id
         LIMIT $3"
    ))
    .bind(actor.account.0)
    .bind(supervises(actor))
    .bind(MOST)
    .fetch_all(c)
    .await
    })?;
    Ok(rows
        .into_iter()
        .filter_map(|(id, code, recipient, due_on)| {
            Some(NoticeDue {
                id,
                testimony: code.parse().ok()?,
                recipient,
                due_on: due_on.parse().ok()?,
            })
        })
        .collect())
}

impl Store {
    /// What is due for this person, on the cases where it is theirs to do.
    ///
    /// # Errors
    /// `Forbidden` for roles that have no such duty.
    pub async fn tasks(&self, actor: &Actor) -> domain::Result<Due> {
        self.act(
            actor,
            On::Register("task"),
            async |work: &mut Work<access::SeeTasks>| {
                let due = due(self, &mut work.tx, actor).await?;
                work.returned(&due.ids());
                Ok(due)
            },
        )
        .await
    }
}
