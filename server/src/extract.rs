//! `sijill extract`: the text of one file, read by a process of its own.
//!
//! A file is a stranger's. So the server starts its own program for it, with an empty environment: the bytes come in on standard
//! input, the text goes out on standard output, and the process holds no key, opens no file and reaches no network. Before it
//! reads anything it takes from itself what it doesn't need ([`confine`]); who starts it ends it when it takes too long. Whatever
//! goes wrong in here, a panic or a bomb, is "no text" out there.
//!
//! To read another kind: an arm in [`text_of`], and in `domain::document::may_hold_text`.

mod markup;
mod office;
mod pdf;
mod plain;

use domain::document::{LARGEST_READ, LONGEST_TEXT, NO_TEXT};
use rustix::process::{Resource, Rlimit, setrlimit};
use std::io::{Read, Write};
use std::process::ExitCode;

/// The name of the command, which is started by the server only.
pub const COMMAND: &str = "extract";
/// Address space, in bytes: the program itself, the gigabyte that its allocator reserves at the start, and a little more.
const MEMORY: u64 = 1280 * 1024 * 1024;
/// Seconds of the processor.
const SECONDS: u64 = 20;
/// The most characters that come out: one more than is kept, so that it shows that there are more.
const MOST: usize = LONGEST_TEXT + 1;

/// The media type that this process was started for; none if it was started for something else.
#[must_use]
pub fn asked() -> Option<String> {
    let mut arguments = std::env::args().skip(1);
    (arguments.next().as_deref() == Some(COMMAND)).then(|| arguments.next().unwrap_or_default())
}

/// Reads standard input to its end and writes the text that is in it.
#[must_use]
pub fn run(media_type: &str) -> ExitCode {
    if confine().is_err() {
        return ExitCode::FAILURE;
    }
    let mut bytes = Vec::new();
    let read = std::io::stdin().lock().take(LARGEST_READ + 1).read_to_end(&mut bytes);
    if read.is_err() || bytes.len() as u64 > LARGEST_READ {
        return ExitCode::FAILURE;
    }
    match text_of(media_type, &bytes) {
        Ok(text) => match std::io::stdout().lock().write_all(text.as_bytes()) {
            Ok(()) => ExitCode::SUCCESS,
            Err(_) => ExitCode::FAILURE,
        },
        Err(Unread::Kind) => ExitCode::from(NO_TEXT),
        Err(Unread::Damaged) => ExitCode::FAILURE,
    }
}

/// Why there is no text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unread {
    /// Files of this kind hold none.
    Kind,
    /// It is broken or locked.
    Damaged,
}

/// Gives up what it takes no more: memory and time beyond measure, writing files, opening anything, starting anything.
fn confine() -> rustix::io::Result<()> {
    let to = |most| Rlimit {
        current: Some(most),
        maximum: Some(most),
    };
    for (what, most) in [
        (Resource::As, MEMORY),
        (Resource::Cpu, SECONDS),
        (Resource::Fsize, 0),
        // Standard input, output and error are open: nothing else can be, no file and no socket.
        (Resource::Nofile, 3),
        (Resource::Nproc, 0),
    ] {
        setrlimit(what, to(most))?;
    }
    Ok(())
}

/// The text of a file.
fn text_of(media_type: &str, bytes: &[u8]) -> Result<String, Unread> {
    let text = match media_type {
        "application/pdf" => pdf::read(bytes)?,
        "application/zip" => office::read(bytes)?,
        kind if kind.contains("officedocument") || kind.contains("opendocument") => office::read(bytes)?,
        "text/html" | "text/xml" | "application/xml" => markup::read(&plain::decode(bytes).ok_or(Unread::Kind)?),
        _ => {
            let mut text = Text::default();
            text.push(&plain::decode(bytes).ok_or(Unread::Kind)?);
            text
        }
    };
    Ok(text.tidied())
}

/// Text as it is gathered, up to so much.
#[derive(Default)]
struct Text {
    gathered: String,
    characters: usize,
}

impl Text {
    fn push(&mut self, piece: &str) {
        let room = (MOST * 2).saturating_sub(self.characters);
        let end = piece.char_indices().nth(room).map_or(piece.len(), |(at, _)| at);
        self.characters += piece[..end].chars().count();
        self.gathered.push_str(&piece[..end]);
    }

    /// No more is needed.
    fn is_full(&self) -> bool {
        self.characters >= MOST * 2
    }

    /// Without control characters, white space at the ends of lines and empty lines in a row.
    fn tidied(&self) -> String {
        let mut tidy = String::with_capacity(self.gathered.len());
        let (mut left, mut gap) = (MOST, 0);
        for line in self
            .gathered
            .split(['\n', '\r', '\u{B}', '\u{C}', '\u{2028}', '\u{2029}'])
        {
            let words = line
                .split(|c: char| c.is_whitespace() || c.is_control())
                .filter(|word| !word.is_empty());
            let mut first = true;
            for word in words {
                let before = match (first, tidy.is_empty(), gap) {
                    (_, true, _) => "",
                    (false, ..) => " ",
                    (true, _, 0 | 1) => "\n",
                    (true, ..) => "\n\n",
                };
                for c in before.chars().chain(word.chars()) {
                    if left == 0 {
                        return tidy;
                    }
                    tidy.push(c);
                    left -= 1;
                }
                first = false;
            }
            gap = if first { gap + 1 } else { 1 };
        }
        tidy
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tidied(text: &str) -> String {
        let mut gathered = Text::default();
        gathered.push(text);
        gathered.tidied()
    }

    #[test]
    fn a_text_is_tidied() {
        assert_eq!(
            tidied("  a\u{0} b\t\u{A0}c \r\n\r\n\n\n d\n\ne\nf  "),
            "a b c\n\nd\n\ne\nf"
        );
        assert_eq!(tidied(" \n \u{7} "), "");
    }

    #[test]
    fn a_text_without_end_is_cut() {
        assert_eq!(tidied(&"ab ".repeat(LONGEST_TEXT)).chars().count(), MOST);
        assert_eq!(tidied(&"ب".repeat(LONGEST_TEXT * 9)).chars().count(), MOST);
    }

    #[test]
    fn what_is_no_text_is_said_to_be_none() {
        let random: Vec<u8> = (0..4_000_u32)
            .map(|n| n.wrapping_mul(2_654_435_761).to_be_bytes()[0])
            .collect();
        assert_eq!(text_of("application/octet-stream", &random), Err(Unread::Kind));
        assert_eq!(
            text_of("application/octet-stream", b"plain words"),
            Ok("plain words".into())
        );
        assert_eq!(text_of("text/html", b"<p>One<p>two"), Ok("One\ntwo".into()));
        assert_eq!(text_of("application/zip", b"PK"), Err(Unread::Damaged));
        assert_eq!(text_of("application/pdf", b"%PDF-1.7 nothing"), Err(Unread::Damaged));
    }
}
