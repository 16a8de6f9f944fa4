//! Every key of the file. The comments here are the reference that operators read (`docs/reference/configuration.md`).

use crate::sync::SyncRules;
use crate::{
    accounts::SecondFactorRule,
    credentials::CredentialRule,
    sign_in::{
        directory_binding::DirectoryKey,
        mapping::{FieldRule, RoleRule},
    },
    statements::{AccessibilityAudit, Contact},
    storage::sqlite::Synchronous,
};
use chrono::NaiveDate;
use ipnet::IpNet;
use pleiade_connectors::legal::RuleChange;
use pleiade_core::{
    ApplicationFamily, ApplicationId, Colour, ConnectorId, Locale, MailDomain, Placement, SecretString,
    Siren, Siret, SourceId, TenantId,
};
use pleiade_federation::{
    cas::CasConfig, header::HeaderConfig, ldap::LdapConfig, lemonldap::LemonldapConfig,
    local::password::MIN_CHARS, oidc::OidcConfig,
};
use serde::Deserialize;
use std::{
    net::{IpAddr, SocketAddr},
    path::PathBuf,
};
use url::Url;

/// The whole file. A key `include = ["conf.d/*.toml"]` reads other files into it; every text may be written `x` or, as a file that holds
/// it, `x_file`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The address to listen on, and the one by which people reach the server.
    pub server: ServerConfig,
    /// The database.
    #[serde(default)]
    pub database: DatabaseConfig,
    /// The key that seals tokens in the database.
    #[serde(default)]
    pub seal: SealConfig,
    /// The duration of sessions.
    #[serde(default)]
    pub sessions: SessionsConfig,
    /// The retention of the audit log.
    #[serde(default)]
    pub audit: AuditConfig,
    /// The log.
    #[serde(default)]
    pub logging: LoggingConfig,
    /// Numbers for the operator's monitoring.
    #[serde(default)]
    pub metrics: MetricsConfig,
    /// The hosts that applications and identity providers may be reached at.
    #[serde(default)]
    pub outgoing: OutgoingConfig,
    /// The organisation that runs the instance.
    pub operator: OperatorConfig,
    /// The collectivités.
    #[serde(default)]
    pub tenants: Vec<TenantConfig>,
    /// The sign-in sources.
    #[serde(default)]
    pub sources: Vec<SourceConfig>,
    /// The applications that are read.
    #[serde(default)]
    pub connectors: Vec<ConnectorConfig>,
    /// Entries of the launcher.
    #[serde(default)]
    pub applications: Vec<ApplicationConfig>,
    /// The legal deadlines of collectivités.
    #[serde(default)]
    pub legal: LegalConfig,
    /// Which cards are proposed to whom.
    #[serde(default)]
    pub boards: Vec<BoardConfig>,
}

impl Config {
    /// The SQLite file, when there is no PostgreSQL.
    #[must_use]
    pub fn sqlite_path(&self) -> PathBuf {
        self.database.path.clone().unwrap_or_else(|| self.server.data_dir.join("pleiade.db"))
    }

    /// The file of the sealing key that the server keeps itself, where the configuration gives none.
    #[must_use]
    pub fn seal_key_path(&self) -> PathBuf {
        self.server.data_dir.join("seal.key")
    }

    /// The host names where people sign in by a source: its owner's and those of the collectivités to which it is offered; the common host
    /// for the operator's, and for an owner without a host name.
    pub(crate) fn sign_in_hosts(&self, source: &SourceConfig) -> Vec<&str> {
        let theirs = |tenant: &&TenantConfig| {
            source.owner.as_ref() == Some(&tenant.id) || source.offered_to.contains(&tenant.id)
        };
        let tenants = self.tenants.iter().filter(theirs);
        let mut hosts: Vec<&str> =
            tenants.flat_map(|tenant| tenant.hosts.iter().map(String::as_str)).collect();
        if source.owner.is_none() || hosts.is_empty() {
            hosts.extend(self.server.public_url.host_str());
        }
        hosts
    }

    /// The database as an operator knows it: its file, or PostgreSQL, whose address may hold a password.
    #[must_use]
    pub fn database_name(&self) -> String {
        match self.database.url {
            Some(_) => "PostgreSQL".to_owned(),
            None => self.sqlite_path().display().to_string(),
        }
    }
}

/// The address to listen on, and the one by which people reach the server.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServerConfig {
    /// Address and port to listen on. Put a reverse proxy with TLS in front. Default: `127.0.0.1:8080`.
    #[serde(default = "default_listen")]
    pub listen: SocketAddr,
    /// The address of the operator's common host, as people type it: `https://bureau.opsn.example/`. `https`, or `http` on this
    /// machine only. Its scheme and port hold for every tenant's host too.
    pub public_url: Url,
    /// The folder for what the server keeps itself: the SQLite database and the sealing key. Default: `/var/lib/pleiade`.
    #[serde(default = "default_data_dir")]
    pub data_dir: PathBuf,
    /// Addresses of the reverse proxies, every one of a chain, whose `X-Forwarded-For` is believed, to slow down whoever guesses passwords.
    /// Behind a proxy that is not named here nobody's address is known. Default: none.
    #[serde(default)]
    pub trusted_proxies: Vec<IpAddr>,
    /// Connections of one address that may be open at once (IPv6: of one /64), so that nobody takes them all: 1 to 1000000,
    /// and never more than half of what the process's descriptors allow. Those of `trusted_proxies`, which should have a limit of their own,
    /// do not count. Default: 1024.
    #[serde(default = "default_connections_per_address")]
    pub connections_per_address: usize,
    /// Time that a quick action in an application may take, in seconds: 1 to 60. Default: 10.
    #[serde(default = "default_action_seconds")]
    pub action_seconds: u64,
    /// Seconds for which `/readyz` says that the server stops while everything is still served, so that a load balancer turns to other
    /// replicas before the listener closes: 0 to 60. Default: 5.
    #[serde(default = "default_drain_seconds")]
    pub drain_seconds: u64,
}

fn default_listen() -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], 8080))
}

fn default_data_dir() -> PathBuf {
    PathBuf::from("/var/lib/pleiade")
}

fn default_connections_per_address() -> usize {
    crate::connections::CONNECTIONS_PER_ADDRESS
}

fn default_action_seconds() -> u64 {
    10
}

fn default_drain_seconds() -> u64 {
    5
}

/// The database: SQLite in the data folder, or PostgreSQL when `url` is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DatabaseConfig {
    /// A PostgreSQL database: `postgres://user:password@host/database?sslmode=verify-full`. Needed for several replicas. Holds a
    /// password, so better given by `url_file`.
    pub url: Option<SecretString>,
    /// The schema of the tables in PostgreSQL. Default: the account's own.
    pub schema: Option<String>,
    /// Connections to PostgreSQL at most, for this replica: 1 to 200. Default: 20.
    pub max_connections: u32,
    /// The SQLite file, when there is no `url`. Default: `pleiade.db` in the data folder.
    pub path: Option<PathBuf>,
    /// Time for which a statement waits for another program that holds the SQLite file, in seconds: 1 to 60. Default: 5.
    pub lock_seconds: u64,
    /// When a write to the SQLite file is acknowledged: `full`, once it is on the disk, or `normal`, before, which is faster. With `normal`
    /// a power cut may undo what was acknowledged in the last moments: a sign-out, an account that was closed, a line of the audit log. The
    /// file stays whole either way, and a crash of the program alone takes nothing back. Default: `full`.
    pub synchronous: Synchronous,
}

impl Default for DatabaseConfig {
    fn default() -> Self {
        Self {
            url: None,
            schema: None,
            max_connections: 20,
            path: None,
            lock_seconds: 5,
            synchronous: Synchronous::Full,
        }
    }
}

/// The key that seals tokens in the database. Without the key they cannot be read: back it up apart from the database.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SealConfig {
    /// The key, 32 bytes in base64, as `pleiade-server key new` writes it; or the environment variable `PLEIADE_SEAL_KEY`. Needed with
    /// PostgreSQL. Default with SQLite: the file `seal.key` of the data folder, made at the first start.
    pub key: Option<SecretString>,
    /// The key before a change. It opens what it sealed, which is sealed again with `key` while the server runs.
    pub previous_key: Option<SecretString>,
    /// The key to come. It opens what a replica that already has it as `key` seals; needed only with several replicas.
    pub next_key: Option<SecretString>,
}

/// The duration of sessions.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SessionsConfig {
    /// Minutes after which an unused session ends: 5 to 1440. Default: 60.
    pub idle_minutes: u64,
    /// Hours after which every session ends: 1 to 24. Default: 10.
    pub absolute_hours: u64,
}

impl Default for SessionsConfig {
    fn default() -> Self {
        Self { idle_minutes: 60, absolute_hours: 10 }
    }
}

/// The retention of the audit log.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AuditConfig {
    /// Days after which a line is dropped: 180 to 3650. Default: 365.
    pub keep_days: u64,
}

impl Default for AuditConfig {
    fn default() -> Self {
        Self { keep_days: 365 }
    }
}

/// The log, written to standard error.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LoggingConfig {
    /// `json` for machines or `text` for people. Default: `json`.
    pub format: LogFormat,
    /// The lines to write, in the syntax of tracing's `EnvFilter`: `info`, or `info,pleiade_connectors=debug`. Default: `info`.
    pub level: String,
}

impl Default for LoggingConfig {
    fn default() -> Self {
        Self { format: LogFormat::Json, level: "info".into() }
    }
}

/// The format of log lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// One JSON object a line.
    Json,
    /// One text a line.
    Text,
}

/// Numbers for the operator's monitoring.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct MetricsConfig {
    /// The bearer token that opens `GET /metrics`, at least 16 characters. Without it the page does not exist.
    pub token: Option<SecretString>,
}

/// The hosts that applications and identity providers may be reached at. Only hosts named in this file are ever called; private addresses
/// only when the host is listed here.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct OutgoingConfig {
    /// Hosts that may have private addresses, as `host` or `host:port`.
    pub internal_hosts: Vec<String>,
    /// Certificates of the operator's private authority, as PEM, trusted besides the machine's. Most often given by `ca_file`.
    pub ca: Option<String>,
}

/// The organisation that runs the instance.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OperatorConfig {
    /// The name that people read on the common pages.
    pub name: String,
    /// The colour of the common pages, `#rrggbb`.
    #[serde(default)]
    pub accent: Option<Colour>,
    /// One or two letters for the brand mark.
    #[serde(default)]
    pub monogram: Option<String>,
    /// The language before a person chooses one: `fr` or `en`. Default: `fr`.
    #[serde(default)]
    pub locale: Locale,
    /// The time zone. Default: `Europe/Paris`.
    #[serde(default = "default_time_zone")]
    pub time_zone: chrono_tz::Tz,
    /// What the foot of the common pages leads to. Also for the collectivités that do not say their own, except who publishes.
    #[serde(default)]
    pub statements: StatementsConfig,
}

/// What the foot of every page leads to. What is not entered is said to be missing.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatementsConfig {
    /// Where people ask for help: a mail address, or an address that begins with `https://`.
    #[serde(default)]
    pub help: Option<Contact>,
    /// Who is responsible for what is published: a name and a function.
    #[serde(default)]
    pub publisher: Option<String>,
    /// The host: its name, address and telephone number.
    #[serde(default)]
    pub host: Option<String>,
    /// Where people ask about their data, such as the data protection officer: a mail address, or an address that begins with `https://`.
    #[serde(default)]
    pub data_protection: Option<Contact>,
    /// Where people tell what they cannot use: a mail address, or an address that begins with `https://`.
    #[serde(default)]
    pub accessibility: Option<Contact>,
    /// The last audit of accessibility. Without one, or three years after it, the foot of every page says « non conforme ».
    #[serde(default)]
    pub audit: Option<AccessibilityAudit>,
}

const fn allowed() -> bool {
    true
}

fn default_time_zone() -> chrono_tz::Tz {
    chrono_tz::Europe::Paris
}

/// A collectivité.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TenantConfig {
    /// Its short name in this file and in storage, never changed: `mairie-alpha`.
    pub id: TenantId,
    /// Its name as people read it.
    pub name: String,
    /// Its SIREN.
    #[serde(default)]
    pub siren: Option<Siren>,
    /// Its SIRET numbers.
    #[serde(default)]
    pub sirets: Vec<Siret>,
    /// Other names under which its people look for it on the common host: `45200 MONTARGIS`.
    #[serde(default)]
    pub postal_names: Vec<String>,
    /// Its identity providers behind ProConnect (`idp_id`). With `mapping.provider` both this and a SIRET of `sirets` must match.
    #[serde(default)]
    pub idp_ids: Vec<String>,
    /// Host names that lead to it, without port. A host belongs to one tenant. Without any, its people sign in on the common host.
    #[serde(default)]
    pub hosts: Vec<String>,
    /// Mail domains of its people, by which they find their sign-in sources. Tenants may share one: people then choose, and only the
    /// sources of a connector's owner, and those of its `vouched_by`, vouch for addresses in it.
    #[serde(default)]
    pub mail_domains: Vec<MailDomain>,
    /// Its colour, `#rrggbb`.
    #[serde(default)]
    pub accent: Option<Colour>,
    /// One or two letters for the brand mark.
    #[serde(default)]
    pub monogram: Option<String>,
    /// The language before a person chooses one: `fr` or `en`. Default: `fr`.
    #[serde(default)]
    pub locale: Locale,
    /// The time zone. Default: `Europe/Paris`.
    #[serde(default = "default_time_zone")]
    pub time_zone: chrono_tz::Tz,
    /// The groups whose members see its legal deadlines, enter its dates and dismiss what is done, as its sources name them, compared
    /// exactly; nobody else does. Default: its administrators (role `tenant_administrator`). `[]`: nobody.
    #[serde(default)]
    pub legal_groups: Option<Vec<String>>,
    /// What the foot of its pages leads to. Default: what the operator's does, but who publishes.
    #[serde(default)]
    pub statements: StatementsConfig,
}

/// The deadlines that the law gives collectivités, as tasks of those who look after them. The rules of the program are listed on the page
/// of deadlines with their articles.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LegalConfig {
    /// False to show none to anybody. Default: true.
    pub enabled: bool,
    /// Rules that are amended, switched on or off, or added.
    pub rules: Vec<RuleChange>,
}

impl Default for LegalConfig {
    fn default() -> Self {
        Self { enabled: true, rules: Vec::new() }
    }
}

/// A sign-in source. What depends on its kind stands in its table `settings`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceConfig {
    /// Its short name, part of its addresses and of every link to a person: never changed.
    pub id: SourceId,
    /// `oidc`, `cas`, `header`, `ldap`, `scim` or `local`.
    pub kind: SourceKind,
    /// The text of its button.
    pub name: String,
    /// The tenant that owns it and for which alone it speaks. Default: the operator, for people of several tenants.
    #[serde(default)]
    pub owner: Option<TenantId>,
    /// Tenants on whose hosts the operator's source is offered too.
    #[serde(default)]
    pub offered_to: Vec<TenantId>,
    /// True if people sign in by it; `ldap` and `cas` with `settings.proxy` only. With `false` it is a directory for other sources, and
    /// passwords are left to the portal that may ask for a second factor; or it gives proxy tickets to the sessions of other sources
    /// (`proxy_tickets_from`). Default: true.
    #[serde(default = "allowed")]
    pub sign_in: bool,
    /// From what the source says to collectivités and rights.
    #[serde(default)]
    pub mapping: MappingConfig,
    /// The source that lists this source's people (`ldap`, `scim`), of the same owner: who they are, their collectivités and their groups
    /// then come from there too, and whom it lets in no more is refused. Needed for `cas` sources of the operator.
    #[serde(default)]
    pub directory: Option<SourceId>,
    /// The key that finds a person in `directory`: `subject` or the name of an attribute, which holds the directory's own key (`entryUUID`,
    /// `objectGUID`), or `login`.
    #[serde(default)]
    pub directory_key: Option<DirectoryKey>,
    /// The text before the directory's key that is no part of it: `ldap:`.
    #[serde(default)]
    pub strip_prefix: String,
    /// The source that this one replaces for a time.
    #[serde(default)]
    pub replaces: Option<ReplacesConfig>,
    /// The `cas` source, with `settings.proxy`, whose server gives the proxy tickets of the sessions that this source opens, of the same
    /// owner. Right after a sign-in the browser goes there once without a question (`gateway`); what comes back is kept only
    /// for the user name that is exactly the login which this source, or its `directory`, tells. Its `service` must be on the host name where
    /// people sign in. Default: none.
    #[serde(default)]
    pub proxy_tickets_from: Option<SourceId>,
    /// When its people are read into the portal; `ldap` and `scim` only. Without it an `ldap` source is not followed: its people are known
    /// from their first sign-in on and nobody's departure is noticed. A `scim` source is compared each night with what was pushed.
    #[serde(default)]
    pub sync: Option<SyncConfig>,
    /// The LemonLDAP::NG portal whose menu of applications is shown; `oidc` only.
    #[serde(default)]
    pub menu: Option<LemonldapConfig>,
}

/// The kinds of source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SourceKind {
    /// OpenID Connect.
    Oidc,
    /// CAS 2 or 3.
    Cas,
    /// The headers of a trusted reverse proxy.
    Header,
    /// A directory, by a bind with the person's password.
    Ldap,
    /// People and groups that an identity manager pushes to `/scim/v2/<id>`, by a token of `pleiade-server scim token new`. Nobody signs in
    /// by it: another source names it as its `directory`.
    Scim,
    /// Accounts kept here, made with `pleiade-server user add`.
    Local,
}

/// When a directory is read, and what happens to who left it. The first run writes nothing: its report waits in the console for whoever
/// decides, or for `pleiade-server sync --apply`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SyncConfig {
    /// Minutes between two readings of what changed: 1 to 1440, or 0 for none. Default: 15. Somebody who is disabled is noticed then;
    /// many directories tell of deleted entries only when they are read whole.
    pub every_minutes: u32,
    /// The time of day, in the operator's time zone, from which everybody is read once: `HH:MM`. Default: `03:00`.
    pub full_at: String,
    /// Days after which what is kept about somebody absent is deleted: 1 to 365. Default: 30.
    pub delete_after_days: u32,
    /// True if the first run writes without asking. Default: false.
    pub apply_first_run: bool,
    /// Minutes after which a run is given up: 1 to 120. Default: 10.
    pub deadline_minutes: u32,
}

impl Default for SyncConfig {
    fn default() -> Self {
        Self {
            every_minutes: 15,
            full_at: "03:00".into(),
            delete_after_days: 30,
            apply_first_run: false,
            deadline_minutes: 10,
        }
    }
}

impl SyncConfig {
    /// The time of day, if it is one.
    #[must_use]
    pub fn time(&self) -> Option<chrono::NaiveTime> {
        chrono::NaiveTime::parse_from_str(&self.full_at, "%H:%M").ok()
    }

    /// As rules, in a time zone.
    #[must_use]
    pub fn rules(&self, zone: chrono_tz::Tz) -> SyncRules {
        let standard = SyncRules::default();
        SyncRules {
            every: (self.every_minutes > 0).then(|| chrono::TimeDelta::minutes(self.every_minutes.into())),
            full_at: self.time().unwrap_or(standard.full_at),
            zone,
            keep: chrono::TimeDelta::days(self.delete_after_days.into()),
            apply_first_run: self.apply_first_run,
            deadline: std::time::Duration::from_secs(u64::from(self.deadline_minutes) * 60),
        }
    }
}

/// A source that another one replaces. Until the day named, somebody unknown whom the new source knows by an address that it has
/// checked (`email_verified`) is the one person whom the old source knows by that address, if nothing else speaks for another. Both
/// sources have the same owner.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReplacesConfig {
    /// The old source.
    pub source: SourceId,
    /// The last day, `2027-01-31`.
    pub until: NaiveDate,
    /// The mail domains for which the new source speaks: domains of its owner, and of its owner alone.
    pub domains: Vec<MailDomain>,
}

/// From what a source says to collectivités and rights. Local accounts keep theirs and need no mapping.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct MappingConfig {
    /// The attribute whose values name the person's collectivités, by id, SIREN or SIRET. Needed for the operator's own sources.
    pub tenants: Option<String>,
    /// The attribute that names the identity provider behind the source (`idp_id` of ProConnect). With it, somebody belongs to a tenant
    /// when the attribute `tenants` is one of its `sirets` and this one is one of its `idp_ids`.
    pub provider: Option<String>,
    /// The attribute that says `agent`, `élu` or `partenaire`. Default: everybody is an agent.
    pub kind: Option<String>,
    /// The attribute of the function.
    pub function: Option<String>,
    /// Other fields, each `{ target, from, steps }` or `{ target, value }`. Targets: `display_name`, `given_name`, `family_name`, `mail`,
    /// `login`, `kind`, `function`, `department`, `telephone`, `employee_number`, `groups`, `tenants`. `from` is an attribute of the source, of
    /// an `ldap` one also in its `extra_attributes`. An employee number that has several values, or that sources tell of two people of a
    /// tenant, is nobody's, and so is that of a person for whom the source names another tenant too, here or elsewhere. Steps, in order:
    /// `"trim"`, `"lower"`, `"first"`, `{ split = ";" }`, `{ strip_prefix = "/" }`, `{ capture = "^CN=([^,]+)" }`,
    /// `{ table = { maire = "elu" } }`.
    pub fields: Vec<FieldRule>,
    /// Which groups give which roles: `{ group = "…", role = "tenant_administrator" }`; instead of `group`, its exact name, `dn`, its
    /// distinguished name in any spelling of RFC 4514 (`\,` and `\2C`, case and blanks are one), or `prefix`, how its name begins; with
    /// `tenant` in that tenant alone, with `minimum_acr` for people recognised at least so surely. The role `operator` only from the
    /// operator's own sources. A group that is not named gives nothing.
    pub roles: Vec<RoleRule>,
    /// The levels of surety (`acr`) that the source tells, weakest first. One that is not here reaches nothing but itself.
    pub acr_levels: Vec<String>,
    /// Days for which the groups last told of a person still count when the source says that they have groups and does not tell them (Entra
    /// ID beyond 200) or tells more than 500: 0 to 365. None do where `fields` read groups from several attributes: nobody knows then which of them
    /// told which. Each such sign-in is in the audit log. Default: 30.
    pub keep_groups_days: Option<u16>,
}

/// An application that is read. What depends on its kind stands in its table `settings`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConnectorConfig {
    /// Its short name in this file, in boards and in addresses.
    pub id: ConnectorId,
    /// The kind of application, by the name of its connector: `matrix`, `nextcloud`, `zimbra`… `check` names those that there are when it
    /// meets another one.
    pub kind: String,
    /// The tenants whose people may use it. Default: every tenant.
    #[serde(default)]
    pub tenants: Vec<TenantId>,
    /// The tenant whose connector it is. Its sources vouch for any login there. Default: the operator.
    #[serde(default)]
    pub owner: Option<TenantId>,
    /// The sources that may vouch for the login for which the portal's own key acts, and no others; for `acting_login`, and `technical`
    /// with a `key`. Default: the sources of the owner, and for a login that is a mail address each tenant's own sources for that tenant
    /// alone. A mail address must be within `mail_domains` of a tenant that the sign-in gives the person, whoever tells it.
    #[serde(default)]
    pub vouched_by: Vec<SourceId>,
    /// True if a login or an address counts that somebody typed for a local account (`user add`, an invitation). Whoever invites then
    /// chooses whose mailbox or room is opened: `check` warns. Default: false.
    #[serde(default)]
    pub typed_logins: bool,
    /// The way a person is let in; the connector must accept it. `{ kind = "acting_login", login = "mail" }` (or `"login"`, or
    /// `"login_at_mail_domain"`: the login followed by the domain of the address): the portal's own key acts for their login.
    /// `{ kind = "person_token" }`: the token of their sign-in, renewed while they are here; with
    /// `audience = "cloud"` it is exchanged for one that is good for this application alone (RFC 8693). `{ kind = "proxy_ticket" }`: a
    /// ticket of the CAS source that let them in, or of the one paired with their source (`proxy_tickets_from`). `{ kind = "linked_account" }`: an account that they connect on their profile.
    /// `{ kind = "technical", key = "login" }`: the connector's own account, filtered to the rows that `key` (as `login` above, or
    /// `"employee_number"`, which a field of the source's mapping reads) names.
    pub credentials: CredentialRule,
    /// The most calls to this application at once, from each replica: 1 to 256. The cards beyond wait for a free one, which is no error. No
    /// more than what the application serves at once: for Nextcloud, its PHP workers. Default: 16.
    #[serde(default)]
    pub max_concurrent_calls: Option<u64>,
}

/// An entry of the launcher.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApplicationConfig {
    /// Its short name.
    pub id: ApplicationId,
    /// The name that people read.
    pub name: String,
    /// The address that it opens: `https`.
    pub url: Url,
    /// One sentence.
    #[serde(default)]
    pub description: Option<String>,
    /// The heading under which it stands. Default: that of its family.
    #[serde(default)]
    pub category: Option<String>,
    /// Its place under its heading, smallest first. Default: 0.
    #[serde(default)]
    pub order: u32,
    /// The picture on its tile, by its name: `envelope`, `cloud`, `gavel`… (docs/operators.md lists them). Default: that of its connector, else the
    /// first letters of its name.
    #[serde(default)]
    pub icon: Option<String>,
    /// The family that colours its tile: `collaboration`, `administration`, `business` or `information`. Default: that of its connector.
    #[serde(default)]
    pub family: Option<ApplicationFamily>,
    /// The connector whose numbers stand on its tile.
    #[serde(default)]
    pub connector: Option<ConnectorId>,
    /// The tenants that see it. Default: every tenant.
    #[serde(default)]
    pub tenants: Vec<TenantId>,
}

/// Cards proposed to somebody.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BoardConfig {
    /// To the people of this tenant. Default: to everybody; such boards count before those of tenants.
    #[serde(default)]
    pub tenant: Option<TenantId>,
    /// The cards in order: `{ connector = "zimbra", widget = "mail", zone = "locked", wide = true }`. `zone` is `locked`, `default` (the
    /// default) or `optional`; `card = false` draws none and counts its tasks, events and numbers all the same.
    pub cards: Vec<Placement>,
}

/// Local accounts: the table `settings` of a source of kind `local`, which may be left out.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LocalConfig {
    /// The people who must have a second factor (an authenticator application or a passkey): `required` for everybody, `administrators`, or
    /// `optional`. Accounts with the role `operator` must always. Default: `administrators`.
    pub second_factor: SecondFactorRule,
    /// The fewest characters of a password that somebody chooses: 12 to 64. Default: 12.
    pub password_length: usize,
    /// Hours during which the link of an invitation or of a forgotten password opens: 1 to 720. Default: 72.
    pub link_hours: i64,
    /// Networks from which accounts with the role `operator` may sign in, as `10.1.0.0/16` or `2001:db8::/48`. Behind a reverse proxy,
    /// `server.trusted_proxies` must name it. Default: from anywhere.
    pub allowed_networks: Vec<IpNet>,
}

impl ConnectorConfig {
    /// True if it serves a collectivité.
    #[must_use]
    pub fn serves(&self, tenant: &TenantId) -> bool {
        self.tenants.is_empty() || self.tenants.contains(tenant)
    }

    /// True if a source may vouch for names that are no addresses, as `credentials::Vouchers` says of a running server. Of a portal that
    /// relies on a directory, the directory may where the portal is named.
    #[must_use]
    pub fn is_vouched_for_by(&self, source: &SourceConfig, sources: &[SourceConfig]) -> bool {
        let relies = |named: &&SourceConfig| named.directory.as_ref() == Some(&source.id);
        let is_named = |id| self.vouched_by.contains(id);
        match self.vouched_by.is_empty() {
            true => self.owner == source.owner,
            false => is_named(&source.id) || sources.iter().filter(relies).any(|portal| is_named(&portal.id)),
        }
    }
}

impl Default for LocalConfig {
    fn default() -> Self {
        Self {
            second_factor: SecondFactorRule::default(),
            password_length: MIN_CHARS,
            link_hours: 72,
            allowed_networks: Vec::new(),
        }
    }
}

/// The settings of a source, by its kind; in the file the table `settings` of the source.
#[derive(Debug, Clone)]
pub enum SourceSettings {
    /// OpenID Connect.
    Oidc(OidcConfig),
    /// CAS 2 or 3.
    Cas(CasConfig),
    /// The headers of a trusted reverse proxy.
    Header(HeaderConfig),
    /// A directory.
    Ldap(LdapConfig),
    /// None: people are pushed.
    Scim,
    /// Accounts kept here.
    Local(LocalConfig),
}

/// The operator's pages have a tenant's look without being a tenant's: no tenant of the file may bear this id.
pub(crate) const OPERATOR_ID: &str = "0-operator";
