//! What must be weighed before somebody speaks with a witness again.

use super::{code_link, comma, day};
use crate::ask::Ask;
use crate::say;
use domain::Language;
use domain::warning::{Interviewed, Warning};
use leptos::prelude::*;

/// The warnings as a notice, the gravest first; nothing where there are none. `all` shows also what the page of the risks
/// says of itself: where the person stands.
pub fn warnings(ask: &Ask, warnings: &[Warning], all: bool) -> AnyView {
    let lang = ask.lang();
    let of_standing = |warning: &Warning| {
        matches!(
            warning,
            Warning::CriticalRisk | Warning::NotAssessed | Warning::ReviewOverdue(_)
        )
    };
    let shown: Vec<&Warning> = warnings.iter().filter(|warning| all || !of_standing(warning)).collect();
    if shown.is_empty() {
        return ().into_any();
    }
    let tone = if shown.contains(&&Warning::CriticalRisk) {
        "red"
    } else {
        "amber"
    };
    let items = shown
        .into_iter()
        .map(|warning| match warning {
            Warning::CriticalRisk => say!(lang, warning.critical).into_any(),
            Warning::NotAssessed => say!(lang, warning.not_assessed).into_any(),
            Warning::ReviewOverdue(since) => say!(lang, warning.overdue, day = day(lang, *since)).into_any(),
            Warning::SameSex => say!(lang, warning.same_sex).into_any(),
            Warning::Interviewed(interviews) => interviewed(ask, interviews),
        })
        .map(|warning| view! { <li>{warning}</li> })
        .collect_view();
    view! {
        <aside class="notice" data-tone=tone aria-label=say!(lang, warning.title)>
            <p><b>{say!(lang, warning.title)}</b></p>
            <ul>{items}</ul>
        </aside>
    }
    .into_any()
}

/// In place of the warnings: why they can't be shown to who asks.
pub fn unseen(lang: Language, why: AnyView) -> AnyView {
    view! {
        <aside class="notice" data-tone="amber" aria-label=say!(lang, warning.title)>
            <p><b>{say!(lang, warning.title)}</b></p>
            <p>{why}</p>
        </aside>
    }
    .into_any()
}

fn interviewed(ask: &Ask, interviews: &[Interviewed]) -> AnyView {
    let lang = ask.lang();
    let count = u32::try_from(interviews.len()).unwrap_or(u32::MAX);
    let items = interviews
        .iter()
        .map(|interview| {
            let on = interview.on.map(|on| format!("{}{}", comma(lang), day(lang, on)));
            let by = ask.store().staff_name(interview.by);
            view! { <li><bdi>{by}</bdi>{on}" "{code_link(&interview.testimony)}</li> }
        })
        .collect_view();
    view! { {say!(lang, warning.interviewed, count = count)} <ul>{items}</ul> }.into_any()
}
