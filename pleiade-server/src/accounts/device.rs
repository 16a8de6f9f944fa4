//! A browser that has signed in to an account before (device cookie, OWASP *Slow Down Online Guessing Attacks with Device Cookies*).
//!
//! Wrong passwords that a stranger types elsewhere count against the account and slow its sign-ins down. Here the person shows a mark
//! that only a browser which has signed in can have, sealed for this account; their attempts have a count of their own, and a part of the
//! hashing that no stranger can keep busy. A stolen mark gives its thief no more attempts than anybody has at a new address.

use super::{Accounts, holder::Holder};
use crate::{
    seal::{Purpose, Sealer},
    storage::Storage,
    web::{cookies::CookieRule, sealed_text},
};
use axum_extra::extract::CookieJar;
use chrono::TimeDelta;
use pleiade_core::{Claims, Clock, ExposeSecret as _, SecretString, SignInError, SourceId};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The end of the name of the cookie.
const NAME: &str = "browser";
const BROWSER_TTL: TimeDelta = TimeDelta::days(180);
const PURPOSE: Purpose<'static> = Purpose::new("known browser");

#[derive(Serialize, Deserialize)]
struct BrowserMark {
    source: SourceId,
    subject: String,
    browser: u128,
}

/// Knows browsers that have signed in before.
#[derive(Debug)]
pub(crate) struct KnownBrowsers<'a> {
    pub(crate) storage: &'a Arc<dyn Storage>,
    pub(crate) sealer: &'a Sealer,
    pub(crate) clock: &'a dyn Clock,
    pub(crate) accounts: &'a Accounts,
    pub(crate) cookies: CookieRule,
}

impl KnownBrowsers<'_> {
    /// The cookie that lets this browser be known.
    pub(super) fn remember(&self, jar: CookieJar, holder: &Holder) -> CookieJar {
        let mut browser = [0; 16];
        if getrandom::fill(&mut browser).is_err() {
            return jar;
        }
        let mark = BrowserMark {
            source: holder.account.source.clone(),
            subject: holder.account.subject.clone(),
            browser: u128::from_be_bytes(browser),
        };
        match sealed_text::seal(self.sealer, self.clock.now(), PURPOSE, mark, BROWSER_TTL) {
            Some(value) => jar.add(self.cookies.lasting(self.cookies.sealed_name(NAME), value, BROWSER_TTL)),
            None => jar,
        }
    }

    /// Checks a password in a browser that has signed in to the same account before. None when it has not: the source's own count is then
    /// what slows guessing down.
    pub(crate) async fn check_password(
        &self,
        jar: &CookieJar,
        source: &SourceId,
        login: &str,
        password: &SecretString,
    ) -> Option<Result<Claims, SignInError>> {
        self.accounts.policy(source)?;
        let cookie = jar.get(&self.cookies.sealed_name(NAME))?;
        let mark: BrowserMark = sealed_text::open(self.sealer, self.clock.now(), PURPOSE, cookie.value())?;
        let holder = Holder::by_login(&**self.storage, source, &login.to_lowercase()).await.ok()??;
        if mark.source != *source || mark.subject != holder.account.subject {
            return None;
        }
        let key = mark.browser;
        if self.accounts.browsers.begin(key).is_err() {
            return Some(Err(SignInError::TooMany));
        }
        let hash = Some(holder.account.password_hash.as_str()).filter(|hash| !hash.is_empty());
        // A line of its own: strangers who keep the hashing busy do not stand in it.
        Some(match self.accounts.hashes.for_known(holder.account.identity.0).verify(password, hash).await {
            Ok(true) => {
                self.accounts.browsers.succeeded(key);
                holder.claims(self.storage).await.ok_or(SignInError::BadCredentials)
            }
            Ok(false) => Err(SignInError::BadCredentials),
            Err(error) => {
                self.accounts.browsers.undecided(key);
                Err(error.into())
            }
        })
    }

    /// Hashes a right password again when the parameters have changed since. Not done is no harm.
    pub(super) async fn rehash(&self, holder: &mut Holder, password: &SecretString) {
        let account = &mut holder.account;
        if password.expose_secret().is_empty() || !self.accounts.hashes.is_outdated(&account.password_hash) {
            return;
        }
        let Ok(hash) = self.accounts.hashes.for_known(account.identity.0).hash(password).await else {
            return;
        };
        match self.storage.replace_password_hash(account.link, &account.password_hash, &hash).await {
            Ok(true) => account.password_hash = hash,
            // It was changed meanwhile.
            Ok(false) => {}
            Err(error) => tracing::warn!(%error, "a password was not hashed again"),
        }
    }
}
