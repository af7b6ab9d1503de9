//! Connections: taken, timed, counted, and ended in peace.
//!
//! `axum::serve` would do but for one thing: it waits forever for a request's head, so that a handful of silent
//! connections could hold a server for good.

use axum::Router;
use axum::extract::{ConnectInfo, Request};
use hyper::body::Incoming;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use std::io::ErrorKind;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};
use tower::Service;

/// How long a connection may take to send a request's head, or stay silent between two.
const HEAD: Duration = Duration::from_secs(30);
/// The most bytes kept of a connection before they are used: heads above it are answered 431.
const BUFFER: usize = 64 * 1024;

/// Serves connections, at most so many at once, until told to stop; then waits for requests under way.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    connections: usize,
    mut stopped: watch::Receiver<bool>,
    farewell: Duration,
) {
    let room = Arc::new(Semaphore::new(connections));
    let graceful = GracefulShutdown::new();
    let mut http = hyper::server::conn::http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(HEAD)
        .max_buf_size(BUFFER);
    loop {
        let accepted = tokio::select! {
            _ = stopped.wait_for(|stopped| *stopped) => break,
            accepted = accept(&listener, &room) => accepted,
        };
        let Some((stream, peer, place)) = accepted else {
            continue;
        };
        let _ = stream.set_nodelay(true);
        let router = router.clone();
        let service = hyper::service::service_fn(move |mut request: Request<Incoming>| {
            request.extensions_mut().insert(ConnectInfo(peer));
            router.clone().call(request)
        });
        let connection = graceful.watch(http.serve_connection(TokioIo::new(stream), service));
        tokio::spawn(async move {
            // A client that goes away is no fault of ours, and nothing to tell.
            let _ = connection.await;
            drop(place);
        });
    }
    drop(listener);
    if tokio::time::timeout(farewell, graceful.shutdown()).await.is_err() {
        tracing::warn!(target: "sijill", "stopped before every request had ended");
    }
}

async fn accept(
    listener: &TcpListener,
    room: &Arc<Semaphore>,
) -> Option<(
    tokio::net::TcpStream,
    std::net::SocketAddr,
    tokio::sync::OwnedSemaphorePermit,
)> {
    let place = room.clone().acquire_owned().await.ok()?;
    match listener.accept().await {
        Ok((stream, peer)) => Some((stream, peer, place)),
        Err(e) => {
            // Out of file descriptors: a moment's rest lets connections end.
            if !matches!(
                e.kind(),
                ErrorKind::ConnectionAborted | ErrorKind::ConnectionReset | ErrorKind::ConnectionRefused
            ) {
                tracing::error!(target: "sijill", kind = ?e.kind(), "no connection can be taken");
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
            None
        }
    }
}
