//! Bodies: read up to a limit, let go of politely, and not waited for without end.
//!
//! A browser reads the answer only once it has sent the whole body. So an early answer to a body that is too large, or
//! that nobody may send, takes in the rest first, up to [`DRAINED`]; beyond that the connection is closed.

use axum::body::{Body, BodyDataStream, Bytes};
use axum::http::{HeaderMap, HeaderValue, header};
use futures::{Stream, StreamExt, stream};
use http_body_util::BodyExt;
use hyper::body::Frame;
use std::time::Duration;
use tokio::time::timeout;

/// The most bytes taken in only to be forgotten.
const DRAINED: u64 = 64 * 1024 * 1024;
/// How long that may take.
const PATIENCE: Duration = Duration::from_secs(15);

/// Why a body could not be read.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Unread {
    /// More than the limit.
    TooLarge,
    /// It broke off.
    Broken,
}

/// The length a request announces.
pub(crate) fn announced(headers: &HeaderMap) -> Option<u64> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// Reads a whole body of at most `limit` bytes. What is too large is drained.
pub(crate) async fn read(headers: &HeaderMap, mut body: Body, limit: u64) -> Result<Bytes, Unread> {
    if announced(headers).is_some_and(|length| length > limit) {
        drain(headers, body).await;
        return Err(Unread::TooLarge);
    }
    let mut whole = Vec::new();
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(|_| Unread::Broken)?.into_data() else {
            continue;
        };
        if (whole.len() + data.len()) as u64 > limit {
            drain(headers, body).await;
            return Err(Unread::TooLarge);
        }
        whole.extend_from_slice(&data);
    }
    Ok(whole.into())
}

/// Takes in what is left of a body and forgets it, within bounds, so that the browser comes to read the answer.
pub(crate) async fn drain(headers: &HeaderMap, mut body: Body) {
    // Who asks first has sent nothing yet, and needn't; a body that is larger than the bound would be cut anyway.
    let asks_first = headers
        .get(header::EXPECT)
        .is_some_and(|expect| expect.as_bytes().eq_ignore_ascii_case(b"100-continue"));
    if asks_first || announced(headers).is_some_and(|length| length > DRAINED) {
        return;
    }
    let rest = async {
        let mut left = DRAINED;
        while let Some(Ok(frame)) = body.frame().await {
            left = left.saturating_sub(frame.data_ref().map_or(0, |data| data.len() as u64));
            if left == 0 {
                return;
            }
        }
    };
    let _ = timeout(PATIENCE, rest).await;
}

/// A body that fails when nothing comes for so long, or when more than `limit` bytes come. If it is let go of before
/// its end, the rest is drained.
pub(crate) fn watched(headers: &HeaderMap, body: Body, limit: u64, silence: Duration) -> Body {
    let rest = Rest {
        body: Some(body.into_data_stream()),
        headers: headers.clone(),
    };
    Body::from_stream(pieces(rest, limit, silence))
}

fn pieces(rest: Rest, limit: u64, silence: Duration) -> impl Stream<Item = std::io::Result<Bytes>> {
    use std::io::{Error, ErrorKind};
    stream::unfold(Some((rest, limit)), move |state| async move {
        let (mut rest, left) = state?;
        let next = timeout(silence, rest.body.as_mut()?.next()).await;
        if !matches!(next, Ok(Some(Ok(_)))) {
            rest.body = None;
        }
        let failed = |kind| Some((Err(Error::from(kind)), None));
        match next {
            Err(_) => failed(ErrorKind::TimedOut),
            Ok(None) => None,
            Ok(Some(Err(_))) => failed(ErrorKind::UnexpectedEof),
            Ok(Some(Ok(data))) => match left.checked_sub(data.len() as u64) {
                Some(left) => Some((Ok(data), Some((rest, left)))),
                None => failed(ErrorKind::FileTooLarge),
            },
        }
    })
}

/// What has not been read of a body; drained when nobody wants it any more.
struct Rest {
    body: Option<BodyDataStream>,
    headers: HeaderMap,
}

impl Drop for Rest {
    fn drop(&mut self) {
        if let (Some(body), Ok(runtime)) = (self.body.take(), tokio::runtime::Handle::try_current()) {
            let headers = std::mem::take(&mut self.headers);
            runtime.spawn(
                async move { drain(&headers, Body::new(http_body_util::StreamBody::new(body.map(frame)))).await },
            );
        }
    }
}

fn frame(data: Result<Bytes, axum::Error>) -> Result<Frame<Bytes>, axum::Error> {
    data.map(Frame::data)
}

/// The media type of the body, without its parameters.
pub(crate) fn media_type(headers: &HeaderMap) -> String {
    let told = headers
        .get(header::CONTENT_TYPE)
        .map(HeaderValue::as_bytes)
        .unwrap_or_default();
    String::from_utf8_lossy(told)
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chunks(of: &[&'static str]) -> Body {
        let chunks: Vec<_> = of
            .iter()
            .map(|text| Ok::<_, std::io::Error>(Bytes::from_static(text.as_bytes())))
            .collect();
        Body::from_stream(stream::iter(chunks))
    }

    #[tokio::test]
    async fn a_body_is_read_up_to_its_limit() {
        let none = HeaderMap::new();
        assert_eq!(
            read(&none, chunks(&["ab", "cd"]), 4).await,
            Ok(Bytes::from_static(b"abcd"))
        );
        assert_eq!(read(&none, chunks(&["ab", "cde", "f"]), 4).await, Err(Unread::TooLarge));
        let announced = HeaderMap::from_iter([(header::CONTENT_LENGTH, HeaderValue::from_static("5"))]);
        assert_eq!(read(&announced, chunks(&["abcde"]), 4).await, Err(Unread::TooLarge));
        let broken = Body::from_stream(stream::iter([
            Ok(Bytes::from_static(b"a")),
            Err(std::io::Error::other("gone")),
        ]));
        assert_eq!(read(&none, broken, 4).await, Err(Unread::Broken));
    }

    #[tokio::test]
    async fn a_watched_body_fails_when_it_is_too_long_or_too_slow() {
        let (none, moment) = (HeaderMap::new(), Duration::from_millis(50));
        let whole = watched(&none, chunks(&["ab", "cd"]), 4, moment)
            .collect()
            .await
            .expect("within its limit")
            .to_bytes();
        assert_eq!(whole, Bytes::from_static(b"abcd"));
        assert!(
            watched(&none, chunks(&["ab", "cde"]), 4, moment)
                .collect()
                .await
                .is_err()
        );
        let silent = Body::from_stream(chunks(&["ab"]).into_data_stream().chain(stream::pending()));
        assert!(watched(&none, silent, 4, moment).collect().await.is_err());
    }

    #[tokio::test]
    async fn a_watched_body_that_nobody_wants_is_drained() {
        let (told, mut ended) = tokio::sync::mpsc::channel(1);
        let end = stream::once(async move {
            let _ = told.send(()).await;
            Ok(Bytes::from_static(b"end"))
        });
        let body = Body::from_stream(chunks(&["ab", "cd"]).into_data_stream().chain(end));
        drop(watched(&HeaderMap::new(), body, 100, Duration::from_secs(1)));
        assert_eq!(ended.recv().await, Some(()));
    }

    #[test]
    fn a_media_type_is_read_without_its_parameters() {
        let table = [
            ("text/html; charset=utf-8", "text/html"),
            ("Multipart/Form-Data;boundary=x", "multipart/form-data"),
            ("", ""),
        ];
        for (value, expected) in table {
            let headers = HeaderMap::from_iter([(header::CONTENT_TYPE, HeaderValue::from_static(value))]);
            assert_eq!(media_type(&headers), expected);
        }
    }
}
