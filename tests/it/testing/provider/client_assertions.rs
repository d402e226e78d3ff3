//! `client_secret_jwt` and `private_key_jwt`, made by the library's own requests or by hand.

use identity_model::environment::Environment;
use identity_model::error::Error;
use identity_model::jose::{JwsHeader, PrivateKey, SignatureAlgorithm, sign_compact_blocking};
use identity_model::protocol::client_auth::{AssertionAudience, ClientAuthentication};
use identity_model::protocol::token::{ClientCredentialsTokenRequest, TokenResponse};
use identity_model::testing::{ProviderEndpoint, TestClient, TestProvider};
use identity_model::transport::HttpResponse;
use serde_json::{Value, json as value};

use super::support::*;

const SECRET: &str = "a secret of at least thirty-two bytes";
const TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

fn key() -> PrivateKey {
    PrivateKey::generate(SignatureAlgorithm::ES256).unwrap()
}

fn provider(key: &PrivateKey, environment: Environment) -> TestProvider {
    let public: Value = serde_json::from_str(key.public_jwk().to_json()).unwrap();
    TestProvider::builder()
        .client(TestClient::new("signing").public_key(public))
        .client(TestClient::new("secretive").secret(SECRET))
        .environment(environment)
        .build()
}

fn request(provider: &TestProvider, id: &str, authentication: ClientAuthentication) -> ClientCredentialsTokenRequest {
    ClientCredentialsTokenRequest::builder()
        .address(provider.address(ProviderEndpoint::Token))
        .client_id(id)
        .authentication(authentication.with_audience(AssertionAudience::Exactly(provider.issuer())))
        .build()
}

async fn send(provider: &TestProvider, id: &str, authentication: ClientAuthentication) -> Result<TokenResponse, Error> {
    request(provider, id, authentication).send(provider).await
}

fn code_of(outcome: Result<TokenResponse, Error>) -> String {
    outcome.unwrap_err().oauth_error().unwrap().error().to_owned()
}

#[tokio::test]
async fn both_ways_of_signing_are_taken() {
    let key = key();
    let provider = provider(&key, Environment::system());
    let signer = || key.signer(SignatureAlgorithm::ES256).unwrap();
    let by_key = ClientAuthentication::private_key_jwt(signer());
    let by_secret = |secret: &str| ClientAuthentication::secret_jwt(secret, SignatureAlgorithm::HS256).unwrap();
    send(&provider, "signing", by_key.clone()).await.unwrap();
    send(&provider, "secretive", by_secret(SECRET)).await.unwrap();
    request(&provider, "signing", by_key.clone()).send_blocking(&provider).unwrap();
    request(&provider, "secretive", by_secret(SECRET)).send_blocking(&provider).unwrap();

    assert_eq!(code_of(send(&provider, "secretive", by_key).await), "invalid_client");
    assert_eq!(code_of(send(&provider, "signing", by_secret(SECRET)).await), "invalid_client");
    assert_eq!(code_of(send(&provider, "secretive", by_secret("another secret of thirty-two bytes")).await), "invalid_client");
    let foreign = self::key().signer(SignatureAlgorithm::ES256).unwrap();
    assert_eq!(code_of(send(&provider, "signing", ClientAuthentication::private_key_jwt(foreign)).await), "invalid_client");
}

#[tokio::test]
async fn the_endpoint_is_an_audience_too_and_a_stranger_is_not() {
    let key = key();
    let provider = provider(&key, Environment::system());
    let authentication = ClientAuthentication::private_key_jwt(key.signer(SignatureAlgorithm::ES256).unwrap());
    for (audience, is_taken) in
        [(AssertionAudience::Endpoint, true), (AssertionAudience::Exactly("https://elsewhere.test".to_owned()), false)]
    {
        let request = ClientCredentialsTokenRequest::builder()
            .address(provider.address(ProviderEndpoint::Token))
            .client_id("signing")
            .authentication(authentication.clone().with_audience(audience));
        assert_eq!(request.send(&provider).await.is_ok(), is_taken);
    }
}

#[test]
fn every_claim_of_an_assertion_counts() {
    let key = key();
    let (_, _, environment) = fixed();
    let provider = provider(&key, environment);
    let signer = key.signer(SignatureAlgorithm::ES256).unwrap();
    let send = |claims: &Value, more: &[(&str, &str)]| -> HttpResponse {
        let assertion = sign_compact_blocking(&JwsHeader::new(), claims.to_string().as_bytes(), &signer).unwrap();
        let form = [("grant_type", "client_credentials"), ("client_assertion_type", TYPE), ("client_assertion", &assertion)];
        provider.send_blocking(post(provider.address(ProviderEndpoint::Token), &[&form[..], more].concat())).unwrap()
    };
    let good = |token_id: &str| value!({"iss": "signing", "sub": "signing", "aud": "https://idp.test", "exp": NOW + 60, "jti": token_id});
    assert_eq!(send(&good("1"), &[]).status(), 200);
    assert_eq!(send(&good("1"), &[]).status(), 401, "a jti is good once");
    for (index, (claim, wrong)) in [
        ("iss", value!("other")),
        ("sub", value!("other")),
        ("sub", value!(null)),
        ("aud", value!(["https://elsewhere.test"])),
        ("aud", value!(null)),
        ("exp", value!(NOW)),
        ("exp", value!(null)),
        ("nbf", value!(NOW + 1)),
        ("jti", value!(null)),
    ]
    .into_iter()
    .enumerate()
    {
        let mut claims = good(&format!("wrong {index}"));
        claims[claim] = wrong;
        let response = send(&claims, &[]);
        assert_eq!((response.status().as_u16(), json(&response)["error"].as_str()), (401, Some("invalid_client")), "{claims}");
    }
    assert_eq!(send(&good("2"), &[("client_id", "secretive")]).status(), 400);
    assert_eq!(send(&good("3"), &[("client_secret", SECRET)]).status(), 400);
    let form = [("grant_type", "client_credentials"), ("client_assertion_type", TYPE), ("client_assertion", "x.y.z")];
    assert_eq!(provider.send_blocking(post(provider.address(ProviderEndpoint::Token), &form)).unwrap().status(), 401);
}
