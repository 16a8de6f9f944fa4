//! The envelope and the habits of Nextcloud's answers.

use crate::kit::json::{self, Map};
use serde::{Deserialize, Deserializer, de::Error as _};

/// The envelope of every OCS answer.
#[derive(Debug, Deserialize)]
pub(super) struct Envelope<T> {
    pub(super) ocs: Body<T>,
}

/// The body of an envelope.
#[derive(Debug, Deserialize)]
pub(super) struct Body<T> {
    pub(super) meta: Meta,
    pub(super) data: T,
}

/// The status of an answer.
#[derive(Debug, Deserialize)]
pub(super) struct Meta {
    /// 997 refused credential, 998 unknown route, 996 crash, otherwise the HTTP status (100 in version 1).
    pub(super) statuscode: i64,
    #[serde(default, deserialize_with = "json::lenient")]
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
pub(super) type RichParameters = Map<RichParameter>;

/// One parameter; only its name is read.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct RichParameter {
    #[serde(default, deserialize_with = "json::text")]
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
            .and_then(|(key, tail)| parameters.items.get(key).map(|parameter| (&parameter.name, tail)));
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

/// Reads the short name of a conversation, which stands in paths and comes back from browsers.
pub(super) fn token<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let token = String::deserialize(deserializer)?;
    if is_token(&token) { Ok(token) } else { Err(D::Error::custom("a token is expected")) }
}

pub(super) fn is_token(text: &str) -> bool {
    (1..=64).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric())
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
}
