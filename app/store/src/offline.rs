//! Devices that keep drafts without a connection, and the drafts that come from them.
//!
//! A device is told that it must erase what it keeps without anybody being signed in ([`Store::standing_of`]): the account
//! of a revoked device may be disabled. It tells no more than that word, to who knows the device's random id.

use crate::db::{Tx, on, once};
use crate::draft::unnumbered;
use crate::log::Outcome;
use crate::seal::{Class, Place, hex};
use crate::session::needs_factor;
use crate::work::{On, Work};
use crate::{Fault, From, Result, Store};
use chrono::{DateTime, Utc};
use domain::access;
use domain::offline::{Arrival, Arriving, DEVICES, Known, STEPS, Standing, arrival, expiry};
use domain::{Actor, Code, Error, Kind, ProblemKind};
use uuid::Uuid;
use zeroize::Zeroizing;

fn secret_place(device: Uuid) -> Place {
    Place {
        table: "offline_device",
        column: "secret",
        row: device,
        version: 1,
    }
}

/// A device of one's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfflineDevice {
    pub id: Uuid,
    pub standing: Standing,
    /// The browser, as it called itself when the device was made.
    pub agent: String,
    pub created_at: DateTime<Utc>,
    /// When its key was given out last.
    pub seen_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    /// When it first heard that it must erase what it keeps.
    pub told_at: Option<DateTime<Utc>>,
}

/// The key of a device, given out to its owner.
pub struct Released {
    pub device: Uuid,
    /// 256 bits in hex.
    pub secret: Zeroizing<String>,
    pub expires_at: DateTime<Utc>,
}

/// A draft was synchronised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Synchronised {
    pub testimony: Code,
    /// The testimony's version now.
    pub version: i64,
}

/// What came of a draft that was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sent {
    Kept(Synchronised),
    /// Somebody wrote in its testimony meanwhile. Nothing was changed.
    Conflict(Code),
}

#[derive(sqlx::FromRow)]
struct DeviceRow {
    id: Uuid,
    wrapped_key: Vec<u8>,
    secret: Option<Vec<u8>>,
    agent: String,
    created_at: DateTime<Utc>,
    seen_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
    revoked_at: Option<DateTime<Utc>>,
    told_at: Option<DateTime<Utc>>,
}

impl DeviceRow {
    fn standing(&self, now: DateTime<Utc>) -> Standing {
        Standing::of(self.expires_at, self.revoked_at.is_some(), now)
    }
}

#[derive(sqlx::FromRow)]
struct DraftRow {
    code: String,
    testimony_id: Uuid,
    version_now: i64,
    revision: i64,
    version: i64,
    digest: Vec<u8>,
}

impl DraftRow {
    fn code(&self) -> Result<Code> {
        self.code.parse().map_err(|_| Fault::Malformed {
            table: "record",
            column: "code",
            row: self.testimony_id,
        })
    }
}

fn ended() -> Fault {
    Error::at("device", ProblemKind::DeviceEnded).into()
}

/// A device of this account; none if it is another's or there is none.
async fn device_of(tx: &mut Tx, account: Uuid, device: Uuid) -> Result<Option<DeviceRow>> {
    Ok(on!(tx, |c| sqlx::query_as(
        "SELECT d.id, d.wrapped_key, d.secret, d.agent, d.created_at, d.seen_at, d.expires_at, d.revoked_at, d.told_at
         FROM offline_device d
         WHERE d.id = $1 AND d.account_id = $2"
    )
    .bind(device)
    .bind(account)
    .fetch_optional(c)
    .await)?)
}

/// The devices of an account, the newest first.
pub(crate) async fn devices_of(tx: &mut Tx, account: Uuid, now: DateTime<Utc>) -> Result<Vec<OfflineDevice>> {
    let rows: Vec<DeviceRow> = on!(tx, |c| {
        sqlx::query_as(
        "SELECT d.id, d.wrapped_key, d.secret, d.agent, d.created_at, d.seen_at, d.expires_at, d.revoked_at, d.told_at
         FROM offline_device d
         WHERE d.account_id = $1
         ORDER BY d.created_at DESC, d.id DESC
         LIMIT 50"
    )
    .bind(account)
    .fetch_all(c)
    .await
    })?;
    let view = |row: DeviceRow| OfflineDevice {
        standing: row.standing(now),
        id: row.id,
        agent: row.agent,
        created_at: row.created_at,
        seen_at: row.seen_at,
        expires_at: row.expires_at,
        told_at: row.told_at,
    };
    Ok(rows.into_iter().map(view).collect())
}

/// Ends every device of an account; its keys are forgotten.
pub(crate) async fn revoke_devices<A: access::Act>(work: &mut Work<A>, account: Uuid) -> Result<()> {
    let now = work.now;
    let revoked = on!(&mut work.tx, |c| sqlx::query(
        "UPDATE offline_device SET revoked_at = $2, secret = NULL WHERE account_id = $1 AND revoked_at IS NULL"
    )
    .bind(account)
    .bind(now)
    .execute(c)
    .await
    .map(crate::db::rows))?;
    if revoked > 0 {
        work.note("devices", revoked);
    }
    Ok(())
}

impl Store {
    /// Gives out the key of a device of one's own to this session, or makes a device; the device may keep drafts for
    /// [`DAYS`](domain::offline::DAYS) days from now.
    ///
    /// # Errors
    /// `Forbidden` for who takes no testimony; `NotFound` for another's device; `Invalid` at `device` (`DeviceEnded`) if
    /// it was revoked or expired, (`OutOfRange`) if there are too many.
    pub async fn take_offline(&self, actor: &Actor, device: Option<Uuid>, agent: &str) -> domain::Result<Released> {
        self.act(
            actor,
            On::Account(actor.account),
            async |work: &mut Work<access::TakeOffline>| {
                work.forget_expired().await?;
                let device = match device {
                    Some(device) => device,
                    None => work.new_device(agent).await?,
                };
                work.note("device", device.to_string());
                work.release(device).await
            },
        )
        .await
    }

    /// Ends a device of one's own: its key is forgotten here, and it erases what it keeps when it hears of it.
    ///
    /// # Errors
    /// `NotFound` if it is another's or has ended.
    pub async fn revoke_device(&self, actor: &Actor, device: Uuid) -> domain::Result<()> {
        self.act(
            actor,
            On::Account(actor.account),
            async |work: &mut Work<access::OwnAccount>| {
                work.note("what", "revoke_device");
                work.note("device", device.to_string());
                needs_factor(work).await?;
                let now = work.now;
                let revoked = on!(&mut work.tx, |c| sqlx::query(
                    "UPDATE offline_device SET revoked_at = $3, secret = NULL
                     WHERE id = $1 AND account_id = $2 AND revoked_at IS NULL"
                )
                .bind(device)
                .bind(actor.account.0)
                .bind(now)
                .execute(c)
                .await
                .map(crate::db::rows))?;
                if revoked == 1 {
                    Ok(())
                } else {
                    Err(Error::NotFound.into())
                }
            },
        )
        .await
    }

    /// How devices stand that ask for themselves, with nobody signed in; those that are unknown are left out. That a
    /// device heard of its end is noted and logged once.
    ///
    /// # Errors
    /// `Busy`.
    pub async fn standing_of(&self, devices: &[Uuid], from: &From) -> domain::Result<Vec<(Uuid, Standing)>> {
        let mut found = Vec::new();
        for device in devices.iter().take(DEVICES * 2) {
            let standing = self.standing(*device, from).await.map_err(Fault::shown)?;
            found.extend(standing.map(|standing| (*device, standing)));
        }
        Ok(found)
    }

    async fn standing(&self, device: Uuid, from: &From) -> Result<Option<Standing>> {
        let now = self.now();
        let row: Option<(Uuid, DateTime<Utc>, bool, bool)> = once!(&self.0.pool, |c| {
            sqlx::query_as(
            "SELECT account_id, expires_at, revoked_at IS NOT NULL, told_at IS NOT NULL FROM offline_device WHERE id = $1"
        )
        .bind(device)
        .fetch_optional(c)
        .await
        })?;
        let Some((account, expires_at, revoked, told)) = row else {
            return Ok(None);
        };
        let standing = Standing::of(expires_at, revoked, now);
        if standing == Standing::Open || told {
            return Ok(Some(standing));
        }
        let mut entry = self.entry(None, "tell_device", "account", Some(account), Outcome::Done);
        entry.changed = true;
        entry.address.clone_from(&from.address);
        entry.request.clone_from(&from.request);
        entry.detail.insert("device".into(), device.to_string().into());
        entry.detail.insert("standing".into(), standing.code().into());
        let mut tx = self.0.pool.write().await?;
        let told = on!(&mut tx, |c| sqlx::query(
            "UPDATE offline_device SET told_at = $2, secret = NULL WHERE id = $1 AND told_at IS NULL"
        )
        .bind(device)
        .bind(now)
        .execute(c)
        .await
        .map(crate::db::rows))?;
        if told == 1 {
            self.0.log.commit(tx, &entry).await?;
        } else {
            tx.rollback().await?;
        }
        Ok(Some(standing))
    }

    /// Keeps a draft that comes from a device: a new testimony the first time, the same testimony ever after.
    ///
    /// # Errors
    /// `Forbidden`, `PurposeNeeded`; `NotFound` if the device or the draft is another's, or its testimony is out of
    /// reach; `Invalid` at `device` (`DeviceEnded`), for fields that are too long, or if the testimony is final.
    pub async fn synchronise(&self, actor: &Actor, arriving: &Arriving) -> domain::Result<Sent> {
        let testimony = self.testimony_of(actor, arriving.draft).await.map_err(Fault::shown)?;
        let Some(code) = testimony else {
            return match self.first_arrival(actor, arriving).await {
                Ok(made) => Ok(Sent::Kept(made)),
                // It arrived twice at once, and the other was first.
                Err(Error::Conflict) => match self.testimony_of(actor, arriving.draft).await.map_err(Fault::shown)? {
                    Some(code) => self.later_arrival(actor, arriving, code).await,
                    None => Err(Error::Busy),
                },
                Err(error) => Err(error),
            };
        };
        self.later_arrival(actor, arriving, code).await
    }

    /// The testimony that became of a draft of this account. Only which act follows depends on it.
    async fn testimony_of(&self, actor: &Actor, draft: Uuid) -> Result<Option<Code>> {
        let code: Option<String> = once!(&self.0.pool, |c| {
            sqlx::query_scalar(
            "SELECT r.code FROM offline_draft o JOIN record r ON r.id = o.testimony_id WHERE o.id = $1 AND o.account_id = $2"
        )
        .bind(draft)
        .bind(actor.account.0)
        .fetch_optional(c)
        .await
        })?;
        code.map(|code| {
            code.parse().map_err(|_| Fault::Malformed {
                table: "record",
                column: "code",
                row: draft,
            })
        })
        .transpose()
    }

    async fn first_arrival(&self, actor: &Actor, arriving: &Arriving) -> domain::Result<Synchronised> {
        self.act(
            actor,
            On::Register("testimony"),
            async |work: &mut Work<access::TakeTestimony>| {
                work.needs_device(arriving).await?;
                let mut form = arriving.form.clone();
                form.check_lengths()?;
                form.answers.set("sensitivity", ["normal"]);
                let statement = unnumbered(form);
                let parties = work.parties(&statement).await?;
                let taken: i64 = on!(&mut work.tx, |c| sqlx::query_scalar(
                    "SELECT count(*) FROM offline_draft WHERE id = $1 AND account_id <> $2"
                )
                .bind(arriving.draft)
                .bind(actor.account.0)
                .fetch_one(c)
                .await)?;
                if taken > 0 {
                    return Err(Error::NotFound.into());
                }
                let (id, code) = self
                    .insert_testimony(&mut work.tx, actor, &statement, actor.account, parties, None)
                    .await?;
                work.remember(arriving, id, 1).await?;
                work.finish_new(Kind::Testimony, id, &code, None).await?;
                Ok(Synchronised {
                    testimony: code,
                    version: 1,
                })
            },
        )
        .await
    }

    async fn later_arrival(&self, actor: &Actor, arriving: &Arriving, code: Code) -> domain::Result<Sent> {
        let later = self
            .act(actor, On::Record(&code), async |work: &mut Work<access::WriteDraft>| {
                work.needs_device(arriving).await?;
                let row = work.synchronised(arriving.draft).await?;
                let known = Known {
                    revision: row.revision,
                    version: row.version,
                    same: row.digest == self.digest(arriving),
                };
                let version = match arrival(known, arriving.revision, arriving.seen, row.version_now) {
                    Arrival::Again => {
                        work.note("again", true);
                        row.version_now
                    }
                    Arrival::Conflict => return Err(Error::Conflict.into()),
                    Arrival::Later => {
                        arriving.form.check_lengths()?;
                        let mut draft = work.draft().await?;
                        draft.write(&STEPS, |typed| arriving.write_over(typed));
                        let version = work.keep(&draft).await?;
                        work.remember(arriving, draft.id, version).await?;
                        version
                    }
                };
                Ok(Synchronised {
                    testimony: row.code()?,
                    version,
                })
            })
            .await;
        match later {
            Ok(kept) => Ok(Sent::Kept(kept)),
            Err(Error::Conflict) => Ok(Sent::Conflict(code)),
            Err(error) => Err(error),
        }
    }

    fn digest(&self, arriving: &Arriving) -> Vec<u8> {
        let form = &arriving.form;
        let text = Zeroizing::new(
            serde_json::to_string(&(&form.answers, &form.paragraphs)).expect("the record's types have JSON forms"),
        );
        self.0
            .keys
            .account_mac(&format!("offline|{}|{}", arriving.draft, *text))
            .to_vec()
    }
}

impl Work<access::TakeOffline> {
    /// The keys of devices that were not in contact for too long are forgotten.
    async fn forget_expired(&mut self) -> Result<()> {
        let (account, now) = (self.actor.account.0, self.now);
        on!(&mut self.tx, |c| sqlx::query(
            "UPDATE offline_device SET secret = NULL WHERE account_id = $1 AND expires_at <= $2 AND secret IS NOT NULL"
        )
        .bind(account)
        .bind(now)
        .execute(c)
        .await
        .map(crate::db::rows))?;
        Ok(())
    }

    async fn new_device(&mut self, agent: &str) -> Result<Uuid> {
        let (store, account, now) = (self.store.clone(), self.actor.account.0, self.now);
        let open: i64 = on!(&mut self.tx, |c| sqlx::query_scalar(
            "SELECT count(*) FROM offline_device WHERE account_id = $1 AND secret IS NOT NULL"
        )
        .bind(account)
        .fetch_one(c)
        .await)?;
        let most = i64::try_from(DEVICES).unwrap_or(i64::MAX);
        if open >= most {
            return Err(Error::at("device", ProblemKind::OutOfRange(1, most)).into());
        }
        // All random: its time tells nobody when it was made, and who does not have it can't guess it.
        let device = uuid::Builder::from_random_bytes(store.0.chance.bytes()).into_uuid();
        let (key, wrapped) = store.0.keys.new_key(Class::Account, device, &store.0.chance);
        let secret = Zeroizing::new(hex(&*Zeroizing::new(store.0.chance.bytes::<32>())));
        let sealed = key.seal(secret_place(device), &secret, &store.0.chance);
        on!(&mut self.tx, |c| sqlx::query(
            "INSERT INTO offline_device (id, account_id, wrapped_key, secret, agent, created_at, seen_at, expires_at)
             VALUES ($1, $2, $3, $4, $5, $6, $6, $7)"
        )
        .bind(device)
        .bind(account)
        .bind(&wrapped)
        .bind(&sealed)
        .bind(agent.chars().take(120).collect::<String>())
        .bind(now)
        .bind(expiry(now))
        .execute(c)
        .await
        .map(crate::db::rows))?;
        Ok(device)
    }

    async fn release(&mut self, device: Uuid) -> Result<Released> {
        let (store, account, now) = (self.store.clone(), self.actor.account.0, self.now);
        let row = device_of(&mut self.tx, account, device)
            .await?
            .ok_or(Fault::Known(Error::NotFound))?;
        let (Standing::Open, Some(sealed)) = (row.standing(now), &row.secret) else {
            return Err(ended());
        };
        let key = store.0.keys.unwrap(Class::Account, device, &row.wrapped_key)?;
        let secret = Zeroizing::new(key.open(secret_place(device), sealed)?);
        let expires_at = expiry(now);
        on!(&mut self.tx, |c| sqlx::query(
            "UPDATE offline_device SET seen_at = $2, expires_at = $3 WHERE id = $1"
        )
        .bind(device)
        .bind(now)
        .bind(expires_at)
        .execute(c)
        .await
        .map(crate::db::rows))?;
        Ok(Released {
            device,
            secret,
            expires_at,
        })
    }
}

impl<A: access::Act> Work<A> {
    /// The draft comes from a device of this account that may keep drafts.
    async fn needs_device(&mut self, arriving: &Arriving) -> Result<()> {
        self.note("device", arriving.device.to_string());
        self.note("revision", arriving.revision);
        let (account, now) = (self.actor.account.0, self.now);
        let row = device_of(&mut self.tx, account, arriving.device)
            .await?
            .ok_or(Fault::Known(Error::NotFound))?;
        if row.standing(now) == Standing::Open {
            Ok(())
        } else {
            Err(ended())
        }
    }

    async fn synchronised(&mut self, draft: Uuid) -> Result<DraftRow> {
        let account = self.actor.account.0;
        Ok(on!(&mut self.tx, |c| sqlx::query_as(
            "SELECT r.code, o.testimony_id, r.version AS version_now, o.revision, o.version, o.digest
             FROM offline_draft o
             JOIN record r ON r.id = o.testimony_id
             WHERE o.id = $1 AND o.account_id = $2"
        )
        .bind(draft)
        .bind(account)
        .fetch_one(c)
        .await)?)
    }

    /// What was synchronised. Of a draft that arrives twice at once, the second is in conflict with the first.
    async fn remember(&mut self, arriving: &Arriving, testimony: Uuid, version: i64) -> Result<()> {
        let (store, account, now) = (self.store.clone(), self.actor.account.0, self.now);
        let digest = store.digest(arriving);
        let kept = on!(&mut self.tx, |c| {
            sqlx::query(
            "INSERT INTO offline_draft (id, account_id, device_id, testimony_id, revision, version, digest, kept_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
             ON CONFLICT (id) DO UPDATE
             SET device_id = excluded.device_id, revision = excluded.revision, version = excluded.version,
                digest = excluded.digest, kept_at = excluded.kept_at
             WHERE offline_draft.testimony_id = excluded.testimony_id"
        )
        .bind(arriving.draft)
        .bind(account)
        .bind(arriving.device)
        .bind(testimony)
        .bind(arriving.revision)
        .bind(version)
        .bind(&digest)
        .bind(now)
        .execute(c)
        .await
        .map(crate::db::rows)
        })?;
        if kept == 1 { Ok(()) } else { Err(Error::Conflict.into()) }
    }
}
