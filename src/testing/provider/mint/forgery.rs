//! What can be wrong with a token.

use serde_json::{Value, json};

use crate::jose::{KeyType, SignatureAlgorithm};
use crate::testing::provider::mint::draft::{Seal, TokenDraft};
use crate::testing::provider::mint::half_hash::half_hash;

/// A way to forge a token that a [`TestProvider`](crate::testing::provider::TestProvider) issues; all else about the token is right.
///
/// What is signed stays signed with the genuine key unless the forgery says otherwise, so each tries one check alone.
///
/// # Example
/// ```
/// use identity_model::testing::{Forgery, TestProvider};
///
/// let provider = TestProvider::new();
/// let expired = provider.mint_access_token(|token| token.forge(&Forgery::Expired));
/// let foreign = provider.mint_access_token(|token| token.forge(&Forgery::claim("iss", "https://elsewhere.test")));
/// # let _ = (expired, foreign);
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Forgery {
    /// `alg` is `none` and there is no signature (RFC 7515 appendix A.5).
    AlgorithmNone,
    /// Signed with a key of the same kind that is not the provider's, under the `kid` of the genuine one.
    WrongKey,
    /// One bit of the signature is turned.
    WrongSignature,
    /// HS256, with the text of the published JWK as the secret (RFC 8725 section 2.1).
    HmacWithPublicKey,
    /// `kid` names a key that is nowhere published.
    UnknownKeyId,
    /// No `kid`.
    MissingKeyId,
    /// `alg` names an algorithm of another key type than the key under `kid`.
    AlgorithmMismatch,
    /// Issued two hours ago, expired an hour ago.
    Expired,
    /// `nbf` an hour ahead.
    NotYetValid,
    /// `iat` an hour ahead.
    IssuedInTheFuture,
    /// Genuine, but signed with the provider's key for another algorithm than the client expects; HS256 and its like with the client's
    /// secret.
    SignedWith(SignatureAlgorithm),
    /// Issued a week ago, good for as long as ever.
    WeekOld,
    /// `iss` is another issuer.
    WrongIssuer,
    /// `sub` is another user.
    WrongSubject,
    /// `aud` is another client.
    WrongAudience,
    /// A second audience beside the right one, without `azp`.
    SecondAudience,
    /// `azp` is another client, `aud` is right.
    WrongAuthorizedParty,
    /// `nonce` is not the one that was sent.
    WrongNonce,
    /// `at_hash` is that of another access token (OpenID Connect Core section 3.1.3.6).
    WrongAccessTokenHash,
    /// `c_hash` is that of another code (OpenID Connect Core section 3.3.2.11).
    WrongCodeHash,
    /// `s_hash` is that of another state (FAPI 1.0 Advanced section 5.1).
    WrongStateHash,
    /// The event is not that of a logout (OpenID Connect Back-Channel Logout 1.0 section 2.4).
    WrongEvent,
    /// This value for a member of the header.
    Header(String, Value),
    /// No such member in the header.
    WithoutHeader(String),
    /// This value for a claim: `iss`, `aud`, `nonce`, `sub`, any.
    Claim(String, Value),
    /// No such claim.
    WithoutClaim(String),
}

const HOUR: i64 = 3600;

impl Forgery {
    /// Another value for a member of the header.
    pub fn header(name: impl Into<String>, value: impl Into<Value>) -> Self {
        Self::Header(name.into(), value.into())
    }

    /// No such member in the header.
    pub fn without_header(name: impl Into<String>) -> Self {
        Self::WithoutHeader(name.into())
    }

    /// Another value for a claim.
    pub fn claim(name: impl Into<String>, value: impl Into<Value>) -> Self {
        Self::Claim(name.into(), value.into())
    }

    /// No such claim.
    pub fn without_claim(name: impl Into<String>) -> Self {
        Self::WithoutClaim(name.into())
    }

    pub(in crate::testing::provider) fn apply(&self, token: TokenDraft) -> TokenDraft {
        let now = token.issued_at();
        match self {
            Self::AlgorithmNone => token.header("alg", "none").sealed(Seal::Unsigned),
            Self::WrongKey => token.sealed(Seal::ForeignKey),
            Self::WrongSignature => token.sealed(Seal::Altered),
            Self::HmacWithPublicKey => token.header("alg", "HS256").sealed(Seal::HmacWithPublicKey),
            Self::UnknownKeyId => token.header("kid", "unknown"),
            Self::MissingKeyId => token.without_header("kid"),
            Self::AlgorithmMismatch => {
                let other =
                    if token.key_algorithm().key_type() == KeyType::Rsa { SignatureAlgorithm::ES256 } else { SignatureAlgorithm::RS256 };
                token.header("alg", other.name())
            }
            Self::Expired => token.claim("iat", now - 2 * HOUR).claim("exp", now - HOUR),
            Self::NotYetValid => token.claim("nbf", now + HOUR),
            Self::IssuedInTheFuture => token.claim("iat", now + HOUR),
            Self::SignedWith(algorithm) => token.algorithm(*algorithm),
            Self::WeekOld => token.claim("iat", now - 7 * 24 * HOUR),
            Self::WrongIssuer => token.claim("iss", "https://elsewhere.test"),
            Self::WrongSubject => token.claim("sub", "mallory"),
            Self::WrongAudience => token.claim("aud", "another-client"),
            Self::SecondAudience => second_audience(token),
            Self::WrongAuthorizedParty => token.claim("azp", "another-client"),
            Self::WrongNonce => token.claim("nonce", "another-nonce"),
            Self::WrongAccessTokenHash => other_hash(token, "at_hash"),
            Self::WrongCodeHash => other_hash(token, "c_hash"),
            Self::WrongStateHash => other_hash(token, "s_hash"),
            Self::WrongEvent => token.claim("events", json!({ "https://idp.test/events/other": {} })),
            Self::Header(name, value) => token.header(name.clone(), value.clone()),
            Self::WithoutHeader(name) => token.without_header(name.clone()),
            Self::Claim(name, value) => token.claim(name.clone(), value.clone()),
            Self::WithoutClaim(name) => token.without_claim(name),
        }
    }
}

fn second_audience(token: TokenDraft) -> TokenDraft {
    let first = token.claims().get("aud").cloned().unwrap_or_default();
    token.without_claim("azp").claim("aud", json!([first, "another-client"]))
}

/// A hash of the right kind for something else.
fn other_hash(token: TokenDraft, name: &str) -> TokenDraft {
    let hash = half_hash(token.key_algorithm().name(), "something else");
    token.claim(name, hash)
}

impl TokenDraft {
    /// Forges it.
    pub fn forge(self, forgery: &Forgery) -> Self {
        forgery.apply(self)
    }
}
