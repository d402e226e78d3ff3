//! What a protected resource says of itself (RFC 9728 section 2).

use super::matching::Match;
use crate::constants::resource_metadata as names;
use crate::document::{Document, DocumentError, forward_document};
use crate::protocol::discovery::{DiscoveryPolicy, Endpoint, NamedAddress, PolicyViolation};
use crate::protocol::dpop::DpopKey;
use crate::protocol::error::RequestError;
use crate::protocol::excerpt::escaped;
use crate::protocol::response::Expectation;
use crate::protocol::response_head::ResponseHead;

/// Members that are lists of strings where they are present.
const LISTS: [&str; 6] = [
    names::AUTHORIZATION_SERVERS,
    names::SCOPES_SUPPORTED,
    names::BEARER_METHODS_SUPPORTED,
    names::RESOURCE_SIGNING_ALG_VALUES_SUPPORTED,
    names::AUTHORIZATION_DETAILS_TYPES_SUPPORTED,
    names::DPOP_SIGNING_ALG_VALUES_SUPPORTED,
];

pub(super) const ENDPOINT: &str = "protected resource metadata endpoint";

/// What a protected resource says of itself, `resource` checked.
///
/// RFC 9728 section 2. What it says of authorization servers is a hint where to go: whether one of them is trusted, discovery and the
/// application decide. `signed_metadata` is not looked at.
#[derive(Debug, Clone)]
pub struct ResourceMetadataResponse {
    resource: String,
    policy: DiscoveryPolicy,
    document: Document,
    head: ResponseHead,
}

impl ResourceMetadataResponse {
    /// `resource`: the identifier, for the parameter `resource` of token requests.
    pub fn resource(&self) -> &str {
        &self.resource
    }

    /// `authorization_servers`: the issuers whose tokens the resource takes, as far as the policy of the request accepts them. Each is https
    /// without a query, private only where the resource is, and below the authority where the policy presets one.
    /// [`rejected_authorization_servers`](Self::rejected_authorization_servers) says why others are left out.
    pub fn authorization_servers(&self) -> Vec<String> {
        self.judged_servers().filter_map(|(issuer, verdict)| verdict.is_ok().then_some(issuer)).collect()
    }

    /// The members of `authorization_servers` that the policy rejects.
    pub fn rejected_authorization_servers(&self) -> Vec<PolicyViolation> {
        self.judged_servers().filter_map(|(_, verdict)| verdict.err()).collect()
    }

    fn judged_servers(&self) -> impl Iterator<Item = (String, Result<Endpoint, PolicyViolation>)> {
        let issuers = self.document.try_get_string_array(names::AUTHORIZATION_SERVERS).into_iter();
        issuers.map(|issuer| {
            let verdict = self.policy.check_named(NamedAddress::AUTHORIZATION_SERVERS, &issuer, &self.resource);
            (issuer, verdict)
        })
    }

    /// A page for people that the policy accepts as one.
    fn page(&self, named: NamedAddress, member: &str) -> Option<&str> {
        let address = self.document.try_get_str(member)?;
        self.policy.check_named(named, address, &self.resource).ok().map(|_| address)
    }

    /// `scopes_supported`.
    pub fn scopes_supported(&self) -> Vec<String> {
        self.document.try_get_string_array(names::SCOPES_SUPPORTED)
    }

    /// `bearer_methods_supported`: `header`, `body`, `query`.
    pub fn bearer_methods_supported(&self) -> Vec<String> {
        self.document.try_get_string_array(names::BEARER_METHODS_SUPPORTED)
    }

    /// `resource_signing_alg_values_supported`.
    pub fn resource_signing_alg_values_supported(&self) -> Vec<String> {
        self.document.try_get_string_array(names::RESOURCE_SIGNING_ALG_VALUES_SUPPORTED)
    }

    /// `authorization_details_types_supported`.
    pub fn authorization_details_types_supported(&self) -> Vec<String> {
        self.document.try_get_string_array(names::AUTHORIZATION_DETAILS_TYPES_SUPPORTED)
    }

    /// `dpop_signing_alg_values_supported`.
    pub fn dpop_signing_alg_values_supported(&self) -> Vec<String> {
        self.document.try_get_string_array(names::DPOP_SIGNING_ALG_VALUES_SUPPORTED)
    }

    /// `dpop_bound_access_tokens_required`. Default of the specification: no.
    pub fn requires_dpop_bound_access_tokens(&self) -> bool {
        self.document.try_get_boolean(names::DPOP_BOUND_ACCESS_TOKENS_REQUIRED).unwrap_or(false)
    }

    /// Checks that a client with this DPoP key, or with none, can call the resource (RFC 9728 section 2, RFC 9449 section 5.1): before a token is
    /// asked for that the resource would reject.
    ///
    /// # Errors
    /// Kind `Configuration` where the resource takes tokens alone that are bound by DPoP and there is no key; `Key` where it takes none of the
    /// algorithms of the key.
    pub fn check_dpop_key(&self, key: Option<&DpopKey>) -> Result<(), RequestError> {
        let Some(key) = key else {
            if self.requires_dpop_bound_access_tokens() {
                let problem = "is true, and no key is set: set one by `.dpop(…)`";
                return Err(RequestError::configuration(names::DPOP_BOUND_ACCESS_TOKENS_REQUIRED, problem));
            }
            return Ok(());
        };
        let listed = self.dpop_signing_alg_values_supported();
        let is_stated = self.document.contains(names::DPOP_SIGNING_ALG_VALUES_SUPPORTED);
        if is_stated && !key.algorithms().any(|algorithm| listed.iter().any(|name| name == algorithm.name())) {
            let (names, accepted) = (key.algorithm_names(), escaped(&listed.join(" "), 255));
            return Err(RequestError::DpopKey {
                problem: format!("the DPoP key signs with {names}, and the resource accepts \"{accepted}\""),
            });
        }
        Ok(())
    }

    /// `tls_client_certificate_bound_access_tokens`. Default of the specification: no.
    pub fn supports_certificate_bound_access_tokens(&self) -> bool {
        self.document.try_get_boolean(names::TLS_CLIENT_CERTIFICATE_BOUND_ACCESS_TOKENS).unwrap_or(false)
    }

    /// `resource_name`, for display.
    pub fn resource_name(&self) -> Option<&str> {
        self.document.try_get_str(names::RESOURCE_NAME)
    }

    /// `resource_documentation`: a page for developers. None where the policy rejects its address.
    pub fn resource_documentation(&self) -> Option<&str> {
        self.page(NamedAddress::RESOURCE_DOCUMENTATION, names::RESOURCE_DOCUMENTATION)
    }

    /// `resource_policy_uri`: a page about the use of data. None where the policy rejects its address.
    pub fn resource_policy_uri(&self) -> Option<&str> {
        self.page(NamedAddress::RESOURCE_POLICY_URI, names::RESOURCE_POLICY_URI)
    }

    /// `resource_tos_uri`: the terms of service. None where the policy rejects their address.
    pub fn resource_tos_uri(&self) -> Option<&str> {
        self.page(NamedAddress::RESOURCE_TOS_URI, names::RESOURCE_TOS_URI)
    }

    /// `jwks_uri`: the resource's own keys, held against the policy of the request.
    ///
    /// # Errors
    /// [`PolicyViolation`] where the policy rejects it, or it is private and the resource is not.
    pub fn jwks_uri(&self) -> Result<Option<Endpoint>, PolicyViolation> {
        let address = self.document.try_get_str(names::JWKS_URI);
        address.map(|address| self.policy.check_named(NamedAddress::RESOURCE_JWKS_URI, address, &self.resource)).transpose()
    }

    /// Status, time of arrival and the headers that were kept.
    pub fn head(&self) -> &ResponseHead {
        &self.head
    }

    pub(super) fn of(
        document: Document,
        head: ResponseHead,
        asked: &Endpoint,
        match_by: Match,
        expectation: &Expectation,
    ) -> Result<Self, RequestError> {
        let malformed = |source: DocumentError| expectation.malformed(source);
        let found = document.required_str(names::RESOURCE).map_err(malformed)?;
        if !match_by.holds(asked, found) {
            return Err(RequestError::Mismatch {
                endpoint: ENDPOINT.into(),
                member: names::RESOURCE,
                expected: shown(asked.as_str()),
                found: shown(found),
            });
        }
        for member in LISTS {
            document.try_get::<Vec<String>>(member).map_err(malformed)?;
        }
        for member in [names::DPOP_BOUND_ACCESS_TOKENS_REQUIRED, names::TLS_CLIENT_CERTIFICATE_BOUND_ACCESS_TOKENS] {
            document.optional_boolean(member).map_err(malformed)?;
        }
        let policy = asked.policy().clone();
        Ok(Self { resource: found.to_owned(), policy, document, head })
    }
}

forward_document!(ResourceMetadataResponse, document);

/// Without what the query says, which may be nothing for a log; that there is one is told.
fn shown(address: &str) -> String {
    match address.find(['?', '#']) {
        Some(end) => escaped(address.get(..=end).unwrap_or_default(), 255) + "…",
        None => escaped(address, 255),
    }
}
