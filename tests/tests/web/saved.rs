//! Saved searches in a browser: saved, watched, told of what is new, opened; with JavaScript and without.

use crate::journeys::Committee;
use crate::site::{PASSWORD, Site, run};
use domain::Language;
use hyper::StatusCode;
use tests::browser::{Browser, Look};

/// What is searched for, and what the testimony says, with another hamza.
const SOUGHT: &str = "\"ذا المعطف\"";
const NAME: &str = "المعطف البني";

/// A supervisor saves a search that finds nothing yet, somebody files a testimony, "My work" tells.
async fn something_new(javascript: bool, language: Language) {
    let mut c = Committee::begin(javascript).await;
    c.staff().await;
    c.sign_in("inv-1").await;
    if language == Language::Arabic {
        c.in_arabic().await;
    }
    c.goto("/cases/new").await;
    c.browser.fill("#title", "أحداث حي الورد").await;
    c.browser.choose("#priority", "high").await;
    c.save().await;
    let case = c.code().await;
    c.person(&case, "سلمى الراوي").await;

    c.sign_in("sup-1").await;
    if language == Language::Arabic {
        c.in_arabic().await;
    }
    c.goto("/search").await;
    c.browser.fill("#query", SOUGHT).await;
    c.browser.click("main form .button--main").await;
    assert!(c.browser.absent(".hit").await);
    c.browser.press(".save-search summary").await;
    assert_eq!(c.value("#name").await, SOUGHT, "the typed words are its name");
    c.browser.fill("#name", NAME).await;
    c.browser.press("#watched").await;
    c.browser.click(".save-search .button").await;
    let told = c.browser.text("main .notice").await;
    assert!(
        told.contains(NAME) && told.contains(c.said("Saved as", "محفوظ باسم")),
        "{told}"
    );
    // The same name again is refused, and stays in the field.
    c.goto("/search").await;
    c.browser.fill("#query", "معطف").await;
    c.browser.click("main form .button--main").await;
    c.browser.press(".save-search summary").await;
    c.browser.fill("#name", NAME).await;
    c.browser.click(".save-search .button").await;
    c.browser.see("#name-error").await;
    assert_eq!(c.value("#name").await, NAME);
    c.look_for_news().await;
    c.goto("/").await;
    assert!(c.browser.absent(".news").await, "nothing is new yet");

    c.sign_in("inv-1").await;
    c.open(&format!("/cases/{case}")).await;
    let testimony = c.testimony(&case).await;
    c.look_for_news().await;

    c.sign_in("sup-1").await;
    let news = c.browser.text(".news").await;
    let sentence = c.said("“المعطف البني”: 1 new", "«المعطف البني»: جديد واحد");
    assert!(news.contains(sentence), "{news}");
    assert!(
        c.browser
            .text("main")
            .await
            .contains(c.said("Saved searches", "عمليات البحث المحفوظة"))
    );
    c.browser.click(".news .button").await;
    assert!(!c.path().await.contains("%D8"), "the address says nothing");
    let hit = c.browser.text(".hit").await;
    assert!(hit.contains(&testimony), "{hit}");
    assert_eq!(c.browser.text(".hit .chip").await, c.said("new", "جديد"));
    assert!(
        c.browser
            .text("main .notice")
            .await
            .contains(c.said("1 new", "جديد واحد"))
    );
    c.goto("/").await;
    assert!(c.browser.absent(".news").await, "it was shown");
    // Renamed, watched no more, deleted.
    c.goto("/searches").await;
    assert!(
        c.browser
            .text("main table")
            .await
            .contains(c.said("nothing new", "لا جديد"))
    );
    c.browser.click("main table a[href^='/searches/']").await;
    c.browser.fill("#name", "معطف").await;
    c.browser.press("#watched").await;
    c.save().await;
    let row = c.browser.text("main table").await;
    assert!(
        row.contains("معطف") && row.contains(c.said("not watched", "غير متابَع")),
        "{row}"
    );
    c.browser.click("main table a[href^='/searches/']").await;
    c.browser.click("main .button--danger").await;
    assert_eq!(c.path().await, "/searches");
    assert!(c.browser.absent("main table").await);
    assert_eq!(c.browser.console().await, [""; 0]);
    c.end().await;
}

#[test]
fn a_watched_search_tells_of_what_was_filed_without_javascript() {
    run(something_new(false, Language::English));
}

#[test]
fn a_watched_search_tells_of_what_was_filed_in_arabic() {
    run(something_new(true, Language::Arabic));
}

/// Looks at every state of the pages, wide and narrow: nothing is wrong with them.
async fn pages(language: Language) {
    const CASE: &str = "C-2025-0001";
    let site = Site::demonstration().await;
    let worker = site.person("u-01").await;
    worker.purpose(CASE).await;
    for (query, filter, name, watched) in [
        ("وادي", "", "كمين الوادي", true),
        (
            "\"إطلاق نار\"",
            "?kind=testimony",
            "إطلاق النار كما رواه الشهود في الجلسات الأولى وما تلاها",
            true,
        ),
        (
            "Ahmad",
            "?kind=person&case=C-2025-0001",
            "Everybody called Ahmad",
            false,
        ),
    ] {
        let ticket = worker.post("/search", &[("q", query)]).await;
        let page = format!("{}{filter}", ticket.location());
        let mut fields = vec![("name", name)];
        fields.extend(watched.then_some(("watched", "yes")));
        assert_eq!(
            worker.post(&page, &fields).await.status,
            StatusCode::SEE_OTHER,
            "{name}"
        );
    }
    for title in ["وادي السفرجل", "في الوادي"] {
        let made = worker
            .post(
                &format!("/incidents/new?case={CASE}"),
                &[("title", title), ("summary", "إطلاق نار في وادي قريب")],
            )
            .await;
        assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.text);
    }
    site.running.store.look_for_news().await.expect("looked");

    let (base, browser) = (site.base(), Browser::start(true).await);
    browser.sign_in(&base, "u-01", PASSWORD).await;
    browser
        .click(&format!("button[name=language][value={}]", language.code()))
        .await;
    let mut wrong = Vec::new();
    let mut look = async |name: &str| {
        for (look, width) in [(Look::Wide, "wide"), (Look::PhoneDark, "phone")] {
            browser.look(look).await;
            wrong.extend(
                browser
                    .axe()
                    .await
                    .iter()
                    .map(|found| format!("{name} ({width}): {found}")),
            );
            let over = browser.too_wide().await;
            if !over.is_empty() {
                wrong.push(format!("{name} ({width}) is too wide: {over}"));
            }
            if let Some(folder) = std::env::var_os("SIJILL_PRINTS") {
                let file = format!("saved {name} {width} {}.png", language.code()).replace(' ', "-");
                let png = browser.client.screenshot().await.expect("a picture");
                std::fs::write(std::path::Path::new(&folder).join(file), png).expect("kept");
            }
        }
        browser.look(Look::Wide).await;
        wrong.extend(browser.console().await.iter().map(|told| format!("{name}: {told}")));
    };
    look("home").await;
    browser.goto(&format!("{base}/searches")).await;
    look("list").await;
    browser.click("main tbody tr:last-child button").await;
    look("results").await;
    browser.click("main .notice a").await;
    look("only new").await;
    browser.goto(&format!("{base}/searches")).await;
    browser.click("main tbody tr:last-child a[href^='/searches/']").await;
    look("change").await;
    browser.fill("#name", "Everybody called ahmad").await;
    browser.click("main .actions .button--main").await;
    look("change refused").await;
    browser.goto(&format!("{base}/search")).await;
    look("search").await;
    browser.fill("#query", "الطريق").await;
    browser.click("main form .button--main").await;
    look("not saved").await;
    browser.press(".save-search summary").await;
    look("saving").await;
    browser.fill("#name", "كمين الوادي").await;
    browser.click(".save-search .button").await;
    look("saving refused").await;
    browser.close().await;
    site.close().await;
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_pages_of_saved_searches_are_sound_in_english() {
    run(pages(Language::English));
}

#[test]
fn the_pages_of_saved_searches_are_sound_in_arabic() {
    run(pages(Language::Arabic));
}
