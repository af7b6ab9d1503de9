//! Links between records, and the citations they rest on.

use crate::form::{Check, FromPairs, LONG, Pairs};
use crate::{Code, Kind, Problem, ProblemKind, Words, vocabulary};

/// One source a link rests on: paragraphs of a testimony, or a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Citation {
    /// A testimony or a document.
    pub source: Code,
    /// Paragraph numbers, ascending; empty for a document.
    pub paragraphs: Vec<u32>,
    /// The words it rests on, where one paragraph is cited: from and to, in characters of its text.
    pub mark: Option<(u32, u32)>,
}

impl Citation {
    /// A source without marked words.
    #[must_use]
    pub const fn of(source: Code, paragraphs: Vec<u32>) -> Self {
        Self {
            source,
            paragraphs,
            mark: None,
        }
    }
}

/// The citations of a form, as typed: a source's code and what was written beside it.
///
/// A testimony's field is `cite.T-2025-0123` with paragraph numbers (`3, 5-7`); a document's is `cite.D-2025-0004`
/// with anything at all (a ticked box).
#[derive(Clone, Default, PartialEq, Eq)]
pub struct CitationForm(pub Vec<(String, String)>);

impl CitationForm {
    /// Reads the citation fields.
    #[must_use]
    pub fn from_pairs(pairs: &Pairs) -> Self {
        Self(pairs.under("cite."))
    }

    /// What was typed beside a source.
    #[must_use]
    pub fn at(&self, code: &str) -> String {
        self.0
            .iter()
            .find(|(c, _)| c == code)
            .map(|(_, text)| text.clone())
            .unwrap_or_default()
    }

    /// Reads the citations, of which there must be at least one.
    pub fn needed(&self, check: &mut Check) -> Vec<Citation> {
        let citations = self.check(check);
        if citations.is_empty() && !self.0.iter().any(|(_, text)| !text.trim().is_empty()) {
            check.problem("citations", ProblemKind::NotCited);
        }
        citations
    }

    /// Reads the citations; whether the paragraphs exist is the store's matter.
    pub fn check(&self, check: &mut Check) -> Vec<Citation> {
        let mut citations = Vec::new();
        for (code, text) in self.0.iter().filter(|(_, text)| !text.trim().is_empty()) {
            let field = format!("cite.{code}");
            match code.parse::<Code>() {
                Ok(source) if source.kind() == Kind::Document => citations.push(Citation::of(source, Vec::new())),
                Ok(source) if source.kind() == Kind::Testimony => match numbers(text) {
                    Some(paragraphs) => citations.push(Citation::of(source, paragraphs)),
                    None => check.problem(&field, ProblemKind::NotParagraphs),
                },
                _ => check.problem(&field, ProblemKind::NoSuchRecord),
            }
        }
        citations
    }
}

/// Reads paragraph numbers: `3`, `3, 5-7`, `٣، ٥`. At most 500 of them; none if anything else is written.
#[must_use]
pub fn numbers(text: &str) -> Option<Vec<u32>> {
    let text = crate::text::digits(text)
        .replace(['،', ';', '§', '؛'], ",")
        .replace(['–', '—'], "-");
    let mut all = Vec::new();
    for part in text.split([',', ' ']).map(str::trim).filter(|part| !part.is_empty()) {
        let (from, to) = part.split_once('-').unwrap_or((part, part));
        let (from, to) = (from.trim().parse::<u32>().ok()?, to.trim().parse::<u32>().ok()?);
        if from == 0 || to < from || to - from > 500 {
            return None;
        }
        all.extend(from..=to);
    }
    all.sort_unstable();
    all.dedup();
    (!all.is_empty() && all.len() <= 500).then_some(all)
}

/// The number of an act, as chosen.
pub(crate) fn act_number(check: &mut Check, text: &str) -> Option<u32> {
    let number = text.parse::<u32>().ok();
    if number.is_none() && !text.is_empty() {
        check.problem("act", ProblemKind::Unknown);
    }
    number
}

/// The form that says a person or unit was involved in an incident.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct InvolvementForm {
    /// The person's or unit's code.
    pub party: String,
    /// The number of an act of the incident; "" for the incident as a whole.
    pub act: String,
    pub role: String,
    pub mode: String,
    pub confidence: String,
    pub note: String,
    pub citations: CitationForm,
}

impl FromPairs for InvolvementForm {
    fn from_pairs(pairs: &Pairs) -> Self {
        Self {
            party: pairs.get("party"),
            act: pairs.get("act"),
            role: pairs.get("role"),
            mode: pairs.get("mode"),
            confidence: pairs.get("confidence"),
            note: pairs.get("note"),
            citations: CitationForm::from_pairs(pairs),
        }
    }
}

/// A person's or unit's part in an incident, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Involvement {
    pub party: Code,
    /// The act, by its number in the incident; none for the incident as a whole.
    pub act: Option<u32>,
    /// A code of [`vocabulary::MODE_OF_LIABILITY`]: of an alleged perpetrator only.
    pub mode: Option<String>,
    /// A code of [`vocabulary::INVOLVEMENT_ROLE`].
    pub role: String,
    /// A code of [`vocabulary::ATTRIBUTION`]: AC0 to AC4.
    pub confidence: String,
    pub note: Words,
    /// At least one: a link says what it rests on.
    pub citations: Vec<Citation>,
}

impl InvolvementForm {
    /// Checks the form.
    ///
    /// # Errors
    /// Every problem, at its field.
    pub fn check(&self) -> Result<Involvement, Vec<Problem>> {
        let mut check = Check::new();
        let party = self
            .party
            .parse::<Code>()
            .ok()
            .filter(|code| matches!(code.kind(), Kind::Person | Kind::Unit));
        if self.party.trim().is_empty() {
            check.problem("party", ProblemKind::Missing);
        } else if party.is_none() {
            check.problem("party", ProblemKind::NoSuchRecord);
        }
        let role = check.choice("role", &self.role, |code| vocabulary::INVOLVEMENT_ROLE.has(code));
        let confidence = check.choice("confidence", &self.confidence, |code| vocabulary::ATTRIBUTION.has(code));
        let act = act_number(&mut check, &self.act);
        let mode = check.optional_choice("mode", &self.mode, |code| vocabulary::MODE_OF_LIABILITY.has(code));
        if mode.is_some() && role != "alleged_perpetrator" {
            check.problem("mode", ProblemKind::Contradicts);
        }
        let note = check.optional("note", &self.note, LONG);
        let citations = self.citations.needed(&mut check);
        match party {
            Some(party) => check.finish(Involvement {
                party,
                act,
                mode,
                role,
                confidence,
                note,
                citations,
            }),
            None => Err(check.finish(()).err().unwrap_or_default()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paragraph_numbers_are_read_as_people_write_them() {
        assert_eq!(numbers("3"), Some(vec![3]));
        assert_eq!(numbers("§5–7, 3"), Some(vec![3, 5, 6, 7]));
        assert_eq!(numbers("٣، ٥"), Some(vec![3, 5]));
        for text in ["", "0", "3-1", "x", "1-9999999", "3.5"] {
            assert_eq!(numbers(text), None, "{text}");
        }
    }
}
