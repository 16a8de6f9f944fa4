//! What an operator writes about one directory.

use pleiade_core::SecretString;
use serde::Deserialize;
use std::{fmt, time::Duration};
use url::Url;

/// One LDAP directory.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LdapConfig {
    /// `ldaps://host`, or `ldap://host` with `starttls`; plain `ldap://` on this machine only.
    pub url: Url,
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
    /// The branch in which people are looked for.
    pub base: String,
    /// Which entries are people. Default: `(objectClass=inetOrgPerson)`; Active Directory: `(&(objectCategory=person)(objectClass=user))`.
    #[serde(default = "default_person_filter")]
    pub person_filter: String,
    /// The attributes of which one must equal the login typed. Default: `uid`; Active Directory: `sAMAccountName`.
    #[serde(default = "default_login")]
    pub login_attributes: Vec<String>,
    /// The attribute that never changes and is never given again. Default: `entryUUID`; Active Directory: `objectGUID`.
    #[serde(default = "default_key")]
    pub key_attribute: String,
    /// The branch whose groups count. Default: `base`.
    #[serde(default)]
    pub group_base: Option<String>,
    /// Which attribute says what.
    #[serde(default)]
    pub attributes: AttributeNames,
    /// Other attributes to read, for the mapping rules.
    #[serde(default)]
    pub extra_attributes: Vec<String>,
    /// Seconds that one sign-in or one look-up may take. Default: 10.
    #[serde(default = "default_timeout")]
    pub timeout_seconds: u64,
    /// Entries asked for at once. Default: 200.
    #[serde(default = "default_page")]
    pub page_size: u32,
    /// Wrong passwords of one login that reach the directory within `lockout_minutes`: as many from all unknown addresses together,
    /// and as many from an address at which the person has signed in before. Keep twice this number under the directory's own limit
    /// (`pwdMaxFailure`, "account lockout threshold"), so that a stranger cannot lock an agent out. Default: 2.
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

impl LdapConfig {
    /// A directory with every default.
    #[must_use]
    pub fn new(url: Url, bind_dn: &str, bind_password: SecretString, base: &str) -> Self {
        Self {
            url,
            starttls: false,
            ca: None,
            bind_dn: bind_dn.to_owned(),
            bind_password,
            base: base.to_owned(),
            person_filter: default_person_filter(),
            login_attributes: default_login(),
            key_attribute: default_key(),
            group_base: None,
            attributes: AttributeNames::default(),
            extra_attributes: Vec::new(),
            timeout_seconds: default_timeout(),
            page_size: default_page(),
            free_attempts: default_free_attempts(),
            lockout_minutes: default_lockout(),
            floor_milliseconds: default_floor(),
        }
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
            .field("url", &self.url.as_str())
            .field("base", &self.base)
            .finish_non_exhaustive()
    }
}

/// Which attribute of an entry says what.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
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
