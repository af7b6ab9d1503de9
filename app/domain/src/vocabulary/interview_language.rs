//! The language spoken in an interview, written in a record, or of a document.

use super::{Term, Vocabulary, term};

/// Languages by BCP 47 tag; `ar-x-coast` notes the coastal dialect, `und` any other.
pub static INTERVIEW_LANGUAGE: Vocabulary = Vocabulary(TERMS);

const TERMS: &[Term] = &[
    term("ar", "Arabic", "العربية"),
    term("ar-x-coast", "Arabic (coastal dialect)", "العربية (لهجة الساحل)"),
    term("ku", "Kurdish", "الكردية"),
    term("en", "English", "الإنكليزية"),
    term("hy", "Armenian", "الأرمنية"),
    term("syr", "Syriac", "السريانية"),
    term("tr", "Turkish", "التركية"),
    term("ady", "Circassian", "الشركسية"),
    term("fa", "Persian", "الفارسية"),
    term("ru", "Russian", "الروسية"),
    term("fr", "French", "الفرنسية"),
    term("de", "German", "الألمانية"),
    term("sgn", "Sign language", "لغة الإشارة"),
    term("und", "Other or not determined", "لغة أخرى أو غير محددة"),
];
