//! Root certificates and client certificates, from PEM or DER.

use std::path::Path;
use std::{fs, io};

use rustls::RootCertStore;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use zeroize::Zeroizing;

use crate::transport::settings::NamedRoots;
use crate::transport::{TransportError, TransportErrorKind};

/// Certificates to trust, as the builder was given them.
#[derive(Clone)]
pub(super) enum Root {
    Pem(Vec<u8>),
    Der(Vec<u8>),
}

/// A client certificate with its key, as the builder was given it.
#[derive(Clone)]
pub(super) enum ClientCertificate {
    Pem(Zeroizing<Vec<u8>>),
    Der { chain: Vec<Vec<u8>>, key: Zeroizing<Vec<u8>> },
}

/// Every certificate of `roots`; one that cannot be used is an error, since it was asked for explicitly.
pub(super) fn explicit(roots: &[Root]) -> Result<Vec<CertificateDer<'static>>, TransportError> {
    let mut certificates = Vec::new();
    for root in roots {
        match root {
            Root::Der(der) => certificates.push(CertificateDer::from(der.clone())),
            Root::Pem(pem) => {
                let found = sections(pem).map_err(|()| configuration("a root certificate is not readable as PEM"))?;
                if found.is_empty() {
                    return Err(configuration("the PEM text given as a root certificate holds no certificate"));
                }
                certificates.extend(found);
            }
        }
    }
    if !certificates.iter().all(is_usable) {
        return Err(configuration("a root certificate is not readable as X.509"));
    }
    Ok(certificates)
}

/// The certificates that the environment names. Single ones that cannot be used are left out, as the system's would be; a file or folder without
/// any is an error.
pub(super) fn named(roots: &[NamedRoots]) -> Result<Vec<CertificateDer<'static>>, TransportError> {
    let mut certificates = Vec::new();
    for named in roots {
        let problem = |what: &str| configuration(&format!("`{}` ({}): {what}", named.path.display(), named.variable));
        let unreadable = |error| problem("the certificates cannot be read").with_source(error);
        // OpenSSL and its followers take a folder wherever a file is expected.
        let found: Vec<_> = if named.is_folder || named.path.is_dir() {
            folder(&named.path).map_err(unreadable)?
        } else {
            sections(&fs::read(&named.path).map_err(unreadable)?).map_err(|()| problem("the CA bundle is not readable as PEM"))?
        };
        let before = certificates.len();
        certificates.extend(found.into_iter().filter(is_usable));
        if certificates.len() == before {
            return Err(problem("holds no certificate"));
        }
    }
    Ok(certificates)
}

/// The certificates of every file in a folder; files that hold none are passed over.
pub(super) fn folder(path: &Path) -> io::Result<Vec<CertificateDer<'static>>> {
    let mut files: Vec<_> = fs::read_dir(path)?.filter_map(|entry| entry.ok().map(|entry| entry.path())).collect();
    files.sort();
    let mut certificates: Vec<CertificateDer<'static>> = Vec::new();
    for file in files.iter().filter(|file| file.is_file()) {
        let found = fs::read(file).ok().and_then(|pem| sections(&pem).ok()).unwrap_or_default();
        // `openssl rehash` links every file under a second name.
        let new: Vec<_> = found.into_iter().filter(|certificate| !certificates.contains(certificate)).collect();
        certificates.extend(new);
    }
    Ok(certificates)
}

pub(super) fn identity(certificate: &ClientCertificate) -> Result<reqwest::Identity, TransportError> {
    let pem = match certificate {
        ClientCertificate::Pem(pem) => pem.clone(),
        ClientCertificate::Der { chain, key } => to_pem(chain, key)?,
    };
    reqwest::Identity::from_pem(&pem)
        .map_err(|_| configuration("the client certificate must be PEM with one private key (PKCS#8, PKCS#1 or SEC1) and its certificates"))
}

fn to_pem(chain: &[Vec<u8>], key: &[u8]) -> Result<Zeroizing<Vec<u8>>, TransportError> {
    let label = match PrivateKeyDer::try_from(key) {
        Ok(PrivateKeyDer::Pkcs8(_)) => "PRIVATE KEY",
        Ok(PrivateKeyDer::Pkcs1(_)) => "RSA PRIVATE KEY",
        Ok(PrivateKeyDer::Sec1(_)) => "EC PRIVATE KEY",
        _ => return Err(configuration("the client certificate's key is not readable as DER (PKCS#8, PKCS#1 or SEC1)")),
    };
    let mut pem = Zeroizing::new(Vec::new());
    for certificate in chain {
        section(&mut pem, "CERTIFICATE", certificate);
    }
    section(&mut pem, label, key);
    Ok(pem)
}

fn section(pem: &mut Vec<u8>, label: &str, der: &[u8]) {
    let text = Zeroizing::new(base64_simd::STANDARD.encode_to_string(der));
    pem.extend_from_slice(format!("-----BEGIN {label}-----\n").as_bytes());
    for line in text.as_bytes().chunks(64) {
        pem.extend_from_slice(line);
        pem.push(b'\n');
    }
    pem.extend_from_slice(format!("-----END {label}-----\n").as_bytes());
}

pub(super) fn sections(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, ()> {
    CertificateDer::pem_slice_iter(pem).collect::<Result<_, _>>().map_err(|_| ())
}

pub(super) fn is_usable(certificate: &CertificateDer<'static>) -> bool {
    RootCertStore::empty().add(certificate.clone()).is_ok()
}

pub(super) fn to_reqwest(certificate: &CertificateDer<'static>) -> Result<reqwest::Certificate, TransportError> {
    reqwest::Certificate::from_der(certificate).map_err(|_| configuration("a root certificate is not readable as X.509"))
}

pub(super) fn configuration(message: &str) -> TransportError {
    TransportError::new(TransportErrorKind::Configuration, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The three forms of a private key are told apart by what follows the version.
    #[test]
    fn a_key_in_der_becomes_the_pem_section_of_its_form() {
        for (der, label) in [
            (&[0x30, 5, 2, 1, 0, 0x30, 0][..], "PRIVATE KEY"),
            (&[0x30, 6, 2, 1, 0, 2, 1, 5], "RSA PRIVATE KEY"),
            (&[0x30, 6, 2, 1, 1, 4, 1, 5], "EC PRIVATE KEY"),
        ] {
            let pem = to_pem(&[vec![1, 2, 3]], der).unwrap();
            let key = base64_simd::STANDARD.encode_to_string(der);
            let expected = format!(
                "-----BEGIN CERTIFICATE-----\nAQID\n-----END CERTIFICATE-----\n-----BEGIN {label}-----\n{key}\n-----END {label}-----\n"
            );
            assert_eq!(std::str::from_utf8(&pem).unwrap(), expected);
        }
        assert_eq!(to_pem(&[], b"no key").unwrap_err().kind(), TransportErrorKind::Configuration);
    }
}
