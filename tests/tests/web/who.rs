//! Who did what to whom, in a browser on the demonstration: words of a paragraph become parts in an act, a list of twenty is
//! pasted, a duplicate is resolved and undone, a word is found by another hamza, and a figure opens down to its paragraph.

use crate::site::{PASSWORD, Site, run};
use domain::Language;
use tests::browser::Browser;

const CASE: &str = "/cases/C-2025-0001";
/// The key that chooses the next of several, and the one that goes to the next field.
const DOWN: &str = "\u{e015}";
const TAB: &str = "\u{e004}";
const SAVE: &str = "\u{e009}s";

struct Desk {
    site: Site,
    browser: Browser,
    javascript: bool,
    /// Keys struck, without those of names.
    keys: usize,
}

impl Desk {
    async fn goto(&self, path: &str) {
        let base = self.site.base();
        self.browser.goto(&format!("{base}{path}")).await;
        if self.path().await.ends_with("/purpose") {
            self.browser.press("input[name=purpose][value=review]").await;
            self.browser.click("main form .button--main").await;
            self.browser.goto(&format!("{base}{path}")).await;
        }
    }

    async fn path(&self) -> String {
        self.browser
            .client
            .current_url()
            .await
            .expect("an address")
            .path()
            .to_owned()
    }

    async fn attribute(&self, css: &str, name: &str) -> String {
        self.browser
            .see(css)
            .await
            .attr(name)
            .await
            .expect("an answer")
            .unwrap_or_default()
    }

    async fn sign_in(&self, login: &str, language: Language) {
        self.browser.sign_out(&self.site.base()).await;
        self.browser.sign_in(&self.site.base(), login, PASSWORD).await;
        self.browser
            .click(&format!("button[name=language][value={}]", language.code()))
            .await;
    }

    async fn strike(&mut self, keys: &str) {
        self.keys += if keys == SAVE { 2 } else { keys.chars().count() };
        self.browser.strike(keys).await;
    }

    /// The words of a paragraph from one to another, in order.
    async fn words(&self, paragraph: u32, from: usize, count: usize) -> String {
        let text = self.browser.text(&format!("#p{paragraph} .para-text")).await;
        text.split_whitespace()
            .skip(from)
            .take(count)
            .collect::<Vec<_>>()
            .join(" ")
    }

    /// Marks words as a part in the first act of the first incident; `first` if nothing was marked in this testimony before.
    async fn mark(&mut self, testimony: &str, words: &str, role: &str, first: bool) {
        if !self.javascript {
            self.goto(&format!("{testimony}/mark?p=1")).await;
            self.browser.fill("#words", words).await;
            self.browser.fill("#name", words).await;
            self.browser.keys(&format!("input[name=what][value={role}]"), " ").await;
            if first {
                let option = self.attribute("#incident option:nth-child(2)", "value").await;
                self.browser.choose("#incident", &option).await;
                self.browser.choose("#act", "1").await;
            }
            self.browser.click("main form .button--main").await;
            return;
        }
        self.goto(testimony).await;
        let select = "const p = document.querySelector('#p1 .para-text'); const at = p.textContent.indexOf(arguments[0]); \
             const walk = document.createTreeWalker(p, NodeFilter.SHOW_TEXT); let seen = 0, node, range = document.createRange(); let begun = false; \
             while ((node = walk.nextNode())) { const end = seen + node.length; \
               if (!begun && at < end) { range.setStart(node, at - seen); begun = true; } \
               if (begun && at + arguments[0].length <= end) { range.setEnd(node, at + arguments[0].length - seen); break; } seen = end; } \
             getSelection().removeAllRanges(); getSelection().addRange(range);";
        self.browser.script(select, vec![words.into()]).await;
        self.strike("m").await;
        self.browser.see("#words").await;
        if role == "alleged_perpetrator" {
            self.strike(DOWN).await;
        }
        if first {
            self.strike(TAB).await;
            self.strike(DOWN).await;
            self.strike(TAB).await;
            self.strike(DOWN).await;
        }
        self.strike(SAVE).await;
        self.browser.see("ol.statement").await;
    }
}

async fn who(javascript: bool, language: Language) {
    let mut d = Desk {
        site: Site::demonstration().await,
        browser: Browser::start(javascript).await,
        javascript,
        keys: 0,
    };
    d.sign_in("u-01", language).await;
    d.goto(&format!("{CASE}/testimonies")).await;
    let testimony = d
        .attribute(
            "main td a[href^='/testimonies/T-'], main th a[href^='/testimonies/T-']",
            "href",
        )
        .await;
    d.goto(&testimony).await;

    // A victim and an alleged perpetrator of one act, out of the words of a paragraph.
    let (victim, suspect) = (d.words(1, 0, 2).await, d.words(1, 3, 2).await);
    d.mark(&testimony, &victim, "victim", true).await;
    assert_eq!(d.path().await, testimony);
    d.mark(&testimony, &suspect, "alleged_perpetrator", false).await;
    assert_eq!(d.path().await, testimony);
    assert_eq!(d.browser.text("#p1 .mark").await, victim, "the words are underlined");
    let margin = d.browser.text("#p1 .para-facts").await;
    assert_eq!(margin.matches("W-").count(), 2, "{margin}");
    assert!(d.keys < 12, "{} keys", d.keys);

    // Twenty victims out of a spreadsheet: each row shows its fate before anything is kept.
    d.goto(&format!("{CASE}/incidents")).await;
    let incident = d.attribute("main th a[href^='/incidents/I-']", "href").await;
    d.goto(&format!("{incident}/roster?act=1")).await;
    if d.browser.absent("details[open] #paste").await {
        d.browser.keys("main form details summary", "\u{e007}").await;
    }
    let mut list = "الاسم;المواليد;الجنس\n".to_owned();
    for at in 1..=20 {
        list.push_str(&format!("قادم{at} المجهولاوي;{};ذكر\n", 1950 + at));
    }
    d.browser.fill("#paste", &list).await;
    d.browser.click("button[value=paste]").await;
    assert_eq!(d.attribute("[name='row.19.born']", "value").await, "1970");
    d.browser.choose("#confidence", "AC3").await;
    let cited = format!("[name='cite.{}']", testimony.trim_start_matches("/testimonies/"));
    d.browser.fill(&cited, "1").await;
    d.browser.click("main form .actions .button--main").await;
    assert_eq!(d.path().await, incident);
    assert!(d.browser.text("#involved").await.contains("قادم20 المجهولاوي"));

    // A word of a testimony with another hamza than it was written with: أعمل.
    d.browser.fill("#q", "اعمل").await;
    d.browser.keys("#q", "\u{e007}").await;
    let found = d.browser.text("main .hits").await;
    assert!(
        found.contains("T-2025-") && found.contains("أعمل"),
        "found, and shown as it was written: {found}"
    );

    // A figure of the count, down to the paragraph that supports it.
    d.goto("/count").await;
    d.browser.click("main td.num a").await;
    d.browser.click("#behind a.cite[href*='#p']").await;
    assert!(d.path().await.starts_with("/testimonies/"));

    // One man under two records: decided, and undone.
    d.sign_in("u-05", language).await;
    d.goto("/cases/C-2025-0004").await;
    d.goto("/matches").await;
    d.browser.click("main form .button--main").await;
    d.browser.click("main th a[href*='/same?other=']").await;
    d.browser.keys("input[name=verdict][value=same]", " ").await;
    d.browser.keys("input[name=kept]", " ").await;
    d.browser.fill("#reason", "الاسم والأب والمولد متطابقة في قائمتين").await;
    d.browser.click("main form .button--main").await;
    d.browser.click("button[value=undo]").await;
    assert!(d.browser.absent("button[value=undo]").await);
    assert!(d.browser.console().await.is_empty());
    d.browser.close().await;
    d.site.close().await;
}

/// A list of six out of a document: two are on record, one is a double, one is new, one is set aside, one is left.
async fn reconcile(javascript: bool, language: Language) {
    let d = Desk {
        site: Site::demonstration().await,
        browser: Browser::start(javascript).await,
        javascript,
        keys: 0,
    };
    let b = &d.browser;
    d.sign_in("u-01", language).await;
    d.goto(&format!("{CASE}/documents")).await;
    let document = d.attribute("main th a[href^='/documents/D-']", "href").await;
    d.goto(&document).await;
    b.click("#lists header a").await;
    // A column twice: nothing that was typed is lost, and nothing is kept.
    b.fill("#title", "قائمة من الأهالي").await;
    b.fill("#paste", "الاسم;الاسم\nأحمد;علي").await;
    b.click("main form button[value=read]").await;
    b.see("#paste-error").await;
    assert_eq!(d.attribute("#title", "value").await, "قائمة من الأهالي");
    let rows = "الاسم;الأب;المواليد;الصفة\nسامر طارق المرساوي;طارق;1999;مدني\nبلال انس الجسراوي;أنس;2001;مدني\n\
        سامر المرساوي;طارق;1999;\nقادم المجهولاوي;;1970;\n;;;جثمان\nراحل المجهولاوي;;1961;";
    b.fill("#paste", rows).await;
    b.choose("#source", "family").await;
    b.choose("#listed", "killed").await;
    b.click("main form button[value=read]").await;
    assert_eq!(b.rows().await.len(), 6, "every row is shown before anything is kept");
    b.click("main form button[value=save]").await;
    let list = d.path().await;
    assert!(list.starts_with(&document) && list.ends_with("/lists/1"), "{list}");
    b.click(".head-do .button--main").await;

    // From each open row to the next. The likeliest is the first, and nothing is chosen beforehand.
    assert!(b.absent("input[name=fate]:checked").await);
    for (row, choice) in [
        (1, "^='W-'"),
        (2, "^='W-'"),
        (3, "='row-1'"),
        (4, "='new'"),
        (5, "='aside'"),
    ] {
        assert_eq!(d.path().await, format!("{list}/rows/{row}"));
        b.keys(&format!("input[name=fate][value{choice}]"), " ").await;
        if row == 5 {
            b.fill("#reason", "لا اسم فيه ولا ما يدل على صاحبه").await;
        }
        b.click("main form .actions .button--main").await;
    }
    assert_eq!(d.path().await, format!("{list}/rows/6"));

    // Beside the count: four persons at most, three in the register; who died in combat is none of the counted.
    d.goto(&list).await;
    let figures = |at: usize| format!("main .strip:first-of-type li:nth-child({at}) b");
    for (at, expected) in [(1, "4"), (2, "3"), (3, "1"), (4, "2")] {
        assert_eq!(b.text(&figures(at)).await, expected, "figure {at}");
    }
    for (fate, expected) in [
        ("open", "1"),
        ("same", "2"),
        ("new", "1"),
        ("double", "1"),
        ("aside", "1"),
    ] {
        assert_eq!(
            b.text(&format!("#rows a[href*='rows={fate}'] b")).await,
            expected,
            "{fate}"
        );
    }
    b.click("main .strip a[href*='rows=counted']").await;
    let rows = b.rows().await;
    assert!(rows.len() == 1 && rows[0].contains("الجسراوي"), "{rows:?}");

    // The person's page leads to the row, and there it is undone.
    let person = d.attribute("main td a[href^='/persons/W-']", "href").await;
    d.goto(&person).await;
    b.click(".aside a[href*='/rows/2']").await;
    b.keys("main details summary", "\u{e007}").await;
    b.fill("#undo_reason", "تبيّن أنه أخوه الأصغر").await;
    b.click("main form button[value=undo]").await;
    assert!(b.absent("input[name=fate]:checked").await, "it waits again");
    d.goto("/lists").await;
    assert!(b.row_with("قائمة من الأهالي").await.ends_with("/lists/1"));
    assert!(b.console().await.is_empty());
    d.browser.close().await;
    d.site.close().await;
}

#[test]
fn a_list_is_loaded_reconciled_and_stands_beside_the_count() {
    run(reconcile(true, Language::Arabic));
}

#[test]
fn a_list_is_loaded_reconciled_and_stands_beside_the_count_without_javascript() {
    run(reconcile(false, Language::English));
}

#[test]
fn who_did_what_is_entered_found_and_counted() {
    run(who(true, Language::Arabic));
}

#[test]
fn who_did_what_is_entered_found_and_counted_without_javascript() {
    run(who(false, Language::English));
}
