//! The formats of certificate headers, each from its text to a thumbprint: RFC 9440 section 2.1, and what Envoy, nginx, HAProxy and AWS write.

use super::thumbprint::CertificateThumbprint;
use crate::encoding::base64;
use crate::encoding::form::decode_component;
use crate::protocol::incoming::{split_outside_of_quotes, unquoted};

/// Not in the format.
pub(super) struct Unreadable;

/// One byte sequence of RFC 8941: `:base64:`.
pub(super) fn rfc9440(text: &str) -> Result<CertificateThumbprint, Unreadable> {
    let encoded = text.trim_matches(' ').strip_prefix(':').and_then(|text| text.strip_suffix(':')).ok_or(Unreadable)?;
    base64_der(encoded)
}

/// Base64 of the DER.
pub(super) fn base64_der(text: &str) -> Result<CertificateThumbprint, Unreadable> {
    let der = base64::decode(text).map_err(|_| Unreadable)?;
    CertificateThumbprint::of_der(&der).map_err(|_| Unreadable)
}

/// PEM with percent-encoding; a `+` stands for itself.
pub(super) fn url_encoded_pem(text: &str) -> Result<CertificateThumbprint, Unreadable> {
    // A space or a tab is how the deprecated `$ssl_client_cert` folds its lines.
    if text.contains([' ', '\t']) {
        return Err(Unreadable);
    }
    let pem = decode_component(text.replace('+', "%2B")).map_err(|_| Unreadable)?;
    CertificateThumbprint::of_pem(&pem).map_err(|_| Unreadable)
}

/// Elements by commas, pairs by semicolons; which element counts is told by their number. `None` where it names no certificate.
pub(super) fn envoy(text: &str, choose: impl Fn(usize) -> Option<usize>) -> Result<Option<CertificateThumbprint>, Unreadable> {
    let elements = split_outside_of_quotes(text, ',').map_err(|_| Unreadable)?;
    let element = choose(elements.len()).and_then(|place| elements.get(place)).ok_or(Unreadable)?;
    let (mut certificate, mut hash) = (None, None);
    for pair in split_outside_of_quotes(element, ';').map_err(|_| Unreadable)? {
        let pair = pair.trim_matches(' ');
        if pair.is_empty() {
            continue;
        }
        let (name, value) = pair.split_once('=').ok_or(Unreadable)?;
        let place = match name {
            _ if name.eq_ignore_ascii_case("cert") => &mut certificate,
            _ if name.eq_ignore_ascii_case("hash") => &mut hash,
            _ => continue,
        };
        if place.replace(unquoted(value).map_err(|_| Unreadable)?).is_some() {
            return Err(Unreadable);
        }
    }
    match (certificate, hash) {
        (Some(certificate), _) => url_encoded_pem(&certificate).map(Some),
        (None, Some(hash)) => hexadecimal(&hash).map(|digest| Some(CertificateThumbprint::of_digest(digest))),
        (None, None) => Ok(None),
    }
}

fn hexadecimal(text: &str) -> Result<[u8; 32], Unreadable> {
    let digits: Vec<u8> =
        text.chars().map(|digit| digit.to_digit(16).and_then(|digit| u8::try_from(digit).ok())).collect::<Option<_>>().ok_or(Unreadable)?;
    let octets: Vec<u8> = digits.chunks_exact(2).map(|pair| pair.iter().fold(0, |octet, digit| octet << 4 | digit)).collect();
    if digits.len() == 64 { octets.try_into().map_err(|_| Unreadable) } else { Err(Unreadable) }
}
