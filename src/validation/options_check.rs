//! Whether options can accept any token at all, asked before a token is looked at.

use super::{TokenKind, TokenValidationOptions, ValidationError, ValidationErrorKind, ValidationStage};
use crate::jose::JwsVerifier;

const STAGE: ValidationStage = ValidationStage::Inspection;

/// The verifier, if the options can accept any token at all.
pub(super) fn check_options(options: &TokenValidationOptions) -> Result<&JwsVerifier, ValidationError> {
    let settings = &options.rules.settings;
    check_parties(options)?;
    if settings.encryption_required && options.rules.decrypter.is_none() {
        return Err(unusable(options, "enc", "decryption keys, as encryption is demanded"));
    }
    if settings.front_channel && options.expected().nonce.is_missing() {
        return Err(unusable(options, "nonce", "the nonce that was sent, as the token comes from the front channel"));
    }
    options.rules.verifier.as_ref().map_err(|error| ValidationError::jose(error.clone(), STAGE, options.token_kind()))
}

/// Whether these options can judge what a server says about a token: it is about access tokens alone.
pub(super) fn check_introspection(options: &TokenValidationOptions) -> Result<(), ValidationError> {
    if !matches!(options.token_kind(), TokenKind::AccessToken | TokenKind::PlainAccessToken | TokenKind::Other) {
        return Err(unusable(options, "kind", "the rules for an access token, as tokens are introspected"));
    }
    check_parties(options)
}

/// Whether the options can accept any issuer's token for any recipient.
fn check_parties(options: &TokenValidationOptions) -> Result<(), ValidationError> {
    let settings = &options.rules.settings;
    if settings.issuer.accepts_none() {
        return Err(unusable(options, "iss", "at least one issuer, or a template with one `{tenantid}` below the host"));
    }
    if settings.audience.accepts_none() {
        return Err(unusable(options, "aud", "at least one audience"));
    }
    Ok(())
}

fn unusable(options: &TokenValidationOptions, claim: &'static str, expected: &'static str) -> ValidationError {
    ValidationError::new(ValidationErrorKind::Configuration, STAGE, options.token_kind()).claim_named(claim).expecting(expected)
}
