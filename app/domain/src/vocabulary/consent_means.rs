//! How a consent was recorded.

use super::{Term, Vocabulary, term};

/// How the person showed consent: as the statement itself is confirmed (`testimony_fields.json`, `signature`).
pub static CONSENT_MEANS: Vocabulary = Vocabulary(TERMS);

const TERMS: &[Term] = &[
    term("signed", "Signed form", "استمارة موقعة"),
    term("thumbprint", "Form with thumbprint", "استمارة ببصمة الإبهام"),
    term("recorded_oral", "Recorded orally", "تسجيل شفهي"),
    term("witnessed_oral", "Orally, before a witness", "شفهيا أمام شاهد"),
    term("not_recorded", "Not recorded at import", "غير مسجل عند الاستيراد"),
];
