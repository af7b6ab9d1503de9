//! By what means an interview was held.

use super::{Term, Vocabulary, term};

/// Mode of an interview (`testimony_fields.json`, `modality`).
pub static MODALITY: Vocabulary = Vocabulary(TERMS);

const TERMS: &[Term] = &[
    term("in_person", "In person", "حضوريا"),
    term("video", "By video", "عبر الاتصال المرئي"),
    term("phone", "By telephone", "عبر الهاتف"),
    term("written", "In writing", "كتابة"),
];
