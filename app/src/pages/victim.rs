//! What a victim was: by each source, and as the committee concludes with a reason.

use crate::ask::{Ask, problems, see_other};
use crate::parts::fields::Input;
use crate::parts::{self, Form, Nav, area, choice, code_link, date_time, enter_saves, input, problems_summary};
use crate::say;
use axum::http::StatusCode;
use axum::response::Response;
use domain::form::{Check, Pairs};
use domain::vocabulary::VICTIM_STATUS;
use domain::{Code, Error, Language, Problem, ProblemKind};
use leptos::prelude::*;
use store::StatusView;

/// `GET /persons/{code}/status`
pub async fn show(ask: Ask) -> domain::Result<Response> {
    page(&ask, StatusCode::OK, &Pairs::default(), &[]).await
}

/// `POST /persons/{code}/status`
pub async fn say_status(ask: Ask, posted: Pairs) -> domain::Result<Response> {
    let (actor, code) = (ask.actor()?, ask.code()?);
    let mut check = Check::new();
    let status = check.choice("status", &posted.get("status"), |code| VICTIM_STATUS.has(code));
    let reason = check.reason("reason", &posted.get("reason"));
    let typed = posted.get("source");
    let source = typed.parse::<Code>().ok();
    if source.is_none() && !typed.trim().is_empty() {
        check.problem("source", ProblemKind::NoSuchRecord);
    }
    let done = match check.finish(()) {
        Ok(()) => {
            ask.store()
                .say_victim_status(actor, &code, &status, source.as_ref(), &reason)
                .await
        }
        Err(problems) => Err(Error::Invalid(problems)),
    };
    match done {
        Ok(()) => Ok(see_other(&format!("{}/status", code.path()))),
        Err(error) => page(&ask, StatusCode::UNPROCESSABLE_ENTITY, &posted, &problems(error)?).await,
    }
}

fn label(lang: Language, field: &str) -> String {
    match field {
        "status" => say!(lang, victim.status),
        "source" => say!(lang, victim.source),
        "reason" => say!(lang, victim.reason),
        _ => String::new(),
    }
}

async fn page(ask: &Ask, status: StatusCode, typed: &Pairs, problems: &[Problem]) -> domain::Result<Response> {
    let (code, lang, actor) = (ask.code()?, ask.lang(), ask.actor()?);
    let said = ask.store().victim_statuses(actor, &code).await?;
    let may_edit = ask.store().open_person(actor, &code).await?.head.may_edit;
    if !problems.is_empty() && !may_edit {
        return Err(Error::Forbidden);
    }
    let form = Form { lang, problems };
    let part = |title: String, which: &dyn Fn(&StatusView) -> bool| {
        let items: Vec<_> = said.iter().filter(|one| which(one)).map(|one| item(ask, one)).collect();
        (!items.is_empty()).then(|| view! { <section class="section"><h2>{title}</h2>{items}</section> })
    };
    let none = said
        .is_empty()
        .then(|| view! { <p class="muted">{say!(lang, victim.none)}</p> });
    let fields = may_edit.then(|| {
        view! {
            <form class="form" method="post">
                {enter_saves(lang)}
                {choice(form, "status", label(lang, "status"), &typed.get("status"), VICTIM_STATUS, say!(lang, common.choose), true)}
                {input(form, "source", label(lang, "source"), &typed.get("source"), Input { class: "field--short", max: 40, help: &say!(lang, victim.source_help), ..Input::default() })}
                {area(form, "reason", label(lang, "reason"), &typed.get("reason"), &say!(lang, victim.reason_help), true, 3)}
                <div class="actions">
                    <button class="button button--main">{say!(lang, victim.save)}</button>
                    <a class="button button--quiet" href=code.path()>{say!(lang, common.cancel)}</a>
                </div>
            </form>
        }
    });
    let view = view! {
        <header class="head"><p class="head-line">{code_link(&code)}</p><h1>{say!(lang, victim.title)}</h1><p class="measure">{say!(lang, victim.what)}</p></header>
        {problems_summary(form, |field| label(lang, field))}
        {none}
        {part(say!(lang, victim.concluded), &|one| one.source.is_none() && !one.ended)}
        {part(say!(lang, victim.by_sources), &|one| one.source.is_some() && !one.ended)}
        {fields}
        {part(say!(lang, victim.before), &|one| one.ended)}
    };
    let title = format!("{} – {code}", say!(lang, victim.title));
    Ok(parts::page(ask, status, Nav::Persons, &title, view))
}

fn item(ask: &Ask, said: &StatusView) -> AnyView {
    let (lang, offset) = (ask.lang(), ask.store().offset());
    let source = said.source.as_ref().map(|code| view! { " · "{code_link(code)} });
    let reason = (!said.reason.is_blank()).then(|| view! { <p dir="auto">{said.reason.to_string()}</p> });
    view! {
        <blockquote class="remark">
            <p><b>{VICTIM_STATUS.label(&said.status, lang).to_owned()}</b>{source}</p>
            {reason}
            <footer><bdi>{said.by.clone()}</bdi>", "{date_time(lang, said.at, offset)}</footer>
        </blockquote>
    }
    .into_any()
}
