//! As whom a person gives testimony.

use super::{Term, Vocabulary, term};

/// The role of the person interviewed. `alleged_perpetrator` and `detained_suspect` call for the safeguards of a suspect.
pub static INTERVIEWEE_ROLE: Vocabulary = Vocabulary(TERMS);

const TERMS: &[Term] = &[
    term("direct_victim", "Direct victim / survivor", "ضحية مباشرة / ناج"),
    term("family_deceased", "Relative of a deceased person", "من ذوي متوفى"),
    term("family_missing", "Relative of a missing person", "من ذوي مفقود"),
    term("eye_witness", "Eye-witness", "شاهد عيان"),
    term("ear_witness", "Witness who heard but did not see", "شاهد سمع ولم ير"),
    term("hearsay_witness", "Witness by hearsay", "شاهد بالنقل"),
    term("context_witness", "Context or background witness", "شاهد سياق"),
    term("medical_witness", "Medical or rescue worker", "عامل طبي أو إسعاف"),
    term(
        "burial_witness",
        "Person who took part in recovery or burial",
        "مشارك في الانتشال أو الدفن",
    ),
    term("insider", "Insider (member of a party)", "شاهد من داخل جهة مشاركة"),
    term("official", "Official giving a briefing", "مسؤول يقدم إفادة"),
    term("community_leader", "Community or religious figure", "وجيه أو رجل دين"),
    term("journalist", "Journalist", "صحفي"),
    term("expert", "Expert", "خبير"),
    term(
        "first_responder",
        "First responder / civil defence",
        "مستجيب أول / دفاع مدني",
    ),
    term("alleged_perpetrator", "Alleged perpetrator / suspect", "مشتبه به"),
    term("detained_suspect", "Suspect in detention", "مشتبه به موقوف"),
    term("intermediary", "Intermediary who introduces a witness", "وسيط"),
    term("representative", "Legal representative", "ممثل قانوني"),
    term("guardian", "Guardian of a child", "ولي أو وصي"),
    term("anonymous_source", "Anonymous source", "مصدر مجهول"),
];
