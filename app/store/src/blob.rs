//! Files on disk: sealed in chunks while they stream in, named by a keyed hash of their content.
//!
//! Write to a temporary file while hashing → fsync → rename → fsync of the folder → then the row and its log entry. A file
//! without a row is harmless rubbish; a row without its file is an alarm.

use crate::seal::{CHUNK_OVERHEAD, Class, DataKey};
use crate::{Fault, Keys, Result, Store};
use domain::{Error, ProblemKind};
use sha2::{Digest, Sha256};
use std::io;
use std::path::{Path, PathBuf};
use tokio::fs::File;
use tokio::io::{AsyncReadExt, AsyncWriteExt, BufReader, BufWriter};
use uuid::Uuid;
use zeroize::Zeroizing;

/// Plain bytes in one chunk.
pub(crate) const CHUNK: usize = 64 * 1024;
/// How much of the beginning tells the type.
const SNIFF: usize = 8192;

fn folder(data: &Path) -> PathBuf {
    data.join("files")
}

/// What nothing was written to for so long has broken off.
const BROKEN_OFF: std::time::Duration = std::time::Duration::from_secs(60 * 60);

/// Makes the folders and sweeps away what broke off; not what comes in just now, by another process.
pub(crate) fn prepare(data: &Path) -> io::Result<()> {
    let incoming = folder(data).join("incoming");
    std::fs::create_dir_all(&incoming)?;
    for entry in std::fs::read_dir(&incoming)? {
        let entry = entry?;
        let age = entry.metadata()?.modified()?.elapsed().unwrap_or_default();
        if age > BROKEN_OFF {
            std::fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

/// A file on its way in. Dropping it unfinished removes what was written.
pub struct Upload {
    path: PathBuf,
    file: Option<BufWriter<File>>,
    id: Uuid,
    key: DataKey,
    secret: Zeroizing<[u8; 32]>,
    pending: Zeroizing<Vec<u8>>,
    head: Zeroizing<Vec<u8>>,
    hash: Sha256,
    size: u64,
    chunks: u64,
    limit: u64,
    store: Store,
}

/// A file that has come in whole.
pub struct BlobFile {
    pub(crate) id: Uuid,
    /// Its data key, wrapped when a document is made of it: the class key may have changed while it came in.
    pub(crate) secret: Zeroizing<[u8; 32]>,
    pub(crate) stored_as: String,
    /// SHA-256 of the plain bytes, lower-case hex.
    pub sha256: String,
    /// Plain bytes.
    pub size: u64,
    /// By content; "application/octet-stream" where unknown.
    pub media_type: String,
}

impl Store {
    /// Starts taking in a file. Nothing of it can be read by anyone until a document is made of it.
    ///
    /// # Errors
    /// `Busy` if the disk does not take it.
    pub async fn start_upload(&self) -> domain::Result<Upload> {
        let id = self.0.chance.id(self.now());
        let (key, secret) = Keys::fresh_key(Class::Evidence, &self.0.chance);
        let path = folder(&self.0.data).join("incoming").join(id.simple().to_string());
        let file = File::create_new(&path).await.map_err(|e| Fault::Io(e).shown())?;
        Ok(Upload {
            path,
            file: Some(BufWriter::new(file)),
            id,
            key,
            secret,
            pending: Zeroizing::new(Vec::with_capacity(CHUNK)),
            head: Zeroizing::new(Vec::new()),
            hash: Sha256::new(),
            size: 0,
            chunks: 0,
            limit: self.limits().upload,
            store: self.clone(),
        })
    }

    /// Opens a stored file for reading.
    pub(crate) async fn open_file(
        &self,
        id: Uuid,
        key: DataKey,
        stored_as: &str,
        size: u64,
    ) -> Result<crate::document::FileReader> {
        let file = File::open(path_of(&self.0.data, stored_as)).await?;
        Ok(crate::document::FileReader::new(
            BufReader::with_capacity(CHUNK + CHUNK_OVERHEAD, file),
            id,
            key,
            size,
        ))
    }
}

fn path_of(data: &Path, stored_as: &str) -> PathBuf {
    folder(data).join(&stored_as[..2]).join(stored_as)
}

impl Upload {
    /// Takes the next bytes.
    ///
    /// # Errors
    /// `Invalid` at `file` if it grows over the limit; `Busy` if the disk does not take it.
    pub async fn write(&mut self, mut bytes: &[u8]) -> domain::Result<()> {
        self.size += bytes.len() as u64;
        if self.size > self.limit {
            return Err(Error::at("file", ProblemKind::FileTooLarge(self.limit)));
        }
        self.hash.update(bytes);
        if self.head.len() < SNIFF {
            let take = bytes.len().min(SNIFF - self.head.len());
            self.head.extend_from_slice(&bytes[..take]);
        }
        while !bytes.is_empty() {
            if self.pending.len() == CHUNK {
                self.flush(false).await.map_err(Fault::shown)?;
            }
            let take = bytes.len().min(CHUNK - self.pending.len());
            self.pending.extend_from_slice(&bytes[..take]);
            bytes = &bytes[take..];
        }
        Ok(())
    }

    async fn flush(&mut self, last: bool) -> Result<()> {
        let sealed = self
            .key
            .seal_chunk(self.id, self.chunks, last, &self.pending, &self.store.0.chance);
        let file = self.file.as_mut().ok_or(Fault::Known(Error::Internal))?;
        file.write_all(&sealed).await?;
        self.chunks += 1;
        self.pending.clear();
        Ok(())
    }

    /// Makes the file durable under its own name.
    ///
    /// # Errors
    /// `Invalid` at `file` if it is empty; `Busy` if the disk does not take it.
    pub async fn finish(mut self) -> domain::Result<BlobFile> {
        if self.size == 0 {
            return Err(Error::at("file", ProblemKind::Empty));
        }
        self.finish_inner().await.map_err(Fault::shown)
    }

    async fn finish_inner(&mut self) -> Result<BlobFile> {
        self.flush(true).await?;
        let mut writer = self.file.take().ok_or(Fault::Known(Error::Internal))?;
        writer.flush().await?;
        writer.into_inner().sync_all().await?;
        let sha256: [u8; 32] = self.hash.finalize_reset().into();
        // The row's id is part of the name: the same file taken in twice is kept twice, each with its own key.
        let stored_as = format!("{}-{}", self.store.0.keys.blob_name(&sha256), self.id.simple());
        let target = path_of(&self.store.0.data, &stored_as);
        let parent = target.parent().ok_or(Fault::Known(Error::Internal))?;
        tokio::fs::create_dir_all(parent).await?;
        tokio::fs::rename(&self.path, &target).await?;
        File::open(parent).await?.sync_all().await?;
        let media_type = infer::get(&self.head)
            .map_or("application/octet-stream", |kind| kind.mime_type())
            .to_owned();
        Ok(BlobFile {
            id: self.id,
            secret: self.secret.clone(),
            stored_as,
            sha256: crate::seal::hex(&sha256),
            size: self.size,
            media_type,
        })
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.path);
    }
}

impl BlobFile {
    /// Removes a file of which no document was made.
    pub async fn discard(self, store: &Store) {
        let _ = tokio::fs::remove_file(path_of(&store.0.data, &self.stored_as)).await;
    }
}

/// Reads one sealed chunk; `remaining` are the plain bytes still to come.
pub(crate) async fn read_chunk(
    file: &mut BufReader<File>,
    key: &DataKey,
    id: Uuid,
    index: u64,
    remaining: u64,
) -> Result<Zeroizing<Vec<u8>>> {
    let plain = usize::try_from(remaining).unwrap_or(usize::MAX).min(CHUNK);
    let last = remaining <= CHUNK as u64;
    let mut sealed = vec![0; plain + CHUNK_OVERHEAD];
    file.read_exact(&mut sealed).await.map_err(|error| match error.kind() {
        io::ErrorKind::UnexpectedEof => Fault::Sealed {
            table: "document",
            column: "file",
            row: id,
        },
        _ => Fault::Io(error),
    })?;
    key.open_chunk(id, index, last, &sealed)
}
