//! Do no harm: what must be weighed before somebody speaks with a witness again.
//!
//! Pure, out of what the store knows. The screens show the answer wherever an interview is prepared: on the person's page,
//! beside their risks, and where a testimony is begun. (Source: `record.md`, Protection; `protection_risks.json`, rule;
//! repeated interviews are themselves a harm.)
//!
//! To add a warning: a variant of [`Warning`], its rule in [`warnings`], its sentence in the part that shows them.

use crate::risk::Standing;
use crate::{AccountId, Code};
use chrono::NaiveDate;

/// An interview that was held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interviewed {
    pub testimony: Code,
    /// None where the draft does not say yet.
    pub on: Option<NaiveDate>,
    /// Who led it.
    pub by: AccountId,
}

/// What is known of a person, as far as it warns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// Where they stand; none if this reader may not see their risks.
    pub standing: Option<Standing>,
    /// The interviews that this reader may know of.
    pub interviews: Vec<Interviewed>,
    /// They asked for an interviewer of their own sex, or for female staff.
    pub same_sex: bool,
}

/// One thing to weigh.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Warning {
    /// A critical residual risk is open: no interview before a protection officer has cleared it, no naming, no referral.
    CriticalRisk,
    /// Nobody has assessed what could happen to them.
    NotAssessed,
    /// An assessment should have been reviewed by this day.
    ReviewOverdue(NaiveDate),
    /// The interviewer is to be of the same sex.
    SameSex,
    /// They have told it before: by whom and when, in the order of the days.
    Interviewed(Vec<Interviewed>),
}

/// Everything to weigh, the gravest first. Whoever was never interviewed and is not about to be (`witness`) need not be
/// assessed.
#[must_use]
pub fn warnings(known: &Known, witness: bool) -> Vec<Warning> {
    let mut warnings = Vec::new();
    match known.standing {
        Some(Standing::Critical) => warnings.push(Warning::CriticalRisk),
        Some(Standing::NotAssessed) if witness || !known.interviews.is_empty() => warnings.push(Warning::NotAssessed),
        Some(Standing::Overdue(since)) => warnings.push(Warning::ReviewOverdue(since)),
        Some(Standing::NotAssessed | Standing::Current(_)) | None => {}
    }
    if known.same_sex {
        warnings.push(Warning::SameSex);
    }
    if !known.interviews.is_empty() {
        let mut interviews = known.interviews.clone();
        interviews.sort_by_key(|interview| (interview.on.is_none(), interview.on));
        warnings.push(Warning::Interviewed(interviews));
    }
    warnings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Kind;

    fn interview(number: i64, on: Option<&str>) -> Interviewed {
        Interviewed {
            testimony: Code::numbered(Kind::Testimony, 2025, number),
            on: on.map(|day| day.parse().expect("a date")),
            by: AccountId(uuid::Uuid::nil()),
        }
    }

    #[test]
    fn what_warns_is_this_table() {
        let day: NaiveDate = "2025-07-15".parse().expect("a date");
        let (early, late, undated) = (
            interview(2, Some("2025-03-26")),
            interview(1, Some("2025-05-14")),
            interview(3, None),
        );
        let of = |standing, interviews: &[Interviewed], same_sex| Known {
            standing,
            interviews: interviews.to_vec(),
            same_sex,
        };
        let table = [
            (of(None, &[], false), false, vec![]),
            (of(Some(Standing::Current(day)), &[], false), true, vec![]),
            // A suspect is nobody's witness.
            (of(Some(Standing::NotAssessed), &[], false), false, vec![]),
            (
                of(Some(Standing::NotAssessed), &[], false),
                true,
                vec![Warning::NotAssessed],
            ),
            (
                of(Some(Standing::Overdue(day)), &[], true),
                false,
                vec![Warning::ReviewOverdue(day), Warning::SameSex],
            ),
            (
                of(
                    Some(Standing::Critical),
                    &[undated.clone(), late.clone(), early.clone()],
                    true,
                ),
                true,
                vec![
                    Warning::CriticalRisk,
                    Warning::SameSex,
                    Warning::Interviewed(vec![early, late.clone(), undated]),
                ],
            ),
            // Who may not see the risks is still told of the interviews.
            (
                of(None, std::slice::from_ref(&late), false),
                true,
                vec![Warning::Interviewed(vec![late])],
            ),
        ];
        for (known, witness, expected) in table {
            assert_eq!(warnings(&known, witness), expected, "{known:?}");
        }
    }
}
