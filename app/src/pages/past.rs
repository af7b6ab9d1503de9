//! The history of a record: its versions with who, when and why, and any two of them side by side with the words marked.
//!
//! To show a new field in the comparison: its line in [`FIELDS`].

use super::testimony::shown;
use crate::ask::Ask;
use crate::parts::fields::Input;
use crate::parts::{self, Form, Nav, choices, code_link, date_time, input, place_name, time_of};
use crate::say;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::{DateTime, Utc};
use domain::testimony::{Piece, pieces};
use domain::vocabulary::{DATE_PRECISION, DOCUMENT_TYPE, PARTY_TYPE, PRIORITY, SEX, VICTIM_STATUS, VIOLATION};
use domain::{Code, Kind, Language};
use leptos::prelude::*;
use store::{HistoryView, PastState, PastVersion};

/// Why a record is changed: a field of every form that changes one.
pub(super) fn why_field(form: Form<'_>, typed: &str) -> AnyView {
    let help = say!(form.lang, past.why_help);
    let like = Input {
        help: &help,
        ..Input::default()
    };
    input(form, "why", say!(form.lang, past.why_change), typed, like)
}

/// The way to a record's history.
pub(super) fn way(lang: Language, code: &Code) -> AnyView {
    view! { <p><a href=format!("{}/history", code.path())>{say!(lang, past.all)}</a></p> }.into_any()
}

/// `GET /persons/{code}/history?from=1&to=2`, and those of the other kinds.
pub async fn show(ask: Ask) -> domain::Result<Response> {
    let code = ask.code()?;
    let history = ask.store().see_history(ask.actor()?, &code, asked(&ask)).await?;
    let lang = ask.lang();
    let title = say!(lang, past.title, code = code.to_string());
    let back = view! { <a class="button button--quiet" href=code.path()>{say!(lang, common.back)}</a> };
    let view = view! {
        <header class="head">
            <p class="head-line">{code_link(&code)}" "<bdi>{history.head.title_typed()}</bdi></p>
            <h1>{title.clone()}</h1>
            <div class="head-do">{back}</div>
        </header>
        <div class="content content--wide stack">{versions(&ask, &history)}</div>
    };
    let nav = match code.kind() {
        Kind::Case => Nav::Cases,
        Kind::Testimony => Nav::Testimonies,
        Kind::Document => Nav::Documents,
        Kind::Incident => Nav::Incidents,
        Kind::Person => Nav::Persons,
        Kind::Unit => Nav::Units,
    };
    Ok(parts::page(&ask, StatusCode::OK, nav, &title, view))
}

/// The two versions that an address asks for.
pub(super) fn asked(ask: &Ask) -> Option<(i64, i64)> {
    ask.from_query("from").zip(ask.from_query("to"))
}

/// The versions of a record, the way to compare two, and the comparison that was asked for.
pub(super) fn versions(ask: &Ask, history: &HistoryView) -> AnyView {
    let lang = ask.lang();
    let path = history.head.code.path();
    let notice = if history.shredded {
        Some(view! { <div class="notice" data-tone="red"><p>{say!(lang, past.shredded)}</p></div> }.into_any())
    } else if history.hidden {
        let way = history.may_reveal.then(|| {
            view! { <p><a class="button" href=format!("{path}/reveal?to=history")>{say!(lang, person.reveal)}</a></p> }
        });
        Some(view! { <div class="notice" data-tone="amber"><p>{say!(lang, past.hidden)}</p>{way}</div> }.into_any())
    } else {
        None
    };
    let open = !history.hidden;
    let rows = history
        .versions
        .iter()
        .enumerate()
        .map(|(at, version)| {
            row(
                ask,
                &path,
                version,
                history.versions.get(at + 1).filter(|_| open),
                at == 0,
            )
        })
        .collect_view();
    view! {
        {notice}
        <section class="section" id="versions">
            <h2>{say!(lang, past.versions)}</h2>
            <p class="muted">{say!(lang, past.versions_what)}</p>
            <div class="table-wrap">
                <table class="table table--stack">
                    <caption class="visually-hidden">{say!(lang, past.versions)}</caption>
                    <thead>
                        <tr>
                            <th scope="col">{say!(lang, past.version)}</th>
                            <th scope="col">{say!(lang, past.at)}</th>
                            <th scope="col">{say!(lang, past.by)}</th>
                            <th scope="col">{say!(lang, past.why)}</th>
                            <th scope="col">{say!(lang, past.compare)}</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
            {(open && history.versions.len() > 2).then(|| choose(lang, &path, history))}
        </section>
        {history.compared.as_ref().map(|compared| comparison(ask, history, compared))}
    }
    .into_any()
}

fn row(ask: &Ask, path: &str, version: &PastVersion, before: Option<&PastVersion>, is_now: bool) -> AnyView {
    let (lang, offset) = (ask.lang(), ask.store().offset());
    let now = is_now.then(|| view! { " " <span class="muted">{say!(lang, past.now)}</span> });
    let compare = before.map(|before| {
        let href = format!("{path}/history?from={}&to={}#compared", before.number, version.number);
        view! { <a href=href>{say!(lang, past.with_before)}<span class="visually-hidden">" "{version.number}</span></a> }
    });
    view! {
        <tr>
            <th scope="row" data-label=say!(lang, past.version)>{version.number}{now}</th>
            <td data-label=say!(lang, past.at)>{date_time(lang, version.at, offset)}</td>
            <td data-label=say!(lang, past.by)><bdi>{version.by.clone()}</bdi></td>
            <td class="grow" data-label=say!(lang, past.why) dir="auto">{version.why.to_string()}</td>
            <td data-label=say!(lang, past.compare)>{compare}</td>
        </tr>
    }
    .into_any()
}

/// Any two versions, to choose.
fn choose(lang: Language, path: &str, history: &HistoryView) -> AnyView {
    let form = Form { lang, problems: &[] };
    let options = || -> Vec<(String, String)> {
        let numbers = history.versions.iter().map(|version| version.number.to_string());
        numbers
            .map(|number| (number.clone(), say!(lang, past.number, number = number)))
            .collect()
    };
    let chosen = |at: usize| {
        let compared = history.compared.as_ref().map(|states| states[at].number);
        let edge = if at == 0 {
            history.versions.last()
        } else {
            history.versions.first()
        };
        compared
            .or_else(|| edge.map(|version| version.number))
            .unwrap_or_default()
            .to_string()
    };
    view! {
        <form class="filters no-print" method="get" action=format!("{path}/history") aria-label=say!(lang, past.compare_two)>
            {choices(form, "from", say!(lang, past.from), &chosen(0), options(), say!(lang, common.choose), false, "")}
            {choices(form, "to", say!(lang, past.to), &chosen(1), options(), say!(lang, common.choose), false, "")}
            <button class="button">{say!(lang, past.compare)}</button>
        </form>
    }
    .into_any()
}

/// The fields of all kinds, in the order in which they are compared; those of the other kinds are not there.
const FIELDS: [&str; 38] = [
    "title",
    "name_ar",
    "name_latin",
    "parts_ar.given",
    "parts_ar.father",
    "parts_ar.grandfather",
    "parts_ar.family",
    "parts_latin.given",
    "parts_latin.father",
    "parts_latin.grandfather",
    "parts_latin.family",
    "father",
    "mother",
    "aliases",
    "by_names.teknonym",
    "by_names.nom_de_guerre",
    "by_names.nickname",
    "identities",
    "sex",
    "birth_year",
    "victim_status",
    "protected",
    "party_type",
    "parent",
    "valid_from",
    "valid_to",
    "priority",
    "document_type",
    "collected_on",
    "provider",
    "file_name",
    "starts_at",
    "ends_at",
    "precision",
    "place",
    "locality",
    "violations",
    "summary",
];

/// Running text comes last.
const TEXTS: [&str; 2] = ["description", "note"];

fn label(lang: Language, kind: Kind, field: &str) -> String {
    let part = |script: String, part: String| format!("{part} ({script})");
    match field {
        "title" => say!(lang, past.field_title),
        "name_ar" => say!(lang, person.name_ar),
        "name_latin" => say!(lang, person.name_latin),
        "parts_ar.given" => part(say!(lang, person.parts_ar), say!(lang, person.given)),
        "parts_ar.father" => part(say!(lang, person.parts_ar), say!(lang, person.part_father)),
        "parts_ar.grandfather" => part(say!(lang, person.parts_ar), say!(lang, person.grandfather)),
        "parts_ar.family" => part(say!(lang, person.parts_ar), say!(lang, person.family)),
        "parts_latin.given" => part(say!(lang, person.parts_latin), say!(lang, person.given)),
        "parts_latin.father" => part(say!(lang, person.parts_latin), say!(lang, person.part_father)),
        "parts_latin.grandfather" => part(say!(lang, person.parts_latin), say!(lang, person.grandfather)),
        "parts_latin.family" => part(say!(lang, person.parts_latin), say!(lang, person.family)),
        "father" => say!(lang, person.father),
        "mother" => say!(lang, person.mother),
        "aliases" => say!(lang, person.aliases),
        "by_names.teknonym" => say!(lang, person.teknonym),
        "by_names.nom_de_guerre" => say!(lang, person.nom_de_guerre),
        "by_names.nickname" => say!(lang, person.nickname),
        "identities" => say!(lang, person.identities),
        "sex" => say!(lang, person.sex),
        "birth_year" => say!(lang, person.birth_year),
        "victim_status" => say!(lang, person.victim_status),
        "protected" => say!(lang, person.protected),
        "party_type" => say!(lang, unit.party_type),
        "parent" => say!(lang, unit.parent),
        "valid_from" => say!(lang, unit.valid_from),
        "valid_to" => say!(lang, unit.valid_to),
        "priority" => say!(lang, case.priority),
        "document_type" => say!(lang, document.kind),
        "collected_on" => say!(lang, document.collected_on),
        "provider" => say!(lang, document.provider),
        "file_name" => say!(lang, past.file_name),
        "starts_at" => say!(lang, incident.start_date),
        "ends_at" => say!(lang, incident.end_date),
        "precision" => say!(lang, incident.precision),
        "place" => say!(lang, incident.place),
        "locality" => say!(lang, incident.locality),
        "violations" => say!(lang, incident.violations),
        "summary" if kind == Kind::Case => say!(lang, case.summary),
        "summary" => say!(lang, incident.summary),
        "description" => say!(lang, document.description),
        "note" => say!(lang, person.note),
        other => other.to_owned(),
    }
}

/// What a field says, in the reader's words.
fn value(ask: &Ask, state: &PastState, field: &str) -> String {
    let (lang, offset) = (ask.lang(), ask.store().offset());
    if field == "title" {
        return state.title.to_string();
    }
    let kept = state.fields.iter().find(|(name, _)| name == field);
    let text = kept.map(|(_, text)| text.to_string()).unwrap_or_default();
    match field {
        "sex" => SEX.label(&text, lang).to_owned(),
        "victim_status" => VICTIM_STATUS.label(&text, lang).to_owned(),
        "party_type" => PARTY_TYPE.label(&text, lang).to_owned(),
        "priority" => PRIORITY.label(&text, lang).to_owned(),
        "document_type" => DOCUMENT_TYPE.label(&text, lang).to_owned(),
        "precision" => DATE_PRECISION.label(&text, lang).to_owned(),
        "place" if !text.is_empty() => place_name(lang, &text),
        "protected" if !text.is_empty() => say!(lang, past.yes),
        "starts_at" | "ends_at" => match text.parse::<DateTime<Utc>>() {
            Ok(at) => time_of(lang, at, offset),
            Err(_) => text,
        },
        "violations" => {
            let names: Vec<&str> = text
                .split_whitespace()
                .map(|code| VIOLATION.label(code, lang))
                .collect();
            names.join(parts::comma(lang))
        }
        _ => text,
    }
}

fn comparison(ask: &Ask, history: &HistoryView, compared: &[PastState; 2]) -> AnyView {
    let lang = ask.lang();
    let kind = history.head.code.kind();
    let [before, after] = compared;
    let differing: Vec<(String, String, String)> = FIELDS
        .into_iter()
        .chain(TEXTS)
        .filter_map(|field| {
            let (old, new) = (value(ask, before, field), value(ask, after, field));
            (old != new).then(|| (label(lang, kind, field), old, new))
        })
        .collect();
    let count = u32::try_from(differing.len()).unwrap_or(u32::MAX);
    let rows = differing
        .into_iter()
        .map(|(name, old, new)| side_by_side(name, &old, &new))
        .collect_view();
    let told = if count == 0 {
        say!(lang, past.same)
    } else {
        say!(lang, past.differ, count = count)
    };
    let head = |state: &PastState| {
        let version = history.versions.iter().find(|version| version.number == state.number);
        let by = version.map(|version| {
            view! { <p class="muted">{date_time(lang, version.at, ask.store().offset())}" · "<bdi>{version.by.clone()}</bdi></p> }
        });
        view! { <section><h3>{say!(lang, past.number, number = state.number.to_string())}</h3>{by}</section> }
    };
    view! {
        <section class="section" id="compared">
            <h2>{say!(lang, past.compare_two)}</h2>
            <div class="conflict">{head(before)}{head(after)}</div>
            <p class="muted">{told}</p>
            {rows}
        </section>
    }
    .into_any()
}

/// A field in both versions, with the words marked that differ.
fn side_by_side(name: String, old: &str, new: &str) -> AnyView {
    let (left, right) = pieces(old, new);
    let side = |pieces: Vec<Piece>, gone: bool| {
        let pieces = pieces
            .into_iter()
            .map(|piece| match (piece.shared, gone) {
                (true, _) => shown(&piece.text),
                (false, true) => view! { <del>{shown(&piece.text)}</del> }.into_any(),
                (false, false) => view! { <ins>{shown(&piece.text)}</ins> }.into_any(),
            })
            .collect_view();
        view! { <section><p dir="auto">{pieces}</p></section> }
    };
    view! { <h3>{name}</h3><div class="conflict">{side(left, true)}{side(right, false)}</div> }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_has_a_name_in_both_languages() {
        for field in FIELDS.into_iter().chain(TEXTS) {
            for lang in [Language::English, Language::Arabic] {
                let name = label(lang, Kind::Person, field);
                assert!(name != field && !name.is_empty(), "{field}");
            }
        }
    }
}
