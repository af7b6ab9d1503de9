//! Notices of a withdrawal: which recipients must be told, and recording that they were.

use super::consent::cell_name;
use super::editing::Unsaved;
use super::testimony::shown;
use crate::ask::{Ask, see_other};
use crate::parts::fields::Input;
use crate::parts::{self, Form, Nav, area, choice, choices, date, date_time, day, input, problems_summary, radios};
use crate::say;
use axum::http::StatusCode;
use axum::response::Response;
use domain::form::{FromPairs, Pairs};
use domain::notice::NoticeForm;
use domain::vocabulary::{CONSENT_PURPOSE, CONSENT_RECIPIENT, NOTICE_MEANS};
use domain::{Error, Language, Problem};
use leptos::prelude::*;
use store::{NoticeFile, NoticeView, Told};

/// `GET /testimonies/{code}/notices`
pub async fn show(ask: Ask) -> domain::Result<Response> {
    let actor = ask.actor()?;
    let file = ask.store().see_notices(actor, &ask.code()?).await?;
    let typed = NoticeForm {
        told_on: ask.store().today().to_string().into(),
        told_by: actor.login.clone(),
        ..NoticeForm::default()
    };
    Ok(page(&ask, StatusCode::OK, &file, &typed, &[], false))
}

/// `POST /testimonies/{code}/notices`
pub async fn answer(ask: Ask, posted: Pairs) -> domain::Result<Response> {
    let (actor, code) = (ask.actor()?, ask.code()?);
    let form = NoticeForm::from_pairs(&posted);
    let answered = match form.check(ask.store().today()) {
        Ok(draft) => ask.store().answer_notice(actor, &code, &draft).await,
        Err(problems) => Err(Error::Invalid(problems)),
    };
    let Some(unsaved) = Unsaved::of(answered, ask.store().see_notices(actor, &code)).await? else {
        return Ok(see_other(&format!("{}/notices", code.path())));
    };
    if !unsaved.record.may_answer {
        return Err(Error::Forbidden);
    }
    Ok(page(
        &ask,
        unsaved.status(),
        &unsaved.record,
        &form,
        &unsaved.problems,
        unsaved.overtaken,
    ))
}

/// The name of a field of the form, for the list of problems.
fn label(lang: Language, name: &str) -> String {
    match name {
        "notice" => say!(lang, notice.which),
        "told_on" => say!(lang, notice.told_on),
        "means" => say!(lang, notice.means),
        "told_by" => say!(lang, notice.told_by),
        "answer" => say!(lang, notice.answer),
        _ => String::new(),
    }
}

/// The day by which they must be told, and in words if it has passed.
fn due(ask: &Ask, notice: &NoticeView) -> AnyView {
    let lang = ask.lang();
    let overdue = (notice.told.is_none() && notice.due_on < ask.store().today())
        .then(|| view! { " " <span class="chip" data-tone="red">{say!(lang, notice.overdue)}</span> });
    view! { <div>{date(lang, &notice.due_on.to_string())}{overdue}</div> }.into_any()
}

fn told(ask: &Ask, told: Option<&Told>) -> AnyView {
    let (lang, offset) = (ask.lang(), ask.store().offset());
    let Some(told) = told else {
        return view! { <span class="chip" data-tone="amber">{say!(lang, notice.waits)}</span> }.into_any();
    };
    let name = |account| ask.store().staff_name(account);
    let answer = (!told.answer.is_blank()).then(|| view! { <p dir="auto">{shown(&told.answer)}</p> });
    view! {
        <div>
            {date(lang, &told.on.to_string())}" · "{NOTICE_MEANS.label(&told.means, lang).to_owned()}" · "<bdi>{name(told.by)}</bdi>
            {answer}
            <p class="muted"><bdi>{name(told.recorded_by)}</bdi>" · "{date_time(lang, told.recorded_at, offset)}</p>
        </div>
    }
    .into_any()
}

/// The notices as a table, for the page of the consents too.
pub(super) fn table(ask: &Ask, notices: &[NoticeView]) -> AnyView {
    let lang = ask.lang();
    let rows = notices
        .iter()
        .map(|notice| {
            view! {
                <tr>
                    <th scope="row" class="grow">{CONSENT_RECIPIENT.label(&notice.recipient, lang).to_owned()}<br/><span class="muted">{CONSENT_PURPOSE.label(&notice.purpose, lang).to_owned()}</span></th>
                    <td data-label=say!(lang, notice.withdrawn_on)>{date(lang, &notice.withdrawn_on.to_string())}</td>
                    <td data-label=say!(lang, notice.due)>{due(ask, notice)}</td>
                    <td class="grow" data-label=say!(lang, notice.told)>{told(ask, notice.told.as_ref())}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <div class="table-wrap">
            <table class="table table--stack">
                <caption>{say!(lang, notice.caption)}</caption>
                <thead>
                    <tr>
                        <th scope="col" class="grow">{say!(lang, notice.recipient)}</th>
                        <th scope="col">{say!(lang, notice.withdrawn_on)}</th>
                        <th scope="col">{say!(lang, notice.due)}</th>
                        <th scope="col" class="grow">{say!(lang, notice.told)}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn page(
    ask: &Ask,
    status: StatusCode,
    file: &NoticeFile,
    typed: &NoticeForm,
    problems: &[Problem],
    overtaken: bool,
) -> Response {
    let lang = ask.lang();
    let code = &file.code;
    let form = Form { lang, problems };
    let title = say!(lang, notice.title, code = code.to_string());
    let overtaken = overtaken.then(|| {
        view! {
            <div class="problems" role="alert" tabindex="-1" autofocus=true>
                <h2>{say!(lang, notice.overtaken)}</h2>
                <p>{say!(lang, notice.overtaken_what)}</p>
            </div>
        }
    });
    let list = if file.notices.is_empty() {
        parts::empty(say!(lang, notice.none), say!(lang, notice.none_why), None)
    } else {
        table(ask, &file.notices)
    };
    let waiting: Vec<&NoticeView> = file.notices.iter().filter(|notice| notice.told.is_none()).collect();
    // What was typed about a notice that somebody else answered is shown all the same.
    let form_view = (file.may_answer && (!waiting.is_empty() || overtaken.is_some()))
        .then(|| answer_form(form, file, &waiting, typed));
    let view = view! {
        <header class="head">
            <h1>{title.clone()}</h1>
            <div class="head-do"><a class="button button--quiet" href=format!("{}/consents", code.path())>{say!(lang, notice.back)}</a></div>
        </header>
        {overtaken}
        {problems_summary(form, |field| label(lang, field))}
        {list}
        {form_view}
    };
    parts::page(ask, status, Nav::Testimonies, &title, view)
}

fn answer_form(form: Form<'_>, file: &NoticeFile, waiting: &[&NoticeView], typed: &NoticeForm) -> AnyView {
    let lang = form.lang;
    let options: Vec<(String, String, String)> = waiting
        .iter()
        .map(|notice| {
            let by = say!(lang, notice.due_by, day = day(lang, notice.due_on));
            (
                notice.id.to_string(),
                cell_name(lang, &notice.purpose, &notice.recipient),
                by,
            )
        })
        .collect();
    let staff = file
        .staff
        .iter()
        .map(|(login, name)| (login.clone(), format!("{name} · {login}")))
        .collect();
    let on = Input {
        kind: "date",
        class: "field--short",
        required: true,
        ..Input::default()
    };
    view! {
        <form class="form section" method="post">
            <h2>{say!(lang, notice.record)}</h2>
            {radios(form, "notice", label(lang, "notice"), &typed.notice, options, true)}
            <div class="inline-fields">
                {input(form, "told_on", label(lang, "told_on"), &typed.told_on, on)}
                {choice(form, "means", label(lang, "means"), &typed.means, NOTICE_MEANS, say!(lang, common.choose), true)}
                {choices(form, "told_by", label(lang, "told_by"), &typed.told_by, staff, say!(lang, common.choose), true, "")}
            </div>
            {area(form, "answer", label(lang, "answer"), &typed.answer, &say!(lang, notice.answer_help), false, 3)}
            <div class="actions actions--still">
                <button class="button button--main">{say!(lang, notice.save)}</button>
            </div>
        </form>
    }
    .into_any()
}
