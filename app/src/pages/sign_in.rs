//! The way in: login and password, the second step, the password again. The way out is [`super::sign_out`].
//!
//! What a form held when its session had ended waits in [`super::kept`].

use crate::ask::{Ask, own_path, see_other, with_next};
use crate::parts::fields::Input;
use crate::parts::{self, Form, hidden, input, plain_page};
use crate::say;
use crate::visit::{Visit, device_cookie_name, session_cookie_name, set_cookie};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use domain::form::Pairs;
use domain::{Actor, Error, Language, Problem};
use leptos::prelude::*;
use store::Factor;

/// A browser is known for a year after a good sign-in.
const DEVICE_SECONDS: u32 = 365 * 24 * 60 * 60;
/// Pages that lead somewhere else, or that only take forms: nobody is sent back to them.
const NO_WAY_BACK: [&str; 9] = [
    "/sign-in",
    "/sign-in/code",
    "/sign-out",
    "/step-up",
    "/kept",
    "/language",
    "/account/sessions",
    "/account/devices",
    "/search",
];

/// Where to go after sign-in: a page of ours that can be opened, else the first.
pub(super) fn way_back(next: &str) -> String {
    let path = own_path(next);
    let bare = path.split(['?', '#']).next().unwrap_or_default();
    if NO_WAY_BACK.contains(&bare) {
        "/".to_owned()
    } else {
        path
    }
}

/// Where a person goes who is now fully signed in: first to what was kept for them.
pub(super) async fn onward(ask: &Ask, actor: &Actor, next: &str) -> domain::Result<String> {
    Ok(if ask.store().has_kept_post(actor).await? {
        with_next("/kept", next)
    } else {
        next.to_owned()
    })
}

/// Gives the browser the token of its session.
pub(super) fn give_session(response: &mut Response, visit: &Visit, token: &str) {
    let cookie = set_cookie(session_cookie_name(visit.secure), token, visit.secure, None);
    response.headers_mut().append(header::SET_COOKIE, cookie);
}

/// The visit as a page whose address has a `next`: the language switch comes back with it.
pub(super) fn staying(ask: &Ask, path: &str, next: &str) -> Visit {
    Visit {
        path: with_next(path, next),
        ..ask.visit.clone()
    }
}

/// The status of a refused attempt, and the sentence if it came too soon after others.
///
/// # Errors
/// What is neither a wrong input nor too soon.
pub(super) fn refusal(lang: Language, error: Error) -> domain::Result<Refusal> {
    match error {
        Error::Invalid(problems) => Ok(Refusal {
            status: StatusCode::UNPROCESSABLE_ENTITY,
            problems,
            wait: None,
            seconds: 0,
        }),
        Error::TooMany(seconds) => {
            let wait = Some(say!(lang, error.too_many_what, count = seconds));
            Ok(Refusal {
                status: StatusCode::TOO_MANY_REQUESTS,
                problems: Vec::new(),
                wait,
                seconds,
            })
        }
        other => Err(other),
    }
}

/// Why a form with a secret in it is shown again.
pub(super) struct Refusal {
    pub status: StatusCode,
    pub problems: Vec<Problem>,
    /// "Wait so many seconds".
    pub wait: Option<String>,
    seconds: u32,
}

impl Refusal {
    /// No refusal: the form is shown for the first time.
    pub(super) const fn none() -> Self {
        Self {
            status: StatusCode::OK,
            problems: Vec::new(),
            wait: None,
            seconds: 0,
        }
    }

    /// The answer, with the time to wait for browsers and scripts.
    pub(super) fn mark(&self, mut response: Response) -> Response {
        if self.seconds > 0 {
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from(self.seconds));
        }
        response
    }
}

/// One sentence at the head of a form, read out at once.
pub(super) fn alert(text: Option<String>) -> AnyView {
    text.map(|text| view! { <div class="problems" role="alert" tabindex="-1" id="problems" autofocus=true><h2>{text}</h2></div> }).into_any()
}

/// The field for a code of the authenticator app.
pub(super) fn code_field(form: Form<'_>, label: String, help: &str) -> AnyView {
    let error = form.error("code");
    let described = if error.is_some() {
        "code-help code-error"
    } else {
        "code-help"
    };
    let control = view! {
        <input
            class="otp"
            id="code"
            name="code"
            type="text"
            inputmode="numeric"
            autocomplete="one-time-code"
            maxlength="12"
            spellcheck="false"
            required=true
            autofocus=error.is_none()
            aria-invalid=error.is_some().then_some("true")
            aria-describedby=described
        />
    };
    parts::field(form, "code", label, help, false, "", control)
}

/// `GET /sign-in`
pub async fn show(ask: Ask) -> domain::Result<Response> {
    let next = way_back(&ask.query.get("next"));
    if ask.actor().is_ok() {
        return Ok(see_other(&next));
    }
    let kept = ask.query.has("kept");
    Ok(sign_in_page(&ask, &next, kept, "", &Refusal::none()))
}

/// `POST /sign-in`
pub async fn sign_in(ask: Ask, posted: Pairs) -> domain::Result<Response> {
    let (next, login) = (way_back(&posted.get("next")), posted.get("login"));
    let good = match ask
        .store()
        .log_in(&login, &posted.get("password"), &ask.visit.from)
        .await
    {
        Ok(good) => good,
        Err(error) => {
            return Ok(sign_in_page(
                &ask,
                &next,
                posted.has("kept"),
                &login,
                &refusal(ask.lang(), error)?,
            ));
        }
    };
    // The session this browser had before, perhaps another person's, must not live on unseen.
    if let Some(before) = &ask.visit.signed_in {
        ask.store().sign_out(&before.actor).await?;
    }
    let way = match good.factor {
        Factor::Given => {
            let signed_in = ask
                .store()
                .actor_for(&good.token, &ask.visit.from)
                .await?
                .ok_or(Error::SignedOut)?;
            onward(&ask, &signed_in.actor, &next).await?
        }
        Factor::Awaited => with_next("/sign-in/code", &next),
        Factor::ToSetUp => with_next("/account/factor", &next),
    };
    let mut response = see_other(&way);
    let secure = ask.visit.secure;
    let device = set_cookie(device_cookie_name(secure), &good.device, secure, Some(DEVICE_SECONDS));
    give_session(&mut response, &ask.visit, &good.token);
    response.headers_mut().append(header::SET_COOKIE, device);
    Ok(response)
}

fn sign_in_page(ask: &Ask, next: &str, kept: bool, login: &str, refused: &Refusal) -> Response {
    let lang = ask.lang();
    // One sentence for both fields: nobody learns which logins exist.
    let message = refused
        .wait
        .clone()
        .or_else(|| (!refused.problems.is_empty()).then(|| say!(lang, auth.wrong)));
    let form = Form { lang, problems: &[] };
    let like = Input {
        required: true,
        ..Input::default()
    };
    let notice =
        kept.then(|| view! { <div class="notice" data-tone="accent"><p>{say!(lang, auth.kept_notice)}</p></div> });
    let view = view! {
        <h1>{say!(lang, auth.sign_in)}</h1>
        {notice}
        {alert(message)}
        <form class="form" method="post" action="/sign-in">
            {hidden("next", next)}
            {kept.then(|| hidden("kept", "1"))}
            {input(form, "login", say!(lang, auth.login), login, Input { autocomplete: "username", max: 40, ..like })}
            {password_field(form, "password", say!(lang, auth.password), "", "current-password")}
            <div class="actions"><button class="button button--main">{say!(lang, auth.sign_in)}</button></div>
        </form>
        <p class="muted small">{say!(lang, auth.forgotten)}</p>
    };
    refused.mark(plain_page(
        &ask.state,
        &staying(ask, "/sign-in", next),
        refused.status,
        &say!(lang, auth.sign_in),
        view,
    ))
}

/// A field for a password: never filled by us.
pub(super) fn password_field(form: Form<'_>, name: &str, label: String, help: &str, autocomplete: &str) -> AnyView {
    let like = Input {
        kind: "password",
        help,
        required: true,
        max: domain::account::PASSWORD_MOST,
        autocomplete,
        ..Input::default()
    };
    input(form, name, label, "", like)
}

/// `GET /sign-in/code`
pub async fn code(ask: Ask) -> domain::Result<Response> {
    ask.visit.half_actor()?;
    let next = way_back(&ask.query.get("next"));
    Ok(match ask.visit.signed_in.as_ref().map(|signed_in| signed_in.factor) {
        Some(Factor::Given) => see_other(&next),
        Some(Factor::ToSetUp) => see_other(&with_next("/account/factor", &next)),
        Some(Factor::Awaited) | None => code_page(&ask, &next, false, &Refusal::none()),
    })
}

/// `POST /sign-in/code`
pub async fn give_code(ask: Ask, posted: Pairs) -> domain::Result<Response> {
    let actor = ask.visit.half_actor()?;
    let next = way_back(&posted.get("next"));
    let recovery = posted.has("recovery");
    let code = posted.get(if recovery { "recovery" } else { "code" });
    match ask.store().give_factor(actor, &code).await {
        Ok(token) => {
            let mut response = see_other(&onward(&ask, actor, &next).await?);
            give_session(&mut response, &ask.visit, &token);
            Ok(response)
        }
        Err(error) => {
            let mut refused = refusal(ask.lang(), error)?;
            if recovery {
                refused
                    .problems
                    .iter_mut()
                    .for_each(|problem| problem.field = "recovery".to_owned());
            }
            Ok(code_page(&ask, &next, recovery, &refused))
        }
    }
}

fn code_page(ask: &Ask, next: &str, recovery: bool, refused: &Refusal) -> Response {
    let lang = ask.lang();
    let form = Form {
        lang,
        problems: &refused.problems,
    };
    let like = Input {
        help: &say!(lang, auth.recovery_help),
        required: true,
        max: 40,
        ..Input::default()
    };
    let label = |field: &str| {
        if field == "recovery" {
            say!(lang, auth.recovery_label)
        } else {
            say!(lang, auth.code_label)
        }
    };
    let view = view! {
        <h1>{say!(lang, auth.code_title)}</h1>
        <p>{say!(lang, auth.code_what)}</p>
        {alert(refused.wait.clone())}
        {parts::problems_summary(form, label)}
        <form class="form" method="post" action="/sign-in/code">
            {hidden("next", next)}
            {code_field(form, say!(lang, auth.code_label), &say!(lang, auth.code_help))}
            <div class="actions"><button class="button button--main">{say!(lang, auth.go_on)}</button></div>
        </form>
        <details open=recovery>
            <summary>{say!(lang, auth.use_recovery)}</summary>
            <form class="form" method="post" action="/sign-in/code">
                {hidden("next", next)}
                {input(form, "recovery", say!(lang, auth.recovery_label), "", like)}
                <div class="actions"><button class="button">{say!(lang, auth.go_on)}</button></div>
            </form>
        </details>
        <form method="post" action="/sign-out"><button class="button button--quiet">{say!(lang, auth.another)}</button></form>
    };
    refused.mark(plain_page(
        &ask.state,
        &staying(ask, "/sign-in/code", next),
        refused.status,
        &say!(lang, auth.code_title),
        view,
    ))
}

/// `GET /step-up`
pub async fn step_up(ask: Ask) -> domain::Result<Response> {
    ask.actor()?;
    let next = way_back(&ask.query.get("next"));
    Ok(step_up_page(&ask, &next, &Refusal::none()))
}

/// `POST /step-up`
pub async fn give_password(ask: Ask, posted: Pairs) -> domain::Result<Response> {
    // Only of a whole session: a password alone must never stand in for the second step.
    let actor = ask.actor()?;
    let next = way_back(&posted.get("next"));
    match ask.store().step_up(actor, &posted.get("password")).await {
        Ok(token) => {
            let mut response = see_other(&next);
            give_session(&mut response, &ask.visit, &token);
            Ok(response)
        }
        Err(error) => Ok(step_up_page(&ask, &next, &refusal(ask.lang(), error)?)),
    }
}

fn step_up_page(ask: &Ask, next: &str, refused: &Refusal) -> Response {
    let lang = ask.lang();
    let form = Form {
        lang,
        problems: &refused.problems,
    };
    let view = view! {
        <h1>{say!(lang, auth.step_up_title)}</h1>
        <p>{say!(lang, auth.step_up_what)}</p>
        {alert(refused.wait.clone())}
        {parts::problems_summary(form, |_| say!(lang, auth.password))}
        <form class="form" method="post" action="/step-up">
            {hidden("next", next)}
            {password_field(form, "password", say!(lang, auth.password), "", "current-password")}
            <div class="actions">
                <button class="button button--main">{say!(lang, auth.go_on)}</button>
                <a class="button button--quiet" href="/">{say!(lang, common.cancel)}</a>
            </div>
        </form>
    };
    refused.mark(plain_page(
        &ask.state,
        &staying(ask, "/step-up", next),
        refused.status,
        &say!(lang, auth.step_up_title),
        view,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_comes_back_only_to_pages_that_open() {
        for good in ["/cases/C-2025-0007", "/cases?status=open", "/account/factor"] {
            assert_eq!(way_back(good), good);
        }
        for bad in [
            "",
            "/sign-out",
            "/sign-in?next=/x",
            "/language",
            "/kept#x",
            "//evil.example",
            "https://evil.example",
        ] {
            assert_eq!(way_back(bad), "/", "{bad}");
        }
    }

    #[test]
    fn too_many_attempts_say_how_long_to_wait() {
        let refused = refusal(Language::English, Error::TooMany(7)).expect("a refusal");
        let response = refused.mark(Response::default());
        assert_eq!(response.headers()[header::RETRY_AFTER], "7");
        assert!(refusal(Language::English, Error::Busy).is_err());
    }
}
