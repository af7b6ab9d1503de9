//! How reliable a source is, apart from what it says.

use super::{Term, Vocabulary, term};

/// Reliability of the source, A–F of the Admiralty scale. A first-time witness starts at F; demeanour is no ground.
pub static SOURCE_GRADE: Vocabulary = Vocabulary(TERMS);

const TERMS: &[Term] = &[
    term("A", "Completely reliable", "موثوق تماما"),
    term("B", "Usually reliable", "موثوق عادة"),
    term("C", "Fairly reliable", "موثوق إلى حد ما"),
    term("D", "Not usually reliable", "غير موثوق عادة"),
    term("E", "Unreliable", "غير موثوق"),
    term("F", "Cannot be judged", "لا يمكن الحكم"),
];
