//! The page around a page: head, bar, navigation, footer; and the way from a view to bytes.

use crate::ask::{AppState, Ask};
use crate::say;
use crate::visit::Visit;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::{Language, Role, Roles};
use leptos::prelude::*;

/// The places of the navigation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nav {
    Home,
    Cases,
    Testimonies,
    Documents,
    Persons,
    Units,
    Incidents,
    Queue,
    Log,
    Accounts,
    /// A page that belongs to none of them.
    Elsewhere,
}

impl Nav {
    const ALL: [Self; 10] = [
        Self::Home,
        Self::Cases,
        Self::Testimonies,
        Self::Documents,
        Self::Persons,
        Self::Units,
        Self::Incidents,
        Self::Queue,
        Self::Log,
        Self::Accounts,
    ];

    const fn path(self) -> &'static str {
        match self {
            Self::Home | Self::Elsewhere => "/",
            Self::Cases => "/cases",
            Self::Testimonies => "/testimonies",
            Self::Documents => "/documents",
            Self::Persons => "/persons",
            Self::Units => "/units",
            Self::Incidents => "/incidents",
            Self::Queue => "/queue",
            Self::Log => "/log",
            Self::Accounts => "/admin/users",
        }
    }

    fn label(self, lang: Language) -> String {
        match self {
            Self::Home => say!(lang, frame.home),
            Self::Cases => say!(lang, frame.cases),
            Self::Testimonies => say!(lang, frame.testimonies),
            Self::Documents => say!(lang, frame.documents),
            Self::Persons => say!(lang, frame.persons),
            Self::Units => say!(lang, frame.units),
            Self::Incidents => say!(lang, frame.incidents),
            Self::Queue => say!(lang, frame.queue),
            Self::Log => say!(lang, frame.log),
            Self::Accounts => say!(lang, frame.accounts),
            Self::Elsewhere => String::new(),
        }
    }

    /// Whether a person with these roles has any business there.
    fn is_for(self, roles: Roles) -> bool {
        match self {
            Self::Home => true,
            Self::Cases | Self::Testimonies | Self::Documents | Self::Persons | Self::Units | Self::Incidents => {
                roles.read_content()
            }
            Self::Queue => roles.any(&[Role::Supervisor, Role::Chair]),
            Self::Log => roles.has(Role::Auditor),
            Self::Accounts => roles.any(&[Role::Administrator, Role::Chair]),
            Self::Elsewhere => false,
        }
    }
}

/// The name of a role.
#[must_use]
pub fn role_name(lang: Language, role: Role) -> String {
    match role {
        Role::Investigator => say!(lang, role.investigator),
        Role::LegalOfficer => say!(lang, role.legal_officer),
        Role::EvidenceCustodian => say!(lang, role.evidence_custodian),
        Role::ProtectionOfficer => say!(lang, role.protection_officer),
        Role::Supervisor => say!(lang, role.supervisor),
        Role::Chair => say!(lang, role.chair),
        Role::Auditor => say!(lang, role.auditor),
        Role::Administrator => say!(lang, role.administrator),
    }
}

/// Renders a view to HTML. Islands in it carry what they need to wake in the browser.
pub(crate) fn html(view: impl FnOnce() -> AnyView) -> String {
    let owner = Owner::new_root(Some(std::sync::Arc::new(
        hydration_context::SsrSharedContext::new_islands(),
    )));
    let html = owner.with(|| view().to_html());
    drop(owner);
    html
}

/// A page in the frame, for somebody who is signed in. `title` holds codes and words of the screens only, never
/// anything of the record.
pub fn page(ask: &Ask, status: StatusCode, nav: Nav, title: &str, content: impl IntoView + 'static) -> Response {
    let lang = ask.lang();
    let committee = ask.store().committee();
    let name = committee
        .as_ref()
        .map(|committee| committee.name.clone())
        .unwrap_or_default();
    let banner = committee
        .as_ref()
        .and_then(|committee| committee.demo_today)
        .map(|today| banner(lang, today));
    let actor = ask.actor().ok();
    let roles = actor.map(|actor| actor.roles).unwrap_or_default();
    let person = actor
        .map(|actor| ask.store().staff_name(actor.account))
        .unwrap_or_default();
    let items = Nav::ALL
        .into_iter()
        .filter(|item| item.is_for(roles))
        .map(|item| {
            let here = (item == nav).then_some("page");
            view! { <li><a href=item.path() aria-current=here>{item.label(lang)}</a></li> }
        })
        .collect_view();
    let here = (nav != Nav::Elsewhere).then(|| view! { " " <span class="nav-here">{nav.label(lang)}</span> });
    let search = roles.read_content().then(|| {
        view! {
            <form class="bar-search" role="search" method="post" action="/search">
                <label class="visually-hidden" for="q">{say!(lang, frame.search)}</label>
                <input id="q" name="q" type="search" dir="auto" autocomplete="off" spellcheck="false" maxlength="300" placeholder=say!(lang, frame.search)/>
                <kbd aria-hidden="true">"/"</kbd>
            </form>
        }
    });
    let searches = roles
        .read_content()
        .then(|| view! { <a href="/searches">{say!(lang, saved.title)}</a> });
    let offline = roles
        .any(&[Role::Investigator, Role::ProtectionOfficer])
        .then(|| view! { <a href="/offline">{say!(lang, offline.title)}</a> });
    let role_names = roles
        .iter()
        .map(|role| role_name(lang, role))
        .collect::<Vec<_>>()
        .join(comma(lang));
    let body = view! {
        <a class="skip" href="#main">{say!(lang, frame.skip)}</a>
        {banner}
        <header class="bar">
            <a class="bar-name" href="/" dir="auto">{name}</a>
            {search}
            {languages(&ask.visit)}
            <details class="menu">
                <summary><bdi>{person}</bdi></summary>
                <div class="menu-list">
                    <p class="muted">{role_names}</p>
                    <a href="/account">{say!(lang, frame.account)}</a>
                    {searches}
                    {offline}
                    <a href="/keys">{say!(lang, frame.keys)}</a>
                    <hr/>
                    <form method="post" action="/sign-out"><button>{say!(lang, frame.sign_out)}</button></form>
                </div>
            </details>
        </header>
        <div class="frame">
            <details class="nav-fold"><summary>{say!(lang, frame.menu)} {here}</summary></details>
            <nav class="nav" aria-label=say!(lang, frame.main)><ul>{items}</ul></nav>
            <main id="main" class="main" tabindex="-1">{content.into_any()}</main>
        </div>
    };
    document(&ask.state, &ask.visit, status, title, "", move || body.into_any())
}

/// What stands between the items of a list in a sentence.
pub fn comma(lang: Language) -> &'static str {
    match lang {
        Language::English => ", ",
        Language::Arabic => "، ",
    }
}

/// Says that nothing here is real.
fn banner(lang: Language, today: chrono::NaiveDate) -> AnyView {
    view! { <aside class="banner" aria-label=say!(lang, frame.demo_name)><p>{say!(lang, frame.demo, day = super::day(lang, today))}</p></aside> }
        .into_any()
}

/// A page outside the frame: sign-in, set-up, errors before sign-in.
pub fn plain_page(
    state: &AppState,
    visit: &Visit,
    status: StatusCode,
    title: &str,
    content: impl IntoView + 'static,
) -> Response {
    let name = state
        .store
        .committee()
        .map_or_else(|| "Sijill".to_owned(), |committee| committee.name);
    let banner = state
        .store
        .committee()
        .and_then(|committee| committee.demo_today)
        .map(|today| banner(visit.language, today));
    let body = view! {
        {banner}
        <header class="plain-head"><p class="bar-name" dir="auto">{name}</p>{languages(visit)}</header>
        <main id="main" class="plain-main" tabindex="-1">{content.into_any()}</main>
    };
    document(state, visit, status, title, "plain", move || body.into_any())
}

/// The language switch: a form, so that a link never changes anything. It comes back to the page it was on.
fn languages(visit: &Visit) -> AnyView {
    let lang = visit.language;
    let path = visit.path.clone();
    let buttons = Language::ALL
        .into_iter()
        .map(|other| {
            let here = (other == lang).then_some("true");
            view! { <button name="language" value=other.code() lang=other.code() aria-current=here>{other.own_name()}</button> }
        })
        .collect_view();
    view! {
        <form class="bar-lang" method="post" action="/language" aria-label=say!(lang, frame.language)>
            <input type="hidden" name="next" value=path/>
            {buttons}
        </form>
    }
    .into_any()
}

fn document(
    state: &AppState,
    visit: &Visit,
    status: StatusCode,
    title: &str,
    class: &'static str,
    body: impl FnOnce() -> AnyView,
) -> Response {
    let lang = visit.language;
    let head = format!(
        "<!DOCTYPE html><html lang=\"{}\" dir=\"{}\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta name=\"color-scheme\" content=\"light dark\"><title>{} · Sijill</title><link rel=\"stylesheet\" href=\"{}\">\
         <script type=\"module\" src=\"{}\"></script></head><body class=\"{class}\">",
        lang.code(),
        lang.dir(),
        escape(title),
        state.assets.css,
        state.assets.keys,
    );
    let html = format!("{head}{}</body></html>", html(body));
    (
        status,
        [(
            header::CONTENT_TYPE,
            HeaderValue::from_static("text/html; charset=utf-8"),
        )],
        html,
    )
        .into_response()
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

/// An island with what it wraps. Islands are made under an owner, which a page has none of while it is put together.
pub fn island(view: impl FnOnce() -> AnyView) -> AnyView {
    let html = html(view);
    view! { <div inner_html=html></div> }.into_any()
}

/// What a page with islands needs besides: the loader of the WASM. Stands beside the island.
pub fn island_loader(ask: &Ask) -> AnyView {
    let assets = ask.state.assets.clone();
    view! { <script type="module" src=assets.start.clone() data-glue=assets.glue.clone() data-wasm=assets.wasm.clone()></script> }.into_any()
}
