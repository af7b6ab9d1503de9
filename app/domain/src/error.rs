//! What can go wrong, in a form that is safe to show: no case content, no internals.

use serde::{Deserialize, Serialize};

/// The result of an operation on the record.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What went wrong, as far as the person at the screen may know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum Error {
    /// No such record, or none that this person may know of.
    #[error("not found")]
    NotFound,
    /// The person's role has no business here.
    #[error("forbidden")]
    Forbidden,
    /// Nobody is signed in, or the session has ended.
    #[error("signed out")]
    SignedOut,
    /// Somebody else changed the record in the meantime.
    #[error("conflict")]
    Conflict,
    /// The input has problems, each at a field.
    #[error("invalid input")]
    Invalid(Vec<Problem>),
    /// The purpose of access for this case has not been chosen in this sitting.
    #[error("purpose of access not chosen")]
    PurposeNeeded(crate::Code),
    /// The password or second factor must be given again first.
    #[error("step-up needed")]
    StepUpNeeded,
    /// Too many attempts; try again after so many seconds.
    #[error("too many attempts")]
    TooMany(u32),
    /// The input is larger than the limit, in bytes.
    #[error("too large")]
    TooLarge(u64),
    /// The disk is full, the log can't be written, or the server is overloaded: nothing was done.
    #[error("unavailable")]
    Busy,
    /// A defect or damage on our side; details are in the server's log.
    #[error("internal error")]
    Internal,
}

impl Error {
    /// One problem at one field.
    #[must_use]
    pub fn at(field: &str, kind: ProblemKind) -> Self {
        Self::Invalid(vec![Problem::new(field, kind)])
    }
}

/// What is wrong with one field of a form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// The field's name in the form; `""` for the form as a whole.
    pub field: String,
    /// What is wrong with it.
    pub kind: ProblemKind,
}

impl Problem {
    /// A problem at a field.
    #[must_use]
    pub fn new(field: &str, kind: ProblemKind) -> Self {
        Self {
            field: field.to_owned(),
            kind,
        }
    }
}

/// The kinds of problem a field can have; the screens hold the sentence for each, in each language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ProblemKind {
    /// Nothing was given where something is needed.
    Missing,
    /// Fewer characters than the minimum.
    TooShort(u32),
    /// More characters than the maximum.
    TooLong(u32),
    /// Not one of the offered values.
    Unknown,
    /// Not a date (YYYY-MM-DD) or not a time (HH:MM).
    NotADate,
    /// A number outside its range.
    OutOfRange(i64, i64),
    /// A date before today.
    InPast,
    /// Lies in the future.
    InFuture,
    /// Ends before it starts.
    EndsBeforeStart,
    /// A unit would stand under itself on some day.
    Circular,
    /// One of the two records counts under a third already, or others count under it.
    CountsElsewhere,
    /// No part as alleged perpetrator is on record in the case.
    NoPart,
    /// No part is on record with at least reasonable grounds (AC3).
    NotGrounded,
    /// Only a unit's part is reasonably grounded: the unit is put, not one of its people.
    UnitFirst,
    /// The case is not with a prosecutor.
    NotReferred,
    /// Not within the time of its incident.
    OutsideIncident,
    /// The words do not stand in the paragraph.
    NotInParagraph,
    /// A pasted list has more rows than are taken at once.
    TooManyRows(u32),
    /// A column of a pasted list stands there twice.
    ColumnTwice(String),
    /// A pasted list has no column for names.
    NoNameColumn,
    /// A row of a list without a name: no person can be made out of it.
    NoNameInRow,
    /// Another row of the list is decided to be this person; the number is the row's.
    ListedAlready(u32),
    /// The other row is a double itself, or this one has doubles.
    DoubleOfDouble,
    /// Later than the latest allowed date.
    TooLate,
    /// In use already.
    Taken,
    /// So many are kept already.
    TooMany(u32),
    /// There is no word in it to look for.
    NoWords,
    /// No such record among those this person sees.
    NoSuchRecord,
    /// A paragraph number that the testimony does not have.
    NoSuchParagraph(u32),
    /// Not paragraph numbers as in `3, 5-7`.
    NotParagraphs,
    /// A draft can't be cited.
    DraftCited,
    /// At least one citation is needed.
    NotCited,
    /// It is cited for this, or against it, already.
    CitedAlready,
    /// A row of a list says what another says; the number is the other's.
    SameAsRow(u32),
    /// Must differ from the other field.
    Same,
    /// A date before the person was born.
    BeforeBirth,
    /// The two inputs are not equal.
    NotEqual,
    /// The password is on the list of common ones or holds the login.
    Common,
    /// Login, password or code is wrong.
    Wrong,
    /// These roles may not be held by one person.
    RolesClash,
    /// Bytes that are not UTF-8 text.
    NotText,
    /// Contains characters that are not allowed here.
    BadCharacters,
    /// The file broke off before its end.
    BrokenOff,
    /// The file is larger than the limit, in bytes.
    FileTooLarge(u64),
    /// The file is empty.
    Empty,
    /// The record is final and can't be changed.
    Frozen,
    /// A guard of the transition is unmet; the code is the guard's.
    GuardUnmet(String),
    /// This transition is not open from the present state, or not to this role.
    NoSuchMove,
    /// The person doing it may not also attest it.
    NotBySelf,
    /// Goes further than another answer of the form allows.
    Contradicts,
    /// A child's own consent, without anybody who speaks for it.
    ChildAlone,
    /// Lies before the day on which the consent was given.
    BeforeGiven,
    /// Not for the office of this person to record.
    NotYourOffice,
    /// It would leave the committee without a chair.
    LastChair,
    /// A second person must approve it first.
    NotApproved,
    /// The protected identity is not open to this person any more: it must be revealed again first.
    NotRevealed,
    /// The device may keep no drafts any more.
    DeviceEnded,
}
