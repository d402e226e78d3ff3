//! What a request is sent to: text that a caller wrote, or an endpoint that a policy has accepted.

use std::fmt;

use url::Url;

use super::policy::DiscoveryPolicy;
use super::text::{AddressError, shown};

/// An address that a policy has accepted, together with that policy: what a discovery response hands out.
///
/// `Display` writes the whole URL, `Debug` leaves its query out.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Endpoint {
    text: String,
    url: Url,
    policy: DiscoveryPolicy,
}

impl Endpoint {
    pub(super) fn accepted(text: &str, url: &Url, policy: &DiscoveryPolicy) -> Self {
        Self { text: text.to_owned(), url: url.clone(), policy: policy.clone() }
    }

    /// The URL as it was written: what is compared, and what stands in assertions and proofs.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The parsed URL: what requests are sent to.
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// The policy that accepted it.
    pub fn policy(&self) -> &DiscoveryPolicy {
        &self.policy
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Endpoint").field(&shown(&self.text)).finish()
    }
}

/// The address of a request: text, or an [`Endpoint`]. Made by `into()`; looked at only when the request is sent.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Address(Kind);

#[derive(Clone, PartialEq, Eq, Hash)]
enum Kind {
    Text(String),
    Endpoint(Endpoint),
}

impl Address {
    /// The address as it was written.
    pub fn as_str(&self) -> &str {
        match &self.0 {
            Kind::Text(text) => text,
            Kind::Endpoint(endpoint) => endpoint.as_str(),
        }
    }

    /// The endpoint to send to. `explicit` is the policy set on the request: it wins over the one an [`Endpoint`] brings along. Text
    /// without an explicit policy is held against the strict one.
    ///
    /// # Errors
    /// [`AddressError`] where the text is no address or the policy refuses it.
    pub fn accept(&self, explicit: Option<&DiscoveryPolicy>) -> Result<Endpoint, AddressError> {
        match (&self.0, explicit) {
            (Kind::Endpoint(endpoint), None) => Ok(endpoint.clone()),
            (_, Some(policy)) => policy.check_address(self.as_str()),
            (Kind::Text(text), None) => DiscoveryPolicy::strict().check_address(text),
        }
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Address").field(&shown(self.as_str())).finish()
    }
}

impl From<&str> for Address {
    fn from(text: &str) -> Self {
        Self(Kind::Text(text.to_owned()))
    }
}

impl From<String> for Address {
    fn from(text: String) -> Self {
        Self(Kind::Text(text))
    }
}

impl From<&String> for Address {
    fn from(text: &String) -> Self {
        Self::from(text.as_str())
    }
}

impl From<Url> for Address {
    fn from(url: Url) -> Self {
        Self(Kind::Text(url.into()))
    }
}

impl From<&Url> for Address {
    fn from(url: &Url) -> Self {
        Self::from(url.as_str())
    }
}

impl From<Endpoint> for Address {
    fn from(endpoint: Endpoint) -> Self {
        Self(Kind::Endpoint(endpoint))
    }
}

impl From<&Endpoint> for Address {
    fn from(endpoint: &Endpoint) -> Self {
        Self(Kind::Endpoint(endpoint.clone()))
    }
}
