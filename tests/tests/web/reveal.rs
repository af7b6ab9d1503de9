//! A protected name over HTTP: on one page, after the password and a reason, and nowhere else.

use crate::site::{PASSWORD, Person, Site, run};
use hyper::StatusCode;

const NAME: &str = "زمردة البيروني";
const WHY: &str = "اتصال عاجل بالشاهدة قبل نقلها إلى مكان آمن";

/// A case with a protected person on it, and the investigator who leads it.
async fn protected(site: &Site) -> (Person, String, String) {
    let lina = site.person("u-03").await;
    let made = lina
        .post("/cases/new", &[("title", "case"), ("summary", ""), ("priority", "low")])
        .await;
    let case = made.location().split('?').next().unwrap_or_default().to_owned();
    let code = case.rsplit('/').next().unwrap_or_default();
    lina.purpose(code).await;
    lina.post(
        &format!("/persons/new?case={code}"),
        &[("name_ar", NAME), ("sex", "female"), ("protected", "1")],
    )
    .await;
    let people = lina.get(&format!("{case}/people")).await.text;
    let start = people.find("/persons/W-").expect("a person");
    let person = people[start..].split('"').next().unwrap_or_default().to_owned();
    (lina, case, person)
}

#[test]
fn a_protected_name_stands_on_the_page_of_its_reveal_and_nowhere_else() {
    run(async {
        let site = Site::demonstration().await;
        let (lina, case, person) = protected(&site).await;
        let page = format!("{person}/reveal");
        let edit = lina.get(&format!("{person}/edit")).await;
        assert_eq!(
            (edit.status, edit.location()),
            (StatusCode::SEE_OTHER, format!("{page}?to=edit").as_str())
        );
        // The password first, and back.
        let first = lina.get(&page).await;
        assert_eq!(first.status, StatusCode::SEE_OTHER);
        assert!(first.location().starts_with("/step-up?next="), "{}", first.location());
        let stepped = lina.post("/step-up", &[("password", PASSWORD), ("next", &page)]).await;
        assert_eq!(stepped.location(), page);
        let form = lina.get(&page).await;
        assert_eq!(form.status, StatusCode::OK);
        assert!(!form.text.contains(NAME) && !form.text.contains("name=\"password\""));
        // A reason that is too short comes back as it was typed.
        let short = lina.post(&page, &[("do", "reveal"), ("reason", "قصير")]).await;
        assert_eq!(short.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(short.text.contains("قصير") && !short.text.contains(NAME));
        let done = lina.post(&page, &[("do", "reveal"), ("reason", WHY)]).await;
        assert_eq!((done.status, done.location()), (StatusCode::SEE_OTHER, page.as_str()));
        let shown = lina.get(&page).await;
        assert!(shown.text.contains(NAME));
        let title = shown
            .text
            .split("<title>")
            .nth(1)
            .and_then(|rest| rest.split("</title>").next());
        assert!(!title.unwrap_or_default().contains("زمردة"));
        assert_eq!(shown.headers["cache-control"], "no-store");
        let refresh = shown.headers["refresh"].to_str().unwrap_or_default();
        assert!(
            refresh.ends_with(&format!("; url={person}")),
            "the browser leaves the page by itself: {refresh}"
        );
        let hits = lina.post("/search", &[("q", NAME)]).await;
        let hits = hits.location().to_owned();
        for elsewhere in [
            "/persons",
            &person,
            &case,
            &format!("{case}/people"),
            "/",
            "/reveals",
            &hits,
        ] {
            let answer = lina.get(elsewhere).await;
            let typed = elsewhere == hits;
            let words = answer.text.matches("زمردة").count();
            // The page of results holds the words that were searched for, and no name beside the pseudonym.
            assert!(words == 0 || typed, "{elsewhere}");
            assert!(!typed || answer.text.contains("W-"), "found by name");
        }
        // Now it is edited too; when the minutes are over, what is typed is kept and the way back is named.
        let edit = lina.get(&format!("{person}/edit")).await;
        assert!(edit.status == StatusCode::OK && edit.text.contains(NAME));
        site.pass(chrono::Duration::minutes(11));
        assert!(!lina.get(&format!("{person}/reveal")).await.text.contains(NAME));
        let late = lina
            .post(
                &format!("{person}/edit"),
                &[
                    ("version", "1"),
                    ("name_ar", "اسم جديد"),
                    ("sex", "female"),
                    ("protected", "1"),
                ],
            )
            .await;
        assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(late.text.contains("اسم جديد") && late.text.contains(&page) && !late.text.contains(NAME));
        // The password may be given with the reason, so that nothing is lost by its five minutes.
        let lapsed = lina.post(&page, &[("do", "reveal"), ("reason", WHY)]).await;
        assert_eq!(lapsed.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(lapsed.text.contains(WHY) && lapsed.text.contains("name=\"password\""));
        let wrong = lina
            .post(&page, &[("do", "reveal"), ("reason", WHY), ("password", "not it")])
            .await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        let done = lina
            .post(&page, &[("do", "reveal"), ("reason", WHY), ("password", PASSWORD)])
            .await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
        assert!(lina.get(&page).await.text.contains(NAME));
        site.close().await;
    });
}
