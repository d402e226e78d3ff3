//! The userinfo request and its response (OpenID Connect Core section 5.3).

use std::time::SystemTime;

use bon::Builder;
use http::header::AUTHORIZATION;
use http::{Method, StatusCode};

use super::attempts::Attempts;
use super::discovery::{Address, Endpoint};
use super::dpop::{DpopKey, DpopOptions, MessageProofs, ServerRole, dpop_setters};
use super::error::RequestError;
use super::excerpt::escaped;
use super::parameters::Parameters;
use super::request::{Request, RequestOptions, bearer, danger_bearer, request_setters, with_body, with_query};
use super::response::{Accepted, Expectation, Quirks};
use super::response_head::ResponseHead;
use super::response_verifier::{ResponseVerifier, UnverifiedResponse, check_rules};
use crate::constants::{media_types, parameters};
use crate::document::{Document, forward_document};
use crate::environment::Environment;
use crate::exchange::{Exchange, Port};
use crate::secret::{AccessToken, SecretText};
use crate::transport::{BodyLimit, HttpRequest, Repeat};
use crate::validation::{TokenKind, TokenValidationOptions};

pub use super::subject_claim::SubjectClaim;

const ENDPOINT: &str = "userinfo endpoint";

/// Whose claims a userinfo response must hold.
///
/// OpenID Connect Core section 5.3.4: the `sub` of the response must be that of the ID token, else a token of another user was swapped in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExpectedSubject(Option<String>);

impl ExpectedSubject {
    /// The `sub` of the validated ID token.
    pub fn exactly(subject: impl Into<String>) -> Self {
        Self(Some(subject.into()))
    }

    /// The claims of any subject: only where no ID token exists that names the user.
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
/// OpenID Connect Core section 5.3.1. The token goes into the `Authorization` header and nowhere else; the response must be a 200 with
/// `application/json` whose `sub` is the expected one. With [`verified_by`](UserInfoRequestBuilder::verified_by) it must be a signed JWT
/// (`application/jwt`), which is verified. Reading only, so it is repeated after passing failures.
///
/// # Errors
/// `send` fails with kind `Policy` or `Configuration` before anything is sent; `Protocol`, `Http` (with the challenges) or `Malformed`
/// after; `Validation` where the subject is another one; `Validation`, `Key` or `Malformed` where a signed response does not hold.
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
    /// Demands a signed response and says how it is verified; the rules start from
    /// [`user_info_response`](crate::validation::TokenValidationOptions::user_info_response). Default: plain JSON.
    verified_by: Option<ResponseVerifier>,
    /// The member that names the user, for servers that do not call it `sub`. Default: `sub`.
    #[builder(into, default)]
    subject_claim: SubjectClaim,
}

request_setters!(UserInfoRequestBuilder, user_info_request_builder);
dpop_setters!(UserInfoRequestBuilder, user_info_request_builder);

impl<S: user_info_request_builder::State> UserInfoRequestBuilder<S> {
    /// Sends a token that is bound to a DPoP key without its proof, as a bearer token: for a server that issues bound tokens and does not
    /// check them. Default: such a token is not sent.
    pub fn danger_send_bound_as_bearer(mut self) -> Self {
        self.options.dpop_mut().sends_as_bearer = true;
        self
    }

    /// Believes `use_dpop_nonce` in the body of a response without a challenge. Default: the challenge alone counts (RFC 9449 section 9).
    pub fn rs_nonce_in_body(mut self) -> Self {
        self.options.dpop_mut().reads_nonce_from_body = true;
        self
    }
}

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
    /// The token that it carries.
    pub(crate) fn access_token(&self) -> &AccessToken {
        &self.access_token
    }

    /// The same, proving this key unless it proves one already.
    pub(crate) fn with_key(mut self, key: &DpopKey) -> Self {
        self.options.dpop_mut().key.get_or_insert_with(|| key.clone());
        self
    }

    /// Whether the caller has said how the response is verified.
    pub(crate) fn is_verified(&self) -> bool {
        self.verified_by.is_some()
    }

    pub(crate) async fn run(&self, port: &Port) -> Result<UserInfoResponse, RequestError> {
        let Some(verifier) = &self.verified_by else {
            let read = |accepted, expectation: &Expectation| {
                let (document, _, head) = expectation.open(accepted)?;
                UserInfoResponse::of(document, head, self, expectation)
            };
            return self.send_and_read(&[media_types::JSON], port, read).await;
        };
        verifier.check_kind(TokenKind::UserInfoResponse)?;
        self.send_and_read(&[media_types::JWT], port, |accepted, expectation| self.verified(&accepted, verifier, port.now(), expectation))
            .await
    }

    /// Demands a signed response and leaves its verification, by these rules, to the caller.
    pub(crate) async fn run_unverified(
        &self,
        rules: &TokenValidationOptions,
        port: &Port,
    ) -> Result<UnverifiedResponse<UserInfoResponse>, RequestError> {
        check_rules(rules, TokenKind::UserInfoResponse)?;
        self.send_and_read(&[media_types::JWT], port, |accepted, expectation| {
            let (this, expectation) = (self.clone(), expectation.clone());
            Ok(UnverifiedResponse::new(move |verifier, now| {
                let outcome = this.verified(&accepted, verifier, now, &expectation);
                outcome.map_err(|error| error.hiding([this.access_token.expose()]))
            }))
        })
        .await
    }

    async fn send_and_read<T>(
        &self,
        accepted_types: &'static [&'static str],
        port: &Port,
        read: impl FnOnce(Accepted, &Expectation) -> Result<T, RequestError>,
    ) -> Result<T, RequestError> {
        let endpoint = self.options.accept(ENDPOINT, &self.address)?;
        let (url, quirks) = (endpoint.url().as_str(), Quirks::of(endpoint.policy()));
        let body_limit = self.options.body_limit(BodyLimit::DEFAULT);
        let mut attempts = Attempts::begin(&self.options, ENDPOINT, Repeat::Safe, body_limit, port)?.with_proofs(self.proofs(&endpoint)?);
        let accept = accepted_types.first().copied().unwrap_or(media_types::JSON);
        loop {
            let request = self.build(url, accept)?;
            if let Some(response) = attempts.send(request, port).await? {
                let (success, media_types) = (StatusCode::OK, accepted_types);
                let expectation = Expectation { endpoint: ENDPOINT, success, also: &[], media_types, body_limit, quirks };
                let outcome = expectation.accept(response, port.now()).and_then(|accepted| read(accepted, &expectation));
                return outcome.map_err(|error| attempts.located(error).hiding([self.access_token.expose()]));
            }
        }
    }

    fn verified(
        &self,
        accepted: &Accepted,
        verifier: &ResponseVerifier,
        now: SystemTime,
        expectation: &Expectation,
    ) -> Result<UserInfoResponse, RequestError> {
        let document = verifier.verify(accepted, now, expectation)?.document().clone();
        let response = UserInfoResponse::of(document, accepted.head.clone(), self, expectation)?;
        Ok(UserInfoResponse { signed: Some(accepted.text()), ..response })
    }

    fn build(&self, url: &str, accept: &'static str) -> Result<HttpRequest, RequestError> {
        if self.options.parameters.iter().any(|extra| extra.name() == parameters::ACCESS_TOKEN) {
            return Err(RequestError::configuration("parameter `access_token`", "goes into the `Authorization` header and nowhere else"));
        }
        let list = Parameters::new().finish(&self.options.parameters)?;
        let url = with_query(url, &list);
        let builder = self.options.request(Method::GET, &url, accept)?;
        let builder = match self.options.dpop() {
            // The proofs bring the token along.
            Some(DpopOptions { key: Some(_), .. }) => builder,
            Some(DpopOptions { sends_as_bearer: true, .. }) => {
                builder.header(AUTHORIZATION, danger_bearer("access_token", &self.access_token)?)
            }
            _ => builder.header(AUTHORIZATION, bearer("access_token", &self.access_token)?),
        };
        with_body(builder, String::new())
    }

    fn proofs(&self, endpoint: &Endpoint) -> Result<Option<MessageProofs>, RequestError> {
        let Some(options) = self.options.dpop() else { return Ok(None) };
        let algorithms = endpoint.server().and_then(|server| server.dpop_algorithms.as_deref());
        MessageProofs::of(options, ServerRole::Resource, ENDPOINT, algorithms, Some(&self.access_token))
    }
}

/// The claims of the user, `sub` checked.
///
/// OpenID Connect Core section 5.3.2. Every claim is reached by the `try_get_*` family.
#[derive(Debug, Clone)]
pub struct UserInfoResponse {
    subject: String,
    signed: Option<SecretText>,
    document: Document,
    head: ResponseHead,
}

impl UserInfoResponse {
    /// The user: `sub`, or the member that [`subject_claim`](UserInfoRequestBuilder::subject_claim) names.
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// The signed response as it came (OpenID Connect Core section 5.3.2), for the record; `None` where it was plain JSON.
    pub fn signed_text(&self) -> Option<&SecretText> {
        self.signed.as_ref()
    }

    /// Status, time of arrival and the headers that were kept.
    pub fn head(&self) -> &ResponseHead {
        &self.head
    }

    fn of(document: Document, head: ResponseHead, request: &UserInfoRequest, expectation: &Expectation) -> Result<Self, RequestError> {
        let subject = match request.subject_claim == SubjectClaim::default() {
            true => document.required_str("sub").map_err(|source| expectation.malformed(source))?.to_owned(),
            false => request.subject_claim.of(&document).ok_or_else(|| RequestError::Member {
                endpoint: ENDPOINT.into(),
                member: "subject",
                expected: "a text or a whole number where the subject rule says",
                found: format!("nothing at `{}`", escaped(&request.subject_claim.shown(), 100)),
            })?,
        };
        if let ExpectedSubject(Some(expected)) = &request.expected_subject
            && *expected != subject
        {
            return Err(RequestError::Mismatch {
                endpoint: ENDPOINT.into(),
                member: "sub",
                expected: escaped(expected, 255),
                found: escaped(&subject, 255),
            });
        }
        Ok(Self { subject, signed: None, document, head })
    }
}

forward_document!(UserInfoResponse, document);
