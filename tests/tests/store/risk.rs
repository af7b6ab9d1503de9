//! Risks to a witness: assessed and superseded, cleared by somebody else, due again.

use domain::access::Duty;
use domain::risk::{Band, ClearanceDraft, ClearanceForm, RiskDraft, RiskForm, Standing};
use domain::warning::Warning;
use domain::{Actor, Code, Error, Kind, ProblemKind};
use store::RiskFile;
use tests::house::House;
use tests::{draft, on_both};

/// A day of the house's clock, which begins on 1 August 2025.
fn day(text: &str) -> chrono::NaiveDate {
    text.parse().expect("a date")
}

/// An assessment: likelihood and impact before and with a measure.
fn risk(code: &str, before: (u8, u8), left: (u8, u8), review_on: &str) -> RiskDraft {
    RiskForm {
        risk: code.into(),
        likelihood: before.0.to_string(),
        impact: before.1.to_string(),
        measures: vec!["safe_contact_channel".into()],
        residual_likelihood: left.0.to_string(),
        residual_impact: left.1.to_string(),
        note: "يُهدَّد منذ نشر المقطع".into(),
        review_on: review_on.into(),
    }
    .check(day("2025-08-01"))
    .expect("a good form")
}

fn critical() -> RiskDraft {
    risk("retaliation_state", (5, 5), (4, 5), "")
}

fn clearance(file: &RiskFile) -> ClearanceDraft {
    ClearanceForm {
        assessment: file.risks[0].id.to_string(),
        reason: draft::REASON.into(),
    }
    .check()
    .expect("a good form")
}

/// A witness on a case of lina's, with yusuf as its protection officer: case, lina, yusuf, witness.
async fn witness(house: &House) -> (Code, Actor, Actor, Code) {
    let (case, lina) = house.case().await;
    let person = house.person(&lina, &case, "شاهد").await;
    let huda = house.on("huda", &case).await;
    house
        .store
        .assign(&huda, &case, "yusuf", Duty::ProtectionOfficer.name())
        .await
        .expect("assigned");
    let yusuf = house.on("yusuf", &case).await;
    (case, lina, yusuf, person)
}

async fn file(house: &House, actor: &Actor, person: &Code) -> RiskFile {
    house.store.see_risks(actor, person).await.expect("opens")
}

on_both! {
    async fn a_later_assessment_takes_the_place_of_the_earlier_one_of_the_same_risk(house) {
        let (_, lina, yusuf, person) = witness(house).await;
        assert_eq!(file(house, &lina, &person).await.standing, Standing::NotAssessed);
        house.store.assess_risk(&lina, &person, 0, &risk("retaliation_local", (3, 4), (2, 4), "")).await.expect("recorded");
        house.store.assess_risk(&yusuf, &person, 1, &risk("community_stigma", (2, 2), (1, 2), "")).await.expect("recorded");
        house.store.assess_risk(&yusuf, &person, 2, &risk("retaliation_local", (4, 4), (3, 4), "2025-08-20")).await.expect("recorded");
        let file = file(house, &lina, &person).await;
        let shown: Vec<_> = file.risks.iter().map(|view| (view.risk.as_str(), view.assessed.residual.value(), view.superseded)).collect();
        assert_eq!(shown, [("retaliation_local", 12, false), ("community_stigma", 2, false), ("retaliation_local", 8, true)]);
        assert_eq!((file.seen, file.standing), (3, Standing::Current(day("2025-08-20"))));
        assert_eq!((file.risks[0].note.as_str(), file.risks[0].recorded_by), ("يُهدَّد منذ نشر المقطع", yusuf.account));
        assert_eq!(file.risks[0].assessed.assessed_on, day("2025-08-01"));
    }

    async fn of_two_who_assess_at_once_the_later_one_is_told(house) {
        let (_, lina, yusuf, person) = witness(house).await;
        let seen = file(house, &yusuf, &person).await.seen;
        house.store.assess_risk(&lina, &person, seen, &critical()).await.expect("recorded");
        assert_eq!(house.store.assess_risk(&yusuf, &person, seen, &risk("retaliation_state", (1, 2), (1, 1), "")).await, Err(Error::Conflict));
        let kept = file(house, &lina, &person).await;
        assert_eq!((kept.risks.len(), kept.standing), (1, Standing::Critical));
        // A clearance counts too: who typed beside an open critical risk is told that it was cleared.
        house.store.clear_risk(&yusuf, &person, kept.seen, &clearance(&kept)).await.expect("cleared");
        assert_eq!(house.store.assess_risk(&lina, &person, kept.seen, &critical()).await, Err(Error::Conflict));
    }

    async fn a_critical_risk_is_cleared_in_writing_by_a_protection_officer_who_did_not_assess_it(house) {
        let (case, lina, yusuf, person) = witness(house).await;
        house.store.assess_risk(&lina, &person, 0, &critical()).await.expect("recorded");
        let open = file(house, &lina, &person).await;
        assert_eq!((open.risks[0].assessed.residual.band(), open.may_clear), (Band::Critical, false));
        let mark = house.mark().await;
        let (huda, omar) = (house.on("huda", &case).await, house.on("omar", &case).await);
        for actor in [&lina, &huda, &omar] {
            assert_eq!(house.store.clear_risk(actor, &person, open.seen, &clearance(&open)).await, Err(Error::Forbidden), "{}", actor.login);
        }
        house.store.clear_risk(&yusuf, &person, open.seen, &clearance(&open)).await.expect("cleared");
        let lines: Vec<_> = house.since(mark).await.iter().filter(|entry| entry.act == "clear_risk").map(tests::LogEntry::line).collect();
        assert_eq!(lines, ["clear_risk refused", "clear_risk refused", "clear_risk refused", "clear_risk done"]);
        let cleared = file(house, &lina, &person).await;
        assert_eq!(cleared.standing, Standing::Current(day("2025-10-30")));
        let how = cleared.risks[0].clearance.as_ref().expect("it is shown");
        assert_eq!((how.reason.as_str(), how.by), (draft::REASON, yusuf.account));
        // What is cleared is not cleared twice, and the next critical assessment must be cleared anew, by another.
        let twice = house.store.clear_risk(&yusuf, &person, cleared.seen, &clearance(&cleared)).await;
        assert_eq!(twice, Err(Error::at("assessment", ProblemKind::Unknown)));
        house.store.assess_risk(&yusuf, &person, cleared.seen, &critical()).await.expect("recorded");
        let again = file(house, &yusuf, &person).await;
        assert_eq!(again.standing, Standing::Critical);
        let own = house.store.clear_risk(&yusuf, &person, again.seen, &clearance(&again)).await;
        assert_eq!(own, Err(Error::at("assessment", ProblemKind::NotBySelf)));
        assert_eq!(file(house, &yusuf, &person).await.standing, Standing::Critical, "nothing was kept");
    }

    async fn risks_are_for_who_has_business_with_them(house) {
        let (case, lina, _, person) = witness(house).await;
        let huda = house.on("huda", &case).await;
        for (login, duty) in [("dima", "evidence_custodian"), ("rana", "legal_officer")] {
            house.store.assign(&huda, &case, login, duty).await.expect("assigned");
        }
        let (dima, rana) = (house.on("dima", &case).await, house.on("rana", &case).await);
        let (nour, zaid, sami) = (house.on("nour", &case).await, house.actor("zaid").await, house.actor("sami").await);
        let mark = house.mark().await;
        let seen = async |actor: &Actor| house.store.see_risks(actor, &person).await.map(|file| file.seen);
        assert_eq!(seen(&dima).await, Err(Error::Forbidden), "files, not fears");
        assert_eq!(seen(&zaid).await, Err(Error::Forbidden), "auditors read no content");
        assert_eq!(seen(&sami).await, Err(Error::NotFound));
        assert_eq!(house.store.assess_risk(&rana, &person, 0, &critical()).await, Err(Error::Forbidden));
        assert_eq!(house.store.assess_risk(&huda, &person, 0, &critical()).await, Err(Error::Forbidden));
        assert_eq!(house.store.assess_risk(&sami, &person, 0, &critical()).await, Err(Error::NotFound));
        let entries = house.since(mark).await;
        assert_eq!(entries.len(), 6);
        assert!(entries.iter().all(|entry| entry.outcome == "refused"), "{entries:?}");
        for actor in [&lina, &rana, &huda, &nour] {
            assert_eq!(seen(actor).await, Ok(0), "{}", actor.login);
        }
        // The custodian opens the person, and is told nothing of the risks.
        house.store.assess_risk(&lina, &person, 0, &critical()).await.expect("recorded");
        let warned = async |actor: &Actor| house.store.open_person(actor, &person).await.expect("opens").warnings;
        assert_eq!(warned(&dima).await, []);
        assert_eq!(warned(&rana).await, [Warning::CriticalRisk]);
    }

    async fn an_overdue_review_waits_for_who_has_to_make_it(house) {
        let (case, lina, yusuf, person) = witness(house).await;
        house.store.assess_risk(&lina, &person, 0, &risk("retaliation_local", (3, 4), (2, 4), "2025-08-20")).await.expect("recorded");
        house.clock.advance(chrono::Duration::days(19));
        let due = async |login: &str| {
            let actor = house.actor(login).await;
            house.store.tasks(&actor).await.map(|due| due.reviews.into_iter().map(|row| (row.person, row.since)).collect::<Vec<_>>())
        };
        assert_eq!(due("lina").await, Ok(vec![]), "on its last day a review is in time");
        house.clock.advance(chrono::Duration::days(1));
        let waits = vec![(person.clone(), day("2025-08-20"))];
        for login in ["lina", "omar", "yusuf"] {
            assert_eq!(due(login).await, Ok(waits.clone()), "{login}");
            assert_eq!(house.last().await.line(), "see_tasks done");
        }
        assert_eq!(due("sami").await, Ok(vec![]), "somebody else's witness");
        assert_eq!(due("zaid").await, Err(Error::Forbidden));
        let huda = house.actor("huda").await;
        let queue = house.store.queue(&huda, &store::QueueFilter::default(), 10).await.expect("the queue");
        assert_eq!(queue.due.reviews.len(), 1);
        // A new session asks for its purpose again; then the review is made, and nothing waits any more.
        let (lina, yusuf) = (house.on("lina", &case).await, Actor { session: None, ..yusuf });
        assert_eq!(house.store.witness_warnings(&lina, &person, None).await, Ok(vec![Warning::ReviewOverdue(day("2025-08-20"))]));
        let review = RiskDraft { review_on: day("2025-11-01"), ..risk("retaliation_local", (3, 4), (2, 4), "") };
        house.store.assess_risk(&yusuf, &person, 1, &review).await.expect("recorded");
        assert_eq!(due("lina").await, Ok(vec![]));
    }

    async fn who_speaks_with_a_witness_again_is_told_who_did_before(house) {
        let (case, lina) = house.case().await;
        let witness = house.person(&lina, &case, "شاهد").await;
        house.clock.advance(chrono::Duration::seconds(1));
        let mut form = draft::testimony(&witness, 1);
        let first = house.store.create_testimony(&lina, Some(&case), &form).await.expect("kept");
        form.answers.set("sensitivity", ["restricted"]);
        form.answers.set("interview_date", ["2025-05-14"]);
        let second = house.store.create_testimony(&lina, Some(&case), &form).await.expect("kept");
        let interviews = async |actor: &Actor| {
            let warnings = house.store.open_person(actor, &witness).await.expect("opens").warnings;
            warnings.into_iter().find_map(|warning| match warning {
                Warning::Interviewed(list) => Some(list.into_iter().map(|interview| (interview.testimony, interview.by)).collect::<Vec<_>>()),
                _ => None,
            })
        };
        let both = vec![(first.clone(), lina.account), (second.clone(), lina.account)];
        assert_eq!(interviews(&lina).await, Some(both));
        // Where the second is written, it is not an interview before itself.
        let told = house.store.witness_warnings(&lina, &witness, Some(&second)).await.expect("told");
        assert!(told.iter().any(|warning| matches!(warning, Warning::Interviewed(list) if list.len() == 1 && list[0].testimony == first)), "{told:?}");
        assert_eq!(house.last().await.line(), "see_risks done");
        let nour = house.on("nour", &case).await;
        assert_eq!(interviews(&nour).await, Some(vec![(first, lina.account)]), "a restricted testimony is not told of");
        assert_eq!(house.store.open_person(&lina, &witness).await.expect("opens").warnings[0], Warning::NotAssessed);
        let suspect = house.person(&lina, &case, "مشتبه به").await;
        assert_eq!(house.store.open_person(&lina, &suspect).await.expect("opens").warnings, [], "whoever is no witness needs no assessment");
        assert_eq!(house.listed(&lina, Kind::Person).await.len(), 2);
    }

    async fn the_wish_for_an_interviewer_of_the_same_sex_counts_as_it_was_said_last(house) {
        let (case, lina) = house.case().await;
        let witness = house.person(&lina, &case, "شاهدة").await;
        let warned = async |actor: &Actor| house.store.witness_warnings(actor, &witness, None).await.expect("told").contains(&Warning::SameSex);
        let take = async |wish: &str, sensitivity: &str| {
            house.clock.advance(chrono::Duration::seconds(1));
            let mut form = draft::testimony(&witness, 1);
            form.answers.set("interviewer_sex", [wish]);
            form.answers.set("sensitivity", [sensitivity]);
            house.store.create_testimony(&lina, Some(&case), &form).await.expect("kept")
        };
        assert!(!warned(&lina).await);
        let first = take("same", "restricted").await;
        assert!(warned(&lina).await, "as the draft says that is being written");
        // Who may not know of the testimony is warned too, and learns no more than that.
        let nour = house.on("nour", &case).await;
        assert_eq!(house.store.open_testimony(&nour, &first).await.err(), Some(Error::NotFound));
        assert!(warned(&nour).await);
        take("no_preference", "normal").await;
        assert!(warned(&lina).await, "nothing was said since");
        let third = take("any", "normal").await;
        assert!(!warned(&lina).await, "asked again, anybody will do");
        // What is saved in the draft counts at once.
        let draft = house.store.open_draft(&lina, &third).await.expect("opens");
        let mut form = draft.statement.form();
        form.answers.set("interviewer_sex", ["same"]);
        house.store.save_draft(&lina, &third, draft.head.version, &form).await.expect("kept");
        assert!(warned(&lina).await);
        assert!(house.store.open_person(&lina, &witness).await.expect("opens").warnings.contains(&Warning::SameSex));
    }

    async fn a_recorded_assessment_changes_through_no_sql(house) {
        let (_, lina, yusuf, person) = witness(house).await;
        house.store.assess_risk(&lina, &person, 0, &critical()).await.expect("recorded");
        let open = file(house, &yusuf, &person).await;
        house.store.clear_risk(&yusuf, &person, open.seen, &clearance(&open)).await.expect("cleared");
        let mut raw = house.raw().await;
        for sql in [
            "UPDATE risk_assessment SET residual = 1",
            "UPDATE risk_assessment SET score = 25, residual = 1",
            "UPDATE risk_assessment SET review_on = '2099-01-01'",
            "UPDATE risk_assessment SET assessed_on = '2099-01-01'",
            "UPDATE risk_assessment SET measures = ''",
            "UPDATE risk_assessment SET superseded_at = recorded_at, note = wrapped_key",
            "DELETE FROM risk_assessment",
            "UPDATE risk_clearance SET reason = wrapped_key",
            "DELETE FROM risk_clearance",
        ] {
            let refused = raw.run(sql).await.expect_err(sql);
            assert!(refused.contains("insert-only"), "{sql}: {refused}");
        }
        if house.database == tests::Database::Sqlite {
            for table in ["risk_assessment", "risk_clearance"] {
                let sql = format!("REPLACE INTO {table} SELECT * FROM {table}");
                assert!(raw.run(&sql).await.expect_err(&sql).contains("insert-only"), "{sql}");
            }
        }
    }

    async fn of_an_assessment_that_fails_nothing_is_kept(house) {
        let (_, lina, _, person) = witness(house).await;
        let mut raw = house.raw().await;
        raw.break_log().await;
        assert_eq!(house.store.assess_risk(&lina, &person, 0, &critical()).await, Err(Error::Busy));
        raw.mend_log().await;
        assert_eq!(file(house, &lina, &person).await.seen, 0);
    }
}
