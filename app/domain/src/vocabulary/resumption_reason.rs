//! Why work on a suspended case goes on.

use super::{Term, Vocabulary, term};

/// Reasons for resuming a case. G-REASON asks for a code and the data has no list for this move: these are the product's proposal.
pub static RESUMPTION_REASON: Vocabulary = Vocabulary(TERMS);

const TERMS: &[Term] = &[
    term("ground_ended", "Ground of suspension has ended", "زوال سبب التعليق"),
    term("results_received", "Awaited results received", "ورود النتائج المنتظرة"),
    term("new_information", "New information", "ورود معلومات جديدة"),
    term("review_date", "Review date reached", "حلول موعد المراجعة"),
    term("other", "Other", "سبب آخر"),
];
