//! Trust in the headers of a reverse proxy.
//!
//! Threat: a visitor who writes them. [`strip`] drops every configured header from requests of anybody but the declared proxy before a handler
//! sees them, and the provider asks again who sent them when it reads them. Nothing signs anybody in by a header alone: the person visits
//! `/sign-in/{source}/start`.

use super::{
    SignIn, Source,
    enter::enter,
    refusals::refused,
    routes::{back_to_page, count, why},
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

    fn drop_forged(&self, peer: IpAddr, headers: &mut HeaderMap) {
        for name in self.forged(peer) {
            // Every value of that name.
            while headers.remove(&name).is_some() {}
        }
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
    app.sign_in.trusted.drop_forged(peer, request.headers_mut());
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
            refused(app, site, source, None, why(&error)).await;
            tracing::warn!(source = %id, %error, "sign-in refused");
            Ok(back_to_page("sign-in-refused"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pleiade_core::SourceId;
    use pleiade_federation::header::HeaderConfig;

    #[test]
    fn a_stranger_s_header_reaches_no_handler() {
        let proxy = |id: &str, peer: &str, subject: &str| {
            let issuer = "https://auth.example/";
            let config = HeaderConfig::new(vec![peer.parse().unwrap()], issuer, subject);
            Arc::new(HeaderProvider::new(SourceId::new(id).unwrap(), config).unwrap())
        };
        let trusted = Trusted::new([
            proxy("a", "10.0.0.5", "Auth-Subject"),
            proxy("b", "10.0.0.6", "Auth-Subject"),
            proxy("c", "10.0.0.6", "Other-Subject"),
        ]);
        for (peer, left) in [
            ("10.0.0.5", &["auth-subject", "auth-subject", "accept"][..]),
            ("10.0.0.6", &["auth-subject", "auth-subject", "other-subject", "accept"]),
            ("10.0.0.7", &["accept"]),
            ("127.0.0.1", &["accept"]),
        ] {
            let mut headers = HeaderMap::new();
            for name in ["auth-subject", "auth-subject", "other-subject", "accept"] {
                headers.append(name.parse::<HeaderName>().unwrap(), "x".parse().unwrap());
            }
            trusted.drop_forged(peer.parse().unwrap(), &mut headers);
            let mut names: Vec<&str> = headers.iter().map(|(name, _)| name.as_str()).collect();
            let mut left = left.to_vec();
            names.sort_unstable();
            left.sort_unstable();
            assert_eq!(names, left, "{peer}");
        }
    }
}
