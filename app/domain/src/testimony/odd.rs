//! What is odd in a statement though nothing is wrong with it: it is said to who writes, kept as typed, and prevents nothing.
//!
//! To add something: a variant of [`Odd`], its rule in [`TestimonyForm::odd`], its sentence in the page that writes.

use super::question::Shape;
use super::questions::QUESTIONS;
use super::{Paragraph, TestimonyForm};
use crate::text::invisibles;

/// One odd thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Odd {
    /// Characters that nobody can see, by their names: they steer the direction of what is read, or hide in it. They may have
    /// come along with something pasted.
    Unseen(Vec<String>),
    /// An empty paragraph between others: it is left out when the statement is read back, and those after it move up.
    Gap,
}

impl TestimonyForm {
    /// Everything odd, each at its field: a question's name, `question.column.entry`, or for paragraphs `p0`, `p0_source` …
    #[must_use]
    pub fn odd(&self) -> Vec<(String, Odd)> {
        let mut odd = Vec::new();
        let mut look = |field: String, text: &str| {
            let names = invisibles(text);
            if !names.is_empty() {
                odd.push((field, Odd::Unseen(names)));
            }
        };
        for question in QUESTIONS {
            let entries = matches!(question.shape, Shape::Rows(_));
            for name in question.names() {
                for (at, answer) in self.answers.all(&name).iter().enumerate() {
                    look(if entries { format!("{name}.{at}") } else { name.clone() }, answer);
                }
            }
        }
        for (index, paragraph) in self.paragraphs.iter().enumerate() {
            look(format!("p{index}"), &paragraph.text);
            for (part, words) in [
                ("translation", &paragraph.translation),
                ("source", &paragraph.source),
                ("time", &paragraph.time),
                ("place", &paragraph.place),
                ("favours", &paragraph.favours),
                ("why", &paragraph.favours_why),
            ] {
                look(format!("p{index}_{part}"), words);
            }
        }
        let loose = |paragraph: &Paragraph| paragraph.number.is_none();
        let last = self
            .paragraphs
            .iter()
            .rposition(|p| loose(p) && !p.is_blank())
            .unwrap_or(0);
        let gaps = self.paragraphs[..last].iter().enumerate();
        odd.extend(
            gaps.filter(|(_, paragraph)| loose(paragraph) && paragraph.is_blank())
                .map(|(index, _)| (format!("p{index}"), Odd::Gap)),
        );
        odd
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(answers: &[(&str, &[&str])], paragraphs: &[(Option<u32>, &str)]) -> TestimonyForm {
        let mut form = TestimonyForm::default();
        for (name, given) in answers {
            form.answers.set(name, given.iter().copied());
        }
        form.paragraphs = paragraphs
            .iter()
            .map(|(number, text)| Paragraph {
                number: *number,
                text: (*text).into(),
                ..Paragraph::default()
            })
            .collect();
        form
    }

    #[test]
    fn what_is_odd_is_said_at_its_field() {
        let unseen = |names: &[&str]| Odd::Unseen(names.iter().map(|name| (*name).to_owned()).collect());
        let table = [
            (form(&[], &[]), vec![]),
            (form(&[], &[(None, "رأيت\nسيارة")]), vec![]),
            (
                form(&[], &[(None, "أ"), (None, "قال \u{202E}لا\u{202C}\u{200B}")]),
                vec![("p1", unseen(&["RLO", "PDF", "ZWSP"]))],
            ),
            (
                form(
                    &[("summary", &["\u{FEFF}ملخص"]), ("breaks.why", &["", "\u{2060}"])],
                    &[],
                ),
                vec![("breaks.why.1", unseen(&["WJ"])), ("summary", unseen(&["BOM"]))],
            ),
            // Empty paragraphs at the end are only offered.
            (form(&[], &[(None, "أ"), (None, ""), (None, " ")]), vec![]),
            (form(&[], &[(None, ""), (None, "")]), vec![]),
            (
                form(&[], &[(None, ""), (None, "أ"), (None, "\n"), (None, "ب")]),
                vec![("p0", Odd::Gap), ("p2", Odd::Gap)],
            ),
            (
                form(&[], &[(None, "\u{200B}"), (None, "ب")]),
                vec![("p0", unseen(&["ZWSP"])), ("p0", Odd::Gap)],
            ),
            // What has its number stays where it is.
            (form(&[], &[(Some(1), "أ"), (None, ""), (Some(2), "ب")]), vec![]),
        ];
        for (form, expected) in table {
            let expected: Vec<_> = expected
                .into_iter()
                .map(|(field, odd)| (field.to_owned(), odd))
                .collect();
            assert_eq!(form.odd(), expected);
        }
    }

    #[test]
    fn nothing_odd_is_refused_or_changed() {
        let form = form(
            &[("summary", &["\u{202E}ملخص"])],
            &[(None, "\u{200B}"), (None, "\u{2066}ب")],
        );
        assert!(!form.odd().is_empty());
        form.check_lengths().expect("kept");
        assert!(!form.paragraphs[0].text.is_white(), "kept");
    }
}
