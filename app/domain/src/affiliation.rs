//! With whom a person was: in a unit, or on the side of a party where no unit is known; in which role, and when.

use crate::command::{Span, code_of};
use crate::form::{Check, FromPairs, LONG, Pairs};
use crate::link::{Citation, CitationForm};
use crate::{Code, Kind, Problem, ProblemKind, Words, vocabulary};
use chrono::NaiveDate;

/// The form of an affiliation, as typed.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct AffiliationForm {
    /// The unit's code.
    pub unit: String,
    pub party_type: String,
    pub role: String,
    pub from_day: String,
    pub to_day: String,
    pub confidence: String,
    pub note: String,
    pub citations: CitationForm,
}

impl FromPairs for AffiliationForm {
    fn from_pairs(pairs: &Pairs) -> Self {
        Self {
            unit: pairs.get("unit"),
            party_type: pairs.get("party_type"),
            role: pairs.get("role"),
            from_day: pairs.get("from_day"),
            to_day: pairs.get("to_day"),
            confidence: pairs.get("confidence"),
            note: pairs.get("note"),
            citations: CitationForm::from_pairs(pairs),
        }
    }
}

/// With what somebody is affiliated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum With {
    Unit(Code),
    /// A code of [`vocabulary::PARTY_TYPE`], where no unit is known.
    Party(String),
}

/// An affiliation, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Affiliation {
    pub with: With,
    /// A code of [`vocabulary::AFFILIATION_ROLE`].
    pub role: String,
    pub when: Span,
    /// A code of [`vocabulary::ATTRIBUTION`]: AC0 to AC4.
    pub confidence: String,
    pub note: Words,
    /// At least one.
    pub citations: Vec<Citation>,
}

impl AffiliationForm {
    /// Checks the form. Of unit and party exactly one is given: a unit has its party.
    ///
    /// # Errors
    /// Every problem, at its field.
    pub fn check(&self, today: NaiveDate) -> Result<Affiliation, Vec<Problem>> {
        let mut check = Check::new();
        let party = check.optional_choice("party_type", &self.party_type, |code| vocabulary::PARTY_TYPE.has(code));
        let with = match (party, self.unit.trim().is_empty()) {
            (Some(party), true) => Some(With::Party(party)),
            (Some(_), false) => {
                check.problem("party_type", ProblemKind::Contradicts);
                None
            }
            (None, _) => code_of(&mut check, "unit", &self.unit, Kind::Unit).map(With::Unit),
        };
        let role = check.choice("role", &self.role, |code| vocabulary::AFFILIATION_ROLE.has(code));
        let when = Span::check(
            &mut check,
            [("from_day", &self.from_day), ("to_day", &self.to_day)],
            today,
        );
        let confidence = check.choice("confidence", &self.confidence, |code| vocabulary::ATTRIBUTION.has(code));
        let note = check.optional("note", &self.note, LONG);
        let citations = self.citations.needed(&mut check);
        match with {
            Some(with) => check.finish(Affiliation {
                with,
                role,
                when,
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
    fn one_is_with_a_unit_or_with_a_party() {
        let today = NaiveDate::from_ymd_opt(2025, 8, 1).expect("a day");
        let form = |unit: &str, party: &str| AffiliationForm {
            unit: unit.into(),
            party_type: party.into(),
            role: "member".into(),
            confidence: "AC1".into(),
            citations: CitationForm(vec![("T-2025-0001".into(), "3".into())]),
            ..AffiliationForm::default()
        };
        let unit = "U-2025-0001".parse().expect("a code");
        let with = |form: AffiliationForm| form.check(today).map(|affiliation| affiliation.with);
        assert_eq!(with(form("u-2025-0001", "")), Ok(With::Unit(unit)));
        assert_eq!(with(form("", "LOCAL-ARMED")), Ok(With::Party("LOCAL-ARMED".into())));
        for (unit, party, field, kind) in [
            ("", "", "unit", ProblemKind::Missing),
            ("U-2025-0001", "LOCAL-ARMED", "party_type", ProblemKind::Contradicts),
            ("I-2025-0001", "", "unit", ProblemKind::NoSuchRecord),
            ("", "NOBODY", "party_type", ProblemKind::Unknown),
        ] {
            let problems = with(form(unit, party)).expect_err("refused");
            assert_eq!(problems[0], Problem::new(field, kind), "{unit} {party}");
        }
    }
}
