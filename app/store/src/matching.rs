//! Same person? Runs over the register, the pairs they propose, and what people decide about them.
//!
//! Names are opened in the memory of a run alone, and for the pair on screen; what is kept are scores, and keyed hashes of what
//! records are grouped by. A run has one log entry. No record is ever made one with another: one of them counts.

use crate::case::of_kind;
use crate::db::{Tx, list, listed, on};
use crate::person::person_row;
use crate::record::{found_by_name, supervises, visible};
use crate::reveal::living;
use crate::seal::{Class, Place};
use crate::work::{On, Work};
use crate::{Fault, Result, Store};
use chrono::{DateTime, Utc};
use domain::access::{self, Act};
use domain::matching::{Comparison, POSSIBLE, Profile, blocks, compare, propose};
use domain::name::Name;
use domain::person::PersonBody;
use domain::same::{Verdict, VerdictDraft};
use domain::{AccountId, Actor, Code, Error, Kind, ProblemKind, Words};
use std::collections::HashMap;
use uuid::Uuid;

/// Persons that are opened at once.
const BATCH: i64 = 2_000;
/// The most candidates for one record.
const MOST_CANDIDATES: usize = 20;

/// What a run found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MatchRun {
    /// Records that were looked at.
    pub persons: usize,
    pub compared: usize,
    /// Pairs that are proposed and not decided.
    pub proposed: usize,
}

/// A pair that waits, or was decided.
#[derive(Clone, Debug)]
pub struct PairRow {
    pub codes: [Code; 2],
    pub score: u32,
    pub found_at: DateTime<Utc>,
    pub verdict: Option<Verdict>,
}

/// Pairs, the likeliest first.
#[derive(Clone, Debug, Default)]
pub struct PairPage {
    pub rows: Vec<PairRow>,
    pub more: bool,
}

/// One of the two records.
#[derive(Clone, Debug)]
pub struct PairSide {
    pub code: Code,
    /// None where the identity is protected, and not revealed to this reader.
    pub body: Option<PersonBody>,
    pub sex: String,
    pub birth_year: Option<i32>,
    /// Codes of places of incidents in which they have a part.
    pub places: Vec<String>,
    /// The record under which it counts.
    pub counts_as: Option<Code>,
}

/// A decision that stands or stood.
#[derive(Clone, Debug)]
pub struct VerdictView {
    pub verdict: Verdict,
    pub kept: Option<Code>,
    pub reason: Words,
    pub at: DateTime<Utc>,
    pub by: String,
    pub ended: Option<(DateTime<Utc>, String)>,
}

/// Two records side by side.
#[derive(Clone, Debug)]
pub struct PairView {
    pub sides: [PairSide; 2],
    pub comparison: Comparison,
    /// The decision that stands.
    pub standing: Option<VerdictView>,
    /// Those before it, newest first.
    pub before: Vec<VerdictView>,
    pub may_decide: bool,
}

impl PairView {
    /// How many decisions there are, ended ones too: goes into the form that decides.
    #[must_use]
    pub fn decisions(&self) -> usize {
        self.before.len() + usize::from(self.standing.is_some())
    }
}

/// A record that a person may be.
#[derive(Clone, Debug)]
pub struct Candidate {
    pub code: Code,
    /// None where the name is protected.
    pub name: Option<Words>,
    pub body: PersonBody,
    pub sex: String,
    pub birth_year: Option<i64>,
    pub score: u32,
    /// What the score is made of.
    pub comparison: Comparison,
}

const fn reason_place(row: Uuid) -> Place {
    Place {
        table: "match_decision",
        column: "reason",
        row,
        version: 1,
    }
}

/// What of a person is compared: every name as stated, both halves of an alias in two scripts.
pub(crate) fn profile(body: &PersonBody, sex: &str, birth_year: Option<i32>, places: Vec<String>) -> Profile {
    let names = body.names();
    let names = names
        .iter()
        .flat_map(|name| name.lines())
        .flat_map(|line| line.split('/'));
    Profile {
        names: names.filter_map(Name::read).collect(),
        father: Name::read(&body.father),
        mother: Name::read(&body.mother),
        birth_year,
        sex: sex.to_owned(),
        places,
    }
}

#[derive(sqlx::FromRow)]
struct Opened {
    id: Uuid,
    code: String,
    version: i64,
    wrapped_key: Vec<u8>,
    title: Vec<u8>,
    body: Vec<u8>,
    protected: bool,
    sex: String,
    birth_year: Option<i64>,
}

impl Opened {
    fn body(&self, store: &Store) -> Result<PersonBody> {
        let key = store.0.keys.unwrap(Class::Identity, self.id, &self.wrapped_key)?;
        key.open_json(crate::record::body_place(self.id, self.version), &self.body)
    }

    fn born(&self) -> Option<i32> {
        self.birth_year.and_then(|year| i32::try_from(year).ok())
    }
}

/// Places of the incidents in which persons have a part, by person.
async fn places(tx: &mut Tx) -> Result<HashMap<Uuid, Vec<String>>> {
    let rows: Vec<(Uuid, String)> = on!(tx, |c| sqlx::query_as(
        "SELECT DISTINCT v.party_id, i.place
         FROM involvement v JOIN incident i ON i.id = v.incident_id
         WHERE v.superseded_at IS NULL AND i.place IS NOT NULL"
    )
    .fetch_all(c)
    .await)?;
    Ok(by_person(rows))
}

/// The same of these persons alone.
async fn places_of(tx: &mut Tx, persons: &[Uuid]) -> Result<HashMap<Uuid, Vec<String>>> {
    if persons.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<(Uuid, String)> = on!(tx, |c| {
        let mut select = sqlx::QueryBuilder::new(
            "SELECT DISTINCT v.party_id, i.place
             FROM involvement v JOIN incident i ON i.id = v.incident_id
             WHERE v.superseded_at IS NULL AND i.place IS NOT NULL AND v.party_id IN (",
        );
        let mut list = select.separated(", ");
        for person in persons {
            list.push_bind(*person);
        }
        select.push(")");
        select.build_query_as().fetch_all(c).await
    })?;
    Ok(by_person(rows))
}

fn by_person(rows: Vec<(Uuid, String)>) -> HashMap<Uuid, Vec<String>> {
    let mut places: HashMap<Uuid, Vec<String>> = HashMap::new();
    for (person, place) in rows {
        places.entry(person).or_default().push(place);
    }
    places
}

impl Store {
    /// Compares the whole register with itself, and proposes the pairs that may be one person. Those that somebody decided
    /// about stay as they are.
    ///
    /// # Errors
    /// `Forbidden` for all but supervisors.
    pub async fn match_register(&self, actor: &Actor) -> domain::Result<MatchRun> {
        self.act(
            actor,
            On::Register("person"),
            async |work: &mut Work<access::MatchRegister>| {
                let (ids, register) = work.register().await?;
                let persons = ids.len();
                let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
                let proposals = tokio::task::spawn_blocking(move || propose(&register, threads))
                    .await
                    .map_err(|_| Fault::Known(Error::Internal))?;
                let pairs: Vec<(Uuid, Uuid, i64)> = proposals
                    .pairs
                    .iter()
                    .map(|(a, b, comparison)| (ids[*a].min(ids[*b]), ids[*a].max(ids[*b]), i64::from(comparison.score)))
                    .collect();
                work.note("persons", persons);
                work.note("pairs", pairs.len());
                self.keep_pairs(&pairs, work.now).await?;
                Ok(MatchRun {
                    persons,
                    compared: proposals.compared,
                    proposed: pairs.len(),
                })
            },
        )
        .await
    }

    /// Puts the pairs of a run in the place of those that nobody decided about.
    async fn keep_pairs(&self, pairs: &[(Uuid, Uuid, i64)], now: DateTime<Utc>) -> Result<()> {
        let mut tx = self.write().await?;
        on!(&mut tx, |c| sqlx::query(
            "DELETE FROM match_pair WHERE NOT EXISTS (SELECT 1 FROM match_decision d WHERE d.pair_id = match_pair.id)"
        )
        .execute(c)
        .await
        .map(crate::db::rows))?;
        for (a, b, score) in pairs {
            put_pair(self, &mut tx, (*a, *b), *score, now).await?;
        }
        tx.commit().await
    }

    /// Pairs of which this person may see both records and finds both by name, the likeliest first, after one of them if it is given.
    ///
    /// # Errors
    /// `Forbidden` for roles that read no content.
    pub async fn pairs(
        &self,
        actor: &Actor,
        decided: bool,
        after: Option<(Code, Code)>,
        limit: u32,
    ) -> domain::Result<PairPage> {
        self.act(actor, On::Register("match"), async |work: &mut Work<access::List>| {
            let last: Option<(i64, Uuid)> = match &after {
                Some((a, b)) => on!(&mut work.tx, |c| sqlx::query_as(
                    "SELECT m.score, m.id FROM match_pair m JOIN record a ON a.id = m.a_id JOIN record b ON b.id = m.b_id
                     WHERE (a.code = $1 AND b.code = $2) OR (a.code = $2 AND b.code = $1)"
                )
                .bind(a.as_str())
                .bind(b.as_str())
                .fetch_optional(c)
                .await)?,
                None => None,
            };
            let (score, id) = last.unwrap_or((i64::MAX, Uuid::max()));
            let rows: Vec<(Uuid, Uuid, String, String, i64, DateTime<Utc>, Option<String>)> = on!(&mut work.tx, |c| sqlx::query_as(concat!(
                "SELECT m.a_id, m.b_id, a.code, b.code, m.score, m.found_at, d.decision
                 FROM match_pair m
                 JOIN record a ON a.id = m.a_id
                 JOIN record b ON b.id = m.b_id
                 LEFT JOIN match_decision d ON d.pair_id = m.id AND d.superseded_at IS NULL
                 WHERE (m.score < $4 OR (m.score = $4 AND m.id < $5))
                   AND (d.id IS NOT NULL AND d.decision <> 'unsure') = $3
                   AND EXISTS (SELECT 1 FROM record r JOIN person p ON p.id = r.id WHERE r.id = m.a_id AND ", found_by_name!(), " AND (", visible!(), "))
                   AND EXISTS (SELECT 1 FROM record r JOIN person p ON p.id = r.id WHERE r.id = m.b_id AND ", found_by_name!(), " AND (", visible!(), "))
                 ORDER BY m.score DESC, m.id DESC
                 LIMIT $6"
            ))
            .bind(actor.account.0)
            .bind(supervises(actor))
            .bind(decided)
            .bind(score)
            .bind(id)
            .bind(i64::from(limit) + 1)
            .fetch_all(c)
            .await)?;
            let shown = rows.len().min(limit as usize);
            let ids: Vec<Uuid> = rows[..shown].iter().flat_map(|row| [row.0, row.1]).collect();
            work.returned(&ids);
            let more = rows.len() > shown;
            let rows = rows
                .into_iter()
                .take(shown)
                .map(|(a_id, _, a, b, score, found_at, verdict)| {
                    let code = |text: String| {
                        text.parse::<Code>().map_err(|_| Fault::Malformed { table: "record", column: "code", row: a_id })
                    };
                    Ok(PairRow {
                        codes: [code(a)?, code(b)?],
                        score: u32::try_from(score).unwrap_or_default(),
                        found_at,
                        verdict: verdict.as_deref().and_then(Verdict::named),
                    })
                })
                .collect::<Result<_>>()?;
            Ok(PairPage { rows, more })
        })
        .await
    }

    /// Opens two records side by side. What is protected is compared, and shown only to whom it is revealed.
    ///
    /// # Errors
    /// `NotFound` unless this person may see both; `Forbidden`, `PurposeNeeded`.
    pub async fn open_pair(&self, actor: &Actor, a: &Code, b: &Code) -> domain::Result<PairView> {
        let (a, b) = (of_kind(a, Kind::Person)?, of_kind(b, Kind::Person)?);
        self.act(actor, On::Record(a), async |work: &mut Work<access::SeePair>| {
            let found = work.found()?;
            let other = work.comparable_pair(a, b).await?;
            work.note("other", b.as_str());
            let (one, profile_one) = work.side(found.id, a).await?;
            let (two, profile_two) = work.side(other, b).await?;
            let (standing, before) = work.verdicts(found.id, other).await?;
            Ok(PairView {
                sides: [one, two],
                comparison: compare(&profile_one, &profile_two),
                standing,
                before,
                may_decide: access::DecidePair::grounds(actor, &work.facts_again(&found)).is_ok(),
            })
        })
        .await
    }

    /// Records what somebody decided about two records, in the place of what was decided before.
    ///
    /// # Errors
    /// `Conflict` if somebody has decided since; `NotFound` unless this person may see both; `Invalid` at `kept` if one of them
    /// counts under a third already.
    pub async fn decide_pair(&self, actor: &Actor, a: &Code, b: &Code, draft: &VerdictDraft) -> domain::Result<()> {
        let (a, b) = (of_kind(a, Kind::Person)?, of_kind(b, Kind::Person)?);
        self.act(actor, On::Record(a), async |work: &mut Work<access::DecidePair>| {
            let found = work.found()?;
            let other = work.comparable_pair(a, b).await?;
            work.has_seen(found.id, other, draft.seen).await?;
            work.end_verdict(found.id, other).await?;
            work.note("other", b.as_str());
            work.note("verdict", draft.verdict.name());
            let pair = work.pair(found.id, other, true).await?.ok_or(Fault::Known(Error::Internal))?;
            let kept = match &draft.kept {
                Some(code) => {
                    let (kept, gone) = if code == a { (found.id, other) } else { (other, found.id) };
                    work.count_under(gone, kept).await?;
                    work.note("kept", code.as_str());
                    Some(kept)
                }
                None => None,
            };
            let id = self.0.chance.id(work.now);
            let (key, wrapped) = self.0.keys.new_key(Class::Narrative, id, &self.0.chance);
            on!(&mut work.tx, |c| sqlx::query(
                "INSERT INTO match_decision (id, pair_id, decision, kept_id, wrapped_key, reason, recorded_at, recorded_by)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
            )
            .bind(id)
            .bind(pair)
            .bind(draft.verdict.name())
            .bind(kept)
            .bind(&wrapped)
            .bind(key.seal(reason_place(id), &draft.reason, &self.0.chance))
            .bind(work.now)
            .bind(actor.account.0)
            .execute(c)
            .await
            .map(crate::db::rows))?;
            Ok(())
        })
        .await
    }

    /// Whether this person decides about two records: asked where the form says nothing yet. A refusal is logged.
    ///
    /// # Errors
    /// `NotFound` unless this person may see both; `Forbidden`, `PurposeNeeded`.
    pub async fn may_decide_pair(&self, actor: &Actor, a: &Code, b: &Code) -> domain::Result<()> {
        let (a, b) = (of_kind(a, Kind::Person)?, of_kind(b, Kind::Person)?);
        self.act(actor, On::Record(a), async |work: &mut Work<access::DecidePair>| {
            work.comparable_pair(a, b).await.map(drop)
        })
        .await
    }

    /// Undoes what was decided about two records: both count by themselves again, and the pair waits.
    ///
    /// # Errors
    /// `Conflict` if somebody has decided since; `NotFound` if nothing stands, or unless this person may see both.
    pub async fn undo_pair(&self, actor: &Actor, a: &Code, b: &Code, seen: u32) -> domain::Result<()> {
        let (a, b) = (of_kind(a, Kind::Person)?, of_kind(b, Kind::Person)?);
        self.act(actor, On::Record(a), async |work: &mut Work<access::DecidePair>| {
            let found = work.found()?;
            let other = work.comparable_pair(a, b).await?;
            work.note("other", b.as_str());
            work.note("undone", true);
            work.has_seen(found.id, other, seen).await?;
            if work.end_verdict(found.id, other).await? {
                Ok(())
            } else {
                Err(Fault::Known(Error::NotFound))
            }
        })
        .await
    }

    /// Whom a person on record may be, as far as this person sees them: shown on the person's page.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden`, `PurposeNeeded`.
    pub async fn candidates(&self, actor: &Actor, code: &Code) -> domain::Result<Vec<Candidate>> {
        let code = of_kind(code, Kind::Person)?;
        self.act(actor, On::Record(code), async |work: &mut Work<access::SeePair>| {
            let found = work.found()?;
            if work.comparable(code).await?.is_none() {
                return Ok(Vec::new());
            }
            let (_, profile) = work.side(found.id, code).await?;
            let found = work.alike(&profile, Some(found.id)).await?;
            Ok(work.offered(found))
        })
        .await
    }

    /// Whom somebody who is about to be written down may be, as far as this person sees them.
    ///
    /// # Errors
    /// `Forbidden` for roles that read no content.
    pub async fn homonyms(
        &self,
        actor: &Actor,
        body: &PersonBody,
        sex: &str,
        birth_year: Option<i32>,
    ) -> domain::Result<Vec<Candidate>> {
        let profile = profile(body, sex, birth_year, Vec::new());
        self.act(actor, On::Register("person"), async |work: &mut Work<access::List>| {
            let found = work.alike(&profile, None).await?;
            Ok(work.offered(found))
        })
        .await
    }

    /// Writes what a person is grouped by.
    pub(crate) async fn write_match_keys(&self, tx: &mut Tx, person: Uuid, profile: &Profile) -> Result<()> {
        on!(&mut *tx, |c| sqlx::query("DELETE FROM match_key WHERE person_id = $1")
            .bind(person)
            .execute(c)
            .await
            .map(crate::db::rows))?;
        let mut keys = self.match_keys(profile);
        keys.truncate(200);
        for part in keys.chunks(100) {
            on!(&mut *tx, |c| {
                let mut insert = sqlx::QueryBuilder::new("INSERT INTO match_key (key, person_id) ");
                insert.push_values(part, |mut row, key| {
                    row.push_bind(*key).push_bind(person);
                });
                insert.build().execute(c).await.map(crate::db::rows)
            })?;
        }
        Ok(())
    }

    /// What a profile is grouped by, as keyed hashes.
    pub(crate) fn match_keys(&self, profile: &Profile) -> Vec<i64> {
        let mut keys: Vec<i64> = blocks(profile)
            .iter()
            .map(|block| self.0.keys.word(&format!("match {block}")))
            .collect();
        keys.sort_unstable();
        keys.dedup();
        keys
    }
}

/// Makes a pair, or brings its score up to date.
async fn put_pair(store: &Store, tx: &mut Tx, (a, b): (Uuid, Uuid), score: i64, now: DateTime<Utc>) -> Result<()> {
    on!(&mut *tx, |c| sqlx::query(
        "INSERT INTO match_pair (id, a_id, b_id, score, found_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (a_id, b_id) DO UPDATE SET score = excluded.score"
    )
    .bind(store.0.chance.id(now))
    .bind(a)
    .bind(b)
    .bind(score)
    .bind(now)
    .execute(c)
    .await
    .map(crate::db::rows))?;
    Ok(())
}

impl Work<access::MatchRegister> {
    /// Every person that counts by itself and is not destroyed, opened.
    async fn register(&mut self) -> Result<(Vec<Uuid>, Vec<Profile>)> {
        let store = self.store.clone();
        let mut places = places(&mut self.tx).await?;
        let (mut ids, mut register) = (Vec::new(), Vec::new());
        let mut last = Uuid::nil();
        loop {
            let rows: Vec<Opened> = on!(&mut self.tx, |c| sqlx::query_as(
                "SELECT r.id, r.code, r.version, k.wrapped_key, r.title, r.body, p.protected, p.sex, p.birth_year
                 FROM record r
                 JOIN person p ON p.id = r.id
                 JOIN identity_key k ON k.record_id = r.id
                 WHERE r.id > $1 AND p.same_as IS NULL AND NOT r.closed
                 ORDER BY r.id
                 LIMIT $2"
            )
            .bind(last)
            .bind(BATCH)
            .fetch_all(c)
            .await)?;
            let Some(end) = rows.last() else { break };
            last = end.id;
            for row in rows {
                let body = row.body(&store)?;
                register.push(profile(
                    &body,
                    &row.sex,
                    row.born(),
                    places.remove(&row.id).unwrap_or_default(),
                ));
                ids.push(row.id);
            }
        }
        Ok((ids, register))
    }
}

impl Work<access::SeePair> {
    async fn side(&mut self, id: Uuid, code: &Code) -> Result<(PairSide, Profile)> {
        let (store, actor) = (self.store.clone(), self.actor.clone());
        let facts = person_row(&mut self.tx, id).await?;
        let record = crate::record::row(&mut self.tx, id).await?;
        let body: PersonBody = record.body(&record.key(&store, Kind::Person)?)?;
        let (sex, birth_year, same_as): (String, Option<i64>, Option<String>) = on!(&mut self.tx, |c| {
            sqlx::query_as(
            "SELECT p.sex, p.birth_year, o.code FROM person p LEFT JOIN record o ON o.id = p.same_as WHERE p.id = $1"
        )
        .bind(id)
        .fetch_one(c)
        .await
        })?;
        let birth_year = birth_year.and_then(|year| i32::try_from(year).ok());
        let places = places_of(&mut self.tx, &[id]).await?.remove(&id).unwrap_or_default();
        let compared = profile(&body, &sex, birth_year, places.clone());
        let shown = !facts.protected || living(&mut self.tx, &actor, id, self.now).await?.is_some();
        let side = PairSide {
            code: code.clone(),
            body: shown.then_some(body),
            sex,
            birth_year,
            places,
            counts_as: same_as.and_then(|code| code.parse().ok()),
        };
        Ok((side, compared))
    }

    /// What was decided about two records: what stands, and what stood before.
    async fn verdicts(&mut self, a: Uuid, b: Uuid) -> Result<(Option<VerdictView>, Vec<VerdictView>)> {
        let store = self.store.clone();
        type Row = (
            Uuid,
            String,
            Option<String>,
            Vec<u8>,
            Vec<u8>,
            DateTime<Utc>,
            Uuid,
            Option<DateTime<Utc>>,
            Option<Uuid>,
        );
        let rows: Vec<Row> = on!(&mut self.tx, |c| {
            sqlx::query_as(
            "SELECT d.id, d.decision, k.code, d.wrapped_key, d.reason, d.recorded_at, d.recorded_by, d.superseded_at, d.superseded_by
             FROM match_decision d
             JOIN match_pair m ON m.id = d.pair_id
             LEFT JOIN record k ON k.id = d.kept_id
             WHERE m.a_id = $1 AND m.b_id = $2
             ORDER BY d.recorded_at DESC, d.id DESC
             LIMIT 50"
        )
        .bind(a.min(b))
        .bind(a.max(b))
        .fetch_all(c)
        .await
        })?;
        let mut people: Vec<Uuid> = rows.iter().map(|row| row.6).collect();
        people.extend(rows.iter().filter_map(|row| row.8));
        store.know_staff(&mut self.tx, people).await?;
        let (mut standing, mut before) = (None, Vec::new());
        for (id, verdict, kept, wrapped, reason, at, by, ended_at, ended_by) in rows {
            let key = store.0.keys.unwrap(Class::Narrative, id, &wrapped)?;
            let view = VerdictView {
                verdict: Verdict::named(&verdict).ok_or(Fault::Malformed {
                    table: "match_decision",
                    column: "decision",
                    row: id,
                })?,
                kept: kept.and_then(|code| code.parse().ok()),
                reason: Words::from(key.open(reason_place(id), &reason)?),
                at,
                by: store.staff_name(AccountId(by)),
                ended: ended_at.map(|at| {
                    (
                        at,
                        ended_by.map(|by| store.staff_name(AccountId(by))).unwrap_or_default(),
                    )
                }),
            };
            if view.ended.is_none() {
                standing = Some(view);
            } else {
                before.push(view);
            }
        }
        Ok((standing, before))
    }
}

impl<A: Act> Work<A> {
    /// A person that this reader may see and would find by name: to compare another with it is to learn of its name.
    async fn comparable(&mut self, code: &Code) -> Result<Option<Uuid>> {
        let actor = self.actor.clone();
        Ok(on!(&mut self.tx, |c| sqlx::query_scalar(concat!(
            "SELECT r.id FROM record r JOIN person p ON p.id = r.id JOIN identity_key k ON k.record_id = r.id
             WHERE r.code = $3 AND ",
            found_by_name!(),
            " AND (",
            visible!(),
            ")"
        ))
        .bind(actor.account.0)
        .bind(supervises(&actor))
        .bind(code.as_str())
        .fetch_optional(c)
        .await)?)
    }

    /// The other of two persons, both of whom may be compared by this reader.
    async fn comparable_pair(&mut self, a: &Code, b: &Code) -> Result<Uuid> {
        let one = self.comparable(a).await?;
        let other = self.comparable(b).await?.filter(|other| Some(*other) != one);
        one.and(other).ok_or(Fault::Known(Error::NotFound))
    }

    /// Records that share a group with a person, and are alike enough to be said; of what this reader sees.
    pub(crate) async fn alike(&mut self, of: &Profile, without: Option<Uuid>) -> Result<Vec<(Uuid, Candidate)>> {
        let (store, actor) = (self.store.clone(), self.actor.clone());
        let keys = list(store.match_keys(of).iter().take(200));
        macro_rules! alike {
            ($keys:expr) => {
                concat!(
                    "SELECT r.id, r.code, r.version, k.wrapped_key, r.title, r.body, p.protected, p.sex, p.birth_year
                     FROM record r
                     JOIN person p ON p.id = r.id
                     JOIN identity_key k ON k.record_id = r.id
                     WHERE r.id IN (SELECT m.person_id FROM match_key m WHERE m.key ",
                    $keys,
                    ") AND (",
                    visible!(),
                    ")
                     ORDER BY r.created_at DESC
                     LIMIT 400"
                )
            };
        }
        let text = listed!(&self.tx, numbers "$3", alike);
        let rows: Vec<Opened> = on!(&mut self.tx, |c| sqlx::query_as(text)
            .bind(actor.account.0)
            .bind(supervises(&actor))
            .bind(&keys)
            .fetch_all(c)
            .await)?;
        // Who is protected is found by name only by who may have the name revealed; here, by nobody.
        let rows: Vec<Opened> = rows
            .into_iter()
            .filter(|row| !row.protected && Some(row.id) != without)
            .collect();
        let mut found = Vec::new();
        let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
        let mut places = places_of(&mut self.tx, &ids).await?;
        for row in rows {
            let body = row.body(&store)?;
            let places = places.remove(&row.id).unwrap_or_default();
            let comparison = compare(of, &profile(&body, &row.sex, row.born(), places));
            if comparison.score < POSSIBLE {
                continue;
            }
            let key = store.0.keys.unwrap(Class::Identity, row.id, &row.wrapped_key)?;
            let name = Words::from(key.open(crate::record::title_place(row.id, row.version), &row.title)?);
            let code = row.code.parse().map_err(|_| Fault::Malformed {
                table: "record",
                column: "code",
                row: row.id,
            })?;
            found.push((
                row.id,
                Candidate {
                    code,
                    name: Some(name),
                    body,
                    sex: row.sex,
                    birth_year: row.birth_year,
                    score: u32::try_from(comparison.score).unwrap_or_default(),
                    comparison,
                },
            ));
        }
        found.sort_by_key(|(_, candidate)| std::cmp::Reverse(candidate.score));
        found.truncate(MOST_CANDIDATES);
        Ok(found)
    }

    /// The candidates that are shown: the log entry commits to them.
    fn offered(&mut self, found: Vec<(Uuid, Candidate)>) -> Vec<Candidate> {
        self.returned(&found.iter().map(|(id, _)| *id).collect::<Vec<_>>());
        found.into_iter().map(|(_, candidate)| candidate).collect()
    }
}

impl Work<access::DecidePair> {
    /// The pair of two records; made if nobody proposed it.
    async fn pair(&mut self, a: Uuid, b: Uuid, make: bool) -> Result<Option<Uuid>> {
        let store = self.store.clone();
        let (a, b) = (a.min(b), a.max(b));
        let known: Option<Uuid> = on!(&mut self.tx, |c| sqlx::query_scalar(
            "SELECT id FROM match_pair WHERE a_id = $1 AND b_id = $2"
        )
        .bind(a)
        .bind(b)
        .fetch_optional(c)
        .await)?;
        if known.is_some() || !make {
            return Ok(known);
        }
        put_pair(&store, &mut self.tx, (a, b), 0, self.now).await?;
        Ok(on!(&mut self.tx, |c| sqlx::query_scalar(
            "SELECT id FROM match_pair WHERE a_id = $1 AND b_id = $2"
        )
        .bind(a)
        .bind(b)
        .fetch_optional(c)
        .await)?)
    }

    /// Ends what stands about two records; whether anything did.
    /// Refuses who decides without having seen every decision.
    async fn has_seen(&mut self, a: Uuid, b: Uuid, seen: u32) -> Result<()> {
        let Some(pair) = self.pair(a, b, false).await? else {
            return Ok(());
        };
        let decisions: i64 = on!(&mut self.tx, |c| sqlx::query_scalar(
            "SELECT count(*) FROM match_decision WHERE pair_id = $1"
        )
        .bind(pair)
        .fetch_one(c)
        .await)?;
        if decisions == i64::from(seen) {
            Ok(())
        } else {
            Err(Fault::Known(Error::Conflict))
        }
    }

    async fn end_verdict(&mut self, a: Uuid, b: Uuid) -> Result<bool> {
        let Some(pair) = self.pair(a, b, false).await? else {
            return Ok(false);
        };
        let ended: Option<(String, Option<Uuid>)> = on!(&mut self.tx, |c| {
            sqlx::query_as(
            "UPDATE match_decision SET superseded_at = $2, superseded_by = $3 WHERE pair_id = $1 AND superseded_at IS NULL
             RETURNING decision, kept_id"
        )
        .bind(pair)
        .bind(self.now)
        .bind(self.actor.account.0)
        .fetch_optional(c)
        .await
        })?;
        if let Some((_, Some(kept))) = &ended {
            let gone = if *kept == a { b } else { a };
            on!(&mut self.tx, |c| sqlx::query(
                "UPDATE person SET same_as = NULL WHERE id = $1 AND same_as = $2"
            )
            .bind(gone)
            .bind(kept)
            .execute(c)
            .await
            .map(crate::db::rows))?;
        }
        Ok(ended.is_some())
    }

    /// From now on one record counts under another: neither may count under a third, and none under the one that goes.
    async fn count_under(&mut self, gone: Uuid, kept: Uuid) -> Result<()> {
        let others: Vec<String> = on!(&mut self.tx, |c| sqlx::query_scalar(
            "SELECT r.code FROM person p JOIN record r ON r.id = COALESCE(p.same_as, p.id)
             WHERE (p.id IN ($1, $2) AND p.same_as IS NOT NULL) OR p.same_as = $1
             ORDER BY r.code"
        )
        .bind(gone)
        .bind(kept)
        .fetch_all(c)
        .await)?;
        if !others.is_empty() {
            return Err(Error::at("kept", ProblemKind::CountsElsewhere).into());
        }
        on!(&mut self.tx, |c| sqlx::query(
            "UPDATE person SET same_as = $2 WHERE id = $1"
        )
        .bind(gone)
        .bind(kept)
        .execute(c)
        .await
        .map(crate::db::rows))?;
        Ok(())
    }
}
