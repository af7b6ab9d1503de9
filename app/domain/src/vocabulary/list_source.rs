//! Who drew up a list of people.

use super::{Term, Vocabulary, term};

/// Kinds of sources of lists.
pub static LIST_SOURCE: Vocabulary = Vocabulary(TERMS);

const TERMS: &[Term] = &[
    term("family", "Families", "الأهالي"),
    term("hospital", "Hospital or medical service", "مشفى أو جهة طبية"),
    term("burial", "Cemetery or burial team", "مقبرة أو فريق دفن"),
    term("civil_registry", "Civil registry", "السجل المدني"),
    term("community", "Community or religious body", "وجهاء أو جهة دينية"),
    term("organisation", "Organisation", "منظمة"),
    term("media", "Media", "وسيلة إعلام"),
    term("authority", "Authority", "جهة رسمية"),
    term("party", "Party to the events", "طرف في الأحداث"),
    term("unknown", "Not known", "غير معروف"),
];
