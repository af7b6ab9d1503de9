//! Slows who guesses passwords, without locking anybody out: an address has a purse of attempts that fills again with
//! time; a browser from which the person has signed in before has a purse of its own, and a lane of its own to the
//! password hashing, so that a flood of strangers delays strangers only.

use chrono::{DateTime, Utc};
use std::collections::HashMap;
use std::sync::Mutex;
use tokio::sync::Semaphore;

/// The most purses kept; beyond it the fullest (oldest) are forgotten.
const MOST: usize = 20_000;

struct Purse {
    attempts: f64,
    at: DateTime<Utc>,
}

pub(crate) struct Throttle {
    purses: Mutex<HashMap<String, Purse>>,
    burst: f64,
    seconds: f64,
    /// Password hashings at once for strangers, and for known browsers.
    pub strangers: Semaphore,
    pub known: Semaphore,
}

impl Throttle {
    pub(crate) fn new((burst, seconds): (u32, u32)) -> Self {
        Self {
            purses: Mutex::default(),
            burst: f64::from(burst),
            seconds: f64::from(seconds.max(1)),
            strangers: Semaphore::new(1),
            known: Semaphore::new(2),
        }
    }

    /// Takes one attempt out of a purse; else the seconds until there is one again.
    pub(crate) fn take(&self, purse: &str, now: DateTime<Utc>) -> Result<(), u32> {
        let Ok(mut purses) = self.purses.lock() else {
            return Err(1);
        };
        if purses.len() >= MOST {
            let (burst, seconds) = (self.burst, self.seconds);
            purses.retain(|_, p| p.attempts + since(p.at, now) / seconds < burst);
            if purses.len() >= MOST {
                purses.clear();
            }
        }
        let held = purses.entry(purse.to_owned()).or_insert(Purse {
            attempts: self.burst,
            at: now,
        });
        held.attempts = (held.attempts + since(held.at, now) / self.seconds).min(self.burst);
        held.at = now;
        if held.attempts >= 1.0 {
            held.attempts -= 1.0;
            Ok(())
        } else {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "a few seconds, above zero"
            )]
            Err(((1.0 - held.attempts) * self.seconds).ceil() as u32)
        }
    }

    /// Fills a purse again: the attempt was good.
    pub(crate) fn refill(&self, purse: &str) {
        if let Ok(mut purses) = self.purses.lock() {
            purses.remove(purse);
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "milliseconds since the last attempt")]
fn since(then: DateTime<Utc>, now: DateTime<Utc>) -> f64 {
    ((now - then).num_milliseconds().max(0) as f64) / 1000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_purse_empties_and_fills_again() {
        let throttle = Throttle::new((3, 6));
        let start = DateTime::from_timestamp(1_750_000_000, 0).expect("a time");
        for _ in 0..3 {
            assert_eq!(throttle.take("10.0.0.0/24", start), Ok(()));
        }
        assert_eq!(throttle.take("10.0.0.0/24", start), Err(6));
        assert_eq!(
            throttle.take("10.0.1.0/24", start),
            Ok(()),
            "another address is not slowed"
        );
        assert_eq!(
            throttle.take("10.0.0.0/24", start + chrono::Duration::seconds(6)),
            Ok(())
        );
    }
}
