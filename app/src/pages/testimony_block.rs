//! The sealed block on sexual violence: written by who is trained for it, opened once for each approval of a second person.

use super::reveal::{Deciding, decision_of, requests_page, state_chip};
use super::testimony::shown;
use super::testimony_sealed::{inputs, label, side_by_side};
use crate::ask::{Ask, problems, see_other};
use crate::parts::dates::time_of;
use crate::parts::{self, Form, Nav, area, date_time, hidden, problems_summary};
use crate::say;
use axum::http::StatusCode;
use axum::response::Response;
use domain::form::{FromPairs, Pairs};
use domain::reveal::{RequestState, RevealForm};
use domain::sealed::{Part, posted as answers_of};
use domain::testimony::Answers;
use domain::{Code, Error, Problem, ProblemKind};
use leptos::prelude::*;
use store::{BlockView, SealedView};

/// The address of the block of a testimony.
pub(super) fn path(code: &Code) -> String {
    format!("{}/sealed/block", code.path())
}

/// `GET /testimonies/{code}/sealed/block`: the way to it. Nothing of what it holds.
pub async fn show(ask: Ask) -> domain::Result<Response> {
    let actor = ask.actor()?;
    let view = ask.store().see_block(actor, &ask.code()?).await?;
    // The password first, so that the approval is not used up by a page that shows nothing.
    if !actor.stepped_up && is_approved(&view) {
        return Err(Error::StepUpNeeded);
    }
    Ok(way(&ask, StatusCode::OK, &view, &RevealForm::default(), &[]))
}

fn is_approved(view: &BlockView) -> bool {
    matches!(view.request, Some((RequestState::Approved, _)))
}

/// `POST /testimonies/{code}/sealed/block`: asks for it, opens it once, or writes it.
pub async fn act(ask: Ask, posted: Pairs) -> domain::Result<Response> {
    let (actor, code) = (ask.actor()?, ask.code()?);
    match posted.get("do").as_str() {
        "save" => save(&ask, &code, &posted).await,
        "open" => match ask.store().open_block(actor, &code).await {
            Ok(block) => Ok(page(&ask, StatusCode::OK, &block, &block.answers, &[], None)),
            Err(error) => again(&ask, &code, &RevealForm::default(), error).await,
        },
        _ => {
            let form = RevealForm::from_pairs(&posted);
            let asked = match form.check() {
                Ok(reason) => ask.store().ask_block(actor, &code, &reason).await,
                Err(problems) => Err(Error::Invalid(problems)),
            };
            match asked {
                Ok(()) => Ok(see_other(&path(&code))),
                // One waits already: the page says so.
                Err(Error::Conflict) => Ok(see_other(&path(&code))),
                Err(error) => again(&ask, &code, &form, error).await,
            }
        }
    }
}

/// The way to it again, with what was typed.
async fn again(ask: &Ask, code: &Code, form: &RevealForm, error: Error) -> domain::Result<Response> {
    let problems = problems(error)?;
    let view = ask.store().see_block(ask.actor()?, code).await?;
    Ok(way(ask, StatusCode::UNPROCESSABLE_ENTITY, &view, form, &problems))
}

async fn save(ask: &Ask, code: &Code, posted: &Pairs) -> domain::Result<Response> {
    let actor = ask.actor()?;
    let typed = answers_of(Part::Block, posted);
    let version = posted.get("version").parse().unwrap_or(-1);
    let mine = SealedView {
        code: code.clone(),
        version,
        answers: typed.clone(),
    };
    match ask.store().write_block(actor, code, version, &typed).await {
        Ok(()) => Ok(see_other(&code.path())),
        Err(Error::Conflict) => {
            // The other's text is shown only as an approved opening; what was typed stays.
            let view = ask.store().see_block(actor, code).await?;
            if actor.stepped_up && is_approved(&view) {
                let theirs = ask.store().open_block(actor, code).await?;
                let answers = theirs.answers.clone();
                return Ok(page(ask, StatusCode::CONFLICT, &theirs, &typed, &[], Some(&answers)));
            }
            Ok(page(ask, StatusCode::CONFLICT, &mine, &typed, &[], None))
        }
        Err(error) => {
            let problems = problems(error)?;
            Ok(page(
                ask,
                StatusCode::UNPROCESSABLE_ENTITY,
                &mine,
                &typed,
                &problems,
                None,
            ))
        }
    }
}

/// What leads to the block: writing it for the first time, a request, waiting, or opening it.
fn way(ask: &Ask, status: StatusCode, view: &BlockView, typed: &RevealForm, problems: &[Problem]) -> Response {
    let (lang, offset) = (ask.lang(), ask.store().offset());
    let form = Form { lang, problems };
    let title = say!(lang, block.title, code = view.code.to_string());
    let cancel = view! { <a class="button button--quiet" href=view.code.path()>{say!(lang, common.cancel)}</a> };
    let step = match (view.written, view.request) {
        (false, _) => view! {
            <p>{say!(lang, block.nothing)}</p>
            {fields(form, 0, &Answers::default(), cancel.into_any())}
        }
        .into_any(),
        (true, Some((RequestState::Approved, until))) => view! {
            <div class="notice" data-tone="accent">
                <p><b>{say!(lang, reveal.approved)}</b></p>
                <p>{say!(lang, block.approved_what, time = time_of(lang, until, offset))}</p>
            </div>
            <form class="form" method="post">
                <div class="actions actions--still"><button class="button button--main" name="do" value="open">{say!(lang, block.open)}</button>{cancel}</div>
            </form>
        }
        .into_any(),
        (true, Some((RequestState::Waiting, until))) => view! {
            <div class="notice" data-tone="accent"><p><b>{say!(lang, reveal.waits, time = time_of(lang, until, offset))}</b></p></div>
            <p class="row"><a class="button" href="/reveals">{say!(lang, reveal.my_requests)}</a> " " {cancel}</p>
        }
        .into_any(),
        (true, last) => {
            let last = match last {
                Some((RequestState::Denied, _)) => Some(say!(lang, reveal.was_denied)),
                Some((RequestState::Expired, _)) => Some(say!(lang, reveal.was_expired)),
                _ => None,
            };
            view! {
                <div class="notice" data-tone="amber"><p><b>{say!(lang, reveal.second)}</b></p><p>{say!(lang, block.second_what)}</p></div>
                {last.map(|text| view! { <p>{text}</p> })}
                <form class="form" method="post">
                    {area(form, "reason", say!(lang, block.ask_reason), &typed.reason, &say!(lang, block.reason_help), true, 3)}
                    <div class="actions actions--still"><button class="button button--main" name="do" value="ask">{say!(lang, reveal.ask)}</button>{cancel}</div>
                </form>
            }
            .into_any()
        }
    };
    let content = view! {
        <section class="confirm">
            <h1>{title.clone()}</h1>
            {problems_summary(form, |_| say!(lang, block.ask_reason))}
            <p>{say!(lang, block.what)}</p>
            {step}
            {before(ask, view)}
        </section>
    };
    parts::page(ask, status, Nav::Testimonies, &title, content)
}

fn before(ask: &Ask, view: &BlockView) -> AnyView {
    let (lang, offset) = (ask.lang(), ask.store().offset());
    if view.before.is_empty() {
        return ().into_any();
    }
    let items = view
        .before
        .iter()
        .map(|past| {
            view! {
                <li>{date_time(lang, past.at, offset)}" · "<bdi>{past.by.clone()}</bdi>" "{state_chip(lang, past.state)}<p dir="auto">{shown(&past.reason)}</p></li>
            }
        })
        .collect_view();
    view! { <section class="section"><h2>{say!(lang, block.before)}</h2><ol class="timeline">{items}</ol></section> }
        .into_any()
}

fn fields(form: Form<'_>, version: i64, typed: &Answers, cancel: AnyView) -> AnyView {
    view! {
        <form class="form" method="post" autocomplete="off">
            {hidden("version", &version.to_string())}
            {inputs(form, Part::Block, typed)}
            <div class="actions">
                <button class="button button--main" name="do" value="save">{say!(form.lang, common.save)}</button>
                {cancel}
            </div>
        </form>
    }
    .into_any()
}

/// The block, open for this once: or what was typed, with what is wrong.
fn page(
    ask: &Ask,
    status: StatusCode,
    block: &SealedView,
    typed: &Answers,
    problems: &[Problem],
    theirs: Option<&Answers>,
) -> Response {
    let lang = ask.lang();
    let form = Form { lang, problems };
    let title = say!(lang, block.title, code = block.code.to_string());
    let overtaken = (status == StatusCode::CONFLICT && theirs.is_none()).then(|| {
        view! {
            <div class="notice" data-tone="red" role="alert">
                <p>{say!(lang, block.overtaken)}</p>
                <p><a href=path(&block.code) target="_blank" rel="noopener">{say!(lang, block.overtaken_link)}</a></p>
            </div>
        }
    });
    let cancel = view! { <a class="button button--quiet" href=block.code.path()>{say!(lang, common.cancel)}</a> };
    let content = view! {
        <header class="head">
            <h1>{title.clone()}</h1>
            <div class="head-do"><a class="button button--quiet" href=block.code.path()>{say!(lang, version.back)}</a></div>
        </header>
        {problems_summary(form, |name| label(lang, name))}
        {overtaken}
        {theirs.map(|theirs| side_by_side(lang, Part::Block, typed, theirs))}
        <p class="help">{say!(lang, sealed.once)}</p>
        {fields(form, block.version, typed, cancel.into_any())}
    };
    parts::page(ask, status, Nav::Testimonies, &title, content)
}

fn deciding(ask: &Ask, code: &Code) -> Deciding {
    let lang = ask.lang();
    Deciding {
        nav: Nav::Testimonies,
        title: say!(lang, block.decide_title, code = code.to_string()),
        what: say!(lang, block.decide_what),
        reason_help: say!(lang, block.reason_help),
        back: code.path(),
    }
}

/// `GET /testimonies/{code}/sealed/decide`
pub async fn requests(ask: Ask) -> domain::Result<Response> {
    let view = ask.store().see_block_requests(ask.actor()?, &ask.code()?).await?;
    let words = deciding(&ask, &view.code);
    Ok(requests_page(
        &ask,
        StatusCode::OK,
        &words,
        &view.requests,
        None,
        &RevealForm::default(),
        &[],
    ))
}

/// `POST /testimonies/{code}/sealed/decide`
pub async fn decide(ask: Ask, posted: Pairs) -> domain::Result<Response> {
    let (actor, code) = (ask.actor()?, ask.code()?);
    let (form, request, approve) = decision_of(&posted);
    let decided = match (form.check(), request, approve) {
        (Err(problems), ..) => Err(Error::Invalid(problems)),
        (Ok(reason), Some(request), Some(approve)) => {
            ask.store().decide_block(actor, &code, request, approve, &reason).await
        }
        _ => Err(Error::at("", ProblemKind::Missing)),
    };
    let see = ask.store().see_block_requests(actor, &code);
    let Some(unsaved) = super::editing::Unsaved::of(decided, see).await? else {
        return Ok(see_other("/reveals"));
    };
    let words = deciding(&ask, &code);
    Ok(requests_page(
        &ask,
        unsaved.status(),
        &words,
        &unsaved.record.requests,
        request,
        &form,
        &unsaved.problems,
    ))
}
