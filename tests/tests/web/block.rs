//! The sealed block over HTTP: who is trained comes to it, a second person approves, and it is shown once.

use crate::site::{PASSWORD, Person, Site, run};
use hyper::StatusCode;

const SAID: &str = "كما قالت بكلماتها";
const WHY: &str = "اتصال عاجل بالشاهدة قبل نقلها إلى مكان آمن";

/// A testimony of a case that `u-03` leads, with `u-05` as supervisor.
async fn testimony(site: &Site) -> (Person, Person, String) {
    let lead = site.person("u-03").await;
    let made = lead
        .post("/cases/new", &[("title", "case"), ("summary", ""), ("priority", "low")])
        .await;
    let case = made.location().split('?').next().unwrap_or_default().to_owned();
    let code = case.rsplit('/').next().unwrap_or_default();
    lead.purpose(code).await;
    let head = site.person("u-05").await;
    let assigned = head
        .post(
            &format!("{case}/team"),
            &[("do", "assign"), ("login", "u-05"), ("duty", "supervisor")],
        )
        .await;
    assert_eq!(assigned.status, StatusCode::SEE_OTHER, "{}", assigned.text);
    head.purpose(code).await;
    let draft = lead
        .post(&format!("/testimonies/new?case={code}"), &[("do", "unknown")])
        .await;
    let path = draft.location().trim_end_matches("/edit/witness").to_owned();
    (lead, head, path)
}

/// The request that waits, as the page for deciding names it.
async fn request(head: &Person, path: &str) -> String {
    let page = head.get(&format!("{path}/sealed/decide")).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    let (_, after) = page.text.split_once("name=\"request\"").expect("a request");
    let (_, value) = after.split_once("value=\"").expect("its id");
    value.split('"').next().unwrap_or_default().to_owned()
}

#[test]
fn the_block_is_shown_once_to_who_is_trained_after_a_second_person_approved() {
    run(async {
        let site = Site::demonstration().await;
        let (lead, head, path) = testimony(&site).await;
        let block = format!("{path}/sealed/block");
        let chair = site.person("u-09").await;
        // Without the training there is no way to it; the chair confirms it, and nobody else.
        for act in ["untrain", "train"] {
            for login in ["admin", "u-05", "u-03"] {
                let refused = site.person(login).await.post("/admin/users/u-03", &[("do", act)]).await;
                assert_eq!(refused.status, StatusCode::FORBIDDEN, "{login} {act}");
            }
        }
        let _ = chair.post("/admin/users/u-03", &[("do", "untrain")]).await;
        assert_eq!(lead.get(&block).await.status, StatusCode::FORBIDDEN);
        assert!(chair.get("/admin/users/u-03").await.text.contains("value=\"train\""));
        let done = chair.post("/admin/users/u-03", &[("do", "train")]).await;
        assert_eq!(done.location(), "/admin/users/u-03?done=trained");
        let twice = chair.post("/admin/users/u-03", &[("do", "train")]).await;
        assert_eq!(twice.status, StatusCode::CONFLICT);
        assert!(chair.get("/admin/users/u-03").await.text.contains("value=\"untrain\""));
        let own = chair.post("/admin/users/u-09", &[("do", "train")]).await;
        assert_eq!(own.status, StatusCode::FORBIDDEN);

        // Written for the first time: nothing is shown, nobody approves.
        let empty = lead.post(&block, &[("do", "save"), ("version", "0")]).await;
        assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
        let saved = [("do", "save"), ("version", "0"), ("violence", SAID)];
        assert_eq!(lead.post(&block, &saved).await.location(), path);
        // Neither its page nor the rest of the sealed part holds it now.
        lead.post("/step-up", &[("password", PASSWORD), ("next", &block)]).await;
        let way = lead.get(&block).await;
        assert!(way.status == StatusCode::OK && !way.text.contains(SAID), "{}", way.text);
        let contact = lead
            .post(&format!("{path}/sealed"), &[("do", "open"), ("reason", WHY)])
            .await;
        assert!(contact.status == StatusCode::OK && !contact.text.contains(SAID));
        let early = lead.post(&block, &[("do", "open")]).await;
        assert_eq!(early.status, StatusCode::UNPROCESSABLE_ENTITY, "nobody approved");

        let short = lead.post(&block, &[("do", "ask"), ("reason", "قصير")]).await;
        assert_eq!(short.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(short.text.contains("قصير"));
        let ask = [("do", "ask"), ("reason", WHY)];
        assert_eq!(lead.post(&block, &ask).await.location(), block);
        assert_eq!(
            lead.get(&format!("{path}/sealed/decide")).await.status,
            StatusCode::FORBIDDEN
        );
        // Denied, with a reason that the lead reads; asked again, and approved.
        for (approve, word) in [("deny", "ليس الآن وليس من دون حضور الاختصاصية"), ("approve", WHY)]
        {
            let waits = head.get("/reveals").await.text;
            assert!(waits.contains(&format!("{path}/sealed/decide")));
            let id = request(&head, &path).await;
            let decide = format!("{path}/sealed/decide");
            let short = head
                .post(&decide, &[("do", approve), ("request", &id), ("reason", "لا")])
                .await;
            assert_eq!(short.status, StatusCode::UNPROCESSABLE_ENTITY);
            let decided = [("do", approve), ("request", id.as_str()), ("reason", word)];
            assert_eq!(head.post(&decide, &decided).await.location(), "/reveals");
            let again = head.post(&decide, &decided).await;
            assert_eq!(again.status, StatusCode::CONFLICT);
            assert!(lead.get("/reveals").await.text.contains(word));
            if approve == "deny" {
                let denied = lead.post(&block, &[("do", "open")]).await;
                assert_eq!(denied.status, StatusCode::UNPROCESSABLE_ENTITY);
                assert_eq!(lead.post(&block, &ask).await.location(), block);
            }
        }
        let opened = lead.post(&block, &[("do", "open")]).await;
        assert!(
            opened.status == StatusCode::OK && opened.text.contains(SAID),
            "{}",
            opened.text
        );
        assert_eq!(opened.headers["cache-control"], "no-store");
        let again = lead.post(&block, &[("do", "open")]).await;
        assert!(
            again.status == StatusCode::UNPROCESSABLE_ENTITY && !again.text.contains(SAID),
            "once"
        );
        // A save upon an older version keeps what was typed, and shows the other's text only to who may read it.
        let late = [("do", "save"), ("version", "0"), ("violence", "نص آخر")];
        let conflict = lead.post(&block, &late).await;
        assert_eq!(conflict.status, StatusCode::CONFLICT);
        assert!(conflict.text.contains("نص آخر") && !conflict.text.contains(SAID));
        lead.post(&block, &ask).await;
        let id = request(&head, &path).await;
        head.post(
            &format!("{path}/sealed/decide"),
            &[("do", "approve"), ("request", &id), ("reason", WHY)],
        )
        .await;
        let both = lead.post(&block, &late).await;
        assert_eq!(both.status, StatusCode::CONFLICT);
        assert!(
            both.text.contains("نص آخر") && both.text.contains(SAID),
            "{}",
            both.text
        );
        site.close().await;
    });
}
