//! The part of a testimony that is sealed by itself: a door that asks why, and what stands behind it for this once.

use super::editing::Unsaved;
use super::testimony::shown;
use crate::ask::{Ask, problems, see_other};
use crate::parts::{self, Form, Nav, area, date_time, hidden, problems_summary};
use crate::say;
use axum::http::StatusCode;
use axum::response::Response;
use domain::form::Pairs;
use domain::sealed::{FIELDS, Part, posted as answers_of};
use domain::testimony::Answers;
use domain::{Error, Language, Problem};
use leptos::prelude::*;
use store::{OpeningView, SealedView};

/// `GET /testimonies/{code}/sealed`: the door. Nothing of what is behind it.
pub async fn show(ask: Ask) -> domain::Result<Response> {
    let actor = ask.actor()?;
    let openings = ask.store().see_openings(actor, &ask.code()?).await?;
    if !actor.stepped_up {
        return Err(Error::StepUpNeeded);
    }
    door(&ask, StatusCode::OK, &openings, "", &[])
}

/// `POST /testimonies/{code}/sealed`: opens it for a reason, or writes what was opened.
pub async fn open(ask: Ask, posted: Pairs) -> domain::Result<Response> {
    let (actor, code) = (ask.actor()?, ask.code()?);
    let reason = posted.get("reason");
    if posted.get("do") != "save" {
        return match ask.store().open_sealed(actor, &code, &reason).await {
            Ok(sealed) => Ok(page(&ask, StatusCode::OK, &sealed, &sealed.answers, &reason, &[], None)),
            Err(error) => {
                let problems = problems(error)?;
                let openings = ask.store().see_openings(actor, &code).await?;
                door(&ask, StatusCode::UNPROCESSABLE_ENTITY, &openings, &reason, &problems)
            }
        };
    }
    let typed = answers_of(Part::Contact, &posted);
    let version = posted.get("version").parse().unwrap_or(-1);
    let written = ask.store().write_sealed(actor, &code, version, &typed).await;
    if written == Err(Error::Conflict) && !actor.stepped_up {
        // The other's text is not shown without the password; what was typed stays.
        let sealed = SealedView {
            code,
            version,
            answers: Answers::default(),
        };
        return Ok(page(&ask, StatusCode::CONFLICT, &sealed, &typed, &reason, &[], None));
    }
    let Some(unsaved) = Unsaved::of(written, ask.store().open_sealed(actor, &code, &reason)).await? else {
        return Ok(see_other(&code.path()));
    };
    let saved = &unsaved.record;
    let theirs = unsaved.theirs(&saved.answers);
    let shown = SealedView {
        version: if theirs.is_some() { saved.version } else { version },
        ..saved.clone()
    };
    Ok(page(
        &ask,
        unsaved.status(),
        &shown,
        &typed,
        &reason,
        &unsaved.problems,
        theirs,
    ))
}

fn door(
    ask: &Ask,
    status: StatusCode,
    openings: &[OpeningView],
    reason: &str,
    problems: &[Problem],
) -> domain::Result<Response> {
    let (lang, offset) = (ask.lang(), ask.store().offset());
    let code = ask.code()?;
    let form = Form { lang, problems };
    let title = say!(lang, sealed.title, code = code.to_string());
    let before = openings
        .iter()
        .map(|opening| {
            view! { <li>{date_time(lang, opening.at, offset)}" · "<bdi>{opening.by.clone()}</bdi><p dir="auto">{shown(&opening.reason)}</p></li> }
        })
        .collect_view();
    let before = (!openings.is_empty())
        .then(|| view! { <section class="section"><h2>{say!(lang, sealed.before)}</h2><ol class="timeline">{before}</ol></section> });
    let block = if ask.actor()?.trained {
        view! { <p>{say!(lang, block.door_trained)}</p><p><a class="button" href=super::testimony_block::path(&code)>{say!(lang, block.door_open)}</a></p> }.into_any()
    } else {
        view! { <p>{say!(lang, block.door_untrained)}</p> }.into_any()
    };
    let view = view! {
        <section class="confirm">
            <h1>{title.clone()}</h1>
            {problems_summary(form, |_| say!(lang, sealed.reason))}
            <p>{say!(lang, sealed.what)}</p>
            <form class="form" method="post">
                {area(form, "reason", say!(lang, sealed.reason), reason, &say!(lang, sealed.reason_help), true, 3)}
                <div class="actions actions--still">
                    <button class="button button--main" name="do" value="open">{say!(lang, sealed.open)}</button>
                    <a class="button button--quiet" href=code.path()>{say!(lang, common.cancel)}</a>
                </div>
            </form>
            <section class="section"><h2>{say!(lang, block.part)}</h2>{block}</section>
            {before}
        </section>
    };
    Ok(parts::page(ask, status, Nav::Testimonies, &title, view))
}

pub(super) fn label(lang: Language, name: &str) -> String {
    let field = FIELDS.iter().find(|field| field.name == name);
    field.map(|field| field.label(lang).to_owned()).unwrap_or_default()
}

/// The fields of a part, with what was typed.
pub(super) fn inputs(form: Form<'_>, part: Part, typed: &Answers) -> AnyView {
    let lang = form.lang;
    part.fields()
        .map(|field| {
            area(
                form,
                field.name,
                field.label(lang).to_owned(),
                typed.get(field.name),
                field.guidance(lang),
                false,
                2,
            )
        })
        .collect_view()
        .into_any()
}

/// What was typed beside what somebody else wrote meanwhile, where they differ.
pub(super) fn side_by_side(lang: Language, part: Part, typed: &Answers, theirs: &Answers) -> AnyView {
    let pairs = part
        .fields()
        .filter(|field| typed.get(field.name) != theirs.get(field.name))
        .map(|field| {
            let (mine, other) = (typed.get(field.name).to_owned(), theirs.get(field.name).to_owned());
            parts::beside(lang, field.label(lang).to_owned(), mine, other)
        })
        .collect_view();
    view! { <section class="problems" role="alert" tabindex="-1" autofocus=true><h2>{say!(lang, sealed.overtaken)}</h2>{pairs}</section> }.into_any()
}

fn page(
    ask: &Ask,
    status: StatusCode,
    sealed: &SealedView,
    typed: &Answers,
    reason: &str,
    problems: &[Problem],
    theirs: Option<&Answers>,
) -> Response {
    let lang = ask.lang();
    let form = Form { lang, problems };
    let title = say!(lang, sealed.title, code = sealed.code.to_string());
    let both = theirs.map(|theirs| side_by_side(lang, Part::Contact, typed, theirs));
    let again = (status == StatusCode::CONFLICT && theirs.is_none()).then(|| {
        view! {
            <div class="notice" data-tone="red" role="alert">
                <p>{say!(lang, sealed.again)}</p>
                <p><a href="/step-up" target="_blank" rel="noopener">{say!(lang, sealed.again_link)}</a></p>
            </div>
        }
    });
    let view = view! {
        <header class="head">
            <h1>{title.clone()}</h1>
            <div class="head-do"><a class="button button--quiet" href=sealed.code.path()>{say!(lang, version.back)}</a></div>
        </header>
        {problems_summary(form, |name| label(lang, name))}
        {again}
        {both}
        <form class="form" method="post" autocomplete="off">
            <p class="help">{say!(lang, sealed.once)}</p>
            {hidden("version", &sealed.version.to_string())}
            {hidden("reason", reason)}
            {inputs(form, Part::Contact, typed)}
            <div class="actions">
                <button class="button button--main" name="do" value="save">{say!(lang, common.save)}</button>
                <a class="button button--quiet" href=sealed.code.path()>{say!(lang, common.cancel)}</a>
            </div>
        </form>
    };
    parts::page(ask, status, Nav::Testimonies, &title, view)
}
