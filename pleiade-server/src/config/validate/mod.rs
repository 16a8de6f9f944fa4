//! Checks beyond types: references, duplicates, bounds.

mod connectors;
mod pages;
mod server;
mod sources;
mod tenants;

use super::{Config, ProblemKind, SourceSettings};
use pleiade_connectors::kind::ConnectorSettings;
use pleiade_core::{ConnectorId, TenantId};
use std::{collections::BTreeMap, fmt::Display};

/// Calls `report` with the kind, the key and the message of each mistake.
pub(super) fn check(
    config: &Config,
    sources: &[SourceSettings],
    connectors: &[Box<dyn ConnectorSettings>],
    report: &mut impl FnMut(ProblemKind, String, String),
) {
    let mut check = Check { config, sources, report };
    check.server();
    check.seal();
    check.tenants();
    check.sources();
    check.connectors(connectors);
    check.applications();
    check.boards();
    check.legal();
}

struct Check<'a, F> {
    config: &'a Config,
    /// The settings of the sources, in the order of the file.
    sources: &'a [SourceSettings],
    report: &'a mut F,
}

impl<F: FnMut(ProblemKind, String, String)> Check<'_, F> {
    fn report(&mut self, key: impl Into<String>, message: impl Into<String>) {
        (self.report)(ProblemKind::Wrong, key.into(), message.into());
    }

    fn bad_url(&mut self, key: impl Into<String>, message: impl Into<String>) {
        (self.report)(ProblemKind::BadUrl, key.into(), message.into());
    }

    fn bounded(&mut self, key: &str, value: u64, from: u64, to: u64) {
        if !(from..=to).contains(&value) {
            self.report(key, format!("must be {from} to {to}"));
        }
    }

    /// Reports each key after the first with the same value.
    fn check_unique<T: Ord + Display>(&mut self, what: &str, values: impl IntoIterator<Item = (String, T)>) {
        let mut seen: BTreeMap<T, String> = BTreeMap::new();
        for (key, value) in values {
            if let Some(first) = seen.get(&value) {
                let message = format!("the {what} `{value}` is already taken by {first}");
                self.report(key, message);
            } else {
                seen.insert(value, key);
            }
        }
    }

    fn known_tenants(&mut self, key: &str, tenants: &[TenantId]) {
        for (n, tenant) in tenants.iter().enumerate() {
            self.known_tenant(format!("{key}[{n}]"), tenant);
        }
    }

    fn known_tenant(&mut self, key: String, tenant: &TenantId) {
        if !self.config.tenants.iter().any(|known| known.id == *tenant) {
            self.report(key, format!("there is no tenant `{tenant}`"));
        }
    }

    fn known_connector(&mut self, key: &str, connector: &ConnectorId) {
        let known: Vec<&ConnectorId> = self.config.connectors.iter().map(|known| &known.id).collect();
        if !known.contains(&connector) {
            let known: Vec<String> = known.iter().map(|id| format!("`{id}`")).collect();
            let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
            self.report(key, format!("there is no connector `{connector}`; there is {known}"));
        }
    }
}
