//! What people see: pages rendered on the server, and three islands that live in the browser.
//!
//! A page is a function of this crate: it asks the store, then renders what it got. All addresses stand in one table,
//! [`pages::table`]. `hydrate` is the browser's side and knows islands only: `store` and every page stay on the server.
//!
//! To add a screen: a file in `pages`, its lines in [`pages::table`], its words in `locales/en` and `locales/ar`, and a
//! row in the access test (`tests/tests/web/access_table.rs`).

#![recursion_limit = "256"]

pub mod islands;

#[cfg(feature = "ssr")]
pub mod ask;
#[cfg(feature = "ssr")]
pub mod pages;
#[cfg(feature = "ssr")]
pub mod parts;
#[cfg(feature = "ssr")]
pub mod visit;
#[cfg(feature = "ssr")]
pub mod words;

#[cfg(feature = "ssr")]
pub use ask::{AppState, Ask, Assets, DemoLoader, Route, Table, with_next};
#[cfg(feature = "ssr")]
pub use pages::{error_page, router};
#[cfg(feature = "ssr")]
pub use visit::Visit;

/// Wakes the islands of the page. Called by `script/start.js`.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    leptos::mount::hydrate_islands();
}
