//! Persons in units, the chain of command on a day, stated identities and the history of records, over HTTP.

use crate::site::{PASSWORD, Person, Site, run};
use domain::Language;
use hyper::StatusCode;
use tests::browser::{Browser, Look};

/// A case of the demonstration on which `u-01` works.
const CASE: &str = "C-2025-0001";
const NAME: &str = "زهير القشطغوري";

/// The path of the record in whose row on the people's page a name stands.
async fn path_of(person: &Person, noun: &str, name: &str) -> String {
    let text = person.get(&format!("/cases/{CASE}/people")).await.text;
    let at = text.find(name).unwrap_or_else(|| panic!("{name} is on the case"));
    let start = text[..at].rfind(&format!("/{noun}/")).expect("a link before the name");
    text[start..].split('"').next().unwrap_or_default().to_owned()
}

async fn made(person: &Person, noun: &str, fields: &[(&str, &str)]) -> String {
    let made = person.post(&format!("/{noun}/new?case={CASE}"), fields).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.text);
    path_of(person, noun, fields[0].1).await
}

fn code(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or_default()
}

/// A document of the case, to cite.
async fn source(person: &Person) -> String {
    let text = person.get(&format!("/cases/{CASE}/documents")).await.text;
    let rest = text.split("/documents/D-").nth(1).expect("a document");
    format!("D-{}", rest.split('"').next().unwrap_or_default())
}

#[test]
fn who_commanded_on_a_day_is_recorded_refused_at_its_field_drawn_and_told_in_both_languages() {
    run(async {
        let site = Site::demonstration().await;
        let worker = site.person("u-01").await;
        worker.purpose(CASE).await;
        let person = made(
            &worker,
            "persons",
            &[("name_ar", NAME), ("sex", "male"), ("another", "1")],
        )
        .await;
        let battalion = made(
            &worker,
            "units",
            &[("name_ar", "كتيبة القشطغ"), ("party_type", "STATE-MIL")],
        )
        .await;
        let brigade = made(
            &worker,
            "units",
            &[("name_ar", "لواء القشطغ"), ("party_type", "STATE-MIL")],
        )
        .await;
        let cite = format!("cite.{}", source(&worker).await);
        // Found by name without a script: the page comes back with what was found.
        let affiliate = format!("{person}/affiliate");
        let found = worker
            .post(
                &affiliate,
                &[("do", "find:unit"), ("unit", "القشطغ"), ("note", "ملاحظة")],
            )
            .await;
        assert_eq!(found.status, StatusCode::OK);
        assert!(found.text.contains(&format!("value=\"{}\"", code(&battalion))) && found.text.contains("ملاحظة"));
        let fields = |to: &'static str| {
            [
                ("unit", code(&battalion)),
                ("role", "commander"),
                ("from_day", "2025-03-01"),
                ("to_day", to),
                ("confidence", "AC2"),
                ("note", "قيل إنه كان قائدها"),
                (cite.as_str(), "yes"),
            ]
        };
        let refused = worker.post(&affiliate, &fields("2025-02-01")).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.text.contains("id=\"to_day-error\"") && refused.text.contains("قيل إنه كان قائدها"));
        let done = worker.post(&affiliate, &fields("2025-03-31")).await;
        assert_eq!(done.location(), format!("{person}#affiliations"));
        let second = made(
            &worker,
            "persons",
            &[("name_ar", "رافع الوردياني"), ("sex", "male"), ("another", "1")],
        )
        .await;
        worker.post(&format!("{second}/affiliate"), &fields("")).await;
        let subordinate = format!("{battalion}/subordinate");
        let under = |above: &'static str, path: &str| {
            let above = if above.is_empty() {
                code(path).to_owned()
            } else {
                above.to_owned()
            };
            [
                ("above".to_owned(), above),
                ("from_day".to_owned(), "2025-01-01".to_owned()),
                ("confidence".to_owned(), "AC3".to_owned()),
                (cite.clone(), "yes".to_owned()),
            ]
        };
        let post = async |page: &str, fields: &[(String, String)]| {
            let fields: Vec<(&str, &str)> = fields.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
            worker.post(page, &fields).await
        };
        let itself = post(&subordinate, &under("", &battalion)).await;
        assert_eq!(itself.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(itself.text.contains("id=\"above-error\""));
        let done = post(&subordinate, &under("", &brigade)).await;
        assert_eq!(done.location(), format!("{battalion}#command"));
        let circle = post(&format!("{brigade}/subordinate"), &under("", &battalion)).await;
        assert_eq!(circle.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(circle.text.contains("id=\"above-error\""));

        let command = format!("{battalion}/command?on=2025-03-07");
        let page = worker.get(&command).await;
        assert_eq!(page.status, StatusCode::OK);
        let svg = page
            .text
            .split("<svg")
            .nth(1)
            .and_then(|rest| rest.split("</svg>").next())
            .expect("a drawing");
        for part in [
            "<title",
            "<desc",
            NAME,
            "رافع الوردياني",
            code(&brigade),
            "AC3",
            "not known",
            "contradiction",
        ] {
            assert!(svg.contains(part), "{part} in {svg}");
        }
        let table = page.text.split("<table").nth(1).expect("a table");
        for part in [NAME, code(&second), code(&brigade), &cite[5..]] {
            assert!(table.contains(part), "{part} in the table");
        }
        let later = worker.get(&format!("{battalion}/command?on=2025-04-07")).await.text;
        assert!(!later.contains(NAME) && later.contains("رافع الوردياني"));
        for (on, status) in [
            ("?on=2025-02-30", StatusCode::UNPROCESSABLE_ENTITY),
            ("?on=2999-01-01", StatusCode::UNPROCESSABLE_ENTITY),
            ("?on=%D9%A2%D9%A0%D9%A2%D9%A5-%D9%A0%D9%A3-%D9%A0%D9%A7", StatusCode::OK),
            ("", StatusCode::OK),
        ] {
            assert_eq!(
                worker.get(&format!("{battalion}/command{on}")).await.status,
                status,
                "{on}"
            );
        }
        let unit = worker.get(&battalion).await.text;
        assert!(unit.contains(NAME) && unit.contains(&format!("{battalion}/command")));
        // Ended, after being asked.
        let text = worker.get(&person).await.text;
        let end = text
            .split("href=\"")
            .find(|rest| rest.contains("/end-link?link="))
            .expect("a way to end it");
        let end = end.split('"').next().unwrap_or_default();
        assert!(worker.get(end).await.text.contains(code(&battalion)));
        let link = end.split('=').nth(1).unwrap_or_default();
        worker.post(&format!("{person}/end-link"), &[("link", link)]).await;
        assert!(!worker.get(&battalion).await.text.contains(NAME));
        // In Arabic.
        worker
            .post("/language", &[("language", "ar"), ("next", &command)])
            .await;
        let arabic = worker.get(&command).await.text;
        for part in ["dir=\"rtl\"", "سلسلة القيادة", "غير معروف", "7 آذار 2025"] {
            assert!(arabic.contains(part), "{part}");
        }
        site.close().await;
    });
}

#[test]
fn the_history_says_who_and_why_and_marks_the_words_and_identities_are_never_overwritten_unseen() {
    run(async {
        let site = Site::demonstration().await;
        let worker = site.person("u-01").await;
        worker.purpose(CASE).await;
        let person = made(
            &worker,
            "persons",
            &[("name_ar", NAME), ("sex", "male"), ("another", "1")],
        )
        .await;
        let edit = format!("{person}/edit");
        let change = [
            ("version", "1"),
            ("name_ar", "زهير القشطغي"),
            ("family_ar", "القشطغي"),
            ("sex", "male"),
            ("note", "نحيل طويل"),
            ("why", "سُمع الاسم خطأً"),
        ];
        let mut wrong = change;
        wrong[3] = ("sex", "");
        let refused = worker.post(&edit, &wrong).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.text.contains("سُمع الاسم خطأً"), "the reason is kept");
        assert_eq!(worker.post(&edit, &change).await.status, StatusCode::SEE_OTHER);
        let late = worker.post(&edit, &change).await;
        assert_eq!(late.status, StatusCode::CONFLICT);
        assert!(late.text.contains("سُمع الاسم خطأً"));
        let history = worker.get(&format!("{person}/history?from=1&to=2")).await;
        assert_eq!(history.status, StatusCode::OK);
        let plain = history.text.replace("<!>", "");
        for part in [
            "سُمع الاسم خطأً",
            "<del>القشطغوري</del>",
            "<ins>القشطغي</ins>",
            "نحيل طويل",
        ] {
            assert!(plain.contains(part), "{part}: {plain}");
        }
        assert!(worker.get(&person).await.text.contains(&format!("{person}/history")));
        assert_eq!(
            worker.get(&format!("{person}/history?from=1&to=7")).await.status,
            StatusCode::NOT_FOUND
        );

        let page = format!("{person}/identities");
        let source = source(&worker).await;
        let row = |version: &'static str, name: &'static str| {
            [
                ("version", version.to_owned()),
                ("i_number", "1".to_owned()),
                ("i_name", name.to_owned()),
                ("i_father", "قاسم".to_owned()),
                ("i_mother", String::new()),
                ("i_born", "نحو 1980".to_owned()),
                ("i_source", source.clone()),
                ("i_paragraphs", String::new()),
            ]
        };
        let post = async |fields: &[(&str, String)]| {
            let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
            worker.post(&page, &fields).await
        };
        assert_eq!(post(&row("2", "أبو القشطغ")).await.status, StatusCode::SEE_OTHER);
        let late = post(&row("2", "أم القشطغ")).await;
        assert_eq!(late.status, StatusCode::CONFLICT);
        assert!(
            late.text.contains("أبو القشطغ") && late.text.contains("أم القشطغ"),
            "both texts"
        );
        assert!(late.text.contains("name=\"version\" value=\"3\""));
        let refused = post(&row("3", "")).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.text.contains("id=\"i0_name-error\"") && refused.text.contains("نحو 1980"));
        let shown = worker.get(&person).await.text;
        assert!(shown.contains("أبو القشطغ") && shown.contains(&source));
        // What is written of a case in the log, and what it said before, stand on one page.
        let case = format!("/cases/{CASE}");
        let form = worker.get(&format!("{case}/edit")).await.text;
        let version = form
            .split("name=\"version\" value=\"")
            .nth(1)
            .and_then(|rest| rest.split('"').next());
        let version = version.expect("a version").to_owned();
        let changed = worker
            .post(
                &format!("{case}/edit"),
                &[
                    ("version", &version),
                    ("title", "عنوان جديد"),
                    ("priority", "high"),
                    ("why", "بعد الاجتماع"),
                ],
            )
            .await;
        assert_eq!(changed.status, StatusCode::SEE_OTHER, "{}", changed.text);
        let history = worker.get(&format!("{case}/history")).await.text;
        assert!(history.contains("بعد الاجتماع") && history.contains("id=\"versions\""));
        site.close().await;
    });
}

/// Looks at the pages in a browser, wide and narrow: nothing is wrong with them, and the drawing is there.
async fn pages(language: Language) {
    let site = Site::demonstration().await;
    let worker = site.person("u-01").await;
    worker.purpose(CASE).await;
    let cite = format!("cite.{}", source(&worker).await);
    let mut units = Vec::new();
    for name in [
        "فرقة القشطغ",
        "لواء القشطغ",
        "لواء بلتثورن",
        "كتيبة القشطغ",
        "سرية القشطغ",
    ] {
        units.push(made(&worker, "units", &[("name_ar", name), ("party_type", "STATE-MIL")]).await);
    }
    for (below, above, from, confidence) in [
        (1, 0, "2024-01-01", "AC4"),
        (3, 1, "2024-06-01", "AC2"),
        (3, 2, "2025-01-01", "AC1"),
        (4, 3, "", "AC3"),
    ] {
        let fields = [
            ("above", code(&units[above])),
            ("from_day", from),
            ("confidence", confidence),
            (cite.as_str(), "yes"),
        ];
        let done = worker.post(&format!("{}/subordinate", units[below]), &fields).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    }
    let mut person = String::new();
    for (name, unit, role) in [
        (NAME, 3, "commander"),
        ("Qvelthorn Peltr", 3, "commander"),
        ("رافع الوردياني", 1, "acting_commander"),
    ] {
        person = made(
            &worker,
            "persons",
            &[("name_ar", name), ("sex", "male"), ("another", "1")],
        )
        .await;
        let fields = [
            ("unit", code(&units[unit])),
            ("role", role),
            ("confidence", "AC2"),
            (cite.as_str(), "yes"),
        ];
        worker.post(&format!("{person}/affiliate"), &fields).await;
    }
    let change = [
        ("version", "1"),
        ("name_ar", "رافع الورديني"),
        ("sex", "male"),
        ("why", "صُحح"),
    ];
    worker.post(&format!("{person}/edit"), &change).await;
    let identity = [("version", "2"), ("i_name", "أبو رافع"), ("i_source", &cite[5..])];
    worker.post(&format!("{person}/identities"), &identity).await;

    let (base, browser) = (site.base(), Browser::start(true).await);
    browser.sign_in(&base, "u-01", PASSWORD).await;
    browser
        .click(&format!("button[name=language][value={}]", language.code()))
        .await;
    browser.goto(&format!("{base}{}", units[3])).await;
    browser.press("input[name=purpose][value=review]").await;
    browser.click("main form .button--main").await;
    let mut wrong = Vec::new();
    for (name, page) in [
        ("unit", units[3].clone()),
        ("command", format!("{}/command?on=2025-03-07", units[3])),
        ("subordinate", format!("{}/subordinate", units[3])),
        ("person", person.clone()),
        ("person edit", format!("{person}/edit")),
        ("affiliate", format!("{person}/affiliate")),
        ("identities", format!("{person}/identities")),
        ("history", format!("{person}/history?from=1&to=3")),
    ] {
        browser.goto(&format!("{base}{page}")).await;
        if name == "command" {
            assert!(
                !browser.text(".chart svg .chain-name").await.is_empty(),
                "the drawing is there"
            );
        }
        for (look, width) in [(Look::Wide, "wide"), (Look::PhoneDark, "phone")] {
            browser.look(look).await;
            for violation in browser.axe().await {
                wrong.push(format!("{name} ({width}): {violation}"));
            }
            let over = browser.too_wide().await;
            if width == "phone" && !over.is_empty() {
                wrong.push(format!("{name} is wider than a phone: {over}"));
            }
            if let Some(folder) = std::env::var_os("SIJILL_PRINTS") {
                let file = format!("{name} {width} {}.png", language.code()).replace(' ', "-");
                let png = browser.client.screenshot().await.expect("a picture");
                std::fs::write(std::path::Path::new(&folder).join(file), png).expect("kept");
            }
        }
        browser.look(Look::Wide).await;
    }
    browser.close().await;
    site.close().await;
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_pages_are_sound_in_english() {
    run(pages(Language::English));
}

#[test]
fn the_pages_are_sound_in_arabic() {
    run(pages(Language::Arabic));
}
