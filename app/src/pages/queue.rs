//! The queue: every case by state, assignee and age, for supervisors and the chair.
//!
//! This page is asked for most and drawn in bulk: what is the same in every row is made once and shared, and a row is
//! one typed view without boxes in between.

use super::case::{states, tone};
use crate::ask::Ask;
use crate::parts::fields::Input;
use crate::parts::{self, Form, Nav, age, empty, input};
use crate::say;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::{DateTime, FixedOffset, Utc};
use domain::status::{CaseStatus, Kind as Sort};
use domain::vocabulary::PRIORITY;
use domain::{Code, Language};
use leptos::prelude::*;
use std::sync::Arc;
use store::{QueueFilter, QueuePage, QueueRow, QueueSort};

/// Rows on a page.
const ROWS: u32 = 50;
/// The most days the filter takes.
const MOST_DAYS: u16 = 9999;

/// `GET /queue`
pub async fn show(ask: Ask) -> domain::Result<Response> {
    let filter = QueueFilter {
        status: ask.from_query("state"),
        assignee: ask.query.get("who"),
        days: domain::text::digits(ask.query.get("days").trim())
            .parse()
            .ok()
            .filter(|days| *days <= MOST_DAYS),
        sort: if ask.query.get("sort") == "newest" {
            QueueSort::Newest
        } else {
            QueueSort::Oldest
        },
        after: ask.from_query("after"),
    };
    let page = ask.store().queue(ask.actor()?, &filter, ROWS).await?;
    Ok(render(&ask, &page, &filter))
}

/// The page, out of what the store gave. The bench measures it alone as the rendering limit.
#[must_use]
pub fn render(ask: &Ask, page: &QueuePage, filter: &QueueFilter) -> Response {
    let lang = ask.lang();
    let table = if page.rows.is_empty() {
        empty(
            say!(lang, queue.none),
            say!(lang, queue.none_why),
            Some(("/queue".to_owned(), say!(lang, common.clear))),
        )
    } else {
        queue_table(ask, &page.rows, filter)
    };
    let view = view! {
        <header class="head"><h1>{say!(lang, queue.title)}</h1></header>
        {strip(lang, page, filter)}
        {filters(lang, page, filter)}
        {table}
        {pages(lang, page, filter)}
        {super::task::section(ask, &page.due)}
    };
    parts::page(ask, StatusCode::OK, Nav::Queue, &say!(lang, queue.title), view)
}

/// The queue's address with this filter; codes, states, logins and numbers only.
fn address(filter: &QueueFilter) -> String {
    let pairs = [
        (
            "state",
            filter.status.map(CaseStatus::code).unwrap_or_default().to_owned(),
        ),
        ("who", filter.assignee.clone()),
        ("days", filter.days.map(|days| days.to_string()).unwrap_or_default()),
        (
            "sort",
            if filter.sort == QueueSort::Newest {
                "newest".to_owned()
            } else {
                String::new()
            },
        ),
        (
            "after",
            filter.after.as_ref().map(ToString::to_string).unwrap_or_default(),
        ),
    ];
    let kept: Vec<(&str, String)> = pairs.into_iter().filter(|(_, value)| !value.is_empty()).collect();
    let query = serde_html_form::to_string(&kept).unwrap_or_default();
    if query.is_empty() {
        "/queue".to_owned()
    } else {
        format!("/queue?{query}")
    }
}

/// How many cases are in each state, each number a link to them.
fn strip(lang: Language, page: &QueuePage, filter: &QueueFilter) -> AnyView {
    let open: i64 = page
        .counts
        .iter()
        .filter(|(status, _)| status.kind() != Sort::Final)
        .map(|(_, count)| count)
        .sum();
    let item = |status: Option<CaseStatus>, count: i64| {
        let label = status.map_or_else(|| say!(lang, queue.all_open), |status| status.label(lang).to_owned());
        let href = address(&QueueFilter {
            status,
            after: None,
            ..filter.clone()
        });
        let here = (filter.status == status).then_some("true");
        view! { <li><a href=href aria-current=here><b>{count}</b>" "{label}</a></li> }
    };
    let items = std::iter::once((None, open))
        .chain(page.counts.iter().map(|(status, count)| (Some(*status), *count)))
        .map(|(status, count)| item(status, count))
        .collect_view();
    view! { <ul class="strip" aria-label=say!(lang, queue.by_state)>{items}</ul> }.into_any()
}

fn filters(lang: Language, page: &QueuePage, filter: &QueueFilter) -> AnyView {
    let form = Form { lang, problems: &[] };
    let nobody = std::iter::once(("-".to_owned(), say!(lang, queue.nobody)));
    let people = nobody
        .chain(
            page.staff
                .iter()
                .map(|(login, name)| (login.clone(), format!("{name} · {login}"))),
        )
        .collect();
    let days = filter.days.map(|days| days.to_string()).unwrap_or_default();
    let status = filter.status.map(CaseStatus::code).unwrap_or_default();
    let number = Input {
        kind: "number",
        class: "field--short",
        max: 4,
        ..Input::default()
    };
    let sort = (filter.sort == QueueSort::Newest).then(|| parts::hidden("sort", "newest"));
    let clear = (*filter != QueueFilter::default()).then(|| view! { <a href="/queue">{say!(lang, common.clear)}</a> });
    view! {
        <form class="filters" method="get">
            {parts::choices(form, "state", say!(lang, common.status), status, states(lang), say!(lang, queue.all_open), false, "")}
            {parts::choices(form, "who", say!(lang, queue.assignee), &filter.assignee, people, say!(lang, common.any), false, "")}
            {input(form, "days", say!(lang, queue.days), &days, number)}
            {sort}
            <button class="button">{say!(lang, common.filter)}</button>
            {clear}
        </form>
    }
    .into_any()
}

/// What the rows of one page share.
struct Shared {
    lang: Language,
    now: DateTime<Utc>,
    offset: FixedOffset,
    title: Arc<str>,
    status: Arc<str>,
    priority: Arc<str>,
    lead: Arc<str>,
    age: Arc<str>,
}

fn row(shared: &Shared, row: &QueueRow) -> impl IntoView + use<> {
    let Shared { lang, now, offset, .. } = *shared;
    let priority: &'static str = PRIORITY.get(&row.priority).map_or("", |term| term.label(lang));
    view! {
        <tr>
            <th scope="row"><a href=row.code.path()><bdi class="code">{row.code.to_string()}</bdi></a></th>
            <td class="grow" data-label=shared.title.clone() dir="auto">{row.title.to_string()}</td>
            <td data-label=shared.status.clone()><span class="chip" data-tone=tone(row.status)>{row.status.label(lang)}</span></td>
            <td data-label=shared.priority.clone()>{priority}</td>
            <td data-label=shared.lead.clone()><bdi>{row.lead.clone()}</bdi></td>
            <td data-label=shared.age.clone()>{age(lang, row.status, row.since, now, offset)}</td>
        </tr>
    }
}

/// The queue's rows as a table, for other pages too.
pub(super) fn rows_table(
    ask: &Ask,
    caption: String,
    rows: &[QueueRow],
    sort: impl IntoView + 'static,
    sorted: Option<&'static str>,
) -> AnyView {
    let lang = ask.lang();
    let shared = Shared {
        lang,
        now: ask.store().business_now(),
        offset: ask.store().offset(),
        title: say!(lang, queue.case_title).into(),
        status: say!(lang, common.status).into(),
        priority: say!(lang, queue.priority).into(),
        lead: say!(lang, queue.lead).into(),
        age: say!(lang, queue.age).into(),
    };
    let rows: Vec<_> = rows.iter().map(|item| row(&shared, item)).collect();
    view! {
        <div class="table-wrap">
            <table class="table table--stack">
                <caption>{caption}</caption>
                <thead>
                    <tr>
                        <th scope="col">{say!(lang, common.code)}</th>
                        <th scope="col" class="grow">{shared.title}</th>
                        <th scope="col">{shared.status}</th>
                        <th scope="col">{shared.priority}</th>
                        <th scope="col">{shared.lead}</th>
                        <th scope="col" aria-sort=sorted>{sort}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn queue_table(ask: &Ask, rows: &[QueueRow], filter: &QueueFilter) -> AnyView {
    let lang = ask.lang();
    // The oldest first is the greatest age first.
    let (sorted, other, order) = match filter.sort {
        QueueSort::Oldest => ("descending", QueueSort::Newest, say!(lang, queue.oldest)),
        QueueSort::Newest => ("ascending", QueueSort::Oldest, say!(lang, queue.newest)),
    };
    let href = address(&QueueFilter {
        sort: other,
        after: None,
        ..filter.clone()
    });
    let sort = view! { <a href=href>{say!(lang, queue.age)}</a> };
    rows_table(
        ask,
        format!("{} · {order}", say!(lang, queue.caption)),
        rows,
        sort,
        Some(sorted),
    )
}

fn pages(lang: Language, page: &QueuePage, filter: &QueueFilter) -> AnyView {
    let first = filter.after.is_some().then(|| {
        let href = address(&QueueFilter {
            after: None,
            ..filter.clone()
        });
        view! { <a href=href><span class="arrow arrow--back" aria-hidden="true"></span>{say!(lang, queue.first)}</a> }
    });
    let next = page.rows.last().filter(|_| page.more).map(|last| {
        let after: Option<Code> = Some(last.code.clone());
        let href = address(&QueueFilter {
            after,
            ..filter.clone()
        });
        view! { <a href=href rel="next">{say!(lang, queue.next)}<span class="arrow" aria-hidden="true"></span></a> }
    });
    if first.is_none() && next.is_none() {
        return ().into_any();
    }
    view! { <nav class="pager" aria-label=say!(lang, common.pages)>{first}{next}</nav> }.into_any()
}
