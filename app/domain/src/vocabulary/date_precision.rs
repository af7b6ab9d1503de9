//! How exactly a time is known.

use super::{Term, Vocabulary, term};

/// Precision of a time or interval; the interval itself is kept beside it.
pub static DATE_PRECISION: Vocabulary = Vocabulary(TERMS);

const TERMS: &[Term] = &[
    term("minute", "To the minute", "بالدقيقة"),
    term(
        "minute_approx",
        "To the minute, approximately",
        "بالدقيقة على وجه التقريب",
    ),
    term("hour", "To the hour", "بالساعة"),
    term("part_of_day", "Part of the day", "جزء من اليوم"),
    term("day", "Day", "يوم"),
    term("range", "Between two dates", "مدة بين تاريخين"),
    term("month", "Month", "شهر"),
];
