//! Accounts: the administrator invites people and proposes roles, the chair confirms them.
//!
//! Logins stand in addresses and in the log in clear text: they are staff numbers, not names.

use super::account::notice;
use super::setup::one_time_link;
use crate::ask::{Ask, problems, see_other};
use crate::parts::fields::Input;
use crate::parts::frame::role_name;
use crate::parts::{self, Form, Nav, date_time, empty, hidden, input};
use crate::say;
use axum::http::StatusCode;
use axum::response::Response;
use domain::account::{InviteForm, check_roles};
use domain::form::{Check, FromPairs, Pairs};
use domain::{Error, Language, Problem, ProblemKind, Role, Roles};
use leptos::prelude::*;
use store::{AccountRow, RoleState};

/// The roles of an account, each with what it waits for.
pub(super) fn role_chips(lang: Language, roles: &[RoleState]) -> AnyView {
    if roles.is_empty() {
        return view! { <span class="muted">{say!(lang, admin.no_roles)}</span> }.into_any();
    }
    roles
        .iter()
        .map(|state| {
            let name = role_name(lang, state.role);
            if state.confirmed {
                view! { <span class="chip">{name}</span> " " }.into_any()
            } else {
                view! { <span class="chip" data-tone="amber">{name} ": " {say!(lang, admin.waits)}</span> " " }
                    .into_any()
            }
        })
        .collect_view()
        .into_any()
}

/// The roles that the chair has still to confirm.
fn waiting(account: &AccountRow) -> Roles {
    account
        .roles
        .iter()
        .filter(|state| !state.confirmed)
        .map(|state| state.role)
        .collect()
}

fn state_chip(lang: Language, state: &str) -> AnyView {
    let (tone, word) = match state {
        "invited" => ("amber", say!(lang, admin.invited)),
        "active" => ("neutral", say!(lang, admin.active)),
        _ => ("red", say!(lang, admin.disabled)),
    };
    view! { <span class="chip" data-tone=tone>{word}</span> }.into_any()
}

fn role_help(lang: Language, role: Role) -> String {
    match role {
        Role::Investigator => say!(lang, admin.role_investigator),
        Role::LegalOfficer => say!(lang, admin.role_legal_officer),
        Role::EvidenceCustodian => say!(lang, admin.role_evidence_custodian),
        Role::ProtectionOfficer => say!(lang, admin.role_protection_officer),
        Role::Supervisor => say!(lang, admin.role_supervisor),
        Role::Chair => say!(lang, admin.role_chair),
        Role::Auditor => say!(lang, admin.role_auditor),
        Role::Administrator => say!(lang, admin.role_administrator),
    }
}

/// The choice of roles, with what each is there for.
fn role_boxes(form: Form<'_>, chosen: &[String]) -> AnyView {
    let lang = form.lang;
    let error = form
        .error("roles")
        .map(|text| view! { <p class="error" id="roles-error">{text}</p> });
    let boxes = Role::ALL
        .into_iter()
        .enumerate()
        .map(|(at, role)| {
            let checked = chosen.iter().any(|name| name == role.name());
            // The first one is where the list of problems leads.
            let id = (at == 0).then_some("roles");
            view! {
                <label>
                    <input type="checkbox" id=id name="roles" value=role.name() checked=checked/>
                    " "
                    {role_name(lang, role)}
                    " "
                    <span class="help">{role_help(lang, role)}</span>
                </label>
            }
        })
        .collect_view();
    view! {
        <fieldset class="options">
            <legend>{say!(lang, admin.roles)}</legend>
            <p class="help">{say!(lang, admin.roles_help)}</p>
            {boxes}
            {error}
        </fieldset>
    }
    .into_any()
}

/// What a redirect says was done; only these codes stand in addresses.
fn done(lang: Language, code: &str) -> Option<String> {
    match code {
        "roles" => Some(say!(lang, admin.done_roles)),
        "disabled" => Some(say!(lang, admin.done_disabled)),
        "enabled" => Some(say!(lang, admin.done_enabled)),
        "ended" => Some(say!(lang, admin.done_ended)),
        "confirmed" => Some(say!(lang, admin.done_confirmed)),
        "trained" => Some(say!(lang, admin.done_trained)),
        "untrained" => Some(say!(lang, admin.done_untrained)),
        _ => None,
    }
}

fn is_administrator(ask: &Ask) -> bool {
    ask.actor().is_ok_and(|actor| actor.roles.has(Role::Administrator))
}

fn is_chair(ask: &Ask) -> bool {
    ask.actor().is_ok_and(|actor| actor.roles.has(Role::Chair))
}

fn is_own(ask: &Ask, account: &AccountRow) -> bool {
    ask.actor().is_ok_and(|actor| actor.account == account.id)
}

fn address(login: &str) -> String {
    format!("/admin/users/{login}")
}

/// `GET /admin/users`
pub async fn list(ask: Ask) -> domain::Result<Response> {
    let accounts = ask.store().accounts(ask.actor()?).await?;
    Ok(list_page(&ask, StatusCode::OK, &accounts, &InviteForm::default(), &[]))
}

/// `POST /admin/users`
pub async fn invite(ask: Ask, posted: Pairs) -> domain::Result<Response> {
    let actor = ask.actor()?;
    let form = InviteForm::from_pairs(&posted);
    let made = match form.check() {
        Ok(invitation) => ask
            .store()
            .invite(actor, &invitation)
            .await
            .map(|token| (invitation.login, token)),
        Err(problems) => Err(Error::Invalid(problems)),
    };
    match made {
        Ok((login, token)) => Ok(link_page(&ask, &login, &token)),
        Err(error) => {
            let problems = problems(error)?;
            let accounts = ask.store().accounts(actor).await?;
            if !is_administrator(&ask) {
                return Err(Error::Forbidden);
            }
            Ok(list_page(
                &ask,
                StatusCode::UNPROCESSABLE_ENTITY,
                &accounts,
                &form,
                &problems,
            ))
        }
    }
}

fn list_page(
    ask: &Ask,
    status: StatusCode,
    accounts: &[AccountRow],
    typed: &InviteForm,
    problems: &[Problem],
) -> Response {
    let lang = ask.lang();
    let waits = u32::try_from(accounts.iter().filter(|account| !waiting(account).is_empty()).count()).unwrap_or(0);
    let waits = (waits > 0)
        .then(|| view! { <p class="head-facts"><span>{say!(lang, admin.waiting, count = waits)}</span></p> });
    let view = view! {
        <header class="head"><h1>{say!(lang, admin.accounts)}</h1>{waits}</header>
        {notice(done(lang, &ask.query.get("done")))}
        {is_administrator(ask).then(|| invite_form(lang, typed, problems))}
        {table(ask, accounts)}
    };
    parts::page(ask, status, Nav::Accounts, &say!(lang, admin.accounts), view)
}

fn table(ask: &Ask, accounts: &[AccountRow]) -> AnyView {
    let lang = ask.lang();
    if accounts.is_empty() {
        return empty(say!(lang, admin.none), say!(lang, admin.none_why), None);
    }
    let rows = accounts.iter().map(|account| row(ask, account)).collect_view();
    view! {
        <div class="table-wrap">
            <table class="table table--stack table--roomy">
                <caption>{say!(lang, admin.accounts)} " " <span class="muted">{say!(lang, admin.accounts_what)}</span></caption>
                <thead>
                    <tr>
                        <th scope="col">{say!(lang, admin.login)}</th>
                        <th scope="col">{say!(lang, admin.name)}</th>
                        <th scope="col">{say!(lang, admin.state)}</th>
                        <th scope="col">{say!(lang, admin.roles)}</th>
                        <th scope="col">{say!(lang, admin.entry)}</th>
                        <th scope="col">{say!(lang, admin.action)}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn row(ask: &Ask, account: &AccountRow) -> AnyView {
    let lang = ask.lang();
    let path = address(&account.login);
    let action = if is_administrator(ask) {
        view! { <a href=path.clone()>{say!(lang, admin.manage)}<span class="visually-hidden">" " <bdi>{account.login.clone()}</bdi></span></a> }.into_any()
    } else {
        confirm_form(ask, account).into_any()
    };
    view! {
        <tr>
            <th scope="row"><a href=path><bdi class="code">{account.login.clone()}</bdi></a></th>
            <td data-label=say!(lang, admin.name) dir="auto">{account.name.clone()}</td>
            <td data-label=say!(lang, admin.state)>{state_chip(lang, &account.state)}</td>
            <td data-label=say!(lang, admin.roles)>{role_chips(lang, &account.roles)}</td>
            <td data-label=say!(lang, admin.entry)>{entry(lang, account)}</td>
            <td data-label=say!(lang, admin.action)>{action}</td>
        </tr>
    }
    .into_any()
}

/// Second step and sessions, in words.
fn entry(lang: Language, account: &AccountRow) -> String {
    let factor = if account.has_factor {
        say!(lang, admin.with_factor)
    } else {
        say!(lang, admin.without_factor)
    };
    let sessions = say!(
        lang,
        admin.sessions_count,
        count = u32::try_from(account.sessions).unwrap_or(0)
    );
    format!("{factor} · {sessions}")
}

/// The chair's button: it confirms the roles that are shown beside it, and no others.
fn confirm_form(ask: &Ask, account: &AccountRow) -> Option<AnyView> {
    let roles = waiting(account);
    if !is_chair(ask) || is_own(ask, account) || roles.is_empty() {
        return None;
    }
    let lang = ask.lang();
    let shown = roles.iter().map(|role| hidden("roles", role.name())).collect_view();
    let view = view! {
        <form method="post" action=address(&account.login)>
            {hidden("do", "confirm")}
            {shown}
            <button class="button button--small button--main">
                {say!(lang, admin.confirm)}
                <span class="visually-hidden">" " <bdi>{account.login.clone()}</bdi></span>
            </button>
        </form>
    };
    Some(view.into_any())
}

fn label(lang: Language, field: &str) -> String {
    match field {
        "login" => say!(lang, admin.login),
        "name" => say!(lang, admin.name),
        "roles" => say!(lang, admin.roles),
        _ => String::new(),
    }
}

fn invite_form(lang: Language, typed: &InviteForm, problems: &[Problem]) -> AnyView {
    let form = Form { lang, problems };
    let (login_help, name_help) = (say!(lang, admin.login_help), say!(lang, admin.name_help));
    let like = Input {
        required: true,
        ..Input::default()
    };
    view! {
        {parts::problems_summary(form, |field| label(lang, field))}
        <details open=!problems.is_empty()>
            <summary>{say!(lang, admin.invite)}</summary>
            <form class="form" method="post" action="/admin/users">
                {input(form, "login", label(lang, "login"), &typed.login, Input { help: &login_help, max: 40, class: "field--short", ..like })}
                {input(form, "name", label(lang, "name"), &typed.name, Input { help: &name_help, ..like })}
                {role_boxes(form, &typed.roles)}
                <div class="actions actions--still"><button class="button button--main">{say!(lang, admin.invite_button)}</button></div>
            </form>
        </details>
    }
    .into_any()
}

/// Shows an invitation's link. It is kept nowhere: this page is the only one that ever holds it.
fn link_page(ask: &Ask, login: &str, token: &str) -> Response {
    let lang = ask.lang();
    let link = ask.address(&format!("/invite/{token}"));
    let view = view! {
        <header class="head"><h1>{say!(lang, admin.link_title)}</h1></header>
        <div class="page">
            <div class="content stack">
                <p><bdi>{say!(lang, admin.link_for, login = login.to_owned())}</bdi></p>
                {one_time_link("link", say!(lang, admin.link_title), &link)}
                <p class="measure">{say!(lang, admin.link_what)}</p>
                <p><a class="button button--main" href="/admin/users">{say!(lang, admin.back)}</a></p>
            </div>
        </div>
    };
    parts::page(ask, StatusCode::OK, Nav::Accounts, &say!(lang, admin.link_title), view)
}

/// The account in the path, as the list shows it.
async fn account(ask: &Ask) -> domain::Result<AccountRow> {
    let login = ask.param("login");
    let accounts = ask.store().accounts(ask.actor()?).await?;
    accounts
        .into_iter()
        .find(|account| account.login == login)
        .ok_or(Error::NotFound)
}

/// `GET /admin/users/{login}`
pub async fn show(ask: Ask) -> domain::Result<Response> {
    let account = account(&ask).await?;
    Ok(account_page(&ask, StatusCode::OK, &account, None, &[]))
}

/// `POST /admin/users/{login}`
pub async fn change(ask: Ask, posted: Pairs) -> domain::Result<Response> {
    let (actor, store) = (ask.actor()?, ask.store());
    let login = ask.param("login");
    let roles = posted.all("roles");
    let (done, chosen) = match posted.get("do").as_str() {
        "roles" => {
            let mut check = Check::new();
            let proposed = check_roles(&mut check, "roles", &roles);
            let done = match check.finish(()) {
                Ok(()) => store.propose_roles(actor, login, proposed).await,
                Err(problems) => Err(Error::Invalid(problems)),
            };
            (done.map(|()| format!("{}?done=roles", address(login))), Some(roles))
        }
        "link" => match store.invite_again(actor, login).await {
            Ok(token) => return Ok(link_page(&ask, login, &token)),
            Err(error) => (Err(error), None),
        },
        "disable" => (
            store
                .set_disabled(actor, login, true)
                .await
                .map(|()| format!("{}?done=disabled", address(login))),
            None,
        ),
        "enable" => (
            store
                .set_disabled(actor, login, false)
                .await
                .map(|()| format!("{}?done=enabled", address(login))),
            None,
        ),
        "end_sessions" => (
            store
                .end_sessions_of(actor, login)
                .await
                .map(|()| format!("{}?done=ended", address(login))),
            None,
        ),
        "confirm" => {
            let shown = roles.iter().filter_map(|name| Role::named(name)).collect();
            (
                store
                    .confirm_roles(actor, login, shown)
                    .await
                    .map(|()| "/admin/users?done=confirmed".to_owned()),
                None,
            )
        }
        done @ ("train" | "untrain") => {
            let trained = done == "train";
            let set = store.set_trained(actor, login, trained).await;
            let word = if trained { "trained" } else { "untrained" };
            (set.map(|()| format!("{}?done={word}", address(login))), None)
        }
        _ => (Err(Error::at("", ProblemKind::Unknown)), None),
    };
    match done {
        Ok(way) => Ok(see_other(&way)),
        Err(Error::Conflict) => Ok(account_page(
            &ask,
            StatusCode::CONFLICT,
            &account(&ask).await?,
            chosen.as_deref(),
            &[],
        )),
        Err(error) => {
            let problems = problems(error)?;
            let account = account(&ask).await?;
            if !is_administrator(&ask) {
                return Err(Error::Forbidden);
            }
            Ok(account_page(
                &ask,
                StatusCode::UNPROCESSABLE_ENTITY,
                &account,
                chosen.as_deref(),
                &problems,
            ))
        }
    }
}

fn account_page(
    ask: &Ask,
    status: StatusCode,
    account: &AccountRow,
    chosen: Option<&[String]>,
    problems: &[Problem],
) -> Response {
    let lang = ask.lang();
    let form = Form { lang, problems };
    let changed = (status == StatusCode::CONFLICT)
        .then(|| view! { <div class="notice" data-tone="amber" role="alert"><p>{say!(lang, admin.changed_meanwhile)}</p></div> });
    let parts_of_it = if is_administrator(ask) {
        administrator_parts(form, is_own(ask, account), account, chosen)
    } else {
        chair_part(ask, account)
    };
    let view = view! {
        {account_head(lang, account)}
        {notice(done(lang, &ask.query.get("done")))}
        {changed}
        {parts::problems_summary(form, |field| label(lang, field))}
        <div class="page">
            <div class="content stack">
                <section class="section">
                    <h2>{say!(lang, admin.facts)}</h2>
                    <dl class="dl">
                        <div><dt>{say!(lang, admin.roles)}</dt><dd>{role_chips(lang, &account.roles)}</dd></div>
                        <div><dt>{say!(lang, admin.training)}</dt><dd>{training(ask, account)}</dd></div>
                        <div><dt>{say!(lang, admin.entry)}</dt><dd>{entry(lang, account)}</dd></div>
                        <div><dt>{say!(lang, admin.created)}</dt><dd>{date_time(lang, account.created_at, ask.store().offset())}</dd></div>
                    </dl>
                </section>
                {parts_of_it}
                <p><a href="/admin/users">{say!(lang, admin.back)}</a></p>
            </div>
        </div>
    };
    parts::page(ask, status, Nav::Accounts, &say!(lang, admin.account), view)
}

fn account_head(lang: Language, account: &AccountRow) -> AnyView {
    view! {
        <header class="head">
            <p class="head-line"><bdi class="code">{account.login.clone()}</bdi> " " {state_chip(lang, &account.state)}</p>
            <h1 dir="auto">{account.name.clone()}</h1>
        </header>
    }
    .into_any()
}

fn chair_part(ask: &Ask, account: &AccountRow) -> AnyView {
    let lang = ask.lang();
    let what = match confirm_form(ask, account) {
        Some(form) => view! { <p class="measure">{say!(lang, admin.confirm_what)}</p> {form} }.into_any(),
        None => view! { <p>{say!(lang, admin.nothing_waits)}</p> }.into_any(),
    };
    view! {
        <section class="section"><h2>{say!(lang, admin.confirm_title)}</h2>{what}</section>
        {training_form(ask, account)}
    }
    .into_any()
}

/// Whether the chair confirmed that this person is trained, and since when.
fn training(ask: &Ask, account: &AccountRow) -> AnyView {
    let lang = ask.lang();
    match account.trained_since {
        Some(since) => view! {
            {say!(lang, admin.trained)}" "<span class="muted">{say!(lang, admin.trained_since)}" "{date_time(lang, since, ask.store().offset())}</span>
        }
        .into_any(),
        None => view! { <span class="muted">{say!(lang, admin.untrained)}</span> }.into_any(),
    }
}

/// The chair confirms the training, or ends it; never their own.
fn training_form(ask: &Ask, account: &AccountRow) -> Option<AnyView> {
    if is_own(ask, account) {
        return None;
    }
    let lang = ask.lang();
    let (act, word) = if account.trained_since.is_some() {
        ("untrain", say!(lang, admin.untrain))
    } else {
        ("train", say!(lang, admin.train))
    };
    let view = view! {
        <section class="section">
            <h2>{say!(lang, admin.training)}</h2>
            <p class="measure">{say!(lang, admin.training_what)}</p>
            <form method="post" action=address(&account.login)>
                {hidden("do", act)}
                <button class="button">{word}</button>
            </form>
        </section>
    };
    Some(view.into_any())
}

fn administrator_parts(form: Form<'_>, own: bool, account: &AccountRow, chosen: Option<&[String]>) -> AnyView {
    let lang = form.lang;
    if own {
        return view! { <div class="notice"><p>{say!(lang, admin.own)}</p></div> }.into_any();
    }
    let action = address(&account.login);
    let held: Vec<String> = account.roles.iter().map(|state| state.role.name().to_owned()).collect();
    let link = (account.state == "invited").then(|| {
        view! {
            <section class="section">
                <h2>{say!(lang, admin.link)}</h2>
                <p>{say!(lang, admin.link_why)}</p>
                <form method="post" action=action.clone()>
                    {hidden("do", "link")}
                    <button class="button">{say!(lang, admin.link_new)}</button>
                </form>
            </section>
        }
    });
    view! {
        <section class="section">
            <h2>{say!(lang, admin.roles)}</h2>
            <p class="measure">{say!(lang, admin.roles_end)}</p>
            <form class="form" method="post" action=action.clone()>
                {hidden("do", "roles")}
                {role_boxes(form, chosen.unwrap_or(&held))}
                <div class="actions actions--still"><button class="button button--main">{say!(lang, admin.roles_save)}</button></div>
            </form>
        </section>
        {link}
        {access_part(lang, account)}
    }
    .into_any()
}

/// Sessions, disabling, enabling. What ends something asks on a page of its own first.
fn access_part(lang: Language, account: &AccountRow) -> AnyView {
    let action = address(&account.login);
    let end = (account.sessions > 0)
        .then(|| view! { <a class="button" href=format!("{action}/end-sessions")>{say!(lang, admin.end)}</a> " " });
    let switch = if account.state == "disabled" {
        view! {
            <p class="measure">{say!(lang, admin.enable_what)}</p>
            <form method="post" action=action.clone()>
                {hidden("do", "enable")}
                <button class="button">{say!(lang, admin.enable)}</button>
            </form>
        }
        .into_any()
    } else {
        let anew = (account.state == "active")
            .then(|| view! { <a class="button" href=format!("{action}/reset")>{say!(lang, admin.reset)}</a> " " });
        view! { <p class="row">{end}{anew}<a class="button" href=format!("{action}/disable")>{say!(lang, admin.disable)}</a></p> }.into_any()
    };
    view! { <section class="section"><h2>{say!(lang, admin.access)}</h2>{switch}</section> }.into_any()
}

/// `GET /admin/users/{login}/disable`
pub async fn ask_disable(ask: Ask) -> domain::Result<Response> {
    let lang = ask.lang();
    let words = Words {
        title: say!(lang, admin.disable_title),
        what: say!(lang, admin.disable_what),
        button: say!(lang, admin.disable_do),
    };
    confirm_page(&ask, "disable", words).await
}

/// `GET /admin/users/{login}/reset`
pub async fn ask_reset(ask: Ask) -> domain::Result<Response> {
    let lang = ask.lang();
    let words = Words {
        title: say!(lang, admin.reset_title),
        what: say!(lang, admin.reset_what),
        button: say!(lang, admin.reset_do),
    };
    confirm_page(&ask, "link", words).await
}

/// `GET /admin/users/{login}/end-sessions`
pub async fn ask_end_sessions(ask: Ask) -> domain::Result<Response> {
    let lang = ask.lang();
    let words = Words {
        title: say!(lang, admin.end_title),
        what: say!(lang, admin.end_what),
        button: say!(lang, admin.end_do),
    };
    confirm_page(&ask, "end_sessions", words).await
}

/// What a page says that asks before something ends.
struct Words {
    title: String,
    what: String,
    button: String,
}

async fn confirm_page(ask: &Ask, act: &str, words: Words) -> domain::Result<Response> {
    let account = account(ask).await?;
    if !is_administrator(ask) || is_own(ask, &account) {
        return Err(Error::Forbidden);
    }
    let lang = ask.lang();
    let Words { title, what, button } = words;
    let path = address(&account.login);
    let view = view! {
        <section class="confirm">
            <h1>{title.clone()}</h1>
            <p><bdi class="code">{account.login.clone()}</bdi> " " <bdi>{account.name.clone()}</bdi></p>
            <p>{what}</p>
            <form class="form" method="post" action=path.clone()>
                {hidden("do", act)}
                <div class="actions actions--still">
                    <button class="button button--danger">{button}</button>
                    <a class="button button--quiet" href=path.clone()>{say!(lang, common.cancel)}</a>
                </div>
            </form>
        </section>
    };
    Ok(parts::page(ask, StatusCode::OK, Nav::Accounts, &title, view))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(roles: &[(Role, bool)]) -> AccountRow {
        AccountRow {
            id: domain::AccountId(uuid::Uuid::nil()),
            login: "4711".into(),
            name: "Lina".into(),
            state: "invited".into(),
            roles: roles
                .iter()
                .map(|(role, confirmed)| RoleState {
                    role: *role,
                    confirmed: *confirmed,
                })
                .collect(),
            has_factor: false,
            sessions: 0,
            created_at: chrono::DateTime::UNIX_EPOCH,
            trained_since: None,
        }
    }

    #[test]
    fn only_unconfirmed_roles_wait() {
        let lina = account(&[(Role::Investigator, true), (Role::Supervisor, false)]);
        assert_eq!(waiting(&lina).iter().collect::<Vec<_>>(), [Role::Supervisor]);
        assert!(waiting(&account(&[(Role::Auditor, true)])).is_empty());
    }

    #[test]
    fn an_address_says_only_known_things_were_done() {
        assert!(done(Language::English, "roles").is_some());
        assert!(done(Language::English, "<b>").is_none());
    }
}
