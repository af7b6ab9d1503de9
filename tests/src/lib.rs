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
pub mod planted;
pub mod postgres;
pub mod raw;
pub mod register;

use std::path::PathBuf;

pub use clock::Steered;
pub use house::{Database, Found, House};
pub use raw::{LogEntry, Raw};

/// The program: the one that SIJILL_BIN names, or that is built beside the tests.
///
/// # Panics
/// If this process has no folder.
#[must_use]
pub fn program() -> PathBuf {
    std::env::var_os("SIJILL_BIN").map_or_else(
        || {
            let here = std::env::current_exe().expect("this program");
            here.ancestors().nth(2).expect("the folder above").join("sijill")
        },
        PathBuf::from,
    )
}

/// The code that an authenticator app shows at a time for a secret, which may be spaced (RFC 6238, RFC 4648 base32).
///
/// # Panics
/// If the secret is none of ours: 20 bytes in base32.
#[must_use]
pub fn one_time_code(secret: &str, at: chrono::DateTime<chrono::Utc>) -> String {
    let bits = secret.chars().filter(|c| !c.is_whitespace()).flat_map(|c| {
        let value = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".find(c).expect("base32");
        (0..5)
            .rev()
            .map(move |bit| u8::try_from(value >> bit & 1).expect("a bit"))
    });
    let bits: Vec<u8> = bits.collect();
    let bytes: Vec<u8> = bits
        .chunks_exact(8)
        .map(|byte| byte.iter().fold(0, |sum, bit| sum << 1 | bit))
        .collect();
    let secret = totp_rs::Secret::new_stack(bytes.as_slice().try_into().expect("20 bytes"));
    let totp = totp_rs::Builder::new()
        .with_algorithm(totp_rs::Algorithm::SHA1)
        .with_secret(secret)
        .build()
        .expect("a factor");
    totp.generate(u64::try_from(at.timestamp()).expect("after 1970"))
        .to_string()
}

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
