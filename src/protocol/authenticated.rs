//! The exchange that every authenticated endpoint shares: authenticate afresh, post the form, judge the response.

use std::fmt;
use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, Method, StatusCode};

use super::attempts::Attempts;
use super::client_auth::{AuthenticationContext, ClientAuthentication};
use super::discovery::{Address, Endpoint};
use super::dpop::{DpopKey, MessageProofs, ServerRole};
use super::error::RequestError;
use super::parameters::Parameters;
use super::request::{RequestOptions, to_endpoint};
use super::response::{Accepted, CARRIED_OUT, Expectation, POSTED, Quirks};
use crate::constants::{media_types, parameters};
use crate::document::SECRET_MEMBERS;
use crate::encoding::form::Form;
use crate::exchange::Port;
use crate::secret::ClientSecret;
use crate::transport::{BodyLimit, HttpResponse, Repeat};

/// What is sent in confidence beside [`SECRET_MEMBERS`], which are named after answers.
const SENT_IN_CONFIDENCE: [&str; 4] = [parameters::REQUEST, parameters::STATE, parameters::NONCE, parameters::USER_CODE];

/// A form that a client posts, with its authentication.
#[derive(Debug, Clone)]
pub(crate) struct AuthenticatedPost {
    pub(crate) endpoint: &'static str,
    pub(crate) address: Address,
    /// `None` only where the grant itself says who the client is (RFC 7521 section 4.1).
    pub(crate) client_id: Option<String>,
    pub(crate) authentication: ClientAuthentication,
    pub(crate) options: RequestOptions,
    pub(crate) repeat: Repeat,
    /// What the call can read, for `Accept`.
    pub(crate) accept: &'static str,
    pub(crate) success: StatusCode,
    pub(crate) media_types: &'static [&'static str],
    /// Where every attempt says the same, but for its authentication.
    pub(crate) prepared: Option<PreparedMessage>,
}

/// The message of a post that says the same every time, once it was made.
#[derive(Debug, Clone, Default)]
pub(crate) struct PreparedMessage(OnceLock<Arc<Message>>);

/// What is sent, but for where to.
struct Message {
    headers: HeaderMap,
    body: Bytes,
    form: Form,
}

/// Headers and form hold secrets.
impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Message").finish_non_exhaustive()
    }
}

impl AuthenticatedPost {
    /// Posts `own` parameters and the caller's extras until there is a response to read, and reads it with `read`.
    pub(crate) async fn send<T>(
        &self,
        own: impl Fn(&mut Parameters),
        port: &Port,
        read: impl FnOnce(Accepted, &Expectation) -> Result<T, RequestError>,
    ) -> Result<T, RequestError> {
        let mut posting = self.begin(port)?;
        loop {
            if let Some(response) = posting.attempt(&own, port).await? {
                return posting.read(response, port, read);
            }
        }
    }

    /// The same step by step, for what has to be made anew for every attempt.
    pub(crate) fn begin(&self, port: &Port) -> Result<Posting<'_>, RequestError> {
        let endpoint = self.options.accept(self.endpoint, &self.address)?;
        let endpoint = match self.authentication.alias(&endpoint)? {
            // An alias is as much an address as the one it stands for: the policy in force judges it too.
            Some(alias) => self.options.accept(self.endpoint, &Address::from(alias))?,
            None => endpoint,
        };
        let body_limit = self.options.body_limit(BodyLimit::DEFAULT);
        let proofs = self.proofs(&endpoint)?;
        let attempts = Attempts::begin(&self.options, self.endpoint, self.repeat, body_limit, port)?.with_proofs(proofs);
        let expectation = Expectation {
            endpoint: self.endpoint,
            success: self.success,
            also: if self.media_types.is_empty() { CARRIED_OUT } else { POSTED },
            media_types: self.media_types,
            body_limit,
            quirks: Quirks::of(endpoint.policy()),
        };
        Ok(Posting { post: self, endpoint, attempts, expectation, message: None })
    }

    /// The DPoP proofs of the message, where the request has a key.
    fn proofs(&self, endpoint: &Endpoint) -> Result<Option<MessageProofs>, RequestError> {
        let server = endpoint.server();
        let Some(options) = self.options.dpop() else {
            if server.is_some_and(|server| server.requires_dpop) {
                let problem = "is not set, and the server issues tokens that are bound by DPoP alone (`dpop_bound_access_tokens_required`)";
                return Err(RequestError::configuration("dpop", problem));
            }
            return Ok(None);
        };
        let key = options.key.as_ref().map(DpopKey::thumbprint);
        if key.is_some() && key == self.authentication.key_thumbprint() && !options.shares_key {
            let problem = "is the key that signs the client assertions (RFC 9449 section 11.11): take another, or `.danger_share_key()`";
            return Err(RequestError::configuration("dpop", problem));
        }
        let algorithms = server.and_then(|server| server.dpop_algorithms.as_deref());
        MessageProofs::of(options, ServerRole::Authorization, self.endpoint, algorithms, None)
    }

    /// The message for this attempt: an assertion is made anew for each, all else is the same every time.
    async fn message(&self, endpoint: &Endpoint, own: impl Fn(&mut Parameters), port: &Port) -> Result<Arc<Message>, RequestError> {
        let prepared = self.prepared.as_ref().filter(|_| self.authentication.is_same_every_time());
        if let Some(message) = prepared.and_then(|prepared| prepared.0.get()) {
            return Ok(Arc::clone(message));
        }
        let mut list = Parameters::new();
        own(&mut list);
        let context = AuthenticationContext { endpoint, client_id: self.client_id.as_deref(), port };
        let authorization = self.authentication.apply(&context, &mut list).await?;
        let form = list.finish(&self.options.parameters)?;
        let mut headers = self.options.headers(self.accept)?;
        if let Some(value) = authorization {
            headers.insert(AUTHORIZATION, value);
        }
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_types::FORM));
        let message = Arc::new(Message { headers, body: form.to_body().into(), form });
        if let Some(prepared) = prepared {
            let _ = prepared.0.set(Arc::clone(&message));
        }
        Ok(message)
    }

    /// The error, without what the server echoes of what it was sent in confidence, in each of its spellings.
    fn hiding(&self, error: RequestError, message: &Message) -> RequestError {
        let is_secret = |name: &str| SECRET_MEMBERS.contains(&name) || SENT_IN_CONFIDENCE.contains(&name);
        let in_form = message.form.iter().filter(|(name, _)| is_secret(name)).map(|(_, value)| value);
        let authorization = message.headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()?.split_once(' '));
        let secret = self.authentication.secret().map(ClientSecret::expose);
        error.hiding(in_form.chain(authorization.map(|(_, credentials)| credentials)).chain(secret))
    }
}

/// A post under way: where it goes, how often it was tried, how its response is read.
#[derive(Debug)]
pub(crate) struct Posting<'a> {
    post: &'a AuthenticatedPost,
    endpoint: Endpoint,
    attempts: Attempts,
    expectation: Expectation,
    /// What was sent last.
    message: Option<Arc<Message>>,
}

impl Posting<'_> {
    /// One attempt, authenticated afresh; `None` says that another one is due.
    pub(crate) async fn attempt(&mut self, own: impl Fn(&mut Parameters), port: &Port) -> Result<Option<HttpResponse>, RequestError> {
        let message = self.post.message(&self.endpoint, own, port).await?;
        let request = to_endpoint(Method::POST, &self.endpoint, message.headers.clone(), message.body.clone())?;
        self.message = Some(message);
        self.attempts.send(request, port).await
    }

    /// What keeps out of later errors what the last attempt sent in confidence.
    pub(crate) fn confidence(&self) -> Confidence {
        Confidence { post: self.post.clone(), message: self.message.clone() }
    }

    /// Reads the response. What a server echoes of the secrets it was sent stays out of the error.
    pub(crate) fn read<T>(
        &self,
        response: HttpResponse,
        port: &Port,
        read: impl FnOnce(Accepted, &Expectation) -> Result<T, RequestError>,
    ) -> Result<T, RequestError> {
        let outcome = self.expectation.accept(response, port.now()).and_then(|accepted| read(accepted, &self.expectation));
        let outcome = outcome.map_err(|error| self.attempts.located(error).tried(self.post.authentication.method()));
        outcome.map_err(|error| match &self.message {
            Some(message) => self.post.hiding(error, message),
            None => error,
        })
    }
}

/// What a post sent in confidence, for a response that is read later.
#[derive(Debug)]
pub(crate) struct Confidence {
    post: AuthenticatedPost,
    message: Option<Arc<Message>>,
}

impl Confidence {
    /// The error, without what the server echoes of it.
    pub(crate) fn hiding(&self, error: RequestError) -> RequestError {
        match &self.message {
            Some(message) => self.post.hiding(error, message),
            None => error,
        }
    }
}
