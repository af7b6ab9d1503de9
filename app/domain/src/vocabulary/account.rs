//! Short lists that the questions about an account and its closing choose from (`testimony_fields.json`, sections
//! narrative and closing; `reliability_scale.json`, `injury_consistency`; `party_types.json`, `attribution_indicators`).

use super::{Vocabulary, term};

/// What an account tells of, so that the right questions are asked.
pub static SUBJECT: Vocabulary = Vocabulary(&[
    term("death", "A death", "وفاة"),
    term("torture", "Torture or ill-treatment", "تعذيب أو سوء معاملة"),
    term("missing", "A missing person", "شخص مفقود"),
    term("none", "None of these", "لا شيء مما سبق"),
]);

/// How far injuries agree with what is told of them (Istanbul Protocol).
pub static INJURY_CONSISTENCY: Vocabulary = Vocabulary(&[
    term("not_consistent", "Not consistent", "لا يتفق"),
    term("consistent", "Consistent", "متفق"),
    term("highly_consistent", "Highly consistent", "متفق بدرجة عالية"),
    term("typical_of", "Typical of", "نمطي"),
    term("diagnostic_of", "Diagnostic of", "دال قطعا"),
]);

/// By what a party was recognised.
pub static INDICATOR: Vocabulary = Vocabulary(&[
    term("uniform_or_insignia", "Uniform or insignia", "زي أو شارة"),
    term("vehicle_marking", "Marking of a vehicle", "علامة على مركبة"),
    term("accent_or_language", "Accent or language", "لهجة أو لغة"),
    term("self_identification", "They said who they were", "عرفوا بأنفسهم"),
    term("name_or_kunya_heard", "A name or nickname was heard", "سمع اسم أو كنية"),
    term(
        "radio_or_phone_traffic",
        "Radio or telephone traffic",
        "اتصالات لاسلكية أو هاتفية",
    ),
    term("order_or_roster_document", "An order or a roster", "أمر أو قائمة أسماء"),
    term("video_face_match", "A face in a video", "وجه في مقطع مصور"),
    term(
        "location_under_control_of",
        "Who controlled the place",
        "الجهة المسيطرة على المكان",
    ),
    term("later_admission", "A later admission", "إقرار لاحق"),
    term("official_statement", "An official statement", "بيان رسمي"),
    term("weapon_type", "Kind of weapon", "نوع السلاح"),
]);

/// What a witness says of the statement that was read to them (`declaration`).
pub static DECLARATION: Vocabulary = Vocabulary(&[
    term(
        "true_to_best_knowledge",
        "True to the best of their knowledge",
        "صحيحة بحسب علم صاحبها",
    ),
    term("declined", "Declined to say so", "امتنع عن التصريح"),
]);

/// How a statement was signed (`signature`).
pub static SIGNATURE: Vocabulary = Vocabulary(&[
    term("signed", "Signed", "توقيع"),
    term("thumbprint", "Thumbprint", "بصمة إبهام"),
    term("guardian_signed", "Signed by the guardian", "توقيع الولي أو الوصي"),
    term("recorded_oral", "Said and recorded", "إقرار شفهي مسجل"),
    term("refused", "Refused", "امتناع"),
]);

/// Whether the witness took a copy along (`copy_policy`).
pub static COPY_POLICY: Vocabulary = Vocabulary(&[
    term(
        "no_copy_for_safety",
        "No copy, for their safety",
        "لم تسلم نسخة حفاظا على السلامة",
    ),
    term("copy_given", "A copy was given", "سلمت نسخة"),
]);
