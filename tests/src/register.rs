//! A register of invented people with planted duplicates: what the matching is measured by.

use domain::matching::{Band, Profile};
use domain::name::{FAMILY, GIVEN, Name};
use domain::person::{PersonBody, PersonDraft};
use std::collections::HashSet;

/// How many families are invented besides the known ones.
const FAMILIES: usize = 1_500;
/// How many places people come from.
const PLACES: usize = 120;
/// Of [`GIVEN`], the first so many are men's names.
const MEN: usize = 46;

/// Repeatable chance (SplitMix64).
pub struct Dice(u64);

impl Dice {
    /// A number below `sides`.
    pub fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((z ^ (z >> 31)) % sides as u64).unwrap_or_default()
    }

    /// True so often in a hundred.
    fn chance(&mut self, percent: usize) -> bool {
        self.roll(100) < percent
    }

    /// A number below `sides`, small ones more often: names are not spread evenly.
    fn skewed(&mut self, sides: usize) -> usize {
        self.roll(sides).min(self.roll(sides))
    }
}

/// A name in Arabic with its Latin spellings.
#[derive(Clone)]
struct Spelled {
    arabic: String,
    latin: Vec<String>,
}

impl Spelled {
    fn known((arabic, latin): &(&str, &[&str])) -> Self {
        Self {
            arabic: (*arabic).to_owned(),
            latin: latin.iter().map(|name| (*name).to_owned()).collect(),
        }
    }

    fn written(&self, latin: bool, dice: &mut Dice) -> String {
        if latin {
            self.latin[dice.roll(self.latin.len())].clone()
        } else {
            self.arabic.clone()
        }
    }
}

/// An invented family: three consonants in one of four patterns.
fn invented(dice: &mut Dice) -> Spelled {
    const LETTERS: [(char, &str); 17] = [
        ('ب', "b"),
        ('ت', "t"),
        ('ج', "j"),
        ('ح', "h"),
        ('د', "d"),
        ('ر', "r"),
        ('ز', "z"),
        ('س', "s"),
        ('ش', "sh"),
        ('ص', "s"),
        ('ط', "t"),
        ('ف', "f"),
        ('ق', "q"),
        ('ك', "k"),
        ('ل', "l"),
        ('م', "m"),
        ('ن', "n"),
    ];
    let [(a, x), (b, y), (c, z)] = [(); 3].map(|()| LETTERS[dice.roll(LETTERS.len())]);
    let (arabic, latin) = match dice.roll(4) {
        0 => (format!("{a}ا{b}{c}ي"), format!("{x}a{y}{z}i")),
        1 => (format!("{a}{b}و{c}"), format!("{x}a{y}ou{z}")),
        2 => (format!("{a}{b}ا{c}ي"), format!("{x}a{y}a{z}i")),
        _ => (format!("{a}{b}ي{c}اني"), format!("{x}a{y}i{z}ani")),
    };
    Spelled {
        arabic: format!("ال{arabic}"),
        latin: vec![format!("al-{latin}"), latin],
    }
}

/// A person as somebody knows them.
#[derive(Clone)]
struct Person {
    given: Spelled,
    father: Option<Spelled>,
    grandfather: Option<Spelled>,
    family: Spelled,
    mother: Option<Spelled>,
    birth_year: Option<i32>,
    place: Option<usize>,
    is_woman: bool,
}

fn person(dice: &mut Dice, families: &[Spelled]) -> Person {
    let name = |dice: &mut Dice, woman: bool| {
        let at = if woman {
            MEN + dice.skewed(GIVEN.len() - MEN)
        } else {
            dice.skewed(MEN)
        };
        Spelled::known(&GIVEN[at])
    };
    let is_woman = dice.chance(40);
    Person {
        given: name(dice, is_woman),
        father: dice.chance(90).then(|| name(dice, false)),
        grandfather: dice.chance(25).then(|| name(dice, false)),
        family: families[dice.skewed(families.len())].clone(),
        mother: dice.chance(60).then(|| name(dice, true)),
        birth_year: dice
            .chance(85)
            .then(|| 1940 + i32::try_from(dice.roll(75)).unwrap_or_default()),
        place: dice.chance(75).then(|| dice.skewed(PLACES)),
        is_woman,
    }
}

/// A slip of the pen: a letter left out, doubled, taken for another, or two exchanged.
fn slip(word: &str, dice: &mut Dice) -> String {
    let mut letters: Vec<char> = word.chars().collect();
    let first = if word.starts_with("ال") { 2 } else { 0 };
    if letters.len() < first + 3 {
        return word.to_owned();
    }
    let at = first + 1 + dice.roll(letters.len() - first - 2);
    match dice.roll(4) {
        0 => {
            letters.remove(at);
        }
        1 => letters.insert(at, letters[at]),
        2 => letters.swap(at, at + 1),
        _ => letters[at] = if letters[at] == 'ن' { 'ت' } else { 'ن' },
    }
    letters.into_iter().collect()
}

/// The same person in another source: one or two things are told otherwise.
fn told_otherwise(of: &Person, dice: &mut Dice) -> (Person, bool, bool) {
    let (mut person, mut latin, mut turned) = (of.clone(), false, false);
    for _ in 0..=dice.roll(2) {
        match dice.roll(9) {
            0 => person.given.arabic = slip(&of.given.arabic, dice),
            1 => person.family.arabic = slip(&of.family.arabic, dice),
            2 => {
                person.father = of.father.clone().map(|name| Spelled {
                    arabic: slip(&name.arabic, dice),
                    ..name
                })
            }
            3 | 4 => latin = true,
            5 => person.mother = None,
            6 => {
                person.birth_year = of
                    .birth_year
                    .map(|year| year - 1 + i32::try_from(dice.roll(3)).unwrap_or_default())
            }
            7 => person.place = None,
            _ => turned = true,
        }
    }
    (person, latin, turned)
}

impl Person {
    fn told(&self, latin: bool, turned: bool, dice: &mut Dice) -> Told {
        let mut words = vec![self.given.written(latin, dice)];
        // Every second source tells the father in the name itself.
        let within = dice.chance(50);
        if within || self.grandfather.is_some() {
            words.extend(
                self.father
                    .iter()
                    .chain(&self.grandfather)
                    .map(|name| name.written(latin, dice)),
            );
        }
        let family = self.family.written(latin, dice);
        if turned {
            words.insert(0, family);
        } else {
            words.push(family);
        }
        let write = |name: &Option<Spelled>, dice: &mut Dice| {
            name.as_ref().map(|name| name.written(latin, dice)).unwrap_or_default()
        };
        Told {
            name: words.join(" "),
            father: if within {
                String::new()
            } else {
                write(&self.father, dice)
            },
            mother: write(&self.mother, dice),
            birth_year: self.birth_year,
            sex: if self.is_woman { "female" } else { "male" },
            place: self.place,
        }
    }
}

/// A person as a source tells them.
pub struct Told {
    pub name: String,
    /// "" where the source does not say, or says it in the name.
    pub father: String,
    pub mother: String,
    pub birth_year: Option<i32>,
    pub sex: &'static str,
    /// The number of the place where they are told of, below 120.
    pub place: Option<usize>,
}

impl Told {
    /// What the matching compares.
    #[must_use]
    pub fn profile(&self) -> Profile {
        Profile {
            names: Name::read(&self.name).into_iter().collect(),
            father: Name::read(&self.father),
            mother: Name::read(&self.mother),
            birth_year: self.birth_year,
            sex: self.sex.to_owned(),
            places: self.place.map(|place| format!("SY{place:04}")).into_iter().collect(),
        }
    }

    /// As a record.
    #[must_use]
    pub fn draft(&self) -> PersonDraft {
        PersonDraft {
            name: self.name.as_str().into(),
            body: PersonBody {
                name_ar: self.name.as_str().into(),
                father: self.father.as_str().into(),
                mother: self.mother.as_str().into(),
                ..PersonBody::default()
            },
            sex: self.sex.to_owned(),
            birth_year: self.birth_year,
            victim_status: None,
            protected: false,
        }
    }
}

/// A register of `people`, and which of its records are of the same person: pairs of places in it.
#[must_use]
pub fn register(people: usize, duplicates: usize) -> (Vec<Told>, Vec<(usize, usize)>) {
    let mut dice = Dice(20_250_801);
    let mut families: Vec<Spelled> = FAMILY.iter().map(Spelled::known).collect();
    families.extend((0..FAMILIES).map(|_| invented(&mut dice)));
    let people: Vec<Person> = (0..people).map(|_| person(&mut dice, &families)).collect();
    let mut register: Vec<Told> = people
        .iter()
        .map(|person| person.told(false, false, &mut dice))
        .collect();
    let mut same = Vec::with_capacity(duplicates);
    let step = people.len() / duplicates.max(1);
    for (at, of) in people.iter().enumerate().step_by(step.max(1)).take(duplicates) {
        let (person, latin, turned) = told_otherwise(of, &mut dice);
        same.push((at, register.len()));
        register.push(person.told(latin, turned, &mut dice));
    }
    (register, same)
}

/// How well the matching does on a register.
#[derive(Clone, Copy, Debug)]
pub struct Quality {
    /// Pairs that were compared.
    pub compared: usize,
    /// Planted pairs among those proposed, of all planted ones.
    pub recall: f64,
    /// Planted pairs among those called likely.
    pub precision: f64,
    pub likely: usize,
    pub possible: usize,
}

/// Matches a register whose duplicates are known, on two threads.
#[must_use]
pub fn quality(register: &[Told], same: &[(usize, usize)]) -> Quality {
    let profiles: Vec<Profile> = register.iter().map(Told::profile).collect();
    let proposals = domain::matching::propose(&profiles, 2);
    let planted: HashSet<(usize, usize)> = same.iter().copied().collect();
    let of = |band: Band| {
        proposals
            .pairs
            .iter()
            .filter(move |(.., compared)| compared.band() == band)
    };
    let found = proposals
        .pairs
        .iter()
        .filter(|(a, b, _)| planted.contains(&(*a, *b)))
        .count();
    let right = of(Band::Likely).filter(|(a, b, _)| planted.contains(&(*a, *b))).count();
    let (likely, possible) = (of(Band::Likely).count(), of(Band::Possible).count());
    Quality {
        compared: proposals.compared,
        recall: share(found, same.len()),
        precision: share(right, likely),
        likely,
        possible,
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts far below 2^52")]
fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 1.0 } else { part as f64 / whole as f64 }
}
