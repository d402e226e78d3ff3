//! What every grant shares: its place, its client, scope and resources, and how the answer is read.

use http::StatusCode;

use super::TokenResponse;
use crate::constants::{media_types, parameters};
use crate::exchange::{Exchange, Port};
use crate::protocol::authenticated::AuthenticatedPost;
use crate::protocol::client_auth::ClientAuthentication;
use crate::protocol::discovery::Address;
use crate::protocol::error::RequestError;
use crate::protocol::parameters::Parameters;
use crate::protocol::request::RequestOptions;
use crate::transport::Repeat;

pub(super) const ENDPOINT: &str = "token endpoint";

/// What a grant sends, without what is its own.
#[derive(Debug, Clone)]
pub(super) struct Grant {
    pub(super) grant_type: String,
    pub(super) address: Address,
    pub(super) client_id: Option<String>,
    pub(super) authentication: ClientAuthentication,
    pub(super) scope: Vec<String>,
    pub(super) resource: Vec<String>,
    pub(super) options: RequestOptions,
}

impl Grant {
    /// Posts the grant's `own` parameters, authenticated afresh for every attempt.
    pub(super) fn exchange(self, own: impl Fn(&mut Parameters) + Send + Sync + 'static) -> Exchange<TokenResponse, RequestError> {
        Exchange::new(|port: Port| async move { self.run(&own, &port).await })
    }

    /// The same as part of another exchange.
    pub(super) async fn run(&self, own: &(impl Fn(&mut Parameters) + Sync), port: &Port) -> Result<TokenResponse, RequestError> {
        let scopes = self.scopes();
        let post = AuthenticatedPost {
            endpoint: ENDPOINT,
            address: self.address.clone(),
            client_id: self.client_id.clone(),
            authentication: self.authentication.clone(),
            options: self.options.clone(),
            repeat: Repeat::IfUnsent,
            accept: media_types::JSON,
            success: StatusCode::OK,
            media_types: &[media_types::JSON],
        };
        let parameters = |list: &mut Parameters| {
            list.add(parameters::GRANT_TYPE, &self.grant_type);
            own(list);
            list.add(parameters::SCOPE, &scopes.join(" "));
            list.add_all(parameters::RESOURCE, self.resource.iter().map(String::as_str));
        };
        post.send(parameters, port, |accepted, expectation| TokenResponse::read(accepted, &scopes, expectation)).await
    }

    /// The scopes asked for, each by itself, however the caller grouped them.
    fn scopes(&self) -> Vec<String> {
        self.scope.iter().flat_map(|text| text.split_ascii_whitespace()).map(str::to_owned).collect()
    }
}
