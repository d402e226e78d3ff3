//! A client that registers itself: what the server made of it is what counts.

use identity_model::ErrorKind;
use identity_model::jose::{PrivateKey, SignatureAlgorithm};
use identity_model::protocol::client_metadata::ClientMetadata;
use identity_model::testing::{Fault, ProviderEndpoint};
use serde_json::json;

use super::support::{Both, House, REDIRECT, both, facts};

fn metadata() -> ClientMetadata {
    ClientMetadata::builder().client_name("Reports").build()
}

#[tokio::test]
async fn a_client_registers_itself_with_its_addresses_and_goes_on_as_what_it_became() {
    let house = House::new();
    let builder = || {
        unregistered!(house).redirect_uri(REDIRECT).scope(["openid", "reports:read"]).post_logout_redirect_uri("https://app.example.com/")
    };
    let asynchronous = builder().register(metadata(), None).await.unwrap();
    let blocking = builder().register_blocking(metadata(), None).unwrap();
    for (id, registration) in [(asynchronous.client_id(), asynchronous.registration()), (blocking.client_id(), blocking.registration())] {
        let registration = registration.unwrap();
        assert_eq!(registration.client_id(), id);
        assert_eq!(registration.redirect_uris(), [REDIRECT]);
        assert_eq!(registration.try_get_string_array("post_logout_redirect_uris"), ["https://app.example.com/"]);
        assert!(registration.client_secret().is_some());
    }
    asynchronous.client_credentials(["reports:read"]).await.unwrap();
    blocking.client_credentials(["reports:read"]).unwrap();
    assert_eq!(house.requests([ProviderEndpoint::Discovery]), [2], "one for each of the two, none for the client after it registered");
}

#[tokio::test]
async fn addresses_in_the_metadata_win_over_those_that_were_set() {
    let house = House::new();
    let metadata = ClientMetadata::builder().redirect_uris([REDIRECT, "https://app.example.com/other"]).build();
    let client = unregistered!(house).redirect_uri(REDIRECT).register(metadata, None).await.unwrap();
    assert_eq!(client.registration().unwrap().redirect_uris().len(), 2);
}

#[tokio::test]
async fn another_client_is_registered_by_one_that_is_there() {
    let house = House::new();
    let client = house.client();
    let metadata = || ClientMetadata::builder().redirect_uris([REDIRECT]).build();
    for outcome in both!(client, register(metadata(), None)) {
        assert!(!outcome.unwrap().client_id().is_empty());
    }
}

#[tokio::test]
async fn g2_what_the_server_changed_is_adopted() {
    let house = House::new();
    house.provider.inject(ProviderEndpoint::Registration, Fault::member("token_endpoint_auth_method", "client_secret_post"));
    let client = unregistered!(house).redirect_uri(REDIRECT).register(metadata(), None).await.unwrap();
    // The provider for tests registered `client_secret_basic` and takes either.
    client.client_credentials(["reports:read"]).await.ok();
    assert!(house.last_parameter(ProviderEndpoint::Token, "client_secret").is_some());
}

#[tokio::test]
async fn g2_an_algorithm_that_the_server_chose_is_the_only_one_from_then_on() {
    let house = House::new();
    house.provider.inject(ProviderEndpoint::Registration, Fault::member("id_token_signed_response_alg", "PS256"));
    let client = unregistered!(house).redirect_uri(REDIRECT).register(metadata(), None).await.unwrap();
    let begun = client.device_login(["openid"]).await.unwrap();
    house.provider.approve_device(begun.authorization().user_code(), super::support::USER);
    let error = client.finish_device_login(begun).await.unwrap_err();
    assert_eq!(facts(&error), (ErrorKind::Validation, "algorithm_not_allowed"), "the provider signs with RS256");
}

#[tokio::test]
async fn g2_what_cannot_be_adopted_is_refused_and_named() {
    let cases = [
        ("id_token_signed_response_alg", json!("none")),
        ("userinfo_encrypted_response_alg", json!("RSA1_5")),
        ("default_max_age", json!(-1)),
        ("token_endpoint_auth_method", json!("private_key_jwt")),
        ("token_endpoint_auth_method", json!("attest_jwt_client_auth")),
        ("redirect_uris", json!(["https://elsewhere.example.com/"])),
    ];
    for (member, value) in cases {
        let house = House::new();
        house.provider.inject(ProviderEndpoint::Registration, Fault::member(member, value.clone()));
        let outcome = match unregistered!(house).redirect_uri(REDIRECT).register(metadata(), None).await {
            Ok(client) => client.client_credentials(["reports:read"]).await.map(drop),
            Err(error) => Err(error),
        };
        let error = outcome.unwrap_err();
        assert_eq!(facts(&error), (ErrorKind::Configuration, "client_configuration"), "{member}: {value}");
        let named = if member == "redirect_uris" { "redirect_uri" } else { member };
        assert!(error.to_string().starts_with("configuration error: ") && error.to_string().contains(&format!(": `{named}`")), "{error}");
        assert_eq!(house.requests([ProviderEndpoint::Token]), [0], "{member}");
    }
}

#[tokio::test]
async fn a_client_is_built_from_a_registration_that_was_kept() {
    let house = House::new();
    let key = PrivateKey::generate(SignatureAlgorithm::ES256).unwrap();
    let public: serde_json::Value = serde_json::from_str(key.public_jwk().to_json()).unwrap();
    let metadata = ClientMetadata::builder()
        .redirect_uris([REDIRECT])
        .token_endpoint_auth_method("private_key_jwt")
        .jwks(json!({ "keys": [public] }))
        .build();
    let registration = house.client().asynchronous.register(metadata, None).await.unwrap();
    let builder = unregistered!(house).from_registration(registration.clone());
    let client = Both::of(builder.client_key(key.signer(SignatureAlgorithm::ES256).unwrap()).build().unwrap());
    assert_eq!(client.asynchronous.client_id(), registration.client_id());
    for outcome in both!(client, client_credentials(["reports:read"])) {
        outcome.unwrap();
        assert!(house.last_parameter(ProviderEndpoint::Token, "client_assertion").is_some());
    }
}
