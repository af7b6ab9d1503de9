//! What a form held when its session had ended: kept sealed for the same person, given back once, sent only by them.

use super::sign_in::way_back;
use crate::ask::{Ask, own_path, with_next};
use crate::parts::{self, Nav, date_time, empty, hidden};
use crate::say;
use axum::http::StatusCode;
use axum::response::Response;
use domain::form::Pairs;
use domain::{Error, Language};
use leptos::prelude::*;

/// The longest answer that is shown in a row of its own instead of a field of several lines.
const ONE_ROW: usize = 60;

/// `GET /kept`
pub async fn show(ask: Ask) -> domain::Result<Response> {
    let posts = ask.store().kept_posts(ask.actor()?).await?;
    let next = way_back(&ask.query.get("next"));
    if posts.is_empty() {
        return Ok(nothing(&ask, &next));
    }
    let lang = ask.lang();
    let offset = ask.store().offset();
    let rows = posts
        .into_iter()
        .map(|(path, at)| {
            view! {
                <tr>
                    <th scope="row"><bdi class="code">{path}</bdi></th>
                    <td data-label=say!(lang, auth.kept_at)>{date_time(lang, at, offset)}</td>
                </tr>
            }
        })
        .collect_view();
    let view = view! {
        <header class="head"><h1>{say!(lang, auth.kept_title)}</h1></header>
        <div class="page">
            <div class="content stack">
                <p class="measure">{say!(lang, auth.kept_what)}</p>
                <div class="table-wrap">
                    <table class="table table--stack">
                        <caption>{say!(lang, auth.kept_list)}</caption>
                        <thead><tr><th scope="col">{say!(lang, auth.kept_page)}</th><th scope="col">{say!(lang, auth.kept_at)}</th></tr></thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
                <p class="measure">{say!(lang, auth.kept_show_what)}</p>
                <form class="form" method="post" action="/kept">
                    {hidden("next", &next)}
                    <div class="actions actions--still">
                        <button class="button button--main">{say!(lang, auth.kept_show)}</button>
                        <a class="button button--quiet" href=next>{say!(lang, auth.kept_later)}</a>
                    </div>
                </form>
            </div>
        </div>
    };
    Ok(parts::page(
        &ask,
        StatusCode::OK,
        Nav::Elsewhere,
        &say!(lang, auth.kept_title),
        view,
    ))
}

/// `POST /kept`
pub async fn take(ask: Ask, posted: Pairs) -> domain::Result<Response> {
    let actor = ask.actor()?;
    let next = way_back(&posted.get("next"));
    let (path, body) = match ask.store().take_kept_post(actor).await {
        Ok(kept) => kept,
        Err(Error::NotFound) => return Ok(nothing(&ask, &next)),
        Err(error) => return Err(error),
    };
    // It is gone from the store: from here on nothing may fail.
    let more = ask.store().has_kept_post(actor).await.unwrap_or(false);
    Ok(back(&ask, &path, &pairs(&body), &next, more))
}

fn nothing(ask: &Ask, next: &str) -> Response {
    let lang = ask.lang();
    let view = view! {
        <header class="head"><h1>{say!(lang, auth.kept_title)}</h1></header>
        {empty(say!(lang, auth.kept_none), say!(lang, auth.kept_none_what), Some((next.to_owned(), say!(lang, auth.go_on))))}
    };
    parts::page(ask, StatusCode::OK, Nav::Elsewhere, &say!(lang, auth.kept_title), view)
}

/// The fields of a kept form, in order; passwords are left out.
fn pairs(body: &str) -> Vec<(String, String)> {
    let read: Vec<(String, String)> = serde_html_form::from_str(body).unwrap_or_default();
    read.into_iter()
        .filter(|(name, _)| !name.contains("password"))
        .collect()
}

/// Whether an answer fits in a row; otherwise it gets a field of several lines.
fn is_short(value: &str) -> bool {
    value.chars().count() <= ONE_ROW && !value.contains('\n')
}

fn back(ask: &Ask, path: &str, fields: &[(String, String)], next: &str, more: bool) -> Response {
    let lang = ask.lang();
    let sent = fields.iter().map(|(name, value)| hidden(name, value)).collect_view();
    let more = more.then(|| view! { <p><a href=with_next("/kept", next)>{say!(lang, auth.kept_more)}</a></p> });
    let next = next.to_owned();
    let view = view! {
        <header class="head"><h1>{say!(lang, auth.kept_back)}</h1></header>
        <div class="page">
            <div class="content stack">
                <div class="notice" data-tone="amber"><p>{say!(lang, auth.kept_back_what)}</p></div>
                <dl class="dl"><div><dt>{say!(lang, auth.kept_page)}</dt><dd><bdi class="code">{path.to_owned()}</bdi></dd></div></dl>
                <p class="measure">{say!(lang, auth.kept_send_what)}</p>
                <form class="form" method="post" action=own_path(path)>
                    {sent}
                    <div class="actions actions--still">
                        <button class="button button--main">{say!(lang, auth.kept_send)}</button>
                        <a class="button button--quiet" href=next>{say!(lang, auth.kept_drop)}</a>
                    </div>
                </form>
                <section class="section"><h2>{say!(lang, auth.kept_text)}</h2>{texts(lang, fields)}</section>
                {more}
            </div>
        </div>
    };
    parts::page(ask, StatusCode::OK, Nav::Elsewhere, &say!(lang, auth.kept_back), view)
}

/// Everything that was typed, to be read and copied.
fn texts(lang: Language, fields: &[(String, String)]) -> AnyView {
    let filled: Vec<&(String, String)> = fields.iter().filter(|(_, value)| !value.is_empty()).collect();
    if filled.is_empty() {
        return view! { <p>{say!(lang, auth.kept_empty)}</p> }.into_any();
    }
    let long = filled
        .iter()
        .enumerate()
        .filter(|(_, (_, value))| !is_short(value))
        .map(|(at, (name, value))| {
            let id = format!("kept-{at}");
            let rows = (value.lines().count() + value.chars().count() / 70).clamp(3, 24).to_string();
            // A first line break after <textarea> is eaten by the browser: one more keeps the text whole.
            let text = format!("\n{value}");
            view! {
                <div class="field field--wide">
                    <label for=id.clone()><bdi class="code">{name.clone()}</bdi></label>
                    <textarea class="grow-text" id=id readonly=true rows=rows dir="auto" autocomplete="off" spellcheck="false">{text}</textarea>
                </div>
            }
        })
        .collect_view();
    let short = filled
        .iter()
        .filter(|(_, value)| is_short(value))
        .map(|(name, value)| view! { <div><dt><bdi class="code">{name.clone()}</bdi></dt><dd dir="auto">{value.clone()}</dd></div> })
        .collect_view();
    view! {
        <div class="form">{long}</div>
        <h3>{say!(lang, auth.kept_values)}</h3>
        <dl class="dl">{short}</dl>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_comes_back_but_passwords() {
        let back = pairs("title=%D8%A3&text=a%0D%0Ab&tag=1&tag=2&password=x&new_password=y&empty=");
        let expected = [
            ("title", "أ"),
            ("text", "a\r\nb"),
            ("tag", "1"),
            ("tag", "2"),
            ("empty", ""),
        ];
        assert_eq!(back, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
        assert!(pairs("").is_empty());
    }

    #[test]
    fn long_answers_get_a_field() {
        assert!(is_short("C-2025-0007"));
        assert!(!is_short("a\nb"));
        assert!(!is_short(&"ab ".repeat(40)));
    }
}
