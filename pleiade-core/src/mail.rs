//! Mail addresses and their domains.
//!
//! An address is contact data and a login for some upstreams. It is never a key to find a person by:
//! any directory may claim any address.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};
use url::Host;

/// Not a mail address, or not a mail domain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a mail address: write it as name@domain.example")]
pub struct MailError;

/// A mail domain in lower-case ASCII (internationalised names in their `xn--` form).
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct MailDomain(String);

impl MailDomain {
    /// The domain as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for MailDomain {
    type Err = MailError;
    fn from_str(text: &str) -> Result<Self, MailError> {
        match Host::parse(text) {
            Ok(Host::Domain(name)) if name.contains('.') && !name.ends_with('.') && name.len() <= 253 => {
                Ok(Self(name))
            }
            _ => Err(MailError),
        }
    }
}

/// A mail address: the local part as written, the domain in lower-case ASCII.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct MailAddress {
    local: String,
    domain: MailDomain,
}

impl MailAddress {
    /// The text before the `@`, as the source wrote it.
    #[must_use]
    pub fn local(&self) -> &str {
        &self.local
    }

    /// The domain, which may route to a sign-in source and never decides a right.
    #[must_use]
    pub fn domain(&self) -> &MailDomain {
        &self.domain
    }
}

impl FromStr for MailAddress {
    type Err = MailError;
    fn from_str(text: &str) -> Result<Self, MailError> {
        let (local, domain) = text.trim().rsplit_once('@').ok_or(MailError)?;
        let allowed = |c: char| c.is_alphanumeric() || ".!#$%&'*+-/=?^_`{|}~".contains(c);
        if local.is_empty() || local.len() > 64 || !local.chars().all(allowed) {
            return Err(MailError);
        }
        Ok(Self { local: local.to_owned(), domain: domain.parse()? })
    }
}

impl fmt::Display for MailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.local, self.domain.0)
    }
}

impl fmt::Display for MailDomain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Personal data stays out of debug output.
impl fmt::Debug for MailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MailAddress(…@{})", self.domain.0)
    }
}

macro_rules! through_text {
    ($name:ident) => {
        impl TryFrom<String> for $name {
            type Error = MailError;
            fn try_from(text: String) -> Result<Self, MailError> {
                text.parse()
            }
        }
        impl From<$name> for String {
            fn from(value: $name) -> Self {
                value.to_string()
            }
        }
    };
}
through_text!(MailAddress);
through_text!(MailDomain);

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn domains_are_compared_in_one_form() {
        let a: MailAddress = "Marie.Curie@Ville.Example".parse().unwrap();
        assert_eq!((a.local(), a.domain().as_str()), ("Marie.Curie", "ville.example"));
        let idn: MailDomain = "Évreux.example".parse().unwrap();
        assert_eq!(idn.as_str(), "xn--vreux-9ra.example");
    }

    #[test]
    fn refuses_what_is_no_address() {
        for bad in [
            "",
            "a",
            "@x.fr",
            "a@",
            "a@b",
            "a b@x.fr",
            "a@x.fr\r\nBcc: y",
            "a@127.0.0.1",
            "<a@x.fr>",
            "a@x.fr.",
        ] {
            assert!(bad.parse::<MailAddress>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn debug_tells_nobody_s_name() {
        let address: MailAddress = "marie.curie@ville.example".parse().unwrap();
        assert!(!format!("{address:?}").contains("marie"));
    }

    proptest! {
        #[test]
        fn parsing_what_was_printed_changes_nothing(text in "[a-zA-Z.+-]{1,20}@[a-z]{1,10}\\.[a-z]{2,5}") {
            if let Ok(address) = text.parse::<MailAddress>() {
                prop_assert_eq!(address.to_string().parse::<MailAddress>().unwrap(), address);
            }
        }
    }
}
