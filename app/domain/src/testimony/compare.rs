//! What differs between two versions of a statement: questions and paragraphs, and within a text the words.

use super::questions::QUESTIONS;
use super::{Paragraph, Question, Statement};
use similar::{ChangeTag, TextDiff};
use std::collections::BTreeSet;

/// One difference between an earlier and a later version.
#[derive(Clone, Debug, PartialEq)]
pub enum Change<'a> {
    /// A question was answered differently.
    Answer(&'static Question),
    /// A paragraph differs, came in, or was left out.
    Paragraph {
        number: u32,
        before: Option<&'a Paragraph>,
        after: Option<&'a Paragraph>,
    },
}

impl PartialEq for Question {
    /// Two questions are the same if their names are: they stand in one table.
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

/// What differs between two versions, questions first, then paragraphs by number.
#[must_use]
pub fn changes<'a>(before: &'a Statement, after: &'a Statement) -> Vec<Change<'a>> {
    let answers = QUESTIONS
        .iter()
        .filter(|question| {
            question
                .names()
                .any(|name| before.answers.all(&name) != after.answers.all(&name))
        })
        .map(Change::Answer);
    let numbers: BTreeSet<u32> = before
        .paragraphs
        .iter()
        .chain(&after.paragraphs)
        .filter_map(|paragraph| paragraph.number)
        .collect();
    let paragraphs = numbers.into_iter().filter_map(|number| {
        let (before, after) = (before.paragraph(number), after.paragraph(number));
        (before != after).then_some(Change::Paragraph { number, before, after })
    });
    answers.chain(paragraphs).collect()
}

/// A run of words of a text, and whether the other text has it too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    pub text: String,
    pub shared: bool,
}

/// Both texts in pieces, so that the words that differ can be marked.
#[must_use]
pub fn pieces(before: &str, after: &str) -> (Vec<Piece>, Vec<Piece>) {
    let (mut left, mut right) = (Vec::new(), Vec::new());
    for change in TextDiff::from_words(before, after).iter_all_changes() {
        let (text, tag) = (change.value(), change.tag());
        if tag != ChangeTag::Insert {
            push(&mut left, text, tag == ChangeTag::Equal);
        }
        if tag != ChangeTag::Delete {
            push(&mut right, text, tag == ChangeTag::Equal);
        }
    }
    (left, right)
}

fn push(pieces: &mut Vec<Piece>, text: &str, shared: bool) {
    match pieces.last_mut() {
        Some(last) if last.shared == shared => last.text.push_str(text),
        _ => pieces.push(Piece {
            text: text.to_owned(),
            shared,
        }),
    }
}
