//! Token requests, one file a grant, and their response (RFC 6749 and the grants built on it).

mod authorization_code;
mod ciba;
mod client_credentials;
mod device_code;
mod extension;
mod grant;
mod jwt_bearer;
#[cfg(feature = "legacy-password")]
mod password;
mod polling;
mod refresh_token;
mod repeatable;
mod response;
mod saml_bearer;
mod token_exchange;

pub use authorization_code::{
    AuthorizationCodeTokenRequest, AuthorizationCodeTokenRequestBuilder, authorization_code_token_request_builder,
};
pub use ciba::{
    CibaPolling, CibaPollingBuilder, CibaTokenRequest, CibaTokenRequestBuilder, ciba_polling_builder, ciba_token_request_builder,
};
pub use client_credentials::{
    ClientCredentialsTokenRequest, ClientCredentialsTokenRequestBuilder, client_credentials_token_request_builder,
};
pub use device_code::{
    DeviceCodePolling, DeviceCodePollingBuilder, DeviceCodeTokenRequest, DeviceCodeTokenRequestBuilder, device_code_polling_builder,
    device_code_token_request_builder,
};
pub use extension::{ExtensionTokenRequest, ExtensionTokenRequestBuilder, extension_token_request_builder};
pub(crate) use grant::ENDPOINT;
pub use jwt_bearer::{JwtBearerTokenRequest, JwtBearerTokenRequestBuilder, jwt_bearer_token_request_builder};
#[cfg(feature = "legacy-password")]
pub use password::{PasswordTokenRequest, PasswordTokenRequestBuilder, password_token_request_builder};
pub use polling::{PollCancellation, PollProgress};
pub use refresh_token::{RefreshTokenRequest, RefreshTokenRequestBuilder, refresh_token_request_builder};
pub use repeatable::{RepeatableTokenRequest, TokenFingerprint};
pub use response::TokenResponse;
pub use saml_bearer::{SamlBearerTokenRequest, SamlBearerTokenRequestBuilder, saml_bearer_token_request_builder};
pub use token_exchange::{TokenExchangeRequest, TokenExchangeRequestBuilder, token_exchange_request_builder};
