//! Elliptic curve Diffie-Hellman, ephemeral to static, with the Concat KDF over SHA-256: RFC 7518 section 4.6, RFC 8037 section 3.2.

use aws_lc_rs::agreement::{self, Algorithm, PrivateKey, UnparsedPublicKey};
use aws_lc_rs::error::Unspecified;
use aws_lc_rs::kdf::{SskdfDigestAlgorithmId, get_sskdf_digest_algorithm, sskdf_digest};
use zeroize::Zeroizing;

use super::library::{rejected, unacceptable};
use crate::environment::Entropy;
use crate::jose::crypto::error::CryptoError;
use crate::jose::key_type::Curve;
use crate::jose::material::{EcPublic, OkpPublic, PublicMaterial};

/// How often an ephemeral scalar is drawn. One draw fails with a chance of 2^-32 at most.
const DRAWS: usize = 8;

/// The library's name for a curve, where keys are agreed upon it.
fn primitive(curve: Curve) -> Option<&'static Algorithm> {
    match curve {
        Curve::P256 => Some(&agreement::ECDH_P256),
        Curve::P384 => Some(&agreement::ECDH_P384),
        Curve::P521 => Some(&agreement::ECDH_P521),
        Curve::X25519 => Some(&agreement::X25519),
        Curve::Secp256k1 | Curve::Ed25519 => None,
    }
}

/// A private key to agree with.
pub(super) struct Agreement {
    curve: Curve,
    key: PrivateKey,
}

impl Agreement {
    /// `None` for a curve on which no keys are agreed upon.
    pub(super) fn new(curve: Curve, private: &[u8]) -> Result<Option<Self>, CryptoError> {
        let Some(row) = primitive(curve) else { return Ok(None) };
        let key = PrivateKey::from_private_key(row, private).map_err(rejected)?;
        Ok(Some(Self { curve, key }))
    }

    /// The public bytes: a point or an octet key.
    pub(super) fn public_bytes(&self) -> Result<Vec<u8>, CryptoError> {
        let public = self.key.compute_public_key().map_err(|_| unacceptable("no public key"))?;
        Ok(public.as_ref().to_vec())
    }

    /// A key of `size` octets. A point off the curve and a shared secret of zeros are rejected.
    pub(super) fn derive(&self, peer: &PublicMaterial, other_info: &[u8], size: usize) -> Result<Zeroizing<Vec<u8>>, Unspecified> {
        let bytes = match peer {
            PublicMaterial::Ec(key) if key.curve == self.curve => &key.point,
            PublicMaterial::Okp(key) if key.curve == self.curve => &key.bytes,
            _ => return Err(Unspecified),
        };
        let row = primitive(self.curve).ok_or(Unspecified)?;
        let hash = get_sskdf_digest_algorithm(SskdfDigestAlgorithmId::Sha256).ok_or(Unspecified)?;
        agreement::agree(&self.key, UnparsedPublicKey::new(row, bytes), Unspecified, |secret| {
            if secret.iter().fold(0, |all, octet| all | octet) == 0 {
                return Err(Unspecified);
            }
            let mut derived = Zeroizing::new(vec![0; size]);
            sskdf_digest(hash, secret, other_info, &mut derived)?;
            Ok(derived)
        })
    }
}

/// A pair for one message.
pub(super) struct Ephemeral {
    pub(super) agreement: Agreement,
    pub(super) public: PublicMaterial,
}

impl Ephemeral {
    pub(super) fn new(curve: Curve, entropy: &dyn Entropy) -> Result<Self, Unspecified> {
        for _ in 0..DRAWS {
            let mut private = Zeroizing::new(vec![0; curve.coordinate_size()]);
            entropy.fill(&mut private).map_err(|_| Unspecified)?;
            if let (Curve::P521, Some(first)) = (curve, private.first_mut()) {
                *first &= 1;
            }
            // A scalar that is zero or beyond the order is rejected by the library, so those that remain are evenly spread.
            let Ok(Some(agreement)) = Agreement::new(curve, &private) else { continue };
            let Ok(bytes) = agreement.public_bytes() else { continue };
            let public = match curve {
                Curve::X25519 => OkpPublic::new(curve, &bytes).map(PublicMaterial::Okp),
                _ => EcPublic::from_point(curve, &bytes).map(PublicMaterial::Ec),
            };
            return public.map(|public| Self { agreement, public }).map_err(|_| Unspecified);
        }
        Err(Unspecified)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::environment::EntropyError;

    struct Constant(u8);

    impl Entropy for Constant {
        fn fill(&self, bytes: &mut [u8]) -> Result<(), EntropyError> {
            bytes.fill(self.0);
            Ok(())
        }
    }

    #[test]
    fn scalars_that_are_zero_or_beyond_the_order_are_drawn_again_and_not_for_ever() {
        for curve in [Curve::P256, Curve::P384, Curve::P521] {
            assert!(Ephemeral::new(curve, &Constant(0)).is_err(), "{curve}");
            assert!(Ephemeral::new(curve, &Constant(0xff)).is_err(), "{curve}");
            assert!(Ephemeral::new(curve, &Constant(0x42)).is_ok(), "{curve}");
        }
    }

    #[test]
    fn keys_are_agreed_upon_four_curves_alone() {
        for curve in [Curve::Ed25519, Curve::Secp256k1] {
            assert!(matches!(Agreement::new(curve, &[7; 32]), Ok(None)), "{curve}");
        }
        assert!(Agreement::new(Curve::P256, &[7; 31]).is_err());
    }

    #[test]
    fn a_peer_of_another_curve_is_refused() {
        let draw = |curve| Ephemeral::new(curve, &Constant(0x42)).unwrap();
        let curves = [Curve::P256, Curve::P384, Curve::P521, Curve::X25519];
        for own in curves {
            for other in curves {
                let derived = draw(own).agreement.derive(&draw(other).public, b"info", 16);
                assert_eq!(derived.is_ok(), own == other, "{own} {other}");
            }
        }
    }
}
