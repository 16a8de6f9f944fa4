//! The address a request comes from.
//!
//! Behind declared proxies it is the last entry of `X-Forwarded-For` that is none of them, which the outermost of them wrote; from
//! anybody else the header means nothing.
//!
//! Threat: everybody shares one address, that of a proxy, so that one stranger's failures, or the typing errors of a town hall, refuse the
//! whole instance. The rule:
//!
//! * while no proxy is declared, a peer that forwards addresses and is on this machine or on a private network is the operator's own proxy,
//!   for nothing else reaches the server there: nobody's address is known, so nothing is counted by address, no network is an allowed one,
//!   and the counts by login and by person hold alone;
//! * so it is when a declared proxy does not say for whom it asks;
//! * any other peer that is not declared may be anybody, and what it says may be invented: its own address counts;
//! * the first and the third are told in the log, once in five minutes, and counted for the operator's metrics.

use axum::http::HeaderMap;
use std::{
    net::{IpAddr, SocketAddr},
    sync::{Mutex, PoisonError},
    time::Duration,
};

/// Interval at which a proxy that is not declared is told in the log.
const WARNING_INTERVAL: Duration = Duration::from_secs(300);

/// The pace of warnings about proxies that are not declared.
#[derive(Debug, Default)]
pub struct ProxyWarnings(Mutex<Option<Duration>>);

impl ProxyWarnings {
    /// True if something may be told now; once in five minutes.
    pub(super) fn is_due(&self, now: Duration) -> bool {
        let mut told = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let due = told.is_none_or(|at| now.saturating_sub(at) >= WARNING_INTERVAL);
        if due {
            *told = Some(now);
        }
        due
    }
}

/// The origin of a request, as far as it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RequestOrigin {
    /// From there.
    Known(IpAddr),
    /// From somebody behind this proxy, which is near and not declared.
    Undeclared(IpAddr),
    /// From this address, which is not declared and says that it forwards, but is no proxy of the operator's.
    Stranger(IpAddr),
    /// From somebody behind this declared proxy, which does not say whom.
    Silent(IpAddr),
}

impl RequestOrigin {
    /// A socket that listens on both families shows IPv4 addresses inside IPv6 ones.
    pub(super) fn new(peer: IpAddr, headers: &HeaderMap, trusted: &[IpAddr]) -> Self {
        let is_trusted = |address: &IpAddr| trusted.iter().any(|proxy| proxy.to_canonical() == *address);
        let mut address = peer.to_canonical();
        if !is_trusted(&address) {
            let forwards = headers.contains_key("x-forwarded-for") || headers.contains_key("forwarded");
            return match forwards {
                false => Self::Known(address),
                true if is_near(address) && trusted.is_empty() => Self::Undeclared(address),
                true => Self::Stranger(address),
            };
        }
        let told: Vec<&str> =
            headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok()).collect();
        for entry in told.iter().rev().flat_map(|header| header.rsplit(',')) {
            // Some proxies add the port.
            let entry = entry.trim();
            let before = entry.parse::<IpAddr>().or_else(|_| entry.parse::<SocketAddr>().map(|at| at.ip()));
            let Ok(before) = before else { break };
            address = before.to_canonical();
            if !is_trusted(&address) {
                return Self::Known(address);
            }
        }
        Self::Silent(address)
    }

    pub(super) fn known_address(self) -> Option<IpAddr> {
        match self {
            Self::Known(address) | Self::Stranger(address) => Some(address),
            Self::Undeclared(_) | Self::Silent(_) => None,
        }
    }
}

/// On this machine, or on a network that is not the internet (RFC 1918, RFC 6598, RFC 4193, link-local).
pub(super) fn is_near(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(v4) => {
            let [a, b, ..] = v4.octets();
            v4.is_loopback() || v4.is_private() || v4.is_link_local() || (a == 100 && b & 0xc0 == 64)
        }
        IpAddr::V6(v6) => v6.is_loopback() || v6.is_unique_local() || v6.is_unicast_link_local(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origin(peer: &str, headers: &[(&'static str, &str)], trusted: &[&str]) -> RequestOrigin {
        let trusted: Vec<IpAddr> = trusted.iter().map(|address| address.parse().unwrap()).collect();
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, value.parse().unwrap());
        }
        RequestOrigin::new(peer.parse().unwrap(), &map, &trusted)
    }

    fn forwarded(peer: &str, headers: &[&str], trusted: &[&str]) -> RequestOrigin {
        let headers: Vec<_> = headers.iter().map(|value| ("x-forwarded-for", *value)).collect();
        origin(peer, &headers, trusted)
    }

    #[test]
    fn only_declared_proxies_are_believed_about_who_came_before_them() {
        for (peer, headers, trusted, expected) in [
            ("203.0.113.9", &["198.51.100.1"][..], &["10.0.0.1"][..], "203.0.113.9"),
            ("10.0.0.1", &["6.6.6.6, 198.51.100.1"], &["10.0.0.1"], "198.51.100.1"),
            ("10.0.0.1", &["6.6.6.6", "198.51.100.1"], &["10.0.0.1"], "198.51.100.1"),
            ("10.0.0.1", &["6.6.6.6, 198.51.100.1, 10.0.0.2"], &["10.0.0.1", "10.0.0.2"], "198.51.100.1"),
            ("10.0.0.1", &["6.6.6.6, 198.51.100.1:4711"], &["10.0.0.1"], "198.51.100.1"),
            ("::ffff:10.0.0.1", &["2001:db8::7"], &["10.0.0.1"], "2001:db8::7"),
            ("::ffff:10.0.0.1", &["[2001:db8::7]:4711"], &["10.0.0.1"], "2001:db8::7"),
            ("::ffff:198.51.100.1", &[], &[], "198.51.100.1"),
        ] {
            let found = forwarded(peer, headers, trusted);
            assert_eq!(found.known_address(), Some(expected.parse().unwrap()), "{peer} {headers:?}");
        }
    }

    #[test]
    fn the_address_of_a_proxy_is_nobody_s() {
        for peer in
            ["10.0.0.1", "127.0.0.1", "::1", "192.168.7.9", "100.64.0.9", "fd00::7", "::ffff:172.16.0.1"]
        {
            let near: IpAddr = peer.parse().unwrap();
            let undeclared = RequestOrigin::Undeclared(near.to_canonical());
            assert_eq!(forwarded(peer, &["198.51.100.1"], &[]), undeclared, "{peer}");
            assert_eq!(origin(peer, &[("forwarded", "for=198.51.100.1")], &[]), undeclared);
            let other = forwarded(peer, &["198.51.100.1"], &["10.0.0.9"]);
            assert_eq!(
                other,
                RequestOrigin::Stranger(near.to_canonical()),
                "the operator's own is declared: {peer}"
            );
            assert_eq!(undeclared.known_address(), None);
            assert_eq!(
                forwarded(peer, &[], &[]).known_address(),
                Some(near.to_canonical()),
                "no proxy: {peer}"
            );
        }
        for peer in ["203.0.113.9", "2001:db8::9", "100.128.0.1", "172.32.0.1"] {
            let stranger = RequestOrigin::Stranger(peer.parse().unwrap());
            assert_eq!(forwarded(peer, &["198.51.100.1"], &[]), stranger, "{peer} may invent what it says");
        }
        for headers in [&[][..], &["198.51.100.1, unknown"], &["10.0.0.1"]] {
            let silent = forwarded("10.0.0.1", headers, &["10.0.0.1"]);
            assert_eq!(silent, RequestOrigin::Silent("10.0.0.1".parse().unwrap()), "{headers:?}");
            assert_eq!(silent.known_address(), None);
        }
    }

    #[test]
    fn a_proxy_is_told_once_in_five_minutes() {
        let warnings = ProxyWarnings::default();
        let told = (0..601).filter(|second| warnings.is_due(Duration::from_secs(*second))).count();
        assert_eq!(told, 3);
    }
}
