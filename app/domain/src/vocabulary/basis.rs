//! How a witness knows what a paragraph says.

use super::{Term, Vocabulary, term};

/// Basis of knowledge of one paragraph, as `reliability_scale.json` has it.
pub static BASIS: Vocabulary = Vocabulary(TERMS);

const TERMS: &[Term] = &[
    term("first_hand_saw", "Saw", "رأى"),
    term("first_hand_heard", "Heard directly (voice, shots)", "سمع مباشرة"),
    term("first_hand_suffered", "Suffered", "تعرض له"),
    term("first_hand_did", "Did or took part", "شارك أو فعل"),
    term("hearsay_named", "Told by a named person", "نقلا عن شخص معروف"),
    term(
        "hearsay_unnamed",
        "Told by an unnamed person or rumour",
        "نقلا عن مجهول أو شائعة",
    ),
    term(
        "document_seen",
        "Read or saw in a document, video or social media",
        "اطلع على مستند أو مقطع",
    ),
    term("inference", "Own inference or opinion", "استنتاج أو رأي"),
    term("expert", "Expert knowledge", "خبرة"),
    term("unspecified", "Not established", "غير محدد"),
];
