//! What the tests stand on: a committee with named people, on either database, with a clock that stands still.
//!
//! [`on_both!`] runs the body of a test on SQLite and on PostgreSQL, each in a fresh [`House`]; when the body has ended it
//! also checks that the access log is without gaps and that every row equals its leaf. The PostgreSQL server is the
//! installed one, started once per process and ended with it ([`postgres`]); where there is none, the tests fail.
//!
//! To add a story: a function in the module of its noun under `tests/store`, with a sentence for a name. Raw SQL
//! ([`Raw`]) is for attackers and auditors; everything else goes through the store's public functions.

pub mod browser;
pub mod clock;
pub mod draft;
pub mod house;
pub mod postgres;
pub mod raw;

pub use clock::Steered;
pub use house::{Database, Found, House};
pub use raw::{LogEntry, Raw};

/// Runs one story on one database: what `on_both!` calls.
///
/// # Panics
/// If the story fails, or leaves the access log unsound.
pub fn run(database: Database, story: impl AsyncFnOnce(&House)) {
    run_in(database, House::new, story);
}

/// The same, in a house made by `make`.
///
/// # Panics
/// As [`run`].
pub fn run_in(database: Database, make: impl AsyncFnOnce(Database) -> House, story: impl AsyncFnOnce(&House)) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let house = make(database).await;
        story(&house).await;
        house.log_is_sound().await;
        house.pull_down().await;
    });
}

/// Tests that hold on both databases: `on_both! { async fn a_sentence(house) { … } }` makes `sqlite::a_sentence` and
/// `postgres::a_sentence`. `on_both! { in House::empty; … }` makes the house by another function.
#[macro_export]
macro_rules! on_both {
    (in $make:expr; $(async fn $name:ident($house:ident) $body:block)+) => {
        $(async fn $name($house: &$crate::House) $body)+

        mod sqlite {
            #[allow(unused_imports)]
            use super::*;
            $(#[test]
            fn $name() {
                $crate::run_in($crate::Database::Sqlite, $make, async |house| super::$name(house).await);
            })+
        }

        mod postgres {
            #[allow(unused_imports)]
            use super::*;
            $(#[test]
            fn $name() {
                $crate::run_in($crate::Database::Postgres, $make, async |house| super::$name(house).await);
            })+
        }
    };
    ($($story:tt)+) => {
        $crate::on_both! { in $crate::House::new; $($story)+ }
    };
}
