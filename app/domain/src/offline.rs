//! Writing without a connection: how long a device may keep drafts, and what becomes of a draft that arrives.
//!
//! A device of an account is given a key while its owner is signed in; by it the browser seals what is written, and it
//! opens the key again by a passphrase that never leaves the device. The server knows the device, may revoke it, and
//! knows which testimony became of which draft, so that a draft that comes twice makes one testimony.

use crate::form::{Check, FromPairs, Pairs};
use crate::testimony::{Answers, Question, Step, TestimonyForm, questions};
use crate::{Problem, ProblemKind};
use chrono::{DateTime, Days, Utc};
use uuid::Uuid;

/// A device that was not in contact, and a draft that was not written in, for so many days is erased.
pub const DAYS: u64 = 14;
/// The most devices of one account that keep drafts at a time.
pub const DEVICES: usize = 5;
/// The fewest characters of the passphrase.
pub const PASSPHRASE: u32 = 16;
/// The fewest words of the passphrase.
pub const WORDS: u32 = 4;
/// Rounds of PBKDF2-HMAC-SHA-256 between the passphrase and the key that wraps the device's (OWASP Password Storage Cheat
/// Sheet, 2023: at least 600,000). Browsers have no slow derivation that also needs memory.
pub const ROUNDS: u32 = 1_000_000;
/// A device's clock that differs from the server's by more minutes is said to be wrong.
pub const CLOCK: u32 = 5;
/// A device that nobody writes on locks itself after so many minutes.
pub const IDLE: u32 = 15;

/// What a device asks: enough to know later who said it, and where. The other questions follow online.
const ASKED: [&str; 7] = [
    "witness",
    "interviewee_role",
    "interview_date",
    "place_type",
    "modality",
    "language",
    "summary",
];
/// The steps that a device writes in.
pub const STEPS: [Step; 3] = [Step::Witness, Step::Interview, Step::Account];

/// The questions that a device asks, in the order of the form.
pub fn asked() -> impl Iterator<Item = &'static Question> {
    questions::QUESTIONS
        .iter()
        .filter(|question| ASKED.contains(&question.name))
}

/// Until when a device that is in contact now may keep its drafts.
#[must_use]
pub fn expiry(now: DateTime<Utc>) -> DateTime<Utc> {
    now.checked_add_days(Days::new(DAYS)).unwrap_or(now)
}

/// Whether a device may keep drafts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    Open,
    /// Its owner revoked it, or the account was disabled: it erases what it keeps as soon as it hears of it.
    Revoked,
    /// It was not in contact for too long.
    Expired,
}

impl Standing {
    /// How a device stands that expires at a time and may have been revoked.
    #[must_use]
    pub fn of(expires_at: DateTime<Utc>, revoked: bool, now: DateTime<Utc>) -> Self {
        if revoked {
            Self::Revoked
        } else if expires_at <= now {
            Self::Expired
        } else {
            Self::Open
        }
    }

    /// The word for the device.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Revoked => "revoked",
            Self::Expired => "expired",
        }
    }
}

/// A draft as a device sends it.
#[derive(Clone, PartialEq, Eq)]
pub struct Arriving {
    pub device: Uuid,
    /// Chosen on the device: by it a draft that comes twice is known.
    pub draft: Uuid,
    /// Counts what was kept on the device, from 1.
    pub revision: i64,
    /// The version of the testimony that the person was shown beside their own text before they decided.
    pub seen: Option<i64>,
    /// Answers to the questions that a device asks, and the paragraphs.
    pub form: TestimonyForm,
}

impl Arriving {
    /// Writes it over what a testimony holds. What the device does not ask stays.
    pub fn write_over(&self, kept: &mut TestimonyForm) {
        kept.answers.take(asked(), &self.form.answers);
        kept.paragraphs.clone_from(&self.form.paragraphs);
    }
}

/// What was posted as a draft, as it came.
pub struct ArrivingForm {
    device: String,
    draft: String,
    revision: String,
    seen: String,
    form: TestimonyForm,
}

impl FromPairs for ArrivingForm {
    fn from_pairs(pairs: &Pairs) -> Self {
        let typed = TestimonyForm::from_pairs(pairs);
        let mut form = TestimonyForm {
            answers: Answers::default(),
            paragraphs: typed.paragraphs,
        };
        form.answers.take(asked(), &typed.answers);
        Self {
            device: pairs.get("device"),
            draft: pairs.get("draft"),
            revision: pairs.get("revision"),
            seen: pairs.get("seen"),
            form,
        }
    }
}

impl ArrivingForm {
    /// Checks what our own page never sends wrongly, and the lengths, which it may.
    ///
    /// # Errors
    /// Every problem, at its field.
    pub fn check(self) -> Result<Arriving, Vec<Problem>> {
        let mut check = Check::new();
        let mut id = |field: &str, text: &str| {
            let id = text.parse::<Uuid>().ok().filter(|id| !id.is_nil());
            if id.is_none() {
                check.problem(field, ProblemKind::Unknown);
            }
            id.unwrap_or_default()
        };
        let (device, draft) = (id("device", &self.device), id("draft", &self.draft));
        let revision = self.revision.parse().ok().filter(|revision| *revision > 0);
        if revision.is_none() {
            check.problem("revision", ProblemKind::OutOfRange(1, i64::MAX));
        }
        if let Err(problems) = self.form.check_lengths() {
            for problem in problems {
                check.problem(&problem.field, problem.kind);
            }
        }
        check.finish(Arriving {
            device,
            draft,
            revision: revision.unwrap_or_default(),
            seen: self.seen.parse().ok(),
            form: self.form,
        })
    }
}

/// What is known of a draft that was synchronised before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Known {
    /// The device's count, when it was synchronised last.
    pub revision: i64,
    /// The testimony's version that came of it.
    pub version: i64,
    /// It is the very text that arrives now.
    pub same: bool,
}

/// What becomes of a draft that arrives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrival {
    /// It was kept before and only the answer was lost.
    Again,
    /// It goes on from what was synchronised last, or from what the person was shown.
    Later,
    /// Somebody wrote in the testimony meanwhile, or the device came back with an older text.
    Conflict,
}

/// Decides by the testimony's `version` now. Nothing is merged: either the text replaces what it was written upon, or the
/// person is shown both.
#[must_use]
pub fn arrival(known: Known, revision: i64, seen: Option<i64>, version: i64) -> Arrival {
    if known.same {
        Arrival::Again
    } else if seen.is_some_and(|seen| seen == version) || (known.version == version && revision > known.revision) {
        Arrival::Later
    } else {
        Arrival::Conflict
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testimony::Reach;

    #[test]
    fn a_draft_that_arrives_is_judged_by_this_table() {
        let known = |same| Known {
            revision: 3,
            version: 1,
            same,
        };
        // known, revision, seen, version now
        let table = [
            (known(true), 3, None, 1, Arrival::Again),
            (known(true), 3, None, 4, Arrival::Again),
            (known(false), 4, None, 1, Arrival::Later),
            (known(false), 3, None, 1, Arrival::Conflict),
            (known(false), 2, None, 1, Arrival::Conflict),
            (known(false), 4, None, 2, Arrival::Conflict),
            (known(false), 4, Some(2), 2, Arrival::Later),
            (known(false), 4, Some(2), 3, Arrival::Conflict),
        ];
        for (known, revision, seen, version, expected) in table {
            assert_eq!(
                arrival(known, revision, seen, version),
                expected,
                "{known:?} {revision} {seen:?} {version}"
            );
        }
    }

    #[test]
    fn a_device_asks_what_its_steps_ask_and_nothing_that_few_may_see() {
        let asked: Vec<_> = asked().collect();
        assert_eq!(asked.len(), ASKED.len(), "each is a question");
        for question in asked {
            assert!(STEPS.contains(&question.step), "{}", question.name);
            assert_eq!(question.reach, Reach::Team, "{}", question.name);
        }
    }

    #[test]
    fn what_a_device_does_not_ask_stays_as_it_was() {
        let posted = [
            ("device", "0198f3a0-0000-7000-8000-000000000001"),
            ("draft", "0198f3a0-0000-7000-8000-000000000002"),
            ("revision", "1"),
            ("summary", "new"),
            ("interpreter", "yes"),
            ("p_text", "said"),
        ];
        let pairs = posted.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let arriving = ArrivingForm::from_pairs(&Pairs(pairs.into()))
            .check()
            .unwrap_or_else(|problems| panic!("{problems:?}"));
        let mut kept = TestimonyForm {
            answers: Answers::from([("interpreter", "no"), ("summary", "old"), ("witness", "W-7K3QM")]),
            paragraphs: Vec::new(),
        };
        arriving.write_over(&mut kept);
        assert_eq!(kept.answers, Answers::from([("interpreter", "no"), ("summary", "new")]));
        assert_eq!(kept.paragraphs.len(), 1);
    }

    #[test]
    fn a_device_is_revoked_before_it_is_expired() {
        let now = DateTime::from_timestamp(1_800_000_000, 0).expect("a time");
        assert_eq!(Standing::of(expiry(now), false, now), Standing::Open);
        assert_eq!(Standing::of(expiry(now), true, now), Standing::Revoked);
        assert_eq!(Standing::of(now, false, now), Standing::Expired);
        assert_eq!(Standing::of(now, true, now), Standing::Revoked);
        assert_eq!(Standing::of(expiry(now), false, expiry(now)), Standing::Expired);
    }

    #[test]
    fn what_no_page_of_ours_sends_is_refused() {
        let posted = |pairs: &[(&str, &str)]| {
            let pairs = pairs
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
            ArrivingForm::from_pairs(&Pairs(pairs.collect())).check()
        };
        let id = "0198f3a0-0000-7000-8000-000000000001";
        let good = [("device", id), ("draft", id), ("revision", "1")];
        assert!(posted(&good).is_ok());
        for wrong in [
            ("device", "x"),
            ("draft", ""),
            ("draft", "00000000-0000-0000-0000-000000000000"),
            ("revision", "0"),
        ] {
            let pairs: Vec<_> = [wrong].into_iter().chain(good).collect();
            let fields: Vec<_> = posted(&pairs)
                .err()
                .unwrap_or_default()
                .into_iter()
                .map(|p| p.field)
                .collect();
            assert_eq!(fields, [wrong.0], "{wrong:?}");
        }
    }
}
