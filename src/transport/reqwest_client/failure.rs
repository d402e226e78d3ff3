//! What a failure of reqwest means at the seam.

use std::error::Error as StdError;
use std::io;
use std::time::Duration;

use http::Uri;
use rustls::{AlertDescription, CertificateError};

use super::decoding::DecodingError;
use super::guard;
use crate::transport::{ForbiddenAddress, TransportError, TransportErrorKind};

/// Whom a request goes to and how long it may take, for the message of a failure.
pub(super) struct Peer {
    uri: Uri,
    timeout: Duration,
}

impl Peer {
    pub(super) fn new(uri: &Uri, timeout: Duration) -> Self {
        Self { uri: uri.clone(), timeout }
    }

    fn host(&self) -> String {
        let host = self.uri.host().unwrap_or("?");
        self.uri.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
    }
}

pub(super) fn too_large(peer: &Peer, limit: usize) -> TransportError {
    TransportError::new(TransportErrorKind::BodyTooLarge, format!("the response of {} is longer than {limit} bytes", peer.host()))
}

pub(super) fn from_decoding(error: DecodingError, peer: &Peer, limit: usize) -> TransportError {
    let reject = |reason: &str| {
        TransportError::new(TransportErrorKind::Protocol, format!("the response of {} cannot be decoded: {reason}", peer.host()))
    };
    match error {
        DecodingError::TooLarge => too_large(peer, limit),
        DecodingError::Broken => reject("its body is not what its `Content-Encoding` says"),
        DecodingError::Unknown => reject("its `Content-Encoding` is not one that was asked for (gzip, deflate)"),
        DecodingError::TooMany => reject("its `Content-Encoding` lists too many codings"),
    }
}

pub(super) fn from_reqwest(error: reqwest::Error, peer: &Peer) -> TransportError {
    if let Some(rejected) = chain(&error).find_map(|cause| cause.downcast_ref::<ForbiddenAddress>()) {
        return guard::forbidden(rejected.clone());
    }
    let kind = classify(&error);
    let host = peer.host();
    let message = match kind {
        TransportErrorKind::Configuration => format!("the request for {host} cannot be sent"),
        TransportErrorKind::Connect => format!("no connection to {host}"),
        TransportErrorKind::Tls => match tls(&error).and_then(advice) {
            Some(advice) => format!("the TLS handshake with {host} failed: {advice}"),
            None => format!("the TLS handshake with {host} failed"),
        },
        TransportErrorKind::ClientCertificate => {
            format!("{host} demands a client certificate, or rejects the one of this client; set one with `.client_certificate_pem(…)`")
        }
        TransportErrorKind::ProxyAuthentication => proxy_demands_credentials(&host),
        TransportErrorKind::Timeout => format!("no complete response from {host} within {:?}", peer.timeout),
        TransportErrorKind::Protocol => format!("what {host} sent cannot be read as HTTP"),
        TransportErrorKind::Interrupted => format!("the connection to {host} broke"),
        _ => format!("the request to {host} failed"),
    };
    TransportError::new(kind, message).with_source(error.without_url())
}

/// A plain `http` request goes to the proxy itself, which answers in the place of the server (RFC 9110 section 15.5.8).
pub(super) fn from_proxy(peer: &Peer) -> TransportError {
    TransportError::new(TransportErrorKind::ProxyAuthentication, proxy_demands_credentials(&peer.host()))
}

fn proxy_demands_credentials(host: &str) -> String {
    format!("the proxy on the way to {host} demands credentials (HTTP 407); put them into its address, `http://user:password@proxy:port`")
}

/// `Connect` and `Tls` only for the phase before the request is written: a TLS alert after the handshake is an interruption, unless it says
/// that the server wants another client certificate.
fn classify(error: &reqwest::Error) -> TransportErrorKind {
    if error.is_builder() {
        return TransportErrorKind::Configuration;
    }
    if let Some(rustls::Error::AlertReceived(alert)) = tls(error)
        && (is_about_the_client_certificate(*alert) || (!error.is_connect() && ends_a_handshake(*alert)))
    {
        return TransportErrorKind::ClientCertificate;
    }
    if error.is_connect() {
        // The type of this error cannot be named.
        if chain(error).any(|cause| cause.to_string().contains("proxy authorization required")) {
            return TransportErrorKind::ProxyAuthentication;
        }
        return if tls(error).is_some() { TransportErrorKind::Tls } else { TransportErrorKind::Connect };
    }
    if error.is_timeout() {
        return TransportErrorKind::Timeout;
    }
    if let Some(hyper) = chain(error).find_map(|cause| cause.downcast_ref::<hyper::Error>()) {
        return if hyper.is_parse() { TransportErrorKind::Protocol } else { TransportErrorKind::Interrupted };
    }
    if error.is_decode() {
        return TransportErrorKind::Protocol;
    }
    if error.is_request() || error.is_body() { TransportErrorKind::Interrupted } else { TransportErrorKind::Other }
}

fn tls(error: &reqwest::Error) -> Option<&rustls::Error> {
    chain(error).find_map(|cause| cause.downcast_ref())
}

/// RFC 8446 section 6.2: what a server sends of its own accord about the certificate of its client.
fn is_about_the_client_certificate(alert: AlertDescription) -> bool {
    use AlertDescription as Alert;
    matches!(
        alert,
        Alert::CertificateRequired
            | Alert::NoCertificate
            | Alert::BadCertificate
            | Alert::UnsupportedCertificate
            | Alert::CertificateRevoked
            | Alert::CertificateExpired
            | Alert::CertificateUnknown
            | Alert::UnknownCA
    )
}

/// When this side has finished its handshake, only the certificate of the client and its signature are left for the server to check.
fn ends_a_handshake(alert: AlertDescription) -> bool {
    matches!(alert, AlertDescription::DecryptError | AlertDescription::AccessDenied | AlertDescription::HandshakeFailure)
}

/// What to do about a handshake that failed on this side.
fn advice(error: &rustls::Error) -> Option<&'static str> {
    let rustls::Error::InvalidCertificate(reason) = error else { return None };
    match reason {
        CertificateError::UnknownIssuer | CertificateError::BadSignature => {
            Some("its certificate comes from an unknown authority; trust that one with `.root_certificate_pem(…)` or `SSL_CERT_FILE`")
        }
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => Some("its certificate has expired"),
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            Some("its certificate is not valid yet; check the clock of this machine")
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            Some("its certificate is for another name than that of the address")
        }
        CertificateError::Revoked => Some("its certificate was revoked"),
        // The type behind it is that of a crate which is not named here.
        CertificateError::Other(other) if format!("{other:?}").contains("CaUsedAsEndEntity") => Some(
            "its certificate is that of an authority (`CA:TRUE`), which no server may present, trusted or not; issue one for the server \
             without that mark (`basicConstraints=CA:FALSE`)",
        ),
        _ => None,
    }
}

/// The error and its causes; what an `io::Error` wraps counts as its cause, which `source()` would skip.
fn chain<'a>(error: &'a (dyn StdError + 'static)) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |error: &&'a (dyn StdError + 'static)| {
        let error: &'a (dyn StdError + 'static) = *error;
        match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            Some(inner) => Some(inner),
            None => error.source(),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustls::OtherError;

    fn said(reason: CertificateError) -> Option<&'static str> {
        advice(&rustls::Error::InvalidCertificate(reason))
    }

    #[test]
    fn e8_a_certificate_that_is_refused_says_why_and_what_helps() {
        for (reason, part) in [
            (CertificateError::UnknownIssuer, "unknown authority"),
            (CertificateError::BadSignature, "unknown authority"),
            (CertificateError::Expired, "has expired"),
            (CertificateError::NotValidYet, "not valid yet; check the clock"),
            (CertificateError::NotValidForName, "another name"),
            (CertificateError::Revoked, "was revoked"),
        ] {
            let text = said(reason.clone());
            assert!(text.is_some_and(|text| text.contains(part)), "{reason:?}: {text:?}");
        }
        let other = |text: &'static str| CertificateError::Other(OtherError(std::sync::Arc::new(io::Error::other(text))));
        assert!(said(other("CaUsedAsEndEntity")).unwrap().contains("CA:TRUE"));
        assert_eq!(said(other("SomethingElse")), None);
        assert_eq!(said(CertificateError::BadEncoding), None);
        assert_eq!(advice(&rustls::Error::DecryptError), None);
    }

    #[test]
    fn rfc8446_6_2_which_alerts_are_about_the_certificate_of_the_client() {
        use AlertDescription as Alert;
        for alert in [Alert::CertificateRequired, Alert::BadCertificate, Alert::CertificateExpired, Alert::UnknownCA] {
            assert!(is_about_the_client_certificate(alert) && !ends_a_handshake(alert), "{alert:?}");
        }
        for alert in [Alert::DecryptError, Alert::AccessDenied, Alert::HandshakeFailure] {
            assert!(ends_a_handshake(alert) && !is_about_the_client_certificate(alert), "{alert:?}");
        }
        for alert in [Alert::CloseNotify, Alert::InternalError, Alert::ProtocolVersion, Alert::UnrecognisedName] {
            assert!(!ends_a_handshake(alert) && !is_about_the_client_certificate(alert), "{alert:?}");
        }
    }
    fn told(error: reqwest::Error) -> (TransportErrorKind, String) {
        let peer = Peer::new(&Uri::from_static("https://idp.example.com/token"), Duration::from_secs(1));
        let error = from_reqwest(error, &peer);
        (error.kind(), error.to_string())
    }

    /// What a server that answers by `answer` and hangs up leaves behind.
    async fn answered(answer: &'static [u8]) -> reqwest::Error {
        use std::io::{Read, Write};
        let server = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = server.local_addr().unwrap();
        let serving = std::thread::spawn(move || {
            let (mut stream, _) = server.accept().unwrap();
            assert_ne!(stream.read(&mut [0; 4096]).unwrap(), 0);
            stream.write_all(answer).unwrap();
        });
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let error = client.get(format!("http://{address}/")).send().await.unwrap_err();
        serving.join().unwrap();
        error
    }

    #[tokio::test]
    async fn e8_an_error_says_whether_the_request_the_answer_or_the_connection_is_at_fault() {
        let (kind, text) = told(reqwest::Proxy::all("http://").unwrap_err());
        assert_eq!(kind, TransportErrorKind::Configuration);
        assert!(text.contains("the request for idp.example.com cannot be sent"), "{text}");
        let (kind, text) = told(answered(b"not HTTP at all\r\n\r\n").await);
        assert_eq!(kind, TransportErrorKind::Protocol);
        assert!(text.contains("what idp.example.com sent cannot be read as HTTP"), "{text}");
        let (kind, text) = told(answered(b"").await);
        assert_eq!(kind, TransportErrorKind::Interrupted);
        assert!(text.contains("the connection to idp.example.com broke"), "{text}");
    }
}
