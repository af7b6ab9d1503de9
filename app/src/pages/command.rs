//! The chain of command: under which unit another stood, recorded and ended; and the whole of it on a day, as a drawing with
//! the table behind it.

use super::affiliation::{ask_page, confidence, days, label as common_label, note_and_end, rests_on, sure, time};
use super::involve::{OtherSource, citations};
use crate::ask::{Ask, problems, see_other};
use crate::parts::drawing::{About, figure, isolated, key};
use crate::parts::fields::Input;
use crate::parts::{
    self, Form, Nav, area, code_link, day, enter_saves, found, input, picker, problems_summary, protected_name,
};
use crate::say;
use axum::http::StatusCode;
use axum::response::Response;
use domain::command::SubordinationForm;
use domain::form::{Check, FromPairs, Pairs};
use domain::vocabulary::{AFFILIATION_ROLE, ATTRIBUTION};
use domain::{Code, Error, Kind, Language, Problem, ProblemKind};
use leptos::prelude::*;
use store::{AffiliationView, CommandUnit, CommandView, Hit, SubordinationView, UnitView};

/// What a unit stood under, or what stood under it.
pub(super) fn links(lang: Language, unit: &Code, all: &[SubordinationView], caption: String, may_end: bool) -> AnyView {
    if all.is_empty() {
        return view! { <p class="muted">{say!(lang, command.none)}</p> }.into_any();
    }
    let rows = all
        .iter()
        .map(|one| {
            let end = one
                .id
                .filter(|_| may_end)
                .map(|id| format!("{}/end-link?link={id}", unit.path()));
            view! {
                <tr>
                    <th scope="row" data-label=say!(lang, command.unit)>{code_link(&one.other)}" "<span dir="auto">{one.title.to_string()}</span></th>
                    <td data-label=say!(lang, affiliation.time)>{time(lang, one.when)}</td>
                    <td data-label=say!(lang, involve.confidence)>{how_sure(lang, one)}</td>
                    <td data-label=say!(lang, involve.rests_on)>{rests_on(&one.citations)}</td>
                    <td data-label=say!(lang, involve.note)>{note_and_end(lang, &one.note, end, one.other.as_str())}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <div class="table-wrap">
            <table class="table table--stack table--roomy">
                <caption class="visually-hidden">{caption}</caption>
                <thead>
                    <tr>
                        <th scope="col">{say!(lang, command.unit)}</th>
                        <th scope="col">{say!(lang, affiliation.time)}</th>
                        <th scope="col">{say!(lang, involve.confidence)}</th>
                        <th scope="col">{say!(lang, involve.rests_on)}</th>
                        <th scope="col">{say!(lang, involve.note)}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn how_sure(lang: Language, link: &SubordinationView) -> AnyView {
    match &link.confidence {
        Some(confidence) => sure(lang, confidence),
        None => view! { <span class="muted">{say!(lang, command.own_help)}</span> }.into_any(),
    }
}

/// The ways to the chain of command on a day: today, and the day of each incident in which the unit has a part.
pub(super) fn ways(lang: Language, unit: &UnitView) -> AnyView {
    let path = format!("{}/command", unit.head.code.path());
    let days = unit
        .days
        .iter()
        .map(|(incident, on)| {
            view! { <li><a href=format!("{path}?on={on}")>{say!(lang, command.on_incident, day = day(lang, *on))}" "<bdi class="code">{incident.to_string()}</bdi></a></li> }
        })
        .collect_view();
    view! { <ul class="list"><li><a href=path.clone()>{say!(lang, command.see)}</a></li>{days}</ul> }.into_any()
}

/// `GET /units/{code}/command?on=2025-03-06`
pub async fn show(ask: Ask) -> domain::Result<Response> {
    let (actor, code, today) = (ask.actor()?, ask.code()?, ask.store().today());
    let typed = ask.query.get("on");
    let mut check = Check::new();
    let on = check.optional_date("on", &typed);
    if on.is_some_and(|on| on > today) {
        check.problem("on", ProblemKind::InFuture);
    }
    let problems = check.finish(()).err().unwrap_or_default();
    let on = on.filter(|_| problems.is_empty()).unwrap_or(today);
    let command = ask.store().chain_of_command(actor, &code, on).await?;
    let lang = ask.lang();
    let form = Form {
        lang,
        problems: &problems,
    };
    let title = say!(lang, command.title_of, code = code.to_string());
    let typed = if typed.is_empty() { on.to_string() } else { typed };
    let like = Input {
        kind: "date",
        class: "field--short",
        ..Input::default()
    };
    let status = if problems.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let seen = problems.is_empty().then(|| {
        let heading = say!(lang, command.title_on, code = code.to_string(), day = day(lang, on));
        let more = command
            .more
            .then(|| view! { <p class="notice" data-tone="amber">{say!(lang, command.more)}</p> });
        view! {
            <p class="muted">{say!(lang, command.what)}</p>
            {more}
            {drawing(&ask, &command, heading)}
        }
    });
    let view = view! {
        <header class="head">
            <p class="head-line">{code_link(&code)}" "<bdi>{command.head.title_typed()}</bdi></p>
            <h1>{say!(lang, command.title)}</h1>
            <div class="head-do"><a class="button button--quiet" href=code.path()>{say!(lang, command.back)}</a></div>
        </header>
        {problems_summary(form, |_| say!(lang, command.day))}
        <form class="filters" method="get">
            {input(form, "on", say!(lang, command.day), &typed, like)}
            <button class="button">{say!(lang, command.show)}</button>
        </form>
        <div class="content content--wide stack">{seen}</div>
    };
    Ok(parts::page(&ask, status, Nav::Units, &title, view))
}

/// Measures of the drawing, in its own units: as pixels where there is room.
const WIDTH: i32 = 680;
const STEP: i32 = 34;
const LINE: i32 = 20;
const GAP: i32 = 18;
const PAD: i32 = 10;
const MOST_STEPS: i32 = 9;

/// One box of the drawing.
struct Placed<'a> {
    unit: &'a CommandUnit,
    indent: i32,
    top: i32,
    height: i32,
}

impl Placed<'_> {
    fn middle(&self) -> i32 {
        self.top + PAD + LINE / 2
    }
}

/// Where each unit stands: under the one before it, further in the deeper it is in the chain.
fn placed(units: &[CommandUnit]) -> (Vec<Placed<'_>>, i32) {
    let highest = units.iter().map(|unit| unit.level).min().unwrap_or(0);
    let mut top = 2;
    let mut boxes = Vec::with_capacity(units.len());
    for unit in units {
        let said = unit.command.len().max(1) + unit.under.len().max(1);
        let lines = 1 + i32::try_from(said).unwrap_or(1);
        let height = lines * LINE + 2 * PAD;
        let indent = (unit.level - highest + 1).min(MOST_STEPS) * STEP;
        boxes.push(Placed {
            unit,
            indent,
            top,
            height,
        });
        top += height + GAP;
    }
    (boxes, top)
}

/// The chain as a drawing: from the top down, a line from each unit to the one it stood under. In Arabic it is mirrored, its
/// words are not.
fn drawing(ask: &Ask, command: &CommandView, title: String) -> AnyView {
    let lang = ask.lang();
    let (boxes, height) = placed(&command.units);
    let mirror = lang == Language::Arabic;
    let lines = boxes
        .iter()
        .flat_map(|one| lines_up(one, &boxes, mirror))
        .collect_view();
    let boxes = boxes.iter().map(|one| unit_box(lang, one, mirror)).collect_view();
    let what = say!(lang, command.desc, units = command.units.len().to_string());
    let about = About {
        id: "chain",
        what: format!("{title}. {what}"),
        title,
        size: (f64::from(WIDTH), f64::from(height)),
        open: true,
        unmirrored: false,
    };
    let drawn = view! { {lines} {boxes} }.into_any();
    figure(ask, about, drawn, strokes(lang, command), table(lang, command))
}

/// The lines that the drawing has, and what they mean.
fn strokes(lang: Language, command: &CommandView) -> AnyView {
    let links = command.units.iter().flat_map(|unit| &unit.under);
    let mut sure: Vec<Option<&str>> = links.map(|link| link.confidence.as_deref()).collect();
    sure.sort_unstable();
    sure.dedup();
    let meaning = |code: Option<&str>| {
        let line = code.unwrap_or("none").to_owned();
        let line = view! { <path class="chain-line" data-sure=line d="M1 7H35"/> }.into_any();
        let label = code.map(|code| ATTRIBUTION.label(code, lang).to_owned());
        (line, label.unwrap_or_else(|| say!(lang, command.own_word)))
    };
    if sure.is_empty() {
        ().into_any()
    } else {
        key(sure.into_iter().map(meaning).collect())
    }
}

/// A place from the side where one begins to read.
fn across(x: i32, mirror: bool) -> i32 {
    if mirror { WIDTH - x } else { x }
}

/// Lines from a unit up to what it stood under on the day: the surer it is, the more of the line is there. A stub where nobody
/// says.
fn lines_up(one: &Placed<'_>, boxes: &[Placed<'_>], mirror: bool) -> Vec<AnyView> {
    let end = across(one.indent, mirror);
    if one.unit.level <= 0 && one.unit.under.is_empty() {
        let path = format!("M{} {}H{end}", across(one.indent - STEP / 2, mirror), one.middle());
        return vec![view! { <path class="chain-line" data-sure="none" d=path/> }.into_any()];
    }
    let found = one.unit.under.iter().zip(0..).filter_map(|(link, nth)| {
        let above = boxes.iter().find(|other| other.unit.code == link.other)?;
        Some((nth, link, above))
    });
    found
        .map(|(nth, link, above)| {
            let sure = link.confidence.clone().unwrap_or_else(|| "none".to_owned());
            let to = one.middle() + (nth * 8).min(2 * LINE);
            let x = above.indent + STEP / 2;
            let between = |other: &&Placed<'_>| other.top > above.top && other.top < one.top && other.indent < x;
            // Around a box that stands in the way: from the side of the unit above.
            let path = if boxes.iter().any(|other| between(&other)) || x >= one.indent {
                let from = (across(above.indent, mirror), above.middle() + LINE);
                format!("M{} {}H{}V{to}H{end}", from.0, from.1, across(above.indent - 8, mirror))
            } else {
                format!("M{} {}V{to}H{end}", across(x, mirror), above.top + above.height)
            };
            view! { <path class="chain-line" data-sure=sure d=path/> }.into_any()
        })
        .collect()
}

/// What a box says of the units above: each with how sure that is, or that nobody knows.
fn stood_under(lang: Language, unit: &CommandUnit) -> Vec<String> {
    let label = say!(lang, command.above);
    if unit.under.is_empty() {
        return vec![format!("{label}: {}", say!(lang, command.not_known))];
    }
    let sure = |link: &SubordinationView| link.confidence.clone().unwrap_or_else(|| say!(lang, command.own_word));
    let told = unit
        .under
        .iter()
        .map(|link| format!("{label} {} · {}", isolated(link.other.as_str()), sure(link)));
    told.collect()
}

/// The most characters of a line of a box.
const MOST_LETTERS: usize = 46;

/// A text that fits into a line.
fn short(text: &str) -> String {
    if text.chars().count() <= MOST_LETTERS {
        return text.to_owned();
    }
    let cut: String = text.chars().take(MOST_LETTERS - 1).collect();
    format!("{}…", cut.trim_end())
}

fn unit_box(lang: Language, one: &Placed<'_>, mirror: bool) -> AnyView {
    let unit = one.unit;
    let width = WIDTH - one.indent - 2;
    let left = if mirror { 2 } else { one.indent };
    let start = across(one.indent + PAD, mirror);
    let line = |nth: i32| (one.top + PAD + nth * LINE + 15).to_string();
    let itself = (unit.level == 0).then_some("yes");
    let two = (unit.under.len() > 1).then_some("red");
    let under = stood_under(lang, unit).into_iter().map(|words| {
        let mark = two.map(|_| format!(" · {}", say!(lang, command.contradiction)));
        (None, format!("{words}{}", mark.unwrap_or_default()), two)
    });
    let said = under
        .chain(commands(lang, unit))
        .zip(1..)
        .map(|((href, text, tone), nth)| {
            let words = view! { <text x=start.to_string() y=line(nth) class="chain-soft" data-tone=tone>{text}</text> };
            match href {
                Some(href) => view! { <a href=href>{words}</a> }.into_any(),
                None => words.into_any(),
            }
        })
        .collect_view();
    let name = short(&format!("{} · {}", isolated(unit.code.as_str()), isolated(&unit.title)));
    view! {
        <rect class="chain-box" data-itself=itself x=left.to_string() y=one.top.to_string() width=width.to_string() height=one.height.to_string() rx="4"/>
        <a href=unit.code.path()><text x=start.to_string() y=line(0) class="chain-name">{name}</text></a>
        {said}
    }
    .into_any()
}

/// Who commanded a unit: a link, the words, and a tone where sources contradict each other.
fn commands(lang: Language, unit: &CommandUnit) -> Vec<(Option<String>, String, Option<&'static str>)> {
    if unit.command.is_empty() {
        let words = format!(
            "{}: {}",
            say!(lang, command.commander_on),
            say!(lang, command.not_known)
        );
        return vec![(None, words, None)];
    }
    let tone = unit.contradiction.then_some("red");
    let told = unit.command.iter().map(|claim| {
        let code = claim.other.as_ref().map(ToString::to_string).unwrap_or_default();
        let name = claim.title.as_ref().map(|name| isolated(name)).unwrap_or_default();
        let role = AFFILIATION_ROLE.label(&claim.role, lang);
        let mark = unit
            .contradiction
            .then(|| format!(" · {}", say!(lang, command.contradiction)));
        let words = format!("{role}: {} {name}", isolated(&code));
        let words = format!(
            "{} · {}{}",
            short(words.trim_end()),
            claim.confidence,
            mark.unwrap_or_default()
        );
        (claim.other.as_ref().map(Code::path), words, tone)
    });
    told.collect()
}

fn claim(lang: Language, claim: &AffiliationView) -> AnyView {
    view! {
        <li>
            <p>{AFFILIATION_ROLE.label(&claim.role, lang).to_owned()}": "{claim.other.as_ref().map(code_link)}" "<span dir="auto">{protected_name(lang, claim.title.as_ref())}</span></p>
            <p class="help">{time(lang, claim.when)}</p>
            <p>{sure(lang, &claim.confidence)}</p>
            {rests_on(&claim.citations)}
        </li>
    }
    .into_any()
}

fn table(lang: Language, command: &CommandView) -> AnyView {
    let rows = command
        .units
        .iter()
        .map(|unit| {
            let place = match unit.level {
                0 => say!(lang, command.level_itself),
                above if above < 0 => format!("{} {}", say!(lang, command.level_above), -above),
                below => format!("{} {below}", say!(lang, command.level_below)),
            };
            let not_known = || view! { <span class="muted">{say!(lang, command.not_known)}</span> };
            let under = unit
                .under
                .iter()
                .map(|link| {
                    view! {
                        <li>
                            <p>{code_link(&link.other)}" "<span dir="auto">{link.title.to_string()}</span></p>
                            <p class="help">{time(lang, link.when)}</p>
                            <p>{how_sure(lang, link)}</p>
                            {rests_on(&link.citations)}
                        </li>
                    }
                })
                .collect_view();
            let two = (unit.under.len() > 1).then(|| contradiction(say!(lang, command.contradiction), say!(lang, command.two_above)));
            let claims = unit.command.iter().map(|one| claim(lang, one)).collect_view();
            let against = unit.contradiction.then(|| contradiction(say!(lang, command.contradiction), say!(lang, command.contradiction_what)));
            view! {
                <tr>
                    <th scope="row" data-label=say!(lang, command.unit)>{code_link(&unit.code)}" "<span dir="auto">{unit.title.to_string()}</span></th>
                    <td data-label=say!(lang, command.level)>{place}</td>
                    <td data-label=say!(lang, command.above)>{two}<ul class="plain-list">{under}</ul>{unit.under.is_empty().then(not_known)}</td>
                    <td data-label=say!(lang, command.command)>{against}<ul class="plain-list">{claims}</ul>{unit.command.is_empty().then(not_known)}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <div class="table-wrap">
            <table class="table table--stack table--roomy">
                <caption class="visually-hidden">{say!(lang, command.table)}</caption>
                <thead>
                    <tr>
                        <th scope="col">{say!(lang, command.unit)}</th>
                        <th scope="col">{say!(lang, command.level)}</th>
                        <th scope="col">{say!(lang, command.above)}</th>
                        <th scope="col">{say!(lang, command.command)}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn contradiction(word: String, what: String) -> AnyView {
    view! { <p><span class="chip" data-tone="red">{word}</span>" "{what}</p> }.into_any()
}

/// What was typed.
#[derive(Default)]
struct Typed {
    form: SubordinationForm,
    source: OtherSource,
}

/// `GET /units/{code}/subordinate`
pub async fn new(ask: Ask) -> domain::Result<Response> {
    let code = ask.code()?;
    form_page(&ask, StatusCode::OK, &code, &Typed::default(), &[], None).await
}

/// `POST /units/{code}/subordinate`
pub async fn create(ask: Ask, posted: Pairs) -> domain::Result<Response> {
    let (actor, code) = (ask.actor()?, ask.code()?);
    let typed = Typed {
        form: SubordinationForm::from_pairs(&posted),
        source: OtherSource::of(&posted),
    };
    if let Some(hits) = picker::find(&ask, &posted, "above", &[Kind::Unit]).await? {
        return form_page(&ask, StatusCode::OK, &code, &typed, &[], Some(&hits)).await;
    }
    let whole = SubordinationForm {
        citations: typed.source.whole(&typed.form.citations),
        ..typed.form.clone()
    };
    let made = match whole.check(&code, ask.store().today()) {
        Ok(link) => ask.store().subordinate(actor, &code, &link).await,
        Err(problems) => Err(Error::Invalid(problems)),
    };
    match made {
        Ok(()) => Ok(see_other(&format!("{}#command", code.path()))),
        Err(error) => {
            let problems = typed.source.place(&typed.form.citations, problems(error)?);
            form_page(&ask, StatusCode::UNPROCESSABLE_ENTITY, &code, &typed, &problems, None).await
        }
    }
}

fn label(lang: Language, name: &str) -> String {
    match name {
        "above" => say!(lang, command.unit_above),
        other => common_label(lang, other),
    }
}

async fn form_page(
    ask: &Ask,
    status: StatusCode,
    unit: &Code,
    typed: &Typed,
    problems: &[Problem],
    hits: Option<&[Hit]>,
) -> domain::Result<Response> {
    if unit.kind() != Kind::Unit {
        return Err(Error::NotFound);
    }
    let sources = ask.store().citable(ask.actor()?, unit).await?;
    let lang = ask.lang();
    let form = Form { lang, problems };
    let title = say!(lang, command.new_of, code = unit.to_string());
    let view = view! {
        <header class="head"><p class="head-line">{code_link(unit)}</p><h1>{title.clone()}</h1></header>
        {problems_summary(form, |field| label(lang, field))}
        <form class="form" method="post">
            {enter_saves(lang)}
            {found(ask, form, "above", hits)}
            {picker(ask, form, "above", label(lang, "above"), &typed.form.above, &[Kind::Unit], &say!(lang, command.above_help))}
            {days(form, &typed.form.from_day, &typed.form.to_day)}
            {confidence(form, &typed.form.confidence)}
            {citations(form, &typed.form.citations, Some(typed.source.shown()), &sources)}
            {area(form, "note", label(lang, "note"), &typed.form.note, "", false, 3)}
            <div class="actions">
                <button class="button button--main">{say!(lang, command.save)}</button>
                <a class="button button--quiet" href=unit.path()>{say!(lang, common.cancel)}</a>
            </div>
        </form>
    };
    Ok(parts::page(ask, status, Nav::Units, &title, view))
}

/// `GET /units/{code}/end-link?link=…`: asks before a link to the unit above is ended.
pub async fn ask_end(ask: Ask) -> domain::Result<Response> {
    let unit = ask.store().open_unit(ask.actor()?, &ask.code()?).await?;
    if !unit.head.may_edit {
        return Err(Error::Forbidden);
    }
    let link = ask.query.get("link");
    let found = unit
        .above
        .iter()
        .find(|one| one.id.is_some_and(|id| id.to_string() == link));
    let one = found.ok_or(Error::NotFound)?;
    let (lang, code) = (ask.lang(), &unit.head.code);
    let facts = vec![
        (say!(lang, command.unit), code_link(code)),
        (say!(lang, command.unit_above), code_link(&one.other)),
        (say!(lang, affiliation.time), time(lang, one.when).into_any()),
        (say!(lang, involve.confidence), how_sure(lang, one)),
    ];
    Ok(ask_page(
        &ask,
        Nav::Units,
        code,
        say!(lang, command.end_title),
        facts,
        &link,
    ))
}

/// `POST /units/{code}/end-link`
pub async fn end(ask: Ask, posted: Pairs) -> domain::Result<Response> {
    let code = ask.code()?;
    let link = posted.get("link").parse().map_err(|_| Error::NotFound)?;
    ask.store().end_subordination(ask.actor()?, &code, link).await?;
    Ok(see_other(&format!("{}#command", code.path())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unit(number: i64, level: i32) -> CommandUnit {
        CommandUnit {
            code: Code::numbered(Kind::Unit, 2025, number),
            title: "وحدة".into(),
            level,
            under: Vec::new(),
            command: Vec::new(),
            contradiction: false,
        }
    }

    #[test]
    fn units_stand_one_under_the_other_and_further_in_the_deeper_they_are() {
        let units = [unit(1, -1), unit(2, 0), unit(3, 1), unit(4, 2), unit(5, 1)];
        let (boxes, height) = placed(&units);
        let indents: Vec<i32> = boxes.iter().map(|one| one.indent / STEP).collect();
        assert_eq!(indents, [1, 2, 3, 4, 3]);
        assert!(boxes.windows(2).all(|pair| pair[0].top + pair[0].height < pair[1].top));
        assert!(boxes.last().is_some_and(|last| last.top + last.height < height));
        let deep: Vec<CommandUnit> = (0..40).map(|level| unit(i64::from(level), level)).collect();
        assert!(placed(&deep).0.iter().all(|one| one.indent < WIDTH / 2));
    }

    #[test]
    fn a_name_that_is_too_long_is_cut_between_letters() {
        let long = "كتيبة ".repeat(20);
        assert_eq!(short(&long).chars().count().max(MOST_LETTERS), MOST_LETTERS);
        assert_eq!(short("لواء"), "لواء");
    }

    #[test]
    fn the_drawing_is_whole_without_anybody_known() {
        let command = [unit(1, -1), unit(2, 0)];
        let known = commands(Language::English, &command[0]);
        assert_eq!(known[0].1, "Commander: not known");
        assert_eq!(across(10, true) + across(10, false), WIDTH);
    }
}
