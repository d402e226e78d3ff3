//! A strategy of one's own: what it is asked, and when.

use std::sync::Arc;

use identity_model::error::ErrorKind;
use identity_model::protocol::discovery::{AuthorityViolation, DiscoveryPolicy, KeySetLoading};
use identity_model::testing::{MockAuthorityValidationStrategy, ScriptedResponse};
use serde_json::json;

use super::support::*;

fn under(strategy: MockAuthorityValidationStrategy) -> DiscoveryPolicy {
    DiscoveryPolicy::builder()
        .authority_validation_strategy(Arc::new(strategy))
        .additional_endpoint_base_address("https://more.example.net/base")
        .endpoint_validation_exclude_list(["revocation_endpoint"])
        .key_set_loading(KeySetLoading::Never)
        .build()
}

#[test]
fn it_is_asked_about_exactly_issuer_and_authority_then_endpoint_and_allowed_authorities() {
    let mut strategy = MockAuthorityValidationStrategy::new();
    // Twice: the test sends both ways.
    strategy
        .expect_validate_issuer()
        .withf(|issuer, expected| (issuer, expected) == ("Issuer, verbatim", IDP))
        .times(2)
        .returning(|_, _| Ok(()));
    strategy
        .expect_validate_endpoint()
        .withf(|endpoint, allowed| {
            endpoint == "https://Anywhere.example/token?a=b" && allowed == [IDP.to_owned(), "https://more.example.net/base".to_owned()]
        })
        .times(1)
        .returning(|_, _| Ok(()));
    let members = json!({
        "issuer": "Issuer, verbatim",
        "token_endpoint": "https://Anywhere.example/token?a=b",
        "revocation_endpoint": "https://elsewhere.example/revoke",
        "userinfo_endpoint": "http://elsewhere.example/userinfo",
        "introspection_endpoint": "https://10.0.0.1/introspect",
    });
    let disco = serve(ScriptedResponse::json(200, document(members)), under(strategy)).unwrap();
    assert_eq!(disco.issuer().unwrap(), "Issuer, verbatim");
    assert_eq!(disco.token_endpoint().unwrap().as_str(), "https://Anywhere.example/token?a=b");
    assert!(disco.revocation_endpoint().is_ok(), "an excluded member is none of its business");
    assert_eq!(disco.userinfo_endpoint().unwrap_err().kind().code(), "https_required", "HTTPS is checked before it is asked");
    assert_eq!(disco.introspection_endpoint().unwrap_err().kind().code(), "private_address");
}

#[test]
fn it_is_never_asked_about_a_missing_issuer() {
    for members in [json!({"issuer": null}), json!({"issuer": " "}), json!({"issuer": ["x"]})] {
        let error = serve(ScriptedResponse::json(200, document(members)), under(MockAuthorityValidationStrategy::new())).unwrap_err();
        assert_eq!(error.code(), "issuer_missing");
    }
}

#[test]
fn what_it_says_is_the_source_of_the_error() {
    let mut strategy = MockAuthorityValidationStrategy::new();
    strategy.expect_validate_issuer().returning(|_, _| Err(AuthorityViolation::Other("not on the list of partners".to_owned())));
    let error = serve(ScriptedResponse::json(200, document(json!({}))), under(strategy)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Policy);
    assert!(chain(&error).ends_with("because: not on the list of partners"), "{}", chain(&error));
}
