//! Risks to a witness: the assessments in force, the form of the next one, and clearing a critical one.

use super::editing::Unsaved;
use super::testimony::shown;
use crate::ask::{Ask, see_other};
use crate::parts::fields::Input;
use crate::parts::{
    self, Form, Nav, area, choice, choices, code_link, date, date_time, day, input, problems_summary, radios,
};
use crate::say;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::NaiveDate;
use domain::form::{FromPairs, Pairs};
use domain::risk::{Band, ClearanceForm, RiskForm, Score, Standing};
use domain::vocabulary::{PROTECTION_MEASURE, PROTECTION_RISK};
use domain::{Error, Language, Problem};
use leptos::prelude::*;
use store::{RiskFile, RiskView};

/// `GET /persons/{code}/risks`
pub async fn show(ask: Ask) -> domain::Result<Response> {
    let file = ask.store().see_risks(ask.actor()?, &ask.code()?).await?;
    let typed = RiskForm::default();
    Ok(page(&ask, StatusCode::OK, &file, file.seen, &typed, &[], false))
}

/// `POST /persons/{code}/risks`
pub async fn assess(ask: Ask, posted: Pairs) -> domain::Result<Response> {
    let (actor, code) = (ask.actor()?, ask.code()?);
    let form = RiskForm::from_pairs(&posted);
    let seen = posted.get("seen").parse().unwrap_or(-1);
    let assessed = match form.check(ask.store().today()) {
        Ok(draft) => ask.store().assess_risk(actor, &code, seen, &draft).await,
        Err(problems) => Err(Error::Invalid(problems)),
    };
    let Some(unsaved) = Unsaved::of(assessed, ask.store().see_risks(actor, &code)).await? else {
        return Ok(see_other(&format!("{}/risks", code.path())));
    };
    if !unsaved.record.may_assess {
        return Err(Error::Forbidden);
    }
    let seen = unsaved.goes_on_from(unsaved.record.seen, seen);
    Ok(page(
        &ask,
        unsaved.status(),
        &unsaved.record,
        seen,
        &form,
        &unsaved.problems,
        unsaved.overtaken,
    ))
}

/// `GET /persons/{code}/risks/clear`
pub async fn ask_clear(ask: Ask) -> domain::Result<Response> {
    let file = ask.store().see_risks(ask.actor()?, &ask.code()?).await?;
    if !file.may_clear {
        return Err(Error::Forbidden);
    }
    let typed = ClearanceForm::default();
    Ok(clear_page(&ask, StatusCode::OK, &file, file.seen, &typed, &[], false))
}

/// `POST /persons/{code}/risks/clear`
pub async fn clear(ask: Ask, posted: Pairs) -> domain::Result<Response> {
    let (actor, code) = (ask.actor()?, ask.code()?);
    let form = ClearanceForm::from_pairs(&posted);
    let seen = posted.get("seen").parse().unwrap_or(-1);
    let cleared = match form.check() {
        Ok(draft) => ask.store().clear_risk(actor, &code, seen, &draft).await,
        Err(problems) => Err(Error::Invalid(problems)),
    };
    let Some(unsaved) = Unsaved::of(cleared, ask.store().see_risks(actor, &code)).await? else {
        return Ok(see_other(&format!("{}/risks", code.path())));
    };
    if !unsaved.record.may_clear {
        return Err(Error::Forbidden);
    }
    let seen = unsaved.goes_on_from(unsaved.record.seen, seen);
    Ok(clear_page(
        &ask,
        unsaved.status(),
        &unsaved.record,
        seen,
        &form,
        &unsaved.problems,
        unsaved.overtaken,
    ))
}

/// Said where somebody else assessed or cleared meanwhile: it stands in the list above what was typed.
fn overtaken_notice(lang: Language, overtaken: bool) -> Option<AnyView> {
    overtaken.then(|| {
        view! {
            <div class="problems" role="alert" tabindex="-1" autofocus=true>
                <h2>{say!(lang, risk.overtaken)}</h2>
                <p>{say!(lang, risk.overtaken_what)}</p>
            </div>
        }
        .into_any()
    })
}

/// The name of a field of the forms, for the list of problems.
fn label(lang: Language, name: &str) -> String {
    match name {
        "risk" => say!(lang, risk.risk),
        "likelihood" => say!(lang, risk.likelihood),
        "impact" => say!(lang, risk.impact),
        "measure" => say!(lang, risk.measures),
        "residual_likelihood" => say!(lang, risk.residual_likelihood),
        "residual_impact" => say!(lang, risk.residual_impact),
        "note" => say!(lang, risk.note),
        "review_on" => say!(lang, risk.review_on),
        "assessment" => say!(lang, risk.clear_which),
        "reason" => say!(lang, risk.clear_reason),
        _ => String::new(),
    }
}

/// A score as number and word: colour alone must not carry the meaning.
fn score(lang: Language, score: Score) -> AnyView {
    let tone = match score.band() {
        Band::Low => "neutral",
        Band::Medium => "accent",
        Band::High => "amber",
        Band::Critical => "red",
    };
    view! { <span class="chip" data-tone=tone>{score.value()}" · "{score.band().label(lang)}</span> }.into_any()
}

/// Where the person stands, in a sentence.
fn standing(lang: Language, standing: Standing) -> AnyView {
    let (tone, text) = match standing {
        Standing::NotAssessed => ("amber", say!(lang, risk.not_assessed)),
        Standing::Critical => ("red", say!(lang, risk.critical)),
        Standing::Overdue(since) => ("amber", say!(lang, risk.overdue_since, day = day(lang, since))),
        Standing::Current(until) => ("accent", say!(lang, risk.current_until, day = day(lang, until))),
    };
    view! { <div class="notice" data-tone=tone><p>{text}</p></div> }.into_any()
}

/// The day of the review, and in words if it has passed.
fn review(lang: Language, view: &RiskView, today: NaiveDate) -> AnyView {
    let due = view.assessed.due();
    let overdue = (!view.superseded && due < today)
        .then(|| view! { " " <span class="chip" data-tone="amber">{say!(lang, risk.overdue)}</span> });
    view! { <div>{date(lang, &due.to_string())}{overdue}</div> }.into_any()
}

fn row(ask: &Ask, view: &RiskView) -> AnyView {
    let (lang, offset, today) = (ask.lang(), ask.store().offset(), ask.store().today());
    let name = |account| ask.store().staff_name(account);
    let measures = view
        .measures
        .iter()
        .map(|code| view! { <li>{PROTECTION_MEASURE.label(code, lang).to_owned()}</li> })
        .collect_view();
    let measures = if view.measures.is_empty() {
        view! { <span class="muted">{say!(lang, risk.no_measures)}</span> }.into_any()
    } else {
        view! { <ul class="list">{measures}</ul> }.into_any()
    };
    let note = (!view.note.is_blank()).then(|| view! { <p dir="auto">{shown(&view.note)}</p> });
    let cleared = view.clearance.as_ref().map(|clearance| {
        view! {
            <blockquote class="remark">
                <p><b>{say!(lang, risk.cleared)}</b></p>
                <p dir="auto">{shown(&clearance.reason)}</p>
                <footer><bdi>{name(clearance.by)}</bdi>" · "{date_time(lang, clearance.at, offset)}</footer>
            </blockquote>
        }
    });
    view! {
        <tr>
            <th scope="row" class="grow">{PROTECTION_RISK.label(&view.risk, lang).to_owned()}</th>
            <td data-label=say!(lang, risk.residual)><div>{score(lang, view.assessed.residual)}<p class="muted">{say!(lang, risk.before)}" "{view.score.value()}" · "{view.score.band().label(lang)}</p></div></td>
            <td class="grow" data-label=say!(lang, risk.measures)><div>{measures}{note}{cleared}</div></td>
            <td data-label=say!(lang, risk.review_on)>{review(lang, view, today)}</td>
            <td data-label=say!(lang, risk.assessed)><div>{date(lang, &view.assessed.assessed_on.to_string())}<p class="muted"><bdi>{name(view.recorded_by)}</bdi></p></div></td>
        </tr>
    }
    .into_any()
}

fn listed(ask: &Ask, risks: &[&RiskView], caption: String) -> AnyView {
    let lang = ask.lang();
    let rows = risks.iter().map(|view| row(ask, view)).collect_view();
    view! {
        <div class="table-wrap">
            <table class="table table--stack">
                <caption>{caption}</caption>
                <thead>
                    <tr>
                        <th scope="col" class="grow">{say!(lang, risk.risk)}</th>
                        <th scope="col">{say!(lang, risk.residual)}</th>
                        <th scope="col" class="grow">{say!(lang, risk.measures)}</th>
                        <th scope="col">{say!(lang, risk.review_on)}</th>
                        <th scope="col">{say!(lang, risk.assessed)}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

/// Critical ones that are in force and not cleared.
fn open_critical(file: &RiskFile) -> impl Iterator<Item = &RiskView> {
    file.risks
        .iter()
        .filter(|view| !view.superseded && view.assessed.is_open_critical())
}

fn page(
    ask: &Ask,
    status: StatusCode,
    file: &RiskFile,
    seen: i64,
    typed: &RiskForm,
    problems: &[Problem],
    overtaken: bool,
) -> Response {
    let lang = ask.lang();
    let code = &file.code;
    let form = Form { lang, problems };
    let title = say!(lang, risk.title, code = code.to_string());
    let (past, in_force): (Vec<&RiskView>, Vec<&RiskView>) = file.risks.iter().partition(|view| view.superseded);
    let list = if in_force.is_empty() {
        parts::empty(say!(lang, risk.none), say!(lang, risk.none_why), None)
    } else {
        listed(ask, &in_force, say!(lang, risk.in_force))
    };
    let past = (!past.is_empty()).then(|| {
        view! { <details class="section"><summary>{say!(lang, risk.past)}</summary>{listed(ask, &past, say!(lang, risk.past))}</details> }
    });
    let clear = (file.may_clear && open_critical(file).next().is_some()).then(
        || view! { " " <a class="button" href=format!("{}/risks/clear", code.path())>{say!(lang, risk.clear)}</a> },
    );
    let form_view = file.may_assess.then(|| assess_form(ask, form, seen, typed));
    let view = view! {
        <header class="head">
            <h1>{title.clone()}</h1>
            <div class="head-do"><a class="button button--quiet" href=code.path()>{say!(lang, risk.back)}</a>{clear}</div>
        </header>
        {overtaken_notice(lang, overtaken)}
        {problems_summary(form, |field| label(lang, field))}
        {standing(lang, file.standing)}
        {parts::warnings(ask, &file.warnings, false)}
        {list}
        {past}
        {form_view}
    };
    parts::page(ask, status, Nav::Persons, &title, view)
}

/// 1 to 5, each with its word.
fn ratings(lang: Language, name: &str) -> Vec<(String, String)> {
    let likelihood = name.ends_with("likelihood");
    let word = |rating: u8| match (likelihood, rating) {
        (true, 1) => say!(lang, risk.likelihood_1),
        (true, 2) => say!(lang, risk.likelihood_2),
        (true, 3) => say!(lang, risk.likelihood_3),
        (true, 4) => say!(lang, risk.likelihood_4),
        (true, _) => say!(lang, risk.likelihood_5),
        (false, 1) => say!(lang, risk.impact_1),
        (false, 2) => say!(lang, risk.impact_2),
        (false, 3) => say!(lang, risk.impact_3),
        (false, 4) => say!(lang, risk.impact_4),
        (false, _) => say!(lang, risk.impact_5),
    };
    (1..=5)
        .map(|rating| (rating.to_string(), format!("{rating} · {}", word(rating))))
        .collect()
}

fn assess_form(ask: &Ask, form: Form<'_>, seen: i64, typed: &RiskForm) -> AnyView {
    let lang = form.lang;
    let latest = ask.store().today() + chrono::Days::new(domain::risk::REVIEW_DAYS);
    let rating = |name: &str, value: &str, help: String| {
        choices(
            form,
            name,
            label(lang, name),
            value,
            ratings(lang, name),
            say!(lang, common.choose),
            true,
            &help,
        )
    };
    let boxes = PROTECTION_MEASURE
        .terms()
        .enumerate()
        .map(|(index, term)| {
            let checked = typed.measures.iter().any(|code| code == term.code);
            let id = (index == 0).then_some("measure");
            view! { <label class="check"><input type="checkbox" id=id name="measure" value=term.code checked=checked/> {term.label(lang)}</label> }
        })
        .collect_view();
    let error = form
        .error("measure")
        .map(|text| view! { <p class="error" id="measure-error">{text}</p> });
    let review = Input {
        kind: "date",
        class: "field--short",
        help: &say!(lang, risk.review_help, day = day(lang, latest)),
        ..Input::default()
    };
    view! {
        <form class="form section" method="post">
            <h2>{say!(lang, risk.assess)}</h2>
            <p class="help">{say!(lang, risk.assess_help)}</p>
            {parts::hidden("seen", &seen.to_string())}
            <fieldset>
                <legend>{say!(lang, risk.what)}</legend>
                {choice(form, "risk", label(lang, "risk"), &typed.risk, PROTECTION_RISK, say!(lang, common.choose), true)}
                <div class="inline-fields">
                    {rating("likelihood", &typed.likelihood, say!(lang, risk.likelihood_help))}
                    {rating("impact", &typed.impact, say!(lang, risk.impact_help))}
                </div>
            </fieldset>
            <fieldset aria-describedby=form.described("measure", "help")>
                <legend>{say!(lang, risk.measures)}</legend>
                <p class="help" id="measure-help">{say!(lang, risk.measures_help)}</p>
                <div class="checks">{boxes}</div>
                {error}
            </fieldset>
            <fieldset>
                <legend>{say!(lang, risk.what_is_left)}</legend>
                <p class="help">{say!(lang, risk.residual_help)}</p>
                <div class="inline-fields">
                    {rating("residual_likelihood", &typed.residual_likelihood, String::new())}
                    {rating("residual_impact", &typed.residual_impact, String::new())}
                </div>
                {area(form, "note", label(lang, "note"), &typed.note, &say!(lang, risk.note_help), false, 3)}
                {input(form, "review_on", label(lang, "review_on"), &typed.review_on, review)}
            </fieldset>
            <div class="actions actions--still">
                <button class="button button--main">{say!(lang, risk.save)}</button>
            </div>
        </form>
    }
    .into_any()
}

fn clear_page(
    ask: &Ask,
    status: StatusCode,
    file: &RiskFile,
    seen: i64,
    typed: &ClearanceForm,
    problems: &[Problem],
    overtaken: bool,
) -> Response {
    let lang = ask.lang();
    let code = &file.code;
    let form = Form { lang, problems };
    let title = say!(lang, risk.clear_title, code = code.to_string());
    let options: Vec<(String, String, String)> = open_critical(file)
        .map(|view| {
            let by = ask.store().staff_name(view.recorded_by);
            (
                view.id.to_string(),
                PROTECTION_RISK.label(&view.risk, lang).to_owned(),
                say!(
                    lang,
                    risk.clear_of,
                    score = view.assessed.residual.value().to_string(),
                    by = by,
                    day = day(lang, view.assessed.assessed_on)
                ),
            )
        })
        .collect();
    let content = if options.is_empty() {
        parts::empty(say!(lang, risk.clear_none), say!(lang, risk.clear_none_why), None)
    } else {
        view! {
            <form class="form" method="post">
                {parts::hidden("seen", &seen.to_string())}
                {radios(form, "assessment", label(lang, "assessment"), &typed.assessment, options, true)}
                {area(form, "reason", label(lang, "reason"), &typed.reason, &say!(lang, risk.clear_reason_help), true, 5)}
                <div class="actions actions--still">
                    <button class="button button--main">{say!(lang, risk.clear_do)}</button>
                    <a class="button button--quiet" href=format!("{}/risks", code.path())>{say!(lang, common.cancel)}</a>
                </div>
            </form>
        }
        .into_any()
    };
    let view = view! {
        <section class="confirm">
            <h1>{title.clone()}</h1>
            {overtaken_notice(lang, overtaken)}
            {problems_summary(form, |field| label(lang, field))}
            <p>{say!(lang, risk.clear_person)}" "{code_link(code)}</p>
            <ul>
                <li>{say!(lang, risk.clear_opens)}</li>
                <li>{say!(lang, risk.clear_stays)}</li>
                <li>{say!(lang, risk.clear_apart)}</li>
            </ul>
            {content}
        </section>
    };
    parts::page(ask, status, Nav::Persons, &title, view)
}
