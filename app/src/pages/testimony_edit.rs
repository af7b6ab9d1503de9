//! Writing a testimony, step by step: each step is a page with a form that saves what was typed, whatever is missing.
//!
//! Everything works without a script. The island `ParagraphEditor` saves the form while somebody writes, by the same POST
//! with `Accept: application/json` (see [`told`]).

use super::testimony::{remarks, state_chip};
use super::testimony_answers::texts;
use super::testimony_form::{Around, WITNESSES, fields, label as question_label};
use super::testimony_paragraphs::{Press, numbers_of, paragraph_pairs, statement_fields, template};
use crate::ask::{Ask, problems, see_other, with_next};
use crate::islands::{EditorLabels, ParagraphEditor};
use crate::parts::{self, Form, Nav, ago, comma, frame, hidden, picker, problems_summary};
use crate::say;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use domain::form::Pairs;
use domain::testimony::questions::of_step;
use domain::testimony::{Odd, Progress, Step, TestimonyForm, TestimonyStatus, step_of};
use domain::{Code, Error, Language, Problem};
use leptos::prelude::*;
use serde_json::json;
use store::{DraftSaved, Hit, TestimonyView};

/// How many empty paragraphs an empty statement offers.
const OFFERED: usize = 3;

/// What came of keeping a step.
enum Kept {
    Saved(DraftSaved),
    /// Somebody saved it in between; this is what they saved.
    Theirs,
}

/// What the page shows besides what was typed.
#[derive(Default)]
struct Sheet<'a> {
    problems: Vec<Problem>,
    /// The version that was typed upon.
    version: i64,
    saved_at: Option<DateTime<Utc>>,
    /// Somebody else saved this step meanwhile.
    overtaken: bool,
    /// It was saved, but something in it can't be right.
    kept: bool,
    /// People found for the witness's field, by its button.
    hits: Option<&'a [Hit]>,
    /// Why what was typed stands on this page alone: the editor asks before that is left, and of a conflict saves nothing
    /// before it is told to.
    unsaved: Option<&'static str>,
}

fn step_of_path(ask: &Ask) -> domain::Result<Step> {
    Step::named(ask.param("step")).ok_or(Error::NotFound)
}

/// The address of a step.
pub(super) fn step_path(code: &Code, step: Step) -> String {
    format!("{}/edit/{}", code.path(), step.name())
}

/// `GET /testimonies/{code}/edit`: the first step that is not complete, or the page that finishes.
pub async fn begin(ask: Ask) -> domain::Result<Response> {
    let draft = ask.store().open_draft(ask.actor()?, &ask.code()?).await?;
    let unfinished = |step: &&Progress| step.missing > 0 || step.wrong > 0;
    let next = draft.progress.iter().find(unfinished);
    Ok(see_other(&next.map_or_else(
        || format!("{}/finish", draft.head.code.path()),
        |progress| step_path(&draft.head.code, progress.step),
    )))
}

/// `GET /testimonies/{code}/edit/{step}`
pub async fn show(ask: Ask) -> domain::Result<Response> {
    let step = step_of_path(&ask)?;
    let draft = ask.store().open_draft(ask.actor()?, &ask.code()?).await?;
    let of_this_step = |problem: &&Problem| step_of(&problem.field) == step;
    let sheet = Sheet {
        problems: draft.wrong.iter().filter(of_this_step).cloned().collect(),
        version: draft.head.version,
        saved_at: Some(draft.head.updated_at),
        ..Sheet::default()
    };
    form_page(
        &ask,
        StatusCode::OK,
        step,
        &draft,
        &draft.statement.form().of(step),
        &sheet,
    )
    .await
}

/// `POST /testimonies/{code}/edit/{step}`
pub async fn save(ask: Ask, posted: Pairs) -> domain::Result<Response> {
    let (code, step) = (ask.code()?, step_of_path(&ask)?);
    let press = Press::of(&posted);
    let mut form = TestimonyForm::posted(step, &posted);
    let version = posted.get("version").parse().unwrap_or(0);
    if let Some(hits) = picker::find(&ask, &posted, "witness", WITNESSES).await? {
        let draft = ask.store().open_draft(ask.actor()?, &code).await?;
        let sheet = Sheet {
            version,
            hits: Some(&hits),
            unsaved: Some("found"),
            ..Sheet::default()
        };
        return form_page(&ask, StatusCode::OK, step, &draft, &form, &sheet).await;
    }
    let back = press.apply(&mut form.paragraphs);
    let kept = keep(&ask, &code, step, version, &form).await;
    if ask.json {
        return told(&ask, &form, kept);
    }
    match kept {
        Ok(Kept::Saved(saved)) if saved.wrong.is_empty() => {
            Ok(see_other(&onward(&code, step, press, back, &form, &posted)))
        }
        Ok(Kept::Saved(saved)) => {
            let draft = ask.store().open_draft(ask.actor()?, &code).await?;
            let sheet = Sheet {
                problems: saved.wrong,
                version: saved.version,
                saved_at: Some(saved.at),
                kept: true,
                ..Sheet::default()
            };
            form_page(&ask, StatusCode::UNPROCESSABLE_ENTITY, step, &draft, &form, &sheet).await
        }
        Ok(Kept::Theirs) => {
            let theirs = ask.store().open_testimony(ask.actor()?, &code).await?;
            let sheet = Sheet {
                version: theirs.head.version,
                overtaken: true,
                unsaved: Some("conflict"),
                ..Sheet::default()
            };
            form_page(&ask, StatusCode::CONFLICT, step, &theirs, &form, &sheet).await
        }
        Err(error) => refused(&ask, &code, step, version, &form, error).await,
    }
}

/// Where a saved step leads: back to itself at the place that was changed, or to the next one.
fn onward(code: &Code, step: Step, press: Press, back: Option<usize>, form: &TestimonyForm, posted: &Pairs) -> String {
    let here = step_path(code, step);
    match (press, back) {
        (Press::Next, _) => step
            .next()
            .map_or_else(|| format!("{}/finish", code.path()), |next| step_path(code, next)),
        (Press::More, _) => {
            let pressed = posted.get("do");
            let name = pressed.split_once(':').map_or("", |(_, name)| name);
            let question = of_step(step).find(|question| question.name == name);
            let at = question.map(|question| format!("#{name}.{}", form.answers.entries(question)));
            format!("{here}{}", at.unwrap_or_default())
        }
        (_, Some(at)) => format!("{here}#p{at}"),
        _ => here,
    }
}

/// Keeps a step. An answer may get lost on its way, and the same text come again: that is no conflict.
async fn keep(ask: &Ask, code: &Code, step: Step, version: i64, form: &TestimonyForm) -> domain::Result<Kept> {
    let actor = ask.actor()?;
    match ask.store().save_step(actor, code, step, version, form).await {
        Ok(saved) => Ok(Kept::Saved(saved)),
        Err(Error::Conflict) => {
            // Showing the other's text is itself a logged read.
            let theirs = ask.store().open_testimony(actor, code).await?;
            let mut mine = theirs.statement.form();
            mine.take(step, form, theirs.close);
            if theirs.may_write && mine == theirs.statement.form() {
                Ok(Kept::Saved(DraftSaved {
                    version: theirs.head.version,
                    at: theirs.head.updated_at,
                    wrong: Vec::new(),
                }))
            } else {
                Ok(Kept::Theirs)
            }
        }
        Err(error) => Err(error),
    }
}

/// The form again with what prevents its being kept.
async fn refused(
    ask: &Ask,
    code: &Code,
    step: Step,
    version: i64,
    form: &TestimonyForm,
    error: Error,
) -> domain::Result<Response> {
    if let Error::PurposeNeeded(case) = error {
        // Nothing of the record may be shown before the purpose is chosen: only what was typed.
        return Ok(purpose_page(ask, code, step, version, form, &case));
    }
    let sheet = Sheet {
        problems: problems(error)?,
        version,
        unsaved: Some("refused"),
        ..Sheet::default()
    };
    let theirs = ask.store().open_testimony(ask.actor()?, code).await?;
    form_page(ask, StatusCode::UNPROCESSABLE_ENTITY, step, &theirs, form, &sheet).await
}

/// The answer to a script that saves: the new version and what is odd, or what prevented it. Sentences only, never anything
/// of the record.
fn told(ask: &Ask, form: &TestimonyForm, kept: domain::Result<Kept>) -> domain::Result<Response> {
    let (status, body) = match kept {
        Ok(Kept::Saved(saved)) => (
            StatusCode::OK,
            json!({
                "version": saved.version,
                "saved_at": saved.at.to_rfc3339(),
                "odd": odd_lines(ask.lang(), form).into_iter().map(|(_, line)| line).collect::<Vec<_>>().join(" · "),
            }),
        ),
        Ok(Kept::Theirs) => (StatusCode::CONFLICT, json!({ "conflict": true })),
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

/// The name of a field for the reader: of a question, or of a paragraph's part by its place in `numbers`.
pub(super) fn label(lang: Language, numbers: &[String], field: &str) -> String {
    let of_paragraph = field.strip_prefix('p').and_then(|rest| {
        let (at, part) = rest.split_once('_').unwrap_or((rest, ""));
        let number = at.parse::<usize>().ok().and_then(|at| numbers.get(at))?;
        let paragraph = say!(lang, testimony.paragraph, number = number.clone());
        let part = match part {
            "basis" => say!(lang, testimony.basis),
            "language" => say!(lang, testimony.paragraph_language),
            "translation" => say!(lang, editor.translation),
            "source" => say!(lang, editor.source),
            "time" => say!(lang, editor.time),
            "place" => say!(lang, editor.place),
            "favours" => say!(lang, editor.favours),
            "why" => say!(lang, editor.why),
            _ => return Some(paragraph),
        };
        Some(format!("{paragraph}, {part}"))
    });
    of_paragraph.unwrap_or_else(|| match field {
        "p0" => say!(lang, testimony.paragraph, number = "1"),
        "case" => say!(lang, common.case),
        _ => question_label(lang, field),
    })
}

async fn form_page(
    ask: &Ask,
    status: StatusCode,
    step: Step,
    draft: &TestimonyView,
    typed: &TestimonyForm,
    sheet: &Sheet<'_>,
) -> domain::Result<Response> {
    let colleagues: Vec<(String, String)> = if step == Step::Interview {
        let all = ask.store().colleagues(ask.actor()?).await?;
        all.into_iter()
            .map(|colleague| (colleague.login, colleague.name))
            .collect()
    } else {
        Vec::new()
    };
    let lang = ask.lang();
    let around = Around {
        ask,
        form: Form {
            lang,
            problems: &sheet.problems,
        },
        close: draft.close,
        colleagues: &colleagues,
        hits: sheet.hits,
    };
    let code = &draft.head.code;
    let numbers = numbers_of(&typed.paragraphs);
    let heading = format!("{} · {code}", step.label(lang));
    let editor = editor(ask, &around, step, code, typed, sheet);
    let theirs = sheet.overtaken.then(|| both(ask, step, draft, typed));
    let warned = match (step, &draft.witness) {
        (Step::Witness | Step::Interview, Some((witness, _))) => warned(ask, code, witness).await?,
        _ => ().into_any(),
    };
    let view = view! {
        <header class="head">
            <p class="head-line"><bdi class="code">{code.to_string()}</bdi>" "{state_chip(lang, draft.status)}</p>
            <h1>{step.label(lang)}</h1>
            <div class="head-do"><a class="button button--quiet" href=code.path()>{say!(lang, step.read)}</a></div>
        </header>
        <div class="stepwise">
            {progress(lang, draft, Some(step))}
            <div class="content">
                {notices(ask, draft, sheet)}
                {warned}
                {problems_summary(around.form, |field| label(lang, &numbers, field))}
                {odd(lang, None, typed)}
                {theirs}
                {remarks(ask, &draft.remarks)}
                {editor}
            </div>
        </div>
        {frame::island_loader(ask)}
    };
    Ok(parts::page(ask, status, Nav::Testimonies, &heading, view))
}

fn editor(
    ask: &Ask,
    around: &Around<'_>,
    step: Step,
    code: &Code,
    typed: &TestimonyForm,
    sheet: &Sheet<'_>,
) -> AnyView {
    let lang = around.form.lang;
    let saved = sheet
        .saved_at
        .map(|at| view! { {say!(lang, editor.saved)}" "{ago(lang, at, ask.store().now(), ask.store().offset())} });
    let action = step_path(code, step);
    let mut offered = typed.clone();
    if step == Step::Account && offered.paragraphs.is_empty() {
        offered.paragraphs.resize_with(OFFERED, Default::default);
    }
    let numbers = numbers_of(&offered.paragraphs);
    frame::island(|| {
        let paragraphs = (step == Step::Account).then(|| statement_fields(around.form, &offered, &numbers));
        let template = (step == Step::Account).then(|| template(lang));
        let body = view! {
            <form class="form" id="testimony" method="post" action=action novalidate autocomplete="off" data-unsaved=sheet.unsaved>
                // Enter in a field presses the first button of a form: that must be this one.
                <button class="visually-hidden" name="do" value="save" tabindex="-1" aria-hidden="true">{say!(lang, editor.save)}</button>
                {hidden("version", &sheet.version.to_string())}
                {fields(around, step, &offered.answers)}
                {paragraphs}
                <div class="actions">
                    <button class="button button--main" name="do" value="next">{say!(lang, step.next)}</button>
                    <button class="button" name="do" value="save">{say!(lang, editor.save)}</button>
                    <p class="saved">
                        <span role="status" aria-live="polite" data-saved="word">{saved}</span>
                        " "
                        <span aria-hidden="true" data-saved="ago"></span>
                        " "
                        <button class="button button--small" name="do" value="save" data-saved="compare" hidden>{say!(lang, editor.compare)}</button>
                    </p>
                    <p class="odd" role="status" data-saved="odd"></p>
                </div>
            </form>
            {template}
        };
        view! { <ParagraphEditor labels=editor_labels(lang)>{body.into_any()}</ParagraphEditor> }.into_any()
    })
}

/// The steps with what each still needs, and the page that finishes; nothing once it is final.
pub(super) fn progress(lang: Language, draft: &TestimonyView, here: Option<Step>) -> AnyView {
    if draft.progress.is_empty() {
        return ().into_any();
    }
    let code = &draft.head.code;
    let steps = draft
        .progress
        .iter()
        .map(|progress| {
            let is_here = here == Some(progress.step);
            let state = match progress {
                _ if is_here => Some("here"),
                Progress { wrong: 1.., .. } => Some("problem"),
                Progress { missing: 0, begun: true, .. } => Some("done"),
                _ => None,
            };
            let still = match progress {
                Progress { wrong: 1.., .. } => Some(say!(lang, step.wrong)),
                Progress { missing: missing @ 1.., .. } => {
                    Some(say!(lang, step.missing, count = u32::try_from(*missing).unwrap_or(u32::MAX)))
                }
                Progress { begun: true, .. } => Some(say!(lang, step.complete)),
                Progress { .. } => None,
            };
            let still = still.map(|text| view! { " " <span class="muted">{text}</span> });
            view! {
                <li data-state=state><a href=step_path(code, progress.step) aria-current=is_here.then_some("step")>{progress.step.label(lang)}</a>{still}</li>
            }
        })
        .collect_view();
    let finish = here.is_none();
    let state = finish.then_some("here");
    let label = if draft.status == TestimonyStatus::ReadBack {
        say!(lang, step.finish_final)
    } else {
        say!(lang, step.finish)
    };
    view! {
        <nav class="steps-nav" aria-label=say!(lang, step.steps)>
            <ol class="steps">
                {steps}
                <li data-state=state><a href=format!("{}/finish", code.path()) aria-current=finish.then_some("step")>{label}</a></li>
            </ol>
        </nav>
    }
    .into_any()
}

/// What must be weighed before this witness is spoken with again; where that can't be shown, that there may be something.
async fn warned(ask: &Ask, code: &Code, witness: &Code) -> domain::Result<AnyView> {
    match ask.store().witness_warnings(ask.actor()?, witness, Some(code)).await {
        Ok(warnings) => Ok(parts::warnings(ask, &warnings, true)),
        Err(Error::PurposeNeeded(case)) => {
            let (lang, href) = (
                ask.lang(),
                with_next(&format!("{}/purpose", case.path()), &ask.visit.path),
            );
            let wait = view! {
                {say!(lang, warning.purpose, case = case.to_string())}" "
                <a href=href>{say!(lang, editor.purpose_link)}</a>
            };
            Ok(parts::warnings::unseen(lang, wait.into_any()))
        }
        Err(Error::Forbidden | Error::NotFound) => {
            let lang = ask.lang();
            Ok(parts::warnings::unseen(lang, say!(lang, warning.withheld).into_any()))
        }
        Err(error) => Err(error),
    }
}

/// What is odd in what was typed, a line for each field; with the field's name.
fn odd_lines(lang: Language, typed: &TestimonyForm) -> Vec<(String, String)> {
    let numbers = numbers_of(&typed.paragraphs);
    typed
        .odd()
        .into_iter()
        .map(|(field, odd)| {
            let at = label(lang, &numbers, &field);
            let line = match odd {
                Odd::Unseen(names) => say!(lang, editor.unseen, at = at, names = names.join(comma(lang))),
                Odd::Gap => say!(lang, editor.gap, at = at),
            };
            (field, line)
        })
        .collect()
}

/// What is odd in what was typed, each a link to its field: in the steps of a testimony, or on this page.
pub(super) fn odd(lang: Language, code: Option<&Code>, typed: &TestimonyForm) -> AnyView {
    let lines = odd_lines(lang, typed);
    if lines.is_empty() {
        return ().into_any();
    }
    let items = lines
        .into_iter()
        .map(|(field, line)| {
            let page = code.map(|code| step_path(code, step_of(&field))).unwrap_or_default();
            view! { <li><a href=format!("{page}#{field}")>{line}</a></li> }
        })
        .collect_view();
    view! {
        <aside class="notice" data-tone="amber" aria-label=say!(lang, editor.odd)>
            <p><b>{say!(lang, editor.odd)}</b></p>
            <p>{say!(lang, editor.odd_what)}</p>
            <ul>{items}</ul>
        </aside>
    }
    .into_any()
}

fn purpose_notice(ask: &Ask, case: &Code) -> AnyView {
    let lang = ask.lang();
    let href = with_next(&format!("{}/purpose", case.path()), &ask.visit.path);
    view! {
        <div class="notice" data-tone="red" role="alert">
            <p>{say!(lang, editor.purpose_needed)}</p>
            <p><a href=href target="_blank" rel="noopener">{say!(lang, editor.purpose_link)}</a></p>
        </div>
    }
    .into_any()
}

fn notices(ask: &Ask, draft: &TestimonyView, sheet: &Sheet<'_>) -> AnyView {
    let lang = ask.lang();
    let kept = sheet
        .kept
        .then(|| view! { <div class="notice" data-tone="accent"><p>{say!(lang, step.kept)}</p></div> });
    let filed = (!draft.status.is_open()).then(|| {
        view! { <div class="notice" data-tone="red" role="alert"><p>{say!(lang, editor.filed_meanwhile)}</p></div> }
    });
    let read_back = (draft.status == TestimonyStatus::ReadBack)
        .then(|| view! { <div class="notice"><p>{say!(lang, step.is_read_back)}</p></div> });
    let correction = (!draft.statement.correction.is_blank()).then(|| {
        let why = draft.statement.correction.to_string();
        view! { <div class="notice"><p>{say!(lang, step.corrects)}</p><p dir="auto">{why}</p></div> }
    });
    view! { {kept}{filed}{read_back}{correction} }.into_any()
}

/// What was typed, for the person who typed it, while nothing of the record may be shown.
fn purpose_page(ask: &Ask, code: &Code, step: Step, version: i64, form: &TestimonyForm, case: &Code) -> Response {
    let lang = ask.lang();
    let sheet = Sheet {
        version,
        unsaved: Some("purpose"),
        ..Sheet::default()
    };
    let around = Around {
        ask,
        form: Form { lang, problems: &[] },
        close: true,
        colleagues: &[],
        hits: None,
    };
    let view = view! {
        <header class="head"><h1>{step.label(lang)}</h1></header>
        {purpose_notice(ask, case)}
        {editor(ask, &around, step, code, form, &sheet)}
        {frame::island_loader(ask)}
    };
    parts::page(ask, StatusCode::FORBIDDEN, Nav::Testimonies, step.label(lang), view)
}

/// Both texts, question by question and paragraph by paragraph; what is the same in both is passed over.
fn both(ask: &Ask, step: Step, theirs: &TestimonyView, typed: &TestimonyForm) -> AnyView {
    let lang = ask.lang();
    let mut mine = theirs.statement.form();
    mine.take(step, typed, theirs.close);
    let mut fields: Vec<(String, String, String)> = of_step(step)
        .map(|question| {
            let of = |form: &TestimonyForm| texts(ask, lang, question, &form.answers).join("\n");
            (question.label(lang).to_owned(), of(&mine), of(&theirs.statement.form()))
        })
        .collect();
    fields.extend(paragraph_pairs(lang, &mine.paragraphs, &theirs.statement.paragraphs));
    parts::conflict(ask, &theirs.head, fields)
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
        held: say!(lang, editor.held),
    }
}
