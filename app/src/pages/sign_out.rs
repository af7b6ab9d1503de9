//! Signing out: what the browser must forget, and what becomes of drafts that are kept on the device.
//!
//! A browser that keeps drafts of this person (its cookie names the devices) is asked first; any other forgets everything of
//! ours at once. The server does not know whether drafts wait there: the page's script counts them, and signs out without
//! a question where there are none.

use crate::ask::{Ask, see_other};
use crate::parts::{self, Form, Nav, radios};
use crate::say;
use crate::visit::{offline_cookie_name, session_cookie_name, set_cookie};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use domain::Actor;
use domain::form::Pairs;
use domain::offline::Standing;
use leptos::prelude::*;
use uuid::Uuid;

const CLEAR_SITE_DATA: HeaderName = HeaderName::from_static("clear-site-data");

/// The devices this browser has that are this person's and may still keep something.
async fn own_devices(ask: &Ask, actor: &Actor) -> domain::Result<Vec<Uuid>> {
    if ask.visit.devices.is_empty() || ask.actor().is_err() {
        return Ok(Vec::new());
    }
    let mine = ask.store().my_account(actor).await?.devices;
    Ok(mine
        .into_iter()
        .filter(|device| device.standing == Standing::Open && ask.visit.devices.contains(&device.id))
        .map(|device| device.id)
        .collect())
}

/// `GET /sign-out`: asks what becomes of the drafts on this device.
pub async fn ask_drafts(ask: Ask) -> domain::Result<Response> {
    let devices = own_devices(&ask, ask.actor()?).await?;
    let lang = ask.lang();
    let of = devices.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
    let choice = |code: &str, label: String, help: String| (code.to_owned(), label, help);
    let script = ask.state.assets.offline.leave.clone();
    let view = view! {
        <header class="head"><h1>{say!(lang, offline.leave)}</h1></header>
        <form class="form measure" id="leave" method="post" action="/sign-out" data-devices=of data-count=say!(lang, offline.leave_count)>
            <p>{say!(lang, offline.leave_what)}</p>
            <p id="waiting" role="status"></p>
            <p><a class="button" href="/offline">{say!(lang, offline.leave_send)}</a>" "<span class="help">{say!(lang, offline.leave_send_what)}</span></p>
            {radios(Form { lang, problems: &[] }, "drafts", say!(lang, offline.leave_drafts), "keep", vec![
                choice("keep", say!(lang, offline.leave_keep), say!(lang, offline.leave_keep_what)),
                choice("delete", say!(lang, offline.leave_delete), say!(lang, offline.leave_delete_what)),
            ], true)}
            <div class="actions actions--still">
                <button class="button button--main">{say!(lang, frame.sign_out)}</button>
                <a class="button button--quiet" href="/">{say!(lang, common.cancel)}</a>
            </div>
        </form>
        <script type="module" src=script></script>
    };
    Ok(parts::page(
        &ask,
        StatusCode::OK,
        Nav::Elsewhere,
        &say!(lang, offline.leave),
        view,
    ))
}

/// `POST /sign-out`
pub async fn sign_out(ask: Ask, posted: Pairs) -> domain::Result<Response> {
    let mut forget = "\"cache\", \"storage\"";
    if let Ok(actor) = ask.visit.half_actor() {
        let devices = own_devices(&ask, actor).await?;
        match posted.get("drafts").as_str() {
            "delete" => {
                for device in &devices {
                    ask.store().revoke_device(actor, *device).await?;
                }
                // Another person's drafts in the same browser are not ours to delete: the script erased our own.
                if ask.visit.devices.iter().any(|device| !devices.contains(device)) {
                    forget = "\"cache\"";
                }
            }
            "keep" => forget = "\"cache\"",
            _ if devices.is_empty() && ask.visit.devices.is_empty() => {}
            _ if devices.is_empty() => forget = "\"cache\"",
            // By its query the page knows that the button was pressed, and goes on where no draft waits.
            _ => return Ok(see_other("/sign-out?leave=1")),
        }
        ask.store().sign_out(actor).await?;
    } else if !ask.visit.devices.is_empty() {
        forget = "\"cache\"";
    }
    let mut response = see_other("/sign-in");
    let secure = ask.visit.secure;
    let clear = set_cookie(session_cookie_name(secure), "", secure, Some(0));
    let headers = response.headers_mut();
    headers.append(header::SET_COOKIE, clear);
    if forget.contains("storage") {
        headers.append(
            header::SET_COOKIE,
            set_cookie(offline_cookie_name(secure), "", secure, Some(0)),
        );
    }
    headers.insert(CLEAR_SITE_DATA, HeaderValue::from_static(forget));
    Ok(response)
}
