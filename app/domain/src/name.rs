//! Parts of names, made comparable: across spellings, and between Arabic and Latin letters.
//!
//! Plain string distance is unsafe on Arabic names: محمد and محمود are 95 % alike by Jaro–Winkler and are two names, while
//! Mohammed and محمد share no letter and are one. So known names are compared as names, short Arabic words must be equal, and
//! Latin spellings are brought to a phonetic key first. (Rules: `arabic_names.json`; what a text folds to is in
//! [`crate::text`].)

mod known;
mod latin;

pub use known::{FAMILY, GIVEN};

use crate::text::words;
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::LazyLock;

/// How alike two parts of names are, in hundredths: 0 for two names, 100 for one.
pub type Likeness = u32;

/// From here on two parts are taken for one name.
pub const SAME: Likeness = 85;
/// From here on two parts may be one name.
pub const NEAR: Likeness = 70;

/// Arabic words of so many letters or fewer are one name only if they are equal.
const SHORT: usize = 6;
/// A spelling that stands for more than one Arabic name, or letters that are only nearly the same.
const AMBIGUOUS: Likeness = 80;
/// An Arabic and a Latin spelling that agree letter by letter, without the name being known.
const ACROSS: Likeness = 90;
/// One letter differs in a short word: a slip of the pen, or another name.
const SLIP: Likeness = 50;

/// Latin keys that are spelled alike for several Arabic names (سامر and سمير).
const SEVERAL: [&str; 1] = ["samir"];

static KNOWN: LazyLock<HashMap<String, Vec<u16>>> = LazyLock::new(|| {
    let mut known: HashMap<String, Vec<u16>> = HashMap::new();
    for (at, (arabic, spellings)) in (0_u16..).zip(known::GIVEN.iter().chain(&known::FAMILY)) {
        for spelling in spellings.iter().chain([arabic]) {
            if let Some(form) = forms(spelling) {
                let names = known.entry(form).or_default();
                if !names.contains(&at) {
                    names.push(at);
                }
            }
        }
    }
    known
});

/// What a spelling is looked up by: its word, or its phonetic key.
fn forms(spelling: &str) -> Option<String> {
    let mut words = whole_words(spelling);
    (words.len() == 1).then(|| {
        let word = words.remove(0);
        if is_arabic(&word) { word } else { latin::key(&word) }
    })
}

/// The consonants of a folded word of a name in either script, those that spellings confuse taken together: what a name is
/// found by from its beginning.
#[must_use]
pub fn skeleton(word: &str) -> String {
    if is_arabic(word) {
        latin::skeleton_of_arabic(word)
    } else {
        latin::skeleton(&latin::key(word))
    }
}

/// The words of a name, and of one in Latin letters `al-Din` joined with the name before it, as الدين is.
fn whole_words(text: &str) -> Vec<String> {
    const FAITH: [&str; 7] = ["din", "eddin", "eddine", "addin", "uddin", "aldin", "eldin"];
    let mut whole: Vec<String> = Vec::new();
    for word in words(text) {
        match whole.last_mut() {
            Some(name) if FAITH.contains(&word.as_str()) => name.push_str("din"),
            _ => whole.push(latin::with_plain_faith(&word)),
        }
    }
    whole
}

fn is_arabic(word: &str) -> bool {
    word.chars().any(|c| ('\u{0620}'..='\u{06D3}').contains(&c))
}

/// One part of a name: a given name, a father's, a family's.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Part {
    /// The folded word in Arabic letters, or the phonetic key of one in Latin letters.
    whole: String,
    /// The same without a leading عبد.
    form: String,
    is_arabic: bool,
    /// It is a compound with عبد.
    of_abd: bool,
    /// The known names that it may stand for.
    known: Vec<u16>,
    /// The same for all spellings, as far as that can be: what records are grouped by.
    code: String,
    id: u64,
}

impl Part {
    /// A word as [`words`] gives it.
    #[must_use]
    pub fn new(word: &str) -> Self {
        let is_arabic = is_arabic(word);
        let whole = if is_arabic { word.to_owned() } else { latin::key(word) };
        let known = KNOWN.get(&whole).cloned().unwrap_or_default();
        let (prefix, least) = if is_arabic { ("عبد", 2) } else { ("abd", 2) };
        let rest = whole
            .strip_prefix(prefix)
            .filter(|rest| rest.chars().count() > least)
            .map(|rest| {
                rest.strip_prefix("ال")
                    .filter(|name| is_arabic && name.chars().count() > 1)
                    .unwrap_or(rest)
            });
        let (form, of_abd) = (rest.unwrap_or(&whole).to_owned(), rest.is_some());
        let code = match known[..] {
            [one] => format!("#{one}"),
            _ if is_arabic => latin::skeleton_of_arabic(&form),
            _ => latin::skeleton(&form),
        };
        let mut hasher = DefaultHasher::new();
        whole.hash(&mut hasher);
        Self {
            id: hasher.finish(),
            whole,
            form,
            is_arabic,
            of_abd,
            known,
            code: if of_abd { format!("+{code}") } else { code },
        }
    }

    /// What its spellings share: for grouping, never for deciding.
    #[must_use]
    pub fn code(&self) -> &str {
        &self.code
    }

    /// Whether it is written in Arabic letters.
    #[must_use]
    pub const fn is_arabic(&self) -> bool {
        self.is_arabic
    }

    /// A number for the same form: within one run of the program only.
    pub(crate) const fn id(&self) -> u64 {
        self.id
    }

    fn is_initial(&self) -> bool {
        self.form.chars().count() == 1
    }
}

/// Never shows the name.
impl std::fmt::Debug for Part {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Part")
    }
}

/// How alike two parts are.
#[must_use]
pub fn likeness(a: &Part, b: &Part) -> Likeness {
    if a.is_initial() || b.is_initial() {
        return initials(a, b);
    }
    if !a.known.is_empty() && !b.known.is_empty() {
        return of_known(a, b);
    }
    if a.of_abd != b.of_abd {
        // عبد is often left out in speech.
        return if a.form == b.form || (a.is_arabic == b.is_arabic && slip(&a.whole, &b.whole) > 0) {
            SLIP
        } else {
            0
        };
    }
    match (a.is_arabic, b.is_arabic) {
        (true, true) => arabic(&a.form, &b.form),
        (false, false) => of_keys(&a.form, &b.form),
        (true, false) => across(a, b),
        (false, true) => across(b, a),
    }
}

fn initials(a: &Part, b: &Part) -> Likeness {
    let first = |part: &Part| part.code.trim_start_matches('+').chars().next();
    let same = if a.is_arabic == b.is_arabic {
        a.form.chars().next() == b.form.chars().next()
    } else {
        first(a) == first(b)
    };
    if same { NEAR } else { 0 }
}

fn of_known(a: &Part, b: &Part) -> Likeness {
    let one = a.known.iter().any(|name| b.known.contains(name));
    let several = |part: &Part| part.known.len() > 1 || (!part.is_arabic && SEVERAL.contains(&part.form.as_str()));
    match one {
        false => 0,
        true if a.is_arabic && b.is_arabic => 100,
        true if several(a) || several(b) => AMBIGUOUS,
        true => 100,
    }
}

fn arabic(a: &str, b: &str) -> Likeness {
    if a == b {
        100
    } else if without_doubles(a) == without_doubles(b) {
        AMBIGUOUS
    } else if a.chars().count().max(b.chars().count()) <= SHORT {
        slip(a, b)
    } else {
        by_distance(a, b).max(slip(a, b))
    }
}

/// One letter left out, added, changed, or two exchanged, in words that are not too short for it.
fn slip(a: &str, b: &str) -> Likeness {
    let short = a.chars().count().min(b.chars().count());
    if short > 1 && strsim::osa_distance(a, b) == 1 {
        SLIP
    } else {
        0
    }
}

fn of_keys(a: &str, b: &str) -> Likeness {
    if a == b {
        return if SEVERAL.contains(&a) { AMBIGUOUS } else { 100 };
    }
    if a.len().min(b.len()) <= 3 {
        return 0;
    }
    by_distance(a, b).max(slip(a, b))
}

/// Jaro–Winkler from 90 hundredths on, else nothing.
fn by_distance(a: &str, b: &str) -> Likeness {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to 100")]
    let likeness = (strsim::jaro_winkler(a, b) * 100.0).round() as u32;
    if likeness >= 90 { likeness } else { 0 }
}

fn across(arabic: &Part, latin: &Part) -> Likeness {
    if latin::spells(&latin.form, &arabic.form) {
        ACROSS
    } else {
        slip(&latin::skeleton_of_arabic(&arabic.form), &latin::skeleton(&latin.form))
    }
}

fn without_doubles(word: &str) -> String {
    let mut letters: Vec<char> = word.chars().collect();
    letters.dedup();
    letters.into_iter().collect()
}

/// A name as stated: a given name, those of the fathers, a family's.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Name {
    parts: Vec<Part>,
}

impl std::fmt::Debug for Name {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Name of {}", self.parts.len())
    }
}

impl Name {
    /// Reads a name; none if nothing is left of it.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let parts: Vec<Part> = whole_words(text).iter().map(|word| Part::new(word)).collect();
        (!parts.is_empty()).then_some(Self { parts })
    }

    /// Its parts in order.
    #[must_use]
    pub fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// The given name.
    #[must_use]
    pub fn given(&self) -> &Part {
        &self.parts[0]
    }

    /// The family's name, where two parts or more are stated.
    #[must_use]
    pub fn family(&self) -> Option<&Part> {
        self.parts.last().filter(|_| self.parts.len() > 1)
    }

    /// The name as it stands: the given name first, the family's last.
    #[must_use]
    pub fn order(&self) -> Order<'_> {
        Order {
            given: &self.parts[0],
            father: self.parts.get(1).filter(|_| self.parts.len() > 2),
            family: self.family(),
        }
    }

    /// The name read with the family's first, where it has two parts or more.
    #[must_use]
    pub fn turned(&self) -> Option<Order<'_>> {
        Some(Order {
            given: self.parts.get(1)?,
            father: self.parts.get(2),
            family: self.parts.first(),
        })
    }

    /// Whether it is written in Arabic letters.
    #[must_use]
    pub fn is_arabic(&self) -> bool {
        self.parts.iter().any(Part::is_arabic)
    }
}

/// What the parts of a name are taken for.
#[derive(Clone, Copy, Debug)]
pub struct Order<'a> {
    pub given: &'a Part,
    /// Where three parts or more are stated.
    pub father: Option<&'a Part>,
    pub family: Option<&'a Part>,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How alike two names of as many parts are: the least of their parts.
    fn alike(a: &str, b: &str) -> Likeness {
        let (a, b) = (Name::read(a).expect("a name"), Name::read(b).expect("a name"));
        assert_eq!(a.parts.len(), b.parts.len());
        a.parts
            .iter()
            .zip(&b.parts)
            .map(|(a, b)| likeness(a, b))
            .min()
            .unwrap_or_default()
    }

    #[test]
    fn the_pairs_of_the_record_are_judged_as_it_says() {
        let same = [
            ("عبد الرحمن", "عبدالرحمن"),
            ("أحمد", "احمد"),
            ("فاطمة", "فاطمه"),
            ("مصطفى", "مصطفي"),
            ("مُحَمَّد", "محمد"),
            ("محـــمد", "محمد"),
            ("الحلبي", "حلبي"),
            ("فؤاد", "فواد"),
            ("إسماعيل", "اسماعيل"),
            ("صلاح الدين", "صلاحالدين"),
            ("محمد بن علي", "محمد علي"),
            ("أبو العلاء", "ابو علاء"),
            ("رجاء", "رجا"),
            ("آمنة", "امنه"),
            ("عيسى", "عيسي"),
            ("أم خالد", "ام خالد"),
            ("علی", "علي"),
            ("عائشة", "عايشة"),
            ("Mohammed", "Muhammad"),
            ("Yousef", "Youssef"),
            ("Khaled", "Khalid"),
            ("Abdel Kader", "Abd al-Qadir"),
            ("Zeinab", "Zaynab"),
            ("Darwich", "Darwish"),
            ("Qassem", "Kassem"),
            ("Hallak", "al-Hallaq"),
            ("Chaaban", "Sha'ban"),
            ("Salameh", "Salama"),
        ];
        let near = [("رؤوف", "رءوف"), ("Samer", "Samir")];
        let different = [
            ("حسن", "حسين"),
            ("سامر", "سمير"),
            ("سعيد", "سعد"),
            ("هبة", "هيبة"),
            ("سليمان", "سلمان"),
            ("Hasan", "Hussein"),
        ];
        assert_eq!(same.len() + near.len() + different.len(), 36);
        for (a, b) in same {
            assert!(alike(a, b) >= SAME, "{a} {b}: {}", alike(a, b));
        }
        for (a, b) in near {
            assert!((NEAR..SAME).contains(&alike(a, b)), "{a} {b}: {}", alike(a, b));
        }
        for (a, b) in different {
            assert!(alike(a, b) < NEAR, "{a} {b}: {}", alike(a, b));
        }
    }

    #[test]
    fn likeness_is_the_same_from_either_side() {
        let spellings = known::GIVEN.iter().chain(&known::FAMILY);
        let parts: Vec<Part> = spellings
            .flat_map(|(name, latin)| latin.iter().chain([name]))
            .filter_map(|name| Name::read(name))
            .map(|name| name.given().clone())
            .collect();
        for a in &parts {
            for b in &parts {
                assert_eq!(likeness(a, b), likeness(b, a), "{} {}", a.form, b.form);
            }
        }
    }

    #[test]
    fn a_known_name_is_found_in_either_script_and_is_no_other() {
        let given: Vec<(Part, Vec<Part>)> = known::GIVEN
            .iter()
            .filter_map(|(arabic, latin)| {
                let one = |text: &str| {
                    Name::read(text)
                        .filter(|name| name.parts.len() == 1)
                        .map(|name| name.given().clone())
                };
                Some((one(arabic)?, latin.iter().filter_map(|name| one(name)).collect()))
            })
            .collect();
        for (at, (arabic, latin)) in given.iter().enumerate() {
            for spelling in latin {
                assert!(likeness(arabic, spelling) >= NEAR, "{} {}", arabic.form, spelling.form);
            }
            for (other, _) in &given[at + 1..] {
                assert_eq!(likeness(arabic, other), 0, "{} {}", arabic.form, other.form);
            }
        }
    }

    #[test]
    fn names_that_nobody_listed_are_compared_by_their_letters() {
        for (a, b) in [
            ("الورديني", "Wardini"),
            ("الخزامي", "al-Khuzami"),
            ("المرساوي", "al-Marsawi"),
            ("الشراعاني", "al-Shira'ani"),
        ] {
            assert!(alike(a, b) >= SAME, "{a} {b}: {}", alike(a, b));
        }
        for (a, b) in [("الورديني", "Marsawi"), ("الوردياني", "الورديني"), ("نورس", "Noura")]
        {
            assert!(alike(a, b) < 100, "{a} {b}: {}", alike(a, b));
        }
        assert_eq!(alike("م", "محمد"), NEAR, "an initial");
        assert_eq!(alike("ح", "محمد"), 0);
    }
}
