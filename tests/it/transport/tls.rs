//! TLS: which servers are trusted, and client certificates.

use identity_model::transport::{HttpClient, TransportErrorKind};

use super::support::{Authority, Server, all_texts, builder, get, untrusting};

#[tokio::test]
async fn a_server_of_an_unknown_authority_is_refused_before_anything_is_sent() {
    let server = Server::tls(Authority::new().server("localhost"));
    for builder in [untrusting(), builder().root_certificate_pem(Authority::new().pem())] {
        let error = builder.build().unwrap().send(get(&server.url("https"))).await.unwrap_err();
        assert_eq!(error.kind(), TransportErrorKind::Tls);
        assert!(error.is_unsent());
        assert!(all_texts(&error).contains("invalid peer certificate"), "{}", all_texts(&error));
    }
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn an_added_root_certificate_is_trusted_as_pem_and_as_der() {
    let authority = Authority::new();
    let server = Server::tls(authority.server("localhost"));
    let two = format!("{}{}", Authority::new().pem(), authority.pem());
    let builders = [
        builder().root_certificate_pem(authority.pem()),
        builder().root_certificate_pem(two),
        builder().root_certificate_der(authority.der()),
        builder().root_certificate_der(authority.der()).only_added_root_certificates(),
    ];
    for builder in builders {
        let response = builder.build().unwrap().send(get(&server.url("https"))).await.unwrap();
        assert_eq!(response.body().as_ref(), b"ok");
    }
}

#[tokio::test]
async fn a_certificate_for_another_name_is_refused() {
    let authority = Authority::new();
    let server = Server::tls(authority.server("elsewhere.test"));
    let client = builder().root_certificate_pem(authority.pem()).build().unwrap();
    let error = client.send(get(&server.url("https"))).await.unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::Tls);
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn https_to_a_server_without_tls_is_a_failed_handshake() {
    let server = Server::plain("HTTP/1.1 400 Bad Request\r\n\r\n");
    let error = untrusting().build().unwrap().send(get(&server.url("https"))).await.unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::Tls, "{}", all_texts(&error));
}

#[test]
fn root_certificates_that_cannot_be_used_are_configuration_errors() {
    let broken = Authority::new().pem().replacen("MI", "AA", 1);
    for builder in [
        builder().only_added_root_certificates(),
        builder().root_certificate_pem(""),
        builder().root_certificate_pem("no certificate"),
        builder().root_certificate_pem("-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n"),
        builder().root_certificate_pem(broken),
        builder().root_certificate_der(b"no certificate"),
    ] {
        assert_eq!(builder.build().unwrap_err().kind(), TransportErrorKind::Configuration);
    }
}

#[tokio::test]
async fn a_client_certificate_is_presented_from_pem_and_from_der() {
    let authority = Authority::new();
    let server = Server::tls(authority.mutual());
    let signed = authority.sign("reports");
    let pem = format!("{}{}", signed.certificate_pem, signed.key.serialize_pem());
    let builders =
        [builder().client_certificate_pem(pem), builder().client_certificate_der([&signed.certificate], signed.key.serialize_der())];
    for builder in builders {
        let client = builder.root_certificate_der(authority.der()).build().unwrap();
        assert!(client.has_client_certificate());
        assert_eq!(client.send(get(&server.url("https"))).await.unwrap().status(), 200);
    }
}

#[tokio::test]
async fn without_the_client_certificate_that_a_server_demands_nothing_is_processed() {
    let authority = Authority::new();
    let server = Server::tls(authority.mutual());
    let client = builder().root_certificate_der(authority.der()).build().unwrap();
    assert!(!client.has_client_certificate());
    let error = client.send(get(&server.url("https"))).await.unwrap_err();
    // In TLS 1.3 the server says so after the client has begun to send: the client cannot know that nothing was processed.
    assert_eq!((error.kind(), error.is_unsent()), (TransportErrorKind::ClientCertificate, false), "{}", all_texts(&error));
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn h_407_a_server_that_demands_another_client_certificate_is_named_and_not_asked_again() {
    let authority = Authority::new();
    let server = Server::tls(authority.mutual());
    let foreign = Authority::new().sign("reports");
    let foreign = format!("{}{}", foreign.certificate_pem, foreign.key.serialize_pem());
    for builder in [builder(), builder().client_certificate_pem(foreign)] {
        let client = builder.root_certificate_der(authority.der()).build().unwrap();
        let error = client.send(get(&server.url("https"))).await.unwrap_err();
        assert_eq!(error.kind(), TransportErrorKind::ClientCertificate, "{}", all_texts(&error));
        assert_eq!((error.kind().code(), error.kind().is_retryable()), ("client_certificate", false));
        assert!(error.to_string().contains("client_certificate_pem"), "{error}");
    }
}

#[tokio::test]
async fn h_ca_true_a_certificate_of_an_authority_that_a_server_presents_says_what_is_wrong_with_it() {
    let authority = Authority::new();
    let server = Server::tls(authority.as_server());
    let client = builder().root_certificate_pem(authority.pem()).build().unwrap();
    let error = client.send(get(&server.url("https"))).await.unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::Tls, "{}", all_texts(&error));
    for word in ["CA:TRUE", "basicConstraints=CA:FALSE", "localhost"] {
        assert!(error.to_string().contains(word), "{error}");
    }
}

#[tokio::test]
async fn h_ca_true_other_reasons_are_named_too() {
    let (authority, other) = (Authority::new(), Authority::new());
    let trusting = || builder().root_certificate_pem(authority.pem());
    for (server, advice) in [
        (Server::tls(other.server("localhost")), "root_certificate_pem"),
        (Server::tls(authority.server("elsewhere.test")), "another name"),
        (Server::tls(authority.outdated("localhost")), "expired"),
    ] {
        let error = trusting().build().unwrap().send(get(&server.url("https"))).await.unwrap_err();
        assert_eq!(error.kind(), TransportErrorKind::Tls, "{}", all_texts(&error));
        assert!(error.to_string().contains(advice), "{error}");
    }
}

#[test]
fn client_certificates_that_cannot_be_used_are_configuration_errors() {
    let authority = Authority::new();
    let (one, other) = (authority.sign("one"), authority.sign("other"));
    let key = other.key.serialize_pem();
    for builder in [
        builder().client_certificate_pem(""),
        builder().client_certificate_pem(&one.certificate_pem),
        builder().client_certificate_pem(&key),
        builder().client_certificate_pem(format!("{}{key}", one.certificate_pem)),
        builder().client_certificate_der([&one.certificate], other.key.serialize_der()),
        builder().client_certificate_der([&one.certificate], b"no key"),
        builder().client_certificate_der([b"no certificate"], one.key.serialize_der()),
        builder().client_certificate_der([b""; 0], one.key.serialize_der()),
    ] {
        let debug = format!("{builder:?}");
        let error = builder.build().unwrap_err();
        assert_eq!(error.kind(), TransportErrorKind::Configuration);
        for line in key.lines() {
            assert!(!all_texts(&error).contains(line) && !debug.contains(line));
        }
    }
}
