//! Why a proof is rejected: RFC 9449 section 4.3.

use super::target_uri::TargetUriError;
use crate::encoding::json::JsonError;
use crate::error_kind::classify;
use crate::jose::{JoseError, KeyError};

/// Why a DPoP proof is rejected: facts for the log of the resource, never for the client, who is told `invalid_dpop_proof` alone.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProofError {
    /// Not exactly one header `DPoP`.
    #[error("expected one header `DPoP`, found {found}")]
    Count {
        /// How many there are.
        found: usize,
    },
    /// The proof is longer than 8 KiB, or not text.
    #[error("the proof is not text of at most {limit} octets")]
    Length {
        /// The limit in octets.
        limit: usize,
    },
    /// The proof is not a JWT, its algorithm is not accepted, or its signature does not verify.
    #[error("the proof is not a JWT that is signed by its key")]
    Jose(#[from] JoseError),
    /// `typ` is not `dpop+jwt`.
    #[error("the proof's `typ` is not `dpop+jwt`")]
    Type,
    /// `jwk` is missing, is no public key, or does not fit the algorithm.
    #[error("the proof's `jwk` is not a public key for its algorithm")]
    Key(#[source] Option<KeyError>),
    /// `jwk` holds a private key.
    #[error("the proof's `jwk` holds private members")]
    PrivateKey,
    /// The claims are not one JSON object.
    #[error("the proof's claims are not a JSON object")]
    Claims(#[source] JsonError),
    /// A claim is missing or malformed.
    #[error("the proof's claim `{claim}` must be {expected}")]
    Claim {
        /// The claim.
        claim: &'static str,
        /// What it must be.
        expected: &'static str,
    },
    /// `htm` is another method.
    #[error("the proof is for another method than `{expected}`")]
    Method {
        /// The method of the request.
        expected: String,
    },
    /// `htu` is not a URL.
    #[error("the proof's `htu` is not a URL")]
    TargetUri(#[source] TargetUriError),
    /// `htu` is another URL.
    #[error("the proof is for another URL: expected `{expected}`, found `{found}`")]
    Target {
        /// The URL that was called, normalised.
        expected: String,
        /// `htu`, normalised.
        found: String,
    },
    /// `ath` is missing, or the hash of another access token.
    #[error("the proof's `ath` is not the hash of the access token")]
    TokenHash,
    /// `iat` lies outside the window, `exp` has passed, or `nbf` has not come.
    #[error("the proof's `{claim}` is not in time: it is {seconds} s from now")]
    Time {
        /// The claim.
        claim: &'static str,
        /// How far it lies from now, in seconds: negative for the past.
        seconds: i64,
    },
    /// The proof was used before.
    #[error("the proof was used before")]
    Replayed,
}

classify! { ProofError {
    Self::Count { .. } => "dpop_proof_count" Validation;
    Self::Length { .. } => "dpop_proof_length" Validation;
    Self::Jose(_) => "dpop_proof_form" Validation;
    Self::Type => "dpop_proof_type" Validation;
    Self::Key(_) => "dpop_proof_key" Validation;
    Self::PrivateKey => "dpop_proof_private_key" Validation;
    Self::Claims(_) | Self::Claim { .. } => "dpop_proof_claims" Validation;
    Self::Method { .. } => "dpop_proof_method" Validation;
    Self::TargetUri(_) | Self::Target { .. } => "dpop_proof_target" Validation;
    Self::TokenHash => "dpop_proof_token_hash" Validation;
    Self::Time { .. } => "dpop_proof_time" Validation;
    Self::Replayed => "dpop_proof_replayed" Validation;
} }
