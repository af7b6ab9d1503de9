use super::*;
use crate::consent::{Condition, Consent, Decision, Footing, Given, Identity};
use crate::{Kind, Role, status::TRANSITIONS};
use chrono::TimeZone;
use proptest::prelude::*;
use uuid::Uuid;

const MOVER: AccountId = AccountId(Uuid::from_u128(1));
const LEAD: AccountId = AccountId(Uuid::from_u128(2));
const SECOND: AccountId = AccountId(Uuid::from_u128(3));
const CHAIR: AccountId = AccountId(Uuid::from_u128(4));
const REASON: &str = "The committee heard three new witnesses in July.";

fn case() -> Code {
    Code::numbered(Kind::Case, 2025, 7)
}

fn incident(number: i64) -> LinkedIncident {
    LinkedIncident {
        code: Code::numbered(Kind::Incident, 2025, number),
        placed: true,
        dated: true,
        sources: 1,
    }
}

/// A testimony of somebody of age, who consents to analysis and to referral.
fn testimony(number: i64, is_final: bool) -> CitedTestimony {
    CitedTestimony {
        code: Code::numbered(Kind::Testimony, 2025, number),
        shown: true,
        footing: Footing {
            filed: is_final,
            birth_year: Some(1980),
            consents: vec![
                granted("internal_analysis", "committee"),
                granted("national_prosecution", "national_prosecutor"),
            ],
            critical_risk: false,
            risks_shown: true,
        },
    }
}

/// A final testimony with other consents, of somebody born in that year.
fn consented(number: i64, birth_year: Option<i32>, consents: Vec<Given>) -> CitedTestimony {
    let mut testimony = testimony(number, true);
    testimony.footing.birth_year = birth_year;
    testimony.footing.consents = consents;
    testimony
}

fn granted(purpose: &str, recipient: &str) -> Given {
    Given {
        consent: Consent {
            purpose: purpose.into(),
            recipient: recipient.into(),
            decision: Decision::Granted,
            identity: Identity::Pseudonym,
            conditions: Vec::new(),
            not_before: None,
            expires_on: day(12, 31),
            given_by: "self".into(),
            withdrawn_on: None,
        },
        obtained_on: day(3, 26),
        assent: false,
        best_interest: false,
    }
}

fn witness(name: u8, standing: risk::Standing) -> Witness {
    Witness {
        code: Code::pseudonym([name; 5]),
        shown: true,
        standing,
    }
}

fn entered() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2025, 7, 1, 9, 0, 0).unwrap()
}

fn day(month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2025, month, day).unwrap()
}

/// A case in good order.
fn facts(status: CaseStatus) -> CaseFacts {
    CaseFacts {
        case: case(),
        status,
        previous: Some(CaseStatus::Verification),
        since: entered(),
        today: day(8, 1),
        lead: Some(LEAD),
        second: Some(SECOND),
        incidents: vec![incident(1), incident(2)],
        cited: vec![testimony(1, true)],
        witnesses: vec![witness(1, risk::Standing::Current(day(9, 1)))],
    }
}

fn attested(guard: Guard, by: AccountId) -> Attested {
    Attested {
        case: case(),
        guard,
        by,
        at: entered() + chrono::Duration::days(1),
        text: REASON.into(),
    }
}

fn proposal(transition: &Transition) -> Proposal {
    Proposal {
        reason_code: transition
            .reasons()
            .and_then(|codes| codes.iter().next())
            .map_or(String::new(), |term| term.code.to_owned()),
        reason: REASON.into(),
        review_on: Some(day(9, 1)),
        ..Proposal::by(MOVER, transition.roles.iter().copied().collect())
    }
}

fn transition(id: &str) -> &'static Transition {
    Transition::get(id).unwrap()
}

fn outcome(guard: Guard, facts: &CaseFacts, attestations: &[Attested], proposal: &Proposal) -> Outcome {
    let transition = TRANSITIONS
        .iter()
        .find(|transition| transition.guards.contains(&guard))
        .unwrap();
    let results = assess(transition, facts, attestations, proposal);
    results
        .into_iter()
        .find(|result| result.guard == guard)
        .unwrap()
        .outcome
}

fn by_mover(guard: Guard, facts: &CaseFacts) -> Outcome {
    outcome(
        guard,
        facts,
        &[attested(guard, MOVER)],
        &Proposal::by(MOVER, Roles::NONE),
    )
}

#[test]
fn every_open_transition_passes_when_all_is_in_order() {
    for transition in &TRANSITIONS {
        let from = CaseStatus::ALL
            .into_iter()
            .find(|from| {
                let moves = moves_from(*from, Some(CaseStatus::Verification));
                moves.iter().any(|step| step.transition == transition)
            })
            .expect("every transition starts somewhere");
        let by_chair: Vec<_> = Guard::ALL.into_iter().map(|guard| attested(guard, CHAIR)).collect();
        let checked = check_move(transition, &facts(from), &by_chair, &proposal(transition));
        match transition.open_yet() {
            Ok(()) => {
                let checked = checked.unwrap_or_else(|problems| panic!("{}: {problems:?}", transition.id));
                assert_eq!(
                    (checked.case(), checked.from(), checked.mover()),
                    (&case(), from, MOVER)
                );
                assert_eq!(
                    checked.reason().is_some(),
                    transition.reason_required,
                    "{}",
                    transition.id
                );
                assert_eq!(
                    checked.review_on().is_some(),
                    transition.id == "T25",
                    "{}",
                    transition.id
                );
                assert_eq!(checked.guards().len(), transition.guards.len());
            }
            Err(_) => {
                let refused = vec![Problem::new("transition", ProblemKind::NoSuchMove)];
                assert_eq!(checked, Err(refused), "{}", transition.id);
            }
        }
    }
}

#[test]
fn the_record_says_itself_whether_incidents_and_people_are_in_order() {
    let good = facts(CaseStatus::Intake);
    let unplaced = LinkedIncident {
        placed: false,
        ..incident(3)
    };
    let unsourced = LinkedIncident {
        sources: 0,
        ..incident(4)
    };
    let with = |incidents: &[LinkedIncident]| CaseFacts {
        incidents: incidents.to_vec(),
        ..good.clone()
    };
    let people = |lead, second| CaseFacts {
        lead,
        second,
        ..good.clone()
    };
    let table = [
        (Guard::Incident, good.clone(), Outcome::Met),
        (Guard::Incident, with(&[]), Outcome::Unmet(Remedy::LinkIncident)),
        (Guard::Incident, with(&[unplaced.clone(), incident(1)]), Outcome::Met),
        (
            Guard::Incident,
            with(&[
                LinkedIncident {
                    dated: false,
                    ..incident(1)
                },
                unplaced.clone(),
            ]),
            Outcome::Unmet(Remedy::CompleteIncident(vec![incident(1).code, unplaced.code])),
        ),
        (Guard::Lead, good.clone(), Outcome::Met),
        (
            Guard::Lead,
            people(None, Some(SECOND)),
            Outcome::Unmet(Remedy::AssignPeople),
        ),
        (
            Guard::Lead,
            people(Some(LEAD), None),
            Outcome::Unmet(Remedy::AssignPeople),
        ),
        (
            Guard::Lead,
            people(Some(LEAD), Some(LEAD)),
            Outcome::Unmet(Remedy::AssignPeople),
        ),
        (Guard::Evidence, with(&[]), Outcome::Unmet(Remedy::LinkIncident)),
        (
            Guard::Evidence,
            with(&[incident(1), unsourced.clone()]),
            Outcome::Unmet(Remedy::CiteSource(vec![unsourced.code])),
        ),
        (
            Guard::Evidence,
            good.clone(),
            Outcome::Attested(attested(Guard::Evidence, MOVER)),
        ),
        (
            Guard::Signed,
            CaseFacts {
                cited: vec![testimony(1, true), testimony(2, false)],
                ..good.clone()
            },
            Outcome::Unmet(Remedy::FinishTestimony(vec![testimony(2, false).code])),
        ),
        (
            Guard::Signed,
            CaseFacts {
                cited: vec![consented(2, Some(1980), Vec::new())],
                ..good.clone()
            },
            Outcome::Unmet(Remedy::ObtainConsent(Named {
                shown: vec![(testimony(2, true).code, vec![Bar::NotAsked])],
                hidden: 0,
            })),
        ),
        (
            Guard::Signed,
            good.clone(),
            Outcome::Attested(attested(Guard::Signed, MOVER)),
        ),
        (
            Guard::FourEyes,
            people(Some(MOVER), Some(SECOND)),
            Outcome::Unmet(Remedy::LeaveToAnother),
        ),
        (
            Guard::FourEyes,
            people(Some(LEAD), Some(MOVER)),
            Outcome::Unmet(Remedy::LeaveToAnother),
        ),
    ];
    for (guard, facts, expected) in table {
        assert_eq!(by_mover(guard, &facts), expected, "{guard}");
    }
}

#[test]
fn a_guard_that_protects_people_is_read_off_the_record_or_waits_for_another_person() {
    let known = facts(CaseStatus::Screening);
    let unknown = CaseFacts {
        cited: vec![consented(
            1,
            None,
            vec![with(
                granted("national_prosecution", "national_prosecutor"),
                Condition::ContactFirst,
            )],
        )],
        witnesses: Vec::new(),
        ..known.clone()
    };
    for guard in Guard::ALL {
        let apart = guard.attested_by() == Attestation::AnotherPerson;
        let waits = |outcome| matches!(outcome, Outcome::Awaits(Remedy::AskAnotherPerson | Remedy::AskAbout(_)));
        assert_eq!(waits(by_mover(guard, &unknown)), apart, "{guard}");
        let read = [Guard::Risk, Guard::Consent, Guard::Minor].contains(&guard);
        assert_eq!(waits(by_mover(guard, &known)), apart && !read, "{guard}");
        if read {
            assert_eq!(by_mover(guard, &known), Outcome::Met, "{guard}");
            let by_another = outcome(
                guard,
                &unknown,
                &[attested(guard, CHAIR)],
                &Proposal::by(MOVER, Roles::NONE),
            );
            assert!(matches!(by_another, Outcome::Attested(_)), "{guard}");
        }
    }
}

fn with(given: Given, condition: Condition) -> Given {
    Given {
        consent: Consent {
            conditions: vec![condition],
            ..given.consent
        },
        ..given
    }
}

/// What a guard answers at T15 although another person attested it: what is missing can't be attested away.
fn at_referral(guard: Guard, facts: &CaseFacts) -> Outcome {
    let results = assess(
        transition("T15"),
        facts,
        &[attested(guard, CHAIR)],
        &Proposal::by(MOVER, Roles::NONE),
    );
    results
        .into_iter()
        .find(|result| result.guard == guard)
        .unwrap()
        .outcome
}

#[test]
fn each_cited_person_consents_to_this_recipient_and_purpose() {
    let cell = || granted("national_prosecution", "national_prosecutor");
    let changed = |change: &dyn Fn(&mut Consent)| {
        let mut given = cell();
        change(&mut given.consent);
        vec![given]
    };
    let table: [(&str, Vec<Given>, Vec<Bar>); 7] = [
        ("granted", vec![cell()], vec![]),
        ("never asked", vec![], vec![Bar::NotAsked]),
        (
            "another recipient",
            vec![granted("national_prosecution", "trial_court")],
            vec![Bar::NotAsked],
        ),
        (
            "refused",
            changed(&|consent| consent.decision = Decision::Refused),
            vec![Bar::Refused],
        ),
        (
            "withdrawn",
            changed(&|consent| consent.withdrawn_on = Some(day(7, 2))),
            vec![Bar::Withdrawn(day(7, 2))],
        ),
        (
            "expired",
            changed(&|consent| consent.expires_on = day(7, 31)),
            vec![Bar::Expired(day(7, 31))],
        ),
        (
            "analysis withdrawn",
            vec![
                cell(),
                Given {
                    consent: Consent {
                        withdrawn_on: Some(day(7, 2)),
                        ..granted("internal_analysis", "committee").consent
                    },
                    ..cell()
                },
            ],
            vec![Bar::Closed(day(7, 2))],
        ),
    ];
    for (name, consents, bars) in table {
        let cited = consented(2, Some(1980), consents);
        let facts = CaseFacts {
            cited: vec![testimony(1, true), cited.clone()],
            ..facts(CaseStatus::ReferralPreparation)
        };
        let expected = if bars.is_empty() {
            Outcome::Met
        } else {
            Outcome::Unmet(Remedy::ObtainConsent(Named {
                shown: vec![(cited.code, bars)],
                hidden: 0,
            }))
        };
        assert_eq!(at_referral(Guard::Consent, &facts), expected, "{name}");
    }
}

#[test]
fn a_condition_that_must_be_met_first_is_stated_by_another_person() {
    let first = with(
        granted("national_prosecution", "national_prosecutor"),
        Condition::ContactFirst,
    );
    let cited = consented(2, Some(1980), vec![first]);
    let facts = CaseFacts {
        cited: vec![cited.clone()],
        ..facts(CaseStatus::ReferralPreparation)
    };
    assert!(matches!(at_referral(Guard::Consent, &facts), Outcome::Attested(_)));
    let barred = CaseFacts {
        cited: vec![cited, consented(3, Some(1980), Vec::new())],
        ..facts
    };
    assert!(
        !at_referral(Guard::Consent, &barred).holds(),
        "the other testimony's consent is missing all the same"
    );
}

#[test]
fn every_witness_on_record_is_assessed_in_time_and_at_no_critical_risk() {
    use risk::Standing::{Critical, Current, NotAssessed, Overdue};
    for standing in [NotAssessed, Critical, Overdue(day(7, 15))] {
        let bad = witness(2, standing);
        let facts = CaseFacts {
            witnesses: vec![witness(1, Current(day(8, 1))), bad.clone()],
            ..facts(CaseStatus::ReferralPreparation)
        };
        let named = Named {
            shown: vec![(bad.code, standing)],
            hidden: 0,
        };
        assert_eq!(
            at_referral(Guard::Risk, &facts),
            Outcome::Unmet(Remedy::AssessRisks(named))
        );
    }
    assert_eq!(
        at_referral(Guard::Risk, &facts(CaseStatus::ReferralPreparation)),
        Outcome::Met
    );
}

#[test]
fn a_critical_risk_closes_a_referral_at_every_guard_that_asks_for_consent() {
    for risks_shown in [true, false] {
        let mut cited = testimony(1, true);
        cited.footing.critical_risk = true;
        cited.footing.risks_shown = risks_shown;
        let facts = CaseFacts {
            cited: vec![cited.clone()],
            ..facts(CaseStatus::ReferralPreparation)
        };
        let bar = if risks_shown { Bar::CriticalRisk } else { Bar::Withheld };
        let named = Named {
            shown: vec![(cited.code, vec![bar])],
            hidden: 0,
        };
        assert_eq!(
            at_referral(Guard::Consent, &facts),
            Outcome::Unmet(Remedy::ObtainConsent(named))
        );
        assert!(at_referral(Guard::Minor, &facts).holds());
    }
}

#[test]
fn a_consent_carries_the_moves_whose_guards_ask_for_it() {
    let carried = |purpose, recipient| {
        super::super::resting_on(purpose, recipient)
            .map(|(transition, guard)| (transition.id, guard))
            .collect::<Vec<_>>()
    };
    let referral = [("T15", Guard::Consent), ("T17", Guard::Consent)];
    assert_eq!(carried("national_prosecution", "national_prosecutor"), referral);
    assert_eq!(carried("national_prosecution", "trial_court"), []);
    let mut all = vec![("T06", Guard::Signed)];
    all.extend(referral);
    assert_eq!(carried("internal_analysis", "committee"), all);
}

#[test]
fn a_child_is_spoken_for_and_agrees() {
    // Born; who gave it; assent; a decision in its best interest; whether it holds once another person attested the rest.
    let table: [(Option<i32>, &str, bool, bool, Option<Vec<Bar>>); 10] = [
        (Some(2012), "guardian", true, false, None),
        (Some(2012), "legal_representative", true, false, None),
        (Some(2012), "guardian", false, false, Some(vec![Bar::NoAssent])),
        (
            Some(2012),
            "self",
            false,
            false,
            Some(vec![Bar::NoGuardian, Bar::NoAssent]),
        ),
        // A decision in its best interest is recorded, not attested.
        (Some(2012), "self", true, false, Some(vec![Bar::NoGuardian])),
        (Some(2012), "self", true, true, None),
        (Some(2012), "self", false, true, Some(vec![Bar::NoAssent])),
        (Some(2006), "self", false, false, None),
        // In the year of the eighteenth birthday, and without a year of birth, the age is attested.
        (Some(2007), "self", false, false, None),
        (None, "self", false, false, None),
    ];
    for (birth_year, given_by, assent, best_interest, bars) in table {
        let mut given = granted("national_prosecution", "national_prosecutor");
        given.consent.given_by = given_by.into();
        given.assent = assent;
        given.best_interest = best_interest;
        let cited = consented(2, birth_year, vec![given]);
        let facts = CaseFacts {
            cited: vec![cited.clone()],
            ..facts(CaseStatus::ReferralPreparation)
        };
        let answer = at_referral(Guard::Minor, &facts);
        match bars {
            None => assert!(answer.holds(), "{birth_year:?} {given_by} {assent}: {answer:?}"),
            Some(bars) => {
                let named = Named {
                    shown: vec![(cited.code, bars)],
                    hidden: 0,
                };
                assert_eq!(answer, Outcome::Unmet(Remedy::RecordAssent(named)));
            }
        }
    }
}

#[test]
fn a_remedy_names_only_what_the_reader_may_know_of() {
    let hidden = |number| CitedTestimony {
        shown: false,
        ..consented(number, Some(1980), Vec::new())
    };
    let facts = CaseFacts {
        cited: vec![hidden(1), hidden(2)],
        witnesses: vec![Witness {
            shown: false,
            ..witness(1, risk::Standing::Critical)
        }],
        ..facts(CaseStatus::ReferralPreparation)
    };
    let none = |hidden| Named {
        shown: Vec::new(),
        hidden,
    };
    assert_eq!(
        at_referral(Guard::Consent, &facts),
        Outcome::Unmet(Remedy::ObtainConsent(none(2)))
    );
    let risks = Named {
        shown: Vec::new(),
        hidden: 1,
    };
    assert_eq!(
        at_referral(Guard::Risk, &facts),
        Outcome::Unmet(Remedy::AssessRisks(risks))
    );
}

#[test]
fn four_eyes_are_not_attested_by_the_pair() {
    let facts = facts(CaseStatus::QualityReview);
    for (by, counts) in [(LEAD, false), (SECOND, false), (MOVER, false), (CHAIR, true)] {
        let proposal = Proposal::by(MOVER, Roles::NONE);
        let answer = outcome(Guard::FourEyes, &facts, &[attested(Guard::FourEyes, by)], &proposal);
        assert_eq!(answer.holds(), counts, "{by:?}");
    }
}

#[test]
fn an_attestation_counts_for_its_case_its_guard_and_this_stay_in_the_state() {
    let facts = facts(CaseStatus::Screening);
    let good = attested(Guard::Mandate, CHAIR);
    let before = entered() - chrono::Duration::microseconds(1);
    let table = [
        (good.clone(), true),
        (
            Attested {
                at: entered(),
                ..good.clone()
            },
            true,
        ),
        (
            Attested {
                at: before,
                ..good.clone()
            },
            false,
        ),
        (
            Attested {
                case: Code::numbered(Kind::Case, 2025, 8),
                ..good.clone()
            },
            false,
        ),
        (
            Attested {
                guard: Guard::Plan,
                ..good.clone()
            },
            false,
        ),
        (
            Attested {
                text: "nineteen characters".into(),
                ..good.clone()
            },
            false,
        ),
        (
            Attested {
                text: format!("a{}b", "\u{200B}".repeat(30)).into(),
                ..good
            },
            false,
        ),
    ];
    for (attestation, counts) in table {
        let answer = outcome(
            Guard::Mandate,
            &facts,
            std::slice::from_ref(&attestation),
            &Proposal::by(MOVER, Roles::NONE),
        );
        let expected = if counts {
            Outcome::Attested(attestation)
        } else {
            Outcome::Awaits(Remedy::Attest)
        };
        assert_eq!(answer, expected);
    }
}

#[test]
fn the_latest_of_several_attestations_is_shown() {
    let early = attested(Guard::Mandate, CHAIR);
    let late = Attested {
        at: early.at + chrono::Duration::hours(1),
        ..attested(Guard::Mandate, LEAD)
    };
    let proposal = Proposal::by(MOVER, Roles::NONE);
    let answer = outcome(
        Guard::Mandate,
        &facts(CaseStatus::Screening),
        &[late.clone(), early],
        &proposal,
    );
    assert_eq!(answer, Outcome::Attested(late));
}

#[test]
fn an_attestation_is_checked_when_it_is_written() {
    let kinds = |guard, text: &str| {
        Attested::check(case(), guard, CHAIR, entered(), text.into())
            .err()
            .unwrap_or_default()
            .into_iter()
            .map(|problem| (problem.field, problem.kind))
            .collect::<Vec<_>>()
    };
    assert_eq!(kinds(Guard::Risk, REASON), []);
    assert_eq!(
        kinds(Guard::Incident, REASON),
        [("guard".to_owned(), ProblemKind::Unknown)]
    );
    assert_eq!(kinds(Guard::Risk, "   "), [("text".to_owned(), ProblemKind::Missing)]);
    assert_eq!(
        kinds(Guard::Risk, "too short"),
        [("text".to_owned(), ProblemKind::TooShort(20))]
    );
    assert_eq!(
        kinds(Guard::Risk, &"x".repeat(4001)),
        [("text".to_owned(), ProblemKind::TooLong(4000))]
    );
}

#[test]
fn a_refusal_names_every_problem_at_its_field() {
    let suspend = transition("T25");
    let refused = |change: &dyn Fn(&mut Proposal)| {
        let mut proposal = proposal(suspend);
        change(&mut proposal);
        check_move(suspend, &facts(CaseStatus::Investigation), &[], &proposal)
            .err()
            .unwrap_or_default()
            .into_iter()
            .map(|problem| (problem.field, problem.kind))
            .collect::<Vec<_>>()
    };
    let at = |field: &str, kind| (field.to_owned(), kind);
    assert_eq!(refused(&|_| ()), []);
    assert_eq!(
        refused(&|p| *p = Proposal::by(p.mover, p.roles)),
        [
            at("reason_code", ProblemKind::Missing),
            at("reason", ProblemKind::Missing),
            at("review_on", ProblemKind::Missing),
        ]
    );
    assert_eq!(
        refused(&|p| p.reason_code = "duplicate".into()),
        [at("reason_code", ProblemKind::Unknown)]
    );
    assert_eq!(
        refused(&|p| p.reason = "nineteen characters".into()),
        [at("reason", ProblemKind::TooShort(20))]
    );
    assert_eq!(refused(&|p| p.reason = "exactly 20 character".into()), []);
    assert_eq!(refused(&|p| p.review_on = Some(day(8, 1))), []);
    assert_eq!(
        refused(&|p| p.review_on = Some(day(7, 31))),
        [at("review_on", ProblemKind::InPast)]
    );
    assert_eq!(refused(&|p| p.review_on = Some(day(10, 30))), []);
    assert_eq!(
        refused(&|p| p.review_on = Some(day(10, 31))),
        [at("review_on", ProblemKind::TooLate)]
    );
    assert_eq!(
        refused(&|p| p.roles = Roles::NONE.with(Role::Investigator)),
        [at("transition", ProblemKind::NoSuchMove)]
    );
}

#[test]
fn each_unmet_guard_is_named_by_its_code() {
    let forward = transition("T01");
    let empty = CaseFacts {
        incidents: Vec::new(),
        witnesses: Vec::new(),
        ..facts(CaseStatus::Intake)
    };
    let problems = check_move(forward, &empty, &[attested(Guard::Risk, MOVER)], &proposal(forward));
    let named = |code: &str| Problem::new(code, ProblemKind::GuardUnmet(code.to_owned()));
    assert_eq!(problems, Err(vec![named("G-INC"), named("G-RISK")]));
}

#[test]
fn a_specific_transition_cannot_be_passed_by_with_its_wildcard() {
    // T28 asks for more than T02, but it is T02 that stands at the intake
    let close = transition("T28");
    let by_chair: Vec<_> = Guard::ALL.into_iter().map(|guard| attested(guard, CHAIR)).collect();
    let checked = check_move(close, &facts(CaseStatus::Intake), &by_chair, &proposal(close));
    assert_eq!(checked, Err(vec![Problem::new("transition", ProblemKind::NoSuchMove)]));
}

proptest! {
    #[test]
    fn a_checked_move_holds_every_guard_and_follows_the_table(
        at in 0usize..TRANSITIONS.len(), from in 0usize..15, previous in proptest::option::of(0usize..15),
        who in proptest::collection::vec((0usize..27, 1u128..5, 0i64..3), 0..40),
        lead in proptest::option::of(1u128..5), second in proptest::option::of(1u128..5), incidents in 0i64..2,
        at_risk in proptest::collection::vec(0usize..4, 0..3), withdrawn in any::<bool>(),
    ) {
        let transition = &TRANSITIONS[at];
        let standings = [
            risk::Standing::Current(day(9, 1)),
            risk::Standing::NotAssessed,
            risk::Standing::Critical,
            risk::Standing::Overdue(day(7, 1)),
        ];
        let mut consents = testimony(1, true).footing.consents;
        if withdrawn {
            consents[1].consent.withdrawn_on = Some(day(7, 2));
        }
        let facts = CaseFacts {
            previous: previous.map(|previous| CaseStatus::ALL[previous]),
            lead: lead.map(Uuid::from_u128).map(AccountId),
            second: second.map(Uuid::from_u128).map(AccountId),
            incidents: (0..incidents).map(incident).collect(),
            witnesses: at_risk.iter().map(|at| witness(1, standings[*at])).collect(),
            cited: vec![consented(1, Some(1980), consents)],
            ..facts(CaseStatus::ALL[from])
        };
        let attestations: Vec<_> = who
            .into_iter()
            .map(|(guard, by, days)| Attested {
                at: entered() + chrono::Duration::days(days - 1),
                ..attested(Guard::ALL[guard], AccountId(Uuid::from_u128(by)))
            })
            .collect();
        if let Ok(checked) = check_move(transition, &facts, &attestations, &proposal(transition)) {
            prop_assert_ne!(transition.id, "T17");
            prop_assert_ne!(checked.to(), CaseStatus::Referred);
            prop_assert_eq!(checked.from(), facts.status);
            if transition.guards.contains(&Guard::Risk) {
                prop_assert!(at_risk.iter().all(|at| *at == 0), "whatever anybody attested");
            }
            prop_assert!(!(transition.guards.contains(&Guard::Consent) && withdrawn));
            for result in checked.guards() {
                prop_assert!(result.outcome.holds());
                if let Outcome::Attested(attestation) = &result.outcome {
                    prop_assert_eq!(attestation.guard, result.guard);
                    prop_assert!(attestation.at >= facts.since);
                    prop_assert!(
                        result.guard.attested_by() != Attestation::AnotherPerson || attestation.by != MOVER
                    );
                }
            }
        }
    }
}
