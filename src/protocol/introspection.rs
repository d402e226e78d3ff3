//! The introspection request and its response (RFC 7662), as JSON or as a signed JWT (RFC 9701).

use std::time::SystemTime;

use bon::Builder;
use http::StatusCode;

use super::authenticated::{AuthenticatedPost, Confidence};
use super::authorization_details::AuthorizationDetail;
use super::client_auth::ClientAuthentication;
use super::discovery::Address;
use super::error::RequestError;
use super::members::{date, one_or_more, scope, text};
use super::parameters::Parameters;
use super::request::{Request, RequestOptions, request_setters};
use super::response::{Accepted, Expectation};
use super::response_head::ResponseHead;
use super::response_verifier::{ResponseVerifier, UnverifiedResponse, check_rules};
use super::values_as_text::with_values;
use crate::constants::{media_types, parameters};
use crate::document::{Document, DocumentError, forward_document};
use crate::encoding::json::JsonKind;
use crate::environment::Environment;
use crate::exchange::{Exchange, Port};
use crate::secret::{SecretText, SecurityAssertion};
use crate::transport::Repeat;
use crate::validation::{Introspected, TokenKind, TokenValidationOptions, ValidatedToken, ValidationError, Verified};

const ENDPOINT: &str = "introspection endpoint";

/// Asks whether a token is active, and what it stands for.
///
/// RFC 7662 section 2.1. The response is JSON, or with [`verified_by`](IntrospectionRequestBuilder::verified_by) a signed JWT (RFC 9701), which is
/// asked for, demanded and verified. Reading only, so it is repeated after passing failures. Defaults: no hint, JSON,
/// [`ClientAuthentication::none`].
///
/// # Errors
/// `send` fails with kind `Policy` or `Configuration` before anything is sent, with `Transport`, `Http`, `Protocol` or `Malformed` after; a
/// signed response that does not hold with `Validation`, `Key` or `Malformed`. A token that is not active is no error.
///
/// # Example
/// ```
/// use identity_model::protocol::client_auth::ClientAuthentication;
/// use identity_model::protocol::introspection::IntrospectionRequest;
/// use identity_model::testing::{ScriptedResponse, ScriptedHttpClient};
///
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// let answer = r#"{"active":true,"scope":"read write","client_id":"app","sub":"alice","exp":4102444800}"#;
/// let http = ScriptedHttpClient::builder().post("https://idp.example.com/introspect", ScriptedResponse::json(200, answer)).build();
/// let introspection = IntrospectionRequest::builder()
///     .address("https://idp.example.com/introspect")
///     .client_id("reports-api")
///     .authentication(ClientAuthentication::secret_basic("s3cret"))
///     .token("2YotnFZFEjr1zCsicMWpAA")
///     .send(&http)
///     .await?;
/// assert!(introspection.is_active());
/// assert_eq!(introspection.subject(), Some("alice"));
/// # Ok::<(), identity_model::error::Error>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Builder)]
#[builder(on(String, into), state_mod(vis = "pub(crate)"))]
pub struct IntrospectionRequest {
    #[builder(field)]
    options: RequestOptions,
    /// The introspection endpoint: text, or an endpoint of a discovery document with its policy.
    #[builder(into)]
    address: Address,
    /// The identifier of the resource that asks, as the server knows it. Default: none, for a server that takes a
    /// [bearer token](ClientAuthentication::bearer), or that does not ask who it is (an administrative port).
    client_id: Option<String>,
    /// How it proves who it is. Default: not at all.
    #[builder(into, default)]
    authentication: ClientAuthentication,
    /// The token to be looked at.
    #[builder(into)]
    token: SecurityAssertion,
    /// What kind of token it is, one of [`token_type_hints`](crate::constants::token_type_hints). Default: not said.
    token_type_hint: Option<String>,
    /// Demands a signed response and says how it is verified; the rules start from
    /// [`introspection_response`](crate::validation::TokenValidationOptions::introspection_response). Default: plain JSON.
    verified_by: Option<ResponseVerifier>,
}

request_setters!(IntrospectionRequestBuilder, introspection_request_builder);

impl Request for IntrospectionRequest {
    type Response = IntrospectionResponse;

    fn exchange(&self) -> Exchange<IntrospectionResponse, RequestError> {
        let this = self.clone();
        Exchange::new(|port: Port| async move { this.run(&port).await })
    }

    fn environment(&self) -> &Environment {
        &self.options.environment
    }
}

impl IntrospectionRequest {
    /// Whether the caller has said how the response is verified.
    pub(crate) fn is_verified(&self) -> bool {
        self.verified_by.is_some()
    }

    pub(crate) async fn run(&self, port: &Port) -> Result<IntrospectionResponse, RequestError> {
        let Some(verifier) = &self.verified_by else {
            return self
                .send_and_read(false, port, |accepted, expectation, _| {
                    let (document, _, head) = expectation.open(accepted)?;
                    IntrospectionResponse::of(document, None, head, expectation)
                })
                .await;
        };
        verifier.check_kind(TokenKind::IntrospectionResponse)?;
        self.send_and_read(true, port, |accepted, expectation, _| {
            IntrospectionResponse::verified(&accepted, verifier, port.now(), expectation)
        })
        .await
    }

    /// Demands a signed response and leaves its verification, by these rules, to the caller.
    pub(crate) async fn run_unverified(
        &self,
        rules: &TokenValidationOptions,
        port: &Port,
    ) -> Result<UnverifiedResponse<IntrospectionResponse>, RequestError> {
        check_rules(rules, TokenKind::IntrospectionResponse)?;
        self.send_and_read(true, port, |accepted, expectation, confidence| {
            let expectation = expectation.clone();
            Ok(UnverifiedResponse::new(move |verifier, now| {
                let outcome = IntrospectionResponse::verified(&accepted, verifier, now, &expectation);
                outcome.map_err(|error| confidence.hiding(error))
            }))
        })
        .await
    }

    async fn send_and_read<T>(
        &self,
        is_signed: bool,
        port: &Port,
        read: impl FnOnce(Accepted, &Expectation, Confidence) -> Result<T, RequestError>,
    ) -> Result<T, RequestError> {
        if self.token.expose().is_empty() {
            return Err(RequestError::configuration("token", "is empty"));
        }
        let post = AuthenticatedPost {
            endpoint: ENDPOINT,
            address: self.address.clone(),
            client_id: self.client_id.clone(),
            authentication: self.authentication.clone(),
            options: self.options.clone(),
            repeat: Repeat::Safe,
            accept: if is_signed { media_types::TOKEN_INTROSPECTION_JWT } else { media_types::JSON },
            success: StatusCode::OK,
            media_types: if is_signed { &[media_types::TOKEN_INTROSPECTION_JWT] } else { &[media_types::JSON] },
            prepared: None,
        };
        let own = |list: &mut Parameters| {
            list.add(parameters::TOKEN, self.token.expose());
            list.add(parameters::TOKEN_TYPE_HINT, self.token_type_hint.as_deref().unwrap_or_default());
        };
        let mut posting = post.begin(port)?;
        loop {
            if let Some(response) = posting.attempt(&own, port).await? {
                return posting.read(response, port, |accepted, expectation| read(accepted, expectation, posting.confidence()));
            }
        }
    }
}

/// What the server says about a token.
///
/// RFC 7662 section 2.2. `active` is a boolean; the members with accessors are of their types or the response is rejected. Of a token that is
/// not active nothing else is kept, whatever the server sent: there is nothing to be used by mistake. Whether the token is for this
/// resource, at this time and from this sender, says [`validate`](Self::validate).
#[derive(Debug, Clone)]
pub struct IntrospectionResponse {
    is_active: bool,
    members: Members,
    validated: Option<ValidatedToken>,
    signed: Option<SecretText>,
    document: Document,
    head: ResponseHead,
}

/// The standard members, read strictly.
#[derive(Debug, Clone, Default)]
struct Members {
    scope: Vec<String>,
    client_id: Option<String>,
    username: Option<String>,
    token_type: Option<String>,
    expires_at: Option<SystemTime>,
    issued_at: Option<SystemTime>,
    not_before: Option<SystemTime>,
    subject: Option<String>,
    audiences: Vec<String>,
    issuer: Option<String>,
    token_id: Option<String>,
    authorization_details: Vec<AuthorizationDetail>,
}

impl Members {
    fn of(document: &Document, expectation: &Expectation) -> Result<Self, RequestError> {
        if let Some(found) = document.kind("cnf").filter(|kind| !matches!(kind, JsonKind::Object | JsonKind::Null)) {
            return Err(expectation.malformed(DocumentError::unexpected_type("cnf", "object", found)));
        }
        Ok(Self {
            scope: scope(document, expectation)?.unwrap_or_default(),
            client_id: text(document, "client_id", expectation)?,
            username: text(document, "username", expectation)?,
            token_type: text(document, "token_type", expectation)?,
            expires_at: date(document, "exp", expectation)?,
            issued_at: date(document, "iat", expectation)?,
            not_before: date(document, "nbf", expectation)?,
            subject: text(document, "sub", expectation)?,
            audiences: one_or_more(document, "aud", expectation)?,
            issuer: text(document, "iss", expectation)?,
            token_id: text(document, "jti", expectation)?,
            authorization_details: document
                .try_get("authorization_details")
                .map_err(|source| expectation.malformed(source))?
                .unwrap_or_default(),
        })
    }
}

impl IntrospectionResponse {
    /// Whether the token is active: issued by this server, not expired, not revoked, and meant for the caller to know.
    pub fn is_active(&self) -> bool {
        self.is_active
    }

    /// The scopes of the token; empty where the server names none.
    pub fn scope(&self) -> &[String] {
        &self.members.scope
    }

    /// Whether the scopes hold this name.
    pub fn has_scope(&self, scope: &str) -> bool {
        self.scope().iter().any(|name| name == scope)
    }

    /// `client_id`: the client that the token was issued to.
    pub fn client_id(&self) -> Option<&str> {
        self.members.client_id.as_deref()
    }

    /// `username`: a name for people, not an identifier.
    pub fn username(&self) -> Option<&str> {
        self.members.username.as_deref()
    }

    /// `token_type`: `Bearer`, `DPoP`…
    pub fn token_type(&self) -> Option<&str> {
        self.members.token_type.as_deref()
    }

    /// `exp`: when the token ends.
    pub fn expires_at(&self) -> Option<SystemTime> {
        self.members.expires_at
    }

    /// `iat`: when it was issued.
    pub fn issued_at(&self) -> Option<SystemTime> {
        self.members.issued_at
    }

    /// `nbf`: when it begins.
    pub fn not_before(&self) -> Option<SystemTime> {
        self.members.not_before
    }

    /// `sub`: whom it is about.
    pub fn subject(&self) -> Option<&str> {
        self.members.subject.as_deref()
    }

    /// `aud`: whom it is for; one string counts as a list of one.
    pub fn audiences(&self) -> &[String] {
        &self.members.audiences
    }

    /// `iss`: who issued it.
    pub fn issuer(&self) -> Option<&str> {
        self.members.issuer.as_deref()
    }

    /// `jti`: its unique identifier.
    pub fn token_id(&self) -> Option<&str> {
        self.members.token_id.as_deref()
    }

    /// `authorization_details`: what the token allows in detail (RFC 9396 section 9.2); empty where the server names nothing.
    pub fn authorization_details(&self) -> &[AuthorizationDetail] {
        &self.members.authorization_details
    }

    /// `cnf`: what the token is bound to (RFC 7800); a token that has it is no plain bearer.
    pub fn confirmation(&self) -> Option<serde_json::Value> {
        self.document.try_get_value("cnf")
    }

    /// The signed response around the members, where one was demanded. None of a token that is not active.
    pub fn signed_response(&self) -> Option<&ValidatedToken> {
        self.validated.as_ref()
    }

    /// Judges the response as the resource that the token was shown to (RFC 7662 section 4): active, from an expected issuer, for an expected
    /// audience, at this time, with the scopes that are demanded, bound to what was proven, shown as its type says. What comes of it is what
    /// a validated JWT is. An `aud` has to be there unless the options let it be absent; what else is absent is not checked.
    ///
    /// A [`TokenValidator`](crate::keys::TokenValidator::introspecting) asks and judges in one call.
    ///
    /// # Errors
    /// [`ValidationError`]; of the kind [`Inactive`](crate::validation::ValidationErrorKind::Inactive) where the token is not active, of the
    /// kind [`Configuration`](crate::validation::ValidationErrorKind::Configuration) where the options are not for access tokens or hold a
    /// validator that has to be awaited.
    ///
    /// # Example
    /// ```
    /// use std::time::SystemTime;
    /// use identity_model::protocol::introspection::IntrospectionRequest;
    /// use identity_model::testing::{ScriptedResponse, ScriptedHttpClient};
    /// use identity_model::validation::TokenValidationOptions;
    ///
    /// let answer = r#"{"active":true,"aud":"reports-api","scope":"read","sub":"alice","exp":4102444800}"#;
    /// let http = ScriptedHttpClient::builder().post("https://idp.example.com/introspect", ScriptedResponse::json(200, answer)).build();
    /// let request = IntrospectionRequest::builder().address("https://idp.example.com/introspect").client_id("reports-api");
    /// let answer = request.token("2YotnFZFEjr1zCsicMWpAA").send_blocking(&http)?;
    ///
    /// let rules = || TokenValidationOptions::access_token().issuer("https://idp.example.com").audience("reports-api");
    /// let token = answer.validate(&rules().required_scope("read").build(), SystemTime::now())?;
    /// assert_eq!(token.subject(), Some("alice"));
    /// let error = answer.validate(&rules().required_scope("write").build(), SystemTime::now()).unwrap_err();
    /// assert_eq!(error.code(), "insufficient_scope");
    /// # Ok::<(), identity_model::Error>(())
    /// ```
    pub fn validate(&self, options: &TokenValidationOptions, now: SystemTime) -> Result<ValidatedToken, ValidationError> {
        Verified::introspected(self.introspected(), options, now)?.check(now)
    }

    /// What the rules judge.
    pub(crate) fn introspected(&self) -> Introspected {
        Introspected { claims: self.is_active.then(|| self.document.clone()), signed: self.validated.clone() }
    }

    /// The signed response as it came (RFC 9701), for the record; `None` where it was plain JSON.
    pub fn signed_text(&self) -> Option<&SecretText> {
        self.signed.as_ref()
    }

    /// Status, time of arrival and the headers that were kept.
    pub fn head(&self) -> &ResponseHead {
        &self.head
    }

    fn verified(
        accepted: &Accepted,
        verifier: &ResponseVerifier,
        now: SystemTime,
        expectation: &Expectation,
    ) -> Result<Self, RequestError> {
        const MEMBER: &str = "token_introspection";
        let validated = verifier.verify(accepted, now, expectation)?;
        let raw = validated.document().raw(MEMBER).ok_or_else(|| expectation.malformed(DocumentError::missing(MEMBER)))?;
        let (document, _) = Document::open_answer(raw.to_owned()).map_err(|source| expectation.malformed(source))?;
        let answer = Self::of(document, Some(validated), accepted.head.clone(), expectation)?;
        Ok(Self { signed: Some(accepted.text()), ..answer })
    }

    fn of(
        document: Document,
        validated: Option<ValidatedToken>,
        head: ResponseHead,
        expectation: &Expectation,
    ) -> Result<Self, RequestError> {
        let malformed = |source| expectation.malformed(source);
        let document = if expectation.quirks.values_as_text { with_values(document).map_err(malformed)? } else { document };
        let is_active = document.optional_boolean("active").map_err(malformed)?;
        if is_active.ok_or_else(|| malformed(DocumentError::missing("active")))? {
            let members = Members::of(&document, expectation)?;
            return Ok(Self { is_active: true, members, validated, signed: None, document, head });
        }
        let document = Document::parse(r#"{"active":false}"#).map_err(malformed)?;
        Ok(Self { is_active: false, members: Members::default(), validated: None, signed: None, document, head })
    }
}

forward_document!(IntrospectionResponse, document);
