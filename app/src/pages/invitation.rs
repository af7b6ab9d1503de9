//! The page behind an invitation: a person sets the password of the account made for them.

use super::sign_in::password_field;
use crate::ask::{Ask, problems, see_other};
use crate::parts::{self, Form, plain_page};
use crate::say;
use axum::http::StatusCode;
use axum::response::Response;
use domain::account::{PASSWORD_ALONE, PASSWORD_WITH_FACTOR};
use domain::form::Pairs;
use domain::{Error, Problem};
use leptos::prelude::*;
use store::InvitationView;

/// `GET /invite/{token}`
pub async fn show(ask: Ask) -> domain::Result<Response> {
    match ask.store().invitation(ask.param("token")).await {
        Ok(invitation) => Ok(form_page(&ask, StatusCode::OK, &invitation, &[])),
        Err(Error::NotFound) => Ok(dead(&ask)),
        Err(error) => Err(error),
    }
}

/// `POST /invite/{token}`
pub async fn accept(ask: Ask, posted: Pairs) -> domain::Result<Response> {
    let token = ask.param("token");
    let (password, again) = (posted.get("password"), posted.get("password_again"));
    match ask
        .store()
        .accept_invitation(token, &password, &again, &ask.visit.from)
        .await
    {
        Ok(()) => Ok(see_other("/sign-in")),
        Err(Error::NotFound) => Ok(dead(&ask)),
        Err(error) => {
            let problems = problems(error)?;
            let invitation = ask.store().invitation(token).await?;
            Ok(form_page(
                &ask,
                StatusCode::UNPROCESSABLE_ENTITY,
                &invitation,
                &problems,
            ))
        }
    }
}

/// A link that is unknown, used or too old.
fn dead(ask: &Ask) -> Response {
    let lang = ask.lang();
    let view = view! {
        <h1>{say!(lang, auth.invite_bad)}</h1>
        <p>{say!(lang, auth.invite_bad_what)}</p>
        <p><a class="button" href="/sign-in">{say!(lang, auth.sign_in)}</a></p>
    };
    plain_page(
        &ask.state,
        &ask.visit,
        StatusCode::NOT_FOUND,
        &say!(lang, auth.invite_bad),
        view,
    )
}

fn form_page(ask: &Ask, status: StatusCode, invitation: &InvitationView, problems: &[Problem]) -> Response {
    let lang = ask.lang();
    let form = Form { lang, problems };
    let least = if invitation.factor_required {
        PASSWORD_WITH_FACTOR
    } else {
        PASSWORD_ALONE
    };
    let rule = say!(lang, auth.password_rule, count = least);
    let label = |field: &str| {
        if field == "password_again" {
            say!(lang, auth.password_again)
        } else {
            say!(lang, auth.new_password)
        }
    };
    let factor = invitation
        .factor_required
        .then(|| view! { <p>{say!(lang, auth.invite_factor)}</p> });
    let again = (!problems.is_empty()).then(|| view! { <p class="muted">{say!(lang, auth.type_again)}</p> });
    // A field, so that a password manager knows whose password it keeps.
    let login = view! { <input id="login" type="text" value=invitation.login.clone() readonly=true autocomplete="username" dir="ltr"/> };
    let view = view! {
        <h1>{say!(lang, auth.invite_title)}</h1>
        <p>{say!(lang, auth.invite_what)}</p>
        {parts::problems_summary(form, label)}
        {again}
        <dl class="dl"><div><dt>{say!(lang, auth.name)}</dt><dd dir="auto">{invitation.name.clone()}</dd></div></dl>
        <form class="form" method="post">
            {parts::field(form, "login", say!(lang, auth.login), "", false, "", login)}
            {password_field(form, "password", say!(lang, auth.new_password), &rule, "new-password")}
            {password_field(form, "password_again", say!(lang, auth.password_again), "", "new-password")}
            <div class="actions"><button class="button button--main">{say!(lang, auth.invite_set)}</button></div>
        </form>
        {factor}
    };
    plain_page(&ask.state, &ask.visit, status, &say!(lang, auth.invite_title), view)
}
