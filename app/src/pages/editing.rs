//! What the form of every record does with an edit that was not saved.

use crate::ask::problems;
use axum::http::StatusCode;
use domain::{Error, Problem};
use store::Head;

/// A form that is shown again: with what is wrong, or beside what somebody else saved meanwhile.
pub(super) struct Unsaved<R> {
    /// The record as it is saved now.
    pub record: R,
    /// What is wrong with the form; nothing if somebody else saved first.
    pub problems: Vec<Problem>,
    /// Somebody else saved first.
    pub overtaken: bool,
}

impl<R> Unsaved<R> {
    /// Whether an edit was saved; else the record, opened anew. Showing what is saved is itself a logged read.
    ///
    /// # Errors
    /// Every error that is about neither the form nor another's edit.
    pub async fn of(
        changed: domain::Result<()>,
        open: impl Future<Output = domain::Result<R>>,
    ) -> domain::Result<Option<Self>> {
        let (problems, overtaken) = match changed {
            Ok(()) => return Ok(None),
            Err(Error::Conflict) => (Vec::new(), true),
            Err(error) => (problems(error)?, false),
        };
        Ok(Some(Self {
            record: open.await?,
            problems,
            overtaken,
        }))
    }

    /// 409 or 422.
    pub fn status(&self) -> StatusCode {
        if self.overtaken {
            StatusCode::CONFLICT
        } else {
            StatusCode::UNPROCESSABLE_ENTITY
        }
    }

    /// The version to go on from: the one that was typed upon, so that a later conflict is still noticed; who was shown
    /// both texts goes on from the saved one.
    pub fn goes_on_from(&self, saved: i64, typed: i64) -> i64 {
        if self.overtaken { saved } else { typed }
    }

    /// The head of the form, with [`Self::goes_on_from`] as its version.
    pub fn head(&self, saved: &Head, version: i64) -> Head {
        Head {
            version: self.goes_on_from(saved.version, version),
            ..saved.clone()
        }
    }

    /// What somebody else saved, to stand beside what was typed.
    pub fn theirs<'a, F>(&self, saved: &'a F) -> Option<&'a F> {
        self.overtaken.then_some(saved)
    }
}
