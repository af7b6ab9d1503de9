//! Who works on a case, and for what purpose its record is opened.

use super::case::head_and_tabs;
use crate::ask::{Ask, own_path, problems, see_other};
use crate::parts::frame::role_name;
use crate::parts::{self, Form, Nav, choices, hidden, problems_summary, radios};
use crate::say;
use axum::http::StatusCode;
use axum::response::Response;
use domain::access::Duty;
use domain::form::Pairs;
use domain::vocabulary::{DUTY, PURPOSE_OF_ACCESS};
use domain::{Error, Kind, Language, Problem, Role, Roles};
use leptos::prelude::*;
use store::{CaseView, Colleague};

/// `GET /cases/{code}/team`
pub async fn team(ask: Ask) -> domain::Result<Response> {
    team_page(&ask, StatusCode::OK, "", "", &[]).await
}

/// `POST /cases/{code}/team`
pub async fn change_team(ask: Ask, posted: Pairs) -> domain::Result<Response> {
    let (actor, code) = (ask.actor()?, ask.code()?);
    let (login, duty) = (posted.get("login"), posted.get("duty"));
    let done = if posted.get("do") == "remove" {
        ask.store().unassign(actor, &code, &login, &duty).await
    } else {
        ask.store().assign(actor, &code, &login, &duty).await
    };
    match done {
        Ok(()) => Ok(see_other(&format!("{}/team", code.path()))),
        Err(error) => team_page(&ask, StatusCode::UNPROCESSABLE_ENTITY, &login, &duty, &problems(error)?).await,
    }
}

async fn team_page(
    ask: &Ask,
    status: StatusCode,
    login: &str,
    duty: &str,
    problems: &[Problem],
) -> domain::Result<Response> {
    let actor = ask.actor()?;
    let case = ask.store().open_case(actor, &ask.code()?).await?;
    if !case.may_assign {
        return Err(Error::Forbidden);
    }
    let colleagues = ask.store().colleagues(actor).await?;
    let lang = ask.lang();
    let form = Form { lang, problems };
    let view = view! {
        {head_and_tabs(ask, &case, None)}
        <div class="page">
            <div class="content">
                {problems_summary(form, |field| label(lang, field))}
                <section class="section"><h2>{say!(lang, case.team)}</h2>{assigned(ask, &case)}</section>
                <section class="section"><h2>{say!(lang, case.assign)}</h2>{assign_form(form, &colleagues, login, duty)}</section>
            </div>
        </div>
    };
    Ok(parts::page(
        ask,
        status,
        Nav::Cases,
        &format!("{} · {}", case.head.code, say!(lang, case.team)),
        view,
    ))
}

fn label(lang: Language, field: &str) -> String {
    match field {
        "login" => say!(lang, case.person),
        "duty" => say!(lang, case.duty),
        _ => String::new(),
    }
}

fn assigned(ask: &Ask, case: &CaseView) -> AnyView {
    let (lang, offset) = (ask.lang(), ask.store().offset());
    if case.assigned.is_empty() {
        return view! { <p>{say!(lang, case.nobody)}</p> }.into_any();
    }
    let rows = case
        .assigned
        .iter()
        .map(|person| {
            let remove = format!("{}: {}, {}", say!(lang, common.remove), person.name, DUTY.label(person.duty.name(), lang));
            view! {
                <tr>
                    <th scope="row"><bdi>{person.name.clone()}</bdi></th>
                    <td data-label=say!(lang, case.duty)>{DUTY.label(person.duty.name(), lang)}</td>
                    <td data-label=say!(lang, common.since)>{parts::date_time(lang, person.since, offset)}</td>
                    <td data-label=say!(lang, common.remove)>
                        <form method="post">
                            {hidden("do", "remove")}
                            {hidden("login", &person.login)}
                            {hidden("duty", person.duty.name())}
                            <button class="button button--small button--quiet" aria-label=remove>{say!(lang, common.remove)}</button>
                        </form>
                    </td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <div class="table-wrap">
            <table class="table table--stack">
                <caption>{say!(lang, case.team_caption)}</caption>
                <thead>
                    <tr>
                        <th scope="col">{say!(lang, case.person)}</th>
                        <th scope="col">{say!(lang, case.duty)}</th>
                        <th scope="col">{say!(lang, common.since)}</th>
                        <th scope="col"><span class="visually-hidden">{say!(lang, common.remove)}</span></th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn assign_form(form: Form<'_>, colleagues: &[Colleague], login: &str, duty: &str) -> AnyView {
    let lang = form.lang;
    let people = colleagues
        .iter()
        .map(|colleague| {
            let roles: Vec<String> = colleague.roles.iter().map(|role| role_name(lang, role)).collect();
            (
                colleague.login.clone(),
                format!("{} · {}", colleague.name, roles.join(" · ")),
            )
        })
        .collect();
    let duties = Duty::ALL
        .into_iter()
        .map(|duty| (duty.name().to_owned(), DUTY.label(duty.name(), lang).to_owned()))
        .collect();
    view! {
        <p>{say!(lang, case.assign_what)}</p>
        <form class="form" method="post">
            {choices(form, "login", label(lang, "login"), login, people, say!(lang, common.choose), true, "")}
            {choices(form, "duty", label(lang, "duty"), duty, duties, say!(lang, common.choose), true, &say!(lang, case.duty_help))}
            <div class="actions actions--still"><button class="button button--main">{say!(lang, case.assign)}</button></div>
        </form>
    }
    .into_any()
}

/// What a person of these roles usually opens a case for.
fn usual_purpose(roles: Roles) -> &'static str {
    let table = [
        (Role::Investigator, "interview_preparation"),
        (Role::ProtectionOfficer, "protection"),
        (Role::LegalOfficer, "legal_analysis"),
        (Role::Supervisor, "supervision"),
        (Role::Chair, "supervision"),
        (Role::EvidenceCustodian, "review"),
    ];
    table
        .into_iter()
        .find(|(role, _)| roles.has(*role))
        .map_or("", |(_, purpose)| purpose)
}

/// `GET /cases/{code}/purpose`. Nothing of the case is read for it: the purpose comes first.
pub async fn purpose(ask: Ask) -> domain::Result<Response> {
    let roles = ask.actor()?.roles;
    if !roles.read_content() {
        return Err(Error::Forbidden);
    }
    purpose_page(&ask, StatusCode::OK, usual_purpose(roles), &[])
}

/// `POST /cases/{code}/purpose`
pub async fn choose_purpose(ask: Ask, posted: Pairs) -> domain::Result<Response> {
    let (actor, code) = (ask.actor()?, ask.code()?);
    let purpose = posted.get("purpose");
    match ask.store().choose_purpose(actor, &code, &purpose).await {
        Ok(()) => {
            let next = ask.query.get("next");
            Ok(see_other(&if next.is_empty() { code.path() } else { own_path(&next) }))
        }
        Err(error) => purpose_page(&ask, StatusCode::UNPROCESSABLE_ENTITY, &purpose, &problems(error)?),
    }
}

fn purpose_page(ask: &Ask, status: StatusCode, chosen: &str, problems: &[Problem]) -> domain::Result<Response> {
    let lang = ask.lang();
    let code = ask.code()?;
    if code.kind() != Kind::Case {
        return Err(Error::NotFound);
    }
    let form = Form { lang, problems };
    let options = PURPOSE_OF_ACCESS
        .terms()
        .map(|term| (term.code.to_owned(), term.label(lang).to_owned(), String::new()))
        .collect();
    let view = view! {
        <header class="head">
            <p class="head-line"><bdi class="code">{code.to_string()}</bdi></p>
            <h1>{say!(lang, case.purpose_title)}</h1>
        </header>
        <div class="page">
            <div class="content">
                {problems_summary(form, |_| say!(lang, case.purpose))}
                <p>{say!(lang, case.purpose_why)}</p>
                <form class="form" method="post">
                    {radios(form, "purpose", say!(lang, case.purpose), chosen, options, true)}
                    <div class="actions actions--still">
                        <button class="button button--main">{say!(lang, case.purpose_go)}</button>
                        <a class="button button--quiet" href="/cases">{say!(lang, common.cancel)}</a>
                    </div>
                </form>
            </div>
        </div>
    };
    Ok(parts::page(
        ask,
        status,
        Nav::Cases,
        &format!("{code} · {}", say!(lang, case.purpose_title)),
        view,
    ))
}
