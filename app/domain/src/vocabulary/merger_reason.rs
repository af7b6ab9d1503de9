//! Why a case is merged into another.

use super::{Term, Vocabulary, term};

/// Reasons for merging a case. G-REASON asks for a code and the data has no list for this move: these are the product's proposal.
pub static MERGER_REASON: Vocabulary = Vocabulary(TERMS);

const TERMS: &[Term] = &[
    term("same_events", "Same events", "وحدة الوقائع"),
    term("same_victims", "Same victims", "وحدة الضحايا"),
    term("same_suspects", "Same suspects", "وحدة المشتبه بهم"),
    term("duplicate", "Duplicate of another case", "تكرار لقضية أخرى"),
    term("other", "Other", "سبب آخر"),
];
