//! What a victim was at the time, under international humanitarian law.

use super::{Term, Vocabulary, term};

/// Status of a victim: recorded for each source, then adjudicated once with a reason.
pub static VICTIM_STATUS: Vocabulary = Vocabulary(TERMS);

const TERMS: &[Term] = &[
    term("civilian", "Civilian", "مدني"),
    term(
        "civilian_dph",
        "Civilian alleged to take direct part in hostilities",
        "مدني يدعى مشاركته المباشرة",
    ),
    term(
        "hors_de_combat",
        "Hors de combat (captured, surrendered, wounded)",
        "عاجز عن القتال",
    ),
    term("combatant", "Member of forces or armed group in active combat", "مقاتل"),
    term(
        "security_off_duty",
        "Security or military member, off duty or not fighting",
        "عنصر أمني أو عسكري خارج القتال الفعلي",
    ),
    term(
        "medical_religious",
        "Medical or religious personnel",
        "طاقم طبي أو ديني",
    ),
    term("unknown", "Unknown / not determined", "غير محدد"),
];
