//! Sign-in on real servers: OpenLDAP, LemonLDAP::NG and the certified `oidc-provider`. `cargo xtask test` starts them.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests panic like tests"
)]

mod active_directory;
mod active_directory_names;
mod browser;
mod cas;
mod ldap;
mod lemonldap;
mod oidc_provider;
mod portal;
mod scim;

pub(crate) use browser::client;

use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use chrono::{DateTime, TimeDelta, Utc};
use http::{Request, Response};
use pleiade_core::{
    Clock, IdentityProvider as _, Limits, SignInAnswer, SignInStep, SourceId, SystemClock, Transport,
    TransportError,
};
use pleiade_federation::ldap::LdapProvider;
use std::time::Duration;

/// What nothing takes, on however busy a machine, unless it hangs.
pub(crate) const HANG: Duration = Duration::from_secs(300);

/// A variable that `cargo xtask test` sets.
pub(crate) fn variable(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| {
        panic!("{name} is not set: `cargo xtask test` starts the real servers and sets it")
    })
}

pub(crate) fn source(id: &str) -> SourceId {
    SourceId::new(id).unwrap()
}

/// Held by whoever listens in the place of the desk, on the one port that the providers know.
pub(crate) static DESK: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

/// A clock two minutes ahead of the servers': to whoever reads it, a session that was opened just now has been open for a while. Within
/// what a token's own times may differ, and beyond what a fresh proof may.
#[derive(Debug, Default)]
pub(crate) struct Ahead(SystemClock);

impl Clock for Ahead {
    fn now(&self) -> DateTime<Utc> {
        self.0.now() + TimeDelta::minutes(2)
    }

    fn elapsed(&self) -> std::time::Duration {
        self.0.elapsed()
    }
}

/// An address without some of its parameters, as whoever sits at the browser may open it.
pub(crate) fn without(url: &url::Url, names: &[&str]) -> url::Url {
    let kept: Vec<(String, String)> = query(url);
    assert!(names.iter().all(|name| kept.iter().any(|(known, _)| known == name)), "{names:?} in {url}");
    let mut changed = url.clone();
    let kept = kept.iter().filter(|(name, _)| !names.contains(&name.as_str()));
    changed.query_pairs_mut().clear().extend_pairs(kept);
    changed
}

/// Tries more logins that do not exist than any table of counters holds, nearly all with passwords that can never be right.
pub(crate) async fn invent_logins(provider: &LdapProvider, round: u32) {
    for n in 0..20_600 {
        let password = if n % 200 == 0 { "wrong" } else { ["", "\0"][n % 2] };
        let (login, password) = (format!("invente{round}-{n}"), password.into());
        let outcome = provider.finish(SignInAnswer::Password { login, password, address: None }).await;
        assert!(outcome.is_err_and(|error| error.is_bad_credentials()));
    }
}

/// The network, for the client under test.
#[derive(Debug)]
pub(crate) struct Network(pub(crate) reqwest::Client);

#[async_trait]
impl Transport for Network {
    async fn send(&self, request: Request<Bytes>, limits: Limits) -> Result<Response<Bytes>, TransportError> {
        let exchange = async {
            let request = reqwest::Request::try_from(request).map_err(|_| TransportError::Forbidden)?;
            let mut answer = self.0.execute(request).await.map_err(|_| TransportError::Connection)?;
            let mut whole = Response::builder().status(answer.status());
            *whole.headers_mut().unwrap() = answer.headers().clone();
            let mut body = BytesMut::new();
            while let Some(chunk) = answer.chunk().await.map_err(|_| TransportError::Truncated)? {
                body.extend_from_slice(&chunk);
                if body.len() > limits.max_body_bytes {
                    return Err(TransportError::TooLarge);
                }
            }
            Ok(whole.body(body.freeze()).unwrap())
        };
        tokio::time::timeout(limits.deadline, exchange).await.map_err(|_| TransportError::Deadline)?
    }
}

/// Where a sign-in leads, with what is kept meanwhile.
pub(crate) fn departure(step: SignInStep) -> (url::Url, pleiade_core::SecretString) {
    match step {
        SignInStep::Redirect { url, attempt, .. } => (url, attempt),
        other => panic!("{other:?}"),
    }
}

/// The decoded query of a callback.
pub(crate) fn query(url: &url::Url) -> Vec<(String, String)> {
    url.query_pairs().into_owned().collect()
}
