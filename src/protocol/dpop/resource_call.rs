//! One request of an application's own to a protected resource: RFC 9449 section 7.

use http::header::AUTHORIZATION;
use http::{HeaderName, Method};

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

/// Whether the body of a request can be sent a second time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Replay {
    Possible,
    Impossible,
}

/// Rejects a request that states what the library sets: its credentials.
pub(crate) fn reject_reserved(request: &HttpRequest) -> Result<(), RequestError> {
    for name in [AUTHORIZATION, HeaderName::from_static("dpop")] {
        if request.headers().contains_key(&name) {
            return Err(RequestError::configuration(format!("header `{name}`"), "is reserved and cannot be set"));
        }
    }
    Ok(())
}

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
        reject_reserved(&request)?;
        self.options.accept(ENDPOINT, &Address::from(request.uri().to_string()))?;
        let mut attempts = self.attempts(&request, access_token, Replay::Possible, port)?;
        loop {
            if let Some(response) = attempts.send(request.clone(), port).await? {
                return Ok(response);
            }
        }
    }

    /// The attempts of one request, each with a proof where there is a key. Without one, the caller puts the token on the request.
    pub(crate) fn attempts(
        &self,
        request: &HttpRequest,
        access_token: &AccessToken,
        replay: Replay,
        port: &Port,
    ) -> Result<Attempts, RequestError> {
        let proofs = match self.options.dpop() {
            Some(options) => MessageProofs::of(options, ServerRole::Resource, ENDPOINT, self.algorithms.as_deref(), Some(access_token))?,
            None => None,
        };
        let proofs = proofs.map(|proofs| if replay == Replay::Possible { proofs } else { proofs.once() });
        let is_safe = [Method::GET, Method::HEAD, Method::OPTIONS].contains(request.method());
        let repeat = if is_safe { Repeat::Safe } else { Repeat::Never };
        let body_limit = self.options.body_limit(BodyLimit::DEFAULT);
        Ok(Attempts::begin(&self.options, ENDPOINT, repeat, body_limit, port)?.with_proofs(proofs))
    }
}
