//! Forms: what was typed, exactly as typed, and how it becomes a checked value.
//!
//! A noun's form (`CaseForm`, `PersonForm` …) holds the strings as they came, so that a refused page can show them
//! again; its `check` is the only way to the checked type and lists every problem at once.

use crate::text::written_length;
use crate::{Problem, ProblemKind, Words};
use chrono::{DateTime, FixedOffset, NaiveDate, NaiveTime, TimeZone, Utc};

/// The most characters of a title, a name, a short answer.
pub const SHORT: u32 = 300;
/// The most characters of a summary, a remark, a note.
pub const LONG: u32 = 20_000;
/// The fewest characters of a written reason or attestation (`case_status.json`, G-REASON), counted by [`written_length`].
pub const REASON: u32 = 20;

/// The fields of a posted form, in order, as typed.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Pairs(pub Vec<(String, String)>);

impl Pairs {
    /// The first value of a field, or "".
    #[must_use]
    pub fn get(&self, name: &str) -> String {
        self.0
            .iter()
            .find(|(n, _)| n == name)
            .map(|(_, v)| v.replace("\r\n", "\n"))
            .unwrap_or_default()
    }

    /// Whether the field was sent at all (a ticked box, a pressed button).
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(n, _)| n == name)
    }

    /// Every value of a repeated field, in order.
    #[must_use]
    pub fn all(&self, name: &str) -> Vec<String> {
        self.0
            .iter()
            .filter(|(n, _)| n == name)
            .map(|(_, v)| v.replace("\r\n", "\n"))
            .collect()
    }

    /// Fields whose name starts with the prefix: the rest of the name, and the value.
    #[must_use]
    pub fn under(&self, prefix: &str) -> Vec<(String, String)> {
        self.0
            .iter()
            .filter_map(|(n, v)| {
                n.strip_prefix(prefix)
                    .map(|rest| (rest.to_owned(), v.replace("\r\n", "\n")))
            })
            .collect()
    }
}

/// A form of one page.
pub trait FromPairs: Sized {
    /// Takes its fields out of what was posted; nothing is judged here.
    fn from_pairs(pairs: &Pairs) -> Self;
}

/// Collects problems while a form is checked.
#[derive(Default)]
pub struct Check {
    problems: Vec<Problem>,
}

impl Check {
    /// Starts with none.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Notes a problem.
    pub fn problem(&mut self, field: &str, kind: ProblemKind) {
        self.problems.push(Problem::new(field, kind));
    }

    /// The checked value, if nothing was noted.
    ///
    /// # Errors
    /// Every problem noted.
    pub fn finish<T>(self, value: T) -> Result<T, Vec<Problem>> {
        if self.problems.is_empty() {
            Ok(value)
        } else {
            Err(self.problems)
        }
    }

    /// Text that may be blank, up to `max` characters. Kept exactly as typed.
    pub fn optional(&mut self, field: &str, text: &str, max: u32) -> Words {
        if text.chars().count() > max as usize {
            self.problem(field, ProblemKind::TooLong(max));
        }
        Words::from(text)
    }

    /// Text that must not be blank, up to `max` characters. Characters that nobody can see fill nothing in.
    pub fn required(&mut self, field: &str, text: &str, max: u32) -> Words {
        if written_length(text) == 0 {
            self.problem(field, ProblemKind::Missing);
        }
        self.optional(field, text, max)
    }

    /// A written reason: at least [`REASON`] characters that can be seen.
    pub fn reason(&mut self, field: &str, text: &str) -> Words {
        let length = written_length(text);
        if length == 0 {
            self.problem(field, ProblemKind::Missing);
        } else if length < REASON as usize {
            self.problem(field, ProblemKind::TooShort(REASON));
        }
        self.optional(field, text, LONG)
    }

    /// One of a vocabulary's codes.
    pub fn choice(&mut self, field: &str, code: &str, known: impl Fn(&str) -> bool) -> String {
        if code.is_empty() {
            self.problem(field, ProblemKind::Missing);
        } else if !known(code) {
            self.problem(field, ProblemKind::Unknown);
        }
        code.to_owned()
    }

    /// One of a vocabulary's codes, or nothing.
    pub fn optional_choice(&mut self, field: &str, code: &str, known: impl Fn(&str) -> bool) -> Option<String> {
        (!code.is_empty()).then(|| self.choice(field, code, known))
    }

    /// A date `YYYY-MM-DD`, or nothing.
    pub fn optional_date(&mut self, field: &str, text: &str) -> Option<NaiveDate> {
        if text.trim().is_empty() {
            return None;
        }
        let date = NaiveDate::parse_from_str(&crate::text::digits(text.trim()), "%Y-%m-%d").ok();
        if date.is_none() {
            self.problem(field, ProblemKind::NotADate);
        }
        date
    }

    /// A date `YYYY-MM-DD`.
    pub fn date(&mut self, field: &str, text: &str) -> Option<NaiveDate> {
        if text.trim().is_empty() {
            self.problem(field, ProblemKind::Missing);
        }
        self.optional_date(field, text)
    }

    /// A time of day `HH:MM`, or nothing.
    pub fn optional_time(&mut self, field: &str, text: &str) -> Option<NaiveTime> {
        if text.trim().is_empty() {
            return None;
        }
        let text = crate::text::digits(text.trim());
        let time = NaiveTime::parse_from_str(&text, "%H:%M")
            .or_else(|_| NaiveTime::parse_from_str(&text, "%H:%M:%S"))
            .ok();
        if time.is_none() {
            self.problem(field, ProblemKind::NotADate);
        }
        time
    }

    /// A year, or nothing.
    pub fn optional_year(&mut self, field: &str, text: &str, from: i32, to: i32) -> Option<i32> {
        if text.trim().is_empty() {
            return None;
        }
        let year = crate::text::digits(text.trim())
            .parse::<i32>()
            .ok()
            .filter(|year| (from..=to).contains(year));
        if year.is_none() {
            self.problem(field, ProblemKind::OutOfRange(from.into(), to.into()));
        }
        year
    }
}

/// The committee's local time as UTC. The committee keeps one offset (Damascus: +03:00, without summer time since 2022).
#[must_use]
pub fn local(date: NaiveDate, time: NaiveTime, offset: FixedOffset) -> DateTime<Utc> {
    offset
        .from_local_datetime(&date.and_time(time))
        .single()
        .map_or_else(|| date.and_time(time).and_utc(), |at| at.to_utc())
}

#[cfg(test)]
mod tests {
    use super::*;
    use ProblemKind::{Missing, TooLong, TooShort};

    fn problems(run: impl FnOnce(&mut Check)) -> Vec<ProblemKind> {
        let mut check = Check::new();
        run(&mut check);
        let problems = check.finish(()).err().unwrap_or_default();
        problems.into_iter().map(|problem| problem.kind).collect()
    }

    #[test]
    fn a_reason_is_measured_by_what_can_be_read() {
        let unseen = "\u{200B}".repeat(19);
        let long = "ا".repeat(LONG as usize + 1);
        let table = [
            (String::new(), vec![Missing]),
            (" \n ".to_owned(), vec![Missing]),
            (unseen.clone(), vec![Missing]),
            (format!("a{unseen}"), vec![TooShort(REASON)]),
            (format!("{}x", "a ".repeat(9)), vec![TooShort(REASON)]),
            (format!("a{}b", " ".repeat(18)), vec![TooShort(REASON)]),
            (format!("a{}b", "\u{202E}\u{2066}".repeat(9)), vec![TooShort(REASON)]),
            ("سبب مكتوب يكفي للنظر".to_owned(), Vec::new()),
            (format!("{unseen}سبب مكتوب يكفي للنظر{unseen}"), Vec::new()),
            (long, vec![TooLong(LONG)]),
        ];
        for (text, expected) in table {
            let found = problems(|check| _ = check.reason("why", &text));
            assert_eq!(found, expected, "{} characters", text.chars().count());
        }
    }

    #[test]
    fn what_is_required_is_written_and_kept_as_typed() {
        for (text, expected) in [
            ("", vec![Missing]),
            ("\u{200B}\u{200B}", vec![Missing]),
            ("\u{202E} \u{202C}", vec![Missing]),
            ("\u{200F}ا", Vec::new()),
            ("abcdef", vec![TooLong(5)]),
        ] {
            let found = problems(|check| assert_eq!(check.required("title", text, 5).as_str(), text));
            assert_eq!(found, expected, "{text:?}");
        }
    }
}
