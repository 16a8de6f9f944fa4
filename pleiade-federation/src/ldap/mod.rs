//! LDAP directories: people, and the proof of a password by a bind.
//!
//! People are read with the read account over a few connections that are kept; a password is tried on a connection of its own, with
//! the distinguished name that the read account found, never one built from what was typed. Every connection is protected by TLS
//! (plain only on this machine) and read through a guard against answers that are nested or large beyond reason. Referrals are never
//! followed: they would take a password to another host.

mod ber;
mod changes;
mod config;
mod connection;
mod dial;
mod entry;
#[cfg(any(test, fuzzing))]
pub(crate) mod fuzzing;
mod graph;
mod graph_reading;
mod groups;
mod guard;
mod key;
mod person;
mod pool;
mod ppolicy;
mod profile;
mod provider;
mod state;

pub use config::{AttributeNames, GroupsAs, Incremental, LdapConfig};
pub use provider::LdapProvider;

use crate::{dn::DistinguishedName, throttle::MAX_LOGIN_BYTES};
use async_trait::async_trait;
use connection::Query;
use entry::Entry;
use groups::Climb;
use ldap3::{Scope, ldap_escape};
use pleiade_core::{
    Clock, Directory, DirectoryChanges, DirectoryError, DirectoryPerson, ExposeSecret, SourceId, Subject,
};
use pool::Pool;
use std::sync::Arc;

/// Entries that are looked at for one login: more than one person of it is nobody.
const MAX_NAMESAKES: usize = 10;

/// One directory, read with its read account.
#[derive(Debug)]
pub struct LdapDirectory {
    id: SourceId,
    config: LdapConfig,
    /// Both as the configuration writes them.
    base: DistinguishedName,
    group_base: DistinguishedName,
    clock: Arc<dyn Clock>,
    pool: Pool,
    /// The groups as they were at the last cursor.
    known: tokio::sync::Mutex<Option<changes::snapshot::GroupSnapshot>>,
}

impl LdapDirectory {
    /// A directory. Nothing is called yet.
    ///
    /// # Errors
    /// [`DirectoryError::Misconfigured`] when the configuration cannot work.
    pub fn new(id: SourceId, config: LdapConfig, clock: Arc<dyn Clock>) -> Result<Self, DirectoryError> {
        if ldap3::parse_filter(&config.person_filter).is_err() || !config.person_filter.starts_with('(') {
            return Err(DirectoryError::Misconfigured("person_filter is not a filter in parentheses"));
        }
        let is_name = |name: &String| {
            !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'.')
        };
        let names_are_right = config.every_attribute().chain([&config.member_attribute]).all(is_name);
        if config.login_attributes.is_empty() || !names_are_right {
            return Err(DirectoryError::Misconfigured(
                "an attribute name is empty or holds something else than letters",
            ));
        }
        if config.bind_dn.trim().is_empty() {
            return Err(DirectoryError::Misconfigured("bind_dn must not be empty"));
        }
        let branch = |written: &str| {
            DistinguishedName::parse(written).map_err(|_| {
                DirectoryError::Misconfigured(
                    "base and group_base are distinguished names: write them as ou=agents,dc=ville,dc=example",
                )
            })
        };
        let (base, group_base) = (branch(&config.base)?, branch(config.group_base())?);
        if config.bind_password.expose_secret().is_empty() {
            return Err(DirectoryError::Misconfigured("the read account must have a password"));
        }
        let pool = Pool::new(&config, clock.clone())?;
        Ok(Self { id, config, base, group_base, clock, pool, known: tokio::sync::Mutex::default() })
    }

    /// The issuer of the subjects of this directory.
    #[must_use]
    pub fn issuer(&self) -> String {
        format!("ldap:{}", self.id)
    }

    /// A look-up that ends in time, however long its directory takes for each of the operations in it.
    async fn in_time<T>(
        &self,
        work: impl Future<Output = Result<T, DirectoryError>>,
    ) -> Result<T, DirectoryError> {
        let whole = tokio::time::timeout(self.config.whole_timeout(), work).await;
        whole.unwrap_or(Err(DirectoryError::Unreachable("no answer in time")))
    }

    /// The question for people that also meet a condition.
    fn people(&self, condition: &str, limit: usize) -> Query {
        Query {
            base: self.base.clone(),
            scope: Scope::Subtree,
            filter: format!("(&{}{condition})", self.config.person_filter),
            attributes: self.config.person_attributes(),
            limit,
            page_size: self.config.page_size,
        }
    }
}

#[async_trait]
impl Directory for LdapDirectory {
    fn id(&self) -> &SourceId {
        &self.id
    }

    async fn person(&self, subject: &Subject) -> Result<Option<DirectoryPerson>, DirectoryError> {
        if subject.issuer() != self.issuer() {
            return Ok(None);
        }
        let Some(condition) = self.key_condition(subject.id()) else { return Ok(None) };
        self.in_time(async {
            let mut connection = self.pool.lease().await?;
            let entries = connection.search(self.people(&condition, 2)).await?;
            match <[Entry; 1]>::try_from(entries) {
                Ok([entry]) => Ok(Some(self.person_of(self.found(&mut connection, entry).await?))),
                Err(entries) if entries.is_empty() => Ok(None),
                Err(_) => Err(DirectoryError::Misconfigured("two entries have the same key_attribute")),
            }
        })
        .await
    }

    /// Departures come at once from OpenLDAP with `syncprov-sessionlog`; other directories tell of them only when everybody is read,
    /// so ask without a cursor from time to time.
    async fn changes(&self, cursor: Option<&str>) -> Result<DirectoryChanges, DirectoryError> {
        self.changed_since(cursor).await
    }

    /// Groups come from the entries alone here: direct ones, and none from a directory that writes none there.
    async fn search(&self, text: &str, limit: usize) -> Result<Vec<DirectoryPerson>, DirectoryError> {
        let text = text.trim();
        if text.is_empty() || text.len() > MAX_LOGIN_BYTES || limit == 0 {
            return Ok(Vec::new());
        }
        let names = &self.config.attributes;
        let beginning = ldap_escape(text);
        let any: String = [&names.display_name, &names.given_name, &names.family_name, &names.mail]
            .into_iter()
            .chain(&self.config.login_attributes)
            .map(|name| format!("({name}={beginning}*)"))
            .collect();
        let mut connection = self.pool.lease().await?;
        let entries = connection.search(self.people(&format!("(|{any})"), limit)).await?;
        entries
            .into_iter()
            .map(|entry| {
                let mut own = Climb::new(false);
                own.enter(self.named_groups(&entry));
                let groups = self.group_names(own);
                Ok(self.person_of(self.with_groups(entry, groups)?))
            })
            .collect()
    }

    async fn by_login(&self, login: &str) -> Result<Vec<DirectoryPerson>, DirectoryError> {
        let login = login.trim();
        if login.is_empty() || login.len() > MAX_LOGIN_BYTES {
            return Ok(Vec::new());
        }
        self.in_time(async {
            let mut connection = self.pool.lease().await?;
            let mut people = Vec::new();
            // A directory may compare more loosely than we do, or by another of the attributes that are logins.
            let wanted = login.to_lowercase();
            for entry in connection.search(self.people(&self.login_condition(login), MAX_NAMESAKES)).await? {
                if self.login(&entry).is_some_and(|theirs| theirs.to_lowercase() == wanted) {
                    people.push(self.person_of(self.found(&mut connection, entry).await?));
                }
            }
            Ok(people)
        })
        .await
    }

    async fn probe(&self) -> Result<(), DirectoryError> {
        let mut connection = self.pool.lease().await?;
        connection.search(self.people("", 1)).await.map(|_| ())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(url: &str) -> LdapConfig {
        LdapConfig::new(url.parse().unwrap(), "cn=lecteur", "s".to_owned().into(), "dc=example")
    }

    fn refusal(config: LdapConfig) -> Option<DirectoryError> {
        let clock = Arc::new(pleiade_core::SystemClock::default());
        LdapDirectory::new(SourceId::new("annuaire").unwrap(), config, clock).err()
    }

    #[test]
    fn passwords_never_travel_in_clear() {
        assert!(matches!(
            refusal(config("ldap://ldap.ville.example")),
            Some(DirectoryError::Misconfigured(_))
        ));
        assert!(matches!(refusal(config("ldap://10.0.0.1")), Some(DirectoryError::Misconfigured(_))));
        for near in
            ["ldap://127.0.0.1:3389", "ldap://localhost", "ldap://[::1]", "ldaps://ldap.ville.example"]
        {
            assert_eq!(refusal(config(near)), None, "{near}");
        }
        let mut both = config("ldaps://ldap.ville.example");
        both.starttls = true;
        assert!(refusal(both).is_some());
    }

    #[test]
    fn mistakes_in_the_configuration_are_found_at_start() {
        let mut bad = config("ldap://localhost");
        bad.person_filter = "objectClass=person".into();
        assert!(refusal(bad).is_some());
        let mut bad = config("ldap://localhost");
        bad.login_attributes = vec!["uid)(x=*".into()];
        assert!(refusal(bad).is_some());
        for branch in ["", "  ", "ville.example", "ou=agents;dc=ville", "<GUID=1>", "ou=agents,"] {
            let mut bad = config("ldap://localhost");
            bad.base = branch.into();
            assert!(refusal(bad).is_some(), "{branch:?}");
            let mut bad = config("ldap://localhost");
            bad.group_base = Some(branch.into());
            assert!(refusal(bad).is_some(), "{branch:?}");
        }
        let mut bad = config("ldap://localhost");
        bad.bind_password = String::new().into();
        assert!(refusal(bad).is_some());
    }
}
