//! The map of incidents: circles by count on a graticule, with the coast, the borders, and the towns of the vocabulary; no tiles.

use crate::ask::Ask;
use crate::parts::drawing::{About, figure, key, px};
use crate::parts::fields::Input;
use crate::parts::register::filter_form;
use crate::parts::{self, Form, Nav, code_link, empty, input, place_name, register_head};
use crate::say;
use axum::http::StatusCode;
use axum::response::Response;
use domain::map::{Dot, Projection, SEA, Side, names, radius, shown_at, towns};
use domain::vocabulary::Place;
use domain::{Code, Language, Problem, ProblemKind};
use leptos::prelude::*;
use store::{MapView, PlaceRow};

/// The sheet: its width, least and greatest height, and the room for degrees at two sides.
const WIDTH: f64 = 880.0;
const HEIGHTS: std::ops::RangeInclusive<f64> = 360.0..=620.0;
const MARGIN: (f64, f64) = (66.0, 24.0);
/// Codes in a row of the table; the others are a list away.
const CODES: usize = 12;

/// What is at one point: the place it is named by, and the rows of places shown there.
struct Point<'a> {
    place: &'static Place,
    rows: Vec<&'a PlaceRow>,
}

impl Point<'_> {
    fn count(&self) -> usize {
        self.rows.iter().map(|row| row.incidents.len()).sum()
    }

    /// The incident, if it is one; else the row of the table.
    fn href(&self) -> String {
        match (self.count(), self.rows.first().and_then(|row| row.incidents.first())) {
            (1, Some(code)) => code.path(),
            _ => format!("#at-{}", self.place.code),
        }
    }
}

/// `GET /incidents/map`
pub async fn show(ask: Ask) -> domain::Result<Response> {
    let lang = ask.lang();
    let typed = ask.query.get("case");
    let case = ask.case();
    let map = ask.store().incident_map(ask.actor()?, &typed).await?;
    let unknown = Problem::new("case", ProblemKind::NoSuchRecord);
    let (problems, status) = if map.no_such_case {
        (vec![unknown], StatusCode::UNPROCESSABLE_ENTITY)
    } else {
        (Vec::new(), StatusCode::OK)
    };
    let points = points(&map);
    let body = if map.no_such_case {
        ().into_any()
    } else if map.places.is_empty() {
        empty(say!(lang, map.none), say!(lang, map.none_why), None)
    } else {
        drawing(&ask, &points, &map)
    };
    let off: usize = map
        .places
        .iter()
        .filter(|row| row.place.as_deref().and_then(shown_at).is_none())
        .map(|row| row.incidents.len())
        .sum();
    let off = (off > 0).then(|| view! { <p>{say!(lang, map.off, count = off.to_string())}</p> });
    let more = map.more.then(|| view! { <p class="notice">{say!(lang, map.more)}</p> });
    let field = input(
        Form {
            lang,
            problems: &problems,
        },
        "case",
        say!(lang, common.case),
        &typed,
        Input {
            help: "",
            max: 20,
            class: "field--short",
            ..Input::default()
        },
    );
    let of = case
        .as_ref()
        .filter(|_| !map.no_such_case)
        .map(|code| view! { <p class="head-facts"><span>{say!(lang, common.case)}" "{code_link(code)}</span></p> });
    let view = view! {
        {register_head(say!(lang, map.all), None)}
        {of}
        {filter_form(&ask, "/incidents/map", field, !typed.is_empty())}
        {more}
        {body}
        {off}
        <p class="row no-print"><a href="/incidents">{say!(lang, map.list)}</a></p>
    };
    Ok(parts::page(&ask, status, Nav::Incidents, &say!(lang, map.all), view))
}

fn points(map: &MapView) -> Vec<Point<'_>> {
    let mut points: Vec<Point<'_>> = Vec::new();
    for row in &map.places {
        let Some(place) = row.place.as_deref().and_then(shown_at) else {
            continue;
        };
        match points.iter_mut().find(|point| point.place.code == place.code) {
            Some(point) => point.rows.push(row),
            None => points.push(Point { place, rows: vec![row] }),
        }
    }
    points
}

/// Which anchor puts the left, the middle or the right of a text at its point; anchors follow the direction of the page.
const fn anchor(lang: Language, side: Side) -> &'static str {
    match (side, lang) {
        (Side::Above | Side::Below, _) => "middle",
        (Side::Right, Language::English) | (Side::Left, Language::Arabic) => "start",
        (Side::Left, Language::English) | (Side::Right, Language::Arabic) => "end",
    }
}

fn drawing(ask: &Ask, points: &[Point<'_>], map: &MapView) -> AnyView {
    let lang = ask.lang();
    let all: Vec<_> = points.iter().filter_map(|point| point.place.position).collect();
    let every: Vec<_> = towns().map(|(_, at)| at).collect();
    let shown = if all.is_empty() { &every } else { &all };
    let Some(sheet) = Projection::fit(shown, WIDTH - MARGIN.0, HEIGHTS) else {
        return ().into_any();
    };
    let others: Vec<_> = towns()
        .filter(|(place, at)| sheet.shows(*at) && points.iter().all(|point| point.place.code != place.code))
        .collect();
    let wide = |name: &str| f64::from(u32::try_from(name.chars().count()).unwrap_or(0)) * 7.6 + 4.0;
    let circles = points.iter().filter_map(|point| {
        Some(Dot {
            at: sheet.at(point.place.position?),
            radius: radius(point.count()),
            wide: wide(point.place.label(lang)),
            must: true,
        })
    });
    let dots: Vec<Dot> = circles
        .chain(others.iter().map(|(place, at)| Dot {
            at: sheet.at(*at),
            radius: 3.0,
            wide: wide(place.label(lang)),
            must: false,
        }))
        .chain(sheet.shows(SEA).then(|| Dot {
            at: sheet.at(SEA),
            radius: 0.0,
            wide: wide(&say!(lang, map.sea)),
            must: false,
        }))
        .collect();
    let sides = names(&dots, sheet.width, sheet.height);
    let name = |at: usize, text: &str, class: &'static str| {
        let (dot, side) = (&dots[at], sides[at]?);
        let ((x, y), r) = (dot.at, dot.radius + 4.0);
        let (x, y) = match side {
            Side::Right => (x + r, y + 5.0),
            Side::Left => (x - r, y + 5.0),
            Side::Above => (x, y - r - 4.0),
            Side::Below => (x, y + r + 13.0),
        };
        Some(view! { <text class=class text-anchor=anchor(lang, side) x=px(x) y=px(y)>{text.to_owned()}</text> })
    };
    let towns: Vec<AnyView> = others
        .iter()
        .enumerate()
        .map(|(n, (place, _))| {
            let at = points.len() + n;
            let (x, y) = dots[at].at;
            view! { <circle class="town" cx=px(x) cy=px(y) r="3"/> {name(at, place.label(lang), "soft")} }.into_any()
        })
        .collect();
    let sea = sheet
        .shows(SEA)
        .then(|| name(dots.len() - 1, &say!(lang, map.sea), "sea"));
    // Where a reader begins who sees a part of the map only.
    let most = points.iter().map(Point::count).max();
    let begin = points.iter().position(|point| Some(point.count()) == most);
    let circles: Vec<AnyView> = points
        .iter()
        .enumerate()
        .map(|(at, point)| {
            let ((x, y), r) = (dots[at].at, dots[at].radius);
            let count = point.count().to_string();
            let says = format!("{}: {count}", place_name(lang, point.place.code));
            view! {
                <a href=point.href() data-begin=(begin == Some(at)).then_some("")>
                    <title>{says}</title>
                    <circle class="count" cx=px(x) cy=px(y) r=px(r)/>
                    <text class="inside" text-anchor="middle" x=px(x) y=px(y + 5.0)>{count}</text>
                    {name(at, point.place.label(lang), "")}
                </a>
            }
            .into_any()
        })
        .collect();
    let view = view! {
        <g transform=format!("translate({} 0)", MARGIN.0)>
            {outline(&sheet)}
            {graticule(lang, &sheet)}
            {sea}
            {towns}
            {circles}
            {scale_bar(lang, &sheet)}
        </g>
    };
    let incidents: usize = points.iter().map(Point::count).sum();
    let about = About {
        id: "map",
        title: say!(lang, map.all),
        what: say!(
            lang,
            map.what,
            incidents = incidents.to_string(),
            places = points.len().to_string()
        ),
        size: (WIDTH, sheet.height + MARGIN.1),
        open: true,
        unmirrored: true,
    };
    let stroke = |class: &'static str| view! { <path class=class d="M1 7H35"/> }.into_any();
    let key = key(vec![
        (stroke("coast"), say!(lang, map.coast)),
        (stroke("border"), say!(lang, map.border)),
    ]);
    let key = view! { {key} <p class="help">{say!(lang, map.outline_source)}</p> };
    figure(ask, about, view.into_any(), key.into_any(), table(lang, points, map))
}

/// The coast and the borders, cut off at the edge of the sheet.
fn outline(sheet: &Projection) -> AnyView {
    let path = |border: bool| {
        let mut path = String::new();
        for line in sheet.outline(border) {
            for (at, (x, y)) in line.into_iter().enumerate() {
                path.push(if at == 0 { 'M' } else { 'L' });
                path.push_str(&format!("{} {}", px(x), px(y)));
            }
        }
        path
    };
    view! {
        <svg width=px(sheet.width) height=px(sheet.height) aria-hidden="true" focusable="false">
            <path class="coast" d=path(false)/>
            <path class="border" d=path(true)/>
        </svg>
    }
    .into_any()
}

/// Lines of latitude and longitude with their degrees.
fn graticule(lang: Language, sheet: &Projection) -> AnyView {
    let (north, east) = (say!(lang, map.north), say!(lang, map.east));
    let parallels = sheet
        .parallels()
        .into_iter()
        .map(|(lat, y)| {
            view! {
                <path class="axis axis--faint" d=format!("M0 {}H{}", px(y), px(sheet.width))/>
                <text class="soft" text-anchor=anchor(lang, Side::Left) x="-6" y=px(y + 5.0)>{format!("{}° {north}", px(lat))}</text>
            }
        })
        .collect_view();
    let meridians = sheet
        .meridians()
        .into_iter()
        .map(|(lon, x)| {
            view! {
                <path class="axis axis--faint" d=format!("M{} 0V{}", px(x), px(sheet.height))/>
                <text class="soft" text-anchor="middle" x=px(x) y=px(sheet.height + 18.0)>{format!("{}° {east}", px(lon))}</text>
            }
        })
        .collect_view();
    view! {
        {parallels}
        {meridians}
        <rect class="axis" x="0.5" y="0.5" width=px(sheet.width - 1.0) height=px(sheet.height - 1.0)/>
    }
    .into_any()
}

fn scale_bar(lang: Language, sheet: &Projection) -> AnyView {
    let (km, long) = sheet.bar();
    let (x, y) = (sheet.width - 14.0 - long, sheet.height - 12.0);
    let path = format!("M{} {}v6h{}v-6", px(x), px(y - 6.0), px(long));
    view! {
        <path class="scale" d=path/>
        <text class="soft" text-anchor="middle" x=px(x + long / 2.0) y=px(y - 8.0)>{say!(lang, map.km, km = km.to_string())}</text>
    }
    .into_any()
}

fn table(lang: Language, points: &[Point<'_>], map: &MapView) -> AnyView {
    let codes = |incidents: &[Code], place: Option<&str>| {
        let more = incidents.len().saturating_sub(CODES);
        let rest = place
            .filter(|_| more > 0)
            .map(|place| view! { <a href=format!("/incidents?place={place}")>{say!(lang, map.and_more, count = more.to_string())}</a> });
        let links = incidents
            .iter()
            .take(CODES)
            .map(|code| view! { {code_link(code)} " " })
            .collect_view();
        view! { {links} {rest} }
    };
    let row = |id: Option<String>, row: &PlaceRow, at: Option<&'static Place>| {
        let name = row
            .place
            .as_deref()
            .map_or_else(|| say!(lang, incident.unknown_place), |code| place_name(lang, code));
        let at = match at {
            Some(place) => place.label(lang).to_owned(),
            None => say!(lang, map.nowhere),
        };
        view! {
            <tr id=id>
                <th scope="row">{name}</th>
                <td class="num" data-label=say!(lang, map.count)>{row.incidents.len()}</td>
                <td data-label=say!(lang, map.shown_at)>{at}</td>
                <td data-label=say!(lang, incident.all)>{codes(&row.incidents, row.place.as_deref())}</td>
            </tr>
        }
        .into_any()
    };
    let mut rows: Vec<AnyView> = Vec::new();
    for point in points {
        for (at, of) in point.rows.iter().enumerate() {
            let id = (at == 0).then(|| format!("at-{}", point.place.code));
            rows.push(row(id, of, Some(point.place)));
        }
    }
    let off = map
        .places
        .iter()
        .filter(|row| row.place.as_deref().and_then(shown_at).is_none());
    rows.extend(off.map(|of| row(None, of, None)));
    view! {
        <div class="table-wrap">
            <table class="table table--stack table--roomy">
                <caption>{say!(lang, map.caption)}</caption>
                <thead>
                    <tr>
                        <th scope="col">{say!(lang, incident.place)}</th>
                        <th scope="col" class="num">{say!(lang, map.count)}</th>
                        <th scope="col">{say!(lang, map.shown_at)}</th>
                        <th scope="col">{say!(lang, incident.all)}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}
