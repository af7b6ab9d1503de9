//! The sealed block on sexual violence: apart from the rest of the sealed part, under a key of its own. Who is trained for it
//! writes it, and opens it once for each request that a second person approved. The rules are `domain::sealed`.

use crate::approval::BLOCK;
use crate::case::of_kind;
use crate::db::on;
use crate::reveal::RequestView;
use crate::seal::{Class, Place};
use crate::sealed::{SealedView, body_place as before_place};
use crate::work::{On, Work};
use crate::{Fault, Result, Store};
use chrono::{DateTime, Utc};
use domain::access::{self, Act};
use domain::reveal::{Reason, RequestState, request_state};
use domain::sealed::{Bar, Part, bar, only};
use domain::testimony::Answers;
use domain::{AccountId, Actor, Code, Error, Kind, ProblemKind, Words};
use uuid::Uuid;

fn body_place(testimony: Uuid, version: i64) -> Place {
    Place {
        table: "sealed_block",
        column: "body",
        row: testimony,
        version,
    }
}

/// The page of the block: nothing of what it holds.
#[derive(Clone, Debug)]
pub struct BlockView {
    pub code: Code,
    /// Something was written.
    pub written: bool,
    /// This reader's newest request: where it stands, and until when.
    pub request: Option<(RequestState, DateTime<Utc>)>,
    /// Who asked before, and what came of it; newest first.
    pub before: Vec<PastRequest>,
}

/// A request of anybody to open the block.
#[derive(Clone, Debug)]
pub struct PastRequest {
    pub by: String,
    pub at: DateTime<Utc>,
    pub state: RequestState,
    pub reason: Words,
}

/// The requests for one testimony that wait.
#[derive(Clone, Debug)]
pub struct BlockRequests {
    pub code: Code,
    pub requests: Vec<RequestView>,
}

#[derive(sqlx::FromRow)]
struct RequestRow {
    id: Uuid,
    asked_by: Uuid,
    asked_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
    approved: Option<bool>,
    used_at: Option<DateTime<Utc>>,
    wrapped_key: Vec<u8>,
    reason: Vec<u8>,
}

impl RequestRow {
    fn state(&self, now: DateTime<Utc>) -> RequestState {
        request_state(self.approved, self.used_at.is_some(), self.expires_at, now)
    }
}

impl<A: Act> Work<A> {
    /// Takes the block out of a sealed part that was written before it stood apart.
    pub(crate) async fn part_block(&mut self, testimony: Uuid) -> Result<()> {
        let store = self.store.clone();
        let row: Option<(i64, Vec<u8>, Vec<u8>, DateTime<Utc>, Uuid)> = on!(&mut self.tx, |c| {
            sqlx::query_as(
            "SELECT version, wrapped_key, body, updated_at, updated_by FROM sealed_answer WHERE testimony_id = $1 AND NOT parted"
        )
        .bind(testimony)
        .fetch_optional(c)
        .await
        })?;
        let Some((version, wrapped, body, at, by)) = row else {
            return Ok(());
        };
        let key = store.0.keys.unwrap(Class::Identity, testimony, &wrapped)?;
        let all: Answers = key.open_json(before_place(testimony, version), &body)?;
        let block = only(Part::Block, &all);
        if block != Answers::default() {
            self.put_block(testimony, 1, &block, (at, by)).await?;
        }
        let (key, wrapped) = store.0.keys.new_key(Class::Identity, testimony, &store.0.chance);
        let contact = only(Part::Contact, &all);
        on!(&mut self.tx, |c| sqlx::query(
            "UPDATE sealed_answer SET wrapped_key = $2, body = $3, parted = TRUE WHERE testimony_id = $1"
        )
        .bind(testimony)
        .bind(&wrapped)
        .bind(key.seal_json(before_place(testimony, version), &contact, &store.0.chance))
        .execute(c)
        .await
        .map(crate::db::rows))?;
        Ok(())
    }

    /// Each time under a new key: what was written before can't be read with it.
    async fn put_block(
        &mut self,
        testimony: Uuid,
        version: i64,
        block: &Answers,
        (at, by): (DateTime<Utc>, Uuid),
    ) -> Result<()> {
        let store = self.store.clone();
        let (key, wrapped) = store.0.keys.new_key(Class::Identity, testimony, &store.0.chance);
        on!(&mut self.tx, |c| sqlx::query(
            "INSERT INTO sealed_block (testimony_id, version, wrapped_key, body, updated_at, updated_by)
             VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (testimony_id) DO UPDATE SET version = excluded.version, wrapped_key = excluded.wrapped_key,
                body = excluded.body, updated_at = excluded.updated_at, updated_by = excluded.updated_by"
        )
        .bind(testimony)
        .bind(version)
        .bind(&wrapped)
        .bind(key.seal_json(body_place(testimony, version), block, &store.0.chance))
        .bind(at)
        .bind(by)
        .execute(c)
        .await
        .map(crate::db::rows))?;
        Ok(())
    }

    async fn block_version(&mut self, testimony: Uuid) -> Result<i64> {
        let version: Option<i64> = on!(&mut self.tx, |c| sqlx::query_scalar(
            "SELECT version FROM sealed_block WHERE testimony_id = $1"
        )
        .bind(testimony)
        .fetch_optional(c)
        .await)?;
        Ok(version.unwrap_or(0))
    }

    /// The requests for a testimony, newest first.
    async fn block_requests(&mut self, testimony: Uuid) -> Result<Vec<RequestRow>> {
        Ok(on!(&mut self.tx, |c| sqlx::query_as(
            "SELECT id, asked_by, asked_at, expires_at, approved, used_at, wrapped_key, reason FROM block_request
             WHERE testimony_id = $1
             ORDER BY asked_at DESC, id DESC
             LIMIT 100"
        )
        .bind(testimony)
        .fetch_all(c)
        .await)?)
    }

    /// This person's newest request: its id, and where it stands.
    async fn my_block_request(&mut self, testimony: Uuid) -> Result<Option<(Uuid, RequestState)>> {
        let (account, now) = (self.actor.account.0, self.now);
        let row: Option<RequestRow> = on!(&mut self.tx, |c| sqlx::query_as(
            "SELECT id, asked_by, asked_at, expires_at, approved, used_at, wrapped_key, reason FROM block_request
             WHERE testimony_id = $1 AND asked_by = $2
             ORDER BY asked_at DESC, id DESC
             LIMIT 1"
        )
        .bind(testimony)
        .bind(account)
        .fetch_optional(c)
        .await)?;
        Ok(row.map(|row| (row.id, row.state(now))))
    }
}

impl Work<access::OpenBlock> {
    async fn block(&mut self, code: &Code, testimony: Uuid) -> Result<SealedView> {
        let row: Option<(i64, Vec<u8>, Vec<u8>)> = on!(&mut self.tx, |c| sqlx::query_as(
            "SELECT version, wrapped_key, body FROM sealed_block WHERE testimony_id = $1"
        )
        .bind(testimony)
        .fetch_optional(c)
        .await)?;
        let (version, answers) = match row {
            None => (0, Answers::default()),
            Some((version, wrapped, body)) => {
                let key = self.store.0.keys.unwrap(Class::Identity, testimony, &wrapped)?;
                (version, key.open_json(body_place(testimony, version), &body)?)
            }
        };
        Ok(SealedView {
            code: code.clone(),
            version,
            answers,
        })
    }
}

impl Store {
    /// Opens the page of the block: whether anything was written, where one's own request stands, and who asked before.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden`, `PurposeNeeded`.
    pub async fn see_block(&self, actor: &Actor, code: &Code) -> domain::Result<BlockView> {
        let code = of_kind(code, Kind::Testimony)?;
        self.act(actor, On::Record(code), async |work: &mut Work<access::SeeBlock>| {
            let (testimony, now) = (work.found()?.id, work.now);
            let written: bool = on!(&mut work.tx, |c| sqlx::query_scalar(
                "SELECT EXISTS (SELECT 1 FROM sealed_block WHERE testimony_id = $1)
                     OR EXISTS (SELECT 1 FROM sealed_answer WHERE testimony_id = $1 AND NOT parted)"
            )
            .bind(testimony)
            .fetch_one(c)
            .await)?;
            let rows = work.block_requests(testimony).await?;
            self.know_staff(&mut work.tx, rows.iter().map(|row| row.asked_by))
                .await?;
            let mine = rows.iter().find(|row| row.asked_by == actor.account.0);
            let request = mine.map(|row| (row.state(now), row.expires_at));
            let before = rows
                .iter()
                .map(|row| {
                    let key = self.0.keys.unwrap(Class::Narrative, row.id, &row.wrapped_key)?;
                    Ok(PastRequest {
                        by: self.staff_name(AccountId(row.asked_by)),
                        at: row.asked_at,
                        state: row.state(now),
                        reason: Words::from(key.open(BLOCK.place("reason", row.id), &row.reason)?),
                    })
                })
                .collect::<Result<Vec<_>>>()?;
            Ok(BlockView {
                code: code.clone(),
                written,
                request,
                before,
            })
        })
        .await
    }

    /// Asks a second person to approve that the block is opened.
    ///
    /// # Errors
    /// `Conflict` if one's own request waits or was approved already.
    pub async fn ask_block(&self, actor: &Actor, code: &Code, reason: &Reason) -> domain::Result<()> {
        let code = of_kind(code, Kind::Testimony)?;
        self.act(actor, On::Record(code), async |work: &mut Work<access::AskBlock>| {
            let testimony = work.found()?.id;
            let open = work.my_block_request(testimony).await?.map(|(_, state)| state);
            if matches!(open, Some(RequestState::Waiting | RequestState::Approved)) {
                return Err(Error::Conflict.into());
            }
            work.ask_approval(&BLOCK, testimony, reason).await
        })
        .await
    }

    /// Opens the block once: the approved request is used up, and its reason counts.
    ///
    /// # Errors
    /// `StepUpNeeded`; `Invalid` with `NotApproved` if it takes an approval that is not there.
    pub async fn open_block(&self, actor: &Actor, code: &Code) -> domain::Result<SealedView> {
        let code = of_kind(code, Kind::Testimony)?;
        self.act(actor, On::Record(code), async |work: &mut Work<access::OpenBlock>| {
            let testimony = work.found()?.id;
            let request = work.my_block_request(testimony).await?;
            match (bar(actor.stepped_up, request.map(|(_, state)| state)), request) {
                (None, Some((request, _))) => {
                    work.use_up(&BLOCK, request).await?;
                    work.note("request", request.to_string());
                }
                (Some(Bar::StepUp), _) => {
                    work.refused("step_up");
                    return Err(Error::StepUpNeeded.into());
                }
                (Some(Bar::NotApproved), _) | (None, None) => {
                    work.refused("not_approved");
                    return Err(Error::at("", ProblemKind::NotApproved).into());
                }
            }
            work.part_block(testimony).await?;
            work.block(code, testimony).await
        })
        .await
    }

    /// Writes the block that was read at `version`, or for the first time (0). Nothing is shown, so that nobody approves.
    ///
    /// # Errors
    /// `Conflict` if it was written since; `Invalid` for fields that are too long, and at `violence` if there is nothing to
    /// begin with.
    pub async fn write_block(&self, actor: &Actor, code: &Code, version: i64, answers: &Answers) -> domain::Result<()> {
        let code = of_kind(code, Kind::Testimony)?;
        self.act(actor, On::Record(code), async |work: &mut Work<access::WriteBlock>| {
            domain::sealed::check(Part::Block, answers)?;
            let testimony = work.found()?.id;
            work.part_block(testimony).await?;
            if work.block_version(testimony).await? != version {
                return Err(Fault::Known(Error::Conflict));
            }
            let block = only(Part::Block, answers);
            if version == 0 && block == Answers::default() {
                return Err(Error::at("violence", ProblemKind::Missing).into());
            }
            let by = (work.now, actor.account.0);
            work.put_block(testimony, version + 1, &block, by).await?;
            work.note("block", version + 1);
            Ok(())
        })
        .await
    }

    /// Opens the requests for one testimony that wait.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden`, `PurposeNeeded`.
    pub async fn see_block_requests(&self, actor: &Actor, code: &Code) -> domain::Result<BlockRequests> {
        let code = of_kind(code, Kind::Testimony)?;
        self.act(
            actor,
            On::Record(code),
            async |work: &mut Work<access::SeeBlockRequests>| {
                let (testimony, now) = (work.found()?.id, work.now);
                let mut rows = work.block_requests(testimony).await?;
                rows.retain(|row| row.state(now) == RequestState::Waiting);
                rows.reverse();
                self.know_staff(&mut work.tx, rows.iter().map(|row| row.asked_by))
                    .await?;
                let requests = rows
                    .into_iter()
                    .map(|row| {
                        let key = self.0.keys.unwrap(Class::Narrative, row.id, &row.wrapped_key)?;
                        Ok(RequestView {
                            id: row.id,
                            asked_by: self.staff_name(AccountId(row.asked_by)),
                            asked_at: row.asked_at,
                            expires_at: row.expires_at,
                            reason: Words::from(key.open(BLOCK.place("reason", row.id), &row.reason)?),
                            mine: row.asked_by == actor.account.0,
                        })
                    })
                    .collect::<Result<Vec<_>>>()?;
                Ok(BlockRequests {
                    code: code.clone(),
                    requests,
                })
            },
        )
        .await
    }

    /// Approves or denies another's request, with a reason.
    ///
    /// # Errors
    /// `NotFound` if there is no such request for this testimony; `Invalid` with `NotBySelf` on one's own; `Conflict` if it
    /// was decided already, or has expired.
    pub async fn decide_block(
        &self,
        actor: &Actor,
        code: &Code,
        request: Uuid,
        approve: bool,
        reason: &Reason,
    ) -> domain::Result<()> {
        let code = of_kind(code, Kind::Testimony)?;
        self.act(actor, On::Record(code), async |work: &mut Work<access::DecideBlock>| {
            let testimony = work.found()?.id;
            work.decide_approval(&BLOCK, testimony, request, approve, reason).await
        })
        .await
    }
}
