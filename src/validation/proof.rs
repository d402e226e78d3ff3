//! What vouches for the claims of a token: a signature, or the server's word.

use super::ValidatedToken;
use crate::jose::{JoseHeader, JsonWebKey, SignatureAlgorithm};

/// Why the claims of a token may be believed.
///
/// # Example
/// ```
/// use identity_model::TokenValidator;
/// use identity_model::testing::TestProvider;
/// use identity_model::validation::TokenOrigin;
///
/// let provider = TestProvider::new();
/// let validator = TokenValidator::builder().keys(provider.key_set()).issuer("https://idp.test").audience("https://idp.test").build();
/// let token = validator.validate_blocking(&provider.mint_access_token(|token| token))?;
/// assert_eq!(token.origin(), TokenOrigin::Jwt);
/// assert!(token.key().is_some());
/// # Ok::<(), identity_model::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TokenOrigin {
    /// It is a JWT whose signature was checked here: it has a header, a key and an algorithm.
    Jwt,
    /// The server that issued it was asked (RFC 7662): the claims are its answer, and there is neither header nor key nor algorithm.
    Introspection,
}

/// The same with what belongs to it.
#[derive(Clone)]
pub(super) enum Proof {
    Signature { header: JoseHeader, outer: Option<JoseHeader>, key: JsonWebKey, algorithm: SignatureAlgorithm },
    Introspection { signed: Option<ValidatedToken> },
}

impl Proof {
    pub(super) fn origin(&self) -> TokenOrigin {
        match self {
            Self::Signature { .. } => TokenOrigin::Jwt,
            Self::Introspection { .. } => TokenOrigin::Introspection,
        }
    }

    /// The algorithm of the signature.
    pub(super) fn algorithm(&self) -> Option<SignatureAlgorithm> {
        match self {
            Self::Signature { algorithm, .. } => Some(*algorithm),
            Self::Introspection { .. } => None,
        }
    }
}
