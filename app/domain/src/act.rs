//! An act: one thing that was done within an incident, by whom and to whom, with what it rests on.
//!
//! An incident is a place and a time; what is counted are its acts, and the victims of those. Where not all victims are known
//! by name, an act says how many there were at least and at most.

use crate::form::{Check, FromPairs, LONG, Pairs};
use crate::incident::{Typed, interval, may_apply};
use crate::link::{Citation, CitationForm};
use crate::{Problem, ProblemKind, Roles, Words, vocabulary};
use chrono::{DateTime, FixedOffset, Utc};

/// The most victims that an act can state.
const MOST_VICTIMS: i64 = 100_000;

/// The form of an act, as typed. Dates and times are local to the committee; none means the incident's own.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct ActForm {
    pub violation: String,
    pub start_date: String,
    pub start_time: String,
    pub end_date: String,
    pub end_time: String,
    pub least: String,
    pub most: String,
    pub note: String,
    pub citations: CitationForm,
}

impl FromPairs for ActForm {
    fn from_pairs(pairs: &Pairs) -> Self {
        Self {
            violation: pairs.get("violation"),
            start_date: pairs.get("start_date"),
            start_time: pairs.get("start_time"),
            end_date: pairs.get("end_date"),
            end_time: pairs.get("end_time"),
            least: pairs.get("least"),
            most: pairs.get("most"),
            note: pairs.get("note"),
            citations: CitationForm::from_pairs(pairs),
        }
    }
}

/// An act, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActDraft {
    /// A code of [`vocabulary::VIOLATION`], no heading.
    pub violation: String,
    /// Earliest and latest time (UTC), within the incident's; none where it has no time of its own.
    pub starts_at: Option<DateTime<Utc>>,
    pub ends_at: Option<DateTime<Utc>>,
    /// Victims at least, and at most, where not all are known by name.
    pub least: Option<u32>,
    pub most: Option<u32>,
    pub note: Words,
    /// May be empty: the parts of persons and units in it carry citations of their own.
    pub citations: Vec<Citation>,
}

impl ActDraft {
    /// An act of a kind of violation, and nothing more known of it.
    #[must_use]
    pub fn of(violation: &str) -> Self {
        Self {
            violation: violation.to_owned(),
            starts_at: None,
            ends_at: None,
            least: None,
            most: None,
            note: Words::default(),
            citations: Vec::new(),
        }
    }
}

/// What an act is checked against.
#[derive(Clone, Copy, Debug)]
pub struct Around {
    pub now: DateTime<Utc>,
    /// The committee's offset.
    pub offset: FixedOffset,
    /// The roles of who writes it down.
    pub roles: Roles,
    /// The incident's interval, as far as known.
    pub starts_at: Option<DateTime<Utc>>,
    pub ends_at: Option<DateTime<Utc>>,
}

impl ActForm {
    /// Checks the form.
    ///
    /// # Errors
    /// Every problem, at its field.
    pub fn check(&self, around: &Around) -> Result<ActDraft, Vec<Problem>> {
        let mut check = Check::new();
        let violation = check.choice("violation", &self.violation, |code| {
            vocabulary::VIOLATION
                .get(code)
                .is_some_and(|violation| !violation.is_heading())
        });
        if vocabulary::VIOLATION
            .get(&violation)
            .is_some_and(|violation| !may_apply(around.roles, violation))
        {
            check.problem("violation", ProblemKind::NoSuchMove);
        }
        let typed = Typed {
            start_date: &self.start_date,
            start_time: &self.start_time,
            end_date: &self.end_date,
            end_time: &self.end_time,
        };
        let (starts_at, ends_at) = interval(&mut check, &typed, around.now, around.offset);
        // Of a day without an hour the part that lies within the incident.
        let same_day = |act: DateTime<Utc>, incident: DateTime<Utc>| {
            let day = |at: DateTime<Utc>| at.with_timezone(&around.offset).date_naive();
            day(act) == day(incident)
        };
        let within = |act: Option<DateTime<Utc>>, incident: Option<DateTime<Utc>>, time: &str| match (act, incident) {
            (Some(act), Some(incident)) if time.trim().is_empty() && same_day(act, incident) => Some(incident),
            _ => act,
        };
        let begins = within(starts_at, around.starts_at, &self.start_time);
        let starts_at = starts_at.max(begins);
        let ends = within(ends_at, around.ends_at, &self.end_time);
        let ends_at = if self.start_time.trim().is_empty() || !self.end_date.trim().is_empty() {
            ends_at.min(ends)
        } else {
            ends_at
        };
        let early = starts_at
            .zip(around.starts_at)
            .is_some_and(|(act, incident)| act < incident);
        let late = ends_at
            .zip(around.ends_at)
            .is_some_and(|(act, incident)| act > incident);
        if early || late {
            check.problem(
                if early { "start_date" } else { "end_date" },
                ProblemKind::OutsideIncident,
            );
        }
        let least = count(&mut check, "least", &self.least);
        let most = count(&mut check, "most", &self.most);
        if least.zip(most).is_some_and(|(least, most)| least > most) {
            check.problem(
                "most",
                ProblemKind::OutOfRange(least.map_or(0, i64::from), MOST_VICTIMS),
            );
        }
        let note = check.optional("note", &self.note, LONG);
        let citations = self.citations.check(&mut check);
        check.finish(ActDraft {
            violation,
            starts_at,
            ends_at,
            least,
            most,
            note,
            citations,
        })
    }
}

fn count(check: &mut Check, field: &str, text: &str) -> Option<u32> {
    let text = crate::text::digits(text.trim());
    if text.is_empty() {
        return None;
    }
    let count = text
        .parse::<u32>()
        .ok()
        .filter(|count| i64::from(*count) <= MOST_VICTIMS);
    if count.is_none() {
        check.problem(field, ProblemKind::OutOfRange(0, MOST_VICTIMS));
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Role;
    use chrono::TimeZone;

    fn utc(day: u32) -> Option<DateTime<Utc>> {
        Utc.with_ymd_and_hms(2025, 3, day, 0, 0, 0).single()
    }

    fn check(change: impl FnOnce(&mut ActForm)) -> Result<ActDraft, Vec<Problem>> {
        let around = Around {
            now: Utc.with_ymd_and_hms(2025, 8, 1, 0, 0, 0).single().expect("a time"),
            offset: FixedOffset::east_opt(3 * 3600).expect("an offset"),
            roles: [Role::Investigator].into_iter().collect(),
            starts_at: utc(6),
            ends_at: utc(9),
        };
        let mut form = ActForm {
            violation: "LIFE-EXJ".into(),
            ..ActForm::default()
        };
        change(&mut form);
        form.check(&around)
    }

    #[test]
    fn an_act_lies_within_its_incident() {
        assert!(check(|_| ()).is_ok());
        assert!(check(|form| form.start_date = "2025-03-07".into()).is_ok());
        // The incident begins at three o'clock of this day, local time, and ends at three of the ninth.
        for (from, to) in [
            ("2025-03-06", ""),
            ("2025-03-06", "2025-03-06"),
            ("2025-03-09", ""),
            ("2025-03-06", "2025-03-09"),
        ] {
            let act = check(|form| (form.start_date, form.end_date) = (from.into(), to.into())).expect(from);
            let (incident, act) = ((utc(6), utc(9)), (act.starts_at, act.ends_at));
            assert!(
                act.0 >= incident.0 && act.1 <= incident.1 && act.0 <= act.1,
                "{from} to {to}: {act:?}"
            );
        }
        let outside = |field: &str| Err(vec![Problem::new(field, ProblemKind::OutsideIncident)]);
        assert_eq!(
            check(|form| form.start_date = "2025-03-05".into()),
            outside("start_date")
        );
        assert_eq!(
            check(|form| {
                form.start_date = "2025-03-08".into();
                form.end_date = "2025-03-12".into();
            }),
            outside("end_date")
        );
    }

    #[test]
    fn a_heading_is_no_act_and_a_range_is_one() {
        let problem = |field: &str, kind| Err(vec![Problem::new(field, kind)]);
        assert_eq!(
            check(|form| form.violation = "LIFE".into()),
            problem("violation", ProblemKind::Unknown)
        );
        assert_eq!(
            check(|form| {
                form.least = "٧".into();
                form.most = "5".into();
            }),
            problem("most", ProblemKind::OutOfRange(7, MOST_VICTIMS))
        );
        let draft = check(|form| form.least = "٧".into()).expect("valid");
        assert_eq!((draft.least, draft.most), (Some(7), None));
    }
}
