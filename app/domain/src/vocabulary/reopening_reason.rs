//! Why a closed case is opened again.

use super::{Term, Vocabulary, term};

/// Reasons for reopening a case. G-REASON asks for a code and the data has no list for this move: these are the product's proposal.
pub static REOPENING_REASON: Vocabulary = Vocabulary(TERMS);

const TERMS: &[Term] = &[
    term("new_evidence", "New evidence", "ظهور أدلة جديدة"),
    term("new_witness", "New witness", "ظهور شاهد جديد"),
    term("error_in_closure", "Closed in error", "خطأ في قرار الإغلاق"),
    term(
        "returned_by_other_body",
        "Returned by another body",
        "إعادة القضية من جهة أخرى",
    ),
    term("participant_request", "Request of a participant", "طلب أحد المشاركين"),
    term("other", "Other", "سبب آخر"),
];
