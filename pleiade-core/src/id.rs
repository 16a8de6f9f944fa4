//! Identifiers: short ASCII slugs, parsed once and compared byte for byte.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr, sync::Arc};

/// A string that is not a valid identifier.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what} must be 1 to 63 characters among a-z, 0-9, '-' and '_', starting with a letter or a digit")]
pub struct IdError {
    what: &'static str,
}

fn is_slug(text: &str) -> bool {
    let mut bytes = text.bytes();
    bytes.next().is_some_and(|first| first.is_ascii_lowercase() || first.is_ascii_digit())
        && text.len() <= 63
        && bytes.all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_')
}

macro_rules! slug {
    ($(#[$doc:meta])* $name:ident, $what:literal) => {
        $(#[$doc])*
        ///
        /// Grammar: 1 to 63 characters among `a-z`, `0-9`, `-` and `_`, starting with a letter or a digit.
        /// Cloning is cheap.
        #[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(Arc<str>);

        impl $name {
            /// Parses an identifier.
            ///
            /// # Errors
            /// [`IdError`] when the text does not follow the grammar.
            pub fn new(text: impl AsRef<str>) -> Result<Self, IdError> {
                let text = text.as_ref();
                if is_slug(text) { Ok(Self(text.into())) } else { Err(IdError { what: $what }) }
            }

            /// The identifier as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($name), self.0)
            }
        }

        impl FromStr for $name {
            type Err = IdError;
            fn from_str(text: &str) -> Result<Self, IdError> {
                Self::new(text)
            }
        }

        impl TryFrom<String> for $name {
            type Error = IdError;
            fn try_from(text: String) -> Result<Self, IdError> {
                Self::new(text)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.as_str().to_owned()
            }
        }
    };
}

slug!(
    /// A collectivité, for example `la-roche-aux-fees`.
    TenantId,
    "a tenant id"
);
slug!(
    /// One configured upstream instance, for example `nextcloud` or `zimbra-ville`.
    ConnectorId,
    "a connector id"
);
slug!(
    /// A widget within its connector, for example `notifications`.
    WidgetId,
    "a widget id"
);
slug!(
    /// An indicator within its connector, for example `unread_mail`.
    IndicatorKey,
    "an indicator key"
);
slug!(
    /// An action within its connector, for example `mark-read`.
    ActionId,
    "an action id"
);
slug!(
    /// An entry of the launcher.
    ApplicationId,
    "an application id"
);
slug!(
    /// One configured way to sign in or to read people, for example `lemonldap`.
    SourceId,
    "a source id"
);

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn accepts_slugs_and_refuses_the_rest() {
        for good in ["a", "ville", "la-roche-2", "0x", "unread_mail"] {
            assert_eq!(TenantId::new(good).unwrap().as_str(), good);
        }
        for bad in ["", "-a", "_a", "A", "é", "a b", "a/b", "a.b", "../x", &"a".repeat(64)] {
            assert!(TenantId::new(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn serde_goes_through_the_grammar() {
        assert!(serde_json::from_str::<TenantId>("\"ville\"").is_ok());
        assert!(serde_json::from_str::<TenantId>("\"../etc\"").is_err());
    }

    proptest! {
        #[test]
        fn never_holds_a_character_with_a_meaning_elsewhere(text in ".*") {
            if let Ok(id) = ConnectorId::new(&text) {
                prop_assert!(!id.as_str().contains(['/', '.', ':', '%', '"', '<', '\\', ' ']));
            }
        }
    }
}
