//! The record, kept: the only SQL, the only keys, the only writer of the access log.
//!
//! Nothing is reached but through [`Store::act`](work): it decides, logs, works and commits. Exactly two functions work
//! without an [`Actor`](domain::Actor), because they make one: [`Store::log_in`](session) and
//! [`Store::actor_for`](session); the set-up of an empty committee ([`setup`]) is the third door, and it locks behind itself.
//! The server's own look for what is new ([`Store::look_for_news`](saved)) makes the actor of each account on whose behalf it
//! looks, and goes through the same door as they do.
//! A device that keeps drafts may ask without anybody whether it still may: it hears one word ([`Store::standing_of`](offline)).
//!
//! To add an act: its rule in `domain::access`, a function on [`Store`] in the noun's module that calls `act`, and the SQL
//! on `Work<YourAct>`. To add a field: see `domain`.

mod account;
mod act;
mod affiliation;
mod approval;
mod assignment;
mod audit;
mod blob;
mod block;
mod case;
mod chart;
mod claim;
mod command;
mod committee;
mod consent;
mod count;
mod db;
mod dialect;
mod document;
mod draft;
mod fact;
mod fault;
mod footing;
mod grading;
mod ground;
mod health;
mod import;
mod incident;
mod involvement;
mod link;
mod log;
mod map;
mod marking;
mod matching;
mod notice;
mod offline;
mod past;
mod person;
mod queue;
mod record;
pub mod recovery;
mod returns;
mod reveal;
mod risk;
mod roster;
mod rotation;
mod saved;
mod seal;
mod sealed;
mod search;
mod session;
pub mod setup;
mod shred;
mod source_list;
mod suspicion;
mod task;
mod testimony;
mod text;
mod throttle;
mod timeline;
mod unit;
mod version;
mod work;

pub use account::{AccountRow, FactorSetup, InvitationView, MyAccount, RoleState, SessionRow};
pub use act::ActView;
pub use affiliation::AffiliationView;
pub use assignment::{Assigned, Colleague};
pub use blob::{BlobFile, Upload};
pub use block::{BlockRequests, BlockView, PastRequest};
pub use case::{Attestation, CaseMove, CaseUse, CaseView, Linked, MoveForm, MoveOutcome};
pub use chart::{ChartNode, ChartPart, ChartView};
pub use claim::ClaimView;
pub use command::{CommandUnit, CommandView, SubordinationView};
pub use committee::Committee;
pub use consent::{ConsentFile, ConsentView};
pub use count::{Register, StatusView};
pub use db::Pool;
pub use document::{DocumentView, Download};
pub use draft::{DraftSaved, Earlier};
pub use fact::{FactFile, FactView, GradeView, SameAccount};
pub use footing::{Going, Outgoing};
pub use grading::{GradingFile, GradingView};
pub use ground::{Chance, Clock};
pub use health::Finding;
pub use import::{Imported, ImportedCase, Stamp};
pub use incident::IncidentView;
pub use involvement::{CitationView, InvolvementView, PartPage, Source};
pub use log::{LogFilter, LogPage, LogRow};
pub use map::{MapView, PlaceRow};
pub use marking::{Mark, MarkDesk, Markable};
pub use matching::{Candidate, MatchRun, PairPage, PairRow, PairSide, PairView, VerdictView};
pub use notice::{NoticeFile, NoticeView, Told};
pub use offline::{OfflineDevice, Released, Sent, Synchronised};
pub use past::{HistoryView, PastState, PastVersion, Upon};
pub use person::PersonView;
pub use queue::{QueueFilter, QueuePage, QueueRow, QueueSort};
pub use record::{Head, ListFilter, ListPage, ListRow};
pub use returns::RemarkView;
pub use reveal::{AlertRow, IdentityView, MyRequest, RequestView, RequestsView, Revealed, Reveals, WaitingRow};
pub use risk::{ClearanceView, RiskFile, RiskView};
pub use rotation::Rotated;
pub use saved::{Looked, OpenedSearch, SavedView};
pub use seal::Keys;
pub use sealed::{OpeningView, SealedView};
pub use search::{Hit, Passage, SavedHere, SearchAt, SearchFilter, SearchPage, Total};
pub use session::{Factor, From, LogIn, SignedIn};
pub use shred::{Shredded, ShreddingView};
pub use source_list::{DecisionView, ListPageView, ListView, ListedIn, RowAlike, RowDesk, RowFilter, RowView};
pub use suspicion::{Ladder, StepView, SuspectView};
pub use task::{Due, NoticeDue, ReviewDue};
pub use testimony::{Saved, TestimonyView};
pub use text::FoundText;
pub use timeline::{TimelineAct, TimelineIncident, TimelineView};
pub use unit::UnitView;
pub use version::{VersionRow, VersionView};
pub use work::{Limits, Options, Store, Work};

pub(crate) use fault::{Fault, Result};
