//! An authorization request whose answer goes nowhere.

use identity_model::protocol::authorize::{AuthorizationRequest, ResponseType};

fn main() {
    let request = AuthorizationRequest::builder().address("https://idp.example.com/authorize").client_id("app");
    let _ = request.response_type(ResponseType::Code).code_challenge("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM").build();
}
