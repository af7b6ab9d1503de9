//! Sex of a person, as they state it.

use super::{Term, Vocabulary, term};

/// Sex of a person (`testimony_fields.json`, `sex`).
pub static SEX: Vocabulary = Vocabulary(TERMS);

const TERMS: &[Term] = &[
    term("female", "Female", "أنثى"),
    term("male", "Male", "ذكر"),
    term("not_stated", "Not stated", "غير مذكور"),
];
