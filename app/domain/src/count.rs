//! The committee's own count of victims: from its judgements alone, never from what others published.
//!
//! A person counts once, however many records, acts and sources name them: two records that were decided to be of one person are
//! one. They count as the victim of an act that stands, in an incident that stands, of a kind that is a violation; who died in
//! combat is on record and does not count. A party is named for an act where somebody's or some unit's part in it is at least
//! reasonably grounded (AC3). Where an act states more victims than are known by name, the rest is told beside the figure.

use crate::vocabulary::{Level, PLACE, VIOLATION};
use chrono::{Datelike, NaiveDate};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Figures below this are not told outside the case team: who is meant could be known from them.
pub const SMALL: u32 = 5;

/// A victim's part in an act.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// The link, for opening what it rests on.
    pub link: Uuid,
    /// The person that counts.
    pub person: Uuid,
    pub act: Uuid,
    /// A code of [`VIOLATION`].
    pub violation: String,
    pub place: Option<String>,
    /// The committee's day on which the act began, as far as known.
    pub day: Option<NaiveDate>,
    pub status: Option<String>,
    pub sex: String,
    pub birth_year: Option<i32>,
    /// Codes of party types that the act is attributed to.
    pub parties: Vec<String>,
}

/// Of what victims are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Of {
    /// Unlawful killings.
    Killings,
    /// Every kind of violation.
    Violations,
}

impl Of {
    /// The name in an address.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Killings => "killings",
            Self::Violations => "violations",
        }
    }

    /// Reads the name in an address; killings where there is none.
    #[must_use]
    pub fn named(name: &str) -> Self {
        if name == "violations" {
            Self::Violations
        } else {
            Self::Killings
        }
    }

    /// Whether victims of this kind of act count.
    #[must_use]
    pub fn counts(self, violation: &str) -> bool {
        VIOLATION
            .get(violation)
            .is_some_and(|kind| kind.counted && (self == Self::Violations || kind.parent == Some("LIFE")))
    }
}

/// By what victims are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    Act,
    Party,
    Place,
    Day,
    Status,
    Sex,
    Age,
}

impl By {
    /// Every way.
    pub const ALL: [Self; 7] = [
        Self::Act,
        Self::Party,
        Self::Place,
        Self::Day,
        Self::Status,
        Self::Sex,
        Self::Age,
    ];

    /// The name in an address.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Act => "act",
            Self::Party => "party",
            Self::Place => "place",
            Self::Day => "day",
            Self::Status => "status",
            Self::Sex => "sex",
            Self::Age => "age",
        }
    }

    /// Reads the name in an address.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|by| by.name() == name)
    }

    /// Where a part belongs: codes of vocabularies, days, ages; "" where it is not known.
    #[must_use]
    pub fn keys(self, part: &Part) -> Vec<String> {
        let one = |key: Option<String>| vec![key.unwrap_or_default()];
        match self {
            Self::Act => one(Some(part.violation.clone())),
            Self::Party if part.parties.is_empty() => one(None),
            Self::Party => part.parties.clone(),
            Self::Place => one(part.place.clone()),
            Self::Day => one(part.day.map(|day| day.to_string())),
            Self::Status => one(part.status.clone()),
            Self::Sex => one(Some(part.sex.clone())),
            Self::Age => one(age(part).map(|age| AGES[age_group(age)].to_owned())),
        }
    }
}

/// Age groups, as in the reports of human rights bodies: children apart.
pub const AGES: [&str; 5] = ["0-11", "12-17", "18-29", "30-59", "60+"];

/// How old the victim was, to a year.
fn age(part: &Part) -> Option<i32> {
    let age = part.day?.year() - part.birth_year?;
    (0..130).contains(&age).then_some(age)
}

const fn age_group(age: i32) -> usize {
    match age {
        ..12 => 0,
        12..18 => 1,
        18..30 => 2,
        30..60 => 3,
        _ => 4,
    }
}

/// A figure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figure {
    /// What it is of: see [`By::keys`].
    pub key: String,
    /// Persons.
    pub count: u32,
}

/// The count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Count {
    /// Persons in all. Not the sum of the figures: one may be the victim of several acts.
    pub total: u32,
    /// By what was asked for, the largest first.
    pub figures: Vec<Figure>,
    /// Victims that acts state beyond those who are known by name: at least.
    pub unnamed: u32,
}

/// Counts persons; `stated` are victims stated at least, by act.
#[must_use]
pub fn count(parts: &[Part], of: Of, by: By, stated: &BTreeMap<Uuid, u32>) -> Count {
    let counted = || parts.iter().filter(|part| of.counts(&part.violation));
    let total: BTreeSet<Uuid> = counted().map(|part| part.person).collect();
    let mut groups: BTreeMap<String, BTreeSet<Uuid>> = BTreeMap::new();
    let mut named: BTreeMap<Uuid, BTreeSet<Uuid>> = BTreeMap::new();
    for part in counted() {
        for key in by.keys(part) {
            groups.entry(key).or_default().insert(part.person);
        }
        named.entry(part.act).or_default().insert(part.person);
    }
    let size = |set: &BTreeSet<Uuid>| u32::try_from(set.len()).unwrap_or(u32::MAX);
    let unnamed = stated
        .iter()
        .map(|(act, least)| least.saturating_sub(named.get(act).map_or(0, size)))
        .sum();
    let mut figures: Vec<Figure> = groups
        .iter()
        .map(|(key, persons)| Figure {
            key: key.clone(),
            count: size(persons),
        })
        .collect();
    if by == By::Day {
        figures.sort_by(|a, b| a.key.cmp(&b.key));
    } else {
        figures.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.key.cmp(&b.key)));
    }
    Count {
        total: size(&total),
        figures,
        unnamed,
    }
}

/// The parts behind a figure.
#[must_use]
pub fn behind<'a>(parts: &'a [Part], of: Of, by: By, key: &str) -> Vec<&'a Part> {
    parts
        .iter()
        .filter(|part| of.counts(&part.violation) && by.keys(part).iter().any(|known| known == key))
        .collect()
}

/// A figure as it may leave the case team.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    Exactly(u32),
    /// Fewer than [`SMALL`]: not told more closely.
    Few,
    /// Not told, since the difference to the sum would tell one that is too small.
    Withheld,
}

/// Places no finer than a governorate, and no figure that is so small that it tells who is meant. Where one figure alone is
/// held back, the next smallest is too: the difference to the sum would tell it.
#[must_use]
pub fn for_release(parts: &[Part], of: Of, by: By) -> Vec<(String, Told)> {
    let coarse: Vec<Part> = parts
        .iter()
        .map(|part| Part {
            place: part.place.as_deref().map(|code| governorate(code).to_owned()),
            ..part.clone()
        })
        .collect();
    let count = count(&coarse, of, by, &BTreeMap::new());
    let mut told: Vec<(String, Told)> = count
        .figures
        .into_iter()
        .map(|figure| {
            let small = (1..SMALL).contains(&figure.count);
            (figure.key, if small { Told::Few } else { Told::Exactly(figure.count) })
        })
        .collect();
    let alone = told.iter().filter(|(_, told)| *told == Told::Few).count() == 1;
    if alone && told.len() > 1 {
        let next = told
            .iter_mut()
            .filter_map(|(_, told)| match told {
                Told::Exactly(count) => Some((*count, told)),
                Told::Few | Told::Withheld => None,
            })
            .min_by_key(|(count, _)| *count);
        if let Some((_, told)) = next {
            *told = Told::Withheld;
        }
    }
    told
}

fn governorate(code: &str) -> &str {
    let mut place = PLACE.get(code);
    while let Some(finer) = place.filter(|place| place.level != Level::Governorate) {
        place = finer.within();
    }
    place.map_or(code, |place| place.term.code)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn id(number: u8) -> Uuid {
        Uuid::from_bytes([number; 16])
    }

    fn part(link: u8, person: u8, act: u8, violation: &str) -> Part {
        Part {
            link: id(link),
            person: id(person),
            act: id(act),
            violation: violation.to_owned(),
            place: Some("SY060203".to_owned()),
            day: NaiveDate::from_ymd_opt(2025, 3, 7),
            status: Some("civilian".to_owned()),
            sex: "male".to_owned(),
            birth_year: Some(2012),
            parties: Vec::new(),
        }
    }

    #[test]
    fn a_person_counts_once_and_who_died_in_combat_does_not() {
        let parts = [
            part(1, 1, 1, "LIFE-EXJ"),
            part(2, 1, 2, "LIFE-CAP"),
            part(3, 2, 1, "LIFE-EXJ"),
            part(4, 3, 3, "LIFE-COMB"),
            part(5, 4, 4, "INTEG-BEAT"),
        ];
        let none = BTreeMap::new();
        let killed = count(&parts, Of::Killings, By::Act, &none);
        assert_eq!(killed.total, 2);
        let told: Vec<_> = killed
            .figures
            .iter()
            .map(|figure| (figure.key.as_str(), figure.count))
            .collect();
        assert_eq!(told, [("LIFE-EXJ", 2), ("LIFE-CAP", 1)]);
        assert_eq!(count(&parts, Of::Violations, By::Sex, &none).total, 3);
        let age = count(&parts, Of::Killings, By::Age, &none);
        assert_eq!(
            age.figures[0],
            Figure {
                key: "12-17".into(),
                count: 2
            }
        );
    }

    #[test]
    fn whom_nobody_can_name_is_told_beside_the_figure() {
        let parts = [part(1, 1, 1, "LIFE-EXJ"), part(2, 2, 1, "LIFE-EXJ")];
        let stated = BTreeMap::from([(id(1), 7), (id(2), 3)]);
        let counted = count(&parts, Of::Killings, By::Act, &stated);
        assert_eq!((counted.total, counted.unnamed), (2, 8));
    }

    #[test]
    fn what_leaves_tells_of_nobody() {
        let mut parts: Vec<Part> = (1..=9).map(|at| part(at, at, 1, "LIFE-EXJ")).collect();
        parts[0].status = Some("medical_religious".into());
        let told = for_release(&parts, Of::Killings, By::Status);
        let mut told: Vec<Told> = told.into_iter().map(|(_, told)| told).collect();
        told.sort_by_key(|told| *told == Told::Withheld);
        assert_eq!(
            told,
            [Told::Few, Told::Withheld],
            "one alone would be told by the difference, and eight are not few"
        );
        assert_eq!(
            for_release(&parts, Of::Killings, By::Place),
            [("SY06".to_owned(), Told::Exactly(9))]
        );
    }

    proptest! {
        #[test]
        fn every_figure_is_what_is_behind_it(links in proptest::collection::vec((0u8..6, 0u8..4, 0usize..3), 0..40)) {
            let kinds = ["LIFE-EXJ", "LIFE-COMB", "INTEG-BEAT"];
            let parts: Vec<Part> = (0u8..).zip(&links).map(|(at, (person, act, kind))| part(at, *person, *act, kinds[*kind])).collect();
            for of in [Of::Killings, Of::Violations] {
                for by in By::ALL {
                    let counted = count(&parts, of, by, &BTreeMap::new());
                    for figure in &counted.figures {
                        let persons: BTreeSet<Uuid> = behind(&parts, of, by, &figure.key).iter().map(|part| part.person).collect();
                        prop_assert_eq!(persons.len(), figure.count as usize);
                        prop_assert!(figure.count <= counted.total);
                    }
                }
            }
        }
    }
}
