//! Device authorization and backchannel authentication, asked and polled for by the library's own requests.

use std::time::Duration;

use identity_model::environment::Environment;
use identity_model::error::{Error, ErrorKind};
use identity_model::protocol::backchannel_authentication::{
    AuthenticationHint, BackchannelAuthenticationRequest, BackchannelAuthenticationResponse,
};
use identity_model::protocol::client_auth::ClientAuthentication;
use identity_model::protocol::device_authorization::{DeviceAuthorizationRequest, DeviceAuthorizationResponse};
use identity_model::protocol::token::{CibaPolling, CibaTokenRequest, DeviceCodePolling, DeviceCodeTokenRequest, TokenResponse};
use identity_model::testing::{Fault, ProviderEndpoint, TestClient, TestProvider, TestUser};

use super::support::*;

fn secret() -> ClientAuthentication {
    ClientAuthentication::secret_basic(TestProvider::CLIENT_SECRET)
}

fn provider(environment: Environment) -> TestProvider {
    let client = TestClient::new(TestProvider::CLIENT_ID).secret(TestProvider::CLIENT_SECRET);
    TestProvider::builder().client(client).user(TestUser::new(TestProvider::SUBJECT)).environment(environment).build()
}

async fn device(provider: &TestProvider, environment: &Environment) -> Result<DeviceAuthorizationResponse, Error> {
    DeviceAuthorizationRequest::builder()
        .address(provider.address(ProviderEndpoint::DeviceAuthorization))
        .client_id(TestProvider::CLIENT_ID)
        .authentication(secret())
        .scope(["openid"])
        .environment(environment.clone())
        .send(provider)
        .await
}

async fn backchannel(provider: &TestProvider, environment: &Environment, hint: &str) -> Result<BackchannelAuthenticationResponse, Error> {
    BackchannelAuthenticationRequest::builder()
        .address(provider.address(ProviderEndpoint::BackchannelAuthentication))
        .client_id(TestProvider::CLIENT_ID)
        .authentication(secret())
        .hint(AuthenticationHint::LoginHint(hint.to_owned()))
        .scope(["openid"])
        .requested_expiry(Duration::from_secs(120))
        .environment(environment.clone())
        .send(provider)
        .await
}

async fn poll(provider: &TestProvider, device: &DeviceAuthorizationResponse) -> Result<TokenResponse, Error> {
    DeviceCodeTokenRequest::builder()
        .address(provider.address(ProviderEndpoint::Token))
        .client_id(TestProvider::CLIENT_ID)
        .authentication(secret())
        .device_code(device.device_code().clone())
        .send(provider)
        .await
}

async fn poll_backchannel(provider: &TestProvider, request: &BackchannelAuthenticationResponse) -> Result<TokenResponse, Error> {
    CibaTokenRequest::builder()
        .address(provider.address(ProviderEndpoint::Token))
        .client_id(TestProvider::CLIENT_ID)
        .authentication(secret())
        .request_id(request.request_id().clone())
        .send(provider)
        .await
}

fn code_of(outcome: Result<TokenResponse, Error>) -> String {
    outcome.unwrap_err().oauth_error().unwrap().error().to_owned()
}

#[tokio::test]
async fn a_device_waits_until_the_user_approves() {
    let (clock, _, environment) = fixed();
    let provider = provider(environment.clone());
    let device = device(&provider, &environment).await.unwrap();
    assert_eq!((device.user_code().len(), device.interval(), device.expires_in().as_secs()), (9, Duration::from_secs(5), 600));
    assert!(device.verification_uri_complete().unwrap().ends_with(device.user_code()));
    assert_eq!(code_of(poll(&provider, &device).await), "authorization_pending");
    assert_eq!(code_of(poll(&provider, &device).await), "slow_down");
    clock.advance(Duration::from_secs(10));
    assert_eq!(code_of(poll(&provider, &device).await), "authorization_pending");
    assert!(!provider.approve_device("nothing", "alice"));
    assert!(provider.approve_device(&device.user_code().to_ascii_lowercase(), "alice"));
    let response = poll(&provider, &device).await.unwrap();
    assert_eq!(verify(&provider, response.id_token().unwrap().expose()).unwrap().1["sub"], "alice");
    assert!(response.refresh_token().is_some());
    assert_eq!(code_of(poll(&provider, &device).await), "invalid_grant");
}

#[tokio::test]
async fn a_device_is_denied_or_runs_out_of_time() {
    let (clock, _, environment) = fixed();
    let provider = provider(environment.clone());
    let denied = device(&provider, &environment).await.unwrap();
    assert!(provider.deny_device(denied.user_code()));
    assert_eq!(code_of(poll(&provider, &denied).await), "access_denied");
    let late = device(&provider, &environment).await.unwrap();
    clock.advance(Duration::from_secs(600));
    assert_eq!(code_of(poll(&provider, &late).await), "expired_token");
}

#[tokio::test]
async fn the_library_polls_a_device_and_slows_down_when_told() {
    let (_, timer, environment) = fixed();
    let provider = provider(environment.clone());
    let device = device(&provider, &environment).await.unwrap();
    provider.inject(ProviderEndpoint::Token, Fault::error(400, "slow_down").once());
    provider.inject(ProviderEndpoint::Token, Fault::error(400, "authorization_pending").once());
    assert!(provider.approve_device(device.user_code(), "alice"));
    DeviceCodePolling::builder()
        .address(provider.address(ProviderEndpoint::Token))
        .client_id(TestProvider::CLIENT_ID)
        .authentication(secret())
        .authorization(device)
        .environment(environment)
        .send(&provider)
        .await
        .unwrap();
    assert_eq!(timer.waits().iter().map(Duration::as_secs).collect::<Vec<_>>(), [5, 10, 10]);
}

#[tokio::test]
async fn a_backchannel_request_waits_until_the_user_approves() {
    let (clock, timer, environment) = fixed();
    let provider = provider(environment.clone());
    let request = backchannel(&provider, &environment, "alice").await.unwrap();
    assert_eq!((request.expires_in().as_secs(), request.interval().as_secs()), (120, 5));
    assert_eq!(code_of(poll_backchannel(&provider, &request).await), "authorization_pending");
    assert_eq!(code_of(poll_backchannel(&provider, &request).await), "slow_down");
    assert!(provider.approve_backchannel(request.request_id().expose(), "alice"));
    let polling = CibaPolling::builder()
        .address(provider.address(ProviderEndpoint::Token))
        .client_id(TestProvider::CLIENT_ID)
        .authentication(secret())
        .authorization(request)
        .environment(environment.clone());
    let response = polling.send(&provider).await.unwrap();
    assert_eq!(verify(&provider, response.id_token().unwrap().expose()).unwrap().1["sub"], "alice");
    assert_eq!(timer.waits(), [Duration::from_secs(5)]);

    let denied = backchannel(&provider, &environment, "alice").await.unwrap();
    assert!(provider.deny_backchannel(denied.request_id().expose()));
    assert_eq!(code_of(poll_backchannel(&provider, &denied).await), "access_denied");
    let late = backchannel(&provider, &environment, "alice").await.unwrap();
    clock.advance(Duration::from_secs(120));
    assert_eq!(code_of(poll_backchannel(&provider, &late).await), "expired_token");
    assert!(!provider.approve_backchannel("nothing", "alice"));
}

#[tokio::test]
async fn a_backchannel_request_needs_a_known_user() {
    let (_, _, environment) = fixed();
    let provider = provider(environment.clone());
    let error = backchannel(&provider, &environment, "nobody").await.unwrap_err();
    assert_eq!(error.oauth_error().unwrap().error(), "unknown_user_id");
    let form = [("client_id", "client"), ("client_secret", "secret"), ("login_hint", "alice")];
    let send = |form: &[(&str, &str)]| {
        let response = provider.send_blocking(post(provider.address(ProviderEndpoint::BackchannelAuthentication), form)).unwrap();
        json(&response)["error"].as_str().unwrap_or_default().to_owned()
    };
    assert_eq!(send(&form), "invalid_scope");
    assert_eq!(send(&[&form[..], &[("scope", "openid"), ("id_token_hint", "x")]].concat()), "invalid_request");
    assert_eq!(send(&[&form[..], &[("scope", "openid"), ("requested_expiry", "0")]].concat()), "invalid_request");
}

#[tokio::test]
async fn faults_spoil_what_is_to_be_polled_for() {
    for fault in [
        Fault::without_member("device_code"),
        Fault::without_member("auth_req_id"),
        Fault::without_member("expires_in"),
        Fault::truncated_body(),
    ] {
        let (_, _, environment) = fixed();
        let provider = provider(environment.clone());
        for endpoint in [ProviderEndpoint::DeviceAuthorization, ProviderEndpoint::BackchannelAuthentication] {
            provider.inject(endpoint, fault.clone());
        }
        let outcomes = [
            device(&provider, &environment).await.map(|_| ()).map_err(|error| error.kind()),
            backchannel(&provider, &environment, "alice").await.map(|_| ()).map_err(|error| error.kind()),
        ];
        assert!(outcomes.contains(&Err(ErrorKind::Malformed)), "{fault:?}: {outcomes:?}");
    }
}

#[test]
fn device_and_backchannel_blocking() {
    let (_, _, environment) = fixed();
    let provider = provider(environment);
    DeviceAuthorizationRequest::builder()
        .address(provider.address(ProviderEndpoint::DeviceAuthorization))
        .client_id(TestProvider::CLIENT_ID)
        .authentication(secret())
        .send_blocking(&provider)
        .unwrap();
    BackchannelAuthenticationRequest::builder()
        .address(provider.address(ProviderEndpoint::BackchannelAuthentication))
        .client_id(TestProvider::CLIENT_ID)
        .authentication(secret())
        .hint(AuthenticationHint::LoginHint("alice".to_owned()))
        .scope(["openid"])
        .send_blocking(&provider)
        .unwrap();
}
