//! The endpoints and where they lie, in the order of the metadata.

use http::Method;

use crate::testing::provider::ProviderEndpoint;

/// Where an endpoint lies.
#[derive(Debug, Clone, Copy)]
pub(in crate::testing::provider) enum Location {
    /// After the issuer.
    AfterIssuer(&'static str),
    /// Between the issuer's origin and its path (RFC 8615, RFC 8414 section 3.1).
    BeforePath(&'static str),
    /// Before and after the issuer's path (RFC 9728 section 3.1).
    Around(&'static str, &'static str),
    /// At the issuer's origin, whatever its path (RFC 7033 section 4).
    AtOrigin(&'static str),
}

/// One endpoint: where it lies, and what it is called in the metadata.
pub(in crate::testing::provider) struct EndpointRow {
    pub(in crate::testing::provider) endpoint: ProviderEndpoint,
    pub(in crate::testing::provider) location: Location,
    pub(in crate::testing::provider) methods: &'static [Method],
    /// The member of the metadata that holds its address.
    pub(in crate::testing::provider) member: Option<&'static str>,
}

pub(in crate::testing::provider) static ENDPOINTS: &[EndpointRow] = &[
    EndpointRow {
        endpoint: ProviderEndpoint::Discovery,
        location: Location::AfterIssuer("/.well-known/openid-configuration"),
        methods: &[Method::GET],
        member: None,
    },
    EndpointRow {
        endpoint: ProviderEndpoint::AuthorizationServerMetadata,
        location: Location::BeforePath("/.well-known/oauth-authorization-server"),
        methods: &[Method::GET],
        member: None,
    },
    EndpointRow {
        endpoint: ProviderEndpoint::Jwks,
        location: Location::AfterIssuer("/jwks"),
        methods: &[Method::GET],
        member: Some("jwks_uri"),
    },
    EndpointRow {
        endpoint: ProviderEndpoint::Authorization,
        location: Location::AfterIssuer("/authorize"),
        methods: &[Method::GET, Method::POST],
        member: Some("authorization_endpoint"),
    },
    EndpointRow {
        endpoint: ProviderEndpoint::Token,
        location: Location::AfterIssuer("/token"),
        methods: &[Method::POST],
        member: Some("token_endpoint"),
    },
    EndpointRow {
        endpoint: ProviderEndpoint::UserInfo,
        location: Location::AfterIssuer("/userinfo"),
        methods: &[Method::GET, Method::POST],
        member: Some("userinfo_endpoint"),
    },
    EndpointRow {
        endpoint: ProviderEndpoint::Introspection,
        location: Location::AfterIssuer("/introspect"),
        methods: &[Method::POST],
        member: Some("introspection_endpoint"),
    },
    EndpointRow {
        endpoint: ProviderEndpoint::Revocation,
        location: Location::AfterIssuer("/revoke"),
        methods: &[Method::POST],
        member: Some("revocation_endpoint"),
    },
    EndpointRow {
        endpoint: ProviderEndpoint::DeviceAuthorization,
        location: Location::AfterIssuer("/device_authorization"),
        methods: &[Method::POST],
        member: Some("device_authorization_endpoint"),
    },
    EndpointRow {
        endpoint: ProviderEndpoint::BackchannelAuthentication,
        location: Location::AfterIssuer("/backchannel"),
        methods: &[Method::POST],
        member: Some("backchannel_authentication_endpoint"),
    },
    EndpointRow {
        endpoint: ProviderEndpoint::PushedAuthorization,
        location: Location::AfterIssuer("/par"),
        methods: &[Method::POST],
        member: Some("pushed_authorization_request_endpoint"),
    },
    EndpointRow {
        endpoint: ProviderEndpoint::Registration,
        location: Location::AfterIssuer("/register"),
        methods: &[Method::POST],
        member: Some("registration_endpoint"),
    },
    EndpointRow {
        endpoint: ProviderEndpoint::ClientConfiguration,
        location: Location::AfterIssuer("/client"),
        methods: &[Method::GET, Method::PUT, Method::DELETE],
        member: None,
    },
    EndpointRow {
        endpoint: ProviderEndpoint::EndSession,
        location: Location::AfterIssuer("/end_session"),
        methods: &[Method::GET, Method::POST],
        member: Some("end_session_endpoint"),
    },
    EndpointRow {
        endpoint: ProviderEndpoint::CheckSession,
        location: Location::AfterIssuer("/check_session"),
        methods: &[Method::GET],
        member: Some("check_session_iframe"),
    },
    EndpointRow { endpoint: ProviderEndpoint::Claims, location: Location::AfterIssuer("/claims"), methods: &[Method::GET], member: None },
    EndpointRow {
        endpoint: ProviderEndpoint::Resource,
        location: Location::AfterIssuer("/resource"),
        methods: &[Method::GET, Method::POST, Method::PUT, Method::DELETE],
        member: None,
    },
    EndpointRow {
        endpoint: ProviderEndpoint::ResourceMetadata,
        location: Location::Around("/.well-known/oauth-protected-resource", "/resource"),
        methods: &[Method::GET],
        member: None,
    },
    EndpointRow {
        endpoint: ProviderEndpoint::WebFinger,
        location: Location::AtOrigin("/.well-known/webfinger"),
        methods: &[Method::GET],
        member: None,
    },
];
