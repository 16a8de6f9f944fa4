//! Talk conversations (the app `spreed`).

use super::{Session, ocs};
use crate::{
    kit::json::{self, List},
    nextcloud::wire::{self, RichParameters},
};
use ::http::Method;
use chrono::{DateTime, Utc};
use pleiade_core::ConnectorError;
use serde::Deserialize;

/// A conversation of the person.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Room {
    /// Names it in addresses.
    #[serde(deserialize_with = "wire::token")]
    pub token: String,
    /// 1 one to one, 2 group, 3 public, 4 news of Talk, 5 former one to one, 6 note to self.
    #[serde(rename = "type")]
    pub kind: u8,
    /// The object it was made for: `sample`, `event`, `file`…; empty for most.
    #[serde(default, deserialize_with = "json::text")]
    pub object_type: String,
    /// Its name.
    #[serde(default, deserialize_with = "json::text")]
    pub display_name: String,
    /// Messages not read.
    #[serde(deserialize_with = "json::number")]
    pub unread_messages: u64,
    /// True if one of them calls this person by name or by `@all`; not said of a one to one conversation.
    #[serde(default, deserialize_with = "json::flag")]
    pub unread_mention: bool,
    /// The time of the last activity, in Unix seconds.
    #[serde(default, deserialize_with = "json::lenient")]
    pub last_activity: i64,
    /// 0 default, 1 always, 2 when mentioned, 3 never.
    #[serde(default, deserialize_with = "json::lenient")]
    pub notification_level: u8,
    /// True if the person put it away.
    #[serde(default, deserialize_with = "json::flag")]
    pub is_archived: bool,
    /// True if its messages must not be shown in lists.
    #[serde(default, deserialize_with = "json::flag")]
    pub is_sensitive: bool,
    /// True if a call goes on.
    #[serde(default, deserialize_with = "json::flag")]
    pub has_call: bool,
    /// The last message, unless there is none.
    #[serde(default, deserialize_with = "json::lenient")]
    pub last_message: Option<LastMessage>,
}

/// The last message of a conversation.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct LastMessage {
    /// The name of its author.
    #[serde(default, deserialize_with = "json::text")]
    pub actor_display_name: String,
    /// Its text, with placeholders.
    #[serde(default, deserialize_with = "json::text")]
    message: String,
    /// The placeholders' values.
    #[serde(default, deserialize_with = "json::lenient")]
    message_parameters: RichParameters,
    /// Not empty when the server wrote it.
    #[serde(default, deserialize_with = "json::text")]
    pub system_message: String,
}

impl LastMessage {
    /// Its text, with names in their places.
    #[must_use]
    pub fn text(&self) -> String {
        wire::rich(&self.message, &self.message_parameters)
    }
}

impl Room {
    /// True if it waits for the person: a conversation between people, not put away, not silenced, with unread messages or a call that
    /// goes on. Without this filter the news of Talk and its sample room give every newcomer some sixty unread messages.
    #[must_use]
    pub fn waits(&self) -> bool {
        matches!(self.kind, 1..=3)
            && !self.is_archived
            && self.object_type != "sample"
            && self.notification_level != 3
            && (self.unread_messages > 0 || self.has_call)
    }

    /// True if something unread is addressed to this person: it calls them, or nobody else reads it.
    #[must_use]
    pub fn is_addressed(&self) -> bool {
        self.unread_messages > 0 && (self.unread_mention || self.kind == 1)
    }

    /// The time of the last activity.
    #[must_use]
    pub fn last_activity(&self) -> Option<DateTime<Utc>> {
        DateTime::from_timestamp(self.last_activity, 0)
    }
}

impl Session {
    /// Every conversation of the person; asking does not make them appear online.
    ///
    /// # Errors
    /// Those of the application.
    pub async fn rooms(&self) -> Result<List<Room>, ConnectorError> {
        let path = ["apps", "spreed", "api", "v4", "room"];
        ocs::fetch(self.ocs("list conversations", Method::GET, &path, &[("noStatusUpdate", "1")])).await
    }

    /// Marks a conversation read.
    ///
    /// # Errors
    /// Those of the application.
    pub async fn mark_room_read(&self, token: &str) -> Result<(), ConnectorError> {
        let path = ["apps", "spreed", "api", "v1", "chat", token, "read"];
        let call = self.ocs("mark a conversation read", Method::POST, &path, &[]);
        ocs::command(call.json(&serde_json::json!({}))).await
    }
}
