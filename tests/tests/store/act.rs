//! Acts of incidents, parts in them, marks in paragraphs, and whole lists: each append-only, each resting on sources.

use domain::act::{ActForm, Around};
use domain::form::FromPairs;
use domain::marking::MarkingForm;
use domain::roster::{RosterForm, paste};
use domain::{Actor, Code, Error, Kind, ProblemKind};
use tests::house::House;
use tests::{draft, on_both};

fn act(house: &House, actor: &Actor, violation: &str) -> domain::act::ActDraft {
    let around = Around {
        now: house.clock.now(),
        offset: house.store.offset(),
        roles: actor.roles,
        starts_at: None,
        ends_at: None,
    };
    let form = ActForm {
        violation: violation.into(),
        least: "3".into(),
        ..ActForm::default()
    };
    form.check(&around).expect("a good form")
}

/// An incident of the case with one act, and a final testimony with this paragraph.
async fn scene(house: &House, case: &Code, lina: &Actor, paragraph: &str) -> (Code, Code) {
    let incident = house
        .store
        .create_incident(lina, Some(case), &draft::incident("قصف"))
        .await
        .expect("made");
    house
        .store
        .add_act(lina, &incident, &act(house, lina, "LIFE-EXJ"))
        .await
        .expect("an act");
    let witness = house.person(lina, case, "شاهد").await;
    let mut form = draft::testimony(&witness, 1);
    form.paragraphs = vec![draft::paragraph(None, paragraph)];
    let testimony = house
        .store
        .create_testimony(lina, Some(case), &form)
        .await
        .expect("kept");
    house.file(lina, &testimony).await;
    (incident, testimony)
}

fn marking(incident: &Code, words: &str, what: &str) -> MarkingForm {
    MarkingForm {
        paragraph: "1".into(),
        words: words.into(),
        what: what.into(),
        incident: incident.to_string(),
        act: "1".into(),
        confidence: "AC1".into(),
        name: words.into(),
        ..MarkingForm::default()
    }
}

on_both! {
    async fn acts_are_numbered_within_their_incident_and_end_only_when_nobody_has_a_part(house) {
        let (case, lina) = house.case().await;
        let (incident, testimony) = scene(house, &case, &lina, "رأيت سامر عند الحاجز").await;
        assert_eq!(house.store.add_act(&lina, &incident, &act(house, &lina, "LIFE-COMB")).await, Ok(2));
        let mut part = draft::involvement(&house.person(&lina, &case, "سامر").await, &[(&testimony, "1")]);
        part.act = Some(1);
        house.store.involve(&lina, &incident, &part).await.expect("linked");
        assert_eq!(house.store.end_act(&lina, &incident, 1).await, Err(Error::Conflict));
        house.store.end_act(&lina, &incident, 2).await.expect("ended");
        assert_eq!(house.store.end_act(&lina, &incident, 2).await, Err(Error::NotFound));
        assert_eq!(house.store.add_act(&lina, &incident, &act(house, &lina, "LIFE-COMB")).await, Ok(3), "a number is never used again");
        let view = house.store.open_incident(&lina, &incident).await.expect("opens");
        assert_eq!(view.acts.iter().map(|act| (act.number, act.least)).collect::<Vec<_>>(), [(1, Some(3)), (3, Some(3))]);
        assert_eq!(view.involved[0].act, Some(1));
        part.act = Some(2);
        assert_eq!(house.store.involve(&lina, &incident, &part).await, Err(Error::at("act", ProblemKind::Unknown)));
    }

    async fn an_act_and_a_part_never_change(house) {
        let (case, lina) = house.case().await;
        let (incident, testimony) = scene(house, &case, &lina, "رأيت سامر").await;
        let mut part = draft::involvement(&house.person(&lina, &case, "سامر").await, &[(&testimony, "1")]);
        part.act = Some(1);
        house.store.involve(&lina, &incident, &part).await.expect("linked");
        let mut raw = house.raw().await;
        for sql in [
            "UPDATE act SET violation = 'LIFE-COMB'",
            "UPDATE act SET least = 100",
            "UPDATE act SET number = 7",
            "DELETE FROM act",
            "UPDATE involvement SET act_id = NULL",
            "UPDATE involvement SET mode = 'M-28-A'",
            "UPDATE citation SET mark_from = 0",
        ] {
            assert!(raw.run(sql).await.is_err(), "{sql}");
        }
    }

    async fn marked_words_become_a_part_with_its_citation(house) {
        let (case, lina) = house.case().await;
        let (incident, testimony) = scene(house, &case, &lina, "رأيت سامر الحلبي عند الحاجز").await;
        let store = &house.store;
        store.mark(&lina, &testimony, &marking(&incident, "سامر الحلبي", "victim").check().expect("good")).await.expect("marked");
        store.mark(&lina, &testimony, &marking(&incident, "عند الحاجز", "place").check().expect("good")).await.expect("marked");
        store.mark(&lina, &testimony, &marking(&incident, "رأيت", "act").check().expect("good")).await.expect("marked");
        let view = store.open_incident(&lina, &incident).await.expect("opens");
        assert_eq!(view.involved.len(), 1);
        let part = &view.involved[0];
        assert_eq!((part.act, part.role.as_str(), part.title.as_deref()), (Some(1), "victim", Some("سامر الحلبي")));
        assert_eq!((part.citations[0].source.clone(), part.citations[0].paragraphs.clone()), (testimony.clone(), vec![1]));
        assert_eq!(view.acts[0].citations[0].source, testimony);
        let marks = store.open_testimony(&lina, &testimony).await.expect("opens").marks;
        let told: Vec<_> = marks.iter().map(|mark| (mark.from, mark.to, mark.what.as_str())).collect();
        assert_eq!(told, [(0, 4, "act"), (5, 16, "victim"), (17, 27, "place")]);
        // Words that don't stand there are refused, and nothing is kept.
        let wrong = marking(&incident, "ليس هنا", "victim").check().expect("good");
        assert_eq!(store.mark(&lina, &testimony, &wrong).await, Err(Error::at("words", ProblemKind::NotInParagraph)));
        assert_eq!(store.open_incident(&lina, &incident).await.expect("opens").involved.len(), 1);
        // A link that ended leaves no mark.
        store.end_involvement(&lina, &incident, part.id).await.expect("ended");
        assert_eq!(store.open_testimony(&lina, &testimony).await.expect("opens").marks.len(), 2);
    }

    async fn a_draft_is_not_marked_and_a_stranger_marks_nothing(house) {
        let (case, lina) = house.case().await;
        let (incident, testimony) = scene(house, &case, &lina, "رأيت سامر").await;
        let sami = house.actor("sami").await;
        let good = marking(&incident, "سامر", "victim").check().expect("good");
        assert_eq!(house.store.mark(&sami, &testimony, &good).await, Err(Error::NotFound));
        assert_eq!(house.store.mark_desk(&sami, &testimony, 1).await.err(), Some(Error::NotFound));
        assert_eq!(house.store.mark_desk(&lina, &testimony, 2).await.err(), Some(Error::NotFound));
        let witness = house.person(&lina, &case, "آخر").await;
        let open = house.store.create_testimony(&lina, Some(&case), &draft::testimony(&witness, 1)).await.expect("kept");
        assert_eq!(house.store.mark_desk(&lina, &open, 1).await.err(), Some(Error::Conflict));
        assert!(house.store.mark(&lina, &open, &good).await.is_err());
    }

    async fn a_list_is_taken_in_at_once_or_not_at_all(house) {
        let (case, lina) = house.case().await;
        let (incident, testimony) = scene(house, &case, &lina, "رأيت سامر").await;
        let known = house.person(&lina, &case, "معروف").await;
        let mut list = "الاسم;المواليد;الجنس\n".to_owned();
        for at in 0..19 { list.push_str(&format!("ضحية {at};19{:02};ذكر\n", 50 + at)); }
        list.push_str("معروف;;\n");
        let mut form = RosterForm {
            act: "1".into(),
            role: "victim".into(),
            confidence: "AC3".into(),
            citations: draft::citations(&[(&testimony, "1")]),
            rows: paste(&list, domain::roster::MOST).expect("a list"),
            ..RosterForm::from_pairs(&domain::form::Pairs(Vec::new()))
        };
        form.rows[19].fate = "W-22222".into();
        let wrong = form.check(2025).expect("good");
        assert_eq!(house.store.take_in(&lina, &incident, &wrong).await.err(), Some(Error::at("row.19.fate", ProblemKind::NoSuchRecord)));
        assert!(house.store.open_incident(&lina, &incident).await.expect("opens").involved.is_empty());
        form.rows[19].fate = known.to_string();
        let roster = form.check(2025).expect("good");
        let codes = house.store.take_in(&lina, &incident, &roster).await.expect("taken in");
        assert_eq!((codes.len(), codes.last()), (20, Some(&known)));
        let view = house.store.open_incident(&lina, &incident).await.expect("opens");
        assert!(view.involved.len() == 20 && view.involved.iter().all(|part| part.act == Some(1) && part.citations.len() == 1));
        // They hang on the case: who works on it finds them.
        let omar = house.on("omar", &case).await;
        assert_eq!(house.count(&omar, Kind::Person, "ضحية").await, 19);
    }

    async fn the_parts_of_a_person_come_in_pages_that_hold_each_once(house) {
        let (case, lina) = house.case().await;
        let testimony = house.filed(&lina, &case, 1).await;
        let incident = house.store.create_incident(&lina, Some(&case), &draft::incident("قصف")).await.expect("made");
        let suspect = house.person(&lina, &case, "سامر").await;
        for _ in 0..52 {
            let part = draft::involvement(&suspect, &[(&testimony, "1")]);
            house.store.involve(&lina, &incident, &part).await.expect("linked");
        }
        let first = house.store.open_person(&lina, &suspect).await.expect("opens").involved;
        assert_eq!((first.rows.len(), first.of, first.more), (50, Some(52), true));
        let last = first.rows.last().map(|part| part.id);
        let second = house.store.open_person_from(&lina, &suspect, last).await.expect("opens").involved;
        assert_eq!((second.rows.len(), second.of, second.more), (2, Some(52), false));
        let mut all: Vec<_> = first.rows.iter().chain(&second.rows).map(|part| (part.id, part.citations.len())).collect();
        all.sort_unstable();
        all.dedup();
        assert_eq!((all.len(), all.iter().all(|(_, cited)| *cited == 1)), (52, true));
        // A part of somebody else leads to the beginning, not into their parts.
        let other = house.person(&lina, &case, "حيدر").await;
        let view = house.store.open_person_from(&lina, &other, last).await.expect("opens").involved;
        assert!(view.rows.is_empty() && !view.more);
    }
}
