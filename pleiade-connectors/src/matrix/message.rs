//! The last message of a room, as far as a portal can show it.

use super::wire::Event;
use chrono::{DateTime, Utc};

/// A message.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Message {
    /// The account that wrote it.
    pub sender: String,
    /// The time according to the author's server; none when it is no time.
    pub at: Option<DateTime<Utc>>,
    /// Its content.
    pub body: MessageBody,
}

/// The content of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum MessageBody {
    /// Its words, hostile, cut at 300 characters.
    Text(String),
    /// Only the members' own clients can read it.
    Encrypted,
    /// A picture, a video, a voice message, a file or a place.
    Attachment(Attachment),
    /// It was removed.
    Removed,
}

/// The kind of an attachment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Attachment {
    /// `m.image`
    Image,
    /// `m.video`
    Video,
    /// `m.audio`
    Audio,
    /// `m.location`
    Location,
    /// `m.file` and whatever else.
    File,
}

impl Attachment {
    /// The word that message files select on.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::Video => "video",
            Self::Audio => "audio",
            Self::Location => "location",
            Self::File => "file",
        }
    }
}

impl Message {
    /// Reads an event; `None` when it is no message.
    #[must_use]
    pub fn from_event(event: &Event) -> Option<Self> {
        let body = match event.kind.as_str() {
            "m.room.encrypted" => MessageBody::Encrypted,
            "m.room.message" => read_body(event),
            _ => return None,
        };
        let at = event.origin_server_ts.and_then(DateTime::from_timestamp_millis);
        Some(Self { sender: event.sender.clone(), at, body })
    }
}

fn read_body(event: &Event) -> MessageBody {
    let kind = event.text("msgtype");
    let attachment = match kind {
        Some("m.image") => Attachment::Image,
        Some("m.video") => Attachment::Video,
        Some("m.audio") => Attachment::Audio,
        Some("m.location") => Attachment::Location,
        Some("m.file") => Attachment::File,
        Some(_) => {
            return read_text(event).map_or(MessageBody::Attachment(Attachment::File), MessageBody::Text);
        }
        None => return MessageBody::Removed,
    };
    MessageBody::Attachment(attachment)
}

fn read_text(event: &Event) -> Option<String> {
    // An edit repeats the message after an asterisk; the new words alone are in `m.new_content`.
    let edited =
        event.content.get("m.new_content").and_then(|new| new.get("body")).and_then(|body| body.as_str());
    let text = edited.or_else(|| event.text("body"))?;
    Some(without_quote(text).chars().take(300).collect())
}

/// Older clients begin an answer with the lines it answers to, each after `> `, then an empty line.
fn without_quote(text: &str) -> &str {
    let mut rest = text;
    while rest.starts_with("> ") || rest.starts_with(">\n") {
        let Some((_, after)) = rest.split_once('\n') else { return text };
        rest = after;
    }
    let rest = rest.trim_start_matches('\n');
    if rest.trim().is_empty() { text } else { rest }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn body(content: Value) -> MessageBody {
        let event = serde_json::from_value(json!({
            "type": "m.room.message", "sender": "@a:b", "event_id": "$e", "origin_server_ts": 1795457016867_i64, "content": content,
        }));
        Message::from_event(&event.unwrap()).unwrap().body
    }

    fn text(text: &str) -> MessageBody {
        MessageBody::Text(text.to_owned())
    }

    #[test]
    fn words_are_the_new_ones_without_what_they_answer() {
        assert_eq!(body(json!({"msgtype": "m.text", "body": "Bonjour"})), text("Bonjour"));
        assert_eq!(
            body(json!({"msgtype": "m.text", "body": "> <@b:c> Vu ?\n> Oui\n\nMerci"})),
            text("Merci")
        );
        assert_eq!(body(json!({"msgtype": "m.text", "body": "> seule"})), text("> seule"));
        let edit = json!({"msgtype": "m.text", "body": "* 14 h", "m.new_content": {"msgtype": "m.text", "body": "14 h"}});
        assert_eq!(body(edit), text("14 h"));
        assert_eq!(body(json!({})), MessageBody::Removed);
        assert_eq!(
            body(json!({"msgtype": "m.image", "body": "plan.png"})),
            MessageBody::Attachment(Attachment::Image)
        );
        assert_eq!(body(json!({"msgtype": "x", "body": 3})), MessageBody::Attachment(Attachment::File));
        assert!(
            matches!(body(json!({"msgtype": "m.text", "body": "é".repeat(900)})), MessageBody::Text(t) if t.chars().count() == 300)
        );
    }

    #[test]
    fn a_time_that_is_none_hides_nothing() {
        for time in [json!("soon"), json!(1e30), json!(i64::MAX), json!(null)] {
            let event = json!({"type": "m.room.encrypted", "sender": "@a:b", "origin_server_ts": time});
            let message = Message::from_event(&serde_json::from_value(event).unwrap()).unwrap();
            assert_eq!((message.at, message.body), (None, MessageBody::Encrypted));
        }
    }
}
