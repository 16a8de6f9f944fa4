//! The proof of a password by a bind.

use super::{LdapDirectory, connection::BindOutcome};
use crate::throttle::{DirectoryGuard, GuessStore, Throttle, is_possible};
use async_trait::async_trait;
use pleiade_core::{
    AccountRefusal, Claims, Clock, Directory as _, DirectoryError, Hints, IdentityProvider, ProviderKind,
    SecretString, SignInError, SignInStep, SourceId, sign_in::SignInAnswer,
};
use std::{net::IpAddr, sync::Arc};
use tokio::time::Instant;

/// A directory as a source of sign-in by password.
#[derive(Debug)]
pub struct LdapProvider {
    directory: Arc<LdapDirectory>,
    /// The bound on what reaches the directory, person by person.
    guard: DirectoryGuard,
    /// Counts what was typed, whether it exists or not. It guards nothing: it only says "too many" in the place of "wrong", to known and
    /// unknown logins alike.
    told: Throttle,
}

impl LdapProvider {
    /// Sign-in with the passwords of `directory`. `guesses` keeps how many wrong ones have reached it.
    #[must_use]
    pub fn new(directory: Arc<LdapDirectory>, guesses: Arc<dyn GuessStore>, clock: Arc<dyn Clock>) -> Self {
        let (free, window) = (directory.config.free_attempts, directory.config.lockout_window());
        let told = Throttle::new(clock.clone(), free).with_window(window).forgetful();
        let guard = DirectoryGuard::new(directory.id.clone(), guesses, clock, free, window);
        Self { directory, guard, told }
    }

    async fn check(
        &self,
        login: &str,
        password: &SecretString,
        address: Option<IpAddr>,
    ) -> Result<Claims, SignInError> {
        let directory = &*self.directory;
        let mut reading = directory.pool.lease().await.map_err(sign_in_error)?;
        let found = directory.sole_holder(&mut reading, login).await.map_err(sign_in_error)?;
        drop(reading);
        let found = found.map_err(SignInError::Account)?;
        // A directory takes several spellings of one login: what counts is whose password is tried. The person is told what is told of an
        // unknown login, which another spelling must not tell from a known one.
        let Some(attempt) = self.guard.begin(&found.subject, address).await? else {
            return Err(SignInError::Account(AccountRefusal::KeptBack));
        };
        let mut trying = match directory.pool.servers.connect(directory.config.timeout()).await {
            Ok(connection) => connection,
            Err(error) => {
                // What cannot be taken back remains counted.
                self.guard.undecided(attempt).await.unwrap_or_default();
                return Err(sign_in_error(error));
            }
        };
        // One bind, on one server: a second try elsewhere would count twice against the account.
        let bound = trying.bind(found.entry.dn.as_str(), password).await;
        match bound {
            Ok(BindOutcome::Yes(_) | BindOutcome::MustChange) => self.guard.succeeded(attempt).await?,
            Ok(BindOutcome::Wrong | BindOutcome::Refused(_)) => {}
            // An answer that judges nobody.
            Err(_) if trying.is_sound() => self.guard.undecided(attempt).await.unwrap_or_default(),
            // None, or none that makes sense: the directory may have judged the password, and counted it.
            Err(_) => {}
        }
        match bound.map_err(sign_in_error)? {
            // Some directories let accounts bind that they call expired.
            BindOutcome::Yes(_) if !found.is_open => Err(SignInError::Account(AccountRefusal::Closed)),
            BindOutcome::Yes(policy) => {
                let mut claims = directory.claims(found);
                let warnings =
                    [("password-expires-in", policy.expires_in), ("password-grace-logins", policy.grace)];
                for (name, value) in warnings {
                    if let Some(value) = value {
                        claims.attributes.insert(name.to_owned(), vec![value.to_string()]);
                    }
                }
                Ok(claims)
            }
            BindOutcome::MustChange => Err(SignInError::PasswordMustChange),
            BindOutcome::Wrong => Err(SignInError::BadCredentials),
            BindOutcome::Refused(why) => Err(SignInError::Account(why)),
        }
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

#[async_trait]
impl IdentityProvider for LdapProvider {
    fn id(&self) -> &SourceId {
        &self.directory.id
    }

    fn kind(&self) -> ProviderKind {
        ProviderKind::Ldap
    }

    async fn begin(&self, _hints: &Hints) -> Result<SignInStep, SignInError> {
        Ok(SignInStep::AskPassword)
    }

    async fn probe(&self) -> Result<(), SignInError> {
        self.directory.probe().await.map_err(sign_in_error)
    }

    /// Two attributes may be added to the entry's own: `password-expires-in` (seconds) and `password-grace-logins`.
    async fn finish(&self, answer: SignInAnswer) -> Result<Claims, SignInError> {
        let SignInAnswer::Password { login, password, address } = answer else {
            return Err(SignInError::Untrusted("this source takes a login and a password"));
        };
        let login = login.trim();
        if !is_possible(login, &password) {
            return Err(SignInError::BadCredentials);
        }
        let typed = login.to_lowercase();
        let earliest = Instant::now() + self.directory.config.floor();
        let too_many = self.told.begin(&typed).is_err();
        // Given up, the attempt stays counted if it had begun.
        let checked = tokio::time::timeout(
            self.directory.config.whole_timeout(),
            self.check(login, &password, address),
        );
        let outcome = checked.await.unwrap_or(Err(SignInError::Unreachable("no answer in time")));
        match &outcome {
            Ok(_) | Err(SignInError::PasswordMustChange) => self.told.succeeded(&typed),
            Err(error) if error.is_bad_credentials() => {}
            Err(_) if too_many => {}
            Err(_) => self.told.undecided(&typed),
        }
        tokio::time::sleep_until(earliest).await;
        match outcome {
            Err(error) if too_many && error.is_bad_credentials() => Err(SignInError::TooMany),
            outcome => outcome,
        }
    }
}
