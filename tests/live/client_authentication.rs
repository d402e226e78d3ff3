//! How a client proves who it is (RFC 6749 section 2.3), and what it hears when it cannot.

use identity_model::{ClientAuthentication, ClientCredentialsTokenRequest, ErrorKind};
use serde_json::{Value, json};

use crate::faces::send_both;
use crate::server::{Issuer, SECRET};

/// Characters that must be form-encoded inside a Basic header; `server/clients.mjs` knows the same.
const AWKWARD_ID: &str = "basic client:1";
const AWKWARD_SECRET: &str = "p@ss w:rd/+%&=~ \"quoted\"";

fn service(client_id: &str, auth_method: &str, secret: Option<&str>) -> Value {
    let mut client = json!({
        "client_id": client_id, "token_endpoint_auth_method": auth_method, "grant_types": ["client_credentials"],
        "redirect_uris": [], "response_types": [],
    });
    if let Some(secret) = secret {
        client["client_secret"] = secret.into();
    }
    client
}

#[tokio::test]
#[ignore = "needs a server: tests/live/run"]
async fn every_method_gets_a_token() {
    let issuer = Issuer::own("authentication-methods").await;
    issuer.add_client(&service("awkward-post", "client_secret_post", Some(AWKWARD_SECRET))).await;
    issuer.add_client(&service("no-secret", "none", None)).await;
    let disco = issuer.discover().await;
    let clients = [
        ("service-basic", ClientAuthentication::secret_basic(SECRET)),
        (AWKWARD_ID, ClientAuthentication::secret_basic(AWKWARD_SECRET)),
        ("service-post", ClientAuthentication::secret_post(SECRET)),
        ("awkward-post", ClientAuthentication::secret_post(AWKWARD_SECRET)),
        ("no-secret", ClientAuthentication::none()),
    ];
    for (client_id, authentication) in clients {
        let request = ClientCredentialsTokenRequest::builder()
            .address(disco.token_endpoint().unwrap())
            .client_id(client_id)
            .authentication(authentication);
        for outcome in send_both!(request) {
            let token = outcome.unwrap_or_else(|error| panic!("{client_id}: {error}"));
            assert_eq!(token.token_type(), "Bearer");
            assert!(token.forbids_storing());
            assert_eq!(token.expires_in().map(|life| life.as_secs()), Some(600));
        }
    }
}

#[tokio::test]
#[ignore = "needs a server: tests/live/run"]
async fn basic_credentials_are_form_encoded() {
    let issuer = Issuer::own("authentication-encoding").await;
    issuer.add_client(&service("plus", "client_secret_basic", Some("50+50"))).await;
    let disco = issuer.discover().await;
    let request = |authentication| {
        let request = ClientCredentialsTokenRequest::builder().address(disco.token_endpoint().unwrap()).client_id("plus");
        request.authentication(authentication)
    };
    for outcome in send_both!(request(ClientAuthentication::secret_basic("50+50"))) {
        outcome.unwrap();
    }
    // A server that follows RFC 6749 section 2.3.1 reads the bare plus sign as a space.
    for outcome in send_both!(request(ClientAuthentication::secret_basic_raw("50+50"))) {
        assert_eq!(outcome.unwrap_err().oauth_error().unwrap().error(), "invalid_client");
    }
}

#[tokio::test]
#[ignore = "needs a server: tests/live/run"]
async fn a_wrong_secret_is_an_oauth_error_with_status_and_challenge() {
    let issuer = Issuer::shared();
    let request = ClientCredentialsTokenRequest::builder()
        .address(issuer.discover().await.token_endpoint().unwrap())
        .client_id("service-basic")
        .authentication(ClientAuthentication::secret_basic("a-wrong-secret"));
    for outcome in send_both!(request) {
        let error = outcome.unwrap_err();
        assert_eq!((error.kind(), error.code()), (ErrorKind::Protocol, "oauth_error"));
        assert_eq!(error.status().map(|status| status.as_u16()), Some(401));
        assert!(!error.is_retryable());

        let oauth_error = error.oauth_error().unwrap();
        assert_eq!(oauth_error.error(), "invalid_client");
        assert_eq!(oauth_error.error_description(), Some("client authentication failed"));

        let [challenge] = error.challenges() else { panic!("one challenge: {:?}", error.challenges()) };
        assert!(challenge.is_scheme("basic"));
        assert_eq!(challenge.parameter("realm"), Some(issuer.url.as_str()));
        assert_eq!(challenge.parameter("error"), Some("invalid_client"));
        assert!(!format!("{error} {error:?}").contains("a-wrong-secret"));
    }
}

#[tokio::test]
#[ignore = "needs a server: tests/live/run"]
async fn a_client_without_its_secret_and_an_unknown_client_are_refused() {
    let issuer = Issuer::shared();
    let disco = issuer.discover().await;
    let attempts = [
        ("service-basic", ClientAuthentication::none()),
        ("service-post", ClientAuthentication::secret_post("a-wrong-secret")),
        ("nobody", ClientAuthentication::secret_basic(SECRET)),
    ];
    for (client_id, authentication) in attempts {
        let request = ClientCredentialsTokenRequest::builder()
            .address(disco.token_endpoint().unwrap())
            .client_id(client_id)
            .authentication(authentication);
        for outcome in send_both!(request) {
            assert_eq!(outcome.unwrap_err().oauth_error().unwrap().error(), "invalid_client", "{client_id}");
        }
    }
}
