//! The traits that applications implement, as `mockall` mocks.

use async_trait::async_trait;

use crate::protocol::discovery::{AuthorityValidationStrategy, AuthorityViolation};
use crate::transport::{BlockingHttpClient, HttpClient, HttpRequest, HttpResponse, TransportError};

mockall::mock! {
    /// A `mockall` mock of [`HttpClient`](trait@crate::transport::HttpClient): set up with `expect_send()`.
    ///
    /// Outside the semver promise: it follows mockall's major version. A test that only needs answers in order is shorter with
    /// [`ScriptedHttpClient`](super::ScriptedHttpClient).
    ///
    /// # Example
    /// ```
    /// use identity_model::testing::MockHttpClient;
    /// use identity_model::transport::{HttpClient, HttpRequest, HttpResponse};
    ///
    /// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
    /// let mut http = MockHttpClient::new();
    /// http.expect_send()
    ///     .withf(|request| request.uri().path() == "/keys")
    ///     .times(1)
    ///     .returning(|_| Ok(HttpResponse::new(r#"{"keys":[]}"#.into())));
    ///
    /// let request = http::Request::get("https://idp.example.com/keys").body(Default::default()).unwrap();
    /// assert_eq!(http.send(request).await.unwrap().status(), 200);
    /// # });
    /// ```
    pub HttpClient {}

    #[async_trait]
    impl HttpClient for HttpClient {
        async fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError>;
    }
}

mockall::mock! {
    /// A `mockall` mock of [`BlockingHttpClient`](trait@crate::transport::BlockingHttpClient): set up with `expect_send()`.
    ///
    /// Outside the semver promise: it follows mockall's major version. A test that only needs answers in order is shorter with
    /// [`ScriptedHttpClient`](super::ScriptedHttpClient).
    pub BlockingHttpClient {}

    impl BlockingHttpClient for BlockingHttpClient {
        fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError>;
    }
}

mockall::mock! {
    /// A `mockall` mock of [`AuthorityValidationStrategy`](trait@crate::protocol::discovery::AuthorityValidationStrategy): set up with
    /// `expect_validate_issuer()` and `expect_validate_endpoint()`, handed to a policy in an `Arc`.
    ///
    /// Outside the semver promise: it follows mockall's major version.
    ///
    /// # Example
    /// ```
    /// use std::sync::Arc;
    /// use identity_model::protocol::discovery::DiscoveryPolicy;
    /// use identity_model::testing::MockAuthorityValidationStrategy;
    ///
    /// let mut strategy = MockAuthorityValidationStrategy::new();
    /// strategy
    ///     .expect_validate_issuer()
    ///     .withf(|issuer, expected_authority| issuer == "https://b" && expected_authority == "https://a")
    ///     .times(1)
    ///     .returning(|_, _| Ok(()));
    ///
    /// let policy = DiscoveryPolicy::builder().authority_validation_strategy(Arc::new(strategy)).build();
    /// assert!(policy.check_issuer(Some("https://b"), "https://a").is_ok());
    /// ```
    pub AuthorityValidationStrategy {}

    impl AuthorityValidationStrategy for AuthorityValidationStrategy {
        fn validate_issuer(&self, issuer: &str, expected_authority: &str) -> Result<(), AuthorityViolation>;

        fn validate_endpoint(&self, endpoint: &str, allowed_authorities: &[String]) -> Result<(), AuthorityViolation>;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transport::TransportErrorKind;

    #[tokio::test]
    async fn the_mock_is_a_client_behind_a_pointer() {
        let mut mock = MockHttpClient::new();
        mock.expect_send().once().returning(|_| Err(TransportError::new(TransportErrorKind::Connect, "refused")));
        let client: Box<dyn HttpClient> = Box::new(mock);
        let error = client.send(HttpRequest::default()).await.unwrap_err();
        assert_eq!(error.kind(), TransportErrorKind::Connect);
    }

    #[test]
    fn the_blocking_mock_is_a_client_behind_a_pointer() {
        let mut mock = MockBlockingHttpClient::new();
        mock.expect_send().once().returning(|_| Ok(HttpResponse::new("pong".into())));
        let client: Box<dyn BlockingHttpClient> = Box::new(mock);
        assert_eq!(client.send(HttpRequest::default()).unwrap().body().as_ref(), b"pong");
    }
}
