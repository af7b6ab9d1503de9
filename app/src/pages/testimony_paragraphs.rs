//! The paragraphs of a statement, to be written: each with its basis, its language, and what else is known of it.
//!
//! The whole form works without a script: each paragraph's buttons save the step with the change and come back to the
//! paragraph. The island `ParagraphEditor` does the same in the browser.

use crate::parts::Form;
use crate::parts::fields::EMPTY;
use crate::say;
use domain::Language;
use domain::form::{LONG, Pairs, SHORT};
use domain::testimony::{PARAGRAPH, Paragraph, TestimonyForm};
use domain::vocabulary::{BASIS, INTERVIEW_LANGUAGE, Vocabulary};
use leptos::prelude::*;

/// The button that was pressed. Numbers are positions from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Press {
    Save,
    /// Save, and go on to the next step.
    Next,
    /// Save, and show one more entry of a question that takes several.
    More,
    Add,
    Up(usize),
    Down(usize),
    Split(usize),
    Remove(usize),
}

impl Press {
    pub fn of(posted: &Pairs) -> Self {
        let pressed = posted.get("do");
        let (name, at) = pressed.split_once(':').unwrap_or((&pressed, ""));
        match (name, at.parse()) {
            ("next", _) => Self::Next,
            ("more", _) => Self::More,
            ("add", _) => Self::Add,
            ("up", Ok(at)) => Self::Up(at),
            ("down", Ok(at)) => Self::Down(at),
            ("split", Ok(at)) => Self::Split(at),
            ("remove", Ok(at)) => Self::Remove(at),
            _ => Self::Save,
        }
    }

    /// Does it to the paragraphs; the position to come back to. What has a frozen number is neither moved nor removed.
    pub fn apply(self, paragraphs: &mut Vec<Paragraph>) -> Option<usize> {
        let loose = |at: usize| paragraphs.get(at).is_some_and(|paragraph| paragraph.number.is_none());
        match self {
            Self::Save | Self::Next | Self::More => None,
            Self::Add => {
                let like = paragraphs.last().map(|last| last.language.clone()).unwrap_or_default();
                paragraphs.push(Paragraph {
                    language: like,
                    ..Paragraph::default()
                });
                Some(paragraphs.len() - 1)
            }
            Self::Up(at) if at > 0 && loose(at) => {
                paragraphs.swap(at, at - 1);
                Some(at - 1)
            }
            Self::Down(at) if loose(at) && at + 1 < paragraphs.len() => {
                paragraphs.swap(at, at + 1);
                Some(at + 1)
            }
            Self::Split(at) => {
                let whole = paragraphs.get_mut(at)?;
                let Some((first, rest)) = whole
                    .text
                    .trim_start()
                    .split_once('\n')
                    .map(|(first, rest)| (first.trim_end().to_owned(), rest.trim_start().to_owned()))
                else {
                    return Some(at);
                };
                let second = Paragraph {
                    text: rest.into(),
                    language: whole.language.clone(),
                    basis: whole.basis.clone(),
                    ..Paragraph::default()
                };
                whole.text = first.into();
                paragraphs.insert(at + 1, second);
                Some(at + 1)
            }
            Self::Remove(at) if loose(at) => {
                paragraphs.remove(at);
                Some(at.saturating_sub(1))
            }
            Self::Up(at) | Self::Down(at) | Self::Remove(at) => Some(at),
        }
    }
}

/// The numbers that paragraphs show: those that are frozen, and for the others those that filing would give.
pub(super) fn numbers_of(paragraphs: &[Paragraph]) -> Vec<String> {
    let mut next = paragraphs
        .iter()
        .filter_map(|paragraph| paragraph.number)
        .max()
        .unwrap_or(0);
    paragraphs
        .iter()
        .map(|paragraph| {
            let number = paragraph.number.unwrap_or_else(|| {
                next += 1;
                next
            });
            number.to_string()
        })
        .collect()
}

/// Pairs paragraphs that differ: those before the first and after the last difference are the same in both.
pub(super) fn paragraph_pairs(
    lang: Language,
    mine: &[Paragraph],
    theirs: &[Paragraph],
) -> Vec<(String, String, String)> {
    let start = mine
        .iter()
        .zip(theirs)
        .take_while(|(mine, theirs)| mine == theirs)
        .count();
    let (mine, theirs) = (&mine[start..], &theirs[start..]);
    let end = mine
        .iter()
        .rev()
        .zip(theirs.iter().rev())
        .take_while(|(mine, theirs)| mine == theirs)
        .count();
    let (mine, theirs) = (&mine[..mine.len() - end], &theirs[..theirs.len() - end]);
    let text = |paragraph: Option<&Paragraph>| paragraph.map(|paragraph| told(lang, paragraph)).unwrap_or_default();
    (0..mine.len().max(theirs.len()))
        .map(|at| {
            let number = (start + at + 1).to_string();
            (
                say!(lang, testimony.paragraph, number = number),
                text(mine.get(at)),
                text(theirs.get(at)),
            )
        })
        .collect()
}

/// What is known of a paragraph besides its text, each with its name.
pub(super) fn more_of(lang: Language, paragraph: &Paragraph) -> Vec<(String, String)> {
    let key = if paragraph.is_key {
        say!(lang, common.yes)
    } else {
        String::new()
    };
    [
        (say!(lang, editor.translation), paragraph.translation.to_string()),
        (say!(lang, editor.source), paragraph.source.to_string()),
        (say!(lang, editor.time), paragraph.time.to_string()),
        (say!(lang, editor.place), paragraph.place.to_string()),
        (say!(lang, editor.key), key),
        (say!(lang, editor.favours), paragraph.favours.to_string()),
        (say!(lang, editor.why), paragraph.favours_why.to_string()),
    ]
    .into_iter()
    .filter(|(_, text)| !text.trim().is_empty())
    .collect()
}

/// A whole paragraph as one text, to be compared.
pub(super) fn told(lang: Language, paragraph: &Paragraph) -> String {
    let facts: Vec<&str> = [
        BASIS.label(&paragraph.basis, lang),
        INTERVIEW_LANGUAGE.label(&paragraph.language, lang),
    ]
    .into_iter()
    .filter(|fact| !fact.is_empty())
    .collect();
    let mut text = paragraph.text.to_string();
    if !facts.is_empty() {
        text.push_str(&format!(" ({})", facts.join(" · ")));
    }
    for (name, more) in more_of(lang, paragraph) {
        text.push_str(&format!("\n{name}: {more}"));
    }
    text
}

pub(super) fn statement_fields(form: Form<'_>, typed: &TestimonyForm, numbers: &[String]) -> AnyView {
    let lang = form.lang;
    let empty = [Paragraph::default()];
    let paragraphs: &[Paragraph] = if typed.paragraphs.is_empty() {
        &empty
    } else {
        &typed.paragraphs
    };
    let items: Vec<_> = paragraphs
        .iter()
        .enumerate()
        .map(|(index, paragraph)| {
            paragraph_item(form, index, paragraph, numbers.get(index).map_or("1", String::as_str))
        })
        .collect();
    view! {
        <fieldset>
            <legend>{say!(lang, testimony.statement)}</legend>
            <p class="help">{say!(lang, editor.help)}</p>
            <noscript><p class="help">{say!(lang, editor.help_plain)}</p></noscript>
            <p class="help" data-script="" hidden>{say!(lang, editor.help_script)}</p>
            <ol class="statement" id="statement">{items}</ol>
            <p class="para-add"><button class="button button--small" name="do" value="add">{say!(lang, editor.add)}</button></p>
        </fieldset>
    }
    .into_any()
}

/// An empty paragraph for a script to copy.
pub(super) fn template(lang: Language) -> AnyView {
    view! { <template id="paragraph">{paragraph_item(Form { lang, problems: &[] }, 0, &Paragraph::default(), "1")}</template> }
        .into_any()
}

/// One paragraph. Labels with `{n}` are kept in `data-label`, so that the island can write them anew when numbers change.
fn paragraph_item(form: Form<'_>, index: usize, paragraph: &Paragraph, number: &str) -> AnyView {
    let lang = form.lang;
    let field = format!("p{index}");
    let frozen = paragraph.number.is_some();
    let fixed = paragraph.number.map(|number| number.to_string()).unwrap_or_default();
    let (text_error, basis_error, language_error) = (
        form.error(&field),
        form.error(&format!("{field}_basis")),
        form.error(&format!("{field}_language")),
    );
    let tone = (text_error.is_some() || basis_error.is_some() || language_error.is_some()).then_some("red");
    let invalid = text_error.is_some().then_some("true");
    let described = invalid.map(|_| format!("{field}-error"));
    let error = |field: String, text: Option<String>| {
        text.map(|text| view! { <p class="error" id=format!("{field}-error")>{text}</p> })
    };
    let labelled = |template: String| (template.replace("{n}", number), template);
    let (text_label, text_template) = labelled(say!(lang, editor.paragraph_n));
    let (basis_label, basis_template) = labelled(say!(lang, editor.paragraph_basis));
    let (language_label, language_template) = labelled(say!(lang, editor.paragraph_language));
    let tool = |what: &str, text: String, template: String| {
        let (label, template) = labelled(template);
        view! { <button class="button button--small button--quiet" name="do" value=format!("{what}:{index}") data-label=template aria-label=label>{text}</button> }
    };
    let split = tool("split", say!(lang, editor.split), say!(lang, editor.split_n));
    let movable = (!frozen).then(|| {
        view! {
            {tool("up", say!(lang, editor.up), say!(lang, editor.up_n))}
            {tool("down", say!(lang, editor.down), say!(lang, editor.down_n))}
            {tool("remove", say!(lang, editor.remove), say!(lang, editor.remove_n))}
        }
    });
    let number_fixed = frozen.then(|| view! { <span class="muted">{say!(lang, editor.frozen)}</span> });
    // A first line break after <textarea> is eaten by the browser: one more keeps the text whole.
    let text = format!("\n{}", paragraph.text.as_str());
    view! {
        <li class="para" data-tone=tone>
            <span class="para-n">{number.to_owned()}</span>
            <input type="hidden" name="p_number" value=fixed/>
            <textarea
                class="para-text"
                id=field.clone()
                name="p_text"
                rows="2"
                dir="auto"
                placeholder=EMPTY
                maxlength=PARAGRAPH.to_string()
                autocomplete="off"
                spellcheck="false"
                data-part=""
                data-label=text_template
                aria-label=text_label
                aria-invalid=invalid
                aria-describedby=described
            >
                {text}
            </textarea>
            <div class="para-facts">
                {quiet(form, &format!("{field}_basis"), "p_basis", (basis_label, basis_template), &paragraph.basis, BASIS, say!(lang, editor.choose_basis))}
                {quiet(form, &format!("{field}_language"), "p_language", (language_label, language_template), &paragraph.language, INTERVIEW_LANGUAGE, say!(lang, editor.as_interview))}
                {number_fixed}
            </div>
            {error(field.clone(), text_error)}
            {error(format!("{field}_basis"), basis_error)}
            {error(format!("{field}_language"), language_error)}
            {more_fields(form, &field, number, paragraph)}
            <div class="para-tools">{split}{movable}</div>
        </li>
    }
    .into_any()
}

/// What a part of a paragraph is typed in.
enum Shape {
    Line,
    /// Several lines, with the most characters.
    Area(u32),
}

/// What else is known of a paragraph, folded away while there is nothing. Labels enclose their controls, so that they need
/// not be written anew when numbers change.
fn more_fields(form: Form<'_>, field: &str, number: &str, paragraph: &Paragraph) -> AnyView {
    let lang = form.lang;
    let part = |part: &str, name: &str, label: String, value: &str, shape: Shape| {
        let id = format!("{field}_{part}");
        let error = form.error(&id);
        let invalid = error.is_some().then_some("true");
        let described = invalid.map(|_| format!("{id}-error"));
        let error = error.map(|text| view! { <span class="error" id=format!("{id}-error")>{text}</span> });
        let (part, name) = (format!("_{part}"), name.to_owned());
        let control = match shape {
            Shape::Line => view! {
                <input id=id data-part=part name=name type="text" value=value.to_owned() dir="auto" placeholder=EMPTY maxlength=SHORT.to_string() autocomplete="off" spellcheck="false" aria-invalid=invalid aria-describedby=described/>
            }
            .into_any(),
            Shape::Area(max) => {
                // A first line break after <textarea> is eaten by the browser: one more keeps the text whole.
                let text = format!("\n{value}");
                view! {
                    <textarea id=id data-part=part class="grow-text" name=name rows="2" dir="auto" placeholder=EMPTY maxlength=max.to_string() autocomplete="off" spellcheck="false" aria-invalid=invalid aria-describedby=described>{text}</textarea>
                }
                .into_any()
            }
        };
        view! { <label class="field">{label}{control}{error}</label> }
    };
    let open = !more_of(lang, paragraph).is_empty()
        || paragraph.basis == "hearsay_named"
        || form
            .problems
            .iter()
            .any(|problem| problem.field.starts_with(&format!("{field}_")));
    let (label, template) = (
        say!(lang, editor.more_n).replace("{n}", number),
        say!(lang, editor.more_n),
    );
    view! {
        <details class="para-more" open=open>
            <summary data-label=template aria-label=label>{say!(lang, editor.more)}</summary>
            <div class="para-more-fields">
                {part("translation", "p_translation", say!(lang, editor.translation), &paragraph.translation, Shape::Area(PARAGRAPH))}
                {part("source", "p_source", say!(lang, editor.source), &paragraph.source, Shape::Line)}
                <div class="inline-fields">
                    {part("time", "p_time", say!(lang, editor.time), &paragraph.time, Shape::Line)}
                    {part("place", "p_place", say!(lang, editor.place), &paragraph.place, Shape::Line)}
                </div>
                <label class="field">
                    {say!(lang, editor.key)}
                    <select name="p_key" data-part="_key" id=format!("{field}_key")>
                        <option value="">{say!(lang, common.no)}</option>
                        <option value="yes" selected=paragraph.is_key>{say!(lang, common.yes)}</option>
                    </select>
                </label>
                {part("favours", "p_favours", say!(lang, editor.favours), &paragraph.favours, Shape::Line)}
                {part("why", "p_why", say!(lang, editor.why), &paragraph.favours_why, Shape::Area(LONG))}
            </div>
        </details>
    }
    .into_any()
}

/// A quiet select at a paragraph's side; `label` is its name and the template of its name.
fn quiet(
    form: Form<'_>,
    id: &str,
    name: &str,
    label: (String, String),
    value: &str,
    vocabulary: Vocabulary,
    empty: String,
) -> AnyView {
    let lang = form.lang;
    let options: Vec<_> = vocabulary
        .terms()
        .map(|term| view! { <option value=term.code selected=term.code == value>{term.label(lang)}</option> })
        .collect();
    let invalid = form.error(id).is_some().then_some("true");
    view! {
        <select
            class="quiet"
            id=id.to_owned()
            name=name.to_owned()
            data-part=id.trim_start_matches(|c: char| c != '_').to_owned()
            aria-label=label.0
            data-label=label.1
            aria-invalid=invalid
            aria-describedby=invalid.map(|_| format!("{id}-error"))
        >
            <option value="">{empty}</option>
            {options}
        </select>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paragraphs(texts: &[(&str, Option<u32>)]) -> Vec<Paragraph> {
        texts
            .iter()
            .map(|(text, number)| Paragraph {
                number: *number,
                text: (*text).into(),
                ..Paragraph::default()
            })
            .collect()
    }

    fn texts(paragraphs: &[Paragraph]) -> Vec<&str> {
        paragraphs.iter().map(|paragraph| paragraph.text.as_str()).collect()
    }

    #[test]
    fn buttons_change_paragraphs_and_come_back_to_the_right_one() {
        let table: [(&str, &[&str], Option<usize>); 11] = [
            ("save", &["a", "b\nc", "d"], None),
            ("", &["a", "b\nc", "d"], None),
            ("next", &["a", "b\nc", "d"], None),
            ("add", &["a", "b\nc", "d", ""], Some(3)),
            ("up:1", &["b\nc", "a", "d"], Some(0)),
            ("up:0", &["a", "b\nc", "d"], Some(0)),
            ("down:0", &["b\nc", "a", "d"], Some(1)),
            ("down:2", &["a", "b\nc", "d"], Some(2)),
            ("split:1", &["a", "b", "c", "d"], Some(2)),
            ("remove:1", &["a", "d"], Some(0)),
            ("remove:9", &["a", "b\nc", "d"], Some(9)),
        ];
        for (pressed, expected, back) in table {
            let mut list = paragraphs(&[("a", None), ("b\nc", None), ("d", None)]);
            let press = Press::of(&Pairs(vec![("do".into(), pressed.into())]));
            assert_eq!(press.apply(&mut list), back, "{pressed}");
            assert_eq!(texts(&list), expected, "{pressed}");
        }
    }

    #[test]
    fn a_frozen_paragraph_stays_where_it_is() {
        for press in [Press::Up(1), Press::Down(1), Press::Remove(1)] {
            let mut list = paragraphs(&[("a", Some(1)), ("b", Some(2)), ("c", None)]);
            press.apply(&mut list);
            assert_eq!(texts(&list), ["a", "b", "c"], "{press:?}");
        }
        let mut list = paragraphs(&[("a\nb", Some(1))]);
        Press::Split(0).apply(&mut list);
        assert_eq!(
            list.iter().map(|paragraph| paragraph.number).collect::<Vec<_>>(),
            [Some(1), None]
        );
    }

    #[test]
    fn a_conflict_shows_the_paragraphs_that_differ() {
        let mine = paragraphs(&[("a", None), ("b", None), ("c", None)]);
        let theirs = paragraphs(&[("a", None), ("x", None), ("y", None), ("c", None)]);
        let pairs = paragraph_pairs(Language::English, &mine, &theirs);
        let shown: Vec<_> = pairs
            .iter()
            .map(|(_, mine, theirs)| (mine.as_str(), theirs.as_str()))
            .collect();
        assert_eq!(shown, [("b", "x"), ("", "y")]);
    }
}
