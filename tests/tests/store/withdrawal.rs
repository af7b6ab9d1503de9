//! A property: whatever is recorded, withdrawn and recorded again, and however much time passes, a withdrawn consent lets
//! nothing go, and a living one does. A small model says what is expected after every act.

use chrono::{Days, NaiveDate};
use domain::consent::{ANALYSIS, ConsentForm, WithdrawalForm, cell_code};
use domain::form::{FromPairs, Pairs};
use domain::status::Guard;
use domain::{Actor, Code, Error};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use tests::house::House;
use tests::{draft, on_both};

const CELLS: [(&str, &str); 3] = [
    (ANALYSIS, "committee"),
    ("national_prosecution", "national_prosecutor"),
    ("un_mechanisms", "iiim"),
];
/// Sequences on each database, and acts in each.
const SEQUENCES: usize = 4;
const ACTS: usize = 12;

/// Something that happens; cells by their place in [`CELLS`].
#[derive(Clone, Debug)]
enum Happens {
    /// The person consents, for so many days.
    Grant(usize, u64),
    Refuse(usize),
    Withdraw(usize),
    /// So many days pass.
    Pass(i64),
}

fn happens() -> impl Strategy<Value = Happens> {
    let cell = 0..CELLS.len();
    prop_oneof![
        3 => (cell.clone(), 0u64..60).prop_map(|(cell, days)| Happens::Grant(cell, days)),
        1 => cell.clone().prop_map(Happens::Refuse),
        3 => cell.prop_map(Happens::Withdraw),
        2 => (1i64..40).prop_map(Happens::Pass),
    ]
}

/// What the person said last.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Said {
    Nothing,
    Yes { until: NaiveDate },
    No,
    TakenBack,
}

/// What may be used, as the committee promises it to the person.
fn usable(said: &[Said; 3], cell: usize, today: NaiveDate) -> bool {
    let closed = cell > 0 && said[0] == Said::TakenBack;
    !closed && matches!(said[cell], Said::Yes { until } if today <= until)
}

/// One person who keeps what is closed, and the testimony that is asked about.
struct Asked<'a> {
    house: &'a House,
    yusuf: Actor,
    case: Code,
    testimony: Code,
}

impl Asked<'_> {
    async fn record(&self, (purpose, recipient): (&str, &str), decision: &str, until: NaiveDate) {
        let today = self.house.store.today();
        let cell = cell_code(purpose, recipient);
        let pairs = [
            ("given_by".to_owned(), "self".to_owned()),
            ("means".to_owned(), "signed".to_owned()),
            ("obtained_on".to_owned(), today.to_string()),
            ("explained".to_owned(), "yes".to_owned()),
            (format!("{cell}.decision"), decision.to_owned()),
            (format!("{cell}.identity"), "pseudonym".to_owned()),
            (format!("{cell}.expires_on"), until.to_string()),
        ];
        let form = ConsentForm::from_pairs(&Pairs(pairs.into()));
        let draft = form.check(today).expect("a good form");
        let store = &self.house.store;
        store
            .record_consents(&self.yusuf, &self.testimony, self.seen().await, &draft)
            .await
            .expect("recorded");
    }

    async fn withdraw(&self, (purpose, recipient): (&str, &str)) -> domain::Result<()> {
        let today = self.house.store.today();
        let form = WithdrawalForm {
            cells: vec![cell_code(purpose, recipient)],
            withdrawn_on: today.to_string().into(),
            ..WithdrawalForm::default()
        };
        let draft = form.check(today).expect("a good form");
        let store = &self.house.store;
        store
            .withdraw_consents(&self.yusuf, &self.testimony, self.seen().await, &draft)
            .await
    }

    async fn seen(&self) -> i64 {
        let file = self.house.store.see_consents(&self.yusuf, &self.testimony).await;
        file.expect("opens").seen
    }

    /// Whether the record lets the statement go to this cell today.
    async fn goes(&self, cell: (&'static str, &'static str)) -> bool {
        let store = &self.house.store;
        let file = store.see_consents_to(&self.yusuf, &self.testimony, Some(cell)).await;
        let outgoing = file.expect("opens").outgoing.expect("it was asked");
        outgoing.paragraphs[0].reach.goes.is_some()
    }

    /// Whether the case may be referred, as far as consent goes.
    async fn guard_holds(&self) -> bool {
        let view = self
            .house
            .store
            .open_case(&self.yusuf, &self.case)
            .await
            .expect("opens");
        let step = view.moves.into_iter().find(|step| step.transition.id == "T15");
        let guards = step.expect("it is shown").guards;
        let consent = guards.into_iter().find(|result| result.guard == Guard::Consent);
        consent.expect("it stands there").outcome.holds()
    }
}

on_both! {
    async fn no_sequence_of_acts_makes_a_withdrawn_consent_usable(house) {
        let (case, lina) = house.case().await;
        let huda = house.on("huda", &case).await;
        house.store.assign(&huda, &case, "yusuf", "protection_officer").await.expect("assigned");
        let incident = house.store.create_incident(&lina, Some(&case), &draft::incident("قصف")).await.expect("made");
        let suspect = house.person(&lina, &case, "سامر").await;
        let mut runner = TestRunner::deterministic();
        for _ in 0..SEQUENCES {
            let sequence = proptest::collection::vec(happens(), ACTS).new_tree(&mut runner).expect("a sequence").current();
            let testimony = house.filed(&Actor { session: None, ..lina.clone() }, &case, 1).await;
            let part = draft::involvement(&suspect, &[(&testimony, "1")]);
            house.store.involve(&Actor { session: None, ..lina.clone() }, &incident, &part).await.expect("linked");
            house.raw().await.must("UPDATE case_file SET status = 'referral_preparation'").await;
            // No session: it would end while the days pass.
            let yusuf = Actor { session: None, ..house.actor("yusuf").await };
            let asked = Asked { house, yusuf, case: case.clone(), testimony };
            let mut said = [Said::Nothing; 3];
            for (at, what) in sequence.iter().enumerate() {
                let today = house.store.today();
                match *what {
                    Happens::Grant(cell, days) => {
                        let until = today + Days::new(days);
                        asked.record(CELLS[cell], "granted", until).await;
                        said[cell] = Said::Yes { until };
                    }
                    Happens::Refuse(cell) => {
                        asked.record(CELLS[cell], "refused", today).await;
                        said[cell] = Said::No;
                    }
                    Happens::Withdraw(cell) => {
                        let withdrawn = asked.withdraw(CELLS[cell]).await;
                        // Only a grant that stands can be withdrawn, expired or not.
                        if matches!(said[cell], Said::Yes { .. }) {
                            assert_eq!(withdrawn, Ok(()), "{:?}", &sequence[..=at]);
                            said[cell] = Said::TakenBack;
                        } else {
                            assert!(matches!(withdrawn, Err(Error::Invalid(_))), "{:?}", &sequence[..=at]);
                        }
                    }
                    Happens::Pass(days) => house.clock.advance(chrono::Duration::days(days)),
                }
                let today = house.store.today();
                for (cell, name) in CELLS.iter().enumerate() {
                    let expected = usable(&said, cell, today);
                    assert_eq!(asked.goes(*name).await, expected, "{name:?} after {:?}: {said:?}", &sequence[..=at]);
                }
                assert_eq!(asked.guard_holds().await, usable(&said, 1, today), "the guard after {:?}", &sequence[..=at]);
            }
            // The next sequence has the case to itself.
            house.raw().await.must("UPDATE involvement SET superseded_at = recorded_at WHERE superseded_at IS NULL").await;
        }
    }
}
