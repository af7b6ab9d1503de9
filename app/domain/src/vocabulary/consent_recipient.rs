//! To whom a statement may go.

use super::{Term, Vocabulary, term};

/// Recipients of a consent (`consent_purposes.json`, `recipients`).
pub static CONSENT_RECIPIENT: Vocabulary = Vocabulary(TERMS);

const TERMS: &[Term] = &[
    term("committee", "The committee", "اللجنة"),
    term("public", "The public", "العموم"),
    term("national_prosecutor", "National prosecutor", "النيابة العامة الوطنية"),
    term("investigating_judge", "Investigating judge", "قاضي التحقيق"),
    term("military_justice", "Military justice", "القضاء العسكري"),
    term("trial_court", "Trial court", "محكمة الموضوع"),
    term("defence", "The defence", "هيئة الدفاع"),
    term(
        "missing_persons_body",
        "National body for missing persons",
        "الهيئة الوطنية للمفقودين",
    ),
    term(
        "transitional_justice_body",
        "National body for transitional justice",
        "هيئة العدالة الانتقالية",
    ),
    term("un_coi", "UN commission of inquiry", "لجنة التحقيق الأممية"),
    term(
        "ohchr",
        "UN human rights office (OHCHR)",
        "مفوضية الأمم المتحدة لحقوق الإنسان",
    ),
    term("iiim", "UN mechanism IIIM", "الآلية الدولية المحايدة والمستقلة"),
    term(
        "icc_otp",
        "Prosecutor of the International Criminal Court",
        "مكتب المدعي العام للمحكمة الجنائية الدولية",
    ),
    term("foreign_prosecutor", "Foreign prosecutor", "نيابة عامة أجنبية"),
    term("service_provider", "Provider of services", "جهة مقدمة للخدمات"),
    term("archive", "Archive", "الأرشيف"),
];
