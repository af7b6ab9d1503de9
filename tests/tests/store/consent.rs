//! Consents: recorded and superseded, never overwritten; what a withdrawal closes.

use domain::consent::{Bar, Decision, Identity, Passage, Sharing, Standing, may_go};
use domain::{Actor, Code, Error, Kind};
use tests::draft::{consents as answers, withdrawal};
use tests::house::House;
use tests::on_both;

/// A final testimony on a case of lina's, who is its lead, and its code.
async fn filed(house: &House) -> (Code, Actor, Code) {
    let (case, lina) = house.case().await;
    let code = house.filed(&lina, &case, 2).await;
    (case, lina, code)
}

async fn standing(house: &House, actor: &Actor, code: &Code) -> Vec<(String, Decision, Identity, bool)> {
    let file = house.store.see_consents(actor, code).await.expect("opens");
    file.consents
        .into_iter()
        .filter(|view| !view.superseded)
        .map(|view| {
            let consent = view.consent;
            (
                consent.purpose,
                consent.decision,
                consent.identity,
                consent.withdrawn_on.is_some(),
            )
        })
        .collect()
}

on_both! {
    async fn a_later_answer_takes_the_place_of_the_earlier_one_which_is_kept(house) {
        let (_, lina, code) = filed(house).await;
        let first = answers(&[("internal_analysis", "committee", "granted", "pseudonym"), ("un_mechanisms", "iiim", "granted", "named")]);
        house.store.record_consents(&lina, &code, 0, &first).await.expect("recorded");
        let second = answers(&[("un_mechanisms", "iiim", "refused", "")]);
        house.store.record_consents(&lina, &code, 2, &second).await.expect("recorded");
        assert_eq!(standing(house, &lina, &code).await, [
            ("internal_analysis".to_owned(), Decision::Granted, Identity::Pseudonym, false),
            ("un_mechanisms".to_owned(), Decision::Refused, Identity::Anonymous, false),
        ]);
        let file = house.store.see_consents(&lina, &code).await.expect("opens");
        let past: Vec<_> = file.consents.iter().filter(|view| view.superseded).collect();
        assert_eq!(past.len(), 1);
        assert_eq!((past[0].consent.purpose.as_str(), past[0].consent.identity), ("un_mechanisms", Identity::Named));
        assert_eq!((past[0].note.as_str(), past[0].recorded_by.as_str()), ("قيل أمام شاهدين", "Lina Kheder"));
    }

    async fn of_two_who_record_at_once_the_later_one_is_told(house) {
        let (case, lina, code) = filed(house).await;
        let omar = house.on("omar", &case).await;
        let seen = house.store.see_consents(&omar, &code).await.expect("opens").seen;
        let mine = answers(&[("recontact", "committee", "granted", "named")]);
        house.store.record_consents(&lina, &code, seen, &mine).await.expect("recorded");
        let other = answers(&[("recontact", "committee", "refused", "")]);
        assert_eq!(house.store.record_consents(&omar, &code, seen, &other).await, Err(Error::Conflict));
        assert_eq!(house.store.withdraw_consents(&omar, &code, seen, &withdrawal(&["recontact.committee"])).await, Err(Error::Conflict));
        assert_eq!(standing(house, &lina, &code).await, [("recontact".to_owned(), Decision::Granted, Identity::Named, false)]);
    }

    async fn a_withdrawn_consent_lets_nothing_go_and_says_since_when(house) {
        let (_, lina, code) = filed(house).await;
        let given = answers(&[("internal_analysis", "committee", "granted", "pseudonym"), ("national_prosecution", "national_prosecutor", "granted", "pseudonym")]);
        house.store.record_consents(&lina, &code, 0, &given).await.expect("recorded");
        let ask = async || {
            let file = house.store.see_consents(&lina, &code).await.expect("opens");
            let consents: Vec<_> = file.consents.into_iter().filter(|view| !view.superseded).map(|view| view.consent).collect();
            let sharing = Sharing {
                purpose: "national_prosecution",
                recipient: "national_prosecutor",
                identity: Identity::Pseudonym,
                on: house.store.today(),
                met: &[],
            };
            let standing = Standing { consents: &consents, filed: true, child: None, critical_risk: false };
            may_go(Passage::default(), &sharing, &standing).map(|permit| permit.identity)
        };
        assert_eq!(ask().await, Ok(Identity::Pseudonym));
        let what = withdrawal(&["national_prosecution.national_prosecutor"]);
        house.store.withdraw_consents(&lina, &code, 2, &what).await.expect("withdrawn");
        assert_eq!(ask().await, Err(vec![Bar::Withdrawn("2025-07-31".parse().expect("a date"))]));
        let file = house.store.see_consents(&lina, &code).await.expect("opens");
        let withdrawn = file.consents.iter().find(|view| view.consent.withdrawn_on.is_some()).expect("it is shown");
        assert_eq!(withdrawn.note.as_str(), "هُدد بعد نشر المقطع");
        // What is withdrawn, refused or unknown can't be withdrawn.
        let again = house.store.withdraw_consents(&lina, &code, file.seen, &what).await;
        assert!(matches!(again, Err(Error::Invalid(problems)) if problems[0].field == "cell"));
        let never = house.store.withdraw_consents(&lina, &code, file.seen, &withdrawal(&["un_mechanisms.iiim"])).await;
        assert!(matches!(never, Err(Error::Invalid(problems)) if problems[0].field == "cell"));
        // Asked again later, the person may say yes again: a new record.
        let anew = answers(&[("national_prosecution", "national_prosecutor", "granted", "anonymous")]);
        house.store.record_consents(&lina, &code, file.seen, &anew).await.expect("recorded");
        assert_eq!(ask().await, Err(vec![Bar::Identity(Identity::Anonymous)]));
    }

    async fn withdrawing_the_committee_s_own_analysis_closes_the_testimony(house) {
        let (case, lina, code) = filed(house).await;
        let given = answers(&[("internal_analysis", "committee", "granted", "pseudonym")]);
        house.store.record_consents(&lina, &code, 0, &given).await.expect("recorded");
        let (huda, nour) = (house.on("huda", &case).await, house.actor("nour").await);
        for (login, duty) in [("yusuf", "protection_officer"), ("rana", "legal_officer")] {
            house.store.assign(&huda, &case, login, duty).await.expect("assigned");
        }
        let (yusuf, rana) = (house.on("yusuf", &case).await, house.on("rana", &case).await);
        let counted = async |actor: &Actor| {
            let view = house.store.open_case(actor, &case).await.expect("opens");
            view.linked.iter().find(|linked| linked.kind == Kind::Testimony).map_or(0, |linked| linked.count)
        };
        assert_eq!((counted(&lina).await, counted(&yusuf).await), (1, 1));
        house.store.withdraw_consents(&lina, &code, 1, &withdrawal(&["internal_analysis.committee"])).await.expect("withdrawn");
        for actor in [&lina, &huda, &nour] {
            assert_eq!(house.open(actor, &code).await, Err(Error::NotFound), "{}", actor.login);
            assert_eq!(house.listed(actor, Kind::Testimony).await, [], "{}", actor.login);
            assert_eq!(house.store.search(actor, &Kind::ALL, "شهادة", 10).await.expect("a search").len(), 0, "{}", actor.login);
            assert_eq!(house.store.see_consents(actor, &code).await.err(), Some(Error::NotFound), "{}", actor.login);
        }
        assert_eq!(counted(&lina).await, 0);
        for actor in [&yusuf, &rana] {
            house.open(actor, &code).await.expect("is kept for who keeps what is closed");
            let found = house.store.search(actor, &Kind::ALL, "شهادة", 10).await.expect("a search");
            assert_eq!(found.len(), 0, "{} finds it by no word", actor.login);
        }
        let history = house.store.open_case(&lina, &case).await.expect("opens").history;
        assert!(history.iter().all(|row| row.object_code.as_ref() != Some(&code)), "the history names it no more");
        // Asked again, the person consents again: who keeps what is closed records it, and it is back.
        house.store.record_consents(&yusuf, &code, 2, &given).await.expect("recorded");
        house.open(&lina, &code).await.expect("is open again");
        assert_eq!(counted(&lina).await, 1);
        assert_eq!(house.store.search(&lina, &Kind::ALL, "شهادة", 10).await.expect("a search").len(), 1);
    }

    async fn who_may_not_is_refused_and_logged(house) {
        let (case, lina, code) = filed(house).await;
        let given = answers(&[("recontact", "committee", "granted", "named")]);
        let (huda, nour, zaid, sami) = (house.on("huda", &case).await, house.actor("nour").await, house.actor("zaid").await, house.actor("sami").await);
        let mark = house.mark().await;
        assert_eq!(house.store.record_consents(&huda, &code, 0, &given).await, Err(Error::Forbidden), "supervisors return, they don't record");
        assert_eq!(house.store.record_consents(&nour, &code, 0, &given).await, Err(Error::Forbidden));
        assert_eq!(house.store.see_consents(&zaid, &code).await.err(), Some(Error::Forbidden), "auditors read no content");
        assert_eq!(house.store.see_consents(&sami, &code).await.err(), Some(Error::NotFound));
        assert_eq!(house.store.withdraw_consents(&sami, &code, 0, &withdrawal(&["recontact.committee"])).await, Err(Error::NotFound));
        let entries: Vec<_> = house.since(mark).await.into_iter().map(|entry| (entry.act, entry.outcome)).collect();
        assert_eq!(entries.len(), 5);
        assert!(entries.iter().all(|(_, outcome)| outcome == "refused"), "{entries:?}");
        house.store.record_consents(&lina, &code, 0, &given).await.expect("recorded");
        assert_eq!(house.since(mark).await.last().map(|entry| entry.act.clone()), Some("record_consent".to_owned()));
    }

    async fn a_recorded_consent_changes_through_no_sql(house) {
        let (_, lina, code) = filed(house).await;
        let given = answers(&[("recontact", "committee", "refused", "")]);
        house.store.record_consents(&lina, &code, 0, &given).await.expect("recorded");
        let mut raw = house.raw().await;
        for sql in [
            "UPDATE consent SET decision = 'granted'",
            "UPDATE consent SET identity = 'named'",
            "UPDATE consent SET expires_on = '2099-01-01'",
            "UPDATE consent SET withdrawn_on = '2025-07-31'",
            "UPDATE consent SET conditions = 'no_name'",
            "UPDATE consent SET document_id = testimony_id",
            "UPDATE consent SET superseded_at = recorded_at, note = wrapped_key",
            "DELETE FROM consent",
        ] {
            let refused = raw.run(sql).await.expect_err(sql);
            assert!(refused.contains("insert-only"), "{sql}: {refused}");
        }
        if house.database == tests::Database::Sqlite {
            // Not even as another row for the same cell, which would take the place of the one that stands.
            let sql = "REPLACE INTO consent (id, testimony_id, purpose, recipient, decision, identity, conditions, expires_on, given_by, means, obtained_on, assent, wrapped_key, note, recorded_at, recorded_by)
                       SELECT randomblob(16), testimony_id, purpose, recipient, 'granted', identity, conditions, expires_on, given_by, means, obtained_on, assent, wrapped_key, note, recorded_at, recorded_by FROM consent";
            assert!(raw.run(sql).await.expect_err(sql).contains("insert-only"));
        }
    }
}
