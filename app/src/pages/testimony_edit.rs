//! Writing a testimony: a draft that is always kept as typed, and filing.
//!
//! The whole form works without a script: each paragraph's buttons save the draft with the change and come back to the
//! paragraph. The island `ParagraphEditor` does the same in the browser, and saves by the same POST with
//! `Accept: application/json` (see [`told`]).

use super::testimony::{remarks, state_chip};
use crate::ask::{Ask, problems, see_other, with_next};
use crate::islands::{EditorLabels, ParagraphEditor};
use crate::parts::fields::{EMPTY, Input};
use crate::parts::lists::case_note;
use crate::parts::{self, Form, Nav, ago, area, choice, choices, frame, hidden, input, picker, problems_summary};
use crate::say;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use domain::access::{self, Act};
use domain::form::{FromPairs, Pairs};
use domain::testimony::{Interview, PARAGRAPH, Paragraph, Statement, TestimonyForm, TestimonyStatus};
use domain::vocabulary::{BASIS, INTERVIEW_LANGUAGE, INTERVIEWEE_ROLE, MODALITY, PLACE_TYPE, SENSITIVITY, Vocabulary};
use domain::{Code, Error, Kind, Language, Problem};
use leptos::prelude::*;
use serde_json::json;
use store::{DraftSaved, Hit, RemarkView, TestimonyView};

/// How many empty paragraphs a new testimony offers.
const OFFERED: usize = 3;
/// Who can be a witness.
const WITNESSES: &[Kind] = &[Kind::Person];

/// The button that was pressed. Numbers are positions from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Save,
    File,
    Add,
    Up(usize),
    Down(usize),
    Split(usize),
    Remove(usize),
}

impl Step {
    fn of(posted: &Pairs) -> Self {
        let pressed = posted.get("do");
        let (name, at) = pressed.split_once(':').unwrap_or((&pressed, ""));
        match (name, at.parse()) {
            ("file", _) => Self::File,
            ("add", _) => Self::Add,
            ("up", Ok(at)) => Self::Up(at),
            ("down", Ok(at)) => Self::Down(at),
            ("split", Ok(at)) => Self::Split(at),
            ("remove", Ok(at)) => Self::Remove(at),
            _ => Self::Save,
        }
    }

    /// Does it to the paragraphs; the position to come back to. What has a frozen number is neither moved nor removed.
    fn apply(self, paragraphs: &mut Vec<Paragraph>) -> Option<usize> {
        let loose = |at: usize| paragraphs.get(at).is_some_and(|paragraph| paragraph.number.is_none());
        match self {
            Self::Save | Self::File => None,
            Self::Add => {
                let like = paragraphs.last().map(|last| last.language.clone()).unwrap_or_default();
                paragraphs.push(Paragraph {
                    language: like,
                    ..Paragraph::default()
                });
                Some(paragraphs.len() - 1)
            }
            Self::Up(at) if at > 0 && loose(at) => {
                paragraphs.swap(at, at - 1);
                Some(at - 1)
            }
            Self::Down(at) if loose(at) && at + 1 < paragraphs.len() => {
                paragraphs.swap(at, at + 1);
                Some(at + 1)
            }
            Self::Split(at) => {
                let whole = paragraphs.get_mut(at)?;
                let Some((first, rest)) = whole
                    .text
                    .trim_start()
                    .split_once('\n')
                    .map(|(first, rest)| (first.trim_end().to_owned(), rest.trim_start().to_owned()))
                else {
                    return Some(at);
                };
                let second = Paragraph {
                    number: None,
                    text: rest.into(),
                    ..whole.clone()
                };
                whole.text = first.into();
                paragraphs.insert(at + 1, second);
                Some(at + 1)
            }
            Self::Remove(at) if loose(at) => {
                paragraphs.remove(at);
                Some(at.saturating_sub(1))
            }
            Self::Up(at) | Self::Down(at) | Self::Remove(at) => Some(at),
        }
    }
}

/// What came of keeping a draft.
enum Kept {
    Saved(DraftSaved),
    /// Somebody saved it in between; this is what they saved.
    Theirs(Box<TestimonyView>),
}

/// What the form's page shows besides what was typed.
#[derive(Clone, Default)]
struct Sheet<'a> {
    /// The draft and the version it was read at; none for a new testimony.
    draft: Option<(&'a Code, i64)>,
    status: Option<TestimonyStatus>,
    remarks: &'a [RemarkView],
    saved_at: Option<DateTime<Utc>>,
    theirs: Option<&'a TestimonyView>,
    /// The case whose purpose of access must be chosen first.
    purpose: Option<Code>,
    /// It was saved, but filing was refused.
    not_filed: bool,
    /// People found for the witness's field, by its button.
    hits: Option<&'a [Hit]>,
}

/// `GET /testimonies/new`
pub async fn new(ask: Ask) -> domain::Result<Response> {
    access::TakeTestimony::grounds(ask.actor()?, &access::Facts::default()).map_err(|_| Error::Forbidden)?;
    let typed = TestimonyForm {
        sensitivity: "normal".to_owned(),
        paragraphs: vec![Paragraph::default(); OFFERED],
        ..TestimonyForm::default()
    };
    form_page(&ask, StatusCode::OK, &Sheet::default(), &typed, &[]).await
}

/// `POST /testimonies/new`
pub async fn create(ask: Ask, posted: Pairs) -> domain::Result<Response> {
    let step = Step::of(&posted);
    let mut form = TestimonyForm::from_pairs(&posted);
    if let Some(hits) = picker::find(&ask, &posted, "witness", WITNESSES).await? {
        return form_page(
            &ask,
            StatusCode::OK,
            &Sheet {
                hits: Some(&hits),
                ..Sheet::default()
            },
            &form,
            &[],
        )
        .await;
    }
    let back = step.apply(&mut form.paragraphs);
    let made = ask
        .store()
        .create_testimony(ask.actor()?, ask.case().as_ref(), &form)
        .await;
    if ask.json {
        let saved = made.map(|code| {
            (
                DraftSaved {
                    version: 1,
                    at: ask.store().now(),
                },
                Some(code),
            )
        });
        return told(&ask, saved);
    }
    match made {
        Ok(code) if step == Step::File => file(&ask, &code, 1, &form).await,
        Ok(code) => Ok(see_other(&edit_path(&code, back))),
        Err(error) => {
            form_page(
                &ask,
                StatusCode::UNPROCESSABLE_ENTITY,
                &Sheet::default(),
                &form,
                &problems(error)?,
            )
            .await
        }
    }
}

/// `GET /testimonies/{code}/edit`
pub async fn edit(ask: Ask) -> domain::Result<Response> {
    let draft = ask.store().open_draft(ask.actor()?, &ask.code()?).await?;
    let sheet = Sheet {
        draft: Some((&draft.head.code, draft.head.version)),
        status: Some(draft.status),
        remarks: &draft.remarks,
        saved_at: Some(draft.head.updated_at),
        ..Sheet::default()
    };
    form_page(&ask, StatusCode::OK, &sheet, &form_of(&draft), &[]).await
}

/// `POST /testimonies/{code}/edit`
pub async fn change(ask: Ask, posted: Pairs) -> domain::Result<Response> {
    let code = ask.code()?;
    let step = Step::of(&posted);
    let mut form = TestimonyForm::from_pairs(&posted);
    let version = posted.get("version").parse().unwrap_or(0);
    if let Some(hits) = picker::find(&ask, &posted, "witness", WITNESSES).await? {
        let sheet = Sheet {
            draft: Some((&code, version)),
            hits: Some(&hits),
            ..Sheet::default()
        };
        return again(&ask, StatusCode::OK, &sheet, &form, &[]).await;
    }
    let back = step.apply(&mut form.paragraphs);
    let kept = keep(&ask, &code, version, &form).await;
    if ask.json {
        return told(
            &ask,
            kept.and_then(|kept| match kept {
                Kept::Saved(saved) => Ok((saved, None)),
                Kept::Theirs(_) => Err(Error::Conflict),
            }),
        );
    }
    match kept {
        Ok(Kept::Saved(saved)) if step == Step::File => file(&ask, &code, saved.version, &form).await,
        Ok(Kept::Saved(_)) => Ok(see_other(&edit_path(&code, back))),
        Ok(Kept::Theirs(theirs)) => conflict_page(&ask, &theirs, &form).await,
        Err(error) => refused(&ask, &code, version, &form, error, false).await,
    }
}

/// Keeps a draft. An answer may get lost on its way, and the same text come again: that is no conflict.
async fn keep(ask: &Ask, code: &Code, version: i64, form: &TestimonyForm) -> domain::Result<Kept> {
    let actor = ask.actor()?;
    match ask.store().save_draft(actor, code, version, form).await {
        Ok(saved) => Ok(Kept::Saved(saved)),
        Err(Error::Conflict) => {
            // Showing the other's text is itself a logged read.
            let theirs = ask.store().open_testimony(actor, code).await?;
            if theirs.may_write && form_of(&theirs) == *form {
                Ok(Kept::Saved(DraftSaved {
                    version: theirs.head.version,
                    at: theirs.head.updated_at,
                }))
            } else {
                Ok(Kept::Theirs(Box::new(theirs)))
            }
        }
        Err(error) => Err(error),
    }
}

/// Files what was saved as `version`. A paragraph without a language of its own is in the interview's.
async fn file(ask: &Ask, code: &Code, version: i64, form: &TestimonyForm) -> domain::Result<Response> {
    let mut filing = form.clone();
    for paragraph in filing
        .paragraphs
        .iter_mut()
        .filter(|paragraph| paragraph.language.is_empty())
    {
        paragraph.language.clone_from(&form.interview.language);
    }
    match ask.store().file_testimony(ask.actor()?, code, version, &filing).await {
        Ok(()) => Ok(see_other(&code.path())),
        Err(Error::Conflict) => {
            let theirs = ask.store().open_testimony(ask.actor()?, code).await?;
            conflict_page(ask, &theirs, form).await
        }
        Err(error) => refused(ask, code, version, form, error, true).await,
    }
}

/// The form again with what is wrong; `saved` if the draft itself was kept.
async fn refused(
    ask: &Ask,
    code: &Code,
    version: i64,
    form: &TestimonyForm,
    error: Error,
    saved: bool,
) -> domain::Result<Response> {
    let sheet = Sheet {
        draft: Some((code, version)),
        not_filed: saved,
        saved_at: saved.then(|| ask.store().now()),
        ..Sheet::default()
    };
    match error {
        Error::PurposeNeeded(case) => {
            let sheet = Sheet {
                purpose: Some(case),
                ..sheet
            };
            form_page(ask, StatusCode::FORBIDDEN, &sheet, form, &[]).await
        }
        error => {
            let problems = problems(error)?;
            again(ask, StatusCode::UNPROCESSABLE_ENTITY, &sheet, form, &problems).await
        }
    }
}

/// The form of a draft once more. Only what was returned has frozen numbers, and remarks to be shown.
async fn again(
    ask: &Ask,
    status: StatusCode,
    sheet: &Sheet<'_>,
    form: &TestimonyForm,
    problems: &[Problem],
) -> domain::Result<Response> {
    match sheet.draft {
        Some((code, _)) if form.paragraphs.iter().any(|paragraph| paragraph.number.is_some()) => {
            let draft = ask.store().open_testimony(ask.actor()?, code).await?;
            let sheet = Sheet {
                remarks: &draft.remarks,
                status: Some(draft.status),
                ..sheet.clone()
            };
            form_page(ask, status, &sheet, form, problems).await
        }
        _ => form_page(ask, status, sheet, form, problems).await,
    }
}

async fn conflict_page(ask: &Ask, theirs: &TestimonyView, form: &TestimonyForm) -> domain::Result<Response> {
    let sheet = Sheet {
        draft: Some((&theirs.head.code, theirs.head.version)),
        status: Some(theirs.status),
        remarks: &theirs.remarks,
        theirs: Some(theirs),
        ..Sheet::default()
    };
    form_page(ask, StatusCode::CONFLICT, &sheet, form, &[]).await
}

/// The answer to a script that saves: the new version (and the address of what was new), or what prevented it. Sentences
/// only, never anything of the record.
fn told(ask: &Ask, saved: domain::Result<(DraftSaved, Option<Code>)>) -> domain::Result<Response> {
    let (status, body) = match saved {
        Ok((saved, code)) => {
            let path = code.as_ref().map(|code| edit_path(code, None));
            (
                StatusCode::OK,
                json!({ "version": saved.version, "saved_at": saved.at.to_rfc3339(), "code": code.map(|code| code.to_string()), "path": path }),
            )
        }
        Err(Error::Conflict) => (StatusCode::CONFLICT, json!({ "conflict": true })),
        Err(Error::Invalid(problems)) => {
            let problems: Vec<_> = problems
                .iter()
                .map(|problem| json!({ "field": problem.field, "text": parts::sentence(ask.lang(), &problem.kind) }))
                .collect();
            (StatusCode::UNPROCESSABLE_ENTITY, json!({ "problems": problems }))
        }
        Err(Error::SignedOut) => (StatusCode::UNAUTHORIZED, json!({ "signed_out": true })),
        Err(Error::PurposeNeeded(case)) => (StatusCode::FORBIDDEN, json!({ "purpose": case.to_string() })),
        Err(error) => return Err(error),
    };
    Ok((
        status,
        [(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))],
        body.to_string(),
    )
        .into_response())
}

fn edit_path(code: &Code, back: Option<usize>) -> String {
    let anchor = back.map(|at| format!("#p{at}")).unwrap_or_default();
    format!("{}/edit{anchor}", code.path())
}

fn form_of(draft: &TestimonyView) -> TestimonyForm {
    TestimonyForm {
        interview: Interview {
            not_recorded: Vec::new(),
            ..draft.interview.clone()
        },
        sensitivity: draft.sensitivity.clone(),
        paragraphs: draft.statement.paragraphs.clone(),
    }
}

/// The name of a field for the reader; of a paragraph's fields by its place in `numbers`.
fn label(lang: Language, numbers: &[String], field: &str) -> String {
    let of_paragraph = field.strip_prefix('p').and_then(|rest| {
        let (at, part) = rest.split_once('_').unwrap_or((rest, ""));
        let number = at.parse::<usize>().ok().and_then(|at| numbers.get(at))?;
        let paragraph = say!(lang, testimony.paragraph, number = number.clone());
        Some(match part {
            "basis" => format!("{paragraph}, {}", say!(lang, testimony.basis)),
            "language" => format!("{paragraph}, {}", say!(lang, testimony.paragraph_language)),
            _ => paragraph,
        })
    });
    of_paragraph.unwrap_or_else(|| match field {
        "witness" => say!(lang, testimony.witness),
        "interviewee_role" => say!(lang, testimony.interviewee_role),
        "interview_date" => say!(lang, testimony.interview_date),
        "start_time" => say!(lang, testimony.start_time),
        "end_time" => say!(lang, testimony.end_time),
        "place_type" => say!(lang, testimony.place_type),
        "modality" => say!(lang, testimony.modality),
        "language" => say!(lang, testimony.language),
        "second_interviewer" => say!(lang, testimony.second_interviewer),
        "waiver" => say!(lang, testimony.waiver),
        "summary" => say!(lang, testimony.summary),
        "sensitivity" => say!(lang, testimony.sensitivity),
        "case" => say!(lang, common.case),
        _ => String::new(),
    })
}

/// The numbers that paragraphs show: those that are frozen, and for the others those that filing would give.
fn numbers_of(paragraphs: &[Paragraph]) -> Vec<String> {
    let numbered = Statement {
        paragraphs: paragraphs.to_vec(),
    }
    .numbered();
    numbered
        .paragraphs
        .iter()
        .map(|paragraph| paragraph.number.unwrap_or_default().to_string())
        .collect()
}

async fn form_page(
    ask: &Ask,
    status: StatusCode,
    sheet: &Sheet<'_>,
    typed: &TestimonyForm,
    problems: &[Problem],
) -> domain::Result<Response> {
    let colleagues: Vec<(String, String)> = ask
        .store()
        .colleagues(ask.actor()?)
        .await?
        .into_iter()
        .map(|colleague| (colleague.login, colleague.name))
        .collect();
    let lang = ask.lang();
    let form = Form { lang, problems };
    let numbers = numbers_of(&typed.paragraphs);
    let heading = sheet.draft.map_or_else(
        || say!(lang, testimony.new),
        |(code, _)| say!(lang, testimony.edit_title, code = code.to_string()),
    );
    let chip = sheet
        .status
        .map(|status| view! { <p class="head-line">{state_chip(lang, status)}</p> });
    let editor = frame::island(|| {
        let body = form_body(ask, form, sheet, typed, colleagues, &numbers);
        view! { <ParagraphEditor labels=editor_labels(lang)>{body}</ParagraphEditor> }.into_any()
    });
    let view = view! {
        <header class="head">{chip}<h1>{heading.clone()}</h1>{sheet.draft.is_none().then(|| case_note(ask))}</header>
        {notices(ask, sheet)}
        {problems_summary(form, |field| label(lang, &numbers, field))}
        {sheet.theirs.map(|theirs| both(ask, theirs, typed))}
        {remarks(ask, sheet.remarks)}
        {editor}
        {frame::island_loader(ask)}
    };
    Ok(parts::page(ask, status, Nav::Testimonies, &heading, view))
}

fn notices(ask: &Ask, sheet: &Sheet<'_>) -> AnyView {
    let lang = ask.lang();
    let purpose = sheet.purpose.as_ref().map(|case| {
        let href = with_next(&format!("{}/purpose", case.path()), &ask.visit.path);
        view! {
            <div class="notice" data-tone="red" role="alert">
                <p>{say!(lang, editor.purpose_needed)}</p>
                <p><a href=href target="_blank" rel="noopener">{say!(lang, editor.purpose_link)}</a></p>
            </div>
        }
    });
    let not_filed = sheet
        .not_filed
        .then(|| view! { <div class="notice" data-tone="accent"><p>{say!(lang, editor.kept_not_filed)}</p></div> });
    let filed = sheet.theirs.filter(|theirs| !theirs.status.is_open()).map(|_| {
        view! { <div class="notice" data-tone="red" role="alert"><p>{say!(lang, editor.filed_meanwhile)}</p></div> }
    });
    view! { {purpose}{not_filed}{filed} }.into_any()
}

/// Both texts, field by field and paragraph by paragraph; what is the same in both is passed over.
fn both(ask: &Ask, theirs: &TestimonyView, typed: &TestimonyForm) -> AnyView {
    let lang = ask.lang();
    let (mine, other) = (&typed.interview, &theirs.interview);
    let pair = |field: &str, mine: &str, other: &str| (label(lang, &[], field), mine.to_owned(), other.to_owned());
    let word = |field: &str, vocabulary: Vocabulary, mine: &str, other: &str| {
        pair(field, vocabulary.label(mine, lang), vocabulary.label(other, lang))
    };
    let mut fields = vec![
        pair("witness", &mine.witness, &other.witness),
        word(
            "interviewee_role",
            INTERVIEWEE_ROLE,
            &mine.interviewee_role,
            &other.interviewee_role,
        ),
        pair("interview_date", &mine.interview_date, &other.interview_date),
        pair("start_time", &mine.start_time, &other.start_time),
        pair("end_time", &mine.end_time, &other.end_time),
        word("place_type", PLACE_TYPE, &mine.place_type, &other.place_type),
        word("modality", MODALITY, &mine.modality, &other.modality),
        word("language", INTERVIEW_LANGUAGE, &mine.language, &other.language),
        pair(
            "second_interviewer",
            &mine.second_interviewer,
            &other.second_interviewer,
        ),
        pair("waiver", &mine.waiver, &other.waiver),
        word("sensitivity", SENSITIVITY, &typed.sensitivity, &theirs.sensitivity),
        pair("summary", &mine.summary, &other.summary),
    ];
    fields.extend(paragraph_pairs(lang, &typed.paragraphs, &theirs.statement.paragraphs));
    parts::conflict(ask, &theirs.head, fields)
}

/// Pairs paragraphs that differ: those before the first and after the last difference are the same in both.
fn paragraph_pairs(lang: Language, mine: &[Paragraph], theirs: &[Paragraph]) -> Vec<(String, String, String)> {
    let start = mine
        .iter()
        .zip(theirs)
        .take_while(|(mine, theirs)| mine == theirs)
        .count();
    let (mine, theirs) = (&mine[start..], &theirs[start..]);
    let end = mine
        .iter()
        .rev()
        .zip(theirs.iter().rev())
        .take_while(|(mine, theirs)| mine == theirs)
        .count();
    let (mine, theirs) = (&mine[..mine.len() - end], &theirs[..theirs.len() - end]);
    let text = |paragraph: Option<&Paragraph>| {
        let Some(paragraph) = paragraph else {
            return String::new();
        };
        let facts: Vec<&str> = [
            BASIS.label(&paragraph.basis, lang),
            INTERVIEW_LANGUAGE.label(&paragraph.language, lang),
        ]
        .into_iter()
        .filter(|fact| !fact.is_empty())
        .collect();
        if facts.is_empty() {
            paragraph.text.to_string()
        } else {
            format!("{} ({})", paragraph.text.as_str(), facts.join(" · "))
        }
    };
    (0..mine.len().max(theirs.len()))
        .map(|at| {
            let number = (start + at + 1).to_string();
            (
                say!(lang, testimony.paragraph, number = number),
                text(mine.get(at)),
                text(theirs.get(at)),
            )
        })
        .collect()
}

fn editor_labels(lang: Language) -> EditorLabels {
    EditorLabels {
        saving: say!(lang, editor.saving),
        saved: say!(lang, editor.saved),
        seconds_ago: say!(lang, editor.seconds_ago),
        minutes_ago: say!(lang, editor.minutes_ago),
        offline: say!(lang, editor.offline),
        signed_out: say!(lang, editor.signed_out),
        purpose: say!(lang, editor.purpose),
        conflict: say!(lang, editor.conflict),
        refused: say!(lang, editor.refused),
        failed: say!(lang, editor.failed),
        removed: say!(lang, editor.removed),
        undo: say!(lang, editor.undo),
    }
}

/// The form itself: the island works on this markup.
fn form_body(
    ask: &Ask,
    form: Form<'_>,
    sheet: &Sheet<'_>,
    typed: &TestimonyForm,
    colleagues: Vec<(String, String)>,
    numbers: &[String],
) -> AnyView {
    let lang = form.lang;
    let case = ask.case().map(|case| format!("?case={case}")).unwrap_or_default();
    let action = sheet
        .draft
        .map_or_else(|| format!("/testimonies/new{case}"), |(code, _)| edit_path(code, None));
    let cancel = sheet.draft.map_or_else(
        || ask.case().map_or_else(|| "/testimonies".to_owned(), |case| case.path()),
        |(code, _)| code.path(),
    );
    let version = sheet.draft.map(|(_, version)| version.to_string()).unwrap_or_default();
    let saved = sheet
        .saved_at
        .map(|at| view! { {say!(lang, editor.saved)}" "{ago(lang, at, ask.store().now(), ask.store().offset())} });
    view! {
        <form class="form" id="testimony" method="post" action=action novalidate autocomplete="off">
            // Enter in a field presses the first button of a form: that must be this one.
            <button class="visually-hidden" name="do" value="save" tabindex="-1" aria-hidden="true">{say!(lang, editor.save)}</button>
            {hidden("version", &version)}
            {interview_fields(ask, form, sheet, typed, colleagues)}
            {statement_fields(form, typed, numbers)}
            <div class="actions">
                <button class="button button--main" name="do" value="save">{say!(lang, editor.save)}</button>
                <button class="button" name="do" value="file">{say!(lang, editor.file)}</button>
                <a class="button button--quiet" href=cancel>{say!(lang, common.cancel)}</a>
                <p class="saved">
                    <span role="status" aria-live="polite" data-saved="word">{saved}</span>
                    " "
                    <span aria-hidden="true" data-saved="ago"></span>
                    " "
                    <button class="button button--small" name="do" value="save" data-saved="compare" hidden>{say!(lang, editor.compare)}</button>
                </p>
            </div>
        </form>
        <template id="paragraph">{paragraph_item(Form { lang, problems: &[] }, 0, &Paragraph::default(), "1")}</template>
    }
    .into_any()
}

fn interview_fields(
    ask: &Ask,
    form: Form<'_>,
    sheet: &Sheet<'_>,
    typed: &TestimonyForm,
    mut colleagues: Vec<(String, String)>,
) -> AnyView {
    let lang = form.lang;
    let i = &typed.interview;
    let named = |field: &str| label(lang, &[], field);
    let short = Input {
        class: "field--short",
        ..Input::default()
    };
    let select = |field: &str, value: &str, vocabulary: Vocabulary| {
        choice(
            form,
            field,
            named(field),
            value,
            vocabulary,
            say!(lang, common.choose),
            false,
        )
    };
    let person = ask
        .case()
        .map_or_else(|| "/persons/new".to_owned(), |case| format!("/persons/new?case={case}"));
    let second = i.second_interviewer.trim();
    if !second.is_empty() && !colleagues.iter().any(|(login, _)| login == second) {
        colleagues.push((second.to_owned(), second.to_owned()));
    }
    view! {
        <fieldset>
            <legend>{say!(lang, testimony.interview)}</legend>
            {picker::found(ask, form, "witness", sheet.hits)}
            {picker(ask, form, "witness", named("witness"), &i.witness, WITNESSES, &say!(lang, testimony.witness_help))}
            <p class="small"><a href=person target="_blank" rel="noopener">{say!(lang, testimony.new_person)}</a></p>
            {select("interviewee_role", &i.interviewee_role, INTERVIEWEE_ROLE)}
            <div class="inline-fields">
                {input(form, "interview_date", named("interview_date"), &i.interview_date, Input { kind: "date", ..short })}
                {input(form, "start_time", named("start_time"), &i.start_time, Input { kind: "time", ..short })}
                {input(form, "end_time", named("end_time"), &i.end_time, Input { kind: "time", ..short })}
            </div>
            {select("place_type", &i.place_type, PLACE_TYPE)}
            {select("modality", &i.modality, MODALITY)}
            {select("language", &i.language, INTERVIEW_LANGUAGE)}
            {choices(form, "second_interviewer", named("second_interviewer"), second, colleagues, say!(lang, common.choose), false, &say!(lang, testimony.second_interviewer_help))}
            {area(form, "waiver", named("waiver"), &i.waiver, "", false, 2)}
            {choices(form, "sensitivity", named("sensitivity"), &typed.sensitivity, SENSITIVITY.terms().map(|term| (term.code.to_owned(), term.label(lang).to_owned())).collect(), say!(lang, common.choose), false, &say!(lang, testimony.sensitivity_help))}
            {area(form, "summary", named("summary"), &i.summary, &say!(lang, testimony.summary_help), false, 4)}
        </fieldset>
    }
    .into_any()
}

fn statement_fields(form: Form<'_>, typed: &TestimonyForm, numbers: &[String]) -> AnyView {
    let lang = form.lang;
    let empty = [Paragraph::default()];
    let paragraphs: &[Paragraph] = if typed.paragraphs.is_empty() {
        &empty
    } else {
        &typed.paragraphs
    };
    let items: Vec<_> = paragraphs
        .iter()
        .enumerate()
        .map(|(index, paragraph)| {
            paragraph_item(form, index, paragraph, numbers.get(index).map_or("1", String::as_str))
        })
        .collect();
    view! {
        <fieldset>
            <legend>{say!(lang, testimony.statement)}</legend>
            <p class="help">{say!(lang, editor.help)}</p>
            <noscript><p class="help">{say!(lang, editor.help_plain)}</p></noscript>
            <p class="help" data-script="" hidden>{say!(lang, editor.help_script)}</p>
            <ol class="statement" id="statement">{items}</ol>
            <p class="para-add"><button class="button button--small" name="do" value="add">{say!(lang, editor.add)}</button></p>
        </fieldset>
    }
    .into_any()
}

/// One paragraph. Labels with `{n}` are kept in `data-label`, so that the island can write them anew when numbers change.
fn paragraph_item(form: Form<'_>, index: usize, paragraph: &Paragraph, number: &str) -> AnyView {
    let lang = form.lang;
    let field = format!("p{index}");
    let frozen = paragraph.number.is_some();
    let fixed = paragraph.number.map(|number| number.to_string()).unwrap_or_default();
    let (text_error, basis_error, language_error) = (
        form.error(&field),
        form.error(&format!("{field}_basis")),
        form.error(&format!("{field}_language")),
    );
    let tone = (text_error.is_some() || basis_error.is_some() || language_error.is_some()).then_some("red");
    let invalid = text_error.is_some().then_some("true");
    let described = invalid.map(|_| format!("{field}-error"));
    let error = |field: String, text: Option<String>| {
        text.map(|text| view! { <p class="error" id=format!("{field}-error")>{text}</p> })
    };
    let labelled = |template: String| (template.replace("{n}", number), template);
    let (text_label, text_template) = labelled(say!(lang, editor.paragraph_n));
    let (basis_label, basis_template) = labelled(say!(lang, editor.paragraph_basis));
    let (language_label, language_template) = labelled(say!(lang, editor.paragraph_language));
    let tool = |what: &str, text: String, template: String| {
        let (label, template) = labelled(template);
        view! { <button class="button button--small button--quiet" name="do" value=format!("{what}:{index}") data-label=template aria-label=label>{text}</button> }
    };
    let split = tool("split", say!(lang, editor.split), say!(lang, editor.split_n));
    let movable = (!frozen).then(|| {
        view! {
            {tool("up", say!(lang, editor.up), say!(lang, editor.up_n))}
            {tool("down", say!(lang, editor.down), say!(lang, editor.down_n))}
            {tool("remove", say!(lang, editor.remove), say!(lang, editor.remove_n))}
        }
    });
    let number_fixed = frozen.then(|| view! { <span class="muted">{say!(lang, editor.frozen)}</span> });
    // A first line break after <textarea> is eaten by the browser: one more keeps the text whole.
    let text = format!("\n{}", paragraph.text.as_str());
    view! {
        <li class="para" data-tone=tone>
            <span class="para-n">{number.to_owned()}</span>
            <input type="hidden" name="p_number" value=fixed/>
            <textarea
                class="para-text"
                id=field.clone()
                name="p_text"
                rows="2"
                dir="auto"
                placeholder=EMPTY
                maxlength=PARAGRAPH.to_string()
                autocomplete="off"
                spellcheck="false"
                data-label=text_template
                aria-label=text_label
                aria-invalid=invalid
                aria-describedby=described
            >
                {text}
            </textarea>
            <div class="para-facts">
                {quiet(form, &format!("{field}_basis"), "p_basis", (basis_label, basis_template), &paragraph.basis, BASIS, say!(lang, editor.choose_basis))}
                {quiet(form, &format!("{field}_language"), "p_language", (language_label, language_template), &paragraph.language, INTERVIEW_LANGUAGE, say!(lang, editor.as_interview))}
                {number_fixed}
            </div>
            <div class="para-tools">{split}{movable}</div>
            {error(field.clone(), text_error)}
            {error(format!("{field}_basis"), basis_error)}
            {error(format!("{field}_language"), language_error)}
        </li>
    }
    .into_any()
}

/// A quiet select at a paragraph's side; `label` is its name and the template of its name.
fn quiet(
    form: Form<'_>,
    id: &str,
    name: &str,
    label: (String, String),
    value: &str,
    vocabulary: Vocabulary,
    empty: String,
) -> AnyView {
    let lang = form.lang;
    let options: Vec<_> = vocabulary
        .terms()
        .map(|term| view! { <option value=term.code selected=term.code == value>{term.label(lang)}</option> })
        .collect();
    let invalid = form.error(id).is_some().then_some("true");
    view! {
        <select
            class="quiet"
            id=id.to_owned()
            name=name.to_owned()
            aria-label=label.0
            data-label=label.1
            aria-invalid=invalid
            aria-describedby=invalid.map(|_| format!("{id}-error"))
        >
            <option value="">{empty}</option>
            {options}
        </select>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paragraphs(texts: &[(&str, Option<u32>)]) -> Vec<Paragraph> {
        texts
            .iter()
            .map(|(text, number)| Paragraph {
                number: *number,
                text: (*text).into(),
                ..Paragraph::default()
            })
            .collect()
    }

    fn texts(paragraphs: &[Paragraph]) -> Vec<&str> {
        paragraphs.iter().map(|paragraph| paragraph.text.as_str()).collect()
    }

    #[test]
    fn buttons_change_paragraphs_and_come_back_to_the_right_one() {
        let table: [(&str, &[&str], Option<usize>); 11] = [
            ("save", &["a", "b\nc", "d"], None),
            ("", &["a", "b\nc", "d"], None),
            ("file", &["a", "b\nc", "d"], None),
            ("add", &["a", "b\nc", "d", ""], Some(3)),
            ("up:1", &["b\nc", "a", "d"], Some(0)),
            ("up:0", &["a", "b\nc", "d"], Some(0)),
            ("down:0", &["b\nc", "a", "d"], Some(1)),
            ("down:2", &["a", "b\nc", "d"], Some(2)),
            ("split:1", &["a", "b", "c", "d"], Some(2)),
            ("remove:1", &["a", "d"], Some(0)),
            ("remove:9", &["a", "b\nc", "d"], Some(9)),
        ];
        for (pressed, expected, back) in table {
            let mut list = paragraphs(&[("a", None), ("b\nc", None), ("d", None)]);
            let step = Step::of(&Pairs(vec![("do".into(), pressed.into())]));
            assert_eq!(step.apply(&mut list), back, "{pressed}");
            assert_eq!(texts(&list), expected, "{pressed}");
        }
    }

    #[test]
    fn a_frozen_paragraph_stays_where_it_is() {
        for step in [Step::Up(1), Step::Down(1), Step::Remove(1)] {
            let mut list = paragraphs(&[("a", Some(1)), ("b", Some(2)), ("c", None)]);
            step.apply(&mut list);
            assert_eq!(texts(&list), ["a", "b", "c"], "{step:?}");
        }
        let mut list = paragraphs(&[("a\nb", Some(1))]);
        Step::Split(0).apply(&mut list);
        assert_eq!(
            list.iter().map(|paragraph| paragraph.number).collect::<Vec<_>>(),
            [Some(1), None]
        );
    }

    #[test]
    fn a_conflict_shows_the_paragraphs_that_differ() {
        let mine = paragraphs(&[("a", None), ("b", None), ("c", None)]);
        let theirs = paragraphs(&[("a", None), ("x", None), ("y", None), ("c", None)]);
        let pairs = paragraph_pairs(Language::English, &mine, &theirs);
        let shown: Vec<_> = pairs
            .iter()
            .map(|(_, mine, theirs)| (mine.as_str(), theirs.as_str()))
            .collect();
        assert_eq!(shown, [("b", "x"), ("", "y")]);
    }
}
