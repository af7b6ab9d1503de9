//! Finding records by their words, without keeping those words. What of a record is indexed is in [`index`], who may find it in
//! [`reach`], and how either database looks for it in [`engine`]. A search is one log entry that commits to the records shown.

pub(crate) mod engine;
mod index;
mod news;
mod rank;
mod reach;

use crate::db::{Tx, list, listed, on};
use crate::record::{body_place, class_of, supervises, title_place, visible};
use crate::seal::{Class, DataKey, Place};
use crate::source_list::Named;
use crate::work::{On, Work};
use crate::{Fault, Result, Store};
use chrono::{DateTime, Utc};
use domain::access::{self, Act};
use domain::case::CaseBody;
use domain::document::DocumentBody;
use domain::incident::IncidentBody;
use domain::name::{Name, skeleton};
use domain::person::PersonBody;
use domain::query::{Query, Snippet, Term};
use domain::unit::UnitBody;
use domain::{Actor, Code, Error, Kind, Words, text};
use engine::{Expr, NEWEST};
pub(crate) use index::Indexed;
use index::{Sense, lexeme};
use news::Asked;
pub(crate) use news::Seen;
use reach::Reader;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A record that was found.
#[derive(Clone, Debug)]
pub struct Hit {
    pub code: Code,
    /// None where the name is protected: it is opened by a reveal only.
    pub title: Option<Words>,
    pub kind: Kind,
    /// Tells homonyms apart without saying more than a list does: a person's year of birth.
    pub birth_year: Option<i64>,
    /// When the record was made.
    pub made_at: DateTime<Utc>,
    /// The place where it was found, if that is not the title.
    pub found: Option<Passage>,
    /// New since the saved search was opened before.
    pub new: bool,
}

/// A place in a record.
#[derive(Clone, Debug)]
pub struct Passage {
    /// The paragraph's number, in a testimony that has frozen ones.
    pub paragraph: Option<u32>,
    /// The numbers of list and row, in a list of a document.
    pub row: Option<(u32, u32)>,
    pub snippet: Snippet,
}

/// Where a search leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SearchAt {
    /// The query is this record's code.
    Record(Code),
    /// The results are under this ticket.
    Ticket(String),
}

/// What of the records found is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SearchFilter {
    /// Only records of this kind.
    pub kind: Option<Kind>,
    /// Only what hangs on this case.
    pub case: Option<Code>,
    /// Newest first, though there are few enough to be ranked.
    pub newest: bool,
    /// Of a saved search only what is new.
    pub new: bool,
    /// What comes after this one.
    pub after: Option<Code>,
}

/// So many, or more than can be said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Total {
    Exactly(u32),
    MoreThan(u32),
}

impl Total {
    /// So many, or more than `most`.
    pub(crate) fn of(count: i64, most: u32) -> Self {
        match u32::try_from(count) {
            Ok(count) if count <= most => Self::Exactly(count),
            _ => Self::MoreThan(most),
        }
    }
}

/// A page of what was found.
#[derive(Clone, Debug)]
pub struct SearchPage {
    /// What was typed.
    pub typed: Words,
    pub query: Query,
    pub hits: Vec<Hit>,
    /// How many there are with this filter, of what this person may see.
    pub total: Total,
    /// How many there are of each kind, where there are any.
    pub kinds: Vec<(Kind, Total)>,
    /// The best come first; else the newest.
    pub ranked: bool,
    /// There are more after the last.
    pub more: bool,
    /// The saved search that these results are of.
    pub saved: Option<SavedHere>,
    /// The newest change of the index that could be shown: goes into the form that saves the search.
    pub shown: i64,
}

/// A saved search whose results are shown.
#[derive(Clone, Debug)]
pub struct SavedHere {
    pub id: Uuid,
    pub name: Words,
    /// What came after this is new.
    pub since: DateTime<Utc>,
    /// How many are, with the page's filter.
    pub new: Total,
}

/// What a ticket knows of the saved search that it was made from.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Since {
    pub saved: Uuid,
    pub at: DateTime<Utc>,
    pub seen: Seen,
}

fn query_place(row: Uuid) -> Place {
    Place {
        table: "search_ticket",
        column: "query",
        row,
        version: 1,
    }
}

fn since_place(row: Uuid) -> Place {
    Place {
        column: "saved",
        ..query_place(row)
    }
}

/// A search that is reached by a ticket.
pub(crate) struct Ticket {
    pub id: Uuid,
    pub typed: Words,
    pub since: Option<Since>,
}

#[derive(sqlx::FromRow)]
struct RawHit {
    doc: i64,
    id: Uuid,
    kind: String,
    code: String,
    version: i64,
    wrapped_key: Option<Vec<u8>>,
    title: Vec<u8>,
    body: Vec<u8>,
    created_at: DateTime<Utc>,
    birth_year: Option<i64>,
    shown: bool,
    revision: Option<i64>,
    statement: Option<Vec<u8>>,
}

/// Records of documents `$3` (numbers with a comma between two) that account `$1` may see.
macro_rules! hits {
    ($docs:expr) => {
        concat!(
            "SELECT CAST(d.doc AS BIGINT) AS doc, r.id, r.kind, r.code, r.version, COALESCE(r.wrapped_key, k.wrapped_key) AS wrapped_key,
                r.title, r.body, r.created_at, p.birth_year, (p.id IS NULL OR NOT p.protected) AS shown, s.revision, s.body AS statement
             FROM search_doc d
             JOIN record r ON r.id = d.record_id
             LEFT JOIN person p ON p.id = r.id
             LEFT JOIN identity_key k ON k.record_id = r.id
             LEFT JOIN testimony t ON t.id = r.id
             LEFT JOIN statement s ON s.testimony_id = t.id AND s.version = t.statement
             WHERE d.doc ",
            $docs,
            " AND (",
            visible!(),
            ")"
        )
    };
}

/// Ids of the records of documents `$3` that account `$1` may see.
macro_rules! seen_of {
    ($docs:expr) => {
        concat!(
            "SELECT r.id FROM search_doc d JOIN record r ON r.id = d.record_id WHERE d.doc ",
            $docs,
            " AND (",
            visible!(),
            ")"
        )
    };
}

impl Store {
    fn lexeme(&self, sense: Sense, protected: bool, word: &str) -> Expr {
        Expr::word(lexeme(self.hash(sense, protected, word)))
    }

    fn term(&self, Term(words): &Term, protected: bool) -> Expr {
        let row = words.iter().map(|word| lexeme(self.hash(Sense::Word, protected, word)));
        Expr::Row(row.collect())
    }

    /// What a query asks of the words of a record.
    fn asked(&self, query: &Query, protected: bool) -> Expr {
        let text = query.terms.iter().map(|term| self.term(term, protected)).collect();
        // A name is found in either script; the beginning of one is enough.
        let name = |word: &String| {
            let mut ways = vec![self.lexeme(Sense::Beginning, protected, word)];
            if let Some(name) = Name::read(word) {
                ways.extend(
                    name.parts()
                        .iter()
                        .map(|part| self.lexeme(Sense::Name, protected, part.code())),
                );
            }
            Expr::Any(ways)
        };
        let all = Expr::Any(vec![Expr::All(text), Expr::All(query.names.iter().map(name).collect())]);
        let without = query.without.iter().map(|term| self.term(term, protected)).collect();
        Expr::But(Box::new(all), Box::new(Expr::Any(without)))
    }

    /// What of a query makes a record come before another: each term and name, however it is kept.
    fn sought(&self, query: &Query) -> Vec<rank::Row> {
        let row = |sense, protected, words: &[String]| -> rank::Row {
            words
                .iter()
                .map(|word| self.hash(sense, protected, word).to_be_bytes())
                .collect()
        };
        let mut rows = Vec::new();
        for protected in [false, true] {
            rows.extend(query.terms.iter().map(|Term(words)| row(Sense::Word, protected, words)));
            for name in &query.names {
                rows.push(row(Sense::Beginning, protected, std::slice::from_ref(name)));
                let parts = Name::read(name);
                let parts = parts.iter().flat_map(Name::parts);
                rows.extend(parts.map(|part| row(Sense::Name, protected, &[part.code().to_owned()])));
            }
        }
        rows.sort_unstable();
        rows.dedup();
        rows
    }

    /// What the beginning of a name asks for while it is typed.
    fn begun(&self, query: &str, protected: bool) -> Expr {
        let word = |word: &String| {
            let mut ways = vec![self.lexeme(Sense::Beginning, protected, word)];
            let sound = skeleton(word);
            if sound.chars().count() > 1 {
                ways.push(self.lexeme(Sense::Sound, protected, &sound));
            }
            Expr::Any(ways)
        };
        Expr::All(text::words(query).iter().take(6).map(word).collect())
    }

    /// Records of these kinds whose title or name holds words beginning with each of the query's words, in either script, or
    /// whose code is the query; as this person may see them. A protected person is found by name only by who may have it
    /// revealed, and shows as a pseudonym all the same.
    ///
    /// # Errors
    /// `Forbidden` for roles that read no content.
    pub async fn search(&self, actor: &Actor, kinds: &[Kind], query: &str, limit: u32) -> domain::Result<Vec<Hit>> {
        self.act(actor, On::Register("search"), async |work: &mut Work<access::List>| {
            let reader = Reader::of_open(&mut work.tx, actor).await?;
            let (wanted, limit) = (reader.finds(self.begun(query, false), kinds, None), i64::from(limit));
            let mut docs = engine::newest(&mut work.tx, &wanted, None, limit).await?;
            if kinds.contains(&Kind::Person) {
                let protected = reach::narrowed(&mut work.tx, actor, self.begun(query, true)).await?;
                let protected = engine::protected(
                    &mut work.tx,
                    actor,
                    &protected,
                    None,
                    (least(&docs, limit)..NEWEST, limit),
                )
                .await?;
                docs = newest_of(docs, &protected, limit);
            }
            if let Ok(code) = query.parse::<Code>()
                && kinds.contains(&code.kind())
                && let Some(doc) = doc_of(&mut work.tx, &code).await?
                && !docs.contains(&doc)
            {
                docs.insert(0, doc);
            }
            let hits = work.hits(&docs, None, &[]).await?;
            Ok(hits)
        })
        .await
    }

    /// Keeps what is searched for, sealed, until the session ends: its results are reached by a ticket that says nothing.
    /// A query that is the code of a record, or the only one that was called so where it was imported from, leads to the record
    /// itself.
    ///
    /// # Errors
    /// `Forbidden` for roles that read no content.
    pub async fn keep_search(&self, actor: &Actor, query: &str) -> domain::Result<SearchAt> {
        self.act(
            actor,
            On::Register("search"),
            async |work: &mut Work<access::KeepSearch>| {
                if let Ok(code) = query.parse::<Code>()
                    && work.visible_record(&code).await?.is_some()
                {
                    work.note("code", code.as_str());
                    return Ok(SearchAt::Record(code));
                }
                if let Some(code) = work.once_called(query).await? {
                    work.note("code", code.as_str());
                    return Ok(SearchAt::Record(code));
                }
                let ticket = work.new_ticket(query, None).await?;
                Ok(SearchAt::Ticket(ticket.simple().to_string()))
            },
        )
        .await
    }

    /// Searches at once: a page of what is found.
    ///
    /// # Errors
    /// `NotFound` if there is no such case; `Invalid` at `query`; `Forbidden` for roles that read no content.
    pub async fn find(
        &self,
        actor: &Actor,
        typed: &str,
        filter: &SearchFilter,
        limit: u32,
    ) -> domain::Result<SearchPage> {
        self.act(actor, On::Register("search"), async |work: &mut Work<access::List>| {
            work.search(Words::from(typed), filter, limit, None).await
        })
        .await
    }

    /// Searches for what was kept in this session under a ticket: a page of what is found.
    ///
    /// # Errors
    /// `NotFound` if there is no such ticket of this session; `Invalid` at `query`; `Forbidden` for roles that read no content.
    pub async fn search_by_ticket(
        &self,
        actor: &Actor,
        ticket: &str,
        filter: &SearchFilter,
        limit: u32,
    ) -> domain::Result<SearchPage> {
        let (page, shown) = self
            .act(actor, On::Register("search"), async |work: &mut Work<access::List>| {
                let ticket = work.ticket(ticket).await?;
                let (since, shown) = work.saved_here(&ticket, filter).await?;
                let page = work.search(ticket.typed, filter, limit, since).await?;
                Ok((page, shown))
            })
            .await?;
        // Only now is it certain that they are shown.
        if let Some(shown) = shown {
            self.keep_shown(actor, shown).await?;
        }
        Ok(page)
    }
}

impl<A: Act> Work<A> {
    /// A search of this session.
    ///
    /// # Errors
    /// `NotFound` if there is no such ticket of this session.
    pub(crate) async fn ticket(&mut self, ticket: &str) -> Result<Ticket> {
        let not_found = || Fault::Known(Error::NotFound);
        let id = Uuid::try_parse(ticket).map_err(|_| not_found())?;
        let session = self.actor.session.ok_or(Fault::Known(Error::SignedOut))?;
        let kept: Option<(Vec<u8>, Vec<u8>, Option<Vec<u8>>)> = on!(&mut self.tx, |c| sqlx::query_as(
            "SELECT wrapped_key, query, saved FROM search_ticket WHERE ticket = $1 AND session_id = $2"
        )
        .bind(id.simple().to_string())
        .bind(session.0)
        .fetch_optional(c)
        .await)?;
        let (wrapped, query, saved) = kept.ok_or_else(not_found)?;
        let key = self.store.0.keys.unwrap(Class::Account, id, &wrapped)?;
        Ok(Ticket {
            id,
            typed: Words::from(key.open(query_place(id), &query)?),
            since: saved.map(|saved| key.open_json(since_place(id), &saved)).transpose()?,
        })
    }

    /// The record that had this code where it was imported from, if this person sees it and no other.
    async fn once_called(&mut self, typed: &str) -> Result<Option<Code>> {
        let actor = self.actor.clone();
        let codes: Vec<String> = on!(&mut self.tx, |c| sqlx::query_scalar(concat!(
            "SELECT r.code FROM record r WHERE r.previous_code IS NOT NULL AND r.previous_code = $3 AND (",
            visible!(),
            ") LIMIT 2"
        ))
        .bind(actor.account.0)
        .bind(supervises(&actor))
        .bind(typed.trim())
        .fetch_all(c)
        .await)?;
        Ok(match codes.as_slice() {
            [code] => code.parse().ok(),
            _ => None,
        })
    }

    /// Keeps what is searched for, sealed, until the session ends.
    pub(crate) async fn new_ticket(&mut self, query: &str, since: Option<&Since>) -> Result<Uuid> {
        let store = self.store.clone();
        let session = self.actor.session.ok_or(Fault::Known(Error::SignedOut))?;
        let (now, id) = (self.now, store.0.chance.id(self.now));
        let (key, wrapped) = store.0.keys.new_key(Class::Account, id, &store.0.chance);
        // What nobody can ask for any more is let go of.
        on!(&mut self.tx, |c| {
            sqlx::query(
            "DELETE FROM search_ticket
             WHERE made_at < $1 OR session_id IN (SELECT s.id FROM session s WHERE s.ended_at IS NOT NULL OR s.expires_at < $2)"
        )
        .bind(now - store.limits().absolute)
        .bind(now)
        .execute(c)
        .await
        .map(crate::db::rows)
        })?;
        on!(&mut self.tx, |c| {
            sqlx::query(
            "INSERT INTO search_ticket (ticket, session_id, wrapped_key, query, made_at, saved) VALUES ($1, $2, $3, $4, $5, $6)"
        )
        .bind(id.simple().to_string())
        .bind(session.0)
        .bind(&wrapped)
        .bind(key.seal(query_place(id), query, &store.0.chance))
        .bind(now)
        .bind(since.map(|since| key.seal_json(since_place(id), since, &store.0.chance)))
        .execute(c)
        .await
        .map(crate::db::rows)
        })?;
        Ok(id)
    }

    /// The ticket's search was saved: from here on its results are those of the saved one.
    pub(crate) async fn bind_ticket(&mut self, ticket: Uuid, since: &Since) -> Result<()> {
        let store = self.store.clone();
        let wrapped: Vec<u8> = on!(&mut self.tx, |c| sqlx::query_scalar(
            "SELECT wrapped_key FROM search_ticket WHERE ticket = $1"
        )
        .bind(ticket.simple().to_string())
        .fetch_one(c)
        .await)?;
        let key = store.0.keys.unwrap(Class::Account, ticket, &wrapped)?;
        on!(&mut self.tx, |c| sqlx::query(
            "UPDATE search_ticket SET saved = $2 WHERE ticket = $1"
        )
        .bind(ticket.simple().to_string())
        .bind(key.seal_json(since_place(ticket), since, &store.0.chance))
        .execute(c)
        .await
        .map(crate::db::rows))?;
        Ok(())
    }

    /// What a search with this filter asks of the index.
    ///
    /// # Errors
    /// `NotFound` if this person sees no such case; `Invalid` at `query`.
    async fn asked(&mut self, query: &Query, kind: Option<Kind>, case: Option<&Code>) -> Result<Asked> {
        let case = match case {
            Some(code) => Some(self.visible_record(code).await?.ok_or(Fault::Known(Error::NotFound))?),
            None => None,
        };
        Ok(Asked {
            open: self.store.asked(query, false),
            protected: self.store.asked(query, true),
            kinds: kind.map_or_else(|| Kind::ALL.to_vec(), |kind| vec![kind]),
            case,
            code: query.code.clone(),
        })
    }

    /// The records that are new in a search since it was seen: what its owner may see of them now.
    ///
    /// # Errors
    /// `NotFound` if this person sees no such case; `Invalid` at `query`.
    pub(crate) async fn news(
        &mut self,
        typed: &str,
        (kind, case): (Option<Kind>, Option<&Code>),
        (now, seen): (&Seen, &Seen),
    ) -> Result<Vec<Uuid>> {
        let query = Query::read(typed).map_err(|kind| Error::at("query", kind))?;
        let asked = self.asked(&query, kind, case).await?;
        let (actor, most) = (self.actor.clone(), i64::from(self.store.limits().ranked) + 1);
        let docs = news::docs(&mut self.tx, &actor, &asked, (now, seen), most).await?;
        let text = listed!(&self.tx, numbers "$3", seen_of);
        Ok(on!(&mut self.tx, |c| sqlx::query_scalar(text)
            .bind(actor.account.0)
            .bind(supervises(&actor))
            .bind(list(&docs))
            .fetch_all(c)
            .await)?)
    }
}

fn count<T>(of: &[T]) -> i64 {
    i64::try_from(of.len()).unwrap_or(i64::MAX)
}

/// The oldest of the newest, if there are as many as are wanted: what is older does not matter.
fn least(newest: &[i64], limit: i64) -> i64 {
    newest.last().copied().filter(|_| count(newest) >= limit).unwrap_or(0)
}

/// The newest of the documents found by open words and of those found by protected ones. None is found by both.
fn newest_of(mut open: Vec<i64>, protected: &[i64], limit: i64) -> Vec<i64> {
    open.extend(protected);
    open.sort_unstable_by(|a, b| b.cmp(a));
    open.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    open
}

/// The row that has most of what was searched for.
fn listed_in(rows: &[Named], query: &Query) -> Option<Passage> {
    let texts = rows.iter().map(|row| {
        let names: Vec<&str> = row.names.iter().map(|name| name.as_str()).collect();
        (row, names.join(" · "))
    });
    let marked = texts.map(|(row, text)| (query.marks(&text).len(), row, text));
    let (_, row, text) = marked
        .filter(|(marks, ..)| *marks > 0)
        .reduce(|best, one| if one.0 > best.0 { one } else { best })?;
    Some(Passage {
        paragraph: None,
        row: Some((row.list, row.row)),
        snippet: query.snippet(&text)?,
    })
}

/// The document of a record, by its code.
async fn doc_of(tx: &mut Tx, code: &Code) -> Result<Option<i64>> {
    Ok(on!(tx, |c| sqlx::query_scalar(
        "SELECT CAST(d.doc AS BIGINT) FROM search_doc d JOIN record r ON r.id = d.record_id WHERE r.code = $1"
    )
    .bind(code.as_str())
    .fetch_optional(c)
    .await)?)
}

impl Work<access::List> {
    /// A page of results; of a saved search with what is new in it.
    async fn search(
        &mut self,
        typed: Words,
        filter: &SearchFilter,
        limit: u32,
        saved: Option<(Since, Words)>,
    ) -> Result<SearchPage> {
        let actor = self.actor.clone();
        let ranked_most = self.store.limits().ranked;
        let most = i64::from(ranked_most) + 1;
        let query = Query::read(&typed).map_err(|kind| Error::at("query", kind))?;
        let asked = self.asked(&query, filter.kind, filter.case.as_ref()).await?;
        let now = match &saved {
            Some(_) => Some(Seen::now(&mut self.tx, &actor).await?),
            None => None,
        };
        let new = match (&saved, &now) {
            (Some((since, _)), Some(now)) => news::docs(&mut self.tx, &actor, &asked, (now, &since.seen), most).await?,
            _ => Vec::new(),
        };
        let new_total = Total::of(count(&new), ranked_most);
        let reader = match now {
            Some(now) => now.reader,
            None => Reader::of_open(&mut self.tx, &actor).await?,
        };
        let words = reach::narrowed(&mut self.tx, &actor, asked.protected.clone()).await?;
        let mut protected = engine::protected(&mut self.tx, &actor, &words, asked.case, (0..NEWEST, most)).await?;
        let (mut kinds, mut found) = (Vec::new(), Vec::new());
        let mut total = 0;
        for kind in Kind::ALL {
            let docs = engine::newest(&mut self.tx, &asked.open(&reader, &[kind]), None, most).await?;
            let docs = match kind {
                Kind::Person => newest_of(docs, &protected, most),
                _ => docs,
            };
            kinds.push((kind, count(&docs)));
            if asked.kinds.contains(&kind) {
                total += count(&docs);
                found.extend(docs);
            }
        }
        found.sort_unstable_by(|a, b| b.cmp(a));
        let few = total <= i64::from(ranked_most);
        let only_new = filter.new && saved.is_some();
        let ranked = few && !filter.newest && !only_new;
        let after = match &filter.after {
            Some(code) if self.visible_record(code).await?.is_some() => doc_of(&mut self.tx, code).await?,
            _ => None,
        };
        let most = limit as usize + 1;
        let mut docs: Vec<i64> = if only_new {
            let rest = new.iter().filter(|doc| after.is_none_or(|after| **doc < after));
            rest.copied().take(most).collect()
        } else if few {
            let found = if ranked {
                rank::best_first(&mut self.tx, &found, &self.store.sought(&query)).await?
            } else {
                found
            };
            let last = found.iter().position(|doc| Some(*doc) == after);
            found
                .into_iter()
                .skip(last.map_or(0, |last| last + 1))
                .take(most)
                .collect()
        } else {
            let most = i64::from(limit) + 1;
            let open = asked.open(&reader, &asked.kinds);
            let open = engine::newest(&mut self.tx, &open, after, most).await?;
            if !asked.kinds.contains(&Kind::Person) {
                protected.clear();
            } else if let Some(after) = after {
                protected = engine::protected(
                    &mut self.tx,
                    &actor,
                    &words,
                    asked.case,
                    (least(&open, most)..after, most),
                )
                .await?;
            }
            newest_of(open, &protected, most)
        };
        let more = docs.len() > limit as usize;
        docs.truncate(limit as usize);
        if let Some(code) = &query.code
            && filter.after.is_none()
            && !only_new
            && let Some(doc) = doc_of(&mut self.tx, code).await?
            && !docs.contains(&doc)
        {
            docs.insert(0, doc);
        }
        let hits = self.hits(&docs, Some(&query), &new).await?;
        Ok(SearchPage {
            typed,
            query,
            hits,
            total: if only_new {
                new_total
            } else {
                Total::of(total, ranked_most)
            },
            kinds: kinds
                .into_iter()
                .filter(|(_, count)| *count > 0)
                .map(|(kind, count)| (kind, Total::of(count, ranked_most)))
                .collect(),
            ranked,
            more,
            saved: saved.map(|(since, name)| SavedHere {
                id: since.saved,
                name,
                since: since.at,
                new: new_total,
            }),
            shown: news::newest(&mut self.tx).await?,
        })
    }

    /// Opens documents in their order, as far as this person may see the records; with the place where the query is found.
    async fn hits(&mut self, docs: &[i64], query: Option<&Query>, new: &[i64]) -> Result<Vec<Hit>> {
        let (store, actor) = (self.store.clone(), self.actor.clone());
        let text = listed!(&self.tx, numbers "$3", hits);
        let mut raw: Vec<RawHit> = on!(&mut self.tx, |c| sqlx::query_as(text)
            .bind(actor.account.0)
            .bind(supervises(&actor))
            .bind(list(docs))
            .fetch_all(c)
            .await)?;
        raw.sort_by_key(|row| docs.iter().position(|doc| *doc == row.doc));
        self.returned(&raw.iter().map(|row| row.id).collect::<Vec<_>>());
        let mut hits = Vec::with_capacity(raw.len());
        for row in raw {
            let in_file = query.filter(|_| row.kind == Kind::Document.name());
            let (id, wrapped) = (row.id, in_file.and_then(|_| row.wrapped_key.clone()));
            let new = new.contains(&row.doc);
            let mut hit = Hit {
                new,
                ..row.open(&store, query)?
            };
            // Only where it is not in the description.
            if let (Some(query), Some(wrapped), None) = (in_file, wrapped, &hit.found) {
                let key = store.0.keys.unwrap(class_of(Kind::Document), id, &wrapped)?;
                let text = crate::text::text(&mut self.tx, id, &key).await?;
                hit.found = query.snippet(&text).map(|snippet| Passage {
                    paragraph: None,
                    row: None,
                    snippet,
                });
                let in_title = hit.title.as_ref().is_some_and(|title| !query.marks(title).is_empty());
                if hit.found.is_none() && !in_title {
                    hit.found = listed_in(&crate::source_list::names(&store, &mut self.tx, id).await?, query);
                }
            }
            hits.push(hit);
        }
        Ok(hits)
    }
}

impl RawHit {
    fn open(self, store: &Store, query: Option<&Query>) -> Result<Hit> {
        let malformed = |column| Fault::Malformed {
            table: "record",
            column,
            row: self.id,
        };
        let kind = Kind::named(&self.kind).ok_or_else(|| malformed("kind"))?;
        let (mut title, mut found) = (None, None);
        if self.shown {
            let wrapped = self.wrapped_key.as_deref().ok_or_else(|| malformed("wrapped_key"))?;
            let key = store.0.keys.unwrap(class_of(kind), self.id, wrapped)?;
            let words = Words::from(key.open(title_place(self.id, self.version), &self.title)?);
            if let Some(query) = query {
                found = self.passage(kind, &key, query)?;
            }
            title = Some(words);
        }
        Ok(Hit {
            code: self.code.parse().map_err(|_| malformed("code"))?,
            title,
            kind,
            birth_year: self.birth_year,
            made_at: self.created_at,
            found,
            new: false,
        })
    }

    /// The first place in the record's text that holds what was searched for.
    fn passage(&self, kind: Kind, key: &DataKey, query: &Query) -> Result<Option<Passage>> {
        let place = body_place(self.id, self.version);
        let texts: Vec<(Option<u32>, Words)> = match kind {
            Kind::Case => vec![(None, key.open_json::<CaseBody>(place, &self.body)?.summary)],
            Kind::Document => vec![(None, key.open_json::<DocumentBody>(place, &self.body)?.description)],
            Kind::Unit => vec![(None, key.open_json::<UnitBody>(place, &self.body)?.note)],
            Kind::Incident => {
                let body: IncidentBody = key.open_json(place, &self.body)?;
                vec![(None, body.summary), (None, body.locality)]
            }
            Kind::Person => {
                let body: PersonBody = key.open_json(place, &self.body)?;
                let texts = body.names().into_iter().chain([body.note]);
                texts.map(|words| (None, words)).collect()
            }
            Kind::Testimony => {
                let (Some(revision), Some(sealed)) = (self.revision, &self.statement) else {
                    return Ok(None);
                };
                let statement = crate::testimony::unseal(key, self.id, revision, sealed)?;
                let paragraphs = statement.paragraphs.into_iter();
                paragraphs
                    .flat_map(|paragraph| {
                        [
                            (paragraph.number, paragraph.text),
                            (paragraph.number, paragraph.translation),
                        ]
                    })
                    .collect()
            }
        };
        Ok(texts.iter().find_map(|(paragraph, text)| {
            Some(Passage {
                paragraph: *paragraph,
                row: None,
                snippet: query.snippet(text)?,
            })
        }))
    }
}
