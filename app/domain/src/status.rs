//! The states of a case, the moves between them, and the guards that stand at each move (`case_status.json`).
//!
//! States, guards and transitions are tables: [`CaseStatus`] here, [`Guard`] in `guard`, [`TRANSITIONS`] in
//! `transition`. `assess` says of each guard whether it is met and what would meet it; `check_move` is the only way to
//! a [`CheckedMove`], and the store moves a case by nothing else.
//!
//! To add a guard: a variant in `guard` with its text in both languages and its answer in `Guard::attested_by`; once
//! the record holds what it asks for, a field in [`CaseFacts`] and an arm in `assess::seen` (those that protect people answer in `protection`).

mod assess;
mod guard;
mod protection;
mod transition;

pub use assess::{
    Attested, CaseFacts, CheckedMove, GuardResult, LinkedIncident, MAX_REASON, MAX_REVIEW_DAYS, MIN_REASON, Outcome,
    Proposal, Reason, Remedy, assess, check_move,
};
pub use guard::{Attestation, Guard};
pub use protection::{CitedTestimony, Named, Witness, resting_on};
pub use transition::{Closed, Destination, Move, Origin, TRANSITIONS, Transition, moves_from};

use crate::Language;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// The state of a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CaseStatus {
    /// Taken in; nothing decided yet.
    Intake,
    /// Inside the mandate, or not?
    Screening,
    /// Testimony and documents are gathered.
    Investigation,
    /// What was gathered is checked and corroborated.
    Verification,
    /// Facts are held against the elements of crimes.
    LegalAnalysis,
    /// A second pair of eyes reads the whole file.
    QualityReview,
    /// The dossier is made.
    ReferralPreparation,
    /// The committee decides.
    ReferralApproval,
    /// With the prosecutor; the clock stands still.
    Referred,
    /// The prosecutor took it.
    Accepted,
    /// The prosecutor sent it back.
    Returned,
    /// Work pauses; the clock stands still.
    Suspended,
    /// Closed with a reason; can be reopened.
    Closed,
    /// Its content went into another case.
    Merged,
    /// Kept after the mandate.
    Archived,
}

/// What sort of state it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// The committee works on the case.
    Open,
    /// The case is with the prosecutor.
    External,
    /// Work pauses.
    Paused,
    /// Work has ended.
    Final,
}

impl CaseStatus {
    /// Every state, in the order of a case's life.
    pub const ALL: [Self; 15] = [
        Self::Intake,
        Self::Screening,
        Self::Investigation,
        Self::Verification,
        Self::LegalAnalysis,
        Self::QualityReview,
        Self::ReferralPreparation,
        Self::ReferralApproval,
        Self::Referred,
        Self::Accepted,
        Self::Returned,
        Self::Suspended,
        Self::Closed,
        Self::Merged,
        Self::Archived,
    ];

    /// The code kept in the database, in addresses and in the log.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Intake => "intake",
            Self::Screening => "screening",
            Self::Investigation => "investigation",
            Self::Verification => "verification",
            Self::LegalAnalysis => "legal_analysis",
            Self::QualityReview => "quality_review",
            Self::ReferralPreparation => "referral_preparation",
            Self::ReferralApproval => "referral_approval",
            Self::Referred => "referred",
            Self::Accepted => "accepted",
            Self::Returned => "returned",
            Self::Suspended => "suspended",
            Self::Closed => "closed",
            Self::Merged => "merged",
            Self::Archived => "archived",
        }
    }

    /// Reads a code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.code() == code)
    }

    /// Its name. In Arabic the names of states that are adjectives agree with القضية.
    #[must_use]
    pub const fn label(self, language: Language) -> &'static str {
        let (en, ar) = match self {
            Self::Intake => ("Intake", "الاستلام"),
            Self::Screening => ("Screening", "الفرز الأولي"),
            Self::Investigation => ("Investigation", "التحقيق"),
            Self::Verification => ("Verification and corroboration", "التحقق والتثبت من الأدلة"),
            Self::LegalAnalysis => ("Legal analysis", "التحليل القانوني"),
            Self::QualityReview => ("Supervisor review (four eyes)", "مراجعة المشرف"),
            Self::ReferralPreparation => ("Referral preparation", "إعداد الإحالة"),
            Self::ReferralApproval => ("Referral approval by the committee", "اعتماد الإحالة"),
            Self::Referred => ("Referred to the prosecutor", "محالة إلى النيابة"),
            Self::Accepted => ("Accepted by the prosecutor", "مقبولة لدى النيابة"),
            Self::Returned => ("Returned by the prosecutor", "معادة من النيابة"),
            Self::Suspended => ("Suspended", "معلّقة"),
            Self::Closed => ("Closed", "مغلقة"),
            Self::Merged => ("Merged into another case", "مدموجة"),
            Self::Archived => ("Archived at end of mandate", "مؤرشفة"),
        };
        match language {
            Language::English => en,
            Language::Arabic => ar,
        }
    }

    /// What sort of state it is.
    #[must_use]
    pub const fn kind(self) -> Kind {
        match self {
            Self::Intake
            | Self::Screening
            | Self::Investigation
            | Self::Verification
            | Self::LegalAnalysis
            | Self::QualityReview
            | Self::ReferralPreparation
            | Self::ReferralApproval
            | Self::Returned => Kind::Open,
            Self::Referred | Self::Accepted => Kind::External,
            Self::Suspended => Kind::Paused,
            Self::Closed | Self::Merged | Self::Archived => Kind::Final,
        }
    }

    /// The days a case should stay in it at most; none in a final state. While the clock stops, they are a reminder.
    #[must_use]
    pub const fn target_days(self) -> Option<u16> {
        match self {
            Self::Intake => Some(5),
            Self::QualityReview | Self::ReferralApproval => Some(7),
            Self::Screening => Some(10),
            Self::ReferralPreparation | Self::Returned => Some(14),
            Self::Verification | Self::LegalAnalysis | Self::Referred => Some(30),
            Self::Investigation => Some(60),
            Self::Accepted | Self::Suspended => Some(90),
            Self::Closed | Self::Merged | Self::Archived => None,
        }
    }

    /// Whether a case does not age in it (`case_status.json`, `clock_stops_in`).
    #[must_use]
    pub const fn clock_stops(self) -> bool {
        matches!(self, Self::Suspended | Self::Referred)
    }
}

impl fmt::Display for CaseStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl FromStr for CaseStatus {
    type Err = crate::Error;

    /// As [`CaseStatus::parse`].
    ///
    /// # Errors
    /// `NotFound` if it is no code of a state.
    fn from_str(code: &str) -> crate::Result<Self> {
        Self::parse(code).ok_or(crate::Error::NotFound)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parsing_a_displayed_state_gives_it_back() {
        for status in CaseStatus::ALL {
            assert_eq!(status.to_string().parse(), Ok(status));
        }
        assert!("*open".parse::<CaseStatus>().is_err());
    }

    #[test]
    fn final_states_alone_have_no_target() {
        for status in CaseStatus::ALL {
            assert_eq!(status.target_days().is_none(), status.kind() == Kind::Final, "{status}");
        }
    }

    #[test]
    fn every_state_is_named_in_both_languages() {
        for status in CaseStatus::ALL {
            assert!(status.label(Language::English).is_ascii(), "{status}");
            assert!(
                !status.label(Language::Arabic).chars().any(|c| c.is_ascii_alphabetic()),
                "{status}"
            );
        }
    }
}
