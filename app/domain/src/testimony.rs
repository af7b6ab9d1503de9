//! A testimony: the statement of one person on one occasion: answers to questions, and numbered paragraphs.
//!
//! While it is a draft, anything may be missing and is kept exactly as typed. [`TestimonyForm::check`] says what still
//! stands between it and its reading back, and then its being final. Numbers freeze when it is read back and are never
//! used again: they are what citations point to.

mod answers;
mod check;
mod compare;
mod odd;
mod question;
pub mod questions;

pub use answers::Answers;
pub use check::{Filing, Known, Progress, step_of};
pub use compare::{Change, Piece, changes, pieces};
pub use odd::Odd;
pub use question::{Column, Needed, Question, Reach, Shape, Step, When};

use crate::Words;
use crate::form::{FromPairs, Pairs};
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
    /// Complete but for its closing: numbers are frozen, it is read back to the witness and corrected.
    ReadBack,
    /// Sent back by a supervisor with remarks: a new version is being written, numbers stay.
    Returned,
    /// A final version is being corrected: a new version is being written, numbers stay.
    Correcting,
    /// Filed: its text no longer changes.
    Final,
}

impl TestimonyStatus {
    /// Every status.
    pub const ALL: [Self; 5] = [
        Self::Draft,
        Self::ReadBack,
        Self::Returned,
        Self::Correcting,
        Self::Final,
    ];

    /// The name kept in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::ReadBack => "read_back",
            Self::Returned => "returned",
            Self::Correcting => "correcting",
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
        !matches!(self, Self::Final)
    }

    /// Whether paragraphs have numbers that stay with them.
    #[must_use]
    pub const fn is_numbered(self) -> bool {
        !matches!(self, Self::Draft)
    }

    /// What must be answered before it goes on from here.
    #[must_use]
    pub const fn next_needs(self) -> Needed {
        match self {
            Self::Draft | Self::Returned | Self::Correcting => Needed::ReadBack,
            Self::ReadBack | Self::Final => Needed::Final,
        }
    }
}

fn is_false(flag: &bool) -> bool {
    !flag
}

/// One paragraph of a statement.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Paragraph {
    /// Its number from the reading back on; none while its place may still change.
    #[serde(rename = "n", skip_serializing_if = "Option::is_none")]
    pub number: Option<u32>,
    pub text: Words,
    /// A code of [`crate::vocabulary::INTERVIEW_LANGUAGE`]; "" for the interview's.
    #[serde(rename = "lang")]
    pub language: String,
    /// A code of [`crate::vocabulary::BASIS`]: how the person knows it.
    pub basis: String,
    /// The same in another language, beside the original.
    #[serde(skip_serializing_if = "Words::is_white")]
    pub translation: Words,
    /// Who told the witness, where the basis is `hearsay_named`.
    #[serde(skip_serializing_if = "Words::is_white")]
    pub source: Words,
    /// When it was, as said.
    #[serde(skip_serializing_if = "Words::is_white")]
    pub time: Words,
    /// Where it was, as said.
    #[serde(skip_serializing_if = "Words::is_white")]
    pub place: Words,
    /// A fact that the case rests on: it needs a second grader.
    #[serde(rename = "key_fact", skip_serializing_if = "is_false")]
    pub is_key: bool,
    /// Whom it speaks for, if it is exculpatory.
    #[serde(skip_serializing_if = "Words::is_white")]
    pub favours: Words,
    /// Why it does.
    #[serde(skip_serializing_if = "Words::is_white")]
    pub favours_why: Words,
}

impl Paragraph {
    /// Whether nothing of it was written.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        [
            &self.text,
            &self.translation,
            &self.source,
            &self.time,
            &self.place,
            &self.favours,
            &self.favours_why,
        ]
        .into_iter()
        .all(Words::is_blank)
    }
}

/// One version of a testimony's content.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Statement {
    pub answers: Answers,
    pub paragraphs: Vec<Paragraph>,
    /// Why this version corrects the one before it.
    #[serde(skip_serializing_if = "Words::is_white")]
    pub correction: Words,
    /// Questions that a source imported from elsewhere did not answer; only the import sets them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub not_recorded: Vec<String>,
}

impl Statement {
    /// The paragraph with this number.
    #[must_use]
    pub fn paragraph(&self, number: u32) -> Option<&Paragraph> {
        self.paragraphs
            .iter()
            .find(|paragraph| paragraph.number == Some(number))
    }

    /// Without blank paragraphs that have no number; each in a language of its own; each with a number: those that have
    /// none get the next ones never used before.
    #[must_use]
    pub fn numbered(mut self) -> Self {
        let spoken = self.answers.get("language").to_owned();
        self.paragraphs
            .retain(|paragraph| paragraph.number.is_some() || !paragraph.is_blank());
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
            if paragraph.language.is_empty() {
                paragraph.language.clone_from(&spoken);
            }
        }
        self
    }

    /// What is typed in it.
    #[must_use]
    pub fn form(&self) -> TestimonyForm {
        TestimonyForm {
            answers: self.answers.clone(),
            paragraphs: self.paragraphs.clone(),
        }
    }

    /// The content for a new version: what closes a statement must be given anew.
    #[must_use]
    pub fn reopened(&self, correction: Words) -> Self {
        let mut answers = self.answers.clone();
        answers.take(questions::of_step(Step::Closing), &Answers::default());
        Self {
            answers,
            correction,
            ..self.clone()
        }
    }
}

/// The form of a testimony, or of one step of it, as typed.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct TestimonyForm {
    pub answers: Answers,
    pub paragraphs: Vec<Paragraph>,
}

impl TestimonyForm {
    /// What was posted to a step: the answers to its questions, and in the account's step the paragraphs.
    #[must_use]
    pub fn posted(step: Step, pairs: &Pairs) -> Self {
        Self {
            answers: Answers::posted(step, pairs),
            paragraphs: if step == Step::Account {
                paragraphs(pairs)
            } else {
                Vec::new()
            },
        }
    }

    /// Of what was typed, what belongs to a step.
    #[must_use]
    pub fn of(&self, step: Step) -> Self {
        Self {
            answers: self.answers.of(step),
            paragraphs: if step == Step::Account {
                self.paragraphs.clone()
            } else {
                Vec::new()
            },
        }
    }

    /// Takes a step over from what was typed there; `close` says whether the answers were seen that only those close to
    /// the case see: what was not shown was not typed, and stays.
    pub fn take(&mut self, step: Step, typed: &Self, close: bool) {
        let seen = questions::of_step(step).filter(|question| close || question.reach == Reach::Team);
        self.answers.take(seen, &typed.answers);
        if step == Step::Account {
            self.paragraphs.clone_from(&typed.paragraphs);
        }
    }
}

impl FromPairs for TestimonyForm {
    /// Every step at once.
    fn from_pairs(pairs: &Pairs) -> Self {
        let mut form = Self::default();
        for step in Step::ALL {
            form.take(step, &Self::posted(step, pairs), true);
        }
        form
    }
}

/// Paragraphs come as repeated fields `p_number`, `p_text`, `p_language`, `p_basis` …, one of each for every paragraph.
fn paragraphs(pairs: &Pairs) -> Vec<Paragraph> {
    let fields = [
        "p_number",
        "p_language",
        "p_basis",
        "p_translation",
        "p_source",
        "p_time",
        "p_place",
        "p_key",
        "p_favours",
        "p_why",
    ]
    .map(|name| pairs.all(name));
    let texts = pairs.all("p_text");
    texts
        .into_iter()
        .enumerate()
        .map(|(index, text)| {
            let [
                number,
                language,
                basis,
                translation,
                source,
                time,
                place,
                key,
                favours,
                why,
            ] = fields
                .each_ref()
                .map(|list| list.get(index).cloned().unwrap_or_default());
            Paragraph {
                number: number.parse().ok(),
                text: text.into(),
                language,
                basis,
                translation: translation.into(),
                source: source.into(),
                time: time.into(),
                place: place.into(),
                is_key: key == "yes",
                favours: favours.into(),
                favours_why: why.into(),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests;
