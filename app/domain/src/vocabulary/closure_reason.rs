//! Why a case is closed.

use super::{Term, Vocabulary, term};

/// Reasons for closing a case; the written reason stands beside the code.
pub static CLOSURE_REASON: Vocabulary = Vocabulary(TERMS);

const TERMS: &[Term] = &[
    term("outside_mandate", "Outside the mandate", "خروج القضية عن ولاية اللجنة"),
    term("duplicate", "Duplicate of another case", "تكرار لقضية أخرى"),
    term("insufficient_evidence", "Insufficient evidence", "عدم كفاية الأدلة"),
    term(
        "perpetrator_deceased",
        "Alleged perpetrator deceased",
        "وفاة المشتبه به",
    ),
    term(
        "withdrawn_by_participants",
        "Withdrawn by the participants",
        "عدول المشاركين عن المشاركة",
    ),
    term(
        "transferred_to_other_body",
        "Transferred to another body",
        "نقل القضية إلى جهة أخرى",
    ),
    term(
        "final_judicial_decision",
        "Final judicial decision",
        "صدور حكم قضائي مبرم",
    ),
    term("no_violation_found", "No violation found", "عدم ثبوت انتهاك"),
    term("protection_grounds", "Protection grounds", "دواعي الحماية"),
    term("end_of_mandate", "End of the mandate", "انتهاء ولاية اللجنة"),
];
