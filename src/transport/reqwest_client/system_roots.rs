//! The root certificates of the system, read from where its distributions keep them, without a look at the environment.
//!
//! The loaders that other crates bring read `SSL_CERT_FILE` and `SSL_CERT_DIR` by themselves, whatever a program has decided.

use std::fs;
use std::path::Path;

use rustls::pki_types::CertificateDer;

use super::certificates::{folder, is_usable, sections};

/// Where the certificates of a distribution stand as one file; the first that is there counts.
const FILES: [&str; 9] = [
    "/etc/ssl/certs/ca-certificates.crt",                // Debian, Ubuntu, Arch, Gentoo, Alpine
    "/etc/pki/tls/certs/ca-bundle.crt",                  // Fedora, RHEL
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", // RHEL 7 and later
    "/etc/ssl/ca-bundle.pem",                            // SUSE
    "/etc/ssl/cert.pem",                                 // Alpine, OpenBSD
    "/etc/pki/tls/cacert.pem",                           // OpenELEC
    "/usr/local/share/certs/ca-root-nss.crt",            // FreeBSD
    "/usr/local/etc/ssl/cert.pem",                       // FreeBSD
    "/etc/openssl/certs/ca-certificates.crt",            // NetBSD
];

/// Where they stand as a file each, for systems without one of the files above.
const FOLDERS: [&str; 4] = ["/etc/ssl/certs", "/etc/pki/tls/certs", "/usr/local/share/certs", "/etc/openssl/certs"];

/// The certificates of this system; none where it has none.
pub(super) fn roots() -> Option<Vec<CertificateDer<'static>>> {
    Some(of(&FILES.map(Path::new), &FOLDERS.map(Path::new)))
}

fn of(files: &[&Path], folders: &[&Path]) -> Vec<CertificateDer<'static>> {
    let from_file = |file: &&Path| fs::read(file).ok().and_then(|pem| sections(&pem).ok()).map(usable).filter(|found| !found.is_empty());
    let from_folder = |path: &&Path| folder(path).ok().map(usable).filter(|found| !found.is_empty());
    files.iter().find_map(from_file).or_else(|| folders.iter().find_map(from_folder)).unwrap_or_default()
}

/// Single certificates that cannot be used are left out: the others still count.
fn usable(certificates: Vec<CertificateDer<'static>>) -> Vec<CertificateDer<'static>> {
    certificates.into_iter().filter(is_usable).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_file_counts_then_the_folders() {
        let folder = std::env::temp_dir().join(format!("identity-model-system-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let root = || rcgen::generate_simple_self_signed(Vec::new()).unwrap().cert;
        let (one, two, three) = (root(), root(), root());
        let (first, second, missing) = (folder.join("1.pem"), folder.join("2.pem"), folder.join("3.pem"));
        std::fs::write(&first, one.pem()).unwrap();
        std::fs::write(&second, two.pem()).unwrap();
        let inner = folder.join("folder");
        std::fs::create_dir_all(&inner).unwrap();
        std::fs::write(inner.join("a.crt"), three.pem()).unwrap();
        assert_eq!(of(&[&missing, &first, &second], &[&inner]), [one.der().clone()]);
        assert_eq!(of(&[&missing], &[&missing, &inner]), [three.der().clone()]);
        assert_eq!(of(&[&missing], &[&missing]), []);
    }
}
