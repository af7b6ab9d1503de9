//! The words of a name, as they are indexed and searched for.

use super::fold;

/// The words of a name, folded, in order: titles, empty words, articles and بن dropped; عبد, أبو and أم joined with the
/// word that follows, الدين with the one before; Latin `Abd al-`, `Abdel`, `Abdul` joined as `abd`.
///
/// A title in the last place stays, since it may be a family name (الحاج, السيد); الشيخ is a title in the first place only.
#[must_use]
pub fn words(text: &str) -> Vec<String> {
    let folded = fold(text);
    let tokens = without_titles(folded.split(' ').filter(|token| !token.is_empty()).collect());
    let tokens = without_filiation(&tokens);
    let tokens = join_after(tokens, |token| token == "عبد", |next| next);
    let tokens = join_faith(tokens);
    let tokens = join_after(tokens, |token| KUNYA.contains(&token), without_article);
    let tokens = join_latin_abd(tokens);
    tokens.iter().map(|token| without_article(token).to_owned()).collect()
}

/// Titles that are dropped (folded), except الشيخ.
const TITLES: [&str; 14] = [
    "الشهيد",
    "المرحوم",
    "الدكتور",
    "المهندس",
    "الاستاذ",
    "الحاج",
    "الحاجه",
    "السيد",
    "السيده",
    "العقيد",
    "الرايد",
    "النقيب",
    "الملازم",
    "المقدم",
];
const SHEIKH: &str = "الشيخ";
const FILIATION: [&str; 3] = ["بن", "ابن", "بنت"];
const KUNYA: [&str; 4] = ["ابو", "ابي", "ابا", "ام"];
const FAITH: &str = "الدين";
const LATIN_ARTICLES: [&str; 9] = ["al", "el", "ad", "ar", "as", "ash", "at", "an", "az"];
const LATIN_ABD: [&str; 7] = ["abdal", "abdel", "abdul", "abdur", "abder", "abdil", "abdoul"];

fn without_titles(tokens: Vec<&str>) -> Vec<&str> {
    let last = tokens.len().saturating_sub(1);
    let mut kept = Vec::with_capacity(tokens.len());
    for (at, token) in tokens.into_iter().enumerate() {
        let title = TITLES.contains(&token) || (token == SHEIKH && kept.is_empty());
        if !title || at == last {
            kept.push(token);
        }
    }
    kept
}

/// Drops بن, ابن and بنت between two names.
fn without_filiation(tokens: &[&str]) -> Vec<String> {
    let between = |at: usize| at > 0 && at + 1 < tokens.len();
    (0..tokens.len())
        .filter(|at| !(between(*at) && FILIATION.contains(&tokens[*at])))
        .map(|at| tokens[at].to_owned())
        .collect()
}

/// Joins each word that `joins` picks with what `form` leaves of the next word.
fn join_after(tokens: Vec<String>, joins: impl Fn(&str) -> bool, form: impl Fn(&str) -> &str) -> Vec<String> {
    let mut joined = Vec::with_capacity(tokens.len());
    let mut rest = tokens.into_iter().peekable();
    while let Some(token) = rest.next() {
        match rest.peek() {
            Some(next) if joins(&token) => {
                joined.push(format!("{token}{}", form(next)));
                rest.next();
            }
            _ => joined.push(token),
        }
    }
    joined
}

/// Joins الدين with the name before it: صلاح الدين.
fn join_faith(tokens: Vec<String>) -> Vec<String> {
    let mut joined: Vec<String> = Vec::with_capacity(tokens.len());
    for token in tokens {
        match joined.last_mut() {
            Some(name) if token == FAITH => name.push_str(FAITH),
            _ => joined.push(token),
        }
    }
    joined
}

/// Drops Latin articles before a name and brings `Abd al-X`, `Abdel X`, `Abdulx` to `abdx`.
fn join_latin_abd(tokens: Vec<String>) -> Vec<String> {
    let mut joined = Vec::with_capacity(tokens.len());
    let mut rest = tokens.into_iter().peekable();
    while let Some(token) = rest.next() {
        let article = LATIN_ARTICLES.contains(&token.as_str());
        if article && rest.peek().is_some() {
            continue;
        }
        let abd = token == "abd" || LATIN_ABD.contains(&token.as_str());
        if !abd || rest.peek().is_none() {
            joined.push(short_abd(&token));
            continue;
        }
        let named_article = rest.next_if(|next| LATIN_ARTICLES.contains(&next.as_str()));
        let name = rest.next().or(named_article.clone()).unwrap_or_default();
        let whole = format!("abd{name}");
        let explicit = token != "abd" || named_article.is_some();
        joined.push(if explicit { whole } else { short_abd(&whole) });
    }
    joined
}

/// `abdulkarim` → `abdkarim`, where at least three letters are left of the name.
fn short_abd(token: &str) -> String {
    ["al", "el", "ul", "ur", "er"]
        .iter()
        .find_map(|article| token.strip_prefix("abd")?.strip_prefix(article))
        .filter(|name| name.chars().count() > 2)
        .map_or_else(|| token.to_owned(), |name| format!("abd{name}"))
}

/// Drops the article ال where more than two letters remain: الحلبي → حلبي, and الله stays.
fn without_article(token: &str) -> &str {
    token
        .strip_prefix("ال")
        .filter(|rest| rest.chars().count() > 2)
        .unwrap_or(token)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_word_holds_no_space_and_is_not_empty(text in "[\u{0621}-\u{064A} a-z-]{0,40}") {
            for word in words(&text) {
                prop_assert!(!word.is_empty() && !word.contains(' '), "{:?}", word);
            }
        }
    }

    #[test]
    fn spellings_of_one_name_have_the_same_words() {
        let pairs = [
            ("عبد الرحمن", "عبدالرحمن"),
            ("الحلبي", "حلبي"),
            ("صلاح الدين", "صلاحالدين"),
            ("محمد بن علي", "محمد علي"),
            ("أبو العلاء", "ابو علاء"),
            ("أم خالد", "ام خالد"),
            ("أبو عبد الله", "ابو عبدالله"),
            ("الشيخ أحمد", "أحمد"),
            ("المرحوم الشيخ أحمد", "أحمد"),
            ("al-Hallaq", "HALLAQ"),
            ("El Halabi", "Halabi"),
            ("Sha'ban", "Shaban"),
            ("Ḥallāq", "Hallaq"),
            ("Abdel Karim", "Abd al-Karim"),
            ("Abdulkarim", "Abd al-Karim"),
            ("Abdurrahman", "Abd ar-Rahman"),
            ("Abdullah", "Abd Allah"),
        ];
        for (a, b) in pairs {
            assert_eq!(words(a), words(b), "{a} {b}");
        }
    }

    #[test]
    fn different_names_stay_different() {
        let pairs = [
            ("حسن", "حسين"),
            ("سامر", "سمير"),
            ("سعيد", "سعد"),
            ("هبة", "هيبة"),
            ("سليمان", "سلمان"),
            ("رؤوف", "رءوف"), // near, for matching to find
            ("Hasan", "Hussein"),
        ];
        for (a, b) in pairs {
            assert_ne!(words(a), words(b), "{a} {b}");
        }
    }

    #[test]
    fn words_have_the_normal_form_of_the_data() {
        let table: [(&str, &[&str]); 12] = [
            ("عبد الله", &["عبدالله"]),
            ("سيف الدين", &["سيفالدين"]),
            ("نور الهدى", &["نور", "هدي"]),
            ("رائد", &["رايد"]),
            ("اللاذقاني", &["لاذقاني"]),
            ("الإمام", &["امام"]),
            ("الصائغ", &["صايغ"]),
            ("محمد عبدالرحمن خزاماوي", &["محمد", "عبدالرحمن", "خزاماوي"]),
            ("الشيخ", &["شيخ"]),
            ("محمد الحاج", &["محمد", "حاج"]),
            (" ، ", &[]),
            ("", &[]),
        ];
        for (name, expected) in table {
            assert_eq!(words(name), expected, "{name}");
        }
    }
}
