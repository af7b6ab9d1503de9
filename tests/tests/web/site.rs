//! A server in this process, and people who send requests to it.

use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::{Method, Request, StatusCode};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use server::Running;
use server::config::Config;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use store::{Chance, Clock};
use uuid::Uuid;

/// The password of everybody on a test's site.
pub const PASSWORD: &str = "olive stair lamp wind";

/// A running server with its own folder; SQLite.
pub struct Site {
    pub running: Running,
    pub folder: PathBuf,
    /// Seconds by which the server's clock is ahead.
    ahead: Arc<AtomicI64>,
}

impl Site {
    /// A server on an empty database.
    pub async fn empty() -> Self {
        let folder = std::env::temp_dir().join(format!(
            "sijill-site-{}",
            Uuid::from_bytes(Chance::real().bytes()).simple()
        ));
        std::fs::create_dir_all(&folder).expect("a folder");
        Self::start(folder, None, Arc::default()).await
    }

    /// A server on a folder, at an address of its own or at this one.
    async fn start(folder: PathBuf, addr: Option<SocketAddr>, ahead: Arc<AtomicI64>) -> Self {
        let mut config = Config::in_folder(&folder);
        config.addr = addr.unwrap_or(config.addr);
        config.fixed.argon2 = (64, 1);
        config.fixed.attempts = (1000, 1);
        config.reader = Some(tests::program());
        config.upload_limit = server::config::Bytes(3 * 1024 * 1024);
        let (real, seconds) = (Clock::real(), ahead.clone());
        let clock = Clock::from_fn(move || real.now() + chrono::Duration::seconds(seconds.load(Ordering::Relaxed)));
        let running = server::start(config, clock, Chance::real())
            .await
            .expect("the server starts");
        Self { running, folder, ahead }
    }

    /// Ends the server; what it keeps stays.
    pub async fn down(self) -> Down {
        let addr = self.running.addr;
        self.running.shutdown().await;
        Down {
            folder: self.folder,
            ahead: self.ahead,
            addr,
        }
    }

    /// Lets time pass for the server.
    pub fn pass(&self, time: chrono::Duration) {
        self.ahead.fetch_add(time.num_seconds(), Ordering::Relaxed);
    }

    /// The code that an authenticator app shows now for a secret.
    pub fn code_of(&self, secret: &str) -> String {
        let now = Clock::real().now() + chrono::Duration::seconds(self.ahead.load(Ordering::Relaxed));
        tests::one_time_code(secret, now)
    }

    /// The demonstration, with an account for each role.
    pub async fn demonstration() -> Self {
        let site = Self::empty().await;
        server::demo::load(&site.running.store, Some(PASSWORD))
            .await
            .expect("the demonstration loads");
        site
    }

    /// `http://127.0.0.1:…`
    pub fn base(&self) -> String {
        format!("http://{}", self.running.addr)
    }

    /// Somebody who is not signed in.
    pub fn visitor(&self) -> Person {
        Person::at(self.base())
    }

    /// A person, signed in with [`PASSWORD`].
    pub async fn person(&self, login: &str) -> Person {
        let person = self.visitor();
        person.sign_in(login).await;
        person
    }

    /// Ends the server and removes its folder.
    pub async fn close(self) {
        self.running.shutdown().await;
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// A site whose server has ended.
pub struct Down {
    folder: PathBuf,
    ahead: Arc<AtomicI64>,
    addr: SocketAddr,
}

impl Down {
    /// The server starts again, where it was.
    pub async fn up(self) -> Site {
        Site::start(self.folder, Some(self.addr), self.ahead).await
    }
}

/// An answer.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: hyper::HeaderMap,
    pub text: String,
}

impl Answer {
    /// Where it sends the browser.
    pub fn location(&self) -> &str {
        self.headers
            .get("location")
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }
}

/// A client with cookies. It follows no redirect.
pub struct Person {
    base: String,
    client: Client<HttpConnector, Full<Bytes>>,
    cookies: Mutex<Vec<(String, String)>>,
}

impl Person {
    /// Somebody who is not signed in, at a server.
    pub fn at(base: String) -> Self {
        Self {
            base,
            client: Client::builder(TokioExecutor::new()).build_http(),
            cookies: Mutex::default(),
        }
    }

    /// Signs in with [`PASSWORD`].
    pub async fn sign_in(&self, login: &str) {
        let answer = self.post("/sign-in", &[("login", login), ("password", PASSWORD)]).await;
        assert_eq!(
            answer.status,
            StatusCode::SEE_OTHER,
            "{login} signs in: {}",
            answer.text
        );
    }

    /// Asks for a page.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(
            Request::builder()
                .method(Method::GET)
                .uri(format!("{}{path}", self.base)),
            Bytes::new(),
        )
        .await
    }

    /// Sends a form, as a browser does from our own page.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body = fields
            .iter()
            .map(|(name, value)| format!("{}={}", encode(name), encode(value)))
            .collect::<Vec<_>>()
            .join("&");
        self.post_bytes(path, "application/x-www-form-urlencoded", body.into_bytes())
            .await
    }

    /// Sends any body, from our own page.
    pub async fn post_bytes(&self, path: &str, kind: &str, body: Vec<u8>) -> Answer {
        let request = Request::builder()
            .method(Method::POST)
            .uri(format!("{}{path}", self.base))
            .header("content-type", kind)
            .header("sec-fetch-site", "same-origin");
        self.send(request, body.into()).await
    }

    /// Sends a request as it is, with this person's cookies.
    pub async fn send(&self, request: hyper::http::request::Builder, body: Bytes) -> Answer {
        let cookies = self
            .cookies
            .lock()
            .expect("cookies")
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect::<Vec<_>>()
            .join("; ");
        let request = if cookies.is_empty() {
            request
        } else {
            request.header("cookie", cookies)
        };
        let response = self
            .client
            .request(request.body(Full::new(body)).expect("a request"))
            .await
            .expect("an answer");
        let (parts, body) = response.into_parts();
        for value in parts.headers.get_all("set-cookie") {
            let pair = value.to_str().unwrap_or_default().split(';').next().unwrap_or_default();
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let mut cookies = self.cookies.lock().expect("cookies");
            cookies.retain(|(known, _)| known != name);
            if !value.is_empty() {
                cookies.push((name.to_owned(), value.to_owned()));
            }
        }
        let bytes = body.collect().await.expect("a body").to_bytes();
        Answer {
            status: parts.status,
            headers: parts.headers,
            text: String::from_utf8_lossy(&bytes).into_owned(),
        }
    }

    /// Chooses a purpose of access to a case, as everybody does once a sitting.
    pub async fn purpose(&self, case: &str) {
        let answer = self
            .post(
                &format!("/cases/{case}/purpose"),
                &[("purpose", "review"), ("next", "/")],
            )
            .await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    }
}

/// Percent-encodes a form's value.
pub fn encode(text: &str) -> String {
    text.bytes()
        .map(|b| {
            if b.is_ascii_alphanumeric() || b"-._~".contains(&b) {
                char::from(b).to_string()
            } else {
                format!("%{b:02X}")
            }
        })
        .collect()
}

/// Runs a story on a runtime of its own.
pub fn run(story: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(story);
}
