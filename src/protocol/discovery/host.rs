//! What kind of host an address names: loopback, private, link-local. Guards against metadata that points into the caller's own network
//! (OpenID Connect Discovery 1.0 section 7, RFC 9700 section 4).

use std::net::IpAddr;

use url::{Host, Url};

use crate::encoding::address_class::AddressClass;

/// The kind of network a host literal belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum HostClass {
    /// A name, or an address that the whole internet reaches.
    Public,
    /// This machine: `localhost`, 127.0.0.0/8, `::1`, and the unspecified addresses, which reach it too.
    Loopback,
    /// A private network, and whatever else the public internet does not reach.
    Private,
    /// Link-local, and the addresses at which clouds hand out credentials.
    LinkLocal,
}

impl HostClass {
    /// The class of the URL's host. `url` has already read every spelling of an IPv4 address (dword, octal, hexadecimal).
    pub(super) fn of(url: &Url) -> Self {
        match address_class(url) {
            AddressClass::Public | AddressClass::Documentation => Self::Public,
            AddressClass::Loopback | AddressClass::Unspecified => Self::Loopback,
            AddressClass::LinkLocal | AddressClass::CloudMetadata => Self::LinkLocal,
            _ => Self::Private,
        }
    }
}

/// What network the URL's host belongs to as far as its text tells; a name that has to be resolved counts as public.
pub(super) fn address_class(url: &Url) -> AddressClass {
    url.host().and_then(|host| AddressClass::of_parsed(&host)).unwrap_or(AddressClass::Public)
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
        let entries =
            ["localhost", "127.0.0.0/8", "::1", "[fd00::1]", "nonsense/x", "::/0", "9.0.0.0/33", "2001:db8::/32"].map(String::from);
        let listed = |host: &str| is_listed(&Url::parse(&format!("http://{host}")).unwrap(), &entries);
        for host in
            ["localhost", "LocalHost:5000", "127.0.0.1", "127.8.9.1", "0x7f000001", "[::1]:5000", "[0:0::1]", "[fd00::1]", "[2001:db8::7]"]
        {
            assert!(listed(host), "{host}");
        }
        for host in [
            "127.evil.com",
            "localhost.evil.com",
            "a.localhost",
            "localhost.",
            "128.0.0.1",
            "9.0.0.0",
            "[::2]",
            "[2001:db9::7]",
            "evil",
            "nonsense",
        ] {
            assert!(!listed(host), "{host}");
        }
    }
}
