//! The committee's own settings.

use crate::db::once;
use crate::{Fault, Result, Store};
use chrono::NaiveDate;
use domain::Language;

/// The committee's name and settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Committee {
    pub name: String,
    pub language: Language,
    /// A second factor is required of everybody.
    pub factor_required: bool,
    /// Minutes east of UTC.
    pub utc_offset: i32,
    /// The day on which a demonstration's business clock stands.
    pub demo_today: Option<NaiveDate>,
}

#[derive(sqlx::FromRow)]
struct Row {
    name: String,
    language: String,
    factor_required: bool,
    utc_offset: i64,
    demo_today: Option<String>,
}

impl Store {
    /// The committee, once it is set up.
    #[must_use]
    pub fn committee(&self) -> Option<Committee> {
        self.0.committee.read().ok()?.clone()
    }

    pub(crate) async fn load_committee(&self) -> Result<()> {
        let row: Option<Row> = once!(&self.0.pool, |c| sqlx::query_as(
            "SELECT name, language, factor_required, utc_offset, demo_today FROM committee WHERE id = 1"
        )
        .fetch_optional(c)
        .await)?;
        let committee = row
            .map(|row| {
                let malformed = |column| Fault::Malformed {
                    table: "committee",
                    column,
                    row: uuid::Uuid::nil(),
                };
                Ok::<_, Fault>(Committee {
                    name: row.name,
                    language: Language::parse(&row.language).ok_or_else(|| malformed("language"))?,
                    factor_required: row.factor_required,
                    utc_offset: i32::try_from(row.utc_offset).map_err(|_| malformed("utc_offset"))?,
                    demo_today: row
                        .demo_today
                        .map(|day| day.parse().map_err(|_| malformed("demo_today")))
                        .transpose()?,
                })
            })
            .transpose()?;
        if let Ok(mut known) = self.0.committee.write() {
            *known = committee;
        }
        Ok(())
    }
}
