//! Identifiers: the codes people read (`C-2025-0007`) and the ids nobody sees.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};
use uuid::Uuid;

/// The kinds of record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Case,
    Testimony,
    Document,
    Incident,
    Person,
    Unit,
}

impl Kind {
    /// Every kind, in the order of the navigation.
    pub const ALL: [Self; 6] = [
        Self::Case,
        Self::Testimony,
        Self::Document,
        Self::Incident,
        Self::Person,
        Self::Unit,
    ];

    /// The name kept in the database and the log.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Case => "case",
            Self::Testimony => "testimony",
            Self::Document => "document",
            Self::Incident => "incident",
            Self::Person => "person",
            Self::Unit => "unit",
        }
    }

    /// The prefix of its codes.
    #[must_use]
    pub const fn prefix(self) -> char {
        match self {
            Self::Case => 'C',
            Self::Testimony => 'T',
            Self::Document => 'D',
            Self::Incident => 'I',
            Self::Person => 'W',
            Self::Unit => 'U',
        }
    }

    /// The path under which its pages live: `/cases`.
    #[must_use]
    pub const fn path(self) -> &'static str {
        match self {
            Self::Case => "/cases",
            Self::Testimony => "/testimonies",
            Self::Document => "/documents",
            Self::Incident => "/incidents",
            Self::Person => "/persons",
            Self::Unit => "/units",
        }
    }

    /// Reads the name kept in the database.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// The characters of a pseudonym: no 0/O and no 1/I.
pub const PSEUDONYM_ALPHABET: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";

/// A reference code: `C-2025-0007` (kind, year, at least four digits), or a pseudonym `W-7K3QM`.
///
/// Codes may stand in addresses, titles and logs: they say nothing of what the record holds.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Code {
    kind: Kind,
    text: String,
}

impl Code {
    /// The code of the `number`-th record of its kind in `year`.
    #[must_use]
    pub fn numbered(kind: Kind, year: i32, number: i64) -> Self {
        Self {
            kind,
            text: format!("{}-{year}-{number:04}", kind.prefix()),
        }
    }

    /// A pseudonym from five random values below 32.
    #[must_use]
    pub fn pseudonym(random: [u8; 5]) -> Self {
        let letters = random.map(|r| char::from(PSEUDONYM_ALPHABET[usize::from(r % 32)]));
        Self {
            kind: Kind::Person,
            text: format!("W-{}", letters.iter().collect::<String>()),
        }
    }

    /// What kind of record it names.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// The code as written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The address of the record's page: `/cases/C-2025-0007`.
    #[must_use]
    pub fn path(&self) -> String {
        format!("{}/{}", self.kind.path(), self.text)
    }
}

impl FromStr for Code {
    type Err = crate::Error;

    /// Accepts what people type: surrounding space, lower case and Arabic digits are forgiven.
    ///
    /// # Errors
    /// `NotFound` if it is no code.
    fn from_str(text: &str) -> crate::Result<Self> {
        let digit = |letter: char| match letter {
            '٠'..='٩' => char::from_digit(u32::from(letter) - u32::from('٠'), 10),
            '۰'..='۹' => char::from_digit(u32::from(letter) - u32::from('۰'), 10),
            _ => Some(letter.to_ascii_uppercase()),
        };
        let text: String = text.trim().chars().filter_map(digit).collect();
        let (prefix, rest) = text.split_once('-').ok_or(crate::Error::NotFound)?;
        let kind = Kind::ALL
            .into_iter()
            .find(|kind| prefix.len() == 1 && prefix.starts_with(kind.prefix()))
            .ok_or(crate::Error::NotFound)?;
        let digits = |part: &str, from: usize, to: usize| {
            (from..=to).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit())
        };
        let good = match kind {
            Kind::Person => rest.len() == 5 && rest.bytes().all(|b| PSEUDONYM_ALPHABET.contains(&b)),
            _ => rest
                .split_once('-')
                .is_some_and(|(year, number)| digits(year, 4, 4) && digits(number, 4, 9)),
        };
        if good {
            Ok(Self { kind, text })
        } else {
            Err(crate::Error::NotFound)
        }
    }
}

impl TryFrom<String> for Code {
    type Error = crate::Error;
    fn try_from(text: String) -> crate::Result<Self> {
        text.parse()
    }
}

impl From<Code> for String {
    fn from(code: Code) -> Self {
        code.text
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// The id of a staff account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct AccountId(pub Uuid);

/// The id of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct SessionId(pub Uuid);

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn parsing_a_displayed_code_gives_it_back(kind in 0usize..6, year in 1000i32..9999, number in 0i64..1_000_000, random: [u8; 5]) {
            let code = match Kind::ALL[kind] {
                Kind::Person => Code::pseudonym(random),
                kind => Code::numbered(kind, year, number),
            };
            prop_assert_eq!(code.to_string().parse::<Code>(), Ok(code));
        }

        #[test]
        fn no_text_makes_parsing_panic(text: String) {
            let _ = text.parse::<Code>();
        }
    }

    #[test]
    fn digits_of_either_script_are_one() {
        for text in ["T-٢٠٢٥-٠٠٠٣", "t-۲۰۲۵-۰۰۰۳", " T-2025-٠٠٠3 "] {
            assert_eq!(
                text.parse::<Code>().map(|code| code.to_string()),
                Ok("T-2025-0003".to_owned()),
                "{text}"
            );
        }
    }

    #[test]
    fn look_alikes_are_refused() {
        for text in [
            "",
            "C",
            "C-2025",
            "X-2025-0001",
            "C-2025-1",
            "C-20a5-0001",
            "W-0OI1L",
            "W-7K3Q",
            "CC-2025-0001",
            "C-2025-0001-1",
        ] {
            assert!(text.parse::<Code>().is_err(), "{text}");
        }
        assert!(" c-2025-0007 ".parse::<Code>().is_ok());
    }
}
