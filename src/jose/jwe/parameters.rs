//! What a header says about the content encryption key: RFC 7518 sections 4.6.1 and 4.7.1, and the input of the key derivation (4.6.2).

use crate::encoding::base64url;
use crate::encoding::json::{JsonObject, JsonRules};
use crate::jose::crypto::encryption::GcmWrapping;
use crate::jose::encryption_algorithm::{ContentEncryptionAlgorithm, KeyManagementAlgorithm};
use crate::jose::error::JoseError;
use crate::jose::jwk_members::{self, Members};
use crate::jose::jws::JoseHeader;
use crate::jose::key_error::KeyError;
use crate::jose::key_members::MemberReader;
use crate::jose::material::PublicMaterial;

/// The most octets of `apu` and of `apv`.
pub(super) const LONGEST_PARTY: usize = 1024;

/// The members of a header that its key management algorithm reads.
pub(super) struct KeyParameters {
    pub(super) ephemeral: Option<PublicMaterial>,
    pub(super) other_info: Vec<u8>,
    pub(super) gcm: Option<GcmWrapping>,
}

impl KeyParameters {
    pub(super) fn read(
        header: &JoseHeader,
        algorithm: KeyManagementAlgorithm,
        encryption: ContentEncryptionAlgorithm,
    ) -> Result<Self, JoseError> {
        let mut parameters = Self { ephemeral: None, other_info: Vec::new(), gcm: None };
        if algorithm.is_agreement() {
            parameters.ephemeral = Some(ephemeral_key(header)?);
            let (apu, apv) = (party(header, "apu")?, party(header, "apv")?);
            parameters.other_info = other_info(algorithm, encryption, &apu, &apv);
        }
        if algorithm.wraps_with_gcm() {
            let iv = exactly(header, "iv", "12 octets in unpadded base64url")?;
            parameters.gcm = Some(GcmWrapping { iv, tag: exactly(header, "tag", "16 octets in unpadded base64url")? });
        }
        Ok(parameters)
    }
}

/// `OtherInfo`: the algorithm, both parties, and the length of the key in bits; each of the first three with its length before it.
pub(super) fn other_info(algorithm: KeyManagementAlgorithm, encryption: ContentEncryptionAlgorithm, apu: &[u8], apv: &[u8]) -> Vec<u8> {
    let (name, size) = match algorithm.wrapping_key_size() {
        Some(size) => (algorithm.name(), size),
        None => (encryption.name(), encryption.key_size()),
    };
    // Names, parties and key sizes are bounded far below 2^32.
    let length = |octets: usize| u32::try_from(octets).unwrap_or(u32::MAX).to_be_bytes();
    let mut info = Vec::with_capacity(16 + name.len() + apu.len() + apv.len());
    for part in [name.as_bytes(), apu, apv] {
        info.extend(length(part.len()));
        info.extend(part);
    }
    info.extend(length(size * 8));
    info
}

/// The sender's public key. Whether a point lies on its curve, the provider finds out.
fn ephemeral_key(header: &JoseHeader) -> Result<PublicMaterial, JoseError> {
    let Some(value) = header.member("epk") else { return Err(JoseError::header_member("epk", "a public key", "nothing")) };
    let read = || {
        let object = JsonObject::parse(value.as_raw().as_bytes(), &JsonRules::token()).map_err(KeyError::Json)?;
        if jwk_members::has_private_members(&object) {
            return Err(KeyError::member("d", "absent from a public key", "a private member"));
        }
        let mut reader = MemberReader::new(&object);
        let material = Members::read(&object)?.material(&mut reader, false)?;
        // A published key is read as it is; one that is made for a single token is as it should be.
        if let Some(member) = reader.quirks.first() {
            return Err(KeyError::member(member, "written as RFC 7518 section 6 wants it", "another form"));
        }
        match material.curve() {
            Some(curve) if KeyManagementAlgorithm::AGREEMENT_CURVES.contains(&curve) => Ok(material),
            _ => Err(KeyError::member("crv", "P-256, P-384, P-521 or X25519", "another key")),
        }
    };
    read().map_err(JoseError::EphemeralKey)
}

fn party(header: &JoseHeader, member: &'static str) -> Result<Vec<u8>, JoseError> {
    let Some(text) = header.text(member)? else { return Ok(Vec::new()) };
    let expected = "at most 1024 octets in unpadded base64url";
    let octets = base64url::decode(text.as_bytes()).map_err(|_| JoseError::header_member(member, expected, "other text"))?;
    if octets.len() > LONGEST_PARTY { Err(JoseError::header_member(member, expected, "more")) } else { Ok(octets) }
}

fn exactly<const N: usize>(header: &JoseHeader, member: &'static str, expected: &'static str) -> Result<[u8; N], JoseError> {
    let reject = |found| JoseError::header_member(member, expected, found);
    let text = header.text(member)?.ok_or_else(|| reject("nothing"))?;
    base64url::decode_array(text.as_bytes()).map_err(|_| reject("other text"))
}
