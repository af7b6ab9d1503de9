//! Every screen in a real browser, in English and in Arabic: axe-core finds nothing, nothing is wider than a phone, the
//! console is silent, and no request leaves the origin. A page of the table that no tour visits fails the test.

use crate::site::{PASSWORD, Person, Site, run};
use domain::Language;
use tests::Raw;
use tests::browser::{Browser, Look};

/// A case of the demonstration with a record of each kind.
const CASE: &str = "C-2025-0001";

/// Answers that are no page.
const FILES: [&str; 4] = [
    "/log.csv",
    "/documents/{code}/file",
    "/offline/worker.js",
    "/manifest.webmanifest",
];

/// A written reason that is long enough.
const WHY: &str = "Urgent call to the witness before the move to a safe place";

/// Stands in a tour for a search typed into the bar; its results have an address of their own.
const SEARCHED: &str = "/search/ticket";

/// What somebody visits.
struct Tour {
    /// Nobody if "".
    login: &'static str,
    pages: Vec<String>,
}

/// An address of one of the links on a page.
async fn link_on(person: &Person, page: &str, part: &str) -> String {
    let text = person.get(page).await.text;
    text.split("href=\"")
        .filter_map(|rest| rest.split('"').next())
        .find(|href| href.contains(part) && !href.contains("/new"))
        .unwrap_or_else(|| panic!("{page} has no link to {part}"))
        .replace("&amp;", "&")
}

fn tour(login: &'static str, pages: &[&str]) -> Tour {
    Tour {
        login,
        pages: pages.iter().map(|page| (*page).to_owned()).collect(),
    }
}

async fn tours(site: &Site) -> Vec<Tour> {
    site.running.store.read_waiting().await.expect("files are read");
    let (worker, head) = (site.person("u-01").await, site.person("u-05").await);
    worker.purpose(CASE).await;
    head.purpose(CASE).await;
    head.purpose("C-2025-0004").await;
    let first = |noun: &'static str, tab: &'static str| {
        let worker = &worker;
        async move { link_on(worker, &format!("/cases/{CASE}/{tab}"), &format!("/{noun}/")).await }
    };
    let (testimony, document) = (
        first("testimonies", "testimonies").await,
        first("documents", "documents").await,
    );
    let (person, unit, incident) = (
        first("persons", "people").await,
        first("units", "people").await,
        first("incidents", "incidents").await,
    );
    // Another person of the case, to be held beside the first.
    let people = worker.get(&format!("/cases/{CASE}/people")).await.text;
    let other = people
        .split("href=\"")
        .filter_map(|rest| rest.split('"').next())
        .filter(|href| href.starts_with("/persons/W-") && *href != person && !href.contains(['?', '#']))
        .last()
        .expect("another person")
        .to_owned();
    let protected = protected_person(site).await;
    let (legal, safety) = (site.person("u-06").await, site.person("u-07").await);
    for person in [&legal, &safety] {
        person.purpose(CASE).await;
    }
    let asked = legal
        .post(&format!("{protected}/reveal"), &[("do", "ask"), ("reason", WHY)])
        .await;
    let proposed = safety.post(&format!("{protected}/shred"), &[("reason", WHY)]).await;
    for answer in [asked, proposed] {
        assert_eq!(answer.status, hyper::StatusCode::SEE_OTHER, "{}", answer.text);
    }
    let searched = worker.post("/search", &[("q", "قال")]).await;
    let saved = worker
        .post(searched.location(), &[("name", "قال الشاهد"), ("watched", "yes")])
        .await;
    assert_eq!(saved.status, hyper::StatusCode::SEE_OTHER, "{}", saved.text);
    let saved = link_on(&worker, "/searches", "/searches/").await;
    let draft = worker
        .post(
            &format!("/testimonies/new?case={CASE}"),
            &[
                ("do", "unknown"),
                ("p_number", ""),
                ("p_text", "قال الشاهد\u{200B} إنه رأى"),
                ("p_language", "ar"),
                ("p_basis", ""),
                ("subjects", "death"),
                ("deaths.who", "رجل"),
                ("interviewee_role", "detained_suspect"),
                ("vulnerabilities", "minor"),
                ("interpreter", "yes"),
                ("told_media", "yes"),
            ],
        )
        .await;
    let draft = draft.location().trim_end_matches("/edit/witness").to_owned();
    let end = link_on(&worker, &incident, "/end-link?").await;
    let end_act = link_on(&worker, &incident, "/end-act?").await;
    let (end_affiliation, end_above) = units(&worker, &person, &unit, &document).await;
    let list = listed(&worker, &document).await;
    let unlink = link_on(&worker, &format!("/cases/{CASE}/people"), "/unlink?").await;
    let moved = link_on(&worker, &format!("/cases/{CASE}/move"), "/move?to=").await;
    let attest = link_on(&head, "/cases/C-2025-0004/move", "/move?to=").await;
    let mut own = tour(
        "u-01",
        &[
            "/",
            "/keys",
            "/account",
            "/account/password",
            "/account/factor",
            "/step-up",
            "/sign-out",
            "/offline",
            "/offline/en",
            "/offline/ar",
            "/kept",
            "/search",
            SEARCHED,
            "/searches",
            "/cases",
            "/cases/new",
            "/testimonies",
            "/testimonies/new",
            "/documents",
            "/documents/new",
            "/persons",
            "/persons/new",
            "/units",
            "/units/new",
            "/incidents",
            "/incidents/map",
            "/incidents/new",
            "/cases/C-2025-9999",
            "/admin/users",
        ],
    );
    own.pages.push(saved);
    for tab in [
        "",
        "/edit",
        "/history",
        "/facts",
        "/facts/new",
        "/facts/1",
        "/suspicions",
        "/chart",
        "/timeline",
        "/testimonies",
        "/documents",
        "/people",
        "/incidents",
        "/link?kind=person",
        "/move",
        "/attest",
        "/attest?guard=G-RISK",
        "/purpose",
    ] {
        own.pages.push(format!("/cases/{CASE}{tab}"));
    }
    for record in [&person, &unit, &incident, &document] {
        own.pages
            .extend([record.clone(), format!("{record}/edit"), format!("{record}/history")]);
    }
    own.pages.extend([
        moved,
        unlink,
        end,
        end_affiliation,
        end_above,
        format!("{person}/affiliate"),
        format!("{person}/identities"),
        format!("{person}/history?from=1&to=2"),
        format!("{document}/text"),
        format!("{unit}/command"),
        format!("{unit}/command?on=2025-03-07"),
        format!("{unit}/subordinate"),
        format!("/cases/{CASE}/history?from=1&to=1"),
        format!("{incident}/involve"),
        format!("{incident}/acts/new"),
        format!("{incident}/roster?act=1"),
        end_act,
        format!("{testimony}/mark?p=1"),
        format!("{person}/same"),
        format!("{person}/same?other={}", other.trim_start_matches("/persons/")),
        format!("{person}/status"),
        "/matches".to_owned(),
        "/matches?decided=yes".to_owned(),
        "/count".to_owned(),
        "/count?of=violations&by=party".to_owned(),
        "/count?by=act&form=release".to_owned(),
        "/claims".to_owned(),
        "/claims/new".to_owned(),
        "/claims/end?number=1".to_owned(),
        "/lists".to_owned(),
        format!("{document}/lists/new"),
        list.clone(),
        format!("{list}?rows=counted"),
        format!("{list}/rows/1"),
        format!("{list}/rows/2?decided=1"),
        format!("{list}/rows/3"),
        format!("{list}/rows/4"),
        format!("{list}/end"),
        testimony.clone(),
        format!("{testimony}/print"),
        format!("{testimony}/consents"),
        format!("{testimony}/consents?to=national_prosecution.national_prosecutor"),
        format!("{testimony}/consents/withdraw"),
        format!("{testimony}/consents/print"),
        format!("{testimony}/notices"),
        format!("{testimony}/assessment"),
        format!("{testimony}/correct"),
        format!("{testimony}/supplement"),
        format!("{testimony}/versions/1"),
        format!("{testimony}/compare?from=1&to=1"),
        format!("{testimony}/print?copy=read-back"),
        format!("{draft}/edit"),
        format!("{draft}/finish"),
        format!("/persons/new?case={CASE}"),
        protected.clone(),
        format!("{protected}/reveal"),
        "/reveals".to_owned(),
    ]);
    own.pages
        .extend(domain::testimony::Step::ALL.map(|step| format!("{draft}/edit/{}", step.name())));
    own.pages.push(format!("{person}/risks"));
    let mut protection = tour("u-07", &["/"]);
    // One review is overdue there, and one critical risk is open, which can be cleared.
    let waits = head.get("/cases/C-2025-0004/move?to=T15").await.text;
    let risks = waits.split("href=\"").filter_map(|rest| rest.split('"').next());
    for page in risks.filter(|href| href.ends_with("/risks")) {
        protection.pages.extend([page.to_owned(), format!("{page}/clear")]);
    }
    protection
        .pages
        .extend([format!("{testimony}/sealed"), format!("{testimony}/sealed/block")]);
    // The demonstration's withdrawal after a referral: who received it must be told.
    let waiting = link_on(&site.person("u-06").await, "/", "/notices").await;
    let legal = tour("u-06", &["/", &waiting, &waiting.replace("/notices", "/consents")]);
    let mut lead = tour("u-05", &["/", "/queue", "/queue?state=closed", "/cases"]);
    lead.pages
        .extend([format!("/cases/{CASE}/team"), format!("{testimony}/return"), attest]);
    lead.pages.extend([
        "/reveals".to_owned(),
        format!("{protected}/reveal/decide"),
        format!("{protected}/shred/decide"),
        format!("{testimony}/sealed/decide"),
    ]);
    let mut guard = tour("u-07", &["/", "/reveals"]);
    guard.pages.extend([
        protected.clone(),
        format!("{protected}/reveal/decide"),
        format!("{protected}/shred"),
        format!("{person}/shred"),
    ]);
    let mut law = tour("u-06", &["/reveals"]);
    law.pages.push(format!("{protected}/reveal"));
    vec![
        tour("", &["/sign-in", "/setup/no-such-link", "/invite/no-such-link"]),
        own,
        protection,
        legal,
        lead,
        guard,
        law,
        tour("u-09", &["/", "/queue", "/admin/users", "/admin/users/u-04"]),
        tour(
            "u-10",
            &[
                "/",
                "/log",
                "/log?outcome=refused",
                "/log?alarm=1",
                "/log?object=x",
                "/cases",
            ],
        ),
        tour(
            "admin",
            &[
                "/",
                "/admin/users",
                "/admin/users/u-04",
                "/admin/users/u-04/disable",
                "/admin/users/u-04/reset",
                "/admin/users/u-04/end-sessions",
            ],
        ),
    ]
}

/// A list of four out of a document: one is decided to be on record, one is on record, one is a double, one is nobody.
async fn listed(worker: &Person, document: &str) -> String {
    const ROWS: &str = "الاسم;الأب;المواليد;الصفة;العمر\nسامر طارق المرساوي;طارق;1999;مدني;26\nبلال أنس الجسراوي;أنس;2001;معلم;\n\
        سامر المرساوي;طارق;1999;;\nقادم المجهولاوي;;;;";
    let mut form = vec![("title", "قائمة الأهالي"), ("source", "family"), ("listed", "killed")];
    form.extend([
        ("note", "سُلّمت باليد"),
        ("claim", "1"),
        ("drawn_up_on", "2025-03-20"),
        ("paste", ROWS),
    ]);
    let page = format!("{document}/lists/new");
    let read = worker.post(&page, &form).await.text;
    let print = read
        .split("name=\"read\" value=\"")
        .nth(1)
        .expect("rows that were read");
    let print = print.split('"').next().expect("a value").to_owned();
    form.push(("read", &print));
    let made = worker.post(&page, &form).await;
    assert_eq!(made.status, hyper::StatusCode::SEE_OTHER, "{}", made.text);
    let list = made.location().to_owned();
    let first = format!("{list}/rows/1");
    let row = worker.get(&first).await.text;
    let person = row.split("value=\"W-").nth(1).expect("somebody on record");
    let person = format!("W-{}", person.split('"').next().expect("a code"));
    let decided = worker.post(&first, &[("fate", &person), ("reason", WHY)]).await;
    assert_eq!(
        decided.location(),
        format!("{list}/rows/2?decided=1"),
        "{}",
        decided.text
    );
    list
}

/// Writes something down about a person and a unit, so that their pages are full: the addresses that end it again.
async fn units(worker: &Person, person: &str, unit: &str, document: &str) -> (String, String) {
    let code = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
    let cited = format!("cite.{}", code(document));
    let made = worker
        .post(
            &format!("/units/new?case={CASE}"),
            &[("name_ar", "الفرقة"), ("party_type", "STATE-MIL"), ("parent", "")],
        )
        .await;
    assert_eq!(made.status, hyper::StatusCode::SEE_OTHER, "{}", made.text);
    let people = worker.get(&format!("/cases/{CASE}/people")).await.text;
    let codes = people
        .split("/units/U-")
        .skip(1)
        .map(|rest| format!("U-{}", &rest[..9]));
    let above = codes
        .into_iter()
        .find(|other| *other != code(unit))
        .expect("another unit");
    let affiliated = [
        ("unit", code(unit)),
        ("role", "commander".to_owned()),
        ("from_day", "2025-01-01".to_owned()),
        ("confidence", "AC1".to_owned()),
        (cited.as_str(), "yes".to_owned()),
    ];
    let under = [
        ("above", above),
        ("to_day", "2025-04-01".to_owned()),
        ("confidence", "AC2".to_owned()),
        (cited.as_str(), "yes".to_owned()),
    ];
    let pairs = |pairs: &[(&str, String)]| -> Vec<(String, String)> {
        pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), value.clone()))
            .collect()
    };
    for (page, form) in [
        (format!("{person}/affiliate"), pairs(&affiliated)),
        (format!("{unit}/subordinate"), pairs(&under)),
    ] {
        let form: Vec<(&str, &str)> = form
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        let answer = worker.post(&page, &form).await;
        assert_eq!(answer.status, hyper::StatusCode::SEE_OTHER, "{page}: {}", answer.text);
    }
    (
        link_on(worker, person, "/end-link?").await,
        link_on(worker, unit, "/end-link?").await,
    )
}

/// The page of a protected person on [`CASE`] whose identity opens with a reason alone.
async fn protected_person(site: &Site) -> String {
    use domain::Kind;
    let store = &site.running.store;
    let from = store::From {
        address: "test".into(),
        request: "test".into(),
        agent: "test".into(),
        device: None,
    };
    let token = store.log_in("u-01", PASSWORD, &from).await.expect("signed in").token;
    let signed_in = store.actor_for(&token, &from).await.expect("an answer");
    let actor = signed_in.expect("a session").actor;
    let case: domain::Code = CASE.parse().expect("a code");
    store.choose_purpose(&actor, &case, "review").await.expect("a purpose");
    let all = store::ListFilter::default();
    let page = store
        .case_records(&actor, &case, Kind::Person, &all, 100)
        .await
        .expect("a list");
    for row in page.rows.iter().filter(|row| row.protected) {
        let view = store.see_identity(&actor, &row.code).await.expect("opens");
        if view.way == domain::reveal::Way::Straight {
            return row.code.path();
        }
    }
    panic!("nobody on {CASE} is protected and not sensitive")
}

/// Whether an address belongs to a path of the table.
fn fits(path: &str, address: &str) -> bool {
    let address = address.split('?').next().unwrap_or_default();
    let (parts, given): (Vec<_>, Vec<_>) = (path.split('/').collect(), address.split('/').collect());
    parts.len() == given.len()
        && parts
            .iter()
            .zip(given)
            .all(|(part, given)| part.starts_with('{') || *part == given)
}

/// Looks at a page in every way. What is wrong is added to the list.
async fn look(browser: &Browser, name: &str, wrong: &mut Vec<String>) {
    for (look, word) in [(Look::Wide, "wide"), (Look::PhoneDark, "phone, dark")] {
        browser.look(look).await;
        for violation in browser.axe().await {
            wrong.push(format!("{name} ({word}): {violation}"));
        }
    }
    let over = browser.too_wide().await;
    if !over.is_empty() {
        wrong.push(format!("{name} is wider than a phone: {over}"));
    }
    for message in browser.console().await {
        wrong.push(format!("{name}: console: {message}"));
    }
    browser.look(Look::Wide).await;
}

/// Goes to a page, by way of a purpose of access or the password where they are asked for.
async fn arrive(browser: &Browser, base: &str, page: &str) {
    browser.goto(&format!("{base}{page}")).await;
    let url = browser.client.current_url().await.expect("an address");
    if url.path().ends_with("/purpose") && !page.ends_with("/purpose") {
        browser.press("input[name=purpose][value=review]").await;
        browser.click("main form .button--main").await;
        browser.goto(&format!("{base}{page}")).await;
    }
    let url = browser.client.current_url().await.expect("an address");
    if url.path() == "/step-up" && page != "/step-up" {
        browser.fill("#password", PASSWORD).await;
        browser.click("main form .button--main").await;
    }
}

async fn take(tours: &[Tour], site: &Site, browser: &Browser, language: Language, wrong: &mut Vec<String>) {
    let base = site.base();
    for tour in tours {
        browser.sign_out(&base).await;
        if !tour.login.is_empty() {
            browser.sign_in(&base, tour.login, PASSWORD).await;
        }
        browser
            .click(&format!("button[name=language][value={}]", language.code()))
            .await;
        for page in &tour.pages {
            let name = format!("{page} as {}, {}", tour.login, language.code());
            if *page == SEARCHED {
                browser.fill("#q", "وادي").await;
                browser.keys("#q", "\u{e007}").await;
                browser.see("main .hits").await;
            } else {
                arrive(browser, &base, page).await;
            }
            look(browser, &name, wrong).await;
            // The identity itself, once it is open.
            if page.ends_with("/reveal") && tour.login == "u-01" {
                browser.fill("#reason", WHY).await;
                browser.click("main form .button--main").await;
                browser.see("main dl.dl dd").await;
                look(browser, &format!("{name}, revealed"), wrong).await;
            }
            // The form again with what is wrong.
            let has_form = |end: &str| page.ends_with(end) && (end != "/notices" || tour.login == "u-06");
            if ["/new", "/involve", "/risks", "/notices", "/affiliate", "/subordinate"]
                .into_iter()
                .any(has_form)
            {
                browser.send_empty().await;
                look(browser, &format!("{name}, refused"), wrong).await;
            }
        }
        for url in browser.elsewhere(&base).await {
            wrong.push(format!("{} as {}: a request to {url}", language.code(), tour.login));
        }
    }
}

async fn all_screens(language: Language) {
    let site = Site::demonstration().await;
    let tours = tours(&site).await;
    let visited = |path: &str| tours.iter().flat_map(|tour| &tour.pages).any(|page| fits(path, page));
    let missed: Vec<_> = app::pages::routes()
        .iter()
        .filter(|route| route.method == "GET" && !FILES.contains(&route.path))
        // This one needs a second step that waits: see `the_way_in`.
        .filter(|route| route.path != "/sign-in/code" && !visited(route.path))
        .map(|route| route.path)
        .collect();
    assert!(missed.is_empty(), "pages that nobody looks at: {missed:#?}");
    let browser = Browser::start(true).await;
    let mut wrong = Vec::new();
    take(&tours, &site, &browser, language, &mut wrong).await;
    browser.close().await;
    site.close().await;
    assert!(wrong.is_empty(), "{}\n{} in all", wrong.join("\n"), wrong.len());
}

#[test]
fn every_screen_is_sound_in_english() {
    run(all_screens(Language::English));
}

#[test]
fn every_screen_is_sound_in_arabic() {
    run(all_screens(Language::Arabic));
}

/// Somebody at the browser, in one language, and what was found wrong.
struct Viewer<'a> {
    browser: &'a Browser,
    base: String,
    language: Language,
    wrong: Vec<String>,
}

impl Viewer<'_> {
    async fn is(&self, login: &str) {
        self.browser.sign_out(&self.base).await;
        self.browser.sign_in(&self.base, login, PASSWORD).await;
        let language = format!("button[name=language][value={}]", self.language.code());
        self.browser.click(&language).await;
    }

    async fn visit(&mut self, page: &str, name: &str) {
        arrive(self.browser, &self.base, page).await;
        self.look(name).await;
    }

    async fn look(&mut self, name: &str) {
        let name = format!("{name}, {}", self.language.code());
        look(self.browser, &name, &mut self.wrong).await;
        if let Some(folder) = std::env::var_os("SIJILL_PRINTS") {
            for (look, word) in [(Look::Wide, "wide"), (Look::PhoneDark, "phone")] {
                self.browser.look(look).await;
                let png = self.browser.client.screenshot().await.expect("a picture");
                let file = format!("{name} {word}.png").replace(['/', ' ', ','], "-");
                std::fs::write(std::path::Path::new(&folder).join(file), png).expect("kept");
            }
            self.browser.look(Look::Wide).await;
        }
    }

    /// Presses the form's main button, and looks at what comes after.
    async fn send(&mut self, name: &str) {
        self.browser.send_empty().await;
        self.look(name).await;
    }

    /// Sends a form as one who read another version: the answer is a conflict. Past the page's own script, which would say so
    /// beside the form.
    async fn overtaken(&mut self, version: &str, name: &str) {
        let script = "const form = document.querySelector('main form:has(input[name=version])'), act = document.createElement('input');\
             Object.assign(act, { type: 'hidden', name: 'do', value: 'save' }); form.append(act);\
             form.querySelector('input[name=version]').value = arguments[0]; HTMLFormElement.prototype.submit.call(form)";
        self.browser.script(script, vec![version.into()]).await;
        self.browser.see(".conflict, .notice[data-tone=red][role=alert]").await;
        self.look(name).await;
    }
}

/// States that no address leads to: forms that were refused, conflicts, what is sealed once it is open, alerts, alarms.
async fn states(language: Language) {
    let site = Site::demonstration().await;
    let worker = site.person("u-01").await;
    worker.purpose(CASE).await;
    let testimony = link_on(&worker, &format!("/cases/{CASE}/testimonies"), "/testimonies/T-").await;
    let unit = link_on(&worker, &format!("/cases/{CASE}/people"), "/units/U-").await;
    let draft = worker
        .post(
            &format!("/testimonies/new?case={CASE}"),
            &[("do", "unknown"), ("deaths.who", "رجل")],
        )
        .await;
    let draft = draft.location().trim_end_matches("/edit/witness").to_owned();
    let browser = Browser::start(true).await;
    let mut v = Viewer {
        browser: &browser,
        base: site.base(),
        language,
        wrong: Vec::new(),
    };

    v.is("u-01").await;
    for page in ["consents", "consents/withdraw", "correct", "assessment"] {
        arrive(&browser, &v.base, &format!("{testimony}/{page}")).await;
        v.send(&format!("{page} refused")).await;
    }
    // A day that has not come yet.
    arrive(&browser, &v.base, &format!("{draft}/edit/interview")).await;
    let day = "document.querySelector('#interview_date').value = '2999-01-01'";
    browser.script(day, Vec::new()).await;
    v.send("step interview refused").await;
    arrive(&browser, &v.base, &format!("{draft}/finish")).await;
    browser.click("main form button[value=read_back]").await;
    v.look("finish refused").await;
    // Somebody else saved both steps meanwhile.
    let save = "main form .actions .button--main";
    for step in ["interview", "account"] {
        arrive(&browser, &v.base, &format!("{draft}/edit/{step}")).await;
        if step == "account" {
            browser.fill("main textarea[name=p_text]", "قال الشاهد إنه رأى").await;
        } else {
            browser.choose("#place_type", "office").await;
        }
        browser.click(save).await;
        arrive(&browser, &v.base, &format!("{draft}/edit/{step}")).await;
        if step == "account" {
            browser.fill("main textarea[name=p_text]", "قال إنه لم ير شيئًا").await;
        } else {
            // Unseen by the page's script, which would ask whether to leave.
            let script = "document.querySelector('#place_type').value = 'home_neutral'";
            browser.script(script, Vec::new()).await;
        }
        v.overtaken("1", &format!("step {step} overtaken")).await;
    }

    // A list, read and not saved; a row that somebody else decides about meanwhile; and that undone.
    let document = link_on(&worker, &format!("/cases/{CASE}/documents"), "/documents/D-").await;
    let list = listed(&worker, &document).await;
    arrive(&browser, &v.base, &format!("{document}/lists/new")).await;
    browser.fill("#title", "قائمة المشفى").await;
    browser
        .fill(
            "#paste",
            "الاسم;الأب;المواليد\nأحمد علي;علي;نحو 1980\nاحمد علي;;\n;حسن;1970\n",
        )
        .await;
    browser.click("main form button[value=read]").await;
    v.look("list read").await;
    browser.click("main form button[value=save]").await;
    browser.fill("#title", "").await;
    v.send("list refused").await;
    v.visit(&list, "list").await;
    v.visit(&format!("{list}/rows/2"), "row open").await;
    v.send("row refused").await;
    let second = format!("{list}/rows/2");
    let decided = worker.post(&second, &[("fate", "aside"), ("reason", WHY)]).await;
    assert_eq!(decided.status, hyper::StatusCode::SEE_OTHER, "{}", decided.text);
    browser.press("input[name=fate][value=new]").await;
    browser.fill("#reason", "ليس بين من عُرضوا").await;
    browser.click("main form .actions .button--main").await;
    v.look("row overtaken").await;
    v.visit(&format!("{list}/rows/3"), "row double").await;
    v.visit(&format!("{list}/rows/4"), "row nobody").await;
    v.visit(&second, "row decided").await;
    browser.press("main details summary").await;
    browser.fill("#undo_reason", WHY).await;
    browser.click("main form button[value=undo]").await;
    v.look("row undone").await;
    v.visit(&document, "document with a list").await;
    v.visit("/lists", "lists").await;
    v.visit("/claims", "claims with a list").await;

    // What is sealed, open; and both texts.
    v.is("u-07").await;
    v.visit(&format!("{testimony}/sealed"), "sealed door").await;
    v.send("sealed door refused").await;
    browser.fill("#reason", WHY).await;
    v.send("sealed open").await;
    browser.fill("#safe_contact", "عند الخباز").await;
    v.overtaken("7", "sealed overtaken").await;
    // The block: written, asked for, approved, open.
    let block = format!("{testimony}/sealed/block");
    v.visit(&block, "block empty").await;
    v.send("block empty refused").await;
    browser.fill("#violence", "كما قالت").await;
    browser.send_empty().await;
    v.visit(&block, "block ask").await;
    v.send("block ask refused").await;
    browser.fill("#reason", WHY).await;
    v.send("block waits").await;
    v.is("u-05").await;
    v.visit("/", "home with a decision").await;
    v.visit(&format!("{testimony}/sealed/decide"), "block decide").await;
    v.send("block decide refused").await;
    browser.fill("#reason", WHY).await;
    v.send("reveals after").await;
    v.is("u-07").await;
    v.visit("/reveals", "reveals approved").await;
    v.visit(&block, "block approved").await;
    v.send("block open").await;
    browser.fill("#violence_support", "عُرضت").await;
    v.overtaken("0", "block overtaken").await;

    // Alerts and alarms.
    let mut raw = Raw::connect(&format!("sqlite://{}", site.folder.join("data/sijill.db").display())).await;
    let id = raw.uuid(store::Chance::real().id(store::Clock::real().now()));
    raw.must(&format!(
        "INSERT INTO reveal_alert (id, account_id, day, raised_at) SELECT {id}, a.id, '2025-08-01', a.created_at FROM account a WHERE a.login = 'u-01'"
    ))
    .await;
    let code = unit.rsplit('/').next().unwrap_or_default();
    raw.must(&format!("UPDATE record SET title = body WHERE code = '{code}'"))
        .await;
    assert!(worker.get(&unit).await.status.is_server_error());
    v.is("u-05").await;
    v.visit("/", "home with an alert").await;
    v.is("u-10").await;
    v.visit("/", "home with an alarm").await;
    v.visit("/log?alarm=1", "log alarms").await;
    assert!(browser.text("main table").await.contains("record.title"));
    v.is("u-09").await;
    v.visit("/admin/users/u-04", "training").await;
    browser
        .click("main form:has(input[value=train], input[value=untrain]) button")
        .await;
    v.look("training changed").await;

    let wrong = v.wrong;
    browser.close().await;
    site.close().await;
    assert!(wrong.is_empty(), "{}\n{} in all", wrong.join("\n"), wrong.len());
}

#[test]
fn every_state_is_sound_in_english() {
    run(states(Language::English));
}

#[test]
fn every_state_is_sound_in_arabic() {
    run(states(Language::Arabic));
}

/// Pages that are seen once: set-up, an invitation, the second step and its recovery codes.
async fn the_way_in(language: Language) {
    let site = Site::empty().await;
    let (base, browser) = (site.base(), Browser::start(true).await);
    let mut wrong = Vec::new();
    let token = site.running.store.new_setup_link().await.expect("a link");
    browser.goto(&format!("{base}/setup/{token}")).await;
    browser
        .click(&format!("button[name=language][value={}]", language.code()))
        .await;
    look(&browser, "set-up", &mut wrong).await;
    browser.send_empty().await;
    look(&browser, "set-up, refused", &mut wrong).await;
    for (css, text) in [
        ("#committee", "لجنة"),
        ("#login", "root-1"),
        ("#name", "Administrator"),
        ("#password", PASSWORD),
        ("#password_again", PASSWORD),
        ("#chair_login", "chair-1"),
        ("#chair_name", "Chair"),
    ] {
        browser.fill(css, text).await;
    }
    browser
        .press(&format!("input[name=language][value={}]", language.code()))
        .await;
    browser.click("main form .button--main").await;
    look(&browser, "set-up done", &mut wrong).await;
    let link = browser
        .see("#chair-link")
        .await
        .prop("value")
        .await
        .expect("a link")
        .expect("a link");
    browser.goto(&link).await;
    look(&browser, "invitation", &mut wrong).await;
    browser.send_empty().await;
    look(&browser, "invitation, refused", &mut wrong).await;
    // The second step is asked for: set-up preselects it.
    browser.sign_in(&base, "root-1", PASSWORD).await;
    look(&browser, "second step, set up", &mut wrong).await;
    browser.press("main details summary").await;
    let secret = browser.text("main details code").await;
    browser.fill("#code", "000000").await;
    browser.click("main form .button--main").await;
    look(&browser, "second step, refused", &mut wrong).await;
    browser.fill("#code", &site.code_of(&secret)).await;
    browser.click("main form .button--main").await;
    assert_eq!(
        browser
            .client
            .find_all(fantoccini::Locator::Css("ol.codes li"))
            .await
            .expect("codes")
            .len(),
        10
    );
    look(&browser, "recovery codes", &mut wrong).await;
    browser.sign_out(&base).await;
    browser.sign_in(&base, "root-1", PASSWORD).await;
    let url = browser.client.current_url().await.expect("an address");
    assert_eq!(url.path(), "/sign-in/code");
    look(&browser, "second step", &mut wrong).await;
    site.pass(chrono::Duration::seconds(30));
    browser.fill("#code", &site.code_of(&secret)).await;
    browser.click("main form .button--main").await;
    let url = browser.client.current_url().await.expect("an address");
    assert_eq!(url.path(), "/", "the code lets in");
    browser.close().await;
    site.close().await;
    assert!(wrong.is_empty(), "{}\n{} in all", wrong.join("\n"), wrong.len());
}

#[test]
fn the_way_in_is_sound_in_english() {
    run(the_way_in(Language::English));
}

#[test]
fn the_way_in_is_sound_in_arabic() {
    run(the_way_in(Language::Arabic));
}
