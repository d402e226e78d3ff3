//! Key bytes, checked: RFC 7518 section 6, RFC 8037 section 2. What passes here may be handed to a provider.
//!
//! Sizes are bounded before anything is computed, so a hostile key costs nothing.

use std::fmt;

use zeroize::Zeroizing;

use crate::jose::algorithm::SignatureAlgorithm;
use crate::jose::key_error::KeyError;
use crate::jose::key_type::{Curve, KeyType};
use crate::jose::weak_primes::has_fingerprint;

const MODULUS_BITS: std::ops::RangeInclusive<usize> = 2048..=8192;
const LARGEST_EXPONENT: u64 = (1 << 33) - 1;

/// The public half of a key, or a shared secret.
#[derive(Clone)]
pub(crate) enum PublicMaterial {
    Rsa(RsaPublic),
    Ec(EcPublic),
    Okp(OkpPublic),
    Akp(AkpPublic),
    Octet(Zeroizing<Vec<u8>>),
    /// A key type or curve that is not known here: kept, never used.
    Unknown,
}

/// `n` and `e`, both without leading zero octets.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct RsaPublic {
    pub(crate) modulus: Box<[u8]>,
    pub(crate) exponent: Box<[u8]>,
}

/// The uncompressed point: `04 || x || y`.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct EcPublic {
    pub(crate) curve: Curve,
    pub(crate) point: Box<[u8]>,
}

#[derive(Clone, PartialEq, Eq)]
pub(crate) struct OkpPublic {
    pub(crate) curve: Curve,
    pub(crate) bytes: Box<[u8]>,
}

#[derive(Clone, PartialEq, Eq)]
pub(crate) struct AkpPublic {
    pub(crate) algorithm: SignatureAlgorithm,
    pub(crate) bytes: Box<[u8]>,
}

impl PublicMaterial {
    /// The known key type, `None` for what is only kept.
    pub(crate) fn key_type(&self) -> Option<KeyType> {
        match self {
            Self::Rsa(_) => Some(KeyType::Rsa),
            Self::Ec(_) => Some(KeyType::EllipticCurve),
            Self::Okp(_) => Some(KeyType::OctetKeyPair),
            Self::Akp(_) => Some(KeyType::AlgorithmKeyPair),
            Self::Octet(_) => Some(KeyType::Octet),
            Self::Unknown => None,
        }
    }

    /// Looks for the fingerprint of weak primes: when a key is first used, not when it is read.
    pub(crate) fn check_primes(&self) -> Result<(), KeyError> {
        match self {
            Self::Rsa(key) if has_fingerprint(&key.modulus) => Err(KeyError::WeakPrimes),
            _ => Ok(()),
        }
    }

    pub(crate) fn curve(&self) -> Option<Curve> {
        match self {
            Self::Ec(key) => Some(key.curve),
            Self::Okp(key) => Some(key.curve),
            _ => None,
        }
    }
}

impl fmt::Debug for PublicMaterial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.key_type().map_or("unknown", KeyType::name))
    }
}

fn octets(found: usize) -> String {
    format!("{found} octets")
}

fn without_leading_zeros(mut bytes: &[u8]) -> &[u8] {
    while let [0, rest @ ..] = bytes {
        bytes = rest;
    }
    bytes
}

impl RsaPublic {
    /// RFC 7518 section 6.3.1; 2048 to 8192 bits, both numbers odd.
    pub(crate) fn new(modulus: &[u8], exponent: &[u8]) -> Result<Self, KeyError> {
        // One leading zero octet is a common slip of encoders; two are no number any more.
        let bare = modulus.strip_prefix(&[0]).unwrap_or(modulus);
        let Some(first) = bare.first().copied().filter(|octet| *octet != 0) else {
            return Err(KeyError::member("n", "a number with at most one leading zero octet", "more of them, or nothing"));
        };
        let bits = bare.len().saturating_mul(8).saturating_sub(first.leading_zeros() as usize);
        if !MODULUS_BITS.contains(&bits) {
            return Err(KeyError::member("n", "2048 to 8192 bits long", format!("{bits} bits")));
        }
        if bare.last().is_none_or(|octet| octet & 1 == 0) {
            return Err(KeyError::member("n", "odd", "an even number"));
        }
        Ok(Self { modulus: bare.into(), exponent: Self::checked_exponent(exponent)? })
    }

    fn checked_exponent(exponent: &[u8]) -> Result<Box<[u8]>, KeyError> {
        const EXPECTED: &str = "an odd number between 3 and 2^33 - 1";
        if exponent.len() > 8 {
            return Err(KeyError::member("e", EXPECTED, octets(exponent.len())));
        }
        let value = exponent.iter().fold(0_u64, |value, octet| value << 8 | u64::from(*octet));
        if value < 3 || value & 1 == 0 || value > LARGEST_EXPONENT {
            return Err(KeyError::member("e", EXPECTED, value.to_string()));
        }
        Ok(without_leading_zeros(exponent).into())
    }
}

impl EcPublic {
    /// RFC 7518 section 6.2.1: coordinates of the curve's exact length. Whether the point lies on the curve, the provider checks.
    pub(crate) fn new(curve: Curve, x: &[u8], y: &[u8]) -> Result<Self, KeyError> {
        for (member, coordinate) in [("x", x), ("y", y)] {
            if coordinate.len() != curve.coordinate_size() {
                return Err(KeyError::member(member, "as long as the curve's coordinates", octets(coordinate.len())));
            }
        }
        if x.iter().chain(y).all(|octet| *octet == 0) {
            return Err(KeyError::member("x", "a point on the curve", "zero"));
        }
        Ok(Self { curve, point: [&[4], x, y].concat().into() })
    }

    pub(crate) fn from_point(curve: Curve, point: &[u8]) -> Result<Self, KeyError> {
        match point.split_first() {
            Some((4, coordinates)) if coordinates.len() == 2 * curve.coordinate_size() => {
                let (x, y) = coordinates.split_at(curve.coordinate_size());
                Self::new(curve, x, y)
            }
            _ => Err(KeyError::der("an uncompressed point of the curve's length")),
        }
    }

    pub(crate) fn coordinates(&self) -> (&[u8], &[u8]) {
        let coordinates = self.point.get(1..).unwrap_or_default();
        coordinates.split_at(coordinates.len() / 2)
    }
}

impl OkpPublic {
    /// RFC 8037 section 2: exact length; Ed25519 keys of small order are rejected, since signatures for them can be forged.
    pub(crate) fn new(curve: Curve, x: &[u8]) -> Result<Self, KeyError> {
        if x.len() != curve.coordinate_size() {
            return Err(KeyError::member("x", "32 octets long", octets(x.len())));
        }
        if curve == Curve::Ed25519 && has_small_order(x) {
            return Err(KeyError::SmallOrder);
        }
        Ok(Self { curve, bytes: x.into() })
    }
}

impl AkpPublic {
    pub(crate) fn new(algorithm: SignatureAlgorithm, public: &[u8]) -> Result<Self, KeyError> {
        if algorithm.public_key_size() != Some(public.len()) {
            return Err(KeyError::member("pub", "as long as the algorithm's public keys", octets(public.len())));
        }
        Ok(Self { algorithm, bytes: public.into() })
    }
}

/// Every encoding of the eight points of small order: `y` of 0, 1, -1 and the two of order eight, and those of 0 and 1 beyond the
/// prime; the sign bit may stand either way.
fn has_small_order(encoded: &[u8]) -> bool {
    const TAIL: [u8; 30] = [0xff; 30];
    const ORDER_8: [[u8; 32]; 2] = [
        [
            0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10, 0x67, 0x0f, 0x2a, 0x20, 0x53, 0xfa, 0x2c,
            0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a,
        ],
        [
            0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98, 0xf0, 0xd5, 0xdf, 0xac, 0x05, 0xd3,
            0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05,
        ],
    ];
    let [first, middle @ .., last] = encoded else { return false };
    let top = last & 0x7f;
    let zero_or_one = *first <= 1 && middle.iter().all(|octet| *octet == 0) && top == 0;
    let around_the_prime = (0xec..=0xee).contains(first) && middle == TAIL && top == 0x7f;
    let order_8 = ORDER_8.iter().any(|point| point.get(..31) == encoded.get(..31) && point.last() == Some(&top));
    zero_or_one || around_the_prime || order_8
}

/// The private half. Every secret part is wiped when dropped.
pub(crate) enum PrivateMaterial {
    Rsa(Box<RsaPrivate>),
    Ec { public: EcPublic, scalar: Zeroizing<Vec<u8>> },
    Okp { public: OkpPublic, seed: Zeroizing<Vec<u8>> },
    Octet(Zeroizing<Vec<u8>>),
}

/// RFC 7518 section 6.3.2: two primes, with all the numbers of the Chinese remainder theorem.
pub(crate) struct RsaPrivate {
    pub(crate) public: RsaPublic,
    pub(crate) d: Zeroizing<Vec<u8>>,
    pub(crate) p: Zeroizing<Vec<u8>>,
    pub(crate) q: Zeroizing<Vec<u8>>,
    pub(crate) dp: Zeroizing<Vec<u8>>,
    pub(crate) dq: Zeroizing<Vec<u8>>,
    pub(crate) qi: Zeroizing<Vec<u8>>,
}

impl PrivateMaterial {
    pub(crate) fn public(&self) -> PublicMaterial {
        match self {
            Self::Rsa(key) => PublicMaterial::Rsa(key.public.clone()),
            Self::Ec { public, .. } => PublicMaterial::Ec(public.clone()),
            Self::Okp { public, .. } => PublicMaterial::Okp(public.clone()),
            Self::Octet(secret) => PublicMaterial::Octet(secret.clone()),
        }
    }
}

impl fmt::Debug for PrivateMaterial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

#[cfg(test)]
mod tests;
