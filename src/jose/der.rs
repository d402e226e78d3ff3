//! As much DER (X.690) as keys need: reading of definite lengths with every bound checked, and writing of an RSA public key.

use crate::jose::key_error::KeyError;

pub(crate) const INTEGER: u8 = 0x02;
pub(crate) const BIT_STRING: u8 = 0x03;
pub(crate) const OCTET_STRING: u8 = 0x04;
pub(crate) const OBJECT_IDENTIFIER: u8 = 0x06;
pub(crate) const SEQUENCE: u8 = 0x30;
pub(crate) const CONTEXT_0: u8 = 0xa0;
pub(crate) const CONTEXT_1: u8 = 0xa1;

/// What is still to be read of one value.
#[derive(Debug, Clone, Copy)]
pub(crate) struct DerReader<'a>(&'a [u8]);

impl<'a> DerReader<'a> {
    pub(crate) const fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn next_is(&self, tag: u8) -> bool {
        self.0.first() == Some(&tag)
    }

    /// The next value of whatever tag.
    pub(crate) fn any(&mut self) -> Result<(u8, &'a [u8]), KeyError> {
        let truncated = || KeyError::der("a complete value");
        let (&tag, rest) = self.0.split_first().ok_or_else(truncated)?;
        let (&first, rest) = rest.split_first().ok_or_else(truncated)?;
        let (length, rest) = match first {
            0..=0x7f => (usize::from(first), rest),
            0x81..=0x83 => {
                let (octets, rest) = rest.split_at_checked(usize::from(first & 0x7f)).ok_or_else(truncated)?;
                let length = octets.iter().fold(0_usize, |length, octet| length << 8 | usize::from(*octet));
                if length < 0x80 || octets.first() == Some(&0) {
                    return Err(KeyError::der("the shortest form of a length"));
                }
                (length, rest)
            }
            _ => return Err(KeyError::der("a definite length below 16 MiB")),
        };
        let (value, rest) = rest.split_at_checked(length).ok_or_else(truncated)?;
        self.0 = rest;
        Ok((tag, value))
    }

    /// The next value, which has this tag.
    pub(crate) fn value(&mut self, tag: u8, expected: &'static str) -> Result<&'a [u8], KeyError> {
        match self.any()? {
            (found, value) if found == tag => Ok(value),
            _ => Err(KeyError::der(expected)),
        }
    }

    pub(crate) fn sequence(&mut self, expected: &'static str) -> Result<DerReader<'a>, KeyError> {
        self.value(SEQUENCE, expected).map(DerReader)
    }

    /// A number that is not negative, without the octet that keeps it positive.
    pub(crate) fn unsigned(&mut self, expected: &'static str) -> Result<&'a [u8], KeyError> {
        match self.value(INTEGER, expected)? {
            [0] => Ok(&[0]),
            [0, rest @ ..] if rest.first().is_some_and(|octet| octet & 0x80 != 0) => Ok(rest),
            number @ [first, ..] if first & 0x80 == 0 && *first != 0 => Ok(number),
            _ => Err(KeyError::der(expected)),
        }
    }

    /// A small version number.
    pub(crate) fn version(&mut self) -> Result<u8, KeyError> {
        match self.value(INTEGER, "a version number")? {
            [version] => Ok(*version),
            _ => Err(KeyError::der("a version number")),
        }
    }

    /// A bit string of whole octets.
    pub(crate) fn octets_of_bits(&mut self, expected: &'static str) -> Result<&'a [u8], KeyError> {
        match self.value(BIT_STRING, expected)? {
            [0, octets @ ..] => Ok(octets),
            _ => Err(KeyError::der(expected)),
        }
    }

    pub(crate) fn finish(&self) -> Result<(), KeyError> {
        if self.is_empty() { Ok(()) } else { Err(KeyError::der("nothing more")) }
    }
}

/// `RSAPublicKey` of RFC 8017 appendix A.1.1; both numbers without leading zero octets.
#[cfg(any(feature = "biscuit", test))]
pub(crate) fn rsa_public_key(modulus: &[u8], exponent: &[u8]) -> Vec<u8> {
    let mut content = Vec::with_capacity(modulus.len() + 24);
    for number in [modulus, exponent] {
        let padding = usize::from(number.first().is_none_or(|octet| octet & 0x80 != 0));
        push_header(&mut content, INTEGER, number.len() + padding);
        content.extend(std::iter::repeat_n(0, padding));
        content.extend_from_slice(number);
    }
    let mut der = Vec::with_capacity(content.len() + 4);
    push_header(&mut der, SEQUENCE, content.len());
    der.extend_from_slice(&content);
    der
}

#[cfg(any(feature = "biscuit", test))]
fn push_header(der: &mut Vec<u8>, tag: u8, length: usize) {
    der.push(tag);
    let octets = length.to_be_bytes();
    let significant = octets.iter().position(|octet| *octet != 0).map_or(&[][..], |start| octets.get(start..).unwrap_or_default());
    if length >= 0x80 {
        der.push(0x80 | u8::try_from(significant.len()).unwrap_or(0x7f));
    }
    if length == 0 {
        der.push(0);
    }
    der.extend_from_slice(significant);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let modulus = [0xa5; 256];
        let der = rsa_public_key(&modulus, &[1, 0, 1]);
        let mut outer = DerReader::new(&der);
        let mut inner = outer.sequence("a key").unwrap();
        assert_eq!(inner.unsigned("n").unwrap(), modulus);
        assert_eq!(inner.unsigned("e").unwrap(), [1, 0, 1]);
        assert!(inner.finish().is_ok() && outer.finish().is_ok());
    }

    #[test]
    fn lengths_are_minimal_and_inside_the_input() {
        let rejected: [&[u8]; 9] = [
            &[],
            &[0x30],
            &[0x30, 1],
            &[0x30, 0x80, 0, 0],
            &[0x30, 0x81, 1, 0],
            &[0x30, 0x82, 0, 0x80],
            &[0x30, 0x84, 0, 0, 0, 1],
            &[0x30, 0x83, 0xff],
            &[0x30, 0xff],
        ];
        for bytes in rejected {
            assert!(DerReader::new(bytes).any().is_err(), "{bytes:02x?}");
        }
    }

    #[test]
    fn integers_are_positive_and_minimal() {
        for bytes in [&[2, 0][..], &[2, 1, 0x80], &[2, 2, 0, 0x7f], &[2, 2, 0, 0]] {
            assert!(DerReader::new(bytes).unsigned("n").is_err(), "{bytes:02x?}");
        }
        assert_eq!(DerReader::new(&[2, 2, 0, 0x80]).unsigned("n").unwrap(), [0x80]);
    }
}
