//! What is due by a date, as a section of "My work" and of the queue.

use crate::ask::Ask;
use crate::parts::date;
use crate::say;
use leptos::prelude::*;
use store::Due;

/// The section; nothing where nothing is due.
pub(super) fn section(ask: &Ask, due: &Due) -> AnyView {
    if due.is_empty() {
        return ().into_any();
    }
    let lang = ask.lang();
    let reviews = due
        .reviews
        .iter()
        .map(|row| {
            let href = format!("{}/risks", row.person.path());
            view! {
                <li>
                    <a href=href><bdi class="code">{row.person.to_string()}</bdi></a>" "
                    <span class="chip" data-tone="amber">{say!(lang, task.review)}" "{date(lang, &row.since.to_string())}</span>
                </li>
            }
        })
        .collect_view();
    let reviews = (!due.reviews.is_empty())
        .then(|| view! { <h3>{say!(lang, task.reviews)}</h3> <ul class="list">{reviews}</ul> });
    view! { <section class="section"><h2>{say!(lang, task.due)}</h2>{reviews}</section> }.into_any()
}
