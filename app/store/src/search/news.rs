//! What is new in a search since its results were shown, without a list of what was shown.
//!
//! What of the index a person finds depends on two things alone: the documents, and their sight ([`Reader`]). Every change of a
//! document has a number, counted up in the order in which changes are committed. So it is enough to keep the newest number
//! and the sight of then. New is what is found now, and either changed since, or would not have been found with the sight of
//! then: a new record, a new version, one that was hung on a case, a case that somebody was assigned to. Where it errs, it
//! tells of something that is not new: a record that was saved with the same words, an index that was made anew.

use super::engine::{self, Expr};
use super::reach::Reader;
use crate::Result;
use crate::db::{Tx, on};
use crate::record::{count_up, supervises, visible};
use domain::{Actor, Code, Kind};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What somebody could find at a moment.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Seen {
    /// The newest change of the index.
    pub change: i64,
    pub reader: Reader,
}

impl Seen {
    /// In this snapshot.
    pub async fn now(tx: &mut Tx, actor: &Actor) -> Result<Self> {
        Ok(Self {
            change: newest(tx).await?,
            reader: Reader::of(tx, actor).await?,
        })
    }
}

/// What a search asks of the index, whoever asks.
pub(super) struct Asked {
    pub open: Expr,
    /// The same words as protected names hold them.
    pub protected: Expr,
    pub kinds: Vec<Kind>,
    pub case: Option<Uuid>,
    /// The query is this code.
    pub code: Option<Code>,
}

impl Asked {
    /// What this person finds of it, but for protected names.
    pub fn open(&self, reader: &Reader, kinds: &[Kind]) -> Expr {
        reader.finds(self.open.clone(), kinds, self.case)
    }

    /// What this person finds of it.
    fn all(&self, reader: &Reader) -> Expr {
        reader.finds_all(self.open.clone(), self.protected.clone(), &self.kinds, self.case)
    }
}

/// Documents that are new since `seen`, the newest first, up to `most`.
pub(super) async fn docs(
    tx: &mut Tx,
    actor: &Actor,
    asked: &Asked,
    (now, seen): (&Seen, &Seen),
    most: i64,
) -> Result<Vec<i64>> {
    if now == seen {
        return Ok(Vec::new());
    }
    let found = asked.all(&now.reader);
    let mut docs = engine::changed(tx, &found, seen.change, most).await?;
    if now.reader != seen.reader {
        let before = asked.all(&seen.reader);
        docs.extend(engine::newest(tx, &Expr::But(Box::new(found), Box::new(before)), None, most).await?);
    }
    if let Some(code) = asked.code.as_ref().filter(|code| asked.kinds.contains(&code.kind())) {
        // Found by its code and not by its words.
        docs.extend(by_code(tx, actor, code, (now.reader == seen.reader).then_some(seen.change)).await?);
    }
    docs.sort_unstable_by(|a, b| b.cmp(a));
    docs.dedup();
    docs.truncate(usize::try_from(most).unwrap_or(usize::MAX));
    Ok(docs)
}

/// The document of a code that this person may see, if it changed after a change of the index that is given.
async fn by_code(tx: &mut Tx, actor: &Actor, code: &Code, since: Option<i64>) -> Result<Option<i64>> {
    Ok(on!(tx, |c| sqlx::query_scalar(concat!(
        "SELECT CAST(d.doc AS BIGINT)
         FROM search_doc d
         JOIN record r ON r.id = d.record_id
         LEFT JOIN search_change h ON h.doc = d.doc
         WHERE r.code = $3 AND (CAST($4 AS BIGINT) IS NULL OR h.changed > $4) AND (",
        visible!(),
        ")"
    ))
    .bind(actor.account.0)
    .bind(supervises(actor))
    .bind(code.as_str())
    .bind(since)
    .fetch_optional(c)
    .await)?)
}

/// The newest change of the index; 0 before there was one.
pub(super) async fn newest(tx: &mut Tx) -> Result<i64> {
    let newest: Option<i64> = on!(tx, |c| sqlx::query_scalar(
        "SELECT last_number FROM code_counter WHERE prefix = 'change' AND year = 0"
    )
    .fetch_optional(c)
    .await)?;
    Ok(newest.unwrap_or(0))
}

/// A document changed. The counter stays locked until the change is committed: no change has a lower number than one that
/// could be seen before it.
pub(super) async fn changed(tx: &mut Tx, doc: i64) -> Result<()> {
    let number = count_up(tx, "change", 0).await?;
    on!(tx, |c| sqlx::query(
        "INSERT INTO search_change (doc, changed) VALUES ($1, $2)
         ON CONFLICT (doc) DO UPDATE SET changed = excluded.changed"
    )
    .bind(doc)
    .bind(number)
    .execute(c)
    .await
    .map(crate::db::rows))?;
    Ok(())
}
