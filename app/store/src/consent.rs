//! Consents to a testimony: recorded, superseded, withdrawn; never overwritten.

use crate::case::{CaseUse, of_kind, uses_of};
use crate::db::{Tx, on};
use crate::footing::{self, Outgoing, meant_by};
use crate::link::links;
use crate::notice::{NoticeView, of_testimony, was_sent};
use crate::record::{Head, supervises, visible};
use crate::seal::{Class, Place};
use crate::testimony::{Body, citing};
use crate::work::{Found, On, Work};
use crate::{Fault, Result, Store};
use chrono::{DateTime, NaiveDate, Utc};
use domain::access::{self, Act};
use domain::consent::{
    ANALYSIS, Condition, Consent, ConsentDraft, Decision, Given, Identity, WithdrawalDraft, is_child,
};
use domain::{AccountId, Actor, Code, Error, Kind, ProblemKind, Words};
use uuid::Uuid;

/// A consent as it was recorded.
#[derive(Clone, Debug)]
pub struct ConsentView {
    pub consent: Consent,
    /// A code of the vocabulary `CONSENT_MEANS`.
    pub means: String,
    pub obtained_on: NaiveDate,
    /// A child agreed too.
    pub assent: bool,
    /// A protection officer recorded a decision in the best interest of the child.
    pub best_interest: bool,
    pub document: Option<Code>,
    /// Of a withdrawal, its reason.
    pub note: Words,
    pub recorded_at: DateTime<Utc>,
    pub recorded_by: String,
    /// A later one took its place.
    pub superseded: bool,
}

/// The consents to a testimony, and what a withdrawal would touch.
#[derive(Clone, Debug)]
pub struct ConsentFile {
    pub head: Head,
    /// As they stand, in the order of the form; then those that were superseded, newest first.
    pub consents: Vec<ConsentView>,
    /// How many were ever recorded: a form that was shown another number is overtaken.
    pub seen: i64,
    /// Incidents whose links cite the testimony, with the paragraphs; as far as this reader may know of them.
    pub cited_by: Vec<(Code, Vec<u32>)>,
    /// How many incidents more cite it, of which this reader may not know.
    pub hidden_citing: usize,
    /// The cases it hangs on or that cite it; as far as this reader may know of them.
    pub cases: Vec<CaseUse>,
    /// How many cases more there are, of which this reader may not know.
    pub hidden_cases: usize,
    /// The witness is a child today; none where the record can't say.
    pub is_child: Option<bool>,
    /// How far each paragraph may go, where a purpose and a recipient were asked about.
    pub outgoing: Option<Outgoing>,
    /// A recipient may have received it: whoever may have must be told of a withdrawal.
    pub sent: bool,
    /// Recipients that must be told of a withdrawal, or were.
    pub notices: Vec<NoticeView>,
    pub may_record: bool,
    /// Whether this reader records decisions in the best interest of a child.
    pub may_decide: bool,
    pub may_withdraw: bool,
}

/// What of a consent is in clear.
#[derive(sqlx::FromRow)]
struct Plain {
    id: Uuid,
    testimony_id: Uuid,
    purpose: String,
    recipient: String,
    decision: String,
    identity: String,
    conditions: String,
    not_before: Option<String>,
    expires_on: String,
    given_by: String,
    obtained_on: String,
    assent: bool,
    best_interest: bool,
    withdrawn_on: Option<String>,
}

#[derive(sqlx::FromRow)]
struct Row {
    #[sqlx(flatten)]
    plain: Plain,
    means: String,
    document: Option<String>,
    wrapped_key: Vec<u8>,
    note: Vec<u8>,
    recorded_at: DateTime<Utc>,
    recorded_by: Uuid,
    superseded: bool,
}

/// What a row of the table says besides the consent itself.
struct Recorded<'a> {
    means: &'a str,
    obtained_on: NaiveDate,
    assent: bool,
    best_interest: bool,
    document: Option<Uuid>,
    note: &'a str,
}

fn note_place(row: Uuid) -> Place {
    Place {
        table: "consent",
        column: "note",
        row,
        version: 1,
    }
}

fn day(column: &'static str, row: Uuid, text: &str) -> Result<NaiveDate> {
    text.parse().map_err(|_| Fault::Malformed {
        table: "consent",
        column,
        row,
    })
}

impl Plain {
    fn given(self) -> Result<Given> {
        let malformed = |column| Fault::Malformed {
            table: "consent",
            column,
            row: self.id,
        };
        let optional = |column, text: Option<&String>| text.map(|text| day(column, self.id, text)).transpose();
        let conditions = self.conditions.split_whitespace();
        Ok(Given {
            obtained_on: day("obtained_on", self.id, &self.obtained_on)?,
            assent: self.assent,
            best_interest: self.best_interest,
            consent: Consent {
                decision: Decision::parse(&self.decision).ok_or_else(|| malformed("decision"))?,
                identity: Identity::parse(&self.identity).ok_or_else(|| malformed("identity"))?,
                conditions: conditions
                    .map(|code| Condition::parse(code).ok_or_else(|| malformed("conditions")))
                    .collect::<Result<_>>()?,
                not_before: optional("not_before", self.not_before.as_ref())?,
                expires_on: day("expires_on", self.id, &self.expires_on)?,
                withdrawn_on: optional("withdrawn_on", self.withdrawn_on.as_ref())?,
                purpose: self.purpose,
                recipient: self.recipient,
                given_by: self.given_by,
            },
        })
    }
}

impl Row {
    fn view(self, store: &Store) -> Result<ConsentView> {
        let id = self.plain.id;
        let key = store.0.keys.unwrap(Class::Narrative, id, &self.wrapped_key)?;
        let given = self.plain.given()?;
        Ok(ConsentView {
            consent: given.consent,
            means: self.means,
            obtained_on: given.obtained_on,
            assent: given.assent,
            best_interest: given.best_interest,
            document: self.document.and_then(|code| code.parse().ok()),
            note: Words::from(key.open(note_place(id), &self.note)?),
            recorded_at: self.recorded_at,
            recorded_by: store.staff_name(AccountId(self.recorded_by)),
            superseded: self.superseded,
        })
    }
}

/// The consents in force to a testimony, or to every testimony that a case cites, by the testimony's id.
pub(crate) async fn given(tx: &mut Tx, id: Uuid) -> Result<Vec<(Uuid, Given)>> {
    let rows: Vec<Plain> = on!(tx, |c| {
        sqlx::query_as(concat!(
        "SELECT n.id, n.testimony_id, n.purpose, n.recipient, n.decision, n.identity, n.conditions, n.not_before, n.expires_on, n.given_by,
            n.obtained_on, n.assent, n.best_interest, n.withdrawn_on
         FROM consent n
         WHERE n.superseded_at IS NULL AND n.testimony_id IN ",
        meant_by!("$1")
    ))
    .bind(id)
    .fetch_all(c)
    .await
    })?;
    rows.into_iter()
        .map(|row| Ok((row.testimony_id, row.given()?)))
        .collect()
}

/// How many records cite a testimony, whoever may know of them.
async fn citing_records(tx: &mut Tx, testimony: Uuid) -> Result<usize> {
    let count: i64 = on!(tx, |c| sqlx::query_scalar(concat!(
        "SELECT count(DISTINCT r.id) FROM citation q JOIN record r ON r.id IN ",
        links!("l.record_id", "l.id = q.link_id AND l.ended IS NULL"),
        " WHERE q.source_id = $1"
    ))
    .bind(testimony)
    .fetch_one(c)
    .await)?;
    Ok(usize::try_from(count).unwrap_or_default())
}

/// Whether anything of a testimony is sealed apart from its statement.
async fn is_sealed_apart(tx: &mut Tx, testimony: Uuid) -> Result<bool> {
    Ok(on!(tx, |c| sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM sealed_answer a WHERE a.testimony_id = $1)
             OR EXISTS (SELECT 1 FROM sealed_block b WHERE b.testimony_id = $1)"
    )
    .bind(testimony)
    .fetch_one(c)
    .await)?)
}

/// Where a consent stands in the form.
fn place_in_form(consent: &Consent) -> usize {
    let cell = (consent.purpose.as_str(), consent.recipient.as_str());
    domain::consent::cells().take_while(|known| *known != cell).count()
}

/// Every consent to a testimony that was ever recorded: those in force first, in the order of the form.
async fn all(store: &Store, tx: &mut Tx, actor: &Actor, testimony: Uuid) -> Result<Vec<ConsentView>> {
    let rows: Vec<Row> = on!(&mut *tx, |c| {
        sqlx::query_as(concat!(
        "SELECT n.id, n.testimony_id, n.purpose, n.recipient, n.decision, n.identity, n.conditions, n.not_before, n.expires_on, n.given_by, n.means,
            n.obtained_on, n.assent, n.best_interest, d.code AS document, n.withdrawn_on, n.wrapped_key, n.note, n.recorded_at, n.recorded_by,
            n.superseded_at IS NOT NULL AS superseded
         FROM consent n
         LEFT JOIN (SELECT r.id, r.code FROM record r WHERE r.kind = 'document' AND (",
        visible!(),
        ")) d ON d.id = n.document_id
         WHERE n.testimony_id = $3
         ORDER BY n.recorded_at DESC, n.id DESC"
    ))
    .bind(actor.account.0)
    .bind(supervises(actor))
    .bind(testimony)
    .fetch_all(c)
    .await
    })?;
    store.know_staff(tx, rows.iter().map(|row| row.recorded_by)).await?;
    let mut consents = rows
        .into_iter()
        .map(|row| row.view(store))
        .collect::<Result<Vec<_>>>()?;
    // The sort is stable: what was superseded stays newest first.
    consents.sort_by_key(|view| {
        (
            view.superseded,
            (!view.superseded).then(|| place_in_form(&view.consent)),
        )
    });
    Ok(consents)
}

impl Store {
    async fn insert_consent(
        &self,
        tx: &mut Tx,
        actor: AccountId,
        testimony: Uuid,
        consent: &Consent,
        recorded: &Recorded<'_>,
    ) -> Result<()> {
        let now = self.now();
        let id = self.0.chance.id(now);
        let (key, wrapped) = self.0.keys.new_key(Class::Narrative, id, &self.0.chance);
        let conditions: Vec<&str> = consent.conditions.iter().map(|condition| condition.code()).collect();
        on!(&mut *tx, |c| sqlx::query(
            "UPDATE consent SET superseded_at = $4, superseded_by = $5
             WHERE testimony_id = $1 AND purpose = $2 AND recipient = $3 AND superseded_at IS NULL"
        )
        .bind(testimony)
        .bind(&consent.purpose)
        .bind(&consent.recipient)
        .bind(now)
        .bind(actor.0)
        .execute(c)
        .await
        .map(crate::db::rows))?;
        on!(tx, |c| {
            sqlx::query(
            "INSERT INTO consent (id, testimony_id, purpose, recipient, decision, identity, conditions, not_before, expires_on, given_by,
                means, obtained_on, assent, best_interest, document_id, withdrawn_on, wrapped_key, note, recorded_at, recorded_by)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)"
        )
        .bind(id)
        .bind(testimony)
        .bind(&consent.purpose)
        .bind(&consent.recipient)
        .bind(consent.decision.code())
        .bind(consent.identity.code())
        .bind(conditions.join(" "))
        .bind(consent.not_before.map(|day| day.to_string()))
        .bind(consent.expires_on.to_string())
        .bind(&consent.given_by)
        .bind(recorded.means)
        .bind(recorded.obtained_on.to_string())
        .bind(recorded.assent)
        .bind(recorded.best_interest)
        .bind(recorded.document)
        .bind(consent.withdrawn_on.map(|day| day.to_string()))
        .bind(&wrapped)
        .bind(key.seal(note_place(id), recorded.note, &self.0.chance))
        .bind(now)
        .bind(actor.0)
        .execute(c)
        .await
        .map(crate::db::rows)
        })?;
        Ok(())
    }

    /// Opens the consents to a testimony.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden`, `PurposeNeeded`.
    pub async fn see_consents(&self, actor: &Actor, code: &Code) -> domain::Result<ConsentFile> {
        self.see_consents_to(actor, code, None).await
    }

    /// Opens the consents to a testimony, and with a purpose and a recipient how far each of its paragraphs may go there
    /// today. The log says what was asked about.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden`, `PurposeNeeded`.
    pub async fn see_consents_to(
        &self,
        actor: &Actor,
        code: &Code,
        to: Option<(&'static str, &'static str)>,
    ) -> domain::Result<ConsentFile> {
        let code = of_kind(code, Kind::Testimony)?;
        self.act(actor, On::Record(code), async |work: &mut Work<access::SeeConsents>| {
            let found = work.found()?;
            let (head, record, key) = work.head().await?;
            let consents = all(self, &mut work.tx, actor, found.id).await?;
            let cited_by = citing(&mut work.tx, actor, found.id).await?;
            let citing_all = citing_records(&mut work.tx, found.id).await?;
            let (cases, hidden_cases) = uses_of(&mut work.tx, actor, found.id).await?;
            let footing = footing::of_one(self, &mut work.tx, actor, found.id).await?;
            let outgoing = match to {
                None => None,
                Some(to) => {
                    let body: Body = record.body(&key)?;
                    let row = crate::testimony::row(&mut work.tx, found.id).await?;
                    let statement = row.content(found.id, &key, &body)?;
                    let sealed_apart = is_sealed_apart(&mut work.tx, found.id).await?;
                    work.note("asked", format!("{}/{}", to.0, to.1));
                    Some(footing::outgoing(self, &footing, statement, sealed_apart, to))
                }
            };
            let sent = was_sent(&mut work.tx, found.id).await?;
            let notices = of_testimony(self, &mut work.tx, found.id).await?;
            let facts = work.facts_again(&found);
            Ok(ConsentFile {
                seen: i64::try_from(consents.len()).unwrap_or(i64::MAX),
                may_record: access::RecordConsent::grounds(actor, &facts).is_ok(),
                may_decide: actor.roles.any(access::BEST_INTEREST),
                may_withdraw: access::WithdrawConsent::grounds(actor, &facts).is_ok(),
                head,
                consents,
                hidden_citing: citing_all.saturating_sub(cited_by.len()),
                cited_by,
                cases,
                hidden_cases,
                is_child: is_child(footing.birth_year, self.today()),
                outgoing,
                sent,
                notices,
            })
        })
        .await
    }

    /// Records consents to a testimony, each in the place of the one before it for the same purpose and recipient. `seen`
    /// is [`ConsentFile::seen`] of the page on which they were typed. A closed testimony opens again when
    /// `internal_analysis` is granted anew.
    ///
    /// # Errors
    /// `Conflict` if others were recorded since; `Invalid` at `document`, at `given_by` if the witness was a child and
    /// nobody speaks for it, at `best_interest` if this person is no protection officer.
    pub async fn record_consents(
        &self,
        actor: &Actor,
        code: &Code,
        seen: i64,
        draft: &ConsentDraft,
    ) -> domain::Result<()> {
        let code = of_kind(code, Kind::Testimony)?;
        self.act(
            actor,
            On::Record(code),
            async |work: &mut Work<access::RecordConsent>| {
                let found = work.expect_seen(seen).await?;
                if draft.best_interest && !actor.roles.any(access::BEST_INTEREST) {
                    return Err(Error::at("best_interest", ProblemKind::NotYourOffice).into());
                }
                let footing = footing::of_one(self, &mut work.tx, actor, found.id).await?;
                draft.check_age(footing.birth_year)?;
                let document = match &draft.document {
                    None => None,
                    Some(code) => Some(
                        work.visible_record(code)
                            .await?
                            .ok_or_else(|| Error::at("document", ProblemKind::NoSuchRecord))?,
                    ),
                };
                let recorded = Recorded {
                    means: &draft.means,
                    obtained_on: draft.obtained_on,
                    assent: draft.assent,
                    best_interest: draft.best_interest,
                    document,
                    note: &draft.note,
                };
                for consent in &draft.consents {
                    self.insert_consent(&mut work.tx, actor.account, found.id, consent, &recorded)
                        .await?;
                }
                let anew = |consent: &Consent| consent.purpose == ANALYSIS && consent.is_grant();
                if draft.consents.iter().any(anew) {
                    work.reopen(&found).await?;
                }
                work.note("consents", draft.consents.len());
                if draft.best_interest {
                    work.note("best_interest", true);
                }
                Ok(())
            },
        )
        .await
    }

    /// Withdraws consents: from now on as if they had been refused. The withdrawal of `internal_analysis` closes the
    /// testimony: it leaves every list, search and count. Recipients who may have received it are to be told: those of the
    /// consents withdrawn, and when it closes those of every consent.
    ///
    /// # Errors
    /// `Conflict` if others were recorded since; `Invalid` at `cell` if one of them is not a grant that stands, at
    /// `withdrawn_on` if one was not given yet on that day.
    pub async fn withdraw_consents(
        &self,
        actor: &Actor,
        code: &Code,
        seen: i64,
        draft: &WithdrawalDraft,
    ) -> domain::Result<()> {
        let code = of_kind(code, Kind::Testimony)?;
        self.act(
            actor,
            On::Record(code),
            async |work: &mut Work<access::WithdrawConsent>| {
                let found = work.expect_seen(seen).await?;
                let standing = all(self, &mut work.tx, actor, found.id).await?;
                for (purpose, recipient) in &draft.cells {
                    let of = |view: &&ConsentView| {
                        !view.superseded && view.consent.purpose == *purpose && view.consent.recipient == *recipient
                    };
                    let view = standing
                        .iter()
                        .find(of)
                        .filter(|view| view.consent.is_grant() && view.consent.withdrawn_on.is_none())
                        .ok_or_else(|| Error::at("cell", ProblemKind::Unknown))?;
                    if draft.withdrawn_on < view.obtained_on {
                        return Err(Error::at("withdrawn_on", ProblemKind::BeforeGiven).into());
                    }
                    let withdrawn = Consent {
                        withdrawn_on: Some(draft.withdrawn_on),
                        ..view.consent.clone()
                    };
                    let recorded = Recorded {
                        means: &view.means,
                        obtained_on: view.obtained_on,
                        assent: view.assent,
                        best_interest: view.best_interest,
                        document: None,
                        note: &draft.reason,
                    };
                    self.insert_consent(&mut work.tx, actor.account, found.id, &withdrawn, &recorded)
                        .await?;
                }
                let mut told = draft.cells.clone();
                if draft.cells.iter().any(|(purpose, _)| purpose == ANALYSIS) {
                    work.close(&found).await?;
                    let others = standing.iter().filter(|view| {
                        !view.superseded && view.consent.is_grant() && view.consent.withdrawn_on.is_none()
                    });
                    told.extend(others.map(|view| (view.consent.purpose.clone(), view.consent.recipient.clone())));
                }
                let by = (actor.account, work.now);
                let notices = self
                    .insert_notices(&mut work.tx, by, found.id, &told, draft.withdrawn_on)
                    .await?;
                let codes: Vec<String> = draft
                    .cells
                    .iter()
                    .map(|(purpose, recipient)| format!("{purpose}/{recipient}"))
                    .collect();
                work.note("withdrawn", codes.join(" "));
                work.note("notices", notices);
                Ok(())
            },
        )
        .await
    }
}

impl<A: Act> Work<A> {
    /// The testimony, if nothing was recorded about its consents since `seen` of them were shown.
    async fn expect_seen(&mut self, seen: i64) -> Result<Found> {
        let found = self.found()?;
        let count: i64 = on!(&mut self.tx, |c| sqlx::query_scalar(
            "SELECT count(*) FROM consent WHERE testimony_id = $1"
        )
        .bind(found.id)
        .fetch_one(c)
        .await)?;
        if count == seen {
            Ok(found)
        } else {
            Err(Fault::Known(Error::Conflict))
        }
    }
}

impl Work<access::RecordConsent> {
    /// Takes a closed testimony back into lists, searches and counts.
    async fn reopen(&mut self, found: &Found) -> Result<()> {
        let opened = on!(&mut self.tx, |c| sqlx::query(
            "UPDATE record SET closed = FALSE WHERE id = $1 AND closed"
        )
        .bind(found.id)
        .execute(c)
        .await
        .map(crate::db::rows))?;
        if opened == 0 {
            return Ok(());
        }
        let kept = self.kept().await?;
        self.store
            .clone()
            .index_statement(&mut self.tx, found.id, &kept.statement)
            .await?;
        self.note("reopened", true);
        Ok(())
    }
}

impl Work<access::WithdrawConsent> {
    /// Takes a testimony out of every list, search and count. What was sealed stays sealed; nothing is destroyed.
    async fn close(&mut self, found: &Found) -> Result<()> {
        on!(&mut self.tx, |c| sqlx::query(
            "UPDATE record SET closed = TRUE WHERE id = $1"
        )
        .bind(found.id)
        .execute(c)
        .await
        .map(crate::db::rows))?;
        self.store.clone().unindex(&mut self.tx, found.id).await?;
        self.note("closed", true);
        Ok(())
    }
}

impl Work<access::Import> {
    /// A consent that was given elsewhere, with the reason of its withdrawal if it was withdrawn.
    ///
    /// # Errors
    /// `Internal`, `Busy`.
    pub async fn add_consent(
        &mut self,
        testimony: &crate::Imported,
        consent: &Consent,
        obtained_on: NaiveDate,
        assent: bool,
        note: &str,
        by: AccountId,
    ) -> domain::Result<()> {
        let store = self.store.clone();
        let recorded = Recorded {
            means: "not_recorded",
            obtained_on,
            assent,
            best_interest: false,
            document: None,
            note,
        };
        store
            .insert_consent(&mut self.tx, by, testimony.id, consent, &recorded)
            .await
            .map_err(Fault::shown)
    }
}
