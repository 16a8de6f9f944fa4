//! The headers of reverse proxies that name a person, and from whom they count.
//!
//! Threat: a visitor who writes them.

use axum::http::{HeaderMap, HeaderName};
use pleiade_federation::header::HeaderProvider;
use std::{collections::HashSet, net::IpAddr, sync::Arc};

/// The headers that count, and from whom.
#[derive(Debug, Default)]
pub(super) struct TrustedHeaders(Vec<(Arc<HeaderProvider>, HashSet<HeaderName>)>);

impl TrustedHeaders {
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

    /// Removes the headers that mean nothing from this peer.
    pub(super) fn drop_forged(&self, peer: IpAddr, headers: &mut HeaderMap) {
        for name in self.forged(peer) {
            // Every value of that name.
            while headers.remove(&name).is_some() {}
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
        let trusted = TrustedHeaders::new([
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
