//! The chain of command: which unit stood under which, from when to when, and who commanded it on a day.
//!
//! What sources say may contradict; all of it is kept, and on a day all of it is shown. Only what can't be at all is refused:
//! a unit under itself, directly or through others, on any day.

use crate::form::{Check, FromPairs, LONG, Pairs};
use crate::link::{Citation, CitationForm};
use crate::{Code, Kind, Problem, ProblemKind, Words, vocabulary};
use chrono::{Datelike, NaiveDate};
use std::collections::HashSet;
use std::hash::Hash;

/// The first year in which anything of the record can have been.
const FIRST_YEAR: i32 = 1900;

/// Days from one to another, both among them; without a beginning or an end where no source says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Span {
    pub from: Option<NaiveDate>,
    pub to: Option<NaiveDate>,
}

impl Span {
    /// Whether a day may lie in it, as far as is known.
    #[must_use]
    pub fn has(&self, day: NaiveDate) -> bool {
        self.from.is_none_or(|from| from <= day) && self.to.is_none_or(|to| day <= to)
    }

    /// Whether no source says anything about when.
    #[must_use]
    pub const fn is_undated(&self) -> bool {
        self.from.is_none() && self.to.is_none()
    }

    /// The days of a form: two fields, none later than today.
    pub fn check(check: &mut Check, [from, to]: [(&str, &str); 2], today: NaiveDate) -> Self {
        let mut day = |(field, text): (&str, &str)| {
            let day = check.optional_date(field, text)?;
            if day > today {
                check.problem(field, ProblemKind::InFuture);
            } else if day.year() < FIRST_YEAR {
                let years = (i64::from(FIRST_YEAR), i64::from(today.year()));
                check.problem(field, ProblemKind::OutOfRange(years.0, years.1));
            }
            Some(day)
        };
        let span = Self {
            from: day(from),
            to: day(to),
        };
        if let (Some(begin), Some(end)) = (span.from, span.to)
            && end < begin
        {
            check.problem(to.0, ProblemKind::EndsBeforeStart);
        }
        span
    }
}

/// A unit under another, for so long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Under<T> {
    pub unit: T,
    pub above: T,
    pub when: Span,
}

/// The first day on which a new link would close a circle with those that stand; on a day, a circle of links that all hold.
///
/// Which links hold changes only where one of them begins: it is enough to look at these days, and at the first of all.
#[must_use]
pub fn circle<T: Copy + Eq + Hash>(standing: &[Under<T>], new: &Under<T>) -> Option<NaiveDate> {
    let begins = standing.iter().filter_map(|link| link.when.from);
    let mut days: Vec<NaiveDate> = begins
        .chain([new.when.from.unwrap_or(NaiveDate::MIN)])
        .filter(|day| new.when.has(*day))
        .collect();
    days.sort_unstable();
    days.dedup();
    days.into_iter().find(|day| {
        let holding = standing.iter().filter(|link| link.when.has(*day));
        let links: Vec<(T, T)> = holding.map(|link| (link.unit, link.above)).collect();
        reaches(&links, new.above, new.unit)
    })
}

/// Whether one goes up from a unit to another.
fn reaches<T: Copy + Eq + Hash>(links: &[(T, T)], from: T, to: T) -> bool {
    let mut seen = HashSet::from([from]);
    let mut next = vec![from];
    while let Some(unit) = next.pop() {
        if unit == to {
            return true;
        }
        for (_, above) in links.iter().filter(|(below, _)| *below == unit) {
            if seen.insert(*above) {
                next.push(*above);
            }
        }
    }
    false
}

/// Whether a role in a unit is its command: who has it answers for the unit.
#[must_use]
pub fn commands(role: &str) -> bool {
    matches!(role, "commander" | "acting_commander")
}

/// Whether two claim the same command at the same time: different people in the same role of command.
#[must_use]
pub fn contradict<T: PartialEq>(claims: &[(T, &str)]) -> bool {
    claims.iter().enumerate().any(|(at, (person, role))| {
        commands(role)
            && claims[at + 1..]
                .iter()
                .any(|(other, theirs)| other != person && theirs == role)
    })
}

/// The form that says under which unit another stood, as typed.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct SubordinationForm {
    /// The code of the unit above.
    pub above: String,
    pub from_day: String,
    pub to_day: String,
    pub confidence: String,
    pub note: String,
    pub citations: CitationForm,
}

impl FromPairs for SubordinationForm {
    fn from_pairs(pairs: &Pairs) -> Self {
        Self {
            above: pairs.get("above"),
            from_day: pairs.get("from_day"),
            to_day: pairs.get("to_day"),
            confidence: pairs.get("confidence"),
            note: pairs.get("note"),
            citations: CitationForm::from_pairs(pairs),
        }
    }
}

/// A unit under another, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subordination {
    pub above: Code,
    pub when: Span,
    /// A code of [`vocabulary::ATTRIBUTION`]: AC0 to AC4.
    pub confidence: String,
    pub note: Words,
    /// At least one.
    pub citations: Vec<Citation>,
}

impl SubordinationForm {
    /// Checks the form of a unit. Whether it would close a circle is asked where the other links are known.
    ///
    /// # Errors
    /// Every problem, at its field.
    pub fn check(&self, unit: &Code, today: NaiveDate) -> Result<Subordination, Vec<Problem>> {
        let mut check = Check::new();
        let above = code_of(&mut check, "above", &self.above, Kind::Unit);
        if above.as_ref() == Some(unit) {
            check.problem("above", ProblemKind::Same);
        }
        let when = Span::check(
            &mut check,
            [("from_day", &self.from_day), ("to_day", &self.to_day)],
            today,
        );
        let confidence = check.choice("confidence", &self.confidence, |code| vocabulary::ATTRIBUTION.has(code));
        let note = check.optional("note", &self.note, LONG);
        let citations = self.citations.needed(&mut check);
        match above {
            Some(above) => check.finish(Subordination {
                above,
                when,
                confidence,
                note,
                citations,
            }),
            None => Err(check.finish(()).err().unwrap_or_default()),
        }
    }
}

/// The code of a record of a kind, which must be given.
pub(crate) fn code_of(check: &mut Check, field: &str, text: &str, kind: Kind) -> Option<Code> {
    if text.trim().is_empty() {
        check.problem(field, ProblemKind::Missing);
        return None;
    }
    let code = text.parse::<Code>().ok().filter(|code| code.kind() == kind);
    if code.is_none() {
        check.problem(field, ProblemKind::NoSuchRecord);
    }
    code
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(number: u64) -> NaiveDate {
        NaiveDate::from_ymd_opt(2025, 1, 1).expect("a day") + chrono::Days::new(number)
    }

    fn span(from: Option<u64>, to: Option<u64>) -> Span {
        Span {
            from: from.map(day),
            to: to.map(day),
        }
    }

    fn under(unit: u8, above: u8, from: Option<u64>, to: Option<u64>) -> Under<u8> {
        Under {
            unit,
            above,
            when: span(from, to),
        }
    }

    #[test]
    fn a_circle_is_one_only_where_all_its_links_hold_on_one_day() {
        let standing = [under(1, 2, Some(0), Some(9)), under(2, 3, Some(5), None)];
        assert_eq!(circle(&standing, &under(3, 1, None, Some(4))), None);
        assert_eq!(circle(&standing, &under(3, 1, None, Some(5))), Some(day(5)));
        assert_eq!(circle(&standing, &under(3, 1, Some(7), None)), Some(day(7)));
        assert_eq!(circle(&standing, &under(3, 1, Some(10), None)), None);
        assert_eq!(
            circle(&standing, &under(1, 1, Some(10), None)),
            Some(day(10)),
            "under itself"
        );
        assert_eq!(circle(&standing, &under(1, 4, None, None)), None);
        assert_eq!(
            circle(&[under(1, 2, None, None)], &under(2, 1, None, None)),
            Some(NaiveDate::MIN)
        );
    }

    #[test]
    fn two_people_in_the_same_role_of_command_contradict() {
        assert!(contradict(&[(1, "commander"), (2, "member"), (3, "commander")]));
        assert!(
            !contradict(&[(1, "commander"), (1, "commander")]),
            "one person by two sources"
        );
        assert!(!contradict(&[(1, "commander"), (2, "acting_commander")]));
        assert!(!contradict(&[(1, "member"), (2, "member")]));
    }

    #[test]
    fn a_form_refuses_what_can_not_be() {
        let (unit, today): (Code, _) = ("U-2025-0001".parse().expect("a code"), day(300));
        let form = |above: &str, from: &str, to: &str| SubordinationForm {
            above: above.into(),
            from_day: from.into(),
            to_day: to.into(),
            confidence: "AC2".into(),
            citations: CitationForm(vec![("D-2025-0001".into(), "yes".into())]),
            ..SubordinationForm::default()
        };
        let problem = |form: SubordinationForm| {
            let problems = form.check(&unit, today).err()?;
            problems
                .first()
                .map(|problem| (problem.field.clone(), problem.kind.clone()))
        };
        let at = |field: &str, kind: ProblemKind| Some((field.to_owned(), kind));
        assert_eq!(problem(form("U-2025-0002", "2025-03-06", "٢٠٢٥-٠٣-٠٦")), None);
        assert_eq!(problem(form("U-2025-0001", "", "")), at("above", ProblemKind::Same));
        assert_eq!(problem(form("", "", "")), at("above", ProblemKind::Missing));
        assert_eq!(problem(form("W-7K3QM", "", "")), at("above", ProblemKind::NoSuchRecord));
        assert_eq!(
            problem(form("U-2025-0002", "2025-03-06", "2025-03-05")),
            at("to_day", ProblemKind::EndsBeforeStart)
        );
        assert_eq!(
            problem(form("U-2025-0002", "", "2026-03-05")),
            at("to_day", ProblemKind::InFuture)
        );
        assert_eq!(
            problem(form("U-2025-0002", "6 آذار", "")),
            at("from_day", ProblemKind::NotADate)
        );
        assert_eq!(
            problem(form("U-2025-0002", "0025-03-06", "")),
            at("from_day", ProblemKind::OutOfRange(1900, 2025))
        );
        let uncited = SubordinationForm {
            citations: CitationForm::default(),
            ..form("U-2025-0002", "", "")
        };
        assert_eq!(problem(uncited), at("citations", ProblemKind::NotCited));
    }

    fn link() -> impl Strategy<Value = Under<u8>> {
        let end = || proptest::option::of(0u64..12);
        (0u8..6, 0u8..6, end(), end()).prop_map(|(unit, above, one, other)| {
            let (from, to) = match (one, other) {
                (Some(from), Some(to)) => (Some(from.min(to)), Some(from.max(to))),
                ends => ends,
            };
            under(unit, above, from, to)
        })
    }

    proptest! {
        /// Whatever is tried, one by one: what is let in never closes a circle on any day, and what is refused would have.
        #[test]
        fn no_sequence_of_links_makes_a_circle_on_any_day(links in proptest::collection::vec(link(), 0..14)) {
            let mut standing: Vec<Under<u8>> = Vec::new();
            for new in links {
                let closes = (0..14).map(day).any(|day| {
                    let mut held: Vec<(u8, u8)> =
                        standing.iter().filter(|link| link.when.has(day)).map(|link| (link.unit, link.above)).collect();
                    if new.when.has(day) {
                        held.push((new.unit, new.above));
                    }
                    (0..6).any(|unit| held.iter().filter(|(below, _)| *below == unit).any(|(_, above)| reaches(&held, *above, unit)))
                });
                let found = circle(&standing, &new);
                prop_assert_eq!(found.is_some(), closes);
                prop_assert!(found.is_none_or(|day| new.when.has(day)));
                if found.is_none() {
                    standing.push(new);
                }
            }
        }
    }
}
