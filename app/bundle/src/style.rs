//! The style sheet: one file out of `style/main.css` and what it imports,
//! minified, and otherwise as written (nothing is rewritten for older browsers).

use std::path::Path;

use anyhow::{Result, anyhow};
use lightningcss::bundler::{Bundler, FileProvider};
use lightningcss::stylesheet::{MinifyOptions, ParserOptions, PrinterOptions};

use crate::site::File;

/// The minified sheet.
///
/// # Errors
///
/// If a file is missing or does not parse; the message says where.
pub fn bundle(entry: &Path) -> Result<String> {
    let files = FileProvider::new();
    let mut sheet = Bundler::new(&files, None, ParserOptions::default())
        .bundle(entry)
        .map_err(|error| anyhow!("{}: {error}", entry.display()))?;
    sheet
        .minify(MinifyOptions::default())
        .map_err(|error| anyhow!("{}: {error}", entry.display()))?;
    let options = PrinterOptions {
        minify: true,
        ..PrinterOptions::default()
    };
    let printed = sheet
        .to_css(options)
        .map_err(|error| anyhow!("{}: {error}", entry.display()))?;
    Ok(printed.code)
}

/// `sijill.css`.
pub fn file(sheet: String) -> File {
    File::new("sijill.css", sheet.into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn folder(name: &str) -> std::path::PathBuf {
        let folder = std::env::temp_dir().join(format!("bundle-style-{name}-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        folder
    }

    #[test]
    fn imports_are_taken_in_before_the_sheet_that_names_them() {
        let folder = folder("imports");
        fs::write(folder.join("parts.css"), "p { margin-inline-start: 1rem; }\n").unwrap();
        fs::write(
            folder.join("main.css"),
            "@import \"parts.css\";\na { color: var(--ink); }\n",
        )
        .unwrap();
        let sheet = bundle(&folder.join("main.css")).unwrap();
        fs::remove_dir_all(&folder).unwrap();
        assert_eq!(sheet, "p{margin-inline-start:1rem}a{color:var(--ink)}");
    }

    #[test]
    fn a_mistake_is_reported_with_its_place() {
        let folder = folder("mistake");
        fs::write(folder.join("main.css"), "a { color: red; }\n}\n").unwrap();
        let error = bundle(&folder.join("main.css")).unwrap_err().to_string();
        fs::remove_dir_all(&folder).unwrap();
        assert!(error.contains("main.css:2"), "{error}");
    }
}
