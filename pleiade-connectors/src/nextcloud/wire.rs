//! The envelope and the habits of Nextcloud's answers.

use serde::{Deserialize, Deserializer, de::DeserializeOwned, de::Error as _};
use serde_json::Value;
use std::collections::BTreeMap;

/// The envelope of every OCS answer.
#[derive(Debug, Deserialize)]
pub(super) struct Envelope<T> {
    pub(super) ocs: Body<T>,
}

/// What the envelope holds.
#[derive(Debug, Deserialize)]
pub(super) struct Body<T> {
    pub(super) meta: Meta,
    pub(super) data: T,
}

/// What the server says of its answer.
#[derive(Debug, Deserialize)]
pub(super) struct Meta {
    /// 997 refused credential, 998 unknown route, 996 crash, otherwise the HTTP status (100 in version 1).
    pub(super) statuscode: i64,
    #[serde(default)]
    pub(super) message: Option<String>,
}

impl Meta {
    pub(super) fn is_success(&self) -> bool {
        matches!(self.statuscode, 100 | 200..=299)
    }
}

/// The refusal of a middleware, outside any envelope.
#[derive(Debug, Deserialize)]
pub(super) struct Refusal {
    pub(super) message: String,
}

/// Parameters of a text with `{placeholders}`.
pub(super) type RichParameters = BTreeMap<String, RichParameter>;

/// One parameter; only its name is read.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct RichParameter {
    #[serde(default)]
    pub(super) name: String,
}

/// Puts the names in the place of the `{placeholders}`.
pub(super) fn rich(text: &str, parameters: &RichParameters) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let known = after
            .split_once('}')
            .and_then(|(key, tail)| parameters.get(key).map(|parameter| (&parameter.name, tail)));
        if let Some((name, tail)) = known {
            out.push_str(name);
            rest = tail;
        } else {
            out.push('{');
            rest = after;
        }
    }
    out.push_str(rest);
    out
}

/// Reads an object that PHP writes `[]` when it is empty.
pub(super) fn object<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: DeserializeOwned + Default,
{
    match Value::deserialize(deserializer)? {
        Value::Null => Ok(T::default()),
        Value::Array(list) if list.is_empty() => Ok(T::default()),
        other => serde_json::from_value(other).map_err(D::Error::custom),
    }
}

/// Reads a text that some versions write as a number, or leave null.
pub(super) fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    match Value::deserialize(deserializer)? {
        Value::Null => Ok(String::new()),
        Value::String(text) => Ok(text),
        Value::Number(number) => Ok(number.to_string()),
        _ => Err(D::Error::custom("a text is expected")),
    }
}

/// Reads a number that some answers write between quotes.
pub(super) fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    match Value::deserialize(deserializer)? {
        Value::Number(number) => number.as_u64(),
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
    .ok_or_else(|| D::Error::custom("a number is expected"))
}

/// Reads the short name of a conversation, which stands in paths and comes back from browsers.
pub(super) fn token<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let token = String::deserialize(deserializer)?;
    if is_token(&token) { Ok(token) } else { Err(D::Error::custom("a token is expected")) }
}

pub(super) fn is_token(text: &str) -> bool {
    (1..=64).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric())
}

/// Reads a flag written as a boolean, or as 0 and 1.
pub(super) fn flag<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    match Value::deserialize(deserializer)? {
        Value::Null => Ok(false),
        Value::Bool(flag) => Ok(flag),
        Value::Number(number) => Ok(number.as_u64() != Some(0)),
        _ => Err(D::Error::custom("a flag is expected")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_become_names_once() {
        let parameters: RichParameters = serde_json::from_str(
            r#"{"user":{"type":"user","id":"b","name":"{file} Élu"},"file":{"name":"x"}}"#,
        )
        .unwrap();
        assert_eq!(rich("{user} a {file}, {unknown} {", &parameters), "{file} Élu a x, {unknown} {");
    }

    #[test]
    fn an_empty_list_is_an_empty_object() {
        #[derive(Deserialize)]
        struct Holder {
            #[serde(deserialize_with = "object")]
            parameters: RichParameters,
        }
        assert!(serde_json::from_str::<Holder>(r#"{"parameters":[]}"#).unwrap().parameters.is_empty());
        assert!(serde_json::from_str::<Holder>(r#"{"parameters":{"a":{"name":"b"}}}"#).is_ok());
        assert!(serde_json::from_str::<Holder>(r#"{"parameters":[1]}"#).is_err());
    }
}
