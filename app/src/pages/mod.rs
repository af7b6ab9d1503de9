//! One file a screen: its GET view and its POST handler. All addresses stand in [`table`].

mod error;
mod testimony;
mod testimony_edit;
mod testimony_print;
mod unit;

pub use error::error_page;

use crate::ask::{AppState, Route, Table};
use axum::Router;

/// Every address of the product.
#[must_use]
pub fn table() -> Table {
    Table::default()
        .get("/testimonies", testimony::list)
        .get("/testimonies/new", testimony_edit::new)
        .post("/testimonies/new", testimony_edit::create)
        .get("/testimonies/{code}", testimony::show)
        .get("/testimonies/{code}/edit", testimony_edit::edit)
        .post("/testimonies/{code}/edit", testimony_edit::change)
        .get("/testimonies/{code}/return", testimony::ask_return)
        .post("/testimonies/{code}/return", testimony::give_back)
        .get("/testimonies/{code}/print", testimony_print::show)
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
