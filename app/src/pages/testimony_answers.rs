//! Answers of a statement, to be read: step by step, with the words of the reader's language for what was chosen.

use super::testimony::shown;
use crate::ask::Ask;
use crate::parts::{code_link, comma, date};
use crate::say;
use domain::testimony::questions::of_step;
use domain::testimony::{Answers, Question, Shape, Statement, Step};
use domain::{Code, Language};
use leptos::prelude::*;

/// One answer as a text for the reader.
fn text_of(ask: &Ask, lang: Language, shape: Shape, answer: &str) -> String {
    match shape {
        Shape::Choice(list) | Shape::Choices(list) => list.label(answer, lang).to_owned(),
        Shape::Colleague => ask
            .store()
            .staff_named(answer.trim())
            .map_or_else(|| answer.to_owned(), |(_, name)| name),
        Shape::Line | Shape::Text | Shape::Date | Shape::Time | Shape::Person | Shape::Testimony | Shape::Rows(_) => {
            answer.to_owned()
        }
    }
}

/// Every answer to a question as texts: one for each entry of a question that takes several.
pub(super) fn texts(ask: &Ask, lang: Language, question: &Question, answers: &Answers) -> Vec<String> {
    let Shape::Rows(columns) = question.shape else {
        let all = answers.all(question.name).iter();
        let texts: Vec<String> = all
            .filter(|answer| !answer.is_blank())
            .map(|answer| text_of(ask, lang, question.shape, answer))
            .collect();
        return if texts.is_empty() {
            texts
        } else {
            vec![texts.join(comma(lang))]
        };
    };
    (0..answers.entries(question))
        .map(|at| {
            let parts = columns.iter().filter_map(|column| {
                let answer = answers.all(&format!("{}.{}", question.name, column.name)).get(at)?;
                (!answer.is_blank())
                    .then(|| format!("{}: {}", column.label(lang), text_of(ask, lang, column.shape, answer)))
            });
            parts.collect::<Vec<_>>().join(" · ")
        })
        .collect()
}

fn read(ask: &Ask, lang: Language, question: &Question, answers: &Answers) -> AnyView {
    let plain = answers.get(question.name);
    match question.shape {
        Shape::Date => date(lang, plain),
        Shape::Time => view! { <bdi dir="ltr">{plain.to_owned()}</bdi> }.into_any(),
        Shape::Person | Shape::Testimony => match plain.parse::<Code>() {
            Ok(code) => code_link(&code),
            Err(_) => view! { <p dir="auto">{shown(plain)}</p> }.into_any(),
        },
        Shape::Line | Shape::Text => view! { <p dir="auto">{shown(plain)}</p> }.into_any(),
        Shape::Choice(_) | Shape::Choices(_) | Shape::Colleague => {
            texts(ask, lang, question, answers).join("").into_any()
        }
        Shape::Rows(_) => {
            let entries = texts(ask, lang, question, answers)
                .into_iter()
                .map(|entry| view! { <li dir="auto">{shown(&entry)}</li> })
                .collect_view();
            view! { <ul class="list">{entries}</ul> }.into_any()
        }
    }
}

/// The answers of every step that has any. What an import did not have is said so; what is not answered yet is left out,
/// and so is the summary, which stands with the paragraphs.
pub(super) fn facts(ask: &Ask, lang: Language, statement: &Statement, withheld: &[&'static Question]) -> AnyView {
    let answers = &statement.answers;
    let sections = Step::ALL
        .into_iter()
        .filter(|step| *step != Step::Account)
        .filter_map(|step| {
            let rows: Vec<AnyView> = of_step(step)
                .filter_map(|question| {
                    let value = if answers.answered(question) {
                        read(ask, lang, question, answers)
                    } else if withheld.contains(&question) {
                        view! { <span class="muted">{say!(lang, step.withheld)}</span> }.into_any()
                    } else if statement.not_recorded.iter().any(|name| name == question.name) {
                        view! { <span class="muted">{say!(lang, testimony.not_recorded)}</span> }.into_any()
                    } else {
                        return None;
                    };
                    Some(view! { <div><dt>{question.label(lang)}</dt><dd>{value}</dd></div> }.into_any())
                })
                .collect();
            (!rows.is_empty()).then(|| {
                view! { <section class="section"><h2>{step.label(lang)}</h2><dl class="dl">{rows}</dl></section> }
                    .into_any()
            })
        });
    sections.collect_view().into_any()
}

/// The summary, above the paragraphs.
pub(super) fn summary(statement: &Statement) -> Option<AnyView> {
    let summary = statement.answers.get("summary");
    (!summary.trim().is_empty()).then(|| view! { <p class="measure" dir="auto">{shown(summary)}</p> }.into_any())
}
