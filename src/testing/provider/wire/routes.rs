//! Which file answers for which endpoint, and what that file adds to the metadata.

use serde_json::{Map, Value};

use crate::testing::provider::ProviderEndpoint;
use crate::testing::provider::endpoints::{
    authorization, backchannel_authentication, check_session, claims, client_configuration, device_authorization, discovery, end_session,
    introspection, jwks, pushed_authorization, registration, resource, revocation, token, userinfo, webfinger,
};
use crate::testing::provider::state::shared::Config;
use crate::testing::provider::wire::call::Call;
use crate::testing::provider::wire::response::ErrorResponse;
use crate::transport::HttpResponse;

/// What an endpoint says to a request.
pub(in crate::testing::provider) type Answer = fn(&Call<'_>) -> Result<HttpResponse, ErrorResponse>;

/// Who answers at `endpoint`.
pub(in crate::testing::provider) fn answer(endpoint: ProviderEndpoint) -> Answer {
    match endpoint {
        ProviderEndpoint::Discovery => discovery::answer,
        ProviderEndpoint::AuthorizationServerMetadata => discovery::answer,
        ProviderEndpoint::Jwks => jwks::answer,
        ProviderEndpoint::Authorization => authorization::answer,
        ProviderEndpoint::Token => token::answer,
        ProviderEndpoint::UserInfo => userinfo::answer,
        ProviderEndpoint::Introspection => introspection::answer,
        ProviderEndpoint::Revocation => revocation::answer,
        ProviderEndpoint::DeviceAuthorization => device_authorization::answer,
        ProviderEndpoint::BackchannelAuthentication => backchannel_authentication::answer,
        ProviderEndpoint::PushedAuthorization => pushed_authorization::answer,
        ProviderEndpoint::Registration => registration::answer,
        ProviderEndpoint::ClientConfiguration => client_configuration::answer,
        ProviderEndpoint::EndSession => end_session::answer,
        ProviderEndpoint::CheckSession => check_session::answer,
        ProviderEndpoint::Claims => claims::answer,
        ProviderEndpoint::Resource => resource::answer,
        ProviderEndpoint::ResourceMetadata => resource::metadata,
        ProviderEndpoint::WebFinger => webfinger::answer,
    }
}

/// What `endpoint` adds to the metadata beside its address.
pub(in crate::testing::provider) fn metadata(endpoint: ProviderEndpoint, config: &Config) -> Map<String, Value> {
    match endpoint {
        ProviderEndpoint::Discovery => discovery::metadata(config),
        ProviderEndpoint::Authorization => authorization::metadata(config),
        ProviderEndpoint::Token => token::metadata(config),
        ProviderEndpoint::UserInfo => userinfo::metadata(config),
        ProviderEndpoint::Introspection => introspection::metadata(config),
        ProviderEndpoint::Revocation => revocation::metadata(config),
        ProviderEndpoint::BackchannelAuthentication => backchannel_authentication::metadata(config),
        ProviderEndpoint::PushedAuthorization => pushed_authorization::metadata(config),
        ProviderEndpoint::EndSession => end_session::metadata(config),
        _ => Map::new(),
    }
}
