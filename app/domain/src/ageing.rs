//! How old a case has grown in its present state, measured against the state's target.

use crate::{
    Language,
    status::{CaseStatus, Kind},
};
use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};

/// The age of a case in its present state (limits: `case_status.json`, `ageing`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ageing {
    /// The state has no target: the case is at rest.
    None,
    /// The clock stands still; the target is a reminder (see [`reminder_due`]).
    Stopped,
    /// Up to 75 % of the target.
    Green,
    /// Above 75 % of the target.
    Amber,
    /// Above the target.
    Red,
    /// Above twice the target: the chair is told.
    Black,
}

impl Ageing {
    /// The age at `now` of a case that has been in its state since `since` (both UTC, to the microsecond; a clock
    /// that went backwards counts as no time).
    #[must_use]
    pub fn of(status: CaseStatus, since: DateTime<Utc>, now: DateTime<Utc>) -> Self {
        let Some(target) = target(status) else {
            return Self::None;
        };
        if status.clock_stops() {
            return Self::Stopped;
        }
        let elapsed = now - since;
        if elapsed > target * 2 {
            Self::Black
        } else if elapsed > target {
            Self::Red
        } else if elapsed * 4 > target * 3 {
            Self::Amber
        } else {
            Self::Green
        }
    }

    /// The name used in addresses, class names and counts.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Stopped => "stopped",
            Self::Green => "green",
            Self::Amber => "amber",
            Self::Red => "red",
            Self::Black => "black",
        }
    }

    /// The word shown beside the bar: colour alone must not carry the meaning.
    #[must_use]
    pub const fn label(self, language: Language) -> &'static str {
        match (self, language) {
            (Self::None, Language::English) => "No target",
            (Self::None, Language::Arabic) => "دون مهلة",
            (Self::Stopped, Language::English) => "Clock stopped",
            (Self::Stopped, Language::Arabic) => "المهلة متوقفة",
            (Self::Green, Language::English) => "Within target",
            (Self::Green, Language::Arabic) => "ضمن المهلة",
            (Self::Amber, Language::English) => "Target near",
            (Self::Amber, Language::Arabic) => "اقتراب انتهاء المهلة",
            (Self::Red, Language::English) => "Overdue",
            (Self::Red, Language::Arabic) => "تجاوز المهلة",
            (Self::Black, Language::English) => "Overdue more than twice",
            (Self::Black, Language::Arabic) => "تجاوز ضعف المهلة",
        }
    }
}

/// The share of the target that has passed, in whole per cent rounded down, for the bar; none without a running clock.
#[must_use]
pub fn percent_used(status: CaseStatus, since: DateTime<Utc>, now: DateTime<Utc>) -> Option<u32> {
    let target = target(status).filter(|_| !status.clock_stops())?;
    let elapsed = (now - since).max(Duration::zero());
    u32::try_from(elapsed.num_seconds().saturating_mul(100) / target.num_seconds()).ok()
}

/// When the case passes its target: the due date while the clock runs, the reminder while it is stopped.
#[must_use]
pub fn due(status: CaseStatus, since: DateTime<Utc>) -> Option<DateTime<Utc>> {
    since.checked_add_signed(target(status)?)
}

/// Whether a suspended or referred case has waited longer than its target: a reminder, no ageing (record.md,
/// Decisions, "Guards").
#[must_use]
pub fn reminder_due(status: CaseStatus, since: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    status.clock_stops() && due(status, since).is_some_and(|due| now > due)
}

fn target(status: CaseStatus) -> Option<Duration> {
    match status.kind() {
        Kind::Final => None,
        Kind::Open | Kind::External | Kind::Paused => status.target_days().map(|days| Duration::days(days.into())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeZone;

    fn since() -> DateTime<Utc> {
        Utc.with_ymd_and_hms(2025, 7, 1, 9, 0, 0).unwrap()
    }

    #[test]
    fn the_limits_are_passed_a_second_after_them() {
        // legal analysis: 30 days; 75 % are 22.5 days, twice the target 60 days
        let half_day = 12 * 3600;
        let table = [
            (-1, Ageing::Green),
            (0, Ageing::Green),
            (45 * half_day, Ageing::Green),
            (45 * half_day + 1, Ageing::Amber),
            (60 * half_day, Ageing::Amber),
            (60 * half_day + 1, Ageing::Red),
            (120 * half_day, Ageing::Red),
            (120 * half_day + 1, Ageing::Black),
        ];
        for (seconds, expected) in table {
            let now = since() + Duration::seconds(seconds);
            assert_eq!(
                Ageing::of(CaseStatus::LegalAnalysis, since(), now),
                expected,
                "{seconds}"
            );
        }
    }

    #[test]
    fn every_state_ages_by_its_own_target() {
        for status in CaseStatus::ALL {
            let at = |percent: i64| {
                let days = i64::from(status.target_days().unwrap_or(10));
                Ageing::of(
                    status,
                    since(),
                    since() + Duration::minutes(days * 1440 * percent / 100),
                )
            };
            let ages = [at(75), at(76), at(101), at(201)];
            let expected = match status.kind() {
                Kind::Final => [Ageing::None; 4],
                _ if status.clock_stops() => [Ageing::Stopped; 4],
                _ => [Ageing::Green, Ageing::Amber, Ageing::Red, Ageing::Black],
            };
            assert_eq!(ages, expected, "{status}");
        }
    }

    #[test]
    fn suspended_and_referred_remind_after_their_target() {
        let day = |days| since() + Duration::days(days);
        assert!(!reminder_due(CaseStatus::Suspended, since(), day(90)));
        assert!(reminder_due(CaseStatus::Suspended, since(), day(91)));
        assert!(reminder_due(CaseStatus::Referred, since(), day(31)));
        assert!(!reminder_due(CaseStatus::Accepted, since(), day(400)));
        assert_eq!(Ageing::of(CaseStatus::Referred, since(), day(400)), Ageing::Stopped);
    }

    #[test]
    fn the_bar_shows_whole_per_cent() {
        let used = |status, hours| percent_used(status, since(), since() + Duration::hours(hours));
        assert_eq!(used(CaseStatus::Screening, 24), Some(10));
        assert_eq!(used(CaseStatus::Screening, 480), Some(200));
        assert_eq!(used(CaseStatus::Screening, -5), Some(0));
        assert_eq!(used(CaseStatus::Suspended, 24), None);
        assert_eq!(used(CaseStatus::Closed, 24), None);
    }
}
