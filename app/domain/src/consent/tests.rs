use super::*;
use crate::vocabulary::CONSENT_RECIPIENT;
use proptest::prelude::*;

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

fn granted(purpose: &str, recipient: &str, identity: Identity) -> Consent {
    Consent {
        purpose: purpose.into(),
        recipient: recipient.into(),
        decision: Decision::Granted,
        identity,
        conditions: Vec::new(),
        not_before: None,
        expires_on: day("2026-03-26"),
        given_by: "self".into(),
        withdrawn_on: None,
    }
}

fn to_the_prosecutor(identity: Identity) -> Sharing<'static> {
    Sharing {
        purpose: "national_prosecution",
        recipient: "national_prosecutor",
        identity,
        on: day("2025-08-01"),
        met: &[],
    }
}

fn filed(consents: &[Consent]) -> Standing<'_> {
    Standing {
        consents,
        filed: true,
        child: None,
        critical_risk: false,
    }
}

#[test]
fn what_was_granted_may_go_as_far_as_it_was_granted() {
    let consents = [granted(
        "national_prosecution",
        "national_prosecutor",
        Identity::Pseudonym,
    )];
    let asked = |identity| may_go(Passage::default(), &to_the_prosecutor(identity), &filed(&consents));
    let permit = |identity| {
        Ok(Permit {
            identity,
            binding: Vec::new(),
        })
    };
    assert_eq!(asked(Identity::Anonymous), permit(Identity::Anonymous));
    assert_eq!(asked(Identity::Pseudonym), permit(Identity::Pseudonym));
    assert_eq!(asked(Identity::Named), Err(vec![Bar::Identity(Identity::Pseudonym)]));
}

#[test]
fn no_record_means_refused_and_one_recipient_is_not_another() {
    let consents = [granted("national_prosecution", "trial_court", Identity::Named)];
    for consents in [&consents[..], &[]] {
        assert_eq!(
            may_go(
                Passage::default(),
                &to_the_prosecutor(Identity::Anonymous),
                &filed(consents)
            ),
            Err(vec![Bar::NotAsked])
        );
    }
}

#[test]
fn every_bar_is_named_at_once() {
    let consent = Consent {
        decision: Decision::Refused,
        withdrawn_on: Some(day("2025-07-02")),
        expires_on: day("2025-07-30"),
        ..granted("national_prosecution", "national_prosecutor", Identity::Anonymous)
    };
    let consents = [consent];
    let standing = Standing {
        filed: false,
        child: Some(Child {
            assent: false,
            best_interest: false,
        }),
        critical_risk: true,
        ..filed(&consents)
    };
    let passage = Passage {
        taken_back: true,
        sealed: true,
    };
    assert_eq!(
        may_go(passage, &to_the_prosecutor(Identity::Named), &standing),
        Err(vec![
            Bar::Draft,
            Bar::TakenBack,
            Bar::Sealed,
            Bar::CriticalRisk,
            Bar::Refused,
            Bar::Withdrawn(day("2025-07-02")),
            Bar::Expired(day("2025-07-30")),
            Bar::NoGuardian,
            Bar::NoAssent,
            Bar::Identity(Identity::Anonymous),
        ])
    );
}

#[test]
fn a_consent_holds_to_the_end_of_its_last_day() {
    let consents = [granted(
        "national_prosecution",
        "national_prosecutor",
        Identity::Pseudonym,
    )];
    let on = |on| {
        let sharing = Sharing {
            on,
            ..to_the_prosecutor(Identity::Pseudonym)
        };
        may_go(Passage::default(), &sharing, &filed(&consents)).map(drop)
    };
    assert_eq!(on(day("2026-03-26")), Ok(()));
    assert_eq!(on(day("2026-03-27")), Err(vec![Bar::Expired(day("2026-03-26"))]));
}

#[test]
fn conditions_cap_bar_wait_and_bind() {
    let (first, prosecutor, military) = (day("2025-09-01"), "national_prosecutor", "military_justice");
    let table: [(Condition, &str, &[Condition], Result<Vec<Condition>, Bar>); 9] = [
        (
            Condition::NoName,
            prosecutor,
            &[],
            Err(Bar::Identity(Identity::Pseudonym)),
        ),
        (
            Condition::NotToSecurity,
            military,
            &[],
            Err(Bar::Condition(Condition::NotToSecurity)),
        ),
        (Condition::NotToSecurity, prosecutor, &[], Ok(vec![])),
        (
            Condition::ContactFirst,
            prosecutor,
            &[],
            Err(Bar::Condition(Condition::ContactFirst)),
        ),
        (
            Condition::ContactFirst,
            prosecutor,
            &[Condition::ContactFirst],
            Ok(vec![]),
        ),
        (
            Condition::RelativesAgree,
            prosecutor,
            &[Condition::ContactFirst],
            Err(Bar::Condition(Condition::RelativesAgree)),
        ),
        (
            Condition::AfterRelocation,
            prosecutor,
            &[],
            Err(Bar::Condition(Condition::AfterRelocation)),
        ),
        (
            Condition::NotBefore,
            prosecutor,
            &[Condition::NotBefore],
            Err(Bar::NotBefore(first)),
        ),
        (Condition::NoDate, prosecutor, &[], Ok(vec![Condition::NoDate])),
    ];
    for (condition, recipient, met, expected) in table {
        let consents = [Consent {
            conditions: vec![condition],
            not_before: Some(first),
            ..granted("national_prosecution", recipient, Identity::Named)
        }];
        let sharing = Sharing {
            recipient,
            met,
            ..to_the_prosecutor(Identity::Named)
        };
        let answer = may_go(Passage::default(), &sharing, &filed(&consents)).map(|permit| permit.binding);
        assert_eq!(
            answer,
            expected.map_err(|bar| vec![bar]),
            "{condition:?} to {recipient}"
        );
    }
}

#[test]
fn withdrawing_analysis_closes_everything_and_withdrawing_another_purpose_only_itself() {
    let withdrawn = day("2025-07-02");
    let other = granted("un_mechanisms", "iiim", Identity::Named);
    let to_iiim = Sharing {
        purpose: "un_mechanisms",
        recipient: "iiim",
        ..to_the_prosecutor(Identity::Named)
    };
    for (purpose, recipient, expected) in [
        (ANALYSIS, "committee", Err(vec![Bar::Closed(withdrawn)])),
        ("recontact", "committee", Ok(())),
    ] {
        let consents = [
            Consent {
                withdrawn_on: Some(withdrawn),
                ..granted(purpose, recipient, Identity::Named)
            },
            other.clone(),
        ];
        assert_eq!(
            may_go(Passage::default(), &to_iiim, &filed(&consents)).map(drop),
            expected,
            "{purpose}"
        );
    }
}

#[test]
fn a_critical_risk_forbids_names_and_referrals_and_nothing_else() {
    let consents = [
        granted("national_prosecution", "national_prosecutor", Identity::Named),
        granted("un_mechanisms", "iiim", Identity::Named),
    ];
    let standing = Standing {
        critical_risk: true,
        ..filed(&consents)
    };
    let table = [
        (
            "national_prosecution",
            "national_prosecutor",
            Identity::Anonymous,
            false,
        ),
        ("un_mechanisms", "iiim", Identity::Named, false),
        ("un_mechanisms", "iiim", Identity::Pseudonym, true),
    ];
    for (purpose, recipient, identity, may) in table {
        let sharing = Sharing {
            purpose,
            recipient,
            ..to_the_prosecutor(identity)
        };
        let answer = may_go(Passage::default(), &sharing, &standing);
        assert_eq!(answer.is_ok(), may, "{purpose} {identity:?}");
    }
}

#[test]
fn a_child_needs_somebody_who_speaks_for_it_and_its_own_assent() {
    let table = [
        ("self", false, true, false),
        ("self", true, true, true),
        ("self", true, false, false),
        ("guardian", false, true, true),
        ("guardian", false, false, false),
        ("legal_representative", false, true, true),
    ];
    for (given_by, best_interest, assent, may) in table {
        let consents = [Consent {
            given_by: given_by.into(),
            ..granted("national_prosecution", "national_prosecutor", Identity::Pseudonym)
        }];
        let standing = Standing {
            child: Some(Child { assent, best_interest }),
            ..filed(&consents)
        };
        let answer = may_go(Passage::default(), &to_the_prosecutor(Identity::Pseudonym), &standing);
        assert_eq!(answer.is_ok(), may, "{given_by} {best_interest} {assent}");
    }
}

#[test]
fn notice_is_due_after_three_working_days() {
    for (withdrawn, due) in [
        ("2025-07-01", "2025-07-06"), // Tuesday → Wednesday, Thursday, Sunday
        ("2025-07-06", "2025-07-09"), // Sunday → Wednesday
        ("2025-07-04", "2025-07-08"), // Friday → Sunday, Monday, Tuesday
    ] {
        assert_eq!(notice_due(day(withdrawn)), day(due), "{withdrawn}");
    }
}

fn typed(fields: &[(&str, &str)]) -> ConsentForm {
    let all = [
        ("given_by", "self"),
        ("means", "signed"),
        ("obtained_on", "2025-03-26"),
        ("explained", "on"),
    ];
    let pairs = all
        .iter()
        .chain(fields)
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    // What is typed later wins over what stands above.
    ConsentForm::from_pairs(&Pairs(pairs.collect::<Vec<_>>().into_iter().rev().collect()))
}

#[test]
fn five_cells_of_the_matrix_become_five_consents() {
    let form = typed(&[
        ("internal_analysis.committee.decision", "granted"),
        ("internal_analysis.committee.identity", "pseudonym"),
        ("public_report_anon.public.decision", "granted"),
        ("public_report_anon.public.identity", "anonymous"),
        ("un_mechanisms.iiim.decision", "refused"),
        ("recontact.committee.decision", "not_asked"),
        ("national_prosecution.national_prosecutor.decision", "granted"),
        ("national_prosecution.national_prosecutor.identity", "named"),
        ("national_prosecution.national_prosecutor.condition", "no_date_detail"),
        ("national_prosecution.national_prosecutor.condition", "not_before_date"),
        ("national_prosecution.national_prosecutor.not_before", "٢٠٢٥-٠٦-٠١"),
        ("national_prosecution.national_prosecutor.expires_on", "2025-12-31"),
    ]);
    let draft = form.check(day("2025-08-01")).expect("a good form");
    let shown: Vec<_> = draft
        .consents
        .iter()
        .map(|consent| {
            (
                consent.purpose.as_str(),
                consent.decision,
                consent.identity,
                consent.expires_on,
            )
        })
        .collect();
    let year = day("2026-03-26");
    assert_eq!(
        shown,
        [
            ("internal_analysis", Decision::Granted, Identity::Pseudonym, year),
            ("public_report_anon", Decision::Granted, Identity::Anonymous, year),
            (
                "national_prosecution",
                Decision::GrantedWithConditions,
                Identity::Named,
                day("2025-12-31")
            ),
            ("un_mechanisms", Decision::Refused, Identity::Anonymous, year),
            ("recontact", Decision::NotAsked, Identity::Anonymous, year),
        ]
    );
    assert_eq!(draft.consents[2].conditions, [Condition::NoDate, Condition::NotBefore]);
    assert_eq!(draft.consents[2].not_before, Some(day("2025-06-01")));
}

#[test]
fn a_form_says_all_that_is_wrong_with_it_at_once() {
    let form = typed(&[
        ("given_by", "nobody"),
        ("means", "not_recorded"),
        ("obtained_on", "2025-09-01"),
        ("document", "C-2025-0001"),
        ("internal_analysis.committee.decision", "granted"),
        ("public_report_anon.public.decision", "granted"),
        ("public_report_anon.public.identity", "named"),
        ("un_mechanisms.iiim.decision", "granted"),
        ("un_mechanisms.iiim.identity", "named"),
        ("un_mechanisms.iiim.condition", "no_name"),
        ("un_mechanisms.iiim.condition", "not_before_date"),
        ("un_mechanisms.iiim.expires_on", "2025-01-01"),
        ("recontact.committee.decision", "perhaps"),
    ]);
    let problems: Vec<_> = form
        .check(day("2025-08-01"))
        .expect_err("much is wrong")
        .into_iter()
        .map(|problem| (problem.field, problem.kind))
        .collect();
    let expected = [
        ("given_by", ProblemKind::Unknown),
        ("means", ProblemKind::Unknown),
        ("obtained_on", ProblemKind::InFuture),
        ("document", ProblemKind::NoSuchRecord),
        ("internal_analysis.committee.identity", ProblemKind::Missing),
        ("public_report_anon.public.identity", ProblemKind::Contradicts),
        ("un_mechanisms.iiim.identity", ProblemKind::Contradicts),
        ("un_mechanisms.iiim.expires_on", ProblemKind::EndsBeforeStart),
        ("un_mechanisms.iiim.not_before", ProblemKind::Missing),
        ("recontact.committee.decision", ProblemKind::Unknown),
    ];
    assert_eq!(problems, expected.map(|(field, kind)| (field.to_owned(), kind)));
}

#[test]
fn a_child_grants_nothing_alone() {
    let granted = [
        ("recontact.committee.decision", "granted"),
        ("recontact.committee.identity", "named"),
    ];
    let check = |more: &[(&str, &str)], birth_year| {
        let fields: Vec<_> = granted.iter().chain(more).copied().collect();
        let draft = typed(&fields).check(day("2025-08-01")).expect("a good form");
        draft.check_age(birth_year)
    };
    let alone = Err(vec![Problem::new("given_by", ProblemKind::ChildAlone)]);
    assert_eq!(check(&[], Some(2012)), alone);
    assert_eq!(check(&[("assent", "yes")], Some(2012)), alone);
    assert_eq!(
        check(&[("given_by", "guardian"), ("assent", "yes")], Some(2012)),
        Ok(())
    );
    let decided = [("best_interest", "yes"), ("note", "قررت لجنة الحماية ذلك لمصلحة الطفل")];
    assert_eq!(check(&decided, Some(2012)), Ok(()));
    // What a child refuses needs nobody; whose age is not certain, and who is of age, answers alone.
    assert_eq!(
        check(&[("recontact.committee.decision", "refused")], Some(2012)),
        Ok(())
    );
    for birth_year in [Some(2007), Some(1980), None] {
        assert_eq!(check(&[], birth_year), Ok(()), "{birth_year:?}");
    }
}

#[test]
fn a_decision_in_a_child_s_best_interest_says_by_whom_and_why() {
    let form = typed(&[("recontact.committee.decision", "refused"), ("best_interest", "yes")]);
    let problems = form.check(day("2025-08-01")).expect_err("no reason");
    assert_eq!(problems, [Problem::new("note", ProblemKind::Missing)]);
}

#[test]
fn an_empty_matrix_is_refused_and_so_is_one_that_nobody_explained() {
    let problems = typed(&[]).check(day("2025-08-01")).expect_err("nothing is filled in");
    assert_eq!(problems, [Problem::new("", ProblemKind::Missing)]);
    let mut form = typed(&[("recontact.committee.decision", "refused")]);
    form.explained = false;
    let problems = form.check(day("2025-08-01")).expect_err("nobody explained it");
    assert_eq!(problems, [Problem::new("explained", ProblemKind::Missing)]);
}

#[test]
fn every_recipient_of_the_matrix_is_known_and_every_purpose_has_one() {
    for purpose in CONSENT_PURPOSE.iter() {
        assert!(!purpose.recipients.is_empty(), "{}", purpose.code);
        for recipient in purpose.recipients {
            assert!(CONSENT_RECIPIENT.has(recipient), "{recipient}");
        }
    }
    assert_eq!(CONSENT_PURPOSE.iter().count(), 18);
}

fn consents() -> impl Strategy<Value = Vec<Consent>> {
    let cell = proptest::sample::select(cells().collect::<Vec<_>>());
    let consent = (
        cell,
        proptest::sample::select(Decision::ALL),
        proptest::sample::select(Identity::ALL),
        proptest::sample::subsequence(Condition::ALL.to_vec(), 0..Condition::ALL.len()),
        proptest::option::of(-400_i64..400),
        -400_i64..400,
        proptest::option::of(-400_i64..400),
    );
    let consent = consent.prop_map(
        |((purpose, recipient), decision, identity, conditions, first, last, withdrawn)| {
            let at = |days: i64| day("2025-08-01") + chrono::Duration::days(days);
            Consent {
                decision,
                conditions,
                not_before: first.map(at),
                expires_on: at(last),
                withdrawn_on: withdrawn.map(at),
                ..granted(purpose, recipient, identity)
            }
        },
    );
    proptest::collection::vec(consent, 0..12)
}

proptest! {
    /// Whatever the record holds: nothing goes without a living consent for this very purpose and recipient, nothing
    /// shows more of who somebody is than it allows, and after a withdrawal nothing goes.
    #[test]
    fn nothing_goes_that_was_not_allowed(
        consents in consents(),
        (purpose, recipient) in proptest::sample::select(cells().collect::<Vec<_>>()),
        identity in proptest::sample::select(Identity::ALL),
        met in proptest::sample::subsequence(Condition::ALL.to_vec(), 0..Condition::ALL.len()),
        filed in any::<bool>(),
        critical_risk in any::<bool>(),
        taken_back in any::<bool>(),
    ) {
        let sharing = Sharing { purpose, recipient, identity, on: day("2025-08-01"), met: &met };
        let standing = Standing { consents: &consents, filed, child: None, critical_risk };
        let passage = Passage { taken_back, sealed: false };
        match may_go(passage, &sharing, &standing) {
            Ok(permit) => {
                let consent = consents.iter().find(|consent| consent.purpose == purpose && consent.recipient == recipient).expect("a consent");
                prop_assert!(consent.holds_on(sharing.on));
                prop_assert!(permit.identity <= consent.identity);
                prop_assert!(!(consent.conditions.contains(&Condition::NoName) && permit.identity == Identity::Named));
                prop_assert!(filed && !taken_back);
                prop_assert!(!(critical_risk && permit.identity == Identity::Named));
                let analysis = consents.iter().find(|consent| consent.purpose == ANALYSIS);
                prop_assert!(analysis.is_none_or(|consent| consent.withdrawn_on.is_none()));
            }
            Err(bars) => prop_assert!(!bars.is_empty()),
        }
        let withdrawn: Vec<Consent> = consents.iter().cloned().map(|consent| Consent { withdrawn_on: Some(sharing.on), ..consent }).collect();
        let after = Standing { consents: &withdrawn, ..standing };
        prop_assert!(may_go(passage, &sharing, &after).is_err());
    }
}
