//! Words to plant in a record, and the search for them where they must not be.

use std::path::{Path, PathBuf};

/// Words that stand in no program and in no test but this one.
pub const WORDS: [&str; 10] = [
    "زقطليمون",
    "ظغثيران",
    "قشطغوري",
    "خضفسيال",
    "ذثغلموز",
    "Qvelthorn",
    "Zyxmarrow",
    "Wrelgund",
    "Vostrakim",
    "Jhazbelim",
];

/// Searches bytes for any of the needles.
pub struct Search {
    pub needles: Vec<Vec<u8>>,
    /// Whether a needle begins with these two bytes.
    starts: Vec<bool>,
}

impl Default for Search {
    fn default() -> Self {
        Self::new()
    }
}

impl Search {
    /// Every planted word, as UTF-8 and as UTF-16.
    #[must_use]
    pub fn new() -> Self {
        let wide = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
        let needles: Vec<Vec<u8>> = WORDS
            .iter()
            .flat_map(|word| [word.as_bytes().to_vec(), wide(word), word.to_lowercase().into_bytes()])
            .collect();
        let mut starts = vec![false; 1 << 16];
        for needle in &needles {
            starts[usize::from(needle[0]) << 8 | usize::from(needle[1])] = true;
        }
        Self { needles, starts }
    }

    /// Whether any of them is there.
    #[must_use]
    pub fn finds(&self, bytes: &[u8]) -> bool {
        let mut last = 0;
        for (at, byte) in bytes.iter().enumerate() {
            let byte = usize::from(*byte);
            if self.starts[last << 8 | byte]
                && at > 0
                && self.needles.iter().any(|needle| bytes[at - 1..].starts_with(needle))
            {
                return true;
            }
            last = byte;
        }
        false
    }
}

/// Every file under a folder.
#[must_use]
pub fn all_files(folder: &Path) -> Vec<PathBuf> {
    let (mut found, mut folders) = (Vec::new(), vec![folder.to_owned()]);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path)
            } else {
                found.push(path)
            }
        }
    }
    found
}
