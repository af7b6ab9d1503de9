//! Lists of people out of documents: kept as the sources have them, reconciled row by row, beside the count and never in it.

use domain::count::{By, Of, count};
use domain::source_list::{DecisionDraft, DecisionForm, Fate, ListDraft, ListForm, Standing};
use domain::{Actor, Code, Error, ProblemKind, Words};
use std::collections::BTreeMap;
use store::{DecisionView, ListPageView, RowFilter, SearchFilter};
use tests::house::House;
use tests::{draft, on_both};

/// Six people: two of [`on_record`], the first of them twice, two whom nobody knows, and a row without a name.
const SIX: &str = "الاسم;الأب;الأم;المواليد;الصفة\nمحمد علي الحلبي;علي;هدى;1980;مدني\nخالد حسن الشامي;حسن;;1980;\n\
    محمد الحلبي;علي;هدى;1980;\nقادم المجهولاوي;يونس;;1970;\n;;;;جثمان\nراحل المجهولاوي;;;1961;";

fn list(paste: &str) -> ListDraft {
    let form = ListForm {
        title: "قائمة الأهالي".into(),
        source: "family".into(),
        listed: "killed".into(),
        status: "civilian".into(),
        paste: paste.into(),
        ..ListForm::default()
    };
    form.check("2025-08-01".parse().expect("a day")).expect("a good form")
}

fn decision(fate: &str) -> DecisionDraft {
    let form = DecisionForm {
        fate: fate.into(),
        reason: if fate == "aside" {
            draft::REASON.into()
        } else {
            String::new()
        },
        ..DecisionForm::default()
    };
    form.check(0).expect("a good form")
}

async fn document(house: &House, actor: &Actor, case: &Code) -> Code {
    let mut upload = house.store.start_upload().await.expect("an upload");
    upload.write(b"paper").await.expect("taken");
    let file = upload.finish().await.expect("whole");
    house
        .store
        .create_document(actor, Some(case), &draft::document("قائمة"), file, "x.txt")
        .await
        .expect("made")
}

/// Two people of the register, the first of whom is the victim of an unlawful killing.
async fn on_record(house: &House, actor: &Actor, case: &Code, document: &Code) -> [Code; 2] {
    let (one, other) = (
        house.person(actor, case, "محمد علي الحلبي").await,
        house.person(actor, case, "خالد حسن الشامي").await,
    );
    let store = &house.store;
    let incident = store
        .create_incident(actor, Some(case), &draft::incident("قصف"))
        .await
        .expect("made");
    let number = store
        .add_act(actor, &incident, &draft::act("LIFE-EXJ"))
        .await
        .expect("an act");
    let mut part = draft::involvement(&one, &[(document, "x")]);
    part.act = Some(number);
    part.role = "victim".into();
    store.involve(actor, &incident, &part).await.expect("linked");
    [one, other]
}

async fn counted(house: &House, actor: &Actor) -> u32 {
    let register = house.store.victims(actor, None, None).await.expect("a count");
    count(&register.parts, Of::Violations, By::Act, &BTreeMap::new()).total
}

async fn page(house: &House, actor: &Actor, document: &Code, filter: RowFilter) -> ListPageView {
    let page = house.store.see_list(actor, document, 1, filter, (None, None), 50).await;
    page.expect("opens")
}

async fn standing(house: &House, actor: &Actor, document: &Code) -> Standing {
    page(house, actor, document, RowFilter::All).await.list.standing
}

async fn stands(house: &House, actor: &Actor, document: &Code, row: u32) -> DecisionView {
    let desk = house.store.see_row(actor, document, 1, row).await.expect("opens");
    desk.row.decision.expect("a decision")
}

on_both! {
    async fn who_stands_in_a_list_is_found_by_name_in_either_script_at_their_row(house) {
        let (case, lina) = house.case().await;
        let document = document(house, &lina, &case).await;
        let find = async |who: &Actor, query: &str| {
            let page = house.store.find(who, query, &SearchFilter::default(), 10).await.expect("an answer");
            let hits = page.hits.into_iter().map(|hit| (hit.code, hit.found.and_then(|found| found.row)));
            hits.collect::<Vec<_>>()
        };
        assert_eq!(find(&lina, "المجهولاوي").await, []);
        house.store.load_list(&lina, &document, &list(SIX)).await.expect("loaded");
        let at = |row: u32| vec![(document.clone(), Some((1, row)))];
        for (query, row) in [("قادم المجهولاوي", 4), ("راحل المجهولاوي", 6), ("يونس", 4), ("\"خالد حسن\"", 2)] {
            assert_eq!(find(&lina, query).await, at(row), "{query}");
        }
        assert_eq!(find(&lina, "Khaled al-Shami").await, [(document.clone(), None)], "in Latin letters");
        let sami = house.actor("sami").await;
        assert_eq!(find(&sami, "المجهولاوي").await, [], "who does not see the document");
        // It stays so when the document changes, and when the index is made anew; a list that has ended is not searched.
        house.store.change_document(&lina, &document, 1, &draft::document("ورقة")).await.expect("changed");
        assert_eq!(find(&lina, "راحل").await, at(6));
        house.store.index_all().await.expect("indexed");
        assert_eq!(find(&lina, "راحل").await, at(6));
        house.store.end_list(&lina, &document, 1).await.expect("ended");
        assert_eq!(find(&lina, "راحل").await, []);
    }

    async fn a_list_is_kept_as_the_source_has_it(house) {
        let (case, lina) = house.case().await;
        let document = document(house, &lina, &case).await;
        let store = &house.store;
        let claimed = ListDraft { claim: Some(7), ..list(SIX) };
        let unknown = Error::at("claim", ProblemKind::Unknown);
        assert_eq!(store.load_list(&lina, &document, &claimed).await.err(), Some(unknown));
        assert!(store.source_lists(&lina).await.expect("lists").is_empty(), "nothing of it is kept");
        assert_eq!(store.load_list(&lina, &document, &list(SIX)).await, Ok(1));
        let last = house.last().await;
        assert_eq!((last.act.as_str(), last.noted("rows").as_i64()), ("load_list", Some(6)));
        let mark = house.mark().await;
        let seen = page(house, &lina, &document, RowFilter::All).await;
        assert_eq!(house.since(mark).await.iter().map(|entry| entry.act.clone()).collect::<Vec<_>>(), ["see_list"]);
        assert_eq!((seen.rows.len(), seen.next_open, seen.rows[2].cells.name.as_str()), (6, Some(1), "محمد الحلبي"));
        assert_eq!(seen.rows[4].cells.status.as_str(), "جثمان");
        // By pages, forwards and back.
        let numbers = async |after, before| {
            let page = store.see_list(&lina, &document, 1, RowFilter::All, (after, before), 2).await.expect("opens");
            (page.rows.iter().map(|row| row.number).collect::<Vec<_>>(), page.earlier, page.later)
        };
        assert_eq!(numbers(None, None).await, (vec![1, 2], false, true));
        assert_eq!(numbers(Some(4), None).await, (vec![5, 6], true, false));
        assert_eq!(numbers(None, Some(4)).await, (vec![2, 3], true, true));
        assert_eq!(store.open_document(&lina, &document).await.expect("opens").lists.len(), 1);
        // As many rows as a list may have.
        let many: String = (0..2000).map(|at| format!("شخص{at} العائلة;يونس\n")).collect();
        assert_eq!(store.load_list(&lina, &document, &list(&many)).await, Ok(2));
        let mut raw = house.raw().await;
        for sql in [
            "UPDATE source_list SET listed = 'missing'", "DELETE FROM source_list", "UPDATE source_row SET number = 9", "DELETE FROM source_row",
        ] {
            assert!(raw.run(sql).await.is_err(), "{sql}");
        }
    }

    async fn rows_are_reconciled_each_by_a_decision_and_nothing_of_it_is_counted(house) {
        let (case, lina) = house.case().await;
        let document = document(house, &lina, &case).await;
        let [one, other] = on_record(house, &lina, &case, &document).await;
        let store = &house.store;
        store.load_list(&lina, &document, &list(SIX)).await.expect("loaded");
        let before = counted(house, &lina).await;
        let desk = store.see_row(&lina, &document, 1, 1).await.expect("opens");
        let last = house.last().await;
        assert_eq!((last.act.as_str(), last.noted("row").as_i64()), ("see_list", Some(1)));
        assert_eq!((desk.candidates[0].0.code.clone(), desk.candidates[0].1), (one.clone(), None));
        assert!(!desk.candidates[0].0.comparison.contributions.is_empty(), "each part of the score is told");
        assert_eq!(desk.alike.iter().map(|row| row.number).collect::<Vec<_>>(), [3]);
        let decide = async |row, fate: &str| store.decide_row(&lina, &document, 1, row, &decision(fate)).await;
        assert_eq!(decide(1, one.as_str()).await, Ok(Some(2)));
        assert_eq!(house.last().await.noted("person").as_str(), Some(one.as_str()));
        assert_eq!(decide(2, other.as_str()).await, Ok(Some(3)));
        // Somebody who stands there twice is one: the second row is a double, and no double of a double.
        let twice = Error::at("person", ProblemKind::ListedAlready(1));
        assert_eq!(decide(3, one.as_str()).await.err(), Some(twice));
        assert_eq!(store.see_row(&lina, &document, 1, 3).await.expect("opens").candidates[0].1, Some(1));
        assert_eq!(decide(3, "row-9").await.err(), Some(Error::at("double", ProblemKind::Unknown)));
        assert_eq!(decide(3, "row-1").await, Ok(Some(4)));
        assert_eq!(decide(4, "row-3").await.err(), Some(Error::at("double", ProblemKind::DoubleOfDouble)));
        assert_eq!(decide(4, "new").await, Ok(Some(5)));
        assert_eq!(decide(5, "new").await.err(), Some(Error::at("fate", ProblemKind::NoNameInRow)));
        assert_eq!(decide(5, "aside").await, Ok(Some(6)));
        let seen = standing(house, &lina, &document).await;
        let of = Fate::ALL.map(|fate| seen.of(fate));
        assert_eq!((seen.rows, of, seen.persons, seen.counted, seen.most_persons()), (6, [1, 2, 1, 1, 1], 3, 1, 4));
        assert_eq!(counted(house, &lina).await, before, "a list is never counted");
        for (filter, rows) in [(RowFilter::Counted(true), vec![1]), (RowFilter::Counted(false), vec![2, 4]), (RowFilter::Of(Fate::Open), vec![6])] {
            let page = page(house, &lina, &document, filter).await;
            assert_eq!(page.rows.iter().map(|row| row.number).collect::<Vec<_>>(), rows, "{filter:?}");
        }
        // What the source says stands as the source's word, and the person leads back to the row.
        let said = store.victim_statuses(&lina, &one).await.expect("a list");
        assert_eq!((said[0].status.as_str(), said[0].source.clone()), ("civilian", Some(document.clone())));
        let new = stands(house, &lina, &document, 4).await.person.expect("a person");
        let view = store.open_person(&lina, &new).await.expect("opens");
        assert_eq!((view.victim_status, view.birth_year, view.head.cases), (None, Some(1970), vec![case.clone()]));
        assert_eq!((view.lists[0].document.clone(), view.lists[0].row), (document.clone(), 4));
        // Two of its people turn out to be one.
        let same = domain::same::VerdictForm { verdict: "same".into(), kept: one.to_string(), reason: draft::REASON.into(), ..Default::default() };
        store.decide_pair(&lina, &one, &other, &same.check([&one, &other]).expect("good")).await.expect("decided");
        let seen = standing(house, &lina, &document).await;
        assert_eq!((seen.persons, seen.counted), (2, 1));
    }

    async fn a_decision_is_undone_with_a_reason_and_never_lost(house) {
        let (case, lina) = house.case().await;
        let document = document(house, &lina, &case).await;
        let store = &house.store;
        store.load_list(&lina, &document, &list(SIX)).await.expect("loaded");
        store.decide_row(&lina, &document, 1, 4, &decision("new")).await.expect("decided");
        let made = stands(house, &lina, &document, 4).await;
        let person = made.person.expect("a person");
        let why = Words::from(draft::REASON);
        store.undo_row(&lina, &document, (1, 4), made.id, &why).await.expect("undone");
        assert_eq!(house.last().await.noted("undone").as_bool(), Some(true));
        let desk = store.see_row(&lina, &document, 1, 4).await.expect("opens");
        let ended = desk.before[0].ended.clone().expect("ended");
        assert!(desk.row.decision.is_none() && ended.2 == why && ended.1 == "Lina Kheder");
        assert_eq!(desk.candidates[0].0.code, person, "who was written down stays on record, and is offered");
        assert!(store.victim_statuses(&lina, &person).await.expect("a list").iter().all(|said| said.ended));
        assert!(store.open_person(&lina, &person).await.expect("opens").lists.is_empty());
        assert_eq!(store.undo_row(&lina, &document, (1, 4), made.id, &why).await, Err(Error::Conflict));
        store.decide_row(&lina, &document, 1, 4, &decision(person.as_str())).await.expect("decided");
        let mut raw = house.raw().await;
        for sql in [
            "UPDATE source_decision SET fate = 'aside'", "DELETE FROM source_decision", "UPDATE source_decision SET superseded_at = NULL WHERE superseded_at IS NOT NULL",
            "UPDATE source_decision SET undone = reason WHERE superseded_at IS NOT NULL",
        ] {
            assert!(raw.run(sql).await.is_err(), "{sql}");
        }
        // A list that was loaded wrongly says nothing any more; what was decided stays to be read.
        store.end_list(&lina, &document, 1).await.expect("ended");
        assert_eq!(store.end_list(&lina, &document, 1).await, Err(Error::NotFound));
        assert!(store.victim_statuses(&lina, &person).await.expect("a list").iter().all(|said| said.ended));
        let page = page(house, &lina, &document, RowFilter::Of(Fate::Same)).await;
        assert!(page.list.ended && page.rows.len() == 1 && !page.may_decide);
        assert_eq!(store.decide_row(&lina, &document, 1, 6, &decision("new")).await.err(), Some(Error::Conflict));
    }

    async fn of_two_who_decide_about_one_row_the_second_is_told(house) {
        let (case, lina) = house.case().await;
        let document = document(house, &lina, &case).await;
        let store = &house.store;
        store.load_list(&lina, &document, &list(SIX)).await.expect("loaded");
        let omar = house.on("omar", &case).await;
        let (new, aside) = (decision("new"), decision("aside"));
        let (one, other) = tokio::join!(
            store.decide_row(&lina, &document, 1, 4, &new),
            store.decide_row(&omar, &document, 1, 4, &aside),
        );
        assert!(matches!((&one, &other), (Ok(_), Err(Error::Conflict)) | (Err(Error::Conflict), Ok(_))), "{one:?} {other:?}");
        let seen = standing(house, &lina, &document).await;
        assert_eq!(seen.of(Fate::Open), 5);
        let dima = house.actor("dima").await;
        assert_eq!(store.decide_row(&dima, &document, 1, 5, &decision("aside")).await.err(), Some(Error::NotFound));
        let nour = house.on("nour", &case).await;
        assert_eq!(store.decide_row(&nour, &document, 1, 5, &decision("aside")).await.err(), Some(Error::Forbidden));
        assert_eq!(house.last().await.outcome, "refused");
    }

    async fn outside_its_document_nobody_learns_of_a_list_nor_it_of_them(house) {
        let (case, lina) = house.case().await;
        let document = document(house, &lina, &case).await;
        let store = &house.store;
        // Of another's case, and protected: nobody of these is offered, and no code lets one guess.
        let sami = house.actor("sami").await;
        let theirs = store.create_case(&sami, &draft::case("قضية أخرى", "")).await.expect("a case");
        let hidden = house.person(&sami, &theirs, "محمد علي الحلبي").await;
        let protected = store.create_person(&lina, Some(&case), &draft::person("محمد علي الحلبي", true)).await.expect("made");
        store.load_list(&lina, &document, &list(SIX)).await.expect("loaded");
        assert!(store.see_row(&lina, &document, 1, 1).await.expect("opens").candidates.is_empty());
        for code in [&hidden, &protected] {
            let refused = Error::at("person", ProblemKind::NoSuchRecord);
            assert_eq!(store.decide_row(&lina, &document, 1, 1, &decision(code.as_str())).await.err(), Some(refused));
        }
        assert_eq!(store.see_list(&sami, &document, 1, RowFilter::All, (None, None), 10).await.err(), Some(Error::NotFound));
        assert_eq!(store.see_row(&sami, &document, 1, 1).await.err(), Some(Error::NotFound));
        assert_eq!(store.load_list(&sami, &document, &list(SIX)).await.err(), Some(Error::NotFound));
        assert!(store.source_lists(&sami).await.expect("lists").is_empty());
        let zaid = house.actor("zaid").await;
        assert_eq!(store.source_lists(&zaid).await.err(), Some(Error::Forbidden));
        assert_eq!(store.see_row(&lina, &document, 1, 7).await.err(), Some(Error::NotFound));
        assert_eq!(store.see_row(&lina, &document, 2, 1).await.err(), Some(Error::NotFound));
        // Who becomes protected is named by no row to whom may not find them by name, and by their own page to nobody.
        let person = house.person(&lina, &case, "خالد حسن الشامي").await;
        store.decide_row(&lina, &document, 1, 2, &decision(person.as_str())).await.expect("decided");
        store.change_person(&lina, &person, 1, &draft::person("خالد حسن الشامي", true)).await.expect("changed");
        let huda = house.on("huda", &case).await;
        store.assign(&huda, &case, "sami", "member").await.expect("assigned");
        let sami = house.on("sami", &case).await;
        assert_eq!(stands(house, &sami, &document, 2).await.person, None);
        assert_eq!(stands(house, &lina, &document, 2).await.person, Some(person.clone()));
        assert!(store.open_person(&lina, &person).await.expect("opens").lists.is_empty());
    }
}
