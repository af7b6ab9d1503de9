//! A search that somebody keeps under a name, to open it again, and to be told when there is something new in it.

use crate::form::{Check, FromPairs, Pairs, SHORT};
use crate::{Problem, Words};

/// The most searches that one account keeps.
pub const MOST: u32 = 50;

/// The form, as typed.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct SavedForm {
    pub name: String,
    pub watched: bool,
    /// The newest change of the index when the page with the form was made.
    pub shown: String,
}

impl FromPairs for SavedForm {
    fn from_pairs(pairs: &Pairs) -> Self {
        Self {
            name: pairs.get("name"),
            watched: pairs.has("watched"),
            shown: pairs.get("shown"),
        }
    }
}

/// Name and wish, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedDraft {
    /// Without white space around it.
    pub name: Words,
    /// Its owner is told when there is something new.
    pub watched: bool,
    /// What changed later than this was not shown yet; none where nothing says so.
    pub shown: Option<i64>,
}

impl SavedForm {
    /// Checks the form.
    ///
    /// # Errors
    /// Every problem, at its field.
    pub fn check(&self) -> Result<SavedDraft, Vec<Problem>> {
        let mut check = Check::new();
        let name = check.required("name", self.name.trim(), SHORT);
        check.finish(SavedDraft {
            name,
            watched: self.watched,
            shown: self.shown.parse().ok(),
        })
    }
}

/// A name as it is held against others: no two of an account differ by case or white space alone.
#[must_use]
pub fn folded(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ProblemKind;

    #[test]
    fn a_name_is_needed_and_is_not_endless() {
        let problem = |name: &str| {
            let form = SavedForm {
                name: name.into(),
                ..SavedForm::default()
            };
            form.check().err().map(|problems| problems[0].kind.clone())
        };
        assert_eq!(problem(" المعطف البني "), None);
        assert_eq!(problem(" \u{200B} "), Some(ProblemKind::Missing));
        assert_eq!(problem(&"x".repeat(301)), Some(ProblemKind::TooLong(SHORT)));
    }

    #[test]
    fn names_are_one_whatever_their_case_and_spaces() {
        assert_eq!(folded(" The  Brown Coat"), folded("the brown coat "));
        assert_ne!(folded("brown coat"), folded("browncoat"));
    }
}
