//! Searches that somebody keeps under a name, and the server's look for what is new in them.
//!
//! They belong to their account alone: every statement names it, so that for anybody else there is none. What is new is told by
//! [`crate::search::Seen`]; a person is told how many, and sees them by searching again. The server looks now and then, on
//! behalf of each account that watches a search and with that account's sight of the moment: an act of the account, which says
//! that the server did it and commits to the records found. It looks at nothing where neither the index nor the sight changed.

use crate::db::{Tx, on};
use crate::seal::{Class, DataKey, Place};
use crate::search::{Seen, Since, Ticket};
use crate::work::{On, Work};
use crate::{Fault, Result, SearchFilter, Store, Total};
use chrono::{DateTime, Utc};
use domain::access::{self, Act};
use domain::query::Query;
use domain::saved::{MOST, SavedDraft, folded};
use domain::{AccountId, Actor, Code, Error, Kind, Language, ProblemKind, Role, Words};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A saved search, as its owner sees it.
#[derive(Clone, Debug)]
pub struct SavedView {
    pub id: Uuid,
    pub name: Words,
    /// What is searched for.
    pub typed: Words,
    /// Only records of this kind.
    pub kind: Option<Kind>,
    /// Only what hangs on this case.
    pub case: Option<Code>,
    /// How many are new, as of the server's last look; none where it is not watched.
    pub new: Option<Total>,
    /// When its results were shown last.
    pub seen_at: DateTime<Utc>,
}

impl SavedView {
    /// Whether there is something to tell.
    #[must_use]
    pub fn has_news(&self) -> bool {
        self.new.is_some_and(|new| new != Total::Exactly(0))
    }
}

/// A saved search that was opened: where its results are.
#[derive(Clone, Debug)]
pub struct OpenedSearch {
    pub ticket: String,
    pub kind: Option<Kind>,
    pub case: Option<Code>,
}

/// What the server looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Looked {
    /// Accounts on whose behalf it looked.
    pub accounts: usize,
    pub searches: usize,
    /// Searches with something new.
    pub with_news: usize,
    /// Accounts for which the look failed: the server's log says why.
    pub failed: usize,
}

/// What of a saved search is sealed.
#[derive(Serialize, Deserialize)]
struct Body {
    name: Words,
    query: Words,
    kind: Option<Kind>,
    case: Option<Code>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    version: i64,
    wrapped_key: Vec<u8>,
    body: Vec<u8>,
    watched: bool,
    seen_at: DateTime<Utc>,
    seen_change: i64,
    seen: Vec<u8>,
    looked_change: i64,
    looked_reach: Vec<u8>,
    told: i64,
}

const fn body_place(row: Uuid, version: i64) -> Place {
    Place {
        table: "saved_search",
        column: "body",
        row,
        version,
    }
}

/// What was seen is bound to the change until which it was.
const fn seen_place(row: Uuid, change: i64) -> Place {
    Place {
        table: "saved_search",
        column: "seen",
        row,
        version: change,
    }
}

impl Row {
    fn open(&self, store: &Store) -> Result<(DataKey, Body)> {
        let key = store.0.keys.unwrap(Class::Account, self.id, &self.wrapped_key)?;
        let body = key.open_json(body_place(self.id, self.version), &self.body)?;
        Ok((key, body))
    }

    fn seen(&self, key: &DataKey) -> Result<Seen> {
        key.open_json(seen_place(self.id, self.seen_change), &self.seen)
    }
}

/// Saved searches of account `$1`.
macro_rules! saved {
    ($which:literal) => {
        concat!(
            "SELECT s.id, s.version, s.wrapped_key, s.body, s.watched, s.seen_at, s.seen_change, s.seen, s.looked_change,
                s.looked_reach, s.told
             FROM saved_search s
             WHERE s.account_id = $1",
            $which
        )
    };
}

/// The saved searches of an account, the newest first.
async fn rows(tx: &mut Tx, account: AccountId) -> Result<Vec<Row>> {
    Ok(on!(tx, |c| sqlx::query_as(saved!(
        " ORDER BY s.made_at DESC, s.id DESC"
    ))
    .bind(account.0)
    .fetch_all(c)
    .await)?)
}

/// One of them.
///
/// # Errors
/// `NotFound` if it is another's or there is none.
async fn row(tx: &mut Tx, account: AccountId, id: Uuid) -> Result<Row> {
    let row: Option<Row> = on!(tx, |c| sqlx::query_as(saved!(" AND s.id = $2"))
        .bind(account.0)
        .bind(id)
        .fetch_optional(c)
        .await)?;
    row.ok_or(Fault::Known(Error::NotFound))
}

/// The results of a saved search that are about to be shown.
pub(crate) struct Shown {
    id: Uuid,
    now: Seen,
}

/// A saved search that the server looked at.
struct Look {
    id: Uuid,
    seen_at: DateTime<Utc>,
    told: i64,
}

fn count(ids: &[Uuid]) -> i64 {
    i64::try_from(ids.len()).unwrap_or(i64::MAX)
}

impl<A: Act> Work<A> {
    /// Refuses a name that another saved search of the account has.
    async fn free_name(&mut self, name: &str, but: Uuid) -> Result<Vec<u8>> {
        let account = self.actor.account.0;
        let mark = self
            .store
            .0
            .keys
            .account_mac(&format!("saved|{account}|{}", folded(name)));
        let taken: bool = on!(&mut self.tx, |c| sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM saved_search WHERE account_id = $1 AND name_mark = $2 AND id <> $3)"
        )
        .bind(account)
        .bind(mark.as_slice())
        .bind(but)
        .fetch_one(c)
        .await)?;
        if taken {
            return Err(Error::at("name", ProblemKind::Taken).into());
        }
        Ok(mark.to_vec())
    }

    /// What is new in a saved search: the records that its owner may see of it now. Of one whose case they do not see any more,
    /// nothing.
    async fn news_of(&mut self, row: &Row, now: &Seen) -> Result<Vec<Uuid>> {
        let (key, body) = row.open(&self.store)?;
        let seen = row.seen(&key)?;
        match self
            .news(&body.query, (body.kind, body.case.as_ref()), (now, &seen))
            .await
        {
            Err(Fault::Known(Error::NotFound)) => Ok(Vec::new()),
            news => news,
        }
    }

    /// A saved search as its owner sees it. What the server found is told where they still see what they saw then; else it is
    /// looked for at once.
    async fn saved_view(&mut self, row: &Row, now: &Seen, found: &mut Vec<Uuid>) -> Result<SavedView> {
        let (_, body) = row.open(&self.store)?;
        let new = if !row.watched {
            None
        } else if row.looked_reach == self.store.reach_mark(now) {
            Some(row.told)
        } else {
            let ids = self.news_of(row, now).await?;
            found.extend(&ids);
            Some(count(&ids))
        };
        Ok(SavedView {
            id: row.id,
            name: body.name,
            typed: body.query,
            kind: body.kind,
            case: body.case,
            new: new.map(|new| Total::of(new, self.store.limits().ranked)),
            seen_at: row.seen_at,
        })
    }
}

impl Work<access::List> {
    /// The saved search that a ticket's results are of, and what becomes of it once they are shown: they are seen if no part of
    /// them is left out.
    pub(crate) async fn saved_here(
        &mut self,
        ticket: &Ticket,
        filter: &SearchFilter,
    ) -> Result<(Option<(Since, Words)>, Option<Shown>)> {
        let actor = self.actor.clone();
        let Some(since) = &ticket.since else {
            return Ok((None, None));
        };
        let row = match row(&mut self.tx, actor.account, since.saved).await {
            // Deleted meanwhile.
            Err(Fault::Known(Error::NotFound)) => return Ok((None, None)),
            row => row?,
        };
        let (key, body) = row.open(&self.store)?;
        let now = Seen::now(&mut self.tx, &actor).await?;
        let whole = filter.after.is_none()
            && (filter.kind.is_none() || filter.kind == body.kind)
            && (filter.case.is_none() || filter.case == body.case);
        let behind = row.told > 0 || row.seen(&key)? != now;
        self.note("saved", row.id.to_string());
        let shown = (whole && behind).then_some(Shown { id: row.id, now });
        Ok((Some((since.clone(), body.name)), shown))
    }
}

impl Store {
    /// A keyed hash of what somebody can find.
    fn reach_mark(&self, seen: &Seen) -> Vec<u8> {
        let reader = serde_json::to_string(&seen.reader).expect("ids and names of duties have JSON forms");
        self.0.keys.account_mac(&format!("reach|{reader}")).to_vec()
    }

    /// Saves the search of a ticket under a name, with the filter of its page.
    ///
    /// # Errors
    /// `NotFound` if there is no such ticket of this session, or no such case; `Invalid` at `query`, or at `name` if it is
    /// taken or there are too many; `Forbidden` for roles that read no content.
    pub async fn save_search(
        &self,
        actor: &Actor,
        ticket: &str,
        filter: &SearchFilter,
        draft: &SavedDraft,
    ) -> domain::Result<()> {
        self.act(actor, On::Register("search"), async |work: &mut Work<access::SaveSearch>| {
            let ticket = work.ticket(ticket).await?;
            Query::read(&ticket.typed).map_err(|kind| Error::at("query", kind))?;
            if let Some(case) = &filter.case {
                work.visible_record(case).await?.ok_or(Fault::Known(Error::NotFound))?;
            }
            let kept: i64 = on!(&mut work.tx, |c| sqlx::query_scalar(
                "SELECT count(*) FROM saved_search WHERE account_id = $1"
            )
            .bind(actor.account.0)
            .fetch_one(c)
            .await)?;
            if kept >= i64::from(MOST) {
                return Err(Error::at("name", ProblemKind::TooMany(MOST)).into());
            }
            let id = self.0.chance.id(work.now);
            let mark = work.free_name(&draft.name, id).await?;
            let mut seen = Seen::now(&mut work.tx, actor).await?;
            // What came after the page was made was not shown.
            seen.change = draft.shown.unwrap_or(seen.change).clamp(0, seen.change);
            let (key, wrapped) = self.0.keys.new_key(Class::Account, id, &self.0.chance);
            let body = Body {
                name: draft.name.clone(),
                query: ticket.typed,
                kind: filter.kind,
                case: filter.case.clone(),
            };
            on!(&mut work.tx, |c| sqlx::query(
                "INSERT INTO saved_search (id, account_id, name_mark, version, wrapped_key, body, watched, made_at, seen_at, seen_change, seen,
                    looked_change, looked_reach, told)
                 VALUES ($1, $2, $3, 1, $4, $5, $6, $7, $7, $8, $9, $8, $10, 0)"
            )
            .bind(id)
            .bind(actor.account.0)
            .bind(&mark)
            .bind(&wrapped)
            .bind(key.seal_json(body_place(id, 1), &body, &self.0.chance))
            .bind(draft.watched)
            .bind(work.now)
            .bind(seen.change)
            .bind(key.seal_json(seen_place(id, seen.change), &seen, &self.0.chance))
            .bind(self.reach_mark(&seen))
            .execute(c)
            .await
            .map(crate::db::rows))?;
            let since = Since {
                saved: id,
                at: work.now,
                seen,
            };
            work.bind_ticket(ticket.id, &since).await?;
            work.note("saved", id.to_string());
            work.note("watched", draft.watched);
            Ok(())
        })
        .await
    }

    /// One's own saved searches, the newest first.
    ///
    /// # Errors
    /// `Forbidden` for roles that read no content.
    pub async fn saved_searches(&self, actor: &Actor) -> domain::Result<Vec<SavedView>> {
        self.act(
            actor,
            On::Register("search"),
            async |work: &mut Work<access::SeeSaved>| {
                let now = Seen::now(&mut work.tx, actor).await?;
                let (mut views, mut found) = (Vec::new(), Vec::new());
                for row in rows(&mut work.tx, actor.account).await? {
                    views.push(work.saved_view(&row, &now, &mut found).await?);
                }
                found.sort_unstable();
                found.dedup();
                work.returned(&found);
                work.note("searches", views.len());
                Ok(views)
            },
        )
        .await
    }

    /// One of them.
    ///
    /// # Errors
    /// `NotFound` if it is another's or there is none; `Forbidden` for roles that read no content.
    pub async fn saved_search(&self, actor: &Actor, id: Uuid) -> domain::Result<SavedView> {
        self.act(
            actor,
            On::Register("search"),
            async |work: &mut Work<access::SeeSaved>| {
                let row = row(&mut work.tx, actor.account, id).await?;
                let now = Seen::now(&mut work.tx, actor).await?;
                let mut found = Vec::new();
                let view = work.saved_view(&row, &now, &mut found).await?;
                work.returned(&found);
                work.note("saved", id.to_string());
                Ok(view)
            },
        )
        .await
    }

    /// Renames a saved search of one's own; its owner is told from now on, or not any more, when there is something new.
    ///
    /// # Errors
    /// `NotFound` if it is another's or there is none; `Invalid` at `name` if it is taken; `Forbidden`.
    pub async fn change_saved(&self, actor: &Actor, id: Uuid, draft: &SavedDraft) -> domain::Result<()> {
        self.act(
            actor,
            On::Register("search"),
            async |work: &mut Work<access::ChangeSaved>| {
                let row = row(&mut work.tx, actor.account, id).await?;
                let mark = work.free_name(&draft.name, id).await?;
                let (key, body) = row.open(self)?;
                let body = Body {
                    name: draft.name.clone(),
                    ..body
                };
                let next = row.version + 1;
                // Watched anew, it is looked at again.
                let kept = row.watched && draft.watched;
                on!(&mut work.tx, |c| sqlx::query(
                    "UPDATE saved_search
                 SET name_mark = $3, version = $4, body = $5, watched = $6, looked_change = $7, told = $8
                 WHERE id = $1 AND account_id = $2"
                )
                .bind(id)
                .bind(actor.account.0)
                .bind(&mark)
                .bind(next)
                .bind(key.seal_json(body_place(id, next), &body, &self.0.chance))
                .bind(draft.watched)
                .bind(if kept { row.looked_change } else { -1 })
                .bind(if kept { row.told } else { 0 })
                .execute(c)
                .await
                .map(crate::db::rows))?;
                work.note("saved", id.to_string());
                work.note("watched", draft.watched);
                Ok(())
            },
        )
        .await
    }

    /// Deletes a saved search of one's own.
    ///
    /// # Errors
    /// `NotFound` if it is another's or there is none; `Forbidden`.
    pub async fn delete_saved(&self, actor: &Actor, id: Uuid) -> domain::Result<()> {
        self.act(
            actor,
            On::Register("search"),
            async |work: &mut Work<access::ChangeSaved>| {
                row(&mut work.tx, actor.account, id).await?;
                on!(&mut work.tx, |c| sqlx::query(
                    "DELETE FROM saved_search WHERE id = $1 AND account_id = $2"
                )
                .bind(id)
                .bind(actor.account.0)
                .execute(c)
                .await
                .map(crate::db::rows))?;
                work.note("saved", id.to_string());
                work.note("deleted", true);
                Ok(())
            },
        )
        .await
    }

    /// Searches again for what one saved: its results are under a new ticket, which knows what is new in them. That they are
    /// seen counts once they are shown.
    ///
    /// # Errors
    /// `NotFound` if it is another's or there is none, or its case is not theirs to see any more; `Forbidden`.
    pub async fn open_saved(&self, actor: &Actor, id: Uuid) -> domain::Result<OpenedSearch> {
        self.act(
            actor,
            On::Register("search"),
            async |work: &mut Work<access::OpenSaved>| {
                let row = row(&mut work.tx, actor.account, id).await?;
                let (key, body) = row.open(self)?;
                work.note("saved", id.to_string());
                if let Some(case) = &body.case {
                    work.visible_record(case).await?.ok_or(Fault::Known(Error::NotFound))?;
                }
                let since = Since {
                    saved: id,
                    at: row.seen_at,
                    seen: row.seen(&key)?,
                };
                let ticket = work.new_ticket(&body.query, Some(&since)).await?;
                Ok(OpenedSearch {
                    ticket: ticket.simple().to_string(),
                    kind: body.kind,
                    case: body.case,
                })
            },
        )
        .await
    }

    /// The results of a saved search were shown, and their log entry is durable: nothing in it is new until something changes.
    pub(crate) async fn keep_shown(&self, actor: &Actor, shown: Shown) -> domain::Result<()> {
        let Shown { id, now } = shown;
        let keep = async {
            let mut tx = self.write().await?;
            let (key, _) = row(&mut tx, actor.account, id).await?.open(self)?;
            on!(&mut tx, |c| sqlx::query(
                "UPDATE saved_search
                 SET seen_at = $3, seen_change = $4, seen = $5, looked_change = $4, looked_reach = $6, told = 0
                 WHERE id = $1 AND account_id = $2 AND seen_change <= $4"
            )
            .bind(id)
            .bind(actor.account.0)
            .bind(self.now())
            .bind(now.change)
            .bind(key.seal_json(seen_place(id, now.change), &now, &self.0.chance))
            .bind(self.reach_mark(&now))
            .execute(c)
            .await
            .map(crate::db::rows))?;
            tx.commit().await
        };
        match keep.await {
            // Deleted meanwhile.
            Err(Fault::Known(Error::NotFound)) => Ok(()),
            kept => kept.map_err(Fault::shown),
        }
    }

    /// Looks for what is new in every watched search, and keeps how many there are. Without anybody who asks: it makes the actor
    /// of each account that watches, as their roles are now; of an account that is not active, or reads no content, nothing is
    /// looked at. One log entry for each account for which there was something to look at.
    ///
    /// # Errors
    /// `Busy` if the database does not answer.
    pub async fn look_for_news(&self) -> domain::Result<Looked> {
        let mut looked = Looked::default();
        for actor in self.watchers().await.map_err(Fault::shown)? {
            // What fails for one account must not keep the others from being told.
            match self.look_for(&actor).await {
                Ok(looks) if looks.is_empty() => {}
                Ok(looks) => {
                    looked.accounts += 1;
                    looked.searches += looks.len();
                    looked.with_news += looks.iter().filter(|look| look.told > 0).count();
                }
                Err(_) => looked.failed += 1,
            }
        }
        Ok(looked)
    }

    /// The accounts that watch a search and may read content.
    async fn watchers(&self) -> Result<Vec<Actor>> {
        let mut tx = self.0.pool.read().await?;
        let rows: Vec<(Uuid, String, String, String)> = on!(&mut tx, |c| sqlx::query_as(
            "SELECT a.id, a.login, a.language, g.role
             FROM account a
             JOIN account_role g ON g.account_id = a.id AND g.confirmed_at IS NOT NULL AND g.ended_at IS NULL
             WHERE a.state = 'active'
               AND EXISTS (SELECT 1 FROM saved_search s WHERE s.account_id = a.id AND s.watched)
             ORDER BY a.id"
        )
        .fetch_all(c)
        .await)?;
        tx.rollback().await?;
        let mut actors: Vec<Actor> = Vec::new();
        for (account, login, language, role) in rows {
            if actors.last().is_none_or(|last| last.account.0 != account) {
                actors.push(Actor {
                    account: AccountId(account),
                    session: None,
                    login,
                    roles: domain::Roles::NONE,
                    language: Language::parse(&language).unwrap_or(Language::Arabic),
                    address: String::new(),
                    request: String::new(),
                    stepped_up: false,
                    trained: false,
                });
            }
            if let (Some(actor), Some(role)) = (actors.last_mut(), Role::named(&role)) {
                actor.roles = actor.roles.with(role);
            }
        }
        actors.retain(|actor| actor.roles.read_content());
        Ok(actors)
    }

    /// Looks on behalf of one account.
    async fn look_for(&self, actor: &Actor) -> domain::Result<Vec<Look>> {
        if !self.is_behind(actor).await.map_err(Fault::shown)? {
            return Ok(Vec::new());
        }
        let (now, looks) = self
            .act(
                actor,
                On::Register("search"),
                async |work: &mut Work<access::LookForNews>| {
                    let now = Seen::now(&mut work.tx, actor).await?;
                    let mark = self.reach_mark(&now);
                    let (mut looks, mut found) = (Vec::new(), Vec::new());
                    for row in rows(&mut work.tx, actor.account).await? {
                        if !row.watched || (row.looked_change == now.change && row.looked_reach == mark) {
                            continue;
                        }
                        let ids = work.news_of(&row, &now).await?;
                        looks.push(Look {
                            id: row.id,
                            seen_at: row.seen_at,
                            told: count(&ids),
                        });
                        found.extend(ids);
                    }
                    found.sort_unstable();
                    found.dedup();
                    work.returned(&found);
                    work.note("by", "server");
                    work.note("searches", looks.len());
                    Ok((now, looks))
                },
            )
            .await?;
        self.keep_looks(&now, &looks).await.map_err(Fault::shown)?;
        Ok(looks)
    }

    /// Whether the index or the account's sight changed since its watched searches were looked at.
    async fn is_behind(&self, actor: &Actor) -> Result<bool> {
        let mut tx = self.0.pool.read().await?;
        let now = Seen::now(&mut tx, actor).await?;
        let behind = on!(&mut tx, |c| {
            sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM saved_search WHERE account_id = $1 AND watched AND (looked_change <> $2 OR looked_reach <> $3))"
        )
        .bind(actor.account.0)
        .bind(now.change)
        .bind(self.reach_mark(&now))
        .fetch_one(c)
        .await
        })?;
        tx.rollback().await?;
        Ok(behind)
    }

    /// Keeps what was found, but for a search that was opened or changed meanwhile.
    async fn keep_looks(&self, now: &Seen, looks: &[Look]) -> Result<()> {
        let mut tx = self.write().await?;
        for look in looks {
            on!(&mut tx, |c| {
                sqlx::query(
                "UPDATE saved_search SET looked_change = $3, looked_reach = $4, told = $5 WHERE id = $1 AND seen_at = $2 AND watched"
            )
            .bind(look.id)
            .bind(look.seen_at)
            .bind(now.change)
            .bind(self.reach_mark(now))
            .bind(look.told)
            .execute(c)
            .await
            .map(crate::db::rows)
            })?;
        }
        tx.commit().await
    }
}
