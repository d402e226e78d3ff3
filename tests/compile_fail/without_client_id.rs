//! A client that does not say who it is.

use identity_model::protocol::token::ClientCredentialsTokenRequest;

fn main() {
    let _ = ClientCredentialsTokenRequest::builder().address("https://idp.example.com/token").build();
}
