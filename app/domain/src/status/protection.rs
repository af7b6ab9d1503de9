//! The guards that protect people: what the record itself says of consents, of risks, and of children.
//!
//! What the record finds missing nobody can vouch for. What it can't know, another person attests in writing, never the
//! one who moves the case: that a condition such as "contact me before each sharing" is met, that a witness whose year of
//! birth is not recorded is of age, that a decision in the best interest of a child was taken, and, while nobody is on
//! record as a witness, that none is known. (Source: `case_status.json`, guards; record.md, Decisions, "Guards".)

use super::{CaseFacts, Remedy, Transition};
use crate::Code;
use crate::consent::{ANALYSIS, Bar, Child, Consent, Effect, Given, Identity, Passage, Sharing, Standing, may_go};
use crate::risk;
use chrono::{Datelike, NaiveDate};

/// A testimony cited in a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CitedTestimony {
    /// The testimony.
    pub code: Code,
    /// It is final: read back, confirmed, signed or refusal recorded.
    pub is_final: bool,
    /// Whoever asks may know of it: only then does a remedy name it.
    pub shown: bool,
    /// The year in which the witness was born; none where it is not recorded, or nobody is on record as the witness.
    pub birth_year: Option<i32>,
    /// The consents to it that none supersedes, withdrawn and refused ones among them.
    pub consents: Vec<Given>,
}

/// A witness of a case: who gave one of its testimonies, or is linked as a witness to one of its incidents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Witness {
    /// The person.
    pub code: Code,
    /// Whoever asks may know of them and of the risks to them.
    pub shown: bool,
    /// Where they stand today.
    pub standing: risk::Standing,
}

/// Records that a remedy names, each with what is the matter with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named<T> {
    /// Those that whoever asks may know of.
    pub shown: Vec<(Code, T)>,
    /// How many more there are.
    pub hidden: usize,
}

impl<T> Named<T> {
    /// Out of codes, whether each is shown, and what is the matter; none if there are none.
    fn of(all: Vec<(&Code, bool, T)>) -> Option<Self> {
        let hidden = all.iter().filter(|(_, shown, _)| !shown).count();
        let any = !all.is_empty();
        let shown = all.into_iter().filter(|(_, shown, _)| *shown);
        let shown = shown.map(|(code, _, what)| (code.clone(), what)).collect();
        any.then_some(Self { shown, hidden })
    }
}

/// What the record says of a guard.
pub(super) enum Seen {
    /// It holds.
    Holds,
    /// It does not, and what would mend that.
    Lacks(Remedy),
    /// The record can't say; who would.
    CantTell(Remedy),
}

/// The age at which a person speaks for themselves.
const OF_AGE: i32 = 18;

/// None where the year of birth is not recorded, or was eighteen years before: they may be seventeen still.
fn is_child(birth_year: Option<i32>, on: NaiveDate) -> Option<bool> {
    match on.year() - birth_year? {
        OF_AGE => None,
        years => Some(years < OF_AGE),
    }
}

/// Whether somebody can state, for one sharing, that it no longer bars.
fn can_be_stated(bar: &Bar) -> bool {
    match bar {
        Bar::Condition(condition) => condition.effect() == Effect::First,
        _ => false,
    }
}

impl CitedTestimony {
    fn consent_to(&self, (purpose, recipient): (&str, &str)) -> Option<&Given> {
        self.consents
            .iter()
            .find(|given| given.consent.purpose == purpose && given.consent.recipient == recipient)
    }

    /// Why nothing of it may go there, even without any identity. What protects people apart from consent is for the
    /// guards of its own.
    fn bars(&self, (purpose, recipient): (&str, &str), today: NaiveDate, child: Option<Child>) -> Vec<Bar> {
        let consents: Vec<Consent> = self.consents.iter().map(|given| given.consent.clone()).collect();
        let sharing = Sharing {
            purpose,
            recipient,
            identity: Identity::Anonymous,
            on: today,
            met: &[],
        };
        let standing = Standing {
            consents: &consents,
            filed: self.is_final,
            child,
            critical_risk: false,
        };
        may_go(Passage::default(), &sharing, &standing)
            .err()
            .unwrap_or_default()
    }
}

/// The first answer that there is: what is missing, what can't be told, else that it holds.
fn first(lacks: Option<Remedy>, cant_tell: Option<Remedy>) -> Seen {
    match (lacks, cant_tell) {
        (Some(remedy), _) => Seen::Lacks(remedy),
        (None, Some(remedy)) => Seen::CantTell(remedy),
        (None, None) => Seen::Holds,
    }
}

/// `G-CONSENT`: every cited person consents to the recipient and purpose that the transition is about.
pub(super) fn consents(transition: &Transition, facts: &CaseFacts) -> Seen {
    let (mut lacking, mut unsure) = (Vec::new(), Vec::new());
    for testimony in &facts.cited {
        let bars = testimony.bars(transition.sharing(), facts.today, None);
        if bars.is_empty() {
            continue;
        }
        let list = if bars.iter().all(can_be_stated) {
            &mut unsure
        } else {
            &mut lacking
        };
        list.push((&testimony.code, testimony.shown, bars));
    }
    first(
        Named::of(lacking).map(Remedy::ObtainConsent),
        Named::of(unsure).map(Remedy::AskAbout),
    )
}

/// The part of `G-SIGNED` about consent: every cited person still consents to the committee's own analysis.
pub(super) fn analysed(facts: &CaseFacts) -> Option<Remedy> {
    let lacking = facts.cited.iter().filter_map(|testimony| {
        let bars = testimony.bars((ANALYSIS, "committee"), facts.today, None);
        let hard = !bars.iter().all(can_be_stated);
        hard.then_some((&testimony.code, testimony.shown, bars))
    });
    Named::of(lacking.collect()).map(Remedy::ObtainConsent)
}

/// `G-RISK`: every witness on record is assessed and reviewed in time, and no critical risk is open.
pub(super) fn risks(facts: &CaseFacts) -> Seen {
    let open = facts.witnesses.iter().filter(|witness| {
        matches!(
            witness.standing,
            risk::Standing::NotAssessed | risk::Standing::Critical | risk::Standing::Overdue(_)
        )
    });
    let open = open.map(|witness| (&witness.code, witness.shown, witness.standing));
    let nobody = facts.witnesses.is_empty().then_some(Remedy::AskAnotherPerson);
    first(Named::of(open.collect()).map(Remedy::AssessRisks), nobody)
}

/// `G-MINOR`: for every cited child, somebody who speaks for it consented, and the child assented. The age is that on the
/// day on which the consent was given.
pub(super) fn minors(transition: &Transition, facts: &CaseFacts) -> Seen {
    let (mut lacking, mut unsure) = (Vec::new(), Vec::new());
    for testimony in &facts.cited {
        let given = testimony.consent_to(transition.sharing());
        let on = given.map_or(facts.today, |given| given.obtained_on);
        match is_child(testimony.birth_year, on) {
            Some(false) => {}
            None => unsure.push((&testimony.code, testimony.shown, Vec::new())),
            Some(true) => {
                let child = Child {
                    assent: given.is_some_and(|given| given.assent),
                    best_interest: false,
                };
                let mut bars = testimony.bars(transition.sharing(), facts.today, Some(child));
                bars.retain(|bar| matches!(bar, Bar::NotAsked | Bar::NoGuardian | Bar::NoAssent));
                match bars[..] {
                    [] => {}
                    // Whether a decision in its best interest was taken is not on record.
                    [Bar::NoGuardian] => unsure.push((&testimony.code, testimony.shown, bars)),
                    _ => lacking.push((&testimony.code, testimony.shown, bars)),
                }
            }
        }
    }
    first(
        Named::of(lacking).map(Remedy::RecordAssent),
        Named::of(unsure).map(Remedy::AskAbout),
    )
}
