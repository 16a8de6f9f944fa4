//! Checks beyond types: references, duplicates, bounds.

use super::{Config, ConnectorConfig, ProblemKind, SourceConfig, SourceKind, SourceSettings};
use crate::{
    credentials::CredentialRule, seal::SealKey, source_kinds::SourceAdapter, web::cookies::CookieRule,
};
use pleiade_connectors::{kind::ConnectorSettings, kit::shared::Filter, legal::RuleBook};
use pleiade_core::{ConnectorId, CredentialKind, ExposeSecret, Role, TenantId};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Display,
};
use url::{Host, Url};

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

    fn server(&mut self) {
        let config = self.config;
        let url = &config.server.public_url;
        if CookieRule::for_public_url(url).is_none() {
            self.bad_url(
                "server.public_url",
                "must be https; plain http only for localhost and loopback addresses",
            );
        }
        if !is_site(url) {
            self.bad_url(
                "server.public_url",
                "must be a scheme and a host, with nothing behind the host but a port",
            );
        }
        self.bounded("server.action_seconds", config.server.action_seconds, 1, 60);
        let per_address = u64::try_from(config.server.connections_per_address).unwrap_or(u64::MAX);
        self.bounded("server.connections_per_address", per_address, 1, 1_000_000);
        self.bounded("server.drain_seconds", config.server.drain_seconds, 0, 60);
        self.bounded("database.lock_seconds", config.database.lock_seconds, 1, 60);
        self.bounded("database.max_connections", config.database.max_connections.into(), 1, 200);
        self.bounded("sessions.idle_minutes", config.sessions.idle_minutes, 5, 1440);
        self.bounded("audit.keep_days", config.audit.keep_days, 180, 3650);
        self.bounded("sessions.absolute_hours", config.sessions.absolute_hours, 1, 24);
        if let Some(url) = &config.database.url {
            if config.database.path.is_some() {
                self.report("database.path", "write `url` for PostgreSQL or `path` for SQLite, not both");
            }
            let scheme = url.expose_secret().split("://").next();
            if !matches!(scheme, Some("postgres" | "postgresql")) {
                self.bad_url("database.url", "must begin with postgres://; for SQLite write `path`");
            }
        }
        if config.metrics.token.as_ref().is_some_and(|token| token.expose_secret().len() < 16) {
            self.report("metrics.token", "must have at least 16 characters");
        }
        if config.logging.level.parse::<tracing_subscriber::EnvFilter>().is_err() {
            self.report("logging.level", "not a filter; write for example info,pleiade_connectors=debug");
        }
        if let Some(ca) = &config.outgoing.ca
            && pleiade_federation::tls::client_config(Some(ca.as_bytes())).is_err()
        {
            self.report("outgoing.ca", "holds no certificate in PEM form");
        }
    }

    fn seal(&mut self) {
        let seal = &self.config.seal;
        for (key, value) in [
            ("seal.key", &seal.key),
            ("seal.previous_key", &seal.previous_key),
            ("seal.next_key", &seal.next_key),
        ] {
            if let Some(Err(error)) = value.as_ref().map(|key| SealKey::from_base64(key.expose_secret())) {
                self.report(key, error.to_string());
            }
        }
        if self.config.database.url.is_some() && seal.key.is_none() {
            self.report(
                "database.url",
                "with PostgreSQL every replica needs the same sealing key: write seal.key_file (make one with `pleiade-server key new`)",
            );
        }
    }

    fn tenants(&mut self) {
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
            if tenant.id.as_str() == super::model::OPERATOR_ID {
                self.report(format!("tenants[{n}].id"), "this id is the operator's own");
            }
            if tenant.name.trim().is_empty() {
                self.report(format!("tenants[{n}].name"), "must not be empty");
            }
            self.monogram(&format!("tenants[{n}].monogram"), tenant.monogram.as_deref());
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
    }

    fn monogram(&mut self, key: &str, monogram: Option<&str>) {
        if monogram.is_some_and(|letters| !(1..=2).contains(&letters.chars().count())) {
            self.report(key, "must be one or two letters");
        }
    }

    fn sync(&mut self, key: &str, source: &SourceConfig, adapter: &dyn SourceAdapter) {
        let Some(sync) = &source.sync else { return };
        if !adapter.lists_people() {
            self.report(key, "only sources of kind `ldap` or `scim` list people");
        }
        self.bounded(&format!("{key}.every_minutes"), sync.every_minutes.into(), 0, 1440);
        self.bounded(&format!("{key}.delete_after_days"), sync.delete_after_days.into(), 1, 365);
        self.bounded(&format!("{key}.deadline_minutes"), sync.deadline_minutes.into(), 1, 120);
        if sync.time().is_none() {
            self.report(format!("{key}.full_at"), "must be a time of day, as 03:00");
        }
    }

    fn sources(&mut self) {
        let (config, settings) = (self.config, self.sources);
        let ids = config.sources.iter().enumerate();
        self.check_unique(
            "source id",
            ids.map(|(n, source)| (format!("sources[{n}].id"), source.id.clone())),
        );
        for ((n, source), settings) in config.sources.iter().enumerate().zip(settings) {
            let key = format!("sources[{n}]");
            let adapter = settings.adapter();
            self.owner(&key, source);
            self.known_tenants(&format!("{key}.offered_to"), &source.offered_to);
            self.reliance(&key, source);
            self.ticket_pairing(&key, source, adapter);
            if !source.sign_in && !adapter.may_serve_alone() {
                self.report(
                    format!("{key}.sign_in"),
                    "only sources of kind `ldap`, and `cas` with `settings.proxy`, serve without letting people in",
                );
            }
            self.sync(&format!("{key}.sync"), source, adapter);
            self.replacement(&key, source);
            self.mapping(&key, source, adapter);
            if source.menu.is_some() && !adapter.has_portal_session() {
                self.report(format!("{key}.menu"), "only an `oidc` source has the session of a portal");
            }
            for setting in adapter.bounded_settings() {
                let key = format!("{key}.settings.{}", setting.key);
                self.bounded(&key, setting.value, setting.least, setting.most);
            }
            for ours in adapter.return_addresses() {
                let path = format!("/sign-in/{}/{}", source.id, ours.page);
                self.redirect(&format!("{key}.settings.{}", ours.key), ours.address, &path);
            }
            if adapter.tells_logins_alone() {
                self.nothing_but_logins(&format!("{key}.mapping"), source, adapter.name());
            }
        }
    }

    /// A source of one collectivité speaks for that one alone.
    fn owner(&mut self, key: &str, source: &SourceConfig) {
        let Some(owner) = &source.owner else { return };
        if !self.config.tenants.iter().any(|tenant| tenant.id == *owner) {
            self.report(format!("{key}.owner"), format!("there is no tenant `{owner}`"));
        }
        if !source.offered_to.is_empty() {
            self.report(format!("{key}.offered_to"), "only the operator's sources are offered to others");
        }
        if source.mapping.tenants.is_some() {
            self.report(
                format!("{key}.mapping.tenants"),
                "a source with an owner speaks for its owner alone",
            );
        }
        if source.mapping.roles.iter().any(|rule| rule.role == Role::Operator) {
            self.report(
                format!("{key}.mapping.roles"),
                "the role `operator` comes from the operator's own sources only",
            );
        }
    }

    /// Each source names the collectivités of its people in one way.
    fn mapping(&mut self, key: &str, source: &SourceConfig, adapter: &dyn SourceAdapter) {
        let mapping = &source.mapping;
        if mapping.provider.is_some() && mapping.tenants.is_none() {
            self.report(
                format!("{key}.mapping.provider"),
                "needs `tenants`, the attribute of the SIRET: neither of both is enough alone",
            );
        }
        for (m, rule) in mapping.roles.iter().enumerate() {
            let tenants = rule.tenant.as_slice();
            self.known_tenants(&format!("{key}.mapping.roles[{m}].tenant"), tenants);
        }
        let keeps_accounts = adapter.account_policy().is_some();
        let has_people = source.sign_in || adapter.lists_people();
        // A directory names the collectivités too.
        let maps_tenants = mapping.tenants.is_some() || source.directory.is_some();
        if keeps_accounts && mapping.tenants.is_some() {
            self.report(
                format!("{key}.mapping.tenants"),
                "local accounts keep their collectivités themselves",
            );
        } else if !keeps_accounts && source.owner.is_none() && !maps_tenants && has_people {
            self.report(key, "write `owner`, or in `mapping` the attribute `tenants` that names each person's collectivités");
        }
    }

    /// What a source tells that cannot be believed decides nothing.
    fn nothing_but_logins(&mut self, key: &str, source: &SourceConfig, kind: &str) {
        let mapping = &source.mapping;
        let asks = mapping.tenants.is_some()
            || mapping.provider.is_some()
            || mapping.kind.is_some()
            || mapping.function.is_some()
            || !mapping.fields.is_empty()
            || !mapping.roles.is_empty();
        if asks {
            self.report(
                key,
                format!(
                    "a `{kind}` source tells a user name and nothing else: take the rest from a `directory`"
                ),
            );
        }
    }

    /// A directory speaks for a source only when both belong to the same: else one collectivité's portal would open another's people.
    fn reliance(&mut self, key: &str, source: &SourceConfig) {
        let Some(directory) = &source.directory else {
            if source.directory_key.is_some() || !source.strip_prefix.is_empty() {
                self.report(format!("{key}.directory"), "write the source that lists the people");
            }
            return;
        };
        let mut all = self.config.sources.iter().zip(self.sources);
        match all.find(|(other, _)| other.id == *directory) {
            Some((theirs, settings)) if theirs.id == source.id || !settings.adapter().lists_people() => {
                self.report(format!("{key}.directory"), format!("`{directory}` lists no people"));
            }
            Some((theirs, _)) if theirs.owner != source.owner => {
                self.report(format!("{key}.directory"), format!("`{directory}` has another owner"));
            }
            Some(_) => {}
            None => self.report(format!("{key}.directory"), format!("there is no source `{directory}`")),
        }
        if source.directory_key.is_none() {
            self.report(
                format!("{key}.directory_key"),
                "write what finds a person in the directory: `subject`, `login`, or the name of an attribute",
            );
        }
    }

    /// Proxy tickets come from the CAS server of the same owner, to which a browser goes and comes back from unasked. Whoever runs a source
    /// tells the logins of its people: towards a server of somebody else they could name anybody.
    fn ticket_pairing(&mut self, key: &str, source: &SourceConfig, adapter: &dyn SourceAdapter) {
        let Some(named) = &source.proxy_tickets_from else { return };
        let key = format!("{key}.proxy_tickets_from");
        if adapter.gives_proxy_tickets() {
            return self
                .report(key, "the server of this source gives the proxy tickets of its sessions itself");
        }
        if !source.sign_in || source.kind == SourceKind::Scim {
            return self.report(key, "nobody signs in by this source");
        }
        let mut all = self.config.sources.iter().zip(self.sources);
        let Some((paired, settings)) = all.find(|(other, _)| other.id == *named) else {
            return self.report(key, format!("there is no source `{named}`"));
        };
        let Some(service) = settings.adapter().ticket_service() else {
            let message = format!(
                "`{named}` gives no proxy tickets to other sources: that needs the kind `cas` with `settings.proxy` and without `renew`"
            );
            return self.report(key, message);
        };
        if paired.owner != source.owner {
            return self.report(
                key,
                format!(
                    "`{named}` has another owner: whoever runs this source chooses whose tickets are read"
                ),
            );
        }
        let host = service.host_str().unwrap_or_default();
        if !self.config.sign_in_hosts(source).iter().any(|known| known.eq_ignore_ascii_case(host)) {
            let message =
                format!("`{named}` brings browsers back to {host}, where nobody signs in by this source");
            self.report(key, message);
        }
    }

    /// An address finds somebody only between two sources of one collectivité, and by a domain that is its own alone.
    fn replacement(&mut self, key: &str, source: &SourceConfig) {
        let config = self.config;
        let Some(replaced) = &source.replaces else { return };
        let theirs = config.sources.iter().find(|other| other.id == replaced.source);
        if theirs.is_none_or(|theirs| theirs.id == source.id || theirs.owner != source.owner) {
            self.report(format!("{key}.replaces.source"), "must be another source of the same owner");
        }
        if source.owner.is_none() {
            self.report(format!("{key}.replaces"), "only a collectivité's own source replaces another");
        }
        for (m, domain) in replaced.domains.iter().enumerate() {
            let mut bearers = config.tenants.iter().filter(|tenant| tenant.mail_domains.contains(domain));
            let own = bearers.next().is_some_and(|tenant| source.owner.as_ref() == Some(&tenant.id));
            if !own || bearers.next().is_some() {
                self.report(
                    format!("{key}.replaces.domains[{m}]"),
                    "must be a mail domain of the owner, and of the owner alone",
                );
            }
        }
    }

    /// The browser must come back to one of our own sites.
    fn redirect(&mut self, key: &str, uri: &Url, path: &str) {
        let config = self.config;
        let host = uri.host_str().unwrap_or_default();
        let common = config.server.public_url.host_str() == Some(host);
        let tenants = config.tenants.iter().flat_map(|tenant| &tenant.hosts);
        if !common && !tenants.into_iter().any(|known| known.eq_ignore_ascii_case(host)) {
            self.bad_url(key, "its host is neither that of server.public_url nor a tenant's");
        }
        if uri.path() != path || uri.query().is_some() || uri.fragment().is_some() {
            self.bad_url(key, format!("its path must be {path}, and nothing behind"));
        }
        if uri.scheme() != config.server.public_url.scheme() {
            self.bad_url(key, "must have the scheme of server.public_url");
        }
    }

    fn connectors(&mut self, settings: &[Box<dyn ConnectorSettings>]) {
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

                let serves =
                    |tenant: &TenantId| connector.tenants.is_empty() || connector.tenants.contains(tenant);
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
        let config = self.config;
        let serves = |tenant: &TenantId| connector.tenants.is_empty() || connector.tenants.contains(tenant);
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

    fn applications(&mut self) {
        let config = self.config;
        let ids = config.applications.iter().enumerate();
        self.check_unique(
            "application id",
            ids.map(|(n, app)| (format!("applications[{n}].id"), app.id.clone())),
        );
        for (n, application) in config.applications.iter().enumerate() {
            self.known_tenants(&format!("applications[{n}].tenants"), &application.tenants);
            if !matches!(application.url.scheme(), "https" | "http") {
                self.bad_url(format!("applications[{n}].url"), "must begin with https://");
            }
            if let Some(connector) = &application.connector {
                self.known_connector(&format!("applications[{n}].connector"), connector);
            }
        }
    }

    fn legal(&mut self) {
        let config = self.config;
        if let Err(problems) = RuleBook::built_in().amended(&config.legal.rules) {
            for problem in problems {
                self.report(format!("legal.rules[{}].{}", problem.change, problem.key), problem.message);
            }
        }
        for (n, tenant) in config.tenants.iter().enumerate() {
            for (m, group) in tenant.legal_groups.iter().flatten().enumerate() {
                if group.trim().is_empty() {
                    self.report(format!("tenants[{n}].legal_groups[{m}]"), "must not be empty");
                }
            }
        }
    }

    fn boards(&mut self) {
        let config = self.config;
        for (n, board) in config.boards.iter().enumerate() {
            if let Some(tenant) = &board.tenant
                && !config.tenants.iter().any(|known| known.id == *tenant)
            {
                self.report(format!("boards[{n}].tenant"), format!("there is no tenant `{tenant}`"));
            }
            for (m, card) in board.cards.iter().enumerate() {
                self.known_connector(&format!("boards[{n}].cards[{m}].connector"), &card.connector);
            }
        }
    }
}

fn is_site(url: &Url) -> bool {
    url.has_host()
        && url.path() == "/"
        && url.query().is_none()
        && url.fragment().is_none()
        && url.username().is_empty()
        && url.password().is_none()
}

fn is_host(host: &str) -> bool {
    !host.is_empty() && !host.contains([':', '/', '@', '*']) && Host::parse(host).is_ok()
}
