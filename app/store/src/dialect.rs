//! Where the two databases differ: triggers that make rows insert-only, and the lock under which migrations run.
//!
//! `log_entry`, `case_move`, `attestation`, `remark`, `citation`, `sealed_opening`, `risk_clearance`, `withdrawal_notice`,
//! `notice_answer` are insert-only; a frozen `statement` never changes; `holding`, `involvement`, `consent`, `grading` and
//! `risk_assessment` change only by ending.

use crate::db::{Pool, on, plain};

const INSERT_ONLY: [&str; 9] = [
    "log_entry",
    "case_move",
    "attestation",
    "remark",
    "citation",
    "sealed_opening",
    "risk_clearance",
    "withdrawal_notice",
    "notice_answer",
];

/// What may not change in rows that may otherwise end.
const ENDABLE: [(&str, &str); 5] = [
    (
        "holding",
        "NEW.id <> OLD.id OR NEW.case_id <> OLD.case_id OR NEW.record_id <> OLD.record_id OR NEW.recorded_at <> OLD.recorded_at OR NEW.recorded_by <> OLD.recorded_by OR OLD.superseded_at IS NOT NULL",
    ),
    (
        "consent",
        "NEW.id <> OLD.id OR NEW.testimony_id <> OLD.testimony_id OR NEW.purpose <> OLD.purpose OR NEW.recipient <> OLD.recipient OR NEW.decision <> OLD.decision OR NEW.identity <> OLD.identity OR NEW.conditions <> OLD.conditions OR NEW.not_before IS DISTINCT FROM OLD.not_before OR NEW.expires_on <> OLD.expires_on OR NEW.given_by <> OLD.given_by OR NEW.means <> OLD.means OR NEW.obtained_on <> OLD.obtained_on OR NEW.assent <> OLD.assent OR NEW.withdrawn_on IS DISTINCT FROM OLD.withdrawn_on OR NEW.document_id IS DISTINCT FROM OLD.document_id OR NEW.wrapped_key <> OLD.wrapped_key OR NEW.note <> OLD.note OR NEW.recorded_at <> OLD.recorded_at OR NEW.recorded_by <> OLD.recorded_by OR OLD.superseded_at IS NOT NULL",
    ),
    (
        "grading",
        "NEW.id <> OLD.id OR NEW.testimony_id <> OLD.testimony_id OR NEW.statement <> OLD.statement OR NEW.paragraph IS DISTINCT FROM OLD.paragraph OR NEW.source_grade <> OLD.source_grade OR NEW.information_grade <> OLD.information_grade OR NEW.wrapped_key <> OLD.wrapped_key OR NEW.reasons <> OLD.reasons OR NEW.recorded_at <> OLD.recorded_at OR NEW.recorded_by <> OLD.recorded_by OR OLD.superseded_at IS NOT NULL",
    ),
    (
        "risk_assessment",
        "NEW.id <> OLD.id OR NEW.person_id <> OLD.person_id OR NEW.risk <> OLD.risk OR NEW.score <> OLD.score OR NEW.measures <> OLD.measures OR NEW.residual <> OLD.residual OR NEW.assessed_on <> OLD.assessed_on OR NEW.review_on <> OLD.review_on OR NEW.wrapped_key <> OLD.wrapped_key OR NEW.note <> OLD.note OR NEW.recorded_at <> OLD.recorded_at OR NEW.recorded_by <> OLD.recorded_by OR OLD.superseded_at IS NOT NULL",
    ),
    (
        "involvement",
        "NEW.id <> OLD.id OR NEW.incident_id <> OLD.incident_id OR NEW.party_id <> OLD.party_id OR NEW.role <> OLD.role OR NEW.confidence <> OLD.confidence OR NEW.wrapped_key <> OLD.wrapped_key OR NEW.note <> OLD.note OR NEW.recorded_at <> OLD.recorded_at OR NEW.recorded_by <> OLD.recorded_by OR OLD.superseded_at IS NOT NULL",
    ),
];

/// SQLite's REPLACE removes a row without its DELETE trigger: which row it would be.
const REPLACEABLE: [(&str, &str); 15] = [
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
    // SQLite can't replace a trigger: an older program's is dropped first, in the same transaction.
    let dropped = match pool.is_sqlite() {
        true => trigger_names(true),
        false => Vec::new(),
    };
    let dropped = dropped.iter().map(|name| format!("DROP TRIGGER IF EXISTS {name}"));
    for sql in dropped.chain(triggers(pool.is_sqlite())) {
        on!(&mut tx, |c| sqlx::raw_sql(sqlx::AssertSqlSafe(sql))
            .execute(c)
            .await
            .map(crate::db::rows))
        .map_err(|e| failed(&plain(&e)))?;
    }
    tx.commit().await.map_err(|_| failed(&"the database does not answer"))
}

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
