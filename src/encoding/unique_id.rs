//! Identifiers that cannot be guessed: random bytes, written as text.

use super::{base64, base64url};
use crate::environment::{Entropy, EntropyError};

/// How many random bytes an identifier has unless something else is asked for: 256 bits.
pub const DEFAULT_LENGTH: usize = 32;

/// How the random bytes of an identifier are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum UniqueIdFormat {
    /// base64url without padding: fit for URLs.
    #[default]
    Base64Url,
    /// Standard base64 with padding.
    Base64,
    /// Hexadecimal in upper case.
    Hex,
}

/// A new identifier of `length` random bytes, written in `format`.
///
/// # Errors
/// [`EntropyError`] where there are no random bytes to be had.
///
/// # Example
/// ```
/// use identity_model::encoding::unique_id::{self, UniqueIdFormat};
/// use identity_model::environment::Environment;
///
/// let environment = Environment::system();
/// let id = unique_id::unique_id(environment.entropy(), unique_id::DEFAULT_LENGTH, UniqueIdFormat::Base64Url)?;
/// assert_eq!(id.len(), 43);
/// # Ok::<(), identity_model::environment::EntropyError>(())
/// ```
pub fn unique_id(entropy: &dyn Entropy, length: usize, format: UniqueIdFormat) -> Result<String, EntropyError> {
    let mut bytes = zeroize::Zeroizing::new(vec![0; length]);
    entropy.fill(&mut bytes)?;
    Ok(match format {
        UniqueIdFormat::Base64Url => base64url::encode(&*bytes),
        UniqueIdFormat::Base64 => base64::encode(&*bytes),
        UniqueIdFormat::Hex => bytes.iter().map(|byte| format!("{byte:02X}")).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::environment::{SeededEntropy, SystemEntropy};

    #[test]
    fn every_format_holds_the_same_bytes() {
        let id = |format| unique_id(&SeededEntropy::new(1), 20, format).unwrap();
        let bytes = base64url::decode(id(UniqueIdFormat::Base64Url)).unwrap();
        assert_eq!(bytes.len(), 20);
        assert_eq!(base64::decode(id(UniqueIdFormat::Base64)).unwrap(), bytes);
        let hexadecimal = id(UniqueIdFormat::Hex);
        assert_eq!(hexadecimal.len(), 40);
        assert!(hexadecimal.chars().all(|c| c.is_ascii_digit() || c.is_ascii_uppercase()));
        assert_eq!(u8::from_str_radix(&hexadecimal[..2], 16).unwrap(), bytes[0]);
        assert_eq!(unique_id(&SystemEntropy, 0, UniqueIdFormat::Hex).unwrap(), "");
    }

    #[test]
    fn identifiers_differ() {
        let mut seen = std::collections::HashSet::new();
        assert!((0..100).all(|_| seen.insert(unique_id(&SystemEntropy, DEFAULT_LENGTH, UniqueIdFormat::default()).unwrap())));
    }
}
