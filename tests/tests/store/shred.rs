//! Destroying an identity: two decide, the key is gone from the disk, the pseudonym and its links stay.

use domain::reveal::Reason;
use domain::{Actor, Code, Error, Kind, ProblemKind};
use std::path::{Path, PathBuf};
use tests::{Database, House, draft, on_both};

const NAME: &str = "هزار القلموني";

fn why() -> Reason {
    Reason("طلبت الشاهدة خطيًا إتلاف هويتها كلها".into())
}

async fn protected(house: &House) -> (Code, Actor, Code) {
    let (case, lina) = house.case().await;
    let huda = house.actor("huda").await;
    house
        .store
        .assign(&huda, &case, "yusuf", "protection_officer")
        .await
        .expect("assigned");
    let person = house
        .store
        .create_person(&lina, Some(&case), &draft::person(NAME, true))
        .await
        .expect("a person");
    (case, lina, person)
}

fn holds(folder: &Path, needle: &[u8]) -> Option<PathBuf> {
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if std::fs::read(&path).is_ok_and(|bytes| bytes.windows(needle.len()).any(|part| part == needle)) {
                return Some(path);
            }
        }
    }
    None
}

/// A file of the database that holds these bytes.
async fn on_disk(house: &House, needle: &[u8]) -> Option<PathBuf> {
    let folder = match house.database {
        Database::Sqlite => house.data().to_owned(),
        Database::Postgres => {
            let mut raw = house.raw().await;
            raw.must("CHECKPOINT").await;
            let oid = raw
                .number("SELECT CAST(oid AS BIGINT) FROM pg_database WHERE datname = current_database()")
                .await;
            tests::postgres::folder().join("base").join(oid.to_string())
        }
    };
    holds(&folder, needle)
}

on_both! {
    async fn two_destroy_an_identity_and_nothing_brings_it_back(house) {
        let (case, lina, person) = protected(house).await;
        let testimony = house.store.create_testimony(&lina, Some(&case), &draft::testimony(&person, 1)).await.expect("kept");
        let (yusuf, huda) = (house.sure("yusuf", &case).await, house.on("huda", &case).await);
        let mut raw = house.raw().await;
        let key = raw.bytes(&format!("SELECT wrapped_key FROM identity_key WHERE record_id = (SELECT id FROM record WHERE code = '{person}')")).await;
        assert!(on_disk(house, &key[30..]).await.is_some(), "the key stands on the disk");
        house.store.reveal(&yusuf, &person, Some(&why())).await.expect("open");
        house.store.propose_shredding(&yusuf, &person, &why()).await.expect("proposed");
        assert_eq!(house.store.propose_shredding(&yusuf, &person, &why()).await, Err(Error::Conflict));
        let waiting = house.store.reveals(&huda).await.expect("a list").shreddings;
        assert_eq!(waiting.iter().map(|row| (&row.record, row.by.as_str())).collect::<Vec<_>>(), [(&person, "Yusuf Darwish")]);
        let view = house.store.see_shredding(&huda, &person).await.expect("opens");
        assert!(view.may_decide && view.proposed.is_some_and(|(_, _, reason)| reason == why().0));
        house.store.decide_shredding(&huda, &person, true, &why()).await.expect("destroyed");
        let entry = house.last().await;
        assert_eq!((entry.line().as_str(), entry.noted("confirmed"), entry.code.as_deref()), ("decide_shredding done", true.into(), Some(person.as_str())));
        // Not in the table, not in the files, not in the write-ahead log of SQLite.
        assert_eq!(raw.number("SELECT count(*) FROM identity_key k JOIN record r ON r.id = k.record_id WHERE r.code LIKE 'W-%'").await, 0);
        drop(raw);
        assert_eq!(on_disk(house, &key[30..]).await, None);
        // Nobody sees it, not even who had it open; it is not found by name and not edited.
        let view = house.store.see_identity(&yusuf, &person).await.expect("the page");
        assert!(view.identity.is_none() && view.shredded);
        assert_eq!(house.store.reveal(&yusuf, &person, Some(&why())).await, Err(Error::Conflict));
        assert_eq!(house.last().await.noted("bar"), "shredded");
        assert_eq!(house.store.ask_reveal(&yusuf, &person, &why()).await, Err(Error::Conflict));
        let hits = house.store.search(&lina, &[Kind::Person], NAME, 10).await.expect("an answer");
        assert!(hits.is_empty());
        let edit = house.store.change_person(&yusuf, &person, 2, &draft::person(NAME, true)).await;
        assert_eq!(edit, Err(Error::at("", ProblemKind::NotRevealed)));
        // What remains is pseudonymous, and says who decided.
        let view = house.store.open_person(&lina, &person).await.expect("opens");
        let shredded = view.shredded.expect("destroyed");
        assert_eq!((shredded.proposed_by.as_str(), shredded.decided_by.as_str()), ("Yusuf Darwish", "Huda Rahal"));
        assert_eq!((view.birth_year, view.testimonies.as_slice()), (Some(1980), [testimony.clone()].as_slice()));
        assert!(!view.may_reveal && !view.head.may_edit && view.body.is_none());
        let witness = house.store.open_testimony(&lina, &testimony).await.expect("opens").witness;
        assert_eq!(witness, Some((person.clone(), None)));
        let listed = house.store.list(&lina, Kind::Person, &store::ListFilter::default(), 10).await.expect("a list").rows;
        assert!(listed.iter().any(|row| row.code == person && row.title.is_none()));
    }

    async fn nobody_destroys_an_identity_alone(house) {
        let (case, lina, person) = protected(house).await;
        let (yusuf, huda) = (house.on("yusuf", &case).await, house.on("huda", &case).await);
        assert_eq!(house.store.propose_shredding(&lina, &person, &why()).await, Err(Error::Forbidden));
        assert_eq!(house.store.propose_shredding(&huda, &person, &why()).await, Err(Error::Forbidden));
        assert_eq!(house.store.decide_shredding(&huda, &person, true, &why()).await, Err(Error::Conflict), "nothing is proposed");
        house.store.propose_shredding(&yusuf, &person, &why()).await.expect("proposed");
        assert_eq!(house.store.decide_shredding(&yusuf, &person, true, &why()).await, Err(Error::Forbidden));
        assert_eq!(house.store.decide_shredding(&lina, &person, true, &why()).await, Err(Error::Forbidden));
        // Somebody who holds both roles is still one person.
        let mut raw = house.raw().await;
        raw.must("INSERT INTO account_role (account_id, role, proposed_at, confirmed_at) SELECT id, 'supervisor', created_at, created_at FROM account WHERE login = 'yusuf'").await;
        let both = house.on("yusuf", &case).await;
        assert_eq!(house.store.decide_shredding(&both, &person, true, &why()).await, Err(Error::at("", ProblemKind::NotBySelf)));
        assert_eq!((house.last().await.line().as_str(), house.last().await.noted("bar").as_str()), ("decide_shredding refused", Some("own_proposal")));
        let sami = house.actor("sami").await;
        assert_eq!(house.store.see_shredding(&sami, &person).await.err(), Some(Error::NotFound));
        assert_eq!(raw.number("SELECT count(*) FROM identity_key k JOIN record r ON r.id = k.record_id WHERE r.code LIKE 'W-%'").await, 1);
    }

    async fn a_proposal_is_declined_and_can_be_made_again(house) {
        let (case, lina, person) = protected(house).await;
        let (yusuf, nour) = (house.sure("yusuf", &case).await, house.on("nour", &case).await);
        house.store.propose_shredding(&yusuf, &person, &why()).await.expect("proposed");
        house.store.decide_shredding(&nour, &person, false, &why()).await.expect("declined");
        house.store.reveal(&yusuf, &person, Some(&why())).await.expect("open");
        let view = house.store.see_identity(&yusuf, &person).await.expect("the page");
        assert_eq!(view.identity.expect("open").0.name_ar.as_str(), NAME);
        house.store.propose_shredding(&yusuf, &person, &why()).await.expect("proposed again");
        let mut raw = house.raw().await;
        raw.run("UPDATE shredding SET confirmed = TRUE WHERE decided_at IS NOT NULL").await.expect_err("a decision stands");
        raw.run("DELETE FROM shredding").await.expect_err("so does a proposal");
        // What can't be logged is not done.
        raw.break_log().await;
        assert_eq!(house.store.decide_shredding(&nour, &person, true, &why()).await, Err(Error::Busy));
        raw.mend_log().await;
        assert!(house.store.open_person(&lina, &person).await.expect("opens").shredded.is_none());
        assert_eq!(raw.number("SELECT count(*) FROM identity_key k JOIN record r ON r.id = k.record_id WHERE r.code LIKE 'W-%'").await, 1);
    }

    async fn what_a_crash_left_of_a_destroyed_key_goes_at_the_next_start(house) {
        let (case, _, person) = protected(house).await;
        let (yusuf, huda) = (house.on("yusuf", &case).await, house.on("huda", &case).await);
        house.store.propose_shredding(&yusuf, &person, &why()).await.expect("proposed");
        house.store.decide_shredding(&huda, &person, true, &why()).await.expect("destroyed");
        let mut raw = house.raw().await;
        let swept = "SELECT count(*) FROM shredding WHERE swept_at IS NOT NULL";
        assert_eq!(raw.number(swept).await, 1);
        raw.must("UPDATE shredding SET swept_at = NULL").await;
        house.open_again().await.expect("opens again").close().await;
        assert_eq!(raw.number(swept).await, 1);
    }
}
