//! Facts with what speaks for and against them, and the ladder of suspicion with its second signature.

use domain::fact::{FactForm, GradeDraft, Step};
use domain::{Actor, Code, Error, Problem, ProblemKind, Words};
use tests::house::House;
use tests::{draft, on_both};

fn fact(words: &str, of: &[(&Code, &str)]) -> domain::fact::FactDraft {
    let form = FactForm {
        words: words.into(),
        citations: draft::citations(of),
        ..FactForm::default()
    };
    form.check().expect("a good form")
}

fn why() -> Words {
    Words::from("شهادتان مستقلتان ووثيقة من نوع آخر")
}

/// A final testimony whose only paragraph was seen, or told by others.
async fn said(house: &House, actor: &Actor, case: &Code, basis: &str) -> Code {
    let witness = house.person(actor, case, "شاهد").await;
    let mut form = draft::testimony(&witness, 1);
    form.paragraphs[0].basis = basis.into();
    if basis == "hearsay_named" {
        form.paragraphs[0].source = "جاره".into();
    }
    let code = house
        .store
        .create_testimony(actor, Some(case), &form)
        .await
        .expect("kept");
    house.file(actor, &code).await;
    code
}

on_both! {
    async fn a_fact_is_as_corroborated_as_its_independent_sources(house) {
        let (case, lina) = house.case().await;
        let (one, other) = (said(house, &lina, &case, "first_hand_saw").await, said(house, &lina, &case, "first_hand_heard").await);
        let rumour = said(house, &lina, &case, "hearsay_named").await;
        let store = &house.store;
        assert_eq!(store.record_fact(&lina, &case, &fact("قُتل بعد أسره", &[(&one, "1"), (&other, "1"), (&rumour, "1")])).await, Ok(1));
        let first = async || store.see_facts(&lina, &case).await.expect("opens").facts.remove(0);
        let seen = first().await;
        assert_eq!((seen.independent, seen.computed, seen.supporting.len()), ((2, 0), "corroborated", 3), "hearsay observed nothing");
        // Two who repeat one account are one.
        store.say_same_account(&lina, &case, (&one, &other), &why()).await.expect("said");
        assert_eq!(store.say_same_account(&lina, &case, (&other, &one), &why()).await, Err(Error::at("other", ProblemKind::Taken)));
        let seen = first().await;
        assert_eq!((seen.independent, seen.computed), ((1, 0), "uncorroborated"));
        // What speaks against it is kept and shown.
        let against = said(house, &lina, &case, "first_hand_saw").await;
        let cited = fact("x", &[(&against, "1")]).citations;
        store.cite_fact(&lina, &case, 1, &cited, true).await.expect("cited");
        assert_eq!(first().await.computed, "contradicted");
        // No paragraph counts twice, nor for a fact and against it.
        for (again, side) in [(&against, true), (&against, false), (&one, true)] {
            let twice = Err(Error::at(&format!("cite.{again}"), ProblemKind::CitedAlready));
            assert_eq!(store.cite_fact(&lina, &case, 1, &fact("x", &[(again, "1")]).citations, side).await, twice);
        }
        // A person concludes, and may conclude otherwise; what was computed then is kept beside it.
        let grade = |grade: &str| GradeDraft { grade: grade.into(), reasons: why() };
        store.grade_fact(&lina, &case, 1, &grade("single_source_justified")).await.expect("graded");
        store.grade_fact(&lina, &case, 1, &grade("contradicted")).await.expect("graded again");
        let concluded = first().await.grade.expect("a grade");
        assert_eq!((concluded.grade.as_str(), concluded.computed.as_str()), ("contradicted", "contradicted"));
        // Written anew, it replaces the old one, whose number is never used again.
        let anew = domain::fact::FactDraft { replaces: Some(1), ..fact("قُتل بعد استسلامه", &[(&one, "1")]) };
        assert_eq!(store.record_fact(&lina, &case, &anew).await, Ok(2));
        let file = store.see_facts(&lina, &case).await.expect("opens");
        assert_eq!(file.facts.iter().map(|fact| (fact.number, fact.ended)).collect::<Vec<_>>(), [(2, false), (1, true)]);
        assert_eq!(store.cite_fact(&lina, &case, 1, &cited, true).await, Err(Error::NotFound));
        let mut raw = house.raw().await;
        for sql in ["UPDATE fact SET is_key = NOT is_key", "DELETE FROM fact", "UPDATE fact_grade SET grade = 'refuted'", "DELETE FROM same_account", "UPDATE citation SET against = NOT against"] {
            assert!(raw.run(sql).await.is_err(), "{sql}");
        }
    }

    async fn a_draft_and_a_strange_source_are_not_cited(house) {
        let (case, lina) = house.case().await;
        let witness = house.person(&lina, &case, "شاهد").await;
        let open = house.store.create_testimony(&lina, Some(&case), &draft::testimony(&witness, 1)).await.expect("kept");
        let field = format!("cite.{open}");
        assert_eq!(house.store.record_fact(&lina, &case, &fact("x", &[(&open, "1")])).await, Err(Error::at(&field, ProblemKind::DraftCited)));
        assert!(house.store.see_facts(&lina, &case).await.expect("opens").facts.is_empty());
        let sami = house.actor("sami").await;
        assert_eq!(house.store.see_facts(&sami, &case).await.err(), Some(Error::NotFound));
        assert_eq!(house.store.ladder(&sami, &case).await.err(), Some(Error::NotFound));
    }

    async fn the_ladder_takes_a_link_grounds_and_a_second_signature(house) {
        let (case, lina) = house.case().await;
        let huda = house.on("huda", &case).await;
        house.store.assign(&huda, &case, "rana", "legal_officer").await.expect("assigned");
        let rana = house.on("rana", &case).await;
        let testimony = said(house, &lina, &case, "first_hand_saw").await;
        let incident = house.store.create_incident(&lina, Some(&case), &draft::incident("قصف")).await.expect("made");
        let suspect = house.person(&lina, &case, "سامر").await;
        let unit = house.store.create_unit(&lina, Some(&case), &draft::unit("السرية الثانية", None)).await.expect("made");
        let store = &house.store;
        let link = async |party: &Code, confidence: &str| {
            let mut part = draft::involvement(party, &[(&testimony, "1")]);
            part.role = "alleged_perpetrator".into();
            part.confidence = confidence.into();
            store.involve(&lina, &incident, &part).await.expect("linked");
        };
        let propose = async |step| store.propose_suspicion(&lina, &case, &suspect, step, &why()).await;
        let at = |kind| Err(Error::Invalid(vec![Problem::new("step", kind)]));
        let sign = async || store.decide_suspicion(&rana, &case, &suspect, true, &why()).await.expect("signed");
        assert_eq!(propose(Step::Alleged).await, at(ProblemKind::NoSuchMove));
        propose(Step::Mentioned).await.expect("proposed");
        assert_eq!(propose(Step::Mentioned).await, Err(Error::Conflict), "one waits");
        // Whoever proposed it does not sign it; an investigator signs nothing.
        assert_eq!(store.decide_suspicion(&lina, &case, &suspect, true, &why()).await, Err(Error::Forbidden));
        sign().await;
        assert_eq!(propose(Step::Alleged).await, at(ProblemKind::NoPart));
        link(&suspect, "AC1").await;
        propose(Step::Alleged).await.expect("proposed");
        sign().await;
        assert_eq!(propose(Step::ReasonableSuspicion).await, at(ProblemKind::NotGrounded));
        link(&unit, "AC3").await;
        assert_eq!(propose(Step::ReasonableSuspicion).await, at(ProblemKind::UnitFirst));
        link(&suspect, "AC3").await;
        propose(Step::ReasonableSuspicion).await.expect("proposed");
        store.decide_suspicion(&rana, &case, &suspect, false, &why()).await.expect("declined");
        let stands = async || {
            let ladder = store.ladder(&lina, &case).await.expect("opens");
            ladder.parties.into_iter().find(|party| party.code == suspect).expect("on it")
        };
        assert_eq!(stands().await.standing.step, Some(Step::Alleged));
        // The supervisor may propose too, and then can't sign.
        store.propose_suspicion(&huda, &case, &suspect, Step::ReasonableSuspicion, &why()).await.expect("proposed");
        assert_eq!(store.decide_suspicion(&huda, &case, &suspect, true, &why()).await, Err(Error::at("decision", ProblemKind::NotBySelf)));
        sign().await;
        let stands = stands().await;
        assert_eq!((stands.standing.step, stands.steps.len()), (Some(Step::ReasonableSuspicion), 4));
        assert_eq!(propose(Step::Referred).await, at(ProblemKind::NotReferred));
        let mut raw = house.raw().await;
        for sql in ["UPDATE suspicion SET confirmed = TRUE WHERE confirmed = FALSE", "UPDATE suspicion SET step = 'referred'", "DELETE FROM suspicion"] {
            assert!(raw.run(sql).await.is_err(), "{sql}");
        }
    }
}
