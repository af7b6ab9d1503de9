//! The page behind the set-up link: the committee, its administrator, the invitation for its chair. It opens once.

use super::sign_in::password_field;
use crate::ask::{Ask, problems};
use crate::parts::fields::Input;
use crate::parts::{self, Form, input, plain_page, radios};
use crate::say;
use axum::http::StatusCode;
use axum::response::Response;
use domain::account::{PASSWORD_ALONE, PASSWORD_WITH_FACTOR, SetupForm};
use domain::form::{FromPairs, Pairs};
use domain::{Error, Language, Problem};
use leptos::prelude::*;

/// `GET /setup/{token}`
pub async fn show(ask: Ask) -> domain::Result<Response> {
    match ask.store().check_setup_link(ask.param("token")).await {
        Ok(()) => {
            let typed = SetupForm {
                language: ask.lang().code().to_owned(),
                factor_required: true,
                ..SetupForm::default()
            };
            Ok(form_page(&ask, StatusCode::OK, &typed, &[]))
        }
        Err(Error::NotFound) => Ok(dead(&ask)),
        Err(error) => Err(error),
    }
}

/// `POST /setup/{token}`
pub async fn set_up(ask: Ask, posted: Pairs) -> domain::Result<Response> {
    let token = ask.param("token");
    match ask.store().check_setup_link(token).await {
        Ok(()) => {}
        Err(Error::NotFound) => return Ok(dead(&ask)),
        Err(error) => return Err(error),
    }
    let form = SetupForm::from_pairs(&posted);
    let done = match form.check() {
        Ok(setup) => ask
            .store()
            .set_up(token, &setup, &ask.visit.from)
            .await
            .map(|chair| (chair, setup.demo)),
        Err(problems) => Err(Error::Invalid(problems)),
    };
    match done {
        Ok((chair, demo)) => {
            // The chair's link is shown once: a demonstration that fails must not lose it.
            let loaded = match ask.state.demo.as_ref().filter(|_| demo) {
                Some(load) => load(ask.store().clone()).await.map(Some),
                None => Ok(None),
            };
            Ok(done_page(&ask, &chair, &loaded))
        }
        Err(Error::NotFound) => Ok(dead(&ask)),
        Err(error) => Ok(form_page(
            &ask,
            StatusCode::UNPROCESSABLE_ENTITY,
            &form,
            &problems(error)?,
        )),
    }
}

/// A link that is unknown, used or too old; or the committee is set up already.
fn dead(ask: &Ask) -> Response {
    let lang = ask.lang();
    let view = view! {
        <h1>{say!(lang, setup.bad)}</h1>
        <p>{say!(lang, setup.bad_what)}</p>
        <p><a class="button" href="/sign-in">{say!(lang, auth.sign_in)}</a></p>
    };
    plain_page(
        &ask.state,
        &ask.visit,
        StatusCode::NOT_FOUND,
        &say!(lang, setup.bad),
        view,
    )
}

fn label(lang: Language, field: &str) -> String {
    match field {
        "committee" => say!(lang, setup.committee),
        "language" => say!(lang, setup.language),
        "login" => say!(lang, setup.login),
        "name" => say!(lang, setup.name),
        "password" => say!(lang, auth.password),
        "password_again" => say!(lang, auth.password_again),
        "chair_login" => say!(lang, setup.chair_login),
        "chair_name" => say!(lang, setup.chair_name),
        _ => String::new(),
    }
}

fn form_page(ask: &Ask, status: StatusCode, typed: &SetupForm, problems: &[Problem]) -> Response {
    let lang = ask.lang();
    let form = Form { lang, problems };
    let again = (!problems.is_empty()).then(|| view! { <p class="muted">{say!(lang, auth.type_again)}</p> });
    let view = view! {
        <h1>{say!(lang, setup.title)}</h1>
        <p>{say!(lang, setup.what)}</p>
        {parts::problems_summary(form, |field| label(lang, field))}
        {again}
        <form class="form" method="post">
            {committee_part(form, typed)}
            {people_part(form, typed)}
            {factor_part(form, typed)}
            {demo_part(ask, typed)}
            <div class="actions"><button class="button button--main">{say!(lang, setup.set_up)}</button></div>
        </form>
    };
    plain_page(&ask.state, &ask.visit, status, &say!(lang, setup.title), view)
}

fn committee_part(form: Form<'_>, typed: &SetupForm) -> AnyView {
    let lang = form.lang;
    let like = Input {
        required: true,
        ..Input::default()
    };
    let languages = Language::ALL
        .map(|language| {
            (
                language.code().to_owned(),
                language.own_name().to_owned(),
                String::new(),
            )
        })
        .to_vec();
    view! {
        <fieldset>
            <legend>{say!(lang, setup.committee_part)}</legend>
            {input(form, "committee", label(lang, "committee"), &typed.committee, like)}
            {radios(form, "language", label(lang, "language"), &typed.language, languages, true)}
        </fieldset>
    }
    .into_any()
}

fn people_part(form: Form<'_>, typed: &SetupForm) -> AnyView {
    let lang = form.lang;
    let like = Input {
        required: true,
        ..Input::default()
    };
    let help = say!(lang, setup.login_help);
    let login = Input {
        help: &help,
        max: 40,
        ..like
    };
    let rule = say!(
        lang,
        setup.password_rule,
        least = PASSWORD_WITH_FACTOR.to_string(),
        alone = PASSWORD_ALONE.to_string()
    );
    view! {
        <fieldset>
            <legend>{say!(lang, setup.admin_part)}</legend>
            <p class="help">{say!(lang, setup.admin_what)}</p>
            {input(form, "login", label(lang, "login"), &typed.login, Input { autocomplete: "username", ..login })}
            {input(form, "name", label(lang, "name"), &typed.name, like)}
            {password_field(form, "password", label(lang, "password"), &rule, "new-password")}
            {password_field(form, "password_again", label(lang, "password_again"), "", "new-password")}
        </fieldset>
        <fieldset>
            <legend>{say!(lang, setup.chair_part)}</legend>
            <p class="help">{say!(lang, setup.chair_what)}</p>
            {input(form, "chair_login", label(lang, "chair_login"), &typed.chair_login, login)}
            {input(form, "chair_name", label(lang, "chair_name"), &typed.chair_name, like)}
        </fieldset>
    }
    .into_any()
}

fn factor_part(form: Form<'_>, typed: &SetupForm) -> AnyView {
    let lang = form.lang;
    let value = if typed.factor_required { "required" } else { "optional" };
    let options = vec![
        (
            "required".to_owned(),
            say!(lang, setup.factor_required),
            say!(lang, setup.factor_required_help),
        ),
        (
            "optional".to_owned(),
            say!(lang, setup.factor_optional),
            say!(lang, setup.factor_optional_help),
        ),
    ];
    radios(form, "factor", say!(lang, setup.factor_part), value, options, true)
}

fn demo_part(ask: &Ask, typed: &SetupForm) -> AnyView {
    let lang = ask.lang();
    let offer = ask.state.demo.is_some().then(|| {
        view! {
            <label class="check">
                <input type="checkbox" id="demo" name="demo" value="yes" checked=typed.demo/>
                " "
                {say!(lang, setup.demo)}
                " "
                <span class="help">{say!(lang, setup.demo_help)}</span>
            </label>
        }
    });
    offer.into_any()
}

fn done_page(ask: &Ask, chair: &str, demo: &domain::Result<Option<String>>) -> Response {
    let lang = ask.lang();
    let address = ask.address(&format!("/invite/{chair}"));
    let failed = demo.is_err().then(
        || view! { <div class="notice" data-tone="red" role="alert"><p>{say!(lang, setup.demo_failed)}</p></div> },
    );
    let loaded = demo.as_ref().ok().and_then(Option::as_ref).map(|password| {
        view! {
            <h2>{say!(lang, setup.demo_loaded)}</h2>
            <p>{say!(lang, setup.demo_accounts)}</p>
            {one_time_link("demo-password", say!(lang, setup.demo_loaded), password)}
        }
    });
    let view = view! {
        <h1>{say!(lang, setup.done_title)}</h1>
        {failed}
        <h2>{say!(lang, setup.link_once)}</h2>
        {one_time_link("chair-link", say!(lang, setup.link_once), &address)}
        <p>{say!(lang, setup.link_what)}</p>
        {loaded}
        <h2>{say!(lang, setup.next_steps)}</h2>
        <ol>
            <li>{say!(lang, setup.step_sign_in)}</li>
            <li>{say!(lang, setup.step_invite)}</li>
            <li>{say!(lang, setup.step_chair)}</li>
            <li>{say!(lang, setup.step_key)}</li>
        </ol>
        <p><a class="button button--main" href="/sign-in">{say!(lang, auth.sign_in)}</a></p>
    };
    plain_page(
        &ask.state,
        &ask.visit,
        StatusCode::OK,
        &say!(lang, setup.done_title),
        view,
    )
}

/// A link that is handed over: in a field, so that it can be taken whole with the keyboard, and in no history.
pub(super) fn one_time_link(id: &str, label: String, address: &str) -> AnyView {
    view! {
        <div class="field field--wide">
            <label class="visually-hidden" for=id.to_owned()>{label}</label>
            <input id=id.to_owned() type="text" class="code" value=address.to_owned() readonly=true dir="ltr" autocomplete="off" spellcheck="false"/>
        </div>
    }
    .into_any()
}
