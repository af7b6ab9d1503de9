//! Same person? An explainable score of two records of persons, and what records are grouped by before they are compared.
//!
//! A score is a sum of contributions, each shown; a match is a proposal to a human, never a merge. Weights and bands:
//! `arabic_names.json`, scoring. Added to them: what contradicts counts against (another mother, another sex, births far apart),
//! and names alone, which many people share, are never called likely.

use crate::name::{Likeness, NEAR, Name, Order, Part, SAME, likeness};
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, DefaultHasher, Hash, Hasher};
use std::sync::atomic::{AtomicUsize, Ordering};

/// From here on two records are likely the same person.
pub const LIKELY: i32 = 85;
/// From here on they may be.
pub const POSSIBLE: i32 = 70;
/// Below this a name contradicts.
const NEARLY: Likeness = 50;
/// What Latin spellings are worth where both have an Arabic name: they say less.
const LATIN_ONLY: Likeness = 80;

/// What of a person is compared.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Profile {
    /// Every name as stated: Arabic, Latin, aliases.
    pub names: Vec<Name>,
    /// The father's given name, as stated apart.
    pub father: Option<Name>,
    pub mother: Option<Name>,
    pub birth_year: Option<i32>,
    /// A code of [`crate::vocabulary::SEX`]; "" and `not_stated` say nothing.
    pub sex: String,
    /// Codes of places that the person is said to come from.
    pub places: Vec<String>,
}

/// What two records were compared by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum By {
    Given,
    Father,
    Family,
    Mother,
    BirthYear,
    Place,
    Sex,
}

impl By {
    /// How much it weighs, out of a hundred.
    #[must_use]
    pub const fn weight(self) -> i32 {
        match self {
            Self::Given => 30,
            Self::Father | Self::Family => 25,
            Self::Mother => 10,
            Self::BirthYear | Self::Place => 5,
            Self::Sex => 0,
        }
    }
}

/// What one part of two records says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Contribution {
    pub by: By,
    /// How alike the parts are.
    pub likeness: Likeness,
    /// Taken off for a contradiction.
    pub against: i32,
}

/// How likely two records are one person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Band {
    Hidden,
    Possible,
    Likely,
}

/// Two records compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparison {
    /// 0 to 100.
    pub score: i32,
    /// Only the names speak for it: not more than possible.
    pub names_alone: bool,
    pub contributions: Vec<Contribution>,
}

impl Comparison {
    /// Where the score stands.
    #[must_use]
    pub const fn band(&self) -> Band {
        match self.score {
            LIKELY.. => Band::Likely,
            POSSIBLE.. => Band::Possible,
            _ => Band::Hidden,
        }
    }
}

/// Compares two records. The same from either side.
#[must_use]
pub fn compare(a: &Profile, b: &Profile) -> Comparison {
    judge(a, b, &mut likeness).comparison()
}

/// What is told by each part, at most once; on the stack, since a register has millions of pairs.
type Told = [Option<Contribution>; 7];

/// A score with what it is made of.
#[derive(Clone, Copy, Default)]
struct Judged {
    score: i32,
    names_alone: bool,
    told: Told,
}

impl Judged {
    fn comparison(self) -> Comparison {
        Comparison {
            score: self.score,
            names_alone: self.names_alone,
            contributions: self.told.into_iter().flatten().collect(),
        }
    }
}

/// How alike two parts are, by a function that may remember.
type Alike<'a> = &'a mut dyn FnMut(&Part, &Part) -> Likeness;

fn judge(a: &Profile, b: &Profile, alike: Alike<'_>) -> Judged {
    let both_arabic = a.names.iter().any(Name::is_arabic) && b.names.iter().any(Name::is_arabic);
    let around = around(a, b, alike);
    let mut best: Option<Judged> = None;
    for one in &a.names {
        for other in &b.names {
            let most = match both_arabic && !(one.is_arabic() && other.is_arabic()) {
                true => LATIN_ONLY,
                false => 100,
            };
            let (plain, other_plain) = (one.order(), other.order());
            // Only one of them may be turned.
            let turned = one.turned().map(|turned| (turned, other_plain));
            let other_turned = other.turned().map(|turned| (plain, turned));
            let ways = [Some((plain, other_plain)), turned, other_turned];
            for (one, other) in ways.into_iter().flatten() {
                let judged = weigh(names((a, &one), (b, &other), most, alike), around);
                if best.is_none_or(|best| judged.score > best.score) {
                    best = Some(judged);
                }
            }
        }
    }
    best.unwrap_or(Judged {
        names_alone: true,
        ..Judged::default()
    })
}

const fn told(by: By, likeness: Likeness, against: i32) -> Option<Contribution> {
    Some(Contribution { by, likeness, against })
}

/// What two stated names say: given name, father's, family's.
fn names(
    (a, one): (&Profile, &Order<'_>),
    (b, other): (&Profile, &Order<'_>),
    most: Likeness,
    alike: Alike<'_>,
) -> [Option<Contribution>; 3] {
    let given = alike(one.given, other.given).min(most);
    let mut father = None;
    for his in fathers(a, one) {
        for hers in fathers(b, other) {
            father = father.max(Some(alike(his, hers)));
        }
    }
    let family = one.family.zip(other.family).map(|(a, b)| alike(a, b).min(most));
    [
        told(By::Given, given, 0),
        father.and_then(|likeness| told(By::Father, likeness, 0)),
        family.and_then(|likeness| told(By::Family, likeness, 0)),
    ]
}

/// The father's name: from the field for him, and from the name itself.
fn fathers<'a>(profile: &'a Profile, name: &Order<'a>) -> impl Iterator<Item = &'a Part> + Clone {
    profile.father.iter().map(Name::given).chain(name.father)
}

/// What does not depend on which of the names are compared: mother, year of birth, place, sex.
fn around(a: &Profile, b: &Profile, alike: Alike<'_>) -> [Option<Contribution>; 4] {
    let mother = a.mother.as_ref().zip(b.mother.as_ref()).and_then(|(a, b)| {
        let given = alike(a.given(), b.given());
        let family = a.family().zip(b.family()).map_or(100, |(a, b)| alike(a, b));
        if given < NEARLY {
            told(By::Mother, 0, 10)
        } else {
            told(By::Mother, (given * 2 + family) / 3, 0)
        }
    });
    let year = a.birth_year.zip(b.birth_year).and_then(|(a, b)| match (a - b).abs() {
        0..=2 => told(By::BirthYear, 100, 0),
        3..=5 => told(By::BirthYear, 0, 0),
        6..=15 => told(By::BirthYear, 0, 10),
        _ => told(By::BirthYear, 0, 20),
    });
    let place = if a.places.is_empty() || b.places.is_empty() {
        None
    } else if a.places.iter().any(|place| b.places.contains(place)) {
        told(By::Place, 100, 0)
    } else {
        told(By::Place, 0, 0)
    };
    let known = |sex: &str| !matches!(sex, "" | "not_stated");
    let sex = if known(&a.sex) && known(&b.sex) && a.sex != b.sex {
        told(By::Sex, 0, 30)
    } else {
        None
    };
    [mother, year, place, sex]
}

fn weigh(
    [given, father, family]: [Option<Contribution>; 3],
    [mother, year, place, sex]: [Option<Contribution>; 4],
) -> Judged {
    let all = [given, father, family, mother, year, place, sex];
    let (mut sum, mut weight, mut against) = (0, 0, 0);
    for one in all.iter().flatten() {
        sum += one.by.weight() * i32::try_from(one.likeness).unwrap_or(100);
        weight += one.by.weight();
        against += one.against;
    }
    let mut score = if weight == 0 { 0 } else { sum / weight - against };
    let agrees = |one: Option<Contribution>, least: Likeness| one.is_some_and(|one| one.likeness >= least);
    // Two who share given and family name are one only if enough else says so too: more, the less of the name is certain; what
    // differs takes away what agrees.
    let support = [father, mother, year, place]
        .into_iter()
        .filter(|one| agrees(*one, SAME))
        .count();
    let differs = [mother, year, place]
        .into_iter()
        .flatten()
        .filter(|one| one.likeness == 0)
        .count();
    let slips = family.is_some_and(|family| family.likeness < NEAR);
    let enough = if slips || family.is_none() { 3 } else { 2 };
    let names_alone = support.saturating_sub(differs) < enough;
    if names_alone {
        score = score.min(LIKELY - 1);
    }
    // A given name alone is nobody's.
    if family.is_none() && support == 0 || !agrees(given, NEARLY) && !agrees(family, NEAR) {
        score = score.min(POSSIBLE - 1);
    }
    Judged {
        score: score.clamp(0, 100),
        names_alone,
        told: all,
    }
}

/// What a record is grouped by: two records are compared only if they share one of these. Out of names, so they are never kept
/// but hashed with a key.
#[must_use]
pub fn blocks(profile: &Profile) -> Vec<String> {
    let mut blocks = Vec::new();
    // Years apart by two share one of these.
    let spans = |year: i32| [(year - 1).div_euclid(5), (year + 1).div_euclid(5)];
    let mut spans: Vec<i32> = profile.birth_year.into_iter().flat_map(spans).collect();
    spans.dedup();
    let mother = profile.mother.as_ref().map(|mother| mother.given().code());
    for name in &profile.names {
        for name in [Some(name.order()), name.turned()].into_iter().flatten() {
            let given = name.given.code();
            let mut with = |what: &str, more: &dyn std::fmt::Display| blocks.push(format!("{what} {given} {more}"));
            for father in fathers(profile, &name).map(Part::code) {
                spans
                    .iter()
                    .for_each(|span| with("given father born", &format_args!("{father} {span}")));
                profile
                    .places
                    .iter()
                    .for_each(|place| with("given father place", &format_args!("{father} {place}")));
                if spans.is_empty() || profile.places.is_empty() {
                    with("given father", &father);
                }
            }
            for place in &profile.places {
                spans
                    .iter()
                    .for_each(|span| with("given place born", &format_args!("{place} {span}")));
                if name.family.is_none() {
                    with("given place", place);
                }
            }
            let Some(family) = name.family.map(Part::code) else {
                continue;
            };
            let mut with = |what: &str, more: &dyn std::fmt::Display| blocks.push(format!("{what} {family} {more}"));
            with("family given", &given);
            fathers(profile, &name).for_each(|father| with("family father", &father.code()));
            mother.iter().for_each(|mother| with("family mother", mother));
            spans.iter().for_each(|span| with("family born", span));
            profile.places.iter().for_each(|place| with("family place", place));
        }
    }
    blocks.sort_unstable();
    blocks.dedup();
    blocks
}

/// The pairs of a register that are proposed, and how many were compared.
#[derive(Debug, Default)]
pub struct Proposals {
    /// Places in the register, the smaller first; each pair once.
    pub pairs: Vec<(usize, usize, Comparison)>,
    pub compared: usize,
}

/// Compares all records of a register that share a block, on so many threads.
#[must_use]
pub fn propose(register: &[Profile], threads: usize) -> Proposals {
    let (groups, blocks_of) = grouped(register);
    let next = AtomicUsize::new(0);
    let run = || {
        let (mut found, mut memory) = (Proposals::default(), Memory::default());
        while let Some(group) = groups.get(next.fetch_add(1, Ordering::Relaxed)) {
            compare_group(register, &blocks_of, group, &mut memory, &mut found);
        }
        found
    };
    let parts: Vec<Proposals> = std::thread::scope(|scope| {
        let threads: Vec<_> = (1..threads).map(|_| scope.spawn(run)).collect();
        let own = run();
        threads
            .into_iter()
            .filter_map(|thread| thread.join().ok())
            .chain([own])
            .collect()
    });
    let mut all = Proposals::default();
    for part in parts {
        all.compared += part.compared;
        all.pairs.extend(part.pairs);
    }
    all.pairs.sort_unstable_by_key(|(a, b, _)| (*a, *b));
    all
}

/// What parts were found to be alike: the same few thousand are compared millions of times.
#[derive(Default)]
struct Memory(HashMap<(u64, u64), u8, BuildHasherDefault<Mixed>>);

impl Memory {
    fn likeness(&mut self, a: &Part, b: &Part) -> Likeness {
        let key = (a.id().min(b.id()), a.id().max(b.id()));
        let known = self
            .0
            .entry(key)
            .or_insert_with(|| u8::try_from(likeness(a, b)).unwrap_or(100));
        u32::from(*known)
    }
}

/// For keys that are hashes already.
#[derive(Default)]
struct Mixed(u64);

impl Hasher for Mixed {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64(u64::from(*byte));
        }
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = (self.0.rotate_left(23) ^ number).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    }
}

/// The records of each block, and the blocks of each record in order.
fn grouped(register: &[Profile]) -> (Vec<(u64, Vec<u32>)>, Vec<Vec<u64>>) {
    let mut groups: HashMap<u64, Vec<u32>> = HashMap::new();
    let mut blocks_of = Vec::with_capacity(register.len());
    for (at, profile) in (0_u32..).zip(register) {
        let mut blocks: Vec<u64> = blocks(profile)
            .iter()
            .map(|block| {
                let mut hasher = DefaultHasher::new();
                block.hash(&mut hasher);
                hasher.finish()
            })
            .collect();
        blocks.sort_unstable();
        blocks.dedup();
        for block in &blocks {
            groups.entry(*block).or_default().push(at);
        }
        blocks_of.push(blocks);
    }
    let groups = groups.into_iter().filter(|(_, records)| records.len() > 1).collect();
    (groups, blocks_of)
}

/// Compares the records of a group, as far as this is the first block that two of them share.
fn compare_group(
    register: &[Profile],
    blocks_of: &[Vec<u64>],
    (block, records): &(u64, Vec<u32>),
    memory: &mut Memory,
    found: &mut Proposals,
) {
    for (at, one) in records.iter().enumerate() {
        for other in &records[at + 1..] {
            let (one, other) = (*one as usize, *other as usize);
            if first_shared(&blocks_of[one], &blocks_of[other]) != Some(*block) {
                continue;
            }
            found.compared += 1;
            let judged = judge(&register[one], &register[other], &mut |a, b| memory.likeness(a, b));
            if judged.score >= POSSIBLE {
                found.pairs.push((one, other, judged.comparison()));
            }
        }
    }
}

fn first_shared(a: &[u64], b: &[u64]) -> Option<u64> {
    let (mut a, mut b) = (a.iter().peekable(), b.iter().peekable());
    while let (Some(one), Some(other)) = (a.peek(), b.peek()) {
        match one.cmp(other) {
            std::cmp::Ordering::Equal => return Some(**one),
            std::cmp::Ordering::Less => _ = a.next(),
            std::cmp::Ordering::Greater => _ = b.next(),
        }
    }
    None
}

#[cfg(test)]
mod tests;
