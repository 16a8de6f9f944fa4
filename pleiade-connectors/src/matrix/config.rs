//! What the operator writes about one homeserver.

use pleiade_core::{CredentialKind, SecretString};
use serde::Deserialize;
use std::fmt;
use url::Url;

/// One Matrix homeserver, as configured.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct MatrixConfig {
    /// The name people read, for example "Tchat de la mairie".
    #[serde(default = "default_name")]
    pub name: String,
    /// The client API, for example `https://matrix.ville.fr`; what `https://<server_name>/.well-known/matrix/client` announces.
    pub homeserver: Url,
    /// The part after the colon in people's ids: `ville.fr` for `@jeanne:ville.fr`.
    pub server_name: String,
    /// The town's own Element Web, which links open: `https://chat.ville.fr`.
    pub element_url: Url,
    /// The authentication method: how the portal opens the application for each person.
    pub access: MatrixAuthMethod,
    /// The device that the portal signs in as, the same for ever, so that people's lists of devices do not grow. A homeserver may end
    /// the earlier session of a device that signs in again (Synapse 1.163 does not): then each replica needs another name when
    /// `access` is `jwt`.
    #[serde(default = "default_device")]
    pub device_id: String,
    /// True if "mark as read" stays hidden from the other members of the room.
    #[serde(default)]
    pub private_receipts: bool,
    /// Most lines on a card, 1 to 100.
    #[serde(default = "default_lines")]
    pub lines: usize,
    /// People whose rooms are kept in memory at once, about 25 kB each for 80 rooms. Beyond it the rooms of those seen longest ago are
    /// read whole again at their next visit.
    #[serde(default = "default_people")]
    pub remembered_people: u64,
}

fn default_name() -> String {
    "Element".to_owned()
}

fn default_device() -> String {
    "PLEIADE".to_owned()
}

fn default_lines() -> usize {
    20
}

fn default_people() -> u64 {
    5_000
}

impl MatrixConfig {
    /// A homeserver with every default.
    #[must_use]
    pub fn new(
        homeserver: Url,
        server_name: impl Into<String>,
        element_url: Url,
        access: MatrixAuthMethod,
    ) -> Self {
        Self {
            name: default_name(),
            homeserver,
            server_name: server_name.into(),
            element_url,
            access,
            device_id: default_device(),
            private_receipts: false,
            lines: default_lines(),
            remembered_people: default_people(),
        }
    }
}

/// The ways of authenticating to the homeserver.
#[derive(Clone, Deserialize)]
#[serde(tag = "mode", rename_all = "snake_case", deny_unknown_fields)]
#[non_exhaustive]
pub enum MatrixAuthMethod {
    /// An application service that acts for each person without any sign-in. Advised when the homeserver is the operator's own.
    ApplicationService {
        /// `as_token` of the registration file.
        as_token: SecretString,
    },
    /// A signed token that Synapse exchanges for a session (`jwt_config`, HS256). Creates unknown accounts. Not with MAS.
    Jwt {
        /// `jwt_config.secret`.
        secret: SecretString,
        /// `jwt_config.issuer`, when the homeserver checks it.
        issuer: Option<String>,
        /// One of `jwt_config.audiences`, when the homeserver checks them.
        audience: Option<String>,
    },
    /// The person's own OAuth 2.0 token, for a homeserver behind Matrix Authentication Service.
    PersonToken,
    /// An access token that the person connected once.
    LinkedAccount,
}

impl MatrixAuthMethod {
    /// The name of the mode in the configuration.
    #[must_use]
    pub fn mode(&self) -> &'static str {
        match self {
            Self::ApplicationService { .. } => "application_service",
            Self::Jwt { .. } => "jwt",
            Self::PersonToken => "person_token",
            Self::LinkedAccount => "linked_account",
        }
    }

    /// The kinds of credential that serve this mode.
    #[must_use]
    pub fn accepts(&self) -> &'static [CredentialKind] {
        match self {
            Self::ApplicationService { .. } | Self::Jwt { .. } => &[CredentialKind::ActingLogin],
            Self::PersonToken => &[CredentialKind::PersonToken],
            Self::LinkedAccount => &[CredentialKind::LinkedAccount],
        }
    }
}

impl fmt::Debug for MatrixAuthMethod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.mode())
    }
}
