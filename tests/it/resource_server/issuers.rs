//! Several issuers, and tokens that only a server can read.

use identity_model::resource::{ResourceServer, ResourceServerError};
use identity_model::testing::ProviderEndpoint;

use super::support::{House, RESOURCE, accepted, bearing, invalid_token, orders, rejected};

#[tokio::test]
async fn rs14_each_issuer_has_its_validator_and_an_unknown_one_costs_no_fetch() {
    let (one, two, foreign) =
        (House::of("https://one.example.com"), House::of("https://two.example.com"), House::of("https://foreign.example.com"));
    let api = ResourceServer::builder()
        .resource(RESOURCE)
        .issuer(one.provider.issuer(), one.validator())
        .issuer(two.provider.issuer(), two.validator())
        .build()
        .unwrap();
    for house in [&one, &two] {
        let caller = accepted(&api, &bearing(&house.token(|token| token)), &orders()).await;
        assert_eq!(caller.issuer(), Some(house.provider.issuer().as_str()));
    }
    let fetched = (one.provider.recorded().len(), two.provider.recorded().len());
    let impostor = one.token(|token| token.claim("iss", two.provider.issuer()));
    assert_eq!(rejected(&api, &bearing(&impostor), &orders()).await, invalid_token(), "keys of one do not serve for the other");
    let tokens = [
        foreign.token(|token| token),
        one.token(|token| token.claim("iss", "https://one.example.com/")),
        one.token(|token| token.without_claim("iss")),
        one.token(|token| token.claim("iss", 7)),
        "opaque".to_owned(),
    ];
    for token in &tokens {
        assert_eq!(rejected(&api, &bearing(token), &orders()).await, invalid_token(), "{token}");
    }
    assert_eq!(foreign.provider.requests(ProviderEndpoint::Discovery), 0);
    assert!((one.provider.recorded().len(), two.provider.recorded().len()) <= (fetched.0, fetched.1 + 1));
    let document: serde_json::Value = serde_json::from_str(&api.metadata().unwrap().to_json()).unwrap();
    assert_eq!(document["authorization_servers"], serde_json::json!(["https://one.example.com", "https://two.example.com"]));
}

#[test]
fn a_resource_server_without_a_validator_or_with_an_odd_resource_is_not_set_up() {
    assert_eq!(ResourceServer::builder().build().unwrap_err(), ResourceServerError::NoValidator);
    for resource in ["orders", "urn:orders", "https://api.example.com/#orders", ""] {
        let error = House::new().builder().resource(resource).build().unwrap_err();
        assert_eq!(error.code(), "resource_identifier");
        assert!(error.to_string().contains(&format!("\"{resource}\"")), "{error}");
    }
}
