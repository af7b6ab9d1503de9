//! What happened to an item in custody.

use super::{Term, Vocabulary, term};

/// Types of event in a custody log.
pub static CUSTODY_EVENT: Vocabulary = Vocabulary(TERMS);

const TERMS: &[Term] = &[
    term("collected", "Collected", "جمع"),
    term("received", "Received", "استلام"),
    term("sealed", "Sealed", "ختم"),
    term("unsealed", "Unsealed", "فض الختم"),
    term("copied", "Copied", "نسخ"),
    term("transferred", "Transferred", "نقل الحيازة"),
    term("stored", "Stored", "إيداع في الحفظ"),
    term("viewed_original", "Original viewed", "معاينة الأصل"),
    term("analysed", "Analysed", "فحص وتحليل"),
    term("hash_verified", "Hash verified", "التحقق من البصمة الرقمية"),
    term("converted_working_copy", "Working copy made", "إعداد نسخة عمل"),
    term("redacted_copy", "Redacted copy made", "إعداد نسخة محجوبة"),
    term("disclosed", "Disclosed", "إفصاح"),
    term("returned", "Returned", "إعادة"),
    term("destroyed_by_order", "Destroyed by order", "إتلاف بموجب قرار"),
];
