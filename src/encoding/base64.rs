//! Standard base64 with padding: RFC 4648 section 4, for Basic credentials, `x5c` and PEM bodies.
//!
//! Decoding is strict: padding where it belongs, no bits left over, no blank and no line break.

use base64_simd::STANDARD;

/// The text is not padded standard base64. The text itself is never shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not padded base64")]
pub struct Base64Error;

/// Encodes `bytes` with padding.
///
/// # Example
/// ```
/// use identity_model::encoding::base64;
///
/// assert_eq!(base64::encode("client:secret"), "Y2xpZW50OnNlY3JldA==");
/// ```
pub fn encode(bytes: impl AsRef<[u8]>) -> String {
    STANDARD.encode_to_string(bytes)
}

/// Decodes padded base64.
///
/// # Errors
/// [`Base64Error`].
pub fn decode(text: impl AsRef<[u8]>) -> Result<Vec<u8>, Base64Error> {
    STANDARD.decode_to_vec(text).map_err(|_| Base64Error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc_4648_examples() {
        for (plain, text) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("foobar", "Zm9vYmFy")] {
            assert_eq!(encode(plain), text);
            assert_eq!(decode(text).unwrap(), plain.as_bytes());
        }
    }

    #[test]
    fn anything_but_the_one_spelling_is_refused() {
        for text in ["Zg", "Zg=", "Zg===", "Zh==", "Zm9=", "Zm-v", "Zm_v", "Zm9v\n", " Zm9v", "Zm9v====", "=", "====", "A", "Z=g="] {
            assert_eq!(decode(text), Err(Base64Error), "{text}");
            assert_eq!(decode(format!("{}{text}", "QUJD".repeat(40))), Err(Base64Error), "{text}");
        }
    }
}
