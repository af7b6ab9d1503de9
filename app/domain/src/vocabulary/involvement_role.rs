//! What part a person or unit had in an act.

use super::{Term, Vocabulary, term};

/// Role in an act. An intervening party tried to stop it or to lessen its harm; the Arabic avoids the penal-code term for an accessory.
pub static INVOLVEMENT_ROLE: Vocabulary = Vocabulary(TERMS);

const TERMS: &[Term] = &[
    term("victim", "Victim", "ضحية"),
    term("alleged_perpetrator", "Alleged perpetrator", "مشتبه به"),
    term("witness", "Witness", "شاهد"),
    term(
        "intervening_party",
        "Intervening party",
        "طرف سعى إلى وقف الفعل أو تخفيف ضرره",
    ),
];
