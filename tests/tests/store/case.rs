//! Cases on their way, and the people on them.

use domain::access::Duty;
use domain::status::{CaseStatus, Guard};
use domain::{Actor, Code, Error, ProblemKind};
use store::MoveForm;
use tests::{House, draft, on_both};

fn step(transition: &str) -> MoveForm {
    MoveForm {
        transition: transition.into(),
        ..MoveForm::default()
    }
}

fn with_reason(transition: &str, code: &str) -> MoveForm {
    MoveForm {
        transition: transition.into(),
        reason_code: code.into(),
        reason: draft::REASON.into(),
        ..MoveForm::default()
    }
}

fn attesting(transition: &str, guards: &[Guard]) -> MoveForm {
    MoveForm {
        attest: guards
            .iter()
            .map(|guard| (guard.code().to_owned(), draft::REASON.to_owned()))
            .collect(),
        ..step(transition)
    }
}

/// The fields and kinds of a refusal.
fn unmet(refused: Result<CaseStatus, Error>) -> Vec<(String, ProblemKind)> {
    match refused {
        Err(Error::Invalid(problems)) => problems
            .into_iter()
            .map(|problem| (problem.field, problem.kind))
            .collect(),
        other => panic!("{other:?}"),
    }
}

fn guard(guard: Guard) -> (String, ProblemKind) {
    (
        guard.code().to_owned(),
        ProblemKind::GuardUnmet(guard.code().to_owned()),
    )
}

/// Somebody attests a guard; time goes on.
async fn attest(house: &House, actor: &Actor, case: &Code, of: Guard) {
    house
        .store
        .attest(actor, case, of, draft::REASON)
        .await
        .expect("attested");
    house.clock.advance(chrono::Duration::seconds(1));
}

async fn go(house: &House, actor: &Actor, case: &Code, form: &MoveForm) -> Result<CaseStatus, Error> {
    house.clock.advance(chrono::Duration::seconds(1));
    let moved = house.store.move_case(actor, case, form).await;
    house.clock.advance(chrono::Duration::seconds(1));
    moved
}

/// A case in investigation.
async fn in_investigation(house: &House) -> (Code, Actor, Actor) {
    let (case, lina) = house.case().await;
    let huda = house.on("huda", &case).await;
    let nour = house.on("nour", &case).await;
    house.clock.advance(chrono::Duration::seconds(1));
    house
        .store
        .create_incident(&lina, Some(&case), &draft::incident("قصف"))
        .await
        .expect("made");
    attest(house, &huda, &case, Guard::Risk).await;
    assert_eq!(go(house, &lina, &case, &step("T01")).await, Ok(CaseStatus::Screening));
    attest(house, &nour, &case, Guard::ConflictOfInterest).await;
    let form = attesting("T03", &[Guard::Mandate, Guard::Duplicates, Guard::Plan]);
    assert_eq!(go(house, &huda, &case, &form).await, Ok(CaseStatus::Investigation));
    (case, lina, huda)
}

on_both! {
    async fn screening_takes_an_incident_and_a_risk_assessment_by_somebody_else(house) {
        let (case, lina) = house.case().await;
        let huda = house.on("huda", &case).await;
        house.clock.advance(chrono::Duration::seconds(1));
        assert_eq!(unmet(go(house, &lina, &case, &step("T01")).await), [guard(Guard::Incident), guard(Guard::Risk)]);
        let entry = house.last().await;
        assert_eq!((entry.line(), entry.noted("transition")), ("move_case failed".to_owned(), "T01".into()));
        house.store.create_incident(&lina, Some(&case), &draft::incident("قصف")).await.expect("made");
        // The mover's own word does not count, whichever way it is given.
        assert_eq!(unmet(go(house, &lina, &case, &attesting("T01", &[Guard::Risk])).await)[0], ("attest.G-RISK".to_owned(), ProblemKind::NotBySelf));
        attest(house, &lina, &case, Guard::Risk).await;
        assert_eq!(unmet(go(house, &lina, &case, &step("T01")).await), [guard(Guard::Risk)]);
        attest(house, &huda, &case, Guard::Risk).await;
        assert_eq!(go(house, &lina, &case, &step("T01")).await, Ok(CaseStatus::Screening));
        let view = house.store.open_case(&lina, &case).await.expect("opens");
        assert_eq!(view.status, CaseStatus::Screening);
        let states: Vec<_> = view.states.iter().map(|state| (state.transition.as_str(), state.from, state.to, state.by.as_str())).collect();
        assert_eq!(states, [("T01", Some(CaseStatus::Intake), CaseStatus::Screening, "Lina Kheder"), ("opened", None, CaseStatus::Intake, "Lina Kheder")]);
    }

    async fn an_attestation_dies_with_the_state_it_was_made_in(house) {
        let (case, lina) = house.case().await;
        let huda = house.on("huda", &case).await;
        house.clock.advance(chrono::Duration::seconds(1));
        attest(house, &lina, &case, Guard::Risk).await;
        let mut form = with_reason("T25", "security");
        form.review_on = "2025-08-20".into();
        assert_eq!(go(house, &huda, &case, &form).await, Ok(CaseStatus::Suspended));
        assert!(house.store.open_case(&huda, &case).await.expect("opens").attestations.is_empty());
        assert_eq!(unmet(go(house, &huda, &case, &with_reason("T26", "new_evidence")).await).last(), Some(&guard(Guard::Risk)));
    }

    async fn what_is_attested_with_a_move_is_gone_after_it(house) {
        let (case, ..) = in_investigation(house).await;
        // T03's attestations carry the very time of the move that they were made for.
        let lina = house.on("lina", &case).await;
        assert!(house.store.open_case(&lina, &case).await.expect("opens").attestations.is_empty());
    }

    async fn a_case_is_moved_only_by_the_roles_of_the_transition(house) {
        let (case, lina) = house.case().await;
        let huda = house.on("huda", &case).await;
        let no_such_move = Err(Error::at("transition", ProblemKind::NoSuchMove));
        let mut closing = with_reason("T02", "outside_mandate");
        assert_eq!(go(house, &lina, &case, &closing).await, no_such_move, "an investigator closes nothing");
        assert_eq!(go(house, &huda, &case, &step("T99")).await, no_such_move);
        assert_eq!(go(house, &huda, &case, &step("T03")).await, no_such_move, "not from intake");
        let sami = house.actor("sami").await;
        assert_eq!(go(house, &sami, &case, &closing).await, Err(Error::NotFound));
        closing.reason = "قصير".into();
        assert_eq!(unmet(go(house, &huda, &case, &closing).await), [("reason".to_owned(), ProblemKind::TooShort(20))]);
        closing.reason_code = "boredom".into();
        assert_eq!(unmet(go(house, &huda, &case, &closing).await)[0], ("reason_code".to_owned(), ProblemKind::Unknown));
        assert_eq!(go(house, &huda, &case, &with_reason("T02", "outside_mandate")).await, Ok(CaseStatus::Closed));
    }

    async fn the_last_step_to_the_prosecutor_stays_closed(house) {
        let (case, _) = house.case().await;
        let mut raw = house.raw().await;
        let nour = house.on("nour", &case).await;
        let huda = house.on("huda", &case).await;
        house.store.assign(&huda, &case, "rana", "legal_officer").await.expect("assigned");
        let rana = house.on("rana", &case).await;
        house.clock.advance(chrono::Duration::seconds(1));
        raw.must("UPDATE case_file SET status = 'referral_preparation'").await;
        attest(house, &huda, &case, Guard::Risk).await;
        let prepared = attesting("T15", &[Guard::Redaction, Guard::Custody, Guard::Exculpatory]);
        assert_eq!(go(house, &rana, &case, &prepared).await, Ok(CaseStatus::ReferralApproval), "what protects people holds: it cites nobody");
        for of in [Guard::Vote, Guard::FourEyes] {
            attest(house, &huda, &case, of).await;
        }
        let last = attesting("T17", &[Guard::Manifest, Guard::Notification]);
        assert_eq!(unmet(go(house, &nour, &case, &last).await), [("transition".to_owned(), ProblemKind::NoSuchMove)]);
        let view = house.store.open_case(&nour, &case).await.expect("opens");
        assert!(view.moves.iter().any(|step| step.transition.id == "T17" && !step.mine), "it is shown, and closed");
    }

    async fn a_supervisor_sends_a_case_back_from_verification_with_a_reason(house) {
        let (case, lina, huda) = in_investigation(house).await;
        let incident = house.listed(&lina, domain::Kind::Incident).await.remove(0);
        let evidence = attesting("T06", &[Guard::Evidence, Guard::Signed]);
        assert_eq!(unmet(go(house, &lina, &case, &evidence).await), [guard(Guard::Evidence)], "no source is cited yet");
        let person = house.person(&lina, &case, "سامر").await;
        let testimony = house.filed(&lina, &case, 1).await;
        house.store.involve(&lina, &incident, &draft::involvement(&person, &[(&testimony, "1")])).await.expect("linked");
        house.store.return_testimony(&huda, &testimony, draft::REASON, "").await.expect("returned");
        assert_eq!(unmet(go(house, &lina, &case, &evidence).await), [guard(Guard::Signed)], "what is cited is not final any more");
        let view = house.store.open_draft(&lina, &testimony).await.expect("opens");
        let mut form = view.statement.form();
        draft::close(&mut form.answers);
        house.store.save_draft(&lina, &testimony, view.head.version, &form).await.expect("kept");
        house.file(&lina, &testimony).await;
        assert_eq!(unmet(go(house, &lina, &case, &evidence).await), [guard(Guard::Signed)], "nobody consented to its analysis");
        let given = draft::consents(&[("internal_analysis", "committee", "granted", "pseudonym")]);
        house.store.record_consents(&lina, &testimony, 0, &given).await.expect("recorded");
        assert_eq!(go(house, &lina, &case, &evidence).await, Ok(CaseStatus::Verification));
        assert_eq!(unmet(go(house, &huda, &case, &step("T07")).await).len(), 2, "reason and its code");
        assert_eq!(go(house, &huda, &case, &with_reason("T07", "more_evidence_needed")).await, Ok(CaseStatus::Investigation));
        let view = house.store.open_case(&lina, &case).await.expect("opens");
        assert_eq!((view.states[0].reason.as_str(), view.states[0].reason_code.as_deref()), (draft::REASON, Some("more_evidence_needed")));
    }

    async fn a_suspended_case_returns_to_the_state_it_had(house) {
        let (case, lina, huda) = in_investigation(house).await;
        let mut form = with_reason("T25", "security");
        assert_eq!(unmet(go(house, &huda, &case, &form).await), [("review_on".to_owned(), ProblemKind::Missing)]);
        form.review_on = "2026-08-01".into();
        assert_eq!(unmet(go(house, &huda, &case, &form).await), [("review_on".to_owned(), ProblemKind::TooLate)]);
        form.review_on = "2025-09-01".into();
        assert_eq!(go(house, &huda, &case, &form).await, Ok(CaseStatus::Suspended));
        let view = house.store.open_case(&lina, &case).await.expect("opens");
        assert_eq!(view.review_on.map(|day| day.to_string()).as_deref(), Some("2025-09-01"));
        attest(house, &lina, &case, Guard::Risk).await;
        let code = domain::vocabulary::RESUMPTION_REASON.iter().next().expect("a reason").code;
        assert_eq!(go(house, &huda, &case, &with_reason("T26", code)).await, Ok(CaseStatus::Investigation));
        assert_eq!(house.store.open_case(&lina, &case).await.expect("opens").review_on, None);
    }

    async fn of_two_who_move_a_case_at_once_one_is_told_so(house) {
        let (case, _, huda) = in_investigation(house).await;
        let mut form = with_reason("T25", "security");
        form.review_on = "2025-09-01".into();
        let requests = (0..8).map(|_| {
            let (store, huda, case, form) = (house.store.clone(), huda.clone(), case.clone(), form.clone());
            tokio::spawn(async move { store.move_case(&huda, &case, &form).await })
        });
        let moved = futures::future::join_all(requests).await.into_iter().filter(|moved| matches!(moved, Ok(Ok(_)))).count();
        assert_eq!(moved, 1);
        assert_eq!(house.raw().await.number("SELECT count(*) FROM case_move WHERE transition = 'T25'").await, 1);
    }

    async fn a_single_duty_is_handed_over(house) {
        let (case, lina) = house.case().await;
        let huda = house.on("huda", &case).await;
        house.store.assign(&huda, &case, "sami", "lead").await.expect("assigned");
        assert_eq!(house.open(&lina, &case).await, Err(Error::NotFound), "who was lead has lost sight");
        let view = house.store.open_case(&huda, &case).await.expect("opens");
        let people: Vec<_> = view.assigned.iter().map(|person| (person.login.as_str(), person.duty)).collect();
        assert_eq!(people, [("sami", Duty::Lead), ("omar", Duty::Second), ("huda", Duty::Supervisor)]);
        assert_eq!(house.store.assign(&huda, &case, "sami", "second").await, Err(Error::at("login", ProblemKind::Taken)), "nobody is both");
        let view = house.store.open_case(&huda, &case).await.expect("opens");
        assert_eq!(view.assigned.len(), 3, "the refused hand-over took omar's duty away");
    }

    async fn a_duty_is_given_only_to_who_may_have_it_and_only_by_a_supervisor(house) {
        let (case, lina) = house.case().await;
        let huda = house.on("huda", &case).await;
        let table = [
            ("zaid", "member", "login"),
            ("admin", "member", "login"),
            ("nobody", "member", "login"),
            ("rana", "lead", "duty"),
            ("sami", "legal_officer", "duty"),
            ("sami", "king", "duty"),
            ("huda", "member", "duty"),
        ];
        for (login, duty, field) in table {
            let Err(Error::Invalid(problems)) = house.store.assign(&huda, &case, login, duty).await else { panic!("{login} became {duty}") };
            assert_eq!(problems[0].field, field, "{login} {duty}");
        }
        assert_eq!(house.store.assign(&lina, &case, "sami", "member").await, Err(Error::Forbidden));
        let nour = house.actor("nour").await;
        assert_eq!(house.store.assign(&nour, &case, "sami", "member").await, Err(Error::Forbidden));
        assert_eq!(house.store.unassign(&huda, &case, "sami", "member").await, Err(Error::NotFound));
    }

    async fn an_unassigned_person_loses_sight_at_once(house) {
        let (case, lina) = house.case().await;
        let (huda, omar) = (house.on("huda", &case).await, house.on("omar", &case).await);
        let incident = house.store.create_incident(&lina, Some(&case), &draft::incident("قصف")).await.expect("made");
        house.open(&omar, &incident).await.expect("opens");
        house.store.unassign(&huda, &case, "omar", "second").await.expect("unassigned");
        assert_eq!(house.open(&omar, &incident).await, Err(Error::NotFound));
        assert_eq!(house.open(&omar, &case).await, Err(Error::NotFound));
        assert_eq!(house.listed(&omar, domain::Kind::Incident).await, []);
        assert_eq!(house.store.choose_purpose(&omar, &case, "review").await, Err(Error::NotFound));
    }

    async fn a_conflict_of_interest_blocks_assignment_and_sight(house) {
        let (case, lina) = house.case().await;
        let (huda, omar) = (house.on("huda", &case).await, house.on("omar", &case).await);
        for login in ["omar", "sami"] {
            house.declare_conflict(login, &case).await;
        }
        assert_eq!(house.open(&omar, &case).await, Err(Error::NotFound));
        assert_eq!(house.listed(&omar, domain::Kind::Case).await, []);
        assert_eq!(house.store.assign(&huda, &case, "sami", "member").await, Err(Error::at("login", ProblemKind::GuardUnmet("G-COI".into()))));
        house.open(&lina, &case).await.expect("lina declared nothing");
    }

    async fn the_queue_counts_only_what_its_reader_may_see(house) {
        let (walled, _) = house.case().await;
        let (open, _) = house.case().await;
        house.declare_conflict("nour", &walled).await;
        let (huda, nour) = (house.actor("huda").await, house.actor("nour").await);
        let queue = async |actor| {
            let page = house.store.queue(actor, &store::QueueFilter::default(), 10).await.expect("a page");
            (page.rows.into_iter().map(|row| row.code).collect::<Vec<_>>(), page.counts)
        };
        assert_eq!(queue(&huda).await, (vec![walled.clone(), open.clone()], vec![(CaseStatus::Intake, 2)]));
        assert_eq!(queue(&nour).await, (vec![open.clone()], vec![(CaseStatus::Intake, 1)]));
        house.declare_conflict("nour", &open).await;
        assert_eq!(queue(&nour).await, (vec![], vec![]), "a state with nothing to see is not named");
    }

    async fn the_queue_shows_supervisors_every_case_by_age(house) {
        let (first, lina) = house.case().await;
        house.clock.advance(chrono::Duration::days(3));
        let (second, _) = house.case().await;
        let huda = house.actor("huda").await;
        let page = house.store.queue(&huda, &store::QueueFilter::default(), 10).await.expect("a page");
        assert_eq!(page.rows.iter().map(|row| row.code.clone()).collect::<Vec<_>>(), [first.clone(), second.clone()]);
        assert_eq!(page.counts, [(CaseStatus::Intake, 2)]);
        assert_eq!(page.rows[0].lead.as_deref(), Some("Lina Kheder"));
        let codes = async |filter: store::QueueFilter, limit| {
            let page = house.store.queue(&huda, &filter, limit).await.expect("a page");
            (page.rows.into_iter().map(|row| row.code).collect::<Vec<_>>(), page.more)
        };
        assert_eq!(codes(store::QueueFilter { days: Some(2), ..store::QueueFilter::default() }, 10).await.0, std::slice::from_ref(&first));
        assert_eq!(codes(store::QueueFilter { assignee: "omar".into(), ..store::QueueFilter::default() }, 10).await.0.len(), 2);
        assert_eq!(codes(store::QueueFilter { assignee: "-".into(), ..store::QueueFilter::default() }, 10).await.0.len(), 0);
        assert_eq!(codes(store::QueueFilter { status: Some(CaseStatus::Closed), ..store::QueueFilter::default() }, 10).await.0.len(), 0);
        assert_eq!(codes(store::QueueFilter::default(), 1).await, (vec![first.clone()], true));
        assert_eq!(codes(store::QueueFilter { after: Some(first.clone()), ..store::QueueFilter::default() }, 1).await, (vec![second.clone()], false));
        assert_eq!(codes(store::QueueFilter { sort: store::QueueSort::Newest, ..store::QueueFilter::default() }, 1).await, (vec![second], true));
        assert_eq!(house.store.queue(&house.actor("lina").await, &store::QueueFilter::default(), 10).await.err(), Some(Error::Forbidden));
        drop(lina);
    }
}
