//! Strings inside JSON text: where one ends, what its escapes stand for, and names made fit for an error message.

use std::borrow::Cow;

use crate::encoding::work;

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGHS: u64 = ONES * 0x80;

/// What is longer is looked at in whole [chunks](CHUNK): most names and values end within.
const SHORT: usize = 16;

/// So many bytes at a time the compiler looks at with vector instructions.
const CHUNK: usize = 64;

/// The next byte from `position` on that ends or escapes a string, or must not stand in one: `"`, `\`, a control character.
/// The length of `bytes` if there is none.
pub(super) fn next_special(bytes: &[u8], position: usize) -> usize {
    let near = position.saturating_add(SHORT);
    let found = next_in_words(bytes, position, near);
    if found < near || found >= bytes.len() { found } else { next_in_words(bytes, skip_plain(bytes, near), usize::MAX) }
}

/// The same, as long as it stands before `until`.
fn next_in_words(bytes: &[u8], mut position: usize, until: usize) -> usize {
    while position < until {
        let Some(word) = bytes.get(position..).and_then(|rest| rest.first_chunk::<8>()) else { break };
        let word = u64::from_le_bytes(*word);
        let hits = (zero_bytes(word ^ (ONES * 0x22)) | zero_bytes(word ^ (ONES * 0x5c)) | (word.wrapping_sub(ONES * 0x20) & !word)) & HIGHS;
        if hits != 0 {
            // A borrow can only mark bytes above a true hit, so the lowest mark is exact.
            return position + (hits.trailing_zeros() / 8) as usize;
        }
        position += 8;
    }
    while position < until && bytes.get(position).is_some_and(|byte| !is_special(*byte)) {
        position += 1;
    }
    position
}

/// Past every chunk that holds nothing special.
fn skip_plain(bytes: &[u8], mut position: usize) -> usize {
    while let Some(chunk) = bytes.get(position..).and_then(|rest| rest.first_chunk::<CHUNK>()) {
        // Without a branch for each byte, which would keep the loop from being one of vectors.
        if chunk.iter().fold(false, |found, byte| found | is_special(*byte)) {
            break;
        }
        position += CHUNK;
    }
    position
}

fn is_special(byte: u8) -> bool {
    (byte == b'"') | (byte == b'\\') | (byte < 0x20)
}

/// Whether the inside of a string holds escapes.
fn holds_escape(inner: &str) -> bool {
    inner.as_bytes().chunks(CHUNK).any(|chunk| chunk.iter().fold(false, |found, byte| found | (*byte == b'\\')))
}

fn zero_bytes(word: u64) -> u64 {
    word.wrapping_sub(ONES) & !word
}

/// The first four letters of `bytes` as a hexadecimal number.
pub(super) fn hex4(bytes: &[u8]) -> Option<u16> {
    let mut number = 0;
    for &digit in bytes.first_chunk::<4>()? {
        number = number << 4 | char::from(digit).to_digit(16)?;
    }
    u16::try_from(number).ok()
}

/// What the string between the quotes of checked JSON stands for.
pub(super) fn unescape(inner: &str) -> Cow<'_, str> {
    work::add(inner.len());
    if !holds_escape(inner) {
        return Cow::Borrowed(inner);
    }
    let mut quoted = String::with_capacity(inner.len() + 2);
    quoted.push('"');
    quoted.push_str(inner);
    quoted.push('"');
    serde_json::from_str(&quoted).map_or(Cow::Borrowed(inner), Cow::Owned)
}

/// A name from the wire made fit for a message: control characters escaped, at most 64 characters.
pub(crate) fn printable(name: &str) -> String {
    const LIMIT: usize = 64;
    let mut text: String = name.chars().take(LIMIT).flat_map(|c| c.escape_debug()).collect();
    if name.chars().nth(LIMIT).is_some() {
        text.push('…');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ends_a_string_is_found_at_every_place_of_texts_of_every_length() {
        let plain = |byte: u8| !is_special(byte);
        assert_eq!((0..=u8::MAX).filter(|byte| plain(*byte)).count(), 256 - 32 - 2);
        for length in 0..150 {
            let text = vec![b'x'; length];
            assert_eq!(next_special(&text, 0), length);
            for place in 0..length {
                for special in [b'"', b'\\', 0, 0x1f] {
                    let mut text = text.clone();
                    text[place] = special;
                    for position in [0, 1, place / 2, place] {
                        assert_eq!(next_special(&text, position), if position <= place { place } else { length });
                    }
                    // What stands behind it does not count.
                    if let Some(last) = text.last_mut() {
                        *last = special;
                    }
                    assert_eq!(next_special(&text, 0), place);
                }
                let mut text = text.clone();
                text[place] = b'\\';
                assert!(holds_escape(std::str::from_utf8(&text).unwrap()));
            }
            for other in [0x20, 0x21, 0x23, 0x5b, 0x5d, 0x7f, 0x80, 0xff] {
                assert_eq!(next_special(&vec![other; length], 0), length, "{other:#x}");
            }
            assert!(!holds_escape(&"/".repeat(length)));
        }
    }
}
