//! Identifiers: short ASCII slugs, parsed once and compared byte for byte.

use serde::{Deserialize, Serialize};
use std::{
    cmp::Ordering,
    fmt,
    hash::{Hash, Hasher},
    str::FromStr,
    sync::Arc,
};

/// A string that is not a valid identifier.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what} must be 1 to 63 characters among a-z, 0-9, '-' and '_', starting with a letter or a digit")]
pub struct IdError {
    what: &'static str,
}

/// A loop and not iterators, so that constants are checked when the program is compiled.
const fn is_slug(text: &str) -> bool {
    let mut bytes = text.as_bytes();
    if bytes.len() > 63 || matches!(bytes, [] | [b'-' | b'_', ..]) {
        return false;
    }
    while let [first, rest @ ..] = bytes {
        if !matches!(first, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_') {
            return false;
        }
        bytes = rest;
    }
    true
}

/// The text of an identifier: a constant of the program, or text read at run time.
#[derive(Clone)]
enum Slug {
    Constant(&'static str),
    Read(Arc<str>),
}

macro_rules! slug {
    ($(#[$doc:meta])* $name:ident, $what:literal) => {
        $(#[$doc])*
        ///
        /// Grammar: 1 to 63 characters among `a-z`, `0-9`, `-` and `_`, starting with a letter or a digit.
        /// Cloning is cheap.
        #[derive(Clone, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(Slug);

        impl $name {
            /// Parses an identifier.
            ///
            /// # Errors
            /// [`IdError`] when the text does not follow the grammar.
            pub fn new(text: impl AsRef<str>) -> Result<Self, IdError> {
                let text = text.as_ref();
                if is_slug(text) { Ok(Self(Slug::Read(text.into()))) } else { Err(IdError { what: $what }) }
            }

            /// An identifier that is a constant of the program: in a `const`, a text that does not follow the grammar does not compile.
            ///
            /// # Panics
            /// Elsewhere than in a `const`, when the text does not follow the grammar.
            #[must_use]
            pub const fn from_static(text: &'static str) -> Self {
                assert!(is_slug(text), "an identifier is 1 to 63 characters among a-z, 0-9, '-' and '_'");
                Self(Slug::Constant(text))
            }

            /// The identifier as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match &self.0 {
                    Slug::Constant(text) => text,
                    Slug::Read(text) => text,
                }
            }
        }

        impl PartialEq for $name {
            fn eq(&self, other: &Self) -> bool {
                self.as_str() == other.as_str()
            }
        }

        impl Eq for $name {}

        impl Hash for $name {
            fn hash<H: Hasher>(&self, state: &mut H) {
                self.as_str().hash(state);
            }
        }

        impl PartialOrd for $name {
            fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
                Some(self.cmp(other))
            }
        }

        impl Ord for $name {
            fn cmp(&self, other: &Self) -> Ordering {
                self.as_str().cmp(other.as_str())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($name), self.as_str())
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
    /// One configured source of sign-in or of people, for example `lemonldap`.
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
    fn constants_and_what_is_read_are_the_same_identifier() {
        const MAIL: WidgetId = WidgetId::from_static("mail");
        let read = WidgetId::new("mail").unwrap();
        assert_eq!(MAIL, read);
        assert!(std::collections::HashSet::from([MAIL]).contains(&read));
        assert_eq!(MAIL.cmp(&WidgetId::from_static("tasks")), Ordering::Less);
        assert!(std::panic::catch_unwind(|| WidgetId::from_static("Mail")).is_err());
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
