//! Which network addresses an outgoing call may reach.
//!
//! Threat: a host name, once resolved, leads to the machine itself, to a neighbour on the private network, or to the address
//! from which a cloud gives its credentials. The table follows the IANA special-purpose address registries (IPv4 and IPv6);
//! anything that is not plainly public or plainly private is refused.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The network that an address belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// The public Internet.
    Public,
    /// Loopback and private networks: allowed only for a host that the operator declares internal.
    Internal,
    /// Never allowed: link-local, metadata services, multicast, reserved, documentation, tunnels.
    Never,
}

/// Addresses outside the special ranges from which clouds serve their machines' credentials or settings.
const METADATA: [IpAddr; 3] = [
    // Alibaba, inside the shared range.
    IpAddr::V4(Ipv4Addr::new(100, 100, 100, 200)),
    // Azure, a public address.
    IpAddr::V4(Ipv4Addr::new(168, 63, 129, 16)),
    // AWS over IPv6, inside the private range.
    IpAddr::V6(Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254)),
];

pub(super) fn reach(address: IpAddr) -> Reach {
    if METADATA.contains(&address) {
        return Reach::Never;
    }
    match address {
        IpAddr::V4(address) => reach_v4(address),
        IpAddr::V6(address) => reach_v6(address),
    }
}

fn reach_v4(address: Ipv4Addr) -> Reach {
    match address.octets() {
        [10 | 127, ..] | [172, 16..=31, ..] | [192, 168, ..] | [100, 64..=127, ..] => Reach::Internal,
        [0 | 224..=255, ..]
        | [169, 254, ..]
        | [192, 0, 0 | 2, _]
        | [192, 88, 99, _]
        | [198, 18 | 19, ..]
        | [198, 51, 100, _]
        | [203, 0, 113, _] => Reach::Never,
        _ => Reach::Public,
    }
}

fn reach_v6(address: Ipv6Addr) -> Reach {
    let embedded = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        IpAddr::V4(Ipv4Addr::new(a, b, c, d))
    };
    match address.segments() {
        [0, 0, 0, 0, 0, 0, 0, 1] => Reach::Internal,
        // The same as its IPv4 address.
        [0, 0, 0, 0, 0, 0xffff, high, low] => reach(embedded(high, low)),
        // NAT64: a way to the public IPv4 Internet, and to nothing else.
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] if reach(embedded(high, low)) == Reach::Public => Reach::Public,
        // Unique local addresses.
        [0xfc00..=0xfdff, ..] => Reach::Internal,
        // IETF protocols and Teredo, documentation, 6to4, documentation again: holes in the global range.
        [0x2001, 0..=0x1ff, ..] | [0x2001, 0xdb8, ..] | [0x2002, ..] | [0x3fff, 0..=0xfff, ..] => {
            Reach::Never
        }
        [0x2000..=0x3fff, ..] => Reach::Public,
        _ => Reach::Never,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn reach_of(address: &str) -> Reach {
        reach(address.parse().unwrap())
    }

    #[test]
    fn every_special_range_is_known() {
        for public in [
            "1.1.1.1",
            "100.63.255.255",
            "100.128.0.0",
            "172.15.0.1",
            "172.32.0.1",
            "192.0.1.1",
            "2a01:e0a::1",
        ] {
            assert_eq!(reach_of(public), Reach::Public, "{public}");
        }
        for internal in [
            "10.0.0.1",
            "127.0.0.1",
            "127.255.255.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "100.64.0.1",
            "100.127.255.255",
            "::1",
            "fc00::1",
            "fdff::1",
            "::ffff:10.0.0.1",
            "::ffff:127.0.0.1",
        ] {
            assert_eq!(reach_of(internal), Reach::Internal, "{internal}");
        }
        for never in [
            "0.0.0.0",
            "0.1.2.3",
            "169.254.169.254",
            "169.254.170.2",
            "192.0.0.192",
            "192.0.2.1",
            "192.88.99.1",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.1",
            "203.0.113.1",
            "224.0.0.1",
            "239.255.255.255",
            "240.0.0.1",
            "255.255.255.255",
            "100.100.100.200",
            "168.63.129.16",
            "fd00:ec2::254",
            "::",
            "::2",
            "::10.0.0.1",
            "::7f00:1",
            "::ffff:169.254.169.254",
            "::ffff:0.0.0.0",
            "::ffff:100.100.100.200",
            "::ffff:0:127.0.0.1",
            "64:ff9b::10.0.0.1",
            "64:ff9b::127.0.0.1",
            "64:ff9b::169.254.169.254",
            "64:ff9b:1::1",
            "100::1",
            "2001::1",
            "2001:1ff::1",
            "2001:db8::1",
            "2002:7f00:1::1",
            "2002:a00:1::",
            "3fff::1",
            "4000::1",
            "5f00::1",
            "fe80::1",
            "febf::1",
            "fec0::1",
            "ff02::1",
            "ff0e::1",
        ] {
            assert_eq!(reach_of(never), Reach::Never, "{never}");
        }
        assert_eq!(reach_of("64:ff9b::1.1.1.1"), Reach::Public);
        assert_eq!(reach_of("2001:200::1"), Reach::Public);
    }

    proptest! {
        /// However an IPv4 address is wrapped in an IPv6 one, the wrapping opens nothing that the address itself does not.
        #[test]
        fn no_wrapping_opens_a_closed_address(bits: u32) {
            let plain = Ipv4Addr::from(bits);
            let [a, b] = [(bits >> 16) as u16, bits as u16];
            prop_assert_eq!(reach(plain.to_ipv6_mapped().into()), reach(plain.into()));
            for wrapped in [
                Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, a, b),
                Ipv6Addr::new(0x2002, a, b, 0, 0, 0, 0, 1),
                Ipv6Addr::new(0, 0, 0, 0, 0, 0, a, b),
                Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, !a, !b),
            ] {
                let opened = reach(wrapped.into());
                let loopback = wrapped == Ipv6Addr::LOCALHOST;
                prop_assert!(opened == Reach::Never || loopback || opened == reach(plain.into()), "{}", wrapped);
            }
        }
    }
}
