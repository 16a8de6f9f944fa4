//! The address a request comes from.
//!
//! Behind a declared proxy it is the last entry of `X-Forwarded-For`, which that proxy wrote; from anybody else the header means nothing.

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
        let forwarded = || {
            let value = parts.headers.get_all("x-forwarded-for").iter().next_back()?.to_str().ok()?;
            value.rsplit(',').next()?.trim().parse().ok()
        };
        let address = if app.trusted_proxies.contains(&peer) { forwarded().unwrap_or(peer) } else { peer };
        Ok(Self(address))
    }
}
