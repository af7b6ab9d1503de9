//! Finding records by their words: however they are spelled, in either script, and only what the reader may see.

use domain::{Actor, Code, Error, Kind, ProblemKind};
use store::Limits;
use store::{SearchAt, SearchFilter, SearchPage, Total};
use tests::house::{House, limits};
use tests::{Database, draft, on_both};

const ALL: SearchFilter = SearchFilter {
    kind: None,
    case: None,
    newest: false,
    new: false,
    after: None,
};

fn codes(page: &SearchPage) -> Vec<Code> {
    page.hits.iter().map(|hit| hit.code.clone()).collect()
}

async fn found(house: &House, actor: &Actor, query: &str) -> Vec<Code> {
    codes(&house.store.find(actor, query, &ALL, 50).await.expect("an answer"))
}

/// A draft with these paragraphs.
async fn testimony(house: &House, actor: &Actor, case: &Code, witness: &Code, paragraphs: &[&str]) -> Code {
    let mut form = draft::testimony(witness, 1);
    form.paragraphs = paragraphs.iter().map(|text| draft::paragraph(None, text)).collect();
    house
        .store
        .create_testimony(actor, Some(case), &form)
        .await
        .expect("kept")
}

on_both! {
    async fn a_word_is_found_however_it_is_spelled(house) {
        let (case, lina) = house.case().await;
        let witness = house.person(&lina, &case, "شاهد").await;
        let code = testimony(house, &lina, &case, &witness, &[
            "خرجنا من المدرسة مع أحمد قبل الغروب.",
            "في ٦ آذار ٢٠٢٥ سمعنا إِطلاقَ نارٍ من جهة الطريق.",
        ]).await;
        for query in ["المدرسه", "مدرسة", "والمدرسة", "احمد", "أحمد الغروب", "2025", "٢٠٢٥", "إطلاق", "\"اطلاق نار\"", "«من جهة الطريق»"] {
            assert_eq!(found(house, &lina, query).await, std::slice::from_ref(&code), "{query}");
        }
        for query in ["\"نار اطلاق\"", "\"الغروب في\"", "مدرسة -أحمد", "مدرسة مسجد"] {
            assert!(found(house, &lina, query).await.is_empty(), "{query}");
        }
        let page = house.store.find(&lina, "اطلاق", &ALL, 10).await.expect("an answer");
        let place = page.hits[0].found.as_ref().expect("a place");
        let marked: Vec<_> = place.snippet.pieces.iter().filter(|(_, mark)| *mark).map(|(text, _)| text.as_str()).collect();
        assert_eq!(marked, ["إِطلاقَ"]);
    }

    async fn a_name_is_found_in_either_script_and_by_its_beginning(house) {
        let (case, lina) = house.case().await;
        let ahmad = house.person(&lina, &case, "أحمد خالد الحلبي").await;
        let latin = house.person(&lina, &case, "Mohammed al-Wardini").await;
        for query in ["احمد", "Ahmad", "Ahmed Halabi", "الحلبي", "حلبي خالد", "خال"] {
            assert_eq!(found(house, &lina, query).await, std::slice::from_ref(&ahmad), "{query}");
        }
        assert_eq!(found(house, &lina, "محمد").await, std::slice::from_ref(&latin));
        // While a name is typed, its beginning is enough in either script.
        for (query, code) in [("Ahm", &ahmad), ("حلب", &ahmad), ("khal", &ahmad), ("ورد", &latin), ("moha", &latin), ("محم", &latin)] {
            let hits = house.store.search(&lina, &[Kind::Person], query, 10).await.expect("an answer");
            assert_eq!(hits.iter().map(|hit| &hit.code).collect::<Vec<_>>(), [code], "{query}");
        }
    }

    async fn pages_hold_every_record_once_in_either_order(house) {
        let (case, lina) = house.case().await;
        let mut made = Vec::new();
        for at in 0..23 {
            let title = format!("قصف {}", "السوق ".repeat(at % 4 + 1));
            made.push(house.store.create_incident(&lina, Some(&case), &draft::incident(&title)).await.expect("made"));
        }
        for newest in [false, true] {
            let mut filter = SearchFilter { kind: Some(Kind::Incident), newest, ..ALL };
            let mut seen = Vec::new();
            loop {
                let page = house.store.find(&lina, "سوق", &filter, 5).await.expect("an answer");
                assert_eq!((page.total, page.ranked), (Total::Exactly(23), !newest));
                seen.extend(codes(&page));
                filter.after = seen.last().cloned();
                if !page.more { break; }
            }
            if newest {
                let mut expected = made.clone();
                expected.reverse();
                assert_eq!(seen, expected);
            }
            seen.sort_by_key(ToString::to_string);
            let mut expected = made.clone();
            expected.sort_by_key(ToString::to_string);
            assert_eq!(seen, expected);
        }
    }

    async fn protected_names_stand_among_the_others_in_order(house) {
        let (case, lina) = house.case().await;
        let mut made = Vec::new();
        for protected in [true, false, true, true, false, false, true, false] {
            let person = draft::person("فاطمة الأسود", protected);
            made.insert(0, house.store.create_person(&lina, Some(&case), &person).await.expect("a person"));
        }
        for limit in 1..=9 {
            let hits = house.store.search(&lina, &[Kind::Person], "فاط", limit).await.expect("an answer");
            let codes: Vec<Code> = hits.into_iter().map(|hit| hit.code).collect();
            assert_eq!(codes, made[..made.len().min(limit as usize)], "the newest {limit}");
        }
        let mut filter = SearchFilter { newest: true, kind: Some(Kind::Person), ..ALL };
        let mut seen = Vec::new();
        loop {
            let page = house.store.find(&lina, "فاطمة", &filter, 3).await.expect("an answer");
            assert_eq!(page.total, Total::Exactly(8));
            seen.extend(codes(&page));
            filter.after = seen.last().cloned();
            if !page.more { break; }
        }
        assert_eq!(seen, made);
    }

    async fn of_a_case_that_one_is_not_on_nothing_is_found_or_counted(house) {
        let (case, lina) = house.case().await;
        let witness = house.person(&lina, &case, "شاهد نادر").await;
        testimony(house, &lina, &case, &witness, &["كلمة فريدة"]).await;
        let sami = house.actor("sami").await;
        for query in ["فريدة", "نادر", "كمين"] {
            let page = house.store.find(&sami, query, &ALL, 10).await.expect("an answer");
            assert_eq!((page.hits.len(), page.total, page.kinds.len()), (0, Total::Exactly(0), 0), "{query}");
        }
        assert!(house.store.search(&sami, &Kind::ALL, "نادر", 10).await.expect("an answer").is_empty());
        // The filter by a case tells nothing of a case either.
        let SearchAt::Ticket(ticket) = house.store.keep_search(&sami, "فريدة").await.expect("kept") else { panic!("a ticket") };
        let filter = SearchFilter { case: Some(case.clone()), ..ALL };
        assert_eq!(house.store.search_by_ticket(&sami, &ticket, &filter, 10).await.err(), Some(Error::NotFound));
        // Hung on a case of theirs, it is found; taken off again, it is not.
        let other = house.store.create_case(&sami, &draft::case("قضية أخرى", "")).await.expect("a case");
        let huda = house.on("huda", &other).await;
        house.store.link_to_case(&huda, &other, witness.as_str(), &draft::citations(&[])).await.expect("hung");
        assert_eq!(found(house, &sami, "نادر").await, std::slice::from_ref(&witness));
        house.store.unlink_from_case(&huda, &other, &witness).await.expect("taken off");
        assert!(found(house, &sami, "نادر").await.is_empty());
    }

    async fn a_search_is_one_entry_that_says_what_was_shown_and_not_what_was_sought(house) {
        let (case, lina) = house.case().await;
        let witness = house.person(&lina, &case, "شاهد").await;
        testimony(house, &lina, &case, &witness, &["كلمة فريدة"]).await;
        let SearchAt::Ticket(ticket) = house.store.keep_search(&lina, "فريدة").await.expect("kept") else { panic!("a ticket") };
        let before = house.raw().await.log().await.len();
        house.store.search_by_ticket(&lina, &ticket, &ALL, 10).await.expect("an answer");
        let log = house.raw().await.log().await;
        assert_eq!(log.len(), before + 1);
        let last = log.last().expect("an entry");
        assert_eq!((last.act.as_str(), last.noted("n").as_i64()), ("list", Some(1)));
        assert!(!last.detail.contains("فريدة"));
    }

    async fn a_changed_record_is_found_by_its_new_words_only(house) {
        let (case, lina) = house.case().await;
        let incident = house.store.create_incident(&lina, Some(&case), &draft::incident("حريق")).await.expect("made");
        house.store.change_incident(&lina, &incident, 1, &draft::incident("قصف")).await.expect("changed");
        assert!(found(house, &lina, "حريق").await.is_empty());
        assert_eq!(found(house, &lina, "قصف").await, [incident]);
    }

    async fn an_index_made_anew_finds_the_same(house) {
        let (case, lina) = house.case().await;
        let witness = house.person(&lina, &case, "شاهد نادر").await;
        testimony(house, &lina, &case, &witness, &["كلمة فريدة"]).await;
        let mut before = Vec::new();
        for query in ["فريدة", "نادر", "كمين"] { before.push(found(house, &lina, query).await); }
        house.store.index_all().await.expect("indexed");
        for (query, before) in ["فريدة", "نادر", "كمين"].iter().zip(before) {
            assert!(!before.is_empty());
            assert_eq!(found(house, &lina, query).await, before, "{query}");
        }
    }

    async fn what_is_no_query_is_refused_at_its_field(house) {
        let (_, lina) = house.case().await;
        for (query, kind) in [("؟!…".to_owned(), ProblemKind::NoWords), ("ب".repeat(10_000), ProblemKind::TooLong(domain::query::LONGEST))] {
            let SearchAt::Ticket(ticket) = house.store.keep_search(&lina, &query).await.expect("kept") else { panic!("a ticket") };
            assert_eq!(house.store.search_by_ticket(&lina, &ticket, &ALL, 10).await.err(), Some(Error::at("query", kind)));
        }
    }
}

/// A house where a search ranks and counts five.
async fn five_ranked(database: Database) -> House {
    House::new_with(database, Limits { ranked: 5, ..limits() }).await
}

mod many {
    use super::*;

    on_both! {
        in five_ranked;

        async fn above_what_is_ranked_the_newest_come_in_pages_with_protected_names_among_them(house) {
            let (case, lina) = house.case().await;
            let mut made = Vec::new();
            for protected in [true, false, false, true, true, false, true, false, false, true, false] {
                let person = draft::person("فاطمة الأسود", protected);
                made.insert(0, house.store.create_person(&lina, Some(&case), &person).await.expect("a person"));
            }
            let open = house.store.create_incident(&lina, Some(&case), &draft::incident("فاطمة")).await.expect("made");
            let pages = async |kind: Option<Kind>, limit: u32| {
                let mut filter = SearchFilter { kind, ..ALL };
                let mut seen = Vec::new();
                loop {
                    let page = house.store.find(&lina, "فاطمة", &filter, limit).await.expect("an answer");
                    assert_eq!((page.total, page.ranked), (Total::MoreThan(5), false));
                    assert_eq!(page.kinds, [(Kind::Incident, Total::Exactly(1)), (Kind::Person, Total::MoreThan(5))]);
                    seen.extend(codes(&page));
                    filter.after = seen.last().cloned();
                    if !page.more { break; }
                }
                seen
            };
            for limit in [1, 2, 3, 5, 20] {
                assert_eq!(pages(Some(Kind::Person), limit).await, made, "{limit} on a page");
                let all: Vec<Code> = std::iter::once(open.clone()).chain(made.iter().cloned()).collect();
                assert_eq!(pages(None, limit).await, all, "{limit} on a page");
            }
            // Few of a kind are ranked.
            let filter = SearchFilter { kind: Some(Kind::Incident), ..ALL };
            let page = house.store.find(&lina, "فاطمة", &filter, 3).await.expect("an answer");
            assert_eq!((codes(&page), page.total, page.ranked), (vec![open], Total::Exactly(1), true));
            // Who may reveal none finds none of the protected, in the count either.
            let huda = house.actor("huda").await;
            house.store.assign(&huda, &case, "rana", "legal_officer").await.expect("assigned");
            let rana = house.on("rana", &case).await;
            let page = house.store.find(&rana, "فاطمة", &ALL, 20).await.expect("an answer");
            assert_eq!((page.hits.len(), page.total), (7, Total::MoreThan(5)));
        }
    }
}
