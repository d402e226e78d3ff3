//! Signed responses: a JWT in the place of JSON, verified and never merely decoded (RFC 9701 section 5, OpenID Connect Core section 5.3.2).

use std::fmt;
use std::time::SystemTime;

use super::error::RequestError;
use super::response::{Accepted, Expectation};
use crate::document::DocumentError;
use crate::encoding::json::not_utf8;
use crate::jose::JsonWebKeySet;
use crate::validation::{TokenKind, TokenValidationOptions, ValidatedToken, validate};

/// With which keys and by which rules a signed response is verified.
///
/// RFC 9701 section 5, OpenID Connect Core sections 5.3.2 and 5.3.4. A response that is not a JWT whose signature and claims hold is an error.
/// Rules with decryption keys take encrypted responses too, if what they hold is signed. The keys are the given ones: an error whose
/// [`wants_newer_keys`](crate::validation::ValidationError::wants_newer_keys) says that the issuer may have others by now. Rules with a
/// validator that has to be waited for accept no response.
///
/// # Example
/// ```
/// use identity_model::jose::JsonWebKeySet;
/// use identity_model::protocol::ResponseVerifier;
/// use identity_model::validation::TokenValidationOptions;
///
/// let options = TokenValidationOptions::introspection_response().issuer("https://idp.example.com").audience("reports-api").build();
/// let verifier = ResponseVerifier::new(JsonWebKeySet::default(), options); // the keys of the issuer
/// ```
#[derive(Debug, Clone)]
pub struct ResponseVerifier {
    keys: JsonWebKeySet,
    options: TokenValidationOptions,
}

impl ResponseVerifier {
    /// Verifies with the issuer's keys, by rules that start from the kind of the response:
    /// [`introspection_response`](TokenValidationOptions::introspection_response) or
    /// [`user_info_response`](TokenValidationOptions::user_info_response).
    pub fn new(keys: JsonWebKeySet, options: TokenValidationOptions) -> Self {
        Self { keys, options }
    }

    /// Rules for another kind of token would let through what is no such response.
    pub(crate) fn check_kind(&self, kind: TokenKind) -> Result<(), RequestError> {
        check_rules(&self.options, kind)
    }

    /// Verifies the body of an accepted answer.
    pub(crate) fn verify(&self, accepted: &Accepted, now: SystemTime, expectation: &Expectation) -> Result<ValidatedToken, RequestError> {
        let endpoint = expectation.endpoint;
        let body = accepted.body().trim_ascii();
        let text = std::str::from_utf8(body).map_err(|_| expectation.malformed(DocumentError::Json(not_utf8(body))))?;
        validate(text, &self.keys, &self.options, now).map_err(|source| RequestError::Token { endpoint: endpoint.into(), source })
    }
}

/// Rules for another kind of token would let through what is no such response.
pub(crate) fn check_rules(options: &TokenValidationOptions, kind: TokenKind) -> Result<(), RequestError> {
    if options.token_kind() == kind {
        return Ok(());
    }
    let problem = format!("has rules for the kind `{}` where `{kind}` is needed", options.token_kind());
    Err(RequestError::configuration("verified_by", problem))
}

/// A signed response that was read once and is not verified yet: it is verified with one key set after the other
/// instead of asking again.
pub(crate) struct UnverifiedResponse<T>(Verify<T>);

type Verify<T> = Box<dyn Fn(&ResponseVerifier, SystemTime) -> Result<T, RequestError> + Send + Sync>;

impl<T> UnverifiedResponse<T> {
    /// `verify` holds the response and takes nothing from it before the verifier has accepted it.
    pub(crate) fn new(verify: impl Fn(&ResponseVerifier, SystemTime) -> Result<T, RequestError> + Send + Sync + 'static) -> Self {
        Self(Box::new(verify))
    }

    pub(crate) fn verify(&self, keys: &JsonWebKeySet, options: &TokenValidationOptions, now: SystemTime) -> Result<T, RequestError> {
        (self.0)(&ResponseVerifier::new(keys.clone(), options.clone()), now)
    }
}

impl<T> fmt::Debug for UnverifiedResponse<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnverifiedResponse").finish_non_exhaustive()
    }
}
