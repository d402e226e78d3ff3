//! What a login has to know of its provider.

use bon::Builder;

use crate::constants::metadata;
use crate::protocol::discovery::{Address, Demands, DiscoveryDocumentResponse};
use crate::protocol::error::RequestError;

/// The provider of a login: its discovery document, by `into()`, or what is stated of it by hand.
///
/// OpenID Connect Discovery 1.0 section 3, RFC 8414 section 2, RFC 9126 section 5, RFC 9101 section 10.5, RFC 9207 section 3. An endpoint of a document
/// is judged by its policy when the login needs it. Default by hand: nothing is demanded, and no `iss` comes back.
///
/// # Example
/// ```
/// use identity_model::protocol::authorize::LoginProvider;
///
/// let provider = LoginProvider::builder()
///     .issuer("https://idp.example.com")
///     .authorization_endpoint("https://idp.example.com/authorize")
///     .token_endpoint("https://idp.example.com/token")
///     .returns_iss(true)
///     .build();
/// ```
#[derive(Debug, Clone)]
pub struct LoginProvider(Source);

#[derive(Debug, Clone)]
enum Source {
    Document(DiscoveryDocumentResponse),
    Stated(Box<Known>),
}

/// What the login goes by.
#[derive(Debug, Clone, Builder)]
#[builder(
    builder_type(name = LoginProviderBuilder, vis = "pub", doc {
        /// Builds a [`LoginProvider`] of what is known of it.
    }),
    state_mod(name = login_provider_builder, vis = "pub(crate)"),
    finish_fn(name = assemble, vis = ""),
    on(String, into)
)]
pub(super) struct Known {
    /// The issuer, verbatim: what `iss` is compared with.
    pub(super) issuer: String,
    /// Where the browser is sent.
    #[builder(into)]
    pub(super) authorization_endpoint: Address,
    /// Where a code is redeemed.
    #[builder(into)]
    pub(super) token_endpoint: Option<Address>,
    /// Where a request is pushed. Default: nowhere.
    #[builder(into)]
    pub(super) pushed_authorization_request_endpoint: Option<Address>,
    /// Where the user's claims are. Default: nowhere.
    #[builder(into)]
    pub(super) userinfo_endpoint: Option<Address>,
    /// Where the provider's keys are. Default: not kept.
    #[builder(into)]
    pub(super) jwks_uri: Option<Address>,
    /// Whether it takes pushed requests alone (`require_pushed_authorization_requests`). Default: no.
    #[builder(default)]
    requires_pushed: bool,
    /// Whether it takes signed request objects alone (`require_signed_request_object`). Default: no.
    #[builder(default)]
    requires_signed: bool,
    /// Whether its callbacks carry `iss` (`authorization_response_iss_parameter_supported`): one without is rejected then. Default: no.
    #[builder(default)]
    pub(super) returns_iss: bool,
}

impl LoginProvider {
    /// By hand, for a provider without a discovery document.
    pub fn builder() -> LoginProviderBuilder {
        Known::builder()
    }

    /// What is known of it. Endpoints that the login itself does not need are left out where the policy rejects them; every other rejection is an
    /// error.
    pub(super) fn known(&self, needs_token_endpoint: bool) -> Result<Known, RequestError> {
        let document = match &self.0 {
            Source::Stated(known) => return Ok(Known::clone(known)),
            Source::Document(document) => document,
        };
        let optional = |member: &str| document.endpoint(member).ok().flatten().map(Address::from);
        let pushes = document.require_pushed_authorization_requests() || document.states(metadata::PUSHED_AUTHORIZATION_REQUEST_ENDPOINT);
        Ok(Known {
            issuer: document.issuer()?.to_owned(),
            authorization_endpoint: document.authorization_endpoint()?.into(),
            token_endpoint: match needs_token_endpoint {
                true => Some(document.token_endpoint()?.into()),
                false => optional(metadata::TOKEN_ENDPOINT),
            },
            pushed_authorization_request_endpoint: match pushes {
                true => Some(document.pushed_authorization_request_endpoint()?.into()),
                false => None,
            },
            userinfo_endpoint: optional(metadata::USERINFO_ENDPOINT),
            jwks_uri: optional(metadata::JWKS_URI),
            requires_pushed: document.require_pushed_authorization_requests(),
            requires_signed: document.require_signed_request_object(),
            returns_iss: document.authorization_response_iss_parameter_supported(),
        })
    }
}

impl Known {
    pub(super) fn demands(&self) -> Demands {
        Demands { pushed: self.requires_pushed, signed: self.requires_signed }
    }
}

impl<S: login_provider_builder::State> LoginProviderBuilder<S> {
    /// The provider.
    pub fn build(self) -> LoginProvider
    where
        S: login_provider_builder::IsComplete,
    {
        LoginProvider(Source::Stated(Box::new(self.assemble())))
    }
}

impl From<&DiscoveryDocumentResponse> for LoginProvider {
    fn from(document: &DiscoveryDocumentResponse) -> Self {
        Self(Source::Document(document.clone()))
    }
}

impl From<DiscoveryDocumentResponse> for LoginProvider {
    fn from(document: DiscoveryDocumentResponse) -> Self {
        Self(Source::Document(document))
    }
}
