//! JSON Object Signing and Encryption: algorithms, keys, signatures, encryption (RFC 7515, 7516, 7517, 7518, 7638, 7797, 8037, 8812, 9278, 9864).
//!
//! Bytes from the network reach no other JOSE parser; cryptography stands behind [`crypto::CryptoProvider`].
//!
//! | I want to | with |
//! |---|---|
//! | check a signature | [`JwsVerifier`] (which algorithms, whose cryptography), [`CompactJws`] (the token), [`JsonWebKeySet`] or [`JsonWebKey`] |
//! | make one | [`PrivateKey::signer`] or a custom [`Signer`], [`JwsHeader`], [`sign_compact`] or [`sign_compact_blocking`] |
//! | sign in two steps | [`UnsignedJws`] |
//! | decrypt | [`JweDecrypter`] with [`DecryptionKeys`]; a signed token inside an encrypted one: [`JweDecrypter::decrypt_nested`] |
//! | encrypt | [`JweEncrypter`] or [`encrypt_compact`], with a [`JweHeader`] |
//! | say which algorithms are allowed | [`AlgorithmSet`] of [`SignatureAlgorithm`]s, [`KeyManagementSet`], [`ContentEncryptionSet`] |
//! | read a published key set | [`JsonWebKeySet::from_json`]; what was left out and why: [`JsonWebKeySet::skipped`] |

mod algorithm;
mod algorithm_set;
mod certificate_hint;
pub mod crypto;
mod der;
mod encryption_algorithm;
mod encryption_fit;
mod encryption_sets;
mod error;
mod jwe;
mod jwk;
mod jwk_members;
mod jwk_set;
mod jws;
mod key_error;
mod key_file;
mod key_members;
mod key_type;
mod material;
mod operation;
mod private_key;
mod set_of_rows;
mod signer;
mod thumbprint;
mod weak_primes;

pub use algorithm::{HashAlgorithm, SignatureAlgorithm, SignatureFamily, UnknownAlgorithm};
pub use algorithm_set::AlgorithmSet;
pub use encryption_algorithm::{ContentEncryptionAlgorithm, KeyManagementAlgorithm, KeyManagementMode};
pub use encryption_sets::{ContentEncryptionSet, KeyManagementSet};
pub use error::{JoseError, KeySelectionError, KeySetError, UnfitKey};
pub use jwe::{
    CompactJwe, DecryptedJwe, DecryptionKeys, EncryptionError, JweDecrypter, JweEncrypter, JweHeader, NestedJws, encrypt_compact,
};
pub use jwk::JsonWebKey;
pub use jwk_set::{JsonWebKeySet, KeySelection, KeySetRules, SkippedKey};
pub use jws::{CompactJws, JoseHeader, JwsHeader, JwsVerifier, TokenLimits, UnsignedJws, VerifiedJws, sign_compact, sign_compact_blocking};
pub use key_error::{KeyError, Unfit};
pub(crate) use key_file::{certificate_of_pem, is_certificate};
pub use key_type::{Curve, KeyType};
pub use operation::Operation;
pub use private_key::PrivateKey;
pub(crate) use signer::check_size as check_signature_size;
pub use signer::{BlockingSigner, PrivateKeySigner, Signer, SignerError};
