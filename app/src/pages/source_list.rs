//! Lists of people out of documents: loaded as the source has them, and how they stand to the register and to the count.

use super::roster::column_label;
use crate::ask::{Ask, problems, see_other};
use crate::parts::fields::{EMPTY, Input};
use crate::parts::{
    self, Form, Nav, area, choice, choices, code_link, date_time, day, empty, field, hidden, input, problems_summary,
};
use crate::say;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::{Datelike, NaiveDate};
use domain::form::{FromPairs, Pairs};
use domain::roster::Column;
use domain::source_list::{Cells, Fate, ListForm, MOST, PASTED, Remark, remarks};
use domain::vocabulary::{LIST_SOURCE, LISTED_AS, VICTIM_STATUS};
use domain::{Code, Error, Language, Problem};
use leptos::prelude::*;
use std::hash::{DefaultHasher, Hash, Hasher};
use store::{DecisionView, DocumentView, ListPageView, ListView, RowFilter, RowView};

/// Rows on a page.
const ROWS: usize = 100;

/// `GET /lists`
pub async fn list(ask: Ask) -> domain::Result<Response> {
    let lang = ask.lang();
    let lists = ask.store().source_lists(ask.actor()?).await?;
    let table = if lists.is_empty() {
        let way = Some(("/documents".to_owned(), say!(lang, list.to_documents)));
        empty(say!(lang, list.none), say!(lang, list.none_why), way)
    } else {
        register(lang, &lists)
    };
    let view = view! {
        <header class="head"><h1>{say!(lang, list.all)}</h1><p class="measure">{say!(lang, list.what)}" "<a href="/count">{say!(lang, list.to_count)}</a></p></header>
        {table}
    };
    Ok(parts::page(
        &ask,
        StatusCode::OK,
        Nav::Documents,
        &say!(lang, list.all),
        view,
    ))
}

fn register(lang: Language, lists: &[ListView]) -> AnyView {
    let rows = lists
        .iter()
        .map(|list| {
            let standing = list.standing;
            let claim = list.claim.map(|number| claim_link(lang, number));
            let ended = list
                .ended
                .then(|| view! { " "<span class="chip">{say!(lang, list.has_ended)}</span> });
            view! {
                <tr>
                    <th scope="row">{list_link(lang, list)}{ended}</th>
                    <td data-label=say!(lang, list.document)>{code_link(&list.document)}</td>
                    <td data-label=say!(lang, list.source)>{LIST_SOURCE.label(&list.source, lang).to_owned()}</td>
                    <td data-label=say!(lang, list.stand_as)>{LISTED_AS.label(&list.listed, lang).to_owned()}</td>
                    <td class="num" data-label=say!(lang, list.rows)>{standing.rows}</td>
                    <td class="num" data-label=say!(lang, list.open)>{standing.of(Fate::Open)}</td>
                    <td class="num" data-label=say!(lang, list.double)>{standing.of(Fate::Double)}</td>
                    <td data-label=say!(lang, list.claim)>{claim}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <div class="table-wrap">
            <table class="table table--stack table--roomy">
                <caption class="visually-hidden">{say!(lang, list.all)}</caption>
                <thead><tr>
                    <th scope="col">{say!(lang, list.title)}</th>
                    <th scope="col">{say!(lang, list.document)}</th>
                    <th scope="col">{say!(lang, list.source)}</th>
                    <th scope="col">{say!(lang, list.stand_as)}</th>
                    <th scope="col" class="num">{say!(lang, list.rows)}</th>
                    <th scope="col" class="num">{say!(lang, list.open)}</th>
                    <th scope="col" class="num">{say!(lang, list.double)}</th>
                    <th scope="col">{say!(lang, list.claim)}</th>
                </tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

/// A list by its title, as a link.
pub(super) fn list_link(lang: Language, list: &ListView) -> AnyView {
    let title = if list.body.title.is_blank() {
        say!(lang, list.list, number = list.number.to_string())
    } else {
        list.body.title.to_string()
    };
    view! { <a href=list.path() dir="auto">{title}</a> }.into_any()
}

fn claim_link(lang: Language, number: u32) -> AnyView {
    view! { <a href=format!("/claims#claim-{number}")>{say!(lang, list.claim_is, number = number.to_string())}</a> }
        .into_any()
}

/// The lists that were loaded out of a document, for its page, and the way to load one.
pub(super) fn of_document(lang: Language, document: &DocumentView) -> AnyView {
    if document.lists.is_empty() && !document.may_load {
        return ().into_any();
    }
    let load = document.may_load.then(|| {
        let href = format!("{}/lists/new", document.head.code.path());
        view! { <a class="no-print" href=href>{say!(lang, list.load)}</a> }
    });
    let items: Vec<_> = document
        .lists
        .iter()
        .map(|list| {
            let rows = say!(lang, list.count_rows, count = list.standing.rows.to_string());
            let open = format!("{}: {}", say!(lang, list.open), list.standing.of(Fate::Open));
            let ended = list
                .ended
                .then(|| view! { " "<span class="chip">{say!(lang, list.has_ended)}</span> });
            view! { <li>{list_link(lang, list)}{ended}<p class="help">{rows}" · "{open}</p></li> }
        })
        .collect();
    let list = if items.is_empty() {
        view! { <p class="muted">{say!(lang, list.lists_none)}</p> }.into_any()
    } else {
        view! { <ul class="list">{items}</ul> }.into_any()
    };
    view! { <section class="section" id="lists"><header><h2>{say!(lang, list.lists)}</h2>{load}</header>{list}</section> }
        .into_any()
}

/// `GET /documents/{code}/lists/new`
pub async fn new(ask: Ask) -> domain::Result<Response> {
    form_page(&ask, StatusCode::OK, &ListForm::default(), &[], None, false).await
}

/// What was read, as a number: whether it is still what was looked at.
fn print(paste: &str) -> String {
    let mut hasher = DefaultHasher::new();
    paste.trim_end().hash(&mut hasher);
    format!("{:x}", hasher.finish())
}

/// `POST /documents/{code}/lists/new`: the rows are read first, and saved once they were looked at.
pub async fn load(ask: Ask, posted: Pairs) -> domain::Result<Response> {
    let (actor, code) = (ask.actor()?, ask.code()?);
    let form = ListForm::from_pairs(&posted);
    let refused = StatusCode::UNPROCESSABLE_ENTITY;
    if posted.get("do") == "read" {
        return match form.rows() {
            Ok(rows) => form_page(&ask, StatusCode::OK, &form, &[], Some(&rows), false).await,
            Err(problems) => form_page(&ask, refused, &form, &problems, None, false).await,
        };
    }
    let draft = match form.check(ask.store().today()) {
        Ok(draft) => draft,
        Err(problems) => {
            let rows = form.rows().ok();
            return form_page(&ask, refused, &form, &problems, rows.as_deref(), false).await;
        }
    };
    if posted.get("read") != print(&form.paste) {
        return form_page(&ask, StatusCode::OK, &form, &[], Some(&draft.rows), posted.has("read")).await;
    }
    match ask.store().load_list(actor, &code, &draft).await {
        Ok(number) => Ok(see_other(&format!("{}/lists/{number}", code.path()))),
        Err(error) => form_page(&ask, refused, &form, &problems(error)?, Some(&draft.rows), false).await,
    }
}

fn label(lang: Language, field: &str) -> String {
    match field {
        "title" => say!(lang, list.title),
        "source" => say!(lang, list.source),
        "listed" => say!(lang, list.listed),
        "status" => say!(lang, list.status),
        "claim" => say!(lang, list.claim),
        "drawn_up_on" => say!(lang, list.drawn_up_on),
        "period_from" => say!(lang, list.period_from),
        "period_to" => say!(lang, list.period_to),
        "note" => say!(lang, list.note),
        "paste" => say!(lang, list.paste),
        _ => String::new(),
    }
}

async fn form_page(
    ask: &Ask,
    status: StatusCode,
    typed: &ListForm,
    problems: &[Problem],
    rows: Option<&[Cells]>,
    changed: bool,
) -> domain::Result<Response> {
    let (actor, code, lang) = (ask.actor()?, ask.code()?, ask.lang());
    let head = ask.store().list_desk(actor, &code).await?;
    let claims = ask.store().claims(actor).await?;
    let form = Form { lang, problems };
    let like = Input::default();
    let date = Input {
        kind: "date",
        class: "field--short",
        ..like
    };
    let claims = claims
        .iter()
        .map(|claim| {
            let value = claim.value.map(|value| value.to_string()).unwrap_or_default();
            let told = format!(
                "{value} {} · {}",
                claim.body.metric.as_str(),
                claim.body.source.as_str()
            );
            (claim.number.to_string(), format!("{} · {told}", claim.number))
        })
        .collect();
    let statuses = VICTIM_STATUS
        .terms()
        .map(|term| (term.code.to_owned(), term.label(lang).to_owned()))
        .collect();
    let preview = rows.map(|rows| preview(lang, rows, ask.store().today().year()));
    let read = rows.map(|_| hidden("read", &print(&typed.paste)));
    let changed = changed
        .then(|| view! { <div class="notice" data-tone="amber" role="alert"><p>{say!(lang, list.changed)}</p></div> });
    // What was read is come to at once; what is wrong stands at the head, where the page begins.
    let read_at = format!("{}/lists/new#preview", code.path());
    let buttons = if rows.is_some() {
        view! {
            <button class="button button--main" name="do" value="save">{say!(lang, list.save)}</button>
            <button class="button" name="do" value="read" formnovalidate="" formaction=read_at>{say!(lang, list.read_again)}</button>
        }
        .into_any()
    } else {
        view! { <button class="button button--main" name="do" value="read" formnovalidate="" formaction=read_at>{say!(lang, list.read)}</button> }
            .into_any()
    };
    let title = say!(lang, list.load_title);
    let view = view! {
        <header class="head">
            <p class="head-line">{code_link(&code)}" "<bdi>{head.title_typed()}</bdi></p>
            <h1>{title.clone()}</h1>
            <p class="measure">{say!(lang, list.load_what)}</p>
        </header>
        {problems_summary(form, |field| label(lang, field))}
        {changed}
        <form class="form form--wide" method="post">
            {read}
            <fieldset>
                <legend>{say!(lang, list.about)}</legend>
                {input(form, "title", label(lang, "title"), &typed.title, Input { required: true, ..like })}
                <div class="inline-fields">
                    {choice(form, "source", label(lang, "source"), &typed.source, LIST_SOURCE, say!(lang, common.choose), true)}
                    {choice(form, "listed", label(lang, "listed"), &typed.listed, LISTED_AS, say!(lang, common.choose), true)}
                </div>
                <div class="inline-fields">
                    {input(form, "drawn_up_on", label(lang, "drawn_up_on"), &typed.drawn_up_on, date)}
                    {input(form, "period_from", label(lang, "period_from"), &typed.period_from, date)}
                    {input(form, "period_to", label(lang, "period_to"), &typed.period_to, date)}
                </div>
                {choices(form, "status", label(lang, "status"), &typed.status, statuses, say!(lang, list.status_none), false, &say!(lang, list.status_help))}
                {choices(form, "claim", label(lang, "claim"), &typed.claim, claims, say!(lang, list.claim_none), false, &say!(lang, list.claim_help))}
                {area(form, "note", label(lang, "note"), &typed.note, "", false, 2)}
            </fieldset>
            <fieldset>
                <legend>{say!(lang, list.rows)}</legend>
                {pasted(form, &typed.paste)}
                {preview}
            </fieldset>
            <div class="actions">
                {buttons}
                <a class="button button--quiet" href=code.path()>{say!(lang, common.cancel)}</a>
            </div>
        </form>
    };
    let title = format!("{title} – {code}");
    Ok(parts::page(ask, status, Nav::Documents, &title, view))
}

/// The field for a whole spreadsheet.
fn pasted(form: Form<'_>, value: &str) -> AnyView {
    let help = say!(form.lang, list.paste_help, most = MOST.to_string());
    let text = format!("\n{value}");
    let control = view! {
        <textarea
            id="paste"
            name="paste"
            rows="8"
            dir="auto"
            placeholder=EMPTY
            maxlength=PASTED.to_string()
            autocomplete="off"
            spellcheck="false"
            aria-invalid=form.error("paste").map(|_| "true")
            aria-describedby=form.described("paste", &help)
        >
            {text}
        </textarea>
    };
    field(
        form,
        "paste",
        label(form.lang, "paste"),
        &help,
        true,
        "field--wide",
        control,
    )
}

/// Every row, with what is to be known of it.
fn preview(lang: Language, rows: &[Cells], this_year: i32) -> AnyView {
    let remarks = remarks(rows, this_year);
    let count = |what: fn(&Remark) -> bool| remarks.iter().filter(|of| of.iter().any(what)).count();
    let (nameless, doubled) = (
        count(|remark| *remark == Remark::NoName),
        count(|remark| matches!(remark, Remark::Like(_))),
    );
    let mut told = vec![say!(lang, list.count_rows, count = rows.len().to_string())];
    if nameless > 0 {
        told.push(say!(lang, list.count_no_name, count = nameless.to_string()));
    }
    if doubled > 0 {
        told.push(say!(lang, list.count_like, count = doubled.to_string()));
    }
    // What no row has needs no column.
    let columns: Vec<Column> = Column::ALL
        .into_iter()
        .filter(|column| rows.iter().any(|row| !row.cell(*column).is_blank()))
        .collect();
    let heads = columns
        .iter()
        .map(|column| view! { <th scope="col">{column_label(lang, *column)}</th> })
        .collect_view();
    let lines = (1_u32..)
        .zip(rows.iter().zip(&remarks))
        .map(|(number, (row, remarks))| {
            let cells = columns.iter().map(|column| cell_of(lang, *column, row)).collect_view();
            let odd = (!remarks.is_empty()).then_some("amber");
            view! {
                <tr data-tone=odd>
                    <th scope="row" class="num">{number}</th>
                    {cells}
                    <td data-label=say!(lang, list.to_know)>{remarked(lang, remarks)}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <div class="table-wrap" id="preview">
            <table class="table table--stack table--sparse table--roomy">
                <caption>{say!(lang, list.preview)}" "<span class="muted" role="status">{told.join(" · ")}</span></caption>
                <thead><tr><th scope="col" class="num">{say!(lang, list.number)}</th>{heads}<th scope="col">{say!(lang, list.to_know)}</th></tr></thead>
                <tbody>{lines}</tbody>
            </table>
        </div>
    }
    .into_any()
}

/// A cell as the source has it; nothing at all where it is blank.
pub(super) fn cell_of(lang: Language, column: Column, cells: &Cells) -> AnyView {
    let cell = cells.cell(column);
    let told = (!cell.is_blank()).then(|| view! { <bdi>{cell.to_string()}</bdi> });
    view! { <td data-label=column_label(lang, column)>{told}</td> }.into_any()
}

fn remarked(lang: Language, remarks: &[Remark]) -> AnyView {
    if remarks.is_empty() {
        return view! { <span class="muted">{say!(lang, list.nothing_odd)}</span> }.into_any();
    }
    let items = remarks
        .iter()
        .map(|remark| {
            let text = match remark {
                Remark::NoName => say!(lang, list.no_name),
                Remark::Unread(column) => say!(lang, list.unread, column = column_label(lang, *column)),
                Remark::Like(number) => say!(lang, list.like, number = number.to_string()),
            };
            view! { <li>{text}</li> }
        })
        .collect_view();
    view! { <ul class="plain-list">{items}</ul> }.into_any()
}

/// The number of the list in the path.
pub(super) fn number(ask: &Ask) -> domain::Result<u32> {
    ask.param("number").parse().map_err(|_| Error::NotFound)
}

/// The name of a group of rows in an address.
fn filter_name(filter: RowFilter) -> &'static str {
    match filter {
        RowFilter::All => "",
        RowFilter::Of(fate) => fate.name(),
        RowFilter::Counted(true) => "counted",
        RowFilter::Counted(false) => "uncounted",
    }
}

fn filter_of(name: &str) -> RowFilter {
    match name {
        "counted" => RowFilter::Counted(true),
        "uncounted" => RowFilter::Counted(false),
        name => Fate::named(name).map_or(RowFilter::All, RowFilter::Of),
    }
}

/// `GET /documents/{code}/lists/{number}?rows=open&after=…`
pub async fn show(ask: Ask) -> domain::Result<Response> {
    let (actor, lang, number) = (ask.actor()?, ask.lang(), number(&ask)?);
    let filter = filter_of(&ask.query.get("rows"));
    let at = (ask.from_query("after"), ask.from_query("before"));
    let page = ask
        .store()
        .see_list(actor, &ask.code()?, number, filter, at, ROWS)
        .await?;
    let list = &page.list;
    let path = list.path();
    let next = page.next_open.filter(|_| page.may_decide).map(|row| {
        view! { <a class="button button--main" href=format!("{path}/rows/{row}")>{say!(lang, list.next)}</a> }
    });
    let end = page
        .may_end
        .then(|| view! { <a class="button button--quiet" href=format!("{path}/end")>{say!(lang, list.end)}</a>" " });
    let ended = list
        .ended
        .then(|| view! { <div class="notice" data-tone="amber"><p>{say!(lang, list.ended)}</p></div> });
    let decided = ask
        .from_query::<u32>("decided")
        .map(|row| super::source_row::decided(lang, &path, row, page.next_open.is_none()));
    let rows = if page.rows.is_empty() {
        empty(say!(lang, list.no_rows), say!(lang, list.no_rows_why), None)
    } else {
        rows_table(lang, &page)
    };
    let title = format!(
        "{} – {}",
        say!(lang, list.list, number = number.to_string()),
        list.document
    );
    let view = view! {
        <header class="head">
            <p class="head-line">{code_link(&list.document)}" "<bdi>{page.head.title_typed()}</bdi></p>
            <h1 dir="auto">{list.body.title.to_string()}</h1>
            <p class="head-facts">{facts(&ask, list)}</p>
            <div class="head-do">{end}{next}</div>
        </header>
        {decided}
        {ended}
        {note(list)}
        {beside(lang, list, filter)}
        <section class="section">
            <h2>{say!(lang, list.stands)}</h2>
            {states(lang, list, filter)}
            {rows}
            {row_pager(lang, &page, filter)}
        </section>
    };
    Ok(parts::page(&ask, StatusCode::OK, Nav::Documents, &title, view))
}

fn facts(ask: &Ask, list: &ListView) -> AnyView {
    let (lang, offset) = (ask.lang(), ask.store().offset());
    let drawn_up = list.drawn_up_on.map(|on| {
        view! { " "<span>{say!(lang, list.drawn_up_on)}" "{day(lang, on)}</span> }
    });
    let period = period(lang, list.period_from, list.period_to)
        .map(|period| view! { " "<span>{say!(lang, list.period)}" "{period}</span> });
    let status = list.status.as_deref().map(|code| {
        view! { " "<span>{VICTIM_STATUS.label(code, lang).to_owned()}</span> }
    });
    let claim = list.claim.map(|number| {
        view! { " "<span>{say!(lang, list.claim)}" "{claim_link(lang, number)}</span> }
    });
    view! {
        <span>{LIST_SOURCE.label(&list.source, lang).to_owned()}</span>" "
        <span>{LISTED_AS.label(&list.listed, lang).to_owned()}</span>{status}{drawn_up}{period}{claim}" "
        <span>{say!(lang, list.loaded)}" "{date_time(lang, list.recorded_at, offset)}</span>" "
        <span><bdi>{list.recorded_by.clone()}</bdi></span>
    }
    .into_any()
}

fn period(lang: Language, from: Option<NaiveDate>, to: Option<NaiveDate>) -> Option<String> {
    match (from, to) {
        (Some(from), Some(to)) => Some(format!("{} – {}", day(lang, from), day(lang, to))),
        (Some(from), None) => Some(say!(lang, list.from_on, day = day(lang, from))),
        (None, Some(to)) => Some(say!(lang, list.to_on, day = day(lang, to))),
        (None, None) => None,
    }
}

fn note(list: &ListView) -> AnyView {
    (!list.body.note.is_blank())
        .then(|| view! { <p class="measure"><bdi>{list.body.note.to_string()}</bdi></p> })
        .into_any()
}

/// A figure over its name, leading to the rows behind it where there are some.
fn figure(path: &str, filter: RowFilter, now: RowFilter, name: String, count: u32) -> AnyView {
    let here = (filter == now).then_some("page");
    let name_of = filter_name(filter);
    let query = if name_of.is_empty() {
        String::new()
    } else {
        format!("?rows={name_of}")
    };
    view! { <li><a href=format!("{path}{query}#rows") aria-current=here><b>{count}</b>{name}</a></li> }.into_any()
}

fn fate_name(lang: Language, fate: Fate) -> String {
    match fate {
        Fate::Open => say!(lang, list.open),
        Fate::Same => say!(lang, list.same),
        Fate::New => say!(lang, list.new),
        Fate::Double => say!(lang, list.double),
        Fate::Aside => say!(lang, list.aside),
    }
}

/// How many rows stand where; each a way to them.
fn states(lang: Language, list: &ListView, now: RowFilter) -> AnyView {
    let path = list.path();
    let all = figure(
        &path,
        RowFilter::All,
        now,
        say!(lang, list.rows_all),
        list.standing.rows,
    );
    let of = Fate::ALL
        .map(|fate| {
            figure(
                &path,
                RowFilter::Of(fate),
                now,
                fate_name(lang, fate),
                list.standing.of(fate),
            )
        })
        .collect_view();
    view! { <ul class="strip" id="rows">{all}{of}</ul> }.into_any()
}

/// How the list stands to the register and to the count, and that nothing of it is counted.
fn beside(lang: Language, list: &ListView, now: RowFilter) -> AnyView {
    let (path, standing) = (list.path(), list.standing);
    let persons = if standing.of(Fate::Open) > 0 {
        say!(lang, list.persons_most)
    } else {
        say!(lang, list.persons)
    };
    let what = if list.listed == "killed" {
        say!(lang, list.beside_what)
    } else {
        say!(lang, list.beside_what_any)
    };
    let uncounted = standing.persons - standing.counted;
    view! {
        <section class="section">
            <header><h2>{say!(lang, list.beside)}</h2><a class="no-print" href="/count">{say!(lang, list.to_count)}</a></header>
            <ul class="strip">
                <li><span><b>{standing.most_persons()}</b>{persons}</span></li>
                <li><span><b>{standing.persons}</b>{say!(lang, list.in_register)}</span></li>
                {figure(&path, RowFilter::Counted(true), now, say!(lang, list.counted), standing.counted)}
                {figure(&path, RowFilter::Counted(false), now, say!(lang, list.uncounted), uncounted)}
            </ul>
            <p class="measure muted">{what}</p>
        </section>
    }
    .into_any()
}

fn rows_table(lang: Language, page: &ListPageView) -> AnyView {
    const COLUMNS: [Column; 4] = [Column::Father, Column::Mother, Column::Born, Column::Status];
    let path = page.list.path();
    let columns: Vec<Column> = COLUMNS
        .into_iter()
        .filter(|column| page.rows.iter().any(|row| !row.cells.cell(*column).is_blank()))
        .collect();
    let heads = columns
        .iter()
        .map(|column| view! { <th scope="col">{column_label(lang, *column)}</th> })
        .collect_view();
    let rows = page
        .rows
        .iter()
        .map(|row| {
            let cells = columns
                .iter()
                .map(|column| cell_of(lang, *column, &row.cells))
                .collect_view();
            let row_name = say!(lang, list.row, number = row.number.to_string());
            view! {
                <tr>
                    <th scope="row"><a href=format!("{path}/rows/{}", row.number)>{row_name}</a></th>
                    <td data-label=say!(lang, list.name)>{called(lang, &row.cells)}</td>
                    {cells}
                    <td data-label=say!(lang, common.status)>{stands(lang, &path, row)}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <div class="table-wrap">
            <table class="table table--stack table--sparse table--roomy">
                <caption class="visually-hidden">{say!(lang, list.rows)}</caption>
                <thead><tr><th scope="col">{say!(lang, list.number)}</th><th scope="col">{say!(lang, list.name)}</th>{heads}<th scope="col">{say!(lang, common.status)}</th></tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

/// The name in a row, in both scripts where there are both.
pub(super) fn called(lang: Language, cells: &Cells) -> AnyView {
    let Some(name) = cells.called() else {
        return view! { <span class="muted">{say!(lang, common.no_name)}</span> }.into_any();
    };
    let latin = (name != &cells.latin && !cells.latin.is_blank())
        .then(|| view! { " "<bdi class="muted">{cells.latin.to_string()}</bdi> });
    view! { <bdi>{name.to_string()}</bdi>{latin} }.into_any()
}

/// Where a row stands, in a few words.
fn stands(lang: Language, list: &str, row: &RowView) -> AnyView {
    match &row.decision {
        None => view! { <span class="chip" data-tone="accent">{say!(lang, list.is_open)}</span> }.into_any(),
        Some(decision) => decision_words(lang, list, decision),
    }
}

/// A decision in a few words, with the way to whom it names.
pub(super) fn decision_words(lang: Language, list: &str, decision: &DecisionView) -> AnyView {
    let person = |words: String| match &decision.person {
        Some(code) => view! { {words}" "{code_link(code)} }.into_any(),
        None => view! { {words}" "<span class="muted">{say!(lang, list.is_hidden)}</span> }.into_any(),
    };
    match decision.fate {
        Fate::Open => say!(lang, list.is_open).into_any(),
        Fate::Same => person(say!(lang, list.is_same)),
        Fate::New => person(say!(lang, list.is_new)),
        Fate::Double => {
            let other = decision.double_of.unwrap_or_default();
            let words = say!(lang, list.is_double, number = other.to_string());
            view! { <a href=format!("{list}/rows/{other}")>{words}</a> }.into_any()
        }
        Fate::Aside => say!(lang, list.is_aside).into_any(),
    }
}

fn row_pager(lang: Language, page: &ListPageView, filter: RowFilter) -> AnyView {
    let path = page.list.path();
    let name = filter_name(filter);
    let kept = if name.is_empty() {
        String::new()
    } else {
        format!("&rows={name}")
    };
    let (first, last) = (page.rows.first(), page.rows.last());
    let earlier = first.filter(|_| page.earlier).map(|row| {
        let href = format!("{path}?before={}{kept}#rows", row.number);
        view! { <a href=href rel="prev"><span class="arrow arrow--back" aria-hidden="true"></span>{say!(lang, list.earlier)}</a> }
    });
    let later = last.filter(|_| page.later).map(|row| {
        let href = format!("{path}?after={}{kept}#rows", row.number);
        view! { <a href=href rel="next">{say!(lang, list.later)}<span class="arrow" aria-hidden="true"></span></a> }
    });
    (earlier.is_some() || later.is_some())
        .then(|| view! { <nav class="pager" aria-label=say!(lang, common.pages)>{earlier}{later}</nav> })
        .into_any()
}

/// `GET /documents/{code}/lists/{number}/end`: asks before a list is ended.
pub async fn ask_end(ask: Ask) -> domain::Result<Response> {
    let (actor, lang, code, number) = (ask.actor()?, ask.lang(), ask.code()?, number(&ask)?);
    ask.store().list_desk(actor, &code).await?;
    let filter = RowFilter::All;
    let page = ask
        .store()
        .see_list(actor, &code, number, filter, (None, None), 1)
        .await?;
    if !page.may_end {
        return Err(Error::NotFound);
    }
    let path = page.list.path();
    let view = view! {
        <section class="confirm">
            <h1>{say!(lang, list.end_title)}</h1>
            <p>{say!(lang, list.end_what)}</p>
            <p>{code_link(&code)}" · "<span dir="auto">{page.list.body.title.to_string()}</span></p>
            <form class="form" method="post">
                <div class="actions actions--still"><button class="button button--danger">{say!(lang, list.end)}</button><a class="button button--quiet" href=path>{say!(lang, common.cancel)}</a></div>
            </form>
        </section>
    };
    let title = end_title(lang, &code);
    Ok(parts::page(&ask, StatusCode::OK, Nav::Documents, &title, view))
}

fn end_title(lang: Language, code: &Code) -> String {
    format!("{} {code}", say!(lang, list.end_title))
}

/// `POST /documents/{code}/lists/{number}/end`
pub async fn end(ask: Ask, _posted: Pairs) -> domain::Result<Response> {
    let (code, number) = (ask.code()?, number(&ask)?);
    ask.store().end_list(ask.actor()?, &code, number).await?;
    Ok(see_other(&format!("{}#lists", code.path())))
}
