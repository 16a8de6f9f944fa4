//! What the homeserver answers. Every field that the specification lets a server leave out is optional here, and the content of events,
//! which other people write, stays untyped until it is read.

use crate::kit::json::{self, List, Map};
use pleiade_core::SecretString;
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// `/.well-known/matrix/client`.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct WellKnown {
    /// The address of the client API.
    #[serde(rename = "m.homeserver")]
    pub(super) homeserver: Homeserver,
}

/// The homeserver of a [`WellKnown`].
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Homeserver {
    /// Its address; a final `/` has no meaning.
    pub(super) base_url: url::Url,
}

/// `/_matrix/client/versions`.
#[derive(Debug, Clone, Deserialize)]
#[non_exhaustive]
pub struct Versions {
    /// Versions of the specification: `v1.15`.
    pub versions: Vec<String>,
    /// Features outside of the specification.
    #[serde(default)]
    pub unstable_features: BTreeMap<String, bool>,
}

/// `GET /login`.
#[derive(Debug, Clone, Deserialize)]
#[non_exhaustive]
pub struct LoginFlows {
    /// The methods by which the server lets people log in.
    pub flows: List<LoginFlow>,
}

/// One method of logging in.
#[derive(Debug, Clone, Deserialize)]
#[non_exhaustive]
pub struct LoginFlow {
    /// `m.login.password`, `m.login.sso`, `m.login.token`, `m.login.application_service`, `org.matrix.login.jwt`…
    #[serde(rename = "type")]
    pub kind: String,
    /// The identity providers of `m.login.sso`.
    #[serde(default)]
    pub identity_providers: List<SsoProvider>,
}

/// An identity provider of the homeserver.
#[derive(Debug, Clone, Deserialize)]
#[non_exhaustive]
pub struct SsoProvider {
    /// Its id in the redirect address.
    pub id: String,
    /// Its name for people.
    pub name: String,
}

/// `GET /_matrix/client/v1/auth_metadata`: the authorization server that replaces `/login`.
#[derive(Debug, Clone, Deserialize)]
#[non_exhaustive]
pub struct AuthMetadata {
    /// Its issuer.
    pub issuer: String,
    /// The page where people sign in.
    pub authorization_endpoint: url::Url,
    /// The address where codes and refresh tokens are exchanged.
    pub token_endpoint: url::Url,
}

/// A session that `POST /login` opened.
#[derive(Debug, Clone, Deserialize)]
#[non_exhaustive]
pub struct Session {
    /// The user's id.
    pub user_id: String,
    /// Its token.
    pub access_token: SecretString,
    /// Its device.
    pub device_id: Option<String>,
    /// The refresh token, when asked for.
    pub refresh_token: Option<SecretString>,
    /// The lifetime of the token from now, in milliseconds.
    pub expires_in_ms: Option<u64>,
    /// Of Watcha: true for an external person, who may begin no conversation.
    #[serde(default, deserialize_with = "json::lenient")]
    pub is_partner: bool,
}

/// `POST /refresh`.
#[derive(Debug, Clone, Deserialize)]
#[non_exhaustive]
pub struct RefreshAnswer {
    /// The new token.
    pub access_token: SecretString,
    /// The next refresh token; the old one works until the new token is used.
    pub refresh_token: Option<SecretString>,
    /// The lifetime of the token from now, in milliseconds.
    pub expires_in_ms: Option<u64>,
}

/// `POST /v1/login/get_token`.
#[derive(Debug, Clone, Deserialize)]
#[non_exhaustive]
pub struct LoginToken {
    /// Opens one session elsewhere, once.
    pub login_token: SecretString,
    /// Its lifetime from now, in milliseconds.
    pub expires_in_ms: u64,
}

/// `GET /account/whoami`.
#[derive(Debug, Clone, Deserialize)]
#[non_exhaustive]
pub struct WhoAmI {
    /// The account.
    pub user_id: String,
    /// The device, which an application service does not have.
    pub device_id: Option<String>,
    /// True if it is a guest.
    #[serde(default)]
    pub is_guest: bool,
}

/// `GET /profile/<id>`.
#[derive(Debug, Clone, Default, Deserialize)]
#[non_exhaustive]
pub struct Profile {
    /// The name the person chose; hostile text.
    #[serde(default, deserialize_with = "json::lenient")]
    pub displayname: Option<String>,
}

/// `GET /joined_rooms`.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct JoinedRooms {
    /// Room ids, opaque.
    pub(super) joined_rooms: List<String>,
}

/// `POST /join/<id>`.
#[derive(Debug, Clone, Deserialize)]
#[non_exhaustive]
pub struct JoinAnswer {
    /// The room's id.
    pub room_id: String,
}

/// `GET /rooms/<id>/messages`.
#[derive(Debug, Clone, Deserialize)]
#[non_exhaustive]
pub struct Messages {
    /// Events, newest first when read backwards.
    #[serde(default)]
    pub chunk: List<Event>,
    /// The position of the next page; absent at the end.
    pub end: Option<String>,
}

/// `GET /notifications`.
#[derive(Debug, Clone, Deserialize)]
#[non_exhaustive]
pub struct Notifications {
    /// Newest first.
    pub notifications: List<Notification>,
    /// The position of the next page; absent at the end.
    pub next_token: Option<String>,
}

/// An event that notified the person. Rooms that they have left are among them, so these are not for counting.
#[derive(Debug, Clone, Deserialize)]
#[non_exhaustive]
pub struct Notification {
    /// The room.
    pub room_id: String,
    /// The time, in milliseconds since 1970.
    #[serde(default, deserialize_with = "json::lenient")]
    pub ts: i64,
    /// True if the person read it.
    #[serde(default, deserialize_with = "json::flag")]
    pub read: bool,
    /// The event.
    pub event: Event,
}

/// One event of a room.
#[derive(Debug, Clone, Default, Deserialize)]
#[non_exhaustive]
pub struct Event {
    /// `m.room.message`, `m.room.name`…
    #[serde(rename = "type", default)]
    pub kind: String,
    /// The content, as its author wrote it; hostile.
    #[serde(default)]
    pub content: Value,
    /// Its author.
    #[serde(default, deserialize_with = "json::text")]
    pub sender: String,
    /// Present on state events.
    #[serde(default, deserialize_with = "json::lenient")]
    pub state_key: Option<String>,
    /// Its id.
    #[serde(default, deserialize_with = "json::text")]
    pub event_id: String,
    /// The time according to the author's server, in milliseconds since 1970. Old room versions let authors write anything there; a wrong
    /// time must not hide the message.
    #[serde(default, deserialize_with = "json::lenient")]
    pub origin_server_ts: Option<i64>,
}

impl Event {
    /// A text of the content, when it is one and is not empty.
    #[must_use]
    pub fn text(&self, key: &str) -> Option<&str> {
        self.content.get(key)?.as_str().filter(|text| !text.trim().is_empty())
    }
}

/// `GET /sync`. Each room is read for itself, so that one that cannot be read hides no other.
#[derive(Debug, Clone, Deserialize)]
#[non_exhaustive]
pub struct SyncAnswer {
    pub(super) next_batch: String,
    /// The person's own settings.
    #[serde(default, deserialize_with = "json::part")]
    pub(super) account_data: Events,
    /// Rooms with something new; absent when there is nothing.
    #[serde(default, deserialize_with = "json::part")]
    pub(super) rooms: Rooms,
}

/// A list of events.
#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct Events {
    /// The events, in order.
    #[serde(default)]
    pub(super) events: List<Event>,
}

/// The rooms of a [`SyncAnswer`], by id.
#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct Rooms {
    /// Rooms the person is in.
    #[serde(default)]
    pub(super) join: Map<JoinedRoom>,
    /// Rooms the person is invited to.
    #[serde(default)]
    pub(super) invite: Map<InvitedRoom>,
    /// Rooms the person is no longer in or invited to.
    #[serde(default)]
    pub(super) leave: Map<serde::de::IgnoredAny>,
}

/// News of a room the person is in.
#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct JoinedRoom {
    /// State before the timeline.
    #[serde(default, deserialize_with = "json::part")]
    pub(super) state: Events,
    /// The newest events.
    #[serde(default, deserialize_with = "json::part")]
    pub(super) timeline: Events,
    /// The counts of the person's push rules since their read receipt.
    #[serde(default, deserialize_with = "json::part")]
    pub(super) unread_notifications: Option<UnreadNotifications>,
    /// The people in the room; only changes.
    #[serde(default, deserialize_with = "json::part")]
    pub(super) summary: Summary,
}

/// Counts of one room, threads included.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
pub(super) struct UnreadNotifications {
    /// Everything that notifies.
    #[serde(default)]
    pub(super) notification_count: u64,
    /// Mentions and keywords among them.
    #[serde(default)]
    pub(super) highlight_count: u64,
}

/// The people of a room, in short.
#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct Summary {
    /// The people who name a room without a name; absent when unchanged or when the room has one. At most five.
    #[serde(rename = "m.heroes", default, deserialize_with = "json::lenient")]
    pub(super) heroes: Option<List<String>>,
    /// The number of people in it, the person included; absent when unchanged.
    #[serde(rename = "m.joined_member_count", default, deserialize_with = "json::lenient")]
    pub(super) joined: Option<u64>,
}

/// An invitation.
#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct InvitedRoom {
    /// The state of the room as the inviting side gives it.
    #[serde(default, deserialize_with = "json::part")]
    pub(super) invite_state: Events,
}
