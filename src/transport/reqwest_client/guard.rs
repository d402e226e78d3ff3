//! Names resolved, checked and pinned: reqwest connects to the addresses that this resolver hands out and looks nothing up itself.

use std::io;
use std::net::{IpAddr, SocketAddr, ToSocketAddrs};
use std::sync::Arc;

use async_trait::async_trait;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use crate::encoding::address_class::AddressClass;
use crate::transport::resolver::ForbiddenAddress;
use crate::transport::{NameResolver, TransportError, TransportErrorKind};

/// The resolver of a client that has one of its own, or that denies private addresses.
#[derive(Clone)]
pub(super) struct Guard {
    pub(super) resolver: Arc<dyn NameResolver>,
    pub(super) denies_private: bool,
}

/// The system's resolver.
pub(super) struct SystemResolver;

#[async_trait]
impl NameResolver for SystemResolver {
    async fn resolve(&self, name: &str) -> io::Result<Vec<IpAddr>> {
        let name = name.to_owned();
        let look_up = move || Ok((name.as_str(), 0).to_socket_addrs()?.map(|address| address.ip()).collect());
        tokio::task::spawn_blocking(look_up).await.map_err(io::Error::other)?
    }
}

impl Guard {
    async fn addresses(&self, name: &str) -> Result<Vec<IpAddr>, Box<dyn std::error::Error + Send + Sync>> {
        let addresses = self.resolver.resolve(name).await?;
        if self.denies_private {
            ForbiddenAddress::unless_public(name, &addresses)?;
        }
        Ok(addresses)
    }
}

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let guard = self.clone();
        Box::pin(async move {
            let addresses = guard.addresses(name.as_str()).await?;
            // Port 0 stands for that of the URL.
            Ok(Box::new(addresses.into_iter().map(|address| SocketAddr::new(address, 0))) as Addrs)
        })
    }
}

/// Rejects a host that is an address already, so that no resolver is asked about it.
pub(super) fn check_literal(host: &str) -> Result<(), TransportError> {
    match AddressClass::of_host(host).filter(|class| !class.is_public()) {
        Some(class) => Err(forbidden(ForbiddenAddress::new(host, class))),
        None => Ok(()),
    }
}

pub(super) fn forbidden(rejected: ForbiddenAddress) -> TransportError {
    TransportError::new(TransportErrorKind::ForbiddenAddress, "the client connects to addresses of the public internet alone")
        .with_source(rejected)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    /// Public at the first look, inside at the second.
    struct Rebinding(AtomicUsize);

    #[async_trait]
    impl NameResolver for Rebinding {
        async fn resolve(&self, _name: &str) -> io::Result<Vec<IpAddr>> {
            let first = self.0.fetch_add(1, Ordering::SeqCst) == 0;
            Ok(vec![if first { [8, 8, 8, 8].into() } else { [127, 0, 0, 1].into() }])
        }
    }

    #[tokio::test]
    async fn h16_the_addresses_that_were_checked_are_those_that_are_handed_out() {
        let guard = Guard { resolver: Arc::new(Rebinding(AtomicUsize::new(0))), denies_private: true };
        let name = || "idp.example.com".parse::<Name>().unwrap();
        let first: Vec<SocketAddr> = Resolve::resolve(&guard, name()).await.unwrap().collect();
        assert_eq!(first, [SocketAddr::from(([8, 8, 8, 8], 0))], "checked and handed out in one look-up");
        let rejected = Resolve::resolve(&guard, name()).await.err().unwrap();
        assert_eq!(rejected.downcast_ref(), Some(&ForbiddenAddress::new("idp.example.com", AddressClass::Loopback)));
    }

    #[tokio::test]
    async fn the_resolver_of_the_system_answers_with_addresses() {
        // An address in the place of a name is looked up without the network.
        assert_eq!(SystemResolver.resolve("127.0.0.1").await.unwrap(), [IpAddr::from([127, 0, 0, 1])]);
        assert_eq!(SystemResolver.resolve("::1").await.unwrap(), ["::1".parse::<IpAddr>().unwrap()]);
    }
}
