//! The ladder of suspicion: who is mentioned, alleged, reasonably suspected, referred; each step with reasons and a second
//! signature.

use crate::ask::{Ask, problems, see_other};
use crate::parts::{self, Form, Nav, area, code_link, date_time, empty, problems_summary, protected_name};
use crate::say;
use axum::http::StatusCode;
use axum::response::Response;
use domain::fact::Step;
use domain::form::{Check, Pairs};
use domain::{Code, Error, Language, Problem};
use leptos::prelude::*;
use store::{Ladder, StepView, SuspectView};

/// `GET /cases/{code}/suspicions`
pub async fn show(ask: Ask) -> domain::Result<Response> {
    page(&ask, StatusCode::OK, &Pairs::default(), &[]).await
}

/// `POST /cases/{code}/suspicions`: proposes a step, signs one, or declines it.
pub async fn step(ask: Ask, posted: Pairs) -> domain::Result<Response> {
    let (actor, case) = (ask.actor()?, ask.code()?);
    let party: Option<Code> = posted.get("party").parse().ok();
    let (pressed, step) = (posted.get("do"), Step::named(&posted.get("step")));
    let field = field_of(
        if pressed == "propose" { "reasons" } else { "decision" },
        &posted.get("party"),
    );
    let mut check = Check::new();
    let reasons = check.reason(&field, &posted.get(&field));
    let done = match (check.finish(()), &party) {
        (Err(problems), _) => Err(Error::Invalid(problems)),
        (Ok(()), None) => Err(Error::NotFound),
        (Ok(()), Some(party)) => match (pressed.as_str(), step) {
            ("propose", Some(step)) => ask.store().propose_suspicion(actor, &case, party, step, &reasons).await,
            ("sign" | "decline", _) => {
                ask.store()
                    .decide_suspicion(actor, &case, party, pressed == "sign", &reasons)
                    .await
            }
            _ => Err(Error::NotFound),
        },
    };
    match done {
        Ok(()) => {
            let anchor = party.map(|party| format!("#{party}")).unwrap_or_default();
            Ok(see_other(&format!("{}/suspicions{anchor}", case.path())))
        }
        Err(error) => page(&ask, StatusCode::UNPROCESSABLE_ENTITY, &posted, &problems(error)?).await,
    }
}

/// The name of a field about one party: several parties stand on the page.
fn field_of(name: &str, party: &str) -> String {
    format!("{name}.{party}")
}

async fn page(ask: &Ask, status: StatusCode, typed: &Pairs, problems: &[Problem]) -> domain::Result<Response> {
    let (case, lang) = (ask.code()?, ask.lang());
    let ladder = ask.store().ladder(ask.actor()?, &case).await?;
    if !problems.is_empty() && !ladder.may_propose && !ladder.may_decide {
        return Err(Error::Forbidden);
    }
    let form = Form { lang, problems };
    let list = if ladder.parties.is_empty() {
        empty(say!(lang, fact.suspicion_none), say!(lang, fact.suspicion_why), None)
    } else {
        let items = ladder
            .parties
            .iter()
            .map(|party| suspect(ask, form, &ladder, party, typed))
            .collect_view();
        view! { <ul class="hits">{items}</ul> }.into_any()
    };
    let label = |field: &str| match field.split_once('.') {
        Some(("reasons", _)) => say!(lang, fact.reasons),
        Some(("decision", _)) => say!(lang, fact.decision),
        _ => String::new(),
    };
    let view = view! {
        <header class="head">
            <p class="head-line">{code_link(&case)}" "<bdi>{ladder.head.title_typed()}</bdi></p>
            <h1>{say!(lang, fact.suspicion)}</h1>
            <p class="measure">{say!(lang, fact.suspicion_what)}</p>
            <div class="head-do"><a class="button" href=format!("{}/facts", case.path())>{say!(lang, fact.title)}</a></div>
        </header>
        {problems_summary(form, label)}
        {list}
    };
    let title = format!("{} – {case}", say!(lang, fact.suspicion));
    Ok(parts::page(ask, status, Nav::Cases, &title, view))
}

fn step_name(lang: Language, step: Step) -> String {
    match step {
        Step::Mentioned => say!(lang, fact.mentioned),
        Step::Alleged => say!(lang, fact.alleged),
        Step::ReasonableSuspicion => say!(lang, fact.reasonable_suspicion),
        Step::Referred => say!(lang, fact.referred),
    }
}

fn suspect(ask: &Ask, form: Form<'_>, ladder: &Ladder, party: &SuspectView, typed: &Pairs) -> AnyView {
    let lang = ask.lang();
    let here = typed.get("party") == party.code.as_str();
    // What was typed, and what is wrong with it, stand at the party that they are about.
    let form = Form {
        lang,
        problems: if here { form.problems } else { &[] },
    };
    let typed = |name: &str| {
        if here {
            typed.get(&field_of(name, party.code.as_str()))
        } else {
            String::new()
        }
    };
    let stands = party
        .standing
        .step
        .map_or_else(|| say!(lang, fact.stands_nowhere), |step| step_name(lang, step));
    let confidence = party
        .standing
        .confidence
        .map(|grade| view! { " · "{say!(lang, fact.confidence)}" "<span class="chip">{format!("AC{grade}")}</span> });
    let waiting = party.steps.iter().find(|step| step.decided.is_none());
    let next = party.standing.step.map_or(Some(Step::Mentioned), Step::next);
    let way = match (waiting, next) {
        (Some(step), _) => decide(form, ladder, party, step, &typed("decision")),
        (None, Some(next)) if ladder.may_propose && next != Step::Referred => {
            let problem = form.error("step").map(|text| view! { <p class="error">{text}</p> });
            view! {
                <details open=here>
                    <summary>{say!(lang, fact.step, step = step_name(lang, next))}</summary>
                    <form class="form" method="post">
                        {parts::hidden("party", party.code.as_str())}
                        {parts::hidden("step", next.name())}
                        {problem}
                        {area_of(form, &party.code, "reasons", say!(lang, fact.reasons), &typed("reasons"))}
                        <p><button class="button" name="do" value="propose">{say!(lang, fact.propose)}</button></p>
                    </form>
                </details>
            }
            .into_any()
        }
        _ => ().into_any(),
    };
    let past: Vec<_> = party
        .steps
        .iter()
        .filter(|step| step.decided.is_some())
        .map(|step| past(ask, step))
        .collect();
    view! {
        <li class="hit" id=party.code.to_string()>
            <p class="hit-head">{code_link(&party.code)}" "{protected_name(lang, party.name.as_ref())}</p>
            <p>{say!(lang, fact.stands)}": "<b>{stands}</b>{confidence}</p>
            {past}
            {way}
        </li>
    }
    .into_any()
}

fn area_of(form: Form<'_>, party: &Code, name: &str, label: String, value: &str) -> AnyView {
    area(form, &field_of(name, party.as_str()), label, value, "", true, 2)
}

fn decide(form: Form<'_>, ladder: &Ladder, party: &SuspectView, step: &StepView, typed: &str) -> AnyView {
    let lang = form.lang;
    let waits = say!(lang, fact.waits, step = step_name(lang, step.step));
    let sign = if step.mine {
        view! { <p class="help">{say!(lang, fact.waits_own)}</p> }.into_any()
    } else if ladder.may_decide {
        view! {
            <form class="form" method="post">
                {parts::hidden("party", party.code.as_str())}
                {area_of(form, &party.code, "decision", say!(lang, fact.decision), typed)}
                <p class="row">
                    <button class="button button--main" name="do" value="sign">{say!(lang, fact.sign)}</button>
                    " "
                    <button class="button" name="do" value="decline">{say!(lang, fact.decline)}</button>
                </p>
            </form>
        }
        .into_any()
    } else {
        ().into_any()
    };
    view! {
        <div class="notice" data-tone="amber">
            <p><b>{waits}</b>" "<bdi>{step.proposed_by.clone()}</bdi></p>
            <p dir="auto">{step.reasons.to_string()}</p>
        </div>
        {sign}
    }
    .into_any()
}

fn past(ask: &Ask, step: &StepView) -> AnyView {
    let (lang, offset) = (ask.lang(), ask.store().offset());
    let decided = step.decided.as_ref().map(|(confirmed, at, by, why)| {
        let word = if *confirmed { say!(lang, fact.signed) } else { say!(lang, fact.declined) };
        view! { <p>{word}": "<span dir="auto">{why.to_string()}</span></p><footer><bdi>{step.proposed_by.clone()}</bdi>" · "<bdi>{by.clone()}</bdi>", "{date_time(lang, *at, offset)}</footer> }
    });
    view! {
        <blockquote class="remark">
            <p><b>{step_name(lang, step.step)}</b></p>
            <p dir="auto">{step.reasons.to_string()}</p>
            {decided}
        </blockquote>
    }
    .into_any()
}
