//! Persons, kept: the name under a key of its own, everything on screen by pseudonym first.

use crate::case::of_kind;
use crate::db::{Tx, on};
use crate::involvement::{InvolvementView, of_party};
use crate::record::Head;
use crate::risk::known_of;
use crate::work::{On, Work};
use crate::{Result, Store};
use domain::access::{self, Act};
use domain::person::{PersonBody, PersonDraft};
use domain::warning::{Warning, warnings};
use domain::{Actor, Code, Error, Kind};
use uuid::Uuid;

/// A person, opened.
#[derive(Clone, Debug)]
pub struct PersonView {
    /// Its title is none where the name stays hidden from this reader.
    pub head: Head,
    /// None where the identity stays hidden from this reader.
    pub body: Option<PersonBody>,
    pub sex: String,
    pub birth_year: Option<i32>,
    pub victim_status: Option<String>,
    pub protected: bool,
    pub involved: Vec<InvolvementView>,
    /// Testimonies of this person, as far as this reader may know of them.
    pub testimonies: Vec<Code>,
    /// What must be weighed before somebody speaks with them again.
    pub warnings: Vec<Warning>,
    /// Whether this reader may see the risks to them.
    pub may_see_risks: bool,
    pub history: Vec<crate::LogRow>,
}

#[derive(sqlx::FromRow)]
struct Row {
    protected: bool,
    sex: String,
    birth_year: Option<i64>,
    victim_status: Option<String>,
}

fn words(draft: &PersonDraft) -> [&str; 3] {
    [&draft.body.name_ar, &draft.body.name_latin, &draft.body.aliases]
}

impl Store {
    pub(crate) async fn insert_person(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        draft: &PersonDraft,
        previous: Option<&str>,
    ) -> Result<(Uuid, Code)> {
        let made = self
            .make(
                tx,
                actor,
                Kind::Person,
                (&draft.name, &draft.body),
                &words(draft),
                false,
                previous,
            )
            .await?;
        on!(tx, |c| sqlx::query(
            "INSERT INTO person (id, protected, sex, birth_year, victim_status) VALUES ($1, $2, $3, $4, $5)"
        )
        .bind(made.id)
        .bind(draft.protected)
        .bind(&draft.sex)
        .bind(draft.birth_year.map(i64::from))
        .bind(&draft.victim_status)
        .execute(c)
        .await
        .map(crate::db::rows))?;
        Ok((made.id, made.code))
    }

    /// Writes down a new person, on a case if one is given.
    ///
    /// # Errors
    /// `Invalid` at `case` if this person can't write on it.
    pub async fn create_person(&self, actor: &Actor, case: Option<&Code>, draft: &PersonDraft) -> domain::Result<Code> {
        self.act(
            actor,
            On::Register("person"),
            async |work: &mut Work<access::Create>| {
                let case = work.case_for(case).await?;
                let (id, code) = self.insert_person(&mut work.tx, actor, draft, None).await?;
                work.finish_new(Kind::Person, id, &code, case).await?;
                Ok(code)
            },
        )
        .await
    }

    /// Opens a person for reading.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden`, `PurposeNeeded`.
    pub async fn open_person(&self, actor: &Actor, code: &Code) -> domain::Result<PersonView> {
        let code = of_kind(code, Kind::Person)?;
        self.act(actor, On::Record(code), async |work: &mut Work<access::Open>| {
            let found = work.found()?;
            let row: Row = on!(&mut work.tx, |c| sqlx::query_as(
                "SELECT protected, sex, birth_year, victim_status FROM person WHERE id = $1"
            )
            .bind(found.id)
            .fetch_one(c)
            .await)?;
            let shown = access::sees_identity(row.protected, &found.duties, found.author_of_loose);
            let (mut head, record, key) = work.head().await?;
            let body = if shown { Some(record.body(&key)?) } else { None };
            if !shown {
                head.title = None;
                head.may_edit = false;
            }
            work.note("identity", shown);
            let involved = of_party(self, &mut work.tx, actor, found.id).await?;
            let testimonies = crate::testimony::of_witness(&mut work.tx, actor, found.id).await?;
            let may_see_risks = access::SeeRisks::grounds(actor, &work.facts_again(&found)).is_ok();
            let known = known_of(self, &mut work.tx, actor, found.id, may_see_risks).await?;
            let history = Store::history(&mut work.tx, found.id, false, 30).await?;
            Ok(PersonView {
                head,
                body,
                sex: row.sex,
                birth_year: row.birth_year.and_then(|year| i32::try_from(year).ok()),
                victim_status: row.victim_status,
                protected: row.protected,
                involved,
                testimonies,
                warnings: warnings(&known, false),
                may_see_risks,
                history,
            })
        })
        .await
    }

    /// Changes a person that was read at `version`. Who may not see the identity may not change it.
    ///
    /// # Errors
    /// `Conflict` if it has changed since.
    pub async fn change_person(
        &self,
        actor: &Actor,
        code: &Code,
        version: i64,
        draft: &PersonDraft,
    ) -> domain::Result<()> {
        let code = of_kind(code, Kind::Person)?;
        self.act(actor, On::Record(code), async |work: &mut Work<access::Edit>| {
            let found = work.expect_version(version)?;
            let protected: bool = on!(&mut work.tx, |c| sqlx::query_scalar(
                "SELECT protected FROM person WHERE id = $1"
            )
            .bind(found.id)
            .fetch_one(c)
            .await)?;
            if !access::sees_identity(protected, &found.duties, found.author_of_loose) {
                return Err(Error::Forbidden.into());
            }
            self.change(
                &mut work.tx,
                actor,
                found.id,
                Kind::Person,
                version,
                (&draft.name, &draft.body),
                &words(draft),
                None,
            )
            .await?;
            on!(&mut work.tx, |c| sqlx::query(
                "UPDATE person SET protected = $2, sex = $3, birth_year = $4, victim_status = $5 WHERE id = $1"
            )
            .bind(found.id)
            .bind(draft.protected)
            .bind(&draft.sex)
            .bind(draft.birth_year.map(i64::from))
            .bind(&draft.victim_status)
            .execute(c)
            .await
            .map(crate::db::rows))?;
            Ok(())
        })
        .await
    }
}
