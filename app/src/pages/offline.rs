//! Writing without a connection: the page that a device keeps, and the files around it.
//!
//! The page is a shell. It holds words of the screens and vocabularies, nothing of the record and nobody's name, and is
//! the same bytes for everybody: the one page a browser may keep. What is written in it stays on the device, sealed, until
//! `offline_line` takes it in. The service worker's scope is `/offline`: it is never asked about any other page.
//!
//! The browser's side is written in JavaScript by hand (`script/offline*.js`, `worker/offline.js`), because a service worker has
//! to be, and because the rest is calls of WebCrypto and `IndexedDB`: an eighth of what the islands' module weighs. Its
//! limits come with the page out of `domain::offline`; its words come with the page too.

use crate::ask::{Ask, see_other};
use crate::parts::fields::EMPTY;
use crate::parts::{self, Form, frame};
use crate::say;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::form::{LONG, SHORT};
use domain::offline::{self, CLOCK, DAYS, DEVICES, IDLE, PASSPHRASE, ROUNDS, WORDS};
use domain::testimony::{PARAGRAPH, PARAGRAPHS, Question, Shape, Step};
use domain::vocabulary::{BASIS, INTERVIEW_LANGUAGE, Vocabulary};
use domain::{Error, Language};
use leptos::prelude::*;
use serde_json::json;
use std::hash::{DefaultHasher, Hash, Hasher};

const WORKER_ALLOWED: HeaderName = HeaderName::from_static("service-worker-allowed");
/// A browser may keep it, and asks each time whether there is a newer one.
const KEPT: HeaderValue = HeaderValue::from_static("no-cache");
const WORKER: &str = include_str!("../../worker/offline.js");

/// `GET /offline`: the shell in the reader's language.
pub async fn enter(ask: Ask) -> domain::Result<Response> {
    Ok(see_other(&path(ask.lang())))
}

/// `GET /offline/{language}`
pub async fn show(ask: Ask) -> domain::Result<Response> {
    let lang = Language::parse(ask.param("language")).ok_or(Error::NotFound)?;
    Ok(kept("text/html; charset=utf-8", shell(&ask, lang)))
}

/// `GET /offline/worker.js`: changes whenever what it keeps has changed, so that browsers take the new one.
pub async fn worker(ask: Ask) -> domain::Result<Response> {
    let assets = &ask.state.assets;
    let files = [
        &assets.css,
        &assets.offline.page,
        &assets.offline.vault,
        &assets.offline.line,
        &assets.offline.form,
        &assets.offline.icon,
    ];
    let pages = Language::ALL.map(path);
    let mut hash = DefaultHasher::new();
    (Language::ALL.map(|lang| shell(&ask, lang)), files).hash(&mut hash);
    let script = WORKER
        .replace("{version}", &format!("{:016x}", hash.finish()))
        .replace("[\"{pages}\"]", &json!(pages).to_string())
        .replace("[\"{files}\"]", &json!(files).to_string());
    let mut response = kept("text/javascript; charset=utf-8", script);
    response
        .headers_mut()
        .insert(WORKER_ALLOWED, HeaderValue::from_static("/offline"));
    Ok(response)
}

/// `GET /manifest.webmanifest`: makes the shell installable. The committee is not named on the device.
pub async fn manifest(ask: Ask) -> domain::Result<Response> {
    let manifest = json!({
        "id": "/offline",
        "name": "Sijill · سجل",
        "short_name": "Sijill",
        "start_url": "/offline",
        "scope": "/offline",
        "display": "standalone",
        "background_color": "#fcfaf5",
        "theme_color": "#0d5a5e",
        "icons": [
            { "src": ask.state.assets.offline.icon, "sizes": "any", "type": "image/svg+xml", "purpose": "any" },
            { "src": ask.state.assets.offline.icon, "sizes": "any", "type": "image/svg+xml", "purpose": "maskable" },
        ],
    });
    Ok(kept("application/manifest+json", manifest.to_string()))
}

fn path(lang: Language) -> String {
    format!("/offline/{}", lang.code())
}

fn kept(kind: &'static str, body: String) -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        (header::CACHE_CONTROL, KEPT),
    ];
    (StatusCode::OK, headers, body).into_response()
}

/// The page, the same for everybody: nothing of the visit goes into it.
fn shell(ask: &Ask, lang: Language) -> String {
    let assets = &ask.state.assets;
    let (page, vault, line, form) = (
        assets.offline.page.clone(),
        assets.offline.vault.clone(),
        assets.offline.line.clone(),
        assets.offline.form.clone(),
    );
    let body = frame::html(|| {
        view! {
            {head(lang)}
            <main
                id="offline"
                class="main offline"
                tabindex="-1"
                data-days=DAYS.to_string()
                data-rounds=ROUNDS.to_string()
                data-least=PASSPHRASE.to_string()
                data-words=WORDS.to_string()
                data-clock=CLOCK.to_string()
                data-idle=IDLE.to_string()
                data-paragraphs=PARAGRAPHS.to_string()
            >
                <noscript><div class="notice" data-tone="amber"><p>{say!(lang, offline.no_script)}</p></div></noscript>
                <div id="notices" role="alert"></div>
                {before(lang)}
                {enrol(lang)}
                {unlock(lang)}
                {drafts(lang)}
                {write(lang)}
                {conflict(lang)}
                {question(lang)}
            </main>
            {words(lang)}
            {paragraph(lang)}
            <script type="module" src=page data-vault=vault data-line=line data-form=form></script>
        }
        .into_any()
    });
    format!(
        "<!DOCTYPE html><html lang=\"{}\" dir=\"{}\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta name=\"color-scheme\" content=\"light dark\"><title>Sijill</title><link rel=\"stylesheet\" href=\"{}\">\
         <link rel=\"manifest\" href=\"/manifest.webmanifest\"><link rel=\"icon\" type=\"image/svg+xml\" href=\"{}\"></head><body>{body}</body></html>",
        lang.code(),
        lang.dir(),
        assets.css,
        assets.offline.icon,
    )
}

fn head(lang: Language) -> AnyView {
    let languages = Language::ALL
        .map(|other| {
            let here = (other == lang).then_some("true");
            view! { <a href=path(other) lang=other.code() aria-current=here>{other.own_name()}</a> }
        })
        .into_iter()
        .collect_view();
    view! {
        <header class="plain-head">
            <p class="bar-name">"Sijill"</p>
            <p role="status"><span class="chip" id="line" data-tone="amber">{say!(lang, offline.line_unknown)}</span></p>
            <nav class="bar-lang" aria-label=say!(lang, frame.language)>{languages}</nav>
        </header>
    }
    .into_any()
}

/// What stands there before anything is open: waiting, and what prevents it.
fn before(lang: Language) -> AnyView {
    let sign_in = format!("/sign-in?next={}", path(lang));
    view! {
        <section data-view="wait" class="stack measure"><h1 tabindex="-1">{say!(lang, offline.title)}</h1><p class="muted">{say!(lang, offline.wait)}</p></section>
        <section data-view="unable" class="stack measure" hidden><h1 tabindex="-1">{say!(lang, offline.unable)}</h1><p>{say!(lang, offline.unable_what)}</p></section>
        <section data-view="busy" class="stack measure" hidden>
            <h1 tabindex="-1">{say!(lang, offline.busy)}</h1>
            <p>{say!(lang, offline.busy_what)}</p>
            <p><button class="button" type="button" data-do="again">{say!(lang, offline.again)}</button></p>
        </section>
        <section data-view="apart" class="stack measure" hidden>
            <h1 tabindex="-1">{say!(lang, offline.apart)}</h1>
            <p>{say!(lang, offline.apart_what)}</p>
            <p class="row">
                <a class="button button--main" href=sign_in data-needs-line="">{say!(lang, auth.sign_in)}</a>
                <button class="button" type="button" data-do="again">{say!(lang, offline.again)}</button>
            </p>
        </section>
    }
    .into_any()
}

/// What keeping drafts on a device means, before and after.
fn limits(lang: Language) -> AnyView {
    let days = u32::try_from(DAYS).unwrap_or(u32::MAX);
    view! {
        <ul class="help">
            <li>{say!(lang, offline.limit_sealed)}</li>
            <li>{say!(lang, offline.limit_open, minutes = IDLE.to_string())}</li>
            <li>{say!(lang, offline.limit_passphrase)}</li>
            <li>{say!(lang, offline.limit_days, count = days)}</li>
            <li>{say!(lang, offline.limit_revoke)}</li>
        </ul>
    }
    .into_any()
}

/// A field for the passphrase. Named as a one-time code, so that no browser offers to keep it.
fn secret(lang: Language, id: &str, label: String, help: &str) -> AnyView {
    let described = if help.is_empty() {
        format!("{id}-error")
    } else {
        format!("{id}-help {id}-error")
    };
    let control = view! {
        <input id=id.to_owned() type="password" dir="auto" autocomplete="one-time-code" spellcheck="false" autocapitalize="none" maxlength="300" aria-describedby=described/>
        <p class="error" id=format!("{id}-error") hidden></p>
    };
    parts::field(Form { lang, problems: &[] }, id, label, help, false, "", control)
}

fn enrol(lang: Language) -> AnyView {
    let help = say!(
        lang,
        offline.passphrase_help,
        least = PASSPHRASE.to_string(),
        words = WORDS.to_string()
    );
    view! {
        <section data-view="enrol" class="stack measure" hidden>
            <h1 tabindex="-1">{say!(lang, offline.enrol)}</h1>
            <p>{say!(lang, offline.enrol_what)}</p>
            {limits(lang)}
            <form class="form" id="enrol" autocomplete="off" novalidate>
                {secret(lang, "passphrase", say!(lang, offline.passphrase), &help)}
                {secret(lang, "passphrase_again", say!(lang, offline.passphrase_again), "")}
                <div class="actions actions--still"><button class="button button--main">{say!(lang, offline.enrol_do)}</button></div>
            </form>
        </section>
    }
    .into_any()
}

fn unlock(lang: Language) -> AnyView {
    let sign_in = format!("/sign-in?next={}", path(lang));
    view! {
        <section data-view="unlock" class="stack measure" hidden>
            <h1 tabindex="-1">{say!(lang, offline.unlock)}</h1>
            <form class="form" id="unlock" autocomplete="off" novalidate>
                {secret(lang, "unlock_passphrase", say!(lang, offline.passphrase), "")}
                <div class="actions actions--still"><button class="button button--main">{say!(lang, offline.unlock_do)}</button></div>
            </form>
            <p class="help">{say!(lang, offline.forgotten)}</p>
            <p class="row">
                <a class="button" href=sign_in data-needs-line="">{say!(lang, auth.sign_in)}</a>
                <button class="button button--quiet" type="button" data-do="erase">{say!(lang, offline.erase)}</button>
            </p>
        </section>
    }
    .into_any()
}

fn drafts(lang: Language) -> AnyView {
    let sign_in = format!("/sign-in?next={}", path(lang));
    let help = say!(
        lang,
        offline.passphrase_help,
        least = PASSPHRASE.to_string(),
        words = WORDS.to_string()
    );
    view! {
        <section data-view="drafts" class="stack measure" hidden>
            <h1 tabindex="-1">{say!(lang, offline.drafts)}</h1>
            <p class="row">
                <button class="button button--main" type="button" data-do="new">{say!(lang, offline.new)}</button>
                <button class="button" type="button" data-do="send" hidden>{say!(lang, offline.send)}</button>
                <a class="button" href=sign_in data-signed-out="" hidden>{say!(lang, offline.sign_in_send)}</a>
                <button class="button button--quiet" type="button" data-do="lock">{say!(lang, offline.lock)}</button>
            </p>
            <ul class="list" id="drafts" aria-label=say!(lang, offline.drafts)></ul>
            <p class="muted" id="none">{say!(lang, offline.none)}</p>
            <template id="draft">
                <li>
                    <p><b dir="auto" data-draft="title"></b></p>
                    <p class="muted small" data-draft="facts"></p>
                    <p class="row">
                        <button class="button button--small" type="button" data-draft="open">{say!(lang, offline.open)}</button>
                        <button class="button button--small button--quiet" type="button" data-draft="delete">{say!(lang, offline.delete)}</button>
                    </p>
                </li>
            </template>
            <details>
                <summary>{say!(lang, offline.device)}</summary>
                <div class="stack">
                    {limits(lang)}
                    <form class="form" id="change" autocomplete="off" novalidate>
                        {secret(lang, "change_passphrase", say!(lang, offline.passphrase_new), &help)}
                        {secret(lang, "change_passphrase_again", say!(lang, offline.passphrase_again), "")}
                        <div class="actions actions--still"><button class="button">{say!(lang, offline.change_do)}</button></div>
                    </form>
                    <p><button class="button button--danger" type="button" data-do="erase">{say!(lang, offline.erase)}</button></p>
                </div>
            </details>
        </section>
    }
    .into_any()
}

/// A question of a device, as a field without a name: what has none, no browser keeps.
fn asked(lang: Language, question: &Question) -> AnyView {
    let id = question.name;
    let help = match question.shape {
        Shape::Person => say!(lang, offline.witness_help),
        _ => question.guidance(lang).to_owned(),
    };
    let described = (!help.is_empty()).then(|| format!("{id}-help"));
    let control = match question.shape {
        Shape::Choice(vocabulary) => view! {
            <select id=id data-field=id autocomplete="off" aria-describedby=described>
                <option value="">{say!(lang, common.choose)}</option>
                {options(lang, vocabulary)}
            </select>
        }
        .into_any(),
        Shape::Text => view! {
            <textarea
                class="grow-text"
                id=id
                data-field=id
                rows="3"
                dir="auto"
                placeholder=EMPTY
                maxlength=LONG.to_string()
                autocomplete="off"
                spellcheck="false"
                aria-describedby=described
            ></textarea>
        }
        .into_any(),
        Shape::Date => {
            view! { <input id=id type="date" data-field=id autocomplete="off" spellcheck="false" aria-describedby=described/> }.into_any()
        }
        _ => view! {
            <input
                id=id
                type="text"
                data-field=id
                dir="auto"
                placeholder=EMPTY
                maxlength=SHORT.to_string()
                autocomplete="off"
                spellcheck="false"
                aria-describedby=described
            />
        }
        .into_any(),
    };
    let short = if matches!(question.shape, Shape::Date) {
        "field--short"
    } else {
        ""
    };
    let label = question.label(lang).to_owned();
    parts::field(Form { lang, problems: &[] }, id, label, &help, false, short, control)
}

/// The questions of a step.
fn asked_in(lang: Language, step: Step) -> AnyView {
    let fields = offline::asked()
        .filter(|question| question.step == step)
        .map(|question| asked(lang, question));
    fields.collect_view().into_any()
}

fn options(lang: Language, vocabulary: Vocabulary) -> AnyView {
    vocabulary
        .terms()
        .map(|term| view! { <option value=term.code>{term.label(lang)}</option> })
        .collect_view()
        .into_any()
}

fn write(lang: Language) -> AnyView {
    view! {
        <section data-view="write" hidden>
            <header class="head"><h1 tabindex="-1">{say!(lang, offline.new)}</h1><p class="head-facts">{say!(lang, offline.write_what)}</p></header>
            <form class="form" id="testimony" autocomplete="off" novalidate>
                <fieldset><legend>{Step::Witness.label(lang)}</legend>{asked_in(lang, Step::Witness)}</fieldset>
                <fieldset><legend>{Step::Interview.label(lang)}</legend>{asked_in(lang, Step::Interview)}</fieldset>
                <fieldset>
                    <legend>{Step::Account.label(lang)}</legend>
                    {asked_in(lang, Step::Account)}
                    <p class="help">{say!(lang, offline.statement_help)}</p>
                    <ol class="statement" id="statement"></ol>
                    <p class="para-add"><button class="button button--small" type="button" data-do="add">{say!(lang, editor.add)}</button></p>
                </fieldset>
                <div class="actions">
                    <button class="button button--main" type="button" data-do="finish">{say!(lang, offline.finish)}</button>
                    <a class="button" data-online="" hidden>{say!(lang, offline.go_online)}</a>
                    <p class="saved">
                        <span role="status" aria-live="polite" data-saved="word"></span>
                        " "
                        <span aria-hidden="true" data-saved="ago"></span>
                    </p>
                </div>
            </form>
        </section>
    }
    .into_any()
}

/// One paragraph, empty; `{n}` in labels stands for its number.
fn paragraph(lang: Language) -> AnyView {
    let tool = |what: &'static str, text: String, label: String| {
        view! { <button class="button button--small button--quiet" type="button" data-move=what data-label=label>{text}</button> }
    };
    view! {
        <template id="paragraph">
            <li class="para">
                <span class="para-n"></span>
                <textarea
                    class="para-text"
                    data-part="text"
                    rows="2"
                    dir="auto"
                    placeholder=EMPTY
                    maxlength=PARAGRAPH.to_string()
                    autocomplete="off"
                    spellcheck="false"
                    data-label=say!(lang, editor.paragraph_n)
                ></textarea>
                <div class="para-facts">
                    <select class="quiet" data-part="basis" autocomplete="off" data-label=say!(lang, editor.paragraph_basis)>
                        <option value="">{say!(lang, editor.choose_basis)}</option>
                        {options(lang, BASIS)}
                    </select>
                    <select class="quiet" data-part="language" autocomplete="off" data-label=say!(lang, editor.paragraph_language)>
                        <option value="">{say!(lang, editor.as_interview)}</option>
                        {options(lang, INTERVIEW_LANGUAGE)}
                    </select>
                </div>
                <div class="para-tools">
                    {tool("up", say!(lang, editor.up), say!(lang, editor.up_n))}
                    {tool("down", say!(lang, editor.down), say!(lang, editor.down_n))}
                    {tool("remove", say!(lang, editor.remove), say!(lang, editor.remove_n))}
                </div>
            </li>
        </template>
    }
    .into_any()
}

/// Both texts, field by field, and what can be done. Nothing is chosen beforehand.
fn conflict(lang: Language) -> AnyView {
    view! {
        <section data-view="conflict" class="stack" hidden>
            <h1 tabindex="-1">{say!(lang, offline.conflict)}</h1>
            <div class="notice" data-tone="red"><p>{say!(lang, offline.conflict_what)}</p><p data-conflict="by"></p><p data-conflict="frozen" hidden>{say!(lang, offline.conflict_frozen)}</p></div>
            <div id="both" class="stack"></div>
            <template id="pair">
                <h2></h2>
                <div class="conflict">
                    <section><h3>{say!(lang, offline.here)}</h3><p dir="auto" data-side="mine"></p></section>
                    <section><h3>{say!(lang, offline.there)}</h3><p dir="auto" data-side="theirs"></p></section>
                </div>
            </template>
            <div class="stack" role="group" aria-label=say!(lang, offline.decide)>
                <h2>{say!(lang, offline.decide)}</h2>
                <p data-open=""><button class="button" type="button" data-decide="append">{say!(lang, offline.append)}</button>" "<span class="help">{say!(lang, offline.append_what)}</span></p>
                <p data-open=""><button class="button" type="button" data-decide="replace">{say!(lang, offline.replace)}</button>" "<span class="help">{say!(lang, offline.replace_what)}</span></p>
                <p><button class="button" type="button" data-decide="apart">{say!(lang, offline.as_new)}</button>" "<span class="help">{say!(lang, offline.as_new_what)}</span></p>
                <p><button class="button button--danger" type="button" data-decide="theirs">{say!(lang, offline.keep_theirs)}</button>" "<span class="help">{say!(lang, offline.keep_theirs_what)}</span></p>
                <p><button class="button button--quiet" type="button" data-decide="later">{say!(lang, offline.decide_later)}</button></p>
            </div>
        </section>
    }
    .into_any()
}

/// "Are you sure", in the place of a page of its own.
fn question(lang: Language) -> AnyView {
    view! {
        <section data-view="question" class="stack measure" hidden>
            <h1 tabindex="-1"></h1>
            <p data-question="what"></p>
            <p class="row">
                <button class="button button--danger" type="button" data-answer="yes"></button>
                <button class="button" type="button" data-answer="no">{say!(lang, common.cancel)}</button>
            </p>
        </section>
    }
    .into_any()
}

/// What the script says, in the page's language. `{…}` stands for a number, a code, a day.
fn words(lang: Language) -> AnyView {
    let most = u32::try_from(DEVICES).unwrap_or(u32::MAX);
    let words = [
        ("offline", say!(lang, offline.line_offline)),
        ("connected", say!(lang, offline.line_connected)),
        ("signed_out", say!(lang, offline.line_signed_out)),
        ("synchronised", say!(lang, offline.line_synchronised)),
        ("kept", say!(lang, offline.kept)),
        ("keeping", say!(lang, editor.saving)),
        ("not_kept", say!(lang, offline.not_kept)),
        ("arrived", say!(lang, offline.arrived)),
        ("seconds", say!(lang, editor.seconds_ago)),
        ("minutes", say!(lang, editor.minutes_ago)),
        ("short", say!(lang, problem.too_short, count = PASSPHRASE)),
        ("words", say!(lang, offline.too_few_words, words = WORDS.to_string())),
        ("unequal", say!(lang, problem.not_equal)),
        ("wrong", say!(lang, offline.wrong)),
        ("deriving", say!(lang, offline.deriving)),
        ("changed", say!(lang, offline.changed)),
        ("no_device", say!(lang, offline.no_device)),
        ("role", say!(lang, offline.role)),
        ("too_many", say!(lang, offline.too_many, count = most)),
        ("failed", say!(lang, offline.failed)),
        ("expired", say!(lang, offline.expired)),
        ("ended", say!(lang, offline.ended)),
        ("clock", say!(lang, offline.clock)),
        ("sent", say!(lang, offline.sent)),
        ("purpose", say!(lang, offline.purpose)),
        ("purpose_link", say!(lang, editor.purpose_link)),
        ("out_of_reach", say!(lang, offline.out_of_reach)),
        ("refused", say!(lang, offline.refused)),
        ("untitled", say!(lang, offline.untitled)),
        ("facts", say!(lang, offline.facts)),
        ("paragraph", say!(lang, editor.paragraph_n)),
        ("removed", say!(lang, editor.removed)),
        ("undo", say!(lang, editor.undo)),
        ("delete", say!(lang, offline.delete_title)),
        ("delete_what", say!(lang, offline.delete_what)),
        ("delete_do", say!(lang, offline.delete)),
        ("erase", say!(lang, offline.erase_title)),
        ("erase_what", say!(lang, offline.erase_what)),
        ("erase_do", say!(lang, offline.erase)),
        ("by", say!(lang, offline.conflict_by)),
    ];
    let words = words
        .into_iter()
        .map(|(name, text)| view! { <span data-word=name>{text}</span> })
        .collect_view();
    view! { <div id="words" hidden>{words}</div> }.into_any()
}
