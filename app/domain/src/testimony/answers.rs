//! Answers to the questions of a statement, exactly as typed.

use super::question::{Question, Shape, Step, When};
use super::questions::{QUESTIONS, of_step};
use crate::Words;
use crate::form::{Check, Pairs};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Every answer by the name it is kept under. A question that takes one answer has one; one that takes several codes has
/// each; one that takes entries has, for each of its columns, one for every entry. What was left blank is not there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Answers(BTreeMap<String, Vec<Words>>);

impl Answers {
    /// The one answer to a question, or "".
    #[must_use]
    pub fn get(&self, name: &str) -> &str {
        self.0
            .get(name)
            .and_then(|answers| answers.first())
            .map(Words::as_str)
            .unwrap_or_default()
    }

    /// The one answer to a question as a day, if it is one.
    #[must_use]
    pub fn day(&self, name: &str) -> Option<NaiveDate> {
        Check::new().optional_date("", self.get(name))
    }

    /// Every answer to a question.
    #[must_use]
    pub fn all(&self, name: &str) -> &[Words] {
        self.0.get(name).map(Vec::as_slice).unwrap_or_default()
    }

    /// Whether a code is among the answers.
    #[must_use]
    pub fn has(&self, name: &str, code: &str) -> bool {
        self.all(name).iter().any(|answer| answer.as_str() == code)
    }

    /// How many entries a question with columns has.
    #[must_use]
    pub fn entries(&self, question: &Question) -> usize {
        question.names().map(|name| self.all(&name).len()).max().unwrap_or(0)
    }

    /// Answers a question, in place of what was answered before.
    pub fn set(&mut self, name: &str, answers: impl IntoIterator<Item = impl Into<Words>>) {
        let answers: Vec<Words> = answers.into_iter().map(Into::into).collect();
        if answers.iter().all(|answer| answer.as_str().is_empty()) {
            self.0.remove(name);
        } else {
            self.0.insert(name.to_owned(), answers);
        }
    }

    /// Whether anything was answered at all to a question.
    #[must_use]
    pub fn answered(&self, question: &Question) -> bool {
        question
            .names()
            .any(|name| self.all(&name).iter().any(|answer| !answer.is_blank()))
    }

    /// Whether a question comes up.
    #[must_use]
    pub fn asks(&self, question: &Question) -> bool {
        let blank = |name: &str| self.all(name).iter().all(Words::is_blank);
        match question.when {
            When::Always => true,
            When::Is(other, codes) => codes.iter().any(|code| self.has(other, code)),
            When::Filled(other) => !blank(other),
            When::Blank(other) => blank(other),
        }
    }

    /// The answers of a posted form to the questions of a step. Entries of which every part is blank are left out.
    #[must_use]
    pub fn posted(step: Step, pairs: &Pairs) -> Self {
        let mut answers = Self::default();
        for question in of_step(step) {
            let mut columns: Vec<(String, Vec<String>)> =
                question.names().map(|name| (name.clone(), pairs.all(&name))).collect();
            match question.shape {
                Shape::Rows(_) => {
                    let entries = columns.iter().map(|(_, values)| values.len()).max().unwrap_or(0);
                    for (_, values) in &mut columns {
                        values.resize(entries, String::new());
                    }
                    let kept: Vec<usize> = (0..entries)
                        .filter(|at| columns.iter().any(|(_, values)| !values[*at].trim().is_empty()))
                        .collect();
                    for (name, values) in columns {
                        answers.put(name, kept.iter().map(|at| values[*at].clone()).collect());
                    }
                }
                Shape::Choices(_) => {
                    for (name, mut values) in columns {
                        values.retain(|value| !value.is_empty());
                        answers.put(name, values);
                    }
                }
                // A picker without a script sends what was chosen before what was typed.
                _ => {
                    for (name, mut values) in columns {
                        values.truncate(1);
                        values.retain(|value| !value.is_empty());
                        answers.put(name, values);
                    }
                }
            }
        }
        answers
    }

    fn put(&mut self, name: String, values: Vec<String>) {
        if !values.is_empty() {
            self.0.insert(name, values.into_iter().map(Words::from).collect());
        }
    }

    /// Takes the answers to these questions from another set, and leaves all others as they are.
    pub fn take<'a>(&mut self, questions: impl IntoIterator<Item = &'a Question>, from: &Self) {
        for name in questions.into_iter().flat_map(Question::names) {
            match from.0.get(&name) {
                Some(answers) => self.0.insert(name, answers.clone()),
                None => self.0.remove(&name),
            };
        }
    }

    /// The answers to the questions of a step.
    #[must_use]
    pub fn of(&self, step: Step) -> Self {
        let mut answers = Self::default();
        answers.take(of_step(step), self);
        answers
    }

    /// Leaves out the answers that only those close to the case see; the questions that had one.
    pub fn withhold(&mut self) -> Vec<&'static Question> {
        let hidden: Vec<_> = QUESTIONS
            .iter()
            .filter(|question| question.reach == super::Reach::Close && self.answered(question))
            .collect();
        for name in hidden.iter().flat_map(|question| question.names()) {
            self.0.remove(&name);
        }
        hidden
    }

    /// Every name and answer, for checks of length.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Words)> {
        self.0
            .iter()
            .flat_map(|(name, answers)| answers.iter().map(move |answer| (name.as_str(), answer)))
    }
}

impl<const N: usize> From<[(&str, &str); N]> for Answers {
    fn from(answers: [(&str, &str); N]) -> Self {
        let mut map = Self::default();
        for (name, answer) in answers {
            map.set(name, [answer]);
        }
        map
    }
}
