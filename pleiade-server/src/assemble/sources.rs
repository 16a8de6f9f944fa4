//! The sign-in sources of the file.

use super::error::AssembleError;
use crate::{
    catalogue::{Portal, PortalMenus},
    config::{Config, Loaded, Problem, SourceConfig, SourceSettings},
    sign_in::{
        Replacement, SignIn, Source,
        directory_binding::DirectoryBinding,
        mapping::{Mapping, Tenants as TenantRule},
    },
    source_kinds::{BuiltSource, SourceContext},
    sync::{Directories, FollowedDirectory, SyncRules},
};
use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use pleiade_core::{Clock, SourceId, TenantId, Transport};
use sha2::{Digest as _, Sha256};
use std::{collections::BTreeMap, sync::Arc};

/// The sources of the file, in its order.
///
/// # Errors
/// The first whose settings are refused, with its place.
pub(crate) fn build_sources(
    loaded: &Loaded,
    context: SourceContext<'_>,
) -> Result<Vec<BuiltSource>, Problem> {
    let built = loaded.sources().enumerate().map(|(n, (entry, settings))| {
        let built = settings.adapter().build(&entry.id, context);
        built.map_err(|message| loaded.problem(&format!("sources[{n}].settings"), message))
    });
    built.collect()
}

/// The sign-in sources of the file, built.
pub(super) fn sign_in(loaded: &Loaded, built: Vec<BuiltSource>, clock: &Arc<dyn Clock>) -> SignIn {
    let config = &loaded.config;
    let mut reliances = reliances(loaded, &built);
    let headers: Vec<_> = built.iter().filter_map(|built| built.headers.clone()).collect();
    let sources = loaded.sources().zip(built).map(|((entry, settings), built)| Source {
        provider: built.provider,
        title: entry.name.clone(),
        owner: entry.owner.clone(),
        allows_sign_in: entry.sign_in,
        offered_to: entry.offered_to.clone(),
        mapping: mapping(entry, settings),
        form_targets: settings.adapter().form_targets(),
        portal_session: entry.menu.as_ref().map(|menu| menu.session_claim.clone()),
        directory: reliances.remove(&entry.id),
        replaces: entry.replaces.as_ref().map(|replaced| Replacement {
            source: replaced.source.clone(),
            until: start_of_next_day(replaced.until),
            domains: replaced.domains.clone(),
        }),
        proxy_tickets_from: entry.proxy_tickets_from.clone(),
        ticket_host: settings.adapter().ticket_service().and_then(|url| url.host_str()).map(str::to_owned),
        at_common_host: entry.owner.as_ref().is_some_and(|owner| without_host(config, owner)),
        fingerprint: fingerprint(entry, settings),
    });
    SignIn::new(sources, clock.clone()).with_trusted_headers(headers)
}

/// The fingerprint of a source: its kind, its owner, and who vouches. Sessions of a source with another fingerprint are refused.
fn fingerprint(entry: &SourceConfig, settings: &SourceSettings) -> String {
    let adapter = settings.adapter();
    let owner = entry.owner.as_ref().map_or("", TenantId::as_str);
    let digest = Sha256::digest([adapter.name(), owner, &adapter.authority()].join("\0"));
    digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

pub(super) fn portal_menus(
    loaded: &Loaded,
    transport: &Arc<dyn Transport>,
) -> Result<Option<PortalMenus>, AssembleError> {
    let mut portals: BTreeMap<SourceId, Portal> = BTreeMap::new();
    for (n, entry) in loaded.config.sources.iter().enumerate() {
        if let Some(menu) = &entry.menu {
            let portal = Portal::new(menu, transport).map_err(|error| {
                AssembleError::Config(loaded.problem(&format!("sources[{n}].menu"), error.to_string()).into())
            })?;
            portals.insert(entry.id.clone(), portal);
        }
    }
    Ok((!portals.is_empty()).then_some(PortalMenus(portals)))
}

/// The directories that are followed: those whose source says so, and those that are pushed, which heal each night.
pub(super) fn directories(loaded: &Loaded, built: &[BuiltSource]) -> Directories {
    let config = &loaded.config;
    let all = loaded.sources().zip(built);
    all.filter_map(|((entry, settings), built)| {
        let directory = built.directory.as_ref()?;
        let rules = match &entry.sync {
            Some(sync) => sync.rules(config.operator.time_zone),
            None if directory.is_pushed => SyncRules {
                every: None,
                zone: config.operator.time_zone,
                apply_first_run: true,
                ..SyncRules::default()
            },
            None => return None,
        };
        Some(FollowedDirectory {
            title: entry.name.clone(),
            owner: entry.owner.clone(),
            mapping: mapping(entry, settings),
            directory: directory.people.clone(),
            pushed: directory.is_pushed,
            rules,
        })
    })
    .collect()
}

/// The directory that each source is bound to, by source. The file was checked: a directory is there and has the same owner.
fn reliances(loaded: &Loaded, built: &[BuiltSource]) -> BTreeMap<SourceId, DirectoryBinding> {
    let reliance = |entry: &SourceConfig| {
        let named = entry.directory.as_ref()?;
        let ((theirs, settings), built) =
            loaded.sources().zip(built).find(|((theirs, _), _)| theirs.id == *named)?;
        let directory = built.directory.as_ref()?;
        Some(DirectoryBinding {
            directory: theirs.id.clone(),
            owner: theirs.owner.clone(),
            issuer: directory.issuer.clone(),
            key: entry.directory_key.clone()?,
            strip_prefix: entry.strip_prefix.clone(),
            people: Some(directory.people.clone()),
            mapping: mapping(theirs, settings),
        })
    };
    loaded.config.sources.iter().filter_map(|entry| Some((entry.id.clone(), reliance(entry)?))).collect()
}

/// The first instant after a day, at Greenwich.
fn start_of_next_day(day: NaiveDate) -> DateTime<Utc> {
    day.succ_opt().unwrap_or(day).and_time(NaiveTime::MIN).and_utc()
}

fn without_host(config: &Config, tenant: &TenantId) -> bool {
    config.tenants.iter().any(|known| known.id == *tenant && known.hosts.is_empty())
}

fn mapping(entry: &SourceConfig, settings: &SourceSettings) -> Mapping {
    let written = &entry.mapping;
    let mut mapping = Mapping::new(tenant_rule(entry, settings));
    mapping.kind.clone_from(&written.kind);
    mapping.function.clone_from(&written.function);
    mapping.fields.clone_from(&written.fields);
    mapping.roles.clone_from(&written.roles);
    mapping.acr_levels.clone_from(&written.acr_levels);
    if let Some(days) = written.keep_groups_days {
        mapping.keep_groups = TimeDelta::days(days.into());
    }
    mapping.ignore_case = settings.adapter().ignores_case();
    mapping
}

fn tenant_rule(entry: &SourceConfig, settings: &SourceSettings) -> TenantRule {
    if settings.adapter().account_policy().is_some() {
        return TenantRule::Kept;
    }
    if let Some(owner) = &entry.owner {
        return TenantRule::Owner(owner.clone());
    }
    let attribute = entry.mapping.tenants.clone().unwrap_or_default();
    match entry.mapping.provider.clone() {
        Some(provider) => TenantRule::Proven { attribute, provider },
        None => TenantRule::Attribute(attribute),
    }
}
