//! An API, and the provider whose tokens it takes.

use std::time::{Duration, SystemTime};

use http::request::Parts;
use identity_model::cache::CacheSettings;
use identity_model::environment::{Environment, FixedClock, FixedTimer, SeededEntropy};
use identity_model::jose::SignatureAlgorithm;
use identity_model::keys::{ProviderKeys, TokenValidator};
use identity_model::resource::{Authenticated, Rejection, ResourceServer, ResourceServerBuilder, RouteRequirements};
use identity_model::testing::{TestClient, TestProvider, TokenDraft};
use serde_json::{Value, json};

pub(super) const RESOURCE: &str = "https://api.example.com/v1";
pub(super) const METADATA: &str = "https://api.example.com/.well-known/oauth-protected-resource/v1";

pub(super) struct House {
    pub(super) provider: TestProvider,
    pub(super) clock: FixedClock,
    pub(super) environment: Environment,
}

impl House {
    pub(super) fn new() -> Self {
        Self::of("https://idp.example.com")
    }

    pub(super) fn of(issuer: &str) -> Self {
        let clock = FixedClock::at(SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000));
        let environment =
            Environment::system().with_clock(clock.clone()).with_timer(FixedTimer::moving(&clock)).with_entropy(SeededEntropy::new(3));
        let provider = TestProvider::builder()
            .issuer(issuer)
            .algorithms([SignatureAlgorithm::ES256])
            .client(TestClient::new("client").audiences([RESOURCE]))
            .environment(environment.clone())
            .build();
        Self { provider, clock, environment }
    }

    pub(super) fn validator(&self) -> TokenValidator {
        let keys = ProviderKeys::builder()
            .authority(self.provider.issuer())
            .http(self.provider.clone())
            .environment(self.environment.clone())
            .cache(CacheSettings::default())
            .build();
        TokenValidator::builder().keys(keys).issuer(self.provider.issuer()).audience(RESOURCE).build()
    }

    pub(super) fn builder(&self) -> ResourceServerBuilder {
        ResourceServer::builder().resource(RESOURCE).validator(self.validator()).environment(self.environment.clone())
    }

    pub(super) fn api(&self) -> ResourceServer {
        self.builder().build().unwrap()
    }

    /// A token of a user with the scope `orders:read`, changed as the test wants.
    pub(super) fn token(&self, change: impl FnOnce(TokenDraft) -> TokenDraft) -> String {
        let token = self.provider.mint_access_token(|token| change(token.claim("sub", "alice").claim("scope", "orders:read")));
        token.expose().to_owned()
    }
}

pub(super) fn orders() -> RouteRequirements {
    RouteRequirements::new().scope(["orders:read"])
}

pub(super) fn head(uri: &str, headers: &[(&str, &str)]) -> Parts {
    let mut request = http::Request::builder().uri(uri);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(()).unwrap().into_parts().0
}

pub(super) fn bearing(token: &str) -> Parts {
    head("/orders", &[("authorization", &format!("Bearer {token}"))])
}

/// Status, the lines of `WWW-Authenticate`, and the body.
pub(super) fn shown(rejection: Rejection) -> (u16, Vec<String>, Value) {
    let response = rejection.into_response();
    let lines = response.headers().get_all("www-authenticate").iter().map(|line| line.to_str().unwrap().to_owned()).collect();
    let body = if response.body().is_empty() { Value::Null } else { serde_json::from_slice(response.body()).unwrap() };
    (response.status().as_u16(), lines, body)
}

pub(super) async fn rejected(api: &ResourceServer, request: &Parts, route: &RouteRequirements) -> (u16, Vec<String>, Value) {
    let both = (api.authenticate(request, route).await, {
        let (api, request, route) = (api.clone(), request.clone(), route.clone());
        tokio::task::spawn_blocking(move || api.authenticate_blocking(&request, &route).map(|caller| caller.is_some())).await.unwrap()
    });
    let by_await = shown(both.0.map(|caller| caller.is_some()).unwrap_err());
    // Keys are fetched by the async client alone in these tests, so the blocking twin is compared where none are needed.
    if by_await.0 == 400 {
        assert_eq!(shown(both.1.unwrap_err()), by_await);
    }
    by_await
}

pub(super) async fn accepted(api: &ResourceServer, request: &Parts, route: &RouteRequirements) -> Authenticated {
    api.authenticate(request, route).await.unwrap().expect("a caller")
}

/// The challenge of a rejected token on the route `orders`.
pub(super) fn challenge(error: &str) -> String {
    let error = if error.is_empty() { String::new() } else { format!(r#" error="{error}","#) };
    format!(r#"Bearer realm="api",{error} scope="orders:read", resource_metadata="{METADATA}""#)
}

pub(super) fn invalid_token() -> (u16, Vec<String>, Value) {
    let body =
        json!({ "error": "invalid_token", "error_description": "The access token is expired, revoked, malformed or not valid here" });
    (401, vec![challenge("invalid_token")], body)
}
