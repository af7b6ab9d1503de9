use super::questions::{QUESTIONS, named, of_step};
use super::*;
use crate::vocabulary::BASIS;
use crate::{Problem, ProblemKind};
use proptest::prelude::*;

fn known() -> Known {
    Known {
        today: "2025-08-01".parse().expect("a date"),
        birth_year: Some(1980),
        interviewers: vec![
            "lina".into(),
            "Lina Haddad".into(),
            "omar".into(),
            "أحمد بن مصطفى الحموي".into(),
        ],
    }
}

fn complete() -> TestimonyForm {
    let mut answers = Answers::from([
        ("witness", "W-7K3QM"),
        ("interviewee_role", "direct_victim"),
        ("interviewer_sex", "any"),
        ("sensitivity", "normal"),
        ("interview_date", "2025-03-26"),
        ("start_time", "10:00"),
        ("place_type", "office"),
        ("modality", "in_person"),
        ("language", "ar"),
        ("record_language", "ar"),
        ("second_interviewer", "omar"),
        ("interpreter", "no"),
        ("free_account", "yes"),
        ("interviewed_before", "no"),
        ("told_media", "no"),
        ("recording", "none"),
        ("subjects", "none"),
    ]);
    answers.set("vulnerabilities", ["none"]);
    answers.set(
        "introduction",
        crate::vocabulary::INTRODUCTION.terms().map(|term| term.code),
    );
    TestimonyForm {
        answers,
        paragraphs: vec![Paragraph {
            text: "رأيت".into(),
            basis: "first_hand_saw".into(),
            ..Paragraph::default()
        }],
    }
}

fn closed() -> TestimonyForm {
    let mut form = complete();
    for (name, answer) in [
        ("end_time", "11:30"),
        ("aids_shown", "no"),
        ("read_back_language", "ar"),
        ("read_back_by", "u-02"),
        ("declaration", "true_to_best_knowledge"),
        ("signature", "thumbprint"),
        ("certified_first", "11:40"),
        ("certified_second", "11:41"),
        ("copy_policy", "no_copy_for_safety"),
        ("next_steps", "أُبلغ بما يلي"),
        ("wants_updates", "no"),
        ("referred", "no"),
    ] {
        form.answers.set(name, [answer]);
    }
    form
}

fn fields(problems: &[Problem]) -> Vec<&str> {
    problems.iter().map(|problem| problem.field.as_str()).collect()
}

fn wrong(change: impl FnOnce(&mut TestimonyForm)) -> Vec<(String, ProblemKind)> {
    let mut form = complete();
    change(&mut form);
    form.wrong(&known())
        .into_iter()
        .map(|problem| (problem.field, problem.kind))
        .collect()
}

fn missing(change: impl FnOnce(&mut TestimonyForm)) -> Vec<String> {
    let mut form = complete();
    change(&mut form);
    let missing = form.missing(Needed::ReadBack);
    missing.into_iter().map(|problem| problem.field).collect()
}

#[test]
fn every_name_is_used_once_and_every_condition_asks_for_a_question() {
    let mut names = std::collections::HashSet::new();
    for question in QUESTIONS {
        assert!(names.insert(question.name), "{}", question.name);
        let other = match question.when {
            When::Always => continue,
            When::Is(other, codes) => {
                let list = match named(other).expect("a question").shape {
                    Shape::Choice(list) | Shape::Choices(list) => list,
                    shape => panic!("{other}: {shape:?}"),
                };
                assert!(codes.iter().all(|code| list.has(code)), "{}", question.name);
                other
            }
            When::Filled(other) | When::Blank(other) => other,
        };
        let asked = QUESTIONS.iter().position(|known| known.name == other);
        let here = QUESTIONS.iter().position(|known| known.name == question.name);
        assert!(asked < here, "{} is asked before what it depends on", question.name);
    }
    for step in Step::ALL {
        assert!(of_step(step).count() > 0, "{}", step.name());
        assert_eq!(Step::named(step.name()), Some(step));
    }
}

#[test]
fn every_question_speaks_both_languages() {
    let arabic = |text: &str| text.chars().any(|c| ('\u{0621}'..='\u{064A}').contains(&c));
    let mut texts: Vec<(&str, &str)> = Vec::new();
    for question in QUESTIONS {
        texts.push((question.en, question.ar));
        if !question.help.0.is_empty() || !question.help.1.is_empty() {
            texts.push(question.help);
        }
        if let Shape::Rows(columns) = question.shape {
            texts.extend(columns.iter().map(|column| (column.en, column.ar)));
        }
    }
    for (en, ar) in texts {
        assert!(!arabic(en) && arabic(ar) && en.len() > 1, "{en} / {ar}");
    }
}

#[test]
fn an_empty_draft_names_what_it_needs_and_nothing_that_does_not_come_up() {
    let form = TestimonyForm::default();
    let missing = form.missing(Needed::ReadBack);
    let expected = [
        "witness",
        "interviewee_role",
        "vulnerabilities",
        "interviewer_sex",
        "sensitivity",
        "interview_date",
        "start_time",
        "place_type",
        "modality",
        "language",
        "record_language",
        "waiver",
        "interpreter",
        "introduction",
        "free_account",
        "interviewed_before",
        "told_media",
        "recording",
        "p0",
        "subjects",
    ];
    assert_eq!(fields(&missing), expected);
    assert!(missing.iter().all(|problem| problem.kind == ProblemKind::Missing));
}

#[test]
fn questions_come_up_by_what_was_answered_before() {
    let none: [&str; 0] = [];
    assert_eq!(missing(|_| ()), none);
    assert_eq!(
        missing(|form| form.answers.set("interviewee_role", ["family_missing"])),
        ["relation"]
    );
    assert_eq!(
        missing(|form| form.answers.set("interviewee_role", ["detained_suspect"])),
        ["safeguards"]
    );
    assert_eq!(missing(|form| form.answers.set("second_interviewer", [""])), ["waiver"]);
    assert_eq!(
        missing(|form| form.answers.set("vulnerabilities", ["minor", "trauma"])),
        ["support_person"]
    );
    assert_eq!(
        missing(|form| form.answers.set("interpreter", ["yes"])),
        [
            "interpreter_name",
            "interpreter_languages",
            "interpreter_oath",
            "interpreter_unrelated"
        ]
    );
    assert_eq!(
        missing(|form| form.answers.set("subjects", ["death", "missing"])),
        ["deaths", "missing"]
    );
    assert_eq!(
        missing(|form| form.answers.set("introduction", ["identity", "purpose"])),
        ["introduction_note"]
    );
    assert_eq!(
        missing(|form| form.paragraphs[0].basis = "hearsay_named".into()),
        ["p0_source"]
    );
    assert_eq!(
        missing(|form| form.paragraphs[0].favours = "W-22222".into()),
        ["p0_why"]
    );
}

#[test]
fn what_can_not_be_is_said_at_its_field() {
    use ProblemKind::{
        BeforeBirth, Contradicts, EndsBeforeStart, InFuture, NoSuchParagraph, NoSuchRecord, NotADate, Same, Unknown,
    };
    let at = |field: &str, kind| vec![(field.to_owned(), kind)];
    let table = [
        (vec![("witness", "Samer")], at("witness", NoSuchRecord)),
        (vec![("interview_date", "أمس")], at("interview_date", NotADate)),
        (vec![("interview_date", "2025-08-02")], at("interview_date", InFuture)),
        (
            vec![("interview_date", "1979-12-31")],
            at("interview_date", BeforeBirth),
        ),
        (vec![("end_time", "09:59")], at("end_time", EndsBeforeStart)),
        (vec![("start_time", "25:99")], at("start_time", NotADate)),
        (vec![("modality", "telepathy")], at("modality", Unknown)),
        (
            vec![("breaks.from", "11:00"), ("breaks.to", "10:50")],
            at("breaks.to.0", EndsBeforeStart),
        ),
        (
            vec![("breaks.from", "09:00"), ("breaks.to", "10:50")],
            at("breaks.from.0", Contradicts),
        ),
        (
            vec![("end_time", "11:30"), ("breaks.from", "11:00"), ("breaks.to", "12:00")],
            at("breaks.to.0", Contradicts),
        ),
        (
            vec![("corrections.paragraph", "4"), ("corrections.what", "x")],
            Vec::new(),
        ),
        // What does not come up is not judged.
        (vec![("interpreter_name", "omar")], Vec::new()),
    ];
    for (answers, expected) in table {
        let found = wrong(|form| {
            for (name, answer) in &answers {
                form.answers.set(name, [*answer]);
            }
        });
        assert_eq!(found, expected, "{answers:?}");
    }
    // However the interviewer's name is spelled.
    for name in [
        "LINA  HADDAD",
        "Haddad, Līna",
        "Lina\u{200B} Haddad",
        "omar",
        "احمد مصطفي الحموى",
        "الحموي، أحمد مُصطفى",
    ] {
        let found = wrong(|form| {
            form.answers.set("interpreter", ["yes"]);
            form.answers.set("interpreter_name", [name]);
        });
        assert_eq!(found, at("interpreter_name", Same), "{name}");
    }
    assert_eq!(
        wrong(|form| {
            form.paragraphs[0].number = Some(1);
            form.answers.set("corrections.paragraph", ["4", "1", "all"]);
        }),
        [
            ("corrections.paragraph.0".to_owned(), NoSuchParagraph(4)),
            ("corrections.paragraph.2".to_owned(), Unknown)
        ]
    );
    assert_eq!(
        wrong(|form| form.paragraphs[0].language = "klingon".into()),
        at("p0_language", Unknown)
    );
}

#[test]
fn a_statement_goes_on_to_its_reading_back_and_then_to_final() {
    let known = known();
    let filing = complete().check(Needed::ReadBack, &known).expect("complete");
    assert_eq!(filing.witness.as_str(), "W-7K3QM");
    let paragraph = &filing.statement.paragraphs[0];
    assert_eq!((paragraph.number, paragraph.language.as_str()), (Some(1), "ar"));
    let problems = complete().check(Needed::Final, &known).expect_err("not closed");
    assert_eq!(problems.len(), 12, "{problems:?}");
    closed().check(Needed::Final, &known).expect("closed");
    let mut refused = closed();
    refused.answers.set("signature", ["refused"]);
    let problems = refused.check(Needed::Final, &known).expect_err("no reason");
    assert_eq!(fields(&problems), ["signature_reason"]);
}

#[test]
fn progress_counts_what_each_step_still_needs() {
    let of = |form: TestimonyForm| form.progress(&form.missing(Needed::ReadBack), &form.wrong(&known()));
    let progress = of(TestimonyForm::default());
    let counts: Vec<_> = progress.iter().map(|step| (step.missing, step.begun)).collect();
    assert_eq!(
        counts,
        [(5, false), (8, false), (5, false), (1, false), (1, false), (0, false)]
    );
    let done = of(complete());
    assert!(done.iter().all(|step| step.missing == 0 && step.wrong == 0));
}

#[test]
fn a_number_is_never_used_again_and_blank_paragraphs_are_left_out() {
    let paragraph = |number, text: &str| Paragraph {
        number,
        text: text.into(),
        ..Paragraph::default()
    };
    let statement = Statement {
        paragraphs: vec![
            paragraph(Some(1), "a"),
            paragraph(None, " "),
            paragraph(None, "b"),
            paragraph(Some(4), "c"),
        ],
        ..Statement::default()
    }
    .numbered();
    let numbers: Vec<_> = statement.paragraphs.iter().map(|p| p.number).collect();
    assert_eq!(numbers, [Some(1), Some(5), Some(4)]);
}

#[test]
fn a_step_saves_only_its_own_and_leaves_what_was_not_shown() {
    let mut form = complete();
    form.answers.set("occupation", ["teacher"]);
    let typed = TestimonyForm::posted(
        Step::Witness,
        &Pairs(vec![
            ("witness".into(), "W-22222".into()),
            ("place_type".into(), "home_neutral".into()),
            ("occupation".into(), "farmer".into()),
        ]),
    );
    let mut close = form.clone();
    close.take(Step::Witness, &typed, true);
    assert_eq!(
        (close.answers.get("witness"), close.answers.get("occupation")),
        ("W-22222", "farmer")
    );
    assert_eq!(close.answers.get("place_type"), "office", "of another step");
    assert_eq!(close.paragraphs, form.paragraphs);
    assert_eq!(close.answers.get("interviewee_role"), "", "it was shown and left blank");
    let mut member = form.clone();
    member.take(Step::Witness, &typed, false);
    assert_eq!(member.answers.get("occupation"), "teacher", "it was not shown");
}

#[test]
fn entries_keep_their_parts_together() {
    let pairs = [
        ("breaks.from", "10:30"),
        ("breaks.to", ""),
        ("breaks.why", "rest"),
        ("breaks.from", ""),
        ("breaks.to", " "),
        ("breaks.why", ""),
        ("breaks.from", "11:00"),
        ("breaks.to", "11:10"),
        ("breaks.why", ""),
    ];
    let pairs = Pairs(pairs.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect());
    let answers = Answers::posted(Step::Interview, &pairs);
    let of = |name: &str| answers.all(name).iter().map(Words::as_str).collect::<Vec<_>>();
    assert_eq!(of("breaks.from"), ["10:30", "11:00"]);
    assert_eq!(of("breaks.to"), ["", "11:10"]);
    assert_eq!(of("breaks.why"), ["rest", ""]);
    assert_eq!(answers.entries(named("breaks").expect("a question")), 2);
}

#[test]
fn a_new_version_must_be_closed_anew() {
    let statement = Statement {
        answers: closed().answers,
        paragraphs: closed().paragraphs,
        ..Statement::default()
    };
    let again = statement.reopened("خطأ في التاريخ".into());
    assert_eq!(again.answers.get("signature"), "");
    assert_eq!(again.answers.get("interview_date"), "2025-03-26");
    assert_eq!(again.correction.as_str(), "خطأ في التاريخ");
}

#[test]
fn two_versions_differ_by_questions_paragraphs_and_words() {
    let before = closed().check(Needed::Final, &known()).expect("closed").statement;
    let mut after = before.clone();
    after.answers.set("start_time", ["10:15"]);
    after.paragraphs[0].text = "لم أر".into();
    after.paragraphs.push(Paragraph {
        number: Some(2),
        text: "ثم".into(),
        ..Paragraph::default()
    });
    let found = changes(&before, &after);
    assert!(matches!(found[0], Change::Answer(question) if question.name == "start_time"));
    assert!(matches!(
        found[1],
        Change::Paragraph {
            number: 1,
            before: Some(_),
            after: Some(_)
        }
    ));
    assert!(matches!(
        found[2],
        Change::Paragraph {
            number: 2,
            before: None,
            after: Some(_)
        }
    ));
    assert_eq!(found.len(), 3);
    let (left, right) = pieces("رأيت رجلا عند الباب", "رأيت رجلين عند الباب");
    let marked = |pieces: &[Piece]| {
        pieces
            .iter()
            .filter(|piece| !piece.shared)
            .map(|piece| piece.text.trim().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        (marked(&left), marked(&right)),
        (vec!["رجلا".to_owned()], vec!["رجلين".to_owned()])
    );
}

proptest! {
    #[test]
    fn what_check_accepts_is_numbered_and_complete(text in ".{0,40}", basis in "(first_hand_saw|inference|hearsay_named|x)?", number in proptest::option::of(1u32..9)) {
        let mut form = complete();
        form.paragraphs.push(Paragraph { number, text: text.into(), basis, ..Paragraph::default() });
        if let Ok(filing) = form.check(Needed::ReadBack, &known()) {
            for paragraph in &filing.statement.paragraphs {
                prop_assert!(paragraph.number.is_some());
                prop_assert!(!paragraph.text.is_blank());
                prop_assert!(BASIS.has(&paragraph.basis));
            }
        }
    }

    #[test]
    fn both_texts_come_back_whole_from_their_pieces(before in ".{0,60}", after in ".{0,60}") {
        let (left, right) = pieces(&before, &after);
        let whole = |pieces: &[Piece]| pieces.iter().map(|piece| piece.text.as_str()).collect::<String>();
        prop_assert_eq!((whole(&left), whole(&right)), (before, after));
    }
}
