//! LDAP directories: people, and the proof of a password by a bind.
//!
//! Each look-up or sign-in opens its own connection, protected by TLS (plain only on this machine), read through a guard against
//! answers that are nested or large beyond reason. A password is tried on a connection of its own, with the distinguished name that
//! the read account found, never one built from what was typed.

mod ber;
mod config;
mod connection;
mod dial;
mod entry;
#[cfg(any(test, fuzzing))]
pub(crate) mod fuzzing;
mod guard;
mod ppolicy;

pub use config::{AttributeNames, LdapConfig};

use crate::throttle::LoginThrottle;
use async_trait::async_trait;
use connection::{Bound, Connection, Query};
use entry::Entry;
use ldap3::ldap_escape;
use pleiade_core::{
    Claims, Clock, Directory, DirectoryChanges, DirectoryError, DirectoryPerson, ExposeSecret, Hints,
    IdentityProvider, ProviderKind, SecretString, SignInError, SignInStep, SourceId, Subject,
    sign_in::SignInAnswer,
};
use std::{net::IpAddr, sync::Arc};
use tokio::time::Instant;

/// The longest login or search text taken, in bytes.
const LONGEST_LOGIN: usize = 256;
const LONGEST_PASSWORD: usize = 1024;
const MOST_GROUPS: usize = 500;

/// One directory, read with its read account.
#[derive(Debug)]
pub struct LdapDirectory {
    id: SourceId,
    config: LdapConfig,
    address: dial::Address,
}

/// Whoever knows a password of a directory.
#[derive(Debug)]
pub struct LdapProvider {
    directory: Arc<LdapDirectory>,
    throttle: LoginThrottle,
}

/// A person with what the directory said about them.
struct Found {
    entry: Entry,
    subject: Subject,
    groups: Vec<String>,
}

impl LdapDirectory {
    /// A directory. Nothing is called yet.
    ///
    /// # Errors
    /// [`DirectoryError::Misconfigured`] when the configuration cannot work.
    pub fn new(id: SourceId, config: LdapConfig) -> Result<Self, DirectoryError> {
        let address =
            dial::Address::new(&config.url, config.starttls, config.ca.as_deref().map(str::as_bytes))?;
        if ldap3::parse_filter(&config.person_filter).is_err() || !config.person_filter.starts_with('(') {
            return Err(DirectoryError::Misconfigured("person_filter is not a filter in parentheses"));
        }
        let is_name = |name: &String| {
            !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'.')
        };
        if config.login_attributes.is_empty() || !config.every_attribute().all(is_name) {
            return Err(DirectoryError::Misconfigured(
                "an attribute name is empty or holds something else than letters",
            ));
        }
        if config.base.trim().is_empty() || config.bind_dn.trim().is_empty() {
            return Err(DirectoryError::Misconfigured("base and bind_dn must not be empty"));
        }
        if config.bind_password.expose_secret().is_empty() {
            return Err(DirectoryError::Misconfigured("the read account must have a password"));
        }
        Ok(Self { id, config, address })
    }

    /// The issuer of the subjects of this directory.
    #[must_use]
    pub fn issuer(&self) -> String {
        format!("ldap:{}", self.id)
    }

    async fn read(&self) -> Result<Connection, DirectoryError> {
        let mut connection = Connection::open(&self.address, self.config.timeout()).await?;
        match connection.bind(&self.config.bind_dn, &self.config.bind_password).await? {
            Bound::Yes(_) => Ok(connection),
            Bound::MustChange => Err(DirectoryError::Refused("its password has expired")),
            Bound::No => Err(DirectoryError::Refused("its distinguished name or its password is wrong")),
        }
    }

    fn query(&self, condition: &str, limit: usize) -> Query<'_> {
        Query {
            base: &self.config.base,
            filter: format!("(&{}{condition})", self.config.person_filter),
            attributes: self.config.every_attribute().cloned().collect(),
            limit,
            page_size: self.config.page_size,
        }
    }

    /// The one person with this login; `None` when there is none, or more than one.
    async fn by_login(
        &self,
        connection: &mut Connection,
        login: &str,
    ) -> Result<Option<Found>, DirectoryError> {
        let login = ldap_escape(login);
        let any: String =
            self.config.login_attributes.iter().map(|name| format!("({name}={login})")).collect();
        let entries = connection.search(self.query(&format!("(|{any})"), 2)).await?;
        match <[Entry; 1]>::try_from(entries) {
            Ok([entry]) => self.complete(connection, entry).await.map(Some),
            Err(_) => Ok(None),
        }
    }

    async fn complete(&self, connection: &mut Connection, entry: Entry) -> Result<Found, DirectoryError> {
        let subject = self.subject(&entry)?;
        let groups = self.groups(connection, &entry).await?;
        Ok(Found { entry, subject, groups })
    }

    fn subject(&self, entry: &Entry) -> Result<Subject, DirectoryError> {
        let key = match entry.octets(&self.config.key_attribute) {
            [octets] if self.config.has_guid() => entry::guid_text(octets),
            [octets] => String::from_utf8(octets.clone()).ok(),
            _ => None,
        };
        key.and_then(|key| Subject::new(&self.issuer(), &key).ok()).ok_or(DirectoryError::Misconfigured(
            "an entry has not exactly one readable key_attribute: check its name and the rights of the read account",
        ))
    }

    /// Names of the groups under the group base.
    async fn groups(
        &self,
        connection: &mut Connection,
        entry: &Entry,
    ) -> Result<Vec<String>, DirectoryError> {
        let base = self.config.group_base();
        let mut names: Vec<String> = entry
            .texts(&self.config.attributes.groups)
            .filter(|dn| entry::is_under(dn, base))
            .filter_map(entry::first_component)
            .collect();
        // No overlay in this directory, or one that was added after the groups.
        if entry.octets(&self.config.attributes.groups).is_empty() {
            let query = Query {
                base,
                filter: format!("(member={})", ldap_escape(entry.dn.as_str())),
                attributes: vec!["cn".into()],
                limit: MOST_GROUPS,
                page_size: self.config.page_size,
            };
            names = connection.search(query).await?.iter().filter_map(|group| group.text("cn")).collect();
        }
        names.sort();
        names.dedup();
        names.truncate(MOST_GROUPS);
        Ok(names)
    }

    fn login(&self, entry: &Entry) -> Option<String> {
        self.config.login_attributes.iter().find_map(|name| entry.text(name))
    }

    fn person(&self, found: &Found) -> DirectoryPerson {
        let (entry, names) = (&found.entry, &self.config.attributes);
        let login = self.login(entry);
        let shown = entry.text(&names.display_name).or_else(|| login.clone()).unwrap_or_default();
        let mut person = DirectoryPerson::new(found.subject.clone(), shown);
        person.login = login;
        person.mail = entry.text(&names.mail).and_then(|mail| mail.parse().ok());
        person.function = entry.text(&names.function);
        person.department = entry.text(&names.department);
        person.telephone = entry.text(&names.telephone);
        person.groups.clone_from(&found.groups);
        person
    }

    fn claims(&self, found: &Found) -> Claims {
        let (entry, names) = (&found.entry, &self.config.attributes);
        let mut claims = Claims::new(found.subject.clone());
        claims.display_name = entry.text(&names.display_name);
        claims.given_name = entry.text(&names.given_name);
        claims.family_name = entry.text(&names.family_name);
        claims.mail = entry.text(&names.mail).and_then(|mail| mail.parse().ok());
        claims.login = self.login(entry);
        claims.groups.clone_from(&found.groups);
        for name in self.config.every_attribute() {
            let values: Vec<String> = entry.texts(name).map(str::to_owned).collect();
            if !values.is_empty() {
                claims.attributes.insert(name.clone(), values);
            }
        }
        claims
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
        let key = if self.config.has_guid() {
            match entry::guid_filter(subject.id()) {
                Some(key) => key,
                None => return Ok(None),
            }
        } else {
            ldap_escape(subject.id()).into_owned()
        };
        let mut connection = self.read().await?;
        let condition = format!("({}={key})", self.config.key_attribute);
        let entries = connection.search(self.query(&condition, 2)).await?;
        match <[Entry; 1]>::try_from(entries) {
            Ok([entry]) => Ok(Some(self.person(&self.complete(&mut connection, entry).await?))),
            Err(entries) if entries.is_empty() => Ok(None),
            Err(_) => Err(DirectoryError::Misconfigured("two entries have the same key_attribute")),
        }
    }

    /// Groups come from the entries alone, and stay empty in a directory that writes none there.
    async fn changes(&self, _cursor: Option<&str>) -> Result<DirectoryChanges, DirectoryError> {
        Err(DirectoryError::Misconfigured("this directory cannot be synchronised yet"))
    }

    async fn search(&self, text: &str, limit: usize) -> Result<Vec<DirectoryPerson>, DirectoryError> {
        let text = text.trim();
        if text.is_empty() || text.len() > LONGEST_LOGIN || limit == 0 {
            return Ok(Vec::new());
        }
        let names = &self.config.attributes;
        let beginning = ldap_escape(text);
        let any: String = [&names.display_name, &names.given_name, &names.family_name, &names.mail]
            .into_iter()
            .chain(&self.config.login_attributes)
            .map(|name| format!("({name}={beginning}*)"))
            .collect();
        let mut connection = self.read().await?;
        let entries = connection.search(self.query(&format!("(|{any})"), limit)).await?;
        let base = self.config.group_base();
        entries
            .into_iter()
            .map(|entry| {
                let subject = self.subject(&entry)?;
                let groups = entry
                    .texts(&names.groups)
                    .filter(|dn| entry::is_under(dn, base))
                    .filter_map(entry::first_component)
                    .collect();
                Ok(self.person(&Found { entry, subject, groups }))
            })
            .collect()
    }

    async fn probe(&self) -> Result<(), DirectoryError> {
        let mut connection = self.read().await?;
        connection.search(self.query("", 1)).await.map(|_| ())
    }
}

impl LdapProvider {
    /// Sign-in with the passwords of `directory`.
    #[must_use]
    pub fn new(directory: Arc<LdapDirectory>, clock: Arc<dyn Clock>) -> Self {
        let throttle = LoginThrottle::under_lockout(
            clock,
            directory.config.free_attempts,
            directory.config.lockout_window(),
        );
        Self { directory, throttle }
    }

    async fn check(
        &self,
        login: &str,
        password: &SecretString,
        address: Option<IpAddr>,
    ) -> Result<Claims, SignInError> {
        let directory = &*self.directory;
        let mut reading = directory.read().await.map_err(sign_in_error)?;
        let Some(found) = directory.by_login(&mut reading, login).await.map_err(sign_in_error)? else {
            return Err(SignInError::BadCredentials);
        };
        drop(reading);
        // A directory takes several spellings of one login: what counts is whose password is tried. The answer is that of an unknown
        // login, which another spelling must not tell from a known one.
        let person = (found.subject.id(), "person");
        self.throttle.begin(person, address).map_err(|_| SignInError::BadCredentials)?;
        let bound = self.bind(&found.entry.dn, password).await;
        match bound {
            Ok(Bound::Yes(_) | Bound::MustChange) => self.throttle.succeeded(person, address),
            Ok(Bound::No) => {}
            Err(_) => self.throttle.undecided(person, address),
        }
        match bound? {
            Bound::Yes(policy) => {
                let mut claims = directory.claims(&found);
                let warnings =
                    [("password-expires-in", policy.expires_in), ("password-grace-logins", policy.grace)];
                for (name, value) in warnings {
                    if let Some(value) = value {
                        claims.attributes.insert(name.to_owned(), vec![value.to_string()]);
                    }
                }
                Ok(claims)
            }
            Bound::MustChange => Err(SignInError::PasswordMustChange),
            Bound::No => Err(SignInError::BadCredentials),
        }
    }

    async fn bind(&self, dn: &str, password: &SecretString) -> Result<Bound, SignInError> {
        let (address, limit) = (&self.directory.address, self.directory.config.timeout());
        let mut trying = Connection::open(address, limit).await.map_err(sign_in_error)?;
        trying.bind(dn, password).await.map_err(sign_in_error)
    }
}

fn sign_in_error(error: DirectoryError) -> SignInError {
    match error {
        DirectoryError::Unreachable(why) | DirectoryError::BadAnswer(why) => SignInError::Unreachable(why),
        DirectoryError::Refused(why) | DirectoryError::Misconfigured(why) => SignInError::Misconfigured(why),
        DirectoryError::Incomplete => {
            SignInError::Misconfigured("the read account's size limit is too small")
        }
        _ => SignInError::Unreachable("the directory failed"),
    }
}

/// What can never be right and must not reach the network: an empty password binds as anybody on some servers (RFC 4513 §5.1.2).
fn is_possible(login: &str, password: &SecretString) -> bool {
    let password = password.expose_secret();
    !login.is_empty()
        && login.len() <= LONGEST_LOGIN
        && !login.chars().any(char::is_control)
        && !password.trim().is_empty()
        && password.len() <= LONGEST_PASSWORD
        && !password.contains('\0')
}

#[async_trait]
impl IdentityProvider for LdapProvider {
    fn id(&self) -> &SourceId {
        &self.directory.id
    }

    fn kind(&self) -> ProviderKind {
        ProviderKind::Ldap
    }

    async fn begin(&self, _: &Hints) -> Result<SignInStep, SignInError> {
        Ok(SignInStep::AskPassword)
    }

    async fn probe(&self) -> Result<(), SignInError> {
        Directory::probe(&*self.directory).await.map_err(sign_in_error)
    }

    /// Two attributes may be added to the entry's own: `password-expires-in` (seconds) and `password-grace-logins`.
    async fn finish(&self, answer: SignInAnswer) -> Result<Claims, SignInError> {
        let SignInAnswer::Password { login, password, address } = answer else {
            return Err(SignInError::Untrusted("this source takes a login and a password"));
        };
        let login = login.trim();
        let key = login.to_lowercase();
        self.throttle.begin(&key, address).map_err(|_| SignInError::TooMany)?;
        let earliest = Instant::now() + self.directory.config.floor();
        let outcome = if is_possible(login, &password) {
            self.check(login, &password, address).await
        } else {
            Err(SignInError::BadCredentials)
        };
        match &outcome {
            Ok(_) | Err(SignInError::PasswordMustChange) => self.throttle.succeeded(&key, address),
            Err(SignInError::BadCredentials) => {}
            Err(_) => self.throttle.undecided(&key, address),
        }
        tokio::time::sleep_until(earliest).await;
        outcome
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(url: &str) -> LdapConfig {
        LdapConfig::new(url.parse().unwrap(), "cn=lecteur", "s".to_owned().into(), "dc=example")
    }

    fn refusal(config: LdapConfig) -> Option<DirectoryError> {
        LdapDirectory::new(SourceId::new("annuaire").unwrap(), config).err()
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
        let mut bad = config("ldap://localhost");
        bad.bind_password = String::new().into();
        assert!(refusal(bad).is_some());
    }

    #[test]
    fn impossible_passwords_stay_here() {
        for (login, password) in
            [("a", ""), ("a", "  "), ("", "x"), ("a", "x\0y"), ("a\0", "x"), ("a\n", "x")]
        {
            assert!(!is_possible(login, &password.to_owned().into()), "{login:?} {password:?}");
        }
        assert!(!is_possible("a", &"x".repeat(1025).into()));
        assert!(is_possible("o'brien", &"motdepasse".to_owned().into()));
    }
}
