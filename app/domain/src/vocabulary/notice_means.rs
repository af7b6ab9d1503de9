//! How a recipient was told of a withdrawal.

use super::{Term, Vocabulary, term};

/// Means; `nothing_was_sent` says that there was nothing to tell, and wants a reason.
pub static NOTICE_MEANS: Vocabulary = Vocabulary(TERMS);

const TERMS: &[Term] = &[
    term("letter", "By letter", "برسالة"),
    term("secure_message", "By secure message", "برسالة عبر قناة آمنة"),
    term("in_person", "In person", "شخصيا"),
    term("phone", "By phone", "هاتفيا"),
    term(
        "nothing_was_sent",
        "Not told: nothing had been sent",
        "لم تُبلَّغ إذ لم يُرسل إليها شيء",
    ),
];
