//! Incidents: what happened, when and where, and who was involved.

use super::editing::Unsaved;
use super::involve::parties;
use super::past::{self, why_field};
use super::person::cases;
use crate::ask::{Ask, problems, see_other};
use crate::parts::fields::Input;
use crate::parts::lists::{case_note, list_href};
use crate::parts::register::filter_form;
use crate::parts::{
    self, Form, Nav, area, choice, code_link, date_time, day, empty, field, input, pager, place_name, place_options,
    problems_summary, record_head, register_head,
};
use crate::say;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::{DateTime, FixedOffset, Timelike, Utc};
use domain::access::{Act, Create, Facts};
use domain::form::{FromPairs, Pairs};
use domain::incident::{IncidentForm, may_apply};
use domain::vocabulary::{DATE_PRECISION, PLACE, VIOLATION, Violation};
use domain::{Error, Kind, Language, Problem, Roles};
use leptos::prelude::*;
use store::{Head, IncidentView, ListRow};

/// Rows on a page of a register.
const ROWS: u32 = 50;

/// `GET /incidents`
pub async fn list(ask: Ask) -> domain::Result<Response> {
    let actor = ask.actor()?;
    let status = Some(ask.query.get("place"))
        .filter(|code| PLACE.has(code))
        .unwrap_or_default();
    let filter = ask.list_filter(status);
    let page = ask.store().list(actor, Kind::Incident, &filter, ROWS).await?;
    let (lang, offset) = (ask.lang(), ask.store().offset());
    let new = Create::grounds(actor, &Facts::default())
        .is_ok()
        .then(|| ("/incidents/new".to_owned(), say!(lang, incident.new)));
    let rows = page
        .rows
        .iter()
        .map(|row| incident_row(lang, offset, row))
        .collect_view();
    let table = if page.rows.is_empty() {
        let why = if filter.status.is_empty() {
            say!(lang, incident.none_why)
        } else {
            say!(lang, incident.none_so)
        };
        empty(say!(lang, incident.none), why, new.clone())
    } else {
        view! {
            <div class="table-wrap">
                <table class="table table--stack">
                    <caption>{say!(lang, incident.all)}</caption>
                    <thead>
                        <tr>
                            <th scope="col">{say!(lang, common.code)}</th>
                            <th scope="col">{say!(lang, incident.title)}</th>
                            <th scope="col">{say!(lang, incident.began)}</th>
                            <th scope="col">{say!(lang, incident.place)}</th>
                            <th scope="col" class="num">{say!(lang, incident.involved_count)}</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        }
        .into_any()
    };
    let select = place_select(Form { lang, problems: &[] }, &filter.status, say!(lang, common.any), "");
    let (newer, older) = list_href("/incidents", &[("place", &filter.status)], &page);
    let view = view! {
        {register_head(say!(lang, incident.all), new)}
        <p class="no-print"><a href="/count">{say!(lang, count.title)}</a>" · "<a href="/claims">{say!(lang, claim.title)}</a></p>
        <p class="row"><a href="/incidents/map">{say!(lang, map.all)}</a></p>
        {filter_form(&ask, "/incidents", select, !filter.status.is_empty())}
        {table}
        {pager(lang, newer, older)}
    };
    Ok(parts::page(
        &ask,
        StatusCode::OK,
        Nav::Incidents,
        &say!(lang, incident.all),
        view,
    ))
}

fn incident_row(lang: Language, offset: FixedOffset, row: &ListRow) -> AnyView {
    let began = row.since.map(|at| {
        let local = at.with_timezone(&offset).date_naive();
        view! { <time datetime=local.to_string()>{day(lang, local)}</time> }
    });
    view! {
        <tr>
            <th scope="row">{code_link(&row.code)}</th>
            <td class="grow" data-label=say!(lang, incident.title) dir="auto">{row.title.as_ref().map(|title| title.to_string())}</td>
            <td data-label=say!(lang, incident.began)>{began}</td>
            <td class="grow" data-label=say!(lang, incident.place)>{row.fact.as_deref().map(|code| place_name(lang, code))}</td>
            <td class="num" data-label=say!(lang, incident.involved_count)>{row.number.map(|count| count.to_string())}</td>
        </tr>
    }
    .into_any()
}

fn place_select(form: Form<'_>, value: &str, empty: String, help: &str) -> AnyView {
    let control = view! {
        <select
            id="place"
            name="place"
            aria-invalid=form.error("place").map(|_| "true")
            aria-describedby=form.described("place", help)
        >
            <option value="">{empty}</option>
            {place_options(form.lang, value)}
        </select>
    };
    field(form, "place", say!(form.lang, incident.place), help, false, "", control)
}

/// `GET /incidents/new`
pub async fn new(ask: Ask) -> domain::Result<Response> {
    ask.store().may_make(ask.actor()?, Kind::Incident).await?;
    form_page(&ask, StatusCode::OK, None, &IncidentForm::default(), "", &[], None)
}

/// `POST /incidents/new`
pub async fn create(ask: Ask, posted: Pairs) -> domain::Result<Response> {
    let actor = ask.actor()?;
    let form = IncidentForm::from_pairs(&posted);
    let made = match form.check(ask.store().business_now(), ask.store().offset()) {
        Ok(draft) => ask.store().create_incident(actor, ask.case().as_ref(), &draft).await,
        Err(problems) => ask
            .store()
            .may_make(actor, Kind::Incident)
            .await
            .and(Err(Error::Invalid(problems))),
    };
    match made {
        // On to the incident: who was involved is said there.
        Ok(code) => Ok(see_other(&code.path())),
        Err(error) => form_page(
            &ask,
            StatusCode::UNPROCESSABLE_ENTITY,
            None,
            &form,
            "",
            &problems(error)?,
            None,
        ),
    }
}

/// Whether an interval is whole days: from the first minute of one to the last minute of one.
pub(super) fn is_whole_days(starts: DateTime<FixedOffset>, ends: DateTime<FixedOffset>) -> bool {
    (starts.hour(), starts.minute(), ends.hour(), ends.minute()) == (0, 0, 23, 59)
}

fn interval(lang: Language, offset: FixedOffset, incident: &IncidentView) -> AnyView {
    span(lang, offset, incident.starts_at, incident.ends_at)
}

/// When it happened, in local time.
pub(super) fn span(
    lang: Language,
    offset: FixedOffset,
    starts_at: Option<DateTime<Utc>>,
    ends_at: Option<DateTime<Utc>>,
) -> AnyView {
    let Some(starts_at) = starts_at else {
        return view! { <span class="muted">{say!(lang, incident.unknown_time)}</span> }.into_any();
    };
    let ends_at = ends_at.unwrap_or(starts_at);
    let (starts, ends) = (starts_at.with_timezone(&offset), ends_at.with_timezone(&offset));
    let whole = |at: DateTime<FixedOffset>| {
        let date = at.date_naive();
        view! { <time datetime=date.to_string()>{day(lang, date)}</time> }.into_any()
    };
    let exact = |at: DateTime<Utc>| date_time(lang, at, offset);
    let (first, last) = if is_whole_days(starts, ends) {
        (
            whole(starts),
            (starts.date_naive() != ends.date_naive()).then(|| whole(ends)),
        )
    } else {
        (exact(starts_at), (starts_at != ends_at).then(|| exact(ends_at)))
    };
    match last {
        Some(last) => {
            view! { {say!(lang, incident.from_time)} " " {first} " " {say!(lang, incident.to_time)} " " {last} }
                .into_any()
        }
        None => first,
    }
}

/// `GET /incidents/{code}`
pub async fn show(ask: Ask) -> domain::Result<Response> {
    let incident = ask.store().open_incident(ask.actor()?, &ask.code()?).await?;
    let (lang, offset) = (ask.lang(), ask.store().offset());
    let (code, may_edit) = (&incident.head.code, incident.head.may_edit);
    let path = code.path();
    let edit =
        may_edit.then(|| view! { <a class="button" href=format!("{path}/edit")>{say!(lang, common.edit)}</a>" " });
    let link = may_edit
        .then(|| view! { <a class="button button--main" href=format!("{path}/involve")>{say!(lang, involve.new)}</a> });
    let summary = if incident.body.summary.is_blank() {
        view! { <p class="muted">{say!(lang, incident.no_summary)}</p> }.into_any()
    } else {
        let paragraphs = incident.body.summary.split('\n').filter(|line| !line.trim().is_empty());
        paragraphs
            .map(|line| view! { <p class="measure" dir="auto">{line.to_owned()}</p> })
            .collect_view()
            .into_any()
    };
    let locality = (!incident.body.locality.is_blank())
        .then(|| view! { <div><dt>{say!(lang, incident.locality)}</dt><dd dir="auto">{incident.body.locality.to_string()}</dd></div> });
    let place = match &incident.place {
        Some(place) => place_name(lang, place).into_any(),
        None => view! { <span class="muted">{say!(lang, incident.unknown_place)}</span> }.into_any(),
    };
    let precision = incident
        .starts_at
        .map(|_| view! { <div><dt>{say!(lang, incident.precision)}</dt><dd>{DATE_PRECISION.label(&incident.precision, lang).to_owned()}</dd></div> });
    let view = view! {
        {record_head(&incident.head, lang, (), interval(lang, offset, &incident), (), (edit, link))}
        <div class="page">
            <div class="content">
                <section class="section">
                    <h2>{say!(lang, incident.what)}</h2>
                    <div class="stack">{summary}</div>
                    <dl class="dl">
                        <div><dt>{say!(lang, incident.time)}</dt><dd>{interval(lang, offset, &incident)}</dd></div>
                        {precision}
                        <div><dt>{say!(lang, incident.place)}</dt><dd>{place}</dd></div>
                        {locality}
                        <div><dt>{say!(lang, incident.violations)}</dt><dd>{violations(lang, &incident.violations)}</dd></div>
                    </dl>
                </section>
                <section class="section" id="acts">
                    <h2>{say!(lang, acts.all)}</h2>
                    {super::act::acts(lang, offset, code, &incident.acts, may_edit)}
                    {may_edit.then(|| view! { <p class="no-print"><a class="button" href=format!("{}/acts/new", code.path())>{say!(lang, acts.new)}</a></p> })}
                </section>
                <section class="section" id="involved">
                    <h2>{say!(lang, involve.all)}</h2>
                    {parties(lang, code, &incident.involved, may_edit)}
                </section>
            </div>
            <aside class="aside" aria-label=say!(lang, common.aside)>
                {cases(lang, &incident.head.cases)}
                <section><h2>{say!(lang, common.history)}</h2>{parts::history(&ask, &incident.history)}{past::way(lang, &incident.head.code)}</section>
            </aside>
        </div>
    };
    Ok(parts::page(&ask, StatusCode::OK, Nav::Incidents, code.as_str(), view))
}

fn violations(lang: Language, codes: &[String]) -> AnyView {
    if codes.is_empty() {
        return view! { <span class="muted">{say!(lang, incident.no_violations)}</span> }.into_any();
    }
    let items = codes
        .iter()
        .map(|code| view! { <li>{VIOLATION.label(code, lang).to_owned()}" "<span class="muted small"><bdi class="code">{code.clone()}</bdi></span></li> })
        .collect_view();
    view! { <ul class="plain-list">{items}</ul> }.into_any()
}

/// `GET /incidents/{code}/edit`
pub async fn edit(ask: Ask) -> domain::Result<Response> {
    let incident = ask.store().open_incident(ask.actor()?, &ask.code()?).await?;
    let form = editable(&incident, ask.store().offset())?;
    form_page(&ask, StatusCode::OK, Some(&incident.head), &form, "", &[], None)
}

/// `POST /incidents/{code}/edit`
pub async fn change(ask: Ask, posted: Pairs) -> domain::Result<Response> {
    let (actor, code, offset) = (ask.actor()?, ask.code()?, ask.store().offset());
    let form = IncidentForm::from_pairs(&posted);
    let version: i64 = posted.get("version").parse().unwrap_or(0);
    let why = posted.get("why");
    let changed = match form.check(ask.store().business_now(), offset) {
        Ok(draft) => {
            ask.store()
                .change_incident(actor, &code, (version, why.as_str()), &draft)
                .await
        }
        Err(problems) => Err(Error::Invalid(problems)),
    };
    let Some(unsaved) = Unsaved::of(changed, ask.store().open_incident(actor, &code)).await? else {
        return Ok(see_other(&code.path()));
    };
    let saved = editable(&unsaved.record, offset)?;
    form_page(
        &ask,
        unsaved.status(),
        Some(&unsaved.head(&unsaved.record.head, version)),
        &form,
        &why,
        &unsaved.problems,
        unsaved.theirs(&saved),
    )
}

/// The form of an incident that this reader may change.
fn editable(incident: &IncidentView, offset: FixedOffset) -> domain::Result<IncidentForm> {
    if !incident.head.may_edit {
        return Err(Error::Forbidden);
    }
    let mut form = IncidentForm {
        title: incident.head.title_typed(),
        summary: incident.body.summary.to_string(),
        precision: incident.precision.clone(),
        place: incident.place.clone().unwrap_or_default(),
        locality: incident.body.locality.to_string(),
        violations: incident.violations.clone(),
        ..IncidentForm::default()
    };
    write_interval(
        &mut form,
        incident.starts_at.map(|at| at.with_timezone(&offset)),
        incident.ends_at.map(|at| at.with_timezone(&offset)),
    );
    Ok(form)
}

/// Dates and times as the form takes them, such that reading them back gives the same interval.
fn write_interval(form: &mut IncidentForm, starts: Option<DateTime<FixedOffset>>, ends: Option<DateTime<FixedOffset>>) {
    let Some(starts) = starts else { return };
    let ends = ends.unwrap_or(starts);
    let time = |at: DateTime<FixedOffset>| at.format("%H:%M").to_string();
    let whole = is_whole_days(starts, ends);
    form.start_date = starts.date_naive().to_string();
    if !whole {
        form.start_time = time(starts);
    }
    if starts.date_naive() != ends.date_naive() || (!whole && starts != ends) {
        form.end_date = ends.date_naive().to_string();
    }
    if !whole && starts != ends {
        form.end_time = time(ends);
    }
}

fn label(lang: Language, field: &str) -> String {
    match field {
        "title" => say!(lang, incident.title),
        "summary" => say!(lang, incident.summary),
        "start_date" => say!(lang, incident.start_date),
        "start_time" => say!(lang, incident.start_time),
        "end_date" => say!(lang, incident.end_date),
        "end_time" => say!(lang, incident.end_time),
        "precision" => say!(lang, incident.precision),
        "place" => say!(lang, incident.place),
        "locality" => say!(lang, incident.locality),
        "violations" => say!(lang, incident.violations),
        "case" => say!(lang, common.case),
        "why" => say!(lang, past.why_change),
        _ => String::new(),
    }
}

fn differences(ask: &Ask, head: &Head, typed: &IncidentForm, theirs: &IncidentForm) -> AnyView {
    let lang = ask.lang();
    let pair = |field: &str, mine: &str, other: &str| (label(lang, field), mine.to_owned(), other.to_owned());
    let place = |code: &str| {
        if code.is_empty() {
            String::new()
        } else {
            place_name(lang, code)
        }
    };
    let acts = |codes: &[String]| {
        let mut codes = codes.to_vec();
        codes.sort_unstable();
        codes
            .iter()
            .map(|code| VIOLATION.label(code, lang))
            .collect::<Vec<_>>()
            .join("\n")
    };
    let fields = vec![
        pair("title", &typed.title, &theirs.title),
        pair("summary", &typed.summary, &theirs.summary),
        pair("start_date", &typed.start_date, &theirs.start_date),
        pair("start_time", &typed.start_time, &theirs.start_time),
        pair("end_date", &typed.end_date, &theirs.end_date),
        pair("end_time", &typed.end_time, &theirs.end_time),
        pair(
            "precision",
            DATE_PRECISION.label(&typed.precision, lang),
            DATE_PRECISION.label(&theirs.precision, lang),
        ),
        pair("place", &place(&typed.place), &place(&theirs.place)),
        pair("locality", &typed.locality, &theirs.locality),
        pair("violations", &acts(&typed.violations), &acts(&theirs.violations)),
    ];
    parts::conflict(ask, head, fields)
}

/// The form of a new incident, or of one that is changed (`head`); `theirs` is what somebody else saved meanwhile.
fn form_page(
    ask: &Ask,
    status: StatusCode,
    head: Option<&Head>,
    typed: &IncidentForm,
    why: &str,
    problems: &[Problem],
    theirs: Option<&IncidentForm>,
) -> domain::Result<Response> {
    let (lang, roles) = (ask.lang(), ask.actor()?.roles);
    let form = Form { lang, problems };
    let like = Input::default();
    let heading = head.map_or_else(
        || say!(lang, incident.new),
        |head| format!("{} {}", say!(lang, incident.edit), head.code),
    );
    let cancel = head.map_or_else(
        || ask.case().map_or_else(|| "/incidents".to_owned(), |case| case.path()),
        |head| head.code.path(),
    );
    let conflict = theirs
        .zip(head)
        .map(|(theirs, head)| differences(ask, head, typed, theirs));
    let view = view! {
        <header class="head"><h1>{heading.clone()}</h1>{case_note(ask)}</header>
        {problems_summary(form, |field| label(lang, field))}
        {conflict}
        <form class="form" method="post">
            {head.map(|head| parts::hidden("version", &head.version.to_string()))}
            <fieldset>
                <legend>{say!(lang, incident.what)}</legend>
                {input(form, "title", label(lang, "title"), &typed.title, Input { required: true, help: &say!(lang, incident.title_help), ..like })}
                {area(form, "summary", label(lang, "summary"), &typed.summary, "", false, 6)}
            </fieldset>
            {when_fields(form, typed)}
            <fieldset>
                <legend>{say!(lang, incident.place)}</legend>
                {place_select(form, &typed.place, say!(lang, incident.unknown_place), &say!(lang, incident.place_help))}
                {input(form, "locality", label(lang, "locality"), &typed.locality, Input { help: &say!(lang, incident.locality_help), ..like })}
            </fieldset>
            {violation_fields(form, &typed.violations, roles)}
            {head.map(|_| why_field(form, why))}
            <div class="actions">
                <button class="button button--main">{say!(lang, common.save)}</button>
                <a class="button button--quiet" href=cancel>{say!(lang, common.cancel)}</a>
            </div>
        </form>
    };
    Ok(parts::page(ask, status, Nav::Incidents, &heading, view))
}

/// Beginning and end: date and time of each.
pub(super) fn when_fields_of(form: Form<'_>, [start_date, start_time, end_date, end_time]: [&str; 4]) -> AnyView {
    let lang = form.lang;
    let like = Input {
        class: "field--short",
        kind: "date",
        ..Input::default()
    };
    let time = Input { kind: "time", ..like };
    view! {
        <div class="inline-fields">
            {input(form, "start_date", label(lang, "start_date"), start_date, like)}
            {input(form, "start_time", label(lang, "start_time"), start_time, time)}
        </div>
        <div class="inline-fields">
            {input(form, "end_date", label(lang, "end_date"), end_date, like)}
            {input(form, "end_time", label(lang, "end_time"), end_time, time)}
        </div>
    }
    .into_any()
}

fn when_fields(form: Form<'_>, typed: &IncidentForm) -> AnyView {
    let lang = form.lang;
    view! {
        <fieldset>
            <legend>{say!(lang, incident.time)}</legend>
            <p class="help">{say!(lang, incident.time_help)}</p>
            {when_fields_of(form, [&typed.start_date, &typed.start_time, &typed.end_date, &typed.end_time])}
            {choice(form, "precision", label(lang, "precision"), &typed.precision, DATE_PRECISION, say!(lang, common.choose), false)}
        </fieldset>
    }
    .into_any()
}

/// The acts: those chosen first, then every group folded under its heading.
fn violation_fields(form: Form<'_>, chosen: &[String], roles: Roles) -> AnyView {
    let lang = form.lang;
    let picked: Vec<_> = VIOLATION
        .iter()
        .filter(|act| chosen.iter().any(|code| code == act.code))
        .map(|act| act_box(lang, act, true, roles))
        .collect();
    let picked = (!picked.is_empty())
        .then(|| view! { <fieldset class="options"><legend>{say!(lang, incident.chosen)}</legend>{picked}</fieldset> });
    let groups = VIOLATION
        .iter()
        .filter(|act| act.is_heading())
        .map(|heading| {
            let rest = VIOLATION.iter().filter(|act| act.parent == Some(heading.code) && !chosen.iter().any(|code| code == act.code));
            let boxes: Vec<_> = rest.map(|act| act_box(lang, act, false, roles)).collect();
            let count = boxes.len();
            (count > 0).then(|| {
                view! {
                    <details>
                        <summary>{heading.label(lang)}" "<span class="count">{count}</span></summary>
                        <fieldset class="options"><legend class="visually-hidden">{heading.label(lang)}</legend>{boxes}</fieldset>
                    </details>
                }
            })
        })
        .collect_view();
    let error = form
        .error("violations")
        .map(|text| view! { <p class="error" id="violations-error">{text}</p> });
    view! {
        <fieldset id="violations" tabindex="-1">
            <legend>{say!(lang, incident.violations)}</legend>
            <p class="help">{say!(lang, incident.violations_help)}</p>
            {error}
            {picked}
            <div class="stack">{groups}</div>
        </fieldset>
    }
    .into_any()
}

/// One act as a checkbox. One that these roles may not apply can't be ticked; if it has been, it stays.
fn act_box(lang: Language, act: &'static Violation, checked: bool, roles: Roles) -> AnyView {
    let open = may_apply(roles, act);
    let kept = (!open && checked).then(|| parts::hidden("violations", act.code));
    let note = if !open {
        say!(lang, incident.reserved)
    } else if act.sensitive {
        say!(lang, incident.sensitive)
    } else if !act.counted {
        say!(lang, incident.not_counted)
    } else {
        String::new()
    };
    let note = (!note.is_empty()).then(|| view! { <span class="help">{note}</span> });
    view! {
        {kept}
        <label>
            <input type="checkbox" name="violations" value=act.code checked=checked disabled=!open/>
            <span>{act.label(lang)}</span>
            {note}
        </label>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeZone;

    /// What is shown in the form reads back as the interval it was made of.
    #[test]
    fn an_interval_survives_the_form() {
        let offset = FixedOffset::east_opt(3 * 3600).expect("an offset");
        let at = |day, hour, minute| {
            offset
                .with_ymd_and_hms(2025, 3, day, hour, minute, 0)
                .single()
                .expect("a time")
        };
        let table = [
            (at(6, 0, 0), at(6, 23, 59)),
            (at(6, 0, 0), at(9, 23, 59)),
            (at(6, 14, 30), at(6, 14, 30)),
            (at(6, 14, 30), at(6, 16, 0)),
            (at(6, 14, 30), at(7, 23, 59)),
            (at(6, 0, 0), at(6, 0, 0)),
            (at(6, 0, 0), at(7, 5, 0)),
        ];
        for (starts, ends) in table {
            let mut form = IncidentForm {
                title: "كمين".into(),
                ..IncidentForm::default()
            };
            write_interval(&mut form, Some(starts), Some(ends));
            let draft = form.check(at(30, 0, 0).to_utc(), offset).expect("valid");
            assert_eq!(
                (draft.starts_at, draft.ends_at),
                (Some(starts.to_utc()), Some(ends.to_utc()))
            );
        }
    }
}
