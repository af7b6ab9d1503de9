//! Staff accounts: invitation, roles and their confirmation, own password, factor and sessions.

use crate::db::{Tx, on, once};
use crate::log::Outcome;
use crate::seal::{Class, Place, hex, sha256};
use crate::session::{end_session, needs_factor, token_hash};
use crate::work::{On, Work};
use crate::{Fault, Result, Store};
use chrono::{DateTime, Utc};
use domain::access::{self, Act};
use domain::account::{Invitation, check_password};
use domain::form::Check;
use domain::{AccountId, Actor, Error, Language, Problem, ProblemKind, Role, Roles, SessionId};
use std::collections::HashMap;
use totp_rs::{Algorithm, Builder, Secret, Totp};
use uuid::Uuid;

const RECOVERY_CODES: usize = 10;

fn name_place(row: Uuid, version: i64) -> Place {
    Place {
        table: "account",
        column: "name",
        row,
        version,
    }
}

fn factor_place(row: Uuid) -> Place {
    Place {
        table: "account",
        column: "factor",
        row,
        version: 0,
    }
}

/// How a role of an account stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleState {
    pub role: Role,
    /// Counts from its confirmation on.
    pub confirmed: bool,
}

/// An account as the administrator and the chair see it.
#[derive(Clone, Debug)]
pub struct AccountRow {
    pub id: AccountId,
    pub login: String,
    pub name: String,
    /// `invited`, `active`, `disabled`.
    pub state: String,
    pub roles: Vec<RoleState>,
    pub has_factor: bool,
    pub sessions: i64,
    pub created_at: DateTime<Utc>,
    /// Trained in interviewing survivors of sexual violence, as the chair confirmed: since when.
    pub trained_since: Option<DateTime<Utc>>,
}

/// A session as its owner sees it.
#[derive(Clone, Debug)]
pub struct SessionRow {
    pub id: SessionId,
    pub created_at: DateTime<Utc>,
    pub seen_at: DateTime<Utc>,
    pub address: String,
    pub agent: String,
    /// The one asking.
    pub this: bool,
}

/// One's own account.
#[derive(Clone, Debug)]
pub struct MyAccount {
    pub login: String,
    pub name: String,
    pub language: Language,
    pub roles: Vec<RoleState>,
    pub has_factor: bool,
    pub recovery_codes: i64,
    pub sessions: Vec<SessionRow>,
    /// Devices that keep drafts without a connection, newest first.
    pub devices: Vec<crate::OfflineDevice>,
}

/// What the page behind an invitation shows.
#[derive(Clone, Debug)]
pub struct InvitationView {
    pub login: String,
    pub name: String,
    pub factor_required: bool,
}

/// A second factor on its way to being set up.
#[derive(Clone)]
pub struct FactorSetup {
    /// For typing by hand: base32 in groups of four.
    pub secret: String,
    /// For the QR code: `otpauth://totp/…`.
    pub address: String,
}

#[derive(sqlx::FromRow)]
struct RawAccount {
    id: Uuid,
    login: String,
    state: String,
    has_factor: bool,
    sessions: i64,
    created_at: DateTime<Utc>,
    trained_since: Option<DateTime<Utc>>,
}

#[derive(sqlx::FromRow)]
struct RawRole {
    account_id: Uuid,
    role: String,
    confirmed: bool,
}

/// A new account's row.
pub(crate) struct NewAccount<'a> {
    pub login: &'a str,
    pub name: &'a str,
    pub language: Language,
    pub password_hash: Option<&'a str>,
    pub factor_exempt: bool,
}

impl Store {
    pub(crate) async fn load_staff(&self) -> Result<()> {
        let mut tx = self.0.pool.read().await?;
        self.load_staff_from(&mut tx).await?;
        let _ = tx.rollback().await;
        Ok(())
    }

    /// Unseals the staff's names again if one of these accounts is unknown: another process made it.
    pub(crate) async fn know_staff(&self, tx: &mut Tx, accounts: impl IntoIterator<Item = Uuid>) -> Result<()> {
        let unknown = {
            let staff = self.0.staff.read().map_err(|_| Fault::Known(Error::Internal))?;
            accounts
                .into_iter()
                .any(|account| !staff.contains_key(&AccountId(account)))
        };
        if unknown {
            self.load_staff_from(tx).await
        } else {
            Ok(())
        }
    }

    async fn load_staff_from(&self, tx: &mut Tx) -> Result<()> {
        let rows: Vec<(Uuid, String, i64, Vec<u8>, Vec<u8>)> = on!(tx, |c| sqlx::query_as(
            "SELECT id, login, version, wrapped_key, name FROM account"
        )
        .fetch_all(c)
        .await)?;
        let mut staff = HashMap::new();
        for (id, login, version, wrapped, name) in rows {
            let key = self.0.keys.unwrap(Class::Account, id, &wrapped)?;
            staff.insert(AccountId(id), (login, key.open(name_place(id, version), &name)?));
        }
        if let Ok(mut known) = self.0.staff.write() {
            *known = staff;
        }
        Ok(())
    }

    pub(crate) async fn insert_account(&self, tx: &mut Tx, new: &NewAccount<'_>) -> Result<Uuid> {
        let now = self.now();
        let id = self.0.chance.id(now);
        let (key, wrapped) = self.0.keys.new_key(Class::Account, id, &self.0.chance);
        let inserted = on!(tx, |c| {
            sqlx::query(
            "INSERT INTO account (id, login, version, wrapped_key, name, language, state, password_hash, factor_exempt, created_at)
             VALUES ($1, $2, 1, $3, $4, $5, $6, $7, $8, $9)"
        )
        .bind(id)
        .bind(new.login)
        .bind(&wrapped)
        .bind(key.seal(name_place(id, 1), new.name, &self.0.chance))
        .bind(new.language.code())
        .bind(if new.password_hash.is_some() { "active" } else { "invited" })
        .bind(new.password_hash)
        .bind(new.factor_exempt)
        .bind(now)
        .execute(c)
        .await.map(crate::db::rows)
        .map_err(Fault::from)
        });
        match inserted {
            Ok(_) => Ok(id),
            Err(fault) if fault.constraint().is_some_and(|name| name.contains("login")) => {
                Err(Error::at("login", ProblemKind::Taken).into())
            }
            Err(fault) => Err(fault),
        }
    }

    pub(crate) async fn propose_role(
        &self,
        tx: &mut Tx,
        account: Uuid,
        role: Role,
        by: Option<Uuid>,
        confirmed_by: Option<Uuid>,
    ) -> Result<()> {
        let now = self.now();
        let confirmed = confirmed_by.is_some() || !role.reads_content();
        on!(tx, |c| {
            sqlx::query(
            "INSERT INTO account_role (account_id, role, proposed_at, proposed_by, confirmed_at, confirmed_by) VALUES ($1, $2, $3, $4, $5, $6)"
        )
        .bind(account)
        .bind(role.name())
        .bind(now)
        .bind(by)
        .bind(confirmed.then_some(now))
        .bind(confirmed_by)
        .execute(c)
        .await.map(crate::db::rows)
        })?;
        Ok(())
    }

    /// A one-time link's token for an account.
    pub(crate) async fn new_link(&self, tx: &mut Tx, purpose: &str, account: Option<Uuid>) -> Result<String> {
        let token = self.0.chance.token();
        if let Some(account) = account {
            on!(&mut *tx, |c| sqlx::query(
                "UPDATE one_time_link SET used_at = $2 WHERE account_id = $1 AND used_at IS NULL"
            )
            .bind(account)
            .bind(self.now())
            .execute(c)
            .await
            .map(crate::db::rows))?;
        }
        on!(tx, |c| sqlx::query(
            "INSERT INTO one_time_link (token_hash, purpose, account_id, expires_at) VALUES ($1, $2, $3, $4)"
        )
        .bind(token_hash(&token))
        .bind(purpose)
        .bind(account)
        .bind(self.now() + self.limits().link)
        .execute(c)
        .await
        .map(crate::db::rows))?;
        Ok(token)
    }

    /// Every account, for the administrator and the chair.
    ///
    /// # Errors
    /// `Forbidden` for everyone else.
    pub async fn accounts(&self, actor: &Actor) -> domain::Result<Vec<AccountRow>> {
        self.act(actor, On::Register("account"), async |work: &mut Work<access::ListAccounts>| {
            let now = work.now;
            let idle = now - self.limits().idle;
            let rows: Vec<RawAccount> = on!(&mut work.tx, |c| sqlx::query_as(
                "SELECT a.id, a.login, a.state, a.factor IS NOT NULL AS has_factor, a.created_at, q.confirmed_at AS trained_since,
                    (SELECT count(*) FROM session s WHERE s.account_id = a.id AND s.ended_at IS NULL AND s.expires_at > $1 AND s.seen_at > $2) AS sessions
                 FROM account a
                 LEFT JOIN qualification q ON q.account_id = a.id AND q.kind = 'survivors' AND q.ended_at IS NULL
                 ORDER BY a.login"
            )
            .bind(now)
            .bind(idle)
            .fetch_all(c)
            .await)?;
            let roles: Vec<RawRole> = on!(&mut work.tx, |c| sqlx::query_as(
                "SELECT account_id, role, confirmed_at IS NOT NULL AS confirmed FROM account_role WHERE ended_at IS NULL ORDER BY proposed_at, role"
            )
            .fetch_all(c)
            .await)?;
            self.know_staff(&mut work.tx, rows.iter().map(|row| row.id)).await?;
            work.returned(&rows.iter().map(|row| row.id).collect::<Vec<_>>());
            Ok(rows
                .into_iter()
                .map(|row| AccountRow {
                    roles: states(roles.iter().filter(|role| role.account_id == row.id)),
                    name: self.staff_name(AccountId(row.id)),
                    id: AccountId(row.id),
                    login: row.login,
                    state: row.state,
                    has_factor: row.has_factor,
                    sessions: row.sessions,
                    created_at: row.created_at,
                    trained_since: row.trained_since,
                })
                .collect())
        })
        .await
    }

    /// Makes an account and its one-time link: the token to hand over.
    ///
    /// # Errors
    /// `Invalid` at `login` if it is taken; `Forbidden` for all but administrators.
    pub async fn invite(&self, actor: &Actor, invitation: &Invitation) -> domain::Result<String> {
        let token = self
            .act(
                actor,
                On::Register("account"),
                async |work: &mut Work<access::ManageAccount>| {
                    if invitation.roles.is_empty() || !invitation.roles.compatible() {
                        return Err(Error::at("roles", ProblemKind::RolesClash).into());
                    }
                    let language = self
                        .committee()
                        .map_or(Language::Arabic, |committee| committee.language);
                    let new = NewAccount {
                        login: &invitation.login,
                        name: &invitation.name,
                        language,
                        password_hash: None,
                        factor_exempt: false,
                    };
                    let account = self.insert_account(&mut work.tx, &new).await?;
                    for role in invitation.roles.iter() {
                        self.propose_role(&mut work.tx, account, role, Some(actor.account.0), None)
                            .await?;
                    }
                    work.about(account);
                    work.note("what", "invite");
                    work.note("roles", names(invitation.roles));
                    self.new_link(&mut work.tx, "invitation", Some(account)).await
                },
            )
            .await?;
        self.load_staff().await.map_err(Fault::shown)?;
        Ok(token)
    }

    /// A new one-time link: for somebody who has not used theirs, or has lost the password or the second step. The old
    /// link, password, second step and sessions end with it, and roles that read content wait for the chair again: so
    /// no administrator gets in by keeping the link.
    ///
    /// # Errors
    /// `NotFound` for a disabled account; `Invalid` for one's own, and for the only chair's (the command line remains).
    pub async fn invite_again(&self, actor: &Actor, login: &str) -> domain::Result<String> {
        let account = self.account_for::<access::ManageAccount>(actor, login).await?;
        self.act(
            actor,
            On::Account(account),
            async |work: &mut Work<access::ManageAccount>| {
                work.note("what", "invite_again");
                if account == actor.account {
                    return Err(Error::at("", ProblemKind::NotBySelf).into());
                }
                let state: String = on!(&mut work.tx, |c| sqlx::query_scalar(
                    "SELECT state FROM account WHERE id = $1"
                )
                .bind(account.0)
                .fetch_one(c)
                .await)?;
                match state.as_str() {
                    "invited" => {}
                    "active" => self.start_anew(work, actor, account.0).await?,
                    _ => return Err(Error::NotFound.into()),
                }
                self.new_link(&mut work.tx, "invitation", Some(account.0)).await
            },
        )
        .await
    }

    /// Takes from an active account everything that lets somebody in.
    async fn start_anew(&self, work: &mut Work<access::ManageAccount>, actor: &Actor, account: Uuid) -> Result<()> {
        stays_a_chair(work, account).await?;
        on!(&mut work.tx, |c| {
            sqlx::query(
            "UPDATE account SET state = 'invited', password_hash = NULL, factor = NULL, factor_step = NULL WHERE id = $1"
        )
        .bind(account)
        .execute(c)
        .await
        .map(crate::db::rows)
        })?;
        on!(&mut work.tx, |c| sqlx::query(
            "DELETE FROM recovery_code WHERE account_id = $1"
        )
        .bind(account)
        .execute(c)
        .await
        .map(crate::db::rows))?;
        end_sessions(work, account, None).await?;
        let confirmed: Vec<String> = on!(&mut work.tx, |c| sqlx::query_scalar(
            "SELECT role FROM account_role WHERE account_id = $1 AND confirmed_at IS NOT NULL AND ended_at IS NULL"
        )
        .bind(account)
        .fetch_all(c)
        .await)?;
        let reading = confirmed
            .iter()
            .filter_map(|name| Role::named(name))
            .filter(|role| role.reads_content());
        for role in reading {
            self.end_role(work, account, role, actor).await?;
            self.propose_role(&mut work.tx, account, role, Some(actor.account.0), None)
                .await?;
        }
        Ok(())
    }

    async fn end_role(
        &self,
        work: &mut Work<access::ManageAccount>,
        account: Uuid,
        role: Role,
        by: &Actor,
    ) -> Result<()> {
        on!(&mut work.tx, |c| {
            sqlx::query(
            "UPDATE account_role SET ended_at = $3, ended_by = $4 WHERE account_id = $1 AND role = $2 AND ended_at IS NULL"
        )
        .bind(account)
        .bind(role.name())
        .bind(work.now)
        .bind(by.account.0)
        .execute(c)
        .await
        .map(crate::db::rows)
        })?;
        Ok(())
    }

    /// Proposes other roles. Those that read content wait for the chair; those no longer chosen end at once.
    ///
    /// # Errors
    /// `Invalid` at `roles`.
    pub async fn propose_roles(&self, actor: &Actor, login: &str, roles: Roles) -> domain::Result<()> {
        let account = self.account_for::<access::ManageAccount>(actor, login).await?;
        self.act(
            actor,
            On::Account(account),
            async |work: &mut Work<access::ManageAccount>| {
                if roles.is_empty() || !roles.compatible() {
                    return Err(Error::at("roles", ProblemKind::RolesClash).into());
                }
                if account == actor.account {
                    return Err(Error::at("roles", ProblemKind::NotBySelf).into());
                }
                work.note("what", "propose_roles");
                work.note("roles", names(roles));
                let held: Vec<String> = on!(&mut work.tx, |c| sqlx::query_scalar(
                    "SELECT role FROM account_role WHERE account_id = $1 AND ended_at IS NULL"
                )
                .bind(account.0)
                .fetch_all(c)
                .await)?;
                let held: Roles = held.iter().filter_map(|name| Role::named(name)).collect();
                if held.has(Role::Chair) && !roles.has(Role::Chair) {
                    stays_a_chair(work, account.0).await?;
                }
                for role in held.iter().filter(|role| !roles.has(*role)) {
                    self.end_role(work, account.0, role, actor).await?;
                }
                for role in roles.iter().filter(|role| !held.has(*role)) {
                    self.propose_role(&mut work.tx, account.0, role, Some(actor.account.0), None)
                        .await?;
                }
                Ok(())
            },
        )
        .await
    }

    /// The chair confirms the roles that an account waits for.
    ///
    /// # Errors
    /// `Forbidden` for all but the chair, and for one's own account.
    pub async fn confirm_account(&self, actor: &Actor, login: &str) -> domain::Result<()> {
        let account = self.account_for::<access::ConfirmAccount>(actor, login).await?;
        self.act(actor, On::Account(account), async |work: &mut Work<access::ConfirmAccount>| {
            let confirmed = on!(&mut work.tx, |c| sqlx::query(
                "UPDATE account_role SET confirmed_at = $2, confirmed_by = $3 WHERE account_id = $1 AND confirmed_at IS NULL AND ended_at IS NULL"
            )
            .bind(account.0)
            .bind(work.now)
            .bind(actor.account.0)
            .execute(c)
            .await
            .map(crate::db::rows))?;
            work.note("confirmed", confirmed);
            Ok(())
        })
        .await
    }

    /// The chair confirms that somebody is trained in interviewing survivors of sexual violence, or ends that. It counts from
    /// the person's next request on.
    ///
    /// # Errors
    /// `Forbidden` for all but the chair, and for one's own account; `Conflict` if it stands so already.
    pub async fn set_trained(&self, actor: &Actor, login: &str, trained: bool) -> domain::Result<()> {
        let account = self.account_for::<access::Qualify>(actor, login).await?;
        self.act(actor, On::Account(account), async |work: &mut Work<access::Qualify>| {
            work.note("trained", trained);
            let now = work.now;
            let changed = if trained {
                let id = self.0.chance.id(now);
                on!(&mut work.tx, |c| sqlx::query(
                    "INSERT INTO qualification (id, account_id, kind, confirmed_at, confirmed_by)
                     SELECT $1, $2, 'survivors', $3, $4
                     WHERE NOT EXISTS (SELECT 1 FROM qualification q WHERE q.account_id = $2 AND q.kind = 'survivors' AND q.ended_at IS NULL)"
                )
                .bind(id)
                .bind(account.0)
                .bind(now)
                .bind(actor.account.0)
                .execute(c)
                .await
                .map(crate::db::rows))?
            } else {
                on!(&mut work.tx, |c| sqlx::query(
                    "UPDATE qualification SET ended_at = $2, ended_by = $3 WHERE account_id = $1 AND kind = 'survivors' AND ended_at IS NULL"
                )
                .bind(account.0)
                .bind(now)
                .bind(actor.account.0)
                .execute(c)
                .await
                .map(crate::db::rows))?
            };
            if changed == 0 {
                return Err(Error::Conflict.into());
            }
            Ok(())
        })
        .await
    }

    /// The chair confirms exactly the roles that were shown: an administrator may have proposed others meanwhile.
    ///
    /// # Errors
    /// As [`Store::confirm_account`]; `Conflict` if other roles wait by now.
    pub async fn confirm_roles(&self, actor: &Actor, login: &str, shown: Roles) -> domain::Result<()> {
        let account = self.account_named(login)?;
        self.act(actor, On::Account(account), async |work: &mut Work<access::ConfirmAccount>| {
            let waiting: Vec<String> = on!(&mut work.tx, |c| sqlx::query_scalar(
                "SELECT role FROM account_role WHERE account_id = $1 AND confirmed_at IS NULL AND ended_at IS NULL"
            )
            .bind(account.0)
            .fetch_all(c)
            .await)?;
            let waiting: Roles = waiting.iter().filter_map(|name| Role::named(name)).collect();
            if waiting != shown || waiting.is_empty() {
                return Err(Error::Conflict.into());
            }
            work.note("roles", names(waiting));
            on!(&mut work.tx, |c| sqlx::query(
                "UPDATE account_role SET confirmed_at = $2, confirmed_by = $3 WHERE account_id = $1 AND confirmed_at IS NULL AND ended_at IS NULL"
            )
            .bind(account.0)
            .bind(work.now)
            .bind(actor.account.0)
            .execute(c)
            .await
            .map(crate::db::rows))?;
            Ok(())
        })
        .await
    }

    /// Disables an account and ends its sessions, or enables it again.
    ///
    /// # Errors
    /// `Invalid` for one's own account.
    pub async fn set_disabled(&self, actor: &Actor, login: &str, disabled: bool) -> domain::Result<()> {
        let account = self.account_for::<access::ManageAccount>(actor, login).await?;
        self.act(actor, On::Account(account), async |work: &mut Work<access::ManageAccount>| {
            work.note("what", if disabled { "disable" } else { "enable" });
            if account == actor.account {
                return Err(Error::at("", ProblemKind::NotBySelf).into());
            }
            if disabled {
                stays_a_chair(work, account.0).await?;
            }
            on!(&mut work.tx, |c| sqlx::query(
                "UPDATE account SET state = CASE WHEN $2 THEN 'disabled' WHEN password_hash IS NULL THEN 'invited' ELSE 'active' END, disabled_at = $3 WHERE id = $1"
            )
            .bind(account.0)
            .bind(disabled)
            .bind(disabled.then_some(work.now))
            .execute(c)
            .await.map(crate::db::rows))?;
            if disabled {
                crate::offline::revoke_devices(work, account.0).await?;
                end_sessions(work, account.0, None).await
            } else {
                Ok(())
            }
        })
        .await
    }

    /// Ends every session of an account.
    ///
    /// # Errors
    /// `Forbidden` for all but administrators.
    pub async fn end_sessions_of(&self, actor: &Actor, login: &str) -> domain::Result<()> {
        let account = self.account_for::<access::ManageAccount>(actor, login).await?;
        self.act(
            actor,
            On::Account(account),
            async |work: &mut Work<access::ManageAccount>| {
                work.note("what", "end_sessions");
                end_sessions(work, account.0, None).await
            },
        )
        .await
    }

    /// The account with this login, for an act on it. A login that nobody has is refused and logged as any other.
    async fn account_for<A: Act>(&self, actor: &Actor, login: &str) -> domain::Result<AccountId> {
        if let Ok(account) = self.account_named(login) {
            return Ok(account);
        }
        self.load_staff().await.map_err(Fault::shown)?;
        match self.account_named(login) {
            Ok(account) => Ok(account),
            Err(unknown) => {
                self.act(actor, On::Register("account"), async |_: &mut Work<A>| {
                    Err(unknown.into())
                })
                .await
            }
        }
    }

    pub(crate) fn account_named(&self, login: &str) -> domain::Result<AccountId> {
        self.staff_named(login).map(|(id, _)| id).ok_or(Error::NotFound)
    }

    /// What an invitation link leads to, if it is good.
    ///
    /// # Errors
    /// `NotFound` if it is unknown, used or expired.
    pub async fn invitation(&self, token: &str) -> domain::Result<InvitationView> {
        let (account, login) = self.link_account(token).await.map_err(Fault::shown)?;
        let factor_required = self.committee().is_some_and(|committee| committee.factor_required);
        Ok(InvitationView {
            name: self.staff_name(AccountId(account)),
            login,
            factor_required,
        })
    }

    async fn link_account(&self, token: &str) -> Result<(Uuid, String)> {
        let found = once!(&self.0.pool, |c| {
            sqlx::query_as(
            "SELECT a.id, a.login FROM one_time_link l JOIN account a ON a.id = l.account_id
             WHERE l.token_hash = $1 AND l.purpose = 'invitation' AND l.used_at IS NULL AND l.expires_at > $2 AND a.state = 'invited'"
        )
        .bind(token_hash(token))
        .bind(self.now())
        .fetch_one(c)
        .await
        })?;
        Ok(found)
    }

    /// Takes up an invitation: sets the password. The link is used up.
    ///
    /// # Errors
    /// `NotFound`, or `Invalid` at `password`, `password_again`.
    pub async fn accept_invitation(
        &self,
        token: &str,
        password: &str,
        again: &str,
        from: &crate::session::From,
    ) -> domain::Result<()> {
        let (account, login) = self.link_account(token).await.map_err(Fault::shown)?;
        let with_factor = self.committee().is_some_and(|committee| committee.factor_required);
        check_new_password(password, again, &login, with_factor)?;
        let accept = async {
            let hash = self.hash_password(password).await?;
            let mut tx = self.write().await?;
            let used = on!(&mut tx, |c| sqlx::query(
                "UPDATE one_time_link SET used_at = $2 WHERE token_hash = $1 AND used_at IS NULL"
            )
            .bind(token_hash(token))
            .bind(self.now())
            .execute(c)
            .await
            .map(crate::db::rows))?;
            if used == 0 {
                return Err(Fault::Known(Error::NotFound));
            }
            on!(&mut tx, |c| sqlx::query(
                "UPDATE account SET password_hash = $2, state = 'active' WHERE id = $1"
            )
            .bind(account)
            .bind(&hash)
            .execute(c)
            .await
            .map(crate::db::rows))?;
            let mut entry = self.entry(None, "accept_invitation", "account", Some(account), Outcome::Done);
            entry.account = Some(AccountId(account));
            entry.address.clone_from(&from.address);
            entry.request.clone_from(&from.request);
            self.0.log.commit(tx, &entry).await
        };
        accept.await.map_err(Fault::shown)
    }

    /// One's own account.
    ///
    /// # Errors
    /// `Busy`.
    pub async fn my_account(&self, actor: &Actor) -> domain::Result<MyAccount> {
        self.act(actor, On::Account(actor.account), async |work: &mut Work<access::SeeOwnAccount>| {
            needs_factor(work).await?;
            let (language, has_factor): (String, bool) =
                on!(&mut work.tx, |c| sqlx::query_as("SELECT language, factor IS NOT NULL FROM account WHERE id = $1").bind(actor.account.0).fetch_one(c).await)?;
            let roles: Vec<RawRole> = on!(&mut work.tx, |c| sqlx::query_as(
                "SELECT account_id, role, confirmed_at IS NOT NULL AS confirmed FROM account_role WHERE account_id = $1 AND ended_at IS NULL ORDER BY role"
            )
            .bind(actor.account.0)
            .fetch_all(c)
            .await)?;
            let recovery_codes: i64 = on!(&mut work.tx, |c| sqlx::query_scalar("SELECT count(*) FROM recovery_code WHERE account_id = $1 AND used_at IS NULL")
                .bind(actor.account.0)
                .fetch_one(c)
                .await)?;
            let sessions: Vec<(Uuid, DateTime<Utc>, DateTime<Utc>, String, String)> = on!(&mut work.tx, |c| sqlx::query_as(
                "SELECT id, created_at, seen_at, address, agent FROM session
                 WHERE account_id = $1 AND ended_at IS NULL AND expires_at > $2 AND seen_at > $3 ORDER BY seen_at DESC LIMIT 50"
            )
            .bind(actor.account.0)
            .bind(work.now)
            .bind(work.now - self.limits().idle)
            .fetch_all(c)
            .await)?;
            let devices = crate::offline::devices_of(&mut work.tx, actor.account.0, work.now).await?;
            Ok(MyAccount {
                devices,
                login: actor.login.clone(),
                name: self.staff_name(actor.account),
                language: Language::parse(&language).unwrap_or(Language::Arabic),
                roles: states(roles.iter()),
                has_factor,
                recovery_codes,
                sessions: sessions
                    .into_iter()
                    .map(|(id, created_at, seen_at, address, agent)| SessionRow { this: actor.session == Some(SessionId(id)), id: SessionId(id), created_at, seen_at, address, agent })
                    .collect(),
            })
        })
        .await
    }

    /// Ends one of one's own sessions.
    ///
    /// # Errors
    /// `NotFound` if it is not one's own or has ended.
    pub async fn revoke_session(&self, actor: &Actor, session: SessionId) -> domain::Result<()> {
        self.act(
            actor,
            On::Account(actor.account),
            async |work: &mut Work<access::OwnAccount>| {
                work.note("what", "revoke_session");
                needs_factor(work).await?;
                let own: i64 = on!(&mut work.tx, |c| sqlx::query_scalar(
                    "SELECT count(*) FROM session WHERE id = $1 AND account_id = $2"
                )
                .bind(session.0)
                .bind(actor.account.0)
                .fetch_one(c)
                .await)?;
                if own == 1 && end_session(work, session.0, "revoked").await? {
                    Ok(())
                } else {
                    Err(Error::NotFound.into())
                }
            },
        )
        .await
    }

    /// Changes one's own language.
    ///
    /// # Errors
    /// `Busy`.
    pub async fn set_language(&self, actor: &Actor, language: Language) -> domain::Result<()> {
        self.act(
            actor,
            On::Account(actor.account),
            async |work: &mut Work<access::OwnAccount>| {
                work.note("what", "language");
                on!(&mut work.tx, |c| sqlx::query(
                    "UPDATE account SET language = $2 WHERE id = $1"
                )
                .bind(actor.account.0)
                .bind(language.code())
                .execute(c)
                .await
                .map(crate::db::rows))?;
                Ok(())
            },
        )
        .await
    }

    /// Changes one's own password; the other sessions end.
    ///
    /// # Errors
    /// `Invalid` at `current`, `password`, `password_again`; `TooMany`.
    pub async fn change_password(
        &self,
        actor: &Actor,
        current: &str,
        password: &str,
        again: &str,
    ) -> domain::Result<()> {
        if let Err(seconds) = self
            .0
            .throttle
            .take(&format!("step-up {}", actor.account.0), self.now())
        {
            return Err(Error::TooMany(seconds));
        }
        let good = self.password_fits(actor, current).await?;
        let mut problems = match check_new_password(password, again, &actor.login, self.has_factor(actor).await?) {
            Err(Error::Invalid(problems)) => problems,
            _ => Vec::new(),
        };
        if !good {
            problems.insert(0, Problem::new("current", ProblemKind::Wrong));
        }
        self.act(
            actor,
            On::Account(actor.account),
            async |work: &mut Work<access::OwnAccount>| {
                work.note("what", "password");
                needs_factor(work).await?;
                if !problems.is_empty() {
                    return Err(problems.clone().into());
                }
                let hash = self.hash_password(password).await?;
                on!(&mut work.tx, |c| sqlx::query(
                    "UPDATE account SET password_hash = $2 WHERE id = $1"
                )
                .bind(actor.account.0)
                .bind(&hash)
                .execute(c)
                .await
                .map(crate::db::rows))?;
                end_sessions(work, actor.account.0, actor.session.map(|session| session.0)).await
            },
        )
        .await
    }

    async fn has_factor(&self, actor: &Actor) -> domain::Result<bool> {
        let found = async {
            let found: bool = once!(&self.0.pool, |c| sqlx::query_scalar(
                "SELECT factor IS NOT NULL FROM account WHERE id = $1"
            )
            .bind(actor.account.0)
            .fetch_one(c)
            .await)?;
            Ok::<_, Fault>(found)
        };
        found.await.map_err(Fault::shown)
    }

    /// The secret this session would set up: the same until it is confirmed.
    fn pending_secret(&self, actor: &Actor) -> Result<[u8; 20]> {
        let session = actor.session.ok_or(Fault::Known(Error::SignedOut))?;
        let mac = self
            .0
            .keys
            .account_mac(&format!("factor|{}|{}", actor.account.0, session.0));
        mac[..20].try_into().map_err(|_| Fault::Known(Error::Internal))
    }

    /// What to scan or type into an authenticator app.
    ///
    /// # Errors
    /// `SignedOut` without a session; `StepUpNeeded` if a factor exists and neither it nor the password was given lately.
    pub async fn factor_setup(&self, actor: &Actor) -> domain::Result<FactorSetup> {
        if self.has_factor(actor).await? && !actor.stepped_up {
            return Err(Error::StepUpNeeded);
        }
        let secret = base32(&self.pending_secret(actor).map_err(Fault::shown)?);
        let issuer = "Sijill";
        let address = format!(
            "otpauth://totp/{issuer}:{}?secret={secret}&issuer={issuer}&algorithm=SHA1&digits=6&period=30",
            actor.login
        );
        let secret = secret
            .as_bytes()
            .chunks(4)
            .map(|part| String::from_utf8_lossy(part).into_owned())
            .collect::<Vec<_>>()
            .join(" ");
        Ok(FactorSetup { secret, address })
    }

    /// Confirms the factor with a first code: recovery codes, shown once, and the session's new token.
    ///
    /// # Errors
    /// `Invalid` at `code`; `StepUpNeeded`; `TooMany`.
    pub async fn confirm_factor(&self, actor: &Actor, code: &str) -> domain::Result<(Vec<String>, String)> {
        if self.has_factor(actor).await? && !actor.stepped_up {
            return Err(Error::StepUpNeeded);
        }
        if let Err(seconds) = self.0.throttle.take(&format!("factor {}", actor.account.0), self.now()) {
            return Err(Error::TooMany(seconds));
        }
        self.act(
            actor,
            On::Account(actor.account),
            async |work: &mut Work<access::OwnAccount>| {
                work.note("what", "set_up_factor");
                let secret = self.pending_secret(actor)?;
                let step = check_code(&secret, code, work.now).ok_or_else(|| Error::at("code", ProblemKind::Wrong))?;
                let key = self.account_key(&mut work.tx, actor.account.0).await?;
                let sealed = key.seal(factor_place(actor.account.0), &hex(&secret), &self.0.chance);
                let set_up = on!(&mut work.tx, |c| sqlx::query(
                    "UPDATE account SET factor = $2, factor_step = $3 WHERE id = $1 AND (factor IS NULL OR $4)"
                )
                .bind(actor.account.0)
                .bind(&sealed)
                .bind(step)
                .bind(actor.stepped_up)
                .execute(c)
                .await
                .map(crate::db::rows))?;
                if set_up == 0 {
                    return Err(Error::StepUpNeeded.into());
                }
                on!(&mut work.tx, |c| sqlx::query(
                    "DELETE FROM recovery_code WHERE account_id = $1"
                )
                .bind(actor.account.0)
                .execute(c)
                .await
                .map(crate::db::rows))?;
                let mut codes = Vec::new();
                for _ in 0..RECOVERY_CODES {
                    let code = base32(&self.0.chance.bytes::<10>());
                    on!(&mut work.tx, |c| sqlx::query(
                        "INSERT INTO recovery_code (account_id, code_hash) VALUES ($1, $2)"
                    )
                    .bind(actor.account.0)
                    .bind(sha256(code.as_bytes()).to_vec())
                    .execute(c)
                    .await
                    .map(crate::db::rows))?;
                    codes.push(
                        code.as_bytes()
                            .chunks(4)
                            .map(|part| String::from_utf8_lossy(part).into_owned())
                            .collect::<Vec<_>>()
                            .join("-"),
                    );
                }
                let token = self.0.chance.token();
                let session = actor.session.ok_or(Fault::Known(Error::SignedOut))?;
                on!(&mut work.tx, |c| sqlx::query(
                    "UPDATE session SET token_hash = $2, full_access = TRUE, stepped_up_at = $3 WHERE id = $1"
                )
                .bind(session.0)
                .bind(token_hash(&token))
                .bind(work.now)
                .execute(c)
                .await
                .map(crate::db::rows))?;
                Ok((codes, token))
            },
        )
        .await
    }

    async fn account_key(&self, tx: &mut Tx, account: Uuid) -> Result<crate::seal::DataKey> {
        let wrapped: Vec<u8> = on!(tx, |c| sqlx::query_scalar(
            "SELECT wrapped_key FROM account WHERE id = $1"
        )
        .bind(account)
        .fetch_one(c)
        .await)?;
        self.0.keys.unwrap(Class::Account, account, &wrapped)
    }

    /// Checks a code of the app, once each, or a recovery code, once each.
    pub(crate) async fn check_factor(&self, work: &mut Work<access::OwnAccount>, code: &str) -> Result<()> {
        let account = work.actor.account.0;
        let (factor, last): (Option<Vec<u8>>, Option<i64>) = on!(&mut work.tx, |c| sqlx::query_as(
            "SELECT factor, factor_step FROM account WHERE id = $1"
        )
        .bind(account)
        .fetch_one(c)
        .await)?;
        let wrong = || Fault::Known(Error::at("code", ProblemKind::Wrong));
        let Some(factor) = factor else { return Err(wrong()) };
        let key = self.account_key(&mut work.tx, account).await?;
        let secret = key.open(factor_place(account), &factor)?;
        let secret: Vec<u8> = (0..secret.len() / 2)
            .filter_map(|i| u8::from_str_radix(&secret[2 * i..2 * i + 2], 16).ok())
            .collect();
        if let Some(step) = check_code(&secret, code, work.now) {
            if last.is_some_and(|last| step <= last) {
                return Err(wrong());
            }
            // Said again in the statement: two that come at once have both read the same last step.
            let fresh = on!(&mut work.tx, |c| sqlx::query(
                "UPDATE account SET factor_step = $2 WHERE id = $1 AND (factor_step IS NULL OR factor_step < $2)"
            )
            .bind(account)
            .bind(step)
            .execute(c)
            .await
            .map(crate::db::rows))?;
            return if fresh == 1 { Ok(()) } else { Err(wrong()) };
        }
        let plain: String = code
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .collect::<String>()
            .to_ascii_uppercase();
        let used = on!(&mut work.tx, |c| sqlx::query(
            "UPDATE recovery_code SET used_at = $3 WHERE account_id = $1 AND code_hash = $2 AND used_at IS NULL"
        )
        .bind(account)
        .bind(sha256(plain.as_bytes()).to_vec())
        .bind(work.now)
        .execute(c)
        .await
        .map(crate::db::rows))?;
        work.note("recovery_code", used == 1);
        if used == 1 { Ok(()) } else { Err(wrong()) }
    }
}

fn totp(secret: &[u8]) -> Option<Totp> {
    let secret = Secret::new_stack(secret.try_into().ok()?);
    Builder::new()
        .with_algorithm(Algorithm::SHA1)
        .with_secret(secret)
        .build()
        .ok()
}

/// The step a code is right for: this one, the one before or after (RFC 6238, 5.2).
fn check_code(secret: &[u8], code: &str, now: DateTime<Utc>) -> Option<i64> {
    let code: String = domain::text::digits(code)
        .chars()
        .filter(char::is_ascii_digit)
        .collect();
    let step = totp(secret)?.check(&code, u64::try_from(now.timestamp()).ok()?)?;
    i64::try_from(step).ok()
}

/// Base32 without padding (RFC 4648, 6).
fn base32(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let bits = bytes.len() * 8;
    (0..bits.div_ceil(5))
        .map(|group| {
            let value = (0..5).fold(0u8, |value, bit| {
                let at = group * 5 + bit;
                let set = at < bits && bytes[at / 8] >> (7 - at % 8) & 1 == 1;
                value << 1 | u8::from(set)
            });
            char::from(DIGITS[usize::from(value)])
        })
        .collect()
}

fn check_new_password(password: &str, again: &str, login: &str, with_factor: bool) -> domain::Result<()> {
    let mut check = Check::new();
    check_password(&mut check, "password", password, login, with_factor);
    if password != again {
        check.problem("password_again", ProblemKind::NotEqual);
    }
    check.finish(()).map_err(Error::Invalid)
}

fn states<'a>(roles: impl Iterator<Item = &'a RawRole>) -> Vec<RoleState> {
    roles
        .filter_map(|row| {
            Some(RoleState {
                role: Role::named(&row.role)?,
                confirmed: row.confirmed,
            })
        })
        .collect()
}

fn names(roles: Roles) -> String {
    roles.iter().map(Role::name).collect::<Vec<_>>().join("+")
}

/// Refuses what would leave the committee without a chair: nobody could confirm the next one.
async fn stays_a_chair(work: &mut Work<access::ManageAccount>, without: Uuid) -> Result<()> {
    let chairs: Vec<Uuid> = on!(&mut work.tx, |c| sqlx::query_scalar(
        "SELECT r.account_id
         FROM account_role r
         JOIN account a ON a.id = r.account_id
         WHERE r.role = 'chair' AND r.confirmed_at IS NOT NULL AND r.ended_at IS NULL AND a.state = 'active'"
    )
    .fetch_all(c)
    .await)?;
    if chairs == [without] {
        return Err(Error::at("", ProblemKind::LastChair).into());
    }
    Ok(())
}

async fn end_sessions<A: Act>(work: &mut Work<A>, account: Uuid, but: Option<Uuid>) -> Result<()> {
    let now = work.now;
    on!(&mut work.tx, |c| {
        sqlx::query(
        "UPDATE session SET ended_at = $2, end_reason = 'revoked' WHERE account_id = $1 AND ended_at IS NULL AND (CAST($3 AS UUID) IS NULL OR id <> $3)"
    )
    .bind(account)
    .bind(now)
    .bind(but)
    .execute(c)
    .await.map(crate::db::rows)
    })?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base32_is_that_of_the_rfc() {
        assert_eq!(base32(b"foobar"), "MZXW6YTBOI");
        assert_eq!(base32(b"foo"), "MZXW6");
    }

    #[test]
    fn codes_are_those_of_rfc_6238() {
        // Appendix B, SHA-1, time 59: 94287082, of which six digits are shown.
        let now = DateTime::from_timestamp(59, 0).expect("a time");
        assert_eq!(check_code(b"12345678901234567890", "287 082", now), Some(1));
        assert_eq!(check_code(b"12345678901234567890", "٢٨٧٠٨٢", now), Some(1));
        assert_eq!(check_code(b"12345678901234567890", "287083", now), None);
    }
}
