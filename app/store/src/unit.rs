//! Units, kept.

use crate::affiliation::{self, AffiliationView};
use crate::case::of_kind;
use crate::command::{self, SubordinationView, closes_circle};
use crate::db::{Tx, on};
use crate::involvement::{PartPage, of_party};
use crate::past::Upon;
use crate::record::Head;
use crate::search::Indexed;
use crate::work::{On, Work};
use crate::{Result, Store};
use chrono::NaiveDate;
use domain::access::{self, Act};
use domain::command::{Span, Under};
use domain::unit::{UnitBody, UnitDraft};
use domain::{Actor, Code, Error, Kind, ProblemKind};
use uuid::Uuid;

/// A unit, opened.
#[derive(Clone, Debug)]
pub struct UnitView {
    pub head: Head,
    pub body: UnitBody,
    pub party_type: String,
    /// The unit it stands under, as alleged; none where this reader may not know of it.
    pub parent: Option<Code>,
    pub valid_from: Option<NaiveDate>,
    pub valid_to: Option<NaiveDate>,
    pub involved: PartPage,
    /// Days on which incidents began in which it has a part, newest first.
    pub days: Vec<(Code, NaiveDate)>,
    /// Persons in it, as far as this reader may know of them.
    pub members: Vec<AffiliationView>,
    /// Units under which it stood, and units that stood under it.
    pub above: Vec<SubordinationView>,
    pub below: Vec<SubordinationView>,
    pub history: Vec<crate::LogRow>,
}

#[derive(sqlx::FromRow)]
struct Row {
    party_type: String,
    parent: Option<String>,
    valid_from: Option<String>,
    valid_to: Option<String>,
}

fn words(draft: &UnitDraft) -> [&str; 2] {
    [&draft.body.name_ar, &draft.body.name_latin]
}

impl<A: Act> Work<A> {
    /// The id of the unit above, if there is one that this person sees and that does not stand under `below` itself.
    async fn parent(&mut self, draft: &UnitDraft, below: Option<Uuid>) -> Result<Option<Uuid>> {
        let Some(code) = &draft.parent else { return Ok(None) };
        let no_such = || Error::at("parent", ProblemKind::NoSuchRecord);
        let parent = self.visible_record(code).await?.ok_or_else(no_such)?;
        let Some(below) = below else { return Ok(Some(parent)) };
        let new = Under {
            unit: below,
            above: parent,
            when: Span {
                from: draft.valid_from,
                to: draft.valid_to,
            },
        };
        if closes_circle(&mut self.tx, &new).await? {
            Err(Error::at("parent", ProblemKind::Same).into())
        } else {
            Ok(Some(parent))
        }
    }
}

impl Store {
    pub(crate) async fn insert_unit(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        draft: &UnitDraft,
        parent: Option<Uuid>,
        previous: Option<&str>,
    ) -> Result<(Uuid, Code)> {
        let made = self
            .make(
                tx,
                actor,
                Kind::Unit,
                (&draft.name, &draft.body),
                &Indexed {
                    names: &words(draft),
                    words: &[&draft.body.note],
                    listed: &[],
                    named: true,
                    protected: false,
                },
                false,
                previous,
            )
            .await?;
        on!(tx, |c| sqlx::query(
            "INSERT INTO unit (id, party_type, parent_id, valid_from, valid_to) VALUES ($1, $2, $3, $4, $5)"
        )
        .bind(made.id)
        .bind(&draft.party_type)
        .bind(parent)
        .bind(draft.valid_from.map(|day| day.to_string()))
        .bind(draft.valid_to.map(|day| day.to_string()))
        .execute(c)
        .await
        .map(crate::db::rows))?;
        Ok((made.id, made.code))
    }

    /// Writes down a new unit, on a case if one is given.
    ///
    /// # Errors
    /// `Invalid` at `case` or `parent`.
    pub async fn create_unit(&self, actor: &Actor, case: Option<&Code>, draft: &UnitDraft) -> domain::Result<Code> {
        self.act(actor, On::Register("unit"), async |work: &mut Work<access::Create>| {
            let case = work.case_for(case).await?;
            let parent = work.parent(draft, None).await?;
            let (id, code) = self.insert_unit(&mut work.tx, actor, draft, parent, None).await?;
            work.finish_new(Kind::Unit, id, &code, case).await?;
            Ok(code)
        })
        .await
    }

    /// Opens a unit for reading.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden`, `PurposeNeeded`.
    pub async fn open_unit(&self, actor: &Actor, code: &Code) -> domain::Result<UnitView> {
        self.open_unit_from(actor, code, None).await
    }

    /// The same with the parts in incidents after one of them.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden`, `PurposeNeeded`.
    pub async fn open_unit_from(&self, actor: &Actor, code: &Code, after: Option<Uuid>) -> domain::Result<UnitView> {
        let code = of_kind(code, Kind::Unit)?;
        self.act(actor, On::Record(code), async |work: &mut Work<access::Open>| {
            let found = work.found()?;
            let (head, record, key) = work.head().await?;
            let body = record.body(&key)?;
            let row: Row = on!(&mut work.tx, |c| sqlx::query_as(
                "SELECT u.party_type, r.code AS parent, u.valid_from, u.valid_to FROM unit u LEFT JOIN record r ON r.id = u.parent_id WHERE u.id = $1"
            )
            .bind(found.id)
            .fetch_one(c)
            .await)?;
            let parent = match row.parent.and_then(|code| code.parse::<Code>().ok()) {
                Some(code) => work.visible_record(&code).await?.map(|_| code),
                None => None,
            };
            let involved = of_party(self, &mut work.tx, actor, found.id, after).await?;
            let history = Store::history(&mut work.tx, found.id, false, 30).await?;
            let members = affiliation::of_unit(self, &mut work.tx, actor, found.id).await?;
            let above = command::above(self, &mut work.tx, actor, found.id).await?;
            let below = command::below(self, &mut work.tx, actor, found.id).await?;
            let days = command::days_of(self, &mut work.tx, actor, found.id).await?;
            let day = |text: Option<String>| text.and_then(|day| day.parse().ok());
            Ok(UnitView { head, body, party_type: row.party_type, parent, valid_from: day(row.valid_from), valid_to: day(row.valid_to), involved, days, members, above, below, history })
        })
        .await
    }

    /// Changes a unit that was read at `version`.
    ///
    /// # Errors
    /// `Conflict` if it has changed since; `Invalid` at `parent`.
    pub async fn change_unit(
        &self,
        actor: &Actor,
        code: &Code,
        version: impl Into<Upon<'_>>,
        draft: &UnitDraft,
    ) -> domain::Result<()> {
        let code = of_kind(code, Kind::Unit)?;
        let upon = version.into();
        self.act(actor, On::Record(code), async |work: &mut Work<access::Edit>| {
            let found = work.expect_version(upon.version)?;
            let parent = work.parent(draft, Some(found.id)).await?;
            self.change(
                &mut work.tx,
                actor,
                found.id,
                Kind::Unit,
                upon,
                (&draft.name, &draft.body),
                &Indexed {
                    names: &words(draft),
                    words: &[&draft.body.note],
                    listed: &[],
                    named: true,
                    protected: false,
                },
                None,
            )
            .await?;
            on!(&mut work.tx, |c| sqlx::query(
                "UPDATE unit SET party_type = $2, parent_id = $3, valid_from = $4, valid_to = $5 WHERE id = $1"
            )
            .bind(found.id)
            .bind(&draft.party_type)
            .bind(parent)
            .bind(draft.valid_from.map(|day| day.to_string()))
            .bind(draft.valid_to.map(|day| day.to_string()))
            .execute(c)
            .await
            .map(crate::db::rows))?;
            Ok(())
        })
        .await
    }
}
