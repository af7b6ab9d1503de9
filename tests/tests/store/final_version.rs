//! Whatever people do, in whatever order: a final version stays what it was.

use domain::Actor;
use domain::Code;
use domain::grading::GradingForm;
use domain::testimony::{Paragraph, Statement, Step, TestimonyForm};
use proptest::collection::vec;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use std::collections::BTreeMap;
use tests::{House, draft, on_both};

/// Sequences tried on each database, and the most acts in one.
const SEQUENCES: usize = 8;
const ACTS: usize = 24;

#[derive(Clone, Copy, Debug)]
enum Deed {
    WriteAll,
    WriteAccount,
    WriteOnOldVersion,
    Close,
    ReadBack,
    File,
    FileTwice,
    Correct,
    Return,
    Supplement,
    Grade,
}

fn deeds() -> impl Strategy<Value = Vec<Deed>> {
    use Deed::{
        Close, Correct, File, FileTwice, Grade, ReadBack, Return, Supplement, WriteAccount, WriteAll, WriteOnOldVersion,
    };
    // What leads on is more likely, so that sequences get somewhere.
    let deed = proptest::sample::select(vec![
        WriteAll,
        WriteAll,
        Close,
        Close,
        ReadBack,
        ReadBack,
        ReadBack,
        File,
        File,
        File,
        FileTwice,
        Correct,
        Correct,
        Return,
        WriteAccount,
        WriteOnOldVersion,
        Supplement,
        Grade,
    ]);
    vec(deed, ACTS / 2..ACTS)
}

/// Tries to do it; whether it is refused is another story's matter.
async fn attempt(
    house: &House,
    deed: Deed,
    at: usize,
    (lina, huda): (&Actor, &Actor),
    code: &Code,
    whole: &TestimonyForm,
) {
    let store = &house.store;
    let view = store.open_testimony(lina, code).await.expect("opens");
    let version = view.head.version;
    let words = format!("كُتب في الخطوة {at}");
    let mut form = view.statement.form();
    match deed {
        Deed::WriteAll => _ = store.save_draft(lina, code, version, whole).await,
        Deed::WriteAccount => {
            form.paragraphs = vec![Paragraph {
                text: words.into(),
                ..draft::paragraph(Some(1), "")
            }];
            _ = store.save_step(lina, code, Step::Account, version, &form).await;
        }
        Deed::WriteOnOldVersion => _ = store.save_step(lina, code, Step::Account, 1, whole).await,
        Deed::Close => {
            draft::close(&mut form.answers);
            _ = store.save_step(lina, code, Step::Closing, version, &form).await;
        }
        Deed::ReadBack => _ = store.read_back(lina, code, version).await,
        Deed::File => _ = store.file_testimony(lina, code, version).await,
        Deed::FileTwice => {
            let both = (
                store.file_testimony(lina, code, version),
                store.file_testimony(lina, code, version),
            );
            _ = futures::future::join(both.0, both.1).await;
        }
        Deed::Correct => _ = store.correct_testimony(lina, code, draft::REASON).await,
        Deed::Return => _ = store.return_testimony(huda, code, draft::REASON, "").await,
        Deed::Supplement => _ = store.supplement_testimony(lina, code).await,
        Deed::Grade => {
            let grading = GradingForm {
                source_grade: "B".into(),
                information_grade: "2".into(),
                reasons: draft::REASON.into(),
                ..GradingForm::default()
            };
            _ = store.grade(lina, code, &grading).await;
        }
    }
}

on_both! {
    async fn no_sequence_of_acts_changes_a_final_version(house) {
        let (case, lina) = house.case().await;
        let huda = house.on("huda", &case).await;
        let witness = house.person(&lina, &case, "سامر").await;
        let whole = draft::testimony(&witness, 2);
        let mut runner = TestRunner::deterministic();
        let mut finals = 0;
        for _ in 0..SEQUENCES {
            let sequence = deeds().new_tree(&mut runner).expect("a sequence").current();
            let code = house.store.create_testimony(&lina, Some(&case), &whole).await.expect("a draft");
            let mut known: BTreeMap<i64, (Option<String>, Statement)> = BTreeMap::new();
            for (at, deed) in sequence.iter().enumerate() {
                attempt(house, *deed, at, (&lina, &huda), &code, &whole).await;
                let view = house.store.open_testimony(&lina, &code).await.expect("opens");
                for version in &view.versions {
                    let [now] = house.store.open_versions(&lina, &code, [version.number]).await.expect("opens");
                    let seen = known.entry(version.number).or_insert_with(|| (now.sha256.clone(), now.statement.clone()));
                    assert!(*seen == (now.sha256, now.statement), "version {} after {:?}", version.number, &sequence[..=at]);
                }
                assert_eq!(known.len(), view.versions.len(), "none disappears: {:?}", &sequence[..=at]);
            }
            finals += known.len();
        }
        assert!(finals > SEQUENCES / 2, "sequences get somewhere: {finals} final versions");
        house.store.compare_with_log().await.expect("and the log says the same");
        house.log_is_sound().await;
    }
}
