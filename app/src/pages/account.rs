//! One's own account: language, password, second step, and where one is signed in.

use super::admin::role_chips;
use super::sign_in::{Refusal, alert, password_field, refusal};
use crate::ask::{Ask, see_other};
use crate::parts::{self, Form, Nav, ago, date_time, hidden};
use crate::say;
use axum::http::StatusCode;
use axum::response::Response;
use domain::access::{self, Act};
use domain::account::{PASSWORD_ALONE, PASSWORD_WITH_FACTOR};
use domain::form::Pairs;
use domain::offline::Standing;
use domain::{Actor, Error, Language, SessionId};
use leptos::prelude::*;
use store::{MyAccount, OfflineDevice, SessionRow};

/// `GET /account`
pub async fn show(ask: Ask) -> domain::Result<Response> {
    let actor = ask.actor()?;
    let mine = ask.store().my_account(actor).await?;
    let kept = ask.store().has_kept_post(actor).await?;
    let lang = ask.lang();
    let done = match ask.query.get("done").as_str() {
        "password" => Some(say!(lang, account.password_done)),
        "session" => Some(say!(lang, account.session_ended)),
        "device" => Some(say!(lang, offline.device_revoked)),
        _ => None,
    };
    let kept = kept.then(|| {
        view! {
            <div class="notice" data-tone="accent">
                <p>{say!(lang, account.kept)} " " <a href="/kept">{say!(lang, account.kept_see)}</a></p>
            </div>
        }
    });
    let view = view! {
        <header class="head"><h1>{say!(lang, account.title)}</h1></header>
        <div class="page">
            <div class="content stack">
                {notice(done)}
                {kept}
                {about(lang, &mine)}
                {language(&mine, lang)}
                <section class="section">
                    <h2>{say!(lang, account.password)}</h2>
                    <p><a class="button" href="/account/password">{say!(lang, account.password_change)}</a></p>
                </section>
                {second_step(lang, &mine)}
                {devices(&ask, actor, mine.devices)}
                {sessions(&ask, mine.sessions)}
            </div>
        </div>
    };
    Ok(parts::page(
        &ask,
        StatusCode::OK,
        Nav::Elsewhere,
        &say!(lang, account.title),
        view,
    ))
}

/// Says that something was done.
pub(super) fn notice(done: Option<String>) -> AnyView {
    done.map(|text| view! { <div class="notice" data-tone="verified" role="status"><p>{text}</p></div> })
        .into_any()
}

fn about(lang: Language, mine: &MyAccount) -> AnyView {
    let roles = if mine.roles.is_empty() {
        say!(lang, account.no_roles).into_any()
    } else {
        role_chips(lang, &mine.roles)
    };
    view! {
        <section class="section">
            <h2>{say!(lang, account.about)}</h2>
            <dl class="dl">
                <div><dt>{say!(lang, auth.name)}</dt><dd dir="auto">{mine.name.clone()}</dd></div>
                <div><dt>{say!(lang, auth.login)}</dt><dd><bdi class="code">{mine.login.clone()}</bdi></dd></div>
                <div><dt>{say!(lang, account.roles)}</dt><dd>{roles}</dd></div>
            </dl>
            <p class="muted">{say!(lang, account.change_by)}</p>
        </section>
    }
    .into_any()
}

fn language(mine: &MyAccount, lang: Language) -> AnyView {
    let options = Language::ALL
        .map(|language| {
            let selected = language == mine.language;
            view! { <option value=language.code() lang=language.code() selected=selected>{language.own_name()}</option> }
        })
        .into_iter()
        .collect_view();
    view! {
        <section class="section">
            <h2>{say!(lang, account.language)}</h2>
            <form class="form" method="post" action="/language">
                {hidden("next", "/account")}
                <div class="field field--short">
                    <label for="language">{say!(lang, account.language_label)}</label>
                    <select id="language" name="language">{options}</select>
                </div>
                <div class="actions actions--still"><button class="button">{say!(lang, account.language_save)}</button></div>
            </form>
        </section>
    }
    .into_any()
}

fn second_step(lang: Language, mine: &MyAccount) -> AnyView {
    let left = u32::try_from(mine.recovery_codes).unwrap_or(0);
    let (state, action) = if mine.has_factor {
        let tone = if left < 3 { "amber" } else { "neutral" };
        let state = view! {
            <p><span class="chip" data-tone="verified">{say!(lang, account.factor_on)}</span></p>
            <p><span class="chip" data-tone=tone>{say!(lang, account.codes_left, count = left)}</span></p>
        };
        (state.into_any(), say!(lang, account.factor_replace))
    } else {
        let state = view! { <div class="notice" data-tone="amber"><p>{say!(lang, account.factor_off)}</p></div> };
        (state.into_any(), say!(lang, account.factor_begin))
    };
    view! {
        <section class="section">
            <h2>{say!(lang, account.factor)}</h2>
            {state}
            <p><a class="button" href="/account/factor">{action}</a></p>
        </section>
    }
    .into_any()
}

/// Devices that keep drafts without a connection; for who may write testimonies, and who once did.
fn devices(ask: &Ask, actor: &Actor, devices: Vec<OfflineDevice>) -> Option<AnyView> {
    let lang = ask.lang();
    let may = access::TakeOffline::grounds(actor, &access::Facts::default()).is_ok();
    if !may && devices.is_empty() {
        return None;
    }
    let table = (!devices.is_empty()).then(|| {
        let rows = devices.into_iter().map(|device| device_row(ask, device)).collect_view();
        view! {
            <div class="table-wrap">
                <table class="table table--stack table--roomy">
                    <caption class="visually-hidden">{say!(lang, offline.devices)}</caption>
                    <thead>
                        <tr>
                            <th scope="col">{say!(lang, offline.device_made)}</th>
                            <th scope="col">{say!(lang, offline.device_seen)}</th>
                            <th scope="col">{say!(lang, account.session_agent)}</th>
                            <th scope="col">{say!(lang, common.status)}</th>
                            <th scope="col">{say!(lang, account.session_act)}</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        }
    });
    let link = may.then(|| view! { <p><a class="button" href="/offline">{say!(lang, offline.title)}</a></p> });
    let view = view! {
        <section class="section">
            <h2>{say!(lang, offline.devices)}</h2>
            <p>{say!(lang, offline.devices_what)}</p>
            {table}
            {link}
        </section>
    };
    Some(view.into_any())
}

fn device_row(ask: &Ask, device: OfflineDevice) -> AnyView {
    let lang = ask.lang();
    let (now, offset) = (ask.store().now(), ask.store().offset());
    let (tone, state) = match (device.standing, device.told_at) {
        (Standing::Open, _) => (
            "accent",
            say!(
                lang,
                offline.device_open,
                at = parts::time_of(lang, device.expires_at, offset)
            ),
        ),
        (_, Some(told)) => (
            "neutral",
            say!(lang, offline.device_told, at = parts::time_of(lang, told, offset)),
        ),
        (Standing::Revoked, None) => ("amber", say!(lang, offline.device_untold)),
        (Standing::Expired, None) => ("neutral", say!(lang, offline.device_expired)),
    };
    let id = device.id.to_string();
    let end = (device.standing == Standing::Open).then(|| {
        view! {
            <form method="post" action="/account/devices">
                {hidden("device", &id)}
                <button class="button button--small button--danger">{say!(lang, offline.revoke)}</button>
            </form>
        }
    });
    view! {
        <tr>
            <th scope="row">{date_time(lang, device.created_at, offset)}</th>
            <td data-label=say!(lang, offline.device_seen)>{ago(lang, device.seen_at, now, offset)}</td>
            <td data-label=say!(lang, account.session_agent)><bdi>{device.agent}</bdi></td>
            <td data-label=say!(lang, common.status) data-tone=tone>{state}</td>
            <td data-label=say!(lang, account.session_act)>{end}</td>
        </tr>
    }
    .into_any()
}

fn sessions(ask: &Ask, sessions: Vec<SessionRow>) -> AnyView {
    let lang = ask.lang();
    let (now, offset) = (ask.store().now(), ask.store().offset());
    let rows = sessions
        .into_iter()
        .map(|session| {
            let end = if session.this {
                view! { <span class="chip" data-tone="accent">{say!(lang, account.session_this)}</span> }.into_any()
            } else {
                let id = session.id.0.to_string();
                view! {
                    <form method="post" action="/account/sessions">
                        {hidden("session", &id)}
                        <button class="button button--small">{say!(lang, account.session_end)}</button>
                    </form>
                }
                .into_any()
            };
            view! {
                <tr>
                    <th scope="row">{date_time(lang, session.created_at, offset)}</th>
                    <td data-label=say!(lang, account.session_seen)>{ago(lang, session.seen_at, now, offset)}</td>
                    <td data-label=say!(lang, account.session_address)><bdi>{session.address}</bdi></td>
                    <td data-label=say!(lang, account.session_agent)><bdi>{session.agent}</bdi></td>
                    <td data-label=say!(lang, account.session_act)>{end}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <section class="section">
            <h2>{say!(lang, account.sessions)}</h2>
            <p>{say!(lang, account.sessions_what)}</p>
            <div class="table-wrap">
                <table class="table table--stack table--roomy">
                    <caption class="visually-hidden">{say!(lang, account.sessions)}</caption>
                    <thead>
                        <tr>
                            <th scope="col">{say!(lang, account.session_begun)}</th>
                            <th scope="col">{say!(lang, account.session_seen)}</th>
                            <th scope="col">{say!(lang, account.session_address)}</th>
                            <th scope="col">{say!(lang, account.session_agent)}</th>
                            <th scope="col">{say!(lang, account.session_act)}</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </section>
    }
    .into_any()
}

/// `POST /account/sessions`
pub async fn revoke(ask: Ask, posted: Pairs) -> domain::Result<Response> {
    let actor = ask.actor()?;
    let session = posted.get("session").parse().map_err(|_| Error::NotFound)?;
    ask.store().revoke_session(actor, SessionId(session)).await?;
    Ok(see_other("/account?done=session"))
}

/// `GET /account/password`
pub async fn password(ask: Ask) -> domain::Result<Response> {
    let mine = ask.store().my_account(ask.actor()?).await?;
    Ok(password_page(&ask, &mine, &Refusal::none()))
}

/// `POST /account/password`
pub async fn change_password(ask: Ask, posted: Pairs) -> domain::Result<Response> {
    let actor = ask.actor()?;
    let (current, new, again) = (
        posted.get("current"),
        posted.get("password"),
        posted.get("password_again"),
    );
    match ask.store().change_password(actor, &current, &new, &again).await {
        Ok(()) => Ok(see_other("/account?done=password")),
        Err(error) => {
            let refused = refusal(ask.lang(), error)?;
            let mine = ask.store().my_account(actor).await?;
            Ok(password_page(&ask, &mine, &refused))
        }
    }
}

fn password_page(ask: &Ask, mine: &MyAccount, refused: &Refusal) -> Response {
    let lang = ask.lang();
    let form = Form {
        lang,
        problems: &refused.problems,
    };
    let least = if mine.has_factor {
        PASSWORD_WITH_FACTOR
    } else {
        PASSWORD_ALONE
    };
    let rule = say!(lang, auth.password_rule, count = least);
    let label = |field: &str| match field {
        "current" => say!(lang, account.current),
        "password_again" => say!(lang, auth.password_again),
        _ => say!(lang, auth.new_password),
    };
    let again = (!refused.problems.is_empty()).then(|| view! { <p class="muted">{say!(lang, auth.type_again)}</p> });
    let view = view! {
        <header class="head"><h1>{say!(lang, account.password_change)}</h1></header>
        {alert(refused.wait.clone())}
        {parts::problems_summary(form, label)}
        {again}
        <form class="form" method="post" action="/account/password">
            <input type="text" name="login" value=mine.login.clone() autocomplete="username" readonly=true hidden=true/>
            {password_field(form, "current", label("current"), "", "current-password")}
            {password_field(form, "password", label("password"), &rule, "new-password")}
            {password_field(form, "password_again", label("password_again"), "", "new-password")}
            <p class="muted">{say!(lang, account.password_ends)}</p>
            <div class="actions">
                <button class="button button--main">{say!(lang, account.password_change)}</button>
                <a class="button button--quiet" href="/account">{say!(lang, common.cancel)}</a>
            </div>
        </form>
    };
    refused.mark(parts::page(
        ask,
        refused.status,
        Nav::Elsewhere,
        &say!(lang, account.password_change),
        view,
    ))
}
