//! Marking up a paragraph: words of it become a part in an act, an act, or a place, with the citation made.

use crate::form::{Check, FromPairs, Pairs, SHORT};
use crate::link::act_number;
use crate::{Code, Kind, Problem, ProblemKind, Words, text, vocabulary};

/// What the marked words are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Marked {
    /// A person or unit that had a part: a code of [`vocabulary::INVOLVEMENT_ROLE`].
    Party { role: String, confidence: String, who: Who },
    /// What was done: the citation is the act's.
    Act,
    /// Where it was: the citation is the incident's.
    Place,
}

/// Who the words name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Who {
    /// A person or unit that is on record.
    Known(Code),
    /// A person who is not: the name, as it is to stand in the new record.
    New(Words),
}

/// The form, as typed.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct MarkingForm {
    pub paragraph: String,
    /// The words, as they stand in the paragraph.
    pub words: String,
    /// A role, `act` or `place`.
    pub what: String,
    pub incident: String,
    /// The number of an act of the incident; "" for the incident as a whole; `new` for a new one.
    pub act: String,
    /// What the new act is.
    pub violation: String,
    pub confidence: String,
    /// The code of a record; "" makes a new person of the name.
    pub party: String,
    pub name: String,
}

impl FromPairs for MarkingForm {
    fn from_pairs(pairs: &Pairs) -> Self {
        Self {
            paragraph: pairs.get("p"),
            words: pairs.get("words"),
            what: pairs.get("what"),
            incident: pairs.get("incident"),
            act: pairs.get("act"),
            violation: pairs.get("violation"),
            confidence: pairs.get("confidence"),
            party: pairs.get("party"),
            name: pairs.get("name"),
        }
    }
}

/// A marking, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Marking {
    pub paragraph: u32,
    pub words: Words,
    pub incident: Code,
    pub what: Marked,
    /// An act of the incident, by its number.
    pub act: Option<u32>,
    /// A new act: a code of [`vocabulary::VIOLATION`].
    pub violation: Option<String>,
}

impl MarkingForm {
    /// Checks the form; whether the words stand in the paragraph is [`locate`]'s matter.
    ///
    /// # Errors
    /// Every problem, at its field.
    pub fn check(&self) -> Result<Marking, Vec<Problem>> {
        let mut check = Check::new();
        let paragraph = self.paragraph.parse().unwrap_or(0);
        let words = check.required("words", &self.words, crate::form::LONG);
        let incident = self
            .incident
            .parse::<Code>()
            .ok()
            .filter(|code| code.kind() == Kind::Incident);
        if incident.is_none() {
            check.problem("incident", ProblemKind::Missing);
        }
        let (act, violation) = if self.act == "new" {
            let violation = check.choice("violation", &self.violation, |code| {
                vocabulary::VIOLATION
                    .get(code)
                    .is_some_and(|violation| !violation.is_heading())
            });
            (None, Some(violation))
        } else {
            (act_number(&mut check, &self.act), None)
        };
        let what = match self.what.as_str() {
            "place" => Marked::Place,
            "act" => {
                if act.is_none() && violation.is_none() {
                    check.problem("act", ProblemKind::Missing);
                }
                Marked::Act
            }
            role => {
                let role = check.choice("what", role, |code| vocabulary::INVOLVEMENT_ROLE.has(code));
                let confidence = check.choice("confidence", &self.confidence, |code| vocabulary::ATTRIBUTION.has(code));
                let who = if self.party.trim().is_empty() {
                    Who::New(check.required("name", &self.name, SHORT))
                } else {
                    let code = self.party.parse::<Code>().ok();
                    let code = code.filter(|code| matches!(code.kind(), Kind::Person | Kind::Unit));
                    code.map_or_else(
                        || {
                            check.problem("party", ProblemKind::NoSuchRecord);
                            Who::New(Words::default())
                        },
                        Who::Known,
                    )
                };
                Marked::Party { role, confidence, who }
            }
        };
        match incident {
            Some(incident) => check.finish(Marking {
                paragraph,
                words,
                incident,
                what,
                act,
                violation,
            }),
            None => Err(check.finish(()).err().unwrap_or_default()),
        }
    }
}

/// Where words stand in a text: from and to, in characters. White space counts as one, whatever its kind; else letter by letter,
/// and where they don't stand so, by their folded form.
#[must_use]
pub fn locate(text: &str, words: &str) -> Option<(u32, u32)> {
    let words = words.trim();
    if words.is_empty() {
        return None;
    }
    let bytes = text.find(words).map(|at| at..at + words.len()).or_else(|| {
        let (tokens, wanted) = (text::tokens(text), text::tokens(words));
        let at = tokens
            .windows(wanted.len().max(1))
            .find(|here| !wanted.is_empty() && here.iter().zip(&wanted).all(|(token, word)| token.stem == word.stem))?;
        Some(at[0].at.start..at[at.len() - 1].at.end)
    })?;
    let count = |part: &str| u32::try_from(part.chars().count()).ok();
    let from = count(&text[..bytes.start])?;
    Some((from, from + count(&text[bytes])?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_where_they_stand() {
        let text = "رأيت أَحْمَد\nعند الحاجز مع سامر";
        assert_eq!(locate(text, "عند الحاجز"), Some((13, 23)));
        assert_eq!(locate(text, "احمد عند"), Some((5, 16)), "folded, across a line");
        assert_eq!(locate(text, "غائب"), None);
        assert_eq!(locate(text, "  "), None);
    }

    #[test]
    fn a_marking_says_what_is_missing_at_its_field() {
        let good = MarkingForm {
            paragraph: "3".into(),
            words: "سامر".into(),
            what: "victim".into(),
            incident: "I-2025-0001".into(),
            act: "1".into(),
            confidence: "AC1".into(),
            name: "سامر".into(),
            ..MarkingForm::default()
        };
        assert!(good.check().is_ok());
        let problem = |change: fn(&mut MarkingForm)| {
            let mut form = good.clone();
            change(&mut form);
            form.check()
                .err()
                .map(|problems| problems.into_iter().map(|problem| problem.field).collect::<Vec<_>>())
        };
        assert_eq!(problem(|form| form.name.clear()), Some(vec!["name".to_owned()]));
        assert_eq!(problem(|form| form.incident.clear()), Some(vec!["incident".to_owned()]));
        assert_eq!(
            problem(|form| form.act = "new".into()),
            Some(vec!["violation".to_owned()])
        );
        assert_eq!(
            problem(|form| form.party = "T-2025-0001".into()),
            Some(vec!["party".to_owned()])
        );
        assert_eq!(
            problem(|form| {
                form.what = "act".into();
                form.act.clear();
            }),
            Some(vec!["act".to_owned()])
        );
        assert_eq!(problem(|form| form.what = "place".into()), None);
    }
}
