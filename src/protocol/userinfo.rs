//! The userinfo request and its response (OpenID Connect Core section 5.3).

use std::time::SystemTime;

use bon::Builder;
use http::header::AUTHORIZATION;
use http::{Method, StatusCode};

use super::attempts::Attempts;
use super::discovery::Address;
use super::error::RequestError;
use super::excerpt::escaped;
use super::parameters::Parameters;
use super::request::{Request, RequestOptions, bearer, request_setters, with_body, with_query};
use super::response::Expectation;
use super::response_head::ResponseHead;
use super::response_verifier::ResponseVerifier;
use crate::constants::{media_types, parameters};
use crate::document::{Document, forward_document};
use crate::environment::Environment;
use crate::exchange::{Exchange, Port};
use crate::secret::AccessToken;
use crate::transport::{BodyLimit, HttpRequest, HttpResponse, Repeat};
use crate::validation::TokenKind;

const ENDPOINT: &str = "userinfo endpoint";

/// Whose claims a userinfo response must hold.
///
/// OpenID Connect Core section 5.3.4: the `sub` of the response must be that of the ID token, else a token of somebody else was swapped in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExpectedSubject(Option<String>);

impl ExpectedSubject {
    /// The `sub` of the validated ID token.
    pub fn exactly(subject: impl Into<String>) -> Self {
        Self(Some(subject.into()))
    }

    /// Anybody's claims: only where no ID token exists that names the user.
    pub fn danger_any() -> Self {
        Self(None)
    }
}

impl From<&str> for ExpectedSubject {
    fn from(subject: &str) -> Self {
        Self::exactly(subject)
    }
}

impl From<String> for ExpectedSubject {
    fn from(subject: String) -> Self {
        Self::exactly(subject)
    }
}

/// Asks for the claims of the user that an access token stands for.
///
/// OpenID Connect Core section 5.3.1. The token goes into the `Authorization` header and nowhere else; the answer must be a 200 with
/// `application/json` whose `sub` is the expected one. With [`verified_by`](UserInfoRequestBuilder::verified_by) it must be a signed JWT
/// (`application/jwt`), which is verified. Reading only, so it is repeated after passing failures.
///
/// # Errors
/// `send` fails with kind `Policy` or `Configuration` before anything is sent; `Protocol`, `Http` (with the challenges) or `Malformed`
/// after; `Validation` where the subject is another one; `Validation`, `Key` or `Malformed` where a signed answer does not hold.
///
/// # Example
/// ```
/// use identity_model::protocol::userinfo::UserInfoRequest;
/// use identity_model::testing::{ScriptedResponse, ScriptedHttpClient};
///
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// let http = ScriptedHttpClient::builder()
///     .get("https://idp.example.com/userinfo", ScriptedResponse::json(200, r#"{"sub":"248289761001","email":"jane@example.com"}"#))
///     .build();
/// let user = UserInfoRequest::builder()
///     .address("https://idp.example.com/userinfo")
///     .access_token("t")
///     .expected_subject("248289761001")
///     .send(&http)
///     .await?;
/// assert_eq!(user.try_get_str("email"), Some("jane@example.com"));
/// # Ok::<(), identity_model::error::Error>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Builder)]
#[builder(on(String, into), state_mod(vis = "pub(crate)"))]
pub struct UserInfoRequest {
    #[builder(field)]
    options: RequestOptions,
    /// The userinfo endpoint: text, or an endpoint of a discovery document with its policy.
    #[builder(into)]
    address: Address,
    /// The access token.
    #[builder(into)]
    access_token: AccessToken,
    /// Whose claims are expected: the `sub` of the ID token, or [`ExpectedSubject::danger_any`].
    #[builder(into)]
    expected_subject: ExpectedSubject,
    /// Demands a signed answer and says how it is verified; the rules start from
    /// [`user_info_response`](crate::validation::TokenValidationOptions::user_info_response). Default: plain JSON.
    verified_by: Option<ResponseVerifier>,
}

request_setters!(UserInfoRequestBuilder, user_info_request_builder);

impl Request for UserInfoRequest {
    type Response = UserInfoResponse;

    fn exchange(&self) -> Exchange<UserInfoResponse, RequestError> {
        let this = self.clone();
        Exchange::new(|port: Port| async move { this.run(&port).await })
    }

    fn environment(&self) -> &Environment {
        &self.options.environment
    }
}

impl UserInfoRequest {
    /// The same with a verifier for the answer.
    pub(crate) fn verified_with(&self, verifier: ResponseVerifier) -> Self {
        Self { verified_by: Some(verifier), ..self.clone() }
    }

    /// Whether the caller has said how the answer is verified.
    pub(crate) fn is_verified(&self) -> bool {
        self.verified_by.is_some()
    }

    async fn run(&self, port: &Port) -> Result<UserInfoResponse, RequestError> {
        if let Some(verifier) = &self.verified_by {
            verifier.check_kind(TokenKind::UserInfoResponse)?;
        }
        let (url, quirks) = self.options.accept_address(ENDPOINT, &self.address)?;
        let body_limit = self.options.body_limit(BodyLimit::DEFAULT);
        let mut attempts = Attempts::begin(&self.options, ENDPOINT, Repeat::Safe, body_limit, port)?;
        loop {
            let request = self.build(&url)?;
            if let Some(response) = attempts.send(request, port).await? {
                let media_types: &[&str] = if self.verified_by.is_some() { &[media_types::JWT] } else { &[media_types::JSON] };
                let expectation = Expectation { endpoint: ENDPOINT, success: StatusCode::OK, also: &[], media_types, body_limit, quirks };
                let read = self.read(response, port.now(), &expectation);
                return read.map_err(|error| error.hiding([self.access_token.expose()]));
            }
        }
    }

    fn read(&self, response: HttpResponse, now: SystemTime, expectation: &Expectation) -> Result<UserInfoResponse, RequestError> {
        let accepted = expectation.accept(response, now)?;
        let (document, head) = match &self.verified_by {
            Some(verifier) => (verifier.verify(&accepted, now, expectation)?.document().clone(), accepted.head),
            None => {
                let (document, _, head) = expectation.open(accepted)?;
                (document, head)
            }
        };
        UserInfoResponse::of(document, head, &self.expected_subject, expectation)
    }

    fn build(&self, url: &str) -> Result<HttpRequest, RequestError> {
        if self.options.parameters.iter().any(|extra| extra.name() == parameters::ACCESS_TOKEN) {
            return Err(RequestError::configuration("parameter `access_token`", "goes into the `Authorization` header and nowhere else"));
        }
        let list = Parameters::new().finish(&self.options.parameters)?;
        let url = with_query(url, &list);
        let accept = if self.verified_by.is_some() { media_types::JWT } else { media_types::JSON };
        let builder = self.options.request(Method::GET, &url, accept)?;
        with_body(builder.header(AUTHORIZATION, bearer("access_token", &self.access_token)?), String::new())
    }
}

/// The claims of the user, `sub` checked.
///
/// OpenID Connect Core section 5.3.2. Every claim is reached by the `try_get_*` family.
#[derive(Debug, Clone)]
pub struct UserInfoResponse {
    subject: String,
    document: Document,
    head: ResponseHead,
}

impl UserInfoResponse {
    /// The user's `sub`.
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// Status, time of arrival and the headers that were kept.
    pub fn head(&self) -> &ResponseHead {
        &self.head
    }

    fn of(document: Document, head: ResponseHead, expected: &ExpectedSubject, expectation: &Expectation) -> Result<Self, RequestError> {
        let subject = document.required_str("sub").map_err(|source| expectation.malformed(source))?.to_owned();
        if let ExpectedSubject(Some(expected)) = expected
            && *expected != subject
        {
            return Err(RequestError::Mismatch {
                endpoint: ENDPOINT,
                member: "sub",
                expected: escaped(expected, 255),
                found: escaped(&subject, 255),
            });
        }
        Ok(Self { subject, document, head })
    }
}

forward_document!(UserInfoResponse, document);
