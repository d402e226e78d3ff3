//! The token request of a checked callback: RFC 6749 section 4.1.3, RFC 7636 section 4.5.

use crate::protocol::authorization_details::AuthorizationDetail;
use crate::protocol::client_auth::ClientAuthentication;
use crate::protocol::dpop::dpop_token_setters;
use crate::protocol::request::request_setters;
use crate::protocol::token::AuthorizationCodeTokenRequest;

/// The token request of a checked callback: complete, with what belongs to the login. The client's authentication, a policy and resources may
/// be added before it is sent; **sending consumes it**, because a code is redeemed once.
///
/// RFC 6749 section 4.1.3. Made by [`CheckedCallback::into_token_request`](super::CheckedCallback::into_token_request), whose page shows it.
///
/// # Errors
/// As [`AuthorizationCodeTokenRequest`].
#[derive(Debug)]
pub struct CheckedTokenRequest {
    request: AuthorizationCodeTokenRequest,
}

request_setters!([] CheckedTokenRequest: request.options);
dpop_token_setters!([] CheckedTokenRequest: request.options);

impl CheckedTokenRequest {
    pub(super) fn new(request: AuthorizationCodeTokenRequest) -> Self {
        Self { request }
    }

    /// How the client proves who it is. Default: not at all.
    pub fn authentication(mut self, authentication: impl Into<ClientAuthentication>) -> Self {
        self.request.authentication = authentication.into();
        self
    }

    /// The resources that the token is for (RFC 8707): absolute URIs. Default: none.
    pub fn resource(mut self, resources: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.request.resource = resources.into_iter().map(Into::into).collect();
        self
    }

    /// What the token is to allow, in detail (RFC 9396). Default: nothing beyond the scopes.
    pub fn authorization_details(mut self, details: impl IntoIterator<Item = AuthorizationDetail>) -> Self {
        self.request.authorization_details = details.into_iter().collect();
        self
    }

    /// The finished request.
    pub fn build(self) -> AuthorizationCodeTokenRequest {
        self.request
    }
}
