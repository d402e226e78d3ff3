//! Thumbprints of keys: RFC 7638 section 3, RFC 8037 section 2, and for AKP keys the members `alg`, `kty`, `pub`.

use crate::encoding::digest;
use crate::jose::jwk_members::numbers;
use crate::jose::material::PublicMaterial;

/// Hashes the required members in lexicographic order, without blanks; `None` for secrets and unknown key types.
pub(crate) fn sha256(material: &PublicMaterial) -> Option<String> {
    let key_type = match material {
        PublicMaterial::Octet(_) | PublicMaterial::Unknown => return None,
        known => known.key_type()?.name(),
    };
    let mut members = numbers(material);
    members.push(("kty", key_type.to_owned()));
    if let PublicMaterial::Akp(key) = material {
        members.push(("alg", key.algorithm.name().to_owned()));
    }
    members.sort_unstable();
    // Names and values are base64url or registered names: nothing needs an escape.
    let pairs: Vec<String> = members.into_iter().map(|(name, value)| format!("\"{name}\":\"{value}\"")).collect();
    Some(digest::sha256_base64url(format!("{{{}}}", pairs.join(","))))
}
