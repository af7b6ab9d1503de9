//! Revealing a protected identity: with a reason, after giving the password again, to one person in one session, for some
//! minutes; of a sensitive one by two; so many a day.

use chrono::Duration;
use domain::reveal::{Reason, RequestState, Way};
use domain::{Actor, Code, Error, Kind, ProblemKind};
use store::{Limits, Revealed};
use tests::house::limits;
use tests::{Database, House, draft, on_both};
use uuid::Uuid;

pub(crate) const NAME: &str = "زمردة البيروني";
const WHY: &str = "اتصال عاجل بالشاهدة قبل نقلها إلى مكان آمن";

pub(crate) fn why() -> Reason {
    Reason(WHY.into())
}

/// A case and a protected person on it, with everybody's duty: lina, omar, huda as ever, yusuf for protection, rana for
/// the law.
pub(crate) async fn protected(house: &House) -> (Code, Actor, Code) {
    let (case, lina) = house.case().await;
    let huda = house.actor("huda").await;
    for (login, duty) in [
        ("yusuf", "protection_officer"),
        ("rana", "legal_officer"),
        ("dima", "evidence_custodian"),
    ] {
        house.store.assign(&huda, &case, login, duty).await.expect("assigned");
    }
    let person = house
        .store
        .create_person(&lina, Some(&case), &draft::person(NAME, true))
        .await
        .expect("a person");
    house
        .store
        .choose_purpose(&lina, &case, "review")
        .await
        .expect("a purpose");
    let lina = house.again(&lina).await;
    (case, lina, person)
}

pub(crate) async fn is_open(house: &House, actor: &Actor, person: &Code) -> bool {
    house
        .store
        .see_identity(actor, person)
        .await
        .expect("the page")
        .identity
        .is_some()
}

/// The request that waits, as `yusuf` sees it.
async fn waiting(house: &House, actor: &Actor, person: &Code) -> Uuid {
    let view = house.store.see_requests(actor, person).await.expect("opens");
    assert_eq!(view.requests.len(), 1);
    view.requests[0].id
}

fn problem(kind: ProblemKind) -> Error {
    Error::at("", kind)
}

on_both! {
    async fn a_reveal_opens_the_identity_for_some_minutes_in_one_session_and_each_showing_is_logged(house) {
        let (case, lina, person) = protected(house).await;
        assert!(!is_open(house, &lina, &person).await);
        let mark = house.mark().await;
        let Ok(Revealed::Until(until)) = house.store.reveal(&lina, &person, Some(&why())).await else { panic!("open") };
        assert_eq!((until - house.clock.now()).num_minutes(), 9);
        for _ in 0..2 {
            let view = house.store.see_identity(&lina, &person).await.expect("the page");
            assert_eq!(view.identity.expect("open").0.name_ar.as_str(), NAME);
        }
        let entries = house.since(mark).await;
        assert_eq!(entries.iter().map(tests::LogEntry::line).collect::<Vec<_>>(), ["reveal done", "see_identity done", "see_identity done"]);
        let id = entries[0].noted("reveal");
        for entry in &entries {
            assert_eq!((entry.code.as_deref(), entry.noted("reveal")), (Some(person.as_str()), id.clone()));
            assert!(!entry.detail.contains("زمردة") && !entry.detail.contains("اتصال"), "{}", entry.detail);
            assert_eq!(entry.purpose.as_deref(), Some("review"));
        }
        // Nobody else, no other session, and no page but this one.
        let other = house.on("lina", &case).await;
        assert!(!is_open(house, &other, &person).await);
        assert!(!is_open(house, &house.on("omar", &case).await, &person).await);
        let view = house.store.open_person(&lina, &person).await.expect("opens");
        assert!(view.head.title.is_none() && view.body.is_none());
        let hits = house.store.search(&lina, &[Kind::Person], NAME, 10).await.expect("an answer");
        assert!(hits.iter().all(|hit| hit.title.is_none()));
        house.clock.advance(Duration::minutes(10));
        assert!(!is_open(house, &lina, &person).await, "it is over");
        assert_eq!(house.last().await.noted("identity"), false);
    }

    async fn a_reveal_takes_the_password_again_and_a_reason(house) {
        let (case, lina, person) = protected(house).await;
        let omar = house.on("omar", &case).await;
        assert_eq!(house.store.reveal(&omar, &person, Some(&why())).await, Err(Error::StepUpNeeded));
        let entry = house.last().await;
        assert_eq!((entry.line().as_str(), entry.noted("bar").as_str()), ("reveal refused", Some("step_up")));
        assert_eq!(house.store.reveal(&lina, &person, None).await, Err(Error::at("reason", ProblemKind::Missing)));
        house.clock.advance(Duration::minutes(6));
        let lina = Actor { stepped_up: false, ..lina };
        assert_eq!(house.store.reveal(&lina, &person, Some(&why())).await, Err(Error::StepUpNeeded));
        assert!(!is_open(house, &lina, &person).await);
        // From the command line, where there is no session, nothing is opened.
        let nowhere = Actor { session: None, stepped_up: true, ..lina };
        assert_eq!(house.store.reveal(&nowhere, &person, Some(&why())).await, Err(Error::SignedOut));
    }

    async fn who_has_no_need_of_the_name_is_refused_and_outside_the_case_there_is_no_such_person(house) {
        let (case, _, person) = protected(house).await;
        let mark = house.mark().await;
        for (login, expected) in [("dima", Error::Forbidden), ("nour", Error::Forbidden)] {
            let actor = house.sure(login, &case).await;
            assert_eq!(house.store.see_identity(&actor, &person).await.err(), Some(expected.clone()), "{login}");
            assert_eq!(house.store.reveal(&actor, &person, Some(&why())).await, Err(expected.clone()), "{login}");
            assert_eq!(house.store.ask_reveal(&actor, &person, &why()).await, Err(expected.clone()), "{login}");
            assert_eq!(house.store.see_requests(&actor, &person).await.err(), Some(expected), "{login}");
        }
        for login in ["sami", "zaid", "admin"] {
            let actor = house.actor(login).await;
            let actor = house.again(&actor).await;
            let expected = if login == "sami" { Error::NotFound } else { Error::Forbidden };
            assert_eq!(house.store.reveal(&actor, &person, Some(&why())).await, Err(expected.clone()), "{login}");
            assert_eq!(house.store.see_identity(&actor, &person).await.err(), Some(expected), "{login}");
        }
        let entries = house.since(mark).await;
        let tried: Vec<_> = entries.iter().filter(|entry| ["see_identity", "reveal", "ask_reveal", "see_requests"].contains(&entry.act.as_str())).collect();
        assert_eq!(tried.len(), 14);
        assert!(tried.iter().all(|entry| entry.outcome == "refused"));
    }

    async fn who_is_not_protected_goes_on_by_name(house) {
        let (case, lina, _) = protected(house).await;
        let open = house.person(&lina, &case, "قائد معلن").await;
        let view = house.store.open_person(&lina, &open).await.expect("opens");
        assert_eq!(view.head.title.expect("a name").as_str(), "قائد معلن");
        assert!(!view.may_reveal);
        assert_eq!(house.store.reveal(&lina, &open, Some(&why())).await, Err(Error::Conflict));
        assert_eq!(house.store.ask_reveal(&lina, &open, &why()).await, Err(Error::Conflict));
    }

    async fn what_can_t_be_logged_is_not_revealed(house) {
        let (_, lina, person) = protected(house).await;
        let mut raw = house.raw().await;
        raw.break_log().await;
        assert_eq!(house.store.reveal(&lina, &person, Some(&why())).await, Err(Error::Busy));
        raw.mend_log().await;
        assert_eq!(raw.number("SELECT count(*) FROM reveal").await, 0);
        house.store.reveal(&lina, &person, Some(&why())).await.expect("open");
        raw.break_log().await;
        assert_eq!(house.store.see_identity(&lina, &person).await.err(), Some(Error::Busy));
        raw.mend_log().await;
    }

    async fn a_sensitive_identity_takes_a_second_person_and_the_approval_works_once(house) {
        let (case, lina, person) = protected(house).await;
        let yusuf = house.on("yusuf", &case).await;
        assert_eq!(house.store.mark_sensitive(&lina, &person, true).await, Err(Error::Forbidden));
        house.store.mark_sensitive(&yusuf, &person, true).await.expect("marked");
        assert_eq!(house.store.reveal(&lina, &person, Some(&why())).await, Err(problem(ProblemKind::NotApproved)));
        assert_eq!(house.last().await.noted("bar"), "not_approved");
        house.store.ask_reveal(&lina, &person, &why()).await.expect("asked");
        assert_eq!(house.store.ask_reveal(&lina, &person, &why()).await, Err(Error::Conflict), "one at a time");
        assert_eq!(house.store.reveal(&lina, &person, None).await, Err(problem(ProblemKind::NotApproved)));
        let listed = house.store.reveals(&yusuf).await.expect("a list").waiting;
        assert_eq!(listed.iter().map(|row| (&row.record, row.by.as_str())).collect::<Vec<_>>(), [(&person, "Lina Kheder")]);
        assert!(house.store.reveals(&lina).await.expect("a list").waiting.is_empty());
        let request = waiting(house, &yusuf, &person).await;
        let view = house.store.see_requests(&yusuf, &person).await.expect("opens");
        assert_eq!(view.requests[0].reason.as_str(), WHY);
        house.store.decide_reveal(&yusuf, &person, request, true, &why()).await.expect("approved");
        assert_eq!(house.store.decide_reveal(&yusuf, &person, request, false, &why()).await, Err(Error::Conflict), "decided once");
        house.store.reveal(&lina, &person, None).await.expect("open");
        assert_eq!(house.last().await.noted("request"), request.to_string());
        assert!(is_open(house, &lina, &person).await);
        assert_eq!(house.store.reveal(&lina, &person, None).await, Err(problem(ProblemKind::NotApproved)), "used up");
        let mine = house.store.reveals(&lina).await.expect("a list").mine;
        assert_eq!((mine[0].state, mine[0].decided_by.as_deref()), (RequestState::Used, Some("Yusuf Darwish")));
        // The mark is taken off by who set it; a mark is not taken off by making the person unprotected.
        let draft = draft::person(NAME, false);
        assert_eq!(house.store.change_person(&lina, &person, 1, &draft).await, Err(Error::at("protected", ProblemKind::Contradicts)));
        house.store.mark_sensitive(&yusuf, &person, false).await.expect("unmarked");
        assert_eq!(house.store.see_identity(&lina, &person).await.expect("the page").way, Way::Straight);
    }

    async fn the_witness_of_a_restricted_testimony_takes_a_second_person_too(house) {
        let (case, lina, person) = protected(house).await;
        let mut form = draft::testimony(&person, 1);
        form.answers.set("sensitivity", ["restricted"]);
        house.store.create_testimony(&lina, Some(&case), &form).await.expect("kept");
        assert_eq!(house.store.see_identity(&lina, &person).await.expect("the page").way, Way::SecondPerson);
        assert_eq!(house.store.reveal(&lina, &person, Some(&why())).await, Err(problem(ProblemKind::NotApproved)));
    }

    async fn the_legal_officer_sees_an_identity_by_request_only(house) {
        let (case, _, person) = protected(house).await;
        let (rana, huda) = (house.sure("rana", &case).await, house.on("huda", &case).await);
        assert_eq!(house.store.reveal(&rana, &person, Some(&why())).await, Err(problem(ProblemKind::NotApproved)));
        house.store.ask_reveal(&rana, &person, &why()).await.expect("asked");
        let request = waiting(house, &huda, &person).await;
        house.store.decide_reveal(&huda, &person, request, true, &why()).await.expect("approved");
        house.store.reveal(&rana, &person, None).await.expect("open");
        assert!(is_open(house, &rana, &person).await);
    }

    async fn a_request_is_denied_with_a_reason_that_the_other_reads(house) {
        let (case, _, person) = protected(house).await;
        let (rana, huda) = (house.sure("rana", &case).await, house.on("huda", &case).await);
        house.store.ask_reveal(&rana, &person, &why()).await.expect("asked");
        let request = waiting(house, &huda, &person).await;
        let because = Reason("لا حاجة إلى الاسم في هذه المرحلة".into());
        house.store.decide_reveal(&huda, &person, request, false, &because).await.expect("denied");
        assert_eq!((house.last().await.line().as_str(), house.last().await.noted("approved")), ("decide_reveal done", false.into()));
        assert_eq!(house.store.reveal(&rana, &person, None).await, Err(problem(ProblemKind::NotApproved)));
        let mine = house.store.reveals(&rana).await.expect("a list").mine;
        assert_eq!((mine[0].state, mine[0].decision.clone().expect("why").as_str()), (RequestState::Denied, "لا حاجة إلى الاسم في هذه المرحلة"));
        house.store.ask_reveal(&rana, &person, &why()).await.expect("asked again");
    }

    async fn nobody_approves_their_own_request_or_one_for_another_person(house) {
        let (case, lina, person) = protected(house).await;
        let (yusuf, huda) = (house.sure("yusuf", &case).await, house.on("huda", &case).await);
        house.store.mark_sensitive(&yusuf, &person, true).await.expect("marked");
        house.store.ask_reveal(&yusuf, &person, &why()).await.expect("asked");
        let request = waiting(house, &huda, &person).await;
        assert_eq!(house.store.decide_reveal(&yusuf, &person, request, true, &why()).await, Err(problem(ProblemKind::NotBySelf)));
        assert_eq!((house.last().await.line().as_str(), house.last().await.noted("bar").as_str()), ("decide_reveal refused", Some("own_request")));
        let other = house.store.create_person(&lina, Some(&case), &draft::person("آخر", true)).await.expect("a person");
        assert_eq!(house.store.decide_reveal(&huda, &other, request, true, &why()).await, Err(Error::NotFound));
        assert_eq!(house.store.decide_reveal(&lina, &person, request, true, &why()).await, Err(Error::Forbidden));
        let mut raw = house.raw().await;
        raw.run("UPDATE reveal_request SET decided_by = asked_by, decided_at = asked_at, approved = TRUE").await.expect_err("nor past the store");
        assert_eq!(house.store.reveal(&yusuf, &person, None).await, Err(problem(ProblemKind::NotApproved)));
    }

    async fn a_request_and_its_approval_end_after_a_day(house) {
        let (case, _, person) = protected(house).await;
        let (rana, huda) = (house.on("rana", &case).await, house.on("huda", &case).await);
        let later = async |login: &str| house.sure(login, &case).await;
        house.store.ask_reveal(&rana, &person, &why()).await.expect("asked");
        let request = waiting(house, &huda, &person).await;
        house.clock.advance(Duration::hours(24));
        let huda = later("huda").await;
        assert!(house.store.see_requests(&huda, &person).await.expect("opens").requests.is_empty());
        assert_eq!(house.store.decide_reveal(&huda, &person, request, true, &why()).await, Err(Error::Conflict));
        let rana = later("rana").await;
        house.store.ask_reveal(&rana, &person, &why()).await.expect("asked");
        let request = waiting(house, &huda, &person).await;
        house.store.decide_reveal(&huda, &person, request, true, &why()).await.expect("approved");
        house.clock.advance(Duration::hours(25));
        let rana = later("rana").await;
        assert_eq!(house.store.reveal(&rana, &person, None).await, Err(problem(ProblemKind::NotApproved)));
        assert_eq!(house.store.reveals(&rana).await.expect("a list").mine[0].state, RequestState::Expired);
    }

    async fn a_protected_person_is_changed_only_while_revealed(house) {
        let (case, lina, person) = protected(house).await;
        let changed = draft::person("اسم مصحح", true);
        assert_eq!(house.store.change_person(&lina, &person, 1, &changed).await, Err(problem(ProblemKind::NotRevealed)));
        assert_eq!((house.last().await.line().as_str(), house.last().await.noted("bar").as_str()), ("edit refused", Some("not_revealed")));
        assert!(house.store.open_person_for_edit(&lina, &person).await.expect("opens").body.is_none());
        house.store.reveal(&lina, &person, Some(&why())).await.expect("open");
        assert_eq!(house.store.open_person_for_edit(&lina, &person).await.expect("opens").body.expect("open").name_ar.as_str(), NAME);
        assert_eq!((house.last().await.act.as_str(), house.last().await.noted("identity")), ("open_for_edit", true.into()));
        house.store.change_person(&lina, &person, 1, &changed).await.expect("changed");
        let omar = house.on("omar", &case).await;
        assert_eq!(house.store.change_person(&omar, &person, 2, &changed).await, Err(problem(ProblemKind::NotRevealed)));
        house.clock.advance(Duration::minutes(11));
        assert_eq!(house.store.change_person(&lina, &person, 2, &changed).await, Err(problem(ProblemKind::NotRevealed)));
    }

    async fn a_password_that_was_given_with_a_reason_is_not_kept_with_it(house) {
        let (_, _, person) = protected(house).await;
        let (token, _) = house.sign_in("omar").await;
        house.clock.advance(Duration::minutes(31));
        let body = "do=reveal&reason=because&password=olive+stair";
        assert!(house.store.keep_post(&token, &format!("{}/reveal", person.path()), body).await.expect("an answer"));
        let omar = house.actor("omar").await;
        let (_, kept) = house.store.take_kept_post(&omar).await.expect("given back");
        assert_eq!(kept, "do=reveal&reason=because");
    }

    async fn a_reveal_is_not_lengthened_nor_a_decision_turned_past_the_store(house) {
        let (case, lina, person) = protected(house).await;
        let (rana, huda) = (house.sure("rana", &case).await, house.on("huda", &case).await);
        house.store.reveal(&lina, &person, Some(&why())).await.expect("open");
        house.store.ask_reveal(&rana, &person, &why()).await.expect("asked");
        let request = waiting(house, &huda, &person).await;
        house.store.decide_reveal(&huda, &person, request, false, &why()).await.expect("denied");
        let mut raw = house.raw().await;
        for sql in [
            "UPDATE reveal SET account_id = (SELECT id FROM account WHERE login = 'sami')",
            "UPDATE reveal SET granted_at = expires_at",
            "UPDATE reveal_request SET approved = TRUE",
            "UPDATE reveal_request SET decided_by = asked_by",
            "DELETE FROM reveal",
            "DELETE FROM reveal_request",
        ] {
            raw.run(sql).await.expect_err(sql);
        }
    }
}

/// A house where one person may have two identities revealed a day.
async fn two_a_day(database: Database) -> House {
    House::new_with(database, Limits { reveals: 2, ..limits() }).await
}

mod quota {
    use super::*;

    on_both! {
        in two_a_day;

        async fn the_reveal_beyond_the_day_s_number_is_refused_and_supervisors_are_told_before(house) {
            let (case, lina, first) = protected(house).await;
            let mut people = vec![first];
            for name in ["ثان", "ثالث"] {
                people.push(house.store.create_person(&lina, Some(&case), &draft::person(name, true)).await.expect("a person"));
            }
            let huda = house.on("huda", &case).await;
            let alerts = async |actor: &Actor| house.store.reveals(actor).await.expect("a list").alerts;
            house.store.reveal(&lina, &people[0], Some(&why())).await.expect("open");
            assert!(alerts(&huda).await.is_empty());
            house.store.reveal(&lina, &people[1], Some(&why())).await.expect("open");
            assert_eq!(house.last().await.noted("alert"), true, "at the number, not after it");
            assert_eq!(alerts(&huda).await.iter().map(|alert| (alert.name.clone(), alert.day.clone())).collect::<Vec<_>>(), [("Lina Kheder".to_owned(), "2025-08-01".to_owned())]);
            assert!(alerts(&lina).await.is_empty(), "others see none");
            let spent = house.store.reveal(&lina, &people[2], Some(&why())).await;
            assert_eq!(spent, Ok(Revealed::Spent("2025-08-01T21:00:00Z".parse().expect("midnight in Damascus"))));
            let entry = house.last().await;
            assert_eq!((entry.line().as_str(), entry.noted("bar").as_str()), ("reveal refused", Some("quota")));
            assert!(!is_open(house, &lina, &people[2]).await);
            assert_eq!(house.store.see_identity(&lina, &people[2]).await.expect("the page").left, 0);
            // Others have their own number.
            let omar = house.sure("omar", &case).await;
            house.store.reveal(&omar, &people[2], Some(&why())).await.expect("open");
            // A supervisor takes note; nobody else can.
            let alert = alerts(&huda).await[0].id;
            assert_eq!(house.store.acknowledge_alert(&lina, alert).await, Err(Error::Forbidden));
            house.store.acknowledge_alert(&huda, alert).await.expect("noted");
            assert_eq!((house.last().await.line().as_str(), house.last().await.code.as_deref()), ("acknowledge_alert done", Some("lina")));
            assert!(alerts(&huda).await.is_empty());
            assert_eq!(house.store.acknowledge_alert(&huda, alert).await, Err(Error::NotFound));
            // A new day begins at midnight of the committee.
            house.clock.advance(Duration::hours(12));
            let lina = house.sure("lina", &case).await;
            assert!(matches!(house.store.reveal(&lina, &people[2], Some(&why())).await, Ok(Revealed::Until(_))));
        }
    }
}
