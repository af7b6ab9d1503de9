//! The committee's own count of victims: with the rule beside the figure, each figure open to the list behind it, on any past day.

use crate::ask::Ask;
use crate::parts::fields::Input;
use crate::parts::{self, Form, Nav, choices, cite, code_link, day, empty, input, place_name, problems_summary};
use crate::say;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::NaiveDate;
use domain::count::{By, Count, Of, SMALL, Told, behind, count, for_release};
use domain::form::Check;
use domain::vocabulary::{PARTY_TYPE, SEX, VICTIM_STATUS, VIOLATION};
use domain::{Code, Language, Problem, ProblemKind};
use leptos::prelude::*;
use store::Register;

/// The most parts that are listed behind a figure.
const MOST: usize = 200;

/// What was asked for.
struct Asked {
    of: Of,
    by: By,
    on: Option<NaiveDate>,
    /// The day as typed, and what is wrong with it.
    typed_on: String,
    problems: Vec<Problem>,
    incident: Option<Code>,
    /// The figure whose list is open.
    key: Option<String>,
    release: bool,
}

impl Asked {
    fn of(ask: &Ask) -> Self {
        let typed_on = ask.query.get("on");
        let mut check = Check::new();
        let on = check.optional_date("on", &typed_on);
        // What is known is dated by the clock, in a demonstration too.
        let today = ask.store().now().with_timezone(&ask.store().offset()).date_naive();
        if on.is_some_and(|on| on > today) {
            check.problem("on", ProblemKind::InFuture);
        }
        Self {
            of: Of::named(&ask.query.get("of")),
            by: By::named(&ask.query.get("by")).unwrap_or(By::Act),
            on,
            typed_on,
            problems: check.finish(()).err().unwrap_or_default(),
            incident: ask.from_query("incident"),
            key: ask.query.has("key").then(|| ask.query.get("key")),
            release: ask.query.get("form") == "release",
        }
    }

    /// The address of the same count, otherwise asked: codes, days and states only.
    fn address(&self, by: By, key: Option<&str>, release: bool) -> String {
        let mut address = format!("/count?of={}&by={}", self.of.name(), by.name());
        if let Some(on) = self.on {
            address.push_str(&format!("&on={on}"));
        }
        if let Some(incident) = &self.incident {
            address.push_str(&format!("&incident={incident}"));
        }
        if let Some(key) = key {
            address.push_str(&format!("&key={}#behind", key.replace('+', "%2B")));
        }
        if release {
            address.push_str("&form=release");
        }
        address
    }
}

/// `GET /count?of=…&by=…&on=…&key=…`
pub async fn show(ask: Ask) -> domain::Result<Response> {
    let (actor, lang) = (ask.actor()?, ask.lang());
    let asked = Asked::of(&ask);
    if !asked.problems.is_empty() {
        let fields = Form {
            lang,
            problems: &asked.problems,
        };
        let view = view! {
            <header class="head"><h1>{say!(lang, count.title)}</h1></header>
            {problems_summary(fields, |_| say!(lang, count.on))}
            {form(lang, &asked)}
        };
        let title = say!(lang, count.title);
        return Ok(parts::page(
            &ask,
            StatusCode::UNPROCESSABLE_ENTITY,
            Nav::Incidents,
            &title,
            view,
        ));
    }
    let register = ask.store().victims(actor, asked.on, asked.incident.as_ref()).await?;
    let counted = count(&register.parts, asked.of, asked.by, &register.stated);
    let list = match &asked.key {
        Some(key) if !asked.release => behind_figure(&ask, &asked, &register, key).await?,
        _ => ().into_any(),
    };
    let table = if counted.figures.is_empty() {
        empty(say!(lang, count.none), say!(lang, count.none_why), None)
    } else if asked.release {
        released(lang, &asked, &for_release(&register.parts, asked.of, asked.by))
    } else {
        figures(lang, &asked, &counted)
    };
    let when = asked.on.map_or_else(
        || say!(lang, count.as_now),
        |on| say!(lang, count.as_of, day = day(lang, on)),
    );
    let unnamed = (counted.unnamed > 0)
        .then(|| view! { <p>{say!(lang, count.unnamed, count = counted.unnamed.to_string())}</p> });
    let total = if asked.release && counted.total > 0 && counted.total < SMALL {
        say!(lang, count.few, count = SMALL.to_string())
    } else {
        say!(lang, count.total, count = counted.total.to_string())
    };
    let incident = asked.incident.as_ref().map(|code| view! { " · "{code_link(code)} });
    let other = if asked.release {
        view! { <a href=asked.address(asked.by, None, false)>{say!(lang, count.full)}</a> }.into_any()
    } else {
        view! { <a href=asked.address(asked.by, None, true)>{say!(lang, count.release)}</a> }.into_any()
    };
    let release = asked
        .release
        .then(|| view! { <p class="notice">{say!(lang, count.release_what, count = SMALL.to_string())}</p> });
    let view = view! {
        <header class="head">
            <h1>{say!(lang, count.title)}</h1>
            <p class="head-facts"><span>{of_name(lang, asked.of)}</span>" "<span>{when}</span>{incident}</p>
        </header>
        <p class="figure-total">{total}</p>
        {unnamed}
        <p class="measure">{say!(lang, count.rule)}" "{say!(lang, count.scope)}</p>
        {tabs(lang, &asked)}
        {form(lang, &asked)}
        {release}
        {table}
        <p class="muted">{say!(lang, count.not_sum)}" "{other}</p>
        {list}
        <section class="section"><h2>{say!(lang, count.claims)}</h2><p>{say!(lang, count.claims_beside)}" "<a href="/claims">{say!(lang, claim.title)}</a>" · "<a href="/lists">{say!(lang, list.all)}</a></p></section>
    };
    Ok(parts::page(
        &ask,
        StatusCode::OK,
        Nav::Incidents,
        &say!(lang, count.title),
        view,
    ))
}

fn of_name(lang: Language, of: Of) -> String {
    match of {
        Of::Killings => say!(lang, count.of_killings),
        Of::Violations => say!(lang, count.of_violations),
    }
}

fn by_name(lang: Language, by: By) -> String {
    match by {
        By::Act => say!(lang, count.by_act),
        By::Party => say!(lang, count.by_party),
        By::Place => say!(lang, count.by_place),
        By::Day => say!(lang, count.by_day),
        By::Status => say!(lang, count.by_status),
        By::Sex => say!(lang, count.by_sex),
        By::Age => say!(lang, count.by_age),
    }
}

/// What a figure is of, in words.
fn key_name(lang: Language, by: By, key: &str) -> String {
    match (by, key) {
        (By::Party, "") => say!(lang, count.not_attributed),
        (_, "") => say!(lang, count.unknown),
        (By::Act, key) => VIOLATION.label(key, lang).to_owned(),
        (By::Party, key) => PARTY_TYPE.label(key, lang).to_owned(),
        (By::Place, key) => place_name(lang, key),
        (By::Day, key) => key.parse().map_or_else(|_| key.to_owned(), |on| day(lang, on)),
        (By::Status, key) => VICTIM_STATUS.label(key, lang).to_owned(),
        (By::Sex, key) => SEX.label(key, lang).to_owned(),
        (By::Age, key) => say!(lang, count.age_of, age = key.replace('-', "–")),
    }
}

fn form(lang: Language, asked: &Asked) -> AnyView {
    let fields = Form {
        lang,
        problems: &asked.problems,
    };
    let of = [Of::Killings, Of::Violations]
        .map(|of| (of.name().to_owned(), of_name(lang, of)))
        .to_vec();
    let incident = asked
        .incident
        .as_ref()
        .map(|code| parts::hidden("incident", code.as_str()));
    view! {
        <form class="filters" method="get" action="/count">
            {choices(fields, "of", say!(lang, count.of), asked.of.name(), of, say!(lang, common.choose), false, "")}
            {input(fields, "on", say!(lang, count.on), &asked.typed_on, Input { kind: "date", help: &say!(lang, count.on_help), class: "field--short", ..Input::default() })}
            {parts::hidden("by", asked.by.name())}
            {incident}
            <button class="button">{say!(lang, count.show)}</button>
        </form>
    }
    .into_any()
}

fn tabs(lang: Language, asked: &Asked) -> AnyView {
    let items = By::ALL
        .into_iter()
        .map(|by| {
            let here = (by == asked.by).then_some("page");
            view! { <a href=asked.address(by, None, asked.release) aria-current=here>{by_name(lang, by)}</a> }
        })
        .collect_view();
    view! { <nav class="tabs" aria-label=say!(lang, count.by)>{items}</nav> }.into_any()
}

/// The figures as bars, each a link to the list behind it.
fn figures(lang: Language, asked: &Asked, counted: &Count) -> AnyView {
    let most = counted
        .figures
        .iter()
        .map(|figure| figure.count)
        .max()
        .unwrap_or(1)
        .max(1);
    let rows = counted
        .figures
        .iter()
        .map(|figure| {
            let name = key_name(lang, asked.by, &figure.key);
            let link = asked.address(asked.by, Some(&figure.key), false);
            view! {
                <tr>
                    <th scope="row">{name}</th>
                    <td class="num" data-label=say!(lang, count.persons)><a href=link>{figure.count}</a></td>
                    <td class="grow" aria-hidden="true"><meter class="figure-bar" min="0" max=most.to_string() value=figure.count.to_string()></meter></td>
                </tr>
            }
        })
        .collect_view();
    table(lang, asked.by, rows.into_any(), true)
}

fn released(lang: Language, asked: &Asked, told: &[(String, Told)]) -> AnyView {
    let rows = told
        .iter()
        .map(|(key, told)| {
            let figure = match told {
                Told::Exactly(count) => count.to_string(),
                Told::Few => say!(lang, count.few, count = SMALL.to_string()),
                Told::Withheld => say!(lang, count.withheld),
            };
            view! { <tr><th scope="row">{key_name(lang, asked.by, key)}</th><td class="num" data-label=say!(lang, count.persons)>{figure}</td></tr> }
        })
        .collect_view();
    table(lang, asked.by, rows.into_any(), false)
}

fn table(lang: Language, by: By, rows: AnyView, bars: bool) -> AnyView {
    let share = bars.then(|| view! { <th scope="col" aria-hidden="true"></th> });
    view! {
        <div class="table-wrap">
            <table class="table table--stack">
                <caption class="visually-hidden">{format!("{}: {}", say!(lang, count.by), by_name(lang, by))}</caption>
                <thead><tr><th scope="col">{by_name(lang, by)}</th><th scope="col" class="num">{say!(lang, count.persons)}</th>{share}</tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

/// Who is behind a figure, in which act, and on what that rests, down to the paragraph.
async fn behind_figure(ask: &Ask, asked: &Asked, register: &Register, key: &str) -> domain::Result<AnyView> {
    let lang = ask.lang();
    let parts: Vec<_> = behind(&register.parts, asked.of, asked.by, key)
        .into_iter()
        .take(MOST)
        .collect();
    let links: Vec<_> = parts.iter().map(|part| part.link).collect();
    let sources = ask.store().rests_on(ask.actor()?, &links).await?;
    let rows = parts
        .iter()
        .filter_map(|part| {
            let (person, incident, number) = register.of.get(&part.link)?;
            let cited = sources.get(&part.link).into_iter().flatten();
            let cited = cited.map(|citation| view! { <li>{cite(&citation.source, &citation.paragraphs)}</li> }).collect_view();
            let act = format!("{number} · {}", VIOLATION.label(&part.violation, lang));
            Some(view! {
                <tr>
                    <th scope="row">{code_link(person)}</th>
                    <td data-label=say!(lang, count.act)>{code_link(incident)}" "<a href=format!("{}#act-{number}", incident.path())>{act}</a></td>
                    <td data-label=say!(lang, count.rests_on)><ul class="plain-list">{cited}</ul></td>
                </tr>
            })
        })
        .collect_view();
    let title = format!("{}: {}", say!(lang, count.behind), key_name(lang, asked.by, key));
    Ok(view! {
        <section class="section" id="behind">
            <h2>{title.clone()}</h2>
            <div class="table-wrap">
                <table class="table table--stack">
                    <caption class="visually-hidden">{title}</caption>
                    <thead><tr><th scope="col">{say!(lang, count.person)}</th><th scope="col">{say!(lang, count.act)}</th><th scope="col">{say!(lang, count.rests_on)}</th></tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </section>
    }
    .into_any())
}
