//! Telling recipients of a withdrawal: who is told, by when, and that it is told once.

use domain::notice::{NoticeDraft, NoticeForm};
use domain::{Actor, Code, Error, ProblemKind};
use tests::house::House;
use tests::{draft, on_both};

fn day(text: &str) -> chrono::NaiveDate {
    text.parse().expect("a date")
}

/// A testimony of a case of lina's, with consents to analysis, referral, a UN mechanism and a public report; rana is the
/// case's legal officer, yusuf its protection officer.
async fn consented(house: &House) -> (Code, Actor, Actor, Code) {
    let (case, lina) = house.case().await;
    let code = house.filed(&lina, &case, 2).await;
    let huda = house.on("huda", &case).await;
    for (login, duty) in [("rana", "legal_officer"), ("yusuf", "protection_officer")] {
        house.store.assign(&huda, &case, login, duty).await.expect("assigned");
    }
    let given = draft::consents(&[
        ("internal_analysis", "committee", "granted", "pseudonym"),
        ("national_prosecution", "national_prosecutor", "granted", "pseudonym"),
        ("un_mechanisms", "iiim", "granted", "pseudonym"),
        ("public_report_anon", "public", "granted", "anonymous"),
    ]);
    house
        .store
        .record_consents(&lina, &code, 0, &given)
        .await
        .expect("recorded");
    let rana = house.on("rana", &case).await;
    (case, lina, rana, code)
}

/// The case was referred once, past the store: no way leads there yet.
pub(crate) async fn refer(house: &House, case: &Code) {
    let mut raw = house.raw().await;
    let id = raw.uuid(store::Chance::real().id(house.clock.now()));
    raw.must(&format!(
        "INSERT INTO case_move (id, case_id, transition, to_status, wrapped_key, reason, moved_at, moved_by)
         SELECT {id}, m.case_id, 'T17', 'referred', m.wrapped_key, m.reason, m.moved_at, m.moved_by
         FROM case_move m JOIN record r ON r.id = m.case_id WHERE r.code = '{case}'"
    ))
    .await;
}

async fn recipients(house: &House, actor: &Actor, code: &Code) -> Vec<String> {
    let file = house.store.see_notices(actor, code).await.expect("opens");
    file.notices.into_iter().map(|notice| notice.recipient).collect()
}

async fn told(house: &House, actor: &Actor, code: &Code) -> NoticeDraft {
    let file = house.store.see_notices(actor, code).await.expect("opens");
    NoticeForm {
        notice: file.notices[0].id.to_string(),
        told_on: "2025-08-01".into(),
        means: "letter".into(),
        told_by: "rana".into(),
        answer: "أُعيدت النسخ كلها".into(),
    }
    .check(day("2025-08-01"))
    .expect("a good form")
}

on_both! {
    async fn who_may_have_received_a_statement_must_be_told_of_its_withdrawal(house) {
        let (case, lina, rana, code) = consented(house).await;
        let first = draft::withdrawal(&["un_mechanisms.iiim"]);
        house.store.withdraw_consents(&lina, &code, 4, &first).await.expect("withdrawn");
        assert_eq!(recipients(house, &lina, &code).await, [""; 0], "nothing has left the committee");
        refer(house, &case).await;
        let second = draft::withdrawal(&["national_prosecution.national_prosecutor", "public_report_anon.public"]);
        house.store.withdraw_consents(&lina, &code, 5, &second).await.expect("withdrawn");
        assert_eq!(house.last().await.noted("notices").as_i64(), Some(1));
        let file = house.store.see_notices(&rana, &code).await.expect("opens");
        assert_eq!(file.notices.len(), 1, "the public has no address");
        let notice = &file.notices[0];
        assert_eq!((notice.recipient.as_str(), notice.withdrawn_on), ("national_prosecutor", day("2025-07-31")));
        assert_eq!(notice.due_on, day("2025-08-05"), "Sunday, Monday, Tuesday");
        assert!(notice.told.is_none() && file.may_answer);
        let consents = house.store.see_consents(&lina, &code).await.expect("opens");
        assert_eq!((consents.notices.len(), consents.sent), (1, true));
    }

    async fn closing_a_testimony_tells_everybody_who_was_allowed_anything(house) {
        let (case, lina, rana, code) = consented(house).await;
        refer(house, &case).await;
        house.store.withdraw_consents(&lina, &code, 4, &draft::withdrawal(&["internal_analysis.committee"])).await.expect("withdrawn");
        assert_eq!(house.store.see_notices(&lina, &code).await.err(), Some(Error::NotFound), "it is closed");
        let mut told = recipients(house, &rana, &code).await;
        told.sort();
        assert_eq!(told, ["iiim", "national_prosecutor"]);
        // A later withdrawal of one of them tells nobody twice.
        let seen = house.store.see_consents(&rana, &code).await.expect("opens").seen;
        house.store.withdraw_consents(&rana, &code, seen, &draft::withdrawal(&["un_mechanisms.iiim"])).await.expect("withdrawn");
        assert_eq!(recipients(house, &rana, &code).await.len(), 2);
    }

    async fn a_notice_waits_for_the_legal_officer_until_it_is_answered_once(house) {
        let (case, lina, rana, code) = consented(house).await;
        refer(house, &case).await;
        house.store.withdraw_consents(&lina, &code, 4, &draft::withdrawal(&["un_mechanisms.iiim"])).await.expect("withdrawn");
        let waits = async |login: &str| {
            let actor = house.actor(login).await;
            house.store.tasks(&actor).await.expect("an answer").notices.into_iter().map(|row| (row.testimony, row.recipient, row.due_on)).collect::<Vec<_>>()
        };
        let one = vec![(code.clone(), "iiim".to_owned(), day("2025-08-05"))];
        for login in ["rana", "yusuf"] {
            assert_eq!(waits(login).await, one, "{login}");
        }
        assert_eq!(waits("lina").await, [], "it is not the investigator's to do");
        let huda = house.actor("huda").await;
        let queue = house.store.queue(&huda, &store::QueueFilter::default(), 10).await.expect("the queue");
        assert_eq!(queue.due.notices.len(), 1);

        let how = told(house, &rana, &code).await;
        let early = NoticeDraft { told_on: day("2025-07-30"), ..how.clone() };
        assert_eq!(house.store.answer_notice(&rana, &code, &early).await, Err(Error::at("told_on", ProblemKind::EndsBeforeStart)));
        let nobody = NoticeDraft { told_by: "nobody".into(), ..how.clone() };
        assert_eq!(house.store.answer_notice(&rana, &code, &nobody).await, Err(Error::at("told_by", ProblemKind::Unknown)));
        let strange = NoticeDraft { notice: store::Chance::real().id(house.clock.now()), ..how.clone() };
        assert_eq!(house.store.answer_notice(&rana, &code, &strange).await, Err(Error::at("notice", ProblemKind::Unknown)));
        house.store.answer_notice(&rana, &code, &how).await.expect("recorded");
        assert_eq!(house.last().await.line(), "answer_notice done");
        assert_eq!(house.store.answer_notice(&rana, &code, &how).await, Err(Error::Conflict));
        let file = house.store.see_notices(&lina, &code).await.expect("opens");
        let told = file.notices[0].told.as_ref().expect("told");
        assert_eq!((told.on, told.means.as_str(), told.answer.as_str()), (day("2025-08-01"), "letter", "أُعيدت النسخ كلها"));
        assert_eq!((told.by, file.may_answer), (rana.account, false));
        assert_eq!(waits("rana").await, []);
    }

    async fn who_may_not_answer_is_refused_and_logged_and_a_failure_keeps_nothing(house) {
        let (case, lina, rana, code) = consented(house).await;
        refer(house, &case).await;
        house.store.withdraw_consents(&lina, &code, 4, &draft::withdrawal(&["un_mechanisms.iiim"])).await.expect("withdrawn");
        let how = told(house, &rana, &code).await;
        let (huda, sami) = (house.on("huda", &case).await, house.actor("sami").await);
        let mark = house.mark().await;
        assert_eq!(house.store.answer_notice(&lina, &code, &how).await, Err(Error::Forbidden));
        assert_eq!(house.store.answer_notice(&huda, &code, &how).await, Err(Error::Forbidden));
        assert_eq!(house.store.answer_notice(&sami, &code, &how).await, Err(Error::NotFound));
        assert_eq!(house.store.see_notices(&sami, &code).await.err(), Some(Error::NotFound));
        let lines: Vec<_> = house.since(mark).await.iter().map(tests::LogEntry::line).collect();
        assert_eq!(lines, ["answer_notice refused", "answer_notice refused", "answer_notice refused", "see_notices refused"]);
        let mut raw = house.raw().await;
        raw.break_log().await;
        assert_eq!(house.store.answer_notice(&rana, &code, &how).await, Err(Error::Busy));
        raw.mend_log().await;
        assert_eq!(raw.number("SELECT count(*) FROM notice_answer").await, 0);
        house.store.answer_notice(&rana, &code, &how).await.expect("recorded");
        for sql in [
            "UPDATE withdrawal_notice SET due_on = '2099-01-01'",
            "DELETE FROM withdrawal_notice",
            "UPDATE notice_answer SET told_on = '2025-07-31'",
            "DELETE FROM notice_answer",
        ] {
            let refused = raw.run(sql).await.expect_err(sql);
            assert!(refused.contains("insert-only"), "{sql}: {refused}");
        }
    }
}
