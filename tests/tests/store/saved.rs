//! Saved searches: their owner's alone, and told of what is new, as far as their owner may see it.

use domain::saved::{MOST, SavedDraft, SavedForm};
use domain::testimony::TestimonyForm;
use domain::{Actor, Code, Error, Kind, ProblemKind, Role};
use store::{SavedView, SearchAt, SearchFilter, SearchPage, Store, Total};
use tests::house::from;
use tests::{House, draft, on_both};
use uuid::Uuid;

fn named(name: &str, watched: bool) -> SavedDraft {
    let form = SavedForm {
        name: name.into(),
        watched,
        ..SavedForm::default()
    };
    form.check().expect("a good form")
}

async fn ticket(store: &Store, actor: &Actor, query: &str) -> String {
    match store.keep_search(actor, query).await.expect("kept") {
        SearchAt::Ticket(ticket) => ticket,
        SearchAt::Record(code) => panic!("{code}"),
    }
}

/// Saves a search that is watched, under its own words; its id.
async fn watch(store: &Store, actor: &Actor, query: &str, filter: &SearchFilter) -> Uuid {
    let ticket = ticket(store, actor, query).await;
    store
        .save_search(actor, &ticket, filter, &named(query, true))
        .await
        .expect("saved");
    of(store, actor, query).await.id
}

async fn of(store: &Store, actor: &Actor, name: &str) -> SavedView {
    let searches = store.saved_searches(actor).await.expect("a list");
    searches
        .into_iter()
        .find(|search| search.name.as_str() == name)
        .expect("saved")
}

/// How many are told to be new.
async fn told(store: &Store, actor: &Actor, name: &str) -> Option<Total> {
    of(store, actor, name).await.new
}

/// Opens a saved search and shows its results.
async fn show(store: &Store, actor: &Actor, id: Uuid) -> SearchPage {
    let opened = store.open_saved(actor, id).await.expect("opens");
    let filter = SearchFilter {
        kind: opened.kind,
        case: opened.case,
        ..SearchFilter::default()
    };
    store
        .search_by_ticket(actor, &opened.ticket, &filter, 20)
        .await
        .expect("results")
}

fn new_of(page: &SearchPage) -> Vec<Code> {
    let new = page.hits.iter().filter(|hit| hit.new);
    new.map(|hit| hit.code.clone()).collect()
}

/// A testimony that says this, filed.
async fn filed(house: &House, actor: &Actor, case: &Code, text: &str) -> Code {
    let witness = house.person(actor, case, "شاهد").await;
    let mut form = draft::testimony(&witness, 1);
    form.paragraphs = vec![draft::paragraph(None, text)];
    let other = if actor.login == "omar" { "lina" } else { "omar" };
    form.answers.set("second_interviewer", [other]);
    let code = house
        .store
        .create_testimony(actor, Some(case), &form)
        .await
        .expect("a draft");
    house.file(actor, &code).await;
    code
}

const ALL: SearchFilter = SearchFilter {
    kind: None,
    case: None,
    newest: false,
    new: false,
    after: None,
};
const NONE: Option<Total> = Some(Total::Exactly(0));
const ONE: Option<Total> = Some(Total::Exactly(1));

on_both! {
    async fn a_saved_search_survives_the_session_and_is_its_owners_alone(house) {
        let (case, lina) = house.case().await;
        let store = &house.store;
        let filter = SearchFilter { kind: Some(Kind::Incident), case: Some(case.clone()), ..ALL };
        let id = watch(store, &lina, "كمين", &filter).await;
        store.sign_out(&lina).await.expect("out");
        let lina = house.on("lina", &case).await;
        let kept = store.saved_search(&lina, id).await.expect("opens");
        assert_eq!((kept.typed.as_str(), kept.kind, kept.case), ("كمين", Some(Kind::Incident), Some(case.clone())));
        assert!(show(store, &lina, id).await.hits.is_empty());
        // A colleague on the same case does not know of it, and changes nothing.
        let omar = house.on("omar", &case).await;
        assert!(store.saved_searches(&omar).await.expect("a list").is_empty());
        assert_eq!(store.saved_search(&omar, id).await.err(), Some(Error::NotFound));
        assert_eq!(store.open_saved(&omar, id).await.err(), Some(Error::NotFound));
        assert_eq!(store.change_saved(&omar, id, &named("x", false)).await.err(), Some(Error::NotFound));
        assert_eq!(store.delete_saved(&omar, id).await.err(), Some(Error::NotFound));
        assert_eq!((house.last().await.act.as_str(), house.last().await.outcome.as_str()), ("change_saved", "not_found"));
        // Nor is a ticket of another's session.
        let opened = store.open_saved(&lina, id).await.expect("opens");
        assert_eq!(store.save_search(&omar, &opened.ticket, &ALL, &named("x", false)).await.err(), Some(Error::NotFound));
        for login in ["zaid", "admin"] {
            let actor = house.actor(login).await;
            assert_eq!(store.saved_searches(&actor).await.err(), Some(Error::Forbidden));
            assert_eq!(store.open_saved(&actor, id).await.err(), Some(Error::Forbidden));
            assert_eq!(store.delete_saved(&actor, id).await.err(), Some(Error::Forbidden));
            assert_eq!(house.last().await.outcome, "refused");
        }
        // Its owner renames it, stops watching it, and lets go of it.
        store.change_saved(&lina, id, &named("الكمين", false)).await.expect("changed");
        assert_eq!(told(store, &lina, "الكمين").await, None);
        store.delete_saved(&lina, id).await.expect("deleted");
        assert!(store.saved_searches(&lina).await.expect("a list").is_empty());
        assert_eq!(house.raw().await.number("SELECT count(*) FROM saved_search").await, 0);
        assert_eq!(store.delete_saved(&lina, id).await.err(), Some(Error::NotFound));
    }

    async fn what_matches_and_may_be_seen_is_told_until_it_was_shown(house) {
        let (case, lina) = house.case().await;
        let omar = house.on("omar", &case).await;
        let store = &house.store;
        let old = filed(house, &omar, &case, "كلمة فريدة").await;
        let id = watch(store, &lina, "فريدة", &ALL).await;
        assert_eq!(store.look_for_news().await.expect("looked").accounts, 0, "nothing changed since");
        // What does not match, and what matches on a case that is not hers.
        filed(house, &omar, &case, "كلمة أخرى").await;
        let sami = house.actor("sami").await;
        let other = store.create_case(&sami, &draft::case("قضية أخرى", "")).await.expect("a case");
        store.choose_purpose(&sami, &other, "review").await.expect("a purpose");
        filed(house, &sami, &other, "كلمة فريدة").await;
        let looked = store.look_for_news().await.expect("looked");
        assert_eq!((looked.accounts, looked.searches, looked.with_news), (1, 1, 0));
        assert_eq!(told(store, &lina, "فريدة").await, NONE);
        // What matches and is hers to see.
        let new = filed(house, &omar, &case, "كلمة فريدة أيضًا").await;
        let mark = house.mark().await;
        assert_eq!(store.look_for_news().await.expect("looked").with_news, 1);
        let log = house.since(mark).await;
        let [entry] = &log[..] else { panic!("{} entries", log.len()) };
        assert_eq!((entry.act.as_str(), entry.login.as_deref(), entry.grounds.as_deref()), ("look_for_news", Some("lina"), Some("own")));
        assert_eq!((entry.noted("by").as_str(), entry.noted("n").as_i64()), (Some("server"), Some(1)));
        assert_eq!(entry.role, "investigator");
        assert!(!entry.detail.contains("فريدة"));
        assert_eq!(told(store, &lina, "فريدة").await, ONE);
        assert_eq!(store.look_for_news().await.expect("looked").accounts, 0, "nothing changed since");
        // Opened, it is still new until it was shown; then it is not any more, but for the page that shows it.
        let opened = store.open_saved(&lina, id).await.expect("opens");
        assert_eq!(told(store, &lina, "فريدة").await, ONE);
        let mark = house.mark().await;
        let page = store.search_by_ticket(&lina, &opened.ticket, &ALL, 20).await.expect("results");
        let log = house.since(mark).await;
        assert_eq!(log.len(), 1, "one entry");
        assert_eq!((log[0].act.as_str(), log[0].noted("n").as_i64()), ("list", Some(2)));
        assert_eq!((page.hits.len(), new_of(&page)), (2, vec![new.clone()]));
        assert_eq!(page.saved.as_ref().map(|saved| saved.new), ONE);
        assert_eq!(told(store, &lina, "فريدة").await, NONE);
        let only = SearchFilter { new: true, ..ALL };
        let page = store.search_by_ticket(&lina, &opened.ticket, &only, 20).await.expect("results");
        assert_eq!((page.hits.len(), page.total), (1, Total::Exactly(1)));
        assert_eq!(store.look_for_news().await.expect("looked").accounts, 0);
        assert!(new_of(&show(store, &lina, id).await).is_empty());
        // A new version of the statement is new again.
        store.correct_testimony(&omar, &old, draft::REASON).await.expect("open");
        store.look_for_news().await.expect("looked");
        let view = store.open_draft(&omar, &old).await.expect("a draft");
        let mut form = TestimonyForm { answers: view.statement.answers, paragraphs: view.statement.paragraphs };
        form.paragraphs[0].text = "كلمة فريدة صُححت".into();
        store.save_draft(&omar, &old, view.head.version, &form).await.expect("kept");
        store.look_for_news().await.expect("looked");
        assert_eq!(told(store, &lina, "فريدة").await, ONE);
        assert_eq!(new_of(&show(store, &lina, id).await), [old]);
    }

    async fn what_somebody_is_assigned_to_is_told_and_what_they_may_not_see_any_more_is_not(house) {
        let (case, lina) = house.case().await;
        let store = &house.store;
        let (sami, huda) = (house.actor("sami").await, house.on("huda", &case).await);
        let code = filed(house, &lina, &case, "كلمة فريدة").await;
        let id = watch(store, &sami, "فريدة", &ALL).await;
        let by_code = watch(store, &sami, code.as_str(), &ALL).await;
        let nothing = async |what: &str| {
            store.look_for_news().await.expect("looked");
            for name in ["فريدة", code.as_str()] {
                assert_eq!(told(store, &sami, name).await, NONE, "{what}: {name}");
            }
        };
        nothing("not assigned").await;
        assert_eq!(show(store, &sami, by_code).await.saved.map(|saved| saved.new), NONE);
        store.assign(&huda, &case, "sami", "member").await.expect("assigned");
        // Told at once, and by the server's look.
        for _ in 0..2 {
            for name in ["فريدة", code.as_str()] {
                assert_eq!(told(store, &sami, name).await, ONE, "{name}");
            }
            store.look_for_news().await.expect("looked");
        }
        store.unassign(&huda, &case, "sami", "member").await.expect("taken off");
        for name in ["فريدة", code.as_str()] {
            assert_eq!(told(store, &sami, name).await, NONE, "not any more, even before the server looks: {name}");
        }
        nothing("taken off").await;
        store.assign(&huda, &case, "sami", "member").await.expect("assigned");
        assert_eq!(new_of(&show(store, &sami, id).await), std::slice::from_ref(&code));
        store.look_for_news().await.expect("looked");
        assert_eq!(told(store, &sami, "فريدة").await, NONE);
        // A conflict of interest is a wall here too; and what hangs on a case of theirs is told.
        house.declare_conflict("sami", &case).await;
        nothing("walled").await;
        assert!(show(store, &sami, id).await.hits.is_empty());
        let other = store.create_case(&sami, &draft::case("قضية أخرى", "")).await.expect("a case");
        let incident = store.create_incident(&lina, None, &draft::incident("حادثة فريدة")).await.expect("made");
        nothing("another's loose record").await;
        let huda = house.on("huda", &other).await;
        store.link_to_case(&huda, &other, incident.as_str(), &draft::citations(&[])).await.expect("hung");
        store.look_for_news().await.expect("looked");
        assert_eq!(told(store, &sami, "فريدة").await, ONE);
        assert_eq!(new_of(&show(store, &sami, id).await), [incident]);
        // A filter by a case that is not theirs to see any more finds nothing, and does not open.
        store.assign(&huda, &other, "rana", "legal_officer").await.expect("assigned");
        let rana = house.on("rana", &other).await;
        let within = watch(store, &rana, "حادثة", &SearchFilter { case: Some(other.clone()), ..ALL }).await;
        store.unassign(&huda, &other, "rana", "legal_officer").await.expect("taken off");
        store.look_for_news().await.expect("looked");
        assert_eq!(told(store, &rana, "حادثة").await, NONE);
        assert_eq!(store.open_saved(&rana, within).await.err(), Some(Error::NotFound));
    }

    async fn nothing_is_looked_for_on_behalf_of_who_may_not_read(house) {
        let (case, lina) = house.case().await;
        let store = &house.store;
        let omar = house.on("omar", &case).await;
        watch(store, &omar, "فريدة", &ALL).await;
        let admin = house.actor("admin").await;
        store.set_disabled(&admin, "omar", true).await.expect("disabled");
        store
            .create_incident(&lina, Some(&case), &draft::incident("كلمة فريدة"))
            .await
            .expect("made");
        let mark = house.mark().await;
        assert_eq!(store.look_for_news().await.expect("looked").accounts, 0);
        assert_eq!(house.mark().await, mark, "nothing was looked at");
        // Who watched and became an auditor.
        store.set_disabled(&admin, "omar", false).await.expect("enabled");
        store.propose_roles(&admin, "omar", [Role::Auditor].into_iter().collect()).await.expect("proposed");
        house.raw().await.must("UPDATE account_role SET confirmed_at = proposed_at WHERE role = 'auditor' AND ended_at IS NULL").await;
        let mark = house.mark().await;
        assert_eq!(store.look_for_news().await.expect("looked").accounts, 0);
        assert_eq!(house.mark().await, mark);
        // A session that ended ends no look: it is the account that watches.
        watch(store, &lina, "أيضًا", &ALL).await;
        store.sign_out(&lina).await.expect("out");
        let huda = house.on("huda", &case).await;
        store.create_incident(&huda, Some(&case), &draft::incident("وهذا أيضًا")).await.expect("made");
        assert_eq!(store.look_for_news().await.expect("looked").with_news, 1);
        assert_eq!(told(store, &house.actor("lina").await, "أيضًا").await, ONE);
    }

    async fn what_is_no_search_or_no_name_is_refused_at_its_field(house) {
        let (_, lina) = house.case().await;
        let store = &house.store;
        for (query, kind) in [("؟!…".to_owned(), ProblemKind::NoWords), ("ب".repeat(10_000), ProblemKind::TooLong(domain::query::LONGEST))] {
            let ticket = ticket(store, &lina, &query).await;
            assert_eq!(store.save_search(&lina, &ticket, &ALL, &named("x", true)).await.err(), Some(Error::at("query", kind)));
        }
        let first = ticket(store, &lina, "كمين").await;
        store.save_search(&lina, &first, &ALL, &named("The coat", true)).await.expect("saved");
        let taken = Some(Error::at("name", ProblemKind::Taken));
        let again = ticket(store, &lina, "معطف").await;
        assert_eq!(store.save_search(&lina, &again, &ALL, &named(" the  COAT ", false)).await.err(), taken);
        store.save_search(&lina, &again, &ALL, &named("Another", false)).await.expect("saved");
        let another = of(store, &lina, "Another").await.id;
        assert_eq!(store.change_saved(&lina, another, &named("the coat", false)).await.err(), taken);
        store.change_saved(&lina, another, &named("another", false)).await.expect("its own name is free");
        // Somebody else's names are free.
        let omar = house.actor("omar").await;
        watch(store, &omar, "The coat", &ALL).await;
        for n in 2..MOST {
            store.save_search(&lina, &again, &ALL, &named(&format!("{n}"), false)).await.expect("saved");
        }
        assert_eq!(store.save_search(&lina, &again, &ALL, &named("one more", false)).await.err(), Some(Error::at("name", ProblemKind::TooMany(MOST))));
        assert_eq!(store.saved_searches(&lina).await.expect("a list").len(), MOST as usize);
        assert_eq!(store.save_search(&lina, "no-ticket", &ALL, &named("x", false)).await.err(), Some(Error::NotFound));
    }

    async fn what_came_while_somebody_typed_a_name_is_told(house) {
        let (case, lina) = house.case().await;
        let store = &house.store;
        let ticket = ticket(store, &lina, "فريدة").await;
        let page = store.search_by_ticket(&lina, &ticket, &ALL, 20).await.expect("results");
        let omar = house.on("omar", &case).await;
        filed(house, &omar, &case, "كلمة فريدة").await;
        let form = SavedForm { name: "فريدة".into(), watched: true, shown: page.shown.to_string() };
        store.save_search(&lina, &ticket, &ALL, &form.check().expect("good")).await.expect("saved");
        store.look_for_news().await.expect("looked");
        assert_eq!(told(store, &lina, "فريدة").await, ONE);
    }

    async fn a_saved_search_of_somebody_else_does_not_open_under_this_account(house) {
        let (_, lina) = house.case().await;
        let omar = house.actor("omar").await;
        let (hers, his) = (watch(&house.store, &lina, "كمين", &ALL).await, watch(&house.store, &omar, "معطف", &ALL).await);
        let mut raw = house.raw().await;
        let (a, b) = (raw.uuid(hers), raw.uuid(his));
        raw.must(&format!("UPDATE saved_search SET body = (SELECT s.body FROM saved_search s WHERE s.id = {b}) WHERE id = {a}")).await;
        assert_eq!(house.store.saved_searches(&lina).await.err(), Some(Error::Internal));
        assert_eq!(house.last().await.noted("alarm").as_str(), Some("saved_search.body"));
        // One that does not open keeps nobody else from being told.
        let (case, _) = house.case().await;
        let omar = house.on("omar", &case).await;
        house.store.create_incident(&omar, Some(&case), &draft::incident("معطف")).await.expect("made");
        let looked = house.store.look_for_news().await.expect("looked");
        assert_eq!((looked.with_news, looked.failed), (1, 1));
        assert!(house.store.log_in("omar", tests::house::PASSWORD, &from("omar")).await.is_ok());
    }
}
