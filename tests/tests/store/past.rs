//! What records said before they were changed: who, when, why, and what; sealed with the record, and gone with it. And who a
//! person is as sources state it.

use domain::person::{IdentitiesForm, IdentityForm};
use domain::reveal::Reason;
use domain::{Actor, Code, Error, Kind, ProblemKind};
use store::{HistoryView, PastState};
use tests::{House, draft, on_both};

fn why() -> Reason {
    Reason("طلبت الشاهدة خطيًا إتلاف هويتها كلها".into())
}

fn text(state: &PastState, field: &str) -> String {
    let found = state.fields.iter().find(|(name, _)| name == field);
    found.map(|(_, text)| text.to_string()).unwrap_or_default()
}

/// Versions with who wrote them and why.
fn told(history: &HistoryView) -> Vec<(i64, &str, &str)> {
    let versions = history.versions.iter();
    versions
        .map(|one| (one.number, one.by.as_str(), one.why.as_str()))
        .collect()
}

fn identity(number: &str, name: &str, source: &str, paragraphs: &str) -> IdentityForm {
    IdentityForm {
        number: number.into(),
        name: name.into(),
        father: "قاسم".into(),
        born: "نحو 1980".into(),
        source: source.into(),
        paragraphs: paragraphs.into(),
        ..IdentityForm::default()
    }
}

async fn compared(house: &House, actor: &Actor, code: &Code, pair: (i64, i64)) -> [PastState; 2] {
    let history = house.store.see_history(actor, code, Some(pair)).await.expect("opens");
    history.compared.expect("compared")
}

on_both! {
    async fn every_change_keeps_what_was_before_with_who_and_why(house) {
        let (case, lina) = house.case().await;
        let person = house.person(&lina, &case, "سامر المرساوي").await;
        let omar = house.on("omar", &case).await;
        house.store.change_person(&omar, &person, (1, " سمعنا الاسم خطأً "), &draft::person("سامر المرسوي", false)).await.expect("changed");
        let mut third = draft::person("سامر المرسوي", false);
        third.birth_year = Some(1981);
        house.store.change_person(&lina, &person, 2, &third).await.expect("changed");
        let history = house.store.see_history(&lina, &person, None).await.expect("opens");
        assert_eq!(told(&history), [(3, "Lina Kheder", ""), (2, "Omar Jaber", "سمعنا الاسم خطأً"), (1, "Lina Kheder", "")]);
        assert_eq!(house.last().await.line(), "see_history done");
        let [before, after] = compared(house, &lina, &person, (3, 1)).await;
        assert_eq!((before.number, after.number), (1, 3));
        assert_eq!((before.title.as_str(), after.title.as_str()), ("سامر المرساوي", "سامر المرسوي"));
        assert_eq!((text(&before, "birth_year"), text(&after, "birth_year")), ("1980".into(), "1981".into()));
        assert_eq!((text(&before, "name_ar"), text(&before, "sex")), ("سامر المرساوي".into(), "male".into()));
        assert_eq!(house.store.see_history(&lina, &person, Some((1, 4))).await.err(), Some(Error::NotFound));
        // A change that is refused keeps nothing; a reason that is too long is refused at its field.
        let mut raw = house.raw().await;
        let kept = "SELECT count(*) FROM record_past";
        assert_eq!(raw.number(kept).await, 2);
        assert_eq!(house.store.change_person(&lina, &person, 2, &third).await, Err(Error::Conflict));
        let long = "و".repeat(2_001);
        assert_eq!(house.store.change_person(&lina, &person, (3, long.as_str()), &third).await, Err(Error::at("why", ProblemKind::TooLong(2_000))));
        assert_eq!(raw.number(kept).await, 2);
        for sql in ["UPDATE record_past SET version = 9", "DELETE FROM record_past"] {
            raw.run(sql).await.expect_err(sql);
        }
    }

    async fn every_kind_has_a_past_but_a_testimony_which_has_versions(house) {
        let (case, lina) = house.case().await;
        let store = &house.store;
        store.change_case(&lina, &case, (1, "بعد الاجتماع"), &draft::case("كمين", "ما قيل ثانيًا")).await.expect("changed");
        let [before, after] = compared(house, &lina, &case, (1, 2)).await;
        assert_eq!((text(&before, "summary"), text(&after, "summary")), ("ما قيل أولاً".into(), "ما قيل ثانيًا".into()));
        let incident = store.create_incident(&lina, Some(&case), &draft::incident("قصف")).await.expect("made");
        let mut changed = draft::incident("قصف السوق");
        changed.place = None;
        store.change_incident(&lina, &incident, 1, &changed).await.expect("changed");
        let [before, after] = compared(house, &lina, &incident, (1, 2)).await;
        assert_eq!((text(&before, "place"), text(&after, "place")), ("SY0600".into(), String::new()));
        assert_eq!(text(&before, "starts_at"), text(&after, "starts_at"));
        let above = store.create_unit(&lina, Some(&case), &draft::unit("اللواء", None)).await.expect("made");
        let unit = store.create_unit(&lina, Some(&case), &draft::unit("الكتيبة", Some(&above))).await.expect("made");
        store.change_unit(&lina, &unit, 1, &draft::unit("الكتيبة", None)).await.expect("changed");
        let [before, after] = compared(house, &lina, &unit, (1, 2)).await;
        assert_eq!((text(&before, "parent"), text(&after, "parent")), (above.to_string(), String::new()));
        let mut upload = store.start_upload().await.expect("an upload");
        upload.write(b"x").await.expect("taken");
        let file = upload.finish().await.expect("whole");
        let document = store.create_document(&lina, Some(&case), &draft::document("صورة"), file, "x.txt").await.expect("made");
        store.change_document(&lina, &document, 1, &draft::document("صورة السوق")).await.expect("changed");
        let [before, after] = compared(house, &lina, &document, (1, 2)).await;
        assert_eq!((before.title.as_str(), after.title.as_str()), ("صورة", "صورة السوق"));
        let testimony = house.filed(&lina, &case, 1).await;
        assert_eq!(store.see_history(&lina, &testimony, None).await.err(), Some(Error::NotFound));
        let mut raw = house.raw().await;
        assert_eq!(raw.number("SELECT count(*) FROM record_past p JOIN record r ON r.id = p.record_id WHERE r.kind = 'testimony'").await, 0);
    }

    async fn the_past_of_a_protected_person_opens_only_while_revealed_and_goes_with_the_identity(house) {
        let (case, lina) = house.case().await;
        let huda = house.actor("huda").await;
        house.store.assign(&huda, &case, "yusuf", "protection_officer").await.expect("assigned");
        let person = house.store.create_person(&lina, Some(&case), &draft::person("هزار القلموني", true)).await.expect("a person");
        let yusuf = house.sure("yusuf", &case).await;
        house.store.reveal(&yusuf, &person, Some(&why())).await.expect("open");
        house.store.change_person(&yusuf, &person, (1, "صُحح الاسم هزار"), &draft::person("هزار القلموني بنت سعد", true)).await.expect("changed");
        let hidden = house.store.see_history(&lina, &person, Some((1, 2))).await.expect("opens");
        assert!(hidden.hidden && hidden.may_reveal && hidden.compared.is_none() && hidden.head.title.is_none());
        assert_eq!(told(&hidden), [(2, "Yusuf Darwish", ""), (1, "Lina Kheder", "")]);
        let open = house.store.see_history(&yusuf, &person, Some((1, 2))).await.expect("opens");
        assert_eq!(told(&open)[0], (2, "Yusuf Darwish", "صُحح الاسم هزار"));
        assert_eq!(open.compared.expect("compared")[0].title.as_str(), "هزار القلموني");
        house.store.propose_shredding(&yusuf, &person, &why()).await.expect("proposed");
        let huda = house.on("huda", &case).await;
        house.store.decide_shredding(&huda, &person, true, &why()).await.expect("destroyed");
        let gone = house.store.see_history(&yusuf, &person, Some((1, 2))).await.expect("opens");
        assert!(gone.shredded && gone.hidden && !gone.may_reveal && gone.compared.is_none());
        assert_eq!(told(&gone).iter().map(|one| one.2).collect::<Vec<_>>(), ["", ""]);
    }

    async fn identities_as_stated_are_found_by_compared_by_and_never_overwritten_unseen(house) {
        let (case, lina) = house.case().await;
        let testimony = house.filed(&lina, &case, 2).await;
        let person = house.person(&lina, &case, "سامر").await;
        let form = |rows: Vec<IdentityForm>| IdentitiesForm { rows };
        let source = testimony.to_string();
        let stated = form(vec![identity("", "حيدر المنصوري", &source, "1"), identity("", "Abu Haidar", "", "")]);
        house.store.change_identities(&lina, &person, (1, "من الشهادة"), &stated).await.expect("changed");
        assert_eq!(house.last().await.line(), "edit done");
        assert_eq!(house.store.change_identities(&lina, &person, 1, &stated).await, Err(Error::Conflict));
        let body = house.store.open_person(&lina, &person).await.expect("opens").body.expect("open");
        assert_eq!(body.identities.iter().map(|one| (one.number, one.name.to_string())).collect::<Vec<_>>(), [(1, "حيدر المنصوري".into()), (2, "Abu Haidar".into())]);
        assert_eq!((body.identities[0].source.clone(), body.identities[0].paragraphs.as_slice()), (Some(testimony.clone()), [1].as_slice()));
        // By which the person is found, and whoever is written down anew is held against.
        for name in ["المنصوري", "Haidar"] {
            assert_eq!(house.store.search(&lina, &[Kind::Person], name, 10).await.expect("an answer").len(), 1, "{name}");
        }
        let alike = draft::person("حيدر المنصوري", false);
        let alike = house.store.homonyms(&lina, &alike.body, "male", Some(1980)).await.expect("an answer");
        assert_eq!(alike.iter().map(|one| one.code.clone()).collect::<Vec<_>>(), std::slice::from_ref(&person));
        // Changing the rest leaves them, and the index made anew has them.
        house.store.change_person(&lina, &person, 2, &draft::person("سامر", false)).await.expect("changed");
        house.store.index_all().await.expect("made anew");
        assert_eq!(house.store.search(&lina, &[Kind::Person], "المنصوري", 10).await.expect("an answer").len(), 1);
        // A source that is not there, a paragraph that is not there.
        for (row, field, kind) in [
            (identity("1", "حيدر", "T-2025-0999", "1"), "i0_source", ProblemKind::NoSuchRecord),
            (identity("1", "حيدر", &source, "3"), "i0_paragraphs", ProblemKind::NoSuchParagraph(3)),
            (identity("1", "", &source, "1"), "i0_name", ProblemKind::Missing),
        ] {
            let refused = house.store.change_identities(&lina, &person, 3, &form(vec![row])).await;
            assert_eq!(refused, Err(Error::at(field, kind)));
        }
        // Who may not know of the source does not see it, and can't lose it.
        let mut raw = house.raw().await;
        raw.must(&format!("UPDATE record SET closed = TRUE WHERE code = '{testimony}'")).await;
        let seen = house.store.open_person(&lina, &person).await.expect("opens").body.expect("open");
        assert_eq!(seen.identities[0].source, None);
        house.store.change_identities(&lina, &person, 3, &form(vec![identity("1", "حيدر بن قاسم", "", "")])).await.expect("changed");
        raw.must(&format!("UPDATE record SET closed = FALSE WHERE code = '{testimony}'")).await;
        let seen = house.store.open_person(&lina, &person).await.expect("opens").body.expect("open");
        assert_eq!((seen.identities.len(), seen.identities[0].source.clone()), (1, Some(testimony)));
        assert!(house.store.search(&lina, &[Kind::Person], "المنصوري", 10).await.expect("an answer").is_empty(), "nobody states it any more");
    }
}
