//! Searching in an application, with the rights that a person has there.

use crate::{CallContext, ConnectorError, EventTime, Text};
use async_trait::async_trait;
use std::fmt;
use url::Url;

/// What somebody looks for: their words, and how many answers have room. Its text is personal data: it stands in no log, no error and no debug
/// output.
///
/// ```
/// use pleiade_core::SearchQuery;
///
/// let query = SearchQuery::new("  budget\u{a0}2027 ", 5).unwrap();
/// assert_eq!(query.text(), "budget 2027");
/// assert!(SearchQuery::new("b", 5).is_none());
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct SearchQuery {
    text: String,
    limit: usize,
}

impl SearchQuery {
    /// Letters and digits to type at least.
    pub const MIN_CHARS: usize = 2;
    /// Characters that count at most; the rest is left out.
    pub const MAX_CHARS: usize = 100;

    /// A query for at most `limit` answers, its spaces put in order and its control characters left out; none where too little was typed.
    #[must_use]
    pub fn new(typed: &str, limit: usize) -> Option<Self> {
        let words =
            typed.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
        let text: String = words.collect::<Vec<_>>().join(" ").chars().take(Self::MAX_CHARS).collect();
        let enough = text.chars().filter(|c| c.is_alphanumeric()).count() >= Self::MIN_CHARS;
        enough.then(|| Self { text: text.trim_end().to_owned(), limit })
    }

    /// The words, one space between them.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Answers that have room.
    #[must_use]
    pub const fn limit(&self) -> usize {
        self.limit
    }
}

impl fmt::Debug for SearchQuery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SearchQuery").field("limit", &self.limit).finish_non_exhaustive()
    }
}

/// The kind of what was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FoundKind {
    /// A file.
    Document,
    /// A message, or a conversation.
    Message,
    /// A file of a workflow: to sign, to transmit.
    Folder,
    /// Anything else.
    Other,
}

/// Something found in an application.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Found {
    /// Its kind.
    pub kind: FoundKind,
    /// Its title.
    pub title: Text,
    /// Where it is, or by whom.
    pub detail: Option<Text>,
    /// The page of the application that shows it.
    pub link: Url,
    /// When it was received or changed, in UTC.
    pub when: Option<EventTime>,
}

impl Found {
    /// Something of a kind, with a title and the page that shows it.
    #[must_use]
    pub fn new(kind: FoundKind, title: impl Into<Text>, link: Url) -> Self {
        Self { kind, title: title.into(), detail: None, link, when: None }
    }
}

/// An application in which people search.
#[async_trait]
pub trait ContentSearch: fmt::Debug + Send + Sync {
    /// What the person may see there and that has all of the words, the best first, at most as many as the query has room for. Whether
    /// accents count is the application's rule. It changes nothing.
    ///
    /// # Errors
    /// Those of the application. None holds the words.
    async fn search(&self, cx: &CallContext, query: &SearchQuery) -> Result<Vec<Found>, ConnectorError>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_two_letters_at_least_in_order_and_of_a_length_that_makes_sense() {
        for (typed, expected) in [
            ("", None),
            (" é ", None),
            ("-- *", None),
            ("n°", None),
            ("n° 4", Some("n° 4")),
            ("été", Some("été")),
            (" a\u{0}b\tc\u{202f}d ", Some("a b c d")),
        ] {
            let query = SearchQuery::new(typed, 5);
            assert_eq!(query.as_ref().map(SearchQuery::text), expected, "{typed:?}");
        }
        let long = SearchQuery::new(&"é ".repeat(500), 5).unwrap();
        assert_eq!(long.text().chars().count(), SearchQuery::MAX_CHARS - 1, "no space at the end");
    }

    #[test]
    fn a_query_is_not_told_by_debug_output() {
        let query = SearchQuery::new("sentinelle", 5).unwrap();
        assert!(!format!("{query:?}").contains("sentinelle"));
    }
}
