//! Local accounts on the server's own storage.

use crate::storage::{Names, Storage};
use async_trait::async_trait;
use pleiade_core::{Claims, SecretString, SignInError, SourceId, Subject, identity::SubjectError};
use pleiade_federation::local::{LocalAccount, LocalAccounts};
use std::sync::Arc;

/// The stable key of a local account: the source vouches, and the key is random, because a login may be given again.
///
/// # Errors
/// When `key` is not printable ASCII.
pub fn subject(source: &SourceId, key: &str) -> Result<Subject, SubjectError> {
    Subject::new(&format!("local:{source}"), key)
}

/// The claim that says in which version the account was verified: [`version`](crate::storage::LocalAccount::version).
pub(crate) const ACCOUNT_VERSION: &str = "pleiade:account-version";

/// Accounts kept in storage.
#[derive(Debug)]
pub struct StoredAccounts(pub Arc<dyn Storage>);

#[async_trait]
impl LocalAccounts for StoredAccounts {
    async fn find_account(
        &self,
        source: &SourceId,
        login: &str,
    ) -> Result<Option<LocalAccount>, SignInError> {
        let unreadable = |_| SignInError::Unreachable("the portal's own storage");
        let account = self.0.local_account(source, &login.to_lowercase()).await.map_err(unreadable)?;
        let Some(account) = account.filter(|account| !account.disabled && !account.password_hash.is_empty())
        else {
            return Ok(None);
        };
        let facts = self.0.link_facts(account.link).await.map_err(unreadable)?;
        let names = facts
            .and_then(|facts| facts.names)
            .unwrap_or_else(|| Names { display_name: account.login.clone(), ..Names::default() });
        let subject = subject(source, &account.subject)
            .map_err(|_| SignInError::Misconfigured("a local account has no usable key"))?;
        let mut claims = Claims::new(subject);
        claims.display_name = Some(names.display_name);
        claims.given_name = names.given_name;
        claims.family_name = names.family_name;
        claims.mail = names.mail;
        let factors = self.0.factors(account.link).await.map_err(unreadable)?;
        claims.attributes.insert(ACCOUNT_VERSION.to_owned(), vec![account.version(&factors)]);
        claims.login = Some(account.login);
        Ok(Some(LocalAccount::new(SecretString::from(account.password_hash), claims)))
    }
}
