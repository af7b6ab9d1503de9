//! Parts of a record's page.

use super::{ago, date_time};
use crate::ask::Ask;
use crate::say;
use domain::Language;
use leptos::prelude::*;
use store::{Head, LogRow};

/// The head of a record's page: code, chip, title, facts, actions.
pub fn record_head(
    head: &Head,
    lang: Language,
    chips: impl IntoView + 'static,
    facts: impl IntoView + 'static,
    next: impl IntoView + 'static,
    actions: impl IntoView + 'static,
) -> AnyView {
    let _ = lang;
    let title = head
        .title
        .as_ref()
        .filter(|title| !title.is_blank())
        .map_or_else(|| head.code.to_string(), |title| title.to_string());
    let previous = head
        .previous_code
        .clone()
        .map(|code| view! { <span class="muted"><bdi class="code">{code}</bdi></span> });
    view! {
        <header class="head">
            <p class="head-line"><bdi class="code">{head.code.to_string()}</bdi>" "{chips.into_any()}" "{previous}</p>
            <h1 dir="auto">{title}</h1>
            <p class="head-facts">{facts.into_any()}</p>
            {next.into_any()}
            <div class="head-do">{actions.into_any()}</div>
        </header>
    }
    .into_any()
}

/// What was done to a record, newest first.
pub fn history(ask: &Ask, rows: &[LogRow]) -> AnyView {
    let (lang, offset, now) = (ask.lang(), ask.store().offset(), ask.store().now());
    if rows.is_empty() {
        return view! { <p class="muted">{say!(lang, common.no_history)}</p> }.into_any();
    }
    let items = rows
        .iter()
        .map(|row| {
            let who = row.login.as_deref().map_or_else(
                || say!(lang, common.the_server),
                |login| ask.store().staff_named(login).map(|(_, name)| name).unwrap_or_default(),
            );
            let object = row.object_code.as_ref().map(super::code_link);
            view! { <li>{ago(lang, row.at, now, offset)}<p><bdi>{who}</bdi>" "{act_name(lang, &row.act)}" "{object}</p></li> }
        })
        .collect_view();
    view! { <ol class="timeline">{items}</ol> }.into_any()
}

/// The name of an act, as a verb phrase.
#[must_use]
pub fn act_name(lang: Language, act: &str) -> String {
    match act {
        "open" => say!(lang, act.open),
        "print" => say!(lang, act.print),
        "download" => say!(lang, act.download),
        "open_text" => say!(lang, act.open_text),
        "find_text" => say!(lang, act.find_text),
        "list" => say!(lang, act.list),
        "keep_search" => say!(lang, act.keep_search),
        "see_saved" => say!(lang, act.see_saved),
        "save_search" => say!(lang, act.save_search),
        "change_saved" => say!(lang, act.change_saved),
        "open_saved" => say!(lang, act.open_saved),
        "look_for_news" => say!(lang, act.look_for_news),
        "queue" => say!(lang, act.queue),
        "create" => say!(lang, act.create),
        "open_case" => say!(lang, act.open_case),
        "take_testimony" => say!(lang, act.take_testimony),
        "take_offline" => say!(lang, act.take_offline),
        "tell_device" => say!(lang, act.tell_device),
        "take_document" => say!(lang, act.take_document),
        "open_for_edit" => say!(lang, act.open_for_edit),
        "edit" => say!(lang, act.edit),
        "open_draft" => say!(lang, act.open_draft),
        "write_draft" => say!(lang, act.write_draft),
        "file_testimony" => say!(lang, act.file_testimony),
        "read_back" => say!(lang, act.read_back),
        "return" => say!(lang, act.returned),
        "correct_testimony" => say!(lang, act.correct_testimony),
        "supplement" => say!(lang, act.supplement),
        "open_version" => say!(lang, act.open_version),
        "grade" => say!(lang, act.grade),
        "see_openings" => say!(lang, act.see_openings),
        "open_sealed" => say!(lang, act.open_sealed),
        "write_sealed" => say!(lang, act.write_sealed),
        "see_block" => say!(lang, act.see_block),
        "ask_block" => say!(lang, act.ask_block),
        "open_block" => say!(lang, act.open_block),
        "write_block" => say!(lang, act.write_block),
        "see_block_requests" => say!(lang, act.see_block_requests),
        "decide_block" => say!(lang, act.decide_block),
        "qualify" => say!(lang, act.qualify),
        "see_consents" => say!(lang, act.see_consents),
        "record_consent" => say!(lang, act.record_consent),
        "withdraw_consent" => say!(lang, act.withdraw_consent),
        "see_notices" => say!(lang, act.see_notices),
        "answer_notice" => say!(lang, act.answer_notice),
        "see_risks" => say!(lang, act.see_risks),
        "assess_risk" => say!(lang, act.assess_risk),
        "clear_risk" => say!(lang, act.clear_risk),
        "see_tasks" => say!(lang, act.see_tasks),
        "match_register" => say!(lang, act.match_register),
        "see_pair" => say!(lang, act.see_pair),
        "decide_pair" => say!(lang, act.decide_pair),
        "record_claim" => say!(lang, act.record_claim),
        "see_list" => say!(lang, act.see_list),
        "load_list" => say!(lang, act.load_list),
        "decide_row" => say!(lang, act.decide_row),
        "see_facts" => say!(lang, act.see_facts),
        "record_fact" => say!(lang, act.record_fact),
        "grade_fact" => say!(lang, act.grade_fact),
        "propose_suspicion" => say!(lang, act.propose_suspicion),
        "decide_suspicion" => say!(lang, act.decide_suspicion),
        "link" => say!(lang, act.link),
        "unlink" => say!(lang, act.unlink),
        "move_case" => say!(lang, act.move_case),
        "attest" => say!(lang, act.attest),
        "assign" => say!(lang, act.assign),
        "choose_purpose" => say!(lang, act.choose_purpose),
        "read_log" => say!(lang, act.read_log),
        "export_log" => say!(lang, act.export_log),
        "list_accounts" => say!(lang, act.list_accounts),
        "manage_account" => say!(lang, act.manage_account),
        "confirm_account" => say!(lang, act.confirm_account),
        "own_account" => say!(lang, act.own_account),
        "see_own_account" => say!(lang, act.see_own_account),
        "sign_in" => say!(lang, act.sign_in),
        "accept_invitation" => say!(lang, act.accept_invitation),
        "set_up" => say!(lang, act.set_up),
        "add_account" => say!(lang, act.add_account),
        "import" => say!(lang, act.import),
        "see_identity" => say!(lang, act.see_identity),
        "reveal" => say!(lang, act.reveal),
        "ask_reveal" => say!(lang, act.ask_reveal),
        "see_requests" => say!(lang, act.see_requests),
        "decide_reveal" => say!(lang, act.decide_reveal),
        "see_reveals" => say!(lang, act.see_reveals),
        "acknowledge_alert" => say!(lang, act.acknowledge_alert),
        "mark_sensitive" => say!(lang, act.mark_sensitive),
        "see_shredding" => say!(lang, act.see_shredding),
        "propose_shredding" => say!(lang, act.propose_shredding),
        "decide_shredding" => say!(lang, act.decide_shredding),
        "see_command" => say!(lang, act.see_command),
        "see_history" => say!(lang, act.see_history),
        "rotate_keys" => say!(lang, act.rotate_keys),
        other => other.to_owned(),
    }
}

/// What somebody typed to a field, beside what stands there now.
pub fn beside(lang: Language, label: String, mine: String, theirs: String) -> AnyView {
    view! {
        <h3>{label}</h3>
        <div class="conflict">
            <section><h4>{say!(lang, common.yours)}</h4><p dir="auto"><ins>{mine}</ins></p></section>
            <section><h4>{say!(lang, common.theirs)}</h4><p dir="auto">{theirs}</p></section>
        </div>
    }
    .into_any()
}

/// Two texts of one field side by side (409): what this person typed, and what somebody else saved meanwhile.
pub fn conflict(ask: &Ask, head: &Head, fields: Vec<(String, String, String)>) -> AnyView {
    let (lang, offset) = (ask.lang(), ask.store().offset());
    let who = head.updated_by.clone();
    let when = date_time(lang, head.updated_at, offset);
    let sections = fields
        .into_iter()
        .filter(|(_, mine, theirs)| mine.trim() != theirs.trim())
        .map(|(label, mine, theirs)| beside(lang, label, mine, theirs))
        .collect_view();
    view! {
        <section class="section" aria-labelledby="conflict">
            <div class="notice" data-tone="red" role="alert">
                <h2 id="conflict"><b>{say!(lang, common.conflict_title)}</b></h2>
                <p>{say!(lang, common.conflict_by)}" "<bdi>{who}</bdi>" · "{when}</p>
                <p>{say!(lang, common.conflict_what)}</p>
            </div>
            {sections}
        </section>
    }
    .into_any()
}
