//! Marks in a testimony: words of a paragraph that name who had a part in an act, the act, or its place; each is a citation.

use crate::case::of_kind;
use crate::db::{Tx, on};
use crate::record::{Head, supervises, visible};
use crate::work::{On, Work};
use crate::{Fault, Result, Store};
use domain::access;
use domain::act::ActDraft;
use domain::link::{Citation, Involvement};
use domain::marking::{Marked, Marking, Who, locate};
use domain::person::{PersonBody, PersonDraft};
use domain::testimony::{Paragraph, TestimonyStatus};
use domain::{Actor, Code, Error, Kind, ProblemKind, Words, incident, vocabulary};
use uuid::Uuid;

/// Words of a paragraph that something rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    pub paragraph: u32,
    /// From and to, in characters of the paragraph's text.
    pub from: u32,
    pub to: u32,
    /// A role of a party, `act` or `place`.
    pub what: String,
    /// The party, or the incident of the act or place.
    pub of: Code,
}

/// An incident that words can be marked for, and its standing acts.
#[derive(Clone, Debug)]
pub struct Markable {
    pub code: Code,
    pub title: Words,
    /// Number and violation of each.
    pub acts: Vec<(u32, String)>,
}

/// A paragraph that is to be marked.
#[derive(Clone, Debug)]
pub struct MarkDesk {
    pub head: Head,
    pub paragraph: Paragraph,
    /// Newest first.
    pub incidents: Vec<Markable>,
    pub marks: Vec<Mark>,
    /// The incident, and the act in it, for which words of this testimony were marked last.
    pub last: Option<(Code, Option<u32>)>,
}

/// The marks in the current version of a testimony, as far as this person may see what they are of.
pub(crate) async fn marks(tx: &mut Tx, actor: &Actor, testimony: Uuid, statement: i64) -> Result<Vec<Mark>> {
    let rows: Vec<(i64, i64, i64, String, String)> = on!(tx, |c| sqlx::query_as(concat!(
        "SELECT m.paragraph, m.mark_from, m.mark_to, m.what, r.code
         FROM (SELECT n.paragraph, n.mark_from, n.mark_to, v.role AS what, v.party_id AS of_id
               FROM citation n JOIN involvement v ON v.id = n.link_id AND v.superseded_at IS NULL
               WHERE n.source_id = $3 AND n.statement = $4 AND n.mark_from IS NOT NULL
               UNION ALL
               SELECT n.paragraph, n.mark_from, n.mark_to, 'act', a.incident_id
               FROM citation n JOIN act a ON a.id = n.link_id AND a.superseded_at IS NULL
               WHERE n.source_id = $3 AND n.statement = $4 AND n.mark_from IS NOT NULL
               UNION ALL
               SELECT n.paragraph, n.mark_from, n.mark_to, 'place', i.id
               FROM citation n JOIN incident i ON i.id = n.link_id
               WHERE n.source_id = $3 AND n.statement = $4 AND n.mark_from IS NOT NULL) m
         JOIN record r ON r.id = m.of_id
         WHERE ",
        visible!(),
        "
         ORDER BY m.paragraph, m.mark_from, m.mark_to, r.code
         LIMIT 2000"
    ))
    .bind(actor.account.0)
    .bind(supervises(actor))
    .bind(testimony)
    .bind(statement)
    .fetch_all(c)
    .await)?;
    let small = |number: i64| u32::try_from(number).unwrap_or_default();
    Ok(rows
        .into_iter()
        .filter_map(|(paragraph, from, to, what, of)| {
            Some(Mark {
                paragraph: small(paragraph),
                from: small(from),
                to: small(to),
                what,
                of: of.parse().ok()?,
            })
        })
        .collect())
}

impl Store {
    /// Opens a paragraph of a final testimony for marking.
    ///
    /// # Errors
    /// `NotFound` if there is no such paragraph; `Conflict` if the testimony is not final; `Forbidden`, `PurposeNeeded`.
    pub async fn mark_desk(&self, actor: &Actor, testimony: &Code, paragraph: u32) -> domain::Result<MarkDesk> {
        let code = of_kind(testimony, Kind::Testimony)?;
        self.act(actor, On::Record(code), async |work: &mut Work<access::OpenForEdit>| {
            let found = work.found()?;
            let (head, ..) = work.head().await?;
            let kept = work.kept().await?;
            if kept.status != TestimonyStatus::Final {
                return Err(Fault::Known(Error::Conflict));
            }
            let paragraph = kept.statement.paragraph(paragraph).ok_or(Fault::Known(Error::NotFound))?.clone();
            let codes: Vec<String> = on!(&mut work.tx, |c| sqlx::query_scalar(concat!(
                "SELECT r.code FROM record r
                 WHERE r.kind = 'incident'
                   AND EXISTS (SELECT 1 FROM holding sh JOIN holding ih ON ih.case_id = sh.case_id AND ih.record_id = $3 AND ih.superseded_at IS NULL
                               WHERE sh.record_id = r.id AND sh.superseded_at IS NULL)
                   AND (", visible!(), ")
                 ORDER BY r.created_at DESC, r.id DESC
                 LIMIT 50"
            ))
            .bind(actor.account.0)
            .bind(supervises(actor))
            .bind(found.id)
            .fetch_all(c)
            .await)?;
            let mut incidents = Vec::with_capacity(codes.len());
            let mut ids = Vec::with_capacity(codes.len());
            for code in codes {
                let code: Code = code.parse().map_err(|_| Fault::Known(Error::Internal))?;
                let Some(id) = work.visible_record(&code).await? else { continue };
                let row = crate::record::row(&mut work.tx, id).await?;
                let title = row.title(&row.key(self, Kind::Incident)?)?;
                let acts: Vec<(i64, String)> = on!(&mut work.tx, |c| sqlx::query_as(
                    "SELECT number, violation FROM act WHERE incident_id = $1 AND superseded_at IS NULL ORDER BY number"
                )
                .bind(id)
                .fetch_all(c)
                .await)?;
                ids.push(id);
                incidents.push(Markable {
                    code,
                    title,
                    acts: acts
                        .into_iter()
                        .filter_map(|(number, violation)| Some((u32::try_from(number).ok()?, violation)))
                        .collect(),
                });
            }
            work.returned(&ids);
            let marks = marks(&mut work.tx, actor, found.id, kept.number).await?;
            let last: Option<(String, Option<i64>)> = on!(&mut work.tx, |c| sqlx::query_as(
                "SELECT r.code, a.number
                 FROM citation n
                 JOIN involvement v ON v.id = n.link_id AND v.superseded_at IS NULL
                 JOIN record r ON r.id = v.incident_id
                 LEFT JOIN act a ON a.id = v.act_id
                 WHERE n.source_id = $1 AND n.mark_from IS NOT NULL
                 ORDER BY v.recorded_at DESC
                 LIMIT 1"
            )
            .bind(found.id)
            .fetch_optional(c)
            .await)?;
            let last = last.and_then(|(code, act)| {
                let code: Code = code.parse().ok()?;
                let known = incidents.iter().any(|incident| incident.code == code);
                known.then(|| (code, act.and_then(|number| u32::try_from(number).ok())))
            });
            Ok(MarkDesk {
                last,
                head,
                paragraph,
                incidents,
                marks,
            })
        })
        .await
    }

    /// Marks words of a paragraph: makes the citation, and what it is the citation of. Who it names, if they are new to the
    /// record, hang on the incident's cases from now on.
    ///
    /// # Errors
    /// `Invalid` at `words` if they don't stand there, at `party`, `act`, `violation`; `NotFound`, `Forbidden`, `PurposeNeeded`
    /// for the incident.
    pub async fn mark(&self, actor: &Actor, testimony: &Code, marking: &Marking) -> domain::Result<()> {
        let incident_code = of_kind(&marking.incident, Kind::Incident)?;
        self.act(
            actor,
            On::Record(incident_code),
            async |work: &mut Work<access::Link>| {
                let found = work.found()?;
                let citation = work.citation_of(testimony, marking).await?;
                let mut act = marking.act;
                let mut act_id = work.chosen_act(found.id, act).await?;
                if let Some(code) = &marking.violation {
                    let violation = vocabulary::VIOLATION.get(code);
                    if violation.is_none_or(|violation| !incident::may_apply(actor.roles, violation)) {
                        return Err(Error::at("violation", ProblemKind::NoSuchMove).into());
                    }
                    let draft = ActDraft::of(code);
                    let (id, number) = work.insert_act(found.id, &draft).await?;
                    (act, act_id) = (Some(number), Some(id));
                    work.note("violation", code.as_str());
                }
                work.note("testimony", testimony.as_str());
                work.note("paragraph", marking.paragraph);
                if let Some(act) = act {
                    work.note("act", act);
                }
                let link = match &marking.what {
                    Marked::Place => found.id,
                    Marked::Act => act_id.ok_or_else(|| Error::at("act", ProblemKind::Missing))?,
                    Marked::Party { role, confidence, who } => {
                        let (id, party) = match who {
                            Who::Known(code) => {
                                let id = work.visible_record(code).await?;
                                (
                                    id.ok_or_else(|| Error::at("party", ProblemKind::NoSuchRecord))?,
                                    code.clone(),
                                )
                            }
                            Who::New(name) => {
                                let draft = named(name);
                                self.insert_person(&mut work.tx, actor, &draft, None).await?
                            }
                        };
                        work.note("party", party.as_str());
                        work.note("role", role.as_str());
                        let involvement = Involvement {
                            party,
                            act,
                            mode: None,
                            role: role.clone(),
                            confidence: confidence.clone(),
                            note: Words::default(),
                            citations: Vec::new(),
                        };
                        work.insert_involvement(found.id, id, &involvement).await?
                    }
                };
                work.cite(link, &[citation]).await
            },
        )
        .await
    }
}

/// A person of whom only the name is known.
fn named(name: &Words) -> PersonDraft {
    let arabic = name.chars().any(|letter| ('\u{0620}'..='\u{06D3}').contains(&letter));
    let body = if arabic {
        PersonBody {
            name_ar: name.clone(),
            ..PersonBody::default()
        }
    } else {
        PersonBody {
            name_latin: name.clone(),
            ..PersonBody::default()
        }
    };
    PersonDraft {
        name: name.clone(),
        body,
        sex: "not_stated".to_owned(),
        birth_year: None,
        victim_status: None,
        protected: false,
    }
}

impl Work<access::Link> {
    /// The citation of the marked words, which must stand in the paragraph of the current version.
    async fn citation_of(&mut self, testimony: &Code, marking: &Marking) -> Result<Citation> {
        let id = self
            .visible_record(testimony)
            .await?
            .ok_or(Fault::Known(Error::NotFound))?;
        let record = crate::record::row(&mut self.tx, id).await?;
        let key = record.key(&self.store, Kind::Testimony)?;
        let statement = crate::testimony::content_of(&mut self.tx, id, &key, &record).await?;
        let paragraph = statement
            .paragraph(marking.paragraph)
            .ok_or(Fault::Known(Error::NotFound))?;
        let mark =
            locate(&paragraph.text, &marking.words).ok_or_else(|| Error::at("words", ProblemKind::NotInParagraph))?;
        Ok(Citation {
            source: testimony.clone(),
            paragraphs: vec![marking.paragraph],
            mark: Some(mark),
        })
    }
}
