//! A new generation of keys, made while others work: everything opens, nothing is left under the old one.

use domain::saved::SavedForm;
use domain::{Actor, Code, Error, Kind};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use store::{SearchAt, SearchFilter, Store};
use tests::{Database, House, draft, on_both};

/// A record with something of each kind in it.
struct Record {
    case: Code,
    lina: Actor,
    person: Code,
    testimony: Code,
    incident: Code,
    document: Code,
}

impl Record {
    async fn of(house: &House) -> Self {
        let (case, lina) = house.case().await;
        let store = &house.store;
        let testimony = house.filed(&lina, &case, 2).await;
        let person = house.person(&lina, &case, "سامر").await;
        let incident = store
            .create_incident(&lina, Some(&case), &draft::incident("قصف"))
            .await
            .expect("made");
        let mut upload = store.start_upload().await.expect("an upload");
        upload.write(b"paper").await.expect("taken");
        let file = upload.finish().await.expect("whole");
        let document = store
            .create_document(&lina, Some(&case), &draft::document("صورة"), file, "x.txt")
            .await
            .expect("made");
        let part = draft::involvement(&person, &[(&testimony, "1")]);
        store.involve(&lina, &incident, &part).await.expect("linked");
        let huda = house.on("huda", &case).await;
        store
            .return_testimony(&huda, &testimony, draft::REASON, "")
            .await
            .expect("returned");
        let SearchAt::Ticket(ticket) = store.keep_search(&lina, "قصف").await.expect("kept") else {
            panic!("that is no code")
        };
        let named = SavedForm {
            name: "قصف".into(),
            ..SavedForm::default()
        };
        let named = named.check().expect("a good form");
        let all = SearchFilter::default();
        store.save_search(&lina, &ticket, &all, &named).await.expect("saved");
        Self {
            case,
            lina,
            person,
            testimony,
            incident,
            document,
        }
    }

    /// Everything opens with this store.
    async fn opens(&self, house: &House, store: &Store) {
        for code in [
            &self.case,
            &self.person,
            &self.testimony,
            &self.incident,
            &self.document,
        ] {
            house
                .open(&self.lina, code)
                .await
                .unwrap_or_else(|error| panic!("{code}: {error}"));
        }
        let mut download = store.download(&self.lina, &self.document).await.expect("opens");
        let chunk = download.reader.chunk().await.expect("a chunk").expect("a chunk");
        assert_eq!(chunk.as_slice(), b"paper");
        let view = store.open_testimony(&self.lina, &self.testimony).await.expect("opens");
        assert_eq!((view.statement.paragraphs.len(), view.remarks.len()), (2, 1));
        let hits = store
            .search(&self.lina, &[Kind::Person], "سامر", 10)
            .await
            .expect("an answer");
        assert_eq!(hits.len(), 1, "keyed words stay");
        let saved = store.saved_searches(&self.lina).await.expect("opens");
        assert_eq!(saved[0].name.as_str(), "قصف");
    }
}

/// Wrapped keys that are not of this generation.
async fn older_than(house: &House, generation: u8) -> i64 {
    let mut raw = house.raw().await;
    let now = raw.blob(&[0, 0, 0, generation]);
    let mut left = 0;
    for (table, column) in Store::wrapped_columns() {
        left += raw
            .number(&format!(
                "SELECT count(*) FROM {table} WHERE {column} IS NOT NULL AND (length({column}) <> 76 OR substr({column}, 1, 4) <> {now})"
            ))
            .await;
    }
    left
}

on_both! {
    async fn every_table_with_wrapped_keys_is_known_to_the_rotation(house) {
        let mut raw = house.raw().await;
        let found = match house.database {
            Database::Sqlite => "SELECT m.name || '.' || c.name FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table' AND (c.name = 'wrapped_key' OR c.name LIKE '%\\_key' ESCAPE '\\' AND c.type = 'BYTEA')",
            Database::Postgres => "SELECT CAST(table_name || '.' || column_name AS TEXT) FROM information_schema.columns WHERE table_schema = 'public' AND column_name LIKE '%\\_key' AND data_type = 'bytea'",
        };
        let found: BTreeSet<String> = raw.texts(found).await.into_iter().collect();
        let known: BTreeSet<String> = Store::wrapped_columns().into_iter().map(|(table, column)| format!("{table}.{column}")).collect();
        assert_eq!(found, known);
    }

    async fn keys_are_renewed_while_others_read_and_write(house) {
        let record = Record::of(house).await;
        // As a record that was written before there were generations.
        let mut raw = house.raw().await;
        raw.must("UPDATE record SET wrapped_key = substr(wrapped_key, 5) WHERE kind = 'case'").await;
        raw.must("UPDATE identity_key SET wrapped_key = substr(wrapped_key, 5)").await;
        let stop = Arc::new(AtomicBool::new(false));
        let writing = async {
            let mut made = Vec::new();
            while !stop.load(Ordering::Relaxed) {
                let person = house.person(&record.lina, &record.case, "جديد").await;
                let form = draft::testimony(&person, 1);
                let testimony = house.store.create_testimony(&record.lina, Some(&record.case), &form).await.expect("kept");
                house.store.save_draft(&record.lina, &testimony, 1, &form).await.expect("kept");
                house.open(&record.lina, &record.testimony).await.expect("opens while the keys change");
                made.extend([person, testimony]);
            }
            made
        };
        // Another process, two rows at a time.
        let rotating = async {
            let other = house.open_again().await.expect("opens");
            let rotated = other.rotate_keys(2, |_| true).await.expect("rotated");
            other.close().await;
            stop.store(true, Ordering::Relaxed);
            rotated
        };
        let (made, rotated) = tokio::join!(writing, rotating);
        assert!(rotated.finished && rotated.generation == 2 && rotated.rewrapped > 20, "{rotated:?}");
        assert!(!made.is_empty());
        assert_eq!(older_than(house, 2).await, 0);
        record.opens(house, &house.store).await;
        for code in &made {
            house.open(&record.lina, code).await.expect("what was written meanwhile opens");
        }
        let entries: Vec<_> = raw.log().await.into_iter().filter(|entry| entry.act == "rotate_keys").collect();
        assert_eq!(entries.iter().map(|entry| entry.noted("step")).collect::<Vec<_>>(), ["begin", "end"]);
        // And once more, with nobody else there.
        let again = house.store.rotate_keys(1000, |_| true).await.expect("rotated");
        assert_eq!((again.generation, again.finished), (3, true));
        assert_eq!(older_than(house, 3).await, 0);
        record.opens(house, &house.store).await;
    }

    async fn a_rotation_that_broke_off_goes_on_where_it_stopped(house) {
        let record = Record::of(house).await;
        let stopped = house.store.rotate_keys(3, |done| done < 9).await.expect("begun");
        assert!(!stopped.finished && stopped.rewrapped >= 9);
        assert!(older_than(house, 2).await > 0);
        record.opens(house, &house.store).await;
        let other = house.open_again().await.expect("opens");
        record.opens(house, &other).await;
        let person = house.person(&record.lina, &record.case, "جديد").await;
        let rotated = other.rotate_keys(3, |_| true).await.expect("rotated");
        assert!(rotated.finished && rotated.generation == 2, "the same generation");
        assert_eq!(older_than(house, 2).await, 0);
        record.opens(house, &other).await;
        house.open(&record.lina, &person).await.expect("opens");
        other.close().await;
        let mut entries = house.raw().await.log().await;
        entries.retain(|entry| entry.act == "rotate_keys");
        entries.sort_by_key(|entry| entry.at);
        assert_eq!(entries.iter().map(|entry| entry.noted("step")).collect::<Vec<_>>(), ["begin", "go_on", "end"]);
    }

    async fn an_old_wrapping_that_is_put_back_does_not_open(house) {
        let record = Record::of(house).await;
        let mut raw = house.raw().await;
        let old = raw.bytes(&format!("SELECT wrapped_key FROM record WHERE code = '{}'", record.case)).await;
        house.store.rotate_keys(100, |_| true).await.expect("rotated");
        let new = raw.bytes(&format!("SELECT wrapped_key FROM record WHERE code = '{}'", record.case)).await;
        // Whoever read at that moment is given a minute.
        house.clock.advance(chrono::Duration::minutes(2));
        house.person(&record.lina, &record.case, "جديد").await;
        let put = |raw: &tests::Raw, key: &[u8]| format!("UPDATE record SET wrapped_key = {} WHERE code = '{}'", raw.blob(key), record.case);
        let sql = put(&raw, &old);
        raw.must(&sql).await;
        assert_eq!(house.open(&record.lina, &record.case).await, Err(Error::Internal));
        let other = house.open_again().await.expect("opens");
        assert_eq!(other.open_case(&record.lina, &record.case).await.err(), Some(Error::Internal), "nor for a server that starts later");
        other.close().await;
        let sql = put(&raw, &new);
        raw.must(&sql).await;
        house.open(&record.lina, &record.case).await.expect("opens");
    }

    async fn a_file_that_came_in_over_a_rotation_opens(house) {
        let record = Record::of(house).await;
        let mut upload = house.store.start_upload().await.expect("an upload");
        upload.write(b"slow").await.expect("taken");
        house.store.rotate_keys(100, |_| true).await.expect("rotated");
        house.clock.advance(chrono::Duration::minutes(2));
        let file = upload.finish().await.expect("whole");
        let code = house.store.create_document(&record.lina, Some(&record.case), &draft::document("صورة"), file, "x").await.expect("made");
        assert_eq!(older_than(house, 2).await, 0);
        let mut download = house.store.download(&record.lina, &code).await.expect("opens");
        assert_eq!(download.reader.chunk().await.expect("a chunk").expect("a chunk").as_slice(), b"slow");
    }

    async fn what_is_insert_only_takes_a_new_wrapping_and_nothing_else(house) {
        let record = Record::of(house).await;
        let mut raw = house.raw().await;
        let given = raw.bytes("SELECT wrapped_key FROM remark").await;
        for key in [given[4..].to_vec(), [&[0, 0, 0, 0], &given[4..]].concat(), vec![7; 80], Vec::new()] {
            let sql = format!("UPDATE remark SET wrapped_key = {}", raw.blob(&key));
            let refused = raw.run(&sql).await.expect_err("no later generation");
            assert!(refused.contains("insert-only"), "{refused}");
        }
        let later = raw.blob(&[&[0, 0, 0, 9], &given[4..]].concat());
        raw.run(&format!("UPDATE remark SET wrapped_key = {later}, words = wrapped_key")).await.expect_err("the words with it");
        raw.must(&format!("UPDATE remark SET wrapped_key = {later}")).await;
        assert_eq!(house.open(&record.lina, &record.testimony).await, Err(Error::Internal), "a wrapping that is none shows");
    }
}
