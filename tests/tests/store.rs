//! The store's stories, each on SQLite and on PostgreSQL.

#[path = "store/account.rs"]
mod account;
#[path = "store/acts.rs"]
mod acts;
#[path = "store/case.rs"]
mod case;
#[path = "store/codes.rs"]
mod codes;
#[path = "store/consent.rs"]
mod consent;
#[path = "store/files.rs"]
mod files;
#[path = "store/log.rs"]
mod log;
#[path = "store/need_to_know.rs"]
mod need_to_know;
#[path = "store/offline.rs"]
mod offline;
#[path = "store/opening.rs"]
mod opening;
#[path = "store/sealing.rs"]
mod sealing;
#[path = "store/testimony.rs"]
mod testimony;
