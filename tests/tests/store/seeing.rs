//! A case drawn: its links, its timeline, and the map of incidents; each as far as one may see.

use domain::incident::IncidentForm;
use domain::link::Involvement;
use domain::{Actor, Code, Error, Kind};
use tests::house::House;
use tests::{draft, on_both};

/// The most records of a chart in these stories.
const MOST: usize = 150;

fn part(party: &Code, role: &str, confidence: &str, source: &Code) -> Involvement {
    Involvement {
        role: role.into(),
        confidence: confidence.into(),
        ..draft::involvement(party, &[(source, "1")])
    }
}

/// An incident of the case with a unit that did it, a victim, and a protected witness; and the testimony it rests on.
async fn scene(house: &House, case: &Code, lina: &Actor) -> (Code, [Code; 3], Code) {
    let store = &house.store;
    let source = house.filed(lina, case, 1).await;
    let incident = store
        .create_incident(lina, Some(case), &draft::incident("قصف الحي"))
        .await
        .expect("made");
    let unit = store
        .create_unit(lina, Some(case), &draft::unit("السرية", None))
        .await
        .expect("a unit");
    let victim = house.person(lina, case, "سامر").await;
    let witness = store
        .create_person(lina, Some(case), &draft::person("المحمي", true))
        .await
        .expect("a person");
    for (party, role, confidence) in [
        (&unit, "alleged_perpetrator", "AC2"),
        (&unit, "alleged_perpetrator", "AC3"),
        (&victim, "victim", "AC4"),
        (&witness, "witness", "AC1"),
    ] {
        store
            .involve(lina, &incident, &part(party, role, confidence, &source))
            .await
            .expect("linked");
    }
    (incident, [unit, victim, witness], source)
}

on_both! {
    async fn a_chart_has_every_part_once_and_no_protected_name(house) {
        let (case, lina) = house.case().await;
        let (incident, [unit, victim, witness], _) = scene(house, &case, &lina).await;
        let mark = house.mark().await;
        let (view, chart) = house.store.case_chart(&lina, &case, MOST).await.expect("opens");
        assert_eq!(view.head.code, case);
        assert_eq!(chart.incidents.iter().map(|node| node.code.clone()).collect::<Vec<_>>(), [incident]);
        let says = |code: &Code| {
            let at = chart.parties.iter().position(|node| node.code == *code).expect("drawn");
            let parts: Vec<_> = chart.parts.iter().filter(|part| part.party == at).map(|part| (part.role.as_str(), part.confidence.as_str())).collect();
            (chart.parties[at].title.as_ref().map(|title| title.to_string()), parts)
        };
        assert_eq!(says(&unit), (Some("السرية".to_owned()), vec![("alleged_perpetrator", "AC3")]), "the surer of two");
        assert_eq!(says(&victim), (Some("سامر".to_owned()), vec![("victim", "AC4")]));
        assert_eq!(says(&witness), (None, vec![("witness", "AC1")]));
        assert_eq!((chart.parties.len(), chart.left_out), (3, 0));
        let entries = house.since(mark).await;
        let [entry] = entries.as_slice() else { panic!("one entry: {entries:?}") };
        assert_eq!((entry.line().as_str(), entry.code.as_deref()), ("open done", Some(case.as_str())));
        assert_eq!((entry.noted("list"), entry.noted("n")), ("chart".into(), 4.into()));
    }

    async fn a_chart_without_room_draws_the_most_linked_and_says_how_many_are_left_out(house) {
        let (case, lina) = house.case().await;
        let (incident, ..) = scene(house, &case, &lina).await;
        let (_, chart) = house.store.case_chart(&lina, &case, 2).await.expect("opens");
        assert_eq!((chart.incidents.len(), chart.parties.len(), chart.parts.len(), chart.left_out), (1, 1, 1, 2));
        assert_eq!(chart.incidents[0].code, incident);
    }

    async fn a_timeline_has_incidents_and_interviews_in_order(house) {
        let (case, lina) = house.case().await;
        let (incident, _, testimony) = scene(house, &case, &lina).await;
        let undated = IncidentForm { title: "متى".into(), ..IncidentForm::default() };
        let undated = undated.check(house.clock.now(), house.store.offset()).expect("a good form");
        let undated = house.store.create_incident(&lina, Some(&case), &undated).await.expect("made");
        let mark = house.mark().await;
        let (_, timeline) = house.store.case_timeline(&lina, &case).await.expect("opens");
        assert_eq!(timeline.incidents.iter().map(|one| one.code.clone()).collect::<Vec<_>>(), [incident, undated]);
        assert_eq!(timeline.interviews, [("2025-03-26".parse().expect("a day"), testimony)]);
        let entry = &house.since(mark).await[0];
        assert_eq!((entry.line().as_str(), entry.noted("n")), ("open done", 3.into()));
    }

    async fn who_is_outside_the_case_sees_nothing_of_it_on_chart_timeline_and_map(house) {
        let (case, lina) = house.case().await;
        let (incident, ..) = scene(house, &case, &lina).await;
        let sami = house.actor("sami").await;
        let mark = house.mark().await;
        assert_eq!(house.store.case_chart(&sami, &case, MOST).await.err(), Some(Error::NotFound));
        assert_eq!(house.store.case_timeline(&sami, &case).await.err(), Some(Error::NotFound));
        for case in ["", case.as_str()] {
            let map = house.store.incident_map(&sami, case).await.expect("an answer");
            assert_eq!((map.places, map.no_such_case), (Vec::new(), !case.is_empty()));
        }
        let lines: Vec<_> = house.since(mark).await.iter().map(|entry| entry.line()).collect();
        assert_eq!(lines, ["open refused", "open refused", "list done", "list done"]);
        let nobody = house.actor("zaid").await;
        assert_eq!(house.store.incident_map(&nobody, "").await, Err(Error::Forbidden));
        for case in ["", case.as_str()] {
            let map = house.store.incident_map(&lina, case).await.expect("an answer");
            let [row] = map.places.as_slice() else { panic!("one place: {map:?}") };
            assert_eq!((row.place.as_deref(), row.incidents.as_slice()), (Some("SY0600"), std::slice::from_ref(&incident)));
        }
    }

    async fn an_incident_on_two_cases_does_not_give_away_the_other_case_on_the_map(house) {
        let (case, lina) = house.case().await;
        let (incident, ..) = scene(house, &case, &lina).await;
        let other = house.store.create_case(&lina, &draft::case("قضية أخرى", "")).await.expect("a case");
        house.store.link_to_case(&lina, &other, incident.as_str(), &draft::citations(&[])).await.expect("linked");
        let omar = house.on("omar", &case).await;
        assert_eq!(house.store.incident_map(&omar, case.as_str()).await.expect("an answer").places.len(), 1);
        // One that they may not know of is as one that there is not.
        for case in [other, Code::numbered(Kind::Case, 2025, 999)] {
            let map = house.store.incident_map(&omar, case.as_str()).await.expect("an answer");
            assert_eq!(map, store::MapView { no_such_case: true, ..store::MapView::default() });
        }
    }
}
