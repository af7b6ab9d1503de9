//! The sealed block on sexual violence: for who is trained, and opened once for each approval of a second person.

use crate::reveal::protected;
use domain::reveal::{Reason, RequestState};
use domain::testimony::Answers;
use domain::{Actor, Code, Error, ProblemKind};
use tests::{House, draft, on_both};
use uuid::Uuid;

const SAID: &str = "كما قالت بكلماتها";

fn why() -> Reason {
    Reason(draft::REASON.into())
}

fn words(text: &str) -> Answers {
    Answers::from([("violence", text)])
}

fn problem(kind: ProblemKind) -> Error {
    Error::at("", kind)
}

/// The chair confirms the training of a person.
pub(crate) async fn train(house: &House, login: &str) {
    let nour = house.actor("nour").await;
    house.store.set_trained(&nour, login, true).await.expect("confirmed");
}

/// A filed testimony on a case with everybody's duty, and `lina`, who leads it, is trained and gave the password again.
async fn trained(house: &House) -> (Code, Actor, Code) {
    let (case, lina, _) = protected(house).await;
    train(house, "lina").await;
    let lina = house.again(&lina).await;
    let code = house.filed(&lina, &case, 1).await;
    (case, lina, code)
}

/// The same with the block written.
async fn written(house: &House) -> (Code, Actor, Code) {
    let (case, lina, code) = trained(house).await;
    house
        .store
        .write_block(&lina, &code, 0, &words(SAID))
        .await
        .expect("written");
    (case, lina, code)
}

async fn waiting(house: &House, actor: &Actor, code: &Code) -> Uuid {
    let view = house.store.see_block_requests(actor, code).await.expect("opens");
    assert_eq!(view.requests.len(), 1);
    view.requests[0].id
}

async fn state(house: &House, actor: &Actor, code: &Code) -> Option<RequestState> {
    let view = house.store.see_block(actor, code).await.expect("the way");
    view.request.map(|(state, _)| state)
}

on_both! {
    async fn only_who_is_trained_comes_to_the_block(house) {
        let (case, lina, _) = protected(house).await;
        let code = house.filed(&lina, &case, 1).await;
        let all = async |actor: &Actor| [
            house.store.see_block(actor, &code).await.map(drop),
            house.store.write_block(actor, &code, 0, &words(SAID)).await,
            house.store.ask_block(actor, &code, &why()).await,
            house.store.open_block(actor, &code).await.map(drop),
        ];
        let mark = house.mark().await;
        // The lead and the protection officer open the rest of the sealed part, and nothing of this.
        let yusuf = house.sure("yusuf", &case).await;
        for actor in [&lina, &yusuf] {
            house.store.open_sealed(actor, &code, draft::REASON).await.expect("opens");
            assert!(all(actor).await.iter().all(|done| *done == Err(Error::Forbidden)), "{}", actor.login);
        }
        let refused: Vec<_> = house.since(mark).await.into_iter().filter(|entry| entry.act.ends_with("_block")).map(|entry| entry.line()).collect();
        let once = ["see_block refused", "write_block refused", "ask_block refused", "open_block refused"];
        assert_eq!(refused, [once, once].concat());
        // Training alone opens nothing either: it takes the duty.
        for (login, expected) in [("omar", Error::Forbidden), ("huda", Error::Forbidden), ("rana", Error::Forbidden), ("sami", Error::NotFound)] {
            train(house, login).await;
            let actor = if login == "sami" { house.actor(login).await } else { house.sure(login, &case).await };
            assert!(all(&actor).await.iter().all(|done| *done == Err(expected.clone())), "{login}");
        }
        train(house, "lina").await;
        let lina = house.again(&lina).await;
        house.store.write_block(&lina, &code, 0, &words(SAID)).await.expect("written");
        // It ends at the next request.
        let nour = house.actor("nour").await;
        house.store.set_trained(&nour, "lina", false).await.expect("ended");
        let lina = house.again(&lina).await;
        assert!(all(&lina).await.iter().all(|done| *done == Err(Error::Forbidden)));
    }

    async fn the_chair_says_who_is_trained_and_nobody_else(house) {
        for login in ["lina", "huda", "yusuf", "zaid", "admin"] {
            let actor = house.actor(login).await;
            assert_eq!(house.store.set_trained(&actor, "omar", true).await, Err(Error::Forbidden), "{login}");
            assert_eq!(house.last().await.line(), "qualify refused");
        }
        let nour = house.actor("nour").await;
        assert_eq!(house.store.set_trained(&nour, "nour", true).await, Err(Error::Forbidden), "not one's own");
        assert_eq!(house.store.set_trained(&nour, "nobody", true).await, Err(Error::NotFound));
        assert_eq!(house.store.set_trained(&nour, "omar", false).await, Err(Error::Conflict), "nothing to end");
        house.store.set_trained(&nour, "omar", true).await.expect("confirmed");
        let entry = house.last().await;
        assert_eq!((entry.line().as_str(), entry.noted("trained")), ("qualify done", true.into()));
        assert_eq!(house.store.set_trained(&nour, "omar", true).await, Err(Error::Conflict), "it stands so already");
        let since = async || {
            let accounts = house.store.accounts(&nour).await.expect("a list");
            accounts.into_iter().find(|account| account.login == "omar").expect("omar").trained_since
        };
        assert!(since().await.is_some());
        assert!(house.actor("omar").await.trained && !house.actor("lina").await.trained);
        house.store.set_trained(&nour, "omar", false).await.expect("ended");
        assert!(since().await.is_none() && !house.actor("omar").await.trained);
        // What was confirmed and ended stays on record, and is confirmed anew beside it.
        house.store.set_trained(&nour, "omar", true).await.expect("confirmed anew");
        let mut raw = house.raw().await;
        assert_eq!(raw.number("SELECT count(*) FROM qualification").await, 2);
        for sql in ["DELETE FROM qualification", "UPDATE qualification SET ended_at = NULL WHERE ended_at IS NOT NULL", "UPDATE qualification SET confirmed_at = ended_at WHERE ended_at IS NOT NULL"] {
            assert!(raw.run(sql).await.expect_err("it stays").contains("insert-only"), "{sql}");
        }
    }

    async fn the_block_opens_once_for_each_approval_and_everything_is_on_record(house) {
        let (case, lina, code) = written(house).await;
        assert_eq!(house.last().await.line(), "write_block done");
        assert_eq!(house.store.open_block(&lina, &code).await, Err(problem(ProblemKind::NotApproved)), "nobody approved");
        let entry = house.last().await;
        assert_eq!((entry.line().as_str(), entry.noted("bar")), ("open_block refused", "not_approved".into()));
        house.store.ask_block(&lina, &code, &why()).await.expect("asked");
        assert_eq!(state(house, &lina, &code).await, Some(RequestState::Waiting));
        assert_eq!(house.store.ask_block(&lina, &code, &why()).await, Err(Error::Conflict), "one waits");
        assert_eq!(house.store.open_block(&lina, &code).await, Err(problem(ProblemKind::NotApproved)), "it only waits");
        // Either of those who protect the case decides: here the protection officer.
        let yusuf = house.on("yusuf", &case).await;
        let waits = house.store.reveals(&yusuf).await.expect("a list").blocks;
        assert_eq!(waits.iter().map(|row| (row.record.clone(), row.by.as_str())).collect::<Vec<_>>(), [(code.clone(), "Lina Kheder")]);
        let request = waiting(house, &yusuf, &code).await;
        house.store.decide_block(&yusuf, &code, request, true, &why()).await.expect("approved");
        let entry = house.last().await;
        assert_eq!((entry.line().as_str(), entry.noted("approved"), entry.code.as_deref()), ("decide_block done", true.into(), Some(code.as_str())));
        assert!(house.store.reveals(&yusuf).await.expect("a list").blocks.is_empty());
        assert_eq!(house.store.ask_block(&lina, &code, &why()).await, Err(Error::Conflict), "it is approved");
        // The password first; that does not use the approval up.
        let late = Actor { stepped_up: false, ..lina.clone() };
        assert_eq!(house.store.open_block(&late, &code).await, Err(Error::StepUpNeeded));
        assert_eq!(house.last().await.noted("bar"), "step_up");
        let opened = house.store.open_block(&lina, &code).await.expect("opens");
        assert_eq!((opened.version, opened.answers), (1, words(SAID)));
        let entry = house.last().await;
        assert_eq!((entry.line().as_str(), entry.noted("request")), ("open_block done", request.to_string().into()));
        assert_eq!(state(house, &lina, &code).await, Some(RequestState::Used));
        assert_eq!(house.store.open_block(&lina, &code).await, Err(problem(ProblemKind::NotApproved)), "once");
        let view = house.store.see_block(&lina, &code).await.expect("the way");
        assert_eq!(view.before.iter().map(|past| (past.by.as_str(), past.state, past.reason.as_str())).collect::<Vec<_>>(), [("Lina Kheder", RequestState::Used, draft::REASON)]);
        let mine = house.store.reveals(&lina).await.expect("a list").mine;
        assert_eq!((mine[0].record.clone(), mine[0].state, mine[0].decision.as_ref().map(|words| words.to_string())), (code.clone(), RequestState::Used, Some(draft::REASON.to_owned())));
        // What was opened is changed and sealed again; it is read again only after another approval.
        house.store.write_block(&lina, &code, 1, &words("تصحيح")).await.expect("written");
        house.store.ask_block(&lina, &code, &why()).await.expect("asked anew");
        let huda = house.on("huda", &case).await;
        let request = waiting(house, &huda, &code).await;
        house.store.decide_block(&huda, &code, request, true, &why()).await.expect("approved by the supervisor");
        assert_eq!(house.store.open_block(&lina, &code).await.expect("opens").answers, words("تصحيح"));
        // None of it stands in an entry.
        assert!(house.raw().await.log().await.iter().all(|entry| !entry.detail.contains("كُتب") && !entry.detail.contains("بكلماتها")));
        let mut raw = house.raw().await;
        for sql in ["DELETE FROM block_request", "UPDATE block_request SET used_at = NULL", "UPDATE block_request SET approved = FALSE"] {
            assert!(raw.run(sql).await.expect_err("it stays").contains("insert-only"), "{sql}");
        }
    }

    async fn what_is_denied_has_ended_or_is_one_s_own_opens_nothing(house) {
        let (case, lina, code) = written(house).await;
        let (yusuf, huda) = (house.sure("yusuf", &case).await, house.on("huda", &case).await);
        let not_approved = Err(problem(ProblemKind::NotApproved));
        house.store.ask_block(&lina, &code, &why()).await.expect("asked");
        let request = waiting(house, &yusuf, &code).await;
        house.store.decide_block(&yusuf, &code, request, false, &why()).await.expect("denied");
        assert_eq!(state(house, &lina, &code).await, Some(RequestState::Denied));
        assert_eq!(house.store.open_block(&lina, &code).await, not_approved);
        let mine = house.store.reveals(&lina).await.expect("a list").mine;
        assert_eq!((mine[0].state, mine[0].decision.as_ref().map(|words| words.to_string())), (RequestState::Denied, Some(draft::REASON.to_owned())), "with the reason");
        for approve in [true, false] {
            assert_eq!(house.store.decide_block(&huda, &code, request, approve, &why()).await, Err(Error::Conflict), "it is decided");
        }
        // Asked again; it ends before anybody decides.
        house.store.ask_block(&lina, &code, &why()).await.expect("asked anew");
        let request = waiting(house, &huda, &code).await;
        house.clock.advance(chrono::Duration::hours(24));
        let (lina, huda) = (house.sure("lina", &case).await, house.on("huda", &case).await);
        assert_eq!(state(house, &lina, &code).await, Some(RequestState::Expired));
        assert_eq!(house.store.decide_block(&huda, &code, request, true, &why()).await, Err(Error::Conflict), "it has ended");
        assert!(house.store.see_block_requests(&huda, &code).await.expect("opens").requests.is_empty());
        // Approved, and not used in time.
        house.store.ask_block(&lina, &code, &why()).await.expect("asked anew");
        let request = waiting(house, &huda, &code).await;
        house.store.decide_block(&huda, &code, request, true, &why()).await.expect("approved");
        house.clock.advance(chrono::Duration::hours(24));
        let lina = house.sure("lina", &case).await;
        assert_eq!(house.store.open_block(&lina, &code).await, not_approved, "it has ended");
        // The protection officer asks and does not decide it; nor does anybody without that duty.
        train(house, "yusuf").await;
        let yusuf = house.sure("yusuf", &case).await;
        house.store.ask_block(&yusuf, &code, &why()).await.expect("asked");
        let request = waiting(house, &yusuf, &code).await;
        assert!(house.store.see_block_requests(&yusuf, &code).await.expect("opens").requests[0].mine);
        assert_eq!(house.store.decide_block(&yusuf, &code, request, true, &why()).await, Err(problem(ProblemKind::NotBySelf)));
        let entry = house.last().await;
        assert_eq!((entry.line().as_str(), entry.noted("bar")), ("decide_block refused", "own_request".into()));
        for (login, expected) in [("lina", Error::Forbidden), ("omar", Error::Forbidden), ("rana", Error::Forbidden), ("dima", Error::Forbidden), ("nour", Error::Forbidden)] {
            let actor = house.sure(login, &case).await;
            assert_eq!(house.store.decide_block(&actor, &code, request, true, &why()).await, Err(expected.clone()), "{login}");
            assert_eq!(house.store.see_block_requests(&actor, &code).await.err(), Some(expected), "{login}");
        }
        for (login, expected) in [("sami", Error::NotFound), ("zaid", Error::Forbidden), ("admin", Error::Forbidden)] {
            let actor = house.actor(login).await;
            assert_eq!(house.store.decide_block(&actor, &code, request, true, &why()).await, Err(expected), "{login}");
        }
        // A request for another testimony decides nothing here.
        let other = house.filed(&lina, &case, 1).await;
        let huda = house.on("huda", &case).await;
        assert_eq!(house.store.decide_block(&huda, &other, request, true, &why()).await, Err(Error::NotFound));
        assert_eq!(house.store.open_block(&yusuf, &code).await, not_approved, "still nobody approved");
        house.store.decide_block(&huda, &code, request, true, &why()).await.expect("approved");
        assert_eq!(house.store.open_block(&lina, &code).await, not_approved, "another's approval opens nothing");
        assert_eq!(house.store.open_block(&yusuf, &code).await.expect("opens").answers, words(SAID));
    }

    async fn two_who_write_the_block_never_overwrite_each_other_and_nothing_of_it_is_elsewhere(house) {
        let (case, lina, code) = trained(house).await;
        assert!(!house.store.see_block(&lina, &code).await.expect("the way").written);
        let empty = house.store.write_block(&lina, &code, 0, &words("")).await;
        assert_eq!(empty, Err(Error::at("violence", ProblemKind::Missing)), "nothing to begin with");
        house.store.write_block(&lina, &code, 0, &words(SAID)).await.expect("written");
        assert_eq!(house.store.write_block(&lina, &code, 0, &words("الثاني")).await, Err(Error::Conflict));
        assert!(house.store.see_block(&lina, &code).await.expect("the way").written);
        // The rest of the sealed part neither takes it nor gives it.
        let both = Answers::from([("violence", "هنا أيضًا"), ("safe_words", "لا شيء")]);
        house.store.write_sealed(&lina, &code, 0, &both).await.expect("written");
        let contact = house.store.open_sealed(&lina, &code, draft::REASON).await.expect("opens").answers;
        assert_eq!(contact, Answers::from([("safe_words", "لا شيء")]));
        // A part that was written before the block stood apart is taken apart by the next who writes.
        let mut raw = house.raw().await;
        raw.must("UPDATE sealed_answer SET parted = FALSE").await;
        let contact = house.store.open_sealed(&lina, &code, draft::REASON).await.expect("opens").answers;
        assert_eq!(contact, Answers::from([("safe_words", "لا شيء")]));
        assert_eq!(raw.number("SELECT count(*) FROM sealed_answer WHERE parted").await, 1);
        // Put back to an older version, it does not open, and the log has an alarm.
        house.store.ask_block(&lina, &code, &why()).await.expect("asked");
        let huda = house.on("huda", &case).await;
        let request = waiting(house, &huda, &code).await;
        house.store.decide_block(&huda, &code, request, true, &why()).await.expect("approved");
        raw.must("UPDATE sealed_block SET version = 7").await;
        assert_eq!(house.store.open_block(&lina, &code).await, Err(Error::Internal));
        assert_eq!(house.last().await.noted("alarm"), "sealed_block.body");
        raw.must("UPDATE sealed_block SET version = 1").await;
        assert_eq!(house.store.open_block(&lina, &code).await.expect("the approval was not used up").answers, words(SAID));
    }

    async fn the_author_of_a_testimony_on_no_case_writes_the_block_and_reads_it_once_somebody_can_approve(house) {
        train(house, "lina").await;
        let lina = house.actor("lina").await;
        let lina = house.again(&lina).await;
        let witness = house.store.create_person(&lina, None, &draft::person("سلمى", false)).await.expect("a person");
        let code = house.store.create_testimony(&lina, None, &draft::testimony(&witness, 0)).await.expect("a draft");
        house.store.write_block(&lina, &code, 0, &words(SAID)).await.expect("written");
        house.store.ask_block(&lina, &code, &why()).await.expect("asked");
        for login in ["yusuf", "huda", "nour"] {
            let actor = house.actor(login).await;
            assert!(house.store.see_block_requests(&actor, &code).await.is_err(), "{login}");
        }
        assert_eq!(house.store.open_block(&lina, &code).await, Err(problem(ProblemKind::NotApproved)));
    }
}
