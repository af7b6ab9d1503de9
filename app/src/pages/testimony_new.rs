//! A new testimony begins with a look at who gives it: nobody should have to tell it twice without need. Of whoever gave one
//! before, it is asked once more whether another is needed, before there is a draft.

use super::testimony::state_chip;
use super::testimony_edit::step_path;
use super::testimony_form::WITNESSES;
use crate::ask::{Ask, problems, see_other};
use crate::parts::lists::case_note;
use crate::parts::{self, Form, Nav, code_link, comma, day, hidden, picker, problems_summary};
use crate::say;
use axum::http::StatusCode;
use axum::response::Response;
use domain::access::{self, Act};
use domain::form::{FromPairs, Pairs};
use domain::testimony::{Step, TestimonyForm, TestimonyStatus};
use domain::{Code, Error, Kind, Language, Problem, ProblemKind};
use leptos::prelude::*;
use store::{Earlier, Hit};

/// What the page shows besides what was typed.
#[derive(Default)]
struct Sheet {
    problems: Vec<Problem>,
    hits: Option<Vec<Hit>>,
    /// Testimonies that the people found gave before.
    earlier: Vec<(Code, Vec<Earlier>)>,
    /// The one who was chosen gave testimony before: it is asked whether to go on all the same.
    again: Option<Code>,
}

/// `GET /testimonies/new`
pub async fn show(ask: Ask) -> domain::Result<Response> {
    access::TakeTestimony::grounds(ask.actor()?, &access::Facts::default()).map_err(|_| Error::Forbidden)?;
    Ok(page(&ask, StatusCode::OK, "", &Sheet::default()))
}

/// `POST /testimonies/new`
pub async fn create(ask: Ask, posted: Pairs) -> domain::Result<Response> {
    let actor = ask.actor()?;
    ask.store().may_make(actor, Kind::Testimony).await?;
    if let Some(hits) = picker::find(&ask, &posted, "witness", WITNESSES).await? {
        let people: Vec<Code> = hits.iter().map(|hit| hit.code.clone()).collect();
        let sheet = Sheet {
            earlier: ask.store().earlier_testimonies(actor, &people).await?,
            hits: Some(hits),
            ..Sheet::default()
        };
        let typed = posted.all("witness").pop().unwrap_or_default();
        return Ok(page(&ask, StatusCode::OK, &typed, &sheet));
    }
    let mut form = TestimonyForm::from_pairs(&posted);
    if form.answers.get("sensitivity").is_empty() {
        form.answers.set("sensitivity", ["normal"]);
    }
    let witness = form.answers.get("witness").to_owned();
    let refused = |problems: Vec<Problem>| {
        let sheet = Sheet {
            problems,
            ..Sheet::default()
        };
        page(&ask, StatusCode::UNPROCESSABLE_ENTITY, &witness, &sheet)
    };
    if posted.get("do") == "unknown" {
        form.answers.set("witness", [""]);
    } else {
        // By a name alone nobody is meant: the list says who of that name.
        let kind = match witness.trim() {
            "" => Some(ProblemKind::Missing),
            typed if typed.parse::<Code>().is_err() => Some(ProblemKind::NoSuchRecord),
            _ => None,
        };
        if let Some(kind) = kind {
            return Ok(refused(vec![Problem::new("witness", kind)]));
        }
        // Who was asked about is told by the form: another who was typed since is asked about too.
        let chosen = witness.parse::<Code>().ok();
        let chosen = chosen.filter(|chosen| posted.get("seen").parse().as_ref() != Ok(chosen));
        if let Some(chosen) = chosen {
            let earlier = ask
                .store()
                .earlier_testimonies(actor, std::slice::from_ref(&chosen))
                .await?;
            if earlier.iter().any(|(_, given)| !given.is_empty()) {
                let sheet = Sheet {
                    earlier,
                    again: Some(chosen),
                    ..Sheet::default()
                };
                return Ok(page(&ask, StatusCode::OK, &witness, &sheet));
            }
        }
    }
    match ask.store().create_testimony(actor, ask.case().as_ref(), &form).await {
        Ok(code) => Ok(see_other(&step_path(&code, Step::Witness))),
        Err(error) => Ok(refused(problems(error)?)),
    }
}

fn page(ask: &Ask, status: StatusCode, witness: &str, sheet: &Sheet) -> Response {
    let lang = ask.lang();
    let form = Form {
        lang,
        problems: &sheet.problems,
    };
    let case = ask.case().map(|case| format!("?case={case}")).unwrap_or_default();
    let earlier = match &sheet.again {
        Some(person) => again(ask, person, &sheet.earlier),
        None => of_found(lang, &sheet.earlier),
    };
    let looked = sheet.hits.is_some().then(|| {
        view! { <p><a href=format!("/persons/new{case}")>{say!(lang, step.new_person)}</a></p> }
    });
    let label = |field: &str| match field {
        "witness" => say!(lang, testimony.witness),
        "case" => say!(lang, common.case),
        _ => String::new(),
    };
    let begin = match &sheet.again {
        Some(person) => view! {
            {hidden("seen", person.as_str())}
            <button class="button" name="do" value="begin">{say!(lang, step.begin_again)}</button>
        }
        .into_any(),
        None => view! { <button class="button button--main" name="do" value="begin">{say!(lang, step.begin)}</button> }
            .into_any(),
    };
    let cancel = ask.case().map_or_else(|| "/testimonies".to_owned(), |case| case.path());
    let view = view! {
        <header class="head"><h1>{say!(lang, testimony.new)}</h1>{case_note(ask)}</header>
        {problems_summary(form, label)}
        <form class="form" method="post" action=format!("/testimonies/new{case}")>
            // Enter looks up.
            <button class="visually-hidden" name="do" value="find:witness" tabindex="-1" aria-hidden="true">{say!(lang, common.find)}</button>
            <p class="measure">{say!(lang, step.look_up)}</p>
            {earlier}
            {picker::found(ask, form, "witness", sheet.hits.as_deref())}
            {picker(ask, form, "witness", say!(lang, testimony.witness), witness, WITNESSES, &say!(lang, step.look_up_help))}
            {looked}
            <div class="actions actions--still">
                {begin}
                <button class="button" name="do" value="unknown" formnovalidate="">{say!(lang, step.begin_unknown)}</button>
                <a class="button button--quiet" href=cancel>{say!(lang, common.cancel)}</a>
            </div>
        </form>
    };
    parts::page(ask, status, Nav::Testimonies, &say!(lang, testimony.new), view)
}

/// Of the people found, those who gave testimony before.
fn of_found(lang: Language, earlier: &[(Code, Vec<Earlier>)]) -> AnyView {
    let items: Vec<AnyView> = earlier
        .iter()
        .filter(|(_, given)| !given.is_empty())
        .map(|(person, given)| {
            let codes = given
                .iter()
                .map(|one| view! { " " {code_link(&one.code)} })
                .collect_view();
            view! { <li>{code_link(person)}" – "{say!(lang, step.gave_before)}{codes}</li> }.into_any()
        })
        .collect();
    if items.is_empty() {
        return ().into_any();
    }
    view! { <div class="notice" data-tone="amber"><p>{say!(lang, step.repeat)}</p><ul class="list">{items}</ul></div> }
        .into_any()
}

/// The one who was chosen gave testimony before: each with its day, its interviewer, and the way to go on from it.
fn again(ask: &Ask, person: &Code, earlier: &[(Code, Vec<Earlier>)]) -> AnyView {
    let lang = ask.lang();
    let items = earlier
        .iter()
        .flat_map(|(_, given)| given)
        .map(|one| {
            let on = one.on.map(|on| format!("{}{}", comma(lang), day(lang, on)));
            let by = ask.store().staff_name(one.by);
            let supplement = (one.status == TestimonyStatus::Final).then(|| {
                view! { " " <a class="button button--small" href=format!("{}/supplement", one.code.path())>{say!(lang, version.supplement_do)}</a> }
            });
            view! { <li>{code_link(&one.code)}" "<bdi>{by}</bdi>{on}" "{state_chip(lang, one.status)}{supplement}</li> }
        })
        .collect_view();
    view! {
        <div class="problems" role="alert" tabindex="-1" id="problems" autofocus=true>
            <h2><bdi class="code">{person.to_string()}</bdi>" – "{say!(lang, step.gave_before)}</h2>
            <ul class="list">{items}</ul>
            <p>{say!(lang, step.again)}</p>
        </div>
    }
    .into_any()
}
