//! Errors as whole pages, in the reader's language: one exhaustive match from error to status.

use crate::ask::{AppState, see_other, with_next};
use crate::parts::plain_page;
use crate::say;
use crate::visit::Visit;
use axum::Extension;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::Error;
use leptos::prelude::*;

/// The status of an error.
#[must_use]
pub const fn status(error: &Error) -> StatusCode {
    match error {
        Error::NotFound => StatusCode::NOT_FOUND,
        Error::Forbidden => StatusCode::FORBIDDEN,
        Error::SignedOut | Error::PurposeNeeded(_) | Error::StepUpNeeded => StatusCode::SEE_OTHER,
        Error::Conflict => StatusCode::CONFLICT,
        Error::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
        Error::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
        Error::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
        Error::Busy => StatusCode::SERVICE_UNAVAILABLE,
        Error::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// A whole page that says what went wrong and what to do; or the way to what is needed first.
#[must_use]
pub fn error_page(visit: &Visit, state: &AppState, error: &Error) -> Response {
    let lang = visit.language;
    let (title, what) = match error {
        Error::SignedOut => return see_other(&with_next("/sign-in", &visit.path)),
        Error::PurposeNeeded(case) => {
            return see_other(&with_next(&format!("{}/purpose", case.path()), &visit.path));
        }
        Error::StepUpNeeded => return see_other(&with_next("/step-up", &visit.path)),
        Error::NotFound => (say!(lang, error.not_found), say!(lang, error.not_found_what)),
        Error::Forbidden => (say!(lang, error.forbidden), say!(lang, error.forbidden_what)),
        Error::Conflict => (say!(lang, error.conflict), say!(lang, error.conflict_what)),
        Error::Invalid(problems) => {
            let sentences: Vec<String> = problems
                .iter()
                .map(|problem| crate::parts::sentence(lang, &problem.kind))
                .collect();
            (say!(lang, error.invalid), sentences.join(" "))
        }
        Error::TooMany(seconds) => (
            say!(lang, error.too_many),
            say!(lang, error.too_many_what, count = *seconds),
        ),
        Error::TooLarge(_) => (say!(lang, error.too_large), say!(lang, error.too_large_what)),
        Error::Busy => (say!(lang, error.busy), say!(lang, error.busy_what)),
        Error::Internal => (say!(lang, error.internal), say!(lang, error.internal_what)),
    };
    let view = view! {
        <h1>{title.clone()}</h1>
        <p>{what}</p>
        <p><a class="button" href="/">{say!(lang, error.home)}</a></p>
    };
    let mut response = plain_page(state, visit, status(error), &title, view);
    if let Error::TooMany(seconds) = error
        && let Ok(value) = HeaderValue::from_str(&seconds.to_string())
    {
        response.headers_mut().insert(header::RETRY_AFTER, value);
    }
    if *error == Error::Busy {
        response
            .headers_mut()
            .insert(header::RETRY_AFTER, HeaderValue::from_static("10"));
    }
    response
}

/// What is not in the table.
pub async fn not_found(State(state): State<AppState>, visit: Option<Extension<Visit>>) -> Response {
    match visit {
        Some(Extension(visit)) => error_page(&visit, &state, &Error::NotFound),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
