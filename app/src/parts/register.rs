//! Parts of registers: the way to a new record, the filter, the names of places and kinds.

use super::Form;
use super::fields::choices;
use crate::ask::Ask;
use crate::say;
use domain::vocabulary::{Level, PLACE, Place};
use domain::{Kind, Language};
use leptos::prelude::*;

/// The head of a register: its heading, and the way to a new record for who may make one (`href`, label).
pub fn register_head(title: String, new: Option<(String, String)>) -> AnyView {
    let new = new
        .map(|(href, label)| view! { <div class="head-do"><a class="button button--main" href=href>{label}</a></div> });
    view! { <header class="head"><h1>{title}</h1>{new}</header> }.into_any()
}

/// A filter by one code, kept in the address: a select, and the way back to everything.
pub fn filter_by(
    ask: &Ask,
    path: &str,
    name: &str,
    label: String,
    value: &str,
    options: Vec<(String, String)>,
) -> AnyView {
    let lang = ask.lang();
    let select = choices(
        Form { lang, problems: &[] },
        name,
        label,
        value,
        options,
        say!(lang, common.any),
        false,
        "",
    );
    filter_form(ask, path, select, !value.is_empty())
}

/// A filter around any field.
pub fn filter_form(ask: &Ask, path: &str, field: AnyView, is_set: bool) -> AnyView {
    let lang = ask.lang();
    let clear = is_set.then(|| view! { <a href=path.to_owned()>{say!(lang, common.clear)}</a> });
    view! {
        <form class="filters" method="get">
            {field}
            <button class="button">{say!(lang, common.filter)}</button>
            {clear}
        </form>
    }
    .into_any()
}

/// The name of a kind of record.
#[must_use]
pub fn kind_name(lang: Language, kind: Kind) -> String {
    match kind {
        Kind::Case => say!(lang, search.case),
        Kind::Testimony => say!(lang, search.testimony),
        Kind::Document => say!(lang, search.document),
        Kind::Incident => say!(lang, search.incident),
        Kind::Person => say!(lang, search.person),
        Kind::Unit => say!(lang, search.unit),
    }
}

/// A place with what it lies in: `Al-Qardaha (District), Lattakia`. A code that is of no place is shown as it is.
#[must_use]
pub fn place_name(lang: Language, code: &str) -> String {
    let Some(place) = PLACE.get(code) else {
        return code.to_owned();
    };
    let mut names = vec![with_level(lang, place)];
    let mut above = place.within();
    while let Some(outer) = above {
        if outer.label(lang) != place.label(lang) {
            names.push(outer.label(lang).to_owned());
        }
        above = outer.within();
    }
    let comma = match lang {
        Language::English => ", ",
        Language::Arabic => "، ",
    };
    names.join(comma)
}

fn with_level(lang: Language, place: &Place) -> String {
    format!("{} ({})", place.label(lang), place.level.label(lang))
}

/// The options of a select of places, in groups: a governorate, then each of its districts with its sub-districts.
pub fn place_options(lang: Language, value: &str) -> AnyView {
    let option = |place: &Place, text: String| {
        let selected = place.code == value;
        view! { <option value=place.code selected=selected>{text}</option> }
    };
    PLACE
        .iter()
        .filter(|place| place.level == Level::Governorate)
        .map(|governorate| {
            let name = governorate.label(lang);
            let districts = governorate
                .parts()
                .map(|district| {
                    let within = district.parts().map(|part| option(part, part.official.filter(|_| lang == Language::Arabic).unwrap_or(part.label(lang)).to_owned()));
                    view! {
                        <optgroup label=format!("{name} – {}", district.label(lang))>
                            {option(district, with_level(lang, district))}
                            {within.collect_view()}
                        </optgroup>
                    }
                })
                .collect_view();
            view! { <optgroup label=name.to_owned()>{option(governorate, with_level(lang, governorate))}</optgroup>{districts} }
        })
        .collect_view()
        .into_any()
}
