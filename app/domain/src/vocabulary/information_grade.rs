//! How credible a piece of information is, apart from who says it.

use super::{Term, Vocabulary, term};

/// Credibility of the information, 1–6 of the Admiralty scale. Grade 1 needs a corroboration that names the other source.
pub static INFORMATION_GRADE: Vocabulary = Vocabulary(TERMS);

const TERMS: &[Term] = &[
    term("1", "Confirmed by other independent sources", "مؤكد من مصادر مستقلة"),
    term("2", "Probably true", "صحيح على الأرجح"),
    term("3", "Possibly true", "ربما صحيح"),
    term("4", "Doubtful", "مشكوك فيه"),
    term("5", "Improbable", "مستبعد"),
    term("6", "Truth cannot be judged", "لا يمكن الحكم"),
];
