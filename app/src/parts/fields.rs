//! Fields of forms: label, help, control, error beside it; what was typed stays.

use super::problem::sentence;
use crate::say;
use domain::vocabulary::{Term, Vocabulary};
use domain::{Language, Problem};
use leptos::prelude::*;

/// The placeholder of a field that has none: by it the style sheet knows an empty field, which begins where the page
/// begins and not, as `dir="auto"` has it, always on the left.
pub(crate) const EMPTY: &str = " ";

/// What the fields of one form share: the reader's language and what is wrong with what was typed.
#[derive(Clone, Copy)]
pub struct Form<'a> {
    pub lang: Language,
    pub problems: &'a [Problem],
}

impl Form<'_> {
    /// The sentence of the first problem at a field.
    #[must_use]
    pub fn error(&self, field: &str) -> Option<String> {
        self.problems
            .iter()
            .find(|problem| problem.field == field)
            .map(|problem| sentence(self.lang, &problem.kind))
    }

    /// Ids of help and error, for `aria-describedby`.
    pub(crate) fn described(&self, field: &str, help: &str) -> Option<String> {
        let mut ids = Vec::new();
        if !help.is_empty() {
            ids.push(format!("{field}-help"));
        }
        if self.error(field).is_some() {
            ids.push(format!("{field}-error"));
        }
        (!ids.is_empty()).then(|| ids.join(" "))
    }
}

/// The list of problems at the head of a form, each a link to its field; `label` names a field for the reader.
pub fn problems_summary(form: Form<'_>, label: impl Fn(&str) -> String) -> AnyView {
    if form.problems.is_empty() {
        return ().into_any();
    }
    let lang = form.lang;
    let items = form
        .problems
        .iter()
        .map(|problem| {
            let label = label(&problem.field);
            let text = sentence(lang, &problem.kind);
            let text = if label.is_empty() {
                text
            } else {
                format!("{label}: {text}")
            };
            if problem.field.is_empty() {
                view! { <li>{text}</li> }.into_any()
            } else {
                view! { <li><a href=format!("#{}", problem.field)>{text}</a></li> }.into_any()
            }
        })
        .collect_view();
    let count = u32::try_from(form.problems.len()).unwrap_or(u32::MAX);
    view! {
        <div class="problems" role="alert" tabindex="-1" id="problems" autofocus=true>
            <h2>{say!(lang, common.problems, count = count)}</h2>
            <ul>{items}</ul>
        </div>
    }
    .into_any()
}

/// A labelled field around any control; the control's id is the field's name.
pub fn field(
    form: Form<'_>,
    name: &str,
    label: String,
    help: &str,
    required: bool,
    class: &str,
    control: impl IntoView + 'static,
) -> AnyView {
    let required = required.then(|| view! { " " <span class="required">{say!(form.lang, common.required)}</span> });
    let help = (!help.is_empty()).then(|| view! { <p class="help" id=format!("{name}-help")>{help.to_owned()}</p> });
    let error = form
        .error(name)
        .map(|text| view! { <p class="error" id=format!("{name}-error")>{text}</p> });
    view! {
        <div class=format!("field {class}")>
            <label for=name.to_owned()>{label}{required}</label>
            {help}
            {control.into_any()}
            {error}
        </div>
    }
    .into_any()
}

/// What an [`input`] is: its type, its limits, its place.
#[derive(Clone, Copy)]
pub struct Input<'a> {
    /// `text`, `date`, `time`, `password`, `email`, `number` …
    pub kind: &'a str,
    pub help: &'a str,
    pub required: bool,
    /// `field--short`, `field--wide` or "".
    pub class: &'a str,
    pub max: u32,
    /// The `autocomplete` value; `off` for what belongs to the record, so that the browser keeps none of it.
    pub autocomplete: &'a str,
    /// What it is called in the form, where several fields share a name; else its id.
    pub named: Option<&'a str>,
}

impl Default for Input<'_> {
    fn default() -> Self {
        Self {
            kind: "text",
            help: "",
            required: false,
            class: "",
            max: domain::form::SHORT,
            autocomplete: "off",
            named: None,
        }
    }
}

/// A one-line field. Never `required` for the browser where a draft may be saved without.
pub fn input(form: Form<'_>, name: &str, label: String, value: &str, like: Input<'_>) -> AnyView {
    let direction = matches!(like.kind, "text" | "search").then_some("auto");
    let control = view! {
        <input
            id=name.to_owned()
            name=like.named.unwrap_or(name).to_owned()
            type=like.kind.to_owned()
            value=value.to_owned()
            dir=direction
            placeholder=direction.map(|_| EMPTY)
            maxlength=(like.kind != "date" && like.kind != "time").then(|| like.max.to_string())
            autocomplete=like.autocomplete.to_owned()
            spellcheck="false"
            required=like.required
            aria-invalid=form.error(name).map(|_| "true")
            aria-describedby=form.described(name, like.help)
        />
    };
    field(form, name, label, like.help, like.required, like.class, control)
}

/// A field of several lines that grows with its text.
pub fn area(form: Form<'_>, name: &str, label: String, value: &str, help: &str, required: bool, rows: u8) -> AnyView {
    // A first line break after <textarea> is eaten by the browser: one more keeps the text whole.
    let text = format!("\n{value}");
    let control = view! {
        <textarea
            class="grow-text"
            id=name.to_owned()
            name=name.to_owned()
            rows=rows.to_string()
            dir="auto"
            placeholder=EMPTY
            maxlength=domain::form::LONG.to_string()
            autocomplete="off"
            spellcheck="false"
            required=required
            aria-invalid=form.error(name).map(|_| "true")
            aria-describedby=form.described(name, help)
        >
            {text}
        </textarea>
    };
    field(form, name, label, help, required, "", control)
}

/// A choice out of a vocabulary, as a select. `empty` is the text of the empty choice.
pub fn choice<T>(
    form: Form<'_>,
    name: &str,
    label: String,
    value: &str,
    vocabulary: Vocabulary<T>,
    empty: String,
    required: bool,
) -> AnyView
where
    T: AsRef<Term> + 'static,
{
    let lang = form.lang;
    choices(
        form,
        name,
        label,
        value,
        vocabulary
            .terms()
            .map(|term| (term.code.to_owned(), term.label(lang).to_owned()))
            .collect(),
        empty,
        required,
        "",
    )
}

/// A choice out of any pairs of value and label, as a select.
#[expect(clippy::too_many_arguments, reason = "a field has that many sides")]
pub fn choices(
    form: Form<'_>,
    name: &str,
    label: String,
    value: &str,
    options: Vec<(String, String)>,
    empty: String,
    required: bool,
    help: &str,
) -> AnyView {
    let value = value.to_owned();
    let options = options.into_iter().map(|(code, label)| {
        let selected = code == value;
        view! { <option value=code selected=selected>{label}</option> }
    });
    let control = view! {
        <select
            id=name.to_owned()
            name=name.to_owned()
            required=required
            aria-invalid=form.error(name).map(|_| "true")
            aria-describedby=form.described(name, help)
        >
            <option value="">{empty}</option>
            {options.collect_view()}
        </select>
    };
    field(form, name, label, help, required, "", control)
}

/// One of few values, as radio buttons: value, label, explanation.
pub fn radios(
    form: Form<'_>,
    name: &str,
    legend: String,
    value: &str,
    options: Vec<(String, String, String)>,
    required: bool,
) -> AnyView {
    let error = form
        .error(name)
        .map(|text| view! { <p class="error" id=format!("{name}-error")>{text}</p> });
    let name = name.to_owned();
    let options = options
        .into_iter()
        .enumerate()
        .map(|(index, (code, label, help))| {
            let id = (index == 0).then(|| name.clone());
            let checked = code == value;
            let help = (!help.is_empty()).then(|| view! { " " <span class="help">{help}</span> });
            view! { <label><input type="radio" id=id name=name.clone() value=code checked=checked required=required/> {label}{help}</label> }
        })
        .collect_view();
    view! { <fieldset class="options"><legend>{legend}</legend>{options}{error}</fieldset> }.into_any()
}

/// A lone checkbox.
pub fn check_box(name: &str, label: String, checked: bool) -> AnyView {
    view! { <label class="check"><input type="checkbox" id=name.to_owned() name=name.to_owned() value="yes" checked=checked/> {label}</label> }.into_any()
}

/// A value that travels with the form.
pub fn hidden(name: &str, value: &str) -> AnyView {
    view! { <input type="hidden" name=name.to_owned() value=value.to_owned()/> }.into_any()
}
