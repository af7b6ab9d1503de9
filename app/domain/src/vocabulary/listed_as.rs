//! As what people stand in a list.

use super::{Term, Vocabulary, term};

/// What a list claims of those who stand in it.
pub static LISTED_AS: Vocabulary = Vocabulary(TERMS);

const TERMS: &[Term] = &[
    term("killed", "Killed", "قتلى"),
    term("missing", "Missing", "مفقودون"),
    term("detained", "Detained or abducted", "محتجزون أو مخطوفون"),
    term("injured", "Injured", "جرحى"),
    term("displaced", "Displaced", "نازحون"),
    term("harmed", "Victims of other acts", "ضحايا أفعال أخرى"),
];
