//! The controlled lists of the record: codes that are stored, and their labels in both languages.
//!
//! A record keeps codes only; labels are looked up when a page is drawn, so that wording can improve without touching
//! a record. A code, once used, is never renamed or removed. To add a term: one line in its list, with both labels.
//! To add a list: a file here, its `pub use` below, and a line in the test `lists`.

pub mod account;
pub mod affiliation_role;
pub mod attribution;
pub mod basis;
pub mod closure_reason;
pub mod consent_giver;
pub mod consent_means;
pub mod consent_purpose;
pub mod consent_recipient;
pub mod corroboration;
pub mod custody_event;
pub mod date_precision;
pub mod document_type;
pub mod duty;
pub mod information_grade;
pub mod interview;
pub mod interview_language;
pub mod interviewee_role;
pub mod involvement_role;
pub mod list_source;
pub mod listed_as;
pub mod merger_reason;
pub mod modality;
pub mod mode_of_liability;
pub mod notice_means;
pub mod party_type;
pub mod place;
pub mod place_type;
pub mod priority;
pub mod protection_measure;
pub mod protection_risk;
pub mod purpose_of_access;
pub mod qualifier;
pub mod reopening_reason;
pub mod resumption_reason;
pub mod return_reason;
pub mod sensitivity;
pub mod sex;
pub mod source_grade;
pub mod suspension_reason;
pub mod victim_status;
pub mod violation;

pub use account::{COPY_POLICY, DECLARATION, INDICATOR, INJURY_CONSISTENCY, SIGNATURE, SUBJECT};
pub use affiliation_role::AFFILIATION_ROLE;
pub use attribution::ATTRIBUTION;
pub use basis::BASIS;
pub use closure_reason::CLOSURE_REASON;
pub use consent_giver::CONSENT_GIVER;
pub use consent_means::CONSENT_MEANS;
pub use consent_purpose::{CONSENT_PURPOSE, Purpose};
pub use consent_recipient::CONSENT_RECIPIENT;
pub use corroboration::CORROBORATION;
pub use custody_event::CUSTODY_EVENT;
pub use date_precision::DATE_PRECISION;
pub use document_type::DOCUMENT_TYPE;
pub use duty::DUTY;
pub use information_grade::INFORMATION_GRADE;
pub use interview::{
    INTERVIEWER_PREFERENCE, INTRODUCTION, RECORDING, RELATION, SAFEGUARD, UTC_OFFSET, VULNERABILITY, YES_NO,
};
pub use interview_language::INTERVIEW_LANGUAGE;
pub use interviewee_role::INTERVIEWEE_ROLE;
pub use involvement_role::INVOLVEMENT_ROLE;
pub use list_source::LIST_SOURCE;
pub use listed_as::LISTED_AS;
pub use merger_reason::MERGER_REASON;
pub use modality::MODALITY;
pub use mode_of_liability::{MODE_OF_LIABILITY, Mode, System};
pub use notice_means::NOTICE_MEANS;
pub use party_type::PARTY_TYPE;
pub use place::{Level, PLACE, Place, Position};
pub use place_type::PLACE_TYPE;
pub use priority::PRIORITY;
pub use protection_measure::PROTECTION_MEASURE;
pub use protection_risk::PROTECTION_RISK;
pub use purpose_of_access::PURPOSE_OF_ACCESS;
pub use qualifier::QUALIFIER;
pub use reopening_reason::REOPENING_REASON;
pub use resumption_reason::RESUMPTION_REASON;
pub use return_reason::RETURN_REASON;
pub use sensitivity::SENSITIVITY;
pub use sex::SEX;
pub use source_grade::SOURCE_GRADE;
pub use suspension_reason::SUSPENSION_REASON;
pub use victim_status::VICTIM_STATUS;
pub use violation::{VIOLATION, Violation};

use crate::Language;

/// A code with its labels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Term {
    /// What the record stores; ASCII.
    pub code: &'static str,
    /// The English label.
    pub en: &'static str,
    /// The Arabic label.
    pub ar: &'static str,
}

impl Term {
    /// The label in a language.
    #[must_use]
    pub const fn label(&self, language: Language) -> &'static str {
        match language {
            Language::English => self.en,
            Language::Arabic => self.ar,
        }
    }
}

impl AsRef<Self> for Term {
    fn as_ref(&self) -> &Self {
        self
    }
}

/// A closed list of terms, in the order in which a form offers them.
#[derive(Debug)]
pub struct Vocabulary<T: 'static = Term>(&'static [T]);

impl<T> Clone for Vocabulary<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Vocabulary<T> {}

impl<T: AsRef<Term>> Vocabulary<T> {
    /// The entry with this code.
    #[must_use]
    pub fn get(self, code: &str) -> Option<&'static T> {
        self.iter().find(|entry| (*entry).as_ref().code == code)
    }

    /// Whether there is an entry with this code.
    #[must_use]
    pub fn has(self, code: &str) -> bool {
        self.get(code).is_some()
    }

    /// The entries, in order.
    pub fn iter(self) -> std::slice::Iter<'static, T> {
        self.0.iter()
    }

    /// Codes and labels of the entries, in order, whatever else the entries hold.
    pub fn terms(self) -> impl Iterator<Item = &'static Term> {
        self.iter().map(AsRef::as_ref)
    }

    /// The label of a code; a code that is not of this list is shown as it is, so that old data stays readable.
    #[must_use]
    pub fn label(self, code: &str, language: Language) -> &str {
        self.get(code).map_or(code, |entry| entry.as_ref().label(language))
    }
}

const fn term(code: &'static str, en: &'static str, ar: &'static str) -> Term {
    Term { code, en, ar }
}

/// Lets an entry that holds a `term` be used as one: `violation.code`, `place.label(language)`.
macro_rules! is_a_term {
    ($entry:ty) => {
        impl std::ops::Deref for $entry {
            type Target = $crate::vocabulary::Term;
            fn deref(&self) -> &Self::Target {
                &self.term
            }
        }

        impl AsRef<$crate::vocabulary::Term> for $entry {
            fn as_ref(&self) -> &$crate::vocabulary::Term {
                &self.term
            }
        }
    };
}
use is_a_term;

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    fn lists() -> Vec<(&'static str, Vec<&'static Term>)> {
        vec![
            ("affiliation_role", AFFILIATION_ROLE.terms().collect()),
            ("attribution", ATTRIBUTION.terms().collect()),
            ("basis", BASIS.terms().collect()),
            ("closure_reason", CLOSURE_REASON.terms().collect()),
            ("consent_giver", CONSENT_GIVER.terms().collect()),
            ("consent_means", CONSENT_MEANS.terms().collect()),
            ("consent_purpose", CONSENT_PURPOSE.terms().collect()),
            ("consent_recipient", CONSENT_RECIPIENT.terms().collect()),
            ("copy_policy", COPY_POLICY.terms().collect()),
            ("corroboration", CORROBORATION.terms().collect()),
            ("custody_event", CUSTODY_EVENT.terms().collect()),
            ("date_precision", DATE_PRECISION.terms().collect()),
            ("declaration", DECLARATION.terms().collect()),
            ("document_type", DOCUMENT_TYPE.terms().collect()),
            ("duty", DUTY.terms().collect()),
            ("indicator", INDICATOR.terms().collect()),
            ("information_grade", INFORMATION_GRADE.terms().collect()),
            ("injury_consistency", INJURY_CONSISTENCY.terms().collect()),
            ("interview_language", INTERVIEW_LANGUAGE.terms().collect()),
            ("interviewee_role", INTERVIEWEE_ROLE.terms().collect()),
            ("interviewer_preference", INTERVIEWER_PREFERENCE.terms().collect()),
            ("introduction", INTRODUCTION.terms().collect()),
            ("involvement_role", INVOLVEMENT_ROLE.terms().collect()),
            ("list_source", LIST_SOURCE.terms().collect()),
            ("listed_as", LISTED_AS.terms().collect()),
            ("merger_reason", MERGER_REASON.terms().collect()),
            ("modality", MODALITY.terms().collect()),
            ("mode_of_liability", MODE_OF_LIABILITY.terms().collect()),
            ("notice_means", NOTICE_MEANS.terms().collect()),
            ("party_type", PARTY_TYPE.terms().collect()),
            ("place", PLACE.terms().collect()),
            ("place_type", PLACE_TYPE.terms().collect()),
            ("priority", PRIORITY.terms().collect()),
            ("protection_measure", PROTECTION_MEASURE.terms().collect()),
            ("protection_risk", PROTECTION_RISK.terms().collect()),
            ("purpose_of_access", PURPOSE_OF_ACCESS.terms().collect()),
            ("qualifier", QUALIFIER.terms().collect()),
            ("recording", RECORDING.terms().collect()),
            ("relation", RELATION.terms().collect()),
            ("reopening_reason", REOPENING_REASON.terms().collect()),
            ("resumption_reason", RESUMPTION_REASON.terms().collect()),
            ("return_reason", RETURN_REASON.terms().collect()),
            ("safeguard", SAFEGUARD.terms().collect()),
            ("sensitivity", SENSITIVITY.terms().collect()),
            ("sex", SEX.terms().collect()),
            ("signature", SIGNATURE.terms().collect()),
            ("source_grade", SOURCE_GRADE.terms().collect()),
            ("subject", SUBJECT.terms().collect()),
            ("suspension_reason", SUSPENSION_REASON.terms().collect()),
            ("utc_offset", UTC_OFFSET.terms().collect()),
            ("victim_status", VICTIM_STATUS.terms().collect()),
            ("violation", VIOLATION.terms().collect()),
            ("vulnerability", VULNERABILITY.terms().collect()),
            ("yes_no", YES_NO.terms().collect()),
        ]
    }

    #[test]
    fn every_code_is_unique_in_its_list() {
        for (list, terms) in lists() {
            let codes: HashSet<_> = terms.iter().map(|term| term.code).collect();
            assert_eq!(codes.len(), terms.len(), "{list}");
            assert!(!terms.is_empty(), "{list}");
        }
    }

    #[test]
    fn every_code_is_short_ascii_without_spaces() {
        for (list, terms) in lists() {
            for term in terms {
                let good = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
                assert!(!term.code.is_empty() && term.code.len() <= 40, "{list}: {}", term.code);
                assert!(term.code.chars().all(good), "{list}: {}", term.code);
            }
        }
    }

    #[test]
    fn every_label_is_written_in_its_language() {
        let arabic = |c: char| ('\u{0621}'..='\u{064A}').contains(&c);
        for (list, terms) in lists() {
            for term in terms {
                let (en, ar) = (term.label(Language::English), term.label(Language::Arabic));
                assert!(en.chars().any(|c| c.is_ascii_alphabetic()), "{list}: {}", term.code);
                assert!(!en.chars().any(arabic), "{list}: {}", term.code);
                assert!(ar.chars().any(arabic), "{list}: {}", term.code);
                assert!(!ar.chars().any(|c| c.is_ascii_alphabetic()), "{list}: {}", term.code);
                assert_eq!((en.trim(), ar.trim()), (en, ar), "{list}: {}", term.code);
            }
        }
    }

    #[test]
    fn labels_of_one_list_differ_from_each_other() {
        for (list, terms) in lists() {
            if list == "place" {
                continue; // a district is named like its centre
            }
            for language in [Language::English, Language::Arabic] {
                let labels: HashSet<_> = terms.iter().map(|term| term.label(language)).collect();
                assert_eq!(labels.len(), terms.len(), "{list}");
            }
        }
    }

    #[test]
    fn the_duties_are_those_of_access() {
        let codes: Vec<_> = DUTY.terms().map(|term| term.code).collect();
        assert_eq!(codes, crate::access::Duty::ALL.map(crate::access::Duty::name));
    }

    #[test]
    fn an_unknown_code_is_shown_as_it_is() {
        assert_eq!(SEX.label("female", Language::Arabic), "أنثى");
        assert_eq!(SEX.label("gone", Language::English), "gone");
    }
}
