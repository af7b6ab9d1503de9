//! Files that are taken as they are: hand-written scripts, the icon.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use crate::site::File;

/// The files of a folder with this extension, by name. A missing folder has none.
///
/// # Errors
///
/// If the folder or a file can't be read.
pub fn read(folder: &Path, extension: &str) -> Result<Vec<File>> {
    if !folder.exists() {
        return Ok(Vec::new());
    }
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        if path.extension().is_some_and(|found| found == extension)
            && let Some(name) = path.file_name().and_then(|name| name.to_str())
        {
            let content = fs::read(&path).with_context(|| path.display().to_string())?;
            files.push(File::new(name, content));
        }
    }
    files.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(files)
}
