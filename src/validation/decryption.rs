//! Encrypted tokens: decrypted with the application's keys, then judged like any other. OpenID Connect Core sections 3.1.3.7 step 1, 5.3.2, 10.2
//! and 16.14; JARM section 2.4; RFC 9701 section 6.

use super::{TokenValidationOptions, ValidationError, ValidationErrorKind, ValidationStage};
use crate::document::Document;
use crate::encoding::base64url;
use crate::jose::{CompactJwe, CompactJws, JoseError, JoseHeader, JweDecrypter, JwsVerifier};

const STAGE: ValidationStage = ValidationStage::Inspection;

/// A signed token, and the header of the encrypted one around it.
pub(super) type Opened<'t> = (CompactJws<'t>, Option<JoseHeader>);

/// Takes a token apart, decrypting it first if it is encrypted and there are keys for that.
pub(super) fn open<'t>(token: &'t str, verifier: &JwsVerifier, options: &TokenValidationOptions) -> Result<Opened<'t>, ValidationError> {
    let limits = options.rules.settings.limits;
    let reject = |error: JoseError| {
        let error = if is_no_jwe(token) { JoseError::NotEncrypted } else { error };
        ValidationError::jose(error, STAGE, options.token_kind())
    };
    match decrypter(options)? {
        Some(decrypter) if CompactJwe::is_compact_jwe(token) => {
            let nested = decrypter.decrypt_nested(token, limits).map_err(reject)?;
            let jws = verifier.parse(nested.unverified_token(), limits).map_err(reject)?;
            Ok((jws.into_owned(), Some(nested.outer_header().clone())))
        }
        _ => {
            let jws = verifier.parse(token, limits).map_err(reject)?;
            reject_unencrypted(options)?;
            Ok((jws, None))
        }
    }
}

/// Whether a token has the five parts of an encrypted one and a header that says that it is none (RFC 7516 section 9).
fn is_no_jwe(token: &str) -> bool {
    const LONGEST_HEADER: usize = 32 * 1024;
    let (header, _) = token.split_once('.').unwrap_or_default();
    if header.len() > LONGEST_HEADER || !CompactJwe::is_compact_jwe(token) {
        return false;
    }
    base64url::decode(header).ok().and_then(|json| Document::parse(json).ok()).is_some_and(|header| !header.contains("enc"))
}

/// What is asked of the outer header of a token that was validated before.
pub(super) fn check_outer(outer: Option<&JoseHeader>, options: &TokenValidationOptions) -> Result<(), ValidationError> {
    let reject = |error| ValidationError::jose(error, STAGE, options.token_kind());
    match (outer, decrypter(options)?) {
        (None, _) => reject_unencrypted(options),
        (Some(header), Some(decrypter)) => decrypter.check_header(header).map_err(reject),
        (Some(_), None) => Err(reject(JoseError::Parts { expected: 3, found: 5 })),
    }
}

fn reject_unencrypted(options: &TokenValidationOptions) -> Result<(), ValidationError> {
    if options.rules.settings.encryption_required {
        return Err(ValidationError::new(ValidationErrorKind::NotEncrypted, STAGE, options.token_kind()));
    }
    Ok(())
}

fn decrypter(options: &TokenValidationOptions) -> Result<Option<&JweDecrypter>, ValidationError> {
    let decrypter = options.rules.decrypter.as_ref().map(Result::as_ref).transpose();
    decrypter.map_err(|error| ValidationError::jose(error.clone(), STAGE, options.token_kind()))
}
