//! Text between tags: HTML as it is found, and the XML inside office files. Nothing is resolved and nothing is expanded but
//! the few entities that stand for one character.

use super::Text;
use std::borrow::Cow;

/// A piece of markup. Names are as they were written, without their prefix.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    /// A tag that opens, with its attributes.
    Open(&'a str, &'a str),
    /// A tag that closes; one that opens and closes at once is two pieces.
    Close(&'a str),
    Text(Cow<'a, str>),
}

/// Goes through markup piece by piece.
pub(super) struct Pieces<'a> {
    rest: &'a str,
    /// A tag that closes itself.
    closing: Option<&'a str>,
}

impl<'a> Pieces<'a> {
    pub(super) const fn of(markup: &'a str) -> Self {
        Self {
            rest: markup,
            closing: None,
        }
    }

    /// Leaves out everything up to the end of an element that holds no markup (`script`, `style`).
    fn skip_to_end_of(&mut self, name: &str) {
        let mut from = 0;
        while let Some(at) = self.rest[from..].find("</") {
            let after = &self.rest[from + at + 2..];
            if after
                .get(..name.len())
                .is_some_and(|found| found.eq_ignore_ascii_case(name))
            {
                self.rest = &self.rest[from + at..];
                return;
            }
            from += at + 2;
        }
        self.rest = "";
    }

    /// Up to and with `end`; to the very end where there is none.
    fn take_to(&mut self, start: usize, end: &str) -> &'a str {
        let (inner, rest) = self.rest[start..].split_once(end).unwrap_or((&self.rest[start..], ""));
        self.rest = rest;
        inner
    }
}

impl<'a> Iterator for Pieces<'a> {
    type Item = Piece<'a>;

    fn next(&mut self) -> Option<Piece<'a>> {
        if let Some(name) = self.closing.take() {
            return Some(Piece::Close(name));
        }
        loop {
            let rest = self.rest;
            if rest.is_empty() {
                return None;
            }
            if !begins_tag(rest) {
                let end = rest
                    .char_indices()
                    .skip(1)
                    .find(|(at, c)| *c == '<' && begins_tag(&rest[*at..]));
                let (text, after) = rest.split_at(end.map_or(rest.len(), |(at, _)| at));
                self.rest = after;
                return Some(Piece::Text(without_entities(text)));
            }
            if rest.starts_with("<!--") {
                self.take_to(4, "-->");
            } else if rest.starts_with("<![CDATA[") {
                return Some(Piece::Text(self.take_to(9, "]]>").into()));
            } else if rest.starts_with("<?") {
                self.take_to(2, ">");
            } else if rest.starts_with("<!") {
                let subset = rest
                    .find('[')
                    .is_some_and(|at| rest.find('>').is_none_or(|end| at < end));
                self.take_to(2, if subset { "]>" } else { ">" });
            } else if let Some(after) = rest.strip_prefix("</") {
                let end = after.find('>').unwrap_or(after.len());
                self.rest = after.get(end + 1..).unwrap_or("");
                return Some(Piece::Close(local(after[..end].trim())));
            } else {
                let inside = tag(&rest[1..]);
                self.rest = rest.get(inside.len() + 2..).unwrap_or("");
                let (whole, closed) = match inside.strip_suffix('/') {
                    Some(whole) => (whole, true),
                    None => (inside, false),
                };
                let end = whole
                    .find(|c: char| c.is_whitespace() || c == '/')
                    .unwrap_or(whole.len());
                let (name, attributes) = whole.split_at(end);
                let name = local(name);
                self.closing = closed.then_some(name);
                return Some(Piece::Open(name, attributes));
            }
        }
    }
}

fn begins_tag(text: &str) -> bool {
    let mut characters = text.chars();
    characters.next() == Some('<')
        && characters
            .next()
            .is_some_and(|c| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?'))
}

/// What stands in a tag up to its end, which is not one inside quotation marks.
fn tag(text: &str) -> &str {
    let mut quote = None;
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (None, '>') => return &text[..at],
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), c) if open == c => quote = None,
            _ => {}
        }
    }
    text
}

/// A name without its prefix.
fn local(name: &str) -> &str {
    name.rsplit_once(':').map_or(name, |(_, local)| local)
}

/// The value of an attribute.
pub(super) fn attribute<'a>(attributes: &'a str, name: &str) -> Option<&'a str> {
    let mut rest = attributes;
    loop {
        let (before, after) = rest.split_once('=')?;
        let after = after.trim_start();
        let quote = after.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        let (value, next) = after[1..].split_once(quote)?;
        if local(before.trim()) == name {
            return Some(value);
        }
        rest = next;
    }
}

fn without_entities(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return text.into();
    }
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        plain.push_str(&rest[..at]);
        rest = &rest[at..];
        let named = rest[1..].split_once(';').filter(|(name, _)| name.len() < 10);
        match named.and_then(|(name, after)| Some((entity(name)?, after))) {
            Some((c, after)) => {
                plain.push(c);
                rest = after;
            }
            None => {
                plain.push('&');
                rest = &rest[1..];
            }
        }
    }
    plain.push_str(rest);
    plain.into()
}

fn entity(name: &str) -> Option<char> {
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => '\u{A0}',
        "laquo" => '«',
        "raquo" => '»',
        "ndash" => '–',
        "mdash" => '—',
        "zwnj" => '\u{200C}',
        "rlm" => '\u{200F}',
        "lrm" => '\u{200E}',
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)?
        }
    })
}

/// The text of a web page.
pub(super) fn read(page: &str) -> Text {
    let mut text = Text::default();
    let mut pieces = Pieces::of(page);
    while let Some(piece) = pieces.next() {
        match piece {
            Piece::Text(words) => text.push(&words.replace(char::is_whitespace, " ")),
            Piece::Open(name, _) | Piece::Close(name) if breaks(name) => text.push("\n"),
            Piece::Open(name, _)
                if ["script", "style", "svg"]
                    .iter()
                    .any(|skipped| name.eq_ignore_ascii_case(skipped)) =>
            {
                pieces.skip_to_end_of(name);
            }
            Piece::Open(name, _) if name.eq_ignore_ascii_case("td") || name.eq_ignore_ascii_case("th") => {
                text.push("\t")
            }
            Piece::Open(..) | Piece::Close(_) => {}
        }
        if text.is_full() {
            break;
        }
    }
    text
}

/// Whether an element of HTML stands on a line of its own.
fn breaks(name: &str) -> bool {
    const OWN_LINE: [&str; 30] = [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "br",
        "caption",
        "dd",
        "div",
        "dt",
        "figcaption",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "main",
        "option",
        "p",
        "pre",
        "section",
        "table",
        "title",
        "tr",
    ];
    OWN_LINE.iter().any(|known| name.eq_ignore_ascii_case(known))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_its_words() {
        let page = "<!DOCTYPE html [<!ENTITY a \"x\">]><html><head><title>Market &amp; school</title><style>p { color: red }</style>\
                    <script>if (a < b) { \"</p>\" }</script></head><body><!-- hidden --><P class='a>b'>One\n two</p><br/>3 < 4 &bogus; &#1602;&#x635;\
                    <table><tr><td>a<td>b</table>";
        let told = read(page).tidied();
        assert_eq!(told, "Market & school\n\nOne two\n\n3 < 4 &bogus; قص\n\na b");
    }

    #[test]
    fn tags_are_told_from_text() {
        let pieces: Vec<_> =
            Pieces::of("<w:t xml:space=\"preserve\">a</w:t><w:tab/><![CDATA[<b>]]><c r='A1' t=\"s\"").collect();
        assert_eq!(
            pieces,
            [
                Piece::Open("t", " xml:space=\"preserve\""),
                Piece::Text("a".into()),
                Piece::Close("t"),
                Piece::Open("tab", ""),
                Piece::Close("tab"),
                Piece::Text("<b>".into()),
                Piece::Open("c", " r='A1' t=\"s\""),
            ]
        );
        assert_eq!(attribute(" r='A1' t=\"s\"", "t"), Some("s"));
        assert_eq!(attribute(" rt='A1'", "t"), None);
    }

    #[test]
    fn broken_markup_ends() {
        for page in [
            "<",
            "<p",
            "<p a=\"",
            "</",
            "<!--",
            "<![CDATA[",
            "<?",
            "<!x[",
            "&",
            "&#xFFFFFFFF;",
            "<script>",
            "<é>",
        ] {
            let _ = read(page);
        }
    }
}
