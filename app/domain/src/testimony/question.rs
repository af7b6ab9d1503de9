//! What a question of a statement is: its step, its shape, when it is asked, when it must be answered, who sees the answer.
//!
//! The questions themselves are the table in [`super::questions`]. To add one: a row there, with both languages; the form,
//! the page, the print, the comparison and the check all go by the table.

use crate::Language;
use crate::vocabulary::Vocabulary;

/// A step of taking a statement. Each saves on its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Step {
    Witness,
    Interview,
    /// What is said and asked before the account.
    Before,
    /// The paragraphs.
    Account,
    /// What an account of a death, of torture, of a missing person must be asked for.
    Particulars,
    Closing,
}

impl Step {
    /// Every step, in order.
    pub const ALL: [Self; 6] = [
        Self::Witness,
        Self::Interview,
        Self::Before,
        Self::Account,
        Self::Particulars,
        Self::Closing,
    ];

    /// The name in addresses and in the record.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Witness => "witness",
            Self::Interview => "interview",
            Self::Before => "before",
            Self::Account => "account",
            Self::Particulars => "particulars",
            Self::Closing => "closing",
        }
    }

    /// Reads the name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.name() == name)
    }

    /// The step after it.
    #[must_use]
    pub fn next(self) -> Option<Self> {
        Self::ALL.into_iter().find(|step| *step > self)
    }

    /// Its heading.
    #[must_use]
    pub const fn label(self, language: Language) -> &'static str {
        let (en, ar) = match self {
            Self::Witness => ("Witness", "الشاهد"),
            Self::Interview => ("Interview", "المقابلة"),
            Self::Before => ("Before the account", "قبل الرواية"),
            Self::Account => ("Account", "الرواية"),
            Self::Particulars => ("Particulars", "تفاصيل الوقائع"),
            Self::Closing => ("Closing", "الختام"),
        };
        match language {
            Language::English => en,
            Language::Arabic => ar,
        }
    }
}

/// When an answer must be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Needed {
    /// Before the statement is read back to the witness.
    ReadBack,
    /// Before it is final.
    Final,
    /// Never.
    Not,
}

/// Which answer makes a question come up.
#[derive(Clone, Copy, Debug)]
pub enum When {
    /// It is always asked.
    Always,
    /// One of these codes was answered to the other question.
    Is(&'static str, &'static [&'static str]),
    /// The other question was answered.
    Filled(&'static str),
    /// The other question was left blank.
    Blank(&'static str),
}

/// Who sees an answer (`testimony_fields.json`, `visibility`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Everybody who may open the testimony (V1).
    Team,
    /// Those who may know an identity: lead, second, protection officer, supervisor of the case (V2).
    Close,
}

/// A part of each entry of a question that takes several.
#[derive(Debug)]
pub struct Column {
    pub name: &'static str,
    pub shape: Shape,
    pub en: &'static str,
    pub ar: &'static str,
}

impl Column {
    /// What it asks for.
    #[must_use]
    pub const fn label(&self, language: Language) -> &'static str {
        match language {
            Language::English => self.en,
            Language::Arabic => self.ar,
        }
    }
}

/// What an answer looks like.
#[derive(Clone, Copy, Debug)]
pub enum Shape {
    /// One line.
    Line,
    /// Several lines.
    Text,
    /// `YYYY-MM-DD`.
    Date,
    /// `HH:MM`.
    Time,
    /// One code of a list.
    Choice(Vocabulary),
    /// Any codes of a list.
    Choices(Vocabulary),
    /// The code of a person.
    Person,
    /// The code of a testimony.
    Testimony,
    /// A colleague's login.
    Colleague,
    /// Entries of several parts each; answers are kept under `question.column`, one of each for every entry.
    Rows(&'static [Column]),
}

/// A question of a statement.
#[derive(Debug)]
pub struct Question {
    /// Its name in forms and in the record; never renamed once used.
    pub name: &'static str,
    pub step: Step,
    pub shape: Shape,
    pub when: When,
    pub needed: Needed,
    pub reach: Reach,
    pub en: &'static str,
    pub ar: &'static str,
    /// Guidance beside the field, or "".
    pub help: (&'static str, &'static str),
}

impl Question {
    /// What it asks.
    #[must_use]
    pub const fn label(&self, language: Language) -> &'static str {
        match language {
            Language::English => self.en,
            Language::Arabic => self.ar,
        }
    }

    /// Guidance for it, or "".
    #[must_use]
    pub const fn guidance(&self, language: Language) -> &'static str {
        match language {
            Language::English => self.help.0,
            Language::Arabic => self.help.1,
        }
    }

    /// The names that its answers are kept under: its own, or one for each column.
    pub fn names(&self) -> impl Iterator<Item = String> {
        let columns: &[Column] = match self.shape {
            Shape::Rows(columns) => columns,
            _ => &[],
        };
        let own = columns.is_empty().then(|| self.name.to_owned());
        own.into_iter()
            .chain(columns.iter().map(|column| format!("{}.{}", self.name, column.name)))
    }

    pub(super) const fn new(name: &'static str, step: Step, shape: Shape, en: &'static str, ar: &'static str) -> Self {
        Self {
            name,
            step,
            shape,
            when: When::Always,
            needed: Needed::Not,
            reach: Reach::Team,
            en,
            ar,
            help: ("", ""),
        }
    }

    pub(super) const fn needed(self, needed: Needed) -> Self {
        Self { needed, ..self }
    }

    pub(super) const fn when(self, when: When) -> Self {
        Self { when, ..self }
    }

    pub(super) const fn close(self) -> Self {
        Self {
            reach: Reach::Close,
            ..self
        }
    }

    pub(super) const fn help(self, en: &'static str, ar: &'static str) -> Self {
        Self { help: (en, ar), ..self }
    }
}
