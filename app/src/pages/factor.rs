//! Setting up the second step: an authenticator app, and the recovery codes for the day the phone is lost.

use super::sign_in::{Refusal, alert, code_field, give_session, onward, refusal, staying, way_back};
use crate::ask::Ask;
use crate::parts::{self, Form, hidden, plain_page};
use crate::say;
use axum::http::StatusCode;
use axum::response::Response;
use domain::Actor;
use domain::form::Pairs;
use fast_qr::convert::Builder;
use fast_qr::convert::svg::SvgBuilder;
use fast_qr::qr::QRBuilder;
use leptos::prelude::*;
use store::{Factor, FactorSetup};

/// `GET /account/factor`
pub async fn show(ask: Ask) -> domain::Result<Response> {
    let setup = ask.store().factor_setup(person(&ask)?).await?;
    Ok(form_page(
        &ask,
        &next(&ask, &ask.query.get("next")),
        &setup,
        &Refusal::none(),
    ))
}

/// `POST /account/factor`
pub async fn confirm(ask: Ask, posted: Pairs) -> domain::Result<Response> {
    let actor = person(&ask)?;
    let next = next(&ask, &posted.get("next"));
    match ask.store().confirm_factor(actor, &posted.get("code")).await {
        Ok((codes, token)) => {
            // The codes are shown once: a question that fails now must not lose them.
            let on = onward(&ask, actor, &next).await.unwrap_or(next);
            let mut response = codes_page(&ask, &codes, on);
            give_session(&mut response, &ask.visit, &token);
            Ok(response)
        }
        Err(error) => {
            let refused = refusal(ask.lang(), error)?;
            let setup = ask.store().factor_setup(actor).await?;
            Ok(form_page(&ask, &next, &setup, &refused))
        }
    }
}

/// Who may set a factor up: who is signed in, and who must do this first. Never who still owes a code.
fn person(ask: &Ask) -> domain::Result<&Actor> {
    match ask.visit.signed_in.as_ref().map(|signed_in| signed_in.factor) {
        Some(Factor::ToSetUp) => ask.visit.half_actor(),
        _ => ask.actor(),
    }
}

/// Back to the account, unless another page was asked for or this stood in the way of sign-in.
fn next(ask: &Ask, text: &str) -> String {
    let next = way_back(text);
    if next == "/" && ask.actor().is_ok() {
        "/account".to_owned()
    } else {
        next
    }
}

/// The QR code as an SVG that a strict content security policy lets through: no style, no script, nothing to load.
fn qr(text: &str) -> Option<String> {
    let code = QRBuilder::new(text).build().ok()?;
    Some(SvgBuilder::default().margin(2).to_str(&code))
}

fn form_page(ask: &Ask, next: &str, setup: &FactorSetup, refused: &Refusal) -> Response {
    let lang = ask.lang();
    let form = Form {
        lang,
        problems: &refused.problems,
    };
    let picture = qr(&setup.address).map(|svg| {
        view! {
            <p>{say!(lang, account.factor_scan)}</p>
            <div class="qr" role="img" aria-label=say!(lang, account.factor_qr) inner_html=svg></div>
        }
    });
    let replaces = ask
        .actor()
        .is_ok()
        .then(|| view! { <p>{say!(lang, account.factor_replaces)}</p> });
    let cancel = if ask.actor().is_ok() {
        view! { <a class="button button--quiet" href=next.to_owned()>{say!(lang, common.cancel)}</a> }.into_any()
    } else {
        ().into_any()
    };
    let view = view! {
        <h1>{say!(lang, account.factor_title)}</h1>
        <p>{say!(lang, account.factor_what)}</p>
        {replaces}
        {alert(refused.wait.clone())}
        {parts::problems_summary(form, |_| say!(lang, account.factor_code))}
        {picture}
        <details>
            <summary>{say!(lang, account.factor_by_hand)}</summary>
            <p>{say!(lang, account.factor_secret)}</p>
            <p><bdi dir="ltr"><code>{setup.secret.clone()}</code></bdi></p>
        </details>
        <form class="form" method="post" action="/account/factor">
            {hidden("next", next)}
            {code_field(form, say!(lang, account.factor_code), &say!(lang, account.factor_code_help))}
            <div class="actions">
                <button class="button button--main">{say!(lang, account.factor_confirm)}</button>
                {cancel}
            </div>
        </form>
    };
    let visit = staying(ask, "/account/factor", next);
    refused.mark(plain_page(
        &ask.state,
        &visit,
        refused.status,
        &say!(lang, account.factor_title),
        view,
    ))
}

fn codes_page(ask: &Ask, codes: &[String], on: String) -> Response {
    let lang = ask.lang();
    let codes = codes
        .iter()
        .map(|code| view! { <li><code>{code.clone()}</code></li> })
        .collect_view();
    let view = view! {
        <h1>{say!(lang, account.codes_title)}</h1>
        <p>{say!(lang, account.codes_what)}</p>
        <ol class="codes">{codes}</ol>
        <p>{say!(lang, account.codes_once)}</p>
        <p><a class="button button--main" href=on>{say!(lang, account.codes_done)}</a></p>
    };
    plain_page(
        &ask.state,
        &ask.visit,
        StatusCode::OK,
        &say!(lang, account.codes_title),
        view,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_picture_passes_the_content_security_policy() {
        let svg =
            qr("otpauth://totp/Sijill:4711?secret=MZXW6YTBOIMZXW6YTBOIMZXW6YTBOIMZ&issuer=Sijill").expect("it fits");
        assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>"));
        for forbidden in ["style", "<script", "href", "otpauth", "MZXW"] {
            assert!(!svg.contains(forbidden), "{forbidden}");
        }
    }
}
