//! Where people write to: a mail address, or a page.

use pleiade_core::MailAddress;
use serde::Deserialize;
use std::{fmt, str::FromStr};
use url::Url;

/// A text that is neither a mail address nor the address of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("write a mail address or an address that begins with https://")]
pub struct ContactError;

/// A mail address, or a page over HTTPS.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum Contact {
    /// A mail address.
    Mail(MailAddress),
    /// A page.
    Page(Url),
}

impl Contact {
    /// The address of a link to it.
    #[must_use]
    pub fn href(&self) -> String {
        match self {
            Self::Mail(address) => format!("mailto:{address}"),
            Self::Page(url) => url.to_string(),
        }
    }
}

impl FromStr for Contact {
    type Err = ContactError;
    fn from_str(text: &str) -> Result<Self, ContactError> {
        if text.starts_with("https://") {
            return text.parse().map(Self::Page).map_err(|_| ContactError);
        }
        text.parse().map(Self::Mail).map_err(|_| ContactError)
    }
}

impl TryFrom<String> for Contact {
    type Error = ContactError;
    fn try_from(text: String) -> Result<Self, ContactError> {
        text.parse()
    }
}

impl fmt::Display for Contact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Mail(address) => address.fmt(f),
            Self::Page(url) => url.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_contact_is_a_mail_address_or_a_page_over_https() {
        for (text, expected) in [
            ("aide@alpha.example", Some("mailto:aide@alpha.example")),
            ("https://aide.alpha.example/", Some("https://aide.alpha.example/")),
            ("http://aide.alpha.example/", None),
            ("javascript:alert(1)//@alpha.example", None),
            ("aide", None),
            ("", None),
        ] {
            let found = text.parse::<Contact>().ok().map(|contact| contact.href());
            assert_eq!(found.as_deref(), expected, "{text}");
        }
    }
}
