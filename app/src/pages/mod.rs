//! One file a screen: its GET view and its POST handler. All addresses stand in [`table`].

mod account;
mod admin;
mod error;
mod factor;
mod invitation;
mod kept;
mod language;
mod setup;
mod sign_in;
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
        .post("/sign-out", sign_in::sign_out)
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
        .get("/account/password", account::password)
        .post("/account/password", account::change_password)
        .get("/account/factor", factor::show)
        .post("/account/factor", factor::confirm)
        .get("/admin/users", admin::list)
        .post("/admin/users", admin::invite)
        .get("/admin/users/{login}", admin::show)
        .post("/admin/users/{login}", admin::change)
        .get("/admin/users/{login}/disable", admin::ask_disable)
        .get("/admin/users/{login}/end-sessions", admin::ask_end_sessions)
        .get("/units", unit::list)
        .get("/units/new", unit::new)
        .post("/units/new", unit::create)
        .get("/units/{code}", unit::show)
        .get("/units/{code}/edit", unit::edit)
        .post("/units/{code}/edit", unit::change)
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
