//! The table of signature algorithms: RFC 7518 section 3, RFC 8037, RFC 8812, RFC 9864 and the ML-DSA drafts of the JOSE group.
//!
//! Everything known about an algorithm stands in its row; other code receives a [`SignatureAlgorithm`] and reads the row, it never
//! compares names again. `none` has no row, so it cannot be parsed, allowed or produced.

use std::fmt;

use crate::jose::key_type::{Curve, KeyType};

/// What a signature algorithm does, without its hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SignatureFamily {
    /// HMAC with a shared secret (RFC 7518 section 3.2).
    Hmac,
    /// RSASSA-PKCS1-v1_5 (RFC 7518 section 3.3).
    RsaPkcs1,
    /// RSASSA-PSS with a salt as long as the hash (RFC 7518 section 3.5).
    RsaPss,
    /// ECDSA with raw `r || s` signatures (RFC 7518 section 3.4).
    Ecdsa,
    /// Edwards-curve signatures (RFC 8037 section 3.1).
    EdDsa,
    /// Module-lattice signatures (FIPS 204).
    MlDsa,
}

/// A hash of the SHA-2 family.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum HashAlgorithm {
    /// SHA-256.
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
}

impl HashAlgorithm {
    /// Its name: `SHA-256`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sha256 => "SHA-256",
            Self::Sha384 => "SHA-384",
            Self::Sha512 => "SHA-512",
        }
    }

    /// Octets of one digest.
    pub const fn output_size(self) -> usize {
        match self {
            Self::Sha256 => 32,
            Self::Sha384 => 48,
            Self::Sha512 => 64,
        }
    }
}

/// One row: what there is to know about an algorithm.
#[derive(Debug)]
struct Row {
    id: SignatureAlgorithmId,
    name: &'static str,
    family: SignatureFamily,
    key_type: KeyType,
    /// The only curve whose keys fit.
    curve: Option<Curve>,
    /// The hash of `at_hash`, `c_hash` and `s_hash`; for all but the last two families also the one inside the signature.
    hash: Option<HashAlgorithm>,
    /// Octets of a signature; `None` where it is as long as the RSA modulus.
    signature_size: Option<usize>,
    /// Octets of a public key in one piece (AKP `pub`).
    public_key_size: Option<usize>,
    /// Whether this crate makes such signatures, not only checks them.
    signs: bool,
    /// Place among the rows of the same key type: where a key keeps what was prepared for this row.
    slot: usize,
}

/// A signature algorithm this crate knows: a small handle to its row in the table.
///
/// RFC 7518 section 3.1, RFC 8037, RFC 8812 (ES256K) and RFC 9864 (`Ed25519`). ES256K and ML-DSA are for verification only. What a
/// build can really do is asked of its [`CryptoProvider`](crate::jose::crypto::CryptoProvider).
///
/// # Example
/// ```
/// use identity_model::jose::SignatureAlgorithm;
///
/// assert_eq!(SignatureAlgorithm::from_name("PS256"), Some(SignatureAlgorithm::PS256));
/// assert!(SignatureAlgorithm::from_name("none").is_none());
/// ```
#[derive(Clone, Copy)]
pub struct SignatureAlgorithm(&'static Row);

macro_rules! signature_algorithms {
    ($($(#[$doc:meta])* $constant:ident = $name:literal, $family:ident, $key_type:ident, $curve:expr, $hash:expr, $size:expr, $public:expr, $signs:literal, $slot:literal;)*) => {
        /// The rows by number: for the exhaustive matches of the providers and the bits of an allow-list.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[expect(non_camel_case_types, clippy::upper_case_acronyms, reason = "the names of the standard")]
        pub(crate) enum SignatureAlgorithmId {
            $($constant,)*
        }

        impl SignatureAlgorithm {
            $($(#[$doc])* pub const $constant: Self = Self(&Row {
                id: SignatureAlgorithmId::$constant,
                name: $name,
                family: SignatureFamily::$family,
                key_type: KeyType::$key_type,
                curve: $curve,
                hash: $hash,
                signature_size: $size,
                public_key_size: $public,
                signs: $signs,
                slot: $slot,
            });)*

            /// Every row.
            pub const ALL: &'static [Self] = &[$(Self::$constant,)*];
        }
    };
}

use HashAlgorithm::{Sha256, Sha384, Sha512};

signature_algorithms! {
    // constant = name, family, key type, curve, hash, signature size, public key size, signs, slot
    /// HMAC with SHA-256.
    HS256 = "HS256", Hmac, Octet, None, Some(Sha256), Some(32), None, true, 0;
    /// HMAC with SHA-384.
    HS384 = "HS384", Hmac, Octet, None, Some(Sha384), Some(48), None, true, 1;
    /// HMAC with SHA-512.
    HS512 = "HS512", Hmac, Octet, None, Some(Sha512), Some(64), None, true, 2;
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    RS256 = "RS256", RsaPkcs1, Rsa, None, Some(Sha256), None, None, true, 0;
    /// RSASSA-PKCS1-v1_5 with SHA-384.
    RS384 = "RS384", RsaPkcs1, Rsa, None, Some(Sha384), None, None, true, 1;
    /// RSASSA-PKCS1-v1_5 with SHA-512.
    RS512 = "RS512", RsaPkcs1, Rsa, None, Some(Sha512), None, None, true, 2;
    /// RSASSA-PSS with SHA-256.
    PS256 = "PS256", RsaPss, Rsa, None, Some(Sha256), None, None, true, 3;
    /// RSASSA-PSS with SHA-384.
    PS384 = "PS384", RsaPss, Rsa, None, Some(Sha384), None, None, true, 4;
    /// RSASSA-PSS with SHA-512.
    PS512 = "PS512", RsaPss, Rsa, None, Some(Sha512), None, None, true, 5;
    /// ECDSA on P-256 with SHA-256.
    ES256 = "ES256", Ecdsa, EllipticCurve, Some(Curve::P256), Some(Sha256), Some(64), None, true, 0;
    /// ECDSA on P-384 with SHA-384.
    ES384 = "ES384", Ecdsa, EllipticCurve, Some(Curve::P384), Some(Sha384), Some(96), None, true, 1;
    /// ECDSA on P-521 with SHA-512.
    ES512 = "ES512", Ecdsa, EllipticCurve, Some(Curve::P521), Some(Sha512), Some(132), None, true, 2;
    /// ECDSA on secp256k1 with SHA-256 (RFC 8812); verification only.
    ES256K = "ES256K", Ecdsa, EllipticCurve, Some(Curve::Secp256k1), Some(Sha256), Some(64), None, false, 3;
    /// EdDSA by its old, polymorphic name; here it means Ed25519.
    EDDSA = "EdDSA", EdDsa, OctetKeyPair, Some(Curve::Ed25519), Some(Sha512), Some(64), None, true, 0;
    /// Ed25519 by its full name (RFC 9864).
    ED25519 = "Ed25519", EdDsa, OctetKeyPair, Some(Curve::Ed25519), Some(Sha512), Some(64), None, true, 1;
    /// ML-DSA-44; verification only. No hash for `at_hash` is defined for it.
    ML_DSA_44 = "ML-DSA-44", MlDsa, AlgorithmKeyPair, None, None, Some(2420), Some(1312), false, 0;
    /// ML-DSA-65; verification only. No hash for `at_hash` is defined for it.
    ML_DSA_65 = "ML-DSA-65", MlDsa, AlgorithmKeyPair, None, None, Some(3309), Some(1952), false, 1;
    /// ML-DSA-87; verification only. No hash for `at_hash` is defined for it.
    ML_DSA_87 = "ML-DSA-87", MlDsa, AlgorithmKeyPair, None, None, Some(4627), Some(2592), false, 2;
}

/// How many rows one key type has at most.
pub(crate) const SLOTS: usize = 6;

impl SignatureAlgorithm {
    /// The row with exactly this name (names are case-sensitive, RFC 7515 section 4.1.1); `none` in any spelling has no row.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|algorithm| algorithm.0.name == name)
    }

    /// The name of the header member `alg`.
    pub const fn name(self) -> &'static str {
        self.0.name
    }

    /// What kind of signature it is.
    pub const fn family(self) -> SignatureFamily {
        self.0.family
    }

    /// The key type (`kty`) that fits.
    pub const fn key_type(self) -> KeyType {
        self.0.key_type
    }

    /// The only curve (`crv`) that fits, where the algorithm is bound to one.
    pub const fn curve(self) -> Option<Curve> {
        self.0.curve
    }

    /// The hash for `at_hash`, `c_hash` and `s_hash` (OpenID Connect Core section 3.3.2.11); `None` where none is defined.
    pub const fn hash(self) -> Option<HashAlgorithm> {
        self.0.hash
    }

    /// Octets of every signature; `None` for RSA, where it is the length of the modulus.
    pub const fn signature_size(self) -> Option<usize> {
        self.0.signature_size
    }

    /// Whether signer and verifier share one secret.
    pub const fn is_symmetric(self) -> bool {
        matches!(self.0.family, SignatureFamily::Hmac)
    }

    /// Whether this crate signs with it; every row can be verified.
    pub const fn can_sign(self) -> bool {
        self.0.signs
    }

    pub(crate) const fn id(self) -> SignatureAlgorithmId {
        self.0.id
    }

    pub(crate) const fn public_key_size(self) -> Option<usize> {
        self.0.public_key_size
    }

    pub(crate) const fn slot(self) -> usize {
        self.0.slot
    }
}

impl PartialEq for SignatureAlgorithm {
    fn eq(&self, other: &Self) -> bool {
        self.id() == other.id()
    }
}

impl Eq for SignatureAlgorithm {}

impl std::hash::Hash for SignatureAlgorithm {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.id().hash(state);
    }
}

impl fmt::Debug for SignatureAlgorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Display for SignatureAlgorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl std::str::FromStr for SignatureAlgorithm {
    type Err = UnknownAlgorithm;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::from_name(name).ok_or(UnknownAlgorithm)
    }
}

/// The name belongs to no signature algorithm of this crate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("unknown signature algorithm")]
pub struct UnknownAlgorithm;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_found_by_its_name_and_by_no_other_spelling() {
        for &algorithm in SignatureAlgorithm::ALL {
            assert_eq!(SignatureAlgorithm::from_name(algorithm.name()), Some(algorithm));
            let lower = algorithm.name().to_lowercase();
            assert_eq!(SignatureAlgorithm::from_name(&lower), None);
            assert_eq!(SignatureAlgorithm::from_name(&format!(" {}", algorithm.name())), None);
        }
    }

    #[test]
    fn j4_none_has_no_row_in_any_spelling() {
        for name in ["none", "None", "NONE", "nOnE", "", "null", "RSA1_5", "HS1", "RS1", "PBES2-HS256+A128KW", "ES521"] {
            assert_eq!(SignatureAlgorithm::from_name(name), None, "{name}");
        }
    }

    #[test]
    fn slots_are_unique_among_the_rows_of_a_key_type() {
        let mut seen = std::collections::HashSet::new();
        for &algorithm in SignatureAlgorithm::ALL {
            assert!(algorithm.slot() < SLOTS);
            assert!(seen.insert((algorithm.key_type(), algorithm.slot())), "{algorithm}");
        }
    }

    #[test]
    fn y4_the_hash_of_a_row_is_that_of_its_name() {
        for &algorithm in SignatureAlgorithm::ALL {
            let expected = match algorithm.name() {
                name if name.starts_with("ML-DSA") => None,
                name if name.starts_with("Ed") => Some(Sha512),
                name if name.contains("256") => Some(Sha256),
                name if name.ends_with("384") => Some(Sha384),
                _ => Some(Sha512),
            };
            assert_eq!(algorithm.hash(), expected, "{algorithm}");
        }
    }

    #[test]
    fn only_the_hmac_rows_are_symmetric() {
        let symmetric: Vec<_> = SignatureAlgorithm::ALL.iter().filter(|row| row.is_symmetric()).map(|row| row.name()).collect();
        assert_eq!(symmetric, ["HS256", "HS384", "HS512"]);
    }
}
