//! Withdrawing consents: before it is confirmed, every place of use, who must be told by when, and which moves lose their
//! guard.

use super::case::tone as case_tone;
use super::consent::{cell_name, label, overtaken_notice, stands};
use super::editing::Unsaved;
use crate::ask::{Ask, see_other};
use crate::parts::fields::Input;
use crate::parts::{self, Form, Nav, area, code_link, day, input, problems_summary};
use crate::say;
use axum::http::StatusCode;
use axum::response::Response;
use domain::consent::{ANALYSIS, Consent, WithdrawalForm, cell_code, cells, notice_due};
use domain::form::{FromPairs, Pairs};
use domain::notice::can_be_told;
use domain::status::{Destination, Kind, moves_from, resting_on};
use domain::{Error, Language, Problem};
use leptos::prelude::*;
use store::{CaseUse, ConsentFile};

/// `GET /testimonies/{code}/consents/withdraw`
pub async fn ask(ask: Ask) -> domain::Result<Response> {
    let file = ask.store().see_consents(ask.actor()?, &ask.code()?).await?;
    if !file.may_withdraw {
        return Err(Error::Forbidden);
    }
    let typed = WithdrawalForm {
        withdrawn_on: ask.store().today().to_string().into(),
        ..WithdrawalForm::default()
    };
    Ok(page(&ask, StatusCode::OK, &file, file.seen, &typed, &[], false))
}

/// `POST /testimonies/{code}/consents/withdraw`
pub async fn withdraw(ask: Ask, posted: Pairs) -> domain::Result<Response> {
    let (actor, code) = (ask.actor()?, ask.code()?);
    let form = WithdrawalForm::from_pairs(&posted);
    let seen = posted.get("seen").parse().unwrap_or(-1);
    let withdrawn = match form.check(ask.store().today()) {
        Ok(draft) => ask.store().withdraw_consents(actor, &code, seen, &draft).await,
        Err(problems) => Err(Error::Invalid(problems)),
    };
    let closes = cells().any(|(purpose, recipient)| purpose == ANALYSIS && form.names(purpose, recipient));
    let Some(unsaved) = Unsaved::of(withdrawn, ask.store().see_consents(actor, &code)).await? else {
        // A closed testimony is out of sight for most who close it.
        return Ok(see_other(&if closes {
            "/testimonies".to_owned()
        } else {
            format!("{}/consents", code.path())
        }));
    };
    if !unsaved.record.may_withdraw {
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

/// The grants that stand, in the order of the form.
fn grants(file: &ConsentFile) -> impl Iterator<Item = &Consent> {
    file.consents
        .iter()
        .filter(|view| stands(view))
        .map(|view| &view.consent)
}

fn page(
    ask: &Ask,
    status: StatusCode,
    file: &ConsentFile,
    seen: i64,
    typed: &WithdrawalForm,
    problems: &[Problem],
    overtaken: bool,
) -> Response {
    let (lang, today) = (ask.lang(), ask.store().today());
    let code = &file.head.code;
    let form = Form { lang, problems };
    let title = say!(lang, consent.withdraw_title, code = code.to_string());
    let due = day(lang, notice_due(typed.withdrawn_on.parse().unwrap_or(today)));
    let boxes: Vec<AnyView> = grants(file)
        .enumerate()
        .map(|(index, consent)| {
            let value = cell_code(&consent.purpose, &consent.recipient);
            let checked = typed.names(&consent.purpose, &consent.recipient);
            let closes = (consent.purpose == ANALYSIS)
                .then(|| view! { " " <span class="help">{say!(lang, consent.withdraw_closes)}</span> });
            let name = cell_name(lang, &consent.purpose, &consent.recipient);
            let id = (index == 0).then_some("cell");
            view! { <label><input type="checkbox" id=id name="cell" value=value checked=checked/> {name}{closes}</label> }
                .into_any()
        })
        .collect();
    let error = form
        .error("cell")
        .map(|text| view! { <p class="error" id="cell-error">{text}</p> });
    let control = view! { <fieldset class="options" aria-describedby=form.described("cell", "")><legend>{say!(lang, consent.withdraw_which)}</legend>{boxes}{error}</fieldset> };
    let on = Input {
        kind: "date",
        class: "field--short",
        required: true,
        ..Input::default()
    };
    let view = view! {
        <section class="confirm">
            <h1>{title.clone()}</h1>
            {overtaken_notice(lang, overtaken)}
            {problems_summary(form, |field| label(lang, field))}
            <h2>{say!(lang, consent.uses)}</h2>
            {uses(lang, file)}
            <h2>{say!(lang, withdraw.told)}</h2>
            {told(lang, file, &due)}
            <h2>{say!(lang, withdraw.moves)}</h2>
            {moves(lang, file)}
            <h2>{say!(lang, consent.effects)}</h2>
            <ul>
                <li>{say!(lang, consent.effect_stops)}</li>
                <li>{say!(lang, consent.effect_guards)}</li>
                <li>{say!(lang, consent.effect_stays)}</li>
            </ul>
            <form class="form" method="post">
                {parts::hidden("seen", &seen.to_string())}
                {control}
                {input(form, "withdrawn_on", label(lang, "withdrawn_on"), &typed.withdrawn_on, on)}
                {area(form, "reason", label(lang, "reason"), &typed.reason, &say!(lang, consent.withdraw_reason_help), false, 3)}
                <div class="actions actions--still">
                    <button class="button button--main">{say!(lang, consent.withdraw_do)}</button>
                    <a class="button button--quiet" href=format!("{}/consents", code.path())>{say!(lang, common.cancel)}</a>
                </div>
            </form>
        </section>
    };
    parts::page(ask, status, Nav::Testimonies, &title, view)
}

/// Records that cite the testimony and cases that use it; of those that this reader may not know of, how many.
fn uses(lang: Language, file: &ConsentFile) -> AnyView {
    let cited = file
        .cited_by
        .iter()
        .map(|(citing, paragraphs)| {
            let numbers = paragraphs.iter().map(u32::to_string).collect::<Vec<_>>().join(", ");
            let numbers = (!numbers.is_empty()).then(|| format!(" §{numbers}"));
            view! { <li>{code_link(citing)}{numbers}</li> }
        })
        .collect_view();
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let hidden = (file.hidden_citing > 0)
        .then(|| view! { <li>{say!(lang, withdraw.hidden_citing, count = count(file.hidden_citing))}</li> });
    let cases = file
        .cases
        .iter()
        .map(|case| {
            let status = case.status;
            view! { <li>{code_link(&case.code)}" "<span class="chip" data-tone=case_tone(status)>{status.label(lang)}</span></li> }
        })
        .collect_view();
    let more = (file.hidden_cases > 0)
        .then(|| view! { <li>{say!(lang, withdraw.hidden_cases, count = count(file.hidden_cases))}</li> });
    let none = file.cited_by.is_empty() && file.cases.is_empty() && hidden.is_none() && more.is_none();
    if none {
        view! { <p class="muted">{say!(lang, consent.no_use)}</p> }.into_any()
    } else {
        view! { <ul class="list">{cited}{hidden}{cases}{more}</ul> }.into_any()
    }
}

/// Who may have received the statement and must be told, consent by consent, with the last day for it.
fn told(lang: Language, file: &ConsentFile, due: &str) -> AnyView {
    let waits = |consent: &Consent| {
        file.notices.iter().any(|notice| {
            notice.told.is_none() && notice.purpose == consent.purpose && notice.recipient == consent.recipient
        })
    };
    let items: Vec<AnyView> = grants(file)
        .filter(|consent| file.sent && can_be_told(&consent.recipient))
        .map(|consent| {
            let name = cell_name(lang, &consent.purpose, &consent.recipient);
            let by = if waits(consent) {
                say!(lang, withdraw.told_already)
            } else {
                say!(lang, withdraw.told_by, day = due.to_owned())
            };
            view! { <li>{name}": "{by}</li> }.into_any()
        })
        .collect();
    if items.is_empty() {
        let none = if file.sent {
            say!(lang, withdraw.told_nobody)
        } else {
            say!(lang, withdraw.told_not_sent)
        };
        return view! { <p class="muted">{none}</p> }.into_any();
    }
    view! { <p>{say!(lang, withdraw.told_why)}</p><ul class="list">{items}</ul> }.into_any()
}

/// For each case that cites the testimony, the moves that a consent carries: those it can't go once that is withdrawn.
fn moves(lang: Language, file: &ConsentFile) -> AnyView {
    let cases: Vec<AnyView> = file
        .cases
        .iter()
        .filter(|case| case.cites && case.status.kind() != Kind::Final)
        .filter_map(|case| moves_of(lang, file, case))
        .collect();
    let more = file.hidden_cases > 0;
    let more = more.then(|| view! { <li>{say!(lang, withdraw.hidden_moves)}</li> });
    if cases.is_empty() && more.is_none() {
        return view! { <p class="muted">{say!(lang, withdraw.no_moves)}</p> }.into_any();
    }
    view! { <ul class="list">{cases}{more}</ul> }.into_any()
}

fn moves_of(lang: Language, file: &ConsentFile, case: &CaseUse) -> Option<AnyView> {
    let open = moves_from(case.status, case.previous);
    let items: Vec<AnyView> = grants(file)
        .filter_map(|consent| {
            let steps: Vec<AnyView> = resting_on(&consent.purpose, &consent.recipient)
                .filter_map(|(transition, guard)| {
                    let Destination::To(to) = transition.to else { return None };
                    let code = view! { " "<bdi class="code">{guard.code()}</bdi> };
                    let now = open.iter().any(|step| step.transition.id == transition.id);
                    Some(if now {
                        let href = format!("{}/move?to={}", case.code.path(), transition.id);
                        view! { <li><a href=href>{to.label(lang)}</a>{code}</li> }.into_any()
                    } else {
                        view! { <li>{to.label(lang)}{code}" "<span class="muted">{say!(lang, withdraw.later)}</span></li> }
                            .into_any()
                    })
                })
                .collect();
            let name = cell_name(lang, &consent.purpose, &consent.recipient);
            (!steps.is_empty()).then(|| view! { <li>{name}<ul>{steps}</ul></li> }.into_any())
        })
        .collect();
    (!items.is_empty()).then(|| view! { <li>{code_link(&case.code)}<ul>{items}</ul></li> }.into_any())
}
