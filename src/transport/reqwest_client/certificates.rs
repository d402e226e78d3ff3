//! Root certificates and client certificates, from PEM or DER.

use std::fs;

use rustls::RootCertStore;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use zeroize::Zeroizing;

use crate::transport::settings::CaBundle;
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

/// Every certificate of `roots`; one that cannot be used is an error, since somebody asked for it.
pub(super) fn explicit(roots: &[Root]) -> Result<Vec<reqwest::Certificate>, TransportError> {
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
    certificates.iter().map(to_reqwest).collect()
}

/// The certificates of a bundle that the environment names. Single ones that cannot be used are left out, as the system's would be.
pub(super) fn bundle(bundle: &CaBundle) -> Result<Vec<reqwest::Certificate>, TransportError> {
    let problem = |what: &str| configuration(&format!("`{}` ({}): {what}", bundle.path.display(), bundle.variable));
    let pem = fs::read(&bundle.path).map_err(|error| problem("the CA bundle cannot be read").with_source(error))?;
    let certificates = sections(&pem).map_err(|()| problem("the CA bundle is not readable as PEM"))?;
    let usable: Vec<_> = certificates.into_iter().filter(is_usable).collect();
    if usable.is_empty() {
        return Err(problem("the CA bundle holds no certificate"));
    }
    usable.iter().map(to_reqwest).collect()
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

fn sections(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, ()> {
    CertificateDer::pem_slice_iter(pem).collect::<Result<_, _>>().map_err(|_| ())
}

fn is_usable(certificate: &CertificateDer<'static>) -> bool {
    RootCertStore::empty().add(certificate.clone()).is_ok()
}

fn to_reqwest(certificate: &CertificateDer<'static>) -> Result<reqwest::Certificate, TransportError> {
    reqwest::Certificate::from_der(certificate).map_err(|_| configuration("a root certificate is not readable as X.509"))
}

pub(super) fn configuration(message: &str) -> TransportError {
    TransportError::new(TransportErrorKind::Configuration, message)
}
