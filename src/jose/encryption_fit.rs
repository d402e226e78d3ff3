//! Which keys an encryption algorithm takes: RFC 7517 section 4, RFC 7518 section 4.

use crate::jose::encryption_algorithm::{ContentEncryptionAlgorithm, KeyManagementAlgorithm, KeyManagementMode};
use crate::jose::jwk::JsonWebKey;
use crate::jose::jwk_members::Members;
use crate::jose::key_error::Unfit;
use crate::jose::key_type::KeyType;
use crate::jose::material::PublicMaterial;
use crate::jose::operation::Operation;

impl JsonWebKey {
    /// Whether a token may be encrypted to this key: `kty` and `crv` fit, `alg` is absent or equal (for `dir` also equal to `enc`),
    /// `use` is absent or `enc`, `key_ops` is absent or holds the operation (RFC 7517 section 4); a shared secret has the
    /// algorithm's length.
    ///
    /// # Errors
    /// [`Unfit`], naming what stands against it.
    pub fn fits_encryption(&self, algorithm: KeyManagementAlgorithm, encryption: ContentEncryptionAlgorithm) -> Result<(), Unfit> {
        check(self.members(), self.material(), algorithm, encryption, Operation::Encrypt)
    }
}

/// `kid` is not looked at here.
pub(crate) fn check(
    members: &Members,
    material: &PublicMaterial,
    algorithm: KeyManagementAlgorithm,
    encryption: ContentEncryptionAlgorithm,
    operation: Operation,
) -> Result<(), Unfit> {
    let key_type = material.key_type().filter(|key_type| algorithm.fits_key_type(*key_type)).ok_or(Unfit::KeyType)?;
    let agreement = matches!(key_type, KeyType::EllipticCurve | KeyType::OctetKeyPair);
    if agreement && !material.curve().is_some_and(|curve| KeyManagementAlgorithm::AGREEMENT_CURVES.contains(&curve)) {
        return Err(Unfit::Curve);
    }
    let direct = algorithm.mode() == KeyManagementMode::DirectEncryption;
    if members.algorithm.as_deref().is_some_and(|name| name != algorithm.name() && !(direct && name == encryption.name())) {
        return Err(Unfit::Algorithm);
    }
    if members.public_key_use.as_deref().is_some_and(|purpose| purpose != "enc") {
        return Err(Unfit::EncryptionUse);
    }
    let wanted = operations(algorithm, operation);
    if members.operations.as_ref().is_some_and(|operations| operations.iter().all(|name| !wanted.contains(&name.as_str()))) {
        return Err(Unfit::Operations);
    }
    let size = if direct { encryption.key_size() } else { algorithm.wrapping_key_size().unwrap_or_default() };
    match material {
        PublicMaterial::Octet(secret) if secret.len() != size => Err(Unfit::SecretSize),
        _ => Ok(()),
    }
}

/// The names in `key_ops` of which one must be there (RFC 7517 section 4.3).
fn operations(algorithm: KeyManagementAlgorithm, operation: Operation) -> &'static [&'static str] {
    use KeyManagementMode as Mode;
    match (algorithm.mode(), operation) {
        (Mode::DirectKeyAgreement | Mode::KeyAgreementWithKeyWrapping, _) => &["deriveKey", "deriveBits"],
        (Mode::DirectEncryption, Operation::Decrypt) => &["decrypt"],
        (Mode::DirectEncryption, _) => &["encrypt"],
        (Mode::KeyEncryption | Mode::KeyWrapping, Operation::Decrypt) => &["unwrapKey", "decrypt"],
        (Mode::KeyEncryption | Mode::KeyWrapping, _) => &["wrapKey", "encrypt"],
    }
}
