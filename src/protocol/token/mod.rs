//! Token requests, one file a grant, and their response (RFC 6749 and the grants built on it).

mod authorization_code;
mod ciba;
mod client_credentials;
mod device_code;
mod expected_token;
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

pub(crate) use authorization_code::authorization_code_token_request_builder;
pub use authorization_code::{AuthorizationCodeTokenRequest, AuthorizationCodeTokenRequestBuilder};
pub use ciba::{CibaPolling, CibaPollingBuilder, CibaTokenRequest, CibaTokenRequestBuilder};
pub(crate) use ciba::{ciba_polling_builder, ciba_token_request_builder};
pub(crate) use client_credentials::client_credentials_token_request_builder;
pub use client_credentials::{ClientCredentialsTokenRequest, ClientCredentialsTokenRequestBuilder};
pub use device_code::{DeviceCodePolling, DeviceCodePollingBuilder, DeviceCodeTokenRequest, DeviceCodeTokenRequestBuilder};
pub(crate) use device_code::{device_code_polling_builder, device_code_token_request_builder};
pub(crate) use extension::extension_token_request_builder;
pub use extension::{ExtensionTokenRequest, ExtensionTokenRequestBuilder};
pub(crate) use grant::ENDPOINT;
pub(crate) use jwt_bearer::jwt_bearer_token_request_builder;
pub use jwt_bearer::{JwtBearerTokenRequest, JwtBearerTokenRequestBuilder};
#[cfg(feature = "legacy-password")]
pub(crate) use password::password_token_request_builder;
#[cfg(feature = "legacy-password")]
pub use password::{PasswordTokenRequest, PasswordTokenRequestBuilder};
pub use polling::{PollCancellation, PollProgress};
pub(crate) use refresh_token::refresh_token_request_builder;
pub use refresh_token::{RefreshTokenRequest, RefreshTokenRequestBuilder};
pub use repeatable::{RepeatableTokenRequest, TokenFingerprint};
pub use response::TokenResponse;
pub(crate) use saml_bearer::saml_bearer_token_request_builder;
pub use saml_bearer::{SamlBearerTokenRequest, SamlBearerTokenRequestBuilder};
pub(crate) use token_exchange::token_exchange_request_builder;
pub use token_exchange::{TokenExchangeRequest, TokenExchangeRequestBuilder};
