//! Which requests can be sent, and with what they are answered.

use super::senders;
use crate::protocol::discovery::{
    DiscoveryDocumentRequest, DiscoveryDocumentRequestBuilder, DiscoveryDocumentResponse, discovery_document_request_builder,
};
use crate::protocol::jwks::{JwksRequest, JwksRequestBuilder, JwksResponse, jwks_request_builder};
use crate::protocol::token::{
    ClientCredentialsTokenRequest, ClientCredentialsTokenRequestBuilder, TokenResponse, client_credentials_token_request_builder,
};
use crate::protocol::userinfo::{UserInfoRequest, UserInfoRequestBuilder, UserInfoResponse, user_info_request_builder};

senders!(DiscoveryDocumentRequest => DiscoveryDocumentResponse, DiscoveryDocumentRequestBuilder, discovery_document_request_builder);
senders!(JwksRequest => JwksResponse, JwksRequestBuilder, jwks_request_builder);
senders!(ClientCredentialsTokenRequest => TokenResponse, ClientCredentialsTokenRequestBuilder, client_credentials_token_request_builder);
senders!(UserInfoRequest => UserInfoResponse, UserInfoRequestBuilder, user_info_request_builder);
