//! Moving a case to another state, and attesting in writing what the record can't say itself.

use super::case::{head_and_tabs, paragraphs};
use super::consent::cell_name;
use crate::ask::{Ask, problems, see_other};
use crate::parts::bars::bars;
use crate::parts::fields::{EMPTY, Input};
use crate::parts::frame::role_name;
use crate::parts::{self, Form, Nav, choice, code_link, date_time, day, hidden, input, problems_summary};
use crate::say;
use axum::http::StatusCode;
use axum::response::Response;
use domain::consent::ANALYSIS;
use domain::form::{FromPairs, Pairs};
use domain::risk::Standing;
use domain::status::{Attestation, Guard, GuardResult, MAX_REASON, Named, Outcome, Remedy, Transition};
use domain::{Code, Error, Language, Problem, ProblemKind, Role};
use leptos::prelude::*;
use store::{CaseView, MoveForm, MoveOutcome};

/// How many of a move's conditions are unmet, in words.
pub(super) fn unmet(lang: Language, guards: &[GuardResult]) -> String {
    let open = guards.iter().filter(|result| !result.outcome.holds()).count();
    if open == 0 {
        say!(lang, case.all_met)
    } else {
        say!(
            lang,
            case.unmet_of,
            unmet = open.to_string(),
            all = guards.len().to_string()
        )
    }
}

/// Names of roles in a row: "supervisor, chair".
fn roles(lang: Language, roles: &[Role]) -> String {
    let comma = match lang {
        Language::English => ", ",
        Language::Arabic => "، ",
    };
    roles
        .iter()
        .map(|role| role_name(lang, *role))
        .collect::<Vec<_>>()
        .join(comma)
}

fn codes(codes: &[Code]) -> AnyView {
    codes
        .iter()
        .map(|code| view! { " " {code_link(code)} })
        .collect_view()
        .into_any()
}

/// Records with what is the matter with each, as links to where it is mended; and how many more there are.
fn named<T>(lang: Language, named: &Named<T>, page: &str, words: impl Fn(&T) -> String) -> AnyView {
    let items = named
        .shown
        .iter()
        .map(|(code, what)| {
            let words = words(what);
            let words = (!words.is_empty()).then(|| format!(": {words}"));
            view! { <li><a href=format!("{}/{page}", code.path())><bdi class="code">{code.to_string()}</bdi></a>{words}</li> }
        })
        .collect_view();
    let hidden = u32::try_from(named.hidden).unwrap_or(u32::MAX);
    let hidden = (hidden > 0).then(|| view! { <li>{say!(lang, remedy.hidden, count = hidden)}</li> });
    view! { <ul>{items}{hidden}</ul> }.into_any()
}

/// What is the matter with the risks to a witness.
fn at_risk(lang: Language, standing: &Standing) -> String {
    match standing {
        Standing::NotAssessed => say!(lang, remedy.not_assessed),
        Standing::Critical => say!(lang, remedy.critical),
        Standing::Overdue(since) => say!(lang, remedy.overdue, day = day(lang, *since)),
        Standing::Current(_) => String::new(),
    }
}

/// The conditions of a move: met, unmet or attested, in words, with what would meet them. With `anchors`, problems can
/// link to them; a page has one such list at most.
pub(super) fn guard_list(ask: &Ask, case: &CaseView, step: &MoveOutcome, anchors: bool) -> AnyView {
    let lang = ask.lang();
    let who = view! { <p class="muted">{say!(lang, case.made_by)}" "{roles(lang, step.transition.roles)}</p> };
    let closed = step
        .transition
        .open_yet()
        .err()
        .map(|why| view! { <div class="notice" data-tone="amber"><p>{why.reason(lang)}</p></div> });
    let items = step
        .guards
        .iter()
        .map(|result| guard_item(ask, case, step, result, anchors))
        .collect_view();
    view! { {who} {closed} <ul class="attest">{items}</ul> }.into_any()
}

fn guard_item(ask: &Ask, case: &CaseView, step: &MoveOutcome, result: &GuardResult, anchors: bool) -> AnyView {
    let lang = ask.lang();
    let (state, word) = match &result.outcome {
        Outcome::Met => ("met", say!(lang, case.met)),
        Outcome::Attested(_) => ("attested", say!(lang, case.attested)),
        Outcome::Unmet(_) | Outcome::Awaits(_) => ("unmet", say!(lang, case.unmet)),
    };
    let more = match &result.outcome {
        Outcome::Met => ().into_any(),
        Outcome::Attested(attested) => {
            let (by, at) = (
                ask.store().staff_name(attested.by),
                date_time(lang, attested.at, ask.store().offset()),
            );
            view! { <blockquote class="remark">{paragraphs(&attested.text)}<footer><bdi>{by}</bdi>" · "{at}</footer></blockquote> }.into_any()
        }
        Outcome::Unmet(remedy) | Outcome::Awaits(remedy) => {
            view! { <div class="muted">{remedy_view(ask, case, step, result.guard, remedy)}</div> }.into_any()
        }
    };
    view! {
        <li data-state=state id=anchors.then(|| result.guard.code())>
            <span class="attest-word">{word}</span>
            <div><p>{result.guard.text(lang)}" "<bdi class="code">{result.guard.code()}</bdi></p>{more}</div>
        </li>
    }
    .into_any()
}

/// What would meet a condition, as links.
fn remedy_view(ask: &Ask, case: &CaseView, step: &MoveOutcome, guard: Guard, remedy: &Remedy) -> AnyView {
    let lang = ask.lang();
    let code = &case.head.code;
    let path = code.path();
    let attest = format!("{path}/attest?guard={}&to={}", guard.code(), step.transition.id);
    let with_move = format!("{path}/move?to={}", step.transition.id);
    match remedy {
        Remedy::LinkIncident => view! {
            {say!(lang, case.remedy_incident)} " "
            <a href=format!("{path}/link?kind=incident")>{say!(lang, case.link_incident)}</a> " · "
            <a href=format!("/incidents/new?case={code}")>{say!(lang, case.new_incident)}</a>
        }
        .into_any(),
        Remedy::CompleteIncident(incidents) => view! { {say!(lang, case.remedy_complete)}{codes(incidents)} }.into_any(),
        Remedy::CiteSource(incidents) => view! { {say!(lang, case.remedy_cite)}{codes(incidents)} }.into_any(),
        Remedy::FinishTestimony(testimonies) => view! { {say!(lang, case.remedy_finish)}{codes(testimonies)} }.into_any(),
        Remedy::AssignPeople if case.may_assign => view! { {say!(lang, case.remedy_assign)}" "<a href=format!("{path}/team")>{say!(lang, case.change_team)}</a> }.into_any(),
        Remedy::AssignPeople => say!(lang, case.remedy_assign_ask).into_any(),
        Remedy::WriteReason => view! { <a href=with_move>{say!(lang, case.remedy_reason)}</a> }.into_any(),
        Remedy::SetReviewDate => view! { <a href=with_move>{say!(lang, case.remedy_review)}</a> }.into_any(),
        Remedy::Attest => {
            let usual = usual(lang, guard);
            view! { {say!(lang, case.remedy_attest)}" "<a href=attest>{say!(lang, case.attest)}</a>{usual} }.into_any()
        }
        Remedy::AskAnotherPerson => {
            let usual = usual(lang, guard);
            view! { {say!(lang, case.remedy_other)}" "<a href=attest>{say!(lang, case.attest)}</a>{usual} }.into_any()
        }
        Remedy::ObtainConsent(testimonies) => {
            let (purpose, recipient) = match guard {
                Guard::Signed => (ANALYSIS, "committee"),
                _ => step.transition.sharing(),
            };
            let cell = cell_name(lang, purpose, recipient);
            let list = named(lang, testimonies, "consents", |why| bars(lang, why));
            view! { <p>{say!(lang, remedy.consent)}" "{cell}</p> {list} }.into_any()
        }
        Remedy::AssessRisks(persons) => {
            let list = named(lang, persons, "risks", |standing| at_risk(lang, standing));
            view! { <p>{say!(lang, remedy.risks)}</p> {list} }.into_any()
        }
        Remedy::RecordAssent(testimonies) => {
            let list = named(lang, testimonies, "consents", |why| bars(lang, why));
            view! { <p>{say!(lang, remedy.assent)}</p> {list} }.into_any()
        }
        Remedy::AskAbout(testimonies) => {
            let list = named(lang, testimonies, "consents", |why| match &why[..] {
                [] => say!(lang, remedy.age),
                why => bars(lang, why),
            });
            let usual = usual(lang, guard);
            view! { <p>{say!(lang, remedy.about)}</p> {list} <p><a href=attest>{say!(lang, case.attest)}</a>{usual}</p> }.into_any()
        }
        Remedy::LeaveToAnother => say!(lang, case.remedy_leave).into_any(),
    }
}

/// Whose office it usually is to attest a condition.
fn usual(lang: Language, guard: Guard) -> Option<String> {
    let who = guard.usual_attesters();
    (!who.is_empty()).then(|| format!(" · {} {}", say!(lang, case.usually), roles(lang, who)))
}

/// A text of at most [`MAX_REASON`] characters that stands in the record.
fn statement(form: Form<'_>, name: &str, label: String, value: &str, help: String) -> AnyView {
    let error = form.error(name).is_some();
    let text = format!("\n{value}");
    let described = if error {
        format!("{name}-help {name}-error")
    } else {
        format!("{name}-help")
    };
    let control = view! {
        <textarea
            class="grow-text"
            id=name.to_owned()
            name=name.to_owned()
            rows="4"
            dir="auto"
            placeholder=EMPTY
            maxlength=MAX_REASON.to_string()
            autocomplete="off"
            spellcheck="false"
            aria-invalid=error.then_some("true")
            aria-describedby=described
        >
            {text}
        </textarea>
    };
    parts::field(form, name, label, &help, false, "", control)
}

/// `GET /cases/{code}/move`
pub async fn choose(ask: Ask) -> domain::Result<Response> {
    let case = ask.store().open_case(ask.actor()?, &ask.code()?).await?;
    let typed = MoveForm {
        transition: ask.query.get("to"),
        ..MoveForm::default()
    };
    Ok(move_page(&ask, StatusCode::OK, &case, &typed, &[], false))
}

/// `POST /cases/{code}/move`
pub async fn go(ask: Ask, posted: Pairs) -> domain::Result<Response> {
    let (actor, code) = (ask.actor()?, ask.code()?);
    let form = MoveForm::from_pairs(&posted);
    match ask.store().move_case(actor, &code, &form).await {
        Ok(_) => Ok(see_other(&code.path())),
        Err(Error::Conflict) => {
            let case = ask.store().open_case(actor, &code).await?;
            Ok(move_page(&ask, StatusCode::CONFLICT, &case, &form, &[], true))
        }
        Err(error) => {
            let problems = problems(error)?;
            let case = ask.store().open_case(actor, &code).await?;
            // What is wrong with an attestation is said beside it; that its condition is unmet follows from it.
            let at_text = |guard: &str| {
                problems
                    .iter()
                    .any(|problem| problem.field.strip_prefix("attest.") == Some(guard))
            };
            let shown: Vec<Problem> = problems
                .iter()
                .filter(|problem| !at_text(&problem.field))
                .map(|problem| place(problem, &case, &form))
                .collect();
            Ok(move_page(
                &ask,
                StatusCode::UNPROCESSABLE_ENTITY,
                &case,
                &form,
                &shown,
                false,
            ))
        }
    }
}

/// Where a problem is shown: an unmet condition that this form can attest, at the field for it.
fn place(problem: &Problem, case: &CaseView, typed: &MoveForm) -> Problem {
    let attestable = case
        .moves
        .iter()
        .filter(|step| step.transition.id == typed.transition)
        .flat_map(|step| &step.guards)
        .any(|result| result.guard.code() == problem.field && result.outcome == Outcome::Awaits(Remedy::Attest));
    if attestable {
        Problem::new(&format!("attest.{}", problem.field), ProblemKind::Missing)
    } else {
        problem.clone()
    }
}

fn label(lang: Language, field: &str) -> String {
    match field {
        "reason_code" => say!(lang, case.reason_code),
        "reason" => say!(lang, case.reason_text),
        "review_on" => say!(lang, case.review_on),
        field => Guard::parse(field.strip_prefix("attest.").unwrap_or(field))
            .map(|guard| guard.text(lang).to_owned())
            .unwrap_or_default(),
    }
}

fn move_page(
    ask: &Ask,
    status: StatusCode,
    case: &CaseView,
    typed: &MoveForm,
    problems: &[Problem],
    overtaken: bool,
) -> Response {
    let lang = ask.lang();
    let path = case.head.code.path();
    let form = Form { lang, problems };
    let chosen = case.moves.iter().find(|step| step.transition.id == typed.transition);
    let ways = case
        .moves
        .iter()
        .map(|step| way(ask, &path, step, &typed.transition))
        .collect_view();
    let nothing = case
        .moves
        .is_empty()
        .then(|| view! { <p>{say!(lang, case.no_moves)}</p> });
    let overtaken = overtaken.then(|| {
        view! { <div class="notice" data-tone="red" role="alert"><p><b>{say!(lang, case.overtaken)}</b></p><p>{say!(lang, case.overtaken_what)}</p></div> }
    });
    let gone = (chosen.is_none() && !typed.transition.is_empty() && problems.is_empty()).then(|| {
        view! { <div class="notice" data-tone="amber"><p>{say!(lang, case.move_gone)}</p></div> }
    });
    let section = chosen.map(|step| chosen_move(ask, case, step, typed, form));
    // What was typed for a move that is no longer there is shown, so that it can be copied.
    let kept = (chosen.is_none() && !typed.reason.trim().is_empty()).then(|| {
        view! { <section class="section"><h2>{say!(lang, case.reason_text)}</h2>{paragraphs(&typed.reason)}</section> }
    });
    let view = view! {
        {head_and_tabs(ask, case, None)}
        <div class="page">
            <div class="content">
                {overtaken}
                {problems_summary(form, |field| label(lang, field))}
                {gone}
                <section class="section"><h2>{say!(lang, case.moves)}</h2><ul class="list">{ways}</ul>{nothing}</section>
                {section}
                {kept}
            </div>
        </div>
    };
    parts::page(
        ask,
        status,
        Nav::Cases,
        &format!("{} · {}", case.head.code, say!(lang, case.moves)),
        view,
    )
}

/// One way on in the list: a link where this reader may go it, else who may or why nobody may.
fn way(ask: &Ask, path: &str, step: &MoveOutcome, chosen: &str) -> AnyView {
    let lang = ask.lang();
    let href = format!("{path}/move?to={}", step.transition.id);
    let current = (step.transition.id == chosen).then_some("true");
    let state = step.to.label(lang);
    if step.mine {
        view! { <li><a href=href aria-current=current><b>{state}</b></a>" "<span class="muted">{unmet(lang, &step.guards)}</span></li> }.into_any()
    } else {
        let why = match step.transition.open_yet() {
            Err(_) => say!(lang, case.closed_for_now),
            Ok(()) => format!("{} {}", say!(lang, case.made_by), roles(lang, step.transition.roles)),
        };
        view! { <li class="muted"><a href=href aria-current=current>{state}</a>" · "{why}</li> }.into_any()
    }
}

fn chosen_move(ask: &Ask, case: &CaseView, step: &MoveOutcome, typed: &MoveForm, form: Form<'_>) -> AnyView {
    let lang = ask.lang();
    let transition = step.transition;
    let heading = say!(
        lang,
        case.from_to,
        from = case.status.label(lang).to_owned(),
        to = step.to.label(lang).to_owned()
    );
    let fields = step.mine.then(|| move_form(ask, case, step, typed, form));
    view! {
        <section class="section" id="guards">
            <h2>{heading}" "<bdi class="code">{transition.id}</bdi></h2>
            <h3>{say!(lang, case.conditions)}</h3>
            {guard_list(ask, case, step, true)}
            {fields}
        </section>
    }
    .into_any()
}

fn move_form(ask: &Ask, case: &CaseView, step: &MoveOutcome, typed: &MoveForm, form: Form<'_>) -> AnyView {
    let lang = ask.lang();
    let written = |guard: Guard| {
        typed
            .attest
            .iter()
            .find(|(code, _)| code == guard.code())
            .map(|(_, text)| text.clone())
            .unwrap_or_default()
    };
    let areas: Vec<AnyView> = step
        .guards
        .iter()
        .filter(|result| matches!(result.outcome, Outcome::Awaits(Remedy::Attest)))
        .map(|result| {
            let name = format!("attest.{}", result.guard.code());
            statement(
                form,
                &name,
                result.guard.text(lang).to_owned(),
                &written(result.guard),
                say!(lang, case.attest_help),
            )
        })
        .collect();
    let areas = (!areas.is_empty()).then(|| view! { <fieldset><legend>{say!(lang, case.attest_with)}</legend><p class="help">{say!(lang, case.attest_what)}</p>{areas}</fieldset> });
    let reason = step.transition.reasons().map(|reasons| {
        view! {
            <fieldset>
                <legend>{say!(lang, case.reason)}</legend>
                {choice(form, "reason_code", label(lang, "reason_code"), &typed.reason_code, reasons, say!(lang, common.choose), true)}
                {statement(form, "reason", label(lang, "reason"), &typed.reason, say!(lang, case.reason_help))}
            </fieldset>
        }
    });
    let help = say!(lang, case.review_help);
    let review = step.transition.guards.contains(&Guard::ReviewDate).then(|| {
        let like = Input {
            kind: "date",
            class: "field--short",
            help: &help,
            required: true,
            ..Input::default()
        };
        input(form, "review_on", label(lang, "review_on"), &typed.review_on, like)
    });
    let others = step.guards.iter().any(|result| {
        matches!(
            result.outcome,
            Outcome::Awaits(Remedy::AskAnotherPerson | Remedy::AskAbout(_)) | Outcome::Unmet(Remedy::LeaveToAnother)
        )
    });
    let others =
        others.then(|| view! { <div class="notice" data-tone="amber"><p>{say!(lang, case.others_first)}</p></div> });
    view! {
        <form class="form" method="post" action=format!("{}/move?to={}", case.head.code.path(), step.transition.id)>
            {hidden("transition", step.transition.id)}
            {areas}
            {reason}
            {review}
            {others}
            <div class="actions actions--still">
                <button class="button button--main">{say!(lang, case.move_to, state = step.to.label(lang).to_owned())}</button>
                <a class="button button--quiet" href=case.head.code.path()>{say!(lang, common.cancel)}</a>
            </div>
        </form>
    }
    .into_any()
}

/// `GET /cases/{code}/attest`
pub async fn attest(ask: Ask) -> domain::Result<Response> {
    let case = ask.store().open_case(ask.actor()?, &ask.code()?).await?;
    Ok(attest_page(
        &ask,
        StatusCode::OK,
        &case,
        Guard::parse(&ask.query.get("guard")),
        "",
        &[],
    ))
}

/// `POST /cases/{code}/attest`
pub async fn attested(ask: Ask, posted: Pairs) -> domain::Result<Response> {
    let (actor, code) = (ask.actor()?, ask.code()?);
    let text = posted.get("text");
    let guard = Guard::parse(&posted.get("guard"));
    let done = match guard {
        Some(guard) => ask.store().attest(actor, &code, guard, &text).await,
        None => Err(Error::at("guard", ProblemKind::Unknown)),
    };
    match done {
        Ok(()) => Ok(see_other(&back(&ask, &code))),
        Err(error) => {
            let problems = problems(error)?;
            let case = ask.store().open_case(actor, &code).await?;
            Ok(attest_page(
                &ask,
                StatusCode::UNPROCESSABLE_ENTITY,
                &case,
                guard,
                &text,
                &problems,
            ))
        }
    }
}

/// Back to the move for which the condition is attested.
fn back(ask: &Ask, code: &Code) -> String {
    Transition::get(&ask.query.get("to")).map_or_else(
        || code.path(),
        |transition| format!("{}/move?to={}", code.path(), transition.id),
    )
}

fn attest_page(
    ask: &Ask,
    status: StatusCode,
    case: &CaseView,
    guard: Option<Guard>,
    typed: &str,
    problems: &[Problem],
) -> Response {
    let lang = ask.lang();
    let form = Form { lang, problems };
    let code = &case.head.code;
    let guard = guard.filter(|guard| guard.attested_by() != Attestation::Computed);
    let content = match guard {
        Some(guard) => attest_form(ask, case, guard, typed, form),
        None => attestable(ask, case),
    };
    let view = view! {
        {head_and_tabs(ask, case, None)}
        <div class="page">
            <div class="content">
                {problems_summary(form, |field| if field == "text" { say!(lang, case.attest_text) } else { String::new() })}
                {content}
            </div>
        </div>
    };
    parts::page(
        ask,
        status,
        Nav::Cases,
        &format!("{code} · {}", say!(lang, case.attest)),
        view,
    )
}

/// The conditions that wait for an attestation, where none was asked for by its code.
fn attestable(ask: &Ask, case: &CaseView) -> AnyView {
    let lang = ask.lang();
    let mut guards: Vec<Guard> = case
        .moves
        .iter()
        .flat_map(|step| &step.guards)
        .filter(|result| matches!(result.outcome, Outcome::Awaits(_)))
        .map(|result| result.guard)
        .collect();
    guards.sort_unstable();
    guards.dedup();
    let none = guards
        .is_empty()
        .then(|| view! { <p>{say!(lang, case.attest_none)}</p> });
    let items = guards
        .into_iter()
        .map(|guard| view! { <li><a href=format!("{}/attest?guard={}", case.head.code.path(), guard.code())>{guard.text(lang)}</a>{usual(lang, guard)}</li> })
        .collect_view();
    view! { <section class="section"><h2>{say!(lang, case.attest_which)}</h2><ul class="list">{items}</ul>{none}</section> }.into_any()
}

fn attest_form(ask: &Ask, case: &CaseView, guard: Guard, typed: &str, form: Form<'_>) -> AnyView {
    let (lang, offset) = (ask.lang(), ask.store().offset());
    let apart = (guard.attested_by() == Attestation::AnotherPerson)
        .then(|| view! { <div class="notice" data-tone="amber"><p>{say!(lang, case.attest_apart)}</p></div> });
    let computed = guard
        .computed_part(lang)
        .map(|part| view! { <p class="muted">{say!(lang, case.computed_part)}" "{part}</p> });
    let stands_at: Vec<String> = case
        .moves
        .iter()
        .filter(|step| step.transition.guards.contains(&guard))
        .map(|step| step.to.label(lang).to_owned())
        .collect();
    let stands_at = (!stands_at.is_empty())
        .then(|| view! { <p class="muted">{say!(lang, case.stands_at)}" "{stands_at.join(" · ")}</p> });
    let given = case
        .attestations
        .iter()
        .filter(|attested| attested.guard == guard)
        .map(|attested| view! { <blockquote class="remark">{paragraphs(&attested.text)}<footer><bdi>{attested.by.clone()}</bdi>" · "{date_time(lang, attested.at, offset)}</footer></blockquote> })
        .collect_view();
    view! {
        <section class="section">
            <h2>{say!(lang, case.attest)}" "<bdi class="code">{guard.code()}</bdi></h2>
            <p>{guard.text(lang)}</p>
            {computed}
            {stands_at}
            <p>{say!(lang, case.attest_what)}{usual(lang, guard)}</p>
            {apart}
            {given}
            <form class="form" method="post">
                {hidden("guard", guard.code())}
                {statement(form, "text", say!(lang, case.attest_text), typed, say!(lang, case.attest_help))}
                <div class="actions actions--still">
                    <button class="button button--main">{say!(lang, case.attest_do)}</button>
                    <a class="button button--quiet" href=back(ask, &case.head.code)>{say!(lang, common.cancel)}</a>
                </div>
            </form>
        </section>
    }
    .into_any()
}
