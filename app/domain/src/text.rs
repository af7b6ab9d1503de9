//! Text as it is searched for, measured and shown.
//!
//! A name is written in many ways: with and without hamza, tashkeel, article, in Arabic or Latin letters. [`fold`] and
//! [`words`] bring the spellings of one name to one form. That form is an index only: the record keeps what was
//! written, and a match is a proposal to a human, never a merge. Rules: `arabic_names.json`, 1–12 for Arabic and the
//! first three for Latin; the phonetic Latin rules belong to matching, not here.

mod fold;
mod tokens;
mod words;

pub use fold::fold;
pub use tokens::{Token, stem, tokens};
pub use words::words;

/// The text with Arabic (٠–٩) and Persian (۰–۹) digits as Western ones, everything else as it was: for numbers, dates
/// and times that were typed on an Arabic keyboard.
#[must_use]
pub fn digits(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '٠'..='٩' => western(c, '٠'),
            '۰'..='۹' => western(c, '۰'),
            _ => c,
        })
        .collect()
}

/// The number of characters that were really written: white space at the ends and invisible characters are not
/// counted, a run of white space counts as one.
#[must_use]
pub fn written_length(text: &str) -> usize {
    let mut length = 0;
    let mut gap = false;
    for c in text
        .chars()
        .filter(|c| name_of_invisible(*c).is_none() || c.is_whitespace())
    {
        if c.is_whitespace() {
            gap = length > 0;
        } else {
            length += 1 + usize::from(gap);
            gap = false;
        }
    }
    length
}

/// The text with every bidirectional control, zero-width and control character shown as a mark: `⟦RLO⟧`, `⟦U+0007⟧`.
/// For file names and other text of strangers, where a hidden character may deceive the reader. Line breaks and tabs
/// stay as they are.
#[must_use]
pub fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        match name_of_invisible(c) {
            None => shown.push(c),
            Some("") => shown.push_str(&format!("⟦U+{:04X}⟧", u32::from(c))),
            Some(name) => {
                shown.push('⟦');
                shown.push_str(name);
                shown.push('⟧');
            }
        }
    }
    shown
}

/// The names of the characters in a text that nobody can see, each once, in their order: `RLO`, `U+0007`. Line breaks
/// and tabs are none.
#[must_use]
pub fn invisibles(text: &str) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for c in text.chars() {
        let name = match name_of_invisible(c) {
            None => continue,
            Some("") => format!("U+{:04X}", u32::from(c)),
            Some(name) => name.to_owned(),
        };
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// The short name of a character that takes no room or steers direction, `""` for one without a name of its own.
const fn name_of_invisible(c: char) -> Option<&'static str> {
    Some(match c {
        '\n' | '\r' | '\t' => return None,
        '\u{00AD}' => "SHY",
        '\u{061C}' => "ALM",
        '\u{200B}' => "ZWSP",
        '\u{200C}' => "ZWNJ",
        '\u{200D}' => "ZWJ",
        '\u{200E}' => "LRM",
        '\u{200F}' => "RLM",
        '\u{202A}' => "LRE",
        '\u{202B}' => "RLE",
        '\u{202C}' => "PDF",
        '\u{202D}' => "LRO",
        '\u{202E}' => "RLO",
        '\u{2060}' => "WJ",
        '\u{2066}' => "LRI",
        '\u{2067}' => "RLI",
        '\u{2068}' => "FSI",
        '\u{2069}' => "PDI",
        '\u{FEFF}' => "BOM",
        '\0'..='\u{1F}'
        | '\u{7F}'..='\u{9F}'
        | '\u{034F}'
        | '\u{115F}'..='\u{1160}'
        | '\u{17B4}'..='\u{17B5}'
        | '\u{180B}'..='\u{180F}'
        | '\u{2028}'..='\u{2029}'
        | '\u{2061}'..='\u{2065}'
        | '\u{206A}'..='\u{206F}'
        | '\u{3164}'
        | '\u{FFA0}'
        | '\u{FFF9}'..='\u{FFFB}'
        | '\u{E0000}'..='\u{E0FFF}' => "",
        _ => return None,
    })
}

fn western(digit: char, zero: char) -> char {
    let value = u32::from(digit) - u32::from(zero);
    char::from_digit(value, 10).expect("the pattern holds ten digits from its zero on")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn nothing_invisible_stays_hidden(text: String) {
            prop_assert!(visible(&text).chars().all(|c| name_of_invisible(c).is_none()));
        }
    }

    #[test]
    fn digits_alone_become_western() {
        assert_eq!(digits("٠٩/۰۳/2025 أحمد"), "09/03/2025 أحمد");
    }

    #[test]
    fn only_what_was_written_is_counted() {
        let table = [
            ("", 0),
            ("  a  ", 1),
            ("a  \n b", 3),
            ("\u{200B}\u{200B}ab\u{202E}", 2),
            ("محمد علي", 8),
            ("\u{3164}\u{3164}", 0),
        ];
        for (text, expected) in table {
            assert_eq!(written_length(text), expected, "{text:?}");
        }
    }

    #[test]
    fn hidden_characters_are_shown() {
        assert_eq!(visible("photo\u{202E}gpj.exe"), "photo⟦RLO⟧gpj.exe");
        assert_eq!(visible("a\u{200B}b\u{7}"), "a⟦ZWSP⟧b⟦U+0007⟧");
        assert_eq!(visible("محمد علي\n"), "محمد علي\n");
    }

    #[test]
    fn hidden_characters_are_named_once_each() {
        let table: [(&str, &[&str]); 4] = [
            ("", &[]),
            ("محمد\tعلي\n", &[]),
            ("a\u{202E}b\u{200B}c\u{202E}", &["RLO", "ZWSP"]),
            ("\u{7}\u{E0041}", &["U+0007", "U+E0041"]),
        ];
        for (text, expected) in table {
            assert_eq!(invisibles(text), expected, "{text:?}");
        }
    }
}
