//! The rendering limit: the same pages out of memory, without database, permission or log; and a bare handler.

use crate::fill::{self, PASSWORD};
use app::pages::{queue, testimony};
use app::{AppState, Ask, Visit};
use axum::Router;
use axum::routing::get;
use std::path::PathBuf;
use std::sync::{Arc, LazyLock};
use store::{From, ListFilter, QueueFilter};

/// `bench --limit PORT FOLDER`
pub fn serve() {
    let args: Vec<String> = std::env::args().collect();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(run(args[2].parse().expect("a port"), PathBuf::from(&args[3])));
}

async fn run(port: u16, folder: PathBuf) {
    static BODY: LazyLock<String> = LazyLock::new(|| "x".repeat(10 * 1024));
    let store = fill::open(&folder).await;
    let from = From {
        address: "bench".into(),
        request: "bench".into(),
        agent: "bench".into(),
        device: None,
    };
    let token = store
        .log_in("supervisor", PASSWORD, &from)
        .await
        .expect("signed in")
        .token;
    let signed_in = store
        .actor_for(&token, &from)
        .await
        .expect("an answer")
        .expect("a session");
    let actor = signed_in.actor.clone();
    let filter = QueueFilter::default();
    let rows = store.queue(&actor, &filter, 50).await.expect("the queue");
    let last = store
        .list(&actor, domain::Kind::Testimony, &ListFilter::default(), 1)
        .await
        .expect("a list")
        .rows
        .remove(0)
        .code;
    let opened = match store.open_testimony(&actor, &last).await {
        Err(domain::Error::PurposeNeeded(case)) => {
            store
                .choose_purpose(&actor, &case, "supervision")
                .await
                .expect("a purpose");
            store.open_testimony(&actor, &last).await
        }
        opened => opened,
    };
    let opened = opened.expect("the testimony");
    let visit = Visit {
        signed_in: Some(signed_in),
        from,
        language: actor.language,
        secure: false,
        path: "/".into(),
        devices: Vec::new(),
    };
    let ask = Arc::new(Ask::new(
        AppState {
            store,
            assets: Arc::default(),
            demo: None,
        },
        visit,
    ));
    let (queue_ask, queue_rows) = (ask.clone(), Arc::new(rows));
    let opened = Arc::new(opened);
    let router = Router::new()
        .route("/bare", get(async || BODY.as_str()))
        .route(
            "/queue",
            get(move || async move { queue::render(&queue_ask, &queue_rows, &QueueFilter::default()) }),
        )
        .route(
            "/testimony",
            get(move || async move { testimony::render(&ask, &opened) }),
        );
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port))
        .await
        .expect("the port");
    axum::serve(listener, router).await.expect("served");
}
