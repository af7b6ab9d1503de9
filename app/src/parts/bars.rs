//! Why a statement may not go somewhere, in the reader's words.

use super::day;
use crate::say;
use domain::Language;
use domain::consent::Bar;

/// One reason as a phrase.
#[must_use]
pub fn bar(lang: Language, bar: &Bar) -> String {
    match bar {
        Bar::Draft => say!(lang, bar.draft),
        Bar::TakenBack => say!(lang, bar.taken_back),
        Bar::Sealed => say!(lang, bar.sealed),
        Bar::NotAsked => say!(lang, bar.not_asked),
        Bar::Refused => say!(lang, bar.refused),
        Bar::Withdrawn(on) => say!(lang, bar.withdrawn, day = day(lang, *on)),
        Bar::Closed(on) => say!(lang, bar.closed, day = day(lang, *on)),
        Bar::Expired(on) => say!(lang, bar.expired, day = day(lang, *on)),
        Bar::NotBefore(on) => say!(lang, bar.not_before, day = day(lang, *on)),
        Bar::Identity(most) => say!(lang, bar.identity, most = most.label(lang)),
        Bar::Condition(condition) => say!(lang, bar.condition, condition = condition.label(lang)),
        Bar::CriticalRisk => say!(lang, bar.critical_risk),
        Bar::NoGuardian => say!(lang, bar.no_guardian),
        Bar::NoAssent => say!(lang, bar.no_assent),
        Bar::Withheld => say!(lang, bar.withheld),
    }
}

/// All reasons in a row.
#[must_use]
pub fn bars(lang: Language, bars: &[Bar]) -> String {
    let comma = match lang {
        Language::English => ", ",
        Language::Arabic => "، ",
    };
    bars.iter().map(|one| bar(lang, one)).collect::<Vec<_>>().join(comma)
}
