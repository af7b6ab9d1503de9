//! Same person? The pairs that wait, two records side by side with what the score is made of, and the decision.

use crate::ask::{Ask, problems, see_other};
use crate::parts::{self, Form, Nav, area, code_link, date_time, empty, place_name, problems_summary, radios};
use crate::say;
use axum::http::StatusCode;
use axum::response::Response;
use domain::access::{self, Act};
use domain::form::{FromPairs, Pairs};
use domain::matching::{Band, By, Comparison, LIKELY, POSSIBLE};
use domain::same::{Verdict, VerdictForm};
use domain::vocabulary::SEX;
use domain::{Code, Error, Language, Problem, Words};
use leptos::prelude::*;
use store::{Candidate, PairPage, PairSide, PairView, VerdictView};

/// Pairs on a page.
const ROWS: u32 = 50;

/// `GET /matches?decided=yes&a=…&b=…`
pub async fn list(ask: Ask) -> domain::Result<Response> {
    show(&ask, None).await
}

/// `POST /matches`: compares the register.
pub async fn run(ask: Ask, _posted: Pairs) -> domain::Result<Response> {
    let run = ask.store().match_register(ask.actor()?).await?;
    let lang = ask.lang();
    let told = say!(
        lang,
        same.ran,
        persons = run.persons.to_string(),
        proposed = run.proposed.to_string()
    );
    show(&ask, Some(told)).await
}

async fn show(ask: &Ask, told: Option<String>) -> domain::Result<Response> {
    let (actor, lang) = (ask.actor()?, ask.lang());
    let decided = ask.query.get("decided") == "yes";
    let after: Option<(Code, Code)> = ask.from_query("a").zip(ask.from_query("b"));
    let page = ask.store().pairs(actor, decided, after, ROWS).await?;
    let may_run = access::MatchRegister::grounds(actor, &access::Facts::default()).is_ok();
    let run = may_run.then(|| {
        view! {
            <form method="post" action="/matches" class="row filters">
                <button class="button button--main">{say!(lang, same.run)}</button>
                <span class="help">{say!(lang, same.run_what)}</span>
            </form>
        }
    });
    let told = told.map(|told| view! { <p class="notice" role="status">{told}</p> });
    let tab = |label: String, to: &'static str, here: bool| {
        view! { <a href=to aria-current=here.then_some("page")>{label}</a> }
    };
    let table = if page.rows.is_empty() {
        let title = if decided {
            say!(lang, same.none_decided)
        } else {
            say!(lang, same.none)
        };
        empty(title, say!(lang, same.none_why), None)
    } else {
        pairs_table(ask, &page)
    };
    let more = page.rows.last().filter(|_| page.more).map(|last| {
        let [a, b] = &last.codes;
        let kept = if decided { "&decided=yes" } else { "" };
        view! { <nav class="pager" aria-label=say!(lang, common.pages)><a rel="next" href=format!("/matches?a={a}&b={b}{kept}")>{say!(lang, search.next)}<span class="arrow" aria-hidden="true"></span></a></nav> }
    });
    let view = view! {
        <header class="head"><h1>{say!(lang, same.title)}</h1><p class="measure">{say!(lang, same.what)}</p></header>
        {told}
        <nav class="tabs" aria-label=say!(lang, same.title)>
            {tab(say!(lang, same.waiting), "/matches", !decided)}
            {tab(say!(lang, same.decided), "/matches?decided=yes", decided)}
        </nav>
        {run}
        {table}
        {more}
    };
    Ok(parts::page(
        ask,
        StatusCode::OK,
        Nav::Persons,
        &say!(lang, same.title),
        view,
    ))
}

fn pairs_table(ask: &Ask, page: &PairPage) -> AnyView {
    let (lang, offset) = (ask.lang(), ask.store().offset());
    let rows = page
        .rows
        .iter()
        .map(|row| {
            let [a, b] = &row.codes;
            let score = i32::try_from(row.score).unwrap_or_default();
            view! {
                <tr>
                    <th scope="row"><a href=format!("{}/same?other={b}", a.path())><bdi class="code">{a.to_string()}</bdi>" – "<bdi class="code">{b.to_string()}</bdi></a></th>
                    <td class="num" data-label=say!(lang, same.score)>{row.score.to_string()}</td>
                    <td data-label=say!(lang, same.alike)>{band(lang, score)}</td>
                    <td data-label=say!(lang, same.found)>{date_time(lang, row.found_at, offset)}</td>
                    <td data-label=say!(lang, same.verdict)>{row.verdict.map(|verdict| verdict_name(lang, verdict))}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <div class="table-wrap">
            <table class="table table--stack">
                <caption class="visually-hidden">{say!(lang, same.title)}</caption>
                <thead><tr>
                    <th scope="col">{say!(lang, same.pair)}</th>
                    <th scope="col" class="num">{say!(lang, same.score)}</th>
                    <th scope="col">{say!(lang, same.alike)}</th>
                    <th scope="col">{say!(lang, same.found)}</th>
                    <th scope="col">{say!(lang, same.verdict)}</th>
                </tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

pub(super) fn band(lang: Language, score: i32) -> String {
    match score {
        LIKELY.. => say!(lang, same.likely),
        POSSIBLE.. => say!(lang, same.possible),
        _ => say!(lang, same.hidden),
    }
}

fn verdict_name(lang: Language, verdict: Verdict) -> String {
    match verdict {
        Verdict::Same => say!(lang, same.same),
        Verdict::Different => say!(lang, same.different),
        Verdict::Unsure => say!(lang, same.unsure),
    }
}

/// `GET /persons/{code}/same?other=…`
pub async fn pair(ask: Ask) -> domain::Result<Response> {
    match ask.from_query("other") {
        Some(other) => pair_page(&ask, StatusCode::OK, &other, &VerdictForm::default(), &[]).await,
        None => candidates(&ask).await,
    }
}

/// Whom a person may be, of those on record.
async fn candidates(ask: &Ask) -> domain::Result<Response> {
    let (code, lang) = (ask.code()?, ask.lang());
    let candidates = ask.store().candidates(ask.actor()?, &code).await?;
    let list = if candidates.is_empty() {
        empty(say!(lang, same.nobody), say!(lang, same.nobody_why), None)
    } else {
        may_be(lang, &code, &candidates)
    };
    let view = view! {
        <header class="head"><p class="head-line">{code_link(&code)}</p><h1>{say!(lang, same.title)}</h1></header>
        {list}
    };
    let title = format!("{} {code}", say!(lang, same.title));
    Ok(parts::page(ask, StatusCode::OK, Nav::Persons, &title, view))
}

/// `POST /persons/{code}/same`
pub async fn decide(ask: Ask, posted: Pairs) -> domain::Result<Response> {
    let (actor, code) = (ask.actor()?, ask.code()?);
    let other: Code = posted.get("other").parse().unwrap_or_else(|_| code.clone());
    if posted.get("do") == "undo" {
        let seen = posted.get("seen").parse().unwrap_or(0);
        return match ask.store().undo_pair(actor, &code, &other, seen).await {
            Ok(()) => Ok(see_other(&format!("{}/same?other={other}", code.path()))),
            Err(Error::Conflict) => pair_page(&ask, StatusCode::CONFLICT, &other, &VerdictForm::default(), &[]).await,
            Err(error) => Err(error),
        };
    }
    let form = VerdictForm::from_pairs(&posted);
    let done = match form.check([&code, &other]) {
        Ok(draft) => ask.store().decide_pair(actor, &code, &other, &draft).await,
        Err(problems) => ask
            .store()
            .may_decide_pair(actor, &code, &other)
            .await
            .and(Err(Error::Invalid(problems))),
    };
    match done {
        Ok(()) => Ok(see_other(&format!("{}/same?other={other}", code.path()))),
        Err(Error::Conflict) => pair_page(&ask, StatusCode::CONFLICT, &other, &form, &[]).await,
        Err(error) => pair_page(&ask, StatusCode::UNPROCESSABLE_ENTITY, &other, &form, &problems(error)?).await,
    }
}

fn label(lang: Language, field: &str) -> String {
    match field {
        "verdict" => say!(lang, same.verdict),
        "kept" => say!(lang, same.kept),
        "reason" => say!(lang, same.reason),
        _ => String::new(),
    }
}

async fn pair_page(
    ask: &Ask,
    status: StatusCode,
    other: &Code,
    typed: &VerdictForm,
    problems: &[Problem],
) -> domain::Result<Response> {
    let (code, lang) = (ask.code()?, ask.lang());
    let pair = ask.store().open_pair(ask.actor()?, &code, other).await?;
    let form = Form { lang, problems };
    let score = pair.comparison.score;
    let tone = match pair.comparison.band() {
        Band::Likely => "accent",
        Band::Possible => "amber",
        Band::Hidden => "neutral",
    };
    let alone = pair
        .comparison
        .names_alone
        .then(|| view! { <p class="help">{say!(lang, same.names_alone)}</p> });
    let seen = pair.decisions().to_string();
    let decision = pair
        .may_decide
        .then(|| decision_form(form, [&code, other], typed, &seen));
    let overtaken = (status == StatusCode::CONFLICT).then(|| {
        view! { <p class="notice" data-tone="amber" role="alert"><b>{say!(lang, same.overtaken)}</b>" "{say!(lang, same.overtaken_what)}</p> }
    });
    let title = format!("{} {code} – {other}", say!(lang, same.title));
    let view = view! {
        <header class="head">
            <p class="head-line">{code_link(&code)}" – "{code_link(other)}" "<span class="chip" data-tone=tone>{format!("{score}")}" · "{band(lang, score)}</span></p>
            <h1>{say!(lang, same.title)}</h1>
            {alone}
        </header>
        {overtaken}
        {problems_summary(form, |field| label(lang, field))}
        {verdicts(ask, [&code, other], &pair)}
        <section class="section"><h2>{say!(lang, same.side)}</h2>{sides(lang, &pair.sides)}{contributions(lang, &pair.comparison)}</section>
        {decision}
    };
    Ok(parts::page(ask, status, Nav::Persons, &title, view))
}

fn sides(lang: Language, sides: &[PairSide; 2]) -> AnyView {
    let text = |words: &Words| view! { <span dir="auto">{words.to_string()}</span> }.into_any();
    let of = |label: String, get: &dyn Fn(&PairSide) -> AnyView| {
        let [a, b] = sides;
        let said = [a, b]
            .map(|side| view! { <td data-label=side.code.to_string()>{get(side)}</td> })
            .collect_view();
        view! { <tr><th scope="row">{label}</th>{said}</tr> }.into_any()
    };
    let body = |get: fn(&domain::person::PersonBody) -> &Words| {
        move |side: &PairSide| side.body.as_ref().map_or_else(|| ().into_any(), |body| text(get(body)))
    };
    let rows = vec![
        of(say!(lang, same.names_ar), &body(|body| &body.name_ar)),
        of(say!(lang, same.names_latin), &body(|body| &body.name_latin)),
        of(say!(lang, same.aliases), &body(|body| &body.aliases)),
        of(say!(lang, same.by_father), &body(|body| &body.father)),
        of(say!(lang, same.by_mother), &body(|body| &body.mother)),
        of(say!(lang, same.by_birth_year), &|side| {
            side.birth_year.map(|year| year.to_string()).into_any()
        }),
        of(say!(lang, same.by_sex), &|side| {
            SEX.label(&side.sex, lang).to_owned().into_any()
        }),
        of(say!(lang, same.by_place), &|side| {
            let names: Vec<String> = side.places.iter().map(|code| place_name(lang, code)).collect();
            names.join(parts::comma(lang)).into_any()
        }),
        of(say!(lang, same.counts_as), &|side| {
            side.counts_as.as_ref().map(code_link).into_any()
        }),
    ];
    let heads = sides
        .iter()
        .map(|side| view! { <th scope="col">{code_link(&side.code)}</th> })
        .collect_view();
    let hidden = sides
        .iter()
        .any(|side| side.body.is_none())
        .then(|| view! { <p class="help">{say!(lang, same.not_shown)}</p> });
    view! {
        {hidden}
        <div class="table-wrap">
            <table class="table table--stack table--roomy">
                <caption class="visually-hidden">{say!(lang, same.side)}</caption>
                <thead><tr><th scope="col"><span class="visually-hidden">{say!(lang, same.part)}</span></th>{heads}</tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

/// What two records were compared by, in words.
pub(super) fn by_name(lang: Language, by: By) -> String {
    match by {
        By::Given => say!(lang, same.by_given),
        By::Father => say!(lang, same.by_father),
        By::Family => say!(lang, same.by_family),
        By::Mother => say!(lang, same.by_mother),
        By::BirthYear => say!(lang, same.by_birth_year),
        By::Place => say!(lang, same.by_place),
        By::Sex => say!(lang, same.by_sex),
    }
}

/// What the score is made of, each part with its weight.
fn contributions(lang: Language, comparison: &Comparison) -> AnyView {
    let rows = comparison
        .contributions
        .iter()
        .map(|one| {
            let name = by_name(lang, one.by);
            let against = (one.against > 0).then(|| view! { " " <span class="chip" data-tone="red">{say!(lang, same.against, count = one.against.to_string())}</span> });
            view! {
                <tr>
                    <th scope="row">{name}</th>
                    <td class="num" data-label=say!(lang, same.alike)>{format!("{} %", one.likeness)}{against}</td>
                    <td class="num" data-label=say!(lang, same.weight)>{one.by.weight().to_string()}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <div class="table-wrap">
            <table class="table table--stack">
                <caption>{format!("{}: {}", say!(lang, same.score), comparison.score)}</caption>
                <thead><tr><th scope="col">{say!(lang, same.part)}</th><th scope="col" class="num">{say!(lang, same.alike)}</th><th scope="col" class="num">{say!(lang, same.weight)}</th></tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn verdicts(ask: &Ask, pair: [&Code; 2], view: &PairView) -> AnyView {
    let lang = ask.lang();
    let [_, other] = pair;
    let undo = (view.may_decide && view.standing.is_some()).then(|| {
        view! {
            <form method="post" class="row">
                {parts::hidden("other", other.as_str())}
                {parts::hidden("seen", &view.decisions().to_string())}
                <button class="button" name="do" value="undo">{say!(lang, same.undo)}</button>
                <span class="help">{say!(lang, same.undo_what)}</span>
            </form>
        }
    });
    let standing = view.standing.as_ref().map(|verdict| {
        view! { <section class="section"><h2>{say!(lang, same.stands)}</h2>{verdict_view(ask, verdict)}{undo}</section> }
    });
    let before = (!view.before.is_empty()).then(|| {
        let items = view.before.iter().map(|verdict| verdict_view(ask, verdict)).collect_view();
        view! { <details><summary>{say!(lang, same.before)}" "<span class="count">{view.before.len()}</span></summary>{items}</details> }
    });
    view! { {standing}{before} }.into_any()
}

fn verdict_view(ask: &Ask, verdict: &VerdictView) -> AnyView {
    let (lang, offset) = (ask.lang(), ask.store().offset());
    let kept = verdict
        .kept
        .as_ref()
        .map(|code| view! { " · "{say!(lang, same.kept)}": "{code_link(code)} });
    let ended = verdict.ended.as_ref().map(|(at, by)| {
        let when = parts::time_of(lang, *at, offset);
        view! { <p class="muted">{say!(lang, same.ended, when = when, who = by.clone())}</p> }
    });
    view! {
        <blockquote class="remark">
            <p><b>{verdict_name(lang, verdict.verdict)}</b>{kept}</p>
            <p dir="auto">{verdict.reason.to_string()}</p>
            <footer><bdi>{verdict.by.clone()}</bdi>", "{date_time(lang, verdict.at, offset)}</footer>
            {ended}
        </blockquote>
    }
    .into_any()
}

fn decision_form(form: Form<'_>, [code, other]: [&Code; 2], typed: &VerdictForm, seen: &str) -> AnyView {
    let lang = form.lang;
    let verdicts = Verdict::ALL
        .into_iter()
        .map(|verdict| {
            let help = if verdict == Verdict::Unsure {
                say!(lang, same.unsure_help)
            } else {
                String::new()
            };
            (verdict.name().to_owned(), verdict_name(lang, verdict), help)
        })
        .collect();
    let kept = [code, other]
        .map(|code| (code.to_string(), code.to_string(), String::new()))
        .to_vec();
    view! {
        <form class="form" method="post">
            {parts::hidden("other", other.as_str())}
            {parts::hidden("seen", seen)}
            {radios(form, "verdict", label(lang, "verdict"), &typed.verdict, verdicts, true)}
            {radios(form, "kept", label(lang, "kept"), &typed.kept, kept, false)}
            <p class="help">{say!(lang, same.kept_help)}</p>
            {area(form, "reason", label(lang, "reason"), &typed.reason, &say!(lang, same.reason_help), true, 3)}
            <div class="actions"><button class="button button--main">{say!(lang, same.save)}</button></div>
        </form>
    }
    .into_any()
}

/// Records that a person may be, each with the way to look at both.
fn may_be(lang: Language, code: &Code, candidates: &[Candidate]) -> AnyView {
    if candidates.is_empty() {
        return ().into_any();
    }
    let items = candidates
        .iter()
        .map(|candidate| {
            let way =
                view! { <a href=format!("{}/same?other={}", code.path(), candidate.code)>{say!(lang, same.look)}</a> };
            view! { <li>{named(lang, candidate)}" · "{way}</li> }
        })
        .collect_view();
    view! { <section class="section"><h2>{say!(lang, same.may_be)}</h2><ul class="list">{items}</ul></section> }
        .into_any()
}

/// A warning before somebody is written down twice; nothing where nobody is alike.
pub(super) fn homonyms(lang: Language, candidates: &[Candidate]) -> AnyView {
    if candidates.is_empty() {
        return ().into_any();
    }
    let items = candidates
        .iter()
        .map(|candidate| view! { <li>{named(lang, candidate)}</li> })
        .collect_view();
    view! {
        <div class="notice" data-tone="amber" role="alert">
            <p><b>{say!(lang, same.homonyms)}</b></p>
            <p>{say!(lang, same.homonyms_what)}</p>
            <ul class="list">{items}</ul>
            {parts::check_box("another", say!(lang, same.another), false)}
        </div>
    }
    .into_any()
}

fn named(lang: Language, candidate: &Candidate) -> AnyView {
    let born = candidate
        .birth_year
        .map(|year| view! { " " <span class="muted">{say!(lang, search.born, year = year.to_string())}</span> });
    let score = i32::try_from(candidate.score).unwrap_or_default();
    view! {
        {code_link(&candidate.code)}" "{parts::protected_name(lang, candidate.name.as_ref())}{born}
        " "<span class="chip">{candidate.score.to_string()}" · "{band(lang, score)}</span>
    }
    .into_any()
}
