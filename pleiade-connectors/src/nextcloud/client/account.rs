//! The server itself, the person's account on it, and their presence.

use super::{Client, Session, ocs};
use crate::kit::json;
use ::http::{Method, StatusCode, header};
use pleiade_core::{ConnectorError, ErrorKind};
use serde::{Deserialize, Deserializer, de::Error as _};
use serde_json::Value;
use std::collections::BTreeMap;

/// The answer of `status.php`, which needs no credential.
#[derive(Debug, Clone, Deserialize)]
#[non_exhaustive]
pub struct ServerStatus {
    /// True if the server was ever set up.
    pub installed: bool,
    /// True if an administrator closed it for a while.
    pub maintenance: bool,
    /// True if it waits for its upgrade.
    #[serde(rename = "needsDbUpgrade", default)]
    pub needs_upgrade: bool,
    /// The version for people: `31.0.8`.
    #[serde(rename = "versionstring")]
    pub version: String,
}

/// The person's account.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct User {
    /// The id used in paths; neither the login nor the mail address.
    pub id: String,
    /// The name shown.
    #[serde(rename = "displayname", default, deserialize_with = "json::text")]
    pub display_name: String,
    /// The mail address, where there is one.
    #[serde(default, deserialize_with = "json::lenient")]
    pub email: Option<String>,
    /// The space, where the server tells.
    #[serde(default, deserialize_with = "json::part")]
    pub quota: Option<Quota>,
}

/// The person's space.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Quota {
    /// Bytes granted; negative when unlimited (-3), unknown (-2) or not computed (-1).
    #[serde(deserialize_with = "bytes")]
    pub quota: i64,
    /// Bytes used.
    #[serde(deserialize_with = "bytes")]
    pub used: i64,
    /// Share used, 0 to 100.
    #[serde(default, deserialize_with = "json::part")]
    pub relative: Option<f64>,
}

impl Quota {
    /// The share used, 0 to 100, when the space is limited.
    #[must_use]
    pub fn percent(&self) -> Option<f64> {
        (self.quota > 0).then_some(self.relative).flatten().filter(|share| share.is_finite())
    }
}

/// The server's number for unlimited space.
const UNLIMITED: i64 = -3;

/// Bytes: a number, with decimals on 32-bit servers, or `none` on old ones.
fn bytes<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i64, D::Error> {
    match Value::deserialize(deserializer)? {
        #[expect(clippy::cast_possible_truncation, reason = "no disk holds 2^63 bytes")]
        Value::Number(number) => number.as_i64().or_else(|| number.as_f64().map(|bytes| bytes as i64)),
        Value::String(word) if word == "none" => Some(UNLIMITED),
        _ => None,
    }
    .ok_or_else(|| D::Error::custom("bytes are expected"))
}

/// The features that this server offers to this person.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Capabilities {
    /// `31.0.8`.
    pub version: String,
    /// True if notifications can be listed.
    pub notifications: bool,
    /// True if Talk answers conversations in the version used here.
    pub talk: bool,
    /// True if shares can be listed.
    pub shares: bool,
    /// True if presence can be set.
    pub user_status: bool,
    /// True if Deck is there.
    pub deck: bool,
    /// The wait that the server imposes on the portal's address now, in milliseconds, after wrong passwords.
    pub brute_force_delay: u64,
}

impl Capabilities {
    fn from_json(data: &Value) -> Self {
        let at = |pointer| data.pointer(pointer);
        let lists = |pointer, word: &str| {
            let list = at(pointer).and_then(|list| json::List::<String>::deserialize(list).ok());
            list.is_some_and(|list| list.items.iter().any(|listed| listed == word))
        };
        let says = |pointer| at(pointer).and_then(Value::as_bool).unwrap_or(false);
        Self {
            version: at("/version/string").and_then(Value::as_str).unwrap_or_default().to_owned(),
            notifications: lists("/capabilities/notifications/ocs-endpoints", "list"),
            talk: lists("/capabilities/spreed/features", "conversation-v4"),
            shares: says("/capabilities/files_sharing/api_enabled"),
            user_status: says("/capabilities/user_status/enabled"),
            deck: at("/capabilities/deck").is_some(),
            brute_force_delay: at("/capabilities/bruteforce/delay").and_then(Value::as_u64).unwrap_or(0),
        }
    }
}

/// The apps in the person's own menu, with the addresses of their pages as the server wrote them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Apps(BTreeMap<String, String>);

impl Apps {
    /// Ids and addresses.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(id, address)| (id.as_str(), address.as_str()))
    }
}

impl<'a> FromIterator<(&'a str, &'a str)> for Apps {
    fn from_iter<I: IntoIterator<Item = (&'a str, &'a str)>>(apps: I) -> Self {
        Self(apps.into_iter().map(|(id, address)| (id.to_owned(), address.to_owned())).collect())
    }
}

#[derive(Deserialize)]
struct App {
    id: String,
    href: String,
}

/// The availability that a person announces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Presence {
    /// There.
    Online,
    /// Not there.
    Away,
    /// Not to be disturbed.
    DoNotDisturb,
    /// Hidden.
    Invisible,
    /// Not connected.
    Offline,
}

impl Presence {
    const WORDS: [(Self, &'static str); 5] = [
        (Self::Online, "online"),
        (Self::Away, "away"),
        (Self::DoNotDisturb, "dnd"),
        (Self::Invisible, "invisible"),
        (Self::Offline, "offline"),
    ];

    /// Parses the server's word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::WORDS.iter().find(|(_, known)| *known == word).map(|(presence, _)| *presence)
    }

    /// The server's word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        Self::WORDS.iter().find(|(presence, _)| *presence == self).map_or("offline", |(_, word)| word)
    }
}

impl Client {
    /// Asks for the server's public status; the cheap way to know that it is there.
    ///
    /// # Errors
    /// [`ErrorKind::Maintenance`] then, [`ErrorKind::BadConfiguration`] when it was never set up, and those of the network.
    pub async fn status(&self) -> Result<ServerStatus, ConnectorError> {
        let answer =
            self.http.call("read the server's status", Method::GET, &["status.php"], &[]).send().await?;
        if !answer.status().is_success() || answer.is_html() {
            return Err(ocs::failure(&answer));
        }
        let status: ServerStatus = answer.json()?;
        if !status.installed {
            return Err(answer
                .error(ErrorKind::BadConfiguration)
                .with_hint("this Nextcloud was never set up"));
        }
        if status.maintenance || status.needs_upgrade {
            return Err(answer
                .error(ErrorKind::Maintenance)
                .with_hint("Nextcloud is in maintenance or waits for its upgrade"));
        }
        Ok(status)
    }
}

impl Session {
    /// The person's account.
    ///
    /// # Errors
    /// Those of the application.
    pub async fn user(&self) -> Result<User, ConnectorError> {
        ocs::fetch(self.ocs("read the account", Method::GET, &["cloud", "user"], &[])).await
    }

    /// The features that the server offers to this person, with the tag of the answer; none when they are still those of `etag`.
    ///
    /// # Errors
    /// Those of the application.
    pub async fn capabilities(
        &self,
        etag: Option<&str>,
    ) -> Result<Option<(Capabilities, Option<String>)>, ConnectorError> {
        let call = self.ocs("read the capabilities", Method::GET, &["cloud", "capabilities"], &[]);
        let call = match etag {
            Some(etag) => call.header(header::IF_NONE_MATCH, etag),
            None => call,
        };
        let answer = call.send().await?;
        if etag.is_some() && answer.status() == StatusCode::NOT_MODIFIED {
            return Ok(None);
        }
        let data: Value = ocs::data(&answer)?;
        Ok(Some((Capabilities::from_json(&data), answer.header(&header::ETAG).map(str::to_owned))))
    }

    /// The apps in the person's menu.
    ///
    /// # Errors
    /// Those of the application.
    pub async fn apps(&self) -> Result<Apps, ConnectorError> {
        let path = ["core", "navigation", "apps"];
        let call = self.ocs("list the apps", Method::GET, &path, &[("absolute", "1")]);
        let apps: json::List<App> = ocs::fetch(call).await?;
        Ok(apps.items.iter().map(|app| (app.id.as_str(), app.href.as_str())).collect())
    }

    /// Sets the person's presence.
    ///
    /// # Errors
    /// Those of the application.
    pub async fn set_presence(&self, presence: Presence) -> Result<(), ConnectorError> {
        let path = ["apps", "user_status", "api", "v1", "user_status", "status"];
        let call = self.ocs("set the presence", Method::PUT, &path, &[]);
        ocs::command(call.json(&serde_json::json!({ "statusType": presence.as_str() }))).await
    }

    /// Revokes the app password in use.
    ///
    /// # Errors
    /// Those of the application.
    pub async fn revoke_app_password(&self) -> Result<(), ConnectorError> {
        let path = ["core", "apppassword"];
        ocs::command(self.ocs("revoke the app password", Method::DELETE, &path, &[])).await
    }
}
