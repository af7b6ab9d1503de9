//! The timeline of a case: incidents and acts as exactly as they are known, and when witnesses were heard.

use super::case::{Tab, head_and_tabs};
use super::incident::{is_whole_days, span};
use crate::ask::Ask;
use crate::parts::dates::{hijri, short_day};
use crate::parts::drawing::{About, Sheet, figure, isolated, key, px};
use crate::parts::{self, Nav, code_link, comma, day, empty};
use crate::say;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::{DateTime, Datelike, Duration, FixedOffset, NaiveDate, NaiveDateTime, Utc};
use domain::chart::broken;
use domain::timeline::{Axis, Certainty};
use domain::vocabulary::{DATE_PRECISION, VIOLATION};
use domain::{Code, Language};
use leptos::prelude::*;
use store::{TimelineIncident, TimelineView};

/// The most rows of a timeline; what happened first is drawn first.
const MOST: usize = 150;
/// Empty days that are left standing.
const GAP: i64 = 3;
/// The sheet: its width, what names take of it, and the axis.
const WIDTH: f64 = 880.0;
const NAMES: f64 = 240.0;
const AXIS: f64 = 548.0;
/// Room for the days above.
const HEAD: f64 = 46.0;
/// Room that the name of a day takes.
const TICK: f64 = 122.0;

/// `GET /cases/{code}/timeline`
pub async fn show(ask: Ask) -> domain::Result<Response> {
    let (case, timeline) = ask.store().case_timeline(ask.actor()?, &ask.code()?).await?;
    let (lang, offset) = (ask.lang(), ask.store().offset());
    let rows = rows(&timeline, offset);
    let body = if rows.is_empty() && timeline.interviews.is_empty() {
        empty(say!(lang, timeline.none), say!(lang, timeline.none_why), None)
    } else {
        drawing(&ask, &timeline, &rows)
    };
    let left_out = rows.len().saturating_sub(MOST);
    let left_out = (left_out > 0).then(|| {
        let (most, count) = (MOST.to_string(), left_out.to_string());
        view! { <p class="notice">{say!(lang, timeline.left_out, most = most, count = count)}</p> }
    });
    let undated: Vec<&TimelineIncident> = timeline
        .incidents
        .iter()
        .filter(|one| one.starts_at.is_none())
        .collect();
    let undated = (!undated.is_empty()).then(|| {
        let links = undated
            .into_iter()
            .map(|one| view! { {code_link(&one.code)} " " })
            .collect_view();
        view! { <p>{say!(lang, timeline.undated)}" "{links}</p> }
    });
    let view = view! {
        {head_and_tabs(&ask, &case, Some(Tab::Timeline))}
        {left_out}
        {body}
        {undated}
    };
    let title = format!("{} · {}", case.head.code, Tab::Timeline.label(lang));
    Ok(parts::page(&ask, StatusCode::OK, Nav::Cases, &title, view))
}

/// An incident, or an act of one.
struct Row<'a> {
    incident: &'a TimelineIncident,
    /// Its number and violation.
    act: Option<(u32, &'a str)>,
    from: NaiveDateTime,
    /// Where it is drawn to: whole days to the next midnight.
    to: NaiveDateTime,
    certainty: Certainty,
}

/// What has a time, an incident before its acts. An act without a time of its own was some time within its incident.
fn rows(timeline: &TimelineView, offset: FixedOffset) -> Vec<Row<'_>> {
    let mut rows = Vec::new();
    for incident in &timeline.incidents {
        let mut push = |act, starts: Option<DateTime<Utc>>, ends: Option<DateTime<Utc>>, own: bool| {
            let Some(starts) = starts.map(|at| at.with_timezone(&offset)) else {
                return;
            };
            let ends = ends.map_or(starts, |at| at.with_timezone(&offset));
            let whole = is_whole_days(starts, ends);
            let minute = if whole { Duration::minutes(1) } else { Duration::zero() };
            rows.push(Row {
                incident,
                act,
                from: starts.naive_local(),
                to: ends.naive_local() + minute,
                certainty: if own {
                    Certainty::of(&incident.precision, whole)
                } else {
                    Certainty::Between
                },
            });
        };
        push(None, incident.starts_at, incident.ends_at, true);
        for act in &incident.acts {
            let name = Some((act.number, act.violation.as_str()));
            match act.starts_at {
                Some(_) => push(name, act.starts_at, act.ends_at, true),
                None => push(name, incident.starts_at, incident.ends_at, false),
            }
        }
    }
    rows
}

fn drawing(ask: &Ask, timeline: &TimelineView, rows: &[Row<'_>]) -> AnyView {
    let (lang, offset) = (ask.lang(), ask.store().offset());
    let sheet = Sheet::new(lang, WIDTH);
    let shown = &rows[..rows.len().min(MOST)];
    // Whole days: a row that ends at midnight does not touch the next one.
    let days: Vec<(NaiveDate, NaiveDate)> = shown
        .iter()
        .map(|row| (row.from.date(), (row.to - Duration::minutes(1)).max(row.from).date()))
        .collect();
    let axis = Axis::of(&days, AXIS, GAP);
    let mut y = HEAD;
    let bars: Vec<AnyView> = axis
        .iter()
        .flat_map(|axis| shown.iter().map(move |row| (axis, row)))
        .map(|(axis, row)| {
            let high = if row.act.is_some() { 26.0 } else { 44.0 };
            let top = y;
            y += high;
            one(lang, sheet, axis, row, top, high)
        })
        .collect();
    let upper = axis.as_ref().map(|axis| scale(lang, sheet, axis, 12.0, y));
    let heard: Vec<(NaiveDate, NaiveDate)> = timeline.interviews.iter().map(|(day, _)| (*day, *day)).collect();
    let (lower, height) = match Axis::of(&heard, AXIS, i64::MAX) {
        Some(axis) => (
            Some(interviews(lang, sheet, &axis, timeline, y + 24.0)),
            y + 24.0 + 92.0,
        ),
        None => (None, y + 6.0),
    };
    let view = view! {
        <defs>
            <linearGradient id="fade-in"><stop offset="0" stop-opacity="0"/><stop offset="1"/></linearGradient>
            <linearGradient id="fade-out"><stop offset="0"/><stop offset="1" stop-opacity="0"/></linearGradient>
            <pattern id="between" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
                <path class="hatch" d="M1.5 0V6"/>
            </pattern>
        </defs>
        {upper}
        {bars}
        {lower}
    };
    let about = About {
        id: "timeline",
        title: say!(lang, timeline.tab),
        what: say!(lang, timeline.what),
        size: (WIDTH, height),
        open: false,
        unmirrored: false,
    };
    figure(
        ask,
        about,
        view.into_any(),
        certainties(lang),
        table(lang, offset, timeline),
    )
}

/// A row: its name, and its bar.
fn one(lang: Language, sheet: Sheet, axis: &Axis, row: &Row<'_>, top: f64, high: f64) -> AnyView {
    let path = row.incident.code.path();
    let name = match row.act {
        None => {
            let title = row.incident.title.to_string();
            let x = px(sheet.x(0.0));
            view! {
                <a href=path>
                    <title>{title.clone()}</title>
                    <text x=x.clone() y=px(top + 17.0)><tspan class="code">{row.incident.code.to_string()}</tspan></text>
                    <text x=x y=px(top + 34.0)>{isolated(&broken(&title, 32, 1).concat())}</text>
                </a>
            }
            .into_any()
        }
        Some((number, violation)) => {
            let label = VIOLATION.label(violation, lang);
            let text = broken(&format!("{number} · {label}"), 30, 1).concat();
            view! {
                <a href=format!("{path}#act-{number}")>
                    <title>{label.to_owned()}</title>
                    <text x=px(sheet.x(14.0)) y=px(top + 17.0)>{text}</text>
                </a>
            }
            .into_any()
        }
    };
    let (from, to) = (NAMES + axis.at(row.from), NAMES + axis.at(row.to));
    let thick = if row.act.is_some() { 8.0 } else { 14.0 };
    let y = top + high / 2.0 - thick / 2.0;
    view! {
        <path class="axis axis--faint" d=format!("M0 {}H{}", px(top), px(WIDTH))/>
        {name}
        <g class=if row.act.is_some() { "stretch stretch--act" } else { "stretch" }>{bar(sheet, row.certainty, from, to, y, thick)}</g>
    }
    .into_any()
}

/// An interval as exactly as it is known.
fn bar(sheet: Sheet, certainty: Certainty, from: f64, to: f64, y: f64, thick: f64) -> AnyView {
    /// How far an end fades.
    const FADE: f64 = 14.0;
    let wide = (to - from).max(5.0);
    let part = move |from: f64, wide: f64, fill: Option<&'static str>, class: &'static str| {
        view! { <rect class=class x=px(sheet.left(from, wide)) y=px(y) width=px(wide) height=px(thick) fill=fill/> }
    };
    match certainty {
        Certainty::Exact => part(from, wide, None, "full").into_any(),
        Certainty::Days => part(from, wide, None, "days").into_any(),
        Certainty::Between => part(from, wide, Some("url(#between)"), "between").into_any(),
        Certainty::About => {
            let (before, after) = if sheet.onward() > 0.0 {
                ("url(#fade-in)", "url(#fade-out)")
            } else {
                ("url(#fade-out)", "url(#fade-in)")
            };
            view! {
                {part(from - FADE, FADE + 0.3, Some(before), "fade")}
                {part(from, wide, None, "full")}
                {part(from + wide - 0.3, FADE, Some(after), "fade")}
            }
            .into_any()
        }
    }
}

/// The days of an axis in both calendars, and the lines at which they begin.
fn scale(lang: Language, sheet: Sheet, axis: &Axis, y: f64, bottom: f64) -> AnyView {
    let mut years = (None, None);
    let ticks = axis
        .ticks(TICK)
        .into_iter()
        .map(|tick| {
            let x = NAMES + tick.at;
            let mut name = short_day(lang, tick.day);
            if years.0 != Some(tick.day.year()) {
                years.0 = Some(tick.day.year());
                name = format!("{name} {}", tick.day.year());
            }
            let hijri = hijri(lang, tick.day).map(|(mut name, year)| {
                if years.1 != Some(year) {
                    years.1 = Some(year);
                    name = format!("{name} {year}");
                }
                name
            });
            let text = px(sheet.x(x + 4.0));
            view! {
                <path class="axis" d=format!("M{} {}V{}", px(sheet.x(x)), px(y - 10.0), px(bottom))/>
                <text x=text.clone() y=px(y)>{name}</text>
                <text class="soft" x=text y=px(y + 17.0)>{hijri}</text>
            }
        })
        .collect_view();
    let breaks = axis
        .breaks()
        .into_iter()
        .map(|at| {
            let x = sheet.x(NAMES + at);
            view! { <path class="axis axis--break" d=format!("M{} {}V{}", px(x), px(y - 10.0), px(bottom))/> }
        })
        .collect_view();
    view! { {ticks} {breaks} }.into_any()
}

/// When witnesses were heard: a mark a day, with how many.
fn interviews(lang: Language, sheet: Sheet, axis: &Axis, timeline: &TimelineView, top: f64) -> AnyView {
    let line = top + 30.0;
    let mut last = f64::MIN;
    let marks = timeline
        .interviews
        .chunk_by(|one, other| one.0 == other.0)
        .map(|heard| {
            let date = heard[0].0;
            let x = NAMES + axis.at(date.and_hms_opt(12, 0, 0).unwrap_or_default());
            let codes: Vec<String> = heard.iter().map(|(_, code)| code.to_string()).collect();
            let room = x - last >= 18.0;
            if room {
                last = x;
            }
            let count = (heard.len() > 1 && room).then(|| {
                view! { <text text-anchor="middle" x=px(sheet.x(x)) y=px(line - 16.0)>{heard.len().to_string()}</text> }
            });
            view! {
                <g>
                    <title>{format!("{}: {}", day(lang, date), codes.join(comma(lang)))}</title>
                    <path class="mark" d=format!("M{} {}V{}", px(sheet.x(x)), px(line - 12.0), px(line))/>
                    {count}
                </g>
            }
        })
        .collect_view();
    let (from, to) = (sheet.x(NAMES), sheet.x(NAMES + AXIS));
    view! {
        <text x=px(sheet.x(0.0)) y=px(line)>{say!(lang, timeline.interviews)}</text>
        <path class="axis" d=format!("M{} {}H{}", px(from), px(line), px(to))/>
        {marks}
        {scale(lang, sheet, axis, line + 22.0, line + 26.0)}
    }
    .into_any()
}

/// What bars mean.
fn certainties(lang: Language) -> AnyView {
    let sheet = Sheet::new(lang, 36.0);
    let all = [
        (Certainty::Exact, say!(lang, timeline.exact)),
        (Certainty::About, say!(lang, timeline.about)),
        (Certainty::Days, say!(lang, timeline.days)),
        (Certainty::Between, say!(lang, timeline.between)),
    ];
    let strokes = all.into_iter().map(|(certainty, meaning)| {
        let (from, to) = if certainty == Certainty::About {
            (15.0, 21.0)
        } else {
            (2.0, 34.0)
        };
        let stroke = view! { <g class="stretch">{bar(sheet, certainty, from, to, 1.0, 12.0)}</g> };
        (stroke.into_any(), meaning)
    });
    key(strokes.collect())
}

fn table(lang: Language, offset: FixedOffset, timeline: &TimelineView) -> AnyView {
    let row = |code: &Code, name: AnyView, when: AnyView, exact: String| {
        view! {
            <tr>
                <th scope="row">{code_link(code)}</th>
                <td data-label=say!(lang, timeline.what_column)>{name}</td>
                <td data-label=say!(lang, incident.time)>{when}</td>
                <td data-label=say!(lang, incident.precision)>{exact}</td>
            </tr>
        }
        .into_any()
    };
    let mut rows: Vec<AnyView> = Vec::new();
    for incident in &timeline.incidents {
        let title = view! { <span dir="auto">{incident.title.to_string()}</span> }.into_any();
        let exact = incident
            .starts_at
            .map(|_| DATE_PRECISION.label(&incident.precision, lang));
        let when = span(lang, offset, incident.starts_at, incident.ends_at);
        rows.push(row(&incident.code, title, when, exact.unwrap_or_default().to_owned()));
        for act in &incident.acts {
            let label = VIOLATION.label(&act.violation, lang);
            let name = format!("{}: {label}", say!(lang, acts.number, number = act.number.to_string()));
            let when = match act.starts_at {
                Some(_) => span(lang, offset, act.starts_at, act.ends_at),
                None => view! { <span class="muted">{say!(lang, timeline.as_incident)}</span> }.into_any(),
            };
            rows.push(row(&incident.code, name.into_any(), when, String::new()));
        }
    }
    for (date, code) in &timeline.interviews {
        let when = view! { <time datetime=date.to_string()>{day(lang, *date)}</time> }.into_any();
        rows.push(row(
            code,
            say!(lang, timeline.interview).into_any(),
            when,
            String::new(),
        ));
    }
    view! {
        <div class="table-wrap">
            <table class="table table--stack table--roomy">
                <caption>{say!(lang, timeline.caption)}</caption>
                <thead>
                    <tr>
                        <th scope="col">{say!(lang, common.code)}</th>
                        <th scope="col">{say!(lang, timeline.what_column)}</th>
                        <th scope="col">{say!(lang, incident.time)}</th>
                        <th scope="col">{say!(lang, incident.precision)}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}
