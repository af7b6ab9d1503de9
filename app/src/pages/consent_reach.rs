//! Whether a statement may go to a recipient for a purpose: for each paragraph how far, and every reason why not further.

use super::consent::cell_name;
use crate::ask::Ask;
use crate::parts::bars::bar;
use crate::parts::{Form, choices, comma};
use crate::say;
use domain::consent::{Bar, Reach, cell_code, cells};
use domain::{Code, Language};
use leptos::prelude::*;
use store::{ConsentFile, Going, Outgoing};

/// The purpose and recipient that the address asks about; none if it names none of the form's.
pub(super) fn asked(ask: &Ask) -> Option<(&'static str, &'static str)> {
    let to = ask.query.get("to");
    cells().find(|(purpose, recipient)| cell_code(purpose, recipient) == to)
}

/// The question, and the answer once it was asked.
pub(super) fn section(ask: &Ask, file: &ConsentFile) -> AnyView {
    let lang = ask.lang();
    let path = file.head.code.path();
    let form = Form { lang, problems: &[] };
    let options = cells()
        .map(|(purpose, recipient)| (cell_code(purpose, recipient), cell_name(lang, purpose, recipient)))
        .collect();
    let chosen = file
        .outgoing
        .as_ref()
        .map(|outgoing| cell_code(outgoing.purpose, outgoing.recipient))
        .unwrap_or_default();
    let answer = file
        .outgoing
        .as_ref()
        .map(|outgoing| answer(lang, &file.head.code, outgoing));
    view! {
        <section class="section" id="reach">
            <h2>{say!(lang, reach.title)}</h2>
            <form class="form" method="get" action=format!("{path}/consents#reach")>
                {choices(form, "to", say!(lang, reach.to), &chosen, options, say!(lang, common.choose), false, "")}
                <p><button class="button">{say!(lang, reach.ask)}</button></p>
            </form>
            {answer}
        </section>
    }
    .into_any()
}

fn answer(lang: Language, code: &Code, outgoing: &Outgoing) -> AnyView {
    if outgoing.paragraphs.is_empty() {
        return view! { <p class="muted">{say!(lang, testimony.paragraphs_none)}</p> }.into_any();
    }
    // Paragraphs that get the same answer stand in one row.
    let mut rows: Vec<(Vec<&Going>, &Reach, bool)> = Vec::new();
    for going in &outgoing.paragraphs {
        let same = |(_, reach, exculpatory): &&mut (Vec<&Going>, &Reach, bool)| {
            **reach == going.reach && *exculpatory == going.exculpatory
        };
        match rows.iter_mut().find(same) {
            Some((list, ..)) => list.push(going),
            None => rows.push((vec![going], &going.reach, going.exculpatory)),
        }
    }
    let rows = rows
        .into_iter()
        .map(|(list, reach, exculpatory)| {
            let numbers: Vec<AnyView> = list
                .iter()
                .enumerate()
                .map(|(index, going)| {
                    let comma = (index > 0).then(|| comma(lang));
                    let name = match going.number {
                        Some(number) => {
                            let href = format!("{}#p{number}", code.path());
                            view! { <a href=href><bdi>{format!("§{number}")}</bdi></a> }.into_any()
                        }
                        None => say!(lang, reach.sealed).into_any(),
                    };
                    view! { {comma}{name} }.into_any()
                })
                .collect();
            let flag = exculpatory
                .then(|| view! { " " <span class="chip" data-tone="amber">{say!(lang, reach.exculpatory)}</span> });
            view! {
                <tr>
                    <th scope="row"><div>{numbers}{flag}</div></th>
                    <td data-label=say!(lang, reach.goes)>{goes(lang, reach)}</td>
                    <td data-label=say!(lang, reach.why)><div>{why(lang, reach, exculpatory)}</div></td>
                </tr>
            }
        })
        .collect_view();
    let age = outgoing
        .age_unknown
        .then(|| view! { <p class="help">{say!(lang, reach.age)}</p> });
    view! {
        <div class="table-wrap">
            <table class="table table--stack table--roomy">
                <caption>{cell_name(lang, outgoing.purpose, outgoing.recipient)}</caption>
                <thead>
                    <tr>
                        <th scope="col">{say!(lang, reach.paragraphs)}</th>
                        <th scope="col">{say!(lang, reach.goes)}</th>
                        <th scope="col">{say!(lang, reach.why)}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
        {age}
    }
    .into_any()
}

fn goes(lang: Language, reach: &Reach) -> AnyView {
    match &reach.goes {
        Some(permit) => {
            view! { <div><span class="chip" data-tone="accent">{say!(lang, reach.yes)}</span>" "{permit.identity.label(lang)}</div> }
                .into_any()
        }
        None => view! { <span class="chip" data-tone="red">{say!(lang, reach.no)}</span> }.into_any(),
    }
}

/// What binds whoever receives it, why it goes no further, or why it does not go.
fn why(lang: Language, reach: &Reach, exculpatory: bool) -> AnyView {
    let bars = (!reach.bars.is_empty()).then(|| {
        let head = match reach.goes {
            Some(_) => say!(lang, reach.no_further),
            None => say!(lang, reach.not_at_all),
        };
        let items = reach.bars.iter().map(|one| match one {
            // How far that is stands beside it.
            Bar::Identity(_) => view! { <li>{say!(lang, reach.allowed)}</li> },
            one => view! { <li>{bar(lang, one)}</li> },
        });
        view! { <p>{head}</p><ul class="list">{items.collect_view()}</ul> }
    });
    let binding = reach
        .goes
        .as_ref()
        .filter(|permit| !permit.binding.is_empty())
        .map(|permit| {
            let items = permit
                .binding
                .iter()
                .map(|condition| view! { <li>{condition.label(lang)}</li> });
            view! { <p>{say!(lang, reach.binding)}</p><ul class="list">{items.collect_view()}</ul> }
        });
    let stated = (exculpatory && reach.goes.is_none()).then(|| view! { <p>{say!(lang, reach.stated)}</p> });
    view! { {bars}{binding}{stated} }.into_any()
}
