//! The words of running text, as they are indexed, searched for and marked: not only those of names.

use super::fold;
use std::ops::Range;

/// A word of a text: what it is compared by, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// Folded, without article and without the particles that Arabic writes together with a word.
    pub stem: String,
    /// Bytes of the text.
    pub at: Range<usize>,
}

/// The words of a text in order. Of a word that is nothing but marks, none.
#[must_use]
pub fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut from = None;
    for (at, letter) in text.char_indices().chain([(text.len(), ' ')]) {
        match (from, within(letter)) {
            (None, true) => from = Some(at),
            (Some(start), false) => {
                push(text, start..at, &mut tokens);
                from = None;
            }
            _ => {}
        }
    }
    tokens
}

fn push(text: &str, at: Range<usize>, tokens: &mut Vec<Token>) {
    let folded = fold(&text[at.clone()]);
    // What folds to several words (a ligature with a space in it) stands in one place.
    for word in folded.split(' ').filter(|word| !word.is_empty()) {
        tokens.push(Token {
            stem: stem(word).to_owned(),
            at: at.clone(),
        });
    }
}

/// Whether a character belongs to a word: letters and digits, what is written above and below them, what joins them.
fn within(letter: char) -> bool {
    fold::is_plain(letter)
        || letter.is_alphanumeric()
        || matches!(letter,
            '\'' | '`' | '´' | '\u{02B9}'..='\u{02C8}' | '\u{2018}'..='\u{201B}'
            | '\u{0300}'..='\u{036F}' | '\u{0610}'..='\u{061A}' | '\u{0640}' | '\u{064B}'..='\u{065F}' | '\u{0670}' | '\u{06D6}'..='\u{06ED}'
            | '\u{200C}' | '\u{200D}' | '\u{00AD}')
}

/// A folded Arabic word without what is written together with it: و، ف before, ب، ك، ل before the article, the article; where
/// enough is left. (Light stemming: Larkey, Ballesteros, Connell, "Light stemming for Arabic information retrieval", 2007;
/// prefixes only, since endings tell words apart.)
#[must_use]
pub fn stem(word: &str) -> &str {
    const ARTICLES: [&str; 6] = ["وال", "فال", "بال", "كال", "لل", "ال"];
    let letters = |rest: &&str| rest.chars().count() > 2;
    let without = |word| {
        ARTICLES
            .iter()
            .find_map(|article| str::strip_prefix(word, article).filter(letters))
    };
    if let Some(rest) = without(word) {
        return rest;
    }
    word.strip_prefix('و')
        .filter(letters)
        .map_or(word, |rest| without(rest).unwrap_or(rest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn stems(text: &str) -> Vec<String> {
        tokens(text).into_iter().map(|token| token.stem).collect()
    }

    #[test]
    fn a_word_is_found_however_it_is_written() {
        for (text, other) in [
            ("البيت", "بيت"),
            ("والبيت", "بيت"),
            ("بالمدرسة", "مدرسه"),
            ("للقرية", "قرية"),
            ("وخرجنا", "خرجنا"),
            ("أَحْمَد", "احمد"),
            ("مـــدرسة", "مدرسة"),
            ("٢٠٢٥", "2025"),
            ("Sha'ban", "shaban"),
            ("DÉJÀ", "deja"),
        ] {
            assert_eq!(stems(text), stems(other), "{text} {other}");
        }
    }

    #[test]
    fn short_words_keep_their_letters() {
        for word in ["ولد", "الله", "وعد", "وال"] {
            assert_eq!(stem(word), word);
        }
    }

    #[test]
    fn a_token_says_where_it_stands() {
        let text = "قال: «البيت»، ثم left.";
        let found: Vec<&str> = tokens(text).iter().map(|token| &text[token.at.clone()]).collect();
        assert_eq!(found, ["قال", "البيت", "ثم", "left"]);
    }

    proptest! {
        #[test]
        fn tokens_stand_within_the_text_in_order(text: String) {
            let mut last = 0;
            for token in tokens(&text) {
                prop_assert!(token.at.start >= last && text.get(token.at.clone()).is_some());
                prop_assert!(!token.stem.is_empty() && !token.stem.contains(' '));
                last = token.at.start;
            }
        }
    }
}
