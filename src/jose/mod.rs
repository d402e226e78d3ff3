//! JSON Object Signing and Encryption: algorithms, keys, signatures (RFC 7515, 7517, 7518, 7638, 7797, 8037, 8812, 9864).
//!
//! Bytes from the network reach no other JOSE parser; cryptography stands behind [`crypto::CryptoProvider`].

mod algorithm;
mod algorithm_set;
pub mod crypto;
mod der;
mod key_error;
mod key_type;
mod material;

pub use algorithm::{HashAlgorithm, SignatureAlgorithm, SignatureFamily, UnknownAlgorithm};
pub use algorithm_set::AlgorithmSet;
pub use key_error::{KeyError, Unfit};
pub use key_type::{Curve, KeyType};
