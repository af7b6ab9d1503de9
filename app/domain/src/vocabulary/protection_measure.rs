//! What is done against a risk.

use super::{Term, Vocabulary, term};

/// Measures (`protection_risks.json`, `measures`).
pub static PROTECTION_MEASURE: Vocabulary = Vocabulary(TERMS);

const TERMS: &[Term] = &[
    term("pseudonym", "Pseudonym", "رمز بديل عن الاسم"),
    term(
        "restricted_case_group",
        "Restricted group of the case",
        "مجموعة محصورة للقضية",
    ),
    term("safe_contact_channel", "Safe channel of contact", "قناة تواصل آمنة"),
    term("contact_hours", "Agreed hours of contact", "ساعات تواصل متفق عليها"),
    term("female_team", "Female team", "فريق نسائي"),
    term("neutral_venue", "Neutral venue", "مكان محايد"),
    term("remote_interview", "Remote interview", "مقابلة عن بعد"),
    term(
        "no_written_copy_to_witness",
        "No written copy to the witness",
        "دون نسخة مكتوبة للشاهد",
    ),
    term(
        "relocation_referral",
        "Referral for relocation",
        "إحالة إلى جهة تساعد على الانتقال",
    ),
    term("psychosocial_support", "Psychosocial support", "دعم نفسي واجتماعي"),
    term("medical_referral", "Medical referral", "إحالة طبية"),
    term("legal_aid", "Legal aid", "مساعدة قانونية"),
    term("withhold_location", "Location withheld", "حجب المكان"),
    term("delay_referral", "Referral delayed", "تأجيل الإحالة"),
    term(
        "in_court_protective_measures_request",
        "Request for protective measures in court",
        "طلب تدابير حماية أمام المحكمة",
    ),
    term("monitoring_call_plan", "Plan of regular calls", "خطة اتصالات دورية"),
    term("emergency_contact", "Emergency contact", "جهة اتصال للطوارئ"),
];
