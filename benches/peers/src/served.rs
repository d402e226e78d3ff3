//! A provider without a network: its discovery document and its key set, answered from memory.

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use identity_model::transport::{BlockingHttpClient, HttpRequest, HttpResponse, TransportError};

use crate::corpus::discovery_document;

pub struct Served {
    document: Bytes,
    key_set: Bytes,
}

impl Served {
    pub fn new(issuer: &str, key_set: String) -> Self {
        Self { document: discovery_document(issuer, &format!("{issuer}/keys")).into(), key_set: key_set.into() }
    }
}

impl BlockingHttpClient for Served {
    fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        let body = if request.uri().path() == "/keys" { &self.key_set } else { &self.document };
        let mut response = HttpResponse::new(body.clone());
        response.headers_mut().insert(CONTENT_TYPE, "application/json".parse().expect("a media type"));
        Ok(response)
    }
}
