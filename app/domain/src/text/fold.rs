//! One spelling for all spellings of a text.

use super::{name_of_invisible, western};

/// One spelling for all spellings: lower case, no diacritics, one form of alef, ya and ha, Western digits, single
/// spaces instead of punctuation. Folding twice changes nothing more.
#[must_use]
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.chars() {
        if is_plain(c) {
            folded.push(c);
            continue;
        }
        for c in c.to_lowercase() {
            match compatible(c) {
                "" => fold_char(c, &mut folded),
                letters => letters.chars().for_each(|letter| fold_char(letter, &mut folded)),
            }
        }
    }
    folded.truncate(folded.trim_end().len());
    folded
}

/// Whether it is a letter or digit that stays as it is: most of a text, told without tables.
pub(super) const fn is_plain(c: char) -> bool {
    matches!(c, 'a'..='z' | '0'..='9' | 'ا' | 'ب' | 'ت'..='غ' | 'ف'..='و' | 'ي')
}

fn fold_char(c: char, folded: &mut String) {
    match c {
        // tashkeel, Quranic marks, tatweel, combining accents
        '\u{0610}'..='\u{061A}'
        | '\u{0640}'
        | '\u{064B}'..='\u{065F}'
        | '\u{0670}'
        | '\u{06D6}'..='\u{06ED}'
        | '\u{0300}'..='\u{036F}' => {}
        // hamza and ayn in Latin transcription, apostrophes
        '\'' | '`' | '´' | '\u{02B9}'..='\u{02C1}' | '\u{02C8}' | '\u{2018}'..='\u{201B}' => {}
        'ء' => {}
        'أ' | 'إ' | 'آ' | 'ٱ' => folded.push('ا'),
        'ى' | 'ئ' | 'ی' | 'ې' => folded.push('ي'),
        'ؤ' => folded.push('و'),
        'ة' | 'ۀ' | 'ہ' | 'ھ' | 'ە' => folded.push('ه'),
        'ک' | 'ڪ' => folded.push('ك'),
        '٠'..='٩' => folded.push(western(c, '٠')),
        '۰'..='۹' => folded.push(western(c, '۰')),
        _ if !c.is_whitespace() && name_of_invisible(c).is_some() => {}
        _ if c.is_alphanumeric() => match without_accent(c) {
            "" => folded.push(c),
            plain => folded.push_str(plain),
        },
        _ if folded.is_empty() || folded.ends_with(' ') => {}
        _ => folded.push(' '),
    }
}

/// A lower-case Latin letter without its accent; `""` if it has none.
const fn without_accent(c: char) -> &'static str {
    match c {
        'à'..='å' | 'ā' | 'ă' | 'ą' | 'ǎ' | 'ȧ' | 'ạ' | 'ả' => "a",
        'æ' => "ae",
        'ḅ' | 'ḇ' | 'ḃ' => "b",
        'ç' | 'ć' | 'ĉ' | 'ċ' | 'č' => "c",
        'ď' | 'đ' | 'ḍ' | 'ḏ' | 'ḋ' | 'ḑ' | 'ð' => "d",
        'è'..='ë' | 'ē' | 'ĕ' | 'ė' | 'ę' | 'ě' | 'ẹ' | 'ẽ' | 'ə' => "e",
        'ĝ' | 'ğ' | 'ġ' | 'ģ' | 'ǧ' | 'ḡ' => "g",
        'ĥ' | 'ħ' | 'ḥ' | 'ḫ' | 'ẖ' | 'ḧ' => "h",
        'ì'..='ï' | 'ĩ' | 'ī' | 'ĭ' | 'į' | 'ı' | 'ǐ' | 'ị' => "i",
        'ĵ' | 'ǰ' => "j",
        'ķ' | 'ḳ' | 'ḵ' | 'ǩ' => "k",
        'ĺ' | 'ļ' | 'ľ' | 'ł' | 'ḷ' | 'ḻ' => "l",
        'ṁ' | 'ṃ' => "m",
        'ñ' | 'ń' | 'ņ' | 'ň' | 'ṇ' | 'ṉ' | 'ṅ' => "n",
        'ò'..='ö' | 'ø' | 'ō' | 'ŏ' | 'ő' | 'ǒ' | 'ọ' => "o",
        'œ' => "oe",
        'ŕ' | 'ŗ' | 'ř' | 'ṛ' | 'ṟ' => "r",
        'ś' | 'ŝ' | 'ş' | 'š' | 'ș' | 'ṣ' | 'ṡ' => "s",
        'ß' => "ss",
        'ţ' | 'ť' | 'ț' | 'ṭ' | 'ṯ' | 'ẗ' => "t",
        'þ' => "th",
        'ù'..='ü' | 'ũ' | 'ū' | 'ŭ' | 'ů' | 'ű' | 'ų' | 'ǔ' | 'ụ' => "u",
        'ŵ' | 'ẁ' | 'ẃ' | 'ẅ' => "w",
        'ý' | 'ÿ' | 'ŷ' | 'ȳ' | 'ỳ' => "y",
        'ź' | 'ż' | 'ž' | 'ẓ' | 'ẕ' => "z",
        _ => "",
    }
}

/// What an Arabic presentation form (as PDFs and old files hold them) or a full-width character stands for; `""` for
/// any other. The part of NFKC that names need; the whole of it would cost a table of its own.
fn compatible(c: char) -> &'static str {
    /// From this code point on, up to the next row's, the forms of one letter or ligature.
    const FORMS: [(u32, &str); 41] = [
        (0xFE70, "\u{064B}"), // tashkeel with a seat
        (0xFE80, "ء"),
        (0xFE81, "آ"),
        (0xFE83, "أ"),
        (0xFE85, "ؤ"),
        (0xFE87, "إ"),
        (0xFE89, "ئ"),
        (0xFE8D, "ا"),
        (0xFE8F, "ب"),
        (0xFE93, "ة"),
        (0xFE95, "ت"),
        (0xFE99, "ث"),
        (0xFE9D, "ج"),
        (0xFEA1, "ح"),
        (0xFEA5, "خ"),
        (0xFEA9, "د"),
        (0xFEAB, "ذ"),
        (0xFEAD, "ر"),
        (0xFEAF, "ز"),
        (0xFEB1, "س"),
        (0xFEB5, "ش"),
        (0xFEB9, "ص"),
        (0xFEBD, "ض"),
        (0xFEC1, "ط"),
        (0xFEC5, "ظ"),
        (0xFEC9, "ع"),
        (0xFECD, "غ"),
        (0xFED1, "ف"),
        (0xFED5, "ق"),
        (0xFED9, "ك"),
        (0xFEDD, "ل"),
        (0xFEE1, "م"),
        (0xFEE5, "ن"),
        (0xFEE9, "ه"),
        (0xFEED, "و"),
        (0xFEEF, "ى"),
        (0xFEF1, "ي"),
        (0xFEF5, "لآ"),
        (0xFEF7, "لأ"),
        (0xFEF9, "لإ"),
        (0xFEFB, "لا"),
    ];
    const ASCII: &str =
        "!\"#$%&'()*+,-./0123456789:;<=>?@abcdefghijklmnopqrstuvwxyz[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~";
    match c {
        '\u{FE70}'..='\u{FEFC}' => {
            let row = FORMS.partition_point(|(first, _)| *first <= u32::from(c));
            FORMS.get(row.wrapping_sub(1)).map_or("", |(_, letters)| letters)
        }
        '\u{FDF2}' => "الله",
        '\u{FBFC}'..='\u{FBFF}' => "ي",
        '\u{FB8E}'..='\u{FB91}' => "ك",
        '\u{FBA6}'..='\u{FBAD}' => "ه",
        '\u{FF01}'..='\u{FF5E}' => {
            let at = (u32::from(c) - 0xFF01) as usize;
            ASCII.get(at..=at).unwrap_or("")
        }
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn folding_twice_changes_nothing_more(text: String) {
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once);
        }

        #[test]
        fn folding_twice_changes_nothing_more_in_arabic(text in "[\u{0600}-\u{06FF}\u{FB50}-\u{FEFF}a-zA-ZÀ-ỹ '-]{0,40}") {
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once);
        }
    }

    #[test]
    fn folding_any_single_character_twice_changes_nothing_more() {
        for c in '\0'..=char::MAX {
            let once = fold(&format!("a{c}b"));
            assert_eq!(fold(&once), once, "{c:?}");
        }
    }

    #[test]
    fn spellings_of_one_arabic_name_fold_alike() {
        let pairs = [
            ("أحمد", "احمد"),
            ("فاطمة", "فاطمه"),
            ("مصطفى", "مصطفي"),
            ("مُحَمَّد", "محمد"),
            ("محـــمد", "محمد"),
            ("فؤاد", "فواد"),
            ("إسماعيل", "اسماعيل"),
            ("رجاء", "رجا"),
            ("آمنة", "امنه"),
            ("عيسى", "عيسي"),
            ("علی", "علي"),
            ("عائشة", "عايشة"),
            ("أحمد", "ا\u{0654}حمد"),
            ("محمد", "\u{202B}محمد\u{202C}"),
            ("سلامة", "\u{FEB3}\u{FEFC}\u{FEE3}\u{FE94}"),
            ("٢٠٢٥", "2025"),
            ("۲۰۲۵", "2025"),
        ];
        for (a, b) in pairs {
            assert_eq!(fold(a), fold(b), "{a} {b}");
        }
    }
}
