//! How a published figure is meant.

use super::{Term, Vocabulary, term};

/// What a source says of how exact its figure is.
pub static QUALIFIER: Vocabulary = Vocabulary(TERMS);

const TERMS: &[Term] = &[
    term("exact_as_reported", "exactly, as reported", "بالضبط كما ورد"),
    term("approximately", "approximately", "نحو"),
    term("at_least", "at least", "ما لا يقل عن"),
    term("more_than", "more than", "أكثر من"),
    term("up_to", "up to", "ما يصل إلى"),
    term("no_figure", "no figure given", "دون رقم"),
];
