//! Drives a server over HTTP and reads what it cost.

use crate::fill::{Filled, PASSWORD};
use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::{Request, StatusCode};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

const AT_ONCE: u32 = 8;

/// What one kind of request cost.
pub struct Figures {
    pub name: String,
    pub per_second: f64,
    pub p50: f64,
    pub p99: f64,
    /// Milliseconds of the server's CPU time, user and system, for each request.
    pub cpu: f64,
}

/// A server process.
pub struct Server {
    child: Child,
    pub base: String,
}

impl Server {
    /// `sijill serve` on a folder that was filled.
    pub async fn start(binary: &Path, folder: &Path) -> Self {
        let port = free_port();
        let child = Command::new(binary)
            .args(["serve", "--addr", &format!("127.0.0.1:{port}"), "--data"])
            .arg(folder.join("data"))
            .arg("--key-file")
            .arg(folder.join("root.key"))
            .stdout(Stdio::null())
            .stderr(Stdio::inherit())
            .spawn()
            .unwrap_or_else(|e| panic!("{}: {e}; `make build` makes it", binary.display()));
        Self {
            child,
            base: format!("http://127.0.0.1:{port}"),
        }
        .ready()
        .await
    }

    /// This program again, serving pages from memory.
    pub async fn start_limit(folder: &Path) -> Self {
        let port = free_port();
        let child = Command::new(std::env::current_exe().expect("this program"))
            .args(["--limit", &port.to_string()])
            .arg(folder)
            .stdout(Stdio::null())
            .spawn()
            .expect("the rendering limit starts");
        Self {
            child,
            base: format!("http://127.0.0.1:{port}"),
        }
        .ready()
        .await
    }

    async fn ready(self) -> Self {
        for _ in 0..600 {
            if tokio::net::TcpStream::connect(self.base.trim_start_matches("http://"))
                .await
                .is_ok()
            {
                return self;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("the server does not answer at {}", self.base);
    }

    /// CPU milliseconds so far.
    fn cpu(&self) -> f64 {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id())).expect("/proc");
        let after = stat.rsplit(") ").next().unwrap_or_default();
        let ticks: f64 = after
            .split(' ')
            .skip(11)
            .take(2)
            .filter_map(|t| t.parse::<f64>().ok())
            .sum();
        ticks * 10.0
    }

    /// The most memory resident so far, in KiB.
    pub fn peak_memory(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).expect("/proc");
        let line = status
            .lines()
            .find(|line| line.starts_with("VmHWM"))
            .unwrap_or_default();
        line.split_whitespace()
            .nth(1)
            .and_then(|kib| kib.parse().ok())
            .unwrap_or(0)
    }

    pub fn stop(mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .expect("a free port")
        .port()
}

type Http = Client<HttpConnector, Full<Bytes>>;

/// One person's requests, many at once.
pub struct Load<'a> {
    server: &'a Server,
    client: Http,
    cookie: String,
    requests: u32,
}

impl<'a> Load<'a> {
    /// Signed in: `supervisor` sees everything that is not restricted, `own` their cases.
    pub async fn new(server: &'a Server, requests: u32, login: &str) -> Self {
        let mut load = Self::new_open(server, requests).await;
        load.cookie = load.enter(login).await;
        load
    }

    /// Not signed in.
    pub async fn new_open(server: &'a Server, requests: u32) -> Self {
        Self {
            server,
            client: Client::builder(TokioExecutor::new()).build_http(),
            cookie: String::new(),
            requests,
        }
    }

    async fn enter(&self, login: &str) -> String {
        let (status, headers, _) = send(
            &self.client,
            post(
                &self.server.base,
                "/sign-in",
                "",
                &[("login", login), ("password", PASSWORD)],
            ),
        )
        .await;
        assert_eq!(status, StatusCode::SEE_OTHER, "{login} signs in");
        headers
            .get_all("set-cookie")
            .iter()
            .filter_map(|v| v.to_str().ok()?.split(';').next().map(str::to_owned))
            .collect::<Vec<_>>()
            .join("; ")
    }

    async fn purpose(&self, case: &str) {
        let address = format!("/cases/{case}/purpose");
        let fields = [("purpose", "supervision"), ("next", "/")];
        let (status, ..) = send(&self.client, post(&self.server.base, &address, &self.cookie, &fields)).await;
        assert_eq!(status, StatusCode::SEE_OTHER, "the purpose is chosen");
    }

    /// Chooses the purpose of access, and takes the first, cold requests.
    pub async fn warm(&self, filled: &Filled) {
        self.purpose(&filled.case).await;
        for path in [
            "/queue".to_owned(),
            format!("/testimonies/{}", filled.testimony),
            format!("/persons/{}", filled.busy),
        ] {
            // Whatever hangs on a case of one's own is opened for a purpose.
            for _ in 0..3 {
                let (_, headers, _) = send(&self.client, get(&self.server.base, &path, &self.cookie)).await;
                let asks = headers.get("location").and_then(|to| to.to_str().ok());
                let asks = asks.and_then(|to| to.strip_prefix("/cases/")?.split_once("/purpose"));
                let Some((case, _)) = asks else { break };
                self.purpose(case).await;
            }
            for _ in 0..50 {
                let (status, ..) = send(&self.client, get(&self.server.base, &path, &self.cookie)).await;
                assert_eq!(status, StatusCode::OK, "{path}");
            }
        }
    }

    /// The same page, again and again.
    pub async fn get(&self, name: &str, path: &str) -> Figures {
        let (base, cookie, path) = (self.server.base.clone(), self.cookie.clone(), path.to_owned());
        self.measure(name, self.requests, &[StatusCode::OK], move |_| {
            get(&base, &path, &cookie)
        })
        .await
    }

    /// Where the results of a search are.
    pub async fn ticket(&self, words: &str) -> String {
        let (status, headers, _) = send(
            &self.client,
            post(&self.server.base, "/search", &self.cookie, &[("q", words)]),
        )
        .await;
        assert_eq!(status, StatusCode::SEE_OTHER, "a search is kept");
        headers["location"].to_str().expect("an address").to_owned()
    }

    /// The first letters of many names, as a picker asks while they are typed.
    pub async fn type_ahead(&self, name: &str, names: &[String]) -> Figures {
        let begun: Vec<String> = names
            .iter()
            .map(|name| name.chars().take(4).collect::<String>().trim().to_owned())
            .collect();
        let (base, cookie) = (self.server.base.clone(), self.cookie.clone());
        self.measure(name, self.requests, &[StatusCode::OK], move |n| {
            let fields = [("kinds", "person"), ("q", begun[n as usize % begun.len()].as_str())];
            post(&base, "/pick", &cookie, &fields)
        })
        .await
    }

    /// Persons who are held against the register before they are made.
    pub async fn new_person(&self, name: &str, names: &[String]) -> Figures {
        let (base, cookie, names) = (self.server.base.clone(), self.cookie.clone(), names.to_vec());
        self.measure(
            name,
            self.requests / 4,
            &[StatusCode::OK, StatusCode::SEE_OTHER],
            move |n| {
                let fields = [
                    ("name_ar", names[n as usize % names.len()].as_str()),
                    ("sex", "not_stated"),
                    ("birth_year", "1975"),
                ];
                post(&base, "/persons/new", &cookie, &fields)
            },
        )
        .await
    }

    /// The whole register compared once: seconds, and seconds of CPU.
    pub async fn match_register(&self) -> (f64, f64) {
        let (cpu, begun) = (self.server.cpu(), Instant::now());
        let (status, ..) = send(&self.client, post(&self.server.base, "/matches", &self.cookie, &[])).await;
        assert_eq!(status, StatusCode::OK, "the register is compared");
        (begun.elapsed().as_secs_f64(), (self.server.cpu() - cpu) / 1000.0)
    }

    /// A testimony with three paragraphs on a case: the record, its statement, its hold on the case, its witness.
    pub async fn create(&self, name: &str, filled: &Filled) -> Figures {
        let investigator = self.enter("investigator").await;
        let (base, case, witness) = (self.server.base.clone(), filled.case.clone(), filled.witness.clone());
        let text = "شهد الحادثة من نافذة بيته ورأى ثلاثة رجال يحملون السلاح عند المنعطف. ".repeat(7);
        self.measure(name, self.requests / 2, &[StatusCode::SEE_OTHER], move |n| {
            let summary = format!("شهادة رقم {n}");
            let mut fields = vec![
                ("do", "save"),
                ("witness", witness.as_str()),
                ("seen", witness.as_str()),
                ("interview_date", "2025-03-20"),
                ("language", "ar"),
                ("sensitivity", "normal"),
                ("summary", summary.as_str()),
            ];
            for _ in 0..3 {
                fields.extend([
                    ("p_number", ""),
                    ("p_text", text.as_str()),
                    ("p_language", "ar"),
                    ("p_basis", "first_hand_saw"),
                ]);
            }
            post(&base, &format!("/testimonies/new?case={case}"), &investigator, &fields)
        })
        .await
    }

    /// Sign-ins, one after the other for each of four connections.
    pub async fn sign_in(&self, name: &str) -> Figures {
        let base = self.server.base.clone();
        self.measure(name, 40, &[StatusCode::SEE_OTHER], move |_| {
            post(
                &base,
                "/sign-in",
                "",
                &[("login", "supervisor"), ("password", PASSWORD)],
            )
        })
        .await
    }

    /// Requests and bytes (as sent, compressed) of a first visit to the list of cases with all that it loads.
    pub async fn first_visit(&self) -> (usize, usize) {
        let mut request = get(&self.server.base, "/cases", &self.cookie);
        request
            .headers_mut()
            .insert("accept-encoding", hyper::header::HeaderValue::from_static("gzip"));
        let (status, _, body) = send(&self.client, request).await;
        assert_eq!(status, StatusCode::OK);
        let mut bytes = body.len();
        let (_, _, plain) = send(&self.client, get(&self.server.base, "/cases", &self.cookie)).await;
        let html = String::from_utf8_lossy(&plain).into_owned();
        let mut assets: Vec<String> = html
            .split('"')
            .filter(|part| part.starts_with("/pkg/"))
            .map(str::to_owned)
            .collect();
        assets.sort();
        assets.dedup();
        for asset in &assets {
            let mut request = get(&self.server.base, asset, "");
            request
                .headers_mut()
                .insert("accept-encoding", hyper::header::HeaderValue::from_static("br"));
            bytes += send(&self.client, request).await.2.len();
        }
        (1 + assets.len(), bytes)
    }

    async fn measure(
        &self,
        name: &str,
        requests: u32,
        want: &'static [StatusCode],
        make: impl Fn(u32) -> Request<Full<Bytes>> + Send + Sync + 'static,
    ) -> Figures {
        let (make, next) = (Arc::new(make), Arc::new(AtomicU32::new(0)));
        let (cpu, begun) = (self.server.cpu(), Instant::now());
        let workers: Vec<_> = (0..AT_ONCE)
            .map(|_| {
                let (client, make, next) = (self.client.clone(), make.clone(), next.clone());
                tokio::spawn(async move {
                    let mut times = Vec::new();
                    loop {
                        let n = next.fetch_add(1, Ordering::Relaxed);
                        if n >= requests {
                            return times;
                        }
                        let begun = Instant::now();
                        let (status, _, body) = send(&client, make(n)).await;
                        assert!(
                            want.contains(&status),
                            "{status} {}",
                            String::from_utf8_lossy(&body).chars().take(2000).collect::<String>()
                        );
                        times.push(begun.elapsed().as_secs_f64() * 1000.0);
                    }
                })
            })
            .collect();
        let mut times = Vec::new();
        for worker in workers {
            times.extend(worker.await.expect("a worker"));
        }
        let seconds = begun.elapsed().as_secs_f64();
        let cpu = (self.server.cpu() - cpu) / f64::from(requests);
        times.sort_by(f64::total_cmp);
        let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize];
        Figures {
            name: name.to_owned(),
            per_second: f64::from(requests) / seconds,
            p50: at(0.5),
            p99: at(0.99),
            cpu,
        }
    }
}

fn get(base: &str, path: &str, cookie: &str) -> Request<Full<Bytes>> {
    Request::builder()
        .uri(format!("{base}{path}"))
        .header("cookie", cookie)
        .body(Full::default())
        .expect("a request")
}

fn post(base: &str, path: &str, cookie: &str, fields: &[(&str, &str)]) -> Request<Full<Bytes>> {
    let encode = |text: &str| {
        text.bytes()
            .map(|b| {
                if b.is_ascii_alphanumeric() {
                    char::from(b).to_string()
                } else {
                    format!("%{b:02X}")
                }
            })
            .collect::<String>()
    };
    let body = fields
        .iter()
        .map(|(name, value)| format!("{name}={}", encode(value)))
        .collect::<Vec<_>>()
        .join("&");
    Request::builder()
        .method("POST")
        .uri(format!("{base}{path}"))
        .header("cookie", cookie)
        .header("content-type", "application/x-www-form-urlencoded")
        .header("sec-fetch-site", "same-origin")
        .body(Full::from(body))
        .expect("a request")
}

async fn send(client: &Http, request: Request<Full<Bytes>>) -> (StatusCode, hyper::HeaderMap, Bytes) {
    let response = client.request(request).await.expect("an answer");
    let (parts, body) = response.into_parts();
    (
        parts.status,
        parts.headers,
        body.collect().await.expect("a body").to_bytes(),
    )
}
