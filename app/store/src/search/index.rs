//! What of a record can be found: keyed hashes of its words. What leaks from a seized disk is which records share a word, how
//! often, and in which order; no word is there.

use super::engine::{self, Columns};
use super::reach;
use crate::db::{Tx, on};
use crate::log::Outcome;
use crate::{Fault, Result, Store};
use domain::case::CaseBody;
use domain::document::DocumentBody;
use domain::incident::IncidentBody;
use domain::name::{Name, skeleton};
use domain::person::PersonBody;
use domain::unit::UnitBody;
use domain::{Kind, text};
use uuid::Uuid;

/// Beginnings of words are indexed from two to this many characters; the whole word always.
const LONGEST_BEGINNING: usize = 8;
/// The most words of the names and of the text of one record: a tsvector holds a megabyte.
const MOST_NAMES: usize = 60;
const MOST_WORDS: usize = 50_000;
/// Steps of joining the index's pieces at a time: everybody else who writes waits for each.
const STEPS: u32 = 20;
/// Stands between two texts, so that no phrase goes from one to the next.
const GAP: i64 = 0;

/// What of a record is found by its words.
#[derive(Clone, Copy, Default)]
pub(crate) struct Indexed<'a> {
    /// Titles and names: found also by their beginnings.
    pub names: &'a [&'a str],
    /// Running text.
    pub words: &'a [&'a str],
    /// Names that stand in it, as in a list: found in either script.
    pub listed: &'a [&'a str],
    /// They are names of people or units: found in either script.
    pub named: bool,
    /// The name is protected: only who may have it revealed finds it.
    pub protected: bool,
}

impl<'a> Indexed<'a> {
    /// A title and nothing else.
    pub const fn titles(names: &'a [&'a str]) -> Self {
        Self {
            names,
            words: &[],
            listed: &[],
            named: false,
            protected: false,
        }
    }
}

/// What a lexeme means: hashed with the word, so that none means two things.
#[derive(Clone, Copy)]
pub(super) enum Sense {
    /// A word of a text or title.
    Word,
    /// A name, whatever its spelling.
    Name,
    /// The beginning of a word.
    Beginning,
    /// The beginning of a name's consonants, in either script.
    Sound,
}

impl Store {
    /// The keyed hash of a word in a sense; a protected one is another.
    pub(super) fn hash(&self, sense: Sense, protected: bool, word: &str) -> i64 {
        let sense = match sense {
            Sense::Word => 'w',
            Sense::Name => 'n',
            Sense::Beginning => 'b',
            Sense::Sound => 's',
        };
        let who = if protected { 'p' } else { 'o' };
        self.0.keys.word(&format!("{sense}{who} {word}"))
    }

    fn columns(&self, of: &Indexed<'_>) -> [Vec<i64>; 3] {
        let hash = |sense, word: &str| self.hash(sense, of.protected, word);
        let (mut names, mut words, mut beginnings) = (Vec::new(), Vec::new(), Vec::new());
        for name in of.names {
            let tokens = text::tokens(name);
            names.extend(
                tokens
                    .iter()
                    .take(MOST_NAMES)
                    .map(|token| hash(Sense::Word, &token.stem)),
            );
            names.push(GAP);
            for word in text::words(name).iter().take(MOST_NAMES) {
                beginnings.extend(begin(word).map(|part| hash(Sense::Beginning, part)));
                beginnings.push(hash(Sense::Beginning, word));
                if of.named {
                    beginnings.extend(begin(&skeleton(word)).map(|part| hash(Sense::Sound, part)));
                }
            }
            let parts = Name::read(name).filter(|_| of.named);
            for part in parts.iter().flat_map(Name::parts).take(MOST_NAMES) {
                names.push(hash(Sense::Name, part.code()));
            }
        }
        for text in of.words {
            let room = MOST_WORDS.saturating_sub(words.len());
            words.extend(
                text::tokens(text)
                    .iter()
                    .take(room)
                    .map(|token| hash(Sense::Word, &token.stem)),
            );
            words.push(GAP);
        }
        for name in of.listed {
            let room = MOST_WORDS.saturating_sub(words.len());
            let tokens = text::tokens(name)
                .into_iter()
                .map(|token| hash(Sense::Word, &token.stem));
            let name = Name::read(name);
            let parts = name
                .iter()
                .flat_map(Name::parts)
                .map(|part| hash(Sense::Name, part.code()));
            words.extend(tokens.chain(parts).take(room));
            words.push(GAP);
        }
        beginnings.sort_unstable();
        beginnings.dedup();
        [names, words, beginnings]
    }

    /// Puts a record's words into the index in the place of those that are there; who may find it is read off the record.
    pub(crate) async fn index(&self, tx: &mut Tx, record: Uuid, of: &Indexed<'_>) -> Result<()> {
        in_turn(tx).await?;
        let closed: bool = on!(&mut *tx, |c| sqlx::query_scalar(
            "SELECT closed FROM record WHERE id = $1"
        )
        .bind(record)
        .fetch_one(c)
        .await)?;
        if closed {
            return self.unindex(tx, record).await;
        }
        let [names, words, beginnings] = self.columns(of).map(|hashes| bytes(&hashes));
        let known: Option<i64> = on!(&mut *tx, |c| sqlx::query_scalar(
            "UPDATE search_doc SET names = $2, words = $3, beginnings = $4 WHERE record_id = $1
             RETURNING CAST(doc AS BIGINT)"
        )
        .bind(record)
        .bind(&names)
        .bind(&words)
        .bind(&beginnings)
        .fetch_optional(c)
        .await)?;
        let doc = match known {
            Some(doc) => doc,
            None => {
                let doc = crate::record::count_up(tx, "doc", 0).await?;
                on!(&mut *tx, |c| sqlx::query(
                    "INSERT INTO search_doc (doc, record_id, names, words, beginnings) VALUES ($1, $2, $3, $4, $5)"
                )
                .bind(doc)
                .bind(record)
                .bind(&names)
                .bind(&words)
                .bind(&beginnings)
                .execute(c)
                .await
                .map(crate::db::rows))?;
                doc
            }
        };
        write(tx, doc, record, [names, words, beginnings]).await
    }

    /// Makes the whole index anew: for an operator who doubts it. The server may be running; until it is done, less is found.
    ///
    /// # Errors
    /// `Busy`, `Internal`.
    pub async fn index_all(&self) -> domain::Result<()> {
        let done = async {
            let mut tx = self.write().await?;
            in_turn(&mut tx).await?;
            engine::clear(&mut tx).await?;
            tx.commit().await?;
            self.index_rest().await
        };
        done.await.map_err(Fault::shown)
    }

    /// Indexes what is not indexed yet: a database from before its words were. One log entry for each run.
    pub(crate) async fn index_rest(&self) -> Result<()> {
        let mut count = 0_u32;
        loop {
            let mut tx = self.write().await?;
            in_turn(&mut tx).await?;
            let missing: Vec<(Uuid, String)> = on!(&mut tx, |c| sqlx::query_as(
                "SELECT r.id, r.kind FROM record r
                 LEFT JOIN identity_key k ON k.record_id = r.id
                 WHERE NOT r.closed AND (r.kind <> 'person' OR k.record_id IS NOT NULL)
                   AND NOT EXISTS (SELECT 1 FROM search_doc d WHERE d.record_id = r.id)
                 ORDER BY r.created_at, r.id
                 LIMIT 200"
            )
            .fetch_all(c)
            .await)?;
            if missing.is_empty() {
                tx.rollback().await?;
                break;
            }
            for (id, kind) in missing {
                let kind = Kind::named(&kind).ok_or(Fault::Malformed {
                    table: "record",
                    column: "kind",
                    row: id,
                })?;
                self.index_again(&mut tx, id, kind).await?;
                count += 1;
            }
            tx.commit().await?;
        }
        self.join_index(None).await?;
        if count > 0 {
            let mut entry = self.entry(None, "index", "search", None, Outcome::Done);
            entry.detail.insert("records".into(), count.into());
            self.0.log.write(entry).await.map_err(Fault::Known)?;
        }
        Ok(())
    }

    /// Joins the pieces of the index, a part in each transaction, until there is nothing to join or so often.
    async fn join_index(&self, most: Option<u32>) -> Result<()> {
        if !self.0.pool.is_sqlite() {
            return Ok(());
        }
        for _ in 0..most.unwrap_or(u32::MAX) {
            let mut tx = self.write().await?;
            let joined = engine::join_pieces(&mut tx).await?;
            tx.commit().await?;
            if !joined {
                break;
            }
        }
        Ok(())
    }

    /// Keeps the index quick, a little at a time, now and then while the server runs.
    ///
    /// # Errors
    /// `Busy`, `Internal`.
    pub async fn keep_index(&self) -> domain::Result<()> {
        self.join_index(Some(STEPS)).await.map_err(Fault::shown)
    }

    async fn index_again(&self, tx: &mut Tx, id: Uuid, kind: Kind) -> Result<()> {
        let row = crate::record::row(tx, id).await?;
        let key = row.key(self, kind)?;
        let title = row.title(&key)?;
        let plain = |names: &[&str], words: &[&str]| {
            let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
            let words: Vec<String> = words.iter().map(|text| (*text).to_owned()).collect();
            (names, words)
        };
        let (mut named, mut protected) = (false, false);
        let (names, words) = match kind {
            Kind::Case => plain(&[&title], &[&row.body::<CaseBody>(&key)?.summary]),
            Kind::Document => return self.index_document(tx, id).await,
            Kind::Incident => {
                let body: IncidentBody = row.body(&key)?;
                plain(&[&title, &body.locality], &[&body.summary])
            }
            Kind::Unit => {
                named = true;
                let body: UnitBody = row.body(&key)?;
                plain(&[&body.name_ar, &body.name_latin], &[&body.note])
            }
            Kind::Person => {
                named = true;
                protected = crate::person::person_row(tx, id).await?.protected;
                let body: PersonBody = row.body(&key)?;
                let names = body.names();
                let names: Vec<&str> = names.iter().map(|name| name.as_str()).collect();
                plain(&names, &[&body.note])
            }
            Kind::Testimony => {
                let statement = crate::testimony::content_of(tx, id, &key, &row).await?;
                return self.index_statement(tx, id, &statement).await;
            }
        };
        let (names, words): (Vec<&str>, Vec<&str>) = (
            names.iter().map(String::as_str).collect(),
            words.iter().map(String::as_str).collect(),
        );
        let of = Indexed {
            names: &names,
            words: &words,
            listed: &[],
            named,
            protected,
        };
        self.index(tx, id, &of).await
    }

    /// Puts the words of a document into the index: what is known of it, what was found in its file, the names in its lists.
    pub(crate) async fn index_document(&self, tx: &mut Tx, id: Uuid) -> Result<()> {
        let row = crate::record::row(tx, id).await?;
        let key = row.key(self, Kind::Document)?;
        let (title, body): (_, DocumentBody) = (row.title(&key)?, row.body(&key)?);
        let text = crate::text::text(tx, id, &key).await?;
        let listed = crate::source_list::names(self, tx, id).await?;
        let of = Indexed {
            names: &[&title],
            words: &[&body.description, &text],
            listed: &crate::source_list::every_name(&listed),
            ..Indexed::default()
        };
        self.index(tx, id, &of).await
    }

    /// Writes anew who may find a record: it was hung on a case or taken off, or restricted.
    pub(crate) async fn reach(&self, tx: &mut Tx, record: Uuid) -> Result<()> {
        in_turn(tx).await?;
        let kept: Option<(i64, Vec<u8>, Vec<u8>, Vec<u8>)> = on!(&mut *tx, |c| sqlx::query_as(
            "SELECT CAST(doc AS BIGINT), names, words, beginnings FROM search_doc WHERE record_id = $1"
        )
        .bind(record)
        .fetch_optional(c)
        .await)?;
        match kept {
            Some((doc, names, words, beginnings)) => write(tx, doc, record, [names, words, beginnings]).await,
            None => Ok(()),
        }
    }

    /// Takes a record out of the index.
    pub(crate) async fn unindex(&self, tx: &mut Tx, record: Uuid) -> Result<()> {
        in_turn(tx).await?;
        let doc: Option<i64> = on!(&mut *tx, |c| sqlx::query_scalar(
            "SELECT CAST(doc AS BIGINT) FROM search_doc WHERE record_id = $1"
        )
        .bind(record)
        .fetch_optional(c)
        .await)?;
        match doc {
            Some(doc) => engine::remove(tx, doc).await,
            None => Ok(()),
        }
    }
}

/// Waits until nobody else writes the index, before anything of it is read: who makes it anew and who changes a record neither
/// miss each other nor wait for each other in a circle. In SQLite one alone writes as it is.
async fn in_turn(tx: &mut Tx) -> Result<()> {
    if matches!(tx, Tx::Postgres(_)) {
        crate::record::count_up(tx, "index", 0).await?;
    }
    Ok(())
}

async fn write(tx: &mut Tx, doc: i64, record: Uuid, [names, words, beginnings]: [Vec<u8>; 3]) -> Result<()> {
    let (kind, restricted, author): (String, bool, Uuid) = on!(&mut *tx, |c| sqlx::query_as(
        "SELECT kind, restricted, created_by FROM record WHERE id = $1"
    )
    .bind(record)
    .fetch_one(c)
    .await)?;
    let cases: Vec<Uuid> = on!(&mut *tx, |c| sqlx::query_scalar(
        "SELECT case_id FROM holding WHERE record_id = $1 AND superseded_at IS NULL"
    )
    .bind(record)
    .fetch_all(c)
    .await)?;
    let kind = Kind::named(&kind).ok_or(Fault::Malformed {
        table: "record",
        column: "kind",
        row: record,
    })?;
    let columns = Columns {
        names: lexemes(&names),
        words: lexemes(&words),
        beginnings: lexemes(&beginnings),
        reach: reach::of_record(kind, restricted, &cases, author),
    };
    engine::put(tx, doc, &columns).await?;
    super::news::changed(tx, doc).await
}

/// The beginnings of a word, shorter than it.
fn begin(word: &str) -> impl Iterator<Item = &str> {
    word.char_indices()
        .skip(2)
        .take(LONGEST_BEGINNING - 1)
        .map(|(end, _)| &word[..end])
}

fn bytes(hashes: &[i64]) -> Vec<u8> {
    hashes.iter().flat_map(|hash| hash.to_be_bytes()).collect()
}

/// Hashes as lexemes: thirteen letters and digits each, one word for every tokenizer.
fn lexemes(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() / 8 * 14);
    for hash in bytes.chunks_exact(8) {
        let hash = i64::from_be_bytes(hash.try_into().expect("eight bytes"));
        if !text.is_empty() {
            text.push(' ');
        }
        push_lexeme(hash, &mut text);
    }
    text
}

fn push_lexeme(hash: i64, text: &mut String) {
    const DIGITS: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
    let hash = u64::from_be_bytes(hash.to_be_bytes());
    for place in (0..13).rev() {
        let digit = usize::try_from(hash >> (place * 5) & 31).unwrap_or_default();
        text.push(char::from(DIGITS[digit]));
    }
}

/// A hash as a lexeme.
pub(super) fn lexeme(hash: i64) -> String {
    let mut text = String::with_capacity(13);
    push_lexeme(hash, &mut text);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_begins_with_two_letters_and_more() {
        let of = |word| begin(word).collect::<Vec<_>>();
        assert_eq!(of("احمد"), ["اح", "احم"]);
        assert_eq!(of("abcdefghijkl").last(), Some(&"abcdefgh"));
        assert!(of("من").is_empty());
    }

    #[test]
    fn every_hash_is_another_lexeme_of_letters_and_digits() {
        let of = [0, 1, -1, i64::MIN, i64::MAX].map(lexeme);
        for (at, one) in of.iter().enumerate() {
            assert!(
                one.len() == 13
                    && one
                        .bytes()
                        .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
            );
            assert!(of[..at].iter().all(|other| other != one));
        }
        assert_eq!(lexemes(&bytes(&[0, 1])), "aaaaaaaaaaaaa aaaaaaaaaaaab");
    }
}
