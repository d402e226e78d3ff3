//! What a request is sent to: text that a caller wrote, or an endpoint that a policy has accepted.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use url::Url;

use super::policy::DiscoveryPolicy;
use super::text::{AddressError, shown};
use super::violation::PolicyViolation;

/// An address that a policy has accepted, together with that policy: what a discovery response hands out.
///
/// `Display` writes the whole URL, `Debug` leaves its query out.
#[derive(Clone)]
pub struct Endpoint {
    text: String,
    url: Url,
    policy: DiscoveryPolicy,
    server: Option<Arc<Server>>,
}

/// What the document that an endpoint comes from says about its server.
#[derive(Debug, Default)]
pub(crate) struct Server {
    pub(crate) issuer: String,
    /// How assertions for this endpoint may be signed; `None` where the document does not say.
    pub(crate) auth_signing_algorithms: Option<Vec<String>>,
    /// The endpoint's mTLS alias with the policy's verdict.
    pub(crate) alias: Option<Result<Endpoint, PolicyViolation>>,
    pub(crate) demands: Demands,
    /// How request objects may be signed; `None` where the document does not say.
    pub(crate) request_object_algorithms: Option<Vec<String>>,
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
        Self { text: text.to_owned(), url: url.clone(), policy: policy.clone(), server: None }
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
        self.text == other.text && self.policy == other.policy
    }
}

impl Eq for Endpoint {}

impl Hash for Endpoint {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.text.hash(state);
        self.policy.hash(state);
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
    Kept(Kept),
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
        Ok(endpoint.of_server(Server { issuer: self.issuer.clone(), alias: alias.map(Ok), ..Server::default() }))
    }
}

impl Address {
    /// The address as it was written.
    pub fn as_str(&self) -> &str {
        match &self.0 {
            Kind::Text(text) => text,
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
            Kind::Text(text) => Self(Kind::Text(text.split('#').next().unwrap_or_default().to_owned())),
            Kind::Endpoint(_) | Kind::Kept(_) => self.clone(),
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
            (Kind::Endpoint(endpoint), Some(policy)) => {
                Ok(Endpoint { server: endpoint.server.clone(), ..policy.check_address(&endpoint.text)? })
            }
            (Kind::Text(text), Some(policy)) => policy.check_address(text),
            (Kind::Text(text), None) => DiscoveryPolicy::strict().check_address(text),
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
