//! The access log under load, under attack, and out of order.

use domain::status::Guard;
use domain::{Code, Error, Kind};
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;
use store::MoveForm;
use tests::{Raw, draft, on_both};

/// Starts a request and lets it go after so many steps, as a browser that is closed.
async fn abandon<F: Future>(request: F, steps: usize) {
    let mut request = pin!(request);
    for _ in 0..steps {
        if poll_fn(|context| Poll::Ready(request.as_mut().poll(context).is_ready())).await {
            return;
        }
        tokio::task::yield_now().await;
    }
}

on_both! {
    async fn fifty_requests_at_once_leave_fifty_entries_without_a_gap(house) {
        let (case, lina) = house.case().await;
        let sami = house.actor("sami").await;
        let mark = house.mark().await;
        let requests = (0..50).map(|n| {
            let (store, case, lina, sami) = (house.store.clone(), case.clone(), lina.clone(), sami.clone());
            tokio::spawn(async move {
                match n % 5 {
                    0 => store.open_case(&lina, &case).await.is_ok(),
                    1 => store.create_incident(&lina, Some(&case), &draft::incident("حادثة")).await.is_ok(),
                    2 => store.open_case(&sami, &case).await.is_ok(),
                    3 => store.change_case(&lina, &case, 999, &draft::case("x", "")).await.is_ok(),
                    _ => store.create_incident(&sami, Some(&case), &draft::incident("حادثة")).await.is_ok(),
                }
            })
        });
        let done: Vec<_> = futures::future::join_all(requests).await.into_iter().map(|done| done.expect("no panic")).collect();
        for (n, done) in done.into_iter().enumerate() {
            assert_eq!(done, matches!(n % 5, 0 | 1), "request {n}");
        }
        let entries = house.since(mark).await;
        assert_eq!(entries.len(), 50);
        for line in ["open done", "create done", "open refused", "edit failed", "create failed"] {
            assert_eq!(entries.iter().filter(|entry| entry.line() == line).count(), 10, "{line}");
        }
    }

    async fn requests_that_are_dropped_half_way_leave_no_gap_and_block_nobody(house) {
        let (case, lina) = house.case().await;
        for steps in (0..120).step_by(3) {
            abandon(house.store.create_incident(&lina, Some(&case), &draft::incident("حادثة")), steps).await;
            abandon(house.store.open_case(&lina, &case), steps).await;
        }
        for _ in 0..3 {
            house.store.create_incident(&lina, Some(&case), &draft::incident("حادثة")).await.expect("written");
            house.store.open_case(&lina, &case).await.expect("opened");
        }
        let incidents = house.raw().await.number("SELECT count(*) FROM incident").await;
        let made = house.raw().await.log().await.iter().filter(|entry| entry.line() == "create done" && entry.object_kind == "incident").count();
        assert_eq!(usize::try_from(incidents), Ok(made), "what was made and what was logged");
    }

    async fn what_was_recorded_can_not_be_changed_or_removed_past_the_store(house) {
        let (case, lina) = house.case().await;
        let huda = house.on("huda", &case).await;
        let testimony = house.filed(&lina, &case, 2).await;
        let incident = house.store.create_incident(&lina, Some(&case), &draft::incident("قصف")).await.expect("made");
        let person = house.person(&lina, &case, "سامر").await;
        house.store.involve(&lina, &incident, &draft::involvement(&person, &[(&testimony, "1")])).await.expect("linked");
        house.store.attest(&huda, &case, Guard::Risk, draft::REASON).await.expect("attested");
        house.store.return_testimony(&huda, &testimony, draft::REASON, "").await.expect("returned");
        let mut raw = house.raw().await;
        for table in ["log_entry", "case_move", "attestation", "remark", "citation"] {
            assert!(raw.number(&format!("SELECT count(*) FROM {table}")).await > 0, "{table} is empty");
            for sql in [format!("UPDATE {table} SET id = id"), format!("DELETE FROM {table}")] {
                assert!(raw.run(&sql).await.expect_err(&sql).contains("insert-only"), "{sql}");
            }
        }
        let frozen = [
            "UPDATE statement SET frozen_at = NULL WHERE version = 1",
            "UPDATE statement SET body = body WHERE version = 1",
            "UPDATE statement SET testimony_id = testimony_id WHERE version = 1",
            "DELETE FROM statement WHERE version = 1",
            "DELETE FROM holding",
            "DELETE FROM involvement",
            "UPDATE holding SET id = (SELECT id FROM involvement)",
            "UPDATE holding SET case_id = record_id WHERE case_id <> record_id",
            "UPDATE holding SET record_id = case_id WHERE case_id <> record_id",
            "UPDATE holding SET recorded_at = (SELECT started_at FROM instance ORDER BY started_at LIMIT 1)",
            "UPDATE holding SET recorded_by = (SELECT id FROM account WHERE login = 'sami')",
            "UPDATE involvement SET id = (SELECT min_id FROM (SELECT id AS min_id FROM record LIMIT 1) m)",
            "UPDATE involvement SET role = 'victim'",
            "UPDATE involvement SET confidence = 'AC4'",
            "UPDATE involvement SET note = wrapped_key",
            "UPDATE involvement SET wrapped_key = note",
            "UPDATE involvement SET recorded_by = (SELECT id FROM account WHERE login = 'sami')",
        ];
        for sql in frozen {
            assert!(raw.run(sql).await.expect_err(sql).contains("insert-only"), "{sql}");
        }
        if matches!(raw, Raw::Postgres(_)) {
            for table in ["log_entry", "case_move", "attestation", "remark", "citation", "holding", "involvement", "statement"] {
                assert!(raw.run(&format!("TRUNCATE {table} CASCADE")).await.expect_err(table).contains("insert-only"), "{table}");
            }
        } else {
            for table in ["log_entry", "case_move", "attestation", "remark", "citation", "holding", "involvement"] {
                let sql = format!("REPLACE INTO {table} SELECT * FROM {table}");
                assert!(raw.run(&sql).await.expect_err(&sql).contains("insert-only"), "{sql}");
            }
            let sql = "REPLACE INTO statement SELECT * FROM statement WHERE version = 1";
            assert!(raw.run(sql).await.expect_err(sql).contains("insert-only"));
        }
        // What ended stays ended.
        house.store.unlink_from_case(&lina, &case, &person).await.expect("ended");
        assert!(raw.run("UPDATE holding SET superseded_at = NULL WHERE superseded_at IS NOT NULL").await.is_err());
    }

    async fn without_a_log_nothing_is_read_and_nothing_is_written(house) {
        let (case, lina) = house.case().await;
        let (sami, huda) = (house.actor("sami").await, house.on("huda", &case).await);
        let mut raw = house.raw().await;
        let before = raw.number("SELECT count(*) FROM record").await;
        raw.break_log().await;
        let form = MoveForm { transition: "T25".into(), reason_code: "security".into(), reason: draft::REASON.into(), review_on: "2025-08-20".into(), attest: Vec::new() };
        for _ in 0..3 {
            assert_eq!(house.open(&lina, &case).await, Err(Error::Busy));
            assert_eq!(house.open(&sami, &case).await, Err(Error::Busy));
            assert_eq!(house.open(&lina, &Code::numbered(Kind::Case, 2025, 99)).await, Err(Error::Busy));
            assert_eq!(house.store.search(&lina, &Kind::ALL, "كمين", 10).await.err(), Some(Error::Busy));
            assert_eq!(house.store.create_incident(&lina, Some(&case), &draft::incident("قصف")).await, Err(Error::Busy));
            assert_eq!(house.store.change_case(&lina, &case, 1, &draft::case("آخر", "")).await, Err(Error::Busy));
            assert_eq!(house.store.move_case(&huda, &case, &form).await, Err(Error::Busy));
            assert_eq!(house.store.log_in("lina", "not the password", &tests::house::from("lina")).await.err(), Some(Error::Busy));
            assert_eq!(house.store.log_in("lina", tests::house::PASSWORD, &tests::house::from("lina")).await.err(), Some(Error::Busy));
        }
        assert_eq!(raw.number("SELECT count(*) FROM record").await, before);
        assert_eq!(raw.number("SELECT count(*) FROM record WHERE version > 1").await, 0);
        assert_eq!(raw.number("SELECT count(*) FROM case_move").await, 1);
        raw.mend_log().await;
        let incident = house.store.create_incident(&lina, Some(&case), &draft::incident("قصف")).await.expect("heals without a restart");
        assert_eq!(incident, Code::numbered(Kind::Incident, 2025, 1), "no number was lost");
        house.open(&lina, &case).await.expect("heals");
        house.actor("lina").await;
    }

    async fn a_list_commits_to_what_it_returned(house) {
        let (_, lina) = house.case().await;
        let mark = house.mark().await;
        let listed = house.listed(&lina, Kind::Case).await;
        let first = house.since(mark).await;
        assert_eq!((listed.len(), first[0].noted("n")), (1, 1.into()));
        house.listed(&lina, Kind::Case).await;
        assert_eq!(house.last().await.noted("ids"), first[0].noted("ids"), "the same records, the same hash");
        house.case().await;
        house.listed(&lina, Kind::Case).await;
        assert_ne!(house.last().await.noted("ids"), first[0].noted("ids"));
    }

    async fn only_the_auditor_reads_the_log_and_reading_it_is_logged(house) {
        let (case, lina) = house.case().await;
        house.open(&lina, &case).await.expect("opens");
        for login in ["lina", "huda", "nour", "admin", "dima"] {
            let actor = house.actor(login).await;
            assert_eq!(house.store.read_log(&actor, &store::LogFilter::default(), 10).await.err(), Some(Error::Forbidden), "{login}");
            assert_eq!(house.last().await.line(), "read_log refused");
        }
        let zaid = house.actor("zaid").await;
        let filter = store::LogFilter { login: "lina".into(), object: case.to_string(), act: "open".into(), ..store::LogFilter::default() };
        let page = house.store.read_log(&zaid, &filter, 10).await.expect("a page");
        assert_eq!(page.rows.len(), 1);
        assert_eq!(page.rows[0].object_code.as_ref(), Some(&case));
        assert_eq!(house.last().await.line(), "read_log done");
        // Every entry is reached page by page, once.
        let (mut seen, mut before) = (Vec::new(), None);
        loop {
            let page = house.store.export_log(&zaid, &store::LogFilter { before, until: Some(house.clock.now() + chrono::Duration::seconds(1)), ..store::LogFilter::default() }, 7).await.expect("a page");
            seen.extend(page.rows.iter().map(|row| row.id));
            before = page.rows.last().map(|row| (row.at, row.id));
            // Each page is an entry itself, later than all the others.
            house.clock.advance(chrono::Duration::seconds(1));
            if !page.more {
                break;
            }
        }
        let distinct: std::collections::BTreeSet<_> = seen.iter().collect();
        assert_eq!(distinct.len(), seen.len());
        for entry in house.raw().await.log().await.iter().filter(|entry| entry.act != "export_log") {
            assert!(distinct.contains(&entry.id), "entry {}", entry.counter);
        }
    }
}
