//! Choosing another record by its code or by words of its name.

use super::fields::{Form, Input, input};
use crate::ask::Ask;
use domain::Kind;
use leptos::prelude::*;

/// A field for a record of one of these kinds: its code, or words of its name.
pub fn picker(
    ask: &Ask,
    form: Form<'_>,
    name: &str,
    label: String,
    value: &str,
    kinds: &[Kind],
    help: &str,
) -> AnyView {
    let _ = (ask, kinds);
    input(form, name, label, value, Input { help, ..Input::default() })
}
