//! Documents: a sealed file and what is known of it.

use crate::blob::{BlobFile, read_chunk};
use crate::case::of_kind;
use crate::db::{Tx, on};
use crate::past::Upon;
use crate::record::Head;
use crate::seal::{Class, DataKey};
use crate::search::Indexed;
use crate::text::FoundText;
use crate::work::{On, Work};
use crate::{Result, Store};
use chrono::NaiveDate;
use domain::access::{self, Act};
use domain::document::{DocumentBody, DocumentDraft};
use domain::{Actor, Code, Kind, Words};
use tokio::fs::File;
use tokio::io::BufReader;
use uuid::Uuid;
use zeroize::Zeroizing;

/// A document, opened (without its file).
#[derive(Clone, Debug)]
pub struct DocumentView {
    pub head: Head,
    pub body: DocumentBody,
    pub document_type: String,
    pub collected_on: Option<NaiveDate>,
    /// Lists that were loaded out of it, newest first; those that ended last.
    pub lists: Vec<crate::ListView>,
    pub may_load: bool,
    /// What came of reading its file.
    pub text: FoundText,
    pub history: Vec<crate::LogRow>,
}

/// A document's file on its way out.
pub struct Download {
    /// The name the file came in with.
    pub file_name: Words,
    pub size: u64,
    pub reader: FileReader,
}

/// Reads a sealed file chunk by chunk.
pub struct FileReader {
    file: BufReader<File>,
    id: Uuid,
    key: DataKey,
    next: u64,
    remaining: u64,
}

impl FileReader {
    pub(crate) fn new(file: BufReader<File>, id: Uuid, key: DataKey, size: u64) -> Self {
        Self {
            file,
            id,
            key,
            next: 0,
            remaining: size,
        }
    }

    /// The next plain bytes; none at the end.
    ///
    /// # Errors
    /// `Internal` if a chunk does not open: the file was damaged or exchanged. `Busy` if it can't be read.
    pub async fn chunk(&mut self) -> domain::Result<Option<Zeroizing<Vec<u8>>>> {
        self.next_chunk().await.map_err(crate::Fault::shown)
    }

    pub(crate) async fn next_chunk(&mut self) -> Result<Option<Zeroizing<Vec<u8>>>> {
        if self.remaining == 0 {
            return Ok(None);
        }
        let plain = read_chunk(&mut self.file, &self.key, self.id, self.next, self.remaining).await?;
        self.remaining -= plain.len() as u64;
        self.next += 1;
        Ok(Some(plain))
    }
}

/// The type that a file name's extension claims, where it claims one of those people send.
fn claimed(file_name: &str) -> Option<&'static str> {
    let extension = file_name.rsplit_once('.')?.1.to_ascii_lowercase();
    Some(match extension.as_str() {
        "pdf" => "application/pdf",
        "jpg" | "jpeg" => "image/jpeg",
        "png" => "image/png",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "tif" | "tiff" => "image/tiff",
        "mp4" => "video/mp4",
        "mov" => "video/quicktime",
        "mp3" => "audio/mpeg",
        "wav" => "audio/x-wav",
        "ogg" => "audio/ogg",
        "zip" => "application/zip",
        "docx" => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "xlsx" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        _ => return None,
    })
}

impl<A: Act> Work<A> {
    /// The document that the act is on, opened, and its key.
    pub(crate) async fn document(&mut self) -> Result<(DocumentView, DataKey)> {
        let found = self.found()?;
        let (head, record, key) = self.head().await?;
        let body = record.body(&key)?;
        let (document_type, collected_on): (String, Option<String>) = on!(&mut self.tx, |c| sqlx::query_as(
            "SELECT document_type, collected_on FROM document WHERE id = $1"
        )
        .bind(found.id)
        .fetch_one(c)
        .await)?;
        let text = crate::text::state(&mut self.tx, found.id).await?;
        let history = Store::history(&mut self.tx, found.id, false, 30).await?;
        let (store, actor) = (self.store.clone(), self.actor.clone());
        let lists = crate::source_list::lists(&store, &mut self.tx, &actor, Some(found.id)).await?;
        let view = DocumentView {
            lists: lists.into_iter().map(|(_, list)| list).collect(),
            may_load: access::LoadList::grounds(&actor, &self.facts_again(&found)).is_ok(),
            head,
            body,
            document_type,
            collected_on: collected_on.and_then(|day| day.parse().ok()),
            text,
            history,
        };
        Ok((view, key))
    }
}

impl Store {
    pub(crate) async fn insert_document(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        draft: &DocumentDraft,
        file: &BlobFile,
        file_name: &str,
        previous: Option<&str>,
    ) -> Result<(Uuid, Code)> {
        let body = DocumentBody {
            file_name: Words::from(file_name),
            sha256: Words::from(file.sha256.as_str()),
            media_type: file.media_type.clone(),
            mismatch: claimed(file_name).is_some_and(|claimed| claimed != file.media_type),
            size: file.size,
            ..draft.body.clone()
        };
        let made = self
            .make(
                tx,
                actor,
                Kind::Document,
                (&draft.title, &body),
                &Indexed {
                    names: &[&draft.title],
                    words: &[&draft.body.description],
                    ..Indexed::default()
                },
                false,
                previous,
            )
            .await?;
        let wrapped = self
            .0
            .keys
            .wrap(Class::Evidence, file.id, &file.secret[..], &self.0.chance);
        on!(tx, |c| {
            sqlx::query("INSERT INTO document (id, document_type, collected_on, size, file_id, file_key, stored_as) VALUES ($1, $2, $3, $4, $5, $6, $7)")
            .bind(made.id)
            .bind(&draft.document_type)
            .bind(draft.collected_on.map(|day| day.to_string()))
            .bind(i64::try_from(file.size).unwrap_or(i64::MAX))
            .bind(file.id)
            .bind(&wrapped)
            .bind(&file.stored_as)
            .execute(c)
            .await.map(crate::db::rows)
        })?;
        crate::text::begin(tx, made.id, &body.media_type).await?;
        Ok((made.id, made.code))
    }

    /// Makes a document of a file that has come in whole, on a case if one is given.
    ///
    /// # Errors
    /// `Invalid` at `case` if this person can't write on it. The file is removed again on any error.
    pub async fn create_document(
        &self,
        actor: &Actor,
        case: Option<&Code>,
        draft: &DocumentDraft,
        file: BlobFile,
        file_name: &str,
    ) -> domain::Result<Code> {
        let made = self
            .act(
                actor,
                On::Register("document"),
                async |work: &mut Work<access::TakeDocument>| {
                    let case = work.case_for(case).await?;
                    let (id, code) = self
                        .insert_document(&mut work.tx, actor, draft, &file, file_name, None)
                        .await?;
                    work.finish_new(Kind::Document, id, &code, case).await?;
                    work.note("bytes", file.size);
                    Ok(code)
                },
            )
            .await;
        match made {
            Ok(_) => self.0.unread.notify_one(),
            Err(_) => file.discard(self).await,
        }
        made
    }

    /// Opens a document for reading.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden`, `PurposeNeeded`.
    pub async fn open_document(&self, actor: &Actor, code: &Code) -> domain::Result<DocumentView> {
        let code = of_kind(code, Kind::Document)?;
        self.act(actor, On::Record(code), async |work: &mut Work<access::Open>| {
            work.document().await.map(|(view, _)| view)
        })
        .await
    }

    /// Changes what is known of a document that was read at `version`; its file never changes.
    ///
    /// # Errors
    /// `Conflict` if it has changed since.
    pub async fn change_document(
        &self,
        actor: &Actor,
        code: &Code,
        version: impl Into<Upon<'_>>,
        draft: &DocumentDraft,
    ) -> domain::Result<()> {
        let code = of_kind(code, Kind::Document)?;
        let upon = version.into();
        self.act(actor, On::Record(code), async |work: &mut Work<access::Edit>| {
            let found = work.expect_version(upon.version)?;
            let row = crate::record::row(&mut work.tx, found.id).await?;
            let old: DocumentBody = row.body(&row.key(self, Kind::Document)?)?;
            let body = DocumentBody {
                description: draft.body.description.clone(),
                provider: draft.body.provider.clone(),
                ..old
            };
            let text = crate::text::text(&mut work.tx, found.id, &row.key(self, Kind::Document)?).await?;
            let listed = crate::source_list::names(self, &mut work.tx, found.id).await?;
            self.change(
                &mut work.tx,
                actor,
                found.id,
                Kind::Document,
                upon,
                (&draft.title, &body),
                &Indexed {
                    names: &[&draft.title],
                    words: &[&draft.body.description, &text],
                    listed: &crate::source_list::every_name(&listed),
                    ..Indexed::default()
                },
                None,
            )
            .await?;
            on!(&mut work.tx, |c| sqlx::query(
                "UPDATE document SET document_type = $2, collected_on = $3 WHERE id = $1"
            )
            .bind(found.id)
            .bind(&draft.document_type)
            .bind(draft.collected_on.map(|day| day.to_string()))
            .execute(c)
            .await
            .map(crate::db::rows))?;
            Ok(())
        })
        .await
    }

    /// Opens a document's file for reading, in bounded memory.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden`, `PurposeNeeded`; `Busy` if the file is missing: an alarm.
    pub async fn download(&self, actor: &Actor, code: &Code) -> domain::Result<Download> {
        let code = of_kind(code, Kind::Document)?;
        self.act(actor, On::Record(code), async |work: &mut Work<access::Download>| {
            let found = work.found()?;
            let (_, record, key) = work.head().await?;
            let body: DocumentBody = record.body(&key)?;
            let (file_id, file_key, stored_as): (Uuid, Vec<u8>, String) = on!(&mut work.tx, |c| sqlx::query_as(
                "SELECT file_id, file_key, stored_as FROM document WHERE id = $1"
            )
            .bind(found.id)
            .fetch_one(c)
            .await)?;
            let key = self.0.keys.unwrap(Class::Evidence, file_id, &file_key)?;
            let reader = self.open_file(file_id, key, &stored_as, body.size).await?;
            Ok(Download {
                file_name: body.file_name,
                size: body.size,
                reader,
            })
        })
        .await
    }
}
