//! Who works on which case. An account sees only what a supervisor assigns to it, or what it opened itself.

use crate::db::{Tx, on};
use crate::work::{On, Work};
use crate::{Result, Store};
use chrono::{DateTime, Utc};
use domain::access::{self, Duty};
use domain::{AccountId, Actor, Code, Error, Kind, ProblemKind, Role, Roles};
use uuid::Uuid;

/// A person with a duty on a case.
#[derive(Clone, Debug)]
pub struct Assigned {
    pub account: AccountId,
    pub login: String,
    pub name: String,
    pub duty: Duty,
    pub since: DateTime<Utc>,
}

/// A member of staff who may be given a duty.
#[derive(Clone, Debug)]
pub struct Colleague {
    pub login: String,
    pub name: String,
    pub roles: Roles,
}

/// Who is on a case now.
pub(crate) async fn assigned_on(store: &Store, tx: &mut Tx, case: Uuid) -> Result<Vec<Assigned>> {
    let rows: Vec<(Uuid, String, String, DateTime<Utc>)> = on!(&mut *tx, |c| sqlx::query_as(
        "SELECT a.account_id, u.login, a.duty, a.since FROM assignment a JOIN account u ON u.id = a.account_id
         WHERE a.case_id = $1 AND a.ended_at IS NULL ORDER BY a.since, a.id"
    )
    .bind(case)
    .fetch_all(c)
    .await)?;
    store.know_staff(tx, rows.iter().map(|(id, ..)| *id)).await?;
    let mut assigned: Vec<Assigned> = rows
        .into_iter()
        .filter_map(|(id, login, duty, since)| {
            Some(Assigned {
                account: AccountId(id),
                login,
                name: store.staff_name(AccountId(id)),
                duty: Duty::named(&duty)?,
                since,
            })
        })
        .collect();
    assigned.sort_by_key(|person| person.duty);
    Ok(assigned)
}

impl Store {
    pub(crate) async fn insert_assignment(
        &self,
        tx: &mut Tx,
        case: Uuid,
        account: AccountId,
        duty: Duty,
        by: AccountId,
    ) -> Result<()> {
        let now = self.now();
        on!(tx, |c| sqlx::query(
            "INSERT INTO assignment (id, case_id, account_id, duty, since, assigned_by) VALUES ($1, $2, $3, $4, $5, $6)"
        )
        .bind(self.0.chance.id(now))
        .bind(case)
        .bind(account.0)
        .bind(duty.name())
        .bind(now)
        .bind(by.0)
        .execute(c)
        .await
        .map(crate::db::rows))?;
        Ok(())
    }

    /// Confirmed, active staff who read content, for choosing a colleague; in the order of their logins.
    pub(crate) async fn staff_with_roles(&self, tx: &mut Tx) -> Result<Vec<(AccountId, Colleague)>> {
        let rows: Vec<(Uuid, String, String)> = on!(&mut *tx, |c| sqlx::query_as(
            "SELECT u.id, u.login, g.role FROM account u
             JOIN account_role g ON g.account_id = u.id AND g.confirmed_at IS NOT NULL AND g.ended_at IS NULL
             WHERE u.state = 'active' ORDER BY u.login"
        )
        .fetch_all(c)
        .await)?;
        self.know_staff(tx, rows.iter().map(|(id, ..)| *id)).await?;
        let mut staff: Vec<(AccountId, Colleague)> = Vec::new();
        for (id, login, role) in rows {
            let Some(role) = Role::named(&role).filter(|role| role.reads_content()) else {
                continue;
            };
            match staff.last_mut() {
                Some((known, colleague)) if known.0 == id => colleague.roles = colleague.roles.with(role),
                _ => staff.push((
                    AccountId(id),
                    Colleague {
                        name: self.staff_name(AccountId(id)),
                        login,
                        roles: Roles::NONE.with(role),
                    },
                )),
            }
        }
        Ok(staff)
    }

    /// Staff for the choice of a second interviewer or a duty. Names of staff are no secret among staff who read content.
    ///
    /// # Errors
    /// `Forbidden` for roles that read no content.
    pub async fn colleagues(&self, actor: &Actor) -> domain::Result<Vec<Colleague>> {
        self.act(actor, On::Register("account"), async |work: &mut Work<access::List>| {
            let staff = self.staff_with_roles(&mut work.tx).await?;
            work.returned(&staff.iter().map(|(id, _)| id.0).collect::<Vec<_>>());
            Ok(staff.into_iter().map(|(_, colleague)| colleague).collect())
        })
        .await
    }

    /// Gives a person a duty on a case. Who had a duty that one person has gives it up; who declared a conflict of
    /// interest on the case can't have any.
    ///
    /// # Errors
    /// `Invalid` at `login` or `duty`.
    pub async fn assign(&self, actor: &Actor, case: &Code, login: &str, duty: &str) -> domain::Result<()> {
        let case = crate::case::of_kind(case, Kind::Case)?;
        self.act(actor, On::Record(case), async |work: &mut Work<access::Assign>| {
            let found = work.found()?;
            let duty = Duty::named(duty).ok_or_else(|| Error::at("duty", ProblemKind::Unknown))?;
            let staff = self.staff_with_roles(&mut work.tx).await?;
            let (account, colleague) = staff.into_iter().find(|(_, colleague)| colleague.login == login).ok_or_else(|| Error::at("login", ProblemKind::NoSuchRecord))?;
            work.note("duty", duty.name());
            work.note("login", login);
            if !colleague.roles.any(duty.roles()) {
                return Err(Error::at("duty", ProblemKind::Unknown).into());
            }
            let conflicts: i64 = on!(&mut work.tx, |c| sqlx::query_scalar("SELECT count(*) FROM conflict_of_interest WHERE case_id = $1 AND account_id = $2 AND conflict")
                .bind(found.id)
                .bind(account.0)
                .fetch_one(c)
                .await)?;
            if conflicts > 0 {
                return Err(Error::at("login", ProblemKind::GuardUnmet("G-COI".into())).into());
            }
            let now = work.now;
            if duty.single() {
                on!(&mut work.tx, |c| sqlx::query("UPDATE assignment SET ended_at = $3, ended_by = $4 WHERE case_id = $1 AND duty = $2 AND ended_at IS NULL")
                    .bind(found.id)
                    .bind(duty.name())
                    .bind(now)
                    .bind(actor.account.0)
                    .execute(c)
                    .await.map(crate::db::rows))?;
            }
            let held: i64 = on!(&mut work.tx, |c| sqlx::query_scalar(
                "SELECT count(*) FROM assignment WHERE case_id = $1 AND account_id = $2 AND ended_at IS NULL AND (duty = $3 OR (duty IN ('lead', 'second') AND $3 IN ('lead', 'second')))"
            )
            .bind(found.id)
            .bind(account.0)
            .bind(duty.name())
            .fetch_one(c)
            .await)?;
            if held > 0 {
                return Err(Error::at("login", ProblemKind::Taken).into());
            }
            self.insert_assignment(&mut work.tx, found.id, account, duty, actor.account).await
        })
        .await
    }

    /// Takes a duty on a case from a person.
    ///
    /// # Errors
    /// `NotFound` if the person does not have it.
    pub async fn unassign(&self, actor: &Actor, case: &Code, login: &str, duty: &str) -> domain::Result<()> {
        let case = crate::case::of_kind(case, Kind::Case)?;
        self.act(actor, On::Record(case), async |work: &mut Work<access::Assign>| {
            let found = work.found()?;
            let duty = Duty::named(duty).ok_or(Error::NotFound)?;
            let account = self.account_named(login)?;
            work.note("ended_duty", duty.name());
            work.note("login", login);
            let ended = on!(&mut work.tx, |c| sqlx::query(
                "UPDATE assignment SET ended_at = $4, ended_by = $5 WHERE case_id = $1 AND account_id = $2 AND duty = $3 AND ended_at IS NULL"
            )
            .bind(found.id)
            .bind(account.0)
            .bind(duty.name())
            .bind(work.now)
            .bind(actor.account.0)
            .execute(c)
            .await
            .map(crate::db::rows))?;
            if ended == 1 { Ok(()) } else { Err(Error::NotFound.into()) }
        })
        .await
    }
}
