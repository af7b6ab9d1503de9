//! Consents to a testimony: what the person allows, as a list and as a form that is filled in one go.
//!
//! How far a paragraph may go somewhere is in `consent_reach.rs`, withdrawing in `consent_withdraw.rs`.

use super::consent_reach;
use super::editing::Unsaved;
use super::notice::table as notice_table;
use super::testimony::shown;
use crate::ask::{Ask, see_other};
use crate::parts::fields::Input;
use crate::parts::{
    self, Form, Nav, area, check_box, choice, choices, code_link, date, date_time, enter_saves, found, input, picker,
    problems_summary,
};
use crate::say;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::NaiveDate;
use domain::consent::{CellForm, Condition, Consent, ConsentForm, Decision, Identity, most_for};
use domain::form::{FromPairs, Pairs};
use domain::vocabulary::{CONSENT_GIVER, CONSENT_MEANS, CONSENT_PURPOSE, CONSENT_RECIPIENT};
use domain::{Error, Kind, Language, Problem};
use leptos::prelude::*;
use store::{ConsentFile, ConsentView, Hit};

/// `GET /testimonies/{code}/consents`; with `?to=un_mechanisms.iiim` also how far each paragraph may go there.
pub async fn show(ask: Ask) -> domain::Result<Response> {
    let to = consent_reach::asked(&ask);
    let file = ask.store().see_consents_to(ask.actor()?, &ask.code()?, to).await?;
    let typed = Typed {
        form: ConsentForm::from_pairs(&Pairs::default()),
        seen: file.seen,
        ..Typed::default()
    };
    Ok(page(&ask, StatusCode::OK, &file, &typed))
}

/// What was typed, and what there is to say about it.
#[derive(Default)]
struct Typed {
    form: ConsentForm,
    /// How many consents there were when it was typed.
    seen: i64,
    problems: Vec<Problem>,
    overtaken: bool,
    /// Documents to choose from.
    hits: Option<Vec<Hit>>,
}

/// `POST /testimonies/{code}/consents`
pub async fn record(ask: Ask, posted: Pairs) -> domain::Result<Response> {
    let (actor, code) = (ask.actor()?, ask.code()?);
    let form = ConsentForm::from_pairs(&posted);
    let seen = posted.get("seen").parse().unwrap_or(-1);
    if let hits @ Some(_) = parts::picker::find(&ask, &posted, "document", DOCUMENT).await? {
        let file = ask.store().see_consents(actor, &code).await?;
        let typed = Typed {
            form,
            seen,
            hits,
            ..Typed::default()
        };
        return if file.may_record {
            Ok(page(&ask, StatusCode::OK, &file, &typed))
        } else {
            Err(Error::Forbidden)
        };
    }
    let recorded = match form.check(ask.store().today()) {
        Ok(draft) => ask.store().record_consents(actor, &code, seen, &draft).await,
        Err(problems) => Err(Error::Invalid(problems)),
    };
    let Some(unsaved) = Unsaved::of(recorded, ask.store().see_consents(actor, &code)).await? else {
        return Ok(see_other(&format!("{}/consents", code.path())));
    };
    if !unsaved.record.may_record {
        return Err(Error::Forbidden);
    }
    let status = unsaved.status();
    let typed = Typed {
        form,
        seen: unsaved.goes_on_from(unsaved.record.seen, seen),
        problems: unsaved.problems,
        overtaken: unsaved.overtaken,
        hits: None,
    };
    Ok(page(&ask, status, &unsaved.record, &typed))
}

/// Said where somebody else recorded consents meanwhile: they stand in the list above what was typed.
pub(super) fn overtaken_notice(lang: Language, overtaken: bool) -> Option<AnyView> {
    overtaken.then(|| {
        view! {
            <div class="problems" role="alert" tabindex="-1" autofocus=true>
                <h2>{say!(lang, consent.overtaken)}</h2>
                <p>{say!(lang, consent.overtaken_what)}</p>
            </div>
        }
        .into_any()
    })
}

/// The name of one purpose and recipient.
pub(super) fn cell_name(lang: Language, purpose: &str, recipient: &str) -> String {
    format!(
        "{} – {}",
        CONSENT_PURPOSE.label(purpose, lang),
        CONSENT_RECIPIENT.label(recipient, lang)
    )
}

/// The name of a field of the forms, for the list of problems.
pub(super) fn label(lang: Language, name: &str) -> String {
    let own = |name: &str| match name {
        "given_by" => say!(lang, consent.given_by),
        "means" => say!(lang, consent.means),
        "obtained_on" => say!(lang, consent.obtained_on),
        "explained" => say!(lang, consent.explained),
        "best_interest" => say!(lang, consent.best_interest),
        "document" => say!(lang, consent.document),
        "note" => say!(lang, consent.note),
        "decision" => say!(lang, consent.decision),
        "identity" => say!(lang, consent.identity),
        "expires_on" => say!(lang, consent.expires_on),
        "not_before" => say!(lang, consent.not_before),
        "cell" => say!(lang, consent.withdraw_which),
        "withdrawn_on" => say!(lang, consent.withdrawn_on),
        "reason" => say!(lang, consent.withdraw_reason),
        _ => String::new(),
    };
    match name.split('.').collect::<Vec<_>>()[..] {
        [purpose, recipient, field] => format!("{}, {}", cell_name(lang, purpose, recipient), own(field)),
        _ => own(name),
    }
}

/// How a consent stands today, in a word and a tone.
fn state(lang: Language, consent: &Consent, today: NaiveDate) -> AnyView {
    let (tone, word) = if consent.withdrawn_on.is_some() {
        ("red", say!(lang, consent.withdrawn))
    } else if consent.is_grant() && !consent.holds_on(today) {
        ("amber", say!(lang, consent.expired))
    } else {
        let tone = match consent.decision {
            Decision::Granted => "accent",
            Decision::GrantedWithConditions => "amber",
            Decision::Refused => "red",
            Decision::NotAsked => "neutral",
        };
        (tone, consent.decision.label(lang).to_owned())
    };
    view! { <span class="chip" data-tone=tone>{word}</span> }.into_any()
}

fn details(lang: Language, consent: &Consent) -> AnyView {
    if !consent.is_grant() {
        return ().into_any();
    }
    let conditions = consent.conditions.iter().map(|condition| {
        let day = (*condition == Condition::NotBefore).then(|| {
            consent
                .not_before
                .map(|day| view! { " " {date(lang, &day.to_string())} })
        });
        view! { <li>{condition.label(lang)}{day}</li> }
    });
    let conditions =
        (!consent.conditions.is_empty()).then(|| view! { <ul class="list">{conditions.collect_view()}</ul> });
    view! { {consent.identity.label(lang)}{conditions} }.into_any()
}

fn listed(ask: &Ask, consents: &[&ConsentView], caption: String) -> AnyView {
    let (lang, offset, today) = (ask.lang(), ask.store().offset(), ask.store().today());
    let rows = consents
        .iter()
        .map(|view| {
            let consent = &view.consent;
            let until = match consent.withdrawn_on {
                Some(day) => Some(view! { {say!(lang, consent.withdrawn)}" "{date(lang, &day.to_string())} }.into_any()),
                None if consent.is_grant() => {
                    Some(view! { {say!(lang, consent.until)}" "{date(lang, &consent.expires_on.to_string())} }.into_any())
                }
                None => None,
            };
            let document = view.document.as_ref().map(|code| view! { " " {code_link(code)} });
            let best_interest = view.best_interest.then(|| view! { <p>{say!(lang, consent.best_interest)}</p> });
            let note = (!view.note.is_blank()).then(|| view! { <p dir="auto">{shown(&view.note)}</p> });
            view! {
                <tr>
                    <th scope="row">{CONSENT_PURPOSE.label(&consent.purpose, lang).to_owned()}<br/><span class="muted">{CONSENT_RECIPIENT.label(&consent.recipient, lang).to_owned()}</span></th>
                    <td data-label=say!(lang, consent.decision)>{state(lang, consent, today)}</td>
                    <td data-label=say!(lang, consent.how_far)><div>{details(lang, consent)}</div></td>
                    <td data-label=say!(lang, consent.validity)><div>{until}</div></td>
                    <td data-label=say!(lang, consent.recorded)>
                        <div>
                            {CONSENT_GIVER.label(&consent.given_by, lang).to_owned()}" · "{CONSENT_MEANS.label(&view.means, lang).to_owned()}" · "{date(lang, &view.obtained_on.to_string())}{document}
                            <p class="muted"><bdi>{view.recorded_by.clone()}</bdi>" · "{date_time(lang, view.recorded_at, offset)}</p>
                            {best_interest}
                            {note}
                        </div>
                    </td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <div class="table-wrap">
            <table class="table table--stack table--roomy">
                <caption>{caption}</caption>
                <thead>
                    <tr>
                        <th scope="col">{say!(lang, consent.purpose)}</th>
                        <th scope="col">{say!(lang, consent.decision)}</th>
                        <th scope="col">{say!(lang, consent.how_far)}</th>
                        <th scope="col">{say!(lang, consent.validity)}</th>
                        <th scope="col">{say!(lang, consent.recorded)}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn page(ask: &Ask, status: StatusCode, file: &ConsentFile, typed: &Typed) -> Response {
    let lang = ask.lang();
    let code = &file.head.code;
    let form = Form {
        lang,
        problems: &typed.problems,
    };
    let title = say!(lang, consent.title, code = code.to_string());
    let (past, standing): (Vec<&ConsentView>, Vec<&ConsentView>) =
        file.consents.iter().partition(|view| view.superseded);
    let list = if standing.is_empty() {
        parts::empty(say!(lang, consent.none), say!(lang, consent.none_why), None)
    } else {
        listed(ask, &standing, say!(lang, consent.standing))
    };
    let past = (!past.is_empty()).then(|| {
        view! { <details class="section"><summary>{say!(lang, consent.past)}</summary>{listed(ask, &past, say!(lang, consent.past))}</details> }
    });
    let notices = (!file.notices.is_empty()).then(|| {
        view! {
            <section class="section">
                <header><h2>{say!(lang, notice.to_tell)}</h2><a href=format!("{}/notices", code.path())>{say!(lang, notice.open)}</a></header>
                {notice_table(ask, &file.notices)}
            </section>
        }
    });
    let may_withdraw = file.may_withdraw && standing.iter().any(|view| stands(view));
    let withdraw = may_withdraw
        .then(|| view! { " " <a class="button" href=format!("{}/consents/withdraw", code.path())>{say!(lang, consent.withdraw)}</a> });
    let form_view = file.may_record.then(|| record_form(ask, form, file, typed));
    let view = view! {
        <header class="head">
            <h1>{title.clone()}</h1>
            <div class="head-do"><a class="button button--quiet" href=code.path()>{say!(lang, consent.back)}</a>" "<a class="button" href=format!("{}/consents/print", code.path())>{say!(lang, consent.on_paper)}</a>{withdraw}</div>
        </header>
        {overtaken_notice(lang, typed.overtaken)}
        {problems_summary(form, |field| label(lang, field))}
        {list}
        {past}
        {consent_reach::section(ask, file)}
        {notices}
        {form_view}
    };
    parts::page(ask, status, Nav::Testimonies, &title, view)
}

/// What may hold the form or the recording.
const DOCUMENT: &[Kind] = &[Kind::Document];

/// Whether it is a grant that can be withdrawn.
pub(super) fn stands(view: &ConsentView) -> bool {
    !view.superseded && view.consent.is_grant() && view.consent.withdrawn_on.is_none()
}

fn record_form(ask: &Ask, form: Form<'_>, file: &ConsentFile, typed: &Typed) -> AnyView {
    let lang = form.lang;
    let hits = found(ask, form, "document", typed.hits.as_deref());
    let (seen, typed) = (typed.seen, &typed.form);
    let day = Input {
        kind: "date",
        class: "field--short",
        ..Input::default()
    };
    let means = CONSENT_MEANS
        .terms()
        .filter(|term| term.code != "not_recorded")
        .map(|term| (term.code.to_owned(), term.label(lang).to_owned()))
        .collect();
    let error = |field: &str| {
        let id = format!("{field}-error");
        form.error(field)
            .map(|text| view! { <p class="error" id=id>{text}</p> })
    };
    let child = (file.is_child == Some(true))
        .then(|| view! { <div class="notice" data-tone="amber"><p>{say!(lang, consent.child)}</p></div> });
    let best_interest = (file.may_decide || typed.best_interest).then(|| {
        view! {
            {check_box("best_interest", say!(lang, consent.best_interest), typed.best_interest)}
            {error("best_interest")}
            <p class="help">{say!(lang, consent.best_interest_help)}</p>
        }
    });
    let cells = typed.cells.iter().map(|cell| cell_form(form, cell)).collect_view();
    let obtained_on = if typed.obtained_on.is_blank() {
        ask.store().today().to_string()
    } else {
        typed.obtained_on.to_string()
    };
    view! {
        <form class="form section" method="post">
            {enter_saves(lang)}
            <h2>{say!(lang, consent.record)}</h2>
            <p class="help">{say!(lang, consent.record_help)}</p>
            {parts::hidden("seen", &seen.to_string())}
            <fieldset>
                <legend>{say!(lang, consent.how)}</legend>
                <div class="inline-fields">
                    {choice(form, "given_by", label(lang, "given_by"), &typed.given_by, CONSENT_GIVER, say!(lang, common.choose), true)}
                    {choices(form, "means", label(lang, "means"), &typed.means, means, say!(lang, common.choose), true, "")}
                    {input(form, "obtained_on", label(lang, "obtained_on"), &obtained_on, Input { required: true, ..day })}
                </div>
                {hits}
                {picker(ask, form, "document", label(lang, "document"), &typed.document, DOCUMENT, &say!(lang, consent.document_help))}
                {check_box("explained", say!(lang, consent.explained), typed.explained)}
                {error("explained")}
                {child}
                {check_box("assent", say!(lang, consent.assent), typed.assent)}
                {best_interest}
                {area(form, "note", label(lang, "note"), &typed.note, "", false, 2)}
            </fieldset>
            <fieldset>
                <legend>{say!(lang, consent.answers)}</legend>
                <div class="cells">{cells}</div>
            </fieldset>
            <div class="actions">
                <button class="button button--main">{say!(lang, consent.save)}</button>
            </div>
        </form>
    }
    .into_any()
}

/// One purpose and recipient: the answer, how far it goes, and what it is tied to.
fn cell_form(form: Form<'_>, cell: &CellForm) -> AnyView {
    let lang = form.lang;
    let pairs = |list: &[(&str, &str)]| {
        list.iter()
            .map(|(code, label)| ((*code).to_owned(), (*label).to_owned()))
            .collect::<Vec<_>>()
    };
    let decisions = [Decision::Granted, Decision::Refused, Decision::NotAsked].map(|d| (d.code(), d.label(lang)));
    let identities: Vec<_> = Identity::ALL
        .iter()
        .filter(|identity| **identity <= most_for(cell.purpose))
        .map(|identity| (identity.code(), identity.label(lang)))
        .collect();
    let name = cell.field("condition");
    let boxes = Condition::ALL
        .iter()
        .map(|condition| {
            let code = condition.code();
            let checked = cell.conditions.iter().any(|ticked| ticked == code);
            view! { <label class="check"><input type="checkbox" name=name.clone() value=code checked=checked/> {condition.label(lang)}</label> }
        })
        .collect_view();
    let (until, from) = (cell.field("expires_on"), cell.field("not_before"));
    let open = !cell.conditions.is_empty() || form.error(&until).is_some() || form.error(&from).is_some();
    let day = Input {
        kind: "date",
        class: "field--short",
        ..Input::default()
    };
    let help = say!(lang, consent.expires_help);
    view! {
        <fieldset class="cell">
            <legend>{CONSENT_PURPOSE.label(cell.purpose, lang).to_owned()}" " <span class="muted">{CONSENT_RECIPIENT.label(cell.recipient, lang).to_owned()}</span></legend>
            <div class="inline-fields">
                {choices(form, &cell.field("decision"), say!(lang, consent.decision), &cell.decision, pairs(&decisions), say!(lang, consent.unchanged), false, "")}
                {choices(form, &cell.field("identity"), say!(lang, consent.identity), &cell.identity, pairs(&identities), say!(lang, common.choose), false, "")}
            </div>
            <details open=open>
                <summary>{say!(lang, consent.conditions)}</summary>
                <div class="checks">{boxes}</div>
                <div class="inline-fields">
                    {input(form, &from, say!(lang, consent.not_before), &cell.not_before, day)}
                    {input(form, &until, say!(lang, consent.expires_on), &cell.expires_on, Input { help: &help, ..day })}
                </div>
            </details>
        </fieldset>
    }
    .into_any()
}
