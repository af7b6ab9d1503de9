//! Consents: recorded and superseded, never overwritten; what a withdrawal closes.

use domain::act::ActDraft;
use domain::consent::{Bar, Decision, Identity};
use domain::fact::FactForm;
use domain::link::Citation;
use domain::person::{IdentitiesForm, IdentityForm};
use domain::risk::{ClearanceForm, RiskForm};
use domain::{Actor, Code, Error, Kind, ProblemKind};
use store::Outgoing;
use tests::draft::{self, consents as answers, withdrawal};
use tests::house::House;
use tests::on_both;

/// A final testimony on a case of lina's, who is its lead, and its code.
async fn filed(house: &House) -> (Code, Actor, Code) {
    let (case, lina) = house.case().await;
    let code = house.filed(&lina, &case, 2).await;
    (case, lina, code)
}

async fn standing(house: &House, actor: &Actor, code: &Code) -> Vec<(String, Decision, Identity, bool)> {
    let file = house.store.see_consents(actor, code).await.expect("opens");
    file.consents
        .into_iter()
        .filter(|view| !view.superseded)
        .map(|view| {
            let consent = view.consent;
            (
                consent.purpose,
                consent.decision,
                consent.identity,
                consent.withdrawn_on.is_some(),
            )
        })
        .collect()
}

const TO_IIIM: (&str, &str) = ("un_mechanisms", "iiim");
const TO_PROSECUTOR: (&str, &str) = ("national_prosecution", "national_prosecutor");

/// How far a statement may go today, paragraph by paragraph.
async fn outgoing(house: &House, actor: &Actor, code: &Code, to: (&'static str, &'static str)) -> Outgoing {
    let file = house.store.see_consents_to(actor, code, Some(to)).await.expect("opens");
    file.outgoing.expect("it was asked")
}

/// How far its first paragraph may go today, and why not further.
async fn far(
    house: &House,
    actor: &Actor,
    code: &Code,
    to: (&'static str, &'static str),
) -> (Option<Identity>, Vec<Bar>) {
    let reach = outgoing(house, actor, code, to).await.paragraphs.remove(0).reach;
    (reach.goes.map(|permit| permit.identity), reach.bars)
}

on_both! {
    async fn a_later_answer_takes_the_place_of_the_earlier_one_which_is_kept(house) {
        let (_, lina, code) = filed(house).await;
        let first = answers(&[("internal_analysis", "committee", "granted", "pseudonym"), ("un_mechanisms", "iiim", "granted", "named")]);
        house.store.record_consents(&lina, &code, 0, &first).await.expect("recorded");
        let second = answers(&[("un_mechanisms", "iiim", "refused", "")]);
        house.store.record_consents(&lina, &code, 2, &second).await.expect("recorded");
        assert_eq!(standing(house, &lina, &code).await, [
            ("internal_analysis".to_owned(), Decision::Granted, Identity::Pseudonym, false),
            ("un_mechanisms".to_owned(), Decision::Refused, Identity::Anonymous, false),
        ]);
        let file = house.store.see_consents(&lina, &code).await.expect("opens");
        let past: Vec<_> = file.consents.iter().filter(|view| view.superseded).collect();
        assert_eq!(past.len(), 1);
        assert_eq!((past[0].consent.purpose.as_str(), past[0].consent.identity), ("un_mechanisms", Identity::Named));
        assert_eq!((past[0].note.as_str(), past[0].recorded_by.as_str()), ("قيل أمام شاهدين", "Lina Kheder"));
    }

    async fn of_two_who_record_at_once_the_later_one_is_told(house) {
        let (case, lina, code) = filed(house).await;
        let omar = house.on("omar", &case).await;
        let seen = house.store.see_consents(&omar, &code).await.expect("opens").seen;
        let mine = answers(&[("recontact", "committee", "granted", "named")]);
        house.store.record_consents(&lina, &code, seen, &mine).await.expect("recorded");
        let other = answers(&[("recontact", "committee", "refused", "")]);
        assert_eq!(house.store.record_consents(&omar, &code, seen, &other).await, Err(Error::Conflict));
        assert_eq!(house.store.withdraw_consents(&omar, &code, seen, &withdrawal(&["recontact.committee"])).await, Err(Error::Conflict));
        assert_eq!(standing(house, &lina, &code).await, [("recontact".to_owned(), Decision::Granted, Identity::Named, false)]);
    }

    async fn a_withdrawn_consent_lets_nothing_go_and_says_since_when(house) {
        let (_, lina, code) = filed(house).await;
        let given = answers(&[("internal_analysis", "committee", "granted", "pseudonym"), ("national_prosecution", "national_prosecutor", "granted", "pseudonym")]);
        house.store.record_consents(&lina, &code, 0, &given).await.expect("recorded");
        let ask = async || far(house, &lina, &code, TO_PROSECUTOR).await;
        let most = |identity| vec![Bar::Identity(identity)];
        assert_eq!(ask().await, (Some(Identity::Pseudonym), most(Identity::Pseudonym)));
        let what = withdrawal(&["national_prosecution.national_prosecutor"]);
        house.store.withdraw_consents(&lina, &code, 2, &what).await.expect("withdrawn");
        assert_eq!(ask().await, (None, vec![Bar::Withdrawn("2025-07-31".parse().expect("a date"))]));
        let file = house.store.see_consents(&lina, &code).await.expect("opens");
        let withdrawn = file.consents.iter().find(|view| view.consent.withdrawn_on.is_some()).expect("it is shown");
        assert_eq!(withdrawn.note.as_str(), "هُدد بعد نشر المقطع");
        // What is withdrawn, refused or unknown can't be withdrawn.
        let again = house.store.withdraw_consents(&lina, &code, file.seen, &what).await;
        assert!(matches!(again, Err(Error::Invalid(problems)) if problems[0].field == "cell"));
        let never = house.store.withdraw_consents(&lina, &code, file.seen, &withdrawal(&["un_mechanisms.iiim"])).await;
        assert!(matches!(never, Err(Error::Invalid(problems)) if problems[0].field == "cell"));
        // Asked again later, the person may say yes again: a new record.
        let anew = answers(&[("national_prosecution", "national_prosecutor", "granted", "anonymous")]);
        house.store.record_consents(&lina, &code, file.seen, &anew).await.expect("recorded");
        assert_eq!(ask().await, (Some(Identity::Anonymous), most(Identity::Anonymous)));
    }

    async fn a_critical_risk_forbids_naming_until_it_is_cleared(house) {
        let (case, lina, code) = filed(house).await;
        let huda = house.on("huda", &case).await;
        for (login, duty) in [("yusuf", "protection_officer"), ("dima", "evidence_custodian")] {
            house.store.assign(&huda, &case, login, duty).await.expect("assigned");
        }
        let (yusuf, dima) = (house.on("yusuf", &case).await, house.on("dima", &case).await);
        let witness = house.store.open_testimony(&lina, &code).await.expect("opens").witness.expect("one").0;
        let given = answers(&[("un_mechanisms", "iiim", "granted", "named"), ("national_prosecution", "national_prosecutor", "granted", "named")]);
        house.store.record_consents(&lina, &code, 0, &given).await.expect("recorded");
        let by_name = || (Some(Identity::Named), Vec::new());
        let assess = async |left: (&str, &str)| {
            let form = RiskForm {
                risk: "retaliation_state".into(),
                likelihood: "5".into(),
                impact: "5".into(),
                measures: vec!["pseudonym".into()],
                residual_likelihood: left.0.into(),
                residual_impact: left.1.into(),
                ..RiskForm::default()
            };
            let seen = house.store.see_risks(&lina, &witness).await.expect("opens").seen;
            let risk = form.check(house.store.today()).expect("a good form");
            house.store.assess_risk(&lina, &witness, seen, &risk).await.expect("recorded");
        };
        assess(("2", "4")).await;
        assert_eq!(far(house, &lina, &code, TO_IIIM).await, by_name());
        assert_eq!(house.last().await.noted("asked").as_str(), Some("un_mechanisms/iiim"));
        assess(("4", "5")).await;
        assert_eq!(far(house, &lina, &code, TO_IIIM).await, (Some(Identity::Pseudonym), vec![Bar::CriticalRisk]));
        assert_eq!(far(house, &lina, &code, TO_PROSECUTOR).await, (None, vec![Bar::CriticalRisk]));
        // Who has no business with risks hears that something is the matter, not what.
        assert_eq!(far(house, &dima, &code, TO_PROSECUTOR).await, (None, vec![Bar::Withheld]));
        let file = house.store.see_risks(&yusuf, &witness).await.expect("opens");
        let clearance = ClearanceForm { assessment: file.risks[0].id.to_string(), reason: draft::REASON.into() };
        house.store.clear_risk(&yusuf, &witness, file.seen, &clearance.check().expect("good")).await.expect("cleared");
        assert_eq!(far(house, &lina, &code, TO_IIIM).await, by_name());
        assert_eq!(far(house, &lina, &code, TO_PROSECUTOR).await, by_name());
        // What was withdrawn, and what expired, goes nowhere.
        house.store.withdraw_consents(&lina, &code, 2, &withdrawal(&["un_mechanisms.iiim"])).await.expect("withdrawn");
        assert_eq!(far(house, &lina, &code, TO_IIIM).await, (None, vec![Bar::Withdrawn("2025-07-31".parse().expect("a date"))]));
        house.clock.advance(chrono::Duration::days(300));
        let lina = house.on("lina", &case).await;
        assert_eq!(far(house, &lina, &code, TO_PROSECUTOR).await, (None, vec![Bar::Expired("2026-03-26".parse().expect("a date"))]));
    }

    async fn each_paragraph_has_its_own_answer_and_a_draft_goes_nowhere(house) {
        let (case, lina) = house.case().await;
        let witness = house.person(&lina, &case, "سلمى").await;
        let mut form = draft::testimony(&witness, 2);
        form.paragraphs[1].favours = "قائد الفصيل".into();
        form.paragraphs[1].favours_why = "كان غائبًا".into();
        let code = house.store.create_testimony(&lina, Some(&case), &form).await.expect("made");
        let given = answers(&[("un_mechanisms", "iiim", "granted", "anonymous")]);
        house.store.record_consents(&lina, &code, 0, &given).await.expect("recorded");
        assert_eq!(far(house, &lina, &code, TO_IIIM).await, (None, vec![Bar::Draft]));
        house.file(&lina, &code).await;
        let all = outgoing(house, &lina, &code, TO_IIIM).await;
        let shown: Vec<_> = all.paragraphs.iter().map(|going| (going.number, going.exculpatory, going.reach.goes.is_some())).collect();
        assert_eq!(shown, [(Some(1), false, true), (Some(2), true, true)]);
        assert!(!all.age_unknown);
        // While it is corrected, nothing goes.
        house.store.correct_testimony(&lina, &code, draft::REASON).await.expect("opened");
        assert_eq!(far(house, &lina, &code, TO_IIIM).await, (None, vec![Bar::Draft]));
        // The committee's own analysis was never asked about, and the page says so.
        let view = house.store.open_testimony(&lina, &code).await.expect("opens");
        assert_eq!(view.analysis, [Bar::NotAsked]);
        let given = answers(&[("internal_analysis", "committee", "granted", "pseudonym")]);
        house.store.record_consents(&lina, &code, 1, &given).await.expect("recorded");
        assert_eq!(house.store.open_testimony(&lina, &code).await.expect("opens").analysis, []);
        assert_eq!(house.store.print_testimony(&lina, &code).await.expect("opens").analysis, []);
        house.clock.advance(chrono::Duration::days(300));
        let lina = house.on("lina", &case).await;
        let print = house.store.print_testimony(&lina, &code).await.expect("opens");
        assert_eq!(print.analysis, [Bar::Expired("2026-03-26".parse().expect("a date"))]);
    }

    async fn the_preview_of_a_withdrawal_counts_what_the_reader_may_not_see(house) {
        let (case, lina, code) = filed(house).await;
        let given = answers(&[("un_mechanisms", "iiim", "granted", "named")]);
        house.store.record_consents(&lina, &code, 0, &given).await.expect("recorded");
        let incident = house.store.create_incident(&lina, Some(&case), &draft::incident("قصف")).await.expect("made");
        let suspect = house.person(&lina, &case, "سامر").await;
        let part = draft::involvement(&suspect, &[(&code, "1")]);
        house.store.involve(&lina, &incident, &part).await.expect("linked");
        let seen = async || {
            let file = house.store.see_consents(&lina, &code).await.expect("opens");
            let cases: Vec<_> = file.cases.iter().map(|case| (case.code.clone(), case.cites)).collect();
            (file.cited_by.len(), file.hidden_citing, cases, file.hidden_cases)
        };
        assert_eq!(seen().await, (1, 0, vec![(case.clone(), true)], 0));
        // The incident is restricted to a case of others, and the testimony hangs on it too.
        let omar = house.actor("omar").await;
        let theirs = house.store.create_case(&omar, &draft::case("أخرى", "")).await.expect("made");
        house.raw().await.must(&format!(
            "UPDATE holding SET superseded_at = recorded_at WHERE record_id = (SELECT id FROM record WHERE code = '{incident}')"
        )).await;
        house.raw().await.must(&format!("UPDATE record SET created_by = (SELECT id FROM account WHERE login = 'omar') WHERE code = '{incident}'")).await;
        let omar = house.on("omar", &theirs).await;
        let none = domain::link::CitationForm::default();
        house.store.link_to_case(&omar, &theirs, incident.as_str(), &none).await.expect("linked");
        assert_eq!(seen().await, (0, 1, vec![(case.clone(), false)], 1));
    }

    async fn whatever_rests_on_a_testimony_makes_its_case_depend_on_the_consents(house) {
        let (case, lina, code) = filed(house).await;
        let store = &house.store;
        // Each on a case of its own, on which the testimony does not hang.
        let mut expected = vec![(case, false)];
        let mut citing = Vec::new();
        for what in ["fact", "affiliation", "subordination", "identity", "act"] {
            let other = store.create_case(&lina, &draft::case(what, "")).await.expect("made");
            let lina = house.on("lina", &other).await;
            let of = match what {
                "fact" => {
                    let form = FactForm { words: "قُتل بعد أسره".into(), citations: draft::citations(&[(&code, "2")]), ..FactForm::default() };
                    store.record_fact(&lina, &other, &form.check().expect("a fact")).await.expect("recorded");
                    other.clone()
                }
                "act" => {
                    let incident = store.create_incident(&lina, Some(&other), &draft::incident("كمين")).await.expect("made");
                    let act = ActDraft {
                        citations: vec![Citation::of(code.clone(), vec![2])],
                        ..draft::act("LIFE-EXJ")
                    };
                    store.add_act(&lina, &incident, &act).await.expect("recorded");
                    incident
                }
                _ => {
                    let unit = store.create_unit(&lina, Some(&other), &draft::unit("الكتيبة", None)).await.expect("made");
                    let person = house.person(&lina, &other, "سامر").await;
                    match what {
                        "affiliation" => {
                            let draft = draft::affiliation(&unit, "member", ["", ""], &[(&code, "2")]);
                            store.affiliate(&lina, &person, &draft).await.expect("recorded");
                            person
                        }
                        "subordination" => {
                            let above = store.create_unit(&lina, Some(&other), &draft::unit("اللواء", None)).await.expect("made");
                            let draft = draft::subordination(&unit, &above, ["", ""], &[(&code, "2")]);
                            store.subordinate(&lina, &unit, &draft).await.expect("recorded");
                            unit
                        }
                        _ => {
                            let row = IdentityForm { name: "أبو حيدر".into(), source: code.to_string(), paragraphs: "2".into(), ..IdentityForm::default() };
                            let form = IdentitiesForm { rows: vec![row] };
                            store.change_identities(&lina, &person, 1, &form).await.expect("recorded");
                            person
                        }
                    }
                }
            };
            expected.push((other, true));
            citing.push((of, vec![2]));
        }
        let file = store.see_consents(&lina, &code).await.expect("opens");
        let mut uses: Vec<_> = file.cases.iter().map(|case| (case.code.clone(), case.cites)).collect();
        uses.sort_by_key(|(case, _)| case.to_string());
        expected.sort_by_key(|(case, _)| case.to_string());
        assert_eq!(uses, expected);
        citing.sort_by_key(|(code, _)| code.to_string());
        assert_eq!((file.cited_by, file.hidden_citing), (citing, 0));
    }

    async fn nothing_is_withdrawn_before_it_was_given(house) {
        let (_, lina, code) = filed(house).await;
        let given = answers(&[("un_mechanisms", "iiim", "granted", "named")]);
        house.store.record_consents(&lina, &code, 0, &given).await.expect("recorded");
        let mut what = withdrawal(&["un_mechanisms.iiim"]);
        what.withdrawn_on = "2025-03-25".parse().expect("a date");
        let early = house.store.withdraw_consents(&lina, &code, 1, &what).await;
        assert_eq!(early, Err(Error::at("withdrawn_on", ProblemKind::BeforeGiven)));
        what.withdrawn_on = "2025-03-26".parse().expect("a date");
        house.store.withdraw_consents(&lina, &code, 1, &what).await.expect("withdrawn");
    }

    async fn withdrawing_the_committee_s_own_analysis_closes_the_testimony(house) {
        let (case, lina, code) = filed(house).await;
        let given = answers(&[("internal_analysis", "committee", "granted", "pseudonym")]);
        house.store.record_consents(&lina, &code, 0, &given).await.expect("recorded");
        let (huda, nour) = (house.on("huda", &case).await, house.actor("nour").await);
        for (login, duty) in [("yusuf", "protection_officer"), ("rana", "legal_officer")] {
            house.store.assign(&huda, &case, login, duty).await.expect("assigned");
        }
        let (yusuf, rana) = (house.on("yusuf", &case).await, house.on("rana", &case).await);
        let counted = async |actor: &Actor| {
            let view = house.store.open_case(actor, &case).await.expect("opens");
            view.linked.iter().find(|linked| linked.kind == Kind::Testimony).map_or(0, |linked| linked.count)
        };
        assert_eq!((counted(&lina).await, counted(&yusuf).await), (1, 1));
        house.store.withdraw_consents(&lina, &code, 1, &withdrawal(&["internal_analysis.committee"])).await.expect("withdrawn");
        for actor in [&lina, &huda, &nour] {
            assert_eq!(house.open(actor, &code).await, Err(Error::NotFound), "{}", actor.login);
            assert_eq!(house.listed(actor, Kind::Testimony).await, [], "{}", actor.login);
            assert_eq!(house.store.search(actor, &Kind::ALL, "شهادة", 10).await.expect("a search").len(), 0, "{}", actor.login);
            assert_eq!(house.store.see_consents(actor, &code).await.err(), Some(Error::NotFound), "{}", actor.login);
        }
        assert_eq!(counted(&lina).await, 0);
        for actor in [&yusuf, &rana] {
            house.open(actor, &code).await.expect("is kept for who keeps what is closed");
            let found = house.store.search(actor, &Kind::ALL, "شهادة", 10).await.expect("a search");
            assert_eq!(found.len(), 0, "{} finds it by no word", actor.login);
        }
        let history = house.store.open_case(&lina, &case).await.expect("opens").history;
        assert!(history.iter().all(|row| row.object_code.as_ref() != Some(&code)), "the history names it no more");
        // Asked again, the person consents again: who keeps what is closed records it, and it is back.
        house.store.record_consents(&yusuf, &code, 2, &given).await.expect("recorded");
        house.open(&lina, &code).await.expect("is open again");
        assert_eq!(counted(&lina).await, 1);
        assert_eq!(house.store.search(&lina, &Kind::ALL, "شهادة", 10).await.expect("a search").len(), 1);
    }

    async fn who_may_not_is_refused_and_logged(house) {
        let (case, lina, code) = filed(house).await;
        let given = answers(&[("recontact", "committee", "granted", "named")]);
        let (huda, nour, zaid, sami) = (house.on("huda", &case).await, house.actor("nour").await, house.actor("zaid").await, house.actor("sami").await);
        let mark = house.mark().await;
        assert_eq!(house.store.record_consents(&huda, &code, 0, &given).await, Err(Error::Forbidden), "supervisors return, they don't record");
        assert_eq!(house.store.record_consents(&nour, &code, 0, &given).await, Err(Error::Forbidden));
        assert_eq!(house.store.see_consents(&zaid, &code).await.err(), Some(Error::Forbidden), "auditors read no content");
        assert_eq!(house.store.see_consents(&sami, &code).await.err(), Some(Error::NotFound));
        assert_eq!(house.store.withdraw_consents(&sami, &code, 0, &withdrawal(&["recontact.committee"])).await, Err(Error::NotFound));
        let entries: Vec<_> = house.since(mark).await.into_iter().map(|entry| (entry.act, entry.outcome)).collect();
        assert_eq!(entries.len(), 5);
        assert!(entries.iter().all(|(_, outcome)| outcome == "refused"), "{entries:?}");
        house.store.record_consents(&lina, &code, 0, &given).await.expect("recorded");
        assert_eq!(house.since(mark).await.last().map(|entry| entry.act.clone()), Some("record_consent".to_owned()));
    }

    async fn a_recorded_consent_changes_through_no_sql(house) {
        let (_, lina, code) = filed(house).await;
        let given = answers(&[("recontact", "committee", "refused", "")]);
        house.store.record_consents(&lina, &code, 0, &given).await.expect("recorded");
        let mut raw = house.raw().await;
        for sql in [
            "UPDATE consent SET decision = 'granted'",
            "UPDATE consent SET identity = 'named'",
            "UPDATE consent SET expires_on = '2099-01-01'",
            "UPDATE consent SET withdrawn_on = '2025-07-31'",
            "UPDATE consent SET conditions = 'no_name'",
            "UPDATE consent SET best_interest = TRUE",
            "UPDATE consent SET document_id = testimony_id",
            "UPDATE consent SET superseded_at = recorded_at, note = wrapped_key",
            "DELETE FROM consent",
        ] {
            let refused = raw.run(sql).await.expect_err(sql);
            assert!(refused.contains("insert-only"), "{sql}: {refused}");
        }
        if house.database == tests::Database::Sqlite {
            // Not even as another row for the same cell, which would take the place of the one that stands.
            let sql = "REPLACE INTO consent (id, testimony_id, purpose, recipient, decision, identity, conditions, expires_on, given_by, means, obtained_on, assent, wrapped_key, note, recorded_at, recorded_by)
                       SELECT randomblob(16), testimony_id, purpose, recipient, 'granted', identity, conditions, expires_on, given_by, means, obtained_on, assent, wrapped_key, note, recorded_at, recorded_by FROM consent";
            assert!(raw.run(sql).await.expect_err(sql).contains("insert-only"));
        }
    }
}
