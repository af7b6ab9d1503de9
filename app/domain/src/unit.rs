//! A unit: a force, group or cell; its place in a chain of command is bound in time.

use crate::form::{Check, FromPairs, LONG, Pairs, SHORT};
use crate::{Code, Kind, Problem, ProblemKind, Words, vocabulary};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// The form of a unit, as typed.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct UnitForm {
    pub name_ar: String,
    pub name_latin: String,
    pub party_type: String,
    pub parent: String,
    pub valid_from: String,
    pub valid_to: String,
    pub note: String,
}

impl FromPairs for UnitForm {
    fn from_pairs(pairs: &Pairs) -> Self {
        Self {
            name_ar: pairs.get("name_ar"),
            name_latin: pairs.get("name_latin"),
            party_type: pairs.get("party_type"),
            parent: pairs.get("parent"),
            valid_from: pairs.get("valid_from"),
            valid_to: pairs.get("valid_to"),
            note: pairs.get("note"),
        }
    }
}

/// A unit's facts, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnitDraft {
    pub name: Words,
    pub body: UnitBody,
    /// A code of [`vocabulary::PARTY_TYPE`].
    pub party_type: String,
    /// The unit it stands under, as alleged.
    pub parent: Option<Code>,
    pub valid_from: Option<NaiveDate>,
    pub valid_to: Option<NaiveDate>,
}

/// What of a unit is sealed besides the name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitBody {
    pub name_ar: Words,
    pub name_latin: Words,
    pub note: Words,
}

impl UnitForm {
    /// Checks the form.
    ///
    /// # Errors
    /// Every problem, at its field.
    pub fn check(&self) -> Result<UnitDraft, Vec<Problem>> {
        let mut check = Check::new();
        let body = UnitBody {
            name_ar: check.optional("name_ar", &self.name_ar, SHORT),
            name_latin: check.optional("name_latin", &self.name_latin, SHORT),
            note: check.optional("note", &self.note, LONG),
        };
        let name = if body.name_ar.is_blank() {
            body.name_latin.clone()
        } else {
            body.name_ar.clone()
        };
        if name.is_blank() {
            check.problem("name_ar", ProblemKind::Missing);
        }
        let party_type = check.choice("party_type", &self.party_type, |code| vocabulary::PARTY_TYPE.has(code));
        let parent = (!self.parent.trim().is_empty()).then(|| self.parent.parse::<Code>());
        if parent
            .as_ref()
            .is_some_and(|parent| !parent.as_ref().is_ok_and(|code| code.kind() == Kind::Unit))
        {
            check.problem("parent", ProblemKind::NoSuchRecord);
        }
        let valid_from = check.optional_date("valid_from", &self.valid_from);
        let valid_to = check.optional_date("valid_to", &self.valid_to);
        if let (Some(from), Some(to)) = (valid_from, valid_to)
            && to < from
        {
            check.problem("valid_to", ProblemKind::EndsBeforeStart);
        }
        check.finish(UnitDraft {
            name,
            body,
            party_type,
            parent: parent.and_then(Result::ok),
            valid_from,
            valid_to,
        })
    }
}
