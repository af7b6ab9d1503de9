//! The guards that protect people: what the record itself says of consents, of risks, and of children.
//!
//! What the record finds missing nobody can vouch for. What it can't know, another person attests in writing, never the
//! one who moves the case: that a condition such as "contact me before each sharing" is met, that a witness whose year of
//! birth is not recorded is of age, and, while nobody is on record as a witness, that none is known. (Source: `case_status.json`, guards; record.md, Decisions, "Guards".)

use super::{CaseFacts, Guard, Remedy, TRANSITIONS, Transition};
use crate::Code;
use crate::consent::{ANALYSIS, Bar, Footing, Identity, Passage, Sharing};
use crate::risk;
use chrono::NaiveDate;

/// A testimony cited in a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CitedTestimony {
    /// The testimony.
    pub code: Code,
    /// Whoever asks may know of it: only then does a remedy name it.
    pub shown: bool,
    /// What a sharing of it depends on.
    pub footing: Footing,
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

impl CitedTestimony {
    /// Why nothing of it may go there, even without any identity.
    fn bars(&self, (purpose, recipient): (&str, &str), today: NaiveDate) -> Vec<Bar> {
        let sharing = Sharing {
            purpose,
            recipient,
            identity: Identity::Anonymous,
            on: today,
            met: &[],
        };
        self.footing
            .may_go(Passage::default(), &sharing)
            .err()
            .unwrap_or_default()
    }

    /// The same, without what is the matter of `G-MINOR`. A critical risk stands among them: a referral that no `G-RISK`
    /// guards is closed by it all the same.
    fn bars_to_anybody(&self, sharing: (&str, &str), today: NaiveDate) -> Vec<Bar> {
        let mut bars = self.bars(sharing, today);
        bars.retain(|bar| !bar.is_about_a_child());
        bars
    }
}

/// The transitions that a consent carries, each with the guard that asks for it: without it, or once it is withdrawn, the
/// guard is unmet. Without the committee's own analysis nothing goes anywhere.
pub fn resting_on(purpose: &str, recipient: &str) -> impl Iterator<Item = (&'static Transition, Guard)> {
    let analysis = purpose == ANALYSIS;
    let cell = (purpose.to_owned(), recipient.to_owned());
    TRANSITIONS.iter().flat_map(move |transition| {
        let (purpose, recipient) = transition.sharing();
        let asked = analysis || (cell.0 == purpose && cell.1 == recipient);
        let asks = move |guard: &Guard| match guard {
            Guard::Consent => asked,
            Guard::Signed => analysis,
            _ => false,
        };
        transition
            .guards
            .iter()
            .copied()
            .filter(asks)
            .map(move |guard| (transition, guard))
    })
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
        let bars = testimony.bars_to_anybody(transition.sharing(), facts.today);
        if bars.is_empty() {
            continue;
        }
        let list = if bars.iter().all(Bar::can_be_stated) {
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
        let bars = testimony.bars_to_anybody((ANALYSIS, "committee"), facts.today);
        let hard = !bars.iter().all(Bar::can_be_stated);
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

/// `G-MINOR`: for every cited child, somebody who speaks for it consented, or a decision in its best interest is recorded;
/// and the child assented. The age is that on the day on which the consent was given.
pub(super) fn minors(transition: &Transition, facts: &CaseFacts) -> Seen {
    let (mut lacking, mut unsure) = (Vec::new(), Vec::new());
    for testimony in &facts.cited {
        let (purpose, recipient) = transition.sharing();
        match testimony.footing.is_child(purpose, recipient, facts.today) {
            Some(false) => {}
            None => unsure.push((&testimony.code, testimony.shown, Vec::new())),
            Some(true) => {
                let mut bars = testimony.bars((purpose, recipient), facts.today);
                bars.retain(|bar| *bar == Bar::NotAsked || bar.is_about_a_child());
                if !bars.is_empty() {
                    lacking.push((&testimony.code, testimony.shown, bars));
                }
            }
        }
    }
    first(
        Named::of(lacking).map(Remedy::RecordAssent),
        Named::of(unsure).map(Remedy::AskAbout),
    )
}
