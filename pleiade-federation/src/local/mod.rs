//! Accounts kept by the portal itself: a login and an argon2id hash.
//!
//! Threats: a stolen table of hashes, guessing, learning from the time of an answer whether a login exists, exhausting the memory with
//! many sign-ins at once. Beyond the password: [`password`] has the rules of a new one, [`totp`], [`passkey`] and [`codes`] the second
//! factors.

pub mod codes;
#[cfg(feature = "passkey")]
pub mod passkey;
pub mod password;
pub mod totp;

use crate::throttle::LoginThrottle;
use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher as _, PasswordVerifier as _, phc::PasswordHash},
};
use async_trait::async_trait;
use pleiade_core::{
    Claims, Clock, ExposeSecret, Hints, IdentityProvider, ProviderKind, SecretString, SignInError,
    SignInStep, SourceId, sign_in::SignInAnswer,
};
use std::{fmt, sync::Arc};
use tokio::sync::Semaphore;

/// 64 MiB, 3 passes: above the floor of OWASP (19 MiB, 2 passes), some 100 ms.
const MEMORY_KIB: u32 = 64 << 10;
const PASSES: u32 = 3;
/// Hashes computed at once: more would only take memory.
const AT_ONCE: usize = 2;
/// People who may wait for one; beyond, an attempt is refused at once.
const MOST_WAITING: usize = 64;
const LONGEST_PASSWORD: usize = 1024;
/// Failures of one login in a row before it must wait.
const FREE_ATTEMPTS: u32 = 5;

/// Why a password could not be hashed or checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HashError {
    /// Empty, or beyond 1,024 bytes.
    #[error("a password has 1 to 1,024 bytes")]
    Length,
    /// The stored text is not a hash of ours.
    #[error("a stored password hash cannot be read; give the account a new password")]
    BadHash,
    /// Too many people sign in at once, or no memory.
    #[error("this machine is too busy to check passwords now")]
    Busy,
}

/// Hashes and checks passwords, a few at a time, away from the threads that answer people.
#[derive(Clone)]
pub struct PasswordHashes {
    argon2: Argon2<'static>,
    running: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
    /// A hash of nothing anybody knows, for logins that do not exist.
    decoy: Arc<str>,
}

impl fmt::Debug for PasswordHashes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PasswordHashes").finish_non_exhaustive()
    }
}

impl PasswordHashes {
    /// The product's parameters. Takes the time of one hash.
    ///
    /// # Errors
    /// [`HashError::Busy`] when the machine has no memory or no randomness.
    pub fn new() -> Result<Self, HashError> {
        Self::with_cost(MEMORY_KIB, PASSES)
    }

    /// Other parameters: memory in KiB and passes.
    ///
    /// # Errors
    /// [`HashError::Busy`] when they are not allowed, or the machine has no memory or no randomness.
    pub fn with_cost(memory_kib: u32, passes: u32) -> Result<Self, HashError> {
        let params = Params::new(memory_kib, passes, 1, None).map_err(|_| HashError::Busy)?;
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let mut secret = [0; 32];
        getrandom::fill(&mut secret).map_err(|_| HashError::Busy)?;
        let decoy = argon2.hash_password(&secret).map_err(|_| HashError::Busy)?.to_string();
        Ok(Self {
            argon2,
            running: Arc::new(Semaphore::new(AT_ONCE)),
            waiting: Arc::new(Semaphore::new(MOST_WAITING)),
            decoy: decoy.into(),
        })
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Argon2<'static>) -> Result<T, HashError> + Send + 'static,
    ) -> Result<T, HashError> {
        let place = Arc::clone(&self.waiting).try_acquire_owned().map_err(|_| HashError::Busy)?;
        let turn = Arc::clone(&self.running).acquire_owned().await.map_err(|_| HashError::Busy)?;
        let argon2 = self.argon2.clone();
        tokio::task::spawn_blocking(move || {
            // Held until the work ends, even when whoever asked has left.
            let _held = (place, turn);
            work(&argon2)
        })
        .await
        .map_err(|_| HashError::Busy)?
    }

    /// The PHC text (`$argon2id$…`) to store.
    ///
    /// # Errors
    /// [`HashError`] when the password cannot be hashed.
    pub async fn hash(&self, password: &SecretString) -> Result<String, HashError> {
        let password = password.clone();
        if password.expose_secret().is_empty() || password.expose_secret().len() > LONGEST_PASSWORD {
            return Err(HashError::Length);
        }
        self.run(move |argon2| {
            let hash =
                argon2.hash_password(password.expose_secret().as_bytes()).map_err(|_| HashError::Busy)?;
            Ok(hash.to_string())
        })
        .await
    }

    /// Whether a hash was made with other parameters than the present ones, and should be made again while the password is at hand.
    #[must_use]
    pub fn is_outdated(&self, hash: &str) -> bool {
        let Ok(hash) = PasswordHash::new(hash) else { return true };
        let present = self.argon2.params();
        let same = Params::try_from(&hash).is_ok_and(|params| {
            params.m_cost() == present.m_cost()
                && params.t_cost() == present.t_cost()
                && params.p_cost() == present.p_cost()
        });
        !same || hash.algorithm != argon2::ARGON2ID_IDENT
    }

    /// Whether the password is the one hashed. Without a hash, the same time is spent and the answer is no.
    ///
    /// # Errors
    /// [`HashError`] when that cannot be told.
    pub async fn verify(&self, password: &SecretString, hash: Option<&str>) -> Result<bool, HashError> {
        let known = hash.is_some();
        let (password, hash) = (password.clone(), hash.unwrap_or(&self.decoy).to_owned());
        if password.expose_secret().len() > LONGEST_PASSWORD {
            return Ok(false);
        }
        self.run(move |argon2| {
            let hash = PasswordHash::new(&hash).map_err(|_| HashError::BadHash)?;
            Ok(argon2.verify_password(password.expose_secret().as_bytes(), &hash).is_ok() && known)
        })
        .await
    }
}

/// One stored account.
#[derive(Debug, Clone)]
pub struct LocalAccount {
    /// The PHC text of its password.
    pub hash: SecretString,
    /// Who signs in with it.
    pub claims: Claims,
}

/// Where local accounts are kept.
#[async_trait]
pub trait LocalAccounts: fmt::Debug + Send + Sync + 'static {
    /// The enabled account with this login, compared as the store defines it.
    ///
    /// # Errors
    /// [`SignInError::Unreachable`] when the store does not answer.
    async fn find(&self, source: &SourceId, login: &str) -> Result<Option<LocalAccount>, SignInError>;
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
        let key = login.to_lowercase();
        self.throttle.begin(&key, address).map_err(|_| SignInError::TooMany)?;
        let outcome = self.check(login, &password).await;
        match &outcome {
            Ok(_) => self.throttle.succeeded(&key, address),
            Err(SignInError::BadCredentials) => {}
            Err(_) => self.throttle.undecided(&key, address),
        }
        outcome
    }
}

impl LocalProvider {
    async fn check(&self, login: &str, password: &SecretString) -> Result<Claims, SignInError> {
        let possible = !login.is_empty() && login.len() <= 256 && !login.chars().any(char::is_control);
        let account = if possible { self.accounts.find(&self.id, login).await? } else { None };
        let hash = account.as_ref().map(|account| account.hash.expose_secret());
        let right = self.hashes.verify(password, hash).await.map_err(|error| match error {
            HashError::Busy => SignInError::TooMany,
            _ => SignInError::Misconfigured("a stored password hash cannot be read"),
        })?;
        account.filter(|_| right).map(|account| account.claims).ok_or(SignInError::BadCredentials)
    }
}
