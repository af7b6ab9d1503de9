//! The browser's files: style sheet, scripts, the islands' module.
//!
//! `app/bundle` makes them under names that contain the hash of their content; the
//! binary carries them inside, with a brotli and a gzip copy of each. So one file is
//! all there is to install, and a browser may keep what it was given forever.
//!
//! A page asks [`url`] for the address of a file by its plain name; the router has
//! [`serve`] at `/pkg/{file}`. To add a file, add it to the bundle.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::LazyLock;

use axum::body::{Body, Bytes};
use axum::extract::Path;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "../target/site"]
#[allow_missing = true]
struct Site;

/// Plain name → hashed name. Empty if the server was built before the bundle.
static MANIFEST: LazyLock<BTreeMap<String, String>> = LazyLock::new(|| {
    Site::get("manifest.json").map_or_else(BTreeMap::new, |file| {
        serde_json::from_slice(&file.data).expect("app/bundle wrote the manifest")
    })
});

/// The address of a file by its plain name: `sijill.css` →
/// `/pkg/sijill.0123456789abcdef.css`. `None` if the bundle has no such file.
pub fn url(logical: &str) -> Option<String> {
    MANIFEST.get(logical).map(|hashed| format!("/pkg/{hashed}"))
}

/// Answers `/pkg/{file}`, compressed as the browser likes it; 404 for a name that is
/// not in the manifest.
pub async fn serve(Path(file): Path<String>, headers: HeaderMap) -> Response {
    if !MANIFEST.values().any(|hashed| *hashed == file) {
        return StatusCode::NOT_FOUND.into_response();
    }
    answer(&file, &headers, |path| Site::get(path).map(|found| found.data))
}

fn answer(file: &str, headers: &HeaderMap, get: impl Fn(&str) -> Option<Cow<'static, [u8]>>) -> Response {
    let found = preferred(headers)
        .into_iter()
        .find_map(|coding| Some((coding, get(&format!("pkg/{file}{}", coding.suffix()))?)));
    let Some((coding, content)) = found else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let content = match content {
        Cow::Borrowed(bytes) => Bytes::from_static(bytes),
        Cow::Owned(bytes) => Bytes::from(bytes),
    };
    let mut response = Response::new(Body::from(content));
    let out = response.headers_mut();
    out.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type(file)));
    out.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("public, max-age=31536000, immutable"),
    );
    out.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    if let Some(name) = coding.name() {
        out.insert(header::CONTENT_ENCODING, HeaderValue::from_static(name));
    }
    response
}

fn content_type(file: &str) -> &'static str {
    match file.rsplit_once('.').map(|(_, extension)| extension) {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("svg") => "image/svg+xml",
        _ => "application/octet-stream",
    }
}

/// How a file's bytes are packed on the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Coding {
    Brotli,
    Gzip,
    Plain,
}

impl Coding {
    fn name(self) -> Option<&'static str> {
        match self {
            Self::Brotli => Some("br"),
            Self::Gzip => Some("gzip"),
            Self::Plain => None,
        }
    }

    fn suffix(self) -> &'static str {
        match self {
            Self::Brotli => ".br",
            Self::Gzip => ".gz",
            Self::Plain => "",
        }
    }
}

/// The codings the browser accepts, the best first (RFC 9110, section 12.5.3): by its
/// own weights, brotli before gzip where they are equal. Plain is always last, also
/// where the browser refuses it: an answer is better than none.
fn preferred(headers: &HeaderMap) -> Vec<Coding> {
    let accepted: Vec<(String, f32)> = headers
        .get_all(header::ACCEPT_ENCODING)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(|item| {
            let (coding, parameters) = item.split_once(';').unwrap_or((item, ""));
            (coding.trim().to_ascii_lowercase(), weight(parameters))
        })
        .collect();
    let weight_of = |name: &str| {
        let named = |wanted: &str| accepted.iter().find(|(coding, _)| coding == wanted);
        named(name).or_else(|| named("*")).map_or(0.0, |(_, weight)| *weight)
    };
    let mut codings: Vec<(Coding, f32)> = [Coding::Brotli, Coding::Gzip]
        .into_iter()
        .map(|coding| (coding, coding.name().map_or(0.0, weight_of)))
        .filter(|(_, weight)| *weight > 0.0)
        .collect();
    codings.sort_by(|(_, one), (_, other)| other.total_cmp(one));
    codings
        .into_iter()
        .map(|(coding, _)| coding)
        .chain([Coding::Plain])
        .collect()
}

/// The `q` of an item, 1 if there is none; one that can't be read refuses the coding.
fn weight(parameters: &str) -> f32 {
    parameters
        .split(';')
        .filter_map(|parameter| parameter.split_once('='))
        .find(|(name, _)| name.trim().eq_ignore_ascii_case("q"))
        .map_or(1.0, |(_, value)| value.trim().parse().unwrap_or(0.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use Coding::{Brotli, Gzip, Plain};

    fn accepting(value: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(header::ACCEPT_ENCODING, HeaderValue::from_static(value))])
    }

    #[test]
    fn the_browser_gets_the_coding_it_likes_best() {
        let table: &[(&str, &[Coding])] = &[
            ("gzip, deflate, br, zstd", &[Brotli, Gzip, Plain]),
            ("br", &[Brotli, Plain]),
            ("GZIP", &[Gzip, Plain]),
            ("br;q=0.5, gzip;q=0.9", &[Gzip, Brotli, Plain]),
            ("br;q=0, gzip", &[Gzip, Plain]),
            ("br ; q=0.000, gzip ; Q=0", &[Plain]),
            ("*", &[Brotli, Gzip, Plain]),
            ("*;q=0.1, br;q=0", &[Gzip, Plain]),
            ("*;q=0", &[Plain]),
            ("identity", &[Plain]),
            ("br;q=nonsense", &[Plain]),
            ("", &[Plain]),
        ];
        for (header, expected) in table {
            assert_eq!(preferred(&accepting(header)), *expected, "Accept-Encoding: {header}");
        }
        assert_eq!(preferred(&HeaderMap::new()), [Plain]);
    }

    #[test]
    fn an_answer_says_what_it_is_and_may_be_kept() {
        let get = |path: &str| (path == "pkg/a.css.gz").then_some(Cow::Borrowed(b"packed".as_slice()));
        let response = answer("a.css", &accepting("br, gzip"), get);
        let headers = response.headers();
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(headers[header::CONTENT_TYPE], "text/css; charset=utf-8");
        assert_eq!(headers[header::CONTENT_ENCODING], "gzip");
        assert_eq!(headers[header::CACHE_CONTROL], "public, max-age=31536000, immutable");
        assert_eq!(headers[header::VARY], "Accept-Encoding");
    }

    #[test]
    fn a_plain_answer_names_no_coding() {
        let get = |path: &str| (path == "pkg/a.wasm").then_some(Cow::Borrowed(b"\0asm".as_slice()));
        let response = answer("a.wasm", &HeaderMap::new(), get);
        assert_eq!(response.headers()[header::CONTENT_TYPE], "application/wasm");
        assert!(!response.headers().contains_key(header::CONTENT_ENCODING));
    }

    #[tokio::test]
    async fn what_the_manifest_does_not_name_is_not_found() {
        for name in ["nothing.css", "manifest.json", "../manifest.json"] {
            let response = serve(Path(name.to_owned()), HeaderMap::new()).await;
            assert_eq!(response.status(), StatusCode::NOT_FOUND, "{name}");
        }
        assert_eq!(url("nothing.css"), None);
    }

    #[tokio::test]
    async fn every_bundled_file_is_served_in_all_codings() {
        for (logical, hashed) in MANIFEST.iter() {
            assert_eq!(url(logical), Some(format!("/pkg/{hashed}")));
            for (header, coding) in [("br", Some("br")), ("gzip", Some("gzip")), ("identity", None)] {
                let response = serve(Path(hashed.clone()), accepting(header)).await;
                assert_eq!(response.status(), StatusCode::OK, "{hashed}");
                let got = response
                    .headers()
                    .get(header::CONTENT_ENCODING)
                    .and_then(|value| value.to_str().ok());
                assert_eq!(got, coding, "{hashed}");
            }
        }
    }
}
