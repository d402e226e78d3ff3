//! What a failure of reqwest means at the seam.

use std::error::Error as StdError;
use std::io;
use std::time::Duration;

use http::Uri;

use super::guard;
use crate::transport::{ForbiddenAddress, TransportError, TransportErrorKind};

/// Whom a request goes to and how long it may take, for the message of a failure.
pub(super) struct Peer {
    host: String,
    timeout: Duration,
}

impl Peer {
    pub(super) fn new(uri: &Uri, timeout: Duration) -> Self {
        let host = uri.host().unwrap_or("?");
        let host = uri.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
        Self { host, timeout }
    }
}

pub(super) fn too_large(peer: &Peer, limit: usize) -> TransportError {
    TransportError::new(TransportErrorKind::BodyTooLarge, format!("the answer of {} is longer than {limit} bytes", peer.host))
}

pub(super) fn from_reqwest(error: reqwest::Error, peer: &Peer) -> TransportError {
    if let Some(rejected) = chain(&error).find_map(|cause| cause.downcast_ref::<ForbiddenAddress>()) {
        return guard::forbidden(rejected.clone());
    }
    let kind = classify(&error);
    let host = &peer.host;
    let message = match kind {
        TransportErrorKind::Configuration => format!("the request for {host} cannot be sent"),
        TransportErrorKind::Connect => format!("no connection to {host}"),
        TransportErrorKind::Tls => format!("the TLS handshake with {host} failed"),
        TransportErrorKind::Timeout => format!("no complete answer from {host} within {:?}", peer.timeout),
        TransportErrorKind::Protocol => format!("what {host} sent cannot be read as HTTP"),
        TransportErrorKind::Interrupted => format!("the connection to {host} broke"),
        _ => format!("the request to {host} failed"),
    };
    TransportError::new(kind, message).with_source(error.without_url())
}

/// `Connect` and `Tls` only for the phase before the request is written: a TLS alert after the handshake (a server that refuses the
/// client's certificate in TLS 1.3, say) is an interruption.
fn classify(error: &reqwest::Error) -> TransportErrorKind {
    if error.is_builder() {
        return TransportErrorKind::Configuration;
    }
    if error.is_connect() {
        let tls = chain(error).any(|cause| cause.is::<rustls::Error>());
        return if tls { TransportErrorKind::Tls } else { TransportErrorKind::Connect };
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
