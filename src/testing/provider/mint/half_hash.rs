//! `at_hash` and its like: OpenID Connect Core section 3.1.3.6.

use sha2::{Digest, Sha256, Sha384, Sha512};

use crate::encoding::base64url;

/// The left half of the hash that belongs to the algorithm (OpenID Connect Core section 3.1.3.6); Ed25519 hashes with SHA-512.
pub(in crate::testing::provider) fn half_hash(algorithm: &str, text: &str) -> String {
    let hash = match algorithm {
        name if name.ends_with("384") => Sha384::digest(text).to_vec(),
        name if name.ends_with("512") || name.starts_with("Ed") => Sha512::digest(text).to_vec(),
        _ => Sha256::digest(text).to_vec(),
    };
    base64url::encode(hash.get(..hash.len() / 2).unwrap_or_default())
}
