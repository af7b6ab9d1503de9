//! How sure the committee is that a party, unit or person is behind an act.

use super::{Term, Vocabulary, term};

/// Confidence of an attribution, AC0 (none) to AC4 (established), in rising order.
pub static ATTRIBUTION: Vocabulary = Vocabulary(TERMS);

const TERMS: &[Term] = &[
    term("AC0", "None / unknown", "غير معروف"),
    term("AC1", "Claimed by one source", "ادعاء مصدر واحد"),
    term("AC2", "Plausible: several indicators", "محتمل بمؤشرات متعددة"),
    term("AC3", "Reasonable grounds to believe", "أسباب معقولة للاعتقاد"),
    term(
        "AC4",
        "Established (admission, order, multiple independent direct sources)",
        "ثابت",
    ),
];
