//! Reveals: a protected identity opened to one person in one session for some minutes, with a reason; of a sensitive one,
//! after a second person approved it. The rules are `domain::reveal`; every showing is a log entry of its own.

use crate::approval::{BLOCK, REVEAL};
use crate::case::of_kind;
use crate::db::{Tx, on};
use crate::person::person_row;
use crate::record::Head;
use crate::seal::{Class, Place};
use crate::work::{Found, On, Work};
use crate::{Fault, Result, Store};
use chrono::{DateTime, Utc};
use domain::access::{self, Act};
use domain::person::PersonBody;
use domain::reveal::{Bar, Reason, RequestState, Standing, Way, day, request_state, sensitive, way};
use domain::{AccountId, Actor, Code, Error, Kind, ProblemKind, Words};
use uuid::Uuid;

/// The page of a protected identity.
#[derive(Clone, Debug)]
pub struct IdentityView {
    /// Without a title.
    pub head: Head,
    pub protected: bool,
    /// The identity, while a reveal lives; and until when.
    pub identity: Option<(PersonBody, DateTime<Utc>)>,
    pub way: Way,
    /// This reader's newest request for it: where it stands, and until when.
    pub request: Option<(RequestState, DateTime<Utc>)>,
    /// Reveals that this reader has left today.
    pub left: u32,
    /// The identity was destroyed.
    pub shredded: bool,
}

/// What came of asking for a reveal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Revealed {
    /// Open until then.
    Until(DateTime<Utc>),
    /// The day's number is used up; a new day begins then.
    Spent(DateTime<Utc>),
}

/// A request that waits for a decision.
#[derive(Clone, Debug)]
pub struct RequestView {
    pub id: Uuid,
    pub asked_by: String,
    pub asked_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    pub reason: Words,
    /// The reader's own: another decides.
    pub mine: bool,
}

/// The requests for one person that wait.
#[derive(Clone, Debug)]
pub struct RequestsView {
    pub head: Head,
    pub requests: Vec<RequestView>,
}

/// What waits for this reader: a request for a reveal, or a proposal to destroy an identity (without an end).
#[derive(Clone, Debug)]
pub struct WaitingRow {
    pub record: Code,
    pub by: String,
    pub at: DateTime<Utc>,
    pub expires_at: Option<DateTime<Utc>>,
}

/// A request of this reader.
#[derive(Clone, Debug)]
pub struct MyRequest {
    /// The person, or the testimony whose sealed block it is about.
    pub record: Code,
    pub state: RequestState,
    pub asked_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    pub decided_by: Option<String>,
    /// Why it was approved or denied.
    pub decision: Option<Words>,
}

/// Somebody's daily number of reveals is used up.
#[derive(Clone, Debug)]
pub struct AlertRow {
    pub id: Uuid,
    pub login: String,
    pub name: String,
    /// YYYY-MM-DD
    pub day: String,
    pub raised_at: DateTime<Utc>,
}

/// Requests and alerts, for one reader.
#[derive(Clone, Debug, Default)]
pub struct Reveals {
    /// Requests that this reader may decide, oldest first.
    pub waiting: Vec<WaitingRow>,
    /// Requests to open the sealed block of a testimony that this reader may decide, oldest first.
    pub blocks: Vec<WaitingRow>,
    /// Proposals to destroy an identity that this reader may decide, oldest first.
    pub shreddings: Vec<WaitingRow>,
    /// This reader's requests of the last thirty days, newest first.
    pub mine: Vec<MyRequest>,
    /// For supervisors and the chair: alerts that nobody took note of.
    pub alerts: Vec<AlertRow>,
}

/// A reveal that lives.
#[derive(sqlx::FromRow)]
pub(crate) struct Living {
    pub id: Uuid,
    pub expires_at: DateTime<Utc>,
}

#[derive(sqlx::FromRow)]
struct RequestRow {
    id: Uuid,
    approved: Option<bool>,
    used_at: Option<DateTime<Utc>>,
    expires_at: DateTime<Utc>,
}

impl RequestRow {
    fn state(&self, now: DateTime<Utc>) -> RequestState {
        request_state(self.approved, self.used_at.is_some(), self.expires_at, now)
    }
}

const fn reason_place(row: Uuid) -> Place {
    Place {
        table: "reveal",
        column: "reason",
        row,
        version: 1,
    }
}

/// The reveal of a person that lives for this reader in this session.
pub(crate) async fn living(tx: &mut Tx, actor: &Actor, person: Uuid, now: DateTime<Utc>) -> Result<Option<Living>> {
    let Some(session) = actor.session else { return Ok(None) };
    Ok(on!(tx, |c| sqlx::query_as(
        "SELECT id, expires_at FROM reveal
         WHERE person_id = $1 AND account_id = $2 AND session_id = $3 AND expires_at > $4
         ORDER BY expires_at DESC
         LIMIT 1"
    )
    .bind(person)
    .bind(actor.account.0)
    .bind(session.0)
    .bind(now)
    .fetch_optional(c)
    .await)?)
}

impl<A: Act> Work<A> {
    /// This person's newest request for an identity.
    async fn request_of(&mut self, person: Uuid) -> Result<Option<RequestRow>> {
        let account = self.actor.account.0;
        Ok(on!(&mut self.tx, |c| sqlx::query_as(
            "SELECT id, approved, used_at, expires_at FROM reveal_request
             WHERE person_id = $1 AND asked_by = $2
             ORDER BY asked_at DESC, id DESC
             LIMIT 1"
        )
        .bind(person)
        .bind(account)
        .fetch_optional(c)
        .await)?)
    }

    /// How this person comes to see an identity.
    async fn way_to(&mut self, found: &Found, marked: bool) -> Result<Way> {
        let restricted: bool = on!(&mut self.tx, |c| {
            sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM testimony t JOIN record r ON r.id = t.id WHERE t.witness_id = $1 AND r.restricted)"
        )
        .bind(found.id)
        .fetch_one(c)
        .await
        })?;
        let by_duty = found.author_of_loose || found.duties.iter().any(|duty| duty.reveals());
        Ok(way(by_duty, sensitive(marked, restricted)))
    }

    /// Reveals of this person today.
    async fn revealed_today(&mut self) -> Result<u32> {
        let account = self.actor.account.0;
        let (_, from, _) = day(self.now, self.store.offset());
        let count: i64 = on!(&mut self.tx, |c| sqlx::query_scalar(
            "SELECT count(*) FROM reveal WHERE account_id = $1 AND granted_at >= $2"
        )
        .bind(account)
        .bind(from)
        .fetch_one(c)
        .await)?;
        Ok(u32::try_from(count).unwrap_or(u32::MAX))
    }
}

impl Work<access::Reveal> {
    async fn grant(&mut self, found: &Found, request: Option<Uuid>, reason: &Words) -> Result<DateTime<Utc>> {
        let (store, actor, now) = (self.store.clone(), self.actor.clone(), self.now);
        let session = actor.session.ok_or(Fault::Known(Error::SignedOut))?;
        let until = now + store.limits().reveal;
        let id = store.0.chance.id(now);
        let (key, wrapped) = store.0.keys.new_key(Class::Narrative, id, &store.0.chance);
        on!(&mut self.tx, |c| {
            sqlx::query(
                "INSERT INTO reveal (id, person_id, account_id, session_id, request_id, granted_at, expires_at, wrapped_key, reason)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
            )
            .bind(id)
            .bind(found.id)
            .bind(actor.account.0)
            .bind(session.0)
            .bind(request)
            .bind(now)
            .bind(until)
            .bind(&wrapped)
            .bind(key.seal(reason_place(id), reason, &store.0.chance))
            .execute(c)
            .await
            .map(crate::db::rows)
        })?;
        self.note("reveal", id.to_string());
        if let Some(request) = request {
            self.note("request", request.to_string());
        }
        Ok(until)
    }

    /// Tells supervisors that this person's daily number is used up; once a day.
    async fn alert(&mut self) -> Result<()> {
        let (store, account, now) = (self.store.clone(), self.actor.account.0, self.now);
        let (today, ..) = day(now, store.offset());
        on!(&mut self.tx, |c| {
            sqlx::query(
            "INSERT INTO reveal_alert (id, account_id, day, raised_at) VALUES ($1, $2, $3, $4) ON CONFLICT (account_id, day) DO NOTHING"
        )
        .bind(store.0.chance.id(now))
        .bind(account)
        .bind(today.to_string())
        .bind(now)
        .execute(c)
        .await
        .map(crate::db::rows)
        })?;
        self.note("alert", true);
        Ok(())
    }
}

impl Store {
    /// Opens the page of a protected identity: the identity itself while a reveal lives in this session.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden`, `PurposeNeeded`.
    pub async fn see_identity(&self, actor: &Actor, code: &Code) -> domain::Result<IdentityView> {
        let code = of_kind(code, Kind::Person)?;
        self.act(actor, On::Record(code), async |work: &mut Work<access::SeeIdentity>| {
            let (found, now) = (work.found()?, work.now);
            let row = person_row(&mut work.tx, found.id).await?;
            let shredded = crate::shred::shredded(self, &mut work.tx, found.id).await?.is_some();
            let reveal = living(&mut work.tx, actor, found.id, now).await?;
            let reveal = reveal.filter(|_| row.protected && !shredded);
            work.note("identity", reveal.is_some());
            let (head, record) = work.nameless_head().await?;
            let identity = match reveal {
                None => None,
                Some(reveal) => {
                    work.note("reveal", reveal.id.to_string());
                    let key = record.key(self, Kind::Person)?;
                    let mut body: PersonBody = record.body(&key)?;
                    work.hide_sources(&mut body).await?;
                    Some((body, reveal.expires_at))
                }
            };
            let request = work.request_of(found.id).await?;
            Ok(IdentityView {
                way: work.way_to(&found, row.sensitive).await?,
                left: self.limits().reveals.saturating_sub(work.revealed_today().await?),
                request: request.map(|row| (row.state(now), row.expires_at)),
                protected: row.protected,
                head,
                identity,
                shredded,
            })
        })
        .await
    }

    /// Opens a protected identity to this person in this session, for some minutes. Where it takes a second person, the
    /// approved request is used up and its reason counts; else `reason` is why.
    ///
    /// # Errors
    /// `StepUpNeeded`; `Invalid` with `NotApproved` if it takes an approval that is not there, at `reason` if there is
    /// none;
    /// `Conflict` if the person is not protected, or the identity was destroyed.
    pub async fn reveal(&self, actor: &Actor, code: &Code, reason: Option<&Reason>) -> domain::Result<Revealed> {
        let code = of_kind(code, Kind::Person)?;
        self.act(actor, On::Record(code), async |work: &mut Work<access::Reveal>| {
            let (found, now) = (work.found()?, work.now);
            // Two at once of one person are counted one after the other.
            on!(&mut work.tx, |c| sqlx::query(
                "UPDATE account SET version = version WHERE id = $1"
            )
            .bind(actor.account.0)
            .execute(c)
            .await
            .map(crate::db::rows))?;
            let row = person_row(&mut work.tx, found.id).await?;
            if !row.protected {
                return Err(Error::Conflict.into());
            }
            let request = work.request_of(found.id).await?;
            let standing = Standing {
                stepped_up: actor.stepped_up,
                shredded: crate::shred::shredded(self, &mut work.tx, found.id).await?.is_some(),
                way: work.way_to(&found, row.sensitive).await?,
                request: request.as_ref().map(|row| row.state(now)),
                today: work.revealed_today().await?,
                most: self.limits().reveals,
            };
            match standing.bar() {
                None => {}
                Some(Bar::Shredded) => {
                    work.refused("shredded");
                    return Err(Error::Conflict.into());
                }
                Some(Bar::StepUp) => {
                    work.refused("step_up");
                    return Err(Error::StepUpNeeded.into());
                }
                Some(Bar::NotApproved) => {
                    work.refused("not_approved");
                    return Err(Error::at("", ProblemKind::NotApproved).into());
                }
                Some(Bar::Quota) => {
                    work.refused("quota");
                    work.alert().await?;
                    let (_, _, tomorrow) = day(now, self.offset());
                    return Ok(Revealed::Spent(tomorrow));
                }
            }
            let until = match (standing.way, request, reason) {
                (Way::SecondPerson, Some(request), _) => {
                    work.use_up(&REVEAL, request.id).await?;
                    // Why stands with the request.
                    work.grant(&found, Some(request.id), &Words::default()).await?
                }
                (Way::Straight, _, Some(reason)) => work.grant(&found, None, &reason.0).await?,
                _ => return Err(Error::at("reason", ProblemKind::Missing).into()),
            };
            if standing.is_last() {
                work.alert().await?;
            }
            Ok(Revealed::Until(until))
        })
        .await
    }

    /// Asks a second person to approve a reveal.
    ///
    /// # Errors
    /// `Conflict` if one waits or was approved already, if the person is not protected, or the identity was destroyed.
    pub async fn ask_reveal(&self, actor: &Actor, code: &Code, reason: &Reason) -> domain::Result<()> {
        let code = of_kind(code, Kind::Person)?;
        self.act(actor, On::Record(code), async |work: &mut Work<access::AskReveal>| {
            let (found, now) = (work.found()?, work.now);
            let row = person_row(&mut work.tx, found.id).await?;
            let open = work.request_of(found.id).await?.map(|row| row.state(now));
            let pending = matches!(open, Some(RequestState::Waiting | RequestState::Approved));
            if pending || !row.protected || crate::shred::shredded(self, &mut work.tx, found.id).await?.is_some() {
                return Err(Error::Conflict.into());
            }
            work.ask_approval(&REVEAL, found.id, reason).await
        })
        .await
    }

    /// Opens the requests for one person that wait.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden`, `PurposeNeeded`.
    pub async fn see_requests(&self, actor: &Actor, code: &Code) -> domain::Result<RequestsView> {
        let code = of_kind(code, Kind::Person)?;
        self.act(actor, On::Record(code), async |work: &mut Work<access::SeeRequests>| {
            let (found, now) = (work.found()?, work.now);
            let rows: Vec<(Uuid, Uuid, DateTime<Utc>, DateTime<Utc>, Vec<u8>, Vec<u8>)> =
                on!(&mut work.tx, |c| sqlx::query_as(
                    "SELECT id, asked_by, asked_at, expires_at, wrapped_key, reason FROM reveal_request
                         WHERE person_id = $1 AND decided_at IS NULL AND expires_at > $2
                         ORDER BY asked_at, id
                         LIMIT 50"
                )
                .bind(found.id)
                .bind(now)
                .fetch_all(c)
                .await)?;
            self.know_staff(&mut work.tx, rows.iter().map(|row| row.1)).await?;
            let requests = rows
                .into_iter()
                .map(|(id, asked_by, asked_at, expires_at, wrapped, reason)| {
                    let key = self.0.keys.unwrap(Class::Narrative, id, &wrapped)?;
                    Ok(RequestView {
                        id,
                        asked_by: self.staff_name(AccountId(asked_by)),
                        asked_at,
                        expires_at,
                        reason: Words::from(key.open(REVEAL.place("reason", id), &reason)?),
                        mine: asked_by == actor.account.0,
                    })
                })
                .collect::<Result<Vec<_>>>()?;
            let (head, _) = work.nameless_head().await?;
            Ok(RequestsView { head, requests })
        })
        .await
    }

    /// Approves or denies another's request, with a reason.
    ///
    /// # Errors
    /// `NotFound` if there is no such request for this person; `Invalid` with `NotBySelf` on one's own; `Conflict` if it was
    /// decided already, or has expired.
    pub async fn decide_reveal(
        &self,
        actor: &Actor,
        code: &Code,
        request: Uuid,
        approve: bool,
        reason: &Reason,
    ) -> domain::Result<()> {
        let code = of_kind(code, Kind::Person)?;
        self.act(
            actor,
            On::Record(code),
            async |work: &mut Work<access::DecideReveal>| {
                let person = work.found()?.id;
                work.decide_approval(&REVEAL, person, request, approve, reason).await
            },
        )
        .await
    }

    /// Says whether every reveal of this identity takes a second person.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden`, `PurposeNeeded`; `Conflict` if the person is not protected.
    pub async fn mark_sensitive(&self, actor: &Actor, code: &Code, sensitive: bool) -> domain::Result<()> {
        let code = of_kind(code, Kind::Person)?;
        self.act(
            actor,
            On::Record(code),
            async |work: &mut Work<access::MarkSensitive>| {
                let found = work.found()?;
                let marked = on!(&mut work.tx, |c| sqlx::query(
                    "UPDATE person SET sensitive = $2 WHERE id = $1 AND protected"
                )
                .bind(found.id)
                .bind(sensitive)
                .execute(c)
                .await
                .map(crate::db::rows))?;
                work.note("sensitive", sensitive);
                if marked == 0 {
                    return Err(Error::Conflict.into());
                }
                Ok(())
            },
        )
        .await
    }

    /// Requests that wait for this person, their own, and alerts.
    ///
    /// # Errors
    /// `Forbidden` for roles that read no content.
    pub async fn reveals(&self, actor: &Actor) -> domain::Result<Reveals> {
        self.act(
            actor,
            On::Register("reveal"),
            async |work: &mut Work<access::SeeReveals>| {
                let waiting = work.waiting(&REVEAL).await?;
                let shreddings = crate::shred::waiting(self, &mut work.tx, actor).await?;
                let blocks = work.waiting(&BLOCK).await?;
                let mut mine = work.mine(&REVEAL).await?;
                mine.extend(work.mine(&BLOCK).await?);
                mine.sort_by_key(|(id, request)| (std::cmp::Reverse(request.asked_at), *id));
                let alerts = work.alerts().await?;
                let ids = |rows: &[(Uuid, WaitingRow)]| rows.iter().map(|row| row.0).collect::<Vec<_>>();
                let returned = [
                    ids(&waiting),
                    ids(&blocks),
                    ids(&shreddings),
                    mine.iter().map(|row| row.0).collect(),
                    alerts.iter().map(|alert| alert.id).collect(),
                ];
                work.returned(&returned.concat());
                Ok(Reveals {
                    waiting: waiting.into_iter().map(|row| row.1).collect(),
                    blocks: blocks.into_iter().map(|row| row.1).collect(),
                    shreddings: shreddings.into_iter().map(|row| row.1).collect(),
                    mine: mine.into_iter().map(|row| row.1).collect(),
                    alerts,
                })
            },
        )
        .await
    }

    /// Takes note of an alert: it is shown no more.
    ///
    /// # Errors
    /// `NotFound`; `Forbidden` for all but supervisors and the chair.
    pub async fn acknowledge_alert(&self, actor: &Actor, alert: Uuid) -> domain::Result<()> {
        self.act(
            actor,
            On::Register("reveal"),
            async |work: &mut Work<access::AcknowledgeAlert>| {
                let now = work.now;
                let taken: Option<Uuid> = on!(&mut work.tx, |c| sqlx::query_scalar(
                    "UPDATE reveal_alert SET acknowledged_at = $2, acknowledged_by = $3
                     WHERE id = $1 AND acknowledged_at IS NULL AND account_id <> $3
                     RETURNING account_id"
                )
                .bind(alert)
                .bind(now)
                .bind(actor.account.0)
                .fetch_optional(c)
                .await)?;
                let account = taken.ok_or(Fault::Known(Error::NotFound))?;
                work.about(account);
                Ok(())
            },
        )
        .await
    }
}

impl Work<access::SeeReveals> {
    /// Alerts, for who takes note of them; never one's own.
    async fn alerts(&mut self) -> Result<Vec<AlertRow>> {
        let (store, actor) = (self.store.clone(), self.actor.clone());
        if access::AcknowledgeAlert::grounds(&actor, &access::Facts::default()).is_err() {
            return Ok(Vec::new());
        }
        let rows: Vec<(Uuid, Uuid, String, String, DateTime<Utc>)> = on!(&mut self.tx, |c| sqlx::query_as(
            "SELECT e.id, e.account_id, a.login, e.day, e.raised_at
             FROM reveal_alert e
             JOIN account a ON a.id = e.account_id
             WHERE e.acknowledged_at IS NULL AND e.account_id <> $1
             ORDER BY e.raised_at, e.id
             LIMIT 100"
        )
        .bind(actor.account.0)
        .fetch_all(c)
        .await)?;
        store.know_staff(&mut self.tx, rows.iter().map(|row| row.1)).await?;
        Ok(rows
            .into_iter()
            .map(|(id, account, login, day, raised_at)| AlertRow {
                id,
                login,
                name: store.staff_name(AccountId(account)),
                day,
                raised_at,
            })
            .collect())
    }
}

pub(crate) fn code_of(row: Uuid, code: &str) -> Result<Code> {
    code.parse().map_err(|_| Fault::Malformed {
        table: "record",
        column: "code",
        row,
    })
}
