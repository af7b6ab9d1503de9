//! Latin spellings of Arabic names: a phonetic key, and whether a key may spell an Arabic word.
//!
//! A key is written in small letters for single sounds; `S` is sh, `K` kh, `D` dh, `T` th, `G` gh. Vowels are `a`, `i`, `u`.

/// The key of a folded word. (Rules: `arabic_names.json`, Latin.)
pub(super) fn key(word: &str) -> String {
    let letters: Vec<char> = word.chars().collect();
    let mut key = String::with_capacity(letters.len());
    let mut at = 0;
    while at < letters.len() {
        let (sound, taken) = sound(&letters, at);
        if !key.ends_with(sound) {
            key.push(sound);
        }
        at += taken;
    }
    // A final h after a vowel is not heard; a final e is an a.
    if key.len() > 2 && key.ends_with('h') && key[..key.len() - 1].ends_with(is_vowel) {
        key.pop();
    }
    let e = letters.last() == Some(&'e') || letters.ends_with(&['e', 'h']);
    if key.len() > 2 && e && key.ends_with('i') && !letters.ends_with(&['e', 'e']) {
        key.pop();
        if !key.ends_with('a') {
            key.push('a');
        }
    }
    key
}

/// A compound with الدين in one spelling: `salaheddine`, `salahuddin` → `salahdin`.
pub(super) fn with_plain_faith(word: &str) -> String {
    let plain = ["eddine", "eddin", "uddine", "uddin", "addin", "aldin", "eldin"];
    let name = plain.iter().find_map(|ending| word.strip_suffix(ending));
    match name.filter(|name| name.len() > 2) {
        Some(name) => format!("{name}din"),
        None => word.to_owned(),
    }
}

const fn is_vowel(letter: char) -> bool {
    matches!(letter, 'a' | 'i' | 'u')
}

/// The sound that begins at a letter, and how many letters it takes.
fn sound(letters: &[char], at: usize) -> (char, usize) {
    let next = letters.get(at + 1).copied().unwrap_or(' ');
    let vowel = |c: char| matches!(c, 'a' | 'e' | 'i' | 'o' | 'u' | 'y');
    match (letters[at], next) {
        ('s' | 'c', 'h') => ('S', 2),
        ('k', 'h') => ('K', 2),
        ('d', 'h') => ('D', 2),
        ('t', 'h') => ('T', 2),
        ('g', 'h') => ('G', 2),
        ('p', 'h') => ('f', 2),
        ('d', 'j') => ('j', 2),
        ('g', 'e' | 'i') => ('j', 1),
        ('q' | 'k' | 'c', _) => ('k', 1),
        ('p', _) => ('b', 1),
        ('v', _) => ('f', 1),
        ('x', _) => ('k', 1),
        ('o', 'u' | 'o') => ('u', 2),
        ('o' | 'u', _) => ('u', 1),
        ('e', 'e' | 'i' | 'y') | ('a', 'i' | 'y')
            if !(next == 'y' && letters.get(at + 2).is_some_and(|c| vowel(*c))) =>
        {
            ('i', 2)
        }
        ('a', 'a') => ('a', 2),
        ('a', _) => ('a', 1),
        ('y', next) if vowel(next) && next != 'y' => ('y', 1),
        ('e' | 'i' | 'y', _) => ('i', 1),
        (letter, _) => (letter, 1),
    }
}

/// Consonants only, those that spellings confuse taken together; a vowel only where the word begins with one.
pub(super) fn skeleton(key: &str) -> String {
    let mut skeleton = String::with_capacity(key.len());
    for (at, letter) in key.chars().enumerate() {
        let class = match letter {
            'a' | 'i' | 'u' if at == 0 => 'a',
            'a' | 'i' | 'u' => continue,
            'w' | 'y' if at > 0 => continue,
            'D' | 'z' => 'd',
            'T' => 't',
            'G' => 'g',
            other => other,
        };
        if !skeleton.ends_with(class) {
            skeleton.push(class);
        }
    }
    skeleton
}

/// The same out of Arabic letters.
pub(super) fn skeleton_of_arabic(word: &str) -> String {
    let mut skeleton = String::with_capacity(word.len());
    let last = word.chars().count().saturating_sub(1);
    for (at, letter) in word.chars().enumerate() {
        let class = match letter {
            'ا' | 'ع' if at == 0 => 'a',
            'ا' | 'ع' => continue,
            'و' if at == 0 => 'w',
            'ي' if at == 0 => 'y',
            'و' | 'ي' => continue,
            'ه' if at == last => continue,
            'ب' => 'b',
            'ت' | 'ط' | 'ث' => 't',
            'ج' => 'j',
            'ح' | 'ه' => 'h',
            'خ' => 'K',
            'د' | 'ض' | 'ذ' | 'ظ' | 'ز' => 'd',
            'ر' => 'r',
            'س' | 'ص' => 's',
            'ش' => 'S',
            'غ' => 'g',
            'ف' => 'f',
            'ق' | 'ك' => 'k',
            'ل' => 'l',
            'م' => 'm',
            'ن' => 'n',
            other => other,
        };
        if !skeleton.ends_with(class) {
            skeleton.push(class);
        }
    }
    skeleton
}

/// Whether a key may be the spelling of an Arabic word: every Arabic letter is heard, and the key has nothing more but
/// short vowels, which Arabic does not write.
pub(super) fn spells(key: &str, arabic: &str) -> bool {
    let (key, arabic): (Vec<char>, Vec<char>) = (key.chars().collect(), arabic.chars().collect());
    // What of the key may be heard by so many Arabic letters.
    let mut reached = vec![false; key.len() + 1];
    reached[0] = true;
    skip_short(&key, &mut reached);
    for (at, letter) in arabic.iter().enumerate() {
        let (first, last) = (at == 0, at + 1 == arabic.len());
        let mut next = vec![false; key.len() + 1];
        for from in (0..=key.len()).filter(|from| reached[*from]) {
            next[from] |= may_be_silent(*letter, first, last, arabic.get(at.wrapping_sub(1)));
            if let Some(sound) = key.get(from) {
                next[from + 1] |= sounds_as(*letter, *sound, first, last);
            }
        }
        skip_short(&key, &mut next);
        reached = next;
    }
    reached[key.len()]
}

fn skip_short(key: &[char], reached: &mut [bool]) {
    for at in 0..key.len() {
        reached[at + 1] |= reached[at] && is_vowel(key[at]);
    }
}

/// A doubled letter is written once in a key, and so is the vowel on both sides of a ع, which has no letter of its own; a
/// final ه may be an a, which is not heard as h.
fn may_be_silent(letter: char, first: bool, last: bool, before: Option<&char>) -> bool {
    match letter {
        'ع' => !first,
        'ه' => last,
        'ا' => before == Some(&'ع'),
        _ => before == Some(&letter),
    }
}

fn sounds_as(letter: char, sound: char, first: bool, last: bool) -> bool {
    match letter {
        'ا' => sound == 'a' || (first && is_vowel(sound)),
        'ع' => is_vowel(sound),
        'ب' => sound == 'b',
        'ت' | 'ط' => sound == 't',
        'ث' => matches!(sound, 'T' | 't' | 's'),
        'ج' => matches!(sound, 'j' | 'g'),
        'ح' => sound == 'h',
        'خ' => sound == 'K',
        'د' => sound == 'd',
        'ذ' | 'ظ' => matches!(sound, 'D' | 'd' | 'z'),
        'ض' => matches!(sound, 'D' | 'd'),
        'ر' => sound == 'r',
        'ز' => sound == 'z',
        'س' | 'ص' => sound == 's',
        'ش' => sound == 'S',
        'غ' => matches!(sound, 'G' | 'g'),
        'ف' => sound == 'f',
        'ق' => matches!(sound, 'k' | 'g'),
        'ك' => sound == 'k',
        'ل' => sound == 'l',
        'م' => sound == 'm',
        'ن' => sound == 'n',
        'ه' => sound == 'h' || (last && sound == 'a'),
        'و' => matches!(sound, 'w' | 'u'),
        'ي' => matches!(sound, 'y' | 'i') || (last && sound == 'a'),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_sound_have_one_key() {
        for (a, b) in [
            ("khaled", "khalid"),
            ("zeinab", "zaynab"),
            ("darwich", "darwish"),
            ("hallaq", "halak"),
            ("salameh", "salama"),
            ("youssef", "yousef"),
            ("djebali", "jebali"),
        ] {
            assert_eq!(key(a), key(b), "{a} {b}");
        }
    }

    #[test]
    fn a_key_spells_an_arabic_word_only_if_every_letter_is_heard() {
        for (spelling, arabic, expected) in [
            ("wardini", "ورديني", true),
            ("muhammad", "محمد", true),
            ("mahmud", "محمود", true),
            ("muhammad", "محمود", false),
            ("musa", "موسي", true),
            ("salama", "سلامه", true),
            ("hasan", "حسين", false),
            ("husayn", "حسين", true),
            ("ammar", "عمار", true),
            ("nawras", "نورس", true),
            ("", "نورس", false),
        ] {
            assert_eq!(spells(&key(spelling), arabic), expected, "{spelling} {arabic}");
        }
    }
}
