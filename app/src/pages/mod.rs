//! One file a screen: its GET view and its POST handler. All addresses stand in [`table`].

mod error;
mod unit;

pub use error::error_page;

use crate::ask::{AppState, Route, Table};
use axum::Router;

/// Every address of the product.
#[must_use]
pub fn table() -> Table {
    Table::default()
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
