//! What the fuzz target `soap` feeds: any answer, and any text of a call. None may panic; what is read stays within its bounds, and what is
//! written is read again. The tests replay the corpus.

use super::{Element, Outcome, Part, document_literal, read, rpc_encoded};

/// Feeds an answer, by the charset that its first byte chooses, and the same bytes as the text of a call.
pub fn answer(data: &[u8]) {
    let media_type = match data.first() {
        Some(b'1') => Some("text/xml; charset=iso-8859-1"),
        Some(b'8') => Some("text/xml; charset=utf-8"),
        _ => None,
    };
    let body = if media_type.is_some() { data.get(1..).unwrap_or_default() } else { data };
    if let Ok(Outcome::Response(element)) = read(body, media_type) {
        assert!(size(&element, 0) <= 200_000, "an answer grew");
    }
    let words = String::from_utf8_lossy(data);
    for envelope in [rpc_encoded, document_literal] {
        let sent = envelope("urn:a", "say", &[Part::Group("list", vec![Part::Text("item", &words)])]);
        let said = read(&sent.unwrap_or_default(), None);
        assert!(matches!(said, Ok(Outcome::Response(_))), "an envelope of ours cannot be read");
        let Ok(Outcome::Response(said)) = said else { return };
        let text = said.child("list").and_then(|list| list.child("item")).map_or("", Element::text);
        // XML reads every end of a line as the same.
        let expected = super::legal(&words).replace("\r\n", "\n").replace('\r', "\n");
        assert_eq!(text.replace("\r\n", "\n").replace('\r', "\n"), expected);
    }
}

fn size(element: &Element, depth: usize) -> usize {
    assert!(depth <= 128, "an answer is deeper than its bound");
    1 + element.children().iter().map(|child| size(child, depth + 1)).sum::<usize>()
}

#[cfg(test)]
mod tests {
    use crate::fuzz_corpus::samples;
    use proptest::prelude::*;

    #[test]
    fn answers_of_the_corpus() {
        for sample in samples("soap", 10) {
            super::answer(&sample);
        }
    }

    proptest! {
        #[test]
        fn any_octets(data in proptest::collection::vec(any::<u8>(), 0..200)) {
            super::answer(&data);
        }

        #[test]
        fn any_words(words in ".{0,200}") {
            super::answer(words.as_bytes());
        }
    }
}
