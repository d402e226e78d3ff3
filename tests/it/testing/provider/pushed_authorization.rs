//! Pushed authorization requests, pushed by the library's own request.

use std::time::Duration;

use identity_model::error::ErrorKind;
use identity_model::protocol::authorization_parameters::AuthorizationParameters;
use identity_model::protocol::client_auth::ClientAuthentication;
use identity_model::protocol::pushed_authorization::PushedAuthorizationRequest;
use identity_model::testing::{Fault, ProviderEndpoint, TestClient, TestProvider};

use super::support::*;

const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

fn push(provider: &TestProvider, redirect_uri: &str) -> PushedAuthorizationRequest {
    PushedAuthorizationRequest::builder()
        .address(provider.address(ProviderEndpoint::PushedAuthorization))
        .client_id(TestProvider::CLIENT_ID)
        .authentication(ClientAuthentication::secret_post(TestProvider::CLIENT_SECRET))
        .authorization(
            AuthorizationParameters::builder().redirect_uri(redirect_uri).code_challenge(CHALLENGE).scope(["openid"]).state("s").build(),
        )
        .build()
}

#[tokio::test]
async fn a_pushed_request_is_kept_for_one_use() {
    let (clock, _, environment) = fixed();
    let client = TestClient::new(TestProvider::CLIENT_ID).secret(TestProvider::CLIENT_SECRET).redirect_uris(["https://app.test/cb"]);
    let provider = TestProvider::builder().client(client).environment(environment).build();
    let response = push(&provider, "https://app.test/cb").send(&provider).await.unwrap();
    let parameters = provider.take_pushed_authorization(response.request_uri().expose()).unwrap();
    for (name, value) in [("state", "s"), ("client_id", "client"), ("response_type", "code"), ("code_challenge", CHALLENGE)] {
        assert!(parameters.contains(&(name.to_owned(), value.to_owned())), "{name}");
    }
    assert!(parameters.iter().all(|(name, _)| name != "client_secret"));
    assert_eq!(provider.take_pushed_authorization(response.request_uri().expose()), None);

    let late = push(&provider, "https://app.test/cb").send_blocking(&provider).unwrap();
    clock.advance(Duration::from_secs(60));
    assert_eq!(provider.take_pushed_authorization(late.request_uri().expose()), None);
    let error = push(&provider, "https://elsewhere.test/cb").send(&provider).await.unwrap_err();
    assert_eq!(error.oauth_error().unwrap().error(), "invalid_request");
}

#[test]
fn what_the_authorization_endpoint_would_refuse_is_refused() {
    let provider = TestProvider::new();
    let good = [
        ("response_type", "code"),
        ("redirect_uri", "https://app.test/cb"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ];
    let send = |form: &[(&str, &str)]| {
        let request = post(provider.address(ProviderEndpoint::PushedAuthorization), form);
        let response = provider.send_blocking(basic(request, TestProvider::CLIENT_ID, TestProvider::CLIENT_SECRET)).unwrap();
        (response.status().as_u16(), json(&response)["error"].as_str().unwrap_or_default().to_owned())
    };
    assert_eq!(send(&good), (201, String::new()));
    for (name, value, code) in [
        ("response_type", "token", "unsupported_response_type"),
        ("response_type", "", "invalid_request"),
        ("redirect_uri", "", "invalid_request"),
        ("code_challenge", "", "invalid_request"),
        ("code_challenge_method", "plain", "invalid_request"),
        ("request_uri", "urn:x", "invalid_request"),
        ("request", "a.b.c", "invalid_request_object"),
    ] {
        let mut form: Vec<_> = good.into_iter().filter(|(other, _)| *other != name).collect();
        form.push((name, value));
        assert_eq!(send(&form), (400, code.to_owned()), "{name}");
    }
}

#[tokio::test]
async fn faults_spoil_a_push() {
    for (fault, kind) in [
        (Fault::without_member("request_uri"), ErrorKind::Malformed),
        (Fault::member("request_uri", 7), ErrorKind::Malformed),
        (Fault::member("expires_in", -1), ErrorKind::Malformed),
        (Fault::status(503), ErrorKind::Http),
        (Fault::error(400, "invalid_request"), ErrorKind::Protocol),
    ] {
        let provider = TestProvider::new();
        provider.inject(ProviderEndpoint::PushedAuthorization, fault.clone());
        let error = push(&provider, "https://app.test/cb").send(&provider).await.unwrap_err();
        assert_eq!(error.kind(), kind, "{fault:?}");
    }
}
