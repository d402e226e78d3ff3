//! The tables of encryption: how the content encryption key is brought across (RFC 7518 section 4, RFC 8037 section 3.2) and how the
//! content is encrypted (RFC 7518 section 5).
//!
//! Everything known about an algorithm stands in its row. RSA1_5, PBES2 and compression have no row, so they cannot be allowed.

use std::fmt;

use crate::jose::algorithm::HashAlgorithm;
use crate::jose::key_type::{Curve, KeyType};

/// How the content encryption key is brought across (RFC 7516 section 2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum KeyManagementMode {
    /// Encrypted to the recipient's RSA key.
    KeyEncryption,
    /// Wrapped with a shared secret.
    KeyWrapping,
    /// Agreed upon with an ephemeral key.
    DirectKeyAgreement,
    /// Wrapped with a key that was agreed upon.
    KeyAgreementWithKeyWrapping,
    /// It is the shared secret itself.
    DirectEncryption,
}

/// One row of the first table.
#[derive(Debug)]
struct ManagementRow {
    id: KeyManagementId,
    name: &'static str,
    mode: KeyManagementMode,
    /// Octets of the key that wraps, shared or agreed upon.
    wrapping_key_size: Option<usize>,
}

/// One row of the second table.
#[derive(Debug)]
struct ContentRow {
    id: ContentEncryptionId,
    name: &'static str,
    key_size: usize,
    iv_size: usize,
    tag_size: usize,
    hash: Option<HashAlgorithm>,
}

/// A key management algorithm this crate knows: what the header member `alg` of an encrypted token names.
///
/// RFC 7518 section 4.1, RFC 8037 section 3.2. RSA1_5 and PBES2 have no row: the padding of the first is an oracle, the second turns
/// guessable passwords into keys and lets the sender choose how much work that is (RFC 8725 sections 2.4, 3.2 and 3.12).
///
/// # Example
/// ```
/// use identity_model::jose::KeyManagementAlgorithm;
///
/// assert_eq!(KeyManagementAlgorithm::from_name("ECDH-ES+A128KW"), Some(KeyManagementAlgorithm::ECDH_ES_A128KW));
/// assert!(KeyManagementAlgorithm::from_name("RSA1_5").is_none());
/// ```
#[derive(Clone, Copy)]
pub struct KeyManagementAlgorithm(&'static ManagementRow);

/// A content encryption algorithm this crate knows: what the header member `enc` names. All of them authenticate what they encrypt.
///
/// RFC 7518 section 5.1.
///
/// # Example
/// ```
/// use identity_model::jose::ContentEncryptionAlgorithm;
///
/// assert_eq!(ContentEncryptionAlgorithm::A128CBC_HS256.key_size(), 32);
/// ```
#[derive(Clone, Copy)]
pub struct ContentEncryptionAlgorithm(&'static ContentRow);

macro_rules! key_management {
    ($($(#[$doc:meta])* $constant:ident = $name:literal, $mode:ident, $size:expr;)*) => {
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[expect(non_camel_case_types, clippy::upper_case_acronyms, reason = "the names of the standard")]
        pub(crate) enum KeyManagementId {
            $($constant,)*
        }

        impl KeyManagementAlgorithm {
            $($(#[$doc])* pub const $constant: Self = Self(&ManagementRow {
                id: KeyManagementId::$constant,
                name: $name,
                mode: KeyManagementMode::$mode,
                wrapping_key_size: $size,
            });)*

            /// Every row.
            pub const ALL: &'static [Self] = &[$(Self::$constant,)*];
        }
    };
}

macro_rules! content_encryption {
    ($($(#[$doc:meta])* $constant:ident = $name:literal, $key:literal, $iv:literal, $tag:literal, $hash:expr;)*) => {
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[expect(non_camel_case_types, reason = "the names of the standard")]
        pub(crate) enum ContentEncryptionId {
            $($constant,)*
        }

        impl ContentEncryptionAlgorithm {
            $($(#[$doc])* pub const $constant: Self = Self(&ContentRow {
                id: ContentEncryptionId::$constant,
                name: $name,
                key_size: $key,
                iv_size: $iv,
                tag_size: $tag,
                hash: $hash,
            });)*

            /// Every row.
            pub const ALL: &'static [Self] = &[$(Self::$constant,)*];
        }
    };
}

key_management! {
    // constant = name, mode, octets of the wrapping key
    /// RSAES-OAEP with SHA-1 and MGF1 with SHA-1. OAEP does not rest on the collision resistance of its hash.
    RSA_OAEP = "RSA-OAEP", KeyEncryption, None;
    /// RSAES-OAEP with SHA-256 and MGF1 with SHA-256.
    RSA_OAEP_256 = "RSA-OAEP-256", KeyEncryption, None;
    /// RSAES-OAEP with SHA-384 and MGF1 with SHA-384.
    RSA_OAEP_384 = "RSA-OAEP-384", KeyEncryption, None;
    /// RSAES-OAEP with SHA-512 and MGF1 with SHA-512.
    RSA_OAEP_512 = "RSA-OAEP-512", KeyEncryption, None;
    /// Elliptic curve Diffie-Hellman, ephemeral to static; the key agreed upon encrypts the content.
    ECDH_ES = "ECDH-ES", DirectKeyAgreement, None;
    /// Elliptic curve Diffie-Hellman, ephemeral to static; the key agreed upon wraps with AES-128.
    ECDH_ES_A128KW = "ECDH-ES+A128KW", KeyAgreementWithKeyWrapping, Some(16);
    /// Elliptic curve Diffie-Hellman, ephemeral to static; the key agreed upon wraps with AES-192.
    ECDH_ES_A192KW = "ECDH-ES+A192KW", KeyAgreementWithKeyWrapping, Some(24);
    /// Elliptic curve Diffie-Hellman, ephemeral to static; the key agreed upon wraps with AES-256.
    ECDH_ES_A256KW = "ECDH-ES+A256KW", KeyAgreementWithKeyWrapping, Some(32);
    /// AES key wrap with a shared secret of 128 bits.
    A128KW = "A128KW", KeyWrapping, Some(16);
    /// AES key wrap with a shared secret of 192 bits.
    A192KW = "A192KW", KeyWrapping, Some(24);
    /// AES key wrap with a shared secret of 256 bits.
    A256KW = "A256KW", KeyWrapping, Some(32);
    /// Key wrapping by AES-GCM with a shared secret of 128 bits.
    A128GCMKW = "A128GCMKW", KeyWrapping, Some(16);
    /// Key wrapping by AES-GCM with a shared secret of 192 bits.
    A192GCMKW = "A192GCMKW", KeyWrapping, Some(24);
    /// Key wrapping by AES-GCM with a shared secret of 256 bits.
    A256GCMKW = "A256GCMKW", KeyWrapping, Some(32);
    /// A shared secret encrypts the content directly.
    DIR = "dir", DirectEncryption, None;
}

content_encryption! {
    // constant = name, octets of key, IV and tag, hash of the MAC
    /// AES-128 in CBC mode, then HMAC with SHA-256.
    A128CBC_HS256 = "A128CBC-HS256", 32, 16, 16, Some(HashAlgorithm::Sha256);
    /// AES-192 in CBC mode, then HMAC with SHA-384.
    A192CBC_HS384 = "A192CBC-HS384", 48, 16, 24, Some(HashAlgorithm::Sha384);
    /// AES-256 in CBC mode, then HMAC with SHA-512.
    A256CBC_HS512 = "A256CBC-HS512", 64, 16, 32, Some(HashAlgorithm::Sha512);
    /// AES-128 in Galois/Counter Mode.
    A128GCM = "A128GCM", 16, 12, 16, None;
    /// AES-192 in Galois/Counter Mode.
    A192GCM = "A192GCM", 24, 12, 16, None;
    /// AES-256 in Galois/Counter Mode.
    A256GCM = "A256GCM", 32, 12, 16, None;
}

impl KeyManagementAlgorithm {
    /// The curves that keys may be agreed upon.
    pub const AGREEMENT_CURVES: &'static [Curve] = &[Curve::P256, Curve::P384, Curve::P521, Curve::X25519];

    /// How it brings the content encryption key across.
    pub const fn mode(self) -> KeyManagementMode {
        self.0.mode
    }

    /// Whether both sides share one secret.
    pub const fn is_symmetric(self) -> bool {
        matches!(self.0.mode, KeyManagementMode::KeyWrapping | KeyManagementMode::DirectEncryption)
    }

    /// Whether a key is agreed upon with an ephemeral one.
    pub const fn is_agreement(self) -> bool {
        matches!(self.0.mode, KeyManagementMode::DirectKeyAgreement | KeyManagementMode::KeyAgreementWithKeyWrapping)
    }

    /// Octets of the key that wraps, shared or agreed upon; `None` where none does.
    pub const fn wrapping_key_size(self) -> Option<usize> {
        self.0.wrapping_key_size
    }

    /// Whether keys of this type fit.
    pub const fn fits_key_type(self, key_type: KeyType) -> bool {
        match key_type {
            KeyType::Rsa => matches!(self.0.mode, KeyManagementMode::KeyEncryption),
            KeyType::EllipticCurve | KeyType::OctetKeyPair => self.is_agreement(),
            KeyType::Octet => self.is_symmetric(),
            KeyType::AlgorithmKeyPair => false,
        }
    }

    /// Whether nothing stands in the token's second part.
    pub(crate) const fn has_no_encrypted_key(self) -> bool {
        matches!(self.0.mode, KeyManagementMode::DirectKeyAgreement | KeyManagementMode::DirectEncryption)
    }

    /// Whether the wrapping brings an IV and a tag of its own (RFC 7518 section 4.7).
    pub(crate) const fn wraps_with_gcm(self) -> bool {
        matches!(self.0.id, KeyManagementId::A128GCMKW | KeyManagementId::A192GCMKW | KeyManagementId::A256GCMKW)
    }
}

impl ContentEncryptionAlgorithm {
    /// Octets of the content encryption key.
    pub const fn key_size(self) -> usize {
        self.0.key_size
    }

    /// Octets of the initialization vector.
    pub const fn iv_size(self) -> usize {
        self.0.iv_size
    }

    /// Octets of the authentication tag.
    pub const fn tag_size(self) -> usize {
        self.0.tag_size
    }

    /// The hash of the MAC; `None` for Galois/Counter Mode.
    pub const fn hash(self) -> Option<HashAlgorithm> {
        self.0.hash
    }
}

macro_rules! handle {
    ($name:ident, $id:ident) => {
        impl $name {
            /// The row with exactly this name; names are case-sensitive.
            pub fn from_name(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|algorithm| algorithm.0.name == name)
            }

            /// The name in the header.
            pub const fn name(self) -> &'static str {
                self.0.name
            }

            pub(crate) const fn id(self) -> $id {
                self.0.id
            }
        }

        impl PartialEq for $name {
            fn eq(&self, other: &Self) -> bool {
                self.id() == other.id()
            }
        }

        impl Eq for $name {}

        impl std::hash::Hash for $name {
            fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
                self.id().hash(state);
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.name())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.name())
            }
        }
    };
}

handle!(KeyManagementAlgorithm, KeyManagementId);
handle!(ContentEncryptionAlgorithm, ContentEncryptionId);

/// Why an algorithm of the standard is rejected whatever the caller allows.
pub(crate) fn never_allowed(name: &str) -> Option<&'static str> {
    match name {
        "RSA1_5" => Some("its padding tells an attacker what failed"),
        name if name.starts_with("PBES2-") => Some("it makes keys of passwords, with as much work as the sender demands"),
        _ => None,
    }
}
