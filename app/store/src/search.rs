//! Finding records by the words of their titles and names, without keeping those words: keyed hashes of folded words
//! and of their beginnings. What leaks from a seized disk is which records share a word, and how often.

use crate::db::{Tx, on};
use crate::record::{class_of, found_by_name, supervises, title_place, visible};
use crate::seal::{Class, Place};
use crate::work::{On, Work};
use crate::{Fault, Result, Store};
use domain::access;
use domain::{Actor, Code, Error, Kind, Words, text};
use uuid::Uuid;

/// Beginnings of words are indexed from two to this many characters; the whole word always.
const LONGEST_BEGINNING: usize = 8;
/// The most words of one record that are indexed.
const MOST_WORDS: usize = 40;

/// A record that was found.
#[derive(Clone, Debug)]
pub struct Hit {
    pub code: Code,
    /// None where the name is protected: it is opened by a reveal only.
    pub title: Option<Words>,
    pub kind: Kind,
    /// Tells homonyms apart without saying more than a list does: a person's year of birth.
    pub birth_year: Option<i64>,
}

/// Where a search leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SearchAt {
    /// The query is this record's code.
    Record(Code),
    /// The results are under this ticket.
    Ticket(String),
}

fn query_place(row: Uuid) -> Place {
    Place {
        table: "search_ticket",
        column: "query",
        row,
        version: 1,
    }
}

#[derive(sqlx::FromRow)]
struct RawHit {
    id: Uuid,
    kind: String,
    code: String,
    version: i64,
    wrapped_key: Option<Vec<u8>>,
    title: Vec<u8>,
    birth_year: Option<i64>,
    shown: bool,
}

impl Store {
    fn tokens(&self, texts: &[&str]) -> Vec<i64> {
        let mut tokens: Vec<i64> = texts
            .iter()
            .flat_map(|text| text::words(text))
            .take(MOST_WORDS)
            .flat_map(|word| {
                let ends: Vec<usize> = word.char_indices().map(|(i, c)| i + c.len_utf8()).collect();
                let mut parts: Vec<String> = ends
                    .iter()
                    .skip(1)
                    .take(LONGEST_BEGINNING - 1)
                    .map(|end| word[..*end].to_owned())
                    .collect();
                parts.push(word);
                parts
            })
            .map(|part| self.0.keys.word(&part))
            .collect();
        tokens.sort_unstable();
        tokens.dedup();
        tokens
    }

    /// Indexes the words of a record. The transaction holds no other tokens of it.
    pub(crate) async fn index(&self, tx: &mut Tx, record: Uuid, texts: &[&str]) -> Result<()> {
        for part in self.tokens(texts).chunks(400) {
            on!(&mut *tx, |c| {
                let mut insert = sqlx::QueryBuilder::new("INSERT INTO search_token (token, record_id) ");
                insert.push_values(part, |mut row, token| {
                    row.push_bind(*token).push_bind(record);
                });
                insert.build().execute(c).await.map(crate::db::rows)
            })?;
        }
        Ok(())
    }

    /// Records of these kinds whose title or name holds words beginning with each of the query's words, or whose code is
    /// the query; as this person may see them. A protected person is found by name only by
    /// who may have it revealed, and shows as a pseudonym all the same.
    ///
    /// # Errors
    /// `Forbidden` for roles that read no content.
    pub async fn search(&self, actor: &Actor, kinds: &[Kind], query: &str, limit: u32) -> domain::Result<Vec<Hit>> {
        self.act(actor, On::Register("search"), async |work: &mut Work<access::List>| {
            work.find(kinds, query, limit).await
        })
        .await
    }

    /// Keeps what is searched for, sealed, until the session ends: its results are reached by a ticket that says nothing.
    /// A query that is the code of a record leads to the record itself.
    ///
    /// # Errors
    /// `Forbidden` for roles that read no content.
    pub async fn keep_search(&self, actor: &Actor, query: &str) -> domain::Result<SearchAt> {
        self.act(actor, On::Register("search"), async |work: &mut Work<access::KeepSearch>| {
            if let Ok(code) = query.parse::<Code>()
                && work.visible_record(&code).await?.is_some()
            {
                work.note("code", code.as_str());
                return Ok(SearchAt::Record(code));
            }
            let session = actor.session.ok_or(Fault::Known(Error::SignedOut))?;
            let id = self.0.chance.id(work.now);
            let (key, wrapped) = self.0.keys.new_key(Class::Account, id, &self.0.chance);
            // What nobody can ask for any more is let go of.
            on!(&mut work.tx, |c| sqlx::query(
                "DELETE FROM search_ticket
                 WHERE made_at < $1 OR session_id IN (SELECT s.id FROM session s WHERE s.ended_at IS NOT NULL OR s.expires_at < $2)"
            )
            .bind(work.now - self.limits().absolute)
            .bind(work.now)
            .execute(c)
            .await.map(crate::db::rows))?;
            on!(&mut work.tx, |c| sqlx::query("INSERT INTO search_ticket (ticket, session_id, wrapped_key, query, made_at) VALUES ($1, $2, $3, $4, $5)")
                .bind(id.simple().to_string())
                .bind(session.0)
                .bind(&wrapped)
                .bind(key.seal(query_place(id), query, &self.0.chance))
                .bind(work.now)
                .execute(c)
                .await.map(crate::db::rows))?;
            Ok(SearchAt::Ticket(id.simple().to_string()))
        })
        .await
    }

    /// Searches again for what was kept in this session under a ticket; what was searched for, and what was found.
    ///
    /// # Errors
    /// `NotFound` if there is no such ticket of this session; `Forbidden` for roles that read no content.
    pub async fn search_by_ticket(&self, actor: &Actor, ticket: &str, limit: u32) -> domain::Result<(Words, Vec<Hit>)> {
        self.act(actor, On::Register("search"), async |work: &mut Work<access::List>| {
            let not_found = || Fault::Known(Error::NotFound);
            let id = Uuid::try_parse(ticket).map_err(|_| not_found())?;
            let session = actor.session.ok_or(Fault::Known(Error::SignedOut))?;
            let kept: Option<(Vec<u8>, Vec<u8>)> = on!(&mut work.tx, |c| sqlx::query_as(
                "SELECT wrapped_key, query FROM search_ticket WHERE ticket = $1 AND session_id = $2"
            )
            .bind(id.simple().to_string())
            .bind(session.0)
            .fetch_optional(c)
            .await)?;
            let (wrapped, sealed) = kept.ok_or_else(not_found)?;
            let query = Words::from(
                self.0
                    .keys
                    .unwrap(Class::Account, id, &wrapped)?
                    .open(query_place(id), &sealed)?,
            );
            let hits = work.find(&Kind::ALL, &query, limit).await?;
            Ok((query, hits))
        })
        .await
    }
}

impl Work<access::List> {
    async fn find(&mut self, kinds: &[Kind], query: &str, limit: u32) -> Result<Vec<Hit>> {
        let (store, actor) = (self.store.clone(), self.actor.clone());
        let words: Vec<i64> = text::words(query)
            .iter()
            .take(6)
            .map(|word| store.0.keys.word(word))
            .collect();
        let code = query.parse::<Code>().ok();
        if words.is_empty() && code.is_none() {
            self.returned(&[]);
            return Ok(Vec::new());
        }
        let word = |i: usize| words.get(i).or(words.last()).copied().unwrap_or(0);
        let raw: Vec<RawHit> = on!(&mut self.tx, |c| {
            sqlx::query_as(concat!(
            "SELECT r.id, r.kind, r.code, r.version, COALESCE(r.wrapped_key, k.wrapped_key) AS wrapped_key, r.title, p.birth_year,
                (p.id IS NULL OR NOT p.protected) AS shown
             FROM record r
             LEFT JOIN person p ON p.id = r.id
             LEFT JOIN identity_key k ON k.record_id = r.id
             WHERE (r.code = $3
                    OR (r.id IN (SELECT t.record_id FROM search_token t WHERE t.token = $4)
                        AND EXISTS (SELECT 1 FROM search_token t WHERE t.token = $5 AND t.record_id = r.id)
                        AND EXISTS (SELECT 1 FROM search_token t WHERE t.token = $6 AND t.record_id = r.id)
                        AND EXISTS (SELECT 1 FROM search_token t WHERE t.token = $7 AND t.record_id = r.id)
                        AND EXISTS (SELECT 1 FROM search_token t WHERE t.token = $8 AND t.record_id = r.id)
                        AND EXISTS (SELECT 1 FROM search_token t WHERE t.token = $9 AND t.record_id = r.id)
                        AND (p.id IS NULL OR ", found_by_name!(), ")))
               AND (", visible!(), ")
             ORDER BY r.created_at DESC, r.id DESC
             LIMIT 400"
        ))
        .bind(actor.account.0)
        .bind(supervises(&actor))
        .bind(code.as_ref().map(Code::as_str))
        .bind(if words.is_empty() { None } else { Some(word(0)) })
        .bind(word(1))
        .bind(word(2))
        .bind(word(3))
        .bind(word(4))
        .bind(word(5))
        .fetch_all(c)
        .await
        })?;
        let mut hits = Vec::new();
        let mut ids = Vec::new();
        for row in raw {
            let malformed = |column| Fault::Malformed {
                table: "record",
                column,
                row: row.id,
            };
            let kind = Kind::named(&row.kind).ok_or_else(|| malformed("kind"))?;
            if !kinds.contains(&kind) {
                continue;
            }
            if hits.len() == limit as usize {
                break;
            }
            let title = if row.shown {
                let wrapped = row.wrapped_key.as_deref().ok_or_else(|| malformed("wrapped_key"))?;
                let key = store.0.keys.unwrap(class_of(kind), row.id, wrapped)?;
                Some(Words::from(key.open(title_place(row.id, row.version), &row.title)?))
            } else {
                None
            };
            ids.push(row.id);
            hits.push(Hit {
                code: row.code.parse().map_err(|_| malformed("code"))?,
                title,
                kind,
                birth_year: row.birth_year,
            });
        }
        self.returned(&ids);
        Ok(hits)
    }
}
