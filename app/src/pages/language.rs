//! The reader's language, and the page that lists the keys.

use super::sign_in::way_back;
use crate::ask::{Ask, see_other};
use crate::parts::{self, Nav};
use crate::say;
use crate::visit::{LANGUAGE_COOKIE, set_cookie};
use axum::http::{StatusCode, header};
use axum::response::Response;
use domain::Language;
use domain::form::Pairs;
use leptos::prelude::*;

const YEAR: u32 = 365 * 24 * 60 * 60;

/// `POST /language`
pub async fn choose(ask: Ask, posted: Pairs) -> domain::Result<Response> {
    let next = posted.get("next");
    // These two are left by their own forms only, and shown in the new language.
    let next = if next.starts_with("/sign-in") || next.starts_with("/step-up") || next.starts_with("/kept") {
        crate::ask::own_path(&next)
    } else {
        way_back(&next)
    };
    let mut response = see_other(&next);
    let Some(language) = Language::parse(&posted.get("language")) else {
        return Ok(response);
    };
    if let Ok(actor) = ask.visit.half_actor()
        && actor.language != language
    {
        ask.store().set_language(actor, language).await?;
    }
    let cookie = set_cookie(LANGUAGE_COOKIE, language.code(), ask.visit.secure, Some(YEAR));
    response.headers_mut().append(header::SET_COOKIE, cookie);
    Ok(response)
}

/// `GET /keys`
pub async fn keys(ask: Ask) -> domain::Result<Response> {
    ask.actor()?;
    let lang = ask.lang();
    let key = |keys: &[&'static str]| {
        let parts: Vec<AnyView> = keys
            .iter()
            .enumerate()
            .map(|(at, key)| view! { {(at > 0).then_some("+")}<kbd>{*key}</kbd> }.into_any())
            .collect();
        view! { <bdi dir="ltr">{parts}</bdi> }.into_any()
    };
    let twice = view! { {key(&["Esc"])} " " {say!(lang, keys.twice)} }.into_any();
    let arrows = view! { <kbd>"↑"</kbd> " " <kbd>"↓"</kbd> }.into_any();
    let paragraph = view! { {key(&["Alt", "↑"])} " " {key(&["Alt", "↓"])} }.into_any();
    let zoom = view! { <bdi dir="ltr"><kbd>"+"</kbd> " " <kbd>"−"</kbd> " " <kbd>"0"</kbd></bdi> }.into_any();
    let rows = [
        (key(&["Ctrl", "S"]), say!(lang, keys.save)),
        (key(&["Ctrl", "Enter"]), say!(lang, keys.file)),
        (key(&["/"]), say!(lang, keys.search)),
        (key(&["M"]), say!(lang, keys.mark)),
        (twice, say!(lang, keys.hide)),
        (key(&["?"]), say!(lang, keys.this)),
        (arrows, say!(lang, keys.arrows)),
        (paragraph, say!(lang, keys.paragraph)),
        (zoom, say!(lang, keys.zoom)),
    ]
    .into_iter()
    .map(|(key, does)| view! { <tr><th scope="row">{key}</th><td data-label=say!(lang, keys.does)>{does}</td></tr> })
    .collect_view();
    let view = view! {
        <header class="head"><h1>{say!(lang, keys.title)}</h1></header>
        <div class="page">
            <div class="content stack">
                <p class="measure">{say!(lang, keys.what)}</p>
                <div class="table-wrap">
                    <table class="table table--stack table--roomy">
                        <caption>{say!(lang, keys.caption)}</caption>
                        <thead><tr><th scope="col">{say!(lang, keys.key)}</th><th scope="col">{say!(lang, keys.does)}</th></tr></thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
            </div>
        </div>
    };
    Ok(parts::page(
        &ask,
        StatusCode::OK,
        Nav::Elsewhere,
        &say!(lang, keys.title),
        view,
    ))
}
