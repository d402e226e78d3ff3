//! What every part of the provider says about the library: its name, and its errors in the words of this crate.

use aws_lc_rs::rsa::KeyPairComponents;
use aws_lc_rs::signature::{RsaKeyPair, RsaPublicKeyComponents};

use crate::jose::crypto::error::CryptoError;
use crate::jose::material::RsaPrivate;

pub(super) const NAME: &str = "aws-lc-rs";

pub(super) fn rejected(error: aws_lc_rs::error::KeyRejected) -> CryptoError {
    unacceptable(error.description_())
}

pub(super) fn unacceptable(reason: &'static str) -> CryptoError {
    CryptoError::KeyRejected { provider: NAME, reason }
}

pub(super) fn rsa_key_pair(key: &RsaPrivate) -> Result<RsaKeyPair, CryptoError> {
    let components = KeyPairComponents::<&[u8]> {
        public_key: RsaPublicKeyComponents { n: &key.public.modulus, e: &key.public.exponent },
        d: &key.d,
        p: &key.p,
        q: &key.q,
        dP: &key.dp,
        dQ: &key.dq,
        qInv: &key.qi,
    };
    RsaKeyPair::from_components(&components).map_err(rejected)
}
