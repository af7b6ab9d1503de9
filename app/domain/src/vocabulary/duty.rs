//! What a person does on one case.

use super::{Term, Vocabulary, term};

/// Labels of the duties on a case; the codes are the names of `access::Duty`.
pub static DUTY: Vocabulary = Vocabulary(TERMS);

const TERMS: &[Term] = &[
    term("lead", "Lead investigator", "المحقق الرئيسي"),
    term("second", "Second investigator", "المحقق الثاني"),
    term("legal_officer", "Legal officer", "المسؤول القانوني"),
    term("protection_officer", "Protection officer", "مسؤول الحماية"),
    term("supervisor", "Supervisor", "المشرف"),
    term("evidence_custodian", "Evidence custodian", "أمين حفظ الأدلة"),
    term("member", "Member of the case team", "عضو في فريق القضية"),
];
