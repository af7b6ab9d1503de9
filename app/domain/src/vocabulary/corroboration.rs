//! How far a fact is corroborated.

use super::{Term, Vocabulary, term};

/// Grades of corroboration (`reliability_scale.json`, after the practice of OHCHR commissions of inquiry).
pub static CORROBORATION: Vocabulary = Vocabulary(TERMS);

const TERMS: &[Term] = &[
    term(
        "uncorroborated",
        "Uncorroborated: one source only",
        "غير معزز: مصدر واحد فقط",
    ),
    term(
        "single_source_justified",
        "One strong source, with written reasons",
        "مصدر واحد قوي مع أسباب مكتوبة",
    ),
    term("partly_corroborated", "Partly corroborated", "معزز جزئيًا"),
    term(
        "corroborated",
        "Corroborated: two or more independent sources agree",
        "معزز: اتفق عليه مصدران مستقلان أو أكثر",
    ),
    term(
        "contradicted",
        "Contradicted: a credible source disagrees",
        "متناقض: يخالفه مصدر ذو مصداقية",
    ),
    term("refuted", "Refuted: shown to be wrong", "مدحوض: ثبت خطؤه"),
];
