//! The shape of `scenario.json`, as far as it is loaded so far.

use chrono::{DateTime, FixedOffset, NaiveDate};
use domain::consent::{Decision, Identity};
use serde::Deserialize;

#[derive(Deserialize)]
pub(super) struct Scenario {
    pub demo_today: NaiveDate,
    pub users: Vec<User>,
    pub locations: Vec<Location>,
    pub units: Vec<Unit>,
    pub persons: Vec<Person>,
    pub incidents: Vec<Incident>,
    pub cases: Vec<Case>,
    pub testimonies: Vec<Testimony>,
    pub consents: Vec<Given>,
    pub risk_assessments: Vec<Risk>,
    pub documents: Vec<Document>,
    pub links: Vec<Link>,
    pub facts: Vec<Fact>,
    pub claims_by_source: Vec<Claim>,
    pub returns: Vec<Return>,
    pub coi_declarations: Vec<Declaration>,
}

impl Scenario {
    pub(super) fn read() -> Self {
        serde_json::from_str(include_str!("scenario.json")).expect("a test reads the same file")
    }
}

#[derive(Deserialize)]
pub(super) struct User {
    pub id: String,
    pub role: String,
    pub label: String,
}

#[derive(Deserialize)]
pub(super) struct Location {
    pub id: String,
    pub en: String,
    pub ar: String,
    pub parent_pcode: String,
}

#[derive(Deserialize)]
pub(super) struct Unit {
    pub id: String,
    pub en: String,
    pub ar: String,
    pub party_type: String,
    pub parent: Option<String>,
    pub valid_from: Option<NaiveDate>,
    pub valid_to: Option<NaiveDate>,
}

#[derive(Deserialize)]
pub(super) struct NameParts {
    pub father: Option<String>,
    pub mother: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Person {
    pub id: String,
    pub name_ar: Option<String>,
    pub name_en: Option<String>,
    pub parts_ar: Option<NameParts>,
    pub sex: String,
    pub birth_year: Option<i32>,
    pub victim_status: Option<String>,
    pub aliases: Vec<String>,
    pub protected: bool,
    pub note: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Incident {
    pub id: String,
    pub title_en: String,
    pub title_ar: String,
    pub start: DateTime<FixedOffset>,
    pub end: DateTime<FixedOffset>,
    pub date_precision: String,
    pub location: String,
    pub violations: Vec<String>,
    pub parties: Vec<String>,
    pub summary_en: String,
}

#[derive(Deserialize)]
pub(super) struct State {
    pub status: String,
    pub since: NaiveDate,
}

#[derive(Deserialize)]
pub(super) struct Case {
    pub id: String,
    pub title_en: String,
    pub title_ar: String,
    pub status: String,
    pub priority: String,
    pub incidents: Vec<String>,
    pub lead: String,
    pub second: String,
    pub supervisor: String,
    pub legal_officer: String,
    pub status_history: Vec<State>,
    pub members: Vec<String>,
}

#[derive(Deserialize)]
pub(super) struct Said {
    pub n: u32,
    pub text: String,
    pub lang: String,
    pub basis: String,
}

#[derive(Deserialize)]
pub(super) struct Testimony {
    pub id: String,
    pub person: String,
    pub case: String,
    pub interviewee_role: String,
    pub interview_date: NaiveDate,
    pub start: Option<String>,
    pub end: Option<String>,
    pub place_type: String,
    pub modality: String,
    pub language: String,
    pub interviewers: Vec<String>,
    pub record_language: String,
    pub interpreter: Option<String>,
    pub interpreter_oath: Option<bool>,
    pub others_present: Vec<String>,
    pub suspect_safeguards: Option<Vec<String>>,
    pub prior_interviews: Vec<PriorInterview>,
    pub follow_up_of: Option<String>,
    pub read_back: WasReadBack,
    pub signature: Signature,
    pub source_grade: String,
    pub info_grade: String,
    pub graded_by: String,
    pub second_grader: Option<String>,
    pub summary_en: String,
    pub summary_ar: String,
    pub sensitive: bool,
    pub access_group: String,
    pub paragraphs: Vec<Said>,
}

#[derive(Deserialize)]
pub(super) struct PriorInterview {
    pub body: String,
    pub date: NaiveDate,
    pub copy_available: bool,
}

#[derive(Deserialize)]
pub(super) struct WasReadBack {
    pub done: bool,
    pub language: String,
}

#[derive(Deserialize)]
pub(super) struct Signature {
    pub kind: String,
    pub reason: Option<String>,
}

/// A consent.
#[derive(Deserialize)]
pub(super) struct Given {
    pub testimony: String,
    pub purpose: String,
    pub recipient: String,
    pub decision: Decision,
    pub conditions: Vec<String>,
    pub identity_level: Identity,
    pub given_by: String,
    pub assent: Option<bool>,
    pub obtained_at: NaiveDate,
    pub obtained_by: String,
    pub expires_at: NaiveDate,
    pub withdrawn_at: Option<NaiveDate>,
    pub withdrawal_reason: Option<String>,
}

/// A risk to a person, assessed.
#[derive(Deserialize)]
pub(super) struct Risk {
    pub person: String,
    pub risk: String,
    pub likelihood: u8,
    pub impact: u8,
    pub measures: Vec<String>,
    pub residual_score: i64,
    pub assessed_by: String,
    pub assessed_at: NaiveDate,
    pub next_review: NaiveDate,
}

#[derive(Deserialize)]
pub(super) struct Document {
    pub id: String,
    #[serde(rename = "type")]
    pub document_type: String,
    pub title_en: String,
    pub title_ar: String,
    pub collected_at: NaiveDate,
    pub collected_by: String,
    pub provider: Option<String>,
    pub incidents: Vec<String>,
}

#[derive(Deserialize)]
pub(super) struct Cited {
    pub testimony: String,
    pub paragraphs: Vec<u32>,
}

#[derive(Deserialize)]
pub(super) struct Link {
    pub person: Option<String>,
    pub unit: Option<String>,
    pub incident: Option<String>,
    pub role: Option<String>,
    #[serde(default)]
    pub acts: Option<Vec<String>>,
    pub mode: Option<String>,
    pub attribution_confidence: Option<String>,
    #[serde(default)]
    pub citations: Vec<Cited>,
    #[serde(default)]
    pub documents: Vec<String>,
    pub note: Option<String>,
}

/// A fact of a case.
#[derive(Deserialize)]
pub(super) struct Fact {
    pub case: String,
    pub text: String,
    pub support: Vec<Cited>,
    pub documents: Vec<String>,
    pub against: Vec<Cited>,
    pub corroboration: String,
    pub key: bool,
}

/// A figure that a source published.
#[derive(Deserialize)]
pub(super) struct Claim {
    pub id: String,
    pub source_org: String,
    pub reported_via: String,
    pub period_from: NaiveDate,
    pub period_to: NaiveDate,
    pub metric: String,
    pub value: Option<u32>,
    pub qualifier: String,
    pub attributed_parties: Vec<String>,
    pub victim_category: Option<String>,
    pub parent: Option<String>,
    pub verification: String,
    pub caveats: Vec<String>,
}

#[derive(Deserialize)]
pub(super) struct Return {
    pub case: String,
    pub reason: String,
    pub text: String,
}

#[derive(Deserialize)]
pub(super) struct Declaration {
    pub user: String,
    pub case: String,
    pub result: String,
    pub reason: Option<String>,
    pub declared_at: NaiveDate,
}
