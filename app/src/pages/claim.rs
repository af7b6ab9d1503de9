//! Figures that others published: beside the committee's own count, never in it.

use super::source_list::list_link;
use crate::ask::{Ask, problems, see_other};
use crate::parts::fields::Input;
use crate::parts::{self, Form, Nav, area, choice, choices, comma, day, empty, enter_saves, input, problems_summary};
use crate::say;
use axum::http::StatusCode;
use axum::response::Response;
use domain::access::{self, Act};
use domain::claim::ClaimForm;
use domain::form::{FromPairs, Pairs};
use domain::vocabulary::{PARTY_TYPE, QUALIFIER};
use domain::{Error, Language, Problem};
use leptos::prelude::*;
use store::{ClaimView, ListView};

/// `GET /claims`
pub async fn list(ask: Ask) -> domain::Result<Response> {
    let (actor, lang) = (ask.actor()?, ask.lang());
    let claims = ask.store().claims(actor).await?;
    let lists = ask.store().source_lists(actor).await?;
    let may = access::RecordClaim::grounds(actor, &access::Facts::default()).is_ok();
    let new = may.then(|| view! { <a class="button button--main" href="/claims/new">{say!(lang, claim.new)}</a> });
    let list = if claims.is_empty() {
        let way = may.then(|| ("/claims/new".to_owned(), say!(lang, claim.new)));
        empty(say!(lang, claim.none), say!(lang, claim.none_why), way)
    } else {
        table(lang, &claims, &lists, may)
    };
    let view = view! {
        <header class="head"><h1>{say!(lang, claim.title)}</h1><p class="measure">{say!(lang, claim.what)}</p><div class="head-do"><a class="button" href="/lists">{say!(lang, list.all)}</a>" "{new}</div></header>
        {list}
    };
    Ok(parts::page(
        &ask,
        StatusCode::OK,
        Nav::Incidents,
        &say!(lang, claim.title),
        view,
    ))
}

fn table(lang: Language, claims: &[ClaimView], lists: &[ListView], may: bool) -> AnyView {
    let rows = claims
        .iter()
        .map(|claim| row(lang, claims, claim, lists, may))
        .collect_view();
    view! {
        <div class="table-wrap">
            <table class="table table--stack table--roomy">
                <caption class="visually-hidden">{say!(lang, claim.title)}</caption>
                <thead><tr>
                    <th scope="col">{say!(lang, claim.number)}</th>
                    <th scope="col" class="num">{say!(lang, claim.value)}</th>
                    <th scope="col">{say!(lang, claim.metric)}</th>
                    <th scope="col">{say!(lang, claim.source)}</th>
                    <th scope="col">{say!(lang, claim.parties)}</th>
                    <th scope="col">{say!(lang, claim.period)}</th>
                    <th scope="col">{say!(lang, claim.caveats)}</th>
                </tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn row(lang: Language, claims: &[ClaimView], claim: &ClaimView, lists: &[ListView], may: bool) -> AnyView {
    let number = claim.number;
    let lists = lists
        .iter()
        .filter(|list| list.claim == Some(number) && !list.ended)
        .map(|list| {
            let rows = say!(lang, list.count_rows, count = list.standing.rows.to_string());
            view! { <p>{list_link(lang, list)}" · "{rows}</p> }
        })
        .collect_view();
    let value = claim.value.map(|value| view! { <b>{value}</b>" " });
    let parent = claim
        .parent
        .map(|parent| view! { <p><a href=format!("#claim-{parent}")>{say!(lang, claim.part_of, number = parent.to_string())}</a></p> });
    let via = (!claim.body.via.is_blank())
        .then(|| view! { <p class="help" dir="auto">{say!(lang, claim.via)}": "{claim.body.via.to_string()}</p> });
    let victims = (!claim.body.victims.is_blank())
        .then(|| view! { <p class="help" dir="auto">{claim.body.victims.to_string()}</p> });
    let parties: Vec<&str> = claim
        .body
        .parties
        .iter()
        .map(|code| PARTY_TYPE.label(code, lang))
        .collect();
    let caveats = claim
        .body
        .caveats
        .lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| view! { <li dir="auto">{line.to_owned()}</li> })
        .collect_view();
    let end = may.then(|| view! { <a class="no-print" href=format!("/claims/end?number={number}")>{say!(lang, claim.end)}<span class="visually-hidden">{format!(" {number}")}</span></a> });
    view! {
        <tr id=format!("claim-{number}")>
            <th scope="row">{number}</th>
            <td class="num" data-label=say!(lang, claim.value)>{value}<p class="help">{QUALIFIER.label(&claim.qualifier, lang).to_owned()}</p>{sum(lang, claims, claim)}</td>
            <td data-label=say!(lang, claim.metric)><span dir="auto">{claim.body.metric.to_string()}</span>{victims}{parent}</td>
            <td data-label=say!(lang, claim.source)><span dir="auto">{claim.body.source.to_string()}</span>{via}{lists}</td>
            <td data-label=say!(lang, claim.parties)>{parties.join(comma(lang))}</td>
            <td data-label=say!(lang, claim.period)>{day(lang, claim.period_from)}" – "{day(lang, claim.period_to)}</td>
            <td data-label=say!(lang, claim.caveats)><ul class="plain-list">{caveats}</ul><p>{end}</p></td>
        </tr>
    }
    .into_any()
}

/// How a figure stands to its parts.
fn sum(lang: Language, claims: &[ClaimView], claim: &ClaimView) -> AnyView {
    let parts: Vec<String> = claim
        .parts
        .iter()
        .filter_map(|number| claims.iter().find(|other| other.number == *number)?.value)
        .map(|value| value.to_string())
        .collect();
    let value = claim.value.map(|value| value.to_string()).unwrap_or_default();
    let parts = parts.join(" + ");
    match claim.adds_up {
        None => ().into_any(),
        Some(true) => view! { <p class="help sum"><bdi dir="ltr">{say!(lang, claim.adds_up, value = value, parts = parts)}</bdi></p> }.into_any(),
        Some(false) => view! { <span class="chip" data-tone="amber">{say!(lang, claim.not_adds_up, value = value, parts = parts)}</span> }.into_any(),
    }
}

/// `GET /claims/new`
pub async fn new(ask: Ask) -> domain::Result<Response> {
    may_record(&ask)?;
    form_page(&ask, StatusCode::OK, &ClaimForm::default(), &[]).await
}

fn may_record(ask: &Ask) -> domain::Result<()> {
    access::RecordClaim::grounds(ask.actor()?, &access::Facts::default())
        .map(drop)
        .map_err(|_| Error::Forbidden)
}

/// `POST /claims/new`
pub async fn create(ask: Ask, posted: Pairs) -> domain::Result<Response> {
    may_record(&ask)?;
    let form = ClaimForm::from_pairs(&posted);
    let made = match form.check() {
        Ok(draft) => ask.store().record_claim(ask.actor()?, &draft).await,
        Err(problems) => Err(Error::Invalid(problems)),
    };
    match made {
        Ok(number) => Ok(see_other(&format!("/claims#claim-{number}"))),
        Err(error) => form_page(&ask, StatusCode::UNPROCESSABLE_ENTITY, &form, &problems(error)?).await,
    }
}

fn label(lang: Language, field: &str) -> String {
    match field {
        "source" => say!(lang, claim.source),
        "via" => say!(lang, claim.via),
        "metric" => say!(lang, claim.metric),
        "victims" => say!(lang, claim.victims),
        "value" => say!(lang, claim.value),
        "qualifier" => say!(lang, claim.qualifier),
        "period_from" => say!(lang, claim.period_from),
        "period_to" => say!(lang, claim.period_to),
        "parties" => say!(lang, claim.parties),
        "parent" => say!(lang, claim.parent),
        "caveats" => say!(lang, claim.caveats),
        _ => String::new(),
    }
}

async fn form_page(ask: &Ask, status: StatusCode, typed: &ClaimForm, problems: &[Problem]) -> domain::Result<Response> {
    let lang = ask.lang();
    let claims = ask.store().claims(ask.actor()?).await?;
    let form = Form { lang, problems };
    let parents = claims
        .iter()
        .map(|claim| {
            let value = claim.value.map(|value| value.to_string()).unwrap_or_default();
            (
                claim.number.to_string(),
                format!(
                    "{} · {value} {} · {}",
                    claim.number,
                    claim.body.metric.as_str(),
                    claim.body.source.as_str()
                ),
            )
        })
        .collect();
    let parties = PARTY_TYPE
        .terms()
        .map(|party| {
            let checked = typed.parties.iter().any(|code| code == party.code);
            view! { <label><input type="checkbox" name="parties" value=party.code checked=checked/> {party.label(lang)}</label> }
        })
        .collect_view();
    let date = Input {
        kind: "date",
        class: "field--short",
        required: true,
        ..Input::default()
    };
    let like = Input::default();
    let view = view! {
        <header class="head"><h1>{say!(lang, claim.new)}</h1></header>
        {problems_summary(form, |field| label(lang, field))}
        <form class="form" method="post">
            {enter_saves(lang)}
            {input(form, "source", label(lang, "source"), &typed.source, Input { required: true, help: &say!(lang, claim.source_help), ..like })}
            {input(form, "via", label(lang, "via"), &typed.via, like)}
            {input(form, "metric", label(lang, "metric"), &typed.metric, Input { required: true, help: &say!(lang, claim.metric_help), ..like })}
            {input(form, "victims", label(lang, "victims"), &typed.victims, like)}
            <div class="inline-fields">
                {input(form, "value", label(lang, "value"), &typed.value, Input { class: "field--short", max: 12, help: &say!(lang, claim.value_help), ..like })}
                {choice(form, "qualifier", label(lang, "qualifier"), &typed.qualifier, QUALIFIER, say!(lang, common.choose), true)}
            </div>
            <div class="inline-fields">
                {input(form, "period_from", label(lang, "period_from"), &typed.period_from, date)}
                {input(form, "period_to", label(lang, "period_to"), &typed.period_to, date)}
            </div>
            <fieldset class="options" id="parties"><legend>{label(lang, "parties")}</legend>{parties}</fieldset>
            {choices(form, "parent", label(lang, "parent"), &typed.parent, parents, say!(lang, claim.parent_none), false, "")}
            {area(form, "caveats", label(lang, "caveats"), &typed.caveats, &say!(lang, claim.caveats_help), false, 4)}
            <div class="actions">
                <button class="button button--main">{say!(lang, claim.save)}</button>
                <a class="button button--quiet" href="/claims">{say!(lang, common.cancel)}</a>
            </div>
        </form>
    };
    Ok(parts::page(ask, status, Nav::Incidents, &say!(lang, claim.new), view))
}

/// `GET /claims/end?number=…`: asks before a figure is ended.
pub async fn ask_end(ask: Ask) -> domain::Result<Response> {
    may_record(&ask)?;
    let claims = ask.store().claims(ask.actor()?).await?;
    let number: u32 = ask.from_query("number").ok_or(Error::NotFound)?;
    let claim = claims
        .iter()
        .find(|claim| claim.number == number)
        .ok_or(Error::NotFound)?;
    let lang = ask.lang();
    let go = if claim.parts.is_empty() {
        view! {
            <form class="form" method="post">
                {parts::hidden("number", &number.to_string())}
                <div class="actions actions--still"><button class="button button--danger">{say!(lang, claim.end)}</button><a class="button button--quiet" href="/claims">{say!(lang, common.cancel)}</a></div>
            </form>
        }
        .into_any()
    } else {
        view! { <p class="notice" data-tone="amber">{say!(lang, claim.end_parts)}</p><p><a class="button" href="/claims">{say!(lang, common.cancel)}</a></p> }.into_any()
    };
    let value = claim.value.map(|value| value.to_string()).unwrap_or_default();
    let view = view! {
        <section class="confirm">
            <h1>{say!(lang, claim.end_title)}</h1>
            <p>{say!(lang, claim.end_what)}</p>
            <p dir="auto">{format!("{value} {} · {}", claim.body.metric.as_str(), claim.body.source.as_str())}</p>
            {go}
        </section>
    };
    Ok(parts::page(
        &ask,
        StatusCode::OK,
        Nav::Incidents,
        &say!(lang, claim.end_title),
        view,
    ))
}

/// `POST /claims/end`
pub async fn end(ask: Ask, posted: Pairs) -> domain::Result<Response> {
    may_record(&ask)?;
    let number = posted.get("number").parse().map_err(|_| Error::NotFound)?;
    ask.store().end_claim(ask.actor()?, number).await?;
    Ok(see_other("/claims"))
}
