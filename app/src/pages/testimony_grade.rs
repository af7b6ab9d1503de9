//! Assessment: how a testimony and its paragraphs were graded, by whom and why; and grading them.

use super::editing::Unsaved;
use super::testimony::shown;
use crate::ask::{Ask, see_other};
use crate::parts::fields::Input;
use crate::parts::{self, Form, Nav, area, choice, date_time, input, problems_summary};
use crate::say;
use axum::http::StatusCode;
use axum::response::Response;
use domain::form::{FromPairs, Pairs};
use domain::grading::{GradingForm, by_two};
use domain::vocabulary::{INFORMATION_GRADE, SOURCE_GRADE};
use domain::{Language, Problem};
use leptos::prelude::*;
use store::{GradingFile, GradingView};

/// `GET /testimonies/{code}/assessment`
pub async fn show(ask: Ask) -> domain::Result<Response> {
    let file = ask.store().see_gradings(ask.actor()?, &ask.code()?).await?;
    Ok(page(&ask, StatusCode::OK, &file, &GradingForm::default(), &[]))
}

/// `POST /testimonies/{code}/assessment`
pub async fn grade(ask: Ask, posted: Pairs) -> domain::Result<Response> {
    let (actor, code) = (ask.actor()?, ask.code()?);
    let form = GradingForm::from_pairs(&posted);
    let graded = ask.store().grade(actor, &code, &form).await;
    let Some(unsaved) = Unsaved::of(graded, ask.store().see_gradings(actor, &code)).await? else {
        return Ok(see_other(&format!("{}/assessment", code.path())));
    };
    Ok(page(&ask, unsaved.status(), &unsaved.record, &form, &unsaved.problems))
}

fn label(lang: Language, field: &str) -> String {
    match field {
        "paragraph" => say!(lang, grading.paragraph),
        "source_grade" => say!(lang, grading.source),
        "information_grade" => say!(lang, grading.information),
        "reasons" => say!(lang, grading.reasons),
        _ => String::new(),
    }
}

fn page(ask: &Ask, status: StatusCode, file: &GradingFile, typed: &GradingForm, problems: &[Problem]) -> Response {
    let lang = ask.lang();
    let code = &file.head.code;
    let form = Form { lang, problems };
    let title = say!(lang, grading.title, code = code.to_string());
    let graded = |paragraph: Option<u32>| {
        let of = file
            .gradings
            .iter()
            .filter(move |grading| grading.paragraph == paragraph);
        by_two(of.map(|grading| grading.account))
    };
    let waiting: Vec<AnyView> = file
        .key_facts
        .iter()
        .filter(|number| !graded(Some(**number)))
        .map(|number| {
            view! { " " <a class="cite" href=format!("{}#p{number}", code.path())>{format!("§{number}")}</a> }
                .into_any()
        })
        .collect();
    let waiting = (!waiting.is_empty()).then(
        || view! { <div class="notice" data-tone="amber"><p>{say!(lang, grading.second_needed)}{waiting}</p></div> },
    );
    let list = if file.gradings.is_empty() {
        parts::empty(say!(lang, grading.none), say!(lang, grading.none_why), None)
    } else {
        listed(ask, file)
    };
    let form_view = file.may_grade.then(|| grading_form(form, typed));
    let view = view! {
        <header class="head">
            <h1>{title.clone()}</h1>
            <div class="head-do"><a class="button button--quiet" href=code.path()>{say!(lang, version.back)}</a></div>
        </header>
        {problems_summary(form, |field| label(lang, field))}
        {waiting}
        {list}
        {form_view}
    };
    parts::page(ask, status, Nav::Testimonies, &title, view)
}

fn listed(ask: &Ask, file: &GradingFile) -> AnyView {
    let (lang, offset) = (ask.lang(), ask.store().offset());
    let path = file.head.code.path();
    let row = |grading: &GradingView| {
        let what = match grading.paragraph {
            None => say!(lang, grading.whole).into_any(),
            Some(number) => {
                view! { <a class="cite" href=format!("{path}#p{number}")>{format!("§{number}")}</a> }.into_any()
            }
        };
        view! {
            <tr>
                <th scope="row">{what}</th>
                <td data-label=say!(lang, grading.source)><b>{grading.source_grade.clone()}</b>" "{SOURCE_GRADE.label(&grading.source_grade, lang).to_owned()}</td>
                <td data-label=say!(lang, grading.information)><b>{grading.information_grade.clone()}</b>" "{INFORMATION_GRADE.label(&grading.information_grade, lang).to_owned()}</td>
                <td class="grow" data-label=say!(lang, grading.reasons) dir="auto">{shown(&grading.reasons)}</td>
                <td data-label=say!(lang, grading.by)><bdi>{grading.by.clone()}</bdi>" · "{date_time(lang, grading.at, offset)}</td>
            </tr>
        }
    };
    let rows = file.gradings.iter().map(row).collect_view();
    view! {
        <div class="table-wrap">
            <table class="table table--stack">
                <caption>{say!(lang, grading.caption)}</caption>
                <thead>
                    <tr>
                        <th scope="col">{say!(lang, grading.what)}</th>
                        <th scope="col">{say!(lang, grading.source)}</th>
                        <th scope="col">{say!(lang, grading.information)}</th>
                        <th scope="col" class="grow">{say!(lang, grading.reasons)}</th>
                        <th scope="col">{say!(lang, grading.by)}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn grading_form(form: Form<'_>, typed: &GradingForm) -> AnyView {
    let lang = form.lang;
    let help = say!(lang, grading.paragraph_help);
    let short = Input {
        class: "field--short",
        help: &help,
        ..Input::default()
    };
    view! {
        <form class="form section" method="post">
            <h2>{say!(lang, grading.grade)}</h2>
            <p class="help">{say!(lang, grading.apart)}</p>
            {input(form, "paragraph", label(lang, "paragraph"), &typed.paragraph, short)}
            {choice(form, "source_grade", label(lang, "source_grade"), &typed.source_grade, SOURCE_GRADE, say!(lang, common.choose), true)}
            {choice(form, "information_grade", label(lang, "information_grade"), &typed.information_grade, INFORMATION_GRADE, say!(lang, common.choose), true)}
            {area(form, "reasons", label(lang, "reasons"), &typed.reasons, &say!(lang, grading.reasons_help), true, 4)}
            <div class="actions actions--still">
                <button class="button button--main">{say!(lang, grading.save)}</button>
            </div>
        </form>
    }
    .into_any()
}
