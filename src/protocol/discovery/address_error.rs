//! Why an address was rejected before anything was sent to it.

use super::address_syntax_error::AddressSyntaxError;
use super::violation::PolicyViolation;
use crate::error_kind::classify;

/// An address was rejected before anything was sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AddressError {
    /// The text is not an address.
    #[error(transparent)]
    Syntax(#[from] AddressSyntaxError),
    /// The policy rejects a well-formed address.
    #[error(transparent)]
    Rejected(#[from] PolicyViolation),
}

classify! { AddressError {} inner {
    Self::Syntax(error) => error.class();
    Self::Rejected(violation) => violation.kind().class();
} }
