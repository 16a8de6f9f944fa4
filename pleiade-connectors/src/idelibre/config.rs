//! What an operator writes to declare an i-delibRE server.

use super::wire::Uuid;
use crate::{http::is_plain_base, kit::shared::Filter};
use chrono_tz::Tz;
use pleiade_core::{ConnectorError, ErrorKind, ExposeSecret as _, SecretString, WidgetId};
use serde::Deserialize;
use std::collections::BTreeSet;
use url::Url;

/// One i-delibRE server, which several structures may share.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct IdelibreConfig {
    /// The address that the portal calls, above `/api/v2`: `https://idelibre.ville.fr`.
    pub url: Url,
    /// The address that people open, when it is not `url`.
    #[serde(default)]
    pub public_url: Option<Url>,
    /// The name that people read; `i-delibRE` unless written.
    #[serde(default = "default_name")]
    pub name: String,
    /// The structures of the server that the portal reads. With several, `filter.tenants` says which collectivité each of them is.
    pub structures: Vec<StructureConfig>,
    /// What the key of a person, which `credentials` gives, is in i-delibRE; `user_id` unless written.
    #[serde(default)]
    pub person: PersonKey,
    /// The web client that links open; `auto` unless written.
    #[serde(default)]
    pub web_client: WebClient,
    /// The widgets to offer, in this order; all of them unless told otherwise.
    #[serde(default = "every_widget")]
    pub widgets: Vec<WidgetKind>,
    /// Most sittings on the card, 1 to 40, 5 unless written; the secretariat sees as many to follow up.
    #[serde(default = "default_lines")]
    pub lines: u8,
    /// Who sees what of the answers. `filter.tenants` gives for each collectivité the `name` of its structure, and `filter.figures_for` the
    /// groups that follow up the answers, with the sittings of the whole structure.
    #[serde(default)]
    pub filter: Filter,
}

/// A structure (an authority) of the server.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct StructureConfig {
    /// Its name in this configuration, the one that `filter.tenants` gives.
    pub name: String,
    /// Its key, made in i-delibRE under Configurations, Clés d’api.
    pub key: SecretString,
    /// Its identifier (a UUID). When it is written and the key turns out to be another structure's, nothing is read.
    #[serde(default)]
    pub id: Option<String>,
    /// The zone in which the legal time of its sittings is told. i-delibRE does not give it: `Europe/Paris` unless written.
    #[serde(default = "default_zone")]
    pub time_zone: Tz,
    /// With `person = "username"`, what follows the `@` of its user names, added to keys that hold none.
    #[serde(default)]
    pub username_suffix: Option<String>,
}

/// The ways in which a person's key names a user of i-delibRE.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum PersonKey {
    /// It is the identifier of the user, a UUID.
    #[default]
    UserId,
    /// It is their mail address, whose case means nothing. Whoever shares it with another user is shown nothing.
    Mail,
    /// It is their user name, such as `m.dupont@ville`.
    Username,
}

/// The web clients of i-delibRE.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum WebClient {
    /// The one of the version that answers: `easy` from 4.3 on, `classic` before.
    #[default]
    Auto,
    /// The one of 4.3, below `/easy`, where a link leads to a sitting.
    Easy,
    /// The one of earlier versions, `/idelibre_client`, which has one address for everything.
    Classic,
}

/// A widget of this connector.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum WidgetKind {
    /// Sittings to come with the documents of the next one, and what the secretariat follows up.
    Sittings,
    /// Convocations to answer and to acknowledge.
    Convocations,
}

impl WidgetKind {
    /// Every widget, in the order they are proposed.
    pub const ALL: [Self; 2] = [Self::Convocations, Self::Sittings];

    /// Its id.
    #[must_use]
    pub fn id(self) -> WidgetId {
        WidgetId::from_static(match self {
            Self::Sittings => "sittings",
            Self::Convocations => "convocations",
        })
    }
}

impl IdelibreConfig {
    /// A server with one structure and every default.
    #[must_use]
    pub fn new(url: Url, structure: StructureConfig) -> Self {
        Self {
            url,
            public_url: None,
            name: default_name(),
            structures: vec![structure],
            person: PersonKey::default(),
            web_client: WebClient::default(),
            widgets: every_widget(),
            lines: default_lines(),
            filter: Filter::default(),
        }
    }

    /// The address that people open.
    #[must_use]
    pub fn public(&self) -> &Url {
        self.public_url.as_ref().unwrap_or(&self.url)
    }

    pub(super) fn check(&self) -> Result<(), ConnectorError> {
        let wrong = |hint| {
            Err(ConnectorError::new(ErrorKind::BadConfiguration, "read the configuration").with_hint(hint))
        };
        if !(1..=40).contains(&self.lines) {
            return wrong("`lines` is 1 to 40");
        }
        if !is_plain_base(self.public()) {
            return wrong("write `public_url` as https://host/path, without user, query or fragment");
        }
        if self.structures.is_empty() {
            return wrong("`structures` needs the name and the key of each structure");
        }
        let names: BTreeSet<&str> = self.structures.iter().map(|structure| structure.name.as_str()).collect();
        if names.len() < self.structures.len() || names.contains("") {
            return wrong("each of `structures` needs a `name` of its own");
        }
        if self.structures.iter().any(|structure| structure.key.expose_secret().trim().is_empty()) {
            return wrong("each of `structures` needs its `key`, from Configurations, Clés d’api");
        }
        let is_uuid = |id: &String| Uuid::parse(id).is_some();
        if !self.structures.iter().filter_map(|structure| structure.id.as_ref()).all(is_uuid) {
            return wrong("the `id` of a structure is a UUID, as `/api/v2/me` gives it");
        }
        if self.structures.len() > 1 && self.filter.tenants.is_empty() {
            return wrong(
                "with several `structures`, `filter.tenants` says which of them each collectivité is",
            );
        }
        if !self.filter.tenants.values().all(|name| names.contains(name.as_str())) {
            return wrong("`filter.tenants` gives names of `structures`, and one of them is not there");
        }
        Ok(())
    }
}

impl StructureConfig {
    /// A structure whose sittings are held in the time of Paris.
    #[must_use]
    pub fn new(name: impl Into<String>, key: SecretString) -> Self {
        Self { name: name.into(), key, id: None, time_zone: default_zone(), username_suffix: None }
    }
}

fn default_name() -> String {
    "i-delibRE".to_owned()
}

fn default_zone() -> Tz {
    Tz::Europe__Paris
}

fn default_lines() -> u8 {
    5
}

fn every_widget() -> Vec<WidgetKind> {
    WidgetKind::ALL.to_vec()
}
