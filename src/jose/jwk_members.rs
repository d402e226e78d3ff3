//! The members of a JSON Web Key, typed and checked (RFC 7517 section 4), and the way back to JSON.

use std::borrow::Cow;

use zeroize::Zeroizing;

use crate::encoding::base64url;
use crate::encoding::json::{JsonObject, printable};
use crate::jose::algorithm::{SignatureAlgorithm, SignatureFamily};
use crate::jose::key_error::{KeyError, Unfit};
use crate::jose::key_members::{MemberReader, value, wrong_kind};
use crate::jose::key_type::{Curve, KeyType};
use crate::jose::material::{AkpPublic, EcPublic, OkpPublic, PublicMaterial, RsaPublic};
use crate::jose::operation::Operation;

/// Whether this is a secret member of any key type (RFC 7518 sections 6.2.2, 6.3.2, 6.4; RFC 8037; AKP `priv`).
fn is_private(name: &str) -> bool {
    matches!(name.as_bytes(), b"d" | b"p" | b"q" | b"dp" | b"dq" | b"qi" | b"oth" | b"k" | b"priv")
}

/// What every key has, whatever its type.
#[derive(Debug, Clone, Default)]
pub(crate) struct Members {
    pub(crate) key_type: Cow<'static, str>,
    pub(crate) key_id: Option<Box<str>>,
    pub(crate) public_key_use: Option<Cow<'static, str>>,
    pub(crate) operations: Option<Vec<String>>,
    pub(crate) algorithm: Option<Cow<'static, str>>,
}

impl Members {
    pub(crate) fn read(object: &JsonObject<'_>) -> Result<Self, KeyError> {
        let members = Self {
            key_type: text(object, "kty")?.map(|name| kept(name, key_type_name)).ok_or(KeyError::Missing { member: "kty" })?,
            key_id: text(object, "kid")?.filter(|key_id| !key_id.is_empty()).map(Into::into),
            public_key_use: text(object, "use")?.map(|name| kept(name, use_name)),
            operations: operations(object)?,
            algorithm: text(object, "alg")?.map(|name| kept(name, algorithm_name)),
        };
        match &members.key_id {
            Some(key_id) => check_key_id(key_id).map(|()| members),
            None => Ok(members),
        }
    }

    /// The key itself; a shared secret only where `symmetric` says so.
    pub(crate) fn material(&self, reader: &mut MemberReader<'_, '_>, symmetric: bool) -> Result<PublicMaterial, KeyError> {
        match KeyType::from_name(&self.key_type) {
            Some(KeyType::Rsa) => match reader.certified(KeyType::Rsa, ["n", "e"])? {
                Some(material) => Ok(material),
                None => RsaPublic::new(&reader.bytes("n")?, &reader.bytes("e")?).map(PublicMaterial::Rsa),
            },
            Some(KeyType::EllipticCurve) => match reader.certified(KeyType::EllipticCurve, ["x", "y"])? {
                Some(material) => Ok(material),
                None => elliptic_curve(reader),
            },
            Some(KeyType::OctetKeyPair) => match curve(reader.object, KeyType::OctetKeyPair)? {
                Some(curve) => OkpPublic::new(curve, &reader.bytes("x")?).map(PublicMaterial::Okp),
                None => Ok(PublicMaterial::Unknown),
            },
            Some(KeyType::AlgorithmKeyPair) => self.algorithm_key_pair(reader),
            Some(KeyType::Octet) if symmetric => octet(Zeroizing::new(reader.bytes("k")?)),
            Some(KeyType::Octet) => Err(KeyError::Symmetric),
            None => Ok(PublicMaterial::Unknown),
        }
    }

    /// Why a key of a known type cannot be used: its curve is not known here.
    pub(crate) fn unknown_curve(&self, object: &JsonObject<'_>, material: &PublicMaterial) -> Option<KeyError> {
        let is_unknown = matches!(material, PublicMaterial::Unknown);
        let on_curve = matches!(KeyType::from_name(&self.key_type), Some(KeyType::EllipticCurve | KeyType::OctetKeyPair));
        let curve = object.get("crv").filter(|_| is_unknown && on_curve)?;
        Some(KeyError::Unsupported { name: printable(&curve.as_str()?) })
    }

    fn algorithm_key_pair(&self, reader: &mut MemberReader<'_, '_>) -> Result<PublicMaterial, KeyError> {
        let name = self.algorithm.as_deref().ok_or(KeyError::Missing { member: "alg" })?;
        match SignatureAlgorithm::from_name(name) {
            Some(row) if row.family() == SignatureFamily::MlDsa => AkpPublic::new(row, &reader.bytes("pub")?).map(PublicMaterial::Akp),
            _ => Ok(PublicMaterial::Unknown),
        }
    }

    /// K2 and K10 of the key rules; `kid` is the affair of the set.
    pub(crate) fn fits(&self, material: &PublicMaterial, algorithm: SignatureAlgorithm, operation: Operation) -> Result<(), Unfit> {
        if material.key_type() != Some(algorithm.key_type()) {
            return Err(Unfit::KeyType);
        }
        if algorithm.curve().is_some() && material.curve() != algorithm.curve() {
            return Err(Unfit::Curve);
        }
        if self.algorithm.as_deref().is_some_and(|name| name != algorithm.name()) {
            return Err(Unfit::Algorithm);
        }
        if self.public_key_use.as_deref().is_some_and(|purpose| purpose != "sig") {
            return Err(Unfit::Use);
        }
        let wanted = if operation == Operation::Verify { "verify" } else { "sign" };
        if self.operations.as_ref().is_some_and(|operations| operations.iter().all(|name| name != wanted)) {
            return Err(Unfit::Operations);
        }
        match material {
            PublicMaterial::Octet(secret) if algorithm.hash().is_some_and(|hash| secret.len() < hash.output_size()) => {
                Err(Unfit::ShortSecret)
            }
            _ => Ok(()),
        }
    }
}

fn elliptic_curve(reader: &mut MemberReader<'_, '_>) -> Result<PublicMaterial, KeyError> {
    let Some(curve) = curve(reader.object, KeyType::EllipticCurve)? else { return Ok(PublicMaterial::Unknown) };
    let size = curve.coordinate_size();
    EcPublic::new(curve, &reader.coordinate("x", size)?, &reader.coordinate("y", size)?).map(PublicMaterial::Ec)
}

/// A shared secret; its length is weighed against the algorithm later.
pub(crate) fn octet(secret: Zeroizing<Vec<u8>>) -> Result<PublicMaterial, KeyError> {
    if secret.is_empty() { Err(KeyError::member("k", "a secret", "nothing")) } else { Ok(PublicMaterial::Octet(secret)) }
}

pub(crate) fn check_key_id(key_id: &str) -> Result<(), KeyError> {
    // Nearly every `kid` is ASCII; only of another one are whole characters looked at.
    let is_ascii = key_id.is_ascii();
    let has_control = if is_ascii { key_id.bytes().any(|byte| byte.is_ascii_control()) } else { key_id.chars().any(char::is_control) };
    if has_control {
        return Err(KeyError::member("kid", "free of control characters", "a control character"));
    }
    Ok(())
}

fn text<'a>(object: &JsonObject<'a>, member: &'static str) -> Result<Option<Cow<'a, str>>, KeyError> {
    let Some(value) = value(object, member) else { return Ok(None) };
    match value.as_str() {
        Some(text) => Ok(Some(text)),
        None => Err(wrong_kind(member, "a string", value.kind())),
    }
}

/// A name to keep: the constant where it is a known one, so that a usual key allocates none.
fn kept(name: Cow<'_, str>, known: impl FnOnce(&str) -> Option<&'static str>) -> Cow<'static, str> {
    known(&name).map_or_else(|| Cow::Owned(name.into_owned()), Cow::Borrowed)
}

fn key_type_name(name: &str) -> Option<&'static str> {
    KeyType::from_name(name).map(KeyType::name)
}

fn use_name(name: &str) -> Option<&'static str> {
    ["sig", "enc"].into_iter().find(|known| *known == name)
}

fn algorithm_name(name: &str) -> Option<&'static str> {
    SignatureAlgorithm::from_name(name).map(SignatureAlgorithm::name)
}

fn operations(object: &JsonObject<'_>) -> Result<Option<Vec<String>>, KeyError> {
    const EXPECTED: &str = "an array of strings";
    let Some(value) = value(object, "key_ops") else { return Ok(None) };
    let elements = value.elements().ok_or_else(|| wrong_kind("key_ops", EXPECTED, value.kind()))?;
    let names = elements.map(|element| {
        let name = element.as_str().ok_or_else(|| wrong_kind("key_ops", EXPECTED, element.kind()))?;
        Ok(name.into_owned())
    });
    names.collect::<Result<_, _>>().map(Some)
}

/// The curve, if known; a curve of another key type is no curve for this one.
fn curve(object: &JsonObject<'_>, key_type: KeyType) -> Result<Option<Curve>, KeyError> {
    let name = text(object, "crv")?.ok_or(KeyError::Missing { member: "crv" })?;
    match Curve::from_name(&name) {
        Some(curve) if curve.key_type() != key_type => Err(KeyError::member("crv", "a curve of the key type", curve.name())),
        known_or_not => Ok(known_or_not),
    }
}

pub(crate) fn has_private_members(object: &JsonObject<'_>) -> bool {
    object.names().any(|name| is_private(&name))
}

/// The object without its private members.
pub(crate) fn public_text(object: &JsonObject<'_>) -> String {
    let mut text = String::with_capacity(object.as_text().len());
    for (name, value) in object.iter().filter(|(name, _)| !is_private(name)) {
        push_raw(&mut text, &name, value.as_raw());
    }
    text.push('}');
    text
}

/// The key as JSON: `kty` first, then what every key has, then the public numbers.
pub(crate) fn write(material: &PublicMaterial, members: &Members) -> String {
    let mut text = String::with_capacity(512);
    push(&mut text, "kty", &members.key_type);
    let common = [("kid", members.key_id.as_deref()), ("use", members.public_key_use.as_deref()), ("alg", members.algorithm.as_deref())];
    for (name, value) in common.into_iter().filter_map(|(name, value)| Some((name, value?))) {
        push(&mut text, name, value);
    }
    if let Some(operations) = &members.operations {
        push_raw(&mut text, "key_ops", &serde_json::Value::from(operations.clone()).to_string());
    }
    for (name, value) in numbers(material) {
        push(&mut text, name, &value);
    }
    text.push('}');
    text
}

/// `kty` and the public numbers, and nothing else.
pub(crate) fn write_bare(material: &PublicMaterial) -> String {
    write(material, &Members { key_type: material.key_type().map_or("", KeyType::name).into(), ..Members::default() })
}

/// The public numbers under their names, in the order of RFC 7638 (lexicographic) except for `kty`.
pub(crate) fn numbers(material: &PublicMaterial) -> Vec<(&'static str, String)> {
    let encode = |bytes: &[u8]| base64url::encode(bytes);
    match material {
        PublicMaterial::Rsa(key) => vec![("e", encode(&key.exponent)), ("n", encode(&key.modulus))],
        PublicMaterial::Ec(key) => {
            let (x, y) = key.coordinates();
            vec![("crv", key.curve.name().into()), ("x", encode(x)), ("y", encode(y))]
        }
        PublicMaterial::Okp(key) => vec![("crv", key.curve.name().into()), ("x", encode(&key.bytes))],
        PublicMaterial::Akp(key) => vec![("pub", encode(&key.bytes))],
        PublicMaterial::Octet(_) | PublicMaterial::Unknown => Vec::new(),
    }
}

fn push(text: &mut String, name: &str, value: &str) {
    push_raw(text, name, &serde_json::Value::from(value).to_string());
}

fn push_raw(text: &mut String, name: &str, value: &str) {
    text.push(if text.is_empty() { '{' } else { ',' });
    text.push_str(&serde_json::Value::from(name).to_string());
    text.push(':');
    text.push_str(value);
}
