//! Documents: a file taken in, what is known of it, and the way out again.

use super::editing::Unsaved;
use super::past::{self, why_field};
use super::person::cases;
use super::source_list::of_document;
use super::testimony::shown;
use crate::ask::{Ask, problems, see_other};
use crate::parts::fields::Input;
use crate::parts::lists::{case_note, list_href};
use crate::parts::{
    self, Form, Nav, area, choice, code_link, date, date_time, empty, field, filter_by, input, pager, problems_summary,
    record_head, register_head, sentence,
};
use crate::say;
use axum::body::{Body, Bytes};
use axum::extract::Multipart;
use axum::extract::multipart::Field;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::access::{Act, Facts, TakeDocument};
use domain::document::{DocumentForm, LONGEST_TEXT, TextState};
use domain::form::{FromPairs, Pairs};
use domain::vocabulary::DOCUMENT_TYPE;
use domain::{Error, Kind, Language, Problem, ProblemKind};
use leptos::prelude::*;
use store::{BlobFile, DocumentView, Download, Head, ListRow};

/// Rows on a page of a register.
const ROWS: u32 = 50;
/// What the fields around a file may hold together, in bytes.
const AROUND_FILE: usize = 256 * 1024;

/// `GET /documents`
pub async fn list(ask: Ask) -> domain::Result<Response> {
    let actor = ask.actor()?;
    let status = Some(ask.query.get("type"))
        .filter(|code| DOCUMENT_TYPE.has(code))
        .unwrap_or_default();
    let filter = ask.list_filter(status);
    let page = ask.store().list(actor, Kind::Document, &filter, ROWS).await?;
    let lang = ask.lang();
    let new = TakeDocument::grounds(actor, &Facts::default())
        .is_ok()
        .then(|| ("/documents/new".to_owned(), say!(lang, document.new)));
    let rows = page.rows.iter().map(|row| document_row(lang, row)).collect_view();
    let table = if page.rows.is_empty() {
        let why = if filter.status.is_empty() {
            say!(lang, document.none_why)
        } else {
            say!(lang, document.none_so)
        };
        empty(say!(lang, document.none), why, new.clone())
    } else {
        view! {
            <div class="table-wrap">
                <table class="table table--stack">
                    <caption>{say!(lang, document.all)}</caption>
                    <thead>
                        <tr>
                            <th scope="col">{say!(lang, common.code)}</th>
                            <th scope="col">{say!(lang, document.title)}</th>
                            <th scope="col">{say!(lang, document.kind)}</th>
                            <th scope="col">{say!(lang, document.collected_on)}</th>
                            <th scope="col" class="num">{say!(lang, document.size)}</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        }
        .into_any()
    };
    let types = DOCUMENT_TYPE
        .terms()
        .map(|term| (term.code.to_owned(), term.label(lang).to_owned()))
        .collect();
    let (newer, older) = list_href("/documents", &[("type", &filter.status)], &page);
    let view = view! {
        {register_head(say!(lang, document.all), new)}
        {filter_by(&ask, "/documents", "type", say!(lang, document.kind), &filter.status, types)}
        {table}
        {pager(lang, newer, older)}
    };
    Ok(parts::page(
        &ask,
        StatusCode::OK,
        Nav::Documents,
        &say!(lang, document.all),
        view,
    ))
}

fn document_row(lang: Language, row: &ListRow) -> AnyView {
    let bytes = row
        .number
        .and_then(|bytes| u64::try_from(bytes).ok())
        .map(|bytes| size(lang, bytes));
    view! {
        <tr>
            <th scope="row">{code_link(&row.code)}</th>
            <td class="grow" data-label=say!(lang, document.title) dir="auto">{row.title.as_ref().map(|title| title.to_string())}</td>
            <td class="grow" data-label=say!(lang, document.kind)>{DOCUMENT_TYPE.label(row.fact.as_deref().unwrap_or_default(), lang).to_owned()}</td>
            <td data-label=say!(lang, document.collected_on)>{row.date.as_deref().map(|day| date(lang, day))}</td>
            <td class="num" data-label=say!(lang, document.size)>{bytes}</td>
        </tr>
    }
    .into_any()
}

/// A number of bytes as people say it.
fn size(lang: Language, bytes: u64) -> String {
    const STEP: u64 = 1024;
    // Tenths, rounded; below ten only.
    let of = |unit: u64| {
        let tenths = (u128::from(bytes) * 10 + u128::from(unit) / 2) / u128::from(unit);
        if tenths < 100 {
            format!("{}.{}", tenths / 10, tenths % 10)
        } else {
            ((tenths + 5) / 10).to_string()
        }
    };
    if bytes < STEP {
        say!(lang, document.bytes, n = bytes.to_string())
    } else if bytes < STEP * STEP {
        say!(lang, document.kilobytes, n = of(STEP))
    } else if bytes < STEP * STEP * STEP {
        say!(lang, document.megabytes, n = of(STEP * STEP))
    } else {
        say!(lang, document.gigabytes, n = of(STEP * STEP * STEP))
    }
}

/// `GET /documents/new`
pub async fn new(ask: Ask) -> domain::Result<Response> {
    ask.store().may_make(ask.actor()?, Kind::Document).await?;
    Ok(form_page(
        &ask,
        StatusCode::OK,
        None,
        &DocumentForm::default(),
        "",
        &[],
        None,
    ))
}

/// What came of a form with a file.
#[derive(Default)]
struct Taken {
    fields: Pairs,
    file: Option<(BlobFile, String)>,
    problem: Option<ProblemKind>,
}

/// `POST /documents/new`: fields and file in any order; the file streams to its place, the document is made last.
pub async fn create(ask: Ask, posted: Multipart) -> domain::Result<Response> {
    let actor = ask.actor()?;
    // Before a byte is kept.
    ask.store().may_make(actor, Kind::Document).await?;
    let taken = take(&ask, posted).await?;
    let form = DocumentForm::from_pairs(&taken.fields);
    let mut problems = form.check(ask.store().today()).err().unwrap_or_default();
    match (&taken.file, taken.problem) {
        (_, Some(kind)) => problems.push(Problem::new("file", kind)),
        (None, None) => problems.push(Problem::new("file", ProblemKind::Missing)),
        (Some(_), None) => {}
    }
    let made = match (form.check(ask.store().today()), taken.file) {
        (Ok(draft), Some((file, name))) if problems.is_empty() => {
            ask.store()
                .create_document(actor, ask.case().as_ref(), &draft, file, &name)
                .await
        }
        (_, file) => {
            if let Some((file, _)) = file {
                file.discard(ask.store()).await;
            }
            Err(Error::Invalid(problems))
        }
    };
    match made {
        Ok(code) => Ok(see_other(&code.path())),
        Err(error) => {
            let mut problems = crate::ask::problems(error)?;
            // What was typed stays; a browser never fills a file in again.
            if !problems.iter().any(|problem| problem.field == "file") {
                problems.push(Problem::new("file", ProblemKind::Missing));
            }
            Ok(form_page(
                &ask,
                StatusCode::UNPROCESSABLE_ENTITY,
                None,
                &form,
                "",
                &problems,
                None,
            ))
        }
    }
}

/// Reads the whole form. A file that is too large or breaks off leaves nothing behind, and is named as a problem.
async fn take(ask: &Ask, mut posted: Multipart) -> domain::Result<Taken> {
    let mut taken = Taken::default();
    let mut room = AROUND_FILE;
    loop {
        let field = match posted.next_field().await {
            Ok(Some(field)) => field,
            Ok(None) => return Ok(taken),
            // After a file that is too large the rest need not come.
            Err(_) => return Ok(broken(ask, taken).await),
        };
        let name = field.name().unwrap_or_default().to_owned();
        let done = if name == "file" {
            take_file(ask, field, &mut taken).await
        } else {
            take_text(field, name, &mut taken, &mut room).await
        };
        match done {
            Ok(true) => {}
            Ok(false) => return Ok(broken(ask, taken).await),
            Err(error) => {
                if let Some((file, _)) = taken.file.take() {
                    file.discard(ask.store()).await;
                }
                return Err(error);
            }
        }
    }
}

/// The form broke off: nothing of the file is kept.
async fn broken(ask: &Ask, mut taken: Taken) -> Taken {
    if let Some((file, _)) = taken.file.take() {
        file.discard(ask.store()).await;
    }
    taken.problem.get_or_insert(ProblemKind::BrokenOff);
    taken
}

/// Reads a field of text; false if it broke off.
async fn take_text(mut field: Field<'_>, name: String, taken: &mut Taken, room: &mut usize) -> domain::Result<bool> {
    let mut bytes = Vec::new();
    loop {
        match field.chunk().await {
            Ok(Some(chunk)) => {
                *room = room
                    .checked_sub(chunk.len())
                    .ok_or(Error::TooLarge(AROUND_FILE as u64))?;
                bytes.extend_from_slice(&chunk);
            }
            Ok(None) => break,
            Err(_) => return Ok(false),
        }
    }
    let text = String::from_utf8(bytes)
        .ok()
        .filter(|text| !text.contains('\0'))
        .ok_or_else(|| Error::at("", ProblemKind::NotText))?;
    taken.fields.0.push((name, text));
    Ok(true)
}

/// Streams a file to its place; false if it broke off. No more than one file is kept.
async fn take_file(ask: &Ask, mut field: Field<'_>, taken: &mut Taken) -> domain::Result<bool> {
    let name = field.file_name().unwrap_or_default().to_owned();
    // An empty file input sends an empty name.
    let mut upload = if name.is_empty() || taken.file.is_some() {
        None
    } else {
        Some(ask.store().start_upload().await?)
    };
    loop {
        match field.chunk().await {
            Ok(Some(chunk)) => {
                // What is too large is let go of at once; the rest comes in only to be forgotten.
                let written = match &mut upload {
                    Some(upload) => upload.write(&chunk).await,
                    None => Ok(()),
                };
                if let Err(error) = written {
                    upload = None;
                    taken.problem = Some(problem_of(error)?);
                }
            }
            Ok(None) => break,
            Err(_) => return Ok(false),
        }
    }
    if let Some(upload) = upload {
        match upload.finish().await {
            Ok(file) => taken.file = Some((file, name)),
            Err(error) => taken.problem = Some(problem_of(error)?),
        }
    }
    Ok(true)
}

fn problem_of(error: Error) -> domain::Result<ProblemKind> {
    problems(error)?
        .into_iter()
        .next()
        .map(|problem| problem.kind)
        .ok_or(Error::Internal)
}

/// `GET /documents/{code}`
pub async fn show(ask: Ask) -> domain::Result<Response> {
    let document = ask.store().open_document(ask.actor()?, &ask.code()?).await?;
    Ok(record_page(&ask, &document, None))
}

/// `GET /documents/{code}/text`: the same page with the text of the file opened, which is what the file says: an act of its own.
pub async fn text(ask: Ask) -> domain::Result<Response> {
    let (document, text) = ask.store().open_text(ask.actor()?, &ask.code()?).await?;
    Ok(record_page(&ask, &document, text.as_deref()))
}

fn record_page(ask: &Ask, document: &DocumentView, found: Option<&str>) -> Response {
    let (lang, offset) = (ask.lang(), ask.store().offset());
    let path = document.head.code.path();
    let edit = document
        .head
        .may_edit
        .then(|| view! { <a class="button" href=format!("{path}/edit")>{say!(lang, common.edit)}</a>" " });
    let download = view! { <a class="button button--main" href=format!("{path}/file") download="">{say!(lang, document.download)}</a> };
    let taken = view! { <span>{say!(lang, document.taken)}" "{date_time(lang, document.head.created_at, offset)}</span>" "<span><bdi>{document.head.created_by.clone()}</bdi></span> };
    let kind = DOCUMENT_TYPE.label(&document.document_type, lang).to_owned();
    let text = |label: String, text: &str| {
        (!text.trim().is_empty())
            .then(|| view! { <div><dt>{label}</dt><dd><p dir="auto">{text.to_owned()}</p></dd></div> })
    };
    let collected = document.collected_on.map(
        |day| view! { <div><dt>{say!(lang, document.collected_on)}</dt><dd>{date(lang, &day.to_string())}</dd></div> },
    );
    let view = view! {
        {record_head(&document.head, lang, (), taken, (), (edit, download))}
        <div class="page">
            <div class="content">
                <section class="section">
                    <h2>{say!(lang, document.facts)}</h2>
                    <dl class="dl">
                        <div><dt>{say!(lang, document.kind)}</dt><dd>{kind}</dd></div>
                        {text(say!(lang, document.description), &document.body.description)}
                        {text(say!(lang, document.provider), &document.body.provider)}
                        {collected}
                    </dl>
                </section>
                {file_facts(lang, document)}
                {of_document(lang, document)}
                {file_text(lang, document, found)}
            </div>
            <aside class="aside" aria-label=say!(lang, common.aside)>
                {cases(lang, &document.head.cases)}
                <section><h2>{say!(lang, common.history)}</h2>{parts::history(ask, &document.history)}{past::way(lang, &document.head.code)}</section>
            </aside>
        </div>
    };
    parts::page(ask, StatusCode::OK, Nav::Documents, document.head.code.as_str(), view)
}

/// What came of reading the file; the text itself where it was opened.
fn file_text(lang: Language, document: &DocumentView, found: Option<&str>) -> AnyView {
    let (path, text) = (document.head.code.path(), document.text);
    let said = match text.state {
        TextState::Waiting => say!(lang, document.text_waiting),
        TextState::Found => say!(lang, document.text_found, count = text.words),
        TextState::Empty => say!(lang, document.text_empty),
        TextState::None => say!(lang, document.text_none),
        TextState::Failed => say!(lang, document.text_failed),
    };
    let cut = text
        .cut
        .then(|| view! { " "{say!(lang, document.text_cut, most = LONGEST_TEXT.to_string())} });
    let more = match (found, text.state) {
        (Some(found), _) => {
            let blocks = found
                .split("\n\n")
                .map(|block| {
                    let lines = block.split('\n').map(|line| view! { <p dir="auto">{shown(line)}</p> });
                    view! { <div>{lines.collect_view()}</div> }
                })
                .collect_view();
            view! {
                <p class="help">{say!(lang, document.text_machine)}</p>
                <details class="file-text" open=true>
                    <summary>{say!(lang, document.text_whole)}</summary>
                    {blocks}
                </details>
                <p class="no-print"><a href=format!("{path}#text")>{say!(lang, document.text_close)}</a></p>
            }
            .into_any()
        }
        (None, TextState::Found) => view! {
            <p class="no-print"><a class="button" href=format!("{path}/text#text")>{say!(lang, document.text_open)}</a></p>
            <p class="help no-print">{say!(lang, document.text_logged)}</p>
        }
        .into_any(),
        (None, _) => ().into_any(),
    };
    view! {
        <section class="section" id="text">
            <h2>{say!(lang, document.text)}</h2>
            <p>{said}{cut}</p>
            {more}
        </section>
    }
    .into_any()
}

/// What is known of the file itself; it never changes.
fn file_facts(lang: Language, document: &DocumentView) -> AnyView {
    let body = &document.body;
    let mismatch = body.mismatch.then(|| {
        view! {
            <div class="notice" data-tone="amber">
                <p><b>{say!(lang, document.mismatch)}</b></p>
                <p>{say!(lang, document.mismatch_what)}</p>
            </div>
        }
    });
    let media_type = if body.media_type == "application/octet-stream" {
        view! { <span class="muted">{say!(lang, document.unknown_type)}</span> }.into_any()
    } else {
        view! { <bdi><code>{body.media_type.clone()}</code></bdi> }.into_any()
    };
    // Eight characters at a time, as one reads them to somebody.
    let hash: Vec<String> = body
        .sha256
        .as_bytes()
        .chunks(8)
        .map(|part| String::from_utf8_lossy(part).into_owned())
        .collect();
    let exact = (body.size >= 1024).then(|| {
        let bytes = say!(lang, document.bytes, n = body.size.to_string());
        view! { " "<span class="muted">"("{bytes}")"</span> }
    });
    view! {
        <section class="section">
            <h2>{say!(lang, document.file)}</h2>
            {mismatch}
            <dl class="dl">
                <div><dt>{say!(lang, document.file_name)}</dt><dd><bdi>{with_controls(&body.file_name)}</bdi></dd></div>
                <div><dt>{say!(lang, document.size)}</dt><dd>{size(lang, body.size)}{exact}</dd></div>
                <div><dt>{say!(lang, document.media_type)}</dt><dd>{media_type}</dd></div>
                <div><dt>"SHA-256"</dt><dd><bdi dir="ltr"><code>{hash.join(" ")}</code></bdi><p class="help">{say!(lang, document.hash_help)}</p></dd></div>
            </dl>
        </section>
    }
    .into_any()
}

/// A file's name with every hidden character as a mark: one that turns the direction can disguise what a file is.
fn with_controls(name: &str) -> AnyView {
    let shown = domain::text::visible(name);
    let pieces: Vec<AnyView> = shown
        .split('⟦')
        .enumerate()
        .flat_map(|(index, piece)| match piece.split_once('⟧') {
            Some((mark, rest)) if index > 0 => {
                vec![
                    view! { <span class="control">{mark.to_owned()}</span> }.into_any(),
                    rest.to_owned().into_any(),
                ]
            }
            _ => vec![piece.to_owned().into_any()],
        })
        .collect();
    pieces.into_any()
}

/// `GET /documents/{code}/file`: the file as it came in, never shown by the browser itself.
pub async fn file(ask: Ask) -> domain::Result<Response> {
    let code = ask.code()?;
    let Download {
        file_name,
        size,
        reader,
    } = ask.store().download(ask.actor()?, &code).await?;
    let chunks = futures::stream::unfold(Some(reader), |reader| async {
        let mut reader = reader?;
        match reader.chunk().await {
            Ok(Some(chunk)) => Some((Ok(Bytes::copy_from_slice(&chunk)), Some(reader))),
            Ok(None) => None,
            // The length does not come to what was announced: the browser sees a failed download.
            Err(error) => Some((Err(std::io::Error::other(error)), None)),
        }
    });
    let name = format!(
        "attachment; filename=\"{code}.bin\"; filename*=UTF-8''{}",
        extended(&file_name)
    );
    let headers = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/octet-stream"),
        ),
        (
            header::CONTENT_DISPOSITION,
            HeaderValue::from_str(&name).map_err(|_| Error::Internal)?,
        ),
        (header::CONTENT_LENGTH, HeaderValue::from(size)),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("sandbox")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    Ok((headers, Body::from_stream(chunks)).into_response())
}

/// A file's name as RFC 8187, 3.2 has it. Characters that could disguise it on disk, or lead out of a folder, are left out.
fn extended(name: &str) -> String {
    let mut encoded = String::new();
    for c in name.chars().filter(|c| {
        !matches!(c, '/' | '\\' | '\n' | '\r' | '\t')
            && !domain::text::visible(c.encode_utf8(&mut [0; 4])).starts_with('⟦')
    }) {
        if c.is_ascii_alphanumeric() || "!#$&+-.^_`|~".contains(c) {
            encoded.push(c);
        } else {
            for byte in c.encode_utf8(&mut [0; 4]).bytes() {
                encoded.push_str(&format!("%{byte:02X}"));
            }
        }
    }
    encoded
}

/// `GET /documents/{code}/edit`
pub async fn edit(ask: Ask) -> domain::Result<Response> {
    let document = ask.store().open_document(ask.actor()?, &ask.code()?).await?;
    let form = editable(&document)?;
    Ok(form_page(
        &ask,
        StatusCode::OK,
        Some(&document.head),
        &form,
        "",
        &[],
        None,
    ))
}

/// `POST /documents/{code}/edit`
pub async fn change(ask: Ask, posted: Pairs) -> domain::Result<Response> {
    let (actor, code) = (ask.actor()?, ask.code()?);
    let form = DocumentForm::from_pairs(&posted);
    let version: i64 = posted.get("version").parse().unwrap_or(0);
    let why = posted.get("why");
    let changed = match form.check(ask.store().today()) {
        Ok(draft) => {
            ask.store()
                .change_document(actor, &code, (version, why.as_str()), &draft)
                .await
        }
        Err(problems) => Err(Error::Invalid(problems)),
    };
    let Some(unsaved) = Unsaved::of(changed, ask.store().open_document(actor, &code)).await? else {
        return Ok(see_other(&code.path()));
    };
    let saved = editable(&unsaved.record)?;
    Ok(form_page(
        &ask,
        unsaved.status(),
        Some(&unsaved.head(&unsaved.record.head, version)),
        &form,
        &why,
        &unsaved.problems,
        unsaved.theirs(&saved),
    ))
}

/// The form of a document that this reader may change.
fn editable(document: &DocumentView) -> domain::Result<DocumentForm> {
    if !document.head.may_edit {
        return Err(Error::Forbidden);
    }
    Ok(DocumentForm {
        title: document.head.title_typed(),
        document_type: document.document_type.clone(),
        description: document.body.description.to_string(),
        provider: document.body.provider.to_string(),
        collected_on: document.collected_on.map(|day| day.to_string()).unwrap_or_default(),
    })
}

fn label(lang: Language, field: &str) -> String {
    match field {
        "title" => say!(lang, document.title),
        "document_type" => say!(lang, document.kind),
        "description" => say!(lang, document.description),
        "provider" => say!(lang, document.provider),
        "collected_on" => say!(lang, document.collected_on),
        "file" => say!(lang, document.file),
        "case" => say!(lang, common.case),
        "why" => say!(lang, past.why_change),
        _ => String::new(),
    }
}

fn differences(ask: &Ask, head: &Head, typed: &DocumentForm, theirs: &DocumentForm) -> AnyView {
    let lang = ask.lang();
    let pair = |field: &str, mine: &str, other: &str| (label(lang, field), mine.to_owned(), other.to_owned());
    let fields = vec![
        pair("title", &typed.title, &theirs.title),
        pair(
            "document_type",
            DOCUMENT_TYPE.label(&typed.document_type, lang),
            DOCUMENT_TYPE.label(&theirs.document_type, lang),
        ),
        pair("description", &typed.description, &theirs.description),
        pair("provider", &typed.provider, &theirs.provider),
        pair("collected_on", &typed.collected_on, &theirs.collected_on),
    ];
    parts::conflict(ask, head, fields)
}

/// The form of a new document, or of one that is changed (`head`); `theirs` is what somebody else saved meanwhile.
fn form_page(
    ask: &Ask,
    status: StatusCode,
    head: Option<&Head>,
    typed: &DocumentForm,
    why: &str,
    problems: &[Problem],
    theirs: Option<&DocumentForm>,
) -> Response {
    let lang = ask.lang();
    let form = Form { lang, problems };
    let like = Input::default();
    let day = Input {
        class: "field--short",
        kind: "date",
        ..like
    };
    let heading = head.map_or_else(
        || say!(lang, document.new),
        |head| format!("{} {}", say!(lang, document.edit), head.code),
    );
    let cancel = head.map_or_else(
        || ask.case().map_or_else(|| "/documents".to_owned(), |case| case.path()),
        |head| head.code.path(),
    );
    let conflict = theirs
        .zip(head)
        .map(|(theirs, head)| differences(ask, head, typed, theirs));
    let enctype = head.is_none().then_some("multipart/form-data");
    // The file comes last, so that the words are there before it.
    let file = head.is_none().then(|| file_field(ask, form));
    let save = if head.is_some() {
        say!(lang, common.save)
    } else {
        say!(lang, document.take)
    };
    let view = view! {
        <header class="head"><h1>{heading.clone()}</h1>{case_note(ask)}</header>
        {problems_summary(form, |field| label(lang, field))}
        {conflict}
        <form class="form" method="post" enctype=enctype>
            {head.map(|head| parts::hidden("version", &head.version.to_string()))}
            <fieldset>
                <legend>{say!(lang, document.facts)}</legend>
                {input(form, "title", label(lang, "title"), &typed.title, Input { required: true, ..like })}
                {choice(form, "document_type", label(lang, "document_type"), &typed.document_type, DOCUMENT_TYPE, say!(lang, common.choose), true)}
                {area(form, "description", label(lang, "description"), &typed.description, "", false, 3)}
                {input(form, "provider", label(lang, "provider"), &typed.provider, Input { help: &say!(lang, document.provider_help), ..like })}
                {input(form, "collected_on", label(lang, "collected_on"), &typed.collected_on, day)}
            </fieldset>
            {file}
            {head.map(|_| why_field(form, why))}
            <div class="actions">
                <button class="button button--main">{save}</button>
                <a class="button button--quiet" href=cancel>{say!(lang, common.cancel)}</a>
            </div>
        </form>
    };
    parts::page(ask, status, Nav::Documents, &heading, view)
}

fn file_field(ask: &Ask, form: Form<'_>) -> AnyView {
    let lang = form.lang;
    let limit = ask.store().limits().upload;
    let again = (!form.problems.is_empty())
        .then(|| view! { <div class="notice" data-tone="amber"><p>{say!(lang, document.file_again)}</p></div> });
    let help = say!(lang, document.file_help, limit = size(lang, limit));
    let control = view! {
        <input
            id="file"
            name="file"
            type="file"
            required=true
            data-max=limit.to_string()
            data-message=sentence(lang, &ProblemKind::FileTooLarge(limit))
            aria-invalid=form.error("file").map(|_| "true")
            aria-describedby=form.described("file", &help)
        />
    };
    view! {
        <fieldset>
            <legend>{say!(lang, document.file)}</legend>
            {again}
            {field(form, "file", say!(lang, document.choose_file), &help, true, "", control)}
        </fieldset>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_is_said_as_people_say_it() {
        let english = |bytes| size(Language::English, bytes);
        assert_eq!(
            [english(0), english(1023), english(1024), english(1536)],
            ["0 bytes", "1023 bytes", "1.0 KB", "1.5 KB"]
        );
        assert_eq!(
            [english(10 * 1024 * 1024), english(2 * 1024 * 1024 * 1024)],
            ["10 MB", "2.0 GB"]
        );
    }

    #[test]
    fn a_name_travels_whole_but_for_what_disguises_it() {
        assert_eq!(extended("photo 1.jpg"), "photo%201.jpg");
        assert_eq!(extended("صورة.jpg"), "%D8%B5%D9%88%D8%B1%D8%A9.jpg");
        assert_eq!(extended("photo\u{202E}gpj.exe"), "photogpj.exe");
        assert_eq!(extended("../a\"b\r\n;c'"), "..a%22b%3Bc%27");
    }
}
