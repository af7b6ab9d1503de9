//! One file a screen: its GET view and its POST handler. All addresses stand in [`table`].

mod account;
mod act;
mod admin;
mod affiliation;
mod case;
mod case_move;
mod case_people;
mod case_records;
mod command;
mod consent;
mod consent_print;
mod consent_reach;
mod consent_withdraw;
mod document;
mod editing;
mod error;
mod factor;
mod home;
mod identities;
mod incident;
mod invitation;
mod involve;
mod kept;
mod language;
mod log;
mod mark;
mod notice;
mod offline;
mod offline_line;
mod past;
mod person;
pub mod queue;
mod reveal;
mod risk;
mod roster;
mod same;
mod search;
mod setup;
mod shred;
mod sign_in;
mod sign_out;
mod task;
pub mod testimony;
mod testimony_answers;
mod testimony_block;
mod testimony_edit;
mod testimony_finish;
mod testimony_form;
mod testimony_grade;
mod testimony_new;
mod testimony_paragraphs;
mod testimony_print;
mod testimony_sealed;
mod testimony_version;
mod unit;

pub use error::error_page;

use crate::ask::{AppState, Route, Table};
use axum::Router;

/// Every address of the product.
#[must_use]
pub fn table() -> Table {
    Table::default()
        .get("/sign-in", sign_in::show)
        .post("/sign-in", sign_in::sign_in)
        .get("/sign-in/code", sign_in::code)
        .post("/sign-in/code", sign_in::give_code)
        .get("/sign-out", sign_out::ask_drafts)
        .post("/sign-out", sign_out::sign_out)
        .get("/step-up", sign_in::step_up)
        .post("/step-up", sign_in::give_password)
        .get("/kept", kept::show)
        .post("/kept", kept::take)
        .get("/setup/{token}", setup::show)
        .post("/setup/{token}", setup::set_up)
        .get("/invite/{token}", invitation::show)
        .post("/invite/{token}", invitation::accept)
        .post("/language", language::choose)
        .get("/keys", language::keys)
        .get("/account", account::show)
        .post("/account/sessions", account::revoke)
        .post("/account/devices", offline_line::revoke)
        .get("/offline", offline::enter)
        .get("/offline/{language}", offline::show)
        .get("/offline/worker.js", offline::worker)
        .get("/manifest.webmanifest", offline::manifest)
        .post("/offline/contact", offline_line::contact)
        .post("/offline/key", offline_line::key)
        .post("/offline/drafts", offline_line::drafts)
        .get("/account/password", account::password)
        .post("/account/password", account::change_password)
        .get("/account/factor", factor::show)
        .post("/account/factor", factor::confirm)
        .get("/admin/users", admin::list)
        .post("/admin/users", admin::invite)
        .get("/admin/users/{login}", admin::show)
        .post("/admin/users/{login}", admin::change)
        .get("/admin/users/{login}/disable", admin::ask_disable)
        .get("/admin/users/{login}/reset", admin::ask_reset)
        .get("/admin/users/{login}/end-sessions", admin::ask_end_sessions)
        .get("/", home::show)
        .get("/cases", case::list)
        .get("/cases/new", case::new)
        .post("/cases/new", case::create)
        .get("/cases/{code}", case::show)
        .get("/cases/{code}/edit", case::edit)
        .post("/cases/{code}/edit", case::change)
        .get("/cases/{code}/history", case::history)
        .get("/cases/{code}/testimonies", case_records::testimonies)
        .get("/cases/{code}/documents", case_records::documents)
        .get("/cases/{code}/people", case_records::people)
        .get("/cases/{code}/incidents", case_records::incidents)
        .get("/cases/{code}/link", case_records::link)
        .post("/cases/{code}/link", case_records::hang)
        .get("/cases/{code}/unlink", case_records::unlink)
        .post("/cases/{code}/unlink", case_records::take_off)
        .get("/cases/{code}/move", case_move::choose)
        .post("/cases/{code}/move", case_move::go)
        .get("/cases/{code}/attest", case_move::attest)
        .post("/cases/{code}/attest", case_move::attested)
        .get("/cases/{code}/team", case_people::team)
        .post("/cases/{code}/team", case_people::change_team)
        .get("/cases/{code}/purpose", case_people::purpose)
        .post("/cases/{code}/purpose", case_people::choose_purpose)
        .get("/queue", queue::show)
        .get("/log", log::show)
        .get("/log.csv", log::export)
        .get("/testimonies", testimony::list)
        .get("/testimonies/new", testimony_new::show)
        .post("/testimonies/new", testimony_new::create)
        .get("/testimonies/{code}", testimony::show)
        .get("/testimonies/{code}/edit", testimony_edit::begin)
        .get("/testimonies/{code}/edit/{step}", testimony_edit::show)
        .post("/testimonies/{code}/edit/{step}", testimony_edit::save)
        .get("/testimonies/{code}/finish", testimony_finish::show)
        .post("/testimonies/{code}/finish", testimony_finish::finish)
        .get("/testimonies/{code}/versions/{number}", testimony_version::show)
        .get("/testimonies/{code}/compare", testimony_version::compare)
        .get("/testimonies/{code}/correct", testimony_version::ask_correct)
        .post("/testimonies/{code}/correct", testimony_version::correct)
        .get("/testimonies/{code}/supplement", testimony_version::ask_supplement)
        .post("/testimonies/{code}/supplement", testimony_version::supplement)
        .get("/testimonies/{code}/sealed", testimony_sealed::show)
        .post("/testimonies/{code}/sealed", testimony_sealed::open)
        .get("/testimonies/{code}/sealed/block", testimony_block::show)
        .post("/testimonies/{code}/sealed/block", testimony_block::act)
        .get("/testimonies/{code}/sealed/decide", testimony_block::requests)
        .post("/testimonies/{code}/sealed/decide", testimony_block::decide)
        .get("/testimonies/{code}/assessment", testimony_grade::show)
        .post("/testimonies/{code}/assessment", testimony_grade::grade)
        .get("/testimonies/{code}/mark", mark::new)
        .post("/testimonies/{code}/mark", mark::mark)
        .get("/testimonies/{code}/return", testimony::ask_return)
        .post("/testimonies/{code}/return", testimony::give_back)
        .get("/testimonies/{code}/print", testimony_print::show)
        .get("/testimonies/{code}/consents", consent::show)
        .post("/testimonies/{code}/consents", consent::record)
        .get("/testimonies/{code}/consents/print", consent_print::show)
        .get("/testimonies/{code}/consents/withdraw", consent_withdraw::ask)
        .post("/testimonies/{code}/consents/withdraw", consent_withdraw::withdraw)
        .get("/testimonies/{code}/notices", notice::show)
        .post("/testimonies/{code}/notices", notice::answer)
        .get("/persons", person::list)
        .get("/persons/new", person::new)
        .post("/persons/new", person::create)
        .get("/persons/{code}", person::show)
        .get("/persons/{code}/edit", person::edit)
        .post("/persons/{code}/edit", person::change)
        .get("/persons/{code}/identities", identities::edit)
        .post("/persons/{code}/identities", identities::change)
        .get("/persons/{code}/history", past::show)
        .get("/persons/{code}/affiliate", affiliation::new)
        .post("/persons/{code}/affiliate", affiliation::create)
        .get("/persons/{code}/end-link", affiliation::ask_end)
        .post("/persons/{code}/end-link", affiliation::end)
        .get("/persons/{code}/same", same::pair)
        .post("/persons/{code}/same", same::decide)
        .get("/matches", same::list)
        .post("/matches", same::run)
        .get("/persons/{code}/risks", risk::show)
        .post("/persons/{code}/risks", risk::assess)
        .get("/persons/{code}/risks/clear", risk::ask_clear)
        .post("/persons/{code}/risks/clear", risk::clear)
        .get("/persons/{code}/reveal", reveal::show)
        .post("/persons/{code}/reveal", reveal::reveal)
        .get("/persons/{code}/reveal/decide", reveal::requests)
        .post("/persons/{code}/reveal/decide", reveal::decide)
        .post("/persons/{code}/sensitive", reveal::mark)
        .get("/persons/{code}/shred", shred::ask_propose)
        .post("/persons/{code}/shred", shred::propose)
        .get("/persons/{code}/shred/decide", shred::ask_decide)
        .post("/persons/{code}/shred/decide", shred::decide)
        .get("/reveals", reveal::list)
        .post("/reveals", reveal::acknowledge)
        .get("/incidents", incident::list)
        .get("/incidents/new", incident::new)
        .post("/incidents/new", incident::create)
        .get("/incidents/{code}", incident::show)
        .get("/incidents/{code}/edit", incident::edit)
        .post("/incidents/{code}/edit", incident::change)
        .get("/incidents/{code}/history", past::show)
        .get("/incidents/{code}/involve", involve::new)
        .post("/incidents/{code}/involve", involve::create)
        .get("/incidents/{code}/acts/new", act::new)
        .post("/incidents/{code}/acts/new", act::create)
        .get("/incidents/{code}/end-act", act::ask_end)
        .post("/incidents/{code}/end-act", act::end)
        .get("/incidents/{code}/roster", roster::new)
        .post("/incidents/{code}/roster", roster::take_in)
        .get("/incidents/{code}/end-link", involve::ask_end)
        .post("/incidents/{code}/end-link", involve::end)
        .get("/documents", document::list)
        .get("/documents/new", document::new)
        .upload("/documents/new", document::create)
        .get("/documents/{code}", document::show)
        .get("/documents/{code}/edit", document::edit)
        .post("/documents/{code}/edit", document::change)
        .get("/documents/{code}/history", past::show)
        .get("/documents/{code}/file", document::file)
        .get("/search", search::new)
        .post("/search", search::post)
        .get("/search/{ticket}", search::results)
        .post("/pick", search::pick)
        .get("/units", unit::list)
        .get("/units/new", unit::new)
        .post("/units/new", unit::create)
        .get("/units/{code}", unit::show)
        .get("/units/{code}/edit", unit::edit)
        .post("/units/{code}/edit", unit::change)
        .get("/units/{code}/history", past::show)
        .get("/units/{code}/command", command::show)
        .get("/units/{code}/subordinate", command::new)
        .post("/units/{code}/subordinate", command::create)
        .get("/units/{code}/end-link", command::ask_end)
        .post("/units/{code}/end-link", command::end)
}

/// The rows of the table, for the access test.
#[must_use]
pub fn routes() -> Vec<Route> {
    table().into_parts().1
}

/// The router of the whole table, without layers.
pub fn router(state: AppState) -> Router {
    table().into_parts().0.fallback(error::not_found).with_state(state)
}
