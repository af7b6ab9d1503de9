//! Fills a database: cases, persons, incidents, testimonies of about 1,500 characters, half of them Arabic, with links.

use chrono::{DateTime, Days, NaiveDate, Utc};
use domain::access::{Duty, Import};
use domain::case::{CaseBody, CaseDraft};
use domain::incident::{IncidentBody, IncidentDraft};
use domain::link::Involvement;
use domain::person::{PersonBody, PersonDraft};
use domain::status::CaseStatus;
use domain::testimony::{Answers, Paragraph, Statement};
use domain::{Role, Words};
use std::path::{Path, PathBuf};
use store::{Chance, Clock, ImportedCase, Keys, Limits, Options, Pool, Stamp, Store, Work};

pub const PASSWORD: &str = "olive stair lamp wind";
/// Testimonies on one case.
const ON_A_CASE: u32 = 10;

/// What the load goes to.
pub struct Filled {
    pub case: String,
    pub testimony: String,
    pub witness: String,
}

/// A folder of its own.
pub fn folder(testimonies: u32) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("sijill-bench-{}-{testimonies}", std::process::id()));
    std::fs::create_dir_all(folder.join("data")).expect("a folder");
    folder
}

/// Bytes in the data folder.
pub fn size(folder: &Path) -> u64 {
    std::fs::read_dir(folder.join("data"))
        .map(|files| {
            files
                .flatten()
                .filter_map(|file| file.metadata().ok())
                .map(|meta| meta.len())
                .sum()
        })
        .unwrap_or(0)
}

/// Opens the store of a folder.
pub async fn open(folder: &Path) -> Store {
    let data = folder.join("data");
    let chance = Chance::real();
    let keys = Keys::from_file(&folder.join("root.key"), &data, true, &chance).expect("a key");
    let pool = Pool::connect(&format!("sqlite://{}", data.join("sijill.db").display()))
        .await
        .expect("a database");
    let options = Options {
        pool,
        keys,
        data,
        clock: Clock::real(),
        chance,
        limits: Limits::default(),
        reader: None,
    };
    Store::open(options).await.expect("a store")
}

fn text(n: u32) -> String {
    let (one, other) = (
        "خرجنا من البيت قبل الغروب بقليل وسمعنا إطلاق نار من جهة الطريق العام. ",
        "We left the house shortly before sunset and heard shots from the main road. ",
    );
    let sentence = if n.is_multiple_of(2) { one } else { other };
    format!("{sentence}({n}) {}", sentence.repeat(6))
}

/// Fills the folder's database.
pub async fn fill(folder: &Path, testimonies: u32) -> Filled {
    let store = open(folder).await;
    let today = NaiveDate::from_ymd_opt(2025, 8, 1).expect("a date");
    let actor = store
        .start_demonstration("Bench", today, PASSWORD)
        .await
        .expect("an empty database");
    let lead = store
        .add_demonstration_account("investigator", "Investigator", Role::Investigator, PASSWORD)
        .await
        .expect("an account");
    let second = store
        .add_demonstration_account("second", "Second", Role::Investigator, PASSWORD)
        .await
        .expect("an account");
    let supervisor = store
        .add_demonstration_account("supervisor", "Supervisor", Role::Supervisor, PASSWORD)
        .await
        .expect("an account");
    let mut filled = Filled {
        case: String::new(),
        testimony: String::new(),
        witness: String::new(),
    };
    let run = async |work: &mut Work<Import>| -> domain::Result<()> {
        for c in 0..testimonies.div_ceil(ON_A_CASE) {
            let day = today - Days::new(u64::from(c % 140));
            let at: DateTime<Utc> =
                day.and_hms_opt(9, 0, 0).unwrap_or_default().and_utc() + chrono::Duration::seconds(i64::from(c % 3600));
            let stamp = |what: String| Stamp {
                by: lead,
                at,
                previous: what,
            };
            let states = [
                CaseStatus::Intake,
                CaseStatus::Screening,
                CaseStatus::Investigation,
                CaseStatus::Verification,
            ];
            let case = ImportedCase {
                draft: CaseDraft {
                    title: format!("قضية {c} في ناحية الساحل").into(),
                    body: CaseBody {
                        summary: text(c).into(),
                    },
                    priority: "medium".into(),
                },
                states: states[..1 + (c % 4) as usize]
                    .iter()
                    .map(|status| (*status, at, supervisor, None))
                    .collect(),
                review_on: None,
                people: vec![
                    (lead, Duty::Lead),
                    (second, Duty::Second),
                    (supervisor, Duty::Supervisor),
                ],
            };
            let case = work.add_case(&case, &stamp(format!("C-{c}"))).await?;
            let incident = IncidentDraft {
                title: format!("حادثة {c}").into(),
                body: IncidentBody {
                    summary: text(c).into(),
                    locality: Words::from("القرية"),
                },
                starts_at: Some(at),
                ends_at: Some(at),
                precision: "day".into(),
                place: Some("SY0602".into()),
                violations: vec!["LIFE-EXJ".into()],
            };
            let incident = work.add_incident(&incident, &stamp(format!("I-{c}"))).await?;
            work.hang(&case, &incident).await?;
            for t in 0..ON_A_CASE {
                let n = c * ON_A_CASE + t;
                let name = format!("شاهد {n} بن سالم");
                let person = PersonDraft {
                    name: name.as_str().into(),
                    body: PersonBody {
                        name_ar: name.as_str().into(),
                        ..PersonBody::default()
                    },
                    sex: "male".into(),
                    birth_year: Some(1980),
                    victim_status: None,
                    protected: n.is_multiple_of(3),
                };
                let witness = work.add_person(&person, &stamp(format!("P-{n}"))).await?;
                let summary = format!("ملخص الشهادة {n}");
                let day = day.to_string();
                let statement = Statement {
                    answers: Answers::from([
                        ("witness", witness.code.as_str()),
                        ("interviewee_role", "eye_witness"),
                        ("interview_date", &day),
                        ("place_type", "office"),
                        ("modality", "in_person"),
                        ("language", "ar"),
                        ("second_interviewer", "second"),
                        ("summary", &summary),
                        ("sensitivity", "normal"),
                    ]),
                    paragraphs: (0..3)
                        .map(|p| Paragraph {
                            number: Some(p + 1),
                            text: text(n).into(),
                            language: if n.is_multiple_of(2) { "ar" } else { "en" }.into(),
                            basis: "first_hand_saw".into(),
                            ..Paragraph::default()
                        })
                        .collect(),
                    ..Statement::default()
                };
                let testimony = work
                    .add_testimony(&statement, &witness, None, &stamp(format!("T-{n}")))
                    .await?;
                work.hang(&case, &testimony).await?;
                work.hang(&case, &witness).await?;
                let part = Involvement {
                    act: None,
                    mode: None,
                    party: witness.code.clone(),
                    role: "witness".into(),
                    confidence: "AC2".into(),
                    note: Words::default(),
                    citations: Vec::new(),
                };
                work.add_involvement(&incident, &witness, &part, &[(testimony.clone(), vec![1, 2])])
                    .await?;
                filled = Filled {
                    case: case.code.to_string(),
                    testimony: testimony.code.to_string(),
                    witness: witness.code.to_string(),
                };
            }
        }
        Ok(())
    };
    store.import(&actor, run).await.expect("filled");
    store.close().await;
    filled
}
