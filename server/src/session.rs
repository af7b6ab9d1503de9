//! Who asks, and may they go on: from the cookies to the [`Visit`] that every page finds in its request.
//!
//! Two layers. [`arrive`] stands outermost and knows only where the request comes from, so that every later layer can
//! answer with a page in the reader's language. [`identify`] asks the store who the session cookie belongs to, and lets
//! on who may go on: the table is [`gate`]. Roles are not decided here but by the acts in `domain::access`.

use crate::http::{Web, error_page, see_other};
use crate::{body, origin, visitor};
use app::{Visit, visit, with_next};
use axum::Json;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::header::{self, HeaderName};
use axum::http::uri::PathAndQuery;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use domain::{Error, Language};
use std::net::SocketAddr;
use std::sync::Arc;
use store::{Factor, SignedIn};

const FETCH_DEST: HeaderName = HeaderName::from_static("sec-fetch-dest");
/// What stands unescaped in a query besides letters and digits.
/// Gives the request its id and its [`Visit`], with nobody signed in yet.
pub(crate) async fn arrive(State(web): State<Arc<Web>>, mut request: Request, next: Next) -> Response {
    let peer = request
        .extensions()
        .get::<ConnectInfo<SocketAddr>>()
        .map(|ConnectInfo(peer)| peer.ip());
    let headers = request.headers();
    let (address, secure) = visitor::sender(peer, headers, &web.trusted);
    let from = store::From {
        address: address.map(visitor::shortened).unwrap_or_default(),
        request: web.chance.id(web.app.store.now()).to_string(),
        agent: visitor::agent(headers),
        device: visit::read_cookie(headers, visit::device_cookie_name(secure)),
    };
    let language = language(
        None,
        headers,
        web.app.store.committee().map(|committee| committee.language),
    );
    let path = asked_for(request.uri()).to_owned();
    let devices = visit::offline_devices(headers, secure);
    request.extensions_mut().insert(Visit {
        signed_in: None,
        from,
        language,
        secure,
        path,
        devices,
    });
    next.run(request).await
}

/// The language of the answer: the account's, else the cookie's, else the browser's, else the committee's, else English.
fn language(signed_in: Option<&SignedIn>, headers: &HeaderMap, committee: Option<Language>) -> Language {
    signed_in
        .map(|signed_in| signed_in.actor.language)
        .or_else(|| {
            visit::read_cookie(headers, visit::LANGUAGE_COOKIE)
                .as_deref()
                .and_then(Language::parse)
        })
        .or_else(|| visitor::accepted_language(headers))
        .or(committee)
        .unwrap_or(Language::English)
}

/// Asks who the session cookie belongs to, and lets on who may go on.
pub(crate) async fn identify(State(web): State<Arc<Web>>, mut request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    if is_plumbing(&path) {
        return next.run(request).await;
    }
    let Some(mut visit) = request.extensions().get::<Visit>().cloned() else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let store = &web.app.store;
    if store.committee().is_none() && !opens_before_set_up(&path) {
        match store.needs_setup().await {
            Ok(false) => {}
            Ok(true) => return not_set_up(),
            Err(error) => return error_page(&web, &visit, &error),
        }
    }
    let cookie_name = visit::session_cookie_name(visit.secure);
    let cookie = visit::read_cookie(request.headers(), cookie_name);
    let token = cookie.clone().filter(|cookie| is_token(cookie));
    if let Some(token) = &token {
        match store.actor_for(token, &visit.from).await {
            Ok(signed_in) => visit.signed_in = signed_in,
            Err(error) => return error_page(&web, &visit, &error),
        }
    }
    visit.language = language(
        visit.signed_in.as_ref(),
        request.headers(),
        store.committee().map(|committee| committee.language),
    );
    let gate = gate(&path, visit.signed_in.as_ref().map(|signed_in| signed_in.factor));
    request.extensions_mut().insert(visit.clone());
    let mut response = match gate {
        Gate::Open => next.run(request).await,
        Gate::SignIn => turn_away(&web, &visit, request, token.as_deref()).await,
        Gate::Code => send_to(request, "/sign-in/code").await,
        Gate::SetUpFactor => send_to(request, "/account/factor").await,
    };
    // A cookie that never was a token of ours is cleared. One of an ended session stays: it opens nothing, and what is
    // still being typed in another tab of this browser can be kept for its owner only by it (see `turn_away`).
    if cookie.is_some() && token.is_none() && !sets(response.headers(), cookie_name) {
        let clear = visit::set_cookie(cookie_name, "", visit.secure, Some(0));
        response.headers_mut().append(header::SET_COOKIE, clear);
    }
    response
}

/// Where a request may go on to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Gate {
    Open,
    /// Nobody is signed in.
    SignIn,
    /// The second factor is awaited.
    Code,
    /// A second factor must be set up.
    SetUpFactor,
}

/// What needs which session. Everything that is not named here needs a full one.
fn gate(path: &str, factor: Option<Factor>) -> Gate {
    if is_public(path) {
        return Gate::Open;
    }
    match factor {
        None => Gate::SignIn,
        Some(Factor::Given) => Gate::Open,
        Some(_) if path == "/sign-out" => Gate::Open,
        Some(Factor::Awaited) => {
            if path == "/sign-in/code" {
                Gate::Open
            } else {
                Gate::Code
            }
        }
        Some(Factor::ToSetUp) => {
            if path == "/account/factor" {
                Gate::Open
            } else {
                Gate::SetUpFactor
            }
        }
    }
}

/// Open to everybody: what leads to a session, and what has nothing to do with one.
fn is_public(path: &str) -> bool {
    matches!(path, "/sign-in" | "/language")
        || path.starts_with("/invite/")
        || is_kept_on_devices(path)
        || opens_before_set_up(path)
}

/// What devices keep for writing without a connection, and how they ask whether they still may: with nobody signed in.
fn is_kept_on_devices(path: &str) -> bool {
    matches!(
        path,
        "/manifest.webmanifest"
            | "/offline"
            | "/offline/en"
            | "/offline/ar"
            | "/offline/worker.js"
            | "/offline/contact"
    )
}

fn opens_before_set_up(path: &str) -> bool {
    path == "/language" || path.starts_with("/setup/") || is_plumbing(path)
}

/// What is answered without asking who asks.
fn is_plumbing(path: &str) -> bool {
    matches!(path, "/healthz" | "/readyz" | "/favicon.ico") || path.starts_with("/pkg/")
}

/// Answers a request without a living session. What a form of an expired session holds is kept, sealed, for the same
/// person's next sign-in.
async fn turn_away(web: &Web, visit: &Visit, request: Request, token: Option<&str>) -> Response {
    let (parts, body) = request.into_parts();
    let headers = &parts.headers;
    if is_fetch(headers) {
        body::drain(headers, body).await;
        return signed_out();
    }
    let mut way = match next_path(asked_for(&parts.uri)) {
        Some(path) => with_next("/sign-in", path),
        None => "/sign-in".to_owned(),
    };
    if !origin::is_unsafe(&parts.method) {
        return see_other(&way);
    }
    let form = parts.method == Method::POST && body::media_type(headers) == "application/x-www-form-urlencoded";
    let (Some(token), true) = (token, form) else {
        body::drain(headers, body).await;
        return see_other(&way);
    };
    let read = {
        // Whoever has any cookie gets here: few at a time, so that nobody fills the memory.
        let _turn = web.keeping.acquire().await;
        body::read(headers, body, web.form_limit).await
    };
    let typed = match read {
        Ok(bytes) => String::from_utf8(bytes.into()).ok(),
        Err(body::Unread::TooLarge) => return error_page(web, visit, &Error::TooLarge(web.form_limit)),
        Err(body::Unread::Broken) => return StatusCode::BAD_REQUEST.into_response(),
    };
    if let (Some(typed), Some(path)) = (typed, next_path(asked_for(&parts.uri))) {
        match web.app.store.keep_post(token, path, &typed).await {
            Ok(true) => way = with_next("/sign-in?kept=1", path),
            Ok(false) => {}
            Err(error) => return error_page(web, visit, &error),
        }
    }
    see_other(&way)
}

/// Sends somebody whose session waits for a second factor to where it is given.
async fn send_to(request: Request, path: &str) -> Response {
    let (parts, body) = request.into_parts();
    body::drain(&parts.headers, body).await;
    if is_fetch(&parts.headers) {
        return signed_out();
    }
    match next_path(asked_for(&parts.uri)).filter(|_| !origin::is_unsafe(&parts.method)) {
        Some(next) => see_other(&with_next(path, next)),
        None => see_other(path),
    }
}

/// For scripts: they keep what is typed on their page, and say so there.
fn signed_out() -> Response {
    (StatusCode::UNAUTHORIZED, Json(Error::SignedOut)).into_response()
}

/// Whether a script asks, and not a person who follows a link or sends a form.
fn is_fetch(headers: &HeaderMap) -> bool {
    if let Some(dest) = headers.get(FETCH_DEST) {
        return dest != "document";
    }
    let accept = headers
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    body::media_type(headers) == "application/json" || (accept.contains("json") && !accept.contains("text/html"))
}

/// Path and query; queries of ours hold codes, states and places in lists only.
fn asked_for(uri: &Uri) -> &str {
    uri.path_and_query().map_or("/", PathAndQuery::as_str)
}

/// The address to come back to after sign-in, if it is one to come back to: plain, on this server, and not the start page.
#[must_use]
pub fn next_path(path: &str) -> Option<&str> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/-_.~%?=&".contains(&byte);
    let ours = path.starts_with('/') && !path.starts_with("//") && path.len() > 1 && path.len() <= 512;
    (ours && path.bytes().all(plain)).then_some(path)
}

/// Whether it has the form of a session token (`Chance::token`); nothing else need be looked up.
fn is_token(cookie: &str) -> bool {
    cookie.len() == 43
        && cookie
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
}

fn sets(headers: &HeaderMap, cookie: &str) -> bool {
    let named = |value: &HeaderValue| {
        value
            .to_str()
            .is_ok_and(|value| value.split('=').next() == Some(cookie))
    };
    headers.get_all(header::SET_COOKIE).iter().any(named)
}

/// Says where the one-time link is. No page of the committee's can be shown yet: it has no name.
fn not_set_up() -> Response {
    const PAGE: &str = "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Sijill</title></head><body><main>\
        <h1>Sijill is not set up yet</h1>\
        <p>Open the one-time link that <code>sijill serve</code> printed in the terminal.</p>\
        <div lang=\"ar\" dir=\"rtl\"><h1>لم يُهيَّأ «سجل» بعد</h1>\
        <p>افتح الرابط الذي يُستعمل مرة واحدة والذي طبعه الأمر <bdi><code>sijill serve</code></bdi> في الطرفية.</p></div>\
        </main></body></html>";
    (StatusCode::SERVICE_UNAVAILABLE, axum::response::Html(PAGE)).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_path_has_its_gate() {
        use Gate::{Code, Open, SetUpFactor, SignIn};
        let factors = [None, Some(Factor::Awaited), Some(Factor::ToSetUp), Some(Factor::Given)];
        // Gates for: nobody, code awaited, factor to be set up, full session.
        let table = [
            ("/", [SignIn, Code, SetUpFactor, Open]),
            ("/cases/C-2025-0007", [SignIn, Code, SetUpFactor, Open]),
            ("/nothing/of/ours", [SignIn, Code, SetUpFactor, Open]),
            ("/api/save_draft", [SignIn, Code, SetUpFactor, Open]),
            ("/account", [SignIn, Code, SetUpFactor, Open]),
            ("/account/factor", [SignIn, Code, Open, Open]),
            ("/sign-in/code", [SignIn, Open, SetUpFactor, Open]),
            ("/sign-out", [SignIn, Open, Open, Open]),
            ("/sign-in", [Open; 4]),
            ("/language", [Open; 4]),
            ("/setup/abc", [Open; 4]),
            ("/invite/abc", [Open; 4]),
            ("/offline", [Open; 4]),
            ("/offline/ar", [Open; 4]),
            ("/offline/contact", [Open; 4]),
            ("/offline/key", [SignIn, Code, SetUpFactor, Open]),
            ("/offline/drafts", [SignIn, Code, SetUpFactor, Open]),
            ("/account/devices", [SignIn, Code, SetUpFactor, Open]),
            ("/pkg/sijill.css", [Open; 4]),
            ("/healthz", [Open; 4]),
            ("/readyz", [Open; 4]),
            ("/favicon.ico", [Open; 4]),
            ("/setup", [SignIn, Code, SetUpFactor, Open]),
            ("/sign-in/", [SignIn, Code, SetUpFactor, Open]),
            ("//sign-in", [SignIn, Code, SetUpFactor, Open]),
            ("/SIGN-IN", [SignIn, Code, SetUpFactor, Open]),
            ("/pkg", [SignIn, Code, SetUpFactor, Open]),
        ];
        for (path, expected) in table {
            assert_eq!(factors.map(|factor| gate(path, factor)), expected, "{path}");
        }
    }

    #[test]
    fn only_plain_paths_of_ours_are_come_back_to() {
        for path in [
            "/cases",
            "/cases/C-2025-0007/moves",
            "/a%20b",
            "/testimonies/T-2025-0001~1",
            "/incidents/new?case=C-2025-0007&x=1",
        ] {
            assert_eq!(next_path(path), Some(path));
        }
        for path in [
            "",
            "/",
            "//evil.test",
            "https://evil.test",
            "cases",
            "/\\evil.test",
            "/a b",
            "/a?b=c d",
            "/a#b",
            "/a\r\nb",
            "/قضية",
            "/<b>",
            "/a:b@c",
        ] {
            assert_eq!(next_path(path), None, "{path}");
        }
        assert_eq!(next_path(&format!("/{}", "a".repeat(600))), None);
    }

    #[test]
    fn only_what_looks_like_a_token_is_looked_up() {
        assert!(is_token(&store::Chance::real().token()));
        for cookie in [
            "",
            "short",
            &"a".repeat(44),
            &format!("{}é", "a".repeat(41)),
            &"=".repeat(43),
        ] {
            assert!(!is_token(cookie), "{cookie}");
        }
    }

    #[test]
    fn scripts_are_told_from_people() {
        let table: [(&[(&'static str, &'static str)], bool); 8] = [
            (&[("sec-fetch-dest", "document")], false),
            (&[("sec-fetch-dest", "empty"), ("accept", "text/html")], true),
            (&[("sec-fetch-dest", "image")], true),
            (&[("accept", "text/html,application/xhtml+xml,*/*;q=0.8")], false),
            (&[("accept", "application/json")], true),
            (&[("content-type", "application/json; charset=utf-8")], true),
            (&[("accept", "*/*")], false),
            (&[], false),
        ];
        for (of, expected) in table {
            let headers = of
                .iter()
                .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
                .collect();
            assert_eq!(is_fetch(&headers), expected, "{of:?}");
        }
    }

    #[test]
    fn the_language_is_the_cookies_then_the_browsers_then_the_committees() {
        let name = visit::LANGUAGE_COOKIE;
        let headers = |cookie: Option<&str>, accept: &'static str| {
            let mut headers = HeaderMap::from_iter([(header::ACCEPT_LANGUAGE, HeaderValue::from_static(accept))]);
            if let Some(cookie) = cookie {
                headers.insert(
                    header::COOKIE,
                    format!("x=1; {name}={cookie}").parse().expect("a cookie"),
                );
            }
            headers
        };
        let (english, arabic) = (Language::English, Language::Arabic);
        assert_eq!(language(None, &headers(Some("ar"), "en"), Some(english)), arabic);
        assert_eq!(language(None, &headers(Some("fr"), "ar"), Some(english)), arabic);
        assert_eq!(language(None, &headers(None, "fr"), Some(arabic)), arabic);
        assert_eq!(language(None, &headers(None, "fr"), None), english);
    }

    #[test]
    fn a_cookie_that_the_page_sets_is_not_cleared() {
        let headers = HeaderMap::from_iter([(header::SET_COOKIE, HeaderValue::from_static("sijill=abc; Path=/"))]);
        assert!(sets(&headers, "sijill"));
        assert!(!sets(&headers, "sijill_language"));
    }
}
