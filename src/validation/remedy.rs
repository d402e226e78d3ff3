//! What most often is behind a rejected token, and the call that allows it: the same for every place where the rule is checked.

use super::error_kind::ValidationErrorKind as Kind;
use super::{TokenKind, ValidationError};
use crate::jose::JoseError;

impl ValidationError {
    /// What most often is behind it and the call that allows it, where that is known.
    pub fn hint(&self) -> Option<&'static str> {
        self.own_hint().or_else(|| remedy(self))
    }
}

/// What to do about `error`, where the place that rejected the token had nothing better to say.
fn remedy(error: &ValidationError) -> Option<&'static str> {
    match (error.kind(), error.jose_error()) {
        (Kind::AlgorithmNotAllowed, Some(JoseError::AlgorithmNotAllowed { .. })) => Some(algorithm_setter(error.token_kind())),
        (Kind::Malformed, Some(JoseError::Parts { expected: 3, .. })) => Some(
            "it may be an opaque token: introspect it with `TokenValidator::introspecting(…)`, or beside keys with `.introspection(…)`",
        ),
        (Kind::Encrypted, _) => Some("set the keys to decrypt it with `.decryption_keys(…)`"),
        (Kind::BoundToken, _) => {
            Some("pass the proof that was checked with `.with_binding(…)`; `.danger_skip_cnf()` accepts the token as a plain bearer")
        }
        (Kind::ClaimMissing, _) if error.claim() == Some("aud") => Some(
            "let the server add the audience (a mapper or a resource), introspect the token, or allow it with `.danger_allow_missing_aud()`",
        ),
        _ => None,
    }
}

/// The setters for the algorithm of a kind: of a validator, and of a client where one asks for such tokens.
fn algorithm_setter(kind: TokenKind) -> &'static str {
    match kind {
        TokenKind::IdToken | TokenKind::LogoutToken => {
            "allow it with `.algorithms([…])` of the validator, or `.id_token_signed_response_alg(…)` of the client"
        }
        TokenKind::UserInfoResponse => {
            "allow it with `.algorithms([…])` of the validator, or `.userinfo_signed_response_alg(…)` of the client"
        }
        TokenKind::IntrospectionResponse => {
            "allow it with `.algorithms([…])` of the validator, or `.introspection_signed_response_alg(…)` of the client"
        }
        TokenKind::AuthorizationResponse => {
            "allow it with `.algorithms([…])` of the validator, or `.authorization_signed_response_alg(…)` of the client"
        }
        _ => "allow it with `.algorithms([…])`",
    }
}
