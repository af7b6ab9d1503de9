//! Testimonies: the register, the reading view, and returning one to its investigator.
//!
//! Writing is in `testimony_edit.rs`, the print view in `testimony_print.rs`.

use super::testimony_answers::{facts, summary};
use super::testimony_paragraphs::more_of;
use crate::ask::{Ask, problems, see_other};
use crate::parts::bars::bars;
use crate::parts::lists::list_href;
use crate::parts::{
    self, Form, Nav, area, choices, code_link, date, date_time, empty, pager, problems_summary, record_head,
};
use crate::say;
use axum::http::StatusCode;
use axum::response::Response;
use domain::access::{self, Act};
use domain::form::Pairs;
use domain::testimony::{Paragraph, Statement, Step, TestimonyStatus};
use domain::vocabulary::{BASIS, INTERVIEW_LANGUAGE, INVOLVEMENT_ROLE, SENSITIVITY};
use domain::{Code, Error, Kind, Language, Problem, Role, text};
use leptos::prelude::*;
use store::{ListPage, Mark, RemarkView, TestimonyView};

/// Rows on a page of the register.
const ROWS: u32 = 50;

/// `GET /testimonies`
pub async fn list(ask: Ask) -> domain::Result<Response> {
    let actor = ask.actor()?;
    let state = TestimonyStatus::named(&ask.query.get("state"))
        .map(TestimonyStatus::name)
        .unwrap_or_default();
    let filter = ask.list_filter(state);
    let page = ask.store().list(actor, Kind::Testimony, &filter, ROWS).await?;
    let lang = ask.lang();
    let may_take = access::TakeTestimony::grounds(actor, &access::Facts::default()).is_ok();
    let new = may_take
        .then(|| view! { <a class="button button--main" href="/testimonies/new">{say!(lang, testimony.new)}</a> });
    let table = if page.rows.is_empty() {
        empty(
            say!(lang, testimony.none),
            say!(lang, testimony.none_why),
            may_take.then(|| ("/testimonies/new".to_owned(), say!(lang, testimony.new))),
        )
    } else {
        register(lang, &page)
    };
    let options = TestimonyStatus::ALL
        .into_iter()
        .map(|status| (status.name().to_owned(), state_name(lang, status)))
        .collect();
    let clear = (!state.is_empty()).then(|| view! { " " <a href="/testimonies">{say!(lang, common.clear)}</a> });
    let (newer, older) = list_href("/testimonies", &[("state", state)], &page);
    let view = view! {
        <header class="head">
            <h1>{say!(lang, testimony.all)}</h1>
            <div class="head-do">{new}</div>
        </header>
        <form class="filters" method="get" action="/testimonies">
            {choices(Form { lang, problems: &[] }, "state", say!(lang, testimony.state), state, options, say!(lang, common.any), false, "")}
            <button class="button">{say!(lang, common.filter)}</button>
            {clear}
        </form>
        {table}
        {pager(lang, newer, older)}
    };
    Ok(parts::page(
        &ask,
        StatusCode::OK,
        Nav::Testimonies,
        &say!(lang, testimony.all),
        view,
    ))
}

fn register(lang: Language, page: &ListPage) -> AnyView {
    let rows = page
        .rows
        .iter()
        .map(|row| {
            let status = row.status.as_deref().and_then(TestimonyStatus::named);
            view! {
                <tr>
                    <th scope="row">{code_link(&row.code)}</th>
                    <td data-label=say!(lang, testimony.witness)>{row.other.as_ref().map(code_link)}</td>
                    <td data-label=say!(lang, testimony.day)>{row.date.as_deref().map(|day| date(lang, day))}</td>
                    <td data-label=say!(lang, testimony.state)>{status.map(|status| state_chip(lang, status))}</td>
                    <td data-label=say!(lang, testimony.paragraphs) class="num">{row.number}</td>
                    <td data-label=say!(lang, testimony.lead)><bdi>{row.lead.clone()}</bdi></td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <div class="table-wrap">
            <table class="table table--stack">
                <caption>{say!(lang, testimony.caption)}</caption>
                <thead>
                    <tr>
                        <th scope="col">{say!(lang, common.code)}</th>
                        <th scope="col">{say!(lang, testimony.witness)}</th>
                        <th scope="col">{say!(lang, testimony.day)}</th>
                        <th scope="col">{say!(lang, testimony.state)}</th>
                        <th scope="col" class="num">{say!(lang, testimony.paragraphs)}</th>
                        <th scope="col">{say!(lang, testimony.lead)}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

/// `GET /testimonies/{code}`
pub async fn show(ask: Ask) -> domain::Result<Response> {
    let testimony = ask.store().open_testimony(ask.actor()?, &ask.code()?).await?;
    Ok(render(&ask, &testimony))
}

/// The page, out of what the store gave. The bench measures it alone as the rendering limit.
#[must_use]
pub fn render(ask: &Ask, testimony: &TestimonyView) -> Response {
    let (lang, offset) = (ask.lang(), ask.store().offset());
    let head = &testimony.head;
    let path = head.code.path();
    let button = |main: bool, to: &str, label: String| {
        let class = if main { "button button--main" } else { "button" };
        view! { " " <a class=class href=format!("{path}/{to}")>{label}</a> }
    };
    let sees_risks = ask.actor().is_ok_and(|actor| actor.roles.any(access::RISK_READERS));
    let risks =
        testimony.witness.as_ref().filter(|_| sees_risks).map(
            |(code, _)| view! { <a class="button" href=format!("{}/risks", code.path())>{say!(lang, risk.open)}</a> },
        );
    let actions = view! {
        {risks}
        {button(false, "consents", say!(lang, testimony.consents))}
        {button(false, "assessment", say!(lang, testimony.assessment))}
        {testimony.may_open_sealed.then(|| button(false, "sealed", say!(lang, sealed.part)))}
        {button(false, "print", say!(lang, common.print))}
        {testimony.may_return.then(|| button(true, "return", say!(lang, testimony.give_back)))}
        {testimony.may_write.then(|| button(true, "edit", say!(lang, testimony.edit)))}
    };
    let witness = testimony
        .witness
        .as_ref()
        .map(|(code, _)| view! { <span>{say!(lang, testimony.witness)}" "{code_link(code)}</span> " " });
    let answers = &testimony.statement.answers;
    let day = (!answers.get("interview_date").trim().is_empty())
        .then(|| view! { <span>{date(lang, answers.get("interview_date"))}</span> " " });
    let sensitivity = answers.get("sensitivity");
    let sensitivity = (!matches!(sensitivity, "" | "normal")).then(
        || view! { <span class="chip" data-tone="amber">{SENSITIVITY.label(sensitivity, lang).to_owned()}</span> },
    );
    let protection =
        (!testimony.withheld.is_empty()).then(|| view! { <p class="help">{say!(lang, step.not_shown)}</p> });
    let filed = testimony
        .filed_at
        .map(|at| view! { <span>{say!(lang, testimony.filed)}" "{date_time(lang, at, offset)}</span> });
    let line = view! {
        {witness}
        {day}
        <span>{say!(lang, testimony.led_by)}" "<bdi>{testimony.lead.clone()}</bdi></span>
        " "
        <span>{say!(lang, testimony.version, number = testimony.statement_version.to_string())}</span>
        " "
        {filed}
    };
    let view = view! {
        {record_head(head, lang, view! { {state_chip(lang, testimony.status)}" "{sensitivity} }, line, (), actions)}
        <div class="page">
            <div class="content">
                {analysis_notice(lang, testimony)}
                {remarks(ask, &testimony.remarks)}
                <section class="section"><h2>{Step::Account.label(lang)}</h2>{summary(&testimony.statement)}{marked_statement(lang, testimony)}</section>
                {facts(ask, lang, &testimony.statement, &testimony.withheld)}
                {protection}
            </div>
            <aside class="aside" aria-label=say!(lang, common.aside)>
                <section><h2>{say!(lang, testimony.cases)}</h2>{cases(lang, &head.cases)}</section>
                <section><h2>{say!(lang, testimony.cited_by)}</h2>{cited_by(lang, testimony)}</section>
                <section><h2>{say!(lang, version.versions)}</h2>{super::testimony_version::list(ask, testimony)}{go_on(lang, testimony)}</section>
                <section><h2>{say!(lang, common.history)}</h2>{parts::history(ask, &testimony.history)}</section>
            </aside>
        </div>
    };
    parts::page(ask, StatusCode::OK, Nav::Testimonies, head.code.as_str(), view)
}

/// Said, on the screen and on paper, while the committee's own analysis does not hold.
pub(super) fn analysis_notice(lang: Language, testimony: &TestimonyView) -> Option<AnyView> {
    let why = &testimony.analysis;
    (!why.is_empty()).then(|| {
        view! {
            <div class="notice" data-tone="red" data-notice="analysis">
                <p><b>{say!(lang, testimony.no_analysis)}</b>": "{bars(lang, why)}</p>
                <p>{say!(lang, testimony.no_analysis_what)}</p>
            </div>
        }
        .into_any()
    })
}

/// What can follow a final testimony, and what it follows.
fn go_on(lang: Language, testimony: &TestimonyView) -> AnyView {
    let path = testimony.head.code.path();
    let of = testimony
        .follow_up_of
        .as_ref()
        .map(|code| view! { <p>{say!(lang, version.follow_up_of)}" "{code_link(code)}</p> });
    let by = testimony
        .followed_by
        .iter()
        .map(|code| view! { <p>{say!(lang, version.followed_by)}" "{code_link(code)}</p> })
        .collect_view();
    let correct = testimony.may_correct.then(|| {
        view! {
            <p><a href=format!("{path}/correct")>{say!(lang, version.correct_do)}</a></p>
            <p><a href=format!("{path}/supplement")>{say!(lang, version.supplement_do)}</a></p>
        }
    });
    view! { {of}{by}{correct} }.into_any()
}

/// The state of a testimony, as a word.
pub(super) fn state_name(lang: Language, status: TestimonyStatus) -> String {
    match status {
        TestimonyStatus::Draft => say!(lang, testimony.draft),
        TestimonyStatus::ReadBack => say!(lang, testimony.read_back),
        TestimonyStatus::Returned => say!(lang, testimony.returned),
        TestimonyStatus::Correcting => say!(lang, testimony.correcting),
        TestimonyStatus::Final => say!(lang, testimony.is_final),
    }
}

/// The state of a testimony, as a chip.
pub(super) fn state_chip(lang: Language, status: TestimonyStatus) -> AnyView {
    let tone = match status {
        TestimonyStatus::Draft => "neutral",
        TestimonyStatus::ReadBack | TestimonyStatus::Returned | TestimonyStatus::Correcting => "amber",
        TestimonyStatus::Final => "accent",
    };
    view! { <span class="chip" data-tone=tone data-state=status.name()>{state_name(lang, status)}</span> }.into_any()
}

/// A supervisor's remarks, newest first.
pub(super) fn remarks(ask: &Ask, remarks: &[RemarkView]) -> AnyView {
    if remarks.is_empty() {
        return ().into_any();
    }
    let (lang, offset) = (ask.lang(), ask.store().offset());
    let remarks = remarks
        .iter()
        .map(|remark| {
            view! {
                <blockquote class="remark">
                    <p dir="auto">{shown(&remark.words)}</p>
                    <footer><bdi>{remark.by.clone()}</bdi>", "{date_time(lang, remark.at, offset)}</footer>
                </blockquote>
            }
        })
        .collect_view();
    view! { <section class="section stack"><h2>{say!(lang, testimony.remarks)}</h2>{remarks}</section> }.into_any()
}

/// Typed text for reading: line breaks kept, and every character that takes no room or steers direction shown.
pub(super) fn shown(words: &str) -> AnyView {
    let lines = words.split('\n').enumerate().map(|(index, line)| {
        let line = if text::visible(line) == line {
            line.to_owned().into_any()
        } else {
            marked(line)
        };
        view! { {(index > 0).then(|| view! { <br/> })}{line} }
    });
    lines.collect_view().into_any()
}

fn marked(line: &str) -> AnyView {
    let mut pieces = Vec::new();
    let mut plain = String::new();
    for character in line.chars() {
        let one = character.to_string();
        let visible = text::visible(&one);
        if visible == one {
            plain.push(character);
            continue;
        }
        let name = visible.trim_matches(['⟦', '⟧']).to_owned();
        pieces.push(view! { {std::mem::take(&mut plain)}<span class="control">{name}</span> }.into_any());
    }
    pieces.push(plain.into_any());
    pieces.collect_view().into_any()
}

/// The tag that a browser knows a language by; none where that is not told.
pub(super) fn tag(code: &str) -> Option<String> {
    match code {
        "" | "und" | "sgn" => None,
        code => Some(code.split("-x-").next().unwrap_or(code).to_owned()),
    }
}

/// The statement as it is read: each number is the anchor that citations point to.
pub(super) fn statement(lang: Language, statement: &Statement) -> AnyView {
    let paragraphs: Vec<_> = statement
        .clone()
        .numbered()
        .paragraphs
        .iter()
        .map(|paragraph| read_paragraph(lang, paragraph, shown(&paragraph.text), ().into_any()))
        .collect();
    if paragraphs.is_empty() {
        return view! { <p class="muted">{say!(lang, testimony.paragraphs_none)}</p> }.into_any();
    }
    view! { <ol class="statement statement--read">{paragraphs}</ol> }.into_any()
}

/// The statement with what rests on it: its words underlined, and named in the margin.
fn marked_statement(lang: Language, testimony: &TestimonyView) -> AnyView {
    if testimony.marks.is_empty() && !testimony.may_mark {
        return statement(lang, &testimony.statement);
    }
    let path = testimony
        .may_mark
        .then(|| format!("{}/mark", testimony.head.code.path()));
    let paragraphs: Vec<_> = testimony
        .statement
        .clone()
        .numbered()
        .paragraphs
        .iter()
        .map(|paragraph| {
            let number = paragraph.number.unwrap_or_default();
            let of_it: Vec<Mark> = testimony.marks.iter().filter(|mark| mark.paragraph == number).cloned().collect();
            let way = path.as_ref().map(|path| view! { <a class="no-print" href=format!("{path}?p={number}")>{say!(lang, mark.mark)}<span class="visually-hidden">{format!(" §{number}")}</span></a> });
            let margin = view! { {named_in_margin(lang, &of_it)}{way} };
            read_paragraph(lang, paragraph, marked_text(paragraph, &of_it), margin.into_any())
        })
        .collect();
    view! { <ol class="statement statement--read" data-mark=path>{paragraphs}</ol> }.into_any()
}

/// What the marks of a paragraph are of, each once.
fn named_in_margin(lang: Language, marks: &[Mark]) -> AnyView {
    let mut named: Vec<(&str, &Code)> = marks.iter().map(|mark| (mark.what.as_str(), &mark.of)).collect();
    named.dedup();
    named
        .into_iter()
        .map(|(what, of)| {
            let what = match what {
                "act" => say!(lang, acts.act),
                "place" => say!(lang, incident.place),
                role => INVOLVEMENT_ROLE.label(role, lang).to_owned(),
            };
            view! { <span class="mark-name">{what}" "{code_link(of)}</span> " " }
        })
        .collect_view()
        .into_any()
}

/// The text of a paragraph with its marks underlined; of marks that overlap, the first.
pub(super) fn marked_text(paragraph: &Paragraph, marks: &[Mark]) -> AnyView {
    let text = paragraph.text.as_str();
    let byte = |at: u32| {
        text.char_indices()
            .nth(at as usize)
            .map_or(text.len(), |(byte, _)| byte)
    };
    let (mut pieces, mut done) = (Vec::new(), 0);
    for mark in marks.iter().filter(|mark| Some(mark.paragraph) == paragraph.number) {
        let (from, to) = (byte(mark.from), byte(mark.to));
        if from < done || to <= from {
            continue;
        }
        let class = match mark.what.as_str() {
            "act" => "mark mark--act",
            "place" => "mark mark--place",
            _ => "mark",
        };
        pieces.push(shown(&text[done..from]));
        pieces.push(view! { <span class=class>{shown(&text[from..to])}</span> }.into_any());
        done = to;
    }
    pieces.push(shown(&text[done..]));
    pieces.collect_view().into_any()
}

fn read_paragraph(lang: Language, paragraph: &Paragraph, text: AnyView, margin: AnyView) -> AnyView {
    let number = paragraph.number.unwrap_or_default();
    let fact = |label: &str| (!label.is_empty()).then(|| view! { <span>{label.to_owned()}</span> " " });
    let translation = (!paragraph.translation.is_blank())
        .then(|| view! { <p class="para-translation" dir="auto">{shown(&paragraph.translation)}</p> });
    let more = more_of(lang, paragraph);
    let translated = usize::from(!paragraph.translation.is_blank());
    let more = more
        .into_iter()
        .skip(translated)
        .map(|(name, text)| view! { <span>{name}": "<bdi>{shown(&text)}</bdi></span> " " })
        .collect_view();
    let flag = (!paragraph.favours.is_blank()).then_some("exculpatory");
    view! {
        <li class="para" id=format!("p{number}") data-flag=flag>
            <a class="para-n" href=format!("#p{number}") aria-label=say!(lang, testimony.paragraph, number = number.to_string())>{number}</a>
            <p class="para-text" lang=tag(&paragraph.language) dir="auto">{text}</p>
            <div class="para-facts">
                {fact(BASIS.label(&paragraph.basis, lang))}
                {fact(INTERVIEW_LANGUAGE.label(&paragraph.language, lang))}
                {more}
                {margin}
            </div>
            {translation}
        </li>
    }
    .into_any()
}

fn cases(lang: Language, cases: &[Code]) -> AnyView {
    if cases.is_empty() {
        return view! { <p class="muted">{say!(lang, testimony.cases_none)}</p> }.into_any();
    }
    view! { <ul class="list">{cases.iter().map(|case| view! { <li>{code_link(case)}</li> }).collect_view()}</ul> }
        .into_any()
}

fn cited_by(lang: Language, testimony: &TestimonyView) -> AnyView {
    if testimony.cited_by.is_empty() {
        let why = if testimony.filed_at.is_some() {
            say!(lang, testimony.cited_none)
        } else {
            say!(lang, testimony.cited_draft)
        };
        return view! { <p class="muted">{why}</p> }.into_any();
    }
    let items = testimony
        .cited_by
        .iter()
        .map(|(citing, paragraphs)| {
            let numbers = paragraphs
                .iter()
                .map(|number| view! { " " <a class="cite" href=format!("#p{number}")>{format!("§{number}")}</a> })
                .collect_view();
            view! { <li>{code_link(citing)}{numbers}</li> }
        })
        .collect_view();
    view! { <ul class="list">{items}</ul> }.into_any()
}

/// `GET /testimonies/{code}/return`
pub async fn ask_return(ask: Ask) -> domain::Result<Response> {
    let actor = ask.actor()?;
    let testimony = ask.store().open_testimony(actor, &ask.code()?).await?;
    if !actor.roles.has(Role::Supervisor) {
        return Err(Error::Forbidden);
    }
    if !testimony.may_return {
        return Err(Error::Conflict);
    }
    return_page(&ask, StatusCode::OK, "", "", &[]).await
}

/// `POST /testimonies/{code}/return`
pub async fn give_back(ask: Ask, posted: Pairs) -> domain::Result<Response> {
    let code = ask.code()?;
    let (remarks, lead) = (posted.get("remarks"), posted.get("lead"));
    match ask.store().return_testimony(ask.actor()?, &code, &remarks, &lead).await {
        Ok(()) => Ok(see_other(&code.path())),
        Err(error) => {
            return_page(
                &ask,
                StatusCode::UNPROCESSABLE_ENTITY,
                &remarks,
                &lead,
                &problems(error)?,
            )
            .await
        }
    }
}

async fn return_page(
    ask: &Ask,
    status: StatusCode,
    remarks: &str,
    lead: &str,
    problems: &[Problem],
) -> domain::Result<Response> {
    let investigators: Vec<(String, String)> = ask
        .store()
        .colleagues(ask.actor()?)
        .await?
        .into_iter()
        .filter(|colleague| colleague.roles.has(Role::Investigator))
        .map(|colleague| (colleague.login, colleague.name))
        .collect();
    let lang = ask.lang();
    let code = ask.code()?;
    let form = Form { lang, problems };
    let title = say!(lang, testimony.return_title, code = code.to_string());
    let label = |field: &str| match field {
        "remarks" => say!(lang, testimony.return_remarks),
        "lead" => say!(lang, testimony.return_lead),
        _ => String::new(),
    };
    let view = view! {
        <section class="confirm">
            <h1>{title.clone()}</h1>
            {problems_summary(form, label)}
            <p>{say!(lang, testimony.return_what)}</p>
            <ul>
                <li>{say!(lang, testimony.return_opens)}</li>
                <li>{say!(lang, testimony.return_numbers)}</li>
                <li>{say!(lang, testimony.return_citing)}</li>
                <li>{say!(lang, testimony.return_seen)}</li>
            </ul>
            <form class="form" method="post">
                {area(form, "remarks", label("remarks"), remarks, &say!(lang, testimony.return_remarks_help), true, 6)}
                {choices(form, "lead", label("lead"), lead, investigators, say!(lang, testimony.return_same), false, &say!(lang, testimony.return_lead_help))}
                <div class="actions actions--still">
                    <button class="button button--main">{say!(lang, testimony.return_do)}</button>
                    <a class="button button--quiet" href=code.path()>{say!(lang, common.cancel)}</a>
                </div>
            </form>
        </section>
    };
    Ok(parts::page(ask, status, Nav::Testimonies, &title, view))
}
