//! Figures that others published: kept beside the committee's own count, append-only, each with its parts.

use crate::db::{Tx, on};
use crate::seal::{Class, Place};
use crate::work::{On, Work};
use crate::{Fault, Result, Store};
use chrono::{DateTime, NaiveDate, Utc};
use domain::access;
use domain::claim::{ClaimBody, ClaimDraft, adds_up};
use domain::{AccountId, Actor, Error, ProblemKind};
use std::collections::HashMap;
use uuid::Uuid;

/// A published figure.
#[derive(Clone, Debug)]
pub struct ClaimView {
    pub number: u32,
    pub body: ClaimBody,
    pub value: Option<u32>,
    pub qualifier: String,
    pub period_from: NaiveDate,
    pub period_to: NaiveDate,
    /// The figure that this one is a part of.
    pub parent: Option<u32>,
    /// Its parts.
    pub parts: Vec<u32>,
    /// Whether the parts add up to it; none where that can't be said.
    pub adds_up: Option<bool>,
    pub recorded_at: DateTime<Utc>,
    pub recorded_by: String,
}

const fn body_place(row: Uuid) -> Place {
    Place {
        table: "claim",
        column: "body",
        row,
        version: 1,
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    number: i64,
    parent: Option<i64>,
    value: Option<i64>,
    qualifier: String,
    period_from: String,
    period_to: String,
    wrapped_key: Vec<u8>,
    body: Vec<u8>,
    recorded_at: DateTime<Utc>,
    recorded_by: Uuid,
}

impl Store {
    /// The figures that stand, in the order in which they were written down.
    ///
    /// # Errors
    /// `Forbidden` for roles that read no content.
    pub async fn claims(&self, actor: &Actor) -> domain::Result<Vec<ClaimView>> {
        self.act(actor, On::Register("claim"), async |work: &mut Work<access::List>| {
            let rows: Vec<Row> = on!(&mut work.tx, |c| {
                sqlx::query_as(
                "SELECT m.id, m.number, o.number AS parent, m.value, m.qualifier, m.period_from, m.period_to, m.wrapped_key, m.body,
                    m.recorded_at, m.recorded_by
                 FROM claim m
                 LEFT JOIN claim o ON o.id = m.parent_id AND o.superseded_at IS NULL
                 WHERE m.superseded_at IS NULL
                 ORDER BY m.number
                 LIMIT 1000"
            )
            .fetch_all(c)
            .await
            })?;
            work.returned(&rows.iter().map(|row| row.id).collect::<Vec<_>>());
            let people: Vec<Uuid> = rows.iter().map(|row| row.recorded_by).collect();
            self.know_staff(&mut work.tx, people).await?;
            let small = |number: i64| u32::try_from(number).unwrap_or_default();
            let mut claims = rows
                .into_iter()
                .map(|row| {
                    let key = self.0.keys.unwrap(Class::Narrative, row.id, &row.wrapped_key)?;
                    let day = |text: &str| {
                        text.parse::<NaiveDate>().map_err(|_| Fault::Malformed { table: "claim", column: "period_from", row: row.id })
                    };
                    Ok(ClaimView {
                        number: small(row.number),
                        body: key.open_json(body_place(row.id), &row.body)?,
                        value: row.value.map(small),
                        period_from: day(&row.period_from)?,
                        period_to: day(&row.period_to)?,
                        qualifier: row.qualifier,
                        parent: row.parent.map(small),
                        parts: Vec::new(),
                        adds_up: None,
                        recorded_at: row.recorded_at,
                        recorded_by: self.staff_name(AccountId(row.recorded_by)),
                    })
                })
                .collect::<Result<Vec<ClaimView>>>()?;
            let mut parts: HashMap<u32, Vec<(u32, Option<u32>)>> = HashMap::new();
            for claim in &claims {
                if let Some(parent) = claim.parent {
                    parts.entry(parent).or_default().push((claim.number, claim.value));
                }
            }
            for claim in &mut claims {
                let parts = parts.remove(&claim.number).unwrap_or_default();
                let values: Vec<Option<u32>> = parts.iter().map(|(_, value)| *value).collect();
                claim.adds_up = adds_up(claim.value, &values);
                claim.parts = parts.into_iter().map(|(number, _)| number).collect();
            }
            Ok(claims)
        })
        .await
    }

    /// Writes a published figure down; its number.
    ///
    /// # Errors
    /// `Invalid` at `parent` if there is no such figure; `Forbidden`.
    pub async fn record_claim(&self, actor: &Actor, draft: &ClaimDraft) -> domain::Result<u32> {
        self.act(
            actor,
            On::Register("claim"),
            async |work: &mut Work<access::RecordClaim>| {
                let now = work.now;
                let number = insert(self, &mut work.tx, draft, now, actor.account).await?;
                work.note("claim", number);
                Ok(number)
            },
        )
        .await
    }

    /// Ends a figure that was written down wrongly; that it was recorded stays in the record.
    ///
    /// # Errors
    /// `NotFound` if there is none; `Conflict` while others are parts of it; `Forbidden`.
    pub async fn end_claim(&self, actor: &Actor, number: u32) -> domain::Result<()> {
        self.act(actor, On::Register("claim"), async |work: &mut Work<access::RecordClaim>| {
            work.note("claim", number);
            work.note("ended", true);
            let parts: i64 = on!(&mut work.tx, |c| sqlx::query_scalar(
                "SELECT count(*) FROM claim p JOIN claim m ON m.id = p.parent_id WHERE m.number = $1 AND p.superseded_at IS NULL"
            )
            .bind(i64::from(number))
            .fetch_one(c)
            .await)?;
            if parts > 0 {
                return Err(Fault::Known(Error::Conflict));
            }
            let ended = on!(&mut work.tx, |c| sqlx::query(
                "UPDATE claim SET superseded_at = $2, superseded_by = $3 WHERE number = $1 AND superseded_at IS NULL"
            )
            .bind(i64::from(number))
            .bind(work.now)
            .bind(actor.account.0)
            .execute(c)
            .await
            .map(crate::db::rows))?;
            if ended == 1 { Ok(()) } else { Err(Fault::Known(Error::NotFound)) }
        })
        .await
    }
}

async fn insert(store: &Store, tx: &mut Tx, draft: &ClaimDraft, at: DateTime<Utc>, by: AccountId) -> Result<u32> {
    let parent: Option<Uuid> = match draft.parent {
        None => None,
        Some(number) => {
            let id: Option<Uuid> = on!(&mut *tx, |c| sqlx::query_scalar(
                "SELECT id FROM claim WHERE number = $1 AND superseded_at IS NULL"
            )
            .bind(i64::from(number))
            .fetch_optional(c)
            .await)?;
            Some(id.ok_or_else(|| Error::at("parent", ProblemKind::Unknown))?)
        }
    };
    let id = store.0.chance.id(at);
    let (key, wrapped) = store.0.keys.new_key(Class::Narrative, id, &store.0.chance);
    let number: i64 = on!(tx, |c| {
        sqlx::query_scalar(
        "INSERT INTO claim (id, number, parent_id, value, qualifier, period_from, period_to, wrapped_key, body, recorded_at, recorded_by)
         SELECT $1, COALESCE(max(number), 0) + 1, $2, $3, $4, $5, $6, $7, $8, $9, $10 FROM claim
         RETURNING number"
    )
    .bind(id)
    .bind(parent)
    .bind(draft.value.map(i64::from))
    .bind(&draft.qualifier)
    .bind(draft.period_from.to_string())
    .bind(draft.period_to.to_string())
    .bind(&wrapped)
    .bind(key.seal_json(body_place(id), &draft.body, &store.0.chance))
    .bind(at)
    .bind(by.0)
    .fetch_one(c)
    .await
    })?;
    Ok(u32::try_from(number).unwrap_or(u32::MAX))
}

impl Work<access::Import> {
    /// A figure that was recorded elsewhere; its number here.
    ///
    /// # Errors
    /// `Internal`, `Busy`.
    pub async fn add_claim(&mut self, draft: &ClaimDraft, at: DateTime<Utc>, by: AccountId) -> domain::Result<u32> {
        let store = self.store.clone();
        insert(&store, &mut self.tx, draft, at, by).await.map_err(Fault::shown)
    }
}
