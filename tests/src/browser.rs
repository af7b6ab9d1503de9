//! Chromium through chromedriver: with JavaScript and without, wide and narrow.

use base64::Engine as _;
use fantoccini::actions::{InputSource, KeyAction, KeyActions};
use fantoccini::{Client, ClientBuilder, Locator};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use store::Chance;
use uuid::Uuid;

/// How long a page may take before a test gives up; machines that build and test at once are slow.
const PATIENCE: Duration = Duration::from_secs(90);

/// A browser with a profile of its own. The driver ends with it, also when a test panics.
pub struct Browser {
    pub client: Client,
    driver: Child,
    folder: PathBuf,
    /// The profile is another's to remove.
    stays: bool,
}

impl Browser {
    /// Starts one.
    pub async fn start(javascript: bool) -> Self {
        let folder = std::env::temp_dir().join(format!(
            "sijill-browser-{}",
            Uuid::from_bytes(Chance::real().bytes()).simple()
        ));
        Self::start_with(javascript, folder, false).await
    }

    /// Starts one on a profile that stays when it ends.
    pub async fn start_in(folder: &Path) -> Self {
        Self::start_with(true, folder.to_owned(), true).await
    }

    async fn start_with(javascript: bool, folder: PathBuf, stays: bool) -> Self {
        let port = std::net::TcpListener::bind("127.0.0.1:0")
            .and_then(|listener| listener.local_addr())
            .expect("a free port")
            .port();
        let driver = Command::new("chromedriver")
            .arg(format!("--port={port}"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver is installed by `.ci/setup test`");
        while tokio::net::TcpStream::connect(("127.0.0.1", port)).await.is_err() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let prefs = if javascript {
            json!({})
        } else {
            json!({ "profile.managed_default_content_settings.javascript": 2 })
        };
        let mut capabilities = serde_json::Map::new();
        capabilities.insert(
            "goog:loggingPrefs".into(),
            json!({ "browser": "ALL", "performance": "ALL" }),
        );
        capabilities.insert(
            "goog:chromeOptions".into(),
            json!({
                "binary": "/usr/bin/chromium",
                "args": ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
                         "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--window-size=1280,1000", "--lang=en",
                         format!("--user-data-dir={}", folder.display())],
                "prefs": prefs,
            }),
        );
        capabilities.insert("timeouts".into(), json!({ "script": 180_000, "pageLoad": 300_000 }));
        let client = ClientBuilder::new(hyper_util::client::legacy::connect::HttpConnector::new())
            .capabilities(capabilities)
            .connect(&format!("http://127.0.0.1:{port}"))
            .await
            .expect("a browser");
        Self {
            client,
            driver,
            folder,
            stays,
        }
    }

    /// Goes to an address.
    pub async fn goto(&self, url: &str) {
        self.client.goto(url).await.unwrap_or_else(|e| panic!("{url}: {e}"));
    }

    /// Waits for an element.
    pub async fn see(&self, css: &str) -> fantoccini::elements::Element {
        let found = self
            .client
            .wait()
            .at_most(PATIENCE)
            .for_element(Locator::Css(css))
            .await;
        match found {
            Ok(element) => element,
            Err(e) => panic!(
                "no `{css}` at {:?}: {e}\n{}",
                self.client.current_url().await.ok(),
                self.text("body").await
            ),
        }
    }

    /// The text of the first element.
    pub async fn text(&self, css: &str) -> String {
        match self.client.find(Locator::Css(css)).await {
            Ok(element) => element.text().await.unwrap_or_default(),
            Err(_) => String::new(),
        }
    }

    /// Fills a field, whatever its kind.
    pub async fn fill(&self, css: &str, text: &str) {
        let element = self.see(css).await;
        match element.attr("type").await.ok().flatten().as_deref() {
            // A date is typed in the order of the browser's language: en-US here.
            Some("date") => {
                let parts: Vec<&str> = text.split('-').collect();
                element
                    .send_keys(&format!("{}{}{}", parts[1], parts[2], parts[0]))
                    .await
                    .expect("typed");
            }
            Some("time") => element.send_keys(&format!("{text}PM")).await.expect("typed"),
            _ => {
                element.clear().await.unwrap_or_else(|e| panic!("`{css}`: {e}"));
                element.send_keys(text).await.unwrap_or_else(|e| panic!("`{css}`: {e}"));
            }
        }
    }

    /// Chooses a value of a select.
    pub async fn choose(&self, css: &str, value: &str) {
        self.see(css)
            .await
            .select_by_value(value)
            .await
            .unwrap_or_else(|e| panic!("`{value}` in `{css}`: {e}"));
    }

    /// Clicks, and waits until the page that it leads to has loaded.
    pub async fn click(&self, css: &str) {
        let before = self.client.find(Locator::Css("html")).await.expect("a page");
        self.see(css)
            .await
            .click()
            .await
            .unwrap_or_else(|e| panic!("`{css}`: {e}"));
        // The old page's root goes stale once the new one stands.
        self.gone(&before).await;
    }

    /// Waits until an element says something.
    pub async fn until(&self, css: &str, text: &str) {
        let begun = Instant::now();
        while begun.elapsed() < PATIENCE {
            if self.text(css).await.contains(text) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("`{css}` never says `{text}`, but: {}", self.text(css).await);
    }

    /// Clicks something that leads to no other page.
    pub async fn press(&self, css: &str) {
        let element = self.see(css).await;
        element.click().await.unwrap_or_else(|e| panic!("`{css}`: {e}"));
    }

    /// Types keys into a field, after what is there.
    pub async fn keys(&self, css: &str, keys: &str) {
        self.see(css).await.send_keys(keys).await.expect("typed");
    }

    /// Presses keys wherever the focus is, one after the other; Ctrl and Alt are held to the end. Not `send_keys`: it focuses
    /// the field anew, and never leaves one of several parts.
    pub async fn strike(&self, keys: &str) {
        let (mut strokes, mut held) = (KeyActions::new("keyboard".to_owned()), Vec::new());
        for value in keys.chars() {
            strokes = strokes.then(KeyAction::Down { value });
            if matches!(value, '\u{e009}' | '\u{e00a}') {
                held.push(value);
            } else {
                strokes = strokes.then(KeyAction::Up { value });
            }
        }
        for value in held {
            strokes = strokes.then(KeyAction::Up { value });
        }
        let struck = self.client.perform_actions(strokes).await;
        struck.unwrap_or_else(|e| panic!("{keys:?}: {e}"));
    }

    /// Goes with the Tab key to an element, and sees that the focus is shown there.
    pub async fn tab_to(&self, css: &str) {
        for _ in 0..400 {
            let here = self
                .script(
                    "const at = document.activeElement; if (!at.matches(arguments[0])) return 'elsewhere';\
                     const look = getComputedStyle(at);\
                     return at.matches(':focus-visible') && look.outlineStyle !== 'none' ? 'here' : 'unseen'",
                    vec![json!(css)],
                )
                .await;
            match here.as_str() {
                Some("here") => return,
                Some("unseen") => panic!("the focus is on `{css}` and nobody sees it"),
                _ => self.strike("\u{e004}").await,
            }
        }
        panic!("no Tab leads to `{css}` at {:?}", self.client.current_url().await.ok());
    }

    /// Goes with the Tab key to a select, and down to a value.
    pub async fn tab_choose(&self, css: &str, value: &str) {
        self.tab_to(css).await;
        for _ in 0..100 {
            let now = self.script("return document.activeElement.value", Vec::new()).await;
            if now.as_str() == Some(value) {
                return;
            }
            self.strike("\u{e015}").await;
        }
        panic!("no arrow leads to `{value}` in `{css}`");
    }

    /// Presses keys that lead to another page, and waits for it.
    pub async fn strike_on(&self, keys: &str) {
        let before = self.client.find(Locator::Css("html")).await.expect("a page");
        self.strike(keys).await;
        self.gone(&before).await;
    }

    /// Waits until a page's root is gone and another page stands.
    async fn gone(&self, root: &fantoccini::elements::Element) {
        let begun = Instant::now();
        while root.tag_name().await.is_ok() && begun.elapsed() < PATIENCE {
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        self.see("main").await;
    }

    /// Opens another window of the same browser and goes to it; this one's handle and the new one's.
    pub async fn second_window(&self) -> (fantoccini::wd::WindowHandle, fantoccini::wd::WindowHandle) {
        let first = self.client.window().await.expect("a window");
        let second = self.client.new_window(true).await.expect("a second window").handle;
        self.client.switch_to_window(second.clone()).await.expect("switched");
        (first, second)
    }

    /// Chooses a file.
    pub async fn attach(&self, css: &str, file: &std::path::Path) {
        self.keys(css, file.to_str().expect("a plain path")).await;
    }

    /// Whether there is no such element.
    pub async fn absent(&self, css: &str) -> bool {
        self.client.find(Locator::Css(css)).await.is_err()
    }

    /// The address of the first link in the table's row that holds a text; "" if there is none.
    pub async fn row_with(&self, text: &str) -> String {
        for row in self.client.find_all(Locator::Css("main tbody tr")).await.expect("rows") {
            if row.text().await.expect("text").contains(text) {
                let link = row.find(Locator::Css("a")).await.expect("a link");
                return link.attr("href").await.expect("an attribute").unwrap_or_default();
            }
        }
        String::new()
    }

    /// The texts of the table's rows, each on one line.
    pub async fn rows(&self) -> Vec<String> {
        let mut rows = Vec::new();
        for row in self.client.find_all(Locator::Css("main tbody tr")).await.expect("rows") {
            rows.push(
                row.text()
                    .await
                    .expect("text")
                    .split_whitespace()
                    .collect::<Vec<_>>()
                    .join(" "),
            );
        }
        rows
    }

    /// Runs a script in the page.
    pub async fn script(&self, code: &str, args: Vec<Value>) -> Value {
        self.client.execute(code, args).await.expect("the script runs")
    }

    /// Signs in.
    pub async fn sign_in(&self, base: &str, login: &str, password: &str) {
        self.goto(&format!("{base}/sign-in")).await;
        self.fill("input[name=login]", login).await;
        self.fill("input[name=password]", password).await;
        self.click("main form button").await;
    }

    /// Signs out and forgets the cookies.
    pub async fn sign_out(&self, base: &str) {
        self.client.delete_all_cookies().await.expect("no cookies");
        self.goto(&format!("{base}/sign-in")).await;
    }

    /// Errors and warnings of the console since the last call. That a page was answered with a refusal is none.
    pub async fn console(&self) -> Vec<String> {
        let log = self.client.issue_cmd(Log("browser")).await.unwrap_or(Value::Null);
        log.as_array()
            .into_iter()
            .flatten()
            .filter(|entry| matches!(entry["level"].as_str(), Some("SEVERE" | "WARNING")))
            .map(|entry| entry["message"].as_str().unwrap_or_default().to_owned())
            .filter(|message| !message.contains("the server responded with a status of 4"))
            // Only who touched a page is asked before it goes: a driver that opens the next one is none of them.
            .filter(|message| !message.contains("'beforeunload' confirmation panel"))
            .collect()
    }

    /// Addresses of other origins requested since the last call.
    pub async fn elsewhere(&self, base: &str) -> Vec<String> {
        let requests = self.requests().await;
        assert!(!requests.is_empty(), "requests are seen");
        let own = |url: &String| {
            // What a browser shows of its own is no request of a page.
            [base, "data:", "chrome:", "chrome-untrusted:", "about:"]
                .iter()
                .any(|start| url.starts_with(start))
        };
        requests.into_iter().filter(|url| !own(url)).collect()
    }

    /// Addresses requested since the last call.
    pub async fn requests(&self) -> Vec<String> {
        let log = self.client.issue_cmd(Log("performance")).await.unwrap_or(Value::Null);
        log.as_array()
            .into_iter()
            .flatten()
            .filter_map(|entry| serde_json::from_str::<Value>(entry["message"].as_str()?).ok())
            .filter(|event| event["message"]["method"] == "Network.requestWillBeSent")
            .filter_map(|event| event["message"]["params"]["request"]["url"].as_str().map(str::to_owned))
            .collect()
    }

    /// Ends the browser.
    pub async fn close(self) {
        let _ = self.client.clone().close().await;
    }
}

/// How a page is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// 1280 pixels, light.
    Wide,
    /// 390 pixels, dark.
    PhoneDark,
}

impl Browser {
    /// Makes the window of a kind; the page is not loaded again.
    pub async fn look(&self, look: Look) {
        let (width, scheme) = match look {
            Look::Wide => (1280, "light"),
            Look::PhoneDark => (390, "dark"),
        };
        self.devtools(
            "Emulation.setDeviceMetricsOverride",
            json!({ "width": width, "height": 900, "deviceScaleFactor": 1, "mobile": false }),
        )
        .await;
        let features = json!([
            { "name": "prefers-color-scheme", "value": scheme },
            { "name": "prefers-reduced-motion", "value": "reduce" },
        ]);
        self.devtools("Emulation.setEmulatedMedia", json!({ "features": features }))
            .await;
    }

    async fn devtools(&self, command: &'static str, params: Value) -> Value {
        let done = self.client.issue_cmd(DevTools(command, params)).await;
        done.unwrap_or_else(|e| panic!("{command}: {e}"))
    }

    /// The page as it prints: a PDF of A4 sheets.
    pub async fn pdf(&self) -> Vec<u8> {
        let asked = json!({ "paperWidth": 8.27, "paperHeight": 11.69, "preferCSSPageSize": true });
        // On a busy machine Chromium now and then says "Printing failed", and prints when asked again.
        let mut printed = Err(String::new());
        for _ in 0..5 {
            let answer = self.client.issue_cmd(DevTools("Page.printToPDF", asked.clone())).await;
            printed = answer.map_err(|e| e.to_string());
            if printed.is_ok() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
        let printed = printed.unwrap_or_else(|e| panic!("the page is not printed: {e}"));
        let text = printed["data"].as_str().unwrap_or_default();
        base64::engine::general_purpose::STANDARD.decode(text).expect("base64")
    }

    /// What axe-core finds wrong with the page: the rule and the elements. `SIJILL_AXE` names its script.
    pub async fn axe(&self) -> Vec<String> {
        static AXE: std::sync::LazyLock<String> = std::sync::LazyLock::new(|| {
            let path = std::env::var("SIJILL_AXE").expect("SIJILL_AXE is set by .ci/env");
            std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{path}: {e}"))
        });
        self.script(&AXE, Vec::new()).await;
        let found = self
            .client
            .execute_async(
                "const done = arguments[0]; axe.run(document, { resultTypes: ['violations'] }).then(\
                 r => done(r.violations.map(v => v.id + ' at ' + v.nodes.slice(0, 3).map(n => n.target + ' ' + n.html.slice(0, 160) + ' '\
                 + n.any.concat(n.all).slice(0, 1).map(c => c.message)).join(' | '))), e => done(['axe: ' + e]))",
                Vec::new(),
            )
            .await
            .expect("axe runs");
        let found = found.as_array().cloned().expect("a list");
        found.iter().filter_map(Value::as_str).map(str::to_owned).collect()
    }

    /// The elements that stick out of the window; none if the page does not scroll sideways.
    pub async fn too_wide(&self) -> String {
        let found = self
            .script(
                "const wide = innerWidth, root = document.scrollingElement; if (root.scrollWidth <= wide) return '';\
                 return [...document.body.querySelectorAll('*')].filter(e => { const r = e.getBoundingClientRect();\
                 return r.width && (r.right > wide + 1 || r.left < -1); }).slice(0, 4).map(e => e.outerHTML.slice(0, 120)).join(' | ') || 'something'",
                Vec::new(),
            )
            .await;
        found.as_str().unwrap_or_default().to_owned()
    }

    /// Sends the page's form as it is, past the browser's own checks; waits for the answer.
    pub async fn send_empty(&self) {
        let form = "main form:not([role=search])";
        self.script(
            "document.querySelector(arguments[0]).noValidate = true",
            vec![json!(form)],
        )
        .await;
        self.click(&format!("{form} .actions .button--main")).await;
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.driver.kill();
        let _ = self.driver.wait();
        if !self.stays {
            let _ = std::fs::remove_dir_all(&self.folder);
        }
    }
}

/// chromedriver's own command for a log.
#[derive(Debug)]
struct Log(&'static str);

impl fantoccini::wd::WebDriverCompatibleCommand for Log {
    fn endpoint(&self, base: &url::Url, session: Option<&str>) -> Result<url::Url, url::ParseError> {
        base.join(&format!("session/{}/se/log", session.unwrap_or_default()))
    }

    fn method_and_body(&self, _: &url::Url) -> (http::Method, Option<String>) {
        (http::Method::POST, Some(json!({ "type": self.0 }).to_string()))
    }
}

/// chromedriver's own command for the browser's developer tools.
#[derive(Debug)]
struct DevTools(&'static str, Value);

impl fantoccini::wd::WebDriverCompatibleCommand for DevTools {
    fn endpoint(&self, base: &url::Url, session: Option<&str>) -> Result<url::Url, url::ParseError> {
        base.join(&format!("session/{}/goog/cdp/execute", session.unwrap_or_default()))
    }

    fn method_and_body(&self, _: &url::Url) -> (http::Method, Option<String>) {
        (
            http::Method::POST,
            Some(json!({ "cmd": self.0, "params": self.1 }).to_string()),
        )
    }
}
