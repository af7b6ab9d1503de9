//! Persons: by pseudonym, and by name where it is not protected. A protected name stands on the page of a reveal only.

use super::affiliation;
use super::editing::Unsaved;
use super::identities::stated;
use super::involve::{asked_after, part_in};
use super::past::{self, why_field};
use crate::ask::{Ask, problems, see_other};
use crate::parts::fields::Input;
use crate::parts::lists::{case_note, list_href};
use crate::parts::{
    self, Form, Nav, area, check_box, choice, code_link, empty, filter_by, input, pager, problems_summary,
    protected_name, record_head, register_head,
};
use crate::say;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::Datelike;
use domain::access::{Act, Create, Facts};
use domain::form::{FromPairs, Pairs};
use domain::person::{ByNames, NameParts, PersonBody, PersonForm};
use domain::vocabulary::{SEX, VICTIM_STATUS};
use domain::{Code, Error, Kind, Language, Problem, ProblemKind};
use leptos::prelude::*;
use store::{Candidate, Head, ListRow, ListedIn, PersonView};

/// Rows on a page of a register.
const ROWS: u32 = 50;

/// `GET /persons`
pub async fn list(ask: Ask) -> domain::Result<Response> {
    let actor = ask.actor()?;
    let status = Some(ask.query.get("status"))
        .filter(|code| VICTIM_STATUS.has(code))
        .unwrap_or_default();
    let filter = ask.list_filter(status);
    let page = ask.store().list(actor, Kind::Person, &filter, ROWS).await?;
    let lang = ask.lang();
    let new = Create::grounds(actor, &Facts::default())
        .is_ok()
        .then(|| ("/persons/new".to_owned(), say!(lang, person.new)));
    let rows = page.rows.iter().map(|row| person_row(lang, row)).collect_view();
    let table = if page.rows.is_empty() {
        let why = if filter.status.is_empty() {
            say!(lang, person.none_why)
        } else {
            say!(lang, person.none_so)
        };
        empty(say!(lang, person.none), why, new.clone())
    } else {
        view! {
            <div class="table-wrap">
                <table class="table table--stack">
                    <caption>{say!(lang, person.all)}</caption>
                    <thead>
                        <tr>
                            <th scope="col">{say!(lang, person.pseudonym)}</th>
                            <th scope="col">{say!(lang, person.name)}</th>
                            <th scope="col" class="num">{say!(lang, person.birth_year)}</th>
                            <th scope="col">{say!(lang, person.sex)}</th>
                            <th scope="col">{say!(lang, person.victim_status)}</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        }
        .into_any()
    };
    let statuses = VICTIM_STATUS
        .terms()
        .map(|term| (term.code.to_owned(), term.label(lang).to_owned()))
        .collect();
    let (newer, older) = list_href("/persons", &[("status", &filter.status)], &page);
    let view = view! {
        {register_head(say!(lang, person.all), new)}
        <p class="no-print"><a href="/matches">{say!(lang, same.title)}</a></p>
        {filter_by(&ask, "/persons", "status", say!(lang, person.victim_status), &filter.status, statuses)}
        {table}
        {pager(lang, newer, older)}
    };
    Ok(parts::page(
        &ask,
        StatusCode::OK,
        Nav::Persons,
        &say!(lang, person.all),
        view,
    ))
}

fn person_row(lang: Language, row: &ListRow) -> AnyView {
    let status = row
        .status
        .as_deref()
        .map(|code| VICTIM_STATUS.label(code, lang).to_owned());
    view! {
        <tr>
            <th scope="row">{code_link(&row.code)}</th>
            <td class="grow" data-label=say!(lang, person.name) dir="auto">{protected_name(lang, row.title.as_ref())}</td>
            <td class="num" data-label=say!(lang, person.birth_year)>{row.number.map(|year| year.to_string())}</td>
            <td data-label=say!(lang, person.sex)>{SEX.label(row.fact.as_deref().unwrap_or_default(), lang).to_owned()}</td>
            <td class="grow" data-label=say!(lang, person.victim_status)>{status}</td>
        </tr>
    }
    .into_any()
}

/// `GET /persons/new`
pub async fn new(ask: Ask) -> domain::Result<Response> {
    ask.store().may_make(ask.actor()?, Kind::Person).await?;
    Ok(form_page(
        &ask,
        StatusCode::OK,
        None,
        &PersonForm::default(),
        "",
        &[],
        None,
    ))
}

/// `POST /persons/new`
pub async fn create(ask: Ask, posted: Pairs) -> domain::Result<Response> {
    let actor = ask.actor()?;
    let form = PersonForm::from_pairs(&posted);
    let checked = form.check(ask.store().today().year());
    // Nobody is written down twice unseen: who is alike is shown first.
    if let Ok(draft) = &checked
        && !posted.has("another")
    {
        let alike = ask
            .store()
            .homonyms(actor, &draft.body, &draft.sex, draft.birth_year)
            .await?;
        if !alike.is_empty() {
            ask.store().may_make(actor, Kind::Person).await?;
            return Ok(form_page(
                &ask,
                StatusCode::OK,
                None,
                &form,
                "",
                &[],
                Some(Beside::Alike(&alike)),
            ));
        }
    }
    let made = match checked {
        Ok(draft) => ask.store().create_person(actor, ask.case().as_ref(), &draft).await,
        Err(problems) => ask
            .store()
            .may_make(actor, Kind::Person)
            .await
            .and(Err(Error::Invalid(problems))),
    };
    match made {
        // From a case one comes back to the case.
        Ok(code) => Ok(see_other(
            &ask.case()
                .map_or_else(|| code.path(), |case| format!("{}/people", case.path())),
        )),
        Err(error) => Ok(form_page(
            &ask,
            StatusCode::UNPROCESSABLE_ENTITY,
            None,
            &form,
            "",
            &problems(error)?,
            None,
        )),
    }
}

/// `GET /persons/{code}`
pub async fn show(ask: Ask) -> domain::Result<Response> {
    let person = ask
        .store()
        .open_person_from(ask.actor()?, &ask.code()?, asked_after(&ask))
        .await?;
    let lang = ask.lang();
    let path = person.head.code.path();
    let edit = person
        .head
        .may_edit
        .then(|| view! { <a class="button button--main" href=format!("{path}/edit")>{say!(lang, common.edit)}</a> });
    let risks = person
        .may_see_risks
        .then(|| view! { <a class="button" href=format!("{path}/risks")>{say!(lang, risk.open)}</a> " " });
    let actions = view! { {risks}{edit} };
    let chip = |word: String| view! { <span class="chip" data-tone="amber">{word}</span> " " };
    let chips = (person.protected && person.shredded.is_none()).then(|| {
        let sensitive = person.sensitive.then(|| chip(say!(lang, person.is_sensitive)));
        view! { {chip(say!(lang, person.is_protected))}{sensitive} }
    });
    let hidden = person.body.is_none().then(|| hidden(&ask, &person));
    let affiliate = person
        .head
        .may_edit
        .then(|| view! { <a class="no-print" href=format!("{path}/affiliate")>{say!(lang, affiliation.new)}</a> });
    let testimonies = testimonies(lang, &person.testimonies);
    let cases = cases(lang, &person.head.cases);
    let view = view! {
        {record_head(&person.head, lang, chips, SEX.label(&person.sex, lang).to_owned(), (), actions)}
        <div class="page">
            <div class="content">
                {hidden}
                {parts::warnings(&ask, &person.warnings, true)}
                <section class="section">
                    <h2>{say!(lang, person.facts)}</h2>
                    <dl class="dl">{person.body.as_ref().map(|body| identity(lang, body))}{known(lang, &person)}</dl>
                </section>
                {stated_section(lang, &person)}
                <section class="section" id="affiliations">
                    <header><h2>{say!(lang, affiliation.title)}</h2>{affiliate}</header>
                    {affiliation::of_person(lang, &person.head.code, &person.affiliations, person.head.may_edit)}
                </section>
                <section class="section" id="parts">
                    <h2>{say!(lang, person.involved)}</h2>
                    {part_in(&ask, &person.head.code, &person.involved)}
                </section>
                <section class="section">
                    <h2>{say!(lang, person.testimonies)}</h2>
                    {testimonies}
                </section>
            </div>
            <aside class="aside" aria-label=say!(lang, common.aside)>
                {cases}
                {protection(lang, &person)}
                {others(lang, &person)}
                {listed_in(lang, &person.lists)}
                <section><h2>{say!(lang, common.history)}</h2>{parts::history(&ask, &person.history)}{past::way(lang, &person.head.code)}</section>
            </aside>
        </div>
    };
    Ok(parts::page(
        &ask,
        StatusCode::OK,
        Nav::Persons,
        person.head.code.as_str(),
        view,
    ))
}

/// Who it is as sources state it, where the identity is open; and the way to change that.
fn stated_section(lang: Language, person: &PersonView) -> AnyView {
    let edit = person.head.may_edit.then(|| {
        let href = format!("{}/identities", person.head.code.path());
        view! { <a class="no-print" href=href>{say!(lang, person.identities_edit)}</a> }
    });
    let table = person.body.as_ref().map(|body| stated(lang, &body.identities));
    (edit.is_some() || table.is_some())
        .then(|| {
            view! { <section class="section" id="identities"><header><h2>{say!(lang, person.identities)}</h2>{edit}</header>{table}</section> }
        })
        .into_any()
}

/// Where the name would stand: why it does not, and the way to it.
fn hidden(ask: &Ask, person: &PersonView) -> AnyView {
    let (lang, offset) = (ask.lang(), ask.store().offset());
    if let Some(shredded) = &person.shredded {
        let what = say!(
            lang,
            person.shredded_what,
            day = parts::day(lang, shredded.at.with_timezone(&offset).date_naive()),
            by = shredded.decided_by.clone(),
            proposer = shredded.proposed_by.clone()
        );
        return view! { <div class="notice" data-tone="red"><p><b>{say!(lang, person.shredded)}</b></p><p>{what}</p></div> }
            .into_any();
    }
    let way = person.may_reveal.then(|| {
        let href = format!("{}/reveal", person.head.code.path());
        view! { <p>{say!(lang, person.hidden_reveal)}</p><p><a class="button" href=href>{say!(lang, person.reveal)}</a></p> }
    });
    view! {
        <div class="notice" data-tone="amber">
            <p><b>{say!(lang, person.hidden_title)}</b></p>
            <p>{say!(lang, person.hidden_why)}</p>
            {way}
        </div>
    }
    .into_any()
}

/// What who stands for this person's safety can do.
fn protection(lang: Language, person: &PersonView) -> AnyView {
    let path = person.head.code.path();
    let protected = person.protected && person.shredded.is_none();
    let link = |way: &str, label: String| view! { <li><a href=format!("{path}{way}")>{label}</a></li> };
    let requests = (protected && person.may_decide).then(|| link("/reveal/decide", say!(lang, person.requests)));
    let propose = person
        .may_mark
        .then(|| link("/shred", say!(lang, person.propose_shredding)));
    let decide = person
        .may_decide_shredding
        .then(|| link("/shred/decide", say!(lang, person.decide_shredding)));
    if requests.is_none() && propose.is_none() && decide.is_none() {
        return ().into_any();
    }
    let mark = (protected && person.may_mark).then(|| {
        let label = if person.sensitive {
            say!(lang, person.unmark_sensitive)
        } else {
            say!(lang, person.mark_sensitive)
        };
        let mark = (!person.sensitive).then(|| parts::hidden("sensitive", "1"));
        view! { <form method="post" action=format!("{path}/sensitive")>{mark}<button class="button button--small">{label}</button></form> }
    });
    view! { <section><h2>{say!(lang, person.protection)}</h2><ul class="list">{requests}{propose}{decide}</ul>{mark}</section> }
        .into_any()
}

/// Under which record it counts, which count under it, and the way to others that it may be.
fn others(lang: Language, person: &PersonView) -> AnyView {
    let path = person.head.code.path();
    let kept = person.counts_as.as_ref().map(|code| {
        view! { <li>{say!(lang, same.counts_as)}" "{code_link(code)}" · "<a href=format!("{path}/same?other={code}")>{say!(lang, same.look)}</a></li> }
    });
    let under = person
        .others
        .iter()
        .map(|code| view! { <li>{say!(lang, same.counted_here)}" "{code_link(code)}" · "<a href=format!("{path}/same?other={code}")>{say!(lang, same.look)}</a></li> })
        .collect_view();
    let look = (!person.protected || person.may_reveal)
        .then(|| view! { <li><a href=format!("{path}/same")>{say!(lang, same.look_for)}</a></li> });
    let status = view! { <li><a href=format!("{path}/status")>{say!(lang, victim.open)}</a></li> };
    view! { <section><h2>{say!(lang, same.title)}</h2><ul class="list">{kept}{under}{look}{status}</ul></section> }
        .into_any()
}

/// Lists of sources in which the person stands, each with the row.
fn listed_in(lang: Language, lists: &[ListedIn]) -> AnyView {
    if lists.is_empty() {
        return ().into_any();
    }
    let items = lists
        .iter()
        .map(|one| {
            let href = format!("{}/lists/{}/rows/{}", one.document.path(), one.list, one.row);
            let named = say!(
                lang,
                list.named_row,
                list = one.list.to_string(),
                row = one.row.to_string()
            );
            view! { <li>{code_link(&one.document)}" · "<a href=href>{named}</a></li> }
        })
        .collect_view();
    view! { <section><h2>{say!(lang, list.named_in)}</h2><ul class="list">{items}</ul></section> }.into_any()
}

/// One fact of a list, left out where nothing is known.
fn fact(label: String, value: &str) -> Option<AnyView> {
    (!value.is_empty()).then(|| view! { <div><dt>{label}</dt><dd>{value.to_owned()}</dd></div> }.into_any())
}

/// A name as typed: in its own direction, at the page's edge.
fn named(label: String, value: &str) -> Option<AnyView> {
    (!value.trim().is_empty())
        .then(|| view! { <div><dt>{label}</dt><dd dir="auto">{value.to_owned()}</dd></div> }.into_any())
}

/// Running text as typed, in its own direction.
fn said(label: String, value: &str) -> Option<AnyView> {
    (!value.trim().is_empty())
        .then(|| view! { <div><dt>{label}</dt><dd><p dir="auto">{value.to_owned()}</p></dd></div> }.into_any())
}

/// What tells who a person is.
pub(super) fn identity(lang: Language, body: &PersonBody) -> AnyView {
    let aliases: Vec<_> = body
        .aliases
        .lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| view! { <li dir="auto">{line.to_owned()}</li> })
        .collect();
    let aliases = (!aliases.is_empty()).then(
        || view! { <div><dt>{say!(lang, person.aliases)}</dt><dd><ul class="plain-list">{aliases}</ul></dd></div> },
    );
    view! {
        {named(say!(lang, person.name_ar), &body.name_ar)}
        {named(say!(lang, person.name_latin), &body.name_latin)}
        {name_parts(lang, say!(lang, person.parts_ar), &body.parts_ar)}
        {name_parts(lang, say!(lang, person.parts_latin), &body.parts_latin)}
        {named(say!(lang, person.father), &body.father)}
        {named(say!(lang, person.mother), &body.mother)}
        {named(say!(lang, person.teknonym), &body.by_names.teknonym)}
        {named(say!(lang, person.nom_de_guerre), &body.by_names.nom_de_guerre)}
        {named(say!(lang, person.nickname), &body.by_names.nickname)}
        {aliases}
        {said(say!(lang, person.note), &body.note)}
    }
    .into_any()
}

/// The parts of a name in one script, each with what it is.
fn name_parts(lang: Language, script: String, parts: &NameParts) -> AnyView {
    let part = |label: String, value: &str| named(format!("{label} ({script})"), value);
    view! {
        {part(say!(lang, person.given), &parts.given)}
        {part(say!(lang, person.part_father), &parts.father)}
        {part(say!(lang, person.grandfather), &parts.grandfather)}
        {part(say!(lang, person.family), &parts.family)}
    }
    .into_any()
}

fn known(lang: Language, person: &PersonView) -> AnyView {
    let year = person.birth_year.map(|year| year.to_string()).unwrap_or_default();
    let status = person
        .victim_status
        .as_deref()
        .map(|code| VICTIM_STATUS.label(code, lang))
        .unwrap_or_default();
    let protected = if person.protected {
        say!(lang, common.yes)
    } else {
        say!(lang, common.no)
    };
    view! {
        {fact(say!(lang, person.sex), SEX.label(&person.sex, lang))}
        {fact(say!(lang, person.birth_year), &year)}
        {fact(say!(lang, person.victim_status), status)}
        {fact(say!(lang, person.protected), &protected)}
    }
    .into_any()
}

fn testimonies(lang: Language, codes: &[Code]) -> AnyView {
    if codes.is_empty() {
        return view! { <p class="muted">{say!(lang, person.no_testimonies)}</p> }.into_any();
    }
    let items = codes
        .iter()
        .map(|code| view! { <li>{code_link(code)}</li> })
        .collect_view();
    view! { <ul class="list">{items}</ul> }.into_any()
}

/// The cases a record hangs on, for the column beside it.
pub(super) fn cases(lang: Language, codes: &[Code]) -> AnyView {
    let items = codes
        .iter()
        .map(|code| view! { <li>{code_link(code)}</li> })
        .collect_view();
    (!codes.is_empty())
        .then(|| view! { <section><h2>{say!(lang, person.cases)}</h2><ul class="list">{items}</ul></section> })
        .into_any()
}

/// `GET /persons/{code}/edit`: of a protected identity, by way of its reveal.
pub async fn edit(ask: Ask) -> domain::Result<Response> {
    let person = ask.store().open_person_for_edit(ask.actor()?, &ask.code()?).await?;
    match editable(&person)? {
        Some(form) => Ok(form_page(
            &ask,
            StatusCode::OK,
            Some(&person.head),
            &form,
            "",
            &[],
            None,
        )),
        None => Ok(see_other(&format!("{}/reveal?to=edit", person.head.code.path()))),
    }
}

/// `POST /persons/{code}/edit`
pub async fn change(ask: Ask, posted: Pairs) -> domain::Result<Response> {
    let (actor, code) = (ask.actor()?, ask.code()?);
    let form = PersonForm::from_pairs(&posted);
    let version: i64 = posted.get("version").parse().unwrap_or(0);
    let why = posted.get("why");
    let changed = match form.check(ask.store().today().year()) {
        Ok(draft) => {
            ask.store()
                .change_person(actor, &code, (version, why.as_str()), &draft)
                .await
        }
        Err(problems) => Err(Error::Invalid(problems)),
    };
    let Some(unsaved) = Unsaved::of(changed, ask.store().open_person_for_edit(actor, &code)).await? else {
        return Ok(see_other(&code.path()));
    };
    // What is saved stands beside what was typed only where the identity is open to who typed it.
    let saved = editable(&unsaved.record)?;
    Ok(form_page(
        &ask,
        unsaved.status(),
        Some(&unsaved.head(&unsaved.record.head, version)),
        &form,
        &why,
        &unsaved.problems,
        saved
            .as_ref()
            .and_then(|saved| unsaved.theirs(saved))
            .map(Beside::Theirs),
    ))
}

/// The form of a person that this reader may change; none while a protected identity is not revealed to them.
fn editable(person: &PersonView) -> domain::Result<Option<PersonForm>> {
    if !person.head.may_edit {
        return Err(Error::Forbidden);
    }
    Ok(person.body.as_ref().map(|body| PersonForm {
        name_ar: body.name_ar.to_string(),
        name_latin: body.name_latin.to_string(),
        father: body.father.to_string(),
        mother: body.mother.to_string(),
        aliases: body.aliases.to_string(),
        parts_ar: body.parts_ar.clone(),
        parts_latin: body.parts_latin.clone(),
        by_names: body.by_names.clone(),
        sex: person.sex.clone(),
        birth_year: person.birth_year.map(|year| year.to_string()).unwrap_or_default(),
        victim_status: person.victim_status.clone().unwrap_or_default(),
        protected: person.protected,
        note: body.note.to_string(),
    }))
}

fn label(lang: Language, field: &str) -> String {
    match field {
        "name_ar" => say!(lang, person.name_ar),
        "name_latin" => say!(lang, person.name_latin),
        "father" => say!(lang, person.father),
        "mother" => say!(lang, person.mother),
        "aliases" => say!(lang, person.aliases),
        "given_ar" | "given_latin" => say!(lang, person.given),
        "father_ar" | "father_latin" => say!(lang, person.part_father),
        "grandfather_ar" | "grandfather_latin" => say!(lang, person.grandfather),
        "family_ar" | "family_latin" => say!(lang, person.family),
        "teknonym" => say!(lang, person.teknonym),
        "nom_de_guerre" => say!(lang, person.nom_de_guerre),
        "nickname" => say!(lang, person.nickname),
        "sex" => say!(lang, person.sex),
        "birth_year" => say!(lang, person.birth_year),
        "victim_status" => say!(lang, person.victim_status),
        "protected" => say!(lang, person.protected),
        "note" => say!(lang, person.note),
        "case" => say!(lang, common.case),
        "why" => say!(lang, past.why_change),
        _ => String::new(),
    }
}

fn differences(ask: &Ask, head: &Head, typed: &PersonForm, theirs: &PersonForm) -> AnyView {
    let lang = ask.lang();
    let pair = |field: &str, mine: &str, other: &str| (label(lang, field), mine.to_owned(), other.to_owned());
    let yes = |given: bool| {
        if given {
            say!(lang, common.yes)
        } else {
            say!(lang, common.no)
        }
    };
    let fields = vec![
        pair("name_ar", &typed.name_ar, &theirs.name_ar),
        pair("name_latin", &typed.name_latin, &theirs.name_latin),
        pair("father", &typed.father, &theirs.father),
        pair("mother", &typed.mother, &theirs.mother),
        pair("aliases", &typed.aliases, &theirs.aliases),
        pair("given_ar", &typed.parts_ar.given, &theirs.parts_ar.given),
        pair("father_ar", &typed.parts_ar.father, &theirs.parts_ar.father),
        pair(
            "grandfather_ar",
            &typed.parts_ar.grandfather,
            &theirs.parts_ar.grandfather,
        ),
        pair("family_ar", &typed.parts_ar.family, &theirs.parts_ar.family),
        pair("given_latin", &typed.parts_latin.given, &theirs.parts_latin.given),
        pair("father_latin", &typed.parts_latin.father, &theirs.parts_latin.father),
        pair(
            "grandfather_latin",
            &typed.parts_latin.grandfather,
            &theirs.parts_latin.grandfather,
        ),
        pair("family_latin", &typed.parts_latin.family, &theirs.parts_latin.family),
        pair("teknonym", &typed.by_names.teknonym, &theirs.by_names.teknonym),
        pair(
            "nom_de_guerre",
            &typed.by_names.nom_de_guerre,
            &theirs.by_names.nom_de_guerre,
        ),
        pair("nickname", &typed.by_names.nickname, &theirs.by_names.nickname),
        pair("sex", SEX.label(&typed.sex, lang), SEX.label(&theirs.sex, lang)),
        pair("birth_year", &typed.birth_year, &theirs.birth_year),
        pair(
            "victim_status",
            VICTIM_STATUS.label(&typed.victim_status, lang),
            VICTIM_STATUS.label(&theirs.victim_status, lang),
        ),
        pair("protected", &yes(typed.protected), &yes(theirs.protected)),
        pair("note", &typed.note, &theirs.note),
    ];
    parts::conflict(ask, head, fields)
}

/// The way to reveal an identity again, without losing what was typed.
pub(super) fn not_revealed(lang: Language, code: &Code) -> AnyView {
    view! {
        <div class="notice" data-tone="amber">
            <p><b>{say!(lang, person.not_revealed)}</b></p>
            <p><a class="button" href=format!("{}/reveal", code.path()) target="_blank">{say!(lang, person.reveal_elsewhere)}</a></p>
        </div>
    }
    .into_any()
}

/// What stands beside what was typed.
enum Beside<'a> {
    /// What somebody else saved meanwhile.
    Theirs(&'a PersonForm),
    /// Records that may be of the same person.
    Alike(&'a [Candidate]),
}

/// The form of a new person, or of one that is changed (`head`).
fn form_page(
    ask: &Ask,
    status: StatusCode,
    head: Option<&Head>,
    typed: &PersonForm,
    why: &str,
    problems: &[Problem],
    beside: Option<Beside<'_>>,
) -> Response {
    let lang = ask.lang();
    let (theirs, alike) = match beside {
        Some(Beside::Theirs(theirs)) => (Some(theirs), None),
        Some(Beside::Alike(alike)) => (None, Some(super::same::homonyms(lang, alike))),
        None => (None, None),
    };
    let form = Form { lang, problems };
    let like = Input::default();
    let heading = head.map_or_else(
        || say!(lang, person.new),
        |head| format!("{} {}", say!(lang, person.edit), head.code),
    );
    let cancel = head.map_or_else(
        || ask.case().map_or_else(|| "/persons".to_owned(), |case| case.path()),
        |head| head.code.path(),
    );
    let conflict = theirs
        .zip(head)
        .map(|(theirs, head)| differences(ask, head, typed, theirs));
    let reveal = head
        .filter(|_| problems.iter().any(|problem| problem.kind == ProblemKind::NotRevealed))
        .map(|head| not_revealed(lang, &head.code));
    let view = view! {
        <header class="head"><h1>{heading.clone()}</h1>{case_note(ask)}</header>
        {problems_summary(form, |field| label(lang, field))}
        {reveal}
        {conflict}
        <form class="form" method="post">
            {head.map(|head| parts::hidden("version", &head.version.to_string()))}
            {alike}
            <fieldset>
                <legend>{say!(lang, person.names)}</legend>
                {input(form, "name_ar", label(lang, "name_ar"), &typed.name_ar, Input { help: &say!(lang, person.name_help), ..like })}
                {input(form, "name_latin", label(lang, "name_latin"), &typed.name_latin, like)}
                <div class="inline-fields">
                    {input(form, "father", label(lang, "father"), &typed.father, like)}
                    {input(form, "mother", label(lang, "mother"), &typed.mother, like)}
                </div>
                {area(form, "aliases", label(lang, "aliases"), &typed.aliases, &say!(lang, person.aliases_help), false, 2)}
            </fieldset>
            {parts_fields(form, typed)}
            {facts_fields(form, typed)}
            {area(form, "note", label(lang, "note"), &typed.note, &say!(lang, person.note_help), false, 4)}
            {head.map(|_| why_field(form, why))}
            <div class="actions">
                <button class="button button--main">{say!(lang, common.save)}</button>
                <a class="button button--quiet" href=cancel>{say!(lang, common.cancel)}</a>
            </div>
        </form>
    };
    parts::page(ask, status, Nav::Persons, &heading, view)
}

/// The parts of the name, folded away while none is known.
fn parts_fields(form: Form<'_>, typed: &PersonForm) -> AnyView {
    let lang = form.lang;
    let script = |legend: String, script: &str, parts: &NameParts| {
        let one = |name: &str, value: &str| {
            let name = format!("{name}_{script}");
            input(form, &name, label(lang, &name), value, Input::default())
        };
        view! {
            <fieldset>
                <legend>{legend}</legend>
                <div class="inline-fields">
                    {one("given", &parts.given)}
                    {one("father", &parts.father)}
                    {one("grandfather", &parts.grandfather)}
                    {one("family", &parts.family)}
                </div>
            </fieldset>
        }
        .into_any()
    };
    let by = &typed.by_names;
    let one = |name: &str, value: &str| input(form, name, label(lang, name), value, Input::default());
    let known = typed.parts_ar != NameParts::default()
        || typed.parts_latin != NameParts::default()
        || *by != ByNames::default();
    view! {
        <details open=known>
            <summary>{say!(lang, person.parts)}</summary>
            <p class="help">{say!(lang, person.parts_help)}</p>
            {script(say!(lang, person.parts_ar), "ar", &typed.parts_ar)}
            {script(say!(lang, person.parts_latin), "latin", &typed.parts_latin)}
            <div class="inline-fields">
                {one("teknonym", &by.teknonym)}
                {one("nom_de_guerre", &by.nom_de_guerre)}
                {one("nickname", &by.nickname)}
            </div>
        </details>
    }
    .into_any()
}

fn facts_fields(form: Form<'_>, typed: &PersonForm) -> AnyView {
    let lang = form.lang;
    let year = Input {
        class: "field--short",
        max: 4,
        help: &say!(lang, person.birth_year_help),
        ..Input::default()
    };
    view! {
        <fieldset>
            <legend>{say!(lang, person.facts)}</legend>
            {choice(form, "sex", label(lang, "sex"), &typed.sex, SEX, say!(lang, common.choose), true)}
            {input(form, "birth_year", label(lang, "birth_year"), &typed.birth_year, year)}
            {choice(form, "victim_status", label(lang, "victim_status"), &typed.victim_status, VICTIM_STATUS, say!(lang, person.no_victim), false)}
        </fieldset>
        <fieldset>
            <legend>{say!(lang, person.protection)}</legend>
            {check_box("protected", label(lang, "protected"), typed.protected)}
            <p class="help">{say!(lang, person.protected_help)}</p>
        </fieldset>
    }
    .into_any()
}
