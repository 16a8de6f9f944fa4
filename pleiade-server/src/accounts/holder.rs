//! An account and what is known of its person.

use super::Accounts;
use crate::{
    audit::{AuditEvent, Note},
    sign_in::local::{ACCOUNT_VERSION, StoredAccounts},
    storage::{LocalAccount, Names, SecondFactor, Storage, StorageError},
    web::site::Tenants,
};
use pleiade_core::{Affiliation, Claims, SourceId, Subject};
use pleiade_federation::local::LocalAccounts as _;
use std::sync::Arc;

/// An account in hand: enabled, with what its source says of its person.
pub(super) struct Holder {
    pub(super) account: LocalAccount,
    /// Its second factors, when it was read.
    pub(super) factors: Vec<SecondFactor>,
    pub(super) names: Names,
    pub(super) subject: Subject,
    pub(super) affiliations: Vec<Affiliation>,
}

impl Holder {
    /// None when the account is disabled.
    pub(super) async fn new(
        storage: &dyn Storage,
        account: LocalAccount,
    ) -> Result<Option<Self>, StorageError> {
        if account.disabled {
            return Ok(None);
        }
        let Ok(subject) = crate::sign_in::local::subject(&account.source, &account.subject) else {
            return Ok(None);
        };
        let Some(facts) = storage.link_facts(account.link).await? else { return Ok(None) };
        let factors = storage.factors(account.link).await?;
        let names =
            facts.names.unwrap_or_else(|| Names { display_name: account.login.clone(), ..Names::default() });
        Ok(Some(Self { account, factors, names, subject, affiliations: facts.affiliations }))
    }

    /// The account of a login; none when there is none that is enabled.
    pub(super) async fn by_login(
        storage: &dyn Storage,
        source: &SourceId,
        login: &str,
    ) -> Result<Option<Self>, StorageError> {
        match storage.local_account(source, login).await? {
            Some(account) => Self::new(storage, account).await,
            None => Ok(None),
        }
    }

    /// The account of a subject, when the source is local and the account is enabled.
    pub(super) async fn by_subject(
        storage: &dyn Storage,
        accounts: &Accounts,
        source: &SourceId,
        subject: &Subject,
    ) -> Result<Option<Self>, StorageError> {
        if accounts.policy(source).is_none() {
            return Ok(None);
        }
        match storage.local_account_by_subject(source, subject.id()).await? {
            Some(account) => Self::new(storage, account).await,
            None => Ok(None),
        }
    }

    /// Words that a password of this person must not be built from: they are easily guessed.
    pub(super) fn known_words(&self, tenants: &Tenants) -> Vec<String> {
        let named = self.affiliations.iter().filter_map(|affiliation| tenants.by_id(&affiliation.tenant));
        let names = [
            Some(self.account.login.clone()),
            Some(self.names.display_name.clone()),
            self.names.given_name.clone(),
            self.names.family_name.clone(),
            self.names.mail.as_ref().map(ToString::to_string),
        ];
        names.into_iter().flatten().chain(named.map(|tenant| tenant.name.clone())).collect()
    }

    /// The version of the account that this is.
    pub(super) fn version(&self) -> String {
        self.account.version(&self.factors)
    }

    /// True if the account is as it was read: password, second factors, enabled. In a transaction, it stays so until the end of that.
    pub(super) async fn is_unchanged(&self, storage: &dyn Storage) -> Result<bool, StorageError> {
        let (link, hash) = (self.account.link, &self.account.password_hash);
        Ok(storage.replace_password_hash(link, hash, hash).await?
            && self.account.version(&storage.factors(link).await?) == self.version())
    }

    /// A line about the account, told in the collectivité of its first affiliation.
    pub(super) fn note(&self, event: AuditEvent) -> Note {
        let note = Note::new(event).source(&self.account.source);
        self.affiliations.first().into_iter().fold(note, |note, affiliation| note.tenant(&affiliation.tenant))
    }

    /// The claims that a right password would have given, when this account was read.
    pub(super) async fn claims(&self, storage: &Arc<dyn Storage>) -> Option<Claims> {
        let found =
            StoredAccounts(storage.clone()).find_account(&self.account.source, &self.account.login).await;
        let mut claims = found.ok().flatten()?.claims;
        claims.attributes.insert(ACCOUNT_VERSION.to_owned(), vec![self.version()]);
        Some(claims)
    }
}
