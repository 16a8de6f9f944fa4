//! The connectors: whom each may read for, and as whom.

use super::{
    super::{ConnectorConfig, ProblemKind, SourceSettings},
    Check,
};
use crate::credentials::{CredentialRule, LoginFrom};
use pleiade_connectors::{kind::ConnectorSettings, kit::shared::Filter};
use pleiade_core::{CredentialKind, TenantId};
use std::collections::BTreeSet;
use url::Url;

impl<F: FnMut(ProblemKind, String, String)> Check<'_, F> {
    pub(super) fn connectors(&mut self, settings: &[Box<dyn ConnectorSettings>]) {
        let config = self.config;
        let ids = config.connectors.iter().enumerate();
        self.check_unique(
            "connector id",
            ids.map(|(n, connector)| (format!("connectors[{n}].id"), connector.id.clone())),
        );
        for (n, connector) in config.connectors.iter().enumerate() {
            self.known_tenants(&format!("connectors[{n}].tenants"), &connector.tenants);
            if [crate::desk::PORTAL, crate::desk::LEGAL].contains(&connector.id) {
                self.report(format!("connectors[{n}].id"), "is the portal's own; choose another");
            }
            self.vouchers(n, connector);
            if let Some(calls) = connector.max_concurrent_calls {
                self.bounded(&format!("connectors[{n}].max_concurrent_calls"), calls, 1, 256);
            }
        }
        for (n, (connector, settings)) in config.connectors.iter().zip(settings).enumerate() {
            self.check_credential_kind(n, connector, settings.accepts());
            self.technical(n, connector, settings.filter());
            for (key, tenant) in settings.tenants() {
                self.known_tenant(format!("connectors[{n}].settings.{key}.{tenant}"), tenant);
            }
            if !settings.confines_logins() {
                self.acting(n, connector);
            }
        }
        self.shared_instances(settings);
    }

    /// Refuses a connector whose settings ask for another kind of credential than the portal is told to give.
    fn check_credential_kind(&mut self, n: usize, connector: &ConnectorConfig, accepts: &[CredentialKind]) {
        if !accepts.contains(&connector.credentials.kind()) {
            let kinds: Vec<String> = accepts.iter().map(|kind| format!("`{}`", kind.as_str())).collect();
            let message = format!(
                "with these settings the connector accepts {}; where its settings have `access`, another one accepts others",
                kinds.join(", ")
            );
            self.report(format!("connectors[{n}].credentials"), message);
        }
    }

    /// A technical account reads everybody's rows: without a rule nobody sees any.
    fn technical(&mut self, n: usize, connector: &ConnectorConfig, filter: Option<&Filter>) {
        let CredentialRule::Technical { key } = connector.credentials else { return };
        let Some(filter) = filter else {
            if key.is_some() {
                self.report(
                    format!("connectors[{n}].credentials"),
                    "this connector shows everybody the same, so that `key` means nothing",
                );
            }
            return;
        };
        if key.is_none() && filter.figures_for.is_empty() {
            self.report(
                format!("connectors[{n}].credentials"),
                "nobody would see anything: say by `key` what names a person in the application, or by `settings.filter.figures_for` which groups see its figures",
            );
        }
        for (tenant, name) in &filter.tenants {
            self.known_tenant(format!("connectors[{n}].settings.filter.tenants.{tenant}"), tenant);
            if name.trim().is_empty() {
                self.report(
                    format!("connectors[{n}].settings.filter.tenants"),
                    format!("`{tenant}` has no name: every row that names no tenant would be its own"),
                );
            }
        }
    }

    /// An instance that several tenants read by technical accounts, through one connector or several, names each of them: otherwise people
    /// who have the same key would read each other's rows.
    fn shared_instances(&mut self, settings: &[Box<dyn ConnectorSettings>]) {
        let config = self.config;
        let technical: Vec<(usize, BTreeSet<String>, Vec<&TenantId>, &Filter)> = config
            .connectors
            .iter()
            .zip(settings)
            .enumerate()
            .filter(|(_, (connector, _))| matches!(connector.credentials, CredentialRule::Technical { .. }))
            .filter_map(|(n, (connector, settings))| {
                let origin =
                    |url: &&Url| format!("{} {}", connector.kind, url.origin().ascii_serialization());
                let origins = settings.addresses().iter().map(origin).chain(settings.stores()).collect();

                let serves = |tenant: &TenantId| connector.serves(tenant);
                let served = config.tenants.iter().map(|tenant| &tenant.id).filter(|id| serves(id)).collect();
                Some((n, origins, served, settings.filter()?))
            })
            .collect();
        for (n, origins, served, filter) in &technical {
            let sharing = technical.iter().filter(|(_, other, ..)| !other.is_disjoint(origins));
            let tenants: BTreeSet<&TenantId> =
                sharing.clone().flat_map(|(_, _, served, _)| served.iter().copied()).collect();
            let is_shared = tenants.len() > 1 || !filter.tenants.is_empty();
            if tenants.len() > 1 && settings.get(*n).is_some_and(|settings| !settings.rows_name_tenants()) {
                self.report(
                    format!("connectors[{n}].settings"),
                    "several tenants read this application by a technical account, and its rows do not say whose they are: declare an instance for each",
                );
            }
            let unnamed: Vec<String> = served
                .iter()
                .filter(|id| !filter.tenants.contains_key(**id))
                .map(|id| format!("`{id}`"))
                .collect();
            if is_shared && !unnamed.is_empty() {
                let why = match tenants.len() {
                    0 | 1 => "`filter.tenants` names some tenants and not all that the connector serves",
                    _ => {
                        "several tenants read this application by a technical account, and none may read the rows of another"
                    }
                };
                self.report(
                    format!("connectors[{n}].settings"),
                    format!(
                        "{why}: `filter.tenants` must say how the application names {}",
                        unnamed.join(", ")
                    ),
                );
            }
            let names = sharing.flat_map(|(.., other)| &other.tenants);
            let mine = |tenant: &TenantId, name: &str| {
                filter.tenants.iter().any(|(own, known)| own != tenant && known == name)
            };
            if let Some((_, name)) = names.clone().find(|(tenant, name)| mine(tenant, name)) {
                self.report(
                    format!("connectors[{n}].settings.filter.tenants"),
                    format!("names two tenants `{name}`: each would read the rows of the other"),
                );
            }
        }
    }

    fn vouchers(&mut self, n: usize, connector: &ConnectorConfig) {
        if let Some(owner) = &connector.owner {
            self.known_tenants(&format!("connectors[{n}].owner"), std::slice::from_ref(owner));
        }
        for (m, source) in connector.vouched_by.iter().enumerate() {
            if !self.config.sources.iter().any(|known| known.id == *source) {
                let message = format!("there is no source `{source}`");
                self.report(format!("connectors[{n}].vouched_by[{m}]"), message);
            }
        }
        let acts = connector.credentials.acts_for().is_some();
        if !acts && (!connector.vouched_by.is_empty() || connector.typed_logins) {
            let key = if connector.typed_logins { "typed_logins" } else { "vouched_by" };
            self.report(
                format!("connectors[{n}].{key}"),
                "means something for `acting_login`, and for `technical` with a `key`, alone",
            );
        }
    }

    /// Whoever runs a collectivité's own source chooses the logins that it tells. Where the portal acts for a login without asking for
    /// a proof, that source must not reach the accounts of other collectivités, unless the application confines logins by itself.
    fn acting(&mut self, n: usize, connector: &ConnectorConfig) {
        // What a technical account reads is confined by the name of the collectivité.
        let acts = matches!(connector.credentials, CredentialRule::ActingLogin { .. });
        if !acts {
            return;
        }
        if matches!(connector.credentials, CredentialRule::ActingLogin { login: LoginFrom::EmployeeNumber }) {
            self.report(
                format!("connectors[{n}].credentials.login"),
                "an employee number is one person's in one collectivité alone and no login of an application: write it as `key` of a technical account",
            );
        }
        let config = self.config;
        let serves = |tenant: &TenantId| connector.serves(tenant);
        let served = config.tenants.iter().filter(|tenant| serves(&tenant.id)).count();
        let chooses = |settings: &SourceSettings| settings.adapter().account_policy().is_none();
        let foreign = config
            .sources
            .iter()
            .zip(self.sources)
            .find(|(source, settings)| chooses(settings) && source.owner.as_ref().is_some_and(serves));
        if let (2.., Some((source, _))) = (served, foreign) {
            let (id, owner) = (&source.id, source.owner.as_ref().map_or("", TenantId::as_str));
            self.report(
                format!("connectors[{n}].credentials"),
                format!(
                    "`acting_login` for several tenants trusts every login, and the source `{id}` of `{owner}` could name a person of another tenant: serve `{owner}` by a connector of its own, or use another kind of credential"
                ),
            );
        }
    }
}
