//! The policy: what is believed of a provider. Immutable, shared, and part of the key of every cache.

use std::borrow::Cow;
use std::sync::{Arc, LazyLock};

use http::StatusCode;

use super::authority_strategy::AuthorityStrategy;
use super::metadata::{KeySetLoading, MetadataProfile};
use super::path::DiscoveryDocumentPath;
use crate::document::Document;
use crate::protocol::bearer_credential::BearerCredential;

/// Which addresses may be talked to, which issuer is believed, and where endpoints may stand.
///
/// OpenID Connect Discovery 1.0 sections 4.3 and 7, RFC 8414 sections 2 and 3.3, RFC 9700 section 4. Every request carries a policy; no
/// byte leaves before it has accepted the address. Immutable and cheap to clone. Policies compare by value, custom strategies by the
/// identity of their `Arc`, so that a cache never serves to a strict policy what a lax one let in.
///
/// Defaults and security: the strict policy. HTTPS everywhere but on loopback, the issuer equal to the authority, every endpoint below the
/// authority, a key set. Everything that takes a check away has `danger` in its name; what is narrower (one more base address, one
/// excluded member) has not.
///
/// # Example
/// ```
/// use identity_model::protocol::discovery::{DiscoveryPolicy, PolicyViolationKind};
///
/// let strict = DiscoveryPolicy::strict();
/// let violation = strict.check_endpoint("jwks_uri", "https://keys.example.net/jwks", "https://idp.example.com").unwrap_err();
/// assert_eq!(violation.kind(), PolicyViolationKind::EndpointHost);
/// assert_eq!(violation.remedy().unwrap().to_string(), r#".additional_endpoint_base_address("https://keys.example.net")"#);
///
/// let policy = DiscoveryPolicy::builder().additional_endpoint_base_address("https://keys.example.net").build();
/// assert!(policy.check_endpoint("jwks_uri", "https://keys.example.net/jwks", "https://idp.example.com").is_ok());
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct DiscoveryPolicy(Arc<Settings>);

/// What a policy holds.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Settings {
    pub(super) authority: Option<String>,
    pub(super) discovery_document_path: DiscoveryDocumentPath,
    pub(super) strategy: AuthorityStrategy,
    pub(super) require_https: bool,
    pub(super) allow_http_on_loopback: bool,
    pub(super) loopback_addresses: Vec<String>,
    pub(super) validate_issuer_name: bool,
    pub(super) validate_endpoints: bool,
    pub(super) endpoint_validation_exclude_list: Vec<String>,
    pub(super) additional_endpoint_base_addresses: Vec<String>,
    /// None: as the profile says.
    pub(super) require_key_set: Option<bool>,
    pub(super) metadata_profile: MetadataProfile,
    pub(super) key_set_loading: KeySetLoading,
    pub(super) allow_private_addresses: bool,
    pub(super) deny_private_addresses: bool,
    pub(super) require_same_origin: bool,
    pub(super) allow_any_content_type: bool,
    pub(super) accepted_statuses: Vec<StatusCode>,
    pub(super) missing_token_type_is_bearer: bool,
    pub(super) bearer_token_types: Vec<String>,
    pub(super) comma_separated_scope: bool,
    pub(super) values_as_text: bool,
    pub(super) credential: Option<BearerCredential>,
    pub(super) metadata_address: Option<String>,
    /// Members that the application states, as JSON.
    pub(super) metadata: Vec<(String, String)>,
    pub(super) states_all_metadata: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            authority: None,
            discovery_document_path: DiscoveryDocumentPath::default(),
            strategy: AuthorityStrategy::default(),
            require_https: true,
            allow_http_on_loopback: true,
            loopback_addresses: ["localhost", "127.0.0.0/8", "::1"].map(String::from).to_vec(),
            validate_issuer_name: true,
            validate_endpoints: true,
            endpoint_validation_exclude_list: Vec::new(),
            additional_endpoint_base_addresses: Vec::new(),
            require_key_set: None,
            metadata_profile: MetadataProfile::default(),
            key_set_loading: KeySetLoading::default(),
            allow_private_addresses: false,
            deny_private_addresses: false,
            require_same_origin: false,
            allow_any_content_type: false,
            accepted_statuses: Vec::new(),
            missing_token_type_is_bearer: false,
            bearer_token_types: Vec::new(),
            comma_separated_scope: false,
            values_as_text: false,
            credential: None,
            metadata_address: None,
            metadata: Vec::new(),
            states_all_metadata: false,
        }
    }
}

impl DiscoveryPolicy {
    /// The policy with every check on: the default, and what `DiscoveryPolicy::builder().build()` makes.
    pub fn strict() -> Self {
        static STRICT: LazyLock<DiscoveryPolicy> = LazyLock::new(|| DiscoveryPolicy::from_settings(Settings::default()));
        STRICT.clone()
    }

    /// The strict policy, except that plain HTTP is allowed anywhere. For development on the developer's own machine and network only.
    pub fn danger_development() -> Self {
        Self::builder().danger_allow_http().build()
    }

    pub(super) fn from_settings(settings: Settings) -> Self {
        Self(Arc::new(settings))
    }

    pub(super) fn settings(&self) -> &Settings {
        &self.0
    }

    /// What issuer and endpoints are held against; none: derived from the request's address.
    pub fn authority(&self) -> Option<&str> {
        self.0.authority.as_deref()
    }

    /// The path of the document.
    pub fn discovery_document_path(&self) -> &DiscoveryDocumentPath {
        &self.0.discovery_document_path
    }

    /// How issuer and endpoints are compared.
    pub fn authority_validation_strategy(&self) -> &AuthorityStrategy {
        &self.0.strategy
    }

    /// Whether plain HTTP is rejected.
    pub fn require_https(&self) -> bool {
        self.0.require_https
    }

    /// Whether plain HTTP is allowed to [`loopback_addresses`](Self::loopback_addresses) where HTTPS is required.
    pub fn allow_http_on_loopback(&self) -> bool {
        self.0.allow_http_on_loopback
    }

    /// The hosts that count as loopback.
    pub fn loopback_addresses(&self) -> &[String] {
        &self.0.loopback_addresses
    }

    /// Whether the issuer is checked.
    pub fn validate_issuer_name(&self) -> bool {
        self.0.validate_issuer_name
    }

    /// Whether host and base of endpoints are checked.
    pub fn validate_endpoints(&self) -> bool {
        self.0.validate_endpoints
    }

    /// The members that are free from the checks of host and base.
    pub fn endpoint_validation_exclude_list(&self) -> &[String] {
        &self.0.endpoint_validation_exclude_list
    }

    /// The base addresses allowed beside the authority.
    pub fn additional_endpoint_base_addresses(&self) -> &[String] {
        &self.0.additional_endpoint_base_addresses
    }

    /// Whether a document must have a `jwks_uri`.
    pub fn require_key_set(&self) -> bool {
        self.0.require_key_set.unwrap_or(self.metadata_profile() != MetadataProfile::AuthorizationServer)
    }

    /// Which members a document must have.
    pub fn metadata_profile(&self) -> MetadataProfile {
        self.0.metadata_profile
    }

    /// When the key set is loaded.
    pub fn key_set_loading(&self) -> KeySetLoading {
        self.0.key_set_loading
    }

    /// Whether metadata may point to private and loopback addresses though the authority is none of that kind.
    pub fn allows_private_addresses(&self) -> bool {
        self.0.allow_private_addresses
    }

    /// Whether every address that is not one of the public internet is rejected, wherever it comes from.
    pub fn denies_private_addresses(&self) -> bool {
        self.0.deny_private_addresses
    }

    /// Whether endpoints and linked addresses have to stand on the very origin that names them.
    pub fn requires_same_origin(&self) -> bool {
        self.0.require_same_origin
    }

    /// Whether a token response without `token_type` is read as one of a bearer token.
    pub fn takes_missing_token_type_as_bearer(&self) -> bool {
        self.0.missing_token_type_is_bearer
    }

    /// The token types that are read as `Bearer`.
    pub fn bearer_token_types(&self) -> &[String] {
        &self.0.bearer_token_types
    }

    /// Whether a comma separates scopes as a blank does.
    pub fn splits_scope_at_commas(&self) -> bool {
        self.0.comma_separated_scope
    }

    /// Whether a boolean or a time of an introspection response may be written as text.
    pub fn reads_values_as_text(&self) -> bool {
        self.0.values_as_text
    }

    /// Where the document is fetched, though its issuer is another address.
    pub fn metadata_address(&self) -> Option<&str> {
        self.0.metadata_address.as_deref()
    }

    /// Whether any of the metadata is not what the document at the issuer's own address says.
    pub(crate) fn states_metadata(&self) -> bool {
        self.0.states_all_metadata || self.0.metadata_address.is_some() || !self.0.metadata.is_empty()
    }

    /// Whether the application states all of the metadata, so that no document is fetched.
    pub fn states_all_metadata(&self) -> bool {
        self.0.states_all_metadata
    }

    /// The text that the application states as this member, in the place of what a document says.
    pub(super) fn stated(&self, member: &str) -> Option<String> {
        let (_, json) = self.0.metadata.iter().find(|(name, _)| name == member)?;
        serde_json::from_str(json).ok()
    }

    /// The document with the members that the application states.
    pub(super) fn with_stated(&self, document: Document) -> Document {
        if self.0.metadata.is_empty() {
            return document;
        }
        let mut members = document.to_value();
        if let Some(members) = members.as_object_mut() {
            let stated = self.0.metadata.iter().map(|(name, json)| (name.clone(), serde_json::from_str(json).unwrap_or_default()));
            members.extend(stated);
        }
        Document::parse(members.to_string()).unwrap_or(document)
    }

    /// What discovery and the key set are asked for with.
    pub fn credential(&self) -> Option<&BearerCredential> {
        self.0.credential.as_ref()
    }

    /// Whether a response of any content type is read.
    pub fn allows_any_content_type(&self) -> bool {
        self.0.allow_any_content_type
    }

    /// The statuses that are read as success beside the one the specification names.
    pub fn accepted_statuses(&self) -> &[StatusCode] {
        &self.0.accepted_statuses
    }

    /// The `iss` to expect in a token of this provider: the document's issuer verbatim, or what an issuer template makes of the token's
    /// `tid`. None where the template needs a `tid` and there is no usable one.
    pub fn expected_token_issuer<'i>(&self, document_issuer: &'i str, tid: Option<&str>) -> Option<Cow<'i, str>> {
        self.0.strategy.expected_token_issuer(document_issuer, tid)
    }
}

impl Default for DiscoveryPolicy {
    fn default() -> Self {
        Self::strict()
    }
}
