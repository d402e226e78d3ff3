//! The keys of the corpus, made for it and for nothing else (`keys.json`), and signatures by them.

use std::collections::HashMap;
use std::sync::LazyLock;

use identity_model::encoding::{base64, base64url, digest};
use identity_model::jose::{BlockingSigner, PrivateKey, SignatureAlgorithm};
use serde_json::{Map, Value};

use super::number::power;

static FILE: LazyLock<Map<String, Value>> = LazyLock::new(|| serde_json::from_str(include_str!("keys.json")).unwrap());

/// The keys that are good enough to be read; the others sign through [`rsa_raw`] alone.
static PRIVATE: LazyLock<HashMap<&str, PrivateKey>> = LazyLock::new(|| {
    let read = |(name, key): (&'static String, &Value)| {
        let key = PrivateKey::from_jwk(key["jwk"].to_string().as_bytes()).ok()?;
        Some((name.as_str(), key))
    };
    FILE.iter().filter_map(read).collect()
});

/// The public half with further members, `kid` the key's name; a further member that is `null` takes one away.
pub(crate) fn public(name: &str, further: Value) -> Value {
    let mut key = FILE[name]["jwk"].as_object().unwrap().clone();
    for private in ["d", "p", "q", "dp", "dq", "qi"] {
        key.remove(private);
    }
    key.insert("kid".to_owned(), name.into());
    for (member, value) in further.as_object().unwrap() {
        if value.is_null() {
            key.remove(member)
        } else {
            key.insert(member.clone(), value.clone())
        };
    }
    Value::Object(key)
}

/// The whole key.
pub(crate) fn private(name: &str) -> Value {
    FILE[name]["jwk"].clone()
}

/// The octets of a member.
pub(crate) fn number(name: &str, member: &str) -> Vec<u8> {
    base64url::decode(FILE[name]["jwk"][member].as_str().unwrap()).unwrap()
}

/// The public half as `SubjectPublicKeyInfo` (`spki`) or PKCS#1 (`pkcs1`), in PEM.
pub(crate) fn pem(name: &str, form: &str) -> Option<&'static str> {
    FILE[name]["pem"][form].as_str()
}

/// The same in DER.
pub(crate) fn der(name: &str, form: &str) -> Option<Vec<u8>> {
    let body: String = pem(name, form)?.lines().filter(|line| !line.starts_with('-')).collect();
    base64::decode(&body).ok()
}

/// A proper signature.
pub(crate) fn sign(name: &str, algorithm: SignatureAlgorithm, message: &[u8]) -> Vec<u8> {
    PRIVATE[name].signer(algorithm).unwrap().sign_blocking(message).unwrap()
}

/// A MAC under any octets.
pub(crate) fn mac(secret: &[u8], algorithm: SignatureAlgorithm, message: &[u8]) -> Vec<u8> {
    // HMAC pads its keys with zeros, so a secret that is too short for the rules gives the same MAC when padded.
    let mut padded = secret.to_vec();
    padded.resize(padded.len().max(64), 0);
    PrivateKey::from_secret(&padded).unwrap().signer(algorithm).unwrap().sign_blocking(message).unwrap()
}

/// The private operation of RSA on a block that is already encoded.
pub(crate) fn rsa_raw(name: &str, encoded: &[u8]) -> Vec<u8> {
    power(encoded, &number(name, "d"), &number(name, "n"))
}

/// `DigestInfo` of SHA-256 (RFC 8017 section 9.2), with or without the parameters that belong there.
pub(crate) fn digest_info(message: &[u8], with_parameters: bool) -> Vec<u8> {
    let algorithm: &[u8] = &[0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01];
    let parameters: &[u8] = if with_parameters { &[0x05, 0x00] } else { &[] };
    let inner = algorithm.len() + parameters.len();
    let head = [0x30, inner as u8 + 36, 0x30, inner as u8];
    [&head[..], algorithm, parameters, &[0x04, 0x20], &digest::sha256(message)].concat()
}

/// A block of PKCS#1 v1.5: `00 type FF… 00 content`.
pub(crate) fn block(size: usize, kind: u8, content: &[u8]) -> Vec<u8> {
    let padding = vec![0xff; size - content.len() - 3];
    [&[0, kind], &padding[..], &[0], content].concat()
}

/// How a block of PSS is made; anything but SHA-256 twice, a salt of 32 and the trailer `bc` is wrong for PS256.
pub(crate) struct Pss {
    pub(crate) salt: usize,
    pub(crate) mask: fn(&[u8]) -> Vec<u8>,
    pub(crate) trailer: u8,
}

impl Pss {
    pub(crate) const GOOD: Self = Self { salt: 32, mask: sha256, trailer: 0xbc };

    /// EMSA-PSS (RFC 8017 section 9.1.1) for a modulus of `size` octets whose first bit is set.
    pub(crate) fn block(&self, size: usize, message: &[u8]) -> Vec<u8> {
        let salt: Vec<u8> = digest::sha512(message).iter().copied().cycle().take(self.salt).collect();
        let hash = digest::sha256([&[0; 8], &digest::sha256(message)[..], &salt].concat());
        let mut masked = vec![0; size - 32 - 1];
        let start = masked.len() - salt.len() - 1;
        masked[start] = 1;
        masked[start + 1..].copy_from_slice(&salt);
        for (counter, chunk) in (0_u32..).zip(masked.chunks_mut((self.mask)(b"").len())) {
            let mask = (self.mask)(&[&hash[..], &counter.to_be_bytes()].concat());
            chunk.iter_mut().zip(mask).for_each(|(octet, mask)| *octet ^= mask);
        }
        masked[0] &= 0x7f;
        [&masked[..], &hash, &[self.trailer]].concat()
    }
}

pub(crate) fn sha256(octets: &[u8]) -> Vec<u8> {
    digest::sha256(octets).to_vec()
}

pub(crate) fn sha512(octets: &[u8]) -> Vec<u8> {
    digest::sha512(octets).to_vec()
}
