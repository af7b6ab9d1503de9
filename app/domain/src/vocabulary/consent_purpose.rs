//! What a person may allow, and whom to.

use super::{Term, Vocabulary, is_a_term, term};

/// A purpose, and the recipients that it can be allowed to.
#[derive(Debug)]
pub struct Purpose {
    term: Term,
    /// Codes of [`CONSENT_RECIPIENT`](super::CONSENT_RECIPIENT), in the order of the form.
    pub recipients: &'static [&'static str],
}

is_a_term!(Purpose);

/// Purposes of a consent (`consent_purposes.json`, `purposes`; which recipients belong to which purpose is by their names).
pub static CONSENT_PURPOSE: Vocabulary<Purpose> = Vocabulary(PURPOSES);

const fn purpose(
    code: &'static str,
    en: &'static str,
    ar: &'static str,
    recipients: &'static [&'static str],
) -> Purpose {
    Purpose {
        term: term(code, en, ar),
        recipients,
    }
}

const COURTS: &[&str] = &[
    "national_prosecutor",
    "investigating_judge",
    "military_justice",
    "trial_court",
];

const PURPOSES: &[Purpose] = &[
    purpose(
        "internal_analysis",
        "Committee analysis and findings",
        "تحليل اللجنة واستنتاجاتها",
        &["committee"],
    ),
    purpose(
        "public_report_anon",
        "Anonymous use in the public report",
        "استخدام في التقرير العلني دون كشف الهوية",
        &["public"],
    ),
    purpose(
        "public_report_named",
        "Named use in the public report",
        "استخدام بالاسم في التقرير العلني",
        &["public"],
    ),
    purpose(
        "confidential_annex",
        "Named use in the confidential annex",
        "استخدام بالاسم في الملحق السري",
        &["committee"],
    ),
    purpose(
        "national_prosecution",
        "Referral to the national prosecutor",
        "الإحالة إلى النيابة العامة الوطنية",
        COURTS,
    ),
    purpose(
        "defence_disclosure",
        "Disclosure to the defence in proceedings",
        "الإفصاح للدفاع أثناء المحاكمة",
        &["defence"],
    ),
    purpose(
        "testify_in_court",
        "Willing to be contacted to testify",
        "الموافقة على الاتصال بي لأداء الشهادة",
        COURTS,
    ),
    purpose(
        "un_mechanisms",
        "Sharing with UN bodies (CoI, OHCHR, IIIM)",
        "إطلاع هيئات الأمم المتحدة على الإفادة",
        &["un_coi", "ohchr", "iiim"],
    ),
    purpose(
        "foreign_jurisdiction",
        "Sharing with a foreign or international court",
        "إطلاع قضاء أجنبي أو دولي على الإفادة",
        &["icc_otp", "foreign_prosecutor"],
    ),
    purpose(
        "missing_persons",
        "Search for missing persons",
        "البحث عن المفقودين",
        &["missing_persons_body"],
    ),
    purpose(
        "reparations",
        "Reparation or relief programme",
        "برامج جبر الضرر والإغاثة",
        &["transitional_justice_body", "service_provider"],
    ),
    purpose(
        "referral_services",
        "Referral to medical, legal or psychosocial services",
        "الإحالة إلى خدمات طبية وقانونية ونفسية",
        &["service_provider"],
    ),
    purpose(
        "recording_audio",
        "Audio recording of the interview",
        "تسجيل صوتي للمقابلة",
        &["committee"],
    ),
    purpose(
        "recording_video",
        "Video recording of the interview",
        "تسجيل مرئي للمقابلة",
        &["committee"],
    ),
    purpose(
        "photo_injury",
        "Photographs of injuries or property",
        "تصوير الإصابات أو الممتلكات",
        &["committee"],
    ),
    purpose(
        "biological_sample",
        "Reference sample for identification",
        "عينة مرجعية لتحديد الهوية",
        &["committee", "missing_persons_body"],
    ),
    purpose(
        "recontact",
        "Further contact by the committee",
        "إعادة التواصل من اللجنة",
        &["committee"],
    ),
    purpose(
        "archive_research",
        "Historical archive and research after the mandate",
        "الأرشيف والبحث بعد انتهاء الولاية",
        &["archive"],
    ),
];
