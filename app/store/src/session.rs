//! Who asks: sign-in, second factor, sessions. [`Store::log_in`] and [`Store::actor_for`] are the two functions that
//! work without an [`Actor`], because they make one.

use crate::db::{on, once};
use crate::log::Outcome;
use crate::seal::{Class, Place, hex, sha256};
use crate::work::On;
use crate::work::Work;
use crate::{Fault, Result, Store};
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use chrono::{DateTime, Utc};
use domain::access;
use domain::{AccountId, Actor, Error, Language, ProblemKind, Role, Roles, SessionId};
use std::sync::LazyLock;
use uuid::Uuid;
use zeroize::Zeroizing;

/// A good sign-in.
#[derive(Clone)]
pub struct LogIn {
    /// For the session cookie. Only its SHA-256 is kept.
    pub token: String,
    /// For the cookie by which this browser is known at the next sign-in.
    pub device: String,
    /// A second factor is needed before anything else.
    pub factor: Factor,
}

/// Whether a session still waits for a second factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Factor {
    /// Nothing is missing.
    Given,
    /// The code must be given.
    Awaited,
    /// The committee requires a factor and the account has none yet: it must be set up.
    ToSetUp,
}

/// Who a session cookie belongs to.
#[derive(Clone, Debug)]
pub struct SignedIn {
    pub actor: Actor,
    pub factor: Factor,
    /// When the session ends whatever happens.
    pub expires_at: DateTime<Utc>,
}

#[derive(sqlx::FromRow)]
struct AccountRow {
    id: Uuid,
    state: String,
    password_hash: Option<String>,
    has_factor: bool,
    factor_exempt: bool,
}

#[derive(sqlx::FromRow)]
struct SessionRow {
    id: Uuid,
    account_id: Uuid,
    login: String,
    language: String,
    state: String,
    full_access: bool,
    has_factor: bool,
    seen_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
    stepped_up_at: Option<DateTime<Utc>>,
    ended_at: Option<DateTime<Utc>>,
    role: Option<String>,
    trained: bool,
}

/// Where a request comes from.
#[derive(Clone, Debug, Default)]
pub struct From {
    /// Shortened address: /24 or /48.
    pub address: String,
    /// The request's id.
    pub request: String,
    /// The browser's name for itself, shortened.
    pub agent: String,
    /// The cookie of a browser known before.
    pub device: Option<String>,
}

pub(crate) fn token_hash(token: &str) -> Vec<u8> {
    sha256(token.as_bytes()).to_vec()
}

impl Store {
    fn argon2(&self) -> Argon2<'static> {
        let (memory, passes) = self.limits().argon2;
        let params = Params::new(memory, passes, 1, None).unwrap_or_default();
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
    }

    /// The Argon2id hash of a password (PHC string).
    pub(crate) async fn hash_password(&self, password: &str) -> Result<String> {
        let _permit = self.0.throttle.known.acquire().await.map_err(|_| Error::Busy)?;
        let (argon2, password, salt) = (
            self.argon2(),
            Zeroizing::new(password.to_owned()),
            self.0.chance.bytes::<16>(),
        );
        let hash = tokio::task::spawn_blocking(move || {
            argon2
                .hash_password_with_salt(password.as_bytes(), &salt)
                .map(|hash| hash.to_string())
        })
        .await;
        hash.ok()
            .and_then(std::result::Result::ok)
            .ok_or(Fault::Known(Error::Internal))
    }

    /// Whether the password fits the hash. Without a hash it takes as long, and doesn't.
    async fn fits(&self, password: &str, hash: Option<String>, known: bool) -> Result<bool> {
        static NOBODY: LazyLock<std::sync::Mutex<Option<String>>> = LazyLock::new(std::sync::Mutex::default);
        let lane = if known {
            &self.0.throttle.known
        } else {
            &self.0.throttle.strangers
        };
        let _permit = lane.acquire().await.map_err(|_| Error::Busy)?;
        let (argon2, password, salt) = (
            self.argon2(),
            Zeroizing::new(password.to_owned()),
            self.0.chance.bytes::<16>(),
        );
        let checked = tokio::task::spawn_blocking(move || {
            let exists = hash.is_some();
            let hash = hash.or_else(|| {
                let mut nobody = NOBODY.lock().ok()?;
                if nobody.is_none() {
                    *nobody = argon2
                        .hash_password_with_salt(b"nobody", &salt)
                        .ok()
                        .map(|hash| hash.to_string());
                }
                nobody.clone()
            });
            let Some(hash) = hash else { return false };
            let fits =
                PasswordHash::new(&hash).is_ok_and(|hash| argon2.verify_password(password.as_bytes(), &hash).is_ok());
            fits && exists
        })
        .await;
        checked.map_err(|_| Fault::Known(Error::Internal))
    }

    fn device_token(&self, login: &str, random: &str) -> String {
        format!(
            "{random}.{}",
            hex(&self.0.keys.account_mac(&format!("device|{login}|{random}"))[..16])
        )
    }

    fn is_known(&self, login: &str, device: Option<&str>) -> bool {
        device
            .and_then(|device| device.split_once('.'))
            .is_some_and(|(random, _)| {
                device.is_some_and(|device| {
                    sha256(device.as_bytes()) == sha256(self.device_token(login, random).as_bytes())
                })
            })
    }

    /// Signs a person in. Every attempt is logged; none tells whether the login exists.
    ///
    /// # Errors
    /// `Invalid` at `password` (`Wrong`), `TooMany`, `Busy`.
    pub async fn log_in(&self, login: &str, password: &str, from: &From) -> domain::Result<LogIn> {
        let login = login.trim().to_ascii_lowercase();
        let now = self.now();
        let known = self.is_known(&login, from.device.as_deref());
        let purse = if known {
            format!("device {}", from.device.as_deref().unwrap_or_default())
        } else {
            format!("address {}", from.address)
        };
        if let Err(seconds) = self.0.throttle.take(&purse, now) {
            return Err(Error::TooMany(seconds));
        }
        let account = self.account_by_login(&login).await.map_err(Fault::shown)?;
        let hash = account
            .as_ref()
            .filter(|account| account.state == "active")
            .and_then(|account| account.password_hash.clone());
        let good = self.fits(password, hash, known).await.map_err(Fault::shown)?;
        let mut entry = self.entry(
            None,
            "sign_in",
            "account",
            account.as_ref().map(|account| account.id),
            Outcome::Done,
        );
        entry.account = account.as_ref().map(|account| AccountId(account.id));
        entry.address.clone_from(&from.address);
        entry.request.clone_from(&from.request);
        let Some(account) = account.filter(|_| good) else {
            entry.outcome = Outcome::Refused;
            self.0.log.write(entry).await?;
            return Err(Error::at("password", ProblemKind::Wrong));
        };
        self.0.throttle.refill(&purse);
        let required = self.committee().is_some_and(|committee| committee.factor_required) && !account.factor_exempt;
        let factor = match (account.has_factor, required) {
            (true, _) => Factor::Awaited,
            (false, true) => Factor::ToSetUp,
            (false, false) => Factor::Given,
        };
        let token = self.0.chance.token();
        let session = self.0.chance.id(now);
        let made = async {
            let mut tx = self.write().await?;
            on!(&mut tx, |c| {
                sqlx::query(
                "INSERT INTO session (id, token_hash, account_id, full_access, created_at, seen_at, expires_at, address, agent)
                 VALUES ($1, $2, $3, $4, $5, $5, $6, $7, $8)"
            )
            .bind(session)
            .bind(token_hash(&token))
            .bind(account.id)
            .bind(factor == Factor::Given)
            .bind(now)
            .bind(now + self.limits().absolute)
            .bind(&from.address)
            .bind(from.agent.chars().take(120).collect::<String>())
            .execute(c)
            .await.map(crate::db::rows)
            })?;
            self.0.log.commit(tx, &entry).await
        };
        made.await.map_err(Fault::shown)?;
        let random = hex(&self.0.chance.bytes::<12>());
        Ok(LogIn {
            token,
            device: self.device_token(&login, &random),
            factor,
        })
    }

    async fn account_by_login(&self, login: &str) -> Result<Option<AccountRow>> {
        Ok(once!(&self.0.pool, |c| {
            sqlx::query_as(
            "SELECT id, state, password_hash, factor IS NOT NULL AS has_factor, factor_exempt FROM account WHERE login = $1"
        )
        .bind(login)
        .fetch_optional(c)
        .await
        })?)
    }

    /// Who a session cookie belongs to, if the session lives.
    ///
    /// # Errors
    /// `Busy` if the database does not answer.
    pub async fn actor_for(&self, token: &str, from: &From) -> domain::Result<Option<SignedIn>> {
        self.identify(token, from).await.map_err(Fault::shown)
    }

    async fn identify(&self, token: &str, from: &From) -> Result<Option<SignedIn>> {
        let now = self.now();
        let rows = self.session_rows(token).await?;
        let Some(first) = rows.first() else { return Ok(None) };
        let limits = self.limits();
        if self.staff_name(AccountId(first.account_id)).is_empty() {
            // Made by another process: the command line, or another server on the same database.
            self.load_staff().await?;
        }
        let lives = first.ended_at.is_none()
            && first.state == "active"
            && now < first.expires_at
            && now < first.seen_at + limits.idle;
        if !lives {
            return Ok(None);
        }
        if now - first.seen_at > chrono::Duration::seconds(60) {
            let mut tx = self.write().await?;
            on!(&mut tx, |c| sqlx::query(
                "UPDATE session SET seen_at = $2 WHERE id = $1"
            )
            .bind(first.id)
            .bind(now)
            .execute(c)
            .await
            .map(crate::db::rows))?;
            tx.commit().await?;
        }
        let factor = match (first.full_access, first.has_factor) {
            (true, _) => Factor::Given,
            (false, true) => Factor::Awaited,
            (false, false) => Factor::ToSetUp,
        };
        let roles: Roles = rows
            .iter()
            .filter_map(|row| row.role.as_deref().and_then(Role::named))
            .collect();
        let actor = Actor {
            account: AccountId(first.account_id),
            session: Some(SessionId(first.id)),
            login: first.login.clone(),
            roles: if factor == Factor::Given { roles } else { Roles::NONE },
            language: Language::parse(&first.language).unwrap_or(Language::Arabic),
            address: from.address.clone(),
            request: from.request.clone(),
            stepped_up: first.stepped_up_at.is_some_and(|at| now < at + limits.step_up),
            trained: first.trained,
        };
        Ok(Some(SignedIn {
            actor,
            factor,
            expires_at: first.expires_at,
        }))
    }

    async fn session_rows(&self, token: &str) -> Result<Vec<SessionRow>> {
        Ok(once!(&self.0.pool, |c| {
            sqlx::query_as(
            "SELECT s.id, s.account_id, a.login, a.language, a.state, s.full_access, a.factor IS NOT NULL AS has_factor,
                s.seen_at, s.expires_at, s.stepped_up_at, s.ended_at, g.role, q.id IS NOT NULL AS trained
             FROM session s
             JOIN account a ON a.id = s.account_id
             LEFT JOIN account_role g ON g.account_id = a.id AND g.confirmed_at IS NOT NULL AND g.ended_at IS NULL
             LEFT JOIN qualification q ON q.account_id = a.id AND q.kind = 'survivors' AND q.ended_at IS NULL
             WHERE s.token_hash = $1"
        )
        .bind(token_hash(token))
        .fetch_all(c)
        .await
        })?)
    }

    /// Ends the session and gives it a new token with full access: after the second factor, and at step-up.
    async fn rotate(&self, work: &mut Work<access::OwnAccount>, stepped_up: bool) -> Result<String> {
        let session = work.actor.session.ok_or(Fault::Known(Error::SignedOut))?;
        let token = self.0.chance.token();
        on!(&mut work.tx, |c| {
            sqlx::query(
            "UPDATE session SET token_hash = $2, full_access = TRUE, stepped_up_at = CASE WHEN $3 THEN $4 ELSE stepped_up_at END WHERE id = $1"
        )
        .bind(session.0)
        .bind(token_hash(&token))
        .bind(stepped_up)
        .bind(work.now)
        .execute(c)
        .await.map(crate::db::rows)
        })?;
        Ok(token)
    }

    /// Checks the second factor (a code of the app, or a recovery code) and gives the session full access.
    ///
    /// # Errors
    /// `Invalid` at `code`, `TooMany`.
    pub async fn give_factor(&self, actor: &Actor, code: &str) -> domain::Result<String> {
        let purse = format!("factor {}", actor.account.0);
        if let Err(seconds) = self.0.throttle.take(&purse, self.now()) {
            return Err(Error::TooMany(seconds));
        }
        self.act(
            actor,
            On::Account(actor.account),
            async |work: &mut Work<access::OwnAccount>| {
                work.note("what", "second_factor");
                self.check_factor(work, code).await?;
                self.rotate(work, true).await
            },
        )
        .await
    }

    /// Gives password or second factor again: step-up, fresh for five minutes.
    ///
    /// # Errors
    /// `Invalid` at `password`, `TooMany`.
    pub async fn step_up(&self, actor: &Actor, password: &str) -> domain::Result<String> {
        let purse = format!("step-up {}", actor.account.0);
        if let Err(seconds) = self.0.throttle.take(&purse, self.now()) {
            return Err(Error::TooMany(seconds));
        }
        let good = self.password_fits(actor, password).await?;
        self.act(
            actor,
            On::Account(actor.account),
            async |work: &mut Work<access::OwnAccount>| {
                work.note("what", "step_up");
                needs_factor(work).await?;
                if !good {
                    return Err(Error::at("password", ProblemKind::Wrong).into());
                }
                self.rotate(work, true).await
            },
        )
        .await
    }

    /// Whether this is the person's own password.
    pub(crate) async fn password_fits(&self, actor: &Actor, password: &str) -> domain::Result<bool> {
        let account = self.account_by_login(&actor.login).await.map_err(Fault::shown)?;
        self.fits(password, account.and_then(|account| account.password_hash), true)
            .await
            .map_err(Fault::shown)
    }

    /// Signs out: ends the session.
    ///
    /// # Errors
    /// `Busy`.
    pub async fn sign_out(&self, actor: &Actor) -> domain::Result<()> {
        self.act(
            actor,
            On::Account(actor.account),
            async |work: &mut Work<access::OwnAccount>| {
                work.note("what", "sign_out");
                let session = actor.session.ok_or(Fault::Known(Error::SignedOut))?;
                end_session(work, session.0, "signed_out").await.map(drop)
            },
        )
        .await
    }

    /// Keeps what was posted on an expired session, for the same person's next sign-in. Nothing is kept for a session
    /// that was ended on purpose, nor for one that never was; nor forms without fields, or of the person's own account.
    ///
    /// # Errors
    /// `Busy`.
    pub async fn keep_post(&self, token: &str, path: &str, body: &str) -> domain::Result<bool> {
        if body.is_empty() || is_never_kept(path) {
            return Ok(false);
        }
        // A password that was given with a form is never kept, nor given back.
        let fields: Vec<&str> = body
            .split('&')
            .filter(|field| !field.starts_with("password="))
            .collect();
        self.keep(token, path, &fields.join("&")).await.map_err(Fault::shown)
    }

    async fn keep(&self, token: &str, path: &str, body: &str) -> Result<bool> {
        let rows = self.session_rows(token).await?;
        let Some(session) = rows
            .first()
            .filter(|row| row.ended_at.is_none() && row.full_access && row.state == "active")
        else {
            return Ok(false);
        };
        let now = self.now();
        let id = self.0.chance.id(now);
        let mut tx = self.write().await?;
        let (key, wrapped) = self.0.keys.new_key(Class::Account, id, &self.0.chance);
        let sealed = key.seal(
            Place {
                table: "kept_post",
                column: "body",
                row: id,
                version: 1,
            },
            body,
            &self.0.chance,
        );
        let kept: i64 = on!(&mut tx, |c| sqlx::query_scalar(
            "SELECT count(*) FROM kept_post WHERE session_id = $1"
        )
        .bind(session.id)
        .fetch_one(c)
        .await)?;
        if kept >= 20 {
            return Ok(false);
        }
        on!(&mut tx, |c| {
            sqlx::query(
            "INSERT INTO kept_post (id, session_id, account_id, path, wrapped_key, body, kept_at) VALUES ($1, $2, $3, $4, $5, $6, $7)"
        )
        .bind(id)
        .bind(session.id)
        .bind(session.account_id)
        .bind(path)
        .bind(&wrapped)
        .bind(&sealed)
        .bind(now)
        .execute(c)
        .await.map(crate::db::rows)
        })?;
        tx.commit().await?;
        Ok(true)
    }

    /// Takes the newest post kept for this person: the path it was for, and its body. It is given once.
    ///
    /// # Errors
    /// `NotFound` if there is none.
    pub async fn take_kept_post(&self, actor: &Actor) -> domain::Result<(String, String)> {
        self.act(actor, On::Account(actor.account), async |work: &mut Work<access::OwnAccount>| {
            work.note("what", "take_kept_post");
            needs_factor(work).await?;
            let (id, path, wrapped, body): (Uuid, String, Vec<u8>, Vec<u8>) = on!(&mut work.tx, |c| sqlx::query_as(
                "SELECT id, path, wrapped_key, body FROM kept_post WHERE account_id = $1 AND taken_at IS NULL ORDER BY kept_at DESC LIMIT 1"
            )
            .bind(actor.account.0)
            .fetch_one(c)
            .await)?;
            let key = self.0.keys.unwrap(Class::Account, id, &wrapped)?;
            let text = key.open(Place { table: "kept_post", column: "body", row: id, version: 1 }, &body)?;
            let taken = on!(&mut work.tx, |c| sqlx::query("DELETE FROM kept_post WHERE id = $1").bind(id).execute(c).await.map(crate::db::rows))?;
            if taken == 1 { Ok((path, text)) } else { Err(Error::NotFound.into()) }
        })
        .await
    }

    /// The posts kept for this person, newest first: the path each was for, and when it was kept. Nothing is taken.
    ///
    /// # Errors
    /// `Busy`.
    pub async fn kept_posts(&self, actor: &Actor) -> domain::Result<Vec<(String, DateTime<Utc>)>> {
        self.act(actor, On::Account(actor.account), async |work: &mut Work<access::SeeOwnAccount>| {
            work.note("what", "kept_posts");
            Ok(on!(&mut work.tx, |c| sqlx::query_as(
                "SELECT path, kept_at FROM kept_post WHERE account_id = $1 AND taken_at IS NULL ORDER BY kept_at DESC LIMIT 100"
            )
            .bind(actor.account.0)
            .fetch_all(c)
            .await)?)
        })
        .await
    }

    /// Whether a post is kept for this person.
    ///
    /// # Errors
    /// `Busy`.
    pub async fn has_kept_post(&self, actor: &Actor) -> domain::Result<bool> {
        let count = async {
            let count: i64 = once!(&self.0.pool, |c| {
                sqlx::query_scalar("SELECT count(*) FROM kept_post WHERE account_id = $1 AND taken_at IS NULL AND EXISTS (SELECT 1 FROM session s WHERE s.id = $2 AND s.full_access)")
                .bind(actor.account.0)
                .bind(actor.session.map(|session| session.0))
                .fetch_one(c)
                .await
            })?;
            Ok::<_, Fault>(count)
        };
        count.await.map(|count| count > 0).map_err(Fault::shown)
    }
}

/// Refuses a session that still waits for its second factor: the password alone leads to nothing but giving it.
pub(crate) async fn needs_factor<A: access::Act>(work: &mut Work<A>) -> Result<()> {
    let Some(session) = work.actor.session else {
        return Ok(());
    };
    let given: bool = on!(&mut work.tx, |c| sqlx::query_scalar(
        "SELECT full_access FROM session WHERE id = $1"
    )
    .bind(session.0)
    .fetch_one(c)
    .await)?;
    if given { Ok(()) } else { Err(Error::Forbidden.into()) }
}

/// Forms of the person's own account: they hold secrets, or mean nothing later.
fn is_never_kept(address: &str) -> bool {
    let path = address.split('?').next().unwrap_or_default();
    path.starts_with("/account/")
        || path.starts_with("/offline/")
        || matches!(path, "/sign-out" | "/step-up" | "/kept" | "/search")
}

/// Ends a session; false if it had ended.
pub(crate) async fn end_session<A: access::Act>(work: &mut Work<A>, session: Uuid, reason: &str) -> Result<bool> {
    let now = work.now;
    let ended = on!(&mut work.tx, |c| sqlx::query(
        "UPDATE session SET ended_at = $2, end_reason = $3 WHERE id = $1 AND ended_at IS NULL"
    )
    .bind(session)
    .bind(now)
    .bind(reason)
    .execute(c)
    .await
    .map(crate::db::rows))?;
    Ok(ended > 0)
}
