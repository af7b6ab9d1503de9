//! Where every answer about a sharing starts: consents, age, filing and risks of a testimony, put together here and nowhere
//! else. The guards of a case, the page of the consents and the pages of a testimony all ask [`of_each`].

use crate::consent::given;
use crate::db::{Tx, on};
use crate::risk::in_force;
use crate::{Fault, Result, Store};
use domain::access::RISK_READERS;
use domain::consent::{Footing, Passage, Reach};
use domain::risk::{Assessed, Standing};
use domain::testimony::{Paragraph, Statement};
use domain::{Actor, Error};
use uuid::Uuid;

/// The testimonies that an id means, as a list in SQL: itself if it is a testimony's, those that it cites if it is a case's.
macro_rules! meant_by {
    ($id:literal) => {
        concat!(
            "(SELECT mt.id FROM testimony mt WHERE mt.id = ",
            $id,
            " UNION SELECT q.source_id FROM citation q WHERE ",
            crate::link::cited_on!($id),
            ")"
        )
    };
}
pub(crate) use meant_by;

/// How far one paragraph may go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Going {
    /// Its number; none for what is sealed apart.
    pub number: Option<u32>,
    /// It favours somebody: that it exists is stated even where it does not go.
    pub exculpatory: bool,
    pub reach: Reach,
}

/// How far a statement may go to one recipient for one purpose, paragraph by paragraph.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outgoing {
    /// A code of the vocabulary `CONSENT_PURPOSE`.
    pub purpose: &'static str,
    /// A code of the vocabulary `CONSENT_RECIPIENT`.
    pub recipient: &'static str,
    pub paragraphs: Vec<Going>,
    /// The record can't say whether the witness was of age: another person attests it when a case moves.
    pub age_unknown: bool,
}

/// The footing of a testimony, or of every testimony that a case cites, by the testimony's id.
pub(crate) async fn of_each(store: &Store, tx: &mut Tx, actor: &Actor, id: Uuid) -> Result<Vec<(Uuid, Footing)>> {
    let rows: Vec<(Uuid, String, Option<Uuid>, Option<i64>)> = on!(&mut *tx, |c| sqlx::query_as(concat!(
        "SELECT t.id, t.status, t.witness_id, p.birth_year
         FROM testimony t
         LEFT JOIN person p ON p.id = t.witness_id
         WHERE t.id IN ",
        meant_by!("$1")
    ))
    .bind(id)
    .fetch_all(c)
    .await)?;
    let mut given = given(&mut *tx, id).await?;
    let risks = in_force(tx, id).await?;
    let risks_shown = actor.roles.any(RISK_READERS);
    let today = store.today();
    Ok(rows
        .into_iter()
        .map(|(testimony, status, witness, birth_year)| {
            let of_witness = risks.iter().filter(|(person, _)| Some(*person) == witness);
            let assessed: Vec<Assessed> = of_witness.map(|(_, assessed)| *assessed).collect();
            let footing = Footing {
                filed: status == "final",
                birth_year: birth_year.and_then(|year| i32::try_from(year).ok()),
                consents: given
                    .extract_if(.., |(of, _)| *of == testimony)
                    .map(|(_, given)| given)
                    .collect(),
                critical_risk: Standing::of(&assessed, today).is_critical(),
                risks_shown,
            };
            (testimony, footing)
        })
        .collect())
}

/// The footing of one testimony.
pub(crate) async fn of_one(store: &Store, tx: &mut Tx, actor: &Actor, testimony: Uuid) -> Result<Footing> {
    let all = of_each(store, tx, actor, testimony).await?;
    let one = all.into_iter().find(|(id, _)| *id == testimony);
    one.map(|(_, footing)| footing).ok_or(Fault::Known(Error::NotFound))
}

/// What is known of a paragraph. A number never disappears: one without words was taken back. What was said of sexual
/// violence is no paragraph, but sealed apart.
fn passage(paragraph: &Paragraph) -> Passage {
    Passage {
        taken_back: paragraph.text.is_blank(),
        sealed: false,
    }
}

/// How far each paragraph of a statement may go today; what is sealed apart stands last, if there is any.
pub(crate) fn outgoing(
    store: &Store,
    footing: &Footing,
    statement: Statement,
    sealed_apart: bool,
    (purpose, recipient): (&'static str, &'static str),
) -> Outgoing {
    let today = store.today();
    let reach = |passage| footing.how_far(passage, purpose, recipient, today);
    let mut paragraphs: Vec<Going> = statement
        .numbered()
        .paragraphs
        .iter()
        .map(|paragraph| Going {
            number: paragraph.number,
            exculpatory: !paragraph.favours.is_blank(),
            reach: reach(passage(paragraph)),
        })
        .collect();
    if sealed_apart {
        let sealed = Passage {
            sealed: true,
            ..Passage::default()
        };
        paragraphs.push(Going {
            number: None,
            exculpatory: false,
            reach: reach(sealed),
        });
    }
    Outgoing {
        purpose,
        recipient,
        paragraphs,
        age_unknown: footing.is_child(purpose, recipient, today).is_none(),
    }
}
