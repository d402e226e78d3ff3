//! Whom a client trusts: the certificates that were added, that the settings name, or that the system has.

use rustls::pki_types::CertificateDer;

use super::certificates::{self, Root, configuration};
use crate::transport::{TransportError, TransportSettings};

/// Whose certificates count.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Trust {
    /// The root certificates.
    pub(super) roots: Vec<CertificateDer<'static>>,
    /// Whether the verifier of the operating system decides, with the roots as additional ones.
    pub(super) by_platform: bool,
}

impl Trust {
    /// What was added counts in any case. Beside it counts nothing (`only_added`), else what the settings name, else what the system has.
    /// `system` answers `None` where the operating system verifies by itself.
    pub(super) fn of(
        added: &[Root],
        only_added: bool,
        settings: &TransportSettings,
        system: impl FnOnce() -> Option<Vec<CertificateDer<'static>>>,
    ) -> Result<Self, TransportError> {
        let mut roots = certificates::explicit(added)?;
        if only_added {
            if roots.is_empty() {
                return Err(configuration("only added root certificates are to be trusted, but none was added"));
            }
            return Ok(Self { roots, by_platform: false });
        }
        if !settings.named_roots().is_empty() {
            roots.extend(certificates::named(settings.named_roots())?);
            return Ok(Self { roots, by_platform: false });
        }
        let system = system();
        let by_platform = system.is_none();
        roots.extend(system.unwrap_or_default());
        Ok(Self { roots, by_platform })
    }

    /// Whether no server can be verified at all.
    pub(super) fn is_empty(&self) -> bool {
        self.roots.is_empty() && !self.by_platform
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};

    use super::*;
    use crate::transport::TransportErrorKind;

    struct Root {
        pem: String,
        der: CertificateDer<'static>,
    }

    fn root() -> Root {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        Root { pem: issuer.pem(), der: issuer.der().clone() }
    }

    fn folder(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("identity-model-trust-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        folder
    }

    fn settings(variables: &[(&str, &std::path::Path)]) -> TransportSettings {
        let lookup = |name: &str| variables.iter().find(|pair| pair.0 == name).map(|pair| pair.1.to_str().unwrap().to_owned());
        TransportSettings::from_lookup(lookup).unwrap()
    }

    fn added(root: &Root) -> Vec<super::Root> {
        vec![super::Root::Pem(root.pem.clone().into_bytes())]
    }

    #[test]
    fn what_the_settings_name_replaces_what_the_system_has_and_what_is_added_stands_beside_it() {
        let (named, system, extra) = (root(), root(), root());
        let folder = folder("replaces");
        let file = folder.join("bundle.pem");
        std::fs::write(&file, &named.pem).unwrap();
        let of_system = || Some(vec![system.der.clone()]);
        let none = TransportSettings::default();
        for variables in [
            &[("SSL_CERT_FILE", file.as_path())][..],
            &[("REQUESTS_CA_BUNDLE", &file)],
            &[("CURL_CA_BUNDLE", &file)],
            &[("SSL_CERT_DIR", &folder)],
            &[("REQUESTS_CA_BUNDLE", &folder)],
            &[("IDENTITY_MODEL_SSL_CERT_FILE", &file)],
            &[("IDENTITY_MODEL_SSL_CERT_DIR", &folder)],
        ] {
            let settings = settings(variables);
            let roots = |added: &[super::Root], only| Trust::of(added, only, &settings, of_system).unwrap().roots;
            assert_eq!(roots(&[], false), std::slice::from_ref(&named.der), "{variables:?}");
            assert_eq!(roots(&added(&extra), false), [extra.der.clone(), named.der.clone()], "{variables:?}");
            assert_eq!(roots(&added(&extra), true), std::slice::from_ref(&extra.der), "{variables:?}");
        }
        let roots = |added: &[super::Root], only| Trust::of(added, only, &none, of_system).unwrap().roots;
        assert_eq!(roots(&[], false), std::slice::from_ref(&system.der));
        assert_eq!(roots(&added(&extra), false), [extra.der.clone(), system.der.clone()]);
        assert_eq!(roots(&added(&extra), true), std::slice::from_ref(&extra.der));
    }

    #[test]
    fn the_platform_decides_only_where_nothing_is_named() {
        let extra = root();
        let none = TransportSettings::default();
        let trust = |added: &[super::Root], only| Trust::of(added, only, &none, || None).unwrap();
        assert!(trust(&[], false).by_platform && !trust(&[], false).is_empty());
        assert!(trust(&added(&extra), false).by_platform);
        assert!(!trust(&added(&extra), true).by_platform);
        assert!(Trust::of(&[], false, &none, || Some(Vec::new())).unwrap().is_empty());
        assert_eq!(Trust::of(&[], true, &none, || None).unwrap_err().kind(), TransportErrorKind::Configuration);
    }

    #[test]
    fn a_folder_is_read_whole_and_its_links_count_once() {
        let (one, two) = (root(), root());
        let folder = folder("whole");
        std::fs::write(folder.join("a.pem"), &one.pem).unwrap();
        std::fs::write(folder.join("b.0"), &one.pem).unwrap();
        std::fs::write(folder.join("c.crt"), format!("# two\n{}", two.pem)).unwrap();
        std::fs::write(folder.join("README"), "no certificate").unwrap();
        let trust = Trust::of(&[], false, &settings(&[("SSL_CERT_DIR", &folder)]), || None).unwrap();
        assert_eq!(trust.roots, [one.der, two.der]);
        let empty = self::folder("empty");
        let error = Trust::of(&[], false, &settings(&[("SSL_CERT_DIR", &empty)]), || None).unwrap_err();
        assert!(error.to_string().contains("SSL_CERT_DIR") && error.to_string().contains("no certificate"), "{error}");
    }
}
