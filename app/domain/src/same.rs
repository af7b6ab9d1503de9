//! Same person? What somebody decided about two records, and why. Records are never made one: one of them counts, and the
//! decision can be undone.

use crate::form::{Check, FromPairs, Pairs};
use crate::{Code, Kind, Problem, ProblemKind, Words};

/// What was decided about two records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Same,
    Different,
    /// Left open, with what would settle it.
    Unsure,
}

impl Verdict {
    /// Every verdict.
    pub const ALL: [Self; 3] = [Self::Same, Self::Different, Self::Unsure];

    /// The name kept in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Different => "different",
            Self::Unsure => "unsure",
        }
    }

    /// Reads the name kept in the database.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|verdict| verdict.name() == name)
    }
}

/// The form, as typed.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct VerdictForm {
    pub verdict: String,
    /// Of one person: the code of the record that counts.
    pub kept: String,
    pub reason: String,
    /// How many decisions about the two its writer was shown.
    pub seen: String,
}

impl FromPairs for VerdictForm {
    fn from_pairs(pairs: &Pairs) -> Self {
        Self {
            verdict: pairs.get("verdict"),
            kept: pairs.get("kept"),
            reason: pairs.get("reason"),
            seen: pairs.get("seen"),
        }
    }
}

/// A decision, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerdictDraft {
    pub verdict: Verdict,
    /// The record that counts, if they are one person.
    pub kept: Option<Code>,
    pub reason: Words,
    /// How many decisions about the two, ended ones too, its writer knew of.
    pub seen: u32,
}

impl VerdictForm {
    /// Checks the form about two records.
    ///
    /// # Errors
    /// Every problem, at its field.
    pub fn check(&self, pair: [&Code; 2]) -> Result<VerdictDraft, Vec<Problem>> {
        let mut check = Check::new();
        let verdict = Verdict::named(&self.verdict);
        if verdict.is_none() {
            check.problem("verdict", ProblemKind::Missing);
        }
        let kept = (verdict == Some(Verdict::Same)).then(|| self.kept.parse::<Code>().ok());
        let kept = kept.map(|code| code.filter(|code| code.kind() == Kind::Person && pair.contains(&code)));
        if kept == Some(None) {
            check.problem("kept", ProblemKind::Missing);
        }
        let reason = check.reason("reason", &self.reason);
        check.finish(()).map(|()| VerdictDraft {
            verdict: verdict.unwrap_or(Verdict::Unsure),
            kept: kept.flatten(),
            reason,
            seen: self.seen.parse().unwrap_or(0),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_person_is_kept_under_one_of_the_two_records() {
        let (a, b) = (Code::pseudonym([1; 5]), Code::pseudonym([2; 5]));
        let form = |verdict: &str, kept: &str| VerdictForm {
            verdict: verdict.into(),
            kept: kept.into(),
            reason: "same father, same mother, born a year apart".into(),
            seen: String::new(),
        };
        let fields = |form: VerdictForm| form.check([&a, &b]).err().map(|problems| problems[0].field.clone());
        assert_eq!(fields(form("same", b.as_str())), None);
        assert_eq!(fields(form("different", "")), None);
        assert_eq!(fields(form("same", "")), Some("kept".into()));
        assert_eq!(
            fields(form("same", Code::pseudonym([3; 5]).as_str())),
            Some("kept".into())
        );
        assert_eq!(fields(form("", "")), Some("verdict".into()));
        let short = VerdictForm {
            reason: "yes".into(),
            ..form("different", "")
        };
        assert_eq!(fields(short), Some("reason".into()));
    }
}
