//! The provider as an HTTP client: a request that is sent with it reaches the provider.

use std::time::Duration;

use async_trait::async_trait;
use url::Url;

use crate::environment::Timer;
use crate::testing::provider::wire::serve::{Outcome, Reaction};
use crate::testing::provider::{Gate, TestProvider};
use crate::transport::{
    AttemptTimeout, BlockingHttpClient, BodyLimit, HttpClient, HttpRequest, HttpResponse, TransportError, TransportErrorKind,
};

/// How an in-memory call goes on: a wait, some gates, then the result. A course without a result never ends.
struct Course {
    wait: Duration,
    gates: Vec<Gate>,
    result: Option<Result<HttpResponse, TransportError>>,
}

impl TestProvider {
    fn course(&self, request: &HttpRequest) -> Course {
        let at_once = |result| Course { wait: Duration::ZERO, gates: Vec::new(), result: Some(result) };
        let refused = |what: &str| at_once(Err(error(TransportErrorKind::Connect, what)));
        let Ok(url) = Url::parse(&request.uri().to_string()) else { return refused("the request has no absolute address") };
        let addresses = self.shared.addresses();
        if !addresses.knows_origin(&url) {
            return refused("the provider is not at this origin");
        }
        if self.shared.is_down() {
            return refused("the provider is down");
        }
        let timeout = request.extensions().get::<AttemptTimeout>().map(|timeout| timeout.0);
        let limit = request.extensions().get::<BodyLimit>().copied().unwrap_or_default().0;
        let Reaction { delay, gates, outcome } = self.shared.react(request, addresses.at(&url));
        let late = timeout.filter(|timeout| delay >= *timeout || matches!(outcome, Outcome::Silence));
        if let Some(timeout) = late {
            let result = Err(error(TransportErrorKind::Timeout, "no answer in time"));
            return Course { wait: timeout, gates: Vec::new(), result: Some(result) };
        }
        let result = match outcome {
            Outcome::Silence => None,
            Outcome::Refused => Some(Err(error(TransportErrorKind::Connect, "the provider refused the connection"))),
            Outcome::Cut(_) => Some(Err(error(TransportErrorKind::Interrupted, "the provider cut the connection"))),
            Outcome::Answer(response) if response.body().len() > limit => {
                Some(Err(error(TransportErrorKind::BodyTooLarge, format!("the body is longer than {limit} bytes"))))
            }
            Outcome::Answer(response) => Some(Ok(response)),
        };
        Course { wait: delay, gates, result }
    }

    fn timer(&self) -> Result<&dyn Timer, TransportError> {
        let missing = || error(TransportErrorKind::Configuration, "the provider has no timer to wait with");
        self.shared.config.environment.timer().ok_or_else(missing)
    }
}

fn error(kind: TransportErrorKind, message: impl Into<String>) -> TransportError {
    TransportError::new(kind, message)
}

#[async_trait]
impl HttpClient for TestProvider {
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        let Course { wait, gates, result } = self.course(&request);
        if !wait.is_zero() {
            self.timer()?.sleep(wait).await;
        }
        for gate in gates {
            gate.pass().await;
        }
        match result {
            Some(result) => result,
            None => std::future::pending().await,
        }
    }
}

impl BlockingHttpClient for TestProvider {
    fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        let Course { wait, gates, result } = self.course(&request);
        if !wait.is_zero() {
            self.timer()?.sleep_blocking(wait);
        }
        for gate in gates {
            gate.pass_blocking();
        }
        result.unwrap_or_else(|| Err(error(TransportErrorKind::Timeout, "an answer that never comes")))
    }
}
