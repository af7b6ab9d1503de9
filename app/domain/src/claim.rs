//! A figure that a source published: with its parts, its qualifier and its caveats. Figures of different sources are never added
//! nor averaged, and never mix with the committee's own count.

use crate::form::{Check, FromPairs, LONG, Pairs, SHORT};
use crate::{Problem, ProblemKind, Words, vocabulary};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// The largest figure.
const MOST: i64 = 100_000_000;

/// The form, as typed.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct ClaimForm {
    pub source: String,
    pub via: String,
    pub metric: String,
    pub victims: String,
    pub value: String,
    pub qualifier: String,
    pub period_from: String,
    pub period_to: String,
    pub parties: Vec<String>,
    /// The number of the figure that this one is a part of.
    pub parent: String,
    /// One a line.
    pub caveats: String,
}

impl FromPairs for ClaimForm {
    fn from_pairs(pairs: &Pairs) -> Self {
        Self {
            source: pairs.get("source"),
            via: pairs.get("via"),
            metric: pairs.get("metric"),
            victims: pairs.get("victims"),
            value: pairs.get("value"),
            qualifier: pairs.get("qualifier"),
            period_from: pairs.get("period_from"),
            period_to: pairs.get("period_to"),
            parties: pairs
                .all("parties")
                .into_iter()
                .filter(|code| !code.is_empty())
                .collect(),
            parent: pairs.get("parent"),
            caveats: pairs.get("caveats"),
        }
    }
}

/// What of a claim is sealed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClaimBody {
    /// Who says it.
    pub source: Words,
    /// Through whom it was reported.
    pub via: Words,
    /// What was counted: killed, detained, fled …
    pub metric: Words,
    /// Of whom: civilians, all …
    pub victims: Words,
    /// Codes of [`vocabulary::PARTY_TYPE`] to whom the source attributes it.
    pub parties: Vec<String>,
    /// One a line.
    pub caveats: Words,
}

/// A claim, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimDraft {
    pub body: ClaimBody,
    /// None where the source gives no figure.
    pub value: Option<u32>,
    /// A code of [`vocabulary::QUALIFIER`].
    pub qualifier: String,
    pub period_from: NaiveDate,
    pub period_to: NaiveDate,
    /// The number of the figure that this one is a part of.
    pub parent: Option<u32>,
}

impl ClaimForm {
    /// Checks the form.
    ///
    /// # Errors
    /// Every problem, at its field.
    pub fn check(&self) -> Result<ClaimDraft, Vec<Problem>> {
        let mut check = Check::new();
        let body = ClaimBody {
            source: check.required("source", &self.source, SHORT),
            via: check.optional("via", &self.via, SHORT),
            metric: check.required("metric", &self.metric, SHORT),
            victims: check.optional("victims", &self.victims, SHORT),
            parties: self.parties.clone(),
            caveats: check.optional("caveats", &self.caveats, LONG),
        };
        if self.parties.iter().any(|code| !vocabulary::PARTY_TYPE.has(code)) {
            check.problem("parties", ProblemKind::Unknown);
        }
        let typed = crate::text::digits(self.value.trim());
        let value = typed.parse::<u32>().ok().filter(|value| i64::from(*value) <= MOST);
        if value.is_none() && !typed.is_empty() {
            check.problem("value", ProblemKind::OutOfRange(0, MOST));
        }
        let qualifier = check.choice("qualifier", &self.qualifier, |code| vocabulary::QUALIFIER.has(code));
        if (qualifier == "no_figure") != typed.is_empty() {
            check.problem(
                "value",
                if typed.is_empty() {
                    ProblemKind::Missing
                } else {
                    ProblemKind::Contradicts
                },
            );
        }
        let period_from = check.date("period_from", &self.period_from);
        let period_to = check.date("period_to", &self.period_to);
        if period_from.zip(period_to).is_some_and(|(from, to)| to < from) {
            check.problem("period_to", ProblemKind::EndsBeforeStart);
        }
        let parent = self.parent.parse().ok();
        if parent.is_none() && !self.parent.is_empty() {
            check.problem("parent", ProblemKind::Unknown);
        }
        match period_from.zip(period_to) {
            Some((period_from, period_to)) => check.finish(ClaimDraft {
                body,
                value,
                qualifier,
                period_from,
                period_to,
                parent,
            }),
            None => Err(check.finish(()).err().unwrap_or_default()),
        }
    }
}

/// Whether the parts of a figure add up to it; none where it has no parts, or one of them gives no figure.
#[must_use]
pub fn adds_up(value: Option<u32>, parts: &[Option<u32>]) -> Option<bool> {
    let parts: Option<Vec<u64>> = parts.iter().map(|part| part.map(u64::from)).collect();
    let sum: u64 = parts.filter(|parts| !parts.is_empty())?.iter().sum();
    Some(u64::from(value?) == sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_without_a_value_says_so() {
        let form = |value: &str, qualifier: &str| ClaimForm {
            source: "a body".into(),
            metric: "killed".into(),
            value: value.into(),
            qualifier: qualifier.into(),
            period_from: "2025-03-06".into(),
            period_to: "2025-03-10".into(),
            ..ClaimForm::default()
        };
        let kind = |value, qualifier| {
            form(value, qualifier)
                .check()
                .err()
                .map(|problems| problems[0].kind.clone())
        };
        assert_eq!(kind("٧٧٩", "approximately"), None);
        assert_eq!(kind("", "no_figure"), None);
        assert_eq!(kind("", "at_least"), Some(ProblemKind::Missing));
        assert_eq!(kind("5", "no_figure"), Some(ProblemKind::Contradicts));
        let late = ClaimForm {
            period_to: "2025-03-01".into(),
            ..form("1", "at_least")
        };
        assert_eq!(
            late.check().err().map(|problems| problems[0].kind.clone()),
            Some(ProblemKind::EndsBeforeStart)
        );
    }

    #[test]
    fn parts_add_up_or_do_not() {
        assert_eq!(adds_up(Some(779), &[Some(383), Some(396)]), Some(true));
        assert_eq!(adds_up(Some(383), &[Some(172), Some(210)]), Some(false));
        assert_eq!(adds_up(Some(383), &[]), None);
        assert_eq!(adds_up(Some(383), &[Some(172), None]), None);
    }
}
