//! PDF: glyphs at places. What a page shows is gathered piece by piece with where it stands, put into lines from top to bottom,
//! and read: a page holds Arabic as the eye sees it, from left to right, so that it is turned back into the order in which it was written.
//!
//! Scans hold pictures and no text.

use super::{Text, Unread};
use lopdf::content::Content;
use lopdf::{Dictionary, Document, LoadOptions, Object, ObjectId};
use std::collections::HashMap;
use std::rc::Rc;
use unicode_normalization::UnicodeNormalization;

/// The most bytes of one stream.
const LARGEST: usize = 32 * 1024 * 1024;
/// Forms in forms are read down to here.
const DEEPEST: u8 = 4;
/// The most operations of one file.
const OPERATIONS: usize = 5_000_000;

/// The text of a file.
pub(super) fn read(bytes: &[u8]) -> Result<Text, Unread> {
    let mut text = Text::default();
    let options = LoadOptions {
        max_decompressed_size: Some(LARGEST),
        ..LoadOptions::default()
    };
    let document = Document::load_mem_with_options(bytes, options).map_err(|_| Unread::Damaged)?;
    if document.is_encrypted() {
        return Err(Unread::Damaged);
    }
    let mut left = OPERATIONS;
    for page in document.page_iter() {
        let Ok(content) = document.get_page_content_with_limit(page, LARGEST) else {
            continue;
        };
        let mut sheet = Sheet {
            document: &document,
            pieces: Vec::new(),
            left,
        };
        let fonts = document.get_page_fonts(page).unwrap_or_default();
        let fonts = known(&document, fonts, &Fonts::new());
        let resources = resources_of(&document, page);
        sheet.draw(&content, &fonts, resources, Matrix::UNIT, 0);
        left = sheet.left;
        let pieces = sheet.pieces;
        for line in lines(pieces) {
            text.push(&line);
            text.push("\n");
        }
        text.push("\n");
        if text.is_full() || left == 0 {
            break;
        }
    }
    Ok(text)
}

/// A piece of text on a page.
#[derive(Clone, Debug)]
struct Piece {
    x: f32,
    end: f32,
    y: f32,
    /// The height of its letters.
    size: f32,
    text: String,
}

#[derive(Clone, Copy)]
struct Matrix([f32; 6]);

impl Matrix {
    const UNIT: Self = Self([1.0, 0.0, 0.0, 1.0, 0.0, 0.0]);

    /// First this, then the other.
    fn then(self, Self(b): Self) -> Self {
        let a = self.0;
        Self([
            a[0] * b[0] + a[1] * b[2],
            a[0] * b[1] + a[1] * b[3],
            a[2] * b[0] + a[3] * b[2],
            a[2] * b[1] + a[3] * b[3],
            a[4] * b[0] + a[5] * b[2] + b[4],
            a[4] * b[1] + a[5] * b[3] + b[5],
        ])
    }

    fn moved(self, x: f32, y: f32) -> Self {
        Self([1.0, 0.0, 0.0, 1.0, x, y]).then(self)
    }

    fn read(operands: &[Object]) -> Option<Self> {
        let mut cells = [0.0; 6];
        for (cell, operand) in cells.iter_mut().zip(operands.get(..6)?) {
            *cell = operand.as_float().ok()?;
        }
        Some(Self(cells))
    }
}

/// What a font says of its codes.
struct Font<'a> {
    /// The letters of a code.
    letters: Box<dyn Fn(&[u8]) -> String + 'a>,
    /// Bytes of a code.
    wide: usize,
    /// Thousandths of the size, by code.
    widths: HashMap<u32, f32>,
    /// Of codes that are not among them.
    width: f32,
}

/// The fonts of a page or form, by their names.
type Fonts<'a> = HashMap<Vec<u8>, Rc<Font<'a>>>;

impl<'a> Font<'a> {
    fn of(document: &'a Document, font: &'a Dictionary) -> Option<Self> {
        let number = |object: &Object| object.as_float().ok();
        let composite = font
            .get(b"Subtype")
            .and_then(Object::as_name)
            .is_ok_and(|kind| kind == b"Type0");
        let letters: Box<dyn Fn(&[u8]) -> String + 'a> =
            match font.get_deref(b"ToUnicode", document).and_then(Object::as_stream) {
                Ok(map) => {
                    let map = unicode(&map.get_plain_content_with_limit(LARGEST).ok()?);
                    Box::new(move |code| map.get(&number_of(code)).cloned().unwrap_or_default())
                }
                // Codes of glyphs that nobody says the letters of.
                Err(_) if composite => return None,
                Err(_) => {
                    let encoding = font.get_font_encoding_with_limit(document, LARGEST).ok()?;
                    Box::new(move |code| encoding.bytes_to_string(code).unwrap_or_default())
                }
            };
        let (mut widths, mut width) = (HashMap::new(), 500.0);
        if composite {
            let inner = font
                .get_deref(b"DescendantFonts", document)
                .and_then(Object::as_array)
                .ok();
            let inner = inner.and_then(|fonts| document.dereference(fonts.first()?).ok());
            let inner = inner.and_then(|(_, font)| font.as_dict().ok());
            width = inner
                .and_then(|font| font.get(b"DW").ok())
                .and_then(number)
                .unwrap_or(1000.0);
            let list = inner.and_then(|font| font.get_deref(b"W", document).ok()?.as_array().ok());
            cid_widths(document, list.map_or(&[], Vec::as_slice), &mut widths);
        } else if let Ok(list) = font.get_deref(b"Widths", document).and_then(Object::as_array) {
            let first = font.get(b"FirstChar").and_then(Object::as_i64).unwrap_or_default();
            let first = u32::try_from(first).unwrap_or_default().min(255);
            for (code, width) in (first..256).zip(list) {
                widths.extend(number(width).map(|width| (code, width)));
            }
        }
        Some(Self {
            letters,
            wide: if composite { 2 } else { 1 },
            widths,
            width,
        })
    }
}

struct Sheet<'a> {
    document: &'a Document,
    pieces: Vec<Piece>,
    left: usize,
}

/// Where text stands while it is drawn.
struct Pen<'f, 'a> {
    font: Option<&'f Font<'a>>,
    size: f32,
    /// Room between letters and between words, stretch, room between lines, rise.
    letters: f32,
    words: f32,
    stretch: f32,
    leading: f32,
    rise: f32,
    at: Matrix,
    line: Matrix,
}

impl<'a> Sheet<'a> {
    fn draw(&mut self, content: &[u8], fonts: &Fonts<'a>, resources: Option<&'a Dictionary>, whole: Matrix, depth: u8) {
        let Ok(content) = Content::decode(content) else { return };
        let mut current = whole;
        let mut kept = Vec::new();
        let mut pen = Pen {
            font: None,
            size: 1.0,
            letters: 0.0,
            words: 0.0,
            stretch: 1.0,
            leading: 0.0,
            rise: 0.0,
            at: Matrix::UNIT,
            line: Matrix::UNIT,
        };
        for operation in &content.operations {
            if self.left == 0 {
                return;
            }
            self.left -= 1;
            let operands = &operation.operands;
            let number = |at: usize| {
                operands
                    .get(at)
                    .and_then(|operand| operand.as_float().ok())
                    .unwrap_or_default()
            };
            match operation.operator.as_str() {
                "q" if kept.len() < 64 => kept.push(current),
                "Q" => current = kept.pop().unwrap_or(current),
                "cm" => current = Matrix::read(operands).map_or(current, |matrix| matrix.then(current)),
                "BT" => (pen.at, pen.line) = (Matrix::UNIT, Matrix::UNIT),
                "Tf" => {
                    let name = operands.first().and_then(|name| name.as_name().ok());
                    pen.font = name.and_then(|name| fonts.get(name)).map(Rc::as_ref);
                    pen.size = number(1);
                }
                "Tc" => pen.letters = number(0),
                "Tw" => pen.words = number(0),
                "Tz" => pen.stretch = number(0) / 100.0,
                "TL" => pen.leading = number(0),
                "Ts" => pen.rise = number(0),
                "Td" => pen.next(number(0), number(1)),
                "TD" => {
                    pen.leading = -number(1);
                    pen.next(number(0), number(1));
                }
                "Tm" => {
                    if let Some(matrix) = Matrix::read(operands) {
                        (pen.at, pen.line) = (matrix, matrix);
                    }
                }
                "T*" => pen.next(0.0, -pen.leading),
                "Tj" => self.show(&mut pen, current, operands.first()),
                "'" => {
                    pen.next(0.0, -pen.leading);
                    self.show(&mut pen, current, operands.first());
                }
                "\"" => {
                    (pen.words, pen.letters) = (number(0), number(1));
                    pen.next(0.0, -pen.leading);
                    self.show(&mut pen, current, operands.get(2));
                }
                "TJ" => {
                    let parts = operands.first().and_then(|parts| parts.as_array().ok());
                    for part in parts.into_iter().flatten() {
                        match part.as_float() {
                            Ok(back) => pen.forward(-back / 1000.0 * pen.size * pen.stretch),
                            Err(_) => self.show(&mut pen, current, Some(part)),
                        }
                    }
                }
                "Do" if depth < DEEPEST => {
                    let name = operands
                        .first()
                        .and_then(|name| name.as_name().ok())
                        .unwrap_or_default();
                    self.form(name, fonts, resources, current, depth);
                }
                _ => {}
            }
        }
    }

    /// Draws a form: a page within a page.
    fn form(&mut self, name: &[u8], fonts: &Fonts<'a>, resources: Option<&'a Dictionary>, whole: Matrix, depth: u8) {
        let document = self.document;
        let form = resources
            .and_then(|resources| resources.get_deref(b"XObject", document).ok()?.as_dict().ok())
            .and_then(|forms| forms.get_deref(name, document).ok()?.as_stream().ok());
        let Some(form) = form else { return };
        if form
            .dict
            .get(b"Subtype")
            .and_then(Object::as_name)
            .is_ok_and(|kind| kind != b"Form")
        {
            return;
        }
        let Ok(content) = form.decompressed_content_with_limit(LARGEST) else {
            return;
        };
        let matrix = form.dict.get(b"Matrix").and_then(Object::as_array).ok();
        let whole = matrix
            .and_then(|matrix| Matrix::read(matrix))
            .map_or(whole, |matrix| matrix.then(whole));
        let own = form
            .dict
            .get_deref(b"Resources", document)
            .and_then(Object::as_dict)
            .ok();
        let listed = own.and_then(|own| own.get_deref(b"Font", document).ok()?.as_dict().ok());
        let listed = listed.into_iter().flatten().filter_map(|(name, font)| {
            let (_, font) = document.dereference(font).ok()?;
            Some((name.clone(), font.as_dict().ok()?))
        });
        let all = known(document, listed, fonts);
        self.draw(&content, &all, own.or(resources), whole, depth + 1);
    }

    fn show(&mut self, pen: &mut Pen<'_, '_>, whole: Matrix, shown: Option<&Object>) {
        let (Some(font), Some(bytes)) = (pen.font, shown.and_then(|shown| shown.as_str().ok())) else {
            return;
        };
        let start = pen.place(whole);
        let mut text = String::new();
        for code in bytes.chunks(font.wide) {
            let mut letters = (font.letters)(code);
            // A ligature stands for its letters in the order in which they are written.
            if letters.chars().count() > 1 && direction(&letters) == Some(true) {
                letters = letters.chars().rev().collect();
            }
            text.push_str(&letters);
            let code = number_of(code);
            let width = font.widths.get(&code).copied().unwrap_or(font.width) / 1000.0 * pen.size;
            let space = if font.wide == 1 && code == 32 { pen.words } else { 0.0 };
            pen.forward((width + pen.letters + space) * pen.stretch);
        }
        let end = pen.place(whole);
        let size = (pen.size * pen.at.then(whole).0[3])
            .abs()
            .max((pen.size * pen.at.then(whole).0[1]).abs());
        let text: String = text.chars().filter(|c| *c != '\u{FFFD}' && *c != '\0').collect();
        if !text.is_empty() && [start.0, start.1, end.0, size].iter().all(|value| value.is_finite()) {
            self.pieces.push(Piece {
                x: start.0.min(end.0),
                end: start.0.max(end.0),
                y: start.1,
                size: size.max(1.0),
                text,
            });
        }
    }
}

impl Pen<'_, '_> {
    fn next(&mut self, x: f32, y: f32) {
        self.line = self.line.moved(x, y);
        self.at = self.line;
    }

    fn forward(&mut self, by: f32) {
        self.at = self.at.moved(by, 0.0);
    }

    fn place(&self, whole: Matrix) -> (f32, f32) {
        let place = self.at.moved(0.0, self.rise).then(whole).0;
        (place[4], place[5])
    }
}

fn resources_of(document: &Document, page: ObjectId) -> Option<&Dictionary> {
    let (direct, named) = document.get_page_resources(page).ok()?;
    direct.or_else(|| named.into_iter().find_map(|id| document.get_dictionary(id).ok()))
}

/// Fonts that can be read, and with them what was known before.
fn known<'a>(
    document: &'a Document,
    fonts: impl IntoIterator<Item = (Vec<u8>, &'a Dictionary)>,
    before: &Fonts<'a>,
) -> Fonts<'a> {
    let mut all = before.clone();
    for (name, font) in fonts {
        match Font::of(document, font) {
            Some(font) => all.insert(name, Rc::new(font)),
            None => all.remove(&name),
        };
    }
    all
}

/// A code, or letters in UTF-16, as a number.
fn number_of(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0, |number, byte| number << 8 | u32::from(*byte))
}

/// What a font says its codes are in Unicode: `<code> <letters>`, or ranges of them.
fn unicode(map: &[u8]) -> HashMap<u32, String> {
    let (mut letters, mut pending, mut list) = (HashMap::new(), Vec::<Vec<u8>>::new(), None::<Vec<Vec<u8>>>);
    let mut width = 0;
    let text = |bytes: &[u8]| {
        let units: Vec<u16> = bytes.chunks(2).map(|pair| number_of(pair) as u16).collect();
        String::from_utf16_lossy(&units)
    };
    let mut rest = map;
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        match first {
            b'<' => {
                let end = rest.iter().position(|byte| *byte == b'>').unwrap_or(rest.len());
                let digits: Vec<u8> = rest[..end]
                    .iter()
                    .filter_map(|byte| char::from(*byte).to_digit(16))
                    .map(|digit| digit as u8)
                    .collect();
                let bytes = digits
                    .chunks(2)
                    .map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | digit))
                    .collect();
                match &mut list {
                    Some(list) => list.push(bytes),
                    None => pending.push(bytes),
                }
                rest = rest.get(end..).unwrap_or_default();
            }
            b'[' => list = Some(Vec::new()),
            b'b' if rest.starts_with(b"eginbfchar") => (width, pending) = (2, Vec::new()),
            b'b' if rest.starts_with(b"eginbfrange") => (width, pending) = (3, Vec::new()),
            b'e' if rest.starts_with(b"nd") => width = 0,
            _ => {}
        }
        if letters.len() > 0x2_0000 {
            break;
        }
        let whole = pending.len() + usize::from(*first == b']') == width;
        if width == 0 || !whole {
            continue;
        }
        let taken = std::mem::take(&mut pending);
        let code = number_of(&taken[0]);
        match (width, list.take()) {
            (2, _) => {
                letters.insert(code, text(&taken[1]));
            }
            (_, Some(list)) => letters.extend((code..).zip(list.iter().map(|bytes| text(bytes)))),
            _ => {
                // The last of the letters counts up.
                let last = number_of(&taken[1]).min(code.saturating_add(0xFFFF));
                let mut bytes = taken[2].clone();
                for code in code..=last {
                    letters.insert(code, text(&bytes));
                    let mut at = bytes.len();
                    while at > 0 {
                        at -= 1;
                        bytes[at] = bytes[at].wrapping_add(1);
                        if bytes[at] != 0 {
                            break;
                        }
                    }
                }
            }
        }
    }
    letters
}

/// Widths of codes as a composite font lists them: `first [w w w]` or `first last w`.
fn cid_widths(document: &Document, list: &[Object], widths: &mut HashMap<u32, f32>) {
    let mut rest = list;
    while let [first, second, after @ ..] = rest {
        let Some(first) = first.as_i64().ok().and_then(|code| u32::try_from(code).ok()) else {
            return;
        };
        let second = document.dereference(second).map_or(second, |(_, object)| object);
        if let Ok(each) = second.as_array() {
            for (code, width) in (first..=0xFFFF).zip(each) {
                widths.extend(width.as_float().ok().map(|width| (code, width)));
            }
            rest = after;
        } else {
            let (last, width) = (
                second.as_i64().ok(),
                after.first().and_then(|width| width.as_float().ok()),
            );
            let last = last.and_then(|code| u32::try_from(code).ok()).unwrap_or_default();
            if let Some(width) = width {
                widths.extend((first..=last.min(0xFFFF)).map(|code| (code, width)));
            }
            rest = after.get(1..).unwrap_or_default();
        }
    }
}

/// Pieces as lines, in the order in which they are read.
fn lines(mut pieces: Vec<Piece>) -> Vec<String> {
    // By line first: what stands at nearly one height is one.
    pieces.sort_by(|a, b| b.y.total_cmp(&a.y));
    let mut lines: Vec<Vec<Piece>> = Vec::new();
    for piece in pieces {
        match lines.last_mut() {
            Some(line) if (line[0].y - piece.y).abs() < line[0].size.min(piece.size) * 0.5 => line.push(piece),
            _ => lines.push(vec![piece]),
        }
    }
    lines
        .into_iter()
        .map(|mut line| {
            line.sort_by(|a, b| a.x.total_cmp(&b.x));
            let mut seen = String::new();
            let mut end = f32::MAX;
            for piece in line {
                if piece.x - end > piece.size * 0.15 && !seen.ends_with(' ') && !piece.text.starts_with(' ') {
                    seen.push(' ');
                }
                seen.push_str(&piece.text);
                end = piece.end;
            }
            letters(&as_written(&seen))
        })
        .collect()
}

/// Arabic letters in the place of the shapes that they have in a word, and of ligatures.
fn letters(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\u{FB00}'..='\u{FB06}' | '\u{FB50}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFC}' => {
                plain.extend(std::iter::once(c).nfkc().filter(|c| *c != ' '));
            }
            _ => plain.push(c),
        }
    }
    plain
}

/// Whether a text is written from right to left; none if it has no letters.
fn direction(text: &str) -> Option<bool> {
    let (mut left, mut right) = (0, 0);
    for c in text.chars() {
        match runs_left(c) {
            Some(true) => left += 1,
            Some(false) => right += 1,
            None => {}
        }
    }
    (left + right > 0).then_some(left > right)
}

/// Whether a letter belongs to a script that runs to the left; none of what has no direction of its own.
fn runs_left(c: char) -> Option<bool> {
    match c {
        '٠'..='٩' | '۰'..='۹' | '،' | '؛' | '؟' => None,
        '\u{0590}'..='\u{08FF}' | '\u{FB1D}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFC}' => Some(true),
        _ if c.is_alphabetic() => Some(false),
        _ => None,
    }
}

/// A line as it was written, from how it is seen from left to right.
fn as_written(seen: &str) -> String {
    let Some(to_left) = direction(seen) else {
        return seen.to_owned();
    };
    // Runs of one direction: a number stays as it is seen; what has no direction goes with the line, but between two of one
    // direction with these.
    let letters: Vec<char> = seen.chars().collect();
    let mut ways: Vec<Option<bool>> = letters
        .iter()
        .map(|c| if c.is_numeric() { Some(false) } else { runs_left(*c) })
        .collect();
    let mut at = 0;
    while at < ways.len() {
        if ways[at].is_some() {
            at += 1;
            continue;
        }
        let end = (at..ways.len()).find(|end| ways[*end].is_some()).unwrap_or(ways.len());
        let before = at.checked_sub(1).and_then(|at| ways[at]);
        let after = ways.get(end).copied().flatten();
        let way = if before == after {
            before.unwrap_or(to_left)
        } else {
            to_left
        };
        ways[at..end].fill(Some(way));
        at = end;
    }
    let mut runs: Vec<(bool, String)> = Vec::new();
    for (c, way) in letters.into_iter().zip(ways) {
        let way = way.unwrap_or(to_left);
        match runs.last_mut() {
            Some((known, run)) if *known == way => run.push(c),
            _ => runs.push((way, c.to_string())),
        }
    }
    let turned = |(way, run): (bool, String)| if way { run.chars().rev().collect() } else { run };
    if to_left {
        runs.into_iter().rev().map(turned).collect()
    } else {
        runs.into_iter().map(turned).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::files::pdf as file;

    #[test]
    fn arabic_is_turned_back_and_numbers_are_not() {
        let seen = |written: &str| written.chars().rev().collect::<String>();
        assert_eq!(as_written(&seen("قصف السوق")), "قصف السوق");
        assert_eq!(as_written("ناك 12.5.2025 يف"), "في 12.5.2025 كان");
        assert_eq!(as_written("قوس in the دمحم"), "محمد in the سوق");
        assert_eq!(
            as_written("Name of the man: دمحم دلاخ, 1970"),
            "Name of the man: خالد محمد, 1970"
        );
        assert_eq!(as_written("plain words"), "plain words");
    }

    fn stream(more: &str, content: &str) -> String {
        format!("<< {more} /Length {} >>\nstream\n{content}\nendstream", content.len())
    }

    /// A page with these contents, a form, a plain font and one of two-byte codes that are Unicode.
    fn page(content: &str, form: &str) -> Vec<u8> {
        let resources = "<< /Font << /F1 6 0 R /F2 7 0 R >> /XObject << /X1 5 0 R >> >>";
        let cmap = "/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n\
                    1 begincodespacerange <0000> <FFFF> endcodespacerange\n\
                    3 beginbfrange <0600> <06FE> <0600> <0020> <007E> <0020> <0031> <0039> <0031> endbfrange\n\
                    1 beginbfchar <0001> <06440627> endbfchar endcmap end end";
        file(&[
            "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
            "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
            format!("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources {resources} >>"),
            stream("", content),
            stream(&format!("/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources {resources}"), form),
            "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned(),
            "<< /Type /Font /Subtype /Type0 /BaseFont /A /Encoding /Identity-H /DescendantFonts [8 0 R] /ToUnicode 9 0 R >>".to_owned(),
            "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /A /DW 500 /W [1 [700] 65 70 600] >>".to_owned(),
            stream("", cmap),
        ])
    }

    #[test]
    fn a_page_is_read_line_by_line_in_either_script() {
        // As it is seen from left to right; a ligature is one code.
        let seen: String = "قرب \u{1}سوق 12"
            .chars()
            .rev()
            .map(|c| format!("{:04X}", u32::from(c)))
            .collect();
        let seen = seen.replace("00320031", "00310032");
        let content = format!(
            "BT /F1 12 Tf 60 700 Td (Report of) Tj 90 0 Td (the) Tj -90 -20 Td [(mar) -20 (ket) -900 (day)] TJ 0 -20 Td /F2 12 Tf <{seen}> Tj ET /X1 Do"
        );
        let form = "BT /F1 12 Tf 60 500 Td (In a form) Tj ET";
        let told = read(&page(&content, form)).expect("a file").tidied();
        assert_eq!(told, "Report of the\nmarket day\nقرب لاسوق 12\nIn a form");
    }

    #[test]
    fn a_form_within_itself_ends() {
        let told = read(&page("/X1 Do", &"/X1 Do BT /F1 9 Tf (a) Tj ET ".repeat(9)))
            .expect("a file")
            .tidied();
        assert!(told.starts_with('a'), "{told}");
    }

    #[test]
    fn what_is_no_pdf_has_no_text() {
        let whole = page("BT /F1 12 Tf (words) Tj ET", "");
        for cut in [0, 5, 40, 200] {
            let told = read(&whole[..cut]).map(|text| text.tidied());
            assert!(told.is_err() || told == Ok(String::new()), "{cut}");
        }
    }

    #[test]
    fn shapes_become_letters() {
        assert_eq!(letters("اﻹﻓﺎدة conﬂict"), "الإفادة conflict");
    }

    #[test]
    fn pieces_become_lines_with_the_spaces_between_them() {
        let piece = |x: f32, end: f32, y: f32, text: &str| Piece {
            x,
            end,
            y,
            size: 10.0,
            text: text.into(),
        };
        let pieces = vec![
            piece(10.0, 30.0, 700.0, "low"),
            piece(50.0, 70.0, 720.0, "right"),
            piece(10.0, 30.0, 720.5, "le"),
            piece(30.2, 40.0, 720.0, "ft"),
        ];
        assert_eq!(lines(pieces), ["left right", "low"]);
    }
}
