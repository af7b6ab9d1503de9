//! The access log, for the auditor: who did what to which record, when and why; and the same as a file.

use crate::ask::Ask;
use crate::parts::dates::time_of;
use crate::parts::fields::Input;
use crate::parts::record::act_name;
use crate::parts::{self, Form, Nav, choices, empty, input};
use crate::say;
use axum::body::{Body, Bytes};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Days, NaiveTime, SecondsFormat, Utc};
use domain::form::{Check, Pairs, local};
use domain::vocabulary::PURPOSE_OF_ACCESS;
use domain::{Code, Language, Problem};
use leptos::prelude::*;
use store::{LogFilter, LogPage, LogRow};
use uuid::Uuid;

/// Entries on a page.
const ROWS: u32 = 100;
/// Entries of the file that are read at once; each reading is itself an entry.
const EXPORTED: u32 = 1000;

/// Every act that stands in the log, for the filter.
const ACTS: [&str; 71] = [
    "open",
    "print",
    "download",
    "list",
    "queue",
    "create",
    "open_case",
    "take_testimony",
    "take_document",
    "take_offline",
    "tell_device",
    "open_for_edit",
    "edit",
    "open_draft",
    "write_draft",
    "read_back",
    "file_testimony",
    "return",
    "correct_testimony",
    "supplement",
    "open_version",
    "grade",
    "see_openings",
    "open_sealed",
    "write_sealed",
    "see_block",
    "ask_block",
    "open_block",
    "write_block",
    "see_block_requests",
    "decide_block",
    "qualify",
    "see_consents",
    "record_consent",
    "withdraw_consent",
    "see_notices",
    "answer_notice",
    "see_risks",
    "assess_risk",
    "clear_risk",
    "see_tasks",
    "link",
    "unlink",
    "move_case",
    "attest",
    "assign",
    "choose_purpose",
    "read_log",
    "export_log",
    "list_accounts",
    "manage_account",
    "confirm_account",
    "own_account",
    "see_own_account",
    "sign_in",
    "accept_invitation",
    "set_up",
    "add_account",
    "import",
    "see_identity",
    "reveal",
    "ask_reveal",
    "see_requests",
    "decide_reveal",
    "see_reveals",
    "acknowledge_alert",
    "mark_sensitive",
    "see_shredding",
    "propose_shredding",
    "decide_shredding",
    "rotate_keys",
];
const OUTCOMES: [&str; 4] = ["done", "refused", "not_found", "failed"];

/// The filter, as typed in the address.
#[derive(Default, Clone, PartialEq, Eq)]
struct Typed {
    person: String,
    act: String,
    object: String,
    outcome: String,
    /// Alarms only.
    alarm: bool,
    from: String,
    to: String,
}

impl Typed {
    fn from_query(query: &Pairs) -> Self {
        Self {
            person: query.get("person"),
            act: query.get("act"),
            object: query.get("object"),
            outcome: query.get("outcome"),
            alarm: query.get("alarm") == "1",
            from: query.get("from"),
            to: query.get("to"),
        }
    }

    /// An address with this filter, and with the place to go on from.
    fn address(&self, path: &str, before: Option<&LogRow>) -> String {
        let before = before.map(cursor).unwrap_or_default();
        let pairs = [
            ("person", self.person.as_str()),
            ("act", &self.act),
            ("object", &self.object),
            ("outcome", &self.outcome),
            ("alarm", if self.alarm { "1" } else { "" }),
            ("from", &self.from),
            ("to", &self.to),
            ("before", &before),
        ];
        let kept: Vec<(&str, &str)> = pairs.into_iter().filter(|(_, value)| !value.is_empty()).collect();
        let query = serde_html_form::to_string(&kept).unwrap_or_default();
        if query.is_empty() {
            path.to_owned()
        } else {
            format!("{path}?{query}")
        }
    }

    /// Days are days of the committee; the log keeps UTC.
    fn check(&self, ask: &Ask) -> Result<LogFilter, Vec<Problem>> {
        let mut check = Check::new();
        let from = check.optional_date("from", &self.from);
        let to = check.optional_date("to", &self.to);
        let object = if self.object.trim().is_empty() {
            String::new()
        } else {
            let login = self.object.trim().to_lowercase();
            match self.object.parse::<Code>() {
                Ok(code) => code.to_string(),
                Err(_) if ask.store().staff_named(&login).is_some() => login,
                Err(_) => {
                    check.problem("object", domain::ProblemKind::Unknown);
                    String::new()
                }
            }
        };
        let offset = ask.store().offset();
        let start = |day| local(day, NaiveTime::MIN, offset);
        check.finish(LogFilter {
            login: self.person.trim().to_lowercase(),
            act: self.act.clone(),
            object,
            outcome: self.outcome.clone(),
            alarms: self.alarm,
            from: from.map(start),
            until: to.and_then(|day| day.checked_add_days(Days::new(1))).map(start),
            before: read_cursor(&ask.query.get("before")),
        })
    }
}

/// The place after an entry: its time to the microsecond, and its id.
fn cursor(row: &LogRow) -> String {
    format!("{}_{}", row.at.to_rfc3339_opts(SecondsFormat::Micros, true), row.id)
}

fn read_cursor(text: &str) -> Option<(DateTime<Utc>, Uuid)> {
    let (at, id) = text.split_once('_')?;
    Some((DateTime::parse_from_rfc3339(at).ok()?.to_utc(), id.parse().ok()?))
}

/// `GET /log`
pub async fn show(ask: Ask) -> domain::Result<Response> {
    let typed = Typed::from_query(&ask.query);
    let lang = ask.lang();
    let actor = ask.actor()?;
    let (status, page, problems) = match typed.check(&ask) {
        Ok(filter) => (
            StatusCode::OK,
            ask.store().read_log(actor, &filter, ROWS).await?,
            Vec::new(),
        ),
        Err(_) if !actor.roles.has(domain::Role::Auditor) => return Err(domain::Error::Forbidden),
        Err(problems) => (StatusCode::UNPROCESSABLE_ENTITY, LogPage::default(), problems),
    };
    let table = if page.rows.is_empty() {
        empty(
            say!(lang, log.none),
            say!(lang, log.none_why),
            Some(("/log".to_owned(), say!(lang, common.clear))),
        )
    } else {
        log_table(&ask, &typed, &page.rows)
    };
    let older = page
        .rows
        .last()
        .filter(|_| page.more)
        .map(|last| typed.address("/log", Some(last)));
    let newest = ask.query.has("before").then(|| typed.address("/log", None));
    let newest = newest.map(|href| view! { <a href=href><span class="arrow arrow--back" aria-hidden="true"></span>{say!(lang, log.newest)}</a> });
    let older = older.map(|href| view! { <a href=href rel="next">{say!(lang, common.older)}<span class="arrow" aria-hidden="true"></span></a> });
    let form = Form {
        lang,
        problems: &problems,
    };
    let view = view! {
        <header class="head">
            <h1>{say!(lang, log.title)}</h1>
            <p class="head-facts"><span>{say!(lang, log.what)}</span></p>
            <div class="head-do"><a class="button" href=typed.address("/log.csv", None) download="">{say!(lang, log.csv)}</a></div>
        </header>
        {parts::problems_summary(form, |field| label(lang, field))}
        {filters(form, &typed)}
        {table}
        <nav class="pager" aria-label=say!(lang, common.pages)>{newest}{older}</nav>
    };
    Ok(parts::page(&ask, status, Nav::Log, &say!(lang, log.title), view))
}

fn label(lang: Language, field: &str) -> String {
    match field {
        "person" => say!(lang, log.person),
        "act" => say!(lang, log.act),
        "object" => say!(lang, log.object),
        "outcome" => say!(lang, log.outcome),
        "alarm" => say!(lang, log.entries),
        "from" => say!(lang, log.from),
        "to" => say!(lang, log.to),
        _ => String::new(),
    }
}

fn outcome(lang: Language, code: &str) -> String {
    match code {
        "done" => say!(lang, log.done),
        "refused" => say!(lang, log.refused),
        "not_found" => say!(lang, log.not_found),
        "failed" => say!(lang, log.failed),
        other => other.to_owned(),
    }
}

fn grounds(lang: Language, code: &str) -> String {
    match code {
        "assigned" => say!(lang, log.assigned),
        "author" => say!(lang, log.author),
        "supervision" => say!(lang, log.supervision),
        "office" => say!(lang, log.office),
        "own" => say!(lang, log.own),
        other => other.to_owned(),
    }
}

fn object_kind(lang: Language, kind: &str) -> String {
    match kind {
        "case" => say!(lang, log.a_case),
        "testimony" => say!(lang, log.a_testimony),
        "document" => say!(lang, log.a_document),
        "incident" => say!(lang, log.an_incident),
        "person" => say!(lang, log.a_person),
        "unit" => say!(lang, log.a_unit),
        "account" => say!(lang, log.an_account),
        "queue" => say!(lang, log.the_queue),
        "log" => say!(lang, log.the_log),
        "search" => say!(lang, log.the_search),
        "task" => say!(lang, log.the_tasks),
        other => other.to_owned(),
    }
}

fn filters(form: Form<'_>, typed: &Typed) -> AnyView {
    let lang = form.lang;
    let short = Input {
        class: "field--short",
        max: 40,
        ..Input::default()
    };
    let day = Input { kind: "date", ..short };
    let acts = ACTS
        .into_iter()
        .map(|act| (act.to_owned(), act_name(lang, act)))
        .collect();
    let outcomes = OUTCOMES
        .into_iter()
        .map(|code| (code.to_owned(), outcome(lang, code)))
        .collect();
    let alarms = vec![("1".to_owned(), say!(lang, log.alarms_only))];
    let clear = (*typed != Typed::default()).then(|| view! { <a href="/log">{say!(lang, common.clear)}</a> });
    view! {
        <form class="filters" method="get" action="/log">
            {input(form, "person", label(lang, "person"), &typed.person, short)}
            {choices(form, "act", label(lang, "act"), &typed.act, acts, say!(lang, common.any), false, "")}
            {input(form, "object", label(lang, "object"), &typed.object, short)}
            {choices(form, "outcome", label(lang, "outcome"), &typed.outcome, outcomes, say!(lang, common.any), false, "")}
            {choices(form, "alarm", label(lang, "alarm"), if typed.alarm { "1" } else { "" }, alarms, say!(lang, common.any), false, "")}
            {input(form, "from", label(lang, "from"), &typed.from, day)}
            {input(form, "to", label(lang, "to"), &typed.to, day)}
            <button class="button">{say!(lang, common.filter)}</button>
            {clear}
        </form>
    }
    .into_any()
}

/// A code as a link to what else was done to it; the auditor can't open the record.
fn trace(code: &Code) -> AnyView {
    view! { <a href=format!("/log?object={code}")><bdi class="code">{code.to_string()}</bdi></a> }.into_any()
}

/// The code that was asked for where there is no such record.
fn asked_for(row: &LogRow) -> Option<String> {
    let detail: serde_json::Value = serde_json::from_str(&row.detail).ok()?;
    Some(detail.get("code")?.as_str()?.to_owned())
}

fn object(lang: Language, row: &LogRow) -> AnyView {
    match (&row.object_code, &row.object_login, asked_for(row)) {
        (Some(code), _, _) => trace(code),
        (None, Some(login), _) => {
            view! { <a href=format!("/log?object={login}")><bdi class="code">{login.clone()}</bdi></a> }.into_any()
        }
        (None, None, Some(code)) => view! { <bdi class="code">{code}</bdi> }.into_any(),
        (None, None, None) => view! { <span class="muted">{object_kind(lang, &row.object_kind)}</span> }.into_any(),
    }
}

fn log_row(ask: &Ask, typed: &Typed, row: &LogRow) -> AnyView {
    let (lang, offset) = (ask.lang(), ask.store().offset());
    let seconds = row.at.with_timezone(&offset).format(":%S").to_string();
    let time = view! { <time datetime=row.at.to_rfc3339_opts(SecondsFormat::Micros, true)>{time_of(lang, row.at, offset)}{seconds}</time> };
    let person = row.login.as_ref().map(|login| {
        let name = ask.store().staff_named(login).map(|(_, name)| name).unwrap_or_default();
        let href = Typed {
            person: login.clone(),
            ..typed.clone()
        }
        .address("/log", None);
        view! { <a href=href><bdi>{name}</bdi></a>" "<bdi class="code">{login.clone()}</bdi> }
    });
    let second: Vec<String> = [
        row.purpose
            .as_deref()
            .map(|purpose| PURPOSE_OF_ACCESS.label(purpose, lang).to_owned()),
        row.grounds.as_deref().map(|code| grounds(lang, code)),
        (!row.address.is_empty()).then(|| row.address.clone()),
    ]
    .into_iter()
    .flatten()
    .collect();
    let alarm = row.alarm().map(|place| {
        view! {
            <p><span class="chip" data-tone="red">{say!(lang, log.alarm)}</span></p>
            <p class="small">{say!(lang, log.alarm_what)}" "<bdi class="code">{place}</bdi></p>
        }
    });
    let red = (row.outcome != "done").then_some("red");
    view! {
        <tr data-tone=red>
            <th scope="row">{time}</th>
            <td data-label=say!(lang, log.person)>{person}</td>
            <td data-label=say!(lang, log.act)>{act_name(lang, &row.act)}<br/><span class="muted small">{second.join(" · ")}</span>{alarm}</td>
            <td data-label=say!(lang, log.object)>{object(lang, row)}</td>
            <td data-label=say!(lang, common.case)>{row.case_code.as_ref().map(trace)}</td>
            <td data-label=say!(lang, log.outcome)>{outcome(lang, &row.outcome)}</td>
        </tr>
    }
    .into_any()
}

fn log_table(ask: &Ask, typed: &Typed, rows: &[LogRow]) -> AnyView {
    let lang = ask.lang();
    let rows = rows.iter().map(|row| log_row(ask, typed, row)).collect_view();
    view! {
        <div class="table-wrap">
            <table class="table table--stack table--roomy">
                <caption>{say!(lang, log.caption)}</caption>
                <thead>
                    <tr>
                        <th scope="col" aria-sort="descending">{say!(lang, log.time)}</th>
                        <th scope="col">{say!(lang, log.person)}</th>
                        <th scope="col">{say!(lang, log.act)}</th>
                        <th scope="col">{say!(lang, log.object)}</th>
                        <th scope="col">{say!(lang, common.case)}</th>
                        <th scope="col">{say!(lang, log.outcome)}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

/// The columns of the file, in order; programs read them, so they are in no language.
const COLUMNS: &str = "at,login,roles,act,outcome,grounds,object_kind,object,case,purpose,request,address,detail,id,instance,counter,leaf_hash\r\n";

/// One cell (RFC 4180): quoted where it must be; what a spreadsheet would take for a formula gets an apostrophe.
fn cell(line: &mut String, text: &str) {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    if !formula && !text.contains(['"', ',', '\n', '\r']) {
        line.push_str(text);
        return;
    }
    line.push('"');
    if formula {
        line.push('\'');
    }
    line.push_str(&text.replace('"', "\"\""));
    line.push('"');
}

fn csv(rows: &[LogRow]) -> String {
    let mut text = String::with_capacity(rows.len() * 320);
    for row in rows {
        let code = |code: &Option<Code>| code.as_ref().map(ToString::to_string).unwrap_or_default();
        let cells = [
            row.at.to_rfc3339_opts(SecondsFormat::Micros, true),
            row.login.clone().unwrap_or_default(),
            row.role.clone(),
            row.act.clone(),
            row.outcome.clone(),
            row.grounds.clone().unwrap_or_default(),
            row.object_kind.clone(),
            row.object_login.clone().unwrap_or_else(|| code(&row.object_code)),
            code(&row.case_code),
            row.purpose.clone().unwrap_or_default(),
            row.request.clone(),
            row.address.clone(),
            row.detail.clone(),
            row.id.to_string(),
            row.instance.to_string(),
            row.counter.to_string(),
            row.leaf_hash.clone(),
        ];
        for (index, value) in cells.iter().enumerate() {
            if index > 0 {
                text.push(',');
            }
            cell(&mut text, value);
        }
        text.push_str("\r\n");
    }
    text
}

/// `GET /log.csv`. The first page is read before the answer starts, so that a refusal is still a status; should a later
/// one fail, the connection breaks off and the file is seen to be incomplete.
pub async fn export(ask: Ask) -> domain::Result<Response> {
    let filter = Typed::from_query(&ask.query)
        .check(&ask)
        .map_err(domain::Error::Invalid)?;
    let actor = ask.actor()?.clone();
    let store = ask.store().clone();
    let first = store.export_log(&actor, &filter, EXPORTED).await?;
    let rest = next_of(&filter, &first);
    let head = Bytes::from(format!("{COLUMNS}{}", csv(&first.rows)));
    let state = (store, actor, rest);
    let pages = futures::stream::try_unfold((Some(head), state), |(head, (store, actor, next))| async move {
        if let Some(head) = head {
            return Ok::<_, domain::Error>(Some((head, (None, (store, actor, next)))));
        }
        let Some(filter) = next else { return Ok(None) };
        let page = store.export_log(&actor, &filter, EXPORTED).await?;
        let next = next_of(&filter, &page);
        Ok(Some((Bytes::from(csv(&page.rows)), (None, (store, actor, next)))))
    });
    let day = ask
        .store()
        .now()
        .with_timezone(&ask.store().offset())
        .format("%Y-%m-%d");
    let name = HeaderValue::from_str(&format!("attachment; filename=\"access-log-{day}.csv\""))
        .unwrap_or_else(|_| HeaderValue::from_static("attachment"));
    let headers = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static("text/csv; charset=utf-8; header=present"),
        ),
        (header::CONTENT_DISPOSITION, name),
    ];
    Ok((headers, Body::from_stream(pages)).into_response())
}

/// The filter of the page after this one.
fn next_of(filter: &LogFilter, page: &LogPage) -> Option<LogFilter> {
    let last = page.rows.last().filter(|_| page.more)?;
    Some(LogFilter {
        before: Some((last.at, last.id)),
        ..filter.clone()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_and_formulas_disarmed() {
        let table = [
            ("open", "open"),
            ("", ""),
            ("a,b", "\"a,b\""),
            ("say \"x\"", "\"say \"\"x\"\"\""),
            ("two\nlines", "\"two\nlines\""),
            ("=1+1", "\"'=1+1\""),
            ("-2", "\"'-2\""),
            ("@x", "\"'@x\""),
            ("{\"n\":1}", "\"{\"\"n\"\":1}\""),
        ];
        for (text, expected) in table {
            let mut line = String::new();
            cell(&mut line, text);
            assert_eq!(line, expected);
        }
    }

    #[test]
    fn the_cursor_comes_back_to_the_microsecond() {
        let at = DateTime::from_timestamp_micros(1_743_000_000_000_001).expect("a time");
        let id = Uuid::from_u128(7);
        let text = format!("{}_{id}", at.to_rfc3339_opts(SecondsFormat::Micros, true));
        assert_eq!(read_cursor(&text), Some((at, id)));
        for bad in ["", "_", "2025-03-26_x", &format!("x_{id}")] {
            assert_eq!(read_cursor(bad), None, "{bad}");
        }
    }

    #[test]
    fn the_header_has_a_name_for_every_cell() {
        assert_eq!(COLUMNS.trim_end().split(',').count(), 17);
    }
}
