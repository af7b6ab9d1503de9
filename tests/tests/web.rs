//! The product over HTTP and in a browser: a server in this process, people as clients.

#[path = "web/access.rs"]
mod access;
#[path = "web/bad_input.rs"]
mod bad_input;
#[path = "web/block.rs"]
mod block;
#[path = "web/commands.rs"]
mod commands;
#[path = "web/editor.rs"]
mod editor;
#[path = "web/http.rs"]
mod http;
#[path = "web/journeys.rs"]
mod journeys;
#[path = "web/keyboard.rs"]
mod keyboard;
#[path = "web/offline.rs"]
mod offline;
#[path = "web/reveal.rs"]
mod reveal;
#[path = "web/saved.rs"]
mod saved;
#[path = "web/screens.rs"]
mod screens;
#[path = "web/seeing.rs"]
mod seeing;
#[path = "web/site.rs"]
mod site;
#[path = "web/statement.rs"]
mod statement;
#[path = "web/structure.rs"]
mod structure;
#[path = "web/units.rs"]
mod units;
#[path = "web/who.rs"]
mod who;
