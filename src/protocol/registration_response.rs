//! The registration response: what the server made of a client (RFC 7591 section 3.2.1, RFC 7592 section 3).

use std::fmt;
use std::time::SystemTime;

use http::StatusCode;

use super::client_auth::ClientAuthentication;
use super::client_metadata::ClientMetadata;
use super::discovery::{DiscoveryPolicy, Endpoint, NamedAddress, PolicyViolation};
use super::error::RequestError;
use super::members::{date, scope};
use super::registered_client::RegisteredClient;
use super::response::{Accepted, Expectation, Quirks};
use super::response_head::ResponseHead;
use crate::constants::{client_auth_methods, client_metadata as names};
use crate::document::{Document, DocumentError, Secrets, forward_document};
use crate::encoding::json::JsonKind;
use crate::jose::SignatureAlgorithm;
use crate::secret::{AccessToken, ClientSecret, SecretText};

/// A registered client: what the server made of it.
///
/// RFC 7591 section 3.2.1. `client_id` is there and non-empty. A client that the server has created is never lost for the rest of its response:
/// a member that cannot be used counts as absent, and [`unusable_members`](Self::unusable_members) says why. The address for managing the
/// client is held against the policy. What the server registered is what counts, not what was asked for: the accessors return it, or
/// with the default of the specification where it says nothing.
///
/// # Example
/// ```
/// use identity_model::protocol::discovery::DiscoveryPolicy;
/// use identity_model::protocol::registration::RegistrationResponse;
///
/// let kept = r#"{"client_id":"s6BhdRkqt3","client_secret":"cf136dc3","token_endpoint_auth_method":"client_secret_post"}"#;
/// let registration = RegistrationResponse::from_text(kept, &DiscoveryPolicy::strict())?;
/// assert_eq!(registration.authentication()?.method(), "client_secret_post");
/// # Ok::<(), identity_model::error::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct RegistrationResponse {
    client_id: String,
    client_secret: Option<ClientSecret>,
    client_secret_expires_at: Option<SystemTime>,
    client_id_issued_at: Option<SystemTime>,
    scope: Option<String>,
    auth_method: String,
    registration_access_token: Option<AccessToken>,
    management: Option<RegisteredClient>,
    unusable: Vec<UnusableMember>,
    document: Document,
    head: ResponseHead,
}

/// A member of a registration that cannot be used and counts as absent.
#[derive(Debug, Clone)]
pub struct UnusableMember {
    member: &'static str,
    reason: Box<RequestError>,
}

impl UnusableMember {
    /// Its name.
    pub fn member(&self) -> &str {
        self.member
    }

    /// Why it cannot be used.
    pub fn reason(&self) -> &RequestError {
        &self.reason
    }
}

impl fmt::Display for UnusableMember {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` cannot be used: {}", self.member, self.reason)
    }
}

impl RegistrationResponse {
    /// Reads a registration that was kept, by [`to_text`](Self::to_text) or as the server sent it. The address for managing the client is held
    /// against `policy`: its form, HTTPS, the class of its address.
    ///
    /// # Errors
    /// [`RequestError::Malformed`] where the text is no JSON object with a `client_id`.
    pub fn from_text(text: &str, policy: &DiscoveryPolicy) -> Result<Self, RequestError> {
        let expectation = Expectation {
            endpoint: "registration",
            success: StatusCode::CREATED,
            also: &[],
            media_types: &[],
            body_limit: 0,
            quirks: Quirks::default(),
        };
        let (document, secrets) = Document::open_answer(text.to_owned()).map_err(|source| expectation.malformed(source))?;
        let judge = |address: &str| policy.check_named(NamedAddress::REGISTRATION_CLIENT_URI, address, address);
        Reader::new(document, secrets, expectation).read(ResponseHead::unsent(), judge, None, None)
    }

    /// The registration as JSON **with its secrets**, for the place where secrets are kept.
    pub fn to_text(&self) -> SecretText {
        let mut members = self.document.to_value();
        let secrets = [
            (names::CLIENT_SECRET, self.client_secret.as_ref().map(ClientSecret::expose)),
            (names::REGISTRATION_ACCESS_TOKEN, self.management.as_ref().map(|client| client.registration_access_token().expose())),
            (names::REGISTRATION_CLIENT_URI, self.management.as_ref().map(|client| client.registration_client_uri().as_str())),
            (names::CLIENT_ID, Some(self.client_id.as_str())),
        ];
        if let Some(members) = members.as_object_mut() {
            members.extend(secrets.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?.into()))));
        }
        SecretText::new(members.to_string())
    }

    /// The identifier that was issued.
    pub fn client_id(&self) -> &str {
        &self.client_id
    }

    /// The secret that was issued, if one was. An empty one counts as none.
    pub fn client_secret(&self) -> Option<&ClientSecret> {
        self.client_secret.as_ref()
    }

    /// When the secret expires; `None` where it does not (`0`), or where the server did not say, which
    /// [`states_client_secret_expiry`](Self::states_client_secret_expiry) tells.
    pub fn client_secret_expires_at(&self) -> Option<SystemTime> {
        self.client_secret_expires_at
    }

    /// Whether the server said when the secret expires, as it must where it issues one; silence is read as never.
    pub fn states_client_secret_expiry(&self) -> bool {
        self.states(names::CLIENT_SECRET_EXPIRES_AT)
    }

    /// When the identifier was issued.
    pub fn client_id_issued_at(&self) -> Option<SystemTime> {
        self.client_id_issued_at
    }

    /// What the client is managed with (RFC 7592), where the server offers that: to be kept as safely as a secret. After a read or an update
    /// it holds the token that counts from now on.
    pub fn management(&self) -> Option<&RegisteredClient> {
        self.management.as_ref()
    }

    /// `registration_access_token` as this response brought it, even where there is no address to use it at.
    pub fn registration_access_token(&self) -> Option<&AccessToken> {
        self.registration_access_token.as_ref()
    }

    /// The members that cannot be used and count as absent, each with its reason. Empty for a response as it should be.
    pub fn unusable_members(&self) -> &[UnusableMember] {
        &self.unusable
    }

    /// What the server has registered, without what it issued: where an update starts from.
    pub fn metadata(&self) -> ClientMetadata {
        ClientMetadata::registered(&self.document)
    }

    /// `token_endpoint_auth_method`: how the client authenticates. Where the server does not say: `client_secret_basic` if it issued a secret
    /// (the default of the specification), else the method that was asked for, else `none`.
    pub fn token_endpoint_auth_method(&self) -> &str {
        &self.auth_method
    }

    /// How the client authenticates, by [`token_endpoint_auth_method`](Self::token_endpoint_auth_method) and with the secret that was issued.
    /// `client_secret_jwt` signs with `token_endpoint_auth_signing_alg`, or HS256 where it is not stated.
    ///
    /// # Errors
    /// [`RequestError::Configuration`] where the method needs a key that no registration holds (`private_key_jwt`), a secret that was not
    /// issued or cannot be used, or is not known.
    pub fn authentication(&self) -> Result<ClientAuthentication, RequestError> {
        let reject = |problem: &str| RequestError::configuration(names::TOKEN_ENDPOINT_AUTH_METHOD, problem);
        let secret = || self.client_secret.clone().ok_or_else(|| reject("needs a `client_secret`, and the server issued none"));
        match self.token_endpoint_auth_method() {
            client_auth_methods::NONE => Ok(ClientAuthentication::none()),
            client_auth_methods::CLIENT_SECRET_BASIC => Ok(ClientAuthentication::secret_basic(secret()?)),
            client_auth_methods::CLIENT_SECRET_POST => Ok(ClientAuthentication::secret_post(secret()?)),
            client_auth_methods::CLIENT_SECRET_JWT => {
                let name = self.try_get_str(names::TOKEN_ENDPOINT_AUTH_SIGNING_ALG).unwrap_or("HS256");
                let algorithm = SignatureAlgorithm::from_name(name).ok_or_else(|| reject("names an algorithm that is not known"))?;
                ClientAuthentication::secret_jwt(secret()?, algorithm).map_err(|error| reject(&error.to_string()))
            }
            client_auth_methods::TLS_CLIENT_AUTH => Ok(ClientAuthentication::tls_client_auth()),
            client_auth_methods::SELF_SIGNED_TLS_CLIENT_AUTH => Ok(ClientAuthentication::self_signed_tls()),
            client_auth_methods::PRIVATE_KEY_JWT => {
                Err(reject("is `private_key_jwt`, which needs the client's key: call `ClientAuthentication::private_key_jwt(…)`"))
            }
            _ => Err(reject("is a method that is not known")),
        }
    }

    /// `grant_types`. Default of the specification: `authorization_code`.
    pub fn grant_types(&self) -> Vec<String> {
        self.list_or(names::GRANT_TYPES, crate::constants::grant_types::AUTHORIZATION_CODE)
    }

    /// `response_types`. Default of the specification: `code`.
    pub fn response_types(&self) -> Vec<String> {
        self.list_or(names::RESPONSE_TYPES, crate::constants::response_types::CODE)
    }

    /// `redirect_uris`.
    pub fn redirect_uris(&self) -> Vec<String> {
        self.document.try_get_string_array(names::REDIRECT_URIS)
    }

    /// `id_token_signed_response_alg`. Default of the specification: `RS256`.
    pub fn id_token_signed_response_alg(&self) -> &str {
        self.document.try_get_str(names::ID_TOKEN_SIGNED_RESPONSE_ALG).unwrap_or("RS256")
    }

    /// `scope`: what the client may ask for, separated by blanks, also where the server sent a list; `None` where it does not say.
    pub fn scope(&self) -> Option<&str> {
        self.scope.as_deref()
    }

    /// Status, time of arrival and the headers that were kept.
    pub fn head(&self) -> &ResponseHead {
        &self.head
    }

    /// `null` says nothing.
    fn states(&self, member: &str) -> bool {
        self.document.kind(member).is_some_and(|kind| kind != JsonKind::Null)
    }

    fn list_or(&self, member: &str, default: &str) -> Vec<String> {
        let is_unusable = self.unusable.iter().any(|unusable| unusable.member == member);
        if self.states(member) && !is_unusable { self.document.try_get_string_array(member) } else { vec![default.to_owned()] }
    }

    /// Reads the response of `source`; `known` is the client that was asked about, `asked_method` the authentication that was asked for.
    pub(super) fn read(
        accepted: Accepted,
        source: &Endpoint,
        asked_method: Option<&str>,
        known: Option<&RegisteredClient>,
        expectation: &Expectation,
    ) -> Result<Self, RequestError> {
        let (document, secrets, head) = expectation.open(accepted)?;
        let judge = |address: &str| source.policy().check_named(NamedAddress::REGISTRATION_CLIENT_URI, address, source.as_str());
        Reader::new(document, secrets, expectation.clone()).read(head, judge, asked_method, known)
    }
}

forward_document!(RegistrationResponse, document);

/// Reads a response member by member, and goes on where one cannot be used.
struct Reader {
    document: Document,
    secrets: Secrets,
    expectation: Expectation,
    unusable: Vec<UnusableMember>,
}

impl Reader {
    fn new(document: Document, secrets: Secrets, mut expectation: Expectation) -> Self {
        expectation.quirks.values_as_text = true;
        Self { document, secrets, expectation, unusable: Vec::new() }
    }

    fn read(
        mut self,
        head: ResponseHead,
        judge: impl FnOnce(&str) -> Result<Endpoint, PolicyViolation>,
        asked_method: Option<&str>,
        known: Option<&RegisteredClient>,
    ) -> Result<RegistrationResponse, RequestError> {
        let client_id = match (self.document.required_str(names::CLIENT_ID), known) {
            (Ok(client_id), _) => client_id.to_owned(),
            // A new token is not lost for it: the old one is of no use any more.
            (Err(_), Some(known)) if self.secrets.kind(names::REGISTRATION_ACCESS_TOKEN) == Some(JsonKind::String) => {
                known.client_id().to_owned()
            }
            (Err(source), _) => return Err(self.expectation.malformed(source)),
        };
        let client_secret = self.secret(names::CLIENT_SECRET);
        let registration_access_token: Option<AccessToken> = self.secret(names::REGISTRATION_ACCESS_TOKEN);
        let management = self.management(&client_id, registration_access_token.as_ref(), judge, known);
        let expires_at = self.date(names::CLIENT_SECRET_EXPIRES_AT).filter(|at| *at != SystemTime::UNIX_EPOCH);
        let issued_at = self.date(names::CLIENT_ID_ISSUED_AT);
        let scope = scope(&self.document, &self.expectation);
        let scope = self.usable(names::SCOPE, scope).flatten().map(|words| words.join(" "));
        self.check_types();
        let auth_method = self.auth_method(client_secret.is_some(), asked_method);
        Ok(RegistrationResponse {
            client_id,
            client_secret,
            client_secret_expires_at: expires_at,
            client_id_issued_at: issued_at,
            scope,
            auth_method,
            registration_access_token,
            management,
            unusable: self.unusable,
            document: self.document,
            head,
        })
    }

    fn usable<T>(&mut self, member: &'static str, outcome: Result<T, RequestError>) -> Option<T> {
        outcome.map_err(|reason| self.unusable.push(UnusableMember { member, reason: Box::new(reason) })).ok()
    }

    /// A secret member; an empty one counts as absent.
    fn secret<T: From<String>>(&mut self, member: &'static str) -> Option<T> {
        let outcome = match self.secrets.take_non_empty(member) {
            Err(DocumentError::Empty { .. }) => Ok(None),
            outcome => outcome.map_err(|source| self.expectation.malformed(source)),
        };
        self.usable(member, outcome).flatten()
    }

    fn date(&mut self, member: &'static str) -> Option<SystemTime> {
        if self.document.try_get_str(member).is_some_and(str::is_empty) {
            return None;
        }
        let outcome = date(&self.document, member, &self.expectation);
        self.usable(member, outcome).flatten()
    }

    /// What is adopted must be of its type.
    fn check_types(&mut self) {
        for member in [names::REDIRECT_URIS, names::GRANT_TYPES, names::RESPONSE_TYPES] {
            let is_one = self.document.kind(member) == Some(JsonKind::String);
            let outcome = if is_one { Ok(None) } else { self.document.try_get::<Vec<String>>(member) };
            let outcome = outcome.map_err(|source| self.expectation.malformed(source));
            self.usable(member, outcome);
        }
        for member in [names::TOKEN_ENDPOINT_AUTH_METHOD, names::ID_TOKEN_SIGNED_RESPONSE_ALG] {
            let outcome = self.document.optional_str(member).map(drop).map_err(|source| self.expectation.malformed(source));
            self.usable(member, outcome);
        }
    }

    /// RFC 7591 section 2: the default is `client_secret_basic`, which means nothing to a client without a secret.
    fn auth_method(&self, has_secret: bool, asked: Option<&str>) -> String {
        let stated = self.document.try_get_str(names::TOKEN_ENDPOINT_AUTH_METHOD).filter(|method| !method.is_empty());
        let needs_secret = |method: &&str| method.starts_with("client_secret_");
        let assumed = match has_secret {
            true => client_auth_methods::CLIENT_SECRET_BASIC,
            false => asked.filter(|method| !needs_secret(method)).unwrap_or(client_auth_methods::NONE),
        };
        stated.unwrap_or(assumed).to_owned()
    }

    /// RFC 7592 section 3: address and token. What a response about a known client leaves out goes on as it was.
    fn management(
        &mut self,
        client_id: &str,
        token: Option<&AccessToken>,
        judge: impl FnOnce(&str) -> Result<Endpoint, PolicyViolation>,
        known: Option<&RegisteredClient>,
    ) -> Option<RegisteredClient> {
        const URI: &str = names::REGISTRATION_CLIENT_URI;
        let address = match self.document.optional_str(URI) {
            Ok(address) => address.filter(|address| !address.is_empty()).map(judge).transpose().map_err(RequestError::from),
            Err(source) => Err(self.expectation.malformed(source)),
        };
        let is_readable = address.is_ok();
        let address = self.usable(URI, address).flatten().map(Into::into);
        let is_stated = address.is_some();
        let address = address.or_else(|| known.map(|known| known.registration_client_uri().clone()));
        match (address, token.or_else(|| known.map(RegisteredClient::registration_access_token))) {
            (Some(address), Some(token)) => Some(RegisteredClient::new(client_id, address, token)),
            (None, Some(_)) if is_readable => self.missing(URI),
            (Some(_), None) if is_stated => self.missing(names::REGISTRATION_ACCESS_TOKEN),
            _ => None,
        }
    }

    fn missing(&mut self, member: &'static str) -> Option<RegisteredClient> {
        if !self.unusable.iter().any(|unusable| unusable.member == member) {
            let reason = self.expectation.malformed(DocumentError::missing(member));
            self.usable::<()>(member, Err(reason));
        }
        None
    }
}
