//! What an operator writes about what a time and attendance product hands over.

use crate::{exchange::source::ExchangeSource, http::is_plain_base, kit::shared::Filter};
use chrono_tz::Tz;
use pleiade_core::{ConnectorError, ErrorKind, IndicatorKey};
use serde::Deserialize;
use std::collections::BTreeSet;
use url::Url;

/// What a time and attendance product hands over by the exchange contract.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct GtaConfig {
    /// The page that people open: `https://temps.ville.fr/`. Nothing is called there.
    pub home: Url,
    /// The name that people read; `Temps et congés` unless written.
    #[serde(default = "default_name")]
    pub name: String,
    /// Where it comes from: one of `files`, `postgresql`, `sqlite` and `json`.
    pub source: ExchangeSource,
    /// The code of the application in the column `application`, where one source holds several: `GTA`.
    #[serde(default)]
    pub application: Option<String>,
    /// The zone of times that come without one; that of the collectivité unless written.
    #[serde(default)]
    pub time_zone: Option<Tz>,
    /// Other hosts than that of `home` to which the column `url` may lead, by `https`: `agenda.ville.fr`, or `agenda.ville.fr:8443`.
    #[serde(default)]
    pub link_hosts: Vec<String>,
    /// The widgets to offer, in this order: `balances`, `requests` and `approvals` unless written. `clockings` shows who
    /// came and went today, where that is handed over.
    #[serde(default = "default_widgets")]
    pub widgets: Vec<WidgetKind>,
    /// The codes of the balances that `balances` shows, in this order, each under the name that it is handed over with; `solde_ca`, `solde_rtt`
    /// and `solde_cet` unless written.
    #[serde(default = "default_balances")]
    pub balances: Vec<IndicatorKey>,
    /// Who sees what.
    #[serde(default)]
    pub filter: Filter,
}

/// A widget of this connector.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum WidgetKind {
    /// Balances of leave and of hours.
    Balances,
    /// The person's own requests and absences.
    Requests,
    /// Requests that wait for their approval.
    Approvals,
    /// When they came and went today.
    Clockings,
}

impl GtaConfig {
    pub(super) fn check(&self) -> Result<(), ConnectorError> {
        let wrong = |hint: &'static str| {
            Err(ConnectorError::new(ErrorKind::BadConfiguration, "read the configuration").with_hint(hint))
        };
        if !is_plain_base(&self.home) {
            return wrong("write `home` as https://host/path, without user, query or fragment");
        }
        if self.widgets.is_empty() || self.widgets.iter().collect::<BTreeSet<_>>().len() < self.widgets.len()
        {
            return wrong("`widgets` names at least one widget, and none twice");
        }
        match self.balances.iter().collect::<BTreeSet<_>>().len() < self.balances.len() {
            true => wrong("`balances` names none twice"),
            false => Ok(()),
        }
    }
}

fn default_name() -> String {
    "Temps et congés".to_owned()
}

fn default_widgets() -> Vec<WidgetKind> {
    vec![WidgetKind::Balances, WidgetKind::Requests, WidgetKind::Approvals]
}

fn default_balances() -> Vec<IndicatorKey> {
    ["solde_ca", "solde_rtt", "solde_cet"].map(IndicatorKey::from_static).to_vec()
}
