//! Same origin: what changes something must come from one of our own pages.
//!
//! Browsers say where a request comes from: `Sec-Fetch-Site` on every request to an encrypted or local address, `Origin`
//! on every POST. A page elsewhere can forge neither. The session cookie is `SameSite=Strict` besides.

use axum::http::header::{self, HeaderName};
use axum::http::{HeaderMap, Method};

const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Whether the method may change something (RFC 9110, section 9.2.1).
pub(crate) fn is_unsafe(method: &Method) -> bool {
    !matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS | Method::TRACE)
}

/// Whether the request comes from one of our own pages: by `Sec-Fetch-Site: same-origin`; where that is absent, by an
/// `Origin` of the same scheme, host and port. A request that says neither is refused.
pub(crate) fn is_same(headers: &HeaderMap, secure: bool) -> bool {
    let mut sites = headers.get_all(FETCH_SITE).iter();
    if let Some(site) = sites.next() {
        return site == "same-origin" && sites.next().is_none();
    }
    let only = |name: HeaderName| {
        let mut values = headers.get_all(name).iter();
        let value = values.next()?.to_str().ok()?.to_ascii_lowercase();
        values.next().is_none().then_some(value)
    };
    let (Some(origin), Some(host)) = (only(header::ORIGIN), only(header::HOST)) else {
        return false;
    };
    let (scheme, port) = if secure {
        ("https://", ":443")
    } else {
        ("http://", ":80")
    };
    let bare = |host: &str| host.strip_suffix(port).unwrap_or(host).to_owned();
    origin
        .strip_prefix(scheme)
        .is_some_and(|from| !from.is_empty() && bare(from) == bare(&host))
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    type Headers = &'static [(&'static str, &'static str)];

    #[test]
    fn only_our_own_pages_change_anything() {
        const SITE: &str = "sec-fetch-site";
        // (headers, over TLS, same origin)
        let table: [(Headers, bool, bool); 21] = [
            (&[(SITE, "same-origin")], false, true),
            (&[(SITE, "same-origin"), ("origin", "null")], true, true),
            (&[(SITE, "none")], false, false),
            (&[(SITE, "same-site")], false, false),
            (&[(SITE, "cross-site")], false, false),
            (
                &[
                    (SITE, "cross-site"),
                    ("origin", "http://sijill.test"),
                    ("host", "sijill.test"),
                ],
                false,
                false,
            ),
            (&[(SITE, "same-origin"), (SITE, "cross-site")], false, false),
            (&[(SITE, "")], false, false),
            (&[], false, false),
            (&[("host", "sijill.test")], false, false),
            (&[("origin", "http://sijill.test")], false, false),
            (
                &[("origin", "http://sijill.test"), ("host", "sijill.test")],
                false,
                true,
            ),
            (
                &[("origin", "http://sijill.test:80"), ("host", "sijill.test")],
                false,
                true,
            ),
            (
                &[("origin", "https://sijill.test"), ("host", "Sijill.test:443")],
                true,
                true,
            ),
            (
                &[("origin", "http://sijill.test"), ("host", "sijill.test")],
                true,
                false,
            ),
            (
                &[("origin", "https://sijill.test"), ("host", "sijill.test")],
                false,
                false,
            ),
            (
                &[("origin", "http://sijill.test:3000"), ("host", "sijill.test:3001")],
                false,
                false,
            ),
            (&[("origin", "http://evil.test"), ("host", "sijill.test")], false, false),
            (
                &[("origin", "http://sijill.test.evil.test"), ("host", "sijill.test")],
                false,
                false,
            ),
            (&[("origin", "null"), ("host", "sijill.test")], false, false),
            (&[("origin", "http://"), ("host", "")], false, false),
        ];
        for (of, secure, expected) in table {
            let mut headers = HeaderMap::new();
            for (name, value) in of {
                headers.append(*name, HeaderValue::from_static(value));
            }
            assert_eq!(is_same(&headers, secure), expected, "{of:?}, secure: {secure}");
        }
    }

    #[test]
    fn every_method_that_is_not_plain_reading_is_unsafe() {
        for method in [
            Method::POST,
            Method::PUT,
            Method::PATCH,
            Method::DELETE,
            Method::from_bytes(b"MOVE").expect("a method"),
        ] {
            assert!(is_unsafe(&method));
        }
        for method in [Method::GET, Method::HEAD, Method::OPTIONS, Method::TRACE] {
            assert!(!is_unsafe(&method));
        }
    }
}
