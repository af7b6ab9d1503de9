//! A request as a page sees it, and the table of all addresses.
//!
//! A handler is `async fn(Ask) -> domain::Result<Response>` for a GET and `async fn(Ask, Pairs) -> domain::Result<Response>`
//! for a form's POST to its own page. It asks the store first and renders afterwards, so that the status is known before
//! the first byte. An error becomes a whole page, in the reader's language, in one place ([`crate::pages::error_page`]).

use crate::pages::error_page;
use crate::visit::Visit;
use axum::Router;
use axum::body::Body;
use axum::extract::{FromRequest, FromRequestParts, Multipart, RawPathParams, State};
use axum::http::{HeaderValue, Request, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get, post};
use domain::form::Pairs;
use domain::{Actor, Code, Error, Language, ProblemKind};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use std::future::Future;
use std::pin::Pin;
use std::str::FromStr;
use std::sync::Arc;
use store::{ListFilter, Store};

/// Addresses of the bundled assets.
#[derive(Clone, Debug, Default)]
pub struct Assets {
    /// The style sheet.
    pub css: String,
    /// Keys and small comforts for every page; a module of a few hundred bytes.
    pub keys: String,
    /// Loads the WASM and wakes islands; only on pages that have some.
    pub start: String,
    /// What `start` loads.
    pub glue: String,
    /// What `start` loads.
    pub wasm: String,
    pub offline: OfflineAssets,
}

/// Addresses of what writing without a connection needs.
#[derive(Clone, Debug, Default)]
pub struct OfflineAssets {
    /// The script of the shell.
    pub page: String,
    /// What `page` loads: sealing, and what is kept on the device.
    pub vault: String,
    /// What `page` loads: the server.
    pub line: String,
    /// What `page` loads: the form of a testimony.
    pub form: String,
    /// The script of the page that asks about drafts at sign-out.
    pub leave: String,
    /// The icon of the installed page.
    pub icon: String,
}

/// Fills a committee that was just set up with the demonstration's fictional data; gives the password of its accounts.
pub type DemoLoader = Arc<dyn Fn(Store) -> Pin<Box<dyn Future<Output = domain::Result<String>> + Send>> + Send + Sync>;

/// What every handler has.
#[derive(Clone)]
pub struct AppState {
    pub store: Store,
    pub assets: Arc<Assets>,
    /// Offered once, on the page behind the set-up link.
    pub demo: Option<DemoLoader>,
}

/// One request.
#[derive(Clone)]
pub struct Ask {
    pub state: AppState,
    pub visit: Visit,
    /// The server's own name as the browser knows it, with its port; "" if it is no plain name.
    pub host: String,
    params: Vec<(String, String)>,
    pub query: Pairs,
    /// A script asks, and reads JSON: the editor that saves while somebody writes.
    pub json: bool,
}

impl Ask {
    /// A request for nothing in particular: for rendering a page outside of the server.
    #[must_use]
    pub fn new(state: AppState, visit: Visit) -> Self {
        Self {
            state,
            visit,
            host: String::new(),
            params: Vec::new(),
            query: Pairs::default(),
            json: false,
        }
    }

    /// The store.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.state.store
    }

    /// The reader's language.
    #[must_use]
    pub fn lang(&self) -> Language {
        self.visit.language
    }

    /// The person who asks.
    ///
    /// # Errors
    /// `SignedOut`.
    pub fn actor(&self) -> domain::Result<&Actor> {
        self.visit.actor()
    }

    /// A part of the path: `{code}`.
    #[must_use]
    pub fn param(&self, name: &str) -> &str {
        self.params
            .iter()
            .find(|(known, _)| known == name)
            .map_or("", |(_, value)| value)
    }

    /// The record's code in the path.
    ///
    /// # Errors
    /// `NotFound` if it is none.
    pub fn code(&self) -> domain::Result<Code> {
        self.param("code").parse()
    }

    /// A path of ours as a whole address, for a link that is handed over.
    #[must_use]
    pub fn address(&self, path: &str) -> String {
        if self.host.is_empty() {
            return path.to_owned();
        }
        let scheme = if self.visit.secure { "https" } else { "http" };
        format!("{scheme}://{}{path}", self.host)
    }

    /// A value of the query, parsed; none if absent or malformed.
    #[must_use]
    pub fn from_query<T: FromStr>(&self, name: &str) -> Option<T> {
        self.query.get(name).parse().ok()
    }

    /// The part of a list that is asked for: rows in this state, before or after the row whose code stands in the query.
    #[must_use]
    pub fn list_filter(&self, status: impl Into<String>) -> ListFilter {
        ListFilter {
            status: status.into(),
            before: self.from_query("before"),
            after: self.from_query("after"),
        }
    }

    /// The case from which a new record is made: `?case=C-2025-0007`.
    #[must_use]
    pub fn case(&self) -> Option<Code> {
        self.from_query("case")
    }
}

/// 303 to another page of ours.
#[must_use]
pub fn see_other(path: &str) -> Response {
    let location = HeaderValue::from_str(path).unwrap_or_else(|_| HeaderValue::from_static("/"));
    (StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response()
}

/// The path of a page that goes on to `next` afterwards: `/step-up?next=/admin/users`. The start page needs no saying.
#[must_use]
pub fn with_next(path: &str, next: &str) -> String {
    const VALUE: &AsciiSet = &NON_ALPHANUMERIC
        .remove(b'/')
        .remove(b'-')
        .remove(b'_')
        .remove(b'.')
        .remove(b'~');
    if next == "/" {
        return path.to_owned();
    }
    let mark = if path.contains('?') { '&' } else { '?' };
    format!("{path}{mark}next={}", utf8_percent_encode(next, VALUE))
}

/// A path of ours out of user input: starts with one slash, no scheme, no host, no control characters; else "/".
#[must_use]
pub fn own_path(text: &str) -> String {
    let plain = text.starts_with('/')
        && !text.starts_with("//")
        && !text.contains(['\\', '\r', '\n', '\t', ' '])
        && text.is_ascii()
        && text.len() < 500;
    if plain { text.to_owned() } else { "/".to_owned() }
}

/// The problems of a refused form; any other error goes on to its own page.
///
/// # Errors
/// What is not `Invalid`.
pub fn problems(error: Error) -> domain::Result<Vec<domain::Problem>> {
    match error {
        Error::Invalid(problems) => Ok(problems),
        other => Err(other),
    }
}

/// A method and path of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Route {
    /// `GET` or `POST`.
    pub method: &'static str,
    /// With parameters in braces: `/cases/{code}`.
    pub path: &'static str,
}

/// All addresses of the product. What is not in it does not exist; the access test goes through every row.
#[derive(Default)]
pub struct Table {
    router: Router<AppState>,
    routes: Vec<Route>,
}

impl Table {
    fn add(mut self, method: &'static str, path: &'static str, handler: MethodRouter<AppState>) -> Self {
        self.routes.push(Route { method, path });
        self.router = self.router.route(path, handler);
        self
    }

    /// A page.
    #[must_use]
    pub fn get<F, R>(self, path: &'static str, page: F) -> Self
    where
        F: Fn(Ask) -> R + Clone + Send + Sync + 'static,
        R: Future<Output = domain::Result<Response>> + Send + 'static,
    {
        self.add(
            "GET",
            path,
            get(
                move |State(state): State<AppState>, request: Request<Body>| async move {
                    let (ask, _) = match split(state, request).await {
                        Ok(split) => split,
                        Err(answer) => return answer,
                    };
                    answer(&ask, page(ask.clone()).await)
                },
            ),
        )
    }

    /// A form that posts to its own page.
    #[must_use]
    pub fn post<F, R>(self, path: &'static str, page: F) -> Self
    where
        F: Fn(Ask, Pairs) -> R + Clone + Send + Sync + 'static,
        R: Future<Output = domain::Result<Response>> + Send + 'static,
    {
        self.add(
            "POST",
            path,
            post(
                move |State(state): State<AppState>, request: Request<Body>| async move {
                    let (ask, request) = match split(state, request).await {
                        Ok(split) => split,
                        Err(answer) => return answer,
                    };
                    let done = match read_form(request).await {
                        Ok(form) => page(ask.clone(), form).await,
                        Err(error) => Err(error),
                    };
                    answer(&ask, done)
                },
            ),
        )
    }

    /// A form with a file, streamed.
    #[must_use]
    pub fn upload<F, R>(self, path: &'static str, page: F) -> Self
    where
        F: Fn(Ask, Multipart) -> R + Clone + Send + Sync + 'static,
        R: Future<Output = domain::Result<Response>> + Send + 'static,
    {
        self.add(
            "POST",
            path,
            post(
                move |State(state): State<AppState>, request: Request<Body>| async move {
                    let (ask, request) = match split(state.clone(), request).await {
                        Ok(split) => split,
                        Err(answer) => return answer,
                    };
                    let done = match Multipart::from_request(request, &state).await {
                        Ok(form) => page(ask.clone(), form).await,
                        Err(_) => Err(Error::at("", ProblemKind::BrokenOff)),
                    };
                    answer(&ask, done)
                },
            ),
        )
    }

    /// The router and the list of its rows.
    pub fn into_parts(self) -> (Router<AppState>, Vec<Route>) {
        (self.router, self.routes)
    }
}

async fn split(state: AppState, request: Request<Body>) -> Result<(Ask, Request<Body>), Response> {
    let (mut parts, body) = request.into_parts();
    let Some(visit) = parts.extensions.get::<Visit>().cloned() else {
        return Err(StatusCode::INTERNAL_SERVER_ERROR.into_response());
    };
    let params = RawPathParams::from_request_parts(&mut parts, &state)
        .await
        .map(|params| {
            params
                .iter()
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect()
        })
        .map_err(|_| error_page(&visit, &state, &Error::NotFound))?;
    let query = Pairs(serde_html_form::from_str(parts.uri.query().unwrap_or_default()).unwrap_or_default());
    let host = host(parts.headers.get(header::HOST));
    let json = parts
        .headers
        .get(header::ACCEPT)
        .is_some_and(|accept| accept == "application/json");
    Ok((
        Ask {
            state,
            visit,
            host,
            params,
            query,
            json,
        },
        Request::from_parts(parts, body),
    ))
}

/// The `Host` header, if it holds a name or address and perhaps a port, and nothing else.
fn host(header: Option<&HeaderValue>) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte);
    header
        .and_then(|host| host.to_str().ok())
        .filter(|host| host.len() <= 255 && host.bytes().all(plain))
        .unwrap_or_default()
        .to_owned()
}

async fn read_form(request: Request<Body>) -> domain::Result<Pairs> {
    let bytes = axum::body::Bytes::from_request(request, &())
        .await
        .map_err(|rejection| {
            if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
                Error::TooLarge(0)
            } else {
                Error::at("", ProblemKind::BrokenOff)
            }
        })?;
    let text = std::str::from_utf8(&bytes).map_err(|_| Error::at("", ProblemKind::NotText))?;
    if !is_text(text) {
        return Err(Error::at("", ProblemKind::NotText));
    }
    serde_html_form::from_str(text)
        .map(Pairs)
        .map_err(|_| Error::at("", ProblemKind::NotText))
}

/// Whether the percent-encoded bytes of a form are UTF-8; a lenient decoder would put replacement characters into the record.
fn is_text(form: &str) -> bool {
    let mut decoded = Vec::with_capacity(form.len());
    let bytes = form.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let hex = (bytes[at] == b'%')
            .then(|| {
                form.get(at + 1..at + 3)
                    .and_then(|hex| u8::from_str_radix(hex, 16).ok())
            })
            .flatten();
        decoded.push(hex.unwrap_or(bytes[at]));
        at += if hex.is_some() { 3 } else { 1 };
    }
    std::str::from_utf8(&decoded).is_ok_and(|text| !text.contains('\0'))
}

fn answer(ask: &Ask, done: domain::Result<Response>) -> Response {
    done.unwrap_or_else(|error| error_page(&ask.visit, &ask.state, &error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_ours_are_followed() {
        for good in ["/", "/cases/C-2025-0001?tab=people"] {
            assert_eq!(own_path(good), good);
        }
        for bad in [
            "",
            "//evil.example",
            "https://evil.example",
            "/\\evil.example",
            "cases",
            "/a\r\nSet-Cookie: x",
        ] {
            assert_eq!(own_path(bad), "/");
        }
    }

    #[test]
    fn the_way_on_survives_as_one_value_of_the_query() {
        assert_eq!(with_next("/sign-in", "/"), "/sign-in");
        assert_eq!(with_next("/sign-in?kept=1", "/a%20b"), "/sign-in?kept=1&next=/a%2520b");
        let path = with_next("/sign-in", "/units?type=a&before=U-2025-0001");
        let query = path.strip_prefix("/sign-in?").expect("a query");
        let read: Vec<(String, String)> = serde_html_form::from_str(query).expect("readable");
        assert_eq!(
            read,
            [("next".to_owned(), "/units?type=a&before=U-2025-0001".to_owned())]
        );
        assert_eq!(own_path(&path), path);
    }

    #[test]
    fn only_a_plain_host_stands_in_a_link() {
        let of = |text: &'static str| host(Some(&HeaderValue::from_static(text)));
        for good in ["sijill.example:3000", "127.0.0.1", "[::1]:3000"] {
            assert_eq!(of(good), good);
        }
        for bad in ["evil.example/x", "a b", "a@b", "a?b"] {
            assert_eq!(of(bad), "");
        }
        assert_eq!(host(None), "");
    }

    #[test]
    fn bytes_that_are_no_text_are_refused() {
        assert!(is_text("title=%D8%B3%D8%B1&x=100%"));
        assert!(!is_text("title=%D8%"));
        assert!(!is_text("title=%FF%FE"));
        assert!(!is_text("title=a%00b"));
    }
}
