//! What a request is sent to: text that a caller wrote, or an endpoint that a policy has accepted.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::{Arc, OnceLock};

use http::Uri;
use url::Url;

use super::address_error::AddressError;
use super::policy::DiscoveryPolicy;
use super::text::shown;
use super::violation::PolicyViolation;
use crate::transport::ParsedUrl;

/// An address that a policy has accepted, together with that policy: what a discovery response hands out.
///
/// Cheap to clone. `Display` writes the whole URL, `Debug` leaves its query out.
#[derive(Clone)]
pub struct Endpoint {
    accepted: Arc<Accepted>,
    server: Option<Arc<Server>>,
}

/// What was accepted, parsed once for all requests.
struct Accepted {
    text: String,
    url: ParsedUrl,
    /// The URL as requests hold it, once the first of them is built; `None` where `http` takes it for none.
    uri: OnceLock<Option<Uri>>,
    policy: DiscoveryPolicy,
}

/// What the document that an endpoint comes from says about its server.
#[derive(Debug, Default)]
pub(crate) struct Server {
    pub(crate) issuer: Arc<str>,
    /// The server's token endpoint as the document writes it.
    pub(crate) token_endpoint: Option<Arc<str>>,
    /// How assertions for this endpoint may be signed; `None` where the document does not say.
    pub(crate) auth_signing_algorithms: Option<Arc<[String]>>,
    /// The endpoint's mTLS alias with the policy's verdict.
    pub(crate) alias: Option<Result<Endpoint, PolicyViolation>>,
    pub(crate) demands: Demands,
    /// How request objects may be signed; `None` where the document does not say.
    pub(crate) request_object_algorithms: Option<Arc<[String]>>,
    /// How DPoP proofs may be signed; `None` where the document does not say.
    pub(crate) dpop_algorithms: Option<Arc<[String]>>,
    /// Whether the server issues tokens that are bound by DPoP alone.
    pub(crate) requires_dpop: bool,
}

/// Which authorization requests a server takes alone.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Demands {
    /// Pushed ones (RFC 9126 section 5).
    pub(crate) pushed: bool,
    /// Signed request objects (RFC 9101 section 10.5).
    pub(crate) signed: bool,
}

impl Endpoint {
    pub(super) fn accepted(text: &str, url: &Url, policy: &DiscoveryPolicy) -> Self {
        let (url, policy) = (ParsedUrl::new(url.clone()), policy.clone());
        Self { accepted: Arc::new(Accepted { text: text.to_owned(), url, uri: OnceLock::new(), policy }), server: None }
    }

    /// The URL as it was written: what is compared, and what stands in assertions and proofs.
    pub fn as_str(&self) -> &str {
        &self.accepted.text
    }

    /// The parsed URL: what requests are sent to.
    pub fn url(&self) -> &Url {
        self.accepted.url.url()
    }

    /// The parsed URL in the two forms that a request carries it in; `None` where no HTTP request can be sent to it.
    pub(crate) fn target(&self) -> Option<(Uri, ParsedUrl)> {
        let uri = self.accepted.uri.get_or_init(|| self.url().as_str().parse().ok());
        Some((uri.clone()?, self.accepted.url.clone()))
    }

    /// The policy that accepted it.
    pub fn policy(&self) -> &DiscoveryPolicy {
        &self.accepted.policy
    }

    /// The same, knowing its server.
    pub(super) fn of_server(mut self, server: Server) -> Self {
        self.server = Some(Arc::new(server));
        self
    }

    pub(crate) fn server(&self) -> Option<&Server> {
        self.server.as_deref()
    }

    /// Where to send with a client certificate (RFC 8705 section 5): its alias, if its document has one.
    pub(crate) fn behind_mutual_tls(self) -> Result<Self, PolicyViolation> {
        match self.server().and_then(|server| server.alias.clone()) {
            Some(alias) => Ok(Self { server: self.server, ..alias? }),
            None => Ok(self),
        }
    }
}

/// By address and policy.
impl PartialEq for Endpoint {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str() && self.policy() == other.policy()
    }
}

impl Eq for Endpoint {}

impl Hash for Endpoint {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
        self.policy().hash(state);
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Endpoint").field(&shown(self.as_str())).finish()
    }
}

/// The address of a request: text, or an [`Endpoint`]. Made by `into()`; looked at only when the request is sent.
///
/// Cheap to clone; clones share what the first request found out about the text, so an address that is kept is parsed and judged once.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Address(Kind);

#[derive(Clone, PartialEq, Eq, Hash)]
enum Kind {
    Text(Arc<Written>),
    Endpoint(Endpoint),
    Kept(Kept),
}

/// Text of a caller, and the verdict of the policy that judged it first.
struct Written {
    text: String,
    verdict: OnceLock<Endpoint>,
}

impl Written {
    fn new(text: impl Into<String>) -> Arc<Self> {
        Arc::new(Self { text: text.into(), verdict: OnceLock::new() })
    }

    /// What a policy without an authority says of a text never changes; with one, a strategy of the caller's own has a say.
    fn accept(&self, policy: &DiscoveryPolicy) -> Result<Endpoint, AddressError> {
        if let Some(known) = self.verdict.get().filter(|known| known.policy() == policy) {
            return Ok(known.clone());
        }
        let endpoint = policy.check_address(&self.text)?;
        if policy.authority().is_none() {
            // Where another policy came first, its verdict stays.
            let _ = self.verdict.set(endpoint.clone());
        }
        Ok(endpoint)
    }
}

impl PartialEq for Written {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Written {}

impl Hash for Written {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.text.hash(state);
    }
}

/// What is left of an endpoint that was kept as text, in a session for instance. It comes without a policy: the one in force judges it anew.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Kept {
    text: String,
    issuer: String,
    alias: Option<String>,
}

impl Kept {
    fn accept(&self, policy: &DiscoveryPolicy) -> Result<Endpoint, AddressError> {
        let endpoint = policy.check_address(&self.text)?;
        let alias = self.alias.as_ref().map(|alias| policy.check_address(alias)).transpose()?;
        // What is kept and authenticates a client is a token endpoint.
        let token_endpoint = Some(self.text.as_str().into());
        let server = Server { issuer: self.issuer.as_str().into(), token_endpoint, alias: alias.map(Ok), ..Server::default() };
        Ok(endpoint.of_server(server))
    }
}

impl Address {
    /// The address as it was written.
    pub fn as_str(&self) -> &str {
        match &self.0 {
            Kind::Text(written) => &written.text,
            Kind::Endpoint(endpoint) => endpoint.as_str(),
            Kind::Kept(kept) => &kept.text,
        }
    }

    /// An endpoint of `issuer` that was kept as text, with the text of its mTLS alias.
    pub(crate) fn kept(text: impl Into<String>, issuer: impl Into<String>, alias: Option<String>) -> Self {
        Self(Kind::Kept(Kept { text: text.into(), issuer: issuer.into(), alias }))
    }

    /// The text of its mTLS alias, where it has one that its policy accepted.
    pub(crate) fn alias(&self) -> Option<&str> {
        match &self.0 {
            Kind::Text(_) => None,
            Kind::Endpoint(endpoint) => endpoint.server()?.alias.as_ref()?.as_ref().ok().map(Endpoint::as_str),
            Kind::Kept(kept) => kept.alias.as_deref(),
        }
    }

    /// Whether it is the caller's own text.
    pub(crate) fn is_text(&self) -> bool {
        matches!(self.0, Kind::Text(_))
    }

    /// The same without what stands behind a `#`, which no browser sends.
    pub(crate) fn without_fragment(&self) -> Self {
        match &self.0 {
            Kind::Text(written) => Self::from(written.text.split('#').next().unwrap_or_default()),
            Kind::Endpoint(_) | Kind::Kept(_) => self.clone(),
        }
    }

    /// The endpoint to send to. `explicit` is the policy set on the request: it wins over the one an [`Endpoint`] brings along. Text
    /// without an explicit policy is held against the strict one.
    ///
    /// # Errors
    /// [`AddressError`] where the text is no address or the policy rejects it.
    pub fn accept(&self, explicit: Option<&DiscoveryPolicy>) -> Result<Endpoint, AddressError> {
        match (&self.0, explicit) {
            (Kind::Endpoint(endpoint), None) => Ok(endpoint.clone()),
            (Kind::Endpoint(endpoint), Some(policy)) => {
                Ok(Endpoint { server: endpoint.server.clone(), ..policy.check_address(endpoint.as_str())? })
            }
            (Kind::Text(written), Some(policy)) => written.accept(policy),
            (Kind::Text(written), None) => written.accept(&DiscoveryPolicy::strict()),
            (Kind::Kept(kept), Some(policy)) => kept.accept(policy),
            (Kind::Kept(kept), None) => kept.accept(&DiscoveryPolicy::strict()),
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
        Self(Kind::Text(Written::new(text)))
    }
}

impl From<String> for Address {
    fn from(text: String) -> Self {
        Self(Kind::Text(Written::new(text)))
    }
}

impl From<&String> for Address {
    fn from(text: &String) -> Self {
        Self::from(text.as_str())
    }
}

impl From<Url> for Address {
    fn from(url: Url) -> Self {
        Self(Kind::Text(Written::new(url)))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_verdict_is_remembered_for_the_policy_that_gave_it_and_for_no_other() {
        let lax = DiscoveryPolicy::danger_development();
        for first in [&lax, &DiscoveryPolicy::strict()] {
            let address = Address::from("http://idp.example.com/token");
            let _ = address.accept(Some(first));
            for _ in 0..2 {
                assert_eq!(address.accept(Some(&lax)).unwrap().policy(), &lax);
                assert!(address.accept(Some(&DiscoveryPolicy::strict())).is_err() && address.accept(None).is_err());
            }
        }
        let address = Address::from("https://idp.example.com/token");
        let (first, second) = (address.accept(None).unwrap(), address.clone().accept(None).unwrap());
        assert!(Arc::ptr_eq(&first.accepted, &second.accepted), "parsed and judged once");
        let (uri, parsed) = first.target().unwrap();
        assert!(uri == parsed.url().as_str());
        assert_eq!((first.as_str(), address.accept(Some(&lax)).unwrap().policy()), ("https://idp.example.com/token", &lax));
    }
}
