//! How urgent a case is.

use super::{Term, Vocabulary, term};

/// Priority of a case, in rising order.
pub static PRIORITY: Vocabulary = Vocabulary(TERMS);

const TERMS: &[Term] = &[
    term("low", "Low", "منخفضة"),
    term("medium", "Medium", "متوسطة"),
    term("high", "High", "عالية"),
    term("critical", "Critical", "قصوى"),
];
