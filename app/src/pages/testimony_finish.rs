//! Check and finish: what is still missing, then the reading back, then the filing.

use super::testimony::state_chip;
use super::testimony_edit::{label, odd, progress, step_path};
use super::testimony_paragraphs::numbers_of;
use crate::ask::{Ask, problems, see_other};
use crate::parts::{self, Nav, hidden, sentence};
use crate::say;
use axum::http::StatusCode;
use axum::response::Response;
use domain::form::Pairs;
use domain::testimony::{TestimonyStatus, step_of};
use domain::{Error, Problem};
use leptos::prelude::*;
use store::TestimonyView;

/// `GET /testimonies/{code}/finish`
pub async fn show(ask: Ask) -> domain::Result<Response> {
    let draft = ask.store().open_draft(ask.actor()?, &ask.code()?).await?;
    let missing = [&draft.wrong[..], &draft.missing[..]].concat();
    Ok(page(&ask, StatusCode::OK, &draft, &missing, false))
}

/// `POST /testimonies/{code}/finish`
pub async fn finish(ask: Ask, posted: Pairs) -> domain::Result<Response> {
    let (actor, code) = (ask.actor()?, ask.code()?);
    let version = posted.get("version").parse().unwrap_or(0);
    let (done, next) = match posted.get("do").as_str() {
        "file" => (ask.store().file_testimony(actor, &code, version).await, code.path()),
        _ => (
            ask.store().read_back(actor, &code, version).await,
            format!("{}/finish", code.path()),
        ),
    };
    let (problems, overtaken) = match done {
        Ok(()) => return Ok(see_other(&next)),
        Err(Error::Conflict) => (Vec::new(), true),
        Err(error) => (problems(error)?, false),
    };
    let status = if overtaken {
        StatusCode::CONFLICT
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let draft = ask.store().open_draft(actor, &code).await?;
    let problems = if overtaken {
        [&draft.wrong[..], &draft.missing[..]].concat()
    } else {
        problems
    };
    Ok(page(&ask, status, &draft, &problems, overtaken))
}

fn page(ask: &Ask, status: StatusCode, draft: &TestimonyView, problems: &[Problem], overtaken: bool) -> Response {
    let lang = ask.lang();
    let code = &draft.head.code;
    let is_read_back = draft.status == TestimonyStatus::ReadBack;
    let numbers = numbers_of(&draft.statement.paragraphs);
    let title = if is_read_back {
        say!(lang, step.finish_final)
    } else {
        say!(lang, step.finish)
    };
    let items: Vec<AnyView> = problems
        .iter()
        .map(|problem| {
            let step = step_of(&problem.field);
            let href = format!("{}#{}", step_path(code, step), problem.field);
            let name = label(lang, &numbers, &problem.field);
            view! { <li><a href=href>{name}</a>" – "{sentence(lang, &problem.kind)}</li> }.into_any()
        })
        .collect();
    let count = u32::try_from(items.len()).unwrap_or(u32::MAX);
    let complete = items.is_empty();
    let list = if complete {
        view! { <div class="notice" data-tone="accent"><p>{say!(lang, step.nothing_missing)}</p></div> }.into_any()
    } else {
        view! { <section class="section"><h2>{say!(lang, step.missing, count = count)}</h2><ul class="list">{items}</ul></section> }.into_any()
    };
    let overtaken = overtaken.then(|| {
        view! { <div class="problems" role="alert" tabindex="-1" autofocus=true><h2>{say!(lang, step.overtaken)}</h2></div> }
    });
    let (what, press, button) = if is_read_back {
        (say!(lang, step.file_what), "file", say!(lang, step.file_do))
    } else {
        (
            say!(lang, step.read_back_what),
            "read_back",
            say!(lang, step.read_back_do),
        )
    };
    let print = (is_read_back || complete).then(|| {
        let href = format!("{}/print?copy=read-back", code.path());
        view! { <a class="button" href=href>{say!(lang, step.print_read_back)}</a> }
    });
    let form = view! {
        <form class="form" method="post">
            {hidden("version", &draft.head.version.to_string())}
            <p class="measure">{what}</p>
            <div class="actions actions--still">
                <button class=if complete { "button button--main" } else { "button" } name="do" value=press>{button}</button>
                {print}
            </div>
        </form>
    };
    let view = view! {
        <header class="head">
            <p class="head-line"><bdi class="code">{code.to_string()}</bdi>" "{state_chip(lang, draft.status)}</p>
            <h1>{title.clone()}</h1>
            <div class="head-do"><a class="button button--quiet" href=code.path()>{say!(lang, step.read)}</a></div>
        </header>
        <div class="stepwise">
            {progress(lang, draft, None)}
            <div class="content stack">{overtaken}{list}{odd(lang, Some(code), &draft.statement.form())}{form}</div>
        </div>
    };
    parts::page(ask, status, Nav::Testimonies, &format!("{title} · {code}"), view)
}
