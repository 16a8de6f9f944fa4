//! The origin of a request, for handlers: [`address`](super::address) is the rule.

use super::address::{RequestOrigin, is_near};
use crate::app::App;
use axum::{
    extract::{ConnectInfo, FromRequestParts, Request, State},
    http::request::Parts,
    middleware::Next,
    response::Response,
};
use pleiade_federation::throttle::{AddressThrottle, subscriber};
use std::{
    convert::Infallible,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    time::Duration,
};

/// The address of the person's browser, as far as we can know; the unspecified address, which is in no network, when we cannot.
#[derive(Debug, Clone, Copy)]
pub struct PeerAddress(pub IpAddr);

impl FromRequestParts<App> for PeerAddress {
    type Rejection = Infallible;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        let place = ThrottleKey::from_request_parts(parts, app).await?;
        Ok(Self(place.or_unspecified()))
    }
}

/// The address by which failures are counted; none when nobody's address is known, and then none is counted.
#[derive(Debug, Clone, Copy)]
pub struct ThrottleKey(Option<IpAddr>);

impl FromRequestParts<App> for ThrottleKey {
    type Rejection = Infallible;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        let origin =
            RequestOrigin::new(socket_peer(parts.extensions.get()), &parts.headers, &app.trusted_proxies);
        if let RequestOrigin::Silent(proxy) = origin
            && app.proxy_warnings().is_due(app.clock.elapsed())
        {
            tracing::warn!(%proxy, "a proxy of server.trusted_proxies does not say for whom it asks: guesses are slowed down by login alone; let it add X-Forwarded-For");
        }
        Ok(Self(origin.known_address()))
    }
}

impl ThrottleKey {
    /// The address, if it is known.
    #[must_use]
    pub fn address(self) -> Option<IpAddr> {
        self.0
    }

    /// The address, or the unspecified one, which is in no network.
    #[must_use]
    pub fn or_unspecified(self) -> IpAddr {
        self.0.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED))
    }

    /// The address as one subscriber.
    #[must_use]
    pub fn subscriber(self) -> Option<u128> {
        self.0.map(subscriber)
    }

    /// Begins an attempt that costs this address a failure unless it is [taken back](AddressAttempt::take_back).
    ///
    /// # Errors
    /// The time for which this address must still wait. Then nothing is counted.
    pub fn begin(self, throttle: &AddressThrottle) -> Result<AddressAttempt<'_>, Duration> {
        self.0.map_or(Ok(()), |address| throttle.begin(address))?;
        Ok(AddressAttempt { throttle, address: self.0 })
    }
}

/// An attempt that was counted as a failure of an address when it began. Dropped, for instance because whoever asked has left, it remains
/// one.
#[derive(Debug)]
#[must_use = "an attempt remains a failure unless it is taken back"]
pub struct AddressAttempt<'a> {
    throttle: &'a AddressThrottle,
    address: Option<IpAddr>,
}

impl AddressAttempt<'_> {
    /// The attempt did not fail.
    pub fn take_back(self) {
        if let Some(address) = self.address {
            self.throttle.undecided(address);
        }
    }

    /// Takes the attempt back unless it failed.
    pub fn end(self, failed: bool) {
        if !failed {
            self.take_back();
        }
    }
}

/// The other end of the connection, whatever headers say.
#[derive(Debug, Clone, Copy)]
pub struct SocketPeer(pub IpAddr);

impl<S: Sync> FromRequestParts<S> for SocketPeer {
    type Rejection = Infallible;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self(socket_peer(parts.extensions.get())))
    }
}

fn socket_peer(connected: Option<&ConnectInfo<SocketAddr>>) -> IpAddr {
    connected.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |info| info.0.ip())
}

/// Tells the operator of proxies that are not declared: `axum::middleware::from_fn_with_state(app, peer::warn_of_proxies)`.
pub(crate) async fn warn_of_proxies(
    State(app): State<App>,
    SocketPeer(peer): SocketPeer,
    request: Request,
    next: Next,
) -> Response {
    let origin = RequestOrigin::new(peer, request.headers(), &app.trusted_proxies);
    let (peer, unknown) = match origin {
        RequestOrigin::Undeclared(peer) => (peer, true),
        RequestOrigin::Stranger(peer) => (peer, false),
        RequestOrigin::Known(_) | RequestOrigin::Silent(_) => return next.run(request).await,
    };
    let from = if is_near(peer) { "private" } else { "public" };
    metrics::counter!("pleiade_undeclared_proxy_requests_total", "from" => from).increment(1);
    if app.proxy_warnings().is_due(app.clock.elapsed()) {
        let meaning = if unknown {
            "nobody's address is known: guesses are slowed down by login alone, and networks of local accounts let nobody in"
        } else {
            "its own address stands for everybody who comes through it"
        };
        tracing::warn!(
            %peer,
            meaning,
            "a proxy that server.trusted_proxies does not name forwards requests; add its address there"
        );
    }
    next.run(request).await
}
