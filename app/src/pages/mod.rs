//! One file a screen: its GET view and its POST handler. All addresses stand in [`table`].

mod document;
mod error;
mod incident;
mod involve;
mod person;
mod search;
mod unit;

pub use error::error_page;

use crate::ask::{AppState, Route, Table};
use axum::Router;

/// Every address of the product.
#[must_use]
pub fn table() -> Table {
    Table::default()
        .get("/persons", person::list)
        .get("/persons/new", person::new)
        .post("/persons/new", person::create)
        .get("/persons/{code}", person::show)
        .get("/persons/{code}/edit", person::edit)
        .post("/persons/{code}/edit", person::change)
        .get("/incidents", incident::list)
        .get("/incidents/new", incident::new)
        .post("/incidents/new", incident::create)
        .get("/incidents/{code}", incident::show)
        .get("/incidents/{code}/edit", incident::edit)
        .post("/incidents/{code}/edit", incident::change)
        .get("/incidents/{code}/involve", involve::new)
        .post("/incidents/{code}/involve", involve::create)
        .get("/incidents/{code}/end-link", involve::ask_end)
        .post("/incidents/{code}/end-link", involve::end)
        .get("/documents", document::list)
        .get("/documents/new", document::new)
        .upload("/documents/new", document::create)
        .get("/documents/{code}", document::show)
        .get("/documents/{code}/edit", document::edit)
        .post("/documents/{code}/edit", document::change)
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
