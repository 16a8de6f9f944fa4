//! Words that people read: keys of message files, or text that an upstream wrote.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use std::{borrow::Cow, collections::BTreeMap, str::FromStr};

/// A language of the interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Locale {
    /// French, the first language.
    #[default]
    Fr,
    /// English.
    En,
}

impl Locale {
    /// Every locale, French first.
    pub const ALL: [Self; 2] = [Self::Fr, Self::En];

    /// The BCP 47 tag, for `lang` attributes and headers.
    #[must_use]
    pub fn tag(self) -> &'static str {
        match self {
            Self::Fr => "fr",
            Self::En => "en",
        }
    }
}

/// A language that Pléiade does not speak.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the languages are fr and en")]
pub struct LocaleError;

impl FromStr for Locale {
    type Err = LocaleError;
    /// Takes a tag and ignores its region: `fr-FR` is French.
    fn from_str(tag: &str) -> Result<Self, LocaleError> {
        match tag.split(['-', '_']).next().map(str::to_ascii_lowercase).as_deref() {
            Some("fr") => Ok(Self::Fr),
            Some("en") => Ok(Self::En),
            _ => Err(LocaleError),
        }
    }
}

/// An argument of a [`Message`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum MessageArg {
    /// A number; plurals and digits follow the language.
    Number(f64),
    /// Text shown as it is, escaped by whoever renders it.
    Text(String),
    /// An instant, shown in the tenant's time zone.
    Instant(DateTime<Utc>),
    /// A day without a time.
    Day(NaiveDate),
}

/// A key of a message file with its arguments.
///
/// ```
/// use pleiade_core::Message;
/// let noun = Message::new("zimbra-unread-mail").with_number("count", 3);
/// assert_eq!(noun.key(), "zimbra-unread-mail");
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Message {
    key: Cow<'static, str>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    args: BTreeMap<Cow<'static, str>, MessageArg>,
}

impl Message {
    /// A message without arguments. Keys of a connector start with the connector's kind and a dash.
    #[must_use]
    pub fn new(key: impl Into<Cow<'static, str>>) -> Self {
        Self { key: key.into(), args: BTreeMap::new() }
    }

    /// Adds an argument.
    #[must_use]
    pub fn with(mut self, name: impl Into<Cow<'static, str>>, value: MessageArg) -> Self {
        self.args.insert(name.into(), value);
        self
    }

    /// Adds a number; counts beyond 2⁵³ lose precision, which no person will notice.
    #[must_use]
    pub fn with_number(self, name: impl Into<Cow<'static, str>>, value: u64) -> Self {
        #[expect(clippy::cast_precision_loss, reason = "display only")]
        self.with(name, MessageArg::Number(value as f64))
    }

    /// Adds a text.
    #[must_use]
    pub fn with_text(self, name: impl Into<Cow<'static, str>>, value: impl Into<String>) -> Self {
        self.with(name, MessageArg::Text(value.into()))
    }

    /// The key in the message files.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The arguments, by name.
    pub fn args(&self) -> impl Iterator<Item = (&str, &MessageArg)> {
        self.args.iter().map(|(name, value)| (name.as_ref(), value))
    }
}

/// True for a character that nobody sees and that hides or reorders others: controls, line breaks among them, and formatting of width zero or
/// of direction.
#[must_use]
pub fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// What a person wrote made fit for one line, of any length: hidden characters become spaces, and runs of spaces shrink.
///
/// ```
/// use pleiade_core::text::one_line;
/// assert_eq!(one_line(" Envoyée\r\nlundi \u{202e}matin"), "Envoyée lundi matin");
/// ```
#[must_use]
pub fn one_line(text: &str) -> String {
    visible_words(text).collect::<Vec<_>>().join(" ")
}

fn visible_words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| c.is_whitespace() || is_hidden(c)).filter(|word| !word.is_empty())
}

/// A text for people: a message of ours to translate, or an application's own words.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Text {
    /// A message of ours.
    Message(Message),
    /// Words written by an upstream or by a person: hostile until escaped, never parsed as HTML.
    Plain(String),
}

impl From<Message> for Text {
    fn from(message: Message) -> Self {
        Self::Message(message)
    }
}

impl Text {
    /// Upstream text made fit for one line: control and bidirectional formatting characters become spaces, runs
    /// of spaces shrink, and it is cut at 300 characters with an ellipsis.
    #[must_use]
    pub fn plain(text: &str) -> Self {
        const MAX_PLAIN_CHARS: usize = 300;
        let mut out = String::new();
        let mut length = 0;
        for word in visible_words(text) {
            for c in std::iter::once(' ').skip(usize::from(out.is_empty())).chain(word.chars()) {
                if length == MAX_PLAIN_CHARS {
                    out.push('…');
                    return Self::Plain(out);
                }
                out.push(c);
                length += 1;
            }
        }
        Self::Plain(out)
    }

    /// True if there is nothing to read.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        matches!(self, Self::Plain(text) if text.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn upstream_text_cannot_reorder_or_flood_a_line() {
        assert_eq!(Text::plain("  a\r\n\tb\u{202e}c\0 "), Text::Plain("a b c".into()));
        let Text::Plain(long) = Text::plain(&"é".repeat(1000)) else { panic!("plain") };
        assert_eq!(long.chars().count(), 301);
        assert!(Text::plain(" \u{200b} ").is_empty());
        let hidden =
            "\u{61c}\u{200e}\u{200f}\u{202a}\u{202b}\u{202c}\u{202d}\u{202e}\u{2066}\u{2067}\u{2068}\u{2069}";
        assert!(Text::plain(hidden).is_empty() && one_line(hidden).is_empty());
        assert_eq!(one_line("famille\u{200d}unie"), "famille\u{200d}unie", "a joiner is a part of its word");
    }

    #[test]
    fn locales_ignore_the_region() {
        assert_eq!("fr-FR".parse(), Ok(Locale::Fr));
        assert_eq!("en_GB".parse(), Ok(Locale::En));
        assert!("de".parse::<Locale>().is_err());
    }
}
