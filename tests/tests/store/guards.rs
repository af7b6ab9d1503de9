//! The guards that protect people, read off the record: what is missing nobody attests away.

use domain::risk::{ClearanceForm, RiskDraft, RiskForm, Standing};
use domain::status::{CaseStatus, Guard, Outcome, Remedy};
use domain::{Actor, Code, Error, ProblemKind};
use store::MoveForm;
use tests::house::House;
use tests::{draft, on_both};

fn risk(left: (u8, u8)) -> RiskDraft {
    RiskForm {
        risk: "retaliation_state".into(),
        likelihood: "5".into(),
        impact: "5".into(),
        measures: vec!["pseudonym".into()],
        residual_likelihood: left.0.to_string(),
        residual_impact: left.1.to_string(),
        ..RiskForm::default()
    }
    .check("2025-08-01".parse().expect("a date"))
    .expect("a good form")
}

fn to_approval() -> MoveForm {
    let attested = [Guard::Redaction, Guard::Custody, Guard::Exculpatory];
    MoveForm {
        transition: "T15".into(),
        attest: attested
            .map(|guard| (guard.code().to_owned(), draft::REASON.to_owned()))
            .to_vec(),
        ..MoveForm::default()
    }
}

/// The guards for which a move was refused.
fn unmet(refused: Result<CaseStatus, Error>) -> Vec<String> {
    match refused {
        Err(Error::Invalid(problems)) => problems
            .into_iter()
            .map(|problem| {
                assert!(matches!(problem.kind, ProblemKind::GuardUnmet(_)), "{problem:?}");
                problem.field
            })
            .collect(),
        other => panic!("{other:?}"),
    }
}

/// A case that prepares a referral and cites one testimony; rana is its legal officer, yusuf its protection officer.
struct Prepared {
    case: Code,
    testimony: Code,
    witness: Code,
    lina: Actor,
    huda: Actor,
    rana: Actor,
    yusuf: Actor,
}

async fn prepared(house: &House) -> Prepared {
    let (case, lina) = house.case().await;
    let huda = house.on("huda", &case).await;
    for (login, duty) in [("rana", "legal_officer"), ("yusuf", "protection_officer")] {
        house.store.assign(&huda, &case, login, duty).await.expect("assigned");
    }
    let (rana, yusuf) = (house.on("rana", &case).await, house.on("yusuf", &case).await);
    let testimony = house.filed(&lina, &case, 1).await;
    let witness = house
        .store
        .open_testimony(&lina, &testimony)
        .await
        .expect("opens")
        .witness
        .expect("one")
        .0;
    let incident = house
        .store
        .create_incident(&lina, Some(&case), &draft::incident("قصف"))
        .await
        .expect("made");
    let suspect = house.person(&lina, &case, "سامر").await;
    let mut part = draft::involvement(&suspect, &[(&testimony, "1")]);
    part.role = "alleged_perpetrator".into();
    house.store.involve(&lina, &incident, &part).await.expect("linked");
    prepare_again(house).await;
    Prepared {
        case,
        testimony,
        witness,
        lina,
        huda,
        rana,
        yusuf,
    }
}

/// Back to the state before the referral is approved, past the store.
async fn prepare_again(house: &House) {
    house.clock.advance(chrono::Duration::seconds(1));
    house
        .raw()
        .await
        .must("UPDATE case_file SET status = 'referral_preparation'")
        .await;
}

async fn attest(house: &House, p: &Prepared, guards: &[Guard]) {
    for guard in guards {
        house
            .store
            .attest(&p.huda, &p.case, *guard, draft::REASON)
            .await
            .expect("attested");
    }
    house.clock.advance(chrono::Duration::seconds(1));
}

async fn record(house: &House, p: &Prepared, cells: &[(&str, &str, &str, &str)]) {
    let seen = house
        .store
        .see_consents(&p.lina, &p.testimony)
        .await
        .expect("opens")
        .seen;
    house
        .store
        .record_consents(&p.lina, &p.testimony, seen, &draft::consents(cells))
        .await
        .expect("recorded");
}

const TO_PROSECUTOR: (&str, &str, &str, &str) = ("national_prosecution", "national_prosecutor", "granted", "pseudonym");

on_both! {
    async fn what_the_record_lacks_no_attestation_replaces(house) {
        let p = prepared(house).await;
        let protective = [Guard::Consent, Guard::Risk, Guard::Minor];
        attest(house, &p, &protective).await;
        let go = async || house.store.move_case(&p.rana, &p.case, &to_approval()).await;
        assert_eq!(unmet(go().await), ["G-CONSENT", "G-RISK"]);
        record(house, &p, &[TO_PROSECUTOR]).await;
        assert_eq!(unmet(go().await), ["G-RISK"], "nobody assessed the witness");
        house.store.assess_risk(&p.lina, &p.witness, 0, &risk((4, 5))).await.expect("recorded");
        assert_eq!(unmet(go().await), ["G-CONSENT", "G-RISK"], "a critical risk is open: no consent leads past it");
        let file = house.store.see_risks(&p.yusuf, &p.witness).await.expect("opens");
        let clearance = ClearanceForm { assessment: file.risks[0].id.to_string(), reason: draft::REASON.into() };
        house.store.clear_risk(&p.yusuf, &p.witness, file.seen, &clearance.check().expect("good")).await.expect("cleared");
        assert_eq!(go().await, Ok(CaseStatus::ReferralApproval), "without anybody's word for consent, risk or age");
        // A withdrawal closes the way again.
        prepare_again(house).await;
        let seen = house.store.see_consents(&p.lina, &p.testimony).await.expect("opens").seen;
        let what = draft::withdrawal(&["national_prosecution.national_prosecutor"]);
        house.store.withdraw_consents(&p.lina, &p.testimony, seen, &what).await.expect("withdrawn");
        attest(house, &p, &protective).await;
        assert_eq!(unmet(go().await), ["G-CONSENT"]);
        // And so do ninety days without a review.
        record(house, &p, &[TO_PROSECUTOR]).await;
        house.clock.advance(chrono::Duration::days(91));
        let rana = house.on("rana", &p.case).await;
        let late = house.store.move_case(&rana, &p.case, &to_approval()).await;
        assert_eq!(unmet(late), ["G-RISK"]);
    }

    async fn a_remedy_leads_to_what_is_missing_and_names_nothing_to_who_may_not_know_of_it(house) {
        let p = prepared(house).await;
        let remedies = async |actor: &Actor| {
            let view = house.store.open_case(actor, &p.case).await.expect("opens");
            let step = view.moves.into_iter().find(|step| step.transition.id == "T15").expect("it is shown");
            step.guards.into_iter().filter_map(|result| match result.outcome {
                Outcome::Unmet(Remedy::ObtainConsent(named)) => Some((named.shown.into_iter().map(|(code, _)| code).collect::<Vec<_>>(), named.hidden)),
                Outcome::Unmet(Remedy::AssessRisks(named)) => {
                    assert!(named.shown.iter().all(|(_, standing)| *standing == Standing::NotAssessed));
                    Some((named.shown.into_iter().map(|(code, _)| code).collect(), named.hidden))
                }
                _ => None,
            }).collect::<Vec<_>>()
        };
        assert_eq!(remedies(&p.rana).await, [(vec![p.testimony.clone()], 0), (vec![p.witness.clone()], 0)]);
        // A member may not know of a restricted testimony, and a custodian not of risks.
        house.raw().await.must(&format!("UPDATE record SET restricted = TRUE WHERE code = '{}'", p.testimony)).await;
        for (login, duty) in [("sami", "member"), ("dima", "evidence_custodian")] {
            house.store.assign(&p.huda, &p.case, login, duty).await.expect("assigned");
        }
        let (sami, dima) = (house.on("sami", &p.case).await, house.on("dima", &p.case).await);
        assert_eq!(remedies(&sami).await, [(vec![], 1), (vec![p.witness.clone()], 0)]);
        assert_eq!(remedies(&dima).await, [(vec![], 1), (vec![], 1)]);
        assert_eq!(remedies(&p.rana).await[0].0, std::slice::from_ref(&p.testimony));
    }

    async fn what_the_record_can_not_know_another_person_attests(house) {
        let p = prepared(house).await;
        house.store.assess_risk(&p.lina, &p.witness, 0, &risk((2, 2))).await.expect("recorded");
        let mut pairs = vec![("national_prosecution.national_prosecutor.condition".to_owned(), "contact_me_before_each_sharing".to_owned())];
        for (name, value) in [("given_by", "self"), ("means", "signed"), ("obtained_on", "2025-03-26"), ("explained", "yes"),
            ("national_prosecution.national_prosecutor.decision", "granted"), ("national_prosecution.national_prosecutor.identity", "pseudonym")] {
            pairs.push((name.to_owned(), value.to_owned()));
        }
        let form = <domain::consent::ConsentForm as domain::form::FromPairs>::from_pairs(&domain::form::Pairs(pairs));
        let given = form.check("2025-08-01".parse().expect("a date")).expect("a good form");
        house.store.record_consents(&p.lina, &p.testimony, 0, &given).await.expect("recorded");
        house.raw().await.must("UPDATE person SET birth_year = NULL").await;
        let go = async || house.store.move_case(&p.rana, &p.case, &to_approval()).await;
        assert_eq!(unmet(go().await), ["G-CONSENT", "G-MINOR"]);
        // Not the one who moves it.
        house.store.attest(&p.rana, &p.case, Guard::Consent, draft::REASON).await.expect("attested");
        assert_eq!(unmet(go().await), ["G-CONSENT", "G-MINOR"]);
        attest(house, &p, &[Guard::Consent, Guard::Minor]).await;
        assert_eq!(go().await, Ok(CaseStatus::ReferralApproval));
        // A child without assent, and one for whom nobody speaks, are not attested away.
        prepare_again(house).await;
        house.raw().await.must("UPDATE person SET birth_year = 2012").await;
        attest(house, &p, &[Guard::Consent, Guard::Minor]).await;
        assert_eq!(unmet(go().await), ["G-MINOR"]);
    }

    async fn a_decision_in_the_best_interest_of_a_child_is_recorded_by_the_protection_officer(house) {
        let p = prepared(house).await;
        house.store.assess_risk(&p.lina, &p.witness, 0, &risk((2, 2))).await.expect("recorded");
        house.raw().await.must("UPDATE person SET birth_year = 2012").await;
        let answers = |more: &[(&str, &str)]| {
            let fixed = [("given_by", "self"), ("means", "signed"), ("obtained_on", "2025-03-26"), ("explained", "yes"), ("assent", "yes"),
                ("national_prosecution.national_prosecutor.decision", "granted"), ("national_prosecution.national_prosecutor.identity", "pseudonym")];
            let pairs = more.iter().chain(&fixed).map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
            let form = <domain::consent::ConsentForm as domain::form::FromPairs>::from_pairs(&domain::form::Pairs(pairs));
            form.check("2025-08-01".parse().expect("a date")).expect("a good form")
        };
        let record = async |actor: &Actor, more: &[(&str, &str)]| {
            let seen = house.store.see_consents(actor, &p.testimony).await.expect("opens").seen;
            house.store.record_consents(actor, &p.testimony, seen, &answers(more)).await
        };
        let go = async || house.store.move_case(&p.rana, &p.case, &to_approval()).await;
        assert_eq!(record(&p.lina, &[]).await, Err(Error::at("given_by", ProblemKind::ChildAlone)));
        let decided = [("best_interest", "yes"), ("note", draft::REASON)];
        assert_eq!(record(&p.lina, &decided).await, Err(Error::at("best_interest", ProblemKind::NotYourOffice)));
        assert_eq!(unmet(go().await), ["G-CONSENT", "G-MINOR"], "nothing was kept of either");
        record(&p.yusuf, &decided).await.expect("recorded");
        assert_eq!(house.last().await.noted("best_interest").as_bool(), Some(true));
        let file = house.store.see_consents(&p.yusuf, &p.testimony).await.expect("opens");
        assert_eq!((file.consents[0].best_interest, file.is_child), (true, Some(true)));
        assert_eq!(go().await, Ok(CaseStatus::ReferralApproval), "without anybody's word");
        // A guardian speaks for the child too.
        prepare_again(house).await;
        record(&p.lina, &[("given_by", "guardian")]).await.expect("recorded");
        assert_eq!(go().await, Ok(CaseStatus::ReferralApproval));
    }

    async fn a_case_leaves_the_intake_when_its_witness_is_assessed(house) {
        let (case, lina) = house.case().await;
        let huda = house.on("huda", &case).await;
        house.clock.advance(chrono::Duration::seconds(1));
        house.store.create_incident(&lina, Some(&case), &draft::incident("قصف")).await.expect("made");
        let testimony = house.filed(&lina, &case, 1).await;
        let witness = house.store.open_testimony(&lina, &testimony).await.expect("opens").witness.expect("one").0;
        house.store.attest(&huda, &case, Guard::Risk, draft::REASON).await.expect("attested");
        let go = async || house.store.move_case(&lina, &case, &MoveForm { transition: "T01".into(), ..MoveForm::default() }).await;
        assert_eq!(unmet(go().await), ["G-RISK"], "a word does not replace an assessment");
        house.store.assess_risk(&lina, &witness, 0, &risk((2, 4))).await.expect("recorded");
        assert_eq!(go().await, Ok(CaseStatus::Screening));
    }
}
