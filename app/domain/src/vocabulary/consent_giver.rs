//! Who gives a consent.

use super::{Term, Vocabulary, term};

/// Givers of a consent (`consent_purposes.json`, `given_by`).
pub static CONSENT_GIVER: Vocabulary = Vocabulary(TERMS);

const TERMS: &[Term] = &[
    term("self", "The person", "الشخص نفسه"),
    term("guardian", "Guardian", "ولي الأمر"),
    term("next_of_kin_for_deceased", "Next of kin of the deceased", "ذوو المتوفى"),
    term("legal_representative", "Legal representative", "الممثل القانوني"),
];
