//! How closely a record is held.

use super::{Term, Vocabulary, term};

/// Sensitivity of a record. `restricted` opens to lead, second, legal officer, protection officer and supervisor of the case only (record.md, Decisions).
pub static SENSITIVITY: Vocabulary = Vocabulary(TERMS);

const TERMS: &[Term] = &[
    term("normal", "Normal", "عادي"),
    term("sensitive", "Sensitive", "حساس"),
    term("restricted", "Restricted", "مقيد الاطلاع"),
];
