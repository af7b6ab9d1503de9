//! Risks to a witness: likelihood × impact, what is done against them, when they are looked at again.
//!
//! An assessment is never overwritten: a later one of the same risk supersedes it. A critical residual risk forbids naming
//! and referral until a protection officer has cleared it. (Sources: `record.md`, Protection; `protection_risks.json`.)

use crate::form::{Check, FromPairs, LONG, Pairs};
use crate::vocabulary::{PROTECTION_MEASURE, PROTECTION_RISK};
use crate::{Language, Problem, ProblemKind, Words};
use chrono::{Days, NaiveDate};
use uuid::Uuid;

/// An assessment is reviewed after so many days at the latest.
pub const REVIEW_DAYS: u64 = 90;
/// The highest likelihood and the highest impact.
const MOST: u8 = 5;

/// How high a risk is: likelihood × impact, each from 1 to 5.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Score(u8);

impl Score {
    /// Of a likelihood and an impact, each from 1 to 5.
    #[must_use]
    pub fn of(likelihood: u8, impact: u8) -> Option<Self> {
        let good = |n: u8| (1..=MOST).contains(&n);
        (good(likelihood) && good(impact)).then(|| Self(likelihood * impact))
    }

    /// A score that was kept, from 1 to 25.
    #[must_use]
    pub fn kept(score: i64) -> Option<Self> {
        u8::try_from(score)
            .ok()
            .filter(|score| (1..=MOST * MOST).contains(score))
            .map(Self)
    }

    /// From 1 to 25.
    #[must_use]
    pub const fn value(self) -> u8 {
        self.0
    }

    /// Its band.
    #[must_use]
    pub const fn band(self) -> Band {
        match self.0 {
            0..=4 => Band::Low,
            5..=9 => Band::Medium,
            10..=15 => Band::High,
            _ => Band::Critical,
        }
    }
}

/// The band of a score (`protection_risks.json`, `bands`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Band {
    /// 1 to 4.
    Low,
    /// 5 to 9.
    Medium,
    /// 10 to 15.
    High,
    /// 16 to 25.
    Critical,
}

impl Band {
    /// The name used in class names.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }

    /// The word shown beside the number: colour alone must not carry the meaning.
    #[must_use]
    pub const fn label(self, language: Language) -> &'static str {
        match (self, language) {
            (Self::Low, Language::English) => "Low",
            (Self::Low, Language::Arabic) => "منخفض",
            (Self::Medium, Language::English) => "Medium",
            (Self::Medium, Language::Arabic) => "متوسط",
            (Self::High, Language::English) => "High",
            (Self::High, Language::Arabic) => "مرتفع",
            (Self::Critical, Language::English) => "Critical",
            (Self::Critical, Language::Arabic) => "حرج",
        }
    }
}

/// What must be known of an assessment to judge where its witness stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Assessed {
    pub residual: Score,
    pub assessed_on: NaiveDate,
    pub review_on: NaiveDate,
    /// A protection officer has cleared a critical one, in writing.
    pub cleared: bool,
}

/// Where a witness stands, out of the assessments that none supersedes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Nobody has assessed anything.
    NotAssessed,
    /// A critical residual risk is open: no naming, no referral.
    Critical,
    /// A review is overdue since this day.
    Overdue(NaiveDate),
    /// Assessed, and to be reviewed next on this day.
    Current(NaiveDate),
}

impl Standing {
    /// Of these assessments, on this day. The worst counts.
    #[must_use]
    pub fn of(assessed: &[Assessed], today: NaiveDate) -> Self {
        let Some(next) = assessed.iter().map(Assessed::due).min() else {
            return Self::NotAssessed;
        };
        if assessed.iter().any(Assessed::is_open_critical) {
            Self::Critical
        } else if next < today {
            Self::Overdue(next)
        } else {
            Self::Current(next)
        }
    }
}

impl Standing {
    /// Whether the witness may be named, and the case referred, as far as risks go.
    #[must_use]
    pub const fn is_critical(self) -> bool {
        matches!(self, Self::Critical)
    }
}

impl Assessed {
    /// Whether it forbids naming and referral.
    #[must_use]
    pub fn is_open_critical(&self) -> bool {
        self.residual.band() == Band::Critical && !self.cleared
    }

    /// The last day on which it counts: that of its review, or ninety days after it was made, whichever is earlier.
    #[must_use]
    pub fn due(&self) -> NaiveDate {
        let longest = self
            .assessed_on
            .checked_add_days(Days::new(REVIEW_DAYS))
            .unwrap_or(NaiveDate::MAX);
        self.review_on.min(longest)
    }
}

/// The form of an assessment, as typed.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct RiskForm {
    pub risk: String,
    pub likelihood: String,
    pub impact: String,
    pub measures: Vec<String>,
    pub residual_likelihood: String,
    pub residual_impact: String,
    pub note: Words,
    pub review_on: Words,
}

impl FromPairs for RiskForm {
    fn from_pairs(pairs: &Pairs) -> Self {
        Self {
            risk: pairs.get("risk"),
            likelihood: pairs.get("likelihood"),
            impact: pairs.get("impact"),
            measures: pairs.all("measure"),
            residual_likelihood: pairs.get("residual_likelihood"),
            residual_impact: pairs.get("residual_impact"),
            note: pairs.get("note").into(),
            review_on: pairs.get("review_on").into(),
        }
    }
}

/// An assessment that may be recorded: the only way to one is [`RiskForm::check`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RiskDraft {
    /// A code of [`PROTECTION_RISK`].
    pub risk: String,
    pub score: Score,
    /// Codes of [`PROTECTION_MEASURE`], in its order.
    pub measures: Vec<String>,
    pub residual: Score,
    pub note: Words,
    pub review_on: NaiveDate,
}

impl RiskForm {
    /// Checks an assessment that is made today.
    ///
    /// # Errors
    /// Every problem, at its field.
    pub fn check(&self, today: NaiveDate) -> Result<RiskDraft, Vec<Problem>> {
        let mut check = Check::new();
        let risk = check.choice("risk", &self.risk, |code| PROTECTION_RISK.has(code));
        let mut rated = |field: &str, text: &str| {
            let rating = crate::text::digits(text.trim()).parse::<u8>().ok();
            let rating = rating.filter(|rating| (1..=MOST).contains(rating));
            if text.trim().is_empty() {
                check.problem(field, ProblemKind::Missing);
            } else if rating.is_none() {
                check.problem(field, ProblemKind::OutOfRange(1, MOST.into()));
            }
            rating
        };
        let likelihood = rated("likelihood", &self.likelihood);
        let impact = rated("impact", &self.impact);
        let residual_likelihood = rated("residual_likelihood", &self.residual_likelihood);
        let residual_impact = rated("residual_impact", &self.residual_impact);
        let score = likelihood.zip(impact).and_then(|(l, i)| Score::of(l, i));
        let residual = residual_likelihood
            .zip(residual_impact)
            .and_then(|(l, i)| Score::of(l, i));
        if let (Some(score), Some(residual)) = (score, residual)
            && residual > score
        {
            check.problem("residual_likelihood", ProblemKind::Contradicts);
        }
        let measures: Vec<String> = PROTECTION_MEASURE
            .terms()
            .filter(|term| self.measures.iter().any(|code| code == term.code))
            .map(|term| term.code.to_owned())
            .collect();
        // A risk that became smaller became so by something.
        if residual < score && measures.is_empty() {
            check.problem("measure", ProblemKind::Missing);
        }
        let note = check.optional("note", &self.note, LONG);
        let latest = today + Days::new(REVIEW_DAYS);
        let review_on = check.optional_date("review_on", &self.review_on).unwrap_or(latest);
        if review_on < today {
            check.problem("review_on", ProblemKind::InPast);
        } else if review_on > latest {
            check.problem("review_on", ProblemKind::TooLate);
        }
        let least = Score(1);
        check.finish(RiskDraft {
            risk,
            score: score.unwrap_or(least),
            measures,
            residual: residual.unwrap_or(least),
            note,
            review_on,
        })
    }
}

/// The form that clears a critical risk, as typed.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct ClearanceForm {
    /// The id of the assessment.
    pub assessment: String,
    pub reason: Words,
}

impl FromPairs for ClearanceForm {
    fn from_pairs(pairs: &Pairs) -> Self {
        Self {
            assessment: pairs.get("assessment"),
            reason: pairs.get("reason").into(),
        }
    }
}

/// A clearance that may be recorded: the only way to one is [`ClearanceForm::check`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClearanceDraft {
    pub assessment: Uuid,
    /// At least [`crate::form::REASON`] characters.
    pub reason: Words,
}

impl ClearanceForm {
    /// Checks it.
    ///
    /// # Errors
    /// Every problem, at its field.
    pub fn check(&self) -> Result<ClearanceDraft, Vec<Problem>> {
        let mut check = Check::new();
        let assessment = self.assessment.parse::<Uuid>();
        if assessment.is_err() {
            check.problem("assessment", ProblemKind::Missing);
        }
        let reason = check.reason("reason", &self.reason);
        check.finish(ClearanceDraft {
            assessment: assessment.unwrap_or_default(),
            reason,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    fn form() -> RiskForm {
        RiskForm {
            risk: "retaliation_local".into(),
            likelihood: "4".into(),
            impact: "٥".into(),
            measures: vec!["safe_contact_channel".into(), "pseudonym".into()],
            residual_likelihood: "2".into(),
            residual_impact: "5".into(),
            ..RiskForm::default()
        }
    }

    #[test]
    fn the_bands_are_those_of_the_table() {
        let bands = |from: u8, to: u8| (from..=to).filter_map(|n| Score::kept(n.into())).map(Score::band);
        assert!(bands(1, 4).all(|band| band == Band::Low));
        assert!(bands(5, 9).all(|band| band == Band::Medium));
        assert!(bands(10, 15).all(|band| band == Band::High));
        assert!(bands(16, 25).all(|band| band == Band::Critical));
        for bad in [0, 26, -1, 300] {
            assert_eq!(Score::kept(bad), None);
        }
        assert_eq!(Score::of(4, 4).map(Score::band), Some(Band::Critical));
        assert_eq!((Score::of(0, 3), Score::of(3, 6)), (None, None));
    }

    #[test]
    fn a_good_form_becomes_an_assessment_to_be_reviewed_within_ninety_days() {
        let draft = form().check(day("2025-08-01")).expect("good");
        assert_eq!((draft.score.value(), draft.residual.value()), (20, 10));
        assert_eq!(draft.measures, ["pseudonym", "safe_contact_channel"]);
        assert_eq!(draft.review_on, day("2025-10-30"));
    }

    #[test]
    fn what_is_wrong_is_said_at_its_field() {
        let wrong = |change: fn(&mut RiskForm)| {
            let mut form = form();
            change(&mut form);
            let problems = form.check(day("2025-08-01")).expect_err("wrong");
            problems
                .into_iter()
                .map(|problem| (problem.field, problem.kind))
                .collect::<Vec<_>>()
        };
        let at = |field: &str, kind| vec![(field.to_owned(), kind)];
        assert_eq!(
            wrong(|form| form.risk = "bad_luck".into()),
            at("risk", ProblemKind::Unknown)
        );
        assert_eq!(
            wrong(|form| form.likelihood.clear()),
            at("likelihood", ProblemKind::Missing)
        );
        assert_eq!(
            wrong(|form| form.impact = "6".into()),
            at("impact", ProblemKind::OutOfRange(1, 5))
        );
        assert_eq!(
            wrong(|form| form.residual_likelihood = "5".into()),
            at("residual_likelihood", ProblemKind::Contradicts)
        );
        assert_eq!(wrong(|form| form.measures.clear()), at("measure", ProblemKind::Missing));
        assert_eq!(
            wrong(|form| form.review_on = "2025-07-31".into()),
            at("review_on", ProblemKind::InPast)
        );
        assert_eq!(
            wrong(|form| form.review_on = "2025-10-31".into()),
            at("review_on", ProblemKind::TooLate)
        );
    }

    #[test]
    fn the_worst_assessment_says_where_a_witness_stands() {
        let today = day("2025-08-01");
        let assessed = |residual: i64, on: &str, review: &str, cleared| Assessed {
            residual: Score::kept(residual).expect("a score"),
            assessed_on: day(on),
            review_on: day(review),
            cleared,
        };
        let good = assessed(4, "2025-07-01", "2025-09-01", false);
        let old = assessed(4, "2025-04-01", "2025-12-01", false);
        let critical = assessed(16, "2025-07-01", "2025-09-01", false);
        let cleared = Assessed {
            cleared: true,
            ..critical
        };
        let table = [
            (vec![], Standing::NotAssessed),
            (vec![good], Standing::Current(day("2025-09-01"))),
            // Ninety days count, whatever was written down as the day of the review.
            (vec![good, old], Standing::Overdue(day("2025-06-30"))),
            (vec![good, old, critical], Standing::Critical),
            (vec![good, cleared], Standing::Current(day("2025-09-01"))),
            (
                vec![assessed(15, "2025-07-01", "2025-08-01", false)],
                Standing::Current(today),
            ),
            (
                vec![assessed(15, "2025-07-01", "2025-07-31", false)],
                Standing::Overdue(day("2025-07-31")),
            ),
        ];
        for (assessed, expected) in table {
            assert_eq!(Standing::of(&assessed, today), expected, "{assessed:?}");
        }
    }
}
