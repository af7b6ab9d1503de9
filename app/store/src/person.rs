//! Persons, kept: the name under a key of its own, everything on screen by pseudonym first. What is protected is opened by
//! a reveal only ([`crate::reveal`]).

use crate::affiliation::AffiliationView;
use crate::case::of_kind;
use crate::db::{Tx, on};
use crate::involvement::{PartPage, of_party};
use crate::past::Upon;
use crate::record::{Head, supervises, visible};
use crate::reveal::living;
use crate::risk::known_of;
use crate::search::Indexed;
use crate::shred::Shredded;
use crate::work::{On, Work};
use crate::{Result, Store};
use domain::access::{self, Act};
use domain::person::{IdentitiesForm, Identity, PersonBody, PersonDraft};
use domain::warning::{Warning, warnings};
use domain::{Actor, Code, Error, Kind, Problem, ProblemKind};
use uuid::Uuid;

/// A person, opened.
#[derive(Clone, Debug)]
pub struct PersonView {
    /// Its title is none where the name is protected.
    pub head: Head,
    /// None where the identity is protected, and not revealed to this reader.
    pub body: Option<PersonBody>,
    pub sex: String,
    pub birth_year: Option<i32>,
    pub victim_status: Option<String>,
    pub protected: bool,
    /// Marked so that every reveal takes a second person.
    pub sensitive: bool,
    /// Whether this reader may have the identity revealed, at once or by request.
    pub may_reveal: bool,
    /// Whether this reader decides on others' requests.
    pub may_decide: bool,
    /// Whether this reader may mark it as sensitive, and propose to destroy it.
    pub may_mark: bool,
    /// Whether this reader decides on a proposal to destroy it, and one waits.
    pub may_decide_shredding: bool,
    /// The identity was destroyed.
    pub shredded: Option<Shredded>,
    pub involved: PartPage,
    /// Units and parties with which this person was, as far as this reader may know of them.
    pub affiliations: Vec<AffiliationView>,
    /// Testimonies of this person, as far as this reader may know of them.
    pub testimonies: Vec<Code>,
    /// Lists in which this person stands, where the name is not protected: it stands there.
    pub lists: Vec<crate::ListedIn>,
    /// What must be weighed before somebody speaks with them again.
    pub warnings: Vec<Warning>,
    /// Whether this reader may see the risks to them.
    pub may_see_risks: bool,
    /// The record under which this one counts, and those that count under it; as far as this reader may know of them.
    pub counts_as: Option<Code>,
    pub others: Vec<Code>,
    pub history: Vec<crate::LogRow>,
}

#[derive(sqlx::FromRow)]
pub(crate) struct PersonRow {
    pub protected: bool,
    pub sensitive: bool,
    pub sex: String,
    pub birth_year: Option<i64>,
    pub victim_status: Option<String>,
}

/// A person's columns in clear.
pub(crate) async fn person_row(tx: &mut Tx, id: Uuid) -> Result<PersonRow> {
    Ok(on!(tx, |c| sqlx::query_as(
        "SELECT protected, sensitive, sex, birth_year, victim_status FROM person WHERE id = $1"
    )
    .bind(id)
    .fetch_one(c)
    .await)?)
}

impl Store {
    pub(crate) async fn insert_person(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        draft: &PersonDraft,
        previous: Option<&str>,
    ) -> Result<(Uuid, Code)> {
        let names = draft.body.names();
        let names: Vec<&str> = names.iter().map(|name| name.as_str()).collect();
        let made = self
            .make(
                tx,
                actor,
                Kind::Person,
                (&draft.name, &draft.body),
                &Indexed {
                    names: &names,
                    words: &[&draft.body.note],
                    listed: &[],
                    named: true,
                    protected: draft.protected,
                },
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
        self.group(tx, made.id, &draft.body, (&draft.sex, draft.birth_year))
            .await?;
        Ok((made.id, made.code))
    }

    /// Writes what a person is grouped by for matching.
    async fn group(&self, tx: &mut Tx, id: Uuid, body: &PersonBody, known: (&str, Option<i32>)) -> Result<()> {
        let profile = crate::matching::profile(body, known.0, known.1, Vec::new());
        self.write_match_keys(tx, id, &profile).await
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

    /// Opens a person for reading: of who is protected, the pseudonym.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden`, `PurposeNeeded`.
    pub async fn open_person(&self, actor: &Actor, code: &Code) -> domain::Result<PersonView> {
        self.open_person_from(actor, code, None).await
    }

    /// The same with the parts in incidents after one of them.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden`, `PurposeNeeded`.
    pub async fn open_person_from(
        &self,
        actor: &Actor,
        code: &Code,
        after: Option<Uuid>,
    ) -> domain::Result<PersonView> {
        let code = of_kind(code, Kind::Person)?;
        self.act(actor, On::Record(code), async |work: &mut Work<access::Open>| {
            let found = work.found()?;
            let row = person_row(&mut work.tx, found.id).await?;
            let (head, body) = if row.protected {
                (work.nameless_head().await?.0, None)
            } else {
                let (head, record, key) = work.head().await?;
                (head, Some(record.body(&key)?))
            };
            work.note("identity", false);
            work.person_view(row, head, body, after).await
        })
        .await
    }

    /// Opens a person for changing: of who is protected, the identity too, while a reveal lives; else it has no body.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden`, `PurposeNeeded`.
    pub async fn open_person_for_edit(&self, actor: &Actor, code: &Code) -> domain::Result<PersonView> {
        let code = of_kind(code, Kind::Person)?;
        self.act(actor, On::Record(code), async |work: &mut Work<access::OpenForEdit>| {
            let found = work.found()?;
            let row = person_row(&mut work.tx, found.id).await?;
            let reveal = living(&mut work.tx, actor, found.id, work.now).await?;
            work.note("identity", row.protected && reveal.is_some());
            if row.protected && reveal.is_none() {
                let head = work.nameless_head().await?.0;
                return work.person_view(row, head, None, None).await;
            }
            if let Some(reveal) = reveal {
                work.note("reveal", reveal.id.to_string());
            }
            let (head, record, key) = work.head().await?;
            let body = record.body(&key)?;
            work.person_view(row, head, Some(body), None).await
        })
        .await
    }

    /// Changes a person that was read at `version`. A protected identity is changed only while it is revealed to who
    /// changes it; a sensitive one stays protected.
    ///
    /// # Errors
    /// `Conflict` if it has changed since; `Invalid` with `NotRevealed`, or at `protected`.
    pub async fn change_person(
        &self,
        actor: &Actor,
        code: &Code,
        version: impl Into<Upon<'_>>,
        draft: &PersonDraft,
    ) -> domain::Result<()> {
        let code = of_kind(code, Kind::Person)?;
        let upon = version.into();
        self.act(actor, On::Record(code), async |work: &mut Work<access::Edit>| {
            let found = work.found()?;
            let row = work.open_to_change(found.id).await?;
            if row.sensitive && row.protected && !draft.protected {
                return Err(Error::at("protected", ProblemKind::Contradicts).into());
            }
            if row.protected != draft.protected {
                work.note("protected", draft.protected);
            }
            work.expect_version(upon.version)?;
            let record = crate::record::row(&mut work.tx, found.id).await?;
            let old: PersonBody = record.body(&record.key(self, Kind::Person)?)?;
            let draft = PersonDraft {
                body: PersonBody {
                    identities: old.identities,
                    ..draft.body.clone()
                },
                ..draft.clone()
            };
            self.write_person(&mut work.tx, actor, found.id, upon, &draft).await
        })
        .await
    }

    /// Changes who a person is as sources state it.
    ///
    /// # Errors
    /// `Conflict` if the person has changed since; `Invalid` with `NotRevealed`, or at a source: `i2_source`.
    pub async fn change_identities(
        &self,
        actor: &Actor,
        code: &Code,
        version: impl Into<Upon<'_>>,
        form: &IdentitiesForm,
    ) -> domain::Result<()> {
        let code = of_kind(code, Kind::Person)?;
        let upon = version.into();
        let stated = form.check().map_err(Error::Invalid)?;
        self.act(actor, On::Record(code), async |work: &mut Work<access::Edit>| {
            let found = work.found()?;
            let row = work.open_to_change(found.id).await?;
            work.expect_version(upon.version)?;
            let record = crate::record::row(&mut work.tx, found.id).await?;
            let key = record.key(self, Kind::Person)?;
            let name = record.title(&key)?;
            let mut body: PersonBody = record.body(&key)?;
            body.identities = work.sourced(&body.identities, stated, form).await?;
            work.note("identities", body.identities.len());
            let draft = PersonDraft {
                name,
                body,
                birth_year: row.birth_year.and_then(|year| i32::try_from(year).ok()),
                sex: row.sex,
                victim_status: row.victim_status,
                protected: row.protected,
            };
            self.write_person(&mut work.tx, actor, found.id, upon, &draft).await
        })
        .await
    }

    async fn write_person(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        id: Uuid,
        upon: Upon<'_>,
        draft: &PersonDraft,
    ) -> Result<()> {
        let names = draft.body.names();
        let names: Vec<&str> = names.iter().map(|name| name.as_str()).collect();
        self.change(
            tx,
            actor,
            id,
            Kind::Person,
            upon,
            (&draft.name, &draft.body),
            &Indexed {
                names: &names,
                words: &[&draft.body.note],
                listed: &[],
                named: true,
                protected: draft.protected,
            },
            None,
        )
        .await?;
        on!(&mut *tx, |c| sqlx::query(
            "UPDATE person SET protected = $2, sex = $3, birth_year = $4, victim_status = $5 WHERE id = $1"
        )
        .bind(id)
        .bind(draft.protected)
        .bind(&draft.sex)
        .bind(draft.birth_year.map(i64::from))
        .bind(&draft.victim_status)
        .execute(c)
        .await
        .map(crate::db::rows))?;
        self.group(tx, id, &draft.body, (&draft.sex, draft.birth_year)).await
    }
}

impl Work<access::Edit> {
    /// A person's columns, if this person may change the identity: a protected one only while it is revealed to them.
    async fn open_to_change(&mut self, id: Uuid) -> Result<PersonRow> {
        let actor = self.actor.clone();
        let row = person_row(&mut self.tx, id).await?;
        if row.protected {
            let Some(reveal) = living(&mut self.tx, &actor, id, self.now).await? else {
                self.refused("not_revealed");
                return Err(Error::at("", ProblemKind::NotRevealed).into());
            };
            self.note("reveal", reveal.id.to_string());
        }
        Ok(row)
    }

    /// What is stated now, with its sources: one that stood there before may stay; a new one must be visible to this person
    /// and have the paragraphs. Where this person may not know of the source that stands there, it stays too.
    async fn sourced(
        &mut self,
        before: &[Identity],
        mut stated: Vec<Identity>,
        form: &IdentitiesForm,
    ) -> Result<Vec<Identity>> {
        let (mut problems, mut cited) = (Vec::new(), Vec::new());
        let rows: Vec<usize> = (0..form.rows.len()).filter(|row| !form.rows[*row].is_blank()).collect();
        for (identity, at) in stated.iter_mut().zip(rows) {
            let old = before.iter().find(|old| old.number == identity.number);
            let stood = old.and_then(Identity::citation);
            let Some(new) = identity.citation() else {
                if let Some(stood) = stood
                    && self.visible_record(&stood.source).await?.is_none()
                {
                    identity.source = Some(stood.source);
                    identity.paragraphs = stood.paragraphs;
                }
                continue;
            };
            if stood.as_ref() == Some(&new) {
                continue;
            }
            match self.source(&new).await? {
                Ok((source, statement)) => cited.push((source, statement, new.paragraphs)),
                Err(kind) => {
                    let field = match kind {
                        ProblemKind::NoSuchParagraph(_) => format!("i{at}_paragraphs"),
                        _ => format!("i{at}_source"),
                    };
                    problems.push(Problem::new(&field, kind));
                }
            }
        }
        if !problems.is_empty() {
            return Err(problems.into());
        }
        // Who a person is as sources state it rests on them as a link does.
        let person = self.found()?.id;
        for (source, statement, paragraphs) in cited {
            if statement.is_none() {
                self.insert_citation(person, source, None, None, false).await?;
            }
            for (paragraph, statement) in paragraphs.iter().zip(statement.into_iter().cycle()) {
                self.insert_citation(person, source, Some((i64::from(*paragraph), statement)), None, false)
                    .await?;
            }
        }
        Ok(stated)
    }
}

impl<A: Act> Work<A> {
    /// Takes out the sources of identities of which this reader may not know.
    pub(crate) async fn hide_sources(&mut self, body: &mut PersonBody) -> Result<()> {
        for identity in &mut body.identities {
            if let Some(source) = &identity.source
                && self.visible_record(source).await?.is_none()
            {
                identity.source = None;
                identity.paragraphs.clear();
            }
        }
        Ok(())
    }

    /// The record under which a person counts, and those that count under it.
    async fn counted(&mut self, id: Uuid) -> Result<(Option<Code>, Vec<Code>)> {
        let actor = self.actor.clone();
        let rows: Vec<(bool, String)> = on!(&mut self.tx, |c| sqlx::query_as(concat!(
            "SELECT p.same_as IS NOT NULL AND p.same_as = $3, r.code
             FROM person p JOIN record r ON r.id = p.id
             WHERE p.same_as = $3 AND (",
            visible!(),
            ")
             UNION ALL
             SELECT FALSE, r.code FROM person p JOIN record r ON r.id = p.same_as
             WHERE p.id = $3 AND (",
            visible!(),
            ")"
        ))
        .bind(actor.account.0)
        .bind(supervises(&actor))
        .bind(id)
        .fetch_all(c)
        .await)?;
        let (others, kept): (Vec<_>, Vec<_>) = rows.into_iter().partition(|(under, _)| *under);
        let code = |(_, code): (bool, String)| code.parse::<Code>().ok();
        Ok((
            kept.into_iter().find_map(code),
            others.into_iter().filter_map(code).collect(),
        ))
    }

    async fn person_view(
        &mut self,
        row: PersonRow,
        mut head: Head,
        body: Option<PersonBody>,
        after: Option<Uuid>,
    ) -> Result<PersonView> {
        let (store, actor, found) = (self.store.clone(), self.actor.clone(), self.found()?);
        let facts = self.facts_again(&found);
        let shredded = crate::shred::shredded(&store, &mut self.tx, found.id).await?;
        let proposed = crate::shred::is_proposed(&mut self.tx, found.id).await?;
        let may_reveal = row.protected && shredded.is_none() && access::Reveal::grounds(&actor, &facts).is_ok();
        head.may_edit = head.may_edit && shredded.is_none() && (may_reveal || !row.protected);
        let may_see_risks = access::SeeRisks::grounds(&actor, &facts).is_ok();
        let known = known_of(&store, &mut self.tx, &actor, found.id, may_see_risks).await?;
        let (counts_as, others) = self.counted(found.id).await?;
        let lists = if row.protected {
            Vec::new()
        } else {
            crate::source_list::of_person(&mut self.tx, &actor, found.id).await?
        };
        let mut body = body;
        if let Some(body) = &mut body {
            self.hide_sources(body).await?;
        }
        Ok(PersonView {
            lists,
            counts_as,
            others,
            may_reveal,
            may_decide: access::DecideReveal::grounds(&actor, &facts).is_ok(),
            may_mark: shredded.is_none() && access::MarkSensitive::grounds(&actor, &facts).is_ok(),
            may_decide_shredding: proposed && access::DecideShredding::grounds(&actor, &facts).is_ok(),
            affiliations: crate::affiliation::of_person(&store, &mut self.tx, &actor, found.id).await?,
            involved: of_party(&store, &mut self.tx, &actor, found.id, after).await?,
            testimonies: crate::testimony::of_witness(&mut self.tx, &actor, found.id).await?,
            history: Store::history(&mut self.tx, found.id, false, 30).await?,
            head,
            body,
            sex: row.sex,
            birth_year: row.birth_year.and_then(|year| i32::try_from(year).ok()),
            victim_status: row.victim_status,
            protected: row.protected,
            sensitive: row.sensitive,
            warnings: warnings(&known, false),
            may_see_risks,
            shredded,
        })
    }
}
