//! Whose headers count: proxies by their addresses, or by how many there are (RFC 7239 section 8.1).

use std::net::IpAddr;

/// The proxies in front of an application whose headers are believed.
///
/// RFC 7239 section 8.1. A client can send the headers of a proxy as well as a proxy can: they count from the connections that are named here
/// alone. Name the addresses where they are known; count hops only where the application cannot be reached but through that many proxies.
///
/// # Example
/// ```
/// use identity_model::protocol::incoming::TrustedProxies;
///
/// let proxies = TrustedProxies::networks(["10.0.0.0/8", "::1"])?;
/// assert!(proxies.trusts([10, 1, 2, 3].into()) && !proxies.trusts([192, 0, 2, 1].into()));
/// assert!(TrustedProxies::networks(["10.0.0.0/33"]).is_err());
/// # Ok::<(), identity_model::protocol::incoming::TrustedProxiesError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrustedProxies(Trust);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Trust {
    Networks(Vec<Network>),
    Hops(usize),
}

/// An address and how many of its leading bits count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Network {
    bits: u128,
    length: u32,
    is_v4: bool,
}

/// A text is not an address or a network.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TrustedProxiesError {
    /// Neither an address nor `address/length`.
    #[error("`{text}` is not an address or a network such as `10.0.0.0/8`")]
    Network {
        /// What was given.
        text: String,
    },
    /// No proxy is named: leave the proxies out instead.
    #[error("no trusted proxy is named")]
    Empty,
}

impl TrustedProxies {
    /// Trusts connections from these addresses and networks.
    ///
    /// # Errors
    /// [`TrustedProxiesError`].
    pub fn networks<T: AsRef<str>>(networks: impl IntoIterator<Item = T>) -> Result<Self, TrustedProxiesError> {
        let networks: Vec<_> = networks.into_iter().map(|text| Network::parse(text.as_ref())).collect::<Result<_, _>>()?;
        if networks.is_empty() { Err(TrustedProxiesError::Empty) } else { Ok(Self(Trust::Networks(networks))) }
    }

    /// Trusts the last `count` proxies, wherever they are: only where no client can reach the application without them.
    ///
    /// # Errors
    /// [`TrustedProxiesError::Empty`] for none.
    pub fn hops(count: usize) -> Result<Self, TrustedProxiesError> {
        if count == 0 { Err(TrustedProxiesError::Empty) } else { Ok(Self(Trust::Hops(count))) }
    }

    /// Whether headers count on a connection from this address.
    pub fn trusts(&self, peer: IpAddr) -> bool {
        match &self.0 {
            Trust::Networks(networks) => networks.iter().any(|network| network.contains(peer)),
            Trust::Hops(_) => true,
        }
    }

    /// Whether headers count on this connection; of an unknown peer only where hops are counted.
    pub(crate) fn trusts_peer(&self, peer: Option<IpAddr>) -> bool {
        match (&self.0, peer) {
            (Trust::Hops(_), _) => true,
            (Trust::Networks(_), Some(peer)) => self.trusts(peer),
            (Trust::Networks(_), None) => false,
        }
    }

    /// Which of `count` elements the outermost trusted proxy has written, from the left: the elements to its right were written by proxies
    /// nearer to the application. `address` is what an element says about who was at the other end of the proxy that wrote it. `None` where
    /// there are fewer elements than hops.
    pub(crate) fn outermost(&self, count: usize, address: impl Fn(usize) -> Option<IpAddr>) -> Option<usize> {
        let last = count.checked_sub(1)?;
        match &self.0 {
            Trust::Hops(hops) => count.checked_sub(*hops),
            Trust::Networks(_) => {
                let mut place = last;
                while place > 0 && address(place).is_some_and(|address| self.trusts(address)) {
                    place -= 1;
                }
                Some(place)
            }
        }
    }
}

impl Network {
    fn parse(text: &str) -> Result<Self, TrustedProxiesError> {
        let wrong = || TrustedProxiesError::Network { text: crate::encoding::json::printable(text) };
        let (address, length) = match text.split_once('/') {
            Some((address, length)) => (address, Some(length)),
            None => (text, None),
        };
        let (bits, is_v4) = bits(address.parse().map_err(|_| wrong())?);
        let most = if is_v4 { 32 } else { 128 };
        let length = match length {
            Some(length) if length.bytes().all(|byte| byte.is_ascii_digit()) => length.parse().map_err(|_| wrong())?,
            Some(_) => return Err(wrong()),
            None => most,
        };
        if length > most { Err(wrong()) } else { Ok(Self { bits, length: length + 128 - most, is_v4 }) }
    }

    fn contains(&self, address: IpAddr) -> bool {
        let (bits, is_v4) = bits(address);
        let shift = 128 - self.length;
        is_v4 == self.is_v4 && bits.checked_shr(shift).unwrap_or(0) == self.bits.checked_shr(shift).unwrap_or(0)
    }
}

/// The address as a number; an IPv4 address, mapped into IPv6 or not, in the last 32 bits.
fn bits(address: IpAddr) -> (u128, bool) {
    match address.to_canonical() {
        IpAddr::V4(address) => (u128::from(u32::from(address)), true),
        IpAddr::V6(address) => (u128::from(address), false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn networks_hold_the_addresses_of_their_prefix() {
        for (network, inside, outside) in [
            ("10.0.0.0/8", vec!["10.255.0.1", "::ffff:10.0.0.1"], vec!["11.0.0.1", "::a00:1", "::1"]),
            ("192.0.2.1", vec!["192.0.2.1"], vec!["192.0.2.2"]),
            ("0.0.0.0/0", vec!["1.2.3.4"], vec!["::1"]),
            ("2001:db8::/33", vec!["2001:db8:7fff::1"], vec!["2001:db8:8000::1", "10.0.0.1"]),
            ("::/0", vec!["::1", "2001:db8::"], vec!["10.0.0.1"]),
            ("::1", vec!["::1"], vec!["::2"]),
        ] {
            let proxies = TrustedProxies::networks([network]).unwrap();
            assert!(inside.iter().all(|text| proxies.trusts(address(text))), "{network}");
            assert!(!outside.iter().any(|text| proxies.trusts(address(text))), "{network}");
        }
    }

    #[test]
    fn what_is_no_network_is_refused() {
        for text in ["", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/+8", "10.0.0.0/", "::/129", "proxy.internal", "10.0.0/8", "10.0.0.0/8/8"] {
            assert!(TrustedProxies::networks([text]).is_err(), "{text}");
        }
        assert_eq!(TrustedProxies::networks::<&str>([]), Err(TrustedProxiesError::Empty));
        assert_eq!(TrustedProxies::hops(0), Err(TrustedProxiesError::Empty));
    }

    #[test]
    fn px2_the_outermost_trusted_proxy_is_found_from_the_right() {
        let proxies = TrustedProxies::networks(["10.0.0.0/8"]).unwrap();
        let chain = ["10.9.9.9", "203.0.113.7", "10.0.0.2", "10.0.0.1"].map(address);
        let outermost = |proxies: &TrustedProxies, chain: &[IpAddr]| proxies.outermost(chain.len(), |place| chain.get(place).copied());
        assert_eq!(outermost(&proxies, &chain), Some(1), "what a client sends itself, on the left, does not count");
        assert_eq!(outermost(&proxies, &chain[2..]), Some(0));
        assert_eq!(outermost(&proxies, &[]), None);
        let hops = TrustedProxies::hops(2).unwrap();
        assert_eq!(outermost(&hops, &chain), Some(2));
        assert_eq!(outermost(&hops, &chain[3..]), None, "fewer elements than hops");
    }
}
