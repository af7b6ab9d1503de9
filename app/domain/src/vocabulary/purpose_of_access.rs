//! For what a person opens the record of a case.

use super::{Term, Vocabulary, term};

/// Purpose of access, chosen once per case and sitting; it stands in every log entry (record.md, Decisions).
pub static PURPOSE_OF_ACCESS: Vocabulary = Vocabulary(TERMS);

const TERMS: &[Term] = &[
    term(
        "interview_preparation",
        "Preparation of an interview",
        "التحضير لمقابلة",
    ),
    term("review", "Review", "مراجعة"),
    term("legal_analysis", "Legal analysis", "تحليل قانوني"),
    term("disclosure", "Disclosure", "إفصاح"),
    term("protection", "Protection", "حماية"),
    term("supervision", "Supervision", "إشراف"),
];
