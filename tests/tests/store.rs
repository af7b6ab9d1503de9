//! The store's stories, each on SQLite and on PostgreSQL.

#[path = "store/acts.rs"]
mod acts;
#[path = "store/codes.rs"]
mod codes;
#[path = "store/log.rs"]
mod log;
#[path = "store/testimony.rs"]
mod testimony;
