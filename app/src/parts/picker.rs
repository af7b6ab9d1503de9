//! Choosing another record by its code, or by its name.
//!
//! The field takes a code and works as it is. With JavaScript an island adds a list while one types; without it the
//! button "Find" posts the form (`do=find:<field>`), and the page comes back with what was found as radio buttons. They
//! stand before the field and bear its name, so that a form reads the chosen one without knowing of them.
//!
//! A form with a picker needs three lines:
//! 1. in its handler, first: `let hits = picker::find(&ask, &posted, "witness", &[Kind::Person]).await?;`, and if there are
//!    some, its page again with status 200 and no problems;
//! 2. at the head of the `<form>`: `{picker::enter_saves(lang)}`, so that Enter saves instead of finding;
//! 3. around the field: `{picker::found(&ask, form, "witness", hits)}{picker(&ask, form, "witness", …)}`.

use super::fields::EMPTY;
use super::frame::island_loader;
use super::register::kind_name;
use super::{Form, protected_name};
use crate::ask::Ask;
use crate::islands::Picker;
use crate::say;
use domain::form::Pairs;
use domain::{Kind, Language};
use leptos::prelude::*;
use store::Hit;

/// The most records that are offered.
pub const MOST: u32 = 20;

/// A field that takes the code of a record of one of these kinds.
pub fn picker(
    ask: &Ask,
    form: Form<'_>,
    name: &str,
    label: String,
    value: &str,
    kinds: &[Kind],
    help: &str,
) -> AnyView {
    let lang = form.lang;
    let help_text =
        (!help.is_empty()).then(|| view! { <p class="help" id=format!("{name}-help")>{help.to_owned()}</p> });
    let error = form
        .error(name)
        .map(|text| view! { <p class="error" id=format!("{name}-error")>{text}</p> });
    let kinds = kinds.iter().map(|kind| kind.name()).collect::<Vec<_>>().join(",");
    view! {
        <div class="field">
            <label for=name.to_owned()>{label}</label>
            {help_text}
            <div class="picker" data-kinds=kinds data-none=say!(lang, search.none_found) data-some=say!(lang, search.found)>
                <input
                    id=name.to_owned()
                    name=name.to_owned()
                    type="text"
                    value=value.to_owned()
                    dir="auto"
                    placeholder=EMPTY
                    maxlength=domain::form::SHORT.to_string()
                    autocomplete="off"
                    spellcheck="false"
                    aria-invalid=form.error(name).map(|_| "true")
                    aria-describedby=form.described(name, help)
                />
                <Picker/>
            </div>
            <p class="row">
                <button class="button button--small" name="do" value=format!("find:{name}") formnovalidate="">{say!(lang, common.find)}</button>
                <span class="muted" data-chosen="" dir="auto"></span>
            </p>
            {error}
        </div>
        {island_loader(ask)}
    }
    .into_any()
}

/// What the button "Find" of a field asks for; none if another button was pressed.
///
/// # Errors
/// Those of the search.
pub async fn find(ask: &Ask, posted: &Pairs, name: &str, kinds: &[Kind]) -> domain::Result<Option<Vec<Hit>>> {
    if posted.get("do") != format!("find:{name}") {
        return Ok(None);
    }
    // The last value is what was typed; one before it is a radio button of an earlier search.
    let typed = posted.all(name).pop().unwrap_or_default();
    ask.store().search(ask.actor()?, kinds, &typed, MOST).await.map(Some)
}

/// The records that were found for a field, to choose from; nothing where none were looked for.
pub fn found(_ask: &Ask, form: Form<'_>, name: &str, hits: Option<&[Hit]>) -> AnyView {
    let lang = form.lang;
    let Some(hits) = hits else { return ().into_any() };
    if hits.is_empty() {
        return view! { <div class="notice" role="status"><p>{say!(lang, search.none_found)}</p><p>{say!(lang, search.none_found_why)}</p></div> }.into_any();
    }
    let name = name.to_owned();
    let options = hits
        .iter()
        .enumerate()
        .map(|(index, hit)| {
            let focus = index == 0;
            view! {
                <label>
                    <input type="radio" name=name.clone() value=hit.code.to_string() autofocus=focus/>
                    <span><b>{protected_name(lang, hit.title.as_ref())}</b><span class="muted">{facts(lang, hit)}</span></span>
                    <bdi class="code">{hit.code.to_string()}</bdi>
                </label>
            }
        })
        .collect_view();
    let count = u32::try_from(hits.len()).unwrap_or(u32::MAX);
    view! { <fieldset class="choices"><legend>{say!(lang, search.matches, count = count)}</legend>{options}</fieldset> }
        .into_any()
}

/// What tells a found record from others of the same name: its kind, a person's year of birth.
#[must_use]
pub fn facts(lang: Language, hit: &Hit) -> String {
    match hit.birth_year {
        Some(year) => say!(lang, search.born, year = year.to_string()),
        None => kind_name(lang, hit.kind),
    }
}

/// What kind of record was found.
pub fn kind_of(lang: Language, hit: &Hit) -> String {
    kind_name(lang, hit.kind)
}

/// The form's first button: pressing Enter in any field saves. Out of sight, since the visible one stands at the end.
pub fn enter_saves(lang: Language) -> AnyView {
    view! { <button class="visually-hidden" tabindex="-1" aria-hidden="true">{say!(lang, common.save)}</button> }
        .into_any()
}
