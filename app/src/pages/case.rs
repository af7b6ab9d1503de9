//! Cases: the register, the form, the head that all tabs of a case share, its overview and its history.

use super::case_move::{guard_list, unmet};
use super::editing::Unsaved;
use super::past::{self, asked, why_field};
use crate::ask::{Ask, problems, see_other};
use crate::parts::fields::Input;
use crate::parts::lists::list_href;
use crate::parts::{
    self, Form, Nav, age, choice, code_link, date, date_time, day, empty, input, pager, problems_summary, record_head,
};
use crate::say;
use axum::http::StatusCode;
use axum::response::Response;
use domain::case::CaseForm;
use domain::form::{FromPairs, Pairs};
use domain::status::{CaseStatus, Kind as Sort, Transition};
use domain::vocabulary::{DUTY, PRIORITY, PURPOSE_OF_ACCESS};
use domain::{Code, Error, Kind, Language, Problem, Role};
use leptos::prelude::*;
use store::{CaseMove, CaseView, Head, ListRow, MoveOutcome};

/// Rows on a page of the register.
const ROWS: u32 = 50;

/// The tabs of a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tab {
    Overview,
    Testimonies,
    Documents,
    People,
    Incidents,
    Facts,
    Chart,
    Timeline,
    History,
}

impl Tab {
    const ALL: [Self; 9] = [
        Self::Overview,
        Self::Testimonies,
        Self::Documents,
        Self::People,
        Self::Incidents,
        Self::Facts,
        Self::Chart,
        Self::Timeline,
        Self::History,
    ];

    /// The tab that shows records of a kind.
    pub(super) const fn of(kind: Kind) -> Self {
        match kind {
            Kind::Case => Self::Overview,
            Kind::Testimony => Self::Testimonies,
            Kind::Document => Self::Documents,
            Kind::Incident => Self::Incidents,
            Kind::Person | Kind::Unit => Self::People,
        }
    }

    /// Its address on a case.
    pub(super) fn path(self, code: &Code) -> String {
        let part = match self {
            Self::Overview => "",
            Self::Testimonies => "/testimonies",
            Self::Documents => "/documents",
            Self::People => "/people",
            Self::Incidents => "/incidents",
            Self::Facts => "/facts",
            Self::Chart => "/chart",
            Self::Timeline => "/timeline",
            Self::History => "/history",
        };
        format!("{}{part}", code.path())
    }

    /// Its name.
    pub(super) fn label(self, lang: Language) -> String {
        match self {
            Self::Overview => say!(lang, case.overview),
            Self::Testimonies => say!(lang, case.testimonies),
            Self::Documents => say!(lang, case.documents),
            Self::People => say!(lang, case.people),
            Self::Incidents => say!(lang, case.incidents),
            Self::Facts => say!(lang, fact.title),
            Self::Chart => say!(lang, chart.tab),
            Self::Timeline => say!(lang, timeline.tab),
            Self::History => say!(lang, case.history),
        }
    }

    fn count(self, case: &CaseView) -> Option<i64> {
        let of = |kinds: &[Kind]| {
            Some(
                case.linked
                    .iter()
                    .filter(|linked| kinds.contains(&linked.kind))
                    .map(|linked| linked.count)
                    .sum(),
            )
        };
        match self {
            Self::Overview | Self::Facts | Self::Chart | Self::Timeline | Self::History => None,
            Self::Testimonies => of(&[Kind::Testimony]),
            Self::Documents => of(&[Kind::Document]),
            Self::People => of(&[Kind::Person, Kind::Unit]),
            Self::Incidents => of(&[Kind::Incident]),
        }
    }
}

/// The tone of a state's chip.
pub(super) const fn tone(status: CaseStatus) -> &'static str {
    match status {
        CaseStatus::Accepted => "verified",
        CaseStatus::Returned | CaseStatus::Suspended => "amber",
        CaseStatus::Referred => "neutral",
        _ => match status.kind() {
            Sort::Open => "accent",
            Sort::External | Sort::Paused | Sort::Final => "neutral",
        },
    }
}

/// A state as a word in a chip.
pub(super) fn chip(lang: Language, status: CaseStatus) -> AnyView {
    view! { <span class="chip" data-tone=tone(status) data-state=status.code()>{status.label(lang)}</span> }.into_any()
}

/// Every state as a choice.
pub(super) fn states(lang: Language) -> Vec<(String, String)> {
    CaseStatus::ALL
        .into_iter()
        .map(|status| (status.code().to_owned(), status.label(lang).to_owned()))
        .collect()
}

/// `GET /cases`
pub async fn list(ask: Ask) -> domain::Result<Response> {
    let status = ask
        .from_query::<CaseStatus>("state")
        .map(|status| status.code().to_owned())
        .unwrap_or_default();
    let filter = ask.list_filter(status);
    let actor = ask.actor()?;
    let page = ask.store().list(actor, Kind::Case, &filter, ROWS).await?;
    let lang = ask.lang();
    let may_open = actor.roles.any(&[Role::Investigator, Role::Supervisor]);
    let (newer, older) = list_href("/cases", &[("state", &filter.status)], &page);
    let table = if page.rows.is_empty() {
        none(lang, may_open, !filter.status.is_empty())
    } else {
        case_table(&ask, say!(lang, case.all), &page.rows)
    };
    let new = may_open.then(|| view! { <a class="button button--main" href="/cases/new">{say!(lang, case.new)}</a> });
    let form = Form { lang, problems: &[] };
    let clear = (!filter.status.is_empty()).then(|| view! { <a href="/cases">{say!(lang, common.clear)}</a> });
    let view = view! {
        <header class="head"><h1>{say!(lang, case.all)}</h1><div class="head-do">{new}</div></header>
        <form class="filters" method="get">
            {parts::choices(form, "state", say!(lang, common.status), &filter.status, states(lang), say!(lang, common.any), false, "")}
            <button class="button">{say!(lang, common.filter)}</button>
            {clear}
        </form>
        {table}
        {pager(lang, newer, older)}
    };
    Ok(parts::page(
        &ask,
        StatusCode::OK,
        Nav::Cases,
        &say!(lang, case.all),
        view,
    ))
}

fn none(lang: Language, may_open: bool, filtered: bool) -> AnyView {
    if filtered {
        return empty(
            say!(lang, case.none_filtered),
            say!(lang, case.none_filtered_why),
            Some(("/cases".to_owned(), say!(lang, common.clear))),
        );
    }
    let new = may_open.then(|| ("/cases/new".to_owned(), say!(lang, case.new)));
    empty(say!(lang, case.none), say!(lang, case.none_why), new)
}

/// Rows of cases as a table.
pub(super) fn case_table(ask: &Ask, caption: String, rows: &[ListRow]) -> AnyView {
    let (lang, now, offset) = (ask.lang(), ask.store().business_now(), ask.store().offset());
    let rows = rows
        .iter()
        .map(|row| {
            let status = row.status.as_deref().and_then(CaseStatus::parse);
            let age = status.zip(row.since).map(|(status, since)| age(lang, status, since, now, offset));
            view! {
                <tr>
                    <th scope="row">{code_link(&row.code)}</th>
                    <td class="grow" data-label=say!(lang, case.title) dir="auto">{row.title.as_ref().map(|title| title.to_string())}</td>
                    <td data-label=say!(lang, common.status)>{status.map(|status| chip(lang, status))}</td>
                    <td data-label=say!(lang, case.priority)>{PRIORITY.label(row.fact.as_deref().unwrap_or_default(), lang).to_owned()}</td>
                    <td data-label=say!(lang, case.lead)>{row.lead.clone().map(|lead| view! { <bdi>{lead}</bdi> })}</td>
                    <td data-label=say!(lang, case.age)>{age}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <div class="table-wrap">
            <table class="table table--stack">
                <caption>{caption}</caption>
                <thead>
                    <tr>
                        <th scope="col">{say!(lang, common.code)}</th>
                        <th scope="col" class="grow">{say!(lang, case.title)}</th>
                        <th scope="col">{say!(lang, common.status)}</th>
                        <th scope="col">{say!(lang, case.priority)}</th>
                        <th scope="col">{say!(lang, case.lead)}</th>
                        <th scope="col">{say!(lang, case.age)}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

/// `GET /cases/new`
pub async fn new(ask: Ask) -> domain::Result<Response> {
    if !ask.actor()?.roles.any(&[Role::Investigator, Role::Supervisor]) {
        return Err(Error::Forbidden);
    }
    Ok(form_page(
        &ask,
        StatusCode::OK,
        None,
        &CaseForm::default(),
        "",
        &[],
        None,
    ))
}

/// `POST /cases/new`
pub async fn create(ask: Ask, posted: Pairs) -> domain::Result<Response> {
    let actor = ask.actor()?;
    let form = CaseForm::from_pairs(&posted);
    let made = match form.check() {
        Ok(draft) => ask.store().create_case(actor, &draft).await,
        Err(problems) => Err(Error::Invalid(problems)),
    };
    match made {
        Ok(code) => Ok(see_other(&code.path())),
        Err(error) => Ok(form_page(
            &ask,
            StatusCode::UNPROCESSABLE_ENTITY,
            None,
            &form,
            "",
            &problems(error)?,
            None,
        )),
    }
}

/// `GET /cases/{code}/edit`
pub async fn edit(ask: Ask) -> domain::Result<Response> {
    let case = ask.store().open_case(ask.actor()?, &ask.code()?).await?;
    let form = editable(&case)?;
    Ok(form_page(&ask, StatusCode::OK, Some(&case.head), &form, "", &[], None))
}

/// `POST /cases/{code}/edit`
pub async fn change(ask: Ask, posted: Pairs) -> domain::Result<Response> {
    let (actor, code) = (ask.actor()?, ask.code()?);
    let form = CaseForm::from_pairs(&posted);
    let version: i64 = posted.get("version").parse().unwrap_or(0);
    let why = posted.get("why");
    let changed = match form.check() {
        Ok(draft) => {
            ask.store()
                .change_case(actor, &code, (version, why.as_str()), &draft)
                .await
        }
        Err(problems) => Err(Error::Invalid(problems)),
    };
    let Some(unsaved) = Unsaved::of(changed, ask.store().open_case(actor, &code)).await? else {
        return Ok(see_other(&code.path()));
    };
    let saved = editable(&unsaved.record)?;
    Ok(form_page(
        &ask,
        unsaved.status(),
        Some(&unsaved.head(&unsaved.record.head, version)),
        &form,
        &why,
        &unsaved.problems,
        unsaved.theirs(&saved),
    ))
}

/// The form of a case that this reader may change.
fn editable(case: &CaseView) -> domain::Result<CaseForm> {
    if !case.head.may_edit {
        return Err(Error::Forbidden);
    }
    Ok(CaseForm {
        title: case.head.title_typed(),
        summary: case.body.summary.to_string(),
        priority: case.priority.clone(),
    })
}

fn label(lang: Language, field: &str) -> String {
    match field {
        "title" => say!(lang, case.title),
        "summary" => say!(lang, case.summary),
        "priority" => say!(lang, case.priority),
        "why" => say!(lang, past.why_change),
        _ => String::new(),
    }
}

/// The form of a new case, or of one that is changed (`head`); `theirs` is what somebody else saved meanwhile.
fn form_page(
    ask: &Ask,
    status: StatusCode,
    head: Option<&Head>,
    typed: &CaseForm,
    why: &str,
    problems: &[Problem],
    theirs: Option<&CaseForm>,
) -> Response {
    let lang = ask.lang();
    let form = Form { lang, problems };
    let heading = head.map_or_else(
        || say!(lang, case.new),
        |head| format!("{} {}", say!(lang, case.edit), head.code),
    );
    let cancel = head.map_or_else(|| "/cases".to_owned(), |head| head.code.path());
    let conflict = theirs.zip(head).map(|(theirs, head)| {
        let pair = |field: &str, mine: &str, other: &str| (label(lang, field), mine.to_owned(), other.to_owned());
        parts::conflict(
            ask,
            head,
            vec![
                pair("title", &typed.title, &theirs.title),
                pair("summary", &typed.summary, &theirs.summary),
                pair(
                    "priority",
                    PRIORITY.label(&typed.priority, lang),
                    PRIORITY.label(&theirs.priority, lang),
                ),
            ],
        )
    });
    let title = Input {
        help: &say!(lang, case.title_help),
        required: true,
        ..Input::default()
    };
    let view = view! {
        <header class="head"><h1>{heading.clone()}</h1></header>
        {problems_summary(form, |field| label(lang, field))}
        {conflict}
        <form class="form" method="post">
            {head.map(|head| parts::hidden("version", &head.version.to_string()))}
            {input(form, "title", label(lang, "title"), &typed.title, title)}
            {parts::area(form, "summary", label(lang, "summary"), &typed.summary, &say!(lang, case.summary_help), false, 8)}
            {choice(form, "priority", label(lang, "priority"), &typed.priority, PRIORITY, say!(lang, common.choose), true)}
            {head.map(|_| why_field(form, why))}
            <div class="actions">
                <button class="button button--main">{say!(lang, common.save)}</button>
                <a class="button button--quiet" href=cancel>{say!(lang, common.cancel)}</a>
            </div>
        </form>
    };
    parts::page(ask, status, Nav::Cases, &heading, view)
}

/// The move that leads on: of those ahead, one that this reader may make comes first.
fn ahead(case: &CaseView) -> Option<&MoveOutcome> {
    let place = |status: CaseStatus| CaseStatus::ALL.iter().position(|known| *known == status);
    let on = |step: &&MoveOutcome| {
        matches!(step.to.kind(), Sort::Open | Sort::External)
            && (place(step.to) > place(case.status) || case.status.kind() != Sort::Open)
    };
    let ways = || case.moves.iter().filter(on);
    ways()
        .find(|step| step.mine)
        .or_else(|| ways().next())
        .or_else(|| case.moves.iter().find(|step| step.mine))
}

/// The head of a case's pages and its tabs.
pub(super) fn head_and_tabs(ask: &Ask, case: &CaseView, here: Option<Tab>) -> AnyView {
    let (lang, offset) = (ask.lang(), ask.store().offset());
    let code = &case.head.code;
    let chips = view! { {chip(lang, case.status)} " " {age(lang, case.status, case.since, ask.store().business_now(), offset)} };
    let lead = case
        .assigned
        .iter()
        .find(|person| person.duty == domain::access::Duty::Lead)
        .map(|person| person.name.clone());
    let lead = match lead {
        Some(name) => view! { <span>{say!(lang, case.led_by)}" "<bdi>{name}</bdi></span> }.into_any(),
        None => view! { <span>{say!(lang, case.no_lead)}</span> }.into_any(),
    };
    let facts =
        view! { {lead} <span>{say!(lang, case.priority)}": "{PRIORITY.label(&case.priority, lang).to_owned()}</span> };
    let on = ahead(case);
    let next = on.map(|step| {
        let href = format!("{}/move?to={}", code.path(), step.transition.id);
        view! { <p class="head-next"><b>{say!(lang, case.before, state = step.to.label(lang).to_owned())}</b>" "<a href=href>{unmet(lang, &step.guards)}</a></p> }
    });
    let edit = (case.head.may_edit && here == Some(Tab::Overview))
        .then(|| view! { <a class="button" href=format!("{}/edit", code.path())>{say!(lang, common.edit)}</a> });
    let main = on.filter(|step| step.mine && here.is_some()).map(|step| {
        let href = format!("{}/move?to={}", code.path(), step.transition.id);
        view! { <a class="button button--main" href=href>{say!(lang, case.move_to, state = step.to.label(lang).to_owned())}</a> }
    });
    let other = (main.is_none() && here.is_some() && !case.moves.is_empty())
        .then(|| view! { <a class="button" href=format!("{}/move", code.path())>{say!(lang, case.moves)}</a> });
    let tabs = Tab::ALL
        .into_iter()
        .map(|tab| {
            let current = (Some(tab) == here).then_some("page");
            let count = tab
                .count(case)
                .map(|count| view! { " " <span class="count">{count}</span> });
            view! { <a href=tab.path(code) aria-current=current>{tab.label(lang)}{count}</a> }
        })
        .collect_view();
    view! {
        {record_head(&case.head, lang, chips, facts, next, view! { {edit} {other} {main} })}
        <nav class="tabs" aria-label=say!(lang, common.case)>{tabs}</nav>
    }
    .into_any()
}

/// Text of several lines as paragraphs.
pub(super) fn paragraphs(text: &str) -> AnyView {
    text.lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| view! { <p dir="auto">{line.to_owned()}</p> })
        .collect_view()
        .into_any()
}

/// `GET /cases/{code}`
pub async fn show(ask: Ask) -> domain::Result<Response> {
    let case = ask.store().open_case(ask.actor()?, &ask.code()?).await?;
    let lang = ask.lang();
    let code = &case.head.code;
    let recent = &case.history[..case.history.len().min(10)];
    let view = view! {
        {head_and_tabs(&ask, &case, Some(Tab::Overview))}
        <div class="page">
            <div class="content">
                {summary(&ask, &case)}
                {team(&ask, &case)}
                {steps(&ask, &case)}
                {so_far(&ask, &case.states)}
            </div>
            <aside class="aside" aria-label=say!(lang, common.aside)>
                <section>
                    <h2>{say!(lang, common.history)}</h2>
                    {parts::history(&ask, recent)}
                    <p><a href=Tab::History.path(code)>{say!(lang, case.whole_history)}</a></p>
                </section>
            </aside>
        </div>
    };
    let title = code.to_string();
    Ok(parts::page(&ask, StatusCode::OK, Nav::Cases, &title, view))
}

fn summary(ask: &Ask, case: &CaseView) -> AnyView {
    let lang = ask.lang();
    let offset = ask.store().offset();
    let text = if case.body.summary.is_blank() {
        view! { <p class="muted">{say!(lang, case.no_summary)}</p> }.into_any()
    } else {
        paragraphs(&case.body.summary)
    };
    let review = case.review_on.map(
        |review| view! { <div><dt>{say!(lang, case.review_on)}</dt><dd>{date(lang, &review.to_string())}</dd></div> },
    );
    let purpose = case
        .purpose
        .as_deref()
        .map(|purpose| PURPOSE_OF_ACCESS.label(purpose, lang).to_owned())
        .unwrap_or_default();
    view! {
        <section class="section">
            <h2>{say!(lang, case.summary)}</h2>
            {text}
            <dl class="dl">
                <div><dt>{say!(lang, case.priority)}</dt><dd>{PRIORITY.label(&case.priority, lang).to_owned()}</dd></div>
                <div><dt>{say!(lang, case.opened)}</dt><dd>{date_time(lang, case.head.created_at, offset)}" · "<bdi>{case.head.created_by.clone()}</bdi></dd></div>
                <div><dt>{say!(lang, case.in_state_since)}</dt><dd>{day(lang, case.since.with_timezone(&offset).date_naive())}</dd></div>
                {review}
                <div>
                    <dt>{say!(lang, case.purpose_now)}</dt>
                    <dd>{purpose}" "<a href=format!("{0}/purpose?next={0}", case.head.code.path())>{say!(lang, case.change_purpose)}</a></dd>
                </div>
            </dl>
        </section>
    }
    .into_any()
}

fn team(ask: &Ask, case: &CaseView) -> AnyView {
    let lang = ask.lang();
    let change = case
        .may_assign
        .then(|| view! { <a href=format!("{}/team", case.head.code.path())>{say!(lang, case.change_team)}</a> });
    let people = case
        .assigned
        .iter()
        .map(|person| view! { <li><bdi>{person.name.clone()}</bdi>" "<span class="muted">{DUTY.label(person.duty.name(), lang)}</span></li> })
        .collect_view();
    let nobody = case
        .assigned
        .is_empty()
        .then(|| view! { <p class="muted">{say!(lang, case.nobody)}</p> });
    view! { <section class="section"><header><h2>{say!(lang, case.team)}</h2>{change}</header><ul class="list">{people}</ul>{nobody}</section> }.into_any()
}

/// The ways on, each with its conditions: the next one open, the others folded.
fn steps(ask: &Ask, case: &CaseView) -> AnyView {
    let lang = ask.lang();
    if case.moves.is_empty() {
        return ().into_any();
    }
    let first = ahead(case);
    let others = case
        .moves
        .iter()
        .filter(|step| first.is_none_or(|first| first.transition.id != step.transition.id))
        .map(|step| {
            view! {
                <details>
                    <summary>{step.to.label(lang)}" "<span class="muted">{unmet(lang, &step.guards)}</span></summary>
                    {guard_list(ask, case, step, false)}
                </details>
            }
        })
        .collect_view();
    let first = first.map(|step| view! { <h3>{say!(lang, case.before, state = step.to.label(lang).to_owned())}</h3>{guard_list(ask, case, step, false)} });
    view! {
        <section class="section" id="guards">
            <header><h2>{say!(lang, case.next_steps)}</h2><a href=format!("{}/move", case.head.code.path())>{say!(lang, case.moves)}</a></header>
            {first}
            {others}
        </section>
    }
    .into_any()
}

fn so_far(ask: &Ask, states: &[CaseMove]) -> AnyView {
    let (lang, offset) = (ask.lang(), ask.store().offset());
    let items = states
        .iter()
        .map(|step| {
            let reasons = Transition::get(&step.transition).and_then(Transition::reasons);
            let reason_code = step.reason_code.as_deref().map(|code| reasons.map_or(code, |list| list.label(code, lang)).to_owned());
            let reason_code = reason_code.map(|label| view! { <p>{say!(lang, case.reason)}": "{label}</p> });
            let reason = (!step.reason.is_blank()).then(|| view! { <blockquote class="remark">{paragraphs(&step.reason)}</blockquote> });
            view! { <li>{date_time(lang, step.at, offset)}<p><b>{step.to.label(lang)}</b>" · "<bdi>{step.by.clone()}</bdi></p>{reason_code}{reason}</li> }
        })
        .collect_view();
    view! { <section class="section"><h2>{say!(lang, case.states)}</h2><ol class="timeline">{items}</ol></section> }
        .into_any()
}

/// `GET /cases/{code}/history`
pub async fn history(ask: Ask) -> domain::Result<Response> {
    let (actor, code) = (ask.actor()?, ask.code()?);
    let case = ask.store().open_case(actor, &code).await?;
    let past = ask.store().see_history(actor, &code, asked(&ask)).await?;
    let lang = ask.lang();
    let view = view! {
        {head_and_tabs(&ask, &case, Some(Tab::History))}
        <div class="page">
            <div class="content">
                <section class="section"><h2>{say!(lang, case.written)}</h2><p class="muted">{say!(lang, case.written_what)}</p>{parts::history(&ask, &case.history)}</section>
                {past::versions(&ask, &past)}
                {so_far(&ask, &case.states)}
            </div>
        </div>
    };
    Ok(parts::page(
        &ask,
        StatusCode::OK,
        Nav::Cases,
        &format!("{} · {}", case.head.code, Tab::History.label(lang)),
        view,
    ))
}
