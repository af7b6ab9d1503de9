//! A field that names another record. Stand-in until the real picker is merged.

use super::fields::{Form, Input, input};
use crate::ask::Ask;
use domain::Kind;
use leptos::prelude::*;

/// A field for the code of a record of one of these kinds.
pub fn picker(ask: &Ask, form: Form<'_>, name: &str, label: String, value: &str, kinds: &[Kind], help: &str) -> AnyView {
    let _ = (ask, kinds);
    input(form, name, label, value, Input { help, class: "field--short", ..Input::default() })
}
