//! What an operator writes to declare a Jitsi Meet server.

use super::{
    room::Room,
    token::{Grant, Signer},
};
use crate::http::is_plain_base;
use pleiade_core::{ConnectorError, ErrorKind, SecretString};
use serde::Deserialize;
use std::{collections::BTreeSet, time::Duration};
use url::Url;

/// The most permanent rooms: one call each for a reading.
pub(super) const MAX_ROOMS: usize = 40;
/// The longest life of a token, in minutes.
const MAX_LIFETIME_MINUTES: u16 = 120;
const MAX_PREFIX_CHARS: usize = 32;

/// One Jitsi Meet server, or one tenant of it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct JitsiConfig {
    /// The address below which the rooms are: `https://visio.ville.fr/`, with the tenant or the path where there is one.
    pub url: Url,
    /// The name that people read; `Visioconférence` unless written.
    #[serde(default = "default_name")]
    pub name: String,
    /// What the names of new meetings begin with, before their random part: `[a-z0-9-]`, `reunion` unless written, nothing when empty.
    #[serde(default = "default_prefix")]
    pub room_prefix: String,
    /// Permanent rooms, in the order to show.
    #[serde(default)]
    pub rooms: Vec<RoomConfig>,
    /// Where the number of participants of a room is asked for; without it no number is shown.
    #[serde(default)]
    pub room_size: Option<RoomSizeConfig>,
    /// The tokens by which people are let in, for a server with `authentication = "token"`; without it rooms are opened without a token.
    #[serde(default)]
    pub token: Option<TokenConfig>,
}

/// A permanent room.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct RoomConfig {
    /// The name that people read: `Salon de la DSI`.
    pub name: String,
    /// The room, of `[a-z0-9-]`. Whoever knows it may try to enter: on a server without tokens, make it long.
    pub room: String,
    /// The groups whose members see it and are let in from here; everybody unless written. Compared exactly.
    #[serde(default)]
    pub groups: BTreeSet<String>,
}

/// The answer of Prosody's module `muc_size`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct RoomSizeConfig {
    /// The whole address, up to `/room-size`: `https://visio.ville.fr/room-size`.
    pub url: Url,
    /// The XMPP domain: often `meet.jitsi` in Docker, not the public host.
    pub domain: String,
    /// The tenant, where `url` of the server has one.
    #[serde(default)]
    pub subdomain: Option<String>,
}

/// How people's tokens are made.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct TokenConfig {
    /// The application as the server knows it (`app_id`): the issuer of the tokens.
    pub app_id: String,
    /// For whom the tokens are (`aud`), one of the server's accepted audiences; `app_id` unless written.
    #[serde(default)]
    pub audience: Option<String>,
    /// The tenant, or the XMPP domain (`sub`). The host of `url` unless written; needed when `url` has a path.
    #[serde(default)]
    pub subject: Option<String>,
    /// The secret shared with the server (`app_secret`), 32 characters at least: tokens are signed with HS256.
    #[serde(default)]
    pub secret: Option<SecretString>,
    /// In the place of `secret`, a private RSA key as PEM, of which the server has the public half: tokens are signed with RS256.
    #[serde(default)]
    pub private_key: Option<SecretString>,
    /// With `private_key`, the name of the key (`kid`) on the key server (`asap_key_server`).
    #[serde(default)]
    pub key_id: Option<String>,
    /// Minutes until a token ends, 1 to 120, 10 unless written. Nobody is put out of a meeting then, but whoever loses the connection later
    /// comes back by the portal.
    #[serde(default = "default_lifetime")]
    pub lifetime_minutes: u16,
    /// Where the token stands in the address: `fragment` (not sent to any server; clients from mid-2024 on), or `query` for older ones.
    #[serde(default)]
    pub place: TokenPlace,
    /// Features that are on (`recording`, `livestreaming`, `transcription`…). Those three are told to be off unless written here.
    #[serde(default)]
    pub features: BTreeSet<String>,
    /// The groups whose members lead the meetings that they join; everybody unless written. Whoever creates a meeting in one click leads it. The server
    /// needs a module to obey (`token_affiliation`); without one everybody with a token leads.
    #[serde(default)]
    pub moderator_groups: Option<BTreeSet<String>>,
    /// True if the token tells the person's mail address. False unless written: clients ask a service of pictures with it (Gravatar) unless
    /// the server forbids that.
    #[serde(default)]
    pub mail: bool,
}

/// The places of a token in an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum TokenPlace {
    /// After `#`: the browser keeps it to itself.
    #[default]
    Fragment,
    /// After `?`: it reaches the logs of the web server.
    Query,
}

/// A permanent room, checked.
#[derive(Debug, Clone)]
pub(super) struct PermanentRoom {
    pub(super) name: String,
    pub(super) room: Room,
    pub(super) groups: BTreeSet<String>,
}

impl JitsiConfig {
    /// A server without tokens, rooms and numbers, and every default.
    #[must_use]
    pub fn new(url: Url) -> Self {
        Self {
            url,
            name: default_name(),
            room_prefix: default_prefix(),
            rooms: Vec::new(),
            room_size: None,
            token: None,
        }
    }

    /// The permanent rooms; all else was found to be right.
    pub(super) fn check(&self) -> Result<Vec<PermanentRoom>, ConnectorError> {
        if !is_plain_base(&self.url) {
            return Err(wrong("write `url` as https://host/, without user, query or fragment"));
        }
        let is_plain = |text: &str| Room::parse(text).is_some_and(|room| room.is_plain());
        let prefix = &self.room_prefix;
        if !(prefix.is_empty() || is_plain(prefix) && prefix.len() <= MAX_PREFIX_CHARS) {
            return Err(wrong("`room_prefix` is at most 32 of a to z, 0 to 9 and -"));
        }
        if self.rooms.len() > MAX_ROOMS {
            return Err(wrong("there are at most 40 `rooms`"));
        }
        let mut seen = BTreeSet::new();
        let mut rooms = Vec::new();
        for room in &self.rooms {
            let parsed = Room::parse(&room.room).filter(Room::is_plain);
            let parsed =
                parsed.ok_or_else(|| wrong("each of `rooms` has a `room` of a to z, 0 to 9 and -"))?;
            if room.name.trim().is_empty() || !seen.insert(parsed.clone()) {
                return Err(wrong("each of `rooms` has a `name`, and a `room` of its own"));
            }
            rooms.push(PermanentRoom { name: room.name.clone(), room: parsed, groups: room.groups.clone() });
        }
        if self.room_size.as_ref().is_some_and(|size| size.domain.trim().is_empty()) {
            return Err(wrong("`room_size.domain` is the XMPP domain of the server"));
        }
        Ok(rooms)
    }
}

impl TokenConfig {
    /// What signs the tokens, and what they say of everybody.
    pub(super) fn read(&self, url: &Url) -> Result<(Signer, Grant), ConnectorError> {
        let signer = match (&self.secret, &self.private_key) {
            (Some(secret), None) if self.key_id.is_none() => Signer::shared(secret)?,
            (None, Some(key)) => Signer::rsa(key, self.key_id.as_deref().unwrap_or_default())?,
            _ => return Err(wrong("`token` has either `secret`, or `private_key` with `key_id`")),
        };
        if !(1..=MAX_LIFETIME_MINUTES).contains(&self.lifetime_minutes) {
            return Err(wrong("`token.lifetime_minutes` is 1 to 120"));
        }
        let subject = match &self.subject {
            Some(subject) => subject.clone(),
            None if url.path() == "/" => url.host_str().unwrap_or_default().to_owned(),
            None => {
                return Err(wrong(
                    "`url` has a path: write the tenant or the XMPP domain as `token.subject`",
                ));
            }
        };
        let audience = self.audience.clone().unwrap_or_else(|| self.app_id.clone());
        if [&self.app_id, &audience, &subject].into_iter().any(|text| text.trim().is_empty() || text == "*") {
            return Err(wrong("`app_id`, `audience` and `subject` of `token` are names, and none is `*`"));
        }
        Ok((
            signer,
            Grant {
                issuer: self.app_id.clone(),
                audience,
                subject: subject.to_lowercase(),
                lifetime: Duration::from_secs(u64::from(self.lifetime_minutes) * 60),
                features: self.features.iter().cloned().collect(),
            },
        ))
    }
}

pub(super) fn wrong(hint: &'static str) -> ConnectorError {
    ConnectorError::new(ErrorKind::BadConfiguration, "read the configuration").with_hint(hint)
}

fn default_name() -> String {
    "Visioconférence".to_owned()
}

fn default_prefix() -> String {
    "reunion".to_owned()
}

fn default_lifetime() -> u16 {
    10
}
