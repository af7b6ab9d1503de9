//! The demonstration: a fictional committee with fictional cases (`scenario.json`), loaded into an empty database.
//!
//! Files of documents are made here, small and of the right type. Fields that a final testimony requires and the
//! scenario lacks are marked "not recorded at import". The names of real organisations stand only in figures that the
//! scenario labels as reported.

pub(crate) mod files;
mod scenario;
mod statement;

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveTime, Utc};
use domain::access::Duty;
use domain::act::ActDraft;
use domain::case::{CaseBody, CaseDraft};
use domain::claim::{ClaimBody, ClaimDraft};
use domain::consent::{Condition, Consent};
use domain::document::{DocumentBody, DocumentDraft};
use domain::fact::{FactDraft, GradeDraft};
use domain::form::local;
use domain::incident::{IncidentBody, IncidentDraft};
use domain::link::Involvement;
use domain::person::{PersonBody, PersonDraft};
use domain::risk::{RiskDraft, Score};
use domain::source_list::ListForm;
use domain::status::CaseStatus;
use domain::unit::{UnitBody, UnitDraft};
use domain::{AccountId, Error, Role, Words, access};
use scenario::{Link, Scenario};
use std::collections::HashMap;
use store::{BlobFile, Chance, Imported, ImportedCase, Stamp, Store, Work};

/// The offset of the scenario's times: Damascus, UTC+03:00.
fn offset() -> FixedOffset {
    FixedOffset::east_opt(3 * 3600).expect("three hours are an offset")
}

/// Nine in the morning of a day of the scenario.
/// So many days after the interview a testimony was graded, where the scenario has no day.
const GRADED_AFTER: u64 = 7;

fn morning(day: NaiveDate) -> DateTime<Utc> {
    local(day, NaiveTime::from_hms_opt(9, 0, 0).unwrap_or_default(), offset())
}

/// Four words that nobody else was given.
fn new_password(chance: &Chance) -> String {
    const SYLLABLES: [&str; 16] = [
        "ba", "de", "fi", "go", "hu", "ka", "le", "mi", "no", "pu", "ra", "se", "ti", "wo", "ya", "zu",
    ];
    let bytes = chance.bytes::<8>();
    bytes
        .chunks(2)
        .map(|pair| {
            pair.iter()
                .flat_map(|byte| [SYLLABLES[usize::from(byte >> 4)], SYLLABLES[usize::from(byte & 15)]])
                .collect::<String>()
        })
        .collect::<Vec<_>>()
        .join("-")
}

/// Loads the demonstration into an empty database: an account for each of its users and `admin`. Returns what to tell
/// the operator: how to sign in.
///
/// # Errors
/// A sentence for the operator; nothing of the scenario is kept then.
pub async fn load(store: &Store, password: Option<&str>) -> Result<String, String> {
    let password = password.map_or_else(|| new_password(&Chance::real()), ToOwned::to_owned);
    let logins = fill(store, &password).await.map_err(|error| match error {
        Error::Conflict => "the demonstration needs an empty database, and this one holds records".to_owned(),
        error => format!("the demonstration could not be loaded: {error}"),
    })?;
    let who = logins
        .iter()
        .map(|(login, what)| format!("  {login:<6} {what}"))
        .collect::<Vec<_>>()
        .join("\n");
    Ok(format!(
        "The demonstration is loaded. Sign in as one of these, all with the password\n\n  {password}\n\n{who}\n  admin  Administrator"
    ))
}

/// What the page behind the set-up link loads the demonstration with: it gives the password of the accounts.
#[must_use]
pub fn loader() -> app::ask::DemoLoader {
    std::sync::Arc::new(|store| {
        Box::pin(async move {
            let password = new_password(&Chance::real());
            fill(&store, &password)
                .await
                .inspect_err(|error| tracing::error!(%error, "the demonstration could not be loaded"))?;
            Ok(password)
        })
    })
}

/// What was imported, by the scenario's ids.
#[derive(Default)]
struct Known {
    users: HashMap<String, AccountId>,
    records: HashMap<String, Imported>,
    /// The numbers of acts, by incident and violation.
    acts: HashMap<(String, String), u32>,
}

impl Known {
    fn user(&self, id: &str) -> domain::Result<AccountId> {
        self.users.get(id).copied().ok_or(Error::Internal)
    }

    fn record(&self, id: &str) -> domain::Result<Imported> {
        self.records.get(id).cloned().ok_or(Error::Internal)
    }
}

async fn fill(store: &Store, password: &str) -> domain::Result<Vec<(String, String)>> {
    let scenario = Scenario::read();
    let actor = store
        .start_demonstration("Fact-Finding Committee (demonstration)", scenario.demo_today, password)
        .await?;
    let mut known = Known::default();
    let mut logins = Vec::new();
    for user in &scenario.users {
        let login = user.id.to_lowercase();
        let role = role_of(&user.role).ok_or(Error::Internal)?;
        let account = store
            .add_demonstration_account(&login, &user.label, role, password)
            .await?;
        known.users.insert(user.id.clone(), account);
        logins.push((login, user.label.clone()));
    }
    let mut files = HashMap::new();
    for document in &scenario.documents {
        let (name, bytes) = files::make(document);
        let mut upload = store.start_upload().await?;
        upload.write(&bytes).await?;
        files.insert(document.id.clone(), (name, upload.finish().await?));
    }
    store
        .import(&actor, async |work: &mut Work<access::Import>| {
            write(work, &scenario, &mut known, &files).await
        })
        .await?;
    Ok(logins)
}

fn role_of(name: &str) -> Option<Role> {
    match name {
        "committee_chair" | "committee_member" => Some(Role::Chair),
        "system_admin" => Some(Role::Administrator),
        "intake_officer" => Some(Role::Investigator),
        "liaison" => Some(Role::LegalOfficer),
        "records_officer" => Some(Role::EvidenceCustodian),
        other => Role::named(other),
    }
}

async fn write(
    work: &mut Work<access::Import>,
    scenario: &Scenario,
    known: &mut Known,
    files: &HashMap<String, (String, BlobFile)>,
) -> domain::Result<()> {
    let first = scenario.users.first().map(|user| user.id.clone()).unwrap_or_default();
    let first = known.user(&first)?;
    let opened = scenario.demo_today - chrono::Days::new(135);
    let stamp = |previous: &str, by: AccountId, day: NaiveDate| Stamp {
        by,
        at: morning(day),
        previous: previous.to_owned(),
    };

    // Protection officers, and who leads a case, have taken the training.
    let leads = |id: &str| scenario.cases.iter().any(|case| case.lead == id);
    for user in &scenario.users {
        if user.role == "protection_officer" || leads(&user.id) {
            work.add_training(known.user(&user.id)?, morning(opened)).await?;
        }
    }
    for unit in &scenario.units {
        let parent = unit.parent.as_deref().map(|id| known.record(id)).transpose()?;
        let body = UnitBody {
            name_ar: unit.ar.as_str().into(),
            name_latin: unit.en.as_str().into(),
            note: Words::default(),
        };
        let draft = UnitDraft {
            name: unit.ar.as_str().into(),
            body,
            party_type: unit.party_type.clone(),
            parent: None,
            valid_from: unit.valid_from,
            valid_to: unit.valid_to,
        };
        let made = work
            .add_unit(&draft, parent.as_ref(), &stamp(&unit.id, first, opened))
            .await?;
        known.records.insert(unit.id.clone(), made);
    }
    for person in &scenario.persons {
        let made = work
            .add_person(&person_draft(person), &stamp(&person.id, first, opened))
            .await?;
        known.records.insert(person.id.clone(), made);
    }
    for incident in &scenario.incidents {
        let draft = incident_draft(scenario, incident);
        let made = work.add_incident(&draft, &stamp(&incident.id, first, opened)).await?;
        write_acts(work, scenario, known, incident, &made).await?;
        known.records.insert(incident.id.clone(), made);
    }
    for case in &scenario.cases {
        let made = work
            .add_case(
                &imported_case(scenario, known, case)?,
                &stamp(&case.id, known.user(&case.lead)?, case.status_history[0].since),
            )
            .await?;
        known.records.insert(case.id.clone(), made.clone());
        for incident in &case.incidents {
            work.hang(&made, &known.record(incident)?).await?;
        }
    }
    for declared in &scenario.coi_declarations {
        let conflict = declared.result == "conflict";
        let reason = declared.reason.as_deref().unwrap_or_default();
        work.add_declaration(
            &known.record(&declared.case)?,
            known.user(&declared.user)?,
            conflict,
            reason,
            morning(declared.declared_at),
        )
        .await?;
    }
    let facts = domain::testimony::Known {
        today: scenario.demo_today,
        ..domain::testimony::Known::default()
    };
    for testimony in &scenario.testimonies {
        let lead = testimony.interviewers.first().map(String::as_str).unwrap_or_default();
        let witness = known.record(&testimony.person)?;
        let before = testimony.follow_up_of.as_ref().map(|id| known.record(id)).transpose()?;
        let statement = statement::statement(testimony, &witness, before.as_ref(), &facts);
        let made = work
            .add_testimony(
                &statement,
                &witness,
                before.as_ref(),
                &stamp(&testimony.id, known.user(lead)?, testimony.interview_date),
            )
            .await?;
        known.records.insert(testimony.id.clone(), made.clone());
        let case = known.record(&testimony.case)?;
        work.hang(&case, &made).await?;
        work.hang(&case, &witness).await?;
        for (grading, grader) in statement::gradings(testimony) {
            let at = morning(testimony.interview_date + chrono::Days::new(GRADED_AFTER));
            work.add_grading(&made, &grading, at, known.user(grader)?).await?;
        }
    }
    for given in &scenario.consents {
        let (consent, note) = consent(given);
        let (testimony, by) = (known.record(&given.testimony)?, known.user(&given.obtained_by)?);
        work.add_consent(
            &testimony,
            &consent,
            given.obtained_at,
            given.assent == Some(true),
            note,
            by,
        )
        .await?;
    }
    let mut risks: Vec<&scenario::Risk> = scenario.risk_assessments.iter().collect();
    risks.sort_by_key(|risk| risk.assessed_at);
    for risk in risks {
        let (person, by) = (known.record(&risk.person)?, known.user(&risk.assessed_by)?);
        let at = morning(risk.assessed_at);
        work.add_risk(&person, risk.assessed_at, &risk_draft(risk)?, by, at)
            .await?;
    }
    for document in &scenario.documents {
        let (name, file) = files.get(&document.id).ok_or(Error::Internal)?;
        let body = DocumentBody {
            description: document.title_en.as_str().into(),
            provider: provider(known, document).into(),
            ..DocumentBody::default()
        };
        let draft = DocumentDraft {
            title: document.title_ar.as_str().into(),
            body,
            document_type: document.document_type.clone(),
            collected_on: Some(document.collected_at),
        };
        let made = work
            .add_document(
                &draft,
                file,
                name,
                &stamp(&document.id, known.user(&document.collected_by)?, document.collected_at),
            )
            .await?;
        known.records.insert(document.id.clone(), made.clone());
        for case in scenario.cases.iter().filter(|case| {
            case.incidents
                .iter()
                .any(|incident| document.incidents.contains(incident))
        }) {
            work.hang(&known.record(&case.id)?, &made).await?;
        }
    }
    for link in &scenario.links {
        write_link(work, scenario, known, link).await?;
    }
    write_claims(work, scenario, first).await?;
    write_facts(work, scenario, known).await?;
    write_list(work, scenario, known).await?;
    for given in &scenario.consents {
        if let Some(day) = given.withdrawn_at {
            let cell = [(given.purpose.clone(), given.recipient.clone())];
            let (testimony, by) = (known.record(&given.testimony)?, known.user(&given.obtained_by)?);
            work.add_notices(&testimony, &cell, day, by, morning(day)).await?;
        }
    }
    Ok(())
}

/// The facts of the cases, with what speaks for each and against it.
async fn write_facts(work: &mut Work<access::Import>, scenario: &Scenario, known: &Known) -> domain::Result<()> {
    for fact in &scenario.facts {
        let mut cited = Vec::new();
        for (side, against) in [(&fact.support, false), (&fact.against, true)] {
            for citation in side {
                cited.push((known.record(&citation.testimony)?, citation.paragraphs.clone(), against));
            }
        }
        for document in &fact.documents {
            cited.push((known.record(document)?, Vec::new(), false));
        }
        let draft = FactDraft {
            words: fact.text.as_str().into(),
            is_key: fact.key,
            replaces: None,
            citations: Vec::new(),
        };
        let grade = GradeDraft {
            grade: fact.corroboration.clone(),
            reasons: "not recorded at import".into(),
        };
        let case = scenario
            .cases
            .iter()
            .find(|case| case.id == fact.case)
            .ok_or(Error::Internal)?;
        let by = known.user(&case.lead)?;
        work.add_fact(&known.record(&fact.case)?, &draft, &cited, &grade, by)
            .await?;
    }
    Ok(())
}

/// The figures that sources published, each after the one that it is a part of.
async fn write_claims(work: &mut Work<access::Import>, scenario: &Scenario, by: AccountId) -> domain::Result<()> {
    let mut numbers: HashMap<&str, u32> = HashMap::new();
    for claim in &scenario.claims_by_source {
        let mut caveats = vec![claim.verification.as_str()];
        caveats.extend(claim.caveats.iter().map(String::as_str));
        let draft = ClaimDraft {
            body: ClaimBody {
                source: claim.source_org.as_str().into(),
                via: claim.reported_via.as_str().into(),
                metric: claim.metric.as_str().into(),
                victims: claim.victim_category.as_deref().unwrap_or_default().into(),
                parties: claim.attributed_parties.clone(),
                caveats: caveats.join("\n").into(),
            },
            value: claim.value,
            qualifier: claim.qualifier.clone(),
            period_from: claim.period_from,
            period_to: claim.period_to,
            parent: claim.parent.as_deref().and_then(|parent| numbers.get(parent)).copied(),
        };
        let number = work.add_claim(&draft, morning(scenario.demo_today), by).await?;
        numbers.insert(&claim.id, number);
    }
    Ok(())
}

/// The burial list of the scenario as its keeper wrote it; nothing is decided about its rows.
async fn write_list(work: &mut Work<access::Import>, scenario: &Scenario, known: &Known) -> domain::Result<()> {
    const DOCUMENT: &str = "DOC-09";
    let rows = [
        "الاسم;الأب;المواليد;الصفة;الصف في المقبرة",
        "حيدر ابراهيم السندياوي;ابراهيم;1958;مدني;1",
        "علي حيدر السندياوي;حيدر;1990;مدني;1",
        "حسن حيدر سندياوي;حيدر;نحو 1994;مدني;1",
        "علي السندياوي;حيدر;1990;;2",
        "سليمان يونس البلوطاني;يونس;1949;مدني;2",
        ";;;;2، جثمان لم يُعرف صاحبه",
    ];
    let form = ListForm {
        title: "قائمة الدفن في تل الوردي كما كتبها من تولى الدفن".into(),
        source: "burial".into(),
        listed: "killed".into(),
        drawn_up_on: "2025-03-12".into(),
        period_from: "2025-03-07".into(),
        period_to: "2025-03-12".into(),
        paste: rows.join("\n"),
        ..ListForm::default()
    };
    let draft = form.check(scenario.demo_today).map_err(Error::Invalid)?;
    let document = scenario.documents.iter().find(|document| document.id == DOCUMENT);
    let document = document.ok_or(Error::Internal)?;
    let (by, at) = (known.user(&document.collected_by)?, morning(document.collected_at));
    work.add_list(&known.record(DOCUMENT)?, &draft, at, by).await.map(drop)
}

/// Who gave a document: a pseudonym where it was a person of the record.
fn provider(known: &Known, document: &scenario::Document) -> String {
    match &document.provider {
        Some(id) => known
            .records
            .get(id)
            .map_or_else(|| id.clone(), |person| person.code.to_string()),
        None => String::new(),
    }
}

fn person_draft(person: &scenario::Person) -> PersonDraft {
    let sex = match person.sex.as_str() {
        "m" => "male",
        "f" => "female",
        _ => "not_stated",
    };
    let body = PersonBody {
        name_ar: person.name_ar.as_deref().unwrap_or_default().into(),
        name_latin: person.name_en.as_deref().unwrap_or_default().into(),
        father: person
            .parts_ar
            .as_ref()
            .and_then(|parts| parts.father.as_deref())
            .unwrap_or_default()
            .into(),
        mother: person
            .parts_ar
            .as_ref()
            .and_then(|parts| parts.mother.as_deref())
            .unwrap_or_default()
            .into(),
        aliases: person.aliases.join("\n").into(),
        note: person.note.as_deref().unwrap_or_default().into(),
        ..PersonBody::default()
    };
    let alias = person
        .aliases
        .first()
        .map(|alias| Words::from(alias.as_str()))
        .unwrap_or_default();
    let name = [&body.name_ar, &body.name_latin, &alias]
        .into_iter()
        .find(|name| !name.is_blank())
        .cloned()
        .unwrap_or_default();
    PersonDraft {
        name,
        body,
        sex: sex.to_owned(),
        birth_year: person.birth_year,
        victim_status: person.victim_status.clone(),
        protected: person.protected,
    }
}

fn incident_draft(scenario: &Scenario, incident: &scenario::Incident) -> IncidentDraft {
    let location = scenario
        .locations
        .iter()
        .find(|location| location.id == incident.location);
    let locality = location
        .map(|location| format!("{} · {}", location.ar, location.en))
        .unwrap_or_default();
    IncidentDraft {
        title: incident.title_ar.as_str().into(),
        body: IncidentBody {
            summary: format!("{}\n\n{}", incident.title_en, incident.summary_en).into(),
            locality: locality.into(),
        },
        starts_at: Some(incident.start.to_utc()),
        ends_at: Some(incident.end.to_utc()),
        precision: incident.date_precision.clone(),
        place: location.map(|location| location.parent_pcode.clone()),
        violations: incident.violations.clone(),
    }
}

fn imported_case(scenario: &Scenario, known: &Known, case: &scenario::Case) -> domain::Result<ImportedCase> {
    let supervisor = known.user(&case.supervisor)?;
    let returned = scenario.returns.iter().find(|returned| returned.case == case.id);
    let states = case
        .status_history
        .iter()
        .map(|state| {
            let status = CaseStatus::parse(&state.status).ok_or(Error::Internal)?;
            let reason = returned
                .filter(|_| status == CaseStatus::Returned)
                .map(|returned| (returned.reason.clone(), returned.text.clone()));
            Ok((status, morning(state.since), supervisor, reason))
        })
        .collect::<domain::Result<Vec<_>>>()?;
    let suspended = case.status == CaseStatus::Suspended.code();
    let mut people = vec![
        (known.user(&case.lead)?, Duty::Lead),
        (known.user(&case.second)?, Duty::Second),
        (supervisor, Duty::Supervisor),
        (known.user(&case.legal_officer)?, Duty::LegalOfficer),
    ];
    for user in &scenario.users {
        match user.role.as_str() {
            "protection_officer" => people.push((known.user(&user.id)?, Duty::ProtectionOfficer)),
            "evidence_custodian" => people.push((known.user(&user.id)?, Duty::EvidenceCustodian)),
            _ => {}
        }
    }
    for member in &case.members {
        people.push((known.user(member)?, Duty::Member));
    }
    Ok(ImportedCase {
        draft: CaseDraft {
            title: case.title_ar.as_str().into(),
            body: CaseBody {
                summary: case.title_en.as_str().into(),
            },
            priority: case.priority.clone(),
        },
        states,
        review_on: suspended.then(|| scenario.demo_today + chrono::Days::new(38)),
        people,
    })
}

/// A consent, and the reason of its withdrawal.
fn consent(given: &scenario::Given) -> (Consent, &str) {
    let conditions = given.conditions.iter().filter_map(|code| Condition::parse(code));
    let consent = Consent {
        purpose: given.purpose.clone(),
        recipient: given.recipient.clone(),
        decision: given.decision,
        identity: given.identity_level,
        conditions: conditions.collect(),
        not_before: None,
        expires_on: given.expires_at,
        given_by: given.given_by.clone(),
        withdrawn_on: given.withdrawn_at,
    };
    (consent, given.withdrawal_reason.as_deref().unwrap_or_default())
}

fn risk_draft(risk: &scenario::Risk) -> domain::Result<RiskDraft> {
    Ok(RiskDraft {
        risk: risk.risk.clone(),
        score: Score::of(risk.likelihood, risk.impact).ok_or(Error::Internal)?,
        measures: risk.measures.clone(),
        residual: Score::kept(risk.residual_score).ok_or(Error::Internal)?,
        note: Words::default(),
        review_on: risk.next_review,
    })
}

/// The acts of an incident: its violations, and those that its links name besides.
async fn write_acts(
    work: &mut Work<access::Import>,
    scenario: &Scenario,
    known: &mut Known,
    incident: &scenario::Incident,
    made: &Imported,
) -> domain::Result<()> {
    let named = scenario
        .links
        .iter()
        .filter(|link| link.incident.as_ref() == Some(&incident.id))
        .flat_map(|link| link.acts.iter().flatten());
    for violation in incident.violations.iter().chain(named) {
        let key = (incident.id.clone(), violation.clone());
        if known.acts.contains_key(&key) {
            continue;
        }
        let draft = ActDraft::of(violation);
        let number = work.import_act(made, &draft).await?;
        known.acts.insert(key, number);
    }
    Ok(())
}

async fn write_link(
    work: &mut Work<access::Import>,
    scenario: &Scenario,
    known: &Known,
    link: &Link,
) -> domain::Result<()> {
    let (Some(incident), Some(party)) = (&link.incident, link.person.as_ref().or(link.unit.as_ref())) else {
        // Links between documents, and candidates for the same person, come with later work.
        return Ok(());
    };
    let of_a_party = |unit: &str| {
        let party_type = scenario
            .units
            .iter()
            .find(|known| known.id == unit)
            .map(|unit| unit.party_type.as_str());
        scenario
            .incidents
            .iter()
            .any(|known| known.id == *incident && known.parties.iter().any(|party| Some(party.as_str()) == party_type))
    };
    let role = match &link.role {
        Some(role) => role.clone(),
        // The scenario gives units no role: those of an acting party acted, the others were acted upon.
        None if of_a_party(party) => "alleged_perpetrator".to_owned(),
        None => "victim".to_owned(),
    };
    let mut citations = Vec::new();
    for citation in &link.citations {
        citations.push((known.record(&citation.testimony)?, citation.paragraphs.clone()));
    }
    for document in &link.documents {
        citations.push((known.record(document)?, Vec::new()));
    }
    let acts: Vec<Option<u32>> = link
        .acts
        .iter()
        .flatten()
        .map(|act| known.acts.get(&(incident.clone(), act.clone())).copied())
        .collect();
    let acts = if acts.is_empty() { vec![None] } else { acts };
    let (incident, party) = (known.record(incident)?, known.record(party)?);
    let mut involvement = Involvement {
        party: party.code.clone(),
        act: None,
        mode: link.mode.clone().filter(|_| role == "alleged_perpetrator"),
        role,
        confidence: link.attribution_confidence.clone().unwrap_or_else(|| "AC0".to_owned()),
        note: link.note.as_deref().unwrap_or_default().into(),
        citations: Vec::new(),
    };
    for act in acts {
        involvement.act = act;
        work.add_involvement(&incident, &party, &involvement, &citations)
            .await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scenario_speaks_our_vocabulary() {
        use domain::vocabulary::{
            ATTRIBUTION, BASIS, DATE_PRECISION, DOCUMENT_TYPE, INTERVIEWEE_ROLE, INVOLVEMENT_ROLE, MODALITY,
            PARTY_TYPE, PLACE, PLACE_TYPE, PRIORITY, PROTECTION_MEASURE, PROTECTION_RISK, VICTIM_STATUS, VIOLATION,
        };
        let scenario = Scenario::read();
        assert_eq!(
            (
                scenario.testimonies.len(),
                scenario.persons.len(),
                scenario.incidents.len(),
                scenario.cases.len(),
                scenario.documents.len()
            ),
            (24, 40, 12, 6, 20)
        );
        assert_eq!(scenario.consents.len(), 141);
        for given in &scenario.consents {
            let cell = (given.purpose.as_str(), given.recipient.as_str());
            assert!(domain::consent::cells().any(|known| known == cell), "{cell:?}");
            assert_eq!(
                consent(given).0.conditions.len(),
                given.conditions.len(),
                "{:?}",
                given.conditions
            );
        }
        assert_eq!(scenario.risk_assessments.len(), 46);
        for risk in &scenario.risk_assessments {
            let draft = risk_draft(risk).expect("scores of the table");
            assert!(
                draft.residual <= draft.score && PROTECTION_RISK.has(&draft.risk),
                "{}",
                risk.person
            );
            assert!(
                draft.measures.iter().all(|code| PROTECTION_MEASURE.has(code)),
                "{}",
                risk.person
            );
        }
        for testimony in &scenario.testimonies {
            assert!(
                INTERVIEWEE_ROLE.has(&testimony.interviewee_role)
                    && PLACE_TYPE.has(&testimony.place_type)
                    && MODALITY.has(&testimony.modality),
                "{}",
                testimony.id
            );
            assert!(
                testimony.paragraphs.iter().all(|paragraph| BASIS.has(&paragraph.basis)),
                "{}",
                testimony.id
            );
        }
        assert!(scenario.units.iter().all(|unit| PARTY_TYPE.has(&unit.party_type)));
        assert!(scenario.persons.iter().all(|person| {
            person
                .victim_status
                .as_deref()
                .is_none_or(|status| VICTIM_STATUS.has(status))
        }));
        for incident in &scenario.incidents {
            assert!(
                DATE_PRECISION.has(&incident.date_precision)
                    && incident.violations.iter().all(|code| VIOLATION.has(code)),
                "{}",
                incident.id
            );
        }
        assert!(
            scenario
                .locations
                .iter()
                .all(|location| PLACE.has(&location.parent_pcode))
        );
        assert!(
            scenario
                .cases
                .iter()
                .all(|case| PRIORITY.has(&case.priority) && CaseStatus::parse(&case.status).is_some())
        );
        assert!(
            scenario
                .documents
                .iter()
                .all(|document| DOCUMENT_TYPE.has(&document.document_type))
        );
        for link in scenario.links.iter().filter(|link| link.incident.is_some()) {
            assert!(link.role.as_deref().is_none_or(|role| INVOLVEMENT_ROLE.has(role)));
            assert!(
                link.attribution_confidence
                    .as_deref()
                    .is_some_and(|grade| ATTRIBUTION.has(grade))
            );
        }
        assert!(scenario.users.iter().all(|user| role_of(&user.role).is_some()));
    }

    #[test]
    fn every_file_is_of_the_type_its_name_claims() {
        for document in &Scenario::read().documents {
            let (name, bytes) = files::make(document);
            assert!(!bytes.is_empty() && bytes.len() < 64 * 1024, "{name}");
        }
    }
}
