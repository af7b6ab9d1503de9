//! Where the two databases differ in searching: FTS5 and tsvector, each statement side by side.
//!
//! A record is one document of lexemes in four columns: `names` (weighs most), `words`, `beginnings` of words, and `reach`:
//! who may find it. PostgreSQL keeps all of them in one vector; no lexeme means two things, since each is hashed together with
//! what it is.

use super::rank::Hashes;
use crate::Result;
use crate::db::{Tx, list, listed, on};
use crate::record::{found_by_name, supervises, visible};
use domain::Actor;
use std::ops::Range;
use uuid::Uuid;

/// Above every document's number. In FTS5 the numbers are below zero: the newest document comes first, and to read backwards costs
/// half as much again.
pub(super) const NEWEST: i64 = i32::MAX as i64;

/// What is made besides the migrations, on either database.
pub(crate) const fn schema(sqlite: bool) -> &'static [&'static str] {
    if sqlite {
        &[
            "DROP TABLE IF EXISTS search_text",
            "CREATE VIRTUAL TABLE IF NOT EXISTS search_index USING fts5(names, words, beginnings, reach, content='', contentless_delete=1, tokenize='ascii')",
            // Two pieces of a size are enough to be joined.
            "INSERT INTO search_index (search_index, rank) VALUES ('usermerge', 2)",
        ]
    } else {
        &[
            "ALTER TABLE search_doc ADD COLUMN IF NOT EXISTS lexemes TSVECTOR NOT NULL DEFAULT ''",
            "CREATE INDEX IF NOT EXISTS search_doc_lexemes ON search_doc USING gin (lexemes) WITH (fastupdate = off)",
        ]
    }
}

/// What is looked for, in lexemes.
#[derive(Clone)]
pub(super) enum Expr {
    /// These lexemes in a row.
    Row(Vec<String>),
    All(Vec<Self>),
    /// Of none, nothing.
    Any(Vec<Self>),
    But(Box<Self>, Box<Self>),
}

impl Expr {
    pub fn word(lexeme: String) -> Self {
        Self::Row(vec![lexeme])
    }

    pub fn any(lexemes: impl IntoIterator<Item = String>) -> Self {
        Self::Any(lexemes.into_iter().map(Self::word).collect())
    }

    /// Whether nothing can be found by it.
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Row(lexemes) => lexemes.is_empty(),
            Self::All(parts) => parts.is_empty() || parts.iter().any(Self::is_empty),
            Self::Any(parts) => parts.iter().all(Self::is_empty),
            Self::But(this, _) => this.is_empty(),
        }
    }

    fn written(&self, dialect: Dialect) -> String {
        let join = |parts: &[Self], with: &str| {
            let parts: Vec<String> = parts
                .iter()
                .filter(|part| !part.is_empty())
                .map(|part| part.written(dialect))
                .collect();
            format!("({})", parts.join(with))
        };
        match self {
            Self::Row(lexemes) => format!("{}{}{}", dialect.open, lexemes.join(dialect.next), dialect.close),
            Self::All(parts) => join(parts, dialect.and),
            Self::Any(parts) => join(parts, dialect.or),
            Self::But(this, other) if other.is_empty() => this.written(dialect),
            Self::But(this, other) => {
                format!("({}{}{})", this.written(dialect), dialect.but, other.written(dialect))
            }
        }
    }
}

/// How an expression is written.
#[derive(Clone, Copy)]
struct Dialect {
    open: &'static str,
    next: &'static str,
    close: &'static str,
    and: &'static str,
    or: &'static str,
    but: &'static str,
}

const FTS5: Dialect = Dialect {
    open: "\"",
    next: " ",
    close: "\"",
    and: " AND ",
    or: " OR ",
    but: " NOT ",
};

const TSQUERY: Dialect = Dialect {
    open: "(",
    next: " <-> ",
    close: ")",
    and: " & ",
    or: " | ",
    but: " & !",
};

/// The columns of a document as lexemes with a space between two.
pub(super) struct Columns {
    pub names: String,
    pub words: String,
    pub beginnings: String,
    pub reach: String,
}

impl Columns {
    /// As a tsvector is written: names weigh `A`, words `D`, the rest has no place. A place above 16,383 is that one.
    fn vector(&self) -> String {
        let mut vector = String::with_capacity((self.words.len() + self.names.len()) * 2);
        let mut at = 0;
        for (column, weight) in [(&self.names, "A"), (&self.words, "D")] {
            for lexeme in column.split(' ').filter(|lexeme| !lexeme.is_empty()) {
                at += 1;
                vector.push_str(lexeme);
                vector.push_str(&format!(":{}{weight} ", at.min(16_383)));
            }
        }
        vector.push_str(&self.beginnings);
        vector.push(' ');
        vector.push_str(&self.reach);
        vector
    }
}

/// Puts a document in the place of the one with this number.
pub(super) async fn put(tx: &mut Tx, doc: i64, columns: &Columns) -> Result<()> {
    match tx {
        Tx::Sqlite(tx) => {
            sqlx::query("DELETE FROM search_index WHERE rowid = -$1")
                .bind(doc)
                .execute(&mut **tx)
                .await?;
            sqlx::query(
                "INSERT INTO search_index (rowid, names, words, beginnings, reach) VALUES (-$1, $2, $3, $4, $5)",
            )
            .bind(doc)
            .bind(&columns.names)
            .bind(&columns.words)
            .bind(&columns.beginnings)
            .bind(&columns.reach)
            .execute(&mut **tx)
            .await?;
        }
        Tx::Postgres(tx) => {
            sqlx::query("UPDATE search_doc SET lexemes = $2::text::tsvector WHERE doc = $1")
                .bind(doc)
                .bind(columns.vector())
                .execute(&mut **tx)
                .await?;
        }
    }
    Ok(())
}

/// Takes every document out.
pub(super) async fn clear(tx: &mut Tx) -> Result<()> {
    if let Tx::Sqlite(tx) = tx {
        sqlx::query("INSERT INTO search_index (search_index) VALUES ('delete-all')")
            .execute(&mut **tx)
            .await?;
    }
    on!(tx, |c| sqlx::query("DELETE FROM search_doc")
        .execute(c)
        .await
        .map(crate::db::rows))?;
    Ok(())
}

/// Takes a document out.
pub(super) async fn remove(tx: &mut Tx, doc: i64) -> Result<()> {
    if let Tx::Sqlite(tx) = tx {
        sqlx::query("DELETE FROM search_index WHERE rowid = -$1")
            .bind(doc)
            .execute(&mut **tx)
            .await?;
    }
    on!(tx, |c| sqlx::query("DELETE FROM search_doc WHERE doc = $1")
        .bind(doc)
        .execute(c)
        .await
        .map(crate::db::rows))?;
    Ok(())
}

/// Joins some of what the index is in pieces of, 500 pages or a little more: each document that is put makes one, and each costs
/// every question. Whether there was something to join. PostgreSQL has no pieces (`fastupdate = off`).
pub(super) async fn join_pieces(tx: &mut Tx) -> Result<bool> {
    let Tx::Sqlite(tx) = tx else { return Ok(false) };
    let changes = "SELECT total_changes()";
    let before: i64 = sqlx::query_scalar(changes).fetch_one(&mut **tx).await?;
    sqlx::query("INSERT INTO search_index (search_index, rank) VALUES ('merge', 500)")
        .execute(&mut **tx)
        .await?;
    let after: i64 = sqlx::query_scalar(changes).fetch_one(&mut **tx).await?;
    // A merge that finds nothing is one change (https://www.sqlite.org/fts5.html#the_merge_command).
    Ok(after - before > 1)
}

/// The newest, before one of them if it is given.
pub(super) async fn newest(tx: &mut Tx, wanted: &Expr, before: Option<i64>, limit: i64) -> Result<Vec<i64>> {
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let before = before.unwrap_or(NEWEST);
    // As one text: to hand over a row costs more than to find it.
    let docs: Option<String> = match tx {
        Tx::Sqlite(tx) => {
            sqlx::query_scalar(
                "SELECT group_concat(doc) FROM (SELECT -rowid AS doc FROM search_index WHERE search_index MATCH $1 AND rowid > -$2
                 ORDER BY rowid LIMIT $3)",
            )
            .bind(wanted.written(FTS5))
            .bind(before)
            .bind(limit)
            .fetch_one(&mut **tx)
            .await?
        }
        // The planner would go through the primary key for a rare word: it is made to ask the index first.
        Tx::Postgres(tx) => {
            sqlx::query_scalar(
                "WITH found AS MATERIALIZED (SELECT doc FROM search_doc WHERE lexemes @@ $1::text::tsquery)
             SELECT string_agg(doc::text, ',') FROM (SELECT doc FROM found WHERE doc < $2 ORDER BY doc DESC LIMIT $3) newest",
            )
            .bind(wanted.written(TSQUERY))
            .bind(before)
            .bind(limit)
            .fetch_one(&mut **tx)
            .await?
        }
    };
    let mut docs: Vec<i64> = docs
        .iter()
        .flat_map(|docs| docs.split(','))
        .flat_map(str::parse)
        .collect();
    docs.sort_unstable_by(|a, b| b.cmp(a));
    Ok(docs)
}

/// Of the persons found by a protected name, those whom this person may find and see, the newest first; with a case only those
/// who hang on it. Of the documents in a range of numbers, up to `limit`.
pub(super) async fn protected(
    tx: &mut Tx,
    actor: &Actor,
    wanted: &Expr,
    case: Option<Uuid>,
    (range, limit): (Range<i64>, i64),
) -> Result<Vec<i64>> {
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    macro_rules! allowed {
        ($with:literal, $found:literal) => {
            concat!(
                $with,
                "SELECT CAST(d.doc AS BIGINT) FROM ",
                $found,
                " JOIN record r ON r.id = d.record_id
                 JOIN person p ON p.id = r.id
                 WHERE (CAST($4 AS UUID) IS NULL OR EXISTS (SELECT 1 FROM holding ch
                        WHERE ch.record_id = r.id AND ch.superseded_at IS NULL AND ch.case_id = $4))
                   AND ",
                found_by_name!(),
                " AND (",
                visible!(),
                ")"
            )
        };
    }
    let (text, written) = match tx {
        // In the order of the index: it ends with the last that is wanted.
        Tx::Sqlite(_) => (
            concat!(
                allowed!("", "search_index f CROSS JOIN search_doc d ON d.doc = -f.rowid"),
                " AND f.search_index MATCH $3 AND f.rowid > -$6 AND f.rowid <= -$5 ORDER BY f.rowid LIMIT $7"
            ),
            wanted.written(FTS5),
        ),
        Tx::Postgres(_) => (
            concat!(
                allowed!(
                    "WITH found AS MATERIALIZED (SELECT doc FROM search_doc WHERE lexemes @@ $3::text::tsquery) ",
                    "found JOIN search_doc d ON d.doc = found.doc"
                ),
                " AND d.doc >= $5 AND d.doc < $6 ORDER BY d.doc DESC LIMIT $7"
            ),
            wanted.written(TSQUERY),
        ),
    };
    Ok(on!(tx, |c| sqlx::query_scalar(text)
        .bind(actor.account.0)
        .bind(supervises(actor))
        .bind(&written)
        .bind(case)
        .bind(range.start)
        .bind(range.end)
        .bind(limit)
        .fetch_all(c)
        .await)?)
}

/// Of what is found, what changed after a change of the index; the newest first.
pub(super) async fn changed(tx: &mut Tx, wanted: &Expr, since: i64, limit: i64) -> Result<Vec<i64>> {
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    Ok(match tx {
        Tx::Sqlite(tx) => {
            sqlx::query_scalar(
                "WITH found AS MATERIALIZED (SELECT -rowid AS doc FROM search_index WHERE search_index MATCH $1)
             SELECT found.doc FROM found
             JOIN search_change c ON c.doc = found.doc
             WHERE c.changed > $2
             ORDER BY found.doc DESC
             LIMIT $3",
            )
            .bind(wanted.written(FTS5))
            .bind(since)
            .bind(limit)
            .fetch_all(&mut **tx)
            .await?
        }
        Tx::Postgres(tx) => {
            sqlx::query_scalar(
                "WITH found AS MATERIALIZED (SELECT doc FROM search_doc WHERE lexemes @@ $1::text::tsquery)
             SELECT CAST(found.doc AS BIGINT) FROM found
             JOIN search_change c ON c.doc = found.doc
             WHERE c.changed > $2
             ORDER BY found.doc DESC
             LIMIT $3",
            )
            .bind(wanted.written(TSQUERY))
            .bind(since)
            .bind(limit)
            .fetch_all(&mut **tx)
            .await?
        }
    })
}

/// What the index keeps of documents.
pub(super) async fn hashes(tx: &mut Tx, docs: &[i64]) -> Result<Vec<Hashes>> {
    macro_rules! hashes {
        ($docs:expr) => {
            concat!(
                "SELECT CAST(d.doc AS BIGINT) AS doc, d.names, d.words, d.beginnings FROM search_doc d WHERE d.doc ",
                $docs
            )
        };
    }
    let text = listed!(&*tx, numbers "$1", hashes);
    Ok(on!(tx, |c| sqlx::query_as(text).bind(list(docs)).fetch_all(c).await)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(lexeme: &str) -> Expr {
        Expr::word(lexeme.to_owned())
    }

    #[test]
    fn an_expression_is_written_for_either_engine() {
        let wanted = Expr::But(
            Box::new(Expr::All(vec![
                Expr::Row(vec!["a".into(), "b".into()]),
                Expr::Any(vec![word("c"), Expr::Any(Vec::new())]),
            ])),
            Box::new(word("d")),
        );
        assert_eq!(wanted.written(FTS5), "((\"a b\" AND (\"c\")) NOT \"d\")");
        assert_eq!(wanted.written(TSQUERY), "(((a <-> b) & ((c))) & !(d))");
    }

    #[test]
    fn of_nothing_nothing_is_found() {
        assert!(Expr::All(vec![word("a"), Expr::Any(Vec::new())]).is_empty());
        assert!(!Expr::But(Box::new(word("a")), Box::new(Expr::Any(Vec::new()))).is_empty());
    }
}
