//! Rules DV7, RS1, RS2, RS5, RS8, RS11, RS12: what a rejected request is answered with.

use identity_model::protocol::dpop::TokenBindingMode;
use identity_model::{Error, ErrorKind};

use super::support::*;

fn challenges(resource: &Resource, request: &Request) -> Vec<String> {
    let rejection = resource.send(request).unwrap_err();
    rejection.headers().get_all("www-authenticate").iter().map(|line| line.to_str().unwrap().to_owned()).collect()
}

fn anonymous(resource: &Resource) -> Request {
    let mut request = Request::new(resource).proofs([""; 0]);
    request.authorization.clear();
    request
}

#[test]
fn dv7_rs1_rs8_without_credentials_each_scheme_is_named_and_no_error() {
    let metadata = "https://api.example.com/.well-known/oauth-protected-resource/v1";
    let resource = Resource::with(move |verifier| verifier.with_scope(["orders:read"]).with_resource_metadata(metadata));
    assert_eq!(
        challenges(&resource, &anonymous(&resource)),
        [
            format!(r#"Bearer realm="api", scope="orders:read", resource_metadata="{metadata}""#),
            format!(r#"DPoP algs="ES256 EdDSA", scope="orders:read", resource_metadata="{metadata}""#),
        ]
    );
}

#[test]
fn dv7_the_error_stands_in_the_scheme_that_was_used() {
    let resource = Resource::with(|verifier| verifier.with_realm("orders"));
    let bare = [r#"Bearer realm="orders""#, r#"DPoP realm="orders", algs="ES256 EdDSA""#];
    let bearer = Request::new(&resource).scheme("Bearer").proofs([""; 0]);
    assert_eq!(challenges(&resource, &bearer), [r#"Bearer realm="orders", error="invalid_token""#, bare[1]]);
    let proof = Request::new(&resource).claim("htm", "POST");
    let expected = r#"DPoP realm="orders", algs="ES256 EdDSA", error="invalid_dpop_proof""#;
    assert_eq!(challenges(&resource, &proof), [bare[0], expected]);
    let mut twice = Request::new(&resource);
    twice.authorization.push("Bearer x".to_owned());
    assert_eq!(challenges(&resource, &twice), [bare[0], r#"DPoP realm="orders", algs="ES256 EdDSA", error="invalid_request""#]);
}

#[test]
fn dv7_rs11_one_nonce_comes_with_every_challenge() {
    let resource = Resource::with_nonces(|verifier| verifier);
    for request in [
        anonymous(&resource),
        Request::new(&resource),
        Request::new(&resource).claim("htm", "POST"),
        Request::new(&resource).scheme("Bearer"),
    ] {
        let rejection = resource.send(&request).unwrap_err();
        assert_eq!(rejection.headers().get_all("dpop-nonce").iter().count(), 1);
        assert_eq!(rejection.headers()["dpop-nonce"], nonces().issue(at(NOW)).as_str());
        assert_eq!(rejection.headers()["cache-control"], "no-store");
    }
    let nonce_missing = challenges(&resource, &Request::new(&resource));
    assert_eq!(nonce_missing, [r#"DPoP algs="ES256 EdDSA", error="use_dpop_nonce""#], "a client demands exactly one challenge");
}

#[test]
fn dv6_without_dpop_its_scheme_is_not_offered() {
    let resource = Resource::with(|verifier| verifier.with_mode(TokenBindingMode::Off).with_nonces(nonces()));
    assert_eq!(challenges(&resource, &anonymous(&resource)), [r#"Bearer realm="api""#]);
    assert!(!resource.send(&anonymous(&resource)).unwrap_err().headers().contains_key("dpop-nonce"));
}

#[test]
fn rs12_what_could_not_be_judged_is_503_without_a_challenge() {
    let resource = Resource::full();
    let rejection = resource.send(&Request::new(&resource).jti("one-more")).unwrap_err();
    assert_eq!(rejection.status(), 503);
    assert!(!rejection.headers().contains_key("www-authenticate"));
    let error = Error::from(rejection);
    assert_eq!((error.kind(), error.code(), error.is_retryable()), (ErrorKind::Store, "store_full", true));
    assert_eq!(error.access_rejection().unwrap().status(), 503);
}

#[test]
fn the_reason_is_for_the_log_and_holds_no_token() {
    let resource = Resource::new();
    let request = Request::new(&resource).claim("htm", "POST");
    let rejection = resource.send(&request).unwrap_err();
    let mut shown = format!("{rejection:?} {rejection}");
    let mut source = std::error::Error::source(&rejection);
    while let Some(error) = source {
        shown.push_str(&format!(" {error}"));
        source = error.source();
    }
    assert!(shown.contains("another method than `GET`") && !shown.contains(&request.token), "{shown}");
    let accepted = resource.send(&Request::new(&resource)).unwrap();
    assert!(!format!("{accepted:?}").contains(&request.token));
}

#[tokio::test]
async fn both_faces_come_to_the_same() {
    let resource = Resource::new();
    let (validator, request) = (resource.validator(), Request::new(&resource));
    let (parts, _) = http::Request::get("/v1/items?page=2")
        .header("authorization", &request.authorization[0])
        .header("DPoP", request.proof())
        .body(())
        .unwrap()
        .into_parts();
    let incoming = identity_model::protocol::incoming::IncomingRequest::from_parts(&parts);
    assert_eq!(validator.validate(&incoming).await.unwrap().token().subject(), Some("ann"));
    assert_eq!(validator.validate(&incoming).await.unwrap_err().code(), "dpop_proof_replayed");
    assert_eq!(validator.validate_blocking(&incoming).unwrap_err().code(), "dpop_proof_replayed");
}
