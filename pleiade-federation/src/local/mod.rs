//! Accounts kept by the portal itself: a login and an argon2id hash.
//!
//! Threats: a stolen table of hashes, guessing, learning from the time of an answer whether a login exists, exhausting the memory with
//! many sign-ins at once, keeping people out by keeping the hashing busy (see [`PasswordHashes`]). Beyond the password: [`password`] has
//! the rules of a new one, [`totp`], [`passkey`] and [`codes`] the second factors.

pub mod codes;
mod hashes;
#[cfg(feature = "passkey")]
pub mod passkey;
pub mod password;
pub mod totp;

pub use hashes::{HashError, HashPermit, PasswordHashes};

use crate::throttle::{Login, LoginThrottle, is_possible};
use async_trait::async_trait;
use pleiade_core::{
    Claims, Clock, ExposeSecret, Hints, IdentityProvider, ProviderKind, SecretString, SignInError,
    SignInStep, SourceId, sign_in::SignInAnswer,
};
use std::{fmt, net::IpAddr, sync::Arc};

/// Failures of one login in a row before it must wait.
const FREE_ATTEMPTS: u32 = 5;

/// One stored account.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct LocalAccount {
    /// The PHC text of its password.
    pub hash: SecretString,
    /// The person who signs in with it.
    pub claims: Claims,
}

impl LocalAccount {
    /// The account of the person of these claims.
    #[must_use]
    pub fn new(hash: SecretString, claims: Claims) -> Self {
        Self { hash, claims }
    }
}

/// The store of local accounts.
#[async_trait]
pub trait LocalAccounts: fmt::Debug + Send + Sync + 'static {
    /// The enabled account with this login, compared as the store defines it.
    ///
    /// # Errors
    /// [`SignInError::Unreachable`] when the store does not answer.
    async fn find_account(&self, source: &SourceId, login: &str)
    -> Result<Option<LocalAccount>, SignInError>;
}

/// Sign-in with local accounts.
#[derive(Debug)]
pub struct LocalProvider {
    id: SourceId,
    accounts: Arc<dyn LocalAccounts>,
    hashes: PasswordHashes,
    throttle: LoginThrottle,
}

impl LocalProvider {
    /// Sign-in with the accounts of a store.
    #[must_use]
    pub fn new(
        id: SourceId,
        accounts: Arc<dyn LocalAccounts>,
        hashes: PasswordHashes,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self { id, accounts, hashes, throttle: LoginThrottle::new(clock, FREE_ATTEMPTS) }
    }
}

#[async_trait]
impl IdentityProvider for LocalProvider {
    fn id(&self) -> &SourceId {
        &self.id
    }

    fn kind(&self) -> ProviderKind {
        ProviderKind::Local
    }

    async fn begin(&self, _: &Hints) -> Result<SignInStep, SignInError> {
        Ok(SignInStep::AskPassword)
    }

    async fn finish(&self, answer: SignInAnswer) -> Result<Claims, SignInError> {
        let SignInAnswer::Password { login, password, address } = answer else {
            return Err(SignInError::Untrusted("this source takes a login and a password"));
        };
        let login = login.trim();
        if !is_possible(login, &password) {
            return Err(SignInError::BadCredentials);
        }
        let (account, typed) = (self.accounts.find_account(&self.id, login).await?, login.to_lowercase());
        let tried = match &account {
            Some(account) => Login::Existing(account.claims.subject.id()),
            None => Login::Unknown(&typed),
        };
        self.throttle.begin(tried, address).map_err(|_| SignInError::TooMany)?;
        let outcome = self.check(account.as_ref(), &password, address).await;
        match &outcome {
            Ok(_) => self.throttle.succeeded(tried, address),
            Err(SignInError::BadCredentials) => {}
            Err(_) => self.throttle.undecided(tried, address),
        }
        outcome
    }
}

impl LocalProvider {
    async fn check(
        &self,
        account: Option<&LocalAccount>,
        password: &SecretString,
        address: Option<IpAddr>,
    ) -> Result<Claims, SignInError> {
        let hash = account.map(|account| account.hash.expose_secret());
        let right =
            self.hashes.for_address(address).verify(password, hash).await.map_err(SignInError::from)?;
        account.filter(|_| right).map(|account| account.claims.clone()).ok_or(SignInError::BadCredentials)
    }
}
