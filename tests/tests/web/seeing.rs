//! What is drawn of a case: over HTTP, links to every record, no name of a protected person, nothing for an outsider; in a
//! browser, the whole drawing, and with JavaScript a way closer to it.

use crate::site::{PASSWORD, Site, run};
use hyper::StatusCode;
use tests::browser::{Browser, Look};

/// A case of the demonstration.
const CASE: &str = "C-2025-0001";

#[test]
fn a_chart_links_to_its_records_and_shows_no_protected_name() {
    run(async {
        let site = Site::demonstration().await;
        let worker = site.person("u-01").await;
        worker.purpose(CASE).await;
        let chart = worker.get(&format!("/cases/{CASE}/chart")).await;
        assert_eq!(chart.status, StatusCode::OK, "{}", chart.text);
        let incidents = worker.get(&format!("/cases/{CASE}/incidents")).await.text;
        let codes: Vec<&str> = incidents
            .split("href=\"/incidents/")
            .skip(1)
            .filter_map(|rest| rest.split('"').next())
            .filter(|code| code.starts_with("I-"))
            .collect();
        assert!(!codes.is_empty());
        for code in codes {
            assert!(
                chart
                    .text
                    .contains(&format!("class=\"node node--incident\" href=\"/incidents/{code}\""))
                    || chart
                        .text
                        .contains(&format!("href=\"/incidents/{code}\" class=\"node node--incident\"")),
                "{code} is drawn"
            );
        }
        let svg = chart.text.split("<svg").nth(1).expect("a drawing");
        assert!(svg.contains("name protected") && svg.contains("/persons/W-"));
        // The names of the people who are protected, as the demonstration has them.
        let scenario: serde_json::Value =
            serde_json::from_str(include_str!("../../../server/src/demo/scenario.json")).expect("JSON");
        let people = scenario["persons"].as_array().expect("a list");
        let hidden: Vec<&str> = people
            .iter()
            .filter(|person| person["protected"] == true)
            .filter_map(|person| person["name_ar"].as_str())
            .collect();
        assert!(!hidden.is_empty());
        for page in ["chart", "timeline"] {
            let text = worker.get(&format!("/cases/{CASE}/{page}")).await.text;
            for name in &hidden {
                assert!(!text.contains(name), "a protected name on the {page}");
            }
        }
        let outsider = site.person("u-03").await;
        for page in ["chart", "timeline"] {
            let answer = outsider.get(&format!("/cases/{CASE}/{page}")).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND);
        }
        let map = outsider.get(&format!("/incidents/map?case={CASE}")).await;
        assert_eq!(
            (map.status, map.text.contains("I-2025-")),
            (StatusCode::UNPROCESSABLE_ENTITY, false)
        );
        // A case that they may not know of is as one that there is not, and as what is no code: said at the field, and kept.
        for typed in ["C-2025-0999", "Daraa"] {
            let other = outsider.get(&format!("/incidents/map?case={typed}")).await;
            assert_eq!(other.status, StatusCode::UNPROCESSABLE_ENTITY);
            assert!(
                other.text.contains("case-error") && other.text.contains(&format!("value=\"{typed}\"")),
                "{}",
                other.text
            );
        }
        assert!(
            worker
                .get(&format!("/incidents/map?case={CASE}"))
                .await
                .text
                .contains("I-2025-")
        );
        site.close().await;
    });
}

/// The view box of the drawing.
async fn view(browser: &Browser) -> [f64; 4] {
    let told = browser
        .script(
            "return document.querySelector('.chart-sheet > svg').getAttribute('viewBox')",
            Vec::new(),
        )
        .await;
    let numbers: Vec<f64> = told
        .as_str()
        .expect("a view box")
        .split(' ')
        .map(|number| number.parse().expect("a number"))
        .collect();
    numbers.try_into().expect("four numbers")
}

/// A browser on a drawing of the case, and the drawing's address.
async fn at_drawing(site: &Site, javascript: bool, page: &str) -> (Browser, String) {
    let browser = Browser::start(javascript).await;
    browser.sign_in(&site.base(), "u-01", PASSWORD).await;
    browser.goto(&format!("{}/cases/{CASE}", site.base())).await;
    browser.press("input[name=purpose][value=review]").await;
    browser.click("main form .button--main").await;
    let page = format!("{}{page}", site.base());
    browser.goto(&page).await;
    (browser, page)
}

#[test]
fn a_drawing_is_brought_closer_moved_and_whole_again_without_a_mouse() {
    run(async {
        const RIGHT: &str = "\u{e014}";
        let site = Site::demonstration().await;
        let (b, _) = at_drawing(&site, true, &format!("/cases/{CASE}/chart")).await;
        b.look(Look::Wide).await;
        b.see(".zoom:not([hidden])").await;
        let whole = view(&b).await;
        b.script("dispatchEvent(new Event('beforeprint'))", Vec::new()).await;
        let drawn = view(&b).await;
        assert_eq!(drawn[2..], [960.0, whole[3]], "paper gets all of it and nothing else");
        b.script("dispatchEvent(new Event('afterprint'))", Vec::new()).await;
        assert_eq!(view(&b).await, whole);
        assert!(whole[..2] == [0.0, 0.0] && whole[2] >= drawn[2], "{whole:?}");
        b.tab_to(".chart-sheet").await;
        b.strike("++").await;
        let closer = view(&b).await;
        assert!((closer[2] * 2.25 - whole[2]).abs() < 1.0, "{closer:?}");
        assert_eq!(b.text(".zoom [role=status]").await, "225%");
        b.strike(RIGHT).await;
        let moved = view(&b).await;
        assert!(
            moved[0] > closer[0] && moved[1].to_bits() == closer[1].to_bits(),
            "{moved:?}"
        );
        for _ in 0..20 {
            b.strike(RIGHT).await;
        }
        let end = view(&b).await;
        assert!((end[0] + end[2] - drawn[2]).abs() < 0.5, "not past its edge: {end:?}");
        // Links keep the focus, and are seen when they get it.
        for _ in 0..4 {
            b.strike("\u{e004}").await;
            let seen = b
                .script(
                    "const at = document.activeElement.getBoundingClientRect(), all = document.querySelector('.chart-sheet').getBoundingClientRect();\
                     return !!document.activeElement.closest('svg') && at.left >= all.left - 1 && at.right <= all.right + 1 && at.top >= all.top - 1 && at.bottom <= all.bottom + 1",
                    Vec::new(),
                )
                .await;
            assert_eq!(seen.as_bool(), Some(true));
        }
        b.strike("-").await;
        assert!(view(&b).await[2] > closer[2]);
        b.strike("0").await;
        assert_eq!(view(&b).await, whole);
        b.tab_to(".zoom [data-zoom=in]").await;
        b.strike(" ").await;
        assert!(view(&b).await[2] < whole[2]);
        for look in [Look::Wide, Look::PhoneDark] {
            b.look(look).await;
            assert_eq!(b.axe().await, [""; 0], "{look:?}");
            assert_eq!(b.too_wide().await, "", "{look:?}");
        }
        assert_eq!(b.console().await, [""; 0]);
        b.close().await;
        site.close().await;
    });
}

#[test]
fn a_drawing_is_dragged_and_begins_legible_on_a_phone_from_where_reading_begins() {
    run(async {
        let site = Site::demonstration().await;
        let (b, page) = at_drawing(&site, true, &format!("/cases/{CASE}/timeline")).await;
        b.click("button[name=language][value=ar]").await;
        b.look(Look::PhoneDark).await;
        b.goto(&page).await;
        b.see(".zoom:not([hidden])").await;
        let begun = view(&b).await;
        let width = b
            .script("return document.querySelector('.chart-sheet').clientWidth", Vec::new())
            .await;
        assert_eq!(Some(begun[2]), width.as_f64(), "as large as it was drawn");
        for (look, seen) in [(Look::Wide, "whole"), (Look::PhoneDark, "part")] {
            b.look(look).await;
            b.see(&format!(".chart-sheet[data-zoom={seen}]")).await;
        }
        assert_eq!(view(&b).await, begun, "turned and turned back");
        b.press(".zoom [data-zoom=whole]").await;
        let whole = view(&b).await;
        assert!(whole[2] >= 880.0, "{whole:?}");
        assert!((begun[0] + begun[2] - 880.0).abs() < 0.5, "{begun:?}");
        // Closer under the pointer, and dragged: the link under the end of it is not followed.
        let drag = "const sheet = document.querySelector('.chart-sheet'), r = sheet.getBoundingClientRect();\
             const at = (name, x, y, id = 1) => sheet.dispatchEvent(new PointerEvent(name, { pointerId: id, button: 0, clientX: r.left + x, clientY: r.top + y, bubbles: true }));\
             at('pointerdown', 100, 100); at('pointermove', 110, 100); at('pointermove', 180, 100); at('pointerup', 180, 100);\
             const click = new MouseEvent('click', { bubbles: true, cancelable: true }); sheet.querySelector('a').dispatchEvent(click);\
             return click.defaultPrevented";
        let wheel = "const sheet = document.querySelector('.chart-sheet'), r = sheet.getBoundingClientRect();\
             sheet.dispatchEvent(new WheelEvent('wheel', { ctrlKey: arguments[0], deltaY: -300, clientX: r.left + 50, clientY: r.top + 50, bubbles: true, cancelable: true }))";
        b.script(wheel, vec![false.into()]).await;
        assert_eq!(view(&b).await, whole, "the wheel alone moves the page");
        for _ in 0..3 {
            b.script(wheel, vec![true.into()]).await;
        }
        let closer = view(&b).await;
        assert!(closer[2] < whole[2]);
        assert_eq!(b.script(drag, Vec::new()).await.as_bool(), Some(true));
        assert!(view(&b).await[0] < closer[0], "it follows the finger");
        let pinch = "const sheet = document.querySelector('.chart-sheet'), r = sheet.getBoundingClientRect();\
             const at = (name, id, x, y) => sheet.dispatchEvent(new PointerEvent(name, { pointerId: id, button: 0, clientX: r.left + x, clientY: r.top + y, bubbles: true }));\
             at('pointerdown', 1, 100, 100); at('pointerdown', 2, 200, 100); at('pointermove', 2, 300, 100); at('pointerup', 1, 100, 100); at('pointerup', 2, 300, 100)";
        let before = view(&b).await;
        b.script(pinch, Vec::new()).await;
        assert!((view(&b).await[2] * 2.0 - before[2]).abs() < 1.0);
        // A map is not mirrored, and begins where the most is, with the island and without.
        b.goto(&format!("{}/incidents/map", site.base())).await;
        b.see(".zoom:not([hidden])").await;
        let seen = "const sheet = document.querySelector('.chart-sheet').getBoundingClientRect(), most = document.querySelector('[data-begin] circle').getBoundingClientRect();\
             return most.left >= sheet.left && most.right <= sheet.right";
        assert_eq!(b.script(seen, Vec::new()).await.as_bool(), Some(true));
        assert_eq!(b.console().await, [""; 0]);
        b.close().await;
        site.close().await;
    });
}

#[test]
fn without_javascript_a_drawing_is_there_whole() {
    run(async {
        let site = Site::demonstration().await;
        let (b, _) = at_drawing(&site, false, &format!("/cases/{CASE}/chart")).await;
        for page in [
            format!("/cases/{CASE}/chart"),
            format!("/cases/{CASE}/timeline"),
            "/incidents/map".to_owned(),
        ] {
            b.goto(&format!("{}{page}", site.base())).await;
            let svg = b.see(".chart-sheet > svg").await;
            let (_, _, width, height) = svg.rectangle().await.expect("a place");
            let size = |name: &'static str| async {
                svg.attr(name)
                    .await
                    .expect("an answer")
                    .expect("a number")
                    .parse::<f64>()
                    .expect("a number")
            };
            let (wide, high) = (size("width").await, size("height").await);
            assert!((width - wide).abs() < 1.0 && (height - high).abs() < 1.0, "{page}");
            assert_eq!(
                svg.attr("viewBox").await.expect("an answer"),
                Some(format!("0 0 {wide} {high}"))
            );
            assert!(b.absent(".zoom:not([hidden])").await);
        }
        b.close().await;
        site.close().await;
    });
}
