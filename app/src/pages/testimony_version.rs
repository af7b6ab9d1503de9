//! Versions of a statement: one alone, two side by side; correcting a final one, and going on from it.

use super::testimony::{shown, statement};
use super::testimony_answers::{facts, summary, texts};
use super::testimony_edit::step_path;
use super::testimony_paragraphs::told;
use crate::ask::{Ask, problems, see_other};
use crate::parts::{self, Form, Nav, area, date_time, problems_summary};
use crate::say;
use axum::http::StatusCode;
use axum::response::Response;
use domain::form::Pairs;
use domain::testimony::{Change, Piece, Step, changes, pieces};
use domain::{Code, Error, Language, Problem, Role};
use leptos::prelude::*;
use store::{TestimonyView, VersionRow, VersionView};

/// `GET /testimonies/{code}/versions/{number}`
pub async fn show(ask: Ask) -> domain::Result<Response> {
    let code = ask.code()?;
    let number = ask.param("number").parse().map_err(|_| Error::NotFound)?;
    let [version] = ask.store().open_versions(ask.actor()?, &code, [number]).await?;
    let lang = ask.lang();
    let title = say!(
        lang,
        version.title,
        code = code.to_string(),
        number = number.to_string()
    );
    let view = view! {
        <header class="head">
            <h1>{title.clone()}</h1>
            <p class="head-facts">{known_by(&ask, &version)}</p>
            <div class="head-do"><a class="button button--quiet" href=code.path()>{say!(lang, version.back)}</a></div>
        </header>
        <div class="content stack">
            {correction(lang, &version)}
            {facts(&ask, lang, &version.statement, &version.withheld)}
            <section class="section"><h2>{Step::Account.label(lang)}</h2>{summary(&version.statement)}{statement(lang, &version.statement)}</section>
        </div>
    };
    Ok(parts::page(&ask, StatusCode::OK, Nav::Testimonies, &title, view))
}

fn known_by(ask: &Ask, version: &VersionView) -> AnyView {
    let (lang, offset) = (ask.lang(), ask.store().offset());
    let Some(at) = version.frozen_at else {
        return view! { <span>{say!(lang, version.being_written)}</span> }.into_any();
    };
    let hash = version
        .sha256
        .clone()
        .map(|hash| view! { " · SHA-256 " <bdi class="code code--long">{hash}</bdi> });
    view! { <span>{say!(lang, testimony.filed)}" "{date_time(lang, at, offset)}" · "<bdi>{version.by.clone()}</bdi>{hash}</span> }.into_any()
}

fn correction(lang: Language, version: &VersionView) -> Option<AnyView> {
    let why = &version.statement.correction;
    (!why.is_blank()).then(|| {
        view! { <section class="section"><h2>{say!(lang, version.why)}</h2><p dir="auto">{shown(why)}</p></section> }
            .into_any()
    })
}

/// The final versions, each with a way to it and to the comparison with the one before: for the record's page.
pub(super) fn list(ask: &Ask, testimony: &TestimonyView) -> AnyView {
    let (lang, offset) = (ask.lang(), ask.store().offset());
    if testimony.versions.is_empty() {
        return view! { <p class="muted">{say!(lang, version.none)}</p> }.into_any();
    }
    let path = testimony.head.code.path();
    let current = testimony.statement_version;
    let open = testimony.status.is_open();
    let compare = |from: i64, to: i64| format!("{path}/compare?from={from}&to={to}");
    let writing = (open && current > 1).then(|| {
        view! { <li>{say!(lang, version.being_written)}" "<a href=compare(current - 1, current)>{say!(lang, version.compare)}</a></li> }
    });
    let items = testimony
        .versions
        .iter()
        .map(
            |VersionRow {
                 number,
                 frozen_at,
                 by,
                 sha256,
             }| {
                let with_before = (*number > 1).then(|| {
                    view! { " " <a href=compare(number - 1, *number)>{say!(lang, version.compare)}</a> }
                });
                let hash = sha256.as_ref().map(|hash| {
                    let short: String = hash.chars().take(12).collect();
                    view! { <p class="muted">"SHA-256 "<bdi class="code" title=hash.clone()>{short}"…"</bdi></p> }
                });
                let name = say!(lang, testimony.version, number = number.to_string());
                view! {
                    <li>
                        <a href=format!("{path}/versions/{number}")>{name}</a>{with_before}
                        <p class="muted">{date_time(lang, *frozen_at, offset)}" · "<bdi>{by.clone()}</bdi></p>
                        {hash}
                    </li>
                }
            },
        )
        .collect_view();
    view! { <ul class="list">{writing}{items}</ul> }.into_any()
}

/// `GET /testimonies/{code}/compare?from=1&to=2`
pub async fn compare(ask: Ask) -> domain::Result<Response> {
    let code = ask.code()?;
    let number = |name: &str| ask.from_query::<i64>(name).unwrap_or(1);
    let (from, to) = (number("from"), number("to"));
    let [before, after] = ask.store().open_versions(ask.actor()?, &code, [from, to]).await?;
    let lang = ask.lang();
    let title = say!(lang, version.compare_title, code = code.to_string());
    let found = changes(&before.statement, &after.statement);
    let count = u32::try_from(found.len()).unwrap_or(u32::MAX);
    let rows = found
        .iter()
        .map(|change| row(&ask, change, &before, &after))
        .collect_view();
    let body = if found.is_empty() {
        view! { <p class="muted">{say!(lang, version.same)}</p> }.into_any()
    } else {
        view! { <p class="muted">{say!(lang, version.differ, count = count)}</p>{rows} }.into_any()
    };
    let head = |version: &VersionView| {
        let name = say!(lang, testimony.version, number = version.number.to_string());
        view! { <section><h2>{name}</h2><p class="muted">{known_by(&ask, version)}</p></section> }
    };
    let view = view! {
        <header class="head">
            <h1>{title.clone()}</h1>
            <div class="head-do"><a class="button button--quiet" href=code.path()>{say!(lang, version.back)}</a></div>
        </header>
        <div class="content content--wide stack">
            {correction(lang, &after)}
            <div class="conflict">{head(&before)}{head(&after)}</div>
            {body}
        </div>
    };
    Ok(parts::page(&ask, StatusCode::OK, Nav::Testimonies, &title, view))
}

fn row(ask: &Ask, change: &Change<'_>, before: &VersionView, after: &VersionView) -> AnyView {
    let lang = ask.lang();
    let (name, old, new) = match change {
        Change::Answer(question) => {
            let of = |version: &VersionView| texts(ask, lang, question, &version.statement.answers).join("\n");
            (question.label(lang).to_owned(), of(before), of(after))
        }
        Change::Paragraph { number, before, after } => {
            let of = |paragraph: &Option<&_>| paragraph.map(|paragraph| told(lang, paragraph)).unwrap_or_default();
            (
                say!(lang, testimony.paragraph, number = number.to_string()),
                of(before),
                of(after),
            )
        }
    };
    let (left, right) = pieces(&old, &new);
    let side = |pieces: Vec<Piece>, gone: bool| {
        let pieces = pieces
            .into_iter()
            .map(|piece| match (piece.shared, gone) {
                (true, _) => shown(&piece.text),
                (false, true) => view! { <del>{shown(&piece.text)}</del> }.into_any(),
                (false, false) => view! { <ins>{shown(&piece.text)}</ins> }.into_any(),
            })
            .collect_view();
        view! { <section><p dir="auto">{pieces}</p></section> }
    };
    view! { <h3>{name}</h3><div class="conflict">{side(left, true)}{side(right, false)}</div> }.into_any()
}

/// A final testimony that this person may go on from.
async fn final_one(ask: &Ask) -> domain::Result<TestimonyView> {
    let actor = ask.actor()?;
    let testimony = ask.store().open_testimony(actor, &ask.code()?).await?;
    match testimony.status.is_open() {
        false if testimony.may_correct => Ok(testimony),
        true if actor.roles.any(&[Role::Investigator, Role::ProtectionOfficer]) => Err(Error::Conflict),
        _ => Err(Error::Forbidden),
    }
}

/// `GET /testimonies/{code}/correct`
pub async fn ask_correct(ask: Ask) -> domain::Result<Response> {
    let testimony = final_one(&ask).await?;
    Ok(correct_page(&ask, StatusCode::OK, &testimony.head.code, "", &[]))
}

/// `POST /testimonies/{code}/correct`
pub async fn correct(ask: Ask, posted: Pairs) -> domain::Result<Response> {
    let code = ask.code()?;
    let why = posted.get("why");
    match ask.store().correct_testimony(ask.actor()?, &code, &why).await {
        Ok(()) => Ok(see_other(&step_path(&code, Step::Account))),
        Err(error) => Ok(correct_page(
            &ask,
            StatusCode::UNPROCESSABLE_ENTITY,
            &code,
            &why,
            &problems(error)?,
        )),
    }
}

fn correct_page(ask: &Ask, status: StatusCode, code: &Code, why: &str, problems: &[Problem]) -> Response {
    let lang = ask.lang();
    let form = Form { lang, problems };
    let title = say!(lang, version.correct_title, code = code.to_string());
    let view = view! {
        <section class="confirm">
            <h1>{title.clone()}</h1>
            {problems_summary(form, |_| say!(lang, version.correct_why))}
            <p>{say!(lang, version.correct_what)}</p>
            <ul>
                <li>{say!(lang, version.correct_stays)}</li>
                <li>{say!(lang, version.correct_numbers)}</li>
                <li>{say!(lang, version.correct_again)}</li>
            </ul>
            <form class="form" method="post">
                {area(form, "why", say!(lang, version.correct_why), why, &say!(lang, version.correct_why_help), true, 4)}
                <div class="actions actions--still">
                    <button class="button button--main">{say!(lang, version.correct_do)}</button>
                    <a class="button button--quiet" href=code.path()>{say!(lang, common.cancel)}</a>
                </div>
            </form>
        </section>
    };
    parts::page(ask, status, Nav::Testimonies, &title, view)
}

/// `GET /testimonies/{code}/supplement`
pub async fn ask_supplement(ask: Ask) -> domain::Result<Response> {
    let testimony = final_one(&ask).await?;
    let lang = ask.lang();
    let code = &testimony.head.code;
    let title = say!(lang, version.supplement_title, code = code.to_string());
    let view = view! {
        <section class="confirm">
            <h1>{title.clone()}</h1>
            <p>{say!(lang, version.supplement_what)}</p>
            <form class="form" method="post">
                <div class="actions actions--still">
                    <button class="button button--main">{say!(lang, version.supplement_do)}</button>
                    <a class="button button--quiet" href=code.path()>{say!(lang, common.cancel)}</a>
                </div>
            </form>
        </section>
    };
    Ok(parts::page(&ask, StatusCode::OK, Nav::Testimonies, &title, view))
}

/// `POST /testimonies/{code}/supplement`
pub async fn supplement(ask: Ask, _posted: Pairs) -> domain::Result<Response> {
    let made = ask.store().supplement_testimony(ask.actor()?, &ask.code()?).await?;
    Ok(see_other(&step_path(&made, Step::Witness)))
}
