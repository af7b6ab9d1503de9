//! The statements of the demonstration, out of what the scenario has of them.

use super::scenario;
use domain::grading::GradingDraft;
use domain::testimony::{Answers, Known, Needed, Paragraph, Statement};
use store::Imported;

/// The statement of a testimony. What a filing would have asked for and the scenario lacks is named as not recorded.
pub(super) fn statement(
    testimony: &scenario::Testimony,
    witness: &Imported,
    follow_up_of: Option<&Imported>,
    known: &Known,
) -> Statement {
    let paragraphs = testimony
        .paragraphs
        .iter()
        .map(|said| Paragraph {
            number: Some(said.n),
            text: said.text.as_str().into(),
            language: said.lang.clone(),
            basis: said.basis.clone(),
            ..Paragraph::default()
        })
        .collect();
    let mut statement = Statement {
        answers: answers(testimony, witness, follow_up_of),
        paragraphs,
        ..Statement::default()
    };
    let lacking = statement.form().check(Needed::Final, known).err().unwrap_or_default();
    statement.not_recorded = lacking.into_iter().map(|problem| problem.field).collect();
    statement
}

fn answers(testimony: &scenario::Testimony, witness: &Imported, follow_up_of: Option<&Imported>) -> Answers {
    let sensitivity = match (testimony.access_group.as_str(), testimony.sensitive) {
        ("restricted", _) => "restricted",
        (_, true) => "sensitive",
        _ => "normal",
    };
    let yes_no = |yes: bool| if yes { "yes" } else { "no" };
    let summary = format!("{}\n\n{}", testimony.summary_ar, testimony.summary_en);
    let day = testimony.interview_date.to_string();
    let interpreter = testimony.interpreter.as_deref();
    let mut answers = Answers::from([
        ("witness", witness.code.as_str()),
        ("interviewee_role", testimony.interviewee_role.as_str()),
        ("sensitivity", sensitivity),
        ("interview_date", &day),
        ("start_time", testimony.start.as_deref().unwrap_or_default()),
        ("end_time", testimony.end.as_deref().unwrap_or_default()),
        ("place_type", &testimony.place_type),
        ("modality", &testimony.modality),
        ("language", &testimony.language),
        ("record_language", &testimony.record_language),
        ("interpreter", yes_no(interpreter.is_some())),
        ("interpreter_name", interpreter.unwrap_or_default()),
        (
            "interviewed_before",
            yes_no(!testimony.prior_interviews.is_empty() || follow_up_of.is_some()),
        ),
        ("summary", &summary),
        (
            "follow_up_of",
            follow_up_of.map(|other| other.code.as_str()).unwrap_or_default(),
        ),
    ]);
    if let Some(second) = testimony.interviewers.get(1) {
        answers.set("second_interviewer", [second.to_lowercase()]);
    }
    if let Some(sworn) = testimony.interpreter_oath {
        answers.set("interpreter_oath", [yes_no(sworn)]);
    }
    answers.set("others_present.who", testimony.others_present.clone());
    answers.set("safeguards", testimony.suspect_safeguards.clone().unwrap_or_default());
    let earlier = testimony.prior_interviews.iter();
    answers.set(
        "prior_interviews.body",
        earlier.clone().map(|prior| prior.body.as_str()),
    );
    answers.set(
        "prior_interviews.date",
        earlier.clone().map(|prior| prior.date.to_string()),
    );
    answers.set(
        "prior_interviews.copy",
        earlier.map(|prior| yes_no(prior.copy_available)),
    );
    if testimony.read_back.done {
        answers.set("read_back_language", [testimony.read_back.language.as_str()]);
    }
    answers.set("signature", [testimony.signature.kind.as_str()]);
    answers.set("signature_reason", testimony.signature.reason.as_deref());
    answers
}

/// The gradings of a testimony, by whom. The scenario has the grades but not the reasons.
pub(super) fn gradings(testimony: &scenario::Testimony) -> Vec<(GradingDraft, &str)> {
    let draft = GradingDraft {
        paragraph: None,
        source_grade: testimony.source_grade.clone(),
        information_grade: testimony.info_grade.clone(),
        reasons: "لم تُسجَّل الأسباب عند الاستيراد. The reasons were not recorded at import.".into(),
    };
    [Some(testimony.graded_by.as_str()), testimony.second_grader.as_deref()]
        .into_iter()
        .flatten()
        .map(|grader| (draft.clone(), grader))
        .collect()
}
