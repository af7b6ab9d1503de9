//! Plain text in the encodings that people send: Unicode, and Windows-1256, in which Arabic was written before it.

use encoding_rs::{Encoding, UTF_8, WINDOWS_1256};
use std::borrow::Cow;

/// So many bytes hold all the text that is kept, and more.
const ENOUGH: usize = 4 * 1024 * 1024;

/// The text, if it is one.
pub(super) fn decode(bytes: &[u8]) -> Option<Cow<'_, str>> {
    let cut = bytes.len() > ENOUGH;
    let bytes = &bytes[..bytes.len().min(ENOUGH)];
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return Some(encoding.decode_without_bom_handling(&bytes[mark..]).0);
    }
    if bytes.iter().any(|byte| is_control(*byte)) {
        return None;
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => return Some(text.into()),
        // A letter was cut in two.
        Err(error) if cut && error.error_len().is_none() => return Some(UTF_8.decode_without_bom_handling(bytes).0),
        Err(_) => {}
    }
    let named = declared(bytes).filter(|encoding| *encoding != UTF_8);
    let text = named.unwrap_or(WINDOWS_1256).decode_without_bom_handling(bytes).0;
    let (mut letters, mut others) = (0, 0);
    for c in text.chars() {
        if c.is_alphanumeric() || c.is_whitespace() || c.is_ascii() {
            letters += 1;
        } else {
            others += 1;
        }
    }
    (letters > others * 8).then_some(text)
}

/// Stands in no text.
const fn is_control(byte: u8) -> bool {
    matches!(byte, 0..=8 | 0xE..=0x1A | 0x1C..=0x1F | 0x7F)
}

/// The encoding that a web page says it has.
fn declared(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(1024)]).to_ascii_lowercase();
    let (_, label) = head.split_once("charset=")?;
    let label = label.trim_start_matches(['"', '\'']);
    let end = label.find(|c: char| !c.is_ascii_alphanumeric() && !"-_:".contains(c))?;
    Encoding::for_label(&label.as_bytes()[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_encoding_of_a_text_is_read() {
        let words = "قصف السوق، قرب المدرسة ١٢";
        let wide = |order: fn(u16) -> [u8; 2], mark: [u8; 2]| {
            let units: Vec<u8> = words.encode_utf16().flat_map(order).collect();
            [&mark[..], &units].concat()
        };
        for bytes in [
            words.as_bytes().to_vec(),
            [b"\xEF\xBB\xBF", words.as_bytes()].concat(),
            wide(u16::to_le_bytes, [0xFF, 0xFE]),
            wide(u16::to_be_bytes, [0xFE, 0xFF]),
        ] {
            assert_eq!(decode(&bytes).as_deref(), Some(words));
        }
        let (old, ..) = WINDOWS_1256.encode("شهادة عن السوق، 12");
        assert_eq!(decode(&old).as_deref(), Some("شهادة عن السوق، 12"));
        let page = "<meta charset=windows-1252><p>L\u{00E9}vy \u{2014} na\u{00EF}ve</p>";
        let (old, ..) = encoding_rs::WINDOWS_1252.encode(page);
        assert_eq!(decode(&old).as_deref(), Some(page));
    }

    #[test]
    fn what_holds_control_characters_is_no_text() {
        assert_eq!(decode(b"\x7fELF\x02\x01\x01"), None);
        assert_eq!(decode(b"a\0b"), None);
    }
}
