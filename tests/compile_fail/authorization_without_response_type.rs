//! An authorization request that does not say what it wants.

use identity_model::protocol::authorize::AuthorizationRequest;

fn main() {
    let request = AuthorizationRequest::builder().address("https://idp.example.com/authorize").client_id("app");
    let request = request.redirect_uri("https://app.example.com/callback");
    let _ = request.code_challenge("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM").build();
}
