//! Whether a case may move: each guard's answer, and the one way to a checked move.

use super::protection::{self, CitedTestimony, Named, Seen, Witness};
use super::{Attestation, CaseStatus, Guard, Move, Transition, moves_from};
use crate::consent::Bar;
use crate::risk;
use crate::{AccountId, Code, Problem, ProblemKind, Roles, Words, text::written_length};
use chrono::{DateTime, Days, NaiveDate, Utc};

/// The fewest characters of a written reason or attestation (G-REASON), counted by [`written_length`].
pub const MIN_REASON: u32 = 20;
/// The most characters of a written reason or attestation.
pub const MAX_REASON: u32 = 4000;
/// The most days ahead for the next review of a suspended case (G-REVIEWDATE).
pub const MAX_REVIEW_DAYS: u16 = 90;

/// What the record knows about a case, as far as guards depend on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseFacts {
    /// The case.
    pub case: Code,
    /// Its present state.
    pub status: CaseStatus,
    /// The state it had before it was suspended.
    pub previous: Option<CaseStatus>,
    /// When it entered its present state, UTC.
    pub since: DateTime<Utc>,
    /// Today in Damascus, by the business clock.
    pub today: NaiveDate,
    /// The lead investigator at present.
    pub lead: Option<AccountId>,
    /// The second investigator at present.
    pub second: Option<AccountId>,
    /// Every incident linked to the case.
    pub incidents: Vec<LinkedIncident>,
    /// Every testimony that a link or fact of the case cites, once.
    pub cited: Vec<CitedTestimony>,
    /// Every witness of the case, once.
    pub witnesses: Vec<Witness>,
}

/// An incident linked to a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkedIncident {
    /// The incident.
    pub code: Code,
    /// It has a place.
    pub placed: bool,
    /// It has a start and an end.
    pub dated: bool,
    /// The testimonies and documents cited for it by standing links, each once.
    pub sources: u32,
}

/// A guard attested in writing, for one case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attested {
    /// The case it was written for; it counts for no other.
    pub case: Code,
    /// The guard it was written for; it counts for no other.
    pub guard: Guard,
    /// Who wrote it.
    pub by: AccountId,
    /// When, UTC; it counts only if the case has not changed state since.
    pub at: DateTime<Utc>,
    /// What was written.
    pub text: Words,
}

impl Attested {
    /// Checks an attestation that is about to be written.
    ///
    /// # Errors
    /// At `guard`: `Unknown` if the record says itself whether the guard is met. At `text`: `Missing`, `TooShort`,
    /// `TooLong`.
    pub fn check(
        case: Code,
        guard: Guard,
        by: AccountId,
        at: DateTime<Utc>,
        text: Words,
    ) -> Result<Self, Vec<Problem>> {
        let mut problems = Vec::new();
        if guard.attested_by() == Attestation::Computed {
            problems.push(Problem::new("guard", ProblemKind::Unknown));
        }
        problems.extend(length_problem("text", &text));
        if problems.is_empty() {
            Ok(Self {
                case,
                guard,
                by,
                at,
                text,
            })
        } else {
            Err(problems)
        }
    }

    /// Whether it counts for the guard of the case now, moved by this person.
    fn counts(&self, guard: Guard, facts: &CaseFacts, mover: AccountId) -> bool {
        let by = Some(self.by);
        let by_the_right_person = match guard.attested_by() {
            Attestation::Computed => false,
            Attestation::Mover => true,
            // four eyes attested by the pair that is to be looked at would be two
            Attestation::AnotherPerson if guard == Guard::FourEyes => {
                self.by != mover && by != facts.lead && by != facts.second
            }
            Attestation::AnotherPerson => self.by != mover,
        };
        self.guard == guard
            && self.case == facts.case
            && self.at >= facts.since
            && by_the_right_person
            && length_problem("text", &self.text).is_none()
    }
}

/// Who wants to move a case, and what they wrote for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// The person who moves it.
    pub mover: AccountId,
    /// Their roles.
    pub roles: Roles,
    /// The reason code; empty if none was chosen.
    pub reason_code: String,
    /// The written reason.
    pub reason: Words,
    /// The next review date, a day in Damascus.
    pub review_on: Option<NaiveDate>,
}

impl Proposal {
    /// A proposal before anything is written: to show what a move would need.
    #[must_use]
    pub fn by(mover: AccountId, roles: Roles) -> Self {
        Self {
            mover,
            roles,
            reason_code: String::new(),
            reason: Words::default(),
            review_on: None,
        }
    }
}

/// One guard's answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GuardResult {
    /// The guard.
    pub guard: Guard,
    /// Its answer.
    pub outcome: Outcome,
}

/// How a guard answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Met, as the record shows.
    Met,
    /// Met, as a person attested.
    Attested(Attested),
    /// Unmet, as the record shows, and what would meet it.
    Unmet(Remedy),
    /// To be attested, and by whom.
    Awaits(Remedy),
}

impl Outcome {
    /// Whether the guard lets the case pass.
    #[must_use]
    pub const fn holds(&self) -> bool {
        match self {
            Self::Met | Self::Attested(_) => true,
            Self::Unmet(_) | Self::Awaits(_) => false,
        }
    }
}

/// What would meet a guard; the screen makes a link of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Remedy {
    /// Link an incident to the case.
    LinkIncident,
    /// Give one of these incidents its place and its dates.
    CompleteIncident(Vec<Code>),
    /// Cite a source for each of these incidents.
    CiteSource(Vec<Code>),
    /// Finish these testimonies.
    FinishTestimony(Vec<Code>),
    /// Obtain these consents, each with why it does not allow what the transition is about; or cite something else.
    ObtainConsent(Named<Vec<Bar>>),
    /// Assess the risks to these witnesses, review them, or have them cleared.
    AssessRisks(Named<risk::Standing>),
    /// Record for these children who spoke for them, and their assent.
    RecordAssent(Named<Vec<Bar>>),
    /// Assign a lead and a second investigator, two persons.
    AssignPeople,
    /// Choose a reason code and write the reason.
    WriteReason,
    /// Set the next review date, within 90 days.
    SetReviewDate,
    /// Attest it in writing, or have it attested.
    Attest,
    /// Ask another person to attest it in writing.
    AskAnotherPerson,
    /// Ask another person to attest in writing what the record can't say of these testimonies.
    AskAbout(Named<Vec<Bar>>),
    /// Leave the move to somebody who is neither lead nor second investigator.
    LeaveToAnother,
}

/// What each guard of a transition answers, in the order of the table. The role, and whether the transition starts from
/// the present state, are [`check_move`]'s matter: a screen may show the answers to anybody who sees the case.
#[must_use]
pub fn assess(
    transition: &Transition,
    facts: &CaseFacts,
    attestations: &[Attested],
    proposal: &Proposal,
) -> Vec<GuardResult> {
    transition
        .guards
        .iter()
        .map(|guard| GuardResult {
            guard: *guard,
            outcome: answer(*guard, transition, facts, attestations, proposal),
        })
        .collect()
}

fn answer(
    guard: Guard,
    transition: &Transition,
    facts: &CaseFacts,
    attestations: &[Attested],
    proposal: &Proposal,
) -> Outcome {
    let awaits = match seen(guard, transition, facts, proposal) {
        Seen::Holds => return Outcome::Met,
        Seen::Lacks(remedy) => return Outcome::Unmet(remedy),
        Seen::CantTell(remedy) => remedy,
    };
    attestations
        .iter()
        .filter(|attested| attested.counts(guard, facts, proposal.mover))
        .max_by_key(|attested| attested.at)
        .map_or(Outcome::Awaits(awaits), |attested| Outcome::Attested(attested.clone()))
}

/// What the record says of a guard.
fn seen(guard: Guard, transition: &Transition, facts: &CaseFacts, proposal: &Proposal) -> Seen {
    match guard {
        Guard::Risk => return protection::risks(facts),
        Guard::Consent => return protection::consents(transition, facts),
        Guard::Minor => return protection::minors(transition, facts),
        _ => {}
    }
    match (missing(guard, transition, facts, proposal), guard.attested_by()) {
        (Some(remedy), _) => Seen::Lacks(remedy),
        (None, Attestation::Computed) => Seen::Holds,
        (None, Attestation::Mover) => Seen::CantTell(Remedy::Attest),
        (None, Attestation::AnotherPerson) => Seen::CantTell(Remedy::AskAnotherPerson),
    }
}

/// What the record finds missing for a guard; none if it finds nothing, or can't know.
fn missing(guard: Guard, transition: &Transition, facts: &CaseFacts, proposal: &Proposal) -> Option<Remedy> {
    let codes = |of: &dyn Fn(&LinkedIncident) -> bool| -> Vec<Code> {
        facts
            .incidents
            .iter()
            .filter(|incident| of(incident))
            .map(|incident| incident.code.clone())
            .collect()
    };
    match guard {
        Guard::Incident if facts.incidents.is_empty() => Some(Remedy::LinkIncident),
        Guard::Incident => {
            let complete = |incident: &LinkedIncident| incident.placed && incident.dated;
            let none = !facts.incidents.iter().any(complete);
            none.then(|| Remedy::CompleteIncident(codes(&|_| true)))
        }
        Guard::Lead => {
            let two = facts.lead.is_some() && facts.second.is_some() && facts.lead != facts.second;
            (!two).then_some(Remedy::AssignPeople)
        }
        Guard::Reason => (!reason_problems(transition, proposal).is_empty()).then_some(Remedy::WriteReason),
        Guard::ReviewDate => review_problem(facts, proposal).map(|_| Remedy::SetReviewDate),
        // no incident at all has no source either
        Guard::Evidence if facts.incidents.is_empty() => Some(Remedy::LinkIncident),
        Guard::Evidence => {
            let without = codes(&|incident| incident.sources == 0);
            (!without.is_empty()).then_some(Remedy::CiteSource(without))
        }
        Guard::Signed => {
            let drafts: Vec<_> = facts
                .cited
                .iter()
                .filter(|testimony| !testimony.footing.filed)
                .map(|testimony| testimony.code.clone())
                .collect();
            if drafts.is_empty() {
                protection::analysed(facts)
            } else {
                Some(Remedy::FinishTestimony(drafts))
            }
        }
        Guard::FourEyes => {
            let mover = Some(proposal.mover);
            (mover == facts.lead || mover == facts.second).then_some(Remedy::LeaveToAnother)
        }
        Guard::Mandate
        | Guard::Duplicates
        | Guard::ConflictOfInterest
        | Guard::Risk
        | Guard::Plan
        | Guard::Corroboration
        | Guard::Custody
        | Guard::Matrix
        | Guard::Exculpatory
        | Guard::Standard
        | Guard::Consent
        | Guard::Minor
        | Guard::Redaction
        | Guard::Manifest
        | Guard::Vote
        | Guard::Notification
        | Guard::Receipt
        | Guard::NewInformation
        | Guard::OpenTasks
        | Guard::Merge => None,
    }
}

fn length_problem(field: &str, text: &str) -> Option<Problem> {
    let kind = match written_length(text) {
        0 => ProblemKind::Missing,
        length if length < MIN_REASON as usize => ProblemKind::TooShort(MIN_REASON),
        _ if text.chars().count() > MAX_REASON as usize => ProblemKind::TooLong(MAX_REASON),
        _ => return None,
    };
    Some(Problem::new(field, kind))
}

fn reason_problems(transition: &Transition, proposal: &Proposal) -> Vec<Problem> {
    let Some(codes) = transition.reasons() else {
        return Vec::new();
    };
    let code = match proposal.reason_code.as_str() {
        "" => Some(Problem::new("reason_code", ProblemKind::Missing)),
        code if codes.has(code) => None,
        _ => Some(Problem::new("reason_code", ProblemKind::Unknown)),
    };
    code.into_iter()
        .chain(length_problem("reason", &proposal.reason))
        .collect()
}

fn review_problem(facts: &CaseFacts, proposal: &Proposal) -> Option<Problem> {
    let latest = facts.today.checked_add_days(Days::new(MAX_REVIEW_DAYS.into()));
    let kind = match proposal.review_on {
        None => ProblemKind::Missing,
        Some(date) if date < facts.today => ProblemKind::InPast,
        Some(date) if latest.is_none_or(|latest| date > latest) => ProblemKind::TooLate,
        Some(_) => return None,
    };
    Some(Problem::new("review_on", kind))
}

/// The reason of a move: one of the transition's codes, and the reason in writing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// A code of [`Transition::reasons`].
    pub code: &'static str,
    /// At least [`MIN_REASON`] characters.
    pub text: Words,
}

/// A move that may be made. [`check_move`] is the only way to one; it holds for the case in the state it was checked in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckedMove {
    case: Code,
    step: Move,
    since: DateTime<Utc>,
    mover: AccountId,
    reason: Option<Reason>,
    review_on: Option<NaiveDate>,
    guards: Vec<GuardResult>,
}

impl CheckedMove {
    /// The case.
    #[must_use]
    pub const fn case(&self) -> &Code {
        &self.case
    }

    /// The transition.
    #[must_use]
    pub const fn transition(&self) -> &'static Transition {
        self.step.transition
    }

    /// The state it leaves.
    #[must_use]
    pub const fn from(&self) -> CaseStatus {
        self.step.from
    }

    /// The state it enters.
    #[must_use]
    pub const fn to(&self) -> CaseStatus {
        self.step.to
    }

    /// When the case entered the state it leaves, UTC: if the row says otherwise, somebody else moved it first.
    #[must_use]
    pub const fn since(&self) -> DateTime<Utc> {
        self.since
    }

    /// The person who moves it.
    #[must_use]
    pub const fn mover(&self) -> AccountId {
        self.mover
    }

    /// The reason, where the transition asks for one.
    #[must_use]
    pub const fn reason(&self) -> Option<&Reason> {
        self.reason.as_ref()
    }

    /// The next review date, where the transition asks for one: a day in Damascus.
    #[must_use]
    pub const fn review_on(&self) -> Option<NaiveDate> {
        self.review_on
    }

    /// What each guard answered, for the log.
    #[must_use]
    pub fn guards(&self) -> &[GuardResult] {
        &self.guards
    }
}

/// Decides whether the case may make the move.
///
/// # Errors
/// `NoSuchMove` at `transition` if it does not start from the present state, is not open to the roles, or is closed for
/// now ([`Transition::open_yet`]). Else every problem of `reason_code`, `reason` and `review_on`, and `GuardUnmet` with
/// the guard's code, at the field of that code, for every other guard that does not hold ([`assess`] says what
/// would meet it).
pub fn check_move(
    transition: &'static Transition,
    facts: &CaseFacts,
    attestations: &[Attested],
    proposal: &Proposal,
) -> Result<CheckedMove, Vec<Problem>> {
    let step = moves_from(facts.status, facts.previous)
        .into_iter()
        .find(|step| step.transition.id == transition.id)
        .filter(|step| step.transition.may(proposal.roles) && step.transition.open_yet().is_ok())
        .ok_or_else(|| vec![Problem::new("transition", ProblemKind::NoSuchMove)])?;

    let guards = assess(transition, facts, attestations, proposal);
    let problems: Vec<_> = guards
        .iter()
        .filter(|result| !result.outcome.holds())
        .flat_map(|result| match result.guard {
            Guard::Reason => reason_problems(transition, proposal),
            Guard::ReviewDate => review_problem(facts, proposal).into_iter().collect(),
            guard => vec![Problem::new(
                guard.code(),
                ProblemKind::GuardUnmet(guard.code().to_owned()),
            )],
        })
        .collect();
    if !problems.is_empty() {
        return Err(problems);
    }

    let reason = transition
        .reasons()
        .and_then(|codes| codes.get(&proposal.reason_code))
        .map(|term| Reason {
            code: term.code,
            text: proposal.reason.clone(),
        });
    let review_on = proposal
        .review_on
        .filter(|_| transition.guards.contains(&Guard::ReviewDate));
    Ok(CheckedMove {
        case: facts.case.clone(),
        step,
        since: facts.since,
        mover: proposal.mover,
        reason,
        review_on,
        guards,
    })
}

#[cfg(test)]
mod tests;
