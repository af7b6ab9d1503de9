//! Reference codes and versions, when many people work at once.

use domain::{Code, Error, Kind};
use std::collections::BTreeSet;
use tests::{draft, on_both};

on_both! {
    async fn forty_cases_at_once_get_forty_numbers_in_a_row(house) {
        let lina = house.actor("lina").await;
        let requests = (0..40).map(|n| {
            let (store, lina) = (house.store.clone(), lina.clone());
            tokio::spawn(async move {
                if n % 4 == 0 {
                    // One that fails takes no number with it.
                    let nowhere = Code::numbered(Kind::Case, 2025, 999);
                    store.create_incident(&lina, Some(&nowhere), &draft::incident("x")).await.expect_err("no such case");
                }
                store.create_case(&lina, &draft::case("قضية", "")).await.expect("a case")
            })
        });
        let codes: BTreeSet<Code> = futures::future::join_all(requests).await.into_iter().map(|made| made.expect("no panic")).collect();
        let expected: BTreeSet<Code> = (1..=40).map(|number| Code::numbered(Kind::Case, 2025, number)).collect();
        assert_eq!(codes, expected);
        assert_eq!(house.store.create_incident(&lina, None, &draft::incident("x")).await, Ok(Code::numbered(Kind::Incident, 2025, 1)));
    }

    async fn numbers_start_again_with_the_committees_new_year(house) {
        let lina = house.actor("lina").await;
        house.store.create_case(&lina, &draft::case("قضية", "")).await.expect("a case");
        // 2025-12-31T21:30Z is half past midnight in Damascus.
        house.clock.advance("2025-12-31T21:30:00Z".parse::<chrono::DateTime<chrono::Utc>>().expect("a time") - house.clock.now());
        let lina = house.actor("lina").await;
        assert_eq!(house.store.create_case(&lina, &draft::case("قضية", "")).await, Ok(Code::numbered(Kind::Case, 2026, 1)));
    }

    async fn pseudonyms_are_unique_and_say_nothing_of_their_order(house) {
        let (case, lina) = house.case().await;
        let requests = (0..40).map(|_| {
            let (store, lina, case) = (house.store.clone(), lina.clone(), case.clone());
            tokio::spawn(async move { store.create_person(&lina, Some(&case), &draft::person("سامر", false)).await.expect("a person") })
        });
        let codes: Vec<Code> = futures::future::join_all(requests).await.into_iter().map(|made| made.expect("no panic")).collect();
        let sorted: BTreeSet<&Code> = codes.iter().collect();
        assert_eq!(sorted.len(), 40);
        assert!(codes.iter().all(|code| code.kind() == Kind::Person && code.as_str().len() == 7));
        let newest_first = house.listed(&lina, Kind::Person).await;
        assert_ne!(newest_first.iter().rev().collect::<Vec<_>>(), sorted.into_iter().collect::<Vec<_>>(), "in the order of their making");
    }

    async fn who_saves_over_a_newer_version_is_told_and_changes_nothing(house) {
        let (case, lina) = house.case().await;
        let omar = house.on("omar", &case).await;
        house.store.change_case(&omar, &case, 1, &draft::case("عنوان عمر", "")).await.expect("saved");
        assert_eq!(house.store.change_case(&lina, &case, 1, &draft::case("عنوان لينا", "")).await, Err(Error::Conflict));
        assert_eq!(house.last().await.line(), "edit failed");
        let view = house.store.open_case(&lina, &case).await.expect("opens");
        assert_eq!((view.head.title.as_deref(), view.head.version, view.head.updated_by.as_str()), (Some("عنوان عمر"), 2, "Omar Jaber"));
        // The title of the one who lost is not found either.
        assert!(house.store.search(&lina, &[Kind::Case], "لينا", 10).await.expect("an answer").is_empty());
        assert_eq!(house.store.search(&lina, &[Kind::Case], "عنوان", 10).await.expect("an answer").len(), 1);
        assert_eq!(house.store.change_case(&lina, &case, 3, &draft::case("من المستقبل", "")).await, Err(Error::Conflict));
    }

    async fn of_twenty_who_save_at_once_exactly_one_wins(house) {
        let (case, lina) = house.case().await;
        let person = house.person(&lina, &case, "سامر").await;
        let testimony = house.store.create_testimony(&lina, Some(&case), &draft::testimony(&person, 1)).await.expect("a draft");
        let requests = (0..20).map(|n| {
            let (store, lina, testimony, person) = (house.store.clone(), lina.clone(), testimony.clone(), person.clone());
            tokio::spawn(async move {
                let mut form = draft::testimony(&person, 1);
                form.paragraphs = vec![draft::paragraph(None, &format!("كتب {n}"))];
                (n, store.save_draft(&lina, &testimony, 1, &form).await)
            })
        });
        let answers: Vec<_> = futures::future::join_all(requests).await.into_iter().map(|answer| answer.expect("no panic")).collect();
        let winners: Vec<_> = answers.iter().filter(|(_, answer)| answer.is_ok()).collect();
        assert_eq!(winners.len(), 1, "{answers:?}");
        assert!(answers.iter().filter_map(|(_, answer)| answer.as_ref().err()).all(|error| *error == Error::Conflict), "{answers:?}");
        let view = house.store.open_testimony(&lina, &testimony).await.expect("opens");
        assert_eq!(view.head.version, 2);
        assert_eq!(view.statement.paragraphs[0].text.as_str(), format!("كتب {}", winners[0].0));
    }
}
