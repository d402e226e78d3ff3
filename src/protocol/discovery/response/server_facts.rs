//! What a document says of the server behind its endpoints (RFC 8414 section 2, RFC 9101 section 10.5, RFC 9126 section 5).

use std::sync::Arc;

use crate::constants::{metadata, resource_metadata};
use crate::document::Document;
use crate::protocol::discovery::{Demands, Endpoint, PolicyViolation, Server};

/// What the document says of its server, read once: there may be as many endpoints as fit into a document, each with the same.
#[derive(Debug)]
pub(super) struct ServerFacts {
    issuer: Arc<str>,
    token_endpoint: Option<Arc<str>>,
    /// How assertions may be signed: for introspection, for revocation, and everywhere else.
    assertions: [Option<Arc<[String]>>; 3],
    /// How request objects may be signed: for a backchannel login, and everywhere else.
    request_objects: [Option<Arc<[String]>>; 2],
    demands: Demands,
    /// How DPoP proofs may be signed. An empty list stands for no algorithm, not for any.
    dpop_algorithms: Option<Arc<[String]>>,
    requires_dpop: bool,
}

impl ServerFacts {
    pub(super) fn of(document: &Document) -> Self {
        let list = |name: &str| Some(document.try_get_string_array(name)).filter(|list| !list.is_empty()).map(Arc::from);
        let signing = |endpoint: &str| list(&format!("{endpoint}_auth_signing_alg_values_supported"));
        Self {
            issuer: document.try_get_str(metadata::ISSUER).unwrap_or_default().into(),
            token_endpoint: document.try_get_str(metadata::TOKEN_ENDPOINT).map(Arc::from),
            // Introspection and revocation have lists of their own (RFC 8414 section 2); every other endpoint goes by the token endpoint's.
            assertions: [metadata::INTROSPECTION_ENDPOINT, metadata::REVOCATION_ENDPOINT, metadata::TOKEN_ENDPOINT].map(signing),
            request_objects: [
                metadata::BACKCHANNEL_AUTHENTICATION_REQUEST_SIGNING_ALG_VALUES_SUPPORTED,
                metadata::REQUEST_OBJECT_SIGNING_ALG_VALUES_SUPPORTED,
            ]
            .map(list),
            demands: Demands {
                pushed: document.try_get_boolean(metadata::REQUIRE_PUSHED_AUTHORIZATION_REQUESTS).unwrap_or(false),
                signed: document.try_get_boolean(metadata::REQUIRE_SIGNED_REQUEST_OBJECT).unwrap_or(false),
            },
            dpop_algorithms: document.try_get::<Vec<String>>(metadata::DPOP_SIGNING_ALG_VALUES_SUPPORTED).ok().flatten().map(Arc::from),
            requires_dpop: document.try_get_boolean(resource_metadata::DPOP_BOUND_ACCESS_TOKENS_REQUIRED) == Some(true),
        }
    }

    pub(super) fn at(&self, member: &str, alias: Option<Result<Endpoint, PolicyViolation>>) -> Server {
        let [introspection, revocation, others] = &self.assertions;
        let [backchannel, authorization] = &self.request_objects;
        Server {
            issuer: Arc::clone(&self.issuer),
            token_endpoint: self.token_endpoint.clone(),
            auth_signing_algorithms: match member {
                metadata::INTROSPECTION_ENDPOINT => introspection.clone(),
                metadata::REVOCATION_ENDPOINT => revocation.clone(),
                _ => others.clone(),
            },
            alias,
            demands: self.demands,
            request_object_algorithms: match member {
                metadata::BACKCHANNEL_AUTHENTICATION_ENDPOINT => backchannel.clone(),
                _ => authorization.clone(),
            },
            dpop_algorithms: self.dpop_algorithms.clone(),
            requires_dpop: self.requires_dpop && member == metadata::TOKEN_ENDPOINT,
        }
    }
}
