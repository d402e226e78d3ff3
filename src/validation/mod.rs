//! Token validation: a token, keys, options and the time in, a verdict out. Pure: no clock, no socket, no key that is fetched.
//!
//! Three stages, so that nothing is spent on a hopeless token: [`Inspected`] (form, header, kind, issuer, expiry), [`Verified`] (the
//! signature, by the one key that fits), [`ValidatedToken`] (every claim rule). [`validate`] runs them in one call. What a token is
//! judged by are [`TokenValidationOptions`]; why it was rejected says a [`ValidationError`].
//!
//! RFC 7519, RFC 8725, RFC 9068, RFC 9701, OpenID Connect Core sections 2 and 3, Back-Channel Logout section 2.6, JARM section 2.4.

mod audience;
mod binding;
mod claim_name;
mod claim_presence;
mod claims;
mod custom;
mod decryption;
mod error;
mod error_kind;
mod expectations;
mod expected;
mod header_check;
mod inspected;
mod issuer;
mod options;
mod options_check;
mod recheck;
mod remedy;
mod rules;
mod security_token;
mod token_kind;
mod unverified;
mod validate;
mod validated;
mod verified;

pub use audience::ExpectedAudience;
pub use binding::Binding;
pub use claims::Claims;
pub(crate) use custom::ClaimValidators;
pub use custom::{AsyncClaimValidator, ClaimRejection, ClaimValidator};
pub use error::{ValidationError, ValidationStage};
pub use error_kind::ValidationErrorKind;
pub use expected::{PreviousIdToken, PreviousIdTokenBuilder};
pub use inspected::Inspected;
pub use issuer::ExpectedIssuer;
pub(crate) use options::RulesAdjustment;
pub use options::{ClockSkew, TokenRules, TokenValidationOptions, TokenValidationOptionsBuilder};
pub use security_token::{SecurityToken, TokenForm};
pub use token_kind::TokenKind;
pub use unverified::{JwtHeader, JwtPayload, JwtSecurityToken, danger_read_unverified};
pub use validate::validate;
pub use validated::{TokenOrigin, ValidatedToken};
pub(crate) use verified::Introspected;
pub use verified::Verified;

#[cfg(test)]
mod tests;
