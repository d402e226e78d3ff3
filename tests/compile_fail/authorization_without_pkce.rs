//! An authorization request that says nothing about PKCE.

use identity_model::protocol::authorize::{AuthorizationRequest, ResponseType};

fn main() {
    let request = AuthorizationRequest::builder().address("https://idp.example.com/authorize").client_id("app");
    let _ = request.response_type(ResponseType::Code).redirect_uri("https://app.example.com/callback").url();
}
