//! The link chart of a case: who had which part in which incident, and how sure that is.

use super::case::{Tab, head_and_tabs};
use crate::ask::Ask;
use crate::parts::dates::short_day;
use crate::parts::drawing::{About, Sheet, figure, isolated, key, px};
use crate::parts::{self, Nav, code_link, comma, empty, protected_name};
use crate::say;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::{Datelike, FixedOffset};
use domain::chart::{Column, Drawing, INCIDENT, Line, Link, PARTY, Part, Placed, WIDTH, broken, draw};
use domain::vocabulary::{ATTRIBUTION, INVOLVEMENT_ROLE};
use domain::{Kind, Language};
use leptos::prelude::*;
use store::{ChartNode, ChartPart, ChartView};

/// The most records of a chart.
const MOST: usize = 150;
/// Room above the boxes for the heads of the columns.
const HEAD: f64 = 26.0;

/// `GET /cases/{code}/chart`
pub async fn show(ask: Ask) -> domain::Result<Response> {
    let (case, chart) = ask.store().case_chart(ask.actor()?, &ask.code()?, MOST).await?;
    let lang = ask.lang();
    let code = &case.head.code;
    let body = if chart.incidents.is_empty() {
        empty(say!(lang, chart.none), say!(lang, chart.none_why), None)
    } else {
        drawing(&ask, &chart)
    };
    let left_out = (chart.left_out > 0).then(|| {
        let (most, count) = (MOST.to_string(), chart.left_out.to_string());
        view! { <p class="notice">{say!(lang, chart.left_out, most = most, count = count)}</p> }
    });
    let map = format!("/incidents/map?case={code}");
    let view = view! {
        {head_and_tabs(&ask, &case, Some(Tab::Chart))}
        {left_out}
        {body}
        <p class="row no-print"><a href=map>{say!(lang, map.of_case)}</a></p>
    };
    let title = format!("{code} · {}", Tab::Chart.label(lang));
    Ok(parts::page(&ask, StatusCode::OK, Nav::Cases, &title, view))
}

/// A part in a word or two.
fn part_name(lang: Language, part: Part) -> String {
    match part {
        Part::Perpetrator => say!(lang, chart.perpetrator),
        Part::Victim => say!(lang, chart.victim),
        Part::Witness => say!(lang, chart.witness),
        Part::Intervening => say!(lang, chart.intervening),
    }
}

/// The class of a line by how sure it is.
fn stroke(confidence: &str) -> &'static str {
    match confidence {
        "AC2" => "line line--dashed",
        "AC3" => "line",
        "AC4" => "line line--thick",
        _ => "line line--dotted",
    }
}

fn drawing(ask: &Ask, chart: &ChartView) -> AnyView {
    let (lang, offset) = (ask.lang(), ask.store().offset());
    // A role that is new to this page is drawn as a witness's: the least that it may say.
    let part = |part: &ChartPart| Part::named(&part.role).unwrap_or(Part::Witness);
    let links: Vec<Link> = chart
        .parts
        .iter()
        .map(|one| Link {
            party: one.party,
            incident: one.incident,
            part: part(one),
        })
        .collect();
    let units: Vec<bool> = chart
        .parties
        .iter()
        .map(|node| node.code.kind() == Kind::Unit)
        .collect();
    let drawn = draw(&units, chart.incidents.len(), &links);
    let sheet = Sheet::new(lang, WIDTH);
    let heads = [
        (Column::Start, say!(lang, chart.start)),
        (Column::Middle, say!(lang, chart.middle)),
        (Column::End, say!(lang, chart.end)),
    ]
    .into_iter()
    .map(|(column, words)| {
        let x = px(sheet.x(column.measures().0));
        view! { <text class="soft" x=x y="14">{words}</text> }
    })
    .collect_view();
    let lines = chart
        .parts
        .iter()
        .zip(&links)
        .zip(&drawn.lines)
        .map(|((one, link), line)| edge(lang, sheet, chart, one, link.part, *line))
        .collect_view();
    let view = view! {
        {heads}
        <g transform=format!("translate(0 {HEAD})")>{lines}{boxes(lang, offset, sheet, chart, &links, &drawn)}</g>
    };
    let about = About {
        id: "chart",
        title: say!(lang, chart.tab),
        what: say!(
            lang,
            chart.what,
            incidents = chart.incidents.len().to_string(),
            parties = chart.parties.len().to_string()
        ),
        size: (WIDTH, drawn.height + HEAD + 2.0),
        open: false,
        unmirrored: false,
    };
    figure(ask, about, view.into_any(), strokes(lang), table(lang, chart))
}

/// A line from a party to an incident, with what it says at its end.
fn edge(lang: Language, sheet: Sheet, chart: &ChartView, one: &ChartPart, part: Part, line: Line) -> AnyView {
    let (party, incident) = (&chart.parties[one.party].code, &chart.incidents[one.incident].code);
    let says = format!(
        "{party} · {} · {incident} · {}",
        part_name(lang, part),
        ATTRIBUTION.label(&one.confidence, lang)
    );
    let turn = |(x, y): (f64, f64)| (sheet.x(x), y);
    let (from, to) = (turn(line.party), turn(line.incident));
    let middle = f64::midpoint(from.0, to.0);
    let path = format!(
        "M{} {}C{m} {} {m} {} {} {}",
        px(from.0),
        px(from.1),
        px(from.1),
        px(to.1),
        px(to.0),
        px(to.1),
        m = px(middle)
    );
    view! { <g class=stroke(&one.confidence)><title>{says}</title><path d=path/>{tip(part, from, to)}</g> }.into_any()
}

/// What stands at the end of a line: an arrow to what was done, an arrow to whom it was done, a ring at who saw it, a bar before
/// what was to be stopped.
fn tip(part: Part, party: (f64, f64), incident: (f64, f64)) -> AnyView {
    let onward = (incident.0 - party.0).signum();
    let arrow = |(x, y): (f64, f64), onward: f64| {
        let back = x - 9.0 * onward;
        let points = format!(
            "{},{} {},{} {},{}",
            px(x),
            px(y),
            px(back),
            px(y - 4.5),
            px(back),
            px(y + 4.5)
        );
        view! { <polygon class="tip" points=points/> }.into_any()
    };
    match part {
        Part::Perpetrator => arrow(incident, onward),
        Part::Victim => arrow(party, -onward),
        Part::Witness => view! { <circle class="ring" cx=px(party.0 + 4.0 * onward) cy=px(party.1) r="4"/> }.into_any(),
        Part::Intervening => {
            let x = incident.0 - 4.0 * onward;
            view! { <path class="stop" d=format!("M{} {}V{}", px(x), px(incident.1 - 5.0), px(incident.1 + 5.0))/> }
                .into_any()
        }
    }
}

fn boxes(
    lang: Language,
    offset: FixedOffset,
    sheet: Sheet,
    chart: &ChartView,
    links: &[Link],
    drawn: &Drawing,
) -> Vec<AnyView> {
    let incidents = chart.incidents.iter().zip(&drawn.incidents).map(|(node, placed)| {
        let day = node.since.map(|at| {
            let date = at.with_timezone(&offset).date_naive();
            format!("{} {}", short_day(lang, date), date.year())
        });
        let title = node.title.as_ref().map(|title| title.to_string()).unwrap_or_default();
        let wide = letters(INCIDENT.0);
        node_box(
            sheet,
            node,
            *placed,
            &day.unwrap_or_default(),
            &broken(&title, wide, 2),
            title,
        )
    });
    let parties = chart
        .parties
        .iter()
        .zip(&drawn.parties)
        .enumerate()
        .map(|(at, (node, placed))| {
            let mut parts: Vec<Part> = links
                .iter()
                .filter(|link| link.party == at)
                .map(|link| link.part)
                .collect();
            parts.sort_unstable();
            parts.dedup();
            let names: Vec<String> = parts.into_iter().map(|part| part_name(lang, part)).collect();
            let title = match &node.title {
                Some(title) if !title.is_blank() => title.to_string(),
                Some(_) => say!(lang, common.no_name),
                None => say!(lang, common.name_protected),
            };
            let roles = broken(&names.join(comma(lang)), beside(PARTY.0, node), 1).concat();
            let wide = letters(PARTY.0);
            node_box(sheet, node, *placed, &roles, &broken(&title, wide, 1), title)
        });
    incidents.chain(parties).collect()
}

/// How many letters have room in a box.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "boxes are small")]
fn letters(wide: f64) -> usize {
    ((wide - 20.0) / 6.7) as usize
}

/// How many letters have room beside the code.
fn beside(wide: f64, node: &ChartNode) -> usize {
    let code = f64::from(u32::try_from(node.code.as_str().len()).unwrap_or(0)) * 8.0;
    letters(wide - code - 12.0)
}

fn node_box(sheet: Sheet, node: &ChartNode, placed: Placed, beside: &str, lines: &[String], title: String) -> AnyView {
    let (start, wide, high) = placed.column.measures();
    let class = match node.code.kind() {
        Kind::Incident => "node node--incident",
        Kind::Unit => "node node--unit",
        _ => "node",
    };
    let corner = if node.code.kind() == Kind::Person { "12" } else { "2" };
    let x = px(sheet.x(start + 10.0));
    let mut y = placed.top + 8.0;
    let lines = lines
        .iter()
        .map(|line| {
            y += 17.0;
            let y = px(y + 10.0);
            view! { <text class:soft=node.title.is_none() x=x.clone() y=y>{isolated(line)}</text> }
        })
        .collect_view();
    let beside = (!beside.is_empty()).then(|| view! { <tspan class="soft">{format!(" · {beside}")}</tspan> });
    view! {
        <a class=class href=node.code.path()>
            <title>{format!("{} {title}", node.code)}</title>
            <rect x=px(sheet.left(start, wide)) y=px(placed.top + 0.5) width=px(wide) height=px(high - 1.0) rx=corner/>
            <text x=x.clone() y=px(placed.top + 18.0)><tspan class="code">{node.code.to_string()}</tspan>{beside}</text>
            {lines}
        </a>
    }
    .into_any()
}

/// What lines and their ends mean.
fn strokes(lang: Language) -> AnyView {
    let line = |class: &'static str| view! { <g class=class><path d="M1 7H35"/></g> }.into_any();
    let end = |part: Part| {
        let (party, incident) = match part {
            Part::Perpetrator | Part::Intervening => ((1.0, 7.0), (27.0, 7.0)),
            Part::Victim | Part::Witness => ((35.0, 7.0), (9.0, 7.0)),
        };
        let sheet = Sheet::new(lang, 36.0);
        // The incident is a small box, as it is in the drawing.
        let square = px(sheet.left(if incident.0 > party.0 { 27.0 } else { 1.0 }, 8.0));
        let (party, incident) = ((sheet.x(party.0), party.1), (sheet.x(incident.0), incident.1));
        view! {
            <g class="line"><path d=format!("M{} 7H{}", px(party.0), px(incident.0))/>{tip(part, party, incident)}</g>
            <g class="node node--incident"><rect x=square y="3" width="8" height="8"/></g>
        }
        .into_any()
    };
    let sure = ["AC1", "AC2", "AC3", "AC4"].into_iter().map(|code| {
        let mut label = ATTRIBUTION.label(code, lang).to_owned();
        if code == "AC1" {
            label = format!("{label}{}{}", comma(lang), ATTRIBUTION.label("AC0", lang));
        }
        (line(stroke(code)), label)
    });
    let ends = [Part::Perpetrator, Part::Victim, Part::Witness, Part::Intervening]
        .into_iter()
        .map(|part| (end(part), part_name(lang, part)));
    view! { {key(ends.collect())} {key(sure.collect())} }.into_any()
}

fn table(lang: Language, chart: &ChartView) -> AnyView {
    let mut parts: Vec<&ChartPart> = chart.parts.iter().collect();
    parts.sort_by_key(|one| (one.incident, one.party));
    let rows = parts.into_iter().map(|one| {
        let (incident, party) = (&chart.incidents[one.incident], &chart.parties[one.party]);
        let acts: Vec<String> = one.acts.iter().map(u32::to_string).collect();
        view! {
            <tr>
                <th scope="row">{code_link(&incident.code)}</th>
                <td data-label=say!(lang, involve.party)>{code_link(&party.code)}" "{protected_name(lang, party.title.as_ref())}</td>
                <td data-label=say!(lang, involve.role)>{INVOLVEMENT_ROLE.label(&one.role, lang).to_owned()}</td>
                <td data-label=say!(lang, acts.all)>{acts.join(comma(lang))}</td>
                <td data-label=say!(lang, involve.confidence)>{ATTRIBUTION.label(&one.confidence, lang).to_owned()}</td>
            </tr>
        }
        .into_any()
    });
    let alone = chart
        .incidents
        .iter()
        .enumerate()
        .filter(|(at, _)| chart.parts.iter().all(|one| one.incident != *at));
    let alone = alone.map(|(_, incident)| {
        view! {
            <tr>
                <th scope="row">{code_link(&incident.code)}</th>
                <td colspan="4" class="muted" data-label=say!(lang, involve.party)>{say!(lang, involve.nobody)}</td>
            </tr>
        }
        .into_any()
    });
    view! {
        <div class="table-wrap">
            <table class="table table--stack table--roomy">
                <caption>{say!(lang, chart.caption)}</caption>
                <thead>
                    <tr>
                        <th scope="col">{say!(lang, involve.incident)}</th>
                        <th scope="col">{say!(lang, involve.party)}</th>
                        <th scope="col">{say!(lang, involve.role)}</th>
                        <th scope="col">{say!(lang, acts.all)}</th>
                        <th scope="col">{say!(lang, involve.confidence)}</th>
                    </tr>
                </thead>
                <tbody>{rows.chain(alone).collect_view()}</tbody>
            </table>
        </div>
    }
    .into_any()
}
