//! The supervisor's queue: every case by state, assignee and age.

use crate::db::on;
use crate::record::{supervises, title_place, visible};
use crate::seal::Class;
use crate::work::{On, Work};
use crate::{Fault, Result, Store};
use chrono::{DateTime, Utc};
use domain::access;
use domain::status::CaseStatus;
use domain::{AccountId, Actor, Code, Words};
use uuid::Uuid;

/// How the queue is sorted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum QueueSort {
    /// Longest in its state first.
    #[default]
    Oldest,
    /// Shortest in its state first.
    Newest,
}

/// The queue's filter. Empty fields filter nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct QueueFilter {
    pub status: Option<CaseStatus>,
    /// Login of somebody with a duty on the case; `-` for cases without a lead.
    pub assignee: String,
    /// At least so many days in its state.
    pub days: Option<u16>,
    pub sort: QueueSort,
    /// Rows after this one.
    pub after: Option<Code>,
}

/// A case in the queue.
#[derive(Clone, Debug)]
pub struct QueueRow {
    pub code: Code,
    pub title: Words,
    pub status: CaseStatus,
    pub since: DateTime<Utc>,
    pub priority: String,
    pub lead: Option<String>,
}

/// A page of the queue.
#[derive(Clone, Debug, Default)]
pub struct QueuePage {
    pub rows: Vec<QueueRow>,
    pub more: bool,
    /// Cases by state, for the strip above: all that this reader may see, whatever the filter.
    pub counts: Vec<(CaseStatus, i64)>,
    /// Login and name of everybody who may have a duty, for the filter.
    pub staff: Vec<(String, String)>,
    /// What is due by a date, whatever the filter.
    pub due: crate::Due,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    code: String,
    version: i64,
    wrapped_key: Vec<u8>,
    title: Vec<u8>,
    status: String,
    status_since: DateTime<Utc>,
    priority: String,
    lead_id: Option<Uuid>,
}

macro_rules! queue {
    ($status:literal, $than:literal, $order:literal) => {
        concat!(
            "SELECT r.id, r.code, r.version, r.wrapped_key, r.title, f.status, f.status_since, f.priority, l.account_id AS lead_id
             FROM case_file f
             JOIN record r ON r.id = f.id
             LEFT JOIN assignment l ON l.case_id = f.id AND l.duty = 'lead' AND l.ended_at IS NULL
             WHERE ", $status, "
               AND (CAST($4 AS TEXT) IS NULL OR ($4 = '-' AND l.account_id IS NULL)
                    OR EXISTS (SELECT 1 FROM assignment a JOIN account u ON u.id = a.account_id WHERE a.case_id = f.id AND a.ended_at IS NULL AND u.login = $4))
               AND ($5 IS NULL OR f.status_since <= $5)
               AND (CAST($6 AS TEXT) IS NULL OR (f.status_since, f.id) ", $than, " (SELECT m.status_since, m.id FROM case_file m JOIN record q ON q.id = m.id WHERE q.code = $6))
               AND (", visible!(), ")
             ORDER BY f.status_since ", $order, ", f.id ", $order, "
             LIMIT $7"
        )
    };
}

/// Cases by state: all, less those that this reader may not see. Only restricted ones and those with a conflict of interest
/// can be among these, so that the rule is asked for few: a case is never closed, only testimonies are.
const COUNTS: &str = concat!(
    "SELECT status, CAST(sum(n) AS BIGINT)
     FROM (SELECT f.status, count(*) AS n
           FROM case_file f
           GROUP BY f.status
           UNION ALL
           SELECT f.status, -count(*) AS n
           FROM case_file f
           JOIN record r ON r.id = f.id
           WHERE f.id IN (SELECT q.id FROM record q WHERE q.kind = 'case' AND q.restricted
                          UNION
                          SELECT x.case_id FROM conflict_of_interest x WHERE x.account_id = $1 AND x.conflict)
             AND NOT (",
    visible!(),
    ")
           GROUP BY f.status) counted
     GROUP BY status
     HAVING sum(n) > 0"
);

/// By sort, and whether one state is asked for. Final states are left out unless asked for.
const QUEUES: [&str; 4] = [
    queue!(
        "(CAST($3 AS TEXT) IS NULL AND f.status NOT IN ('closed', 'merged', 'archived'))",
        ">",
        "ASC"
    ),
    queue!(
        "(CAST($3 AS TEXT) IS NULL AND f.status NOT IN ('closed', 'merged', 'archived'))",
        "<",
        "DESC"
    ),
    queue!("f.status = $3", ">", "ASC"),
    queue!("f.status = $3", "<", "DESC"),
];

impl Store {
    /// A page of the queue.
    ///
    /// # Errors
    /// `Forbidden` for all but supervisors and the chair.
    pub async fn queue(&self, actor: &Actor, filter: &QueueFilter, limit: u32) -> domain::Result<QueuePage> {
        self.act(actor, On::Register("queue"), async |work: &mut Work<access::Queue>| {
            let text =
                QUEUES[usize::from(filter.sort == QueueSort::Newest) + if filter.status.is_some() { 2 } else { 0 }];
            let latest = filter
                .days
                .map(|days| self.business_now() - chrono::Duration::days(days.into()));
            let mut rows: Vec<Row> = on!(&mut work.tx, |c| sqlx::query_as(text)
                .bind(actor.account.0)
                .bind(supervises(actor))
                .bind(filter.status.map(CaseStatus::code))
                .bind((!filter.assignee.is_empty()).then_some(filter.assignee.as_str()))
                .bind(latest)
                .bind(filter.after.as_ref().map(Code::as_str))
                .bind(i64::from(limit) + 1)
                .fetch_all(c)
                .await)?;
            let more = rows.len() > limit as usize;
            rows.truncate(limit as usize);
            let counts: Vec<(String, i64)> = on!(&mut work.tx, |c| sqlx::query_as(COUNTS)
                .bind(actor.account.0)
                .bind(supervises(actor))
                .fetch_all(c)
                .await)?;
            let staff = self
                .staff_with_roles(&mut work.tx)
                .await?
                .into_iter()
                .map(|(_, colleague)| (colleague.login, colleague.name))
                .collect();
            let due = crate::task::due(self, &mut work.tx, actor).await?;
            work.returned(&rows.iter().map(|row| row.id).chain(due.ids()).collect::<Vec<_>>());
            let mut counts: Vec<(CaseStatus, i64)> = counts
                .into_iter()
                .filter_map(|(status, n)| Some((CaseStatus::parse(&status)?, n)))
                .collect();
            counts.sort_by_key(|(status, _)| CaseStatus::ALL.iter().position(|known| known == status));
            let rows = rows
                .into_iter()
                .map(|row| {
                    let malformed = |column| Fault::Malformed {
                        table: "case_file",
                        column,
                        row: row.id,
                    };
                    let key = self.0.keys.unwrap(Class::Narrative, row.id, &row.wrapped_key)?;
                    Ok(QueueRow {
                        code: row.code.parse().map_err(|_| malformed("code"))?,
                        title: Words::from(key.open(title_place(row.id, row.version), &row.title)?),
                        status: CaseStatus::parse(&row.status).ok_or_else(|| malformed("status"))?,
                        since: row.status_since,
                        priority: row.priority,
                        lead: row.lead_id.map(|id| self.staff_name(AccountId(id))),
                    })
                })
                .collect::<Result<_>>()?;
            Ok(QueuePage {
                rows,
                more,
                counts,
                staff,
                due,
            })
        })
        .await
    }
}
