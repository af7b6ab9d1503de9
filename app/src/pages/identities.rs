//! Who a person is as sources state it: a table on the person's page, and a page of its own to change it. What is protected
//! is changed only while it is revealed.

use super::editing::Unsaved;
use super::past::why_field;
use crate::ask::{Ask, see_other};
use crate::parts::fields::Input;
use crate::parts::{self, Form, Nav, cite, code_link, input, problems_summary};
use crate::say;
use axum::http::StatusCode;
use axum::response::Response;
use domain::form::{FromPairs, Pairs};
use domain::person::{IDENTITIES, IdentitiesForm, Identity, IdentityForm};
use domain::{Error, Language, Problem, ProblemKind};
use leptos::prelude::*;
use store::{Head, PersonView};

/// Empty rows at the end of the form.
const SPARE: usize = 2;

/// The identities that sources state, as a table.
pub(super) fn stated(lang: Language, identities: &[Identity]) -> AnyView {
    if identities.is_empty() {
        return view! { <p class="muted">{say!(lang, person.no_identities)}</p> }.into_any();
    }
    let rows = identities
        .iter()
        .map(|one| {
            let source = one.source.as_ref().map(|source| cite(source, &one.paragraphs));
            view! {
                <tr>
                    <th scope="row" data-label=say!(lang, person.stated_name) dir="auto">{one.name.to_string()}</th>
                    <td data-label=say!(lang, person.father) dir="auto">{one.father.to_string()}</td>
                    <td data-label=say!(lang, person.mother) dir="auto">{one.mother.to_string()}</td>
                    <td data-label=say!(lang, person.stated_born) dir="auto">{one.born.to_string()}</td>
                    <td data-label=say!(lang, person.source)>{source}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <div class="table-wrap">
            <table class="table table--stack">
                <caption class="visually-hidden">{say!(lang, person.identities)}</caption>
                <thead>
                    <tr>
                        <th scope="col">{say!(lang, person.stated_name)}</th>
                        <th scope="col">{say!(lang, person.father)}</th>
                        <th scope="col">{say!(lang, person.mother)}</th>
                        <th scope="col">{say!(lang, person.stated_born)}</th>
                        <th scope="col">{say!(lang, person.source)}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

/// `GET /persons/{code}/identities`: of a protected identity, by way of its reveal.
pub async fn edit(ask: Ask) -> domain::Result<Response> {
    let person = ask.store().open_person_for_edit(ask.actor()?, &ask.code()?).await?;
    match editable(&person)? {
        Some(form) => Ok(form_page(&ask, StatusCode::OK, &person.head, &form, "", &[], None)),
        None => Ok(see_other(&format!("{}/reveal?to=identities", person.head.code.path()))),
    }
}

/// `POST /persons/{code}/identities`
pub async fn change(ask: Ask, posted: Pairs) -> domain::Result<Response> {
    let (actor, code) = (ask.actor()?, ask.code()?);
    let form = IdentitiesForm::from_pairs(&posted);
    let version: i64 = posted.get("version").parse().unwrap_or(0);
    let why = posted.get("why");
    let changed = ask
        .store()
        .change_identities(actor, &code, (version, why.as_str()), &form)
        .await;
    let Some(unsaved) = Unsaved::of(changed, ask.store().open_person_for_edit(actor, &code)).await? else {
        return Ok(see_other(&format!("{}#identities", code.path())));
    };
    // What is saved stands beside what was typed only where the identity is open to who typed it.
    let saved = editable(&unsaved.record)?;
    Ok(form_page(
        &ask,
        unsaved.status(),
        &unsaved.head(&unsaved.record.head, version),
        &form,
        &why,
        &unsaved.problems,
        saved.as_ref().and_then(|saved| unsaved.theirs(saved)),
    ))
}

/// The identities that this reader may change; none while they are not revealed to them.
fn editable(person: &PersonView) -> domain::Result<Option<IdentitiesForm>> {
    if !person.head.may_edit {
        return Err(Error::Forbidden);
    }
    Ok(person.body.as_ref().map(|body| IdentitiesForm {
        rows: body.identities.iter().map(IdentityForm::from).collect(),
    }))
}

/// A row as one text, to stand beside another.
fn told(row: Option<&IdentityForm>) -> String {
    let Some(row) = row else { return String::new() };
    let texts = [
        row.name.as_str(),
        &row.father,
        &row.mother,
        &row.born,
        &row.source,
        &row.paragraphs,
    ];
    let texts: Vec<&str> = texts.into_iter().filter(|text| !text.trim().is_empty()).collect();
    texts.join(" · ")
}

/// Both texts, row by row: those with the same number, then what only one of them has.
fn differences(ask: &Ask, head: &Head, typed: &IdentitiesForm, theirs: &IdentitiesForm) -> AnyView {
    let lang = ask.lang();
    let name = |number: &str| say!(lang, person.identity_number, number = number.to_owned());
    let mut fields: Vec<(String, String, String)> = theirs
        .rows
        .iter()
        .map(|row| {
            let mine = typed.rows.iter().find(|mine| mine.number == row.number);
            (name(&row.number), told(mine), told(Some(row)))
        })
        .collect();
    let known = |row: &&IdentityForm| !row.is_blank() && !theirs.rows.iter().any(|other| other.number == row.number);
    let new = typed.rows.iter().filter(known);
    fields.extend(new.map(|row| (name(&row.number), told(Some(row)), String::new())));
    parts::conflict(ask, head, fields)
}

fn label(lang: Language, field: &str) -> String {
    let part = match field.rsplit('_').next().unwrap_or_default() {
        "name" => say!(lang, person.stated_name),
        "father" => say!(lang, person.father),
        "mother" => say!(lang, person.mother),
        "born" => say!(lang, person.stated_born),
        "source" => say!(lang, person.source),
        "paragraphs" => say!(lang, person.source_paragraphs),
        "why" => say!(lang, past.why_change),
        _ => return String::new(),
    };
    let row = field.strip_prefix('i').and_then(|rest| rest.split_once('_'));
    match row.and_then(|(row, _)| row.parse::<usize>().ok()) {
        Some(row) => format!("{}, {part}", row + 1),
        None => part,
    }
}

fn form_page(
    ask: &Ask,
    status: StatusCode,
    head: &Head,
    typed: &IdentitiesForm,
    why: &str,
    problems: &[Problem],
    theirs: Option<&IdentitiesForm>,
) -> Response {
    let lang = ask.lang();
    let form = Form { lang, problems };
    let title = say!(lang, person.identities_of, code = head.code.to_string());
    let conflict = theirs.map(|theirs| differences(ask, head, typed, theirs));
    let reveal = problems
        .iter()
        .any(|problem| problem.kind == ProblemKind::NotRevealed)
        .then(|| super::person::not_revealed(lang, &head.code));
    let filled = typed.rows.iter().filter(|row| !row.is_blank()).count();
    let spare = (filled + SPARE).min(IDENTITIES).saturating_sub(typed.rows.len());
    let blank = IdentityForm::default();
    let rows = typed
        .rows
        .iter()
        .chain(std::iter::repeat_n(&blank, spare))
        .enumerate()
        .map(|(at, row)| fields(form, at, row))
        .collect_view();
    let view = view! {
        <header class="head"><p class="head-line">{code_link(&head.code)}</p><h1>{title.clone()}</h1></header>
        {problems_summary(form, |field| label(lang, field))}
        {reveal}
        {conflict}
        <form class="form" method="post">
            {parts::hidden("version", &head.version.to_string())}
            <p class="help">{say!(lang, person.identities_help)}</p>
            {rows}
            {why_field(form, why)}
            <div class="actions">
                <button class="button button--main">{say!(lang, common.save)}</button>
                <a class="button button--quiet" href=head.code.path()>{say!(lang, common.cancel)}</a>
            </div>
        </form>
    };
    parts::page(ask, status, Nav::Persons, &title, view)
}

/// The fields of one row: all rows bear the same names, and each its own ids.
fn fields(form: Form<'_>, at: usize, row: &IdentityForm) -> AnyView {
    let lang = form.lang;
    let one = |name: &str, label: String, value: &str, help: &str| {
        let control = Input {
            help,
            named: Some(name_of(name)),
            ..Input::default()
        };
        input(form, &format!("i{at}_{name}"), label, value, control)
    };
    view! {
        <fieldset>
            <legend>{say!(lang, person.identity_number, number = (at + 1).to_string())}</legend>
            {parts::hidden("i_number", &row.number)}
            {one("name", say!(lang, person.stated_name), &row.name, "")}
            <div class="inline-fields">
                {one("father", say!(lang, person.father), &row.father, "")}
                {one("mother", say!(lang, person.mother), &row.mother, "")}
                {one("born", say!(lang, person.stated_born), &row.born, "")}
            </div>
            <div class="inline-fields">
                {one("source", say!(lang, person.source), &row.source, &say!(lang, person.source_help))}
                {one("paragraphs", say!(lang, person.source_paragraphs), &row.paragraphs, &say!(lang, involve.paragraphs_help))}
            </div>
        </fieldset>
    }
    .into_any()
}

/// What a column is called in the form.
fn name_of(column: &str) -> &'static str {
    match column {
        "name" => "i_name",
        "father" => "i_father",
        "mother" => "i_mother",
        "born" => "i_born",
        "source" => "i_source",
        _ => "i_paragraphs",
    }
}
