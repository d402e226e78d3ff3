//! Client metadata (RFC 7591 section 2, OpenID Connect Registration 1.0 section 2): what a client says of itself when it registers.

use std::fmt;

use bon::Builder;
use serde_json::{Map, Value, json};

use super::error::RequestError;
use super::excerpt::escaped;
use crate::constants::client_metadata as names;
use crate::document::Document;
use crate::secret::SecurityAssertion;

/// What the server alone says of a client (RFC 7592 section 2.2), and what it issues.
const ISSUED: [&str; 6] = [
    names::CLIENT_ID,
    names::CLIENT_SECRET,
    names::CLIENT_ID_ISSUED_AT,
    names::CLIENT_SECRET_EXPIRES_AT,
    names::REGISTRATION_ACCESS_TOKEN,
    names::REGISTRATION_CLIENT_URI,
];

/// The metadata of a client: the common members by setters, any other one as JSON.
///
/// RFC 7591 section 2. What is not set is left to the server, which may also change what is. `Debug` shows the names of the members.
///
/// # Example
/// ```
/// use identity_model::protocol::client_metadata::ClientMetadata;
///
/// let metadata = ClientMetadata::builder()
///     .client_name("Reports")
///     .redirect_uris(["https://app.example.com/callback"])
///     .token_endpoint_auth_method("private_key_jwt")
///     .jwks_uri("https://app.example.com/jwks")
///     .member("client_name#de", "Berichte")
///     .build();
/// assert_eq!(metadata.get("client_name").and_then(|name| name.as_str()), Some("Reports"));
/// ```
#[derive(Clone, PartialEq, Default)]
pub struct ClientMetadata {
    members: Map<String, Value>,
    /// A member that was set twice, differently.
    contradicted: Option<String>,
}

#[derive(Builder)]
#[builder(
    builder_type(name = ClientMetadataBuilder, vis = "pub", doc {
        /// Builds [`ClientMetadata`]; nothing is required.
    }),
    state_mod(name = client_metadata_builder, vis = "pub(crate)"),
    start_fn(vis = ""),
    finish_fn(name = assemble, vis = ""),
    on(String, into)
)]
struct Settings {
    #[builder(field)]
    members: Vec<(String, Value)>,
    /// `redirect_uris`. Default: none, for a client without a browser.
    #[builder(default, with = |uris: impl IntoIterator<Item = impl Into<String>>| uris.into_iter().map(Into::into).collect())]
    redirect_uris: Vec<String>,
    /// `token_endpoint_auth_method`, one of [`client_auth_methods`](crate::constants::client_auth_methods). Default: `client_secret_basic`.
    token_endpoint_auth_method: Option<String>,
    /// `token_endpoint_auth_signing_alg`, for assertions. Default: any.
    token_endpoint_auth_signing_alg: Option<String>,
    /// `grant_types`. Default: `authorization_code`.
    #[builder(default, with = |types: impl IntoIterator<Item = impl Into<String>>| types.into_iter().map(Into::into).collect())]
    grant_types: Vec<String>,
    /// `response_types`. Default: `code`.
    #[builder(default, with = |types: impl IntoIterator<Item = impl Into<String>>| types.into_iter().map(Into::into).collect())]
    response_types: Vec<String>,
    /// `client_name`, for display.
    client_name: Option<String>,
    /// `client_uri`, a page about the client.
    client_uri: Option<String>,
    /// `logo_uri`.
    logo_uri: Option<String>,
    /// The scopes that the client may ask for.
    #[builder(default, with = |scopes: impl IntoIterator<Item = impl Into<String>>| scopes.into_iter().map(Into::into).collect())]
    scope: Vec<String>,
    /// `contacts`, usually mail addresses.
    #[builder(default, with = |contacts: impl IntoIterator<Item = impl Into<String>>| contacts.into_iter().map(Into::into).collect())]
    contacts: Vec<String>,
    /// `tos_uri`, the terms of service.
    tos_uri: Option<String>,
    /// `policy_uri`, the policy on data.
    policy_uri: Option<String>,
    /// `jwks_uri`, where the client's public keys are. Not beside `jwks`.
    jwks_uri: Option<String>,
    /// `jwks`, the client's public keys themselves. Not beside `jwks_uri`.
    jwks: Option<Value>,
    /// `software_id`, the same in every installation.
    software_id: Option<String>,
    /// `software_version`.
    software_version: Option<String>,
    /// `software_statement`: claims about the software, signed by a party that the server trusts (RFC 7591 section 2.3).
    #[builder(into)]
    software_statement: Option<SecurityAssertion>,
    /// `application_type`: `web` or `native`. Default: `web`.
    application_type: Option<String>,
    /// `subject_type`: `public` or `pairwise`.
    subject_type: Option<String>,
    /// `id_token_signed_response_alg`. Default: `RS256`.
    id_token_signed_response_alg: Option<String>,
    /// `userinfo_signed_response_alg`. Default: plain JSON.
    userinfo_signed_response_alg: Option<String>,
    /// `introspection_signed_response_alg` (RFC 9701 section 6). Default: `RS256`.
    introspection_signed_response_alg: Option<String>,
    /// `post_logout_redirect_uris`.
    #[builder(default, with = |uris: impl IntoIterator<Item = impl Into<String>>| uris.into_iter().map(Into::into).collect())]
    post_logout_redirect_uris: Vec<String>,
    /// `backchannel_logout_uri`.
    backchannel_logout_uri: Option<String>,
    /// `require_pushed_authorization_requests` (RFC 9126 section 6).
    require_pushed_authorization_requests: Option<bool>,
    /// `dpop_bound_access_tokens` (RFC 9449 section 5.2).
    dpop_bound_access_tokens: Option<bool>,
}

impl<S: client_metadata_builder::State> ClientMetadataBuilder<S> {
    /// Any other member. One that a setter states otherwise, or that is said twice, fails the request before it is sent.
    pub fn member(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.members.push((name.into(), value.into()));
        self
    }

    /// The finished metadata.
    pub fn build(self) -> ClientMetadata
    where
        S: client_metadata_builder::IsComplete,
    {
        let settings = self.assemble();
        let mut metadata = ClientMetadata::default();
        for (name, value) in settings.typed() {
            if !value.is_null() {
                metadata.members.insert(name.to_owned(), value);
            }
        }
        for (name, value) in settings.members {
            if metadata.members.get(&name).is_some_and(|stated| *stated != value) {
                metadata.contradicted.get_or_insert(name);
            } else {
                metadata.members.insert(name, value);
            }
        }
        metadata
    }
}

impl Settings {
    fn typed(&self) -> Vec<(&'static str, Value)> {
        let list = |values: &[String]| if values.is_empty() { Value::Null } else { json!(values) };
        let words = |values: &[String]| if values.is_empty() { Value::Null } else { json!(values.join(" ")) };
        vec![
            (names::REDIRECT_URIS, list(&self.redirect_uris)),
            (names::TOKEN_ENDPOINT_AUTH_METHOD, json!(self.token_endpoint_auth_method)),
            (names::TOKEN_ENDPOINT_AUTH_SIGNING_ALG, json!(self.token_endpoint_auth_signing_alg)),
            (names::GRANT_TYPES, list(&self.grant_types)),
            (names::RESPONSE_TYPES, list(&self.response_types)),
            (names::CLIENT_NAME, json!(self.client_name)),
            (names::CLIENT_URI, json!(self.client_uri)),
            (names::LOGO_URI, json!(self.logo_uri)),
            (names::SCOPE, words(&self.scope)),
            (names::CONTACTS, list(&self.contacts)),
            (names::TOS_URI, json!(self.tos_uri)),
            (names::POLICY_URI, json!(self.policy_uri)),
            (names::JWKS_URI, json!(self.jwks_uri)),
            (names::JWKS, json!(self.jwks)),
            (names::SOFTWARE_ID, json!(self.software_id)),
            (names::SOFTWARE_VERSION, json!(self.software_version)),
            (names::SOFTWARE_STATEMENT, json!(self.software_statement.as_ref().map(SecurityAssertion::expose))),
            (names::APPLICATION_TYPE, json!(self.application_type)),
            (names::SUBJECT_TYPE, json!(self.subject_type)),
            (names::ID_TOKEN_SIGNED_RESPONSE_ALG, json!(self.id_token_signed_response_alg)),
            (names::USERINFO_SIGNED_RESPONSE_ALG, json!(self.userinfo_signed_response_alg)),
            (names::INTROSPECTION_SIGNED_RESPONSE_ALG, json!(self.introspection_signed_response_alg)),
            (names::POST_LOGOUT_REDIRECT_URIS, list(&self.post_logout_redirect_uris)),
            (names::BACKCHANNEL_LOGOUT_URI, json!(self.backchannel_logout_uri)),
            (names::REQUIRE_PUSHED_AUTHORIZATION_REQUESTS, json!(self.require_pushed_authorization_requests)),
            (names::DPOP_BOUND_ACCESS_TOKENS, json!(self.dpop_bound_access_tokens)),
        ]
    }
}

impl ClientMetadata {
    /// Nothing stated yet.
    pub fn builder() -> ClientMetadataBuilder {
        Settings::builder()
    }

    /// The same with a member set anew: for an update, which starts from what the server has.
    #[must_use]
    pub fn with_member(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.members.insert(name.into(), value.into());
        self
    }

    /// The same without a member, which leaves it to the server.
    #[must_use]
    pub fn without_member(mut self, name: &str) -> Self {
        self.members.remove(name);
        self
    }

    /// The member `name`.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.members.get(name)
    }

    /// `token_endpoint_auth_method`, where it is asked for.
    pub(crate) fn auth_method(&self) -> Option<&str> {
        self.get(names::TOKEN_ENDPOINT_AUTH_METHOD)?.as_str()
    }

    /// `software_statement`, which is for the server alone.
    pub(crate) fn software_statement(&self) -> Option<&str> {
        self.get(names::SOFTWARE_STATEMENT)?.as_str()
    }

    /// All members.
    pub fn members(&self) -> &Map<String, Value> {
        &self.members
    }

    /// What the server has registered, without what it issued.
    pub(crate) fn registered(document: &Document) -> Self {
        let members = document.visible().filter(|(name, _)| !ISSUED.contains(&name.as_ref()));
        let members = members.map(|(name, value)| (name.into_owned(), value.deserialize().unwrap_or_default()));
        Self { members: members.filter(|(_, value): &(String, Value)| !value.is_null()).collect(), contradicted: None }
    }

    /// The body of a request, with the identifier of a client that exists.
    pub(crate) fn to_body(&self, client_id: Option<&str>) -> Result<String, RequestError> {
        let reject = |name: &str, problem: &str| Err(RequestError::configuration(format!("metadata `{}`", escaped(name, 100)), problem));
        if let Some(name) = &self.contradicted {
            return reject(name, "is stated twice, with different values");
        }
        if let Some(name) = self.members.keys().find(|name| ISSUED.contains(&name.as_str())) {
            return reject(name, "is for the server to say");
        }
        if self.members.contains_key(names::JWKS) && self.members.contains_key(names::JWKS_URI) {
            return reject(names::JWKS, "must not stand beside `jwks_uri` (RFC 7591 section 2)");
        }
        if self.get(names::JWKS).is_some_and(has_private_member) {
            return reject(names::JWKS, "holds a private key or a shared secret");
        }
        let mut body = self.members.clone();
        if let Some(client_id) = client_id {
            body.insert(names::CLIENT_ID.to_owned(), client_id.into());
        }
        Ok(Value::Object(body).to_string())
    }
}

/// RFC 7517 section 9.2: private members have no place in a set that is handed out.
fn has_private_member(keys: &Value) -> bool {
    let keys = keys.get("keys").and_then(Value::as_array).into_iter().flatten();
    keys.filter_map(Value::as_object)
        .any(|key| ["d", "k", "p", "q", "dp", "dq", "qi", "oth", "priv"].iter().any(|name| key.contains_key(*name)))
}

impl fmt::Debug for ClientMetadata {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let members: Vec<&String> = self.members.keys().collect();
        f.debug_struct("ClientMetadata").field("members", &members).finish()
    }
}
