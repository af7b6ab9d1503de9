//! Where an interview was held, as a kind of place.

use super::{Term, Vocabulary, term};

/// Kind of place of an interview (`testimony_fields.json`, `place_type`).
pub static PLACE_TYPE: Vocabulary = Vocabulary(TERMS);

const TERMS: &[Term] = &[
    term("office", "Office", "مكتب"),
    term(
        "home_neutral",
        "Home or another neutral place",
        "منزل أو مكان محايد آخر",
    ),
    term("health_facility", "Health facility", "مرفق صحي"),
    term("religious_site", "Religious site", "موقع ديني"),
    term(
        "detention_visit",
        "Visit in a place of detention",
        "زيارة في مكان احتجاز",
    ),
    term("remote_secure", "Remote, over a secure channel", "عن بعد عبر قناة آمنة"),
    term("child_friendly", "Child-friendly room", "غرفة ملائمة للأطفال"),
    term("business", "Place of business", "مكان عمل أو متجر"),
    term("undisclosed", "Undisclosed", "مكان غير معلن"),
];
