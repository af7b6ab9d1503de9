//! The count of victims, as it is known now or was known on a past day; and what a victim was, by each source and as concluded.

use crate::case::of_kind;
use crate::db::on;
use crate::involvement::{CitationView, citations_on};
use crate::record::{supervises, visible};
use crate::seal::{Class, Place};
use crate::work::{On, Work};
use crate::{Fault, Result, Store};
use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use domain::access;
use domain::count::Part;
use domain::form::local;
use domain::{AccountId, Actor, Code, Error, Kind, ProblemKind, Words, vocabulary};
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;

/// What is counted, of what this person may see.
#[derive(Clone, Debug, Default)]
pub struct Register {
    pub parts: Vec<Part>,
    /// Victims that acts state at least, by act.
    pub stated: BTreeMap<Uuid, u32>,
    /// What each part is of, for the list behind a figure: the person that counts, and the incident with the act's number.
    pub of: HashMap<Uuid, (Code, Code, u32)>,
}

/// What a victim was.
#[derive(Clone, Debug)]
pub struct StatusView {
    pub status: String,
    /// The source that says so; none for what the committee concluded.
    pub source: Option<Code>,
    pub reason: Words,
    pub at: DateTime<Utc>,
    pub by: String,
    pub ended: bool,
}

const fn reason_place(row: Uuid) -> Place {
    Place {
        table: "victim_status",
        column: "reason",
        row,
        version: 1,
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    link: Uuid,
    person: Uuid,
    person_code: String,
    incident_code: String,
    incident: Uuid,
    act: Uuid,
    number: i64,
    violation: String,
    place: Option<String>,
    at: Option<DateTime<Utc>>,
    status: Option<String>,
    sex: String,
    birth_year: Option<i64>,
}

impl Store {
    /// The moment at which a day of the committee ended; now, if it has not.
    fn end_of(&self, day: Option<NaiveDate>) -> DateTime<Utc> {
        let now = self.now();
        let next = day.and_then(|day| day.checked_add_days(Days::new(1)));
        next.map_or(now, |next| local(next, NaiveTime::MIN, self.offset()).min(now))
    }

    /// Everything that is counted, as it was known at the end of a day; as it is known now, if no day is given. `incident`
    /// narrows it to one.
    ///
    /// # Errors
    /// `Forbidden` for roles that read no content.
    pub async fn victims(
        &self,
        actor: &Actor,
        day: Option<NaiveDate>,
        incident: Option<&Code>,
    ) -> domain::Result<Register> {
        let until = self.end_of(day);
        let incident = incident.map_or("", Code::as_str);
        self.act(actor, On::Register("count"), async |work: &mut Work<access::List>| {
            let rows: Vec<Row> = on!(&mut work.tx, |c| sqlx::query_as(concat!(
                "SELECT v.id AS link, p.id AS person, pr.code AS person_code, r.code AS incident_code, r.id AS incident, a.id AS act,
                    a.number, a.violation, i.place, COALESCE(a.starts_at, i.starts_at) AS at,
                    COALESCE((SELECT s.status FROM victim_status s
                              WHERE s.person_id = p.id AND s.source_id IS NULL AND s.recorded_at <= $3
                                AND (s.superseded_at IS NULL OR s.superseded_at > $3)
                              ORDER BY s.recorded_at DESC LIMIT 1), p.victim_status) AS status,
                    p.sex, p.birth_year
                 FROM involvement v
                 JOIN act a ON a.id = v.act_id
                 JOIN incident i ON i.id = v.incident_id
                 JOIN record r ON r.id = i.id
                 JOIN person p ON p.id = v.party_id
                 JOIN record pr ON pr.id = p.id
                 WHERE v.role = 'victim'
                   AND v.recorded_at <= $3 AND (v.superseded_at IS NULL OR v.superseded_at > $3)
                   AND a.recorded_at <= $3 AND (a.superseded_at IS NULL OR a.superseded_at > $3)
                   AND ($4 = '' OR r.code = $4)
                   AND (", visible!(), ")"
            ))
            .bind(actor.account.0)
            .bind(supervises(actor))
            .bind(until)
            .bind(incident)
            .fetch_all(c)
            .await)?;
            let same = work.same_persons(until).await?;
            let parties = work.attributed(until).await?;
            let stated = work.stated(until, incident).await?;
            let codes: HashMap<Uuid, String> = rows.iter().map(|row| (row.person, row.person_code.clone())).collect();
            let offset = self.offset();
            let mut register = Register {
                stated,
                ..Register::default()
            };
            for row in rows {
                let person = same.get(&row.person).copied().unwrap_or(row.person);
                let shown = codes.get(&person).cloned().unwrap_or(row.person_code);
                let code = |text: String| {
                    text.parse::<Code>().map_err(|_| Fault::Malformed { table: "record", column: "code", row: row.link })
                };
                let number = u32::try_from(row.number).unwrap_or_default();
                register.of.insert(row.link, (code(shown)?, code(row.incident_code)?, number));
                let mut of: Vec<String> = [row.act, row.incident]
                    .iter()
                    .filter_map(|id| parties.get(id))
                    .flatten()
                    .cloned()
                    .collect();
                of.sort_unstable();
                of.dedup();
                register.parts.push(Part {
                    link: row.link,
                    person,
                    act: row.act,
                    violation: row.violation,
                    place: row.place,
                    day: row.at.map(|at| at.with_timezone(&offset).date_naive()),
                    status: row.status,
                    sex: row.sex,
                    birth_year: row.birth_year.and_then(|year| i32::try_from(year).ok()),
                    parties: of,
                });
            }
            let persons: Vec<Uuid> = register.parts.iter().map(|part| part.person).collect();
            work.returned(&persons);
            if let Some(day) = day {
                work.note("day", day.to_string());
            }
            Ok(register)
        })
        .await
    }

    /// What links rest on, as far as this person may see the sources: for the list behind a figure.
    ///
    /// # Errors
    /// `Forbidden` for roles that read no content.
    pub async fn rests_on(&self, actor: &Actor, links: &[Uuid]) -> domain::Result<HashMap<Uuid, Vec<CitationView>>> {
        self.act(actor, On::Register("count"), async |work: &mut Work<access::List>| {
            let mut all = citations_on(&mut work.tx, actor, links).await?;
            for link in links {
                all.entry(*link).or_default();
            }
            work.note("list", "citations");
            work.returned(links);
            Ok(all)
        })
        .await
    }

    /// What a person was as a victim: what each source says, what the committee concluded, and what it concluded before.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden`, `PurposeNeeded`.
    pub async fn victim_statuses(&self, actor: &Actor, person: &Code) -> domain::Result<Vec<StatusView>> {
        let person = of_kind(person, Kind::Person)?;
        self.act(actor, On::Record(person), async |work: &mut Work<access::Open>| {
            let found = work.found()?;
            type StatusRow = (
                Uuid,
                String,
                Option<String>,
                Vec<u8>,
                Vec<u8>,
                DateTime<Utc>,
                Uuid,
                Option<DateTime<Utc>>,
            );
            let rows: Vec<StatusRow> =
                on!(&mut work.tx, |c| sqlx::query_as(concat!(
                "SELECT s.id, s.status, r.code, s.wrapped_key, s.reason, s.recorded_at, s.recorded_by, s.superseded_at
                 FROM victim_status s
                 LEFT JOIN record r ON r.id = s.source_id
                 WHERE s.person_id = $3 AND (s.source_id IS NULL OR (", visible!(), "))
                 ORDER BY s.source_id IS NOT NULL, s.recorded_at DESC
                 LIMIT 200"
            ))
                .bind(actor.account.0)
                .bind(supervises(actor))
                .bind(found.id)
                .fetch_all(c)
                .await)?;
            let people: Vec<Uuid> = rows.iter().map(|row| row.6).collect();
            self.know_staff(&mut work.tx, people).await?;
            rows.into_iter()
                .map(|(id, status, source, wrapped, reason, at, by, ended)| {
                    let key = self.0.keys.unwrap(Class::Narrative, id, &wrapped)?;
                    Ok(StatusView {
                        status,
                        source: source.and_then(|code| code.parse().ok()),
                        reason: Words::from(key.open(reason_place(id), &reason)?),
                        at,
                        by: self.staff_name(AccountId(by)),
                        ended: ended.is_some(),
                    })
                })
                .collect()
        })
        .await
    }

    /// Records what a source says a victim was; without a source, what the committee concludes, in the place of what it
    /// concluded before.
    ///
    /// # Errors
    /// `Invalid` at `status`, `source`, `reason`; `NotFound`, `Forbidden`, `PurposeNeeded`.
    pub async fn say_victim_status(
        &self,
        actor: &Actor,
        person: &Code,
        status: &str,
        source: Option<&Code>,
        reason: &Words,
    ) -> domain::Result<()> {
        let person = of_kind(person, Kind::Person)?;
        self.act(actor, On::Record(person), async |work: &mut Work<access::Edit>| {
            let found = work.found()?;
            if !vocabulary::VICTIM_STATUS.has(status) {
                return Err(Error::at("status", ProblemKind::Unknown).into());
            }
            let source_id = match source {
                Some(code) if matches!(code.kind(), Kind::Testimony | Kind::Document) => {
                    let id = work.visible_record(code).await?;
                    Some(id.ok_or_else(|| Error::at("source", ProblemKind::NoSuchRecord))?)
                }
                Some(_) => return Err(Error::at("source", ProblemKind::NoSuchRecord).into()),
                None => None,
            };
            work.write_status((found.id, source_id), status, reason).await?;
            if source_id.is_none() {
                on!(&mut work.tx, |c| sqlx::query(
                    "UPDATE person SET victim_status = $2 WHERE id = $1"
                )
                .bind(found.id)
                .bind(status)
                .execute(c)
                .await
                .map(crate::db::rows))?;
            }
            work.note("status", status);
            if let Some(source) = source {
                work.note("source", source.as_str());
            }
            Ok(())
        })
        .await
    }
}

impl<A: access::Act> Work<A> {
    /// Writes what a source says of a person, in the place of what it said before; what the committee says, if there is no
    /// source.
    pub(crate) async fn write_status(
        &mut self,
        (person, source): (Uuid, Option<Uuid>),
        status: &str,
        reason: &Words,
    ) -> Result<Uuid> {
        let store = self.store.clone();
        on!(&mut self.tx, |c| sqlx::query(
            "UPDATE victim_status SET superseded_at = $3, superseded_by = $4
             WHERE person_id = $1 AND superseded_at IS NULL AND (source_id = $2 OR (source_id IS NULL AND $2 IS NULL))"
        )
        .bind(person)
        .bind(source)
        .bind(self.now)
        .bind(self.actor.account.0)
        .execute(c)
        .await
        .map(crate::db::rows))?;
        let id = store.0.chance.id(self.now);
        let (key, wrapped) = store.0.keys.new_key(Class::Narrative, id, &store.0.chance);
        on!(&mut self.tx, |c| {
            sqlx::query(
            "INSERT INTO victim_status (id, person_id, source_id, status, wrapped_key, reason, recorded_at, recorded_by)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
        )
        .bind(id)
        .bind(person)
        .bind(source)
        .bind(status)
        .bind(&wrapped)
        .bind(key.seal(reason_place(id), reason, &store.0.chance))
        .bind(self.now)
        .bind(self.actor.account.0)
        .execute(c)
        .await
        .map(crate::db::rows)
        })?;
        Ok(id)
    }
}

impl Work<access::List> {
    /// Under which person a record counted at a time.
    async fn same_persons(&mut self, until: DateTime<Utc>) -> Result<HashMap<Uuid, Uuid>> {
        let rows: Vec<(Uuid, Uuid, Uuid)> = on!(&mut self.tx, |c| sqlx::query_as(
            "SELECT m.a_id, m.b_id, d.kept_id FROM match_decision d JOIN match_pair m ON m.id = d.pair_id
             WHERE d.decision = 'same' AND d.recorded_at <= $1 AND (d.superseded_at IS NULL OR d.superseded_at > $1)"
        )
        .bind(until)
        .fetch_all(c)
        .await)?;
        Ok(rows
            .into_iter()
            .map(|(a, b, kept)| (if kept == a { b } else { a }, kept))
            .collect())
    }

    /// The party types to which acts, and incidents as a whole, were attributed at a time: by reasonably grounded parts of
    /// units, and of persons whose unit is named for the same act.
    async fn attributed(&mut self, until: DateTime<Utc>) -> Result<HashMap<Uuid, Vec<String>>> {
        let rows: Vec<(Uuid, String)> = on!(&mut self.tx, |c| sqlx::query_as(
            "SELECT COALESCE(v.act_id, v.incident_id), u.party_type
             FROM unit u CROSS JOIN involvement v
             WHERE v.party_id = u.id AND v.role = 'alleged_perpetrator' AND v.confidence IN ('AC3', 'AC4')
               AND v.recorded_at <= $1 AND (v.superseded_at IS NULL OR v.superseded_at > $1)"
        )
        .bind(until)
        .fetch_all(c)
        .await)?;
        let mut parties: HashMap<Uuid, Vec<String>> = HashMap::new();
        for (of, party) in rows {
            parties.entry(of).or_default().push(party);
        }
        Ok(parties)
    }

    /// Victims that acts of counted kinds stated at least, at a time; of incidents that this person may see.
    async fn stated(&mut self, until: DateTime<Utc>, incident: &str) -> Result<BTreeMap<Uuid, u32>> {
        let actor = self.actor.clone();
        let rows: Vec<(Uuid, String, i64)> = on!(&mut self.tx, |c| sqlx::query_as(concat!(
            "SELECT a.id, a.violation, a.least FROM act a JOIN record r ON r.id = a.incident_id
             WHERE a.least IS NOT NULL AND a.recorded_at <= $3 AND (a.superseded_at IS NULL OR a.superseded_at > $3)
               AND ($4 = '' OR r.code = $4)
               AND (",
            visible!(),
            ")"
        ))
        .bind(actor.account.0)
        .bind(supervises(&actor))
        .bind(until)
        .bind(incident)
        .fetch_all(c)
        .await)?;
        Ok(rows
            .into_iter()
            .filter(|(_, violation, _)| vocabulary::VIOLATION.get(violation).is_some_and(|kind| kind.counted))
            .map(|(act, _, least)| (act, u32::try_from(least).unwrap_or_default()))
            .collect())
    }
}
