//! What hangs on a case: its tabs of testimonies, documents, people and incidents, and hanging more on it or less.

use super::case::{Tab, head_and_tabs};
use super::testimony::state_chip;
use crate::ask::{Ask, problems, see_other};
use crate::parts::citations::{paragraphs_of, whole};
use crate::parts::lists::list_href;
use crate::parts::{
    self, Form, Nav, code_link, date, day, empty, enter_saves, found, hidden, pager, picker, problems_summary,
    protected_name,
};
use crate::say;
use axum::http::StatusCode;
use axum::response::Response;
use domain::form::Pairs;
use domain::link::CitationForm;
use domain::testimony::TestimonyStatus;
use domain::vocabulary::{DOCUMENT_TYPE, PARTY_TYPE, PLACE, SEX, VICTIM_STATUS};
use domain::{Code, Error, Kind, Language, Problem, ProblemKind};
use leptos::prelude::*;
use store::{CaseView, Hit, ListFilter, ListPage, ListRow};

/// Rows on a page of a tab.
const ROWS: u32 = 50;
/// Sources offered beside a link; a case with more is cited from the source's own page.
const SOURCES: u32 = 100;

/// `GET /cases/{code}/testimonies`
pub async fn testimonies(ask: Ask) -> domain::Result<Response> {
    tab(ask, Tab::Testimonies, &[Kind::Testimony]).await
}

/// `GET /cases/{code}/documents`
pub async fn documents(ask: Ask) -> domain::Result<Response> {
    tab(ask, Tab::Documents, &[Kind::Document]).await
}

/// `GET /cases/{code}/people`
pub async fn people(ask: Ask) -> domain::Result<Response> {
    tab(ask, Tab::People, &[Kind::Person, Kind::Unit]).await
}

/// `GET /cases/{code}/incidents`
pub async fn incidents(ask: Ask) -> domain::Result<Response> {
    tab(ask, Tab::Incidents, &[Kind::Incident]).await
}

async fn tab(ask: Ask, here: Tab, kinds: &[Kind]) -> domain::Result<Response> {
    let filter = ask.list_filter("");
    let (case, pages) = ask
        .store()
        .open_case_with(ask.actor()?, &ask.code()?, kinds, &filter, ROWS)
        .await?;
    let lang = ask.lang();
    let sections: Vec<AnyView> = kinds
        .iter()
        .zip(&pages)
        .map(|(kind, page)| section(&ask, &case, here, *kind, page))
        .collect();
    let view = view! {
        {head_and_tabs(&ask, &case, Some(here))}
        <div class="page"><div class="content">{sections}</div></div>
    };
    Ok(parts::page(
        &ask,
        StatusCode::OK,
        Nav::Cases,
        &format!("{} · {}", case.head.code, here.label(lang)),
        view,
    ))
}

fn heading(lang: Language, kind: Kind) -> String {
    match kind {
        Kind::Case => say!(lang, case.all),
        Kind::Testimony => say!(lang, case.testimonies),
        Kind::Document => say!(lang, case.documents),
        Kind::Incident => say!(lang, case.incidents),
        Kind::Person => say!(lang, case.persons),
        Kind::Unit => say!(lang, case.units),
    }
}

fn new_label(lang: Language, kind: Kind) -> String {
    match kind {
        Kind::Case => say!(lang, case.new),
        Kind::Testimony => say!(lang, case.new_testimony),
        Kind::Document => say!(lang, case.new_document),
        Kind::Incident => say!(lang, case.new_incident),
        Kind::Person => say!(lang, case.new_person),
        Kind::Unit => say!(lang, case.new_unit),
    }
}

fn section(ask: &Ask, case: &CaseView, here: Tab, kind: Kind, page: &ListPage) -> AnyView {
    let lang = ask.lang();
    let code = &case.head.code;
    let new = (format!("{}/new?case={code}", kind.path()), new_label(lang, kind));
    let add = case.may_write.then(|| {
        view! {
            <p class="row">
                <a class="button button--small" href=new.0.clone()>{new.1.clone()}</a> " "
                <a href=format!("{}/link?kind={}", code.path(), kind.name())>{say!(lang, case.link)}</a>
            </p>
        }
    });
    let body = if page.rows.is_empty() {
        let why = if case.may_write {
            say!(lang, case.tab_none_why)
        } else {
            say!(lang, case.tab_none_wait)
        };
        empty(say!(lang, case.tab_none), why, case.may_write.then_some(new))
    } else {
        table(ask, case, kind, &page.rows)
    };
    let (newer, older) = list_href(&here.path(code), &[], page);
    view! {
        <section class="section" id=kind.name()>
            <header><h2>{heading(lang, kind)}</h2>{add}</header>
            {body}
            {pager(lang, newer, older)}
        </section>
    }
    .into_any()
}

/// The columns of a kind, besides its code and what is done with a row.
fn columns(lang: Language, kind: Kind) -> Vec<String> {
    match kind {
        Kind::Testimony => vec![
            say!(lang, case.title),
            say!(lang, common.status),
            say!(lang, case.witness),
            say!(lang, case.interview_day),
        ],
        Kind::Document => vec![
            say!(lang, case.title),
            say!(lang, case.sort),
            say!(lang, case.collected_on),
        ],
        Kind::Incident => {
            vec![
                say!(lang, case.title),
                say!(lang, case.place),
                say!(lang, case.started),
                say!(lang, case.involved),
            ]
        }
        Kind::Person => {
            vec![
                say!(lang, case.name),
                say!(lang, case.status_as_victim),
                say!(lang, case.sex),
                say!(lang, case.born),
            ]
        }
        Kind::Unit => vec![
            say!(lang, case.name),
            say!(lang, case.party_type),
            say!(lang, case.stands_under),
        ],
        Kind::Case => Vec::new(),
    }
}

fn cells(ask: &Ask, kind: Kind, row: &ListRow) -> Vec<AnyView> {
    let lang = ask.lang();
    let offset = ask.store().offset();
    let fact = row.fact.as_deref().unwrap_or_default();
    let title = || row.title.as_ref().map(|title| title.to_string()).into_any();
    let on = || row.date.as_deref().map(|text| date(lang, text)).into_any();
    let other = || row.other.as_ref().map(code_link).into_any();
    let number = || row.number.map(|number| number.to_string()).into_any();
    match kind {
        Kind::Testimony => {
            vec![
                title(),
                testimony_chip(lang, row.status.as_deref().unwrap_or_default()),
                other(),
                on(),
            ]
        }
        Kind::Document => vec![title(), DOCUMENT_TYPE.label(fact, lang).to_owned().into_any(), on()],
        Kind::Incident => {
            let started = row
                .since
                .map(|since| day(lang, since.with_timezone(&offset).date_naive()));
            vec![
                title(),
                PLACE.label(fact, lang).to_owned().into_any(),
                started.into_any(),
                number(),
            ]
        }
        Kind::Person => vec![
            protected_name(lang, row.title.as_ref()),
            VICTIM_STATUS
                .label(row.status.as_deref().unwrap_or_default(), lang)
                .to_owned()
                .into_any(),
            SEX.label(fact, lang).to_owned().into_any(),
            number(),
        ],
        Kind::Unit => vec![title(), PARTY_TYPE.label(fact, lang).to_owned().into_any(), other()],
        Kind::Case => Vec::new(),
    }
}

/// A testimony's state as a chip.
pub(super) fn testimony_chip(lang: Language, status: &str) -> AnyView {
    TestimonyStatus::named(status)
        .map(|status| state_chip(lang, status))
        .into_any()
}

fn table(ask: &Ask, case: &CaseView, kind: Kind, rows: &[ListRow]) -> AnyView {
    let lang = ask.lang();
    let columns = columns(lang, kind);
    let unlink = format!("{}/unlink?record=", case.head.code.path());
    let body = rows
        .iter()
        .map(|row| {
            let cells = columns
                .iter()
                .cloned()
                .zip(cells(ask, kind, row))
                .enumerate()
                .map(|(index, (label, cell))| {
                    let class = (index == 0).then_some("grow");
                    let direction = (index == 0).then_some("auto");
                    view! { <td class=class dir=direction data-label=label>{cell}</td> }
                })
                .collect_view();
            let take_off = case.may_write.then(|| {
                let label = format!("{} {}", say!(lang, case.unlink), row.code);
                view! { <td data-label=say!(lang, case.unlink)><a class="small" href=format!("{unlink}{}", row.code) aria-label=label>{say!(lang, case.unlink)}</a></td> }
            });
            view! { <tr><th scope="row">{code_link(&row.code)}</th>{cells}{take_off}</tr> }
        })
        .collect_view();
    let head = columns
        .iter()
        .cloned()
        .map(|label| view! { <th scope="col">{label}</th> })
        .collect_view();
    let take_off = case
        .may_write
        .then(|| view! { <th scope="col"><span class="visually-hidden">{say!(lang, case.unlink)}</span></th> });
    view! {
        <div class="table-wrap">
            <table class="table table--stack">
                <caption>{heading(lang, kind)}</caption>
                <thead><tr><th scope="col">{say!(lang, common.code)}</th>{head}{take_off}</tr></thead>
                <tbody>{body}</tbody>
            </table>
        </div>
    }
    .into_any()
}

/// What was typed to hang a record on a case.
#[derive(Default)]
struct LinkForm {
    /// A code, or words of a name.
    record: String,
    citations: CitationForm,
}

fn kind_of(ask: &Ask) -> Kind {
    Kind::named(&ask.query.get("kind"))
        .filter(|kind| *kind != Kind::Case)
        .unwrap_or(Kind::Testimony)
}

/// `GET /cases/{code}/link`
pub async fn link(ask: Ask) -> domain::Result<Response> {
    link_page(&ask, StatusCode::OK, &LinkForm::default(), None, &[]).await
}

/// `POST /cases/{code}/link`
pub async fn hang(ask: Ask, posted: Pairs) -> domain::Result<Response> {
    let (actor, code, kind) = (ask.actor()?, ask.code()?, kind_of(&ask));
    let form = LinkForm {
        record: posted.all("record").pop().unwrap_or_default(),
        citations: CitationForm::from_pairs(&posted),
    };
    if let Some(hits) = picker::find(&ask, &posted, "record", &[kind]).await? {
        return link_page(&ask, StatusCode::OK, &form, Some(&hits), &[]).await;
    }
    let done = match posted.get("record").parse::<Code>() {
        Ok(record) => ask
            .store()
            .link_to_case(actor, &code, record.as_str(), &form.citations)
            .await
            .map(|()| record.kind()),
        Err(_) if form.record.trim().is_empty() => Err(Error::at("record", ProblemKind::Missing)),
        Err(_) => {
            // No code: words of a name. What they fit is offered, never taken unseen.
            let hits = ask.store().search(actor, &[kind], &form.record, picker::MOST).await?;
            return link_page(&ask, StatusCode::OK, &form, Some(&hits), &[]).await;
        }
    };
    match done {
        Ok(kind) => Ok(see_other(&Tab::of(kind).path(&code))),
        Err(error) => link_page(&ask, StatusCode::UNPROCESSABLE_ENTITY, &form, None, &problems(error)?).await,
    }
}

async fn link_page(
    ask: &Ask,
    status: StatusCode,
    typed: &LinkForm,
    hits: Option<&[Hit]>,
    problems: &[Problem],
) -> domain::Result<Response> {
    let kind = kind_of(ask);
    let (case, pages) = ask
        .store()
        .open_case_with(
            ask.actor()?,
            &ask.code()?,
            &[Kind::Testimony, Kind::Document],
            &ListFilter::default(),
            SOURCES,
        )
        .await?;
    if !case.may_write {
        return Err(Error::Forbidden);
    }
    let lang = ask.lang();
    let form = Form { lang, problems };
    let name = heading(lang, kind);
    let label = |field: &str| match field {
        "record" => say!(lang, case.record),
        field => field.strip_prefix("cite.").unwrap_or_default().to_owned(),
    };
    let view = view! {
        {head_and_tabs(ask, &case, None)}
        <div class="page">
            <div class="content">
                <section class="section">
                    <h2>{say!(lang, case.link)}": "{name}</h2>
                    {problems_summary(form, label)}
                    <form class="form" method="post">
                        {enter_saves(lang)}
                        {found(ask, form, "record", hits)}
                        {picker(ask, form, "record", say!(lang, case.record), &typed.record, &[kind], &say!(lang, case.record_help))}
                        {sources(form, &pages, &typed.citations)}
                        <div class="actions">
                            <button class="button button--main">{say!(lang, case.link_do)}</button>
                            <a class="button button--quiet" href=Tab::of(kind).path(&case.head.code)>{say!(lang, common.cancel)}</a>
                        </div>
                    </form>
                </section>
            </div>
        </div>
    };
    Ok(parts::page(
        ask,
        status,
        Nav::Cases,
        &format!("{} · {}", case.head.code, say!(lang, case.link)),
        view,
    ))
}

/// The case's testimonies and documents, to say what the link rests on.
fn sources(form: Form<'_>, pages: &[ListPage], typed: &CitationForm) -> AnyView {
    let lang = form.lang;
    let rows = || {
        pages
            .iter()
            .flat_map(|page| &page.rows)
            .filter(|row| row.status.as_deref() != Some(TestimonyStatus::Draft.name()))
    };
    let title = |row: &ListRow| {
        row.title
            .as_ref()
            .map(|title| title.as_str().to_owned())
            .unwrap_or_default()
    };
    let testimonies: Vec<AnyView> = rows()
        .filter(|row| row.code.kind() == Kind::Testimony)
        .map(|row| paragraphs_of(form, typed, &row.code, view! { <bdi>{title(row)}</bdi> }.into_any()))
        .collect();
    let documents: Vec<AnyView> = rows()
        .filter(|row| row.code.kind() == Kind::Document)
        .map(|row| whole(form, typed, &row.code, title(row)))
        .collect();
    if testimonies.is_empty() && documents.is_empty() {
        return ().into_any();
    }
    let documents = (!documents.is_empty()).then(
        || view! { <fieldset class="options"><legend>{say!(lang, involve.documents)}</legend>{documents}</fieldset> },
    );
    view! { <fieldset><legend>{say!(lang, case.rests_on)}</legend><p class="help">{say!(lang, case.rests_on_help)}</p>{testimonies}{documents}</fieldset> }.into_any()
}

/// `GET /cases/{code}/unlink`
pub async fn unlink(ask: Ask) -> domain::Result<Response> {
    let record: Code = ask.query.get("record").parse()?;
    let case = ask.store().open_case(ask.actor()?, &ask.code()?).await?;
    if !case.may_write {
        return Err(Error::Forbidden);
    }
    let lang = ask.lang();
    let code = case.head.code.clone();
    let heading = say!(lang, case.unlink_title, record = record.to_string());
    let view = view! {
        <section class="confirm">
            <h1>{heading}</h1>
            <p>{say!(lang, case.unlink_what)}</p>
            <ul>
                <li>{say!(lang, case.unlink_stays)}</li>
                <li>{say!(lang, case.unlink_seen)}</li>
            </ul>
            <p>{code_link(&record)}" · "{code_link(&code)}</p>
            <form class="form" method="post">
                {hidden("record", record.as_str())}
                <div class="actions actions--still">
                    <button class="button button--danger">{say!(lang, case.unlink_do)}</button>
                    <a class="button button--quiet" href=Tab::of(record.kind()).path(&code)>{say!(lang, common.cancel)}</a>
                </div>
            </form>
        </section>
    };
    Ok(parts::page(
        &ask,
        StatusCode::OK,
        Nav::Cases,
        &format!("{code} · {record}"),
        view,
    ))
}

/// `POST /cases/{code}/unlink`
pub async fn take_off(ask: Ask, posted: Pairs) -> domain::Result<Response> {
    let code = ask.code()?;
    let record: Code = posted.get("record").parse()?;
    ask.store().unlink_from_case(ask.actor()?, &code, &record).await?;
    Ok(see_other(&Tab::of(record.kind()).path(&code)))
}
