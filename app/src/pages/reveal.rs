//! A protected identity: having it opened, and deciding on others' requests. The identity stands on one page only, for some
//! minutes; the browser leaves it by itself when they are over.

use super::editing::Unsaved;
use super::person::identity;
use super::sign_in::{Refusal, alert, give_session, password_field, refusal};
use crate::ask::{Ask, see_other};
use crate::parts::dates::time_of;
use crate::parts::{self, Form, Nav, area, code_link, date_time, empty, hidden, problems_summary};
use crate::say;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use domain::form::{FromPairs, Pairs};
use domain::reveal::{RequestState, RevealForm, Way};
use domain::{Actor, Code, Error, Kind, Language, ProblemKind, Role};
use leptos::prelude::*;
use store::{IdentityView, MyRequest, RequestView, Revealed, Reveals, WaitingRow};
use uuid::Uuid;

/// Leaves a page after so many seconds: `600; url=/persons/W-7K3QM`.
const REFRESH: header::HeaderName = header::HeaderName::from_static("refresh");

/// `GET /persons/{code}/reveal`
pub async fn show(ask: Ask) -> domain::Result<Response> {
    let actor = ask.actor()?;
    let view = ask.store().see_identity(actor, &ask.code()?).await?;
    if view.shredded || !view.protected {
        return Ok(see_other(&view.head.code.path()));
    }
    // The password first, so that nothing that is typed here can be lost by it.
    if !actor.stepped_up && view.identity.is_none() && opens_now(&view) {
        return Err(Error::StepUpNeeded);
    }
    Ok(page(
        &ask,
        StatusCode::OK,
        &view,
        &RevealForm::default(),
        &Refusal::none(),
    ))
}

/// Whether the next step is the reveal itself, and not a request.
fn opens_now(view: &IdentityView) -> bool {
    let approved = matches!(view.request, Some((RequestState::Approved, _)));
    view.left > 0 && (view.way == Way::Straight || approved)
}

/// `POST /persons/{code}/reveal`: has the identity opened, or asks a second person for it.
pub async fn reveal(ask: Ask, posted: Pairs) -> domain::Result<Response> {
    let (actor, code) = (ask.actor()?, ask.code()?);
    let form = RevealForm::from_pairs(&posted);
    let done = posted.get("do");
    let reason = match done.as_str() {
        "use" => Ok(None),
        _ => form.check().map(Some).map_err(Error::Invalid),
    };
    let way = format!("{}/reveal", code.path());
    if done == "ask" {
        let asked = match reason {
            Ok(Some(reason)) => ask.store().ask_reveal(actor, &code, &reason).await,
            Ok(None) => Err(Error::at("reason", ProblemKind::Missing)),
            Err(error) => Err(error),
        };
        return match asked {
            Ok(()) => Ok(see_other(&way)),
            Err(error) => again(&ask, actor, &form, error).await,
        };
    }
    let reason = match reason {
        Ok(reason) => reason,
        Err(error) => return again(&ask, actor, &form, error).await,
    };
    let fresh = match stepped_up(&ask, actor, &posted.get("password")).await {
        Ok(fresh) => fresh,
        Err(error) => return again(&ask, actor, &form, error).await,
    };
    let actor = fresh.as_ref().map_or(actor, |(_, actor)| actor);
    let revealed = ask.store().reveal(actor, &code, reason.as_ref()).await;
    let mut response = match revealed {
        Ok(Revealed::Until(_)) => {
            let way = match ask.query.get("to").as_str() {
                to @ ("edit" | "identities" | "history") => format!("{}/{to}", code.path()),
                _ => way,
            };
            see_other(&way)
        }
        Ok(Revealed::Spent(tomorrow)) => {
            let wait = (tomorrow - ask.store().now()).num_seconds();
            let error = Error::TooMany(u32::try_from(wait).unwrap_or(0));
            again(&ask, actor, &form, error).await?
        }
        Err(error) => again(&ask, actor, &form, error).await?,
    };
    if let Some((token, _)) = &fresh {
        give_session(&mut response, &ask.visit, token);
    }
    Ok(response)
}

/// The same person after the password was given with the form; none if it was given a moment ago, or not at all.
async fn stepped_up(ask: &Ask, actor: &Actor, password: &str) -> domain::Result<Option<(String, Actor)>> {
    if actor.stepped_up || password.is_empty() {
        return Ok(None);
    }
    let token = ask.store().step_up(actor, password).await?;
    let signed_in = ask.store().actor_for(&token, &ask.visit.from).await?;
    let actor = signed_in.ok_or(Error::SignedOut)?.actor;
    Ok(Some((token, actor)))
}

/// The page again, with what was typed. Whether there is anything to see is asked anew, and logged.
async fn again(ask: &Ask, actor: &Actor, form: &RevealForm, error: Error) -> domain::Result<Response> {
    let refused = match error {
        Error::StepUpNeeded => refusal(ask.lang(), Error::at("password", ProblemKind::Missing))?,
        Error::Conflict => return Err(Error::Conflict),
        error => refusal(ask.lang(), error)?,
    };
    let view = ask.store().see_identity(actor, &ask.code()?).await?;
    if view.shredded || !view.protected {
        return Ok(see_other(&view.head.code.path()));
    }
    let status = refused.status;
    Ok(refused.mark(page(ask, status, &view, form, &refused)))
}

fn page(ask: &Ask, status: StatusCode, view: &IdentityView, typed: &RevealForm, refused: &Refusal) -> Response {
    let (lang, offset) = (ask.lang(), ask.store().offset());
    let code = &view.head.code;
    let title = say!(lang, reveal.title, code = code.to_string());
    let form = Form {
        lang,
        problems: &refused.problems,
    };
    let content = match &view.identity {
        Some((body, until)) => {
            let edit = view.head.may_edit.then(
                || view! { <a class="button" href=format!("{}/edit", code.path())>{say!(lang, reveal.edit)}</a> " " },
            );
            view! {
                <div class="notice" data-tone="amber">
                    <p><b>{say!(lang, reveal.open_until, time = time_of(lang, *until, offset))}</b></p>
                    <p>{say!(lang, reveal.open_what)}</p>
                </div>
                <section class="section">
                    <h2>{say!(lang, reveal.identity)}</h2>
                    <dl class="dl">{identity(lang, body)}</dl>
                </section>
                <p class="row">{edit}<a class="button button--main" href=code.path()>{say!(lang, reveal.close)}</a></p>
            }
            .into_any()
        }
        None => way(ask, form, view, typed),
    };
    let label = |field: &str| match field {
        "reason" => say!(lang, reveal.reason),
        "password" => say!(lang, auth.password),
        _ => String::new(),
    };
    // Too many reveals in a day say so below; too many wrong passwords say here how long to wait.
    let wait = refused.wait.clone().filter(|_| view.left > 0);
    let content = view! {
        <section class="confirm">
            <h1>{title.clone()}</h1>
            {alert(wait)}
            {problems_summary(form, label)}
            {content}
        </section>
    };
    let mut response = parts::page(ask, status, Nav::Persons, &title, content);
    if let Some((_, until)) = &view.identity {
        let seconds = (*until - ask.store().now()).num_seconds().max(0);
        if let Ok(value) = HeaderValue::from_str(&format!("{seconds}; url={}", code.path())) {
            response.headers_mut().insert(REFRESH, value);
        }
    }
    response
}

/// What leads to the identity: a reason, a request, or waiting.
fn way(ask: &Ask, form: Form<'_>, view: &IdentityView, typed: &RevealForm) -> AnyView {
    let (lang, offset) = (ask.lang(), ask.store().offset());
    let back = view.head.code.path();
    let cancel = view! { <a class="button button--quiet" href=back>{say!(lang, common.cancel)}</a> };
    if view.left == 0 {
        return view! {
            <div class="notice" data-tone="red" role="alert"><p><b>{say!(lang, reveal.spent)}</b></p><p>{say!(lang, reveal.spent_what)}</p></div>
            <p>{cancel}</p>
        }
        .into_any();
    }
    let reason = |label: String| {
        area(
            form,
            "reason",
            label,
            &typed.reason,
            &say!(lang, reveal.reason_help),
            true,
            3,
        )
    };
    let stepped_up = ask.actor().is_ok_and(|actor| actor.stepped_up);
    let password = (!stepped_up).then(|| {
        password_field(
            form,
            "password",
            say!(lang, auth.password),
            &say!(lang, reveal.password_help),
            "current-password",
        )
    });
    let left = view! { <p class="muted">{say!(lang, reveal.left, left = view.left.to_string())}</p> };
    match (view.way, view.request) {
        (Way::Straight, _) => {
            let minutes = ask.store().limits().reveal.num_minutes();
            view! {
                <p>{say!(lang, reveal.what, minutes = minutes.to_string())}</p>
                {left}
                <form class="form" method="post">
                    {hidden("do", "reveal")}
                    {reason(say!(lang, reveal.reason))}
                    {password}
                    <div class="actions actions--still"><button class="button button--main">{say!(lang, reveal.open_it)}</button>{cancel}</div>
                </form>
            }
            .into_any()
        }
        (Way::SecondPerson, Some((RequestState::Approved, until))) => view! {
            <div class="notice" data-tone="accent">
                <p><b>{say!(lang, reveal.approved)}</b></p>
                <p>{say!(lang, reveal.approved_what, time = time_of(lang, until, offset))}</p>
            </div>
            {left}
            <form class="form" method="post">
                {hidden("do", "use")}
                {password}
                <div class="actions actions--still"><button class="button button--main">{say!(lang, reveal.open_it)}</button>{cancel}</div>
            </form>
        }
        .into_any(),
        (Way::SecondPerson, Some((RequestState::Waiting, until))) => view! {
            <div class="notice" data-tone="accent"><p><b>{say!(lang, reveal.waits, time = time_of(lang, until, offset))}</b></p></div>
            <p class="row"><a class="button" href="/reveals">{say!(lang, reveal.my_requests)}</a> " " {cancel}</p>
        }
        .into_any(),
        (Way::SecondPerson, last) => {
            let last = match last {
                Some((RequestState::Denied, _)) => Some(say!(lang, reveal.was_denied)),
                Some((RequestState::Expired, _)) => Some(say!(lang, reveal.was_expired)),
                _ => None,
            };
            view! {
                <div class="notice" data-tone="amber"><p><b>{say!(lang, reveal.second)}</b></p><p>{say!(lang, reveal.second_what)}</p></div>
                {last.map(|text| view! { <p>{text}</p> })}
                <form class="form" method="post">
                    {hidden("do", "ask")}
                    {reason(say!(lang, reveal.ask_reason))}
                    <div class="actions actions--still"><button class="button button--main">{say!(lang, reveal.ask)}</button>{cancel}</div>
                </form>
            }
            .into_any()
        }
    }
}

/// What a page says on which requests are decided.
pub(super) struct Deciding {
    pub nav: Nav,
    pub title: String,
    pub what: String,
    pub reason_help: String,
    /// The record they are about.
    pub back: String,
}

fn deciding(ask: &Ask, code: &Code) -> Deciding {
    let lang = ask.lang();
    Deciding {
        nav: Nav::Persons,
        title: say!(lang, reveal.decide_title, code = code.to_string()),
        what: say!(lang, reveal.decide_what),
        reason_help: say!(lang, reveal.reason_help),
        back: code.path(),
    }
}

/// What was typed, about which request, and whether it is to be approved.
pub(super) fn decision_of(posted: &Pairs) -> (RevealForm, Option<Uuid>, Option<bool>) {
    let approve = match posted.get("do").as_str() {
        "approve" => Some(true),
        "deny" => Some(false),
        _ => None,
    };
    (
        RevealForm::from_pairs(posted),
        posted.get("request").parse().ok(),
        approve,
    )
}

/// `GET /persons/{code}/reveal/decide`
pub async fn requests(ask: Ask) -> domain::Result<Response> {
    let view = ask.store().see_requests(ask.actor()?, &ask.code()?).await?;
    let words = deciding(&ask, &view.head.code);
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

/// `POST /persons/{code}/reveal/decide`
pub async fn decide(ask: Ask, posted: Pairs) -> domain::Result<Response> {
    let (actor, code) = (ask.actor()?, ask.code()?);
    let (form, request, approve) = decision_of(&posted);
    let decided = match (form.check(), request, approve) {
        (Err(problems), ..) => Err(Error::Invalid(problems)),
        (Ok(reason), Some(request), Some(approve)) => {
            ask.store().decide_reveal(actor, &code, request, approve, &reason).await
        }
        _ => Err(Error::at("", ProblemKind::Missing)),
    };
    let Some(unsaved) = Unsaved::of(decided, ask.store().see_requests(actor, &code)).await? else {
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

/// The requests that wait; `typed` and its problems belong to request `about`.
pub(super) fn requests_page(
    ask: &Ask,
    status: StatusCode,
    words: &Deciding,
    requests: &[RequestView],
    about: Option<Uuid>,
    typed: &RevealForm,
    problems: &[domain::Problem],
) -> Response {
    let lang = ask.lang();
    let form = Form { lang, problems };
    let label = |field: &str| match field {
        "reason" => say!(lang, reveal.decision_reason),
        _ => String::new(),
    };
    // One form at a time, so that a field's name is its id: the request that was typed about, else the oldest of others.
    let open = requests
        .iter()
        .find(|request| Some(request.id) == about && !request.mine)
        .or_else(|| requests.iter().find(|request| !request.mine))
        .map(|request| request.id);
    let cards = requests
        .iter()
        .map(|request| {
            let typed = (open == Some(request.id)).then_some(typed);
            request_card(ask, form, request, &words.reason_help, typed)
        })
        .collect_view();
    let list = if requests.is_empty() {
        empty(say!(lang, reveal.decide_none), say!(lang, reveal.decide_none_why), None)
    } else {
        view! { <p>{words.what.clone()}</p>{cards} }.into_any()
    };
    let content = view! {
        <section class="confirm">
            <h1>{words.title.clone()}</h1>
            {problems_summary(form, label)}
            {list}
            <p class="row"><a class="button button--quiet" href=words.back.clone()>{say!(lang, common.back)}</a> " " <a class="button button--quiet" href="/reveals">{say!(lang, reveal.list)}</a></p>
        </section>
    };
    parts::page(ask, status, words.nav, &words.title, content)
}

fn request_card(ask: &Ask, form: Form<'_>, request: &RequestView, help: &str, typed: Option<&RevealForm>) -> AnyView {
    let (lang, offset) = (form.lang, ask.store().offset());
    let own = request
        .mine
        .then(|| view! { <p class="muted">{say!(lang, reveal.own)}</p> });
    let decision = typed.map(|typed| {
        view! {
            <form class="form" method="post">
                {hidden("request", &request.id.to_string())}
                {area(form, "reason", say!(lang, reveal.decision_reason), &typed.reason, help, true, 3)}
                <div class="actions actions--still">
                    <button class="button button--main" name="do" value="approve">{say!(lang, reveal.approve)}</button>
                    <button class="button" name="do" value="deny">{say!(lang, reveal.deny)}</button>
                </div>
            </form>
        }
    });
    view! {
        <section class="section">
            <h2><bdi>{request.asked_by.clone()}</bdi></h2>
            <p class="muted">{say!(lang, reveal.at)}" "{date_time(lang, request.asked_at, offset)}" · "{say!(lang, reveal.until)}" "{date_time(lang, request.expires_at, offset)}</p>
            <h3>{say!(lang, reveal.their_reason)}</h3>
            <p dir="auto">{request.reason.to_string()}</p>
            {own}
            {decision}
        </section>
    }
    .into_any()
}

/// `POST /persons/{code}/sensitive`
pub async fn mark(ask: Ask, posted: Pairs) -> domain::Result<Response> {
    let (actor, code) = (ask.actor()?, ask.code()?);
    ask.store()
        .mark_sensitive(actor, &code, posted.has("sensitive"))
        .await?;
    Ok(see_other(&code.path()))
}

/// `GET /reveals`
pub async fn list(ask: Ask) -> domain::Result<Response> {
    let reveals = ask.store().reveals(ask.actor()?).await?;
    let lang = ask.lang();
    let waiting = if reveals.waiting.is_empty() {
        view! { <p class="muted">{say!(lang, reveal.waiting_none)}</p> }.into_any()
    } else {
        waiting_table(&ask, say!(lang, reveal.waiting), &reveals.waiting, "/reveal/decide")
    };
    let blocks = (!reveals.blocks.is_empty()).then(|| {
        view! { <section class="section"><h2>{say!(lang, block.waiting)}</h2>{waiting_table(&ask, say!(lang, block.waiting), &reveals.blocks, "/sealed/decide")}</section> }
    });
    let shreddings = (!reveals.shreddings.is_empty()).then(|| {
        view! { <section class="section"><h2>{say!(lang, reveal.shreddings)}</h2>{waiting_table(&ask, say!(lang, reveal.shreddings), &reveals.shreddings, "/shred/decide")}</section> }
    });
    let mine = if reveals.mine.is_empty() {
        view! { <p class="muted">{say!(lang, reveal.mine_none)}</p> }.into_any()
    } else {
        mine_table(&ask, &reveals.mine)
    };
    let title = say!(lang, reveal.list);
    let content = view! {
        <header class="head"><h1>{title.clone()}</h1><p class="head-facts"><span>{say!(lang, reveal.list_what)}</span></p></header>
        <div class="page"><div class="content">
            {alerts(lang, &reveals)}
            <section class="section"><h2>{say!(lang, reveal.waiting)}</h2>{waiting}</section>
            {blocks}
            {shreddings}
            <section class="section"><h2>{say!(lang, reveal.mine)}</h2>{mine}</section>
        </div></div>
    };
    Ok(parts::page(&ask, StatusCode::OK, Nav::Home, &title, content))
}

/// `POST /reveals`: takes note of an alert.
pub async fn acknowledge(ask: Ask, posted: Pairs) -> domain::Result<Response> {
    let actor = ask.actor()?;
    // Without an id there is nothing to take note of; who may not is told so all the same.
    let alert = posted.get("alert").parse().unwrap_or(Uuid::nil());
    match ask.store().acknowledge_alert(actor, alert).await {
        // Another supervisor was faster.
        Ok(()) | Err(Error::NotFound) => Ok(see_other("/reveals")),
        Err(error) => Err(error),
    }
}

/// What waits for this person, on "My work": nothing where nothing waits.
pub(super) async fn home_section(ask: &Ask, actor: &Actor) -> domain::Result<AnyView> {
    if !actor
        .roles
        .any(&[Role::ProtectionOfficer, Role::Supervisor, Role::Chair])
    {
        return Ok(().into_any());
    }
    let reveals = ask.store().reveals(actor).await?;
    let lang = ask.lang();
    let count =
        u32::try_from(reveals.waiting.len() + reveals.blocks.len() + reveals.shreddings.len()).unwrap_or(u32::MAX);
    let waiting = (count > 0).then(|| {
        view! {
            <section class="section">
                <h2>{say!(lang, reveal.home_waiting, count = count)}</h2>
                <p>{say!(lang, reveal.home_what)}</p>
                <p><a class="button" href="/reveals">{say!(lang, reveal.home_open)}</a></p>
            </section>
        }
    });
    Ok(view! { {alerts(lang, &reveals)}{waiting} }.into_any())
}

fn alerts(lang: Language, reveals: &Reveals) -> AnyView {
    if reveals.alerts.is_empty() {
        return ().into_any();
    }
    let items = reveals
        .alerts
        .iter()
        .map(|alert| {
            let day = match alert.day.parse() {
                Ok(day) => parts::day(lang, day),
                Err(_) => alert.day.clone(),
            };
            let what = say!(lang, reveal.alert, name = alert.name.clone(), day = day);
            let name = format!("{}: {what}", say!(lang, reveal.acknowledge));
            view! {
                <div class="notice" data-tone="red">
                    <p><b>{what}</b></p>
                    <p>{say!(lang, reveal.alert_what)}</p>
                    <form method="post" action="/reveals">
                        {hidden("alert", &alert.id.to_string())}
                        <button class="button button--small" aria-label=name>{say!(lang, reveal.acknowledge)}</button>
                    </form>
                </div>
            }
        })
        .collect_view();
    view! { <section class="section"><h2>{say!(lang, reveal.alerts)}</h2>{items}</section> }.into_any()
}

fn waiting_table(ask: &Ask, caption: String, rows: &[WaitingRow], way: &str) -> AnyView {
    let (lang, offset) = (ask.lang(), ask.store().offset());
    let rows = rows
        .iter()
        .map(|row| {
            let until = row.expires_at.map(|at| date_time(lang, at, offset));
            let name = format!("{}: {}", say!(lang, reveal.decide), row.record);
            view! {
                <tr>
                    <th scope="row">{code_link(&row.record)}</th>
                    <td class="grow" data-label=say!(lang, reveal.by)><bdi>{row.by.clone()}</bdi></td>
                    <td data-label=say!(lang, reveal.at)>{date_time(lang, row.at, offset)}</td>
                    <td data-label=say!(lang, reveal.until)>{until}</td>
                    <td data-label=say!(lang, reveal.decide)><a class="button button--small" href=format!("{}{way}", row.record.path()) aria-label=name>{say!(lang, reveal.decide)}</a></td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <div class="table-wrap">
            <table class="table table--stack">
                <caption>{caption}</caption>
                <thead>
                    <tr>
                        <th scope="col">{say!(lang, common.code)}</th>
                        <th scope="col" class="grow">{say!(lang, reveal.by)}</th>
                        <th scope="col">{say!(lang, reveal.at)}</th>
                        <th scope="col">{say!(lang, reveal.until)}</th>
                        <th scope="col"><span class="visually-hidden">{say!(lang, reveal.decide)}</span></th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

pub(super) fn state_chip(lang: Language, state: RequestState) -> AnyView {
    let (tone, word) = match state {
        RequestState::Waiting => ("accent", say!(lang, reveal.state_waiting)),
        RequestState::Approved => ("accent", say!(lang, reveal.state_approved)),
        RequestState::Denied => ("red", say!(lang, reveal.state_denied)),
        RequestState::Used => ("neutral", say!(lang, reveal.state_used)),
        RequestState::Expired => ("neutral", say!(lang, reveal.state_expired)),
    };
    view! { <span class="chip" data-tone=tone>{word}</span> }.into_any()
}

fn mine_table(ask: &Ask, rows: &[MyRequest]) -> AnyView {
    let (lang, offset) = (ask.lang(), ask.store().offset());
    let rows = rows
        .iter()
        .map(|row| {
            let (href, word) = match row.record.kind() {
                Kind::Testimony => (super::testimony_block::path(&row.record), say!(lang, block.open)),
                _ => (format!("{}/reveal", row.record.path()), say!(lang, reveal.open_it)),
            };
            let way = matches!(row.state, RequestState::Approved)
                .then(|| view! { " " <a class="button button--small" href=href>{word}</a> });
            let decision = row.decision.as_ref().map(|words| view! { <p dir="auto">{words.to_string()}</p> });
            view! {
                <tr>
                    <th scope="row">{code_link(&row.record)}</th>
                    <td data-label=say!(lang, reveal.state)>{state_chip(lang, row.state)}{way}</td>
                    <td data-label=say!(lang, reveal.at)>{date_time(lang, row.asked_at, offset)}</td>
                    <td data-label=say!(lang, reveal.until)>{date_time(lang, row.expires_at, offset)}</td>
                    <td class="grow" data-label=say!(lang, reveal.decided_by)><div><bdi>{row.decided_by.clone()}</bdi>{decision}</div></td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <div class="table-wrap">
            <table class="table table--stack">
                <caption>{say!(lang, reveal.mine)}</caption>
                <thead>
                    <tr>
                        <th scope="col">{say!(lang, common.code)}</th>
                        <th scope="col">{say!(lang, reveal.state)}</th>
                        <th scope="col">{say!(lang, reveal.at)}</th>
                        <th scope="col">{say!(lang, reveal.until)}</th>
                        <th scope="col" class="grow">{say!(lang, reveal.decided_by)}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}
