//! Token requests, one file a grant, and their response (RFC 6749 and the grants built on it).

mod client_credentials;
mod exchange;
mod response;

pub use client_credentials::{
    ClientCredentialsTokenRequest, ClientCredentialsTokenRequestBuilder, client_credentials_token_request_builder,
};
pub use response::TokenResponse;
