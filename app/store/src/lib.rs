//! The record, kept: the only SQL, the only keys, the only writer of the access log.
//!
//! Nothing is reached but through [`Store::act`](work): it decides, logs, works and commits. Exactly two functions work
//! without an [`Actor`](domain::Actor), because they make one: [`Store::log_in`](session) and
//! [`Store::actor_for`](session); the set-up of an empty committee ([`setup`]) is the third door, and it locks behind itself.
//! A device that keeps drafts may ask without anybody whether it still may: it hears one word ([`Store::standing_of`](offline)).
//!
//! To add an act: its rule in `domain::access`, a function on [`Store`] in the noun's module that calls `act`, and the SQL
//! on `Work<YourAct>`. To add a field: see `domain`.

mod account;
mod assignment;
mod blob;
mod case;
mod committee;
mod consent;
mod db;
mod dialect;
mod document;
mod fault;
mod ground;
mod health;
mod import;
mod incident;
mod involvement;
mod log;
mod offline;
mod person;
mod queue;
mod record;
mod returns;
mod seal;
mod search;
mod session;
pub mod setup;
mod testimony;
mod throttle;
mod unit;
mod work;

pub use account::{AccountRow, FactorSetup, InvitationView, MyAccount, RoleState, SessionRow};
pub use assignment::{Assigned, Colleague};
pub use blob::{BlobFile, Upload};
pub use case::{Attestation, CaseMove, CaseView, Linked, MoveForm, MoveOutcome};
pub use committee::Committee;
pub use consent::{ConsentFile, ConsentView};
pub use db::Pool;
pub use document::{DocumentView, Download};
pub use ground::{Chance, Clock};
pub use health::Finding;
pub use import::{Imported, ImportedCase, Stamp};
pub use incident::IncidentView;
pub use involvement::{CitationView, InvolvementView, Source};
pub use log::{LogFilter, LogPage, LogRow};
pub use offline::{OfflineDevice, Released, Sent, Synchronised};
pub use person::PersonView;
pub use queue::{QueueFilter, QueuePage, QueueRow, QueueSort};
pub use record::{Head, ListFilter, ListPage, ListRow};
pub use returns::RemarkView;
pub use seal::Keys;
pub use search::{Hit, SearchAt};
pub use session::{Factor, From, LogIn, SignedIn};
pub use testimony::{DraftSaved, TestimonyView};
pub use unit::UnitView;
pub use work::{Limits, Options, Store, Work};

pub(crate) use fault::{Fault, Result};
