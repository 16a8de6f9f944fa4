//! The address a request comes from.
//!
//! Behind declared proxies it is the last entry of `X-Forwarded-For` that is none of them, which the outermost of them wrote; from
//! anybody else the header means nothing.

use crate::app::App;
use axum::{
    extract::{ConnectInfo, FromRequestParts},
    http::request::Parts,
};
use std::{
    convert::Infallible,
    net::{IpAddr, Ipv4Addr, SocketAddr},
};

/// Where the person's browser stands, as far as we can know.
#[derive(Debug, Clone, Copy)]
pub struct PeerAddress(pub IpAddr);

impl FromRequestParts<App> for PeerAddress {
    type Rejection = Infallible;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        let peer = parts
            .extensions
            .get::<ConnectInfo<SocketAddr>>()
            .map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |info| info.0.ip());
        let headers = parts.headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok());
        let address = origin(peer, &headers.collect::<Vec<_>>(), &app.trusted_proxies);
        Ok(Self(address))
    }
}

/// The other end of the connection, whatever headers say.
#[derive(Debug, Clone, Copy)]
pub struct SocketPeer(pub IpAddr);

impl<S: Sync> FromRequestParts<S> for SocketPeer {
    type Rejection = Infallible;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        Ok(Self(peer.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |info| info.0.ip())))
    }
}

/// `headers` as they came. A socket that listens on both families shows IPv4 addresses inside IPv6 ones.
fn origin(peer: IpAddr, headers: &[&str], trusted: &[IpAddr]) -> IpAddr {
    let is_trusted = |address: &IpAddr| trusted.iter().any(|proxy| proxy.to_canonical() == *address);
    let mut address = peer.to_canonical();
    for entry in headers.iter().rev().flat_map(|header| header.rsplit(',')) {
        if !is_trusted(&address) {
            break;
        }
        let Ok(before) = entry.trim().parse::<IpAddr>() else { break };
        address = before.to_canonical();
    }
    address
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_declared_proxies_are_believed_about_who_came_before_them() {
        for (peer, headers, trusted, expected) in [
            ("203.0.113.9", &["198.51.100.1"][..], &["10.0.0.1"][..], "203.0.113.9"),
            ("10.0.0.1", &["198.51.100.1"], &[], "10.0.0.1"),
            ("10.0.0.1", &["6.6.6.6, 198.51.100.1"], &["10.0.0.1"], "198.51.100.1"),
            ("10.0.0.1", &["6.6.6.6", "198.51.100.1"], &["10.0.0.1"], "198.51.100.1"),
            ("10.0.0.1", &["6.6.6.6, 198.51.100.1, 10.0.0.2"], &["10.0.0.1", "10.0.0.2"], "198.51.100.1"),
            ("::ffff:10.0.0.1", &["2001:db8::7"], &["10.0.0.1"], "2001:db8::7"),
            ("::ffff:198.51.100.1", &[], &[], "198.51.100.1"),
            ("10.0.0.1", &["198.51.100.1, unknown"], &["10.0.0.1"], "10.0.0.1"),
            ("10.0.0.1", &[], &["10.0.0.1"], "10.0.0.1"),
        ] {
            let trusted: Vec<IpAddr> = trusted.iter().map(|address| address.parse().unwrap()).collect();
            assert_eq!(
                origin(peer.parse().unwrap(), headers, &trusted),
                expected.parse::<IpAddr>().unwrap(),
                "{peer} {headers:?}"
            );
        }
    }
}
