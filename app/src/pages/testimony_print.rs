//! The print view of a testimony. Opening it is the logged act.

use super::testimony::{interview, state_chip, statement};
use crate::ask::Ask;
use crate::parts::{self, Nav, time_of};
use crate::say;
use axum::http::StatusCode;
use axum::response::Response;
use domain::Language;
use leptos::prelude::*;

/// `GET /testimonies/{code}/print`
pub async fn show(ask: Ask) -> domain::Result<Response> {
    let actor = ask.actor()?;
    let testimony = ask.store().print_testimony(actor, &ask.code()?).await?;
    let lang = ask.lang();
    let code = testimony.head.code.to_string();
    let committee = ask
        .store()
        .committee()
        .map(|committee| committee.name)
        .unwrap_or_default();
    let at = time_of(lang, ask.store().now(), ask.store().offset());
    let printed = say!(
        lang,
        testimony.printed,
        at = at,
        who = ask.store().staff_name(actor.account)
    );
    let version = say!(
        lang,
        testimony.version,
        number = testimony.statement_version.to_string()
    );
    let title = say!(lang, testimony.print_title, code = code.clone());
    let view = view! {
        <p class="no-print">
            <a href=testimony.head.code.path()><span class="arrow arrow--back" aria-hidden="true"></span>{say!(lang, testimony.print_again)}</a>
            " · "
            {say!(lang, testimony.print_how)}
        </p>
        <header class="print-head">
            <p><bdi>{committee}</bdi></p>
            <p><bdi class="code">{code.clone()}</bdi>" · "{version}" · "{state_chip(lang, testimony.status)}</p>
            <p>{printed}</p>
        </header>
        <h1>{say!(lang, testimony.edit_title, code = code)}</h1>
        <section class="section"><h2>{say!(lang, testimony.facts)}</h2>{interview(&ask, &testimony)}</section>
        <section class="section"><h2>{say!(lang, testimony.statement)}</h2>{statement(lang, &testimony.statement)}</section>
        {signatures(lang)}
    };
    Ok(parts::page(&ask, StatusCode::OK, Nav::Testimonies, &title, view))
}

/// Lines to sign on.
fn signatures(lang: Language) -> AnyView {
    let lines = [
        say!(lang, testimony.signature_witness),
        say!(lang, testimony.signature_first),
        say!(lang, testimony.signature_second),
        say!(lang, testimony.signature_date),
    ];
    let lines = lines
        .into_iter()
        .map(|line| view! { <div><dt>{line}</dt><dd>"……………………………………………………"</dd></div> })
        .collect_view();
    view! { <section class="section"><h2>{say!(lang, testimony.signature)}</h2><dl class="dl">{lines}</dl></section> }
        .into_any()
}
