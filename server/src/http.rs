//! The router, and the layers around it.
//!
//! `app::router` has every page and every form; here are the few addresses that belong to the process, and what
//! holds for all of them. [`around`] lists the layers in the order in which a request meets them. To add a layer, find
//! its place in that list and say there why it stands where it stands.

use crate::config::Config;
use crate::session::{arrive, identify};
use crate::{assets, body, origin};
use app::{AppState, Visit};
use axum::Router;
use axum::body::Body;
use axum::extract::{DefaultBodyLimit, MatchedPath, Request, State};
use axum::http::header::{self, HeaderName};
use axum::http::{Extensions, HeaderMap, HeaderValue, Method, StatusCode, Version};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use domain::Error;
use futures::FutureExt;
use std::net::IpAddr;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::{Duration, Instant};
use store::Chance;
use tokio::sync::Semaphore;
use tower::ServiceBuilder;
use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;
use tracing::Instrument;

/// Where documents come in, with their files.
const UPLOAD: &str = "/documents/new";
/// What a form around a file may hold besides the file.
const AROUND_FILE: u64 = 1024 * 1024;
/// The largest form of somebody who is not signed in.
const STRANGERS_FORM: u64 = 64 * 1024;
/// The longest address, path and query together.
const ADDRESS: usize = 8 * 1024;
/// When to come back after 503, in seconds.
const LATER: HeaderValue = HeaderValue::from_static("5");

const COOP: HeaderName = HeaderName::from_static("cross-origin-opener-policy");
const CORP: HeaderName = HeaderName::from_static("cross-origin-resource-policy");
const PERMISSIONS: HeaderName = HeaderName::from_static("permissions-policy");
/// Pages have no script of their own, so there is no nonce.
const CSP: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' blob:; media-src 'self' blob:; \
     font-src 'self'; connect-src 'self'; worker-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
);

/// What the layers know.
pub(crate) struct Web {
    pub app: AppState,
    pub chance: Chance,
    pub trusted: Vec<IpAddr>,
    pub form_limit: u64,
    upload_limit: u64,
    request_time: Duration,
    requests: Semaphore,
    /// Forms of ended sessions that are read at once.
    pub keeping: Semaphore,
}

impl Web {
    fn new(app: AppState, config: &Config, chance: Chance) -> Self {
        Self {
            app,
            chance,
            trusted: config.trusted_proxy.clone(),
            form_limit: config.form_limit.0,
            upload_limit: config.upload_limit.0,
            request_time: config.request_time(),
            requests: Semaphore::new(config.max_requests as usize),
            keeping: Semaphore::new(8),
        }
    }
}

/// Everything that is answered, with the layers around it.
pub fn router(state: AppState, config: &Config, chance: Chance) -> Router {
    let web = Arc::new(Web::new(state.clone(), config, chance));
    let process = Router::new()
        .route("/pkg/{file}", get(assets::serve))
        .route("/healthz", get(async || "ok"))
        .route("/readyz", get(ready))
        .route("/favicon.ico", get(async || StatusCode::NO_CONTENT))
        .with_state(web.clone());
    around(app::router(state).merge(process), web)
}

/// The layers, outermost first.
fn around(routes: Router, web: Arc<Web>) -> Router {
    // The limits of `take_body` hold, not axum's own.
    routes.layer(DefaultBodyLimit::disable()).layer(
        ServiceBuilder::new()
            // What every later layer needs for answering, and for telling.
            .layer(from_fn_with_state(web.clone(), arrive))
            .layer(from_fn(tell))
            // Around everything that answers, so that no answer goes without them.
            .layer(from_fn(secure))
            .layer(from_fn_with_state(web.clone(), catch))
            .layer(from_fn_with_state(web.clone(), shed))
            .layer(from_fn_with_state(web.clone(), in_time))
            .layer(
                CompressionLayer::new()
                    .quality(CompressionLevel::Fastest)
                    .compress_when(compressible),
            )
            // From here on, from cheap to dear.
            .layer(from_fn_with_state(web.clone(), well_formed))
            .layer(from_fn_with_state(web.clone(), same_origin))
            .layer(from_fn_with_state(web.clone(), identify))
            // After `identify`, for strangers get little room.
            .layer(from_fn_with_state(web, take_body)),
    )
}

/// A whole page for an error, in the reader's language.
pub(crate) fn error_page(web: &Web, visit: &Visit, error: &Error) -> Response {
    app::error_page(visit, &web.app, error)
}

/// Sends the browser on with GET.
pub(crate) fn see_other(way: &str) -> Response {
    let location = HeaderValue::try_from(way).expect("ways are paths with escaped queries");
    (StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response()
}

fn page(web: &Web, request: &Request, error: &Error) -> Response {
    match request.extensions().get::<Visit>() {
        Some(visit) => error_page(web, visit, error),
        None => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// The same, for a request whose body is still on its way.
async fn refuse(web: &Web, request: Request, error: &Error) -> Response {
    let answer = page(web, &request, error);
    let (parts, body) = request.into_parts();
    body::drain(&parts.headers, body).await;
    answer
}

async fn ready(State(web): State<Arc<Web>>) -> (StatusCode, &'static str) {
    if web.app.store.is_ready().await {
        (StatusCode::OK, "ready")
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "not ready")
    }
}

/// One line for each request: method, route, status, time. Never the path itself, which may hold a one-time token, nor
/// the query, which may hold what is searched for.
async fn tell(request: Request, next: Next) -> Response {
    let method = request.method().clone();
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or_else(|| "-".to_owned(), |route| route.as_str().to_owned());
    let id = request
        .extensions()
        .get::<Visit>()
        .map(|visit| visit.from.request.clone())
        .unwrap_or_default();
    let span = tracing::info_span!(target: "sijill", "request", id);
    async {
        let begun = Instant::now();
        let response = next.run(request).await;
        let (status, ms) = (
            response.status().as_u16(),
            u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX),
        );
        if is_routine(&route) {
            tracing::debug!(target: "sijill", %method, route, status, ms);
        } else {
            tracing::info!(target: "sijill", %method, route, status, ms);
        }
        response
    }
    .instrument(span)
    .await
}

/// What is asked all day long and says nothing.
fn is_routine(route: &str) -> bool {
    matches!(route, "/healthz" | "/readyz" | "/favicon.ico" | "/pkg/{file}")
}

/// The headers of every answer. A handler may set a stricter policy (downloads: `sandbox`), and let an answer be kept.
async fn secure(request: Request, next: Next) -> Response {
    let secure = request.extensions().get::<Visit>().is_some_and(|visit| visit.secure);
    let mut response = next.run(request).await;
    let unavailable = response.status() == StatusCode::SERVICE_UNAVAILABLE;
    let headers = response.headers_mut();
    let fixed = [
        (COOP, "same-origin"),
        (CORP, "same-origin"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "same-origin"),
        (PERMISSIONS, "camera=(), microphone=(), geolocation=(), usb=()"),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(CSP);
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    if unavailable {
        headers.entry(header::RETRY_AFTER).or_insert(LATER);
    }
    if secure {
        headers.insert(
            header::STRICT_TRANSPORT_SECURITY,
            HeaderValue::from_static("max-age=31536000"),
        );
    }
    response
}

/// A panic is answered with a page that tells nothing of it; `command::tell` says where it was.
async fn catch(State(web): State<Arc<Web>>, request: Request, next: Next) -> Response {
    let visit = request.extensions().get::<Visit>().cloned();
    let caught = AssertUnwindSafe(next.run(request)).catch_unwind().await;
    caught.unwrap_or_else(|_| {
        let page = || visit.map(|visit| error_page(&web, &visit, &Error::Internal));
        let page = std::panic::catch_unwind(AssertUnwindSafe(page)).ok().flatten();
        page.unwrap_or_else(|| StatusCode::INTERNAL_SERVER_ERROR.into_response())
    })
}

/// Sheds what is more than can be answered at once. Whether the process lives may always be asked.
async fn shed(State(web): State<Arc<Web>>, request: Request, next: Next) -> Response {
    if request.uri().path() == "/healthz" {
        return next.run(request).await;
    }
    match web.requests.try_acquire() {
        Ok(_place) => next.run(request).await,
        // Not drained: that would take the time that is short.
        Err(_) => page(&web, &request, &Error::Busy),
    }
}

/// Gives up what takes too long. An upload may take as long as something comes (`take_body`).
async fn in_time(State(web): State<Arc<Web>>, request: Request, next: Next) -> Response {
    if is_upload(&request) {
        return next.run(request).await;
    }
    let visit = request.extensions().get::<Visit>().cloned();
    match (tokio::time::timeout(web.request_time, next.run(request)).await, visit) {
        (Ok(response), _) => response,
        (Err(_), Some(visit)) => error_page(&web, &visit, &Error::Busy),
        (Err(_), None) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}

fn is_upload(request: &Request) -> bool {
    request.method() == Method::POST && request.uri().path() == UPLOAD
}

/// Pages and tables are compressed; a document never, nor what the bundle has compressed already. What an attacker
/// could learn from lengths (BREACH) needs requests with the reader's cookie, which is `SameSite=Strict`.
fn compressible(_: StatusCode, _: Version, headers: &HeaderMap, _: &Extensions) -> bool {
    matches!(body::media_type(headers).as_str(), "text/html" | "text/csv")
        && !headers.contains_key(header::CONTENT_ENCODING)
}

/// Refuses what no browser of ours sends: other methods, endless addresses, paths that are no text.
async fn well_formed(State(web): State<Arc<Web>>, request: Request, next: Next) -> Response {
    if !matches!(*request.method(), Method::GET | Method::HEAD | Method::POST) {
        return (StatusCode::METHOD_NOT_ALLOWED, [(header::ALLOW, "GET, HEAD, POST")]).into_response();
    }
    let length = request
        .uri()
        .path_and_query()
        .map_or(0, |address| address.as_str().len());
    if length > ADDRESS {
        let mut answer = refuse(&web, request, &Error::NotFound).await;
        *answer.status_mut() = StatusCode::URI_TOO_LONG;
        return answer;
    }
    if !is_text(request.uri().path()) {
        return refuse(&web, request, &Error::NotFound).await;
    }
    next.run(request).await
}

/// Whether a path decodes to text without control characters.
fn is_text(path: &str) -> bool {
    let escapes = path.split('%').skip(1).all(|rest| {
        rest.as_bytes()
            .iter()
            .take(2)
            .filter(|byte| byte.is_ascii_hexdigit())
            .count()
            == 2
    });
    let decoded = percent_encoding::percent_decode_str(path).decode_utf8();
    escapes && decoded.is_ok_and(|text| !text.chars().any(char::is_control))
}

/// Refuses a change that does not come from one of our own pages.
async fn same_origin(State(web): State<Arc<Web>>, request: Request, next: Next) -> Response {
    let secure = request.extensions().get::<Visit>().is_some_and(|visit| visit.secure);
    if origin::is_unsafe(request.method()) && !origin::is_same(request.headers(), secure) {
        return refuse(&web, request, &Error::Forbidden).await;
    }
    next.run(request).await
}

/// Takes in the body: a form whole, so that one that is too large is answered with a page; an upload as it comes.
async fn take_body(State(web): State<Arc<Web>>, request: Request, next: Next) -> Response {
    if request.method() != Method::POST {
        return next.run(request).await;
    }
    let signed_in = request
        .extensions()
        .get::<Visit>()
        .is_some_and(|visit| visit.signed_in.is_some());
    if signed_in && is_upload(&request) {
        let most = web.upload_limit.saturating_add(AROUND_FILE);
        if body::announced(request.headers()).is_some_and(|length| length > most) {
            return refuse(&web, request, &Error::TooLarge(web.upload_limit)).await;
        }
        let (parts, body) = request.into_parts();
        let body = body::watched(&parts.headers, body, most, web.request_time);
        return next.run(Request::from_parts(parts, body)).await;
    }
    let limit = if signed_in {
        web.form_limit
    } else {
        STRANGERS_FORM.min(web.form_limit)
    };
    let (parts, body) = request.into_parts();
    match body::read(&parts.headers, body, limit).await {
        Ok(form) => next.run(Request::from_parts(parts, Body::from(form))).await,
        Err(body::Unread::TooLarge) => page(
            &web,
            &Request::from_parts(parts, Body::empty()),
            &Error::TooLarge(limit),
        ),
        Err(body::Unread::Broken) => StatusCode::BAD_REQUEST.into_response(),
    }
}

#[cfg(test)]
mod tests;
