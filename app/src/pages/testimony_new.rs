//! A new testimony begins with a look at who gives it: nobody should have to tell it twice without need.

use super::testimony_edit::step_path;
use super::testimony_form::WITNESSES;
use crate::ask::{Ask, problems, see_other};
use crate::parts::lists::case_note;
use crate::parts::{self, Form, Nav, code_link, picker, problems_summary};
use crate::say;
use axum::http::StatusCode;
use axum::response::Response;
use domain::access::{self, Act};
use domain::form::{FromPairs, Pairs};
use domain::testimony::{Step, TestimonyForm};
use domain::{Code, Error, Kind, Problem, ProblemKind};
use leptos::prelude::*;
use store::Hit;

/// What the page shows besides what was typed.
#[derive(Default)]
struct Sheet {
    problems: Vec<Problem>,
    hits: Option<Vec<Hit>>,
    /// Testimonies that the people found gave before.
    earlier: Vec<(Code, Vec<Code>)>,
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
    let earlier: Vec<AnyView> = sheet
        .earlier
        .iter()
        .filter(|(_, codes)| !codes.is_empty())
        .map(|(person, codes)| {
            let codes = codes.iter().map(|code| view! { " " {code_link(code)} }).collect_view();
            view! { <li>{code_link(person)}" – "{say!(lang, step.gave_before)}{codes}</li> }.into_any()
        })
        .collect();
    let earlier = (!earlier.is_empty()).then(|| {
        view! { <div class="notice" data-tone="amber"><p>{say!(lang, step.repeat)}</p><ul class="list">{earlier}</ul></div> }
    });
    let looked = sheet.hits.is_some().then(|| {
        view! { <p><a href=format!("/persons/new{case}")>{say!(lang, step.new_person)}</a></p> }
    });
    let label = |field: &str| match field {
        "witness" => say!(lang, testimony.witness),
        "case" => say!(lang, common.case),
        _ => String::new(),
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
                <button class="button button--main" name="do" value="begin">{say!(lang, step.begin)}</button>
                <button class="button" name="do" value="unknown" formnovalidate="">{say!(lang, step.begin_unknown)}</button>
                <a class="button button--quiet" href=cancel>{say!(lang, common.cancel)}</a>
            </div>
        </form>
    };
    parts::page(ask, status, Nav::Testimonies, &say!(lang, testimony.new), view)
}
