//! The words that people read.
//!
//! A [`Catalogue`] holds the message files of this crate, of the connectors and of whoever embeds them, and turns a
//! [`Message`] into a sentence in one language, with plurals, digits and dates as that language writes them.
//!
//! ```
//! use pleiade_connectors::text::Catalogue;
//! use pleiade_core::{Locale, Message};
//!
//! let catalogue = Catalogue::builder()
//!     .add(Locale::Fr, "mail-unread = { $count ->\n    [one] { $count } courriel\n   *[other] { $count } courriels\n}")?
//!     .build();
//! let unread = Message::new("mail-unread").with_number("count", 1234);
//! let text = catalogue.message(Locale::Fr, chrono_tz::Europe::Paris, &unread);
//! assert_eq!(text, "1\u{202f}234 courriels");
//! # Ok::<(), pleiade_connectors::text::CatalogueError>(())
//! ```

mod dates;
mod numbers;

pub use dates::local;

use chrono_tz::Tz;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};
use pleiade_core::{Clock, ConnectorDescriptor, Locale, Message, MessageArg, SystemClock, Text};
use std::{fmt, sync::Arc};
use unic_langid::LanguageIdentifier;

/// The messages of this crate in Fluent syntax: `error-person-*`, `error-admin-*` and `date-*`.
#[must_use]
pub fn common_messages(locale: Locale) -> &'static str {
    match locale {
        Locale::Fr => include_str!("../../locales/fr.ftl"),
        Locale::En => include_str!("../../locales/en.ftl"),
    }
}

/// A message file that cannot be added.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CatalogueError {
    /// Not Fluent syntax.
    #[error("the messages in {locale:?} are not valid Fluent, near byte {position}")]
    Syntax {
        /// The language.
        locale: Locale,
        /// The position in the file, in bytes.
        position: usize,
    },
    /// Another file has a message of the same name.
    #[error("a message in {locale:?} is defined twice: {key}")]
    Duplicate {
        /// The language.
        locale: Locale,
        /// The message.
        key: String,
    },
}

/// A message that cannot be shown as it was written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MessageError {
    /// No file has it in this language.
    #[error("no message {key} in {locale:?}")]
    Unknown {
        /// The language.
        locale: Locale,
        /// The message.
        key: String,
    },
    /// It asks for an argument, a term or a function that is not there.
    #[error("the message {key} in {locale:?} cannot be completed: {cause}")]
    Incomplete {
        /// The language.
        locale: Locale,
        /// The message.
        key: String,
        /// The missing part.
        cause: String,
    },
}

struct Language {
    bundle: FluentBundle<FluentResource>,
    sources: Vec<String>,
}

impl Language {
    fn new(locale: Locale) -> Self {
        let tag: LanguageIdentifier = locale.tag().parse().unwrap_or_default();
        let mut bundle = FluentBundle::new_concurrent(vec![tag]);
        // Isolation marks would stand in titles and attributes; text from outside loses its own when it comes in.
        bundle.set_use_isolating(false);
        bundle.set_formatter(Some(match locale {
            Locale::Fr => numbers::write_french,
            Locale::En => numbers::write_english,
        }));
        // `NUMBER`, which a new bundle does not have yet.
        let _ = bundle.add_builtins();
        Self { bundle, sources: Vec::new() }
    }

    fn add(&mut self, locale: Locale, source: &str) -> Result<(), CatalogueError> {
        if self.sources.iter().any(|known| known == source) {
            return Ok(());
        }
        let resource = FluentResource::try_new(source.to_owned()).map_err(|(_, errors)| {
            let position = errors.first().map_or(0, |error| error.pos.start);
            CatalogueError::Syntax { locale, position }
        })?;
        self.bundle.add_resource(resource).map_err(|errors| {
            let key = match errors.into_iter().next() {
                Some(fluent_bundle::FluentError::Overriding { id, .. }) => id,
                _ => String::new(),
            };
            CatalogueError::Duplicate { locale, key }
        })?;
        self.sources.push(source.to_owned());
        Ok(())
    }
}

/// Gathers message files. Starts with [`common_messages`].
#[must_use]
pub struct CatalogueBuilder {
    french: Language,
    english: Language,
    clock: Arc<dyn Clock>,
}

impl CatalogueBuilder {
    /// Adds a message file. Adding the same file again changes nothing, so that several instances of one connector can bring it.
    ///
    /// # Errors
    /// [`CatalogueError`] when the file is not Fluent or a message is already there.
    pub fn add(mut self, locale: Locale, source: &str) -> Result<Self, CatalogueError> {
        match locale {
            Locale::Fr => self.french.add(locale, source)?,
            Locale::En => self.english.add(locale, source)?,
        }
        Ok(self)
    }

    /// Adds the messages of a connector in every language, and those of the kind on whose code it stands.
    ///
    /// # Errors
    /// As [`Self::add`].
    pub fn connector(self, descriptor: &ConnectorDescriptor) -> Result<Self, CatalogueError> {
        let messages = descriptor.base.iter().map(|base| &base.messages).chain([&descriptor.messages]);
        let files = messages.flat_map(|messages| Locale::ALL.map(|locale| (locale, messages.get(locale))));
        files.into_iter().try_fold(self, |builder, (locale, file)| builder.add(locale, file))
    }

    /// Takes the time that says which day is today from elsewhere than the machine's clock.
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// The catalogue.
    #[must_use]
    pub fn build(self) -> Catalogue {
        Catalogue { french: self.french.bundle, english: self.english.bundle, clock: self.clock }
    }
}

impl fmt::Debug for CatalogueBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CatalogueBuilder").finish_non_exhaustive()
    }
}

/// Every message, ready to be read.
pub struct Catalogue {
    french: FluentBundle<FluentResource>,
    english: FluentBundle<FluentResource>,
    clock: Arc<dyn Clock>,
}

impl fmt::Debug for Catalogue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Catalogue").finish_non_exhaustive()
    }
}

impl Catalogue {
    /// Starts with the messages of this crate and the machine's clock.
    pub fn builder() -> CatalogueBuilder {
        let mut builder = CatalogueBuilder {
            french: Language::new(Locale::Fr),
            english: Language::new(Locale::En),
            clock: Arc::new(SystemClock::default()),
        };
        // Our own files always parse: the tests of this module say so.
        let _ = builder.french.add(Locale::Fr, common_messages(Locale::Fr));
        let _ = builder.english.add(Locale::En, common_messages(Locale::En));
        builder
    }

    fn bundle(&self, locale: Locale) -> &FluentBundle<FluentResource> {
        match locale {
            Locale::Fr => &self.french,
            Locale::En => &self.english,
        }
    }

    /// True if a message exists in a language.
    #[must_use]
    pub fn has(&self, locale: Locale, key: &str) -> bool {
        self.bundle(locale).has_message(key)
    }

    /// The sentence of a message; instants are read in `zone`. A message that is not known shows in French if it can, else as its
    /// key; a missing argument shows as its name. Use [`Self::try_message`] in tests to refuse both.
    #[must_use]
    pub fn message(&self, locale: Locale, zone: Tz, message: &Message) -> String {
        self.sentence(locale, zone, message)
            .or_else(|| self.sentence(Locale::Fr, zone, message))
            .map_or_else(|| message.key().to_owned(), |(sentence, _)| sentence)
    }

    /// The sentence of a message, or what is wrong with it.
    ///
    /// # Errors
    /// [`MessageError`] when the message does not exist in this language or lacks an argument.
    pub fn try_message(&self, locale: Locale, zone: Tz, message: &Message) -> Result<String, MessageError> {
        let key = || message.key().to_owned();
        match self.sentence(locale, zone, message) {
            None => Err(MessageError::Unknown { locale, key: key() }),
            Some((_, Some(cause))) => Err(MessageError::Incomplete { locale, key: key(), cause }),
            Some((sentence, None)) => Ok(sentence),
        }
    }

    /// A message of ours, or the upstream's own words as they are. Whoever renders it escapes it.
    #[must_use]
    pub fn text(&self, locale: Locale, zone: Tz, text: &Text) -> String {
        match text {
            Text::Message(message) => self.message(locale, zone, message),
            Text::Plain(plain) => plain.clone(),
        }
    }

    fn sentence(&self, locale: Locale, zone: Tz, message: &Message) -> Option<(String, Option<String>)> {
        let mut args = FluentArgs::new();
        for (name, value) in message.args() {
            let value = match value {
                MessageArg::Number(number) => FluentValue::from(*number),
                MessageArg::Text(text) => FluentValue::from(text.as_str()),
                MessageArg::Instant(instant) => FluentValue::from(self.instant(locale, zone, *instant)),
                MessageArg::Day(day) => FluentValue::from(self.relative_day(locale, zone, *day)),
                _ => FluentValue::None,
            };
            args.set(name, value);
        }
        self.pattern(locale, message.key(), &args)
    }

    /// The text of a message with what went wrong, or nothing when it does not exist.
    fn pattern(&self, locale: Locale, key: &str, args: &FluentArgs<'_>) -> Option<(String, Option<String>)> {
        let bundle = self.bundle(locale);
        let pattern = bundle.get_message(key)?.value()?;
        let mut errors = Vec::new();
        let text = bundle.format_pattern(pattern, Some(args), &mut errors).into_owned();
        Some((text, errors.first().map(ToString::to_string)))
    }
}

#[cfg(test)]
mod tests;
