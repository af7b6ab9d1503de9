//! No sequence of acts, by whomever, shows a protected name without a log entry that names the reveal it rests on.

use crate::reveal::{NAME, is_open, protected, why};
use chrono::Duration;
use domain::{Actor, Code, Kind};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use std::cell::RefCell;
use store::ListFilter;
use tests::{House, draft, on_both};
use tokio::sync::Mutex;

/// What anybody may try, in any order.
#[derive(Clone, Debug)]
enum Step {
    Open(usize),
    List(usize),
    SearchName(usize),
    SearchCode(usize),
    Witness(usize),
    Incident(usize),
    Identity(usize),
    OpenForEdit(usize),
    Reveal(usize),
    Use(usize),
    Ask(usize),
    Decide(usize, bool),
    Mark(usize, bool),
    Propose(usize),
    Again(usize),
    Wait(i64),
}

/// Who takes part: with duties of all kinds, and without any.
const PEOPLE: [&str; 8] = ["lina", "omar", "huda", "yusuf", "rana", "dima", "sami", "nour"];

fn step() -> impl Strategy<Value = Step> {
    let who = || 0..PEOPLE.len();
    prop_oneof![
        1 => who().prop_map(Step::Open),
        1 => who().prop_map(Step::List),
        1 => who().prop_map(Step::SearchName),
        1 => who().prop_map(Step::SearchCode),
        1 => who().prop_map(Step::Witness),
        1 => who().prop_map(Step::Incident),
        3 => who().prop_map(Step::Identity),
        2 => who().prop_map(Step::OpenForEdit),
        3 => who().prop_map(Step::Reveal),
        2 => who().prop_map(Step::Use),
        2 => who().prop_map(Step::Ask),
        2 => (who(), any::<bool>()).prop_map(|(who, approve)| Step::Decide(who, approve)),
        1 => (who(), any::<bool>()).prop_map(|(who, on)| Step::Mark(who, on)),
        1 => who().prop_map(Step::Propose),
        2 => who().prop_map(Step::Again),
        1 => (1i64..12).prop_map(Step::Wait),
    ]
}

struct Scene {
    case: Code,
    person: Code,
    testimony: Code,
    incident: Code,
    actors: Vec<Actor>,
}

impl Scene {
    async fn of(house: &House) -> Self {
        let (case, lina, person) = protected(house).await;
        let store = &house.store;
        let testimony = store
            .create_testimony(&lina, Some(&case), &draft::testimony(&person, 1))
            .await
            .expect("kept");
        let incident = store
            .create_incident(&lina, Some(&case), &draft::incident("قصف"))
            .await
            .expect("made");
        let mut upload = store.start_upload().await.expect("an upload");
        upload.write(b"x").await.expect("taken");
        let file = upload.finish().await.expect("whole");
        let document = store
            .create_document(&lina, Some(&case), &draft::document("صورة"), file, "x.txt")
            .await
            .expect("made");
        let part = draft::involvement(&person, &[(&document, "x")]);
        store.involve(&lina, &incident, &part).await.expect("linked");
        let mut actors = Vec::new();
        for login in PEOPLE {
            let actor = house.actor(login).await;
            let _ = store.choose_purpose(&actor, &case, "review").await;
            actors.push(actor);
        }
        Self {
            case,
            person,
            testimony,
            incident,
            actors,
        }
    }

    /// Takes a step; who saw the name by it, if anybody.
    async fn take(&mut self, house: &House, step: &Step) -> Option<usize> {
        let (store, person) = (&house.store, &self.person);
        let actor = |who: &usize| &self.actors[*who];
        let (who, seen) = match step {
            Step::Open(who) => {
                let view = store.open_person(actor(who), person).await;
                (
                    *who,
                    view.is_ok_and(|view| view.body.is_some() || view.head.title.is_some()),
                )
            }
            Step::List(who) => {
                let page = store.list(actor(who), Kind::Person, &ListFilter::default(), 100).await;
                let named =
                    |page: store::ListPage| page.rows.iter().any(|row| row.code == *person && row.title.is_some());
                (*who, page.is_ok_and(named))
            }
            Step::SearchName(who) | Step::SearchCode(who) => {
                let query = if matches!(step, Step::SearchName(_)) {
                    NAME
                } else {
                    person.as_str()
                };
                let hits = store.search(actor(who), &[Kind::Person], query, 10).await;
                (*who, hits.is_ok_and(|hits| hits.iter().any(|hit| hit.title.is_some())))
            }
            Step::Witness(who) => {
                let view = store.open_testimony(actor(who), &self.testimony).await;
                (
                    *who,
                    view.is_ok_and(|view| view.witness.is_some_and(|(_, name)| name.is_some())),
                )
            }
            Step::Incident(who) => {
                let view = store.open_incident(actor(who), &self.incident).await;
                (
                    *who,
                    view.is_ok_and(|view| view.involved.iter().any(|part| part.title.is_some())),
                )
            }
            Step::Identity(who) => {
                let view = store.see_identity(actor(who), person).await;
                (*who, view.is_ok_and(|view| view.identity.is_some()))
            }
            Step::OpenForEdit(who) => {
                let view = store.open_person_for_edit(actor(who), person).await;
                (
                    *who,
                    view.is_ok_and(|view| view.body.is_some() || view.head.title.is_some()),
                )
            }
            Step::Reveal(who) => {
                let _ = store.reveal(actor(who), person, Some(&why())).await;
                return None;
            }
            Step::Use(who) => {
                let _ = store.reveal(actor(who), person, None).await;
                return None;
            }
            Step::Ask(who) => {
                let _ = store.ask_reveal(actor(who), person, &why()).await;
                return None;
            }
            Step::Decide(who, approve) => {
                if let Ok(view) = store.see_requests(actor(who), person).await {
                    for request in view.requests {
                        let _ = store
                            .decide_reveal(actor(who), person, request.id, *approve, &why())
                            .await;
                    }
                }
                return None;
            }
            Step::Mark(who, on) => {
                let _ = store.mark_sensitive(actor(who), person, *on).await;
                return None;
            }
            Step::Propose(who) => {
                let _ = store.propose_shredding(actor(who), person, &why()).await;
                return None;
            }
            Step::Again(who) => {
                house.clock.advance(Duration::seconds(30));
                self.actors[*who] = house.again(&self.actors[*who]).await;
                return None;
            }
            Step::Wait(minutes) => {
                house.clock.advance(Duration::minutes(*minutes));
                // Sessions that ended are begun anew, as people do.
                for (who, login) in PEOPLE.iter().enumerate() {
                    let actor = house.actor(login).await;
                    let _ = store.choose_purpose(&actor, &self.case, "review").await;
                    self.actors[who] = actor;
                }
                return None;
            }
        };
        seen.then_some(who)
    }
}

on_both! {
    async fn no_sequence_of_acts_shows_an_identity_without_a_log_entry(house) {
        let scene = Mutex::new(Scene::of(house).await);
        let config = ProptestConfig { cases: 8, failure_persistence: None, max_shrink_iters: 0, ..ProptestConfig::default() };
        let shown = RefCell::new(0);
        let tried = tokio::task::block_in_place(|| {
            TestRunner::new(config).run(&prop::collection::vec(step(), 30..40), |steps| {
                tokio::runtime::Handle::current().block_on(async {
                    for step in &steps {
                        let mut scene = scene.lock().await;
                        let Some(who) = scene.take(house, step).await else { continue };
                        *shown.borrow_mut() += 1;
                        let entry = house.last().await;
                        prop_assert!(["see_identity", "open_for_edit"].contains(&entry.act.as_str()), "{step:?}: {}", entry.line());
                        prop_assert_eq!((entry.outcome.as_str(), entry.noted("identity")), ("done", true.into()));
                        prop_assert_eq!((entry.login.as_deref(), entry.code.as_deref()), (Some(PEOPLE[who]), Some(scene.person.as_str())));
                        let granted = house.raw().await.log().await.into_iter().find(|grant| {
                            grant.line() == "reveal done" && grant.noted("reveal") == entry.noted("reveal")
                        });
                        let Some(granted) = granted else { return Err(TestCaseError::fail("no reveal in the log")) };
                        prop_assert_eq!(granted.account_id, entry.account_id);
                        prop_assert!(entry.at - granted.at <= Duration::minutes(10));
                    }
                    Ok(())
                })
            })
        });
        tried.expect("every showing is logged");
        // One way that surely leads there, so that the test has seen a showing.
        let scene = scene.into_inner();
        let lina = house.sure("lina", &scene.case).await;
        let yusuf = house.on("yusuf", &scene.case).await;
        let _ = house.store.mark_sensitive(&yusuf, &scene.person, false).await;
        house.store.reveal(&lina, &scene.person, Some(&why())).await.expect("open");
        assert!(is_open(house, &lina, &scene.person).await);
    }
}
