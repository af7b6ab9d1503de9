//! The print views of a testimony: whole, and as the copy that is read back to the witness. Opening one is the logged act.
//!
//! While the committee's own analysis does not hold, the paper of the whole says so. The copy for the witness is always
//! allowed, and says nothing of it: the screen does, to whoever prints it.

use super::testimony::{analysis_notice, shown, state_chip, statement, tag};
use super::testimony_answers::{facts, summary};
use crate::ask::Ask;
use crate::parts::{self, Nav, date, time_of};
use crate::say;
use axum::http::StatusCode;
use axum::response::Response;
use domain::Language;
use domain::testimony::{Paragraph, Step};
use leptos::prelude::*;
use store::TestimonyView;

/// `GET /testimonies/{code}/print`; with `?copy=read-back` the copy for the witness, in the language of the interview.
pub async fn show(ask: Ask) -> domain::Result<Response> {
    let testimony = ask.store().print_testimony(ask.actor()?, &ask.code()?).await?;
    Ok(if ask.query.get("copy") == "read-back" {
        read_back(&ask, &testimony)
    } else {
        whole(&ask, &testimony)
    })
}

/// Committee, code, version, hash, when and by whom it was printed: at the head of every print.
fn head(ask: &Ask, lang: Language, testimony: &TestimonyView) -> AnyView {
    let store = ask.store();
    let committee = store.committee().map(|committee| committee.name).unwrap_or_default();
    let who = ask
        .actor()
        .map(|actor| store.staff_name(actor.account))
        .unwrap_or_default();
    let printed = say!(
        lang,
        testimony.printed,
        at = time_of(lang, store.now(), store.offset()),
        who = who
    );
    let version = say!(
        lang,
        testimony.version,
        number = testimony.statement_version.to_string()
    );
    let revision = say!(lang, testimony.revision, number = testimony.head.version.to_string());
    let hash = testimony
        .sha256
        .clone()
        .map(|hash| view! { <p>"SHA-256 "<bdi class="code code--long">{hash}</bdi></p> });
    view! {
        <header class="print-head">
            <p><bdi>{committee}</bdi></p>
            <p><bdi class="code">{testimony.head.code.to_string()}</bdi>" · "{version}" · "{revision}" · "{state_chip(lang, testimony.status)}</p>
            {hash}
            <p>{printed}</p>
        </header>
    }
    .into_any()
}

fn back(ask: &Ask, testimony: &TestimonyView) -> AnyView {
    let lang = ask.lang();
    view! {
        <p class="no-print">
            <a href=testimony.head.code.path()><span class="arrow arrow--back" aria-hidden="true"></span>{say!(lang, testimony.print_again)}</a>
            " · "
            {say!(lang, testimony.print_how)}
        </p>
    }
    .into_any()
}

fn whole(ask: &Ask, testimony: &TestimonyView) -> Response {
    let lang = ask.lang();
    let code = testimony.head.code.to_string();
    let title = say!(lang, testimony.print_title, code = code.clone());
    let view = view! {
        {back(ask, testimony)}
        {head(ask, lang, testimony)}
        {analysis_notice(lang, testimony)}
        <h1>{say!(lang, testimony.edit_title, code = code)}</h1>
        <section class="section"><h2>{Step::Account.label(lang)}</h2>{summary(&testimony.statement)}{statement(lang, &testimony.statement)}</section>
        {facts(ask, lang, &testimony.statement, &testimony.withheld)}
        {signatures(lang, testimony, None::<()>)}
    };
    parts::page(ask, StatusCode::OK, Nav::Testimonies, &title, view)
}

/// The language that a witness reads, as far as the screens speak it.
pub(super) fn language_of(testimony: &TestimonyView, reader: Language) -> Language {
    let answers = &testimony.statement.answers;
    match answers.get("language").split('-').next() {
        Some("ar") => Language::Arabic,
        Some("en") => Language::English,
        _ => reader,
    }
}

/// What is read back: the paragraphs alone, each in the words of the interview, and room to sign. Nothing that names the
/// witness, and nothing that the committee noted for itself.
fn read_back(ask: &Ask, testimony: &TestimonyView) -> Response {
    let lang = language_of(testimony, ask.lang());
    let answers = &testimony.statement.answers;
    let code = testimony.head.code.to_string();
    let title = say!(ask.lang(), testimony.print_title, code = code.clone());
    let spoken = answers.get("language").to_owned();
    let paragraphs = testimony.statement.clone().numbered().paragraphs;
    let paragraphs = paragraphs
        .iter()
        .map(|paragraph| said(paragraph, &spoken))
        .collect_view();
    let witness = testimony.witness.as_ref().map(|(code, _)| {
        view! { {say!(lang, testimony.witness)}" "<bdi class="code">{code.to_string()}</bdi>" · " }
    });
    let day = answers.get("interview_date");
    let day = (!day.trim().is_empty()).then(|| date(lang, day));
    let declared = view! {
        <p class="declaration">{say!(lang, testimony.declaration)}</p>
        <p class="help">{say!(lang, testimony.copy_why)}</p>
    };
    let view = view! {
        {back(ask, testimony)}
        <div class="no-print">{analysis_notice(ask.lang(), testimony)}</div>
        <article class="copy" lang=lang.code() dir=lang.dir()>
            {head(ask, lang, testimony)}
            <h1>{say!(lang, testimony.copy_title)}</h1>
            <p>{witness}{day}</p>
            <ol class="statement statement--read">{paragraphs}</ol>
            {signatures(lang, testimony, Some(declared))}
        </article>
    };
    parts::page(ask, StatusCode::OK, Nav::Testimonies, &title, view)
}

/// A paragraph in the language of the interview: its text, or the translation where it was written in another.
fn said(paragraph: &Paragraph, spoken: &str) -> AnyView {
    let number = paragraph.number.unwrap_or_default();
    let own = paragraph.language == spoken || paragraph.language.is_empty() || paragraph.translation.is_blank();
    let (text, language) = if own {
        (&paragraph.text, paragraph.language.as_str())
    } else {
        (&paragraph.translation, spoken)
    };
    view! { <li class="para"><span class="para-n">{number}</span><p class="para-text" lang=tag(language) dir="auto">{shown(text)}</p></li> }.into_any()
}

/// Lines to sign on, never apart from what is signed: the declaration, and the code and version of the statement.
fn signatures(lang: Language, testimony: &TestimonyView, declared: Option<impl IntoView + 'static>) -> AnyView {
    let answers = &testimony.statement.answers;
    let second = !answers.get("second_interviewer").trim().is_empty();
    let interpreter = answers.has("interpreter", "yes");
    let lines = [
        Some(say!(lang, testimony.signature_witness)),
        Some(say!(lang, testimony.signature_first)),
        second.then(|| say!(lang, testimony.signature_second)),
        interpreter.then(|| say!(lang, testimony.signature_interpreter)),
        Some(say!(lang, testimony.signature_date)),
    ];
    let lines = lines
        .into_iter()
        .flatten()
        .map(|line| view! { <div><dt>{line}</dt><dd class="sign-here"></dd></div> })
        .collect_view();
    let version = say!(
        lang,
        testimony.version,
        number = testimony.statement_version.to_string()
    );
    view! {
        <section class="section signatures">
            {declared}
            <h2>{say!(lang, testimony.signature)}</h2>
            <p class="muted"><bdi class="code">{testimony.head.code.to_string()}</bdi>" · "{version}</p>
            <dl class="dl">{lines}</dl>
        </section>
    }
    .into_any()
}
