//! From names to addresses, and the rejection of those that a client must not connect to (RFC 9700 section 4, OWASP on forged server-side
//! requests).

use std::fmt;
use std::io;
use std::net::IpAddr;

use async_trait::async_trait;

use crate::encoding::address_class::AddressClass;

/// Finds the addresses of a name: the system's resolver unless a client is given another one.
///
/// For names that the system does not know, and for tests in which nothing leaves the machine. What it answers is what is connected to, in
/// this order; there is no second look-up between a check and the connection.
///
/// # Errors
/// An [`io::Error`] where the name has no address; the client reports a failed connection.
///
/// # Example
/// ```
/// use std::net::IpAddr;
/// use identity_model::transport::NameResolver;
///
/// struct Cluster;
///
/// #[async_trait::async_trait]
/// impl NameResolver for Cluster {
///     async fn resolve(&self, name: &str) -> std::io::Result<Vec<IpAddr>> {
///         match name {
///             "idp.example.com" => Ok(vec![[127, 0, 0, 1].into()]),
///             _ => Err(std::io::ErrorKind::NotFound.into()),
///         }
///     }
/// }
/// ```
#[async_trait]
pub trait NameResolver: Send + Sync {
    /// The addresses of `name`, best first.
    async fn resolve(&self, name: &str) -> io::Result<Vec<IpAddr>>;
}

/// A client that denies private addresses was about to connect to one: by a literal in the URL, or by what a name resolves to.
///
/// The source of a [`TransportError`](super::TransportError) of kind [`ForbiddenAddress`](super::TransportErrorKind::ForbiddenAddress). It
/// names the host and the class, not the address: the owner of a name that points inside must not learn what stands there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForbiddenAddress {
    host: String,
    class: AddressClass,
}

impl ForbiddenAddress {
    /// `host` leads to an address of this class.
    pub fn new(host: impl Into<String>, class: AddressClass) -> Self {
        Self { host: host.into(), class }
    }

    /// The host, as it stood in the URL.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// What network it leads to.
    pub fn class(&self) -> AddressClass {
        self.class
    }

    /// Accepts `addresses` if there are only public ones among them: a name that also has another one may be changing between the two. For
    /// custom clients, right before they connect.
    ///
    /// # Errors
    /// Itself, for the first address that is not public.
    pub fn unless_public(host: &str, addresses: &[IpAddr]) -> Result<(), Self> {
        match addresses.iter().map(|address| AddressClass::of(*address)).find(|class| !class.is_public()) {
            Some(class) => Err(Self::new(host, class)),
            None => Ok(()),
        }
    }
}

impl fmt::Display for ForbiddenAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` leads to a {} address", self.host.escape_debug(), self.class)
    }
}

impl std::error::Error for ForbiddenAddress {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn h16_one_address_that_is_not_public_is_enough() {
        let public: IpAddr = [8, 8, 8, 8].into();
        assert_eq!(ForbiddenAddress::unless_public("a", &[public]), Ok(()));
        for (other, class) in [
            ("10.0.0.1", AddressClass::Private),
            ("127.0.0.1", AddressClass::Loopback),
            ("169.254.169.254", AddressClass::LinkLocal),
            ("100.64.0.1", AddressClass::Shared),
            ("224.0.0.1", AddressClass::Multicast),
            ("203.0.113.1", AddressClass::Documentation),
            ("::ffff:10.0.0.1", AddressClass::Private),
            ("64:ff9b::7f00:1", AddressClass::Loopback),
            ("2002:a00:1::1", AddressClass::Private),
            ("fe80::1", AddressClass::LinkLocal),
        ] {
            let rejected = ForbiddenAddress::unless_public("name.example.com", &[public, other.parse().unwrap()]).unwrap_err();
            assert_eq!((rejected.host(), rejected.class()), ("name.example.com", class), "{other}");
            assert!(!rejected.to_string().contains(other), "the address itself is not told");
        }
        assert_eq!(
            ForbiddenAddress::new("a.example.com", AddressClass::LinkLocal).to_string(),
            "`a.example.com` leads to a link-local address"
        );
    }
}
