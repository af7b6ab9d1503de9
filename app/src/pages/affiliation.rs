//! With whom a person was: shown on either side, recorded, and ended.

use super::involve::{OtherSource, citations};
use crate::ask::{Ask, problems, see_other};
use crate::parts::fields::Input;
use crate::parts::{
    self, Form, Nav, area, choice, choices, cite, code_link, day, enter_saves, found, input, picker, problems_summary,
    protected_name,
};
use crate::say;
use axum::http::StatusCode;
use axum::response::Response;
use domain::affiliation::AffiliationForm;
use domain::command::Span;
use domain::form::{FromPairs, Pairs};
use domain::vocabulary::{AFFILIATION_ROLE, ATTRIBUTION, PARTY_TYPE};
use domain::{Code, Error, Kind, Language, Problem};
use leptos::prelude::*;
use store::{AffiliationView, CitationView, Hit};

/// From when to when, in words.
pub(super) fn time(lang: Language, when: Span) -> String {
    match (when.from, when.to) {
        (Some(from), Some(to)) if from == to => day(lang, from),
        (Some(from), Some(to)) => say!(lang, affiliation.from_to, from = day(lang, from), to = day(lang, to)),
        (Some(from), None) => say!(lang, affiliation.from, day = day(lang, from)),
        (None, Some(to)) => say!(lang, affiliation.until, day = day(lang, to)),
        (None, None) => say!(lang, affiliation.undated),
    }
}

/// How sure, as a code and in words.
pub(super) fn sure(lang: Language, confidence: &str) -> AnyView {
    view! { <span class="chip">{confidence.to_owned()}</span>" "{ATTRIBUTION.label(confidence, lang).to_owned()} }
        .into_any()
}

/// What something rests on, as a list.
pub(super) fn rests_on(citations: &[CitationView]) -> AnyView {
    let sources = citations
        .iter()
        .map(|citation| view! { <li>{cite(&citation.source, &citation.paragraphs)}</li> })
        .collect_view();
    view! { <ul class="plain-list">{sources}</ul> }.into_any()
}

/// A note, and the way to end what it stands with.
pub(super) fn note_and_end(lang: Language, note: &str, end: Option<String>, what: &str) -> AnyView {
    let note = (!note.trim().is_empty()).then(|| view! { <p dir="auto">{note.to_owned()}</p> });
    let end = end.map(|href| {
        view! { <p class="no-print"><a href=href>{say!(lang, involve.end)}<span class="visually-hidden">" "{what.to_owned()}</span></a></p> }
    });
    view! { {note}{end} }.into_any()
}

/// The units and parties with which a person was.
pub(super) fn of_person(lang: Language, person: &Code, all: &[AffiliationView], may_end: bool) -> AnyView {
    if all.is_empty() {
        return view! { <p class="muted">{say!(lang, affiliation.none)}</p> }.into_any();
    }
    let end = |one: &AffiliationView| may_end.then(|| format!("{}/end-link?link={}", person.path(), one.id));
    let rows = all
        .iter()
        .map(|one| row(lang, one, say!(lang, affiliation.unit), end(one)))
        .collect();
    table(lang, say!(lang, affiliation.title), say!(lang, affiliation.unit), rows)
}

/// The persons in a unit.
pub(super) fn of_unit(lang: Language, all: &[AffiliationView]) -> AnyView {
    if all.is_empty() {
        return view! { <p class="muted">{say!(lang, affiliation.no_members)}</p> }.into_any();
    }
    let rows = all
        .iter()
        .map(|one| row(lang, one, say!(lang, affiliation.person), None))
        .collect();
    table(
        lang,
        say!(lang, affiliation.members),
        say!(lang, affiliation.person),
        rows,
    )
}

/// With whom: a record, or a party where no unit is known.
fn with(lang: Language, one: &AffiliationView) -> AnyView {
    match (&one.other, &one.party_type) {
        (Some(code), _) => {
            view! { {code_link(code)}" "<span dir="auto">{protected_name(lang, one.title.as_ref())}</span> }.into_any()
        }
        (None, Some(party)) => PARTY_TYPE.label(party, lang).to_owned().into_any(),
        (None, None) => ().into_any(),
    }
}

fn row(lang: Language, one: &AffiliationView, other: String, end: Option<String>) -> AnyView {
    let what = one
        .other
        .as_ref()
        .map(ToString::to_string)
        .or_else(|| Some(PARTY_TYPE.label(one.party_type.as_deref()?, lang).to_owned()))
        .unwrap_or_default();
    view! {
        <tr>
            <th scope="row" data-label=other>{with(lang, one)}</th>
            <td data-label=say!(lang, affiliation.role)>{AFFILIATION_ROLE.label(&one.role, lang).to_owned()}</td>
            <td data-label=say!(lang, affiliation.time)>{time(lang, one.when)}</td>
            <td data-label=say!(lang, involve.confidence)>{sure(lang, &one.confidence)}</td>
            <td data-label=say!(lang, involve.rests_on)>{rests_on(&one.citations)}</td>
            <td data-label=say!(lang, involve.note)>{note_and_end(lang, &one.note, end, &what)}</td>
        </tr>
    }
    .into_any()
}

fn table(lang: Language, caption: String, other: String, rows: Vec<AnyView>) -> AnyView {
    view! {
        <div class="table-wrap">
            <table class="table table--stack table--roomy">
                <caption class="visually-hidden">{caption}</caption>
                <thead>
                    <tr>
                        <th scope="col">{other}</th>
                        <th scope="col">{say!(lang, affiliation.role)}</th>
                        <th scope="col">{say!(lang, affiliation.time)}</th>
                        <th scope="col">{say!(lang, involve.confidence)}</th>
                        <th scope="col">{say!(lang, involve.rests_on)}</th>
                        <th scope="col">{say!(lang, involve.note)}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

/// From and until, as a form has them.
pub(super) fn days(form: Form<'_>, from: &str, to: &str) -> AnyView {
    let lang = form.lang;
    let like = Input {
        kind: "date",
        class: "field--short",
        ..Input::default()
    };
    view! {
        <fieldset>
            <legend>{say!(lang, affiliation.when)}</legend>
            <p class="help">{say!(lang, affiliation.day_help)}</p>
            <div class="inline-fields">
                {input(form, "from_day", label(lang, "from_day"), from, like)}
                {input(form, "to_day", label(lang, "to_day"), to, like)}
            </div>
        </fieldset>
    }
    .into_any()
}

/// How sure, as a form has it.
pub(super) fn confidence(form: Form<'_>, typed: &str) -> AnyView {
    let lang = form.lang;
    let options = ATTRIBUTION
        .terms()
        .map(|term| (term.code.to_owned(), format!("{} – {}", term.code, term.label(lang))))
        .collect();
    choices(
        form,
        "confidence",
        label(lang, "confidence"),
        typed,
        options,
        say!(lang, common.choose),
        true,
        &say!(lang, involve.confidence_help),
    )
}

/// Names of the fields that every link has.
pub(super) fn label(lang: Language, name: &str) -> String {
    match name {
        "unit" => say!(lang, affiliation.unit),
        "party_type" => say!(lang, affiliation.party_type),
        "role" => say!(lang, affiliation.role),
        "from_day" => say!(lang, affiliation.from_day),
        "to_day" => say!(lang, affiliation.to_day),
        "confidence" => say!(lang, involve.confidence),
        "note" => say!(lang, involve.note),
        "citations" => say!(lang, involve.rests_on),
        "cite_other" => say!(lang, involve.other_source),
        "cite_other_paragraphs" => say!(lang, involve.paragraphs),
        _ => name.strip_prefix("cite.").unwrap_or_default().to_owned(),
    }
}

/// What was typed.
#[derive(Default)]
struct Typed {
    form: AffiliationForm,
    source: OtherSource,
}

/// `GET /persons/{code}/affiliate`
pub async fn new(ask: Ask) -> domain::Result<Response> {
    let code = ask.code()?;
    form_page(&ask, StatusCode::OK, &code, &Typed::default(), &[], None).await
}

/// `POST /persons/{code}/affiliate`
pub async fn create(ask: Ask, posted: Pairs) -> domain::Result<Response> {
    let (actor, code) = (ask.actor()?, ask.code()?);
    let typed = Typed {
        form: AffiliationForm::from_pairs(&posted),
        source: OtherSource::of(&posted),
    };
    if let Some(hits) = picker::find(&ask, &posted, "unit", &[Kind::Unit]).await? {
        return form_page(&ask, StatusCode::OK, &code, &typed, &[], Some(&hits)).await;
    }
    let whole = AffiliationForm {
        citations: typed.source.whole(&typed.form.citations),
        ..typed.form.clone()
    };
    let made = match whole.check(ask.store().today()) {
        Ok(affiliation) => ask.store().affiliate(actor, &code, &affiliation).await,
        Err(problems) => Err(Error::Invalid(problems)),
    };
    match made {
        Ok(()) => Ok(see_other(&format!("{}#affiliations", code.path()))),
        Err(error) => {
            let problems = typed.source.place(&typed.form.citations, problems(error)?);
            form_page(&ask, StatusCode::UNPROCESSABLE_ENTITY, &code, &typed, &problems, None).await
        }
    }
}

async fn form_page(
    ask: &Ask,
    status: StatusCode,
    person: &Code,
    typed: &Typed,
    problems: &[Problem],
    hits: Option<&[Hit]>,
) -> domain::Result<Response> {
    if person.kind() != Kind::Person {
        return Err(Error::NotFound);
    }
    let sources = ask.store().citable(ask.actor()?, person).await?;
    let lang = ask.lang();
    let form = Form { lang, problems };
    let title = say!(lang, affiliation.new_of, code = person.to_string());
    let view = view! {
        <header class="head"><p class="head-line">{code_link(person)}</p><h1>{title.clone()}</h1></header>
        {problems_summary(form, |field| label(lang, field))}
        <form class="form" method="post">
            {enter_saves(lang)}
            <fieldset>
                <legend>{say!(lang, affiliation.with)}</legend>
                {found(ask, form, "unit", hits)}
                {picker(ask, form, "unit", label(lang, "unit"), &typed.form.unit, &[Kind::Unit], &say!(lang, affiliation.unit_help))}
                {choices(form, "party_type", label(lang, "party_type"), &typed.form.party_type, parties(lang), say!(lang, affiliation.no_party), false, &say!(lang, affiliation.party_help))}
                {choice(form, "role", label(lang, "role"), &typed.form.role, AFFILIATION_ROLE, say!(lang, common.choose), true)}
                {confidence(form, &typed.form.confidence)}
            </fieldset>
            {days(form, &typed.form.from_day, &typed.form.to_day)}
            {citations(form, &typed.form.citations, Some(typed.source.shown()), &sources)}
            {area(form, "note", label(lang, "note"), &typed.form.note, "", false, 3)}
            <div class="actions">
                <button class="button button--main">{say!(lang, affiliation.save)}</button>
                <a class="button button--quiet" href=person.path()>{say!(lang, common.cancel)}</a>
            </div>
        </form>
    };
    Ok(parts::page(ask, status, Nav::Persons, &title, view))
}

fn parties(lang: Language) -> Vec<(String, String)> {
    let terms = PARTY_TYPE.terms();
    terms
        .map(|term| (term.code.to_owned(), term.label(lang).to_owned()))
        .collect()
}

/// A page that asks before a link is ended.
pub(super) fn ask_page(
    ask: &Ask,
    nav: Nav,
    code: &Code,
    title: String,
    facts: Vec<(String, AnyView)>,
    link: &str,
) -> Response {
    let lang = ask.lang();
    let facts = facts
        .into_iter()
        .map(|(name, value)| view! { <div><dt>{name}</dt><dd>{value}</dd></div> })
        .collect_view();
    let view = view! {
        <section class="confirm">
            <h1>{title.clone()}</h1>
            <p>{say!(lang, involve.end_what)}</p>
            <dl class="dl">{facts}</dl>
            <form class="form" method="post">
                {parts::hidden("link", link)}
                <div class="actions actions--still">
                    <button class="button button--danger">{say!(lang, involve.end)}</button>
                    <a class="button button--quiet" href=code.path()>{say!(lang, common.cancel)}</a>
                </div>
            </form>
        </section>
    };
    let title = format!("{title} – {code}");
    parts::page(ask, StatusCode::OK, nav, &title, view)
}

/// `GET /persons/{code}/end-link?link=…`: asks before an affiliation is ended.
pub async fn ask_end(ask: Ask) -> domain::Result<Response> {
    let person = ask.store().open_person(ask.actor()?, &ask.code()?).await?;
    if !person.head.may_edit {
        return Err(Error::Forbidden);
    }
    let link = ask.query.get("link");
    let found = person.affiliations.iter().find(|one| one.id.to_string() == link);
    let one = found.ok_or(Error::NotFound)?;
    let (lang, code) = (ask.lang(), &person.head.code);
    let facts = vec![
        (say!(lang, affiliation.person), code_link(code)),
        (say!(lang, affiliation.unit), with(lang, one)),
        (
            say!(lang, affiliation.role),
            AFFILIATION_ROLE.label(&one.role, lang).to_owned().into_any(),
        ),
        (say!(lang, affiliation.time), time(lang, one.when).into_any()),
        (say!(lang, involve.confidence), sure(lang, &one.confidence)),
    ];
    Ok(ask_page(
        &ask,
        Nav::Persons,
        code,
        say!(lang, affiliation.end_title),
        facts,
        &link,
    ))
}

/// `POST /persons/{code}/end-link`
pub async fn end(ask: Ask, posted: Pairs) -> domain::Result<Response> {
    let code = ask.code()?;
    let link = posted.get("link").parse().map_err(|_| Error::NotFound)?;
    ask.store().end_affiliation(ask.actor()?, &code, link).await?;
    Ok(see_other(&format!("{}#affiliations", code.path())))
}
