//! What may happen to a witness.

use super::{Term, Vocabulary, term};

/// Risks (`protection_risks.json`, `risks`).
pub static PROTECTION_RISK: Vocabulary = Vocabulary(TERMS);

const TERMS: &[Term] = &[
    term(
        "identity_exposed",
        "Identity known as a committee witness",
        "انكشاف صفة الشاهد",
    ),
    term(
        "retaliation_local",
        "Retaliation by local armed actors",
        "انتقام محلي مسلح",
    ),
    term(
        "retaliation_state",
        "Retaliation or pressure by officials",
        "انتقام أو ضغط من جهات رسمية",
    ),
    term(
        "retaliation_former",
        "Retaliation by loyalists of the former government",
        "انتقام من موالين للحكومة السابقة",
    ),
    term("community_stigma", "Stigma in family or community", "وصمة اجتماعية"),
    term("retrauma", "Re-traumatisation", "إعادة الصدمة"),
    term("suicide_self_harm", "Self-harm risk", "خطر إيذاء النفس"),
    term("child", "Child witness", "شاهد طفل"),
    term("sgbv_survivor", "Survivor of sexual violence", "ناج من عنف جنسي"),
    term("living_near_suspect", "Lives near the suspect", "السكن قرب المشتبه به"),
    term("detained_relative", "Relative in detention", "قريب موقوف"),
    term("displaced_unsafe", "Displaced, unsafe shelter", "نازح في مأوى غير آمن"),
    term("border_crossing", "Refugee abroad, legal status", "لاجئ ووضع قانوني هش"),
    term(
        "phone_monitored",
        "Phone may be monitored or searched",
        "هاتف مراقب أو عرضة للتفتيش",
    ),
    term(
        "social_media",
        "Name or face already on social media",
        "انتشار الاسم أو الصورة",
    ),
    term(
        "intermediary_risk",
        "Risk through the intermediary or interpreter",
        "خطر عبر الوسيط أو المترجم",
    ),
    term("staff_risk", "Risk to committee staff", "خطر على فريق اللجنة"),
    term("medical_need", "Urgent medical need", "حاجة طبية عاجلة"),
    term("disability_access", "Disability, access need", "إعاقة واحتياج وصول"),
    term(
        "multiple_interviews",
        "Interviewed many times by others",
        "مقابلات متكررة من جهات أخرى",
    ),
    term(
        "economic",
        "Loss of livelihood through cooperation",
        "خسارة رزق بسبب التعاون",
    ),
    term(
        "sectarian_tension",
        "Renewed sectarian tension in the area",
        "توتر طائفي متجدد",
    ),
    term("data_breach", "Exposure through data loss", "انكشاف بسبب فقدان بيانات"),
];
