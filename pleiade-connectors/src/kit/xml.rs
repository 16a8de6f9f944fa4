//! Readers of XML: bounded, without document types, and not stopped by one character that XML forbids.

use roxmltree::{Document, Node, ParsingOptions};
use std::borrow::Cow;

/// Enough for some thousands of resources; a body of a few bytes a node could otherwise hold millions.
const MAX_NODES: u32 = 200_000;

/// A body as text that can be parsed: without byte order mark and without what XML 1.0 (2.2) forbids, written as it is or as a reference
/// to its number. Nothing when it is not UTF-8.
#[must_use]
pub fn text(body: &[u8]) -> Option<Cow<'_, str>> {
    Some(cleaned(std::str::from_utf8(body).ok()?))
}

/// What [`text`] gives, of a text.
pub(super) fn cleaned(text: &str) -> Cow<'_, str> {
    let text = legal(text.strip_prefix('\u{feff}').unwrap_or(text));
    match text.contains("&#") {
        true => Cow::Owned(without_forbidden_references(&text)),
        false => text,
    }
}

/// A text without the characters that XML 1.0 (2.2) forbids.
pub(super) fn legal(text: &str) -> Cow<'_, str> {
    match text.chars().all(is_allowed) {
        true => Cow::Borrowed(text),
        false => Cow::Owned(text.chars().filter(|c| is_allowed(*c)).collect()),
    }
}

fn is_allowed(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}

fn without_forbidden_references(text: &str) -> String {
    let mut parts = text.split("&#");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let number = part.split_once(';').and_then(|(number, rest)| {
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hexadecimal) => u32::from_str_radix(hexadecimal, 16),
                None => number.parse(),
            };
            Some((code.ok()?, rest))
        });
        match number {
            Some((code, rest)) if !char::from_u32(code).is_some_and(is_allowed) => out.push_str(rest),
            _ => {
                out.push_str("&#");
                out.push_str(part);
            }
        }
    }
    out
}

/// Parses what [`text`] gave. Nothing when it is no XML, has a document type, or is larger than any answer: 200,000 nodes, 128 attributes
/// of an element, elements 128 deep, of which those around one declare 64 name spaces.
#[must_use]
pub fn document(text: &str) -> Option<Document<'_>> {
    if !is_bounded(text) {
        return None;
    }
    let options = ParsingOptions { nodes_limit: MAX_NODES, ..ParsingOptions::default() };
    Document::parse_with_options(text, options).ok()
}

/// Looks at the tags in one pass. The parser compares each attribute of an element with the others, and copies for an element that declares
/// a name space those of the elements around it: without these bounds an answer of 100 KiB holds a thread for minutes.
fn is_bounded(text: &str) -> bool {
    const MAX_ATTRIBUTES: usize = 128;
    const MAX_DEPTH: usize = 128;
    const MAX_NAMESPACES: usize = 64;
    // Name spaces declared by each open element.
    let mut open: Vec<usize> = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find('<') {
        rest = rest.get(start..).unwrap_or_default();
        let skipped = [("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>")]
            .into_iter()
            .find(|(opening, _)| rest.starts_with(opening));
        if let Some((opening, closing)) = skipped {
            // `<!-->` closes nothing: what closes stands after what opens.
            let inside = rest.get(opening.len()..).unwrap_or_default();
            let Some(end) = inside.find(closing) else { return false };
            rest = inside.get(end + closing.len()..).unwrap_or_default();
            continue;
        }
        let (mut quote, mut attributes, mut namespaces, mut end) = (None, 0, 0, None);
        let bytes = rest.as_bytes();
        for (at, byte) in bytes.iter().copied().enumerate().skip(1) {
            match (quote, byte) {
                (Some(open), _) if byte == open => quote = None,
                (Some(_), _) => {}
                (None, b'"' | b'\'') => quote = Some(byte),
                (None, b'=') => attributes += 1,
                (None, b'x') if bytes.get(at..).is_some_and(|rest| rest.starts_with(b"xmlns")) => {
                    namespaces += 1
                }
                (None, b'>') => {
                    end = Some(at);
                    break;
                }
                _ => {}
            }
        }
        let Some(end) = end else { return false };
        let is_empty = bytes.get(end - 1) == Some(&b'/');
        if bytes.get(1) == Some(&b'/') {
            open.pop();
        } else if !is_empty {
            open.push(namespaces);
        }
        let around: usize = open.iter().sum();
        if attributes > MAX_ATTRIBUTES
            || open.len() > MAX_DEPTH
            || around > MAX_NAMESPACES
            || namespaces > MAX_NAMESPACES
        {
            return false;
        }
        rest = rest.get(end + 1..).unwrap_or_default();
    }
    true
}

/// A child element by its name space and name.
#[must_use]
pub fn child<'a, 'i>(node: Node<'a, 'i>, namespace: &str, name: &str) -> Option<Node<'a, 'i>> {
    node.children().find(|child| child.has_tag_name((namespace, name)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(body: &[u8]) -> Option<String> {
        let text = text(body)?;
        Some(document(&text)?.root_element().text().unwrap_or_default().to_owned())
    }

    #[test]
    fn what_xml_forbids_is_dropped_and_hides_nothing() {
        assert_eq!(words(b"\xef\xbb\xbf<a>x</a>").as_deref(), Some("x"));
        assert_eq!(
            words("<a>R\u{1}union\u{b} \u{fffe}d\u{e9}</a>".as_bytes()).as_deref(),
            Some("Runion d\u{e9}")
        );
        assert_eq!(words(b"<a>a&#1;b&#x1F;c&#233;&amp;&#xD800;</a>").as_deref(), Some("abc\u{e9}&"));
        assert_eq!(words(b"<a>a &amp;# b</a>").as_deref(), Some("a &# b"));
    }

    /// What a scanner of tags and the parser read otherwise would go past the bounds.
    #[test]
    fn no_spelling_goes_past_the_bounds() {
        let deep: String = (0..200).map(|n| format!("<a xmlns:n{n}='u{n}'>")).collect();
        let wide: String = (0..200).map(|n| format!(" a{n}='1'")).collect();
        let closed = format!("{deep}{}", "</a>".repeat(200));
        assert!(!is_bounded(&format!("<e>{closed}</e>")) && !is_bounded(&format!("<e><b{wide}/></e>")));
        for inside in [closed.as_str(), &format!("<b{wide}/>")] {
            let hidden = format!("<e><!--> <z q=\" -->{inside}<!-- \" > --></e>");
            assert!(!is_bounded(&hidden), "behind a comment that only seems to end");
        }
        assert!(!is_bounded(&format!("<e{wide}")), "a tag without an end");
        assert!(!is_bounded("<e><!-- "), "a comment without an end");
        assert!(is_bounded("<e><!-- a > b --><![CDATA[ <a ]]><?p a=\"?></e>"));
    }

    #[test]
    fn what_is_no_xml_is_refused() {
        for wrong in [&b"\xff\xfe"[..], b"", b"hello", b"<a>", b"<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>"]
        {
            assert_eq!(words(wrong), None);
        }
        assert_eq!(words(format!("<a>{}</a>", "<b/>".repeat(200_001)).as_bytes()), None);
    }
}
