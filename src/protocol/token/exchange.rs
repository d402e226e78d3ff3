//! The exchange that every grant shares: authenticate, post the form, read the tokens.

use http::Method;
use http::header::AUTHORIZATION;

use super::TokenResponse;
use crate::constants::{media_types, parameters};
use crate::exchange::{Exchange, Port};
use crate::protocol::attempts::Attempts;
use crate::protocol::client_auth::ClientAuthentication;
use crate::protocol::discovery::Address;
use crate::protocol::error::RequestError;
use crate::protocol::parameters::Parameters;
use crate::protocol::request::{RequestOptions, with_form};
use crate::secret::ClientSecret;
use crate::transport::{BodyLimit, HttpRequest, Repeat};

pub(super) const ENDPOINT: &str = "token endpoint";

/// What a grant sends, without what all grants share.
#[derive(Debug, Clone)]
pub(super) struct Grant {
    pub(super) grant_type: &'static str,
    pub(super) address: Address,
    pub(super) client_id: String,
    pub(super) authentication: ClientAuthentication,
    pub(super) scope: Vec<String>,
    pub(super) resource: Vec<String>,
    pub(super) options: RequestOptions,
}

impl Grant {
    /// Posts the grant's `own` parameters, authenticated afresh for every attempt.
    pub(super) fn exchange(self, own: Vec<(&'static str, String)>) -> Exchange<TokenResponse, RequestError> {
        Exchange::new(|port: Port| async move {
            let (url, quirks) = self.options.accept_address(ENDPOINT, &self.address)?;
            let body_limit = self.options.body_limit(BodyLimit::DEFAULT);
            let mut attempts = Attempts::begin(&self.options, ENDPOINT, Repeat::IfUnsent, body_limit, &port)?;
            loop {
                let request = self.build(&url, &own)?;
                if let Some(response) = attempts.send(request, &port).await? {
                    let secret = self.authentication.secret().map(ClientSecret::expose);
                    return TokenResponse::read(response, &self.scopes(), body_limit, quirks, port.now())
                        .map_err(|error| error.hiding(secret));
                }
            }
        })
    }

    /// The scopes asked for, each by itself, however the caller grouped them.
    fn scopes(&self) -> Vec<String> {
        self.scope.iter().flat_map(|text| text.split_ascii_whitespace()).map(str::to_owned).collect()
    }

    fn build(&self, url: &str, own: &[(&'static str, String)]) -> Result<HttpRequest, RequestError> {
        let mut list = Parameters::new();
        list.add(parameters::GRANT_TYPE, self.grant_type);
        for (name, value) in own {
            list.add(name, value);
        }
        list.add(parameters::SCOPE, &self.scopes().join(" "));
        list.add_all(parameters::RESOURCE, self.resource.iter().map(String::as_str));
        let authorization = self.authentication.apply(&self.client_id, &mut list)?;
        let mut builder = self.options.request(Method::POST, url, media_types::JSON)?;
        if let Some(value) = authorization {
            builder = builder.header(AUTHORIZATION, value);
        }
        with_form(builder, &list.finish(&self.options.parameters)?)
    }
}
