//! The form of consents for a signature on paper, in the language of the interview. Opening it is the logged act.

use crate::ask::Ask;
use crate::parts::{self, Nav, time_of};
use crate::say;
use axum::http::StatusCode;
use axum::response::Response;
use domain::Language;
use domain::consent::{Identity, cells, most_for};
use domain::vocabulary::{CONSENT_PURPOSE, CONSENT_RECIPIENT};
use leptos::prelude::*;

/// An empty box to tick on paper.
const BOX: &str = "☐";

/// `GET /testimonies/{code}/consents/print`
pub async fn show(ask: Ask) -> domain::Result<Response> {
    let actor = ask.actor()?;
    let testimony = ask.store().print_testimony(actor, &ask.code()?).await?;
    let lang = super::testimony_print::language_of(&testimony, ask.lang());
    let code = testimony.head.code.clone();
    let store = ask.store();
    let committee = store.committee().map(|committee| committee.name).unwrap_or_default();
    let printed = say!(
        lang,
        testimony.printed,
        at = time_of(lang, store.now(), store.offset()),
        who = store.staff_name(actor.account)
    );
    let witness = testimony.witness.as_ref().map(|(code, _)| code.to_string());
    let rows = cells()
        .map(|(purpose, recipient)| row(lang, purpose, recipient))
        .collect_view();
    let title = say!(ask.lang(), consent_form.print_title, code = code.to_string());
    let lines = [
        say!(lang, consent_form.sign_person),
        say!(lang, consent_form.sign_guardian),
        say!(lang, consent_form.sign_explained),
        say!(lang, testimony.signature_interpreter),
        say!(lang, testimony.signature_date),
    ]
    .map(|line| view! { <div><dt>{line}</dt><dd class="sign-here"></dd></div> })
    .collect_view();
    let points = [
        say!(lang, consent_form.free),
        say!(lang, consent_form.each),
        say!(lang, consent_form.withdraw),
        say!(lang, consent_form.expires),
        say!(lang, consent_form.limits),
    ]
    .map(|point| view! { <li>{point}</li> })
    .collect_view();
    let view = view! {
        <p class="no-print">
            <a href=format!("{}/consents", code.path())><span class="arrow arrow--back" aria-hidden="true"></span>{say!(ask.lang(), consent_form.back)}</a>
            " · "
            {say!(ask.lang(), testimony.print_how)}
        </p>
        <article class="copy" lang=lang.code() dir=lang.dir()>
            <header class="print-head">
                <p><bdi>{committee}</bdi></p>
                <p><bdi class="code">{code.to_string()}</bdi>" · "{say!(lang, testimony.witness)}" "<bdi class="code">{witness}</bdi></p>
                <p>{printed}</p>
            </header>
            <h1>{say!(lang, consent_form.title)}</h1>
            <ul>{points}</ul>
            <table class="table paper-form">
                <caption>{say!(lang, consent_form.caption)}</caption>
                <thead>
                    <tr>
                        <th scope="col" class="grow">{say!(lang, consent_form.purpose)}</th>
                        <th scope="col">{say!(lang, consent_form.yes)}</th>
                        <th scope="col">{say!(lang, consent_form.no)}</th>
                        <th scope="col">{say!(lang, consent_form.identity)}</th>
                        <th scope="col" class="grow">{say!(lang, consent_form.conditions)}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
            <section class="section signatures"><h2>{say!(lang, testimony.signature)}</h2><dl class="dl">{lines}</dl></section>
        </article>
    };
    Ok(parts::page(&ask, StatusCode::OK, Nav::Testimonies, &title, view))
}

fn row(lang: Language, purpose: &str, recipient: &str) -> AnyView {
    let levels = Identity::ALL
        .iter()
        .filter(|level| **level <= most_for(purpose))
        .map(|level| view! { <span class="paper-box">{BOX}" "{level.label(lang)}</span> " " })
        .collect_view();
    view! {
        <tr>
            <th scope="row" class="grow">{CONSENT_PURPOSE.label(purpose, lang).to_owned()}<br/><span class="muted">{CONSENT_RECIPIENT.label(recipient, lang).to_owned()}</span></th>
            <td>{BOX}</td>
            <td>{BOX}</td>
            <td>{levels}</td>
            <td class="grow sign-here"></td>
        </tr>
    }
    .into_any()
}
