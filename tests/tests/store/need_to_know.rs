//! Who may know of what: the rule as SQL against the rule in `domain::access`, and names that stay hidden.

use domain::access::{Act, Duty, Facts, Open, Reveal};
use domain::{Actor, Code, Error, Kind, Role};
use std::collections::BTreeMap;
use tests::{House, Raw, draft, on_both};

/// One person in each role.
const ROLES: [(&str, Role); 8] = [
    ("sami", Role::Investigator),
    ("rana", Role::LegalOfficer),
    ("dima", Role::EvidenceCustodian),
    ("yusuf", Role::ProtectionOfficer),
    ("huda", Role::Supervisor),
    ("nour", Role::Chair),
    ("zaid", Role::Auditor),
    ("admin", Role::Administrator),
];

/// How a person may stand to a case.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Relation {
    None,
    Duty(Duty),
    /// Had a duty once.
    Unassigned(Duty),
    /// Has a duty, and declared a conflict of interest.
    Walled(Duty),
    /// Declared a conflict, and has no duty.
    WalledOff,
    /// Made the record, which hangs on a case of others.
    Author,
}

fn relations() -> Vec<Relation> {
    let duties = Duty::ALL.into_iter().map(Relation::Duty);
    let others = [
        Relation::None,
        Relation::Unassigned(Duty::Lead),
        Relation::Walled(Duty::Lead),
        Relation::Walled(Duty::Supervisor),
        Relation::WalledOff,
        Relation::Author,
    ];
    duties.chain(others).collect()
}

/// Everybody, without a session: no purpose is asked of the command line.
async fn everybody(house: &House) -> Vec<Actor> {
    let mut all = Vec::new();
    for (login, role) in ROLES {
        let actor = house.actor(login).await;
        assert!(actor.roles.has(role));
        all.push(Actor { session: None, ..actor });
    }
    all
}

/// Puts a person into a relation to a case, past the store: any role with any duty.
async fn relate(house: &House, raw: &mut Raw, actor: &Actor, case: &Code, relation: Relation) {
    if matches!(relation, Relation::Walled(_) | Relation::WalledOff) {
        house.declare_conflict(&actor.login, case).await;
    }
    let (Relation::Duty(duty) | Relation::Unassigned(duty) | Relation::Walled(duty)) = relation else {
        return;
    };
    let (account, id) = (
        raw.uuid(actor.account.0),
        raw.uuid(store::Chance::real().id(house.clock.now())),
    );
    let ended = if matches!(relation, Relation::Unassigned(_)) {
        "r.created_at"
    } else {
        "NULL"
    };
    raw.must(&format!(
        "INSERT INTO assignment (id, case_id, account_id, duty, since, assigned_by, ended_at)
         SELECT {id}, r.id, {account}, '{}', r.created_at, {account}, {ended} FROM record r WHERE r.code = '{case}'",
        duty.name()
    ))
    .await;
}

/// What keeps a testimony from who may see others.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Shut {
    /// Its sensitivity.
    restricted: bool,
    /// Consent to the committee's own analysis was withdrawn.
    closed: bool,
}

const EVERY_SHUT: [Shut; 4] = [
    Shut {
        restricted: false,
        closed: false,
    },
    Shut {
        restricted: true,
        closed: false,
    },
    Shut {
        restricted: false,
        closed: true,
    },
    Shut {
        restricted: true,
        closed: true,
    },
];

/// A draft testimony, shut in this way; a closed one past the store, with its search words still there.
async fn shut_testimony(house: &House, raw: &mut Raw, lina: &Actor, case: Option<&Code>, shut: Shut) -> Code {
    let mut form = draft::testimony(&Code::pseudonym([0; 5]), 1);
    form.answers
        .set("sensitivity", [if shut.restricted { "restricted" } else { "normal" }]);
    let code = house.store.create_testimony(lina, case, &form).await.expect("kept");
    if shut.closed {
        raw.must(&format!("UPDATE record SET closed = TRUE WHERE code = '{code}'"))
            .await;
    }
    code
}

/// What the rule says of a record that hangs on one case.
fn facts(relation: Relation, shut: Shut) -> Facts {
    let duties = match relation {
        Relation::Duty(duty) | Relation::Walled(duty) => vec![duty],
        _ => Vec::new(),
    };
    let walled = matches!(relation, Relation::Walled(_) | Relation::WalledOff);
    Facts {
        kind: Some(Kind::Testimony),
        duties,
        mine: relation == Relation::Author,
        loose: false,
        restricted: shut.restricted,
        closed: shut.closed,
        walled,
        own_account: false,
    }
}

on_both! {
    async fn opening_listing_finding_and_counting_agree_with_the_rule(house) {
        let lina = house.actor("lina").await;
        let everybody = everybody(house).await;
        let mut raw = house.raw().await;
        // A case for each relation, with a plain and a restricted testimony; everybody stands in that relation to it.
        let mut cases = Vec::new();
        let mut expected: BTreeMap<(usize, Code), bool> = BTreeMap::new();
        for relation in relations() {
            let case = house.store.create_case(&lina, &draft::case("قضية", "")).await.expect("a case");
            let mut hanging = vec![(case.clone(), Shut::default())];
            for shut in EVERY_SHUT {
                let made = if relation == Relation::Author { everybody.len() } else { 1 };
                #[expect(clippy::needless_range_loop, reason = "the number names the record too")]
                for n in 0..made {
                    let code = shut_testimony(house, &mut raw, &lina, Some(&case), shut).await;
                    if relation == Relation::Author {
                        let author = raw.uuid(everybody[n].account.0);
                        raw.must(&format!("UPDATE record SET created_by = {author} WHERE code = '{code}'")).await;
                    }
                    hanging.push((code, shut));
                }
            }
            for (who, actor) in everybody.iter().enumerate() {
                relate(house, &mut raw, actor, &case, relation).await;
                for (at, (code, shut)) in hanging.iter().enumerate() {
                    let mine = relation == Relation::Author && at > 0 && (at - 1) % everybody.len() == who;
                    let facts = Facts { mine, ..facts(relation, *shut) };
                    expected.insert((who, code.clone()), Open::grounds(actor, &facts).is_ok());
                }
            }
            cases.push((relation, case, hanging));
        }
        // Loose ones, of each person; and one that was taken off its case.
        for (who, actor) in everybody.iter().enumerate() {
            let author = raw.uuid(actor.account.0);
            for shut in EVERY_SHUT {
                let code = shut_testimony(house, &mut raw, &lina, None, shut).await;
                raw.must(&format!("UPDATE record SET created_by = {author} WHERE code = '{code}'")).await;
                for (other, actor) in everybody.iter().enumerate() {
                    let facts = Facts { mine: other == who, loose: true, ..facts(Relation::None, shut) };
                    expected.insert((other, code.clone()), Open::grounds(actor, &facts).is_ok());
                }
            }
        }
        // What was changed past the store, its index does not know of.
        house.store.index_all().await.expect("indexed");
        let closed = raw.texts("SELECT code FROM record WHERE closed").await;
        for (who, actor) in everybody.iter().enumerate() {
            let mut listed = house.listed(actor, Kind::Testimony).await;
            listed.extend(house.listed(actor, Kind::Case).await);
            let found: Vec<Code> = match house.store.search(actor, &Kind::ALL, "شهادة", 400).await {
                Ok(hits) => hits.into_iter().map(|hit| hit.code).collect(),
                Err(error) => { assert_eq!(error, Error::Forbidden); Vec::new() }
            };
            let mut all = 0;
            for ((_, code), may) in expected.iter().filter(|((other, _), _)| *other == who) {
                let opened = house.open(actor, code).await;
                assert_eq!(opened.is_ok(), *may, "{} opens {code}", actor.login);
                assert_eq!(listed.contains(code), *may, "{} lists {code}", actor.login);
                if code.kind() == Kind::Testimony {
                    let open = !closed.contains(&code.to_string());
                    assert_eq!(found.contains(code), *may && open, "{} finds {code} by a word", actor.login);
                    all += u32::from(*may && open);
                } else {
                    let by_code = house.store.search(actor, &Kind::ALL, code.as_str(), 10).await.is_ok_and(|hits| hits.iter().any(|hit| hit.code == *code));
                    assert_eq!(by_code, *may, "{} finds {code} by its code", actor.login);
                }
            }
            if actor.roles.read_content() {
                assert_eq!(house.count(actor, Kind::Testimony, "شهادة").await, all, "{} counts what they find", actor.login);
            }
            for (relation, case, hanging) in &cases {
                let Ok(view) = house.store.open_case(actor, case).await else { continue };
                let visible = hanging.iter().filter(|(code, _)| code.kind() == Kind::Testimony && expected[&(who, code.clone())]).count();
                let counted = view.linked.iter().find(|linked| linked.kind == Kind::Testimony).map_or(0, |linked| linked.count);
                assert_eq!(usize::try_from(counted), Ok(visible), "{} counts on {case} as {relation:?}", actor.login);
                let page = house.store.case_records(actor, case, Kind::Testimony, &store::ListFilter::default(), 100).await.expect("a list");
                assert_eq!(page.rows.len(), visible, "{} lists on {case} as {relation:?}", actor.login);
            }
        }
    }

    async fn the_name_of_a_protected_person_is_shown_to_nobody_and_found_by_whom_the_rule_says(house) {
        let lina = house.actor("lina").await;
        let everybody = everybody(house).await;
        let mut raw = house.raw().await;
        for relation in relations().into_iter().filter(|relation| !matches!(relation, Relation::Author)) {
            let case = house.store.create_case(&lina, &draft::case("قضية", "")).await.expect("a case");
            let person = house.store.create_person(&lina, Some(&case), &draft::person("المحمي", true)).await.expect("a person");
            let testimony = house.store.create_testimony(&lina, Some(&case), &draft::testimony(&person, 1)).await.expect("kept");
            let incident = house.store.create_incident(&lina, Some(&case), &draft::incident("قصف")).await.expect("made");
            let note = house.store.start_upload().await.expect("an upload");
            let document = { let mut upload = note; upload.write(b"x").await.expect("taken"); upload.finish().await.expect("whole") };
            let document = house.store.create_document(&lina, Some(&case), &draft::document("صورة"), document, "x.txt").await.expect("made");
            house.store.involve(&lina, &incident, &draft::involvement(&person, &[(&document, "x")])).await.expect("linked");
            for actor in &everybody {
                relate(house, &mut raw, actor, &case, relation).await;
                let facts = facts(relation, Shut::default());
                let finds = Open::grounds(actor, &facts).is_ok() && facts.duties.iter().any(|duty| duty.reveals());
                let who = format!("{} as {relation:?}", actor.login);
                let view = house.store.open_person(actor, &person).await;
                assert_eq!(view.is_ok(), Open::grounds(actor, &facts).is_ok(), "{who}");
                let Ok(view) = view else { continue };
                assert_eq!((view.head.title.is_some(), view.body.is_some()), (false, false), "{who} on the person's page");
                assert_eq!(view.may_reveal, Reveal::grounds(actor, &facts).is_ok(), "{who} is offered a reveal");
                let row = house.store.list(actor, Kind::Person, &store::ListFilter::default(), 100).await.expect("a list").rows.into_iter().find(|row| row.code == person).expect("listed");
                assert!(row.title.is_none(), "{who} in the list");
                let by_code = house.store.search(actor, &[Kind::Person], person.as_str(), 10).await.expect("an answer");
                assert!(by_code[0].title.is_none(), "{who} by the code");
                let by_name = house.store.search(actor, &[Kind::Person], "المحمي", 100).await.expect("an answer");
                assert_eq!(by_name.iter().any(|hit| hit.code == person), finds, "{who} by the name");
                assert!(by_name.iter().all(|hit| hit.title.is_none()), "{who} sees pseudonyms only");
                let on_case = store::SearchFilter { case: Some(case.clone()), ..Default::default() };
                let page = house.store.find(actor, "المحمي", &on_case, 100).await.expect("an answer");
                assert_eq!(page.hits.iter().any(|hit| hit.code == person), finds, "{who} in the box");
                assert_eq!(page.total, store::Total::Exactly(u32::from(finds)), "{who} by the count");
                let witness = house.store.open_testimony(actor, &testimony).await.expect("opens").witness.expect("a witness");
                assert!(witness.1.is_none(), "{who} as witness");
                let involved = house.store.open_incident(actor, &incident).await.expect("opens").involved;
                assert!(involved[0].title.is_none(), "{who} in the incident");
            }
        }
    }

    async fn a_witness_from_elsewhere_stays_a_pseudonym(house) {
        let (case, lina) = house.case().await;
        let omar = house.on("omar", &case).await;
        // A person whose record hangs on no case of omar's.
        let person = house.store.create_person(&lina, None, &draft::person("من مكان آخر", false)).await.expect("a person");
        let testimony = house.store.create_testimony(&lina, Some(&case), &draft::testimony(&person, 1)).await.expect("kept");
        assert_eq!(house.open(&omar, &person).await, Err(Error::NotFound));
        let witness = house.store.open_testimony(&omar, &testimony).await.expect("opens").witness.expect("a witness");
        assert_eq!((witness.0, witness.1.is_some()), (person, false));
    }

    async fn a_record_on_two_cases_does_not_give_away_the_other_case(house) {
        let (case, lina) = house.case().await;
        let person = house.person(&lina, &case, "سامر").await;
        let other = house.store.create_case(&lina, &draft::case("قضية أخرى", "")).await.expect("a case");
        house.store.link_to_case(&lina, &other, person.as_str(), &draft::citations(&[])).await.expect("linked");
        let omar = house.actor("omar").await;
        assert_eq!(house.open(&omar, &person).await, Err(Error::PurposeNeeded(case.clone())));
        house.store.choose_purpose(&omar, &case, "review").await.expect("chosen");
        let view = house.store.open_person(&omar, &person).await.expect("opens");
        assert_eq!(view.head.cases, std::slice::from_ref(&case), "the code of a case that omar may not know of");
        let huda = house.actor("huda").await;
        house.store.assign(&huda, &other, "omar", "second").await.expect("assigned");
        assert_eq!(house.store.open_person(&omar, &person).await.expect("opens").head.cases.len(), 2);
        // After leaving the case of the chosen purpose, the other case is the way to it.
        house.store.unassign(&huda, &case, "omar", "second").await.expect("unassigned");
        assert_eq!(house.open(&omar, &person).await, Err(Error::PurposeNeeded(other.clone())));
    }

    async fn a_unit_above_that_one_may_not_know_of_is_not_named(house) {
        let (case, lina) = house.case().await;
        let above = house.store.create_unit(&lina, None, &draft::unit("القيادة", None)).await.expect("a unit");
        let unit = house.store.create_unit(&lina, Some(&case), &draft::unit("السرية", Some(&above))).await.expect("a unit");
        let omar = house.on("omar", &case).await;
        assert_eq!(house.store.open_unit(&omar, &unit).await.expect("opens").parent, None);
        let page = house.store.list(&omar, Kind::Unit, &store::ListFilter::default(), 10).await.expect("a list");
        assert_eq!(page.rows.iter().map(|row| (row.code.clone(), row.other.clone())).collect::<Vec<_>>(), [(unit.clone(), None)]);
        let page = house.store.list(&lina, Kind::Unit, &store::ListFilter::default(), 10).await.expect("a list");
        assert!(page.rows.iter().any(|row| row.code == unit && row.other.as_ref() == Some(&above)));
        // Nor does a unit stand under itself, whichever way round.
        let circle = house.store.change_unit(&lina, &above, 1, &draft::unit("القيادة", Some(&unit))).await;
        assert_eq!(circle, Err(Error::at("parent", domain::ProblemKind::Same)));
    }

    async fn a_purpose_is_chosen_once_per_case_and_sitting_and_stands_in_the_log(house) {
        let (case, lina) = house.case().await;
        let incident = house.store.create_incident(&lina, Some(&case), &draft::incident("قصف")).await.expect("made");
        let omar = house.actor("omar").await;
        assert_eq!(house.open(&omar, &case).await, Err(Error::PurposeNeeded(case.clone())));
        assert_eq!(house.open(&omar, &incident).await, Err(Error::PurposeNeeded(case.clone())));
        assert_eq!(house.store.change_case(&omar, &case, 1, &draft::case("x", "")).await, Err(Error::PurposeNeeded(case.clone())));
        assert_eq!(house.store.choose_purpose(&omar, &case, "curiosity").await, Err(Error::at("purpose", domain::ProblemKind::Unknown)));
        house.store.choose_purpose(&omar, &case, "legal_analysis").await.expect("chosen");
        house.open(&omar, &incident).await.expect("opens");
        let entry = house.last().await;
        assert_eq!((entry.line().as_str(), entry.purpose.as_deref(), entry.case_code.as_deref()), ("open done", Some("legal_analysis"), Some(case.as_str())));
        assert_eq!(house.store.open_case(&omar, &case).await.expect("opens").purpose.as_deref(), Some("legal_analysis"));
        // Another sitting, another choice; and nobody chooses a purpose for a case that is not theirs.
        let again = house.actor("omar").await;
        assert_eq!(house.open(&again, &case).await, Err(Error::PurposeNeeded(case.clone())));
        let sami = house.actor("sami").await;
        assert_eq!(house.store.choose_purpose(&sami, &case, "review").await, Err(Error::NotFound));
    }

    async fn the_history_of_a_case_does_not_tell_of_restricted_testimonies(house) {
        let (case, lina) = house.case().await;
        let mut form = draft::testimony(&Code::pseudonym([0; 5]), 1);
        form.answers.set("sensitivity", ["restricted"]);
        let code = house.store.create_testimony(&lina, None, &form).await.expect("kept");
        house.store.link_to_case(&lina, &case, code.as_str(), &draft::citations(&[])).await.expect("linked");
        house.store.save_draft(&lina, &code, 1, &form).await.expect("kept");
        let nour = house.on("nour", &case).await;
        let view = house.store.open_case(&nour, &case).await.expect("opens");
        for row in view.history {
            assert!(row.object_code.as_ref() != Some(&code) && !row.detail.contains(code.as_str()), "{row:?}");
        }
    }
}
