//! The words of the screens, in two languages, checked at compile time.
//!
//! `say!(lang, case.title)` gives the text in the reader's language; `say!(lang, case.days, count = n)` with values and
//! right plurals. The texts are in `locales/<language>/<namespace>.json`.

#[allow(clippy::all, unused, reason = "generated")]
mod generated {
    include!(concat!(env!("OUT_DIR"), "/i18n/mod.rs"));
}

pub use generated::i18n::*;

/// The generated name of a language.
#[must_use]
pub const fn locale(language: domain::Language) -> Locale {
    match language {
        domain::Language::English => Locale::en,
        domain::Language::Arabic => Locale::ar,
    }
}

/// A text of the screens as a `String`: `say!(lang, case.title)`.
#[macro_export]
macro_rules! say {
    ($lang:expr, $($rest:tt)*) => {
        ::leptos_i18n::td_string!($crate::words::locale($lang), $($rest)*).to_string()
    };
}
