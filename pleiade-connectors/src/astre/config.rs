//! What an operator writes about what Astre hands over.

use crate::{exchange::source::ExchangeSource, http::is_plain_base, kit::shared::Filter};
use chrono_tz::Tz;
use pleiade_core::{ConnectorError, ErrorKind, IndicatorKey};
use serde::Deserialize;
use std::collections::BTreeSet;
use url::Url;

/// What an Astre hands over by the exchange contract.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct AstreConfig {
    /// The page that people open: `https://astre.ville.fr/astre/gf`. Nothing is called there.
    pub home: Url,
    /// The name that people read; `Astre` unless written.
    #[serde(default = "default_name")]
    pub name: String,
    /// Where it comes from: one of `files`, `postgresql`, `sqlite` and `json`.
    pub source: ExchangeSource,
    /// The code of the application in the column `application`, where one source holds several: `AGF`, `ARH`.
    #[serde(default)]
    pub application: Option<String>,
    /// The zone of times that come without one; that of the collectivité unless written.
    #[serde(default)]
    pub time_zone: Option<Tz>,
    /// Other hosts than that of `home` to which the column `url` may lead, by `https`: `agenda.ville.fr`, or `agenda.ville.fr:8443`.
    #[serde(default)]
    pub link_hosts: Vec<String>,
    /// The widgets to offer, in this order: `approvals` and `budget` unless written. `people` shows what Astre RH hands over.
    #[serde(default = "default_widgets")]
    pub widgets: Vec<WidgetKind>,
    /// Days after its date on which an invoice without a deadline of its own is late: the time for payment, 1 to 90, 30 unless written.
    #[serde(default = "default_payment_days")]
    pub payment_days: u16,
    /// The codes of the balances that `people` shows, in this order, each under the name that it is handed over with; `solde_ca`, `solde_rtt`
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
    /// Commitments, purchase orders and invoices that wait for the person.
    Approvals,
    /// Their budget.
    Budget,
    /// Balances of leave, and requests for leave.
    People,
}

impl AstreConfig {
    pub(super) fn check(&self) -> Result<(), ConnectorError> {
        let wrong = |hint: &'static str| {
            Err(ConnectorError::new(ErrorKind::BadConfiguration, "read the configuration").with_hint(hint))
        };
        if !is_plain_base(&self.home) {
            return wrong("write `home` as https://host/path, without user, query or fragment");
        }
        if !(1..=90).contains(&self.payment_days) {
            return wrong("`payment_days` is 1 to 90");
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
    "Astre".to_owned()
}

fn default_widgets() -> Vec<WidgetKind> {
    vec![WidgetKind::Approvals, WidgetKind::Budget]
}

fn default_payment_days() -> u16 {
    30
}

fn default_balances() -> Vec<IndicatorKey> {
    ["solde_ca", "solde_rtt", "solde_cet"].map(IndicatorKey::from_static).to_vec()
}
