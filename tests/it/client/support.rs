//! A provider, a clock that both sides share, and clients of it.

use std::time::{Duration, SystemTime};

use identity_model::Error;
use identity_model::environment::{Environment, FixedClock, FixedTimer, SeededEntropy};
use identity_model::testing::{ProviderEndpoint, TestClient, TestProvider, TestProviderBuilder, TestUser};
use identity_model::{blocking, client};

pub(super) const CLIENT: &str = "web";
pub(super) const SECRET: &str = "a-secret-of-thirty-two-characters";
pub(super) const USER: &str = "alice";
pub(super) const REDIRECT: &str = "https://app.example.com/callback";

/// A provider with the client `web` and the user `alice`.
pub(super) struct House {
    pub(super) provider: TestProvider,
    pub(super) clock: FixedClock,
    pub(super) environment: Environment,
}

impl House {
    pub(super) fn new() -> Self {
        Self::with(|provider| provider)
    }

    pub(super) fn with(change: impl FnOnce(TestProviderBuilder) -> TestProviderBuilder) -> Self {
        let clock = FixedClock::at(SystemTime::UNIX_EPOCH + Duration::from_secs(1_750_000_000));
        let timer = FixedTimer::moving(&clock);
        let environment = Environment::system().with_clock(clock.clone()).with_timer(timer).with_entropy(SeededEntropy::new(7));
        let user = TestUser::new(USER).claim("name", "Alice").claim("email", "alice@example.com");
        let provider = TestProvider::builder().client(TestClient::new(CLIENT).secret(SECRET)).user(user).environment(environment.clone());
        Self { provider: change(provider).build(), clock, environment }
    }

    /// Both faces of one client.
    pub(super) fn client(&self) -> Both {
        Both::of(begun!(self).build().unwrap())
    }

    /// How many requests reached these endpoints.
    pub(super) fn requests<const N: usize>(&self, endpoints: [ProviderEndpoint; N]) -> [usize; N] {
        endpoints.map(|endpoint| self.provider.requests(endpoint))
    }

    /// A form parameter of the last request to an endpoint.
    pub(super) fn last_parameter(&self, endpoint: ProviderEndpoint, name: &str) -> Option<String> {
        self.provider.recorded_at(endpoint).last()?.form_value(name)
    }
}

/// One client with its two faces.
#[derive(Debug)]
pub(super) struct Both {
    pub(super) asynchronous: client::OidcClient,
    pub(super) blocking: blocking::OidcClient,
}

impl Both {
    pub(super) fn of(asynchronous: client::OidcClient) -> Self {
        Self { blocking: (&asynchronous).into(), asynchronous }
    }
}

/// What `both!` makes of an error: its kind and its code.
pub(super) fn facts(error: &Error) -> (identity_model::ErrorKind, &'static str) {
    (error.kind(), error.code())
}

/// Runs the same flow by both faces and hands out both outcomes: `both!(client, userinfo(&session))`.
macro_rules! both {
    ($both:expr, $flow:ident($($argument:expr),*)) => {
        [$both.asynchronous.$flow($($argument),*).await, $both.blocking.$flow($($argument),*)]
    };
}

pub(super) use both;
