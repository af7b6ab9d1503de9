//! Requests that a second person approves or denies: to reveal an identity, to open a sealed block. Each kind has a table of
//! its own, and all are of one shape.

use crate::db::on;
use crate::record::{supervises, visible};
use crate::reveal::{MyRequest, WaitingRow, code_of};
use crate::seal::{Class, Place};
use crate::work::Work;
use crate::{Fault, Result};
use chrono::{DateTime, Duration, Utc};
use domain::access::{self, Act};
use domain::reveal::{REQUEST_HOURS, Reason, request_state};
use domain::{AccountId, Error, ProblemKind, Words};
use uuid::Uuid;

/// One kind of request: its table, and the statements on it.
pub(crate) struct Approvals {
    table: &'static str,
    ask: &'static str,
    asked: &'static str,
    decide: &'static str,
    use_up: &'static str,
    waiting: &'static str,
    mine: &'static str,
}

macro_rules! approvals {
    ($table:literal, $record:literal) => {
        Approvals {
            table: $table,
            ask: concat!(
                "INSERT INTO ", $table, " (id, ", $record, ", asked_at, asked_by, expires_at, wrapped_key, reason) VALUES ($1, $2, $3, $4, $5, $6, $7)"
            ),
            asked: concat!("SELECT asked_by, wrapped_key FROM ", $table, " WHERE id = $1 AND ", $record, " = $2"),
            decide: concat!(
                "UPDATE ", $table, " SET decided_at = $2, decided_by = $3, approved = $4, decision = $5
                 WHERE id = $1 AND decided_at IS NULL AND expires_at > $2"
            ),
            use_up: concat!(
                "UPDATE ", $table, " SET used_at = $2 WHERE id = $1 AND approved AND used_at IS NULL AND expires_at > $2"
            ),
            waiting: concat!(
                "SELECT q.id, r.code, q.asked_by, q.asked_at, q.expires_at
                 FROM ", $table, " q
                 JOIN record r ON r.id = q.", $record, "
                 WHERE q.decided_at IS NULL AND q.expires_at > $3 AND q.asked_by <> $1
                   AND EXISTS (SELECT 1 FROM holding wh JOIN assignment wa ON wa.case_id = wh.case_id
                               WHERE wh.record_id = r.id AND wh.superseded_at IS NULL
                                 AND wa.account_id = $1 AND wa.ended_at IS NULL AND wa.duty IN ('protection_officer', 'supervisor'))
                   AND (",
                visible!(),
                ")
                 ORDER BY q.asked_at, q.id
                 LIMIT 100"
            ),
            mine: concat!(
                "SELECT q.id, r.code, q.asked_at, q.expires_at, q.approved, q.used_at, q.decided_by, q.wrapped_key, q.decision
                 FROM ", $table, " q
                 JOIN record r ON r.id = q.", $record, "
                 WHERE q.asked_by = $1 AND q.asked_at > $3 AND (",
                visible!(),
                ")
                 ORDER BY q.asked_at DESC, q.id DESC
                 LIMIT 50"
            ),
        }
    };
}

/// To reveal a person's identity.
pub(crate) const REVEAL: Approvals = approvals!("reveal_request", "person_id");
/// To open the sealed block of a testimony.
pub(crate) const BLOCK: Approvals = approvals!("block_request", "testimony_id");

#[derive(sqlx::FromRow)]
struct MyRow {
    id: Uuid,
    code: String,
    asked_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
    approved: Option<bool>,
    used_at: Option<DateTime<Utc>>,
    decided_by: Option<Uuid>,
    wrapped_key: Vec<u8>,
    decision: Option<Vec<u8>>,
}

impl Approvals {
    /// Where a sealed column of a request stands.
    pub(crate) const fn place(&self, column: &'static str, request: Uuid) -> Place {
        Place {
            table: self.table,
            column,
            row: request,
            version: 1,
        }
    }
}

impl<A: Act> Work<A> {
    /// Asks a second person to approve, for a record.
    pub(crate) async fn ask_approval(&mut self, kind: &Approvals, record: Uuid, reason: &Reason) -> Result<()> {
        let (store, now) = (self.store.clone(), self.now);
        let id = store.0.chance.id(now);
        let (key, wrapped) = store.0.keys.new_key(Class::Narrative, id, &store.0.chance);
        on!(&mut self.tx, |c| sqlx::query(kind.ask)
            .bind(id)
            .bind(record)
            .bind(now)
            .bind(self.actor.account.0)
            .bind(now + Duration::hours(REQUEST_HOURS))
            .bind(&wrapped)
            .bind(key.seal(kind.place("reason", id), &reason.0, &store.0.chance))
            .execute(c)
            .await
            .map(crate::db::rows))?;
        self.note("request", id.to_string());
        Ok(())
    }

    /// Approves or denies another's request for a record, with a reason. `NotFound` if there is none; `Invalid` with
    /// `NotBySelf` on one's own; `Conflict` if it was decided already, or has expired.
    pub(crate) async fn decide_approval(
        &mut self,
        kind: &Approvals,
        record: Uuid,
        request: Uuid,
        approve: bool,
        reason: &Reason,
    ) -> Result<()> {
        let store = self.store.clone();
        let row: Option<(Uuid, Vec<u8>)> = on!(&mut self.tx, |c| sqlx::query_as(kind.asked)
            .bind(request)
            .bind(record)
            .fetch_optional(c)
            .await)?;
        let (asked_by, wrapped) = row.ok_or(Fault::Known(Error::NotFound))?;
        self.note("request", request.to_string());
        if asked_by == self.actor.account.0 {
            self.refused("own_request");
            return Err(Error::at("", ProblemKind::NotBySelf).into());
        }
        let key = store.0.keys.unwrap(Class::Narrative, request, &wrapped)?;
        let decided = on!(&mut self.tx, |c| sqlx::query(kind.decide)
            .bind(request)
            .bind(self.now)
            .bind(self.actor.account.0)
            .bind(approve)
            .bind(key.seal(kind.place("decision", request), &reason.0, &store.0.chance))
            .execute(c)
            .await
            .map(crate::db::rows))?;
        if decided == 0 {
            return Err(Error::Conflict.into());
        }
        self.note("approved", approve);
        Ok(())
    }

    /// Uses an approved request up.
    pub(crate) async fn use_up(&mut self, kind: &Approvals, request: Uuid) -> Result<()> {
        let used = on!(&mut self.tx, |c| sqlx::query(kind.use_up)
            .bind(request)
            .bind(self.now)
            .execute(c)
            .await
            .map(crate::db::rows))?;
        if used == 1 {
            Ok(())
        } else {
            Err(Fault::Known(Error::Conflict))
        }
    }
}

impl Work<access::SeeReveals> {
    /// Requests that this person may decide, oldest first.
    pub(crate) async fn waiting(&mut self, kind: &Approvals) -> Result<Vec<(Uuid, WaitingRow)>> {
        let (store, actor) = (self.store.clone(), self.actor.clone());
        let rows: Vec<(Uuid, String, Uuid, DateTime<Utc>, DateTime<Utc>)> =
            on!(&mut self.tx, |c| sqlx::query_as(kind.waiting)
                .bind(actor.account.0)
                .bind(supervises(&actor))
                .bind(self.now)
                .fetch_all(c)
                .await)?;
        store.know_staff(&mut self.tx, rows.iter().map(|row| row.2)).await?;
        rows.into_iter()
            .map(|(id, code, by, at, expires_at)| {
                let row = WaitingRow {
                    record: code_of(id, &code)?,
                    by: store.staff_name(AccountId(by)),
                    at,
                    expires_at: Some(expires_at),
                };
                Ok((id, row))
            })
            .collect()
    }

    /// This person's requests of the last thirty days, newest first.
    pub(crate) async fn mine(&mut self, kind: &Approvals) -> Result<Vec<(Uuid, MyRequest)>> {
        let (store, actor, now) = (self.store.clone(), self.actor.clone(), self.now);
        let rows: Vec<MyRow> = on!(&mut self.tx, |c| sqlx::query_as(kind.mine)
            .bind(actor.account.0)
            .bind(supervises(&actor))
            .bind(now - Duration::days(30))
            .fetch_all(c)
            .await)?;
        store
            .know_staff(&mut self.tx, rows.iter().filter_map(|row| row.decided_by))
            .await?;
        rows.into_iter()
            .map(|row| {
                let decision = match &row.decision {
                    None => None,
                    Some(sealed) => {
                        let key = store.0.keys.unwrap(Class::Narrative, row.id, &row.wrapped_key)?;
                        Some(Words::from(key.open(kind.place("decision", row.id), sealed)?))
                    }
                };
                let mine = MyRequest {
                    record: code_of(row.id, &row.code)?,
                    state: request_state(row.approved, row.used_at.is_some(), row.expires_at, now),
                    asked_at: row.asked_at,
                    expires_at: row.expires_at,
                    decided_by: row.decided_by.map(|by| store.staff_name(AccountId(by))),
                    decision,
                };
                Ok((row.id, mine))
            })
            .collect()
    }
}
