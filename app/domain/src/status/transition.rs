//! The transitions: from which state to which a case may move, who may move it, and what guards the way.

use super::{CaseStatus, Guard, Kind};
use crate::{
    Language, Role, Roles,
    vocabulary::{
        CLOSURE_REASON, MERGER_REASON, REOPENING_REASON, RESUMPTION_REASON, RETURN_REASON, SUSPENSION_REASON,
        Vocabulary,
    },
};
use CaseStatus as S;
use Destination::{Previous, To};
use Guard as G;
use Origin::{AnyOpen, At};
use Role as R;

/// A way from one state to another (`case_status.json`, `transitions`, with the product's roles).
#[derive(Debug, PartialEq, Eq)]
pub struct Transition {
    /// `T01` to `T31`; stands in the log.
    pub id: &'static str,
    /// Where it starts.
    pub from: Origin,
    /// Where it leads.
    pub to: Destination,
    /// Who may move a case along it: any one of these roles.
    pub roles: &'static [Role],
    /// What must hold, all of it.
    pub guards: &'static [Guard],
    /// Whether a reason code and a written reason are asked for.
    pub reason_required: bool,
}

/// Where a transition starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// One state.
    At(CaseStatus),
    /// Any state of kind open (`*open`).
    AnyOpen,
}

/// Where a transition leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Destination {
    /// One state.
    To(CaseStatus),
    /// The open state held before suspension (`*previous`).
    Previous,
}

/// A transition as it stands open from a given state, its wildcards resolved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Move {
    /// The transition.
    pub transition: &'static Transition,
    /// The state it starts from.
    pub from: CaseStatus,
    /// The state it leads to.
    pub to: CaseStatus,
}

/// Why a transition is closed to everybody for now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Closed {
    en: &'static str,
    ar: &'static str,
}

impl Closed {
    /// The reason, to be shown.
    #[must_use]
    pub const fn reason(self, language: Language) -> &'static str {
        match language {
            Language::English => self.en,
            Language::Arabic => self.ar,
        }
    }
}

impl Transition {
    /// The transition with this id.
    #[must_use]
    pub fn get(id: &str) -> Option<&'static Self> {
        TRANSITIONS.iter().find(|transition| transition.id == id)
    }

    /// Whether one of the roles may move a case along it.
    #[must_use]
    pub fn may(&self, roles: Roles) -> bool {
        roles.any(self.roles)
    }

    /// Purpose and recipient of what the cited persons must have consented to. On the way to a referral it is the national
    /// prosecutor, as long as a case does not record to whom else it is to be referred; before, the committee's own
    /// analysis.
    #[must_use]
    pub const fn sharing(&self) -> (&'static str, &'static str) {
        match self.to {
            To(S::ReferralApproval | S::Referred) => ("national_prosecution", "national_prosecutor"),
            To(_) | Previous => (crate::consent::ANALYSIS, "committee"),
        }
    }

    /// Whether it can be used at all: T17 stays closed until the vote is computed (record.md, Decisions, "Guards").
    ///
    /// # Errors
    /// The reason why not, to be shown.
    pub fn open_yet(&self) -> Result<(), Closed> {
        match self.id {
            "T17" => Err(Closed {
                en: "Closed for now: the system can't yet check the committee's vote, and nobody may vouch for it in \
                     its place.",
                ar: "هذا الانتقال مغلق حالياً: لا يستطيع النظام بعدُ التحقق من تصويت اللجنة، ولا يجوز لأحد أن يقرّ به \
                     عوضاً عنه.",
            }),
            _ => Ok(()),
        }
    }

    /// The reason codes to choose from; none where no reason is asked for.
    #[must_use]
    pub fn reasons(&self) -> Option<Vocabulary> {
        if !self.reason_required {
            return None;
        }
        Some(match (self.from, self.to) {
            (_, To(S::Closed)) => CLOSURE_REASON,
            (_, To(S::Merged)) => MERGER_REASON,
            (_, To(S::Suspended)) => SUSPENSION_REASON,
            (_, Previous) => RESUMPTION_REASON,
            (At(S::Closed), _) => REOPENING_REASON,
            _ => RETURN_REASON,
        })
    }

    /// Whether it starts from any open state.
    const fn is_wildcard(&self) -> bool {
        matches!(self.from, AnyOpen)
    }

    fn starts_from(&self, status: CaseStatus) -> bool {
        match self.from {
            At(from) => from == status,
            AnyOpen => status.kind() == Kind::Open,
        }
    }
}

/// The moves open from a state, in the order of their ids, whoever asks. `previous` is the state a suspended case had
/// before; without it, or if it was not an open one, there is no way back to it. Where a wildcard and a specific
/// transition lead to the same state, only the specific one is a move (record.md, Decisions, "Guards").
#[must_use]
pub fn moves_from(status: CaseStatus, previous: Option<CaseStatus>) -> Vec<Move> {
    let moves: Vec<_> = TRANSITIONS
        .iter()
        .filter(|transition| transition.starts_from(status))
        .filter_map(|transition| {
            let to = match transition.to {
                To(to) => to,
                Previous => previous.filter(|state| state.kind() == Kind::Open)?,
            };
            Some(Move {
                transition,
                from: status,
                to,
            })
        })
        .collect();
    let specific: Vec<_> = moves
        .iter()
        .filter(|step| !step.transition.is_wildcard())
        .map(|step| step.to)
        .collect();
    moves
        .into_iter()
        .filter(|step| !(step.transition.is_wildcard() && specific.contains(&step.to)))
        .collect()
}

const fn row(
    id: &'static str,
    from: Origin,
    to: Destination,
    roles: &'static [Role],
    guards: &'static [Guard],
) -> Transition {
    let mut reason_required = false;
    let mut at = 0;
    while at < guards.len() {
        reason_required |= matches!(guards[at], G::Reason);
        at += 1;
    }
    Transition {
        id,
        from,
        to,
        roles,
        guards,
        reason_required,
    }
}

/// Every transition.
pub static TRANSITIONS: [Transition; 31] = [
    row(
        "T01",
        At(S::Intake),
        To(S::Screening),
        &[R::Investigator],
        &[G::Incident, G::Risk],
    ),
    row("T02", At(S::Intake), To(S::Closed), &[R::Supervisor], &[G::Reason]),
    row(
        "T03",
        At(S::Screening),
        To(S::Investigation),
        &[R::Supervisor],
        &[G::Mandate, G::Duplicates, G::ConflictOfInterest, G::Lead, G::Plan],
    ),
    row(
        "T04",
        At(S::Screening),
        To(S::Closed),
        &[R::Supervisor],
        &[G::Reason, G::Notification],
    ),
    row(
        "T05",
        At(S::Screening),
        To(S::Merged),
        &[R::Supervisor],
        &[G::Merge, G::Reason],
    ),
    row(
        "T06",
        At(S::Investigation),
        To(S::Verification),
        &[R::Investigator],
        &[G::Evidence, G::Signed],
    ),
    row(
        "T07",
        At(S::Verification),
        To(S::Investigation),
        &[R::Investigator, R::Supervisor],
        &[G::Reason],
    ),
    row(
        "T08",
        At(S::Verification),
        To(S::LegalAnalysis),
        &[R::Supervisor],
        &[G::Corroboration, G::Custody],
    ),
    row(
        "T09",
        At(S::LegalAnalysis),
        To(S::Verification),
        &[R::LegalOfficer],
        &[G::Reason],
    ),
    row(
        "T10",
        At(S::LegalAnalysis),
        To(S::QualityReview),
        &[R::LegalOfficer],
        &[G::Matrix, G::Exculpatory, G::Standard],
    ),
    row(
        "T11",
        At(S::QualityReview),
        To(S::LegalAnalysis),
        &[R::Supervisor],
        &[G::Reason],
    ),
    row(
        "T12",
        At(S::QualityReview),
        To(S::Investigation),
        &[R::Supervisor],
        &[G::Reason],
    ),
    row(
        "T13",
        At(S::QualityReview),
        To(S::ReferralPreparation),
        &[R::Supervisor],
        &[G::FourEyes, G::ConflictOfInterest],
    ),
    row(
        "T14",
        At(S::ReferralPreparation),
        To(S::QualityReview),
        &[R::LegalOfficer],
        &[G::Reason],
    ),
    row(
        "T15",
        At(S::ReferralPreparation),
        To(S::ReferralApproval),
        &[R::LegalOfficer],
        &[G::Consent, G::Minor, G::Risk, G::Redaction, G::Custody, G::Exculpatory],
    ),
    row(
        "T16",
        At(S::ReferralApproval),
        To(S::ReferralPreparation),
        &[R::Chair],
        &[G::Reason],
    ),
    row(
        "T17",
        At(S::ReferralApproval),
        To(S::Referred),
        &[R::Chair],
        &[G::Vote, G::FourEyes, G::Consent, G::Manifest, G::Notification],
    ),
    row(
        "T18",
        At(S::Referred),
        To(S::Accepted),
        &[R::LegalOfficer],
        &[G::Receipt],
    ),
    row(
        "T19",
        At(S::Referred),
        To(S::Returned),
        &[R::LegalOfficer],
        &[G::Reason],
    ),
    row(
        "T20",
        At(S::Accepted),
        To(S::Returned),
        &[R::LegalOfficer],
        &[G::Reason],
    ),
    row(
        "T21",
        At(S::Returned),
        To(S::Investigation),
        &[R::Supervisor],
        &[G::Plan, G::ConflictOfInterest],
    ),
    row(
        "T22",
        At(S::Returned),
        To(S::LegalAnalysis),
        &[R::Supervisor],
        &[G::Reason],
    ),
    row(
        "T23",
        At(S::Returned),
        To(S::Closed),
        &[R::Supervisor],
        &[G::Reason, G::Notification],
    ),
    row(
        "T24",
        At(S::Accepted),
        To(S::Closed),
        &[R::Supervisor],
        &[G::Reason, G::Notification, G::OpenTasks],
    ),
    row(
        "T25",
        AnyOpen,
        To(S::Suspended),
        &[R::Supervisor],
        &[G::Reason, G::ReviewDate],
    ),
    row(
        "T26",
        At(S::Suspended),
        Previous,
        &[R::Supervisor],
        &[G::Reason, G::Risk],
    ),
    row(
        "T27",
        At(S::Suspended),
        To(S::Closed),
        &[R::Supervisor, R::Chair],
        &[G::Reason, G::FourEyes, G::Notification],
    ),
    row(
        "T28",
        AnyOpen,
        To(S::Closed),
        &[R::Supervisor],
        &[G::Reason, G::FourEyes, G::Notification, G::OpenTasks],
    ),
    row(
        "T29",
        At(S::Closed),
        To(S::Investigation),
        &[R::Supervisor, R::Chair],
        &[G::NewInformation, G::FourEyes, G::ConflictOfInterest, G::Reason],
    ),
    row(
        "T30",
        At(S::Closed),
        To(S::Archived),
        &[R::EvidenceCustodian],
        &[G::OpenTasks],
    ),
    row("T31", AnyOpen, To(S::Merged), &[R::Supervisor], &[G::Merge, G::Reason]),
];

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn ids(status: CaseStatus, previous: Option<CaseStatus>) -> Vec<&'static str> {
        moves_from(status, previous)
            .into_iter()
            .map(|step| step.transition.id)
            .collect()
    }

    #[test]
    fn the_moves_from_every_state_are_this_table() {
        let table: [(CaseStatus, &[&str]); 15] = [
            (S::Intake, &["T01", "T02", "T25", "T31"]),
            (S::Screening, &["T03", "T04", "T05", "T25"]),
            (S::Investigation, &["T06", "T25", "T28", "T31"]),
            (S::Verification, &["T07", "T08", "T25", "T28", "T31"]),
            (S::LegalAnalysis, &["T09", "T10", "T25", "T28", "T31"]),
            (S::QualityReview, &["T11", "T12", "T13", "T25", "T28", "T31"]),
            (S::ReferralPreparation, &["T14", "T15", "T25", "T28", "T31"]),
            (S::ReferralApproval, &["T16", "T17", "T25", "T28", "T31"]),
            (S::Referred, &["T18", "T19"]),
            (S::Accepted, &["T20", "T24"]),
            (S::Returned, &["T21", "T22", "T23", "T25", "T31"]),
            (S::Suspended, &["T27"]),
            (S::Closed, &["T29", "T30"]),
            (S::Merged, &[]),
            (S::Archived, &[]),
        ];
        for (status, expected) in table {
            assert_eq!(ids(status, None), expected, "{status}");
        }
    }

    #[test]
    fn a_suspended_case_goes_back_to_the_open_state_it_had() {
        assert_eq!(ids(S::Suspended, Some(S::Verification)), ["T26", "T27"]);
        assert_eq!(moves_from(S::Suspended, Some(S::Verification))[0].to, S::Verification);
        assert_eq!(ids(S::Suspended, Some(S::Referred)), ["T27"]);
        assert_eq!(ids(S::Suspended, Some(S::Closed)), ["T27"]);
    }

    #[test]
    fn no_state_offers_two_moves_to_the_same_state() {
        for status in CaseStatus::ALL {
            let targets: Vec<_> = moves_from(status, Some(S::Intake))
                .into_iter()
                .map(|step| step.to)
                .collect();
            assert_eq!(targets.len(), targets.iter().collect::<BTreeSet<_>>().len(), "{status}");
        }
    }

    #[test]
    fn ids_are_unique_and_every_transition_has_roles_and_guards() {
        let unique: BTreeSet<_> = TRANSITIONS.iter().map(|transition| transition.id).collect();
        assert_eq!(unique.len(), TRANSITIONS.len());
        for transition in &TRANSITIONS {
            assert!(
                !transition.roles.is_empty() && !transition.guards.is_empty(),
                "{}",
                transition.id
            );
            assert_eq!(Transition::get(transition.id), Some(transition));
            let reads = |role: &Role| role.reads_content();
            assert!(
                transition.roles.iter().all(reads),
                "{}: roles that read content",
                transition.id
            );
        }
    }

    #[test]
    fn what_a_transition_is_about_is_a_cell_of_the_matrix_of_consents() {
        for transition in &TRANSITIONS {
            let cell = transition.sharing();
            assert!(crate::consent::cells().any(|known| known == cell), "{}", transition.id);
            let refers = ["T15", "T17"].contains(&transition.id);
            assert_eq!(cell.0 == "national_prosecution", refers, "{}", transition.id);
        }
    }

    #[test]
    fn a_reason_is_asked_for_with_the_codes_that_fit() {
        let codes = |id| {
            Transition::get(id)
                .and_then(Transition::reasons)
                .map(|list| list.iter().count())
        };
        let table = [
            ("T01", None),
            ("T02", Some(CLOSURE_REASON)),
            ("T05", Some(MERGER_REASON)),
            ("T12", Some(RETURN_REASON)),
            ("T19", Some(RETURN_REASON)),
            ("T25", Some(SUSPENSION_REASON)),
            ("T26", Some(RESUMPTION_REASON)),
            ("T29", Some(REOPENING_REASON)),
        ];
        for (id, expected) in table {
            assert_eq!(codes(id), expected.map(|list| list.iter().count()), "{id}");
        }
    }

    #[test]
    fn as_long_as_the_vote_is_not_computed_no_way_leads_to_the_prosecutor() {
        let mut reached = BTreeSet::from([S::Intake]);
        loop {
            let next: BTreeSet<_> = reached
                .iter()
                .flat_map(|from| reached.iter().flat_map(|previous| moves_from(*from, Some(*previous))))
                .filter(|step| step.transition.open_yet().is_ok())
                .map(|step| step.to)
                .chain(reached.iter().copied())
                .collect();
            if next == reached {
                break;
            }
            reached = next;
        }
        assert!(reached.contains(&S::ReferralApproval));
        for beyond in [S::Referred, S::Accepted, S::Returned] {
            assert!(!reached.contains(&beyond), "{beyond}");
        }
        let closed = Transition::get("T17").and_then(|transition| transition.open_yet().err());
        assert!(closed.is_some_and(|why| !why.reason(Language::Arabic).is_ascii()));
    }
}
