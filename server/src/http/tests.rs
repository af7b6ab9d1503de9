use super::*;
use axum::http::Request as HttpRequest;
use axum::response::Html;
use axum::routing::post;
use domain::account::Setup;
use domain::{Language, Role, Roles};
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};
use store::{Clock, Factor, From, Store};
use tower::ServiceExt;

const PASSWORD: &str = "kestrel over the quiet terraces";

/// A committee with one investigator, and a few pages that misbehave.
struct House {
    router: Router,
    store: Store,
    now: Arc<Mutex<chrono::DateTime<chrono::Utc>>>,
    folder: PathBuf,
}

impl Drop for House {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

impl House {
    async fn new(change: impl FnOnce(&mut Config)) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!(
            "sijill-http-{}-{}",
            std::process::id(),
            NEXT.fetch_add(1, Ordering::Relaxed)
        );
        let folder = std::env::temp_dir().join(name);
        let mut config = Config::in_folder(&folder);
        config.fixed.argon2 = (64, 1);
        change(&mut config);
        let now = Arc::new(Mutex::new(Clock::real().now()));
        let hands = now.clone();
        let clock = Clock::from_fn(move || *hands.lock().expect("no test panics here"));
        let store = crate::open(&config, clock, Chance::real())
            .await
            .expect("a new store")
            .store;
        let routes = Router::new()
            .route("/", get(async || Html("home ".repeat(1000))))
            .route(
                "/sign-in",
                get(async || "sign in").post(async |form: String| form.len().to_string()),
            )
            .route(
                "/cases/{code}",
                get(async || "a case").post(async |form: String| form.len().to_string()),
            )
            .route(UPLOAD, post(async |file: axum::body::Bytes| file.len().to_string()))
            .route("/panic", get(async || -> &'static str { panic!("a secret") }))
            .route("/slow", get(async || tokio::time::sleep(Duration::from_secs(60)).await))
            .route("/csp", get(async || [(header::CONTENT_SECURITY_POLICY, "sandbox")]))
            .route("/healthz", get(async || "ok"));
        let app = AppState {
            demo: None,
            store: store.clone(),
            assets: Arc::default(),
        };
        let router = around(routes, Arc::new(Web::new(app, &config, Chance::real())));
        Self {
            router,
            store,
            now,
            folder,
        }
    }

    async fn set_up(self) -> Self {
        let token = self.store.new_setup_link().await.expect("not set up");
        let setup = Setup {
            committee: "Committee".to_owned().into(),
            language: Language::Arabic,
            login: "admin".to_owned(),
            name: "Admin".to_owned().into(),
            password: PASSWORD.to_owned().into(),
            chair_login: "chair".to_owned(),
            chair_name: "Chair".to_owned().into(),
            factor_required: false,
            demo: false,
        };
        self.store
            .set_up(&token, &setup, &From::default())
            .await
            .expect("a good link");
        let roles = Roles::NONE.with(Role::Investigator);
        self.store
            .add_account_from_command_line("lina", "Lina", roles, Some(PASSWORD))
            .await
            .expect("a good account");
        self
    }

    /// A session cookie of the investigator.
    async fn lina(&self) -> String {
        let signed_in = self
            .store
            .log_in("lina", PASSWORD, &From::default())
            .await
            .expect("the right password");
        assert_eq!(signed_in.factor, Factor::Given);
        format!("sijill={}", signed_in.token)
    }

    fn later(&self, minutes: i64) {
        *self.now.lock().expect("no test panics here") += chrono::Duration::minutes(minutes);
    }

    async fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: impl Into<Body>) -> Answer {
        let mut request = HttpRequest::builder()
            .method(method)
            .uri(path)
            .header("host", "sijill.test");
        if method == "POST"
            && !headers
                .iter()
                .any(|(name, _)| matches!(*name, "sec-fetch-site" | "origin"))
        {
            request = request.header("sec-fetch-site", "same-origin");
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(body.into()).expect("a request");
        let response = self.router.clone().oneshot(request).await.expect("an answer");
        let (parts, body) = response.into_parts();
        let body = axum::body::to_bytes(body, usize::MAX).await.expect("a whole answer");
        Answer {
            status: parts.status.as_u16(),
            headers: parts.headers,
            body: String::from_utf8_lossy(&body).into_owned(),
        }
    }

    async fn get(&self, path: &str, cookie: &str) -> Answer {
        self.ask("GET", path, &[("cookie", cookie)], Body::empty()).await
    }
}

struct Answer {
    status: u16,
    headers: HeaderMap,
    body: String,
}

impl Answer {
    fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().expect("plain headers"))
    }
}

const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

#[test]
fn a_path_is_text_or_nothing() {
    for path in ["/", "/cases/C-2025-0007", "/a%20b", "/%D9%82", "/100%25"] {
        assert!(is_text(path), "{path}");
    }
    for path in ["/%", "/%2", "/%zz", "/%ff", "/%D9", "/%00", "/a%0d%0ab", "/%+1"] {
        assert!(!is_text(path), "{path}");
    }
}

#[test]
fn documents_are_never_compressed() {
    let table = [
        ("text/html; charset=utf-8", true),
        ("text/csv; charset=utf-8", true),
        ("application/octet-stream", false),
        ("image/svg+xml", false),
        ("", false),
    ];
    for (media_type, expected) in table {
        let headers = HeaderMap::from_iter([(header::CONTENT_TYPE, HeaderValue::from_static(media_type))]);
        assert_eq!(
            compressible(StatusCode::OK, Version::HTTP_11, &headers, &Extensions::new()),
            expected,
            "{media_type}"
        );
    }
}

#[tokio::test]
async fn every_answer_has_the_headers_whatever_it_is() {
    let house = House::new(|_| {}).await.set_up().await;
    let lina = house.lina().await;
    let cookie = ("cookie", lina.as_str());
    let endless = format!("/{}", "a".repeat(9000));
    type Row<'a> = (&'a str, &'a str, &'a [(&'a str, &'a str)], u16);
    let table: [Row; 12] = [
        ("GET", "/", &[cookie], 200),
        ("HEAD", "/", &[cookie], 200),
        ("GET", "/", &[], 303),
        ("GET", "/panic", &[cookie], 500),
        ("GET", "/nothing", &[cookie], 404),
        ("GET", "/%ff", &[cookie], 404),
        ("GET", &endless, &[cookie], 414),
        ("DELETE", "/", &[cookie], 405),
        ("TRACE", "/", &[cookie], 405),
        ("POST", "/", &[cookie], 405),
        (
            "POST",
            "/cases/C-2025-0001",
            &[cookie, ("sec-fetch-site", "cross-site")],
            403,
        ),
        ("GET", "/healthz", &[], 200),
    ];
    for (method, path, headers, status) in table {
        let answer = house.ask(method, path, headers, Body::empty()).await;
        let shown = &path[..path.len().min(30)];
        assert_eq!(answer.status, status, "{method} {shown}");
        assert_eq!(answer.header("content-security-policy"), CSP, "{method} {shown}");
        assert_eq!(answer.header("cache-control"), "no-store", "{method} {shown}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("referrer-policy"), "same-origin");
        assert_eq!(answer.header("cross-origin-opener-policy"), "same-origin");
        assert_eq!(answer.header("cross-origin-resource-policy"), "same-origin");
        assert_eq!(
            answer.header("permissions-policy"),
            "camera=(), microphone=(), geolocation=(), usb=()"
        );
        assert_eq!(answer.header("strict-transport-security"), "");
        assert!(!answer.body.contains("a secret"), "{method} {shown}");
    }
    assert_eq!(
        house.get("/csp", &lina).await.header("content-security-policy"),
        "sandbox"
    );
}

#[tokio::test]
async fn pages_are_compressed() {
    let house = House::new(|_| {}).await.set_up().await;
    let lina = house.lina().await;
    let answer = house
        .ask(
            "GET",
            "/",
            &[("cookie", &lina), ("accept-encoding", "gzip, br")],
            Body::empty(),
        )
        .await;
    assert_eq!(answer.header("content-encoding"), "gzip");
}

#[tokio::test]
async fn before_set_up_every_page_says_where_the_link_is() {
    let house = House::new(|_| {}).await;
    for path in ["/", "/sign-in", "/cases/C-2025-0001"] {
        let answer = house.get(path, "").await;
        assert_eq!(answer.status, 503);
        assert!(answer.body.contains("sijill serve"));
        assert_eq!(answer.header("retry-after"), "5");
    }
    assert_eq!(house.get("/healthz", "").await.status, 200);
}

#[tokio::test]
async fn without_a_session_a_page_leads_to_sign_in_and_back() {
    let house = House::new(|_| {}).await.set_up().await;
    let table = [
        ("/", "/sign-in"),
        (
            "/incidents/new?case=C-2025-0001",
            "/sign-in?next=/incidents/new%3Fcase%3DC-2025-0001",
        ),
        ("/nothing", "/sign-in?next=/nothing"),
        ("//evil.test/x", "/sign-in"),
    ];
    for (path, way) in table {
        let answer = house.get(path, "").await;
        assert_eq!((answer.status, answer.header("location")), (303, way), "{path}");
    }
    let script = house
        .ask(
            "GET",
            "/cases/C-2025-0001",
            &[("sec-fetch-dest", "empty")],
            Body::empty(),
        )
        .await;
    assert_eq!((script.status, script.body.as_str()), (401, "\"SignedOut\""));
    let lina = house.lina().await;
    assert_eq!(house.get("/cases/C-2025-0001", &lina).await.body, "a case");
    house.later(31);
    assert_eq!(house.get("/cases/C-2025-0001", &lina).await.status, 303);
}

#[tokio::test]
async fn what_was_typed_when_the_session_ended_is_kept_for_its_owner() {
    let house = House::new(|_| {}).await.set_up().await;
    let lina = house.lina().await;
    let post = async |cookie: &str, media_type: &str| {
        let headers = [("cookie", cookie), ("content-type", media_type)];
        house
            .ask("POST", "/cases/C-2025-0001", &headers, "title=%D8%B3%D8%B1")
            .await
    };
    assert_eq!(post(&lina, FORM.1).await.body, "18");
    house.later(31);
    // A look at another page must not cost the way back to what is typed here.
    assert_eq!(house.get("/", &lina).await.header("set-cookie"), "");
    let file = post(&lina, "multipart/form-data; boundary=x").await;
    assert_eq!(
        file.header("location"),
        "/sign-in?next=/cases/C-2025-0001",
        "files are not kept"
    );
    let strange = format!("sijill={}", "a".repeat(43));
    assert_eq!(
        post(&strange, FORM.1).await.header("location"),
        "/sign-in?next=/cases/C-2025-0001"
    );
    assert_eq!(
        post("", FORM.1).await.header("location"),
        "/sign-in?next=/cases/C-2025-0001"
    );
    let kept = post(&lina, FORM.1).await;
    assert_eq!(
        (kept.status, kept.header("location")),
        (303, "/sign-in?kept=1&next=/cases/C-2025-0001")
    );
    let again = house.lina().await;
    let (_, token) = again.split_once('=').expect("a cookie");
    let signed_in = house
        .store
        .actor_for(token, &From::default())
        .await
        .expect("an answer")
        .expect("a session");
    let (path, form) = house
        .store
        .take_kept_post(&signed_in.actor)
        .await
        .expect("what was kept");
    assert_eq!(
        (path.as_str(), form.as_str()),
        ("/cases/C-2025-0001", "title=%D8%B3%D8%B1")
    );
}

#[tokio::test]
async fn what_is_no_cookie_of_ours_is_cleared() {
    let house = House::new(|_| {}).await.set_up().await;
    let answer = house.get("/sign-in", "sijill=nonsense").await;
    assert!(
        answer
            .header("set-cookie")
            .starts_with("sijill=; Path=/; HttpOnly; SameSite=Strict")
    );
    assert!(answer.header("set-cookie").ends_with("Max-Age=0"));
}

#[tokio::test]
async fn what_is_too_large_is_answered_with_a_page() {
    let house = House::new(|config| {
        config.form_limit = crate::config::Bytes(100_000);
        config.upload_limit = crate::config::Bytes(200_000);
    });
    let house = house.await.set_up().await;
    let lina = house.lina().await;
    // (path, cookie, bytes, status)
    let table = [
        ("/cases/C-2025-0001", lina.as_str(), 100_000, 200),
        ("/cases/C-2025-0001", &lina, 100_001, 413),
        ("/sign-in", "", 65_536, 200),
        ("/sign-in", "", 65_537, 413),
        (UPLOAD, &lina, 1_200_000, 200),
        (UPLOAD, &lina, 1_300_000, 413),
        (UPLOAD, "", 300_000, 303),
    ];
    for (path, cookie, bytes, status) in table {
        let length = bytes.to_string();
        let headers = [("cookie", cookie), FORM, ("content-length", &length)];
        let announced = house.ask("POST", path, &headers, "a".repeat(bytes)).await;
        assert_eq!(announced.status, status, "{path}, {bytes} bytes");
        if status == 413 {
            assert!(
                announced.header("content-type").starts_with("text/html"),
                "{path}, {bytes} bytes"
            );
        }
        if path != UPLOAD {
            let chunks = futures::stream::iter(vec![Ok::<_, std::io::Error>("a".repeat(bytes))]);
            let streamed = house.ask("POST", path, &headers[..2], Body::from_stream(chunks)).await;
            assert_eq!(streamed.status, status, "{path}, {bytes} bytes, streamed");
        }
    }
}

#[tokio::test]
async fn what_takes_too_long_or_is_too_much_is_told_to_come_back() {
    let house = House::new(|config| (config.request_seconds, config.max_requests) = (1, 1))
        .await
        .set_up()
        .await;
    let lina = house.lina().await;
    let (slow, shed) = tokio::join!(house.get("/slow", &lina), async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        assert_eq!(house.get("/healthz", "").await.status, 200);
        house.get("/", &lina).await
    });
    for answer in [slow, shed] {
        assert_eq!(answer.status, 503);
        assert!(!answer.header("retry-after").is_empty());
    }
    assert_eq!(house.get("/", &lina).await.status, 200);
}

#[tokio::test]
async fn over_a_trusted_proxys_tls_the_browser_is_told_to_stay_there() {
    let house = House::new(|config| config.trusted_proxy = vec!["10.0.0.1".parse().expect("an address")])
        .await
        .set_up()
        .await;
    let mut request = HttpRequest::get("/sign-in")
        .header("x-forwarded-proto", "https")
        .body(Body::empty())
        .expect("a request");
    let peer: std::net::SocketAddr = "10.0.0.1:9".parse().expect("an address");
    request.extensions_mut().insert(axum::extract::ConnectInfo(peer));
    let response = house.router.clone().oneshot(request).await.expect("an answer");
    assert_eq!(response.headers()["strict-transport-security"], "max-age=31536000");
}
