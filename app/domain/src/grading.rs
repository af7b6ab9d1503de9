//! Grading a testimony or one of its paragraphs: how reliable the source (A to F), how credible the information (1 to 6),
//! each judged apart and with reasons (Admiralty system; `reliability_scale.json`).

use crate::form::{Check, FromPairs, Pairs};
use crate::vocabulary::{INFORMATION_GRADE, SOURCE_GRADE};
use crate::{AccountId, Problem, ProblemKind, Words};

/// The form of a grading, as typed.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct GradingForm {
    /// A paragraph's number; blank for the testimony as a whole.
    pub paragraph: Words,
    pub source_grade: String,
    pub information_grade: String,
    pub reasons: Words,
}

impl FromPairs for GradingForm {
    fn from_pairs(pairs: &Pairs) -> Self {
        Self {
            paragraph: pairs.get("paragraph").into(),
            source_grade: pairs.get("source_grade"),
            information_grade: pairs.get("information_grade"),
            reasons: pairs.get("reasons").into(),
        }
    }
}

/// A grading that may be recorded: the only way to one is [`GradingForm::check`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GradingDraft {
    pub paragraph: Option<u32>,
    /// A code of [`SOURCE_GRADE`].
    pub source_grade: String,
    /// A code of [`INFORMATION_GRADE`].
    pub information_grade: String,
    pub reasons: Words,
}

impl GradingForm {
    /// Checks a grading of a statement with these paragraph numbers. Reasons are needed: they are about what was said and
    /// how it is known, never about demeanour.
    ///
    /// # Errors
    /// Every problem, at its field.
    pub fn check(&self, has_paragraph: impl Fn(u32) -> bool) -> Result<GradingDraft, Vec<Problem>> {
        let mut check = Check::new();
        let typed = crate::text::digits(self.paragraph.trim());
        let paragraph = match (typed.is_empty(), typed.parse::<u32>()) {
            (true, _) => None,
            (false, Ok(number)) => {
                if !has_paragraph(number) {
                    check.problem("paragraph", ProblemKind::NoSuchParagraph(number));
                }
                Some(number)
            }
            (false, Err(_)) => {
                check.problem("paragraph", ProblemKind::Unknown);
                None
            }
        };
        let source_grade = check.choice("source_grade", &self.source_grade, |code| SOURCE_GRADE.has(code));
        let information_grade = check.choice("information_grade", &self.information_grade, |code| {
            INFORMATION_GRADE.has(code)
        });
        let reasons = check.reason("reasons", &self.reasons);
        check.finish(GradingDraft {
            paragraph,
            source_grade,
            information_grade,
            reasons,
        })
    }
}

/// Whether what was graded has two graders: what a case rests on needs that (`testimony_fields.json`, `second_grade`).
#[must_use]
pub fn by_two(graders: impl IntoIterator<Item = AccountId>) -> bool {
    let mut graders = graders.into_iter();
    let Some(first) = graders.next() else { return false };
    graders.any(|other| other != first)
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn form() -> GradingForm {
        GradingForm {
            paragraph: "٣".into(),
            source_grade: "B".into(),
            information_grade: "2".into(),
            reasons: "رأى بعينه من مسافة قريبة ووصف المكان".into(),
        }
    }

    #[test]
    fn a_grading_names_a_paragraph_that_is_there_and_gives_reasons() {
        let draft = form().check(|number| number == 3).expect("good");
        assert_eq!(draft.paragraph, Some(3));
        let wrong = |change: fn(&mut GradingForm)| {
            let mut form = form();
            change(&mut form);
            let problems = form.check(|number| number <= 3).expect_err("wrong");
            problems
                .into_iter()
                .map(|problem| (problem.field, problem.kind))
                .collect::<Vec<_>>()
        };
        let at = |field: &str, kind| vec![(field.to_owned(), kind)];
        assert_eq!(
            wrong(|form| form.paragraph = "4".into()),
            at("paragraph", ProblemKind::NoSuchParagraph(4))
        );
        assert_eq!(
            wrong(|form| form.paragraph = "all".into()),
            at("paragraph", ProblemKind::Unknown)
        );
        assert_eq!(
            wrong(|form| form.source_grade = "G".into()),
            at("source_grade", ProblemKind::Unknown)
        );
        assert_eq!(
            wrong(|form| form.information_grade.clear()),
            at("information_grade", ProblemKind::Missing)
        );
        assert_eq!(
            wrong(|form| form.reasons = "كان واثقا".into()),
            at("reasons", ProblemKind::TooShort(20))
        );
    }

    #[test]
    fn two_gradings_by_one_person_are_not_by_two() {
        let person = |n: u128| AccountId(Uuid::from_u128(n));
        assert!(!by_two([]));
        assert!(!by_two([person(1), person(1)]));
        assert!(by_two([person(1), person(2)]));
    }
}
