//! A look into a token without any check: for tools, logs and tests, never for a decision.

use std::fmt;

use super::{Claims, TokenKind, ValidationError, ValidationStage};
use crate::jose::{CompactJws, JoseHeader, TokenLimits};

/// The header of a JWT: its JOSE header (RFC 7519 section 5).
pub type JwtHeader = JoseHeader;

/// The payload of a JWT: its claims (RFC 7519 section 4).
pub type JwtPayload = Claims;

/// A signed JWT that was read and **not** validated: its content is untrusted.
///
/// RFC 7519 section 3. Its form is checked (a compact JWS, strict JSON), nothing else: neither signature nor issuer nor expiry.
#[derive(Clone)]
pub struct JwtSecurityToken {
    header: JwtHeader,
    claims: JwtPayload,
}

/// Reads a token without validating it.
///
/// # Errors
/// [`ValidationError`] where it is not a compact JWS over a JSON object.
///
/// # Example
/// ```
/// use identity_model::validation::danger_read_unverified;
///
/// let token = danger_read_unverified("eyJhbGciOiJSUzI1NiIsImtpZCI6ImEifQ.eyJzdWIiOiIxIn0.c2ln")?;
/// assert_eq!(token.header().key_id(), Some("a"));
/// assert_eq!(token.unverified_payload().subject(), Some("1"));
/// # Ok::<(), identity_model::validation::ValidationError>(())
/// ```
pub fn danger_read_unverified(token: &str) -> Result<JwtSecurityToken, ValidationError> {
    let reject = |error| ValidationError::jose(error, ValidationStage::Inspection, TokenKind::Other);
    let mut jws = CompactJws::parse(token, TokenLimits::default()).map_err(reject)?;
    let claims = Claims::parse(jws.take_payload()).map_err(|error| ValidationError::payload(error, TokenKind::Other))?;
    Ok(JwtSecurityToken { header: jws.header().clone(), claims })
}

impl JwtSecurityToken {
    /// The header, as the unverified token states it.
    pub fn header(&self) -> &JwtHeader {
        &self.header
    }

    /// The claims, as the unverified token states them.
    pub fn unverified_payload(&self) -> &JwtPayload {
        &self.claims
    }
}

impl fmt::Debug for JwtSecurityToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JwtSecurityToken").field("header", &self.header).field("claims", &self.claims).finish()
    }
}
