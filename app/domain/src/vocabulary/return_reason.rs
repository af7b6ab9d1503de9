//! Why a case goes back: from the prosecutor, or a step back inside the committee.

use super::{Term, Vocabulary, term};

/// Reasons for returning a case.
pub static RETURN_REASON: Vocabulary = Vocabulary(TERMS);

const TERMS: &[Term] = &[
    term("more_evidence_needed", "More evidence needed", "الحاجة إلى أدلة إضافية"),
    term("legal_qualification", "Legal qualification", "الوصف القانوني للأفعال"),
    term("identity_of_suspect", "Identity of the suspect", "هوية المشتبه به"),
    term(
        "witness_consent_issue",
        "Consent of a witness",
        "مسألة تتعلق بموافقة شاهد",
    ),
    term(
        "defect_in_custody",
        "Defect in the chain of custody",
        "خلل في سلسلة الحيازة",
    ),
    term("jurisdiction", "Jurisdiction", "الاختصاص القضائي"),
    term(
        "duplicate_of_judicial_file",
        "Duplicate of a judicial file",
        "وجود دعوى قضائية في الموضوع نفسه",
    ),
    term("other", "Other", "سبب آخر"),
];
