//! What a header must say before a key is asked for: RFC 7515 section 5.2, RFC 8725 section 3.11.

use super::options_check::check_options;
use super::{TokenKind, TokenValidationOptions, ValidationError, ValidationErrorKind, ValidationStage, decryption};
use crate::jose::{JoseHeader, JwsVerifier, SignatureAlgorithm};

const STAGE: ValidationStage = ValidationStage::Inspection;

/// What is asked of the headers alone, for a token that was validated before.
pub(super) fn check_headers(
    header: &JoseHeader,
    outer: Option<&JoseHeader>,
    options: &TokenValidationOptions,
) -> Result<SignatureAlgorithm, ValidationError> {
    let verifier = check_options(options)?;
    decryption::check_outer(outer, options)?;
    check_header(verifier, header, options)
}

/// `alg`, `typ` and `cty`.
pub(super) fn check_header(
    verifier: &JwsVerifier,
    header: &JoseHeader,
    options: &TokenValidationOptions,
) -> Result<SignatureAlgorithm, ValidationError> {
    let algorithm = verifier.algorithm(header).map_err(|error| ValidationError::jose(error, STAGE, options.token_kind()))?;
    check_type(header, options)?;
    Ok(algorithm)
}

/// `typ` and `cty` (RFC 7515 sections 4.1.9 and 4.1.10).
fn check_type(header: &JoseHeader, options: &TokenValidationOptions) -> Result<(), ValidationError> {
    let kind = options.token_kind();
    let reject = |rule, member| ValidationError::new(rule, STAGE, kind).claim_named(member);
    let stated = options.rules.settings.token_type.as_ref();
    let verdict = match stated.filter(|wanted| !header.typ_is(wanted)) {
        Some(wanted) => Err(wanted.clone()),
        None if stated.is_some() && kind == TokenKind::Other => Ok(()),
        None => kind.accepts_type(header).map_err(str::to_owned),
    };
    if let Err(expected) = verdict {
        let rejected = reject(ValidationErrorKind::WrongTokenKind, "typ").expecting(expected);
        let is_plain = kind == TokenKind::AccessToken && TokenKind::PlainAccessToken.accepts_type(header).is_ok();
        let hint = is_plain.then_some("for a server that does not send `at+jwt` there is `TokenKind::PlainAccessToken`");
        return Err(rejected.finding(header.typ().unwrap_or("nothing")).hinting(hint));
    }
    let nested = |content: &str| ["JWT", "application/JWT"].iter().any(|name| name.eq_ignore_ascii_case(content));
    if header.cty().is_some_and(nested) { Err(reject(ValidationErrorKind::NestedToken, "cty")) } else { Ok(()) }
}
