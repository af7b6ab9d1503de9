//! Marking up a paragraph of a final testimony: words of it become a part in an act, an act, or a place, with the citation made.

use super::act::violations;
use super::testimony::{marked_text, tag};
use crate::ask::{Ask, problems, see_other};
use crate::parts::fields::{EMPTY, Input};
use crate::parts::{
    self, Form, Nav, check_box, choices, code_link, enter_saves, field, found, input, picker, problems_summary, radios,
};
use crate::say;
use axum::http::StatusCode;
use axum::response::Response;
use domain::form::{FromPairs, Pairs};
use domain::marking::{Marked, MarkingForm, Who};
use domain::vocabulary::{ATTRIBUTION, INVOLVEMENT_ROLE, VIOLATION};
use domain::{Error, Kind, Language, Problem};
use leptos::prelude::*;
use store::{Hit, MarkDesk};

/// What words can name that had a part.
const PARTIES: &[Kind] = &[Kind::Person, Kind::Unit];

/// `GET /testimonies/{code}/mark?p=…`
pub async fn new(ask: Ask) -> domain::Result<Response> {
    let form = MarkingForm {
        paragraph: ask.query.get("p"),
        ..MarkingForm::default()
    };
    form_page(&ask, StatusCode::OK, &form, &[], Found::Nothing).await
}

/// What was found for the form.
enum Found<'a> {
    Nothing,
    /// By the button beside the field.
    Parties(&'a [Hit]),
    /// People of the new person's name.
    Homonyms(&'a [Hit]),
}

/// `POST /testimonies/{code}/mark`
pub async fn mark(ask: Ask, posted: Pairs) -> domain::Result<Response> {
    let (actor, code) = (ask.actor()?, ask.code()?);
    let form = MarkingForm::from_pairs(&posted);
    // Words that were selected in the testimony arrive here first.
    if posted.get("do") == "begin" {
        return form_page(&ask, StatusCode::OK, &form, &[], Found::Nothing).await;
    }
    if let Some(hits) = picker::find(&ask, &posted, "party", PARTIES).await? {
        return form_page(&ask, StatusCode::OK, &form, &[], Found::Parties(&hits)).await;
    }
    let marking = match form.check() {
        Ok(marking) => marking,
        Err(problems) => {
            return form_page(&ask, StatusCode::UNPROCESSABLE_ENTITY, &form, &problems, Found::Nothing).await;
        }
    };
    if let Marked::Party {
        who: Who::New(name), ..
    } = &marking.what
        && !posted.has("another")
    {
        let hits = ask.store().search(actor, &[Kind::Person], name, picker::MOST).await?;
        if !hits.is_empty() {
            return form_page(&ask, StatusCode::OK, &form, &[], Found::Homonyms(&hits)).await;
        }
    }
    match ask.store().mark(actor, &code, &marking).await {
        Ok(()) => Ok(see_other(&format!("{}#p{}", code.path(), marking.paragraph))),
        Err(error) => {
            form_page(
                &ask,
                StatusCode::UNPROCESSABLE_ENTITY,
                &form,
                &problems(error)?,
                Found::Nothing,
            )
            .await
        }
    }
}

fn label(lang: Language, field: &str) -> String {
    match field {
        "words" => say!(lang, mark.words),
        "what" => say!(lang, mark.what),
        "incident" => say!(lang, mark.incident),
        "act" => say!(lang, mark.act),
        "violation" => say!(lang, mark.violation),
        "party" => say!(lang, mark.party),
        "name" => say!(lang, mark.name),
        "confidence" => say!(lang, mark.confidence),
        _ => String::new(),
    }
}

/// Fills what can only be one thing, so that the fewest keys are needed.
fn filled(mut form: MarkingForm, desk: &MarkDesk) -> MarkingForm {
    if form.what.is_empty() {
        form.what = "victim".to_owned();
    }
    if form.confidence.is_empty() {
        // One source claims it: this one.
        form.confidence = "AC1".to_owned();
    }
    if form.incident.is_empty()
        && let Some((incident, act)) = &desk.last
    {
        form.incident = incident.to_string();
        form.act = act.map(|number| number.to_string()).unwrap_or_default();
    }
    if form.incident.is_empty()
        && let [only] = desk.incidents.as_slice()
    {
        form.incident = only.code.to_string();
    }
    let chosen = desk
        .incidents
        .iter()
        .find(|incident| incident.code.as_str() == form.incident);
    if form.act.is_empty()
        && let Some([(number, _)]) = chosen.map(|incident| incident.acts.as_slice())
    {
        form.act = number.to_string();
    }
    if form.name.is_empty() {
        form.name = form.words.trim().to_owned();
    }
    form
}

async fn form_page(
    ask: &Ask,
    status: StatusCode,
    typed: &MarkingForm,
    problems: &[Problem],
    hits: Found<'_>,
) -> domain::Result<Response> {
    let (actor, code, lang) = (ask.actor()?, ask.code()?, ask.lang());
    let number = typed.paragraph.parse().map_err(|_| Error::NotFound)?;
    let desk = ask.store().mark_desk(actor, &code, number).await?;
    let typed = filled(typed.clone(), &desk);
    let form = Form { lang, problems };
    let mut what: Vec<(String, String, String)> = INVOLVEMENT_ROLE
        .terms()
        .map(|role| (role.code.to_owned(), role.label(lang).to_owned(), String::new()))
        .collect();
    what.push(("act".to_owned(), say!(lang, mark.act_what), String::new()));
    what.push(("place".to_owned(), say!(lang, mark.place_what), String::new()));
    let incidents: Vec<(String, String)> = desk
        .incidents
        .iter()
        .map(|incident| {
            (
                incident.code.to_string(),
                format!("{} · {}", incident.code, incident.title.as_str()),
            )
        })
        .collect();
    let confidences = ATTRIBUTION
        .terms()
        .map(|term| (term.code.to_owned(), format!("{} – {}", term.code, term.label(lang))))
        .collect();
    let (parties, homonyms) = match hits {
        Found::Nothing => (None, None),
        Found::Parties(hits) => (Some(hits), None),
        Found::Homonyms(hits) => (None, Some(hits)),
    };
    let homonyms = homonyms.map(|hits| {
        view! {
            <div class="notice" data-tone="amber" role="alert">
                <p><b>{say!(lang, mark.homonyms)}</b></p>
                <p>{say!(lang, mark.homonyms_what)}</p>
                {found(ask, form, "party", Some(hits))}
                {check_box("another", say!(lang, mark.another), false)}
            </div>
        }
    });
    let none = incidents.is_empty().then(|| {
        let case = desk.head.cases.first().map(|case| format!("?case={case}")).unwrap_or_default();
        view! { <p class="notice">{say!(lang, mark.no_incident)}" "<a href=format!("/incidents/new{case}")>{say!(lang, mark.new_incident)}</a></p> }
    });
    let title = format!("{} – {code} §{number}", say!(lang, mark.title));
    let view = view! {
        <header class="head"><p class="head-line">{code_link(&code)}" "<bdi>{format!("§{number}")}</bdi></p><h1>{say!(lang, mark.title)}</h1></header>
        {problems_summary(form, |field| label(lang, field))}
        <blockquote class="para-text measure" lang=tag(&desk.paragraph.language) dir="auto">{marked_text(&desk.paragraph, &desk.marks)}</blockquote>
        {none}
        <form class="form" method="post">
            {enter_saves(lang)}
            {parts::hidden("p", &number.to_string())}
            {words(form, &typed.words)}
            <div data-focus="">{radios(form, "what", label(lang, "what"), &typed.what, what, true)}</div>
            {choices(form, "incident", label(lang, "incident"), &typed.incident, incidents, say!(lang, common.choose), true, "")}
            {choices(form, "act", label(lang, "act"), &typed.act, acts(lang, &desk), say!(lang, acts.whole), false, "")}
            {homonyms}
            {input(form, "name", label(lang, "name"), &typed.name, Input { help: &say!(lang, mark.name_help), ..Input::default() })}
            {found(ask, form, "party", parties)}
            {picker(ask, form, "party", label(lang, "party"), &typed.party, PARTIES, &say!(lang, mark.party_help))}
            {choices(form, "violation", label(lang, "violation"), &typed.violation, violations(lang, actor.roles), say!(lang, common.choose), false, "")}
            {choices(form, "confidence", label(lang, "confidence"), &typed.confidence, confidences, say!(lang, common.choose), false, "")}
            <div class="actions">
                <button class="button button--main">{say!(lang, mark.save)}</button>
                <a class="button button--quiet" href=format!("{}#p{number}", code.path())>{say!(lang, common.cancel)}</a>
            </div>
        </form>
    };
    Ok(parts::page(ask, status, Nav::Testimonies, &title, view))
}

fn words(form: Form<'_>, typed: &str) -> AnyView {
    let lang = form.lang;
    let help = say!(lang, mark.help);
    let control = view! {
        <textarea id="words" name="words" class="grow-text" rows="2" dir="auto" placeholder=EMPTY autocomplete="off" spellcheck="false" required
            maxlength=domain::form::LONG.to_string() aria-invalid=form.error("words").map(|_| "true") aria-describedby=form.described("words", &help)>
            {format!("\n{typed}")}
        </textarea>
    };
    field(form, "words", label(lang, "words"), &help, true, "", control)
}

/// The acts of all incidents: a number stands for the act of the chosen one.
fn acts(lang: Language, desk: &MarkDesk) -> Vec<(String, String)> {
    let most = desk
        .incidents
        .iter()
        .flat_map(|incident| &incident.acts)
        .map(|(number, _)| *number)
        .max()
        .unwrap_or(0);
    let mut options: Vec<(String, String)> = (1..=most)
        .map(|number| {
            let names: Vec<String> = desk
                .incidents
                .iter()
                .filter_map(|incident| {
                    let (_, violation) = incident.acts.iter().find(|(known, _)| *known == number)?;
                    Some(format!("{}: {}", incident.code, VIOLATION.label(violation, lang)))
                })
                .collect();
            (number.to_string(), format!("{number} · {}", names.join(" / ")))
        })
        .collect();
    options.push(("new".to_owned(), say!(lang, mark.new_act)));
    options
}
