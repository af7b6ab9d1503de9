//! Drafts, filing, return: no word is lost and no number is used twice.

use domain::form::{FromPairs, Pairs};
use domain::grading::GradingForm;
use domain::testimony::{Answers, Needed, Paragraph, Step, TestimonyForm, TestimonyStatus};
use domain::{Error, Kind, ProblemKind};
use std::collections::BTreeSet;
use tests::{draft, on_both};

/// The fields that an error names.
fn fields(error: Error) -> Vec<String> {
    let Error::Invalid(problems) = error else {
        panic!("{error:?}")
    };
    problems.into_iter().map(|problem| problem.field).collect()
}

/// Numbers and texts.
fn numbered(paragraphs: &[Paragraph]) -> Vec<(Option<u32>, &str)> {
    paragraphs
        .iter()
        .map(|paragraph| (paragraph.number, paragraph.text.as_str()))
        .collect()
}

on_both! {
    async fn an_incomplete_draft_is_kept_exactly_as_typed(house) {
        let (case, lina) = house.case().await;
        let odd = "\u{202e}مقلوب\u{202c} a\u{200b}b\u{feff} \u{2066}x\u{2069}\ttab  two  \n\n trailing \u{0} nul \u{1f469}\u{200d}\u{2695} e\u{301} ";
        let pairs = [
            ("witness", " ليس رمزاً "),
            ("interview_date", "أمس"),
            ("start_time", "25:99"),
            ("language", "klingon"),
            ("modality", ""),
            ("second_interviewer", "nobody here"),
            ("summary", odd),
            ("sensitivity", "sensitive"),
            ("p_text", odd),
            ("p_language", "??"),
            ("p_basis", ""),
            ("p_text", "first\r\nsecond\rthird\n"),
            ("p_text", "   "),
        ];
        let form = TestimonyForm::from_pairs(&Pairs(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()));
        let code = house.store.create_testimony(&lina, Some(&case), &form).await.expect("kept");
        for version in 1..=2 {
            let view = house.store.open_draft(&lina, &code).await.expect("opens");
            assert_eq!(view.head.version, version);
            assert!(view.statement.answers == form.answers, "the answers");
            assert_eq!(view.statement.answers.get("summary"), odd);
            assert_eq!(numbered(&view.statement.paragraphs), [(None, odd), (None, "first\nsecond\rthird\n"), (None, "   ")]);
            assert_eq!((view.statement.paragraphs[0].language.as_str(), view.statement.paragraphs[0].basis.as_str()), ("??", ""));
            assert_eq!(view.statement.answers.get("sensitivity"), "sensitive");
            house.store.save_draft(&lina, &code, version, &form).await.expect("kept again");
        }
    }

    async fn a_wholly_empty_draft_is_kept_too(house) {
        let lina = house.actor("lina").await;
        let code = house.store.create_testimony(&lina, None, &TestimonyForm::default()).await.expect("kept");
        let view = house.store.open_testimony(&lina, &code).await.expect("opens");
        assert_eq!((view.status, view.statement.paragraphs.len(), view.head.title.as_deref()), (TestimonyStatus::Draft, 0, Some("")));
    }

    async fn what_is_missing_is_listed_before_the_reading_back_and_before_the_filing(house) {
        let (case, lina) = house.case().await;
        let code = house.store.create_testimony(&lina, Some(&case), &TestimonyForm::default()).await.expect("kept");
        let missing = fields(house.store.read_back(&lina, &code, 1).await.expect_err("not complete"));
        let expected: Vec<_> = TestimonyForm::default().missing(Needed::ReadBack).into_iter().map(|problem| problem.field).collect();
        assert_eq!(missing, expected);
        assert_eq!(house.last().await.line(), "read_back failed");
        let person = house.person(&lina, &case, "سامر").await;
        let good = draft::testimony(&person, 1);
        let mut version = 1;
        let table: [(&str, &str, &[&str]); 6] = [
            ("witness", "W-22222", &["witness"]),
            ("second_interviewer", "nobody", &["second_interviewer"]),
            // The lead is not her own second, and an auditor interviews nobody.
            ("second_interviewer", "lina", &["second_interviewer"]),
            ("second_interviewer", "zaid", &["second_interviewer"]),
            ("interview_date", "2025-08-02", &["interview_date"]),
            ("interview_date", "1979-01-01", &["interview_date"]),
        ];
        for (name, answer, wrong) in table {
            let mut form = good.clone();
            form.answers.set(name, [answer]);
            version = house.store.save_draft(&lina, &code, version, &form).await.expect("kept all the same").version;
            assert_eq!(fields(house.store.read_back(&lina, &code, version).await.expect_err(answer)), wrong, "{answer}");
        }
        let view = house.store.open_testimony(&lina, &code).await.expect("opens");
        assert_eq!((view.status, view.head.version), (TestimonyStatus::Draft, version));
        let mut open = good.clone();
        open.answers.set("signature", [""]);
        version = house.store.save_draft(&lina, &code, version, &open).await.expect("kept").version;
        assert_eq!(house.store.file_testimony(&lina, &code, version).await, Err(Error::Conflict), "it was not read back");
        house.store.read_back(&lina, &code, version).await.expect("complete");
        assert_eq!(fields(house.store.file_testimony(&lina, &code, version + 1).await.expect_err("not signed")), ["signature"]);
        assert_eq!(house.store.read_back(&lina, &code, version + 1).await, Err(Error::Conflict), "it is read back already");
        let mut refused = good.clone();
        refused.answers.set("signature", ["refused"]);
        let saved = house.store.save_step(&lina, &code, Step::Closing, version + 1, &refused).await.expect("kept");
        assert_eq!(fields(house.store.file_testimony(&lina, &code, saved.version).await.expect_err("no reason")), ["signature_reason"]);
        refused.answers.set("signature_reason", ["يخاف أن يُعرف"]);
        let saved = house.store.save_step(&lina, &code, Step::Closing, saved.version, &refused).await.expect("kept");
        house.store.file_testimony(&lina, &code, saved.version).await.expect("a refusal with its reason is recorded");
    }

    async fn steps_save_on_their_own_and_a_later_save_of_the_same_step_is_told(house) {
        let (case, lina) = house.case().await;
        let omar = house.on("omar", &case).await;
        let person = house.person(&lina, &case, "سامر").await;
        let whole = draft::testimony(&person, 2);
        let code = house.store.create_testimony(&lina, Some(&case), &TestimonyForm::default()).await.expect("kept");
        // Both have read version 1, and write in different steps.
        let mine = house.store.save_step(&lina, &code, Step::Account, 1, &whole).await.expect("kept");
        let theirs = house.store.save_step(&omar, &code, Step::Interview, 1, &whole).await.expect("another step");
        assert_eq!((mine.version, theirs.version), (2, 3));
        let view = house.store.open_draft(&lina, &code).await.expect("opens");
        assert_eq!(view.statement.paragraphs.len(), 2, "the interview's step left the account alone");
        assert_eq!(view.statement.answers.get("place_type"), "office");
        assert_eq!(view.statement.answers.get("interviewee_role"), "", "the witness's step was not saved");
        // The same step on what was read before: the later one is told.
        let late = house.store.save_step(&omar, &code, Step::Account, 1, &TestimonyForm::default()).await;
        assert_eq!(late, Err(Error::Conflict));
        assert_eq!(house.store.open_draft(&lina, &code).await.expect("opens").statement.paragraphs.len(), 2);
        house.store.save_step(&lina, &code, Step::Account, 2, &whole).await.expect("her own step, on what she saved");
        assert_eq!(house.store.save_step(&lina, &code, Step::Account, 9, &whole).await, Err(Error::Conflict), "a version to come");
        let odd = TestimonyForm { answers: Answers::from([("interview_date", "أمس")]), ..TestimonyForm::default() };
        let saved = house.store.save_step(&lina, &code, Step::Interview, 4, &odd).await.expect("kept as typed");
        assert_eq!(saved.wrong.iter().map(|problem| problem.field.as_str()).collect::<Vec<_>>(), ["interview_date"]);
    }

    async fn what_only_the_closest_see_stays_with_them_and_stays_whole(house) {
        let (case, lina) = house.case().await;
        let huda = house.on("huda", &case).await;
        house.store.assign(&huda, &case, "sami", "member").await.expect("assigned");
        let sami = house.on("sami", &case).await;
        let person = house.person(&lina, &case, "سامر").await;
        let mut form = draft::testimony(&person, 1);
        form.answers.set("occupation", ["معلم"]);
        let code = house.store.create_testimony(&lina, Some(&case), &form).await.expect("kept");
        let seen = house.store.open_draft(&sami, &code).await.expect("a member opens it");
        assert_eq!((seen.close, seen.statement.answers.get("occupation")), (false, ""));
        assert!(seen.withheld.iter().any(|question| question.name == "occupation"));
        house.store.save_step(&sami, &code, Step::Witness, 1, &seen.statement.form()).await.expect("kept");
        let whole = house.store.open_draft(&lina, &code).await.expect("opens");
        assert_eq!(whole.statement.answers.get("occupation"), "معلم", "what he did not see he did not remove");
    }

    async fn a_correction_is_a_new_version_and_the_final_one_stays(house) {
        let (case, lina) = house.case().await;
        let code = house.filed(&lina, &case, 2).await;
        let first = house.store.open_testimony(&lina, &code).await.expect("opens");
        let hash = first.sha256.clone().expect("a hash");
        assert_eq!(house.store.correct_testimony(&lina, &code, "قصير").await.map_err(fields), Err(vec!["why".to_owned()]));
        house.store.correct_testimony(&lina, &code, draft::REASON).await.expect("opened");
        assert_eq!(house.store.correct_testimony(&lina, &code, draft::REASON).await, Err(Error::Conflict), "one at a time");
        let view = house.store.open_draft(&lina, &code).await.expect("opens");
        assert_eq!((view.status, view.statement_version), (TestimonyStatus::Correcting, 2));
        assert_eq!(view.statement.correction.as_str(), draft::REASON);
        assert_eq!(view.statement.answers.get("signature"), "", "it must be signed anew");
        let mut form = view.statement.form();
        form.paragraphs[0].text = "الفقرة المصححة".into();
        draft::close(&mut form.answers);
        house.store.save_draft(&lina, &code, view.head.version, &form).await.expect("kept");
        house.file(&lina, &code).await;
        let [before, after] = house.store.open_versions(&lina, &code, [1, 2]).await.expect("both");
        assert_eq!(before.sha256.as_ref(), Some(&hash), "the first is what it was");
        assert_ne!(after.sha256, before.sha256);
        assert_eq!((before.statement.paragraphs[0].text.as_str(), after.statement.paragraphs[0].text.as_str()), ("الفقرة رقم 1", "الفقرة المصححة"));
        let entries = house.raw().await.log().await;
        let logged = |hash: &str| entries.iter().any(|entry| entry.act == "file_testimony" && entry.detail.contains(hash));
        assert!(logged(&hash) && logged(after.sha256.as_deref().expect("a hash")), "each hash stands in the log");
        assert_eq!(house.store.open_versions(&lina, &code, [3]).await.map(drop), Err(Error::NotFound));
        let sami = house.actor("sami").await;
        assert_eq!(house.store.open_versions(&sami, &code, [1]).await.map(drop), Err(Error::NotFound), "outside the case");
    }

    async fn a_supplementary_statement_is_a_record_of_its_own(house) {
        let (case, lina) = house.case().await;
        let code = house.filed(&lina, &case, 1).await;
        let made = house.store.supplement_testimony(&lina, &code).await.expect("begun");
        let view = house.store.open_draft(&lina, &made).await.expect("opens");
        assert_eq!((view.follow_up_of.as_ref(), view.status, view.statement.paragraphs.len()), (Some(&code), TestimonyStatus::Draft, 0));
        assert_eq!(view.head.cases, [case]);
        let first = house.store.open_testimony(&lina, &code).await.expect("opens");
        assert_eq!((first.followed_by, first.witness), (vec![made.clone()], view.witness));
        assert_eq!(house.store.supplement_testimony(&lina, &made).await, Err(Error::Conflict), "only of a final one");
        let huda = house.actor("huda").await;
        assert_eq!(house.store.supplement_testimony(&huda, &code).await, Err(Error::Forbidden), "who supervises takes no testimony");
    }

    async fn gradings_are_kept_apart_by_grader_and_superseded_by_their_own(house) {
        let (case, lina) = house.case().await;
        let omar = house.on("omar", &case).await;
        let code = house.filed(&lina, &case, 2).await;
        let grade = |paragraph: &str, source: &str| GradingForm {
            paragraph: paragraph.into(),
            source_grade: source.into(),
            information_grade: "2".into(),
            reasons: draft::REASON.into(),
        };
        house.store.grade(&lina, &code, &grade("", "F")).await.expect("graded");
        house.store.grade(&lina, &code, &grade("", "B")).await.expect("graded anew");
        house.store.grade(&omar, &code, &grade("", "C")).await.expect("graded by another");
        house.store.grade(&omar, &code, &grade("2", "A")).await.expect("a paragraph");
        assert_eq!(fields(house.store.grade(&omar, &code, &grade("3", "A")).await.expect_err("no such paragraph")), ["paragraph"]);
        let file = house.store.see_gradings(&lina, &code).await.expect("opens");
        let standing: Vec<_> = file.gradings.iter().map(|grading| (grading.paragraph, grading.source_grade.as_str(), grading.by.as_str())).collect();
        assert_eq!(standing, [(None, "B", "Lina Kheder"), (None, "C", "Omar Jaber"), (Some(2), "A", "Omar Jaber")]);
        assert_eq!(house.raw().await.number("SELECT count(*) FROM grading").await, 4, "what was superseded is still there");
        house.store.correct_testimony(&lina, &code, draft::REASON).await.expect("opened");
        assert_eq!(house.store.grade(&lina, &code, &grade("", "A")).await, Err(Error::Conflict), "a draft is not graded");
        let mut raw = house.raw().await;
        assert!(raw.run("UPDATE grading SET source_grade = 'A'").await.expect_err("fixed").contains("insert-only"));
    }

    async fn a_final_testimony_changes_through_no_function_and_no_sql(house) {
        let (case, lina) = house.case().await;
        let code = house.filed(&lina, &case, 3).await;
        let view = house.store.open_testimony(&lina, &code).await.expect("opens");
        assert_eq!((view.status, view.head.version, view.may_write), (TestimonyStatus::Final, 3, false));
        assert_eq!(view.statement.paragraphs.iter().map(|paragraph| paragraph.number).collect::<Vec<_>>(), [Some(1), Some(2), Some(3)]);
        let witness = view.witness.expect("a witness").0;
        let mut form = draft::testimony(&witness, 1);
        form.paragraphs[0].text = "غير ما قيل".into();
        let frozen = Err(Error::at("", ProblemKind::Frozen));
        assert_eq!(house.store.save_draft(&lina, &code, 3, &form).await.map(drop), frozen);
        assert_eq!(house.store.file_testimony(&lina, &code, 3).await, frozen);
        assert_eq!(house.store.read_back(&lina, &code, 3).await, frozen);
        assert_eq!(house.store.open_draft(&lina, &code).await.map(drop), frozen);
        let mut raw = house.raw().await;
        for sql in ["UPDATE statement SET body = wrapped_key FROM record WHERE record.id = testimony_id", "UPDATE statement SET frozen_at = NULL", "UPDATE statement SET sha256 = '0'", "DELETE FROM statement"] {
            assert!(raw.run(sql).await.expect_err(sql).contains("insert-only"), "{sql}");
        }
        let again = house.store.open_testimony(&lina, &code).await.expect("opens");
        assert_eq!(again.statement, view.statement);
    }

    async fn numbers_that_a_browser_makes_up_do_not_count(house) {
        let (case, lina) = house.case().await;
        let person = house.person(&lina, &case, "سامر").await;
        let mut form = draft::testimony(&person, 0);
        form.paragraphs = vec![draft::paragraph(Some(7), "أولى"), draft::paragraph(Some(7), "ثانية"), draft::paragraph(Some(400), "ثالثة"), draft::paragraph(None, "رابعة")];
        let code = house.store.create_testimony(&lina, Some(&case), &form).await.expect("kept");
        house.store.save_draft(&lina, &code, 1, &form).await.expect("kept");
        house.file(&lina, &code).await;
        let view = house.store.open_testimony(&lina, &code).await.expect("opens");
        assert_eq!(numbered(&view.statement.paragraphs), [(Some(1), "أولى"), (Some(2), "ثانية"), (Some(3), "ثالثة"), (Some(4), "رابعة")]);
        let incident = house.store.create_incident(&lina, Some(&case), &draft::incident("قصف")).await.expect("made");
        for made_up in ["5", "400"] {
            let refused = house.store.involve(&lina, &incident, &draft::involvement(&person, &[(&code, made_up)])).await;
            assert!(matches!(refused, Err(Error::Invalid(_))), "{made_up}");
        }
    }

    async fn in_a_returned_testimony_numbers_stay_and_nothing_cited_disappears(house) {
        let (case, lina) = house.case().await;
        let huda = house.on("huda", &case).await;
        let code = house.filed(&lina, &case, 3).await;
        let witness = house.store.open_testimony(&lina, &code).await.expect("opens").witness.expect("a witness").0;
        house.store.return_testimony(&huda, &code, draft::REASON, "").await.expect("returned");
        let view = house.store.open_draft(&lina, &code).await.expect("opens");
        assert_eq!((view.status, view.statement_version, view.remarks[0].words.as_str()), (TestimonyStatus::Returned, 2, draft::REASON));
        assert_eq!(view.statement.paragraphs.len(), 3, "the text is there to go on with");
        // Paragraph 2 is left out, 3 comes first and is corrected, 9 is made up, 3 is claimed twice, one is new.
        let mut form = draft::testimony(&witness, 0);
        form.paragraphs = vec![
            draft::paragraph(Some(3), "الثالثة مصححة"),
            draft::paragraph(None, "جديدة"),
            draft::paragraph(Some(1), "الفقرة رقم 1"),
            draft::paragraph(Some(9), "رقم مختلق"),
            draft::paragraph(Some(3), "ثالثة أخرى"),
        ];
        let version = view.head.version;
        house.store.save_draft(&lina, &code, version, &form).await.expect("kept");
        let view = house.store.open_draft(&lina, &code).await.expect("opens");
        let kept = [(Some(3), "الثالثة مصححة"), (None, "جديدة"), (Some(1), "الفقرة رقم 1"), (None, "رقم مختلق"), (None, "ثالثة أخرى"), (Some(2), "الفقرة رقم 2")];
        assert_eq!(numbered(&view.statement.paragraphs), kept);
        house.file(&lina, &code).await;
        let view = house.store.open_testimony(&lina, &code).await.expect("opens");
        let filed = [(Some(3), "الثالثة مصححة"), (Some(4), "جديدة"), (Some(1), "الفقرة رقم 1"), (Some(5), "رقم مختلق"), (Some(6), "ثالثة أخرى"), (Some(2), "الفقرة رقم 2")];
        assert_eq!(numbered(&view.statement.paragraphs), filed);
        assert_eq!(view.statement_version, 2);
        assert_eq!(house.raw().await.number("SELECT count(*) FROM statement WHERE frozen_at IS NOT NULL").await, 2, "the first version is still there");
    }

    async fn a_returned_testimony_goes_only_to_an_investigator_of_its_case(house) {
        let (case, lina) = house.case().await;
        let huda = house.on("huda", &case).await;
        let code = house.filed(&lina, &case, 1).await;
        for stranger in ["sami", "rana", "nobody"] {
            let refused = house.store.return_testimony(&huda, &code, draft::REASON, stranger).await;
            assert_eq!(refused, Err(Error::at("lead", ProblemKind::NoSuchRecord)), "{stranger}");
        }
        assert_eq!(fields(house.store.return_testimony(&huda, &code, "قصير", "").await.expect_err("no remarks")), ["remarks"]);
        assert_eq!(house.store.return_testimony(&lina, &code, draft::REASON, "").await, Err(Error::Forbidden));
        house.store.return_testimony(&huda, &code, draft::REASON, "omar").await.expect("omar is on the case");
        let omar = house.on("omar", &case).await;
        assert_eq!(house.store.open_draft(&omar, &code).await.expect("opens").lead, "Omar Jaber");
        assert_eq!(house.store.return_testimony(&huda, &code, draft::REASON, "").await, Err(Error::Conflict), "it is not final any more");
    }

    async fn what_can_not_be_cited_leaves_no_link_behind(house) {
        let (case, lina) = house.case().await;
        let person = house.person(&lina, &case, "سامر").await;
        let good = house.filed(&lina, &case, 2).await;
        let unfinished = house.store.create_testimony(&lina, Some(&case), &draft::testimony(&person, 2)).await.expect("kept");
        let sami = house.actor("sami").await;
        let hidden_case = house.store.create_case(&sami, &draft::case("قضية أخرى", "")).await.expect("a case");
        let hidden = house.filed(&sami, &hidden_case, 1).await;
        let incident = house.store.create_incident(&lina, Some(&case), &draft::incident("قصف")).await.expect("made");
        let stranger = house.store.create_person(&lina, None, &draft::person("غريب", false)).await.expect("a person");
        let table = [
            (&unfinished, "1", ProblemKind::DraftCited),
            (&good, "3", ProblemKind::NoSuchParagraph(3)),
            (&hidden, "1", ProblemKind::NoSuchRecord),
        ];
        for (source, paragraphs, kind) in table {
            let problem = Err(Error::at(&format!("cite.{source}"), kind));
            let sources = [(&good, "1"), (source, paragraphs)];
            let sources = if source == &good { &sources[1..] } else { &sources[..] };
            assert_eq!(house.store.involve(&lina, &incident, &draft::involvement(&stranger, sources)).await, problem);
            assert_eq!(house.store.link_to_case(&lina, &case, stranger.as_str(), &draft::citations(sources)).await, problem);
        }
        let mut raw = house.raw().await;
        assert_eq!(raw.number("SELECT count(*) FROM involvement").await, 0);
        assert_eq!(raw.number("SELECT count(*) FROM citation").await, 0);
        let on_case = house.store.case_records(&lina, &case, Kind::Person, &store::ListFilter::default(), 50).await.expect("a list");
        assert!(on_case.rows.iter().all(|row| row.code != stranger), "the stranger hangs on the case");
        house.store.involve(&lina, &incident, &draft::involvement(&stranger, &[(&good, "1-2")])).await.expect("linked");
        let view = house.store.open_incident(&lina, &incident).await.expect("opens");
        assert_eq!(view.involved[0].citations[0].paragraphs, [1, 2]);
        assert_eq!(house.store.open_testimony(&lina, &good).await.expect("opens").cited_by, [(incident.clone(), vec![1, 2])]);
        house.store.end_involvement(&lina, &incident, view.involved[0].id).await.expect("ended");
        assert_eq!(house.store.end_involvement(&lina, &incident, view.involved[0].id).await, Err(Error::NotFound));
        assert_eq!(raw.number("SELECT count(*) FROM involvement").await, 1, "that it was said stays in the record");
        assert!(house.store.open_incident(&lina, &incident).await.expect("opens").involved.is_empty());
    }

    async fn a_restricted_testimony_leaves_the_sight_of_members_as_soon_as_it_is_saved(house) {
        let (case, lina) = house.case().await;
        let huda = house.on("huda", &case).await;
        house.store.assign(&huda, &case, "sami", "member").await.expect("assigned");
        let sami = house.on("sami", &case).await;
        let person = house.person(&lina, &case, "سامر").await;
        let mut form = draft::testimony(&person, 1);
        let code = house.store.create_testimony(&lina, Some(&case), &form).await.expect("kept");
        house.open(&sami, &code).await.expect("not restricted yet");
        form.answers.set("sensitivity", ["restricted"]);
        house.store.save_draft(&lina, &code, 1, &form).await.expect("kept");
        assert_eq!(house.open(&sami, &code).await, Err(Error::NotFound));
        assert_eq!(house.open(&house.on("nour", &case).await, &code).await, Err(Error::NotFound), "the chair has no duty on it");
        let kinds: BTreeSet<_> = house.store.open_case(&sami, &case).await.expect("opens").linked.iter().map(|linked| linked.kind).collect();
        assert!(!kinds.contains(&Kind::Testimony));
    }
}
