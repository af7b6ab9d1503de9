//! Why work on a case pauses.

use super::{Term, Vocabulary, term};

/// Reasons for suspending a case.
pub static SUSPENSION_REASON: Vocabulary = Vocabulary(TERMS);

const TERMS: &[Term] = &[
    term("security", "Security situation", "الوضع الأمني"),
    term("witness_unavailable", "Witness unavailable", "تعذر الوصول إلى شاهد"),
    term(
        "pending_forensics",
        "Forensic results pending",
        "بانتظار نتائج الخبرة أو الطب الشرعي",
    ),
    term(
        "pending_other_body",
        "Pending before another body",
        "بانتظار إجراء لدى جهة أخرى",
    ),
    term("participant_request", "Request of a participant", "طلب أحد المشاركين"),
    term("conflict_of_interest", "Conflict of interest", "تضارب المصالح"),
    term("resources", "Lack of resources", "نقص الموارد"),
];
