//! A case: the file that testimonies, documents, incidents and people hang on, and that moves from intake to referral.

use crate::form::{Check, FromPairs, LONG, Pairs, SHORT};
use crate::{Problem, Words, vocabulary};
use serde::{Deserialize, Serialize};

/// The form of a case, as typed.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct CaseForm {
    pub title: String,
    pub summary: String,
    pub priority: String,
}

impl FromPairs for CaseForm {
    fn from_pairs(pairs: &Pairs) -> Self {
        Self {
            title: pairs.get("title"),
            summary: pairs.get("summary"),
            priority: pairs.get("priority"),
        }
    }
}

/// A case's own facts, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseDraft {
    pub title: Words,
    pub body: CaseBody,
    /// A code of [`vocabulary::PRIORITY`].
    pub priority: String,
}

/// What of a case is sealed besides its title.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseBody {
    pub summary: Words,
}

impl CaseForm {
    /// Checks the form.
    ///
    /// # Errors
    /// Every problem, at its field.
    pub fn check(&self) -> Result<CaseDraft, Vec<Problem>> {
        let mut check = Check::new();
        let title = check.required("title", &self.title, SHORT);
        let summary = check.optional("summary", &self.summary, LONG);
        let priority = check.choice("priority", &self.priority, |code| vocabulary::PRIORITY.has(code));
        check.finish(CaseDraft {
            title,
            body: CaseBody { summary },
            priority,
        })
    }
}
