//! The metadata of a provider: kept as it came, checked when it is asked for.

use std::sync::{Arc, OnceLock};

use super::{DiscoveryPolicy, Endpoint, PolicyViolation, PolicyViolationKind};
use crate::document::{Document, forward_document};
use crate::jose::JsonWebKeySet;
use crate::protocol::response::{Answer, escaped};

/// The metadata of a provider, its issuer accepted by the policy.
///
/// OpenID Connect Discovery 1.0 section 3, RFC 8414 section 2. Cheap to clone; clones share what was checked and loaded.
#[derive(Debug, Clone)]
pub struct DiscoveryDocumentResponse {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    document: Document,
    answer: Answer,
    policy: DiscoveryPolicy,
    authority: String,
    key_set: OnceLock<JsonWebKeySet>,
}

impl DiscoveryDocumentResponse {
    pub(super) fn new(document: Document, answer: Answer, policy: DiscoveryPolicy, authority: String) -> Self {
        Self { inner: Arc::new(Inner { document, answer, policy, authority, key_set: OnceLock::new() }) }
    }

    /// Checks the issuer.
    ///
    /// # Errors
    /// The violation.
    pub fn validate_issuer_name(&self) -> Result<(), PolicyViolation> {
        self.inner.policy.check_issuer(self.try_get_str("issuer"), &self.inner.authority)
    }

    /// The policy that the document is held against.
    pub fn policy(&self) -> &DiscoveryPolicy {
        &self.inner.policy
    }

    /// Status, time of arrival and the headers that were kept.
    pub fn answer(&self) -> &Answer {
        &self.inner.answer
    }

    pub(crate) fn shown_issuer(&self) -> String {
        escaped(self.try_get_str("issuer").unwrap_or_default(), 200)
    }

    /// Where the keys are, if the policy accepts the address.
    ///
    /// # Errors
    /// The violation; also where there is no such member.
    pub fn jwks_uri(&self) -> Result<Endpoint, PolicyViolation> {
        self.key_set_address()?.ok_or_else(|| PolicyViolation::new(PolicyViolationKind::MissingMember, "jwks_uri"))
    }

    /// The token endpoint, if the policy accepts it.
    ///
    /// # Errors
    /// The violation; also where there is no such member.
    pub fn token_endpoint(&self) -> Result<Endpoint, PolicyViolation> {
        let member = "token_endpoint";
        let text = self.try_get_str(member).ok_or_else(|| PolicyViolation::new(PolicyViolationKind::MissingMember, member))?;
        self.inner.policy.check_endpoint(member, text, &self.inner.authority)
    }

    pub(super) fn key_set_address(&self) -> Result<Option<Endpoint>, PolicyViolation> {
        self.inner.policy.check_key_set_address(self.try_get_str("jwks_uri"), &self.inner.authority)
    }

    pub(super) fn remember_key_set(&self, key_set: JsonWebKeySet) {
        // Keys are loaded once; who comes second keeps the first.
        let _ = self.inner.key_set.set(key_set);
    }
}

forward_document!(DiscoveryDocumentResponse, inner.document);
