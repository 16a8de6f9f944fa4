//! For tests and demonstrations only: answers bent just enough to break a careless parser.

use crate::random::SplitMix64;
use serde_json::Value;

/// Replaces each number by a word, in JSON (booleans and texts stay) and in the attributes and texts of XML.
#[must_use]
pub fn words_for_numbers(body: &[u8]) -> Vec<u8> {
    if let Ok(mut json) = serde_json::from_slice::<Value>(body) {
        visit(&mut json, &mut |value| {
            if value.is_number() {
                *value = Value::from("beaucoup");
            }
        });
        return json.to_string().into_bytes();
    }
    xml_pieces(body, |piece| piece.bytes().all(|b| b.is_ascii_digit()).then(|| "beaucoup".to_owned()))
}

/// Replaces each text of JSON, and each text and attribute of XML, by another.
#[must_use]
pub fn texts_replaced(body: &[u8], text: &str) -> Vec<u8> {
    if let Ok(mut json) = serde_json::from_slice::<Value>(body) {
        visit(&mut json, &mut |value| {
            if value.is_string() {
                *value = Value::from(text);
            }
        });
        return json.to_string().into_bytes();
    }
    let legal = text.chars().filter(|c| !c.is_control());
    let escaped: String = legal
        .map(|c| if "<>&\"'".contains(c) { format!("&#{};", u32::from(c)) } else { c.to_string() })
        .collect();
    xml_pieces(body, |_| Some(escaped.clone()))
}

/// Adds items that are none to the end of each list of JSON that is not empty.
#[must_use]
pub fn odd_items(body: &[u8]) -> Vec<u8> {
    rewritten(body, &|value| {
        if let Value::Array(items) = value
            && !items.is_empty()
        {
            items.extend([Value::Null, serde_json::json!([["odd"]])]);
        }
    })
}

/// Writes each list of JSON that is not empty as an object whose keys are numbers.
#[must_use]
pub fn lists_as_objects(body: &[u8]) -> Vec<u8> {
    rewritten(body, &|value| {
        if let Value::Array(items) = value
            && !items.is_empty()
        {
            let items = std::mem::take(items).into_iter().enumerate();
            *value = Value::Object(items.map(|(number, item)| (number.to_string(), item)).collect());
        }
    })
}

/// Writes `null` as `[]`, `[]` as `{}` and `{}` as `null` in JSON.
#[must_use]
pub fn other_nothing(body: &[u8]) -> Vec<u8> {
    rewritten(body, &|value| match value {
        Value::Null => *value = Value::Array(Vec::new()),
        Value::Array(items) if items.is_empty() => *value = Value::Object(serde_json::Map::new()),
        Value::Object(fields) if fields.is_empty() => *value = Value::Null,
        _ => {}
    })
}

/// Puts a byte order mark before what is not empty.
#[must_use]
pub fn byte_order_mark(body: &[u8]) -> Vec<u8> {
    if body.is_empty() { Vec::new() } else { [b"\xef\xbb\xbf", body].concat() }
}

/// JSON with each of its values changed, the innermost first; anything else as it is.
fn rewritten(body: &[u8], change: &impl Fn(&mut Value)) -> Vec<u8> {
    fn visit(value: &mut Value, change: &impl Fn(&mut Value)) {
        match value {
            Value::Array(values) => values.iter_mut().for_each(|value| visit(value, change)),
            Value::Object(fields) => fields.values_mut().for_each(|value| visit(value, change)),
            _ => {}
        }
        change(value);
    }
    let Ok(mut json) = serde_json::from_slice::<Value>(body) else { return body.to_vec() };
    visit(&mut json, change);
    json.to_string().into_bytes()
}

/// Changes, drops or doubles a few bytes, always the same for the same seed.
#[must_use]
pub fn corrupted(body: &[u8], seed: u64) -> Vec<u8> {
    let mut random = SplitMix64::new(seed);
    let mut draw = |below: usize| usize::try_from(random.draw() >> 1).unwrap_or_default() % below.max(1);
    let mut bytes = body.to_vec();
    for _ in 0..=draw(4) {
        let place = draw(bytes.len());
        let drawn = u8::try_from(draw(256)).unwrap_or_default();
        match draw(4) {
            0 => bytes.insert(place, drawn),
            1 if place < bytes.len() => {
                bytes.remove(place);
            }
            2 => bytes.truncate(bytes.len() - draw(bytes.len()) / 2),
            _ => {
                if let Some(byte) = bytes.get_mut(place) {
                    *byte = drawn;
                }
            }
        }
    }
    bytes
}

fn visit(value: &mut Value, change: &mut impl FnMut(&mut Value)) {
    match value {
        Value::Array(values) => values.iter_mut().for_each(|value| visit(value, change)),
        Value::Object(fields) => fields.values_mut().for_each(|value| visit(value, change)),
        leaf => change(leaf),
    }
}

/// Rewrites what stands between `>` and `<`, and between quotes after `=`, in anything that looks like XML.
fn xml_pieces(body: &[u8], change: impl Fn(&str) -> Option<String>) -> Vec<u8> {
    let Ok(text) = std::str::from_utf8(body) else { return body.to_vec() };
    let mut out = String::new();
    for (index, piece) in text.split('<').enumerate() {
        if index > 0 {
            out.push('<');
        }
        match piece.split_once('>') {
            Some((tag, content)) if index > 0 => {
                attributes(tag, &change, &mut out);
                out.push('>');
                let changed = (!content.trim().is_empty()).then(|| change(content.trim())).flatten();
                out.push_str(changed.as_deref().unwrap_or(content));
            }
            _ => out.push_str(piece),
        }
    }
    out.into_bytes()
}

fn attributes(tag: &str, change: &impl Fn(&str) -> Option<String>, out: &mut String) {
    // A name space is what tells one element from another, not a text.
    let is_special = tag.starts_with(['?', '!']);
    let mut name_space = false;
    for (index, part) in tag.split('"').enumerate() {
        if index > 0 {
            out.push('"');
        }
        let is_value = index % 2 == 1;
        let changed = (is_value && !is_special && !name_space).then(|| change(part)).flatten();
        out.push_str(changed.as_deref().unwrap_or(part));
        name_space = part.rsplit(' ').next().is_some_and(|name| name.starts_with("xmlns"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(bytes: Vec<u8>) -> String {
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn numbers_become_words() {
        assert_eq!(
            text(words_for_numbers(br#"{"l":[1.5,true],"n":3,"t":"3"}"#)),
            r#"{"l":["beaucoup",true],"n":"beaucoup","t":"3"}"#
        );
        assert_eq!(
            text(words_for_numbers(br#"<?xml version="1.0"?><a xmlns="42" n="42" t="x4"> <b>7</b></a>"#)),
            r#"<?xml version="1.0"?><a xmlns="42" n="beaucoup" t="x4"> <b>beaucoup</b></a>"#
        );
    }

    #[test]
    fn texts_are_replaced_and_stay_well_formed() {
        assert_eq!(text(texts_replaced(br#"{"t":["a",1]}"#, "\"<")), r#"{"t":["\"<",1]}"#);
        assert_eq!(text(texts_replaced(b"<a>x</a>", "<b>")), "<a>&#60;b&#62;</a>");
    }

    #[test]
    fn lists_and_nothing_are_written_otherwise() {
        let body = br#"{"a":[1,{"b":[]}],"c":null,"d":{}}"#;
        assert_eq!(text(odd_items(body)), r#"{"a":[1,{"b":[]},null,[["odd"]]],"c":null,"d":{}}"#);
        assert_eq!(text(lists_as_objects(body)), r#"{"a":{"0":1,"1":{"b":[]}},"c":null,"d":{}}"#);
        assert_eq!(text(other_nothing(body)), r#"{"a":[1,{"b":{}}],"c":[],"d":null}"#);
        assert_eq!(text(odd_items(b"<a/>")), "<a/>");
        assert_eq!((byte_order_mark(b"").len(), byte_order_mark(b"{}").len()), (0, 5));
    }

    #[test]
    fn corruption_repeats_itself() {
        let body = br#"{"a":[1,2,3]}"#;
        assert!((0..200).all(|seed| corrupted(body, seed) == corrupted(body, seed)));
        assert!((0..50).filter(|&seed| corrupted(body, seed) != body).count() > 40);
        assert!((0..50).all(|seed| corrupted(b"", seed).len() < 10));
    }
}
