//! The proof of a password by a bind.

use super::{LdapDirectory, connection::Bound};
use crate::throttle::LoginThrottle;
use async_trait::async_trait;
use pleiade_core::{
    Claims, Clock, Directory as _, DirectoryError, ExposeSecret, Hints, IdentityProvider, ProviderKind,
    SecretString, SignInError, SignInStep, SourceId, sign_in::SignInAnswer,
};
use std::{net::IpAddr, sync::Arc};
use tokio::time::Instant;

/// The longest login or search text taken, in bytes.
pub(super) const LONGEST_LOGIN: usize = 256;
const LONGEST_PASSWORD: usize = 1024;

/// Whoever knows a password of a directory.
#[derive(Debug)]
pub struct LdapProvider {
    directory: Arc<LdapDirectory>,
    throttle: LoginThrottle,
}

impl LdapProvider {
    /// Sign-in with the passwords of `directory`.
    #[must_use]
    pub fn new(directory: Arc<LdapDirectory>, clock: Arc<dyn Clock>) -> Self {
        let (free, window) = (directory.config.free_attempts, directory.config.lockout_window());
        Self { throttle: LoginThrottle::under_lockout(clock, free, window), directory }
    }

    async fn check(
        &self,
        login: &str,
        password: &SecretString,
        address: Option<IpAddr>,
    ) -> Result<Claims, SignInError> {
        let directory = &*self.directory;
        let mut reading = directory.pool.lease().await.map_err(sign_in_error)?;
        let found = directory.by_login(&mut reading, login).await.map_err(sign_in_error)?;
        drop(reading);
        let Some(found) = found else { return Err(SignInError::BadCredentials) };
        // A directory takes several spellings of one login: what counts is whose password is tried. The answer is that of an unknown
        // login, which another spelling must not tell from a known one.
        let key = (found.subject.id(), "person");
        self.throttle.begin(key, address).map_err(|_| SignInError::BadCredentials)?;
        let bound = self.bind(found.entry.dn.as_str(), password).await;
        match bound {
            Ok(Bound::Yes(_) | Bound::MustChange) => self.throttle.succeeded(key, address),
            Ok(Bound::No) => {}
            Err(_) => self.throttle.undecided(key, address),
        }
        match bound? {
            // Some directories let accounts bind that they call expired.
            Bound::Yes(_) if !found.is_open => Err(SignInError::BadCredentials),
            Bound::Yes(policy) => {
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
            Bound::MustChange => Err(SignInError::PasswordMustChange),
            Bound::No => Err(SignInError::BadCredentials),
        }
    }

    /// One bind, on one server: a second try elsewhere would count twice against the account.
    async fn bind(&self, dn: &str, password: &SecretString) -> Result<Bound, SignInError> {
        let (servers, limit) = (&self.directory.pool.servers, self.directory.config.timeout());
        let mut trying = servers.connect(limit).await.map_err(sign_in_error)?;
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
