//! Rules MB1 to MB5: tokens that are bound to a client certificate.

use identity_model::protocol::dpop::TokenBindingMode;
use identity_model::protocol::incoming::TrustedProxies;
use identity_model::protocol::mtls::CertificateHeader;
use serde_json::json;

use super::support::Outcome::{Accepted, B, T};
use super::support::*;

/// A token with this thumbprint as a bearer token.
fn bearer(resource: &Resource, thumbprint: Option<&str>) -> Request {
    let token = resource.token(thumbprint.map(|thumbprint| json!({"x5t#S256": thumbprint})));
    Request::new(resource).token(&token).scheme("Bearer").proofs([""; 0])
}

fn with_certificate(mut request: Request) -> Request {
    request.certificate = Some(certificate());
    request
}

#[test]
fn mb1_the_thumbprint_has_one_spelling() {
    let resource = Resource::new();
    assert_eq!(resource.outcome(&with_certificate(bearer(&resource, Some(CERTIFICATE_THUMBPRINT)))), Accepted);
    let octets = identity_model::encoding::base64url::decode(CERTIFICATE_THUMBPRINT).unwrap();
    let hex: String = octets.iter().map(|octet| format!("{octet:02x}")).collect();
    let of_pem = identity_model::encoding::digest::sha256_base64url(CERTIFICATE);
    for wrong in [format!("{CERTIFICATE_THUMBPRINT}="), hex, of_pem, CERTIFICATE_THUMBPRINT.to_lowercase(), String::new()] {
        assert_eq!(resource.outcome(&with_certificate(bearer(&resource, Some(&wrong)))), T, "{wrong}");
    }
}

#[test]
fn mb2_a_bound_token_needs_its_certificate_and_a_plain_one_none() {
    let resource = Resource::new();
    assert_eq!(resource.outcome(&bearer(&resource, Some(CERTIFICATE_THUMBPRINT))), T);
    assert_eq!(resource.outcome(&with_certificate(bearer(&resource, None))), Accepted);
    let strict = Resource::with(|verifier| verifier.with_mode(TokenBindingMode::RequireBound));
    assert_eq!(strict.outcome(&with_certificate(bearer(&strict, None))), T);
    assert_eq!(strict.outcome(&with_certificate(bearer(&strict, Some(CERTIFICATE_THUMBPRINT)))), Accepted);
}

#[test]
fn mb5_the_certificate_comes_from_the_header_of_a_named_proxy_alone() {
    let der: String = CERTIFICATE.lines().filter(|line| !line.starts_with('-')).collect();
    let line = format!(":{der}:");
    let behind = |network: &'static str| {
        Resource::with(move |verifier| {
            verifier.with_certificate_header(CertificateHeader::rfc9440(TrustedProxies::networks([network]).unwrap()))
        })
    };
    // The peer of every request of these tests.
    let trusted = behind("192.0.2.0/24");
    let bound = bearer(&trusted, Some(CERTIFICATE_THUMBPRINT)).line("client-cert", &line);
    assert_eq!(trusted.outcome(&bound), Accepted);
    assert_eq!(trusted.outcome(&bearer(&trusted, Some(CERTIFICATE_THUMBPRINT))), T, "no certificate");
    let of_proxy = with_certificate(bearer(&trusted, Some(CERTIFICATE_THUMBPRINT)));
    assert_eq!(trusted.outcome(&of_proxy), T, "the certificate of the connection is the proxy's own");
    assert_eq!(trusted.outcome(&bound.clone().line("client-cert", &line)), B, "twice");
    let untrusted = behind("10.0.0.0/8");
    assert_eq!(untrusted.outcome(&bearer(&untrusted, Some(CERTIFICATE_THUMBPRINT)).line("client-cert", &line)), B);
    let without = Resource::new();
    assert_eq!(without.outcome(&bearer(&without, Some(CERTIFICATE_THUMBPRINT)).line("client-cert", &line)), T, "not configured");
}
