//! What the record knows of a testimony, as far as a sharing depends on it: every [`Standing`] of the product is made here,
//! for the guards of a case as for the pages.

use super::{ANALYSIS, Bar, Child, Consent, Given, Identity, Passage, Permit, Sharing, Standing, is_child, may_go};
use chrono::NaiveDate;

/// A testimony, its witness and the consents to it, as [`Footing::may_go`] needs them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Footing {
    /// Final: read back, confirmed, signed or refusal recorded.
    pub filed: bool,
    /// The year in which the witness was born; none where it is not recorded, or nobody is on record as the witness.
    pub birth_year: Option<i32>,
    /// The consents that none supersedes, withdrawn and refused ones among them.
    pub consents: Vec<Given>,
    /// A critical risk to the witness that no protection officer has cleared.
    pub critical_risk: bool,
    /// Whoever asks may know of risks; else an answer does not say that one is the reason.
    pub risks_shown: bool,
}

/// How far a paragraph may go to one recipient for one purpose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reach {
    /// With the most that may be shown of who the person is; none if it does not go at all.
    pub goes: Option<Permit>,
    /// Every reason why it does not go, or not by name; none for what goes by name.
    pub bars: Vec<Bar>,
}

impl Footing {
    /// The consent to this purpose and recipient that none supersedes, whatever it says.
    #[must_use]
    pub fn given(&self, purpose: &str, recipient: &str) -> Option<&Given> {
        self.consents
            .iter()
            .find(|given| given.consent.purpose == purpose && given.consent.recipient == recipient)
    }

    /// Whether the witness was a child when they answered about it, or is one on that day if nobody asked; none where the
    /// record can't say.
    #[must_use]
    pub fn is_child(&self, purpose: &str, recipient: &str, on: NaiveDate) -> Option<bool> {
        let on = self.given(purpose, recipient).map_or(on, |given| given.obtained_on);
        is_child(self.birth_year, on)
    }

    /// What [`may_go`] answers. An age that the record can't say bars nothing here: another person attests it when the case
    /// moves (G-MINOR).
    ///
    /// # Errors
    /// All bars, not only the first.
    pub fn may_go(&self, passage: Passage, sharing: &Sharing<'_>) -> Result<Permit, Vec<Bar>> {
        let consents: Vec<Consent> = self.consents.iter().map(|given| given.consent.clone()).collect();
        let given = self.given(sharing.purpose, sharing.recipient);
        let child = self.is_child(sharing.purpose, sharing.recipient, sharing.on) == Some(true);
        let standing = Standing {
            consents: &consents,
            filed: self.filed,
            child: child.then(|| Child {
                assent: given.is_some_and(|given| given.assent),
                best_interest: given.is_some_and(|given| given.best_interest),
            }),
            critical_risk: self.critical_risk,
        };
        may_go(passage, sharing, &standing).map_err(|mut bars| {
            for bar in &mut bars {
                if *bar == Bar::CriticalRisk && !self.risks_shown {
                    *bar = Bar::Withheld;
                }
            }
            bars
        })
    }

    /// How far a paragraph may go on that day, while nobody has stated that a condition is met.
    #[must_use]
    pub fn how_far(&self, passage: Passage, purpose: &str, recipient: &str, on: NaiveDate) -> Reach {
        let ask = |identity| {
            let sharing = Sharing {
                purpose,
                recipient,
                identity,
                on,
                met: &[],
            };
            self.may_go(passage, &sharing)
        };
        // By name more stands in the way than without any identity: what does not go at all is asked about without.
        let by_name = ask(Identity::Named);
        let bars = by_name.as_ref().err().cloned().unwrap_or_default();
        match by_name.or_else(|_| ask(Identity::Pseudonym)) {
            Ok(permit) => Reach {
                goes: Some(permit),
                bars,
            },
            Err(_) => match ask(Identity::Anonymous) {
                Ok(permit) => Reach {
                    goes: Some(permit),
                    bars,
                },
                Err(bars) => Reach { goes: None, bars },
            },
        }
    }

    /// Why the committee's own analysis does not hold on that day; nothing if it does. A draft is analysed while it is
    /// written, and what somebody can state for one sharing is no matter of it.
    #[must_use]
    pub fn analysis(&self, on: NaiveDate) -> Vec<Bar> {
        let reach = self.how_far(Passage::default(), ANALYSIS, "committee", on);
        let mut bars = reach.bars;
        bars.retain(|bar| reach.goes.is_none() && *bar != Bar::Draft && !bar.can_be_stated());
        bars
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Condition, Decision};
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    fn given(purpose: &str, recipient: &str, identity: Identity) -> Given {
        Given {
            consent: Consent {
                purpose: purpose.into(),
                recipient: recipient.into(),
                decision: Decision::Granted,
                identity,
                conditions: Vec::new(),
                not_before: None,
                expires_on: day("2026-03-26"),
                given_by: "self".into(),
                withdrawn_on: None,
            },
            obtained_on: day("2025-03-26"),
            assent: false,
            best_interest: false,
        }
    }

    fn footing(consents: Vec<Given>) -> Footing {
        Footing {
            filed: true,
            birth_year: Some(1980),
            consents,
            critical_risk: false,
            risks_shown: true,
        }
    }

    fn far(footing: &Footing, purpose: &str, recipient: &str) -> (Option<Identity>, Vec<Bar>) {
        let reach = footing.how_far(Passage::default(), purpose, recipient, day("2025-08-01"));
        (reach.goes.map(|permit| permit.identity), reach.bars)
    }

    #[test]
    fn it_goes_as_far_as_it_may_and_says_why_not_further() {
        let named = footing(vec![given("un_mechanisms", "iiim", Identity::Named)]);
        assert_eq!(
            far(&named, "un_mechanisms", "iiim"),
            (Some(Identity::Named), Vec::new())
        );
        let critical = Footing {
            critical_risk: true,
            ..named.clone()
        };
        assert_eq!(
            far(&critical, "un_mechanisms", "iiim"),
            (Some(Identity::Pseudonym), vec![Bar::CriticalRisk])
        );
        let hidden = Footing {
            risks_shown: false,
            ..critical
        };
        assert_eq!(
            far(&hidden, "un_mechanisms", "iiim"),
            (Some(Identity::Pseudonym), vec![Bar::Withheld])
        );
        let anonymous = footing(vec![given("un_mechanisms", "iiim", Identity::Anonymous)]);
        assert_eq!(
            far(&anonymous, "un_mechanisms", "iiim"),
            (Some(Identity::Anonymous), vec![Bar::Identity(Identity::Anonymous)])
        );
        assert_eq!(far(&named, "un_mechanisms", "ohchr"), (None, vec![Bar::NotAsked]));
    }

    #[test]
    fn a_critical_risk_forbids_a_referral_without_any_identity() {
        let footing = Footing {
            critical_risk: true,
            ..footing(vec![given(
                "national_prosecution",
                "national_prosecutor",
                Identity::Named,
            )])
        };
        assert_eq!(
            far(&footing, "national_prosecution", "national_prosecutor"),
            (None, vec![Bar::CriticalRisk])
        );
    }

    #[test]
    fn a_child_is_spoken_for_by_another_or_by_a_decision_in_its_best_interest() {
        let with = |given_by: &str, assent: bool, best_interest: bool| {
            let mut one = given("un_mechanisms", "iiim", Identity::Named);
            one.consent.given_by = given_by.into();
            let one = Given {
                assent,
                best_interest,
                ..one
            };
            let child = Footing {
                birth_year: Some(2012),
                ..footing(vec![one])
            };
            far(&child, "un_mechanisms", "iiim").1
        };
        assert_eq!(with("guardian", true, false), []);
        assert_eq!(with("self", true, true), []);
        assert_eq!(with("self", true, false), [Bar::NoGuardian]);
        assert_eq!(with("self", false, true), [Bar::NoAssent]);
        assert_eq!(with("guardian", false, false), [Bar::NoAssent]);
    }

    #[test]
    fn analysis_needs_no_filing_and_nobody_s_word() {
        let analysis = |change: &dyn Fn(&mut Consent)| {
            let mut one = given(ANALYSIS, "committee", Identity::Pseudonym);
            change(&mut one.consent);
            let draft = Footing {
                filed: false,
                ..footing(vec![one])
            };
            draft.analysis(day("2025-08-01"))
        };
        assert_eq!(analysis(&|_| {}), []);
        assert_eq!(
            analysis(&|consent| consent.conditions = vec![Condition::ContactFirst]),
            []
        );
        assert_eq!(
            analysis(&|consent| consent.decision = Decision::Refused),
            [Bar::Refused]
        );
        assert_eq!(
            analysis(&|consent| consent.expires_on = day("2025-07-31")),
            [Bar::Expired(day("2025-07-31"))]
        );
        let later = |consent: &mut Consent| {
            consent.conditions = vec![Condition::NotBefore];
            consent.not_before = Some(day("2025-09-01"));
        };
        assert_eq!(analysis(&later), [Bar::NotBefore(day("2025-09-01"))]);
        assert_eq!(footing(Vec::new()).analysis(day("2025-08-01")), [Bar::NotAsked]);
    }
}
