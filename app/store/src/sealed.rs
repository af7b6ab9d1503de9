//! The part of a testimony that is sealed by itself: opened for a reason, by the lead or the protection officer, each time
//! with an entry in the log and a row that says why. What was said of sexual violence stands apart ([`crate::block`]).

use crate::case::of_kind;
use crate::db::on;
use crate::seal::{Class, Place};
use crate::work::{On, Work};
use crate::{Fault, Result, Store};
use chrono::{DateTime, Utc};
use domain::access::{self, Act};
use domain::form::Check;
use domain::sealed::{Part, only};
use domain::testimony::Answers;
use domain::{AccountId, Actor, Code, Error, Kind, Words};
use uuid::Uuid;

pub(crate) fn body_place(testimony: Uuid, version: i64) -> Place {
    Place {
        table: "sealed_answer",
        column: "body",
        row: testimony,
        version,
    }
}

fn reason_place(row: Uuid) -> Place {
    Place {
        table: "sealed_opening",
        column: "reason",
        row,
        version: 1,
    }
}

/// One opening.
#[derive(Clone, Debug)]
pub struct OpeningView {
    pub at: DateTime<Utc>,
    pub by: String,
    pub reason: Words,
}

/// The sealed part, opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedView {
    pub code: Code,
    /// From 0: nothing was written yet.
    pub version: i64,
    pub answers: Answers,
}

impl Store {
    /// Who opened the sealed part before, and why: newest first.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden`, `PurposeNeeded`.
    pub async fn see_openings(&self, actor: &Actor, code: &Code) -> domain::Result<Vec<OpeningView>> {
        let code = of_kind(code, Kind::Testimony)?;
        self.act(actor, On::Record(code), async |work: &mut Work<access::SeeOpenings>| {
            let found = work.found()?;
            let rows: Vec<(Uuid, Vec<u8>, Vec<u8>, DateTime<Utc>, Uuid)> = on!(&mut work.tx, |c| sqlx::query_as(
                "SELECT id, wrapped_key, reason, opened_at, opened_by FROM sealed_opening
                 WHERE testimony_id = $1
                 ORDER BY opened_at DESC
                 LIMIT 100"
            )
            .bind(found.id)
            .fetch_all(c)
            .await)?;
            self.know_staff(&mut work.tx, rows.iter().map(|row| row.4)).await?;
            rows.into_iter()
                .map(|(id, wrapped, reason, at, by)| {
                    let key = self.0.keys.unwrap(Class::Narrative, id, &wrapped)?;
                    Ok(OpeningView {
                        at,
                        by: self.staff_name(AccountId(by)),
                        reason: Words::from(key.open(reason_place(id), &reason)?),
                    })
                })
                .collect()
        })
        .await
    }

    /// Opens the sealed part, for a written reason.
    ///
    /// # Errors
    /// `StepUpNeeded`; `Invalid` at `reason`.
    pub async fn open_sealed(&self, actor: &Actor, code: &Code, reason: &str) -> domain::Result<SealedView> {
        let code = of_kind(code, Kind::Testimony)?;
        self.act(actor, On::Record(code), async |work: &mut Work<access::OpenSealed>| {
            work.expect_step_up()?;
            let mut check = Check::new();
            let reason = check.reason("reason", reason);
            check.finish(())?;
            let (testimony, now) = (work.found()?.id, work.now);
            let id = self.0.chance.id(now);
            let (key, wrapped) = self.0.keys.new_key(Class::Narrative, id, &self.0.chance);
            on!(&mut work.tx, |c| sqlx::query(
                "INSERT INTO sealed_opening (id, testimony_id, wrapped_key, reason, opened_at, opened_by)
                 VALUES ($1, $2, $3, $4, $5, $6)"
            )
            .bind(id)
            .bind(testimony)
            .bind(&wrapped)
            .bind(key.seal(reason_place(id), &reason, &self.0.chance))
            .bind(now)
            .bind(actor.account.0)
            .execute(c)
            .await
            .map(crate::db::rows))?;
            work.part_block(testimony).await?;
            work.sealed(code).await
        })
        .await
    }

    /// Writes the sealed part that was read at `version`. Nothing is shown, so that no password is asked for.
    ///
    /// # Errors
    /// `Conflict` if it was written since; `Invalid` for fields that are too long.
    pub async fn write_sealed(
        &self,
        actor: &Actor,
        code: &Code,
        version: i64,
        answers: &Answers,
    ) -> domain::Result<()> {
        let code = of_kind(code, Kind::Testimony)?;
        self.act(actor, On::Record(code), async |work: &mut Work<access::WriteSealed>| {
            domain::sealed::check(Part::Contact, answers)?;
            let testimony = work.found()?.id;
            work.part_block(testimony).await?;
            let kept: Option<i64> = on!(&mut work.tx, |c| sqlx::query_scalar(
                "SELECT version FROM sealed_answer WHERE testimony_id = $1"
            )
            .bind(testimony)
            .fetch_optional(c)
            .await)?;
            if kept.unwrap_or(0) != version {
                return Err(Fault::Known(Error::Conflict));
            }
            // Each time under a new key: what was written before can't be read with it.
            let next = version + 1;
            let answers = only(Part::Contact, answers);
            let (key, wrapped) = self.0.keys.new_key(Class::Identity, testimony, &self.0.chance);
            on!(&mut work.tx, |c| sqlx::query(
                "INSERT INTO sealed_answer (testimony_id, version, wrapped_key, body, updated_at, updated_by, parted)
                 VALUES ($1, $2, $3, $4, $5, $6, TRUE)
                 ON CONFLICT (testimony_id) DO UPDATE SET version = excluded.version, wrapped_key = excluded.wrapped_key,
                    body = excluded.body, updated_at = excluded.updated_at, updated_by = excluded.updated_by"
            )
            .bind(testimony)
            .bind(next)
            .bind(&wrapped)
            .bind(key.seal_json(body_place(testimony, next), &answers, &self.0.chance))
            .bind(work.now)
            .bind(actor.account.0)
            .execute(c)
            .await
            .map(crate::db::rows))?;
            work.note("sealed", next);
            Ok(())
        })
        .await
    }
}

impl<A: Act> Work<A> {
    fn expect_step_up(&self) -> Result<()> {
        if self.actor.stepped_up {
            Ok(())
        } else {
            Err(Fault::Known(Error::StepUpNeeded))
        }
    }

    async fn sealed(&mut self, code: &Code) -> Result<SealedView> {
        let testimony = self.found()?.id;
        let row: Option<(i64, Vec<u8>, Vec<u8>)> = on!(&mut self.tx, |c| sqlx::query_as(
            "SELECT version, wrapped_key, body FROM sealed_answer WHERE testimony_id = $1"
        )
        .bind(testimony)
        .fetch_optional(c)
        .await)?;
        let Some((version, wrapped, body)) = row else {
            return Ok(SealedView {
                code: code.clone(),
                version: 0,
                answers: Answers::default(),
            });
        };
        let key = self.store.0.keys.unwrap(Class::Identity, testimony, &wrapped)?;
        Ok(SealedView {
            code: code.clone(),
            version,
            answers: key.open_json(body_place(testimony, version), &body)?,
        })
    }
}
