//! Which requests can be sent, and with what they are answered.

use super::{senders, senders_once};
use crate::error::Error;
use crate::protocol::authorize::{BegunLogin, CheckedTokenRequest, LoginRequest, LoginRequestBuilder, login_request_builder};
use crate::protocol::backchannel_authentication::{
    BackchannelAuthenticationRequest, BackchannelAuthenticationRequestBuilder, BackchannelAuthenticationResponse,
    backchannel_authentication_request_builder,
};
use crate::protocol::device_authorization::{
    DeviceAuthorizationRequest, DeviceAuthorizationRequestBuilder, DeviceAuthorizationResponse, device_authorization_request_builder,
};
use crate::protocol::discovery::{
    DiscoveryDocumentRequest, DiscoveryDocumentRequestBuilder, DiscoveryDocumentResponse, discovery_document_request_builder,
};
use crate::protocol::introspection::{
    IntrospectionRequest, IntrospectionRequestBuilder, IntrospectionResponse, introspection_request_builder,
};
use crate::protocol::jwks::{JwksRequest, JwksRequestBuilder, JwksResponse, jwks_request_builder};
use crate::protocol::pushed_authorization::{
    PushedAuthorizationRequest, PushedAuthorizationRequestBuilder, PushedAuthorizationResponse, pushed_authorization_request_builder,
};
use crate::protocol::registration::{RegistrationRequest, RegistrationRequestBuilder, RegistrationResponse, registration_request_builder};
use crate::protocol::registration_management::{
    ClientDeleteRequest, ClientDeleteRequestBuilder, ClientDeleteResponse, ClientReadRequest, ClientReadRequestBuilder,
    ClientUpdateRequest, ClientUpdateRequestBuilder, client_delete_request_builder, client_read_request_builder,
    client_update_request_builder,
};
use crate::protocol::resource_metadata::{
    ResourceMetadataRequest, ResourceMetadataRequestBuilder, ResourceMetadataResponse, resource_metadata_request_builder,
};
use crate::protocol::revocation::{RevocationRequest, RevocationRequestBuilder, RevocationResponse, revocation_request_builder};
use crate::protocol::token::{
    AuthorizationCodeTokenRequest, AuthorizationCodeTokenRequestBuilder, CibaPolling, CibaPollingBuilder, CibaTokenRequest,
    CibaTokenRequestBuilder, ClientCredentialsTokenRequest, ClientCredentialsTokenRequestBuilder, DeviceCodePolling,
    DeviceCodePollingBuilder, DeviceCodeTokenRequest, DeviceCodeTokenRequestBuilder, ExtensionTokenRequest, ExtensionTokenRequestBuilder,
    JwtBearerTokenRequest, JwtBearerTokenRequestBuilder, RefreshTokenRequest, RefreshTokenRequestBuilder, SamlBearerTokenRequest,
    SamlBearerTokenRequestBuilder, TokenExchangeRequest, TokenExchangeRequestBuilder, TokenResponse,
    authorization_code_token_request_builder, ciba_polling_builder, ciba_token_request_builder, client_credentials_token_request_builder,
    device_code_polling_builder, device_code_token_request_builder, extension_token_request_builder, jwt_bearer_token_request_builder,
    refresh_token_request_builder, saml_bearer_token_request_builder, token_exchange_request_builder,
};
#[cfg(feature = "legacy-password")]
use crate::protocol::token::{PasswordTokenRequest, PasswordTokenRequestBuilder, password_token_request_builder};
use crate::protocol::userinfo::{UserInfoRequest, UserInfoRequestBuilder, UserInfoResponse, user_info_request_builder};
use crate::protocol::webfinger::{WebFingerRequest, WebFingerRequestBuilder, WebFingerResponse, web_finger_request_builder};
use crate::transport::{BlockingHttpClient, HttpClient};

senders!(DiscoveryDocumentRequest => DiscoveryDocumentResponse, DiscoveryDocumentRequestBuilder, discovery_document_request_builder);
senders!(JwksRequest => JwksResponse, JwksRequestBuilder, jwks_request_builder);
senders!(ClientCredentialsTokenRequest => TokenResponse, ClientCredentialsTokenRequestBuilder, client_credentials_token_request_builder);
senders!(UserInfoRequest => UserInfoResponse, UserInfoRequestBuilder, user_info_request_builder);
senders_once!(AuthorizationCodeTokenRequest => TokenResponse, AuthorizationCodeTokenRequestBuilder, authorization_code_token_request_builder);
senders!(ExtensionTokenRequest => TokenResponse, ExtensionTokenRequestBuilder, extension_token_request_builder);
senders!(JwtBearerTokenRequest => TokenResponse, JwtBearerTokenRequestBuilder, jwt_bearer_token_request_builder);
senders_once!(RefreshTokenRequest => TokenResponse, RefreshTokenRequestBuilder, refresh_token_request_builder);
senders!(SamlBearerTokenRequest => TokenResponse, SamlBearerTokenRequestBuilder, saml_bearer_token_request_builder);
senders!(TokenExchangeRequest => TokenResponse, TokenExchangeRequestBuilder, token_exchange_request_builder);
#[cfg(feature = "legacy-password")]
senders!(PasswordTokenRequest => TokenResponse, PasswordTokenRequestBuilder, password_token_request_builder);
senders!(BackchannelAuthenticationRequest => BackchannelAuthenticationResponse, BackchannelAuthenticationRequestBuilder, backchannel_authentication_request_builder);
senders!(DeviceAuthorizationRequest => DeviceAuthorizationResponse, DeviceAuthorizationRequestBuilder, device_authorization_request_builder);
senders!(CibaPolling => TokenResponse, CibaPollingBuilder, ciba_polling_builder);
senders!(CibaTokenRequest => TokenResponse, CibaTokenRequestBuilder, ciba_token_request_builder);
senders!(DeviceCodePolling => TokenResponse, DeviceCodePollingBuilder, device_code_polling_builder);
senders!(DeviceCodeTokenRequest => TokenResponse, DeviceCodeTokenRequestBuilder, device_code_token_request_builder);
senders!(IntrospectionRequest => IntrospectionResponse, IntrospectionRequestBuilder, introspection_request_builder);
senders!(RevocationRequest => RevocationResponse, RevocationRequestBuilder, revocation_request_builder);
senders!(LoginRequest => BegunLogin, LoginRequestBuilder, login_request_builder);
senders!(PushedAuthorizationRequest => PushedAuthorizationResponse, PushedAuthorizationRequestBuilder, pushed_authorization_request_builder);
senders!(RegistrationRequest => RegistrationResponse, RegistrationRequestBuilder, registration_request_builder);
senders!(ClientReadRequest => RegistrationResponse, ClientReadRequestBuilder, client_read_request_builder);
senders!(ClientUpdateRequest => RegistrationResponse, ClientUpdateRequestBuilder, client_update_request_builder);
senders!(ClientDeleteRequest => ClientDeleteResponse, ClientDeleteRequestBuilder, client_delete_request_builder);
senders!(ResourceMetadataRequest => ResourceMetadataResponse, ResourceMetadataRequestBuilder, resource_metadata_request_builder);
senders!(WebFingerRequest => WebFingerResponse, WebFingerRequestBuilder, web_finger_request_builder);

impl CheckedTokenRequest {
    /// Sends the request and consumes it: its code is spent.
    ///
    /// # Errors
    /// See [`Error`]: the address is checked against the policy before anything is sent.
    pub async fn send(self, client: &dyn HttpClient) -> Result<TokenResponse, Error> {
        self.build().send(client).await
    }

    /// Sends the request on the calling thread and consumes it; the twin of [`send`](Self::send).
    ///
    /// # Errors
    /// As [`send`](Self::send).
    pub fn send_blocking(self, client: &dyn BlockingHttpClient) -> Result<TokenResponse, Error> {
        self.build().send_blocking(client)
    }
}
