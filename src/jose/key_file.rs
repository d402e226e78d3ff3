//! Keys from files: PEM (RFC 7468) and DER of PKCS#8 (RFC 5958), PKCS#1 (RFC 8017 appendix A.1), SEC 1 (RFC 5915),
//! `SubjectPublicKeyInfo` and certificates (RFC 5280 section 4.1).

use zeroize::Zeroizing;

use crate::encoding::base64;
use crate::jose::algorithm::SignatureAlgorithm;
use crate::jose::der::{BIT_STRING, CONTEXT_0, CONTEXT_1, DerReader, INTEGER, OBJECT_IDENTIFIER, OCTET_STRING, SEQUENCE};
use crate::jose::key_error::KeyError;
use crate::jose::key_type::Curve;
use crate::jose::material::{AkpPublic, EcPublic, OkpPublic, PublicMaterial, RsaPrivate, RsaPublic};

/// What a public key's armour may say.
pub(crate) const PUBLIC_LABELS: &[&str] = &["PUBLIC KEY", "RSA PUBLIC KEY", "CERTIFICATE"];

/// What a private key's armour may say.
pub(crate) const PRIVATE_LABELS: &[&str] = &["PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY"];

/// The longest file that is looked at.
const LONGEST: usize = 64 * 1024;

const RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];
const EC: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];
const NAMED_CURVES: [(&[u8], Curve); 4] = [
    (&[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07], Curve::P256),
    (&[0x2b, 0x81, 0x04, 0x00, 0x22], Curve::P384),
    (&[0x2b, 0x81, 0x04, 0x00, 0x23], Curve::P521),
    (&[0x2b, 0x81, 0x04, 0x00, 0x0a], Curve::Secp256k1),
];
const OCTET_CURVES: [(&[u8], Curve); 2] = [(&[0x2b, 0x65, 0x70], Curve::Ed25519), (&[0x2b, 0x65, 0x6e], Curve::X25519)];
const ML_DSA: [(&[u8], SignatureAlgorithm); 3] = [
    (&[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x03, 0x11], SignatureAlgorithm::ML_DSA_44),
    (&[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x03, 0x12], SignatureAlgorithm::ML_DSA_65),
    (&[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x03, 0x13], SignatureAlgorithm::ML_DSA_87),
];

/// The bytes of the first block with one of these labels.
pub(crate) fn pem(text: &str, labels: &[&str]) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    if text.len() > LONGEST {
        return Err(KeyError::pem("at most 64 KiB"));
    }
    let mut rest = text;
    let mut other = None;
    while let Some((_, after)) = rest.split_once("-----BEGIN ") {
        let (label, after) = after.split_once("-----").ok_or(KeyError::pem("a BEGIN line that ends in five hyphens"))?;
        let (body, after) = after.split_once(&format!("-----END {label}-----")).ok_or(KeyError::pem("an END line with the same label"))?;
        if labels.contains(&label) {
            if body.contains(",ENCRYPTED") {
                // RFC 1421 section 4.6.1.1, as old OpenSSL writes it.
                return Err(KeyError::Unsupported { name: format!("encrypted {label}") });
            }
            let packed: Zeroizing<String> = Zeroizing::new(body.chars().filter(|c| !c.is_ascii_whitespace()).collect());
            return base64::decode(packed.as_bytes()).map(Zeroizing::new).map_err(|_| KeyError::pem("base64 and no headers"));
        }
        other = Some(label.chars().filter(|c| c.is_ascii_graphic() || *c == ' ').take(64).collect());
        rest = after;
    }
    match other {
        Some(name) => Err(KeyError::Unsupported { name }),
        None => Err(KeyError::pem("a line -----BEGIN …-----")),
    }
}

/// A private key as a file has it: the public half of the last two may be missing there.
pub(crate) enum PrivateFile<'a> {
    Rsa(Box<RsaPrivate>),
    Ec { curve: Curve, scalar: Zeroizing<Vec<u8>>, point: Option<&'a [u8]> },
    Okp { curve: Curve, seed: Zeroizing<Vec<u8>> },
}

/// Reads PKCS#8, PKCS#1 or SEC 1, whichever it is.
pub(crate) fn private_key(der: &[u8]) -> Result<PrivateFile<'_>, KeyError> {
    let mut outer = DerReader::new(der);
    let mut inner = outer.sequence("a private key")?;
    outer.finish()?;
    let start = inner;
    let version = inner.version()?;
    match version {
        0 | 1 if inner.next_is(SEQUENCE) => pkcs8(inner),
        0 if inner.next_is(INTEGER) => pkcs1(start),
        1 if inner.next_is(OCTET_STRING) => sec1(start, None),
        _ => Err(KeyError::der("PKCS#8, PKCS#1 with two primes, or SEC 1")),
    }
}

fn pkcs8<'a>(mut fields: DerReader<'a>) -> Result<PrivateFile<'a>, KeyError> {
    let (algorithm, parameters) = identifier(&mut fields)?;
    let key = fields.value(OCTET_STRING, "the private key's octets")?;
    for tag in [CONTEXT_0, CONTEXT_1, CONTEXT_1 & !0x20] {
        // Attributes, and the public key of RFC 5958: neither adds anything that is not worked out from the private key.
        if fields.next_is(tag) {
            fields.any()?;
        }
    }
    fields.finish()?;
    let mut outer = DerReader::new(key);
    if algorithm == RSA {
        let inner = outer.sequence("an RSA private key")?;
        outer.finish()?;
        return pkcs1(inner);
    }
    if algorithm == EC {
        let inner = outer.sequence("an EC private key")?;
        outer.finish()?;
        return sec1(inner, Some(named_curve(parameters)?));
    }
    let curve = find(&OCTET_CURVES, algorithm)?;
    let seed = outer.value(OCTET_STRING, "a private octet key")?;
    outer.finish()?;
    if seed.len() != curve.coordinate_size() {
        return Err(KeyError::der("a private octet key of 32 octets"));
    }
    Ok(PrivateFile::Okp { curve, seed: Zeroizing::new(seed.to_vec()) })
}

fn pkcs1<'a>(mut fields: DerReader<'a>) -> Result<PrivateFile<'a>, KeyError> {
    if fields.version()? != 0 {
        return Err(KeyError::der("an RSA key of two primes"));
    }
    let public = RsaPublic::new(fields.unsigned("a modulus")?, fields.unsigned("a public exponent")?)?;
    let mut secret = |expected| fields.unsigned(expected).map(|number| Zeroizing::new(number.to_vec()));
    let key = RsaPrivate {
        public,
        d: secret("a private exponent")?,
        p: secret("a first prime")?,
        q: secret("a second prime")?,
        dp: secret("a first exponent")?,
        dq: secret("a second exponent")?,
        qi: secret("a coefficient")?,
    };
    fields.finish()?;
    Ok(PrivateFile::Rsa(Box::new(key)))
}

fn sec1<'a>(mut fields: DerReader<'a>, outer_curve: Option<Curve>) -> Result<PrivateFile<'a>, KeyError> {
    if fields.version()? != 1 {
        return Err(KeyError::der("an EC private key of version 1"));
    }
    let octets = fields.value(OCTET_STRING, "a private scalar")?;
    let mut own_curve = None;
    if fields.next_is(CONTEXT_0) {
        let mut parameters = DerReader::new(fields.value(CONTEXT_0, "a curve")?);
        own_curve = Some(find(&NAMED_CURVES, parameters.value(OBJECT_IDENTIFIER, "a named curve")?)?);
    }
    let mut point = None;
    if fields.next_is(CONTEXT_1) {
        point = Some(DerReader::new(fields.value(CONTEXT_1, "a public key")?).octets_of_bits("a public key")?);
    }
    fields.finish()?;
    let curve = match (outer_curve, own_curve) {
        (Some(one), Some(other)) if one != other => return Err(KeyError::der("one curve, not two")),
        (one, other) => one.or(other).ok_or(KeyError::der("a named curve"))?,
    };
    let padding = curve.coordinate_size().checked_sub(octets.len()).ok_or(KeyError::der("a scalar of the curve's length"))?;
    let mut scalar = Zeroizing::new(vec![0; padding]);
    scalar.extend_from_slice(octets);
    Ok(PrivateFile::Ec { curve, scalar, point })
}

/// Reads `SubjectPublicKeyInfo`, a certificate, or `RSAPublicKey`, whichever it is.
pub(crate) fn public_key(der: &[u8]) -> Result<PublicMaterial, KeyError> {
    if der.len() > LONGEST {
        return Err(KeyError::der("at most 64 KiB"));
    }
    let mut outer = DerReader::new(der);
    let mut fields = outer.sequence("a public key or certificate")?;
    outer.finish()?;
    if fields.next_is(INTEGER) {
        return rsa_public_key(fields);
    }
    let start = fields;
    let first = fields.sequence("an algorithm or a certificate's content")?;
    if fields.next_is(BIT_STRING) { key_info(start) } else { certificate(first) }
}

/// Whether this is the frame of one certificate (RFC 5280 section 4.1) and nothing more. Its content is not looked at.
pub(crate) fn is_certificate(der: &[u8]) -> bool {
    let frame = |der| {
        let mut outer = DerReader::new(der);
        let mut fields = outer.sequence("a certificate")?;
        outer.finish()?;
        fields.sequence("a certificate's content")?;
        fields.sequence("a signature algorithm")?;
        fields.octets_of_bits("a signature")?;
        fields.finish()
    };
    der.len() <= LONGEST && frame(der).is_ok()
}

/// The bytes of the first certificate in PEM.
pub(crate) fn certificate_of_pem(text: &str) -> Result<Vec<u8>, KeyError> {
    pem(text, &["CERTIFICATE"]).map(|der| der.to_vec())
}

/// RFC 5280 section 4.1: version, serial number, signature, issuer, validity, subject, and then the key.
fn certificate(mut content: DerReader<'_>) -> Result<PublicMaterial, KeyError> {
    if content.next_is(CONTEXT_0) {
        content.any()?;
    }
    content.value(INTEGER, "a serial number")?;
    for part in ["a signature algorithm", "an issuer", "a validity", "a subject"] {
        content.sequence(part)?;
    }
    key_info(content.sequence("a public key")?)
}

fn key_info(mut fields: DerReader<'_>) -> Result<PublicMaterial, KeyError> {
    let (algorithm, parameters) = identifier(&mut fields)?;
    let key = fields.octets_of_bits("a public key")?;
    fields.finish()?;
    if algorithm == RSA {
        let mut outer = DerReader::new(key);
        let inner = outer.sequence("an RSA public key")?;
        outer.finish()?;
        return rsa_public_key(inner);
    }
    if algorithm == EC {
        return EcPublic::from_point(named_curve(parameters)?, key).map(PublicMaterial::Ec);
    }
    if let Some((_, row)) = ML_DSA.iter().find(|(identifier, _)| *identifier == algorithm) {
        return AkpPublic::new(*row, key).map(PublicMaterial::Akp);
    }
    OkpPublic::new(find(&OCTET_CURVES, algorithm)?, key).map(PublicMaterial::Okp)
}

fn rsa_public_key(mut fields: DerReader<'_>) -> Result<PublicMaterial, KeyError> {
    let (modulus, exponent) = (fields.unsigned("a modulus")?, fields.unsigned("a public exponent")?);
    fields.finish()?;
    RsaPublic::new(modulus, exponent).map(PublicMaterial::Rsa)
}

fn identifier<'a>(fields: &mut DerReader<'a>) -> Result<(&'a [u8], DerReader<'a>), KeyError> {
    let mut algorithm = fields.sequence("an algorithm")?;
    Ok((algorithm.value(OBJECT_IDENTIFIER, "an algorithm's identifier")?, algorithm))
}

fn named_curve(mut parameters: DerReader<'_>) -> Result<Curve, KeyError> {
    find(&NAMED_CURVES, parameters.value(OBJECT_IDENTIFIER, "a named curve")?)
}

fn find(table: &[(&[u8], Curve)], identifier: &[u8]) -> Result<Curve, KeyError> {
    let row = table.iter().find(|(known, _)| *known == identifier);
    row.map(|(_, curve)| *curve).ok_or_else(|| {
        let hexadecimal: String = identifier.iter().take(32).map(|octet| format!("{octet:02x}")).collect();
        KeyError::Unsupported { name: format!("object identifier {hexadecimal}") }
    })
}

#[cfg(test)]
mod tests;
