//! Which characters the bytes of an answer are.

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};
use std::borrow::Cow;

/// The longest declaration that is looked at, in bytes.
const MAX_DECLARATION_BYTES: usize = 200;

/// An answer as text: by its byte order mark, the charset of its media type, that of its XML declaration, UTF-8, and windows-1252 in the
/// end, in which every byte is a character. What an announced charset cannot read is read by the next.
#[must_use]
pub fn decode<'a>(body: &'a [u8], media_type: Option<&str>) -> Cow<'a, str> {
    if let Some((encoding, mark)) = Encoding::for_bom(body) {
        let rest = body.get(mark..).unwrap_or_default();
        if let Some(text) = encoding.decode_without_bom_handling_and_without_replacement(rest) {
            return text;
        }
    }
    let announced = [media_type.and_then(charset), declared(body)];
    // An encoding whose letters are not those of ASCII announces itself by its mark alone: the declaration could not be read otherwise.
    let announced = announced.into_iter().flatten().filter(|encoding| encoding.is_ascii_compatible());
    for encoding in announced.chain([UTF_8]) {
        if let Some(text) = encoding.decode_without_bom_handling_and_without_replacement(body) {
            return text;
        }
    }
    WINDOWS_1252.decode_without_bom_handling(body).0
}

/// The charset of a media type.
fn charset(media_type: &str) -> Option<&'static Encoding> {
    let label = media_type.split(';').skip(1).find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("charset").then(|| value.trim().trim_matches(['"', '\'']))
    })?;
    Encoding::for_label(label.as_bytes())
}

/// The encoding of an XML declaration.
fn declared(body: &[u8]) -> Option<&'static Encoding> {
    let head = body.trim_ascii_start();
    let head = head.get(..head.len().min(MAX_DECLARATION_BYTES))?;
    let end = head.windows(2).position(|pair| pair == b"?>")?;
    let head = std::str::from_utf8(head.get(..end)?).ok()?;
    let value =
        head.strip_prefix("<?xml")?.split_once("encoding")?.1.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    Encoding::for_label(value.get(1..)?.split(quote).next()?.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn every_announcement_counts_in_its_turn() {
        let latin = b"<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><a>\xe9t\xe9</a>";
        assert!(decode(latin, None).ends_with("<a>été</a>"), "the declaration");
        assert!(
            decode(latin, Some("text/xml; charset=utf-8")).ends_with("<a>été</a>"),
            "a charset that cannot be"
        );
        let utf8 = "<?xml version='1.0' encoding='ISO-8859-1'?><a>été</a>".as_bytes();
        assert!(
            decode(utf8, Some("text/xml; Charset=\"UTF-8\"")).ends_with("<a>été</a>"),
            "HTTP before the declaration"
        );
        assert!(decode(b"<a>\xe9 \x80</a>", None).contains("é €"), "windows-1252 in the end");
        assert!(decode("<a>é</a>".as_bytes(), Some("text/xml; charset=inconnu")).contains('é'));
        assert!(
            decode(b"\xef\xbb\xbf<a>\xc3\xa9</a>", Some("text/xml; charset=iso-8859-1")).starts_with("<a>é")
        );
    }

    #[test]
    fn two_bytes_a_letter_need_a_mark() {
        let wide: Vec<u8> =
            [0xff, 0xfe].into_iter().chain("<a>é</a>".encode_utf16().flat_map(u16::to_le_bytes)).collect();
        assert_eq!(decode(&wide, None), "<a>é</a>");
        assert_eq!(
            decode(b"<?xml version=\"1.0\" encoding=\"utf-16\"?><a/>", Some("text/xml; charset=utf-16")),
            "<?xml version=\"1.0\" encoding=\"utf-16\"?><a/>"
        );
    }
}
