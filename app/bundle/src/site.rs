//! The folder the server embeds: hashed names, compressed copies, the manifest,
//! and what is remembered from the last run.
//!
//! Beside the folder lies `bundle/`, with a record of each stage's input and
//! output, and the stages' scratch files. It may be deleted at any time.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// A file under its plain name, such as `sijill.css`.
#[derive(Clone)]
pub struct File {
    pub name: String,
    pub content: Vec<u8>,
}

impl File {
    pub fn new(name: &str, content: Vec<u8>) -> Self {
        Self {
            name: name.to_owned(),
            content,
        }
    }
}

/// How hard to compress.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Effort {
    Quick,
    Best,
}

/// What a stage was made from and what it made (plain name → hashed name).
#[derive(Serialize, Deserialize, Clone)]
struct Done {
    input: String,
    files: BTreeMap<String, String>,
}

/// The bundle while it is being written.
pub struct Site {
    folder: PathBuf,
    memory: PathBuf,
    effort: Effort,
    before: BTreeMap<String, Done>,
    now: BTreeMap<String, Done>,
}

impl Site {
    /// Creates the folders where missing and reads what the last run left.
    ///
    /// # Errors
    ///
    /// If a folder can't be created.
    pub fn open(folder: &Path, effort: Effort) -> Result<Self> {
        let memory = folder.parent().unwrap_or(Path::new(".")).join("bundle");
        for path in [&folder.join("pkg"), &memory] {
            fs::create_dir_all(path).with_context(|| path.display().to_string())?;
        }
        // Unreadable memory is no memory: everything is made anew.
        let before = fs::read(memory.join("stages.json"))
            .ok()
            .and_then(|json| serde_json::from_slice(&json).ok())
            .unwrap_or_default();
        Ok(Self {
            folder: folder.to_owned(),
            memory,
            effort,
            before,
            now: BTreeMap::new(),
        })
    }

    /// Runs a stage, unless the last run made the same files from the same input.
    /// `make` is given an empty scratch folder.
    ///
    /// # Errors
    ///
    /// If the stage fails, two files have the same name, or one can't be written.
    pub fn stage(&mut self, name: &str, input: &[&[u8]], make: impl FnOnce(&Path) -> Result<Vec<File>>) -> Result<()> {
        let input = self.fingerprint(input);
        if let Some(done) = self.before.get(name)
            && done.input == input
            && done.files.values().all(|hashed| self.is_complete(hashed))
        {
            self.now.insert(name.to_owned(), done.clone());
            return Ok(());
        }

        let scratch = self.memory.join(name);
        if scratch.exists() {
            fs::remove_dir_all(&scratch)?;
        }
        fs::create_dir_all(&scratch)?;
        let mut files = BTreeMap::new();
        for file in make(&scratch)? {
            let taken = self.now.values().any(|done| done.files.contains_key(&file.name));
            ensure!(
                !taken && !files.contains_key(&file.name),
                "two files are called {}",
                file.name
            );
            let hashed = self.write(&file)?;
            files.insert(file.name, hashed);
        }
        self.now.insert(name.to_owned(), Done { input, files });
        Ok(())
    }

    /// Removes what no stage made and writes the manifest.
    ///
    /// # Errors
    ///
    /// If a file can't be removed or written.
    pub fn finish(self) -> Result<()> {
        let manifest: BTreeMap<&String, &String> = self.now.values().flat_map(|done| &done.files).collect();
        let kept: BTreeSet<String> = manifest.values().flat_map(|hashed| copies(hashed)).collect();
        for entry in fs::read_dir(self.folder.join("pkg"))? {
            let entry = entry?;
            if !entry.file_name().to_str().is_some_and(|name| kept.contains(name)) {
                fs::remove_file(entry.path()).with_context(|| entry.path().display().to_string())?;
            }
        }
        let json = serde_json::to_vec_pretty(&manifest)?;
        write_if_changed(&self.folder.join("manifest.json"), &json)?;
        write_if_changed(&self.memory.join("stages.json"), &serde_json::to_vec_pretty(&self.now)?)?;
        Ok(())
    }

    /// Writes a file and its compressed copies; gives back its hashed name.
    fn write(&self, file: &File) -> Result<String> {
        let hashed = hashed_name(&file.name, &file.content);
        let [plain, brotli, gzip] = copies(&hashed).map(|name| self.folder.join("pkg").join(name));
        let (brotli_bytes, gzip_bytes) = (self.brotli(&file.content)?, self.gzip(&file.content)?);
        eprintln!(
            "bundle: {hashed} {} bytes, brotli {}, gzip {}",
            file.content.len(),
            brotli_bytes.len(),
            gzip_bytes.len()
        );
        write_if_changed(&plain, &file.content)?;
        write_if_changed(&brotli, &brotli_bytes)?;
        write_if_changed(&gzip, &gzip_bytes)?;
        Ok(hashed)
    }

    fn is_complete(&self, hashed: &str) -> bool {
        copies(hashed)
            .iter()
            .all(|name| self.folder.join("pkg").join(name).is_file())
    }

    /// Changes with the input, with the effort, and with this program itself.
    fn fingerprint(&self, input: &[&[u8]]) -> String {
        let mut hash = Sha256::new();
        hash.update([self.effort as u8]);
        for source in [
            include_str!("main.rs"),
            include_str!("module.rs"),
            include_str!("site.rs"),
        ] {
            hash.update(source);
        }
        for part in input {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part);
        }
        hex(&hash.finalize())
    }

    fn brotli(&self, content: &[u8]) -> Result<Vec<u8>> {
        let quality = if self.effort == Effort::Best { 11 } else { 2 };
        let mut compressed = Vec::new();
        let mut writer = brotli::CompressorWriter::new(&mut compressed, 1 << 16, quality, 22);
        writer.write_all(content)?;
        drop(writer);
        Ok(compressed)
    }

    fn gzip(&self, content: &[u8]) -> Result<Vec<u8>> {
        let level = if self.effort == Effort::Best { 9 } else { 1 };
        let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::new(level));
        writer.write_all(content)?;
        Ok(writer.finish()?)
    }
}

/// `sijill.css` → `sijill.0123456789abcdef.css`: the first 16 digits of the
/// content's SHA-256.
pub fn hashed_name(name: &str, content: &[u8]) -> String {
    let hash = &hex(&Sha256::digest(content))[..16];
    match name.rsplit_once('.') {
        Some((stem, extension)) => format!("{stem}.{hash}.{extension}"),
        None => format!("{name}.{hash}"),
    }
}

/// The file itself and its compressed copies.
fn copies(hashed: &str) -> [String; 3] {
    [hashed.to_owned(), format!("{hashed}.br"), format!("{hashed}.gz")]
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn write_if_changed(path: &Path, content: &[u8]) -> Result<()> {
    if fs::read(path).is_ok_and(|old| old == content) {
        return Ok(());
    }
    fs::write(path, content).with_context(|| path.display().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_carries_the_hash_of_its_content() {
        assert_eq!(hashed_name("a.css", b""), "a.e3b0c44298fc1c14.css");
        assert_ne!(hashed_name("a.css", b"1"), hashed_name("a.css", b"2"));
    }

    #[test]
    fn an_unchanged_stage_is_not_run_again_and_old_files_go() {
        let root = std::env::temp_dir().join(format!("bundle-site-{}", std::process::id()));
        let out = root.join("site");
        let run = |content: &str| {
            let mut ran = false;
            let mut site = Site::open(&out, Effort::Quick).unwrap();
            site.stage("style", &[content.as_bytes()], |_| {
                ran = true;
                Ok(vec![File::new("a.css", content.into())])
            })
            .unwrap();
            site.finish().unwrap();
            ran
        };
        let manifest = || fs::metadata(out.join("manifest.json")).unwrap().modified().unwrap();

        assert!(run("one"));
        let written = manifest();
        assert!(!run("one"));
        assert_eq!(manifest(), written);
        fs::remove_file(out.join("pkg").join(hashed_name("a.css", b"one"))).unwrap();
        assert!(run("one"), "a missing file is made again");
        assert!(run("two"));
        let left = fs::read_dir(out.join("pkg")).unwrap().count();
        fs::remove_dir_all(&root).unwrap();
        assert_eq!(left, 3);
    }
}
