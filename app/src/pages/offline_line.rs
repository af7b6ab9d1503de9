//! What a device that keeps drafts says to the server: is this still allowed, may I have the key, here is a draft.
//!
//! The answers are JSON for the device's own script: words and codes; the one that holds a text is the answer to a draft in
//! conflict, whose reader opens the testimony by it.

use crate::ask::{Ask, see_other};
use crate::parts;
use crate::visit::{offline_cookie_name, set_cookie};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::access::{self, Act};
use domain::form::{FromPairs, Pairs};
use domain::offline::{ArrivingForm, DAYS, asked};
use domain::testimony::Paragraph;
use domain::{Code, Error, Kind, Problem, ProblemKind};
use serde_json::{Value, json};
use store::{Sent, TestimonyView};
use uuid::Uuid;

/// `POST /offline/contact`: whether the server answers, and how devices stand; when the page is opened also whether somebody
/// is signed in. Afterwards it is asked without cookies, so that a page that lies open does not keep a session alive.
pub async fn contact(ask: Ask, posted: Pairs) -> domain::Result<Response> {
    let devices: Vec<Uuid> = posted.all("device").iter().filter_map(|id| id.parse().ok()).collect();
    let actor = ask.actor().ok();
    let may = actor.is_some_and(|actor| access::TakeOffline::grounds(actor, &access::Facts::default()).is_ok());
    let standing = ask.store().standing_of(&devices, &ask.visit.from).await?;
    let standing: serde_json::Map<String, Value> = standing
        .into_iter()
        .map(|(device, standing)| (device.to_string(), standing.code().into()))
        .collect();
    Ok(answer(
        StatusCode::OK,
        &json!({ "standing": standing, "signed_in": actor.is_some(), "may": may }),
    ))
}

/// `POST /offline/key`: the key of a device of one's own, or of a new one.
pub async fn key(ask: Ask, posted: Pairs) -> domain::Result<Response> {
    let actor = ask.actor()?;
    let device = match posted.get("device") {
        none if none.is_empty() => None,
        text => Some(text.parse().map_err(|_| Error::NotFound)?),
    };
    match ask.store().take_offline(actor, device, &ask.visit.from.agent).await {
        Ok(released) => {
            let body = json!({
                "device": released.device.to_string(),
                "key": released.secret.as_str(),
                "expires": released.expires_at.to_rfc3339(),
            });
            let mut response = answer(StatusCode::OK, &body);
            remember(&ask, &mut response, released.device);
            Ok(response)
        }
        Err(error) => told(&ask, error),
    }
}

/// Marks the browser as one that keeps drafts: at sign-out it is asked about them.
fn remember(ask: &Ask, response: &mut Response, device: Uuid) {
    let mut devices = ask.visit.devices.clone();
    devices.retain(|known| *known != device);
    devices.insert(0, device);
    let value: Vec<String> = devices
        .iter()
        .take(domain::offline::DEVICES)
        .map(ToString::to_string)
        .collect();
    let secure = ask.visit.secure;
    let seconds = u32::try_from(DAYS * 24 * 60 * 60).unwrap_or(u32::MAX);
    let cookie = set_cookie(offline_cookie_name(secure), &value.join("."), secure, Some(seconds));
    response.headers_mut().append(header::SET_COOKIE, cookie);
}

/// `POST /offline/drafts`: a draft from a device.
pub async fn drafts(ask: Ask, posted: Pairs) -> domain::Result<Response> {
    let actor = ask.actor()?;
    let arriving = match ArrivingForm::from_pairs(&posted).check() {
        Ok(arriving) => arriving,
        Err(problems) => {
            ask.store().may_make(actor, Kind::Testimony).await?;
            return told(&ask, Error::Invalid(problems));
        }
    };
    match ask.store().synchronise(actor, &arriving).await {
        Ok(Sent::Kept(kept)) => {
            let code = &kept.testimony;
            Ok(answer(
                StatusCode::OK,
                &json!({ "code": code.to_string(), "path": format!("{}/edit", code.path()), "version": kept.version }),
            ))
        }
        Ok(Sent::Conflict(code)) => conflict(&ask, &code).await,
        Err(error) => told(&ask, error),
    }
}

/// The text that is on the server, to stand beside the one on the device. Showing it is itself a logged read.
async fn conflict(ask: &Ask, code: &Code) -> domain::Result<Response> {
    match ask.store().open_testimony(ask.actor()?, code).await {
        Ok(theirs) => Ok(answer(StatusCode::CONFLICT, &both(&theirs))),
        Err(error) => told(ask, error),
    }
}

fn both(theirs: &TestimonyView) -> Value {
    let answers = &theirs.statement.answers;
    let fields: serde_json::Map<String, Value> = asked()
        .map(|question| (question.name.to_owned(), answers.get(question.name).into()))
        .collect();
    let paragraphs: Vec<Value> = theirs.statement.paragraphs.iter().map(paragraph).collect();
    json!({
        "code": theirs.head.code.to_string(),
        "path": theirs.head.code.path(),
        "version": theirs.head.version,
        "open": theirs.may_write,
        "by": theirs.head.updated_by,
        "at": theirs.head.updated_at.to_rfc3339(),
        "fields": fields,
        "paragraphs": paragraphs,
    })
}

/// A paragraph by the names of its fields in a form, so that the device can send it back whole.
fn paragraph(paragraph: &Paragraph) -> Value {
    json!({
        "number": paragraph.number,
        "text": paragraph.text.as_str(),
        "language": paragraph.language,
        "basis": paragraph.basis,
        "translation": paragraph.translation.as_str(),
        "source": paragraph.source.as_str(),
        "time": paragraph.time.as_str(),
        "place": paragraph.place.as_str(),
        "key": if paragraph.is_key { "yes" } else { "" },
        "favours": paragraph.favours.as_str(),
        "why": paragraph.favours_why.as_str(),
    })
}

/// What prevented it, in a form that the device's script reads.
fn told(ask: &Ask, error: Error) -> domain::Result<Response> {
    let (status, body) = match error {
        Error::Invalid(problems) if has_ended(&problems) => (StatusCode::GONE, json!({ "ended": true })),
        Error::Invalid(problems) => {
            let problems: Vec<Value> = problems
                .iter()
                .map(|problem| json!({ "field": problem.field, "text": parts::sentence(ask.lang(), &problem.kind) }))
                .collect();
            (StatusCode::UNPROCESSABLE_ENTITY, json!({ "problems": problems }))
        }
        Error::PurposeNeeded(case) => (
            StatusCode::FORBIDDEN,
            json!({ "purpose": format!("{}/purpose", case.path()) }),
        ),
        Error::Forbidden => (StatusCode::FORBIDDEN, json!({ "role": true })),
        Error::NotFound => (StatusCode::NOT_FOUND, json!({ "unknown": true })),
        Error::SignedOut => (StatusCode::UNAUTHORIZED, json!({ "signed_out": true })),
        error => return Err(error),
    };
    Ok(answer(status, &body))
}

fn has_ended(problems: &[Problem]) -> bool {
    problems.iter().any(|problem| problem.kind == ProblemKind::DeviceEnded)
}

fn answer(status: StatusCode, body: &Value) -> Response {
    let kind = HeaderValue::from_static("application/json");
    (status, [(header::CONTENT_TYPE, kind)], body.to_string()).into_response()
}

/// `POST /account/devices`: ends a device of one's own.
pub async fn revoke(ask: Ask, posted: Pairs) -> domain::Result<Response> {
    let actor = ask.actor()?;
    let device = posted.get("device").parse().map_err(|_| Error::NotFound)?;
    ask.store().revoke_device(actor, device).await?;
    Ok(see_other("/account?done=device"))
}
