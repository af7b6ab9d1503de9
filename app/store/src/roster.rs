//! A whole list of people with the same part in one act, taken in at once or not at all.

use crate::case::of_kind;
use crate::work::{On, Work};
use crate::{Result, Store};
use domain::access;
use domain::link::Involvement;
use domain::roster::{Listed, Roster};
use domain::{Actor, Code, Error, Kind, Problem, ProblemKind};
use uuid::Uuid;

impl Store {
    /// Takes a list in: makes those who are new, and gives everybody the same part with the same citations. The codes, in the
    /// order of the list.
    ///
    /// # Errors
    /// `Invalid` at `act`, a citation, or `row.3.fate`; `NotFound`, `Forbidden`, `PurposeNeeded` for the incident.
    pub async fn take_in(&self, actor: &Actor, incident: &Code, roster: &Roster) -> domain::Result<Vec<Code>> {
        let incident = of_kind(incident, Kind::Incident)?;
        self.act(actor, On::Record(incident), async |work: &mut Work<access::Link>| {
            let found = work.found()?;
            let mut codes = Vec::with_capacity(roster.people.len());
            let mut problems = Vec::new();
            for (at, one) in &roster.people {
                match work.listed(one).await? {
                    Some((id, code)) => {
                        work.involve_party(found.id, id, &part(roster, &code)).await?;
                        codes.push(code);
                    }
                    None => problems.push(Problem::new(&format!("row.{at}.fate"), ProblemKind::NoSuchRecord)),
                }
            }
            if !problems.is_empty() {
                return Err(Error::Invalid(problems).into());
            }
            if let Some(act) = roster.act {
                work.note("act", act);
            }
            work.note("role", roster.role.as_str());
            work.note("parties", codes.len());
            Ok(codes)
        })
        .await
    }
}

fn part(roster: &Roster, party: &Code) -> Involvement {
    Involvement {
        party: party.clone(),
        act: roster.act,
        mode: None,
        role: roster.role.clone(),
        confidence: roster.confidence.clone(),
        note: roster.note.clone(),
        citations: roster.citations.clone(),
    }
}

impl Work<access::Link> {
    /// Who a row is: none if there is no such person for this reader.
    async fn listed(&mut self, one: &Listed) -> Result<Option<(Uuid, Code)>> {
        let (store, actor) = (self.store.clone(), self.actor.clone());
        match one {
            Listed::Is(code) => Ok(self.visible_record(code).await?.map(|id| (id, code.clone()))),
            Listed::New(draft) => store.insert_person(&mut self.tx, &actor, draft, None).await.map(Some),
        }
    }
}
