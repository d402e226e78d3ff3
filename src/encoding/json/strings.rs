//! Strings inside JSON text: where one ends, what its escapes stand for, and names made fit for an error message.

use std::borrow::Cow;

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGHS: u64 = ONES * 0x80;

/// The next byte from `position` on that ends or escapes a string, or must not stand in one: `"`, `\`, a control character.
/// The length of `bytes` if there is none.
pub(super) fn next_special(bytes: &[u8], mut position: usize) -> usize {
    while let Some(word) = bytes.get(position..).and_then(|rest| rest.first_chunk::<8>()) {
        let word = u64::from_le_bytes(*word);
        let hits = (zero_bytes(word ^ (ONES * 0x22)) | zero_bytes(word ^ (ONES * 0x5c)) | (word.wrapping_sub(ONES * 0x20) & !word)) & HIGHS;
        if hits != 0 {
            // A borrow can only mark bytes above a true hit, so the lowest mark is exact.
            return position + (hits.trailing_zeros() / 8) as usize;
        }
        position += 8;
    }
    while let Some(&byte) = bytes.get(position) {
        if byte == b'"' || byte == b'\\' || byte < 0x20 {
            break;
        }
        position += 1;
    }
    position
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
    if !inner.contains('\\') {
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
