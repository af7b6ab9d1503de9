//! What is due by a date, as a section of "My work" and of the queue.

use crate::ask::Ask;
use crate::parts::date;
use crate::say;
use domain::vocabulary::CONSENT_RECIPIENT;
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
    let today = ask.store().today();
    let notices = due
        .notices
        .iter()
        .map(|row| {
            let href = format!("{}/notices", row.testimony.path());
            let overdue = (row.due_on < today)
                .then(|| view! { " " <span class="chip" data-tone="red">{say!(lang, task.overdue)}</span> });
            view! {
                <li>
                    <a href=href><bdi class="code">{row.testimony.to_string()}</bdi></a>" "
                    {CONSENT_RECIPIENT.label(&row.recipient, lang).to_owned()}", "{say!(lang, task.by)}" "{date(lang, &row.due_on.to_string())}{overdue}
                </li>
            }
        })
        .collect_view();
    let notices = (!due.notices.is_empty())
        .then(|| view! { <h3>{say!(lang, task.notices)}</h3> <ul class="list">{notices}</ul> });
    view! { <section class="section"><h2>{say!(lang, task.due)}</h2>{notices}{reviews}</section> }.into_any()
}
