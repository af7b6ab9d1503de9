//! A fact: a sentence of the committee, with what speaks for it and against it, and how far it is corroborated.
//!
//! Sources are independent if different people observed, and none repeats another's account (`reliability_scale.json`,
//! `independence_test`). Relatives who repeat one account are one source. The grade is computed from that, and then concluded by
//! a person with reasons; a contradiction is kept and shown, whatever the grade.

use crate::form::{Check, FromPairs, LONG, Pairs};
use crate::link::{Citation, CitationForm};
use crate::{Code, Kind, Problem, ProblemKind, Words, vocabulary};
use std::collections::BTreeMap;

/// The form of a fact, as typed.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct FactForm {
    pub words: String,
    pub is_key: bool,
    /// The number of the fact that it replaces.
    pub replaces: String,
    pub citations: CitationForm,
}

impl FromPairs for FactForm {
    fn from_pairs(pairs: &Pairs) -> Self {
        Self {
            words: pairs.get("words"),
            is_key: pairs.has("is_key"),
            replaces: pairs.get("replaces"),
            citations: CitationForm::from_pairs(pairs),
        }
    }
}

/// A fact, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FactDraft {
    pub words: Words,
    pub is_key: bool,
    pub replaces: Option<u32>,
    /// What speaks for it: at least one.
    pub citations: Vec<Citation>,
}

impl FactForm {
    /// Checks the form.
    ///
    /// # Errors
    /// Every problem, at its field.
    pub fn check(&self) -> Result<FactDraft, Vec<Problem>> {
        let mut check = Check::new();
        let words = check.required("words", &self.words, LONG);
        let citations = cited(&mut check, &self.citations);
        check.finish(FactDraft {
            words,
            is_key: self.is_key,
            replaces: self.replaces.parse().ok(),
            citations,
        })
    }
}

/// Citations of which there must be one.
pub fn cited(check: &mut Check, form: &CitationForm) -> Vec<Citation> {
    let citations = form.check(check);
    if citations.is_empty() && !form.0.iter().any(|(_, text)| !text.trim().is_empty()) {
        check.problem("citations", ProblemKind::NotCited);
    }
    citations
}

/// Somebody or something that a fact is cited from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// A testimony or a document.
    pub code: Code,
    /// Who gave the testimony.
    pub witness: Option<Code>,
    /// Whether at least one of the cited paragraphs says what the witness saw, heard, suffered or did; true of a document.
    pub first_hand: bool,
}

/// How many independent sources there are: groups of sources by the same witness or of one account, in which at least one is
/// first-hand. `same` are testimonies that repeat one account.
#[must_use]
pub fn independent(sources: &[Source], same: &[(Code, Code)]) -> u32 {
    let mut group: Vec<usize> = (0..sources.len()).collect();
    for (at, one) in sources.iter().enumerate() {
        for (other_at, other) in sources.iter().enumerate().skip(at + 1) {
            let witness = one.witness.is_some() && one.witness == other.witness;
            let repeated = same
                .iter()
                .any(|(a, b)| (*a == one.code && *b == other.code) || (*b == one.code && *a == other.code));
            if one.code == other.code || witness || repeated {
                let (from, to) = (group[other_at], group[at]);
                group.iter_mut().filter(|of| **of == from).for_each(|of| *of = to);
            }
        }
    }
    let mut observed: BTreeMap<usize, bool> = BTreeMap::new();
    for (source, of) in sources.iter().zip(&group) {
        *observed.entry(*of).or_default() |= source.first_hand;
    }
    u32::try_from(observed.values().filter(|first_hand| **first_hand).count()).unwrap_or(u32::MAX)
}

/// How far independent sources for and against corroborate a fact: a code of [`vocabulary::CORROBORATION`].
#[must_use]
pub const fn corroboration(supporting: u32, against: u32) -> &'static str {
    match (supporting, against) {
        (0..=1, 1..) => "contradicted",
        (0..=1, 0) => "uncorroborated",
        (supporting, against) if against >= supporting => "contradicted",
        _ => "corroborated",
    }
}

/// A conclusion about a fact, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GradeDraft {
    /// A code of [`vocabulary::CORROBORATION`].
    pub grade: String,
    pub reasons: Words,
}

/// Checks a conclusion.
///
/// # Errors
/// Every problem, at its field.
pub fn check_grade(pairs: &Pairs) -> Result<GradeDraft, Vec<Problem>> {
    let mut check = Check::new();
    let grade = check.choice("grade", &pairs.get("grade"), |code| vocabulary::CORROBORATION.has(code));
    let reasons = check.reason("reasons", &pairs.get("reasons"));
    check.finish(GradeDraft { grade, reasons })
}

/// A step on the ladder of suspicion.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    Mentioned,
    Alleged,
    ReasonableSuspicion,
    Referred,
}

impl Step {
    /// Every step, from the lowest.
    pub const ALL: [Self; 4] = [
        Self::Mentioned,
        Self::Alleged,
        Self::ReasonableSuspicion,
        Self::Referred,
    ];

    /// The name kept in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Mentioned => "mentioned",
            Self::Alleged => "alleged",
            Self::ReasonableSuspicion => "reasonable_suspicion",
            Self::Referred => "referred",
        }
    }

    /// Reads the name kept in the database.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.name() == name)
    }

    /// The next one.
    #[must_use]
    pub fn next(self) -> Option<Self> {
        Self::ALL.into_iter().find(|step| *step > self)
    }
}

/// What is on record about a party in a case, for the ladder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The step on which they stand; none yet.
    pub step: Option<Step>,
    pub kind: Kind,
    /// The strongest confidence with which a part of theirs as alleged perpetrator is on record in the case: 0 to 4; none if there
    /// is no such part.
    pub confidence: Option<u8>,
    /// Whether some unit's part is on record with at least reasonable grounds.
    pub unit_is_grounded: bool,
    /// The case is with a prosecutor.
    pub referred: bool,
}

/// Whether a step may be proposed: one after the other, and each only on what is on record.
///
/// # Errors
/// One problem at `step`.
pub fn may_step(standing: &Standing, to: Step) -> Result<(), Problem> {
    let problem = |kind| Err(Problem::new("step", kind));
    let next = standing.step.map_or(Some(Step::Mentioned), Step::next);
    if next != Some(to) {
        return problem(ProblemKind::NoSuchMove);
    }
    match to {
        Step::Mentioned => Ok(()),
        Step::Alleged if standing.confidence.is_none() => problem(ProblemKind::NoPart),
        Step::Alleged => Ok(()),
        // Where only a unit can be told, the unit is put, not one of its people.
        Step::ReasonableSuspicion if standing.confidence.is_none_or(|confidence| confidence < 3) => {
            let unit_first = standing.kind == Kind::Person && standing.unit_is_grounded;
            problem(if unit_first {
                ProblemKind::UnitFirst
            } else {
                ProblemKind::NotGrounded
            })
        }
        Step::ReasonableSuspicion => Ok(()),
        Step::Referred if !standing.referred => problem(ProblemKind::NotReferred),
        Step::Referred => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn testimony(number: i64, witness: u8, first_hand: bool) -> Source {
        Source {
            code: Code::numbered(Kind::Testimony, 2025, number),
            witness: Some(Code::pseudonym([witness; 5])),
            first_hand,
        }
    }

    #[test]
    fn relatives_who_repeat_one_account_count_once() {
        let sources = [testimony(1, 1, true), testimony(2, 2, true), testimony(3, 3, true)];
        assert_eq!(independent(&sources, &[]), 3);
        let same = [
            (sources[0].code.clone(), sources[1].code.clone()),
            (sources[2].code.clone(), sources[1].code.clone()),
        ];
        assert_eq!(independent(&sources, &same), 1);
        assert_eq!(
            independent(&[testimony(1, 1, true), testimony(4, 1, true)], &[]),
            1,
            "one witness twice"
        );
        assert_eq!(
            independent(&[testimony(1, 1, false)], &[]),
            0,
            "hearsay observed nothing"
        );
    }

    #[test]
    fn the_grade_is_this_table() {
        for (supporting, against, grade) in [
            (0, 0, "uncorroborated"),
            (1, 0, "uncorroborated"),
            (1, 1, "contradicted"),
            (0, 1, "contradicted"),
            (2, 0, "corroborated"),
            (3, 1, "corroborated"),
            (2, 2, "contradicted"),
        ] {
            assert_eq!(corroboration(supporting, against), grade, "{supporting} {against}");
        }
    }

    #[test]
    fn the_ladder_is_climbed_step_by_step_on_what_is_on_record() {
        let standing = |step, kind, confidence, unit| Standing {
            step,
            kind,
            confidence,
            unit_is_grounded: unit,
            referred: false,
        };
        let kind = |standing: &Standing, to| may_step(standing, to).err().map(|problem| problem.kind);
        let nobody = standing(None, Kind::Person, None, false);
        assert_eq!(kind(&nobody, Step::Mentioned), None);
        assert_eq!(kind(&nobody, Step::Alleged), Some(ProblemKind::NoSuchMove));
        let mentioned = standing(Some(Step::Mentioned), Kind::Person, None, false);
        assert_eq!(kind(&mentioned, Step::Alleged), Some(ProblemKind::NoPart));
        let alleged = |confidence, unit| standing(Some(Step::Alleged), Kind::Person, confidence, unit);
        assert_eq!(
            kind(&alleged(Some(2), true), Step::ReasonableSuspicion),
            Some(ProblemKind::UnitFirst)
        );
        assert_eq!(
            kind(&alleged(Some(2), false), Step::ReasonableSuspicion),
            Some(ProblemKind::NotGrounded)
        );
        assert_eq!(kind(&alleged(Some(3), true), Step::ReasonableSuspicion), None);
        let suspected = standing(Some(Step::ReasonableSuspicion), Kind::Person, Some(3), true);
        assert_eq!(kind(&suspected, Step::Referred), Some(ProblemKind::NotReferred));
    }
}
