//! Search: the words are posted, the results have an address that says nothing of them.

use crate::ask::{Ask, problems, see_other};
use crate::parts::fields::Input;
use crate::parts::{self, Form, Nav, code_link, empty, hidden, input, picker, problems_summary, protected_name};
use crate::say;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::form::{FromPairs, Pairs};
use domain::query::{Query, Snippet};
use domain::saved::SavedForm;
use domain::{Error, Kind, Language, Problem};
use leptos::prelude::*;
use store::{Hit, SearchAt, SearchFilter, SearchPage, Total};

/// Records on a page of results.
const ROWS: u32 = 20;

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
    if let Err(kind) = Query::read(query) {
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

/// What of the records found is asked for, in the address of the page.
fn filter(ask: &Ask) -> SearchFilter {
    SearchFilter {
        kind: Kind::named(&ask.query.get("kind")),
        case: ask.case(),
        newest: ask.query.get("order") == "newest",
        new: ask.query.has("new"),
        after: ask.from_query("after"),
    }
}

/// `GET /search/{ticket}`
pub async fn results(ask: Ask) -> domain::Result<Response> {
    results_page(&ask, StatusCode::OK, None, &[]).await
}

/// `POST /search/{ticket}`: saves the search under a name.
pub async fn save(ask: Ask, posted: Pairs) -> domain::Result<Response> {
    let actor = ask.actor()?;
    let (ticket, filter) = (ask.param("ticket"), filter(&ask));
    let form = SavedForm::from_pairs(&posted);
    let saved = match form.check() {
        Ok(draft) => ask.store().save_search(actor, ticket, &filter, &draft).await,
        Err(problems) => Err(Error::Invalid(problems)),
    };
    match saved {
        Ok(()) => Ok(see_other(&address(ticket, &filter))),
        Err(error) => results_page(&ask, StatusCode::UNPROCESSABLE_ENTITY, Some(&form), &problems(error)?).await,
    }
}

async fn results_page(
    ask: &Ask,
    status: StatusCode,
    saving: Option<&SavedForm>,
    problems: &[Problem],
) -> domain::Result<Response> {
    let ticket = ask.param("ticket").to_owned();
    let filter = filter(ask);
    let page = ask
        .store()
        .search_by_ticket(ask.actor()?, &ticket, &filter, ROWS)
        .await?;
    let lang = ask.lang();
    let found = if page.hits.is_empty() {
        empty(say!(lang, search.none_found), say!(lang, search.none_found_why), None)
    } else {
        let items = page.hits.iter().map(|hit| item(ask, hit)).collect_view();
        view! { <ol class="hits">{items}</ol> }.into_any()
    };
    let last = page.hits.last().filter(|_| page.more);
    let more = last.map(|hit| {
        let next = SearchFilter {
            after: Some(hit.code.clone()),
            ..filter.clone()
        };
        let label = if page.ranked {
            say!(lang, search.next)
        } else {
            say!(lang, common.older)
        };
        view! { <a href=address(&ticket, &next) rel="next">{label}<span class="arrow" aria-hidden="true"></span></a> }
    });
    let first = filter.after.as_ref().map(|_| {
        let first = SearchFilter {
            after: None,
            ..filter.clone()
        };
        view! { <a href=address(&ticket, &first)><span class="arrow arrow--back" aria-hidden="true"></span>{say!(lang, search.first)}</a> }
    });
    let pages = (first.is_some() || more.is_some())
        .then(|| view! { <nav class="pager" aria-label=say!(lang, common.pages)>{first}{more}</nav> });
    let view = view! {
        <header class="head"><h1>{say!(lang, search.results)}</h1>{to_saved(lang)}</header>
        {problems_summary(Form { lang, problems }, |_| say!(lang, saved.name))}
        {form(Form { lang, problems: &[] }, &page.typed)}
        {saved(ask, &ticket, &filter, &page, saving, problems)}
        {kinds(lang, &ticket, &filter, &page)}
        <p class="muted" role="status">{count(lang, page.total)}" · "{order(lang, &ticket, &filter, &page)}</p>
        {found}
        {pages}
    };
    Ok(parts::page(
        ask,
        status,
        Nav::Elsewhere,
        &say!(lang, search.results),
        view,
    ))
}

/// The way to one's saved searches.
fn to_saved(lang: Language) -> AnyView {
    view! { <div class="head-do"><a class="button" href="/searches">{say!(lang, saved.title)}</a></div> }.into_any()
}

/// Under which name the search is saved and what is new in it, or the form to save it.
fn saved(
    ask: &Ask,
    ticket: &str,
    filter: &SearchFilter,
    page: &SearchPage,
    typed: Option<&SavedForm>,
    problems: &[Problem],
) -> AnyView {
    let lang = ask.lang();
    let first = SearchFilter {
        after: None,
        ..filter.clone()
    };
    let Some(saved) = &page.saved else {
        let form = Form { lang, problems };
        let suggested = SavedForm {
            name: page.typed.to_string(),
            ..SavedForm::default()
        };
        let shown = page.shown.to_string();
        let typed = typed.unwrap_or(&suggested);
        return view! {
            <details class="save-search" open=!problems.is_empty()>
                <summary>{say!(lang, saved.save)}</summary>
                <form class="form" method="post" action=address(ticket, &first)>
                    {hidden("shown", &shown)}
                    {super::saved::fields(form, typed)}
                    <p><button class="button">{say!(lang, saved.keep)}</button></p>
                </form>
            </details>
        }
        .into_any();
    };
    let news = super::saved::news(lang, Some(saved.new));
    let other = SearchFilter {
        new: !filter.new,
        ..first
    };
    let way = match (filter.new, saved.new) {
        (true, _) => Some(say!(lang, saved.all)),
        (false, Total::Exactly(0)) => None,
        (false, _) => Some(say!(lang, saved.only_new)),
    };
    let way = way.map(|label| view! { " " <a class="nowrap" href=address(ticket, &other)>{label}</a> });
    view! {
        <div class="notice saved-here" data-tone="accent">
            <p>
                {say!(lang, saved.saved_as)}" "<b>{super::saved::quoted(lang, &saved.name)}</b>" · "
                {news}" "{say!(lang, saved.since)}" "{parts::date_time(lang, saved.since, ask.store().offset())}{way}
            </p>
        </div>
    }
    .into_any()
}

/// The address of a page of results: codes and states only.
pub(super) fn address(ticket: &str, filter: &SearchFilter) -> String {
    let parts = [
        ("kind", filter.kind.map(|kind| kind.name().to_owned())),
        ("case", filter.case.as_ref().map(ToString::to_string)),
        ("order", filter.newest.then(|| "newest".to_owned())),
        ("new", filter.new.then(|| "yes".to_owned())),
        ("after", filter.after.as_ref().map(ToString::to_string)),
    ];
    let query: Vec<String> = parts
        .into_iter()
        .filter_map(|(name, value)| value.map(|value| format!("{name}={value}")))
        .collect();
    if query.is_empty() {
        format!("/search/{ticket}")
    } else {
        format!("/search/{ticket}?{}", query.join("&"))
    }
}

fn count(lang: Language, total: Total) -> String {
    match total {
        Total::Exactly(count) => say!(lang, search.records, count = count),
        Total::MoreThan(count) => say!(lang, search.more_than, count = count.to_string()),
    }
}

/// In which order they come, and the way to the other.
fn order(lang: Language, ticket: &str, filter: &SearchFilter, page: &SearchPage) -> AnyView {
    let other = SearchFilter {
        newest: !filter.newest,
        after: None,
        ..filter.clone()
    };
    if filter.new {
        return view! { <span>{say!(lang, search.newest_first)}</span> }.into_any();
    }
    match (page.total, page.ranked) {
        (Total::MoreThan(_), _) => view! { <span>{say!(lang, search.too_many_to_rank)}</span> }.into_any(),
        (_, true) => view! { <span>{say!(lang, search.best_first)}</span>" "<a href=address(ticket, &other)>{say!(lang, search.by_newest)}</a> }.into_any(),
        (_, false) => view! { <span>{say!(lang, search.newest_first)}</span>" "<a href=address(ticket, &other)>{say!(lang, search.by_best)}</a> }.into_any(),
    }
}

/// How many there are of each kind, each a link to these alone.
fn kinds(lang: Language, ticket: &str, filter: &SearchFilter, page: &SearchPage) -> AnyView {
    if page.kinds.len() < 2 && filter.kind.is_none() {
        return ().into_any();
    }
    let tab = |kind: Option<Kind>, label: String, total: Option<Total>| {
        let here = (filter.kind == kind).then_some("page");
        let to = SearchFilter {
            kind,
            new: false,
            after: None,
            ..filter.clone()
        };
        let total = total.map(|total| match total {
            Total::Exactly(count) => count.to_string(),
            Total::MoreThan(count) => format!("{count}+"),
        });
        view! { <a href=address(ticket, &to) aria-current=here>{label}" "<span class="count">{total}</span></a> }
    };
    let all = tab(None, say!(lang, search.all_kinds), None);
    let tabs = page
        .kinds
        .iter()
        .map(|(kind, total)| tab(Some(*kind), plural_name(lang, *kind), Some(*total)))
        .collect_view();
    view! { <nav class="tabs" aria-label=say!(lang, search.kinds)>{all}{tabs}</nav> }.into_any()
}

/// A record that was found, and where in it.
fn item(ask: &Ask, hit: &Hit) -> AnyView {
    let lang = ask.lang();
    let born = hit
        .birth_year
        .map(|year| view! { " " <span class="muted">{say!(lang, search.born, year = year.to_string())}</span> });
    let place = hit.found.as_ref().map(|found| {
        let paragraph = found.paragraph.map(|number| {
            view! { <a class="cite" href=format!("{}#p{number}", hit.code.path())>{format!("§{number}")}</a> " " }
        });
        let row = found.row.map(|(list, row)| {
            let href = format!("{}/lists/{list}/rows/{row}", hit.code.path());
            view! { <a href=href>{say!(lang, list.row, number = row.to_string())}</a> " " }
        });
        view! { <p class="hit-text">{paragraph}{row}{snippet(&found.snippet)}</p> }
    });
    let new = hit
        .new
        .then(|| view! { <span class="chip" data-tone="accent">{say!(lang, saved.new_mark)}</span> " " });
    view! {
        <li class="hit">
            <p class="hit-head">
                {new}{code_link(&hit.code)}" "{protected_name(lang, hit.title.as_ref())}{born}
                " "<span class="muted">{picker::kind_of(lang, hit)}" · "{parts::date_time(lang, hit.made_at, ask.store().offset())}</span>
            </p>
            {place}
        </li>
    }
    .into_any()
}

/// The text around what was found, with marks.
fn snippet(snippet: &Snippet) -> AnyView {
    let pieces = snippet
        .pieces
        .iter()
        .map(|(text, mark)| {
            let text = domain::text::visible(text);
            if *mark {
                view! { <mark>{text}</mark> }.into_any()
            } else {
                text.into_any()
            }
        })
        .collect_view();
    let gap = |whole: bool| (!whole).then_some("…");
    view! { <span dir="auto">{gap(snippet.begins)}{pieces}{gap(snippet.ends)}</span> }.into_any()
}

pub(super) fn plural_name(lang: Language, kind: Kind) -> String {
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
        <header class="head"><h1>{say!(lang, search.title)}</h1>{to_saved(lang)}</header>
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
