//! Search: the words are posted, the results have an address that says nothing of them.

use crate::ask::{Ask, see_other};
use crate::parts::fields::Input;
use crate::parts::{self, Form, Nav, code_link, empty, input, picker, problems_summary, protected_name};
use crate::say;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::form::Pairs;
use domain::{Kind, Language, Problem, ProblemKind};
use leptos::prelude::*;
use store::{Hit, SearchAt};

/// The most records of one search.
const MOST: u32 = 200;

/// `GET /search`
pub async fn new(ask: Ask) -> domain::Result<Response> {
    ask.actor()?;
    Ok(form_page(&ask, StatusCode::OK, "", &[]))
}

/// `POST /search`
pub async fn post(ask: Ask, posted: Pairs) -> domain::Result<Response> {
    let actor = ask.actor()?;
    let query = [posted.get("q"), posted.get("query")].concat();
    let query = query.trim();
    let problem = if query.is_empty() {
        Some(ProblemKind::Missing)
    } else {
        (query.chars().count() > domain::form::SHORT as usize).then_some(ProblemKind::TooLong(domain::form::SHORT))
    };
    if let Some(kind) = problem {
        return Ok(form_page(
            &ask,
            StatusCode::UNPROCESSABLE_ENTITY,
            query,
            &[Problem::new("query", kind)],
        ));
    }
    Ok(match ask.store().keep_search(actor, query).await? {
        SearchAt::Record(code) => see_other(&code.path()),
        SearchAt::Ticket(ticket) => see_other(&format!("/search/{ticket}")),
    })
}

/// `GET /search/{ticket}`
pub async fn results(ask: Ask) -> domain::Result<Response> {
    let (query, hits) = ask
        .store()
        .search_by_ticket(ask.actor()?, ask.param("ticket"), MOST)
        .await?;
    let lang = ask.lang();
    let groups = Kind::ALL
        .into_iter()
        .filter_map(|kind| group(lang, kind, &hits))
        .collect_view();
    let found = if hits.is_empty() {
        empty(say!(lang, search.none_found), say!(lang, search.none_found_why), None)
    } else {
        let count = u32::try_from(hits.len()).unwrap_or(u32::MAX);
        let more = (count >= MOST).then(|| view! { <p class="muted">{say!(lang, search.more)}</p> });
        view! { <p class="muted" role="status">{say!(lang, search.records, count = count)}</p>{more}{groups} }
            .into_any()
    };
    let view = view! {
        <header class="head"><h1>{say!(lang, search.results)}</h1></header>
        {form(Form { lang, problems: &[] }, &query)}
        {found}
    };
    Ok(parts::page(
        &ask,
        StatusCode::OK,
        Nav::Elsewhere,
        &say!(lang, search.results),
        view,
    ))
}

fn group(lang: Language, kind: Kind, hits: &[Hit]) -> Option<AnyView> {
    let items: Vec<_> = hits
        .iter()
        .filter(|hit| hit.kind == kind)
        .map(|hit| {
            let born = hit.birth_year.map(
                |year| view! { " " <span class="muted">{say!(lang, search.born, year = year.to_string())}</span> },
            );
            view! { <li>{code_link(&hit.code)}" "{protected_name(lang, hit.title.as_ref())}{born}</li> }
        })
        .collect();
    let count = items.len();
    (count > 0).then(|| {
        view! {
            <section class="section">
                <h2>{plural_name(lang, kind)}" "<span class="count">{count}</span></h2>
                <ul class="list">{items}</ul>
            </section>
        }
        .into_any()
    })
}

fn plural_name(lang: Language, kind: Kind) -> String {
    match kind {
        Kind::Case => say!(lang, frame.cases),
        Kind::Testimony => say!(lang, frame.testimonies),
        Kind::Document => say!(lang, frame.documents),
        Kind::Incident => say!(lang, frame.incidents),
        Kind::Person => say!(lang, frame.persons),
        Kind::Unit => say!(lang, frame.units),
    }
}

fn form(form: Form<'_>, query: &str) -> AnyView {
    let lang = form.lang;
    let like = Input {
        kind: "search",
        help: &say!(lang, search.help),
        ..Input::default()
    };
    // The bar above has the id `q`, so this field has another name; the handler reads both.
    let field = input(form, "query", say!(lang, search.words), query, like);
    view! { <form class="form" method="post" action="/search">{field}<p><button class="button button--main">{say!(lang, common.find)}</button></p></form> }.into_any()
}

fn form_page(ask: &Ask, status: StatusCode, query: &str, problems: &[Problem]) -> Response {
    let lang = ask.lang();
    let fields = Form { lang, problems };
    let view = view! {
        <header class="head"><h1>{say!(lang, search.title)}</h1></header>
        {problems_summary(fields, |_| say!(lang, search.words))}
        {form(fields, query)}
    };
    parts::page(ask, status, Nav::Elsewhere, &say!(lang, search.title), view)
}

/// `POST /pick`: what a picker offers while one types, as `[{code, title, kind, note}]`. A logged search.
pub async fn pick(ask: Ask, posted: Pairs) -> domain::Result<Response> {
    let actor = ask.actor()?;
    let kinds: Vec<Kind> = posted.get("kinds").split(',').filter_map(Kind::named).collect();
    let query: String = posted.get("q").chars().take(domain::form::SHORT as usize).collect();
    let hits = ask.store().search(actor, &kinds, &query, picker::MOST).await?;
    let lang = ask.lang();
    let offered: Vec<_> = hits
        .iter()
        .map(|hit| {
            let title = match &hit.title {
                Some(title) if !title.is_blank() => title.to_string(),
                Some(_) => say!(lang, common.no_name),
                None => say!(lang, common.name_protected),
            };
            serde_json::json!({ "code": hit.code.as_str(), "title": title, "kind": hit.kind.name(), "note": picker::facts(lang, hit) })
        })
        .collect();
    Ok((
        [(header::CONTENT_TYPE, "application/json")],
        serde_json::Value::from(offered).to_string(),
    )
        .into_response())
}
