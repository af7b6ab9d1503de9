//! The text in documents' files. Another process reads it, which is given the bytes and nothing else ([`Reading`]); here it is
//! sealed under the document's own key, and its words go into the index under the document.
//!
//! A file waits to be read from the moment its document is made, in the same transaction: whichever process comes to it takes it
//! up, also after a crash. The machine does it, and the log says so.

use crate::case::of_kind;
use crate::db::{Tx, on};
use crate::document::{DocumentView, FileReader};
use crate::log::Outcome;
use crate::seal::{Class, DataKey, Place};
use crate::work::{On, Work};
use crate::{Fault, Result, Store};
use domain::access::{self, Act};
use domain::document::{DocumentBody, LARGEST_READ, LONGEST_TEXT, NO_TEXT, TextState};
use domain::{Actor, Code, Kind, Words};
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::time::Duration;
use uuid::Uuid;
use zeroize::Zeroizing;

/// After so long the process that reads a file is ended.
const DEADLINE: Duration = Duration::from_secs(30);
/// Looks for what waits at least so often: another process may have taken it in.
const ROUND: Duration = Duration::from_secs(60);
/// The most bytes that are listened to: four for each character that is kept, and for one more.
const MOST: u64 = (LONGEST_TEXT as u64 + 1) * 4;

/// What is known of the text in a document's file.
#[derive(Clone, Copy, Debug)]
pub struct FoundText {
    pub state: TextState,
    pub words: u32,
    /// The file holds more text than is kept.
    pub cut: bool,
}

const fn place(document: Uuid) -> Place {
    Place {
        table: "document_text",
        column: "body",
        row: document,
        version: 1,
    }
}

/// The file of a new document waits to be read, if it may hold text.
pub(crate) async fn begin(tx: &mut Tx, document: Uuid, media_type: &str) -> Result<()> {
    on!(tx, |c| sqlx::query(
        "INSERT INTO document_text (document_id, state) VALUES ($1, $2)"
    )
    .bind(document)
    .bind(TextState::at_first(media_type).name())
    .execute(c)
    .await
    .map(crate::db::rows))?;
    Ok(())
}

/// What came of reading a document's file.
pub(crate) async fn state(tx: &mut Tx, document: Uuid) -> Result<FoundText> {
    let (state, words, cut): (String, i64, bool) = on!(tx, |c| sqlx::query_as(
        "SELECT state, words, cut FROM document_text WHERE document_id = $1"
    )
    .bind(document)
    .fetch_one(c)
    .await)?;
    Ok(FoundText {
        state: TextState::named(&state).ok_or(Fault::Malformed {
            table: "document_text",
            column: "state",
            row: document,
        })?,
        words: u32::try_from(words).unwrap_or(u32::MAX),
        cut,
    })
}

/// The text that was found in a document's file; empty if there is none.
pub(crate) async fn text(tx: &mut Tx, document: Uuid, key: &DataKey) -> Result<Words> {
    let sealed: Option<Option<Vec<u8>>> = on!(tx, |c| sqlx::query_scalar(
        "SELECT body FROM document_text WHERE document_id = $1"
    )
    .bind(document)
    .fetch_optional(c)
    .await)?;
    match sealed.flatten() {
        Some(sealed) => key.open(place(document), &sealed).map(Words::from),
        None => Ok(Words::default()),
    }
}

/// What was heard from the process that read a file.
enum Told {
    Text(Zeroizing<String>),
    /// Files of its kind hold none.
    None,
    /// It ended otherwise than well, or not in time.
    Nothing,
}

/// Gives a file away until its end, or until no more of it is wanted.
async fn give(mut file: FileReader, mut to: ChildStdin) -> Result<()> {
    while let Some(chunk) = file.next_chunk().await? {
        let given = tokio::task::spawn_blocking(move || to.write_all(&chunk).map(|()| to)).await;
        let Ok(Ok(open)) = given else { break };
        to = open;
    }
    Ok(())
}

/// A process that reads a file: given up, it ends.
struct Reading(Child);

impl Drop for Reading {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Reading {
    /// Starts it with nothing of this process: no environment, no open file, no terminal.
    fn start(program: &Path, media_type: &str) -> std::io::Result<Self> {
        Command::new(program)
            .args(["extract", media_type])
            .env_clear()
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map(Self)
    }

    /// Gives it the file and hears what it says.
    async fn read(&mut self, file: FileReader) -> Result<Told> {
        let (Some(stdin), Some(stdout)) = (self.0.stdin.take(), self.0.stdout.take()) else {
            return Ok(Told::Nothing);
        };
        let heard = tokio::task::spawn_blocking(move || {
            let mut bytes = Zeroizing::new(Vec::new());
            stdout.take(MOST).read_to_end(&mut bytes).map(|_| bytes)
        });
        give(file, stdin).await?;
        let Ok(Ok(bytes)) = heard.await else {
            return Ok(Told::Nothing);
        };
        let ended = self.ended().await?;
        Ok(match ended.code() {
            Some(0) => Told::Text(Zeroizing::new(String::from_utf8_lossy(&bytes).into_owned())),
            Some(code) if code == i32::from(NO_TEXT) => Told::None,
            _ => Told::Nothing,
        })
    }

    /// Waits for its end, which is near: it has said what it had to say.
    async fn ended(&mut self) -> std::io::Result<ExitStatus> {
        loop {
            if let Some(status) = self.0.try_wait()? {
                return Ok(status);
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

/// A document whose file is to be read.
struct Waiting {
    id: Uuid,
    media_type: String,
    size: u64,
    file: (Uuid, DataKey, String),
}

impl Store {
    /// Reads what waits, and goes on reading what comes in. Ends with the process.
    pub async fn keep_reading(self) {
        loop {
            if self.read_waiting().await.is_err() {
                tracing::warn!("files that wait to be read could not be; they are tried again");
            }
            let _ = tokio::time::timeout(ROUND, self.0.unread.notified()).await;
        }
    }

    /// Reads the files that wait, one after another; how many were read. None where this process was not told how.
    ///
    /// # Errors
    /// `Busy`, `Internal`. What was read until then is kept.
    pub async fn read_waiting(&self) -> domain::Result<u32> {
        let Some(program) = &self.0.reader else { return Ok(0) };
        let (mut read, mut after) = (0, Uuid::nil());
        while let Some(id) = self.next_waiting(after).await.map_err(Fault::shown)? {
            after = id;
            self.read_one(program, id).await.map_err(Fault::shown)?;
            read += 1;
        }
        Ok(read)
    }

    async fn next_waiting(&self, after: Uuid) -> Result<Option<Uuid>> {
        let mut tx = self.0.pool.read().await?;
        let next = on!(&mut tx, |c| {
            sqlx::query_scalar(
            "SELECT document_id FROM document_text WHERE state = 'waiting' AND document_id > $1 ORDER BY document_id LIMIT 1"
        )
        .bind(after)
        .fetch_optional(c)
        .await
        })?;
        tx.rollback().await?;
        Ok(next)
    }

    async fn read_one(&self, program: &Path, id: Uuid) -> Result<()> {
        let told = match self.waiting(id).await {
            Ok(waiting) => self.told(program, waiting).await,
            Err(fault) => Err(fault),
        };
        let (told, alarm) = match told {
            Ok(told) => (told, None),
            // A file that is gone or was exchanged stays so: who reads the log is told.
            Err(Fault::Sealed { table, column, .. }) => (Told::Nothing, Some(format!("{table}.{column}"))),
            Err(Fault::Io(_)) => (Told::Nothing, Some("document.file".to_owned())),
            Err(fault) => return Err(fault),
        };
        self.keep_text(id, told, alarm).await
    }

    async fn waiting(&self, id: Uuid) -> Result<Waiting> {
        let mut tx = self.0.pool.read().await?;
        let row = crate::record::row(&mut tx, id).await?;
        let body: DocumentBody = row.body(&row.key(self, Kind::Document)?)?;
        let (file_id, file_key, stored_as): (Uuid, Vec<u8>, String) = on!(&mut tx, |c| sqlx::query_as(
            "SELECT file_id, file_key, stored_as FROM document WHERE id = $1"
        )
        .bind(id)
        .fetch_one(c)
        .await)?;
        tx.rollback().await?;
        let key = self.0.keys.unwrap(Class::Evidence, file_id, &file_key)?;
        Ok(Waiting {
            id,
            media_type: body.media_type,
            size: body.size,
            file: (file_id, key, stored_as),
        })
    }

    async fn told(&self, program: &Path, waiting: Waiting) -> Result<Told> {
        if TextState::at_first(&waiting.media_type) == TextState::None {
            return Ok(Told::None);
        }
        if waiting.size > LARGEST_READ {
            return Ok(Told::Nothing);
        }
        let (file_id, key, stored_as) = waiting.file;
        let file = self.open_file(file_id, key, &stored_as, waiting.size).await?;
        let mut reading = Reading::start(program, &waiting.media_type).map_err(|error| {
            // No fault of the file's: it goes on waiting.
            tracing::error!(kind = ?error.kind(), "the process that reads files can't be started");
            Fault::Known(domain::Error::Busy)
        })?;
        match tokio::time::timeout(DEADLINE, reading.read(file)).await {
            Ok(told) => told,
            Err(_) => {
                tracing::warn!(document = %waiting.id, "reading a file took too long");
                Ok(Told::Nothing)
            }
        }
    }

    /// Seals what was read, puts its words into the index, and writes that into the log, all at once.
    async fn keep_text(&self, id: Uuid, told: Told, alarm: Option<String>) -> Result<()> {
        let (state, text) = match told {
            Told::None => (TextState::None, Zeroizing::default()),
            Told::Nothing => (TextState::Failed, Zeroizing::default()),
            Told::Text(text) if text.trim().is_empty() => (TextState::Empty, text),
            Told::Text(text) => (TextState::Found, text),
        };
        let end = text.char_indices().nth(LONGEST_TEXT).map(|(at, _)| at);
        let kept = &text[..end.unwrap_or(text.len())];
        let words = kept.split_whitespace().count();
        let now = self.now();
        let mut tx = self.write().await?;
        // Whoever changes the document meanwhile writes its words, too.
        crate::record::hold(&mut tx, id).await?;
        let row = crate::record::row(&mut tx, id).await?;
        let key = row.key(self, Kind::Document)?;
        let sealed = (state == TextState::Found).then(|| key.seal(place(id), kept, &self.0.chance));
        let first = on!(&mut tx, |c| sqlx::query(
            "UPDATE document_text SET state = $2, words = $3, cut = $4, body = $5, read_at = $6
             WHERE document_id = $1 AND state = 'waiting'"
        )
        .bind(id)
        .bind(state.name())
        .bind(i64::try_from(words).unwrap_or(i64::MAX))
        .bind(end.is_some())
        .bind(&sealed)
        .bind(now)
        .execute(c)
        .await
        .map(crate::db::rows))?;
        if first == 0 {
            return tx.rollback().await;
        }
        if state == TextState::Found {
            self.index_document(&mut tx, id).await?;
        }
        let case: Option<Uuid> = on!(&mut tx, |c| {
            sqlx::query_scalar(
            "SELECT case_id FROM holding WHERE record_id = $1 AND superseded_at IS NULL ORDER BY recorded_at, id LIMIT 1"
        )
        .bind(id)
        .fetch_optional(c)
        .await
        })?;
        let outcome = if alarm.is_some() {
            Outcome::Failed
        } else {
            Outcome::Done
        };
        let mut entry = self.entry(None, access::FindText::NAME, Kind::Document.name(), Some(id), outcome);
        entry.changed = true;
        entry.case = case;
        entry.detail.insert("text".into(), state.name().into());
        entry.detail.insert("words".into(), words.into());
        if let Some(alarm) = alarm {
            entry.detail.insert("alarm".into(), alarm.into());
        }
        self.0.log.commit(tx, &entry).await
    }

    /// Opens a document together with the text that was found in its file, if there is any.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden`, `PurposeNeeded`.
    pub async fn open_text(&self, actor: &Actor, code: &Code) -> domain::Result<(DocumentView, Option<Words>)> {
        let code = of_kind(code, Kind::Document)?;
        self.act(actor, On::Record(code), async |work: &mut Work<access::OpenText>| {
            let (id, (view, key)) = (work.found()?.id, work.document().await?);
            let text = text(&mut work.tx, id, &key).await?;
            work.note("words", view.text.words);
            let found = view.text.state == TextState::Found;
            Ok((view, found.then_some(text)))
        })
        .await
    }
}
