//! "My work": what waits for this person, by what they are here for.

use super::case::case_table;
use super::case_records::testimony_chip;
use super::queue::rows_table;
use crate::ask::Ask;
use crate::parts::frame::role_name;
use crate::parts::{self, Nav, code_link, date_time, empty};
use crate::say;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::{Days, NaiveTime};
use domain::access::RISK_READERS;
use domain::form::local;
use domain::testimony::TestimonyStatus;
use domain::{Actor, Kind, Language, Role};
use leptos::prelude::*;
use store::{AccountRow, ListFilter, ListPage, ListRow, QueueFilter};

/// Testimonies that wait for their writer, in this order.
const OPEN: [TestimonyStatus; 4] = [
    TestimonyStatus::Returned,
    TestimonyStatus::Correcting,
    TestimonyStatus::ReadBack,
    TestimonyStatus::Draft,
];
/// Cases and testimonies shown.
const ROWS: u32 = 20;
/// Cases of the queue shown.
const OLDEST: u32 = 10;

/// Days whose alarms the auditor is told of.
const ALARM_DAYS: u64 = 30;

/// `GET /`
pub async fn show(ask: Ask) -> domain::Result<Response> {
    let actor = ask.actor()?;
    let lang = ask.lang();
    let roles = actor.roles;
    let title = say!(lang, home.title);
    let mut sections: Vec<AnyView> = Vec::new();
    if roles.is_empty() {
        sections.push(waiting(&ask, actor).await?);
    }
    if roles.has(Role::Chair) {
        sections.push(confirmations(&ask, actor).await?);
    }
    sections.push(super::reveal::home_section(&ask, actor).await?);
    if roles.read_content() {
        sections.push(super::saved::home_section(&ask, actor).await?);
    }
    if roles.any(&[Role::Supervisor, Role::Chair]) {
        sections.push(oldest(&ask, actor).await?);
    }
    // Who supervises finds it with the queue.
    if roles.any(RISK_READERS) && !roles.any(&[Role::Supervisor, Role::Chair]) {
        sections.push(super::task::section(&ask, &ask.store().tasks(actor).await?));
    }
    if roles.any(&[Role::Investigator, Role::ProtectionOfficer]) {
        sections.push(testimonies(&ask, actor).await?);
    }
    // Who supervises sees every case in the queue.
    if roles.any(&[
        Role::Investigator,
        Role::LegalOfficer,
        Role::ProtectionOfficer,
        Role::EvidenceCustodian,
    ]) && !roles.any(&[Role::Supervisor, Role::Chair])
    {
        sections.push(cases(&ask, actor).await?);
    }
    if roles.has(Role::Auditor) {
        sections.push(audit(&ask, actor).await?);
    }
    if roles.has(Role::Administrator) {
        sections.push(link_section(
            say!(lang, home.accounts),
            say!(lang, home.accounts_what),
            "/admin/users".to_owned(),
            say!(lang, home.accounts_open),
        ));
    }
    let view = view! {
        <header class="head"><h1>{title.clone()}</h1><div class="head-do">{actions(lang, actor)}</div></header>
        <div class="page"><div class="content">{sections}</div></div>
    };
    Ok(parts::page(&ask, StatusCode::OK, Nav::Home, &title, view))
}

/// What can be begun here; the main action is the testimony for who takes testimony, else the case.
fn actions(lang: Language, actor: &Actor) -> AnyView {
    let takes = actor.roles.any(&[Role::Investigator, Role::ProtectionOfficer]);
    let opens = actor.roles.any(&[Role::Investigator, Role::Supervisor]);
    let class = if takes { "button" } else { "button button--main" };
    let case = opens.then(|| view! { <a class=class href="/cases/new">{say!(lang, home.new_case)}</a> });
    let testimony = takes
        .then(|| view! { <a class="button button--main" href="/testimonies/new">{say!(lang, home.new_testimony)}</a> });
    view! { {case} " " {testimony} }.into_any()
}

fn link_section(title: String, what: String, href: String, label: String) -> AnyView {
    view! { <section class="section"><h2>{title}</h2><p>{what}</p><p><a class="button" href=href>{label}</a></p></section> }.into_any()
}

/// Somebody whose roles the chair has not confirmed yet.
async fn waiting(ask: &Ask, actor: &Actor) -> domain::Result<AnyView> {
    let account = ask.store().my_account(actor).await?;
    let lang = ask.lang();
    let asked = account
        .roles
        .iter()
        .filter(|state| !state.confirmed)
        .map(|state| view! { <li>{role_name(lang, state.role)}</li> })
        .collect_view();
    let what = if account.roles.is_empty() {
        say!(lang, home.no_roles_what)
    } else {
        say!(lang, home.waiting_what)
    };
    Ok(view! { <div class="notice" data-tone="amber"><p><b>{say!(lang, home.waiting)}</b></p><p>{what}</p><ul>{asked}</ul></div> }.into_any())
}

/// Accounts that wait for the chair.
async fn confirmations(ask: &Ask, actor: &Actor) -> domain::Result<AnyView> {
    let accounts = ask.store().accounts(actor).await?;
    let lang = ask.lang();
    let waits = |account: &&AccountRow| {
        account.state != "disabled" && account.id != actor.account && account.roles.iter().any(|state| !state.confirmed)
    };
    let count = u32::try_from(accounts.iter().filter(waits).count()).unwrap_or(u32::MAX);
    if count == 0 {
        return Ok(().into_any());
    }
    let title = say!(lang, home.to_confirm, count = count);
    Ok(link_section(
        title,
        say!(lang, home.to_confirm_what),
        "/admin/users".to_owned(),
        say!(lang, home.accounts_open),
    ))
}

/// The cases that have been longest in their state.
async fn oldest(ask: &Ask, actor: &Actor) -> domain::Result<AnyView> {
    let page = ask.store().queue(actor, &QueueFilter::default(), OLDEST).await?;
    let lang = ask.lang();
    let table = if page.rows.is_empty() {
        empty(say!(lang, home.queue_none), say!(lang, home.queue_none_why), None)
    } else {
        rows_table(
            ask,
            say!(lang, home.oldest_caption),
            &page.rows,
            say!(lang, home.age),
            None,
        )
    };
    let due = super::task::section(ask, &page.due);
    Ok(view! { {due} <section class="section"><header><h2>{say!(lang, home.oldest)}</h2><a href="/queue">{say!(lang, home.whole_queue)}</a></header>{table}</section> }.into_any())
}

/// Testimonies that wait for their writer: those nearest to being final first, then drafts.
async fn testimonies(ask: &Ask, actor: &Actor) -> domain::Result<AnyView> {
    let of = |status: &str| ListFilter {
        status: status.to_owned(),
        ..ListFilter::default()
    };
    let mut pages: Vec<ListPage> = Vec::with_capacity(OPEN.len());
    for status in OPEN {
        pages.push(
            ask.store()
                .list(actor, Kind::Testimony, &of(status.name()), ROWS)
                .await?,
        );
    }
    let lang = ask.lang();
    // Who supervises as well sees everybody's drafts; only their own wait for them.
    let name = ask.store().staff_name(actor.account);
    let all = !actor.roles.any(&[Role::Supervisor, Role::Chair]);
    let rows: Vec<&ListRow> = pages
        .iter()
        .flat_map(|page| &page.rows)
        .filter(|row| all || row.lead.as_deref() == Some(&name))
        .collect();
    let more = pages
        .iter()
        .any(|page| page.older)
        .then(|| view! { <p><a href="/testimonies">{say!(lang, home.all_testimonies)}</a></p> });
    let table = if rows.is_empty() {
        view! { <p class="muted">{say!(lang, home.testimonies_none)}</p> }.into_any()
    } else {
        testimony_table(ask, &rows)
    };
    Ok(view! { <section class="section"><h2>{say!(lang, home.testimonies)}</h2>{table}{more}</section> }.into_any())
}

fn testimony_table(ask: &Ask, rows: &[&ListRow]) -> AnyView {
    let (lang, offset) = (ask.lang(), ask.store().offset());
    let rows = rows
        .iter()
        .map(|row| {
            view! {
                <tr>
                    <th scope="row">{code_link(&row.code)}</th>
                    <td class="grow" data-label=say!(lang, home.testimony) dir="auto">{row.title.as_ref().map(|title| title.to_string())}</td>
                    <td data-label=say!(lang, common.status)>{testimony_chip(lang, row.status.as_deref().unwrap_or_default())}</td>
                    <td data-label=say!(lang, home.interviewer)><bdi>{row.lead.clone()}</bdi></td>
                    <td data-label=say!(lang, common.updated)>{date_time(lang, row.updated_at, offset)}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <div class="table-wrap">
            <table class="table table--stack">
                <caption>{say!(lang, home.testimonies_caption)}</caption>
                <thead>
                    <tr>
                        <th scope="col">{say!(lang, common.code)}</th>
                        <th scope="col" class="grow">{say!(lang, home.testimony)}</th>
                        <th scope="col">{say!(lang, common.status)}</th>
                        <th scope="col">{say!(lang, home.interviewer)}</th>
                        <th scope="col">{say!(lang, common.updated)}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

/// The cases this person works on.
async fn cases(ask: &Ask, actor: &Actor) -> domain::Result<AnyView> {
    let page = ask
        .store()
        .list(actor, Kind::Case, &ListFilter::default(), ROWS)
        .await?;
    let lang = ask.lang();
    let body = if page.rows.is_empty() {
        let new = actor
            .roles
            .has(Role::Investigator)
            .then(|| ("/cases/new".to_owned(), say!(lang, home.new_case)));
        empty(say!(lang, home.cases_none), say!(lang, home.cases_none_why), new)
    } else {
        case_table(ask, say!(lang, home.cases_caption), &page.rows)
    };
    Ok(view! { <section class="section"><header><h2>{say!(lang, home.cases)}</h2><a href="/cases">{say!(lang, home.all_cases)}</a></header>{body}</section> }.into_any())
}

/// For the auditor: alarms of the last thirty days, the log, and what was refused today.
async fn audit(ask: &Ask, actor: &Actor) -> domain::Result<AnyView> {
    let lang = ask.lang();
    // The log keeps real time, whatever the business clock of a demonstration says.
    let now = ask.store().now();
    let today = now.with_timezone(&ask.store().offset()).date_naive();
    let since = today - Days::new(ALARM_DAYS);
    let count = ask
        .store()
        .alarms(actor, local(since, NaiveTime::MIN, ask.store().offset()))
        .await?;
    let alarms = if count == 0 {
        view! { <p class="muted">{say!(lang, home.alarms_none)}</p> }.into_any()
    } else {
        view! {
            <div class="notice" data-tone="red">
                <p><b>{say!(lang, home.alarms, count = count)}</b></p>
                <p>{say!(lang, home.alarms_what)}</p>
                <p><a class="button" href=format!("/log?alarm=1&from={since}")>{say!(lang, home.alarms_open)}</a></p>
            </div>
        }
        .into_any()
    };
    Ok(view! {
        <section class="section">
            <h2>{say!(lang, home.log)}</h2>
            {alarms}
            <p>{say!(lang, home.log_what)}</p>
            <p class="row">
                <a class="button button--main" href=format!("/log?outcome=refused&from={today}")>{say!(lang, home.refused_today)}</a> " "
                <a class="button" href="/log">{say!(lang, home.log_open)}</a>
            </p>
        </section>
    }
    .into_any())
}
