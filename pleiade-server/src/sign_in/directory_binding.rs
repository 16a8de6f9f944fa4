//! The directory that a source relies on: a portal proves a login or a key, and the directory knows the rest.

use super::mapping::Mapping;
use pleiade_core::{Claims, Directory, DirectoryError, DirectoryPerson, SourceId, Subject, TenantId};
use serde::Deserialize;
use std::sync::Arc;

/// The claim of the source that finds a person in the directory.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(from = "String")]
pub enum DirectoryKey {
    /// The subject holds the directory's own key.
    Subject,
    /// The login is the directory's. A login may be given again, so each sign-in asks the directory whose it is now.
    Login,
    /// This attribute holds the directory's own key.
    Attribute(String),
}

impl From<String> for DirectoryKey {
    fn from(text: String) -> Self {
        match text.as_str() {
            "subject" => Self::Subject,
            "login" => Self::Login,
            _ => Self::Attribute(text),
        }
    }
}

/// The directory on which a source relies, and how its people are found there.
#[derive(Debug)]
pub struct DirectoryBinding {
    /// The directory's source.
    pub directory: SourceId,
    /// The tenant that owns the directory, or none for the operator's own.
    pub owner: Option<TenantId>,
    /// The issuer of its subjects.
    pub issuer: String,
    /// The claim that finds a person there.
    pub key: DirectoryKey,
    /// The text before the directory's key in the claim that is not part of it.
    pub strip_prefix: String,
    /// The directory to ask when the synchronised copy does not know somebody.
    pub people: Option<Arc<dyn Directory>>,
    /// From what the directory says to collectivités.
    pub mapping: Mapping,
}

/// A key that finds a person in a directory.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum LookupKey {
    Subject(Subject),
    Login(String),
}

impl DirectoryBinding {
    /// True if the key is the directory's own, which is never given again.
    pub(super) fn stable(&self) -> bool {
        self.key != DirectoryKey::Login
    }

    /// The key that the claims hold; none when they hold none.
    pub(super) fn lookup_key(&self, claims: &Claims) -> Option<LookupKey> {
        let value = match &self.key {
            DirectoryKey::Subject => Some(claims.subject.id()),
            DirectoryKey::Login => claims.login.as_deref(),
            // Several values would be a choice left to whoever sent them.
            DirectoryKey::Attribute(name) => match claims.attributes.get(name).map(Vec::as_slice) {
                Some([one]) => Some(one.as_str()),
                _ => None,
            },
        }?;
        // When what should stand before the key does not, it is the key of something else.
        let value = value.strip_prefix(self.strip_prefix.as_str())?;
        if value.trim().is_empty() {
            return None;
        }
        match self.key {
            DirectoryKey::Login => Some(LookupKey::Login(value.to_owned())),
            _ => Subject::new(&self.issuer, value).ok().map(LookupKey::Subject),
        }
    }

    /// Asks the directory itself.
    pub(super) async fn ask(&self, key: &LookupKey) -> Result<Vec<DirectoryPerson>, DirectoryError> {
        let Some(people) = &self.people else { return Ok(Vec::new()) };
        match key {
            LookupKey::Subject(subject) => Ok(people.person(subject).await?.into_iter().collect()),
            LookupKey::Login(login) => people.by_login(login).await,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn binding(key: &str, strip_prefix: &str) -> DirectoryBinding {
        DirectoryBinding {
            directory: SourceId::new("annuaire").unwrap(),
            owner: None,
            issuer: "ldap:annuaire".to_owned(),
            key: key.to_owned().into(),
            strip_prefix: strip_prefix.to_owned(),
            people: None,
            mapping: Mapping::owned_by(TenantId::new("alpha").unwrap()),
        }
    }

    fn subject(id: &str) -> Option<LookupKey> {
        Some(LookupKey::Subject(Subject::new("ldap:annuaire", id).unwrap()))
    }

    #[test]
    fn a_key_is_read_from_what_the_operator_named() {
        let mut claims = Claims::new(Subject::new("https://sso.example", "ldap:uuid-1").unwrap());
        claims.login = Some("jdupont".into());
        claims.attributes.insert("entryuuid".into(), vec!["uuid-2".into()]);
        claims.attributes.insert("two".into(), vec!["a".into(), "b".into()]);
        assert_eq!(binding("subject", "ldap:").lookup_key(&claims), subject("uuid-1"));
        assert_eq!(binding("subject", "ad:").lookup_key(&claims), None, "the key of another directory");
        assert_eq!(binding("subject", "ldap:uuid-1").lookup_key(&claims), None);
        assert_eq!(binding("entryuuid", "").lookup_key(&claims), subject("uuid-2"));
        assert_eq!(binding("login", "").lookup_key(&claims), Some(LookupKey::Login("jdupont".into())));
        assert_eq!(binding("two", "").lookup_key(&claims), None);
        assert_eq!(binding("absent", "").lookup_key(&claims), None);
    }
}
