//! Searching in the mails of a person.

use super::{Batch, requests::SearchMail, sessions::Shared, wire};
use crate::kit::content::{self, plain};
use async_trait::async_trait;
use pleiade_core::{
    CallContext, ConnectorError, ContentSearch, EventTime, Found, FoundKind, SearchQuery, Text,
};

/// Words in Zimbra's search language (`docs/query.md` of zm-mailbox): each stands in quotes, so that none is an operator. All must be found.
fn terms(words: &str) -> String {
    let word = |word: &str| format!("\"{}\"", word.replace(['"', '\\'], ""));
    let words = words.split(' ').filter(|word| word.chars().any(char::is_alphanumeric));
    words.map(word).collect::<Vec<_>>().join(" ")
}

#[async_trait]
impl ContentSearch for Shared {
    async fn search(&self, cx: &CallContext, query: &SearchQuery) -> Result<Vec<Found>, ConnectorError> {
        let limit = u32::try_from(query.limit()).unwrap_or(u32::MAX);
        let batch = Batch::new().with("mail", &SearchMail { query: terms(query.text()), limit });
        let mut answer = self.call(cx, &batch).await?;
        let mails = answer.take::<SearchMail>("mail")?;
        let found = mails.messages.items.iter().filter_map(|mail| self.found(mail));
        Ok(found.take(query.limit()).collect())
    }
}

impl Shared {
    fn found(&self, mail: &wire::Message) -> Option<Found> {
        let link = self.links.conversation(mail.conversation.as_ref()?.as_str(), mail.id.as_str())?;
        let subject = plain(mail.subject.as_deref().unwrap_or_default());
        let mut found = Found::new(FoundKind::Message, content::title(&subject, "zimbra-no-subject"), link);
        let sender = plain(mail.sender().unwrap_or_default());
        found.detail = Some(sender).filter(|sender| !sender.is_empty()).map(Text::Plain);
        found.when = mail.received.map(EventTime::At);
        Some(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_word_that_somebody_types_is_an_operator() {
        for (typed, expected) in [
            ("budget 2027", "\"budget\" \"2027\""),
            ("in:trash OR is:unread", "\"in:trash\" \"OR\" \"is:unread\""),
            ("\"a b\" (c) -d *", "\"a\" \"b\" \"(c)\" \"-d\""),
            ("a\\\" in:sent", "\"a\" \"in:sent\""),
        ] {
            assert_eq!(terms(typed), expected);
        }
    }
}
