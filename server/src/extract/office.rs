//! Word, Excel, PowerPoint and OpenDocument: XML parts in a zip file. Parts are read one at a time, each up to a size, so that
//! what is packed a thousandfold is not unpacked.

use super::markup::{Piece, Pieces, attribute};
use super::plain;
use super::{Text, Unread};
use std::io::{Cursor, Read};
use zip::ZipArchive;

/// The most bytes of one part, and of all that are read.
const LARGEST: u64 = 32 * 1024 * 1024;
const ALL: u64 = 64 * 1024 * 1024;
/// The most bytes of texts that cells of a workbook share.
const SHARED: usize = 16 * 1024 * 1024;

/// A zip file, and how much of it may still be unpacked.
struct Archive<'a> {
    zip: ZipArchive<Cursor<&'a [u8]>>,
    left: u64,
}

/// The text of an office file.
pub(super) fn read(bytes: &[u8]) -> Result<Text, Unread> {
    let zip = ZipArchive::new(Cursor::new(bytes)).map_err(|_| Unread::Damaged)?;
    let mut archive = Archive { zip, left: ALL };
    let mut names: Vec<String> = archive.zip.file_names().map(str::to_owned).collect();
    names.sort_by_key(|name| (number(name), name.clone()));
    let has = |name: &str| names.iter().any(|known| known == name);
    let within = |folder: &str, beginnings: &[&str]| -> Vec<String> {
        let wanted = |name: &&String| {
            let part = name.strip_prefix(folder).and_then(|rest| rest.strip_suffix(".xml"));
            part.is_some_and(|part| !part.contains('/') && beginnings.iter().any(|start| part.starts_with(start)))
        };
        names.iter().filter(wanted).cloned().collect()
    };
    let mut text = Text::default();
    if has("word/document.xml") {
        let notes = within("word/", &["footnotes", "endnotes", "comments", "header", "footer"]);
        for name in ["word/document.xml".to_owned()].into_iter().chain(notes) {
            runs(&part(&mut archive, &name), &mut text);
        }
    } else if has("ppt/presentation.xml") {
        let slides = within("ppt/slides/", &["slide"]);
        for name in slides.into_iter().chain(within("ppt/notesSlides/", &["notesSlide"])) {
            runs(&part(&mut archive, &name), &mut text);
        }
    } else if has("xl/workbook.xml") {
        let shared = shared(&part(&mut archive, "xl/sharedStrings.xml"));
        for name in within("xl/worksheets/", &["sheet"]) {
            cells(&part(&mut archive, &name), &shared, &mut text);
        }
    } else if has("content.xml") && has("META-INF/manifest.xml") {
        open_document(&part(&mut archive, "content.xml"), &mut text);
    } else {
        // A zip file of something else.
        return Err(Unread::Kind);
    }
    Ok(text)
}

/// The number at the end of a part's name: the tenth sheet comes after the second.
fn number(name: &str) -> u32 {
    let stem = name.strip_suffix(".xml").unwrap_or(name);
    let digits = stem.trim_end_matches(|c: char| c.is_ascii_digit()).len();
    stem[digits..].parse().unwrap_or_default()
}

/// A part as text; nothing where it can't be read.
fn part(archive: &mut Archive<'_>, name: &str) -> String {
    let mut bytes = Vec::new();
    if let Ok(packed) = archive.zip.by_name(name) {
        let _ = packed.take(LARGEST.min(archive.left)).read_to_end(&mut bytes);
        archive.left -= bytes.len() as u64;
    }
    plain::decode(&bytes).map(|text| text.into_owned()).unwrap_or_default()
}

/// Runs of text in paragraphs, as Word and PowerPoint have them.
fn runs(markup: &str, text: &mut Text) {
    let mut inside = false;
    for piece in Pieces::of(markup) {
        match piece {
            Piece::Open("t", _) => inside = true,
            Piece::Close("t") => inside = false,
            Piece::Text(words) if inside => text.push(&words),
            Piece::Open("tab", _) => text.push("\t"),
            Piece::Open("br" | "cr", _) | Piece::Close("p") => text.push("\n"),
            _ => {}
        }
        if text.is_full() {
            return;
        }
    }
}

/// The texts that cells point to, in their order.
fn shared(markup: &str) -> Vec<String> {
    let (mut texts, mut bytes) = (Vec::new(), 0);
    let (mut text, mut inside, mut spoken) = (String::new(), false, false);
    for piece in Pieces::of(markup) {
        match piece {
            Piece::Open("t", _) => inside = !spoken,
            Piece::Close("t") => inside = false,
            // How it is pronounced.
            Piece::Open("rPh", _) => spoken = true,
            Piece::Close("rPh") => spoken = false,
            Piece::Text(words) if inside => text.push_str(&words),
            Piece::Close("si") => {
                bytes += text.len();
                texts.push(std::mem::take(&mut text));
            }
            _ => {}
        }
        if bytes > SHARED {
            break;
        }
    }
    texts
}

fn cells(markup: &str, shared: &[String], text: &mut Text) {
    let (mut points, mut inside, mut value) = (false, false, String::new());
    for piece in Pieces::of(markup) {
        match piece {
            Piece::Open("c", attributes) => points = attribute(attributes, "t") == Some("s"),
            Piece::Open("v" | "t", _) => inside = true,
            Piece::Close("v" | "t") => inside = false,
            Piece::Text(words) if inside => value.push_str(&words),
            Piece::Close("c") => {
                let value = std::mem::take(&mut value);
                if points {
                    let at = value.trim().parse().ok();
                    text.push(at.and_then(|at: usize| shared.get(at)).map_or("", String::as_str));
                } else {
                    text.push(&value);
                }
                text.push("\t");
            }
            Piece::Close("row") => text.push("\n"),
            _ => {}
        }
        if text.is_full() {
            return;
        }
    }
}

fn open_document(markup: &str, text: &mut Text) {
    for piece in Pieces::of(markup) {
        match piece {
            Piece::Text(words) => text.push(&words.replace(char::is_whitespace, " ")),
            Piece::Open("s", _) => text.push(" "),
            Piece::Open("tab", _) | Piece::Close("table-cell") => text.push("\t"),
            Piece::Open("line-break", _) | Piece::Close("p" | "h" | "table-row") => text.push("\n"),
            _ => {}
        }
        if text.is_full() {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;
    use zip::write::{SimpleFileOptions, ZipWriter};

    fn packed(parts: &[(&str, &str)]) -> Vec<u8> {
        let mut file = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, content) in parts {
            file.start_file(*name, SimpleFileOptions::default()).expect("a part");
            file.write_all(content.as_bytes()).expect("its content");
        }
        file.finish().expect("a file").into_inner()
    }

    fn told(parts: &[(&str, &str)]) -> Option<String> {
        read(&packed(parts)).ok().map(|text| text.tidied())
    }

    #[test]
    fn a_letter_is_read_with_its_notes() {
        let body = "<w:document><w:body><w:p><w:r><w:t xml:space=\"preserve\">قصف </w:t></w:r><w:r><w:t>السوق</w:t><w:tab/><w:t>A&amp;B</w:t></w:r></w:p>\
                    <w:p><w:r><w:instrText>PAGE</w:instrText><w:t>two</w:t><w:br/><w:t>three</w:t></w:r></w:p></w:body></w:document>";
        let note = "<w:footnotes><w:p><w:r><w:t>note</w:t></w:r></w:p></w:footnotes>";
        let parts = [
            ("word/document.xml", body),
            ("word/footnotes.xml", note),
            ("word/styles.xml", "<w:t>no</w:t>"),
        ];
        assert_eq!(told(&parts).as_deref(), Some("قصف السوق A&B\ntwo\nthree\nnote"));
    }

    #[test]
    fn a_workbook_is_read_sheet_by_sheet() {
        let shared = "<sst><si><t>name</t></si><si><r><t>خا</t></r><r><t>لد</t></r><rPh><t>x</t></rPh></si></sst>";
        let sheet = |cell: &str| {
            format!(
                "<worksheet><row><c t=\"s\"><v>{cell}</v></c><c><v>42</v></c><c t=\"inlineStr\"><is><t>in</t></is></c></row></worksheet>"
            )
        };
        let (two, ten) = (sheet("1"), sheet("0"));
        let parts = [
            ("xl/worksheets/sheet10.xml", ten.as_str()),
            ("xl/worksheets/sheet2.xml", two.as_str()),
            ("xl/sharedStrings.xml", shared),
            ("xl/workbook.xml", "<workbook/>"),
        ];
        assert_eq!(told(&parts).as_deref(), Some("خالد 42 in\nname 42 in"));
    }

    #[test]
    fn slides_and_open_documents_are_read_and_other_archives_are_not() {
        let slides = [
            ("ppt/presentation.xml", "<p/>"),
            ("ppt/slides/slide1.xml", "<a:p><a:r><a:t>one</a:t></a:r></a:p>"),
        ];
        assert_eq!(told(&slides).as_deref(), Some("one"));
        let letter =
            "<office:text><text:h>Head</text:h><text:p>a<text:s/>b<text:span>c</text:span></text:p></office:text>";
        let open = [("META-INF/manifest.xml", ""), ("content.xml", letter)];
        assert_eq!(told(&open).as_deref(), Some("Head\na bc"));
        assert_eq!(told(&[("notes.txt", "words")]), None);
    }
}
