//! A row of a list beside those who may be the same, and the decision who it is. Nothing is chosen beforehand.

use super::roster::column_label;
use super::same::{band, by_name};
use super::source_list::{called, cell_of, decision_words, number};
use crate::ask::{Ask, problems, see_other};
use crate::parts::fields::Input;
use crate::parts::{
    self, Form, Nav, area, code_link, comma, date_time, enter_saves, hidden, input, picker, problems_summary,
};
use crate::say;
use axum::http::StatusCode;
use axum::response::Response;
use domain::form::{Check, FromPairs, Pairs};
use domain::matching::Comparison;
use domain::roster::Column;
use domain::source_list::{DecisionForm, Fate};
use domain::vocabulary::SEX;
use domain::{Error, Kind, Language, Problem};
use leptos::prelude::*;
use store::{DecisionView, Hit, RowAlike, RowDesk};

/// What a page shows besides the row.
#[derive(Default)]
struct Shown<'a> {
    typed: DecisionForm,
    /// Why something is to be undone.
    undo: String,
    problems: &'a [Problem],
    hits: Option<&'a [Hit]>,
    /// Somebody else decided first.
    overtaken: bool,
}

fn row_of(ask: &Ask) -> domain::Result<u32> {
    ask.param("row").parse().map_err(|_| Error::NotFound)
}

/// `GET /documents/{code}/lists/{number}/rows/{row}`
pub async fn show(ask: Ask) -> domain::Result<Response> {
    page(&ask, StatusCode::OK, &Shown::default()).await
}

/// `POST /documents/{code}/lists/{number}/rows/{row}`: decides, or undoes what was decided.
pub async fn decide(ask: Ask, posted: Pairs) -> domain::Result<Response> {
    let (actor, code, number, row) = (ask.actor()?, ask.code()?, number(&ask)?, row_of(&ask)?);
    if posted.get("do") == "undo" {
        return undo(&ask, &posted).await;
    }
    let mut typed = DecisionForm::from_pairs(&posted);
    let hits = picker::find(&ask, &posted, "person", &[Kind::Person]).await?;
    if let Some(hits) = hits {
        typed.fate = Fate::Same.name().to_owned();
        let shown = Shown {
            typed,
            hits: Some(&hits),
            ..Shown::default()
        };
        return page(&ask, StatusCode::OK, &shown).await;
    }
    let done = match typed.check(row) {
        Ok(draft) => ask.store().decide_row(actor, &code, number, row, &draft).await,
        Err(problems) => {
            let may = ask.store().may_decide_row(actor, &code).await;
            may.and(Err(Error::Invalid(problems)))
        }
    };
    match done {
        Ok(next) => {
            let list = format!("{}/lists/{number}", code.path());
            let to = next.map_or_else(|| list.clone(), |next| format!("{list}/rows/{next}"));
            Ok(see_other(&format!("{to}?decided={row}")))
        }
        Err(Error::Conflict) => {
            let shown = Shown {
                typed,
                overtaken: true,
                ..Shown::default()
            };
            page(&ask, StatusCode::CONFLICT, &shown).await
        }
        Err(error) => {
            let shown = Shown {
                typed,
                problems: &problems(error)?,
                ..Shown::default()
            };
            page(&ask, StatusCode::UNPROCESSABLE_ENTITY, &shown).await
        }
    }
}

async fn undo(ask: &Ask, posted: &Pairs) -> domain::Result<Response> {
    let (actor, code, at) = (ask.actor()?, ask.code()?, (number(ask)?, row_of(ask)?));
    let decision = posted.get("decision").parse().map_err(|_| Error::NotFound)?;
    let mut check = Check::new();
    let why = check.reason("undo_reason", &posted.get("undo_reason"));
    let done = match check.finish(()) {
        Ok(()) => ask.store().undo_row(actor, &code, at, decision, &why).await,
        Err(problems) => {
            let may = ask.store().may_decide_row(actor, &code).await;
            may.and(Err(Error::Invalid(problems)))
        }
    };
    let undo = posted.get("undo_reason");
    match done {
        Ok(()) => Ok(see_other(&format!("{}/lists/{}/rows/{}", code.path(), at.0, at.1))),
        Err(Error::Conflict) => {
            let shown = Shown {
                undo,
                overtaken: true,
                ..Shown::default()
            };
            page(ask, StatusCode::CONFLICT, &shown).await
        }
        Err(error) => {
            let shown = Shown {
                undo,
                problems: &problems(error)?,
                ..Shown::default()
            };
            page(ask, StatusCode::UNPROCESSABLE_ENTITY, &shown).await
        }
    }
}

fn label(lang: Language, field: &str) -> String {
    match field {
        "fate" => say!(lang, list.who),
        "person" => say!(lang, list.other_code),
        "double" => say!(lang, list.other_number),
        "reason" => say!(lang, list.reason),
        "undo_reason" => say!(lang, list.undo_reason),
        _ => String::new(),
    }
}

/// That a row was decided, with the way back to it.
pub(super) fn decided(lang: Language, list: &str, row: u32, last: bool) -> AnyView {
    let words = say!(lang, list.decided, number = row.to_string());
    let last = last.then(|| view! { " "{say!(lang, list.last_decided)} });
    view! { <p class="notice" data-tone="verified" role="status"><a href=format!("{list}/rows/{row}")>{words}</a>{last}</p> }
        .into_any()
}

async fn page(ask: &Ask, status: StatusCode, shown: &Shown<'_>) -> domain::Result<Response> {
    let (code, lang, number, row) = (ask.code()?, ask.lang(), number(ask)?, row_of(ask)?);
    let desk = ask.store().see_row(ask.actor()?, &code, number, row).await?;
    let form = Form {
        lang,
        problems: shown.problems,
    };
    let path = desk.list.path();
    let told = ask
        .from_query::<u32>("decided")
        .filter(|_| status == StatusCode::OK)
        .map(|row| decided(lang, &path, row, false));
    let list_name = say!(lang, list.list, number = number.to_string());
    let of = say!(
        lang,
        list.row_of,
        number = row.to_string(),
        count = desk.list.standing.rows.to_string()
    );
    let overtaken = shown.overtaken.then(|| overtaken(lang, shown));
    let body = match &desk.row.decision {
        Some(decision) => standing(ask, &desk, decision, form, &shown.undo),
        None => decision_form(ask, &desk, form, shown),
    };
    let title = format!("{of} – {list_name} – {code}");
    let view = view! {
        <header class="head">
            <p class="head-line">{code_link(&code)}" "<a href=path.clone()>{list_name}</a>" "<span class="muted">{of}</span></p>
            <h1>{called(lang, &desk.row.cells)}</h1>
            {steps(lang, &desk)}
        </header>
        {told}
        {problems_summary(form, |field| label(lang, field))}
        {overtaken}
        {as_source(lang, &desk)}
        {body}
        {before(ask, &desk)}
    };
    Ok(parts::page(ask, status, Nav::Documents, &title, view))
}

/// The ways to the rows beside this one.
fn steps(lang: Language, desk: &RowDesk) -> AnyView {
    let (path, row) = (desk.list.path(), desk.row.number);
    let words = |number: u32| say!(lang, list.row, number = number.to_string());
    let href = |number: u32| format!("{path}/rows/{number}");
    let earlier = (row > 1).then(|| {
        view! { <a href=href(row - 1) rel="prev"><span class="arrow arrow--back" aria-hidden="true"></span>{words(row - 1)}</a> }
    });
    let later = (row < desk.list.standing.rows).then(|| {
        view! { <a href=href(row + 1) rel="next">{words(row + 1)}<span class="arrow" aria-hidden="true"></span></a> }
    });
    view! { <nav class="row no-print" aria-label=say!(lang, list.rows)>{earlier}{later}</nav> }.into_any()
}

/// What somebody wanted, where another was first.
fn overtaken(lang: Language, shown: &Shown<'_>) -> AnyView {
    let (what, mine) = if shown.undo.is_empty() {
        let typed = &shown.typed;
        let choice = match typed.fate.as_str() {
            "same" => format!("{} {}", say!(lang, list.is_same), typed.person),
            "new" => say!(lang, list.new_person),
            "double" => say!(lang, list.is_double, number = typed.double.clone()),
            "aside" => say!(lang, list.is_aside),
            other => match other.strip_prefix("row-") {
                Some(row) => say!(lang, list.is_double, number = row.to_owned()),
                None => format!("{} {other}", say!(lang, list.is_same)),
            },
        };
        (say!(lang, list.overtaken_what), vec![choice, typed.reason.clone()])
    } else {
        (say!(lang, list.overtaken_undo), vec![shown.undo.clone()])
    };
    let mine: Vec<_> = mine
        .into_iter()
        .filter(|words| !words.trim().is_empty())
        .map(|words| view! { <p dir="auto"><ins>{words}</ins></p> })
        .collect();
    view! {
        <div class="notice" data-tone="red" role="alert">
            <p><b>{say!(lang, list.overtaken)}</b></p>
            <p>{what}</p>
            {mine}
        </div>
    }
    .into_any()
}

/// The row in the source's words, where nothing is to be chosen; and its doubles.
fn as_source(lang: Language, desk: &RowDesk) -> AnyView {
    let cells = &desk.row.cells;
    let fact = |column: Column| {
        let cell = cells.cell(column);
        (!cell.is_blank())
            .then(|| view! { <div><dt>{column_label(lang, column)}</dt><dd dir="auto">{cell.to_string()}</dd></div> })
    };
    let facts = desk.row.decision.as_ref().map(|_| {
        let facts: Vec<_> = Column::ALL.into_iter().filter_map(fact).collect();
        view! { <section class="section"><h2>{say!(lang, list.as_source)}</h2><dl class="dl">{facts}</dl></section> }
    });
    let doubles: Vec<_> = desk
        .doubles
        .iter()
        .map(|number| {
            let href = format!("{}/rows/{number}", desk.list.path());
            view! { " "<a href=href>{say!(lang, list.row, number = number.to_string())}</a> }
        })
        .collect();
    let doubles = (!doubles.is_empty()).then(|| view! { <p>{say!(lang, list.has_doubles)}{doubles}</p> });
    view! { {facts}{doubles} }.into_any()
}

/// What stands about a row, and the way to undo it.
fn standing(ask: &Ask, desk: &RowDesk, decision: &DecisionView, form: Form<'_>, typed: &str) -> AnyView {
    let lang = form.lang;
    let open = !form.problems.is_empty();
    let undo = desk.may_decide.then(|| {
        view! {
            <details open=open>
                <summary>{say!(lang, list.undo)}</summary>
                <form class="form" method="post">
                    {hidden("decision", &decision.id.to_string())}
                    {area(form, "undo_reason", label(lang, "undo_reason"), typed, &say!(lang, list.undo_what), true, 2)}
                    <div class="actions actions--still"><button class="button" name="do" value="undo">{say!(lang, list.undo_do)}</button></div>
                </form>
            </details>
        }
    });
    let path = desk.list.path();
    let next = match desk.next_open.filter(|_| desk.may_decide) {
        Some(next) => {
            view! { <a class="button button--main" href=format!("{path}/rows/{next}")>{say!(lang, list.next)}</a> }
                .into_any()
        }
        None => view! { <a class="button" href=path.clone()>{say!(lang, list.back)}</a> }.into_any(),
    };
    view! {
        <section class="section"><h2>{say!(lang, same.stands)}</h2>{decision_view(ask, &path, decision)}<p>{next}</p>{undo}</section>
    }
    .into_any()
}

fn decision_view(ask: &Ask, list: &str, decision: &DecisionView) -> AnyView {
    let (lang, offset) = (ask.lang(), ask.store().offset());
    let reason = (!decision.reason.is_blank()).then(|| view! { <p dir="auto">{decision.reason.to_string()}</p> });
    let ended = decision.ended.as_ref().map(|(at, by, why)| {
        let when = parts::time_of(lang, *at, offset);
        view! {
            <p class="muted">{say!(lang, list.undone, when = when, who = by.clone())}</p>
            <p dir="auto">{why.to_string()}</p>
        }
    });
    view! {
        <blockquote class="remark">
            <p><b>{decision_words(lang, list, decision)}</b></p>
            {reason}
            <footer><bdi>{decision.by.clone()}</bdi>", "{date_time(lang, decision.at, offset)}</footer>
            {ended}
        </blockquote>
    }
    .into_any()
}

fn before(ask: &Ask, desk: &RowDesk) -> AnyView {
    let lang = ask.lang();
    if desk.before.is_empty() {
        return ().into_any();
    }
    let path = desk.list.path();
    let items = desk
        .before
        .iter()
        .map(|one| decision_view(ask, &path, one))
        .collect_view();
    view! { <details><summary>{say!(lang, list.before)}" "<span class="count">{desk.before.len()}</span></summary>{items}</details> }.into_any()
}

/// The choice between those on record, rows of the list, and what else a row can be.
fn decision_form(ask: &Ask, desk: &RowDesk, form: Form<'_>, shown: &Shown<'_>) -> AnyView {
    let lang = form.lang;
    let typed = &shown.typed;
    let nobody = (desk.candidates.is_empty() && desk.alike.is_empty())
        .then(|| view! { <p class="muted">{say!(lang, list.nobody)}</p> });
    let table = candidates(lang, desk, &typed.fate);
    if !desk.may_decide {
        return view! { <section class="section"><h2>{say!(lang, list.who)}</h2>{nobody}{table}</section> }.into_any();
    }
    let first = if nobody.is_some() { "new" } else { "" };
    let other = |fate: Fate, words: String, help: String| {
        let checked = typed.fate == fate.name();
        let focus = fate.name() == first;
        let help = (!help.is_empty()).then(|| view! { " "<span class="help">{help}</span> });
        view! { <label><input type="radio" name="fate" value=fate.name() checked=checked autofocus=focus/> {words}{help}</label> }
    };
    let error = form
        .error("fate")
        .map(|text| view! { <p class="error" id="fate-error">{text}</p> });
    let path = desk.list.path();
    let (way, skip) = match desk.next_open.filter(|next| *next != desk.row.number) {
        Some(next) => (format!("{path}/rows/{next}"), say!(lang, list.skip)),
        None => (path, say!(lang, list.back)),
    };
    view! {
        <form class="form form--wide" method="post">
            {enter_saves(lang)}
            <fieldset class="who" id="fate">
                <legend>{say!(lang, list.who)}</legend>
                <p class="help measure">{say!(lang, list.who_what)}</p>
                {nobody}
                {table}
                <div class="options">
                    {other(Fate::New, say!(lang, list.new_person), say!(lang, list.new_help))}
                    {other(Fate::Same, say!(lang, list.other), String::new())}
                    <div class="within">
                        {picker::found(ask, form, "person", shown.hits)}
                        {picker(ask, form, "person", label(lang, "person"), &typed.person, &[Kind::Person], "")}
                    </div>
                    {other(Fate::Double, say!(lang, list.other_row), String::new())}
                    <div class="within">
                        {input(form, "double", label(lang, "double"), &typed.double, Input { class: "field--short", max: 6, ..Input::default() })}
                    </div>
                    {other(Fate::Aside, say!(lang, list.set_aside), say!(lang, list.aside_help))}
                </div>
                {error}
            </fieldset>
            {area(form, "reason", label(lang, "reason"), &typed.reason, &say!(lang, list.reason_help), false, 2)}
            <div class="actions">
                <button class="button button--main">{say!(lang, list.decide)}</button>
                <a class="button button--quiet" href=way>{skip}</a>
            </div>
        </form>
    }
    .into_any()
}

/// Somebody who may be the same: how it is chosen, what it is called, and what the score is made of.
struct Line<'a> {
    fate: String,
    name: AnyView,
    which: AnyView,
    told: [String; 4],
    comparison: &'a Comparison,
}

/// The row, and under it those who may be the same, the likeliest first.
fn candidates(lang: Language, desk: &RowDesk, chosen: &str) -> AnyView {
    let persons = desk.candidates.iter().map(|(one, listed)| {
        let listed = listed.filter(|row| *row != desk.row.number);
        let code = one.code.to_string();
        let body = &one.body;
        let as_row = listed.map(|row| {
            view! { <p class="help">{say!(lang, list.listed_as, number = row.to_string())}</p> }
        });
        let latin = (!body.name_ar.is_blank() && !body.name_latin.is_blank())
            .then(|| view! { " "<bdi class="muted">{body.name_latin.to_string()}</bdi> });
        Line {
            fate: listed.map_or_else(|| code.clone(), |row| format!("row-{row}")),
            name: view! { {parts::protected_name(lang, one.name.as_ref())}{latin} }.into_any(),
            which: view! { {code_link(&one.code)}{as_row} }.into_any(),
            told: [
                body.father.to_string(),
                body.mother.to_string(),
                one.birth_year.map(|year| year.to_string()).unwrap_or_default(),
                Some(one.sex.as_str())
                    .filter(|sex| *sex != "not_stated")
                    .map_or("", |sex| SEX.label(sex, lang))
                    .to_owned(),
            ],
            comparison: &one.comparison,
        }
    });
    let listed: Vec<u32> = desk.candidates.iter().filter_map(|(_, listed)| *listed).collect();
    let rows = desk.alike.iter().filter(|row| !listed.contains(&row.number));
    let rows = rows.map(|row| of_list(lang, desk, row));
    let lines: Vec<Line<'_>> = persons.chain(rows).collect();
    if lines.is_empty() {
        return own_row(lang, desk, Vec::new());
    }
    let lines = lines
        .into_iter()
        .enumerate()
        .map(|(at, line)| candidate(lang, line, chosen, at == 0, desk.may_decide))
        .collect();
    own_row(lang, desk, lines)
}

fn of_list<'a>(lang: Language, desk: &RowDesk, row: &'a RowAlike) -> Line<'a> {
    let href = format!("{}/rows/{}", desk.list.path(), row.number);
    let words = say!(lang, list.row, number = row.number.to_string());
    let cells = &row.cells;
    Line {
        fate: format!("row-{}", row.number),
        name: called(lang, cells),
        which: view! { <a href=href>{words}</a><p class="help">{say!(lang, list.in_list)}</p> }.into_any(),
        told: COLUMNS.map(|column| cells.cell(column).to_string()),
        comparison: &row.comparison,
    }
}

/// What is held beside each other, besides names.
const COLUMNS: [Column; 4] = [Column::Father, Column::Mother, Column::Born, Column::Sex];

fn own_row(lang: Language, desk: &RowDesk, lines: Vec<AnyView>) -> AnyView {
    let own = &desk.row.cells;
    let cells = COLUMNS.map(|column| cell_of(lang, column, own)).collect_view();
    let rest: Vec<_> = [Column::Status, Column::Note]
        .into_iter()
        .filter(|column| !own.cell(*column).is_blank())
        .map(|column| view! { <p class="help">{column_label(lang, column)}": "<bdi>{own.cell(column).to_string()}</bdi></p> })
        .collect();
    let heads = COLUMNS
        .map(|column| column_label(lang, column))
        .map(|label| view! { <th scope="col">{label}</th> })
        .collect_view();
    view! {
        <div class="table-wrap">
            <table class="table table--stack table--sparse table--roomy table--beside">
                <caption class="visually-hidden">{say!(lang, list.who)}</caption>
                <thead><tr>
                    <th scope="col">{say!(lang, list.on_record)}</th>
                    <th scope="col">{say!(lang, list.name)}</th>
                    {heads}
                    <th scope="col">{say!(lang, list.why)}</th>
                </tr></thead>
                <tbody>
                    <tr class="own">
                        <th scope="row"><b>{say!(lang, list.this_row)}</b></th>
                        <td data-label=say!(lang, list.name)><b>{called(lang, &desk.row.cells)}</b></td>
                        {cells}
                        <td data-label=say!(lang, list.as_source)>{rest}</td>
                    </tr>
                    {lines}
                </tbody>
            </table>
        </div>
    }
    .into_any()
}

fn candidate(lang: Language, line: Line<'_>, chosen: &str, first: bool, may: bool) -> AnyView {
    let id = format!("is-{}", line.fate);
    let checked = line.fate == chosen;
    let (radio_id, named) = (id.clone(), id.clone());
    let radio = may.then(|| {
        view! { <input type="radio" id=radio_id name="fate" value=line.fate.clone() checked=checked autofocus=first aria-describedby=format!("{named}-why")/> }
    });
    let name = if may {
        view! { <label for=id.clone()>{line.name}</label> }.into_any()
    } else {
        line.name
    };
    let cells = COLUMNS
        .into_iter()
        .zip(line.told)
        .map(|(column, cell)| {
            let told = (!cell.is_empty()).then(|| view! { <bdi>{cell}</bdi> });
            view! { <td data-label=column_label(lang, column)>{told}</td> }
        })
        .collect_view();
    view! {
        <tr>
            <th scope="row"><span class="pick">{radio}<span>{line.which}</span></span></th>
            <td data-label=say!(lang, list.name)>{name}</td>
            {cells}
            <td data-label=say!(lang, list.why) id=format!("{id}-why")>{why(lang, line.comparison)}</td>
        </tr>
    }
    .into_any()
}

/// The score, and what each part says.
fn why(lang: Language, comparison: &Comparison) -> AnyView {
    let parts: Vec<String> = comparison
        .contributions
        .iter()
        .map(|one| {
            let name = by_name(lang, one.by);
            if one.against > 0 {
                format!("{name} {}", say!(lang, same.against, count = one.against.to_string()))
            } else {
                format!("{name} {}\u{a0}%", one.likeness)
            }
        })
        .collect();
    let alone = comparison
        .names_alone
        .then(|| view! { " "{say!(lang, same.names_alone)} });
    view! {
        <span class="chip">{comparison.score.to_string()}" · "{band(lang, comparison.score)}</span>
        <p class="help">{parts.join(comma(lang))}{alone}</p>
    }
    .into_any()
}
