//! The table of routes: one row an endpoint, in the order of the metadata.

use std::collections::HashMap;

use http::Method;
use serde_json::{Map, Value};
use url::Url;

use super::draft::TokenDraft;
use super::endpoints::{
    authorization, backchannel_authentication, check_session, claims, client_configuration, device_authorization, discovery, end_session,
    introspection, jwks, pushed_authorization, registration, resource, revocation, token, userinfo, webfinger,
};
use super::fault::Change;
use super::refusal::Refusal;
use super::shared::{Config, Shared};
use super::{ForgedKind, Forgery, ProviderEndpoint};
use crate::transport::{HttpRequest, HttpResponse};

/// Where an endpoint lies.
#[derive(Debug, Clone, Copy)]
pub(super) enum Place {
    /// After the issuer.
    AfterIssuer(&'static str),
    /// Between the issuer's origin and its path (RFC 8615, RFC 8414 section 3.1).
    BeforePath(&'static str),
    /// Before and after the issuer's path (RFC 9728 section 3.1).
    Around(&'static str, &'static str),
    /// At the issuer's origin, whatever its path (RFC 7033 section 4).
    AtOrigin(&'static str),
}

/// An endpoint: where it is, what it is called in the metadata and who answers.
pub(super) struct Route {
    pub(super) endpoint: ProviderEndpoint,
    place: Place,
    pub(super) methods: &'static [Method],
    /// The member of the metadata that holds its address.
    pub(super) member: Option<&'static str>,
    /// What else it adds to the metadata.
    pub(super) metadata: fn(&Config) -> Map<String, Value>,
    pub(super) answer: fn(&Call<'_>) -> Result<HttpResponse, Refusal>,
}

pub(super) static ROUTES: &[Route] = &[
    Route {
        endpoint: ProviderEndpoint::Discovery,
        place: Place::AfterIssuer("/.well-known/openid-configuration"),
        methods: &[Method::GET],
        member: None,
        metadata: discovery::metadata,
        answer: discovery::answer,
    },
    Route {
        endpoint: ProviderEndpoint::AuthorizationServerMetadata,
        place: Place::BeforePath("/.well-known/oauth-authorization-server"),
        methods: &[Method::GET],
        member: None,
        metadata: |_| Map::new(),
        answer: discovery::answer,
    },
    Route {
        endpoint: ProviderEndpoint::Jwks,
        place: Place::AfterIssuer("/jwks"),
        methods: &[Method::GET],
        member: Some("jwks_uri"),
        metadata: |_| Map::new(),
        answer: jwks::answer,
    },
    Route {
        endpoint: ProviderEndpoint::Authorization,
        place: Place::AfterIssuer("/authorize"),
        methods: &[Method::GET, Method::POST],
        member: Some("authorization_endpoint"),
        metadata: authorization::metadata,
        answer: authorization::answer,
    },
    Route {
        endpoint: ProviderEndpoint::Token,
        place: Place::AfterIssuer("/token"),
        methods: &[Method::POST],
        member: Some("token_endpoint"),
        metadata: token::metadata,
        answer: token::answer,
    },
    Route {
        endpoint: ProviderEndpoint::UserInfo,
        place: Place::AfterIssuer("/userinfo"),
        methods: &[Method::GET, Method::POST],
        member: Some("userinfo_endpoint"),
        metadata: userinfo::metadata,
        answer: userinfo::answer,
    },
    Route {
        endpoint: ProviderEndpoint::Introspection,
        place: Place::AfterIssuer("/introspect"),
        methods: &[Method::POST],
        member: Some("introspection_endpoint"),
        metadata: introspection::metadata,
        answer: introspection::answer,
    },
    Route {
        endpoint: ProviderEndpoint::Revocation,
        place: Place::AfterIssuer("/revoke"),
        methods: &[Method::POST],
        member: Some("revocation_endpoint"),
        metadata: revocation::metadata,
        answer: revocation::answer,
    },
    Route {
        endpoint: ProviderEndpoint::DeviceAuthorization,
        place: Place::AfterIssuer("/device_authorization"),
        methods: &[Method::POST],
        member: Some("device_authorization_endpoint"),
        metadata: |_| Map::new(),
        answer: device_authorization::answer,
    },
    Route {
        endpoint: ProviderEndpoint::BackchannelAuthentication,
        place: Place::AfterIssuer("/backchannel"),
        methods: &[Method::POST],
        member: Some("backchannel_authentication_endpoint"),
        metadata: backchannel_authentication::metadata,
        answer: backchannel_authentication::answer,
    },
    Route {
        endpoint: ProviderEndpoint::PushedAuthorization,
        place: Place::AfterIssuer("/par"),
        methods: &[Method::POST],
        member: Some("pushed_authorization_request_endpoint"),
        metadata: pushed_authorization::metadata,
        answer: pushed_authorization::answer,
    },
    Route {
        endpoint: ProviderEndpoint::Registration,
        place: Place::AfterIssuer("/register"),
        methods: &[Method::POST],
        member: Some("registration_endpoint"),
        metadata: |_| Map::new(),
        answer: registration::answer,
    },
    Route {
        endpoint: ProviderEndpoint::ClientConfiguration,
        place: Place::AfterIssuer("/client"),
        methods: &[Method::GET, Method::PUT, Method::DELETE],
        member: None,
        metadata: |_| Map::new(),
        answer: client_configuration::answer,
    },
    Route {
        endpoint: ProviderEndpoint::EndSession,
        place: Place::AfterIssuer("/end_session"),
        methods: &[Method::GET, Method::POST],
        member: Some("end_session_endpoint"),
        metadata: end_session::metadata,
        answer: end_session::answer,
    },
    Route {
        endpoint: ProviderEndpoint::CheckSession,
        place: Place::AfterIssuer("/check_session"),
        methods: &[Method::GET],
        member: Some("check_session_iframe"),
        metadata: |_| Map::new(),
        answer: check_session::answer,
    },
    Route {
        endpoint: ProviderEndpoint::Claims,
        place: Place::AfterIssuer("/claims"),
        methods: &[Method::GET],
        member: None,
        metadata: |_| Map::new(),
        answer: claims::answer,
    },
    Route {
        endpoint: ProviderEndpoint::Resource,
        place: Place::AfterIssuer("/resource"),
        methods: &[Method::GET, Method::POST, Method::PUT, Method::DELETE],
        member: None,
        metadata: |_| Map::new(),
        answer: resource::answer,
    },
    Route {
        endpoint: ProviderEndpoint::ResourceMetadata,
        place: Place::Around("/.well-known/oauth-protected-resource", "/resource"),
        methods: &[Method::GET],
        member: None,
        metadata: |_| Map::new(),
        answer: resource::metadata,
    },
    Route {
        endpoint: ProviderEndpoint::WebFinger,
        place: Place::AtOrigin("/.well-known/webfinger"),
        methods: &[Method::GET],
        member: None,
        metadata: |_| Map::new(),
        answer: webfinger::answer,
    },
];

/// One request at one endpoint.
pub(super) struct Call<'a> {
    pub(super) shared: &'a Shared,
    pub(super) request: &'a HttpRequest,
    pub(super) forgeries: Vec<(ForgedKind, Forgery)>,
    pub(super) changes: &'a [Change],
}

impl Call<'_> {
    /// Changes the parameters of an answer as faults ask for, before they are signed or after.
    pub(super) fn edit_parameters(&self, parameters: &mut Vec<(String, String)>, are_signed: bool) {
        for change in self.changes {
            match change {
                Change::Parameters(edit) if !are_signed => edit(parameters),
                Change::SentParameters(edit) if are_signed => edit(parameters),
                _ => {}
            }
        }
    }

    /// The token with every forgery that a fault asks for.
    pub(super) fn forged(&self, kind: ForgedKind, token: TokenDraft) -> TokenDraft {
        self.forgeries.iter().filter(|(forged, _)| *forged == kind).fold(token, |token, (_, forgery)| token.forge(forgery))
    }
}

/// The issuer and where its endpoints are.
pub(super) struct Addresses {
    pub(super) issuer: String,
    rows: Vec<(Url, &'static Route)>,
}

impl Addresses {
    /// Fails with the address that is none.
    pub(super) fn new(issuer: &str, moved: &HashMap<ProviderEndpoint, String>) -> Result<Self, String> {
        let parse = |address: &str| Url::parse(address).ok().filter(Url::has_host).ok_or_else(|| address.to_owned());
        let base = parse(issuer)?;
        let path = base.path().trim_end_matches('/').to_owned();
        let mut rows = Vec::new();
        for route in ROUTES {
            let mut url = base.clone();
            match route.place {
                Place::AfterIssuer(suffix) => url.set_path(&format!("{path}{suffix}")),
                Place::Around(prefix, suffix) => url.set_path(&format!("{prefix}{path}{suffix}")),
                Place::AtOrigin(whole) => url.set_path(whole),
                Place::BeforePath(prefix) => url.set_path(&format!("{prefix}{path}")),
            }
            let url = moved.get(&route.endpoint).map_or(Ok(url), |address| parse(address))?;
            rows.push((url, route));
        }
        Ok(Self { issuer: issuer.to_owned(), rows })
    }

    /// The route behind a whole URL; query and fragment aside.
    pub(super) fn at(&self, url: &Url) -> Option<&'static Route> {
        self.rows.iter().find(|(own, _)| own.origin() == url.origin() && own.path() == url.path()).map(|(_, route)| *route)
    }

    /// The route behind a path on any host: for a listener, which may be called by many names.
    pub(super) fn at_path(&self, path: &str) -> Option<&'static Route> {
        self.rows.iter().find(|(own, _)| own.path() == path).map(|(_, route)| *route)
    }

    /// Whether anything of the provider is at the URL's origin.
    pub(super) fn knows_origin(&self, url: &Url) -> bool {
        self.rows.iter().any(|(own, _)| own.origin() == url.origin())
    }

    /// The address of an endpoint.
    pub(super) fn of(&self, endpoint: ProviderEndpoint) -> Option<&Url> {
        self.rows.iter().find(|(_, route)| route.endpoint == endpoint).map(|(url, _)| url)
    }
}
