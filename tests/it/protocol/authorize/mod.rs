//! The authorization endpoint: requests, logins, answers.

/// A complete authorization request of this response type, to which more can be added; a macro, as the type of a partly set builder cannot be
/// written down.
macro_rules! at {
    ($address:expr, $response_type:expr) => {
        identity_model::protocol::authorize::AuthorizationRequest::builder()
            .address($address)
            .code_challenge($crate::protocol::authorize::url::CHALLENGE)
            .client_id("app")
            .response_type($response_type)
            .redirect_uri("https://app.example.com/cb")
    };
}

/// The same for a code.
macro_rules! code {
    () => {
        at!($crate::protocol::authorize::url::ADDRESS, identity_model::protocol::authorize::ResponseType::Code)
    };
}

mod callback;
mod check_session;
mod code_flow;
mod front_channel;
mod hostile;
mod login;
mod request_object;
mod response_jwt;
mod specification;
pub(crate) mod support;
mod third_party;
mod told;
mod transaction;
mod url;
mod with_provider;
