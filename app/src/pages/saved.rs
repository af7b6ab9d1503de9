//! Saved searches: one's own alone. They are opened by a form, since each opening makes an address for the results that says
//! nothing of them.

use crate::ask::{Ask, problems, see_other};
use crate::parts::fields::Input;
use crate::parts::{self, Form, Nav, code_link, date_time, empty, hidden, input, problems_summary};
use crate::say;
use axum::http::StatusCode;
use axum::response::Response;
use domain::form::{FromPairs, Pairs};
use domain::saved::SavedForm;
use domain::{Actor, Error, Language, Problem, Words};
use leptos::prelude::*;
use store::{SavedView, Total};
use uuid::Uuid;

/// `GET /searches`
pub async fn list(ask: Ask) -> domain::Result<Response> {
    let searches = ask.store().saved_searches(ask.actor()?).await?;
    let lang = ask.lang();
    let list = if searches.is_empty() {
        let way = ("/search".to_owned(), say!(lang, saved.search));
        empty(say!(lang, saved.none), say!(lang, saved.none_why), Some(way))
    } else {
        table(&ask, &searches)
    };
    let new = (!searches.is_empty()).then(|| view! { <a class="button" href="/search">{say!(lang, saved.search)}</a> });
    let title = say!(lang, saved.title);
    let view = view! {
        <header class="head"><h1>{title.clone()}</h1><p class="measure">{say!(lang, saved.what)}</p><div class="head-do">{new}</div></header>
        {list}
    };
    Ok(parts::page(&ask, StatusCode::OK, Nav::Elsewhere, &title, view))
}

fn table(ask: &Ask, searches: &[SavedView]) -> AnyView {
    let lang = ask.lang();
    let rows = searches.iter().map(|search| row(ask, search)).collect_view();
    view! {
        <div class="table-wrap">
            <table class="table table--stack table--roomy table--top">
                <caption class="visually-hidden">{say!(lang, saved.title)}</caption>
                <thead>
                    <tr>
                        <th scope="col">{say!(lang, saved.name)}</th>
                        <th scope="col">{say!(lang, saved.news)}</th>
                        <th scope="col">{say!(lang, saved.searched)}</th>
                        <th scope="col">{say!(lang, saved.within)}</th>
                        <th scope="col">{say!(lang, saved.seen)}</th>
                        <th scope="col"><span class="visually-hidden">{say!(lang, saved.change)}</span></th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn row(ask: &Ask, search: &SavedView) -> AnyView {
    let (lang, offset) = (ask.lang(), ask.store().offset());
    let within = match (search.kind, &search.case) {
        (None, None) => view! { <span class="muted nowrap">{say!(lang, saved.everything)}</span> }.into_any(),
        (kind, case) => {
            let kind = kind.map(|kind| super::search::plural_name(lang, kind));
            let both = kind.is_some() && case.is_some();
            let case = case.as_ref().map(code_link);
            view! { <span class="nowrap">{kind}{both.then_some(" · ")}{case}</span> }.into_any()
        }
    };
    let change = format!("{}: {}", say!(lang, saved.change), search.name.as_str());
    view! {
        <tr>
            <th scope="row">{open_form(lang, search, "as-link", view! { <span dir="auto">{search.name.to_string()}</span> })}</th>
            <td data-label=say!(lang, saved.news)>{news(lang, search.new)}</td>
            <td data-label=say!(lang, saved.searched)><span dir="auto">{search.typed.to_string()}</span></td>
            <td data-label=say!(lang, saved.within)>{within}</td>
            <td data-label=say!(lang, saved.seen)>{date_time(lang, search.seen_at, offset)}</td>
            <td><a href=format!("/searches/{}", search.id) aria-label=change>{say!(lang, saved.change)}</a></td>
        </tr>
    }
    .into_any()
}

/// The button that searches again.
fn open_form(lang: Language, search: &SavedView, class: &'static str, word: impl IntoView + 'static) -> AnyView {
    let label = format!("{}: {}", say!(lang, saved.open), search.name.as_str());
    view! {
        <form method="post" action="/searches">
            {hidden("open", &search.id.to_string())}
            <button class=class aria-label=label>{word.into_any()}</button>
        </form>
    }
    .into_any()
}

/// How many are new, in words.
pub(super) fn news(lang: Language, new: Option<Total>) -> AnyView {
    match new {
        None => view! { <span class="muted nowrap">{say!(lang, saved.not_watched)}</span> }.into_any(),
        Some(Total::Exactly(0)) => {
            view! { <span class="muted nowrap">{say!(lang, saved.nothing_new)}</span> }.into_any()
        }
        Some(new) => view! { <span class="chip" data-tone="accent">{count(lang, new)}</span> }.into_any(),
    }
}

fn count(lang: Language, new: Total) -> String {
    match new {
        Total::Exactly(count) => say!(lang, saved.new, count = count),
        Total::MoreThan(count) => say!(lang, saved.more_new, count = count.to_string()),
    }
}

/// A name in quotation marks.
pub(super) fn quoted(lang: Language, name: &Words) -> AnyView {
    let (opens, closes) = match lang {
        Language::English => ("“", "”"),
        Language::Arabic => ("«", "»"),
    };
    view! { {opens}<bdi>{name.to_string()}</bdi>{closes} }.into_any()
}

/// Name and wish.
pub(super) fn fields(form: Form<'_>, typed: &SavedForm) -> AnyView {
    let lang = form.lang;
    let like = Input {
        required: true,
        ..Input::default()
    };
    view! {
        {input(form, "name", say!(lang, saved.name), &typed.name, like)}
        <label class="check">
            <input type="checkbox" id="watched" name="watched" value="yes" checked=typed.watched/>
            " "{say!(lang, saved.watched)}" "
            <span class="help">{say!(lang, saved.watched_help)}</span>
        </label>
    }
    .into_any()
}

fn id(text: &str) -> Uuid {
    // What is no id is nobody's: the store says so, to whom it may.
    text.parse().unwrap_or(Uuid::nil())
}

/// `POST /searches`: searches again.
pub async fn open(ask: Ask, posted: Pairs) -> domain::Result<Response> {
    let opened = ask.store().open_saved(ask.actor()?, id(&posted.get("open"))).await?;
    let filter = store::SearchFilter {
        kind: opened.kind,
        case: opened.case,
        ..store::SearchFilter::default()
    };
    Ok(see_other(&super::search::address(&opened.ticket, &filter)))
}

/// `GET /searches/{id}`
pub async fn show(ask: Ask) -> domain::Result<Response> {
    let search = ask.store().saved_search(ask.actor()?, id(ask.param("id"))).await?;
    let typed = SavedForm {
        name: search.name.to_string(),
        watched: search.new.is_some(),
        ..SavedForm::default()
    };
    Ok(change_page(&ask, StatusCode::OK, &search, &typed, &[]))
}

/// `POST /searches/{id}`: renames, watches, deletes.
pub async fn change(ask: Ask, posted: Pairs) -> domain::Result<Response> {
    let (actor, search) = (ask.actor()?, id(ask.param("id")));
    if posted.get("do") == "delete" {
        ask.store().delete_saved(actor, search).await?;
        return Ok(see_other("/searches"));
    }
    let form = SavedForm::from_pairs(&posted);
    let changed = match form.check() {
        Ok(draft) => ask.store().change_saved(actor, search, &draft).await,
        Err(problems) => Err(Error::Invalid(problems)),
    };
    match changed {
        Ok(()) => Ok(see_other("/searches")),
        Err(error) => {
            let problems = problems(error)?;
            let search = ask.store().saved_search(actor, search).await?;
            Ok(change_page(
                &ask,
                StatusCode::UNPROCESSABLE_ENTITY,
                &search,
                &form,
                &problems,
            ))
        }
    }
}

fn change_page(ask: &Ask, status: StatusCode, search: &SavedView, typed: &SavedForm, problems: &[Problem]) -> Response {
    let lang = ask.lang();
    let form = Form { lang, problems };
    let title = say!(lang, saved.change_title);
    let view = view! {
        <header class="head"><h1>{title.clone()}</h1></header>
        <div class="page"><div class="content">
            {problems_summary(form, |_| say!(lang, saved.name))}
            <form class="form" method="post">
                {fields(form, typed)}
                <div class="field"><span class="label">{say!(lang, saved.searched)}</span><p><span dir="auto">{search.typed.to_string()}</span></p></div>
                <div class="actions actions--still">
                    <button class="button button--main" name="do" value="save">{say!(lang, common.save)}</button>
                    <a class="button button--quiet" href="/searches">{say!(lang, common.cancel)}</a>
                </div>
            </form>
            <section class="section">
                <h2>{say!(lang, saved.delete)}</h2>
                <p class="measure">{say!(lang, saved.delete_what)}</p>
                <form method="post"><p><button class="button button--danger" name="do" value="delete">{say!(lang, saved.delete)}</button></p></form>
            </section>
        </div></div>
    };
    parts::page(ask, status, Nav::Elsewhere, &title, view)
}

/// What is new in one's watched searches, on "My work"; nothing for who has saved none.
pub(super) async fn home_section(ask: &Ask, actor: &Actor) -> domain::Result<AnyView> {
    let searches = ask.store().saved_searches(actor).await?;
    if searches.is_empty() {
        return Ok(().into_any());
    }
    let lang = ask.lang();
    let items: Vec<AnyView> = searches
        .iter()
        .filter(|search| search.has_news())
        .filter_map(|search| Some((search, search.new?)))
        .map(|(search, new)| {
            view! { <li class="row"><span><b>{quoted(lang, &search.name)}</b>": "{count(lang, new)}</span>{open_form(lang, search, "button button--small", say!(lang, saved.open))}</li> }.into_any()
        })
        .collect();
    let list = if items.is_empty() {
        view! { <p class="muted">{say!(lang, saved.home_none)}</p> }.into_any()
    } else {
        view! { <ul class="list news">{items}</ul> }.into_any()
    };
    Ok(view! { <section class="section"><header><h2>{say!(lang, saved.title)}</h2><a href="/searches">{say!(lang, saved.home_all)}</a></header>{list}</section> }.into_any())
}
