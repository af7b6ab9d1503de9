//! What people write: checked drafts with as little as each kind needs.

use domain::Code;
use domain::act::ActDraft;
use domain::affiliation::{Affiliation, AffiliationForm};
use domain::case::{CaseDraft, CaseForm};
use domain::command::{Subordination, SubordinationForm};
use domain::consent::{ConsentDraft, ConsentForm, WithdrawalDraft, WithdrawalForm};
use domain::document::{DocumentDraft, DocumentForm};
use domain::form::{FromPairs, Pairs};
use domain::incident::{IncidentDraft, IncidentForm};
use domain::link::{CitationForm, Involvement, InvolvementForm};
use domain::person::{PersonDraft, PersonForm};
use domain::testimony::{Answers, Paragraph, TestimonyForm};
use domain::unit::{UnitDraft, UnitForm};
use domain::vocabulary::INTRODUCTION;

/// A written reason that is long enough.
pub const REASON: &str = "كُتب هذا السبب كما يقتضيه النظام، وفيه ما يكفي من الكلام";

/// A case.
///
/// # Panics
/// If the form is refused.
#[must_use]
pub fn case(title: &str, summary: &str) -> CaseDraft {
    CaseForm {
        title: title.into(),
        summary: summary.into(),
        priority: "high".into(),
    }
    .check()
    .expect("a good form")
}

/// A person.
///
/// # Panics
/// If the form is refused.
#[must_use]
pub fn person(name: &str, protected: bool) -> PersonDraft {
    PersonForm {
        name_ar: name.into(),
        sex: "male".into(),
        birth_year: "1980".into(),
        protected,
        ..PersonForm::default()
    }
    .check(2025)
    .expect("a good form")
}

/// An incident with its place and dates.
///
/// # Panics
/// If the form is refused.
#[must_use]
pub fn incident(title: &str) -> IncidentDraft {
    IncidentForm {
        title: title.into(),
        start_date: "2025-03-06".into(),
        end_date: "2025-03-07".into(),
        precision: "day".into(),
        place: "SY0600".into(),
        ..IncidentForm::default()
    }
    .check(
        "2025-08-01T09:00:00Z".parse().expect("a time"),
        chrono::FixedOffset::east_opt(3 * 3600).expect("an offset"),
    )
    .expect("a good form")
}

/// A unit.
///
/// # Panics
/// If the form is refused.
#[must_use]
pub fn unit(name: &str, parent: Option<&Code>) -> UnitDraft {
    let parent = parent.map(ToString::to_string).unwrap_or_default();
    UnitForm {
        name_ar: name.into(),
        party_type: "LOCAL-ARMED".into(),
        parent,
        ..UnitForm::default()
    }
    .check()
    .expect("a good form")
}

/// A document.
///
/// # Panics
/// If the form is refused.
#[must_use]
pub fn document(title: &str) -> DocumentDraft {
    let today = "2025-08-01".parse().expect("a date");
    DocumentForm {
        title: title.into(),
        document_type: "photo".into(),
        ..DocumentForm::default()
    }
    .check(today)
    .expect("a good form")
}

/// A paragraph that may be filed.
#[must_use]
pub fn paragraph(number: Option<u32>, text: &str) -> Paragraph {
    Paragraph {
        number,
        text: text.into(),
        language: "ar".into(),
        basis: "first_hand_saw".into(),
        ..Paragraph::default()
    }
}

/// A testimony that may be filed, with so many paragraphs; `omar` is the second interviewer.
#[must_use]
pub fn testimony(witness: &Code, paragraphs: usize) -> TestimonyForm {
    let mut answers = Answers::from([
        ("witness", witness.as_str()),
        ("interviewee_role", "direct_victim"),
        ("vulnerabilities", "none"),
        ("interviewer_sex", "any"),
        ("sensitivity", "normal"),
        ("interview_date", "2025-03-26"),
        ("start_time", "10:00"),
        ("place_type", "office"),
        ("modality", "in_person"),
        ("language", "ar"),
        ("record_language", "ar"),
        ("second_interviewer", "omar"),
        ("interpreter", "no"),
        ("free_account", "yes"),
        ("interviewed_before", "no"),
        ("told_media", "no"),
        ("recording", "none"),
        ("summary", "شهادة من الحي"),
        ("subjects", "none"),
    ]);
    answers.set("introduction", INTRODUCTION.terms().map(|term| term.code));
    close(&mut answers);
    TestimonyForm {
        answers,
        paragraphs: (1..=paragraphs)
            .map(|n| paragraph(None, &format!("الفقرة رقم {n}")))
            .collect(),
    }
}

/// Answers everything that closes a statement.
pub fn close(answers: &mut Answers) {
    for (name, answer) in [
        ("end_time", "11:30"),
        ("aids_shown", "no"),
        ("read_back_language", "ar"),
        ("read_back_by", "عمر"),
        ("declaration", "true_to_best_knowledge"),
        ("signature", "signed"),
        ("certified_first", "11:35"),
        ("certified_second", "11:36"),
        ("copy_policy", "no_copy_for_safety"),
        ("next_steps", "أُبلغ بما يلي"),
        ("wants_updates", "no"),
        ("referred", "no"),
    ] {
        answers.set(name, [answer]);
    }
}

/// An act of a kind of violation, and nothing more known of it.
#[must_use]
pub fn act(violation: &str) -> ActDraft {
    ActDraft::of(violation)
}

/// What a link rests on: codes and paragraph numbers.
#[must_use]
pub fn citations(of: &[(&Code, &str)]) -> CitationForm {
    CitationForm(
        of.iter()
            .map(|(code, text)| (code.to_string(), (*text).to_owned()))
            .collect(),
    )
}

/// A part in an incident.
///
/// # Panics
/// If the form is refused.
#[must_use]
pub fn involvement(party: &Code, of: &[(&Code, &str)]) -> Involvement {
    InvolvementForm {
        party: party.to_string(),
        role: "witness".into(),
        confidence: "AC1".into(),
        note: "كان هناك".into(),
        citations: citations(of),
        ..InvolvementForm::default()
    }
    .check()
    .expect("a good form")
}

/// A person in a unit, from a day to a day ("" where no source says).
///
/// # Panics
/// If the form is refused.
#[must_use]
pub fn affiliation(unit: &Code, role: &str, [from, to]: [&str; 2], of: &[(&Code, &str)]) -> Affiliation {
    AffiliationForm {
        unit: unit.to_string(),
        role: role.into(),
        from_day: from.into(),
        to_day: to.into(),
        confidence: "AC2".into(),
        note: "كما قيل".into(),
        citations: citations(of),
        ..AffiliationForm::default()
    }
    .check("2025-08-01".parse().expect("a date"))
    .expect("a good form")
}

/// A unit under another, from a day to a day.
///
/// # Panics
/// If the form is refused.
#[must_use]
pub fn subordination(unit: &Code, above: &Code, [from, to]: [&str; 2], of: &[(&Code, &str)]) -> Subordination {
    SubordinationForm {
        above: above.to_string(),
        from_day: from.into(),
        to_day: to.into(),
        confidence: "AC3".into(),
        note: "كما قيل".into(),
        citations: citations(of),
    }
    .check(unit, "2025-08-01".parse().expect("a date"))
    .expect("a good form")
}

/// Answers given on 26 March 2025: purpose, recipient, decision, identity.
///
/// # Panics
/// If the form is refused.
#[must_use]
pub fn consents(cells: &[(&str, &str, &str, &str)]) -> ConsentDraft {
    let mut pairs = vec![
        ("given_by".to_owned(), "self".to_owned()),
        ("means".to_owned(), "signed".to_owned()),
        ("obtained_on".to_owned(), "2025-03-26".to_owned()),
        ("explained".to_owned(), "yes".to_owned()),
        ("note".to_owned(), "قيل أمام شاهدين".to_owned()),
    ];
    for (purpose, recipient, decision, identity) in cells {
        pairs.push((format!("{purpose}.{recipient}.decision"), (*decision).to_owned()));
        pairs.push((format!("{purpose}.{recipient}.identity"), (*identity).to_owned()));
    }
    let today = "2025-08-01".parse().expect("a date");
    ConsentForm::from_pairs(&Pairs(pairs))
        .check(today)
        .expect("a good form")
}

/// A withdrawal of 31 July 2025 of these cells: `un_mechanisms.iiim`.
///
/// # Panics
/// If the form is refused.
#[must_use]
pub fn withdrawal(cells: &[&str]) -> WithdrawalDraft {
    WithdrawalForm {
        cells: cells.iter().map(|cell| (*cell).to_owned()).collect(),
        withdrawn_on: "2025-07-31".into(),
        reason: "هُدد بعد نشر المقطع".into(),
    }
    .check("2025-08-01".parse().expect("a date"))
    .expect("a good form")
}
