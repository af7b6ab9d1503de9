//! Who was involved in an incident: shown on either side of the link, made, and ended.

use crate::ask::{Ask, problems, see_other};
use crate::parts::citations::{paragraphs_of, whole};
use crate::parts::fields::Input;
use crate::parts::{
    self, Form, Nav, area, choice, choices, cite, code_link, enter_saves, found, input, picker, problems_summary,
    protected_name,
};
use crate::say;
use axum::http::StatusCode;
use axum::response::Response;
use domain::form::{FromPairs, Pairs};
use domain::link::{CitationForm, InvolvementForm};
use domain::vocabulary::{ATTRIBUTION, INVOLVEMENT_ROLE, MODE_OF_LIABILITY, System};
use domain::{Code, Error, Kind, Language, Problem, ProblemKind};
use leptos::prelude::*;
use store::{Hit, InvolvementView, PartPage, Source};
use uuid::Uuid;

/// What can have a part in an incident.
const PARTIES: &[Kind] = &[Kind::Person, Kind::Unit];

/// The part a party had, as a row: who or what, role, confidence, on what it rests, note.
fn row(lang: Language, part: &InvolvementView, other: String, end: Option<String>) -> AnyView {
    let sources = part
        .citations
        .iter()
        .map(|citation| view! { <li>{cite(&citation.source, &citation.paragraphs)}</li> })
        .collect_view();
    let note = (!part.note.is_blank()).then(|| view! { <p dir="auto">{part.note.to_string()}</p> });
    let end = end.map(|href| view! { <p><a href=href>{say!(lang, involve.end)}<span class="visually-hidden">" "{part.other.to_string()}</span></a></p> });
    view! {
        <tr>
            <th scope="row">{code_link(&part.other)}</th>
            <td data-label=other dir="auto">{protected_name(lang, part.title.as_ref())}</td>
            <td data-label=say!(lang, acts.act)>{part.act.map(|number| number.to_string())}</td>
            <td data-label=say!(lang, involve.role)>{INVOLVEMENT_ROLE.label(&part.role, lang).to_owned()}{mode(lang, part)}</td>
            <td data-label=say!(lang, involve.confidence)><span class="chip">{part.confidence.clone()}</span>" "{ATTRIBUTION.label(&part.confidence, lang).to_owned()}</td>
            <td data-label=say!(lang, involve.rests_on)><ul class="plain-list">{sources}</ul></td>
            <td data-label=say!(lang, involve.note)>{note}{end}</td>
        </tr>
    }
    .into_any()
}

/// In what way an alleged perpetrator answers for it.
fn mode(lang: Language, part: &InvolvementView) -> AnyView {
    let mode = part.mode.as_deref().and_then(|code| MODE_OF_LIABILITY.get(code));
    mode.map(|mode| view! { <span class="help help--line">{mode.label(lang)}" "<bdi>{mode.reference}</bdi></span> })
        .into_any()
}

fn table(lang: Language, caption: String, other: String, rows: Vec<AnyView>) -> AnyView {
    view! {
        <div class="table-wrap">
            <table class="table table--stack table--roomy table--parts">
                <caption class="visually-hidden">{caption}</caption>
                <thead>
                    <tr>
                        <th scope="col">{say!(lang, common.code)}</th>
                        <th scope="col">{other}</th>
                        <th scope="col">{say!(lang, acts.act)}</th>
                        <th scope="col">{say!(lang, involve.role)}</th>
                        <th scope="col">{say!(lang, involve.confidence)}</th>
                        <th scope="col">{say!(lang, involve.rests_on)}</th>
                        <th scope="col">{say!(lang, involve.note)}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

/// The part after which those on the page of a person or unit come.
pub(super) fn asked_after(ask: &Ask) -> Option<Uuid> {
    Uuid::try_parse(&ask.query.get("parts")).ok()
}

/// The incidents that a person or unit was involved in: a page of them.
pub(super) fn part_in(ask: &Ask, party: &Code, page: &PartPage) -> AnyView {
    let (lang, parts) = (ask.lang(), &page.rows);
    if parts.is_empty() {
        return view! { <p class="muted">{say!(lang, person.not_involved)}</p> }.into_any();
    }
    let rows = parts
        .iter()
        .map(|part| row(lang, part, say!(lang, involve.incident), None))
        .collect();
    let of = page
        .of
        .map(|all| view! { <p class="muted">{say!(lang, involve.of_all, count = all)}</p> });
    let first = asked_after(ask).map(|_| {
        view! { <a href=format!("{}#parts", party.path())><span class="arrow arrow--back" aria-hidden="true"></span>{say!(lang, search.first)}</a> }
    });
    let next = parts.last().filter(|_| page.more).map(|last| {
        let address = format!("{}?parts={}#parts", party.path(), last.id);
        view! { <a href=address rel="next">{say!(lang, search.next)}<span class="arrow" aria-hidden="true"></span></a> }
    });
    let pages = (first.is_some() || next.is_some())
        .then(|| view! { <nav class="pager" aria-label=say!(lang, common.pages)>{first}{next}</nav> });
    let table = table(lang, say!(lang, person.involved), say!(lang, involve.incident), rows);
    view! { {of}{table}{pages} }.into_any()
}

/// Who was involved in an incident; with the way to end each link for who may.
pub(super) fn parties(lang: Language, incident: &Code, parts: &[InvolvementView], may_end: bool) -> AnyView {
    if parts.is_empty() {
        return view! { <p class="muted">{say!(lang, involve.nobody)}</p> }.into_any();
    }
    let end = |part: &InvolvementView| may_end.then(|| format!("{}/end-link?link={}", incident.path(), part.id));
    // By act, those of the incident as a whole last; within one by role, as the vocabulary has them.
    let role = |part: &InvolvementView| INVOLVEMENT_ROLE.terms().position(|role| role.code == part.role);
    let mut parts: Vec<&InvolvementView> = parts.iter().collect();
    parts.sort_by_key(|part| (part.act.is_none(), part.act, role(part)));
    let rows = parts
        .into_iter()
        .map(|part| row(lang, part, say!(lang, involve.party), end(part)))
        .collect();
    table(lang, say!(lang, involve.all), say!(lang, involve.party), rows)
}

/// What was typed: the form of the domain, and the line for a source that is not listed.
#[derive(Default)]
struct Typed {
    form: InvolvementForm,
    source: OtherSource,
}

impl Typed {
    fn of(posted: &Pairs) -> Self {
        Self {
            form: InvolvementForm::from_pairs(posted),
            source: OtherSource::of(posted),
        }
    }

    /// The form with the other source among the citations.
    fn whole(&self) -> InvolvementForm {
        InvolvementForm {
            citations: self.source.whole(&self.form.citations),
            ..self.form.clone()
        }
    }

    /// Problems of the other source stand at its own fields.
    fn place(&self, problems: Vec<Problem>) -> Vec<Problem> {
        self.source.place(&self.form.citations, problems)
    }
}

/// The line of a form for a source that is not listed, as typed.
#[derive(Default)]
pub(super) struct OtherSource {
    other: String,
    paragraphs: String,
}

impl OtherSource {
    pub fn of(posted: &Pairs) -> Self {
        Self {
            other: posted.get("cite_other"),
            paragraphs: posted.get("cite_other_paragraphs"),
        }
    }

    /// Code and paragraphs, to be shown again.
    pub fn shown(&self) -> (&str, &str) {
        (&self.other, &self.paragraphs)
    }

    /// Its code as the citations name it.
    fn code(&self) -> Option<String> {
        let typed = self.other.trim();
        (!typed.is_empty()).then(|| {
            typed
                .parse::<Code>()
                .map_or_else(|_| typed.to_owned(), |code| code.to_string())
        })
    }

    /// The citations with this source among them.
    pub fn whole(&self, listed: &CitationForm) -> CitationForm {
        let mut citations = listed.clone();
        let Some(code) = self.code() else { return citations };
        let paragraphs = self.paragraphs.trim();
        match citations
            .0
            .iter_mut()
            .find(|(known, text)| *known == code && !text.trim().is_empty())
        {
            Some(_) if paragraphs.is_empty() => {}
            Some((_, text)) => *text = format!("{text}, {paragraphs}"),
            // A testimony needs paragraphs: what stands for none is refused there, and says nothing for a document.
            None => citations.0.push((
                code,
                if paragraphs.is_empty() {
                    "–".to_owned()
                } else {
                    paragraphs.to_owned()
                },
            )),
        }
        citations
    }

    /// Problems of this source stand at its own fields.
    pub fn place(&self, listed: &CitationForm, mut problems: Vec<Problem>) -> Vec<Problem> {
        let Some(code) = self.code() else { return problems };
        let (field, listed) = (format!("cite.{code}"), !listed.at(&code).trim().is_empty());
        for problem in problems.iter_mut().filter(|problem| problem.field == field && !listed) {
            let paragraphs = matches!(
                problem.kind,
                ProblemKind::NotParagraphs | ProblemKind::NoSuchParagraph(_)
            );
            problem.field = if paragraphs {
                "cite_other_paragraphs"
            } else {
                "cite_other"
            }
            .to_owned();
        }
        problems
    }
}

/// `GET /incidents/{code}/involve`
pub async fn new(ask: Ask) -> domain::Result<Response> {
    let code = ask.code()?;
    let typed = Typed {
        form: InvolvementForm {
            act: ask.query.get("act"),
            ..InvolvementForm::default()
        },
        ..Typed::default()
    };
    form_page(&ask, StatusCode::OK, &code, &typed, &[], None).await
}

/// `POST /incidents/{code}/involve`
pub async fn create(ask: Ask, posted: Pairs) -> domain::Result<Response> {
    let (actor, code) = (ask.actor()?, ask.code()?);
    let typed = Typed::of(&posted);
    if let Some(hits) = picker::find(&ask, &posted, "party", PARTIES).await? {
        return form_page(&ask, StatusCode::OK, &code, &typed, &[], Some(&hits)).await;
    }
    let made = match typed.whole().check() {
        Ok(involvement) => ask.store().involve(actor, &code, &involvement).await,
        Err(problems) => Err(Error::Invalid(problems)),
    };
    match made {
        Ok(()) => Ok(see_other(&format!("{}#involved", code.path()))),
        Err(error) => {
            let problems = typed.place(problems(error)?);
            form_page(&ask, StatusCode::UNPROCESSABLE_ENTITY, &code, &typed, &problems, None).await
        }
    }
}

fn label(lang: Language, name: &str) -> String {
    match name {
        "party" => say!(lang, involve.party),
        "act" => say!(lang, acts.act),
        "mode" => say!(lang, acts.mode),
        "role" => say!(lang, involve.role),
        "confidence" => say!(lang, involve.confidence),
        "note" => say!(lang, involve.note),
        "citations" => say!(lang, involve.rests_on),
        "cite_other" => say!(lang, involve.other_source),
        "cite_other_paragraphs" => say!(lang, involve.paragraphs),
        _ => name.strip_prefix("cite.").unwrap_or_default().to_owned(),
    }
}

async fn form_page(
    ask: &Ask,
    status: StatusCode,
    incident: &Code,
    typed: &Typed,
    problems: &[Problem],
    hits: Option<&[Hit]>,
) -> domain::Result<Response> {
    let sources = ask.store().citable(ask.actor()?, incident).await?;
    let acts = ask.store().acts(ask.actor()?, incident).await?;
    let lang = ask.lang();
    let form = Form { lang, problems };
    let confidences = ATTRIBUTION
        .terms()
        .map(|term| (term.code.to_owned(), format!("{} – {}", term.code, term.label(lang))))
        .collect();
    let title = format!("{} – {incident}", say!(lang, involve.new));
    let view = view! {
        <header class="head"><p class="head-line">{code_link(incident)}</p><h1>{say!(lang, involve.new)}</h1></header>
        {problems_summary(form, |field| label(lang, field))}
        <form class="form" method="post">
            {enter_saves(lang)}
            <fieldset>
                <legend>{say!(lang, involve.who)}</legend>
                {found(ask, form, "party", hits)}
                {picker(ask, form, "party", label(lang, "party"), &typed.form.party, PARTIES, &say!(lang, involve.party_help))}
                {choices(form, "act", label(lang, "act"), &typed.form.act, super::act::options(lang, &acts), say!(lang, acts.whole), false, "")}
                {choice(form, "role", label(lang, "role"), &typed.form.role, INVOLVEMENT_ROLE, say!(lang, common.choose), true)}
                {choices(form, "mode", label(lang, "mode"), &typed.form.mode, modes(lang), say!(lang, acts.mode_none), false, &say!(lang, acts.mode_help))}
                {choices(form, "confidence", label(lang, "confidence"), &typed.form.confidence, confidences, say!(lang, common.choose), true, &say!(lang, involve.confidence_help))}
            </fieldset>
            {citations(form, &typed.form.citations, Some(typed.source.shown()), &sources)}
            {area(form, "note", label(lang, "note"), &typed.form.note, "", false, 3)}
            <div class="actions">
                <button class="button button--main">{say!(lang, involve.save)}</button>
                <a class="button button--quiet" href=incident.path()>{say!(lang, common.cancel)}</a>
            </div>
        </form>
    };
    Ok(parts::page(ask, status, Nav::Incidents, &title, view))
}

/// Modes of liability, each with its provision; those of the analytic frame before those of domestic law.
fn modes(lang: Language) -> Vec<(String, String)> {
    let of = |system: System| MODE_OF_LIABILITY.iter().filter(move |mode| mode.system == system);
    of(System::International)
        .chain(of(System::Domestic))
        .map(|mode| {
            (
                mode.code.to_owned(),
                format!("{} · {}", mode.label(lang), mode.reference),
            )
        })
        .collect()
}

/// What the link rests on: a line for each source of the incident's cases, and one for any other.
pub(super) fn citations(
    form: Form<'_>,
    typed: &CitationForm,
    other: Option<(&str, &str)>,
    sources: &[Source],
) -> AnyView {
    let lang = form.lang;
    let (testimonies, documents): (Vec<_>, Vec<_>) = sources.iter().partition(|source| source.paragraphs.is_some());
    let testimonies = testimonies
        .into_iter()
        .map(|source| {
            let count = source.paragraphs.unwrap_or(0);
            let about = view! { <bdi>{source.title.to_string()}</bdi>" · "{say!(lang, involve.count_paragraphs, count = count)} };
            paragraphs_of(form, typed, &source.code, about.into_any())
        })
        .collect_view();
    let ticks = documents
        .iter()
        .map(|source| whole(form, typed, &source.code, source.title.to_string()))
        .collect_view();
    let documents = (!documents.is_empty()).then(
        || view! { <fieldset class="options"><legend>{say!(lang, involve.documents)}</legend>{ticks}</fieldset> },
    );
    let none = sources
        .is_empty()
        .then(|| view! { <p class="muted">{say!(lang, involve.no_sources)}</p> });
    let error = form
        .error("citations")
        .map(|text| view! { <p class="error" id="citations-error">{text}</p> });
    let like = Input {
        class: "field--short",
        max: 40,
        ..Input::default()
    };
    // Where any other source can be named, one is needed.
    let needed = other.map(|_| view! { " " <span class="required">{say!(lang, common.required)}</span> });
    let help = other.map(|_| view! { <p class="help">{say!(lang, involve.cite_help)}</p> });
    let other = other.map(|(code, paragraphs)| {
        view! {
            <div class="inline-fields">
                {input(form, "cite_other", label(lang, "cite_other"), code, Input { help: &say!(lang, involve.other_help), ..like })}
                {input(form, "cite_other_paragraphs", label(lang, "cite_other_paragraphs"), paragraphs, Input { help: &say!(lang, involve.paragraphs_help), max: domain::form::SHORT, ..like })}
            </div>
        }
    });
    view! {
        <fieldset id="citations" tabindex="-1">
            <legend>{say!(lang, involve.rests_on)}{needed}</legend>
            {help}
            {error}
            {none}
            {testimonies}
            {documents}
            {other}
        </fieldset>
    }
    .into_any()
}

/// `GET /incidents/{code}/end-link?link=…`: asks before a link is ended.
pub async fn ask_end(ask: Ask) -> domain::Result<Response> {
    let incident = ask.store().open_incident(ask.actor()?, &ask.code()?).await?;
    if !incident.head.may_edit {
        return Err(Error::Forbidden);
    }
    let link = ask.query.get("link");
    let part = incident
        .involved
        .iter()
        .find(|part| part.id.to_string() == link)
        .ok_or(Error::NotFound)?;
    let (lang, code) = (ask.lang(), &incident.head.code);
    let view = view! {
        <section class="confirm">
            <h1>{say!(lang, involve.end_title)}</h1>
            <p>{say!(lang, involve.end_what)}</p>
            <dl class="dl">
                <div><dt>{say!(lang, involve.incident)}</dt><dd>{code_link(code)}</dd></div>
                <div><dt>{say!(lang, involve.party)}</dt><dd>{code_link(&part.other)}" "{protected_name(lang, part.title.as_ref())}</dd></div>
                <div><dt>{say!(lang, involve.role)}</dt><dd>{INVOLVEMENT_ROLE.label(&part.role, lang).to_owned()}</dd></div>
                <div><dt>{say!(lang, involve.confidence)}</dt><dd>{part.confidence.clone()}" – "{ATTRIBUTION.label(&part.confidence, lang).to_owned()}</dd></div>
            </dl>
            <form class="form" method="post">
                {parts::hidden("link", &link)}
                <div class="actions actions--still">
                    <button class="button button--danger">{say!(lang, involve.end)}</button>
                    <a class="button button--quiet" href=code.path()>{say!(lang, common.cancel)}</a>
                </div>
            </form>
        </section>
    };
    let title = format!("{} – {code}", say!(lang, involve.end_title));
    Ok(parts::page(&ask, StatusCode::OK, Nav::Incidents, &title, view))
}

/// `POST /incidents/{code}/end-link`
pub async fn end(ask: Ask, posted: Pairs) -> domain::Result<Response> {
    let code = ask.code()?;
    let link = posted.get("link").parse().map_err(|_| Error::NotFound)?;
    ask.store().end_involvement(ask.actor()?, &code, link).await?;
    Ok(see_other(&format!("{}#involved", code.path())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(other: &str, paragraphs: &str) -> Typed {
        let pairs = [
            ("party", "W-7K3QM"),
            ("role", "victim"),
            ("confidence", "AC2"),
            ("cite_other", other),
            ("cite_other_paragraphs", paragraphs),
        ];
        Typed::of(&Pairs(
            pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec(),
        ))
    }

    fn problem(other: &str, paragraphs: &str) -> Option<(String, ProblemKind)> {
        let typed = typed(other, paragraphs);
        let problems = typed.whole().check().err().map(|problems| typed.place(problems))?;
        Some((problems[0].field.clone(), problems[0].kind.clone()))
    }

    #[test]
    fn a_source_that_is_not_listed_is_cited_like_the_others() {
        assert_eq!(problem("t-2025-0001", "3, 5–7"), None);
        assert_eq!(problem("D-2025-0001", ""), None);
        assert_eq!(problem("", ""), Some(("citations".into(), ProblemKind::NotCited)));
        assert_eq!(
            problem("T-2025-0001", ""),
            Some(("cite_other_paragraphs".into(), ProblemKind::NotParagraphs))
        );
        assert_eq!(
            problem("the deed", ""),
            Some(("cite_other".into(), ProblemKind::NoSuchRecord))
        );
        assert_eq!(
            problem("W-7K3QM", "1"),
            Some(("cite_other".into(), ProblemKind::NoSuchRecord))
        );
    }
}
