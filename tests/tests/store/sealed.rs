//! The part of a testimony that is sealed by itself: opened by few, for a reason, each time on record.

use domain::testimony::Answers;
use domain::{Actor, Error};
use tests::{draft, on_both};

fn stepped_up(actor: &Actor) -> Actor {
    Actor {
        stepped_up: true,
        ..actor.clone()
    }
}

on_both! {
    async fn what_is_sealed_by_itself_opens_for_a_reason_and_every_opening_is_on_record(house) {
        let (case, lina) = house.case().await;
        let code = house.filed(&lina, &case, 1).await;
        let contact = Answers::from([("safe_contact", "عند الخباز بعد العصر"), ("community", "كما قيل")]);
        house.store.write_sealed(&lina, &code, 0, &contact).await.expect("written");
        assert_eq!(house.last().await.line(), "write_sealed done");
        assert_eq!(house.store.open_sealed(&lina, &code, draft::REASON).await, Err(Error::StepUpNeeded), "the password again");
        assert_eq!(house.last().await.line(), "open_sealed failed");
        let lina = stepped_up(&lina);
        let refused = house.store.open_sealed(&lina, &code, "قصير").await;
        assert!(matches!(refused, Err(Error::Invalid(problems)) if problems[0].field == "reason"));
        assert!(house.store.see_openings(&lina, &code).await.expect("a list").is_empty(), "what was refused was not opened");
        let opened = house.store.open_sealed(&lina, &code, draft::REASON).await.expect("opens");
        assert_eq!((opened.version, &opened.answers), (1, &contact));
        assert_eq!(house.last().await.line(), "open_sealed done");
        let openings = house.store.see_openings(&lina, &code).await.expect("a list");
        assert_eq!(openings.iter().map(|opening| (opening.by.as_str(), opening.reason.as_str())).collect::<Vec<_>>(), [("Lina Kheder", draft::REASON)]);
        let mut raw = house.raw().await;
        assert!(raw.run("DELETE FROM sealed_opening").await.expect_err("it stays").contains("insert-only"));
    }

    async fn two_who_write_what_is_sealed_never_overwrite_each_other(house) {
        let (case, lina) = house.case().await;
        let code = house.filed(&lina, &case, 1).await;
        let words = |text: &str| Answers::from([("safe_words", text)]);
        house.store.write_sealed(&lina, &code, 0, &words("الأول")).await.expect("written");
        assert_eq!(house.store.write_sealed(&lina, &code, 0, &words("الثاني")).await, Err(Error::Conflict));
        house.store.write_sealed(&lina, &code, 1, &words("الثالث")).await.expect("on what was read");
        let opened = house.store.open_sealed(&stepped_up(&lina), &code, draft::REASON).await.expect("opens");
        assert_eq!((opened.version, opened.answers.get("safe_words")), (2, "الثالث"));
        // The first text, put back with its version and key, is another row than the one that was written last.
        let mut raw = house.raw().await;
        raw.must("UPDATE sealed_answer SET version = 1").await;
        assert_eq!(house.store.open_sealed(&stepped_up(&lina), &code, draft::REASON).await, Err(Error::Internal));
    }

    async fn neither_second_nor_supervisor_nor_stranger_opens_it(house) {
        let (case, lina) = house.case().await;
        let code = house.filed(&lina, &case, 1).await;
        let open = async |login: &str| house.store.open_sealed(&stepped_up(&house.on(login, &case).await), &code, draft::REASON).await.map(drop);
        assert_eq!(open("omar").await, Err(Error::Forbidden), "the second");
        assert_eq!(open("huda").await, Err(Error::Forbidden), "the supervisor");
        assert_eq!(house.last().await.line(), "open_sealed refused");
        let sami = stepped_up(&house.actor("sami").await);
        assert_eq!(house.store.open_sealed(&sami, &code, draft::REASON).await.map(drop), Err(Error::NotFound), "outside the case");
    }
}
