//! What kind of host an address names: loopback, private, link-local. Guards against metadata that points into the caller's own network
//! (OpenID Connect Discovery 1.0 section 7, RFC 9700 section 4).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use url::{Host, Url};

/// The kind of network a host literal belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum HostClass {
    /// A name, or an address that the whole internet reaches.
    Public,
    /// This machine: `localhost`, 127.0.0.0/8, `::1`, and the unspecified addresses, which reach it too.
    Loopback,
    /// A network of one's own.
    Private,
    /// Link-local, and the addresses at which clouds hand out credentials.
    LinkLocal,
}

/// Metadata services outside the link-local ranges: Azure, Oracle and Alibaba clouds.
const METADATA_V4: [Ipv4Addr; 3] = [Ipv4Addr::new(168, 63, 129, 16), Ipv4Addr::new(192, 0, 0, 192), Ipv4Addr::new(100, 100, 100, 200)];
/// The same over IPv6: AWS and Google clouds.
const METADATA_V6: [Ipv6Addr; 2] = [Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254), Ipv6Addr::new(0xfd20, 0xce, 0, 0, 0, 0, 0, 0x254)];

impl HostClass {
    /// The class of the URL's host. `url` has already read every spelling of an IPv4 address (dword, octal, hexadecimal).
    pub(super) fn of(url: &Url) -> Self {
        match url.host() {
            Some(Host::Ipv4(address)) => Self::of_v4(address),
            Some(Host::Ipv6(address)) => Self::of_v6(address),
            Some(Host::Domain(name)) => Self::of_name(name),
            None => Self::Public,
        }
    }

    fn of_name(name: &str) -> Self {
        let name = name.strip_suffix('.').unwrap_or(name);
        if name == "localhost" || name.ends_with(".localhost") {
            Self::Loopback
        } else if name == "metadata.google.internal" {
            Self::LinkLocal
        } else {
            Self::Public
        }
    }

    fn of_v4(address: Ipv4Addr) -> Self {
        let [a, b, c, _] = address.octets();
        if address.is_link_local() || METADATA_V4.contains(&address) {
            Self::LinkLocal
        } else if address.is_loopback() || a == 0 {
            Self::Loopback
        } else if address.is_private()
            || (a == 100 && (64..128).contains(&b))
            || (a == 192 && b == 0 && c == 0)
            || (a == 198 && (18..20).contains(&b))
            || a >= 224
        {
            Self::Private
        } else {
            Self::Public
        }
    }

    fn of_v6(address: Ipv6Addr) -> Self {
        if address.is_unspecified() || address.is_loopback() {
            return Self::Loopback;
        }
        if METADATA_V6.contains(&address) || address.is_unicast_link_local() {
            return Self::LinkLocal;
        }
        let embedded = embedded_v4(address).map_or(Self::Public, Self::of_v4);
        let own = match address.segments() {
            // Unique local, site-local, multicast, NAT64 of one's own.
            [0xfc00..=0xfdff | 0xfec0..=0xfeff | 0xff00..=0xffff, ..] | [0x64, 0xff9b, 1, ..] => Self::Private,
            _ => Self::Public,
        };
        if embedded == Self::Public { own } else { embedded }
    }
}

/// The IPv4 address inside an IPv6 one: mapped, translated, compatible, NAT64, 6to4, Teredo.
fn embedded_v4(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let v4 = |high: u16, low: u16| Ipv4Addr::from((u32::from(high) << 16) | u32::from(low));
    match address.segments() {
        [0, 0, 0, 0, 0, 0xffff | 0, high, low]
        | [0, 0, 0, 0, 0xffff, 0, high, low]
        | [0x64, 0xff9b, 0, 0, 0, 0, high, low]
        | [0x64, 0xff9b, 1, _, _, _, high, low]
        | [0x2002, high, low, ..] => Some(v4(high, low)),
        [0x2001, 0, _, _, _, _, high, low] => Some(v4(!high, !low)),
        _ => None,
    }
}

/// Whether the URL's host is one of `entries`: a host name, an address, or a range such as `127.0.0.0/8`. Hosts are compared parsed, so
/// `127.evil.com` is no `127.0.0.0/8`.
pub(super) fn is_listed(url: &Url, entries: &[String]) -> bool {
    let address = match url.host() {
        Some(Host::Ipv4(address)) => Some(IpAddr::V4(address)),
        Some(Host::Ipv6(address)) => Some(IpAddr::V6(address)),
        _ => None,
    };
    entries.iter().any(|entry| match (address, entry.split_once('/')) {
        (Some(address), Some((network, bits))) => in_range(address, network, bits),
        (Some(address), None) => entry.trim_matches(['[', ']']).parse() == Ok(address),
        (None, None) => Host::parse(entry).is_ok_and(|host| Some(host) == url.host().map(|host| host.to_owned())),
        (None, Some(_)) => false,
    })
}

fn in_range(address: IpAddr, network: &str, bits: &str) -> bool {
    let Ok(bits) = bits.parse::<u32>() else { return false };
    match (address, network.parse()) {
        (IpAddr::V4(address), Ok(IpAddr::V4(network))) if bits <= 32 => {
            let shift = 32 - bits;
            u64::from(address.to_bits()) >> shift == u64::from(network.to_bits()) >> shift
        }
        (IpAddr::V6(address), Ok(IpAddr::V6(network))) if (1..=128).contains(&bits) => {
            let shift = 128 - bits;
            address.to_bits() >> shift == network.to_bits() >> shift
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn class(host: &str) -> HostClass {
        HostClass::of(&Url::parse(&format!("https://{host}/x")).unwrap())
    }

    #[test]
    fn h16_link_local_in_every_spelling() {
        for host in [
            "169.254.169.254",
            "169.254.169.254.",
            "2852039166",
            "0xA9FEA9FE",
            "0251.0376.0251.0376",
            "169.254.43518",
            "0xa9.254.0xa9fe",
            "%31%36%39.254.169.254",
            "１６９.254.169.254",
            "[::ffff:169.254.169.254]",
            "[::ffff:a9fe:a9fe]",
            "[::169.254.169.254]",
            "[64:ff9b::169.254.169.254]",
            "[64:ff9b:1::169.254.169.254]",
            "[2002:a9fe:a9fe::1]",
            "[2001:0:1::5601:5601]",
            "[::ffff:0:169.254.169.254]",
            "[fe80::1]",
            "[fd00:ec2::254]",
            "168.63.129.16",
            "100.100.100.200",
            "metadata.google.internal",
            "METADATA.google.internal.",
        ] {
            assert_eq!(class(host), HostClass::LinkLocal, "{host}");
        }
    }

    #[test]
    fn h16_private_and_loopback() {
        for host in ["10.0.0.1", "172.16.0.1", "192.168.1.1", "100.64.0.1", "0xC0A80101", "[fc00::1]", "[fd12::1]", "[::ffff:10.0.0.1]"] {
            assert_eq!(class(host), HostClass::Private, "{host}");
        }
        for host in ["[64:ff9b::10.0.0.1]", "[64:ff9b:1::8.8.8.8]", "[2002:0a00:0001::]", "255.255.255.255", "[ff02::1]", "[fec0::1]"] {
            assert_eq!(class(host), HostClass::Private, "{host}");
        }
        for host in ["127.0.0.1", "2130706433", "017700000001", "0x7f.1", "127.1", "0.0.0.0", "0", "[::]", "[::1]", "[::ffff:127.0.0.1]"] {
            assert_eq!(class(host), HostClass::Loopback, "{host}");
        }
        for host in ["localhost", "LOCALHOST", "localhost.", "a.localhost"] {
            assert_eq!(class(host), HostClass::Loopback, "{host}");
        }
    }

    #[test]
    fn names_and_public_addresses_are_public() {
        for host in ["127.evil.com", "localhost.evil.com", "8.8.8.8", "172.32.0.1", "[2606:4700::1111]", "[64:ff9b::8.8.8.8]", "a"] {
            assert_eq!(class(host), HostClass::Public, "{host}");
        }
    }

    #[test]
    fn listed_hosts_are_compared_parsed() {
        let entries = ["localhost", "127.0.0.0/8", "::1", "[fd00::1]", "nonsense/x", "::/0"].map(String::from);
        let listed = |host: &str| is_listed(&Url::parse(&format!("http://{host}")).unwrap(), &entries);
        for host in ["localhost", "LocalHost:5000", "127.0.0.1", "127.8.9.1", "0x7f000001", "[::1]:5000", "[0:0::1]", "[fd00::1]"] {
            assert!(listed(host), "{host}");
        }
        for host in ["127.evil.com", "localhost.evil.com", "a.localhost", "localhost.", "128.0.0.1", "[::2]", "evil", "nonsense"] {
            assert!(!listed(host), "{host}");
        }
    }
}
