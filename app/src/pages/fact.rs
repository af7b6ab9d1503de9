//! Facts of a case: what speaks for each and against it, what that comes to, and what was concluded.

use super::involve::citations;
use crate::ask::{Ask, problems, see_other};
use crate::parts::fields::Input;
use crate::parts::{
    self, Form, Nav, area, check_box, choice, cite, code_link, date_time, empty, enter_saves, input, problems_summary,
    radios,
};
use crate::say;
use axum::http::StatusCode;
use axum::response::Response;
use domain::fact::{FactForm, check_grade, cited};
use domain::form::{Check, FromPairs, Pairs};
use domain::link::CitationForm;
use domain::vocabulary::CORROBORATION;
use domain::{Code, Error, Language, Problem, ProblemKind};
use leptos::prelude::*;
use store::{CitationView, FactFile, FactView};

/// `GET /cases/{code}/facts`
pub async fn list(ask: Ask) -> domain::Result<Response> {
    list_page(&ask, StatusCode::OK, &Pairs::default(), &[]).await
}

/// `POST /cases/{code}/facts`: two testimonies repeat one account.
pub async fn same(ask: Ask, posted: Pairs) -> domain::Result<Response> {
    let (actor, case) = (ask.actor()?, ask.code()?);
    let mut check = Check::new();
    let mut code = |field: &str| {
        let typed = posted.get(field);
        let code = typed.parse::<Code>().ok();
        if code.is_none() {
            let blank = typed.trim().is_empty();
            check.problem(
                field,
                if blank {
                    ProblemKind::Missing
                } else {
                    ProblemKind::NoSuchRecord
                },
            );
        }
        code
    };
    let (one, other) = (code("one"), code("other"));
    let reason = check.reason("reason", &posted.get("reason"));
    let done = match (check.finish(()), one.zip(other)) {
        (Ok(()), Some((one, other))) => {
            ask.store()
                .say_same_account(actor, &case, (&one, &other), &reason)
                .await
        }
        (Err(problems), _) => Err(Error::Invalid(problems)),
        (Ok(()), None) => Err(Error::Internal),
    };
    match done {
        Ok(()) => Ok(see_other(&format!("{}/facts#same", case.path()))),
        Err(error) => list_page(&ask, StatusCode::UNPROCESSABLE_ENTITY, &posted, &problems(error)?).await,
    }
}

async fn list_page(ask: &Ask, status: StatusCode, typed: &Pairs, problems: &[Problem]) -> domain::Result<Response> {
    let (case, lang) = (ask.code()?, ask.lang());
    let file = ask.store().see_facts(ask.actor()?, &case).await?;
    if !problems.is_empty() && !file.may_record {
        return Err(Error::Forbidden);
    }
    let path = case.path();
    let new = file
        .may_record
        .then(|| view! { <a class="button button--main" href=format!("{path}/facts/new")>{say!(lang, fact.new)}</a> });
    let standing: Vec<_> = file
        .facts
        .iter()
        .filter(|fact| !fact.ended)
        .map(|fact| item(ask, &case, fact))
        .collect();
    let ended: Vec<_> = file
        .facts
        .iter()
        .filter(|fact| fact.ended)
        .map(|fact| item(ask, &case, fact))
        .collect();
    let list = if standing.is_empty() {
        empty(say!(lang, fact.none), say!(lang, fact.none_why), None)
    } else {
        view! { <ol class="facts-list">{standing}</ol> }.into_any()
    };
    let ended = (!ended.is_empty()).then(|| {
        view! { <details><summary>{say!(lang, fact.ended)}" "<span class="count">{ended.len()}</span></summary><ol class="facts-list">{ended}</ol></details> }
    });
    let form = Form { lang, problems };
    let view = view! {
        <header class="head">
            <p class="head-line">{code_link(&case)}" "<bdi>{file.head.title_typed()}</bdi></p>
            <h1>{say!(lang, fact.title)}</h1>
            <p class="measure">{say!(lang, fact.what)}</p>
            <div class="head-do">{new}" "<a class="button" href=format!("{path}/suspicions")>{say!(lang, fact.suspicion)}</a></div>
        </header>
        {problems_summary(form, |field| label(lang, field))}
        {list}
        {ended}
        {same_accounts(form, &file, typed)}
    };
    let title = format!("{} – {case}", say!(lang, fact.title));
    Ok(parts::page(ask, status, Nav::Cases, &title, view))
}

fn item(ask: &Ask, case: &Code, fact: &FactView) -> AnyView {
    let lang = ask.lang();
    let number = fact.number;
    let key = fact
        .is_key
        .then(|| view! { " " <span class="chip" data-tone="accent">{say!(lang, fact.key)}</span> });
    let replaces = fact.replaces.map(
        |number| view! { " " <span class="muted">{say!(lang, fact.replaces, number = number.to_string())}</span> },
    );
    let heading = format!("{}/facts/{number}", case.path());
    view! {
        <li id=format!("fact-{number}") value=number.to_string()>
            <p class="fact-words" dir="auto"><a href=heading>{fact.words.to_string()}</a>{key}{replaces}</p>
            {standing(lang, fact)}
        </li>
    }
    .into_any()
}

/// What speaks for a fact and against it, and what that comes to.
fn standing(lang: Language, fact: &FactView) -> AnyView {
    let side = |cited: &[CitationView]| {
        if cited.is_empty() {
            return view! { <span class="muted">{say!(lang, fact.nothing)}</span> }.into_any();
        }
        cited
            .iter()
            .map(|citation| view! { {cite(&citation.source, &citation.paragraphs)}" " })
            .collect_view()
            .into_any()
    };
    let (supporting, against) = fact.independent;
    let count =
        |count: u32| view! { " " <span class="muted">{say!(lang, fact.independent, count = count.to_string())}</span> };
    let grade = match &fact.grade {
        Some(grade) => {
            let tone = match grade.grade.as_str() {
                "corroborated" => "verified",
                "contradicted" | "refuted" => "red",
                _ => "neutral",
            };
            let differs = (grade.computed != fact.computed && grade.computed != "imported").then(|| {
                let then = CORROBORATION.label(&grade.computed, lang).to_owned();
                view! { <p class="help">{say!(lang, fact.differs, then = then)}</p> }
            });
            view! { <span class="chip" data-tone=tone>{CORROBORATION.label(&grade.grade, lang).to_owned()}</span>{differs} }.into_any()
        }
        None => view! { <span class="muted">{say!(lang, fact.not_concluded)}</span> }.into_any(),
    };
    view! {
        <dl class="dl">
            <div><dt>{say!(lang, fact.speaks_for)}</dt><dd>{side(&fact.supporting)}{count(supporting)}</dd></div>
            <div><dt>{say!(lang, fact.against)}</dt><dd>{side(&fact.against)}{(!fact.against.is_empty()).then(|| count(against))}</dd></div>
            <div><dt>{say!(lang, fact.computed)}</dt><dd>{CORROBORATION.label(fact.computed, lang).to_owned()}</dd></div>
            <div><dt>{say!(lang, fact.concluded)}</dt><dd>{grade}</dd></div>
        </dl>
    }
    .into_any()
}

fn same_accounts(form: Form<'_>, file: &FactFile, typed: &Pairs) -> AnyView {
    let lang = form.lang;
    let items = file
        .same
        .iter()
        .map(|same| {
            let (one, other) = &same.codes;
            view! { <li>{code_link(one)}" = "{code_link(other)}" · "<span dir="auto">{same.reason.to_string()}</span>" · "<bdi>{same.by.clone()}</bdi></li> }
        })
        .collect_view();
    let like = Input {
        class: "field--short",
        max: 40,
        required: true,
        ..Input::default()
    };
    let say = file.may_record.then(|| {
        view! {
            <form class="form" method="post">
                {enter_saves(lang)}
                <div class="inline-fields">
                    {input(form, "one", label(lang, "one"), &typed.get("one"), like)}
                    {input(form, "other", label(lang, "other"), &typed.get("other"), like)}
                </div>
                {area(form, "reason", label(lang, "reason"), &typed.get("reason"), "", true, 2)}
                <p><button class="button">{say!(lang, fact.same_save)}</button></p>
            </form>
        }
    });
    view! {
        <section class="section" id="same">
            <h2>{say!(lang, fact.same)}</h2>
            <p class="help">{say!(lang, fact.same_what)}</p>
            <ul class="list">{items}</ul>
            {say}
        </section>
    }
    .into_any()
}

fn label(lang: Language, field: &str) -> String {
    match field {
        "words" => say!(lang, fact.words),
        "citations" => say!(lang, involve.rests_on),
        "grade" => say!(lang, fact.grade),
        "reasons" => say!(lang, fact.reasons),
        "one" => say!(lang, fact.first_testimony),
        "other" => say!(lang, fact.second_testimony),
        "reason" => say!(lang, fact.same_reason),
        "side" => say!(lang, fact.side),
        _ => field.strip_prefix("cite.").unwrap_or_default().to_owned(),
    }
}

/// `GET /cases/{code}/facts/new`
pub async fn new(ask: Ask) -> domain::Result<Response> {
    let mut form = FactForm::default();
    // One that is written anew begins with what it says.
    if let Some(number) = ask.from_query::<u32>("replaces") {
        let file = ask.store().see_facts(ask.actor()?, &ask.code()?).await?;
        let old = file
            .facts
            .iter()
            .find(|fact| fact.number == number)
            .ok_or(Error::NotFound)?;
        form.words = old.words.to_string();
        form.is_key = old.is_key;
        form.replaces = number.to_string();
        for citation in &old.supporting {
            let numbers: Vec<String> = citation.paragraphs.iter().map(u32::to_string).collect();
            let typed = if numbers.is_empty() {
                "yes".to_owned()
            } else {
                numbers.join(", ")
            };
            form.citations.0.push((citation.source.to_string(), typed));
        }
    }
    form_page(&ask, StatusCode::OK, &form, &[]).await
}

/// `POST /cases/{code}/facts/new`
pub async fn create(ask: Ask, posted: Pairs) -> domain::Result<Response> {
    let (actor, case) = (ask.actor()?, ask.code()?);
    let form = FactForm::from_pairs(&posted);
    let made = match form.check() {
        Ok(draft) => ask.store().record_fact(actor, &case, &draft).await,
        Err(problems) => Err(Error::Invalid(problems)),
    };
    match made {
        Ok(number) => Ok(see_other(&format!("{}/facts/{number}", case.path()))),
        Err(error) => form_page(&ask, StatusCode::UNPROCESSABLE_ENTITY, &form, &problems(error)?).await,
    }
}

async fn form_page(ask: &Ask, status: StatusCode, typed: &FactForm, problems: &[Problem]) -> domain::Result<Response> {
    let (actor, case, lang) = (ask.actor()?, ask.code()?, ask.lang());
    if !ask.store().see_facts(actor, &case).await?.may_record {
        return Err(Error::Forbidden);
    }
    let sources = ask.store().citable(actor, &case).await?;
    let form = Form { lang, problems };
    let replaces = (!typed.replaces.is_empty()).then(|| {
        view! { {parts::hidden("replaces", &typed.replaces)}<p class="help">{say!(lang, fact.replaces, number = typed.replaces.clone())}</p> }
    });
    let view = view! {
        <header class="head"><p class="head-line">{code_link(&case)}</p><h1>{say!(lang, fact.new)}</h1></header>
        {problems_summary(form, |field| label(lang, field))}
        <form class="form" method="post">
            {enter_saves(lang)}
            {replaces}
            {area(form, "words", label(lang, "words"), &typed.words, &say!(lang, fact.words_help), true, 3)}
            {check_box("is_key", say!(lang, fact.is_key), typed.is_key)}
            {citations(form, &typed.citations, None, &sources)}
            <div class="actions">
                <button class="button button--main">{say!(lang, fact.save)}</button>
                <a class="button button--quiet" href=format!("{}/facts", case.path())>{say!(lang, common.cancel)}</a>
            </div>
        </form>
    };
    let title = format!("{} – {case}", say!(lang, fact.new));
    Ok(parts::page(ask, status, Nav::Cases, &title, view))
}

/// `GET /cases/{code}/facts/{number}`
pub async fn show(ask: Ask) -> domain::Result<Response> {
    fact_page(&ask, StatusCode::OK, &Pairs::default(), &[]).await
}

/// `POST /cases/{code}/facts/{number}`: cites more sources, concludes, or ends it.
pub async fn change(ask: Ask, posted: Pairs) -> domain::Result<Response> {
    let (actor, case) = (ask.actor()?, ask.code()?);
    let number: u32 = ask.param("number").parse().map_err(|_| Error::NotFound)?;
    let path = format!("{}/facts/{number}", case.path());
    let done = match posted.get("do").as_str() {
        "cite" => {
            let mut check = Check::new();
            let citations = cited(&mut check, &CitationForm::from_pairs(&posted));
            match check.finish(citations) {
                Ok(citations) => {
                    let against = posted.get("side") == "against";
                    ask.store().cite_fact(actor, &case, number, &citations, against).await
                }
                Err(problems) => Err(Error::Invalid(problems)),
            }
        }
        "end" => ask.store().end_fact(actor, &case, number).await,
        _ => match check_grade(&posted) {
            Ok(draft) => ask.store().grade_fact(actor, &case, number, &draft).await,
            Err(problems) => Err(Error::Invalid(problems)),
        },
    };
    match done {
        Ok(()) => Ok(see_other(&path)),
        Err(error) => fact_page(&ask, StatusCode::UNPROCESSABLE_ENTITY, &posted, &problems(error)?).await,
    }
}

async fn fact_page(ask: &Ask, status: StatusCode, typed: &Pairs, problems: &[Problem]) -> domain::Result<Response> {
    let (actor, case, lang, offset) = (ask.actor()?, ask.code()?, ask.lang(), ask.store().offset());
    let number: u32 = ask.param("number").parse().map_err(|_| Error::NotFound)?;
    let file = ask.store().see_facts(actor, &case).await?;
    if !problems.is_empty() && !file.may_record {
        return Err(Error::Forbidden);
    }
    let fact = file
        .facts
        .iter()
        .find(|fact| fact.number == number)
        .ok_or(Error::NotFound)?;
    let form = Form { lang, problems };
    let open = file.may_record && !fact.ended;
    let ways = if open {
        let sources = ask.store().citable(actor, &case).await?;
        let sides = [
            ("for", say!(lang, fact.speaks_for)),
            ("against", say!(lang, fact.against)),
        ]
        .map(|(code, label)| (code.to_owned(), label, String::new()))
        .to_vec();
        let side = if typed.get("side").is_empty() {
            "for".to_owned()
        } else {
            typed.get("side")
        };
        view! {
            <section class="section">
                <h2>{say!(lang, fact.grade)}</h2>
                <form class="form" method="post">
                    {choice(form, "grade", label(lang, "grade"), &typed.get("grade"), CORROBORATION, say!(lang, common.choose), true)}
                    {area(form, "reasons", label(lang, "reasons"), &typed.get("reasons"), &say!(lang, fact.reasons_help), true, 3)}
                    <p><button class="button button--main" name="do" value="grade">{say!(lang, fact.conclude)}</button></p>
                </form>
            </section>
            <section class="section">
                <h2>{say!(lang, fact.more)}</h2>
                <form class="form" method="post">
                    {radios(form, "side", label(lang, "side"), &side, sides, true)}
                    {citations(form, &CitationForm::from_pairs(typed), None, &sources)}
                    <p><button class="button" name="do" value="cite">{say!(lang, fact.cite)}</button></p>
                </form>
            </section>
            <section class="section">
                <p><a class="button" href=format!("{}/facts/new?replaces={number}", case.path())>{say!(lang, fact.replace)}</a></p>
                <details>
                    <summary>{say!(lang, fact.end)}</summary>
                    <form method="post" class="row">
                        <span class="help">{say!(lang, fact.end_what)}</span>
                        <button class="button button--danger" name="do" value="end">{say!(lang, fact.end)}</button>
                    </form>
                </details>
            </section>
        }
        .into_any()
    } else {
        ().into_any()
    };
    let reasons = fact.grade.as_ref().map(|grade| {
        view! {
            <blockquote class="remark">
                <p dir="auto">{grade.reasons.to_string()}</p>
                <footer><bdi>{grade.by.clone()}</bdi>", "{date_time(lang, grade.at, offset)}</footer>
            </blockquote>
        }
    });
    let ended = fact
        .ended
        .then(|| view! { <span class="chip" data-tone="amber">{say!(lang, fact.ended)}</span> });
    let view = view! {
        <header class="head">
            <p class="head-line">{code_link(&case)}" · "<a href=format!("{}/facts", case.path())>{say!(lang, fact.number, number = number.to_string())}</a>" "{ended}</p>
            <h1 dir="auto">{fact.words.to_string()}</h1>
            <p class="head-facts"><bdi>{fact.recorded_by.clone()}</bdi>" "{date_time(lang, fact.recorded_at, offset)}</p>
        </header>
        {problems_summary(form, |field| label(lang, field))}
        {standing(lang, fact)}
        {reasons}
        {ways}
    };
    let title = format!("{} – {case}", say!(lang, fact.number, number = number.to_string()));
    Ok(parts::page(ask, status, Nav::Cases, &title, view))
}
