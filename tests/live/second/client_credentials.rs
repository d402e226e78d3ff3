//! The client credentials grant with every client authentication that goes without a certificate, and its JWT access tokens (RFC 9068).

use identity_model::jose::{PrivateKey, SignatureAlgorithm};
use identity_model::protocol::client_auth::AssertionAudience;
use identity_model::protocol::token::TokenResponse;
use identity_model::{ClientAuthentication, ClientCredentialsTokenRequest, Error, ErrorKind, TokenValidator};
use serde_json::{Value, json};

use super::server::{RESOURCE, SECRET, Second};
use crate::faces::{send_both, validate_both};

async fn ask(
    second: &Second,
    client_id: &str,
    authentication: ClientAuthentication,
    scope: &str,
    resource: &str,
) -> [Result<TokenResponse, Error>; 2] {
    let request = ClientCredentialsTokenRequest::builder()
        .address(second.discover().await.token_endpoint().unwrap())
        .client_id(client_id)
        .authentication(authentication)
        .scope([scope])
        .resource([resource]);
    send_both!(request)
}

#[tokio::test]
#[ignore = "needs a second server: tests/live/second/run"]
async fn each_way_of_authenticating_brings_a_token_that_validates() {
    let second = Second::here();
    let by_jwt = ClientAuthentication::secret_jwt(SECRET, SignatureAlgorithm::HS256).unwrap().with_audience(AssertionAudience::Endpoint);
    for (client_id, authentication) in [
        ("service", ClientAuthentication::secret_basic(SECRET)),
        ("service", ClientAuthentication::secret_post(SECRET)),
        ("service-jwt", by_jwt),
    ] {
        for outcome in ask(&second, client_id, authentication, "reports", RESOURCE).await {
            let token = outcome.unwrap();
            assert_eq!((token.token_type(), token.granted_scope()), ("bearer", ["reports".to_owned()].as_slice()));
            let validator = || TokenValidator::builder().keys(second.keys()).issuer(&second.url).audience(RESOURCE).build();
            for outcome in validate_both(validator, token.access_token().expose()).await {
                let validated = outcome.unwrap();
                assert_eq!((validated.subject(), validated.algorithm()), (Some(client_id), Some(SignatureAlgorithm::RS256)));
                assert_eq!(validated.try_get_str("client_id"), Some(client_id));
            }
        }
    }
}

#[tokio::test]
#[ignore = "needs a second server: tests/live/second/run"]
async fn a_client_signs_with_its_key_and_no_other_for_the_endpoint_alone() {
    let second = Second::here();
    let [key, other] = [(); 2].map(|()| PrivateKey::generate(SignatureAlgorithm::ES256).unwrap().with_key_id("client-key").unwrap());
    let public: Value = serde_json::from_str(key.public_jwk().to_json()).unwrap();
    second
        .add_client(&json!({
            "client_id": "service-key", "enabled": true, "confidential": true, "scope": ["reports"], "jwks": { "keys": [public] },
            "authorization_type": ["client_credentials"], "token_endpoint_auth_method": ["private_key_jwt"],
        }))
        .await;
    let by = |key: &PrivateKey| ClientAuthentication::private_key_jwt(key.signer(SignatureAlgorithm::ES256).unwrap());
    for outcome in ask(&second, "service-key", by(&key).with_audience(AssertionAudience::Endpoint), "reports", RESOURCE).await {
        outcome.unwrap();
    }
    // OpenID Connect Core lets a client name the endpoint, and this server takes nothing else, not even its own name.
    for authentication in [by(&other).with_audience(AssertionAudience::Endpoint), by(&key)] {
        for outcome in ask(&second, "service-key", authentication, "reports", RESOURCE).await {
            assert_eq!(outcome.unwrap_err().status().map(|status| status.as_u16()), Some(403));
        }
    }
}

#[tokio::test]
#[ignore = "needs a second server: tests/live/second/run"]
async fn a_wrong_secret_is_answered_by_a_bare_403() {
    let second = Second::here();
    for authentication in [ClientAuthentication::secret_basic("wrong"), ClientAuthentication::secret_post("wrong")] {
        for outcome in ask(&second, "service", authentication, "reports", RESOURCE).await {
            let error = outcome.unwrap_err();
            assert_eq!((error.kind(), error.status().map(|status| status.as_u16())), (ErrorKind::Http, Some(403)));
            assert!(error.oauth_error().is_none() && !error.is_retryable());
        }
    }
}

#[tokio::test]
#[ignore = "needs a second server: tests/live/second/run"]
async fn an_unknown_resource_and_an_unknown_scope_are_refused() {
    let second = Second::here();
    // RFC 6749 knows `invalid_scope`; this server has a name of its own for it, which is handed out as it is.
    for (scope, resource, expected) in [("reports", "https://other.example.com", "invalid_target"), ("nothing", RESOURCE, "scope_invalid")]
    {
        for outcome in ask(&second, "service", ClientAuthentication::secret_basic(SECRET), scope, resource).await {
            let error = outcome.unwrap_err();
            assert_eq!((error.kind(), error.status().map(|status| status.as_u16())), (ErrorKind::Protocol, Some(400)));
            assert_eq!(error.oauth_error().unwrap().error(), expected);
        }
    }
}

#[tokio::test]
#[ignore = "needs a second server: tests/live/second/run"]
async fn a_token_for_another_service_is_refused() {
    let second = Second::here();
    let [token, _] = ask(&second, "service", ClientAuthentication::secret_basic(SECRET), "reports", RESOURCE).await;
    let token = token.unwrap();
    let validator = || TokenValidator::builder().keys(second.keys()).issuer(&second.url).audience("https://other.example.com").build();
    for outcome in validate_both(validator, token.access_token().expose()).await {
        assert_eq!(outcome.unwrap_err().kind(), ErrorKind::Validation);
    }
}
