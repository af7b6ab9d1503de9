//! What records said before they were changed: kept at each change, sealed under the record's own key, shown as versions of
//! which any two can be compared.
//!
//! A testimony has versions of its own ([`crate::version`]). Of a protected person the past is open while a reveal lives.

use crate::db::{Tx, on};
use crate::person::person_row;
use crate::record::{Head, RecordRow, body_place, title_place};
use crate::reveal::living;
use crate::seal::{DataKey, Place};
use crate::work::{On, Work};
use crate::{Fault, Result, Store};
use chrono::{DateTime, Utc};
use domain::access::{self, Act};
use domain::person::PersonBody;
use domain::{AccountId, Actor, Code, Error, Kind, ProblemKind, Words};
use serde_json::Value;
use uuid::Uuid;

/// The most characters of a reason for a change.
pub(crate) const WHY: u32 = 2_000;

/// What a change goes on from: the version that was read; and why it is made, if somebody says.
#[derive(Clone, Copy, Debug)]
pub struct Upon<'a> {
    pub version: i64,
    pub why: &'a str,
}

impl From<i64> for Upon<'_> {
    fn from(version: i64) -> Self {
        Self { version, why: "" }
    }
}

impl<'a> From<(i64, &'a str)> for Upon<'a> {
    fn from((version, why): (i64, &'a str)) -> Self {
        Self { version, why }
    }
}

/// A version of a record: who wrote it, and when.
#[derive(Clone, Debug)]
pub struct PastVersion {
    pub number: i64,
    pub at: DateTime<Utc>,
    pub by: String,
    /// Why it was written, in the words of who did; blank if nobody said.
    pub why: Words,
}

/// What a version says.
#[derive(Clone, Debug)]
pub struct PastState {
    pub number: i64,
    pub title: Words,
    /// Names of fields as they are kept, each with its text.
    pub fields: Vec<(String, Words)>,
}

/// A record's versions, newest first.
#[derive(Clone, Debug)]
pub struct HistoryView {
    /// Without a title where the name is protected.
    pub head: Head,
    pub versions: Vec<PastVersion>,
    /// The two that are compared, the earlier one first.
    pub compared: Option<[PastState; 2]>,
    /// What it said stays hidden from this reader: the identity is not revealed to them.
    pub hidden: bool,
    /// The identity can be revealed to this reader.
    pub may_reveal: bool,
    /// The identity was destroyed, and its past with it.
    pub shredded: bool,
}

#[derive(sqlx::FromRow)]
struct Row {
    version: i64,
    title: Vec<u8>,
    body: Vec<u8>,
    facts: Vec<u8>,
    why: Vec<u8>,
    written_at: DateTime<Utc>,
    written_by: Uuid,
}

type Facts = Vec<(String, String)>;

const fn place(column: &'static str, record: Uuid, version: i64) -> Place {
    Place {
        table: "record_past",
        column,
        row: record,
        version,
    }
}

/// What stands in clear beside a record's sealed text.
async fn facts_of(tx: &mut Tx, id: Uuid, kind: Kind) -> Result<Facts> {
    let named = |facts: Vec<(&str, Option<String>)>| {
        let given = facts
            .into_iter()
            .filter_map(|(name, value)| Some((name.to_owned(), value?)));
        given.collect()
    };
    match kind {
        Kind::Testimony => Ok(Vec::new()),
        Kind::Person => {
            let row = person_row(tx, id).await?;
            Ok(named(vec![
                ("sex", Some(row.sex)),
                ("birth_year", row.birth_year.map(|year| year.to_string())),
                ("victim_status", row.victim_status),
                ("protected", row.protected.then(|| "yes".to_owned())),
            ]))
        }
        Kind::Incident => {
            let (starts, ends, precision, place): (
                Option<DateTime<Utc>>,
                Option<DateTime<Utc>>,
                String,
                Option<String>,
            ) = on!(&mut *tx, |c| sqlx::query_as(
                "SELECT starts_at, ends_at, precision, place FROM incident WHERE id = $1"
            )
            .bind(id)
            .fetch_one(c)
            .await)?;
            let violations = crate::incident::violations(tx, id).await?.join(" ");
            Ok(named(vec![
                ("starts_at", starts.map(|at| at.to_rfc3339())),
                ("ends_at", ends.map(|at| at.to_rfc3339())),
                ("precision", Some(precision)),
                ("place", place),
                ("violations", Some(violations)),
            ]))
        }
        Kind::Unit => {
            let (party_type, parent, from, to): (String, Option<String>, Option<String>, Option<String>) = on!(
                tx,
                |c| {
                    sqlx::query_as(
                "SELECT u.party_type, r.code, u.valid_from, u.valid_to FROM unit u LEFT JOIN record r ON r.id = u.parent_id WHERE u.id = $1"
            )
            .bind(id)
            .fetch_one(c)
            .await
                }
            )?;
            Ok(named(vec![
                ("party_type", Some(party_type)),
                ("parent", parent),
                ("valid_from", from),
                ("valid_to", to),
            ]))
        }
        Kind::Case => {
            let priority: String = on!(tx, |c| sqlx::query_scalar(
                "SELECT priority FROM case_file WHERE id = $1"
            )
            .bind(id)
            .fetch_one(c)
            .await)?;
            Ok(named(vec![("priority", Some(priority))]))
        }
        Kind::Document => {
            let (document_type, collected_on): (String, Option<String>) = on!(tx, |c| sqlx::query_as(
                "SELECT document_type, collected_on FROM document WHERE id = $1"
            )
            .bind(id)
            .fetch_one(c)
            .await)?;
            Ok(named(vec![
                ("document_type", Some(document_type)),
                ("collected_on", collected_on),
            ]))
        }
    }
}

impl Store {
    /// Keeps a record as it is, before it is changed.
    ///
    /// # Errors
    /// `Invalid` at `why` if that is too long.
    pub(crate) async fn keep_past(
        &self,
        tx: &mut Tx,
        kind: Kind,
        row: &RecordRow,
        key: &DataKey,
        why: &str,
    ) -> Result<()> {
        if why.chars().count() > WHY as usize {
            return Err(Error::at("why", ProblemKind::TooLong(WHY)).into());
        }
        let facts = facts_of(tx, row.id, kind).await?;
        let facts = key.seal_json(place("facts", row.id, row.version), &facts, &self.0.chance);
        let why = key.seal(place("why", row.id, row.version), why.trim(), &self.0.chance);
        let id = self.0.chance.id(self.now());
        on!(tx, |c| sqlx::query(
            "INSERT INTO record_past (id, record_id, version, title, body, facts, why, written_at, written_by)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
        )
        .bind(id)
        .bind(row.id)
        .bind(row.version)
        .bind(&row.title)
        .bind(&row.body)
        .bind(&facts)
        .bind(&why)
        .bind(row.updated_at)
        .bind(row.updated_by)
        .execute(c)
        .await
        .map(crate::db::rows))?;
        Ok(())
    }

    /// Opens the versions of a record, and two of them side by side.
    ///
    /// # Errors
    /// `NotFound` if it has no such version, or is a testimony; `Forbidden`, `PurposeNeeded`.
    pub async fn see_history(
        &self,
        actor: &Actor,
        code: &Code,
        compare: Option<(i64, i64)>,
    ) -> domain::Result<HistoryView> {
        if code.kind() == Kind::Testimony {
            return Err(Error::NotFound);
        }
        self.act(actor, On::Record(code), async |work: &mut Work<access::SeeHistory>| {
            let found = work.found()?;
            let (mut head, record) = work.nameless_head().await?;
            let shredded =
                found.kind == Kind::Person && crate::shred::shredded(self, &mut work.tx, found.id).await?.is_some();
            let protected = found.kind == Kind::Person && person_row(&mut work.tx, found.id).await?.protected;
            let reveal = living(&mut work.tx, actor, found.id, work.now).await?;
            let hidden = shredded || (protected && reveal.is_none());
            if let Some(reveal) = reveal.filter(|_| protected) {
                work.note("reveal", reveal.id.to_string());
            }
            let facts = work.facts_again(&found);
            let may_reveal = protected && !shredded && access::Reveal::grounds(actor, &facts).is_ok();
            let key = if hidden {
                None
            } else {
                Some(record.key(self, found.kind)?)
            };
            if let Some(key) = &key {
                head.title = Some(record.title(key)?);
            }
            let past = work.past(found.id).await?;
            let writers = past.iter().map(|row| row.written_by).chain([record.updated_by]);
            self.know_staff(&mut work.tx, writers.collect::<Vec<_>>()).await?;
            let versions = work.versions(&record, &past, key.as_ref())?;
            let compared = match (compare, &key) {
                (Some((one, other)), Some(key)) => {
                    let (from, to) = (one.min(other), one.max(other));
                    work.note("from", from);
                    work.note("to", to);
                    Some([
                        work.state(found.kind, &record, &past, key, from).await?,
                        work.state(found.kind, &record, &past, key, to).await?,
                    ])
                }
                _ => None,
            };
            Ok(HistoryView {
                head,
                versions,
                compared,
                hidden,
                may_reveal,
                shredded,
            })
        })
        .await
    }
}

impl Work<access::SeeHistory> {
    /// Earlier versions, newest first.
    async fn past(&mut self, record: Uuid) -> Result<Vec<Row>> {
        Ok(on!(&mut self.tx, |c| sqlx::query_as(
            "SELECT version, title, body, facts, why, written_at, written_by
             FROM record_past
             WHERE record_id = $1
             ORDER BY version DESC
             LIMIT 500"
        )
        .bind(record)
        .fetch_all(c)
        .await)?)
    }

    /// Who wrote what when. Why a version was written stands with the one before it.
    fn versions(&self, record: &RecordRow, past: &[Row], key: Option<&DataKey>) -> Result<Vec<PastVersion>> {
        let why = |number: i64| match (key, past.iter().find(|row| row.version + 1 == number)) {
            (Some(key), Some(row)) => key
                .open(place("why", record.id, row.version), &row.why)
                .map(Words::from),
            _ => Ok(Words::default()),
        };
        let now = (record.version, record.updated_at, record.updated_by);
        let before = past.iter().map(|row| (row.version, row.written_at, row.written_by));
        std::iter::once(now)
            .chain(before)
            .map(|(number, at, by)| {
                Ok(PastVersion {
                    number,
                    at,
                    by: self.store.staff_name(AccountId(by)),
                    why: why(number)?,
                })
            })
            .collect()
    }

    async fn state(
        &mut self,
        kind: Kind,
        record: &RecordRow,
        past: &[Row],
        key: &DataKey,
        number: i64,
    ) -> Result<PastState> {
        let id = record.id;
        let (title, body, facts): (&[u8], &[u8], Facts) = if number == record.version {
            (&record.title, &record.body, facts_of(&mut self.tx, id, kind).await?)
        } else {
            let row = past.iter().find(|row| row.version == number);
            let row = row.ok_or(Fault::Known(Error::NotFound))?;
            let facts = key.open_json(place("facts", id, number), &row.facts)?;
            (&row.title, &row.body, facts)
        };
        let title = Words::from(key.open(title_place(id, number), title)?);
        let mut body: Value = key.open_json(body_place(id, number), body)?;
        if kind == Kind::Person {
            let mut person: PersonBody = key.open_json(
                body_place(id, number),
                match past.iter().find(|row| row.version == number) {
                    Some(row) => &row.body,
                    None => &record.body,
                },
            )?;
            self.hide_sources(&mut person).await?;
            body = serde_json::to_value(&person).map_err(|_| Fault::Known(Error::Internal))?;
        }
        let mut fields = Vec::new();
        flatten("", &body, &mut fields);
        for (name, value) in facts {
            // A unit above that this reader may not know of is none.
            let known = match value.parse::<Code>() {
                Ok(code) if name == "parent" => self.visible_record(&code).await?.is_some(),
                _ => true,
            };
            if known {
                fields.push((name, Words::from(value)));
            }
        }
        Ok(PastState { number, title, fields })
    }
}

/// The texts of a sealed body, each by its name; what is a list, a line for each entry.
fn flatten(name: &str, value: &Value, fields: &mut Vec<(String, Words)>) {
    match value {
        Value::Object(members) => {
            for (member, value) in members {
                let name = if name.is_empty() {
                    member.clone()
                } else {
                    format!("{name}.{member}")
                };
                flatten(&name, value, fields);
            }
        }
        other => fields.push((name.to_owned(), Words::from(line(other)))),
    }
}

fn line(value: &Value) -> String {
    let joined = |parts: Vec<String>, by: &str| {
        let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        parts.join(by)
    };
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(entries) if entries.iter().all(Value::is_object) => {
            joined(entries.iter().map(line).collect(), "\n")
        }
        Value::Array(entries) => joined(entries.iter().map(line).collect(), ", "),
        Value::Object(members) => joined(members.values().map(line).collect(), " · "),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_from_before_names_had_parts_still_opens() {
        let old = r#"{"name_ar":"a","name_latin":"","father":"","mother":"","aliases":"","note":""}"#;
        let body: PersonBody = serde_json::from_str(old).expect("it opens");
        assert_eq!((body.name_ar.as_str(), body.identities.len()), ("a", 0));
    }

    #[test]
    fn a_body_is_told_field_by_field() {
        let body = serde_json::json!({
            "name": "a", "parts": { "given": "b", "none": null },
            "list": [{ "x": "c", "n": [1, 2] }, { "x": "d", "n": [] }],
        });
        let mut fields = Vec::new();
        flatten("", &body, &mut fields);
        fields.sort();
        let fields: Vec<_> = fields
            .iter()
            .map(|(name, text)| (name.as_str(), text.as_str()))
            .collect();
        assert_eq!(
            fields,
            [
                ("list", "1, 2 · c\nd"),
                ("name", "a"),
                ("parts.given", "b"),
                ("parts.none", "")
            ]
        );
    }
}
