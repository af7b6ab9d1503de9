//! A testimony: the statement of one person on one occasion, in numbered paragraphs.
//!
//! While it is a draft, anything may be missing and is kept exactly as typed; [`TestimonyForm::check`] says what still
//! stands between it and filing. Numbers freeze at filing and are never reused: they are what citations point to.

use crate::form::{Check, FromPairs, LONG, Pairs, SHORT};
use crate::{Code, Kind, Problem, ProblemKind, Words, vocabulary};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// The most characters of one paragraph.
pub const PARAGRAPH: u32 = 20_000;
/// The most paragraphs of a testimony.
pub const PARAGRAPHS: usize = 2_000;

/// Where a testimony stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TestimonyStatus {
    /// Being written; can't be cited.
    Draft,
    /// Sent back by a supervisor with remarks; being written again, numbers stay.
    Returned,
    /// Filed: its text no longer changes.
    Final,
}

impl TestimonyStatus {
    /// Every status.
    pub const ALL: [Self; 3] = [Self::Draft, Self::Returned, Self::Final];

    /// The name kept in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Returned => "returned",
            Self::Final => "final",
        }
    }

    /// Reads the name kept in the database.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.name() == name)
    }

    /// Whether it may be written in.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Draft | Self::Returned)
    }
}

/// One paragraph of a statement.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paragraph {
    /// Its number from filing on; none while its place may still change.
    #[serde(rename = "n", skip_serializing_if = "Option::is_none", default)]
    pub number: Option<u32>,
    pub text: Words,
    /// A code of [`vocabulary::INTERVIEW_LANGUAGE`].
    #[serde(rename = "lang")]
    pub language: String,
    /// A code of [`vocabulary::BASIS`]: how the person knows it.
    pub basis: String,
}

/// The paragraphs of one version of a testimony, in their order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statement {
    pub paragraphs: Vec<Paragraph>,
}

impl Statement {
    /// The paragraph with this number.
    #[must_use]
    pub fn paragraph(&self, number: u32) -> Option<&Paragraph> {
        self.paragraphs
            .iter()
            .find(|paragraph| paragraph.number == Some(number))
    }

    /// Gives every paragraph that has none the next number never used before.
    #[must_use]
    pub fn numbered(mut self) -> Self {
        let mut next = self
            .paragraphs
            .iter()
            .filter_map(|paragraph| paragraph.number)
            .max()
            .unwrap_or(0);
        for paragraph in &mut self.paragraphs {
            if paragraph.number.is_none() {
                next += 1;
                paragraph.number = Some(next);
            }
        }
        self
    }
}

/// The facts of the interview, exactly as typed. Kept so in a draft; checked at filing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Interview {
    /// The witness's pseudonym.
    pub witness: Words,
    pub interviewee_role: String,
    pub interview_date: Words,
    pub start_time: Words,
    pub end_time: Words,
    pub place_type: String,
    pub modality: String,
    pub language: String,
    /// The second interviewer's login.
    pub second_interviewer: Words,
    /// Why there was none.
    pub waiver: Words,
    pub summary: Words,
    /// Fields that a source imported from elsewhere did not have; only the import sets them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub not_recorded: Vec<String>,
}

/// The form of a testimony, as typed.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct TestimonyForm {
    pub interview: Interview,
    pub sensitivity: String,
    pub paragraphs: Vec<Paragraph>,
}

impl FromPairs for TestimonyForm {
    /// Paragraphs come as repeated fields `p_number`, `p_text`, `p_language`, `p_basis`, one of each for every paragraph.
    fn from_pairs(pairs: &Pairs) -> Self {
        let words = |name: &str| Words::from(pairs.get(name));
        let (numbers, languages, bases) = (pairs.all("p_number"), pairs.all("p_language"), pairs.all("p_basis"));
        let at = |list: &[String], index: usize| list.get(index).cloned().unwrap_or_default();
        let paragraphs = pairs
            .all("p_text")
            .into_iter()
            .enumerate()
            .map(|(index, text)| Paragraph {
                number: at(&numbers, index).parse().ok(),
                text: text.into(),
                language: at(&languages, index),
                basis: at(&bases, index),
            })
            .collect();
        Self {
            interview: Interview {
                witness: words("witness"),
                interviewee_role: pairs.get("interviewee_role"),
                interview_date: words("interview_date"),
                start_time: words("start_time"),
                end_time: words("end_time"),
                place_type: pairs.get("place_type"),
                modality: pairs.get("modality"),
                language: pairs.get("language"),
                second_interviewer: words("second_interviewer"),
                waiver: words("waiver"),
                summary: words("summary"),
                not_recorded: Vec::new(),
            },
            sensitivity: pairs.get("sensitivity"),
            paragraphs,
        }
    }
}

/// A testimony that may be filed: the only way to one is [`TestimonyForm::check`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filing {
    pub witness: Code,
    pub interview_date: NaiveDate,
    pub statement: Statement,
}

impl TestimonyForm {
    /// Checks only what could not be kept at all: lengths.
    ///
    /// # Errors
    /// Fields that are too long.
    pub fn check_lengths(&self) -> Result<(), Vec<Problem>> {
        let mut check = Check::new();
        let i = &self.interview;
        for (field, text) in [
            ("witness", &i.witness),
            ("interview_date", &i.interview_date),
            ("start_time", &i.start_time),
            ("end_time", &i.end_time),
            ("second_interviewer", &i.second_interviewer),
        ] {
            check.optional(field, text, SHORT);
        }
        check.optional("waiver", &i.waiver, LONG);
        check.optional("summary", &i.summary, LONG);
        for (index, paragraph) in self.paragraphs.iter().enumerate() {
            check.optional(&format!("p{index}"), &paragraph.text, PARAGRAPH);
        }
        if self.paragraphs.len() > PARAGRAPHS {
            check.problem(
                "",
                ProblemKind::OutOfRange(1, i64::try_from(PARAGRAPHS).unwrap_or(i64::MAX)),
            );
        }
        check.finish(())
    }

    /// What stands between the draft and filing (`testimony_fields.json`, "required: always" and "before final", as far
    /// as the form asks it). Blank paragraphs are passed over.
    ///
    /// # Errors
    /// Every problem, at its field; a paragraph's field is `p0`, `p1` … by position.
    pub fn check(&self, today: NaiveDate) -> Result<Filing, Vec<Problem>> {
        let mut check = Check::new();
        if let Err(problems) = self.check_lengths() {
            for problem in problems {
                check.problem(&problem.field, problem.kind);
            }
        }
        let i = &self.interview;
        let witness = i
            .witness
            .parse::<Code>()
            .ok()
            .filter(|code| code.kind() == Kind::Person);
        if i.witness.is_blank() {
            check.problem("witness", ProblemKind::Missing);
        } else if witness.is_none() {
            check.problem("witness", ProblemKind::NoSuchRecord);
        }
        check.choice("interviewee_role", &i.interviewee_role, |code| {
            vocabulary::INTERVIEWEE_ROLE.has(code)
        });
        let interview_date = check.date("interview_date", &i.interview_date);
        if interview_date.is_some_and(|date| date > today) {
            check.problem("interview_date", ProblemKind::InFuture);
        }
        let start = check.optional_time("start_time", &i.start_time);
        let end = check.optional_time("end_time", &i.end_time);
        if let (Some(start), Some(end)) = (start, end)
            && end < start
        {
            check.problem("end_time", ProblemKind::EndsBeforeStart);
        }
        check.choice("place_type", &i.place_type, |code| vocabulary::PLACE_TYPE.has(code));
        check.choice("modality", &i.modality, |code| vocabulary::MODALITY.has(code));
        check.choice("language", &i.language, |code| vocabulary::INTERVIEW_LANGUAGE.has(code));
        check.choice("sensitivity", &self.sensitivity, |code| {
            vocabulary::SENSITIVITY.has(code)
        });
        if i.second_interviewer.is_blank() && i.waiver.is_blank() {
            check.problem("second_interviewer", ProblemKind::Missing);
        }
        let mut paragraphs = Vec::new();
        for (index, paragraph) in self.paragraphs.iter().enumerate() {
            if paragraph.text.is_blank() && paragraph.number.is_none() {
                continue;
            }
            let field = format!("p{index}");
            if paragraph.text.is_blank() {
                check.problem(&field, ProblemKind::Missing);
            }
            check.choice(&format!("{field}_basis"), &paragraph.basis, |code| {
                vocabulary::BASIS.has(code)
            });
            check.choice(&format!("{field}_language"), &paragraph.language, |code| {
                vocabulary::INTERVIEW_LANGUAGE.has(code)
            });
            paragraphs.push(paragraph.clone());
        }
        if paragraphs.is_empty() {
            check.problem("p0", ProblemKind::Missing);
        }
        let statement = Statement { paragraphs }.numbered();
        match (witness, interview_date) {
            (Some(witness), Some(interview_date)) => check.finish(Filing {
                witness,
                interview_date,
                statement,
            }),
            _ => Err(check.finish(()).err().unwrap_or_default()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn today() -> NaiveDate {
        NaiveDate::from_ymd_opt(2025, 8, 1).expect("a date")
    }

    fn complete() -> TestimonyForm {
        TestimonyForm {
            interview: Interview {
                witness: "W-7K3QM".into(),
                interviewee_role: "direct_victim".into(),
                interview_date: "2025-03-26".into(),
                place_type: "office".into(),
                modality: "in_person".into(),
                language: "ar".into(),
                second_interviewer: "u-02".into(),
                ..Interview::default()
            },
            sensitivity: "normal".into(),
            paragraphs: vec![Paragraph {
                number: None,
                text: "رأيت".into(),
                language: "ar".into(),
                basis: "first_hand_saw".into(),
            }],
        }
    }

    #[test]
    fn an_empty_draft_names_every_missing_field() {
        let fields: Vec<_> = TestimonyForm::default()
            .check(today())
            .expect_err("empty")
            .into_iter()
            .map(|p| p.field)
            .collect();
        let expected = [
            "witness",
            "interviewee_role",
            "interview_date",
            "place_type",
            "modality",
            "language",
            "sensitivity",
            "second_interviewer",
            "p0",
        ];
        assert_eq!(fields, expected);
    }

    #[test]
    fn a_number_is_never_reused() {
        let paragraph = |number| Paragraph {
            number,
            text: "x".into(),
            ..Paragraph::default()
        };
        let statement = Statement {
            paragraphs: vec![paragraph(Some(1)), paragraph(None), paragraph(Some(4))],
        }
        .numbered();
        assert_eq!(
            statement.paragraphs.iter().map(|p| p.number).collect::<Vec<_>>(),
            [Some(1), Some(5), Some(4)]
        );
    }

    proptest! {
        #[test]
        fn what_check_accepts_is_numbered_and_complete(text in ".{0,40}", basis in "(first_hand_saw|inference|x)?", number in proptest::option::of(1u32..9)) {
            let mut form = complete();
            form.paragraphs.push(Paragraph { number, text: text.into(), language: "ar".into(), basis });
            if let Ok(filing) = form.check(today()) {
                for paragraph in &filing.statement.paragraphs {
                    prop_assert!(paragraph.number.is_some());
                    prop_assert!(!paragraph.text.is_blank());
                    prop_assert!(vocabulary::BASIS.has(&paragraph.basis));
                }
            }
        }
    }
}
