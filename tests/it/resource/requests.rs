//! Outcomes 1 to 16, 55 to 61, 73 and 74: credentials, what a token is bound to, and the store.

use identity_model::environment::Environment;
use identity_model::jose::{PrivateKey, SignatureAlgorithm};
use identity_model::keys::{TokenIntrospection, TokenValidator};
use identity_model::protocol::dpop::{DpopVerifier, TokenBindingMode};
use identity_model::protocol::incoming::PublicUrl;
use identity_model::resource::RequestValidator;
use identity_model::testing::{ScriptedHttpClient, ScriptedResponse};
use serde_json::{Value, json};

use super::support::Outcome::{Accepted, B, C, P, T, X};
use super::support::*;

fn plain(resource: &Resource) -> Request {
    Request::new(resource).token(&resource.token(None))
}

#[test]
fn dv_1_a_good_request_is_accepted() {
    let resource = Resource::new();
    let validated = resource.send(&Request::new(&resource)).unwrap();
    assert_eq!(validated.token().subject(), Some("ann"));
    assert!(validated.response_headers().is_empty());
    assert_eq!(resource.store.len(), 1);
}

#[test]
fn dv_2_two_proofs_are_one_too_many_even_if_equal() {
    let resource = Resource::new();
    let (first, second) = (Request::new(&resource).proof(), Request::new(&resource).proof());
    for lines in [[first.clone(), first.clone()], [first, second]] {
        assert_eq!(resource.outcome(&Request::new(&resource).proofs(lines)), P);
    }
}

#[test]
fn dv_3_two_proofs_in_one_line_are_none() {
    let resource = Resource::new();
    let request = Request::new(&resource);
    let proof = request.proof();
    assert_eq!(resource.outcome(&request.proofs([format!("{proof}, {proof}")])), P);
}

#[test]
fn dv_4_an_empty_proof_is_none() {
    let resource = Resource::new();
    assert_eq!(resource.outcome(&Request::new(&resource).proofs([""])), P);
}

#[test]
fn dv_5_the_scheme_ignores_case() {
    for scheme in ["dpop", "DPOP", "DPoP "] {
        let resource = Resource::new();
        assert_eq!(resource.outcome(&Request::new(&resource).scheme(scheme)), Accepted, "{scheme}");
    }
}

#[test]
fn dv_6_a_bound_token_is_no_bearer_token_even_beside_a_good_proof() {
    let resource = Resource::new();
    assert_eq!(resource.outcome(&Request::new(&resource).scheme("Bearer")), T);
    assert!(resource.store.is_empty());
}

#[test]
fn dv_7_a_bound_token_is_no_bearer_token() {
    let resource = Resource::new();
    assert_eq!(resource.outcome(&Request::new(&resource).scheme("bearer").proofs([""; 0])), T);
}

#[test]
fn dv_8_a_token_without_its_proof_is_refused() {
    let resource = Resource::new();
    assert_eq!(resource.outcome(&Request::new(&resource).proofs([""; 0])), P);
}

#[test]
fn dv_9_a_proof_alone_is_no_credential() {
    let resource = Resource::new();
    let mut request = Request::new(&resource);
    request.authorization.clear();
    assert_eq!(resource.outcome(&request), C);
    request.authorization = vec!["Basic YTpi".to_owned()];
    assert_eq!(resource.outcome(&request), C);
}

#[test]
fn dv_10_nothing_is_answered_with_challenges_alone() {
    let resource = Resource::new();
    let mut request = Request::new(&resource).proofs([""; 0]);
    request.authorization.clear();
    assert_eq!(resource.outcome(&request), C);
    request.target = "/v1/items?access_token=t".to_owned();
    assert_eq!(resource.outcome(&request), C, "a token in the query is none");
}

#[test]
fn dv_11_two_authorization_lines_are_a_bad_request() {
    let resource = Resource::new();
    let mut request = Request::new(&resource);
    for second in [request.authorization[0].clone(), "Bearer other".to_owned(), "Basic YTpi".to_owned()] {
        request.authorization.truncate(1);
        request.authorization.push(second);
        assert_eq!(resource.outcome(&request), B);
    }
    for bad in ["DPoP", "DPoP ", "Bearer a b", "Bearer a,b", "DPoP \"a\"", "DPoP \u{e4}"] {
        request.authorization = vec![bad.to_owned()];
        assert_eq!(resource.outcome(&request), B, "{bad}");
    }
}

#[test]
fn dv_12_a_token_at_two_places_is_a_bad_request() {
    let resource = Resource::new();
    let mut in_query = Request::new(&resource);
    in_query.target = format!("/v1/items?access_token={}", in_query.token);
    assert_eq!(resource.outcome(&in_query), B);
    let mut in_body = Request::new(&resource);
    in_body.form = Some(format!("a=1&access_token={}", in_body.token));
    assert_eq!(resource.outcome(&in_body), B);
}

#[test]
fn dv_13_a_plain_token_does_not_pass_as_a_bound_one() {
    let resource = Resource::new();
    assert_eq!(resource.outcome(&plain(&resource)), T);
    assert!(resource.store.is_empty());
}

#[test]
fn dv_14_a_plain_token_beside_a_proof_is_refused() {
    let resource = Resource::new();
    assert_eq!(resource.outcome(&plain(&resource).scheme("Bearer")), T);
}

#[test]
fn dv_15_a_plain_token_is_accepted() {
    let resource = Resource::new();
    for scheme in ["Bearer", "bearer", "Bearer "] {
        assert_eq!(resource.outcome(&plain(&resource).scheme(scheme).proofs([""; 0])), Accepted, "{scheme}");
    }
    assert!(resource.store.is_empty());
}

#[test]
fn dv_16_a_resource_may_demand_bound_tokens() {
    let resource = Resource::with(|verifier| verifier.with_mode(TokenBindingMode::RequireBound));
    assert_eq!(resource.outcome(&plain(&resource).scheme("Bearer").proofs([""; 0])), T);
    assert_eq!(resource.outcome(&Request::new(&resource)), Accepted);
}

#[test]
fn dv_55_a_token_of_another_key_is_refused() {
    let resource = Resource::new();
    let other = Request::new(&resource).token;
    assert_eq!(resource.outcome(&Request::new(&resource).token(&other)), T);
    assert!(resource.store.is_empty());
}

#[test]
fn dv_56_a_token_that_is_bound_in_an_unknown_way_is_refused() {
    let resource = Resource::new();
    for confirmation in [json!({}), json!({"other": "x"}), json!({"kid": "k"})] {
        let token = resource.token(Some(confirmation));
        assert_eq!(resource.outcome(&Request::new(&resource).token(&token)), T);
        assert_eq!(resource.outcome(&Request::new(&resource).token(&token).scheme("Bearer").proofs([""; 0])), T);
    }
}

#[test]
fn dv_57_dv_58_a_token_that_is_bound_twice_needs_both() {
    let resource = Resource::new();
    let mut request = Request::new(&resource);
    let jkt = request.key.public_jwk().thumbprint().unwrap();
    let token = resource.token(Some(json!({"jkt": jkt, "x5t#S256": CERTIFICATE_THUMBPRINT})));
    request = request.token(&token);
    assert_eq!(resource.outcome(&request), T, "without the certificate");
    request.certificate = Some(certificate());
    assert_eq!(resource.outcome(&request), Accepted);
}

/// Asks a server about every token.
fn introspecting(resource: &Resource, answer: Value) -> RequestValidator {
    let environment = Environment::system().with_clock(resource.clock.clone());
    let http =
        ScriptedHttpClient::builder().post("https://idp.example.com/introspect", ScriptedResponse::json(200, answer.to_string())).build();
    let introspection = TokenIntrospection::builder()
        .address("https://idp.example.com/introspect")
        .client_id("orders")
        .blocking_http(http)
        .environment(environment.clone())
        .build();
    let tokens = TokenValidator::introspecting(introspection).issuer(ISSUER).audience("orders").environment(environment.clone()).build();
    let verifier = DpopVerifier::new(PublicUrl::new("https://api.example.com").unwrap(), resource.store.clone()).unwrap();
    RequestValidator::new(verifier, tokens).with_environment(environment)
}

fn introspected(resource: &Resource, change: impl Fn(&mut Value, &str)) -> Outcome {
    let key = PrivateKey::generate(SignatureAlgorithm::ES256).unwrap();
    let jkt = key.public_jwk().thumbprint().unwrap();
    let mut answer = json!({"active": true, "iss": ISSUER, "aud": "orders", "sub": "ann", "exp": NOW + 60});
    change(&mut answer, &jkt);
    let request = Request::with_token("opaque-token", key, SignatureAlgorithm::ES256);
    Outcome::of(&resource.send_to(&introspecting(resource, answer), &request))
}

#[test]
fn dv_59_an_introspected_token_is_bound_by_the_answer() {
    let resource = Resource::new();
    for token_type in [None, Some("dpop"), Some("DPoP")] {
        let outcome = introspected(&resource, |answer, jkt| {
            answer["cnf"] = json!({"jkt": jkt});
            if let Some(token_type) = token_type {
                answer["token_type"] = token_type.into();
            }
        });
        assert_eq!(outcome, Accepted, "{token_type:?}");
    }
    let other = introspected(&resource, |answer, _| answer["cnf"] = json!({"jkt": CERTIFICATE_THUMBPRINT}));
    assert_eq!(other, T, "another key");
}

#[test]
fn dv_60_dc22_an_answer_that_contradicts_itself_is_refused() {
    let resource = Resource::new();
    for token_type in ["Bearer", "bearer", "mac"] {
        let outcome = introspected(&resource, |answer, jkt| {
            answer["cnf"] = json!({"jkt": jkt});
            answer["token_type"] = token_type.into();
        });
        assert_eq!(outcome, T, "{token_type}");
    }
}

#[test]
fn dv_61_an_introspected_token_without_cnf_is_not_bound() {
    let resource = Resource::new();
    assert_eq!(introspected(&resource, |_, _| {}), T);
    assert_eq!(introspected(&resource, |answer, _| answer["token_type"] = "DPoP".into()), T);
}

#[test]
fn dv_73_a_store_that_is_full_is_the_resources_own_fault() {
    let resource = Resource::full();
    let rejection = resource.send(&Request::new(&resource).jti("one-more")).unwrap_err();
    assert_eq!(Outcome::of(&Err(rejection.clone())), X);
    assert_eq!((rejection.code(), &rejection.headers()["retry-after"]), ("store_full", &"1".parse().unwrap()));
}

#[test]
fn dv_74_without_dpop_a_bound_token_is_refused() {
    let resource = Resource::with(|verifier| verifier.with_mode(TokenBindingMode::Off));
    let bearer = |request: Request| request.scheme("Bearer").proofs([""; 0]);
    assert_eq!(resource.outcome(&bearer(Request::new(&resource))), T);
    assert_eq!(resource.outcome(&bearer(plain(&resource))), Accepted);
    assert_eq!(resource.outcome(&Request::new(&resource)), C, "the scheme is unknown");
    assert_eq!(resource.outcome(&Request::new(&resource).scheme("Bearer")), T, "a proof changes nothing");
}
