//! Where the two databases differ: triggers that make rows insert-only, and the lock under which migrations run.
//!
//! `log_entry`, `citation`, `withdrawal_notice`, `record_past` are insert-only, and so are `case_move`, `attestation`, `remark`,
//! `sealed_opening`, `risk_clearance`, `notice_answer`, `source_row` but for the wrapping of their keys; a frozen `statement` never changes;
//! `holding`, `act`, `involvement`, `affiliation`, `subordination`, `consent`, `grading` and `risk_assessment` change only by ending, a `reveal` too; a
//! `reveal_request`, a `block_request` and a `shredding` are decided once; a `qualification` changes only by ending.

use crate::db::{Pool, Tx, on, plain};

const INSERT_ONLY: [&str; 4] = ["log_entry", "citation", "withdrawal_notice", "record_past"];

/// The key is wrapped anew, under a later generation of class keys: 76 bytes, of which the first four are the generation
/// (`seal`); 72 before there were generations. That it is the same key shows when it is opened.
macro_rules! rewrapped {
    () => {
        "(length(NEW.wrapped_key) = 76 AND (length(OLD.wrapped_key) = 72 OR substr(NEW.wrapped_key, 1, 4) > substr(OLD.wrapped_key, 1, 4)))"
    };
}

/// Wrapped anew, or as it was.
macro_rules! same_key {
    () => {
        concat!("(NEW.wrapped_key = OLD.wrapped_key OR ", rewrapped!(), ")")
    };
}

/// A row that ended stays as it ended.
macro_rules! superseded {
    () => {
        "(OLD.superseded_at IS NOT NULL AND (NEW.wrapped_key = OLD.wrapped_key OR NEW.superseded_at IS DISTINCT FROM OLD.superseded_at \
          OR NEW.superseded_by IS DISTINCT FROM OLD.superseded_by))"
    };
}

/// What may not change in rows that may otherwise end, or whose keys may be wrapped anew.
const ENDABLE: [(&str, &str); 29] = [
    (
        "source_list",
        concat!(
            "NEW.id <> OLD.id OR NEW.document_id <> OLD.document_id OR NEW.number <> OLD.number OR NEW.source <> OLD.source OR NEW.listed <> OLD.listed OR NEW.status IS DISTINCT FROM OLD.status OR NEW.claim_id IS DISTINCT FROM OLD.claim_id OR NEW.drawn_up_on IS DISTINCT FROM OLD.drawn_up_on OR NEW.period_from IS DISTINCT FROM OLD.period_from OR NEW.period_to IS DISTINCT FROM OLD.period_to OR NEW.body <> OLD.body OR NEW.recorded_at <> OLD.recorded_at OR NEW.recorded_by <> OLD.recorded_by OR ",
            superseded!(),
            " OR NOT ",
            same_key!()
        ),
    ),
    (
        "source_row",
        concat!(
            "NEW.id <> OLD.id OR NEW.list_id <> OLD.list_id OR NEW.number <> OLD.number OR NEW.cells <> OLD.cells OR NOT ",
            rewrapped!()
        ),
    ),
    (
        "source_decision",
        concat!(
            "NEW.id <> OLD.id OR NEW.row_id <> OLD.row_id OR NEW.fate <> OLD.fate OR NEW.person_id IS DISTINCT FROM OLD.person_id OR NEW.double_of IS DISTINCT FROM OLD.double_of OR NEW.status_id IS DISTINCT FROM OLD.status_id OR NEW.reason <> OLD.reason OR NEW.recorded_at <> OLD.recorded_at OR NEW.recorded_by <> OLD.recorded_by OR (OLD.superseded_at IS NOT NULL AND NEW.undone IS DISTINCT FROM OLD.undone) OR ",
            superseded!(),
            " OR NOT ",
            same_key!()
        ),
    ),
    (
        "affiliation",
        concat!(
            "NEW.id <> OLD.id OR NEW.person_id <> OLD.person_id OR NEW.unit_id IS DISTINCT FROM OLD.unit_id OR NEW.party_type IS DISTINCT FROM OLD.party_type OR NEW.role <> OLD.role OR NEW.from_day IS DISTINCT FROM OLD.from_day OR NEW.to_day IS DISTINCT FROM OLD.to_day OR NEW.confidence <> OLD.confidence OR NEW.note <> OLD.note OR NEW.recorded_at <> OLD.recorded_at OR NEW.recorded_by <> OLD.recorded_by OR ",
            superseded!(),
            " OR NOT ",
            same_key!()
        ),
    ),
    (
        "subordination",
        concat!(
            "NEW.id <> OLD.id OR NEW.unit_id <> OLD.unit_id OR NEW.above_id <> OLD.above_id OR NEW.from_day IS DISTINCT FROM OLD.from_day OR NEW.to_day IS DISTINCT FROM OLD.to_day OR NEW.confidence <> OLD.confidence OR NEW.note <> OLD.note OR NEW.recorded_at <> OLD.recorded_at OR NEW.recorded_by <> OLD.recorded_by OR ",
            superseded!(),
            " OR NOT ",
            same_key!()
        ),
    ),
    (
        "fact",
        concat!(
            "NEW.id <> OLD.id OR NEW.case_id <> OLD.case_id OR NEW.number <> OLD.number OR NEW.is_key <> OLD.is_key OR NEW.words <> OLD.words OR NEW.recorded_at <> OLD.recorded_at OR NEW.recorded_by <> OLD.recorded_by OR NEW.replaces_id IS DISTINCT FROM OLD.replaces_id OR ",
            superseded!(),
            " OR NOT ",
            same_key!()
        ),
    ),
    (
        "fact_grade",
        concat!(
            "NEW.id <> OLD.id OR NEW.fact_id <> OLD.fact_id OR NEW.computed <> OLD.computed OR NEW.grade <> OLD.grade OR NEW.reasons <> OLD.reasons OR NEW.recorded_at <> OLD.recorded_at OR NEW.recorded_by <> OLD.recorded_by OR ",
            superseded!(),
            " OR NOT ",
            same_key!()
        ),
    ),
    (
        "same_account",
        concat!(
            "NEW.id <> OLD.id OR NEW.a_id <> OLD.a_id OR NEW.b_id <> OLD.b_id OR NEW.reason <> OLD.reason OR NEW.recorded_at <> OLD.recorded_at OR NEW.recorded_by <> OLD.recorded_by OR ",
            superseded!(),
            " OR NOT ",
            same_key!()
        ),
    ),
    (
        "suspicion",
        concat!(
            "NEW.id <> OLD.id OR NEW.case_id <> OLD.case_id OR NEW.party_id <> OLD.party_id OR NEW.step <> OLD.step OR NEW.reasons <> OLD.reasons OR NEW.proposed_at <> OLD.proposed_at OR NEW.proposed_by <> OLD.proposed_by OR (OLD.decided_at IS NOT NULL AND (NEW.decided_at IS DISTINCT FROM OLD.decided_at OR NEW.decided_by IS DISTINCT FROM OLD.decided_by OR NEW.confirmed IS DISTINCT FROM OLD.confirmed OR NEW.decision IS DISTINCT FROM OLD.decision)) OR NOT ",
            same_key!()
        ),
    ),
    (
        "claim",
        concat!(
            "NEW.id <> OLD.id OR NEW.number <> OLD.number OR NEW.parent_id IS DISTINCT FROM OLD.parent_id OR NEW.value IS DISTINCT FROM OLD.value OR NEW.qualifier <> OLD.qualifier OR NEW.period_from <> OLD.period_from OR NEW.period_to <> OLD.period_to OR NEW.body <> OLD.body OR NEW.recorded_at <> OLD.recorded_at OR NEW.recorded_by <> OLD.recorded_by OR ",
            superseded!(),
            " OR NOT ",
            same_key!()
        ),
    ),
    (
        "victim_status",
        concat!(
            "NEW.id <> OLD.id OR NEW.person_id <> OLD.person_id OR NEW.source_id IS DISTINCT FROM OLD.source_id OR NEW.status <> OLD.status OR NEW.reason <> OLD.reason OR NEW.recorded_at <> OLD.recorded_at OR NEW.recorded_by <> OLD.recorded_by OR ",
            superseded!(),
            " OR NOT ",
            same_key!()
        ),
    ),
    (
        "match_decision",
        concat!(
            "NEW.id <> OLD.id OR NEW.pair_id <> OLD.pair_id OR NEW.decision <> OLD.decision OR NEW.kept_id IS DISTINCT FROM OLD.kept_id OR NEW.reason <> OLD.reason OR NEW.recorded_at <> OLD.recorded_at OR NEW.recorded_by <> OLD.recorded_by OR ",
            superseded!(),
            " OR NOT ",
            same_key!()
        ),
    ),
    (
        "act",
        concat!(
            "NEW.id <> OLD.id OR NEW.incident_id <> OLD.incident_id OR NEW.number <> OLD.number OR NEW.violation <> OLD.violation OR NEW.starts_at IS DISTINCT FROM OLD.starts_at OR NEW.ends_at IS DISTINCT FROM OLD.ends_at OR NEW.least IS DISTINCT FROM OLD.least OR NEW.most IS DISTINCT FROM OLD.most OR NEW.note <> OLD.note OR NEW.recorded_at <> OLD.recorded_at OR NEW.recorded_by <> OLD.recorded_by OR ",
            superseded!(),
            " OR NOT ",
            same_key!()
        ),
    ),
    (
        "case_move",
        concat!(
            "NEW.id <> OLD.id OR NEW.case_id <> OLD.case_id OR NEW.transition <> OLD.transition OR NEW.from_status IS DISTINCT FROM OLD.from_status OR NEW.to_status <> OLD.to_status OR NEW.reason_code IS DISTINCT FROM OLD.reason_code OR NEW.reason <> OLD.reason OR NEW.moved_at <> OLD.moved_at OR NEW.moved_by <> OLD.moved_by OR NOT ",
            rewrapped!()
        ),
    ),
    (
        "attestation",
        concat!(
            "NEW.id <> OLD.id OR NEW.case_id <> OLD.case_id OR NEW.guard <> OLD.guard OR NEW.words <> OLD.words OR NEW.attested_at <> OLD.attested_at OR NEW.attested_by <> OLD.attested_by OR NOT ",
            rewrapped!()
        ),
    ),
    (
        "remark",
        concat!(
            "NEW.id <> OLD.id OR NEW.record_id <> OLD.record_id OR NEW.words <> OLD.words OR NEW.made_at <> OLD.made_at OR NEW.made_by <> OLD.made_by OR NOT ",
            rewrapped!()
        ),
    ),
    (
        "reveal",
        concat!(
            "NEW.id <> OLD.id OR NEW.person_id <> OLD.person_id OR NEW.account_id <> OLD.account_id OR NEW.session_id <> OLD.session_id OR NEW.request_id IS DISTINCT FROM OLD.request_id OR NEW.granted_at <> OLD.granted_at OR NEW.expires_at > OLD.expires_at OR NEW.reason <> OLD.reason OR NOT ",
            same_key!()
        ),
    ),
    (
        "reveal_request",
        concat!(
            "NEW.id <> OLD.id OR NEW.person_id <> OLD.person_id OR NEW.asked_at <> OLD.asked_at OR NEW.asked_by <> OLD.asked_by OR NEW.expires_at > OLD.expires_at OR NEW.reason <> OLD.reason OR (OLD.decided_at IS NOT NULL AND (NEW.decided_at IS DISTINCT FROM OLD.decided_at OR NEW.decided_by IS DISTINCT FROM OLD.decided_by OR NEW.approved IS DISTINCT FROM OLD.approved OR NEW.decision IS DISTINCT FROM OLD.decision)) OR (OLD.used_at IS NOT NULL AND NEW.used_at IS DISTINCT FROM OLD.used_at) OR NOT ",
            same_key!()
        ),
    ),
    (
        "block_request",
        concat!(
            "NEW.id <> OLD.id OR NEW.testimony_id <> OLD.testimony_id OR NEW.asked_at <> OLD.asked_at OR NEW.asked_by <> OLD.asked_by OR NEW.expires_at > OLD.expires_at OR NEW.reason <> OLD.reason OR (OLD.decided_at IS NOT NULL AND (NEW.decided_at IS DISTINCT FROM OLD.decided_at OR NEW.decided_by IS DISTINCT FROM OLD.decided_by OR NEW.approved IS DISTINCT FROM OLD.approved OR NEW.decision IS DISTINCT FROM OLD.decision)) OR (OLD.used_at IS NOT NULL AND NEW.used_at IS DISTINCT FROM OLD.used_at) OR NOT ",
            same_key!()
        ),
    ),
    (
        "qualification",
        "NEW.id <> OLD.id OR NEW.account_id <> OLD.account_id OR NEW.kind <> OLD.kind OR NEW.confirmed_at <> OLD.confirmed_at OR NEW.confirmed_by IS DISTINCT FROM OLD.confirmed_by OR OLD.ended_at IS NOT NULL",
    ),
    (
        "shredding",
        concat!(
            "NEW.id <> OLD.id OR NEW.person_id <> OLD.person_id OR NEW.proposed_at <> OLD.proposed_at OR NEW.proposed_by <> OLD.proposed_by OR NEW.reason <> OLD.reason OR (OLD.decided_at IS NOT NULL AND (NEW.decided_at IS DISTINCT FROM OLD.decided_at OR NEW.decided_by IS DISTINCT FROM OLD.decided_by OR NEW.confirmed IS DISTINCT FROM OLD.confirmed OR NEW.decision IS DISTINCT FROM OLD.decision)) OR NOT ",
            same_key!()
        ),
    ),
    (
        "sealed_opening",
        concat!(
            "NEW.id <> OLD.id OR NEW.testimony_id <> OLD.testimony_id OR NEW.reason <> OLD.reason OR NEW.opened_at <> OLD.opened_at OR NEW.opened_by <> OLD.opened_by OR NOT ",
            rewrapped!()
        ),
    ),
    (
        "risk_clearance",
        concat!(
            "NEW.id <> OLD.id OR NEW.assessment_id <> OLD.assessment_id OR NEW.reason <> OLD.reason OR NEW.cleared_at <> OLD.cleared_at OR NEW.cleared_by <> OLD.cleared_by OR NOT ",
            rewrapped!()
        ),
    ),
    (
        "notice_answer",
        concat!(
            "NEW.id <> OLD.id OR NEW.notice_id <> OLD.notice_id OR NEW.told_on <> OLD.told_on OR NEW.means <> OLD.means OR NEW.told_by <> OLD.told_by OR NEW.answer <> OLD.answer OR NEW.recorded_at <> OLD.recorded_at OR NEW.recorded_by <> OLD.recorded_by OR NOT ",
            rewrapped!()
        ),
    ),
    (
        "holding",
        "NEW.id <> OLD.id OR NEW.case_id <> OLD.case_id OR NEW.record_id <> OLD.record_id OR NEW.recorded_at <> OLD.recorded_at OR NEW.recorded_by <> OLD.recorded_by OR OLD.superseded_at IS NOT NULL",
    ),
    (
        "consent",
        concat!(
            "NEW.id <> OLD.id OR NEW.testimony_id <> OLD.testimony_id OR NEW.purpose <> OLD.purpose OR NEW.recipient <> OLD.recipient OR NEW.decision <> OLD.decision OR NEW.identity <> OLD.identity OR NEW.conditions <> OLD.conditions OR NEW.not_before IS DISTINCT FROM OLD.not_before OR NEW.expires_on <> OLD.expires_on OR NEW.given_by <> OLD.given_by OR NEW.means <> OLD.means OR NEW.obtained_on <> OLD.obtained_on OR NEW.assent <> OLD.assent OR NEW.best_interest <> OLD.best_interest OR NEW.withdrawn_on IS DISTINCT FROM OLD.withdrawn_on OR NEW.document_id IS DISTINCT FROM OLD.document_id OR NEW.note <> OLD.note OR NEW.recorded_at <> OLD.recorded_at OR NEW.recorded_by <> OLD.recorded_by OR ",
            superseded!(),
            " OR NOT ",
            same_key!()
        ),
    ),
    (
        "grading",
        concat!(
            "NEW.id <> OLD.id OR NEW.testimony_id <> OLD.testimony_id OR NEW.statement <> OLD.statement OR NEW.paragraph IS DISTINCT FROM OLD.paragraph OR NEW.source_grade <> OLD.source_grade OR NEW.information_grade <> OLD.information_grade OR NEW.reasons <> OLD.reasons OR NEW.recorded_at <> OLD.recorded_at OR NEW.recorded_by <> OLD.recorded_by OR (OLD.superseded_at IS NOT NULL AND (NEW.wrapped_key = OLD.wrapped_key OR NEW.superseded_at IS DISTINCT FROM OLD.superseded_at)) OR NOT ",
            same_key!()
        ),
    ),
    (
        "risk_assessment",
        concat!(
            "NEW.id <> OLD.id OR NEW.person_id <> OLD.person_id OR NEW.risk <> OLD.risk OR NEW.score <> OLD.score OR NEW.measures <> OLD.measures OR NEW.residual <> OLD.residual OR NEW.assessed_on <> OLD.assessed_on OR NEW.review_on <> OLD.review_on OR NEW.note <> OLD.note OR NEW.recorded_at <> OLD.recorded_at OR NEW.recorded_by <> OLD.recorded_by OR ",
            superseded!(),
            " OR NOT ",
            same_key!()
        ),
    ),
    (
        "involvement",
        concat!(
            "NEW.id <> OLD.id OR NEW.incident_id <> OLD.incident_id OR NEW.party_id <> OLD.party_id OR NEW.act_id IS DISTINCT FROM OLD.act_id OR NEW.mode IS DISTINCT FROM OLD.mode OR NEW.role <> OLD.role OR NEW.confidence <> OLD.confidence OR NEW.note <> OLD.note OR NEW.recorded_at <> OLD.recorded_at OR NEW.recorded_by <> OLD.recorded_by OR ",
            superseded!(),
            " OR NOT ",
            same_key!()
        ),
    ),
];

/// SQLite's REPLACE removes a row without its DELETE trigger: which row it would be.
const REPLACEABLE: [(&str, &str); 34] = [
    (
        "source_list",
        "o.id = NEW.id OR (o.document_id = NEW.document_id AND o.number = NEW.number)",
    ),
    (
        "source_row",
        "o.id = NEW.id OR (o.list_id = NEW.list_id AND o.number = NEW.number)",
    ),
    (
        "source_decision",
        "o.id = NEW.id OR (o.row_id = NEW.row_id AND o.superseded_at IS NULL AND NEW.superseded_at IS NULL)",
    ),
    ("affiliation", "o.id = NEW.id"),
    ("subordination", "o.id = NEW.id"),
    (
        "record_past",
        "o.id = NEW.id OR (o.record_id = NEW.record_id AND o.version = NEW.version)",
    ),
    (
        "fact",
        "o.id = NEW.id OR (o.case_id = NEW.case_id AND o.number = NEW.number)",
    ),
    ("fact_grade", "o.id = NEW.id"),
    (
        "same_account",
        "o.id = NEW.id OR (o.a_id = NEW.a_id AND o.b_id = NEW.b_id AND o.superseded_at IS NULL AND NEW.superseded_at IS NULL)",
    ),
    (
        "suspicion",
        "o.id = NEW.id OR (o.case_id = NEW.case_id AND o.party_id = NEW.party_id AND o.decided_at IS NULL AND NEW.decided_at IS NULL)",
    ),
    ("claim", "o.id = NEW.id OR o.number = NEW.number"),
    ("victim_status", "o.id = NEW.id"),
    (
        "match_decision",
        "o.id = NEW.id OR (o.pair_id = NEW.pair_id AND o.superseded_at IS NULL AND NEW.superseded_at IS NULL)",
    ),
    (
        "act",
        "o.id = NEW.id OR (o.incident_id = NEW.incident_id AND o.number = NEW.number)",
    ),
    (
        "log_entry",
        "o.id = NEW.id OR (o.instance_id = NEW.instance_id AND o.counter = NEW.counter)",
    ),
    ("case_move", "o.id = NEW.id"),
    ("attestation", "o.id = NEW.id"),
    ("remark", "o.id = NEW.id"),
    ("sealed_opening", "o.id = NEW.id"),
    ("citation", "o.id = NEW.id"),
    (
        "consent",
        "o.id = NEW.id OR (o.testimony_id = NEW.testimony_id AND o.purpose = NEW.purpose AND o.recipient = NEW.recipient AND o.superseded_at IS NULL AND NEW.superseded_at IS NULL)",
    ),
    (
        "holding",
        "o.id = NEW.id OR (o.case_id = NEW.case_id AND o.record_id = NEW.record_id AND o.superseded_at IS NULL AND NEW.superseded_at IS NULL)",
    ),
    ("grading", "o.id = NEW.id"),
    ("reveal", "o.id = NEW.id"),
    ("reveal_request", "o.id = NEW.id"),
    ("block_request", "o.id = NEW.id"),
    (
        "qualification",
        "o.id = NEW.id OR (o.account_id = NEW.account_id AND o.kind = NEW.kind AND o.ended_at IS NULL AND NEW.ended_at IS NULL)",
    ),
    ("shredding", "o.id = NEW.id"),
    ("involvement", "o.id = NEW.id"),
    (
        "risk_assessment",
        "o.id = NEW.id OR (o.person_id = NEW.person_id AND o.risk = NEW.risk AND o.superseded_at IS NULL AND NEW.superseded_at IS NULL)",
    ),
    ("risk_clearance", "o.id = NEW.id OR o.assessment_id = NEW.assessment_id"),
    ("withdrawal_notice", "o.id = NEW.id"),
    ("notice_answer", "o.id = NEW.id OR o.notice_id = NEW.notice_id"),
    (
        "statement",
        "o.testimony_id = NEW.testimony_id AND o.version = NEW.version AND o.frozen_at IS NOT NULL",
    ),
];

const FROZEN: (&str, &str) = ("statement", "OLD.frozen_at IS NOT NULL");

/// Brings the schema up to date, under a lock, and puts the triggers in place.
///
/// # Errors
/// A sentence for the person who starts the server.
pub(crate) async fn migrate(pool: &Pool) -> Result<(), String> {
    let failed = |e: &dyn std::fmt::Display| format!("the database can't be brought up to date: {e}");
    match pool {
        Pool::Sqlite { writer, .. } => sqlx::migrate!("../../migrations")
            .run(writer)
            .await
            .map_err(|e| failed(&e))?,
        Pool::Postgres(pool) => sqlx::migrate!("../../migrations")
            .run(pool)
            .await
            .map_err(|e| failed(&e))?,
    }
    let mut tx = pool
        .write()
        .await
        .map_err(|_| failed(&"the database does not answer"))?;
    // PostgreSQL locks a table to replace its trigger: a second process that starts while others write would wait for them, and
    // they for it. So only what is not as this program makes it is made anew.
    let made = [
        crate::search::engine::schema(false).join("\n"),
        triggers(false).join("\n"),
    ]
    .concat();
    let program = crate::seal::hex(&crate::seal::sha256(made.as_bytes()));
    if let Tx::Postgres(tx) = &mut tx {
        let standing: Option<(String, Option<String>)> = sqlx::query_as(STANDING)
            .fetch_optional(&mut **tx)
            .await
            .map_err(|e| failed(&plain(&e)))?;
        if standing.is_some_and(|(standing, noted)| noted == Some(format!("{program} {standing}"))) {
            return Ok(());
        }
    }
    // SQLite can't replace a trigger: an older program's is dropped first, in the same transaction.
    let dropped = match pool.is_sqlite() {
        true => trigger_names(true),
        false => Vec::new(),
    };
    let dropped = dropped.iter().map(|name| format!("DROP TRIGGER IF EXISTS {name}"));
    let search = crate::search::engine::schema(pool.is_sqlite());
    let search = search.iter().map(|sql| (*sql).to_owned());
    for sql in search.chain(dropped).chain(triggers(pool.is_sqlite())) {
        on!(&mut tx, |c| sqlx::raw_sql(sqlx::AssertSqlSafe(sql))
            .execute(c)
            .await
            .map(crate::db::rows))
        .map_err(|e| failed(&plain(&e)))?;
    }
    if let Tx::Postgres(tx) = &mut tx {
        let noted = async {
            let (standing, _): (String, Option<String>) = sqlx::query_as(STANDING).fetch_one(&mut **tx).await?;
            let sql = [
                "COMMENT ON FUNCTION sijill_refuse() IS '",
                &program,
                " ",
                &standing,
                "'",
            ]
            .concat();
            sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(&mut **tx).await
        };
        noted.await.map_err(|e| failed(&plain(&e)))?;
    }
    tx.commit().await.map_err(|_| failed(&"the database does not answer"))
}

/// A hash over the triggers as PostgreSQL has them and the function they call, and what was noted when they were made: the
/// hash of the program's own text, and this one.
const STANDING: &str = "SELECT md5(CAST(p.prosrc AS TEXT) || COALESCE((SELECT string_agg(pg_get_triggerdef(t.oid) || CAST(t.tgenabled AS TEXT), ' ' ORDER BY t.tgname)
                                                        FROM pg_trigger t
                                                        WHERE t.tgfoid = p.oid), '')),
        obj_description(p.oid, 'pg_proc')
     FROM pg_proc p
     WHERE p.proname = 'sijill_refuse' AND p.pronamespace = CAST(current_schema() AS REGNAMESPACE)";

/// The versions of the schema that this program knows, in order.
pub(crate) fn versions() -> Vec<i64> {
    sqlx::migrate!("../../migrations")
        .iter()
        .map(|migration| migration.version)
        .collect()
}

/// The names of all triggers of a database in order.
pub(crate) fn trigger_names(sqlite: bool) -> Vec<String> {
    let name = |sql: &String| {
        let after = sql.split_once(" TRIGGER ")?.1;
        after
            .strip_prefix("IF NOT EXISTS ")
            .unwrap_or(after)
            .split(' ')
            .next()
            .map(str::to_owned)
    };
    triggers(sqlite).iter().filter_map(name).collect()
}

fn triggers(sqlite: bool) -> Vec<String> {
    let rules = INSERT_ONLY
        .iter()
        .flat_map(|table| [(*table, "UPDATE", String::new()), (*table, "DELETE", String::new())])
        .chain(ENDABLE.iter().flat_map(|(table, rule)| {
            [
                (*table, "UPDATE", (*rule).to_owned()),
                (*table, "DELETE", String::new()),
            ]
        }))
        .chain([
            (FROZEN.0, "UPDATE", FROZEN.1.to_owned()),
            (FROZEN.0, "DELETE", FROZEN.1.to_owned()),
        ]);
    match sqlite {
        true => rules
            .map(|(table, event, when)| {
                let when = if when.is_empty() { String::new() } else { format!("WHEN {when}") };
                let name = format!("{table}_no_{}", event.to_lowercase());
                format!("CREATE TRIGGER IF NOT EXISTS {name} BEFORE {event} ON {table} {when} BEGIN SELECT RAISE(ABORT, '{table} is insert-only'); END")
            })
            .chain(REPLACEABLE.iter().map(|(table, same)| {
                format!(
                    "CREATE TRIGGER IF NOT EXISTS {table}_no_replace BEFORE INSERT ON {table} WHEN EXISTS (SELECT 1 FROM {table} o WHERE {same}) \
                     BEGIN SELECT RAISE(ABORT, '{table} is insert-only'); END"
                )
            }))
            .collect(),
        false => [
            // Two servers that start at once: one after the other.
            "SELECT pg_advisory_xact_lock(6214551)".to_owned(),
            "CREATE OR REPLACE FUNCTION sijill_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '% is insert-only', TG_TABLE_NAME; END $$".to_owned(),
        ]
        .into_iter()
        .chain(INSERT_ONLY.iter().chain(ENDABLE.iter().map(|(t, _)| t)).chain([&FROZEN.0]).map(|table| {
            format!("CREATE OR REPLACE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} EXECUTE FUNCTION sijill_refuse()")
        }))
        .chain(rules.map(|(table, event, when)| {
            let when = if when.is_empty() { String::new() } else { format!("WHEN ({when})") };
            let name = format!("{table}_no_{}", event.to_lowercase());
            format!("CREATE OR REPLACE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW {when} EXECUTE FUNCTION sijill_refuse()")
        }))
        .collect(),
    }
}
