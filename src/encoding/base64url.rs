//! base64url without padding: RFC 4648 section 5, as RFC 7515 section 2 uses it.
//!
//! Decoding is strict: no padding, no bits left over, no letter of another alphabet, no blank. So a byte string has one spelling.

use base64_simd::{AsOut, URL_SAFE_NO_PAD};

use super::work;

/// Why a text is not unpadded base64url. The text itself is never shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Base64UrlError {
    /// Padding, a foreign letter, an impossible length, or bits left over in the last letter.
    #[error("not unpadded base64url")]
    Malformed,
    /// The text decodes to more bytes than there is room for.
    #[error("decodes to {found} bytes where at most {limit} fit")]
    TooLong {
        /// How many bytes fit.
        limit: usize,
        /// How many bytes the text stands for.
        found: usize,
    },
}

/// Encodes `bytes` without padding.
///
/// # Example
/// ```
/// use identity_model::encoding::base64url;
///
/// assert_eq!(base64url::encode([0xfb, 0xff]), "-_8");
/// assert_eq!(base64url::decode("-_8"), Ok(vec![0xfb, 0xff]));
/// assert!(base64url::decode("-_9").is_err());
/// ```
pub fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode_to_string(bytes)
}

/// Whether `text` is the one spelling of `bytes`, without allocating.
pub(crate) fn spells(text: &str, bytes: &[u8]) -> bool {
    const OCTETS: usize = 768;
    let mut room = [0_u8; OCTETS / 3 * 4];
    let mut rest = text.as_bytes();
    for chunk in bytes.chunks(OCTETS) {
        let encoded = &*URL_SAFE_NO_PAD.encode(chunk, room.as_mut_slice().as_out());
        match rest.strip_prefix(encoded) {
            Some(after) => rest = after,
            None => return false,
        }
    }
    rest.is_empty()
}

/// Decodes unpadded base64url.
///
/// # Errors
/// [`Base64UrlError::Malformed`].
pub fn decode(text: impl AsRef<[u8]>) -> Result<Vec<u8>, Base64UrlError> {
    work::add(text.as_ref().len());
    URL_SAFE_NO_PAD.decode_to_vec(text).map_err(|_| Base64UrlError::Malformed)
}

/// Decodes unpadded base64url into `room` and returns the part that was filled, without allocating.
///
/// # Errors
/// [`Base64UrlError::Malformed`], or [`Base64UrlError::TooLong`] where `room` is too small.
pub fn decode_to_slice(text: impl AsRef<[u8]>, room: &mut [u8]) -> Result<&mut [u8], Base64UrlError> {
    let text = text.as_ref();
    let found = decoded_length(text)?;
    if found > room.len() {
        return Err(Base64UrlError::TooLong { limit: room.len(), found });
    }
    URL_SAFE_NO_PAD.decode(text, room.as_out()).map_err(|_| Base64UrlError::Malformed)
}

/// Decodes what must be exactly `N` bytes: a coordinate, a hash, a signature of fixed length.
///
/// # Errors
/// [`Base64UrlError::Malformed`], also for fewer bytes, or [`Base64UrlError::TooLong`].
pub fn decode_array<const N: usize>(text: impl AsRef<[u8]>) -> Result<[u8; N], Base64UrlError> {
    let mut array = [0; N];
    let filled = decode_to_slice(text, &mut array)?.len();
    if filled == N { Ok(array) } else { Err(Base64UrlError::Malformed) }
}

/// How many bytes `text` stands for, from its length alone.
///
/// # Errors
/// [`Base64UrlError::Malformed`] for a length that no encoding has.
pub fn decoded_length(text: impl AsRef<[u8]>) -> Result<usize, Base64UrlError> {
    URL_SAFE_NO_PAD.decoded_length(text.as_ref()).map_err(|_| Base64UrlError::Malformed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_spells_the_octets_it_decodes_to_and_no_others() {
        for length in [0, 1, 2, 3, 767, 768, 769, 1535, 1536, 1537, 5000] {
            let bytes: Vec<u8> = (0..length).map(|number: usize| (number * 7 + number / 256) as u8).collect();
            let text = encode(&bytes);
            assert!(spells(&text, &bytes), "{length}");
            assert!(!spells(&format!("{text}A"), &bytes) && !spells(&format!("{text}="), &bytes), "{length}");
            for place in [0, length / 2, length.saturating_sub(1)].into_iter().filter(|place| *place < length) {
                let mut other = bytes.clone();
                other[place] ^= 1;
                assert!(!spells(&text, &other), "{length}, {place}");
            }
            if let Some((last, shorter)) = bytes.split_last() {
                assert!(!spells(&text, shorter), "{length}, {last}");
            }
        }
    }

    #[test]
    fn rfc_4648_examples() {
        for (plain, text) in [("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg"), ("fooba", "Zm9vYmE")] {
            assert_eq!(encode(plain), text);
            assert_eq!(decode(text).unwrap(), plain.as_bytes());
        }
    }

    /// Every text of two and three letters over an alphabet that includes foreign ones: accepted only if it is what `encode` writes.
    #[test]
    fn j1_one_spelling_for_each_byte_string() {
        let letters: Vec<u8> = (0..=255).collect();
        for &a in &letters {
            for &b in &letters {
                for text in [&[a][..], &[a, b][..], &[b'A', a, b][..], &[b'A', b'B', a, b][..], &[b'A', b'B', b'C', b'D', a, b][..]] {
                    let mut room = [0; 8];
                    match decode(text) {
                        Ok(bytes) => {
                            assert_eq!(encode(&bytes).as_bytes(), text);
                            assert_eq!(decode_to_slice(text, &mut room).unwrap(), bytes);
                        }
                        Err(error) => assert_eq!(decode_to_slice(text, &mut room), Err(error)),
                    }
                }
            }
        }
    }

    #[test]
    fn j1_padding_foreign_letters_and_leftover_bits_are_refused() {
        for text in ["Zg==", "Zg=", "Zh", "Zm9", "Zm+v", "Zm/v", "Zm9v\n", " Zm9v", "Zm 9v", "A", "ABCDE", "Zm9vé", "Zm9v."] {
            assert_eq!(decode(text), Err(Base64UrlError::Malformed), "{text}");
            // Long inputs take the vectorised path.
            assert_eq!(decode(format!("{}{text}", "QUJD".repeat(40))), Err(Base64UrlError::Malformed), "{text}");
        }
    }

    #[test]
    fn a_foreign_letter_is_refused_wherever_it_stands() {
        let text = "QUJD".repeat(40).into_bytes();
        for position in 0..text.len() {
            for foreign in [b'=', b'+', b'/', b'\n', 0, 0x80, 0xff] {
                let mut broken = text.clone();
                broken[position] = foreign;
                assert!(decode(&broken).is_err(), "{position} {foreign}");
            }
        }
    }

    #[test]
    fn room_is_checked_before_it_is_written() {
        let mut room = [7; 2];
        assert_eq!(decode_to_slice("Zm9v", &mut room), Err(Base64UrlError::TooLong { limit: 2, found: 3 }));
        assert_eq!(room, [7; 2]);
        assert_eq!(decode_array::<3>("Zm9v"), Ok(*b"foo"));
        assert_eq!(decode_array::<4>("Zm9v"), Err(Base64UrlError::Malformed));
        assert_eq!(decode_array::<2>("Zm9v"), Err(Base64UrlError::TooLong { limit: 2, found: 3 }));
    }
}
