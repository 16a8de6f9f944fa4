//! The sources: for whom each speaks, and what it may tell.

use super::{
    super::{ProblemKind, SourceConfig, SourceKind},
    Check,
};
use crate::source_kinds::SourceAdapter;
use pleiade_core::Role;
use url::Url;

impl<F: FnMut(ProblemKind, String, String)> Check<'_, F> {
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

    pub(super) fn sources(&mut self) {
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
            let days = source.mapping.keep_groups_days.unwrap_or_default();
            self.bounded(&format!("{key}.mapping.keep_groups_days"), days.into(), 0, 365);
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
}
