//! A document: a file taken in as evidence, with who gave it and when.

use crate::form::{Check, FromPairs, LONG, Pairs, SHORT};
use crate::{Problem, ProblemKind, Words, vocabulary};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// The form of a document, as typed (its file travels beside it).
#[derive(Clone, Default, PartialEq, Eq)]
pub struct DocumentForm {
    pub title: String,
    pub document_type: String,
    pub description: String,
    pub provider: String,
    pub collected_on: String,
}

impl FromPairs for DocumentForm {
    fn from_pairs(pairs: &Pairs) -> Self {
        Self {
            title: pairs.get("title"),
            document_type: pairs.get("document_type"),
            description: pairs.get("description"),
            provider: pairs.get("provider"),
            collected_on: pairs.get("collected_on"),
        }
    }
}

/// A document's facts, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentDraft {
    pub title: Words,
    pub body: DocumentBody,
    /// A code of [`vocabulary::DOCUMENT_TYPE`].
    pub document_type: String,
    pub collected_on: Option<NaiveDate>,
}

/// The most characters of a file's text that are kept.
pub const LONGEST_TEXT: usize = 200_000;
/// A larger file is not read, in bytes.
pub const LARGEST_READ: u64 = 64 * 1024 * 1024;
/// How the process that reads a file ends when files of its kind hold no text.
pub const NO_TEXT: u8 = 3;

/// What came of reading a document's file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextState {
    /// It is still to be read.
    Waiting,
    Found,
    /// There is no text in it: a scan, an empty sheet.
    Empty,
    /// Files of its kind hold no text that can be read.
    None,
    /// It is damaged, locked or too large, or reading it took too long.
    Failed,
}

impl TextState {
    /// Every state.
    pub const ALL: [Self; 5] = [Self::Waiting, Self::Found, Self::Empty, Self::None, Self::Failed];

    /// The name kept in the database and the log.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Found => "found",
            Self::Empty => "empty",
            Self::None => "none",
            Self::Failed => "failed",
        }
    }

    /// Reads the name kept in the database.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }

    /// Of a file that was just taken in, of this type by content.
    #[must_use]
    pub fn at_first(media_type: &str) -> Self {
        if may_hold_text(media_type) {
            Self::Waiting
        } else {
            Self::None
        }
    }
}

/// Whether files of this type, by content, may hold text that can be read. What is not recognised may be plain text.
#[must_use]
pub fn may_hold_text(media_type: &str) -> bool {
    matches!(
        media_type,
        "application/pdf" | "application/zip" | "application/xml" | "application/octet-stream"
    ) || media_type.starts_with("text/")
        || ["officedocument", "opendocument"]
            .iter()
            .any(|office| media_type.contains(office))
}

/// What of a document is sealed besides the title and the file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentBody {
    pub description: Words,
    /// Who gave it.
    pub provider: Words,
    /// The name the file had, as sent by the browser.
    pub file_name: Words,
    /// SHA-256 of the plain bytes, lower-case hex.
    pub sha256: Words,
    /// The type by content, "application/octet-stream" where unknown.
    pub media_type: String,
    /// The type that the file name's extension claims differs from the content.
    pub mismatch: bool,
    /// Size of the plain bytes.
    pub size: u64,
}

impl DocumentForm {
    /// Checks the form; `today` is the committee's date.
    ///
    /// # Errors
    /// Every problem, at its field.
    pub fn check(&self, today: NaiveDate) -> Result<DocumentDraft, Vec<Problem>> {
        let mut check = Check::new();
        let title = check.required("title", &self.title, SHORT);
        let document_type = check.choice("document_type", &self.document_type, |code| {
            vocabulary::DOCUMENT_TYPE.has(code)
        });
        let description = check.optional("description", &self.description, LONG);
        let provider = check.optional("provider", &self.provider, SHORT);
        let collected_on = check.optional_date("collected_on", &self.collected_on);
        if collected_on.is_some_and(|date| date > today) {
            check.problem("collected_on", ProblemKind::InFuture);
        }
        let body = DocumentBody {
            description,
            provider,
            ..DocumentBody::default()
        };
        check.finish(DocumentDraft {
            title,
            body,
            document_type,
            collected_on,
        })
    }
}
