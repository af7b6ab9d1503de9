//! The parties to the events, all in the same wording.

use super::{Term, Vocabulary, term};

/// Types of party. The order is the data's and says nothing; no screen may preselect one (record.md: all parties are treated alike).
pub static PARTY_TYPE: Vocabulary = Vocabulary(TERMS);

const TERMS: &[Term] = &[
    term(
        "STATE-SEC",
        "State security forces (general security, public security, police)",
        "قوات الأمن الحكومية",
    ),
    term(
        "STATE-MIL",
        "Armed forces under the ministry of defence",
        "القوات المسلحة التابعة لوزارة الدفاع",
    ),
    term("STATE-INT", "State intelligence body", "جهاز استخبارات حكومي"),
    term(
        "STATE-CIV",
        "Civil authority or local administration",
        "سلطة مدنية أو إدارة محلية",
    ),
    term(
        "ALIGNED",
        "Government-aligned military faction",
        "فصيل عسكري منضو مع الحكومة أو متحالف معها",
    ),
    term(
        "ALIGNED-INT",
        "Former opposition faction reported as integrated in the army",
        "فصيل معارض سابق أفيد بدمجه في الجيش",
    ),
    term("LOCAL-ARMED", "Local armed group", "مجموعة مسلحة محلية"),
    term(
        "LOCAL-CIV",
        "Armed civilians acting individually or in a crowd",
        "مدنيون مسلحون أفرادا أو جموعا",
    ),
    term(
        "FORMER-GOV",
        "Armed group loyal to the former government",
        "مجموعة مسلحة موالية للحكومة السابقة",
    ),
    term(
        "FORMER-MIL",
        "Former army or security personnel of the former government",
        "عسكري أو أمني سابق لدى الحكومة السابقة",
    ),
    term("FOREIGN-STATE", "Foreign State forces", "قوات دولة أجنبية"),
    term(
        "FOREIGN-FTR",
        "Foreign fighters or foreign armed group",
        "مقاتلون أجانب أو مجموعة مسلحة أجنبية",
    ),
    term("CRIMINAL", "Criminal gang or looters", "عصابة إجرامية أو لصوص"),
    term(
        "IMPERSON",
        "Persons wearing official uniform whose status is not verified",
        "أشخاص بزي رسمي لم يتم التحقق من صفتهم",
    ),
    term("CIVILIAN", "Civilian, no affiliation", "مدني دون انتماء"),
    term("MEDICAL", "Medical personnel", "طاقم طبي"),
    term("RELIG", "Religious personnel", "رجل دين"),
    term("MEDIA", "Journalist or media worker", "صحفي أو عامل إعلامي"),
    term("HUMANIT", "Humanitarian worker", "عامل إغاثة"),
    term("MULTI", "More than one party", "أكثر من جهة"),
    term("UNKNOWN", "Unknown", "غير معروف"),
];
