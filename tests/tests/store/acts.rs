//! Done, refused, failed: each is logged, and what was refused or failed leaves nothing.

use domain::{Code, Error, Kind};
use tests::{draft, on_both};

on_both! {
    async fn a_read_is_logged_with_who_what_and_why(house) {
        let (case, lina) = house.case().await;
        let mark = house.mark().await;
        house.store.open_case(&lina, &case).await.expect("opens");
        let entries = house.since(mark).await;
        let [entry] = entries.as_slice() else { panic!("one entry: {entries:?}") };
        assert_eq!(entry.line(), "open done");
        assert_eq!(entry.login.as_deref(), Some("lina"));
        assert_eq!(entry.role, "investigator");
        assert_eq!(entry.grounds.as_deref(), Some("assigned"));
        assert_eq!(entry.code.as_deref(), Some(case.as_str()));
        assert_eq!(entry.case_code.as_deref(), Some(case.as_str()));
        assert_eq!(entry.purpose.as_deref(), Some("interview_preparation"));
        assert_eq!(entry.request, "request-of-lina");
    }

    async fn a_read_that_is_refused_is_logged_and_answers_as_if_there_were_nothing(house) {
        let (case, _) = house.case().await;
        let sami = house.actor("sami").await;
        let mark = house.mark().await;
        assert_eq!(house.open(&sami, &case).await, Err(Error::NotFound));
        let missing = Code::numbered(Kind::Case, 2025, 999);
        assert_eq!(house.open(&sami, &missing).await, Err(Error::NotFound));
        let lines: Vec<_> = house.since(mark).await.iter().map(|entry| (entry.line(), entry.code.clone())).collect();
        assert_eq!(lines, [("open refused".to_owned(), Some(case.to_string())), ("open not_found".to_owned(), None)]);
    }

    async fn a_role_that_reads_nothing_learns_nothing_and_is_logged(house) {
        let (case, _) = house.case().await;
        for login in ["zaid", "admin"] {
            let actor = house.actor(login).await;
            let mark = house.mark().await;
            assert_eq!(house.open(&actor, &case).await, Err(Error::Forbidden));
            assert_eq!(house.open(&actor, &Code::numbered(Kind::Case, 2025, 999)).await, Err(Error::Forbidden));
            assert_eq!(house.listed(&actor, Kind::Case).await, []);
            let lines: Vec<_> = house.since(mark).await.iter().map(|entry| entry.line()).collect();
            assert_eq!(lines, ["open refused", "open not_found", "list refused"]);
        }
    }

    async fn a_read_that_fails_is_logged(house) {
        let (case, lina) = house.case().await;
        let mut raw = house.raw().await;
        raw.must("UPDATE case_file SET status = 'nowhere'").await;
        let mark = house.mark().await;
        assert_eq!(house.open(&lina, &case).await, Err(Error::Internal));
        assert_eq!(house.since(mark).await.iter().map(|entry| entry.line()).collect::<Vec<_>>(), ["open failed"]);
    }

    async fn a_write_is_logged_with_what_it_made(house) {
        let (case, lina) = house.case().await;
        let mark = house.mark().await;
        let incident = house.store.create_incident(&lina, Some(&case), &draft::incident("قصف")).await.expect("written");
        let entries = house.since(mark).await;
        assert_eq!(entries.iter().map(|entry| entry.line()).collect::<Vec<_>>(), ["create done"]);
        assert_eq!(entries[0].code.as_deref(), Some(incident.as_str()));
        assert_eq!(entries[0].case_code.as_deref(), Some(case.as_str()));
        assert_eq!(entries[0].noted("code"), incident.as_str());
    }

    async fn a_write_that_is_refused_is_logged_and_changes_nothing(house) {
        let (case, _) = house.case().await;
        let before = house.raw().await.texts("SELECT CAST(version AS TEXT) FROM record").await;
        let changed = draft::case("آخر", "");
        let (sami, nour) = (house.actor("sami").await, house.on("nour", &case).await);
        let mark = house.mark().await;
        assert_eq!(house.store.change_case(&sami, &case, 1, &changed).await, Err(Error::NotFound));
        assert_eq!(house.store.change_case(&nour, &case, 1, &changed).await, Err(Error::Forbidden));
        assert_eq!(house.store.create_case(&nour, &changed).await, Err(Error::Forbidden));
        assert_eq!(house.since(mark).await.iter().map(|entry| entry.line()).collect::<Vec<_>>(), ["edit refused", "edit refused", "open_case refused"]);
        assert_eq!(house.raw().await.texts("SELECT CAST(version AS TEXT) FROM record").await, before);
    }

    async fn of_a_write_that_fails_nothing_is_kept_but_its_log_entry(house) {
        let (case, lina) = house.case().await;
        let mut raw = house.raw().await;
let before = raw.number("SELECT count(*) FROM record").await;
        let mark = house.mark().await;
        let elsewhere = Code::numbered(Kind::Case, 2025, 999);
        let refused = house.store.create_incident(&lina, Some(&elsewhere), &draft::incident("قصف")).await;
        assert!(matches!(refused, Err(Error::Invalid(_))), "{refused:?}");
        // One that fails at its very end, after the link has been written.
        let incident = house.store.create_incident(&lina, Some(&case), &draft::incident("قصف")).await.expect("written");
        let person = house.person(&lina, &case, "سامر").await;
        let cited = house.store.involve(&lina, &incident, &draft::involvement(&person, &[(&Code::numbered(Kind::Testimony, 2025, 99), "1")])).await;
        assert!(matches!(cited, Err(Error::Invalid(_))), "{cited:?}");
        assert_eq!(raw.number("SELECT count(*) FROM involvement").await, 0);
        assert_eq!(raw.number("SELECT count(*) FROM record").await, before + 2);
        let lines: Vec<_> = house.since(mark).await.iter().map(|entry| entry.line()).collect();
        assert_eq!(lines, ["create failed", "create done", "create done", "link failed"]);
    }

    async fn an_attempt_to_sign_in_is_logged_whether_the_login_exists_or_not(house) {
        let mark = house.mark().await;
        for login in ["lina", "nobody"] {
            let refused = house.store.log_in(login, "not the password", &tests::house::from(login)).await;
            assert_eq!(refused.err(), Some(Error::at("password", domain::ProblemKind::Wrong)));
        }
        house.actor("lina").await;
        let lines: Vec<_> = house.since(mark).await.iter().map(|entry| (entry.line(), entry.login.clone())).collect();
        let expected = [("sign_in refused", Some("lina")), ("sign_in refused", None), ("sign_in done", Some("lina"))];
        assert_eq!(lines, expected.map(|(line, login)| (line.to_owned(), login.map(str::to_owned))));
    }
}
