//! Returning a testimony with remarks, and giving it to another investigator.

use crate::case::of_kind;
use crate::db::{Tx, on};
use crate::record::visible;
use crate::seal::{Class, Place};
use crate::work::{On, Work};
use crate::{Result, Store};
use chrono::{DateTime, Utc};
use domain::access;
use domain::form::Check;
use domain::testimony::TestimonyStatus;
use domain::{AccountId, Actor, Code, Kind, ProblemKind, Role, Words};
use uuid::Uuid;

fn place(row: Uuid) -> Place {
    Place {
        table: "remark",
        column: "words",
        row,
        version: 1,
    }
}

/// A supervisor's remarks.
#[derive(Clone, Debug)]
pub struct RemarkView {
    pub words: Words,
    pub at: DateTime<Utc>,
    pub by: String,
}

/// Remarks on a record, newest first.
pub(crate) async fn remarks_on(store: &Store, tx: &mut Tx, record: Uuid) -> Result<Vec<RemarkView>> {
    let rows: Vec<(Uuid, Vec<u8>, Vec<u8>, DateTime<Utc>, Uuid)> = on!(tx, |c| {
        sqlx::query_as(
        "SELECT id, wrapped_key, words, made_at, made_by FROM remark WHERE record_id = $1 ORDER BY made_at DESC LIMIT 50"
    )
    .bind(record)
    .fetch_all(c)
    .await
    })?;
    rows.into_iter()
        .map(|(id, wrapped, words, at, by)| {
            let key = store.0.keys.unwrap(Class::Narrative, id, &wrapped)?;
            Ok(RemarkView {
                words: Words::from(key.open(place(id), &words)?),
                at,
                by: store.staff_name(AccountId(by)),
            })
        })
        .collect()
}

impl Store {
    /// Returns a final testimony with remarks: a new version of its statement is opened for writing, numbers stay. It may
    /// be given to another investigator, who must be on a case it hangs on.
    ///
    /// # Errors
    /// `Invalid` at `remarks` or `lead`; `Conflict` if it is not final any more.
    pub async fn return_testimony(&self, actor: &Actor, code: &Code, remarks: &str, lead: &str) -> domain::Result<()> {
        let code = of_kind(code, Kind::Testimony)?;
        self.act(actor, On::Record(code), async |work: &mut Work<access::Return>| {
            let found = work.found()?;
            let mut check = Check::new();
            let remarks = check.reason("remarks", remarks);
            let lead = if lead.trim().is_empty() {
                None
            } else {
                let staff = self.staff_with_roles(&mut work.tx).await?;
                let mut chosen = staff.into_iter().find(|(_, colleague)| colleague.login == lead.trim() && colleague.roles.has(Role::Investigator));
                if let Some((account, _)) = &chosen {
                    let knows: i64 = on!(&mut work.tx, |c| sqlx::query_scalar(concat!("SELECT count(*) FROM record r WHERE r.id = $3 AND (", visible!(), ")"))
                        .bind(account.0)
                        .bind(false)
                        .bind(found.id)
                        .fetch_one(c)
                        .await)?;
                    chosen = chosen.filter(|_| knows == 1);
                }
                if chosen.is_none() {
                    check.problem("lead", ProblemKind::NoSuchRecord);
                }
                chosen.map(|(account, _)| account)
            };
            check.finish(())?;
            let statement = work.open_version(TestimonyStatus::Returned, Words::default()).await?;
            on!(&mut work.tx, |c| sqlx::query("UPDATE testimony SET lead_id = COALESCE($2, lead_id) WHERE id = $1")
                .bind(found.id)
                .bind(lead.map(|account| account.0))
                .execute(c)
                .await.map(crate::db::rows))?;
            let id = self.0.chance.id(work.now);
            let (key, wrapped) = self.0.keys.new_key(Class::Narrative, id, &self.0.chance);
            on!(&mut work.tx, |c| sqlx::query("INSERT INTO remark (id, record_id, wrapped_key, words, made_at, made_by) VALUES ($1, $2, $3, $4, $5, $6)")
                .bind(id)
                .bind(found.id)
                .bind(&wrapped)
                .bind(key.seal(place(id), &remarks, &self.0.chance))
                .bind(work.now)
                .bind(actor.account.0)
                .execute(c)
                .await.map(crate::db::rows))?;
            work.note("statement", statement);
            work.note("reassigned", lead.is_some());
            Ok(())
        })
        .await
    }
}
