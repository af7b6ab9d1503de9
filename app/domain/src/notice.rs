//! Telling a recipient that a consent was withdrawn: who is told, by when, and what they answered.
//!
//! (Source: `record.md`, Consent; `consent_purposes.json`, `on_withdrawal`.) The rule of who may have received a statement
//! is the store's: whose consent was withdrawn after a case with the statement was once referred. It rather tells one
//! recipient too many: that nothing had been sent is an answer too.

use crate::form::{Check, FromPairs, LONG, Pairs};
use crate::vocabulary::NOTICE_MEANS;
use crate::{Problem, ProblemKind, Words};
use chrono::NaiveDate;
use uuid::Uuid;

/// The means that says that there was nothing to tell.
const NOTHING_SENT: &str = "nothing_was_sent";

/// Whether a recipient can be told at all: the committee knows, and the public has no address.
#[must_use]
pub fn can_be_told(recipient: &str) -> bool {
    !matches!(recipient, "committee" | "public")
}

/// The form that says that a recipient was told, as typed.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct NoticeForm {
    /// The id of the notice.
    pub notice: String,
    pub told_on: Words,
    pub means: String,
    /// The login of who told them.
    pub told_by: String,
    pub answer: Words,
}

impl FromPairs for NoticeForm {
    fn from_pairs(pairs: &Pairs) -> Self {
        Self {
            notice: pairs.get("notice"),
            told_on: pairs.get("told_on").into(),
            means: pairs.get("means"),
            told_by: pairs.get("told_by"),
            answer: pairs.get("answer").into(),
        }
    }
}

/// A recipient was told: the only way to it is [`NoticeForm::check`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoticeDraft {
    pub notice: Uuid,
    pub told_on: NaiveDate,
    /// A code of [`NOTICE_MEANS`].
    pub means: String,
    /// A login; whether there is such a colleague is the store's to say.
    pub told_by: String,
    /// What the recipient answered; not blank where nothing had been sent, which wants a reason.
    pub answer: Words,
}

impl NoticeForm {
    /// Checks what is recorded today.
    ///
    /// # Errors
    /// Every problem, at its field.
    pub fn check(&self, today: NaiveDate) -> Result<NoticeDraft, Vec<Problem>> {
        let mut check = Check::new();
        let notice = self.notice.parse::<Uuid>();
        if notice.is_err() {
            check.problem("notice", ProblemKind::Missing);
        }
        let told_on = check.date("told_on", &self.told_on);
        if told_on.is_some_and(|day| day > today) {
            check.problem("told_on", ProblemKind::InFuture);
        }
        let means = check.choice("means", &self.means, |code| NOTICE_MEANS.has(code));
        if self.told_by.is_empty() {
            check.problem("told_by", ProblemKind::Missing);
        }
        let answer = if means == NOTHING_SENT {
            check.required("answer", &self.answer, LONG)
        } else {
            check.optional("answer", &self.answer, LONG)
        };
        check.finish(NoticeDraft {
            notice: notice.unwrap_or_default(),
            told_on: told_on.unwrap_or(today),
            means,
            told_by: self.told_by.clone(),
            answer,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form() -> NoticeForm {
        NoticeForm {
            notice: Uuid::from_u128(7).to_string(),
            told_on: "٢٠٢٥-٠٨-٠١".into(),
            means: "letter".into(),
            told_by: "rana".into(),
            answer: Words::default(),
        }
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    #[test]
    fn a_good_form_says_when_how_and_by_whom() {
        let draft = form().check(day("2025-08-01")).expect("good");
        assert_eq!((draft.notice, draft.told_on), (Uuid::from_u128(7), day("2025-08-01")));
    }

    #[test]
    fn what_is_wrong_is_said_at_its_field() {
        let wrong = |change: fn(&mut NoticeForm)| {
            let mut form = form();
            change(&mut form);
            let problems = form.check(day("2025-08-01")).expect_err("wrong");
            problems
                .into_iter()
                .map(|problem| (problem.field, problem.kind))
                .collect::<Vec<_>>()
        };
        let at = |field: &str, kind| vec![(field.to_owned(), kind)];
        assert_eq!(wrong(|form| form.notice.clear()), at("notice", ProblemKind::Missing));
        assert_eq!(
            wrong(|form| form.told_on = "2025-08-02".into()),
            at("told_on", ProblemKind::InFuture)
        );
        assert_eq!(
            wrong(|form| form.means = "rumour".into()),
            at("means", ProblemKind::Unknown)
        );
        assert_eq!(wrong(|form| form.told_by.clear()), at("told_by", ProblemKind::Missing));
        // That nothing had been sent wants a reason.
        assert_eq!(
            wrong(|form| form.means = NOTHING_SENT.into()),
            at("answer", ProblemKind::Missing)
        );
    }

    #[test]
    fn the_committee_and_the_public_are_told_nothing() {
        let told: Vec<_> = crate::vocabulary::CONSENT_RECIPIENT
            .terms()
            .filter(|term| !can_be_told(term.code))
            .map(|term| term.code)
            .collect();
        assert_eq!(told, ["committee", "public"]);
    }
}
