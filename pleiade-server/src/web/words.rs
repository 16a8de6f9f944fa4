//! The words of one page: one language, one time zone.

use chrono::{DateTime, NaiveDate, Utc};
use pleiade_connectors::text::{Catalogue, CatalogueError};
use pleiade_core::{Clock, Connector, EventTime, Locale, Message, MessageArg, Text};
use std::sync::Arc;

/// Every message that a page may show: the server's own, and those of connectors.
///
/// # Errors
/// A message file that is not Fluent, or a key that two files define.
pub fn catalogue<'a>(
    connectors: impl Iterator<Item = &'a Arc<dyn Connector>>,
    clock: Arc<dyn Clock>,
) -> Result<Catalogue, CatalogueError> {
    let mut builder = Catalogue::builder().clock(clock);
    for (locale, file) in FILES {
        builder = builder.add(*locale, file)?;
    }
    for connector in connectors {
        builder = builder.connector(connector.descriptor())?;
    }
    Ok(builder.build())
}

/// Renders messages for one reader.
#[derive(Debug, Clone)]
pub struct Words {
    catalogue: Arc<Catalogue>,
    /// The language.
    pub locale: Locale,
    /// The zone in which times are read.
    pub zone: chrono_tz::Tz,
}

impl Words {
    /// Words in a language and a zone.
    #[must_use]
    pub fn new(catalogue: Arc<Catalogue>, locale: Locale, zone: chrono_tz::Tz) -> Self {
        Self { catalogue, locale, zone }
    }

    /// A message without arguments.
    #[must_use]
    pub fn t(&self, key: &'static str) -> String {
        self.message(&Message::new(key))
    }

    /// A message.
    #[must_use]
    pub fn message(&self, message: &Message) -> String {
        self.catalogue.message(self.locale, self.zone, message)
    }

    /// Our words or an upstream's.
    #[must_use]
    pub fn text(&self, text: &Text) -> String {
        self.catalogue.text(self.locale, self.zone, text)
    }

    /// A message with a moment.
    #[must_use]
    pub fn t_with_time(&self, key: &'static str, name: &'static str, when: DateTime<Utc>) -> String {
        self.message(&Message::new(key).with(name, MessageArg::Instant(when)))
    }

    /// A message with a name.
    #[must_use]
    pub fn t_with_name(&self, key: &'static str, name: &str) -> String {
        self.message(&Message::new(key).with_text("name", name))
    }

    /// A message with a number.
    #[must_use]
    pub fn count(&self, key: &'static str, name: &'static str, count: u64) -> String {
        self.message(&Message::new(key).with_number(name, count))
    }

    /// When something happens.
    #[must_use]
    pub fn event_time(&self, when: EventTime) -> String {
        self.catalogue.when(self.locale, self.zone, &when)
    }

    /// A time of day.
    #[must_use]
    pub fn time(&self, at: DateTime<Utc>) -> String {
        self.catalogue.time(self.locale, self.zone, at)
    }

    /// A day with its weekday, even today.
    #[must_use]
    pub fn day(&self, day: NaiveDate) -> String {
        self.catalogue.day(self.locale, self.zone, day)
    }
}

macro_rules! files {
    ($($subject:literal),*) => {
        /// Every message file of the server: one a subject, in each language.
        pub const FILES: &[(Locale, &str)] = &[
            $(
                (Locale::Fr, include_str!(concat!("../../locales/fr/", $subject, ".ftl"))),
                (Locale::En, include_str!(concat!("../../locales/en/", $subject, ".ftl"))),
            )*
        ];
    };
}

files!(
    "desk",
    "accesses",
    "accounts",
    "audit",
    "briefing",
    "console",
    "delegations",
    "deposit",
    "legal",
    "profile",
    "linking",
    "statements",
    "notices",
    "storage",
    "sync"
);

#[cfg(test)]
mod tests {
    use super::FILES;
    use std::{fs, path::Path};

    /// The text of every file of code and every template under a folder.
    fn read_all(folder: &Path, text: &mut String) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                read_all(&path, text);
            } else if path.extension().is_some_and(|kind| kind == "rs" || kind == "html") {
                text.push_str(&fs::read_to_string(&path).unwrap());
            }
        }
    }

    /// A key stands whole in the code that uses it: never put together of pieces.
    #[test]
    fn every_message_is_used() {
        let mut text = String::new();
        for folder in ["src", "templates"] {
            read_all(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), &mut text);
        }
        let lines = FILES.iter().flat_map(|(_, file)| file.lines());
        let keys =
            lines.filter(|line| !line.starts_with([' ', '#', '}'])).filter_map(|line| line.split_once(" ="));
        let unused: Vec<&str> =
            keys.map(|(key, _)| key).filter(|key| !text.contains(&format!("\"{key}\""))).collect();
        assert!(unused.is_empty(), "{unused:?}");
    }
}
