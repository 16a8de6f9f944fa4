//! Where a directory was read up to. Opaque to whoever keeps it; what comes back is believed only if it fits the directory.

use super::super::config::LdapConfig;
use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine as _};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// The longest cursor, in characters.
const MAX_CURSOR_CHARS: usize = 8_192;

/// The ways of asking what has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Mode {
    ContentSync,
    DirSync,
    Usn,
    Timestamps,
}

/// The content of a cursor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Cursor {
    #[serde(rename = "m")]
    pub(crate) mode: Mode,
    /// The server or the tree whose counter it is.
    #[serde(rename = "s")]
    pub(crate) server: String,
    /// The question: other questions have other answers.
    #[serde(rename = "q")]
    pub(crate) question: String,
    /// The server's own cookie, counter or time.
    #[serde(rename = "c")]
    pub(crate) mark: String,
    /// The digest of everybody's keys, see [`digest`].
    #[serde(rename = "d", default, skip_serializing_if = "Option::is_none")]
    pub(crate) keys: Option<String>,
}

impl Cursor {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        if text.len() > MAX_CURSOR_CHARS {
            return None;
        }
        serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(text).ok()?).ok()
    }

    /// `None` when the server's cookie is longer than reason.
    pub(crate) fn to_text(&self) -> Option<String> {
        let text = BASE64_URL_SAFE_NO_PAD.encode(serde_json::to_vec(self).ok()?);
        (text.len() <= MAX_CURSOR_CHARS).then_some(text)
    }
}

/// A short name of everything in the configuration that decides what an answer holds.
pub(crate) fn question(config: &LdapConfig) -> String {
    let mut parts = config.person_attributes();
    parts.extend([
        config.base.clone(),
        config.group_base().to_owned(),
        config.person_filter.clone(),
        config.key_attribute.clone(),
        config.member_attribute.clone(),
        format!("{:?} {}", config.groups_as, config.nested_groups),
    ]);
    let hash = Sha256::digest(parts.join("\n"));
    BASE64_URL_SAFE_NO_PAD.encode(hash.get(..12).unwrap_or_default())
}

/// A name of a set of keys, whatever their order.
pub(crate) fn digest<'a>(keys: impl Iterator<Item = &'a [u8]>) -> String {
    let mut sum = [0u8; 16];
    for key in keys {
        for (octet, hashed) in sum.iter_mut().zip(Sha256::digest(key)) {
            *octet ^= hashed;
        }
    }
    BASE64_URL_SAFE_NO_PAD.encode(sum)
}

#[cfg(test)]
mod tests {
    use super::*;
    use pleiade_core::SecretString;

    #[test]
    fn a_cursor_comes_back_and_nonsense_does_not() {
        let cursor = Cursor {
            mode: Mode::DirSync,
            server: "CN=DC1".into(),
            question: "q".into(),
            mark: "x".into(),
            keys: None,
        };
        assert_eq!(Cursor::parse(&cursor.to_text().unwrap()), Some(cursor.clone()));
        for bad in ["", "e30", "!", "eyJtIjoiWCJ9"] {
            assert_eq!(Cursor::parse(bad), None, "{bad}");
        }
        assert_eq!(Cursor { mark: "x".repeat(9000), ..cursor }.to_text(), None);
        assert_eq!(Cursor::parse(&"A".repeat(9000)), None);
    }

    #[test]
    fn another_question_has_another_name() {
        let url = "ldap://localhost".parse().unwrap();
        let config = LdapConfig::new(url, "cn=r", SecretString::from("s".to_owned()), "dc=x");
        let mut other = config.clone();
        other.extra_attributes.push("employeeType".into());
        assert_ne!(question(&config), question(&other));
        assert_eq!(question(&config), question(&config.clone()));
    }

    #[test]
    fn sets_of_keys_are_compared_without_order() {
        let digest = |keys: &[&str]| digest(keys.iter().map(|key| key.as_bytes()));
        assert_eq!(digest(&["a", "b", "c"]), digest(&["c", "a", "b"]));
        assert_ne!(digest(&["a", "b"]), digest(&["a", "c"]));
    }
}
