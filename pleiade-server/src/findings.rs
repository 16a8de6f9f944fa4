//! Findings: faults with which a server can start and an operator should not live. Told in the log of `serve`, and by `check`.
//!
//! Threats: another account of the machine that reads the database or a key; a database that was lost and is quietly replaced by an empty
//! one; a key that opens nothing of what is sealed, so that people lose their second factors and linked accounts without anybody knowing
//! why.

use crate::{
    certificates::CertificateLife,
    config::{Config, ConnectorConfig, Loaded, SourceConfig, SourceKind, SourceSettings},
    credentials::{CredentialRule, LoginFrom},
    rotation,
    seal::{KeyId, Sealer},
    sign_in::mapping::Target,
    storage::{Storage, StorageError},
};
use chrono::{DateTime, Utc};
use pleiade_core::{TenantId, place::path_below};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    path::{Path, PathBuf},
    sync::Arc,
};
use url::Url;

/// Something that a start can live with and an operator should mend.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The subject: a path, or the database.
    pub about: String,
    /// The fault, and its remedy.
    pub text: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.about, self.text)
    }
}

fn finding(path: &Path, text: impl Into<String>) -> Finding {
    Finding { about: path.display().to_string(), text: text.into() }
}

/// The key that the server keeps itself, where the file gives none.
fn own_key(loaded: &Loaded) -> Option<PathBuf> {
    loaded.config.seal.key.is_none().then(|| loaded.config.seal_key_path())
}

/// The findings about a configuration and its files. To be called before the database is opened, which makes and fills its file.
#[must_use]
pub fn of_configuration(loaded: &Loaded, now: DateTime<Utc>) -> Vec<Finding> {
    let mut found = Vec::new();
    let own_key = own_key(loaded);
    if loaded.config.database.url.is_none() {
        let database = loaded.config.sqlite_path();
        found.extend(lost_database(&database, own_key.as_deref()));
        for side in ["", "-wal", "-shm"] {
            let mut path = database.clone().into_os_string();
            path.push(side);
            found.extend(exposure(Path::new(&path), FileContent::People));
        }
    }
    found.extend(own_key.and_then(|path| exposure(&path, FileContent::Secret)));
    // A certificate is nobody's secret.
    let is_certificate = |key: &str| key == "ca" || key.ends_with(".ca") || key.ends_with(".certificate");
    let secret = loaded.value_files.iter().filter(|file| !is_certificate(&file.key));
    found.extend(secret.filter_map(|file| exposure(&file.path, FileContent::Secret)));
    found.extend(undeclared_proxy(&loaded.config));
    found.extend(typed_logins(&loaded.config));
    found.extend(connectors_for_nobody(loaded));
    found.extend(connectors_without_cards(&loaded.config));
    found.extend(shared_domains(&loaded.config));
    found.extend(sources_without_credentials(loaded));
    found.extend(ticket_pairings(loaded));
    found.extend(second_doors(loaded));
    found.extend(certificates(loaded, now));
    found
}

/// Connectors that want what the sources of some of their people do not give: proxy tickets, or tokens.
fn sources_without_credentials(loaded: &Loaded) -> Vec<Finding> {
    let config = &loaded.config;
    let found = config.connectors.iter().filter_map(|connector| {
        let serves = |id: &TenantId| connector.serves(id);
        let without = |gives: &dyn Fn(&SourceConfig, &SourceSettings) -> bool| {
            let without = loaded.sources().filter(|(source, settings)| {
                let has_people = source.sign_in && source.kind != SourceKind::Scim;
                has_people && !gives(source, settings) && source.owner.as_ref().is_none_or(serves)
            });
            let names: Vec<String> = without.map(|(source, _)| format!("`{}`", source.id)).collect();
            (!names.is_empty()).then(|| names.join(", "))
        };
        let text = match connector.credentials {
            CredentialRule::ProxyTicket => {
                let names = without(&|source, settings| {
                    settings.adapter().gives_proxy_tickets() || source.proxy_tickets_from.is_some()
                })?;
                format!(
                    "`proxy_ticket`, and whoever signs in by {names} has none: their cards say by which source to sign in; pair these \
                     sources with a CAS one by proxy_tickets_from"
                )
            }
            CredentialRule::PersonToken { .. } => {
                let names = without(&|source, _| source.kind == SourceKind::Oidc)?;
                format!(
                    "`person_token`, and whoever signs in by {names} has none: an OIDC source gives tokens, and nobody else can enter this \
                     application"
                )
            }
            _ => return None,
        };
        Some(Finding { about: format!("connectors.{}.credentials", connector.id), text })
    });
    found.collect()
}

/// Pairings by which not everybody gets what buys proxy tickets, or somebody by a name that was typed for them.
fn ticket_pairings(loaded: &Loaded) -> Vec<Finding> {
    let config = &loaded.config;
    let mut found = Vec::new();
    for (source, settings) in loaded.sources() {
        let Some(named) = &source.proxy_tickets_from else { continue };
        let about = format!("sources.{}.proxy_tickets_from", source.id);
        let paired = loaded.sources().find(|(other, _)| other.id == *named);
        let host = paired.and_then(|(_, settings)| settings.adapter().ticket_service()?.host_str());
        let hosts = config.sign_in_hosts(source).into_iter();
        let others: Vec<&str> =
            hosts.filter(|other| host.is_some_and(|host| !host.eq_ignore_ascii_case(other))).collect();
        if !others.is_empty() {
            let text = format!(
                "`{named}` brings browsers back to {} alone: whoever signs in on {} has no proxy tickets",
                host.unwrap_or_default(),
                others.join(", ")
            );
            found.push(Finding { about: about.clone(), text });
        }
        if settings.adapter().account_policy().is_some() {
            let text = "the logins of these accounts are typed: whoever may invite chooses the user name for which tickets are bought, of \
                        those who have a session at the CAS server in the same browser"
                .to_owned();
            found.push(Finding { about, text });
        }
    }
    found
}

/// Connectors by which somebody enters what another connector of the same application opens to some groups alone.
fn second_doors(loaded: &Loaded) -> Vec<Finding> {
    let all: Vec<_> = loaded.config.connectors.iter().zip(&loaded.connectors).collect();
    let share_a_tenant = |one: &ConnectorConfig, other: &ConnectorConfig| {
        let serves = |entry: &ConnectorConfig, id| entry.serves(id);
        loaded.config.tenants.iter().any(|tenant| serves(one, &tenant.id) && serves(other, &tenant.id))
    };
    let mut found = Vec::new();
    for (guarded, settings) in &all {
        let reserved = settings.reserved();
        for (entry, other) in &all {
            if entry.id == guarded.id || entry.kind != guarded.kind || !share_a_tenant(entry, guarded) {
                continue;
            }
            let (theirs, places) = (other.reserved(), other.addresses());
            let is_open = |address: &Url, groups: &BTreeSet<String>| {
                places.iter().any(|place| path_below(address, place).is_some())
                    && theirs.get(address).is_none_or(|others| !others.is_subset(groups))
            };
            let open = reserved.iter().filter(|(address, groups)| is_open(address, groups)).count();
            if open > 0 {
                let text = format!(
                    "`{}` opens {open} of the addresses below this server to some groups alone, and this connector to others too: declare them \
                     here with the same groups",
                    guarded.id
                );
                found.push(Finding { about: format!("connectors.{}.settings", entry.id), text });
            }
        }
    }
    found
}

/// Client certificates that end soon or have ended. One that cannot be read is a mistake of the file, told when the server is put together.
fn certificates(loaded: &Loaded, now: DateTime<Utc>) -> impl Iterator<Item = Finding> {
    let pairs = loaded.config.connectors.iter().zip(&loaded.connectors);
    pairs.filter_map(move |(entry, settings)| {
        let not_after = settings.client_certificate()?.identity().ok()?.not_after();
        let day = not_after.format("%Y-%m-%d");
        let text = match CertificateLife::at(not_after, now) {
            CertificateLife::Good => return None,
            CertificateLife::EndsSoon => format!(
                "the client certificate ends on {day}, in {} days: have its successor issued, and put it with its key in place of the files; the \
                 server takes them without a restart",
                (not_after - now).num_days()
            ),
            CertificateLife::Ended => {
                format!("the client certificate ended on {day}: the application lets nobody in by it")
            }
        };
        Some(Finding { about: format!("connectors.{}.settings.certificate", entry.id), text })
    })
}

/// Connectors that act for logins and addresses that an administrator may type.
fn typed_logins(config: &Config) -> impl Iterator<Item = Finding> {
    let typed = config.connectors.iter().filter(|connector| connector.typed_logins);
    typed.map(|connector| {
        let serves = |id| connector.serves(id);
        let served = config.tenants.iter().filter(|tenant| serves(&tenant.id));
        let domains: BTreeSet<String> =
            served.flat_map(|tenant| tenant.mail_domains.iter().map(ToString::to_string)).collect();
        let domains: Vec<String> = domains.into_iter().collect();
        let reach = if domains.is_empty() { "logins".to_owned() } else { domains.join(", ") };
        Finding {
            about: format!("connectors.{}.typed_logins", connector.id),
            text: format!(
                "whoever may invite chooses whose account is opened: a login or an address that was typed for a local account counts for {reach}"
            ),
        }
    })
}

/// Connectors that act for a name which no source of a collectivité may give there.
fn connectors_for_nobody(loaded: &Loaded) -> Vec<Finding> {
    let config = &loaded.config;
    let mut found = Vec::new();
    for connector in &config.connectors {
        let Some(from) = connector.credentials.acts_for() else { continue };
        let serves = |id: &TenantId| connector.serves(id);
        let (mut typed, mut unnumbered) = (Vec::new(), Vec::new());
        for tenant in config.tenants.iter().filter(|tenant| serves(&tenant.id)) {
            let of_tenant = |(source, _): &(&SourceConfig, &SourceSettings)| {
                source.owner.as_ref().is_none_or(|owner| *owner == tenant.id)
            };
            let sources = || loaded.sources().filter(of_tenant);
            let is_local = |settings: &SourceSettings| settings.adapter().account_policy().is_some();
            let gives_numbers = |source: &SourceConfig| {
                source.mapping.fields.iter().any(|rule| rule.target == Target::EmployeeNumber)
            };
            if sources().next().is_none() {
                continue;
            }
            if !connector.typed_logins && sources().all(|(_, settings)| is_local(settings)) {
                typed.push(format!("`{}`", tenant.id));
            } else if from == LoginFrom::EmployeeNumber
                && !sources().any(|(source, _)| {
                    gives_numbers(source) && connector.is_vouched_for_by(source, &config.sources)
                })
            {
                unnumbered.push(format!("`{}`", tenant.id));
            }
        }
        let about = || format!("connectors.{}.credentials", connector.id);
        if !typed.is_empty() {
            let text = format!(
                "acts for a login, and {} has local accounts alone, whose logins are typed and do not count: it serves nobody there; \
                 `typed_logins = true` lets them count, and whoever may invite then chooses whose account is opened",
                typed.join(", ")
            );
            found.push(Finding { about: about(), text });
        }
        if !unnumbered.is_empty() {
            let text = format!(
                "acts for an employee number, which no source of {} reads that may vouch for it: it serves nobody there; write \
                 `{{ target = \"employee_number\", from = \"…\" }}` in `mapping.fields` of a source of the connector's owner, or of its `vouched_by`",
                unnumbered.join(", ")
            );
            found.push(Finding { about: about(), text });
        }
    }
    found
}

/// Connectors of which no board shows anything.
fn connectors_without_cards(config: &Config) -> impl Iterator<Item = Finding> {
    let is_shown_nowhere = |connector: &&ConnectorConfig| {
        !config.boards.iter().flat_map(|board| &board.cards).any(|card| card.connector == connector.id)
    };
    config.connectors.iter().filter(is_shown_nowhere).map(|connector| Finding {
        about: format!("connectors.{}", connector.id),
        text: format!(
            "no board shows a card of it: name one in `[[boards]]`, as `{{ connector = \"{}\", widget = \"…\" }}`; its widgets stand in the \
             README of its kind",
            connector.id
        ),
    })
}

/// Mail domains of several collectivités that a connector acts for: only whoever knows them all says who is who there.
fn shared_domains(config: &Config) -> Vec<Finding> {
    let mut bearers: BTreeMap<String, Vec<&TenantId>> = BTreeMap::new();
    for tenant in &config.tenants {
        for domain in &tenant.mail_domains {
            bearers.entry(domain.to_string()).or_default().push(&tenant.id);
        }
    }
    bearers.retain(|_, tenants| tenants.len() > 1);
    let acts_by_mail = |connector: &&ConnectorConfig| {
        use LoginFrom::{LoginAtMailDomain, Mail};
        connector.vouched_by.is_empty()
            && matches!(connector.credentials.acts_for(), Some(Mail | LoginAtMailDomain))
    };
    let found = config.connectors.iter().filter(acts_by_mail).filter_map(|connector| {
        let serves = |id: &&TenantId| connector.serves(id);
        let reached = bearers.iter().filter(|(_, tenants)| tenants.iter().any(serves));
        let domains: Vec<&str> = reached.map(|(domain, _)| domain.as_str()).collect();
        (!domains.is_empty()).then(|| Finding {
            about: format!("connectors.{}.vouched_by", connector.id),
            text: format!(
                "empty, and several collectivités bear {}: an address there opens an account only when a source of the connector's owner tells \
                 it; name in vouched_by the sources that know them all",
                domains.join(", ")
            ),
        })
    });
    found.collect()
}

/// The server speaks no TLS itself, so where people come by https there is a proxy.
fn undeclared_proxy(config: &Config) -> Option<Finding> {
    let server = &config.server;
    (server.public_url.scheme() == "https" && server.trusted_proxies.is_empty()).then(|| Finding {
        about: "server.trusted_proxies".to_owned(),
        text: "empty, and server.public_url is https: the proxy that holds the certificate is not named there, so nobody's address is \
               known. Guesses are slowed down by login alone, and sources.settings.allowed_networks lets nobody in"
            .to_owned(),
    })
}

/// An empty file where one with people in it may have been.
fn lost_database(database: &Path, own_key: Option<&Path>) -> Option<Finding> {
    const THEN: &str =
        "if the portal was in use before, stop it now and restore a backup, or everybody starts from nothing";
    match std::fs::metadata(database) {
        Ok(data) if data.len() == 0 => Some(finding(
            database,
            format!("the database file is empty and will be filled as at a first start; {THEN}"),
        )),
        Ok(_) => None,
        Err(_) if own_key.is_some_and(Path::exists) => Some(finding(
            database,
            format!(
                "there is no database file, although the sealing key of one is there; a new one will be made; {THEN}"
            ),
        )),
        Err(_) => None,
    }
}

/// The content of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum FileContent {
    /// Personal data.
    People,
    /// A key or a password.
    Secret,
}

/// A finding when others may read or change a file. Where everybody's rights are concerned this is the same for whoever asks; groups and
/// owners are those of the account that asks, so `check` should be run as the server is. Root cannot know whose they are.
#[cfg(unix)]
fn exposure(path: &Path, holds: FileContent) -> Option<Finding> {
    use rustix::process::{getegid, geteuid};
    use std::os::unix::fs::MetadataExt as _;
    let data = std::fs::metadata(path).ok()?;
    let (mode, root) = (data.mode(), geteuid().is_root());
    let others_group = !root && data.gid() != getegid().as_raw();
    let others_file = !root && data.uid() != 0 && data.uid() != geteuid().as_raw();
    let what = if mode & 0o007 != 0 {
        "every account of this machine may read or change it"
    } else if mode & 0o070 != 0 && others_group {
        "a group that is not this program's may read or change it"
    } else if mode & 0o020 != 0 && holds == FileContent::Secret {
        "its whole group may change it"
    } else if others_file {
        "it belongs to another account, which may read and change it"
    } else {
        return None;
    };
    let then = match holds {
        FileContent::People => {
            "it holds personal data: give it to the account of the server and run `chmod 600` on it"
        }
        FileContent::Secret => {
            "it holds a secret: run `chmod 600` on it, or `chmod 640` with the group of the server; change the secret if somebody may have read it"
        }
    };
    Some(finding(path, format!("{what}; {then}")))
}

/// Other systems have other rights.
#[cfg(not(unix))]
fn exposure(_: &Path, _: FileContent) -> Option<Finding> {
    None
}

/// The sealed records that no key of the configuration opens. `sealer` is none where the key will be made at the first start.
///
/// # Errors
/// When storage fails.
pub async fn of_seals(
    storage: &Arc<dyn Storage>,
    sealer: Option<&Sealer>,
) -> Result<Option<Finding>, StorageError> {
    let known: BTreeSet<KeyId> = sealer.into_iter().flat_map(keys_of).collect();
    let (mut opened, mut closed) = (0, 0);
    let (mut kinds, mut strangers) = (Vec::new(), BTreeSet::new());
    for (kind, keys) in rotation::status(&rotation::registry(storage)).await? {
        let (theirs, others): (Vec<_>, Vec<_>) = keys.into_iter().partition(|(key, _)| known.contains(key));
        opened += theirs.iter().map(|(_, count)| count).sum::<u64>();
        let count: u64 = others.iter().map(|(_, count)| count).sum();
        if count > 0 {
            closed += count;
            kinds.push(format!("{kind}: {count}"));
            strangers.extend(others.into_iter().map(|(key, _)| key.to_string()));
        }
    }
    if closed == 0 {
        return Ok(None);
    }
    let which = match (sealer, opened) {
        (None, _) => {
            "there is no sealing key, and the one that will be made opens nothing of what is sealed here"
                .to_owned()
        }
        (Some(sealer), 0) => {
            format!("the sealing key {} opens nothing of what is sealed here", sealer.current())
        }
        (Some(_), _) => {
            "some of what is sealed here was sealed with a key that the configuration does not have"
                .to_owned()
        }
    };
    let strangers: Vec<String> = strangers.into_iter().collect();
    let text = format!(
        "{which} ({}, under {}); give that key back as seal.key_file or seal.previous_key_file. Without it people sign in again, connect \
         their applications again, and need new second factors",
        kinds.join(", "),
        strangers.join(", ")
    );
    Ok(Some(Finding { about: "sealing key".to_owned(), text }))
}

fn keys_of(sealer: &Sealer) -> impl Iterator<Item = KeyId> {
    [sealer.current()].into_iter().chain(sealer.previous()).chain(sealer.next())
}

#[cfg(all(test, unix))]
#[expect(clippy::unwrap_used, reason = "a test says what is wrong by failing")]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    fn with_mode(folder: &Path, mode: u32) -> PathBuf {
        let path = folder.join(format!("{mode:o}"));
        std::fs::write(&path, "x").unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
        path
    }

    #[test]
    fn only_this_account_and_its_group_may_read() {
        let folder = tempfile::tempdir().unwrap();
        let judged = |mode, holds| exposure(&with_mode(folder.path(), mode), holds);
        for mode in [0o600, 0o400, 0o640, 0o440] {
            assert_eq!(judged(mode, FileContent::People), None, "{mode:o}");
            assert_eq!(judged(mode, FileContent::Secret), None, "{mode:o}");
        }
        for mode in [0o644, 0o604, 0o666, 0o602, 0o601] {
            for holds in [FileContent::People, FileContent::Secret] {
                let told = judged(mode, holds).unwrap();
                assert!(told.text.contains("every account") && told.text.contains("chmod 600"), "{told}");
                assert!(told.about.ends_with(&format!("{mode:o}")));
            }
        }
        assert_eq!(judged(0o660, FileContent::People), None, "a backup may be of the same group");
        assert!(judged(0o660, FileContent::Secret).unwrap().text.contains("group may change"));
        assert_eq!(
            exposure(&folder.path().join("none"), FileContent::Secret),
            None,
            "what is not there is nobody's"
        );
    }

    #[test]
    fn a_database_that_may_have_been_lost_is_said() {
        let folder = tempfile::tempdir().unwrap();
        let (database, key) = (folder.path().join("pleiade.db"), folder.path().join("seal.key"));
        assert_eq!(lost_database(&database, Some(&key)), None, "a first start");
        std::fs::write(&key, "x").unwrap();
        let told = lost_database(&database, Some(&key)).unwrap();
        assert!(told.text.contains("no database file") && told.text.contains("restore a backup"), "{told}");
        std::fs::write(&database, "").unwrap();
        let told = lost_database(&database, None).unwrap();
        assert!(told.text.contains("is empty") && told.text.contains("restore a backup"), "{told}");
        std::fs::write(&database, "x").unwrap();
        assert_eq!(lost_database(&database, Some(&key)), None);
    }
}
