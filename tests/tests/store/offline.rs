//! Devices that keep drafts without a connection: who gets a key, and what becomes of drafts that arrive.

use chrono::Duration;
use domain::offline::{Arriving, DEVICES, Standing};
use domain::testimony::{Answers, Step, TestimonyForm};
use domain::{Actor, Code, Error, Kind, ProblemKind};
use store::{Chance, Released, Sent, Synchronised};
use tests::house::{House, from};
use tests::{draft, on_both};
use uuid::Uuid;

fn id() -> Uuid {
    Uuid::from_bytes(Chance::real().bytes())
}

/// What a device sends: its first revision of a new draft.
fn arriving(device: Uuid, texts: &[&str]) -> Arriving {
    Arriving {
        device,
        draft: id(),
        revision: 1,
        seen: None,
        form: form(texts),
    }
}

fn form(texts: &[&str]) -> TestimonyForm {
    let mut form = draft::testimony(&Code::numbered(Kind::Testimony, 2025, 1), 0);
    form.answers.set("witness", ["شاهد جديد"]);
    form.paragraphs = texts.iter().map(|text| draft::paragraph(None, text)).collect();
    form
}

/// The same draft, written further.
fn later(before: &Arriving, texts: &[&str]) -> Arriving {
    Arriving {
        revision: before.revision + 1,
        form: form(texts),
        ..before.clone()
    }
}

async fn device(house: &House, actor: &Actor) -> Uuid {
    let made = house.store.take_offline(actor, None, "test").await;
    made.expect("a device").device
}

async fn lines(house: &House, mark: usize) -> Vec<String> {
    house.since(mark).await.iter().map(|entry| entry.line()).collect()
}

async fn texts(house: &House, actor: &Actor, code: &Code) -> Vec<String> {
    let view = house.store.open_testimony(actor, code).await.expect("opens");
    let paragraphs = view.statement.paragraphs;
    paragraphs.iter().map(|paragraph| paragraph.text.to_string()).collect()
}

fn kept(sent: domain::Result<Sent>) -> Synchronised {
    match sent {
        Ok(Sent::Kept(kept)) => kept,
        other => panic!("kept: {other:?}"),
    }
}

fn ended() -> Error {
    Error::at("device", ProblemKind::DeviceEnded)
}

on_both! {
    async fn a_device_gets_its_key_again_and_each_time_it_is_logged(house) {
        let lina = house.actor("lina").await;
        let mark = house.mark().await;
        let first = house.store.take_offline(&lina, None, "test").await.expect("a key");
        assert_eq!(first.secret.len(), 64, "256 bits in hex");
        house.clock.advance(Duration::days(5));
        let lina = house.actor("lina").await;
        let again = house.store.take_offline(&lina, Some(first.device), "test").await.expect("the key again");
        assert_eq!((again.device, &*again.secret), (first.device, &*first.secret));
        assert!(again.expires_at > first.expires_at, "contact makes it last");
        let other = house.store.take_offline(&lina, None, "test").await.expect("another device");
        assert_ne!(*other.secret, *first.secret, "each device has a key of its own");
        let entries = house.since(mark).await;
        let noted: Vec<_> = entries.iter().filter(|entry| entry.line() == "take_offline done").map(|entry| entry.noted("device")).collect();
        assert_eq!(noted, [first.device, first.device, other.device].map(|device| device.to_string()));
        let sealed = house.raw().await.bytes("SELECT secret FROM offline_device ORDER BY created_at LIMIT 1").await;
        assert!(!String::from_utf8_lossy(&sealed).contains(&*first.secret), "the key is sealed in the database");
    }

    async fn who_takes_no_testimony_gets_no_key(house) {
        for login in ["huda", "nour", "zaid", "admin", "rana", "dima"] {
            let actor = house.actor(login).await;
            let mark = house.mark().await;
            let refused = house.store.take_offline(&actor, None, "test").await;
            assert_eq!(refused.err(), Some(Error::Forbidden), "{login}");
            assert_eq!(house.store.synchronise(&actor, &arriving(id(), &["x"])).await, Err(Error::Forbidden), "{login}");
            assert_eq!(lines(house, mark).await, ["take_offline refused", "take_testimony refused"]);
        }
        assert_eq!(house.raw().await.number("SELECT count(*) FROM offline_device").await, 0);
    }

    async fn anothers_device_is_as_if_there_were_none(house) {
        let (lina, omar) = (house.actor("lina").await, house.actor("omar").await);
        let device = device(house, &lina).await;
        let mark = house.mark().await;
        assert_eq!(house.store.take_offline(&omar, Some(device), "test").await.err(), Some(Error::NotFound));
        assert_eq!(house.store.take_offline(&omar, Some(id()), "test").await.err(), Some(Error::NotFound));
        assert_eq!(house.store.revoke_device(&omar, device).await, Err(Error::NotFound));
        assert_eq!(house.store.synchronise(&omar, &arriving(device, &["x"])).await, Err(Error::NotFound));
        assert_eq!(
            lines(house, mark).await,
            ["take_offline not_found", "take_offline not_found", "own_account not_found", "take_testimony not_found"]
        );
        assert_eq!(house.raw().await.number("SELECT count(*) FROM testimony").await, 0);
    }

    async fn a_revoked_device_gets_no_key_brings_no_draft_and_hears_of_it_once(house) {
        let lina = house.actor("lina").await;
        let device = device(house, &lina).await;
        assert_eq!(house.store.standing_of(&[device, id()], &from("lina")).await, Ok(vec![(device, Standing::Open)]));
        house.store.revoke_device(&lina, device).await.expect("revoked");
        assert_eq!(house.raw().await.number("SELECT count(*) FROM offline_device WHERE secret IS NOT NULL").await, 0, "the key is gone");
        let mark = house.mark().await;
        assert_eq!(house.store.take_offline(&lina, Some(device), "test").await.err(), Some(ended()));
        assert_eq!(house.store.synchronise(&lina, &arriving(device, &["x"])).await, Err(ended()));
        assert_eq!(house.store.revoke_device(&lina, device).await, Err(Error::NotFound), "once");
        let mine = house.store.my_account(&lina).await.expect("opens").devices;
        assert_eq!((mine[0].standing, mine[0].told_at), (Standing::Revoked, None));
        for _ in 0..2 {
            assert_eq!(house.store.standing_of(&[device], &from("nobody")).await, Ok(vec![(device, Standing::Revoked)]));
        }
        assert_eq!(
            lines(house, mark).await,
            ["take_offline failed", "take_testimony failed", "own_account not_found", "see_own_account done", "tell_device done"]
        );
        let mine = house.store.my_account(&lina).await.expect("opens").devices;
        assert!(mine[0].told_at.is_some());
        assert_eq!(house.raw().await.number("SELECT count(*) FROM testimony").await, 0);
    }

    async fn who_is_disabled_loses_every_device(house) {
        let (lina, admin) = (house.actor("lina").await, house.actor("admin").await);
        let devices = [device(house, &lina).await, device(house, &lina).await];
        house.store.set_disabled(&admin, "lina", true).await.expect("disabled");
        assert_eq!(house.last().await.noted("devices"), 2);
        let told = house.store.standing_of(&devices, &from("nobody")).await.expect("an answer");
        assert_eq!(told, devices.map(|device| (device, Standing::Revoked)));
        house.store.set_disabled(&admin, "lina", false).await.expect("enabled");
        let lina = house.actor("lina").await;
        for device in devices {
            assert_eq!(house.store.take_offline(&lina, Some(device), "test").await.err(), Some(ended()), "it stays revoked");
        }
    }

    async fn a_device_without_contact_expires(house) {
        let lina = house.actor("lina").await;
        let device = device(house, &lina).await;
        house.clock.advance(Duration::days(14));
        let lina = house.actor("lina").await;
        assert_eq!(house.store.synchronise(&lina, &arriving(device, &["x"])).await, Err(ended()));
        assert_eq!(house.store.take_offline(&lina, Some(device), "test").await.err(), Some(ended()));
        assert_eq!(house.store.standing_of(&[device], &from("lina")).await, Ok(vec![(device, Standing::Expired)]));
        assert_eq!(house.raw().await.number("SELECT count(*) FROM offline_device WHERE secret IS NOT NULL").await, 0);
    }

    async fn there_are_only_so_many_devices(house) {
        let lina = house.actor("lina").await;
        let mut devices = Vec::new();
        for _ in 0..DEVICES {
            devices.push(device(house, &lina).await);
        }
        let more = house.store.take_offline(&lina, None, "test").await.map(|made: Released| made.device);
        assert_eq!(more.err(), Some(Error::at("device", ProblemKind::OutOfRange(1, 5))));
        house.store.revoke_device(&lina, devices[0]).await.expect("revoked");
        device(house, &lina).await;
    }

    async fn a_draft_that_comes_again_makes_no_second_testimony(house) {
        let lina = house.actor("lina").await;
        let device = device(house, &lina).await;
        let sent = arriving(device, &["قال أولاً", "ثم قال"]);
        let mark = house.mark().await;
        let first = kept(house.store.synchronise(&lina, &sent).await);
        let again = kept(house.store.synchronise(&lina, &sent).await);
        assert_eq!(first, again);
        assert_eq!(lines(house, mark).await, ["take_testimony done", "write_draft done"]);
        let entries = house.since(mark).await;
        assert_eq!(entries[0].code.as_deref(), Some(first.testimony.as_str()), "the entry is about the testimony");
        assert_eq!(entries[0].noted("device"), device.to_string());
        assert_eq!(entries[1].noted("again"), true);
        assert_eq!(house.raw().await.number("SELECT count(*) FROM testimony").await, 1);
        assert_eq!(texts(house, &lina, &first.testimony).await, ["قال أولاً", "ثم قال"]);
        // It may have been read, and even changed, meanwhile: what came once is not written again.
        house.store.save_draft(&lina, &first.testimony, 1, &form(&["مكتوب على الخادم"])).await.expect("saved");
        let again = kept(house.store.synchronise(&lina, &sent).await);
        assert_eq!((again.testimony, again.version), (first.testimony.clone(), 2));
        assert_eq!(texts(house, &lina, &first.testimony).await, ["مكتوب على الخادم"]);
    }

    async fn two_that_arrive_at_once_make_one_testimony(house) {
        let lina = house.actor("lina").await;
        let device = device(house, &lina).await;
        let sent = arriving(device, &["قال"]);
        let (one, other) = futures::join!(house.store.synchronise(&lina, &sent), house.store.synchronise(&lina, &sent));
        assert_eq!(kept(one).testimony, kept(other).testimony);
        assert_eq!(house.raw().await.number("SELECT count(*) FROM testimony").await, 1);
        assert_eq!(house.raw().await.number("SELECT count(*) FROM record WHERE kind = 'testimony'").await, 1);
    }

    async fn a_later_revision_goes_on_where_nobody_else_wrote(house) {
        let lina = house.actor("lina").await;
        let device = device(house, &lina).await;
        let first = arriving(device, &["قال"]);
        let made = kept(house.store.synchronise(&lina, &first).await);
        let second = later(&first, &["قال", "وزاد"]);
        assert_eq!(kept(house.store.synchronise(&lina, &second).await), Synchronised { version: 2, ..made.clone() });
        let third = later(&second, &["قال", "وزاد", "وختم"]);
        assert_eq!(kept(house.store.synchronise(&lina, &third).await).version, 3);
        assert_eq!(texts(house, &lina, &made.testimony).await, ["قال", "وزاد", "وختم"]);
        // A device that comes back with an older text overwrites nothing.
        assert_eq!(house.store.synchronise(&lina, &first).await, Ok(Sent::Conflict(made.testimony.clone())));
        assert_eq!(texts(house, &lina, &made.testimony).await, ["قال", "وزاد", "وختم"]);
    }

    async fn what_was_written_meanwhile_is_never_overwritten_unseen(house) {
        let lina = house.actor("lina").await;
        let device = device(house, &lina).await;
        let first = arriving(device, &["قال"]);
        let code = kept(house.store.synchronise(&lina, &first).await).testimony;
        house.store.save_draft(&lina, &code, 1, &form(&["مكتوب على الخادم"])).await.expect("saved");
        let second = later(&first, &["مكتوب على الجهاز"]);
        let mark = house.mark().await;
        assert_eq!(house.store.synchronise(&lina, &second).await, Ok(Sent::Conflict(code.clone())));
        assert_eq!(lines(house, mark).await, ["write_draft failed"]);
        assert_eq!(texts(house, &lina, &code).await, ["مكتوب على الخادم"]);
        // Who was shown version 2 may write upon it, but not upon what came after.
        house.store.save_draft(&lina, &code, 2, &form(&["وتغير مرة أخرى"])).await.expect("saved");
        let upon = |version| Arriving { seen: Some(version), ..second.clone() };
        assert_eq!(house.store.synchronise(&lina, &upon(2)).await, Ok(Sent::Conflict(code.clone())));
        assert_eq!(kept(house.store.synchronise(&lina, &upon(3)).await).version, 4);
        assert_eq!(texts(house, &lina, &code).await, ["مكتوب على الجهاز"]);
    }

    async fn what_a_device_does_not_ask_is_left_as_it_is_on_the_server(house) {
        let lina = house.actor("lina").await;
        let device = device(house, &lina).await;
        let first = arriving(device, &["قال"]);
        let code = kept(house.store.synchronise(&lina, &first).await).testimony;
        let mut online = form(&["قال"]);
        online.answers.set("told_media", ["yes"]);
        online.answers.set("summary", ["ملخص من الخادم"]);
        house.store.save_draft(&lina, &code, 1, &online).await.expect("saved");
        let mut second = Arriving { seen: Some(2), ..later(&first, &["وزاد"]) };
        second.form.answers = Answers::from([("summary", "ملخص من الجهاز")]);
        assert_eq!(kept(house.store.synchronise(&lina, &second).await).version, 3);
        let view = house.store.open_testimony(&lina, &code).await.expect("opens");
        let answers = &view.statement.answers;
        assert_eq!((answers.get("told_media"), answers.get("summary"), answers.get("witness")), ("yes", "ملخص من الجهاز", ""));
        assert_eq!(texts(house, &lina, &code).await, ["وزاد"]);
        // Who writes in one of its steps in a browser meanwhile is told; the other steps are free.
        let before = house.store.save_step(&lina, &code, Step::Witness, 2, &online).await;
        assert_eq!(before.map(|saved| saved.version), Err(Error::Conflict));
        house.store.save_step(&lina, &code, Step::Before, 2, &online).await.expect("saved");
    }

    async fn a_draft_of_anothers_is_neither_found_nor_taken_over(house) {
        let (lina, omar) = (house.actor("lina").await, house.actor("omar").await);
        let (hers, his) = (device(house, &lina).await, device(house, &omar).await);
        let sent = arriving(hers, &["قال"]);
        let code = kept(house.store.synchronise(&lina, &sent).await).testimony;
        let stolen = Arriving { device: his, form: form(&["غيره"]), ..sent };
        let mark = house.mark().await;
        assert_eq!(house.store.synchronise(&omar, &stolen).await, Err(Error::NotFound));
        assert_eq!(lines(house, mark).await, ["take_testimony not_found"]);
        assert_eq!(texts(house, &lina, &code).await, ["قال"]);
        assert_eq!(house.raw().await.number("SELECT count(*) FROM testimony").await, 1);
    }

    async fn of_a_draft_that_is_too_long_nothing_is_kept(house) {
        let lina = house.actor("lina").await;
        let device = device(house, &lina).await;
        let long = "ا".repeat(20_001);
        let mark = house.mark().await;
        let refused = house.store.synchronise(&lina, &arriving(device, &[&long])).await;
        assert_eq!(refused, Err(Error::at("p0", ProblemKind::TooLong(20_000))));
        assert_eq!(lines(house, mark).await, ["take_testimony failed"]);
        for table in ["testimony", "offline_draft", "record"] {
            assert_eq!(house.raw().await.number(&format!("SELECT count(*) FROM {table}")).await, 0, "{table}");
        }
    }

    async fn a_final_testimony_takes_nothing_more(house) {
        let (case, lina) = house.case().await;
        let device = device(house, &lina).await;
        let witness = house.person(&lina, &case, "شاهد").await;
        let mut first = arriving(device, &["قال"]);
        first.form.answers.set("witness", [witness.as_str()]);
        let code = kept(house.store.synchronise(&lina, &first).await).testimony;
        house.file(&lina, &code).await;
        let version = house.store.open_testimony(&lina, &code).await.expect("opens").head.version;
        let second = later(&first, &["وزاد"]);
        assert_eq!(house.store.synchronise(&lina, &second).await, Ok(Sent::Conflict(code.clone())));
        let seen = Arriving { seen: Some(version), ..second };
        assert_eq!(house.store.synchronise(&lina, &seen).await, Err(Error::at("", ProblemKind::Frozen)));
        assert_eq!(texts(house, &lina, &code).await, ["قال"]);
    }
}
