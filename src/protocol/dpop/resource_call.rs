//! One request of an application's own to a protected resource: RFC 9449 section 7.

use http::Method;
use http::header::AUTHORIZATION;

use super::key::DpopKey;
use super::message_proofs::MessageProofs;
use super::nonces::ServerRole;
use crate::exchange::{Exchange, Port};
use crate::protocol::attempts::Attempts;
use crate::protocol::discovery::Address;
use crate::protocol::error::RequestError;
use crate::protocol::request::RequestOptions;
use crate::secret::AccessToken;
use crate::transport::{BodyLimit, HttpRequest, HttpResponse, Repeat};

const ENDPOINT: &str = "resource";

/// How resources are called.
#[derive(Debug, Clone)]
pub(crate) struct ResourceCall {
    pub(crate) options: RequestOptions,
    /// The algorithms of proofs that the resource's metadata names.
    pub(crate) algorithms: Option<Vec<String>>,
}

impl ResourceCall {
    pub(crate) fn new(key: DpopKey) -> Self {
        // Whether a request of the application may be repeated after a failure, the application knows alone.
        let mut options = RequestOptions::unrepeated();
        options.dpop_mut().key = Some(key);
        Self { options, algorithms: None }
    }

    pub(crate) fn exchange(&self, request: HttpRequest, access_token: &AccessToken) -> Exchange<HttpResponse, RequestError> {
        let (this, access_token) = (self.clone(), access_token.clone());
        Exchange::new(|port: Port| async move { this.run(request, &access_token, &port).await })
    }

    async fn run(&self, request: HttpRequest, access_token: &AccessToken, port: &Port) -> Result<HttpResponse, RequestError> {
        for name in [AUTHORIZATION.as_str(), "dpop"] {
            if request.headers().contains_key(name) {
                return Err(RequestError::configuration(format!("header `{name}`"), "is reserved and cannot be set"));
            }
        }
        self.options.accept(ENDPOINT, &Address::from(request.uri().to_string()))?;
        let proofs = match self.options.dpop() {
            Some(options) => MessageProofs::of(options, ServerRole::Resource, ENDPOINT, self.algorithms.as_deref(), Some(access_token))?,
            None => None,
        };
        let is_safe = [Method::GET, Method::HEAD, Method::OPTIONS].contains(request.method());
        let repeat = if is_safe { Repeat::Safe } else { Repeat::Never };
        let body_limit = self.options.body_limit(BodyLimit::DEFAULT);
        let mut attempts = Attempts::begin(&self.options, ENDPOINT, repeat, body_limit, port)?.with_proofs(proofs);
        loop {
            if let Some(response) = attempts.send(request.clone(), port).await? {
                return Ok(response);
            }
        }
    }
}
