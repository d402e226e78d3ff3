//! A client with two names.

use identity_model::protocol::token::ClientCredentialsTokenRequest;

fn main() {
    let _ = ClientCredentialsTokenRequest::builder().client_id("reports").client_id("others");
}
