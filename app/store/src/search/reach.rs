//! Who may find a record, as lexemes of its document and as the expression of a reader: need-to-know inside the index, so
//! that counts and pages are of what the reader may see and of nothing else. The rule is `record::visible`; what is shown is
//! held against that once more, and a test holds the two against each other. Who finds a protected name, the records say
//! (`engine::protected`); the marks for it narrow what is asked of them, and tell what somebody could find at a time (`news`).

use super::engine::Expr;
use crate::Result;
use crate::db::{Tx, on};
use crate::record::{revealing, supervises};
use domain::access::Duty;
use domain::{Actor, Kind};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Not restricted: who supervises finds it.
const OPEN: &str = "open";

/// Marks of so many cases at most narrow a question: more cost more than they spare.
const FEW: usize = 12;

fn held(case: Uuid) -> String {
    format!("h{}", case.simple())
}

fn restricted(case: Uuid) -> String {
    format!("r{}", case.simple())
}

fn loose(author: Uuid) -> String {
    format!("l{}", author.simple())
}

fn kind(kind: Kind) -> String {
    format!("k{}", kind.name())
}

/// The lexemes of a record.
pub(super) fn of_record(of: Kind, is_restricted: bool, cases: &[Uuid], author: Uuid) -> String {
    let mut lexemes = vec![kind(of)];
    if !is_restricted {
        lexemes.push(OPEN.to_owned());
    }
    if cases.is_empty() {
        lexemes.push(loose(author));
    }
    lexemes.extend(
        cases
            .iter()
            .map(|case| if is_restricted { restricted(*case) } else { held(*case) }),
    );
    lexemes.join(" ")
}

/// What a person may find. Two that are equal find the same in the same index.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Reader {
    supervises: bool,
    account: Uuid,
    duties: Vec<(Uuid, Duty)>,
    walls: Vec<Uuid>,
    /// Of their cases those on which something restricted hangs.
    shut: Vec<Uuid>,
}

impl Reader {
    pub(super) async fn of(tx: &mut Tx, actor: &Actor) -> Result<Self> {
        let shut = shut(tx, actor).await?;
        Self::on_duty(tx, actor, shut).await
    }

    /// As far as it matters for what is not protected: it takes no duties of somebody who supervises, unless something
    /// restricted hangs on their cases.
    pub(super) async fn of_open(tx: &mut Tx, actor: &Actor) -> Result<Self> {
        let shut = shut(tx, actor).await?;
        if !supervises(actor) || !shut.is_empty() {
            return Self::on_duty(tx, actor, shut).await;
        }
        Ok(Self {
            supervises: true,
            account: actor.account.0,
            duties: Vec::new(),
            walls: walls(tx, actor).await?,
            shut,
        })
    }

    async fn on_duty(tx: &mut Tx, actor: &Actor, shut: Vec<Uuid>) -> Result<Self> {
        let duties: Vec<(Uuid, String)> = on!(&mut *tx, |c| sqlx::query_as(
            "SELECT case_id, duty FROM assignment WHERE account_id = $1 AND ended_at IS NULL"
        )
        .bind(actor.account.0)
        .fetch_all(c)
        .await)?;
        let mut duties: Vec<(Uuid, Duty)> = duties
            .into_iter()
            .filter_map(|(case, duty)| Some((case, Duty::named(&duty)?)))
            .collect();
        duties.sort_unstable();
        Ok(Self {
            supervises: supervises(actor),
            account: actor.account.0,
            duties,
            walls: walls(tx, actor).await?,
            shut,
        })
    }

    /// The marks of what hangs on cases: of a restricted record only where there are any, since each mark costs.
    fn on<'a>(&'a self, cases: impl Iterator<Item = &'a Uuid> + Clone) -> impl Iterator<Item = String> {
        let shut = cases.clone().filter(|case| self.shut.binary_search(case).is_ok());
        cases.map(|case| held(*case)).chain(shut.map(|case| restricted(*case)))
    }

    /// The marks of what they may see.
    fn sees(&self) -> Expr {
        let mut marks = vec![loose(self.account)];
        let (within, without): (Vec<_>, Vec<_>) = self.duties.iter().partition(|(_, duty)| duty.sees_restricted());
        if self.supervises {
            // All that is not restricted.
            marks.push(OPEN.to_owned());
            marks.extend(
                self.on(within.iter().map(|(case, _)| case))
                    .filter(|mark| mark.starts_with('r')),
            );
        } else {
            marks.extend(self.on(within.iter().map(|(case, _)| case)));
            marks.extend(without.iter().map(|(case, _)| held(*case)));
        }
        marks.sort_unstable();
        marks.dedup();
        Expr::any(marks)
    }

    /// The marks of what they find by a protected name.
    fn finds_protected(&self) -> Expr {
        let reveals = self.duties.iter().filter(|(_, duty)| duty.reveals());
        let mut marks = vec![loose(self.account)];
        marks.extend(self.on(reveals.map(|(case, _)| case)));
        marks.sort_unstable();
        marks.dedup();
        Expr::any(marks)
    }

    /// What of the records with these words they find, but for those whose names are protected.
    pub(super) fn finds(&self, words: Expr, kinds: &[Kind], case: Option<Uuid>) -> Expr {
        let mut parts = vec![words, self.sees()];
        if kinds.len() < Kind::ALL.len() {
            parts.push(Expr::any(kinds.iter().map(|one| kind(*one))));
        }
        if let Some(case) = case {
            parts.push(Expr::any([held(case), restricted(case)]));
        }
        let walls = self.walls.iter().flat_map(|case| [held(*case), restricted(*case)]);
        Expr::But(Box::new(Expr::All(parts)), Box::new(Expr::any(walls)))
    }

    /// The same with protected names; `protected` are the same words as they hold them.
    pub(super) fn finds_all(&self, words: Expr, protected: Expr, kinds: &[Kind], case: Option<Uuid>) -> Expr {
        let protected = Expr::All(vec![protected, self.finds_protected()]);
        self.finds(Expr::Any(vec![words, protected]), kinds, case)
    }
}

/// Words of protected names, of whom a person who may reveal on few cases finds few: only of those are the records asked, not
/// of everybody of that name.
pub(super) async fn narrowed(tx: &mut Tx, actor: &Actor, protected: Expr) -> Result<Expr> {
    let cases: Vec<Uuid> = on!(tx, |c| sqlx::query_scalar(concat!(
        "SELECT DISTINCT case_id FROM assignment WHERE account_id = $1 AND ended_at IS NULL AND duty IN ",
        revealing!(),
        " LIMIT $2"
    ))
    .bind(actor.account.0)
    .bind(i64::try_from(FEW + 1).unwrap_or(i64::MAX))
    .fetch_all(c)
    .await)?;
    if cases.len() > FEW {
        return Ok(protected);
    }
    let marks = cases.iter().flat_map(|case| [held(*case), restricted(*case)]);
    let marks = Expr::any(marks.chain([loose(actor.account.0)]));
    Ok(Expr::All(vec![protected, marks]))
}

/// Cases that they are walled off from.
async fn walls(tx: &mut Tx, actor: &Actor) -> Result<Vec<Uuid>> {
    let mut walls: Vec<Uuid> = on!(tx, |c| sqlx::query_scalar(
        "SELECT case_id FROM conflict_of_interest WHERE account_id = $1 AND conflict"
    )
    .bind(actor.account.0)
    .fetch_all(c)
    .await)?;
    walls.sort_unstable();
    walls.dedup();
    Ok(walls)
}

/// Of their cases those on which something restricted hangs.
async fn shut(tx: &mut Tx, actor: &Actor) -> Result<Vec<Uuid>> {
    let mut shut: Vec<Uuid> = on!(tx, |c| sqlx::query_scalar(
        "SELECT DISTINCT h.case_id
         FROM record r CROSS JOIN holding h CROSS JOIN assignment a
         WHERE r.restricted AND h.record_id = r.id AND h.superseded_at IS NULL
           AND a.case_id = h.case_id AND a.account_id = $1 AND a.ended_at IS NULL"
    )
    .bind(actor.account.0)
    .fetch_all(c)
    .await)?;
    shut.sort_unstable();
    Ok(shut)
}
