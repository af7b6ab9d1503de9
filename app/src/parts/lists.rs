//! Parts of lists: links to records, pages, empty states.

use crate::say;
use domain::{Code, Language, Words};
use leptos::prelude::*;

/// A code as a link to its record.
pub fn code_link(code: &Code) -> AnyView {
    view! { <a href=code.path()><bdi class="code">{code.to_string()}</bdi></a> }.into_any()
}

/// A record's title or name beside its code, as a link; a hidden name shows the code alone.
pub fn record_link(code: &Code, title: Option<&Words>) -> AnyView {
    let title = title
        .filter(|title| !title.is_blank())
        .map(|title| view! { " " <span dir="auto">{title.to_string()}</span> });
    view! { <a href=code.path()><bdi class="code">{code.to_string()}</bdi>{title}</a> }.into_any()
}

/// A name, or what stands for a name that stays hidden from this reader.
pub fn protected_name(lang: Language, title: Option<&Words>) -> AnyView {
    match title {
        Some(title) if !title.is_blank() => view! { <span dir="auto">{title.to_string()}</span> }.into_any(),
        Some(_) => view! { <span class="muted">{say!(lang, common.no_name)}</span> }.into_any(),
        None => view! { <span class="muted">{say!(lang, common.name_protected)}</span> }.into_any(),
    }
}

/// A citation: `T-2025-0123 §3, 5`, opening at the first paragraph.
pub fn cite(source: &Code, paragraphs: &[u32]) -> AnyView {
    let anchor = paragraphs
        .first()
        .map(|number| format!("#p{number}"))
        .unwrap_or_default();
    let numbers = (!paragraphs.is_empty()).then(|| {
        format!(
            " §{}",
            paragraphs.iter().map(u32::to_string).collect::<Vec<_>>().join(", ")
        )
    });
    view! { <a class="cite" href=format!("{}{anchor}", source.path())><bdi class="code">{source.to_string()}</bdi>{numbers}</a> }.into_any()
}

/// Links to newer and older rows; nothing where there are neither.
pub fn pager(lang: Language, newer: Option<String>, older: Option<String>) -> AnyView {
    if newer.is_none() && older.is_none() {
        return ().into_any();
    }
    let newer = newer.map(|href| view! { <a href=href rel="prev"><span class="arrow arrow--back" aria-hidden="true"></span>{say!(lang, common.newer)}</a> });
    let older = older.map(|href| view! { <a href=href rel="next">{say!(lang, common.older)}<span class="arrow" aria-hidden="true"></span></a> });
    view! { <nav class="pager" aria-label=say!(lang, common.pages)>{newer}{older}</nav> }.into_any()
}

/// An empty list: why it is empty, and what to do.
pub fn empty(title: String, why: String, action: Option<(String, String)>) -> AnyView {
    let action = action.map(|(href, label)| view! { <p><a class="button" href=href>{label}</a></p> });
    view! { <div class="empty"><h2>{title}</h2><p>{why}</p>{action}</div> }.into_any()
}

/// Addresses of the newer and the older page of a list, keeping the filter (codes and states only).
#[must_use]
pub fn list_href(path: &str, filter: &[(&str, &str)], page: &store::ListPage) -> (Option<String>, Option<String>) {
    let kept: String = filter
        .iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| format!("&{name}={value}"))
        .collect();
    let newer = page
        .newer
        .then(|| page.rows.first())
        .flatten()
        .map(|row| format!("{path}?after={}{kept}", row.code));
    let older = page
        .older
        .then(|| page.rows.last())
        .flatten()
        .map(|row| format!("{path}?before={}{kept}", row.code));
    (newer, older)
}

/// Says on which case a new record will hang.
pub fn case_note(ask: &crate::ask::Ask) -> AnyView {
    let lang = ask.lang();
    ask.case()
        .map(|case| view! { <p class="head-facts"><span>{say!(lang, common.on_case)}" "{code_link(&case)}</span></p> })
        .into_any()
}
