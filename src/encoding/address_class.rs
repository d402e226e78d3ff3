//! What network an IP address or a host literal belongs to (RFC 6890 and the registries of special-purpose addresses).

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use url::Host;

/// The kind of network that an address belongs to: what a guard against forged server-side requests asks about each address before a
/// connection is made.
///
/// An IPv6 address with an IPv4 address inside (mapped, compatible, translated, NAT64, 6to4, Teredo, ISATAP) is of the class of the inner one.
///
/// # Example
/// ```
/// use identity_model::encoding::address_class::AddressClass;
///
/// assert_eq!(AddressClass::of("169.254.169.254".parse()?), AddressClass::LinkLocal);
/// assert_eq!(AddressClass::of("64:ff9b::10.0.0.1".parse()?), AddressClass::Private);
/// assert!(AddressClass::of("2606:4700::1111".parse()?).is_public());
/// assert_eq!(AddressClass::of_host("0x7f.1"), Some(AddressClass::Loopback));
/// assert_eq!(AddressClass::of_host("idp.example.com"), None);
/// # Ok::<(), std::net::AddrParseError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AddressClass {
    /// The whole internet reaches it.
    Public,
    /// This machine.
    Loopback,
    /// No particular address; connecting to it reaches this machine (`0.0.0.0/8`, `::`).
    Unspecified,
    /// A private network (RFC 1918, unique local, site-local, a local NAT64 prefix).
    Private,
    /// Between a provider and its customers (carrier-grade NAT, `100.64.0.0/10`).
    Shared,
    /// On this very link.
    LinkLocal,
    /// Where a cloud hands out credentials, outside of the link-local ranges.
    CloudMetadata,
    /// To many at once.
    Multicast,
    /// For examples in books.
    Documentation,
    /// For measurements between devices.
    Benchmarking,
    /// Reserved, or not assigned.
    Reserved,
}

/// Metadata services outside the link-local ranges: Azure, Oracle and Alibaba clouds.
const METADATA_V4: [Ipv4Addr; 3] = [Ipv4Addr::new(168, 63, 129, 16), Ipv4Addr::new(192, 0, 0, 192), Ipv4Addr::new(100, 100, 100, 200)];
/// The same over IPv6: AWS and Google clouds.
const METADATA_V6: [Ipv6Addr; 2] = [Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254), Ipv6Addr::new(0xfd20, 0xce, 0, 0, 0, 0, 0, 0x254)];

impl AddressClass {
    /// The class of an address.
    pub fn of(address: IpAddr) -> Self {
        match address {
            IpAddr::V4(address) => Self::of_v4(address),
            IpAddr::V6(address) => Self::of_v6(address),
        }
    }

    /// The class of a URL's host, where its text alone tells: an address in any spelling that a URL may have (dword, octal, hexadecimal,
    /// brackets), `localhost` and what is below it, the name of a cloud's metadata service. None for every other name: it has to be
    /// resolved.
    pub fn of_host(host: &str) -> Option<Self> {
        Self::of_parsed(&Host::parse(host).ok()?)
    }

    /// The same of a host that a URL has read already.
    pub(crate) fn of_parsed<N: AsRef<str>>(host: &Host<N>) -> Option<Self> {
        match host {
            Host::Ipv4(address) => Some(Self::of_v4(*address)),
            Host::Ipv6(address) => Some(Self::of_v6(*address)),
            Host::Domain(name) => Self::of_name(name.as_ref()),
        }
    }

    /// Whether the whole internet reaches it.
    pub fn is_public(self) -> bool {
        self == Self::Public
    }

    fn of_name(name: &str) -> Option<Self> {
        let name = name.strip_suffix('.').unwrap_or(name);
        if name == "localhost" || name.ends_with(".localhost") {
            Some(Self::Loopback)
        } else if name == "metadata.google.internal" {
            Some(Self::CloudMetadata)
        } else {
            None
        }
    }

    fn of_v4(address: Ipv4Addr) -> Self {
        if METADATA_V4.contains(&address) {
            return Self::CloudMetadata;
        }
        match address.octets() {
            [0, ..] => Self::Unspecified,
            [127, ..] => Self::Loopback,
            [169, 254, ..] => Self::LinkLocal,
            [10, ..] | [172, 16..=31, ..] | [192, 168, ..] => Self::Private,
            [100, 64..=127, ..] => Self::Shared,
            [192, 0, 2, _] | [198, 51, 100, _] | [203, 0, 113, _] => Self::Documentation,
            [198, 18..=19, ..] => Self::Benchmarking,
            [224..=239, ..] => Self::Multicast,
            [240..=255, ..] | [192, 0, 0, _] | [192, 88, 99, _] => Self::Reserved,
            _ => Self::Public,
        }
    }

    fn of_v6(address: Ipv6Addr) -> Self {
        if METADATA_V6.contains(&address) {
            return Self::CloudMetadata;
        }
        if address.is_unspecified() {
            return Self::Unspecified;
        }
        if address.is_loopback() {
            return Self::Loopback;
        }
        match embedded_v4(address).map(Self::of_v4) {
            Some(Self::Public) | None => Self::of_outer_v6(address),
            Some(inner) => inner,
        }
    }

    fn of_outer_v6(address: Ipv6Addr) -> Self {
        match address.segments() {
            [0xfe80..=0xfebf, ..] => Self::LinkLocal,
            [0xfc00..=0xfdff | 0xfec0..=0xfeff, ..] | [0x64, 0xff9b, 1, ..] => Self::Private,
            [0xff00..=0xffff, ..] => Self::Multicast,
            [0x2001, 0xdb8, ..] | [0x3fff, 0..=0xfff, ..] => Self::Documentation,
            [0x2001, 2, 0, ..] => Self::Benchmarking,
            // Identifiers that are not routed (ORCHID).
            [0x2001, 0x10..=0x2f, ..] => Self::Reserved,
            // What is handed out, and what leads to a public IPv4 address.
            [0x2000..=0x3fff, ..] | [0x64, 0xff9b, 0, 0, 0, 0, ..] | [0, 0, 0, 0, 0, 0xffff, ..] => Self::Public,
            [0, 0, 0, 0, 0xffff, 0, ..] => Self::Public,
            _ => Self::Reserved,
        }
    }
}

/// The IPv4 address inside an IPv6 one: mapped, translated, compatible, NAT64, 6to4, Teredo, ISATAP.
fn embedded_v4(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let v4 = |high: u16, low: u16| Ipv4Addr::from((u32::from(high) << 16) | u32::from(low));
    match address.segments() {
        [0, 0, 0, 0, 0, 0xffff | 0, high, low]
        | [0, 0, 0, 0, 0xffff, 0, high, low]
        | [0x64, 0xff9b, 0, 0, 0, 0, high, low]
        | [0x64, 0xff9b, 1, _, _, _, high, low]
        | [0x2002, high, low, ..]
        | [_, _, _, _, 0 | 0x200, 0x5efe, high, low] => Some(v4(high, low)),
        [0x2001, 0, _, _, _, _, high, low] => Some(v4(!high, !low)),
        _ => None,
    }
}

/// As it stands in an error: `private`, `link-local`, `cloud metadata`.
impl fmt::Display for AddressClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Public => "public",
            Self::Loopback => "loopback",
            Self::Unspecified => "unspecified",
            Self::Private => "private",
            Self::Shared => "shared",
            Self::LinkLocal => "link-local",
            Self::CloudMetadata => "cloud metadata",
            Self::Multicast => "multicast",
            Self::Documentation => "documentation",
            Self::Benchmarking => "benchmarking",
            Self::Reserved => "reserved",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn are(class: AddressClass, addresses: &[&str]) {
        for address in addresses {
            assert_eq!(AddressClass::of(address.parse().unwrap()), class, "{address}");
        }
    }

    #[test]
    fn h16_every_special_range_of_ipv4() {
        are(AddressClass::Unspecified, &["0.0.0.0", "0.255.255.255"]);
        are(AddressClass::Private, &["10.0.0.0", "10.255.255.255", "172.16.0.0", "172.31.255.255", "192.168.0.0", "192.168.255.255"]);
        are(AddressClass::Shared, &["100.64.0.0", "100.127.255.255"]);
        are(AddressClass::Loopback, &["127.0.0.0", "127.0.0.1", "127.255.255.255"]);
        are(AddressClass::LinkLocal, &["169.254.0.0", "169.254.169.254", "169.254.255.255"]);
        are(AddressClass::CloudMetadata, &["168.63.129.16", "192.0.0.192", "100.100.100.200"]);
        are(AddressClass::Documentation, &["192.0.2.1", "198.51.100.255", "203.0.113.0"]);
        are(AddressClass::Benchmarking, &["198.18.0.0", "198.19.255.255"]);
        are(AddressClass::Multicast, &["224.0.0.0", "239.255.255.255"]);
        are(AddressClass::Reserved, &["192.0.0.1", "192.88.99.1", "240.0.0.0", "255.255.255.255"]);
        are(AddressClass::Public, &["1.1.1.1", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255"]);
        are(AddressClass::Public, &["128.0.0.0", "169.253.255.255", "172.15.255.255", "172.32.0.0", "192.167.255.255", "198.17.255.255"]);
        are(AddressClass::Public, &["198.20.0.0", "223.255.255.255", "192.0.1.0", "203.0.114.0"]);
    }

    #[test]
    fn h16_every_special_range_of_ipv6() {
        are(AddressClass::Unspecified, &["::"]);
        are(AddressClass::Loopback, &["::1"]);
        are(AddressClass::Private, &["fc00::", "fdff:ffff::1", "fec0::1", "feff::1", "64:ff9b:1::8.8.8.8"]);
        are(AddressClass::LinkLocal, &["fe80::1", "febf::1"]);
        are(AddressClass::CloudMetadata, &["fd00:ec2::254", "fd20:ce::254"]);
        are(AddressClass::Multicast, &["ff00::", "ff02::1", "ffff::"]);
        are(AddressClass::Documentation, &["2001:db8::1", "3fff::1", "3fff:fff::1"]);
        are(AddressClass::Benchmarking, &["2001:2::1"]);
        are(AddressClass::Reserved, &["100::1", "2001:10::1", "2001:20::1", "5f00::1", "4000::1", "200::1", "::2:0:0:0", "fe00::1"]);
        are(AddressClass::Public, &["2606:4700::1111", "2001:4860::8888", "2a00::1", "3ffe::1", "3fff:1000::1"]);
    }

    #[test]
    fn h16_the_ipv4_address_inside_decides() {
        for form in ["::ffff:", "::ffff:0:", "64:ff9b::", "64:ff9b:1::", "2600::5efe:", "2600::200:5efe:"] {
            are(AddressClass::Private, &[&format!("{form}10.0.0.1")]);
            are(AddressClass::Loopback, &[&format!("{form}127.0.0.1")]);
            are(AddressClass::LinkLocal, &[&format!("{form}169.254.169.254")]);
            are(AddressClass::Documentation, &[&format!("{form}192.0.2.1")]);
        }
        are(AddressClass::Private, &["2002:a00:1::", "2002:c0a8:101::1", "2001:0:1::f5ff:fffe", "::10.0.0.1"]);
        are(AddressClass::LinkLocal, &["2002:a9fe:a9fe::1", "2001:0:1::5601:5601"]);
        are(AddressClass::CloudMetadata, &["2002:a83f:8110::1", "2001:0:1::57c0:7eef", "::ffff:168.63.129.16"]);
        are(AddressClass::Public, &["::ffff:8.8.8.8", "64:ff9b::8.8.8.8", "2002:808:808::1", "::ffff:0:8.8.8.8"]);
    }

    #[test]
    fn h16_hosts_in_every_spelling() {
        for (host, class) in [
            ("127.1", AddressClass::Loopback),
            ("0177.0.0.1", AddressClass::Loopback),
            ("2130706433", AddressClass::Loopback),
            ("localhost", AddressClass::Loopback),
            ("A.LocalHost.", AddressClass::Loopback),
            ("[::1]", AddressClass::Loopback),
            ("0xA9FEA9FE", AddressClass::LinkLocal),
            ("[::ffff:a9fe:a9fe]", AddressClass::LinkLocal),
            ("metadata.google.internal", AddressClass::CloudMetadata),
            ("8.8.8.8", AddressClass::Public),
        ] {
            assert_eq!(AddressClass::of_host(host), Some(class), "{host}");
        }
        for name in ["idp.example.com", "127.evil.com", "localhost.evil.com", "", "[", "a b"] {
            assert_eq!(AddressClass::of_host(name), None, "{name}");
        }
    }
}
