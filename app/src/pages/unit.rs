//! Units: forces, groups, cells.

use super::affiliation;
use super::command;
use super::editing::Unsaved;
use super::involve::{asked_after, part_in};
use super::past::{self, why_field};
use super::person::cases;
use crate::ask::{Ask, problems, see_other};
use crate::parts::fields::Input;
use crate::parts::lists::{case_note, list_href};
use crate::parts::{
    self, Form, Nav, choice, code_link, date, empty, enter_saves, filter_by, found, input, pager, picker,
    problems_summary, record_head, register_head,
};
use crate::say;
use axum::http::StatusCode;
use axum::response::Response;
use domain::access::{Act, Create, Facts};
use domain::form::{FromPairs, Pairs};
use domain::unit::UnitForm;
use domain::vocabulary::PARTY_TYPE;
use domain::{Error, Kind, Language, Problem};
use leptos::prelude::*;
use store::{Head, Hit, UnitView};

/// Rows on a page of a register.
const ROWS: u32 = 50;

/// `GET /units`
pub async fn list(ask: Ask) -> domain::Result<Response> {
    let actor = ask.actor()?;
    let status = Some(ask.query.get("type"))
        .filter(|code| PARTY_TYPE.has(code))
        .unwrap_or_default();
    let filter = ask.list_filter(status);
    let page = ask.store().list(actor, Kind::Unit, &filter, ROWS).await?;
    let lang = ask.lang();
    let new = Create::grounds(actor, &Facts::default())
        .is_ok()
        .then(|| ("/units/new".to_owned(), say!(lang, unit.new)));
    let rows = page
        .rows
        .iter()
        .map(|row| {
            view! {
                <tr>
                    <th scope="row">{code_link(&row.code)}</th>
                    <td class="grow" data-label=say!(lang, unit.name) dir="auto">{row.title.as_ref().map(|title| title.to_string())}</td>
                    <td data-label=say!(lang, unit.party_type)>{PARTY_TYPE.label(row.fact.as_deref().unwrap_or_default(), lang).to_owned()}</td>
                    <td data-label=say!(lang, unit.parent)>{row.other.as_ref().map(code_link)}</td>
                </tr>
            }
        })
        .collect_view();
    let table = if page.rows.is_empty() {
        let why = if filter.status.is_empty() {
            say!(lang, unit.none_why)
        } else {
            say!(lang, unit.none_so)
        };
        empty(say!(lang, unit.none), why, new.clone())
    } else {
        view! {
            <div class="table-wrap">
                <table class="table table--stack">
                    <caption>{say!(lang, unit.all)}</caption>
                    <thead>
                        <tr>
                            <th scope="col">{say!(lang, common.code)}</th>
                            <th scope="col">{say!(lang, unit.name)}</th>
                            <th scope="col">{say!(lang, unit.party_type)}</th>
                            <th scope="col">{say!(lang, unit.parent)}</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        }
        .into_any()
    };
    let types = PARTY_TYPE
        .terms()
        .map(|term| (term.code.to_owned(), term.label(lang).to_owned()))
        .collect();
    let (newer, older) = list_href("/units", &[("type", &filter.status)], &page);
    let view = view! {
        {register_head(say!(lang, unit.all), new)}
        {filter_by(&ask, "/units", "type", say!(lang, unit.party_type), &filter.status, types)}
        {table}
        {pager(lang, newer, older)}
    };
    Ok(parts::page(
        &ask,
        StatusCode::OK,
        Nav::Units,
        &say!(lang, unit.all),
        view,
    ))
}

/// `GET /units/new`
pub async fn new(ask: Ask) -> domain::Result<Response> {
    ask.store().may_make(ask.actor()?, Kind::Unit).await?;
    Ok(form_page(
        &ask,
        StatusCode::OK,
        None,
        &UnitForm::default(),
        Refused::default(),
    ))
}

/// `POST /units/new`
pub async fn create(ask: Ask, posted: Pairs) -> domain::Result<Response> {
    let actor = ask.actor()?;
    let form = UnitForm::from_pairs(&posted);
    if let Some(hits) = picker::find(&ask, &posted, "parent", &[Kind::Unit]).await? {
        return Ok(form_page(
            &ask,
            StatusCode::OK,
            None,
            &form,
            Refused {
                hits: Some(&hits),
                ..Refused::default()
            },
        ));
    }
    let made = match form.check() {
        Ok(draft) => ask.store().create_unit(actor, ask.case().as_ref(), &draft).await,
        Err(problems) => ask
            .store()
            .may_make(actor, Kind::Unit)
            .await
            .and(Err(Error::Invalid(problems))),
    };
    match made {
        // From a case one comes back to the case.
        Ok(code) => Ok(see_other(
            &ask.case()
                .map_or_else(|| code.path(), |case| format!("{}/people", case.path())),
        )),
        Err(error) => Ok(form_page(
            &ask,
            StatusCode::UNPROCESSABLE_ENTITY,
            None,
            &form,
            Refused {
                problems: &problems(error)?,
                ..Refused::default()
            },
        )),
    }
}

/// `GET /units/{code}`
pub async fn show(ask: Ask) -> domain::Result<Response> {
    let unit = ask
        .store()
        .open_unit_from(ask.actor()?, &ask.code()?, asked_after(&ask))
        .await?;
    let lang = ask.lang();
    let edit = unit.head.may_edit.then(|| view! { <a class="button button--main" href=format!("{}/edit", unit.head.code.path())>{say!(lang, common.edit)}</a> });
    let subordinate = unit.head.may_edit.then(|| {
        view! { <a class="no-print" href=format!("{}/subordinate", unit.head.code.path())>{say!(lang, command.new)}</a> }
    });
    let valid = |day: Option<chrono::NaiveDate>| day.map(|day| date(lang, &day.to_string()));
    // What nobody knows is left out.
    let fact = |label: String, value: Option<AnyView>| {
        value.map(|value| view! { <div><dt>{label}</dt><dd>{value}</dd></div> })
    };
    let text = |label: String, text: &str| {
        fact(
            label,
            (!text.trim().is_empty()).then(|| view! { <p dir="auto">{text.to_owned()}</p> }.into_any()),
        )
    };
    let name = |label: String, name: &str| {
        let name = (!name.trim().is_empty()).then(|| view! { <span dir="auto">{name.to_owned()}</span> });
        fact(label, name.map(IntoAny::into_any))
    };
    let view = view! {
        {record_head(&unit.head, lang, (), PARTY_TYPE.label(&unit.party_type, lang).to_owned(), (), edit)}
        <div class="page">
            <div class="content">
                <section class="section">
                    <h2>{say!(lang, unit.facts)}</h2>
                    <dl class="dl">
                        {name(say!(lang, unit.name_ar), &unit.body.name_ar)}
                        {name(say!(lang, unit.name_latin), &unit.body.name_latin)}
                        {fact(say!(lang, unit.parent), unit.parent.as_ref().map(code_link))}
                        {fact(say!(lang, unit.valid_from), valid(unit.valid_from))}
                        {fact(say!(lang, unit.valid_to), valid(unit.valid_to))}
                        {text(say!(lang, unit.note), &unit.body.note)}
                    </dl>
                </section>
                <section class="section">
                    <h2>{say!(lang, affiliation.members)}</h2>
                    {affiliation::of_unit(lang, &unit.members)}
                </section>
                <section class="section" id="command">
                    <header><h2>{say!(lang, command.title)}</h2>{subordinate}</header>
                    <h3>{say!(lang, command.above)}</h3>
                    {command::links(lang, &unit.head.code, &unit.above, say!(lang, command.above), unit.head.may_edit)}
                    <h3>{say!(lang, command.below)}</h3>
                    {command::links(lang, &unit.head.code, &unit.below, say!(lang, command.below), false)}
                    {command::ways(lang, &unit)}
                </section>
                <section class="section" id="parts">
                    <h2>{say!(lang, unit.involved)}</h2>
                    {part_in(&ask, &unit.head.code, &unit.involved)}
                </section>
            </div>
            <aside class="aside" aria-label=say!(lang, common.aside)>
                {cases(lang, &unit.head.cases)}
                <section><h2>{say!(lang, common.history)}</h2>{parts::history(&ask, &unit.history)}{past::way(lang, &unit.head.code)}</section>
            </aside>
        </div>
    };
    let title = unit.head.code.to_string();
    Ok(parts::page(&ask, StatusCode::OK, Nav::Units, &title, view))
}

/// `GET /units/{code}/edit`
pub async fn edit(ask: Ask) -> domain::Result<Response> {
    let unit = ask.store().open_unit(ask.actor()?, &ask.code()?).await?;
    let form = editable(&unit)?;
    Ok(form_page(
        &ask,
        StatusCode::OK,
        Some(&unit.head),
        &form,
        Refused::default(),
    ))
}

/// `POST /units/{code}/edit`
pub async fn change(ask: Ask, posted: Pairs) -> domain::Result<Response> {
    let (actor, code) = (ask.actor()?, ask.code()?);
    let form = UnitForm::from_pairs(&posted);
    let version: i64 = posted.get("version").parse().unwrap_or(0);
    let why = posted.get("why");
    if let Some(hits) = picker::find(&ask, &posted, "parent", &[Kind::Unit]).await? {
        let unit = ask.store().open_unit(actor, &code).await?;
        editable(&unit)?;
        let head = Head { version, ..unit.head };
        return Ok(form_page(
            &ask,
            StatusCode::OK,
            Some(&head),
            &form,
            Refused {
                hits: Some(&hits),
                why: &why,
                ..Refused::default()
            },
        ));
    }
    let changed = match form.check() {
        Ok(draft) => {
            ask.store()
                .change_unit(actor, &code, (version, why.as_str()), &draft)
                .await
        }
        Err(problems) => Err(Error::Invalid(problems)),
    };
    let Some(unsaved) = Unsaved::of(changed, ask.store().open_unit(actor, &code)).await? else {
        return Ok(see_other(&code.path()));
    };
    let saved = editable(&unsaved.record)?;
    Ok(form_page(
        &ask,
        unsaved.status(),
        Some(&unsaved.head(&unsaved.record.head, version)),
        &form,
        Refused {
            problems: &unsaved.problems,
            why: &why,
            theirs: unsaved.theirs(&saved),
            hits: None,
        },
    ))
}

/// The form of a unit that this reader may change.
fn editable(unit: &UnitView) -> domain::Result<UnitForm> {
    if !unit.head.may_edit {
        return Err(Error::Forbidden);
    }
    let day = |day: Option<chrono::NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
    Ok(UnitForm {
        name_ar: unit.body.name_ar.to_string(),
        name_latin: unit.body.name_latin.to_string(),
        party_type: unit.party_type.clone(),
        parent: unit.parent.as_ref().map(ToString::to_string).unwrap_or_default(),
        valid_from: day(unit.valid_from),
        valid_to: day(unit.valid_to),
        note: unit.body.note.to_string(),
    })
}

fn label(lang: Language, field: &str) -> String {
    match field {
        "name_ar" => say!(lang, unit.name_ar),
        "name_latin" => say!(lang, unit.name_latin),
        "party_type" => say!(lang, unit.party_type),
        "parent" => say!(lang, unit.parent),
        "valid_from" => say!(lang, unit.valid_from),
        "valid_to" => say!(lang, unit.valid_to),
        "note" => say!(lang, unit.note),
        "case" => say!(lang, common.case),
        "why" => say!(lang, past.why_change),
        _ => String::new(),
    }
}

/// Why a form is shown again.
#[derive(Default)]
struct Refused<'a> {
    problems: &'a [Problem],
    /// Why it is changed, as typed.
    why: &'a str,
    /// What somebody else saved meanwhile.
    theirs: Option<&'a UnitForm>,
    /// Units found for the field of the unit above.
    hits: Option<&'a [Hit]>,
}

/// The form of a new unit, or of one that is changed (`head`).
fn form_page(ask: &Ask, status: StatusCode, head: Option<&Head>, typed: &UnitForm, refused: Refused<'_>) -> Response {
    let Refused {
        problems,
        why,
        theirs,
        hits,
    } = refused;
    let lang = ask.lang();
    let form = Form { lang, problems };
    let like = Input::default();
    let short = Input {
        class: "field--short",
        ..like
    };
    let heading = head.map_or_else(
        || say!(lang, unit.new),
        |head| format!("{} {}", say!(lang, unit.edit), head.code),
    );
    let cancel = head.map_or_else(
        || ask.case().map_or_else(|| "/units".to_owned(), |case| case.path()),
        |head| head.code.path(),
    );
    let conflict = theirs.zip(head).map(|(theirs, head)| {
        let pair = |field: &str, mine: &str, other: &str| (label(lang, field), mine.to_owned(), other.to_owned());
        parts::conflict(
            ask,
            head,
            vec![
                pair("name_ar", &typed.name_ar, &theirs.name_ar),
                pair("name_latin", &typed.name_latin, &theirs.name_latin),
                pair(
                    "party_type",
                    PARTY_TYPE.label(&typed.party_type, lang),
                    PARTY_TYPE.label(&theirs.party_type, lang),
                ),
                pair("parent", &typed.parent, &theirs.parent),
                pair("valid_from", &typed.valid_from, &theirs.valid_from),
                pair("valid_to", &typed.valid_to, &theirs.valid_to),
                pair("note", &typed.note, &theirs.note),
            ],
        )
    });
    let view = view! {
        <header class="head"><h1>{heading.clone()}</h1>{case_note(ask)}</header>
        {problems_summary(form, |field| label(lang, field))}
        {conflict}
        <form class="form" method="post">
            {enter_saves(lang)}
            {head.map(|head| parts::hidden("version", &head.version.to_string()))}
            <fieldset>
                <legend>{say!(lang, unit.names)}</legend>
                {input(form, "name_ar", label(lang, "name_ar"), &typed.name_ar, Input { help: &say!(lang, unit.name_help), ..like })}
                {input(form, "name_latin", label(lang, "name_latin"), &typed.name_latin, like)}
            </fieldset>
            <fieldset>
                <legend>{say!(lang, unit.place)}</legend>
                {choice(form, "party_type", label(lang, "party_type"), &typed.party_type, PARTY_TYPE, say!(lang, common.choose), true)}
                {found(ask, form, "parent", hits)}
                {picker(ask, form, "parent", label(lang, "parent"), &typed.parent, &[Kind::Unit], &say!(lang, unit.parent_help))}
                <div class="inline-fields">
                    {input(form, "valid_from", label(lang, "valid_from"), &typed.valid_from, Input { kind: "date", ..short })}
                    {input(form, "valid_to", label(lang, "valid_to"), &typed.valid_to, Input { kind: "date", ..short })}
                </div>
            </fieldset>
            {parts::area(form, "note", label(lang, "note"), &typed.note, "", false, 4)}
            {head.map(|_| why_field(form, why))}
            <div class="actions">
                <button class="button button--main">{say!(lang, common.save)}</button>
                <a class="button button--quiet" href=cancel>{say!(lang, common.cancel)}</a>
            </div>
        </form>
    };
    parts::page(ask, status, Nav::Units, &heading, view)
}
