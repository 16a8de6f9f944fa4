//! What an operator writes to declare a Nextcloud server.

use pleiade_core::{CredentialKind, WidgetId};
use serde::Deserialize;
use url::Url;

/// One Nextcloud server. Holds no secret: every call is made with the person's own credential.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct NextcloudConfig {
    /// The address that the portal calls, with the folder when Nextcloud does not stand at the root: `https://cloud.ville.fr`.
    pub url: Url,
    /// The address that people open, when it is not `url`. Links in Nextcloud's answers are moved to it.
    #[serde(default)]
    pub public_url: Option<Url>,
    /// The name that people read.
    #[serde(default = "default_name")]
    pub name: String,
    /// The authentication method: how the portal opens the application for each person.
    #[serde(default)]
    pub access: NextcloudAuthMethod,
    /// The widgets to offer, in this order; all of them unless told otherwise.
    #[serde(default = "every_widget")]
    pub widgets: Vec<WidgetKind>,
    /// Days that the agenda looks ahead, today included: 1 to 31.
    #[serde(default = "default_agenda_days")]
    pub agenda_days: u8,
    /// Hosts of video conferences (`visio.ville.fr`, `visio.ville.fr:8443`), besides the calls of this server and the servers that other connectors
    /// of the collectivité declare (Jitsi Meet): an event that holds an `https` address of one of them gets a button. Anybody can invite anybody, so no
    /// other address gets one.
    #[serde(default)]
    pub conference_hosts: Vec<String>,
}

impl NextcloudConfig {
    /// A server with every default.
    #[must_use]
    pub fn new(url: Url) -> Self {
        Self {
            url,
            public_url: None,
            name: default_name(),
            access: NextcloudAuthMethod::default(),
            widgets: every_widget(),
            agenda_days: default_agenda_days(),
            conference_hosts: Vec::new(),
        }
    }
}

/// The ways of authenticating to the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum NextcloudAuthMethod {
    /// The person connects once (Login Flow v2); their app password is sent as a bearer token. It does not depend on the login, and
    /// a revoked one costs no brute-force delay.
    #[default]
    AppPassword,
    /// The same app password sent as `login:password`, for a proxy that lets only Basic through.
    AppPasswordBasic,
    /// The person's OpenID Connect access token; needs the app `user_oidc` with "check bearer token" and the right audience.
    OidcToken,
}

impl NextcloudAuthMethod {
    /// The kinds of credential that serve this mode.
    #[must_use]
    pub fn accepts(self) -> &'static [CredentialKind] {
        match self {
            Self::AppPassword | Self::AppPasswordBasic => &[CredentialKind::LinkedAccount],
            Self::OidcToken => &[CredentialKind::PersonToken],
        }
    }
}

/// A widget of this connector.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum WidgetKind {
    /// Unread notifications.
    Notifications,
    /// Unread Talk conversations.
    Conversations,
    /// Events of today and the next days.
    Agenda,
    /// Open tasks and dated Deck cards.
    Tasks,
    /// Recent and favourite files, and the space used.
    Files,
    /// Shares received from others.
    Shares,
}

impl WidgetKind {
    /// Every widget, in the order they are proposed.
    pub const ALL: [Self; 6] =
        [Self::Notifications, Self::Conversations, Self::Agenda, Self::Tasks, Self::Files, Self::Shares];

    /// Its id.
    #[must_use]
    pub fn id(self) -> WidgetId {
        WidgetId::from_static(match self {
            Self::Notifications => "notifications",
            Self::Conversations => "conversations",
            Self::Agenda => "agenda",
            Self::Tasks => "tasks",
            Self::Files => "files",
            Self::Shares => "shares",
        })
    }
}

fn default_name() -> String {
    "Nextcloud".to_owned()
}

fn every_widget() -> Vec<WidgetKind> {
    WidgetKind::ALL.to_vec()
}

fn default_agenda_days() -> u8 {
    7
}
