//! A person: witness, victim or alleged perpetrator, known by a pseudonym; the name is sealed under the identity key.

use crate::form::{Check, FromPairs, LONG, Pairs, SHORT};
use crate::{Problem, ProblemKind, Words, vocabulary};
use serde::{Deserialize, Serialize};

/// The form of a person, as typed.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct PersonForm {
    pub name_ar: String,
    pub name_latin: String,
    pub father: String,
    pub mother: String,
    pub aliases: String,
    pub sex: String,
    pub birth_year: String,
    pub victim_status: String,
    pub protected: bool,
    pub note: String,
}

impl FromPairs for PersonForm {
    fn from_pairs(pairs: &Pairs) -> Self {
        Self {
            name_ar: pairs.get("name_ar"),
            name_latin: pairs.get("name_latin"),
            father: pairs.get("father"),
            mother: pairs.get("mother"),
            aliases: pairs.get("aliases"),
            sex: pairs.get("sex"),
            birth_year: pairs.get("birth_year"),
            victim_status: pairs.get("victim_status"),
            protected: pairs.has("protected"),
            note: pairs.get("note"),
        }
    }
}

/// A person's facts, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonDraft {
    /// What the person is called on screen: the Arabic name, else the Latin one, else the first alias.
    pub name: Words,
    pub body: PersonBody,
    /// A code of [`vocabulary::SEX`].
    pub sex: String,
    /// 1900 to the current year.
    pub birth_year: Option<i32>,
    /// A code of [`vocabulary::VICTIM_STATUS`].
    pub victim_status: Option<String>,
    /// Shown by pseudonym to all but the lead, second, protection officer and supervisor of the case.
    pub protected: bool,
}

/// What of a person is sealed besides the name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonBody {
    pub name_ar: Words,
    pub name_latin: Words,
    pub father: Words,
    pub mother: Words,
    /// One a line.
    pub aliases: Words,
    pub note: Words,
}

impl PersonForm {
    /// Checks the form. A person without any name is allowed where the note says who is meant (an unknown perpetrator).
    ///
    /// # Errors
    /// Every problem, at its field.
    pub fn check(&self, this_year: i32) -> Result<PersonDraft, Vec<Problem>> {
        let mut check = Check::new();
        let body = PersonBody {
            name_ar: check.optional("name_ar", &self.name_ar, SHORT),
            name_latin: check.optional("name_latin", &self.name_latin, SHORT),
            father: check.optional("father", &self.father, SHORT),
            mother: check.optional("mother", &self.mother, SHORT),
            aliases: check.optional("aliases", &self.aliases, LONG),
            note: check.optional("note", &self.note, LONG),
        };
        let alias = body
            .aliases
            .lines()
            .find(|line| !line.trim().is_empty())
            .map(Words::from)
            .unwrap_or_default();
        let name = [&body.name_ar, &body.name_latin, &alias]
            .into_iter()
            .find(|name| !name.is_blank())
            .cloned()
            .unwrap_or_default();
        if name.is_blank() && body.note.is_blank() {
            check.problem("name_ar", ProblemKind::Missing);
        }
        let sex = check.choice("sex", &self.sex, |code| vocabulary::SEX.has(code));
        let birth_year = check.optional_year("birth_year", &self.birth_year, 1900, this_year);
        let victim_status = check.optional_choice("victim_status", &self.victim_status, |code| {
            vocabulary::VICTIM_STATUS.has(code)
        });
        check.finish(PersonDraft {
            name,
            body,
            sex,
            birth_year,
            victim_status,
            protected: self.protected,
        })
    }
}
