//! What an operator writes to declare an authority of S²LOW.

use crate::{
    http::{ClientIdentity, is_plain_base},
    kind::ClientCertificate,
    kit::shared::Filter,
};
use chrono_tz::Tz;
use pleiade_core::{ConnectorError, ErrorKind, SecretString, WidgetId};
use serde::Deserialize;
use std::collections::BTreeSet;
use url::Url;

/// One authority of a S²LOW platform, and the technical account that reads it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct S2lowConfig {
    /// The address that the portal calls: `https://s2low.opsn.fr`. With `https` it needs `certificate` and `key`; `http` is for a proxy of
    /// the operator that holds them.
    pub url: Url,
    /// The address that people open, when it is not `url`.
    #[serde(default)]
    pub public_url: Option<Url>,
    /// The name that people read; `S²LOW` unless written.
    #[serde(default = "default_name")]
    pub name: String,
    /// The number of the authority in S²LOW (`authority_id`). Nothing is read when the certificate turns out to be another authority's.
    pub authority_id: u64,
    /// The client certificate of the technical account, with its chain, as PEM; by `certificate_file` it can be replaced without a restart.
    #[serde(default)]
    pub certificate: Option<String>,
    /// The key of the certificate, as PEM; by `key_file` it can be replaced without a restart.
    #[serde(default)]
    pub key: Option<SecretString>,
    /// The login of the technical account, for a certificate that several accounts share; without it no password is sent.
    #[serde(default)]
    pub login: Option<String>,
    /// The password of that login.
    #[serde(default)]
    pub password: Option<SecretString>,
    /// The zone of the server's clock, whose times come without one; `Europe/Paris` unless written.
    #[serde(default = "default_zone")]
    pub time_zone: Tz,
    /// The widgets to offer, in this order: `actes` and `helios` unless written. `mails` counts the secure mails, which S²LOW gives up.
    #[serde(default = "default_widgets")]
    pub widgets: Vec<WidgetKind>,
    /// Most acts or PES in error, and most PES Retour, on a card: 1 to 40, 10 unless written. Letters of the préfecture are all shown.
    #[serde(default = "default_lines")]
    pub lines: u8,
    /// Hours after which an act that was transmitted and not acknowledged is told, 24 to 720; 48 unless written, 0 for never.
    #[serde(default = "default_overdue_hours")]
    pub overdue_hours: u16,
    /// PES asked for at once, where an archivist's account counts them page by page: 10 to 1000, 1000 unless written.
    #[serde(default = "default_pes_page")]
    pub pes_page: u16,
    /// The groups whose members may mark a letter or a PES Retour as read, which marks it for the whole authority; nobody unless written.
    /// They also need a group of `filter.figures_for`.
    #[serde(default)]
    pub mark_read_for: BTreeSet<String>,
    /// Who sees what. `filter.figures_for` names the groups that see figures and lines, and nobody else sees any; `filter.tenants` gives for
    /// the collectivité the number of its authority.
    #[serde(default)]
    pub filter: Filter,
}

/// A widget of this connector.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum WidgetKind {
    /// Acts, and the letters of the préfecture.
    Actes,
    /// Accounting flows.
    Helios,
    /// The number of secure mails.
    Mails,
}

impl WidgetKind {
    /// Every widget, in the order they are proposed.
    pub const ALL: [Self; 3] = [Self::Actes, Self::Helios, Self::Mails];

    /// Its id.
    #[must_use]
    pub fn id(self) -> WidgetId {
        WidgetId::from_static(match self {
            Self::Actes => "actes",
            Self::Helios => "helios",
            Self::Mails => "mails",
        })
    }
}

impl S2lowConfig {
    /// An authority with every default, whose figures nobody sees yet.
    #[must_use]
    pub fn new(url: Url, authority_id: u64) -> Self {
        Self {
            url,
            public_url: None,
            name: default_name(),
            authority_id,
            certificate: None,
            key: None,
            login: None,
            password: None,
            time_zone: default_zone(),
            widgets: default_widgets(),
            lines: default_lines(),
            overdue_hours: default_overdue_hours(),
            pes_page: default_pes_page(),
            mark_read_for: BTreeSet::new(),
            filter: Filter::default(),
        }
    }

    /// The address that people open.
    #[must_use]
    pub fn public(&self) -> &Url {
        self.public_url.as_ref().unwrap_or(&self.url)
    }

    pub(super) fn certificate(&self) -> Option<ClientCertificate<'_>> {
        let (certificate, key) = self.certificate.as_deref().zip(self.key.as_ref())?;
        Some(ClientCertificate { certificate, key })
    }

    pub(super) fn check(&self) -> Result<(), ConnectorError> {
        let wrong = |hint: &'static str| {
            Err(ConnectorError::new(ErrorKind::BadConfiguration, "read the configuration").with_hint(hint))
        };
        if self.certificate.is_some() != self.key.is_some() {
            return wrong("`certificate` and `key` go together");
        }
        if self.url.scheme() == "https" && self.certificate.is_none() {
            return wrong("S²LOW asks for a client certificate: write `certificate_file` and `key_file`");
        }
        if let Some(certificate) = self.certificate() {
            let read: Result<ClientIdentity, _> = certificate.identity();
            if let Err(error) = read {
                return Err(ConnectorError::new(ErrorKind::BadConfiguration, "read the client certificate")
                    .with_hint(error.to_string())
                    .with_source(error));
            }
        }
        if self.login.is_some() != self.password.is_some() {
            return wrong(
                "`login` and `password` go together, for a certificate that several accounts share",
            );
        }
        if self.login.as_deref().is_some_and(|login| login.is_empty() || login.contains(':')) {
            return wrong("`login` is not empty and holds no colon");
        }
        if !self.mark_read_for.is_subset(&self.filter.figures_for) {
            return wrong(
                "`mark_read_for` names a group that is not in `filter.figures_for`, whose members see no letter",
            );
        }
        if !(1..=40).contains(&self.lines) {
            return wrong("`lines` is 1 to 40");
        }
        if self.overdue_hours != 0 && !(24..=720).contains(&self.overdue_hours) {
            return wrong("`overdue_hours` is 24 to 720, or 0 for never");
        }
        if !(10..=1000).contains(&self.pes_page) {
            return wrong("`pes_page` is 10 to 1000");
        }
        if !is_plain_base(self.public()) {
            return wrong("write `public_url` as https://host/path, without user, query or fragment");
        }
        let authority = self.authority_id.to_string();
        if self.filter.tenants.is_empty() || self.filter.tenants.values().any(|name| *name != authority) {
            return wrong(
                "`filter.tenants` gives for the collectivité the number of its authority, which is `authority_id`: one connector is one authority",
            );
        }
        Ok(())
    }
}

fn default_name() -> String {
    "S²LOW".to_owned()
}

fn default_zone() -> Tz {
    Tz::Europe__Paris
}

fn default_widgets() -> Vec<WidgetKind> {
    vec![WidgetKind::Actes, WidgetKind::Helios]
}

fn default_lines() -> u8 {
    10
}

fn default_overdue_hours() -> u16 {
    48
}

fn default_pes_page() -> u16 {
    1000
}
