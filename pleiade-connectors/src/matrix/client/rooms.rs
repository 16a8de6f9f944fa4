//! Reading and acting in rooms. Room ids are opaque: since room version 12 they hold no server name.

use super::{Api, Authorization, MatrixClient, send};
use crate::matrix::wire::{JoinAnswer, JoinedRooms, Messages, Notifications};
use http::Method;
use pleiade_core::ConnectorError;
use serde_json::{Value, json};

impl MatrixClient {
    /// The rooms a person is in.
    ///
    /// # Errors
    /// Those of the homeserver.
    pub async fn joined_rooms(&self, auth: &Authorization) -> Result<Vec<String>, ConnectorError> {
        let answer: JoinedRooms = self.get("list the rooms", Api::V3, &["joined_rooms"], &[], auth).await?;
        Ok(answer.joined_rooms.items)
    }

    /// The newest events of a room, newest first.
    ///
    /// # Errors
    /// [`Forbidden`](pleiade_core::ErrorKind::Forbidden) also when the room does not exist.
    pub async fn last_events(
        &self,
        auth: &Authorization,
        room: &str,
        limit: u8,
    ) -> Result<Messages, ConnectorError> {
        let limit = limit.to_string();
        let query = [("dir", "b"), ("limit", limit.as_str())];
        self.get("read a room", Api::V3, &["rooms", room, "messages"], &query, auth).await
    }

    /// The events that notified a person, newest first; with `mentions_only`, those that mention them. Rooms that they have left are among
    /// them, so they do not serve for counting.
    ///
    /// # Errors
    /// Those of the homeserver.
    pub async fn notifications(
        &self,
        auth: &Authorization,
        limit: u8,
        mentions_only: bool,
        from: Option<&str>,
    ) -> Result<Notifications, ConnectorError> {
        let limit = limit.to_string();
        let mut query = vec![("limit", limit.as_str())];
        if mentions_only {
            query.push(("only", "highlight"));
        }
        if let Some(from) = from {
            query.push(("from", from));
        }
        self.get("list the notifications", Api::V3, &["notifications"], &query, auth).await
    }

    /// Moves the read marker and the receipt of a person to an event; what came until then no longer counts as unread. With `private`,
    /// the other members do not see it.
    ///
    /// # Errors
    /// Those of the homeserver.
    pub async fn mark_read(
        &self,
        auth: &Authorization,
        room: &str,
        event: &str,
        private: bool,
    ) -> Result<(), ConnectorError> {
        let receipt = if private { "m.read.private" } else { "m.read" };
        let body = json!({"m.fully_read": event, receipt: event});
        self.post("mark as read", &["rooms", room, "read_markers"], &[], &body, auth).await.map(drop)
    }

    /// Enters a room, through the servers `via` when this homeserver does not know it.
    ///
    /// # Errors
    /// Those of the homeserver.
    pub async fn join(
        &self,
        auth: &Authorization,
        room: &str,
        via: &[&str],
    ) -> Result<String, ConnectorError> {
        // `server_name` became `via` in v1.12; older servers only read the first.
        let query: Vec<_> = via.iter().flat_map(|via| [("server_name", *via), ("via", *via)]).collect();
        let answer = self.post("enter a room", &["join", room], &query, &json!({}), auth).await?;
        Ok(answer.json::<JoinAnswer>()?.room_id)
    }

    /// Leaves a room, or refuses an invitation to it.
    ///
    /// # Errors
    /// Those of the homeserver.
    pub async fn leave(&self, auth: &Authorization, room: &str) -> Result<(), ConnectorError> {
        self.post("leave a room", &["rooms", room, "leave"], &[], &json!({}), auth).await.map(drop)
    }

    async fn post(
        &self,
        operation: &'static str,
        segments: &[&str],
        query: &[(&str, &str)],
        body: &Value,
        auth: &Authorization,
    ) -> Result<crate::http::Answer, ConnectorError> {
        let call = self.call(operation, Method::POST, Api::V3, segments, query, Some(auth)).json(body);
        send(call, auth).await
    }
}
