//! The collectivités: their names, hosts and numbers.

use super::{
    super::{
        ProblemKind,
        model::{OPERATOR_ID, StatementsConfig},
    },
    Check,
};
use url::Host;

impl<F: FnMut(ProblemKind, String, String)> Check<'_, F> {
    pub(super) fn tenants(&mut self) {
        let config = self.config;
        let tenants = || config.tenants.iter().enumerate();
        self.check_unique(
            "tenant id",
            tenants().map(|(n, tenant)| (format!("tenants[{n}].id"), tenant.id.clone())),
        );
        let common = config.server.public_url.host_str().unwrap_or_default().to_lowercase();
        let hosts = tenants().flat_map(|(n, tenant)| {
            tenant
                .hosts
                .iter()
                .enumerate()
                .map(move |(m, host)| (format!("tenants[{n}].hosts[{m}]"), host.to_lowercase()))
        });
        self.check_unique("host", std::iter::once(("server.public_url".to_owned(), common)).chain(hosts));
        self.check_unique(
            "SIREN",
            tenants().filter_map(|(n, tenant)| Some((format!("tenants[{n}].siren"), tenant.siren?))),
        );
        self.check_unique(
            "SIRET",
            tenants().flat_map(|(n, tenant)| {
                tenant
                    .sirets
                    .iter()
                    .enumerate()
                    .map(move |(m, siret)| (format!("tenants[{n}].sirets[{m}]"), *siret))
            }),
        );
        for (n, tenant) in tenants() {
            if tenant.id.as_str() == OPERATOR_ID {
                self.report(format!("tenants[{n}].id"), "this id is the operator's own");
            }
            if tenant.name.trim().is_empty() {
                self.report(format!("tenants[{n}].name"), "must not be empty");
            }
            self.monogram(&format!("tenants[{n}].monogram"), tenant.monogram.as_deref());
            self.statements(&format!("tenants[{n}].statements"), &tenant.statements);
            for (m, host) in tenant.hosts.iter().enumerate() {
                if !is_host(host) {
                    self.report(
                        format!("tenants[{n}].hosts[{m}]"),
                        "write a host name alone, without https:// and port",
                    );
                }
            }
        }
        if config.operator.name.trim().is_empty() {
            self.report("operator.name", "must not be empty");
        }
        self.monogram("operator.monogram", config.operator.monogram.as_deref());
        self.statements("operator.statements", &config.operator.statements);
    }

    fn statements(&mut self, key: &str, statements: &StatementsConfig) {
        for (name, text) in [("publisher", &statements.publisher), ("host", &statements.host)] {
            if text.as_ref().is_some_and(|text| text.trim().is_empty()) {
                self.report(format!("{key}.{name}"), "must not be empty");
            }
        }
        let Some(audit) = &statements.audit else { return };
        self.bounded(&format!("{key}.audit.met"), audit.met.into(), 0, 100);
        if audit.by.trim().is_empty() {
            self.report(format!("{key}.audit.by"), "must not be empty");
        }
        if audit.declaration.as_ref().is_some_and(|url| url.scheme() != "https") {
            self.report(format!("{key}.audit.declaration"), "must begin with https://");
        }
    }

    fn monogram(&mut self, key: &str, monogram: Option<&str>) {
        if monogram.is_some_and(|letters| !(1..=2).contains(&letters.chars().count())) {
            self.report(key, "must be one or two letters");
        }
    }
}

fn is_host(host: &str) -> bool {
    !host.is_empty() && !host.contains([':', '/', '@', '*']) && Host::parse(host).is_ok()
}
