//! All stages in one call.

use std::time::SystemTime;

use super::{Inspected, TokenValidationOptions, ValidatedToken, ValidationError};
use crate::jose::JsonWebKeySet;

/// Validates a token in one call: [`Inspected::new`], [`Inspected::verify`], [`Verified::check`](super::Verified::check).
///
/// Pure: no clock, no socket; a validator that fetches keys and follows their rotation stands on it in the room `keys`.
///
/// # Errors
/// [`ValidationError`]: which rule, which claim, what was expected and found.
pub fn validate(
    token: &str,
    keys: &JsonWebKeySet,
    options: &TokenValidationOptions,
    now: SystemTime,
) -> Result<ValidatedToken, ValidationError> {
    Inspected::new(token, options, now)?.verify(keys)?.check(now)
}
