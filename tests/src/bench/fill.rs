//! Fills a database: cases, persons, incidents with acts and parts, testimonies of about 1,500 characters, half of them Arabic,
//! and what the parts rest on.

use chrono::{DateTime, Days, NaiveDate, Utc};
use domain::access::{Duty, Import};
use domain::case::{CaseBody, CaseDraft};
use domain::incident::{IncidentBody, IncidentDraft};
use domain::link::Involvement;
use domain::person::PersonDraft;
use domain::status::CaseStatus;
use domain::testimony::{Answers, Paragraph, Statement};
use domain::vocabulary::{Level, PLACE};
use domain::{AccountId, Role, Words};
use std::path::{Path, PathBuf};
use store::{Chance, Clock, Imported, ImportedCase, Keys, Limits, Options, Pool, Stamp, Store, Work};
use tests::draft;
use tests::register::{Told, register};

pub const PASSWORD: &str = "olive stair lamp wind";
/// Testimonies on one case, and an incident each ten.
const ON_A_CASE: u32 = 10;
/// Persons of the register for a testimony; one of them gives it.
const PERSONS: u32 = 5;
/// Of them, so many in a hundred stand in it twice.
const TWICE: u32 = 5;
/// Parts in an incident, and paragraphs that each rests on.
const PARTS: u32 = 100;
const PARAGRAPHS: u32 = 10;
/// Incidents with a killing whose first parts are its victims, and how many those are.
const KILLINGS: u32 = 100;
const VICTIMS: u32 = 15;
/// Incidents in which the busiest person has a part.
const BUSY: u32 = 200;
/// Of so many cases the supervisor is assigned to one.
const SUPERVISED: u32 = 10;
/// Cases of somebody who supervises nothing.
const OWN_CASES: u32 = 40;

/// A word of every hundredth testimony, and one of three in ten.
pub const RARE: &str = "المنارة";
pub const COMMON: &str = "الحاجز";

/// What the load goes to.
#[derive(Clone, Debug)]
pub struct Filled {
    pub case: String,
    pub testimony: String,
    pub witness: String,
    /// A person with [`BUSY`] parts.
    pub busy: String,
    pub incident: String,
    /// Names of the register, as sources tell them.
    pub names: Vec<String>,
    pub persons: usize,
    pub citations: u32,
}

/// Where it is kept, for another run.
const FILLED: &str = "filled.txt";

impl Filled {
    /// A line for each.
    fn written(&self) -> String {
        let (persons, citations) = (self.persons.to_string(), self.citations.to_string());
        let of = [
            &self.case,
            &self.testimony,
            &self.witness,
            &self.busy,
            &self.incident,
            &persons,
            &citations,
        ];
        let lines: Vec<&str> = of.into_iter().chain(&self.names).map(String::as_str).collect();
        lines.join("\n")
    }

    /// What an earlier run filled.
    pub fn read(folder: &Path) -> Option<Self> {
        let text = std::fs::read_to_string(folder.join(FILLED)).ok()?;
        let mut lines = text.lines().map(str::to_owned);
        Some(Self {
            case: lines.next()?,
            testimony: lines.next()?,
            witness: lines.next()?,
            busy: lines.next()?,
            incident: lines.next()?,
            persons: lines.next()?.parse().ok()?,
            citations: lines.next()?.parse().ok()?,
            names: lines.collect(),
        })
    }
}

/// A folder of its own.
pub fn folder(testimonies: u32) -> PathBuf {
    std::env::temp_dir().join(format!("sijill-bench-{}-{testimonies}", std::process::id()))
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
    let rare = if n.is_multiple_of(100) { RARE } else { "" };
    let common = if n % 10 < 3 { COMMON } else { "" };
    format!("{sentence}({n}) {rare} {common} {}", sentence.repeat(6))
}

fn statement(n: u32, witness: &str, day: NaiveDate) -> Statement {
    let (summary, day) = (format!("ملخص الشهادة {n}"), day.to_string());
    Statement {
        answers: Answers::from([
            ("witness", witness),
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
    }
}

fn part(party: &Imported, role: &str, act: Option<u32>) -> Involvement {
    Involvement {
        act,
        mode: None,
        party: party.code.clone(),
        role: role.into(),
        confidence: "AC2".into(),
        note: Words::default(),
        citations: Vec::new(),
    }
}

/// Who works on the cases.
struct Staff {
    lead: AccountId,
    second: AccountId,
    supervisor: AccountId,
    own: AccountId,
}

/// The register, of which every third witness is protected; and who of it is told of at each place.
struct People {
    told: Vec<Told>,
    made: Vec<Imported>,
    at: Vec<Vec<usize>>,
    /// How many of each place have had a part.
    next: Vec<usize>,
}

impl People {
    /// The next person of a place, each in turn.
    fn next(&mut self, place: usize) -> Imported {
        let all = &self.at[place];
        let person = all[self.next[place] % all.len()];
        self.next[place] += 1;
        self.made[person].clone()
    }
}

async fn people(work: &mut Work<Import>, count: u32, staff: &Staff, at: DateTime<Utc>) -> domain::Result<People> {
    let twice = count * TWICE / 100;
    let (told, _) = register((count - twice) as usize, twice as usize);
    let mut made = Vec::with_capacity(told.len());
    for (n, one) in told.iter().enumerate() {
        let draft = PersonDraft {
            protected: n.is_multiple_of(3) && n < (count / PERSONS) as usize,
            ..one.draft()
        };
        made.push(
            work.add_person(&draft, &stamp(staff.lead, at, format!("R-{n}")))
                .await?,
        );
    }
    let mut of_places: Vec<Vec<usize>> = Vec::new();
    for (n, place) in told.iter().enumerate().filter_map(|(n, one)| Some((n, one.place?))) {
        if of_places.len() <= place {
            of_places.resize_with(place + 1, Vec::new);
        }
        of_places[place].push(n);
    }
    // Where few are told of, each would have a part in hundreds of incidents.
    of_places.retain(|all| all.len() >= count as usize / 500);
    let next = vec![0; of_places.len()];
    Ok(People {
        told,
        made,
        at: of_places,
        next,
    })
}

fn stamp(by: AccountId, at: DateTime<Utc>, previous: String) -> Stamp {
    Stamp { by, at, previous }
}

/// A case with its testimonies, an incident, and who had a part in it.
async fn case(
    work: &mut Work<Import>,
    (c, at): (u32, DateTime<Utc>),
    staff: &Staff,
    people: &mut People,
    filled: &mut Filled,
) -> domain::Result<()> {
    let stamp = |what: String| stamp(staff.lead, at, what);
    let states = [
        CaseStatus::Intake,
        CaseStatus::Screening,
        CaseStatus::Investigation,
        CaseStatus::Verification,
    ];
    let mut team = vec![(staff.lead, Duty::Lead), (staff.second, Duty::Second)];
    team.extend(
        c.is_multiple_of(SUPERVISED)
            .then_some((staff.supervisor, Duty::Supervisor)),
    );
    team.extend((c < OWN_CASES).then_some((staff.own, Duty::Member)));
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
            .map(|status| (*status, at, staff.supervisor, None))
            .collect(),
        review_on: None,
        people: team,
    };
    let case = work.add_case(&case, &stamp(format!("C-{c}"))).await?;
    let place = c as usize % people.at.len();
    let places = PLACE.iter().filter(|place| place.level == Level::SubDistrict);
    let incident = IncidentDraft {
        title: format!("حادثة {c}").into(),
        body: IncidentBody {
            summary: text(c).into(),
            locality: Words::from("القرية"),
        },
        starts_at: Some(at),
        ends_at: Some(at),
        precision: "day".into(),
        place: places.cycle().nth(place).map(|place| place.term.code.to_owned()),
        violations: vec!["LIFE-EXJ".into()],
    };
    let incident = work.add_incident(&incident, &stamp(format!("I-{c}"))).await?;
    work.hang(&case, &incident).await?;
    let mut testimonies = Vec::new();
    for t in 0..ON_A_CASE {
        let n = c * ON_A_CASE + t;
        let witness = people.made[n as usize].clone();
        let statement = statement(n, witness.code.as_str(), at.date_naive());
        let testimony = work
            .add_testimony(&statement, &witness, None, &stamp(format!("T-{n}")))
            .await?;
        work.hang(&case, &testimony).await?;
        work.hang(&case, &witness).await?;
        work.add_involvement(
            &incident,
            &witness,
            &part(&witness, "witness", None),
            &[(testimony.clone(), vec![1, 2])],
        )
        .await?;
        filled.citations += 2;
        filled.testimony = testimony.code.to_string();
        filled.witness = witness.code.to_string();
        testimonies.push(testimony);
    }
    let killing = draft::act("LIFE-EXJ");
    let act = if c < KILLINGS {
        Some(work.import_act(&incident, &killing).await?)
    } else {
        None
    };
    for p in 0..PARTS {
        let party = if p == PARTS - 1 && c < BUSY {
            people.made[people.made.len() - 1].clone()
        } else {
            people.next(place)
        };
        let (role, act) = match p {
            0..VICTIMS if act.is_some() => ("victim", act),
            90.. => ("alleged_perpetrator", None),
            _ => ("witness", None),
        };
        let cited: Vec<(Imported, Vec<u32>)> = (0..PARAGRAPHS)
            .map(|n| (testimonies[(n % ON_A_CASE) as usize].clone(), vec![1 + p % 3]))
            .collect();
        work.add_involvement(&incident, &party, &part(&party, role, act), &cited)
            .await?;
        filled.citations += PARAGRAPHS;
    }
    filled.case = case.code.to_string();
    filled.incident = incident.code.to_string();
    if c < BUSY {
        filled.busy = people.made[people.made.len() - 1].code.to_string();
    }
    Ok(())
}

/// Fills the folder's database.
pub async fn fill(folder: &Path, testimonies: u32) -> Filled {
    let store = open(folder).await;
    let today = NaiveDate::from_ymd_opt(2025, 8, 1).expect("a date");
    let actor = store
        .start_demonstration("Bench", today, PASSWORD)
        .await
        .expect("an empty database");
    let account = async |login: &str, role| {
        store
            .add_demonstration_account(login, login, role, PASSWORD)
            .await
            .expect("an account")
    };
    let staff = Staff {
        lead: account("investigator", Role::Investigator).await,
        second: account("second", Role::Investigator).await,
        supervisor: account("supervisor", Role::Supervisor).await,
        own: account("own", Role::Investigator).await,
    };
    let mut filled = Filled {
        case: String::new(),
        testimony: String::new(),
        witness: String::new(),
        busy: String::new(),
        incident: String::new(),
        names: Vec::new(),
        persons: 0,
        citations: 0,
    };
    let run = async |work: &mut Work<Import>| -> domain::Result<()> {
        let on = |day: u32| today - Days::new(u64::from(day % 140));
        let at = on(139).and_hms_opt(8, 0, 0).unwrap_or_default().and_utc();
        let mut people = people(work, testimonies * PERSONS, &staff, at).await?;
        filled.persons = people.made.len();
        filled.names = people.told.iter().step_by(97).map(|one| one.name.clone()).collect();
        for c in 0..testimonies.div_ceil(ON_A_CASE) {
            let at = on(c).and_hms_opt(9, 0, 0).unwrap_or_default().and_utc()
                + chrono::Duration::seconds(i64::from(c % 3600));
            case(work, (c, at), &staff, &mut people, &mut filled).await?;
        }
        Ok(())
    };
    store.import(&actor, run).await.expect("filled");
    store.close().await;
    std::fs::write(folder.join(FILLED), filled.written()).expect("kept");
    filled
}
