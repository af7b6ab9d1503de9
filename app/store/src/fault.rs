//! What goes wrong inside the store, and what of it the reader may know.

use domain::Error;

pub(crate) type Result<T, E = Fault> = std::result::Result<T, E>;

/// A failure, with details for the server's log. Becomes a [`domain::Error`] at the edge.
#[derive(Debug)]
pub(crate) enum Fault {
    /// An ordinary answer.
    Known(Error),
    /// The database said no.
    Db(sqlx::Error),
    /// A sealed value did not open: it was moved, put back or damaged, or the key is another one.
    Sealed {
        table: &'static str,
        column: &'static str,
        row: uuid::Uuid,
    },
    /// A row holds a value that no version of ours writes.
    Malformed {
        table: &'static str,
        column: &'static str,
        row: uuid::Uuid,
    },
    /// The file system said no.
    Io(std::io::Error),
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        Self::Known(error)
    }
}

impl From<Vec<domain::Problem>> for Fault {
    fn from(problems: Vec<domain::Problem>) -> Self {
        Self::Known(Error::Invalid(problems))
    }
}

impl From<sqlx::Error> for Fault {
    fn from(error: sqlx::Error) -> Self {
        Self::Db(error)
    }
}

impl From<std::io::Error> for Fault {
    fn from(error: std::io::Error) -> Self {
        Self::Io(error)
    }
}

impl Fault {
    /// The name of the violated constraint, if that is what failed.
    pub(crate) fn constraint(&self) -> Option<String> {
        let Self::Db(sqlx::Error::Database(error)) = self else {
            return None;
        };
        error
            .constraint()
            .map(str::to_owned)
            .or_else(|| error.is_unique_violation().then(|| error.message().to_owned()))
    }

    /// What the reader may know. Tells the server's log the rest, without any content of the record.
    pub(crate) fn shown(self) -> Error {
        match self {
            Self::Known(error) => error,
            Self::Db(sqlx::Error::RowNotFound) => Error::NotFound,
            Self::Db(error) => {
                let (code, constraint) = match &error {
                    sqlx::Error::Database(e) => (
                        e.code().unwrap_or_default().into_owned(),
                        e.constraint().unwrap_or_default().to_owned(),
                    ),
                    sqlx::Error::PoolTimedOut => ("pool timed out".to_owned(), String::new()),
                    sqlx::Error::Io(e) => (format!("i/o {:?}", e.kind()), String::new()),
                    sqlx::Error::ColumnDecode { index, .. } => ("decode".to_owned(), index.clone()),
                    other => (variant(other).to_owned(), String::new()),
                };
                tracing::error!(code, constraint, "database");
                match code.as_str() {
                    // PostgreSQL: serialization failure, deadlock.
                    "40001" | "40P01" => Error::Conflict,
                    _ if is_out_of_order(&error, &code) => Error::Busy,
                    _ => Error::Internal,
                }
            }
            Self::Sealed { table, column, row } => {
                tracing::error!(table, column, %row, "sealed value does not open");
                Error::Internal
            }
            Self::Malformed { table, column, row } => {
                tracing::error!(table, column, %row, "malformed row");
                Error::Internal
            }
            Self::Io(error) => {
                tracing::error!(kind = ?error.kind(), "file system");
                Error::Busy
            }
        }
    }
}

/// Disk full, read-only, unreachable, out of connections: nothing was done, and it may pass.
fn is_out_of_order(error: &sqlx::Error, code: &str) -> bool {
    match error {
        sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::Io(_) | sqlx::Error::WorkerCrashed => true,
        // SQLite's primary result code is the low byte: BUSY 5, LOCKED 6, NOMEM 7, READONLY 8, IOERR 10, FULL 13, CANTOPEN 14.
        // PostgreSQL's classes 53 (insufficient resources), 57 (operator intervention), 58 (system error), 25006 (read-only).
        sqlx::Error::Database(_) => {
            code.parse::<u32>()
                .is_ok_and(|c| code.len() < 5 && matches!(c & 0xff, 5..=8 | 10 | 13 | 14))
                || ["53", "57", "58", "25006"]
                    .iter()
                    .any(|class| code.len() == 5 && code.starts_with(class))
        }
        _ => false,
    }
}

fn variant(error: &sqlx::Error) -> &'static str {
    match error {
        sqlx::Error::Protocol(_) => "protocol",
        sqlx::Error::TypeNotFound { .. } => "type not found",
        sqlx::Error::ColumnNotFound(_) => "column not found",
        sqlx::Error::Encode(_) => "encode",
        sqlx::Error::Decode(_) => "decode",
        sqlx::Error::Migrate(_) => "migrate",
        _ => "other",
    }
}
