//! ECDSA signatures between their two forms: `r || s` of JWS (RFC 7518 section 3.4) and DER (RFC 3279 section 2.2.3).
//!
//! The DER form is written on the stack: the library checks it faster than the raw form, which it would turn into DER on its heap.

/// Room for two integers of 66 octets with their headers.
pub(super) const MAX_DER: usize = 2 * (66 + 3) + 4;

/// DER on the stack.
pub(super) struct DerSignature {
    bytes: [u8; MAX_DER],
    length: usize,
}

impl DerSignature {
    /// Converts `r || s`; `None` where the length is not `2 * size` or where `r` or `s` is zero, which would verify anything in a
    /// careless library.
    pub(super) fn from_raw(raw: &[u8], size: usize) -> Option<Self> {
        if raw.len() != 2 * size {
            return None;
        }
        let (r, s) = raw.split_at(size);
        let (r, s) = (significant(r)?, significant(s)?);
        let content = integer_size(r) + integer_size(s);
        let mut der = Self { bytes: [0; MAX_DER], length: 0 };
        der.push(&[0x30])?;
        match u8::try_from(content).ok()? {
            short @ 0..=0x7f => der.push(&[short])?,
            long => der.push(&[0x81, long])?,
        }
        der.push_integer(r)?;
        der.push_integer(s)?;
        Some(der)
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }

    fn push(&mut self, octets: &[u8]) -> Option<()> {
        let end = self.length + octets.len();
        self.bytes.get_mut(self.length..end)?.copy_from_slice(octets);
        self.length = end;
        Some(())
    }

    fn push_integer(&mut self, octets: &[u8]) -> Option<()> {
        let padding = usize::from(is_high(octets));
        let size = u8::try_from(octets.len() + padding).ok()?;
        self.push(&[0x02, size])?;
        if padding == 1 {
            self.push(&[0])?;
        }
        self.push(octets)
    }
}

/// The number without leading zero octets; `None` for zero itself.
fn significant(number: &[u8]) -> Option<&[u8]> {
    let start = number.iter().position(|octet| *octet != 0)?;
    number.get(start..)
}

fn is_high(number: &[u8]) -> bool {
    number.first().is_some_and(|octet| octet & 0x80 != 0)
}

fn integer_size(number: &[u8]) -> usize {
    2 + usize::from(is_high(number)) + number.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn j15_raw_signatures_become_minimal_der() {
        let mut raw = [0_u8; 64];
        raw[31] = 0x80;
        raw[63] = 0x7f;
        let der = DerSignature::from_raw(&raw, 32).unwrap();
        assert_eq!(der.as_bytes(), [0x30, 7, 2, 2, 0, 0x80, 2, 1, 0x7f]);
    }

    #[test]
    fn j15_the_longest_signature_has_room() {
        let der = DerSignature::from_raw(&[0xff; 132], 66).unwrap();
        assert_eq!(der.as_bytes().len(), 3 + 2 * 69);
        assert_eq!(&der.as_bytes()[..3], [0x30, 0x81, 138]);
    }

    #[test]
    fn j15_zero_and_other_lengths_are_refused() {
        let one = [[1; 32], [0; 32]].concat();
        let other = [[0; 32], [1; 32]].concat();
        assert!(DerSignature::from_raw(&one, 32).is_none());
        assert!(DerSignature::from_raw(&other, 32).is_none());
        for length in [0, 1, 63, 65, 128] {
            assert!(DerSignature::from_raw(&vec![1; length], 32).is_none(), "{length}");
        }
    }
}
