//! Drawings made on the server: an SVG that is read, printed and followed without a script, its key, and its table. Where there
//! is JavaScript, an island brings it closer ([`crate::islands::Zoom`]).

use super::frame::island_loader;
use crate::ask::Ask;
use crate::islands::Zoom;
use crate::say;
use domain::Language;
use leptos::prelude::*;

/// A sheet to draw on, turned where reading runs from right to left. Texts need no turning: their anchors follow the page.
#[derive(Clone, Copy, Debug)]
pub struct Sheet {
    pub width: f64,
    turned: bool,
}

/// Pixels, to a tenth.
#[must_use]
pub fn px(value: f64) -> String {
    let text = format!("{value:.1}");
    text.strip_suffix(".0").map(str::to_owned).unwrap_or(text)
}

/// A piece of typed text among others: it runs in its own direction, and its ellipsis stands at its own end.
#[must_use]
pub fn isolated(text: &str) -> String {
    format!("\u{2068}{text}\u{2069}")
}

impl Sheet {
    /// A sheet for a reader.
    #[must_use]
    pub fn new(lang: Language, width: f64) -> Self {
        let turned = lang == Language::Arabic;
        Self { width, turned }
    }

    /// Where a point stands that is so far from where reading begins.
    #[must_use]
    pub fn x(self, from: f64) -> f64 {
        if self.turned { self.width - from } else { from }
    }

    /// The left edge of what begins there and is so wide.
    #[must_use]
    pub fn left(self, from: f64, wide: f64) -> f64 {
        if self.turned { self.width - from - wide } else { from }
    }

    /// 1 where onward is to the right, -1 where it is to the left.
    #[must_use]
    pub fn onward(self) -> f64 {
        if self.turned { -1.0 } else { 1.0 }
    }
}

/// What is higher goes over several pages of paper.
const PAGE: f64 = 1250.0;

/// What is said about a drawing.
pub struct About<'a> {
    /// For the ids of its parts.
    pub id: &'a str,
    pub title: String,
    /// What is to be seen, for who reads it and for who can't see it.
    pub what: String,
    pub size: (f64, f64),
    /// The table behind it is open from the start.
    pub open: bool,
    /// It is the same in every language, as a map is: its left side is its beginning in Arabic too.
    pub unmirrored: bool,
}

/// A drawing with what is said about it, the key to its strokes, and the table behind it.
pub fn figure(ask: &Ask, about: About<'_>, drawing: AnyView, key: AnyView, table: AnyView) -> AnyView {
    let lang = ask.lang();
    let (title, what) = (format!("{}-title", about.id), format!("{}-what", about.id));
    let (width, height) = (px(about.size.0), px(about.size.1));
    view! {
        <figure class="chart">
            <figcaption>{about.what.clone()}</figcaption>
            {tools(lang)}
            <div class="chart-sheet" class:chart-sheet--tall={about.size.1 > PAGE} class:chart-sheet--unmirrored={about.unmirrored}>
                <svg
                    viewBox=format!("0 0 {width} {height}")
                    width=width.clone()
                    height=height.clone()
                    role="group"
                    aria-labelledby=title.clone()
                    aria-describedby=what.clone()
                >
                    <title id=title.clone()>{about.title}</title>
                    <desc id=what.clone()>{about.what}</desc>
                    {drawing}
                </svg>
            </div>
            {key}
            <details open=about.open><summary>{say!(lang, chart.as_table)}</summary>{table}</details>
            <Zoom/>
        </figure>
        {island_loader(ask)}
    }
    .into_any()
}

/// The buttons of the island, hidden until it wakes.
fn tools(lang: Language) -> AnyView {
    let button = |does: &'static str, label: String, shown: String| {
        view! { <button class="button" type="button" data-zoom=does aria-label=label.clone() title=label>{shown}</button> }
    };
    view! {
        <div class="zoom no-print" hidden=true>
            {button("in", say!(lang, chart.closer), "+".to_owned())}
            {button("out", say!(lang, chart.farther), "−".to_owned())}
            {button("whole", say!(lang, chart.whole_what), say!(lang, chart.whole))}
            <bdi dir="ltr" role="status"></bdi>
            <span class="zoom-keys">{say!(lang, chart.zoom_keys)}</span>
        </div>
    }
    .into_any()
}

/// The key to a drawing: a stroke and what it means.
pub fn key(strokes: Vec<(AnyView, String)>) -> AnyView {
    let items = strokes
        .into_iter()
        .map(|(stroke, meaning)| {
            view! {
                <li>
                    <svg viewBox="0 0 36 14" width="36" height="14" aria-hidden="true" focusable="false">{stroke}</svg>
                    " "
                    {meaning}
                </li>
            }
        })
        .collect_view();
    view! { <ul class="key">{items}</ul> }.into_any()
}
