//! Where a request went, as its errors name it.

use std::fmt;
use std::sync::Arc;

use super::excerpt::shown_address;

/// What discovery calls its endpoint.
pub(super) const DISCOVERY: &str = "discovery endpoint";

/// The endpoint that a request is for, and the address that was asked, if one was: scheme, host, port and path, without a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestTarget {
    name: &'static str,
    address: Option<Arc<str>>,
}

impl RequestTarget {
    /// Which endpoint, for example `token endpoint`.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The address that was asked, without its query; none where nothing was sent.
    pub fn address(&self) -> Option<&str> {
        self.address.as_deref()
    }

    pub(super) fn at(&mut self, address: &str) {
        self.address.get_or_insert_with(|| shown_address(address).into());
    }
}

impl From<&'static str> for RequestTarget {
    fn from(name: &'static str) -> Self {
        Self { name, address: None }
    }
}

/// ``token endpoint at `https://idp.example.com/token` ``.
impl fmt::Display for RequestTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.name == DISCOVERY { "discovery" } else { self.name })?;
        self.address.as_ref().map_or(Ok(()), |address| write!(f, " at `{address}`"))
    }
}
