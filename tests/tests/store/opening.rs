//! Opening a store: with its key, again, by two processes at once.

use domain::{Error, Kind};
use std::path::Path;
use store::{Chance, Keys};
use tests::{Database, House, draft, on_both};

on_both! {
    async fn a_trigger_that_was_taken_away_or_switched_off_is_there_again_after_the_next_start(house) {
        let mut raw = house.raw().await;
        let away: &[&str] = match house.database {
            Database::Sqlite => &["DROP TRIGGER log_entry_no_delete"],
            Database::Postgres => &[
                "DROP TRIGGER log_entry_no_delete ON log_entry",
                "ALTER TABLE log_entry DISABLE TRIGGER log_entry_no_delete",
                "CREATE OR REPLACE FUNCTION sijill_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN OLD; END $$",
            ],
        };
        for sql in away {
            raw.must(sql).await;
            house.open_again().await.expect("opens").close().await;
            assert!(raw.run("DELETE FROM log_entry").await.expect_err("it stays").contains("insert-only"), "{sql}");
        }
    }

    async fn the_schema_is_brought_up_to_date_as_often_as_one_likes(house) {
        let (case, _) = house.case().await;
        for _ in 0..3 {
            let again = house.open_again().await.expect("opens");
            let lina = house.actor("lina").await;
            again.choose_purpose(&lina, &case, "review").await.expect("chosen");
            again.open_case(&lina, &case).await.expect("the record is there");
            again.close().await;
        }
        assert_eq!(house.raw().await.number("SELECT count(*) FROM instance").await, 5, "the first two of the house, and three");
    }

    async fn a_database_does_not_open_with_another_key(house) {
        let refused = house.open_with_key([9; 32]).await.err().expect("another key");
        assert!(refused.contains("key"), "{refused}");
        house.open_again().await.expect("with its own").close().await;
    }

    async fn two_stores_on_one_database_work_together(house) {
        let other = house.open_again().await.expect("opens");
        let (case, lina) = house.case().await;
        // A session of the one is a session of the other, and numbers do not collide.
        let requests = (0..20).map(|n| {
            let (store, lina, case) = (if n % 2 == 0 { house.store.clone() } else { other.clone() }, lina.clone(), case.clone());
            tokio::spawn(async move { store.create_incident(&lina, Some(&case), &draft::incident("قصف")).await })
        });
        let codes: std::collections::BTreeSet<_> = futures::future::join_all(requests).await.into_iter().map(|made| made.expect("no panic").expect("made")).collect();
        assert_eq!(codes.len(), 20);
        assert_eq!(codes.last().map(ToString::to_string).as_deref(), Some("I-2025-0020"));
        // Of two who save through different stores, one wins.
        let drafts = [draft::case("هنا", ""), draft::case("هناك", "")];
        let (here, there) = tokio::join!(
            house.store.change_case(&lina, &case, 1, &drafts[0]),
            other.change_case(&lina, &case, 1, &drafts[1])
        );
        assert_eq!([&here, &there].iter().filter(|saved| saved.is_ok()).count(), 1, "{here:?} {there:?}");
        // People who were added through the one are people to the other.
        let admin = house.actor("admin").await;
        let link = house.invite(&admin, "tala", "Tala Nasser", &["investigator"]).await;
        assert_eq!(other.invitation(&link).await.expect("good").login, "tala");
        other.accept_invitation(&link, tests::house::PASSWORD, tests::house::PASSWORD, &tests::house::from("tala")).await.expect("accepted");
        let nour = house.actor("nour").await;
        other.confirm_account(&nour, "tala").await.expect("confirmed");
        let huda = house.on("huda", &case).await;
        other.assign(&huda, &case, "tala", "member").await.expect("assigned");
        let view = other.open_case(&huda, &case).await.expect("opens");
        assert!(view.assigned.iter().any(|person| person.name == "Tala Nasser"));
        assert!(other.accounts(&admin).await.expect("a list").iter().any(|row| row.name == "Tala Nasser"));
        house.store.set_disabled(&admin, "tala", true).await.expect("disabled");
        assert!(other.log_in("tala", tests::house::PASSWORD, &tests::house::from("tala")).await.is_err());
        other.close().await;
    }

    async fn stores_that_open_at_the_same_time_do_not_stand_in_each_other_s_way(house) {
        let opened = futures::future::join_all((0..4).map(|_| house.open_again())).await;
        for store in opened {
            store.expect("opens").close().await;
        }
    }
}

mod before_the_committee {
    use super::*;

    on_both! {
        in House::empty;

        async fn a_committee_that_another_process_set_up_is_found(house) {
            let other = house.open_again().await.expect("opens");
            assert!(other.needs_setup().await.expect("an answer"));
            house.set_up(false).await;
            assert!(!other.needs_setup().await.expect("an answer"));
            assert_eq!(other.new_setup_link().await, Err(Error::NotFound));
            let admin = house.actor("admin").await;
            assert_eq!(other.list(&admin, Kind::Case, &store::ListFilter::default(), 1).await.err(), Some(Error::Forbidden));
            other.close().await;
        }

        async fn a_first_opening_by_several_at_once_makes_one_schema(house) {
            let opened = futures::future::join_all((0..4).map(|_| house.open_again())).await;
            for store in opened {
                store.expect("opens").close().await;
            }
        }
    }
}

/// A folder for data and one for keys.
fn with_folders(story: impl FnOnce(&Path, &Path)) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let house = House::empty(Database::Sqlite).await;
        let elsewhere = House::empty(Database::Sqlite).await;
        story(house.data(), elsewhere.data());
    });
}

#[test]
fn a_key_file_is_made_once_readable_by_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    with_folders(|data, keys| {
        let path = keys.join("made/for/it/key");
        assert!(
            Keys::from_file(&path, data, false, &Chance::real()).is_err(),
            "it may not be made"
        );
        let made = Keys::from_file(&path, data, true, &Chance::real()).expect("made");
        let again = Keys::from_file(&path, data, true, &Chance::real()).expect("read");
        assert_eq!(made.fingerprint(), again.fingerprint());
        assert_eq!(
            std::fs::metadata(&path).expect("a file").permissions().mode() & 0o777,
            0o600
        );
        std::fs::write(&path, "not a key").expect("written");
        assert!(
            Keys::from_file(&path, data, true, &Chance::real())
                .err()
                .expect("no key")
                .contains("64 hex digits")
        );
    });
}

#[test]
fn a_key_inside_the_data_folder_is_refused() {
    with_folders(|data, keys| {
        let inside = [
            data.join("key"),
            data.join("files/key"),
            data.join("new/folder/key"),
            data.join("files/../key"),
            keys.join("link/key"),
        ];
        std::os::unix::fs::symlink(data, keys.join("link")).expect("a link");
        for path in inside {
            let refused = Keys::from_file(&path, data, true, &Chance::real())
                .err()
                .unwrap_or_else(|| panic!("{} was taken", path.display()));
            assert!(refused.contains("inside the data folder"), "{refused}");
            assert!(!path.exists(), "{} was made", path.display());
        }
        // A link outside to a file inside.
        let good = Keys::from_file(&keys.join("key"), data, true, &Chance::real()).expect("made");
        std::fs::copy(keys.join("key"), data.join("key")).expect("copied");
        std::os::unix::fs::symlink(data.join("key"), keys.join("linked-key")).expect("a link");
        assert!(
            Keys::from_file(&keys.join("linked-key"), data, true, &Chance::real()).is_err(),
            "the key {} lies in the data",
            good.fingerprint()
        );
    });
}
