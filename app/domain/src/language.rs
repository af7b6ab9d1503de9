//! The two languages of the product.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// A language of the screens. Stored and sent as its code, `en` or `ar`.
///
/// The languages of testimony are another matter: see [`crate::vocabulary::INTERVIEW_LANGUAGE`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Language {
    /// English, written from left to right.
    #[serde(rename = "en")]
    English,
    /// Arabic, written from right to left.
    #[serde(rename = "ar")]
    Arabic,
}

impl Language {
    /// Both languages.
    pub const ALL: [Self; 2] = [Self::English, Self::Arabic];

    /// The code, fit for `lang=""` (BCP 47).
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Arabic => "ar",
        }
    }

    /// The direction of its writing, fit for `dir=""`.
    #[must_use]
    pub const fn dir(self) -> &'static str {
        match self {
            Self::English => "ltr",
            Self::Arabic => "rtl",
        }
    }

    /// Its name in itself, for the language switch.
    #[must_use]
    pub const fn own_name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::Arabic => "العربية",
        }
    }

    /// The other language, for the language switch.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::English => Self::Arabic,
            Self::Arabic => Self::English,
        }
    }

    /// Reads a code or a longer tag (`ar-SY`, `EN`); none if it is neither language.
    #[must_use]
    pub fn parse(tag: &str) -> Option<Self> {
        let primary = tag.trim().split(['-', '_']).next()?;
        Self::ALL
            .into_iter()
            .find(|language| primary.eq_ignore_ascii_case(language.code()))
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl FromStr for Language {
    type Err = crate::Error;

    /// As [`Language::parse`].
    ///
    /// # Errors
    /// `NotFound` if it is neither language.
    fn from_str(tag: &str) -> crate::Result<Self> {
        Self::parse(tag).ok_or(crate::Error::NotFound)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parsing_a_displayed_language_gives_it_back() {
        for language in Language::ALL {
            assert_eq!(language.to_string().parse(), Ok(language));
            assert_eq!(language.other().other(), language);
        }
    }

    #[test]
    fn tags_are_read_by_their_first_part() {
        let table = [
            ("ar-SY", Some(Language::Arabic)),
            (" EN-gb ", Some(Language::English)),
            ("en_US", Some(Language::English)),
            ("ku", None),
            ("arabic", None),
            ("", None),
        ];
        for (tag, expected) in table {
            assert_eq!(Language::parse(tag), expected, "{tag}");
        }
    }
}
