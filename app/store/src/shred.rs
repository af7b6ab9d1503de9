//! Destroying an identity: one proposes, another confirms, and the key of the identity is gone. What remains is a
//! pseudonym, sex, year of birth and links.
//!
//! The key goes from the table in the transaction of the decision; then what the database's files still hold of it is swept
//! away. If the process ends in between, the next start sweeps. Backups made before hold the key until they expire.

use crate::case::of_kind;
use crate::db::{Pool, Tx, on};
use crate::person::person_row;
use crate::record::{Head, supervises, visible};
use crate::reveal::WaitingRow;
use crate::seal::{Class, Place};
use crate::work::{On, Work};
use crate::{Fault, Result, Store};
use chrono::{DateTime, Utc};
use domain::access::{self, Act};
use domain::reveal::Reason;
use domain::{AccountId, Actor, Code, Error, Kind, ProblemKind, Words};
use uuid::Uuid;

/// An identity that was destroyed.
#[derive(Clone, Debug)]
pub struct Shredded {
    pub at: DateTime<Utc>,
    pub proposed_by: String,
    pub decided_by: String,
}

/// A proposal to destroy an identity, for who makes one and for who decides.
#[derive(Clone, Debug)]
pub struct ShreddingView {
    /// Without a title.
    pub head: Head,
    pub protected: bool,
    /// By whom, when and why; none if nobody proposes it.
    pub proposed: Option<(String, DateTime<Utc>, Words)>,
    /// The reader's own proposal: another decides.
    pub mine: bool,
    pub shredded: Option<Shredded>,
    pub may_propose: bool,
    pub may_decide: bool,
}

fn place(column: &'static str, row: Uuid) -> Place {
    Place {
        table: "shredding",
        column,
        row,
        version: 1,
    }
}

/// Whether and by whom an identity was destroyed.
pub(crate) async fn shredded(store: &Store, tx: &mut Tx, person: Uuid) -> Result<Option<Shredded>> {
    let row: Option<(DateTime<Utc>, Uuid, Uuid)> = on!(&mut *tx, |c| sqlx::query_as(
        "SELECT decided_at, proposed_by, decided_by FROM shredding WHERE person_id = $1 AND confirmed"
    )
    .bind(person)
    .fetch_optional(c)
    .await)?;
    let Some((at, proposed_by, decided_by)) = row else {
        return Ok(None);
    };
    store.know_staff(tx, [proposed_by, decided_by]).await?;
    Ok(Some(Shredded {
        at,
        proposed_by: store.staff_name(AccountId(proposed_by)),
        decided_by: store.staff_name(AccountId(decided_by)),
    }))
}

/// Whether a proposal to destroy the identity waits.
pub(crate) async fn is_proposed(tx: &mut Tx, person: Uuid) -> Result<bool> {
    Ok(on!(tx, |c| sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM shredding WHERE person_id = $1 AND decided_at IS NULL)"
    )
    .bind(person)
    .fetch_one(c)
    .await)?)
}

/// Proposals that this person may decide.
pub(crate) async fn waiting(store: &Store, tx: &mut Tx, actor: &Actor) -> Result<Vec<(Uuid, WaitingRow)>> {
    if !supervises(actor) {
        return Ok(Vec::new());
    }
    let rows: Vec<(Uuid, String, Uuid, DateTime<Utc>)> = on!(&mut *tx, |c| sqlx::query_as(concat!(
        "SELECT q.id, r.code, q.proposed_by, q.proposed_at
         FROM shredding q
         JOIN record r ON r.id = q.person_id
         WHERE q.decided_at IS NULL AND q.proposed_by <> $1 AND (",
        visible!(),
        ")
         ORDER BY q.proposed_at, q.id
         LIMIT 100"
    ))
    .bind(actor.account.0)
    .bind(true)
    .fetch_all(c)
    .await)?;
    store.know_staff(tx, rows.iter().map(|row| row.2)).await?;
    rows.into_iter()
        .map(|(id, code, by, at)| {
            let person = code.parse().map_err(|_| Fault::Malformed {
                table: "record",
                column: "code",
                row: id,
            })?;
            let row = WaitingRow {
                record: person,
                by: store.staff_name(AccountId(by)),
                at,
                expires_at: None,
            };
            Ok((id, row))
        })
        .collect()
}

#[derive(sqlx::FromRow)]
struct Proposal {
    id: Uuid,
    proposed_by: Uuid,
    proposed_at: DateTime<Utc>,
    wrapped_key: Vec<u8>,
    reason: Vec<u8>,
}

impl<A: Act> Work<A> {
    async fn proposal(&mut self, person: Uuid) -> Result<Option<Proposal>> {
        Ok(on!(&mut self.tx, |c| {
            sqlx::query_as(
            "SELECT id, proposed_by, proposed_at, wrapped_key, reason FROM shredding WHERE person_id = $1 AND decided_at IS NULL"
        )
        .bind(person)
        .fetch_optional(c)
        .await
        })?)
    }
}

impl Work<access::DecideShredding> {
    /// Destroys the key, and everything else of the identity that the tables hold.
    async fn destroy(&mut self, person: Uuid, code: &Code) -> Result<()> {
        let now = self.now;
        let by = self.actor.account.0;
        let form = format!("{}/edit", code.path());
        for sql in [
            "DELETE FROM identity_key WHERE record_id = $1",
            "DELETE FROM match_key WHERE person_id = $1",
            "UPDATE person SET protected = TRUE WHERE id = $1",
        ] {
            on!(&mut self.tx, |c| sqlx::query(sql)
                .bind(person)
                .execute(c)
                .await
                .map(crate::db::rows))?;
        }
        self.store.clone().unindex(&mut self.tx, person).await?;
        on!(&mut self.tx, |c| {
            sqlx::query(
            "UPDATE record SET version = version + 1, title = $2, body = $2, updated_at = $3, updated_by = $4 WHERE id = $1"
        )
        .bind(person)
        .bind(Vec::<u8>::new())
        .bind(now)
        .bind(by)
        .execute(c)
        .await
        .map(crate::db::rows)
        })?;
        for sql in [
            "UPDATE reveal SET expires_at = $2 WHERE person_id = $1 AND expires_at > $2",
            "UPDATE reveal_request SET expires_at = $2 WHERE person_id = $1 AND expires_at > $2 AND used_at IS NULL",
        ] {
            on!(&mut self.tx, |c| sqlx::query(sql)
                .bind(person)
                .bind(now)
                .execute(c)
                .await
                .map(crate::db::rows))?;
        }
        // A form with the names in it that waits for somebody whose session ended.
        on!(&mut self.tx, |c| sqlx::query("DELETE FROM kept_post WHERE path = $1")
            .bind(&form)
            .execute(c)
            .await
            .map(crate::db::rows))?;
        Ok(())
    }
}

impl Store {
    /// Opens the proposal to destroy an identity, or the way to one.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden`, `PurposeNeeded`.
    pub async fn see_shredding(&self, actor: &Actor, code: &Code) -> domain::Result<ShreddingView> {
        let code = of_kind(code, Kind::Person)?;
        self.act(
            actor,
            On::Record(code),
            async |work: &mut Work<access::SeeShredding>| {
                let found = work.found()?;
                let row = person_row(&mut work.tx, found.id).await?;
                let shredded = shredded(self, &mut work.tx, found.id).await?;
                let proposal = work.proposal(found.id).await?;
                let mine = proposal
                    .as_ref()
                    .is_some_and(|proposal| proposal.proposed_by == actor.account.0);
                let proposed = match proposal {
                    None => None,
                    Some(proposal) => {
                        self.know_staff(&mut work.tx, [proposal.proposed_by]).await?;
                        let key = self
                            .0
                            .keys
                            .unwrap(Class::Narrative, proposal.id, &proposal.wrapped_key)?;
                        Some((
                            self.staff_name(AccountId(proposal.proposed_by)),
                            proposal.proposed_at,
                            Words::from(key.open(place("reason", proposal.id), &proposal.reason)?),
                        ))
                    }
                };
                let facts = work.facts_again(&found);
                let open = shredded.is_none();
                Ok(ShreddingView {
                    may_propose: open && proposed.is_none() && access::ProposeShredding::grounds(actor, &facts).is_ok(),
                    may_decide: open
                        && proposed.is_some()
                        && !mine
                        && access::DecideShredding::grounds(actor, &facts).is_ok(),
                    head: work.nameless_head().await?.0,
                    protected: row.protected,
                    proposed,
                    mine,
                    shredded,
                })
            },
        )
        .await
    }

    /// Proposes to destroy an identity.
    ///
    /// # Errors
    /// `Conflict` if it is proposed, or was destroyed.
    pub async fn propose_shredding(&self, actor: &Actor, code: &Code, reason: &Reason) -> domain::Result<()> {
        let code = of_kind(code, Kind::Person)?;
        self.act(
            actor,
            On::Record(code),
            async |work: &mut Work<access::ProposeShredding>| {
                let (found, now) = (work.found()?, work.now);
                if is_proposed(&mut work.tx, found.id).await?
                    || shredded(self, &mut work.tx, found.id).await?.is_some()
                {
                    return Err(Error::Conflict.into());
                }
                let id = self.0.chance.id(now);
                let (key, wrapped) = self.0.keys.new_key(Class::Narrative, id, &self.0.chance);
                on!(&mut work.tx, |c| sqlx::query(
                    "INSERT INTO shredding (id, person_id, proposed_at, proposed_by, wrapped_key, reason) VALUES ($1, $2, $3, $4, $5, $6)"
                )
                .bind(id)
                .bind(found.id)
                .bind(now)
                .bind(actor.account.0)
                .bind(&wrapped)
                .bind(key.seal(place("reason", id), &reason.0, &self.0.chance))
                .execute(c)
                .await
                .map(crate::db::rows))?;
                work.note("shredding", id.to_string());
                Ok(())
            },
        )
        .await
    }

    /// Confirms another's proposal, and the identity is gone; or declines it.
    ///
    /// # Errors
    /// `Invalid` with `NotBySelf` on one's own; `Conflict` if nothing is proposed.
    pub async fn decide_shredding(
        &self,
        actor: &Actor,
        code: &Code,
        confirm: bool,
        reason: &Reason,
    ) -> domain::Result<()> {
        let code = of_kind(code, Kind::Person)?;
        self.act(
            actor,
            On::Record(code),
            async |work: &mut Work<access::DecideShredding>| {
                let (found, now) = (work.found()?, work.now);
                let proposal = work.proposal(found.id).await?.ok_or(Fault::Known(Error::Conflict))?;
                work.note("shredding", proposal.id.to_string());
                if proposal.proposed_by == actor.account.0 {
                    work.refused("own_proposal");
                    return Err(Error::at("", ProblemKind::NotBySelf).into());
                }
                let key = self.0.keys.unwrap(Class::Narrative, proposal.id, &proposal.wrapped_key)?;
                let decided = on!(&mut work.tx, |c| sqlx::query(
                    "UPDATE shredding SET decided_at = $2, decided_by = $3, confirmed = $4, decision = $5 WHERE id = $1 AND decided_at IS NULL"
                )
                .bind(proposal.id)
                .bind(now)
                .bind(actor.account.0)
                .bind(confirm)
                .bind(key.seal(place("decision", proposal.id), &reason.0, &self.0.chance))
                .execute(c)
                .await
                .map(crate::db::rows))?;
                if decided == 0 {
                    return Err(Error::Conflict.into());
                }
                if confirm {
                    work.destroy(found.id, &found.code).await?;
                }
                work.note("confirmed", confirm);
                Ok(())
            },
        )
        .await?;
        if confirm && self.sweep().await.is_err() {
            // The key is gone from the table; its bytes in freed pages go at the next start.
            tracing::error!(
                "what is left of a destroyed identity could not be swept away; it is tried again at the next start"
            );
        }
        Ok(())
    }

    /// Sweeps away what the database's files still hold of destroyed keys, if there is anything to sweep.
    pub(crate) async fn sweep(&self) -> Result<()> {
        let mut tx = self.0.pool.read().await?;
        let due: Vec<Uuid> = on!(&mut tx, |c| sqlx::query_scalar(
            "SELECT id FROM shredding WHERE confirmed AND swept_at IS NULL"
        )
        .fetch_all(c)
        .await)?;
        tx.rollback().await?;
        if due.is_empty() {
            return Ok(());
        }
        match &self.0.pool {
            // `secure_delete` has overwritten the row; what is left stands in the write-ahead log, and in pages that moved.
            Pool::Sqlite { writer, .. } => {
                let mut writer = writer.acquire().await?;
                sqlx::query("VACUUM").execute(&mut *writer).await?;
                // Whoever reads just now holds the log's end: a moment later they don't.
                for attempt in 0.. {
                    let busy: i64 = sqlx::query_scalar("PRAGMA wal_checkpoint(TRUNCATE)")
                        .fetch_one(&mut *writer)
                        .await?;
                    match (busy, attempt) {
                        (0, _) => break,
                        (_, 40) => return Err(Fault::Known(Error::Busy)),
                        _ => tokio::time::sleep(std::time::Duration::from_millis(50)).await,
                    }
                }
            }
            // A plain VACUUM leaves the bytes of a dead row in its page: the small table of keys is written anew.
            Pool::Postgres(pool) => {
                for sql in ["VACUUM FULL identity_key", "VACUUM record", "VACUUM search_doc"] {
                    sqlx::query(sql).execute(pool).await?;
                }
            }
        }
        let mut tx = self.0.pool.write().await?;
        for id in due {
            on!(&mut tx, |c| sqlx::query(
                "UPDATE shredding SET swept_at = $2 WHERE id = $1"
            )
            .bind(id)
            .bind(self.now())
            .execute(c)
            .await
            .map(crate::db::rows))?;
        }
        tx.commit().await
    }
}
