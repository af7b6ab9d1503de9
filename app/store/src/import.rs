//! Loading a whole record from elsewhere into a committee that holds none: the only way to a final testimony whose
//! fields are "not recorded at import". One transaction, one log entry: all of it, or nothing.

use crate::blob::BlobFile;
use crate::case::MoveRecord;
use crate::db::{on, once};
use crate::seal::{Class, Place};
use crate::setup::NewCommittee;
use crate::work::{On, Work};
use crate::{Fault, Result, Store};
use chrono::{DateTime, NaiveDate, Utc};
use domain::access::{Duty, Import};
use domain::case::CaseDraft;
use domain::document::DocumentDraft;
use domain::incident::IncidentDraft;
use domain::link::Involvement;
use domain::person::PersonDraft;
use domain::status::CaseStatus;
use domain::testimony::Statement;
use domain::unit::UnitDraft;
use domain::{AccountId, Actor, Code, Error, Kind, Language, Role, Roles};
use uuid::Uuid;

/// Who entered a record where it comes from, when, and what it was called there.
#[derive(Clone, Debug)]
pub struct Stamp {
    pub by: AccountId,
    pub at: DateTime<Utc>,
    /// Shown as "previous reference".
    pub previous: String,
}

/// A record that was imported, for linking to it.
#[derive(Clone, Debug)]
pub struct Imported {
    pub id: Uuid,
    pub code: Code,
}

/// A case with its states so far, the last one being the present.
#[derive(Clone, Debug)]
pub struct ImportedCase {
    pub draft: CaseDraft,
    /// State, since when, by whom, and the reason code and words where there were any.
    pub states: Vec<(CaseStatus, DateTime<Utc>, AccountId, Option<(String, String)>)>,
    pub review_on: Option<NaiveDate>,
    pub people: Vec<(AccountId, Duty)>,
}

impl Store {
    /// Whether the database holds any record of a case.
    ///
    /// # Errors
    /// `Busy`.
    pub async fn is_empty(&self) -> domain::Result<bool> {
        let count = async {
            let count: i64 = once!(&self.0.pool, |c| sqlx::query_scalar("SELECT count(*) FROM record")
                .fetch_one(c)
                .await)?;
            Ok::<_, Fault>(count)
        };
        count.await.map(|count| count == 0).map_err(Fault::shown)
    }

    /// Makes a demonstration committee where there is none, with its first administrator; business dates stand at `today`.
    /// Where there is a committee without records, only its clock is stopped. Returns the administrator who imports.
    ///
    /// # Errors
    /// `Conflict` if the database holds records.
    pub async fn start_demonstration(&self, name: &str, today: NaiveDate, password: &str) -> domain::Result<Actor> {
        if !self.is_empty().await? {
            return Err(Error::Conflict);
        }
        let fresh = self.committee().is_none();
        let made = async {
            let mut tx = self.write().await?;
            if fresh {
                let committee = NewCommittee {
                    name,
                    language: Language::English,
                    factor_required: true,
                    demo_today: Some(today),
                };
                self.insert_committee(&mut tx, &committee).await?;
                on!(&mut tx, |c| sqlx::query(
                    "UPDATE one_time_link SET used_at = $1 WHERE purpose = 'setup' AND used_at IS NULL"
                )
                .bind(self.now())
                .execute(c)
                .await
                .map(crate::db::rows))?;
            } else {
                on!(&mut tx, |c| sqlx::query(
                    "UPDATE committee SET demo_today = $1 WHERE id = 1"
                )
                .bind(today.to_string())
                .execute(c)
                .await
                .map(crate::db::rows))?;
            }
            tx.commit().await?;
            self.load_committee().await
        };
        made.await.map_err(Fault::shown)?;
        let account = match self.staff_named("admin") {
            Some((account, _)) => account,
            None => {
                let roles = Roles::NONE.with(Role::Administrator);
                let (account, _) = self
                    .add("admin", "Administrator", roles, Some(password), Language::English, true)
                    .await
                    .map_err(Fault::shown)?;
                self.load_staff().await.map_err(Fault::shown)?;
                AccountId(account)
            }
        };
        Ok(Actor {
            account,
            session: None,
            login: "admin".to_owned(),
            roles: Roles::NONE.with(Role::Administrator),
            language: Language::English,
            address: String::new(),
            request: "import".to_owned(),
            stepped_up: false,
            trained: false,
        })
    }

    /// A demonstration account: its role counts at once, it needs no second factor, all share one password.
    ///
    /// # Errors
    /// `Invalid` at `login` if it is taken.
    pub async fn add_demonstration_account(
        &self,
        login: &str,
        name: &str,
        role: Role,
        password: &str,
    ) -> domain::Result<AccountId> {
        let (account, _) = self
            .add(
                login,
                name,
                Roles::NONE.with(role),
                Some(password),
                Language::English,
                true,
            )
            .await
            .map_err(Fault::shown)?;
        self.load_staff().await.map_err(Fault::shown)?;
        Ok(AccountId(account))
    }

    /// Imports everything that `run` writes, or nothing.
    ///
    /// # Errors
    /// What `run` answers; `Forbidden` for all but administrators.
    pub async fn import(
        &self,
        actor: &Actor,
        run: impl AsyncFnOnce(&mut Work<Import>) -> domain::Result<()>,
    ) -> domain::Result<()> {
        self.act(actor, On::Register("import"), async |work: &mut Work<Import>| {
            let empty: i64 = on!(&mut work.tx, |c| sqlx::query_scalar("SELECT count(*) FROM record")
                .fetch_one(c)
                .await)?;
            if empty > 0 {
                return Err(Error::Conflict.into());
            }
            run(work).await.map_err(Fault::Known)?;
            let made: i64 = on!(&mut work.tx, |c| sqlx::query_scalar("SELECT count(*) FROM record")
                .fetch_one(c)
                .await)?;
            work.note("records", made);
            Ok(())
        })
        .await
        .inspect(|()| self.0.unread.notify_one())
    }
}

impl Work<Import> {
    async fn stamp(&mut self, id: Uuid, stamp: &Stamp) -> Result<()> {
        on!(&mut self.tx, |c| sqlx::query(
            "UPDATE record SET created_at = $2, created_by = $3, updated_at = $2, updated_by = $3 WHERE id = $1"
        )
        .bind(id)
        .bind(stamp.at)
        .bind(stamp.by.0)
        .execute(c)
        .await
        .map(crate::db::rows))?;
        Ok(())
    }

    /// Somebody of the imported committee is trained in interviewing survivors of sexual violence.
    ///
    /// # Errors
    /// `Busy`.
    pub async fn add_training(&mut self, account: AccountId, at: DateTime<Utc>) -> domain::Result<()> {
        let id = self.store.0.chance.id(self.now);
        let added = async {
            on!(&mut self.tx, |c| sqlx::query(
                "INSERT INTO qualification (id, account_id, kind, confirmed_at) VALUES ($1, $2, 'survivors', $3)"
            )
            .bind(id)
            .bind(account.0)
            .bind(at)
            .execute(c)
            .await
            .map(crate::db::rows))?;
            Ok::<_, Fault>(())
        };
        added.await.map_err(Fault::shown)
    }

    async fn finish(&mut self, made: Result<(Uuid, Code)>, stamp: &Stamp) -> domain::Result<Imported> {
        let (id, code) = made.map_err(Fault::shown)?;
        self.stamp(id, stamp).await.map_err(Fault::shown)?;
        Ok(Imported { id, code })
    }

    /// A unit, under another that was imported before.
    ///
    /// # Errors
    /// `Internal`, `Busy`.
    pub async fn add_unit(
        &mut self,
        draft: &UnitDraft,
        parent: Option<&Imported>,
        stamp: &Stamp,
    ) -> domain::Result<Imported> {
        let (store, actor) = (self.store.clone(), self.actor.clone());
        let made = store
            .insert_unit(
                &mut self.tx,
                &actor,
                draft,
                parent.map(|unit| unit.id),
                Some(&stamp.previous),
            )
            .await;
        self.finish(made, stamp).await
    }

    /// A person.
    ///
    /// # Errors
    /// `Internal`, `Busy`.
    pub async fn add_person(&mut self, draft: &PersonDraft, stamp: &Stamp) -> domain::Result<Imported> {
        let (store, actor) = (self.store.clone(), self.actor.clone());
        let made = store
            .insert_person(&mut self.tx, &actor, draft, Some(&stamp.previous))
            .await;
        self.finish(made, stamp).await
    }

    /// An incident.
    ///
    /// # Errors
    /// `Internal`, `Busy`.
    pub async fn add_incident(&mut self, draft: &IncidentDraft, stamp: &Stamp) -> domain::Result<Imported> {
        let (store, actor) = (self.store.clone(), self.actor.clone());
        let made = store
            .insert_incident(&mut self.tx, &actor, draft, Some(&stamp.previous))
            .await;
        self.finish(made, stamp).await
    }

    /// A case with its people and its states so far.
    ///
    /// # Errors
    /// `Internal`, `Busy`.
    pub async fn add_case(&mut self, case: &ImportedCase, stamp: &Stamp) -> domain::Result<Imported> {
        let (store, actor) = (self.store.clone(), self.actor.clone());
        let made = store
            .insert_case(&mut self.tx, &actor, &case.draft, Some(&stamp.previous))
            .await;
        let made = self.finish(made, stamp).await?;
        self.case_inner(&made, case).await.map_err(Fault::shown)?;
        Ok(made)
    }

    async fn case_inner(&mut self, made: &Imported, case: &ImportedCase) -> Result<()> {
        let store = self.store.clone();
        let mut before = None;
        for (status, at, by, reason) in &case.states {
            let transition = before.and_then(|from| {
                domain::status::moves_from(from, None)
                    .into_iter()
                    .find(|step| step.to == *status)
            });
            let moved = MoveRecord {
                case: made.id,
                transition: transition.map_or("imported", |step| step.transition.id),
                from: before,
                to: *status,
                reason_code: reason.as_ref().map(|(code, _)| code.as_str()),
                reason: reason.as_ref().map_or("", |(_, words)| words.as_str()),
                moved_at: *at,
                moved_by: by.0,
            };
            store.insert_move(&mut self.tx, &moved).await?;
            let previous = if *status == CaseStatus::Suspended {
                before.map(CaseStatus::code)
            } else {
                None
            };
            on!(&mut self.tx, |c| {
                sqlx::query("UPDATE case_file SET status = $2, status_since = $3, previous_status = $4, review_on = $5 WHERE id = $1")
                .bind(made.id)
                .bind(status.code())
                .bind(*at)
                .bind(previous)
                .bind(case.review_on.map(|day| day.to_string()))
                .execute(c)
                .await
                .map(crate::db::rows)
            })?;
            before = Some(*status);
        }
        for (account, duty) in &case.people {
            store
                .insert_assignment(&mut self.tx, made.id, *account, *duty, self.actor.account)
                .await?;
        }
        Ok(())
    }

    /// A declared conflict of interest, or the declaration that there is none.
    ///
    /// # Errors
    /// `Internal`, `Busy`.
    pub async fn add_declaration(
        &mut self,
        case: &Imported,
        account: AccountId,
        conflict: bool,
        reason: &str,
        at: DateTime<Utc>,
    ) -> domain::Result<()> {
        let store = self.store.clone();
        let id = store.0.chance.id(self.now);
        let (key, wrapped) = store.0.keys.new_key(Class::Narrative, id, &store.0.chance);
        let place = Place {
            table: "conflict_of_interest",
            column: "reason",
            row: id,
            version: 1,
        };
        let inserted = on!(&mut self.tx, |c| {
            sqlx::query("INSERT INTO conflict_of_interest (id, case_id, account_id, conflict, wrapped_key, reason, declared_at) VALUES ($1, $2, $3, $4, $5, $6, $7)")
            .bind(id)
            .bind(case.id)
            .bind(account.0)
            .bind(conflict)
            .bind(&wrapped)
            .bind(key.seal(place, reason, &store.0.chance))
            .bind(at)
            .execute(c)
            .await
            .map(crate::db::rows)
        });
        inserted.map(drop).map_err(|e| Fault::from(e).shown())
    }

    /// A final testimony. Its paragraphs are numbered in their order; what a filing would have missed is kept in
    /// `not_recorded`.
    ///
    /// # Errors
    /// `Internal`, `Busy`.
    pub async fn add_testimony(
        &mut self,
        statement: &Statement,
        witness: &Imported,
        follow_up_of: Option<&Imported>,
        stamp: &Stamp,
    ) -> domain::Result<Imported> {
        let (store, actor) = (self.store.clone(), self.actor.clone());
        let statement = statement.clone().numbered();
        let made = store
            .insert_testimony(
                &mut self.tx,
                &actor,
                &statement,
                stamp.by,
                (Some(witness.id), follow_up_of.map(|other| other.id)),
                Some(&stamp.previous),
            )
            .await;
        let made = self.finish(made, stamp).await?;
        let frozen = async {
            on!(&mut self.tx, |c| sqlx::query(
                "UPDATE testimony SET status = 'final', status_since = $2 WHERE id = $1"
            )
            .bind(made.id)
            .bind(stamp.at)
            .execute(c)
            .await
            .map(crate::db::rows))?;
            store
                .freeze(&mut self.tx, &made.code, made.id, 1, &statement, (stamp.at, stamp.by))
                .await
        };
        frozen.await.map_err(Fault::shown)?;
        Ok(made)
    }

    /// A document with its file.
    ///
    /// # Errors
    /// `Internal`, `Busy`.
    pub async fn add_document(
        &mut self,
        draft: &DocumentDraft,
        file: &BlobFile,
        file_name: &str,
        stamp: &Stamp,
    ) -> domain::Result<Imported> {
        let (store, actor) = (self.store.clone(), self.actor.clone());
        let made = store
            .insert_document(&mut self.tx, &actor, draft, file, file_name, Some(&stamp.previous))
            .await;
        self.finish(made, stamp).await
    }

    /// Hangs a record on a case.
    ///
    /// # Errors
    /// `Internal`, `Busy`.
    pub async fn hang(&mut self, case: &Imported, record: &Imported) -> domain::Result<()> {
        let (store, actor) = (self.store.clone(), self.actor.clone());
        store
            .hold(&mut self.tx, &actor, case.id, record.id)
            .await
            .map(drop)
            .map_err(Fault::shown)
    }

    /// A part in an incident, resting on paragraphs and documents that were imported.
    ///
    /// # Errors
    /// `Internal`, `Busy`.
    pub async fn add_involvement(
        &mut self,
        incident: &Imported,
        party: &Imported,
        involvement: &Involvement,
        citations: &[(Imported, Vec<u32>)],
    ) -> domain::Result<()> {
        self.add_involvement_inner(incident, party, involvement, citations)
            .await
            .map_err(Fault::shown)
    }

    async fn add_involvement_inner(
        &mut self,
        incident: &Imported,
        party: &Imported,
        involvement: &Involvement,
        citations: &[(Imported, Vec<u32>)],
    ) -> Result<()> {
        let link = self.insert_involvement(incident.id, party.id, involvement).await?;
        for (source, paragraphs) in citations {
            if source.code.kind() == Kind::Testimony {
                for number in paragraphs {
                    self.insert_citation(link, source.id, Some((i64::from(*number), 1)), None, false)
                        .await?;
                }
            } else {
                self.insert_citation(link, source.id, None, None, false).await?;
            }
        }
        Ok(())
    }
}
