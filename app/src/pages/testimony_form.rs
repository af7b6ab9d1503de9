//! The questions of one step, as a form. What they are stands in `domain::testimony::questions`; this draws any of them.

use crate::ask::Ask;
use crate::parts::fields::{EMPTY, Input};
use crate::parts::{Form, area, choice, choices, field, input, picker};
use crate::say;
use domain::testimony::{Answers, Column, Question, Reach, Shape, Step, When, questions};
use domain::vocabulary::Vocabulary;
use domain::{Kind, Language, Words};
use leptos::prelude::*;

/// Who can be a witness.
pub(super) const WITNESSES: &[Kind] = &[Kind::Person];

/// What the questions need besides what was answered.
pub(super) struct Around<'a> {
    pub ask: &'a Ask,
    pub form: Form<'a>,
    /// Whether this reader sees what only those close to the case see.
    pub close: bool,
    /// Logins and names, for the second interviewer.
    pub colleagues: &'a [(String, String)],
    /// People found for the witness's field, by its button.
    pub hits: Option<&'a [store::Hit]>,
}

/// The name of a field for the reader: a question, or a part of one of its entries.
pub(super) fn label(lang: Language, field: &str) -> String {
    let Some(question) = questions::named(field) else {
        return String::new();
    };
    let mut parts = field.split('.').skip(1);
    let (column, entry) = (parts.next(), parts.next());
    let column = column.and_then(|name| match question.shape {
        Shape::Rows(columns) => columns.iter().find(|column| column.name == name),
        _ => None,
    });
    let entry = entry.and_then(|at| at.parse::<usize>().ok()).map(|at| at + 1);
    match (column, entry) {
        (Some(column), Some(entry)) => format!("{} {entry}, {}", question.label(lang), column.label(lang)),
        _ => question.label(lang).to_owned(),
    }
}

/// The questions of a step, in order.
pub(super) fn fields(around: &Around<'_>, step: Step, answers: &Answers) -> AnyView {
    let fields = questions::of_step(step)
        .filter(|question| around.close || question.reach == Reach::Team)
        .map(|question| asked(around, question, answers))
        .collect_view();
    let hidden = questions::of_step(step)
        .filter(|question| question.reach == Reach::Close)
        .count();
    let withheld =
        (!around.close && hidden > 0).then(|| view! { <p class="help">{say!(around.form.lang, step.not_shown)}</p> });
    view! { <div class="questions">{fields}{withheld}</div> }.into_any()
}

/// A question, with the condition under which it comes up: a script hides it while that does not hold.
fn asked(around: &Around<'_>, question: &'static Question, answers: &Answers) -> AnyView {
    let control = control(around, question, answers);
    let (name, rule, codes) = match question.when {
        When::Always => return control,
        When::Is(name, codes) => (name, "is", codes.join(" ")),
        When::Filled(name) => (name, "filled", String::new()),
        When::Blank(name) => (name, "blank", String::new()),
    };
    let lang = around.form.lang;
    let other = questions::named(name)
        .map(|question| question.label(lang))
        .unwrap_or_default();
    let choices: Vec<&str> = match questions::named(name).map(|question| question.shape) {
        Some(Shape::Choice(list) | Shape::Choices(list)) => {
            codes.split(' ').map(|code| list.label(code, lang)).collect()
        }
        _ => Vec::new(),
    };
    let only = match rule {
        "is" => say!(lang, step.only_if, other = other, choice = choices.join(" / ")),
        "filled" => say!(lang, step.only_if_filled, other = other),
        _ => say!(lang, step.only_if_blank, other = other),
    };
    view! {
        <div class="asked" data-when=name data-rule=rule data-codes=codes>
            <p class="help asked-when">{only}</p>
            {control}
        </div>
    }
    .into_any()
}

fn control(around: &Around<'_>, question: &'static Question, answers: &Answers) -> AnyView {
    let form = around.form;
    let lang = form.lang;
    let (name, value) = (question.name, answers.get(question.name));
    let (label, help) = (question.label(lang).to_owned(), question.guidance(lang));
    let short = Input {
        class: "field--short",
        help,
        ..Input::default()
    };
    match question.shape {
        Shape::Line => input(
            form,
            name,
            label,
            value,
            Input {
                help,
                ..Input::default()
            },
        ),
        Shape::Text => area(form, name, label, value, help, false, 3),
        Shape::Date => input(form, name, label, value, Input { kind: "date", ..short }),
        Shape::Time => input(form, name, label, value, Input { kind: "time", ..short }),
        Shape::Testimony => input(form, name, label, value, short),
        Shape::Choice(list) if help.is_empty() => {
            choice(form, name, label, value, list, say!(lang, common.choose), false)
        }
        Shape::Choice(list) => choices(
            form,
            name,
            label,
            value,
            options(list, lang),
            say!(lang, common.choose),
            false,
            help,
        ),
        Shape::Choices(list) => boxes(form, question, answers, list),
        Shape::Person => {
            let ask = around.ask;
            let person = ask
                .case()
                .map_or_else(|| "/persons/new".to_owned(), |case| format!("/persons/new?case={case}"));
            view! {
                {picker::found(ask, form, name, around.hits)}
                {picker(ask, form, name, label, value, WITNESSES, help)}
                <p class="small"><a href=person target="_blank" rel="noopener">{say!(lang, testimony.new_person)}</a></p>
            }
            .into_any()
        }
        Shape::Colleague => {
            let mut colleagues = around.colleagues.to_vec();
            let login = value.trim();
            if !login.is_empty() && !colleagues.iter().any(|(known, _)| known == login) {
                colleagues.push((login.to_owned(), login.to_owned()));
            }
            choices(
                form,
                name,
                label,
                login,
                colleagues,
                say!(lang, common.choose),
                false,
                help,
            )
        }
        Shape::Rows(columns) => entries(form, question, columns, answers),
    }
}

fn options(list: Vocabulary, lang: Language) -> Vec<(String, String)> {
    list.terms()
        .map(|term| (term.code.to_owned(), term.label(lang).to_owned()))
        .collect()
}

/// Any codes of a list, as boxes to tick.
fn boxes(form: Form<'_>, question: &Question, answers: &Answers, list: Vocabulary) -> AnyView {
    let lang = form.lang;
    let (name, help) = (question.name, question.guidance(lang));
    let boxes = list
        .terms()
        .enumerate()
        .map(|(index, term)| {
            let id = (index == 0).then_some(name);
            let checked = answers.has(name, term.code);
            view! { <label class="check"><input type="checkbox" id=id name=name value=term.code checked=checked/> {term.label(lang)}</label> }
        })
        .collect_view();
    let help_text = (!help.is_empty()).then(|| view! { <p class="help" id=format!("{name}-help")>{help}</p> });
    let error = form
        .error(name)
        .map(|text| view! { <p class="error" id=format!("{name}-error")>{text}</p> });
    view! {
        <fieldset class="boxes" aria-describedby=form.described(name, help)>
            <legend>{question.label(lang)}</legend>
            {help_text}
            <div class="checks">{boxes}</div>
            {error}
        </fieldset>
    }
    .into_any()
}

/// Entries of several parts each, and an empty one to fill in.
fn entries(form: Form<'_>, question: &Question, columns: &'static [Column], answers: &Answers) -> AnyView {
    let lang = form.lang;
    let (name, help) = (question.name, question.guidance(lang));
    let label = question.label(lang);
    let entries = (0..=answers.entries(question))
        .map(|at| {
            let parts = columns
                .iter()
                .map(|column| {
                    let field_name = format!("{name}.{}", column.name);
                    let value = answers.all(&field_name).get(at).map(Words::as_str).unwrap_or_default();
                    part(form, column, &field_name, &format!("{field_name}.{at}"), value)
                })
                .collect_view();
            let title = format!("{label} {}", at + 1);
            view! { <div class="entry" role="group" aria-label=title id=format!("{name}.{at}")><span class="entry-n" aria-hidden="true">{at + 1}</span><div class="inline-fields">{parts}</div></div> }
        })
        .collect_view();
    let help_text = (!help.is_empty()).then(|| view! { <p class="help">{help}</p> });
    let error = form
        .error(name)
        .map(|text| view! { <p class="error" id=format!("{name}-error")>{text}</p> });
    let more = say!(lang, step.more_of, what = label);
    view! {
        <fieldset class="entries" id=name>
            <legend>{label}</legend>
            {help_text}
            {error}
            {entries}
            <button class="button button--small" name="do" value=format!("more:{name}") aria-label=more>{say!(lang, step.more)}</button>
        </fieldset>
    }
    .into_any()
}

/// A part of an entry. Many bear the same name; the id tells them apart.
fn part(form: Form<'_>, column: &Column, name: &str, id: &str, value: &str) -> AnyView {
    let lang = form.lang;
    let invalid = form.error(id).map(|_| "true");
    let described = form.described(id, "");
    let (id_of, name_of, value) = (id.to_owned(), name.to_owned(), value.to_owned());
    let (class, control) = match column.shape {
        Shape::Choice(list) | Shape::Choices(list) => {
            let options = list
                .terms()
                .map(|term| view! { <option value=term.code selected=term.code == value>{term.label(lang)}</option> })
                .collect_view();
            let control = view! { <select id=id_of name=name_of aria-invalid=invalid aria-describedby=described><option value="">"–"</option>{options}</select> };
            ("field--short", control.into_any())
        }
        Shape::Text => {
            // A first line break after <textarea> is eaten by the browser: one more keeps the text whole.
            let text = format!("\n{value}");
            let max = domain::form::LONG.to_string();
            let control = view! { <textarea class="grow-text" id=id_of name=name_of rows="2" dir="auto" placeholder=EMPTY maxlength=max autocomplete="off" spellcheck="false" aria-invalid=invalid aria-describedby=described>{text}</textarea> };
            ("field--wide", control.into_any())
        }
        shape => {
            let (kind, class) = match shape {
                Shape::Date => ("date", "field--short"),
                Shape::Time => ("time", "field--short"),
                _ => ("text", ""),
            };
            let typed = kind == "text";
            let max = typed.then(|| domain::form::SHORT.to_string());
            let control = view! { <input id=id_of name=name_of type=kind value=value dir=typed.then_some("auto") placeholder=typed.then_some(EMPTY) maxlength=max autocomplete="off" spellcheck="false" aria-invalid=invalid aria-describedby=described/> };
            (class, control.into_any())
        }
    };
    field(form, id, column.label(lang).to_owned(), "", false, class, control)
}
