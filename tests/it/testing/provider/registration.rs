//! Clients that register themselves, and what becomes of them, by the library's own requests.

use http::Method;
use identity_model::error::{Error, ErrorKind};
use identity_model::protocol::client_auth::ClientAuthentication;
use identity_model::protocol::client_metadata::ClientMetadata;
use identity_model::protocol::registration::{RegistrationRequest, RegistrationResponse};
use identity_model::protocol::registration_management::{ClientDeleteRequest, ClientReadRequest, ClientUpdateRequest, RegisteredClient};
use identity_model::protocol::token::ClientCredentialsTokenRequest;
use identity_model::testing::{Fault, ProviderEndpoint, TestProvider};
use serde_json::{Value, json as value};

use super::support::*;

fn metadata() -> ClientMetadata {
    ClientMetadata::builder().redirect_uris(["https://app.test/cb"]).client_name("App").scope(["read", "write"]).build()
}

async fn register(provider: &TestProvider, metadata: ClientMetadata) -> Result<RegistrationResponse, Error> {
    RegistrationRequest::builder().address(provider.address(ProviderEndpoint::Registration)).metadata(metadata).send(provider).await
}

async fn read(provider: &TestProvider, client: &RegisteredClient) -> Result<RegistrationResponse, Error> {
    ClientReadRequest::builder().client(client.clone()).send(provider).await
}

async fn has_tokens(provider: &TestProvider, id: &str, secret: &str) -> bool {
    let request = ClientCredentialsTokenRequest::builder()
        .address(provider.address(ProviderEndpoint::Token))
        .client_id(id)
        .authentication(ClientAuthentication::secret_basic(secret));
    request.send(provider).await.is_ok()
}

fn code_of(error: Error) -> String {
    error.oauth_error().unwrap().error().to_owned()
}

#[tokio::test]
async fn a_client_registers_works_changes_and_goes() {
    let provider = TestProvider::new();
    let registered = register(&provider, metadata()).await.unwrap();
    let secret = registered.client_secret().unwrap().expose().to_owned();
    assert_eq!((registered.grant_types(), registered.scope()), (vec!["authorization_code".to_owned()], Some("read write")));
    assert!(has_tokens(&provider, registered.client_id(), &secret).await);

    let client = registered.management().unwrap().clone();
    assert_eq!(read(&provider, &client).await.unwrap().metadata().get("client_name"), Some(&value!("App")));
    let changed = metadata().with_member("client_name", "Other");
    let updated = ClientUpdateRequest::builder().client(client.clone()).metadata(changed).send(&provider).await.unwrap();
    assert_eq!(updated.metadata().get("client_name"), Some(&value!("Other")));
    let rotated = updated.management().unwrap().clone();
    assert_ne!(rotated.registration_access_token().expose(), client.registration_access_token().expose());
    assert_eq!(read(&provider, &client).await.unwrap_err().status().unwrap().as_u16(), 401);
    assert!(has_tokens(&provider, registered.client_id(), &secret).await);

    ClientDeleteRequest::builder().client(rotated.clone()).send(&provider).await.unwrap();
    assert_eq!(read(&provider, &rotated).await.unwrap_err().status().unwrap().as_u16(), 401);
    assert!(!has_tokens(&provider, registered.client_id(), &secret).await);
}

#[test]
fn registration_blocking() {
    let provider = TestProvider::new();
    let address = provider.address(ProviderEndpoint::Registration);
    let registered = RegistrationRequest::builder().address(address).metadata(metadata()).send_blocking(&provider).unwrap();
    let client = registered.management().unwrap().clone();
    ClientReadRequest::builder().client(client.clone()).send_blocking(&provider).unwrap();
    ClientDeleteRequest::builder().client(client).send_blocking(&provider).unwrap();
}

#[tokio::test]
async fn bad_metadata_are_refused() {
    let provider = TestProvider::new();
    let plain = ClientMetadata::builder;
    for (metadata, code) in [
        (plain().build(), "invalid_redirect_uri"),
        (metadata().with_member("redirect_uris", value!(["/cb"])), "invalid_redirect_uri"),
        (metadata().with_member("redirect_uris", value!(["https://app.test/cb#x"])), "invalid_redirect_uri"),
        (metadata().with_member("token_endpoint_auth_method", "magic"), "invalid_client_metadata"),
        (metadata().with_member("token_endpoint_auth_method", "private_key_jwt"), "invalid_client_metadata"),
        (metadata().with_member("grant_types", 7), "invalid_client_metadata"),
    ] {
        assert_eq!(code_of(register(&provider, metadata.clone()).await.unwrap_err()), code, "{metadata:?}");
    }
    let machine = plain().grant_types(["client_credentials"]).token_endpoint_auth_method("none").build();
    assert!(register(&provider, machine).await.unwrap().client_secret().is_none());
    provider.inject(ProviderEndpoint::Registration, Fault::error(400, "invalid_software_statement").once());
    assert_eq!(code_of(register(&provider, metadata()).await.unwrap_err()), "invalid_software_statement");
}

#[tokio::test]
async fn an_initial_access_token_can_be_demanded() {
    let provider = TestProvider::builder().initial_access_token("open-sesame").build();
    let error = register(&provider, metadata()).await.unwrap_err();
    assert_eq!((error.status().unwrap().as_u16(), error.challenges().len()), (401, 1));
    let request = RegistrationRequest::builder()
        .address(provider.address(ProviderEndpoint::Registration))
        .metadata(metadata())
        .initial_access_token("open-sesame");
    assert!(request.send(&provider).await.is_ok());
}

#[tokio::test]
async fn an_update_may_not_hold_what_the_provider_sets() {
    let provider = TestProvider::new();
    let registered = register(&provider, metadata()).await.unwrap();
    let client = registered.management().unwrap();
    let put = |body: Value| {
        let request = http::Request::builder().method(Method::PUT).uri(client.registration_client_uri().as_str());
        let request = request.header("content-type", "application/json").body(body.to_string().into()).unwrap();
        let response = provider.send_blocking(bearer(request, client.registration_access_token().expose())).unwrap();
        (response.status().as_u16(), json(&response)["error"].as_str().unwrap_or_default().to_owned())
    };
    let good = value!({"client_id": registered.client_id(), "redirect_uris": ["https://app.test/cb"]});
    for (member, wrong) in [
        ("client_id", value!("other")),
        ("client_secret", value!("chosen")),
        ("registration_access_token", value!("chosen")),
        ("client_id_issued_at", value!(1)),
    ] {
        let mut body = good.clone();
        body[member] = wrong;
        assert_eq!(put(body), (400, "invalid_request".to_owned()), "{member}");
    }
    assert_eq!(put(value!([])), (400, "invalid_client_metadata".to_owned()));
    assert_eq!(put(good), (200, String::new()));
}

#[tokio::test]
async fn faults_spoil_a_registration() {
    for fault in [Fault::without_member("client_id"), Fault::truncated_body()] {
        let provider = TestProvider::new();
        provider.inject(ProviderEndpoint::Registration, fault.clone());
        assert_eq!(register(&provider, metadata()).await.unwrap_err().kind(), ErrorKind::Malformed, "{fault:?}");
    }
}
