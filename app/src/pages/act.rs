//! Acts of an incident: shown on its page, made, and ended.

use super::incident::when_fields_of;
use super::involve::citations;
use crate::ask::{Ask, problems, see_other};
use crate::parts::fields::Input;
use crate::parts::{self, Form, Nav, area, choices, cite, code_link, enter_saves, input, problems_summary, time_of};
use crate::say;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::FixedOffset;
use domain::act::{ActForm, Around};
use domain::form::{FromPairs, Pairs};
use domain::incident::may_apply;
use domain::vocabulary::VIOLATION;
use domain::{Code, Error, Language, Problem, Roles};
use leptos::prelude::*;
use store::{ActView, IncidentView, Source};

/// The acts of an incident; with the ways to go on for who may.
pub(super) fn acts(lang: Language, offset: FixedOffset, incident: &Code, acts: &[ActView], may_edit: bool) -> AnyView {
    if acts.is_empty() {
        return view! { <p class="muted">{say!(lang, acts.none)}</p> }.into_any();
    }
    let items = acts
        .iter()
        .map(|act| item(lang, offset, incident, act, may_edit))
        .collect_view();
    view! { <ol class="acts">{items}</ol> }.into_any()
}

fn item(lang: Language, offset: FixedOffset, incident: &Code, act: &ActView, may_edit: bool) -> AnyView {
    let number = act.number;
    let when = act.starts_at.map(|at| {
        let to = act
            .ends_at
            .filter(|end| *end != at)
            .map(|end| view! { " – "{time_of(lang, end, offset)} });
        view! { <p>{time_of(lang, at, offset)}{to}</p> }
    });
    let victims = victims(lang, act).map(|text| view! { <p>{say!(lang, acts.victims_count, count = text)}</p> });
    let note = (!act.note.is_blank()).then(|| view! { <p dir="auto">{act.note.to_string()}</p> });
    let sources = act
        .citations
        .iter()
        .map(|citation| view! { {cite(&citation.source, &citation.paragraphs)}" " })
        .collect_view();
    let path = incident.path();
    let ways = may_edit.then(|| {
        view! {
            <p class="row no-print">
                <a href=format!("{path}/involve?act={number}")>{say!(lang, acts.add_part)}</a>
                " "
                <a href=format!("{path}/roster?act={number}")>{say!(lang, acts.add_list)}</a>
                " "
                <a href=format!("{path}/end-act?act={number}")>{say!(lang, acts.end)}<span class="visually-hidden">" "{number}</span></a>
            </p>
        }
    });
    view! {
        <li id=format!("act-{number}") value=number.to_string()>
            <p class="act-name">{name(lang, &act.violation)}</p>
            {when}
            {victims}
            {note}
            <p>{sources}</p>
            {ways}
        </li>
    }
    .into_any()
}

/// What was done, in words and as a code.
pub(super) fn name(lang: Language, violation: &str) -> AnyView {
    view! { <b>{VIOLATION.label(violation, lang).to_owned()}</b>" "<bdi class="code muted">{violation.to_owned()}</bdi> }.into_any()
}

fn victims(lang: Language, act: &ActView) -> Option<String> {
    match (act.least, act.most) {
        (None, None) => None,
        (Some(least), Some(most)) if least == most => Some(least.to_string()),
        (Some(least), Some(most)) => Some(say!(
            lang,
            acts.from_to,
            least = least.to_string(),
            most = most.to_string()
        )),
        (Some(least), None) => Some(say!(lang, acts.at_least, count = least.to_string())),
        (None, Some(most)) => Some(say!(lang, acts.at_most, count = most.to_string())),
    }
}

/// The acts of an incident to choose from: number and name.
pub(super) fn options(lang: Language, acts: &[ActView]) -> Vec<(String, String)> {
    let label = |act: &ActView| format!("{} · {}", act.number, VIOLATION.label(&act.violation, lang));
    acts.iter().map(|act| (act.number.to_string(), label(act))).collect()
}

/// Kinds of acts that these roles may apply, each with its group.
pub(super) fn violations(lang: Language, roles: Roles) -> Vec<(String, String)> {
    let open = VIOLATION
        .iter()
        .filter(|act| !act.is_heading() && may_apply(roles, act));
    open.map(|act| {
        let group = act.parent.map_or("", |parent| VIOLATION.label(parent, lang));
        (act.code.to_owned(), format!("{group}: {}", act.label(lang)))
    })
    .collect()
}

/// `GET /incidents/{code}/acts/new`
pub async fn new(ask: Ask) -> domain::Result<Response> {
    let (actor, code) = (ask.actor()?, ask.code()?);
    let incident = ask.store().open_incident(actor, &code).await?;
    let sources = ask.store().citable(actor, &code).await?;
    form_page(&ask, StatusCode::OK, &incident, &ActForm::default(), &sources, &[])
}

/// `POST /incidents/{code}/acts/new`
pub async fn create(ask: Ask, posted: Pairs) -> domain::Result<Response> {
    let (actor, code) = (ask.actor()?, ask.code()?);
    let form = ActForm::from_pairs(&posted);
    let incident = ask.store().open_incident(actor, &code).await?;
    let around = Around {
        now: ask.store().business_now(),
        offset: ask.store().offset(),
        roles: actor.roles,
        starts_at: incident.starts_at,
        ends_at: incident.ends_at,
    };
    let made = match form.check(&around) {
        Ok(draft) => ask.store().add_act(actor, &code, &draft).await,
        Err(problems) => Err(Error::Invalid(problems)),
    };
    match made {
        Ok(number) => Ok(see_other(&format!("{}#act-{number}", code.path()))),
        Err(error) => {
            let problems = problems(error)?;
            let sources = ask.store().citable(actor, &code).await?;
            form_page(
                &ask,
                StatusCode::UNPROCESSABLE_ENTITY,
                &incident,
                &form,
                &sources,
                &problems,
            )
        }
    }
}

fn label(lang: Language, field: &str) -> String {
    match field {
        "violation" => say!(lang, acts.violation),
        "start_date" => say!(lang, incident.start_date),
        "start_time" => say!(lang, incident.start_time),
        "end_date" => say!(lang, incident.end_date),
        "end_time" => say!(lang, incident.end_time),
        "least" => say!(lang, acts.least),
        "most" => say!(lang, acts.most),
        "note" => say!(lang, acts.note),
        _ => field.strip_prefix("cite.").unwrap_or_default().to_owned(),
    }
}

fn form_page(
    ask: &Ask,
    status: StatusCode,
    incident: &IncidentView,
    typed: &ActForm,
    sources: &[Source],
    problems: &[Problem],
) -> domain::Result<Response> {
    if !incident.head.may_edit {
        return Err(Error::Forbidden);
    }
    let (lang, roles, code) = (ask.lang(), ask.actor()?.roles, &incident.head.code);
    let form = Form { lang, problems };
    let number = Input {
        class: "field--short",
        max: 7,
        ..Input::default()
    };
    let title = format!("{} – {code}", say!(lang, acts.new_long));
    let view = view! {
        <header class="head"><p class="head-line">{code_link(code)}" "<bdi>{incident.head.title_typed()}</bdi></p><h1>{say!(lang, acts.new_long)}</h1></header>
        {problems_summary(form, |field| label(lang, field))}
        <form class="form" method="post">
            {enter_saves(lang)}
            {choices(form, "violation", label(lang, "violation"), &typed.violation, violations(lang, roles), say!(lang, common.choose), true, &say!(lang, acts.violation_help))}
            <fieldset>
                <legend>{say!(lang, acts.when)}</legend>
                {when_fields_of(form, [&typed.start_date, &typed.start_time, &typed.end_date, &typed.end_time])}
            </fieldset>
            <fieldset>
                <legend>{say!(lang, acts.victims)}</legend>
                <div class="inline-fields">
                    {input(form, "least", label(lang, "least"), &typed.least, number)}
                    {input(form, "most", label(lang, "most"), &typed.most, number)}
                </div>
            </fieldset>
            {citations(form, &typed.citations, None, sources)}
            {area(form, "note", label(lang, "note"), &typed.note, "", false, 3)}
            <div class="actions">
                <button class="button button--main">{say!(lang, acts.save)}</button>
                <a class="button button--quiet" href=code.path()>{say!(lang, common.cancel)}</a>
            </div>
        </form>
    };
    Ok(parts::page(ask, status, Nav::Incidents, &title, view))
}

/// `GET /incidents/{code}/end-act?act=…`: asks before an act is ended.
pub async fn ask_end(ask: Ask) -> domain::Result<Response> {
    let incident = ask.store().open_incident(ask.actor()?, &ask.code()?).await?;
    if !incident.head.may_edit {
        return Err(Error::Forbidden);
    }
    let number: u32 = ask.from_query("act").ok_or(Error::NotFound)?;
    let act = incident
        .acts
        .iter()
        .find(|act| act.number == number)
        .ok_or(Error::NotFound)?;
    let (lang, code) = (ask.lang(), &incident.head.code);
    let parts_in = incident.involved.iter().any(|part| part.act == Some(number));
    let go = if parts_in {
        view! { <p class="notice" data-tone="amber">{say!(lang, acts.end_parts)}</p><p><a class="button" href=code.path()>{say!(lang, common.cancel)}</a></p> }
            .into_any()
    } else {
        view! {
            <form class="form" method="post">
                {parts::hidden("act", &number.to_string())}
                <div class="actions actions--still">
                    <button class="button button--danger">{say!(lang, acts.end)}</button>
                    <a class="button button--quiet" href=code.path()>{say!(lang, common.cancel)}</a>
                </div>
            </form>
        }
        .into_any()
    };
    let view = view! {
        <section class="confirm">
            <h1>{say!(lang, acts.end_title)}</h1>
            <p>{say!(lang, acts.end_what)}</p>
            <dl class="dl">
                <div><dt>{say!(lang, involve.incident)}</dt><dd>{code_link(code)}</dd></div>
                <div><dt>{say!(lang, acts.number, number = number.to_string())}</dt><dd>{name(lang, &act.violation)}</dd></div>
            </dl>
            {go}
        </section>
    };
    let title = format!("{} – {code}", say!(lang, acts.end_title));
    Ok(parts::page(&ask, StatusCode::OK, Nav::Incidents, &title, view))
}

/// `POST /incidents/{code}/end-act`
pub async fn end(ask: Ask, posted: Pairs) -> domain::Result<Response> {
    let code = ask.code()?;
    let number = posted.get("act").parse().map_err(|_| Error::NotFound)?;
    ask.store().end_act(ask.actor()?, &code, number).await?;
    Ok(see_other(&format!("{}#acts", code.path())))
}
