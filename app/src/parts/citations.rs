//! Naming what a link rests on: paragraphs of a testimony, or a document as a whole. The fields are those that
//! [`CitationForm`] reads.

use super::Form;
use super::fields::field;
use crate::say;
use domain::Code;
use domain::link::CitationForm;
use leptos::prelude::*;

/// A testimony's line: the paragraphs are typed as `3, 5–7`. `about` tells which testimony it is.
pub fn paragraphs_of(form: Form<'_>, typed: &CitationForm, source: &Code, about: AnyView) -> AnyView {
    let lang = form.lang;
    let name = format!("cite.{source}");
    let described = if form.error(&name).is_some() {
        format!("{name}-title {name}-error")
    } else {
        format!("{name}-title")
    };
    let control = view! {
        <p class="help" id=format!("{name}-title")>{about}</p>
        <input
            id=name.clone()
            name=name.clone()
            type="text"
            value=typed.at(source.as_str())
            placeholder=say!(lang, involve.paragraphs_example)
            maxlength=domain::form::SHORT.to_string()
            autocomplete="off"
            spellcheck="false"
            aria-invalid=form.error(&name).map(|_| "true")
            aria-describedby=described
        />
    };
    let label = say!(lang, involve.paragraphs_of, code = source.to_string());
    field(form, &name, label, "", false, "", control)
}

/// A document's line: a box to tick.
pub fn whole(form: Form<'_>, typed: &CitationForm, source: &Code, title: String) -> AnyView {
    let name = format!("cite.{source}");
    let checked = !typed.at(source.as_str()).is_empty();
    let error = form
        .error(&name)
        .map(|text| view! { <p class="error" id=format!("{name}-error")>{text}</p> });
    view! {
        <label>
            <input type="checkbox" id=name.clone() name=name value="yes" checked=checked/>
            <span><bdi class="code">{source.to_string()}</bdi>" "<bdi>{title}</bdi></span>
        </label>
        {error}
    }
    .into_any()
}
