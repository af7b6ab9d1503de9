//! Persons in units and units under units: bound in time, resting on sources, contradictions kept; and the chain of command on
//! a day, as far as somebody may know of it.

use chrono::NaiveDate;
use domain::same::VerdictForm;
use domain::{Actor, Code, Error, Kind, ProblemKind};
use store::CommandView;
use tests::{House, draft, on_both};

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

/// A case with a final testimony of three paragraphs, and a brigade over a battalion over a company.
struct Forces {
    case: Code,
    lina: Actor,
    testimony: Code,
    brigade: Code,
    battalion: Code,
    company: Code,
}

impl Forces {
    async fn of(house: &House) -> Self {
        let (case, lina) = house.case().await;
        let testimony = house.filed(&lina, &case, 3).await;
        let unit = async |name: &str, parent: Option<&Code>| {
            let draft = draft::unit(name, parent);
            house
                .store
                .create_unit(&lina, Some(&case), &draft)
                .await
                .expect("a unit")
        };
        let brigade = unit("اللواء", None).await;
        let battalion = unit("الكتيبة", None).await;
        let company = unit("السرية", Some(&battalion)).await;
        Self {
            brigade,
            battalion,
            company,
            testimony,
            case,
            lina,
        }
    }

    async fn under(&self, house: &House, unit: &Code, above: &Code, days: [&str; 2]) -> domain::Result<()> {
        let link = draft::subordination(unit, above, days, &[(&self.testimony, "2")]);
        house.store.subordinate(&self.lina, unit, &link).await
    }

    async fn in_unit(&self, house: &House, person: &Code, role: &str, days: [&str; 2]) {
        let affiliation = draft::affiliation(&self.battalion, role, days, &[(&self.testimony, "1, 3")]);
        house
            .store
            .affiliate(&self.lina, person, &affiliation)
            .await
            .expect("recorded");
    }
}

/// Units with their places, from the top down.
fn told(view: &CommandView) -> Vec<(Code, i32)> {
    view.units.iter().map(|unit| (unit.code.clone(), unit.level)).collect()
}

on_both! {
    async fn who_commanded_on_a_day_is_told_with_sources_and_who_contradict_are_both_shown(house) {
        let f = Forces::of(house).await;
        f.under(house, &f.battalion, &f.brigade, ["2012-01-01", "2014-12-31"]).await.expect("recorded");
        let (one, other) = (house.person(&f.lina, &f.case, "حيدر المنصوري").await, house.person(&f.lina, &f.case, "حيدر منصوري").await);
        f.in_unit(house, &one, "commander", ["2013-01-01", "2013-12-31"]).await;
        f.in_unit(house, &other, "commander", ["2013-06-01", ""]).await;
        f.in_unit(house, &other, "member", ["", ""]).await;
        let on = async |when: &str| house.store.chain_of_command(&f.lina, &f.battalion, day(when)).await.expect("opens");
        let view = on("2013-07-01").await;
        assert_eq!(told(&view), [(f.brigade.clone(), -1), (f.battalion.clone(), 0), (f.company.clone(), 1)]);
        let entry = house.last().await;
        assert_eq!((entry.line().as_str(), entry.noted("day"), entry.code.as_deref()), ("see_command done", "2013-07-01".into(), Some(f.battalion.as_str())));
        let own = &view.units[1];
        assert!(own.contradiction && !view.more);
        assert_eq!(own.command.iter().filter_map(|claim| claim.other.clone()).collect::<Vec<_>>(), [one.clone(), other.clone()]);
        assert_eq!((own.command[0].citations[0].source.clone(), own.command[0].citations[0].paragraphs.clone()), (f.testimony.clone(), vec![1, 3]));
        assert_eq!((own.under[0].confidence.as_deref(), own.under[0].citations[0].paragraphs.as_slice()), (Some("AC3"), [2].as_slice()));
        // What the unit's own page says holds without a day, and says that it has no source.
        assert_eq!((view.units[2].under[0].other.clone(), view.units[2].under[0].confidence.clone()), (f.battalion.clone(), None));
        assert!(view.units[0].under.is_empty() && view.units[0].command.is_empty(), "not known");
        let earlier = on("2013-02-01").await;
        assert!(!earlier.units[1].contradiction && earlier.units[1].command.len() == 1);
        // Where days are recorded, there is nothing between them.
        let gap = on("2015-01-01").await;
        assert_eq!(told(&gap), [(f.battalion.clone(), 0), (f.company.clone(), 1)]);
        assert_eq!(gap.units[0].command.iter().filter_map(|claim| claim.other.clone()).collect::<Vec<_>>(), std::slice::from_ref(&other));
        // From below one sees the whole way up.
        let below = house.store.chain_of_command(&f.lina, &f.company, day("2014-12-31")).await.expect("opens");
        assert_eq!(told(&below), [(f.brigade.clone(), -2), (f.battalion.clone(), -1), (f.company.clone(), 0)]);
        // Two records of one person do not contradict each other.
        let verdict = VerdictForm { verdict: "same".into(), kept: one.to_string(), reason: "الأب والأم والمولد كلها متطابقة".into(), ..Default::default() };
        house.store.decide_pair(&f.lina, &one, &other, &verdict.check([&one, &other]).expect("a good form")).await.expect("decided");
        let same = on("2013-07-01").await;
        assert!(!same.units[1].contradiction && same.units[1].command.len() == 2);
        // Both sides show it.
        let unit = house.store.open_unit(&f.lina, &f.battalion).await.expect("opens");
        assert_eq!((unit.members.len(), unit.above.len(), unit.below.len()), (3, 1, 1));
        let person = house.store.open_person(&f.lina, &other).await.expect("opens");
        assert_eq!(person.affiliations.iter().map(|one| one.role.as_str()).collect::<Vec<_>>(), ["member", "commander"]);
        assert_eq!(person.affiliations[0].note.as_str(), "كما قيل");
    }

    async fn two_units_above_on_one_day_are_both_shown_and_nothing_goes_in_a_circle(house) {
        let f = Forces::of(house).await;
        let second = house.store.create_unit(&f.lina, Some(&f.case), &draft::unit("لواء آخر", None)).await.expect("a unit");
        f.under(house, &f.battalion, &f.brigade, ["2012-01-01", "2014-12-31"]).await.expect("recorded");
        f.under(house, &f.battalion, &second, ["2014-01-01", "2015-12-31"]).await.expect("a contradiction is kept");
        let view = house.store.chain_of_command(&f.lina, &f.battalion, day("2014-06-01")).await.expect("opens");
        let own = view.units.iter().find(|unit| unit.level == 0).expect("itself");
        assert_eq!((own.under.len(), view.units.iter().filter(|unit| unit.level == -1).count()), (2, 2));
        // The company stands under the battalion, that under the brigade: on these days, the brigade can't be under the company.
        let circle = Err(Error::at("above", ProblemKind::Circular));
        for days in [["", ""], ["2014-12-31", ""], ["", "2012-01-01"], ["2013-01-01", "2013-01-02"]] {
            assert_eq!(f.under(house, &f.brigade, &f.company, days).await, circle, "{days:?}");
        }
        assert_eq!(house.last().await.line(), "link failed");
        f.under(house, &f.brigade, &f.company, ["2016-01-01", ""]).await.expect("there is nothing to go round");
        let parent = house.store.change_unit(&f.lina, &f.company, 1, &draft::unit("السرية", Some(&f.brigade))).await;
        assert_eq!(parent, Err(Error::at("parent", ProblemKind::Same)), "nor by what the page of the unit says");
        let view = house.store.chain_of_command(&f.lina, &f.brigade, day("2016-01-01")).await.expect("opens");
        assert_eq!(told(&view), [(f.battalion.clone(), -2), (f.company.clone(), -1), (f.brigade.clone(), 0)]);
    }

    async fn of_two_who_close_a_circle_together_one_is_refused(house) {
        let f = Forces::of(house).await;
        for round in 0..8 {
            let unit = async |name: &str| house.store.create_unit(&f.lina, Some(&f.case), &draft::unit(name, None)).await.expect("a unit");
            let (one, other) = (unit("الأولى").await, unit("الثانية").await);
            let always = ["", ""];
            let (up, down) = tokio::join!(f.under(house, &one, &other, always), f.under(house, &other, &one, always));
            let circle = Err(Error::at("above", ProblemKind::Circular));
            assert!([(Ok(()), circle.clone()), (circle, Ok(()))].contains(&(up.clone(), down.clone())), "{round}: {up:?} and {down:?}");
        }
    }

    async fn what_is_refused_or_fails_leaves_nothing(house) {
        let f = Forces::of(house).await;
        let person = house.person(&f.lina, &f.case, "سامر").await;
        let (sami, nour) = (house.actor("sami").await, house.on("nour", &f.case).await);
        let affiliation = draft::affiliation(&f.battalion, "member", ["", ""], &[(&f.testimony, "1")]);
        let link = draft::subordination(&f.battalion, &f.brigade, ["", ""], &[(&f.testimony, "1")]);
        let mark = house.mark().await;
        assert_eq!(house.store.affiliate(&sami, &person, &affiliation).await, Err(Error::NotFound));
        assert_eq!(house.store.affiliate(&nour, &person, &affiliation).await, Err(Error::Forbidden));
        assert_eq!(house.store.subordinate(&sami, &f.battalion, &link).await, Err(Error::NotFound));
        assert_eq!(house.store.chain_of_command(&sami, &f.battalion, day("2025-01-01")).await.err(), Some(Error::NotFound));
        assert_eq!(house.store.see_history(&sami, &person, None).await.err(), Some(Error::NotFound));
        let lines: Vec<_> = house.since(mark).await.iter().map(|entry| entry.line()).collect();
        assert_eq!(lines, ["link refused", "link refused", "link refused", "see_command refused", "see_history refused"]);
        // A unit that this person may not know of, a draft, a paragraph that is not there.
        let hidden = house.store.create_unit(&sami, None, &draft::unit("وحدة", None)).await.expect("a unit");
        let draft_of = house.store.create_testimony(&f.lina, Some(&f.case), &draft::testimony(&person, 1)).await.expect("a draft");
        let at = |field: String, kind| Err(Error::at(&field, kind));
        let tried = async |unit: &Code, source: &Code, paragraphs: &str| {
            let affiliation = draft::affiliation(unit, "member", ["", ""], &[(source, paragraphs)]);
            house.store.affiliate(&f.lina, &person, &affiliation).await
        };
        assert_eq!(tried(&hidden, &f.testimony, "1").await, at("unit".into(), ProblemKind::NoSuchRecord));
        assert_eq!(tried(&f.battalion, &draft_of, "1").await, at(format!("cite.{draft_of}"), ProblemKind::DraftCited));
        assert_eq!(tried(&f.battalion, &f.testimony, "4").await, at(format!("cite.{}", f.testimony), ProblemKind::NoSuchParagraph(4)));
        assert_eq!(f.under(house, &f.battalion, &hidden, ["", ""]).await, at("above".into(), ProblemKind::NoSuchRecord));
        let mut raw = house.raw().await;
        for table in ["affiliation", "subordination"] {
            assert_eq!(raw.number(&format!("SELECT count(*) FROM {table}")).await, 0);
        }
        raw.break_log().await;
        assert_eq!(house.store.affiliate(&f.lina, &person, &affiliation).await, Err(Error::Busy));
        raw.mend_log().await;
        assert_eq!(raw.number("SELECT count(*) FROM affiliation").await, 0);
    }

    async fn nobody_learns_of_a_unit_or_person_outside_of_their_cases_by_who_was_in_it(house) {
        let f = Forces::of(house).await;
        let person = house.person(&f.lina, &f.case, "سامر").await;
        // A unit and a person on another case of lina's, where omar is not.
        let other = house.store.create_case(&f.lina, &draft::case("قضية أخرى", "")).await.expect("a case");
        let lina = house.on("lina", &other).await;
        let far = house.store.create_unit(&lina, Some(&other), &draft::unit("وحدة بعيدة", None)).await.expect("a unit");
        let stranger = house.person(&lina, &other, "غريب").await;
        house.store.choose_purpose(&lina, &f.case, "review").await.expect("a purpose");
        let cited: &[(&Code, &str)] = &[(&f.testimony, "1")];
        for (of, to) in [(&person, &far), (&stranger, &f.battalion)] {
            let affiliation = draft::affiliation(to, "commander", ["", ""], cited);
            house.store.affiliate(&lina, of, &affiliation).await.expect("recorded");
        }
        let link = draft::subordination(&f.battalion, &far, ["", ""], cited);
        house.store.subordinate(&lina, &f.battalion, &link).await.expect("recorded");
        let seen = house.store.chain_of_command(&lina, &f.battalion, day("2025-01-01")).await.expect("opens");
        assert_eq!(told(&seen), [(far.clone(), -1), (f.battalion.clone(), 0), (f.company.clone(), 1)]);
        let omar = house.on("omar", &f.case).await;
        let view = house.store.chain_of_command(&omar, &f.battalion, day("2025-01-01")).await.expect("opens");
        assert_eq!(told(&view), [(f.battalion.clone(), 0), (f.company.clone(), 1)]);
        assert!(view.units[0].under.is_empty() && view.units[0].command.is_empty());
        let unit = house.store.open_unit(&omar, &f.battalion).await.expect("opens");
        assert!(unit.members.is_empty() && unit.above.is_empty());
        assert!(house.store.open_person(&omar, &person).await.expect("opens").affiliations.is_empty());
        // A protected name stays hidden on the unit's page, and the pseudonym stands there.
        let protected = house.store.create_person(&f.lina, Some(&f.case), &draft::person("هزار", true)).await.expect("a person");
        f.in_unit(house, &protected, "commander", ["", ""]).await;
        let view = house.store.chain_of_command(&f.lina, &f.battalion, day("2025-01-01")).await.expect("opens");
        let claims = view.units.iter().flat_map(|unit| &unit.command);
        assert!(claims.filter(|claim| claim.other.as_ref() == Some(&protected)).all(|claim| claim.title.is_none()));
    }

    async fn what_is_recorded_is_only_ever_ended_and_once(house) {
        let f = Forces::of(house).await;
        let person = house.person(&f.lina, &f.case, "سامر").await;
        f.in_unit(house, &person, "member", ["2013-01-01", ""]).await;
        f.under(house, &f.battalion, &f.brigade, ["", ""]).await.expect("recorded");
        let mut raw = house.raw().await;
        for sql in [
            "UPDATE affiliation SET role = 'commander'",
            "UPDATE affiliation SET from_day = NULL",
            "DELETE FROM affiliation",
            "UPDATE subordination SET confidence = 'AC4'",
            "DELETE FROM subordination",
        ] {
            raw.run(sql).await.expect_err(sql);
        }
        let id = house.store.open_person(&f.lina, &person).await.expect("opens").affiliations[0].id;
        let above = house.store.open_unit(&f.lina, &f.battalion).await.expect("opens").above[0].id.expect("recorded");
        assert_eq!(house.store.end_affiliation(&f.lina, &person, above).await, Err(Error::NotFound), "not of this person");
        house.store.end_affiliation(&f.lina, &person, id).await.expect("ended");
        assert_eq!(house.store.end_affiliation(&f.lina, &person, id).await, Err(Error::NotFound));
        house.store.end_subordination(&f.lina, &f.battalion, above).await.expect("ended");
        assert_eq!(house.last().await.line(), "unlink done");
        raw.run("UPDATE affiliation SET superseded_at = NULL").await.expect_err("it has ended");
        assert!(house.store.open_person(&f.lina, &person).await.expect("opens").affiliations.is_empty());
        let unit = house.store.open_unit(&f.lina, &f.battalion).await.expect("opens");
        assert!(unit.members.is_empty() && unit.above.is_empty());
        assert_eq!(raw.number("SELECT count(*) FROM affiliation WHERE superseded_at IS NOT NULL").await, 1);
    }

    async fn a_units_page_leads_to_the_days_of_its_incidents(house) {
        let f = Forces::of(house).await;
        let incident = house.store.create_incident(&f.lina, Some(&f.case), &draft::incident("قصف")).await.expect("an incident");
        let part = draft::involvement(&f.battalion, &[(&f.testimony, "1")]);
        house.store.involve(&f.lina, &incident, &part).await.expect("linked");
        let unit = house.store.open_unit(&f.lina, &f.battalion).await.expect("opens");
        assert_eq!(unit.days, [(incident, day("2025-03-06"))]);
        let sources = house.store.citable(&f.lina, &f.battalion).await.expect("a list");
        assert_eq!(sources.iter().map(|source| source.code.kind()).collect::<Vec<_>>(), [Kind::Testimony]);
    }
}
