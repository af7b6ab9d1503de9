//! The store's stories, each on SQLite and on PostgreSQL.

#[path = "store/account.rs"]
mod account;
#[path = "store/act.rs"]
mod act;
#[path = "store/acts.rs"]
mod acts;
#[path = "store/block.rs"]
mod block;
#[path = "store/case.rs"]
mod case;
#[path = "store/codes.rs"]
mod codes;
#[path = "store/consent.rs"]
mod consent;
#[path = "store/count.rs"]
mod count;
#[path = "store/fact.rs"]
mod fact;
#[path = "store/files.rs"]
mod files;
#[path = "store/final_version.rs"]
mod final_version;
#[path = "store/guards.rs"]
mod guards;
#[path = "store/log.rs"]
mod log;
#[path = "store/need_to_know.rs"]
mod need_to_know;
#[path = "store/notice.rs"]
mod notice;
#[path = "store/offline.rs"]
mod offline;
#[path = "store/opening.rs"]
mod opening;
#[path = "store/past.rs"]
mod past;
#[path = "store/reveal.rs"]
mod reveal;
#[path = "store/reveal_sequences.rs"]
mod reveal_sequences;
#[path = "store/risk.rs"]
mod risk;
#[path = "store/rotation.rs"]
mod rotation;
#[path = "store/same.rs"]
mod same;
#[path = "store/saved.rs"]
mod saved;
#[path = "store/sealed.rs"]
mod sealed;
#[path = "store/sealing.rs"]
mod sealing;
#[path = "store/search.rs"]
mod search;
#[path = "store/seeing.rs"]
mod seeing;
#[path = "store/shred.rs"]
mod shred;
#[path = "store/source_list.rs"]
mod source_list;
#[path = "store/testimony.rs"]
mod testimony;
#[path = "store/text.rs"]
mod text;
#[path = "store/units.rs"]
mod units;
#[path = "store/withdrawal.rs"]
mod withdrawal;
