//! An incident: what happened, where, and from when to when, with how exact that is known.

use crate::form::{Check, FromPairs, LONG, Pairs, SHORT, local};
use crate::{Problem, ProblemKind, Role, Roles, Words, vocabulary};
use chrono::{DateTime, FixedOffset, NaiveTime, Utc};
use serde::{Deserialize, Serialize};

/// The form of an incident, as typed. Dates and times are local to the committee.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct IncidentForm {
    pub title: String,
    pub summary: String,
    pub start_date: String,
    pub start_time: String,
    pub end_date: String,
    pub end_time: String,
    pub precision: String,
    pub place: String,
    pub locality: String,
    pub violations: Vec<String>,
}

impl FromPairs for IncidentForm {
    fn from_pairs(pairs: &Pairs) -> Self {
        Self {
            title: pairs.get("title"),
            summary: pairs.get("summary"),
            start_date: pairs.get("start_date"),
            start_time: pairs.get("start_time"),
            end_date: pairs.get("end_date"),
            end_time: pairs.get("end_time"),
            precision: pairs.get("precision"),
            place: pairs.get("place"),
            locality: pairs.get("locality"),
            violations: pairs
                .all("violations")
                .into_iter()
                .filter(|code| !code.is_empty())
                .collect(),
        }
    }
}

/// An incident's own facts, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IncidentDraft {
    pub title: Words,
    pub body: IncidentBody,
    /// Earliest time of the interval (UTC); none while unknown.
    pub starts_at: Option<DateTime<Utc>>,
    /// Latest time of the interval (UTC), not before `starts_at`.
    pub ends_at: Option<DateTime<Utc>>,
    /// A code of [`vocabulary::DATE_PRECISION`].
    pub precision: String,
    /// A code of [`vocabulary::PLACE`]; the exact locality is sealed.
    pub place: Option<String>,
    /// Codes of [`vocabulary::VIOLATION`].
    pub violations: Vec<String>,
}

/// What of an incident is sealed besides its title.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct IncidentBody {
    pub summary: Words,
    pub locality: Words,
}

/// An interval as typed, local to the committee.
pub(crate) struct Typed<'a> {
    pub start_date: &'a str,
    pub start_time: &'a str,
    pub end_date: &'a str,
    pub end_time: &'a str,
}

/// Reads an interval: a day alone is the whole day, a time alone a moment.
pub(crate) fn interval(
    check: &mut Check,
    typed: &Typed<'_>,
    now: DateTime<Utc>,
    offset: FixedOffset,
) -> (Option<DateTime<Utc>>, Option<DateTime<Utc>>) {
    let start_date = check.optional_date("start_date", typed.start_date);
    let start_time = check.optional_time("start_time", typed.start_time);
    let end_date = check.optional_date("end_date", typed.end_date).or(start_date);
    let end_time = check.optional_time("end_time", typed.end_time);
    let last_minute = NaiveTime::from_hms_opt(23, 59, 0).unwrap_or_default();
    let starts_at = start_date.map(|date| local(date, start_time.unwrap_or_default(), offset));
    let ends_at = end_date.map(|date| {
        let moment = start_time.filter(|_| typed.end_date.is_empty());
        local(date, end_time.or(moment).unwrap_or(last_minute), offset)
    });
    if starts_at.is_some_and(|at| at > now) {
        check.problem("start_date", ProblemKind::InFuture);
    }
    if starts_at.is_none() && ends_at.is_some() {
        check.problem("start_date", ProblemKind::Missing);
    }
    if starts_at.zip(ends_at).is_some_and(|(start, end)| end < start) {
        check.problem("end_date", ProblemKind::EndsBeforeStart);
    }
    (starts_at, ends_at)
}

impl IncidentForm {
    /// Checks the form; `now` bounds the dates, `offset` is the committee's.
    ///
    /// # Errors
    /// Every problem, at its field.
    pub fn check(&self, now: DateTime<Utc>, offset: FixedOffset) -> Result<IncidentDraft, Vec<Problem>> {
        let mut check = Check::new();
        let title = check.required("title", &self.title, SHORT);
        let summary = check.optional("summary", &self.summary, LONG);
        let locality = check.optional("locality", &self.locality, SHORT);
        let typed = Typed {
            start_date: &self.start_date,
            start_time: &self.start_time,
            end_date: &self.end_date,
            end_time: &self.end_time,
        };
        let (starts_at, ends_at) = interval(&mut check, &typed, now, offset);
        let precision = check.optional_choice("precision", &self.precision, |code| {
            vocabulary::DATE_PRECISION.has(code)
        });
        let place = check.optional_choice("place", &self.place, |code| vocabulary::PLACE.has(code));
        for code in &self.violations {
            if vocabulary::VIOLATION
                .get(code)
                .is_none_or(vocabulary::Violation::is_heading)
            {
                check.problem("violations", ProblemKind::Unknown);
            }
        }
        let body = IncidentBody { summary, locality };
        let precision = precision.unwrap_or_else(|| "day".to_owned());
        check.finish(IncidentDraft {
            title,
            body,
            starts_at,
            ends_at,
            precision,
            place,
            violations: self.violations.clone(),
        })
    }
}

/// Whether these roles may apply a violation: a reserved one is for supervisor and legal officer only.
#[must_use]
pub fn may_apply(roles: Roles, violation: &vocabulary::Violation) -> bool {
    !violation.reserved || roles.any(&[Role::Supervisor, Role::LegalOfficer])
}

impl IncidentDraft {
    /// Refuses violations that these roles may not apply and that were not among those of `before`.
    ///
    /// # Errors
    /// One problem at `violations`.
    pub fn check_reserved(&self, roles: Roles, before: &[String]) -> Result<(), Vec<Problem>> {
        let refused = |code: &String| {
            !before.contains(code)
                && vocabulary::VIOLATION
                    .get(code)
                    .is_some_and(|violation| !may_apply(roles, violation))
        };
        if self.violations.iter().any(refused) {
            Err(vec![Problem::new("violations", ProblemKind::NoSuchMove)])
        } else {
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeZone;

    fn check(change: impl FnOnce(&mut IncidentForm)) -> Result<IncidentDraft, Vec<Problem>> {
        let mut form = IncidentForm {
            title: "كمين".into(),
            start_date: "2025-03-06".into(),
            ..IncidentForm::default()
        };
        change(&mut form);
        let now = Utc.with_ymd_and_hms(2025, 8, 1, 0, 0, 0).single().expect("a date");
        form.check(now, FixedOffset::east_opt(3 * 3600).expect("an offset"))
    }

    #[test]
    fn local_times_are_kept_in_utc() {
        let draft = check(|form| form.start_time = "14:30".into()).expect("valid");
        assert_eq!(
            draft.starts_at.expect("given").to_rfc3339(),
            "2025-03-06T11:30:00+00:00"
        );
        let whole_day = check(|_| ()).expect("valid");
        assert_eq!(
            whole_day.ends_at.expect("given").to_rfc3339(),
            "2025-03-06T20:59:00+00:00"
        );
    }

    #[test]
    fn a_heading_is_no_violation_and_a_reserved_one_is_for_some() {
        let unknown = Err(vec![Problem::new("violations", ProblemKind::Unknown)]);
        assert_eq!(check(|form| form.violations = vec!["LIFE".into()]), unknown);
        let reserved = vocabulary::VIOLATION
            .iter()
            .find(|violation| violation.reserved)
            .expect("there are two")
            .code
            .to_owned();
        let draft = check(|form| form.violations = vec![reserved.clone()]).expect("valid");
        let (investigator, officer) = (
            [Role::Investigator].into_iter().collect(),
            [Role::LegalOfficer].into_iter().collect(),
        );
        assert!(draft.check_reserved(investigator, &[]).is_err());
        assert!(draft.check_reserved(investigator, &[reserved]).is_ok());
        assert!(draft.check_reserved(officer, &[]).is_ok());
    }

    #[test]
    fn impossible_dates_are_named_at_their_field() {
        let problem = |field: &str, kind| Err(vec![Problem::new(field, kind)]);
        assert_eq!(
            check(|f| f.end_date = "2025-03-05".into()),
            problem("end_date", ProblemKind::EndsBeforeStart)
        );
        assert_eq!(
            check(|f| f.start_date = "2026-03-05".into()),
            problem("start_date", ProblemKind::InFuture)
        );
        assert_eq!(
            check(|f| f.start_date = "06/03/2025".into()),
            problem("start_date", ProblemKind::NotADate)
        );
        assert!(check(|f| f.start_date = "٢٠٢٥-٠٣-٠٦".into()).is_ok());
    }
}
