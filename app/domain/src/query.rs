//! What is searched for: words, phrases in quotation marks, words to leave out (`-word`).
//!
//! A query is compared with a text by the stems of [`crate::text::tokens`], and with names by [`crate::text::words`], so that
//! أحمد, احمد and Ahmad find each other. The index holds keyed hashes of these; the marks in a result are made here, from the
//! unsealed text of the page alone.

use crate::text::{tokens, words};
use crate::{Code, ProblemKind};
use std::ops::Range;

/// The longest query, in characters.
pub const LONGEST: u32 = crate::form::SHORT;
/// The most words of a query.
const MOST: usize = 16;
/// So many characters stand around the first mark of a snippet.
const AROUND: usize = 90;

/// One thing that a text must hold: a word, or a phrase of several in a row. As stems.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term(pub Vec<String>);

/// A query, read.
#[derive(Clone, PartialEq, Eq)]
pub struct Query {
    /// All of them must be there.
    pub terms: Vec<Term>,
    /// None of them may be there.
    pub without: Vec<Term>,
    /// The query as the words of a name, for what is found by name; none where a phrase or an exclusion makes it no name.
    pub names: Vec<String>,
    /// The query is a record's code.
    pub code: Option<Code>,
}

/// Never shows what is searched for.
impl std::fmt::Debug for Query {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Query of {}", self.terms.len())
    }
}

impl Query {
    /// Reads what was typed.
    ///
    /// # Errors
    /// `Missing` where there is nothing, `TooLong`, `NoWords` where there is no word to look for.
    pub fn read(typed: &str) -> Result<Self, ProblemKind> {
        if typed.trim().is_empty() {
            return Err(ProblemKind::Missing);
        }
        if typed.chars().count() > LONGEST as usize {
            return Err(ProblemKind::TooLong(LONGEST));
        }
        let mut query = Self {
            terms: Vec::new(),
            without: Vec::new(),
            names: Vec::new(),
            code: typed.trim().parse().ok(),
        };
        let mut plain = String::new();
        let mut rest = typed;
        while let Some((part, quoted, after)) = next_part(rest) {
            rest = after;
            if quoted {
                query.terms.extend(term(part));
                continue;
            }
            for word in part.split_whitespace() {
                if let Some(word) = word.strip_prefix(['-', '−']).filter(|word| !word.is_empty()) {
                    query.without.extend(term(word));
                } else {
                    query
                        .terms
                        .extend(tokens(word).into_iter().map(|token| Term(vec![token.stem])));
                    plain.push_str(word);
                    plain.push(' ');
                }
            }
        }
        let whole_name = query.without.is_empty() && !typed.contains(QUOTES);
        if whole_name {
            query.names = words(&plain);
            query.names.truncate(MOST);
        }
        query.terms.truncate(MOST);
        query.without.truncate(MOST);
        if query.terms.is_empty() && query.names.is_empty() && query.code.is_none() {
            return Err(ProblemKind::NoWords);
        }
        Ok(query)
    }

    /// Whether a text holds one of the terms at a place; where the marks stand, in bytes.
    #[must_use]
    pub fn marks(&self, text: &str) -> Vec<Range<usize>> {
        let tokens = tokens(text);
        let names: Vec<&str> = self.names.iter().map(String::as_str).collect();
        let mut marks: Vec<Range<usize>> = Vec::new();
        for (at, token) in tokens.iter().enumerate() {
            for Term(term) in &self.terms {
                let here = tokens.get(at..at + term.len()).unwrap_or_default();
                let same = !here.is_empty() && here.iter().zip(term).all(|(token, word)| token.stem == *word);
                if same {
                    marks.push(token.at.start..here[here.len() - 1].at.end);
                }
            }
            if names
                .iter()
                .any(|name| name.chars().count() > 1 && token.stem.starts_with(name))
            {
                marks.push(token.at.clone());
            }
        }
        marks.sort_unstable_by_key(|mark| (mark.start, std::cmp::Reverse(mark.end)));
        let mut apart: Vec<Range<usize>> = Vec::with_capacity(marks.len());
        for mark in marks {
            match apart.last_mut() {
                Some(last) if mark.start < last.end => last.end = last.end.max(mark.end),
                _ => apart.push(mark),
            }
        }
        apart
    }

    /// The part of a text around its first mark; none where nothing is marked.
    #[must_use]
    pub fn snippet(&self, text: &str) -> Option<Snippet> {
        let marks = self.marks(text);
        let first = marks.first()?;
        let from = text[..first.start]
            .char_indices()
            .rev()
            .nth(AROUND)
            .map_or(0, |(at, _)| word_end(text, at));
        let to = text[first.end..]
            .char_indices()
            .nth(AROUND * 2)
            .map_or(text.len(), |(at, _)| word_end(text, first.end + at));
        let mut pieces = Vec::new();
        let mut at = from;
        for mark in marks.iter().filter(|mark| mark.start >= from && mark.end <= to) {
            pieces.push((text[at..mark.start].to_owned(), false));
            pieces.push((text[mark.clone()].to_owned(), true));
            at = mark.end;
        }
        pieces.push((text[at..to].to_owned(), false));
        pieces.retain(|(piece, _)| !piece.is_empty());
        Some(Snippet {
            pieces,
            begins: from == 0,
            ends: to == text.len(),
        })
    }
}

/// A part of a text, marked.
#[derive(Clone, PartialEq, Eq)]
pub struct Snippet {
    /// Text, and whether it is marked.
    pub pieces: Vec<(String, bool)>,
    /// The text begins here.
    pub begins: bool,
    /// The text ends here.
    pub ends: bool,
}

impl std::fmt::Debug for Snippet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Snippet of {}", self.pieces.len())
    }
}

const QUOTES: [char; 6] = ['"', '«', '»', '“', '”', '„'];

/// The next part of a query: plain or in quotation marks, and what follows.
fn next_part(text: &str) -> Option<(&str, bool, &str)> {
    let text = text.trim_start();
    if text.is_empty() {
        return None;
    }
    match text.find(QUOTES) {
        Some(0) => {
            let inside = text.trim_start_matches(QUOTES);
            match inside.find(QUOTES) {
                Some(end) => Some((&inside[..end], true, inside[end..].trim_start_matches(QUOTES))),
                // A quotation that never ends is words.
                None => Some((inside, false, "")),
            }
        }
        Some(at) => Some((&text[..at], false, &text[at..])),
        None => Some((text, false, "")),
    }
}

fn term(text: &str) -> Option<Term> {
    let words: Vec<String> = tokens(text).into_iter().map(|token| token.stem).take(MOST).collect();
    (!words.is_empty()).then_some(Term(words))
}

/// The next place from `at` on that is not inside a word.
fn word_end(text: &str, at: usize) -> usize {
    text[at..]
        .find(char::is_whitespace)
        .map_or(text.len(), |step| at + step)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(typed: &str) -> Query {
        Query::read(typed).expect("a query")
    }

    fn marked(typed: &str, text: &str) -> Vec<String> {
        read(typed)
            .marks(text)
            .into_iter()
            .map(|mark| text[mark].to_owned())
            .collect()
    }

    #[test]
    fn words_phrases_and_exclusions_are_told_apart() {
        let query = read("البيت \"إطلاق نار\" -ليل");
        assert_eq!(
            query.terms,
            [Term(vec!["بيت".into()]), Term(vec!["اطلاق".into(), "نار".into()])]
        );
        assert_eq!(query.without, [Term(vec!["ليل".into()])]);
        assert!(query.names.is_empty());
        assert_eq!(read("عبد الرحمن الحلبي").names, ["عبدالرحمن", "حلبي"]);
        assert_eq!(read("«لا نهاية").terms.len(), 2);
    }

    #[test]
    fn what_is_no_query_is_said() {
        assert_eq!(Query::read("  "), Err(ProblemKind::Missing));
        assert_eq!(Query::read("؟!… «»"), Err(ProblemKind::NoWords));
        assert_eq!(Query::read(&"ب".repeat(10_000)), Err(ProblemKind::TooLong(LONGEST)));
        assert!(read("C-2025-0007").code.is_some());
    }

    #[test]
    fn marks_stand_on_the_words_as_they_were_written() {
        assert_eq!(marked("احمد", "جاء أَحْمَد والناس"), ["أَحْمَد"]);
        assert_eq!(marked("\"من البيت\"", "خرجنا من البيت قبل الغروب"), ["من البيت"]);
        assert!(marked("\"البيت من\"", "خرجنا من البيت").is_empty());
        assert_eq!(marked("2025", "في ٦ آذار ٢٠٢٥"), ["٢٠٢٥"]);
    }

    #[test]
    fn a_snippet_is_cut_between_words() {
        let text = format!("{}الهدف{}", "كلمة ".repeat(100), " بعده".repeat(100));
        let snippet = read("هدف").snippet(&text).expect("found");
        assert!(!snippet.begins && !snippet.ends);
        assert!(snippet.pieces.iter().any(|(piece, mark)| *mark && piece == "الهدف"));
        let whole: String = snippet.pieces.iter().map(|(piece, _)| piece.as_str()).collect();
        assert!(whole.chars().count() < 320, "{}", whole.chars().count());
        assert!(text.contains(&whole));
        assert!(read("غائب").snippet(&text).is_none());
    }

    proptest! {
        #[test]
        fn any_text_can_be_typed_and_marked(typed in "[\u{0600}-\u{06FF}a-z \"«»-]{0,60}", text: String) {
            if let Ok(query) = Query::read(&typed) {
                for mark in query.marks(&text) {
                    prop_assert!(text.get(mark).is_some());
                }
                let _ = query.snippet(&text);
            }
        }
    }
}
