//! The count: from judgements alone, each person once, as it was known on any past day; published figures beside it.

use domain::claim::{ClaimDraft, ClaimForm};
use domain::count::{By, Of, count};
use domain::same::VerdictForm;
use domain::{Actor, Code, Error};
use std::collections::BTreeMap;
use store::Register;
use tests::house::House;
use tests::{draft, on_both};

fn total(register: &Register) -> u32 {
    count(&register.parts, Of::Killings, By::Act, &BTreeMap::new()).total
}

/// An incident with an act of each kind, and who suffered it.
async fn killed(house: &House, actor: &Actor, case: &Code, kinds: &[&str]) -> (Code, Vec<Code>) {
    let incident = house
        .store
        .create_incident(actor, Some(case), &draft::incident("قصف"))
        .await
        .expect("made");
    let mut people = Vec::new();
    for (at, kind) in kinds.iter().enumerate() {
        let act = domain::act::ActDraft {
            least: (at == 0).then_some(5),
            ..draft::act(kind)
        };
        let number = house.store.add_act(actor, &incident, &act).await.expect("an act");
        let person = house.person(actor, case, &format!("ضحية {at}")).await;
        suffers(house, actor, case, &incident, number, &person).await;
        people.push(person);
    }
    (incident, people)
}

async fn suffers(house: &House, actor: &Actor, case: &Code, incident: &Code, act: u32, person: &Code) {
    let file = house.store.start_upload().await.expect("an upload");
    let file = {
        let mut upload = file;
        upload.write(person.as_str().as_bytes()).await.expect("taken");
        upload.finish().await.expect("whole")
    };
    let document = house
        .store
        .create_document(actor, Some(case), &draft::document("قائمة"), file, "x.txt")
        .await
        .expect("made");
    let mut part = draft::involvement(person, &[(&document, "x")]);
    part.act = Some(act);
    part.role = "victim".into();
    house.store.involve(actor, incident, &part).await.expect("linked");
}

fn claim(value: &str, parent: Option<u32>) -> ClaimDraft {
    ClaimForm {
        source: "مصدر".into(),
        metric: "قتلى".into(),
        value: value.into(),
        qualifier: "at_least".into(),
        period_from: "2025-03-06".into(),
        period_to: "2025-03-10".into(),
        parent: parent.map(|number| number.to_string()).unwrap_or_default(),
        caveats: "لم يُتحقق منه".into(),
        ..ClaimForm::default()
    }
    .check()
    .expect("a good form")
}

on_both! {
    async fn who_died_in_combat_is_on_record_and_not_counted(house) {
        let (case, lina) = house.case().await;
        killed(house, &lina, &case, &["LIFE-EXJ", "LIFE-COMB", "INTEG-BEAT"]).await;
        let register = house.store.victims(&lina, None, None).await.expect("a count");
        assert_eq!((register.parts.len(), total(&register)), (3, 1));
        let counted = count(&register.parts, Of::Killings, By::Act, &register.stated);
        assert_eq!(counted.unnamed, 4, "five are stated, one is known by name");
        let links: Vec<_> = register.parts.iter().map(|part| part.link).collect();
        let sources = house.store.rests_on(&lina, &links).await.expect("citations");
        assert!(links.iter().all(|link| sources[link].len() == 1));
    }

    async fn two_records_of_one_person_count_once_and_twice_again(house) {
        let (case, lina) = house.case().await;
        let (incident, people) = killed(house, &lina, &case, &["LIFE-EXJ"]).await;
        let other = house.person(&lina, &case, "السجل الآخر").await;
        suffers(house, &lina, &case, &incident, 1, &other).await;
        let store = &house.store;
        assert_eq!(total(&store.victims(&lina, None, None).await.expect("a count")), 2);
        let before = house.store.today();
        house.clock.advance(chrono::Duration::days(2));
        let lina = house.on("lina", &case).await;
        let same = VerdictForm { verdict: "same".into(), kept: other.to_string(), reason: "الأب والأم والمولد متطابقة".into(), ..Default::default() };
        store.decide_pair(&lina, &people[0], &other, &same.check([&people[0], &other]).expect("good")).await.expect("decided");
        let now = store.victims(&lina, None, None).await.expect("a count");
        assert_eq!(total(&now), 1);
        assert!(now.of.values().all(|(person, ..)| *person == other), "under the record that counts");
        // As we knew it two days ago; and again now, after the decision was undone.
        assert_eq!(total(&store.victims(&lina, Some(before), None).await.expect("a count")), 2);
        store.undo_pair(&lina, &people[0], &other, 1).await.expect("undone");
        assert_eq!(total(&store.victims(&lina, None, None).await.expect("a count")), 2);
    }

    async fn a_past_day_is_counted_as_it_was_known_then(house) {
        let (case, lina) = house.case().await;
        let first = house.store.today();
        let (incident, people) = killed(house, &lina, &case, &["LIFE-EXJ"]).await;
        house.clock.advance(chrono::Duration::days(3));
        let lina = house.on("lina", &case).await;
        let part = house.store.open_incident(&lina, &incident).await.expect("opens").involved.remove(0);
        house.store.end_involvement(&lina, &incident, part.id).await.expect("ended");
        let status = async |day| {
            let register = house.store.victims(&lina, day, None).await.expect("a count");
            register.parts.first().map(|part| part.status.clone())
        };
        assert_eq!(status(None).await, None);
        assert_eq!(status(Some(first)).await, Some(None));
        assert_eq!(status(first.pred_opt()).await, None, "a day before anything was recorded");
        // What was concluded later does not change what was known.
        let reason = domain::Words::from("شهادتان مستقلتان تقولان إنه مدني");
        house.store.say_victim_status(&lina, &people[0], "civilian", None, &reason).await.expect("said");
        assert_eq!(status(Some(first)).await, Some(Some("civilian".to_owned())), "nothing was concluded then: the record's own");
        house.store.say_victim_status(&lina, &people[0], "combatant", None, &reason).await.expect("said");
        let said = house.store.victim_statuses(&lina, &people[0]).await.expect("a list");
        assert_eq!(said.iter().filter(|one| !one.ended).count(), 1);
        assert_eq!(said.len(), 2);
    }

    async fn of_others_cases_nothing_is_counted(house) {
        let (case, lina) = house.case().await;
        let (incident, _) = killed(house, &lina, &case, &["LIFE-EXJ"]).await;
        let sami = house.actor("sami").await;
        let register = house.store.victims(&sami, None, None).await.expect("a count");
        assert!(register.parts.is_empty() && register.stated.is_empty());
        let register = house.store.victims(&sami, None, Some(&incident)).await.expect("a count");
        assert!(register.parts.is_empty() && register.stated.is_empty());
    }

    async fn published_figures_stand_with_their_parts_and_never_change(house) {
        let (_, lina) = house.case().await;
        let store = &house.store;
        assert_eq!(store.record_claim(&lina, &claim("779", None)).await, Ok(1));
        assert_eq!(store.record_claim(&lina, &claim("383", Some(1))).await, Ok(2));
        assert_eq!(store.record_claim(&lina, &claim("396", Some(1))).await, Ok(3));
        let claims = store.claims(&lina).await.expect("a list");
        assert_eq!((claims[0].parts.clone(), claims[0].adds_up, claims[1].adds_up), (vec![2, 3], Some(true), None));
        assert_eq!(store.end_claim(&lina, 1).await, Err(Error::Conflict));
        store.end_claim(&lina, 3).await.expect("ended");
        assert_eq!(store.claims(&lina).await.expect("a list")[0].adds_up, Some(false));
        assert_eq!(store.record_claim(&lina, &claim("1", Some(3))).await.err(), Some(Error::at("parent", domain::ProblemKind::Unknown)));
        let zaid = house.actor("zaid").await;
        assert_eq!(store.record_claim(&zaid, &claim("1", None)).await.err(), Some(Error::Forbidden));
        let mut raw = house.raw().await;
        for sql in ["UPDATE claim SET value = 1", "DELETE FROM claim", "UPDATE victim_status SET status = 'civilian' WHERE status <> 'civilian'"] {
            let done = raw.run(sql).await;
            assert!(done.is_err() || done == Ok(0), "{sql}");
        }
    }
}
