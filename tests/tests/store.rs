//! The store's stories, each on SQLite and on PostgreSQL.

#[path = "store/acts.rs"]
mod acts;
