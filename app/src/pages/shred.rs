//! Destroying an identity: one proposes it, another decides, each on a page of its own that says what will happen.

use super::editing::Unsaved;
use crate::ask::{Ask, see_other};
use crate::parts::{self, Form, Nav, area, date_time, empty, problems_summary};
use crate::say;
use axum::http::StatusCode;
use axum::response::Response;
use domain::form::{FromPairs, Pairs};
use domain::reveal::RevealForm;
use domain::{Error, Language, Problem, ProblemKind, Role};
use leptos::prelude::*;
use store::ShreddingView;

/// `GET /persons/{code}/shred`
pub async fn ask_propose(ask: Ask) -> domain::Result<Response> {
    let actor = ask.actor()?;
    let view = ask.store().see_shredding(actor, &ask.code()?).await?;
    if !actor.roles.has(Role::ProtectionOfficer) {
        return Err(Error::Forbidden);
    }
    Ok(page(&ask, StatusCode::OK, &view, &RevealForm::default(), &[], false))
}

/// `POST /persons/{code}/shred`
pub async fn propose(ask: Ask, posted: Pairs) -> domain::Result<Response> {
    let (actor, code) = (ask.actor()?, ask.code()?);
    let form = RevealForm::from_pairs(&posted);
    let proposed = match form.check() {
        Ok(reason) => ask.store().propose_shredding(actor, &code, &reason).await,
        Err(problems) => Err(Error::Invalid(problems)),
    };
    let Some(unsaved) = Unsaved::of(proposed, ask.store().see_shredding(actor, &code)).await? else {
        return Ok(see_other(&code.path()));
    };
    if !actor.roles.has(Role::ProtectionOfficer) {
        return Err(Error::Forbidden);
    }
    Ok(page(
        &ask,
        unsaved.status(),
        &unsaved.record,
        &form,
        &unsaved.problems,
        false,
    ))
}

/// `GET /persons/{code}/shred/decide`
pub async fn ask_decide(ask: Ask) -> domain::Result<Response> {
    let actor = ask.actor()?;
    let view = ask.store().see_shredding(actor, &ask.code()?).await?;
    if !actor.roles.any(&[Role::Supervisor, Role::Chair]) {
        return Err(Error::Forbidden);
    }
    Ok(page(&ask, StatusCode::OK, &view, &RevealForm::default(), &[], true))
}

/// `POST /persons/{code}/shred/decide`
pub async fn decide(ask: Ask, posted: Pairs) -> domain::Result<Response> {
    let (actor, code) = (ask.actor()?, ask.code()?);
    let form = RevealForm::from_pairs(&posted);
    let confirm = match posted.get("do").as_str() {
        "confirm" => Ok(true),
        "decline" => Ok(false),
        _ => Err(Error::at("", ProblemKind::Missing)),
    };
    let decided = match (form.check(), confirm) {
        (Err(problems), _) => Err(Error::Invalid(problems)),
        (_, Err(error)) => Err(error),
        (Ok(reason), Ok(confirm)) => ask.store().decide_shredding(actor, &code, confirm, &reason).await,
    };
    let Some(unsaved) = Unsaved::of(decided, ask.store().see_shredding(actor, &code)).await? else {
        return Ok(see_other(&code.path()));
    };
    if !actor.roles.any(&[Role::Supervisor, Role::Chair]) {
        return Err(Error::Forbidden);
    }
    Ok(page(
        &ask,
        unsaved.status(),
        &unsaved.record,
        &form,
        &unsaved.problems,
        true,
    ))
}

fn effects(lang: Language, deciding: bool) -> AnyView {
    let two = (!deciding).then(|| view! { <li>{say!(lang, shred.two)}</li> });
    view! {
        <h2>{say!(lang, shred.what_happens)}</h2>
        <ul>
            <li>{say!(lang, shred.gone)}</li>
            <li>{say!(lang, shred.search)}</li>
            <li>{say!(lang, shred.stays)}</li>
            <li>{say!(lang, shred.texts)}</li>
            <li>{say!(lang, shred.backups)}</li>
            {two}
        </ul>
    }
    .into_any()
}

fn page(
    ask: &Ask,
    status: StatusCode,
    view: &ShreddingView,
    typed: &RevealForm,
    problems: &[Problem],
    deciding: bool,
) -> Response {
    let (lang, offset) = (ask.lang(), ask.store().offset());
    let code = &view.head.code;
    let title = say!(lang, shred.title, code = code.to_string());
    let form = Form { lang, problems };
    let label = |field: &str| match field {
        "reason" if deciding => say!(lang, shred.decision_reason),
        "reason" => say!(lang, shred.reason),
        _ => String::new(),
    };
    let proposed = view.proposed.as_ref().map(|(name, at, reason)| {
        let own = view
            .mine
            .then(|| view! { <p class="muted">{say!(lang, shred.own)}</p> });
        view! {
            <section class="section">
                <h2>{say!(lang, shred.proposed, name = name.clone())}</h2>
                <p class="muted">{date_time(lang, *at, offset)}</p>
                <h3>{say!(lang, shred.their_reason)}</h3>
                <p dir="auto">{reason.to_string()}</p>
                {own}
            </section>
        }
    });
    let back = || view! { <a class="button button--quiet" href=code.path()>{say!(lang, common.back)}</a> };
    let reason = || {
        area(
            form,
            "reason",
            label("reason"),
            &typed.reason,
            &say!(lang, shred.reason_help),
            true,
            3,
        )
    };
    let next = if let Some(shredded) = &view.shredded {
        let day = parts::day(lang, shredded.at.with_timezone(&offset).date_naive());
        let what = say!(
            lang,
            person.shredded_what,
            day = day,
            by = shredded.decided_by.clone(),
            proposer = shredded.proposed_by.clone()
        );
        view! { <p>{what}</p><p>{back()}</p> }.into_any()
    } else if deciding && view.may_decide {
        view! {
            <form class="form" method="post">
                {reason()}
                <div class="actions actions--still">
                    <button class="button button--main" name="do" value="decline">{say!(lang, shred.decline)}</button>
                    <button class="button button--danger" name="do" value="confirm">{say!(lang, shred.confirm)}</button>
                    {back()}
                </div>
            </form>
        }
        .into_any()
    } else if !deciding && view.may_propose {
        view! {
            <form class="form" method="post">
                {reason()}
                <div class="actions actions--still"><button class="button button--main">{say!(lang, shred.propose)}</button>{back()}</div>
            </form>
        }
        .into_any()
    } else if view.proposed.is_some() {
        view! { <p>{say!(lang, shred.waits)}</p><p>{back()}</p> }.into_any()
    } else {
        view! { {empty(say!(lang, shred.none), say!(lang, shred.none_why), None)}<p>{back()}</p> }.into_any()
    };
    let happens = view.shredded.is_none().then(|| effects(lang, deciding));
    let content = view! {
        <section class="confirm">
            <h1>{title.clone()}</h1>
            {problems_summary(form, label)}
            {happens}
            {proposed}
            {next}
        </section>
    };
    parts::page(ask, status, Nav::Persons, &title, content)
}
