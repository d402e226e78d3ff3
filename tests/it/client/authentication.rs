//! How a client authenticates: as it was told, as it was registered, or in the strongest way that both sides can.

use identity_model::jose::{PrivateKey, SignatureAlgorithm};
use identity_model::protocol::client_auth::ClientAuthentication;
use identity_model::testing::{ProviderEndpoint, TestClient};
use identity_model::transport::HttpClient;
use identity_model::{Error, ErrorKind};
use serde_json::json;

use super::support::{Both, CLIENT, House, SECRET, both, facts};

/// The methods by which both faces authenticated.
async fn methods(house: &House, client: &Both) -> Result<[&'static str; 2], Error> {
    let mut methods = ["", ""];
    for (method, outcome) in methods.iter_mut().zip(both!(client, client_credentials(["reports:read"]))) {
        outcome?;
        *method = "";
    }
    let requests = house.provider.recorded_at(ProviderEndpoint::Token);
    for (method, request) in methods.iter_mut().zip(requests.iter().rev()) {
        let assertion = request.form_value("client_assertion");
        *method = match (request.header("authorization"), request.form_value("client_secret"), assertion) {
            (Some(_), None, None) => "client_secret_basic",
            (None, Some(_), None) => "client_secret_post",
            (None, None, Some(_)) => "assertion",
            (None, None, None) => "none",
            _ => "more than one",
        };
    }
    Ok(methods)
}

#[tokio::test]
async fn a_secret_goes_the_way_the_provider_takes() {
    for (taken, expected) in [
        (json!(["client_secret_basic", "client_secret_post"]), "client_secret_basic"),
        (json!(["client_secret_post"]), "client_secret_post"),
        (json!(["client_secret_jwt", "private_key_jwt", "client_secret_post"]), "client_secret_post"),
        (json!(null), "client_secret_basic"),
    ] {
        let house = House::with(|provider| provider.metadata("token_endpoint_auth_methods_supported", taken.clone()));
        assert_eq!(methods(&house, &house.client()).await.unwrap(), [expected; 2], "{taken}");
    }
}

#[tokio::test]
async fn a_key_is_stronger_than_a_secret() {
    let key = PrivateKey::generate(SignatureAlgorithm::ES256).unwrap();
    let public = json!(serde_json::from_str::<serde_json::Value>(key.public_jwk().to_json()).unwrap());
    let house = House::with(|provider| provider.client(TestClient::new(CLIENT).secret(SECRET).public_key(public)));
    let signer = key.signer(SignatureAlgorithm::ES256).unwrap();
    let client = Both::of(begun!(house).client_key(signer).build().unwrap());
    assert_eq!(methods(&house, &client).await.unwrap(), ["assertion"; 2]);
}

#[tokio::test]
async fn what_was_set_explicitly_is_not_second_guessed() {
    let house = House::with(|provider| provider.metadata("token_endpoint_auth_methods_supported", json!(["client_secret_basic"])));
    let client = anonymous!(house).authentication(ClientAuthentication::secret_post(SECRET)).build().unwrap();
    assert_eq!(methods(&house, &Both::of(client)).await.unwrap(), ["client_secret_post"; 2]);
}

#[tokio::test]
async fn a_client_without_credentials_is_a_public_one() {
    let house = House::with(|provider| provider.client(TestClient::new(CLIENT)));
    let client = Both::of(anonymous!(house).build().unwrap());
    let begun = client.asynchronous.device_login(["openid"]).await.unwrap();
    assert!(!begun.authorization().user_code().is_empty());
    let [request] = &house.provider.recorded_at(ProviderEndpoint::DeviceAuthorization)[..] else { panic!("one request") };
    assert_eq!(request.form_value("client_id").as_deref(), Some(CLIENT));
    assert_eq!(request.header("authorization"), None);
}

#[tokio::test]
async fn a_provider_that_takes_no_way_the_client_can_is_refused_before_anything_is_sent() {
    let house = House::with(|provider| provider.metadata("token_endpoint_auth_methods_supported", json!(["private_key_jwt"])));
    let error = methods(&house, &house.client()).await.unwrap_err();
    assert_eq!(facts(&error), (ErrorKind::Configuration, "no_common_authentication"));
    assert!(
        error.to_string().contains("`client_secret_basic`, `client_secret_post`") && error.to_string().contains("private_key_jwt"),
        "{error}"
    );
    assert_eq!(house.requests([ProviderEndpoint::Token]), [0]);
}

#[tokio::test]
async fn a4_a_provider_that_takes_no_algorithm_of_the_client_is_refused_and_says_which_it_takes() {
    let key = PrivateKey::generate(SignatureAlgorithm::ES256).unwrap();
    let lists = |provider: identity_model::testing::TestProviderBuilder| {
        let provider = provider.metadata("token_endpoint_auth_methods_supported", json!(["private_key_jwt"]));
        provider.metadata("token_endpoint_auth_signing_alg_values_supported", json!(["PS256", "EdDSA"]))
    };
    let house = House::with(lists);
    let client = anonymous!(house).client_key(key.signer(SignatureAlgorithm::ES256).unwrap()).build().unwrap();
    let error = methods(&house, &Both::of(client)).await.unwrap_err();
    assert_eq!(facts(&error), (ErrorKind::Configuration, "no_common_authentication"));
    let text = error.to_string();
    assert!(text.contains("`private_key_jwt` with ES256") && text.contains("`private_key_jwt` (assertions by PS256, EdDSA)"), "{text}");
    assert_eq!(house.requests([ProviderEndpoint::Token]), [0]);
}

#[tokio::test]
async fn d6_a_client_with_a_certificate_goes_to_the_aliases() {
    let aliases = json!({"token_endpoint": "https://mtls.idp.test/token", "userinfo_endpoint": "https://mtls.idp.test/userinfo"});
    let house = House::with(|provider| provider.metadata("mtls_endpoint_aliases", aliases));
    let policy = || identity_model::DiscoveryPolicy::builder().additional_endpoint_base_address("https://mtls.idp.test").build();
    let by_certificate = anonymous!(house).policy(policy()).authentication(ClientAuthentication::tls_client_auth());
    let by_setting = begun!(house).policy(policy()).use_mtls_endpoint_aliases(true);
    for client in [by_certificate.build().unwrap(), by_setting.build().unwrap()] {
        for outcome in both!(Both::of(client.clone()), client_credentials(["reports:read"])) {
            let error = outcome.unwrap_err();
            assert_eq!((error.kind(), error.code()), (ErrorKind::Transport, "connect"), "the provider is not at the alias");
        }
    }
    assert_eq!(house.requests([ProviderEndpoint::Token]), [0]);
}

/// The crate's promise of a client that can be handed around.
#[test]
fn clients_are_clone_send_and_sync_and_without_a_type_parameter() {
    fn shared<T: Clone + Send + Sync + std::fmt::Debug + 'static>() {}
    shared::<identity_model::client::OidcClient>();
    shared::<identity_model::blocking::OidcClient>();
    fn client(_: &dyn HttpClient) {}
    client(&House::new().provider);
}

#[tokio::test]
async fn the_scopes_of_a_client_are_those_that_were_set_and_openid() {
    let house = House::new();
    let client = begun!(house).scope(["openid", "email"]).build().unwrap();
    assert_eq!(client.scope(), ["openid", "email"]);
}
