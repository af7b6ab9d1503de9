//! The words and rules of the record: types, checks and decisions, without any I/O.
//!
//! Everything here is pure and compiles to WASM. A noun has the same file name on every floor: `testimony` here
//! says what a testimony is and when it may be filed, `store::testimony` keeps it, `app::pages::testimony` shows it.
//!
//! To add a field to a record: add it to the noun's form and its checked type here, seal it in the noun's `store`
//! module (or add a column by a migration when it may be in clear), show it in the noun's page.

pub mod access;
pub mod account;
pub mod act;
pub mod affiliation;
pub mod ageing;
pub mod case;
pub mod chart;
pub mod claim;
pub mod code;
pub mod command;
pub mod consent;
pub mod count;
pub mod document;
pub mod error;
pub mod fact;
pub mod form;
pub mod grading;
pub mod incident;
pub mod language;
pub mod link;
pub mod map;
pub mod marking;
pub mod matching;
pub mod name;
pub mod notice;
pub mod offline;
pub mod person;
pub mod query;
pub mod reveal;
pub mod risk;
pub mod roster;
pub mod same;
pub mod saved;
pub mod sealed;
pub mod source_list;
pub mod status;
pub mod testimony;
pub mod text;
pub mod timeline;
pub mod unit;
pub mod vocabulary;
pub mod warning;
pub mod words;

pub use access::{Actor, Role, Roles};
pub use code::{AccountId, Code, Kind, SessionId};
pub use error::{Error, Problem, ProblemKind, Result};
pub use language::Language;
pub use words::Words;
