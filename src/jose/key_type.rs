//! Key types and curves of JSON Web Keys: RFC 7518 sections 6.1 and 6.2.1.1, RFC 8037 section 2, RFC 8812.

use std::fmt;

/// A key type (`kty`) that this crate can do something with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum KeyType {
    /// `RSA`.
    Rsa,
    /// `EC`: elliptic curves with two coordinates.
    EllipticCurve,
    /// `OKP`: octet key pairs (Ed25519, X25519).
    OctetKeyPair,
    /// `oct`: a shared secret.
    Octet,
    /// `AKP`: algorithm key pairs (ML-DSA).
    AlgorithmKeyPair,
}

impl KeyType {
    /// The type with exactly this name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Rsa, Self::EllipticCurve, Self::OctetKeyPair, Self::Octet, Self::AlgorithmKeyPair]
            .into_iter()
            .find(|kind| kind.name() == name)
    }

    /// The value of `kty`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Rsa => "RSA",
            Self::EllipticCurve => "EC",
            Self::OctetKeyPair => "OKP",
            Self::Octet => "oct",
            Self::AlgorithmKeyPair => "AKP",
        }
    }
}

impl fmt::Display for KeyType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A curve (`crv`) that this crate can do something with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Curve {
    /// `P-256`.
    P256,
    /// `P-384`.
    P384,
    /// `P-521`.
    P521,
    /// `secp256k1`.
    Secp256k1,
    /// `Ed25519`.
    Ed25519,
    /// `X25519`.
    X25519,
}

impl Curve {
    /// The curve with exactly this name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::P256, Self::P384, Self::P521, Self::Secp256k1, Self::Ed25519, Self::X25519].into_iter().find(|curve| curve.name() == name)
    }

    /// The value of `crv`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::P256 => "P-256",
            Self::P384 => "P-384",
            Self::P521 => "P-521",
            Self::Secp256k1 => "secp256k1",
            Self::Ed25519 => "Ed25519",
            Self::X25519 => "X25519",
        }
    }

    /// The key type whose keys lie on this curve.
    pub const fn key_type(self) -> KeyType {
        match self {
            Self::P256 | Self::P384 | Self::P521 | Self::Secp256k1 => KeyType::EllipticCurve,
            Self::Ed25519 | Self::X25519 => KeyType::OctetKeyPair,
        }
    }

    /// Octets of one coordinate, of a private scalar or of an octet key.
    pub const fn coordinate_size(self) -> usize {
        match self {
            Self::P256 | Self::Secp256k1 | Self::Ed25519 | Self::X25519 => 32,
            Self::P384 => 48,
            Self::P521 => 66,
        }
    }
}

impl fmt::Display for Curve {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
