//! The beginning: a one-time link, the first administrator, the first chair. This door locks behind itself.

use crate::account::NewAccount;
use crate::db::{Tx, on, once};
use crate::log::Outcome;
use crate::session::{From, token_hash};
use crate::{Fault, Result, Store};
use chrono::NaiveDate;
use domain::account::Setup;
use domain::{Error, Language, Role, Roles};
use uuid::Uuid;

/// A committee's row.
pub(crate) struct NewCommittee<'a> {
    pub name: &'a str,
    pub language: Language,
    pub factor_required: bool,
    pub demo_today: Option<NaiveDate>,
}

impl Store {
    /// Whether there is no committee yet.
    ///
    /// # Errors
    /// `Busy`.
    pub async fn needs_setup(&self) -> domain::Result<bool> {
        if self.committee().is_none() {
            // Another process on the same database may have done it.
            self.load_committee().await.map_err(Fault::shown)?;
        }
        Ok(self.committee().is_none())
    }

    /// A new one-time set-up link's token; older ones stop working.
    ///
    /// # Errors
    /// `NotFound` once the committee is set up.
    pub async fn new_setup_link(&self) -> domain::Result<String> {
        if self.committee().is_some() {
            return Err(Error::NotFound);
        }
        let link = async {
            let mut tx = self.write().await?;
            on!(&mut tx, |c| sqlx::query(
                "UPDATE one_time_link SET used_at = $1 WHERE purpose = 'setup' AND used_at IS NULL"
            )
            .bind(self.now())
            .execute(c)
            .await
            .map(crate::db::rows))?;
            let token = self.new_link(&mut tx, "setup", None).await?;
            tx.commit().await?;
            Ok::<_, Fault>(token)
        };
        link.await.map_err(Fault::shown)
    }

    /// Whether a set-up link is good.
    ///
    /// # Errors
    /// `NotFound` if it is unknown, used, expired, or the committee is set up.
    pub async fn check_setup_link(&self, token: &str) -> domain::Result<()> {
        if self.committee().is_some() {
            return Err(Error::NotFound);
        }
        let found = async {
            let found: i64 = once!(&self.0.pool, |c| {
                sqlx::query_scalar(
                "SELECT count(*) FROM one_time_link WHERE token_hash = $1 AND purpose = 'setup' AND used_at IS NULL AND expires_at > $2"
            )
            .bind(token_hash(token))
            .bind(self.now())
            .fetch_one(c)
            .await
            })?;
            Ok::<_, Fault>(found)
        };
        if found.await.map_err(Fault::shown)? == 1 {
            Ok(())
        } else {
            Err(Error::NotFound)
        }
    }

    /// Sets the committee up: its name, the first administrator with a password, and the first chair, whose one-time
    /// link's token is returned.
    ///
    /// # Errors
    /// `NotFound` if the link is not good.
    pub async fn set_up(&self, token: &str, setup: &Setup, from: &From) -> domain::Result<String> {
        self.check_setup_link(token).await?;
        let chair = self.set_up_inner(token, setup, from).await.map_err(Fault::shown)?;
        self.load_committee().await.map_err(Fault::shown)?;
        self.load_staff().await.map_err(Fault::shown)?;
        Ok(chair)
    }

    async fn set_up_inner(&self, token: &str, setup: &Setup, from: &From) -> Result<String> {
        let hash = self.hash_password(&setup.password).await?;
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
            return Err(Error::NotFound.into());
        }
        let committee = NewCommittee {
            name: &setup.committee,
            language: setup.language,
            factor_required: setup.factor_required,
            demo_today: None,
        };
        self.insert_committee(&mut tx, &committee).await?;
        let administrator = NewAccount {
            login: &setup.login,
            name: &setup.name,
            language: setup.language,
            password_hash: Some(&hash),
            factor_exempt: false,
        };
        let administrator = self.insert_account(&mut tx, &administrator).await?;
        self.propose_role(&mut tx, administrator, Role::Administrator, None, Some(administrator))
            .await?;
        let chair = NewAccount {
            login: &setup.chair_login,
            name: &setup.chair_name,
            language: setup.language,
            password_hash: None,
            factor_exempt: false,
        };
        let chair = self.insert_account(&mut tx, &chair).await?;
        self.propose_role(&mut tx, chair, Role::Chair, Some(administrator), Some(administrator))
            .await?;
        let link = self.new_link(&mut tx, "invitation", Some(chair)).await?;
        let mut entry = self.entry(None, "set_up", "committee", None, Outcome::Done);
        entry.account = Some(domain::AccountId(administrator));
        entry.address.clone_from(&from.address);
        entry.request.clone_from(&from.request);
        self.0.log.commit(tx, &entry).await?;
        Ok(link)
    }

    pub(crate) async fn insert_committee(&self, tx: &mut Tx, new: &NewCommittee<'_>) -> Result<()> {
        on!(tx, |c| {
            sqlx::query("INSERT INTO committee (id, name, language, factor_required, utc_offset, demo_today, set_up_at) VALUES (1, $1, $2, $3, 180, $4, $5)")
            .bind(new.name)
            .bind(new.language.code())
            .bind(new.factor_required)
            .bind(new.demo_today.map(|day| day.to_string()))
            .bind(self.now())
            .execute(c)
            .await.map(crate::db::rows)
        })?;
        Ok(())
    }

    /// Adds an account from the command line, where whoever may run it may do anything. Its roles count at once. Without a
    /// password it gets a one-time link, whose token is returned.
    ///
    /// # Errors
    /// `Invalid` at `login`, `roles`, `password`; `NotFound` before the committee is set up.
    pub async fn add_account_from_command_line(
        &self,
        login: &str,
        name: &str,
        roles: Roles,
        password: Option<&str>,
    ) -> domain::Result<Option<String>> {
        let committee = self.committee().ok_or(Error::NotFound)?;
        let mut check = domain::form::Check::new();
        let login = domain::account::check_login(&mut check, "login", login);
        if !roles.compatible() || roles.is_empty() {
            check.problem("roles", domain::ProblemKind::RolesClash);
        }
        if let Some(password) = password {
            domain::account::check_password(&mut check, "password", password, &login, committee.factor_required);
        }
        check.finish(()).map_err(Error::Invalid)?;
        let token = self
            .add(&login, name, roles, password, committee.language, false)
            .await
            .map_err(Fault::shown)?
            .1;
        self.load_staff().await.map_err(Fault::shown)?;
        Ok(token)
    }

    pub(crate) async fn add(
        &self,
        login: &str,
        name: &str,
        roles: Roles,
        password: Option<&str>,
        language: Language,
        exempt: bool,
    ) -> Result<(Uuid, Option<String>)> {
        let hash = match password {
            Some(password) => Some(self.hash_password(password).await?),
            None => None,
        };
        let mut tx = self.write().await?;
        let new = NewAccount {
            login,
            name,
            language,
            password_hash: hash.as_deref(),
            factor_exempt: exempt,
        };
        let account = self.insert_account(&mut tx, &new).await?;
        for role in roles.iter() {
            self.propose_role(&mut tx, account, role, None, Some(account)).await?;
        }
        let token = if hash.is_none() {
            Some(self.new_link(&mut tx, "invitation", Some(account)).await?)
        } else {
            None
        };
        let mut entry = self.entry(None, "add_account", "account", Some(account), Outcome::Done);
        entry.detail.insert(
            "roles".into(),
            roles.iter().map(Role::name).collect::<Vec<_>>().join("+").into(),
        );
        self.0.log.commit(tx, &entry).await?;
        Ok((account, token))
    }
}
