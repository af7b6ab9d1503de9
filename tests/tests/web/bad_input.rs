//! What can't be right, or deceives, in a statement: each thing has its word, and nothing typed is lost by it. Also what is
//! asked before a witness is interviewed again.

use crate::http::{case_of, code_in};
use crate::site::{PASSWORD, Person, Site, run};
use hyper::StatusCode;
use hyper::body::Bytes;

const LOGIN: &str = "u-03";
const OTHER: &str = "u-04";
const HEAD: &str = "u-05";

/// A person of the case, born in 1990; their pseudonym.
async fn person_of(lina: &Person, case: &str, name: &str) -> String {
    let made = lina
        .post(
            &format!("/persons/new?case={case}"),
            &[("name_ar", name), ("sex", "female"), ("birth_year", "1990")],
        )
        .await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.text);
    let people = lina.get(&format!("/cases/{case}/people")).await.text;
    let row = people
        .split("<tr")
        .find(|row| row.contains(name))
        .expect("a row")
        .to_owned();
    row.split("/persons/")
        .nth(1)
        .and_then(|rest| rest.split('"').next())
        .expect("a pseudonym")
        .to_owned()
}

async fn begin(lina: &Person, case: &str, fields: &[(&str, &str)]) -> String {
    let begun = lina.post(&format!("/testimonies/new?case={case}"), fields).await;
    assert_eq!(begun.status, StatusCode::SEE_OTHER, "{}", begun.text);
    code_in(begun.location())
}

fn paragraph(text: &str) -> Vec<(&'static str, String)> {
    [("p_number", ""), ("p_text", text), ("p_language", ""), ("p_basis", "")]
        .map(|(name, value)| (name, value.to_owned()))
        .to_vec()
}

/// The version that a step's form was read at.
fn version_in(page: &str) -> &str {
    page.split("name=\"version\" value=\"")
        .nth(1)
        .and_then(|rest| rest.split('"').next())
        .expect("a version")
}

/// Saves a step as it is read now.
async fn save(lina: &Person, path: &str, fields: &[(&str, String)]) -> crate::site::Answer {
    let page = lina.get(path).await.text;
    let version = version_in(&page).to_owned();
    let mut all = vec![("do", "save"), ("version", version.as_str())];
    all.extend(fields.iter().map(|(name, value)| (*name, value.as_str())));
    lina.post(path, &all).await
}

#[test]
fn what_can_not_be_right_in_a_statement_is_said_and_kept() {
    run(async {
        let site = Site::demonstration().await;
        let lina = site.person(LOGIN).await;
        let case = case_of(&lina).await;
        let witness = person_of(&lina, &case, "شاهدة").await;
        let code = begin(&lina, &case, &[("do", "begin"), ("witness", &witness)]).await;
        let step = |name: &str| format!("/testimonies/{code}/edit/{name}");

        // Too long can't be kept: it is refused with the text still there.
        let long = "ا".repeat(20_001);
        let refused = save(&lina, &step("account"), &paragraph(&long)).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.text.contains("id=\"p0-error\"") && refused.text.contains(&long));
        assert!(
            refused.text.contains("data-unsaved=\"refused\""),
            "it is asked before it is left"
        );

        // What is impossible is kept, and said at its field.
        let name = site.running.store.staff_name(actor(&site, LOGIN).await.account);
        let turned: Vec<&str> = name.split(' ').rev().collect();
        for (fields, at) in [
            (vec![("interview_date", "1989-12-31")], "interview_date"),
            (vec![("interview_date", "2199-01-01")], "interview_date"),
            (vec![("start_time", "10:00"), ("end_time", "09:00")], "end_time"),
            (vec![("start_time", "٢٥:٠٠")], "start_time"),
            (
                vec![("interpreter", "yes"), ("interpreter_name", &name.to_uppercase())],
                "interpreter_name",
            ),
            (
                vec![("interpreter", "yes"), ("interpreter_name", &turned.join(",  "))],
                "interpreter_name",
            ),
        ] {
            let fields: Vec<_> = fields
                .into_iter()
                .map(|(name, value)| (name, value.to_owned()))
                .collect();
            let told = save(&lina, &step("interview"), &fields).await;
            assert_eq!(told.status, StatusCode::UNPROCESSABLE_ENTITY, "{fields:?}");
            assert!(told.text.contains(&format!("id=\"{at}-error\"")), "{fields:?}");
            let kept = lina.get(&step("interview")).await.text;
            for (name, value) in &fields {
                assert!(kept.contains(value.as_str()), "{name} is kept as typed");
            }
        }
        site.close().await;
    });
}

async fn actor(site: &Site, login: &str) -> domain::Actor {
    let from = store::From {
        address: "test".into(),
        request: "test".into(),
        agent: "test".into(),
        device: None,
    };
    let store = &site.running.store;
    let token = store.log_in(login, PASSWORD, &from).await.expect("signed in").token;
    let signed_in = store.actor_for(&token, &from).await.expect("an answer");
    signed_in.expect("a session").actor
}

#[test]
fn what_nobody_can_see_is_said_and_kept_as_typed() {
    run(async {
        let site = Site::demonstration().await;
        let lina = site.person(LOGIN).await;
        let case = case_of(&lina).await;
        let code = begin(&lina, &case, &[("do", "unknown")]).await;
        let account = format!("/testimonies/{code}/edit/account");
        let hidden = "قال \u{202E}لا\u{202C} ثم\u{200B} سكت";
        let fields = [paragraph("رأيت"), paragraph(" "), paragraph(hidden), paragraph("")].concat();
        let saved = save(&lina, &account, &fields).await;
        assert_eq!(saved.status, StatusCode::SEE_OTHER, "no error: {}", saved.text);
        for path in [account.clone(), format!("/testimonies/{code}/finish")] {
            let page = lina.get(&path).await.text;
            assert!(page.contains("RLO, PDF, ZWSP"), "{path} names them");
            assert!(page.contains("#p2\"") && page.contains("#p1\""), "{path} leads there");
            assert!(page.contains("Paragraph 2 is empty"), "{path} tells of the gap");
            assert!(!page.contains("Paragraph 4 is empty"), "the last is only offered");
        }
        assert!(lina.get(&account).await.text.contains(hidden), "kept as typed");
        // The script that saves is told so too.
        let version = version_in(&lina.get(&account).await.text).to_owned();
        let body = format!("do=save&version={version}&p_number=&p_text=a%E2%80%AEb&p_language=&p_basis=");
        let request = hyper::Request::builder()
            .method("POST")
            .uri(format!("{}{account}", site.base()))
            .header("accept", "application/json")
            .header("content-type", "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin");
        let told = lina.send(request, Bytes::from(body)).await;
        assert_eq!(told.status, StatusCode::OK, "{}", told.text);
        assert!(
            told.text.contains("RLO") && !told.text.contains('\u{202E}'),
            "{}",
            told.text
        );

        // A paragraph of nothing that can be seen is none, and a reason of it is no reason.
        let saved = save(&lina, &account, &paragraph("\u{200B}\u{200B}")).await;
        assert_eq!(saved.status, StatusCode::SEE_OTHER);
        let finish = format!("/testimonies/{code}/finish");
        let version = version_in(&lina.get(&finish).await.text).to_owned();
        let refused = lina.post(&finish, &[("do", "read_back"), ("version", &version)]).await;
        assert!(refused.text.contains("/edit/account#p0\""), "there is no text yet");
        let person = person_of(&lina, &case, "شاهد").await;
        let path = format!("/persons/{person}/shred");
        for reason in [format!("a{}", "\u{200B}".repeat(19)), "\u{2060}".repeat(30)] {
            let answer = lina.post(&path, &[("reason", &reason)]).await;
            assert_ne!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
        }
        site.close().await;
    });
}

#[test]
fn who_gave_testimony_before_is_asked_about_before_there_is_a_draft() {
    run(async {
        let site = Site::demonstration().await;
        let lina = site.person(LOGIN).await;
        let case = case_of(&lina).await;
        let (witness, new) = (
            person_of(&lina, &case, "شاهدة أولى").await,
            person_of(&lina, &case, "شاهدة ثانية").await,
        );
        let path = format!("/testimonies/new?case={case}");
        let first = begin(&lina, &case, &[("do", "begin"), ("witness", &witness)]).await;
        let count = || async {
            lina.get(&format!("/cases/{case}/testimonies"))
                .await
                .text
                .matches("<tr")
                .count()
        };
        let before = count().await;
        // As the picker sends it: the code alone, with no look-up before.
        let asked = lina.post(&path, &[("do", "begin"), ("witness", &witness)]).await;
        assert_eq!(asked.status, StatusCode::OK);
        assert!(
            asked.text.contains(&format!("/testimonies/{first}")) && asked.text.contains("Go on all the same"),
            "{}",
            asked.text
        );
        assert!(
            !asked.text.contains("/supplement"),
            "only what is final is supplemented"
        );
        assert_eq!(count().await, before, "there is no draft yet");
        // The answer counts for the one who was asked about.
        let (yes, no) = (
            lina.post(&path, &[("do", "begin"), ("witness", &new), ("seen", &witness)])
                .await,
            lina.post(&path, &[("do", "begin"), ("witness", &witness), ("seen", &new)])
                .await,
        );
        assert_eq!((yes.status, no.status), (StatusCode::SEE_OTHER, StatusCode::OK));
        let again = lina
            .post(&path, &[("do", "begin"), ("witness", &witness), ("seen", &witness)])
            .await;
        assert_eq!(again.status, StatusCode::SEE_OTHER, "{}", again.text);
        site.close().await;
    });
}

#[test]
fn warnings_before_an_interview_never_vanish() {
    run(async {
        let site = Site::demonstration().await;
        let lina = site.person(LOGIN).await;
        let (case, other) = (case_of(&lina).await, case_of(&lina).await);
        let witness = person_of(&lina, &other, "شاهدة").await;
        let code = begin(&lina, &case, &[("do", "begin"), ("witness", &witness)]).await;
        let step = format!("/testimonies/{code}/edit/witness");
        let wish = [("witness", witness.clone()), ("interviewer_sex", "same".to_owned())];
        let saved = save(&lina, &step, &wish).await;
        assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text);
        for name in ["witness", "interview"] {
            let page = lina.get(&format!("/testimonies/{code}/edit/{name}")).await.text;
            assert!(
                page.contains("interviewer of the same sex"),
                "{name}: as said in this statement"
            );
            assert!(page.contains("Nobody has assessed the risks"), "{name}");
        }
        // A new sitting, in which only the purpose for the testimony's own case is chosen.
        let again = site.person(LOGIN).await;
        again.purpose(&case).await;
        let page = again.get(&step).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(
            page.text
                .contains(&format!("/cases/{other}/purpose?next=/testimonies/{code}/edit/witness")),
            "a way to see them: {}",
            page.text
        );
        assert!(!page.text.contains("Nobody has assessed the risks"));
        again.purpose(&other).await;
        assert!(again.get(&step).await.text.contains("Nobody has assessed the risks"));
        // Who may not know of the witness is told whom to ask.
        let (head, case): (_, domain::Code) = (actor(&site, HEAD).await, case.parse().expect("a code"));
        let store = &site.running.store;
        store
            .choose_purpose(&head, &case, "supervision")
            .await
            .expect("a purpose");
        store.assign(&head, &case, OTHER, "second").await.expect("assigned");
        let colleague = site.person(OTHER).await;
        colleague.purpose(case.as_str()).await;
        let page = colleague.get(&step).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.text);
        assert!(page.text.contains("Ask a protection officer"), "{}", page.text);
        site.close().await;
    });
}
