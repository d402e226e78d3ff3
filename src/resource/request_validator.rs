//! From a request to a validated access token that is bound to its sender: RFC 6750, RFC 8705 section 3, RFC 9449 section 7.

use std::fmt;
use std::sync::Arc;

use http::HeaderMap;

use crate::drive::{run_blocking_with, run_with};
use crate::environment::Environment;
use crate::error::Error;
use crate::keys::TokenValidator;
use crate::protocol::dpop::{AcceptedRequest, AccessError, AccessRejection, DpopVerifier, PresentedToken, TokenScheme};
use crate::protocol::incoming::IncomingRequest;
use crate::validation::{TokenValidationOptions, ValidatedToken};

/// Validates requests at a protected resource: credentials and proof, the access token, what it is bound to, and that the proof is not used twice.
///
/// RFC 6750, RFC 8705 section 3, RFC 9449 section 7. A [`DpopVerifier`] judges the request, a [`TokenValidator`] the access token (JWT or
/// introspected); a token that is bound to a key or certificate passes with the proof of that key or certificate alone. Cheap to clone and
/// safe to share. What a rejected request is answered with is part of the [`AccessRejection`].
///
/// # Example
/// ```
/// use identity_model::cache::MemoryReplayStore;
/// use identity_model::environment::Environment;
/// use identity_model::keys::{ProviderKeys, TokenValidator};
/// use identity_model::protocol::dpop::{DpopKey, DpopProof, DpopVerifier};
/// use identity_model::protocol::incoming::{IncomingRequest, PublicUrl};
/// use identity_model::resource::RequestValidator;
/// use identity_model::testing::TestProvider;
///
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// let provider = TestProvider::new();
/// let tokens = TokenValidator::builder()
///     .keys(ProviderKeys::new(provider.issuer(), provider.clone()))
///     .issuer(provider.issuer())
///     .audience("orders")
///     .build();
/// let verifier = DpopVerifier::new(PublicUrl::new("https://api.example.com")?, MemoryReplayStore::default())?;
/// let validator = RequestValidator::new(verifier, tokens);
///
/// let key = DpopKey::generate()?;
/// let confirmation = serde_json::json!({ "jkt": key.thumbprint() });
/// let token = provider.mint_access_token(|token| token.claim("aud", "orders").claim("cnf", confirmation));
/// let proof = DpopProof::new("GET", "https://api.example.com/orders")?.access_token(&token);
/// let (parts, _) = http::Request::get("/orders")
///     .header("Authorization", format!("DPoP {}", token.expose()))
///     .header("DPoP", proof.sign(&key, &Environment::system()).await?)
///     .body(())?
///     .into_parts();
///
/// let request = IncomingRequest::from_parts(&parts);
/// assert!(validator.validate(&request).await?.token().subject().is_some());
/// let replayed = validator.validate(&request).await.unwrap_err();
/// assert_eq!((replayed.status().as_u16(), replayed.code()), (401, "dpop_proof_replayed"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct RequestValidator(Arc<Inner>);

#[derive(Clone)]
struct Inner {
    verifier: DpopVerifier,
    tokens: TokenValidator,
    environment: Environment,
}

/// A request whose access token was validated and is bound to its sender.
#[derive(Debug, Clone)]
pub struct ValidatedRequest {
    token: ValidatedToken,
    scheme: TokenScheme,
    accepted: AcceptedRequest,
}

impl ValidatedRequest {
    /// The access token.
    pub fn token(&self) -> &ValidatedToken {
        &self.token
    }

    /// The access token, by value.
    pub fn into_token(self) -> ValidatedToken {
        self.token
    }

    /// The scheme by which it was presented.
    pub fn scheme(&self) -> TokenScheme {
        self.scheme
    }

    /// Headers that the response has to carry besides the application's own: a new nonce where one is due.
    pub fn response_headers(&self) -> &HeaderMap {
        self.accepted.headers()
    }
}

impl RequestValidator {
    /// Requests are judged by `verifier`, their access tokens by `tokens`.
    pub fn new(verifier: DpopVerifier, tokens: TokenValidator) -> Self {
        Self(Arc::new(Inner { verifier, tokens, environment: Environment::system() }))
    }

    /// The same with another clock for proofs and nonces. The token validator has its own.
    #[must_use]
    pub fn with_environment(&self, environment: Environment) -> Self {
        Self(Arc::new(Inner { environment, ..(*self.0).clone() }))
    }

    /// Validates a request; keys are fetched and tokens introspected where that is needed.
    ///
    /// # Errors
    /// [`AccessRejection`]: the reason, and what to answer.
    pub async fn validate(&self, request: &IncomingRequest<'_>) -> Result<ValidatedRequest, AccessRejection> {
        let (presented, options) = self.begin(request)?;
        let token = self.0.tokens.validate_with(presented.access_token(), &options).await;
        let token = token.map_err(|error| self.rejected(&presented, error))?;
        let accepted = run_with(self.0.verifier.accept(&presented, &token), None, &self.0.environment).await;
        self.finish(&presented, token, accepted)
    }

    /// Validates a request on the calling thread; the twin of [`validate`](Self::validate).
    ///
    /// # Errors
    /// As [`validate`](Self::validate).
    pub fn validate_blocking(&self, request: &IncomingRequest<'_>) -> Result<ValidatedRequest, AccessRejection> {
        let (presented, options) = self.begin(request)?;
        let token = self.0.tokens.validate_blocking_with(presented.access_token(), &options);
        let token = token.map_err(|error| self.rejected(&presented, error))?;
        let accepted = run_blocking_with(self.0.verifier.accept(&presented, &token), None, &self.0.environment);
        self.finish(&presented, token, accepted)
    }

    fn begin(&self, request: &IncomingRequest<'_>) -> Result<(PresentedToken, TokenValidationOptions), AccessRejection> {
        let presented = self.0.verifier.check(request, self.0.environment.clock().now()).inspect_err(traced)?;
        let options = self.0.tokens.options().clone().with_binding(presented.binding());
        Ok((presented, options))
    }

    fn finish(
        &self,
        presented: &PresentedToken,
        token: ValidatedToken,
        accepted: Result<AcceptedRequest, Error>,
    ) -> Result<ValidatedRequest, AccessRejection> {
        match accepted {
            Ok(accepted) => Ok(ValidatedRequest { token, scheme: presented.scheme(), accepted }),
            Err(error) => Err(self.rejected(presented, error)),
        }
    }

    fn rejected(&self, presented: &PresentedToken, error: Error) -> AccessRejection {
        let rejection = match error.access_rejection() {
            Some(rejection) => rejection.clone(),
            None => self.0.verifier.reject(presented, judged(error), self.0.environment.clock().now()),
        };
        traced(&rejection);
        rejection
    }
}

fn traced(rejection: &AccessRejection) {
    tracing::debug!(target: "identity_model", code = rejection.code(), status = rejection.status().as_u16(), "request rejected");
}

/// Whether the token is at fault, or the service that had to judge it.
pub(super) fn judged(error: Error) -> AccessError {
    // A key that no provider has, or an issuer that none is configured for, is the token's fault; a response of the server's is not.
    let is_tokens_fault = error.as_request().is_none() && (error.validation().is_some() || error.code() == "unknown_issuer");
    match error.validation().filter(|_| is_tokens_fault) {
        Some(validation) => validation.clone().into(),
        None if is_tokens_fault => AccessError::Token { code: error.code(), lacks_scope: false, source: Arc::new(error) },
        None => AccessError::Unavailable { code: error.code(), kind: error.kind(), source: Arc::new(error) },
    }
}

impl fmt::Debug for RequestValidator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequestValidator").field("verifier", &self.0.verifier).field("tokens", &self.0.tokens).finish_non_exhaustive()
    }
}
