//! How a policy is made: from the strict one, or from a preset by [`DiscoveryPolicy::to_builder`].

use bon::bon;
use http::StatusCode;

use self::discovery_policy_builder::State;
use super::authority_strategy::AuthorityStrategy;
use super::metadata::{KeySetLoading, MetadataProfile};
use super::path::DiscoveryDocumentPath;
use super::policy::{DiscoveryPolicy, Settings};
use crate::protocol::bearer_credential::BearerCredential;

#[bon]
impl DiscoveryPolicy {
    /// Starts from the strict policy.
    #[builder(
        start_fn(name = builder, vis = "pub"),
        finish_fn(name = build, vis = "pub", doc {
            /// The policy.
        }),
        builder_type(name = DiscoveryPolicyBuilder, vis = "pub", doc {
            /// Builds a [`DiscoveryPolicy`]. Every setter names its default; what weakens has `danger` in its name.
        }),
        state_mod(name = discovery_policy_builder, vis = "pub(crate)"),
    )]
    fn assemble(
        #[builder(field)] base: Settings,
        /// What issuer and endpoints are held against. Default: derived from the request's address.
        #[builder(into)]
        authority: Option<String>,
        /// Where the document stands. Default: `.well-known/openid-configuration`; a leading `/` is ignored.
        #[builder(into)]
        discovery_document_path: Option<DiscoveryDocumentPath>,
        /// How issuer and endpoints are compared: a built-in strategy, or an `Arc` of a custom one. Default:
        /// [`StringComparisonStrategy::ordinal`](super::StringComparisonStrategy::ordinal).
        #[builder(into)]
        authority_validation_strategy: Option<AuthorityStrategy>,
        /// Whether plain HTTP is allowed to the loopback addresses. Default: true.
        allow_http_on_loopback: Option<bool>,
        /// The hosts that count as loopback, to which plain HTTP is allowed: names, addresses, ranges. Default: `localhost`, `127.0.0.0/8`,
        /// `::1`; what is set replaces them.
        #[builder(with = |hosts: impl IntoIterator<Item = impl Into<String>>| hosts.into_iter().map(Into::into).collect())]
        loopback_addresses: Option<Vec<String>>,
        /// Whether a missing or blank `jwks_uri` is a violation. Default: true, but for [`MetadataProfile::AuthorizationServer`], where keys are
        /// optional (RFC 8414 section 2).
        require_key_set: Option<bool>,
        /// Which members must be there. Default: [`MetadataProfile::OpenIdProvider`].
        metadata_profile: Option<MetadataProfile>,
        /// When the key set is loaded. Default: [`KeySetLoading::Eager`].
        key_set_loading: Option<KeySetLoading>,
        /// The bearer token that the document and the keys are asked for with, where a server demands one: a Kubernetes cluster without
        /// anonymous discovery. It is sent to the address of the document, and to `jwks_uri` where that stands on the origin of the document,
        /// of the authority or of an additional base address; nowhere else. Default: none.
        #[builder(into)]
        credential: Option<BearerCredential>,
        /// Where the document is fetched, though its issuer is another address: a server that the application reaches by an inner name
        /// (`http://keycloak:8080/realms/x`) and browsers by an outer one, which is the [`authority`](Self::authority). Plain HTTP and private
        /// addresses are allowed to that very host and port, and endpoints may stand below it as below the authority. Default: the document is
        /// fetched from the authority.
        #[builder(into)]
        metadata_address: Option<String>,
    ) -> Self {
        Self::from_settings(Settings {
            authority: authority.or(base.authority),
            discovery_document_path: discovery_document_path.unwrap_or(base.discovery_document_path),
            strategy: authority_validation_strategy.unwrap_or(base.strategy),
            allow_http_on_loopback: allow_http_on_loopback.unwrap_or(base.allow_http_on_loopback),
            loopback_addresses: loopback_addresses.unwrap_or(base.loopback_addresses),
            require_key_set: require_key_set.or(base.require_key_set),
            metadata_profile: metadata_profile.unwrap_or(base.metadata_profile),
            key_set_loading: key_set_loading.unwrap_or(base.key_set_loading),
            credential: credential.or(base.credential),
            metadata_address: metadata_address.or(base.metadata_address),
            ..base
        })
    }

    /// Starts from this policy: what is set replaces, what is added joins. So a preset is adjusted.
    ///
    /// # Example
    /// ```
    /// use identity_model::protocol::discovery::{DiscoveryPolicy, KeySetLoading};
    ///
    /// let policy = DiscoveryPolicy::google().to_builder().key_set_loading(KeySetLoading::Lazy).build();
    /// assert_eq!(policy.authority(), Some("https://accounts.google.com"));
    /// ```
    pub fn to_builder(&self) -> DiscoveryPolicyBuilder {
        let mut builder = Self::builder();
        builder.base = self.settings().clone();
        builder
    }
}

impl<S: State> DiscoveryPolicyBuilder<S> {
    /// One more base address whose host and path endpoints may stand on. Default: none. May be called repeatedly.
    pub fn additional_endpoint_base_address(mut self, address: impl Into<String>) -> Self {
        add(&mut self.base.additional_endpoint_base_addresses, address.into());
        self
    }

    /// Members that are free from the checks of host and base (HTTPS stays); an mTLS alias is named `mtls_endpoint_aliases.…`. Default:
    /// none. May be called repeatedly.
    pub fn endpoint_validation_exclude_list(mut self, members: impl IntoIterator<Item = impl Into<String>>) -> Self {
        members.into_iter().for_each(|member| add(&mut self.base.endpoint_validation_exclude_list, member.into()));
        self
    }

    /// Allows plain HTTP to any host: anyone on the network path can read and change everything, keys included. Default: HTTPS is required.
    pub fn danger_allow_http(mut self) -> Self {
        self.base.require_https = false;
        self
    }

    /// Believes any issuer: a document may then speak for another issuer. Default: the issuer is checked.
    pub fn danger_any_issuer(mut self) -> Self {
        self.base.validate_issuer_name = false;
        self
    }

    /// Allows endpoints on any host: a document may then send secrets anywhere. HTTPS and well-formedness stay required. Default: host and
    /// base are checked.
    pub fn danger_any_endpoint_host(mut self) -> Self {
        self.base.validate_endpoints = false;
        self
    }

    /// Allows private and loopback addresses in metadata, so that a document may point into the application's own network. Link-local addresses stay
    /// rejected. Default: rejected unless the authority is such an address itself.
    pub fn danger_allow_private_addresses(mut self) -> Self {
        self.base.allow_private_addresses = true;
        self
    }

    /// Rejects every address that is not one of the public internet, literal or as a name that says so (`localhost`), wherever it comes
    /// from: metadata, registration, the caller. Nothing is resolved here: for what names resolve to, the client has to look
    /// (`ReqwestClientBuilder::deny_private_addresses`). Default: only link-local addresses are rejected always, and private ones in metadata
    /// of a public authority. Wins over [`danger_allow_private_addresses`](Self::danger_allow_private_addresses).
    pub fn deny_private_addresses(mut self) -> Self {
        self.base.deny_private_addresses = true;
        self
    }

    /// Demands that every endpoint stand on the origin (scheme, host, port) of the authority, and every address that a response links to
    /// on the origin of that response, whatever other bases, excluded members or strategies let in. Default: as the rest of the policy says.
    pub fn require_same_origin(mut self) -> Self {
        self.base.require_same_origin = true;
        self
    }

    /// Reads a response whatever content type it claims, for servers known to be off the specification. Default: JSON only.
    pub fn danger_any_content_type(mut self) -> Self {
        self.base.allow_any_content_type = true;
        self
    }

    /// Reads a response with this status as success, for servers known to be off the specification. Default: 200 only. May be called
    /// repeatedly.
    pub fn danger_accept_status(mut self, status: StatusCode) -> Self {
        add(&mut self.base.accepted_statuses, status);
        self
    }

    /// States a member of the metadata, in the place of what the document says: an endpoint that it lacks, an issuer that it does not name. A
    /// stated endpoint may stand on any host; HTTPS stays required. May be called repeatedly.
    ///
    /// # Example
    /// ```
    /// use identity_model::protocol::discovery::DiscoveryPolicy;
    ///
    /// let introspection = "https://admin.idp.example.com/oauth2/introspect"; // an administrative port
    /// let policy = DiscoveryPolicy::builder().metadata_member("introspection_endpoint", introspection).build();
    /// assert!(policy.check_endpoint("introspection_endpoint", introspection, "https://idp.example.com").is_ok());
    /// ```
    pub fn metadata_member(mut self, name: impl Into<String>, value: impl Into<serde_json::Value>) -> Self {
        let name = name.into();
        self.base.metadata.retain(|(known, _)| *known != name);
        self.base.metadata.push((name, value.into().to_string()));
        self
    }

    /// States all of the metadata, for a server that publishes none: no document is fetched. As
    /// [`metadata_member`](Self::metadata_member) for each member.
    ///
    /// # Example
    /// ```
    /// use identity_model::protocol::discovery::{DiscoveryDocumentRequest, DiscoveryPolicy, KeySetLoading};
    /// use identity_model::testing::ScriptedHttpClient;
    ///
    /// let policy = DiscoveryPolicy::builder()
    ///     .metadata([
    ///         ("issuer", "https://idp.example.com"),
    ///         ("token_endpoint", "https://idp.example.com/oauth/token"),
    ///         ("jwks_uri", "https://keys.example.net/jwks"),
    ///     ])
    ///     .key_set_loading(KeySetLoading::Lazy)
    ///     .build();
    /// let disco = DiscoveryDocumentRequest::builder().address("https://idp.example.com").policy(policy);
    /// let disco = disco.send_blocking(&ScriptedHttpClient::builder().build())?; // nothing is sent
    /// assert_eq!(disco.token_endpoint()?.as_str(), "https://idp.example.com/oauth/token");
    /// # Ok::<(), identity_model::Error>(())
    /// ```
    pub fn metadata(mut self, members: impl IntoIterator<Item = (impl Into<String>, impl Into<serde_json::Value>)>) -> Self {
        self.base.states_all_metadata = true;
        members.into_iter().fold(self, |builder, (name, value)| builder.metadata_member(name, value))
    }

    /// Reads a token response without `token_type` as one of a bearer token (Facebook, LinkedIn and others of RFC 6749's youth). Default: it is
    /// rejected (RFC 6749 section 5.1).
    pub fn missing_token_type_is_bearer(mut self) -> Self {
        self.base.missing_token_type_is_bearer = true;
        self
    }

    /// Reads these values of `token_type` as `Bearer`, in any case: `bot`, `jwt-bearer`, `User Access Token`. A token whose type is `DPoP` never
    /// counts as a bearer token. Default: `Bearer` alone (RFC 6749 section 7.1). May be called repeatedly.
    pub fn bearer_token_types(mut self, types: impl IntoIterator<Item = impl Into<String>>) -> Self {
        types.into_iter().for_each(|name| add(&mut self.base.bearer_token_types, name.into()));
        self
    }

    /// Splits the `scope` of responses at commas as at blanks (GitHub, Slack and others). Default: at blanks (RFC 6749 section 3.3).
    pub fn comma_separated_scope(mut self) -> Self {
        self.base.comma_separated_scope = true;
        self
    }

    /// Reads `active` and the times of an introspection response also where they are written as text: `"true"`, `"1700000000"`. Default: they are
    /// a boolean and numbers (RFC 7662 section 2.2).
    pub fn values_as_text(mut self) -> Self {
        self.base.values_as_text = true;
        self
    }
}

fn add<T: PartialEq>(list: &mut Vec<T>, item: T) {
    if !list.contains(&item) {
        list.push(item);
    }
}
