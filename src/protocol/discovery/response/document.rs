//! The response itself: what it keeps, how it is opened, its issuer and its keys.

use std::fmt;
use std::sync::{Arc, OnceLock};

use super::endpoints::Endpoints;
use super::server_facts::ServerFacts;
use crate::constants::metadata;
use crate::document::{Document, forward_document};
use crate::environment::Environment;
use crate::jose::JsonWebKeySet;
use crate::protocol::discovery::{DiscoveryEndpoint, DiscoveryPolicy, PolicyViolation};
use crate::protocol::excerpt::escaped;
use crate::protocol::request_options::RequestOptions;
use crate::protocol::response_head::ResponseHead;

/// The metadata of a provider, its issuer accepted by the policy.
///
/// OpenID Connect Discovery 1.0 section 3, RFC 8414 section 2. Cheap to clone; clones share what was checked and loaded.
///
/// Defaults and security: the policy decides about every endpoint when it is first asked for, and the verdict is remembered. A typed accessor
/// never hands out an address that the policy has not accepted; [`validate`](Self::validate) checks everything at once. The `try_get_*`
/// family is the raw door to every member, standard or not. The document never changes after it was read, and nothing of it is taken from
/// any later answer.
///
/// Accessors of lists and switches respond with the specification's default where the document says nothing;
/// [`states`](Self::states) tells the two apart.
///
/// # Example
/// ```
/// use identity_model::constants::metadata;
/// use identity_model::protocol::discovery::{DiscoveryDocumentResponse, DiscoveryPolicy};
///
/// let document = r#"{
///     "issuer": "https://idp.example.com",
///     "token_endpoint": "https://idp.example.com/token",
///     "userinfo_endpoint": "https://api.example.net/userinfo"
/// }"#;
/// let disco = DiscoveryDocumentResponse::parse(document, "https://idp.example.com", DiscoveryPolicy::strict())?;
/// assert_eq!(disco.token_endpoint()?.as_str(), "https://idp.example.com/token");
/// assert_eq!(disco.endpoint(metadata::REVOCATION_ENDPOINT)?, None);
/// assert_eq!(disco.token_endpoint_auth_methods_supported(), ["client_secret_basic"]);
/// assert!(!disco.states(metadata::TOKEN_ENDPOINT_AUTH_METHODS_SUPPORTED));
///
/// let refused = disco.userinfo_endpoint().unwrap_err();
/// assert_eq!(refused.remedy().unwrap().to_string(), r#".additional_endpoint_base_address("https://api.example.net")"#);
/// # Ok::<(), identity_model::error::Error>(())
/// ```
#[derive(Clone)]
pub struct DiscoveryDocumentResponse {
    pub(super) inner: Arc<Inner>,
}

pub(super) struct Inner {
    pub(super) document: Document,
    pub(super) head: ResponseHead,
    pub(super) policy: DiscoveryPolicy,
    pub(super) address: DiscoveryEndpoint,
    /// What the request for the keys takes over from the request for the document.
    pub(super) options: RequestOptions,
    issuer: OnceLock<Result<(), PolicyViolation>>,
    pub(super) endpoints: OnceLock<Endpoints>,
    pub(super) server: OnceLock<ServerFacts>,
    pub(super) required: OnceLock<Vec<PolicyViolation>>,
    key_set: OnceLock<JsonWebKeySet>,
}

impl DiscoveryDocumentResponse {
    /// A document that has been read; its issuer is checked.
    pub(in crate::protocol::discovery) fn accept(
        document: Document,
        head: ResponseHead,
        policy: DiscoveryPolicy,
        address: DiscoveryEndpoint,
        options: RequestOptions,
    ) -> Result<Self, PolicyViolation> {
        let document = policy.with_stated(document);
        let response = Self {
            inner: Arc::new(Inner {
                document,
                head,
                policy,
                address,
                options,
                issuer: OnceLock::new(),
                endpoints: OnceLock::new(),
                server: OnceLock::new(),
                required: OnceLock::new(),
                key_set: OnceLock::new(),
            }),
        };
        response.validate_issuer_name()?;
        Ok(response)
    }

    /// The same provider with another document, checked anew; keys that were loaded are not taken over.
    pub(super) fn with_document(&self, document: Document) -> Result<Self, PolicyViolation> {
        let inner = &self.inner;
        Self::accept(document, inner.head.clone(), inner.policy.clone(), inner.address.clone(), inner.options.clone())
    }

    /// The issuer, verbatim as it stands in the document: what `iss` is compared with, code point by code point, everywhere after discovery.
    ///
    /// # Errors
    /// [`PolicyViolation`] where there is none, which only a policy that believes any issuer lets pass so far.
    pub fn issuer(&self) -> Result<&str, PolicyViolation> {
        self.validate_issuer_name()?;
        self.try_get_str(metadata::ISSUER).filter(|issuer| !issuer.trim().is_empty()).ok_or_else(|| self.missing(metadata::ISSUER))
    }

    /// Checks the issuer against the authority; the verdict is remembered. Sending the request or [`parse`](Self::parse) has done so before.
    ///
    /// # Errors
    /// [`PolicyViolation`] where it is missing, blank or rejected by the policy's strategy.
    pub fn validate_issuer_name(&self) -> Result<(), PolicyViolation> {
        let check = || self.policy().check_issuer(self.try_get_str(metadata::ISSUER), self.authority());
        self.inner.issuer.get_or_init(check).clone()
    }

    /// The policy that the document is held against.
    pub fn policy(&self) -> &DiscoveryPolicy {
        &self.inner.policy
    }

    /// What issuer and endpoints are held against: the authority that the policy presets, else the one of the address.
    pub fn authority(&self) -> &str {
        self.inner.policy.expected_authority(&self.inner.address)
    }

    /// Where the document stands.
    pub fn address(&self) -> &str {
        self.inner.address.url()
    }

    /// Status, time of arrival and the headers that were kept.
    pub fn head(&self) -> &ResponseHead {
        &self.inner.head
    }

    /// The keys, where they have been loaded: with the document ([`KeySetLoading::Eager`](crate::protocol::discovery::KeySetLoading::Eager)) or by [`load_key_set`](Self::load_key_set).
    pub fn key_set(&self) -> Option<&JsonWebKeySet> {
        self.inner.key_set.get()
    }

    /// What the request for the document ran in.
    pub(crate) fn environment(&self) -> &Environment {
        &self.inner.options.environment
    }

    /// Keys are loaded once; who comes second keeps the first.
    pub(crate) fn remember_key_set(&self, key_set: JsonWebKeySet) -> &JsonWebKeySet {
        self.inner.key_set.get_or_init(|| key_set)
    }

    pub(crate) fn shown_issuer(&self) -> String {
        escaped(self.try_get_str(metadata::ISSUER).unwrap_or_default(), 200)
    }
}

impl fmt::Debug for DiscoveryDocumentResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DiscoveryDocumentResponse")
            .field("address", &self.address())
            .field("issuer", &self.shown_issuer())
            .field("head", self.head())
            .field("members", &self.document().len())
            .field("key_set", &self.key_set().map(|set| set.keys().len()))
            .finish_non_exhaustive()
    }
}

forward_document!(DiscoveryDocumentResponse, inner.document);
