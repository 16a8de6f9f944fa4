//! Sign-in on real servers: OpenLDAP, LemonLDAP::NG and the certified `oidc-provider`. `cargo xtask test` starts them.
#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests panic like tests")]

mod active_directory;
mod browser;
mod cas;
mod ldap;
mod lemonldap;
mod oidc_provider;
mod scim;

pub(crate) use browser::client;

use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use http::{Request, Response};
use pleiade_core::{
    IdentityProvider as _, Limits, SignInAnswer, SignInError, SignInStep, SourceId, Transport, TransportError,
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

/// Tries more logins that do not exist than any table of counters holds, nearly all with passwords that can never be right.
pub(crate) async fn invent_logins(provider: &LdapProvider, round: u32) {
    for n in 0..20_600 {
        let password = if n % 200 == 0 { "wrong" } else { ["", "\0"][n % 2] };
        let (login, password) = (format!("invente{round}-{n}"), password.into());
        let outcome = provider.finish(SignInAnswer::Password { login, password, address: None }).await;
        assert_eq!(outcome.err(), Some(SignInError::BadCredentials));
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
                if body.len() > limits.body {
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
