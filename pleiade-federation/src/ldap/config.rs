//! What an operator writes about one directory.

use super::state;
use pleiade_core::SecretString;
use serde::Deserialize;
use std::{fmt, time::Duration};
use url::Url;

/// Operations as long as they may be that one sign-in may have: finding the person, the bind, their groups.
const OPERATIONS_PER_SIGN_IN: u32 = 3;

/// One LDAP directory.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct LdapConfig {
    /// Its servers, in the order in which they are tried: `ldaps://host`, or `ldap://host` with `starttls`; plain `ldap://` on this
    /// machine only. One that does not answer is left aside for half a minute. One address may be written as text, also under the
    /// name `url`.
    #[serde(alias = "url", deserialize_with = "one_or_more")]
    pub urls: Vec<Url>,
    /// Starts TLS on an `ldap://` connection; a directory that refuses is not used. Default: `false`.
    #[serde(default)]
    pub starttls: bool,
    /// PEM of the only authorities trusted for this directory. Default: the machine's.
    #[serde(default)]
    pub ca: Option<String>,
    /// The account that reads, as a distinguished name.
    pub bind_dn: String,
    /// Its password.
    pub bind_password: SecretString,
    /// The branch in which people are looked for, as a distinguished name: it is asked for as it is written here, and compared as RFC 4514
    /// says.
    pub base: String,
    /// The filter of people's entries. Default: `(objectClass=inetOrgPerson)`; Active Directory:
    /// `(&(objectCategory=person)(objectClass=user))`.
    #[serde(default = "default_person_filter")]
    pub person_filter: String,
    /// The attributes of which one must equal the login typed. Default: `uid`; Active Directory: `sAMAccountName`.
    #[serde(default = "default_login")]
    pub login_attributes: Vec<String>,
    /// The attribute that never changes and is never given again. Default: `entryUUID`; Active Directory: `objectGUID`.
    #[serde(default = "default_key")]
    pub key_attribute: String,
    /// The branch whose groups count, written as `base`. Default: `base`.
    #[serde(default)]
    pub group_base: Option<String>,
    /// The attribute of a group that lists its members by their distinguished names. Default: `member`.
    #[serde(default = "default_member")]
    pub member_attribute: String,
    /// Groups in groups count too, ten levels of them at most, a person's own being the first; the report of a run names those of whom more
    /// was left out. Default: `true`.
    #[serde(default = "default_true")]
    pub nested_groups: bool,
    /// The name of a group in mapping rules: `name`, the first part of its distinguished name, or `dn`, all of it. Default: `name`.
    #[serde(default)]
    pub groups_as: GroupsAs,
    /// The way to ask for changes: `auto`, `content-sync` (OpenLDAP's overlay `syncprov`), `dirsync` or `usn` (Active Directory),
    /// `timestamps` (any other), or `never`: everybody is read each time. Default: `auto`.
    #[serde(default)]
    pub incremental: Incremental,
    /// The attributes of a person's entry.
    #[serde(default)]
    pub attributes: AttributeNames,
    /// Other attributes to read, for the mapping rules.
    #[serde(default)]
    pub extra_attributes: Vec<String>,
    /// Seconds that one operation of a sign-in or of a look-up may take, which as a whole may take three times as long. Default: 10.
    #[serde(default = "default_timeout")]
    pub timeout_seconds: u64,
    /// Seconds that reading everybody may take. Default: 300.
    #[serde(default = "default_pass")]
    pub pass_timeout_seconds: u64,
    /// Entries asked for at once. Default: 200.
    #[serde(default = "default_page")]
    pub page_size: u32,
    /// Members of a group asked for at once. Default: as many as the directory gives.
    #[serde(default)]
    pub values_at_once: Option<u32>,
    /// Connections of the read account, at most. Default: 8.
    #[serde(default = "default_pool")]
    pub pool_size: usize,
    /// Wrong passwords of one person that reach the directory within `lockout_minutes`, by whatever login and through all replicas: as many
    /// from all addresses at which the person has signed in before, together, and as many from all others. Keep twice this number under the
    /// directory's own limit (`pwdMaxFailure`, "account lockout threshold"), so that a stranger cannot lock an agent out. Default: 2.
    #[serde(default = "default_free_attempts")]
    pub free_attempts: u32,
    /// The time after which the directory forgets wrong passwords (`pwdFailureCountInterval`, "reset account lockout counter after"),
    /// in minutes. Default: 30.
    #[serde(default = "default_lockout")]
    pub lockout_minutes: u64,
    /// The least time that an answer about a password takes, in milliseconds, so that unknown and known logins look alike. Default: 300.
    #[serde(default = "default_floor")]
    pub floor_milliseconds: u64,
}

fn default_person_filter() -> String {
    "(objectClass=inetOrgPerson)".into()
}
fn default_login() -> Vec<String> {
    vec!["uid".into()]
}
fn default_key() -> String {
    "entryUUID".into()
}
fn default_member() -> String {
    "member".into()
}
fn default_true() -> bool {
    true
}
fn default_pass() -> u64 {
    300
}
fn default_pool() -> usize {
    8
}
fn default_timeout() -> u64 {
    10
}
fn default_page() -> u32 {
    200
}
fn default_free_attempts() -> u32 {
    2
}
fn default_lockout() -> u64 {
    30
}
fn default_floor() -> u64 {
    300
}

fn one_or_more<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Vec<Url>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum OneOrMore {
        One(Url),
        More(Vec<Url>),
    }
    match OneOrMore::deserialize(deserializer) {
        Ok(OneOrMore::One(url)) => Ok(vec![url]),
        Ok(OneOrMore::More(urls)) => Ok(urls),
        Err(_) => {
            Err(serde::de::Error::custom("expected an address such as ldaps://host, or a list of them"))
        }
    }
}

/// The name of a group in mapping rules.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum GroupsAs {
    /// By the first part of their distinguished name.
    #[default]
    Name,
    /// By their distinguished name.
    Dn,
}

/// The way to ask a directory for changes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Incremental {
    /// In the best way that it offers.
    #[default]
    Auto,
    /// RFC 4533.
    ContentSync,
    /// The DirSync control of MS-ADTS.
    #[serde(rename = "dirsync")]
    DirSync,
    /// `uSNChanged`.
    Usn,
    /// `modifyTimestamp`.
    Timestamps,
    /// Not at all.
    Never,
}

impl LdapConfig {
    /// A directory with every default.
    #[must_use]
    pub fn new(url: Url, bind_dn: &str, bind_password: SecretString, base: &str) -> Self {
        Self {
            urls: vec![url],
            starttls: false,
            ca: None,
            bind_dn: bind_dn.to_owned(),
            bind_password,
            base: base.to_owned(),
            person_filter: default_person_filter(),
            login_attributes: default_login(),
            key_attribute: default_key(),
            group_base: None,
            member_attribute: default_member(),
            nested_groups: true,
            groups_as: GroupsAs::default(),
            incremental: Incremental::default(),
            attributes: AttributeNames::default(),
            extra_attributes: Vec::new(),
            timeout_seconds: default_timeout(),
            pass_timeout_seconds: default_pass(),
            page_size: default_page(),
            values_at_once: None,
            pool_size: default_pool(),
            free_attempts: default_free_attempts(),
            lockout_minutes: default_lockout(),
            floor_milliseconds: default_floor(),
        }
    }

    /// An Active Directory domain with every default.
    #[must_use]
    pub fn active_directory(url: Url, bind_dn: &str, bind_password: SecretString, base: &str) -> Self {
        let mut config = Self::new(url, bind_dn, bind_password, base);
        config.person_filter = "(&(objectCategory=person)(objectClass=user))".into();
        config.login_attributes = vec!["sAMAccountName".into(), "userPrincipalName".into()];
        config.key_attribute = "objectGUID".into();
        config.attributes.display_name = "displayName".into();
        config.attributes.department = "department".into();
        config
    }

    pub(super) fn pass_timeout(&self) -> Duration {
        Duration::from_secs(self.pass_timeout_seconds.clamp(10, 3600))
    }

    /// Time for a whole sign-in or look-up, of which each operation has its own.
    pub(super) fn whole_timeout(&self) -> Duration {
        self.timeout() * OPERATIONS_PER_SIGN_IN
    }

    pub(super) fn timeout(&self) -> Duration {
        Duration::from_secs(self.timeout_seconds.clamp(1, 60))
    }

    pub(super) fn floor(&self) -> Duration {
        Duration::from_millis(self.floor_milliseconds.min(5_000))
    }

    pub(super) fn lockout_window(&self) -> Duration {
        Duration::from_secs(60 * self.lockout_minutes.clamp(1, 24 * 60))
    }

    /// Every attribute read from a person's entry.
    pub(super) fn every_attribute(&self) -> impl Iterator<Item = &String> {
        let names = &self.attributes;
        let named = [
            &self.key_attribute,
            &names.display_name,
            &names.given_name,
            &names.family_name,
            &names.mail,
            &names.function,
            &names.department,
            &names.telephone,
            &names.groups,
        ];
        named.into_iter().chain(&self.login_attributes).chain(&self.extra_attributes)
    }

    /// The attributes asked of a person's entry, those of the account's state included.
    pub(super) fn person_attributes(&self) -> Vec<String> {
        let mut names: Vec<String> = self
            .every_attribute()
            .map(String::as_str)
            .chain(state::ATTRIBUTES)
            // By which a domain names the primary group.
            .chain(["primaryGroupID", "objectSid"])
            .map(str::to_owned)
            .collect();
        names.sort_by_key(|name| name.to_ascii_lowercase());
        names.dedup_by(|a, b| a.eq_ignore_ascii_case(b));
        names
    }

    pub(super) fn has_guid(&self) -> bool {
        self.key_attribute.eq_ignore_ascii_case("objectGUID")
    }

    pub(super) fn group_base(&self) -> &str {
        self.group_base.as_deref().unwrap_or(&self.base)
    }
}

impl fmt::Debug for LdapConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LdapConfig")
            .field("urls", &self.urls.iter().map(Url::as_str).collect::<Vec<_>>())
            .field("base", &self.base)
            .finish_non_exhaustive()
    }
}

/// The attributes of a person's entry.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct AttributeNames {
    /// Name to show. Default: `cn`.
    pub display_name: String,
    /// First name. Default: `givenName`.
    pub given_name: String,
    /// Family name. Default: `sn`.
    pub family_name: String,
    /// Contact address. Default: `mail`.
    pub mail: String,
    /// Function. Default: `title`.
    pub function: String,
    /// Service. Default: `departmentNumber`; Active Directory: `department`.
    pub department: String,
    /// Telephone. Default: `telephoneNumber`.
    pub telephone: String,
    /// Groups, on the person's entry. Default: `memberOf`. Where it is empty, groups are found by `member`.
    pub groups: String,
}

impl Default for AttributeNames {
    fn default() -> Self {
        let name = str::to_owned;
        Self {
            display_name: name("cn"),
            given_name: name("givenName"),
            family_name: name("sn"),
            mail: name("mail"),
            function: name("title"),
            department: name("departmentNumber"),
            telephone: name("telephoneNumber"),
            groups: name("memberOf"),
        }
    }
}
