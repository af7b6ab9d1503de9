//! A clock that the test moves.

use chrono::{DateTime, Duration, Utc};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// Begins at 2025-08-01T09:00Z. Each reading is a microsecond after the one before, so that what is made first is older.
#[derive(Clone)]
pub struct Steered(Arc<AtomicI64>);

impl Default for Steered {
    fn default() -> Self {
        let start: DateTime<Utc> = "2025-08-01T09:00:00Z".parse().expect("a time");
        Self(Arc::new(AtomicI64::new(start.timestamp_micros())))
    }
}

impl Steered {
    /// Now.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        DateTime::from_timestamp_micros(self.0.fetch_add(1, Ordering::SeqCst)).expect("a time")
    }

    /// Moves the clock.
    pub fn advance(&self, by: Duration) {
        self.0
            .fetch_add(by.num_microseconds().expect("not centuries"), Ordering::SeqCst);
    }

    /// The store's view of it.
    #[must_use]
    pub fn clock(&self) -> store::Clock {
        let clock = self.clone();
        store::Clock::from_fn(move || clock.now())
    }
}
