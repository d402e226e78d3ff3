//! Clients that prove who they are by a signed assertion (RFC 7523 section 2.2): `client_secret_jwt` and `private_key_jwt`.

use identity_model::jose::{PrivateKey, SignatureAlgorithm};
use identity_model::protocol::client_auth::AssertionAudience;
use identity_model::{ClientAuthentication, ClientCredentialsTokenRequest, ErrorKind};
use serde_json::{Value, json};

use crate::faces::send_both;
use crate::server::{Issuer, SECRET};

/// A client that signs with `algorithm`, and its key.
async fn add_signing_client(issuer: &Issuer, algorithm: SignatureAlgorithm) -> PrivateKey {
    let key = PrivateKey::generate(algorithm).unwrap().with_key_id("client-key").unwrap();
    let public: Value = serde_json::from_str(key.public_jwk().to_json()).unwrap();
    issuer
        .add_client(&json!({
            "client_id": algorithm.name(), "token_endpoint_auth_method": "private_key_jwt", "grant_types": ["client_credentials"],
            "token_endpoint_auth_signing_alg": algorithm.name(), "redirect_uris": [], "response_types": [], "jwks": { "keys": [public] },
        }))
        .await;
    key
}

#[tokio::test]
#[ignore = "needs a server: tests/live/run"]
async fn a_secret_signs() {
    let issuer = Issuer::shared();
    let request = ClientCredentialsTokenRequest::builder()
        .address(issuer.discover().await.token_endpoint().unwrap())
        .client_id("service-jwt")
        .authentication(ClientAuthentication::secret_jwt(SECRET, SignatureAlgorithm::HS256).unwrap());
    for outcome in send_both!(request) {
        assert_eq!(outcome.unwrap().token_type(), "Bearer");
    }
}

#[tokio::test]
#[ignore = "needs a server: tests/live/run"]
async fn a_private_key_signs() {
    let issuer = Issuer::own("assertion-algorithms").await;
    let disco = issuer.discover().await;
    for algorithm in [
        SignatureAlgorithm::RS256,
        SignatureAlgorithm::PS256,
        SignatureAlgorithm::ES256,
        SignatureAlgorithm::ES384,
        SignatureAlgorithm::ES512,
        SignatureAlgorithm::EDDSA,
    ] {
        let key = add_signing_client(&issuer, algorithm).await;
        for audience in [AssertionAudience::Issuer, AssertionAudience::Endpoint] {
            let authentication = ClientAuthentication::private_key_jwt(key.signer(algorithm).unwrap()).with_audience(audience);
            let request = ClientCredentialsTokenRequest::builder()
                .address(disco.token_endpoint().unwrap())
                .client_id(algorithm.name())
                .authentication(authentication);
            for outcome in send_both!(request) {
                outcome.unwrap_or_else(|error| panic!("{algorithm}: {error:?}"));
            }
        }
    }
}

#[tokio::test]
#[ignore = "needs a server: tests/live/run"]
async fn another_key_and_another_audience_are_refused() {
    let issuer = Issuer::own("assertion-refused").await;
    let disco = issuer.discover().await;
    let key = add_signing_client(&issuer, SignatureAlgorithm::ES256).await;
    let another = PrivateKey::generate(SignatureAlgorithm::ES256).unwrap().with_key_id("client-key").unwrap();
    let right = |key: &PrivateKey| ClientAuthentication::private_key_jwt(key.signer(SignatureAlgorithm::ES256).unwrap());
    let elsewhere = AssertionAudience::Exactly("https://idp.example.com".to_owned());
    for authentication in [right(&another), right(&key).with_audience(elsewhere)] {
        let request = ClientCredentialsTokenRequest::builder()
            .address(disco.token_endpoint().unwrap())
            .client_id("ES256")
            .authentication(authentication);
        for outcome in send_both!(request) {
            let error = outcome.unwrap_err();
            assert_eq!((error.kind(), error.oauth_error().unwrap().error()), (ErrorKind::Protocol, "invalid_client"));
        }
    }
}
