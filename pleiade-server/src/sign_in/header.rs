//! Trust in the headers of a reverse proxy.
//!
//! Threat: a visitor who writes them. [`strip`] drops every configured header from requests of anybody but the declared proxy before a handler
//! sees them, and the provider asks again who sent them when it reads them. Nothing signs anybody in by a header alone: the person visits
//! `/sign-in/{source}/start`.

use super::{
    SignIn, Source,
    enter::enter,
    routes::{back_to_page, count},
};
use crate::{
    app::App,
    web::{address::SocketPeer, errors::Refusal, site::Site},
};
use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderName},
    middleware::Next,
    response::Response,
};
use axum_extra::extract::CookieJar;
use pleiade_core::SignInAnswer;
use pleiade_federation::header::HeaderProvider;
use std::{collections::HashSet, net::IpAddr, sync::Arc};

/// The headers that count, and from whom.
#[derive(Debug, Default)]
pub(super) struct Trusted(Vec<(Arc<HeaderProvider>, HashSet<HeaderName>)>);

impl Trusted {
    pub(super) fn new(providers: impl IntoIterator<Item = Arc<HeaderProvider>>) -> Self {
        let named = |provider: Arc<HeaderProvider>| {
            let names = provider.names().iter().filter_map(|name| name.parse().ok()).collect();
            (provider, names)
        };
        Self(providers.into_iter().map(named).collect())
    }

    /// The headers that mean nothing when they come from there.
    fn forged(&self, peer: IpAddr) -> HashSet<HeaderName> {
        let names = |trusted: bool| {
            let those = self.0.iter().filter(move |(provider, _)| provider.trusts(peer) == trusted);
            those.flat_map(|(_, names)| names.clone()).collect::<HashSet<_>>()
        };
        names(false).difference(&names(true)).cloned().collect()
    }
}

impl SignIn {
    /// With these sources of headers among its own.
    #[must_use]
    pub fn trusting(mut self, providers: impl IntoIterator<Item = Arc<HeaderProvider>>) -> Self {
        self.trusted = Trusted::new(providers);
        self
    }
}

/// Drops what a visitor must not tell.
pub(crate) async fn strip(
    State(app): State<App>,
    SocketPeer(peer): SocketPeer,
    mut request: Request,
    next: Next,
) -> Response {
    for name in app.sign_in.trusted.forged(peer) {
        while request.headers_mut().remove(&name).is_some() {}
    }
    next.run(request).await
}

/// Signs in whom the proxy names.
pub(super) async fn read(
    app: &App,
    site: &Site,
    source: &Source,
    (peer, headers): (IpAddr, &HeaderMap),
    jar: CookieJar,
    back: &str,
) -> Result<Response, Refusal> {
    let headers =
        headers.iter().map(|(name, value)| (name.as_str().to_owned(), value.as_bytes().to_vec())).collect();
    match source.provider.finish(SignInAnswer::Headers { peer, headers }).await {
        Ok(claims) => enter(app, site, source, claims, jar, back).await,
        Err(error) => {
            let id = source.provider.id();
            count(id, "refused");
            tracing::warn!(source = %id, %error, "sign-in refused");
            Ok(back_to_page("sign-in-refused"))
        }
    }
}
