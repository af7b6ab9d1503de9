//! A whole list of people with the same part in one act: typed row by row, or pasted and looked through before it is saved.

use super::involve::citations;
use crate::ask::{Ask, problems, see_other};
use crate::parts::{self, Form, Nav, area, choice, choices, code_link, enter_saves, picker, problems_summary};
use crate::say;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::Datelike;
use domain::form::{FromPairs, Pairs};
use domain::roster::{Column, Fate, RosterForm, RowForm, paste};
use domain::vocabulary::{ATTRIBUTION, INVOLVEMENT_ROLE, VICTIM_STATUS};
use domain::{Kind, Language, Problem};
use leptos::prelude::*;
use store::Hit;

/// Rows that are offered at first, and with each press of the button for more.
const ROWS: usize = 10;

/// `GET /incidents/{code}/roster?act=…`
pub async fn new(ask: Ask) -> domain::Result<Response> {
    let form = RosterForm {
        act: ask.query.get("act"),
        role: "victim".to_owned(),
        rows: vec![RowForm::default(); ROWS],
        ..RosterForm::default()
    };
    form_page(&ask, StatusCode::OK, &form, "", &[], &[]).await
}

/// `POST /incidents/{code}/roster`
pub async fn take_in(ask: Ask, posted: Pairs) -> domain::Result<Response> {
    let (actor, code) = (ask.actor()?, ask.code()?);
    let mut form = RosterForm::from_pairs(&posted);
    let pasted = posted.get("paste");
    let this_year = ask.store().today().year();
    match posted.get("do").as_str() {
        "more" => {
            let most = (form.rows.len() + ROWS).min(domain::roster::MOST);
            form.rows.resize(most, RowForm::default());
            return form_page(&ask, StatusCode::OK, &form, &pasted, &[], &[]).await;
        }
        "paste" => {
            let problems = match paste(&pasted, domain::roster::MOST) {
                Ok(rows) => {
                    form.rows.retain(|row| !row.is_blank());
                    form.rows.extend(rows);
                    form.rows.truncate(domain::roster::MOST);
                    Vec::new()
                }
                Err(problems) => problems,
            };
            let status = if problems.is_empty() {
                StatusCode::OK
            } else {
                StatusCode::UNPROCESSABLE_ENTITY
            };
            let pasted = if problems.is_empty() { "" } else { &pasted };
            let homonyms = homonyms(&ask, &form).await?;
            let mut problems = problems;
            problems.extend(row_problems(&form, this_year));
            problems.extend(form.doubles());
            return form_page(&ask, status, &form, pasted, &problems, &homonyms).await;
        }
        _ => {}
    }
    let roster = match form.check(this_year) {
        Ok(roster) => roster,
        Err(problems) => {
            let homonyms = homonyms(&ask, &form).await?;
            return form_page(
                &ask,
                StatusCode::UNPROCESSABLE_ENTITY,
                &form,
                &pasted,
                &problems,
                &homonyms,
            )
            .await;
        }
    };
    // Nobody of a name that is on record is taken in before somebody has said who it is.
    let homonyms = homonyms(&ask, &form).await?;
    if undecided(&form, &homonyms) > 0 || posted.get("do") == "check" {
        return form_page(&ask, StatusCode::OK, &form, &pasted, &[], &homonyms).await;
    }
    match ask.store().take_in(actor, &code, &roster).await {
        Ok(_) => Ok(see_other(&format!("{}#involved", code.path()))),
        Err(error) => {
            form_page(
                &ask,
                StatusCode::UNPROCESSABLE_ENTITY,
                &form,
                &pasted,
                &problems(error)?,
                &homonyms,
            )
            .await
        }
    }
}

/// What is wrong with the rows alone.
fn row_problems(form: &RosterForm, this_year: i32) -> Vec<Problem> {
    let rows = form.rows.iter().enumerate().filter(|(_, row)| !row.is_blank());
    rows.filter(|(_, row)| matches!(RosterForm::fate(row), Fate::Open | Fate::New))
        .flat_map(|(at, row)| {
            let problems = form.person(row, this_year).err().unwrap_or_default();
            problems
                .into_iter()
                .map(move |problem| Problem::new(&format!("row.{at}.{}", problem.field), problem.kind))
        })
        .collect()
}

/// Rows about which nothing was decided and whose name somebody on record has.
fn undecided(form: &RosterForm, homonyms: &[(usize, Vec<Hit>)]) -> usize {
    let open = |at: usize| form.rows.get(at).is_some_and(|row| RosterForm::fate(row) == Fate::Open);
    homonyms.iter().filter(|(at, _)| open(*at)).count()
}

/// People on record with the name of a row that may be one of them.
async fn homonyms(ask: &Ask, form: &RosterForm) -> domain::Result<Vec<(usize, Vec<Hit>)>> {
    let mut found = Vec::new();
    for (at, row) in form.rows.iter().enumerate().filter(|(_, row)| !row.is_blank()) {
        if !matches!(RosterForm::fate(row), Fate::Open | Fate::Is(_)) {
            continue;
        }
        let name = [Column::Name, Column::Latin]
            .map(|column| row.cell(column))
            .into_iter()
            .find(|name| !name.trim().is_empty());
        let Some(name) = name else { continue };
        let hits = ask.store().search(ask.actor()?, &[Kind::Person], name, 5).await?;
        if !hits.is_empty() {
            found.push((at, hits));
        }
    }
    Ok(found)
}

pub(super) fn column_label(lang: Language, column: Column) -> String {
    match column {
        Column::Name => say!(lang, roster.name),
        Column::Latin => say!(lang, roster.latin),
        Column::Father => say!(lang, roster.father),
        Column::Mother => say!(lang, roster.mother),
        Column::Born => say!(lang, roster.born),
        Column::Sex => say!(lang, roster.sex),
        Column::Status => say!(lang, roster.status),
        Column::Note => say!(lang, roster.note),
    }
}

fn label(lang: Language, field: &str) -> String {
    if let Some((number, column)) = field.strip_prefix("row.").and_then(|rest| rest.split_once('.')) {
        let number = number.parse::<usize>().map_or(0, |at| at + 1);
        let column = Column::ALL.into_iter().find(|known| known.name() == column);
        let column = column.map_or_else(|| say!(lang, roster.fate), |column| column_label(lang, column));
        return format!("{} · {column}", say!(lang, roster.row, number = number.to_string()));
    }
    match field {
        "act" => say!(lang, acts.act),
        "role" => say!(lang, involve.role),
        "confidence" => say!(lang, involve.confidence),
        "note" => say!(lang, involve.note),
        "citations" => say!(lang, involve.rests_on),
        "paste" => say!(lang, roster.paste),
        _ => field.strip_prefix("cite.").unwrap_or_default().to_owned(),
    }
}

async fn form_page(
    ask: &Ask,
    status: StatusCode,
    typed: &RosterForm,
    pasted: &str,
    problems: &[Problem],
    homonyms: &[(usize, Vec<Hit>)],
) -> domain::Result<Response> {
    let (actor, code, lang) = (ask.actor()?, ask.code()?, ask.lang());
    let acts = ask.store().acts(actor, &code).await?;
    let sources = ask.store().citable(actor, &code).await?;
    let form = Form { lang, problems };
    let confidences = ATTRIBUTION
        .terms()
        .map(|term| (term.code.to_owned(), format!("{} – {}", term.code, term.label(lang))))
        .collect();
    let open = undecided(typed, homonyms);
    let undecided = (open > 0).then(|| {
        let count = u32::try_from(open).unwrap_or(u32::MAX);
        view! { <div class="notice" data-tone="amber" role="alert"><p>{say!(lang, roster.undecided, count = count)}</p></div> }
    });
    let rows = typed
        .rows
        .iter()
        .enumerate()
        .map(|(at, row)| {
            let hits = homonyms
                .iter()
                .find(|(known, _)| *known == at)
                .map(|(_, hits)| hits.as_slice());
            row_view(form, at, row, hits.unwrap_or_default())
        })
        .collect_view();
    let heads = Column::ALL
        .map(|column| view! { <th scope="col">{column_label(lang, column)}</th> })
        .collect_view();
    let title = format!("{} – {code}", say!(lang, roster.title));
    let view = view! {
        <header class="head"><p class="head-line">{code_link(&code)}</p><h1>{say!(lang, roster.title)}</h1></header>
        {problems_summary(form, |field| label(lang, field))}
        {undecided}
        <form class="form form--wide" method="post">
            {enter_saves(lang)}
            {parts::hidden("rows", &typed.rows.len().to_string())}
            <p class="help">{say!(lang, roster.what)}</p>
            <fieldset>
                <legend>{say!(lang, roster.part)}</legend>
                {choices(form, "act", label(lang, "act"), &typed.act, super::act::options(lang, &acts), say!(lang, acts.whole), false, "")}
                {choice(form, "role", label(lang, "role"), &typed.role, INVOLVEMENT_ROLE, say!(lang, common.choose), true)}
                {choices(form, "confidence", label(lang, "confidence"), &typed.confidence, confidences, say!(lang, common.choose), true, &say!(lang, involve.confidence_help))}
            </fieldset>
            {citations(form, &typed.citations, None, &sources)}
            <details open=!pasted.is_empty()>
                <summary>{say!(lang, roster.paste)}</summary>
                {area(form, "paste", label(lang, "paste"), pasted, &say!(lang, roster.paste_help), false, 6)}
                <p><button class="button" name="do" value="paste" formnovalidate="">{say!(lang, roster.paste_do)}</button></p>
            </details>
            <div class="table-wrap">
                <table class="table table--stack table--entry">
                    <caption>{say!(lang, roster.rows)}</caption>
                    <thead><tr><th scope="col"><span class="visually-hidden">{say!(lang, common.code)}</span></th>{heads}<th scope="col">{say!(lang, roster.fate)}</th></tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
            <p class="row">
                <button class="button" name="do" value="more" formnovalidate="">{say!(lang, roster.more)}</button>
                " "
                <button class="button" name="do" value="check">{say!(lang, roster.check)}</button>
            </p>
            {area(form, "note", label(lang, "note"), &typed.note, "", false, 2)}
            <div class="actions actions--still">
                <button class="button button--main">{say!(lang, roster.save)}</button>
                <a class="button button--quiet" href=code.path()>{say!(lang, common.cancel)}</a>
            </div>
        </form>
    };
    Ok(parts::page(ask, status, Nav::Incidents, &title, view))
}

fn row_view(form: Form<'_>, at: usize, row: &RowForm, hits: &[Hit]) -> AnyView {
    let lang = form.lang;
    let number = say!(lang, roster.row, number = (at + 1).to_string());
    let cells = Column::ALL
        .map(|column| cell(form, at, row, column, &number))
        .collect_view();
    view! {
        <tr>
            <th scope="row"><span class="visually-hidden">{number.clone()}</span><span aria-hidden="true">{at + 1}</span></th>
            {cells}
            <td data-label=say!(lang, roster.fate)>{fate(form, at, row, hits, &number)}</td>
        </tr>
    }
    .into_any()
}

fn cell(form: Form<'_>, at: usize, row: &RowForm, column: Column, number: &str) -> AnyView {
    let lang = form.lang;
    let name = format!("row.{at}.{}", column.name());
    let label = column_label(lang, column);
    let spoken = format!("{number}: {label}");
    let error = form
        .error(&name)
        .map(|text| view! { <p class="error" id=format!("{name}-error")>{text}</p> });
    let invalid = error.as_ref().map(|_| "true");
    let described = error.as_ref().map(|_| format!("{name}-error"));
    let value = row.cell(column).to_owned();
    let control = if column == Column::Status {
        let options = VICTIM_STATUS
            .terms()
            .map(|term| view! { <option value=term.code selected=term.code == value>{term.label(lang)}</option> })
            .collect_view();
        view! { <select id=name.clone() name=name aria-label=spoken aria-invalid=invalid aria-describedby=described><option value=""></option>{options}</select> }.into_any()
    } else {
        view! {
            <input id=name.clone() name=name type="text" value=value dir="auto" autocomplete="off" spellcheck="false"
                maxlength=domain::form::SHORT.to_string() aria-label=spoken aria-invalid=invalid aria-describedby=described/>
        }
        .into_any()
    };
    view! { <td data-label=label>{control}{error}</td> }.into_any()
}

fn fate(form: Form<'_>, at: usize, row: &RowForm, hits: &[Hit], number: &str) -> AnyView {
    let lang = form.lang;
    let name = format!("row.{at}.fate");
    let mut options = vec![
        (String::new(), say!(lang, roster.fate_open)),
        ("new".to_owned(), say!(lang, roster.fate_new)),
        ("skip".to_owned(), say!(lang, roster.fate_skip)),
    ];
    for hit in hits {
        let title = hit
            .title
            .as_ref()
            .map_or_else(|| say!(lang, common.name_protected), |title| title.to_string());
        let told = say!(lang, roster.fate_is, code = hit.code.to_string());
        options.push((
            hit.code.to_string(),
            format!("{told} · {title} · {}", picker::facts(lang, hit)),
        ));
    }
    if let Fate::Is(code) = RosterForm::fate(row)
        && !hits.iter().any(|hit| hit.code == code)
    {
        options.push((code.to_string(), say!(lang, roster.fate_is, code = code.to_string())));
    }
    let value = row.fate.clone();
    let options = options
        .into_iter()
        .map(|(code, label)| {
            let selected = code == value;
            view! { <option value=code selected=selected>{label}</option> }
        })
        .collect_view();
    let spoken = format!("{number}: {}", say!(lang, roster.fate));
    let open = RosterForm::fate(row) == Fate::Open;
    let warning = (open && !hits.is_empty()).then(|| view! { <p class="error">{say!(lang, roster.homonym)}</p> });
    let error = form
        .error(&name)
        .map(|text| view! { <p class="error" id=format!("{name}-error")>{text}</p> });
    view! { <select id=name.clone() name=name aria-label=spoken>{options}</select>{warning}{error} }.into_any()
}
