//! What a seized disk shows, and what somebody with the database in hand can change unnoticed: nothing of what was
//! written.

use domain::act::ActDraft;
use domain::claim::ClaimForm;
use domain::consent::{ConsentForm, WithdrawalForm};
use domain::document::DocumentForm;
use domain::fact::{FactForm, GradeDraft, Step};
use domain::form::{FromPairs, Pairs};
use domain::grading::GradingForm;
use domain::incident::IncidentForm;
use domain::link::{Citation, CitationForm, InvolvementForm};
use domain::notice::NoticeForm;
use domain::offline::Arriving;
use domain::person::PersonForm;
use domain::risk::{ClearanceForm, RiskForm};
use domain::same::VerdictForm;
use domain::saved::SavedForm;
use domain::sealed::Part;
use domain::source_list::{DecisionForm, ListForm};
use domain::status::Guard;
use domain::testimony::questions::QUESTIONS;
use domain::testimony::{Answers, Paragraph, Shape, TestimonyForm};
use domain::unit::UnitForm;
use domain::{Actor, Code, Error, Words};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use store::{LogFilter, MoveForm, SearchAt, SearchFilter, Upload};
use tests::house::{PASSWORD, from};
use tests::planted::{Search, WORDS, all_files};
use tests::{Database, House, Raw, draft, on_both};

/// Names and phrases to plant; each is used once.
const PLANTED: usize = 260;

/// Set to the folder where temporary files and the log go, in the process that plants and searches.
const ALONE: &str = "SIJILL_PLANTED";

struct Planted {
    texts: Vec<String>,
    next: usize,
}

impl Planted {
    fn new() -> Self {
        let texts = (0..PLANTED)
            .map(|n| format!("{}{} {}", WORDS[n % 10], n, WORDS[(n + 3) % 10]))
            .collect();
        Self { texts, next: 0 }
    }

    fn take(&mut self) -> String {
        self.next += 1;
        self.texts[self.next - 1].clone()
    }

    /// One that is long enough for a written reason.
    fn reason(&mut self) -> String {
        format!("{} كما كُتب في هذا الموضع وبما يكفي من الكلام", self.take())
    }
}

/// Runs a test again in a process of its own: what the store tells at its most talkative, every temporary file and all output
/// go into one folder. A process has one such folder and one listener, and the other tests have theirs.
fn alone(database: Database, test: &str) {
    let folder = std::env::temp_dir().join(format!("sijill-planted-{}", &store::Chance::real().token()[..8]));
    std::fs::create_dir(&folder).expect("a folder");
    // PostgreSQL's own user puts its files there too.
    let open = std::os::unix::fs::PermissionsExt::from_mode(0o1777);
    std::fs::set_permissions(&folder, open).expect("open to all");
    let module = match database {
        Database::Sqlite => "sqlite",
        Database::Postgres => "postgres",
    };
    let ran = Command::new(std::env::current_exe().expect("this program"))
        .args([
            "--exact",
            &format!("sealing::{module}::{test}"),
            "--nocapture",
            "--test-threads=1",
        ])
        .env(ALONE, &folder)
        .env("TMPDIR", &folder)
        .env("RUST_BACKTRACE", "0")
        .output()
        .expect("it runs");
    let told = [ran.stdout.as_slice(), &ran.stderr].concat();
    let text = String::from_utf8_lossy(&told).into_owned();
    assert!(ran.status.success() && text.contains("1 passed"), "{text}");
    assert!(!Search::new().finds(&told), "in what the process says");
    let _ = std::fs::remove_dir_all(&folder);
}

/// Everything that the store and what it stands on tell, at the most talkative level, goes into a file of this folder.
fn listen(folder: &Path) -> PathBuf {
    let path = folder.join("told.log");
    let file = std::fs::File::create(&path).expect("a file");
    tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
        .with_ansi(false)
        .with_writer(Mutex::new(file))
        .init();
    path
}

/// The access log as an auditor takes it out.
async fn export(house: &House) -> String {
    let zaid = house.actor("zaid").await;
    let (mut filter, mut text) = (LogFilter::default(), String::new());
    loop {
        let page = house.store.export_log(&zaid, &filter, 500).await.expect("an export");
        for row in &page.rows {
            text.push_str(&format!("{row:?}\n"));
        }
        match page.rows.last() {
            Some(last) if page.more => filter.before = Some((last.at, last.id)),
            _ => return text,
        }
    }
}

/// Writes a planted text into everything that people write. An upload is left unfinished, so that its file lies there.
async fn plant(house: &House) -> Upload {
    let mut words = Planted::new();
    let pairs = |pairs: &[(&str, String)]| {
        Pairs(
            pairs
                .iter()
                .map(|(name, value)| ((*name).to_owned(), value.clone()))
                .collect(),
        )
    };
    let admin = house.actor("admin").await;
    let link = house.invite(&admin, "tala", &words.take(), &["investigator"]).await;
    house
        .store
        .accept_invitation(&link, PASSWORD, PASSWORD, &from("tala"))
        .await
        .expect("accepted");
    house
        .store
        .confirm_account(&house.actor("nour").await, "tala")
        .await
        .expect("confirmed");

    let lina = house.actor("lina").await;
    let case = house
        .store
        .create_case(&lina, &draft::case(&words.take(), &words.take()))
        .await
        .expect("a case");
    house
        .store
        .change_case(&lina, &case, 1, &draft::case(&words.take(), &words.take()))
        .await
        .expect("changed");
    let huda = house.on("huda", &case).await;
    house
        .store
        .assign(&huda, &case, "omar", "second")
        .await
        .expect("assigned");
    let person = |words: &mut Planted, protected: bool| {
        let mut form = PersonForm::from_pairs(&pairs(&[
            ("name_ar", words.take()),
            ("name_latin", words.take()),
            ("father", words.take()),
            ("mother", words.take()),
            ("aliases", format!("{}\n{}", words.take(), words.take())),
            ("note", words.take()),
            ("family_ar", words.take()),
            ("nom_de_guerre", words.take()),
            ("sex", "female".into()),
        ]));
        form.protected = protected;
        form.check(2025).expect("a good form")
    };
    let witness = house
        .store
        .create_person(&lina, Some(&case), &person(&mut words, true))
        .await
        .expect("a person");
    // Revealed, asked for and denied, marked for destruction: each with a reason.
    house
        .store
        .choose_purpose(&lina, &case, "review")
        .await
        .expect("a purpose");
    let lina = house.again(&lina).await;
    let why = |words: &mut Planted| domain::reveal::Reason(words.reason().as_str().into());
    house
        .store
        .reveal(&lina, &witness, Some(&why(&mut words)))
        .await
        .expect("open");
    for (login, duty) in [("yusuf", "protection_officer"), ("rana", "legal_officer")] {
        house.store.assign(&huda, &case, login, duty).await.expect("assigned");
    }
    let (yusuf, rana) = (house.on("yusuf", &case).await, house.on("rana", &case).await);
    house
        .store
        .ask_reveal(&rana, &witness, &why(&mut words))
        .await
        .expect("asked");
    let request = house
        .store
        .see_requests(&yusuf, &witness)
        .await
        .expect("opens")
        .requests[0]
        .id;
    house
        .store
        .decide_reveal(&yusuf, &witness, request, false, &why(&mut words))
        .await
        .expect("denied");
    house
        .store
        .propose_shredding(&yusuf, &witness, &why(&mut words))
        .await
        .expect("proposed");
    house
        .store
        .change_person(&lina, &witness, 1, &person(&mut words, true))
        .await
        .expect("changed");
    let unit = UnitForm::from_pairs(&pairs(&[
        ("name_ar", words.take()),
        ("name_latin", words.take()),
        ("note", words.take()),
        ("party_type", "LOCAL-ARMED".into()),
    ]));
    let unit = house
        .store
        .create_unit(&lina, Some(&case), &unit.check().expect("a good form"))
        .await
        .expect("a unit");
    let incident = IncidentForm::from_pairs(&pairs(&[
        ("title", words.take()),
        ("summary", words.take()),
        ("locality", words.take()),
        ("start_date", "2025-03-06".into()),
        ("place", "SY0600".into()),
    ]));
    let incident = incident
        .check(house.clock.now(), house.store.offset())
        .expect("a good form");
    let incident = house
        .store
        .create_incident(&lina, Some(&case), &incident)
        .await
        .expect("an incident");

    // Every question that is answered in words, and every part of its entries; then everything about a paragraph.
    let mut form = draft::testimony(&witness, 0);
    form.answers.set("start_time", [words.take()]);
    for question in QUESTIONS {
        match question.shape {
            Shape::Line | Shape::Text => form.answers.set(question.name, [words.take()]),
            Shape::Rows(columns) => {
                for column in columns
                    .iter()
                    .filter(|column| matches!(column.shape, Shape::Line | Shape::Text))
                {
                    form.answers.set(
                        &format!("{}.{}", question.name, column.name),
                        [words.take(), words.take()],
                    );
                }
            }
            _ => {}
        }
    }
    form.paragraphs = (0..4)
        .map(|_| Paragraph {
            translation: words.take().into(),
            source: words.take().into(),
            time: words.take().into(),
            place: words.take().into(),
            favours: words.take().into(),
            favours_why: words.take().into(),
            ..draft::paragraph(None, &words.take())
        })
        .collect();
    let testimony = house
        .store
        .create_testimony(&lina, Some(&case), &form)
        .await
        .expect("a draft");
    house
        .store
        .read_back(&lina, &testimony, 1)
        .await
        .expect_err("that is no time");
    form.answers.set("start_time", ["10:00"]);
    // Entries are asked for paragraph numbers: these are not some.
    form.answers.set("corrections.paragraph", ["1", "2"]);
    house.store.save_draft(&lina, &testimony, 1, &form).await.expect("kept");
    house.file(&lina, &testimony).await;
    for paragraph in ["", "2"] {
        let grading = GradingForm {
            paragraph: paragraph.into(),
            source_grade: "B".into(),
            information_grade: "2".into(),
            reasons: words.reason().into(),
        };
        house.store.grade(&lina, &testimony, &grading).await.expect("graded");
    }
    let involved = InvolvementForm {
        party: unit.to_string(),
        role: "alleged_perpetrator".into(),
        confidence: "AC1".into(),
        note: words.take(),
        citations: CitationForm(vec![(testimony.to_string(), "1, 2".into())]),
        ..InvolvementForm::default()
    };
    house
        .store
        .involve(&lina, &incident, &involved.check().expect("a good form"))
        .await
        .expect("linked");
    plant_units(house, &mut words, &lina, [&case, &witness, &unit, &testimony]).await;
    plant_findings(
        house,
        &mut words,
        [&lina, &rana],
        [&case, &incident, &witness, &testimony],
    )
    .await;
    // Recipients of a referral are told of the withdrawal.
    crate::notice::refer(house, &case).await;
    plant_protection(house, &mut words, [&lina, &yusuf, &rana], &witness, &testimony).await;
    house
        .store
        .return_testimony(&huda, &testimony, &words.reason(), "")
        .await
        .expect("returned");

    let mut upload = house.store.start_upload().await.expect("an upload");
    upload
        .write(words.take().repeat(5_000).as_bytes())
        .await
        .expect("taken");
    let file = upload.finish().await.expect("whole");
    let form = DocumentForm {
        title: words.take(),
        document_type: "photo".into(),
        description: words.take(),
        provider: words.take(),
        collected_on: String::new(),
    };
    let document = form.check(house.store.today()).expect("a good form");
    let document = house
        .store
        .create_document(&lina, Some(&case), &document, file, &format!("{}.jpg", words.take()))
        .await
        .expect("a document");
    house.store.download(&lina, &document).await.expect("opens");
    plant_list(house, &mut words, &lina, &document).await;
    // What is read in the file goes to another process and comes back.
    assert_eq!(house.store.read_waiting().await.expect("read"), 1);
    let (_, text) = house.store.open_text(&lina, &document).await.expect("opens");
    assert!(text.is_some_and(|text| text.len() > 10_000), "it is there");

    house
        .store
        .attest(&huda, &case, Guard::Risk, &words.reason())
        .await
        .expect("attested");
    let form = MoveForm {
        transition: "T25".into(),
        reason_code: "security".into(),
        reason: words.reason(),
        review_on: "2025-08-20".into(),
        attest: Vec::new(),
    };
    house.store.move_case(&huda, &case, &form).await.expect("moved");
    // What is searched for and what is refused is not written down either.
    house
        .store
        .search(&lina, &domain::Kind::ALL, &words.take(), 10)
        .await
        .expect("an answer");
    let SearchAt::Ticket(ticket) = house.store.keep_search(&lina, &words.take()).await.expect("kept") else {
        panic!("that is no code")
    };
    let form = SavedForm {
        name: words.take(),
        watched: true,
        ..SavedForm::default()
    };
    let draft = form.check().expect("a good form");
    house
        .store
        .save_search(&lina, &ticket, &SearchFilter::default(), &draft)
        .await
        .expect("saved");
    let saved = house.store.saved_searches(&lina).await.expect("a list")[0].id;
    house.store.open_saved(&lina, saved).await.expect("opens");
    house.store.look_for_news().await.expect("looked");
    house
        .store
        .correct_testimony(&lina, &testimony, &words.reason())
        .await
        .expect_err("it is open already");
    house
        .store
        .assign(&huda, &case, &words.take(), "member")
        .await
        .expect_err("nobody");
    let (token, _) = house.sign_in("tala").await;
    house
        .store
        .log_in(&words.take(), &words.take(), &from("stranger"))
        .await
        .err()
        .expect("nobody");
    house.clock.advance(chrono::Duration::minutes(31));
    assert!(
        house
            .store
            .keep_post(&token, "/testimonies/new", &words.take())
            .await
            .expect("an answer")
    );
    // The rest in the paragraphs of one more draft, and a file that is still coming in.
    let mut form = draft::testimony(&witness, 0);
    let left = PLANTED - words.next - 1;
    form.paragraphs = (0..left).map(|_| draft::paragraph(None, &words.take())).collect();
    let (lina, last) = (house.on("lina", &case).await, words.texts[PLANTED - 2].clone());
    let code = house
        .store
        .create_testimony(&lina, Some(&case), &form)
        .await
        .expect("a draft");
    let kept = house.store.open_draft(&lina, &code).await.expect("opens").statement;
    assert_eq!(
        kept.paragraphs.last().map(|paragraph| paragraph.text.as_str()),
        Some(last.as_str()),
        "it is there"
    );
    let mut coming = house.store.start_upload().await.expect("an upload");
    coming
        .write(words.take().repeat(5_000).as_bytes())
        .await
        .expect("taken");
    assert_eq!(words.next, PLANTED);
    coming
}

/// A list out of a document, what was decided about its rows, and why that was undone.
async fn plant_list(house: &House, words: &mut Planted, lina: &Actor, document: &Code) {
    let store = &house.store;
    let mut row = || [(); 8].map(|()| words.take()).join(";");
    let form = ListForm {
        paste: format!(
            "name;latin name;father;mother;born;sex;status;note\n{}\n{}",
            row(),
            row()
        ),
        title: words.take(),
        note: words.take(),
        source: "family".into(),
        listed: "killed".into(),
        status: "civilian".into(),
        ..ListForm::default()
    };
    let list = form.check(store.today()).expect("a good form");
    let number = store.load_list(lina, document, &list).await.expect("loaded");
    let mut decision = |fate: &str| DecisionForm {
        fate: fate.into(),
        reason: words.reason(),
        ..DecisionForm::default()
    };
    let (new, aside) = (decision("new"), decision("aside"));
    for (row, form) in [(1, new), (2, aside)] {
        let draft = form.check(row).expect("a good form");
        store
            .decide_row(lina, document, number, row, &draft)
            .await
            .expect("decided");
    }
    let standing = store
        .see_row(lina, document, number, 2)
        .await
        .expect("opens")
        .row
        .decision;
    let decision = standing.expect("a decision").id;
    let why = words.reason().as_str().into();
    store
        .undo_row(lina, document, (number, 2), decision, &why)
        .await
        .expect("undone");
}

/// With whom somebody was, under what a unit stood, who somebody is by a source, and why that was changed.
async fn plant_units(house: &House, words: &mut Planted, lina: &Actor, [case, person, unit, testimony]: [&Code; 4]) {
    let store = &house.store;
    let mut affiliation = draft::affiliation(unit, "commander", ["2024-01-01", ""], &[(testimony, "1")]);
    affiliation.note = words.take().into();
    store.affiliate(lina, person, &affiliation).await.expect("recorded");
    let above = draft::unit(&words.take(), None);
    let above = store.create_unit(lina, Some(case), &above).await.expect("a unit");
    let mut link = draft::subordination(unit, &above, ["", ""], &[(testimony, "2")]);
    link.note = words.take().into();
    store.subordinate(lina, unit, &link).await.expect("recorded");
    let stated = domain::person::IdentityForm {
        name: words.take().into(),
        father: words.take().into(),
        mother: words.take().into(),
        born: words.take().into(),
        source: testimony.to_string(),
        paragraphs: "1".into(),
        ..domain::person::IdentityForm::default()
    };
    let form = domain::person::IdentitiesForm { rows: vec![stated] };
    let why = words.take();
    store
        .change_identities(lina, person, (2, why.as_str()), &form)
        .await
        .expect("changed");
}

/// What the committee makes of it: acts, facts, suspicions, claims, what a victim was, who is one person, what is looked for.
async fn plant_findings(
    house: &House,
    words: &mut Planted,
    [lina, rana]: [&Actor; 2],
    [case, incident, person, testimony]: [&Code; 4],
) {
    let store = &house.store;
    let act = ActDraft {
        least: Some(3),
        note: words.take().into(),
        citations: vec![Citation::of(testimony.clone(), vec![1])],
        ..draft::act("LIFE-EXJ")
    };
    store.add_act(lina, incident, &act).await.expect("recorded");
    let fact = FactForm {
        words: words.take(),
        citations: draft::citations(&[(testimony, "1, 3")]),
        ..FactForm::default()
    };
    let fact = store
        .record_fact(lina, case, &fact.check().expect("a fact"))
        .await
        .expect("recorded");
    let seen = store.see_facts(lina, case).await.expect("opens").facts.remove(0);
    let grade = GradeDraft {
        grade: seen.computed.into(),
        reasons: words.reason().into(),
    };
    store.grade_fact(lina, case, fact, &grade).await.expect("graded");
    let other = house.filed(lina, case, 1).await;
    let why: Words = words.reason().into();
    store
        .say_same_account(lina, case, (testimony, &other), &why)
        .await
        .expect("said");
    let (why, decision): (Words, Words) = (words.reason().into(), words.reason().into());
    store
        .propose_suspicion(lina, case, person, Step::Mentioned, &why)
        .await
        .expect("proposed");
    store
        .decide_suspicion(rana, case, person, true, &decision)
        .await
        .expect("signed");
    let claim = ClaimForm {
        source: words.take(),
        metric: words.take(),
        caveats: words.take(),
        value: "3".into(),
        qualifier: "at_least".into(),
        period_from: "2025-03-06".into(),
        period_to: "2025-03-10".into(),
        ..ClaimForm::default()
    };
    store
        .record_claim(rana, &claim.check().expect("a claim"))
        .await
        .expect("recorded");
    let victim = draft::person(&words.take(), false);
    let victim = store.create_person(lina, Some(case), &victim).await.expect("made");
    let why: Words = words.reason().into();
    store
        .say_victim_status(lina, &victim, "civilian", Some(testimony), &why)
        .await
        .expect("said");
    let twice = draft::person(&words.take(), false);
    let twice = store.create_person(lina, Some(case), &twice).await.expect("made");
    let form = VerdictForm {
        verdict: "same".into(),
        kept: victim.to_string(),
        reason: words.reason(),
        ..VerdictForm::default()
    };
    let verdict = form.check([&victim, &twice]).expect("a verdict");
    store
        .decide_pair(lina, &victim, &twice, &verdict)
        .await
        .expect("decided");
    store.keep_search(lina, &words.take()).await.expect("kept");
}

/// What endangers most: what is sealed by itself, risks, consents and their withdrawal, a draft from a device.
async fn plant_protection(
    house: &House,
    words: &mut Planted,
    [lina, yusuf, rana]: [&Actor; 3],
    witness: &Code,
    testimony: &Code,
) {
    let store = &house.store;
    let today = store.today();
    crate::block::train(house, "lina").await;
    let sure = Actor {
        stepped_up: true,
        trained: true,
        ..lina.clone()
    };
    let mut answers = |part: Part| {
        let mut answers = Answers::default();
        for field in part.fields() {
            answers.set(field.name, [words.take()]);
        }
        answers
    };
    let (contact, block) = (answers(Part::Contact), answers(Part::Block));
    store.write_sealed(lina, testimony, 0, &contact).await.expect("sealed");
    store.write_block(&sure, testimony, 0, &block).await.expect("sealed");
    for approve in [false, true] {
        let why = |words: &mut Planted| domain::reveal::Reason(words.reason().as_str().into());
        store.ask_block(&sure, testimony, &why(words)).await.expect("asked");
        let waits = store.see_block_requests(yusuf, testimony).await.expect("opens");
        store
            .decide_block(yusuf, testimony, waits.requests[0].id, approve, &why(words))
            .await
            .expect("decided");
    }
    assert_eq!(store.open_block(&sure, testimony).await.expect("opens").answers, block);
    store
        .open_sealed(&sure, testimony, &words.reason())
        .await
        .expect("opens");

    let risk = RiskForm {
        risk: "retaliation_state".into(),
        likelihood: "5".into(),
        impact: "5".into(),
        measures: vec!["safe_contact_channel".into()],
        residual_likelihood: "4".into(),
        residual_impact: "5".into(),
        note: words.take().into(),
        review_on: "".into(),
    };
    let risk = risk.check(today).expect("a good form");
    store.assess_risk(lina, witness, 0, &risk).await.expect("assessed");
    let file = store.see_risks(yusuf, witness).await.expect("opens");
    let clearance = ClearanceForm {
        assessment: file.risks[0].id.to_string(),
        reason: words.reason().into(),
    };
    store
        .clear_risk(yusuf, witness, file.seen, &clearance.check().expect("a good form"))
        .await
        .expect("cleared");

    let pairs = [
        ("given_by", "self"),
        ("means", "signed"),
        ("obtained_on", "2025-03-26"),
        ("explained", "yes"),
        ("un_mechanisms.iiim.decision", "granted"),
        ("un_mechanisms.iiim.identity", "pseudonym"),
    ];
    let mut pairs: Vec<(String, String)> = pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
    pairs.push(("note".into(), words.take()));
    let consents = ConsentForm::from_pairs(&Pairs(pairs))
        .check(today)
        .expect("a good form");
    store
        .record_consents(lina, testimony, 0, &consents)
        .await
        .expect("recorded");
    let withdrawal = WithdrawalForm {
        cells: vec!["un_mechanisms.iiim".into()],
        withdrawn_on: "2025-07-31".into(),
        reason: words.reason().into(),
    };
    store
        .withdraw_consents(lina, testimony, 1, &withdrawal.check(today).expect("a good form"))
        .await
        .expect("withdrawn");
    let notices = store.see_notices(rana, testimony).await.expect("opens").notices;
    let told = NoticeForm {
        notice: notices[0].id.to_string(),
        told_on: "2025-08-01".into(),
        means: "letter".into(),
        told_by: "rana".into(),
        answer: words.take().into(),
    };
    store
        .answer_notice(rana, testimony, &told.check(today).expect("a good form"))
        .await
        .expect("told");

    let device = store.take_offline(lina, None, "test").await.expect("a key").device;
    let mut form = TestimonyForm {
        answers: Answers::default(),
        paragraphs: vec![draft::paragraph(None, &words.take())],
    };
    form.answers.set("witness", [words.take()]);
    form.answers.set("summary", [words.take()]);
    let arriving = Arriving {
        device,
        draft: uuid::Uuid::from_bytes(store::Chance::real().bytes()),
        revision: 1,
        seen: None,
        form,
    };
    store.synchronise(lina, &arriving).await.expect("kept");
}

/// All rows of all tables as PostgreSQL writes them; sealed and other bytes in hex.
async fn every_row(raw: &mut Raw) -> String {
    let mut all = String::new();
    for table in raw
        .texts("SELECT CAST(tablename AS TEXT) FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
        .await
    {
        all.push_str(
            &raw.texts(&format!("SELECT CAST(t AS TEXT) FROM {table} t"))
                .await
                .join("\n"),
        );
    }
    all
}

on_both! {
    async fn a_seized_disk_shows_nothing_that_was_written(house) {
        let Some(folder) = std::env::var_os(ALONE).map(PathBuf::from) else {
            return alone(house.database, "a_seized_disk_shows_nothing_that_was_written");
        };
        let told = listen(&folder);
        assert!(std::env::temp_dir().starts_with(&folder));
        let coming = plant(house).await;
        let search = Search::new();
        assert!(search.finds("… قشطغوري …".as_bytes()) && search.finds(&[1, b'Q', 0, b'v', 0, b'e', 0, b'l', 0, b't', 0, b'h', 0, b'o', 0, b'r', 0, b'n', 0]), "the search finds");
        let incoming = all_files(&house.data().join("files").join("incoming"));
        assert_eq!(incoming.len(), 1, "a file is coming in");
        let log = export(house).await;
        assert!(log.lines().count() > 100 && !search.finds(log.as_bytes()), "in the export of the log");
        // Where temporary files go, and what was told.
        let mut folders = vec![house.data().to_owned(), folder];
        if house.database == Database::Postgres {
            let mut raw = house.raw().await;
            let rows = every_row(&mut raw).await;
            assert!(rows.len() > 20_000 && !search.finds(rows.as_bytes()), "in a row");
            for needle in &search.needles {
                let hex: String = needle.iter().map(|byte| format!("{byte:02x}")).collect();
                assert!(!rows.contains(&hex), "in the bytes of a row");
            }
            raw.must("CHECKPOINT").await;
            let oid = raw.number("SELECT CAST(oid AS BIGINT) FROM pg_database WHERE datname = current_database()").await;
            folders.push(tests::postgres::folder().join("base").join(oid.to_string()));
        }
        let look = |folders: &[PathBuf], when: &str| {
            let mut bytes = 0;
            for path in folders.iter().flat_map(|folder| all_files(folder)) {
                let Ok(content) = std::fs::read(&path) else { continue };
                bytes += content.len();
                assert!(!search.finds(&content), "{when}: {}", path.display());
                assert!(!search.finds(path.to_string_lossy().as_bytes()), "{when}: the name {}", path.display());
            }
            assert!(bytes > 300_000, "{bytes} bytes looked through");
        };
        look(&folders, "while it runs");
        drop(coming);
        let heard = std::fs::read_to_string(&told).expect("what was told");
        assert!(heard.contains("TRACE") || heard.contains("DEBUG"), "{} bytes were told", heard.len());
        house.store.close().await;
        look(&folders, "after closing");
        if house.database == Database::Postgres {
            look(&[tests::postgres::folder().join("pg_wal")], "in the write-ahead log");
        }
    }

    async fn a_field_that_is_moved_or_put_back_alone_does_not_open(house) {
        let (case, lina) = house.case().await;
        let other = house.store.create_case(&lina, &draft::case("قضية أخرى", "نص آخر")).await.expect("a case");
        let mut raw = house.raw().await;
        let of = |code: &Code| format!("WHERE code = '{code}'");
        let old = raw.bytes(&format!("SELECT title FROM record {}", of(&case))).await;
        house.store.change_case(&lina, &case, 1, &draft::case("بعد التغيير", "نص جديد")).await.expect("changed");
        let opened = async || house.store.open_case(&lina, &case).await.map(drop);
        assert_eq!(opened().await, Ok(()));
        let set = |column: &str, value: &str| format!("UPDATE record SET {column} = {value} {}", of(&case));
        let elsewhere = |column: &str| format!("(SELECT o.{column} FROM record o WHERE o.code = '{other}')");
        let tampered = [
            ("title", raw.blob(&old)),
            ("title", elsewhere("title")),
            ("body", elsewhere("body")),
            ("title", "body".to_owned()),
            ("body", "title".to_owned()),
            ("wrapped_key", elsewhere("wrapped_key")),
            ("version", "1".to_owned()),
            ("version", "3".to_owned()),
            ("title", raw.blob(&[])),
        ];
        let (mut alarms, zaid, start) = (0, house.actor("zaid").await, house.store.now());
        for (column, value) in tampered {
            let good = if column == "version" { "2".to_owned() } else { raw.bytes(&format!("SELECT {column} FROM record {}", of(&case))).await.iter().map(|byte| format!("{byte:02x}")).collect() };
            raw.must(&set(column, &value)).await;
            assert_eq!(opened().await, Err(Error::Internal), "{column} = {value}");
            let entry = house.last().await;
            assert_eq!(entry.line(), "open failed");
            let place = match column {
                "title" | "body" => format!("record.{column}"),
                "version" => "record.title".to_owned(),
                _ => "narrative.wrapped_key".to_owned(),
            };
            assert_eq!(entry.noted("alarm"), place, "{column} = {value}");
            alarms += 1;
            let good = match (&raw, column) {
                (_, "version") => good,
                (Raw::Sqlite(_), _) => format!("x'{good}'"),
                (Raw::Postgres(_), _) => format!("'\\x{good}'::bytea"),
            };
            raw.must(&set(column, &good)).await;
            assert_eq!(opened().await, Ok(()), "put right again");
        }
        // Key, title and body of another case, together: still bound to its row.
        raw.must(&format!("UPDATE record SET wrapped_key = {}, title = {}, body = {}, version = 1 {}", elsewhere("wrapped_key"), elsewhere("title"), elsewhere("body"), of(&case))).await;
        assert_eq!(opened().await, Err(Error::Internal));
        assert_eq!(house.last().await.noted("alarm"), "narrative.wrapped_key");
        alarms += 1;
        // The auditor is told of these and of nothing else.
        house.store.open_case(&house.actor("sami").await, &case).await.expect_err("not on the case");
        assert_eq!(house.store.alarms(&zaid, start).await, Ok(alarms));
        assert_eq!(house.store.alarms(&zaid, house.store.now() + chrono::Duration::seconds(1)).await, Ok(0));
        assert_eq!(house.store.alarms(&lina, start).await, Err(Error::Forbidden));
        let page = house.store.read_log(&zaid, &LogFilter { alarms: true, ..LogFilter::default() }, 100).await.expect("a page");
        assert_eq!(page.rows.len(), 10);
        assert!(page.rows.iter().all(|row| row.act == "open" && row.object_code.as_ref() == Some(&case) && row.alarm().is_some()));
        let all = house.store.read_log(&zaid, &LogFilter::default(), 1000).await.expect("a page").rows;
        assert_eq!(all.iter().filter(|row| row.alarm().is_some()).count(), 10);
    }

    async fn a_whole_row_put_back_is_found_by_comparison_with_the_log(house) {
        let (case, lina) = house.case().await;
        let testimony = house.filed(&lina, &case, 1).await;
        let draft_of = house.person(&lina, &case, "سامر").await;
        let form = draft::testimony(&draft_of, 1);
        let open = house.store.create_testimony(&lina, Some(&case), &form).await.expect("a draft");
        assert!(house.store.compare_with_log().await.expect("all is well").contains("5 records and 2 statements"));
        let mut raw = house.raw().await;
        let columns = ["version", "title", "body"];
        let row = async |raw: &mut Raw, table: &str, columns: &[&str], of: &str| {
            let mut kept = Vec::new();
            for column in columns {
                kept.push(match *column {
                    "version" | "revision" => raw.number(&format!("SELECT {column} FROM {table} WHERE {of}")).await.to_string(),
                    column => { let bytes = raw.bytes(&format!("SELECT {column} FROM {table} WHERE {of}")).await; raw.blob(&bytes) }
                });
            }
            let set: Vec<String> = columns.iter().zip(kept).map(|(column, value)| format!("{column} = {value}")).collect();
            format!("UPDATE {table} SET {} WHERE {of}", set.join(", "))
        };
        let of_case = format!("code = '{case}'");
        let old = row(&mut raw, "record", &columns, &of_case).await;
        house.store.change_case(&lina, &case, 1, &draft::case("بعد التغيير", "نص جديد")).await.expect("changed");
        let new = row(&mut raw, "record", &columns, &of_case).await;
        raw.must(&old).await;
        house.store.open_case(&lina, &case).await.expect("the whole old row opens");
        assert_eq!(house.store.compare_with_log().await, Err(format!("not as the log has them: {case}")));
        raw.must(&new).await;
        house.store.compare_with_log().await.expect("put right again");
        // An older text of a draft, whole, with its revision.
        let of_draft = format!("testimony_id = (SELECT id FROM record WHERE code = '{open}')");
        let old = row(&mut raw, "statement", &["revision", "body"], &of_draft).await;
        house.store.save_draft(&lina, &open, 1, &form).await.expect("kept");
        let new = row(&mut raw, "statement", &["revision", "body"], &of_draft).await;
        raw.must(&old).await;
        house.open(&lina, &open).await.expect("the whole old row opens");
        assert_eq!(house.store.compare_with_log().await, Err(format!("not as the log has them: {open}")));
        raw.must(&new).await;
        house.store.compare_with_log().await.expect("put right again");
        // A final one whose hash was changed by somebody who took the trigger away first.
        let drop_trigger = match house.database {
            Database::Sqlite => "DROP TRIGGER statement_no_update",
            Database::Postgres => "DROP TRIGGER statement_no_update ON statement",
        };
        raw.must(drop_trigger).await;
        raw.must(&format!("UPDATE statement SET sha256 = 'ff' WHERE testimony_id = (SELECT id FROM record WHERE code = '{testimony}')")).await;
        assert_eq!(house.store.compare_with_log().await, Err(format!("not as the log has them: {testimony}")));
    }

    async fn sealed_things_that_hang_on_a_record_are_bound_to_their_rows_too(house) {
        let (case, lina) = house.case().await;
        let people = [house.person(&lina, &case, "الأول").await, house.person(&lina, &case, "الثاني").await];
        let mut raw = house.raw().await;
        // The keys of two identities, swapped.
        let key = |n: usize| format!("SELECT wrapped_key FROM identity_key WHERE record_id = (SELECT id FROM record WHERE code = '{}')", people[n]);
        let keys = [raw.bytes(&key(0)).await, raw.bytes(&key(1)).await];
        let swap = async |raw: &mut Raw, first: usize| {
            for n in 0..2 {
                let value = raw.blob(&keys[(first + n) % 2]);
                raw.must(&format!("UPDATE identity_key SET wrapped_key = {value} WHERE record_id = (SELECT id FROM record WHERE code = '{}')", people[n])).await;
            }
        };
        swap(&mut raw, 1).await;
        assert_eq!(house.open(&lina, &people[0]).await, Err(Error::Internal));
        assert_eq!(house.last().await.noted("alarm"), "identity.wrapped_key");
        swap(&mut raw, 0).await;
        house.open(&lina, &people[0]).await.expect("put right again");
        // A name of a person without its key is gone for good.
        raw.must(&format!("DELETE FROM identity_key WHERE record_id = (SELECT id FROM record WHERE code = '{}')", people[1])).await;
        assert_eq!(house.open(&lina, &people[1]).await, Err(Error::Internal));
        // The statements of two drafts, swapped; and an older text put back.
        let form = draft::testimony(&people[0], 1);
        let first = house.store.create_testimony(&lina, Some(&case), &form).await.expect("a draft");
        let second = house.store.create_testimony(&lina, Some(&case), &form).await.expect("a draft");
        let statement = |code: &Code| format!("SELECT s.body FROM statement s JOIN record r ON r.id = s.testimony_id WHERE r.code = '{code}'");
        let older = raw.bytes(&statement(&first)).await;
        house.store.save_draft(&lina, &first, 1, &form).await.expect("kept");
        let put = |raw: &Raw, bytes: &[u8]| format!("UPDATE statement SET body = {} WHERE testimony_id = (SELECT id FROM record WHERE code = '{first}')", raw.blob(bytes));
        let newer = raw.bytes(&statement(&first)).await;
        let others = raw.bytes(&statement(&second)).await;
        for bytes in [&older, &others] {
            let sql = put(&raw, bytes);
            raw.must(&sql).await;
            assert_eq!(house.open(&lina, &first).await, Err(Error::Internal));
            assert_eq!(house.last().await.noted("alarm"), "statement.body");
        }
        let sql = put(&raw, &newer);
        raw.must(&sql).await;
        house.open(&lina, &first).await.expect("put right again");
        // A file's key and name on disk, given to another document.
        let mut documents = Vec::new();
        for bytes in [b"one", b"two"] {
            let mut upload = house.store.start_upload().await.expect("an upload");
            upload.write(bytes).await.expect("taken");
            let file = upload.finish().await.expect("whole");
            documents.push(house.store.create_document(&lina, Some(&case), &draft::document("صورة"), file, "x").await.expect("made"));
        }
        raw.must(&format!("UPDATE document SET stored_as = (SELECT o.stored_as FROM document o JOIN record r ON r.id = o.id WHERE r.code = '{}')", documents[1])).await;
        let mut download = house.store.download(&lina, &documents[0]).await.expect("opens");
        assert_eq!(download.reader.chunk().await.err(), Some(Error::Internal));

    }

    async fn a_staff_name_of_somebody_else_does_not_open_under_this_account(house) {
        let mut raw = house.raw().await;
        raw.must("UPDATE account SET name = (SELECT o.name FROM account o WHERE o.login = 'sami') WHERE login = 'lina'").await;
        assert!(house.open_again().await.is_err());
    }
}
