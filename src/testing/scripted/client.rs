//! The scripted client itself: a queue of expectations and answers, shared by its clones.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use bytes::Bytes;
use http::HeaderMap;

use super::expected::describe;
use super::response::Kind;
use super::{Expected, RecordedRequest, ScriptedResponse};
use crate::transport::{BlockingHttpClient, BodyLimit, HttpClient, HttpRequest, HttpResponse, TransportError, TransportErrorKind};

/// A client that answers from a script: each request has to be the next one of the script, and every one of the script has to come.
///
/// Implements [`HttpClient`] and [`BlockingHttpClient`]; clones share the script, so one can be handed in and another be asked. Honours
/// the request's [`BodyLimit`] as a real client does.
///
/// A request that the script does not expect gets an error (kind [`Other`](TransportErrorKind::Other)) and is remembered. When the last
/// clone is dropped, or at [`assert_finished`](Self::assert_finished), the test **panics** if there was such a request or if part of the
/// script was never used; the message names each. (No second panic while the thread already panics.) A failure names addresses without
/// their query and what was expected, never a sent header or body.
///
/// # Example
/// ```
/// use identity_model::testing::{ScriptedResponse, Expected, ScriptedHttpClient};
/// use identity_model::transport::BlockingHttpClient;
///
/// let http = ScriptedHttpClient::builder()
///     .get("https://idp.example.com/keys", ScriptedResponse::json(200, r#"{"keys":[]}"#))
///     .exchange(
///         Expected::post("https://idp.example.com/token").form("grant_type", "client_credentials"),
///         ScriptedResponse::json(400, r#"{"error":"invalid_client"}"#),
///     )
///     .build();
///
/// let keys = http::Request::get("https://idp.example.com/keys").body(Default::default()).unwrap();
/// assert_eq!(http.send_blocking(keys).unwrap().body().as_ref(), br#"{"keys":[]}"#);
/// let token = http::Request::post("https://idp.example.com/token").body("grant_type=client_credentials".into()).unwrap();
/// assert_eq!(http.send_blocking(token).unwrap().status(), 400);
///
/// assert_eq!(http.requests()[1].form_value("grant_type").as_deref(), Some("client_credentials"));
/// http.assert_finished();
/// ```
#[derive(Clone)]
pub struct ScriptedHttpClient(Arc<Shared>);

struct Shared(Mutex<State>);

#[derive(Default)]
struct State {
    script: VecDeque<(Expected, ScriptedResponse)>,
    requests: Vec<RecordedRequest>,
    unexpected: Vec<String>,
    judged: bool,
}

impl ScriptedHttpClient {
    /// Starts a script.
    pub fn builder() -> ScriptedHttpClientBuilder {
        ScriptedHttpClientBuilder { script: VecDeque::new() }
    }

    /// Every request so far in order, unexpected ones included.
    pub fn requests(&self) -> Vec<RecordedRequest> {
        self.0.state().requests.clone()
    }

    /// How many requests of the script have not come yet.
    pub fn remaining(&self) -> usize {
        self.0.state().script.len()
    }

    /// The same as [`BlockingHttpClient::send`], under a name that does not clash with [`HttpClient::send`].
    ///
    /// # Errors
    /// [`TransportError`] where the script says so, and for a request that is not in it.
    pub fn send_blocking(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        BlockingHttpClient::send(self, request)
    }

    /// What went wrong so far: unexpected requests and the unused rest of the script. The caller takes over the judgement: nothing
    /// panics any more when the client is dropped.
    pub fn problems(&self) -> Vec<String> {
        let mut state = self.0.state();
        state.judged = true;
        state.problems()
    }

    /// Panics if a request was not in the script, or if part of the script was not used.
    #[expect(clippy::panic, reason = "a test double: failing the test is what it is for")]
    #[track_caller]
    pub fn assert_finished(&self) {
        let problems = self.problems();
        if !problems.is_empty() {
            panic!("the script was not followed:\n- {}", problems.join("\n- "));
        }
    }

    fn next(&self, request: &HttpRequest) -> Result<Kind, TransportError> {
        let mut state = self.0.state();
        state.requests.push(RecordedRequest::new(request.clone()));
        let number = state.requests.len();
        let difference = match state.script.front() {
            Some((expected, _)) => expected.difference(request),
            None => Some(format!("nothing more was expected, {} was sent", describe(request))),
        };
        if let Some(difference) = difference {
            let message = format!("request {number}: {difference}");
            state.unexpected.push(message.clone());
            return Err(TransportError::new(TransportErrorKind::Other, format!("not in the script: {message}")));
        }
        let answer = state.script.pop_front().map(|(_, answer)| answer.0);
        answer.ok_or_else(|| TransportError::new(TransportErrorKind::Other, "the script is at its end"))
    }

    fn refuse_pending(&self) -> TransportError {
        let message = "an answer that never comes was met by a blocking call";
        self.0.state().unexpected.push(message.to_owned());
        TransportError::new(TransportErrorKind::Other, message)
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn problems(&self) -> Vec<String> {
        let unused = self.script.iter().map(|(expected, _)| format!("never sent: {expected}"));
        self.unexpected.iter().cloned().chain(unused).collect()
    }
}

impl Drop for Shared {
    #[expect(clippy::panic, reason = "a test double: failing the test is what it is for")]
    fn drop(&mut self) {
        let state = self.0.get_mut().unwrap_or_else(PoisonError::into_inner);
        let problems = state.problems();
        if !state.judged && !problems.is_empty() && !std::thread::panicking() {
            panic!("the script was not followed:\n- {}", problems.join("\n- "));
        }
    }
}

#[async_trait]
impl HttpClient for ScriptedHttpClient {
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        match self.next(&request)? {
            Kind::Pending => std::future::pending().await,
            kind => answer(kind, &request),
        }
    }
}

impl BlockingHttpClient for ScriptedHttpClient {
    fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        match self.next(&request)? {
            Kind::Pending => Err(self.refuse_pending()),
            kind => answer(kind, &request),
        }
    }
}

fn answer(kind: Kind, request: &HttpRequest) -> Result<HttpResponse, TransportError> {
    let response = match kind {
        Kind::Response { status, headers, body } => response(status, headers, body),
        Kind::Error(error) => return Err(error),
        Kind::Pending => return Err(TransportError::new(TransportErrorKind::Timeout, "an answer that never comes")),
        Kind::Computed(compute) => compute(request)?,
    };
    let limit = request.extensions().get::<BodyLimit>().copied().unwrap_or_default();
    if response.body().len() > limit.0 {
        return Err(TransportError::new(TransportErrorKind::BodyTooLarge, format!("the body is longer than {} bytes", limit.0)));
    }
    Ok(response)
}

fn response(status: http::StatusCode, headers: HeaderMap, body: Bytes) -> HttpResponse {
    let mut response = HttpResponse::new(body);
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    response
}

impl fmt::Debug for ScriptedHttpClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.0.state();
        f.debug_struct("ScriptedHttpClient")
            .field("remaining", &state.script.len())
            .field("requests", &state.requests)
            .finish_non_exhaustive()
    }
}

/// Collects the script of a [`ScriptedHttpClient`], in the order in which the requests have to come.
#[derive(Debug)]
#[must_use = "a script does nothing until it is built"]
pub struct ScriptedHttpClientBuilder {
    script: VecDeque<(Expected, ScriptedResponse)>,
}

impl ScriptedHttpClientBuilder {
    /// Next comes a GET of exactly this URL.
    pub fn get(self, url: impl Into<String>, answer: ScriptedResponse) -> Self {
        self.exchange(Expected::get(url), answer)
    }

    /// Next comes a POST to exactly this URL.
    pub fn post(self, url: impl Into<String>, answer: ScriptedResponse) -> Self {
        self.exchange(Expected::post(url), answer)
    }

    /// Next comes a request that looks like `expected`.
    pub fn exchange(mut self, expected: Expected, answer: ScriptedResponse) -> Self {
        self.script.push_back((expected, answer));
        self
    }

    /// The client with this script.
    pub fn build(self) -> ScriptedHttpClient {
        ScriptedHttpClient(Arc::new(Shared(Mutex::new(State { script: self.script, ..State::default() }))))
    }
}
