//! Opening a protected identity: when it takes a second person, how many a day, how long it lasts.
//!
//! Source: protection.md ("coerced investigator: daily quota of reveals, second person for bulk"; step-up for a reveal).

use crate::form::{Check, FromPairs, Pairs};
use crate::{Problem, Words};
use chrono::{DateTime, Days, FixedOffset, NaiveDate, NaiveTime, Utc};

/// A request waits, and an approved one can be used, for so many hours from when it was made.
pub const REQUEST_HOURS: i64 = 24;

/// Why an identity is to be opened, as typed.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct RevealForm {
    pub reason: Words,
}

impl FromPairs for RevealForm {
    fn from_pairs(pairs: &Pairs) -> Self {
        Self {
            reason: pairs.get("reason").into(),
        }
    }
}

/// A written reason, checked: for a reveal, a request, a decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason(pub Words);

impl RevealForm {
    /// Checks the reason: at least [`crate::form::REASON`] characters.
    ///
    /// # Errors
    /// What is wrong with it, at `reason`.
    pub fn check(&self) -> Result<Reason, Vec<Problem>> {
        let mut check = Check::new();
        let reason = check.reason("reason", &self.reason);
        check.finish(Reason(reason))
    }
}

/// How a person comes to see an identity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// With a written reason.
    Straight,
    /// With a written reason that a second person approved.
    SecondPerson,
}

/// Whether an identity is sensitive: a protection officer marked it, or the person is witness of a restricted testimony.
#[must_use]
pub const fn sensitive(marked: bool, witness_of_restricted: bool) -> bool {
    marked || witness_of_restricted
}

/// The way for a person who sees identities by duty or as the author (`by_duty`), or who does not (the legal officer).
#[must_use]
pub const fn way(by_duty: bool, sensitive: bool) -> Way {
    if by_duty && !sensitive {
        Way::Straight
    } else {
        Way::SecondPerson
    }
}

/// Where a request stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequestState {
    Waiting,
    Approved,
    Denied,
    Used,
    Expired,
}

/// Where a request stands at `now`: `approved` is the decision, if there is one.
#[must_use]
pub fn request_state(
    approved: Option<bool>,
    used: bool,
    expires_at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> RequestState {
    match (approved, used) {
        (_, true) => RequestState::Used,
        (Some(false), false) => RequestState::Denied,
        _ if now >= expires_at => RequestState::Expired,
        (Some(true), false) => RequestState::Approved,
        (None, false) => RequestState::Waiting,
    }
}

/// What a reveal depends on besides who asks.
#[derive(Clone, Copy, Debug)]
pub struct Standing {
    /// Password or second factor were given again just now.
    pub stepped_up: bool,
    /// The identity was destroyed.
    pub shredded: bool,
    pub way: Way,
    /// The person's newest request for this identity.
    pub request: Option<RequestState>,
    /// Reveals of this person since midnight in the committee's offset.
    pub today: u32,
    /// The most of a day.
    pub most: u32,
}

/// Why an identity is not opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bar {
    Shredded,
    StepUp,
    /// A second person must approve it first.
    NotApproved,
    /// The day's number is used up.
    Quota,
}

impl Standing {
    /// The first reason not to open the identity; none if it may be.
    #[must_use]
    pub fn bar(&self) -> Option<Bar> {
        let approved = self.way == Way::Straight || self.request == Some(RequestState::Approved);
        if self.shredded {
            Some(Bar::Shredded)
        } else if !self.stepped_up {
            Some(Bar::StepUp)
        } else if !approved {
            Some(Bar::NotApproved)
        } else if self.today >= self.most {
            Some(Bar::Quota)
        } else {
            None
        }
    }

    /// Whether one more reveal uses up the day's number: supervisors are told at once, not at the next attempt.
    #[must_use]
    pub const fn is_last(&self) -> bool {
        self.today + 1 >= self.most
    }
}

/// The day of a quota: the real day in the committee's offset, with its beginning and its end (UTC).
#[must_use]
pub fn day(now: DateTime<Utc>, offset: FixedOffset) -> (NaiveDate, DateTime<Utc>, DateTime<Utc>) {
    let day = now.with_timezone(&offset).date_naive();
    let next = day.checked_add_days(Days::new(1)).unwrap_or(day);
    let start = |day| crate::form::local(day, NaiveTime::MIN, offset);
    (day, start(day), start(next))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("a time")
    }

    #[test]
    fn a_second_person_is_needed_by_this_table() {
        for (by_duty, marked, restricted, expected) in [
            (true, false, false, Way::Straight),
            (true, true, false, Way::SecondPerson),
            (true, false, true, Way::SecondPerson),
            (false, false, false, Way::SecondPerson),
            (false, true, true, Way::SecondPerson),
        ] {
            assert_eq!(
                way(by_duty, sensitive(marked, restricted)),
                expected,
                "{by_duty} {marked} {restricted}"
            );
        }
    }

    #[test]
    fn a_request_is_in_one_state_at_a_time() {
        use RequestState::{Approved, Denied, Expired, Used, Waiting};
        let end = at("2025-08-02T09:00:00Z");
        let (before, after) = (at("2025-08-02T08:59:59Z"), end);
        for (approved, used, now, expected) in [
            (None, false, before, Waiting),
            (None, false, after, Expired),
            (Some(true), false, before, Approved),
            (Some(true), false, after, Expired),
            (Some(true), true, before, Used),
            (Some(true), true, after, Used),
            (Some(false), false, before, Denied),
            (Some(false), false, after, Denied),
        ] {
            assert_eq!(
                request_state(approved, used, end, now),
                expected,
                "{approved:?} {used} {now}"
            );
        }
    }

    #[test]
    fn what_bars_a_reveal_is_this_table() {
        let good = Standing {
            stepped_up: true,
            shredded: false,
            way: Way::Straight,
            request: None,
            today: 0,
            most: 20,
        };
        let asked = |request| Standing {
            way: Way::SecondPerson,
            request,
            ..good
        };
        let table = [
            (good, None),
            (
                Standing {
                    stepped_up: false,
                    ..good
                },
                Some(Bar::StepUp),
            ),
            (
                Standing {
                    shredded: true,
                    stepped_up: false,
                    ..good
                },
                Some(Bar::Shredded),
            ),
            (Standing { today: 19, ..good }, None),
            (Standing { today: 20, ..good }, Some(Bar::Quota)),
            (Standing { most: 0, ..good }, Some(Bar::Quota)),
            (asked(None), Some(Bar::NotApproved)),
            (asked(Some(RequestState::Waiting)), Some(Bar::NotApproved)),
            (asked(Some(RequestState::Denied)), Some(Bar::NotApproved)),
            (asked(Some(RequestState::Used)), Some(Bar::NotApproved)),
            (asked(Some(RequestState::Expired)), Some(Bar::NotApproved)),
            (asked(Some(RequestState::Approved)), None),
            (
                Standing {
                    today: 20,
                    ..asked(Some(RequestState::Approved))
                },
                Some(Bar::Quota),
            ),
        ];
        for (standing, expected) in table {
            assert_eq!(standing.bar(), expected, "{standing:?}");
        }
        assert!(!Standing { today: 18, ..good }.is_last());
        assert!(Standing { today: 19, ..good }.is_last());
    }

    #[test]
    fn the_day_is_the_committee_s() {
        let damascus = FixedOffset::east_opt(3 * 3600).expect("an offset");
        let (date, start, end) = day(at("2025-08-01T21:30:00Z"), damascus);
        assert_eq!(date.to_string(), "2025-08-02");
        assert_eq!((start, end), (at("2025-08-01T21:00:00Z"), at("2025-08-02T21:00:00Z")));
    }

    #[test]
    fn a_reason_has_twenty_characters() {
        let form = |text: &str| RevealForm { reason: text.into() };
        assert!(form("قصير").check().is_err());
        assert!(form("").check().is_err());
        assert!(form("اتصال عاجل بالشاهد قبل نقله").check().is_ok());
    }
}
