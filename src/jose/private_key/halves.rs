//! The two halves of a key pair: the public one worked out of the private one, and whether they belong together.

use crate::jose::algorithm::SignatureAlgorithm;
use crate::jose::crypto::{CryptoError, CryptoProvider, PrivateKeyRef};
use crate::jose::key_error::KeyError;
use crate::jose::key_file::PrivateFile;
use crate::jose::key_type::Curve;
use crate::jose::material::{EcPublic, OkpPublic, PrivateMaterial};

/// Works out the public half where a file lacks it.
pub(super) fn complete(file: PrivateFile<'_>, provider: &dyn CryptoProvider) -> Result<PrivateMaterial, KeyError> {
    match file {
        PrivateFile::Rsa(key) => Ok(PrivateMaterial::Rsa(key)),
        PrivateFile::Ec { curve, scalar, point: Some(point) } => {
            Ok(PrivateMaterial::Ec { public: EcPublic::from_point(curve, point)?, scalar })
        }
        PrivateFile::Ec { curve, scalar, point: None } => {
            let public = EcPublic::from_point(curve, &provider.public_bytes(curve, &scalar)?)?;
            Ok(PrivateMaterial::Ec { public, scalar })
        }
        PrivateFile::Okp { curve, seed } => {
            let public = OkpPublic::new(curve, &provider.public_bytes(curve, &seed)?)?;
            Ok(PrivateMaterial::Okp { public, seed })
        }
    }
}

/// What the public half does where the private half does `operations`, each named once (RFC 7517 section 4.3).
pub(super) fn public_operations(operations: &[String]) -> Vec<String> {
    let mut public: Vec<String> = Vec::with_capacity(operations.len());
    for operation in operations {
        let counterpart = match operation.as_str() {
            "sign" => "verify",
            "decrypt" => "encrypt",
            "unwrapKey" => "wrapKey",
            other => other,
        };
        if !public.iter().any(|name| name == counterpart) {
            public.push(counterpart.to_owned());
        }
    }
    public
}

/// Lets the provider put both halves together once, for the first row of the key type that it offers.
pub(super) fn check_halves(material: &PrivateMaterial, provider: &dyn CryptoProvider) -> Result<(), KeyError> {
    let public = material.public();
    public.check_primes()?;
    if public.curve() == Some(Curve::X25519) {
        return check_agreement_halves(material, provider);
    }
    let fitting = |row: &&SignatureAlgorithm| {
        Some(row.key_type()) == public.key_type() && (row.curve().is_none() || row.curve() == public.curve()) && row.can_sign()
    };
    let Some(row) = SignatureAlgorithm::ALL.iter().find(fitting) else {
        let name = public.curve().map_or("unknown", Curve::name).to_owned();
        return Err(KeyError::Unsupported { name });
    };
    provider.signing_key(*row, PrivateKeyRef(material))?;
    Ok(())
}

/// Whether both halves of a pair on X25519, which signs nothing, belong together.
fn check_agreement_halves(material: &PrivateMaterial, provider: &dyn CryptoProvider) -> Result<(), KeyError> {
    match material {
        PrivateMaterial::Okp { public, seed } if provider.public_bytes(public.curve, seed)? != *public.bytes => {
            Err(CryptoError::KeyRejected { provider: provider.name(), reason: "the halves do not belong together" }.into())
        }
        _ => Ok(()),
    }
}
