//! How a validator is put together.

use std::sync::Arc;

use bon::Builder;

use super::{Inner, TokenValidator};
use crate::environment::Environment;
use crate::jose::AlgorithmSet;
use crate::keys::verified_tokens::VerifiedTokens;
use crate::keys::{KeySource, TokenIntrospection};
use crate::validation::{ExpectedAudience, ExpectedIssuer, TokenKind, TokenValidationOptions};

#[derive(Builder)]
#[builder(
    builder_type(name = TokenValidatorBuilder, vis = "pub", doc {
        /// Builds a [`TokenValidator`]: keys, issuer and audience must be set.
    }),
    state_mod(name = token_validator_builder, vis = "pub(crate)"),
    finish_fn(name = assemble, vis = "")
)]
struct Parts {
    /// Where the keys come from: a set, a provider, several providers.
    #[builder(into)]
    keys: KeySource,
    /// Who may have made the token: one issuer, a list, or an [`ExpectedIssuer`]; compared code point by code point.
    #[builder(into)]
    issuer: ExpectedIssuer,
    /// Whom the token must be for: one audience, a list, or an [`ExpectedAudience`].
    #[builder(into)]
    audience: ExpectedAudience,
    /// The kind of token. Default: an access token of RFC 9068.
    #[builder(default = TokenKind::AccessToken)]
    kind: TokenKind,
    /// The algorithms that are allowed. Default: those of the kind.
    #[builder(into)]
    algorithms: Option<AlgorithmSet>,
    /// The clock. Default: that of the provider whose keys are taken, else that of the introspection, else the system's.
    environment: Option<Environment>,
    /// How many validated tokens are kept, so that the signature of one that comes again is not checked again; see
    /// [`TokenValidator::with_verified_token_cache`]. Default: none.
    verified_token_cache: Option<usize>,
    /// How the server is asked about tokens that are no JWT by their form ([`TokenForm`](crate::validation::TokenForm)). A JWT is judged by
    /// its signature; one that is rejected is not asked about. Default: not at all, so only JWTs are accepted.
    introspection: Option<TokenIntrospection>,
}

impl<S: token_validator_builder::State> TokenValidatorBuilder<S> {
    /// The validator. Nothing is sent before the first token comes.
    pub fn build(self) -> TokenValidator
    where
        S: token_validator_builder::IsComplete,
    {
        let parts = self.assemble();
        let options = TokenValidationOptions::builder(parts.kind)
            .issuer(parts.issuer)
            .audience(parts.audience)
            .maybe_algorithms(parts.algorithms)
            .build();
        let asked = || parts.introspection.as_ref().map(|introspection| introspection.environment().clone());
        let environment = parts.environment.or_else(|| parts.keys.providers_environment()).or_else(asked).unwrap_or_default();
        let verified_tokens = parts.verified_token_cache.map(VerifiedTokens::new).map(Arc::new);
        TokenValidator(Arc::new(Inner { keys: parts.keys, options, environment, verified_tokens, introspection: parts.introspection }))
    }
}

/// A validator whose every token is introspected: the keys are decided, by there being none.
type IntrospectingBuilder = TokenValidatorBuilder<token_validator_builder::SetIntrospection<token_validator_builder::SetKeys>>;

impl TokenValidator {
    /// Keys, issuer and audience; the rest has safe defaults.
    pub fn builder() -> TokenValidatorBuilder {
        Parts::builder()
    }

    /// A validator that asks the server about **every** token, JWT or opaque (RFC 7662, RFC 9701); issuer and audience must be said.
    ///
    /// The server's word counts, and the rules are held against it as against a JWT: `iss`, `aud`, `exp`, `nbf`, `iat`, scopes, `cnf`,
    /// `token_type`, and rules of the caller's own. `aud` has to be there (a server that does not say whom a token is for leaves that open:
    /// [`danger_allow_missing_aud`](crate::validation::TokenValidationOptionsBuilder::danger_allow_missing_aud)), the other claims count where
    /// they are there. A token that is not active is rejected with the code `token_inactive`. To judge JWTs by their signature and ask about
    /// opaque tokens alone, give [`builder`](Self::builder) keys and an [`introspection`](TokenValidatorBuilder::introspection).
    ///
    /// # Example
    /// ```
    /// use identity_model::keys::{TokenIntrospection, TokenValidator};
    /// use identity_model::protocol::client_auth::ClientAuthentication;
    /// use identity_model::testing::{ScriptedResponse, ScriptedHttpClient};
    /// use identity_model::validation::TokenOrigin;
    ///
    /// let answer = r#"{"active":true,"iss":"https://idp.example.com","aud":"reports-api","sub":"alice","exp":4102444800}"#;
    /// let http = ScriptedHttpClient::builder().post("https://idp.example.com/introspect", ScriptedResponse::json(200, answer)).build();
    /// let introspection = TokenIntrospection::builder()
    ///     .address("https://idp.example.com/introspect")
    ///     .client_id("reports-api")
    ///     .authentication(ClientAuthentication::secret_basic("s3cret"))
    ///     .blocking_http(http)
    ///     .build();
    /// let validator = TokenValidator::introspecting(introspection).issuer("https://idp.example.com").audience("reports-api").build();
    ///
    /// let token = validator.validate_blocking("2YotnFZFEjr1zCsicMWpAA")?;
    /// assert_eq!((token.subject(), token.origin()), (Some("alice"), TokenOrigin::Introspection));
    /// # Ok::<(), identity_model::Error>(())
    /// ```
    pub fn introspecting(introspection: TokenIntrospection) -> IntrospectingBuilder {
        Parts::builder().keys(KeySource::none()).introspection(introspection)
    }
}
