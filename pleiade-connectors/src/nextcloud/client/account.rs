//! The server itself, the person's account on it, and their presence.

use super::{Client, Session, ocs};
use crate::nextcloud::wire;
use ::http::{Method, StatusCode, header};
use pleiade_core::{ConnectorError, ErrorKind, SecretString};
use serde::{Deserialize, Deserializer, de::Error as _};
use serde_json::Value;

/// What `status.php` says to anybody.
#[derive(Debug, Clone, Deserialize)]
#[non_exhaustive]
pub struct ServerStatus {
    /// Whether the server was ever set up.
    pub installed: bool,
    /// Whether an administrator closed it for a while.
    pub maintenance: bool,
    /// Whether it waits for its upgrade.
    #[serde(rename = "needsDbUpgrade", default)]
    pub needs_upgrade: bool,
    /// For people: `31.0.8`.
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
    #[serde(rename = "displayname", default, deserialize_with = "wire::text")]
    pub display_name: String,
    /// The mail address, where there is one.
    #[serde(default)]
    pub email: Option<String>,
    /// The space.
    pub quota: Quota,
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
    #[serde(default)]
    pub relative: Option<f64>,
}

impl Quota {
    /// The share used, 0 to 100, when the space is limited.
    #[must_use]
    pub fn percent(&self) -> Option<f64> {
        (self.quota > 0).then_some(self.relative).flatten().filter(|share| share.is_finite())
    }
}

/// How the server writes that space is not limited.
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

/// What this server offers to this person.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Capabilities {
    /// `31.0.8`.
    pub version: String,
    /// Whether notifications can be listed.
    pub notifications: bool,
    /// Whether Talk answers conversations in the version used here.
    pub talk: bool,
    /// Whether shares can be listed.
    pub shares: bool,
    /// Whether presence can be set.
    pub user_status: bool,
    /// Whether Deck is there.
    pub deck: bool,
    /// How long the server makes the portal's address wait now, in milliseconds, after wrong passwords.
    pub brute_force_delay: u64,
}

impl Capabilities {
    fn read(data: &Value) -> Self {
        let at = |pointer| data.pointer(pointer);
        let lists = |pointer, word: &str| {
            at(pointer).and_then(Value::as_array).is_some_and(|list| list.iter().any(|v| v == word))
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

/// An app that the person sees in Nextcloud's own menu.
#[derive(Debug, Clone, Deserialize)]
#[non_exhaustive]
pub struct App {
    /// Its id.
    pub id: String,
    /// Its name in the person's language.
    pub name: String,
    /// Its address, as the server wrote it.
    pub href: String,
    /// `link` for the menu, `settings` and others for the rest.
    #[serde(rename = "type")]
    pub kind: String,
}

/// How available a person says they are.
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

    /// From the server's word.
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

/// A person's presence.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct UserStatus {
    /// The server's word; see [`Presence::parse`].
    pub status: String,
    /// What they wrote beside it.
    #[serde(default)]
    pub message: Option<String>,
    /// The emoji beside it.
    #[serde(default)]
    pub icon: Option<String>,
}

#[derive(Deserialize)]
struct NewPassword {
    apppassword: SecretString,
}

impl Client {
    /// What the server says to anybody; the cheap way to know that it is there.
    ///
    /// # Errors
    /// [`ErrorKind::Unreachable`] in maintenance, [`ErrorKind::BadConfiguration`] when it was never set up, and those of the network.
    pub async fn status(&self) -> Result<ServerStatus, ConnectorError> {
        let answer =
            self.http.call("read the server's status", Method::GET, &["status.php"], &[]).send().await?;
        if !answer.status().is_success() || answer.is_html() {
            return Err(ocs::by_status(&answer));
        }
        let status: ServerStatus = answer.json()?;
        if !status.installed {
            return Err(answer
                .error(ErrorKind::BadConfiguration)
                .with_hint("this Nextcloud was never set up"));
        }
        if status.maintenance || status.needs_upgrade {
            return Err(answer
                .error(ErrorKind::Unreachable)
                .with_hint("Nextcloud is in maintenance or waits for its upgrade"));
        }
        Ok(status)
    }
}

impl Session<'_> {
    /// The person's account.
    ///
    /// # Errors
    /// Those of the application.
    pub async fn user(&self) -> Result<User, ConnectorError> {
        ocs::fetch(self.ocs("read the account", Method::GET, &["cloud", "user"], &[])).await
    }

    /// What the server offers to this person, with the tag of the answer; nothing when it still is what `etag` stands for.
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
        Ok(Some((Capabilities::read(&data), answer.header(&header::ETAG).map(str::to_owned))))
    }

    /// The apps of the person's menu.
    ///
    /// # Errors
    /// Those of the application.
    pub async fn apps(&self) -> Result<Vec<App>, ConnectorError> {
        let path = ["core", "navigation", "apps"];
        ocs::fetch(self.ocs("list the apps", Method::GET, &path, &[("absolute", "1")])).await
    }

    /// The person's presence; nothing when they never set one.
    ///
    /// # Errors
    /// Those of the application.
    pub async fn user_status(&self) -> Result<Option<UserStatus>, ConnectorError> {
        let path = ["apps", "user_status", "api", "v1", "user_status"];
        match ocs::fetch(self.ocs("read the presence", Method::GET, &path, &[])).await {
            Ok(status) => Ok(Some(status)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
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

    /// Turns the real password in use into an app password, once.
    ///
    /// # Errors
    /// [`ErrorKind::Forbidden`] when an app password is in use already, and those of the application.
    pub async fn create_app_password(&self) -> Result<SecretString, ConnectorError> {
        let call = self.ocs("create an app password", Method::GET, &["core", "getapppassword"], &[]);
        ocs::fetch::<NewPassword>(call).await.map(|new| new.apppassword)
    }

    /// Replaces the app password in use; the old one stops at once.
    ///
    /// # Errors
    /// Those of the application.
    pub async fn rotate_app_password(&self) -> Result<SecretString, ConnectorError> {
        let path = ["core", "apppassword", "rotate"];
        let call = self.ocs("replace the app password", Method::POST, &path, &[]);
        ocs::fetch::<NewPassword>(call).await.map(|new| new.apppassword)
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
