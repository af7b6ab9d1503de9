//! The work without a mouse: nothing here is clicked. Every key that the page of keys lists does what it says.

use crate::http::case_of;
use crate::site::{PASSWORD, Site, run};
use domain::{Actor, Code};
use tests::browser::{Browser, Look};
use tests::draft;

const LOGIN: &str = "u-03";
const ENTER: &str = "\u{e007}";
const TAB: &str = "\u{e004}";
const DOWN: &str = "\u{e015}";
const CTRL: &str = "\u{e009}";
const ALT: &str = "\u{e00a}";

/// A testimony that is being read back, with all but the last answer given; its code.
async fn almost_done(site: &Site, case: &Code) -> Code {
    let from = store::From {
        address: "test".into(),
        request: "test".into(),
        agent: "test".into(),
        device: None,
    };
    let store = &site.running.store;
    let token = store.log_in(LOGIN, PASSWORD, &from).await.expect("signed in").token;
    let lina: Actor = store
        .actor_for(&token, &from)
        .await
        .expect("an answer")
        .expect("a session")
        .actor;
    store.choose_purpose(&lina, case, "review").await.expect("a purpose");
    let witness = store
        .create_person(&lina, Some(case), &draft::person("شاهدة الجسر", false))
        .await
        .expect("a person");
    let mut form = draft::testimony(&witness, 2);
    form.answers.set("second_interviewer", ["u-04"]);
    form.answers.set("next_steps", [""]);
    let code = store.create_testimony(&lina, Some(case), &form).await.expect("a draft");
    let version = store.open_draft(&lina, &code).await.expect("opens").head.version;
    store.read_back(&lina, &code, version).await.expect("complete so far");
    code
}

/// Nothing for axe-core to find, nothing wider than a phone.
async fn is_sound(browser: &Browser) {
    for look in [Look::PhoneDark, Look::Wide] {
        browser.look(look).await;
        assert_eq!(browser.axe().await, [""; 0], "{look:?}");
        assert_eq!(browser.too_wide().await, "", "{look:?}");
    }
}

async fn path(browser: &Browser) -> String {
    browser
        .client
        .current_url()
        .await
        .expect("an address")
        .path()
        .to_owned()
}

#[test]
fn a_testimony_is_begun_filed_and_consented_to_without_a_mouse() {
    run(async {
        let site = Site::demonstration().await;
        let case = case_of(&site.person(LOGIN).await).await;
        let case: Code = case.parse().expect("a code");
        let code = almost_done(&site, &case).await;
        let b = Browser::start(true).await;

        // In, and to the page of keys.
        b.goto(&format!("{}/sign-in", site.base())).await;
        b.tab_to("input[name=login]").await;
        b.strike(LOGIN).await;
        b.tab_to("input[name=password]").await;
        b.strike(PASSWORD).await;
        b.strike_on(ENTER).await;
        b.strike_on("?").await;
        assert_eq!(path(&b).await, "/keys");

        // A new testimony: the witness out of the list that opens, and one step of it.
        b.tab_to("nav a[href='/testimonies']").await;
        b.strike_on(ENTER).await;
        b.tab_to("main a[href='/testimonies/new']").await;
        b.strike_on(ENTER).await;
        b.tab_to("#witness").await;
        b.strike("شاهدة الجسر").await;
        b.see(".picker-list [role=option]").await;
        b.strike(DOWN).await;
        b.strike(ENTER).await;
        b.tab_to("main .actions button[value=begin]").await;
        b.strike_on(ENTER).await;
        // She gave testimony before: the page says so, and the focus is there.
        assert_eq!(path(&b).await, "/testimonies/new");
        is_sound(&b).await;
        b.tab_to("main .actions button[value=begin]").await;
        b.strike_on(ENTER).await;
        assert!(path(&b).await.ends_with("/edit/witness"));
        b.tab_choose("#interviewee_role", "eye_witness").await;
        b.tab_to("input[name=vulnerabilities][value=none]").await;
        b.strike(" ").await;
        b.tab_choose("#interviewer_sex", "any").await;
        b.strike_on(&format!("{CTRL}{ENTER}")).await;
        assert!(path(&b).await.ends_with("/edit/interview"), "{}", b.text("main").await);
        let account = path(&b).await.replace("/interview", "/account");
        b.tab_to(&format!(".steps a[href='{account}']")).await;
        b.strike_on(ENTER).await;
        b.tab_to("#p0").await;
        b.strike("رأيت السيارات عند الجسر").await;
        b.strike(&format!("{ALT}{DOWN}")).await;
        assert_eq!(b.text("li.para:nth-child(2) .para-n").await, "2");
        let moved = b.script("return document.activeElement.value", Vec::new()).await;
        assert_eq!(moved, "رأيت السيارات عند الجسر", "the focus goes with the paragraph");
        b.strike(&format!("{CTRL}s")).await;
        b.until("[data-saved=ago]", "s ago").await;

        // Another is signed and filed: found by its code, opened for a purpose, completed, filed.
        b.tab_to("nav a[href='/testimonies']").await;
        b.strike_on(ENTER).await;
        b.strike("/").await;
        b.strike(code.as_str()).await;
        b.strike_on(ENTER).await;
        assert!(path(&b).await.ends_with("/purpose"), "{}", path(&b).await);
        b.tab_to("input[name=purpose]").await;
        b.strike(" ").await;
        b.strike_on(ENTER).await;
        assert_eq!(path(&b).await, code.path());
        b.tab_to("main .head a[href*='/edit']").await;
        b.strike_on(ENTER).await;
        b.tab_to(".steps a[href$='/edit/closing']").await;
        b.strike_on(ENTER).await;
        b.tab_to("#next_steps").await;
        b.strike("أُبلغت بما يلي").await;
        b.strike_on(&format!("{CTRL}{ENTER}")).await;
        assert!(path(&b).await.ends_with("/finish"), "{}", b.text("main").await);
        b.strike_on(&format!("{CTRL}{ENTER}")).await;
        assert_eq!(path(&b).await, code.path(), "{}", b.text("main").await);
        assert!(b.text("main .aside").await.contains("SHA-256"), "it is filed");

        // One answer about what may become of it.
        b.tab_to("main a[href$='/consents']").await;
        b.strike_on(ENTER).await;
        b.tab_choose("[name='internal_analysis.committee.decision']", "granted")
            .await;
        b.tab_choose("[name='internal_analysis.committee.identity']", "named")
            .await;
        b.tab_choose("#given_by", "self").await;
        b.tab_choose("#means", "signed").await;
        b.tab_to("#explained").await;
        b.strike(" ").await;
        b.strike(TAB).await;
        b.strike_on(&format!("{CTRL}s")).await;
        assert_eq!(b.rows().await.len(), 1, "{}", b.text("main").await);
        assert_eq!(b.console().await, [""; 0]);
        b.close().await;
        site.close().await;
    });
}
