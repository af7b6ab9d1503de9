//! Writing without a connection, in a browser whose profile stays: the text arrives whole, and the disk holds none of it.

use crate::site::{PASSWORD, Person, Site, run};
use domain::testimony::{Paragraph, TestimonyForm};
use domain::{Actor, Code};
use hyper::StatusCode;
use serde_json::json;
use std::path::{Path, PathBuf};
use store::Chance;
use tests::browser::{Browser, Look};

/// Who writes.
const LOGIN: &str = "u-03";
const SHOWN: &str = ":not([hidden])";

/// A word that is nowhere else, and that no compression takes apart.
fn unheard_of() -> String {
    let bytes: [u8; 10] = Chance::real().bytes();
    let letters: Vec<char> = "قفغعظطضصشسزرذدخحجثتب".chars().collect();
    let word: String = bytes
        .iter()
        .map(|byte| letters[usize::from(*byte) % letters.len()])
        .collect();
    let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{word}{digits}")
}

/// A browser profile that outlives the browser.
struct Profile(PathBuf);

impl Profile {
    fn new() -> Self {
        let id: [u8; 8] = Chance::real().bytes();
        let name: String = id.iter().map(|byte| format!("{byte:02x}")).collect();
        Self(std::env::temp_dir().join(format!("sijill-profile-{name}")))
    }

    /// The files in which a text stands, as UTF-8 or UTF-16.
    fn files_with(&self, text: &str) -> Vec<PathBuf> {
        let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let mut found = Vec::new();
        visit(&self.0, &mut |path, bytes| {
            let holds = |sought: &[u8]| bytes.windows(sought.len()).any(|window| window == sought);
            if holds(text.as_bytes()) || holds(&wide) {
                found.push(path.to_owned());
            }
        });
        found
    }
}

impl Drop for Profile {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn visit(folder: &Path, run: &mut impl FnMut(&Path, &[u8])) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            visit(&path, run);
        } else if let Ok(bytes) = std::fs::read(&path) {
            run(&path, &bytes);
        }
    }
}

/// The page for writing without a connection.
struct Shell {
    browser: Browser,
    base: String,
}

impl Shell {
    async fn goto(&self, path: &str) {
        self.browser.goto(&format!("{}{path}", self.base)).await;
    }

    async fn view(&self, name: &str) {
        self.browser.see(&format!("[data-view={name}]{SHOWN}")).await;
    }

    /// Signs in, and sets the device up.
    async fn enrol(&self, passphrase: &str) {
        self.browser.sign_in(&self.base, LOGIN, PASSWORD).await;
        self.goto("/offline/en").await;
        self.view("enrol").await;
        self.browser.fill("#passphrase", passphrase).await;
        self.browser.fill("#passphrase_again", passphrase).await;
        self.browser.press("#enrol button").await;
        self.view("drafts").await;
        self.wait("return (await navigator.serviceWorker.ready).active?.state === 'activated'")
            .await;
    }

    /// Waits until a script of the page says yes.
    async fn wait(&self, script: &str) {
        let told = self
            .browser
            .client
            .execute_async(
                "const [code, done] = arguments; const ask = new (Object.getPrototypeOf(async function () {}).constructor)(code);\
                 const again = () => ask().then((yes) => yes ? done(true) : setTimeout(again, 50), () => setTimeout(again, 50)); again();",
                vec![json!(script)],
            )
            .await;
        assert_eq!(told.expect("the script ends"), json!(true), "{script}");
    }

    async fn new_draft(&self, texts: &[&str]) {
        self.browser.press("[data-do=new]").await;
        self.view("write").await;
        for (at, text) in texts.iter().enumerate() {
            self.paragraph(at + 1, text).await;
        }
    }

    async fn paragraph(&self, nth: usize, text: &str) {
        let css = format!("#statement li:nth-child({nth}) textarea");
        if self.browser.absent(&css).await {
            self.browser
                .script("document.querySelector('[data-do=add]').click()", Vec::new())
                .await;
        }
        self.browser.keys(&css, text).await;
    }

    async fn saved(&self, word: &str) {
        self.browser.see(".saved:not([data-pending])").await;
        self.browser.until("[data-saved=word]", word).await;
    }

    /// How many drafts the device keeps, whatever they say.
    async fn kept(&self) -> i64 {
        let counted = self
            .browser
            .client
            .execute_async(
                "const done = arguments[0]; const asked = indexedDB.open('sijill-offline');\
                 asked.onupgradeneeded = () => asked.transaction.abort(); asked.onerror = () => done(0);\
                 asked.onsuccess = () => { const base = asked.result; const all = base.transaction('draft').objectStore('draft').count();\
                 all.onsuccess = () => { base.close(); done(all.result); }; }",
                Vec::new(),
            )
            .await;
        counted.expect("counted").as_i64().expect("a number")
    }

    /// Nothing for axe-core to find, nothing wider than a phone.
    async fn is_sound(&self, name: &str) {
        for look in [Look::PhoneDark, Look::Wide] {
            self.browser.look(look).await;
            assert_eq!(self.browser.axe().await, [""; 0], "{name}, {look:?}");
            assert_eq!(self.browser.too_wide().await, "", "{name}, {look:?}");
        }
    }

    /// The line is looked for at once, as when the system says that there is one.
    async fn look(&self) {
        self.browser
            .script("dispatchEvent(new Event('online'))", Vec::new())
            .await;
    }
}

async fn shell(site: &Site) -> Shell {
    Shell {
        browser: Browser::start(true).await,
        base: site.base(),
    }
}

/// The code in a notice or a sentence.
fn code_in(text: &str) -> Code {
    let start = text.find("T-").unwrap_or_else(|| panic!("no code in: {text}"));
    text[start..]
        .split_whitespace()
        .next()
        .unwrap_or_default()
        .parse()
        .unwrap_or_else(|_| panic!("no code in: {text}"))
}

async fn writer(site: &Site) -> Actor {
    let from = store::From {
        address: "test".into(),
        request: "test".into(),
        agent: "test".into(),
        device: None,
    };
    let store = &site.running.store;
    let token = store.log_in(LOGIN, PASSWORD, &from).await.expect("signed in").token;
    let signed_in = store.actor_for(&token, &from).await.expect("an answer");
    signed_in.expect("a session").actor
}

async fn on_server(site: &Site, code: &Code) -> Vec<String> {
    let view = site.running.store.open_testimony(&writer(site).await, code).await;
    let paragraphs = view.expect("opens").statement.paragraphs;
    paragraphs
        .iter()
        .map(|paragraph| paragraph.text.to_string())
        .filter(|text| !text.is_empty())
        .collect()
}

async fn testimonies(site: &Site) -> usize {
    let filter = store::ListFilter::default();
    let actor = writer(site).await;
    let page = site
        .running
        .store
        .list(&actor, domain::Kind::Testimony, &filter, 1000)
        .await;
    page.expect("a list").rows.len()
}

#[test]
fn a_testimony_survives_the_line_and_the_browser_and_leaves_no_word_on_the_disk() {
    run(async {
        let site = Site::demonstration().await;
        let (base, before) = (site.base(), testimonies(&site).await);
        let profile = Profile::new();
        let words: Vec<String> = (0..4).map(|_| unheard_of()).collect();
        let passphrase: Vec<String> = (0..4).map(|_| unheard_of()).collect();
        let passphrase = passphrase.join(" ");
        let text = |at: usize| format!("قال الشاهد {} ثم سكت.", words[at]);

        // In the middle of a testimony the line breaks.
        let shell = Shell {
            browser: Browser::start_in(&profile.0).await,
            base: base.clone(),
        };
        shell.enrol(&passphrase).await;
        shell.new_draft(&[&text(0)]).await;
        shell.browser.fill("#summary", &words[3]).await;
        shell.saved("Synchronised as").await;
        let code = code_in(&shell.browser.text("[data-saved=word]").await);
        let down = site.down().await;
        shell.paragraph(2, &text(1)).await;
        shell.look().await;
        shell.browser.until("#line", "No connection").await;
        shell.saved("Kept on this device").await;
        // The worker answers for the shell and for nothing else.
        let elsewhere = shell.browser.client.goto(&format!("{base}/testimonies")).await;
        assert!(elsewhere.is_err(), "no other page is answered without the server");
        shell.goto("/offline").await;
        shell.view("unlock").await;
        let kept = shell
            .browser
            .client
            .execute_async(
                "const done = arguments[0]; (async () => { const found = []; for (const name of await caches.keys())\
                 for (const { url } of await (await caches.open(name)).keys()) found.push(new URL(url).pathname); return found; })().then(done)",
                Vec::new(),
            )
            .await
            .expect("the caches");
        for path in kept.as_array().expect("paths") {
            let path = path.as_str().expect("a path");
            assert!(
                path.starts_with("/offline") || path.starts_with("/pkg/"),
                "{path} is kept"
            );
        }
        shell.browser.close().await;
        for secret in words.iter().chain([&passphrase]).chain(&[text(1)]) {
            let found = profile.files_with(secret);
            assert!(found.is_empty(), "{secret}: {found:?}");
        }

        // The browser is opened again, still without a line: only the passphrase opens the draft.
        let shell = Shell {
            browser: Browser::start_in(&profile.0).await,
            base: base.clone(),
        };
        shell.goto("/offline").await;
        shell.view("unlock").await;
        shell
            .browser
            .fill("#unlock_passphrase", "not the right four words")
            .await;
        shell.browser.press("#unlock button").await;
        shell.browser.until("#unlock_passphrase-error", "does not open").await;
        assert!(
            shell.browser.text("body").await.contains("Sign in"),
            "there is a way on"
        );
        shell.browser.fill("#unlock_passphrase", &passphrase).await;
        shell.browser.press("#unlock button").await;
        shell.view("drafts").await;
        assert!(shell.browser.text("#drafts").await.contains(&words[3]));
        shell.browser.press("[data-draft=open]").await;
        shell.view("write").await;
        shell.paragraph(3, &text(2)).await;
        shell.saved("Kept on this device").await;
        shell.browser.press("[data-do=finish]").await;
        shell.view("drafts").await;

        // The line is back; the session is not.
        let site = down.up().await;
        shell.look().await;
        shell.browser.until("#line", "Connected, signed out").await;
        assert_eq!(shell.kept().await, 1);
        shell.browser.click("[data-view=drafts] a[data-signed-out]").await;
        shell.browser.fill("input[name=login]", LOGIN).await;
        shell.browser.fill("input[name=password]", PASSWORD).await;
        shell.browser.click("main form button").await;
        shell.browser.until("#notices", "Synchronised").await;
        let link = shell
            .browser
            .see("#notices a")
            .await
            .attr("href")
            .await
            .expect("a link");
        assert_eq!(link, Some(format!("/testimonies/{code}/edit")));
        assert_eq!(on_server(&site, &code).await, [text(0), text(1), text(2)]);
        assert_eq!(testimonies(&site).await, before + 1, "it is one testimony");
        shell
            .wait("return document.querySelector('#drafts').childElementCount === 0")
            .await;
        assert_eq!(shell.kept().await, 0, "what has arrived is erased here");
        assert_eq!(shell.browser.elsewhere(&base).await, [""; 0]);
        shell.browser.close().await;
        for secret in words
            .iter()
            .chain([&passphrase])
            .chain(passphrase.split(' ').map(str::to_owned).collect::<Vec<_>>().iter())
        {
            let found = profile.files_with(secret);
            assert!(found.is_empty(), "{secret}: {found:?}");
        }
        assert!(
            !profile.files_with("sijill-offline").is_empty(),
            "the search finds what is there"
        );
        site.close().await;
    });
}

#[test]
fn two_texts_stand_side_by_side_and_a_person_decides() {
    run(async {
        let site = Site::demonstration().await;
        let shell = shell(&site).await;
        shell.enrol("olive stair lamp wind river").await;
        shell.new_draft(&["المكتوب على الجهاز"]).await;
        shell.saved("Synchronised as").await;
        let code = code_in(&shell.browser.text("[data-saved=word]").await);
        let lina = writer(&site).await;
        let theirs = TestimonyForm {
            paragraphs: vec![Paragraph {
                text: "المكتوب على الخادم".into(),
                language: "ar".into(),
                ..Paragraph::default()
            }],
            ..TestimonyForm::default()
        };
        let version = site
            .running
            .store
            .open_testimony(&lina, &code)
            .await
            .expect("opens")
            .head
            .version;
        let saved = site.running.store.save_draft(&lina, &code, version, &theirs).await;
        saved.expect("somebody else saves it");
        // Nobody is taken away from what they write; both texts are shown when they are done.
        shell.paragraph(2, "وما زيد عليه").await;
        shell.saved("Two texts").await;
        shell.browser.press("[data-do=finish]").await;
        shell.view("conflict").await;
        shell.is_sound("both texts").await;
        let both = shell.browser.text("#both").await;
        for text in ["المكتوب على الجهاز", "وما زيد عليه", "المكتوب على الخادم"]
        {
            assert!(both.contains(text), "{text} is shown: {both}");
        }
        assert_eq!(
            on_server(&site, &code).await,
            ["المكتوب على الخادم"],
            "nothing was merged"
        );
        // Later means later.
        shell.browser.press("[data-decide=later]").await;
        shell.view("drafts").await;
        assert_eq!(shell.kept().await, 1);
        shell.browser.press("[data-do=send]").await;
        shell.view("conflict").await;
        shell.browser.press("[data-decide=append]").await;
        shell.browser.until("#notices", "Synchronised").await;
        assert_eq!(
            on_server(&site, &code).await,
            ["المكتوب على الخادم", "المكتوب على الجهاز", "وما زيد عليه"]
        );
        shell.view("drafts").await;
        assert_eq!(shell.kept().await, 0);
        shell.browser.close().await;
        site.close().await;
    });
}

#[test]
fn a_revoked_device_erases_what_it_keeps_as_soon_as_it_hears_of_it() {
    run(async {
        let site = Site::demonstration().await;
        let shell = shell(&site).await;
        shell.enrol("olive stair lamp wind river").await;
        let down = site.down().await;
        shell.new_draft(&["لم يصل بعد"]).await;
        shell.saved("Kept on this device").await;
        assert_eq!(shell.kept().await, 1);
        let site = down.up().await;
        // A clock that is wrong is said to be, and costs nothing.
        shell
            .browser
            .script(
                "const real = Date.now; Date.now = () => real() + 90 * 86400000",
                Vec::new(),
            )
            .await;
        shell.look().await;
        shell.browser.until("#notices", "clock of this device").await;
        assert_eq!(shell.kept().await, 1);
        // Revoked from elsewhere: the account page of another browser.
        let elsewhere = site.person(LOGIN).await;
        let account = elsewhere.get("/account").await.text;
        let device = account
            .split("name=\"device\" value=\"")
            .nth(1)
            .and_then(|rest| rest.split('"').next())
            .expect("the device is listed");
        let revoked = elsewhere.post("/account/devices", &[("device", device)]).await;
        assert_eq!(revoked.status, StatusCode::SEE_OTHER, "{}", revoked.text);
        shell.look().await;
        shell.browser.until("#notices", "was revoked").await;
        assert_eq!(shell.kept().await, 0);
        assert!(!shell.browser.text("body").await.contains("لم يصل بعد"));
        let account = elsewhere.get("/account").await.text;
        assert!(
            account.contains("was told to erase"),
            "the owner sees that it heard of it"
        );
        shell.browser.close().await;
        site.close().await;
    });
}

#[test]
fn who_signs_out_is_asked_about_drafts_that_wait() {
    run(async {
        let site = Site::demonstration().await;
        let shell = shell(&site).await;
        shell.enrol("olive stair lamp wind river").await;
        // Nothing waits: nothing is asked.
        shell.goto("/").await;
        shell.browser.press(".bar .menu summary").await;
        shell.browser.press("form[action='/sign-out'] button").await;
        shell.browser.see("input[name=login]").await;
        shell.browser.sign_in(&shell.base, LOGIN, PASSWORD).await;
        let down = site.down().await;
        shell.goto("/offline/en").await;
        shell.view("unlock").await;
        shell
            .browser
            .fill("#unlock_passphrase", "olive stair lamp wind river")
            .await;
        shell.browser.press("#unlock button").await;
        shell.view("drafts").await;
        shell.new_draft(&["لم يُرسل"]).await;
        shell.saved("Kept on this device").await;
        let site = down.up().await;
        shell.goto("/").await;
        shell.browser.press(".bar .menu summary").await;
        shell.browser.press("form[action='/sign-out'] button").await;
        shell.browser.until("#waiting", "Not synchronised: 1").await;
        assert_eq!(shell.browser.axe().await, [""; 0]);
        shell.browser.press("#leave .button--main").await;
        shell.browser.see("input[name=login]").await;
        assert_eq!(shell.kept().await, 1, "kept, as chosen beforehand");
        shell.browser.sign_in(&shell.base, LOGIN, PASSWORD).await;
        shell.goto("/sign-out").await;
        shell.browser.until("#waiting", "1").await;
        shell.browser.press("input[name=drafts][value=delete]").await;
        shell.browser.press("#leave .button--main").await;
        shell.browser.see("input[name=login]").await;
        assert_eq!(shell.kept().await, 0, "deleted, as chosen");
        let account = site.person(LOGIN).await.get("/account").await.text;
        assert!(!account.contains("name=\"device\""), "the device is forgotten");
        shell.browser.close().await;
        site.close().await;
    });
}

#[test]
fn a_draft_that_lay_too_long_is_deleted_at_the_next_opening_and_that_is_said() {
    run(async {
        let site = Site::demonstration().await;
        let shell = shell(&site).await;
        shell.enrol("olive stair lamp wind river").await;
        let down = site.down().await;
        shell.new_draft(&["كُتب منذ زمن"]).await;
        shell.saved("Kept on this device").await;
        // Locked again: an editor that is open may write the draft anew at any moment, with today's date.
        shell.goto("/offline/en").await;
        shell.view("unlock").await;
        shell
            .wait(
                "const base = await new Promise((done) => { const asked = indexedDB.open('sijill-offline'); asked.onsuccess = () => done(asked.result); });\
                 const drafts = base.transaction('draft', 'readwrite').objectStore('draft');\
                 const [draft] = await new Promise((done) => { const asked = drafts.getAll(); asked.onsuccess = () => done(asked.result); });\
                 draft.written -= 15 * 86400000; drafts.put(draft);\
                 await new Promise((done) => drafts.transaction.oncomplete = done); base.close(); return true",
            )
            .await;
        shell.goto("/offline/en").await;
        shell.browser.until("#notices", "Deleted because of their age: 1").await;
        shell.view("unlock").await;
        assert_eq!(shell.kept().await, 0);
        shell.browser.close().await;
        down.up().await.close().await;
    });
}

/// Every view of the shell that a person comes by, by keyboard alone.
async fn views_are_sound(language: &str) {
    let site = Site::demonstration().await;
    let shell = shell(&site).await;
    let path = format!("/offline/{language}");
    shell.goto(&path).await;
    shell.view("apart").await;
    shell.is_sound("apart").await;
    shell.browser.sign_in(&shell.base, LOGIN, PASSWORD).await;
    shell.goto(&path).await;
    shell.view("enrol").await;
    shell.browser.keys("#passphrase", "too short\u{e007}").await;
    shell.browser.see("#passphrase-error:not([hidden])").await;
    shell.is_sound("enrol, refused").await;
    shell.browser.fill("#passphrase", "olive stair lamp wind river").await;
    shell
        .browser
        .fill("#passphrase_again", "olive stair lamp wind river\u{e007}")
        .await;
    shell.view("drafts").await;
    let down = site.down().await;
    shell.browser.keys("[data-do=new]", "\u{e007}").await;
    shell.view("write").await;
    shell.browser.keys("#witness", "W-7K3QM").await;
    for text in ["الأولى", "الثانية"] {
        shell.browser.keys("[data-do=add]", "\u{e007}").await;
        // The new paragraph has the focus; Alt and an arrow moves it.
        let focused = shell.browser.client.active_element().await.expect("the focus");
        focused.send_keys(text).await.expect("typed");
        focused.send_keys("\u{e00a}\u{e013}").await.expect("moved");
    }
    shell
        .browser
        .keys("#statement li:nth-child(1) [data-move=remove]", "\u{e007}")
        .await;
    shell.browser.see(".saved:not([data-pending])").await;
    shell.is_sound("write").await;
    let texts = shell
        .browser
        .script(
            "return [...document.querySelectorAll('#statement li:not([hidden]) textarea')].map(({ value }) => value)",
            Vec::new(),
        )
        .await;
    assert_eq!(
        texts,
        json!(["الأولى", "الثانية", ""]),
        "each moved before an empty one, and the first removed"
    );
    shell.browser.keys("[data-do=finish]", "\u{e007}").await;
    shell.view("drafts").await;
    shell.is_sound("drafts").await;
    shell.browser.keys("[data-draft=delete]", "\u{e007}").await;
    shell.view("question").await;
    shell.is_sound("question").await;
    shell.browser.keys("[data-answer=yes]", "\u{e007}").await;
    shell.view("drafts").await;
    assert_eq!(shell.kept().await, 0);
    shell.browser.keys("[data-do=lock]", "\u{e007}").await;
    shell.view("unlock").await;
    shell.is_sound("unlock").await;
    shell.browser.close().await;
    down.up().await.close().await;
}

#[test]
fn every_view_of_the_shell_is_sound_in_english() {
    run(views_are_sound("en"));
}

#[test]
fn every_view_of_the_shell_is_sound_in_arabic() {
    run(views_are_sound("ar"));
}

async fn shell_of(person: &Person, language: &str) -> crate::site::Answer {
    person.get(&format!("/offline/{language}")).await
}

#[test]
fn the_shell_is_the_same_for_everybody_and_the_only_page_that_is_kept() {
    run(async {
        let site = Site::demonstration().await;
        let stranger = site.visitor();
        for language in ["en", "ar"] {
            let shell = shell_of(&stranger, language).await;
            assert_eq!(shell.status, StatusCode::OK);
            assert_eq!(shell.headers["cache-control"], "no-cache");
            assert!(shell.text.contains(&format!("<html lang=\"{language}\"")));
            for login in [LOGIN, "u-05", "admin"] {
                let person = site.person(login).await;
                person.get("/testimonies").await;
                assert_eq!(shell_of(&person, language).await.text, shell.text, "{login}");
            }
            for part in shell
                .text
                .split("<input")
                .skip(1)
                .chain(shell.text.split("<textarea").skip(1))
            {
                let tag = part.split('>').next().unwrap_or_default();
                assert!(!tag.contains(" name="), "a field with a name: {tag}");
                assert!(
                    tag.contains("autocomplete=\"off\"") || tag.contains("autocomplete=\"one-time-code\""),
                    "{tag}"
                );
                assert!(tag.contains("spellcheck=\"false\""), "{tag}");
            }
        }
        assert_eq!(
            stranger.get("/offline/fr").await.status,
            StatusCode::SEE_OTHER,
            "nothing else is open to strangers"
        );
        let worker = stranger.get("/offline/worker.js").await;
        assert_eq!(worker.headers["service-worker-allowed"], "/offline");
        assert_eq!(worker.headers["content-type"], "text/javascript; charset=utf-8");
        assert!(
            !worker.text.contains("{version}") && worker.text.contains("/offline/ar"),
            "{}",
            worker.text
        );
        let manifest = stranger.get("/manifest.webmanifest").await;
        assert_eq!(manifest.headers["content-type"], "application/manifest+json");
        let manifest: serde_json::Value = serde_json::from_str(&manifest.text).expect("JSON");
        assert_eq!(manifest["scope"], "/offline");
        let icon = manifest["icons"][0]["src"].as_str().expect("an icon").to_owned();
        assert_eq!(stranger.get(&icon).await.headers["content-type"], "image/svg+xml");
        // Every other answer is not kept.
        let person = site.person(LOGIN).await;
        for path in ["/", "/testimonies", "/account", "/sign-out", "/offline"] {
            assert_eq!(person.get(path).await.headers["cache-control"], "no-store", "{path}");
        }
        for path in ["/offline/contact", "/offline/key", "/offline/drafts"] {
            assert_eq!(
                person.post(path, &[]).await.headers["cache-control"],
                "no-store",
                "{path}"
            );
        }
        site.close().await;
    });
}

#[test]
fn a_browser_without_drafts_forgets_everything_at_sign_out() {
    run(async {
        let site = Site::demonstration().await;
        let person = site.person(LOGIN).await;
        let out = person.post("/sign-out", &[]).await;
        assert_eq!(out.headers["clear-site-data"], "\"cache\", \"storage\"");
        // With a device in it: asked first; and whatever is chosen, the session ends.
        for (choice, cleared) in [("keep", "\"cache\""), ("delete", "\"cache\", \"storage\"")] {
            let person = site.person(LOGIN).await;
            assert_eq!(person.post("/offline/key", &[]).await.status, StatusCode::OK);
            assert!(person.post("/sign-out", &[]).await.location().starts_with("/sign-out"));
            assert_eq!(person.get("/account").await.status, StatusCode::OK, "still signed in");
            let out = person.post("/sign-out", &[("drafts", choice)]).await;
            assert_eq!(
                (out.location(), &out.headers["clear-site-data"]),
                ("/sign-in", &cleared.parse().expect("a value"))
            );
            assert_eq!(person.get("/account").await.location(), "/sign-in?next=/account");
        }
        site.close().await;
    });
}

#[test]
fn what_a_device_asks_is_answered_in_words_for_its_script() {
    run(async {
        let site = Site::demonstration().await;
        let (lina, sami) = (site.person("u-01").await, site.person(LOGIN).await);
        let made: serde_json::Value = serde_json::from_str(&sami.post("/offline/key", &[]).await.text).expect("JSON");
        let device = made["device"].as_str().expect("a device");
        assert_eq!(made["key"].as_str().map(str::len), Some(64));
        let again: serde_json::Value =
            serde_json::from_str(&sami.post("/offline/key", &[("device", device)]).await.text).expect("JSON");
        assert_eq!(again["key"], made["key"]);
        assert_eq!(
            lina.post("/offline/key", &[("device", device)]).await.status,
            StatusCode::NOT_FOUND
        );
        assert_eq!(
            lina.post("/offline/key", &[("device", "x")]).await.status,
            StatusCode::NOT_FOUND
        );
        let draft = "0198f3a0-0000-4000-8000-000000000001";
        let sent = [
            ("device", device),
            ("draft", draft),
            ("revision", "1"),
            ("p_text", "قال"),
        ];
        let kept = sami.post("/offline/drafts", &sent).await;
        assert_eq!(kept.status, StatusCode::OK, "{}", kept.text);
        assert_eq!(
            sami.post("/offline/drafts", &sent).await.text,
            kept.text,
            "again is the same"
        );
        assert_eq!(lina.post("/offline/drafts", &sent).await.status, StatusCode::NOT_FOUND);
        let older = [
            ("device", device),
            ("draft", draft),
            ("revision", "1"),
            ("p_text", "غيره"),
        ];
        let conflict = sami.post("/offline/drafts", &older).await;
        assert_eq!(conflict.status, StatusCode::CONFLICT);
        assert!(
            conflict.text.contains("قال") && !conflict.text.contains("غيره"),
            "{}",
            conflict.text
        );
        assert_eq!(
            sami.post("/offline/drafts", &[("draft", "x")]).await.status,
            StatusCode::UNPROCESSABLE_ENTITY
        );
        // Without a session a device hears one word, and nothing of its owner.
        let stranger = site.visitor();
        let told = stranger
            .post("/offline/contact", &[("device", device), ("device", draft)])
            .await;
        let told: serde_json::Value = serde_json::from_str(&told.text).expect("JSON");
        assert_eq!(
            told,
            json!({ "standing": { device: "open" }, "signed_in": false, "may": false })
        );
        sami.post("/account/devices", &[("device", device)]).await;
        let told = stranger.post("/offline/contact", &[("device", device)]).await;
        assert!(told.text.contains("revoked"), "{}", told.text);
        for path in ["/offline/key", "/offline/drafts"] {
            assert_eq!(sami.post(path, &sent).await.status, StatusCode::GONE, "{path}");
        }
        site.close().await;
    });
}
