//! Text of the record that must never reach a log line.

use crate::text::written_length;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Free text of the record: a name, a title, a narrative. Its `Debug` shows the length only.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Words(String);

impl Words {
    /// The text itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether nothing was written that a reader can see: white space and invisible characters at most.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        written_length(&self.0) == 0
    }

    /// Whether there is nothing to keep: white space at most. Less than [`Self::is_blank`], since what is kept, and with it
    /// the hash of a final version, is what was typed, also where nobody can see it.
    #[must_use]
    pub fn is_white(&self) -> bool {
        self.0.trim().is_empty()
    }

    /// The text, given away.
    #[must_use]
    pub fn into_string(self) -> String {
        self.0
    }
}

impl std::ops::Deref for Words {
    type Target = str;
    fn deref(&self) -> &str {
        &self.0
    }
}

impl From<String> for Words {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl From<&str> for Words {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl fmt::Debug for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{} characters]", self.0.chars().count())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_never_shows_the_text() {
        let shown = format!("{:?}", Words::from("سامر المرساوي"));
        assert_eq!(shown, "[13 characters]");
    }

    #[test]
    fn what_nobody_can_see_is_blank_and_is_kept() {
        let table = [
            ("", true, true),
            (" \n\t\u{A0}", true, true),
            ("\u{200B}", true, false),
            (" \u{2060}\u{FEFF} \u{202E}\n", true, false),
            ("\u{3164}", true, false),
            ("\u{200B}a", false, false),
            ("\u{200F}رأيت\u{200F}", false, false),
        ];
        for (text, blank, white) in table {
            let words = Words::from(text);
            assert_eq!((words.is_blank(), words.is_white()), (blank, white), "{text:?}");
        }
    }
}
