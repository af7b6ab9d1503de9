//! Same person? Proposed by a run, decided by a person, undone again; and nobody learns a protected name by comparing.

use domain::person::{PersonDraft, PersonForm};
use domain::same::{Verdict, VerdictDraft, VerdictForm};
use domain::{Actor, Code, Error, ProblemKind};
use tests::house::House;
use tests::register::{quality, register};
use tests::{draft, on_both};

fn person(name: &str, father: &str, mother: &str, year: &str) -> PersonDraft {
    PersonForm {
        name_ar: name.into(),
        father: father.into(),
        mother: mother.into(),
        birth_year: year.into(),
        sex: "male".into(),
        ..PersonForm::default()
    }
    .check(2025)
    .expect("a good form")
}

async fn made(house: &House, actor: &Actor, case: &Code, of: &PersonDraft) -> Code {
    house.store.create_person(actor, Some(case), of).await.expect("made")
}

fn verdict(a: &Code, b: &Code, verdict: &str, kept: &str) -> VerdictDraft {
    let form = VerdictForm {
        verdict: verdict.into(),
        kept: kept.into(),
        reason: "الأب والأم والمولد كلها متطابقة".into(),
        seen: String::new(),
    };
    form.check([a, b]).expect("a good form")
}

on_both! {
    async fn a_run_proposes_decides_nothing_and_keeps_no_name(house) {
        let (case, lina) = house.case().await;
        let one = made(house, &lina, &case, &person("محمد عبد الرحمن الخزاماوي", "", "فاطمة", "1975")).await;
        let other = made(house, &lina, &case, &person("محمد عبدالرحمن خزاماوي", "", "فاطمه", "1974")).await;
        made(house, &lina, &case, &person("إبراهيم قاسم الورديني", "", "", "1955")).await;
        made(house, &lina, &case, &person("مريم يحيى الوردياني", "", "", "1962")).await;
        let huda = house.on("huda", &case).await;
        assert_eq!(house.store.match_register(&lina).await.err(), Some(Error::Forbidden));
        let run = house.store.match_register(&huda).await.expect("a run");
        assert_eq!((run.persons, run.proposed), (4, 1));
        let last = house.last().await;
        assert_eq!((last.act.as_str(), last.noted("persons").as_i64(), last.noted("pairs").as_i64()), ("match_register", Some(4), Some(1)));
        let page = house.store.pairs(&lina, false, None, 10).await.expect("a page");
        let mut codes = page.rows[0].codes.to_vec();
        codes.sort_by_key(ToString::to_string);
        let mut expected = vec![one.clone(), other.clone()];
        expected.sort_by_key(ToString::to_string);
        assert_eq!((page.rows.len(), codes), (1, expected));
        let view = house.store.open_pair(&lina, &one, &other).await.expect("opens");
        assert!(view.standing.is_none() && view.comparison.score >= 85, "{:?}", view.comparison);
        // A second run changes nothing.
        assert_eq!(house.store.match_register(&huda).await.expect("a run").proposed, 1);
        assert_eq!(house.store.pairs(&lina, false, None, 10).await.expect("a page").rows.len(), 1);
    }

    async fn a_decision_is_made_undone_and_never_lost(house) {
        let (case, lina) = house.case().await;
        let one = made(house, &lina, &case, &person("محمد علي الحلبي", "علي", "هدى", "1975")).await;
        let other = made(house, &lina, &case, &person("محمد علي الحلبي", "علي", "هدى", "1975")).await;
        let third = made(house, &lina, &case, &person("محمد علي الحلبي", "علي", "هدى", "1976")).await;
        let store = &house.store;
        store.decide_pair(&lina, &one, &other, &verdict(&one, &other, "same", one.as_str())).await.expect("decided");
        let view = store.open_person(&lina, &other).await.expect("opens");
        assert_eq!((view.counts_as, view.others), (Some(one.clone()), vec![]));
        assert_eq!(store.open_person(&lina, &one).await.expect("opens").others, std::slice::from_ref(&other));
        // What counts elsewhere can't count under a third, nor can others count under it.
        let elsewhere = Err(Error::at("kept", ProblemKind::CountsElsewhere));
        assert_eq!(store.decide_pair(&lina, &third, &other, &verdict(&third, &other, "same", third.as_str())).await, elsewhere);
        assert_eq!(store.decide_pair(&lina, &third, &other, &verdict(&third, &other, "same", other.as_str())).await, elsewhere);
        assert_eq!(store.decide_pair(&lina, &third, &one, &verdict(&third, &one, "same", third.as_str())).await, elsewhere);
        store.decide_pair(&lina, &third, &one, &verdict(&third, &one, "same", one.as_str())).await.expect("two under one");
        // Undone, they count by themselves again; that they were one for a while stays in the record.
        store.undo_pair(&lina, &other, &one, 1).await.expect("undone");
        assert_eq!(store.open_person(&lina, &other).await.expect("opens").counts_as, None);
        assert_eq!(store.undo_pair(&lina, &other, &one, 1).await, Err(Error::NotFound));
        let different = VerdictDraft { seen: 1, ..verdict(&one, &other, "different", "") };
        store.decide_pair(&lina, &one, &other, &different).await.expect("decided");
        // Who did not see that neither decides nor undoes.
        assert_eq!(store.decide_pair(&lina, &one, &other, &different).await, Err(Error::Conflict));
        assert_eq!(store.decide_pair(&lina, &other, &one, &verdict(&other, &one, "same", one.as_str())).await, Err(Error::Conflict));
        assert_eq!(store.undo_pair(&lina, &one, &other, 1).await, Err(Error::Conflict));
        let pair = store.open_pair(&lina, &one, &other).await.expect("opens");
        assert_eq!(pair.standing.map(|verdict| verdict.verdict), Some(Verdict::Different));
        assert_eq!(pair.before.len(), 1);
        assert!(pair.before[0].verdict == Verdict::Same && pair.before[0].ended.is_some());
        let mut raw = house.raw().await;
        for sql in ["UPDATE match_decision SET decision = 'unsure'", "DELETE FROM match_decision", "UPDATE match_decision SET superseded_at = NULL WHERE superseded_at IS NOT NULL"] {
            assert!(raw.run(sql).await.is_err(), "{sql}");
        }
    }

    async fn nobody_learns_a_protected_name_by_comparing(house) {
        let (case, lina) = house.case().await;
        let hidden = house.store.create_person(&lina, Some(&case), &draft::person("محمد علي الحلبي", true)).await.expect("made");
        let seen = house.person(&lina, &case, "محمد علي الحلبي").await;
        let huda = house.on("huda", &case).await;
        house.store.match_register(&huda).await.expect("a run");
        // A member of the case sees both records, and neither the pair nor the comparison.
        house.store.assign(&huda, &case, "sami", "member").await.expect("assigned");
        let sami = house.on("sami", &case).await;
        assert!(house.store.open_person(&sami, &hidden).await.is_ok());
        assert!(house.store.pairs(&sami, false, None, 10).await.expect("a page").rows.is_empty());
        assert_eq!(house.store.open_pair(&sami, &hidden, &seen).await.err(), Some(Error::NotFound));
        assert_eq!(house.store.decide_pair(&sami, &hidden, &seen, &verdict(&hidden, &seen, "different", "")).await, Err(Error::NotFound));
        assert!(house.store.candidates(&sami, &hidden).await.expect("a list").is_empty());
        // The lead sees the pair; the name only while it is revealed.
        assert_eq!(house.store.pairs(&lina, false, None, 10).await.expect("a page").rows.len(), 1);
        let view = house.store.open_pair(&lina, &hidden, &seen).await.expect("opens");
        assert!(view.sides[0].body.is_none() && view.sides[1].body.is_some());
    }

    async fn outside_the_case_there_is_no_warning_of_a_homonym(house) {
        let (case, lina) = house.case().await;
        let known = made(house, &lina, &case, &person("محمد علي الحلبي", "علي", "هدى", "1975")).await;
        let like = person("محمد علي الحلبي", "علي", "هدى", "1976");
        let warned = async |actor: &Actor| {
            house.store.homonyms(actor, &like.body, &like.sex, like.birth_year).await.expect("an answer").into_iter().map(|one| one.code).collect::<Vec<_>>()
        };
        assert_eq!(warned(&lina).await, std::slice::from_ref(&known));
        let sami = house.actor("sami").await;
        assert!(warned(&sami).await.is_empty());
        assert_eq!(house.store.open_pair(&sami, &known, &known).await.err(), Some(Error::NotFound));
    }
}

/// On a register of invented people with planted duplicates. The figures for 100,000 are in the README, by `make bench`.
#[test]
fn planted_duplicates_are_found_and_few_others_are_called_likely() {
    let (people, same) = register(8_000, 400);
    let quality = quality(&people, &same);
    assert!(quality.recall >= 0.97, "{quality:?}");
    assert!(quality.precision >= 0.9, "{quality:?}");
}
