//! Who asks and from where: made by the server's identify layer, read by every page.

use axum::http::{HeaderMap, HeaderValue, header};
use domain::{Actor, Error, Language};
use store::{Factor, SignedIn};
use uuid::Uuid;

/// One request's person and place.
#[derive(Clone, Debug)]
pub struct Visit {
    pub signed_in: Option<SignedIn>,
    pub from: store::From,
    pub language: Language,
    /// Served over TLS, or a trusted proxy says so.
    pub secure: bool,
    /// The path asked for, with its query.
    pub path: String,
    /// The devices whose drafts this browser keeps, as its cookie says; perhaps another person's.
    pub devices: Vec<Uuid>,
}

impl Visit {
    /// The person, fully signed in.
    ///
    /// # Errors
    /// `SignedOut`.
    pub fn actor(&self) -> domain::Result<&Actor> {
        match &self.signed_in {
            Some(SignedIn {
                actor,
                factor: Factor::Given,
                ..
            }) => Ok(actor),
            _ => Err(Error::SignedOut),
        }
    }

    /// The person, though the second factor may still be awaited.
    ///
    /// # Errors
    /// `SignedOut`.
    pub fn half_actor(&self) -> domain::Result<&Actor> {
        self.signed_in
            .as_ref()
            .map(|signed_in| &signed_in.actor)
            .ok_or(Error::SignedOut)
    }
}

/// The name of the session cookie. Plain-HTTP loopback can't have a `__Host-` cookie, so it is named differently.
#[must_use]
pub const fn session_cookie_name(secure: bool) -> &'static str {
    if secure { "__Host-sijill" } else { "sijill" }
}

/// The name of the cookie by which a browser is known at the next sign-in.
#[must_use]
pub const fn device_cookie_name(secure: bool) -> &'static str {
    if secure {
        "__Host-sijill-device"
    } else {
        "sijill-device"
    }
}

/// The name of the cookie that marks a browser which keeps drafts: ids of devices, a dot between two.
#[must_use]
pub const fn offline_cookie_name(secure: bool) -> &'static str {
    if secure {
        "__Host-sijill-offline"
    } else {
        "sijill-offline"
    }
}

/// The devices that the cookie names.
#[must_use]
pub fn offline_devices(headers: &HeaderMap, secure: bool) -> Vec<Uuid> {
    read_cookie(headers, offline_cookie_name(secure))
        .unwrap_or_default()
        .split('.')
        .filter_map(|id| id.parse().ok())
        .take(domain::offline::DEVICES)
        .collect()
}

/// The name of the cookie that keeps the language of who is not signed in.
pub const LANGUAGE_COOKIE: &str = "sijill-language";

/// The value of a cookie.
#[must_use]
pub fn read_cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(known, _)| *known == name)
        .map(|(_, value)| value.to_owned())
}

/// A `Set-Cookie` header: HttpOnly, SameSite=Strict, for the whole site; without `max_age` it ends with the browser.
#[must_use]
pub fn set_cookie(name: &str, value: &str, secure: bool, max_age: Option<u32>) -> HeaderValue {
    let age = max_age
        .map(|seconds| format!("; Max-Age={seconds}"))
        .unwrap_or_default();
    let secure = if secure { "; Secure" } else { "" };
    HeaderValue::from_str(&format!(
        "{name}={value}; Path=/; HttpOnly; SameSite=Strict{secure}{age}"
    ))
    .unwrap_or_else(|_| HeaderValue::from_static("sijill=; Max-Age=0"))
}
