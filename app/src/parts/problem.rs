//! One sentence for each kind of problem, in the reader's language.

use crate::say;
use domain::{Language, ProblemKind};

/// What is wrong, as a sentence that says what to do.
#[must_use]
pub fn sentence(lang: Language, kind: &ProblemKind) -> String {
    match kind {
        ProblemKind::Missing => say!(lang, problem.missing),
        ProblemKind::TooShort(least) => say!(lang, problem.too_short, count = *least),
        ProblemKind::TooLong(most) => say!(lang, problem.too_long, count = *most),
        ProblemKind::Unknown => say!(lang, problem.unknown),
        ProblemKind::NotADate => say!(lang, problem.not_a_date),
        ProblemKind::InPast => say!(lang, problem.in_past),
        ProblemKind::OutOfRange(from, to) => {
            say!(lang, problem.out_of_range, from = from.to_string(), to = to.to_string())
        }
        ProblemKind::InFuture => say!(lang, problem.in_future),
        ProblemKind::EndsBeforeStart => say!(lang, problem.ends_before_start),
        ProblemKind::Circular => say!(lang, problem.circular),
        ProblemKind::CountsElsewhere => say!(lang, problem.counts_elsewhere),
        ProblemKind::NoPart => say!(lang, problem.no_part),
        ProblemKind::NotGrounded => say!(lang, problem.not_grounded),
        ProblemKind::UnitFirst => say!(lang, problem.unit_first),
        ProblemKind::NotReferred => say!(lang, problem.not_referred),
        ProblemKind::OutsideIncident => say!(lang, problem.outside_incident),
        ProblemKind::NotInParagraph => say!(lang, problem.not_in_paragraph),
        ProblemKind::TooManyRows(most) => say!(lang, problem.too_many_rows, most = most.to_string()),
        ProblemKind::ColumnTwice(column) => say!(lang, problem.column_twice, column = column.clone()),
        ProblemKind::NoNameColumn => say!(lang, problem.no_name_column),
        ProblemKind::NoNameInRow => say!(lang, problem.no_name_in_row),
        ProblemKind::ListedAlready(row) => say!(lang, problem.listed_already, row = row.to_string()),
        ProblemKind::DoubleOfDouble => say!(lang, problem.double_of_double),
        ProblemKind::TooLate => say!(lang, problem.too_late),
        ProblemKind::Taken => say!(lang, problem.taken),
        ProblemKind::TooMany(most) => say!(lang, problem.too_many, count = *most),
        ProblemKind::NoWords => say!(lang, problem.no_words),
        ProblemKind::NoSuchRecord => say!(lang, problem.no_such_record),
        ProblemKind::NoSuchParagraph(number) => say!(lang, problem.no_such_paragraph, number = number.to_string()),
        ProblemKind::NotParagraphs => say!(lang, problem.not_paragraphs),
        ProblemKind::DraftCited => say!(lang, problem.draft_cited),
        ProblemKind::NotCited => say!(lang, problem.not_cited),
        ProblemKind::CitedAlready => say!(lang, problem.cited_already),
        ProblemKind::SameAsRow(row) => say!(lang, problem.same_as_row, row = row.to_string()),
        ProblemKind::Same => say!(lang, problem.same),
        ProblemKind::BeforeBirth => say!(lang, problem.before_birth),
        ProblemKind::NotEqual => say!(lang, problem.not_equal),
        ProblemKind::Common => say!(lang, problem.common),
        ProblemKind::Wrong => say!(lang, problem.wrong),
        ProblemKind::RolesClash => say!(lang, problem.roles_clash),
        ProblemKind::NotText => say!(lang, problem.not_text),
        ProblemKind::BadCharacters => say!(lang, problem.bad_characters),
        ProblemKind::BrokenOff => say!(lang, problem.broken_off),
        ProblemKind::FileTooLarge(limit) => say!(lang, problem.file_too_large, limit = megabytes(*limit)),
        ProblemKind::Empty => say!(lang, problem.empty),
        ProblemKind::Frozen => say!(lang, problem.frozen),
        ProblemKind::GuardUnmet(guard) => say!(lang, problem.guard_unmet, guard = guard.clone()),
        ProblemKind::NoSuchMove => say!(lang, problem.no_such_move),
        ProblemKind::NotBySelf => say!(lang, problem.not_by_self),
        ProblemKind::Contradicts => say!(lang, problem.contradicts),
        ProblemKind::ChildAlone => say!(lang, problem.child_alone),
        ProblemKind::BeforeGiven => say!(lang, problem.before_given),
        ProblemKind::NotYourOffice => say!(lang, problem.not_your_office),
        ProblemKind::NotApproved => say!(lang, problem.not_approved),
        ProblemKind::NotRevealed => say!(lang, problem.not_revealed),
        ProblemKind::LastChair => say!(lang, problem.last_chair),
        ProblemKind::DeviceEnded => say!(lang, problem.device_ended),
    }
}

fn megabytes(bytes: u64) -> String {
    format!("{} MB", bytes.div_ceil(1024 * 1024))
}
