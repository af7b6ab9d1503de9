//! A timeline: an axis of local days on which intervals stand as exactly as they are known.
//!
//! Empty stretches are left out, and the axis says where. Pure; measures are pixels from where reading begins.

use chrono::{Days, NaiveDate, NaiveDateTime, NaiveTime};

/// How an interval is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Certainty {
    /// Its ends are known.
    Exact,
    /// Its ends are known about.
    About,
    /// Whole days.
    Days,
    /// Some time between its ends.
    Between,
}

impl Certainty {
    /// By a code of [`DATE_PRECISION`](crate::vocabulary::DATE_PRECISION), and whether the interval is of whole days.
    #[must_use]
    pub fn of(precision: &str, whole_days: bool) -> Self {
        match precision {
            "range" | "month" => Self::Between,
            _ if whole_days => Self::Days,
            "minute_approx" | "part_of_day" => Self::About,
            "day" => Self::Days,
            _ => Self::Exact,
        }
    }
}

/// The room between two pieces of an axis.
const BREAK: f64 = 22.0;
/// What a piece takes at least: with the break, room for the name of its first day.
const LEAST: f64 = 104.0;
/// More pieces than these are joined again.
const MOST_PIECES: usize = 4;
/// Days between two ticks.
const STEPS: [u64; 12] = [1, 2, 3, 7, 14, 28, 61, 122, 183, 365, 730, 3650];

/// A stretch of days without a break.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Piece {
    pub first: NaiveDate,
    pub last: NaiveDate,
    pub from: f64,
    pub to: f64,
}

impl Piece {
    fn days(&self) -> f64 {
        days(self.first, self.last)
    }
}

/// Days from one to another, both counted.
fn days(first: NaiveDate, last: NaiveDate) -> f64 {
    f64::from(i32::try_from((last - first).num_days()).unwrap_or(i32::MAX - 1) + 1)
}

/// An axis of days.
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    pub pieces: Vec<Piece>,
}

/// A day that is named on an axis.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tick {
    pub day: NaiveDate,
    /// Where it begins.
    pub at: f64,
}

impl Axis {
    /// An axis of so many pixels for intervals of days (first and last); more than `gap` empty days are left out. None where
    /// there is nothing.
    #[must_use]
    pub fn of(intervals: &[(NaiveDate, NaiveDate)], width: f64, gap: i64) -> Option<Self> {
        let mut sorted = intervals.to_vec();
        sorted.sort_unstable();
        let mut pieces: Vec<(NaiveDate, NaiveDate)> = Vec::new();
        for (first, last) in sorted {
            match pieces.last_mut() {
                Some(piece) if (first - piece.1).num_days() <= gap => piece.1 = piece.1.max(last),
                _ => pieces.push((first, last.max(first))),
            }
        }
        while pieces.len() > MOST_PIECES {
            let narrowest = (1..pieces.len()).min_by_key(|&at| pieces[at].0 - pieces[at - 1].1)?;
            pieces[narrowest - 1].1 = pieces[narrowest].1;
            pieces.remove(narrowest);
        }
        let count = u32::try_from(pieces.len()).ok().filter(|count| *count > 0)?;
        let all: f64 = pieces.iter().map(|(first, last)| days(*first, *last)).sum();
        let shared = width - f64::from(count - 1) * BREAK - f64::from(count) * LEAST;
        let mut at = 0.0;
        let pieces = pieces
            .into_iter()
            .map(|(first, last)| {
                let from = at;
                let to = from + LEAST + shared * days(first, last) / all;
                at = to + BREAK;
                Piece { first, last, from, to }
            })
            .collect();
        Some(Self { pieces })
    }

    /// Where a moment stands; one that is left out stands at the break.
    #[must_use]
    pub fn at(&self, moment: NaiveDateTime) -> f64 {
        let mut before = 0.0;
        for piece in &self.pieces {
            let begin = piece.first.and_time(NaiveTime::MIN);
            if moment < begin {
                return if before == 0.0 { 0.0 } else { before + BREAK / 2.0 };
            }
            let minutes = f64::from(i32::try_from((moment - begin).num_minutes()).unwrap_or(i32::MAX));
            let share = minutes / (piece.days() * 24.0 * 60.0);
            if share <= 1.0 {
                return piece.from + share * (piece.to - piece.from);
            }
            before = piece.to;
        }
        before
    }

    /// The days that are named, each with so much room; where there is room for it, the first of each piece.
    #[must_use]
    pub fn ticks(&self, room: f64) -> Vec<Tick> {
        let mut ticks: Vec<Tick> = Vec::new();
        for piece in &self.pieces {
            let day_width = (piece.to - piece.from) / piece.days();
            let step = STEPS
                .into_iter()
                .find(|step| f64::from(u32::try_from(*step).unwrap_or(u32::MAX)) * day_width >= room)
                .unwrap_or(3650);
            while ticks.last().is_some_and(|last| {
                piece.from - last.at < room && self.pieces.iter().all(|other| other.from != last.at)
            }) {
                ticks.pop();
            }
            let mut day = Some(piece.first);
            while let Some(this) = day.filter(|this| *this <= piece.last) {
                let at = self.at(this.and_time(NaiveTime::MIN));
                if ticks.last().is_none_or(|last| at - last.at >= room) {
                    ticks.push(Tick { day: this, at });
                }
                day = this.checked_add_days(Days::new(step));
            }
        }
        ticks
    }

    /// Where stretches are left out.
    #[must_use]
    pub fn breaks(&self) -> Vec<f64> {
        let between = self.pieces.windows(2);
        between.map(|pair| f64::midpoint(pair[0].to, pair[1].from)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    fn axis(intervals: &[(&str, &str)]) -> Axis {
        let intervals: Vec<_> = intervals.iter().map(|(first, last)| (day(first), day(last))).collect();
        Axis::of(&intervals, 600.0, 3).expect("an axis")
    }

    #[test]
    fn days_stand_evenly_and_fill_the_axis() {
        let axis = axis(&[("2025-03-06", "2025-03-07"), ("2025-03-09", "2025-03-09")]);
        assert_eq!(axis.pieces.len(), 1);
        let at = |text: &str| axis.at(text.parse().expect("a time"));
        assert_eq!(at("2025-03-06T00:00:00"), 0.0);
        assert_eq!(at("2025-03-08T00:00:00"), 300.0);
        assert_eq!(at("2025-03-08T12:00:00"), 375.0);
        assert_eq!(at("2025-03-10T00:00:00"), 600.0);
        assert_eq!(
            axis.ticks(80.0).iter().map(|tick| tick.at).collect::<Vec<_>>(),
            [0.0, 150.0, 300.0, 450.0]
        );
    }

    #[test]
    fn empty_stretches_are_left_out_and_nothing_goes_backwards() {
        let axis = axis(&[
            ("2025-03-06", "2025-03-07"),
            ("2025-07-01", "2025-07-01"),
            ("2011-03-15", "2011-03-15"),
        ]);
        assert_eq!((axis.pieces.len(), axis.breaks().len()), (3, 2));
        assert!((axis.pieces[2].to - 600.0).abs() < 1e-9);
        let mut last = -1.0;
        for month in 0..180 {
            let moment = day("2011-01-01") + chrono::Months::new(month);
            let at = axis.at(moment.and_time(NaiveTime::MIN));
            assert!(at >= last && (0.0..=600.0).contains(&at), "{moment}");
            last = at;
        }
    }

    #[test]
    fn named_days_have_room_however_long_the_axis() {
        for last in ["2025-03-06", "2025-03-20", "2025-12-31", "2060-01-01"] {
            let ticks = axis(&[("2025-03-06", last), ("2070-01-01", "2070-01-01")]).ticks(90.0);
            assert!(!ticks.is_empty() && ticks.len() < 9, "{last}: {ticks:?}");
            assert!(ticks.windows(2).all(|pair| pair[1].at - pair[0].at >= 90.0), "{last}");
        }
    }

    #[test]
    fn the_first_day_of_each_piece_is_named() {
        let axis = axis(&[
            ("2012-05-01", "2012-05-09"),
            ("2025-03-06", "2025-03-20"),
            ("2025-07-01", "2025-07-01"),
        ]);
        let named: Vec<_> = axis.ticks(122.0).iter().map(|tick| tick.day).collect();
        assert!(
            axis.pieces.iter().all(|piece| named.contains(&piece.first)),
            "{named:?}"
        );
    }

    #[test]
    fn a_hundred_stretches_are_joined_to_a_few() {
        let intervals: Vec<_> = (0..100_u64)
            .map(|n| day("1990-01-01") + Days::new(n * n))
            .map(|day| (day, day))
            .collect();
        assert_eq!(
            Axis::of(&intervals, 600.0, 3).expect("an axis").pieces.len(),
            MOST_PIECES
        );
        assert_eq!(Axis::of(&[], 600.0, 3), None);
    }

    #[test]
    fn an_interval_is_drawn_as_exactly_as_it_is_known() {
        for term in crate::vocabulary::DATE_PRECISION.iter() {
            let expected = match term.code {
                "minute" | "hour" => Certainty::Exact,
                "minute_approx" | "part_of_day" => Certainty::About,
                "day" => Certainty::Days,
                _ => Certainty::Between,
            };
            assert_eq!(Certainty::of(term.code, false), expected, "{}", term.code);
        }
        assert_eq!(Certainty::of("minute", true), Certainty::Days);
    }
}
